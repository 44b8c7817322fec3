/* Actions with a quantity: how many are due by the end of the present period, how many are done, what is owed (product.md A1). */
#include "common/model/actions/quantity.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static void row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *action, const struct jl_quantity *q) {
  struct jl_bytes unit = jl_record_text(action->type, action->body, JL_ACTION_QUANTITY_UNIT);
  int64_t behind = q->owed - q->done;
  jl_row_begin(b, action, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, action);
  jl_cell_text(b, unit);
  jl_cell_by_number(b, in, action, JL_ACTION_QUANTITY_TARGET);
  jl_cell_by_number(b, in, action, JL_ACTION_QUANTITY_PER);
  jl_cell(b, jl_arg_integer(q->done));
  jl_cell_tone(b, behind > 0 ? JL_TONE_BAD : q->done >= q->due ? JL_TONE_GOOD : JL_TONE_NONE);
  jl_cell(b, jl_arg_integer(q->due));
  if (q->period_end != INT32_MIN)
    jl_cell(b, jl_arg_date(q->period_end));
  else
    jl_cell_empty(b);
  jl_cell(b, jl_arg_integer(q->all));
  if (behind > 0)
    jl_cell(b, jl_arg_integer(behind)), jl_cell_tone(b, JL_TONE_BAD);
  else
    jl_cell_empty(b);
  jl_cell(b, jl_arg_text(jl_view_responsible(in, b, &action->id)));
}

bool jl_quantities_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  const struct jl_record *plan = jl_replica_live(in->space, &jl_replica_where(in->space)->space);
  size_t n = 0, shown = 0;
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  (void)a;
  (void)err;
  jl_builder_title(b, JL_MSG("quantities"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "quantities", NULL);
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "unit", JL_MSG("of what"), JL_ARG_TEXT, 3);
  jl_column(b, "target", JL_MSG("quantity"), JL_ARG_INTEGER, 4);
  jl_column(b, "per", JL_MSG("per"), JL_ARG_LABEL, 4);
  jl_column(b, "done", JL_MSG("done"), JL_ARG_INTEGER, 0);
  jl_column(b, "due", JL_MSG("due"), JL_ARG_INTEGER, 0);
  jl_column(b, "until", JL_MSG("until"), JL_ARG_DATE, 1);
  jl_column(b, "all", JL_MSG("in all"), JL_ARG_INTEGER, 2);
  jl_column(b, "behind", JL_MSG("behind"), JL_ARG_INTEGER, 0);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 5);
  for (size_t i = 0; i < n && jl_builder_ok(b); i++) {
    struct jl_quantity q;
    if (jl_view_int(actions[i], JL_ACTION_STATUS, 0) == JL_DROPPED || !jl_quantity_of(plan, actions[i], in->today, &q)) continue;
    row(in, b, actions[i], &q);
    shown++;
  }
  if (shown == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no action has a quantity: jalon action set A12 --quantity-target 6 --quantity-per year --quantity-unit webinars"), NULL, 0);
  else
    jl_note(b, JL_TONE_MUTED, JL_MSG("due: by the end of the present period; behind: of those that are over; jalon action count A12 adds one"), NULL, 0);
  return true;
}
