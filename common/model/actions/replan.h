/* What moved dates do beside dates: blocks of the view `replan`. */
#ifndef JL_MODEL_ACTIONS_REPLAN_H
#define JL_MODEL_ACTIONS_REPLAN_H
#include "common/model/document.h"
struct jl_change_of_dates {
  const struct jl_record *action;
  int32_t first, last, new_first, new_last;
};
/* Months of budget lines whose action begins in another month: as many months later. What was ordered or paid does not move. */
JL_MUST_CHECK bool jl_replan_money(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                                   struct jl_error *err);
/* Objectives that are due before what serves them is done, and what a better rate that comes later leaves out. */
JL_MUST_CHECK bool jl_replan_funnel(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                                    struct jl_arena *a, struct jl_error *err);
#endif
