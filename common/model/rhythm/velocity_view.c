/* What the sprints that are over came to: committed, done, carried over, and the velocity that follows (product.md A6). */
#include "common/base/money.h"
#include "common/model/rhythm/sprint_people.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static void row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_past_sprint *past) {
  const struct jl_sprint_course *c = &past->course;
  const struct jl_sprint_day *end = c->day_count > 0 ? &c->days[c->day_count - 1] : NULL;
  int64_t share = 0;
  jl_row_begin(b, past->sprint, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, past->sprint);
  jl_cell_by_number(b, in, past->sprint, JL_SPRINT_START);
  jl_cell_by_number(b, in, past->sprint, JL_SPRINT_END);
  jl_cell_person_days(b, c->committed);
  jl_cell_person_days(b, c->added - c->removed);
  jl_cell_person_days(b, c->done);
  if (c->committed > 0 && jl_mul_div_half_even(c->done, JL_FRACTION_ONE, c->committed, &share))
    jl_cell(b, jl_arg_fraction(share, "percent"));
  else
    jl_cell_empty(b);
  jl_cell_person_days(b, end == NULL ? 0 : end->left);
  jl_cell(b, jl_arg_integer(end == NULL ? 0 : end->open));
}

bool jl_velocity_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct jl_past_sprint *past = NULL;
  size_t n = 0;
  int64_t velocity = 0;
  (void)a;
  jl_builder_title(b, JL_MSG("velocity"), NULL, 0);
  if (!jl_past_sprints(in, b, NULL, &past, &n, err)) return false;
  jl_block_begin(b, JL_BLOCK_TABLE, "sprints", NULL);
  jl_column(b, "sprint", JL_MSG("sprint"), JL_ARG_TEXT, 0);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 5);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 3);
  jl_column(b, "committed", JL_MSG("committed"), JL_ARG_FRACTION, 0);
  jl_column(b, "changed", JL_MSG("added"), JL_ARG_FRACTION, 4);
  jl_column(b, "done", JL_MSG("done"), JL_ARG_FRACTION, 0);
  jl_column(b, "share", JL_MSG("% done"), JL_ARG_FRACTION, 2);
  jl_column(b, "left", JL_MSG("left"), JL_ARG_FRACTION, 1);
  jl_column(b, "carried", JL_MSG("actions carried over"), JL_ARG_INTEGER, 1);
  for (size_t i = 0; i < n; i++) row(in, b, &past[i]);
  if (n == 0) {
    jl_note(b, JL_TONE_MUTED, JL_MSG("no sprint is over yet"), NULL, 0);
    return true;
  }
  jl_note(b, JL_TONE_MUTED, JL_MSG("in person-days; committed: at the end of the first day"), NULL, 0);
  if (!jl_velocity(past, n, &velocity)) return true;
  const struct jl_arg args[] = {jl_arg_person_days(velocity), jl_arg_integer((int64_t)(n < JL_VELOCITY_SPRINTS ? n : JL_VELOCITY_SPRINTS))};
  jl_note(b, JL_TONE_STRONG, n == 1 ? JL_MSG("velocity: {1} a sprint, of the only one that is over") : JL_MSG("velocity: {1} a sprint, mean of the last {2}"), args, 2);
  return true;
}
