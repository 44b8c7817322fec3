/* The funnel's arithmetic against figures that stand in their sources, or were worked out by hand beside them. */
#include "common/model/strategy/funnel.h"
#include "common/base/calendar.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct jl_funnel_step test_a[] = {{"inquiries", 100000, 2, 0}, {"MQL", 800000, 0, 0}, {"SAL", 400000, 1, 0}, {"SQO", 100000, 3, 0}};
static const struct jl_funnel_step test_b[] = {{"visits", 20000, 0, 0}, {"leads", 300000, 0, 0}, {"MQL", 400000, 0, 0}, {"SQL", 250000, 0, 0}};

static struct jl_funnel_plan plan(const struct jl_funnel_step *steps, size_t n) {
  return (struct jl_funnel_plan){.steps = steps, .count = n, .rounding = JL_FUNNEL_EACH, .revenue = -1, .customers = -1};
}

static void expect(const struct jl_funnel_result *r, const int64_t *counts, size_t n) {
  for (size_t i = 0; i < n; i++) assert_int_equal(r->counts[i], counts[i]);
}

/* formulas.md, test A: 10M / 100k = 100 deals; 10 % 1,000 SQO; 40 % 2,500 SAL; 80 % 3,125 MQL; 10 % 31,250 inquiries. */
static void the_source_line_by_line(void **state) {
  (void)state;
  struct jl_error err = {0};
  struct jl_funnel_result r;
  struct jl_funnel_plan p = plan(test_a, 4);
  p.revenue = 1000000000;
  p.deal = 10000000;
  for (p.rounding = JL_FUNNEL_EACH; p.rounding <= JL_FUNNEL_SHOWN; p.rounding++) {
    assert_true(jl_funnel_backwards(&p, &r, &err));
    expect(&r, (const int64_t[]){31250, 3125, 2500, 1000, 100}, 5);
    assert_int_equal(r.revenue, 1000000000);
  }
}

/* Test B, seed 001's 30 clients: 120 SQL, 300 MQL, 1,000 leads, 50,000 visits. */
static void thirty_clients(void **state) {
  (void)state;
  struct jl_error err = {0};
  struct jl_funnel_result r;
  struct jl_funnel_plan p = plan(test_b, 4);
  p.customers = 30;
  assert_true(jl_funnel_backwards(&p, &r, &err));
  expect(&r, (const int64_t[]){50000, 1000, 300, 120, 30}, 5);
  assert_int_equal(r.revenue, -1);
  assert_true(jl_funnel_forwards(&p, 0, 50000, &r, &err));
  expect(&r, (const int64_t[]){50000, 1000, 300, 120, 30}, 5);
  assert_true(jl_funnel_forwards(&p, 1, 999, &r, &err)); /* 299.7, 119.6, 29.75 */
  expect(&r, (const int64_t[]){0, 999, 299, 119, 29}, 5);
}

/* 7 customers at 30 % are 23.3, so 24; at 30 % again 80 of 24, but 77.8, so 78, of 23.3. */
static void both_roundings(void **state) {
  (void)state;
  static const struct jl_funnel_step steps[] = {{"a", 300000, 0, 0}, {"b", 300000, 0, 0}};
  struct jl_error err = {0};
  struct jl_funnel_result r;
  struct jl_funnel_plan p = plan(steps, 2);
  p.customers = 7;
  assert_true(jl_funnel_backwards(&p, &r, &err));
  expect(&r, (const int64_t[]){80, 24, 7}, 3);
  p.rounding = JL_FUNNEL_SHOWN;
  assert_true(jl_funnel_backwards(&p, &r, &err));
  expect(&r, (const int64_t[]){78, 24, 7}, 3);
  /* 250 of 100 are 2.5 customers: 3 when they are rounded, and 3 / 30 % = 10; exactly 8.33, so 9 */
  p = plan(steps, 2);
  p.revenue = 250;
  p.deal = 100;
  assert_true(jl_funnel_backwards(&p, &r, &err));
  expect(&r, (const int64_t[]){34, 10, 3}, 3);
  assert_int_equal(r.revenue, 300);
  p.rounding = JL_FUNNEL_SHOWN;
  assert_true(jl_funnel_backwards(&p, &r, &err));
  expect(&r, (const int64_t[]){28, 9, 3}, 3);
}

static void undefined_stays_undefined(void **state) {
  (void)state;
  struct jl_funnel_step steps[] = {{"leads", 0, 0, 0}, {"MQL", 1, 0, 0}};
  struct jl_error err = {0};
  struct jl_funnel_result r;
  struct jl_funnel_plan p = plan(steps, 2);
  p.customers = 1;
  assert_false(jl_funnel_backwards(&p, &r, &err));
  assert_string_equal(err.args[0].text, "leads");
  assert_true(jl_funnel_forwards(&p, 0, 5, &r, &err)); /* nothing comes of them: that is defined */
  assert_int_equal(r.counts[2], 0);
  steps[0].rate = 1;
  assert_true(jl_funnel_backwards(&p, &r, &err)); /* 10^12 of them can be told, twice as many not */
  p.customers = 2;
  assert_false(jl_funnel_backwards(&p, &r, &err));
  assert_string_equal(err.args[0].text, "leads");
  p.customers = 1;
  steps[0].rate = 1000000;
  assert_true(jl_funnel_backwards(&p, &r, &err));
  expect(&r, (const int64_t[]){1000000, 1000000, 1}, 3);
  p = plan(steps, 2);
  assert_false(jl_funnel_backwards(&p, &r, &err));
  p.revenue = 5;
  assert_false(jl_funnel_backwards(&p, &r, &err)); /* no deal */
  p.count = 0;
  assert_false(jl_funnel_backwards(&p, &r, &err));
  p.count = 2;
  p.deal = INT64_MAX;
  assert_false(jl_funnel_forwards(&p, 1, 100000000, &r, &err)); /* 100 customers at that: no revenue to be told */
}

static uint64_t below(uint64_t *io_random, uint64_t n) {
  *io_random = *io_random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (*io_random >> 33) % n;
}

/* The most customers for which no more is needed than there is: forwards is the other side of backwards, whatever the rates. */
static void forwards_and_backwards_agree(void **state) {
  (void)state;
  struct jl_error err = {0};
  uint64_t random = 20261126;
  for (int round = 0; round < 2000; round++) {
    struct jl_funnel_step steps[4];
    struct jl_funnel_result forwards, backwards;
    size_t n = 1 + (size_t)below(&random, 4);
    for (size_t i = 0; i < n; i++) steps[i] = (struct jl_funnel_step){"x", 1000 + (int64_t)below(&random, 999000), 0, 0};
    struct jl_funnel_plan p = plan(steps, n);
    int64_t there = (int64_t)below(&random, 100000);
    assert_true(jl_funnel_forwards(&p, 0, there, &forwards, &err));
    for (int64_t more = 0; more <= 1; more++) {
      p.customers = forwards.counts[n] + more;
      assert_true(jl_funnel_backwards(&p, &backwards, &err));
      assert_int_equal(backwards.counts[0] <= there, more == 0);
    }
  }
}

/* Lags 2 + 1 + 3 months: the inquiries for the last quarter's revenue are due in the second quarter. */
static void a_quarter_needs_its_leads_two_before(void **state) {
  (void)state;
  struct jl_error err = {0};
  struct jl_funnel_result r;
  struct jl_funnel_schedule s;
  struct jl_funnel_plan p = plan(test_a, 4);
  p.customers = 100;
  struct jl_funnel_calendar fourth = {jl_day_from_date(2026, 10, 1), 3, 1};
  assert_true(jl_funnel_backwards(&p, &r, &err));
  assert_true(jl_funnel_spread(&p, &r, &fourth, &s, &err));
  assert_int_equal(s.count, 3);
  assert_int_equal(s.before, 2);
  assert_int_equal(s.starts[0], jl_day_from_date(2026, 4, 1));
  assert_int_equal(s.due[0][0], 31250); /* inquiries, six months before */
  assert_int_equal(s.due[2][4], 100);
  /* MQL and SAL four months before: those of October and November in June and July. 3,125 over three months: 1,042, 1,042, 1,041 */
  assert_int_equal(s.due[0][1], 1042);
  assert_int_equal(s.due[1][1], 2083);
  assert_int_equal(s.due[1][3], 1000); /* SQO three months before */
  struct jl_funnel_calendar year = {jl_day_from_date(2027, 1, 1), 3, 4};
  assert_true(jl_funnel_spread(&p, &r, &year, &s, &err));
  for (size_t stage = 0; stage <= 4; stage++) {
    int64_t sum = 0;
    for (size_t i = 0; i < s.count; i++) sum += s.due[i][stage];
    assert_int_equal(sum, r.counts[stage]);
  }
  for (size_t i = 2; i < 6; i++) assert_int_equal(s.due[i][4], 25);
  assert_int_equal(s.starts[0], jl_day_from_date(2026, 7, 1));
  year.periods = 0;
  assert_false(jl_funnel_spread(&p, &r, &year, &s, &err));
}

/* Seed 004: SEO brings 59.3 % of the MQLs, which close at 45.8 %; paid 20.3 % at 18.6 %; the other 20.4 % here at 10 %.
 * 0.593 x 0.458 + 0.203 x 0.186 + 0.204 x 0.1 = 0.271594 + 0.037758 + 0.0204 = 0.329752. */
static void channels_of_the_seed(void **state) {
  (void)state;
  static const struct jl_funnel_step steps[] = {{"leads", 300000, 0, 0}, {"MQL", 100000, 0, 0}};
  const struct jl_funnel_channel channels[] = {
      {"SEO", 5930, {400000, 458000}}, {"paid", 2030, {200000, 186000}}, {"other", 2040, {300000, 100000}}};
  struct jl_error err = {0};
  struct jl_funnel_result r, parts[3];
  int64_t rates[JL_FUNNEL_STAGES];
  struct jl_funnel_plan p = plan(steps, 2);
  assert_true(jl_funnel_mix(&p, channels, 3, 1, rates, &err));
  assert_int_equal(rates[0], 300000);
  assert_int_equal(rates[1], 329752);
  struct jl_funnel_step mixed[] = {{"leads", rates[0], 0, 0}, {"MQL", rates[1], 0, 0}};
  p = plan(mixed, 2);
  p.customers = 100; /* / 0.329752 = 303.26: 304 MQL */
  assert_true(jl_funnel_backwards(&p, &r, &err));
  assert_int_equal(r.counts[1], 304);
  assert_true(jl_funnel_split(&p, channels, 3, 1, &r, parts, &err));
  /* 304 x 0.593 = 180.27, x 0.203 = 61.71, x 0.204 = 62.02: 180, 62, 62 */
  assert_int_equal(parts[0].counts[1], 180);
  assert_int_equal(parts[1].counts[1], 62);
  assert_int_equal(parts[2].counts[1], 62);
  /* 180 / 40 % = 450; 62 / 20 % = 310; 62 / 30 % = 206.7: 207 */
  assert_int_equal(parts[0].counts[0], 450);
  assert_int_equal(parts[1].counts[0], 310);
  assert_int_equal(parts[2].counts[0], 207);
  assert_int_equal(r.counts[0], 967);
  /* 100 customers by 0.271594 : 0.037758 : 0.0204 = 82.36, 11.45, 6.19: the largest remainder is paid's */
  assert_int_equal(parts[0].counts[2], 82);
  assert_int_equal(parts[1].counts[2], 12);
  assert_int_equal(parts[2].counts[2], 6);
  assert_false(jl_funnel_mix(&p, channels, 2, 1, rates, &err)); /* 79.6 % are no whole */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_source_line_by_line),      cmocka_unit_test(thirty_clients),
      cmocka_unit_test(both_roundings),               cmocka_unit_test(undefined_stays_undefined),
      cmocka_unit_test(forwards_and_backwards_agree), cmocka_unit_test(a_quarter_needs_its_leads_two_before),
      cmocka_unit_test(channels_of_the_seed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
