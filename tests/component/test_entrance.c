/* How many connections without login there may be: of an address, of strangers, of addresses where somebody got in. */
#include "common/base/limits.h"
#include "server/net/session.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MOST 1200
static struct jl_server server;
static struct jl_session sessions[MOST];
static size_t count;

static int begin(void **state) {
  (void)state;
  server = (struct jl_server){.attempts = jl_attempts_new(), .usages = jl_usages_new()};
  count = 0;
  return server.attempts == NULL || server.usages == NULL;
}

static void gone(struct jl_session *s) {
  jl_entrance_leave(s);
  jl_usage_release(server.usages, s->source_usage);
  s->source_usage = NULL;
}

static int end(void **state) {
  (void)state;
  for (size_t i = 0; i < count; i++) gone(&sessions[i]);
  for (size_t i = 0; i < JL_LOGIN_LANES; i++) assert_int_equal(server.in_entrance[i], 0);
  jl_usages_free(server.usages);
  jl_attempts_free(server.attempts);
  return 0;
}

static bool comes(const char *peer) {
  struct jl_error err;
  struct jl_session *s = &sessions[count++];
  assert_true(count <= MOST);
  *s = (struct jl_session){.server = &server, .source_usage = jl_usage_of_source(server.usages, peer)};
  bool in = jl_entrance_admit(s, peer, 1000000, &err);
  if (!in) assert_int_equal(err.code, JL_E_OVERLOADED);
  if (!in) gone(s);
  return in;
}

/* Eight addresses of a network, one after the other, until no more get in. */
static size_t flood(const char *network, size_t tries) {
  size_t in = 0;
  char peer[64];
  for (size_t i = 0; i < tries; i++) {
    snprintf(peer, sizeof peer, "%s.%u:%u", network, (unsigned)(i % 8), (unsigned)(40000 + i));
    in += comes(peer);
  }
  return in;
}

static void known(const char *network) {
  char peer[64];
  for (unsigned i = 0; i < 8; i++) {
    snprintf(peer, sizeof peer, "%s.%u:1", network, i);
    jl_attempts_got_in(server.attempts, "paul", peer, 0);
  }
}

static void test_an_address_has_its_share(void **state) {
  (void)state;
  size_t in = 0;
  jl_attempts_got_in(server.attempts, "paul", "192.0.2.7:1", 0);
  for (size_t i = 0; i < 300; i++) in += comes("192.0.2.7:40000");
  assert_int_equal(in, 128);
  assert_true(comes("192.0.2.8:40000") && comes("198.51.100.1:40000"));
  jl_entrance_leave(&sessions[0]); /* logged in: its place is free */
  jl_entrance_leave(&sessions[0]);
  assert_true(comes("192.0.2.7:40000"));
  assert_false(comes("192.0.2.7:40000"));
}

static void test_known_ones_leave_room_for_strangers(void **state) {
  (void)state;
  known("192.0.2");
  assert_int_equal(flood("192.0.2", 600), 500);
  assert_int_equal(flood("198.51.100", 100), 100);
}

static void test_strangers_leave_room_for_known_ones(void **state) {
  (void)state;
  known("192.0.2");
  assert_int_equal(flood("198.51.100", 600), 500);
  assert_int_equal(flood("192.0.2", 100), 100);
}

static void test_this_machine(void **state) {
  (void)state;
  for (size_t i = 0; i < 600; i++) assert_true(comes(i % 2 == 0 ? "unix" : "127.0.0.1:40000"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_an_address_has_its_share, begin, end),
      cmocka_unit_test_setup_teardown(test_known_ones_leave_room_for_strangers, begin, end),
      cmocka_unit_test_setup_teardown(test_strangers_leave_room_for_known_ones, begin, end),
      cmocka_unit_test_setup_teardown(test_this_machine, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
