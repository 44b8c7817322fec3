/* Edits and views with no memory left at their n-th allocation: what was said to be saved is there exactly once, and a view that ends
 * well is whole. */
#include "tests/component/support/starved.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANSWER_MAX 65536
#define MAYBE 6       /* the status of what may have been done or not */
#define ADDED_MAX 65536
static unsigned added;             /* actions that were said to be saved */
static bool refused[ADDED_MAX];    /* by number: it was said that nothing was done */

/* ---- edits ---- */
static int add(uint64_t n, bool offline) {
  static unsigned number;
  char title[40];
  if (number % 100 == 99) starved_must((starved_words){"sync", NULL}); /* what waits makes the next one longer */
  snprintf(title, sizeof title, "action %u", ++number);
  int status = offline ? starved_try(n, 0, (starved_words){"--offline", "action", "add", title, NULL})
                       : starved_try(n, 0, (starved_words){"action", "add", title, NULL});
  added += status == 0;
  assert_true(number < ADDED_MAX);
  refused[number] = status != 0 && status != MAYBE;
  return status;
}
static int add_online(uint64_t n) { return add(n, false); }
static int add_offline(uint64_t n) { return add(n, true); }

static void edits(void **state) { (void)state, assert_true(starved_many("action add", 0, add_online) > 0); }
static void edits_offline(void **state) { (void)state, starved_many("--offline action add", 0, add_offline); }

static void nothing_was_lost(void **state) {
  (void)state;
  starved_must((starved_words){"sync", NULL});
  assert_int_equal(daemon_number(starved_server(), "SELECT count(*) - count(DISTINCT title) FROM action"), 0);
  assert_true(daemon_number(starved_server(), "SELECT count(*) FROM action") >= added);
  for (unsigned i = 0; i < ADDED_MAX; i++) {
    char sql[128];
    if (!refused[i]) continue;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM action WHERE title = 'action %u'", i);
    if (daemon_number(starved_server(), sql) != 0) fail_msg("action %u was said not to be saved, and is there", i);
  }
}

/* ---- views ---- */
/* A character may be taken for a wider one when the C library finds no memory for the locale's tables: only the distances differ. */
static bool same_words(const char *a, const char *b) {
  for (; *a != '\0' || *b != '\0'; a++, b++) {
    a += strspn(a, " \n");
    b += strspn(b, " \n");
    if (*a != *b || *a == '\0') return *a == *b;
  }
  return true;
}

/* What it says when nothing fails is what it says whenever it ends well. */
static int whole(uint64_t n, starved_words words) {
  static char expected[ANSWER_MAX], told[ANSWER_MAX];
  int status = starved_try(n, 0, words);
  (void)starved_answer(n == 0 ? expected : told, ANSWER_MAX);
  if (n != 0 && status == 0 && !same_words(expected, told)) starved_bad(n, "the view ended well and is not whole");
  return status;
}

/* With something to take over into the copy. */
static void change(void) {
  static unsigned number;
  char impact[8];
  if (number % 500 == 499) starved_must((starved_words){"show", "A1", NULL}); /* an edit's base must not be older than 1,000 changes */
  snprintf(impact, sizeof impact, "%u", 1 + ++number % 9);                     /* 1 to 9, another one each time */
  starved_must((starved_words){"action", "set", "A1", "--impact", impact, NULL});
}
static int dashboard(uint64_t n) {
  change();
  return starved_try(n, 0, (starved_words){"dashboard", NULL});
}
static int table(uint64_t n) { return whole(n, (starved_words){"tree", NULL}); }
static int json(uint64_t n) { return whole(n, (starved_words){"--json", "show", "A1", NULL}); }
static int table_offline(uint64_t n) { return whole(n, (starved_words){"--offline", "tree", NULL}); }
static int dashboard_offline(uint64_t n) { return starved_try(n, 0, (starved_words){"--offline", "dashboard", NULL}); }
static int history(uint64_t n) { return whole(n, (starved_words){"history", "A1", NULL}); }
static int status(uint64_t n) { return starved_try(n, 0, (starved_words){"status", NULL}); }

static void views(void **state) { (void)state, starved_many("dashboard", 0, dashboard); }
static void views_whole(void **state) {
  (void)state;
  assert_true(starved_many("tree", 0, table) > 0);
  assert_true(starved_many("--json show", 0, json) > 0);
}
static void views_offline(void **state) {
  (void)state;
  starved_must((starved_words){"sync", NULL});
  assert_true(starved_many("--offline tree", 0, table_offline) > 0);
  assert_true(starved_many("--offline dashboard", 0, dashboard_offline) > 0);
}
static void histories(void **state) { (void)state, assert_true(starved_many("history", 0, history) > 0); }
static void outbox(void **state) { (void)state, starved_many("status", 0, status); }

/* ---- undo: taken back once, or not ---- */
static char impact_asked[] = "SELECT impact FROM action WHERE number = 1";
static int undo(uint64_t n) {
  long long before = daemon_number(starved_server(), impact_asked);
  change();
  long long changed = daemon_number(starved_server(), impact_asked);
  int end = starved_try(n, 0, (starved_words){"undo", NULL});
  starved_must((starved_words){"sync", NULL}); /* what it may have left to be sent */
  long long after = daemon_number(starved_server(), impact_asked);
  if (after != changed && (after != before || (end != 0 && end != MAYBE))) starved_bad(n, "undo did something else than it said");
  if (after != before && end == 0) starved_bad(n, "undo ended well and undid nothing");
  return end;
}
static void undoing(void **state) {
  (void)state;
  starved_must((starved_words){"show", "A1", NULL});
  assert_true(starved_many("undo", 0, undo) > 0);
}

static int set_up(void **state) {
  starved_start(state);
  starved_must((starved_words){"action", "add", "first of all", NULL});
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(edits),         cmocka_unit_test(views),     cmocka_unit_test(edits_offline),
                                     cmocka_unit_test(views_offline), cmocka_unit_test(outbox),    cmocka_unit_test(nothing_was_lost),
                                     cmocka_unit_test(views_whole),   cmocka_unit_test(histories), cmocka_unit_test(undoing)};
  return cmocka_run_group_tests(tests, set_up, starved_stop);
}
