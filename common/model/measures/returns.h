/* What came of the money (product.md M3, M6; formulas.md "Cost, value, return"): pure, integers only, rounded once at the end, half to even.
 * Money goes in and comes out in minor units; rates, ratios, months and days in millionths. false: undefined - a denominator of zero, or
 * below - or larger than a number holds; never 0 and never infinity instead. */
#ifndef JL_MODEL_MEASURES_RETURNS_H
#define JL_MODEL_MEASURES_RETURNS_H
#include "common/base/compiler.h"
#include <stdint.h>

/* a / b; b > 0. What the others are made of. */
JL_MUST_CHECK bool jl_divide_half_even(__int128 above, __int128 below, int64_t *ret);

/* Cost per lead (spend of a channel, its qualified leads), cost of acquisition (marketing and sales, salaries and tools included, new
 * customers), cost per anything that is counted. */
JL_MUST_CHECK bool jl_cost_per(int64_t cost, int64_t count, int64_t *ret_minor);
JL_MUST_CHECK bool jl_cost_per_part(int64_t cost, int64_t count, int64_t *ret_minor); /* the count in millionths: a part of a period has a part of its count */
/* What a customer brings: ARPU / churn of the same period, times the gross margin for the net form (JL_FRACTION_ONE: gross form). */
JL_MUST_CHECK bool jl_lifetime_value(int64_t arpu, int64_t churn, int64_t margin, int64_t *ret_minor);
/* The same from how long a customer stays, in periods of the ARPU: ARPU x lifetime. */
JL_MUST_CHECK bool jl_lifetime_value_of(int64_t arpu, int64_t lifetime, int64_t margin, int64_t *ret_minor);
JL_MUST_CHECK bool jl_lifetime_of_churn(int64_t churn, int64_t *ret_periods); /* 1 / churn */
JL_MUST_CHECK bool jl_ltv_to_cac(int64_t ltv, int64_t cac, int64_t *ret_ratio);
enum jl_ltv_verdict { JL_LTV_DESTROYS /* below 1 */, JL_LTV_WEAK /* below 3 */, JL_LTV_HEALTHY, JL_LTV_CAUTIOUS /* above 5: may be too little investment */ };
enum jl_ltv_verdict jl_ltv_verdict(int64_t ratio);
/* Months until a customer has paid back what it cost: CAC / (monthly ARPU x margin). */
JL_MUST_CHECK bool jl_payback_months(int64_t cac, int64_t monthly_arpu, int64_t margin, int64_t *ret_months);
/* (revenue - full cost) / full cost; full: media, production, people, tools. */
JL_MUST_CHECK bool jl_return_on_investment(int64_t revenue, int64_t cost, int64_t *ret_ratio);
/* (incremental revenue x margin - spend) / spend. */
JL_MUST_CHECK bool jl_return_on_marketing(int64_t incremental, int64_t margin, int64_t spend, int64_t *ret_ratio);
/* What the pipeline brings a day: opportunities x mean value x win rate / days of the cycle (millionths). */
JL_MUST_CHECK bool jl_pipeline_velocity(int64_t opportunities, int64_t mean_value, int64_t win_rate, int64_t cycle_days, int64_t *ret_minor_a_day);
/* The same where only the total of their values is known, as it is recorded. */
JL_MUST_CHECK bool jl_pipeline_velocity_of(int64_t total_value, int64_t win_rate, int64_t cycle_days, int64_t *ret_minor_a_day);
JL_MUST_CHECK bool jl_conversion(int64_t from, int64_t to, int64_t *ret_rate);
#endif
