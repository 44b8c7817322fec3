#include "common/model/measures/returns.h"
#include "common/base/money.h"

#define ONE JL_FRACTION_ONE

bool jl_divide_half_even(__int128 above, __int128 below, int64_t *ret) {
  if (below <= 0) return false;
  bool negative = above < 0;
  unsigned __int128 magnitude = negative ? -(unsigned __int128)above : (unsigned __int128)above, divisor = (unsigned __int128)below;
  unsigned __int128 quotient = magnitude / divisor, rest = magnitude % divisor;
  if (rest > divisor - rest || (rest == divisor - rest && (quotient & 1) != 0)) quotient++;
  if (quotient > (unsigned __int128)INT64_MAX) return false;
  *ret = negative ? -(int64_t)quotient : (int64_t)quotient;
  return true;
}

/* Three numbers may not fit into 128 bits. */
static bool product(__int128 a, int64_t b, __int128 *ret) { return !__builtin_mul_overflow(a, (__int128)b, ret); }

bool jl_cost_per(int64_t cost, int64_t count, int64_t *ret_minor) { return jl_divide_half_even(cost, count, ret_minor); }
bool jl_cost_per_part(int64_t cost, int64_t count, int64_t *ret_minor) { return jl_divide_half_even((__int128)cost * ONE, count, ret_minor); }

bool jl_lifetime_value(int64_t arpu, int64_t churn, int64_t margin, int64_t *ret_minor) {
  return jl_divide_half_even((__int128)arpu * margin, churn, ret_minor); /* both in millionths */
}

bool jl_lifetime_value_of(int64_t arpu, int64_t lifetime, int64_t margin, int64_t *ret_minor) {
  __int128 above;
  return lifetime > 0 && product((__int128)arpu * lifetime, margin, &above) && jl_divide_half_even(above, (__int128)ONE * ONE, ret_minor);
}

bool jl_lifetime_of_churn(int64_t churn, int64_t *ret_periods) { return jl_divide_half_even((__int128)ONE * ONE, churn, ret_periods); }

bool jl_ltv_to_cac(int64_t ltv, int64_t cac, int64_t *ret_ratio) { return jl_divide_half_even((__int128)ltv * ONE, cac, ret_ratio); }

enum jl_ltv_verdict jl_ltv_verdict(int64_t ratio) {
  if (ratio < ONE) return JL_LTV_DESTROYS;
  if (ratio < 3 * ONE) return JL_LTV_WEAK;
  return ratio <= 5 * ONE ? JL_LTV_HEALTHY : JL_LTV_CAUTIOUS;
}

bool jl_payback_months(int64_t cac, int64_t monthly_arpu, int64_t margin, int64_t *ret_months) {
  __int128 above;
  return product((__int128)cac * ONE, ONE, &above) && jl_divide_half_even(above, (__int128)monthly_arpu * margin, ret_months);
}

bool jl_return_on_investment(int64_t revenue, int64_t cost, int64_t *ret_ratio) {
  return jl_divide_half_even(((__int128)revenue - cost) * ONE, cost, ret_ratio);
}

bool jl_return_on_marketing(int64_t incremental, int64_t margin, int64_t spend, int64_t *ret_ratio) {
  return jl_divide_half_even((__int128)incremental * margin - (__int128)spend * ONE, spend, ret_ratio);
}

bool jl_pipeline_velocity(int64_t opportunities, int64_t mean_value, int64_t win_rate, int64_t cycle_days, int64_t *ret_minor_a_day) {
  __int128 above;
  return product((__int128)opportunities * mean_value, win_rate, &above) && jl_divide_half_even(above, cycle_days, ret_minor_a_day); /* millionths of both */
}

bool jl_pipeline_velocity_of(int64_t total_value, int64_t win_rate, int64_t cycle_days, int64_t *ret_minor_a_day) {
  return jl_divide_half_even((__int128)total_value * win_rate, cycle_days, ret_minor_a_day);
}

bool jl_conversion(int64_t from, int64_t to, int64_t *ret_rate) { return jl_divide_half_even((__int128)to * ONE, from, ret_rate); }
