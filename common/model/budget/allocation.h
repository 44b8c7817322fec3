/* A global budget split over the lines by priority and importance of what they pay for: each in proportion to its weight, never below what is
 * ordered and spent or its minimum, never above its maximum (share_out.h). */
#ifndef JL_MODEL_BUDGET_ALLOCATION_H
#define JL_MODEL_BUDGET_ALLOCATION_H
#include "common/model/budget/goal.h"
#include "common/model/budget/share_out.h"

enum jl_bound { JL_BOUND_WEIGHT, JL_BOUND_HAND, JL_BOUND_COMMON /* serves no lever and no action: kept */, JL_BOUND_FINISHED /* done or dropped */,
                JL_BOUND_SPENT /* ordered and spent already */, JL_BOUND_MINIMUM, JL_BOUND_MAXIMUM,
                JL_BOUND_AS_IS /* it recurs, or is in another currency: what it plans is not one amount of the plan's to be written */ };
struct jl_allotment {
  const struct jl_record *line, *lever, *action; /* action NULL: none, or several */
  struct jl_amounts amounts;
  int64_t spent; /* ordered and spent */
  bool common, finished, by_hand, as_is;
  int64_t hand;
  struct jl_line_rates rates;
  struct jl_part part;
  enum jl_bound bound;
  struct jl_expected expected;
};
struct jl_allocation {
  struct jl_allotment *rows; /* a line each, by number */
  size_t n;
  struct jl_amounts total;
  bool vat_costs; /* some of these amounts have VAT in them, which does not come back */
  int64_t left; /* of the budget: nobody may have it (> 0), or it does not cover what must be (< 0) */
};
/* The lines with their bounds and weights; nothing is given yet. */
JL_MUST_CHECK bool jl_allocation_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_allocation *ret, struct jl_error *err);
/* priority (1 low ... 4 urgent, 2 when not set) x impact (1-10, 5 when not set) */
int64_t jl_action_weight(const struct jl_record *action);
JL_MUST_CHECK bool jl_allocate(const struct jl_goal *goal, int64_t budget, struct jl_allocation *io, struct jl_error *err);
#endif
