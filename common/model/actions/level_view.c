/* Blocks of jalon schedule --level: what does not fit into somebody's week, and what could be done later within its slack. */
#include "common/base/calendar.h"
#include "common/model/actions/level.h"
#include "common/model/calendar/capacity_cells.h"
#include "common/model/calendar/period.h"
#include "common/record/schema.h"

enum { WEEKS_SHOWN = 60, NAMED = 12 /* actions of an overloaded week */ };

struct sheet {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_levelling *l;
  int64_t before, after; /* too much in all */
};

static int64_t of_action(const struct jl_capacity *c, const struct jl_id *action, size_t person, int32_t first, int32_t last) {
  size_t n = 0;
  const struct jl_booking *bookings = jl_bookings_of(c, person, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_id_equal(&bookings[i].action->id, action)) return jl_booked(c, &bookings[i], first, last);
  return 0;
}

static void colliding_rows(const struct sheet *s, size_t person, int32_t first, int32_t last) {
  struct jl_builder *b = s->b;
  size_t n = 0, named = 0;
  const struct jl_booking *bookings = jl_bookings_of(&s->l->was, person, &n);
  for (size_t i = 0; i < n && named < NAMED; i++) {
    int64_t booked = jl_booked(&s->l->was, &bookings[i], first, last);
    if (booked == 0) continue;
    named++;
    jl_row_begin(b, jl_replica_record(s->in->space, &bookings[i].action->id), 2, JL_ROW_NORMAL);
    jl_cell_title(b, s->in, jl_replica_record(s->in->space, &bookings[i].action->id));
    jl_cell_empty(b);
    jl_cell_days(b, booked, false);
    jl_cells_empty(b, 2);
    jl_cell_days(b, of_action(&s->l->is, &bookings[i].action->id, person, first, last), false);
    jl_cell_empty(b);
  }
}

static void week_row(struct sheet *s, size_t person, int week, int64_t over, int64_t left) {
  struct jl_builder *b = s->b;
  char name[JL_WEEK_NAME];
  int32_t monday = s->l->monday + 7 * week, first = monday < s->in->today ? s->in->today : monday;
  jl_week_name(monday, name);
  jl_row_begin(b, s->l->was.people[person].person, 1, JL_ROW_NORMAL);
  jl_cell_text(b, jl_view_title(s->l->was.people[person].person));
  jl_cell(b, jl_arg_text(name));
  jl_cell_days(b, jl_booked_person(&s->l->was, person, first, monday + 6), false);
  jl_cell_days(b, jl_time_of(&s->l->was, person, first, monday + 6), false);
  jl_cell_days(b, over, true);
  jl_cell_days(b, jl_booked_person(&s->l->is, person, first, monday + 6), false);
  jl_cell_days(b, left, left > 0);
  colliding_rows(s, person, first, monday + 6);
}

static void block_overload(struct sheet *s) {
  struct jl_builder *b = s->b;
  size_t rows = 0, more = 0;
  jl_block_begin(b, JL_BLOCK_TREE, "overload", JL_MSG("cannot fit into somebody's week"));
  jl_column(b, "who", JL_MSG("who, and what collides"), JL_ARG_TEXT, 0);
  jl_column(b, "week", JL_MSG("week"), JL_ARG_TEXT, 0);
  jl_column(b, "booked", JL_MSG("booked"), JL_ARG_FRACTION, 0);
  jl_column(b, "time", JL_MSG("there are"), JL_ARG_FRACTION, 1);
  jl_column(b, "over", JL_MSG("too many"), JL_ARG_FRACTION, 0);
  jl_column(b, "then", JL_MSG("levelled"), JL_ARG_FRACTION, 0);
  jl_column(b, "left", JL_MSG("still too many"), JL_ARG_FRACTION, 0);
  for (int week = 0; week < s->l->weeks; week++)
    for (size_t p = 0; p < s->l->was.people_count && p < s->l->is.people_count; p++) {
      int64_t over = jl_level_over(s->in, s->l, &s->l->was, p, week), left = jl_level_over(s->in, s->l, &s->l->is, p, week);
      s->before += over;
      s->after += left;
      if (over == 0 && left == 0) continue;
      if (rows++ < WEEKS_SHOWN)
        week_row(s, p, week, over, left);
      else
        more++;
    }
  const struct jl_arg args[] = {jl_arg_integer((int64_t)more)};
  if (more > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more overloaded weeks"), args, 1);
  if (rows == 0) jl_note(b, JL_TONE_GOOD, JL_MSG("nobody has more work than days in a week"), NULL, 0);
}

static size_t block_moves(struct sheet *s) {
  struct jl_builder *b = s->b;
  const struct jl_network *n = s->l->n;
  const size_t *order = jl_network_by_day(b, n);
  size_t count = 0;
  jl_block_begin(b, JL_BLOCK_TABLE, "moves", JL_MSG("what could be done later within its slack"));
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 3);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 0);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 2);
  jl_column(b, "new_start", JL_MSG("new start"), JL_ARG_DATE, 0);
  jl_column(b, "new_end", JL_MSG("new end"), JL_ARG_DATE, 0);
  jl_column(b, "slack", JL_MSG("slack"), JL_ARG_INTEGER, 1);
  jl_column(b, "write_start", JL_MSG("start to write"), JL_ARG_DATE, JL_COLUMN_FILES);
  jl_column(b, "write_due", JL_MSG("due date to write"), JL_ARG_DATE, JL_COLUMN_FILES);
  jl_column(b, "write_not_before", JL_MSG("not before"), JL_ARG_DATE, JL_COLUMN_FILES);
  for (size_t k = 0; order != NULL && k < n->count; k++) {
    size_t i = order[k];
    const struct jl_work *w = &n->schedule.works[i];
    const struct jl_span *was = &s->l->before[i].planned;
    const struct jl_record *action = n->activities[i].action;
    struct jl_proposal p = jl_propose(n, i);
    if (jl_planned_first(w, was) == p.first && jl_planned_last(w, was) == p.last) continue;
    bool worked_out = jl_view_int(action, JL_ACTION_TIMING, 0) == JL_EARLIEST; /* its start holds nothing: a limit has to */
    count++;
    jl_row_begin(b, action, 0, JL_ROW_NORMAL);
    jl_cell_title(b, s->in, action);
    jl_cell_whose(s->in, b, n, i);
    jl_cell(b, jl_arg_date(jl_planned_first(w, was)));
    jl_cell(b, jl_arg_date(jl_planned_last(w, was)));
    jl_cell(b, jl_arg_date(p.first));
    jl_cell(b, jl_arg_date(p.last));
    jl_cell(b, jl_arg_integer(n->schedule.dates[i].slack));
    jl_cell_day(b, p.start);
    jl_cell_day(b, p.due);
    jl_cell_day(b, worked_out ? p.first : JL_NO_DAY);
  }
  return count;
}

bool jl_level_blocks(const struct jl_view_input *in, struct jl_builder *b, struct jl_network *n, struct jl_error *err) {
  struct jl_levelling l;
  struct sheet s = {.in = in, .b = b, .l = &l};
  bool ok = jl_level(in, b, n, &l, err);
  if (ok && jl_builder_ok(b)) {
    block_overload(&s);
    size_t moves = block_moves(&s);
    jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
    const struct jl_arg args[] = {jl_arg_fraction(s.before, "days"), jl_arg_fraction(s.after, "days"), jl_arg_integer(JL_LEVEL_MOVES)};
    if (s.before > 0) jl_note(b, s.after > 0 ? JL_TONE_WARN : JL_TONE_GOOD, JL_MSG("too much in all: {1}; levelled: {2}"), args, 2);
    if (s.after > 0) jl_note(b, JL_TONE_NONE, JL_MSG("what is left does not fit within any slack: more people, fewer days of work, or another due date"), NULL, 0);
    if (l.more) jl_note(b, JL_TONE_MUTED, JL_MSG("no more than {3} actions are moved at once: level again when these are written"), args, 3);
    if (moves > 0)
      jl_note(b, JL_TONE_MUTED, JL_MSG("nothing is changed yet: --apply writes these dates in one group, and jalon undo takes it back"), NULL, 0);
    else if (s.before > 0)
      jl_note(b, JL_TONE_MUTED, JL_MSG("no action has the slack to make room"), NULL, 0);
  }
  jl_level_end(&l);
  return ok;
}
