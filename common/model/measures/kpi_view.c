/* The KPI table: target, last value, trend, light (product.md M1-M3), and a series of measurements for each. */
#include "common/model/explain.h"
#include "common/model/governance/definition.h"
#include "common/model/measures/course.h"
#include "common/model/measures/figure_cells.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/measures/kpi_tables.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

void jl_columns_kpi_target(struct jl_builder *b, int priority) {
  jl_column_text(b, "comparator", "", priority);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_FRACTION, priority);
}

void jl_cells_kpi_target(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  if (!state->has_target) {
    jl_cells_empty(b, 2);
    return;
  }
  jl_cell_by_number(b, in, kpi, JL_KPI_COMPARATOR);
  if (state->has_upper) {
    const struct jl_arg ends[] = {jl_arg_fraction(state->target, jl_kpi_unit(b, kpi, state)), jl_arg_fraction(state->upper, jl_kpi_unit(b, kpi, state))};
    jl_cell_words(b, JL_MSG("{1} to {2}"), ends, 2);
    jl_cell_source(b, kpi);
  } else if (state->period != NULL)
    jl_cell_by_number(b, in, state->period, JL_KPI_TARGET_TARGET);
  else
    jl_cell_by_number(b, in, kpi, JL_KPI_TARGET);
  jl_cell_source(b, state->period);
  if (jl_explaining(b)) jl_why_kpi_target(b, in, kpi, state);
}

const char *jl_kpi_unit(struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  if (state->computed != NULL) return state->computed->unit;
  struct jl_bytes unit = jl_record_text(kpi->type, kpi->body, JL_KPI_UNIT);
  return unit.size == 1 && unit.data[0] == '%' ? "percent" : jl_view_text(b, unit);
}

void jl_cell_kpi_number(struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state, int64_t value) {
  jl_cell(b, jl_arg_fraction(value, jl_kpi_unit(b, kpi, state)));
}

static void cell_computed(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  const struct jl_computed *c = state->computed;
  if (c->state == JL_COMPUTED_VALUE)
    jl_cell_kpi_number(b, kpi, state, c->value);
  else if (c->state == JL_COMPUTED_UNDEFINED)
    jl_cell_undefined(b);
  else
    jl_cell_empty(b);
  if (c->state == JL_COMPUTED_HIDDEN) return;
  jl_sources_computed(b, in, kpi, c);
  if (jl_explaining(b)) jl_why_computed(b, in, kpi, c);
}

void jl_cell_kpi_value(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  if (state->to_come) {
    jl_cell_label(b, JL_MSG("no value yet"), "none-yet");
    jl_cell_tone(b, JL_TONE_MUTED);
    jl_cell_source(b, kpi);
    return;
  }
  if (state->computed != NULL) {
    cell_computed(b, in, kpi, state);
    return;
  }
  if (state->last == NULL) {
    jl_cell_empty(b);
    return;
  }
  jl_cell_by_number(b, in, state->last, JL_MEASUREMENT_VALUE);
  jl_cell_source(b, state->last);
  if (jl_explaining(b)) jl_why_kpi_value(b, in, kpi, state);
}

const char *jl_kpi_lack(const struct jl_kpi_state *state) {
  if (state->to_come) return JL_MSG("to come");
  if (state->has_value) return JL_MSG("no target");
  if (state->computed == NULL) return JL_MSG("not measured");
  return state->computed->state == JL_COMPUTED_UNDEFINED ? JL_MSG("undefined") : state->computed->state == JL_COMPUTED_HIDDEN ? JL_MSG("not yours to read") : JL_MSG("no figures");
}

void jl_cell_kpi_light(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  switch (state->light) {
  case JL_LIGHT_GOOD:
    jl_cell_label(b, JL_MSG("on target"), "green");
    jl_cell_tone(b, JL_TONE_GOOD);
    break;
  case JL_LIGHT_WARN:
    jl_cell_label(b, JL_MSG("close to target"), "amber");
    jl_cell_tone(b, JL_TONE_WARN);
    break;
  case JL_LIGHT_BAD:
    jl_cell_label(b, JL_MSG("off target"), "red");
    jl_cell_tone(b, JL_TONE_BAD);
    break;
  case JL_LIGHT_NONE:
    jl_cell_label(b, jl_kpi_lack(state), "none");
    jl_cell_tone(b, JL_TONE_MUTED);
    break;
  }
  jl_cell_source(b, kpi);
  jl_cell_source(b, state->period);
  jl_cell_source(b, state->last);
  if (jl_explaining(b)) jl_why_kpi_light(b, in, kpi, state);
}

static void cell_change(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state, const struct jl_kpi_course *course) {
  const struct jl_kpi_point *last = course->count < 2 ? NULL : &course->points[course->count - 1], *previous = last == NULL ? NULL : last - 1;
  int64_t change = 0;
  if (last == NULL || __builtin_sub_overflow(last->value, previous->value, &change)) {
    jl_cell_empty(b);
    return;
  }
  jl_cell_kpi_number(b, kpi, state, change);
  bool wants_less = jl_view_int(kpi, JL_KPI_DIRECTION, JL_HIGHER_IS_BETTER) == JL_LOWER_IS_BETTER;
  if (change != 0) jl_cell_tone(b, (change > 0) == wants_less ? JL_TONE_BAD : JL_TONE_GOOD);
  jl_cell_source(b, last->from);
  jl_cell_source(b, previous->from);
  if (!jl_explaining(b) || last->from == NULL) return;
  jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_fraction(change, jl_kpi_unit(b, kpi, state)), JL_MSG("change = last value - the one before"));
  jl_why_field(b, in, last->from, JL_MEASUREMENT_VALUE);
  jl_why_field(b, in, previous->from, JL_MEASUREMENT_VALUE);
  jl_why_end(b);
}

/* Over how many points it is, it says itself. */
static void cell_trend(struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_course *course) {
  static const struct {
    const char *words, *alternative;
  } ways[] = {{JL_MSG("falling ({1} values)"), "falling"}, {JL_MSG("steady ({1} values)"), "steady"}, {JL_MSG("rising ({1} values)"), "rising"}};
  if (course->used < 2) {
    jl_cell_empty(b);
    return;
  }
  int way = course->slope < 0 ? 0 : course->slope == 0 ? 1 : 2;
  const struct jl_arg n = jl_arg_integer((int64_t)course->used);
  bool wants_less = jl_view_int(kpi, JL_KPI_DIRECTION, JL_HIGHER_IS_BETTER) == JL_LOWER_IS_BETTER;
  jl_cell_words(b, ways[way].words, &n, 1);
  jl_cell_alternative(b, ways[way].alternative);
  if (way != 1) jl_cell_tone(b, (way == 2) == wants_less ? JL_TONE_BAD : JL_TONE_GOOD);
  for (size_t i = course->count - course->used; i < course->count; i++) jl_cell_source(b, course->points[i].from);
}

static void cell_projection(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state, const struct jl_kpi_course *course) {
  if (!course->has_projection) {
    jl_cells_empty(b, 2);
    return;
  }
  struct jl_kpi_state then = *state;
  then.value = course->projection;
  then.light = JL_LIGHT_NONE;
  jl_kpi_judge(kpi, &then);
  jl_cell_kpi_number(b, kpi, state, course->projection);
  if (then.light != JL_LIGHT_NONE) jl_cell_tone(b, then.light == JL_LIGHT_GOOD ? JL_TONE_GOOD : then.light == JL_LIGHT_WARN ? JL_TONE_WARN : JL_TONE_BAD);
  for (size_t i = course->count - course->used; i < course->count; i++) jl_cell_source(b, course->points[i].from);
  if (jl_explaining(b)) jl_why_kpi_projection(b, in, kpi, state, course);
  jl_cell(b, jl_arg_date(course->until));
}

void jl_cell_kpi_title(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, bool *io_unsigned) {
  const struct jl_record *definition = jl_builder_ok(b) ? jl_definition_unsigned_of(in->space, &kpi->id) : NULL;
  if (definition == NULL) {
    jl_cell_title(b, in, kpi);
    return;
  }
  const char *text = jl_arena_printf(jl_builder_arena(b), "%s *", jl_record_caption(b, in->space, kpi));
  if (text == NULL) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return;
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
  jl_cell_source(b, definition);
  *io_unsigned = true;
}

void jl_note_unsigned(struct jl_builder *b, bool is_unsigned) {
  if (is_unsigned) jl_note(b, JL_TONE_WARN, JL_MSG("* defined, but not signed by all teams that share it: jalon definition list"), NULL, 0);
}

struct rows {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record **kpis;
  struct jl_kpi_state *states;
  struct jl_kpi_course *courses;
  size_t n;
  bool is_unsigned, split, computed;
};

static void kpi_row(struct rows *r, size_t i) {
  struct jl_builder *b = r->b;
  const struct jl_record *kpi = r->kpis[i];
  const struct jl_kpi_state *state = &r->states[i];
  jl_row_begin(b, kpi, 0, JL_ROW_NORMAL);
  jl_cell_kpi_title(b, r->in, kpi, &r->is_unsigned);
  jl_cell_by_number(b, r->in, kpi, JL_KPI_CHANNEL);
  jl_cells_kpi_target(b, r->in, kpi, state);
  jl_cell_kpi_value(b, r->in, kpi, state);
  if (state->last != NULL)
    jl_cell_by_number(b, r->in, state->last, JL_MEASUREMENT_DATE);
  else if (state->computed != NULL && state->has_value)
    jl_cell(b, jl_arg_date(state->day));
  else
    jl_cell_empty(b);
  cell_change(b, r->in, kpi, state, &r->courses[i]);
  cell_trend(b, kpi, &r->courses[i]);
  cell_projection(b, r->in, kpi, state, &r->courses[i]);
  jl_cell_kpi_light(b, r->in, kpi, state);
  if (state->has_reached)
    jl_cell(b, jl_arg_fraction(state->reached, "percent"));
  else
    jl_cell_empty(b);
  if (state->has_reached && jl_explaining(b)) jl_why_kpi_reached(b, r->in, kpi, state);
  jl_cell_by_number(b, r->in, kpi, JL_KPI_COMPUTED);
  jl_cell_by_number(b, r->in, kpi, JL_KPI_OWNER);
  jl_cell_by_number(b, r->in, kpi, JL_KPI_NATURE);
  jl_cell_by_number(b, r->in, kpi, JL_KPI_TIMING);
  r->computed = r->computed || state->computed != NULL;
  r->split = r->split || (state->computed != NULL && state->computed->split);
}

static void block_all(struct rows *r) {
  struct jl_builder *b = r->b;
  jl_block_begin(b, JL_BLOCK_TABLE, "kpis", NULL);
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 0);
  jl_column(b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 6);
  jl_columns_kpi_target(b, 1);
  jl_column(b, "value", JL_MSG("last value"), JL_ARG_FRACTION, 0);
  jl_column(b, "date", JL_MSG("date"), JL_ARG_DATE, 5);
  jl_column(b, "trend", JL_MSG("change"), JL_ARG_FRACTION, 3);
  jl_column(b, "course", JL_MSG("trend"), JL_ARG_TEXT, 2);
  jl_column(b, "projection", JL_MSG("at this pace"), JL_ARG_FRACTION, 4);
  jl_column(b, "until", JL_MSG("until"), JL_ARG_DATE, 7);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 0);
  jl_column(b, "reached", JL_MSG("reached"), JL_ARG_FRACTION, 5);
  jl_column(b, "computed", JL_MSG("computed as"), JL_ARG_LABEL, 8);
  jl_column(b, "owner", JL_MSG("owner"), JL_ARG_TEXT, 7);
  jl_column(b, "nature", JL_MSG("nature"), JL_ARG_LABEL, 9);
  jl_column(b, "timing", JL_MSG("timing"), JL_ARG_LABEL, 9);
  for (size_t i = 0; i < r->n; i++) kpi_row(r, i);
  jl_note_unsigned(b, r->is_unsigned);
  if (r->n == 0) {
    jl_note(b, JL_TONE_MUTED, JL_MSG("no KPI yet"), NULL, 0);
    return;
  }
  const struct jl_arg most = jl_arg_integer(JL_TREND_POINTS);
  jl_note(b, JL_TONE_MUTED, JL_MSG("change: since the measurement before the last one; trend: of the last values, {1} at most"), &most, 1);
  if (r->computed) jl_note(b, JL_TONE_MUTED, JL_MSG("computed KPIs: of the present period so far, or of the last one with figures; undefined: divided by zero, or an invoice without an exchange rate"), NULL, 0);
  if (r->split) jl_note(b, JL_TONE_MUTED, JL_MSG("figures of longer periods have a part in this one, by days"), NULL, 0);
}

static void kpi_series(struct rows *r, size_t k) {
  const struct jl_kpi_course *c = &r->courses[k];
  if (c->count == 0) return;
  jl_series_begin(r->b, r->kpis[k], jl_view_title(r->kpis[k]), jl_kpi_unit(r->b, r->kpis[k], &r->states[k]));
  for (size_t i = 0; i < c->count; i++) jl_series_point(r->b, c->points[i].day, c->points[i].value);
}

static bool read_all(struct rows *r) {
  r->kpis = jl_view_all(r->in, r->b, JL_TYPE_KPI, &r->n);
  r->states = jl_view_alloc(r->b, r->n, sizeof *r->states);
  r->courses = jl_view_alloc(r->b, r->n, sizeof *r->courses);
  for (size_t i = 0; r->courses != NULL && i < r->n; i++) {
    r->states[i] = jl_view_kpi_state(r->b, r->in, r->kpis[i]);
    if (!jl_kpi_course(r->in, r->b, r->kpis[i], &r->states[i], &r->courses[i])) return false;
  }
  return r->courses != NULL;
}

bool jl_kpi_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  struct rows r = {.in = in, .b = b};
  const char *by = jl_view_value(in, "by");
  bool channel = by != NULL && strcmp(by, "channel") == 0, action = by != NULL && strcmp(by, "action") == 0;
  if (by != NULL && !channel && !action) return jl_fail(err, JL_E_INVALID, JL_MSG("the KPIs have no grouping {1}"), JL_MSG("by is channel or action"), jl_arg_text(by));
  jl_builder_title(b, JL_MSG("KPIs"), NULL, 0);
  if (channel) jl_block_kpi_channels(in, b);
  if (action) jl_block_kpi_actions(in, b);
  if (by != NULL) return true;
  if (!read_all(&r)) return true; /* the builder says why */
  block_all(&r);
  jl_block_begin(b, JL_BLOCK_SERIES, "measurements", JL_MSG("measurements"));
  for (size_t i = 0; i < r.n; i++) kpi_series(&r, i);
  return true;
}
