/* RACI enforced, on a real server: while somebody works on an action the letters move. All that is accepted of him stands before the
 * revision that took his letter; a substitute may from the moment the leave is written to the moment it is taken back; the dry run says
 * what the writer says. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSWORD "a password of theirs"
#define EMPTY ((struct jl_bytes){(const uint8_t *)"", 0})
static struct daemon server;
static struct planner planner; /* the administrator's */
static struct jl_id action, organisation;
static uint64_t directory_seq;
static struct jl_arena *arena;
struct worker {
  struct jl_id person, replica;
  uint64_t seq;
  struct wire wire;
};
static struct worker marie, anne, claire;

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct jl_bytes value_of(uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  struct jl_value v = {.number = number};
  if (id != NULL) v.id = *id;
  if (text != NULL) v.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_value_encode(arena, jl_field_by_number(jl_record_type_by_number(type), field), &v);
}
static struct jl_bytes with(struct jl_bytes r, uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  return jl_record_with(arena, r, field, value_of(type, field, number, id, text));
}

/* ---- groups ---- */
static uint32_t submit(struct wire *w, struct jl_id *space, struct jl_id *replica, uint64_t seq, Jalon__Edit **edits, size_t n, bool dry) {
  struct jl_id group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  Jalon__Submit message = JALON__SUBMIT__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(replica);
  group.space = id_bytes(space);
  group.seq = seq;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.has_dry_run = dry;
  group.dry_run = dry;
  group.edits = edits;
  group.n_edits = n;
  message.has_group = true;
  message.group = jl_to_pb(jl_pack(&group.base, arena, JL_GROUP_MAX_BYTES));
  return wire_send(w, JALON__FRAME_TYPE__SUBMIT, &message.base);
}

static Jalon__Edit deleted(uint32_t type, struct jl_id *id) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = edit.has_seen_revision = true;
  edit.verb = JALON__VERB__DELETE;
  edit.type = type;
  edit.id = id_bytes(id);
  edit.seen_revision = UINT32_MAX;
  return edit;
}

static const Jalon__Verdict *verdict(struct wire *w, uint32_t stream) {
  return wire_expect(w, stream, JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
}
static enum jl_code code_of(const Jalon__Verdict *v) { return v->error == NULL ? JL_E_OK : (enum jl_code)v->error->code; }

/* A checklist item of the action: its work. */
static uint32_t work(struct worker *w, bool dry) {
  struct jl_id id = jl_id_random();
  struct jl_bytes item = with(EMPTY, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, 0, &action, NULL);
  Jalon__Edit edit = planner_creation(JL_TYPE_CHECKLIST_ITEM, &id, with(item, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_TITLE, 0, NULL, "x")),
              *edits[] = {&edit};
  return submit(&w->wire, &planner.space, &w->replica, dry ? w->seq + 1 : ++w->seq, edits, 1, dry);
}

static struct jl_bytes assignment(int64_t letter, struct jl_id *holder, struct jl_id *ret_id) {
  struct jl_bytes r = with(EMPTY, JL_TYPE_RACI, JL_RACI_TARGET, 0, &action, NULL);
  r = with(with(r, JL_TYPE_RACI, JL_RACI_LETTER, letter, NULL, NULL), JL_TYPE_RACI, JL_RACI_HOLDER, 0, holder, NULL);
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &planner.space, r, ret_id));
  return r;
}

/* R goes from one to the other, in one group of the accountable's; gives the revision. */
static uint64_t hand_over(struct worker *from, struct worker *to) {
  struct jl_id old, new;
  (void)assignment(JL_RACI_R, &from->person, &old);
  struct jl_bytes record = assignment(JL_RACI_R, &to->person, &new);
  Jalon__Edit gone = deleted(JL_TYPE_RACI, &old), come = planner_creation(JL_TYPE_RACI, &new, record), *edits[] = {&gone, &come};
  const Jalon__Verdict *v = verdict(&claire.wire, submit(&claire.wire, &planner.space, &claire.replica, ++claire.seq, edits, 2, false));
  assert_int_equal(code_of(v), JL_E_OK);
  return v->revision;
}

static void change_directory(Jalon__Edit *edit) {
  const Jalon__Verdict *v =
      verdict(&planner.wire, submit(&planner.wire, &organisation, &planner.replica, ++directory_seq, &edit, 1, false));
  assert_int_equal(code_of(v), JL_E_OK);
}

/* ---- the stage ---- */
static void join(struct worker *w, const char *name, const char *login) {
  *w = (struct worker){.replica = jl_id_random()};
  w->person = planner_colleague(&server, name, login, PASSWORD);
  wire_open(&w->wire, &server, false);
  wire_login(&w->wire, login, PASSWORD, &w->replica, NULL);
}

static int start(void **state) {
  (void)state;
  struct jl_id id;
  arena = jl_arena_new(1U << 28);
  daemon_start(&server);
  planner_open(&planner, &server);
  Jalon__Read read = JALON__READ__INIT; /* without a space: the organisation */
  const Jalon__ReadReply *reply = wire_expect(&planner.wire, wire_send(&planner.wire, JALON__FRAME_TYPE__READ, &read.base),
                                              JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  assert_true(jl_id_from_bytes(JL_PB(reply->position->space), &organisation));
  join(&marie, "Marie Dupont", "marie");
  join(&anne, "Anne Leroy", "anne");
  join(&claire, "Claire Martin", "claire");
  action = planner_action(&planner, "Creation de contenu", NULL);
  struct jl_bytes a = assignment(JL_RACI_A, &claire.person, &id);
  planner_create(&planner, JL_TYPE_RACI, id, a);
  a = assignment(JL_RACI_R, &marie.person, &id);
  planner_create(&planner, JL_TYPE_RACI, id, a);
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  field.has_field = field.has_seen = field.has_next = true;
  field.field = JL_PLAN_RACI_ENFORCED;
  field.next = jl_to_pb(value_of(JL_TYPE_PLAN, JL_PLAN_RACI_ENFORCED, 1, NULL, NULL));
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = JL_TYPE_PLAN;
  edit.id = id_bytes(&planner.space);
  edit.fields = fields;
  edit.n_fields = 1;
  assert_int_equal(code_of(verdict(&claire.wire, submit(&claire.wire, &planner.space, &claire.replica, ++claire.seq, edits, 1, false))),
                   JL_E_OK);
  return 0;
}
static int stop(void **state) {
  (void)state;
  wire_close(&marie.wire);
  wire_close(&anne.wire);
  wire_close(&claire.wire);
  planner_close(&planner);
  jl_arena_free(arena);
  return daemon_stop(&server);
}

static void nothing_is_accepted_after_the_letter_is_gone(void **state) {
  (void)state;
  enum { EDITS = 120, ROUNDS = 4 };
  for (int round = 0; round < ROUNDS; round++) {
    struct worker *loses = round % 2 == 0 ? &marie : &anne, *gets = round % 2 == 0 ? &anne : &marie;
    uint32_t streams[EDITS], theirs[EDITS];
    uint64_t revoked = 0, highest = 0, lowest = UINT64_MAX;
    int refused = 0, accepted = 0;
    for (int i = 0; i < EDITS; i++) {
      streams[i] = work(loses, false);
      theirs[i] = work(gets, false);
      if (i == EDITS / 2) revoked = hand_over(loses, gets);
    }
    for (int i = 0; i < EDITS; i++) {
      const Jalon__Verdict *v = verdict(&loses->wire, streams[i]);
      assert_true(code_of(v) == JL_E_OK || code_of(v) == JL_E_DENIED);
      if (v->error == NULL && v->revision > highest) highest = v->revision;
      refused += v->error != NULL;
      v = verdict(&gets->wire, theirs[i]);
      assert_true(code_of(v) == JL_E_OK || code_of(v) == JL_E_DENIED);
      if (v->error == NULL && v->revision < lowest) lowest = v->revision;
      accepted += v->error == NULL;
    }
    assert_true(highest < revoked && lowest > revoked);
    assert_true(refused >= EDITS / 2 - 1 && accepted >= EDITS / 2 - 1); /* what was sent when the change was decided */
  }
}

static void a_substitute_may_while_the_leave_lasts(void **state) {
  (void)state;
  int32_t today = (int32_t)(jl_now_utc_us() / INT64_C(86400000000));
  struct jl_id id = jl_id_random();
  assert_int_equal(code_of(verdict(&anne.wire, work(&anne, true))), JL_E_DENIED);
  assert_int_equal(code_of(verdict(&anne.wire, work(&anne, false))), JL_E_DENIED);
  struct jl_bytes leave = with(EMPTY, JL_TYPE_LEAVE, JL_LEAVE_PERSON, 0, &marie.person, NULL);
  leave = with(leave, JL_TYPE_LEAVE, JL_LEAVE_START, today - 2, NULL, NULL);
  leave = with(leave, JL_TYPE_LEAVE, JL_LEAVE_END, today + 2, NULL, NULL);
  Jalon__Edit edit = planner_creation(JL_TYPE_LEAVE, &id, with(leave, JL_TYPE_LEAVE, JL_LEAVE_SUBSTITUTE, 0, &anne.person, NULL)),
              *edits[] = {&edit};
  /* not for another, but for oneself */
  assert_int_equal(code_of(verdict(&anne.wire, submit(&anne.wire, &organisation, &anne.replica, 1, edits, 1, false))), JL_E_DENIED);
  assert_int_equal(code_of(verdict(&marie.wire, submit(&marie.wire, &organisation, &marie.replica, 1, edits, 1, false))), JL_E_OK);
  assert_int_equal(code_of(verdict(&anne.wire, work(&anne, true))), JL_E_OK);
  assert_int_equal(code_of(verdict(&anne.wire, work(&anne, false))), JL_E_OK);
  assert_int_equal(code_of(verdict(&marie.wire, work(&marie, false))), JL_E_OK);
  edit = deleted(JL_TYPE_LEAVE, &id);
  change_directory(&edit);
  assert_int_equal(code_of(verdict(&anne.wire, work(&anne, true))), JL_E_DENIED);
  assert_int_equal(code_of(verdict(&anne.wire, work(&anne, false))), JL_E_DENIED);
  assert_int_equal(code_of(verdict(&marie.wire, work(&marie, false))), JL_E_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_accepted_after_the_letter_is_gone),
      cmocka_unit_test(a_substitute_may_while_the_leave_lasts),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
