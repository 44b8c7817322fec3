/* A week: whose it is, how much of each day is taken, what is due or runs, what else is on. Of everybody, of one person, or of the reader. */
#include "common/base/calendar.h"
#include "common/model/calendar/capacity.h"
#include "common/model/calendar/capacity_cells.h"
#include "common/model/calendar/marks.h"
#include "common/model/governance/raci.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct sheet {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_period week;
  const struct jl_record *person; /* NULL: everybody */
  struct jl_capacity capacity;
  struct jl_working_days *days; /* of the person, or of the plan */
  struct jl_action_filter filter;
};

/* ---- one person's days ---- */
static size_t index_of(const struct sheet *s, const struct jl_record *person) {
  for (size_t i = 0; i < s->capacity.people_count; i++)
    if (s->capacity.people[i].person == person) return i;
  return SIZE_MAX;
}

static void days_block(const struct sheet *s) {
  struct jl_builder *b = s->b;
  size_t who = index_of(s, s->person);
  if (who == SIZE_MAX) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "days", JL_MSG("days"));
  jl_column(b, "day", JL_MSG("day"), JL_ARG_LABEL, 0);
  jl_column(b, "date", JL_MSG("date"), JL_ARG_DATE, 0);
  jl_column(b, "booked", JL_MSG("booked"), JL_ARG_FRACTION, 0);
  jl_column(b, "free", JL_MSG("free"), JL_ARG_FRACTION, 0);
  jl_column(b, "state", JL_MSG("state"), JL_ARG_LABEL, 0);
  for (int32_t day = s->week.first; day <= s->week.last; day++) {
    int64_t time = jl_time_of(&s->capacity, who, day, day), booked = jl_booked_person(&s->capacity, who, day, day);
    if (time == 0 && booked == 0 && jl_day_off(s->days, day) == JL_DAY_WEEKEND) continue;
    jl_row_begin(b, NULL, 0, time == 0 ? JL_ROW_MUTED : JL_ROW_NORMAL);
    jl_cell_label(b, jl_weekday_label(jl_weekday(day)), NULL);
    jl_cell(b, jl_arg_date(day));
    jl_cell_days(b, booked, booked > time);
    jl_cell_days(b, time > booked ? time - booked : 0, false);
    jl_cell_day_state(b, s->days, day, booked > time);
  }
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  int64_t time = jl_time_of(&s->capacity, who, s->week.first, s->week.last);
  int64_t booked = jl_booked_person(&s->capacity, who, s->week.first, s->week.last);
  jl_cell_label(b, JL_MSG("week"), NULL);
  jl_cell_empty(b);
  jl_cell_days(b, booked, booked > time);
  jl_cell_days(b, time > booked ? time - booked : 0, false);
  jl_cell_over(b, booked - time);
}

/* ---- everybody's ---- */
static bool anybody_works(const struct sheet *s, int32_t day) {
  for (size_t i = 0; i < s->capacity.people_count; i++)
    if (jl_time_of(&s->capacity, i, day, day) > 0) return true;
  return false;
}

static void people_block(const struct sheet *s) {
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  struct jl_builder *b = s->b;
  bool shown[7];
  for (int i = 0; i < 7; i++) shown[i] = i < 5 || anybody_works(s, s->week.first + i);
  jl_block_begin(b, JL_BLOCK_TABLE, "people", JL_MSG("booked, of the days there are"));
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 0);
  for (int i = 0; i < 7; i++)
    if (shown[i]) jl_column(b, names[i], jl_weekday_label(i + 1), JL_ARG_TEXT, 0);
  jl_column(b, "booked", JL_MSG("booked"), JL_ARG_FRACTION, 0);
  jl_column(b, "free", JL_MSG("free"), JL_ARG_FRACTION, 0);
  jl_column(b, "state", JL_MSG("state"), JL_ARG_LABEL, 1);
  for (size_t p = 0; p < s->capacity.people_count; p++) {
    jl_row_begin(b, s->capacity.people[p].person, 0, JL_ROW_NORMAL);
    jl_cell_text(b, jl_view_title(s->capacity.people[p].person));
    for (int i = 0; i < 7; i++)
      if (shown[i]) jl_cell_taken(b, &s->capacity, p, s->week.first + i, s->week.first + i);
    int64_t time = jl_time_of(&s->capacity, p, s->week.first, s->week.last);
    int64_t booked = jl_booked_person(&s->capacity, p, s->week.first, s->week.last);
    jl_cell_days(b, booked, booked > time);
    jl_cell_days(b, time > booked ? time - booked : 0, false);
    jl_cell_over(b, booked - time);
  }
}

/* ---- actions ---- */
struct running {
  const struct jl_record *action;
  int64_t due, work;
};

static bool works_on(const struct sheet *s, const struct jl_record *action) {
  const struct jl_raci raci = {s->in->space, s->in->organisation, s->in->today};
  struct jl_letters letters;
  if (s->person == NULL) return true;
  jl_letters_of(&raci, &action->id, &s->person->id, &letters);
  return (letters.held & JL_LETTERS_WORK) != 0;
}

/* Due in the week, between start and due date, or late when it is the present week. */
static bool is_on(const struct sheet *s, const struct jl_record *action) {
  int64_t start = jl_view_int(action, JL_ACTION_START, INT64_MAX), due = jl_view_int(action, JL_ACTION_DUE, INT64_MAX);
  bool has_due = due != INT64_MAX, now = s->week.first <= s->in->today && s->in->today <= s->week.last;
  if (has_due && due < s->in->today) return now || (due >= s->week.first && due <= s->week.last);
  if (has_due && due >= s->week.first && due <= s->week.last) return true;
  return start <= s->week.last && (has_due ? due >= s->week.first : now || start >= s->week.first);
}

static int sooner(const void *left, const void *right) {
  const struct running *a = left, *b = right;
  if (a->due != b->due) return a->due < b->due ? -1 : 1;
  if (a->action->number != b->action->number) return a->action->number < b->action->number ? -1 : 1;
  return jl_id_compare(&a->action->id, &b->action->id);
}

static int64_t work_of(const struct sheet *s, const struct jl_record *action) {
  int64_t sum = 0;
  for (size_t i = 0; i < s->capacity.booking_count; i++) {
    const struct jl_booking *booking = &s->capacity.bookings[i];
    bool counts = booking->action == action && (s->person == NULL || s->capacity.people[booking->person].person == s->person);
    if (counts) sum += jl_booked(&s->capacity, booking, s->week.first, s->week.last);
  }
  return sum;
}

static void action_row(const struct sheet *s, const struct running *r) {
  struct jl_builder *b = s->b;
  jl_row_begin(b, r->action, 0, JL_ROW_NORMAL);
  jl_cell_title(b, s->in, r->action);
  jl_cell(b, jl_arg_text(jl_view_holders(s->in, b, &r->action->id)));
  jl_cell_action_status(b, s->in, r->action);
  jl_cell_by_number(b, s->in, r->action, JL_ACTION_START);
  jl_cell_action_due(b, s->in, r->action);
  jl_cell_days(b, r->work, false);
}

static void actions_block(const struct sheet *s) {
  struct jl_builder *b = s->b;
  size_t n = 0, kept = 0;
  const struct jl_record **actions = jl_view_all(s->in, b, JL_TYPE_ACTION, &n);
  struct running *running = jl_view_alloc(b, n + 1, sizeof *running);
  if (running == NULL) return;
  for (size_t i = 0; i < n; i++)
    if (jl_action_open(actions[i]) && is_on(s, actions[i]) && works_on(s, actions[i]) && jl_action_filter_keeps(&s->filter, actions[i]))
      running[kept++] = (struct running){actions[i], jl_view_int(actions[i], JL_ACTION_DUE, INT64_MAX), work_of(s, actions[i])};
  qsort(running, kept, sizeof *running, sooner);
  jl_block_begin(b, JL_BLOCK_TABLE, "actions", JL_MSG("actions due or under way"));
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 3);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 4);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 0);
  jl_column(b, "work", JL_MSG("days this week"), JL_ARG_FRACTION, 1);
  for (size_t i = 0; i < kept && jl_builder_ok(b); i++) action_row(s, &running[i]);
  if (kept == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("none"), NULL, 0);
}

static bool find_person(const struct jl_view_input *in, struct jl_arena *a, const struct jl_record **ret_person, struct jl_error *err) {
  bool mine = jl_view_value(in, "mine") != NULL;
  if (mine && jl_view_value(in, "person") != NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("either one's own week is shown or a person's"), JL_MSG("leave --mine or --person out"));
  if (!jl_view_person(in, "person", a, ret_person, err)) return false;
  if (mine && in->organisation != NULL) *ret_person = jl_replica_live(in->organisation, &in->reader);
  if (*ret_person != NULL || !mine) return true;
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("your account has no person here"), JL_MSG("ask for a person's week: --person NAME"));
}

static void week_title(const struct sheet *s) {
  char name[JL_WEEK_NAME];
  jl_week_name(s->week.first, name);
  const struct jl_arg args[] = {jl_arg_text(name), jl_arg_date(s->week.first), jl_arg_date(s->week.last),
                                jl_arg_text(s->person == NULL ? "" : jl_view_text(s->b, jl_view_title(s->person)))};
  jl_builder_title(s->b, s->person == NULL ? JL_MSG("week {1}, {2} to {3}") : JL_MSG("week {1} of {4}, {2} to {3}"), args, s->person == NULL ? 3 : 4);
}

bool jl_week_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct sheet s = {.in = in, .b = b};
  struct jl_marks marks;
  if (!jl_period_week(jl_view_value(in, "week"), in->today, &s.week, err) || !find_person(in, a, &s.person, err) || !jl_action_filter_read(in, b, &s.filter, err)) return false;
  s.filter.holders = NULL; /* whose week it is says it already */
  struct jl_working_days_of of = {.plan = in->space, .organisation = in->organisation, .first = s.week.first, .last = s.week.last};
  if (s.person != NULL) of.whose = s.person->id;
  s.days = jl_working_days_new(&of, a);
  if (s.days == NULL || (!jl_capacity_of(in, b, s.week.first, s.week.last, &s.capacity) && !jl_builder_ok(b)))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  week_title(&s);
  if (s.person != NULL)
    days_block(&s);
  else if (s.capacity.people_count > 0)
    people_block(&s);
  actions_block(&s);
  const struct jl_record *calendar = jl_working_calendar(s.days);
  const struct jl_marks_of also = {.in = in,
                                   .days = s.days,
                                   .period = s.week,
                                   .zone = calendar == NULL ? 0 : jl_view_int(calendar, JL_CALENDAR_ZONE, 0),
                                   .person = s.person};
  if (!jl_marks_find(&also, b, &marks)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  jl_marks_block(in, b, &marks);
  return true;
}
