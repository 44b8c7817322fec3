/* What a login leaves in the database: a hash with today's parameters in the place of an older one, and one open login of a profile. */
#include "common/record/schema.h"
#include "tests/component/support/daemon.h"
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of README's security section and OWASP's advice: 19 MiB, 2 passes, 1 lane. */
#define TODAYS "$argon2id$v=19$m=19456,t=2,p=1$%"

static struct daemon server;

static uint32_t log_in(struct wire *w, const char *password, struct jl_id *replica) { /* its code; OK: in */
  char account[] = "admin", words[64];
  Jalon__Login login = JALON__LOGIN__INIT;
  struct jl_error err;
  snprintf(words, sizeof words, "%s", password);
  login.account = account;
  login.password = words;
  login.has_replica = replica != NULL;
  if (replica != NULL) login.replica = (ProtobufCBinaryData){sizeof replica->bytes, replica->bytes};
  wire_open(w, &server, true);
  wire_hello(w);
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__LOGIN, &login.base);
  for (;;) {
    struct received got = wire_next(w);
    assert_false(got.closed);
    if (got.stream != stream) continue;
    if (got.type == JALON__FRAME_TYPE__LOGIN_REPLY) return JL_E_OK;
    assert_int_equal(got.type, JALON__FRAME_TYPE__ERROR);
    const Jalon__Error *error = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, got.payload, w->arena, &err);
    assert_non_null(error);
    return error->code;
  }
}

static void log_in_and_out(const char *password, uint32_t code) {
  struct wire w = {.fd = -1};
  assert_int_equal(log_in(&w, password, NULL), code);
  wire_close(&w);
}

static bool has_hash_like(const char *pattern) {
  char sql[256];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM account WHERE login = 'admin' AND password_hash LIKE '%s'", pattern);
  return daemon_number(&server, sql) == 1;
}

static void keep_hash(const char *password, unsigned long long passes, size_t bytes) {
  char hash[crypto_pwhash_STRBYTES], sql[400];
  assert_int_equal(crypto_pwhash_str(hash, password, strlen(password), passes, bytes), 0);
  snprintf(sql, sizeof sql, "UPDATE account SET password_hash = '%s' WHERE login = 'admin'", hash);
  daemon_sql(&server, sql);
}

static void hash_is_renewed(void **state) {
  (void)state;
  keep_hash(DAEMON_PASSWORD, 1, 8192U * 1024U);
  assert_true(has_hash_like("$argon2id$v=19$m=8192,t=1,p=1$%"));
  log_in_and_out("another password", JL_E_UNAUTHENTICATED);
  assert_true(has_hash_like("$argon2id$v=19$m=8192,t=1,p=1$%")); /* whose it is was not proved */
  log_in_and_out(DAEMON_PASSWORD, JL_E_OK);
  assert_true(has_hash_like(TODAYS));
  log_in_and_out(DAEMON_PASSWORD, JL_E_OK); /* it is the same password's */
  log_in_and_out("another password", JL_E_UNAUTHENTICATED);
}

static void hash_of_today_stays(void **state) {
  (void)state;
  keep_hash(DAEMON_PASSWORD, 2, 19456U * 1024U);
  daemon_sql(&server, "CREATE TABLE kept AS SELECT password_hash FROM account WHERE login = 'admin'");
  log_in_and_out(DAEMON_PASSWORD, JL_E_OK);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM account JOIN kept USING (password_hash)"), 1);
}

static void former_login_ends(void **state) {
  (void)state;
  struct jl_id profile = jl_id_random(), other = jl_id_random();
  struct wire first = {.fd = -1}, elsewhere = {.fd = -1}, again = {.fd = -1};
  daemon_sql(&server, "DELETE FROM session");
  assert_int_equal(log_in(&first, DAEMON_PASSWORD, &profile), JL_E_OK);
  assert_int_equal(log_in(&elsewhere, DAEMON_PASSWORD, &other), JL_E_OK);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM session"), 2);
  assert_int_equal(log_in(&again, "another password", &profile), JL_E_UNAUTHENTICATED);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM session"), 2); /* nobody's ends by a wrong password */
  wire_close(&again);
  assert_int_equal(log_in(&again, DAEMON_PASSWORD, &profile), JL_E_OK);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM session"), 2);
  wire_expect_closed(&first); /* with whatever it had open */
  wire_ping(&elsewhere);
  wire_ping(&again);
  wire_close(&first);
  wire_close(&elsewhere);
  wire_close(&again);
}

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  return 0;
}
static int stop(void **state) {
  (void)state;
  return daemon_stop(&server);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {cmocka_unit_test(hash_is_renewed), cmocka_unit_test(hash_of_today_stays), cmocka_unit_test(former_login_ends)};
  return cmocka_run_group_tests(tests, start, stop);
}
