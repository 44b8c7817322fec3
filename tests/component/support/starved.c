#include "tests/component/support/starved.h"
#include "tests/component/support/faulty.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SPREAD 10 /* tries of a command, when not all: each is a program that starts */
#define STATUS_MAX 8
static struct daemon server;
static struct fail_alloc *faults;
static char preloaded[64], heard[8192], address[64];
static bool reached;
static unsigned statuses[STATUS_MAX + 1], badly; /* how commands with a failing allocation ended; those that did not as they should */

struct daemon *starved_server(void) { return &server; }
const char *starved_address(void) { return address; }
bool starved_reached(void) { return reached; }

const char *starved_file(const char *name) {
  static char paths[8][224];
  static unsigned last;
  char *path = paths[last++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", server.folder, name);
  return path;
}

const char *starved_profile(const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "config/jalon/%s", name);
  return path;
}

void starved_forget(const char *profile) {
  static const char *const files[] = {"profile", "authority", "ticket"};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s.%s", profile, files[i]);
    (void)unlink(starved_file(starved_profile(name)));
  }
}

/* ---- the program ---- */
static size_t read_file(const char *path, char *out, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  assert_true(fd >= 0);
  size_t got = 0;
  for (ssize_t n; got < size - 1 && (n = read(fd, out + got, size - 1 - got)) > 0;) got += (size_t)n;
  out[got] = '\0';
  close(fd);
  return got;
}

size_t starved_answer(char *out, size_t size) { return read_file(starved_file("answer"), out, size); }

/* n 0: nothing fails. Its status, -1 when a signal ended it; what it said on stderr is in `heard`, its answer in a file. */
static int jalon(uint64_t n, starved_words words) {
  static char program[] = BINARY_DIR "/client/jalon";
  const char *all[STARVED_WORDS + 3] = {program, "--lang", "en"};
  const char *answer = starved_file("answer"), *errors = starved_file("errors");
  for (size_t i = 0; words[i] != NULL; i++) all[3 + i] = words[i];
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
  (void)read_file(errors, heard, sizeof heard);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int starved_run(starved_words words) { return jalon(0, words); }

void starved_must(starved_words words) {
  int status = jalon(0, words);
  if (status != 0) fail_msg("jalon %s: %d %s", words[0], status, heard);
}

/* ---- set-up ---- */
static void in_folder(const char *variable, const char *name) {
  (void)mkdir(starved_file(name), 0700);
  setenv(variable, starved_file(name), 1);
}

/* Not ours: what the C library keeps of the names of a locale, and OpenSSL of what it was parsing, when they find no memory. */
static void leaks_of_others(void) {
  char options[400];
  faulty_sanitizer();
  FILE *file = fopen(starved_file("suppressions"), "we");
  assert_true(file != NULL && fputs("leak:_nl_normalize_codeset\nleak:CRYPTO_\n", file) >= 0 && fclose(file) == 0);
  snprintf(options, sizeof options, "suppressions=%s:print_suppressions=0", starved_file("suppressions"));
  setenv("LSAN_OPTIONS", options, 1);
}

int starved_start(void **state) {
  (void)state;
  char socket[128];
  faults = faulty_map(preloaded);
  daemon_start_tls(&server, NULL);
  leaks_of_others();
  setenv("JALON_PATIENCE", "300", 1); /* a machine that is busy elsewhere may take more than the two seconds */
  in_folder("HOME", "home");
  in_folder("XDG_CONFIG_HOME", "config");
  in_folder("XDG_DATA_HOME", "share");
  snprintf(socket, sizeof socket, "unix:%s", server.socket);
  snprintf(address, sizeof address, "tls:127.0.0.1:%u", (unsigned)server.port);
  starved_must((starved_words){"login", "admin", "--server", socket, "--password-file", starved_file("password"), NULL});
  starved_must((starved_words){"plan", "new", "Plan 2026", "--start", "2026-01-01", NULL});
  starved_must((starved_words){"plan", "use", "Plan 2026", NULL});
  return 0;
}

int starved_stop(void **state) {
  (void)state;
  unlink(preloaded);
  return daemon_stop(&server);
}

/* ---- tries ---- */
/* That it says memory is asked for only where all are tried: which ones the spread meets changes with every change of the program. */
static bool says_why(void) { return heard[0] != '\0' && (getenv("JALON_EVERY_ALLOCATION") == NULL || strstr(heard, "memory") != NULL); }

static bool ends_well(int status, int clean) {
  if (status < 0 || status > STATUS_MAX) return false;
  if (strstr(heard, "Sanitizer") != NULL || strstr(heard, "runtime error") != NULL) return false;
  return status == clean || (reached && says_why());
}

void starved_bad(uint64_t n, const char *what) {
  badly++; /* the others are tried too */
  print_error("allocation %u: %s: %s\n", (unsigned)n, what, heard);
}

int starved_try(uint64_t n, int clean, starved_words words) {
  int status = jalon(n, words);
  if (ends_well(status, clean)) {
    if (reached) statuses[status]++;
    return status;
  }
  if (n == 0) fail_msg("jalon %s %s: %d %s", words[0], words[1] != NULL ? words[1] : "", status, heard);
  char what[64];
  snprintf(what, sizeof what, "%.30s ended with %d", words[0], status);
  starved_bad(n, what);
  return -1;
}

/* Nothing was broken for the next one. */
static void works(int clean, int (*command)(uint64_t n)) {
  if (command(0) != clean) fail_msg("does not work any more: %s", heard);
}

uint64_t starved_many(const char *name, int clean, int (*command)(uint64_t n)) {
  works(clean, command);
  uint64_t count = atomic_load(&faults->count), failed = 0, tries = 0;
  uint64_t step = getenv("JALON_EVERY_ALLOCATION") != NULL || count < SPREAD ? 1 : count / SPREAD, n = 1;
  for (int status = command(n); n <= count || reached; tries++, status = command(n += step)) failed += status != clean; /* until it has no n-th one */
  works(clean, command);
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
