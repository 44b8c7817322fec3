#include "common/model/measures/course.h"
#include "common/base/money.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"
#include <stdlib.h>

#define POINTS_MOST 400 /* newest ones of a KPI */
#define PERIODS 6
#define FAR_MOST 2 /* times as far ahead as it was seen */

bool jl_trend_slope(const int64_t *y, size_t n, int64_t *ret_slope) {
  __int128 sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0, count = (__int128)n;
  for (size_t i = 0; i < n; i++) {
    __int128 x = (__int128)i;
    sum_x += x;
    sum_xx += x * x;
    sum_y += y[i];
    sum_xy += x * y[i];
  }
  return n >= 2 && jl_divide_half_even(count * sum_xy - sum_x * sum_y, count * sum_xx - sum_x * sum_x, ret_slope);
}

bool jl_at_this_pace(int32_t first_day, int64_t first, int32_t last_day, int64_t last, int32_t until, int64_t *ret) {
  int64_t more, days = (int64_t)last_day - first_day;
  return days > 0 && jl_divide_half_even(((__int128)last - first) * ((__int128)until - last_day), days, &more) && jl_add(last, more, ret);
}

bool jl_run_rate(int64_t so_far, int64_t days_passed, int64_t days, int64_t *ret) { return jl_divide_half_even((__int128)so_far * days, days_passed, ret); }

static int older_first(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  int64_t day_a = jl_view_int(a, JL_MEASUREMENT_DATE, 0), day_b = jl_view_int(b, JL_MEASUREMENT_DATE, 0);
  if (day_a != day_b) return day_a < day_b ? -1 : 1;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return jl_id_compare(&a->id, &b->id);
}

static void measured(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, struct jl_kpi_course *c) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(in, b, &kpi->id, JL_TYPE_MEASUREMENT, JL_MEASUREMENT_KPI, &n);
  c->points = jl_view_alloc(b, n, sizeof *c->points);
  if (c->points == NULL) return;
  if (n > 0) qsort(all, n, sizeof *all, older_first);
  for (size_t i = 0; i < n; i++) {
    int32_t day = (int32_t)jl_view_int(all[i], JL_MEASUREMENT_DATE, 0);
    if (day > in->today) continue;
    if (c->count > 0 && c->points[c->count - 1].day == day) c->count--; /* of one day the one recorded last */
    c->points[c->count++] = (struct jl_kpi_point){.day = day, .value = jl_view_int(all[i], JL_MEASUREMENT_VALUE, 0), .from = all[i]};
  }
  if (c->count <= POINTS_MOST) return;
  c->points += c->count - POINTS_MOST;
  c->count = POINTS_MOST;
}

static bool computed(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, const struct jl_computed *now, struct jl_kpi_course *c) {
  const struct jl_fiscal fiscal = jl_span_fiscal(in);
  struct jl_span span = now->span;
  struct jl_kpi_point found[PERIODS];
  size_t n = 0;
  for (int i = 0; i < PERIODS; i++, span = jl_span_before(&fiscal, &span)) {
    struct jl_computed one;
    if (!jl_computed_in(in, b, kpi, &span, &one)) return false;
    if (one.state == JL_COMPUTED_VALUE) found[n++] = (struct jl_kpi_point){.day = one.span.last > in->today && one.span.first <= in->today ? in->today : one.span.last, .value = one.value};
  }
  c->points = jl_view_alloc(b, n, sizeof *c->points);
  for (size_t i = 0; c->points != NULL && i < n; i++) c->points[i] = found[n - 1 - i];
  c->count = c->points == NULL ? 0 : n;
  return c->points != NULL;
}

static bool adds_up(const struct jl_computed *c) { return c->formula == JL_COMPUTED_COUNT || c->formula == JL_COMPUTED_AMOUNT || c->formula == JL_COMPUTED_SPEND; }

/* To the end of what it is held against: the target's period, or the plan. */
static void project(const struct jl_view_input *in, const struct jl_kpi_state *state, struct jl_kpi_course *c) {
  const struct jl_record *plan = jl_view_plan(in);
  if (state->computed != NULL) {
    const struct jl_span *span = &state->computed->span;
    c->until = span->last;
    c->has_projection = adds_up(state->computed) && state->has_value && in->today < span->last && in->today >= span->first &&
                        jl_run_rate(state->value, (int64_t)in->today - span->first + 1, (int64_t)span->last - span->first + 1, &c->projection);
    return;
  }
  c->until = (int32_t)(state->period != NULL ? jl_view_int(state->period, JL_KPI_TARGET_DUE, INT32_MIN) : plan != NULL ? jl_view_int(plan, JL_PLAN_END, INT32_MIN) : INT32_MIN);
  const struct jl_kpi_point *first = c->used < 2 ? NULL : &c->points[c->count - c->used], *last = c->used < 2 ? NULL : &c->points[c->count - 1];
  bool near = first != NULL && (int64_t)c->until - last->day <= FAR_MOST * ((int64_t)last->day - first->day); /* two values say nothing of a whole year */
  c->has_projection = near && c->until > last->day && c->until > in->today && jl_at_this_pace(first->day, first->value, last->day, last->value, c->until, &c->projection);
}

bool jl_kpi_course(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state, struct jl_kpi_course *ret) {
  struct jl_kpi_course c = {.count = 0};
  int64_t y[JL_TREND_POINTS];
  if (state->computed == NULL)
    measured(in, b, kpi, &c);
  else if (!computed(in, b, kpi, state->computed, &c))
    return false;
  c.used = c.count < JL_TREND_POINTS ? c.count : JL_TREND_POINTS;
  for (size_t i = 0; i < c.used; i++) y[i] = c.points[c.count - c.used + i].value;
  if (c.used < 2 || !jl_trend_slope(y, c.used, &c.slope)) c.used = 0;
  project(in, state, &c);
  *ret = c;
  return jl_builder_ok(b);
}
