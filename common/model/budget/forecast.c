#include "common/model/budget/forecast.h"
#include "common/base/calendar.h"
#include "common/base/money.h"

static int days_in_month(int32_t first) { return jl_day_add_months(first, 1) - first; }

static int32_t month_of(int32_t day) {
  struct jl_date date = jl_date_from_day(day);
  return jl_day_from_date(date.year, date.month, 1);
}

/* Parts from the first day of `day`'s month to the end of `day`. */
static int64_t into_month(int32_t day) {
  int32_t month = month_of(day);
  return (int64_t)(day - month + 1) * (JL_MONTH_PARTS / days_in_month(month));
}

int64_t jl_months_between(int32_t first, int32_t last) {
  if (last < first) return 0;
  struct jl_date from = jl_date_from_day(first), until = jl_date_from_day(last);
  int64_t months = (int64_t)(until.year - from.year) * 12 + until.month - from.month;
  return months * JL_MONTH_PARTS + into_month(last) - into_month(first) + JL_MONTH_PARTS / days_in_month(month_of(first));
}

/* Source: odoo/documentation PR 3049 */
bool jl_theoretical(int64_t total, int32_t first, int32_t last, int32_t today, int64_t *ret) {
  int64_t whole = jl_months_between(first, last), gone = jl_months_between(first, today < last ? today : last);
  if (whole == 0) { /* no time at all: due at once */
    *ret = today < first ? 0 : total;
    return true;
  }
  return jl_mul_div_half_even(total, gone, whole, ret);
}

bool jl_pace_window(int32_t plan_start, int32_t today, int months, struct jl_pace *ret) {
  if (today < plan_start) return false;
  int32_t first = jl_day_add_months(today + 1, -months);
  *ret = (struct jl_pace){.first = first < plan_start ? plan_start : first, .last = today};
  return true;
}

static int64_t counted(const struct jl_pace *pace) { return jl_months_between(pace->first, pace->last); }

bool jl_pace_until(const struct jl_pace *pace, int32_t last, int64_t *ret) {
  return jl_mul_div_half_even(pace->spent, jl_months_between(pace->last + 1, last), counted(pace), ret);
}

struct jl_known jl_run_out(const struct jl_pace *pace, int64_t left) {
  if (left <= 0) return (struct jl_known){true, pace->last};
  __int128 wanted = (__int128)left * counted(pace); /* parts of months x spent */
  int32_t low = pace->last + 1, high = pace->last < JL_DAY_MAX - JL_RUN_OUT_DAYS ? pace->last + JL_RUN_OUT_DAYS : JL_DAY_MAX;
  if (pace->spent <= 0 || (__int128)pace->spent * jl_months_between(low, high) < wanted) return (struct jl_known){0};
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if ((__int128)pace->spent * jl_months_between(pace->last + 1, middle) >= wanted)
      high = middle;
    else
      low = middle + 1;
  }
  return (struct jl_known){true, high};
}
