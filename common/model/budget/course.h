/* How a budget goes: of each line what should have been spent by now, what is earned, what was spent lately; sums of them. Amounts in what they cost.
 *
 * - Theoretical to date: by the months planned (a quarter's amount over its three months); a line planned as a whole evenly over the dates of
 *   its action when it has both, else over the plan's.
 * - Earned: what is planned times the progress of its action (done: all of it; without a progress the part of its quantity that is done). What
 *   funds no action has no progress of its own: it is earned as time goes by.
 *
 * - Actual: invoices dated until today. Those dated later are known and still to come: they count as committed, so what remains is what the budget has.
 *
 * Theoretical and earned are rounded to the cent line by line, so that a screen adds up; ratios and estimates are of what they were before. */
#ifndef JL_MODEL_BUDGET_COURSE_H
#define JL_MODEL_BUDGET_COURSE_H
#include "common/model/budget/forecast.h"
#include "common/model/budget/totals.h"

struct jl_course {
  struct jl_amounts amounts;
  int64_t theoretical, earned, spent; /* spent: invoices dated in the days of the pace */
  int64_t dated_later;                /* of what is committed: invoices dated after today */
  struct jl_known to_come;            /* what is estimated anew (ETC); known of a sum when it is of each of its lines */
  size_t lines;
  int64_t parts; /* of a minor unit: together millionths of the currency. In these, what is divided: each line rounded once, so off by half a one */
  int64_t theoretical_parts, earned_parts;
};
struct jl_line_course {
  struct jl_money_line money;
  bool by_progress;               /* false: earned by time */
  struct jl_course course;
};
struct jl_budget_course {
  struct jl_line_course *lines; /* those of a lever together, in the order of the levers; those without one last */
  size_t n;
  struct jl_course total;
  int32_t start, end; /* of the plan */
  bool begun;         /* else there is no pace yet */
  bool later_unknown; /* an invoice dated after today has no rate: nobody knows what is dated later */
  struct jl_pace pace; /* days that count; spent: of all lines */
};
/* remarks: what is to be said beside the amounts (remarks.h); NULL: nothing. */
JL_MUST_CHECK bool jl_budget_course(const struct jl_view_input *in, struct jl_builder *b, int months, struct jl_money_remarks *remarks,
                                    struct jl_budget_course *ret, struct jl_error *err);
JL_MUST_CHECK bool jl_course_add(struct jl_course *total, const struct jl_course *more, struct jl_error *err);
struct jl_earned jl_course_earned(const struct jl_course *course);
/* The part of its work that the action has done, as a ratio of at most 1: millionths, or its quantity. false: no action, so earned as time goes by. */
struct jl_done { int64_t done, of; bool counted; };
bool jl_action_done(const struct jl_record *action, struct jl_done *ret);
/* EAC of a line or of a sum. false: it does not fit. */
JL_MUST_CHECK bool jl_course_end(const struct jl_budget_course *whole, const struct jl_course *course, enum jl_estimate method, struct jl_estimated *ret,
                                 struct jl_error *err);
/* The day on which the money planned for it is spent at its present pace. */
struct jl_known jl_course_run_out(const struct jl_budget_course *whole, const struct jl_course *course);
#endif
