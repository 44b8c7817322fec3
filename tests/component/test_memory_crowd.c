/* Many requests at once that find no memory for what they would begin: each is answered or refused, or its connection closed, the server
 * goes on, and every group that was sent has one verdict in the end. What the server keeps for this (jl_reserve) is used up by half, from
 * where on it begins nothing new. The server is held (SIGSTOP) while they are sent, so that they come at once. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/faulty.h"
#include "tests/component/support/planner.h"
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CROWD 120
#define AT_ONCE 60 /* requests of each */
#define GROUPS 8   /* of each that are submitted at once */
#define SHORT_MS 2000
#define PATIENCE_US INT64_C(300000000)
/* Bytes of what begins with a question to the database, and with one to a space. Whatever else has such a size fails as well. */
#define QUESTION_FROM 3450
#define QUESTION_TO 3584
#define VERDICTS_FROM 144
#define VERDICTS_TO 160

struct person {
  struct wire wire;
  struct jl_id replica;
  bool closed;
};
static struct daemon server;
static struct fail_alloc *faults;
static struct planner planner; /* has made the plan */
static struct person crowd[CROWD];
static uint8_t token[32];
static uint64_t seq; /* the last of each that is decided */

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

/* ---- people ---- */
static void come(struct person *p) {
  Jalon__Login login = JALON__LOGIN__INIT;
  wire_open(&p->wire, &server, true);
  wire_hello(&p->wire);
  login.has_token = login.has_replica = true;
  login.token = (ProtobufCBinaryData){sizeof token, token};
  login.replica = id_bytes(&p->replica);
  wire_expect(&p->wire, wire_send(&p->wire, JALON__FRAME_TYPE__LOGIN, &login.base), JALON__FRAME_TYPE__LOGIN_REPLY, &jalon__login_reply__descriptor);
  p->closed = false;
}

static void come_all(void) {
  for (size_t i = 0; i < CROWD; i++) {
    if (crowd[i].wire.data != NULL) wire_close(&crowd[i].wire);
    come(&crowd[i]);
  }
}

static void hold(void) {
  int status;
  assert_int_equal(kill(server.pid, SIGSTOP), 0);
  assert_int_equal(waitpid(server.pid, &status, WUNTRACED), server.pid);
  assert_true(WIFSTOPPED(status));
}

struct ends {
  size_t answered, refused, closed;
};

static bool is_fair(enum jl_code code) {
  return code == JL_E_OVERLOADED || code == JL_E_UNAVAILABLE || code == JL_E_NO_MEMORY || code == JL_E_TOO_LARGE || jl_code_class(code) == JL_CLASS_RETRY ||
         jl_code_class(code) == JL_CLASS_UNKNOWN || code == JL_E_LANE_GAP /* the one before it was refused */;
}

static void check_applied(struct person *p, struct jl_bytes payload) {
  struct jl_error err;
  jl_arena_reset(p->wire.arena);
  const Jalon__Verdict *verdict = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, payload, p->wire.arena, &err);
  assert_non_null(verdict);
  if (verdict->error != NULL && verdict->error->code != JL_E_OK) fail_msg("a group is refused for good: %s", verdict->error->message);
}

/* Everything that was asked ends. */
static void hear(struct person *p, size_t asked, struct ends *ends) {
  struct jl_error err;
  for (size_t heard = 0; heard < asked;) {
    struct received got = wire_next(&p->wire);
    if (got.closed) {
      p->closed = true;
      ends->closed += asked - heard;
      return;
    }
    if (got.stream == 0) continue;
    heard++;
    if (got.type == JALON__FRAME_TYPE__ERROR) {
      jl_arena_reset(p->wire.arena);
      const Jalon__Error *error = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, got.payload, p->wire.arena, &err);
      assert_non_null(error);
      if (!is_fair((enum jl_code)error->code)) fail_msg("%s: %s", jl_code_symbol((enum jl_code)error->code), error->message);
      ends->refused++;
    } else {
      if (got.type == JALON__FRAME_TYPE__SUBMIT_REPLY) check_applied(p, got.payload);
      ends->answered++;
    }
  }
}

/* ---- what they ask ---- */
static void ask_tokens(struct person *p) { /* of the database */
  Jalon__AccountRequest message = JALON__ACCOUNT_REQUEST__INIT;
  message.has_verb = true;
  message.verb = JALON__ACCOUNT_VERB__TOKEN_LIST;
  for (size_t i = 0; i < AT_ONCE; i++) wire_send(&p->wire, JALON__FRAME_TYPE__ACCOUNT, &message.base);
}

static void ask_verdicts(struct person *p) { /* of a space */
  Jalon__VerdictQuery message = JALON__VERDICT_QUERY__INIT;
  message.has_space = message.has_replica = message.has_from_seq = message.has_to_seq = true;
  message.space = id_bytes(&planner.space);
  message.replica = id_bytes(&p->replica);
  message.from_seq = 1;
  message.to_seq = 5;
  for (size_t i = 0; i < AT_ONCE; i++) wire_send(&p->wire, JALON__FRAME_TYPE__VERDICT_QUERY, &message.base);
}

/* Always the same groups, so that they can be sent again. */
static uint32_t submit(struct person *p, uint64_t number) {
  struct jl_bytes parts[] = {{p->replica.bytes, sizeof p->replica.bytes}, {(const uint8_t *)&number, sizeof number}};
  struct jl_id group_id = jl_id_derive("crowd group", parts, 2), action = jl_id_derive("crowd action", parts, 2);
  jl_arena_reset(p->wire.arena);
  Jalon__Edit edit = planner_creation(JL_TYPE_ACTION, &action, planner_with(p->wire.arena, (struct jl_bytes){NULL, 0}, JL_TYPE_ACTION, JL_ACTION_TITLE, "of the crowd"));
  const struct one_edit group = {.replica = &p->replica, .space = &planner.space, .group_id = &group_id, .seq = number};
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = true;
  message.group = jl_to_pb(planner_pack(&group, &edit, p->wire.arena));
  return wire_send(&p->wire, JALON__FRAME_TYPE__SUBMIT, &message.base);
}

static void submit_all(struct person *p) {
  for (uint64_t i = 1; i <= GROUPS; i++) (void)submit(p, seq + i);
}

static struct ends at_once(void (*ask)(struct person *p), size_t each) {
  struct ends ends = {0};
  hold();
  for (size_t i = 0; i < CROWD; i++) ask(&crowd[i]);
  assert_int_equal(kill(server.pid, SIGCONT), 0);
  for (size_t i = 0; i < CROWD; i++) hear(&crowd[i], each, &ends);
  return ends;
}

/* There is memory again after a while: what is in doubt waits for the database, however long that is out of reach. */
static struct ends short_of(uint64_t smallest, uint64_t largest, void (*ask)(struct person *p), size_t each) {
  fail_alloc_sizes(faults, smallest, largest, UINT64_MAX);
  pid_t healer = fork();
  assert_true(healer >= 0);
  if (healer == 0) {
    (void)poll(NULL, 0, SHORT_MS);
    (void)fail_alloc_disarm(faults);
    _exit(0);
  }
  struct ends ends = at_once(ask, each);
  assert_int_equal(waitpid(healer, NULL, 0), healer);
  return ends;
}

/* Sent again until each is decided; a group that was decided before says so again. */
static void decide_all(void) {
  int64_t until_us = jl_monotonic_us() + PATIENCE_US;
  struct ends ends = {.answered = 0};
  while (ends.answered < CROWD * GROUPS) {
    if (jl_monotonic_us() > until_us) fail_msg("of %d groups %zu have a verdict", CROWD * GROUPS, ends.answered);
    ends = (struct ends){0};
    come_all();
    for (size_t i = 0; i < CROWD; i++) submit_all(&crowd[i]);
    for (size_t i = 0; i < CROWD; i++) hear(&crowd[i], GROUPS, &ends);
  }
  seq += GROUPS;
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM action WHERE title = 'of the crowd'"), CROWD * seq);
}

static void tell(const char *what, const struct ends *ends) {
  print_message("%s: %zu answered, %zu refused, %zu closed; %llu allocations failed\n", what, ends->answered, ends->refused, ends->closed,
                (unsigned long long)atomic_load(&faults->failed));
}

/* ---- the tests ---- */
static void of_the_database(void **state) {
  (void)state;
  come_all();
  fail_alloc_sizes(faults, QUESTION_FROM, QUESTION_TO, UINT64_MAX);
  struct ends ends = at_once(ask_tokens, AT_ONCE);
  fail_alloc_disarm(faults);
  tell("questions to the database", &ends);
  assert_int_equal(ends.answered + ends.refused + ends.closed, CROWD * AT_ONCE);
  assert_true(ends.refused > 0 && ends.answered > 0);
  assert_true(atomic_load(&faults->failed) > 2048);
}

static void of_spaces(void **state) {
  (void)state;
  come_all();
  fail_alloc_sizes(faults, VERDICTS_FROM, VERDICTS_TO, UINT64_MAX);
  struct ends ends = at_once(ask_verdicts, AT_ONCE);
  fail_alloc_disarm(faults);
  tell("questions to a space", &ends);
  assert_int_equal(ends.answered + ends.refused + ends.closed, CROWD * AT_ONCE);
  assert_true(atomic_load(&faults->failed) > 4096);
}

/* Whatever is missing between a group's coming and its verdict: it has one, and is there once. */
static void verdicts(void **state) {
  static const uint64_t sizes[] = {64, 256, 768, 2048, 65536};
  (void)state;
  for (size_t i = 0; i + 1 < JL_COUNT(sizes); i++) {
    come_all();
        struct ends ends = short_of(sizes[i], sizes[i + 1] - 1, submit_all, GROUPS);
    tell("groups", &ends);
    assert_int_equal(ends.answered + ends.refused + ends.closed, CROWD * GROUPS);
    decide_all();
  }
}

/* No memory at all. */
static void of_everything(void **state) {
  (void)state;
  void (*const asks[])(struct person *) = {ask_tokens, ask_verdicts, submit_all};
  for (size_t i = 0; i < 3; i++) {
    come_all();
    struct ends ends = short_of(1, UINT64_MAX, asks[i], i == 2 ? GROUPS : AT_ONCE);
    tell("no memory at all", &ends);
    assert_true(atomic_load(&faults->failed) > 0);
  }
  decide_all();
}

/* ---- the server ---- */
static int start(void **state) {
  (void)state;
  faults = faulty_daemon(&server, false, NULL);
  planner_open(&planner, &server);
  struct person first = {.replica = jl_id_random()};
  wire_open(&first.wire, &server, true);
  wire_login(&first.wire, "admin", DAEMON_PASSWORD, &first.replica, token);
  wire_close(&first.wire);
  for (size_t i = 0; i < CROWD; i++) crowd[i].replica = jl_id_random();
  return 0;
}

static int stop(void **state) {
  (void)state;
  fail_alloc_disarm(faults); /* after a test that failed */
  for (size_t i = 0; i < CROWD; i++) wire_close(&crowd[i].wire);
  planner_close(&planner);
  return daemon_stop(&server);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {cmocka_unit_test(of_the_database), cmocka_unit_test(of_spaces), cmocka_unit_test(verdicts), cmocka_unit_test(of_everything)};
  return cmocka_run_group_tests(tests, start, stop);
}
