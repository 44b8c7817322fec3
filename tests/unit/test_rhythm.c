/* Sprints and meetings as rules and as what follows from edits; burndown and velocity are worked out by hand beside the test. */
#include "common/model/rhythm/sprint.h"
#include "model_fixture.h"

#define DAYS(n) ((int64_t)(n)*1000000)

static int32_t march(int day) { return jl_day_from_date(2026, 3, day); }

static struct draft sprint_draft(struct fx *f, const char *name, int32_t start, int32_t end) {
  struct draft d = d_new(f, JL_TYPE_SPRINT);
  d_int(d_int(d_text(&d, JL_SPRINT_NAME, name), JL_SPRINT_START, start), JL_SPRINT_END, end);
  return d;
}

static void sprint(struct fx *f, unsigned id, const char *name, int32_t start, int32_t end) {
  struct draft d = sprint_draft(f, name, start, end);
  fx_create_ok(f, &d, fx_id(id));
}

static void action(struct fx *f, unsigned id, const char *title, int64_t duration) {
  struct draft d = fx_action(f, title);
  d_int(&d, JL_ACTION_DURATION, duration);
  struct draft letters[] = {fx_raci(f, fx_id(id), JL_RACI_A, f->paul), fx_raci(f, fx_id(id), JL_RACI_R, f->paul)};
  fx_begin(f);
  fx_create(f, &d, fx_id(id));
  for (size_t i = 0; i < JL_COUNT(letters); i++) fx_create(f, &letters[i], fx_natural(f, &letters[i]));
  fx_ok(f);
}

/* A field of the action becomes this; a slice without bytes: none. */
static void change(struct fx *f, unsigned id, uint32_t field, struct jl_bytes next) {
  fx_update(f, JL_TYPE_ACTION, fx_id(id), field, jl_record_slice(fx_record(f, fx_id(id))->body, field), next);
}

static void into(struct fx *f, unsigned action_id, unsigned sprint_id) {
  change(f, action_id, JL_ACTION_SPRINT, fx_ref(f, JL_TYPE_ACTION, JL_ACTION_SPRINT, fx_id(sprint_id)));
}

static void status(struct fx *f, unsigned id, int64_t to) {
  change(f, id, JL_ACTION_STATUS, fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, to));
  if (to == JL_DROPPED)
    fx_set(f, f->edits[0], JL_ACTION_DROPPED_REASON, NONE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_DROPPED_REASON, "too dear"));
  fx_ok(f);
}

static struct jl_sprint_course course(struct fx *f, unsigned id, int32_t until) {
  struct jl_sprint_course c;
  assert_true(jl_sprint_course(f->space, fx_record(f, fx_id(id)), until, f->a, &c));
  return c;
}

/* 2 to 13 March 2026, Monday to the second Friday. A is 5 days, B 3, C 2; the course by hand:
 *
 *     before  A and B enter                                        committed 8
 *     4       C enters                                 left 10     scope 10
 *     5       B is done                                      7           10
 *     6       Marie works on A too: 2 x 5                   12           15
 *     9       B is open again                               15           15
 *     10      B is done                                     12           15
 *     11      C is dropped                                  10           13
 *     13      closed: A goes to the next sprint             10           13   (what is carried over was left)        */
static void course_by_hand(void **state) {
  struct fx *f = *state;
  static const struct {
    int day;
    int64_t left, scope, open;
  } expected[] = {{2, 8, 8, 2},    {3, 8, 8, 2},    {4, 10, 10, 3},  {5, 7, 10, 2},   {6, 12, 15, 2},  {7, 12, 15, 2},
                  {8, 12, 15, 2}, {9, 15, 15, 3}, {10, 12, 15, 2}, {11, 10, 13, 1}, {12, 10, 13, 1}, {13, 10, 13, 1}};
  f->today = march(1);
  sprint(f, 50, "Sprint 1", march(2), march(13));
  sprint(f, 51, "Sprint 2", march(16), march(27));
  action(f, 100, "A", 5);
  action(f, 101, "B", 3);
  action(f, 102, "C", 2);
  into(f, 100, 50);
  fx_ok(f);
  into(f, 101, 50);
  fx_ok(f);
  f->today = march(4);
  into(f, 102, 50);
  fx_ok(f);
  f->today = march(5);
  status(f, 101, JL_DONE);
  f->today = march(6);
  struct draft second = fx_raci(f, fx_id(100), JL_RACI_R, f->marie);
  fx_create_ok(f, &second, fx_natural(f, &second));
  f->today = march(9);
  status(f, 101, JL_IN_PROGRESS);
  f->today = march(10);
  status(f, 101, JL_DONE);
  f->today = march(11);
  status(f, 102, JL_DROPPED);
  f->today = march(13);
  into(f, 100, 51);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_SPRINT, fx_id(50)), JL_SPRINT_CLOSED, NONE, fx_int(f, JL_TYPE_SPRINT, JL_SPRINT_CLOSED, march(13)));
  fx_ok(f);
  struct jl_sprint_course c = course(f, 50, march(31));
  assert_int_equal(c.day_count, JL_COUNT(expected));
  for (size_t i = 0; i < JL_COUNT(expected); i++) {
    assert_int_equal(c.days[i].day, march(expected[i].day));
    assert_int_equal(c.days[i].left, DAYS(expected[i].left));
    assert_int_equal(c.days[i].scope, DAYS(expected[i].scope));
    assert_int_equal(c.days[i].open, expected[i].open);
  }
  assert_int_equal(c.committed, DAYS(8));
  assert_int_equal(c.committed_count, 2);
  assert_int_equal(c.done, DAYS(3));
  assert_int_equal(c.done_count, 1);
  assert_int_equal(c.added, 0); /* C came and went: neither */
  assert_int_equal(c.removed, 0);
  assert_int_equal(course(f, 50, march(5)).day_count, 4); /* as it was on the 5th */
  assert_int_equal(course(f, 50, march(5)).done, DAYS(3));
  assert_int_equal(course(f, 50, march(1)).day_count, 0);
  assert_int_equal(course(f, 51, march(16)).committed, DAYS(10)); /* what came before its first day counts on it */
}

/* Whatever becomes of the action later, and whoever deletes it, the past stays. */
static void past_stays(void **state) {
  struct fx *f = *state;
  f->today = march(3);
  sprint(f, 50, "Sprint 1", march(2), march(13));
  action(f, 100, "A", 5);
  into(f, 100, 50);
  fx_ok(f);
  f->today = march(4);
  status(f, 100, JL_DONE);
  f->today = march(20);
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), jl_replica_where(f->space)->revision, true);
  fx_ok(f);
  struct jl_sprint_course c = course(f, 50, march(31));
  assert_int_equal(c.done, DAYS(5));
  assert_int_equal(c.committed, 0); /* it entered on the second day */
  assert_int_equal(c.added, DAYS(5));
}

static void events_are_the_servers(void **state) {
  struct fx *f = *state;
  f->today = march(3);
  sprint(f, 50, "Sprint 1", march(2), march(13));
  action(f, 100, "A", 5);
  into(f, 100, 50);
  fx_ok(f);
  size_t n = 0;
  struct jl_id id = fx_id(50);
  const struct jl_record **events = jl_replica_referring(f->space, &id, JL_TYPE_SPRINT_EVENT, 0, f->a, &n);
  assert_int_equal(n, 1);
  id = events[0]->id;
  fx_begin(f);
  fx_delete(f, JL_TYPE_SPRINT_EVENT, id, jl_replica_where(f->space)->revision, false);
  fx_refused(f, JL_E_DENIED, "kept by the server");
  struct draft own = d_new(f, JL_TYPE_SPRINT_EVENT);
  d_int(&own, JL_SPRINT_EVENT_DAY, march(4));
  fx_begin(f);
  fx_create(f, &own, fx_id(900));
  fx_refused(f, JL_E_DENIED, "kept by the server");
  into(f, 100, 50); /* no change, no event */
  fx_ok(f);
  assert_int_equal(f->out.change_count, 0);
}

static void sprints_follow_each_other(void **state) {
  struct fx *f = *state;
  sprint(f, 50, "Sprint 1", march(2), march(13));
  f->author = f->marie;
  struct draft d = sprint_draft(f, "Other", march(13), march(20));
  fx_begin(f);
  fx_create(f, &d, fx_id(51));
  fx_refused(f, JL_E_RULE_VIOLATION, "overlaps SP1 Sprint 1, from 2026-03-02 to 2026-03-13 (changed last by Paul)");
  d_ref(&d, JL_SPRINT_TEAM, f->sales); /* another team's */
  fx_create_ok(f, &d, fx_id(51));
  d = sprint_draft(f, "Long", march(16), jl_day_from_date(2026, 4, 6)); /* 22 days */
  fx_begin(f);
  fx_create(f, &d, fx_id(52));
  fx_refused(f, JL_E_RULE_VIOLATION, "Long is 22 days long");
  sprint(f, 53, "Three weeks", march(16), jl_day_from_date(2026, 4, 5));
  d = sprint_draft(f, "Back", march(1), jl_day_from_date(2026, 2, 20));
  fx_begin(f);
  fx_create(f, &d, fx_id(54));
  fx_refused(f, JL_E_RULE_VIOLATION, "before it starts");
}

static void closed_is_closed(void **state) {
  struct fx *f = *state;
  f->today = march(12);
  sprint(f, 50, "Sprint 1", march(2), march(13));
  action(f, 100, "A", 5);
  action(f, 101, "B", 1);
  into(f, 100, 50);
  fx_ok(f);
  struct jl_bytes today = fx_int(f, JL_TYPE_SPRINT, JL_SPRINT_CLOSED, march(12));
  fx_update(f, JL_TYPE_SPRINT, fx_id(50), JL_SPRINT_CLOSED, NONE, today);
  fx_refused(f, JL_E_RULE_VIOLATION, "SP1 Sprint 1 cannot be closed: A1 A is unfinished in it");
  status(f, 100, JL_DONE);
  fx_update(f, JL_TYPE_SPRINT, fx_id(50), JL_SPRINT_CLOSED, NONE, today);
  fx_ok(f);
  into(f, 101, 50);
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed since 2026-03-12");
}

/* ---- meetings ---- */
static void meeting(struct fx *f) {
  static const uint32_t by_server[] = {JL_MEETING_STARTED, JL_MEETING_ENDED};
  struct draft d;
  for (size_t i = 0; i < JL_COUNT(by_server); i++) { /* how long it took is nobody's to say */
    d = d_new(f, JL_TYPE_MEETING);
    d_int(d_int(d_text(&d, JL_MEETING_TITLE, "Weekly"), JL_MEETING_DATE, march(9)), by_server[i], 1);
    fx_begin(f);
    fx_create(f, &d, fx_id(60));
    fx_refused(f, JL_E_DENIED, "set by the server");
  }
  d = d_new(f, JL_TYPE_MEETING);
  d_int(d_text(&d, JL_MEETING_TITLE, "Weekly"), JL_MEETING_DATE, march(9));
  fx_create_ok(f, &d, fx_id(60));
  d = d_new(f, JL_TYPE_MEETING_POINT);
  d_ref(d_text(&d, JL_MEETING_POINT_TITLE, "CPL"), JL_MEETING_POINT_MEETING, fx_id(60));
  fx_create_ok(f, &d, fx_id(61));
}

/* Closes point 61 with what is given, in one group; nothing for NULL or 0. */
static void closing(struct fx *f, const char *decision, unsigned action_id, const struct jl_id *owner, int32_t due) {
  const struct jl_record *now = fx_record(f, fx_id(61));
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_MEETING_POINT, fx_id(61));
  struct jl_bytes next[] = {decision == NULL ? NONE : fx_text(f, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_DECISION, decision),
                            action_id == 0 ? NONE : fx_ref(f, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_ACTION, fx_id(action_id)),
                            owner == NULL ? NONE : fx_ref(f, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_OWNER, *owner),
                            due == 0 ? NONE : fx_int(f, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_DUE, due),
                            fx_int(f, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_CLOSED, 1)};
  static const uint32_t fields[] = {JL_MEETING_POINT_DECISION, JL_MEETING_POINT_ACTION, JL_MEETING_POINT_OWNER, JL_MEETING_POINT_DUE, JL_MEETING_POINT_CLOSED};
  for (size_t i = 0; i < JL_COUNT(fields); i++)
    if (next[i].size > 0) fx_set(f, e, fields[i], jl_record_slice(now->body, fields[i]), next[i]);
}

static void point_needs_all_four(void **state) {
  struct fx *f = *state;
  meeting(f);
  struct draft d = fx_action(f, "Cut the bids");
  d_int(&d, JL_ACTION_DUE, march(20));
  fx_create_ok(f, &d, fx_id(100));
  struct draft r = fx_raci(f, fx_id(100), JL_RACI_R, f->marie);
  fx_create_ok(f, &r, fx_natural(f, &r));
  closing(f, NULL, 100, &f->marie, march(20));
  fx_refused(f, JL_E_RULE_VIOLATION, "it has no decision");
  closing(f, "  ", 100, &f->marie, march(20));
  fx_refused(f, JL_E_RULE_VIOLATION, "it has no decision");
  closing(f, "cut the bids", 100, NULL, march(20));
  fx_refused(f, JL_E_RULE_VIOLATION, "nobody is named who does it");
  closing(f, "cut the bids", 100, &f->marie, 0);
  fx_refused(f, JL_E_RULE_VIOLATION, "it has no date by which it is done");
  closing(f, "cut the bids", 0, &f->marie, march(20));
  fx_refused(f, JL_E_RULE_VIOLATION, "no action came of it");
  closing(f, "cut the bids", 100, &f->paul, march(20));
  fx_refused(f, JL_E_RULE_VIOLATION, "must have one person responsible, the one it is assigned to");
  closing(f, "cut the bids", 100, &f->marie, march(21));
  fx_refused(f, JL_E_RULE_VIOLATION, "has another due date");
  f->author = f->paul;
  closing(f, "cut the bids", 100, &f->marie, march(20));
  fx_ok(f);
  struct jl_id by;
  const struct jl_record *point = fx_record(f, fx_id(61));
  assert_true(jl_record_id(point->type, point->body, JL_MEETING_POINT_DECIDED_BY, &by) && jl_id_equal(&by, &f->paul));
  assert_true(jl_record_has(point->body, JL_MEETING_POINT_DECIDED_AT));
  r = fx_raci(f, fx_id(100), JL_RACI_R, f->paul); /* what becomes of the action later is no matter of the minutes */
  fx_create_ok(f, &r, fx_natural(f, &r));
  fx_update(f, JL_TYPE_MEETING_POINT, fx_id(61), JL_MEETING_POINT_NOTE, NONE, fx_text(f, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_NOTE, "all agreed"));
  fx_ok(f);
  fx_update(f, JL_TYPE_MEETING_POINT, fx_id(61), JL_MEETING_POINT_DUE, fx_int(f, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_DUE, march(20)), NONE);
  fx_refused(f, JL_E_RULE_VIOLATION, "it has no date by which it is done");
}

/* What comes back, or from a file, is as it was where it comes from. */
static void what_comes_is_as_it_was(void **state) {
  struct fx *f = *state;
  f->today = march(12);
  meeting(f);
  action(f, 100, "Cut the bids", 1);
  change(f, 100, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, march(20)));
  fx_ok(f);
  closing(f, "cut the bids", 100, &f->paul, march(20));
  fx_ok(f);
  struct jl_bytes closed = jl_arena_dup(f->a, fx_record(f, fx_id(61))->body);
  change(f, 100, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, march(25)));
  fx_ok(f);
  fx_begin(f);
  fx_delete(f, JL_TYPE_MEETING_POINT, fx_id(61), jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  fx_begin(f);
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_MEETING_POINT, fx_id(61));
  fx_ok(f);
  struct draft copy = {f, JL_TYPE_MEETING_POINT, closed};
  static const uint32_t servers[] = {JL_MEETING_POINT_BEGUN, JL_MEETING_POINT_DECIDED_AT, JL_MEETING_POINT_DECIDED_BY, JL_MEETING_POINT_RANK};
  for (size_t i = 0; i < JL_COUNT(servers); i++) copy.body = jl_record_with(f->a, copy.body, servers[i], NONE);
  fx_create_ok(f, &copy, fx_id(63));
  sprint(f, 50, "Sprint 1", march(2), march(13));
  into(f, 100, 50);
  fx_ok(f);
  status(f, 100, JL_DONE);
  fx_update(f, JL_TYPE_SPRINT, fx_id(50), JL_SPRINT_CLOSED, NONE, fx_int(f, JL_TYPE_SPRINT, JL_SPRINT_CLOSED, march(12)));
  fx_ok(f);
  status(f, 100, JL_IN_PROGRESS); /* after all */
  struct draft from_file = fx_action(f, "Copy");
  d_ref(&from_file, JL_ACTION_SPRINT, fx_id(50));
  fx_create_ok(f, &from_file, fx_id(101));
}

static void two_responsibles_are_none(void **state) {
  struct fx *f = *state;
  meeting(f);
  struct draft d = fx_action(f, "Cut the bids");
  d_int(&d, JL_ACTION_DUE, march(20));
  fx_create_ok(f, &d, fx_id(100));
  struct draft one = fx_raci(f, fx_id(100), JL_RACI_R, f->marie), two = fx_raci(f, fx_id(100), JL_RACI_R, f->paul);
  fx_create_ok(f, &one, fx_natural(f, &one));
  fx_create_ok(f, &two, fx_natural(f, &two));
  closing(f, "cut the bids", 100, &f->marie, march(20));
  fx_refused(f, JL_E_RULE_VIOLATION, "must have one person responsible");
}

static void meeting_ends_with_its_points(void **state) {
  struct fx *f = *state;
  meeting(f);
  struct jl_bytes planned = NONE, running = fx_int(f, JL_TYPE_MEETING, JL_MEETING_STATUS, JL_MEETING_RUNNING),
                  closed = fx_int(f, JL_TYPE_MEETING, JL_MEETING_STATUS, JL_MEETING_CLOSED);
  fx_update(f, JL_TYPE_MEETING, fx_id(60), JL_MEETING_STATUS, planned, running);
  fx_set(f, f->edits[0], JL_MEETING_CURRENT, NONE, fx_ref(f, JL_TYPE_MEETING, JL_MEETING_CURRENT, fx_id(61)));
  fx_ok(f);
  int64_t started = jl_record_int(fx_record(f, fx_id(60))->type, fx_record(f, fx_id(60))->body, JL_MEETING_STARTED, 0);
  assert_int_equal(started, (int64_t)f->seq * 1000000); /* the writer's clock, in this fixture */
  assert_true(jl_record_has(fx_record(f, fx_id(61))->body, JL_MEETING_POINT_BEGUN));
  fx_update(f, JL_TYPE_MEETING, fx_id(60), JL_MEETING_STATUS, running, closed);
  fx_refused(f, JL_E_RULE_VIOLATION, "MT1 Weekly cannot be closed: MP1 CPL has no decision yet");
  struct draft d = fx_action(f, "Cut the bids");
  d_int(&d, JL_ACTION_DUE, march(20));
  fx_create_ok(f, &d, fx_id(100));
  struct draft r = fx_raci(f, fx_id(100), JL_RACI_R, f->marie);
  fx_create_ok(f, &r, fx_natural(f, &r));
  closing(f, "cut the bids", 100, &f->marie, march(20));
  fx_ok(f);
  f->author = f->marie; /* another than who began it */
  fx_update(f, JL_TYPE_MEETING, fx_id(60), JL_MEETING_STATUS, running, closed);
  fx_ok(f);
  assert_true(jl_record_has(fx_record(f, fx_id(60))->body, JL_MEETING_ENDED));
  assert_int_equal(jl_record_int(fx_record(f, fx_id(60))->type, fx_record(f, fx_id(60))->body, JL_MEETING_STARTED, 0), started);
  struct draft late = d_new(f, JL_TYPE_MEETING_POINT);
  d_ref(d_text(&late, JL_MEETING_POINT_TITLE, "Late"), JL_MEETING_POINT_MEETING, fx_id(60));
  fx_begin(f);
  fx_create(f, &late, fx_id(62));
  fx_refused(f, JL_E_RULE_VIOLATION, "it has no open points");
}

static void notes_say_something(void **state) {
  struct fx *f = *state;
  struct draft d = d_new(f, JL_TYPE_STAND_UP);
  d_int(d_ref(&d, JL_STAND_UP_PERSON, f->paul), JL_STAND_UP_DAY, march(9));
  fx_begin(f);
  fx_create(f, &d, fx_natural(f, &d));
  fx_refused(f, JL_E_RULE_VIOLATION, "says what was done");
  d_text(&d, JL_STAND_UP_NEXT, "landing page");
  fx_create_ok(f, &d, fx_natural(f, &d));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(course_by_hand),       FX_TEST(past_stays),           FX_TEST(events_are_the_servers),       FX_TEST(sprints_follow_each_other), FX_TEST(closed_is_closed),
      FX_TEST(point_needs_all_four), FX_TEST(what_comes_is_as_it_was), FX_TEST(two_responsibles_are_none), FX_TEST(meeting_ends_with_its_points), FX_TEST(notes_say_something),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
