/* What the budget would be with less: which lines go first and why (product.md B7), as a proposal, and as the scenarios that people keep.
 *
 * A line of which something has no exchange rate, or whose return rests on that, stays as it is: nobody knows whether it goes first; and there is no
 * share of a whole that nobody knows. Any other falls at most to what is ordered and spent, or its minimum. First go lines of which nobody knows what they bring, then those of the
 * lowest return for each euro, last the common costs, that serve no lever and no action. */
#ifndef JL_MODEL_BUDGET_SCENARIO_H
#define JL_MODEL_BUDGET_SCENARIO_H
#include "common/model/budget/allocation.h"

struct jl_cut_line {
  const struct jl_allotment *allotment; /* what is planned now */
  struct jl_known yield;
  bool stays; /* its amounts or its return are not known */
  struct jl_cut cut;
  bool fitted; /* it has what is nearest, not below: fit.h */
};
struct jl_cut_proposal {
  struct jl_goal goal;
  struct jl_allocation lines;
  struct jl_cut_line *rows; /* as they go, first those that go first */
  size_t n;
  int64_t amount, left; /* to be cut; of it what cannot be */
};
/* "20%", "12,5 %" of what is planned, or an amount excl. VAT: "5000", "5000,50". */
JL_MUST_CHECK bool jl_cut_read(const struct jl_view_input *in, const char *text, int64_t planned, int64_t *ret_amount, struct jl_error *err);
JL_MUST_CHECK bool jl_cut_propose(const struct jl_view_input *in, struct jl_builder *b, const char *cut, struct jl_cut_proposal *ret, struct jl_error *err);
const char *jl_cut_label(enum jl_cut_order order, const char **ret_text);

/* A scenario that is kept, against the budget as it is now. */
struct jl_scenario_line {
  const struct jl_record *record, *line; /* line NULL: gone */
  struct jl_known then;
  int64_t now, after;
  bool unknown; /* now: it has no exchange rate */
  bool moved; /* the line plans something else than when it was worked out */
};
struct jl_scenario {
  const struct jl_record *record;
  struct jl_scenario_line *lines; /* by number of the line */
  size_t n;
  int64_t now, after; /* the whole budget */
  bool unknown;       /* both: something that is planned has no exchange rate */
  size_t moved;       /* lines that are not any more as they were */
  bool base_moved;    /* the whole budget is not either */
};
/* of: the lines as they are now, of jl_allocation_lines. */
JL_MUST_CHECK bool jl_scenario_read(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record,
                                    const struct jl_allocation *of, struct jl_scenario *ret, struct jl_error *err);
bool jl_scenario_stale(const struct jl_scenario *s);
/* What is expected of the whole budget with this scenario (NULL: as it is now). */
JL_MUST_CHECK bool jl_scenario_expect(const struct jl_goal *goal, const struct jl_allocation *of, const struct jl_scenario *s,
                                      struct jl_expected *ret, struct jl_error *err);
#endif
