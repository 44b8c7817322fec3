/* The KPI table: target, last value, trend, light (product.md M1-M3), and a series of measurements for each. */
#include "common/model/explain.h"
#include "common/model/governance/definition.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define SERIES_POINTS_MAX 400 /* newest ones of a KPI */

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
  if (state->period != NULL)
    jl_cell_by_number(b, in, state->period, JL_KPI_TARGET_TARGET);
  else
    jl_cell_by_number(b, in, kpi, JL_KPI_TARGET);
  jl_cell_source(b, state->period);
  if (jl_explaining(b)) jl_why_kpi_target(b, in, kpi, state);
}

struct jl_kpi_state jl_view_kpi_state(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi) {
  struct jl_kpi_state state = {.last = NULL, .light = JL_LIGHT_NONE};
  if (jl_builder_ok(b) && !jl_kpi_state(in->space, kpi, in->today, jl_builder_arena(b), &state)) jl_builder_fail(b, JL_E_NO_MEMORY);
  return state;
}

void jl_cell_kpi_value(struct jl_builder *b, const struct jl_view_input *in, const struct jl_kpi_state *state) {
  if (state->last == NULL) {
    jl_cell_empty(b);
    return;
  }
  jl_cell_by_number(b, in, state->last, JL_MEASUREMENT_VALUE);
  jl_cell_source(b, state->last);
  if (jl_explaining(b)) jl_why_kpi_value(b, in, state);
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
    jl_cell_label(b, state->last == NULL ? JL_MSG("not measured") : JL_MSG("no target"), "none");
    jl_cell_tone(b, JL_TONE_MUTED);
    break;
  }
  jl_cell_source(b, kpi);
  jl_cell_source(b, state->period);
  jl_cell_source(b, state->last);
  if (jl_explaining(b)) jl_why_kpi_light(b, in, kpi, state);
}

static int older_first(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  int64_t day_a = jl_view_int(a, JL_MEASUREMENT_DATE, 0), day_b = jl_view_int(b, JL_MEASUREMENT_DATE, 0);
  if (day_a != day_b) return day_a < day_b ? -1 : 1;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return jl_id_compare(&a->id, &b->id);
}

/* Measurements dated today or before, oldest first; of one day the one recorded last. */
static const struct jl_record **measurements(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi,
                                             size_t *ret_n) {
  size_t n = 0, kept = 0;
  const struct jl_record **all = jl_view_referring(in, b, &kpi->id, JL_TYPE_MEASUREMENT, JL_MEASUREMENT_KPI, &n);
  if (n > 0) qsort(all, n, sizeof *all, older_first);
  for (size_t i = 0; i < n; i++) {
    int64_t day = jl_view_int(all[i], JL_MEASUREMENT_DATE, 0);
    if (day > in->today) continue;
    if (kept > 0 && jl_view_int(all[kept - 1], JL_MEASUREMENT_DATE, 0) == day) kept--;
    all[kept++] = all[i];
  }
  *ret_n = kept;
  return all;
}

static void cell_trend(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_record *last, const struct jl_record *previous) {
  int64_t change = 0;
  if (last == NULL || previous == NULL ||
      __builtin_sub_overflow(jl_view_int(last, JL_MEASUREMENT_VALUE, 0), jl_view_int(previous, JL_MEASUREMENT_VALUE, 0), &change)) {
    jl_cell_empty(b);
    return;
  }
  struct jl_bytes unit = jl_record_text(kpi->type, kpi->body, JL_KPI_UNIT);
  bool percent = unit.size == 1 && unit.data[0] == '%';
  jl_cell(b, jl_arg_fraction(change, percent ? "percent" : jl_view_text(b, unit)));
  bool wants_less = jl_view_int(kpi, JL_KPI_DIRECTION, JL_HIGHER_IS_BETTER) == JL_LOWER_IS_BETTER;
  if (change != 0) jl_cell_tone(b, (change > 0) == wants_less ? JL_TONE_BAD : JL_TONE_GOOD);
  jl_cell_source(b, last);
  jl_cell_source(b, previous);
  if (!jl_explaining(b)) return;
  jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_fraction(change, percent ? "percent" : jl_view_text(b, unit)), JL_MSG("change = last value - the one before"));
  jl_why_field(b, in, last, JL_MEASUREMENT_VALUE);
  jl_why_field(b, in, previous, JL_MEASUREMENT_VALUE);
  jl_why_end(b);
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

static void kpi_row(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, bool *io_unsigned) {
  struct jl_kpi_state state = jl_view_kpi_state(b, in, kpi);
  size_t n = 0;
  const struct jl_record **values = measurements(b, in, kpi, &n);
  jl_row_begin(b, kpi, 0, JL_ROW_NORMAL);
  jl_cell_kpi_title(b, in, kpi, io_unsigned);
  jl_cell_by_number(b, in, kpi, JL_KPI_CHANNEL);
  jl_cells_kpi_target(b, in, kpi, &state);
  jl_cell_kpi_value(b, in, &state);
  if (state.last == NULL)
    jl_cell_empty(b);
  else
    jl_cell_by_number(b, in, state.last, JL_MEASUREMENT_DATE);
  cell_trend(b, in, kpi, n > 0 ? values[n - 1] : NULL, n > 1 ? values[n - 2] : NULL);
  jl_cell_kpi_light(b, in, kpi, &state);
  jl_cell_by_number(b, in, kpi, JL_KPI_OWNER);
  jl_cell_by_number(b, in, kpi, JL_KPI_NATURE);
  jl_cell_by_number(b, in, kpi, JL_KPI_TIMING);
}

static void kpi_series(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi) {
  size_t n = 0;
  const struct jl_record **values = measurements(b, in, kpi, &n);
  if (n == 0) return;
  struct jl_bytes unit = jl_record_text(kpi->type, kpi->body, JL_KPI_UNIT);
  jl_series_begin(b, kpi, jl_view_title(kpi), unit.size == 1 && unit.data[0] == '%' ? "percent" : jl_view_text(b, unit));
  for (size_t i = n > SERIES_POINTS_MAX ? n - SERIES_POINTS_MAX : 0; i < n; i++)
    jl_series_point(b, (int32_t)jl_view_int(values[i], JL_MEASUREMENT_DATE, 0), jl_view_int(values[i], JL_MEASUREMENT_VALUE, 0));
}

bool jl_kpi_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  (void)err;
  size_t n = 0;
  const struct jl_record **kpis = jl_view_all(in, b, JL_TYPE_KPI, &n);
  jl_builder_title(b, JL_MSG("KPIs"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "kpis", NULL);
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 0);
  jl_column(b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 4);
  jl_columns_kpi_target(b, 1);
  jl_column(b, "value", JL_MSG("last value"), JL_ARG_FRACTION, 0);
  jl_column(b, "date", JL_MSG("date"), JL_ARG_DATE, 3);
  jl_column(b, "trend", JL_MSG("change"), JL_ARG_FRACTION, 2);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 0);
  jl_column(b, "owner", JL_MSG("owner"), JL_ARG_TEXT, 5);
  jl_column(b, "nature", JL_MSG("nature"), JL_ARG_LABEL, 7);
  jl_column(b, "timing", JL_MSG("timing"), JL_ARG_LABEL, 8);
  bool is_unsigned = false;
  for (size_t i = 0; i < n; i++) kpi_row(b, in, kpis[i], &is_unsigned);
  jl_note_unsigned(b, is_unsigned);
  if (n == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no KPI yet"), NULL, 0);
  else
    jl_note(b, JL_TONE_MUTED, JL_MSG("change: since the measurement before the last one"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_SERIES, "measurements", JL_MSG("measurements"));
  for (size_t i = 0; i < n; i++) kpi_series(b, in, kpis[i]);
  return true;
}
