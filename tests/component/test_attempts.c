/* Limits of failed logins: parallel guesses, right passwords, outsiders, floods of names. */
#include "common/base/limits.h"
#include "server/auth/attempts.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define WINDOW_US (INT64_C(1000000) * JL_LOGIN_WINDOW_S)
#define HERE "127.0.0.1:4000"

static struct jl_attempts *attempts;
static int64_t retry_ms;

static int setup(void **state) {
  (void)state;
  attempts = jl_attempts_new();
  return attempts == NULL;
}
static int teardown(void **state) {
  (void)state;
  jl_attempts_free(attempts);
  return 0;
}

static enum jl_code begin(const char *login, const char *source, int64_t now_us) {
  struct jl_error err = {0};
  return jl_attempts_begin(attempts, login, source, now_us, &retry_ms, &err) ? JL_E_OK : err.code;
}
static void fail_login(const char *login, const char *source, int64_t now_us) {
  assert_int_equal(begin(login, source, now_us), JL_E_OK);
  jl_attempts_end(attempts, login, source, now_us, JL_ATTEMPT_FAILED);
}

static void failures_limit_until_the_window_ends(void **state) {
  (void)state;
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) fail_login("admin", HERE, 1000);
  assert_int_equal(begin("admin", HERE, 2000), JL_E_LOGIN_LIMITED);
  assert_true(retry_ms > 1000 * (JL_LOGIN_WINDOW_S - 1));
  assert_int_equal(begin("paul", HERE, 2000), JL_E_OK);
  jl_attempts_end(attempts, "paul", HERE, 2000, JL_ATTEMPT_UNDECIDED);
  fail_login("admin", HERE, 1000 + WINDOW_US);
  for (int i = 1; i < JL_LOGIN_FAILURES; i++) fail_login("admin", HERE, 1000 + WINDOW_US);
  assert_int_equal(begin("admin", HERE, 1000 + WINDOW_US), JL_E_LOGIN_LIMITED);
  jl_attempts_forgive(attempts, "admin");
  fail_login("admin", HERE, 1000 + WINDOW_US);
}

/* Many programs of one person start at once: nobody has failed, so nobody is locked out. */
static void parallel_logins_are_no_failures(void **state) {
  (void)state;
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) assert_int_equal(begin("admin", HERE, 1000), JL_E_OK);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_OVERLOADED);
  assert_int_equal(retry_ms, 1000);
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) jl_attempts_end(attempts, "admin", HERE, 1000, JL_ATTEMPT_SUCCEEDED);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_OK);
  jl_attempts_end(attempts, "admin", HERE, 1000, JL_ATTEMPT_UNDECIDED);
  for (int i = 0; i < 100; i++) { /* a database that is away, a full queue */
    assert_int_equal(begin("admin", HERE, 1000), JL_E_OK);
    jl_attempts_end(attempts, "admin", HERE, 1000, JL_ATTEMPT_UNDECIDED);
  }
}

/* Ten guesses at once get ten answers at most, not ten for each connection. */
static void parallel_guesses_are_bounded(void **state) {
  (void)state;
  int begun = 0;
  for (int i = 0; i < 100; i++) begun += begin("admin", HERE, 1000) == JL_E_OK;
  assert_int_equal(begun, JL_LOGIN_FAILURES);
  for (int i = 0; i < begun; i++) jl_attempts_end(attempts, "admin", HERE, 1000, JL_ATTEMPT_FAILED);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_LOGIN_LIMITED);
}

static void the_network_does_not_lock_out_the_socket(void **state) {
  (void)state;
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) fail_login("admin", "192.0.2.7:1000", 1000);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_LOGIN_LIMITED);
  assert_int_equal(begin("admin", "unix", 1000), JL_E_OK);
  jl_attempts_end(attempts, "admin", "unix", 1000, JL_ATTEMPT_SUCCEEDED);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_LOGIN_LIMITED);
}

/* A flood of invented names must not push out what counts against a real one. */
static void floods_of_names_forget_nothing(void **state) {
  (void)state;
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) fail_login("admin", HERE, 1000);
  for (int i = 0; i < 100000; i++) {
    char name[32];
    snprintf(name, sizeof name, "x%d", i);
    fail_login(name, HERE, 2000);
  }
  assert_int_equal(begin("admin", HERE, 3000), JL_E_LOGIN_LIMITED);
}

static void one_address_fails_often(void **state) {
  (void)state;
  int refused = 0;
  for (int i = 0; i < 200; i++) {
    char name[32], source[32];
    snprintf(name, sizeof name, "x%d", i);
    snprintf(source, sizeof source, "192.0.2.7:%d", 1000 + i);
    if (begin(name, source, 1000) == JL_E_OK)
      jl_attempts_end(attempts, name, source, 1000, JL_ATTEMPT_FAILED);
    else
      refused++;
  }
  assert_int_equal(refused, 100);
  assert_int_equal(begin("x999", "192.0.2.8:1", 1000), JL_E_OK);
  jl_attempts_end(attempts, "x999", "192.0.2.8:1", 1000, JL_ATTEMPT_UNDECIDED);
}

/* One address does not take all the places of those whose passwords are being checked. */
static void one_address_does_not_fill_the_queue(void **state) {
  (void)state;
  char name[32];
  int begun = 0;
  for (int i = 0; i < JL_LOGIN_QUEUE; i++) {
    snprintf(name, sizeof name, "x%d", i);
    begun += begin(name, "192.0.2.7:1000", 1000) == JL_E_OK;
  }
  assert_int_equal(begun, JL_LOGIN_QUEUE / 2);
  assert_int_equal(begin("y", "192.0.2.7:1000", 1000), JL_E_OVERLOADED);
  assert_int_equal(begin("y", "192.0.2.8:1000", 1000), JL_E_OK);
  jl_attempts_end(attempts, "y", "192.0.2.8:1000", 1000, JL_ATTEMPT_UNDECIDED);
  jl_attempts_end(attempts, "x0", "192.0.2.7:1000", 1000, JL_ATTEMPT_UNDECIDED);
  assert_int_equal(begin("y", "192.0.2.7:1000", 1000), JL_E_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(failures_limit_until_the_window_ends, setup, teardown),
      cmocka_unit_test_setup_teardown(parallel_logins_are_no_failures, setup, teardown),
      cmocka_unit_test_setup_teardown(parallel_guesses_are_bounded, setup, teardown),
      cmocka_unit_test_setup_teardown(the_network_does_not_lock_out_the_socket, setup, teardown),
      cmocka_unit_test_setup_teardown(floods_of_names_forget_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(one_address_fails_often, setup, teardown),
      cmocka_unit_test_setup_teardown(one_address_does_not_fill_the_queue, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
