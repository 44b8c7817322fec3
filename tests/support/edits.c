#include "tests/support/edits.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <stdio.h>
#include <string.h>

uint64_t random_next(struct random *r) { /* splitmix64 */
  uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t random_below(struct random *r, uint64_t n) { return random_next(r) % n; }

struct jl_id random_id(struct random *r) {
  struct jl_id id;
  uint64_t parts[2] = {random_next(r), random_next(r)};
  memcpy(id.bytes, parts, 16);
  return id;
}

static struct jl_bytes id_bytes(const struct jl_id *id) { return (struct jl_bytes){id->bytes, 16}; }

static const struct jl_field *field_of(uint32_t type, uint32_t field) { return jl_field_by_number(jl_record_type_by_number(type), field); }

static struct jl_bytes number_slice(struct jl_arena *a, uint32_t type, uint32_t field, int64_t n) {
  struct jl_value value = {.number = n};
  return jl_value_encode(a, field_of(type, field), &value);
}

static struct jl_bytes text_slice(struct jl_arena *a, uint32_t type, uint32_t field, const char *text) {
  struct jl_value value = {.text = {(const uint8_t *)text, strlen(text)}};
  return jl_value_encode(a, field_of(type, field), &value);
}

static struct jl_bytes id_slice(struct jl_arena *a, uint32_t type, uint32_t field, const struct jl_id *id) {
  struct jl_value value = {.id = *id};
  return jl_value_encode(a, field_of(type, field), &value);
}

static struct jl_bytes pack_edits(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, Jalon__Edit **edits, size_t n) {
  Jalon__Group group = JALON__GROUP__INIT;
  struct jl_id group_id = r ? random_id(r) : jl_id_random();
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = jl_to_pb(id_bytes(replica));
  group.space = jl_to_pb(id_bytes(space));
  group.seq = seq;
  group.group_id = jl_to_pb(id_bytes(&group_id));
  group.model_version = jl_model_version;
  group.edits = edits;
  group.n_edits = n;
  return jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
}

static struct jl_bytes pack(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, Jalon__Edit *edit) {
  return pack_edits(a, r, replica, space, seq, &edit, 1);
}

static void set_target(Jalon__Edit *edit, Jalon__Verb verb, uint32_t type, const struct jl_id *id) {
  edit->has_verb = edit->has_type = edit->has_id = true;
  edit->verb = verb;
  edit->type = type;
  edit->id = jl_to_pb(id_bytes(id));
}

static struct jl_bytes pack_create(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, uint32_t type,
                                   const struct jl_id *id, struct jl_bytes record) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  set_target(&edit, JALON__VERB__CREATE, type, id);
  edit.has_record = true;
  edit.record = jl_to_pb(record);
  return pack(a, r, replica, space, seq, &edit);
}

struct jl_bytes edits_plan(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const char *name) {
  struct jl_bytes record = {0};
  record = jl_record_with(a, record, JL_PLAN_NAME, text_slice(a, JL_TYPE_PLAN, JL_PLAN_NAME, name));
  record = jl_record_with(a, record, JL_PLAN_START, number_slice(a, JL_TYPE_PLAN, JL_PLAN_START, 20454));
  record = jl_record_with(a, record, JL_PLAN_END, number_slice(a, JL_TYPE_PLAN, JL_PLAN_END, 20818));
  record = jl_record_with(a, record, JL_PLAN_CURRENCY, text_slice(a, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR"));
  return pack_create(a, NULL, replica, space, seq, JL_TYPE_PLAN, space, record);
}

struct jl_bytes edits_line(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, const char *title, int64_t planned, struct random *r) {
  struct jl_bytes record = {0};
  record = jl_record_with(a, record, JL_BUDGET_LINE_TITLE, text_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, title));
  record = jl_record_with(a, record, JL_BUDGET_LINE_CATEGORY, number_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, 3));
  record = jl_record_with(a, record, JL_BUDGET_LINE_PLANNED, number_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, planned));
  return pack_create(a, r, replica, space, seq, JL_TYPE_BUDGET_LINE, line, record);
}

static struct jl_bytes create_action(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq) {
  char title[64];
  struct jl_id id = random_id(r);
  struct jl_bytes record = {0};
  snprintf(title, sizeof title, "action é %llu", (unsigned long long)random_below(r, 1000000));
  record = jl_record_with(a, record, JL_ACTION_TITLE, text_slice(a, JL_TYPE_ACTION, JL_ACTION_TITLE, title));
  record = jl_record_with(a, record, JL_ACTION_STATUS, number_slice(a, JL_TYPE_ACTION, JL_ACTION_STATUS, 1));
  return pack_create(a, r, replica, space, seq, JL_TYPE_ACTION, &id, record);
}

static struct jl_bytes create_comment(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_record *target) {
  char text[64];
  struct jl_id id = random_id(r);
  struct jl_bytes record = {0};
  snprintf(text, sizeof text, "remarque numéro %llu", (unsigned long long)random_below(r, 1000000));
  record = jl_record_with(a, record, JL_COMMENT_TARGET, id_slice(a, JL_TYPE_COMMENT, JL_COMMENT_TARGET, &target->id));
  record = jl_record_with(a, record, JL_COMMENT_BODY, text_slice(a, JL_TYPE_COMMENT, JL_COMMENT_BODY, text));
  return pack_create(a, r, replica, space, seq, JL_TYPE_COMMENT, &id, record);
}

static struct jl_bytes update(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, uint32_t type, const struct jl_id *id,
                              Jalon__FieldEdit *field) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  set_target(&edit, JALON__VERB__UPDATE, type, id);
  Jalon__FieldEdit *fields[1] = {field};
  edit.fields = fields;
  edit.n_fields = 1;
  field->has_field = true;
  return pack(a, r, replica, space, seq, &edit);
}

struct jl_bytes edits_amount(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, int64_t before, int64_t next, struct random *r) {
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT;
  field.field = JL_BUDGET_LINE_PLANNED;
  field.has_seen = before >= 0;
  if (before >= 0) field.seen = jl_to_pb(number_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, before));
  field.has_next = true;
  field.next = jl_to_pb(number_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, next));
  return update(a, r, replica, space, seq, JL_TYPE_BUDGET_LINE, line, &field);
}

static struct jl_bytes set_scalar(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_record *record, uint32_t number, struct jl_bytes next) {
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT;
  field.field = number;
  field.has_seen = field.has_next = true;
  field.seen = jl_to_pb(jl_record_slice(record->body, number));
  field.next = jl_to_pb(next);
  return update(a, r, replica, space, seq, record->type_number, &record->id, &field);
}

/* An action and a budget line for it: one group, two sections. */
static struct jl_bytes create_two(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq) {
  struct jl_id action = random_id(r), line = random_id(r);
  Jalon__Edit first = JALON__EDIT__INIT, second = JALON__EDIT__INIT, *edits[2] = {&first, &second};
  struct jl_bytes record = {0};
  record = jl_record_with(a, record, JL_ACTION_TITLE, text_slice(a, JL_TYPE_ACTION, JL_ACTION_TITLE, "avec budget"));
  set_target(&first, JALON__VERB__CREATE, JL_TYPE_ACTION, &action);
  first.has_record = true;
  first.record = jl_to_pb(record);
  record = (struct jl_bytes){0};
  record = jl_record_with(a, record, JL_BUDGET_LINE_TITLE, text_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "de l'action"));
  record = jl_record_with(a, record, JL_BUDGET_LINE_ACTION, id_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, &action));
  record = jl_record_with(a, record, JL_BUDGET_LINE_CATEGORY, number_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, 1));
  record = jl_record_with(a, record, JL_BUDGET_LINE_PLANNED, number_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, (int64_t)random_below(r, 1000000)));
  set_target(&second, JALON__VERB__CREATE, JL_TYPE_BUDGET_LINE, &line);
  second.has_record = true;
  second.record = jl_to_pb(record);
  return pack_edits(a, r, replica, space, seq, edits, 2);
}

/* Always a new tag, so that no accepted group is without effect: the checker wants each in the log. */
static struct jl_bytes add_tag(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_record *action) {
  char tag[32];
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT;
  field.field = JL_ACTION_TAGS;
  snprintf(tag, sizeof tag, "été %llx", (unsigned long long)random_below(r, 1ull << 40));
  field.has_add = true;
  field.add = jl_to_pb(text_slice(a, JL_TYPE_ACTION, JL_ACTION_TAGS, tag));
  return update(a, r, replica, space, seq, JL_TYPE_ACTION, &action->id, &field);
}

static struct jl_bytes rename_action(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_record *action) {
  char title[64];
  snprintf(title, sizeof title, "action à faire %llx", (unsigned long long)random_next(r));
  return set_scalar(a, r, replica, space, seq, action, JL_ACTION_TITLE, text_slice(a, JL_TYPE_ACTION, JL_ACTION_TITLE, title));
}

static struct jl_bytes remove_record(struct jl_arena *a, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_record *record) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  set_target(&edit, JALON__VERB__DELETE, record->type_number, &record->id);
  edit.has_seen_revision = edit.has_with_children = true;
  edit.seen_revision = record->revision;
  edit.with_children = true;
  return pack(a, r, replica, space, seq, &edit);
}

/* Any record of the type by its number, without walking all of them. */
static const struct jl_record *pick(struct random *r, const struct jl_replica *seen, uint32_t type) {
  uint64_t last = jl_replica_last_number(seen, type);
  for (int tries = 0; last > 0 && tries < 8; tries++) {
    const struct jl_record *record = jl_replica_numbered(seen, type, 1 + random_below(r, last < 40 ? last : 40));
    if (record && record->deleted_revision == 0) return record;
  }
  return NULL;
}

struct jl_bytes edits_random(struct jl_arena *a, struct random *r, const struct jl_replica *seen, const struct jl_id *replica, const struct jl_id *space, uint64_t seq) {
  uint64_t dice = random_below(r, 100);
  const struct jl_record *line = pick(r, seen, JL_TYPE_BUDGET_LINE), *action = pick(r, seen, JL_TYPE_ACTION);
  if (line && dice < 45)
    return set_scalar(a, r, replica, space, seq, line, JL_BUDGET_LINE_PLANNED, number_slice(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, (int64_t)random_below(r, 1ull << 50)));
  if (action && dice < 60) return add_tag(a, r, replica, space, seq, action);
  if (action && dice < 72) return rename_action(a, r, replica, space, seq, action);
  if (action && dice < 80) return create_comment(a, r, replica, space, seq, action);
  if (line && dice < 82) return remove_record(a, r, replica, space, seq, line);
  if (dice < 88) return create_action(a, r, replica, space, seq);
  if (dice < 94) return create_two(a, r, replica, space, seq);
  char title[64];
  struct jl_id id = random_id(r);
  snprintf(title, sizeof title, "ligne %llu", (unsigned long long)random_below(r, 1000000));
  return edits_line(a, replica, space, seq, &id, title, (int64_t)random_below(r, 10000000), r);
}
