/* A plan in one line: what the portfolio over all plans consists of (product.md P1). */
#include "common/base/money.h"
#include "common/model/budget/totals.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/strategy/progress.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

/* Of the objectives that serve no other one: those below them are how these are reached. Weighted; what has no progress is left out. */
static void cell_progress(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, counted = 0;
  int64_t sum = 0, weights = 0, mean = 0, score = 0;
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t weight = jl_view_int(objectives[i], JL_OBJECTIVE_WEIGHT, 1), part = 0;
    if (jl_view_linked(in, objectives[i], JL_OBJECTIVE_PARENT) != NULL || !jl_objective_progress(in, b, objectives[i], &score)) continue;
    if (__builtin_mul_overflow(score, weight, &part) || !jl_add(sum, part, &sum) || !jl_add(weights, weight, &weights)) continue;
    objectives[counted++] = objectives[i];
  }
  if (weights == 0 || !jl_mul_div_half_even(sum, 1, weights, &mean)) {
    jl_cell_empty(b);
    return;
  }
  jl_cell(b, jl_arg_fraction(mean, "percent"));
  for (size_t i = 0; i < counted; i++) jl_cell_source(b, objectives[i]);
}

static void cell_count(struct jl_builder *b, size_t n, enum jl_tone tone) {
  jl_cell(b, jl_arg_integer((int64_t)n));
  if (n > 0) jl_cell_tone(b, tone);
}

/* Done of all that are not dropped; late ones. */
static void cells_actions(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, counted = 0, done = 0, late = 0;
  int64_t share = 0;
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t status = jl_view_int(actions[i], JL_ACTION_STATUS, JL_TO_DO);
    counted += status != JL_DROPPED;
    done += status == JL_DONE;
    late += jl_action_late(actions[i], in->today);
  }
  cell_count(b, counted, JL_TONE_NONE);
  if (counted > 0 && jl_mul_div_half_even((int64_t)done, JL_FRACTION_ONE, (int64_t)counted, &share))
    jl_cell(b, jl_arg_fraction(share, "percent"));
  else
    jl_cell_empty(b);
  cell_count(b, late, JL_TONE_WARN);
}

/* Where nothing was measured nobody knows how many are off target: not 0. */
static void cells_kpis(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, off = 0, unknown = 0;
  const struct jl_record **kpis = jl_view_all(in, b, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++) {
    enum jl_light light = jl_view_kpi_state(b, in, kpis[i]).light;
    off += light == JL_LIGHT_BAD;
    unknown += light == JL_LIGHT_NONE;
  }
  if (n == 0 || unknown < n)
    cell_count(b, off, JL_TONE_BAD);
  else
    jl_cell_empty(b);
  cell_count(b, unknown, JL_TONE_MUTED);
}

static bool cells_money(const struct jl_view_input *in, struct jl_builder *b, struct jl_error *err) {
  struct jl_money_line *lines;
  struct jl_amounts total;
  size_t n = 0;
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) {
    for (int i = 0; i < JL_MONEY_CELLS; i++) jl_cell_withheld(b);
    return true;
  }
  if (!jl_money_lines(in, b, &lines, &n, &total, err)) return false;
  jl_cells_money(b, in, &total, lines, n, NULL, NULL);
  return true;
}

bool jl_summary_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  const struct jl_record *plan = jl_view_plan(in);
  (void)a;
  jl_builder_title(b, JL_MSG("summary"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "summary", NULL);
  jl_column(b, "plan", JL_MSG("plan"), JL_ARG_TEXT, 0);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 2);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 6);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 5);
  jl_column(b, "progress", JL_MSG("progress"), JL_ARG_FRACTION, 1);
  jl_column(b, "actions", JL_MSG("actions"), JL_ARG_INTEGER, 5);
  jl_column(b, "done", JL_MSG("% done"), JL_ARG_FRACTION, 4);
  jl_column(b, "late", JL_MSG("late"), JL_ARG_INTEGER, 2);
  jl_column(b, "off_target", JL_MSG("KPIs off target"), JL_ARG_INTEGER, 3);
  jl_column(b, "not_measured", JL_MSG("KPIs not measured"), JL_ARG_INTEGER, 6);
  jl_columns_money(b);
  if (plan == NULL) return true;
  jl_row_begin(b, plan, 0, jl_view_int(plan, JL_PLAN_STATUS, 0) == JL_PLAN_ARCHIVED ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_text(b, jl_view_title(plan));
  jl_cell_by_number(b, in, plan, JL_PLAN_STATUS);
  jl_cell_by_number(b, in, plan, JL_PLAN_START);
  jl_cell_by_number(b, in, plan, JL_PLAN_END);
  cell_progress(in, b);
  cells_actions(in, b);
  cells_kpis(in, b);
  return cells_money(in, b, err);
}
