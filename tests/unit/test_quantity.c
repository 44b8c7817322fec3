/* How many of a quantity are due by when: counted by hand on the calendar of 2027. */
#include "common/model/actions/quantity.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int32_t day(int month, int of) { return jl_day_from_date(2027, month, of); }

static void put(struct jl_arena *a, struct jl_record *r, uint32_t field, int64_t number) {
  struct jl_bytes slice = jl_value_encode(a, jl_field_by_number(r->type, field), &(struct jl_value){.number = number});
  r->body = jl_record_with(a, r->body, field, slice);
}

struct question {
  int64_t target, per, done;
  int32_t today;
  int64_t due, owed, all;
  int32_t period_end;
};

static void test_quantities(void **state) {
  (void)state;
  const struct question questions[] = {
      /* six a year in all, over the twelve months of 2027: one every two months */
      {6, 0, 0, day(1, 15), 0, 0, 6, day(1, 31)},
      {6, 0, 2, day(2, 1), 1, 0, 6, day(2, 28)},
      {6, 0, 2, day(7, 1), 3, 3, 6, day(7, 31)},
      {6, 0, 5, day(12, 31), 6, 5, 6, day(12, 31)},
      {6, 0, 5, day(12, 31) + 1, 6, 6, 6, INT32_MIN},
      {6, 0, 0, day(1, 1) - 1, 0, 0, 6, INT32_MIN},
      /* two a month */
      {2, JL_EACH_MONTH, 3, day(3, 31), 6, 4, 24, day(3, 31)},
      /* one a quarter */
      {1, JL_EACH_QUARTER, 1, day(5, 20), 2, 1, 4, day(6, 30)},
      {6, JL_EACH_YEAR, 1, day(5, 20), 6, 0, 6, day(12, 31)},
      /* three a week: 1 January 2027 is a Friday, 31 December too: 53 weeks are touched; Sunday 3 January ends the first one */
      {3, JL_EACH_WEEK, 0, day(1, 3), 3, 0, 159, day(1, 3)},
      {3, JL_EACH_WEEK, 0, day(1, 4), 6, 3, 159, day(1, 10)},
  };
  struct jl_arena *a = jl_arena_new(1u << 20);
  struct jl_record plan = {.type = jl_record_type_by_number(JL_TYPE_PLAN), .type_number = JL_TYPE_PLAN};
  put(a, &plan, JL_PLAN_START, day(1, 1));
  put(a, &plan, JL_PLAN_END, day(12, 31));
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    const struct question *q = &questions[i];
    struct jl_record action = {.type = jl_record_type_by_number(JL_TYPE_ACTION), .type_number = JL_TYPE_ACTION};
    struct jl_quantity is;
    put(a, &action, JL_ACTION_QUANTITY_TARGET, q->target);
    if (q->done != 0) put(a, &action, JL_ACTION_QUANTITY_DONE, q->done);
    if (q->per != 0) put(a, &action, JL_ACTION_QUANTITY_PER, q->per);
    assert_true(jl_quantity_of(&plan, &action, q->today, &is));
    assert_int_equal(is.done, q->done);
    assert_int_equal(is.due, q->due);
    assert_int_equal(is.owed, q->owed);
    assert_int_equal(is.all, q->all);
    assert_int_equal(is.period_end, q->period_end);
  }
  jl_arena_free(a);
}

/* Its own dates come before the plan's: two months, one each. */
static void test_own_dates(void **state) {
  (void)state;
  struct jl_arena *a = jl_arena_new(1u << 20);
  struct jl_record action = {.type = jl_record_type_by_number(JL_TYPE_ACTION), .type_number = JL_TYPE_ACTION};
  struct jl_quantity is;
  assert_false(jl_quantity_of(NULL, &action, day(2, 1), &is));
  put(a, &action, JL_ACTION_START, day(1, 20));
  put(a, &action, JL_ACTION_DUE, day(2, 10));
  put(a, &action, JL_ACTION_QUANTITY_TARGET, 2);
  assert_true(jl_quantity_of(NULL, &action, day(1, 25), &is));
  assert_int_equal(is.due, 1);
  assert_int_equal(is.owed, 0);
  assert_true(jl_quantity_of(NULL, &action, day(2, 11), &is));
  assert_int_equal(is.owed, 2);
  jl_arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_quantities), cmocka_unit_test(test_own_dates)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
