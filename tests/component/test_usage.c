/* What accounts and addresses use: shared by their connections, set back by the second and the hour, forgotten when unused. */
#include "server/net/usage.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define SECOND 1000000

static void test_shared(void **state) {
  (void)state;
  struct jl_usages *u = jl_usages_new();
  struct jl_id one = jl_id_random(), two = jl_id_random();
  struct jl_usage *a = jl_usage_of_account(u, &one), *b = jl_usage_of_account(u, &one), *c = jl_usage_of_account(u, &two);
  assert_true(a == b && a != c && a->references == 2);
  a->requests = 7;
  a->snapshots = 3;
  jl_usages_second(u, 4000 * (int64_t)SECOND); /* the first hour begins */
  a->snapshots = 3;
  a->requests = 7;
  jl_usages_second(u, 4001 * (int64_t)SECOND);
  assert_true(a->requests == 0 && a->snapshots == 3);
  jl_usage_release(u, a);
  jl_usage_release(u, b);
  jl_usages_second(u, 4002 * (int64_t)SECOND);
  a = jl_usage_of_account(u, &one); /* coming back within the hour gives no new snapshots */
  assert_int_equal(a->snapshots, 3);
  jl_usages_second(u, 8000 * (int64_t)SECOND);
  assert_int_equal(a->snapshots, 0);
  jl_usage_release(u, a);
  jl_usage_release(u, c);
  jl_usage_release(u, NULL);
  jl_usages_second(u, 8001 * (int64_t)SECOND);
  jl_usages_free(u);
}

static void test_sources(void **state) {
  (void)state;
  struct jl_usages *u = jl_usages_new();
  struct jl_usage *a = jl_usage_of_source(u, "192.0.2.7:40000"), *b = jl_usage_of_source(u, "192.0.2.7:40001");
  struct jl_usage *c = jl_usage_of_source(u, "[2001:db8::1]:40000"), *d = jl_usage_of_source(u, "[2001:db8:0:1::1]:40000");
  assert_true(a != NULL && a == b && c != NULL && d != NULL && c != d);
  assert_ptr_equal(jl_usage_of_source(u, "[2001:db8::a:2]:40000"), c); /* a network of 64 bits is one source */
  assert_true(jl_usage_of_source(u, "127.0.0.1:40000") == NULL && jl_usage_of_source(u, "[::1]:1") == NULL && jl_usage_of_source(u, "unix") == NULL);
  jl_usages_free(u);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shared), cmocka_unit_test(test_sources)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
