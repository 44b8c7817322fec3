/* Logins with no memory left at their n-th allocation: by password, token and certificate, by socket and by TLS, with the authority
 * known, given or met for the first time. One that ends well has left a profile that is logged in, another one leaves the profile as it
 * was or logged in; no file is written by half. */
#include "server/auth/authority.h"
#include "common/wire/tls.h"
#include "tests/component/support/starved.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char fingerprint[JL_FINGERPRINT_SIZE];
static const char *const authority_pem = "data/tls/authority.pem";

/* ---- what the profile has in its files ---- */
static size_t text_of(const char *name, char *out, size_t size) { /* "" when there is none */
  FILE *file = fopen(starved_file(name), "re");
  size_t got = file == NULL ? 0 : fread(out, 1, size - 1, file);
  out[got] = '\0';
  if (file != NULL) fclose(file);
  return got;
}

static void write_text(const char *name, const char *text) {
  FILE *file = fopen(starved_file(name), "we");
  assert_true(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static bool profile_has(const char *profile, const char *what) {
  char name[64], text[16384];
  snprintf(name, sizeof name, "%s.profile", profile);
  (void)text_of(starved_profile(name), text, sizeof text);
  return strstr(text, what) != NULL;
}

/* The whole of the authority, or none. */
static bool pin_is_whole(const char *profile, bool must) {
  char name[64], pinned[16384], authority[8192];
  snprintf(name, sizeof name, "%s.authority", profile);
  size_t size = text_of(starved_profile(name), pinned, sizeof pinned), wanted = text_of(authority_pem, authority, sizeof authority);
  if (size == 0) return !must;
  return size > wanted && strcmp(pinned + size - wanted, authority) == 0;
}

static int logs_in(uint64_t n, const char *profile, starved_words words) {
  bool tls = strcmp(profile, "near") != 0;
  int end = starved_try(n, 0, words);
  if (end == 0 && !profile_has(profile, "\ntoken ")) starved_bad(n, "said that it is logged in, and is not");
  if (tls && !pin_is_whole(profile, end == 0)) starved_bad(n, "what is pinned is not whole");
  return end;
}

/* ---- the ways in ---- */
static int password_by_socket(uint64_t n) {
  char socket[128];
  snprintf(socket, sizeof socket, "unix:%s", starved_server()->socket);
  return logs_in(n, "near", (starved_words){"--profile", "near", "login", "admin", "--server", socket, "--password-file", starved_file("password"), NULL});
}
static int password_by_tls(uint64_t n) { /* its authority is known */
  return logs_in(n, "far", (starved_words){"--profile", "far", "login", "admin", "--password-file", starved_file("password"), NULL});
}
static int token_by_tls(uint64_t n) {
  return logs_in(n, "script", (starved_words){"--profile", "script", "login", "--server", starved_address(), "--authority", starved_file(authority_pem),
                                              "--token-file", starved_file("token"), NULL});
}
static int certificate_by_tls(uint64_t n) {
  return logs_in(n, "card", (starved_words){"--profile", "card", "login", "--server", starved_address(), "--authority", starved_file(authority_pem),
                                            "--certificate", starved_file("card.pem"), NULL});
}
static int first_meeting(uint64_t n) { /* nothing is known */
  starved_forget("new");
  return logs_in(n, "new", (starved_words){"--profile", "new", "login", "--server", starved_address(), "--fingerprint", fingerprint, "--token-file",
                                           starved_file("token"), NULL});
}
static int another_account(uint64_t n) { /* of the same profile: it starts afresh, or stays who it was */
  static unsigned turn;
  const char *name = turn % 2 == 0 ? "token" : "paul";
  int end = logs_in(n, "shared", (starved_words){"--profile", "shared", "login", "--server", starved_address(), "--authority", starved_file(authority_pem),
                                                 "--token-file", starved_file(name), NULL});
  if (end == 0 && !profile_has("shared", turn % 2 == 0 ? "\naccount admin\n" : "\naccount paul\n")) starved_bad(n, "is somebody else");
  turn += end == 0;
  return end;
}
static int view_by_tls(uint64_t n) { return starved_try(n, 0, (starved_words){"--profile", "script", "dashboard", NULL}); }
static int leaves(uint64_t n) { /* and the next login gets in again */
  starved_must((starved_words){"--profile", "out", "login", "--server", starved_address(), "--authority", starved_file(authority_pem), "--certificate",
                               starved_file("card.pem"), NULL});
  int end = starved_try(n, 0, (starved_words){"--profile", "out", "logout", NULL});
  if (end == 0 && profile_has("out", "\ntoken ")) starved_bad(n, "said that it is logged out, and is not");
  return end;
}

static void by_password(void **state) { (void)state, assert_true(starved_many("login by password", 0, password_by_socket) > 0); }
static void by_password_tls(void **state) {
  (void)state;
  starved_must((starved_words){"--profile", "far", "login", "admin", "--server", starved_address(), "--authority", starved_file(authority_pem),
                               "--password-file", starved_file("password"), NULL});
  assert_true(starved_many("login by password over TLS", 0, password_by_tls) > 0);
}
static void by_token(void **state) { (void)state, assert_true(starved_many("login by token over TLS", 0, token_by_tls) > 0); }
static void by_certificate(void **state) { (void)state, assert_true(starved_many("login by certificate", 0, certificate_by_tls) > 0); }
static void on_first_use(void **state) { (void)state, assert_true(starved_many("login with a fingerprint", 0, first_meeting) > 0); }
static void as_another(void **state) { (void)state, assert_true(starved_many("login as another account", 0, another_account) > 0); }
static void views_tls(void **state) {
  (void)state;
  starved_must((starved_words){"--profile", "script", "plan", "use", "Plan 2026", NULL});
  assert_true(starved_many("dashboard over TLS", 0, view_by_tls) > 0);
}
static void logouts(void **state) { (void)state, assert_true(starved_many("logout", 0, leaves) > 0); }

/* ---- set-up ---- */
static void make_token(const char *account, const char *file) {
  char text[4096], *line = text;
  starved_must((starved_words){"token", "add", file, "--edit", "--account", account, NULL});
  (void)starved_answer(text, sizeof text);
  for (char *next; (next = strchr(line, '\n')) != NULL && next[1] != '\0'; line = next + 1) continue; /* it is the last */
  write_text(file, line);
}

static int set_up(void **state) {
  char folder[160], text[8192];
  struct jl_error err;
  struct jl_buffer pem;
  starved_start(state);
  write_text("paul.password", "quatre mots bien choisis\n");
  starved_must((starved_words){"user", "add", "paul", "--name", "Paul", "--password-file", starved_file("paul.password"), NULL});
  make_token("admin", "token");
  make_token("paul", "paul");
  snprintf(folder, sizeof folder, "%s", starved_file("data/tls"));
  jl_buffer_init(&pem, 65536);
  assert_true(jl_authority_sign_client(folder, "admin", 2, &pem, &err));
  const char *certificate = jl_buffer_cstring(&pem);
  assert_non_null(certificate);
  write_text("card.pem", certificate);
  jl_buffer_release(&pem);
  size_t size = text_of(authority_pem, text, sizeof text);
  assert_true(jl_tls_fingerprint((struct jl_bytes){(const uint8_t *)text, size}, fingerprint, &err));
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_password),  cmocka_unit_test(by_password_tls), cmocka_unit_test(by_token),  cmocka_unit_test(by_certificate),
                                     cmocka_unit_test(on_first_use), cmocka_unit_test(as_another),      cmocka_unit_test(views_tls), cmocka_unit_test(logouts)};
  return cmocka_run_group_tests(tests, set_up, starved_stop);
}
