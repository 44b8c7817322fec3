/* Two real servers on one PostgreSQL: what either writes is decided on what the other has written, and read from its log; the
 * lease is taken, and given back when a server stops. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct daemon first, second;

static int start(void **state) {
  (void)state;
  daemon_start(&first);
  daemon_join(&second, &first);
  return 0;
}
static int stop(void **state) {
  (void)state;
  int other = second.pid > 0 ? daemon_stop(&second) : 0, status = daemon_stop(&first);
  return other == 0 ? status : other;
}

static void same_on_both(const struct planner *p) {
  struct copy c[2];
  const struct daemon *nodes[] = {&first, &second};
  for (int i = 0; i < 2; i++) {
    struct wire w = planner_reader(nodes[i], NULL);
    copy_begin(&c[i], p->space);
    uint32_t stream = planner_subscribe(&w, p->space, NULL, NULL);
    while (!copy_snapshot_message(&c[i], &w, stream)) {
    }
    wire_close(&w);
  }
  copy_equal(&c[0], &c[1]);
  copy_end(&c[0]);
  copy_end(&c[1]);
}

/* A refusal has to be written too: the one that is behind is fenced, and reads what it does not know. */
static void look(struct planner *p, struct jl_id action) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_bytes group = planner_change_group(p, a, action, JL_ACTION_TITLE, "never so", "x");
  const Jalon__Verdict *verdict =
      wire_expect(&p->wire, planner_submit(p, group), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  assert_int_equal(verdict->error->code, JL_E_FIELD_CONFLICT);
  jl_arena_free(a);
}

static long long leases(const struct planner *p) {
  char id[JL_ID_TEXT_SIZE], sql[200];
  jl_id_format(&p->space, id);
  snprintf(sql, sizeof sql, "SELECT count(*) FROM lease WHERE space_id = '%s' AND until > now()", id);
  return daemon_number(&first, sql);
}

static void they_write_in_turn(void **state) {
  (void)state;
  struct planner here, there;
  planner_open(&here, &first);
  there = (struct planner){.space = here.space, .replica = jl_id_random()};
  planner_reconnect(&there, &second);
  struct wire w = planner_reader(&second, NULL);
  struct copy follower;
  copy_begin(&follower, here.space);
  uint32_t stream = planner_subscribe(&w, here.space, NULL, NULL);
  while (!copy_snapshot_message(&follower, &w, stream)) {
  }
  struct jl_id action = planner_action(&here, "v0", NULL);
  char from[16] = "v0", to[16];
  for (int i = 1; i <= 40; i++) { /* each writes over what the other has just written, which its own memory has not seen */
    struct planner *p = i % 3 == 0 ? &here : &there;
    snprintf(to, sizeof to, "v%d", i);
    planner_retitle(p, action, from, to);
    planner_action(p, "beside", NULL);
    snprintf(from, sizeof from, "%s", to);
  }
  uint64_t head = here.head > there.head ? here.head : there.head;
  assert_true(head == 82);
  planner_action(&there, "last", NULL);
  copy_tail(&follower, &w, stream, 83); /* a subscriber of the second hears of what the first wrote, in order */
  planner_action(&here, "and last", NULL);
  planner_action(&there, "both know", NULL);
  planner_action(&here, "all", NULL);
  copy_tail(&follower, &w, stream, 85);
  planner_retitle(&there, action, from, "end");
  look(&here, action);
  same_on_both(&here);
  copy_end(&follower);
  wire_close(&w);
  planner_close(&here);
  planner_close(&there);
}

/* The same group by both roads: one of them may not know its lane yet, but it is in once. */
static void a_group_by_both_roads_is_in_once(void **state) {
  (void)state;
  struct planner p;
  planner_open(&p, &first);
  struct jl_id action = planner_action(&p, "a", NULL);
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_bytes group = planner_change_group(&p, a, action, JL_ACTION_TITLE, "a", "b");
  uint64_t revision = planner_verdict(&p, planner_submit(&p, group));
  struct planner other = {.space = p.space, .replica = p.replica, .seq = p.seq, .confirmed = p.confirmed - 1};
  planner_reconnect(&other, &second);
  const Jalon__Verdict *again =
      wire_expect(&other.wire, planner_submit(&other, group), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  assert_true(again->repeated && again->revision == revision);
  assert_true(planner_retitle(&other, action, "b", "c") == revision + 1); /* the lane goes on there */
  p.seq = other.seq;
  p.confirmed = other.confirmed;
  assert_true(planner_retitle(&p, action, "c", "d") == revision + 2); /* and here again */
  jl_arena_free(a);
  planner_close(&p);
  planner_close(&other);
}

static void a_server_that_stops_gives_its_leases_back(void **state) {
  (void)state;
  struct planner p;
  planner_open(&p, &second);
  planner_action(&p, "x", NULL);
  for (int i = 0; i < 10000 && leases(&p) == 0; i++) { /* asked for beside the commit */
  }
  assert_int_equal(leases(&p), 1);
  planner_close(&p);
  assert_int_equal(daemon_terminate(&second), 0);
  assert_int_equal(leases(&p), 0);
  planner_reconnect(&p, &first); /* another server goes on */
  planner_action(&p, "y", NULL);
  planner_close(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(they_write_in_turn),
      cmocka_unit_test(a_group_by_both_roads_is_in_once),
      cmocka_unit_test(a_server_that_stops_gives_its_leases_back),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
