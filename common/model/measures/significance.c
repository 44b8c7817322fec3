#include "common/model/measures/significance.h"
#include "common/base/money.h"
#include "common/model/measures/returns.h"

#define MOST 1000000000LL
#define ONE JL_FRACTION_ONE
#define FEWEST 5
#define POWER 7848879 /* (1.959964 + 0.841621)^2 in millionths: 95 %, two-sided; 80 % */

/* x of N expected among n: x n / N >= 5. */
static bool enough(int64_t x, int64_t all, int64_t n) { return (__int128)x * n >= (__int128)FEWEST * all; }

static bool sound(struct jl_share_of s) { return s.shown > 0 && s.shown <= MOST && s.counted >= 0 && s.counted <= s.shown; }

bool jl_z_squared(struct jl_share_of one, struct jl_share_of other, int64_t *ret_millionths) {
  if (!sound(one) || !sound(other)) return false;
  int64_t n1 = one.shown, n2 = other.shown, all = n1 + n2, did = one.counted + other.counted, not = all - did;
  if (!enough(did, all, n1) || !enough(did, all, n2) || !enough(not, all, n1) || !enough(not, all, n2)) return false;
  int64_t difference, variance;
  /* 12 decimals: at most 10^30 before the division */
  if (!jl_divide_half_even(((__int128)one.counted * n2 - (__int128)other.counted * n1) * 1000000000000LL, (__int128)n1 * n2, &difference)) return false;
  /* p (1 - p) N / (n1 n2) = did x not / (N n1 n2), with 18 decimals; did x not is at most 10^18 */
  if (!jl_divide_half_even((__int128)did * not * 1000000000000000000LL, (__int128)n1 * n2 * all, &variance)) return false;
  return jl_divide_half_even((__int128)difference * difference, variance, ret_millionths);
}

enum jl_significance jl_significance(struct jl_share_of one, struct jl_share_of other) {
  static const struct {
    int64_t least; /* squares of 2.575829, 1.959964, 1.644854 */
    enum jl_significance is;
  } levels[] = {{6634897, JL_SIGNIFICANT_99}, {3841459, JL_SIGNIFICANT_95}, {2705543, JL_SIGNIFICANT_90}};
  int64_t z;
  if (!jl_z_squared(one, other, &z)) return JL_TOO_FEW;
  for (unsigned i = 0; i < JL_COUNT(levels); i++)
    if (z >= levels[i].least) return levels[i].is;
  return JL_NOT_SIGNIFICANT;
}

bool jl_sample_size(int64_t rate, int64_t effect, int64_t *ret_each) {
  int64_t moved = rate + effect;
  if (rate < 0 || rate > ONE || effect == 0 || moved < 0 || moved > ONE) return false;
  __int128 spread = (__int128)rate * (ONE - rate) + (__int128)moved * (ONE - moved), below = (__int128)effect * effect * ONE;
  __int128 above = spread * POWER, n = (above + below - 1) / below;
  if (n > INT64_MAX) return false;
  *ret_each = n < 1 ? 1 : (int64_t)n;
  return true;
}

/* The largest number whose square is no more. */
static int64_t root(unsigned __int128 of) {
  unsigned __int128 low = 0, high = (unsigned __int128)1 << 62;
  while (low < high) {
    unsigned __int128 middle = low + (high - low + 1) / 2;
    if (middle <= of / middle)
      low = middle;
    else
      high = middle - 1;
  }
  return (int64_t)low;
}

bool jl_rate_interval(struct jl_share_of of, int64_t *ret_low, int64_t *ret_high) {
  static const int64_t square = 3841459; /* z^2 in millionths */
  int64_t spread;
  if (!sound(of)) return false;
  /* z sqrt(4 x (n - x) / n + z^2) in millionths: x (n - x) is at most 2.5 x 10^17, times 4 x 10^6 x 3.9 x 10^6 less than 10^31 */
  if (!jl_divide_half_even((__int128)4 * of.counted * (of.shown - of.counted) * ONE, of.shown, &spread)) return false;
  __int128 half = root((unsigned __int128)square * (unsigned __int128)(spread + square));
  __int128 middle = (__int128)2 * of.counted * ONE + square, below = 2 * ((__int128)of.shown * ONE + square);
  __int128 least = middle > half ? middle - half : 0;
  return jl_divide_half_even(least * ONE, below, ret_low) && jl_divide_half_even((middle + half) * ONE, below, ret_high);
}
