/* Levelling: what a person cannot do in a week, and what moves within its slack, by hand (June 2026: the 1st is a Monday, and there is no
 * holiday); then over random plans: nobody has more too much than before in all, nothing is behind its deadline or its end, and a copy that came by
 * its records in another order proposes the same. */
#include "common/base/calendar.h"
#include "common/model/actions/level.h"
#include "view_fixture.h"

static int32_t june(int of_month) { return jl_day_from_date(2026, 6, of_month); }

static struct jl_id action(struct fixture *fx, const char *title, int64_t start, int64_t due, int64_t days, int64_t timing) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  if (start != 0) fx_int(fx, JL_ACTION_START, start);
  if (due != 0) fx_int(fx, JL_ACTION_DUE, due);
  fx_int(fx, JL_ACTION_DURATION, days);
  if (timing != 0) fx_int(fx, JL_ACTION_TIMING, timing);
  return fx_put(fx);
}
static void after(struct fixture *fx, struct jl_id before, struct jl_id behind) {
  fx_begin(fx, JL_TYPE_DEPENDENCY);
  fx_ref(fx, JL_DEPENDENCY_PREDECESSOR, before);
  fx_ref(fx, JL_DEPENDENCY_SUCCESSOR, behind);
  fx_int(fx, JL_DEPENDENCY_KIND, JL_FINISH_TO_START);
  fx_put(fx);
}
static const Jalon__Cell *cell(const Jalon__Block *block, size_t row, const char *column) {
  assert_true(row < block->n_rows);
  for (size_t i = 0; i < block->n_columns; i++)
    if (strcmp(block->columns[i]->name, column) == 0) return block->rows[row]->cells[i];
  fail_msg("no column %s", column);
  return NULL;
}
static int64_t number(const Jalon__Block *block, size_t row, const char *column) {
  const Jalon__Cell *c = cell(block, row, column);
  return c->has_number ? c->number : INT64_MIN;
}

/* Marie has five days in the week of 1 June and ten days of work: A1 (due on the 5th: critical) and A2, which has time until the 19th and before
 * A3, two days, due on the 23rd. A2 waits for the next week, 8 to 12; A3 follows on the 15th and 16th. A4, which is Paul's,
 * lasts until the 26th and stays. */
static void what_collides_moves_within_its_slack(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = june(1);
  struct jl_id marie = fx_named(&fx, JL_TYPE_PERSON, "Marie"), paul = fx_named(&fx, JL_TYPE_PERSON, "Paul");
  struct jl_id one = action(&fx, "Salon", 0, june(5), 5, 0), two = action(&fx, "Livre blanc", 0, june(19), 5, 0), three = action(&fx, "Relecture", 0, june(23), 2, 0),
               four = action(&fx, "Site", june(1), june(30), 20, 0);
  after(&fx, two, three);
  fx_raci(&fx, one, JL_RACI_R, marie, NULL);
  fx_raci(&fx, two, JL_RACI_R, marie, NULL);
  fx_raci(&fx, three, JL_RACI_R, marie, NULL);
  fx_raci(&fx, four, JL_RACI_R, paul, NULL);
  Jalon__Document *d = fx_view(&fx, "schedule", "level", "yes");
  const Jalon__Block *overload = fx_block(d, "overload"), *moves = fx_block(d, "moves");
  assert_int_equal(overload->n_rows, 3); /* Marie, A1, A2 */
  assert_string_equal(cell(overload, 0, "who")->text, "Marie");
  assert_string_equal(cell(overload, 0, "week")->text, "2026-W23");
  assert_int_equal(number(overload, 0, "booked"), 10000000);
  assert_int_equal(number(overload, 0, "time"), 5000000);
  assert_int_equal(number(overload, 0, "over"), 5000000);
  assert_int_equal(number(overload, 0, "then"), 5000000);
  assert_int_equal(number(overload, 0, "left"), INT64_MIN);
  assert_int_equal(number(overload, 1, "booked"), 5000000);
  assert_int_equal(moves->n_rows, 2);
  assert_int_equal(number(moves, 0, "start"), june(1));
  assert_int_equal(number(moves, 0, "new_start"), june(8));
  assert_int_equal(number(moves, 0, "new_end"), june(12));
  assert_int_equal(number(moves, 0, "write_start"), june(8));
  assert_int_equal(number(moves, 0, "write_due"), june(19));
  assert_int_equal(number(moves, 0, "slack"), 5);
  assert_int_equal(number(moves, 1, "new_start"), june(15));
  assert_int_equal(number(moves, 1, "new_end"), june(16));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Both are due on Friday: nothing has slack, five days are too many, and that is said. */
static void what_has_no_slack_stays(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = june(1);
  struct jl_id marie = fx_named(&fx, JL_TYPE_PERSON, "Marie");
  struct jl_id one = action(&fx, "Salon", 0, june(5), 5, 0), two = action(&fx, "Livre blanc", 0, june(5), 5, 0);
  fx_raci(&fx, one, JL_RACI_R, marie, NULL);
  fx_raci(&fx, two, JL_RACI_R, marie, NULL);
  Jalon__Document *d = fx_view(&fx, "schedule", "level", "yes");
  assert_int_equal(fx_block(d, "moves")->n_rows, 0);
  assert_int_equal(number(fx_block(d, "overload"), 0, "left"), 5000000);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void random_plans(void **state) {
  uint64_t chance = 4;
  size_t moves = 0;
  (void)state;
  for (int round = 0; round < 60; round++) {
    struct fixture fx = fx_new();
    struct jl_id people[3], actions[16];
    fx_plan(&fx);
    fx.in.today = june(1);
    for (int p = 0; p < 3; p++) people[p] = fx_named(&fx, JL_TYPE_PERSON, p == 0 ? "A" : p == 1 ? "B" : "C");
    for (int i = 0; i < 16; i++) {
      chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
      int64_t days = 1 + (int64_t)(chance >> 33) % 6;
      bool due = (chance >> 20) % 2 == 0;
      actions[i] = action(&fx, "x", 0, due ? june(1) + (int64_t)(chance >> 44) % 40 : 0, days, (chance >> 50) % 8 == 0 ? JL_EARLIEST : 0);
      fx_raci(&fx, actions[i], JL_RACI_R, people[(chance >> 40) % 3], NULL);
      if (i > 0 && (chance >> 24) % 3 == 0) after(&fx, actions[(chance >> 28) % (unsigned)i], actions[i]);
    }
    struct jl_builder *b = jl_builder_new(fx.arena, "schedule", fx.in.today, fx.plan);
    struct jl_network n;
    struct jl_levelling l;
    struct jl_error err;
    int64_t before = 0, behind = 0;
    assert_true(jl_view_network(&fx.in, b, &n, &err));
    int32_t finish = n.schedule.finish;
    assert_true(jl_level(&fx.in, b, &n, &l, &err));
    for (int week = 0; week < l.weeks; week++)
      for (size_t p = 0; p < l.was.people_count; p++) {
        before += jl_level_over(&fx.in, &l, &l.was, p, week);
        behind += jl_level_over(&fx.in, &l, &l.is, p, week);
      }
    if (behind > before) fail_msg("round %d: %lld too much became %lld", round, (long long)before, (long long)behind);
    assert_int_equal(n.schedule.finish, finish);
    for (size_t i = 0; i < n.count; i++) {
      const struct jl_planned *was = &l.before[i], *is = &n.schedule.dates[i];
      moves += was->planned.start != is->planned.start;
      assert_true(is->planned.start >= was->planned.start && is->planned.finish <= (was->late.finish > was->planned.finish ? was->late.finish : was->planned.finish));
      if (was->slack <= 0) assert_int_equal(is->planned.start, was->planned.start);
    }
    jl_level_end(&l);
    fx_free(&fx);
  }
  assert_in_range(moves, 20, 900);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_collides_moves_within_its_slack), cmocka_unit_test(what_has_no_slack_stays), cmocka_unit_test(random_plans)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
