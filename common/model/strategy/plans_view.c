/* The portfolio: every plan that the caller was given (product.md P1). */
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static void plan_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *plan) {
  static const uint32_t fields[] = {JL_PLAN_STATUS, JL_PLAN_START, JL_PLAN_END, JL_PLAN_CURRENCY};
  int64_t start = jl_view_int(plan, JL_PLAN_START, INT32_MIN), end = jl_view_int(plan, JL_PLAN_END, INT32_MIN);
  bool archived = jl_view_int(plan, JL_PLAN_STATUS, 0) == JL_PLAN_ARCHIVED;
  jl_row_begin(b, plan, 0, archived ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_text(b, jl_view_title(plan));
  for (size_t i = 0; i < JL_COUNT(fields); i++) jl_cell_by_number(b, in, plan, fields[i]);
  if (archived || end == INT32_MIN)
    jl_cell_empty(b);
  else if (in->today > end)
    jl_cell_label(b, JL_MSG("over"), "over");
  else if (start > in->today)
    jl_cell_label(b, JL_MSG("to come"), "to-come");
  else
    jl_cell_label(b, JL_MSG("running"), "running");
}

bool jl_plans_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)err;
  size_t n = 0;
  const struct jl_record **plans = in->plans == NULL ? NULL : jl_replica_all(in->plans, JL_TYPE_PLAN, a, &n);
  if (n == SIZE_MAX) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    n = 0;
  }
  jl_builder_title(b, JL_MSG("plans"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "plans", NULL);
  jl_column(b, "name", JL_MSG("name"), JL_ARG_TEXT, 0);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 2);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 2);
  jl_column(b, "currency", JL_MSG("currency"), JL_ARG_TEXT, 4);
  jl_column(b, "state", JL_MSG("state"), JL_ARG_LABEL, 3);
  for (size_t i = 0; i < n; i++) plan_row(in, b, plans[i]);
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no plan yet"), NULL, 0);
  return true;
}
