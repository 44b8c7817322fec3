/* Refused groups: both values stay readable, for the account that wrote them, from any of its replicas, a page at a time. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 64 };
static struct daemon server;
static struct planner planner;
static struct jl_id action;

/* What was sent, as it was sent. */
struct sent {
  struct jl_id replica;
  uint64_t seq;
  uint8_t *group;
  size_t size;
};
static struct sent sent[MOST];
static size_t sent_count;

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  planner_open(&planner, &server);
  action = planner_action(&planner, "theirs", NULL);
  return 0;
}
static int stop(void **state) {
  (void)state;
  for (size_t i = 0; i < sent_count; i++) free(sent[i].group);
  planner_close(&planner);
  return daemon_stop(&server);
}

/* Sends a change whose base is wrong: a conflict. */
static void send_refused(struct planner *p, uint32_t field, const char *mine) {
  struct jl_arena *a = jl_arena_new(1U << 22);
  struct jl_bytes group = planner_change_group(p, a, action, field, "never so", mine);
  struct sent *s = &sent[sent_count++];
  *s = (struct sent){p->replica, p->seq, malloc(group.size), group.size};
  memcpy(s->group, group.data, group.size);
  const Jalon__Verdict *verdict =
      wire_expect(&p->wire, planner_submit(p, group), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  assert_int_equal(verdict->revision, 0);
  assert_int_equal(verdict->error->code, JL_E_FIELD_CONFLICT);
  jl_arena_free(a);
}

static uint32_t ask(struct wire *w, struct jl_id space, const struct jl_id *after, uint64_t seq, uint32_t limit) {
  Jalon__RefusedRead in = JALON__REFUSED_READ__INIT;
  struct jl_id copy = after != NULL ? *after : (struct jl_id){{0}};
  in.has_space = true;
  in.space = (ProtobufCBinaryData){sizeof space.bytes, space.bytes};
  in.has_after_replica = in.has_after_seq = after != NULL;
  in.after_replica = (ProtobufCBinaryData){sizeof copy.bytes, copy.bytes};
  in.after_seq = seq;
  in.has_limit = limit > 0;
  in.limit = limit;
  return wire_send(w, JALON__FRAME_TYPE__REFUSED_READ, &in.base);
}

static struct sent *find(const Jalon__Refused *r) {
  for (size_t i = 0; i < sent_count; i++)
    if (sent[i].seq == r->seq && r->replica.len == 16 && memcmp(sent[i].replica.bytes, r->replica.data, 16) == 0) return &sent[i];
  fail_msg("a group that nobody sent");
  return NULL;
}

/* Pages through all; every one that was sent comes once, byte for byte, with the verdict that was given. Gives the pages. */
static size_t read_all(struct wire *w, uint32_t limit) {
  bool seen[MOST] = {false};
  struct jl_id after = {{0}};
  uint64_t seq = 0;
  size_t count = 0, pages = 0;
  for (bool more = true; more; pages++) {
    const Jalon__RefusedReply *page = wire_expect(w, ask(w, planner.space, pages == 0 ? NULL : &after, seq, limit),
                                                  JALON__FRAME_TYPE__REFUSED_READ_REPLY, &jalon__refused_reply__descriptor);
    for (size_t i = 0; i < page->n_groups; i++, count++) {
      const Jalon__Refused *r = page->groups[i];
      struct sent *s = find(r);
      assert_false(seen[s - sent]);
      seen[s - sent] = true;
      assert_int_equal(r->group.len, s->size);
      assert_memory_equal(r->group.data, s->group, s->size);
      struct jl_arena *a = jl_arena_new(1U << 22);
      struct jl_error err;
      const Jalon__Verdict *verdict = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, JL_PB(r->verdict), a, &err);
      assert_non_null(verdict);
      assert_int_equal(verdict->seq, s->seq);
      assert_int_equal(verdict->n_conflicts, 1);
      assert_true(verdict->conflicts[0]->mine.len > 0); /* mine; theirs is in the plan, and here too */
      jl_arena_free(a);
      assert_true(r->time_us > INT64_C(1700000000000000));
      after = s->replica;
      seq = s->seq;
    }
    more = page->has_more;
  }
  assert_int_equal(count, sent_count);
  return pages;
}

static void the_author_reads_them_from_another_machine(void **state) {
  (void)state;
  send_refused(&planner, JL_ACTION_TITLE, "mine");
  planner_retitle(&planner, action, "theirs", "changed"); /* applied: not among them */
  send_refused(&planner, JL_ACTION_TITLE, "mine again");
  struct planner laptop = {.space = planner.space, .replica = jl_id_random()};
  planner_reconnect(&laptop, &server);
  send_refused(&laptop, JL_ACTION_TITLE, "from the laptop");
  planner_close(&laptop);                        /* and it is lost */
  struct wire w = planner_reader(&server, NULL); /* a session without a replica */
  read_all(&w, 0);
  assert_int_equal(read_all(&w, 1), 4); /* the last page is empty: it could not be known */
  assert_int_equal(read_all(&w, 2), 2);
  wire_close(&w);
}

static void they_outlive_the_server(void **state) {
  (void)state;
  wire_close(&planner.wire);
  planner.wire.arena = NULL;
  assert_int_equal(daemon_terminate(&server), 0);
  daemon_again(&server, NULL);
  planner_reconnect(&planner, &server);
  struct wire w = planner_reader(&server, NULL);
  read_all(&w, 0);
  wire_close(&w);
}

/* Pages end by their bytes too, and a message is never exceeded. */
static void large_ones_come_in_pages(void **state) {
  (void)state;
  static char text[16001];
  memset(text, 'm', sizeof text - 1);
  while (sent_count < MOST) send_refused(&planner, JL_ACTION_DESCRIPTION, text);
  struct wire w = planner_reader(&server, NULL);
  assert_true(read_all(&w, 0) > 2);
  wire_close(&w);
}

static void nobody_else_sees_them(void **state) {
  (void)state;
  planner_colleague(&server, "Eve", "eve", "a password of hers");
  struct wire w;
  wire_open(&w, &server, false);
  wire_login(&w, "eve", "a password of hers", NULL, NULL);
  const Jalon__RefusedReply *page =
      wire_expect(&w, ask(&w, planner.space, NULL, 0, 0), JALON__FRAME_TYPE__REFUSED_READ_REPLY, &jalon__refused_reply__descriptor);
  assert_int_equal(page->n_groups, 0);
  assert_false(page->has_more);
  page = wire_expect(&w, ask(&w, planner.space, &planner.replica, 0, 0), JALON__FRAME_TYPE__REFUSED_READ_REPLY,
                     &jalon__refused_reply__descriptor);
  assert_int_equal(page->n_groups, 0);
  assert_int_equal(wire_expect_error(&w, ask(&w, (struct jl_id){{0}}, NULL, 0, 0)), JL_E_INVALID);
  wire_close(&w);
}

static void they_end_after_90_days(void **state) {
  (void)state;
  daemon_sql(&server, "UPDATE refusal SET at = at - interval '91 days'");
  struct wire w = planner_reader(&server, NULL);
  const Jalon__RefusedReply *page =
      wire_expect(&w, ask(&w, planner.space, NULL, 0, 0), JALON__FRAME_TYPE__REFUSED_READ_REPLY, &jalon__refused_reply__descriptor);
  assert_int_equal(page->n_groups, 0);
  wire_close(&w);
  planner_close(&planner);
  assert_int_equal(daemon_terminate(&server), 0);
  daemon_again(&server, NULL); /* it prunes when it starts */
  daemon_until(&server, "SELECT count(*) = 0 FROM refusal");
  planner_reconnect(&planner, &server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_author_reads_them_from_another_machine),
      cmocka_unit_test(they_outlive_the_server),
      cmocka_unit_test(large_ones_come_in_pages),
      cmocka_unit_test(nobody_else_sees_them),
      cmocka_unit_test(they_end_after_90_days),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
