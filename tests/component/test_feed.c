/* Subscriptions from outside: snapshot and tail, live, a slow reader, resuming by position, a forked position, views. */
#include "common/base/limits.h"
#include "common/model/replica.h"
#include "common/record/schema.h"
#include "proto/view.pb-c.h"
#include "tests/component/support/daemon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct daemon server;
static struct wire writer;
static struct jl_id space, replica;
static uint64_t seq, head;

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct jl_bytes set(struct jl_arena *a, struct jl_bytes record, uint32_t type, uint32_t number, const char *text, int64_t n) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(type), number);
  struct jl_value value = {.number = n};
  if (text != NULL) value.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_record_with(a, record, number, jl_value_encode(a, field, &value));
}

static uint32_t send_edits(struct wire *w, struct jl_id author, uint64_t lane_seq, Jalon__Edit **edits, size_t n) {
  struct jl_id group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(&author);
  group.space = id_bytes(&space);
  group.seq = lane_seq;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = n;
  group.edits = edits;
  struct jl_arena *a = jl_arena_new(1U << 20);
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = message.has_confirmed = true;
  message.group = jl_to_pb(jl_pack(&group.base, a, JL_GROUP_MAX_BYTES));
  message.confirmed = lane_seq - 1;
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__SUBMIT, &message.base);
  jl_arena_free(a);
  return stream;
}

static uint64_t take_verdict(struct wire *w, uint32_t stream) {
  const Jalon__Verdict *verdict = wire_expect(w, stream, JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  if (verdict->error != NULL) fail_msg("refused: %s", verdict->error->message);
  head = verdict->revision;
  return head;
}

static uint64_t submit_edit(struct wire *w, struct jl_id author, uint64_t lane_seq, Jalon__Edit *edit) {
  return take_verdict(w, send_edits(w, author, lane_seq, &edit, 1));
}

/* Creates one record; returns the revision. */
static uint64_t submit(uint32_t type, struct jl_id id, struct jl_bytes record) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  edit.type = type;
  edit.id = id_bytes(&id);
  edit.record = jl_to_pb(record);
  return submit_edit(&writer, replica, ++seq, &edit);
}

static uint64_t add_action(const char *title, const char *description) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_bytes record = set(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_ACTION, JL_ACTION_TITLE, title, 0);
  if (description != NULL) record = set(a, record, JL_TYPE_ACTION, JL_ACTION_DESCRIPTION, description, 0);
  uint64_t revision = submit(JL_TYPE_ACTION, jl_id_random(), record);
  jl_arena_free(a);
  return revision;
}

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  space = jl_id_random();
  replica = jl_id_random();
  wire_open(&writer, &server, false);
  wire_login(&writer, "admin", DAEMON_PASSWORD, &replica, NULL);
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_bytes plan = set(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_PLAN, JL_PLAN_NAME, "Plan", 0);
  plan = set(a, plan, JL_TYPE_PLAN, JL_PLAN_START, NULL, 20454);
  plan = set(a, plan, JL_TYPE_PLAN, JL_PLAN_END, NULL, 20818);
  plan = set(a, plan, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR", 0);
  submit(JL_TYPE_PLAN, space, plan);
  jl_arena_free(a);
  add_action("first", NULL);
  return 0;
}
static int stop(void **state) {
  (void)state;
  wire_close(&writer);
  return daemon_stop(&server);
}

static struct wire reader(void) {
  struct wire w;
  wire_open(&w, &server, true);
  wire_login(&w, "admin", DAEMON_PASSWORD, NULL, NULL);
  return w;
}

static uint32_t subscribe(struct wire *w, Jalon__Position *from) {
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  message.has_space = true;
  message.space = id_bytes(&space);
  message.from = from;
  return wire_send(w, JALON__FRAME_TYPE__SUBSCRIBE, &message.base);
}

/* The position now, as a client would keep it. */
struct position {
  struct jl_id space;
  uint8_t chains[JL_SECTIONS][32];
  Jalon__SectionPosition sections[JL_SECTIONS], *pointers[JL_SECTIONS];
  Jalon__Position wire;
};
static void keep_position(struct position *p) {
  Jalon__Read read = JALON__READ__INIT;
  read.has_space = true;
  read.space = id_bytes(&space);
  const Jalon__ReadReply *reply = wire_expect(&writer, wire_send(&writer, JALON__FRAME_TYPE__READ, &read.base),
                                              JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  p->space = space;
  jalon__position__init(&p->wire);
  p->wire.has_space = p->wire.has_epoch = p->wire.has_revision = true;
  p->wire.space = id_bytes(&p->space);
  p->wire.epoch = reply->position->epoch;
  p->wire.revision = reply->position->revision;
  p->wire.n_sections = reply->position->n_sections;
  p->wire.sections = p->pointers;
  for (size_t i = 0; i < p->wire.n_sections; i++) {
    p->sections[i] = *reply->position->sections[i];
    memcpy(p->chains[i], p->sections[i].chain.data, 32);
    p->sections[i].chain.data = p->chains[i];
    p->pointers[i] = &p->sections[i];
  }
}

static uint64_t change_revision(struct wire *w, const Jalon__Change *change) {
  struct jl_error err = {0};
  const Jalon__ChangeBody *body =
      (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(change->body), w->arena, &err);
  assert_non_null(body);
  return body->revision;
}

/* Takes events until everything through `until` has come, each revision once and in order. */
static void take_revisions(struct wire *w, uint32_t stream, uint64_t after, uint64_t until, bool *ret_lagged) {
  while (after < until) {
    struct received got = wire_next(w);
    assert_false(got.closed);
    if (got.stream != stream || got.type == JALON__FRAME_TYPE__BOOKMARK) continue;
    if (got.type == JALON__FRAME_TYPE__LAGGING) {
      *ret_lagged = true;
      continue;
    }
    assert_int_equal(got.type, JALON__FRAME_TYPE__REVISIONS);
    struct jl_error err = {0};
    jl_arena_reset(w->arena);
    const Jalon__Revisions *rows = (const Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, got.payload, w->arena, &err);
    assert_non_null(rows);
    for (size_t i = 0; i < rows->n_changes; i++) {
      uint64_t revision = change_revision(w, rows->changes[i]);
      assert_true(revision == after + 1);
      after = revision;
    }
    assert_true(rows->through == after);
  }
}

static void snapshot_then_live(void **state) {
  (void)state;
  struct wire w = reader();
  bool lagged = false;
  uint32_t stream = subscribe(&w, NULL);
  wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  const Jalon__Snapshot *snapshot = wire_expect(&w, stream, JALON__FRAME_TYPE__SNAPSHOT, &jalon__snapshot__descriptor);
  assert_true(snapshot->last);
  assert_int_equal(snapshot->n_records, 2);
  assert_true(snapshot->position->revision == head);
  const Jalon__Bookmark *bookmark = wire_expect(&w, stream, JALON__FRAME_TYPE__BOOKMARK, &jalon__bookmark__descriptor);
  assert_true(bookmark->revision == head);
  uint64_t before = head;
  add_action("live", NULL);
  take_revisions(&w, stream, before, head, &lagged);
  assert_false(lagged);
  wire_close(&w);
}

static void resume_by_position(void **state) {
  (void)state;
  static struct position p;
  bool lagged = false;
  keep_position(&p);
  struct wire w = reader();
  uint32_t here = subscribe(&w, &p.wire);
  wire_expect(&w, here, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  wire_expect(&w, here, JALON__FRAME_TYPE__BOOKMARK, &jalon__bookmark__descriptor); /* nothing happened since */
  for (int i = 0; i < 5; i++) add_action("while away", NULL);
  struct wire back = reader();
  uint32_t stream = subscribe(&back, &p.wire);
  wire_expect(&back, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  take_revisions(&back, stream, p.wire.revision, head, &lagged);
  take_revisions(&w, here, p.wire.revision, head, &lagged);
  assert_false(lagged);
  wire_close(&back);
  wire_close(&w);
}

static void expect_forked(Jalon__Position *from) {
  struct wire w = reader();
  uint32_t stream = subscribe(&w, from);
  wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  const Jalon__Resync *resync = wire_expect(&w, stream, JALON__FRAME_TYPE__RESYNC, &jalon__resync__descriptor);
  assert_int_equal(resync->error->code, JL_E_HISTORY_FORKED);
  wire_ping(&w);
  wire_close(&w);
}

static void a_forked_position_is_refused(void **state) {
  (void)state;
  static struct position p;
  keep_position(&p);
  p.chains[0][5] ^= 1;
  expect_forked(&p.wire); /* at the head */
  add_action("after the fork", NULL);
  expect_forked(&p.wire); /* below it */
  p.chains[0][5] ^= 1;
  p.wire.epoch++;
  expect_forked(&p.wire);
  p.wire.epoch--;
  p.wire.revision = head + 10;
  expect_forked(&p.wire);
}

static void a_slow_reader_gets_everything_once(void **state) {
  (void)state;
  static char text[16001];
  bool lagged = false;
  memset(text, 'x', sizeof text - 1);
  struct wire w = reader();
  uint32_t stream = subscribe(&w, NULL);
  wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  wire_expect(&w, stream, JALON__FRAME_TYPE__SNAPSHOT, &jalon__snapshot__descriptor);
  uint64_t before = head;
  for (int i = 0; i < 250; i++) add_action("large", text); /* 4 MB; the reader's socket holds less than a quarter */
  take_revisions(&w, stream, before, head, &lagged);
  assert_true(lagged);
  before = head;
  lagged = false;
  add_action("live again", NULL);
  take_revisions(&w, stream, before, head, &lagged);
  assert_false(lagged);
  wire_close(&w);
}

/* Small groups with large changes (a set's values before and after): one batch of them is more than a session's queue holds. */
static struct jl_bytes some_tags(struct jl_arena *a, int first, int count) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACTION), JL_ACTION_TAGS);
  struct jl_value *values = jl_arena_array(a, (size_t)count, sizeof *values);
  for (int i = 0; i < count; i++) {
    char *text = jl_arena_printf(a, "tag %04d, long: %0180d", first + i, 0);
    values[i].text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  }
  return jl_values_encode(a, field, values, (size_t)count);
}

enum { GROUPS = 12, TAGGED = 70, TAGS = 31 };
static uint32_t move_tags(struct jl_arena *a, struct jl_id ids[TAGGED], int round) {
  Jalon__FieldEdit fields[TAGGED], *field_of[TAGGED];
  Jalon__Edit edits[TAGGED], *list[TAGGED];
  for (int i = 0; i < TAGGED; i++) {
    jalon__field_edit__init(field_of[i] = &fields[i]);
    jalon__edit__init(list[i] = &edits[i]);
    fields[i].has_field = fields[i].has_add = fields[i].has_remove = true;
    fields[i].field = JL_ACTION_TAGS;
    fields[i].add = jl_to_pb(some_tags(a, TAGS + round, 1));
    fields[i].remove = jl_to_pb(some_tags(a, round, 1));
    edits[i].has_verb = edits[i].has_type = edits[i].has_id = true;
    edits[i].verb = JALON__VERB__UPDATE;
    edits[i].type = JL_TYPE_ACTION;
    edits[i].id = id_bytes(&ids[i]);
    edits[i].n_fields = 1;
    edits[i].fields = &field_of[i];
  }
  return send_edits(&writer, replica, ++seq, list, TAGGED);
}

static void a_batch_larger_than_the_queue(void **state) {
  (void)state;
  static struct jl_id ids[TAGGED];
  struct jl_arena *a = jl_arena_new(16U << 20);
  struct jl_bytes record = set(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_ACTION, JL_ACTION_TITLE, "tagged", 0);
  record = jl_record_with(a, record, JL_ACTION_TAGS, some_tags(a, 0, TAGS));
  for (int i = 0; i < TAGGED; i++) submit(JL_TYPE_ACTION, ids[i] = jl_id_random(), record);
  static struct position p;
  keep_position(&p);
  struct wire w = reader();
  uint32_t stream = subscribe(&w, &p.wire), streams[GROUPS];
  bool lagged = false;
  wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  wire_expect(&w, stream, JALON__FRAME_TYPE__BOOKMARK, &jalon__bookmark__descriptor);
  uint64_t before = head;
  for (int i = 0; i < GROUPS; i++) streams[i] = move_tags(a, ids, i);
  for (int i = 0; i < GROUPS; i++) take_verdict(&writer, streams[i]);
  assert_true(head == before + GROUPS);
  take_revisions(&w, stream, before, head, &lagged);
  assert_true(lagged);
  wire_close(&w);
  jl_arena_free(a);
}

/* One answer of the history view before a revision; returns the revision that its note names as older still, 0 without a note. */
static uint64_t look_back(struct wire *w, char *record, uint64_t before, uint64_t *ret_newest, uint64_t *ret_oldest) {
  char name[] = "history", parameter[] = "before", value[32], by_record[] = "record";
  Jalon__ViewParameter parameters[2] = {JALON__VIEW_PARAMETER__INIT, JALON__VIEW_PARAMETER__INIT};
  Jalon__ViewParameter *list[] = {&parameters[0], &parameters[1]};
  Jalon__ViewRequest view = JALON__VIEW_REQUEST__INIT;
  snprintf(value, sizeof value, "r%llu", (unsigned long long)before);
  parameters[0].name = parameter;
  parameters[0].value = value;
  parameters[1].name = by_record;
  parameters[1].value = record;
  view.has_space = true;
  view.space = id_bytes(&space);
  view.view = name;
  view.n_parameters = record != NULL ? 2 : 1;
  view.parameters = list;
  const Jalon__ViewReply *reply = wire_expect(w, wire_send(w, JALON__FRAME_TYPE__VIEW, &view.base), JALON__FRAME_TYPE__VIEW_REPLY,
                                              &jalon__view_reply__descriptor);
  struct jl_error err = {0};
  struct jl_arena *a = jl_arena_new(64U << 20);
  const Jalon__Document *d =
      (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, JL_PB(reply->document), JL_UNPACK_MAX, a, &err);
  assert_non_null(d);
  const Jalon__Block *b = d->blocks[0];
  assert_true(b->n_rows > 0);
  size_t c = 0;
  while (strcmp(b->columns[c]->name, "revision") != 0) c++;
  *ret_newest = (uint64_t)b->rows[0]->cells[c]->number;
  for (size_t i = 1; i < b->n_rows; i++) assert_true(b->rows[i]->cells[c]->number <= b->rows[i - 1]->cells[c]->number);
  *ret_oldest = d->has_next_row ? 0 : (uint64_t)b->rows[b->n_rows - 1]->cells[c]->number;
  uint64_t older = b->n_notes == 0 ? 0 : strtoull(b->notes[0]->arguments[0]->text + 1, NULL, 10);
  jl_arena_free(a);
  return older;
}

/* However large the last changes are, the newest come first, and the way back leads through all of them. */
static void the_history_goes_back_to_the_beginning(void **state) {
  (void)state;
  uint64_t newest = 0, oldest = 0, answers = 0;
  char action[] = "A1";
  for (uint64_t before = head + 1, next; before != 0; before = next, answers++) {
    next = look_back(&writer, NULL, before, &newest, &oldest);
    assert_true(newest == before - 1);
    assert_true(next < before);
    if (oldest != 0) assert_true(oldest == (next == 0 ? 1 : next));
  }
  assert_true(answers > GROUPS / 3);
  assert_true(look_back(&writer, action, head + 1, &newest, &oldest) == 0);
  assert_true(newest == 2 && oldest == 2);
  assert_true(look_back(&writer, action, 5, &newest, &oldest) == 0); /* nothing of it at r4: found from its last change on */
  assert_true(newest == 2);
}

static void a_stream_has_one_subscription(void **state) {
  (void)state;
  struct wire w = reader();
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  uint8_t packed[64];
  message.has_space = true;
  message.space = id_bytes(&space);
  size_t size = jalon__subscribe__pack(&message, packed);
  uint32_t stream = w.last_stream + 77;
  for (int i = 0; i < 2; i++) wire_frame(&w, JALON__FRAME_TYPE__SUBSCRIBE, stream, packed, size); /* the space is still being opened */
  int accepted = 0, refused = 0;
  while (accepted + refused < 2) {
    struct received got = wire_next(&w);
    assert_false(got.closed);
    accepted += got.type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY;
    refused += got.type == JALON__FRAME_TYPE__ERROR;
  }
  assert_int_equal(accepted, 1);
  wire_ping(&w);
  wire_close(&w);
}

static void a_large_snapshot_comes_whole(void **state) {
  (void)state;
  struct wire w = reader();
  uint32_t stream = subscribe(&w, NULL);
  wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  add_action("meanwhile", NULL); /* goes by while the snapshot waits for us to read */
  size_t records = 0;
  uint64_t origin = 0;
  for (bool last = false; !last;) {
    const Jalon__Snapshot *part = wire_expect(&w, stream, JALON__FRAME_TYPE__SNAPSHOT, &jalon__snapshot__descriptor);
    records += part->n_records;
    last = part->last;
    if (last) origin = part->position->revision;
  }
  assert_true(origin == head || origin == head - 1);
  assert_true(records >= 258);
  bool lagged = false;
  take_revisions(&w, stream, origin, head, &lagged);
  wire_close(&w);
}

static void a_watched_view_changes(void **state) {
  (void)state;
  struct wire w = reader();
  char name[] = "raci";
  Jalon__ViewRequest view = JALON__VIEW_REQUEST__INIT;
  view.view = name;
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  message.has_space = true;
  message.space = id_bytes(&space);
  message.view = &view;
  uint32_t stream = wire_send(&w, JALON__FRAME_TYPE__SUBSCRIBE, &message.base);
  wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  const Jalon__ViewState *first = wire_expect(&w, stream, JALON__FRAME_TYPE__VIEW_STATE, &jalon__view_state__descriptor);
  assert_true(first->document.len > 0);
  assert_int_equal(first->n_changes, 0);
  uint64_t before = head;
  add_action("seen by the watcher", NULL);
  const Jalon__ViewState *second = wire_expect(&w, stream, JALON__FRAME_TYPE__VIEW_STATE, &jalon__view_state__descriptor);
  assert_true(second->position->revision > before);
  wire_close(&w);
}

/* ---- bases: what this replica last saw ---- */
static uint64_t retitle(struct wire *w, struct jl_id author, uint64_t lane_seq, struct jl_id id, const char *from, const char *to) {
  struct jl_arena *a = jl_arena_new(1U << 16);
  struct jl_bytes none = {(const uint8_t *)"", 0};
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  field.has_field = field.has_seen = field.has_next = true;
  field.field = JL_ACTION_TITLE;
  field.seen = jl_to_pb(set(a, none, JL_TYPE_ACTION, JL_ACTION_TITLE, from, 0));
  field.next = jl_to_pb(set(a, none, JL_TYPE_ACTION, JL_ACTION_TITLE, to, 0));
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = JL_TYPE_ACTION;
  edit.id = id_bytes(&id);
  edit.n_fields = 1;
  edit.fields = fields;
  uint64_t revision = submit_edit(w, author, lane_seq, &edit);
  jl_arena_free(a);
  return revision;
}

static void expect_base(struct wire *w, struct jl_id id, uint64_t shown, const char *title) {
  uint32_t fields[] = {JL_ACTION_TITLE};
  Jalon__Query query = JALON__QUERY__INIT, *queries[] = {&query};
  query.has_id = query.has_shown_revision = true;
  query.id = id_bytes(&id);
  query.shown_revision = shown;
  query.n_base_fields = 1;
  query.base_fields = fields;
  Jalon__Read read = JALON__READ__INIT;
  read.has_space = true;
  read.space = id_bytes(&space);
  read.n_queries = 1;
  read.queries = queries;
  const Jalon__ReadReply *reply =
      wire_expect(w, wire_send(w, JALON__FRAME_TYPE__READ, &read.base), JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  assert_int_equal(reply->n_found, 1);
  assert_null(reply->found[0]->error);
  assert_int_equal(reply->found[0]->n_bases, 1);
  struct jl_arena *a = jl_arena_new(1U << 16);
  struct jl_bytes expected = set(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_ACTION, JL_ACTION_TITLE, title, 0);
  assert_int_equal(reply->found[0]->bases[0]->before.len, expected.size);
  assert_memory_equal(reply->found[0]->bases[0]->before.data, expected.data, expected.size);
  jl_arena_free(a);
}

static void bases_are_what_the_replica_last_saw(void **state) {
  (void)state;
  struct jl_id other = jl_id_random(), id = jl_id_random();
  struct wire w;
  wire_open(&w, &server, false);
  wire_login(&w, "admin", DAEMON_PASSWORD, &other, NULL);
  struct jl_arena *a = jl_arena_new(1U << 16);
  uint64_t created =
      submit(JL_TYPE_ACTION, id, set(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_ACTION, JL_ACTION_TITLE, "one", 0));
  jl_arena_free(a);
  uint64_t changed = retitle(&writer, replica, ++seq, id, "one", "two");
  expect_base(&w, id, created, "one"); /* shown before the other's change */
  expect_base(&w, id, changed, "two");
  expect_base(&w, id, 0, "two");           /* never shown */
  expect_base(&w, id, created - 1, "two"); /* shown before the record was there */
  retitle(&w, other, 1, id, "two", "three");
  retitle(&writer, replica, ++seq, id, "three", "four");
  expect_base(&w, id, created, "three"); /* its own later write counts, the other's after it does not */
  expect_base(&writer, id, created, "four");
  wire_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(snapshot_then_live),
      cmocka_unit_test(resume_by_position),
      cmocka_unit_test(a_forked_position_is_refused),
      cmocka_unit_test(a_watched_view_changes),
      cmocka_unit_test(a_slow_reader_gets_everything_once),
      cmocka_unit_test(a_large_snapshot_comes_whole),
      cmocka_unit_test(a_batch_larger_than_the_queue),
      cmocka_unit_test(the_history_goes_back_to_the_beginning),
      cmocka_unit_test(a_stream_has_one_subscription),
      cmocka_unit_test(bases_are_what_the_replica_last_saw),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
