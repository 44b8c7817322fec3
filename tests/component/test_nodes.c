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
#include <sys/wait.h>

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
  planner_reconnect(&p, &first); /* a login of a replica ends its former one, within a second on the other server */
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
  char id[JL_ID_TEXT_SIZE], sql[200];
  jl_id_format(&p.space, id);
  snprintf(sql, sizeof sql, "SELECT count(*) = 1 FROM lease WHERE space_id = '%s'", id);
  daemon_until(&first, sql); /* asked for beside the commit */
  planner_close(&p);
  assert_int_equal(daemon_terminate(&second), 0);
  assert_int_equal(leases(&p), 0);
  planner_reconnect(&p, &first); /* another server goes on */
  planner_action(&p, "y", NULL);
  planner_close(&p);
}

/* ---- people: what one server writes of them counts on the other ---- */
#define PASSWORD "a password of theirs"

static void set_flag(struct jl_id person, uint32_t field, bool from, bool to) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct planner p;
  const struct jl_field *f = jl_field_by_number(jl_record_type_by_number(JL_TYPE_PERSON), field);
  struct jl_bytes yes = jl_value_encode(a, f, &(struct jl_value){.number = 1}), no = {(const uint8_t *)"", 0};
  planner_directory(&p, &first);
  planner_update(&p, JL_TYPE_PERSON, person, field, from ? yes : no, to ? yes : no);
  planner_close(&p);
  jl_arena_free(a);
}

static uint32_t ended_with(struct wire *w, uint32_t stream) {
  const Jalon__Ended *ended = NULL;
  for (struct received m = wire_next(w);; m = wire_next(w)) {
    struct jl_error err;
    assert_false(m.closed);
    if (m.stream != stream || m.type != JALON__FRAME_TYPE__ENDED) continue;
    jl_arena_reset(w->arena);
    ended = (const Jalon__Ended *)jl_unpack(&jalon__ended__descriptor, m.payload, w->arena, &err);
    assert_true(ended != NULL && ended->error != NULL);
    return ended->error->code;
  }
}

static uint32_t login_error(const struct daemon *d, const char *login, const uint8_t *token) {
  struct wire w;
  Jalon__Login message = JALON__LOGIN__INIT;
  char account[32], password[] = PASSWORD;
  uint8_t copy[32] = {0};
  snprintf(account, sizeof account, "%s", login);
  if (token != NULL) memcpy(copy, token, sizeof copy);
  wire_open(&w, d, false);
  wire_hello(&w);
  message.has_token = token != NULL;
  message.token = (ProtobufCBinaryData){sizeof copy, copy};
  if (token == NULL) message.account = account;
  if (token == NULL) message.password = password;
  uint32_t code = wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__LOGIN, &message.base));
  wire_close(&w);
  return code;
}

/* The second server has never read that there is such a guest: he is no editor there for that. */
static void a_guest_who_is_new_is_one_on_every_server(void **state) {
  (void)state;
  struct planner p;
  planner_open(&p, &first);
  struct wire admin = planner_reader(&second, NULL), w;
  wire_expect(&admin, planner_subscribe(&admin, p.space, NULL, NULL), JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  struct jl_id person = planner_colleague(&first, "Agence", "agence", PASSWORD);
  set_flag(person, JL_PERSON_GUEST, false, true);
  wire_open(&w, &second, false);
  wire_login(&w, "agence", PASSWORD, NULL, NULL);
  assert_int_equal(wire_expect_error(&w, planner_subscribe(&w, p.space, NULL, NULL)), JL_E_NOT_FOUND);
  wire_close(&w);
  planner_colleague(&first, "Paul", "paul", PASSWORD); /* and one who is not a guest is somebody there at once */
  wire_open(&w, &second, false);
  wire_login(&w, "paul", PASSWORD, NULL, NULL);
  wire_expect(&w, planner_subscribe(&w, p.space, NULL, NULL), JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  wire_close(&w);
  wire_close(&admin);
  planner_close(&p);
}

/* Nobody writes on the second server meanwhile, and nothing makes it look but that rights have changed. */
static void rights_that_end_on_one_server_end_on_the_other(void **state) {
  (void)state;
  struct planner p;
  struct wire w;
  planner_open(&p, &first);
  struct jl_id person = planner_colleague(&first, "Marie", "marie", PASSWORD);
  wire_open(&w, &second, false);
  wire_login(&w, "marie", PASSWORD, NULL, NULL);
  uint32_t stream = planner_subscribe(&w, p.space, NULL, NULL);
  wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  set_flag(person, JL_PERSON_GUEST, false, true); /* in the directory */
  assert_int_equal(ended_with(&w, stream), JL_E_RIGHTS_CHANGED);
  set_flag(person, JL_PERSON_GUEST, true, false);
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct wire again;
  wire_open(&again, &second, false);
  wire_login(&again, "marie", PASSWORD, NULL, NULL);
  Jalon__Read read = JALON__READ__INIT;
  struct jl_id space = p.space;
  read.has_space = true;
  read.space = (ProtobufCBinaryData){sizeof space.bytes, space.bytes};
  uint8_t answer;
  do { /* until the second knows it */
    wire_send(&again, JALON__FRAME_TYPE__READ, &read.base);
    do answer = wire_next(&again).type;
    while (answer == JALON__FRAME_TYPE__PING);
  } while (answer == JALON__FRAME_TYPE__ERROR);
  stream = planner_subscribe(&again, p.space, NULL, NULL);
  wire_expect(&again, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  struct jl_id grant_id; /* in the plan */
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_GRANT);
  struct jl_bytes grant = {(const uint8_t *)"", 0};
  grant = jl_record_with(a, grant, JL_GRANT_PLAN, jl_value_encode(a, jl_field_by_number(type, JL_GRANT_PLAN), &(struct jl_value){.id = p.space}));
  grant = jl_record_with(a, grant, JL_GRANT_HOLDER, jl_value_encode(a, jl_field_by_number(type, JL_GRANT_HOLDER), &(struct jl_value){.id = person}));
  grant = jl_record_with(a, grant, JL_GRANT_SECTION,
                         jl_value_encode(a, jl_field_by_number(type, JL_GRANT_SECTION), &(struct jl_value){.number = JL_SECTION_BUDGET}));
  grant = jl_record_with(a, grant, JL_GRANT_LEVEL,
                         jl_value_encode(a, jl_field_by_number(type, JL_GRANT_LEVEL), &(struct jl_value){.number = JL_RIGHT_NONE}));
  assert_true(jl_record_natural_id(type, &p.space, grant, &grant_id));
  planner_create(&p, JL_TYPE_GRANT, grant_id, grant);
  assert_int_equal(ended_with(&again, stream), JL_E_RIGHTS_CHANGED);
  jl_arena_free(a);
  wire_close(&again);
  wire_close(&w);
  planner_close(&p);
}

static void who_has_left_is_out_on_every_server(void **state) {
  (void)state;
  struct wire w[2], script;
  uint8_t token[32], other[32];
  struct jl_id person = planner_colleague(&first, "Luc", "luc", PASSWORD);
  wire_open(&w[0], &first, false);
  wire_login(&w[0], "luc", PASSWORD, NULL, token);
  wire_open(&w[1], &second, false);
  wire_login(&w[1], "luc", PASSWORD, NULL, other);
  set_flag(person, JL_PERSON_INACTIVE, false, true);
  wire_expect_closed(&w[0]);
  wire_expect_closed(&w[1]);
  const struct daemon *nodes[] = {&first, &second};
  for (int i = 0; i < 2; i++) {
    assert_int_equal(login_error(nodes[i], "luc", NULL), JL_E_UNAUTHENTICATED);
    assert_int_equal(login_error(nodes[i], "luc", i == 0 ? token : other), JL_E_UNAUTHENTICATED);
    wire_close(&w[i]);
  }
  set_flag(person, JL_PERSON_INACTIVE, true, false); /* back again: with a new login, the old ones have ended */
  assert_int_equal(login_error(&second, "luc", token), JL_E_UNAUTHENTICATED);
  wire_open(&script, &first, false);
  wire_login(&script, "luc", PASSWORD, NULL, NULL);
  wire_close(&script);
}

/* As the migration of a newer server leaves it that older ones cannot work beside. */
static void a_server_that_is_too_old_by_now_stops(void **state) {
  (void)state;
  daemon_sql(&first, "UPDATE space_head SET generation = generation + 1; UPDATE auth_change SET generation = generation + 1");
  struct daemon *nodes[] = {&second, &first};
  for (int i = nodes[0]->pid == 0; i < 2; i++) { /* the second may have been stopped before */
    int status = 0;
    assert_int_equal(waitpid(nodes[i]->pid, &status, 0), nodes[i]->pid);
    nodes[i]->pid = 0;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == jl_code_exit_status(JL_E_UPGRADE_REQUIRED));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(they_write_in_turn),
      cmocka_unit_test(a_group_by_both_roads_is_in_once),
      cmocka_unit_test(a_guest_who_is_new_is_one_on_every_server),
      cmocka_unit_test(rights_that_end_on_one_server_end_on_the_other),
      cmocka_unit_test(who_has_left_is_out_on_every_server),
      cmocka_unit_test(a_server_that_stops_gives_its_leases_back),
      cmocka_unit_test(a_server_that_is_too_old_by_now_stops),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
