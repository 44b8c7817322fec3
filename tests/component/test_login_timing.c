/* Who has an account is not to be read off the clock: a wrong password of one that exists and a login of one that does not
 * are the same work, turn by turn. However many try, checks of passwords take their share of the processors and no more, and whoever
 * knows a password gets in. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "server/auth/password.h"
#include "tests/component/support/daemon.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define TURNS 4 /* of each and round, fewer than would be LOGIN_LIMITED */
#define ROUNDS 40 /* as many only where something else keeps the machine busy */

static int64_t clock_us(clockid_t clock) {
  struct timespec used;
  assert_int_equal(clock_gettime(clock, &used), 0);
  return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

/* Of the server's processor: how long it waits for its turn says nothing, and depends on what else the machine does.
 * On a connection of its own: it has ten seconds until it asks. */
static int64_t refused_in(const struct daemon *d, const char *account) {
  struct wire w;
  wire_open(&w, d, true);
  wire_hello(&w);
  char name[64], password[] = "a password that is wrong";
  snprintf(name, sizeof name, "%s", account);
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = name;
  login.password = password;
  clockid_t clock;
  assert_int_equal(clock_getcpuclockid(d->pid, &clock), 0);
  int64_t before_us = clock_us(clock);
  uint32_t stream = wire_send(&w, JALON__FRAME_TYPE__LOGIN, &login.base);
  assert_int_equal(wire_expect_error(&w, stream), JL_E_UNAUTHENTICATED);
  int64_t took_us = clock_us(clock) - before_us;
  wire_close(&w);
  return took_us;
}

static void login_right(struct wire *w) {
  char account[] = "admin", password[] = DAEMON_PASSWORD;
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = account;
  login.password = password;
  wire_expect(w, wire_send(w, JALON__FRAME_TYPE__LOGIN, &login.base), JALON__FRAME_TYPE__LOGIN_REPLY, &jalon__login_reply__descriptor);
}

static bool alike(int64_t known_us, int64_t unknown_us) {
  double ratio = (double)unknown_us / (double)known_us;
  return ratio > 0.7 && ratio < 1.4;
}

/* The least of each is what the server's other work disturbs least; a busy machine gets more rounds to show it. */
static void test_alike(void **state) {
  (void)state;
  struct daemon d;
  int64_t known_us = INT64_MAX, unknown_us = INT64_MAX;
  daemon_start(&d);
  for (int round = 0; round < ROUNDS && !(round > 1 && alike(known_us, unknown_us)); round++) {
    struct wire w;
    char nobody[32];
    snprintf(nobody, sizeof nobody, "nobody%d", round);
    if (round == 0) (void)refused_in(&d, "warm-up");
    for (size_t i = 0; i < TURNS; i++) {
      int64_t known = refused_in(&d, "admin"), unknown = refused_in(&d, nobody);
      if (known < known_us) known_us = known;
      if (unknown < unknown_us) unknown_us = unknown;
    }
    wire_open(&w, &d, true);
    wire_hello(&w);
    login_right(&w); /* its failures are forgotten */
    wire_close(&w);
  }
  print_message("wrong password %.1f ms of processor, no such account %.1f ms (least)\n", (double)known_us / 1e3, (double)unknown_us / 1e3);
  assert_true(alike(known_us, unknown_us));
  assert_int_equal(daemon_stop(&d), 0);
}

#define CROWD 60

/* More than the queue holds, all at once: each is answered, however long checks take, and none of them locks anybody out. */
static void test_crowd(void **state) {
  (void)state;
  static struct wire crowd[CROWD];
  struct daemon d;
  struct wire w;
  uint32_t streams[CROWD];
  char name[32], wrong[] = "a password that is wrong";
  daemon_start(&d);
  for (int i = 0; i < CROWD; i++) { /* each asks as soon as it is there: from then on it is the server who takes its time */
    wire_open(&crowd[i], &d, false);
    wire_hello(&crowd[i]);
    snprintf(name, sizeof name, "nobody%d", i);
    Jalon__Login login = JALON__LOGIN__INIT;
    login.account = name;
    login.password = wrong;
    streams[i] = wire_send(&crowd[i], JALON__FRAME_TYPE__LOGIN, &login.base);
  }
  int checked = 0;
  for (int i = 0; i < CROWD; i++) {
    uint32_t code = wire_expect_error(&crowd[i], streams[i]);
    assert_true(code == JL_E_UNAUTHENTICATED || code == JL_E_OVERLOADED);
    checked += code == JL_E_UNAUTHENTICATED;
    wire_close(&crowd[i]);
  }
  assert_true(checked >= JL_LOGIN_QUEUE);
  wire_open(&w, &d, false);
  wire_hello(&w);
  login_right(&w);
  wire_close(&w);
  assert_int_equal(daemon_stop(&d), 0);
}

struct checks {
  struct jl_passwords *passwords;
  int refused;
  size_t done;
  int64_t last_us[3], most_us; /* of processor: what went by with each of the last ones, and the most that three took */
  int64_t before_us;
};

/* Of the threads that check, not of this one. */
static int64_t checking_us(void) { return clock_us(CLOCK_PROCESS_CPUTIME_ID) - clock_us(CLOCK_THREAD_CPUTIME_ID); }

static void check_done(void *context, enum jl_password_result result, const char *unused) {
  struct checks *c = context;
  (void)unused;
  assert_int_not_equal(result, JL_PASSWORD_RIGHT); /* unchecked: those that wait when it closes */
  int64_t now_us = checking_us();
  c->last_us[c->done++ % 3] = now_us - c->before_us;
  c->before_us = now_us;
  int64_t three_us = c->last_us[0] + c->last_us[1] + c->last_us[2];
  if (three_us > c->most_us) c->most_us = three_us;
}

static void test_share(void **state) {
  (void)state;
  struct checks c = {0};
  struct jl_error err = {0};
  uv_loop_t loop;
  uv_loop_init(&loop);
  c.passwords = jl_passwords_new(&loop, 2, &err);
  assert_non_null(c.passwords);
  int64_t begun_us = jl_monotonic_us(), first_us = checking_us();
  c.before_us = first_us;
  while (c.before_us - first_us < 2 * JL_LOGIN_BURST_MS * 1000) { /* well past the burst */
    while (c.refused == 0)
      if (!jl_passwords_verify(c.passwords, JL_LOGIN_KNOWN, "wrong", NULL, check_done, &c, &err)) c.refused++;
    assert_int_equal(err.code, JL_E_OVERLOADED); /* the queue ends */
    c.refused = 0;
    uv_run(&loop, UV_RUN_ONCE);
  }
  int64_t used_us = c.before_us - first_us, took_us = jl_monotonic_us() - begun_us;
  int64_t share_us = took_us * (int64_t)uv_available_parallelism() * JL_LOGIN_SHARE_PERCENT / 100;
  print_message("%d checks in %.1f s, %.1f s of processor\n", (int)c.done, (double)took_us / 1e6, (double)used_us / 1e6);
  /* Two may have begun on the last of the credit: none takes more than what went by with three, as two threads work. */
  assert_true(used_us <= JL_LOGIN_BURST_MS * 1000 + share_us + 2 * c.most_us);
  jl_passwords_close(c.passwords, NULL, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_alike), cmocka_unit_test(test_crowd), cmocka_unit_test(test_share)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
