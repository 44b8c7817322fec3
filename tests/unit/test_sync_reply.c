/* What a server may send: good replies are read, cut, flipped and foreign bytes are refused and never crash. */
#include "client/sync/client.h"
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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdict), cmocka_unit_test(test_hostile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
