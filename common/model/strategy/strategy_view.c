/* The road map on one page: where are we, where do we want to go, how do we get there (seed 004: où sommes-nous, où voulons-nous aller,
 * comment allons-nous y arriver). */
#include "common/base/money.h"
#include "common/model/budget/totals.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/north_star.h"
#include "common/model/strategy/progress.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static void block_lights(const struct jl_view_input *in, struct jl_builder *b) {
  static const struct {
    enum jl_light light;
    const char *label, *text;
    enum jl_tone tone;
  } lights[] = {{JL_LIGHT_GOOD, JL_MSG("on target"), "green", JL_TONE_GOOD},
                {JL_LIGHT_WARN, JL_MSG("close to target"), "amber", JL_TONE_WARN},
                {JL_LIGHT_BAD, JL_MSG("off target"), "red", JL_TONE_BAD},
                {JL_LIGHT_NONE, JL_MSG("not measured, or no target"), "none", JL_TONE_MUTED}};
  size_t n = 0, counts[JL_COUNT(lights)] = {0};
  const struct jl_record **kpis = jl_view_all(in, b, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_kpi_state state = jl_view_kpi_state(b, in, kpis[i]);
    for (size_t l = 0; l < JL_COUNT(lights); l++) counts[l] += state.light == lights[l].light;
  }
  if (n == 0) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "kpis", JL_MSG("KPIs"));
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 0);
  jl_column(b, "kpis", JL_MSG("KPIs"), JL_ARG_INTEGER, 0);
  for (size_t l = 0; l < JL_COUNT(lights); l++) {
    if (counts[l] == 0) continue;
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, lights[l].label, lights[l].text);
    jl_cell_tone(b, lights[l].tone);
    jl_cell(b, jl_arg_integer((int64_t)counts[l]));
  }
}

static void objective_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective) {
  jl_row_begin(b, objective, 1, JL_ROW_NORMAL);
  jl_cell_objective(b, in, objective);
  jl_cell_by_number(b, in, objective, JL_OBJECTIVE_KIND);
  jl_cell_by_number(b, in, objective, JL_OBJECTIVE_NATURE);
  jl_cell_by_number(b, in, objective, JL_OBJECTIVE_TARGET);
  jl_cell_by_number(b, in, objective, JL_OBJECTIVE_CURRENT);
  jl_cell_objective_progress(b, in, objective);
  jl_cell_by_number(b, in, objective, JL_OBJECTIVE_DUE);
}

/* The far ones first: what is due this quarter serves them. */
static void block_objectives(const struct jl_view_input *in, struct jl_builder *b) {
  static const struct jl_box horizons[] = {{JL_HORIZON_FIVE_YEARS, JL_MSG("5 years"), "5y"},
                                           {JL_HORIZON_THREE_YEARS, JL_MSG("3 years"), "3y"},
                                           {JL_HORIZON_YEAR, JL_MSG("year"), "year"},
                                           {JL_HORIZON_QUARTER, JL_MSG("quarter"), "quarter"},
                                           {0, JL_MSG("no horizon"), "none"}};
  size_t n = 0;
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_OBJECTIVE, &n);
  jl_block_begin(b, JL_BLOCK_TREE, "objectives", JL_MSG("where do we want to go?"));
  jl_column(b, "objective", JL_MSG("objective"), JL_ARG_TEXT, 0);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, JL_COLUMN_SPARE);
  jl_column(b, "nature", JL_MSG("nature"), JL_ARG_LABEL, JL_COLUMN_SPARE);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_FRACTION, 2);
  jl_column(b, "current", JL_MSG("current value"), JL_ARG_FRACTION, JL_COLUMN_SPARE);
  jl_column(b, "progress", JL_MSG("progress"), JL_ARG_FRACTION, 1);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 2);
  for (size_t h = 0; h < JL_COUNT(horizons); h++) {
    bool headed = false;
    for (size_t i = 0; i < n; i++) {
      if (jl_view_int(objectives[i], JL_OBJECTIVE_HORIZON, 0) != horizons[h].value) continue;
      if (!headed) {
        jl_row_begin(b, NULL, 0, JL_ROW_HEADING);
        jl_cell_label(b, horizons[h].label, horizons[h].text);
        jl_cells_empty(b, 6);
        headed = true;
      }
      objective_row(in, b, objectives[i]);
    }
  }
  jl_note_north_star(in, b, true);
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no objective yet: jalon objective add \"...\" --horizon year"), NULL, 0);
}

static size_t statements(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, uint32_t retired) {
  size_t n = 0, shown = 0;
  const struct jl_record **records = jl_view_all(in, b, type, &n);
  for (size_t i = 0; i < n; i++) {
    if (jl_view_yes(records[i], retired)) continue;
    shown++;
    jl_row_begin(b, records[i], 0, JL_ROW_NORMAL);
    jl_cell_label(b, records[i]->type->label, records[i]->type->command);
    jl_cell_title(b, in, records[i]);
  }
  return shown;
}

struct money {
  struct jl_money_line *lines;
  size_t n;
  struct jl_amounts total;
  struct jl_money_remarks remarks;
  bool readable;
  char currency[4];
};

static bool of_lever(const struct jl_money_line *line, const void *lever) { return line->lever == lever; }

static bool cells_planned(struct jl_builder *b, const struct money *m, const struct jl_record *lever, struct jl_error *err) {
  struct jl_amounts sum = {0};
  int64_t share = 0;
  for (size_t i = 0; i < m->n; i++)
    if (of_lever(&m->lines[i], lever) && !jl_amounts_add(&sum, &m->lines[i].amounts, err)) return false;
  const unsigned of_it = jl_money_unknown(m->lines, m->n, of_lever, lever) & JL_UNKNOWN(JL_MONEY_PLANNED), of_all = jl_money_unknown(m->lines, m->n, NULL, NULL) & JL_UNKNOWN(JL_MONEY_PLANNED);
  if (!m->readable || (sum.planned == 0 && of_it == 0)) {
    jl_cells_empty(b, 2);
    return true;
  }
  jl_cell_money_known(b, sum.planned, m->currency, of_it);
  for (size_t i = 0; i < m->n; i++)
    if (of_lever(&m->lines[i], lever)) jl_cell_source(b, m->lines[i].line);
  if (of_all != 0)
    jl_cell_undefined(b); /* a part of what nobody knows */
  else if (m->total.planned > 0 && jl_mul_div_half_even(sum.planned, JL_SHARE_ONE, m->total.planned, &share))
    jl_cell(b, jl_arg_share(share));
  else
    jl_cell_empty(b);
  return true;
}

static bool lever_row(const struct jl_view_input *in, struct jl_builder *b, const struct money *m, const struct jl_record *lever,
                      struct jl_error *err) {
  jl_row_begin(b, lever, 0, JL_ROW_NORMAL);
  if (lever == NULL) {
    jl_cell_label(b, JL_MSG("without lever"), "none");
    jl_cells_empty(b, 3);
    return cells_planned(b, m, NULL, err);
  }
  jl_cell_title(b, in, lever);
  jl_cell_by_number(b, in, lever, JL_LEVER_CHANNEL);
  jl_cell_by_number(b, in, lever, JL_LEVER_DIRECTION);
  jl_cell_by_number(b, in, lever, JL_LEVER_OBJECTIVES);
  return cells_planned(b, m, lever, err);
}

static bool block_levers(const struct jl_view_input *in, struct jl_builder *b, const struct money *m, struct jl_error *err) {
  size_t n = 0;
  bool loose = false;
  const struct jl_record **levers = jl_view_all(in, b, JL_TYPE_LEVER, &n);
  jl_block_begin(b, JL_BLOCK_TABLE, "levers", NULL);
  jl_column(b, "lever", JL_MSG("lever"), JL_ARG_TEXT, 0);
  jl_column(b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 3);
  jl_column(b, "direction", JL_MSG("direction"), JL_ARG_LABEL, 4);
  jl_column(b, "objectives", JL_MSG("objectives"), JL_ARG_TEXT, 2);
  jl_column(b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 1);
  jl_column(b, "share", JL_MSG("share of the budget"), JL_ARG_SHARE, 1);
  for (size_t i = 0; i < n; i++)
    if (jl_lever_active(levers[i]) && !lever_row(in, b, m, levers[i], err)) return false;
  for (size_t i = 0; i < m->n; i++) loose = loose || m->lines[i].lever == NULL;
  if (loose && !lever_row(in, b, m, NULL, err)) return false;
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no lever yet: jalon lever add \"...\" --objectives O1"), NULL, 0);
  jl_note_apart(&m->remarks, &m->total);
  return true;
}

bool jl_strategy_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  struct money m = {.readable = jl_view_sees(in, JL_SECTION_BUDGET), .remarks = {.in = in, .b = b, .basis = costs.basis}};
  (void)a;
  jl_plan_currency(in->space, m.currency);
  if (m.readable && !jl_money_lines_remarked(in, b, &costs, &m.lines, &m.n, &m.total, &m.remarks, err)) return false;
  jl_builder_title(b, JL_MSG("strategy"), NULL, 0);
  jl_block_swot(in, b, JL_MSG("where are we?"));
  block_lights(in, b);
  block_objectives(in, b);
  jl_block_begin(b, JL_BLOCK_FIELDS, "brand", JL_MSG("how do we get there?"));
  jl_column(b, "kind", JL_MSG("record"), JL_ARG_LABEL, 0);
  jl_column(b, "statement", JL_MSG("statement"), JL_ARG_TEXT, 0);
  size_t shown = statements(in, b, JL_TYPE_PROMISE, JL_PROMISE_RETIRED) + statements(in, b, JL_TYPE_POSITIONING, JL_POSITIONING_RETIRED);
  if (shown == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no promise yet: jalon promise add \"...\" --difference experience"), NULL, 0);
  return block_levers(in, b, &m, err);
}
