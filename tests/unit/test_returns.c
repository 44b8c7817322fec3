/* What came of the money: the vectors of formulas.md, each worked out by hand beside it, and what is undefined. */
#include "common/base/money.h"
#include "common/model/measures/light.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PERCENT(n) ((n) * 10000LL)
#define EUR(n) ((n) * 100LL)
#define TIMES(n) ((int64_t)((n) * 1000000LL))

static void costs(void **state) {
  int64_t value = -7;
  (void)state;
  assert_true(jl_cost_per(EUR(4200), 100, &value)); /* "why is CPL 42 euros": 4,200 for 100 leads */
  assert_int_equal(value, EUR(42));
  assert_true(jl_cost_per(EUR(60000), 30, &value)); /* CAC of seed 001's 30 clients */
  assert_int_equal(value, EUR(2000));
  assert_true(jl_cost_per(EUR(100), 3, &value)); /* 33.333... */
  assert_int_equal(value, 3333);
  assert_true(jl_cost_per(5, 2, &value)); /* 2.5 cents: to the even one */
  assert_int_equal(value, 2);
  assert_true(jl_cost_per(7, 2, &value)); /* 3.5 */
  assert_int_equal(value, 4);
  assert_true(jl_cost_per(-5, 2, &value)); /* a credit */
  assert_int_equal(value, -2);
  assert_true(jl_cost_per(0, 4, &value));
  assert_int_equal(value, 0);
}

static void values(void **state) {
  int64_t value;
  (void)state;
  assert_true(jl_lifetime_value(EUR(100), PERCENT(5), JL_FRACTION_ONE, &value)); /* 100 a month, 5 % leave: 20 months, 2,000 */
  assert_int_equal(value, EUR(2000));
  assert_true(jl_lifetime_of_churn(PERCENT(5), &value));
  assert_int_equal(value, TIMES(20));
  assert_true(jl_lifetime_value_of(EUR(100), TIMES(20), JL_FRACTION_ONE, &value)); /* ARPU x lifetime = ARPU / churn */
  assert_int_equal(value, EUR(2000));
  assert_true(jl_lifetime_value(EUR(100), PERCENT(5), PERCENT(80), &value)); /* net form */
  assert_int_equal(value, EUR(1600));
  assert_true(jl_ltv_to_cac(EUR(1600), EUR(500), &value));
  assert_int_equal(value, 3200000);
  assert_int_equal(jl_ltv_verdict(999999), JL_LTV_DESTROYS);
  assert_int_equal(jl_ltv_verdict(TIMES(1)), JL_LTV_WEAK);
  assert_int_equal(jl_ltv_verdict(TIMES(3)), JL_LTV_HEALTHY);
  assert_int_equal(jl_ltv_verdict(TIMES(5)), JL_LTV_HEALTHY);
  assert_int_equal(jl_ltv_verdict(5000001), JL_LTV_CAUTIOUS);
  assert_true(jl_payback_months(EUR(960), EUR(100), PERCENT(80), &value)); /* 960 / (100 x 0.8) = 12 months */
  assert_int_equal(value, TIMES(12));
}

static void returns(void **state) {
  int64_t value;
  (void)state;
  assert_true(jl_return_on_marketing(EUR(50000), PERCENT(60), EUR(10000), &value)); /* formulas.md: (30,000 - 10,000) / 10,000 = 2.0 */
  assert_int_equal(value, TIMES(2));
  assert_true(jl_return_on_investment(EUR(15000), EUR(10000), &value));
  assert_int_equal(value, 500000);
  assert_true(jl_return_on_investment(0, EUR(10000), &value)); /* nothing came of it: all is lost, which is a figure */
  assert_int_equal(value, -1000000);
}

static void velocity(void **state) {
  int64_t day, faster, whole;
  (void)state;
  assert_true(jl_pipeline_velocity(50, EUR(25000), PERCENT(25), TIMES(60), &day)); /* formulas.md: 5,208 a day (5,208.333...) */
  assert_int_equal(day, 520833);
  assert_true(jl_pipeline_velocity(50, EUR(25000), PERCENT(25), TIMES(48), &faster)); /* a cycle shorter by 20 %: 6,510.4166... */
  assert_int_equal(faster, 651042);
  assert_true(jl_conversion(day, faster, &whole)); /* + 25 %, to the cent of both */
  assert_in_range(whole, 1249998, 1250002);
  assert_true(jl_pipeline_velocity_of(50 * EUR(25000), PERCENT(25), TIMES(60), &day));
  assert_int_equal(day, 520833);
}

static void conversions(void **state) {
  int64_t value;
  (void)state;
  assert_true(jl_conversion(1000, 300, &value)); /* formulas.md, test B: 1,000 leads make 300 MQL */
  assert_int_equal(value, PERCENT(30));
  assert_true(jl_conversion(50000, 1000, &value));
  assert_int_equal(value, PERCENT(2));
  assert_true(jl_conversion(3, 1, &value));
  assert_int_equal(value, 333333);
  assert_true(jl_conversion(3, 2, &value));
  assert_int_equal(value, 666667);
  assert_true(jl_conversion(10, 12, &value)); /* of another cohort: more than a whole, as it is */
  assert_int_equal(value, PERCENT(120));
}

static void undefined(void **state) {
  int64_t value = 77;
  (void)state;
  assert_false(jl_cost_per(EUR(4200), 0, &value));
  assert_false(jl_cost_per(0, 0, &value));
  assert_false(jl_cost_per(EUR(1), -1, &value));
  assert_false(jl_lifetime_value(EUR(100), 0, JL_FRACTION_ONE, &value));
  assert_false(jl_lifetime_value_of(EUR(100), 0, JL_FRACTION_ONE, &value));
  assert_false(jl_lifetime_of_churn(0, &value));
  assert_false(jl_ltv_to_cac(EUR(1600), 0, &value));
  assert_false(jl_payback_months(EUR(960), 0, PERCENT(80), &value));
  assert_false(jl_payback_months(EUR(960), EUR(100), 0, &value));
  assert_false(jl_return_on_investment(EUR(15000), 0, &value));
  assert_false(jl_return_on_marketing(EUR(15000), PERCENT(60), 0, &value));
  assert_false(jl_pipeline_velocity(50, EUR(25000), PERCENT(25), 0, &value));
  assert_false(jl_pipeline_velocity_of(EUR(25000), PERCENT(25), 0, &value));
  assert_false(jl_conversion(0, 12, &value));
  assert_int_equal(value, 77); /* untouched */
}

/* The largest numbers there are: a result, or none; nothing in between. */
static void large(void **state) {
  int64_t value = 77;
  (void)state;
  assert_true(jl_cost_per(INT64_MAX, 1, &value));
  assert_true(value == INT64_MAX);
  assert_true(jl_cost_per(-INT64_MAX, 1, &value));
  assert_true(value == -INT64_MAX);
  assert_true(jl_return_on_investment(INT64_MAX, INT64_MAX, &value));
  assert_int_equal(value, 0);
  value = 77;
  assert_false(jl_return_on_investment(INT64_MAX, 1, &value));
  assert_false(jl_pipeline_velocity(INT64_MAX, INT64_MAX, JL_FRACTION_ONE, 1, &value));
  assert_false(jl_lifetime_value_of(INT64_MAX, INT64_MAX, INT64_MAX, &value));
  assert_int_equal(value, 77);
}

/* How much of a target is reached, in its own direction. */
static void reached(void **state) {
  int64_t value;
  (void)state;
  assert_true(jl_reached(JL_AT_LEAST, TIMES(258), TIMES(300), &value)); /* formulas.md: 258 of 300 = 86 % */
  assert_int_equal(value, PERCENT(86));
  assert_true(jl_reached(JL_LESS, TIMES(4), TIMES(3), &value)); /* CPL of 4 where less than 3 is wanted: three quarters */
  assert_int_equal(value, PERCENT(75));
  assert_true(jl_reached(JL_AT_MOST, TIMES(2), TIMES(3), &value)); /* better than wanted: more than a whole */
  assert_int_equal(value, PERCENT(150));
  assert_false(jl_reached(JL_AT_LEAST, TIMES(5), 0, &value));
  assert_false(jl_reached(JL_AT_MOST, 0, TIMES(3), &value));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(costs),       cmocka_unit_test(values),    cmocka_unit_test(returns), cmocka_unit_test(velocity),
      cmocka_unit_test(conversions), cmocka_unit_test(undefined), cmocka_unit_test(large),   cmocka_unit_test(reached),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
