/* The minutes of a meeting: who was there, and of each point the decision, the action, who does it and by when (product.md A8). */
#include "common/base/money.h"
#include "common/model/rhythm/agenda.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>

/* "6 min 25 s"; files have seconds. */
static void cell_seconds(struct jl_builder *b, int64_t seconds) {
  char text[24];
  const struct jl_arg args[] = {jl_arg_integer(seconds / 60), jl_arg_integer(seconds % 60)};
  jl_cell_words(b, JL_MSG("{1} min {2} s"), args, 2);
  snprintf(text, sizeof text, "%" PRId64, seconds);
  jl_cell_alternative(b, text);
}

static void block_head(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *meeting) {
  static const uint32_t fields[] = {JL_MEETING_DATE,   JL_MEETING_STATUS, JL_MEETING_MINUTES,      JL_MEETING_STARTED, JL_MEETING_RUNNING_SINCE, JL_MEETING_SPENT, JL_MEETING_ENDED,
                                    JL_MEETING_LEADER, JL_MEETING_SPRINT, JL_MEETING_PARTICIPANTS, JL_MEETING_NOTES};
  jl_block_begin(b, JL_BLOCK_FIELDS, "meeting", NULL);
  jl_column(b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    const struct jl_field *field = jl_field_by_number(meeting->type, fields[i]);
    if (!jl_record_has(meeting->body, fields[i])) continue;
    jl_row_begin(b, meeting, 0, JL_ROW_NORMAL);
    jl_cell_label(b, field->label, field->name);
    if (fields[i] == JL_MEETING_SPENT)
      cell_seconds(b, jl_view_int(meeting, fields[i], 0));
    else if (fields[i] == JL_MEETING_MINUTES)
      jl_cell(b, jl_arg_fraction(jl_view_int(meeting, fields[i], 0) * JL_FRACTION_ONE, field->unit));
    else
      jl_cell_by_number(b, in, meeting, fields[i]);
  }
}

/* How long it took, without its pauses, against how long it was to take. */
static void note_length(struct jl_builder *b, const struct jl_record *meeting) {
  int64_t started = jl_view_int(meeting, JL_MEETING_STARTED, 0), ended = jl_view_int(meeting, JL_MEETING_ENDED, 0);
  if (started == 0 || ended == 0) return;
  int64_t minutes = jl_record_has(meeting->body, JL_MEETING_SPENT) ? jl_view_int(meeting, JL_MEETING_SPENT, 0) / 60 : (ended - started) / 60000000;
  const struct jl_arg args[] = {jl_arg_integer(minutes), jl_arg_integer(jl_meeting_minutes(meeting))};
  jl_note(b, minutes <= jl_meeting_minutes(meeting) ? JL_TONE_GOOD : JL_TONE_WARN, JL_MSG("it took {1} minutes of {2}"), args, 2);
}

static void block_points(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *meeting, const struct jl_record *const *points,
                         size_t n) {
  static const uint32_t fields[] = {JL_MEETING_POINT_REASON, JL_MEETING_POINT_NOTE,  JL_MEETING_POINT_DECISION,
                                    JL_MEETING_POINT_ACTION, JL_MEETING_POINT_OWNER, JL_MEETING_POINT_DUE};
  static const int priorities[] = {3, 2, 1, 1, 1, 1};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_MEETING_POINT);
  int64_t open = 0;
  struct jl_id current = {{0}};
  (void)jl_record_id(meeting->type, meeting->body, JL_MEETING_CURRENT, &current);
  jl_block_begin(b, JL_BLOCK_ITEMS, "points", JL_MSG("points"));
  jl_column(b, "point", JL_MSG("point"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    const struct jl_field *field = jl_field_by_number(type, fields[i]);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), priorities[i]);
  }
  jl_column(b, "spent", JL_MSG("time spent"), JL_ARG_TEXT, 4);
  jl_column(b, "state", JL_MSG("state"), JL_ARG_LABEL, 1);
  for (size_t i = 0; i < n; i++) {
    bool closed = jl_point_closed(points[i]), now = !closed && jl_id_equal(&points[i]->id, &current);
    jl_row_begin(b, points[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, points[i]);
    for (size_t k = 0; k < JL_COUNT(fields); k++) jl_cell_by_number(b, in, points[i], fields[k]);
    if (jl_record_has(points[i]->body, JL_MEETING_POINT_SPENT))
      cell_seconds(b, jl_view_int(points[i], JL_MEETING_POINT_SPENT, 0));
    else
      jl_cell_empty(b);
    jl_cell_label(b, closed ? JL_MSG("decided") : now ? JL_MSG("under discussion") : JL_MSG("open"), closed ? "decided" : now ? "current" : "open");
    jl_cell_tone(b, closed ? JL_TONE_GOOD : now ? JL_TONE_STRONG : JL_TONE_WARN);
    open += !closed;
  }
  const struct jl_arg left = jl_arg_integer(open);
  if (n == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no points"), NULL, 0);
  else if (open > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("points without a decision: {1}"), &left, 1);
}

/* The one under way, else the one that was made last. */
static const struct jl_record *latest(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_MEETING, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(all[i], JL_MEETING_STATUS, 0) == JL_MEETING_RUNNING) return all[i];
  return n == 0 ? NULL : all[n - 1];
}

bool jl_minutes_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_MEETING};
  const struct jl_record *meeting = NULL;
  size_t n = 0;
  (void)a;
  if (!jl_view_named(in, b, types, JL_COUNT(types), &meeting, err)) return false;
  if (meeting == NULL) meeting = latest(in, b);
  if (meeting == NULL) {
    jl_builder_title(b, JL_MSG("meeting minutes"), NULL, 0);
    jl_block_begin(b, JL_BLOCK_TABLE, "points", NULL);
    jl_column(b, "point", JL_MSG("point"), JL_ARG_TEXT, 0);
    jl_column(b, "decision", JL_MSG("decision"), JL_ARG_TEXT, 0);
    jl_note(b, JL_TONE_MUTED, JL_MSG("no meeting yet: jalon agenda, then jalon meeting new"), NULL, 0);
    return true;
  }
  const struct jl_arg name = jl_arg_text(jl_record_caption(b, in->space, meeting));
  const struct jl_record **points = jl_meeting_points(in, b, meeting, &n);
  jl_builder_title(b, JL_MSG("minutes of {1}"), &name, 1);
  block_head(in, b, meeting);
  note_length(b, meeting);
  block_points(in, b, meeting, points, n);
  return true;
}
