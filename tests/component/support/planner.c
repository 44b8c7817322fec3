#include "tests/component/support/planner.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOTHING ((struct jl_bytes){(const uint8_t *)"", 0})

static ProtobufCBinaryData id_bytes(const struct jl_id *id) { return jl_to_pb((struct jl_bytes){id->bytes, sizeof id->bytes}); }

static struct jl_bytes encoded(struct jl_arena *a, uint32_t type, uint32_t field, const char *text, int64_t number) {
  struct jl_value value = {.number = number};
  if (text != NULL) value.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_value_encode(a, jl_field_by_number(jl_record_type_by_number(type), field), &value);
}

struct jl_bytes planner_text(struct jl_arena *a, uint32_t type, uint32_t field, const char *text) {
  return jl_record_with(a, NOTHING, field, encoded(a, type, field, text, 0));
}

struct jl_bytes planner_with(struct jl_arena *a, struct jl_bytes record, uint32_t type, uint32_t field, const char *text) {
  return jl_record_with(a, record, field, encoded(a, type, field, text, 0));
}

/* ---- editing ---- */
struct jl_bytes planner_pack(const struct one_edit *of, Jalon__Edit *edit, struct jl_arena *a) {
  struct jl_id group_id = of->group_id != NULL ? *of->group_id : jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(of->replica);
  group.space = id_bytes(of->space);
  group.seq = of->seq;
  group.group_id = id_bytes(&group_id);
  group.model_version = of->version != 0 ? of->version : jl_model_version;
  group.n_edits = edit != NULL;
  group.edits = &edit;
  group.has_erases = of->erases != NULL;
  if (of->erases != NULL) group.erases = id_bytes(of->erases);
  return jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
}

Jalon__Edit planner_creation(uint32_t type, const struct jl_id *id, struct jl_bytes record) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  edit.type = type;
  edit.id = id_bytes(id);
  edit.record = jl_to_pb(record);
  return edit;
}

static struct jl_bytes pack_group(struct planner *p, struct jl_arena *a, Jalon__Edit *edit) {
  return planner_pack(&(struct one_edit){.replica = &p->replica, .space = &p->space, .seq = ++p->seq, .version = p->model_version}, edit, a);
}

uint32_t planner_submit(struct planner *p, struct jl_bytes group) {
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = message.has_confirmed = true;
  message.group = jl_to_pb(group);
  message.confirmed = p->confirmed; /* a node that knows of less looks at the database */
  return wire_send(&p->wire, JALON__FRAME_TYPE__SUBMIT, &message.base);
}

uint64_t planner_verdict(struct planner *p, uint32_t stream) {
  const Jalon__Verdict *verdict = wire_expect(&p->wire, stream, JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  if (verdict->error != NULL) fail_msg("refused: %s", verdict->error->message);
  p->confirmed = verdict->seq;
  return p->head = verdict->revision;
}

uint64_t planner_create(struct planner *p, uint32_t type, struct jl_id id, struct jl_bytes record) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  Jalon__Edit edit = planner_creation(type, &id, record);
  uint32_t stream = planner_submit(p, pack_group(p, a, &edit));
  jl_arena_free(a);
  return planner_verdict(p, stream);
}

struct jl_id planner_action(struct planner *p, const char *title, const char *description) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_id id = jl_id_random();
  struct jl_bytes record = planner_text(a, JL_TYPE_ACTION, JL_ACTION_TITLE, title);
  if (description != NULL) record = planner_with(a, record, JL_TYPE_ACTION, JL_ACTION_DESCRIPTION, description);
  planner_create(p, JL_TYPE_ACTION, id, record);
  jl_arena_free(a);
  return id;
}

static struct jl_bytes update_group(struct planner *p, struct jl_arena *a, uint32_t type, const struct jl_id *id, uint32_t number,
                                    struct jl_bytes seen, struct jl_bytes next) {
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  field.has_field = field.has_seen = field.has_next = true;
  field.field = number;
  field.seen = jl_to_pb(seen);
  field.next = jl_to_pb(next);
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = type;
  edit.id = id_bytes(id);
  edit.n_fields = 1;
  edit.fields = fields;
  return pack_group(p, a, &edit);
}

struct jl_bytes planner_change_group(struct planner *p, struct jl_arena *a, struct jl_id action, uint32_t number, const char *from,
                                     const char *to) {
  struct jl_bytes seen = from == NULL ? (struct jl_bytes){NULL, 0} : planner_text(a, JL_TYPE_ACTION, number, from);
  return update_group(p, a, JL_TYPE_ACTION, &action, number, seen, planner_text(a, JL_TYPE_ACTION, number, to));
}

uint64_t planner_change(struct planner *p, struct jl_id action, uint32_t field, const char *from, const char *to) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  uint32_t stream = planner_submit(p, planner_change_group(p, a, action, field, from, to));
  jl_arena_free(a);
  return planner_verdict(p, stream);
}

uint64_t planner_retitle(struct planner *p, struct jl_id action, const char *from, const char *to) {
  return planner_change(p, action, JL_ACTION_TITLE, from, to);
}

void planner_reconnect(struct planner *p, const struct daemon *d) {
  if (p->wire.arena != NULL) wire_close(&p->wire);
  wire_open(&p->wire, d, false);
  wire_login(&p->wire, "admin", DAEMON_PASSWORD, &p->replica, NULL);
}

void planner_open(struct planner *p, const struct daemon *d) {
  *p = (struct planner){.space = jl_id_random(), .replica = jl_id_random()};
  planner_reconnect(p, d);
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_bytes plan = planner_text(a, JL_TYPE_PLAN, JL_PLAN_NAME, "Plan");
  plan = jl_record_with(a, plan, JL_PLAN_START, encoded(a, JL_TYPE_PLAN, JL_PLAN_START, NULL, 20454));
  plan = jl_record_with(a, plan, JL_PLAN_END, encoded(a, JL_TYPE_PLAN, JL_PLAN_END, NULL, 20818));
  plan = planner_with(a, plan, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR");
  planner_create(p, JL_TYPE_PLAN, p->space, plan);
  jl_arena_free(a);
}

void planner_close(struct planner *p) { wire_close(&p->wire); }

void planner_directory(struct planner *p, const struct daemon *d) {
  *p = (struct planner){.replica = jl_id_random()};
  planner_reconnect(p, d);
  Jalon__Read read = JALON__READ__INIT; /* without a space: the organisation */
  const Jalon__ReadReply *reply = wire_expect(&p->wire, wire_send(&p->wire, JALON__FRAME_TYPE__READ, &read.base),
                                              JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  assert_true(jl_id_from_bytes(JL_PB(reply->position->space), &p->space));
}

uint64_t planner_update(struct planner *p, uint32_t type, struct jl_id id, uint32_t number, struct jl_bytes seen, struct jl_bytes next) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  uint32_t stream = planner_submit(p, update_group(p, a, type, &id, number, seen, next));
  jl_arena_free(a);
  return planner_verdict(p, stream);
}

uint64_t planner_delete(struct planner *p, uint32_t type, struct jl_id id, uint64_t seen) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = edit.has_seen_revision = true;
  edit.verb = JALON__VERB__DELETE;
  edit.type = type;
  edit.id = id_bytes(&id);
  edit.seen_revision = seen;
  uint32_t stream = planner_submit(p, pack_group(p, a, &edit));
  jl_arena_free(a);
  return planner_verdict(p, stream);
}

struct jl_id planner_colleague(const struct daemon *d, const char *name, const char *login, const char *password) {
  struct planner p;
  struct jl_id person = jl_id_random();
  planner_directory(&p, d);
  struct jl_arena *a = jl_arena_new(1U << 20);
  planner_create(&p, JL_TYPE_PERSON, person, planner_text(a, JL_TYPE_PERSON, JL_PERSON_NAME, name));
  Jalon__AccountRequest add = JALON__ACCOUNT_REQUEST__INIT;
  add.has_verb = add.has_person = true;
  add.verb = JALON__ACCOUNT_VERB__ACCOUNT_ADD;
  add.account = jl_arena_strdup(a, login);
  add.password = jl_arena_strdup(a, password);
  add.person = id_bytes(&person);
  wire_expect(&p.wire, wire_send(&p.wire, JALON__FRAME_TYPE__ACCOUNT, &add.base), JALON__FRAME_TYPE__ACCOUNT_REPLY,
              &jalon__account_reply__descriptor);
  jl_arena_free(a);
  planner_close(&p);
  return person;
}

/* ---- looking ---- */
struct wire planner_reader(const struct daemon *d, const char *const *features) {
  struct wire w;
  wire_open(&w, d, true);
  w.features = features;
  wire_login(&w, "admin", DAEMON_PASSWORD, NULL, NULL);
  return w;
}

uint32_t planner_subscribe(struct wire *w, struct jl_id space, const Jalon__Position *from, const struct jl_id *snapshot_after) {
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  Jalon__Position copy;
  struct jl_id after;
  message.has_space = true;
  message.space = id_bytes(&space);
  if (from != NULL) copy = *from;
  message.from = from != NULL ? &copy : NULL;
  message.has_snapshot_after = snapshot_after != NULL;
  if (snapshot_after != NULL) after = *snapshot_after;
  if (snapshot_after != NULL) message.snapshot_after = id_bytes(&after);
  return wire_send(w, JALON__FRAME_TYPE__SUBSCRIBE, &message.base);
}

void planner_keep(struct kept_position *kept, const Jalon__Position *position) {
  jalon__position__init(&kept->wire);
  assert_true(jl_id_from_bytes(JL_PB(position->space), &kept->space));
  kept->wire.has_space = kept->wire.has_epoch = kept->wire.has_revision = true;
  kept->wire.space = id_bytes(&kept->space);
  kept->wire.epoch = position->epoch;
  kept->wire.revision = position->revision;
  kept->wire.n_sections = position->n_sections;
  kept->wire.sections = kept->pointers;
  assert_true(position->n_sections <= JL_SECTIONS);
  for (size_t i = 0; i < position->n_sections; i++) {
    kept->sections[i] = *position->sections[i];
    assert_int_equal(kept->sections[i].chain.len, JL_CHAIN_SIZE);
    memcpy(kept->chains[i], kept->sections[i].chain.data, JL_CHAIN_SIZE);
    kept->sections[i].chain.data = kept->chains[i];
    kept->pointers[i] = &kept->sections[i];
  }
}

void planner_position(struct planner *p, struct kept_position *kept) {
  Jalon__Read read = JALON__READ__INIT;
  read.has_space = true;
  read.space = id_bytes(&p->space);
  const Jalon__ReadReply *reply = wire_expect(&p->wire, wire_send(&p->wire, JALON__FRAME_TYPE__READ, &read.base),
                                              JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  planner_keep(kept, reply->position);
}

/* ---- copies ---- */
void copy_begin(struct copy *c, struct jl_id space) {
  *c = (struct copy){.replica = jl_replica_new(&space, JL_SPACE_PLAN)};
  assert_non_null(c->replica);
}

void copy_end(struct copy *c) { jl_replica_free(c->replica); }

static void take_record(struct copy *c, const Jalon__RecordState *state) {
  struct jl_id id;
  assert_true(jl_id_from_bytes(JL_PB(state->id), &id));
  assert_true(c->records == 0 || jl_id_compare(&c->last_id, &id) < 0); /* in order, none twice */
  struct jl_record *record = jl_record_new(state->type, &id, JL_PB(state->body));
  assert_non_null(record);
  record->number = state->number;
  record->revision = state->revision;
  record->created_revision = state->created_revision;
  record->deleted_revision = state->deleted_revision;
  assert_true(jl_replica_put(c->replica, record));
  c->last_id = id;
  if (state->revision > c->whole_at) c->whole_at = state->revision;
  c->records++;
}

static void stand_at(struct jl_replica *r, const struct kept_position *at) {
  struct jl_position *position = jl_replica_position(r);
  position->epoch = at->wire.epoch;
  position->revision = at->wire.revision;
  for (size_t i = 0; i < at->wire.n_sections; i++) {
    assert_true(at->sections[i].section < JL_SECTIONS);
    struct jl_section_position *section = &position->sections[at->sections[i].section];
    section->revision = at->sections[i].revision;
    memcpy(section->chain, at->chains[i], JL_CHAIN_SIZE);
  }
}

/* The next message of that stream that is none of the small ones; unpacked into the reader's arena. */
static struct received next_on(struct wire *w, uint32_t stream) {
  for (;;) {
    struct received got = wire_next(w);
    assert_false(got.closed);
    if (got.stream == stream && got.type != JALON__FRAME_TYPE__BOOKMARK && got.type != JALON__FRAME_TYPE__LAGGING &&
        got.type != JALON__FRAME_TYPE__SUBSCRIBE_REPLY)
      return got;
  }
}

bool copy_snapshot_message(struct copy *c, struct wire *w, uint32_t stream) {
  struct received got = next_on(w, stream);
  struct jl_error err;
  assert_int_equal(got.type, JALON__FRAME_TYPE__SNAPSHOT);
  jl_arena_reset(w->arena);
  const Jalon__Snapshot *part = (const Jalon__Snapshot *)jl_unpack(&jalon__snapshot__descriptor, got.payload, w->arena, &err);
  assert_non_null(part);
  bool first = part->has_total;
  if (first) {
    assert_non_null(part->position);
    if (c->messages == 0) planner_keep(&c->origin, part->position);
    c->total = part->total;
  }
  if (part->position != NULL) assert_true(part->position->revision == c->origin.wire.revision);
  assert_true(first || part->last || part->position == NULL);
  for (size_t i = 0; i < part->n_records; i++) take_record(c, part->records[i]);
  c->messages++;
  c->compressed += got.compressed;
  c->bytes += got.size;
  if (!part->last) return false;
  assert_true(part->has_whole_at && part->position != NULL);
  if (part->whole_at > c->whole_at) c->whole_at = part->whole_at;
  c->last = true;
  stand_at(c->replica, &c->origin);
  return true;
}

void copy_tail(struct copy *c, struct wire *w, uint32_t stream, uint64_t until) {
  while (jl_replica_where(c->replica)->revision < until) {
    struct received got = next_on(w, stream);
    struct jl_error err = {0};
    assert_int_equal(got.type, JALON__FRAME_TYPE__REVISIONS);
    jl_arena_reset(w->arena);
    const Jalon__Revisions *rows = (const Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, got.payload, w->arena, &err);
    assert_non_null(rows);
    for (size_t i = 0, n; i < rows->n_changes; i += n) {
      struct jl_change changes[JL_SECTIONS];
      uint64_t revision = 0;
      for (n = 0; i + n < rows->n_changes && n < JL_SECTIONS; n++) {
        const Jalon__Change *change = rows->changes[i + n];
        const Jalon__ChangeBody *body =
            (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(change->body), w->arena, &err);
        assert_non_null(body);
        if (n > 0 && body->revision != revision) break;
        revision = body->revision;
        changes[n] = (struct jl_change){JL_PB(change->body), JL_PB(change->private_values)};
      }
      if (!jl_replica_apply(c->replica, changes, n, w->arena, &err))
        fail_msg("revision %llu: %s", (unsigned long long)revision, err.message);
    }
    assert_true(rows->through == jl_replica_where(c->replica)->revision); /* every section is readable here */
  }
}

void copy_equal(const struct copy *a, const struct copy *b) {
  const struct jl_position *x = jl_replica_where(a->replica), *y = jl_replica_where(b->replica);
  assert_true(x->revision == y->revision && x->epoch == y->epoch);
  assert_memory_equal(x->sections, y->sections, sizeof x->sections);
  assert_int_equal(jl_replica_count(a->replica), jl_replica_count(b->replica));
  for (const struct jl_record *r = jl_replica_next(a->replica, NULL); r != NULL; r = jl_replica_next(a->replica, &r->id)) {
    const struct jl_record *s = jl_replica_record(b->replica, &r->id);
    assert_non_null(s);
    assert_true(r->type_number == s->type_number && r->number == s->number && r->revision == s->revision &&
                r->created_revision == s->created_revision && r->deleted_revision == s->deleted_revision);
    assert_int_equal(r->body.size, s->body.size);
    assert_memory_equal(r->body.data, s->body.data, r->body.size);
  }
}
