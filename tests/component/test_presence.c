/* Presence from outside: who sees whom, where, and for how long; that it is bounded, and stored nowhere. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSWORD "a password of theirs"
#define LOOKING JALON__DOING__LOOKING
#define EDITING JALON__DOING__EDITING
#define LEAVING JALON__DOING__LEAVING
#define ASKING JALON__DOING__DOING_UNSPECIFIED
static struct daemon server;
static struct planner planner;
static struct jl_id action, ana, ben;

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  planner_open(&planner, &server);
  action = planner_action(&planner, "shared", NULL);
  ana = planner_colleague(&server, "Ana", "ana", PASSWORD);
  ben = planner_colleague(&server, "Ben", "ben", PASSWORD);
  return 0;
}
static int stop(void **state) {
  (void)state;
  planner_close(&planner);
  return daemon_stop(&server);
}

static struct wire connect_as(const char *login) {
  struct wire w;
  wire_open(&w, &server, false);
  wire_login(&w, login, PASSWORD, NULL, NULL);
  return w;
}

static uint32_t send_presence(struct wire *w, struct jl_id space, Jalon__Doing doing, const struct jl_id *record, uint32_t field) {
  Jalon__Presence in = JALON__PRESENCE__INIT;
  struct jl_id copy = record != NULL ? *record : (struct jl_id){{0}};
  in.has_space = in.has_revision = true;
  in.space = (ProtobufCBinaryData){sizeof space.bytes, space.bytes};
  in.has_doing = doing != ASKING;
  in.doing = doing;
  in.has_record = record != NULL;
  in.record = (ProtobufCBinaryData){sizeof copy.bytes, copy.bytes};
  in.has_field = field != 0;
  in.field = field;
  in.revision = planner.head;
  return wire_send(w, JALON__FRAME_TYPE__PRESENCE, &in.base);
}
static const Jalon__PresentNow *be(struct wire *w, Jalon__Doing doing, const struct jl_id *record, uint32_t field) {
  return wire_expect(w, send_presence(w, planner.space, doing, record, field), JALON__FRAME_TYPE__PRESENCE_REPLY,
                     &jalon__present_now__descriptor);
}

static uint32_t watch(struct wire *w, const char *view) {
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  Jalon__ViewRequest request = JALON__VIEW_REQUEST__INIT;
  char name[32] = "";
  message.has_space = message.has_presence = message.presence = true;
  message.space = (ProtobufCBinaryData){sizeof planner.space.bytes, planner.space.bytes};
  if (view != NULL) {
    snprintf(name, sizeof name, "%s", view);
    request.view = name;
    message.view = &request;
  }
  return wire_send(w, JALON__FRAME_TYPE__SUBSCRIBE, &message.base);
}

/* The next list on a subscription. */
static const Jalon__PresentNow *next_list(struct wire *w, uint32_t stream) {
  for (;;) {
    struct received got = wire_next(w);
    assert_false(got.closed);
    if (got.stream != stream || got.type != JALON__FRAME_TYPE__PRESENT_NOW) continue;
    struct jl_error err;
    jl_arena_reset(w->arena);
    const Jalon__PresentNow *now = (const Jalon__PresentNow *)jl_unpack(&jalon__present_now__descriptor, got.payload, w->arena, &err);
    assert_non_null(now);
    assert_memory_equal(now->space.data, planner.space.bytes, 16);
    return now;
  }
}
/* Lists until one has so many persons. */
static const Jalon__PresentNow *until_total(struct wire *w, uint32_t stream, uint32_t total) {
  for (;;) {
    const Jalon__PresentNow *now = next_list(w, stream);
    if (now->total == total) return now;
  }
}

static void expect_line(const Jalon__Present *p, const struct jl_id *person, const char *name, Jalon__Doing doing) {
  assert_memory_equal(p->person.data, person->bytes, 16);
  assert_string_equal(p->name, name);
  assert_int_equal(p->doing, doing);
  assert_true(p->since_us > INT64_C(1700000000000000) && p->since_us <= jl_now_utc_us());
}

static void watchers_see_each_other(void **state) {
  (void)state;
  struct wire a = connect_as("ana"), b = connect_as("ben");
  uint32_t at_a = watch(&a, NULL), at_b = watch(&b, "raci"); /* one follows records, the other a view */
  assert_int_equal(next_list(&a, at_a)->total, 0);
  assert_int_equal(next_list(&b, at_b)->total, 0);
  const Jalon__PresentNow *now = be(&b, EDITING, &action, JL_ACTION_DUE);
  assert_int_equal(now->n_present, 1);
  now = until_total(&a, at_a, 1);
  expect_line(now->present[0], &ben, "Ben", EDITING);
  assert_memory_equal(now->present[0]->record.data, action.bytes, 16);
  assert_int_equal(now->present[0]->type, JL_TYPE_ACTION);
  assert_int_equal(now->present[0]->number, 1);
  assert_int_equal(now->present[0]->field, JL_ACTION_DUE);
  assert_true(now->present[0]->revision == planner.head);
  now = be(&a, LOOKING, NULL, 0);
  assert_int_equal(now->total, 2);
  now = until_total(&b, at_b, 2);
  expect_line(now->present[0], &ben, "Ben", EDITING); /* editing first */
  expect_line(now->present[1], &ana, "Ana", LOOKING);
  assert_false(now->present[1]->has_record);
  be(&b, LEAVING, NULL, 0);
  now = until_total(&a, at_a, 1);
  expect_line(now->present[0], &ana, "Ana", LOOKING);
  wire_close(&a); /* the connection's end is the presence's */
  assert_int_equal(until_total(&b, at_b, 0)->n_present, 0);
  wire_close(&b);
}

static void a_person_is_one_line(void **state) {
  (void)state;
  struct wire laptop = connect_as("ana"), desk = connect_as("ana"), b = connect_as("ben");
  be(&laptop, EDITING, &action, JL_ACTION_TITLE);
  be(&desk, LOOKING, NULL, 0);
  const Jalon__PresentNow *now = be(&b, ASKING, NULL, 0);
  assert_int_equal(now->total, 1);
  expect_line(now->present[0], &ana, "Ana", EDITING);
  wire_close(&laptop);
  uint32_t stream = watch(&b, NULL);
  for (;;) { /* the end of a line is seen a moment later */
    now = next_list(&b, stream);
    if (now->total == 1 && now->present[0]->doing == LOOKING) break;
  }
  wire_close(&desk);
  until_total(&b, stream, 0);
  wire_close(&b);
}

/* Whoever tells again stays; whoever does not has left, though the line is open. */
static void it_ends_when_it_is_not_told_again(void **state) {
  (void)state;
  planner_close(&planner);
  assert_int_equal(daemon_terminate(&server), 0);
  daemon_again(&server, (const char *[]){"--presence-ms=1000", NULL});
  planner_reconnect(&planner, &server);
  struct wire a = connect_as("ana"), b = connect_as("ben");
  be(&a, LOOKING, NULL, 0);
  be(&b, LOOKING, NULL, 0);
  int64_t since = 0;
  for (uint32_t total = 2; total == 2;) {
    uint32_t stream = send_presence(&b, planner.space, LOOKING, NULL, 0);
    struct received got;
    do got = wire_next(&b);
    while (got.stream != stream);
    if (got.type == JALON__FRAME_TYPE__ERROR) continue; /* too often: asked again at once, that is no change */
    struct jl_error err;
    jl_arena_reset(b.arena);
    const Jalon__PresentNow *now = (const Jalon__PresentNow *)jl_unpack(&jalon__present_now__descriptor, got.payload, b.arena, &err);
    total = now->total;
    for (size_t i = 0; i < now->n_present; i++)
      if (memcmp(now->present[i]->person.data, ben.bytes, 16) == 0) {
        assert_true(since == 0 || since == now->present[i]->since_us); /* telling again is no news */
        since = now->present[i]->since_us;
      }
  }
  wire_ping(&a); /* her line is open still */
  uint32_t stream = watch(&a, NULL);
  until_total(&a, stream, 0); /* now he is quiet too */
  wire_close(&a);
  wire_close(&b);
}

static void changes_are_collected(void **state) {
  (void)state;
  struct wire a = connect_as("ana"), b = connect_as("ben");
  uint32_t stream = watch(&a, NULL);
  next_list(&a, stream);
  int64_t begin = jl_monotonic_us();
  for (uint32_t field = 1; field <= 4; field++) be(&b, EDITING, &action, field);
  int64_t lists = 0;
  const Jalon__PresentNow *now;
  do {
    now = next_list(&a, stream);
    lists++;
  } while (now->total == 0 || now->present[0]->field != 4);
  assert_true(lists <= (jl_monotonic_us() - begin) / (1000 * JL_PRESENCE_INTERVAL_MS) + 2);
  wire_close(&a);
  wire_close(&b);
}

static void not_more_than_five_a_second(void **state) {
  (void)state;
  enum { TRIES = 60 };
  struct wire b = connect_as("ben");
  int64_t begin = jl_monotonic_us(), taken = 0;
  for (int i = 0; i < TRIES; i++) send_presence(&b, planner.space, LOOKING, NULL, 0);
  for (int i = 0; i < TRIES; i++) {
    struct received got = wire_next(&b);
    assert_false(got.closed);
    struct jl_error err;
    jl_arena_reset(b.arena);
    if (got.type == JALON__FRAME_TYPE__PRESENCE_REPLY) {
      taken++;
      continue;
    }
    const Jalon__Error *refused = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, got.payload, b.arena, &err);
    assert_int_equal(refused->code, JL_E_OVERLOADED);
    assert_true(refused->retry_after_ms > 0 && refused->retry_after_ms <= 1001);
  }
  assert_true(taken >= 5 && taken <= 5 * ((jl_monotonic_us() - begin) / 1000000 + 2));
  wire_close(&b);
}

static void what_is_wrong_is_refused(void **state) {
  (void)state;
  struct wire b = connect_as("ben"), c;
  struct jl_id nowhere = jl_id_random();
  assert_int_equal(wire_expect_error(&b, send_presence(&b, nowhere, LOOKING, NULL, 0)), JL_E_NOT_FOUND);
  assert_int_equal(wire_expect_error(&b, send_presence(&b, (struct jl_id){{0}}, LOOKING, NULL, 0)), JL_E_INVALID);
  Jalon__Presence in = JALON__PRESENCE__INIT;
  uint8_t bytes[3] = {1};
  in.has_space = in.has_record = true;
  in.space = (ProtobufCBinaryData){sizeof planner.space.bytes, planner.space.bytes};
  in.record = (ProtobufCBinaryData){sizeof bytes, bytes};
  assert_int_equal(wire_expect_error(&b, wire_send(&b, JALON__FRAME_TYPE__PRESENCE, &in.base)), JL_E_INVALID);
  /* A record that nobody has: the person is there, the record is not named. */
  const Jalon__PresentNow *now = be(&b, EDITING, &nowhere, 3);
  assert_int_equal(now->total, 1);
  assert_false(now->present[0]->has_record || now->present[0]->has_field || now->present[0]->has_number);
  Jalon__Subscribe all = JALON__SUBSCRIBE__INIT;
  Jalon__ViewRequest request = JALON__VIEW_REQUEST__INIT;
  char name[] = "plans";
  request.view = name;
  all.view = &request;
  all.has_presence = all.presence = true;
  assert_int_equal(wire_expect_error(&b, wire_send(&b, JALON__FRAME_TYPE__SUBSCRIBE, &all.base)), JL_E_INVALID);
  wire_open(&c, &server, false);
  wire_hello(&c);
  assert_int_equal(wire_expect_error(&c, send_presence(&c, planner.space, ASKING, NULL, 0)), JL_E_UNAUTHENTICATED);
  wire_close(&c);
  wire_close(&b);
}

/* Presence is the first thing to go when a line is full, and comes back as the last state. */
static void a_slow_watcher_gets_the_last_list(void **state) {
  (void)state;
  static char text[16001];
  memset(text, 'x', sizeof text - 1);
  struct wire a = connect_as("ana"), b = connect_as("ben");
  uint32_t stream = watch(&a, NULL);
  next_list(&a, stream);
  for (int i = 0; i < 400; i++) { /* 6 MB that she does not read: more than her line and queue take */
    planner_action(&planner, "large", text);
    if (i % 200 == 0) be(&b, EDITING, &action, (uint32_t)(i / 200) + 1);
  }
  const Jalon__PresentNow *now = be(&b, LOOKING, &action, 0);
  while (now->n_present == 0 || now->present[0]->doing != LOOKING) now = next_list(&a, stream);
  wire_close(&a);
  wire_close(&b);
}

static void it_is_stored_nowhere(void **state) {
  (void)state;
  struct wire b = connect_as("ben");
  static const char *const sums[] = {"SELECT count(*) FROM log", "SELECT sum(revision) FROM space_head", "SELECT count(*) FROM lane",
                                     "SELECT count(*) FROM refusal"};
  long long before[4];
  for (int i = 0; i < 4; i++) before[i] = daemon_number(&server, sums[i]);
  be(&b, EDITING, &action, JL_ACTION_TITLE);
  be(&b, LEAVING, NULL, 0);
  for (int i = 0; i < 4; i++) assert_true(daemon_number(&server, sums[i]) == before[i]);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM pg_class WHERE relname LIKE '%presen%'"), 0);
  wire_close(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(watchers_see_each_other),  cmocka_unit_test(a_person_is_one_line),
      cmocka_unit_test(changes_are_collected),    cmocka_unit_test(not_more_than_five_a_second),
      cmocka_unit_test(what_is_wrong_is_refused), cmocka_unit_test(a_slow_watcher_gets_the_last_list),
      cmocka_unit_test(it_is_stored_nowhere),     cmocka_unit_test(it_ends_when_it_is_not_told_again),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
