/* KPIs as they stood at the end of a period and of the one before, and the budget of both. */
#include "common/model/budget/totals.h"
#include "common/model/explain.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/measures/period_blocks.h"
#include "common/record/schema.h"

static struct jl_view_input on_day(const struct jl_view_input *in, int32_t day) {
  struct jl_view_input then = *in;
  then.today = day;
  return then;
}

/* Where it stands at the end of a period; of one to come that is not known yet, whatever was measured before it. */
static struct jl_kpi_state at_end(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, int32_t day, bool to_come) {
  const struct jl_view_input then = on_day(in, day);
  struct jl_kpi_state state;
  if (!to_come) return jl_view_kpi_state(b, &then, kpi);
  state = (struct jl_kpi_state){.light = JL_LIGHT_NONE, .to_come = true};
  struct jl_computed *unit = jl_kpi_is_computed(kpi) ? jl_view_alloc(b, 1, sizeof *unit) : NULL;
  if (unit != NULL) *unit = (struct jl_computed){.state = JL_COMPUTED_UNTOLD, .unit = jl_kpi_unit_of(b, in, kpi), .words = ""};
  state.computed = unit;
  if (jl_builder_ok(b) && !jl_kpi_target_on(in->space, kpi, day, jl_builder_arena(b), &state)) jl_builder_fail(b, JL_E_NO_MEMORY);
  jl_kpi_judge(kpi, &state);
  return state;
}

static void kpi_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state, const struct jl_reported *p, bool *io_unsigned) {
  const struct jl_view_input then = on_day(in, p->end), earlier = on_day(in, p->before_end);
  const struct jl_kpi_state before = at_end(in, b, kpi, p->before_end, p->before.first > in->today);
  int64_t change = 0;
  jl_row_begin(b, kpi, 0, JL_ROW_NORMAL);
  jl_cell_kpi_title(b, in, kpi, io_unsigned);
  jl_cells_kpi_target(b, in, kpi, state);
  jl_cell_kpi_value(b, &then, kpi, state);
  jl_cell_kpi_value(b, &earlier, kpi, &before);
  if (state->has_value && before.has_value && !__builtin_sub_overflow(state->value, before.value, &change)) {
    bool less = jl_view_int(kpi, JL_KPI_DIRECTION, JL_HIGHER_IS_BETTER) == JL_LOWER_IS_BETTER;
    jl_cell_kpi_number(b, kpi, state, change);
    if (change != 0) jl_cell_tone(b, (change > 0) != less ? JL_TONE_GOOD : JL_TONE_BAD);
    jl_cell_source(b, state->last);
    jl_cell_source(b, before.last);
    if (jl_explaining(b)) {
      jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_fraction(change, jl_kpi_unit(b, kpi, state)), JL_MSG("change = at its end - before"));
      jl_why_kpi_value(b, &then, kpi, state);
      jl_why_kpi_value(b, &earlier, kpi, &before);
      jl_why_end(b);
    }
  } else
    jl_cell_empty(b);
  jl_cell_kpi_light(b, &then, kpi, state);
}

void jl_block_period_kpis(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, size_t most) {
  static const enum jl_light order[] = {JL_LIGHT_BAD, JL_LIGHT_WARN, JL_LIGHT_GOOD, JL_LIGHT_NONE};
  size_t n = 0, shown = 0;
  bool is_unsigned = false;
  const struct jl_record **kpis = jl_view_all(in, b, JL_TYPE_KPI, &n);
  struct jl_kpi_state *states = jl_view_alloc(b, n, sizeof *states);
  if (n == 0 || states == NULL) return;
  for (size_t i = 0; i < n; i++) states[i] = at_end(in, b, kpis[i], p->end, p->to_come);
  jl_block_begin(b, JL_BLOCK_TABLE, "kpis", JL_MSG("KPIs"));
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 0);
  jl_columns_kpi_target(b, 2);
  jl_column(b, "value", JL_MSG("at its end"), JL_ARG_FRACTION, 0);
  jl_column(b, "before", JL_MSG("before"), JL_ARG_FRACTION, 1);
  jl_column(b, "change", JL_MSG("change"), JL_ARG_FRACTION, 3);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 0);
  for (size_t o = 0; o < JL_COUNT(order); o++)
    for (size_t i = 0; i < n && shown < most; i++)
      if (states[i].light == order[o]) {
        kpi_row(in, b, kpis[i], &states[i], p, &is_unsigned);
        shown++;
      }
  jl_note_unsigned(b, is_unsigned);
  jl_note_more(b, n, shown, "kpi");
}

bool jl_block_period_budget(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, struct jl_error *err) {
  const struct {
    const char *label, *text;
    struct jl_money_filter filter;
  } rows[] = {{JL_MSG("this period"), "now", {.basis = JL_BASIS_COST, .has_days = true, .first = p->span.first, .last = p->span.last}},
              {JL_MSG("the one before"), "before", {.basis = JL_BASIS_COST, .has_days = true, .first = p->before.first, .last = p->before.last}},
              {JL_MSG("the whole plan"), "plan", {.basis = JL_BASIS_COST}}};
  struct jl_money_remarks remarks = {.in = in, .b = b, .basis = JL_BASIS_COST};
  struct jl_amounts known = {0}; /* of the whole plan, the last row */
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  jl_block_begin(b, JL_BLOCK_TABLE, "budget", JL_MSG("budget"));
  jl_column(b, "period", JL_MSG("period"), JL_ARG_LABEL, 0);
  jl_columns_money(b);
  for (size_t i = 0; i < JL_COUNT(rows); i++) {
    struct jl_money_line *lines;
    struct jl_amounts total;
    size_t n = 0;
    const bool whole = !rows[i].filter.has_days;
    if (!jl_money_lines_remarked(in, b, &rows[i].filter, &lines, &n, &total, whole ? &remarks : NULL, err)) return false;
    jl_row_begin(b, NULL, 0, i + 1 == JL_COUNT(rows) ? JL_ROW_TOTAL : JL_ROW_NORMAL);
    jl_cell_label(b, rows[i].label, rows[i].text);
    jl_why_asked(b, &rows[i].filter);
    jl_cells_money(b, in, &total, lines, n, NULL, NULL);
    known = total;
  }
  jl_why_asked(b, NULL);
  jl_note_apart(&remarks, &known);
  jl_note(b, JL_TONE_MUTED, JL_MSG("what is planned for the whole period of the plan, in no month, is only in its last line"), NULL, 0);
  return true;
}
