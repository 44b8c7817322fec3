#include "common/base/money.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void currencies(void **state) {
  (void)state;
  assert_int_equal(jl_currency_digits("EUR"), 2);
  assert_int_equal(jl_currency_digits("JPY"), 0);
  assert_int_equal(jl_currency_digits("TND"), 3);
  assert_int_equal(jl_currency_digits("XPF"), 0);
  assert_int_equal(jl_currency_digits("eur"), -1);
  assert_int_equal(jl_currency_digits("EURO"), -1);
  assert_int_equal(jl_currency_digits("UR "), -1);
  assert_int_equal(jl_currency_digits(""), -1);
  assert_int_equal(jl_currency_digits(NULL), -1);
}

static int64_t even(int64_t a, int64_t b, int64_t c) {
  int64_t n;
  assert_true(jl_mul_div_half_even(a, b, c, &n));
  return n;
}

static int64_t up(int64_t a, int64_t b, int64_t c) {
  int64_t n;
  assert_true(jl_mul_div_half_up(a, b, c, &n));
  return n;
}

static void rounding(void **state) {
  (void)state;
  assert_int_equal(even(1, 1, 2), 0); /* 0.5 */
  assert_int_equal(even(3, 1, 2), 2); /* 1.5 */
  assert_int_equal(even(5, 1, 2), 2); /* 2.5 */
  assert_int_equal(even(-5, 1, 2), -2);
  assert_int_equal(even(5, 1, -2), -2);
  assert_int_equal(even(-3, 1, 2), -2);
  assert_int_equal(even(7, 1, 3), 2);
  assert_int_equal(even(8, 1, 3), 3);
  assert_int_equal(up(1, 1, 2), 1);
  assert_int_equal(up(5, 1, 2), 3);
  assert_int_equal(up(-5, 1, 2), -3);
  assert_int_equal(even(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
  assert_int_equal(even(INT64_MIN, INT64_MIN, INT64_MIN), INT64_MIN);
}

static void refusals(void **state) {
  (void)state;
  int64_t n = 42;
  assert_false(jl_mul_div_half_even(1, 1, 0, &n));
  assert_false(jl_mul_div_half_even(INT64_MIN, 1, -1, &n)); /* 2^63 does not fit */
  assert_false(jl_mul_div_half_even(INT64_MAX, 2, 1, &n));
  assert_false(jl_add(INT64_MAX, 1, &n));
  assert_false(jl_add(INT64_MIN, -1, &n));
  assert_false(jl_vat_gross(100, -1, &n));
  assert_int_equal(n, 42);
}

/* HT = TTC x 100 / (100 + t), to the cent, half up (formulas.md). */
static void vat(void **state) {
  (void)state;
  int64_t n;
  assert_true(jl_vat_gross(10000, 2000, &n)); /* 100.00 at 20 % */
  assert_int_equal(n, 12000);
  assert_true(jl_vat_gross(999, 550, &n)); /* 9.99 x 1.055 = 10.53945 */
  assert_int_equal(n, 1054);
  assert_true(jl_vat_gross(50, 210, &n)); /* 0.50 x 1.021 = 0.5105 */
  assert_int_equal(n, 51);
  assert_true(jl_vat_gross(250, 1000, &n)); /* 2.50 x 1.1 = 2.75 */
  assert_int_equal(n, 275);
  assert_true(jl_vat_gross(5, 1000, &n)); /* 0.055: half up */
  assert_int_equal(n, 6);
  assert_true(jl_vat_gross(-5, 1000, &n)); /* a credit note mirrors it */
  assert_int_equal(n, -6);
  assert_true(jl_vat_net(12000, 2000, &n));
  assert_int_equal(n, 10000);
  assert_true(jl_vat_net(100, 2000, &n)); /* 0.8333 */
  assert_int_equal(n, 83);
  assert_true(jl_vat_net(1054, 550, &n)); /* 9.99052 */
  assert_int_equal(n, 999);
}

static void splits(void **state) {
  (void)state;
  int64_t parts[5];
  const int64_t thirds[] = {1, 1, 1};
  assert_true(jl_split(100, thirds, 3, parts)); /* 33.33 each: the odd one to the first */
  assert_int_equal(parts[0], 34);
  assert_int_equal(parts[1], 33);
  assert_int_equal(parts[2], 33);
  const int64_t uneven[] = {1, 2, 0, 4}; /* of 10: 1.43 2.86 0 5.71, floors 1 2 0 5, two left: .86 and .71 */
  assert_true(jl_split(10, uneven, 4, parts));
  assert_int_equal(parts[0], 1);
  assert_int_equal(parts[1], 3);
  assert_int_equal(parts[2], 0);
  assert_int_equal(parts[3], 6);
  assert_true(jl_split(-10, uneven, 4, parts));
  assert_int_equal(parts[1], -3);
  assert_int_equal(parts[3], -6);
  const int64_t huge[] = {INT64_MAX, INT64_MAX};
  assert_true(jl_split(INT64_MIN, huge, 2, parts));
  assert_int_equal(parts[0], INT64_MIN / 2);
  assert_int_equal(parts[1], INT64_MIN / 2);
  const int64_t none[] = {0, 0}, negative[] = {1, -1};
  assert_false(jl_split(10, none, 2, parts));
  assert_false(jl_split(10, negative, 2, parts));
  assert_false(jl_split(10, none, 0, parts));
}

static void splits_add_up(void **state) {
  (void)state;
  unsigned seed = (unsigned)time(NULL);
  print_message("seed %u\n", seed);
  srand(seed);
  for (int round = 0; round < 2000; round++) {
    int64_t weights[7], parts[7], sum = 0;
    size_t n = 1 + (size_t)rand() % 7;
    int64_t total = (int64_t)rand() - RAND_MAX / 2;
    for (size_t i = 0; i < n; i++) weights[i] = rand() % 1000;
    weights[0]++;
    assert_true(jl_split(total, weights, n, parts));
    for (size_t i = 0; i < n; i++) sum += parts[i];
    assert_int_equal(sum, total);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(currencies), cmocka_unit_test(rounding), cmocka_unit_test(refusals),
      cmocka_unit_test(vat),        cmocka_unit_test(splits),   cmocka_unit_test(splits_add_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
