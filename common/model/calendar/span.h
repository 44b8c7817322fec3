/* A month, a quarter, a year or the whole plan, as the parameter "period" of views names it: 2026-03, 2026-Q3 (2026-T3), 2026, a range of these
 * (2026-07..2026-09), or +1, -1 months from today's. Quarters and years are the plan's fiscal ones (common/model/budget/fiscal.h). */
#ifndef JL_MODEL_CALENDAR_SPAN_H
#define JL_MODEL_CALENDAR_SPAN_H
#include "common/model/budget/fiscal.h"

enum jl_span_kind { JL_SPAN_MONTH, JL_SPAN_QUARTER, JL_SPAN_YEAR, JL_SPAN_OTHER /* a plan's, a range */ };
#define JL_SPAN_NAME 16
struct jl_span {
  enum jl_span_kind kind;
  int32_t first, last;     /* days, both in it */
  char name[JL_SPAN_NAME]; /* "2026-03", "2026-Q3", "2026"; "" when it has no such name */
};
struct jl_fiscal jl_span_fiscal(const struct jl_view_input *in); /* of the plan as far as the reader may know it */
/* text NULL: the plan's period; where the reader may not know it, or it has none, the month that today is in. */
JL_MUST_CHECK bool jl_span_parse(const struct jl_view_input *in, const char *text, struct jl_span *ret, struct jl_error *err);
/* The month, quarter or year that the day is in. */
struct jl_span jl_span_at(const struct jl_fiscal *fiscal, enum jl_span_kind kind, int32_t day);
/* The one that ends right before it; of no kind: as many days, or as many months when it is made of these. */
struct jl_span jl_span_before(const struct jl_fiscal *fiscal, const struct jl_span *span);
#endif
