/* A server that is told to stop: clients hear of it, what is under way is answered, what is not taken is told so in a way that
 * asks to try again, and nothing of it is lost or doubled when they go on with another server. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { CLIENTS = 6, GROUPS = 150 };
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

struct busy {
  struct planner p;
  struct jl_id action;
  struct jl_bytes groups[GROUPS];
  uint32_t streams[GROUPS], subscription, read_stream;
  bool decided[GROUPS], drained, closed, ended;
  size_t verdicts, refused;
};

static enum jl_class class_of(struct wire *w, struct jl_bytes payload) {
  struct jl_error err;
  jl_arena_reset(w->arena);
  const Jalon__Error *wire = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, w->arena, &err);
  assert_non_null(wire);
  return jl_code_class((enum jl_code)wire->code);
}

static size_t group_of(const struct busy *b, uint32_t stream) {
  for (size_t i = 0; i < GROUPS; i++)
    if (b->streams[i] == stream) return i;
  return SIZE_MAX;
}

static void take_verdict(struct busy *b, size_t i, struct jl_bytes payload) {
  struct jl_error err;
  jl_arena_reset(b->p.wire.arena);
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, payload, b->p.wire.arena, &err);
  assert_non_null(v);
  assert_null(v->error);
  assert_true(v->seq == b->p.seq - GROUPS + 1 + i);
  assert_false(b->decided[i]);
  b->decided[i] = true;
  b->verdicts++;
}

/* One message; whatever is refused is refused in a way that asks to try again. */
static void take(struct busy *b) {
  struct received got = wire_next(&b->p.wire);
  if (got.closed) {
    b->closed = true;
    return;
  }
  size_t i = group_of(b, got.stream);
  switch (got.type) {
  case JALON__FRAME_TYPE__DRAIN:
    assert_int_equal(got.stream, 0);
    b->drained = true;
    break;
  case JALON__FRAME_TYPE__SUBMIT_REPLY:
    take_verdict(b, i, got.payload);
    break;
  case JALON__FRAME_TYPE__ERROR:
    assert_int_equal(class_of(&b->p.wire, got.payload), JL_CLASS_RETRY);
    b->refused += i != SIZE_MAX;
    break;
  case JALON__FRAME_TYPE__ENDED: {
    struct jl_error err;
    jl_arena_reset(b->p.wire.arena);
    const Jalon__Ended *ended = (const Jalon__Ended *)jl_unpack(&jalon__ended__descriptor, got.payload, b->p.wire.arena, &err);
    assert_non_null(ended);
    assert_int_equal(jl_code_class((enum jl_code)ended->error->code), JL_CLASS_RETRY);
    b->ended = true;
    break;
  }
  default:
    break; /* what a subscription or a read brings */
  }
}

/* An edit of one's own action, GROUPS in a row, not waiting for any. */
static void be_busy(struct busy *b, struct jl_arena *a, struct jl_id space, const struct daemon *d) {
  *b = (struct busy){.p = {.space = space, .replica = jl_id_random()}};
  planner_reconnect(&b->p, d);
  b->action = planner_action(&b->p, "0", NULL);
  b->subscription = planner_subscribe(&b->p.wire, space, NULL, NULL);
  char from[16] = "0", to[16];
  for (int i = 0; i < GROUPS; i++) {
    snprintf(to, sizeof to, "%d", i + 1);
    b->groups[i] = planner_change_group(&b->p, a, b->action, JL_ACTION_TITLE, from, to);
    b->streams[i] = planner_submit(&b->p, b->groups[i]);
    memcpy(from, to, sizeof from);
  }
}

static void a_rolling_restart_loses_and_doubles_nothing(void **state) {
  (void)state;
  static struct busy busy[CLIENTS];
  struct jl_arena *a = jl_arena_new(64U << 20);
  struct planner owner;
  planner_open(&owner, &second);
  for (int c = 0; c < CLIENTS; c++) be_busy(&busy[c], a, owner.space, &second);
  while (busy[0].verdicts == 0) take(&busy[0]); /* it is in the middle of it */
  assert_int_equal(kill(second.pid, SIGTERM), 0);
  for (int c = 0; c < CLIENTS; c++)
    while (!busy[c].closed) take(&busy[c]);
  int status;
  assert_int_equal(waitpid(second.pid, &status, 0), second.pid);
  second.pid = 0;
  assert_int_equal(status, 0);
  size_t verdicts = 0;
  for (int c = 0; c < CLIENTS; c++) {
    assert_true(busy[c].drained);
    assert_true(busy[c].ended); /* the subscription says why */
    verdicts += busy[c].verdicts;
    size_t decided = 0;
    while (decided < GROUPS && busy[c].decided[decided]) decided++;
    assert_int_equal(decided, busy[c].verdicts); /* in order: none behind one that was not taken */
  }
  /* They go on with the other server, from what they have no verdict of. */
  for (int c = 0; c < CLIENTS; c++) {
    struct busy *b = &busy[c];
    size_t from = b->verdicts;
    uint64_t seq = b->p.seq;
    b->p.confirmed = seq - GROUPS + from;
    planner_reconnect(&b->p, &first);
    for (size_t i = from; i < GROUPS; i++) planner_verdict(&b->p, planner_submit(&b->p, b->groups[i]));
    char id[JL_ID_TEXT_SIZE], sql[200];
    jl_id_format(&b->p.replica, id);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM log WHERE replica = '%s'", id);
    assert_int_equal(daemon_number(&first, sql), GROUPS + 1);
    jl_id_format(&b->action, id);
    snprintf(sql, sizeof sql, "SELECT title::bigint FROM action WHERE id = '%s'", id);
    assert_int_equal(daemon_number(&first, sql), GROUPS);
    planner_close(&b->p);
  }
  assert_true(verdicts > 0);
  planner_close(&owner);
  jl_arena_free(a);
}

/* Between DRAIN and the end new edits are not taken, and nobody new is let in. */
static void what_comes_late_is_sent_elsewhere(void **state) {
  (void)state;
  struct planner p;
  planner_open(&p, &first);
  struct jl_id action = planner_action(&p, "late", NULL);
  struct wire idle = planner_reader(&first, NULL);
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_bytes group = planner_change_group(&p, a, action, JL_ACTION_TITLE, "late", "later");
  assert_int_equal(kill(first.pid, SIGTERM), 0);
  for (bool drained = false; !drained;) {
    struct received got = wire_next(&p.wire);
    assert_false(got.closed);
    drained = got.type == JALON__FRAME_TYPE__DRAIN;
  }
  planner_submit(&p, group); /* the line may be closed before it is read: then there is no answer, which is not a refusal either */
  for (;;) {
    struct received got = wire_next(&p.wire);
    if (got.closed) break;
    assert_int_equal(got.type, JALON__FRAME_TYPE__ERROR);
    assert_int_equal(class_of(&p.wire, got.payload), JL_CLASS_RETRY);
  }
  wire_expect_closed(&idle);
  int status;
  assert_int_equal(waitpid(first.pid, &status, 0), first.pid);
  assert_int_equal(status, 0);
  daemon_again(&first, (const char *[]){NULL});
  planner_reconnect(&p, &first);
  planner_verdict(&p, planner_submit(&p, group)); /* the same bytes, the same number */
  wire_close(&idle);
  planner_close(&p);
  jl_arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_rolling_restart_loses_and_doubles_nothing),
      cmocka_unit_test(what_comes_late_is_sent_elsewhere),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
