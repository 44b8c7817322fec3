/* Earned value, theoretical to date, run-out date: formulas.md, and published examples worked out by others. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/earned.h"
#include "common/model/budget/forecast.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct jl_estimated none = {0};

/* In parts it is the same where nothing was rounded. */
static struct jl_estimated to_come(int64_t amount) { return (struct jl_estimated){true, amount, amount}; }

static struct jl_estimated estimate(enum jl_estimate method, const struct jl_earned *e, struct jl_estimated rest) {
  struct jl_estimated end = {true, 42, 42};
  assert_true(jl_estimate_at_end(method, e, rest, &end));
  return end;
}
static struct jl_known end_of(enum jl_estimate method, struct jl_earned e, struct jl_estimated rest) {
  struct jl_estimated end = estimate(method, &e, rest);
  return (struct jl_known){end.known, end.value};
}
static void is(struct jl_known figure, int64_t value) {
  assert_true(figure.known);
  assert_int_equal(figure.value, value);
}

/* "PMP Exam Prep", the fence: four sides at 1,000, three planned, two and a half done for 2,800. CV -300, SV -500, CPI 0.893, SPI 0.833.
 * Its EAC of 4,479 divides by the rounded 0.893; from whole numbers 4,000 x 2,800 / 2,500 is 4,480. */
static void fence(void **state) {
  (void)state;
  const struct jl_earned e = {.budget = 400000, .planned = 300000, .earned = 250000, .actual = 280000};
  struct jl_variances v;
  struct jl_known variance, index;
  struct jl_estimated end;
  assert_true(jl_earned_variances(&e, &v));
  assert_int_equal(v.cost, -30000);
  assert_int_equal(v.schedule, -50000);
  is(v.cost_index, 892857);
  is(v.schedule_index, 833333);
  end = estimate(JL_ESTIMATE_TYPICAL, &e, none);
  is((struct jl_known){end.known, end.value}, 448000);
  assert_true(jl_variance_at_end(&e, end, &variance));
  is(variance, -48000);
  is(end_of(JL_ESTIMATE_ATYPICAL, e, none), 430000);                  /* 2,800 + 1,500 */
  is(end_of(JL_ESTIMATE_BOTH, e, none), 280000 + 201600);             /* 1,500 x 2,800 x 3,000 / 2,500^2 = 2,016 */
  is(end_of(JL_ESTIMATE_BOTTOM_UP, e, to_come(170000)), 450000);
  assert_true(jl_to_complete_index(&e, NULL, &index));
  is(index, 1250000);                                                 /* 1,500 / 1,200 */
  assert_true(jl_to_complete_index(&e, &end, &index));
  is(index, 892857);                                                  /* 1,500 / 1,680: as it went */
}

/* Simplilearn, "What's in earned value management": 100 hours at 100, 110 spent, 10 to come: EAC 12,000, VAC -2,000 */
static void hours(void **state) {
  (void)state;
  const struct jl_earned e = {.budget = 1000000, .planned = 1000000, .earned = 916667, .actual = 1100000};
  struct jl_variances v;
  struct jl_known variance;
  struct jl_estimated end = estimate(JL_ESTIMATE_BOTTOM_UP, &e, to_come(100000));
  is((struct jl_known){end.known, end.value}, 1200000);
  assert_true(jl_variance_at_end(&e, end, &variance));
  is(variance, -200000);
  assert_true(jl_earned_variances(&e, &v));
  is(v.schedule_index, 916667);
}

/* The rest is undefined, never 0 and never infinite. */
static void undefined(void **state) {
  (void)state;
  struct jl_earned e = {.budget = 100000};
  struct jl_variances v;
  struct jl_known index, variance;
  assert_true(jl_earned_variances(&e, &v));
  assert_false(v.cost_index.known);
  assert_false(v.schedule_index.known);
  assert_int_equal(v.cost, 0);
  assert_false(end_of(JL_ESTIMATE_TYPICAL, e, none).known);
  assert_false(end_of(JL_ESTIMATE_BOTH, e, none).known);
  is(end_of(JL_ESTIMATE_ATYPICAL, e, none), 100000);
  assert_false(end_of(JL_ESTIMATE_BOTTOM_UP, e, none).known);
  assert_false(end_of(JL_ESTIMATE_PACE, e, none).known);
  e.planned = 50000;
  e.actual = 20000; /* spent, and nothing done: CPI is 0, so what is divided by it is undefined */
  assert_true(jl_earned_variances(&e, &v));
  is(v.cost_index, 0);
  is(v.schedule_index, 0);
  assert_false(end_of(JL_ESTIMATE_TYPICAL, e, none).known);
  assert_false(end_of(JL_ESTIMATE_BOTH, e, none).known);
  e.actual = e.budget; /* no money is left */
  assert_true(jl_to_complete_index(&e, NULL, &index));
  assert_false(index.known);
  assert_true(jl_to_complete_index(&e, &none, &index));
  assert_false(index.known);
  assert_true(jl_variance_at_end(&e, none, &variance));
  assert_false(variance.known);
}

static void too_large(void **state) {
  (void)state;
  const struct jl_earned e = {.budget = INT64_MAX, .planned = 1, .earned = 1, .actual = INT64_MAX};
  const struct jl_earned opposite = {.earned = INT64_MIN, .actual = 1};
  struct jl_estimated end = {true, 42, 42};
  struct jl_variances v;
  assert_false(jl_estimate_at_end(JL_ESTIMATE_TYPICAL, &e, none, &end));
  assert_false(jl_estimate_at_end(JL_ESTIMATE_ATYPICAL, &e, none, &end));
  assert_false(jl_estimate_at_end(JL_ESTIMATE_BOTH, &e, none, &end));
  assert_false(jl_estimate_at_end(JL_ESTIMATE_BOTTOM_UP, &e, to_come(1), &end));
  assert_int_equal(end.value, 42);
  assert_false(jl_earned_variances(&opposite, &v));
  const struct jl_earned most = {.budget = INT64_MAX, .planned = 1, .earned = INT64_MAX - 1, .actual = 1}; /* 1 / (2^63)^2: nothing */
  is(end_of(JL_ESTIMATE_BOTH, most, none), 1);
}

/* A third of 100.00 is 33.33 on the screen, and 33.333333 where it is divided: 40.00 spent make 100 x 40 / 33.333333 = 120.00 at the end, where 33.33
 * would have made 120.01. CPI 0.833333, not 33.33 / 40 = 0.83325; of 66.67 to do by now (66.666667) SPI 0.5, not 0.499925. */
static void of_exact_parts(void **state) {
  (void)state;
  const struct jl_earned e = {.budget = 10000, .planned = 6667, .earned = 3333, .actual = 4000, .parts = 10000, .planned_parts = 66666667, .earned_parts = 33333333};
  struct jl_variances v;
  struct jl_known index, variance;
  assert_true(jl_earned_variances(&e, &v));
  assert_int_equal(v.cost, -667); /* of what is shown: 33.33 - 40.00, and 33.33 - 66.67 */
  assert_int_equal(v.schedule, -3334);
  is(v.cost_index, 833333);
  is(v.schedule_index, 500000);
  struct jl_estimated end = estimate(JL_ESTIMATE_TYPICAL, &e, none);
  assert_int_equal(end.value, 12000);
  assert_int_equal(end.rest, 80000001); /* 100 x 40 / 33.333333 = 120.0000012, less 40: 80.000001 */
  assert_true(jl_variance_at_end(&e, end, &variance));
  is(variance, -2000);
  assert_true(jl_to_complete_index(&e, &end, &index)); /* 66.666667 / 80.000001: as it went */
  is(index, 833333);
  assert_true(jl_to_complete_index(&e, NULL, &index)); /* 66.666667 / 60 */
  is(index, 1111111);
  end = estimate(JL_ESTIMATE_ATYPICAL, &e, none); /* 40.00 + 66.67, as they stand on the screen */
  assert_int_equal(end.value, 10667);
  assert_true(jl_to_complete_index(&e, &end, &index));
  is(index, 1000000); /* the rest as planned, exactly */
  end = estimate(JL_ESTIMATE_BOTH, &e, none); /* 40 + 66.666667 x 40 x 66.666667 / 33.333333^2 = 40 + 160.0000048; of 66.67 and 33.33 it would be 40 + 160.05 */
  assert_int_equal(end.value, 20000);
  assert_int_equal(end.rest, 160000005); /* 66.666667^2 x 40 / 33.333333^2 = 160.00000480... */
  assert_true(jl_to_complete_index(&e, &end, &index));
  is(index, 416667); /* 66.666667 / 160.000005 */
  end = estimate(JL_ESTIMATE_PACE, &e, (struct jl_estimated){true, 3333, 33333333});
  assert_int_equal(end.value, 7333);
  assert_true(jl_to_complete_index(&e, &end, &index));
  is(index, 2000000); /* 66.666667 / 33.333333, not 66.67 / 33.33 = 2.0003 */
}

/* Ten million: the product of three such amounts in parts has 142 bits. 10,000,000 x (1 - 1/3) x 6,000,000 x 5,000,000 / (1/3 x 10,000,000)^2 = 18,000,000 */
static void of_large_amounts(void **state) {
  (void)state;
  const struct jl_earned e = {.budget = 1000000000, .planned = 500000000, .earned = 333333333, .actual = 600000000, .parts = 10000, .planned_parts = 5000000000000,
                              .earned_parts = 3333333333333};
  struct jl_estimated end = estimate(JL_ESTIMATE_BOTH, &e, none);
  assert_int_equal(end.value, 600000000LL + 1800000000LL);
}

/* Half to even, once: 5 x 1 / 2 = 2.5, and (4 - 2) x 1 x 1 / 2^2 = 0.5 */
static void rounding(void **state) {
  (void)state;
  is(end_of(JL_ESTIMATE_TYPICAL, (struct jl_earned){.budget = 5, .earned = 2, .actual = 1}, none), 2);
  is(end_of(JL_ESTIMATE_BOTH, (struct jl_earned){.budget = 4, .planned = 1, .earned = 2, .actual = 1}, none), 1);
  is(end_of(JL_ESTIMATE_BOTH, (struct jl_earned){.budget = 8, .planned = 1, .earned = 2, .actual = 1}, none), 3); /* 1.5 */
}

static int32_t day(int year, int month, int number) { return jl_day_from_date(year, month, number); }
static int64_t theoretical(int64_t total, int32_t first, int32_t last, int32_t today) {
  int64_t amount;
  assert_true(jl_theoretical(total, first, last, today, &amount));
  return amount;
}

/* formulas.md: 1,200/yr -> 100 at 31 Jan */
static void to_date(void **state) {
  (void)state;
  const int32_t first = day(2026, 1, 1), last = day(2026, 12, 31);
  assert_int_equal(theoretical(120000, first, last, day(2026, 1, 31)), 10000);
  assert_int_equal(theoretical(120000, first, last, day(2026, 2, 28)), 20000); /* a month is a month */
  assert_int_equal(theoretical(120000, first, last, day(2026, 4, 15)), 35000); /* half of April */
  assert_int_equal(theoretical(120000, first, last, day(2025, 12, 31)), 0);
  assert_int_equal(theoretical(120000, first, last, last), 120000);
  assert_int_equal(theoretical(120000, first, last, day(2030, 1, 1)), 120000);
  /* a fiscal year from mid-September: 16 Sep to 15 Sep are 12 months; on 30 Sep half a month is over */
  assert_int_equal(theoretical(120000, day(2026, 9, 16), day(2027, 9, 15), day(2026, 9, 30)), 5000);
  assert_int_equal(theoretical(1000, day(2026, 5, 1), day(2026, 5, 1), day(2026, 4, 30)), 0);
  assert_int_equal(theoretical(1000, day(2026, 5, 1), day(2026, 5, 1), day(2026, 5, 1)), 1000);
  assert_int_equal(theoretical(1000, day(2026, 5, 2), day(2026, 5, 1), day(2026, 5, 2)), 1000); /* no time at all */
  assert_int_equal(jl_months_between(day(2026, 1, 1), day(2026, 12, 31)), 12LL * JL_MONTH_PARTS);
  assert_int_equal(jl_months_between(day(2028, 2, 29), day(2028, 2, 29)), JL_MONTH_PARTS / 29);
}

/* Day after day it never falls, and ends at the whole. */
static void to_date_grows(void **state) {
  (void)state;
  const int32_t first = day(2026, 7, 14), last = day(2028, 3, 9);
  int64_t before = 0;
  for (int32_t today = first; today <= last; today++) {
    int64_t now = theoretical(100001, first, last, today);
    assert_true(now >= before);
    before = now;
  }
  assert_int_equal(before, 100001);
}

/* S0, "à court en milieu d'année": 60,000 for the year, 30,000 of them spent in three months. */
static void run_out(void **state) {
  (void)state;
  struct jl_pace pace;
  int64_t rest;
  assert_true(jl_pace_window(day(2026, 1, 1), day(2026, 3, 31), JL_PACE_MONTHS, &pace));
  assert_int_equal(pace.first, day(2026, 1, 1));
  assert_int_equal(pace.last, day(2026, 3, 31));
  pace.spent = 3000000;
  is(jl_run_out(&pace, 3000000), day(2026, 6, 30)); /* as much again in three months */
  is(jl_run_out(&pace, 9000000), day(2026, 12, 31));
  is(jl_run_out(&pace, 9000001), day(2027, 1, 1));
  is(jl_run_out(&pace, 500000), day(2026, 4, 15)); /* 10,000 a month */
  assert_true(jl_pace_until(&pace, day(2026, 12, 31), &rest));
  assert_int_equal(rest, 9000000);
  assert_true(jl_pace_until(&pace, day(2026, 3, 31), &rest));
  assert_int_equal(rest, 0);
  is(jl_run_out(&pace, 1), day(2026, 4, 1));
  is(jl_run_out(&pace, 0), day(2026, 3, 31));
  is(jl_run_out(&pace, -5), day(2026, 3, 31));
  pace.spent = 0;
  assert_false(jl_run_out(&pace, 1).known); /* never */
  pace.spent = -1;
  assert_false(jl_run_out(&pace, 1).known); /* credit notes: more money every day */
  pace.spent = 1;
  assert_false(jl_run_out(&pace, INT64_MAX).known);
  /* the last three months of a longer course, and a plan that is younger than that */
  assert_true(jl_pace_window(day(2026, 1, 1), day(2026, 6, 30), 3, &pace));
  assert_int_equal(pace.first, day(2026, 4, 1));
  assert_true(jl_pace_window(day(2026, 6, 15), day(2026, 6, 30), 3, &pace));
  assert_int_equal(pace.first, day(2026, 6, 15));
  assert_false(jl_pace_window(day(2026, 7, 1), day(2026, 6, 30), 3, &pace));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fence),    cmocka_unit_test(hours),   cmocka_unit_test(undefined),     cmocka_unit_test(too_large), cmocka_unit_test(of_exact_parts), cmocka_unit_test(of_large_amounts),
      cmocka_unit_test(rounding), cmocka_unit_test(to_date), cmocka_unit_test(to_date_grows), cmocka_unit_test(run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
