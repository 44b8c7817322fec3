/* Limits of failed logins: parallel guesses, right passwords, outsiders, floods of names. */
#include "common/base/limits.h"
#include "server/auth/attempts.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define KNOWN_US (INT64_C(1000000) * JL_LOGIN_KNOWN_S)
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

static struct jl_attempt last;

static enum jl_code begin(const char *login, const char *source, int64_t now_us) {
  struct jl_error err = {0};
  return jl_attempts_begin(attempts, login, source, now_us, &last, &retry_ms, &err) ? JL_E_OK : err.code;
}
static void end(const struct jl_attempt *attempt, int64_t now_us, enum jl_attempt_end how) { jl_attempts_end(attempts, attempt, now_us, how); }
static void fail_login(const char *login, const char *source, int64_t now_us) {
  assert_int_equal(begin(login, source, now_us), JL_E_OK);
  end(&last, now_us, JL_ATTEMPT_FAILED);
}

static void failures_limit_until_the_window_ends(void **state) {
  (void)state;
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) fail_login("admin", HERE, 1000);
  assert_int_equal(begin("admin", HERE, 2000), JL_E_LOGIN_LIMITED);
  assert_true(retry_ms > 1000 * (JL_LOGIN_WINDOW_S - 1));
  assert_int_equal(begin("paul", HERE, 2000), JL_E_OK);
  end(&last, 2000, JL_ATTEMPT_UNDECIDED);
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
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) end(&last, 1000, JL_ATTEMPT_SUCCEEDED);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_OK);
  end(&last, 1000, JL_ATTEMPT_UNDECIDED);
  for (int i = 0; i < 100; i++) { /* a database that is away, a full queue */
    assert_int_equal(begin("admin", HERE, 1000), JL_E_OK);
    end(&last, 1000, JL_ATTEMPT_UNDECIDED);
  }
}

/* Ten guesses at once get ten answers at most, not ten for each connection. */
static void parallel_guesses_are_bounded(void **state) {
  (void)state;
  int begun = 0;
  for (int i = 0; i < 100; i++) begun += begin("admin", HERE, 1000) == JL_E_OK;
  assert_int_equal(begun, JL_LOGIN_FAILURES);
  for (int i = 0; i < begun; i++) end(&last, 1000, JL_ATTEMPT_FAILED);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_LOGIN_LIMITED);
}

static void the_network_does_not_lock_out_the_socket(void **state) {
  (void)state;
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) fail_login("admin", "192.0.2.7:1000", 1000);
  assert_int_equal(begin("admin", HERE, 1000), JL_E_LOGIN_LIMITED);
  assert_int_equal(begin("admin", "unix", 1000), JL_E_OK);
  end(&last, 1000, JL_ATTEMPT_SUCCEEDED);
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
      end(&last, 1000, JL_ATTEMPT_FAILED);
    else
      refused++;
  }
  assert_int_equal(refused, 100);
  assert_int_equal(begin("x999", "192.0.2.8:1", 1000), JL_E_OK);
  end(&last, 1000, JL_ATTEMPT_UNDECIDED);
}

static int begun_from(const char *source, int64_t now_us, struct jl_attempt out[JL_LOGIN_QUEUE]) {
  int begun = 0;
  for (int i = 0; i < JL_LOGIN_QUEUE; i++) {
    char name[64];
    snprintf(name, sizeof name, "x%d of %s", i, source);
    if (begin(name, source, now_us) == JL_E_OK) out[begun++] = last;
  }
  return begun;
}

/* One address does not take all the places of those whose passwords are being checked, and a stranger's next to none. */
static void one_address_does_not_fill_the_queue(void **state) {
  (void)state;
  struct jl_attempt open[JL_LOGIN_QUEUE], other;
  assert_int_equal(begun_from("192.0.2.7:1000", 1000, open), JL_LOGIN_QUEUE / 8);
  assert_int_equal(open[0].lane, JL_LOGIN_STRANGER);
  assert_int_equal(begin("y", "192.0.2.7:1000", 1000), JL_E_OVERLOADED);
  assert_int_equal(begin("y", "192.0.2.8:1000", 1000), JL_E_OK);
  end(&last, 1000, JL_ATTEMPT_UNDECIDED);
  end(&open[0], 1000, JL_ATTEMPT_UNDECIDED);
  assert_int_equal(begin("y", "192.0.2.7:1000", 1000), JL_E_OK);
  other = last;
  jl_attempts_got_in(attempts, "someone", "192.0.2.7:2000", 1000); /* now it is no stranger's any more */
  assert_int_equal(begun_from("192.0.2.7:1000", 1000, open), JL_LOGIN_QUEUE / 2 - JL_LOGIN_QUEUE / 8);
  assert_int_equal(open[0].lane, JL_LOGIN_KNOWN);
  end(&other, 1000, JL_ATTEMPT_FAILED); /* it ends as it began */
  assert_int_equal(jl_attempts_lane(attempts, "192.0.2.7:3", 1000 + KNOWN_US - 1), JL_LOGIN_KNOWN);
  assert_int_equal(jl_attempts_lane(attempts, "192.0.2.7:3", 1000 + KNOWN_US), JL_LOGIN_STRANGER);
  assert_int_equal(jl_attempts_lane(attempts, HERE, 1000), JL_LOGIN_KNOWN);
  assert_int_equal(jl_attempts_lane(attempts, "unix", 1000), JL_LOGIN_KNOWN);
}

/* Any number of addresses of one network of 64 bits are one source; of IPv4 each is its own, written as IPv6 too. */
static void a_network_of_ipv6_is_one_source(void **state) {
  (void)state;
  int refused = 0;
  for (int i = 0; i < 200; i++) {
    char name[32], source[64];
    snprintf(name, sizeof name, "x%d", i);
    snprintf(source, sizeof source, "[2001:db8:1:2:%x::%x]:%d", i, i * 7 + 1, 1000 + i);
    if (begin(name, source, 1000) == JL_E_OK)
      end(&last, 1000, JL_ATTEMPT_FAILED);
    else
      refused++;
  }
  assert_int_equal(refused, 100);
  static const struct { const char *source; bool same; } others[] = {
      {"[2001:db8:1:2:ffff:ffff:ffff:ffff]:1", true}, {"[2001:db8:1:3::1]:1", false}, {"[2001:db8::2:0:0:0:1]:1", false}};
  for (size_t i = 0; i < JL_COUNT(others); i++) {
    bool begun = begin("z", others[i].source, 1000) == JL_E_OK;
    assert_int_equal(begun, !others[i].same);
    if (begun) end(&last, 1000, JL_ATTEMPT_UNDECIDED);
  }
  jl_attempts_got_in(attempts, "marie", "[2001:db8:7:7::1]:1", 1000);
  jl_attempts_got_in(attempts, "marie", "[::ffff:192.0.2.9]:1", 1000);
  static const struct { const char *source; enum jl_login_lane lane; } lanes[] = {
      {"[2001:db8:7:7:a:b:c:d]:9", JL_LOGIN_KNOWN}, {"[2001:db8:7:8::1]:9", JL_LOGIN_STRANGER}, {"192.0.2.9:9", JL_LOGIN_KNOWN},
      {"192.0.2.8:9", JL_LOGIN_STRANGER},           {"[fe80::1]:9", JL_LOGIN_STRANGER},         {"[::1]:9", JL_LOGIN_KNOWN},
      {"[::ffff:127.0.0.1]:9", JL_LOGIN_KNOWN},     {"unknown", JL_LOGIN_STRANGER}};
  for (size_t i = 0; i < JL_COUNT(lanes); i++)
    if (jl_attempts_lane(attempts, lanes[i].source, 2000) != lanes[i].lane) fail_msg("%s", lanes[i].source);
}

/* Guesses from elsewhere do not keep somebody out of the places where that account got in. */
static void elsewhere_does_not_lock_out(void **state) {
  (void)state;
  const char *home = "192.0.2.7:1000", *office = "192.0.2.8:1000";
  jl_attempts_got_in(attempts, "marie", home, 1000);
  jl_attempts_got_in(attempts, "pierre", office, 1000);
  for (int i = 0; i < JL_LOGIN_FAILURES; i++) fail_login("marie", "198.51.100.1:1", 2000);
  assert_int_equal(begin("marie", "198.51.100.2:1", 2000), JL_E_LOGIN_LIMITED);
  assert_int_equal(begin("marie", office, 2000), JL_E_LOGIN_LIMITED); /* another got in there, not this account */
  assert_int_equal(begin("marie", home, 2000), JL_E_OK);
  end(&last, 2000, JL_ATTEMPT_FAILED);
  for (int i = 1; i < JL_LOGIN_FAILURES; i++) fail_login("marie", home, 2000);
  assert_int_equal(begin("marie", home, 2000), JL_E_LOGIN_LIMITED); /* guesses there are as bounded as elsewhere */
  jl_attempts_forgive(attempts, "marie");
  assert_int_equal(begin("marie", "198.51.100.2:1", 2000), JL_E_OK);
  end(&last, 2000, JL_ATTEMPT_UNDECIDED);
  assert_int_equal(begin("marie", home, 2000), JL_E_OK);
  end(&last, 2000, JL_ATTEMPT_UNDECIDED);
}

/* ---- turns ---- */
struct person {
  struct jl_waiting waiting;
  enum jl_login_lane lane;
  int number;
};

/* However many strangers come, whoever is known finds a place, and waits for one stranger at most in three of them. */
static void a_flood_of_strangers_waits_by_itself(void **state) {
  (void)state;
  static struct person strangers[1000], known[JL_LOGIN_QUEUE];
  struct jl_turns t;
  jl_turns_init(&t, JL_LOGIN_QUEUE);
  int places = 0;
  for (size_t i = 0; i < JL_COUNT(strangers); i++) {
    strangers[i] = (struct person){.lane = JL_LOGIN_STRANGER, .number = (int)i};
    places += jl_turns_wait(&t, JL_LOGIN_STRANGER, &strangers[i].waiting);
  }
  assert_int_equal(places, JL_LOGIN_QUEUE);
  assert_false(jl_turns_room(&t, JL_LOGIN_STRANGER));
  for (int i = 0; i < JL_LOGIN_QUEUE; i++) {
    known[i] = (struct person){.lane = JL_LOGIN_KNOWN, .number = i};
    assert_true(jl_turns_wait(&t, JL_LOGIN_KNOWN, &known[i].waiting));
  }
  assert_false(jl_turns_room(&t, JL_LOGIN_KNOWN));
  int next[JL_LOGIN_LANES] = {0}, turns = 0;
  for (struct jl_waiting *w; next[JL_LOGIN_KNOWN] < JL_LOGIN_QUEUE && (w = jl_turns_next(&t)) != NULL; turns++) {
    const struct person *p = (const struct person *)w;
    assert_int_equal(p->lane, turns % JL_LOGIN_STRANGERS_TURN == JL_LOGIN_STRANGERS_TURN - 1 ? JL_LOGIN_STRANGER : JL_LOGIN_KNOWN);
    assert_int_equal(p->number, next[p->lane]++); /* in the order in which they came */
    if (p->lane == JL_LOGIN_STRANGER) { /* another takes the place at once: that is what a flood does */
      struct person *again = &strangers[p->number];
      again->number = JL_LOGIN_QUEUE + next[JL_LOGIN_STRANGER] - 1;
      assert_true(jl_turns_wait(&t, JL_LOGIN_STRANGER, &again->waiting));
    }
  }
  assert_int_equal(next[JL_LOGIN_KNOWN], 16);
  assert_int_equal(next[JL_LOGIN_STRANGER], 5); /* 16 in groups of three, each followed by one */
  while (jl_turns_next(&t) != NULL) next[JL_LOGIN_STRANGER]++;
  assert_int_equal(next[JL_LOGIN_STRANGER], 5 + JL_LOGIN_QUEUE);
  assert_true(jl_turns_empty(&t));
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
      cmocka_unit_test_setup_teardown(a_network_of_ipv6_is_one_source, setup, teardown),
      cmocka_unit_test_setup_teardown(elsewhere_does_not_lock_out, setup, teardown),
      cmocka_unit_test(a_flood_of_strangers_waits_by_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
