/* Sharing out between bounds, and cutting by return: worked out by hand, and properties over random budgets. */
#include "common/base/money.h"
#include "common/model/budget/share_out.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static int64_t share(int64_t total, struct jl_part *parts, size_t n) {
  int64_t left = 42;
  assert_true(jl_share_out(total, parts, n, &left));
  return left;
}

/* 90,000 by 3 : 2 : 1, the first capped at 30,000, the last with 20,000 ordered already: 30,000, then 60,000 by 2 : 1. */
static void by_hand(void **state) {
  (void)state;
  struct jl_part parts[] = {{3, 0, 30000, 0}, {2, 0, INT64_MAX, 0}, {1, 20000, INT64_MAX, 0}};
  assert_int_equal(share(90000, parts, 3), 0);
  assert_int_equal(parts[0].given, 30000);
  assert_int_equal(parts[1].given, 40000);
  assert_int_equal(parts[2].given, 20000);
  /* 60,000: the level is 20,000 for each unit of weight less what is bound: 20,000 + 2 x 10,000 + 3 x 10,000 would be 70,000, so
   * (60,000 - 20,000) / 5 = 8,000: 24,000, 16,000, 20,000 */
  assert_int_equal(share(60000, parts, 3), 0);
  assert_int_equal(parts[0].given, 24000);
  assert_int_equal(parts[1].given, 16000);
  assert_int_equal(parts[2].given, 20000);
  assert_int_equal(share(15000, parts, 3), -5000); /* less than what is ordered */
  assert_int_equal(parts[0].given + parts[1].given + parts[2].given, 20000);
  struct jl_part capped[] = {{1, 0, 100, 0}, {1, 0, 200, 0}, {0, 50, 1000, 0}};
  assert_int_equal(share(1000, capped, 3), 650); /* nobody may have more */
  assert_int_equal(capped[0].given, 100);
  assert_int_equal(capped[1].given, 200);
  assert_int_equal(capped[2].given, 50); /* no weight: its least */
  assert_int_equal(share(0, capped, 2), 0);
  assert_int_equal(share(5, NULL, 0), 5);
}

static void cents(void **state) {
  (void)state;
  struct jl_part parts[] = {{1, 0, INT64_MAX, 0}, {1, 0, INT64_MAX, 0}, {1, 0, INT64_MAX, 0}};
  assert_int_equal(share(1000, parts, 3), 0);
  assert_int_equal(parts[0].given, 334); /* ties to the first */
  assert_int_equal(parts[1].given, 333);
  assert_int_equal(parts[2].given, 333);
  assert_int_equal(share(INT64_MAX, parts, 3), 0);
  assert_int_equal(parts[0].given, INT64_MAX / 3 + 1);
  int64_t left;
  struct jl_part bad[] = {{1, 5, 4, 0}}, huge[] = {{1, INT64_MAX, INT64_MAX, 0}, {1, 1, 1, 0}}, negative[] = {{-1, 0, 1, 0}};
  assert_false(jl_share_out(10, bad, 1, &left));
  assert_false(jl_share_out(10, huge, 2, &left));
  assert_false(jl_share_out(10, negative, 1, &left));
}

/* Without bounds it is the largest remainder of every other split; with them nothing is lost, nothing out of bounds, and of two between
 * their bounds the heavier never has less. */
static void random_budgets(void **state) {
  (void)state;
  srandom(20270101);
  for (int round = 0; round < 2000; round++) {
    struct jl_part parts[12];
    int64_t weights[12], expected[12], given = 0, total = random() % 10000000, left;
    size_t n = 1 + (size_t)random() % 12;
    bool bound = round % 2 == 0;
    for (size_t i = 0; i < n; i++) {
      weights[i] = 1 + random() % 40;
      parts[i] = (struct jl_part){weights[i], bound && random() % 3 == 0 ? random() % 500000 : 0, INT64_MAX, 0};
      if (bound && random() % 3 == 0) parts[i].most = parts[i].least + random() % 2000000;
    }
    left = share(total, parts, n);
    for (size_t i = 0; i < n; i++) {
      assert_true(parts[i].given >= parts[i].least && parts[i].given <= parts[i].most);
      given += parts[i].given;
      for (size_t k = 0; k < n; k++)
        if (weights[i] > weights[k] && parts[i].given < parts[k].given)
          assert_true(parts[i].given == parts[i].most || parts[k].given == parts[k].least);
    }
    assert_int_equal(given + left, total);
    if (bound) continue;
    assert_true(jl_split(total, weights, n, expected));
    for (size_t i = 0; i < n; i++) assert_int_equal(parts[i].given, expected[i]);
  }
}

/* 100,000 planned, 20 % less: first what brings nobody knows what, down to what is ordered; then 1.5 for a euro before 4; what serves
 * everything last. */
static void cutting(void **state) {
  (void)state;
  struct jl_cut cuts[] = {{.planned = 40000, .least = 5000, .yield = 4000000, .order = JL_CUT_YIELD, .number = 1},
                          {.planned = 30000, .least = 18000, .yield = 1500000, .order = JL_CUT_YIELD, .number = 2},
                          {.planned = 10000, .least = 4000, .order = JL_CUT_UNKNOWN, .number = 3},
                          {.planned = 20000, .order = JL_CUT_COMMON, .number = 4}};
  int64_t left;
  assert_true(jl_cut_down(20000, cuts, 4, &left));
  assert_int_equal(left, 0);
  assert_int_equal(cuts[2].after, 4000);  /* 6,000 */
  assert_int_equal(cuts[1].after, 18000); /* 12,000: the rest is ordered */
  assert_int_equal(cuts[0].after, 38000); /* 2,000 */
  assert_int_equal(cuts[3].after, 20000);
  assert_true(jl_cut_down(100000, cuts, 4, &left)); /* 27,000 cannot go */
  assert_int_equal(left, 27000);
  assert_int_equal(cuts[0].after, 5000);
  assert_int_equal(cuts[3].after, 0);
  struct jl_cut over = {.planned = 100, .least = 150, .order = JL_CUT_UNKNOWN}; /* more is spent than planned: it stays */
  assert_true(jl_cut_down(50, &over, 1, &left));
  assert_int_equal(over.after, 100);
  assert_int_equal(left, 50);
  struct jl_cut alike[] = {{.planned = 100, .order = JL_CUT_UNKNOWN, .number = 1}, {.planned = 100, .order = JL_CUT_UNKNOWN, .number = 2}};
  assert_true(jl_cut_down(150, alike, 2, &left));
  assert_int_equal(alike[0].after, 50);
  assert_int_equal(alike[1].after, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(cents), cmocka_unit_test(random_budgets), cmocka_unit_test(cutting)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
