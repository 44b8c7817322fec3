/* The n-th allocation of a command line fails, whether it is ours or that of SQLite, libuv, OpenSSL or the C library: every command ends
 * with one of its statuses and says why, the next one works, and what was said to be saved is there exactly once. A spread of n; all of
 * them with JALON_EVERY_ALLOCATION=1 (tests/run long). The program is preloaded with fail_alloc.c. */
#include "common/base/calendar.h"
#include "tests/component/support/daemon.h"
#include "tests/support/preload/fail_alloc.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SPREAD 24 /* tries of a command, when not all */
#define STATUS_MAX 8
#define TRY_LATER 5 /* the server is waited for two seconds, which a machine that is busy elsewhere may take */
#define PATIENCE_US INT64_C(300000000)
static struct daemon server;
static struct fail_alloc *faults;
static char preloaded[64], heard[8192], address[128], password[160], elsewhere[64], authority[160], token[160];
static bool reached; /* the last command came to the allocation that was to fail */
static unsigned added; /* actions that were said to be saved */
static unsigned statuses[STATUS_MAX + 1], badly; /* how commands with a failing allocation ended; those that did not as they should */

/* ---- the program ---- */
static void in_folder(const char *variable, const char *name) {
  char path[160];
  snprintf(path, sizeof path, "%s/%s", server.folder, name);
  (void)mkdir(path, 0700);
  setenv(variable, path, 1);
}

static void hear(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  assert_true(fd >= 0);
  ssize_t n = read(fd, heard, sizeof heard - 1);
  heard[n > 0 ? n : 0] = '\0';
  close(fd);
}

/* n 0: nothing fails. Its status, -1 when a signal ended it; what it said on stderr is in `heard`, its answer in a file. */
static int jalon(uint64_t n, const char *const *arguments) {
  static char program[] = BINARY_DIR "/client/jalon";
  char answer[160], errors[160];
  const char *all[16] = {program, "--lang", "en"};
  for (size_t i = 0; arguments[i] != NULL; i++) all[3 + i] = arguments[i];
  snprintf(answer, sizeof answer, "%s/answer", server.folder);
  snprintf(errors, sizeof errors, "%s/errors", server.folder);
  fail_alloc_arm(faults, n);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    int out = open(answer, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), err = open(errors, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    setenv("JALON_FAIL_ALLOC", preloaded, 1);
    setenv("LD_PRELOAD", FAIL_ALLOC, 1);
    if (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0) _exit(127);
    union {
      const char **in;
      char *const *out;
    } u = {all};
    execv(program, u.out);
    _exit(127);
  }
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  reached = fail_alloc_disarm(faults) != 0;
  hear(errors);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void must(const char *const *arguments) {
  int64_t until_us = jl_monotonic_us() + PATIENCE_US;
  int status;
  while ((status = jalon(0, arguments)) == TRY_LATER && jl_monotonic_us() < until_us) {
  }
  if (status != 0) fail_msg("jalon %s: %d %s", arguments[0], status, heard);
}

/* For logins that need no password: the server takes its time for those. */
static void make_token(void) {
  char path[160], line[256] = "";
  must((const char *[]){"token", "add", "script", "--edit", NULL});
  snprintf(path, sizeof path, "%s/answer", server.folder);
  snprintf(token, sizeof token, "%s/token", server.folder);
  FILE *answer = fopen(path, "re"), *file = fopen(token, "we");
  assert_true(answer != NULL && file != NULL);
  while (fgets(line, sizeof line, answer) != NULL) { /* it is the last */
  }
  assert_true(fputs(line, file) >= 0 && fclose(file) == 0 && fclose(answer) == 0);
}

static int start(void **state) {
  (void)state;
  char asan[400];
  const char *options = getenv("ASAN_OPTIONS");
  snprintf(preloaded, sizeof preloaded, "/tmp/jalon-faults-XXXXXX");
  int fd = mkstemp(preloaded);
  assert_true(fd >= 0 && ftruncate(fd, sizeof *faults) == 0);
  faults = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  assert_true(faults != MAP_FAILED);
  close(fd);
  daemon_start_tls(&server, NULL);
  snprintf(asan, sizeof asan, "%s%sverify_asan_link_order=0", options != NULL ? options : "", options != NULL ? ":" : "");
  setenv("ASAN_OPTIONS", asan, 1);
  /* Not ours: what the C library keeps of the names of a locale, and OpenSSL of what it was parsing, when they find no memory. */
  char suppressions[160], leaks[200];
  snprintf(suppressions, sizeof suppressions, "%s/suppressions", server.folder);
  FILE *file = fopen(suppressions, "we");
  assert_true(file != NULL && fputs("leak:_nl_normalize_codeset\nleak:CRYPTO_\n", file) >= 0 && fclose(file) == 0);
  snprintf(leaks, sizeof leaks, "suppressions=%s:print_suppressions=0", suppressions);
  setenv("LSAN_OPTIONS", leaks, 1);
  in_folder("HOME", "home");
  in_folder("XDG_CONFIG_HOME", "config");
  in_folder("XDG_DATA_HOME", "share");
  snprintf(password, sizeof password, "%s/password", server.folder);
  snprintf(address, sizeof address, "unix:%s", server.socket);
  must((const char *[]){"login", "admin", "--server", address, "--password-file", password, NULL});
  snprintf(elsewhere, sizeof elsewhere, "tls:127.0.0.1:%u", (unsigned)server.port);
  snprintf(authority, sizeof authority, "%s/data/tls/authority.pem", server.folder);
  must((const char *[]){"plan", "new", "Plan 2026", "--start", "2026-01-01", NULL});
  must((const char *[]){"plan", "use", "Plan 2026", NULL});
  make_token();
  return 0;
}

static int stop(void **state) {
  (void)state;
  unlink(preloaded);
  return daemon_stop(&server);
}

/* ---- tries ---- */
static bool ends_well(int status) {
  if (status < 0 || status > STATUS_MAX) return false;
  if (strstr(heard, "Sanitizer") != NULL || strstr(heard, "runtime error") != NULL) return false;
  return status == 0 || heard[0] != '\0';
}

static int try(uint64_t n, const char *const *arguments) {
  int status = jalon(n, arguments);
  bool well = ends_well(status);
  if (n == 0 && !well) fail_msg("jalon %s: %d %s", arguments[0], status, heard);
  if (well) {
    statuses[status] += reached;
    return status;
  }
  badly++; /* the others are tried too */
  print_error("jalon %s, allocation %u: %d %s\n", arguments[0], (unsigned)n, status, heard);
  return -1;
}

static int add(uint64_t n, bool offline) {
  static unsigned number;
  char title[40];
  if (number % 100 == 99) must((const char *[]){"sync", NULL}); /* what waits makes the next one longer */
  snprintf(title, sizeof title, "action %u", ++number);
  int status = try(n, offline ? (const char *[]){"--offline", "action", "add", title, NULL} : (const char *[]){"action", "add", title, NULL});
  added += status == 0;
  return status;
}
static int add_online(uint64_t n) { return add(n, false); }
static int add_offline(uint64_t n) { return add(n, true); }
/* With something to take over into the copy. */
static int dashboard(uint64_t n) {
  static unsigned number;
  char impact[8];
  if (number % 500 == 499) must((const char *[]){"show", "A1", NULL}); /* an edit's base must not be older than 1,000 changes */
  snprintf(impact, sizeof impact, "%u", 1 + ++number % 9); /* 1 to 9, another one each time */
  must((const char *[]){"action", "set", "A1", "--impact", impact, NULL});
  return try(n, (const char *[]){"dashboard", NULL});
}
static int dashboard_tls(uint64_t n) { return try(n, (const char *[]){"--profile", "far", "dashboard", NULL}); }
static int login(uint64_t n) {
  return try(n, (const char *[]){"--profile", "near", "login", "admin", "--server", address, "--password-file", password, NULL});
}
static int login_tls(uint64_t n) {
  return try(n, (const char *[]){"--profile", "far", "login", "--server", elsewhere, "--authority", authority, "--token-file", token, NULL});
}
static int status(uint64_t n) { return try(n, (const char *[]){"status", NULL}); }

/* Nothing was broken for the next one. A machine that is busy elsewhere may need a few tries. */
static void works(int (*command)(uint64_t n)) {
  int64_t until_us = jl_monotonic_us() + PATIENCE_US;
  while (command(0) != 0)
    if (jl_monotonic_us() > until_us) fail_msg("does not work any more: %s", heard);
}

static uint64_t many_allocations(const char *name, int (*command)(uint64_t n)) {
  works(command);
  uint64_t count = atomic_load(&faults->count), failed = 0, tries = 0;
  uint64_t step = getenv("JALON_EVERY_ALLOCATION") != NULL || count < SPREAD ? 1 : count / SPREAD, n = 1;
  for (int status = command(n); n <= count || reached; tries++, status = command(n += step)) failed += status != 0; /* until it has no n-th one */
  works(command);
  print_message("%s: the n-th allocation failed for n = 1 to %u, every %u. of them: %u commands of %u did not succeed; by status:", name,
                (unsigned)(n - step), (unsigned)step, (unsigned)failed, (unsigned)tries);
  for (size_t i = 0; i <= STATUS_MAX; i++)
    if (statuses[i] > 0) print_message(" %u: %u", (unsigned)i, statuses[i]);
  print_message("\n");
  unsigned bad = badly;
  memset(statuses, 0, sizeof statuses);
  badly = 0;
  assert_int_equal(bad, 0);
  return failed;
}

static void logins(void **state) { (void)state, assert_true(many_allocations("login", login) > 0); }
static void logins_tls(void **state) { (void)state, assert_true(many_allocations("login over TLS", login_tls) > 0); }
static void views_tls(void **state) {
  (void)state;
  must((const char *[]){"--profile", "far", "plan", "use", "Plan 2026", NULL});
  many_allocations("dashboard over TLS", dashboard_tls);
}
static void edits(void **state) { (void)state, assert_true(many_allocations("action add", add_online) > 0); }
static void edits_offline(void **state) { (void)state, many_allocations("--offline action add", add_offline); }
static void views(void **state) { (void)state, many_allocations("dashboard", dashboard); }
static void outbox(void **state) { (void)state, many_allocations("status", status); }

static void nothing_was_lost(void **state) {
  (void)state;
  must((const char *[]){"sync", NULL});
  assert_int_equal(daemon_number(&server, "SELECT count(*) - count(DISTINCT title) FROM action"), 0);
  assert_true(daemon_number(&server, "SELECT count(*) FROM action") >= added); /* what did not say so may be there as well */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(edits), cmocka_unit_test(views), cmocka_unit_test(edits_offline), cmocka_unit_test(logins), cmocka_unit_test(logins_tls), cmocka_unit_test(views_tls),
                                     cmocka_unit_test(outbox), cmocka_unit_test(nothing_was_lost)};
  return cmocka_run_group_tests(tests, start, stop);
}
