/* Dependencies as records: circles are refused and named, also those that two people make together; and what a network makes of a plan's
 * actions, with dates worked out by hand (June 2026, which has no holiday). */
#include "common/model/actions/circle.h"
#include "common/model/actions/network.h"
#include "model_fixture.h"

static void action(struct fx *f, unsigned n, const char *title) {
  struct draft d = fx_action(f, title);
  fx_create_ok(f, &d, fx_id(n));
}
static struct draft dependency(struct fx *f, unsigned before, unsigned after, int64_t kind, int64_t lag) {
  struct draft d = d_new(f, JL_TYPE_DEPENDENCY);
  d_ref(d_ref(&d, JL_DEPENDENCY_PREDECESSOR, fx_id(before)), JL_DEPENDENCY_SUCCESSOR, fx_id(after));
  d_int(&d, JL_DEPENDENCY_KIND, kind);
  if (lag != 0) d_int(&d, JL_DEPENDENCY_LAG, lag);
  return d;
}
static struct jl_id depends(struct fx *f, unsigned before, unsigned after) {
  struct draft d = dependency(f, before, after, JL_FINISH_TO_START, 0);
  struct jl_id id = fx_natural(f, &d);
  fx_create_ok(f, &d, id);
  return id;
}
static void refuse(struct fx *f, unsigned before, unsigned after, int64_t kind, const char *words) {
  struct draft d = dependency(f, before, after, kind, 0);
  fx_begin(f);
  fx_create(f, &d, fx_natural(f, &d));
  fx_refused(f, JL_E_RULE_VIOLATION, words);
}

static void circles_are_named(void **state) {
  struct fx *f = *state;
  for (unsigned i = 0; i < 12; i++) action(f, 100 + i, "x");
  depends(f, 102, 106); /* A3 -> A7 */
  refuse(f, 106, 102, JL_FINISH_TO_START, "A7 x would come before itself: A7 -> A3 -> A7");
  refuse(f, 106, 102, JL_START_TO_FINISH, "A7 -> A3 -> A7"); /* of whatever kind */
  refuse(f, 104, 104, JL_FINISH_TO_START, "A5 -> A5");
  depends(f, 106, 108);
  depends(f, 108, 101);
  refuse(f, 101, 102, JL_FINISH_TO_START, "A2 -> A3 -> A7 -> A9 -> A2");
  struct draft d = dependency(f, 102, 106, JL_START_TO_START, 2); /* another kind between the same two */
  fx_create_ok(f, &d, fx_natural(f, &d));
}

static void long_circles_are_cut(void **state) {
  struct fx *f = *state;
  for (unsigned i = 0; i < 12; i++) action(f, 100 + i, "x");
  for (unsigned i = 0; i < 11; i++) depends(f, 100 + i, 101 + i);
  refuse(f, 111, 100, JL_FINISH_TO_START, "A12 -> A1 -> A2 -> A3 -> A4 -> ... -> A11 -> A12");
}

/* Marie added A2 -> A1 while Paul was offline; his A1 -> A2 comes second, and hears of hers. */
static void the_second_of_two_is_told_of_the_first(void **state) {
  struct fx *f = *state;
  action(f, 100, "Newsletter");
  action(f, 101, "Webinar");
  f->author = f->marie;
  depends(f, 101, 100);
  f->author = f->paul;
  refuse(f, 100, 101, JL_FINISH_TO_START, "A1 Newsletter would come before itself: A1 -> A2 -> A1; DP1 is Marie's");
  f->author = f->marie; /* of one's own nobody is named */
  refuse(f, 100, 101, JL_FINISH_TO_START, "A1 -> A2 -> A1");
  assert_null(strstr(f->err.message, "{4}"));
}

static void one_group_cannot_either(void **state) {
  struct fx *f = *state;
  action(f, 100, "x");
  action(f, 101, "x");
  struct draft one = dependency(f, 100, 101, JL_FINISH_TO_START, 0), other = dependency(f, 101, 100, JL_FINISH_TO_START, 0);
  fx_begin(f);
  fx_create(f, &one, fx_natural(f, &one));
  fx_create(f, &other, fx_natural(f, &other));
  fx_refused(f, JL_E_RULE_VIOLATION, "would come before itself");
}

static void what_comes_back_is_looked_at(void **state) {
  struct fx *f = *state;
  for (unsigned i = 0; i < 3; i++) action(f, 100 + i, "x");
  struct jl_id in = depends(f, 100, 101);
  depends(f, 101, 102);
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(101), 99, false); /* its dependency on A1 lies below it */
  fx_refused(f, JL_E_RULE_VIOLATION, "A2 x has 1 records below it");
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(101), 99, true);
  fx_ok(f);
  struct jl_id back = depends(f, 102, 100); /* no circle while A2 is not there */
  fx_begin(f);
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, fx_id(101));
  fx_refused(f, JL_E_RULE_VIOLATION, "A2 -> A3 -> A1 -> A2");
  fx_begin(f);
  fx_delete(f, JL_TYPE_DEPENDENCY, back, 99, false);
  fx_ok(f);
  fx_begin(f);
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, fx_id(101));
  fx_ok(f);
  assert_non_null(jl_replica_live(f->space, &in));
  fx_begin(f);
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_DEPENDENCY, back);
  fx_refused(f, JL_E_RULE_VIOLATION, "would come before itself");
}

static void a_key_does_not_change(void **state) {
  struct fx *f = *state;
  action(f, 100, "x");
  action(f, 101, "x");
  struct jl_id id = depends(f, 100, 101);
  fx_update(f, JL_TYPE_DEPENDENCY, id, JL_DEPENDENCY_KIND, fx_int(f, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_KIND, JL_FINISH_TO_START),
            fx_int(f, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_KIND, JL_START_TO_START));
  fx_refused(f, JL_E_INVALID, "cannot change");
  fx_update(f, JL_TYPE_DEPENDENCY, id, JL_DEPENDENCY_LAG, NONE, fx_int(f, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_LAG, 3));
  fx_ok(f);
}

static void limits_that_exclude_each_other(void **state) {
  struct fx *f = *state;
  struct draft d = fx_action(f, "x");
  d_int(d_int(&d, JL_ACTION_NOT_BEFORE, 20601), JL_ACTION_NO_LATER, 20600);
  fx_begin(f);
  fx_create(f, &d, fx_id(100));
  fx_refused(f, JL_E_RULE_VIOLATION, "not to begin before");
}

/* Random additions and removals by two people: what was accepted never has a circle (a slow look for one: take away, again and again,
 * what nothing comes before), and what was refused would have made one. Whoever follows the log, and whoever
 * came by the records in another order, has the same schedule. */
static bool has_circle(const bool edge[12][12]) {
  bool gone[12] = {false};
  for (int round = 0; round < 12; round++)
    for (int i = 0; i < 12; i++) {
      bool waits = false;
      for (int k = 0; k < 12; k++) waits = waits || (!gone[k] && edge[k][i]);
      if (!waits) gone[i] = true;
    }
  for (int i = 0; i < 12; i++)
    if (!gone[i]) return true;
  return false;
}

/* A replica that came by its records in another order: the last one first. */
static struct jl_replica *other_way_round(struct fx *f) {
  struct jl_replica *r = jl_replica_new(&f->plan, JL_SPACE_PLAN);
  const struct jl_record *list[200];
  size_t n = 0;
  for (const struct jl_record *at = jl_replica_next(f->space, NULL); at != NULL && n < JL_COUNT(list);
       at = jl_replica_next(f->space, &at->id))
    list[n++] = at;
  assert_true(r != NULL && n < JL_COUNT(list));
  while (n-- > 0) assert_true(jl_replica_put(r, jl_record_share(list[n])));
  return r;
}

static void same_schedule(struct fx *f, const struct jl_replica *one, const struct jl_replica *other) {
  struct jl_network a, b;
  struct jl_error err;
  struct jl_network_of of = {.plan = one, .organisation = f->org, .today = jl_day_from_date(2026, 6, 1)};
  assert_true(jl_network_new(&of, f->a, &a, &err));
  of.plan = other;
  assert_true(jl_network_new(&of, f->a, &b, &err));
  assert_int_equal(a.count, b.count);
  assert_int_equal(a.schedule.link_count, b.schedule.link_count);
  assert_int_equal(a.schedule.ignored, 0);
  for (size_t i = 0; i < a.count; i++) {
    const struct jl_planned *x = &a.schedule.dates[i], *y = &b.schedule.dates[i];
    assert_true(jl_id_equal(&a.activities[i].action->id, &b.activities[i].action->id));
    assert_memory_equal(&x->planned, &y->planned, sizeof x->planned);
    assert_memory_equal(&x->late, &y->late, sizeof x->late);
    assert_true(x->slack == y->slack && x->free == y->free && x->driver == y->driver);
  }
}

static void random_edits_leave_no_circle(void **state) {
  struct fx *f = *state;
  uint64_t chance = 20261126;
  bool edge[12][12] = {{false}};
  for (unsigned i = 0; i < 12; i++) {
    struct draft d = fx_action(f, "x");
    d_int(&d, JL_ACTION_DURATION, 1 + i % 5);
    fx_create_ok(f, &d, fx_id(100 + i));
  }
  for (int step = 0; step < 500; step++) {
    chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
    unsigned before = (unsigned)(chance >> 33) % 12, after = (unsigned)(chance >> 43) % 12;
    struct draft d = dependency(f, 100 + before, 100 + after, JL_FINISH_TO_START, 0);
    struct jl_id id = fx_natural(f, &d);
    f->author = (chance >> 20) % 2 == 0 ? f->paul : f->marie;
    fx_begin(f);
    if (edge[before][after]) {
      fx_delete(f, JL_TYPE_DEPENDENCY, id, 100000, false);
      fx_ok(f);
      edge[before][after] = false;
      continue;
    }
    fx_create(f, &d, id);
    edge[before][after] = true;
    bool would = has_circle(edge);
    if (fx_send(f) == would) fail_msg("step %d of seed 20261126: %u -> %u", step, before, after);
    edge[before][after] = !would;
    if (step % 25 != 0) continue;
    struct jl_replica *other = other_way_round(f);
    same_schedule(f, f->space, f->mirror);
    same_schedule(f, f->space, other);
    jl_replica_free(other);
  }
}

/* ---- a plan's network ---- */
static int32_t june(int day) { return jl_day_from_date(2026, 6, day); } /* the 1st is a Monday, and no holiday is near */
static struct jl_bytes with(struct fx *f, struct jl_bytes body, uint32_t field, int64_t n) {
  return jl_record_with(f->a, body, field, fx_int(f, JL_TYPE_ACTION, field, n));
}
#define PLAIN INT64_MIN
static void planned_action(struct fx *f, unsigned n, int64_t duration, int64_t start, int64_t due, uint32_t field, int64_t value,
                           uint32_t field2, int64_t value2) {
  struct draft d = fx_action(f, "x");
  if (duration != PLAIN) d.body = with(f, d.body, JL_ACTION_DURATION, duration);
  if (start != PLAIN) d.body = with(f, d.body, JL_ACTION_START, start);
  if (due != PLAIN) d.body = with(f, d.body, JL_ACTION_DUE, due);
  if (field != 0) d.body = with(f, d.body, field, value);
  if (field2 != 0) d.body = with(f, d.body, field2, value2);
  struct draft a = fx_raci(f, fx_id(n), JL_RACI_A, f->paul),
               r = fx_raci(f, fx_id(n), JL_RACI_R, f->marie); /* to be under way it takes both */
  fx_begin(f);
  fx_create(f, &d, fx_id(n));
  fx_create(f, &a, fx_natural(f, &a));
  fx_create(f, &r, fx_natural(f, &r));
  fx_ok(f);
}
static void expect(struct fx *f, int32_t today, unsigned n, int32_t first, int32_t last, int32_t slack) {
  struct jl_network net;
  struct jl_error err;
  struct jl_id id = fx_id(n);
  const struct jl_network_of of = {.plan = f->space, .organisation = f->org, .today = today};
  assert_true(jl_network_new(&of, f->a, &net, &err));
  size_t at = jl_network_find(&net, &id);
  if (first == JL_NO_DAY) {
    assert_true(at == SIZE_MAX);
    return;
  }
  assert_true(at < net.count);
  const struct jl_planned *d = &net.schedule.dates[at];
  const struct jl_work *w = &net.schedule.works[at];
  char got[2][11], wanted[2][11];
  jl_day_format_iso(jl_planned_first(w, &d->planned), got[0]);
  jl_day_format_iso(jl_planned_last(w, &d->planned), got[1]);
  jl_day_format_iso(first, wanted[0]);
  jl_day_format_iso(last, wanted[1]);
  if (strcmp(got[0], wanted[0]) != 0 || strcmp(got[1], wanted[1]) != 0 || d->slack != slack)
    fail_msg("%u: %s to %s, slack %d; expected %s to %s, %d", n, got[0], got[1], d->slack, wanted[0], wanted[1], slack);
}

static void dates_of_actions(void **state) {
  struct fx *f = *state;
  planned_action(f, 100, 3, june(8), PLAIN, 0, 0, 0, 0); /* its start holds: 8 to 10 */
  planned_action(f, 101, PLAIN, june(1), june(3), 0, 0, 0,
                 0); /* its dates say 3 days; it has not begun on the 8th: 8 to 10, due on the 3rd */
  planned_action(f, 102, 2, june(15), june(16), JL_ACTION_TIMING, JL_EARLIEST, 0, 0); /* worked out: nothing keeps it from the 8th */
  planned_action(f, 103, PLAIN, june(5), june(9), JL_ACTION_TIMING, JL_FIXED, 0, 0);
  planned_action(f, 104, 4, june(4), PLAIN, JL_ACTION_STATUS, JL_IN_PROGRESS, 0, 0); /* 4, 5, 8, 9 as planned */
  planned_action(f, 105, 4, june(1), PLAIN, JL_ACTION_STATUS, JL_IN_PROGRESS, 0, 0); /* should be done on the 4th: not before today */
  planned_action(f, 106, 4, june(1), PLAIN, JL_ACTION_STATUS, JL_IN_PROGRESS, JL_ACTION_PROGRESS, 250000); /* 3 days left: 8 to 10 */
  planned_action(f, 107, 4, june(1), PLAIN, JL_ACTION_STATUS, JL_DONE, 0, 0);
  planned_action(f, 108, 1, PLAIN, PLAIN, JL_ACTION_NOT_BEFORE, june(11), JL_ACTION_NO_LATER, june(17));
  planned_action(f, 109, 2, PLAIN, PLAIN, JL_ACTION_TIMING, JL_LATEST, JL_ACTION_NO_LATER, june(19));
  planned_action(f, 110, 0, PLAIN, june(26), 0, 0, 0, 0);  /* a milestone */
  planned_action(f, 111, 10, june(15), PLAIN, 0, 0, 0, 0); /* 15 to 26: the end of everything */
  planned_action(f, 112, 4, june(1), PLAIN, JL_ACTION_STATUS, JL_IN_PROGRESS, JL_ACTION_PROGRESS, 300000); /* 2.8 days left take 3 */
  planned_action(f, 113, 1, PLAIN, june(24), JL_ACTION_NO_LATER, june(22), 0, 0); /* the earlier of the two is the deadline */
  planned_action(f, 90, 1, june(9), PLAIN, 0, 0, 0, 0); /* made last, with an id before all the others */
  /* slack: days of work until the 26th, or until what is due */
  expect(f, june(8), 100, june(8), june(10), 12);
  expect(f, june(8), 101, june(8), june(10), -5);
  expect(f, june(8), 102, june(8), june(9), 13);
  expect(f, june(8), 103, june(5), june(9), 0);
  expect(f, june(8), 104, june(4), june(9), 13);
  expect(f, june(8), 105, june(1), june(8), 14);
  expect(f, june(8), 106, june(1), june(10), 12);
  expect(f, june(8), 107, JL_NO_DAY, 0, 0);
  expect(f, june(8), 108, june(11), june(11), 4);
  expect(f, june(8), 109, june(18), june(19), 8);
  expect(f, june(8), 110, june(8), june(8), 15);
  expect(f, june(8), 111, june(15), june(26), 0);
  expect(f, june(8), 112, june(1), june(10), 12);
  expect(f, june(8), 113, june(8), june(8), 10);
  expect(f, june(8), 90, june(9), june(9), 13);
  fx_begin(f);
  Jalon__Edit *drop = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(90));
  fx_set(f, drop, JL_ACTION_STATUS, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, JL_DROPPED));
  fx_set(f, drop, JL_ACTION_DROPPED_REASON, NONE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_DROPPED_REASON, "no time"));
  fx_ok(f);
  expect(f, june(8), 90, JL_NO_DAY, 0, 0);
}

/* 14 May is Ascension day and the 25th Whit Monday; Marie, who is R, is away from the 18th to the 22nd. */
static void days_are_those_of_who_does_it(void **state) {
  struct fx *f = *state;
  const int32_t eleventh = jl_day_from_date(2026, 5, 11);
  planned_action(f, 100, 5, eleventh, PLAIN, 0, 0, 0, 0);
  expect(f, eleventh, 100, eleventh, eleventh + 7, 0);
  struct draft leave = d_new(f, JL_TYPE_LEAVE);
  d_int(d_int(d_ref(&leave, JL_LEAVE_PERSON, f->marie), JL_LEAVE_START, eleventh + 7), JL_LEAVE_END, eleventh + 11);
  struct jl_id id = fx_id(8100);
  struct jl_record *r = jl_record_new(JL_TYPE_LEAVE, &id, leave.body);
  assert_true(r != NULL && jl_replica_put(f->org, r));
  expect(f, eleventh, 100, eleventh, eleventh + 15, 0); /* 11, 12, 13, 15, 26 */
}

static void also_responsible(struct fx *f, unsigned n, struct jl_id holder) {
  struct draft r = fx_raci(f, fx_id(n), JL_RACI_R, holder);
  fx_create_ok(f, &r, fx_natural(f, &r));
}
static void away(struct fx *f, struct jl_id person, int32_t first, int32_t last, unsigned n) {
  struct draft leave = d_new(f, JL_TYPE_LEAVE);
  d_int(d_int(d_ref(&leave, JL_LEAVE_PERSON, person), JL_LEAVE_START, first), JL_LEAVE_END, last);
  struct jl_id id = fx_id(n);
  struct jl_record *r = jl_record_new(JL_TYPE_LEAVE, &id, leave.body);
  assert_true(r != NULL && jl_replica_put(f->org, r));
}

/* Of several who are R the first person by id (Paul before Marie, whatever came first), and a person before a team: Paul is away on 9 June,
 * Marie on the 10th. The team alone, for which nobody is away: no day is left out. */
static void of_several_the_first_person_decides(void **state) {
  struct fx *f = *state;
  away(f, f->paul, june(9), june(9), 8101);
  away(f, f->marie, june(10), june(10), 8102);
  planned_action(f, 100, 2, june(8), PLAIN, 0, 0, 0, 0);
  expect(f, june(8), 100, june(8), june(9), 0); /* Marie alone */
  also_responsible(f, 100, f->sales);
  planned_action(f, 101, 2, june(8), PLAIN, 0, 0, 0, 0);
  also_responsible(f, 101, f->paul);
  expect(f, june(8), 100, june(8), june(9), 0);
  expect(f, june(8), 101, june(8), june(10), 0); /* Paul's: 8 and 10; Marie's would be 8 and 9 */
  planned_action(f, 102, 3, june(8), PLAIN, 0, 0, 0, 0);
  also_responsible(f, 102, f->sales);
  expect(f, june(8), 102, june(8), june(11), 0); /* Marie's, not the team's: 8, 9, 11 */
}

static void a_late_action_pushes(void **state) {
  struct fx *f = *state;
  planned_action(f, 100, 2, june(8), june(9), 0, 0, 0, 0);
  planned_action(f, 101, 3, june(10), june(12), 0, 0, 0, 0);
  planned_action(f, 102, 1, june(15), june(15), 0, 0, 0, 0);
  depends(f, 100, 101);
  struct draft d = dependency(f, 101, 102, JL_FINISH_TO_START, 0);
  fx_create_ok(f, &d, fx_natural(f, &d));
  expect(f, june(8), 101, june(10), june(12), 0);
  expect(f, june(8), 102, june(15), june(15), 0);
  expect(f, june(11), 100, june(11), june(12), -3); /* not begun on the 11th: three days late */
  expect(f, june(11), 101, june(15), june(17), -3);
  expect(f, june(11), 102, june(18), june(18), -3);
}

/* Groups of several dependencies, kinds mixed, some of which go: refused exactly when the slow way sees a circle in what would be. */
static void random_groups_leave_no_circle(void **state) {
  struct fx *f = *state;
  uint64_t chance = 8;
  bool edge[12][12] = {{false}};
  size_t refused = 0;
  for (unsigned i = 0; i < 12; i++) action(f, 100 + i, "x");
  for (int step = 0; step < 300; step++) {
    bool wanted[12][12], touched[12][12] = {{false}};
    memcpy(wanted, edge, sizeof wanted);
    fx_begin(f);
    chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
    for (unsigned left = 1 + (unsigned)(chance >> 50) % 5; left > 0; left--) {
      chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
      unsigned before = (unsigned)(chance >> 33) % 12, after = (unsigned)(chance >> 43) % 12;
      if (touched[before][after]) continue;
      touched[before][after] = true;
      struct draft d = dependency(f, 100 + before, 100 + after, 1 + (before * 5 + after) % 4, 0);
      if (edge[before][after])
        fx_delete(f, JL_TYPE_DEPENDENCY, fx_natural(f, &d), 100000, false);
      else
        fx_create(f, &d, fx_natural(f, &d));
      wanted[before][after] = !edge[before][after];
    }
    bool would = has_circle(wanted);
    if (fx_send(f) == would) fail_msg("step %d: the slow way sees %s circle", step, would ? "a" : "no");
    refused += would;
    if (!would) memcpy(edge, wanted, sizeof edge);
  }
  assert_in_range(refused, 30, 270);
}

/* ---- what looking for circles costs, in steps: actions and dependencies that were looked at ---- */
enum { MANY = 3000, EACH = 10 };
struct crowd {
  struct jl_replica *r;
  struct jl_touched *touched;
  size_t dependencies;
};

static struct jl_record *put_dependency(struct fx *f, struct crowd *c, unsigned before, unsigned after) {
  struct draft d = dependency(f, before, after, JL_FINISH_TO_START, 0);
  struct jl_id id = fx_natural(f, &d);
  struct jl_record *r = jl_record_new(JL_TYPE_DEPENDENCY, &id, d.body);
  assert_true(r != NULL && jl_replica_put(c->r, r));
  c->touched[c->dependencies++] = (struct jl_touched){.after = r};
  return r;
}

/* So many actions, each before the `each` next ones: 3,000 in a row, and 30,000 dependencies. */
static struct crowd crowd_of(struct fx *f, unsigned each) {
  struct crowd c = {.r = jl_replica_new(&f->plan, JL_SPACE_PLAN), .touched = jl_arena_array(f->a, MANY * each + 1, sizeof *c.touched)};
  struct draft d = fx_action(f, "x");
  assert_true(c.r != NULL && c.touched != NULL);
  for (unsigned i = 0; i < MANY; i++) {
    struct jl_id id = fx_id(i);
    struct jl_record *r = jl_record_new(JL_TYPE_ACTION, &id, d.body);
    assert_true(r != NULL && jl_replica_put(c.r, r));
  }
  for (unsigned i = 0; i < MANY; i++)
    for (unsigned k = 1; k <= each && i + k < MANY; k++) put_dependency(f, &c, i, i + k);
  return c;
}

/* A group that brings them all looks at each action and each dependency once, not once for each that it brings; a circle of 3,000 is found
 * and named in a few walks more. */
static void a_group_is_walked_once(void **state) {
  struct fx *f = *state;
  struct crowd c = crowd_of(f, EACH);
  struct jl_error err = {0};
  size_t steps = 0;
  struct jl_circles_of of = {.after = c.r, .touched = c.touched, .touched_count = c.dependencies, .arena = f->a, .steps = &steps};
  assert_true(jl_circles_hold(&of, &err));
  assert_in_range(steps, c.dependencies - EACH, MANY + c.dependencies); /* from the second action on */
  jl_replica_free(c.r);
  c = crowd_of(f, 1); /* a chain */
  put_dependency(f, &c, MANY - 1, 0);
  of.after = c.r, of.touched = c.touched, of.touched_count = c.dependencies;
  steps = 0;
  assert_false(jl_circles_hold(&of, &err));
  assert_int_equal(err.code, JL_E_RULE_VIOLATION);
  assert_in_range(steps, MANY, 10 * (MANY + c.dependencies)); /* seven names, each walked to */
  jl_replica_free(c.r);
}

/* One that comes into that plan looks at what waits for it, and a group that brings none at nothing. */
static void one_looks_at_what_waits_for_it(void **state) {
  struct fx *f = *state;
  struct crowd c = crowd_of(f, EACH);
  struct jl_error err = {0};
  size_t steps = 0;
  put_dependency(f, &c, 0, MANY - 5); /* four actions are behind it: with 4 + 3 + 2 + 1 dependencies */
  struct jl_circles_of of = {.after = c.r, .touched = &c.touched[c.dependencies - 1], .touched_count = 1, .arena = f->a, .steps = &steps};
  assert_true(jl_circles_hold(&of, &err));
  assert_int_equal(steps, 5 + 10);
  steps = 0;
  of.touched_count = 0;
  assert_true(jl_circles_hold(&of, &err));
  assert_int_equal(steps, 0);
  jl_replica_free(c.r);
}

/* A chain of a thousand in one group, and one that would close it. */
static void a_long_chain_in_one_group(void **state) {
  struct fx *f = *state;
  enum { LONG = 1000 };
  struct draft x = fx_action(f, "x");
  fx_begin(f);
  for (unsigned i = 0; i < LONG; i++) fx_create(f, &x, fx_id(i + 100));
  fx_ok(f);
  fx_begin(f);
  for (unsigned i = 0; i + 1 < LONG; i++) {
    struct draft d = dependency(f, 100 + i, 101 + i, JL_FINISH_TO_START, 0);
    fx_create(f, &d, fx_natural(f, &d));
  }
  fx_ok(f);
  refuse(f, 99 + LONG, 100, JL_FINISH_TO_START, "A1000 -> A1 -> A2 -> A3 -> A4 -> ... -> A999 -> A1000");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(random_groups_leave_no_circle),
      FX_TEST(a_group_is_walked_once),
      FX_TEST(one_looks_at_what_waits_for_it),
      FX_TEST(a_long_chain_in_one_group),
      FX_TEST(circles_are_named),
      FX_TEST(long_circles_are_cut),
      FX_TEST(the_second_of_two_is_told_of_the_first),
      FX_TEST(one_group_cannot_either),
      FX_TEST(what_comes_back_is_looked_at),
      FX_TEST(a_key_does_not_change),
      FX_TEST(limits_that_exclude_each_other),
      FX_TEST(random_edits_leave_no_circle),
      FX_TEST(dates_of_actions),
      FX_TEST(days_are_those_of_who_does_it),
      FX_TEST(of_several_the_first_person_decides),
      FX_TEST(a_late_action_pushes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
