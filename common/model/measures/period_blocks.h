/* What a dashboard or a report of a period shows: its results beside those of the period before, KPIs as they stood at its end, its budget. */
#ifndef JL_MODEL_MEASURES_PERIOD_BLOCKS_H
#define JL_MODEL_MEASURES_PERIOD_BLOCKS_H
#include "common/model/calendar/span.h"

struct jl_reported {
  struct jl_span span, before;
  bool to_come;            /* it has not begun: nothing of it can be known */
  int32_t end, before_end; /* the last day that counts: of the span, but not after today */
};
struct jl_reported jl_reported_of(const struct jl_view_input *in, const struct jl_span *span);
void jl_period_title(struct jl_builder *b, const char *message, const struct jl_reported *p); /* {1} to {2}: its days */
/* A sentence each for who reads no tables: money, revenue, KPIs. */
JL_MUST_CHECK bool jl_block_summary(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, struct jl_error *err);
JL_MUST_CHECK bool jl_block_results(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, struct jl_error *err);
JL_MUST_CHECK bool jl_block_period_budget(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, struct jl_error *err);
void jl_block_period_kpis(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, size_t most); /* red lights first */
/* dashboard_view.c */
void jl_block_objectives(const struct jl_view_input *in, struct jl_builder *b);
void jl_note_more(struct jl_builder *b, size_t n, size_t shown, const char *command);
#endif
