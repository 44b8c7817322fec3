/* Presence as programs have it from the library: two processes on one plan, one of which says what it does and then ends in one
 * way or another. */
#include "tests/component/support/laptop.h"
#include "tests/component/support/planner.h"
#include "common/base/calendar.h"
#include <signal.h>
#include <sys/wait.h>

#define PASSWORD "a password of theirs"
#define PATIENCE_US INT64_C(300000000)
static struct daemon server;
static struct laptop ana;
static struct planner planner; /* makes the people, and the plan with its action */
static struct jl_id action, person_of_ana, person_of_ben;

static int start(void **state) {
  (void)state;
  daemon_start_with(&server, (const char *[]){"--presence-ms=600000", NULL}); /* nobody leaves because a machine is slow */
  planner_open(&planner, &server);
  action = planner_action(&planner, "shared", NULL);
  person_of_ana = planner_colleague(&server, "Ana", "ana", PASSWORD);
  person_of_ben = planner_colleague(&server, "Ben", "ben", PASSWORD);
  laptop_start(&ana, &server, "ana", PASSWORD);
  return 0;
}
static int stop(void **state) {
  (void)state;
  laptop_end(&ana);
  planner_close(&planner);
  return daemon_stop(&server);
}

/* ---- what one process sees ---- */
struct seen {
  bool came;
  struct jl_error error;
  size_t count, total;
  struct jl_present first;
  char name[64];
};
static void on_present(void *context, const struct jl_reply *reply) {
  struct seen *s = context;
  s->came = true;
  s->error = reply->error;
  s->count = reply->present_count;
  s->total = reply->present_total;
  if (reply->present_count == 0) return;
  s->first = reply->present[0];
  snprintf(s->name, sizeof s->name, "%s", reply->present[0].name);
}
static struct seen presence(struct laptop *l, enum jl_doing doing, const struct jl_id *record, uint32_t field) {
  struct seen s = {0};
  assert_int_not_equal(jl_client_presence(l->client, &planner.space, doing, record, field, planner.head, on_present, &s), 0);
  assert_true(jl_client_wait(l->client, 2 * LAPTOP_WAIT_MS));
  assert_true(s.came);
  return s;
}
/* Only asks, until so many are there. */
static struct seen until_total(struct laptop *l, size_t total) {
  for (int64_t end_us = jl_monotonic_us() + PATIENCE_US;;) {
    struct seen s = presence(l, 0, NULL, 0);
    if (s.error.code == JL_E_OK && s.total == total) return s;
    if (s.error.code != JL_E_OVERLOADED) must(s.error.code == JL_E_OK, &s.error); /* asked too often: again */
    assert_true(jl_monotonic_us() < end_us);
  }
}

/* ---- the other process ---- */
struct other {
  pid_t pid;
  int says, hears; /* the child tells each step, and does the next when it is told to: a byte each, at first its home */
  char home[sizeof ana.home];
};
static void child(int hears, int says) {
  struct laptop ben;
  char byte = 0;
  laptop_start(&ben, &server, "ben", PASSWORD);
  struct seen s = presence(&ben, JL_DOING_EDITING, &action, JL_ACTION_DUE);
  bool ok = s.error.code == JL_E_OK && s.total >= 1 && write(says, ben.home, sizeof ben.home) == sizeof ben.home && read(hears, &byte, 1) == 1;
  if (ok && byte == 'l') {
    s = presence(&ben, JL_DOING_LEAVING, NULL, 0);
    ok = s.error.code == JL_E_OK && write(says, "l", 1) == 1 && read(hears, &byte, 1) == 1;
  }
  laptop_end(&ben);
  _exit(ok ? 0 : 1);
}
static struct other another(void) {
  int to[2], from[2];
  assert_int_equal(pipe(to), 0);
  assert_int_equal(pipe(from), 0);
  struct other o = {.pid = fork(), .says = from[0], .hears = to[1]};
  assert_true(o.pid >= 0);
  if (o.pid == 0) {
    close(to[1]);
    close(from[0]);
    child(to[0], from[1]);
  }
  close(to[0]);
  close(from[1]);
  assert_int_equal(read(o.says, o.home, sizeof o.home), sizeof o.home);
  return o;
}
static int end_of(struct other *o) {
  int status = -1;
  close(o->hears);
  assert_int_equal(waitpid(o->pid, &status, 0), o->pid);
  close(o->says);
  return status;
}

/* ---- tests ---- */
static void expect_ben(const struct seen *s) {
  assert_int_equal(s->count, 1);
  assert_true(jl_id_equal(&s->first.person, &person_of_ben) && jl_id_equal(&s->first.record, &action));
  assert_string_equal(s->name, "Ben");
  assert_int_equal(s->first.doing, JL_DOING_EDITING);
  assert_int_equal(s->first.type, JL_TYPE_ACTION);
  assert_int_equal(s->first.number, 1);
  assert_int_equal(s->first.field, JL_ACTION_DUE);
  assert_true(s->first.revision == planner.head && s->first.since_us <= jl_now_utc_us());
}

static void one_sees_the_other_come_and_leave(void **state) {
  (void)state;
  char byte = 0;
  assert_int_equal(until_total(&ana, 0).count, 0);
  struct other ben = another();
  struct seen s = until_total(&ana, 1);
  expect_ben(&s);
  assert_int_equal(write(ben.hears, "l", 1), 1);
  assert_int_equal(read(ben.says, &byte, 1), 1);
  (void)until_total(&ana, 0);
  assert_int_equal(write(ben.hears, "x", 1), 1);
  assert_int_equal(end_of(&ben), 0);
}

static void both_are_there(void **state) {
  (void)state;
  struct other ben = another();
  struct seen s;
  do s = presence(&ana, JL_DOING_LOOKING, NULL, 0);
  while (s.error.code == JL_E_OVERLOADED);
  must(s.error.code == JL_E_OK, &s.error);
  assert_int_equal(s.total, 2);
  assert_true(jl_id_equal(&s.first.person, &person_of_ben)); /* who edits comes first */
  assert_int_equal(write(ben.hears, "x", 1), 1);
  assert_int_equal(end_of(&ben), 0);
  s = until_total(&ana, 1);
  assert_true(jl_id_equal(&s.first.person, &person_of_ana) && jl_id_is_zero(&s.first.record));
}

static void a_process_that_is_killed_has_left(void **state) {
  (void)state;
  struct other ben = another();
  struct seen s = until_total(&ana, 2);
  expect_ben(&(struct seen){.count = 1, .first = s.first, .name = "Ben"});
  assert_int_equal(kill(ben.pid, SIGKILL), 0);
  assert_int_equal(WTERMSIG(end_of(&ben)), SIGKILL);
  (void)nftw(ben.home, laptop_unlink, 16, FTW_DEPTH | FTW_PHYS);
  (void)until_total(&ana, 1);
}

static void without_the_server_nobody_is_told(void **state) {
  (void)state;
  laptop_open(&ana, true);
  struct seen s = presence(&ana, JL_DOING_LOOKING, NULL, 0);
  assert_int_equal(s.error.code, JL_E_UNAVAILABLE);
  assert_int_equal(s.count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_sees_the_other_come_and_leave), cmocka_unit_test(both_are_there),
                                     cmocka_unit_test(a_process_that_is_killed_has_left), cmocka_unit_test(without_the_server_nobody_is_told)};
  return cmocka_run_group_tests(tests, start, stop);
}
