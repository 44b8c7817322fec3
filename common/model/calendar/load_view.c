/* Load: who carries how many actions (the RACI's load), how full the next weeks are, and for each overloaded week of a person by how much and
 * because of which actions. */
#include "common/base/calendar.h"
#include "common/model/calendar/capacity_cells.h"
#include "common/model/calendar/period.h"
#include "common/model/governance/load.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

enum { WEEKS = 6, WEEKS_MOST = 53, NAMED = 12 /* actions of an overloaded week */, OVERLOADS_SHOWN = 60 };

struct sheet {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_period week; /* the first one */
  int weeks;
  const struct jl_record *person; /* NULL: everybody */
  struct jl_capacity capacity;
};

static bool shown(const struct sheet *s, size_t person) { return s->person == NULL || s->capacity.people[person].person == s->person; }
static int32_t monday(const struct sheet *s, int week) { return s->week.first + 7 * week; }

static int64_t over(const struct sheet *s, size_t person, int week) {
  int32_t first = monday(s, week);
  return jl_booked_person(&s->capacity, person, first, first + 6) - jl_time_of(&s->capacity, person, first, first + 6);
}

static void weeks_block(const struct sheet *s) {
  struct jl_builder *b = s->b;
  jl_block_begin(b, JL_BLOCK_TABLE, "weeks", JL_MSG("days booked, of the days there are"));
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 0);
  for (int w = 0; w < s->weeks; w++) {
    char name[JL_WEEK_NAME];
    jl_week_name(monday(s, w), name);
    jl_column_data(b, name, name + 5, JL_ARG_TEXT, w < WEEKS ? 0 : 2);
  }
  for (size_t p = 0; p < s->capacity.people_count; p++) {
    if (!shown(s, p)) continue;
    jl_row_begin(b, s->capacity.people[p].person, 0, JL_ROW_NORMAL);
    jl_cell_text(b, jl_view_title(s->capacity.people[p].person));
    for (int w = 0; w < s->weeks; w++) jl_cell_taken(b, &s->capacity, p, monday(s, w), monday(s, w) + 6);
  }
  const struct jl_arg undated = jl_arg_integer((int64_t)s->capacity.undated), teams = jl_arg_integer((int64_t)s->capacity.of_teams);
  if (s->capacity.undated > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("actions without start and due date, in no week: {1}"), &undated, 1);
  if (s->capacity.of_teams > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("letters R of teams, in nobody's week: {1}"), &teams, 1);
}

/* Below an overloaded week the actions that collide, each with its days of that week. */
static void colliding_rows(const struct sheet *s, size_t person, int32_t first) {
  struct jl_builder *b = s->b;
  size_t n = 0, named = 0;
  const struct jl_booking *bookings = jl_bookings_of(&s->capacity, person, &n);
  for (size_t i = 0; i < n && named < NAMED; i++) {
    int64_t booked = jl_booked(&s->capacity, &bookings[i], first, first + 6);
    if (booked == 0) continue;
    named++;
    jl_row_begin(b, bookings[i].action, 1, JL_ROW_NORMAL);
    jl_cell_title(b, s->in, bookings[i].action);
    jl_cells_empty(b, 2);
    jl_cell_days(b, booked, false);
    jl_cells_empty(b, 2);
    if (bookings[i].late) {
      jl_cell_label(b, JL_MSG("late"), "late");
      jl_cell_tone(b, JL_TONE_BAD);
    } else {
      jl_cell_empty(b);
    }
  }
}

static void overload_row(const struct sheet *s, size_t person, int week) {
  struct jl_builder *b = s->b;
  char name[JL_WEEK_NAME];
  int32_t first = monday(s, week);
  jl_week_name(first, name);
  jl_row_begin(b, s->capacity.people[person].person, 0, JL_ROW_NORMAL);
  jl_cell_text(b, jl_view_title(s->capacity.people[person].person));
  jl_cell(b, jl_arg_text(name));
  jl_cell(b, jl_arg_date(first));
  jl_cell_days(b, jl_booked_person(&s->capacity, person, first, first + 6), false);
  jl_cell_days(b, jl_time_of(&s->capacity, person, first, first + 6), false);
  jl_cell_days(b, over(s, person, week), true);
  jl_cell_empty(b);
  colliding_rows(s, person, first);
}

static void overload_block(const struct sheet *s) {
  struct jl_builder *b = s->b;
  size_t count = 0;
  for (size_t p = 0; p < s->capacity.people_count; p++)
    for (int w = 0; w < s->weeks; w++) count += shown(s, p) && over(s, p, w) > 0;
  if (count == 0) {
    jl_block_begin(b, JL_BLOCK_NOTES, "overload", NULL);
    jl_note(b, JL_TONE_GOOD, JL_MSG("nobody has more work than days in these weeks"), NULL, 0);
    return;
  }
  jl_block_begin(b, JL_BLOCK_TABLE, "overload", JL_MSG("overloaded weeks"));
  jl_column(b, "who", JL_MSG("who, and what collides"), JL_ARG_TEXT, 0);
  jl_column(b, "week", JL_MSG("week"), JL_ARG_TEXT, 0);
  jl_column(b, "from", JL_MSG("from"), JL_ARG_DATE, 4);
  jl_column(b, "booked", JL_MSG("booked"), JL_ARG_FRACTION, 0);
  jl_column(b, "time", JL_MSG("there are"), JL_ARG_FRACTION, 0);
  jl_column(b, "over", JL_MSG("too many"), JL_ARG_FRACTION, 0);
  jl_column(b, "state", JL_MSG("state"), JL_ARG_LABEL, 1);
  size_t rows = 0;
  for (int w = 0; w < s->weeks; w++)
    for (size_t p = 0; p < s->capacity.people_count && rows < OVERLOADS_SHOWN; p++)
      if (shown(s, p) && over(s, p, w) > 0) {
        overload_row(s, p, w);
        rows++;
      }
  const struct jl_arg more = jl_arg_integer((int64_t)(count - rows));
  if (count > rows) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more overloaded weeks"), &more, 1);
}

static bool weeks_of(const struct jl_view_input *in, int *ret_weeks, struct jl_error *err) {
  const char *text = jl_view_value(in, "weeks");
  uint64_t n = WEEKS;
  if (text != NULL && (!jl_view_number(text, &n) || n < 1 || n > WEEKS_MOST))
    return jl_fail(err, JL_E_INVALID, JL_MSG("weeks is a number from 1 to {2}, not {1}"), NULL, jl_arg_text(text), jl_arg_integer(WEEKS_MOST));
  *ret_weeks = (int)n;
  return true;
}

bool jl_load_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct sheet s = {.in = in, .b = b};
  if (!jl_period_week(jl_view_value(in, "week"), in->today, &s.week, err) || !weeks_of(in, &s.weeks, err) ||
      !jl_view_person(in, "person", a, &s.person, err))
    return false;
  if (!jl_capacity_of(in, b, s.week.first, s.week.first + 7 * s.weeks - 1, &s.capacity) && !jl_builder_ok(b))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  jl_builder_title(b, JL_MSG("load"), NULL, 0);
  weeks_block(&s);
  overload_block(&s);
  if (s.person == NULL) jl_block_load(in, b);
  return true;
}
