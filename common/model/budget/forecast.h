/* What should have been spent by now, and when the money is gone at the present pace (product.md B3, B7). Pure; integers only.
 *
 * Time is counted in months, and in days within a month, each of which is as long a part of it: 1,200 a year is 100 on 31 January
 * (formulas.md, Theoretical to date), and 50 at the middle of a month of 30 days. */
#ifndef JL_MODEL_BUDGET_FORECAST_H
#define JL_MODEL_BUDGET_FORECAST_H
#include "common/model/budget/earned.h"

#define JL_MONTH_PARTS 377580 /* of one month: 28 x 29 x 30 x 31 / 2, so that a day of any month is a whole number of them */
int64_t jl_months_between(int32_t first, int32_t last); /* parts of months from the first day to the last one, both counted; 0: none */

/* Of `total`, planned from `first` to `last` evenly, what was to be spent by the end of `today`; half to even. false: it does not fit. */
JL_MUST_CHECK bool jl_theoretical(int64_t total, int32_t first, int32_t last, int32_t today, int64_t *ret);

/* Spending as it went in the days that were counted, a month being a month: 3,000 from January to March are 1,000 a month. */
struct jl_pace {
  int32_t first, last; /* days that were counted */
  int64_t spent;
};
#define JL_PACE_MONTHS 3
/* The last `months` months until today, not before the plan began. false: the plan has not begun. */
bool jl_pace_window(int32_t plan_start, int32_t today, int months, struct jl_pace *ret);
/* What it comes to from tomorrow until `last`. false: it does not fit. */
JL_MUST_CHECK bool jl_pace_until(const struct jl_pace *pace, int32_t last, int64_t *ret);
/* The day at whose end `left` is spent at this pace: the last day counted when nothing is left. Undefined: nothing was spent, so it lasts for
 * ever, or as good as that: twenty years. */
#define JL_RUN_OUT_DAYS 7305
struct jl_known jl_run_out(const struct jl_pace *pace, int64_t left);
#endif
