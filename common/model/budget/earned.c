#include "common/model/budget/earned.h"
#include "common/base/money.h"

static bool difference(int64_t a, int64_t b, int64_t *ret) { return !__builtin_sub_overflow(a, b, ret); }

/* a / b in millionths; b = 0: undefined. */
static bool index_of(int64_t a, int64_t b, struct jl_known *ret) {
  struct jl_known index = {.known = b != 0};
  if (index.known && !jl_mul_div_half_even(a, JL_FRACTION_ONE, b, &index.value)) return false;
  *ret = index;
  return true;
}

/* Source of CV, SV, CPI, SPI: rhces.com/evm.html */
bool jl_earned_variances(const struct jl_earned *e, struct jl_variances *ret) {
  struct jl_variances v;
  if (!difference(e->earned, e->actual, &v.cost) || !difference(e->earned, e->planned, &v.schedule) ||
      !index_of(e->earned, e->actual, &v.cost_index) || !index_of(e->earned, e->planned, &v.schedule_index))
    return false;
  *ret = v;
  return true;
}

/* a x b x c / (d x d), half to even. d is not 0. */
static bool mul3_div2(int64_t a, int64_t b, int64_t c, int64_t d, int64_t *ret) {
  __int128 n = (__int128)a * b;
  if (__builtin_mul_overflow(n, (__int128)c, &n)) return false;
  bool negative = n < 0;
  unsigned __int128 size = negative ? -(unsigned __int128)n : (unsigned __int128)n, divisor = (unsigned __int128)((__int128)d * d);
  unsigned __int128 quotient = size / divisor, twice = size % divisor * 2; /* d x d is at most 2^126 */
  if (twice > divisor || (twice == divisor && (quotient & 1) != 0)) quotient++;
  if (quotient > (unsigned __int128)INT64_MAX) return false;
  *ret = negative ? -(int64_t)quotient : (int64_t)quotient;
  return true;
}

/* Source of the four: freezingblue.com, rhces.com. The third is not the "bottom-up" one that memorize.com calls it. */
bool jl_estimate_at_end(enum jl_estimate method, const struct jl_earned *e, struct jl_known to_come, struct jl_known *ret) {
  struct jl_known end = {0};
  int64_t left, rest = to_come.value;
  bool fits = difference(e->budget, e->earned, &left);
  switch (method) {
  case JL_ESTIMATE_TYPICAL: /* BAC / (EV / AC) */
    end.known = e->earned != 0 && e->actual != 0;
    fits = !end.known || jl_mul_div_half_even(e->budget, e->actual, e->earned, &end.value);
    break;
  case JL_ESTIMATE_ATYPICAL:
    end.known = true;
    fits = fits && jl_add(e->actual, left, &end.value);
    break;
  case JL_ESTIMATE_BOTH: /* (BAC - EV) / (EV / AC x EV / PV) */
    end.known = e->earned != 0 && e->actual != 0 && e->planned != 0;
    fits = fits && (!end.known || (mul3_div2(left, e->actual, e->planned, e->earned, &rest) && jl_add(e->actual, rest, &end.value)));
    break;
  case JL_ESTIMATE_BOTTOM_UP:
  case JL_ESTIMATE_PACE:
    end.known = to_come.known;
    fits = !end.known || jl_add(e->actual, to_come.value, &end.value);
    break;
  }
  if (fits) *ret = end;
  return fits;
}

bool jl_variance_at_end(const struct jl_earned *e, struct jl_known at_end, struct jl_known *ret) {
  struct jl_known variance = {.known = at_end.known};
  if (variance.known && !difference(e->budget, at_end.value, &variance.value)) return false;
  *ret = variance;
  return true;
}

bool jl_to_complete_index(const struct jl_earned *e, const struct jl_known *at_end, struct jl_known *ret) {
  int64_t work, money;
  if (at_end != NULL && !at_end->known) {
    *ret = (struct jl_known){0};
    return true;
  }
  return difference(e->budget, e->earned, &work) && difference(at_end == NULL ? e->budget : at_end->value, e->actual, &money) &&
         index_of(work, money, ret);
}
