/* Bad input at the server's door: each ends in a clear error or a closed session, memory stays bounded, and another client
 * that is connected all the time notices nothing. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "tests/component/support/daemon.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define MEMORY_MAX (256U << 20)
static struct daemon server;
static struct wire bystander;

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  wire_open(&bystander, &server, false);
  wire_login(&bystander, "admin", DAEMON_PASSWORD, NULL, NULL);
  return 0;
}
static int stop(void **state) {
  (void)state;
  wire_close(&bystander);
  return daemon_stop(&server);
}
/* After every attack. */
static int check(void **state) {
  (void)state;
  wire_ping(&bystander);
  assert_true(daemon_memory(&server) < MEMORY_MAX);
  return 0;
}
static struct wire logged_in(void) {
  struct wire w;
  wire_open(&w, &server, true);
  wire_login(&w, "admin", DAEMON_PASSWORD, NULL, NULL);
  return w;
}

static void random_bytes(void **state) {
  (void)state;
  uint64_t seed = 42;
  for (int i = 0; i < 100; i++) {
    struct wire w;
    uint8_t noise[300];
    for (size_t k = 0; k < sizeof noise; k++) {
      seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
      noise[k] = (uint8_t)(seed >> 33);
    }
    noise[7] |= 1; /* reserved bits: certainly no frame */
    wire_open(&w, &server, i % 2 == 0);
    wire_write(&w, noise, sizeof noise);
    wire_expect_closed(&w);
    wire_close(&w);
  }
}

static void frames_cut_at_every_byte(void **state) {
  (void)state;
  static const uint8_t hello[] = {0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 1, 0x08, 0x01, 0x10, 0x01};
  for (size_t n = 0; n < sizeof hello; n++) {
    struct wire w;
    wire_open(&w, &server, false);
    wire_write(&w, hello, n);
    shutdown(w.fd, SHUT_WR);
    wire_expect_closed(&w);
    wire_close(&w);
  }
}

static void two_gibibytes_announced(void **state) {
  (void)state;
  static const uint8_t header[12] = {0x80, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1};
  struct wire w;
  wire_open(&w, &server, false);
  wire_write(&w, header, sizeof header);
  wire_expect_closed(&w);
  wire_close(&w);
}

static void long_message_before_login(void **state) {
  (void)state;
  struct wire w;
  uint8_t zeros[8192] = {0};
  wire_open(&w, &server, false);
  wire_frame(&w, JALON__FRAME_TYPE__HELLO, 1, zeros, sizeof zeros);
  wire_expect_closed(&w);
  wire_close(&w);
}

static void a_million_unknown_fields(void **state) {
  (void)state;
  struct wire w = logged_in();
  size_t size = JL_MESSAGE_MAX - 2;
  uint8_t *fields = malloc(size);
  assert_non_null(fields);
  for (size_t i = 0; i < size; i += 2) {
    fields[i] = 15 << 3; /* field 15, varint */
    fields[i + 1] = 1;
  }
  for (uint32_t i = 0; i < 5; i++) {
    wire_frame(&w, JALON__FRAME_TYPE__READ, 100 + i, fields, size);
    uint32_t code = wire_expect_error(&w, 100 + i);
    assert_true(code == JL_E_TOO_LARGE || code == JL_E_BAD_FRAME);
  }
  wire_ping(&w);
  free(fields);
  wire_close(&w);
}

static void bad_text(void **state) {
  (void)state;
  struct wire w = logged_in();
  static const uint8_t invalid[] = {0x12, 2, 0xff, 0xfe}, nul[] = {0x12, 3, 'a', 0, 'b'}, cut[] = {0x12, 9, 'a'};
  wire_frame(&w, JALON__FRAME_TYPE__VIEW, 100, invalid, sizeof invalid);
  assert_int_equal(wire_expect_error(&w, 100), JL_E_BAD_UTF8);
  wire_frame(&w, JALON__FRAME_TYPE__VIEW, 101, nul, sizeof nul);
  assert_int_equal(wire_expect_error(&w, 101), JL_E_BAD_UTF8);
  wire_frame(&w, JALON__FRAME_TYPE__VIEW, 102, cut, sizeof cut);
  assert_int_equal(wire_expect_error(&w, 102), JL_E_BAD_FRAME);
  wire_ping(&w);
  wire_close(&w);
}

static void unknown_enum_and_frame(void **state) {
  (void)state;
  struct wire w = logged_in();
  static const uint8_t verb[] = {0x08, 99};
  wire_frame(&w, JALON__FRAME_TYPE__ACCOUNT, 100, verb, sizeof verb);
  uint32_t code = wire_expect_error(&w, 100);
  assert_true(jl_code_class((enum jl_code)code) == JL_CLASS_INVALID);
  wire_frame(&w, 50, 101, NULL, 0);
  assert_int_equal(wire_expect_error(&w, 101), JL_E_UNSUPPORTED);
  wire_ping(&w);
  wire_close(&w);
}

static void login_flood(void **state) {
  (void)state;
  enum { CLIENTS = 64 };
  static struct wire clients[CLIENTS];
  uint32_t streams[CLIENTS];
  char account[] = "victim", password[] = "not the password";
  size_t limited = 0, overloaded = 0, refused = 0;
  for (size_t i = 0; i < CLIENTS; i++) {
    wire_open(&clients[i], &server, false);
    wire_hello(&clients[i]);
  }
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = account;
  login.password = password;
  for (size_t i = 0; i < CLIENTS; i++) streams[i] = wire_send(&clients[i], JALON__FRAME_TYPE__LOGIN, &login.base);
  wire_ping(&bystander);
  for (size_t i = 0; i < CLIENTS; i++) {
    uint32_t code = wire_expect_error(&clients[i], streams[i]);
    limited += code == JL_E_LOGIN_LIMITED;
    overloaded += code == JL_E_OVERLOADED;
    refused += code == JL_E_UNAUTHENTICATED;
    wire_close(&clients[i]);
  }
  assert_int_equal(limited + overloaded + refused, CLIENTS);
  assert_int_equal(refused, JL_LOGIN_FAILURES); /* parallel tries count before they are checked: no more than these were */
}

static void a_client_that_never_reads(void **state) {
  (void)state;
  struct wire w = logged_in();
  uint8_t frame[12];
  jl_frame_encode(&(struct jl_frame){.type = JALON__FRAME_TYPE__ACCOUNT, .length = 2, .stream = 9}, frame);
  uint8_t request[14];
  memcpy(request, frame, sizeof frame);
  request[12] = 0x08;
  request[13] = JALON__ACCOUNT_VERB__ACCOUNT_WHO;
  /* The server stops reading once its answers pile up; then sending blocks. */
  size_t sent = 0;
  for (; sent < 4000000; sent++)
    if (send(w.fd, request, sizeof request, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)sizeof request) break;
  assert_true(sent < 4000000);
  assert_true(daemon_memory(&server) < MEMORY_MAX);
  wire_ping(&bystander);
  wire_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(random_bytes, check),
      cmocka_unit_test_teardown(frames_cut_at_every_byte, check),
      cmocka_unit_test_teardown(two_gibibytes_announced, check),
      cmocka_unit_test_teardown(long_message_before_login, check),
      cmocka_unit_test_teardown(a_million_unknown_fields, check),
      cmocka_unit_test_teardown(bad_text, check),
      cmocka_unit_test_teardown(unknown_enum_and_frame, check),
      cmocka_unit_test_teardown(login_flood, check),
      cmocka_unit_test_teardown(a_client_that_never_reads, check),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
