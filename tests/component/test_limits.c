/* Limits of a session that need a real server: how much it may have under way, and how long it may stay without a login, or without reading. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/record.h"
#include "common/record/schema.h"
#include "tests/component/support/daemon.h"
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct daemon server;

/* The database stands still for as long as a slow machine needs. */
static int start(void **state) {
  (void)state;
  daemon_start_with(&server, (const char *[]){"--database-wait-ms=600000", NULL});
  return 0;
}
static int stop(void **state) {
  (void)state;
  return daemon_stop(&server);
}

/* A group that makes a plan with the space's own id. */
static struct jl_bytes plan_group(struct jl_arena *a, struct jl_id *replica, struct jl_id *space) {
  const struct jl_record_type *plan = jl_record_type_by_number(JL_TYPE_PLAN);
  struct jl_bytes record = {NULL, 0};
  struct jl_id group_id = jl_id_random();
  struct jl_value name = {.text = {(const uint8_t *)"Plan", 4}}, start_day = {.number = 20454}, end = {.number = 20818},
                  currency = {.text = {(const uint8_t *)"EUR", 3}};
  record = jl_record_with(a, record, JL_PLAN_NAME, jl_value_encode(a, jl_field_by_number(plan, JL_PLAN_NAME), &name));
  record = jl_record_with(a, record, JL_PLAN_START, jl_value_encode(a, jl_field_by_number(plan, JL_PLAN_START), &start_day));
  record = jl_record_with(a, record, JL_PLAN_END, jl_value_encode(a, jl_field_by_number(plan, JL_PLAN_END), &end));
  record = jl_record_with(a, record, JL_PLAN_CURRENCY, jl_value_encode(a, jl_field_by_number(plan, JL_PLAN_CURRENCY), &currency));
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  edit.type = JL_TYPE_PLAN;
  edit.id = (ProtobufCBinaryData){sizeof space->bytes, space->bytes};
  edit.record = jl_to_pb(record);
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = (ProtobufCBinaryData){sizeof replica->bytes, replica->bytes};
  group.space = edit.id;
  group.seq = 1;
  group.group_id = (ProtobufCBinaryData){sizeof group_id.bytes, group_id.bytes};
  group.model_version = jl_model_version;
  group.edits = edits;
  group.n_edits = 1;
  return jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
}

/* Each group makes a plan of its own, so none waits for another but for the database. */
static void submit_plans(struct wire *w, struct jl_id *replica, int n) {
  for (int i = 0; i < n; i++) {
    struct jl_arena *a = jl_arena_new(1U << 20);
    struct jl_id space = jl_id_random();
    Jalon__Submit submit = JALON__SUBMIT__INIT;
    submit.has_group = true;
    submit.group = jl_to_pb(plan_group(a, replica, &space));
    wire_send(w, JALON__FRAME_TYPE__SUBMIT, &submit.base);
    jl_arena_free(a);
  }
}

static void signal_postgres(int number) {
  char path[128];
  int pid = 0;
  snprintf(path, sizeof path, "%s/data/postgres/postmaster.pid", server.folder);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%d", &pid), 1);
  fclose(file);
  char command[64];
  snprintf(command, sizeof command, "/proc/%d/task/%d/children", pid, pid);
  file = fopen(command, "r");
  assert_non_null(file);
  for (int child; fscanf(file, "%d", &child) == 1;) kill(child, number);
  fclose(file);
}

static void verdicts(struct wire *w, size_t wanted) {
  for (size_t n = 0; n < wanted;) {
    struct received got = wire_next(w);
    assert_false(got.closed);
    if (got.type == JALON__FRAME_TYPE__PONG) continue;
    assert_int_equal(got.type, JALON__FRAME_TYPE__SUBMIT_REPLY);
    n++;
  }
}

/* While the database stands still nothing is decided. A session with fewer groups under way than it may have is still read;
 * one with as many is not, until some are decided; then everything comes. */
static void undecided_groups_of_a_session(void **state) {
  (void)state;
  struct wire below, full, other;
  struct jl_id one = jl_id_random(), two = jl_id_random();
  wire_open(&below, &server, true);
  wire_login(&below, "admin", DAEMON_PASSWORD, &one, NULL);
  wire_open(&full, &server, true);
  wire_login(&full, "admin", DAEMON_PASSWORD, &two, NULL);
  wire_open(&other, &server, true);
  wire_login(&other, "admin", DAEMON_PASSWORD, NULL, NULL);
  signal_postgres(SIGSTOP);
  submit_plans(&below, &one, JL_INFLIGHT_GROUPS - 56);
  wire_send(&below, JALON__FRAME_TYPE__PING, NULL);
  assert_int_equal(wire_next(&below).type, JALON__FRAME_TYPE__PONG); /* nothing was decided before */
  submit_plans(&full, &two, JL_INFLIGHT_GROUPS);
  wire_send(&full, JALON__FRAME_TYPE__PING, NULL);
  for (int i = 0; i < 50; i++) wire_ping(&other); /* turns of the server's loop */
  struct pollfd answer = {.fd = full.fd, .events = POLLIN};
  bool silent = poll(&answer, 1, 0) == 0;
  signal_postgres(SIGCONT);
  assert_true(silent);
  verdicts(&full, JL_INFLIGHT_GROUPS);
  wire_ping(&full);
  verdicts(&below, JL_INFLIGHT_GROUPS - 56);
  wire_close(&below);
  wire_close(&full);
  wire_close(&other);
}

static void a_connection_without_login_is_closed(void **state) {
  (void)state;
  struct wire w;
  int64_t begin = jl_monotonic_us();
  wire_open(&w, &server, false);
  wire_hello(&w);
  const Jalon__Error *error = wire_expect(&w, 0, JALON__FRAME_TYPE__ERROR, &jalon__error__descriptor);
  assert_int_equal(error->code, JL_E_TIMEOUT);
  wire_expect_closed(&w);
  assert_true(jl_monotonic_us() - begin >= INT64_C(1000) * JL_LOGIN_DEADLINE_MS); /* not before its time */
  wire_close(&w);
}

/* Whoever takes nothing of what is sent keeps its place for so long and no longer. */
static void a_connection_that_does_not_read_is_closed(void **state) {
  (void)state;
  struct wire w;
  assert_int_equal(daemon_terminate(&server), 0);
  daemon_again(&server, (const char *[]){"--stall-ms=1000", NULL});
  wire_open(&w, &server, false);
  wire_login(&w, "admin", DAEMON_PASSWORD, NULL, NULL);
  int64_t begin = jl_monotonic_us();
  uint8_t request[14] = {0};
  jl_frame_encode(&(struct jl_frame){.type = JALON__FRAME_TYPE__ACCOUNT, .length = 2, .stream = 9}, request);
  request[12] = 0x08;
  request[13] = JALON__ACCOUNT_VERB__ACCOUNT_WHO;
  struct pollfd line = {.fd = w.fd, .events = POLLRDHUP};
  while (poll(&line, 1, 0) == 0 && send(w.fd, request, sizeof request, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof request) continue;
  assert_int_equal(poll(&line, 1, 300000), 1);
  assert_true(jl_monotonic_us() - begin >= 1000000);
  wire_close(&w);
  wire_open(&w, &server, false);
  wire_login(&w, "admin", DAEMON_PASSWORD, NULL, NULL);
  wire_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(undecided_groups_of_a_session),
      cmocka_unit_test(a_connection_without_login_is_closed),
      cmocka_unit_test(a_connection_that_does_not_read_is_closed),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
