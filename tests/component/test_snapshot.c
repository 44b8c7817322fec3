/* Snapshots from outside: whole, compressed, cut off and gone on with, on this node and on another, while others write. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ACTIONS = 400 };
static const char *const plain[] = {NULL}, *const zstd[] = {"zstd", "resume", NULL};
static struct daemon server, other_node;
static struct planner planner;
static struct jl_id actions[ACTIONS];
static char text[4001];

/* A plan of 1.6 MB whose texts shrink, but not to nothing. */
static int start(void **state) {
  (void)state;
  daemon_start(&server);
  daemon_join(&other_node, &server);
  planner_open(&planner, &server);
  for (int i = 0; i < ACTIONS; i++) {
    for (size_t k = 0; k < sizeof text - 1; k++) text[k] = (char)('a' + (k * k + (size_t)i * 7) % 23);
    actions[i] = planner_action(&planner, "action", text);
  }
  return 0;
}

static int stop(void **state) {
  (void)state;
  planner_close(&planner);
  int other = daemon_stop(&other_node), first = daemon_stop(&server);
  return other == 0 ? first : other;
}

/* The truth to compare with: the whole log, from the first revision on. */
static struct copy from_the_log(void) {
  struct copy c;
  struct wire w = planner_reader(&server, plain);
  copy_begin(&c, planner.space);
  *jl_replica_position(c.replica) = (struct jl_position){.space = planner.space, .epoch = 1};
  planner_keep(&c.origin, &(Jalon__Position){.base = {.descriptor = &jalon__position__descriptor},
                                             .has_space = true,
                                             .space = {sizeof planner.space.bytes, planner.space.bytes},
                                             .has_epoch = true,
                                             .epoch = 1});
  uint32_t stream = planner_subscribe(&w, planner.space, &c.origin.wire, NULL);
  copy_tail(&c, &w, stream, planner.head);
  wire_close(&w);
  return c;
}

static void expect_truth(struct copy *c) {
  struct copy truth = from_the_log();
  copy_equal(&truth, c);
  copy_end(&truth);
  copy_end(c);
}

static void whole(const char *const *features, bool compressed) {
  struct wire w = planner_reader(&server, features);
  struct copy c;
  copy_begin(&c, planner.space);
  uint32_t stream = planner_subscribe(&w, planner.space, NULL, NULL);
  while (!copy_snapshot_message(&c, &w, stream)) {
  }
  assert_int_equal(c.total, jl_replica_count(c.replica));
  assert_int_equal(c.records, ACTIONS + 1);
  assert_true(c.messages > 5);
  assert_true(c.whole_at == planner.head);
  assert_int_equal(c.compressed, compressed ? c.messages : 0);
  if (compressed)
    assert_true(c.bytes < ACTIONS * sizeof text / 4);
  else
    assert_true(c.bytes > ACTIONS * sizeof text);
  expect_truth(&c);
  wire_close(&w);
}

static void a_snapshot_tells_its_size_and_where_it_is_whole(void **state) {
  (void)state;
  whole(plain, false);
}

static void compressed_when_agreed_on(void **state) {
  (void)state;
  whole(zstd, true);
}

/* The tail is compressed when it is long, and never what is live or short. */
static void the_log_tail_is_compressed_live_changes_are_not(void **state) {
  (void)state;
  static struct kept_position from;
  planner_position(&planner, &from);
  uint64_t before = planner.head;
  for (int i = 0; i < 20; i++) planner_action(&planner, "tail", text);
  struct wire w = planner_reader(&server, zstd);
  uint32_t stream = planner_subscribe(&w, planner.space, &from.wire, NULL);
  uint64_t through = before;
  while (through < planner.head) {
    struct received got = wire_next(&w);
    if (got.type != JALON__FRAME_TYPE__REVISIONS) continue;
    struct jl_error err;
    jl_arena_reset(w.arena);
    const Jalon__Revisions *rows = (const Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, got.payload, w.arena, &err);
    assert_non_null(rows);
    assert_true(got.compressed && got.size < got.payload.size / 2);
    through = rows->through;
  }
  wire_expect(&w, stream, JALON__FRAME_TYPE__BOOKMARK, &jalon__bookmark__descriptor);
  planner_action(&planner, "live", text);
  struct received got = wire_next(&w);
  assert_int_equal(got.type, JALON__FRAME_TYPE__REVISIONS);
  assert_false(got.compressed);
  wire_close(&w);
}

/* Cuts the line after every message; each next part comes from the other node. Meanwhile records before and behind the cursor
 * are changed, deleted and made. */
static void cut_off_and_gone_on_with(void **state) {
  (void)state;
  const struct daemon *nodes[] = {&server, &other_node};
  struct copy c;
  copy_begin(&c, planner.space);
  int cuts = 0;
  for (bool done = false; !done; cuts++) {
    struct wire w = planner_reader(nodes[cuts % 2], cuts % 3 == 0 ? plain : zstd);
    uint32_t stream =
        cuts == 0 ? planner_subscribe(&w, planner.space, NULL, NULL) : planner_subscribe(&w, planner.space, &c.origin.wire, &c.last_id);
    done = copy_snapshot_message(&c, &w, stream);
    if (!done) {
      planner_action(&planner, "meanwhile", NULL);
      planner_retitle(&planner, actions[cuts], "action", "changed"); /* ids are random: some are sent already, some not */
      planner_retitle(&planner, actions[ACTIONS - 1 - cuts], "action", "changed too");
    }
    wire_close(&w);
  }
  assert_true(cuts > 5);
  struct wire w = planner_reader(&server, zstd); /* the other node learns late of what this one wrote */
  copy_tail(&c, &w, planner_subscribe(&w, planner.space, &c.origin.wire, NULL), planner.head);
  wire_close(&w);
  assert_true(c.whole_at <= planner.head && c.whole_at >= c.origin.wire.revision);
  expect_truth(&c);
}

/* A tail change that a record of the snapshot already has is skipped: taken slowly, with writes in between, on one line. */
static void others_write_while_it_is_sent(void **state) {
  (void)state;
  struct wire w = planner_reader(&server, plain);
  struct copy c;
  copy_begin(&c, planner.space);
  uint32_t stream = planner_subscribe(&w, planner.space, NULL, NULL);
  int i = 100;
  while (!copy_snapshot_message(&c, &w, stream)) {
    for (int k = 0; k < 20; k++, i++) planner_retitle(&planner, actions[i], "action", "while sent");
  }
  copy_tail(&c, &w, stream, planner.head);
  assert_true(i > 150);
  expect_truth(&c);
  wire_close(&w);
}

static void expect_resync(struct wire *w, uint32_t stream, uint32_t code) {
  wire_expect(w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  const Jalon__Resync *resync = wire_expect(w, stream, JALON__FRAME_TYPE__RESYNC, &jalon__resync__descriptor);
  assert_int_equal(resync->error->code, code);
}

static void going_on_needs_a_true_position(void **state) {
  (void)state;
  static struct kept_position at;
  struct wire w = planner_reader(&server, zstd);
  struct jl_id after = actions[0];
  planner_position(&planner, &at);
  assert_int_equal(wire_expect_error(&w, planner_subscribe(&w, planner.space, NULL, &after)), JL_E_INVALID);
  at.chains[0][3] ^= 1;
  expect_resync(&w, planner_subscribe(&w, planner.space, &at.wire, &after), JL_E_HISTORY_FORKED);
  planner_action(&planner, "one more", NULL);
  expect_resync(&w, planner_subscribe(&w, planner.space, &at.wire, &after), JL_E_HISTORY_FORKED);
  at.chains[0][3] ^= 1;
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  uint8_t short_id[5] = {1};
  message.has_space = message.has_snapshot_after = true;
  message.space = at.wire.space;
  message.from = &at.wire;
  message.snapshot_after = (ProtobufCBinaryData){sizeof short_id, short_id};
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__SUBSCRIBE, &message.base)), JL_E_INVALID);
  wire_ping(&w);
  wire_close(&w);
}

/* Behind the last record nothing is left: the end comes at once, with the position. */
static void going_on_at_the_end(void **state) {
  (void)state;
  struct wire w = planner_reader(&server, zstd);
  struct copy c;
  static struct kept_position at;
  struct jl_id last;
  memset(&last, 0xff, sizeof last);
  planner_position(&planner, &at);
  copy_begin(&c, planner.space);
  planner_keep(&c.origin, &at.wire);
  assert_true(copy_snapshot_message(&c, &w, planner_subscribe(&w, planner.space, &at.wire, &last)));
  assert_int_equal(c.records, 0);
  assert_true(c.whole_at == planner.head);
  copy_end(&c);
  wire_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_snapshot_tells_its_size_and_where_it_is_whole),
      cmocka_unit_test(compressed_when_agreed_on),
      cmocka_unit_test(the_log_tail_is_compressed_live_changes_are_not),
      cmocka_unit_test(cut_off_and_gone_on_with),
      cmocka_unit_test(others_write_while_it_is_sent),
      cmocka_unit_test(going_on_needs_a_true_position),
      cmocka_unit_test(going_on_at_the_end),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
