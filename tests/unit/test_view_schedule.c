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
 * waited for and is no day off within. */
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

/* ---- what a hostile or careless plan can ask for ---- */
/* Seventy actions that were due on 2 June: sixty are told with what they push, and that there are ten more. */
static void so_many_late_actions_are_told(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 4);
  for (int i = 0; i < 70; i++) action(&fx, "Retard", day(6, 1), day(6, 2), 2, 0);
  Jalon__Document *d = fx_view(&fx, "schedule", NULL, NULL);
  const Jalon__Block *late = fx_block(d, "late");
  assert_int_equal(late->n_rows, 60);
  assert_int_equal(late->n_notes, 1);
  assert_int_equal(late->notes[0]->arguments[0]->number, 10);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* A chain of 110 actions of one day, all due on 1 June: the last one is done 109 days of work later, because of the first; 14 July is the one day
 * off from Monday to Friday within (15 August is a Saturday, and the end is before 1 November). */
static void a_long_chain_that_cannot_fit(void **state) {
  struct fixture fx = fx_new();
  struct jl_id last = {{0}};
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 1);
  for (int i = 0; i < 110; i++) {
    struct jl_id next = action(&fx, "Étape", 0, day(6, 1), 1, 0);
    if (i > 0) after(&fx, last, next, 0);
    last = next;
  }
  Jalon__Document *d = fx_view(&fx, "schedule", NULL, NULL);
  const Jalon__Block *collisions = fx_block(d, "collisions");
  assert_int_equal(collisions->n_rows, 109);
  assert_int_equal(number_in(collisions, 108, "over"), 109);
  assert_int_equal(number_in(collisions, 108, "from"), day(6, 1));
  assert_int_equal(number_in(collisions, 108, "off"), 1); /* 14 July: the last one is done in the middle of October */
  assert_string_equal(text_in(collisions, 108, "because"), "... -> A103 -> A104 -> A105 -> A106 -> A107 -> A108 -> A109 -> A110");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Somebody typed the year 9999: two quarters are shown, and not the thirty thousand between them. */
static void the_year_9999_has_a_quarter(void **state) {
  struct fixture fx = fx_new();
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(6, 1);
  action(&fx, "Maintenant", 0, day(6, 9), 1, 0);
  action(&fx, "Un jour", 0, jl_day_from_date(9999, 12, 31), 1, JL_FIXED);
  Jalon__Document *d = fx_view(&fx, "roadmap", NULL, NULL);
  const Jalon__Block *roadmap = fx_block(d, "roadmap");
  assert_int_equal(roadmap->n_rows, 6); /* quarter, no lever, action; twice */
  assert_int_equal(number_in(roadmap, 5, "end"), jl_day_from_date(9999, 12, 31));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "gantt", NULL, NULL);
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "schedule", "level", "yes");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* What could not be worded for want of memory is no empty word: the document fails. */
static void an_alternative_without_memory_fails(void **state) {
  struct fixture fx = fx_new();
  struct jl_bytes packed;
  struct jl_error err;
  (void)state;
  fx_plan(&fx);
  struct jl_builder *b = jl_builder_new(fx.arena, "schedule", fx.in.today, fx.plan);
  jl_block_begin(b, JL_BLOCK_TABLE, "one", NULL);
  jl_column(b, "one", "one", JL_ARG_TEXT, 0);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell(b, jl_arg_text("x"));
  jl_cell_alternative(b, NULL);
  assert_false(jl_builder_ok(b));
  assert_false(jl_document_pack(b, &packed, &err));
  assert_int_equal(err.code, JL_E_NO_MEMORY);
  fx_free(&fx);
}

/* The steps of an event before it is made: the event on Tuesday 9 June; five days of work before it one of two days, which ends
 * on the 2nd, with four days of work between (3, 4, 5, 8); two behind it one of one day, on the 11th. */
static void the_dates_of_an_event_that_is_to_be(void **state) {
  struct fixture fx = fx_new();
  struct jl_view_parameter parameters[] = {{"event", "2026-06-09..2026-06-09"}, {"steps", "-5:2,2:1"}};
  struct jl_bytes packed;
  struct jl_error err;
  (void)state;
  fx_plan(&fx);
  fx.in.today = day(5, 4);
  fx.in.parameters = parameters;
  fx.in.parameter_count = 2;
  assert_true(jl_view_build(jl_view_by_name("schedule"), &fx.in, fx.arena, &packed, &err));
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  const Jalon__Block *steps = fx_block(d, "steps");
  assert_int_equal(steps->n_rows, 2);
  assert_int_equal(number_in(steps, 0, "start"), day(6, 1));
  assert_int_equal(number_in(steps, 0, "due"), day(6, 2)); /* four days of work between: 3, 4, 5, 8 */
  assert_int_equal(number_in(steps, 1, "start"), day(6, 11));
  assert_int_equal(number_in(steps, 1, "due"), day(6, 11)); /* one between: the 10th */
  jalon__document__free_unpacked(d, NULL);
  static const char *const bad[][2] = {{"2026-06-09", "0:1"}, {"2026-06-09", "-5"}, {"2026-06-09", "-5:x"}, {"9 June", "-5:1"}, {"2026-06-09..2026-06-08", "-5:1"}};
  for (size_t i = 0; i < JL_COUNT(bad); i++) {
    parameters[0].value = bad[i][0];
    parameters[1].value = bad[i][1];
    assert_false(jl_view_build(jl_view_by_name("schedule"), &fx.in, fx.arena, &packed, &err));
    assert_int_equal(err.code, JL_E_INVALID);
  }
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
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_late_names_all_that_it_pushes), cmocka_unit_test(so_many_late_actions_are_told), cmocka_unit_test(a_long_chain_that_cannot_fit),
                                     cmocka_unit_test(the_year_9999_has_a_quarter), cmocka_unit_test(an_alternative_without_memory_fails),
                                     cmocka_unit_test(the_dates_of_an_event_that_is_to_be), cmocka_unit_test(backwards_from_a_due_date), cmocka_unit_test(a_chain_ends_at_what_is_under_way),
                                     cmocka_unit_test(an_event_takes_along_what_is_around_it),
                                     cmocka_unit_test(a_gantt_has_its_bars_in_files_too)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
