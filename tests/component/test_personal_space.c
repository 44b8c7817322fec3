/* A person's own space on a real server: its owner writes and reads it from any login, and to nobody else, the administrator included, is it
 * there; nothing but what belongs there can be put into it. And an inbox holds no word of what its reader may not read. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PASSWORD "a password of theirs"
#define SECRET "Zorglub"

static struct daemon server;
static struct planner planner; /* the administrator's */
static struct jl_id marie, paul;
static struct wire marie_wire, paul_wire;
static struct jl_id marie_replica, paul_replica, admin_replica;
static struct jl_arena *arena;

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct jl_bytes with(struct jl_bytes record, uint32_t type, uint32_t field, int64_t number, const struct jl_id *id) {
  struct jl_value v = {.number = number};
  if (id != NULL) v.id = *id;
  return jl_record_with(arena, record, field, jl_value_encode(arena, jl_field_by_number(jl_record_type_by_number(type), field), &v));
}
static struct jl_bytes nothing(void) { return (struct jl_bytes){(const uint8_t *)"", 0}; }

static int start(void **state) {
  (void)state;
  arena = jl_arena_new(1U << 26);
  daemon_start(&server);
  planner_open(&planner, &server);
  marie = planner_colleague(&server, "Marie", "marie", PASSWORD);
  paul = planner_colleague(&server, "Paul", "paul", PASSWORD);
  marie_replica = jl_id_random();
  paul_replica = jl_id_random();
  admin_replica = jl_id_random();
  wire_open(&marie_wire, &server, false);
  wire_login(&marie_wire, "marie", PASSWORD, &marie_replica, NULL);
  wire_open(&paul_wire, &server, false);
  wire_login(&paul_wire, "paul", PASSWORD, &paul_replica, NULL);
  return 0;
}
static int stop(void **state) {
  (void)state;
  wire_close(&marie_wire);
  wire_close(&paul_wire);
  planner_close(&planner);
  jl_arena_free(arena);
  return daemon_stop(&server);
}

/* ---- a record made in a space by somebody: 0, or the error's code ---- */
static uint32_t create(struct wire *w, struct jl_id *replica, struct jl_id space, uint64_t seq, uint32_t type, struct jl_id id,
                       struct jl_bytes record) {
  Jalon__Edit edit = planner_creation(type, &id, record);
  const struct one_edit group = {.replica = replica, .space = &space, .seq = seq};
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = true;
  message.group = jl_to_pb(planner_pack(&group, &edit, arena));
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__SUBMIT, &message.base);
  for (;;) {
    struct received m = wire_next(w);
    struct jl_error err = {0};
    assert_false(m.closed);
    if (m.stream != stream) continue;
    bool refused = m.type == JALON__FRAME_TYPE__ERROR;
    if (refused) return ((const Jalon__Error *)jl_unpack(&jalon__error__descriptor, m.payload, arena, &err))->code;
    assert_int_equal(m.type, JALON__FRAME_TYPE__SUBMIT_REPLY);
    const Jalon__Verdict *verdict = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, m.payload, arena, &err);
    assert_non_null(verdict);
    return verdict->revision > 0 ? 0 : verdict->error->code;
  }
}

static struct jl_bytes mark(struct jl_id *ret_id, struct jl_id space) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_INBOX_MARK);
  const struct jl_field *positions = jl_field_by_number(type, JL_INBOX_MARK_POSITIONS);
  struct jl_bytes r = with(nothing(), JL_TYPE_INBOX_MARK, JL_INBOX_MARK_PLAN, 0, &planner.space);
  struct jl_value read = {.text = {(const uint8_t *)"r12", 3}};
  r = jl_record_with(arena, r, positions->number, jl_values_encode(arena, positions, &read, 1));
  assert_true(jl_record_natural_id(type, &space, r, ret_id));
  return r;
}

static uint32_t read_marks(struct wire *w, struct jl_id space) {
  Jalon__Read in = JALON__READ__INIT;
  Jalon__Query q = JALON__QUERY__INIT, *list[] = {&q};
  uint32_t types[] = {JL_TYPE_INBOX_MARK};
  in.has_space = true;
  in.space = id_bytes(&space);
  in.queries = list;
  in.n_queries = 1;
  q.types = types;
  q.n_types = 1;
  q.has_all = q.all = true;
  return wire_send(w, JALON__FRAME_TYPE__READ, &in.base);
}

static uint32_t list_view(struct wire *w, struct jl_id space) {
  static char name[] = "list", parameter[] = "type", value[] = "inbox_mark";
  Jalon__ViewRequest in = JALON__VIEW_REQUEST__INIT;
  Jalon__ViewParameter p = JALON__VIEW_PARAMETER__INIT, *list[] = {&p};
  in.has_space = true;
  in.space = id_bytes(&space);
  in.view = name;
  p.name = parameter;
  p.value = value;
  in.parameters = list;
  in.n_parameters = 1;
  return wire_send(w, JALON__FRAME_TYPE__VIEW, &in.base);
}

static void is_not_there(struct wire *w, struct jl_id *replica, uint64_t seq) {
  struct jl_id id;
  struct jl_bytes record = mark(&id, marie);
  assert_int_equal(wire_expect_error(w, read_marks(w, marie)), JL_E_NOT_FOUND);
  assert_int_equal(wire_expect_error(w, list_view(w, marie)), JL_E_NOT_FOUND);
  assert_int_equal(wire_expect_error(w, planner_subscribe(w, marie, NULL, NULL)), JL_E_NOT_FOUND);
  Jalon__Position from = JALON__POSITION__INIT; /* as if there were a copy */
  from.has_revision = true;
  from.revision = 1;
  assert_int_equal(wire_expect_error(w, planner_subscribe(w, marie, &from, NULL)), JL_E_NOT_FOUND);
  assert_int_not_equal(create(w, replica, marie, seq, JL_TYPE_INBOX_MARK, id, record), 0);
}

static void only_its_owner_has_it(void **state) {
  (void)state;
  struct jl_id id;
  struct wire admin;
  struct jl_bytes record = mark(&id, marie);
  wire_open(&admin, &server, false);
  wire_login(&admin, "admin", DAEMON_PASSWORD, &admin_replica, NULL);
  is_not_there(&paul_wire, &paul_replica, 1); /* nothing in it yet: the same answers as later */
  is_not_there(&admin, &admin_replica, 1);
  assert_int_equal(create(&marie_wire, &marie_replica, marie, 1, JL_TYPE_INBOX_MARK, id, record), 0);
  const Jalon__ReadReply *reply =
      wire_expect(&marie_wire, read_marks(&marie_wire, marie), JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  assert_int_equal(reply->n_found, 1);
  assert_int_equal(reply->found[0]->n_records, 1);
  is_not_there(&paul_wire, &paul_replica, 1);
  is_not_there(&admin, &admin_replica, 1);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM space_head WHERE kind = 4"), 1);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM inbox_mark WHERE positions = '{r12}'"), 1);
  wire_close(&admin);
}

/* Neither a plan nor a plan's records can be put where a person's own things are. */
static void nothing_else_goes_in(void **state) {
  (void)state;
  struct jl_bytes action = planner_text(arena, JL_TYPE_ACTION, JL_ACTION_TITLE, "stray"), plan = planner_text(arena, JL_TYPE_PLAN, JL_PLAN_NAME, "mine");
  /* Nothing is kept of a group that is refused where there is nothing yet: each is the first of its lane. */
  assert_int_not_equal(create(&paul_wire, &paul_replica, paul, 1, JL_TYPE_ACTION, jl_id_random(), action), 0);
  assert_int_not_equal(create(&paul_wire, &paul_replica, paul, 1, JL_TYPE_PLAN, paul, plan), 0);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM space_head WHERE kind = 2"), 1);
  struct jl_id id;
  struct jl_bytes record = mark(&id, planner.space);
  assert_int_equal(create(&paul_wire, &paul_replica, planner.space, 1, JL_TYPE_INBOX_MARK, id, record), JL_E_INVALID);
}

/* ---- an inbox of what may be read ---- */
static bool inbox_has_secret(struct wire *w) {
  static char name[] = "inbox";
  Jalon__ViewRequest in = JALON__VIEW_REQUEST__INIT;
  in.has_space = true;
  in.space = id_bytes(&planner.space);
  in.view = name;
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__VIEW, &in.base);
  for (;;) {
    struct received m = wire_next(w);
    assert_false(m.closed);
    if (m.stream != stream) continue;
    assert_int_equal(m.type, JALON__FRAME_TYPE__VIEW_REPLY);
    return memmem(m.payload.data, m.payload.size, SECRET, strlen(SECRET)) != NULL;
  }
}

static void an_inbox_says_nothing_of_hidden_sections(void **state) {
  (void)state;
  struct jl_id line = jl_id_random();
  struct jl_bytes r = with(planner_text(arena, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "line"), JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY,
                           JL_CATEGORY_OTHER, NULL);
  planner_create(&planner, JL_TYPE_BUDGET_LINE, line, r);
  r = with(nothing(), JL_TYPE_COMMENT, JL_COMMENT_TARGET, 0, &line);
  r = jl_record_with(arena, r, JL_COMMENT_BODY, planner_text(arena, JL_TYPE_COMMENT, JL_COMMENT_BODY, SECRET));
  r = with(r, JL_TYPE_COMMENT, JL_COMMENT_MENTIONS, 0, &paul);
  planner_create(&planner, JL_TYPE_COMMENT, jl_id_random(), r);
  assert_true(inbox_has_secret(&paul_wire));
  assert_false(inbox_has_secret(&marie_wire)); /* not meant for her */
  struct jl_bytes grant = with(nothing(), JL_TYPE_GRANT, JL_GRANT_PLAN, 0, &planner.space);
  grant = with(grant, JL_TYPE_GRANT, JL_GRANT_HOLDER, 0, &paul);
  grant = with(grant, JL_TYPE_GRANT, JL_GRANT_SECTION, JL_SECTION_BUDGET, NULL);
  grant = with(grant, JL_TYPE_GRANT, JL_GRANT_LEVEL, JL_RIGHT_NONE, NULL);
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_GRANT), &planner.space, grant, &id));
  planner_create(&planner, JL_TYPE_GRANT, id, grant);
  assert_false(inbox_has_secret(&paul_wire));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(only_its_owner_has_it), cmocka_unit_test(nothing_else_goes_in),
                                     cmocka_unit_test(an_inbox_says_nothing_of_hidden_sections)};
  return cmocka_run_group_tests(tests, start, stop);
}
