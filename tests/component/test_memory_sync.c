/* jalon sync with no memory left at its n-th allocation: with changes that wait, one of which meets another person's and is a conflict,
 * and with no copy yet. No change is lost or made twice, a conflict is kept until its author settles it, and the copy is whole in the end. */
#include "tests/component/support/starved.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CONFLICT 3 /* status: something of what was sent met another's change */
#define ANSWER_MAX 65536
#define TRIES 300

static unsigned step; /* each try has its own titles and values */

static long long actions_called(const char *prefix) {
  char sql[128];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM action WHERE title = '%s %u'", prefix, step);
  return daemon_number(starved_server(), sql);
}

/* Three changes wait: two new actions, and a title that somebody else changes meanwhile. */
static void make_waiting(void) {
  char first[40], second[40], mine[40], theirs[40];
  step++;
  snprintf(first, sizeof first, "first %u", step);
  snprintf(second, sizeof second, "second %u", step);
  snprintf(mine, sizeof mine, "mine %u", step);
  snprintf(theirs, sizeof theirs, "theirs %u", step);
  starved_must((starved_words){"--offline", "action", "add", first, NULL});
  starved_must((starved_words){"--offline", "action", "set", "A1", "--title", mine, NULL});
  starved_must((starved_words){"--offline", "action", "add", second, NULL});
  starved_must((starved_words){"--profile", "other", "show", "A1", NULL});
  starved_must((starved_words){"--profile", "other", "action", "set", "A1", "--title", theirs, NULL});
}

/* The conflict's number, as jalon conflicts tells it; 0: there is none. More than one are more than there were. */
static unsigned long conflict(uint64_t n) {
  char text[ANSWER_MAX];
  starved_must((starved_words){"conflicts", NULL});
  (void)starved_answer(text, sizeof text);
  unsigned long number = 0;
  for (const char *line = text; (line = strchr(line, '\n')) != NULL; line++) { /* "C12  A1 mine 0 ..." */
    if (line[1] != 'C' || line[2] < '0' || line[2] > '9') continue;
    if (number != 0) starved_bad(n, "one conflict became two");
    number = strtoul(line + 2, NULL, 10);
  }
  return number;
}

static int sync_waiting(uint64_t n) {
  char number[24], asked[64];
  make_waiting();
  int status = starved_try(n, CONFLICT, (starved_words){"sync", NULL});
  (void)starved_run((starved_words){"sync", NULL}); /* what is left; its end depends on how far the first one came */
  if (actions_called("first") != 1 || actions_called("second") != 1) starved_bad(n, "a change that waited was lost, or made twice");
  snprintf(asked, sizeof asked, "SELECT count(*) FROM action WHERE title = 'theirs %u'", step);
  if (daemon_number(starved_server(), asked) != 1) starved_bad(n, "another's change was written over");
  unsigned long c = conflict(n);
  if (c == 0) starved_bad(n, "the conflict was lost");
  snprintf(number, sizeof number, "C%lu", c);
  if (c != 0) starved_must((starved_words){"resolve", number, "--mine", NULL});
  if (c != 0 && actions_called("mine") != 1) starved_bad(n, "the conflict was not settled as its author chose");
  return status;
}

/* ---- the first time ---- */
static void remove_copies(void) {
  char path[512], account[512];
  DIR *servers = opendir(starved_file("share/jalon"));
  for (struct dirent *server; servers != NULL && (server = readdir(servers)) != NULL;) {
    snprintf(path, sizeof path, "%s/%.200s", starved_file("share/jalon"), server->d_name);
    DIR *accounts = server->d_name[0] == '.' ? NULL : opendir(path);
    for (struct dirent *one; accounts != NULL && (one = readdir(accounts)) != NULL;) {
      snprintf(account, sizeof account, "%.250s/%.200s/replica.db", path, one->d_name);
      (void)unlink(account);
      snprintf(account, sizeof account, "%.250s/%.200s/hint", path, one->d_name);
      (void)unlink(account);
    }
    if (accounts != NULL) closedir(accounts);
  }
  if (servers != NULL) closedir(servers);
}

static char whole_plan[ANSWER_MAX];

static void join(const char *profile, const char *account);

static int first_sync(uint64_t n) {
  static char reader[24];
  static unsigned tries;
  char told[ANSWER_MAX];
  if (tries++ % TRIES == 0) { /* another one: nobody takes more than some thousand copies in an hour */
    snprintf(reader, sizeof reader, "reader%u", tries / TRIES);
    join(reader, reader);
  }
  remove_copies();
  int status = starved_try(n, 0, (starved_words){"--profile", reader, "sync", NULL});
  if (status != 0) starved_must((starved_words){"--profile", reader, "sync", NULL});
  starved_must((starved_words){"--profile", reader, "--offline", "--csv", "action", "list", NULL});
  (void)starved_answer(told, sizeof told);
  if (strcmp(told, whole_plan) != 0) starved_bad(n, "the copy is not whole");
  return status;
}

static void waiting(void **state) { (void)state, assert_true(starved_many("sync", CONFLICT, sync_waiting) > 0); }
static void first_time(void **state) {
  (void)state;
  starved_must((starved_words){"--csv", "action", "list", NULL});
  (void)starved_answer(whole_plan, sizeof whole_plan);
  assert_true(starved_many("first sync", 0, first_sync) > 0);
}

/* Somebody new. */
static void join(const char *profile, const char *account) {
  char socket[128];
  starved_must((starved_words){"user", "add", account, "--name", account, "--password-file", starved_file("password"), NULL});
  snprintf(socket, sizeof socket, "unix:%s", starved_server()->socket);
  starved_must((starved_words){"--profile", profile, "login", account, "--server", socket, "--password-file", starved_file("password"), NULL});
  starved_must((starved_words){"--profile", profile, "plan", "use", "Plan 2026", NULL});
}

static int set_up(void **state) {
  starved_start(state);
  join("other", "paul");
  starved_must((starved_words){"action", "add", "mine 0", NULL});
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(waiting), cmocka_unit_test(first_time)};
  return cmocka_run_group_tests(tests, set_up, starved_stop);
}
