#include "common/model/actions/days.h"
#include "common/base/calendar.h"

/* 1969-12-29, a Monday, has index 0 and is day -3. */
static int32_t weekdays_before(int32_t boundary) {
  int64_t t = (int64_t)boundary + 3, weeks = t >= 0 ? t / 7 : (t - 6) / 7, rest = t - weeks * 7;
  return (int32_t)(weeks * 5 + (rest < 5 ? rest : 5));
}

static int32_t weekday_at(int32_t index) {
  int64_t weeks = index >= 0 ? index / 5 : ((int64_t)index - 4) / 5;
  return (int32_t)(weeks * 7 + (index - weeks * 5) - 3);
}

const struct jl_days *jl_days_new(struct jl_arena *a, int32_t first, int32_t end, jl_is_worked *is_worked, const void *context) {
  if (is_worked == NULL || end < first) end = first;
  if (end - first > JL_DAYS_WINDOW) end = first + JL_DAYS_WINDOW;
  size_t span = (size_t)(end - first);
  struct jl_days *d = jl_arena_alloc(a, sizeof *d);
  int32_t *before = jl_arena_array(a, span + 1, sizeof *before), *day = jl_arena_array(a, span + 1, sizeof *day),
          *off = jl_arena_array(a, span + 1, sizeof *off), off_so_far = 0;
  if (d == NULL || before == NULL || day == NULL || off == NULL) return NULL;
  *d = (struct jl_days){.first = first, .end = end, .before = before, .day = day, .off = off};
  for (int32_t at = first; at < end; at++) {
    before[at - first] = d->worked;
    off[at - first] = off_so_far;
    if (is_worked(context, at))
      day[d->worked++] = at;
    else
      off_so_far += jl_weekday(at) <= 5;
  }
  off[span] = off_so_far;
  return d;
}

static int32_t off_before(const struct jl_days *d, int32_t boundary) {
  int32_t at = boundary < d->first ? d->first : boundary > d->end ? d->end : boundary;
  return d->off[at - d->first];
}
int32_t jl_days_off(const struct jl_days *d, int32_t from, int32_t to) { return off_before(d, to) - off_before(d, from); }

int32_t jl_days_before(const struct jl_days *d, int32_t boundary) {
  if (boundary < d->first) return weekdays_before(boundary) - weekdays_before(d->first);
  if (boundary >= d->end) return d->worked + weekdays_before(boundary) - weekdays_before(d->end);
  return d->before[boundary - d->first];
}

int32_t jl_days_at(const struct jl_days *d, int32_t index) {
  if (index < 0) return weekday_at(weekdays_before(d->first) + index);
  if (index >= d->worked) return weekday_at(weekdays_before(d->end) + (index - d->worked));
  return d->day[index];
}

int32_t jl_days_lag(const struct jl_days *d, int32_t from, int32_t lag) {
  return lag == 0 ? from : jl_days_at(d, jl_days_before(d, from) + lag - 1) + 1;
}

int32_t jl_days_lag_back(const struct jl_days *d, int32_t to, int32_t lag) {
  return lag == 0 ? to : jl_days_at(d, jl_days_before(d, to) - lag);
}
