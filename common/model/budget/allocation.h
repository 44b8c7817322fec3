/* A global budget split over the lines by priority and importance of what they pay for: each in proportion to its weight, never below what is
 * ordered and spent or its minimum, never above its maximum (share_out.h). */
#ifndef JL_MODEL_BUDGET_ALLOCATION_H
#define JL_MODEL_BUDGET_ALLOCATION_H
#include "common/model/budget/fit.h"
#include "common/model/budget/goal.h"
#include "common/model/budget/share_out.h"
#include "common/model/measures/spend.h"

enum jl_bound { JL_BOUND_WEIGHT, JL_BOUND_HAND, JL_BOUND_COMMON /* serves no lever and no action: kept */, JL_BOUND_FINISHED /* done or dropped */,
                JL_BOUND_SPENT /* ordered and spent already */, JL_BOUND_MINIMUM, JL_BOUND_MAXIMUM, JL_BOUND_CLOSED /* closed months, or times that are over */,
                JL_BOUND_AS_IS /* something of it has no exchange rate: nobody knows what it costs, or what of it is left */ };
struct jl_allotment {
  const struct jl_record *line, *lever, *action; /* action NULL: none, or several */
  struct jl_amounts amounts;
  unsigned unknown; /* as of jl_money_line */
  int64_t spent; /* ordered and spent */
  bool common, finished, by_hand, as_is;
  bool plain; /* any amount can be had of it */
  bool fitted; /* it has what is nearest to its share: fit.h */
  int64_t nearest;
  int64_t hand;
  struct jl_line_rates rates;
  struct jl_fit fit;
  struct jl_part part;
  enum jl_bound bound;
  struct jl_expected expected;
};
struct jl_allocation {
  struct jl_allotment *rows; /* a line each, by number */
  size_t n;
  struct jl_amounts total;
  unsigned unknown; /* of all lines: what rests on it is not worked out */
  struct jl_money_remarks remarks;
  bool vat_costs; /* some of these amounts have VAT in them, which does not come back */
  int64_t left; /* of the budget: nobody may have it (> 0), or it does not cover what must be (< 0) */
};
/* The lines with their bounds and weights; nothing is given yet. */
JL_MUST_CHECK bool jl_allocation_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_allocation *ret, struct jl_error *err);
/* priority (1 low ... 4 urgent, 2 when not set) x impact (1-10, 5 when not set) */
/* The days that a lever's cost per lead is measured in: the months of the plan that are over, whole. Of the running month an invoice counts whole on its day,
 * also one that is for all of it or is dated later (course.h: what is dated later is still to come), while a figure of the month counts by the days that have
 * passed: spend / leads (formulas.md, CPL) of both would hold the money of a month against the leads of a part of it. */
struct jl_spend_ask jl_lever_measured(const struct jl_view_input *in, const struct jl_record *lever);
enum jl_bound jl_bound_below(const struct jl_allotment *row); /* why it gets no less than its least */
int64_t jl_action_weight(const struct jl_record *action);
/* Only where every amount is known (unknown 0): what a line takes is missing to the others. What one has that recurs or is in another currency is the nearest to its share that is not above; the cents that leaves go to the others. */
JL_MUST_CHECK bool jl_allocate(const struct jl_view_input *in, struct jl_builder *b, const struct jl_goal *goal, int64_t budget, struct jl_allocation *io,
                               struct jl_error *err);
#endif
