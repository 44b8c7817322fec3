/* What a server may send: good replies are read, cut, flipped and foreign bytes are refused and never crash. */
#include "client/sync/client.h"
#include "common/wire/unpack.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t pack_verdict(uint8_t out[512]) {
  static uint8_t id[16] = {7}, value[3] = {0x38, 0x90, 0x4e};
  Jalon__Given given = JALON__GIVEN__INIT, *givens[] = {&given};
  Jalon__Conflict conflict = JALON__CONFLICT__INIT, *conflicts[] = {&conflict};
  Jalon__Verdict verdict = JALON__VERDICT__INIT;
  given.has_record = given.has_number = given.has_type = true;
  given.record = (ProtobufCBinaryData){16, id};
  given.number = 3;
  given.type = 40;
  conflict.has_record = conflict.has_theirs = conflict.has_field = true;
  conflict.record = (ProtobufCBinaryData){5, id}; /* not an id: becomes the zero id */
  conflict.theirs = (ProtobufCBinaryData){3, value};
  conflict.field = 7;
  verdict.has_space = verdict.has_seq = verdict.has_revision = true;
  verdict.space = (ProtobufCBinaryData){16, id};
  verdict.seq = 9;
  verdict.revision = 812;
  verdict.n_given = verdict.n_conflicts = 1;
  verdict.given = givens;
  verdict.conflicts = conflicts;
  return jalon__verdict__pack(&verdict, out);
}

static void test_verdict(void **state) {
  uint8_t bytes[512];
  struct jl_reply reply = {0};
  struct jl_error err;
  struct jl_arena *a = jl_arena_new(JL_CLIENT_ARENA);
  (void)state;
  size_t size = pack_verdict(bytes);
  assert_true(jl_reply_decode(JALON__FRAME_TYPE__SUBMIT_REPLY, (struct jl_bytes){bytes, size}, a, &reply, &err));
  assert_int_equal(reply.verdict->revision, 812);
  assert_int_equal(reply.verdict->given[0].number, 3);
  assert_true(jl_id_is_zero(&reply.verdict->conflicts[0].record));
  assert_int_equal(reply.verdict->conflicts[0].theirs.size, 3);
  jl_arena_free(a);
}

static void test_hostile(void **state) {
  static const uint8_t types[] = {66, 68, 69, 72, 73, 74, 76, 100, 101, 102, 103, 104, 105, 106, 107, 127, 0, 255};
  uint8_t good[512], bytes[512];
  (void)state;
  size_t size = pack_verdict(good);
  srandom(20260617);
  for (int round = 0; round < 4000; round++) {
    struct jl_arena *a = jl_arena_new(JL_CLIENT_ARENA);
    struct jl_reply reply = {0};
    struct jl_event event = {0};
    struct jl_error err = {0};
    memcpy(bytes, good, size);
    for (int i = 0; i < 1 + round % 4; i++) bytes[(size_t)random() % size] = (uint8_t)random();
    struct jl_bytes payload = {bytes, (size_t)random() % (size + 1)};
    uint8_t type = types[(size_t)random() % JL_COUNT(types)];
    if (!jl_reply_decode(type, payload, a, &reply, &err)) assert_true(err.code != JL_E_OK);
    err = (struct jl_error){0};
    if (!jl_event_decode(type, payload, a, &event, &err)) assert_true(err.code != JL_E_OK);
    jl_arena_free(a);
  }
}

/* A record subscription that comes back says where it stands, with the chains that it followed: without them, or without the
 * epoch, the server could only call it a fork. */
static struct jl_bytes pack_into(uint8_t *out, const ProtobufCMessage *message) {
  return (struct jl_bytes){out, protobuf_c_message_pack(message, out)};
}

static void follow_all(struct jl_request *r, struct jl_arena *a, const uint8_t chain[JL_CHAIN_SIZE], struct jl_bytes change_body) {
  uint8_t packed[512];
  Jalon__SectionPosition section = JALON__SECTION_POSITION__INIT, *sections[] = {&section};
  Jalon__Position position = JALON__POSITION__INIT;
  Jalon__Snapshot snapshot = JALON__SNAPSHOT__INIT;
  Jalon__Change change = JALON__CHANGE__INIT, *changes[] = {&change};
  Jalon__Revisions revisions = JALON__REVISIONS__INIT;
  section.has_section = section.has_revision = section.has_chain = position.has_epoch = position.has_revision = true;
  section.section = 2;
  section.revision = 4;
  section.chain = (ProtobufCBinaryData){JL_CHAIN_SIZE, (uint8_t *)(uintptr_t)chain};
  position.epoch = 3;
  position.revision = 5;
  position.n_sections = 1;
  position.sections = sections;
  assert_true(jl_event_follow(JALON__FRAME_TYPE__SNAPSHOT, pack_into(packed, &snapshot.base), a, &r->seen));
  assert_int_equal(r->seen.revision, 0); /* not the last part: nothing whole yet */
  snapshot.has_last = snapshot.last = true;
  snapshot.position = &position;
  assert_true(jl_event_follow(JALON__FRAME_TYPE__SNAPSHOT, pack_into(packed, &snapshot.base), a, &r->seen));
  change.has_body = revisions.has_through = true;
  change.body = jl_to_pb(change_body);
  revisions.n_changes = 1;
  revisions.changes = changes;
  revisions.through = 7; /* 7 touched what this reader does not see */
  assert_true(jl_event_follow(JALON__FRAME_TYPE__REVISIONS, pack_into(packed, &revisions.base), a, &r->seen));
}

static void test_subscription_continues(void **state) {
  (void)state;
  uint8_t chain[JL_CHAIN_SIZE] = {9}, body[128], expected[JL_CHAIN_SIZE];
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_request r = {.space.bytes = {7}};
  Jalon__ChangeBody change = JALON__CHANGE_BODY__INIT;
  change.has_revision = change.has_section = true;
  change.revision = 6;
  change.section = 2;
  struct jl_bytes packed = pack_into(body, &change.base);
  jl_chain_next(chain, packed, expected);
  follow_all(&r, a, chain, packed);
  struct jl_bytes again = jl_subscribe_again(a, &r);
  Jalon__Subscribe *subscribe = jalon__subscribe__unpack(NULL, again.size, again.data);
  assert_true(subscribe != NULL && subscribe->from != NULL);
  assert_int_equal(subscribe->from->epoch, 3);
  assert_int_equal(subscribe->from->revision, 7);
  assert_int_equal(subscribe->from->n_sections, 1);
  assert_int_equal(subscribe->from->sections[0]->section, 2);
  assert_int_equal(subscribe->from->sections[0]->revision, 6);
  assert_memory_equal(subscribe->from->sections[0]->chain.data, expected, sizeof expected);
  jalon__subscribe__free_unpacked(subscribe, NULL);
  assert_true(jl_event_follow(JALON__FRAME_TYPE__RESYNC, (struct jl_bytes){NULL, 0}, a, &r.seen));
  assert_int_equal(jl_subscribe_again(a, &r).size, r.payload.size); /* from the beginning */
  jl_arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdict), cmocka_unit_test(test_hostile),
                                     cmocka_unit_test(test_subscription_continues)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
