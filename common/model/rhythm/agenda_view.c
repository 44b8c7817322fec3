/* The agenda of the next meeting, made from what holds the plan up (product.md A8). */
#include "common/model/measures/kpi_cells.h"
#include "common/model/rhythm/agenda.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static void cell_reason(struct jl_builder *b, int64_t reason) {
  const struct jl_enum_value *value =
      jl_enum_by_number(jl_field_by_number(jl_record_type_by_number(JL_TYPE_MEETING_POINT), JL_MEETING_POINT_REASON)->enumeration, (int32_t)reason);
  jl_cell_label(b, value == NULL ? "" : value->label, value == NULL ? "" : value->text);
  jl_cell_tone(b, reason == JL_POINT_BLOCKED ? JL_TONE_BAD : JL_TONE_WARN);
}

/* What a person has to know before it is talked about: why it is blocked, how late it is, value and target, what was decided. */
static void cells_fact(const struct jl_view_input *in, struct jl_builder *b, const struct jl_agenda_item *item) {
  bool kpi = item->reason == JL_POINT_OFF_TARGET;
  if (item->reason == JL_POINT_BLOCKED)
    jl_cell_by_number(b, in, item->about, JL_ACTION_BLOCKED_REASON);
  else
    jl_cell_empty(b);
  if (item->days > 0)
    jl_cell(b, jl_arg_integer(item->days));
  else
    jl_cell_empty(b);
  if (kpi) {
    struct jl_kpi_state state = jl_view_kpi_state(b, in, item->about);
    jl_cell_kpi_value(b, in, item->about, &state);
    jl_cell_by_number(b, in, item->about, JL_KPI_TARGET);
  } else {
    jl_cells_empty(b, 2);
  }
  if (item->decision != NULL)
    jl_cell_title(b, in, item->decision);
  else
    jl_cell_empty(b);
}

static void cell_who(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *about) {
  if (about->type_number == JL_TYPE_KPI)
    jl_cell_by_number(b, in, about, JL_KPI_OWNER);
  else
    jl_cell(b, jl_arg_text(jl_view_holders(in, b, &about->id)));
}

static void note_time(struct jl_builder *b, size_t n) {
  int64_t each = n == 0 ? 0 : JL_MEETING_LENGTH * 60 / (int64_t)n;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)n), jl_arg_integer(JL_MEETING_LENGTH), jl_arg_integer(each / 60), jl_arg_integer(each % 60),
                                jl_arg_integer(JL_MEETING_LENGTH * 60 / JL_POINT_SECONDS_LEAST)};
  if (n == 0)
    jl_note(b, JL_TONE_GOOD, JL_MSG("nothing is blocked, late or off target: no meeting is needed for this plan"), NULL, 0);
  else if (each < JL_POINT_SECONDS_LEAST)
    jl_note(b, JL_TONE_WARN, JL_MSG("{1} points do not fit into {2} minutes: with two minutes each the first {5} do, the others wait or are settled outside"), args, 5);
  else
    jl_note(b, JL_TONE_NONE, JL_MSG("points: {1}; time for each in {2} minutes: {3} min {4} s; jalon meeting new makes the meeting"), args, 4);
  if (n > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("each ends with a decision, an action, one person and a date"), NULL, 0);
}

bool jl_agenda_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct jl_agenda_item *items = NULL;
  size_t n = 0;
  (void)a;
  if (!jl_agenda(in, b, &items, &n, err)) return false;
  jl_builder_title(b, JL_MSG("agenda: what holds us up?"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_ITEMS, "points", NULL);
  jl_column(b, "about", JL_MSG("point"), JL_ARG_TEXT, 0);
  jl_column(b, "reason", JL_MSG("why"), JL_ARG_LABEL, 0);
  jl_column(b, "blocked", JL_MSG("blocked because"), JL_ARG_TEXT, 1);
  jl_column(b, "late", JL_MSG("days late"), JL_ARG_INTEGER, 1);
  jl_column(b, "value", JL_MSG("last value"), JL_ARG_FRACTION, 1);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_FRACTION, 1);
  jl_column(b, "decision", JL_MSG("decided in"), JL_ARG_TEXT, 1);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, items[i].about, 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, items[i].about);
    cell_reason(b, items[i].reason);
    cells_fact(in, b, &items[i]);
    cell_who(in, b, items[i].about);
  }
  note_time(b, n);
  return true;
}
