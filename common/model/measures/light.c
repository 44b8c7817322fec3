#include "common/model/measures/light.h"
#include "common/base/money.h"
#include "common/record/schema.h"

static bool met(int32_t comparator, int64_t value, int64_t target) {
  switch (comparator) {
  case JL_GREATER:
    return value > target;
  case JL_AT_LEAST:
    return value >= target;
  case JL_LESS:
    return value < target;
  case JL_AT_MOST:
    return value <= target;
  case JL_EQUAL:
    return value == target;
  default:
    return false;
  }
}

static enum jl_light missed(int64_t value, int64_t target, int64_t tolerance) {
  /* How far off, compared exactly: |value - target| x 10000 <= |target| x tolerance. */
  __int128 off = (__int128)value - target, size = target;
  if (off < 0) off = -off;
  if (size < 0) size = -size;
  return off * JL_SHARE_ONE <= size * tolerance ? JL_LIGHT_WARN : JL_LIGHT_BAD;
}

enum jl_light jl_light_of(int32_t comparator, int64_t value, int64_t target, int64_t tolerance) {
  if (comparator < JL_GREATER || comparator > JL_EQUAL) return JL_LIGHT_NONE;
  return met(comparator, value, target) ? JL_LIGHT_GOOD : missed(value, target, tolerance);
}

enum jl_light jl_light_between(int64_t value, int64_t low, int64_t high, int64_t tolerance) {
  if (low > high) return JL_LIGHT_NONE;
  if (value < low) return missed(value, low, tolerance);
  return value > high ? missed(value, high, tolerance) : JL_LIGHT_GOOD;
}

bool jl_reached_between(int64_t value, int64_t low, int64_t high, int64_t *ret_millionths) {
  if (low > high) return false;
  if (value < low) return jl_reached(JL_AT_LEAST, value, low, ret_millionths);
  if (value > high) return jl_reached(JL_AT_MOST, value, high, ret_millionths);
  *ret_millionths = JL_FRACTION_ONE;
  return true;
}

bool jl_reached(int32_t comparator, int64_t value, int64_t target, int64_t *ret_millionths) {
  bool lower = comparator == JL_LESS || comparator == JL_AT_MOST;
  if (comparator < JL_GREATER || comparator > JL_EQUAL) return false;
  int64_t above = lower ? target : value, below = lower ? value : target;
  if (below == 0 || (above < 0 && below > 0) || (above > 0 && below < 0)) return false;
  /* Both below zero: -2 of at least -4 is not half reached, it is passed; no ratio says that. */
  if (below < 0) return false;
  return jl_mul_div_half_even(above, JL_FRACTION_ONE, below, ret_millionths);
}

bool jl_kpi_target_on(const struct jl_replica *r, const struct jl_record *kpi, int64_t day, struct jl_arena *a, struct jl_kpi_state *io_state) {
  size_t n;
  struct jl_value own;
  const struct jl_record **all = jl_replica_referring(r, &kpi->id, JL_TYPE_KPI_TARGET, JL_KPI_TARGET_KPI, a, &n);
  if (n == SIZE_MAX) return false;
  int64_t nearest = INT64_MAX;
  for (size_t i = 0; i < n; i++) {
    int64_t due = jl_record_int(all[i]->type, all[i]->body, JL_KPI_TARGET_DUE, INT64_MIN);
    if (due < day || due >= nearest) continue;
    nearest = due;
    io_state->period = all[i];
  }
  if (io_state->period != NULL) {
    io_state->has_target = true;
    io_state->target = jl_record_int(io_state->period->type, io_state->period->body, JL_KPI_TARGET_TARGET, 0);
  } else if (jl_record_get(kpi->body, jl_field_by_number(kpi->type, JL_KPI_TARGET), &own)) {
    io_state->has_target = true;
    io_state->target = own.number;
  }
  return true;
}

void jl_kpi_judge(const struct jl_record *kpi, struct jl_kpi_state *io_state) {
  struct jl_kpi_state *s = io_state;
  struct jl_value upper;
  int32_t comparator = (int32_t)jl_record_int(kpi->type, kpi->body, JL_KPI_COMPARATOR, 0);
  int64_t tolerance = jl_record_int(kpi->type, kpi->body, JL_KPI_TOLERANCE, JL_KPI_TOLERANCE_DEFAULT);
  s->has_upper = comparator == JL_BETWEEN && jl_record_get(kpi->body, jl_field_by_number(kpi->type, JL_KPI_UPPER), &upper);
  if (s->has_upper) s->upper = upper.number;
  if (!s->has_value || !s->has_target) return;
  s->light = s->has_upper ? jl_light_between(s->value, s->target, s->upper, tolerance) : jl_light_of(comparator, s->value, s->target, tolerance);
  s->has_reached = s->has_upper ? jl_reached_between(s->value, s->target, s->upper, &s->reached) : jl_reached(comparator, s->value, s->target, &s->reached);
}

bool jl_kpi_state(const struct jl_replica *r, const struct jl_record *kpi, int32_t as_of, struct jl_arena *a, struct jl_kpi_state *ret) {
  struct jl_kpi_state state = {.light = JL_LIGHT_NONE};
  size_t n = 0;
  bool computed = jl_record_has(kpi->body, JL_KPI_COMPUTED);
  const struct jl_record **all = computed ? NULL : jl_replica_referring(r, &kpi->id, JL_TYPE_MEASUREMENT, JL_MEASUREMENT_KPI, a, &n);
  if (n == SIZE_MAX) return false;
  int64_t last_date = INT64_MIN;
  for (size_t i = 0; i < n; i++) { /* ascending by number: the later of one day wins */
    int64_t date = jl_record_int(all[i]->type, all[i]->body, JL_MEASUREMENT_DATE, INT64_MIN);
    if (date > as_of || date < last_date) continue;
    last_date = date;
    state.last = all[i];
  }
  if (!jl_kpi_target_on(r, kpi, state.last != NULL ? last_date : computed ? as_of : INT64_MAX, a, &state)) return false;
  state.has_value = state.last != NULL;
  if (state.has_value) {
    state.value = jl_record_int(state.last->type, state.last->body, JL_MEASUREMENT_VALUE, 0);
    state.day = (int32_t)last_date;
  }
  jl_kpi_judge(kpi, &state);
  *ret = state;
  return true;
}
