/* One record with all that belongs to it: why it exists, its fields, its parts, its money, what was said. */
#include "common/model/budget/totals.h"
#include "common/model/governance/advice.h"
#include "common/model/governance/approval_cells.h"
#include "common/model/review/view_blocks.h"
#include "common/model/governance/thread.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/strategy/progress.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

#define PARTS_MAX 300 /* rows of one table; the rest is counted in a note */
#define CHAIN_MAX 32  /* objectives above one another */

struct part {
  uint32_t owner, type, field;
  const char *name, *title;
  bool newest;
  uint32_t columns[8];
};
static const struct part parts[] = {
    {JL_TYPE_OBJECTIVE,
     JL_TYPE_OBJECTIVE,
     JL_OBJECTIVE_PARENT,
     "objectives",
     JL_MSG("objectives that serve it"),
     false,
     {JL_OBJECTIVE_TITLE, JL_OBJECTIVE_TARGET, JL_OBJECTIVE_CURRENT, JL_OBJECTIVE_DUE}},
    {JL_TYPE_OBJECTIVE,
     JL_TYPE_LEVER,
     JL_LEVER_OBJECTIVES,
     "levers",
     JL_MSG("levers"),
     false,
     {JL_LEVER_NAME, JL_LEVER_CHANNEL, JL_LEVER_TARGET, JL_LEVER_VERDICT}},
    {JL_TYPE_LEVER,
     JL_TYPE_ACTION,
     JL_ACTION_LEVER,
     "actions",
     JL_MSG("actions"),
     false,
     {JL_ACTION_TITLE, JL_ACTION_STATUS, JL_ACTION_PROGRESS, JL_ACTION_DUE}},
    {JL_TYPE_KPI,
     JL_TYPE_MEASUREMENT,
     JL_MEASUREMENT_KPI,
     "measurements",
     JL_MSG("measurements"),
     true,
     {JL_MEASUREMENT_DATE, JL_MEASUREMENT_VALUE, JL_MEASUREMENT_SOURCE, JL_MEASUREMENT_NOTE}},
    {JL_TYPE_KPI, JL_TYPE_KPI_TARGET, JL_KPI_TARGET_KPI, "targets", JL_MSG("KPI targets"), false, {JL_KPI_TARGET_DUE, JL_KPI_TARGET_TARGET}},
    {JL_TYPE_KPI, JL_TYPE_ACTION, JL_ACTION_KPIS, "actions", JL_MSG("actions"), false, {JL_ACTION_TITLE, JL_ACTION_STATUS, JL_ACTION_DUE}},
    {JL_TYPE_ACTION, JL_TYPE_RACI, JL_RACI_TARGET, "raci", JL_MSG("RACI"), false, {JL_RACI_LETTER, JL_RACI_HOLDER, JL_RACI_TASK}},
    {JL_TYPE_PLAN, JL_TYPE_RACI, JL_RACI_TARGET, "raci", JL_MSG("RACI"), false, {JL_RACI_LETTER, JL_RACI_HOLDER, JL_RACI_TASK}},
    {JL_TYPE_PLAN, JL_TYPE_GRANT, JL_GRANT_PLAN, "rights", JL_MSG("rights"), false, {JL_GRANT_HOLDER, JL_GRANT_SECTION, JL_GRANT_LEVEL}},
    {JL_TYPE_BUDGET_LINE, JL_TYPE_RACI, JL_RACI_TARGET, "raci", JL_MSG("RACI"), false, {JL_RACI_LETTER, JL_RACI_HOLDER, JL_RACI_TASK}},
    {JL_TYPE_ACTION,
     JL_TYPE_CHECKLIST_ITEM,
     JL_CHECKLIST_ITEM_ACTION,
     "checklist",
     JL_MSG("checklist items"),
     false,
     {JL_CHECKLIST_ITEM_TITLE, JL_CHECKLIST_ITEM_DONE, JL_CHECKLIST_ITEM_ASSIGNEE}},
    {JL_TYPE_ACTION,
     JL_TYPE_DEPENDENCY,
     JL_DEPENDENCY_SUCCESSOR,
     "predecessors",
     JL_MSG("comes after"),
     false,
     {JL_DEPENDENCY_PREDECESSOR, JL_DEPENDENCY_KIND, JL_DEPENDENCY_LAG}},
    {JL_TYPE_ACTION,
     JL_TYPE_DEPENDENCY,
     JL_DEPENDENCY_PREDECESSOR,
     "successors",
     JL_MSG("comes before"),
     false,
     {JL_DEPENDENCY_SUCCESSOR, JL_DEPENDENCY_KIND, JL_DEPENDENCY_LAG}},
    {JL_TYPE_ACTION, JL_TYPE_LINK, JL_LINK_ACTION, "links", JL_MSG("links"), false, {JL_LINK_TITLE, JL_LINK_ADDRESS}},
    {JL_TYPE_ACTION,
     JL_TYPE_LAUNCH_OVERRIDE,
     JL_LAUNCH_OVERRIDE_ACTION,
     "overrides",
     JL_MSG("launch overrides"),
     true,
     {JL_LAUNCH_OVERRIDE_REASON, JL_LAUNCH_OVERRIDE_SECTION, JL_LAUNCH_OVERRIDE_MISSING, JL_LAUNCH_OVERRIDE_AUTHOR, JL_LAUNCH_OVERRIDE_SINCE}},
    {JL_TYPE_BUDGET_LINE,
     JL_TYPE_BUDGET_MONTH,
     JL_BUDGET_MONTH_LINE,
     "months",
     JL_MSG("budget months"),
     false,
     {JL_BUDGET_MONTH_MONTH, JL_BUDGET_MONTH_PLANNED}},
    {JL_TYPE_BUDGET_LINE,
     JL_TYPE_EXPENSE,
     JL_EXPENSE_LINE,
     "expenses",
     JL_MSG("expenses"),
     false,
     {JL_EXPENSE_TITLE, JL_EXPENSE_STATE, JL_EXPENSE_DATE, JL_EXPENSE_BOOKED, JL_EXPENSE_SUPPLIER, JL_EXPENSE_NET, JL_EXPENSE_GROSS, JL_EXPENSE_DOCUMENT}},
    {JL_TYPE_KPI, JL_TYPE_DEFINITION, JL_DEFINITION_KPI, "definitions", JL_MSG("definitions"), false, {JL_DEFINITION_TITLE, JL_DEFINITION_TEXT, JL_DEFINITION_TEAMS}},
    {JL_TYPE_DEFINITION,
     JL_TYPE_SIGNATURE,
     JL_SIGNATURE_DEFINITION,
     "signatures",
     JL_MSG("signatures"),
     true,
     {JL_SIGNATURE_TEAM, JL_SIGNATURE_SIGNER, JL_SIGNATURE_SINCE}},
    {JL_TYPE_SEGMENT, JL_TYPE_ICP, JL_ICP_SEGMENT, "icps", JL_MSG("ideal customer profiles"), false, {JL_ICP_NAME, JL_ICP_SIZE, JL_ICP_DEAL, JL_ICP_CYCLE}},
    {JL_TYPE_SEGMENT, JL_TYPE_PERSONA, JL_PERSONA_SEGMENTS, "personas", JL_MSG("personas"), false, {JL_PERSONA_NAME, JL_PERSONA_BUYING_ROLE, JL_PERSONA_REVIEW}},
    {JL_TYPE_PERSONA, JL_TYPE_KEY_MESSAGE, JL_KEY_MESSAGE_PERSONAS, "messages", JL_MSG("key messages"), false, {JL_KEY_MESSAGE_TEXT, JL_KEY_MESSAGE_STAGE, JL_KEY_MESSAGE_THEME}},
    {JL_TYPE_PERSONA, JL_TYPE_ACTION, JL_ACTION_PERSONAS, "actions", JL_MSG("actions"), false, {JL_ACTION_TITLE, JL_ACTION_STATUS, JL_ACTION_DUE}},
    {JL_TYPE_KEY_MESSAGE, JL_TYPE_ACTION, JL_ACTION_MESSAGES, "actions", JL_MSG("actions"), false, {JL_ACTION_TITLE, JL_ACTION_STATUS, JL_ACTION_DUE}},
    {JL_TYPE_PROMISE, JL_TYPE_POSITIONING, JL_POSITIONING_PROMISE, "positionings", JL_MSG("positionings"), false, {JL_POSITIONING_STATEMENT, JL_POSITIONING_CATEGORY}},
    {JL_TYPE_PROMISE, JL_TYPE_KEY_MESSAGE, JL_KEY_MESSAGE_PROMISE, "messages", JL_MSG("key messages"), false, {JL_KEY_MESSAGE_TEXT, JL_KEY_MESSAGE_STAGE, JL_KEY_MESSAGE_THEME}},
    {JL_TYPE_CRITERION, JL_TYPE_RATING, JL_RATING_CRITERION, "ratings", JL_MSG("ratings"), false, {JL_RATING_COMPETITOR, JL_RATING_VALUE, JL_RATING_SCORE, JL_RATING_SOURCE}},
    {JL_TYPE_COMPETITOR, JL_TYPE_RATING, JL_RATING_COMPETITOR, "ratings", JL_MSG("ratings"), false, {JL_RATING_CRITERION, JL_RATING_VALUE, JL_RATING_SCORE, JL_RATING_SOURCE}},
    {JL_TYPE_OBJECTIVE, JL_TYPE_MIX_ITEM, JL_MIX_ITEM_OBJECTIVES, "mix", JL_MSG("mix items"), false, {JL_MIX_ITEM_TITLE, JL_MIX_ITEM_ELEMENT}},
    {JL_TYPE_OBJECTIVE, JL_TYPE_DIAGNOSTIC, JL_DIAGNOSTIC_ANSWERS, "diagnostic", JL_MSG("diagnostic notes"), false, {JL_DIAGNOSTIC_TITLE, JL_DIAGNOSTIC_KIND}},
    {JL_TYPE_LEVER, JL_TYPE_DIAGNOSTIC, JL_DIAGNOSTIC_ANSWERS, "diagnostic", JL_MSG("diagnostic notes"), false, {JL_DIAGNOSTIC_TITLE, JL_DIAGNOSTIC_KIND}},
    {JL_TYPE_LEVER, JL_TYPE_TOOL, JL_TOOL_LEVERS, "tools", JL_MSG("tools of the stack"), false, {JL_TOOL_NAME, JL_TOOL_PURPOSE, JL_TOOL_COST, JL_TOOL_BILLING}},
    {JL_TYPE_KPI, JL_TYPE_TOOL, JL_TOOL_KPIS, "tools", JL_MSG("tools of the stack"), false, {JL_TOOL_NAME, JL_TOOL_PURPOSE, JL_TOOL_COST, JL_TOOL_BILLING}},
    {JL_TYPE_LEVER, JL_TYPE_LESSON, JL_LESSON_SOURCES, "lessons", JL_MSG("lessons"), true, {JL_LESSON_TITLE, JL_LESSON_KIND, JL_LESSON_DATE}},
    {JL_TYPE_ACTION, JL_TYPE_LESSON, JL_LESSON_SOURCES, "lessons", JL_MSG("lessons"), true, {JL_LESSON_TITLE, JL_LESSON_KIND, JL_LESSON_DATE}},
    {JL_TYPE_PLAYBOOK,
     JL_TYPE_PLAYBOOK_STEP,
     JL_PLAYBOOK_STEP_PLAYBOOK,
     "steps",
     JL_MSG("playbook steps"),
     false,
     {JL_PLAYBOOK_STEP_TITLE, JL_PLAYBOOK_STEP_AFTER, JL_PLAYBOOK_STEP_DURATION, JL_PLAYBOOK_STEP_IMPACT, JL_PLAYBOOK_STEP_EFFORT, JL_PLAYBOOK_STEP_KPI}},
};

static void part_row(const struct jl_view_input *in, struct jl_builder *b, const struct part *part, const struct jl_record *record) {
  jl_row_begin(b, record, 0, JL_ROW_NORMAL);
  for (size_t i = 0; i < JL_COUNT(part->columns) && part->columns[i] != 0; i++) {
    const struct jl_field *field = jl_field_by_number(record->type, part->columns[i]);
    if (field != NULL && field->title)
      jl_cell_title(b, in, record);
    else
      jl_cell_by_number(b, in, record, part->columns[i]);
  }
}

static void block_part(const struct jl_view_input *in, struct jl_builder *b, const struct part *part, const struct jl_record *owner) {
  size_t n = 0;
  const struct jl_record **records = jl_view_referring(in, b, &owner->id, part->type, part->field, &n);
  const struct jl_record_type *type = jl_record_type_by_number(part->type);
  if (n == 0 || type == NULL) return;
  jl_block_begin(b, JL_BLOCK_TABLE, part->name, part->title);
  for (size_t i = 0; i < JL_COUNT(part->columns) && part->columns[i] != 0; i++) {
    const struct jl_field *field = jl_field_by_number(type, part->columns[i]);
    JL_ASSERT(field != NULL);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), i == 0 ? 0 : (int)i);
  }
  for (size_t i = 0; i < n && i < PARTS_MAX; i++) part_row(in, b, part, records[part->newest ? n - 1 - i : i]);
  const struct jl_arg more = jl_arg_integer((int64_t)(n - PARTS_MAX));
  if (n > PARTS_MAX) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more are not shown"), &more, 1);
}

static void block_key_results(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective) {
  size_t n = 0;
  int64_t score = 0;
  const struct jl_record **records = jl_view_referring(in, b, &objective->id, JL_TYPE_KEY_RESULT, JL_KEY_RESULT_OBJECTIVE, &n);
  if (n == 0 && !jl_objective_progress(in, b, objective, &score)) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "key_results", JL_MSG("key results"));
  jl_column(b, "key_result", JL_MSG("key result"), JL_ARG_TEXT, 0);
  jl_column(b, "start", JL_MSG("start value"), JL_ARG_FRACTION, 3);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_FRACTION, 1);
  jl_column(b, "current", JL_MSG("current value"), JL_ARG_FRACTION, 1);
  jl_column(b, "weight", JL_MSG("weight"), JL_ARG_INTEGER, 4);
  jl_column(b, "score", JL_MSG("score"), JL_ARG_FRACTION, 0);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, records[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, records[i]);
    jl_cell_by_number(b, in, records[i], JL_KEY_RESULT_START);
    jl_cell_by_number(b, in, records[i], JL_KEY_RESULT_TARGET);
    jl_cell_by_number(b, in, records[i], JL_KEY_RESULT_CURRENT);
    jl_cell_by_number(b, in, records[i], JL_KEY_RESULT_WEIGHT);
    jl_cell_key_result_score(b, in, records[i]);
  }
  jl_row_begin(b, objective, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("progress"), "progress");
  jl_cells_empty(b, 4);
  jl_cell_objective_progress(b, in, objective);
}

static void kpi_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi) {
  struct jl_kpi_state state = jl_view_kpi_state(b, in, kpi);
  jl_row_begin(b, kpi, 0, JL_ROW_NORMAL);
  bool is_unsigned = false; /* the definition stands below */
  jl_cell_kpi_title(b, in, kpi, &is_unsigned);
  jl_cells_kpi_target(b, in, kpi, &state);
  jl_cell_kpi_value(b, in, kpi, &state);
  jl_cell_kpi_light(b, in, kpi, &state);
}

static void kpi_columns(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_TABLE, "kpis", JL_MSG("KPIs"));
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 0);
  jl_columns_kpi_target(b, 1);
  jl_column(b, "value", JL_MSG("last value"), JL_ARG_FRACTION, 1);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 2);
}

/* KPIs that an action names, or that name an objective or a lever; the light of a KPI itself. */
static void block_kpis(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record) {
  size_t n = 0;
  if (record->type_number == JL_TYPE_ACTION) {
    if (!jl_record_has(record->body, JL_ACTION_KPIS)) return;
    const struct jl_record **named = jl_view_links(in, b, record, JL_ACTION_KPIS, JL_TYPE_KPI, &n);
    kpi_columns(b);
    for (size_t i = 0; i < n; i++) kpi_row(in, b, named[i]);
    return;
  }
  if (record->type_number == JL_TYPE_KPI) {
    kpi_columns(b);
    kpi_row(in, b, record);
    return;
  }
  if (record->type_number != JL_TYPE_OBJECTIVE && record->type_number != JL_TYPE_LEVER) return;
  const struct jl_record **kpis =
      jl_view_referring(in, b, &record->id, JL_TYPE_KPI, record->type_number == JL_TYPE_LEVER ? JL_KPI_LEVER : JL_KPI_OBJECTIVE, &n);
  if (n == 0) return;
  kpi_columns(b);
  for (size_t i = 0; i < n; i++) kpi_row(in, b, kpis[i]);
}

static bool money_of(const struct jl_money_line *line, const struct jl_record *record) {
  if (record->type_number == JL_TYPE_BUDGET_LINE) return line->line == record;
  if (record->type_number == JL_TYPE_LEVER) return line->lever == record;
  return line->action == record;
}

static bool block_money(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, struct jl_error *err) {
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  struct jl_money_remarks remarks = {.in = in, .b = b, .basis = JL_BASIS_COST};
  struct jl_money_line *lines;
  struct jl_amounts all, total = {0};
  size_t n = 0, kept = 0;
  if (record->type_number != JL_TYPE_ACTION && record->type_number != JL_TYPE_LEVER && record->type_number != JL_TYPE_BUDGET_LINE)
    return true;
  if (!jl_money_lines_remarked(in, b, &costs, &lines, &n, &all, &remarks, err)) return false;
  for (size_t i = 0; i < n; i++) {
    if (!money_of(&lines[i], record)) continue;
    if (!jl_amounts_add(&total, &lines[i].amounts, err)) return false;
    lines[kept++] = lines[i];
  }
  if (kept == 0) return true;
  jl_block_begin(b, JL_BLOCK_TABLE, "money", JL_MSG("budget"));
  jl_column(b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_columns_money(b);
  for (size_t i = 0; i < kept; i++) {
    jl_row_begin(b, lines[i].line, 0, JL_ROW_NORMAL);
    jl_cell_money_line(b, in, &lines[i]);
    jl_cells_money(b, in, &lines[i].amounts, &lines[i], 1, NULL, NULL);
  }
  if (kept > 1) {
    jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
    jl_cell_label(b, JL_MSG("total"), "total");
    jl_cells_money(b, in, &total, lines, kept, NULL, NULL);
  }
  jl_note(b, JL_TONE_MUTED, remarks.vat_costs ? JL_MSG("cost: excl. VAT, and the VAT that is not recovered") : JL_MSG("amounts excl. VAT"), NULL, 0);
  jl_note(b, JL_TONE_MUTED, JL_MSG("committed: ordered, not yet invoiced; remaining: planned - committed - actual"), NULL, 0);
  return true;
}

static void why_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, int level) {
  jl_row_begin(b, record, level, JL_ROW_NORMAL);
  jl_cell_label(b, record->type->label, record->type->command);
  jl_cell_title(b, in, record);
}

/* From the topmost objective down to this one. Returns the level below it. */
static int chain(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective) {
  const struct jl_record *above[CHAIN_MAX];
  int n = 0;
  for (const struct jl_record *o = objective; o != NULL && n < CHAIN_MAX; o = jl_view_linked(in, o, JL_OBJECTIVE_PARENT)) above[n++] = o;
  for (int level = 0; level < n; level++) why_row(in, b, above[n - 1 - level], level);
  return n;
}

static int chains_of_lever(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *lever) {
  size_t n = 0;
  const struct jl_record **objectives = jl_view_links(in, b, lever, JL_LEVER_OBJECTIVES, JL_TYPE_OBJECTIVE, &n);
  int deepest = 0;
  for (size_t i = 0; i < n; i++) {
    int below = chain(in, b, objectives[i]);
    if (below > deepest) deepest = below;
  }
  return deepest;
}

static void block_why(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record) {
  const struct jl_record *lever = NULL, *action = NULL, *objective = NULL;
  switch (record->type_number) {
  case JL_TYPE_OBJECTIVE:
    objective = jl_view_linked(in, record, JL_OBJECTIVE_PARENT);
    break;
  case JL_TYPE_LEVER:
    lever = record;
    break;
  case JL_TYPE_ACTION:
    lever = jl_view_linked(in, record, JL_ACTION_LEVER);
    break;
  case JL_TYPE_KPI:
    lever = jl_view_linked(in, record, JL_KPI_LEVER);
    objective = lever == NULL ? jl_view_linked(in, record, JL_KPI_OBJECTIVE) : NULL;
    break;
  case JL_TYPE_BUDGET_LINE:
    action = jl_view_linked(in, record, JL_BUDGET_LINE_ACTION);
    lever = action == NULL ? jl_view_linked(in, record, JL_BUDGET_LINE_LEVER) : jl_view_linked(in, action, JL_ACTION_LEVER);
    break;
  default:
    return;
  }
  if (lever == NULL && objective == NULL && action == NULL) return;
  jl_block_begin(b, JL_BLOCK_TREE, "why", JL_MSG("why"));
  jl_column(b, "kind", JL_MSG("record"), JL_ARG_LABEL, 1);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
  int level = objective != NULL ? chain(in, b, objective) : lever != NULL ? chains_of_lever(in, b, lever) : 0;
  if (lever != NULL && lever != record) why_row(in, b, lever, level++);
  if (action != NULL) why_row(in, b, action, level++);
  why_row(in, b, record, level);
}

static void block_fields(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record) {
  jl_block_begin(b, JL_BLOCK_FIELDS, "fields", NULL);
  jl_column(b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < record->type->field_count; i++) {
    const struct jl_field *field = &record->type->fields[i];
    bool erased = field->personal && field->required; /* when it is not there */
    if (field->kind == JL_KIND_RANK || (!erased && !jl_record_has(record->body, field->number))) continue;
    jl_row_begin(b, record, 0, JL_ROW_NORMAL); /* so that who saw it has seen this record: the base of their next edit */
    jl_cell_label(b, field->label, field->name);
    jl_cell_field(b, in->space, in->organisation, record, field);
  }
  if (record->deleted_revision != 0) jl_note(b, JL_TONE_WARN, JL_MSG("this record is deleted"), NULL, 0);
}

bool jl_show_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  const struct jl_record *record = NULL;
  if (!jl_view_named(in, b, NULL, 0, &record, err)) return false;
  if (record == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("which record to show is missing"), JL_MSG("give a reference such as A12, an id or a title"));
  const struct jl_arg args[] = {jl_arg_label(record->type->label), jl_arg_text(jl_record_caption(b, in->space, record))};
  jl_builder_title(b, "{1} {2}", args, 2);
  block_fields(in, b, record);
  if (in->space == NULL || jl_replica_record(in->space, &record->id) == NULL) return true; /* of the organisation */
  block_why(in, b, record);
  if (record->type_number == JL_TYPE_OBJECTIVE) block_key_results(in, b, record);
  block_kpis(in, b, record);
  if (!block_money(in, b, record, err)) return false;
  if (record->type_number == JL_TYPE_APPROVAL) {
    jl_block_moves(in, b, record);
    if (!jl_review_blocks_of_approval(in, b, record, err)) return false;
  }
  jl_block_approvals_of(in, b, record);
  for (size_t i = 0; i < JL_COUNT(parts); i++)
    if (parts[i].owner == record->type_number || parts[i].owner == 0) block_part(in, b, &parts[i], record);
  jl_block_advice(in, b, record);
  jl_block_thread(in, b, record);
  return true;
}
