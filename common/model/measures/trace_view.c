/* From an expense up: line, action, lever, objective; the KPIs on the way; leads, customers and revenue that it is credited with. Where a link is
 * missing it says which, and what to type. */
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/model/measures/figure_cells.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/measures/trace.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

enum { CHAIN_MAX = 32, KPIS_MAX = 50, PARTS_MAX = 50 };

struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_trace trace;
  char currency[4];
};

static struct jl_arg money(const struct view *v, int64_t amount) { return jl_arg_money(amount, v->currency); }

static const char *reference(struct view *v, const struct jl_record *record) {
  char text[JL_REFERENCE_SIZE];
  jl_reference_format(record->type, record->number, text);
  return jl_view_text(v->b, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
}

/* ---- the way up ---- */
static void up_row(struct view *v, const struct jl_record *record, int level) {
  jl_row_begin(v->b, record, level, level == 0 ? JL_ROW_HEADING : JL_ROW_NORMAL);
  jl_cell_title(v->b, v->in, record);
  jl_cell_label(v->b, record->type->label, record->type->command);
}

/* Which link there is not, and below the table the command that makes it. */
static void missing_row(struct view *v, int level, const char *what, const char *command, const struct jl_record *of) {
  const struct jl_arg args[] = {jl_arg_text(reference(v, of))};
  jl_row_begin(v->b, NULL, level, JL_ROW_MUTED);
  jl_cell_label(v->b, what, "missing");
  jl_cell_tone(v->b, JL_TONE_WARN);
  jl_cells_empty(v->b, 2);
  jl_note(v->b, JL_TONE_WARN, command, args, 1);
}

static void no_amount(struct view *v) { jl_cell_empty(v->b); }

static void up_objective(struct view *v, const struct jl_record *objective, int level) {
  for (int n = 0; objective != NULL && n < CHAIN_MAX; n++, objective = jl_view_linked(v->in, objective, JL_OBJECTIVE_PARENT)) {
    up_row(v, objective, level + n);
    no_amount(v);
  }
}

static void up_lever(struct view *v, const struct jl_record *lever, int level) {
  size_t n = 0;
  if (v->trace.record != lever) {
    up_row(v, lever, level);
    no_amount(v);
  } else {
    level--;
  }
  const struct jl_record **objectives = jl_view_links(v->in, v->b, lever, JL_LEVER_OBJECTIVES, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) up_objective(v, objectives[i], level + 1);
  if (n == 0) missing_row(v, level + 1, JL_MSG("(no objective)"), JL_MSG("{1} serves no objective: jalon lever set {1} --objectives O1"), lever);
}

/* From an action, or where there is none from the lever. */
static void up_part(struct view *v, const struct jl_trace_part *part, int level) {
  if (part->action != NULL && part->action != v->trace.record) {
    up_row(v, part->action, level++);
    jl_cell_money_known(v->b, part->amounts.actual, v->currency, part->unknown & JL_UNKNOWN(JL_MONEY_ACTUAL));
  } else if (part->action == NULL && part->lever == NULL) {
    missing_row(v, level, JL_MSG("(no action, no lever)"), JL_MSG("{1} pays for no action and no lever: jalon budget-line set {1} --action A1, or --lever L1"), part->line->line);
    return;
  }
  if (part->lever != NULL)
    up_lever(v, part->lever, level);
  else if (part->action != NULL)
    missing_row(v, level, JL_MSG("(no lever)"), JL_MSG("{1} belongs to no lever: jalon action set {1} --lever L1"), part->action);
}

static void up_measured(struct view *v, const struct jl_record *kpi, int level) {
  const struct jl_record *lever = jl_view_linked(v->in, kpi, JL_KPI_LEVER), *objective = jl_view_linked(v->in, kpi, JL_KPI_OBJECTIVE);
  if (kpi != v->trace.record) {
    up_row(v, kpi, level++);
    no_amount(v);
  }
  if (lever != NULL) up_lever(v, lever, level);
  if (objective != NULL) up_objective(v, objective, level);
  if (lever == NULL && objective == NULL)
    missing_row(v, level, JL_MSG("(no lever, no objective)"), JL_MSG("{1} measures no lever and no objective: jalon kpi set {1} --lever L1, or --objective O1"), kpi);
}

static bool has_money(const struct jl_record *record) {
  return record->type_number == JL_TYPE_EXPENSE || record->type_number == JL_TYPE_BUDGET_LINE || record->type_number == JL_TYPE_ACTION || record->type_number == JL_TYPE_LEVER;
}

static void own_row(struct view *v) {
  int64_t actual = 0;
  unsigned unknown = 0;
  for (size_t i = 0; i < v->trace.part_count; i++) unknown |= v->trace.parts[i].unknown & JL_UNKNOWN(JL_MONEY_ACTUAL);
  for (size_t i = 0; i < v->trace.part_count; i++)
    if (!jl_add(actual, v->trace.parts[i].amounts.actual, &actual)) jl_builder_fail(v->b, JL_E_TOO_LARGE);
  up_row(v, v->trace.record, 0);
  if (has_money(v->trace.record) && !jl_view_sees(v->in, JL_SECTION_BUDGET))
    jl_cell_withheld(v->b);
  else if (v->trace.part_count > 0)
    jl_cell_money_known(v->b, actual, v->currency, unknown);
  else
    no_amount(v);
}

static void block_path(struct view *v) {
  const struct jl_record *record = v->trace.record, *line, *kpi = NULL;
  int level = 1;
  jl_block_begin(v->b, JL_BLOCK_TREE, "path", JL_MSG("what it serves"));
  jl_column(v->b, "title", JL_MSG("from here up"), JL_ARG_TEXT, 0);
  jl_column(v->b, "kind", JL_MSG("record"), JL_ARG_LABEL, 1);
  jl_column(v->b, "actual", JL_MSG("invoiced"), JL_ARG_MONEY, 0);
  own_row(v);
  switch (record->type_number) {
  case JL_TYPE_EXPENSE:
    line = jl_view_linked(v->in, record, JL_EXPENSE_LINE);
    if (line == NULL) return;
    up_row(v, line, level++);
    no_amount(v);
    break;
  case JL_TYPE_MEASUREMENT:
    kpi = jl_view_linked(v->in, record, JL_MEASUREMENT_KPI);
    break;
  case JL_TYPE_KPI:
    kpi = record;
    break;
  case JL_TYPE_OBJECTIVE:
    up_objective(v, jl_view_linked(v->in, record, JL_OBJECTIVE_PARENT), level);
    return;
  default:
    break;
  }
  if (kpi != NULL) {
    up_measured(v, kpi, level);
    return;
  }
  for (size_t i = 0; i < v->trace.part_count && i < PARTS_MAX; i++) up_part(v, &v->trace.parts[i], level);
  if (v->trace.part_count > 0) return;
  if (record->type_number == JL_TYPE_LEVER) up_lever(v, record, level);
  const struct jl_record *lever = record->type_number == JL_TYPE_ACTION ? jl_view_linked(v->in, record, JL_ACTION_LEVER) : NULL;
  if (lever != NULL) up_lever(v, lever, level);
  if (record->type_number == JL_TYPE_ACTION && lever == NULL) missing_row(v, level, JL_MSG("(no lever)"), JL_MSG("{1} belongs to no lever: jalon action set {1} --lever L1"), record);
}

/* ---- KPIs on the way ---- */
struct named {
  const struct jl_record *kpi, *by;
};
static void name_kpi(struct view *v, struct named *kpis, size_t *n, const struct jl_record *kpi, const struct jl_record *by) {
  if (kpi == NULL || !jl_view_readable(v->in, kpi)) return;
  for (size_t i = 0; i < *n; i++)
    if (kpis[i].kpi == kpi) return;
  if (*n < KPIS_MAX) kpis[(*n)++] = (struct named){kpi, by};
}

static void name_kpis_of(struct view *v, struct named *kpis, size_t *n, const struct jl_record *record) {
  size_t count = 0;
  if (record == NULL) return;
  const struct jl_record **found = NULL;
  switch (record->type_number) {
  case JL_TYPE_EXPENSE:
    name_kpi(v, kpis, n, jl_view_linked(v->in, record, JL_EXPENSE_KPI), record);
    return;
  case JL_TYPE_BUDGET_LINE:
    name_kpi(v, kpis, n, jl_view_linked(v->in, record, JL_BUDGET_LINE_KPI), record);
    return;
  case JL_TYPE_ACTION:
    found = jl_view_links(v->in, v->b, record, JL_ACTION_KPIS, JL_TYPE_KPI, &count);
    break;
  case JL_TYPE_LEVER:
    found = jl_view_referring(v->in, v->b, &record->id, JL_TYPE_KPI, JL_KPI_LEVER, &count);
    break;
  default:
    return;
  }
  for (size_t i = 0; i < count; i++) name_kpi(v, kpis, n, found[i], record);
}

static void block_kpis(struct view *v) {
  struct named kpis[KPIS_MAX];
  const struct jl_record *record = v->trace.record;
  size_t n = 0;
  if (record->type_number == JL_TYPE_MEASUREMENT) name_kpi(v, kpis, &n, jl_view_linked(v->in, record, JL_MEASUREMENT_KPI), record);
  if (record->type_number == JL_TYPE_KPI) name_kpi(v, kpis, &n, record, record);
  name_kpis_of(v, kpis, &n, record);
  if (record->type_number == JL_TYPE_EXPENSE) name_kpis_of(v, kpis, &n, jl_view_linked(v->in, record, JL_EXPENSE_LINE));
  for (size_t i = 0; i < v->trace.part_count && i < PARTS_MAX; i++) {
    name_kpis_of(v, kpis, &n, v->trace.parts[i].action);
    name_kpis_of(v, kpis, &n, v->trace.parts[i].lever);
  }
  jl_block_begin(v->b, JL_BLOCK_TABLE, "kpis", JL_MSG("KPIs on the way"));
  jl_column(v->b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 0);
  jl_column(v->b, "named_by", JL_MSG("named by"), JL_ARG_TEXT, 3);
  jl_column(v->b, "value", JL_MSG("last value"), JL_ARG_FRACTION, 0);
  jl_column(v->b, "light", JL_MSG("light"), JL_ARG_LABEL, 1);
  for (size_t i = 0; i < n; i++) {
    struct jl_kpi_state state = jl_view_kpi_state(v->b, v->in, kpis[i].kpi);
    jl_row_begin(v->b, kpis[i].kpi, 0, JL_ROW_NORMAL);
    jl_cell_title(v->b, v->in, kpis[i].kpi);
    jl_cell_title(v->b, v->in, kpis[i].by);
    jl_cell_kpi_value(v->b, v->in, kpis[i].kpi, &state);
    jl_cell_kpi_light(v->b, v->in, kpis[i].kpi, &state);
  }
  if (n > 0) return;
  const struct jl_arg args[] = {jl_arg_text(reference(v, record)), jl_arg_text(record->type->command)};
  jl_note(v->b, JL_TONE_WARN, JL_MSG("no KPI measures it: jalon {2} set {1} with a KPI, or a KPI of its lever"), args, 2);
}

/* ---- what it is credited with ---- */
static void share_cell(struct view *v, const struct jl_trace_part *part) {
  int64_t share;
  if (!jl_trace_credit(part, JL_FRACTION_ONE, &share)) {
    jl_cell_undefined(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_fraction(share, "percent"));
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_RATIO, jl_arg_fraction(share, "percent"), JL_MSG("share = what it cost / all that was invoiced for the same"))) jl_why_trace_share(&v->trace, part);
  jl_why_end(v->b);
}

/* A count may be a part of one lead. */
static void credit_cell(struct view *v, const struct jl_trace_part *part, const struct jl_figure_ask *ask, bool has, int64_t whole, bool amount) {
  int64_t credit = 0;
  if (!has || !jl_trace_credit(part, amount ? whole : whole * JL_FRACTION_ONE, &credit)) {
    jl_cell_empty(v->b);
    return;
  }
  struct jl_arg value = amount ? money(v, credit) : jl_arg_fraction(credit, JL_UNIT_TENTHS);
  jl_cell(v->b, value);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_PROPORTION, value, JL_MSG("credited = figure x what it cost / all that was invoiced for the same"))) {
    jl_why_trace_figures(&v->trace, ask, amount ? JL_FIGURE_AMOUNT : JL_FIGURE_COUNT, amount ? money(v, whole) : jl_arg_integer(whole));
    jl_why_trace_share(&v->trace, part);
  }
  jl_why_end(v->b);
}

static void whole_cell(struct view *v, const struct jl_figure_ask *ask, bool has, struct jl_arg value, uint32_t field) {
  if (!has) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, value);
  jl_figures_sources(v->trace.figures, ask);
  if (jl_explaining(v->b)) jl_why_trace_figures(&v->trace, ask, field, value);
}

static size_t stage_rows(struct view *v, const struct jl_trace_part *part) {
  size_t n = 0, rows = 0;
  const char *const *stages = jl_figures_stages(v->trace.figures, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_figure_ask ask = jl_trace_ask(part->of, stages[i]);
    struct jl_figure_sum sum;
    if (!jl_figures_sum(v->trace.figures, &ask, &sum)) jl_builder_fail(v->b, JL_E_TOO_LARGE);
    if (!jl_builder_ok(v->b) || sum.records == 0 || sum.count > INT64_MAX / JL_FRACTION_ONE) continue;
    jl_row_begin(v->b, NULL, 1, JL_ROW_NORMAL);
    jl_cell_stage(v->b, stages[i]);
    jl_cell_empty(v->b);
    whole_cell(v, &ask, sum.has_count, jl_arg_integer(sum.count), JL_FIGURE_COUNT);
    credit_cell(v, part, &ask, sum.has_count, sum.count, false);
    whole_cell(v, &ask, sum.has_amount, money(v, sum.amount), JL_FIGURE_AMOUNT);
    credit_cell(v, part, &ask, sum.has_amount, sum.amount, true);
    rows++;
  }
  return rows;
}

static void part_rows(struct view *v, const struct jl_trace_part *part) {
  const struct jl_arg args[] = {jl_arg_text(part->of == NULL ? "" : reference(v, part->of))};
  jl_row_begin(v->b, part->of, 0, JL_ROW_HEADING);
  jl_cell_title(v->b, v->in, part->of);
  share_cell(v, part);
  jl_cells_empty(v->b, 4);
  if (stage_rows(v, part) > 0) return;
  jl_note(v->b, JL_TONE_WARN,
          jl_view_sees(v->in, JL_SECTION_PIPELINE) ? JL_MSG("nobody has told what {1} brought: jalon figures set {1} leads=12 customers=2")
                                                   : JL_MSG("what {1} brought is in a section that you may not read"),
          args, 1);
}

static void block_credit(struct view *v) {
  bool any = false;
  for (size_t i = 0; i < v->trace.part_count; i++) any = any || v->trace.parts[i].of != NULL;
  jl_block_begin(v->b, JL_BLOCK_TREE, "credit", JL_MSG("credited to it"));
  jl_column(v->b, "stage", JL_MSG("brought by"), JL_ARG_TEXT, 0);
  jl_column(v->b, "share", JL_MSG("share"), JL_ARG_FRACTION, 1);
  jl_column(v->b, "count", JL_MSG("in all"), JL_ARG_INTEGER, 2);
  jl_column(v->b, "credited", JL_MSG("credited"), JL_ARG_FRACTION, 0);
  jl_column(v->b, "amount", JL_MSG("worth"), JL_ARG_MONEY, 3);
  jl_column(v->b, "credited_amount", JL_MSG("credited worth"), JL_ARG_MONEY, 0);
  for (size_t i = 0; i < v->trace.part_count && i < PARTS_MAX; i++)
    if (v->trace.parts[i].of != NULL) part_rows(v, &v->trace.parts[i]);
  if (any) jl_note(v->b, JL_TONE_MUTED, JL_MSG("share: what it cost, of all that was invoiced for the campaign, or where that has no figures for the lever; excl. recovered VAT"), NULL, 0);
  int64_t ordered = 0;
  unsigned unknown = 0;
  for (size_t i = 0; i < v->trace.part_count; i++) {
    unknown |= v->trace.parts[i].unknown & JL_UNKNOWN(JL_MONEY_COMMITTED);
    (void)!jl_add(ordered, v->trace.parts[i].amounts.committed, &ordered);
  }
  const struct jl_arg open = money(v, ordered);
  if (ordered != 0 && unknown == 0) jl_note(v->b, JL_TONE_MUTED, JL_MSG("ordered and not invoiced: {1}; nothing is credited to it before it is invoiced"), &open, 1);
}

bool jl_trace_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_EXPENSE, JL_TYPE_BUDGET_LINE, JL_TYPE_ACTION, JL_TYPE_LEVER, JL_TYPE_KPI, JL_TYPE_MEASUREMENT, JL_TYPE_OBJECTIVE};
  struct view v = {.in = in, .b = b};
  const struct jl_record *record = NULL;
  (void)a;
  if (!jl_view_named(in, b, types, JL_COUNT(types), &record, err)) return false;
  if (record == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("which record to trace is missing"), JL_MSG("an expense such as X45, a line, an action, a lever or a measurement"));
  if (!jl_trace_read(&v.trace, in, b, record, err)) return false;
  if (!jl_builder_ok(b)) return true;
  jl_plan_currency(in->space, v.currency);
  const struct jl_arg args[] = {jl_arg_text(jl_record_caption(b, in->space, record))};
  jl_builder_title(b, JL_MSG("trace of {1}"), args, 1);
  block_path(&v);
  block_kpis(&v);
  if (v.trace.part_count > 0) block_credit(&v);
  return true;
}
