#include "common/model/budget/earned.h"
#include "common/base/money.h"

static bool difference(int64_t a, int64_t b, int64_t *ret) { return !__builtin_sub_overflow(a, b, ret); }

static int64_t parts_of(const struct jl_earned *e) { return e->parts == 0 ? 1 : e->parts; }
static int64_t earned_of(const struct jl_earned *e) { return e->parts == 0 ? e->earned : e->earned_parts; }
static int64_t planned_of(const struct jl_earned *e) { return e->parts == 0 ? e->planned : e->planned_parts; }
static bool in_parts(const struct jl_earned *e, int64_t amount, int64_t *ret) { return !__builtin_mul_overflow(amount, parts_of(e), ret); }

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
  int64_t actual;
  if (!difference(e->earned, e->actual, &v.cost) || !difference(e->earned, e->planned, &v.schedule) || !in_parts(e, e->actual, &actual) ||
      !index_of(earned_of(e), actual, &v.cost_index) || !index_of(earned_of(e), planned_of(e), &v.schedule_index))
    return false;
  *ret = v;
  return true;
}

static unsigned __int128 size_of(__int128 n) { return n < 0 ? -(unsigned __int128)n : (unsigned __int128)n; }

/* a x b x c / (d x d), half to even. d is not 0. The product has up to 189 bits: divided bit by bit. */
static bool mul3_div2(int64_t a, int64_t b, int64_t c, int64_t d, int64_t *ret) {
  bool negative = ((a < 0) != (b < 0)) != (c < 0);
  const unsigned __int128 two = size_of((__int128)a * b), three = size_of(c), divisor = size_of((__int128)d * d); /* at most 2^126 */
  const unsigned __int128 low = (uint64_t)two * three, high = (two >> 64) * three + (low >> 64);
  unsigned __int128 rest = 0, quotient = 0;
  for (int bit = 191; bit >= 0; bit--) {
    const unsigned __int128 word = bit >= 64 ? high : (uint64_t)low;
    rest = rest << 1 | (word >> (bit >= 64 ? bit - 64 : bit) & 1);
    if (quotient > (unsigned __int128)INT64_MAX) return false;
    quotient <<= 1;
    if (rest < divisor) continue;
    rest -= divisor;
    quotient |= 1;
  }
  rest *= 2;
  if (rest > divisor || (rest == divisor && (quotient & 1) != 0)) quotient++;
  if (quotient > (unsigned __int128)INT64_MAX) return false;
  *ret = negative ? -(int64_t)quotient : (int64_t)quotient;
  return true;
}

/* BAC / (EV / AC) */
static bool typical(const struct jl_earned *e, struct jl_estimated *io) {
  int64_t budget, actual;
  return in_parts(e, e->budget, &budget) && in_parts(e, e->actual, &actual) && jl_mul_div_half_even(e->budget, actual, earned_of(e), &io->value) &&
         jl_mul_div_half_even(budget, actual, earned_of(e), &io->rest) && difference(io->rest, actual, &io->rest);
}

/* AC + (BAC - EV) / (EV / AC x EV / PV); left: BAC - EV, in parts */
static bool both(const struct jl_earned *e, int64_t left, struct jl_estimated *io) {
  int64_t actual;
  return in_parts(e, e->actual, &actual) && mul3_div2(left, e->actual, planned_of(e), earned_of(e), &io->value) && jl_add(e->actual, io->value, &io->value) &&
         mul3_div2(left, actual, planned_of(e), earned_of(e), &io->rest);
}

static bool work_left(const struct jl_earned *e, int64_t *ret_parts) {
  int64_t budget;
  return in_parts(e, e->budget, &budget) && difference(budget, earned_of(e), ret_parts);
}

/* Source of the four: freezingblue.com, rhces.com. The third is not the "bottom-up" one that memorize.com calls it. */
bool jl_estimate_at_end(enum jl_estimate method, const struct jl_earned *e, struct jl_estimated to_come, struct jl_estimated *ret) {
  struct jl_estimated end = {0};
  int64_t left = 0, shown = 0;
  bool fits = work_left(e, &left);
  switch (method) {
  case JL_ESTIMATE_TYPICAL:
    end.known = earned_of(e) != 0 && e->actual != 0;
    fits = !end.known || typical(e, &end);
    break;
  case JL_ESTIMATE_ATYPICAL:
    end = (struct jl_estimated){.known = true, .rest = left};
    fits = fits && difference(e->budget, e->earned, &shown) && jl_add(e->actual, shown, &end.value);
    break;
  case JL_ESTIMATE_BOTH:
    end.known = earned_of(e) != 0 && e->actual != 0 && planned_of(e) != 0;
    fits = fits && (!end.known || both(e, left, &end));
    break;
  case JL_ESTIMATE_BOTTOM_UP:
  case JL_ESTIMATE_PACE:
    end = to_come;
    fits = !end.known || jl_add(e->actual, to_come.value, &end.value);
    break;
  }
  if (fits) *ret = end;
  return fits;
}

bool jl_variance_at_end(const struct jl_earned *e, struct jl_estimated at_end, struct jl_known *ret) {
  struct jl_known variance = {.known = at_end.known};
  if (variance.known && !difference(e->budget, at_end.value, &variance.value)) return false;
  *ret = variance;
  return true;
}

bool jl_to_complete_index(const struct jl_earned *e, const struct jl_estimated *at_end, struct jl_known *ret) {
  int64_t work, money;
  if (at_end != NULL && !at_end->known) {
    *ret = (struct jl_known){0};
    return true;
  }
  if (at_end != NULL)
    money = at_end->rest;
  else if (!difference(e->budget, e->actual, &money) || !in_parts(e, money, &money))
    return false;
  return work_left(e, &work) && index_of(work, money, ret);
}
