/* One screen: where the plan stands (product.md M5). About forty lines; what does not fit is counted. */
#include "common/model/budget/totals.h"
#include "common/model/explain.h"
#include "common/model/governance/load.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/measures/period_blocks.h"
#include "common/model/strategy/progress.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>

enum { OBJECTIVES_MAX = 5, KPIS_MAX = 5, LATE_MAX = 4, NEXT_MAX = 4 };

void jl_note_more(struct jl_builder *b, size_t n, size_t shown, const char *command) {
  if (n <= shown) return;
  const struct jl_arg more[] = {jl_arg_integer((int64_t)(n - shown)), jl_arg_text(command)};
  jl_note(b, JL_TONE_MUTED, JL_MSG("not shown here: {1}; see jalon {2}"), more, 2);
}

static void why_days_left(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *plan, int64_t end) {
  bool over = end < in->today;
  if (over) jl_why_begin(b, JL_WHY_MAXIMUM, jl_arg_integer(0), JL_MSG("the plan is over"));
  jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_integer(end - in->today), JL_MSG("days left = end of the plan - today"));
  jl_why_field(b, in, plan, JL_PLAN_END);
  jl_why_constant(b, jl_arg_date(in->today), JL_MSG("the day for which it is shown"));
  jl_why_end(b);
  if (!over) return;
  jl_why_constant(b, jl_arg_integer(0), JL_MSG("the least"));
  jl_why_end(b);
}

/* The plan's name is in the title. */
static void block_plan(const struct jl_view_input *in, struct jl_builder *b) {
  const struct jl_record *plan = jl_view_plan(in);
  if (plan == NULL) return;
  int64_t end = jl_view_int(plan, JL_PLAN_END, INT32_MIN);
  jl_block_begin(b, JL_BLOCK_TABLE, "plan", NULL);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 0);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 1);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 0);
  jl_column(b, "days_left", JL_MSG("days left"), JL_ARG_INTEGER, 0);
  jl_row_begin(b, plan, 0, JL_ROW_NORMAL);
  jl_cell_by_number(b, in, plan, JL_PLAN_STATUS);
  jl_cell_by_number(b, in, plan, JL_PLAN_START);
  jl_cell_by_number(b, in, plan, JL_PLAN_END);
  if (end == INT32_MIN) {
    jl_cell_empty(b);
    return;
  }
  jl_cell(b, jl_arg_integer(end < in->today ? 0 : end - in->today));
  if (end < in->today) jl_cell_tone(b, JL_TONE_WARN);
  jl_cell_source(b, plan);
  if (jl_explaining(b)) why_days_left(in, b, plan, end);
}

void jl_block_objectives(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, top = 0;
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) /* those that serve no other come first */
    if (jl_view_linked(in, objectives[i], JL_OBJECTIVE_PARENT) == NULL) {
      const struct jl_record *found = objectives[i];
      for (size_t k = i; k > top; k--) objectives[k] = objectives[k - 1];
      objectives[top++] = found;
    }
  if (n == 0) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "objectives", JL_MSG("objectives"));
  jl_column(b, "objective", JL_MSG("objective"), JL_ARG_TEXT, 0);
  jl_column(b, "progress", JL_MSG("progress"), JL_ARG_FRACTION, 0);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_FRACTION, 2);
  jl_column(b, "current", JL_MSG("current value"), JL_ARG_FRACTION, 2);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 1);
  for (size_t i = 0; i < n && i < OBJECTIVES_MAX; i++) {
    jl_row_begin(b, objectives[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, objectives[i]);
    jl_cell_objective_progress(b, in, objectives[i]);
    jl_cell_by_number(b, in, objectives[i], JL_OBJECTIVE_TARGET);
    jl_cell_by_number(b, in, objectives[i], JL_OBJECTIVE_CURRENT);
    jl_cell_by_number(b, in, objectives[i], JL_OBJECTIVE_DUE);
  }
  jl_note_more(b, n, OBJECTIVES_MAX, "objective list");
}

static bool block_budget(const struct jl_view_input *in, struct jl_builder *b, struct jl_error *err) {
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  struct jl_money_remarks remarks = {.in = in, .b = b, .basis = JL_BASIS_COST};
  struct jl_money_line *lines;
  struct jl_amounts total;
  struct jl_bucket_shares shares;
  size_t n = 0;
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  if (!jl_money_lines_remarked(in, b, &costs, &lines, &n, &total, &remarks, err) || !jl_bucket_shares(in, lines, n, &shares, err)) return false;
  if (n > 0) jl_block_buckets(b, in, &shares, lines, n);
  if (!jl_block_payroll(in, b, &total, jl_money_unknown(lines, n, NULL, NULL), false, err)) return false;
  if (n == 0) return true;
  jl_note_apart(&remarks, &total);
  jl_note(b, JL_TONE_MUTED,
          remarks.vat_costs ? JL_MSG("excl. VAT, and the VAT that is not recovered; remaining: planned - committed (ordered, not yet invoiced) - actual")
                            : JL_MSG("excl. VAT; remaining: planned - committed (ordered, not yet invoiced) - actual"),
          NULL, 0);
  return true;
}

static void kpi_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state,
                    bool *io_unsigned) {
  jl_row_begin(b, kpi, 0, JL_ROW_NORMAL);
  jl_cell_kpi_title(b, in, kpi, io_unsigned);
  jl_cells_kpi_target(b, in, kpi, state);
  jl_cell_kpi_value(b, in, kpi, state);
  jl_cell_kpi_light(b, in, kpi, state);
}

/* Red lights first, then amber and green; what has no light comes last. */
static void block_kpis(const struct jl_view_input *in, struct jl_builder *b) {
  static const enum jl_light order[] = {JL_LIGHT_BAD, JL_LIGHT_WARN, JL_LIGHT_GOOD, JL_LIGHT_NONE};
  size_t n = 0, shown = 0;
  bool is_unsigned = false;
  const struct jl_record **kpis = jl_view_all(in, b, JL_TYPE_KPI, &n);
  struct jl_kpi_state *states = jl_view_alloc(b, n, sizeof *states);
  if (n == 0 || states == NULL) return;
  for (size_t i = 0; i < n; i++) states[i] = jl_view_kpi_state(b, in, kpis[i]);
  jl_block_begin(b, JL_BLOCK_TABLE, "kpis", JL_MSG("KPIs"));
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 0);
  jl_columns_kpi_target(b, 1);
  jl_column(b, "value", JL_MSG("last value"), JL_ARG_FRACTION, 0);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 0);
  for (size_t o = 0; o < JL_COUNT(order); o++)
    for (size_t i = 0; i < n && shown < KPIS_MAX; i++)
      if (states[i].light == order[o]) {
        kpi_row(in, b, kpis[i], &states[i], &is_unsigned);
        shown++;
      }
  jl_note_unsigned(b, is_unsigned);
  jl_note_more(b, n, KPIS_MAX, "kpi");
}

static int sooner(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  int64_t due_a = jl_view_int(a, JL_ACTION_DUE, INT32_MAX), due_b = jl_view_int(b, JL_ACTION_DUE, INT32_MAX);
  if (due_a != due_b) return due_a < due_b ? -1 : 1;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return jl_id_compare(&a->id, &b->id);
}

static void action_rows(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **actions, size_t n, size_t most) {
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 2);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 0);
  jl_column(b, "blocked", JL_MSG("blocked because"), JL_ARG_TEXT, 3);
  for (size_t i = 0; i < n && i < most; i++) {
    const char *who = jl_view_holders(in, b, &actions[i]->id);
    jl_row_begin(b, actions[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, actions[i]);
    jl_cell(b, jl_arg_text(who));
    jl_cell_action_status(b, in, actions[i]);
    jl_cell_action_due(b, in, actions[i]);
    jl_cell_by_number(b, in, actions[i], JL_ACTION_BLOCKED_REASON);
  }
}

static void block_actions(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, trouble_count = 0, next_count = 0;
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  const struct jl_record **trouble = jl_view_alloc(b, n, sizeof *trouble), **next = jl_view_alloc(b, n, sizeof *next);
  if (trouble == NULL || next == NULL) return;
  if (n > 0) qsort(actions, n, sizeof *actions, sooner);
  for (size_t i = 0; i < n; i++) {
    if (!jl_action_open(actions[i])) continue;
    bool blocked = jl_view_int(actions[i], JL_ACTION_STATUS, 0) == JL_BLOCKED;
    if (blocked || jl_action_late(actions[i], in->today))
      trouble[trouble_count++] = actions[i];
    else if (jl_record_has(actions[i]->body, JL_ACTION_DUE))
      next[next_count++] = actions[i];
  }
  if (trouble_count > 0) {
    jl_block_begin(b, JL_BLOCK_TABLE, "trouble", JL_MSG("late or blocked"));
    action_rows(in, b, trouble, trouble_count, LATE_MAX);
    jl_note_more(b, trouble_count, LATE_MAX, "action list");
  }
  jl_block_begin(b, JL_BLOCK_TABLE, "next", JL_MSG("due next"));
  action_rows(in, b, next, next_count, trouble_count > 2 ? 2 : NEXT_MAX);
  if (next_count == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("none"), NULL, 0);
  if (trouble_count == 0) jl_note(b, JL_TONE_GOOD, JL_MSG("no action is late or blocked"), NULL, 0);
}

/* What waits to be decided, oldest first. */
static void block_approvals(const struct jl_view_input *in, struct jl_builder *b) {
  static const uint32_t fields[] = {JL_APPROVAL_TARGET, JL_APPROVAL_SECTION, JL_APPROVAL_SUBMITTED_BY, JL_APPROVAL_NOTE};
  static const int priorities[] = {0, 2, 1, 4};
  size_t n = 0, waiting = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_APPROVAL, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(all[i], JL_APPROVAL_STATE, 0) == JL_APPROVAL_SUBMITTED) all[waiting++] = all[i];
  if (waiting == 0) return;
  jl_block_begin(b, JL_BLOCK_ITEMS, "approvals", JL_MSG("waiting to be approved"));
  jl_column(b, "approval", JL_MSG("approval"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    const struct jl_field *field = jl_field_by_number(all[0]->type, fields[i]);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), priorities[i]);
  }
  for (size_t i = 0; i < waiting && i < LATE_MAX; i++) {
    jl_row_begin(b, all[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, all[i]);
    for (size_t k = 0; k < JL_COUNT(fields); k++) jl_cell_by_number(b, in, all[i], fields[k]);
  }
  jl_note_more(b, waiting, LATE_MAX, "approval list");
}

/* The same screen for a month, a quarter or a year: what came of it, beside the one before and the targets. */
static bool of_period(const struct jl_view_input *in, struct jl_builder *b, const char *period, struct jl_error *err) {
  struct jl_span span;
  if (!jl_span_parse(in, period, &span, err)) return false;
  const struct jl_reported p = jl_reported_of(in, &span);
  jl_period_title(b, JL_MSG("dashboard, {1} to {2}"), &p);
  jl_block_objectives(in, b);
  if (!jl_block_results(in, b, &p, err) || !jl_block_period_budget(in, b, &p, err)) return false;
  jl_block_period_kpis(in, b, &p, KPIS_MAX);
  return true;
}

bool jl_dashboard_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  const char *period = jl_view_value(in, "period");
  if (period != NULL) return of_period(in, b, period, err);
  jl_builder_title(b, JL_MSG("dashboard"), NULL, 0);
  block_plan(in, b);
  block_approvals(in, b);
  jl_block_objectives(in, b);
  if (!block_budget(in, b, err)) return false;
  block_kpis(in, b);
  if (jl_view_sees(in, JL_SECTION_ACTIONS)) {
    block_actions(in, b);
    jl_note_governance(in, b);
  }
  return true;
}
