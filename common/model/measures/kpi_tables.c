#include "common/model/measures/kpi_tables.h"
#include "common/model/measures/kpi_cells.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

/* ---- by channel ---- */
struct entry {
  const char *channel, *purpose; /* folded, to compare */
  size_t place;                  /* in the order of the list of KPIs */
  const struct jl_record *kpi;
};

static int by_channel(const void *left, const void *right) {
  const struct entry *a = left, *b = right;
  int channel = strcmp(a->channel, b->channel), purpose = channel != 0 ? channel : strcmp(a->purpose, b->purpose);
  if (purpose != 0) return purpose;
  return a->place < b->place ? -1 : a->place > b->place;
}

static int by_place(const void *left, const void *right) {
  const struct entry *const *a = left, *const *b = right;
  return (*a)->place < (*b)->place ? -1 : (*a)->place > (*b)->place;
}

static const char *folded(struct jl_builder *b, const struct jl_record *kpi, uint32_t field) { return jl_view_folded(b, jl_view_text(b, jl_record_text(kpi->type, kpi->body, field))); }

/* "Trafic, Position moyenne" */
static void cell_names(struct jl_builder *b, const struct entry *entries, size_t n) {
  const char *names = "";
  for (size_t i = 0; i < n && names != NULL; i++)
    names = jl_arena_printf(jl_builder_arena(b), "%s%s%s", names, i > 0 ? ", " : "", jl_view_text(b, jl_view_title(entries[i].kpi)));
  if (names == NULL) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return;
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)names, strlen(names)});
  for (size_t i = 0; i < n; i++) jl_cell_source(b, entries[i].kpi);
}

static void channel_rows(const struct jl_view_input *in, struct jl_builder *b, const struct entry *entries, const struct entry **firsts, size_t groups, size_t n) {
  enum { NAMES_MOST = 12 }; /* of a row; the list of KPIs has them all */
  for (size_t g = 0; g < groups; g++) {
    const struct entry *first = firsts[g];
    size_t count = 1;
    while (first + count < entries + n && strcmp(first[count].channel, first->channel) == 0 && strcmp(first[count].purpose, first->purpose) == 0) count++;
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_by_number(b, in, first->kpi, JL_KPI_CHANNEL);
    jl_cell_by_number(b, in, first->kpi, JL_KPI_CHANNEL_OBJECTIVE);
    cell_names(b, first, count < NAMES_MOST ? count : NAMES_MOST);
  }
}

void jl_block_kpi_channels(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, groups = 0;
  const struct jl_record **kpis = jl_view_all(in, b, JL_TYPE_KPI, &n);
  struct entry *entries = jl_view_alloc(b, n, sizeof *entries);
  const struct entry **firsts = jl_view_alloc(b, n, sizeof *firsts);
  if (entries == NULL || firsts == NULL) return;
  jl_block_begin(b, JL_BLOCK_ITEMS, "channels", JL_MSG("by channel"));
  jl_column(b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 0);
  jl_column(b, "purpose", JL_MSG("objective"), JL_ARG_TEXT, 0);
  jl_column(b, "kpis", JL_MSG("main KPI"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < n; i++)
    entries[i] = (struct entry){.channel = folded(b, kpis[i], JL_KPI_CHANNEL), .purpose = folded(b, kpis[i], JL_KPI_CHANNEL_OBJECTIVE), .place = i, .kpi = kpis[i]};
  if (n > 0) qsort(entries, n, sizeof *entries, by_channel);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || strcmp(entries[i].channel, entries[i - 1].channel) != 0 || strcmp(entries[i].purpose, entries[i - 1].purpose) != 0) firsts[groups++] = &entries[i];
  if (groups > 0) qsort(firsts, groups, sizeof *firsts, by_place);
  channel_rows(in, b, entries, firsts, groups, n);
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no KPI yet"), NULL, 0);
}

/* ---- by activity ---- */
/* What it is for: of the channel, as the KPI says, else the objective that it measures. */
static void cell_purpose(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi) {
  const struct jl_record *objective = jl_view_linked(in, kpi, JL_KPI_OBJECTIVE);
  if (objective != NULL && !jl_record_has(kpi->body, JL_KPI_CHANNEL_OBJECTIVE)) {
    jl_cell_text(b, jl_view_title(objective));
    jl_cell_source(b, objective);
    return;
  }
  jl_cell_by_number(b, in, kpi, JL_KPI_CHANNEL_OBJECTIVE);
}

/* ">25 %", "<3 €", "1 000": a bare target is one to be reached. */
static void cell_target(struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state) {
  const char *unit = jl_kpi_unit(b, kpi, state);
  int64_t comparator = jl_view_int(kpi, JL_KPI_COMPARATOR, 0);
  const struct jl_enum_value *sign = jl_enum_by_number(jl_field_by_number(kpi->type, JL_KPI_COMPARATOR)->enumeration, (int32_t)comparator);
  struct jl_arg args[] = {jl_arg_text(sign == NULL ? "" : sign->label), jl_arg_fraction(state->target, unit), jl_arg_fraction(state->upper, unit)};
  if (!state->has_target) {
    jl_cell_empty(b);
    return;
  }
  if (state->has_upper)
    jl_cell_words(b, JL_MSG("{2} to {3}"), args, 3);
  else if (comparator == JL_AT_LEAST)
    jl_cell(b, args[1]);
  else
    jl_cell_words(b, JL_MSG("{1}{2}"), args, 2);
  jl_cell_source(b, state->period != NULL ? state->period : kpi);
}

void jl_block_kpi_actions(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, rows = 0;
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  jl_block_begin(b, JL_BLOCK_ITEMS, "actions", JL_MSG("by activity"));
  jl_column(b, "action", JL_MSG("activity"), JL_ARG_TEXT, 0);
  jl_column(b, "purpose", JL_MSG("objective"), JL_ARG_TEXT, 2);
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 1);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_TEXT, 1);
  jl_column(b, "value", JL_MSG("last value"), JL_ARG_FRACTION, 3);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 4);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 0);
  for (size_t i = 0; i < n; i++) {
    size_t count = 0;
    const struct jl_record **kpis = jl_view_links(in, b, actions[i], JL_ACTION_KPIS, JL_TYPE_KPI, &count);
    for (size_t k = 0; k < count; k++) {
      const struct jl_kpi_state state = jl_view_kpi_state(b, in, kpis[k]);
      jl_row_begin(b, actions[i], 0, JL_ROW_NORMAL);
      jl_cell_text(b, jl_view_title(actions[i]));
      cell_purpose(in, b, kpis[k]);
      jl_cell_text(b, jl_view_title(kpis[k]));
      jl_cell_source(b, kpis[k]);
      cell_target(b, kpis[k], &state);
      jl_cell_kpi_value(b, in, kpis[k], &state);
      jl_cell_kpi_light(b, in, kpis[k], &state);
      jl_cell_action_status(b, in, actions[i]);
      rows++;
    }
  }
  if (rows == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no action names a KPI yet: jalon action set REF --kpis REF"), NULL, 0);
}
