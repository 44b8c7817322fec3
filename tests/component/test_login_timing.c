/* Who has an account is not to be read off the clock: a wrong password of one that exists and a login of one that does not
 * take alike, turn by turn. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "tests/component/support/daemon.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TURNS (JL_LOGIN_FAILURES - 1) /* of each: more would be LOGIN_LIMITED */

static int64_t refused_in(struct wire *w, const char *account) {
  char name[64], password[] = "a password that is wrong";
  snprintf(name, sizeof name, "%s", account);
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = name;
  login.password = password;
  int64_t start = jl_monotonic_us();
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__LOGIN, &login.base);
  assert_int_equal(wire_expect_error(w, stream), JL_E_UNAUTHENTICATED);
  return jl_monotonic_us() - start;
}

static int by_size(const void *a, const void *b) {
  int64_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x < y ? -1 : x > y;
}

static void test_alike(void **state) {
  (void)state;
  struct daemon d;
  struct wire w;
  int64_t known[TURNS], unknown[TURNS];
  daemon_start(&d);
  wire_open(&w, &d, true);
  wire_hello(&w);
  (void)refused_in(&w, "warm-up");
  for (size_t i = 0; i < TURNS; i++) {
    known[i] = refused_in(&w, "admin");
    unknown[i] = refused_in(&w, "nobody");
  }
  qsort(known, TURNS, sizeof known[0], by_size);
  qsort(unknown, TURNS, sizeof unknown[0], by_size);
  /* The fastest of each is what the machine's other work disturbs least. */
  double ratio = (double)unknown[0] / (double)known[0];
  print_message("wrong password %.1f ms, no such account %.1f ms (fastest of %d)\n", (double)known[0] / 1e3, (double)unknown[0] / 1e3, TURNS);
  assert_true(ratio > 0.7 && ratio < 1.4);
  wire_close(&w);
  assert_int_equal(daemon_stop(&d), 0);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_alike)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
