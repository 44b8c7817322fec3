/* A month, a quarter, a year or the whole plan, as the parameter "period" of views names it: 2026-03, 2026-Q3 (2026-T3), 2026 of the civil
 * calendar; FY2026 and FY2026-Q1 (EX2026) of the plan's fiscal year that begins in 2026; +1, -1 months from today's. */
#ifndef JL_MODEL_CALENDAR_SPAN_H
#define JL_MODEL_CALENDAR_SPAN_H
#include "common/model/view_support.h"

enum jl_span_kind { JL_SPAN_MONTH, JL_SPAN_QUARTER, JL_SPAN_YEAR, JL_SPAN_PLAN };
#define JL_SPAN_NAME 16
struct jl_span {
  enum jl_span_kind kind;
  int32_t first, last;     /* days, both in it */
  char name[JL_SPAN_NAME]; /* "2026-03", "2026-Q3", "2026", "FY2026", "FY2026-Q1"; "" of a plan, or when it has no such name */
};
/* text NULL: the plan's period; where the reader may not know it, or it has none, the month that today is in. */
JL_MUST_CHECK bool jl_span_parse(const struct jl_view_input *in, const char *text, struct jl_span *ret, struct jl_error *err);
/* The one of the same length that ends right before it. */
struct jl_span jl_span_before(const struct jl_span *span);
/* The n-th of the spans of a kind, counted from the one that the day is in; n may be below 0. */
struct jl_span jl_span_of(enum jl_span_kind kind, int32_t day, int n);
#endif
