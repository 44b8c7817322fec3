/* Views of the schedule: rows worked out by hand. 2026-05-04 is a Monday; nothing here falls on a holiday's week but 8 May, which is not
 * used. */
#include "common/base/calendar.h"
#include "view_fixture.h"

static int32_t day(int month, int of_month) { return jl_day_from_date(2026, month, of_month); }

static struct jl_id action(struct fixture *fx, const char *title, int64_t start, int64_t due, int64_t days, int64_t timing) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  if (start != 0) fx_int(fx, JL_ACTION_START, start);
  if (due != 0) fx_int(fx, JL_ACTION_DUE, due);
  if (days >= 0) fx_int(fx, JL_ACTION_DURATION, days);
  if (timing != 0) fx_int(fx, JL_ACTION_TIMING, timing);
  return fx_put(fx);
}

static void after(struct fixture *fx, struct jl_id before, struct jl_id behind, int64_t lag) {
  fx_begin(fx, JL_TYPE_DEPENDENCY);
  fx_ref(fx, JL_DEPENDENCY_PREDECESSOR, before);
  fx_ref(fx, JL_DEPENDENCY_SUCCESSOR, behind);
  fx_int(fx, JL_DEPENDENCY_KIND, JL_FINISH_TO_START);
  if (lag != 0) fx_int(fx, JL_DEPENDENCY_LAG, lag);
  fx_put(fx);
}

static int64_t number_in(const Jalon__Block *block, size_t row, const char *column) {
  assert_non_null(block);
  assert_true(row < block->n_rows);
  for (size_t i = 0; i < block->n_columns; i++)
    if (strcmp(block->columns[i]->name, column) == 0)
      return block->rows[row]->cells[i]->has_number ? block->rows[row]->cells[i]->number : INT64_MIN;
  fail_msg("no column %s", column);
  return 0;
}

static const char *text_in(const Jalon__Block *block, size_t row, const char *column) {
  for (size_t i = 0; i < block->n_columns; i++)
    if (strcmp(block->columns[i]->name, column) == 0) return block->rows[row]->cells[i]->text;
  return NULL;
}

/* A1 was due on Tuesday 2 June and has not begun on Thursday 4: it takes 4 and 5, A2 then 8 to 10 instead of 3 to 5, A3 the 11th instead of
 * the 8th. */
static void what_is_late_names_all_that_it_pushes(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 4);
  struct jl_id one = action(&fx, "Contenus", day(6, 1), day(6, 2), 2, 0), two = action(&fx, "Campagne", day(6, 3), day(6, 5), 3, 0);
  struct jl_id three = action(&fx, "Bilan", 0, day(6, 8), 1, 0);
  action(&fx, "Autre", day(6, 8), day(6, 9), 2, 0);
  after(&fx, one, two, 0);
  after(&fx, two, three, 0);
  Jalon__Document *d = fx_view(&fx, "schedule", NULL, NULL);
  const Jalon__Block *late = fx_block(d, "late"), *collisions = fx_block(d, "collisions"), *schedule = fx_block(d, "schedule");
  assert_int_equal(late->n_rows, 3);
  assert_int_equal(late->rows[0]->level, 1);
  assert_int_equal(late->rows[1]->level, 2);
  assert_int_equal(number_in(late, 0, "end"), day(6, 2));
  assert_int_equal(number_in(late, 0, "pushed"), day(6, 5));
  assert_int_equal(number_in(late, 0, "days"), 3);
  assert_int_equal(number_in(late, 1, "end"), day(6, 8)); /* it would itself not begin before today: 4, 5, 8 */
  assert_int_equal(number_in(late, 1, "pushed"), day(6, 10));
  assert_int_equal(number_in(late, 2, "pushed"), day(6, 11));
  assert_int_equal(collisions->n_rows, 3);
  assert_string_equal(text_in(collisions, 0, "because"), "A1");
  assert_string_equal(text_in(collisions, 1, "because"), "A1 -> A2");
  assert_string_equal(text_in(collisions, 2, "because"), "A1 -> A2 -> A3");
  assert_int_equal(number_in(collisions, 2, "limit"), day(6, 8));
  assert_int_equal(number_in(collisions, 2, "end"), day(6, 11));
  assert_int_equal(number_in(collisions, 2, "over"), 3);
  assert_int_equal(schedule->n_rows, 4);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* B waits for A, which is under way since Monday 1 June and will be done on Thursday the 4th; what A itself waited for is no reason any more.
 * B, due on the 4th, is done on the 5th: because of A, which could not begin earlier as it has begun. Ascension day, 14 May, lies in what A
 * waited for and does not count as a day off within. */
static void a_chain_ends_at_what_is_under_way(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 4);
  struct jl_id before = action(&fx, "Brief", day(5, 13), day(6, 8), 12, JL_FIXED);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Contenus");
  fx_int(&fx, JL_ACTION_START, day(6, 1));
  fx_int(&fx, JL_ACTION_DURATION, 4);
  fx_int(&fx, JL_ACTION_STATUS, JL_IN_PROGRESS);
  struct jl_id one = fx_put(&fx), two = action(&fx, "Campagne", 0, day(6, 4), 1, 0);
  after(&fx, before, one, 0);
  after(&fx, one, two, 0);
  Jalon__Document *d = fx_view(&fx, "schedule", NULL, NULL);
  const Jalon__Block *collisions = fx_block(d, "collisions");
  assert_int_equal(collisions->n_rows, 1);
  assert_string_equal(text_in(collisions, 0, "because"), "A2 -> A3");
  assert_int_equal(number_in(collisions, 0, "from"), day(6, 1));
  assert_int_equal(number_in(collisions, 0, "off"), 0);
  assert_int_equal(number_in(collisions, 0, "over"), 1);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Backwards from 19 June: review 1 day on the 19th, campaign 3 days 16 to 18, contents 2 days 12 and 15. */
static void backwards_from_a_due_date(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 1);
  struct jl_id one = action(&fx, "Contenus", 0, 0, 2, 0), two = action(&fx, "Campagne", 0, 0, 3, 0),
               three = action(&fx, "Bilan", 0, 0, 1, 0);
  action(&fx, "Longue", 0, 0, 60, 0);
  after(&fx, one, two, 0);
  after(&fx, two, three, 0);
  struct jl_view_parameter *parameters = jl_arena_array(fx.arena, 2, sizeof *parameters);
  struct jl_bytes packed;
  struct jl_error err;
  parameters[0] = (struct jl_view_parameter){"record", "A3"};
  parameters[1] = (struct jl_view_parameter){"due", "2026-06-19"};
  fx.in.parameters = parameters;
  fx.in.parameter_count = 2;
  assert_true(jl_view_build(jl_view_by_name("schedule"), &fx.in, fx.arena, &packed, &err));
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  const Jalon__Block *schedule = fx_block(d, "schedule");
  static const int expected[3][2] = {{12, 15}, {16, 18}, {19, 19}};
  assert_int_equal(schedule->n_rows, 3); /* not the one that has nothing to do with it */
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(number_in(schedule, i, "latest_start"), day(6, expected[i][0]));
    assert_int_equal(number_in(schedule, i, "latest_end"), day(6, expected[i][1]));
    assert_int_equal(number_in(schedule, i, "slack"), 9);
  }
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* The event of 18 June moves by a week; its invitation ten days of work before it (3 June, then 10 June) and the thanks behind it follow.
 * Its money of June stays in June. Moved to 2 July the invitation is sent on 17 June, and the money goes to July. */
static void an_event_takes_along_what_is_around_it(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 1);
  struct jl_id event = action(&fx, "Matinée", day(6, 18), day(6, 18), 1, JL_FIXED),
               invitation = action(&fx, "Invitation", 0, 0, 1, JL_LATEST);
  struct jl_id thanks = action(&fx, "Merci", 0, 0, 1, JL_EARLIEST);
  after(&fx, invitation, event, 10);
  after(&fx, event, thanks, 0);
  fx_begin(&fx, JL_TYPE_BUDGET_LINE);
  fx_text(&fx, JL_BUDGET_LINE_TITLE, "Salle");
  fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER);
  fx_ref(&fx, JL_BUDGET_LINE_ACTION, event);
  struct jl_id line = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_BUDGET_MONTH);
  fx_ref(&fx, JL_BUDGET_MONTH_LINE, line);
  fx_int(&fx, JL_BUDGET_MONTH_MONTH, day(6, 1));
  fx_int(&fx, JL_BUDGET_MONTH_PLANNED, 150000);
  fx_put(&fx);
  static const struct {
    const char *due;
    int days[3][2]; /* month and day of event, invitation, thanks */
    bool money;
  } moves[] = {{"2026-06-25", {{6, 25}, {6, 10}, {6, 26}}, false}, {"2026-07-02", {{7, 2}, {6, 17}, {7, 3}}, true}};
  for (size_t m = 0; m < JL_COUNT(moves); m++) {
    struct jl_view_parameter *parameters = jl_arena_array(fx.arena, 2, sizeof *parameters);
    struct jl_bytes packed;
    struct jl_error err;
    parameters[0] = (struct jl_view_parameter){"record", "A1"};
    parameters[1] = (struct jl_view_parameter){"due", moves[m].due};
    fx.in.parameters = parameters;
    fx.in.parameter_count = 2;
    assert_true(jl_view_build(jl_view_by_name("replan"), &fx.in, fx.arena, &packed, &err));
    Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
    const Jalon__Block *dates = fx_block(d, "dates"), *money = fx_block(d, "money");
    assert_int_equal(dates->n_rows, 3);
    for (size_t i = 0; i < 3; i++) assert_int_equal(number_in(dates, i, "new_end"), day(moves[m].days[i][0], moves[m].days[i][1]));
    assert_int_equal(number_in(dates, 1, "end"), day(6, 3));
    assert_true((money != NULL) == moves[m].money);
    if (money != NULL) {
      assert_int_equal(money->n_rows, 2);
      assert_int_equal(number_in(money, 0, "month"), day(6, 1));
      assert_int_equal(number_in(money, 0, "planned"), 150000);
      assert_int_equal(number_in(money, 0, "new_planned"), 0);
      assert_int_equal(number_in(money, 1, "month"), day(7, 1));
      assert_int_equal(number_in(money, 1, "new_planned"), 150000);
    }
    jalon__document__free_unpacked(d, NULL);
  }
  fx_free(&fx);
}

static void a_gantt_has_its_bars_in_files_too(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 1);
  struct jl_id one = action(&fx, "Contenus", 0, 0, 2, 0), two = action(&fx, "Campagne", 0, 0, 3, 0);
  action(&fx, "Affiches", 0, 0, 1, 0);
  after(&fx, one, two, 1);
  Jalon__Document *d = fx_view(&fx, "gantt", NULL, NULL);
  const Jalon__Block *gantt = fx_block(d, "gantt");
  assert_int_equal(gantt->n_rows, 4); /* a heading and three actions, by their first day */
  assert_int_equal(number_in(gantt, 1, "end"), day(6, 1));
  assert_int_equal(number_in(gantt, 1, "slack"), 5);
  assert_int_equal(number_in(gantt, 2, "critical"), 1);
  assert_int_equal(number_in(gantt, 3, "start"), day(6, 4));
  assert_int_equal(number_in(gantt, 3, "end"), day(6, 8));
  assert_string_equal(text_in(gantt, 3, "after"), "A1 fs+1");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "roadmap", NULL, NULL);
  assert_int_equal(fx_block(d, "roadmap")->n_rows, 5); /* quarter, no lever, three actions */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_late_names_all_that_it_pushes), cmocka_unit_test(backwards_from_a_due_date), cmocka_unit_test(a_chain_ends_at_what_is_under_way),
                                     cmocka_unit_test(an_event_takes_along_what_is_around_it),
                                     cmocka_unit_test(a_gantt_has_its_bars_in_files_too)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
