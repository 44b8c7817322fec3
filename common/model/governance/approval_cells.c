#include "common/model/governance/approval_cells.h"
#include "common/model/budget/amounts.h"
#include "common/model/governance/transfer.h"
#include "common/record/schema.h"

/* One that ended, and was submitted again since, asks for nothing any more. */
static bool is_over(const struct jl_record *approval, const struct jl_record *const *all, size_t n) {
  struct jl_id target, of;
  if (jl_view_int(approval, JL_APPROVAL_STATE, 0) != JL_APPROVAL_REOPENED ||
      !jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target))
    return false;
  for (size_t i = 0; i < n; i++)
    if (all[i]->created_revision > approval->revision && jl_record_id(all[i]->type, all[i]->body, JL_APPROVAL_TARGET, &of) &&
        jl_id_equal(&of, &target))
      return true;
  return false;
}

void jl_block_approvals(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **approvals, size_t n) {
  static const struct {
    uint32_t field;
    int priority;
  } columns[] = {{JL_APPROVAL_SECTION, 0},    {JL_APPROVAL_STATE, 0},        {JL_APPROVAL_TO, 6},
                 {JL_APPROVAL_AMOUNT, 6},     {JL_APPROVAL_SUBMITTED_BY, 2}, {JL_APPROVAL_DECIDED_BY, 1},
                 {JL_APPROVAL_DECIDED_AT, 1}, {JL_APPROVAL_NOTE, 5},         {JL_APPROVAL_REASON, 4}};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_APPROVAL);
  jl_block_begin(b, JL_BLOCK_ITEMS, "approvals", JL_MSG("approvals"));
  jl_column(b, "approval", JL_MSG("approval"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(columns); i++) {
    const struct jl_field *field = jl_field_by_number(type, columns[i].field);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), columns[i].priority);
  }
  for (size_t i = 0; i < n; i++) {
    bool waits = jl_view_int(approvals[i], JL_APPROVAL_STATE, 0) == JL_APPROVAL_SUBMITTED;
    jl_row_begin(b, approvals[i], 0, waits ? JL_ROW_NORMAL : JL_ROW_MUTED);
    jl_cell_title(b, in, approvals[i]);
    bool over = is_over(approvals[i], approvals, n);
    for (size_t k = 0; k < JL_COUNT(columns); k++)
      if (over && columns[k].field == JL_APPROVAL_STATE)
        jl_cell_label(b, JL_MSG("has changed since"), "reopened");
      else
        jl_cell_by_number(b, in, approvals[i], columns[k].field);
  }
}

void jl_block_approvals_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *target) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(in, b, &target->id, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, &n);
  for (size_t i = 0; i + 1 < n - i; i++) {
    const struct jl_record *first = all[i];
    all[i] = all[n - 1 - i];
    all[n - 1 - i] = first;
  }
  if (n > 0) jl_block_approvals(in, b, all, n);
}

static void move_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_transfer_part *part, const struct jl_record *line) {
  const int64_t amounts[] = {part->before, part->after, part->after - part->before};
  char currency[4];
  jl_plan_currency(in->space, currency);
  jl_row_begin(b, line, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, line);
  if (part->record == line)
    jl_cell_empty(b);
  else
    jl_cell_by_number(b, in, part->record, JL_BUDGET_MONTH_MONTH);
  for (size_t i = 0; i < JL_COUNT(amounts); i++) {
    jl_cell(b, jl_arg_money(amounts[i], currency));
    jl_cell_source(b, part->record);
  }
  jl_cell_by_number(b, in, line, JL_BUDGET_LINE_VAT_BASIS);
}

static void note_move(const struct jl_view_input *in, struct jl_builder *b, const struct jl_transfer_work *work) {
  char currency[4];
  jl_plan_currency(in->space, currency);
  const struct jl_arg args[] = {jl_arg_money(work->net, currency), jl_arg_text(jl_record_caption(b, in->space, work->transfer.from)),
                                jl_arg_text(jl_record_caption(b, in->space, work->transfer.to))};
  jl_note(b, JL_TONE_MUTED, JL_MSG("{1} excl. VAT leave {2} and arrive at {3}: no total changes"), args, 3);
}

void jl_block_moves(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *approval) {
  struct jl_moves moves;
  struct jl_error err = {.code = JL_E_OK};
  if (!jl_approval_reallocates(approval) || jl_view_int(approval, JL_APPROVAL_STATE, 0) != JL_APPROVAL_SUBMITTED) return;
  if (!jl_approval_moves(in->space, approval, jl_builder_arena(b), &moves, &err)) {
    jl_note(b, JL_TONE_WARN, JL_MSG("the lines have changed since, so that this money cannot move any more: it has to be submitted again"), NULL, 0);
    return;
  }
  jl_block_begin(b, JL_BLOCK_TABLE, "moves", JL_MSG("what moves"));
  jl_column(b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(b, "month", JL_MSG("month"), JL_ARG_DATE, 0);
  jl_column(b, "now", JL_MSG("now"), JL_ARG_MONEY, 0);
  jl_column(b, "afterwards", JL_MSG("afterwards"), JL_ARG_MONEY, 0);
  jl_column(b, "difference", JL_MSG("difference"), JL_ARG_MONEY, 1);
  jl_column(b, "basis", JL_MSG("entered"), JL_ARG_LABEL, 2);
  for (size_t k = 0; k < moves.count; k++) {
    const struct jl_transfer_work *work = &moves.works[k];
    for (size_t i = 0; i < work->count; i++) move_row(in, b, &work->parts[i], i < work->giving ? work->transfer.from : work->transfer.to);
  }
  for (size_t k = 0; k < moves.count; k++) note_move(in, b, &moves.works[k]);
}

const char *jl_action_approval(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *action,
                               const char **ret_text) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(in, b, &action->id, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, &n);
  int64_t state = n == 0 ? 0 : jl_view_int(all[n - 1], JL_APPROVAL_STATE, 0); /* the last submission; withdrawn ones ask for nothing */
  for (size_t i = n; state == JL_APPROVAL_WITHDRAWN && i-- > 0;) state = jl_view_int(all[i], JL_APPROVAL_STATE, 0);
  bool needed = jl_view_int(action, JL_ACTION_NEEDS_APPROVAL, 0) != 0;
  *ret_text = "needed";
  if (state == 0 || state == JL_APPROVAL_WITHDRAWN) return needed ? JL_MSG("to be approved") : NULL;
  const struct jl_enum_value *value =
      jl_enum_by_number(jl_field_by_number(all[n - 1]->type, JL_APPROVAL_STATE)->enumeration, (int32_t)state);
  if (value == NULL) return NULL;
  *ret_text = value->text;
  return value->label;
}
