/* Programs of other versions: one that is too old is told so and loses nothing; fields that the server does not know live on
 * through edits of those beside them. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GENERATION(n) ((uint32_t)(n) << 16 | 0xabcd)
static struct daemon server;
static struct planner planner;
static struct jl_id action;

static void serve(struct planner *p, const char *option) {
  if (p->wire.arena != NULL) planner_close(p);
  assert_int_equal(daemon_terminate(&server), 0);
  daemon_again(&server, (const char *[]){option, NULL});
  planner_reconnect(p, &server);
}

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  planner_open(&planner, &server);
  action = planner_action(&planner, "old", NULL);
  return 0;
}
static int stop(void **state) {
  (void)state;
  planner_close(&planner);
  return daemon_stop(&server);
}

static uint32_t told_oldest(void) {
  struct wire w;
  wire_open(&w, &server, false);
  Jalon__Hello hello = JALON__HELLO__INIT;
  const Jalon__HelloReply *reply = wire_expect(&w, wire_send(&w, JALON__FRAME_TYPE__HELLO, &hello.base), JALON__FRAME_TYPE__HELLO_REPLY,
                                               &jalon__hello_reply__descriptor);
  assert_true(reply->has_oldest_model && reply->has_model_version);
  assert_true(JL_MODEL_GENERATION(reply->model_version) >= 1);
  uint32_t oldest = reply->oldest_model;
  wire_close(&w);
  return oldest;
}

/* The refused group keeps its number and its place: after the upgrade the same one goes through. */
static void a_program_that_is_too_old(void **state) {
  (void)state;
  assert_int_equal(JL_MODEL_GENERATION(told_oldest()), 1);
  struct jl_arena *a = jl_arena_new(1U << 20);
  planner.model_version = GENERATION(2); /* newer than the server: taken, if it has nothing that is not known */
  struct jl_bytes decided = planner_change_group(&planner, a, action, JL_ACTION_TITLE, "old", "newer");
  planner_verdict(&planner, planner_submit(&planner, decided));
  serve(&planner, "--oldest-model=3");
  assert_int_equal(JL_MODEL_GENERATION(told_oldest()), 3);
  uint64_t head = planner.head, seq = planner.seq;
  planner.confirmed = seq - 1;
  /* What was decided before the server moved on is told, whatever wrote it. */
  const Jalon__Verdict *again =
      wire_expect(&planner.wire, planner_submit(&planner, decided), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  assert_true(again->repeated && again->revision == head);
  struct jl_bytes group = planner_change_group(&planner, a, action, JL_ACTION_TITLE, "newer", "mine");
  for (int i = 0; i < 3; i++) assert_int_equal(wire_expect_error(&planner.wire, planner_submit(&planner, group)), JL_E_UPGRADE_REQUIRED);
  /* Reading goes on, and so do those who are new enough, at the very number that was not used up. */
  struct wire w = planner_reader(&server, NULL);
  struct copy c;
  copy_begin(&c, planner.space);
  assert_true(copy_snapshot_message(&c, &w, planner_subscribe(&w, planner.space, NULL, NULL)));
  copy_end(&c);
  wire_close(&w);
  planner.seq = seq;
  planner.model_version = GENERATION(3);
  assert_true(planner_retitle(&planner, action, "newer", "by a new program") == head + 1);
  assert_true(planner.seq == seq + 1);
  jl_arena_free(a);
}

/* Bytes of fields that no version of ours has, behind the known ones: as a newer program would have written them, which also
 * put its columns there; this server keeps them in `unknown`. */
static void unknown_fields_live_on(void **state) {
  (void)state;
  serve(&planner, "--oldest-model=1");
  planner.model_version = 0;
  struct jl_id id = planner_action(&planner, "with more", NULL);
  /* 900: varint 5; 901: bytes "new" */
  static const uint8_t more[] = {0xa0, 0x38, 5, 0xaa, 0x38, 3, 'n', 'e', 'w'};
  char text[JL_ID_TEXT_SIZE], sql[300];
  jl_id_format(&id, text);
  snprintf(sql, sizeof sql, "UPDATE action SET unknown = '\\xa03805aa38036e6577' WHERE id = '%s'", text);
  daemon_sql(&server, sql);            /* no edit of it comes before the server reads it again */
  serve(&planner, "--oldest-model=1"); /* it reads them */
  planner_retitle(&planner, id, "with more", "changed by one who does not know");
  planner_change(&planner, id, JL_ACTION_DESCRIPTION, NULL, "another field");
  serve(&planner, "--oldest-model=1");
  struct wire w = planner_reader(&server, NULL);
  struct copy c;
  copy_begin(&c, planner.space);
  assert_true(copy_snapshot_message(&c, &w, planner_subscribe(&w, planner.space, NULL, NULL)));
  const struct jl_record *record = jl_replica_record(c.replica, &id);
  assert_non_null(record);
  assert_true(record->body.size > sizeof more);
  assert_memory_equal(record->body.data + record->body.size - sizeof more, more, sizeof more); /* the highest numbers come last */
  assert_true(jl_record_canonical(record->body));
  struct jl_bytes title = jl_record_text(jl_record_type_by_number(JL_TYPE_ACTION), record->body, JL_ACTION_TITLE);
  assert_int_equal(title.size, strlen("changed by one who does not know"));
  copy_end(&c);
  wire_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_program_that_is_too_old), cmocka_unit_test(unknown_fields_live_on)};
  return cmocka_run_group_tests(tests, start, stop);
}
