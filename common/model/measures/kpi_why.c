/* Where the figures of a KPI come from (common/model/explain.h). */
#include "common/model/explain.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/course.h"
#include "common/model/measures/kpi_cells.h"
#include "common/record/schema.h"

static struct jl_arg figure(struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state, int64_t millionths) {
  return jl_arg_fraction(millionths, jl_kpi_unit(b, kpi, state));
}

void jl_why_kpi_target(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  if (!state->has_target) return;
  if (state->period == NULL) {
    jl_why_field(b, in, kpi, JL_KPI_TARGET);
    return;
  }
  if (jl_why_begin(b, JL_WHY_CHOICE, figure(b, kpi, state, state->target), JL_MSG("target of the period in which it was measured"))) {
    jl_why_field(b, in, state->period, JL_KPI_TARGET_TARGET);
    jl_why_taken(b);
    if (jl_record_has(kpi->body, JL_KPI_TARGET)) jl_why_field(b, in, kpi, JL_KPI_TARGET);
  }
  jl_why_end(b);
}

void jl_why_kpi_value(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  size_t n = 0;
  if (state->computed != NULL) {
    jl_why_computed(b, in, kpi, state->computed);
    return;
  }
  const struct jl_record **all = jl_view_referring(in, b, &kpi->id, JL_TYPE_MEASUREMENT, JL_MEASUREMENT_KPI, &n);
  if (jl_why_begin(b, JL_WHY_LAST, figure(b, kpi, state, state->value), JL_MSG("the last measurement until this day"))) {
    jl_why_many(b, n);
    jl_why_field(b, in, state->last, JL_MEASUREMENT_VALUE);
    jl_why_taken(b);
    for (size_t i = n; i-- > 0;)
      if (all[i] != state->last && jl_view_int(all[i], JL_MEASUREMENT_DATE, INT32_MAX) <= in->today) jl_why_field(b, in, all[i], JL_MEASUREMENT_VALUE);
  }
  jl_why_end(b);
}

/* In the direction of its target: value / target, or target / value. */
void jl_why_kpi_reached(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  int64_t comparator = jl_view_int(kpi, JL_KPI_COMPARATOR, 0);
  bool lower = comparator == JL_LESS || comparator == JL_AT_MOST || (state->has_upper && state->value > state->upper);
  bool within = state->has_upper && state->value >= state->target && state->value <= state->upper;
  if (within) {
    jl_why_constant(b, jl_arg_fraction(state->reached, "percent"), JL_MSG("within its range"));
    return;
  }
  if (jl_why_begin(b, JL_WHY_RATIO, jl_arg_fraction(state->reached, "percent"), lower ? JL_MSG("reached = target / value") : JL_MSG("reached = value / target"))) {
    if (!lower) jl_why_kpi_value(b, in, kpi, state);
    if (state->has_upper && lower)
      jl_why_field(b, in, kpi, JL_KPI_UPPER);
    else
      jl_why_kpi_target(b, in, kpi, state);
    if (lower) jl_why_kpi_value(b, in, kpi, state);
  }
  jl_why_end(b);
}

void jl_why_kpi_light(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  static const struct {
    const char *label, *formula;
  } said[] = {[JL_LIGHT_NONE] = {"", ""},
              [JL_LIGHT_GOOD] = {JL_MSG("on target"), JL_MSG("on target: the value meets it")},
              [JL_LIGHT_WARN] = {JL_MSG("close to target"), JL_MSG("close: the value misses the target by no more than the tolerance, a part of the target")},
              [JL_LIGHT_BAD] = {JL_MSG("off target"), JL_MSG("off: the value misses the target by more than the tolerance, a part of the target")}};
  if (state->light == JL_LIGHT_NONE) {
    jl_why_begin(b, JL_WHY_UNDEFINED, jl_arg_label(jl_kpi_lack(state)),
                 state->to_come               ? JL_MSG("no light: the period has not begun")
                 : state->has_value           ? JL_MSG("no light: there is no target to hold it against")
                 : state->computed != NULL ? JL_MSG("no light: it has no value in this period")
                                              : JL_MSG("no light: nothing was measured until this day"));
    jl_why_record(b, in, kpi);
    jl_why_end(b);
    return;
  }
  if (jl_why_begin(b, JL_WHY_COMPARED, jl_arg_label(said[state->light].label), said[state->light].formula)) {
    jl_why_kpi_value(b, in, kpi, state);
    jl_why_field(b, in, kpi, JL_KPI_COMPARATOR);
    jl_why_kpi_target(b, in, kpi, state);
    if (state->has_upper) jl_why_field(b, in, kpi, JL_KPI_UPPER);
    jl_why_field_or(b, in, kpi, JL_KPI_TOLERANCE, JL_KPI_TOLERANCE_DEFAULT);
  }
  jl_why_end(b);
}

static void why_days(struct jl_builder *b, int32_t until, int32_t from, const char *formula) {
  if (jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_integer((int64_t)until - from), formula)) {
    jl_why_constant(b, jl_arg_date(until), JL_MSG("until"));
    jl_why_constant(b, jl_arg_date(from), JL_MSG("from"));
  }
  jl_why_end(b);
}

/* Of a computed KPI its value so far x days of the period / days gone; of a measured one the last value, and what the days that are left bring if they
 * bring as much as those between its first and its last value. */
void jl_why_kpi_projection(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state,
                           const struct jl_kpi_course *course) {
  struct jl_arg value = figure(b, kpi, state, course->projection);
  if (state->computed != NULL) {
    const struct jl_span *span = &state->computed->span;
    if (jl_why_begin(b, JL_WHY_PROPORTION, value, JL_MSG("value so far x days of the period / days gone"))) {
      jl_why_kpi_value(b, in, kpi, state);
      jl_why_constant(b, jl_arg_integer((int64_t)span->last - span->first + 1), JL_MSG("days of the period"));
      jl_why_constant(b, jl_arg_integer((int64_t)in->today - span->first + 1), JL_MSG("days gone"));
    }
    jl_why_end(b);
    return;
  }
  const struct jl_kpi_point *first = &course->points[course->count - course->used], *last = &course->points[course->count - 1];
  if (jl_why_begin(b, JL_WHY_SUM, value, JL_MSG("last value + change between first and last value x days to go / days between them"))) {
    jl_why_field(b, in, last->from, JL_MEASUREMENT_VALUE);
    if (jl_why_begin(b, JL_WHY_PROPORTION, figure(b, kpi, state, course->projection - last->value), JL_MSG("change x days to go / days"))) {
      if (jl_why_begin(b, JL_WHY_DIFFERENCE, figure(b, kpi, state, last->value - first->value), JL_MSG("change = last value - the first of these"))) {
        jl_why_field(b, in, last->from, JL_MEASUREMENT_VALUE);
        jl_why_field(b, in, first->from, JL_MEASUREMENT_VALUE);
      }
      jl_why_end(b);
      why_days(b, course->until, last->day, JL_MSG("days to go"));
      why_days(b, last->day, first->day, JL_MSG("days between the two values"));
    }
    jl_why_end(b);
  }
  jl_why_end(b);
}
