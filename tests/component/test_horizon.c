/* The sync horizon on a real server and its PostgreSQL: the boundary exactly, who moves it and how far, a tail that is being
 * read while it moves, other nodes, and that the history stays. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { REVISIONS = 20 };
static struct daemon server;

static long long in_database(const struct planner *p, const char *expression) {
  char id[JL_ID_TEXT_SIZE], sql[300];
  jl_id_format(&p->space, id);
  snprintf(sql, sizeof sql, "SELECT %s WHERE space_id = '%s'", expression, id);
  return daemon_number(&server, sql);
}

static void until_so(const struct planner *p, const char *expression) {
  char id[JL_ID_TEXT_SIZE], sql[300];
  jl_id_format(&p->space, id);
  snprintf(sql, sizeof sql, "SELECT %s WHERE space_id = '%s'", expression, id);
  daemon_until(&server, sql);
}

static void change_database(const struct planner *p, const char *statement) {
  char id[JL_ID_TEXT_SIZE], sql[300];
  jl_id_format(&p->space, id);
  snprintf(sql, sizeof sql, "%s AND space_id = '%s'", statement, id);
  daemon_sql(&server, sql);
}

static void restart(const char *option) {
  assert_int_equal(daemon_terminate(&server), 0);
  daemon_again(&server, (const char *[]){option, NULL});
}
static const char *const still = "--horizon-bytes=1073741824", *const moving = "--horizon-bytes=0";

static int start(void **state) {
  (void)state;
  daemon_start_with(&server, (const char *[]){still, NULL});
  return 0;
}
static int stop(void **state) {
  (void)state;
  return daemon_stop(&server);
}

static void reply_to(struct wire *w, uint32_t stream) {
  wire_expect(w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
}

static void expect_compacted(const struct daemon *d, struct planner *p, const struct kept_position *from, const struct jl_id *after) {
  struct wire w = planner_reader(d, NULL);
  uint32_t stream = planner_subscribe(&w, p->space, &from->wire, after);
  reply_to(&w, stream);
  const Jalon__Resync *resync = wire_expect(&w, stream, JALON__FRAME_TYPE__RESYNC, &jalon__resync__descriptor);
  assert_int_equal(resync->error->code, JL_E_COMPACTED);
  wire_ping(&w);
  wire_close(&w);
}

/* The revisions that come are those after the position, each once. */
static void expect_tail(const struct daemon *d, struct planner *p, const struct kept_position *from) {
  struct wire w = planner_reader(d, NULL);
  uint32_t stream = planner_subscribe(&w, p->space, &from->wire, NULL);
  reply_to(&w, stream);
  uint64_t next = from->wire.revision + 1;
  while (next <= p->head) {
    const Jalon__Revisions *rows = wire_expect(&w, stream, JALON__FRAME_TYPE__REVISIONS, &jalon__revisions__descriptor);
    assert_int_equal(rows->n_changes, rows->through + 1 - next); /* of one section each here */
    next = rows->through + 1;
  }
  const Jalon__Bookmark *bookmark = wire_expect(&w, stream, JALON__FRAME_TYPE__BOOKMARK, &jalon__bookmark__descriptor);
  assert_true(bookmark->revision == p->head);
  wire_close(&w);
}

/* A planner with positions kept at every revision from 1 on. */
static struct kept_position kept[REVISIONS + 1];
static struct planner twenty_revisions(void) {
  struct planner p;
  planner_open(&p, &server);
  planner_position(&p, &kept[1]);
  for (int i = 2; i <= REVISIONS; i++) {
    planner_action(&p, "action", NULL);
    assert_true(p.head == (uint64_t)i);
    planner_position(&p, &kept[i]);
  }
  return p;
}

static void the_boundary(void **state) {
  (void)state;
  struct planner p = twenty_revisions();
  for (int i = 1; i <= REVISIONS; i++) expect_tail(&server, &p, &kept[i]);
  change_database(&p, "UPDATE space_head SET horizon = 10 WHERE true");
  planner_close(&p);
  restart(still);
  struct daemon other;
  daemon_join(&other, &server);
  struct jl_id after = {{0}};
  const struct daemon *nodes[] = {&server, &other};
  for (int n = 0; n < 2; n++)
    for (int i = 1; i <= REVISIONS; i++) {
      if (i < 10)
        expect_compacted(nodes[n], &p, &kept[i], NULL);
      else
        expect_tail(nodes[n], &p, &kept[i]);
    }
  /* The rest of a snapshot needs the tail after its beginning just as much. */
  expect_compacted(&server, &p, &kept[9], &after);
  struct copy c;
  copy_begin(&c, p.space);
  planner_keep(&c.origin, &kept[10].wire);
  struct wire w = planner_reader(&server, NULL);
  assert_true(copy_snapshot_message(&c, &w, planner_subscribe(&w, p.space, &kept[10].wire, &after)));
  wire_close(&w);
  copy_end(&c);
  /* A fork is called a fork, however old. */
  kept[20].chains[0][0] ^= 1;
  w = planner_reader(&server, NULL);
  uint32_t stream = planner_subscribe(&w, p.space, &kept[20].wire, NULL);
  reply_to(&w, stream);
  assert_int_equal(((const Jalon__Resync *)wire_expect(&w, stream, JALON__FRAME_TYPE__RESYNC, &jalon__resync__descriptor))->error->code,
                   JL_E_HISTORY_FORKED);
  wire_close(&w);
  assert_int_equal(daemon_stop(&other), 0);
}

/* Long texts, the same action's again and again: the log grows, the space does not. */
static char texts[2][8001];
static void rewrite(struct planner *p, struct jl_id action, int *io_count) {
  planner_change(p, action, JL_ACTION_DESCRIPTION, texts[*io_count % 2], texts[(*io_count + 1) % 2]);
  ++*io_count;
}
static struct planner writer_of_long_texts(struct jl_id *ret_action) {
  struct planner p;
  memset(texts[0], 'x', sizeof texts[0] - 1);
  memset(texts[1], 'y', sizeof texts[1] - 1);
  planner_open(&p, &server);
  *ret_action = planner_action(&p, "action", texts[0]);
  return p;
}

/* The server hears of the horizon a moment after the database has it. */
static void until_compacted(struct planner *p, const struct kept_position *from) {
  for (int i = 0; i < 10000; i++) {
    struct wire w = planner_reader(&server, NULL);
    uint32_t stream = planner_subscribe(&w, p->space, &from->wire, NULL);
    reply_to(&w, stream);
    struct received got = wire_next(&w);
    wire_close(&w);
    if (got.type == JALON__FRAME_TYPE__RESYNC) return;
  }
  fail_msg("the horizon does not move");
}

static void it_moves_when_the_log_is_larger_than_the_space(void **state) {
  (void)state;
  struct jl_id action;
  int count = 0;
  static struct kept_position early;
  restart(moving);
  struct planner p = writer_of_long_texts(&action);
  planner_position(&p, &early);
  while (count < 60) rewrite(&p, action, &count);
  until_compacted(&p, &early);
  long long horizon = in_database(&p, "horizon FROM space_head");
  assert_true(horizon > (long long)early.wire.revision && horizon <= (long long)p.head);
  /* What may be followed is not more than twice the space (two records, 8,100 bytes of texts, and what memory adds to them), as
   * it was when somebody looked: at most a quarter of that earlier. */
  until_so(&p, "coalesce(sum(octet_length(l.body)) FILTER (WHERE l.revision > h.horizon), 0) < 60000 FROM log l JOIN space_head h USING (space_id)");
  assert_true(in_database(&p, "sum(octet_length(body)) FROM log") > 60 * 16000);
  assert_true(in_database(&p, "count(DISTINCT revision) FROM log") == (long long)p.head); /* the history is whole */
  Jalon__ReadLog ask = JALON__READ_LOG__INIT;
  ask.has_space = ask.has_from = ask.has_to = true;
  ask.space = (ProtobufCBinaryData){sizeof p.space.bytes, p.space.bytes};
  ask.from = 1;
  ask.to = 3;
  const Jalon__ReadLogReply *log = wire_expect(&p.wire, wire_send(&p.wire, JALON__FRAME_TYPE__READ_LOG, &ask.base),
                                               JALON__FRAME_TYPE__READ_LOG_REPLY, &jalon__read_log_reply__descriptor);
  assert_int_equal(log->n_changes, 3);
  planner_close(&p);
}

/* A reader that lags when the horizon passes it is owed everything all the same. */
static void a_tail_that_is_being_read_goes_on(void **state) {
  (void)state;
  struct jl_id action;
  int count = 0;
  static struct kept_position early;
  restart(moving);
  struct planner p = writer_of_long_texts(&action);
  planner_position(&p, &early);
  struct copy c, truth;
  copy_begin(&c, p.space);
  copy_begin(&truth, p.space);
  struct wire slow = planner_reader(&server, NULL);
  uint32_t stream = planner_subscribe(&slow, p.space, NULL, NULL);
  while (!copy_snapshot_message(&c, &slow, stream)) {
  }
  while (count < 300) rewrite(&p, action, &count); /* 5 MB: its line and the server's queue hold less */
  until_compacted(&p, &early);
  until_so(&p, "horizon > revision - 20 FROM space_head"); /* somebody looks beside the commits */
  copy_tail(&c, &slow, stream, p.head);
  wire_close(&slow);
  struct wire w = planner_reader(&server, NULL);
  stream = planner_subscribe(&w, p.space, NULL, NULL);
  while (!copy_snapshot_message(&truth, &w, stream)) {
  }
  copy_equal(&truth, &c);
  wire_close(&w);
  copy_end(&c);
  copy_end(&truth);
  planner_close(&p);
}

static void it_moves_past_what_is_old(void **state) {
  (void)state;
  struct planner p = twenty_revisions();
  planner_close(&p);
  change_database(&p, "UPDATE log SET at = at - interval '31 days' WHERE revision <= 7");
  restart(still); /* it looks when it opens the space, which the first reader makes it do */
  until_compacted(&p, &kept[6]);
  expect_tail(&server, &p, &kept[7]);
  assert_int_equal(in_database(&p, "horizon FROM space_head"), 7);
  change_database(&p, "UPDATE log SET at = at - interval '31 days' WHERE revision <= 12");
  restart("--horizon-days=100");
  expect_tail(&server, &p, &kept[7]); /* 62 days are not too old now */
  assert_int_equal(in_database(&p, "horizon FROM space_head"), 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_boundary),
      cmocka_unit_test(it_moves_when_the_log_is_larger_than_the_space),
      cmocka_unit_test(a_tail_that_is_being_read_goes_on),
      cmocka_unit_test(it_moves_past_what_is_old),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
