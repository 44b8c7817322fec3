#include "common/model/governance/approval_cells.h"
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
