#include "common/model/strategy/funnel.h"
#include "common/base/calendar.h"
#include "common/base/money.h"

#define COUNT_MAX INT64_C(1000000000000) /* of a stage: as millionths it still fits a target */
#define FIRST_START (-354285)            /* 1000-01-01: lags may lead far back */

typedef unsigned __int128 wide;
#define WIDE_MAX (~(wide)0)

/* A count that is not rounded yet, in lowest terms. */
struct ratio {
  wide numerator, denominator;
};

static wide common_divisor(wide a, wide b) {
  while (b != 0) {
    wide rest = a % b;
    a = b;
    b = rest;
  }
  return a == 0 ? 1 : a;
}

static bool times(struct ratio *r, uint64_t by, uint64_t over) {
  wide a = by, b = over, shared = common_divisor(a, b);
  a /= shared, b /= shared;
  shared = common_divisor(r->numerator, b);
  r->numerator /= shared, b /= shared;
  shared = common_divisor(a, r->denominator);
  a /= shared, r->denominator /= shared;
  if (a == 0 || b == 0 || r->numerator > WIDE_MAX / a || r->denominator > WIDE_MAX / b) return false;
  r->numerator *= a;
  r->denominator *= b;
  return true;
}

static bool rounded_up(const struct ratio *r, int64_t *ret_count) {
  wide whole = r->numerator / r->denominator + (r->numerator % r->denominator != 0);
  *ret_count = (int64_t)whole;
  return whole <= COUNT_MAX;
}

static bool too_large(const char *name, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("the count of {1} is too large to be told"), JL_MSG("look whether a rate is far too small"),
                 jl_arg_text(name));
}

static const char *name_of(const struct jl_funnel_plan *plan, size_t stage) { return stage < plan->count ? plan->steps[stage].name : ""; }

/* From the count of stage `at` back to the first one. A stage's own rate says how many of it become one of the next. */
static bool back_from(const struct jl_funnel_plan *plan, const int64_t *rates, size_t at, struct ratio count, int64_t *ret_counts,
                      struct jl_error *err) {
  for (size_t i = at + 1; i-- > 0;) {
    if (!rounded_up(&count, &ret_counts[i])) return too_large(name_of(plan, i), err);
    if (plan->rounding == JL_FUNNEL_EACH) count = (struct ratio){(wide)ret_counts[i], 1};
    if (i == 0) break;
    if (rates[i - 1] <= 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("the rate of {1} is 0: how many it takes is not defined"),
                     JL_MSG("give it a rate above 0, measured or a benchmark"), jl_arg_text(name_of(plan, i - 1)));
    if (!times(&count, JL_FRACTION_ONE, (uint64_t)rates[i - 1])) return too_large(name_of(plan, i - 1), err);
  }
  return true;
}

static bool rates_of(const struct jl_funnel_plan *plan, int64_t ret_rates[JL_FUNNEL_STAGES], struct jl_error *err) {
  if (plan->count == 0 || plan->count > JL_FUNNEL_STAGES)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a funnel has from 1 to {1} stages before the customers"), NULL, jl_arg_integer(JL_FUNNEL_STAGES));
  for (size_t i = 0; i < plan->count; i++) ret_rates[i] = plan->steps[i].rate;
  return true;
}

static bool revenue_of(const struct jl_funnel_plan *plan, struct jl_funnel_result *result, struct jl_error *err) {
  result->revenue = -1;
  if (plan->deal <= 0) return true;
  if (!__builtin_mul_overflow(result->counts[plan->count], plan->deal, &result->revenue)) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the revenue is too large to be told"), NULL);
}

bool jl_funnel_backwards(const struct jl_funnel_plan *plan, struct jl_funnel_result *ret, struct jl_error *err) {
  int64_t rates[JL_FUNNEL_STAGES];
  *ret = (struct jl_funnel_result){.revenue = -1};
  if (!rates_of(plan, rates, err)) return false;
  struct ratio customers = {(wide)(plan->customers < 0 ? 0 : plan->customers), 1};
  if (plan->customers < 0) {
    if (plan->revenue < 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("a funnel goes back from a revenue or from a number of customers"),
                     JL_MSG("give --revenue and --deal, or --customers"));
    if (plan->deal <= 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("without a mean deal the customers behind a revenue are not defined"),
                     JL_MSG("give --deal, what one customer brings on average, or --customers"));
    wide shared = common_divisor((wide)plan->revenue, (wide)plan->deal);
    customers = (struct ratio){(wide)plan->revenue / shared, (wide)plan->deal / shared};
  }
  return back_from(plan, rates, plan->count, customers, ret->counts, err) && revenue_of(plan, ret, err);
}

bool jl_funnel_forwards(const struct jl_funnel_plan *plan, size_t from, int64_t count, struct jl_funnel_result *ret, struct jl_error *err) {
  int64_t rates[JL_FUNNEL_STAGES];
  *ret = (struct jl_funnel_result){.revenue = -1};
  if (!rates_of(plan, rates, err)) return false;
  if (from > plan->count || count < 0) return jl_fail(err, JL_E_INVALID, JL_MSG("there is no such stage in the funnel"), NULL);
  if (count > COUNT_MAX) return too_large(name_of(plan, from), err);
  ret->counts[from] = count;
  for (size_t i = from; i < plan->count; i++) ret->counts[i + 1] = (int64_t)((wide)ret->counts[i] * (uint64_t)rates[i] / JL_FRACTION_ONE);
  return revenue_of(plan, ret, err);
}

int32_t jl_funnel_lag(const struct jl_funnel_plan *plan, size_t stage) {
  int32_t months = 0;
  for (size_t i = stage; i < plan->count; i++) months += plan->steps[i].lag;
  return months;
}

static int64_t even_part(int64_t total, int64_t parts, int64_t at) { return total / parts + (at < total % parts); }

bool jl_funnel_spread(const struct jl_funnel_plan *plan, const struct jl_funnel_result *result, const struct jl_funnel_calendar *calendar,
                      struct jl_funnel_schedule *ret, struct jl_error *err) {
  int32_t months = calendar->months;
  if (months < 1 || months > 12 || calendar->periods < 1 || calendar->periods > JL_SPREAD_PERIODS || calendar->start < FIRST_START)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a target is spread over 1 to {1} months, quarters or years from the year 1000 on"), NULL,
                   jl_arg_integer(JL_SPREAD_PERIODS));
  *ret = (struct jl_funnel_schedule){.before = (size_t)((jl_funnel_lag(plan, 0) + months - 1) / months)};
  ret->count = ret->before + (size_t)calendar->periods;
  JL_ASSERT(ret->count <= JL_FUNNEL_SCHEDULE);
  for (size_t i = 0; i < ret->count; i++)
    ret->starts[i] = jl_day_add_months(calendar->start, ((int)i - (int)ret->before) * months);
  for (size_t stage = 0; stage <= plan->count; stage++) {
    int32_t lag = jl_funnel_lag(plan, stage);
    for (int32_t month = 0; month < calendar->periods * months; month++) {
      int64_t period = even_part(result->counts[stage], calendar->periods, month / months);
      int32_t at = month - lag + (int32_t)ret->before * months; /* not before the first one */
      ret->due[at / months][stage] += even_part(period, months, month % months);
    }
  }
  return true;
}

/* ---- channels ---- */
#define WEIGHT_ONE INT64_C(1000000000000) /* how fine what a channel brings is weighed */

static bool shares_whole(const struct jl_funnel_channel *channels, size_t n, struct jl_error *err) {
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += channels[i].share;
  if (n > 0 && sum == JL_SHARE_ONE) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the shares of the channels add up to {1}, not to 100 %"), JL_MSG("change a share"), jl_arg_share(sum));
}

/* The weights of the channels at stage `at`, behind the shared one. */
static bool weights_at(const struct jl_funnel_channel *channels, size_t n, size_t shared, size_t at, int64_t *ret_weights) {
  for (size_t c = 0; c < n; c++) {
    ret_weights[c] = channels[c].share * (WEIGHT_ONE / JL_SHARE_ONE);
    for (size_t i = shared; i < at; i++)
      if (!jl_mul_div_half_even(ret_weights[c], channels[c].rates[i], JL_FRACTION_ONE, &ret_weights[c])) return false;
  }
  return true;
}

bool jl_funnel_mix(const struct jl_funnel_plan *plan, const struct jl_funnel_channel *channels, size_t n, size_t shared,
                   int64_t ret_rates[JL_FUNNEL_STAGES], struct jl_error *err) {
  int64_t weights[JL_FUNNEL_CHANNELS];
  if (n > JL_FUNNEL_CHANNELS || !rates_of(plan, ret_rates, err) || !shares_whole(channels, n, err)) return false;
  for (size_t i = shared; i < plan->count; i++) {
    int64_t sum = 0, through = 0; /* the weights are parts of one whole: at most WEIGHT_ONE x JL_FRACTION_ONE */
    if (!weights_at(channels, n, shared, i, weights)) return too_large(name_of(plan, i), err);
    for (size_t c = 0; c < n; c++) {
      sum += weights[c];
      through += weights[c] * channels[c].rates[i];
    }
    /* where nothing comes so far, nothing goes on */
    if (!jl_mul_div_half_even(through, 1, sum, &ret_rates[i])) ret_rates[i] = 0;
  }
  return true;
}

bool jl_funnel_split(const struct jl_funnel_plan *plan, const struct jl_funnel_channel *channels, size_t n, size_t shared,
                     struct jl_funnel_result *io_whole, struct jl_funnel_result *ret_parts, struct jl_error *err) {
  int64_t weights[JL_FUNNEL_CHANNELS], parts[JL_FUNNEL_CHANNELS];
  if (n > JL_FUNNEL_CHANNELS || !shares_whole(channels, n, err)) return false;
  for (size_t c = 0; c < n; c++) ret_parts[c] = (struct jl_funnel_result){.revenue = -1};
  for (size_t i = shared; i <= plan->count; i++) {
    if (!weights_at(channels, n, shared, i, weights)) return too_large(name_of(plan, i), err);
    if (!jl_split(io_whole->counts[i], weights, n, parts)) continue; /* no channel lets anything through: nothing to split */
    for (size_t c = 0; c < n; c++) ret_parts[c].counts[i] = parts[c];
  }
  for (size_t i = 0; i < shared; i++) io_whole->counts[i] = 0;
  for (size_t c = 0; c < n; c++) {
    struct ratio count = {(wide)ret_parts[c].counts[shared], 1};
    if (!back_from(plan, channels[c].rates, shared, count, ret_parts[c].counts, err) || !revenue_of(plan, &ret_parts[c], err)) return false;
    for (size_t i = 0; i < shared; i++) io_whole->counts[i] += ret_parts[c].counts[i];
  }
  return true;
}

bool jl_funnel_capacity(int64_t reps, int64_t each, int64_t *ret) {
  int64_t able;
  if (__builtin_mul_overflow(reps, each, &able)) return false;
  *ret = able;
  return true;
}

bool jl_funnel_within_capacity(int64_t reps, int64_t each, int64_t needed) {
  int64_t able;
  return !jl_funnel_capacity(reps, each, &able) || needed <= able; /* more than any number that is needed */
}
