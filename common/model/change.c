/* The log: the chain, applying one revision and undoing one change of a record. */
#include "common/base/limits.h"
#include "common/model/replica_internal.h"
#include <sodium.h>
#include <string.h>

void jl_chain_next(const uint8_t previous[JL_CHAIN_SIZE], struct jl_bytes body, uint8_t ret_chain[JL_CHAIN_SIZE]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, JL_CHAIN_SIZE);
  crypto_generichash_update(&state, previous, JL_CHAIN_SIZE);
  if (body.size > 0) crypto_generichash_update(&state, body.data, body.size);
  crypto_generichash_final(&state, ret_chain, JL_CHAIN_SIZE);
}

void jl_link_make(uint32_t sections, const uint8_t chain[JL_CHAIN_SIZE], uint8_t ret_link[JL_LINK_SIZE]) {
  ret_link[0] = (uint8_t)sections;
  memcpy(ret_link + 1, chain, JL_LINK_SIZE - 1);
}

void jl_personal_hash(struct jl_bytes salt, struct jl_bytes slice, uint8_t ret_hash[JL_CHAIN_SIZE]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, JL_CHAIN_SIZE);
  if (salt.size > 0) crypto_generichash_update(&state, salt.data, salt.size);
  if (slice.size > 0) crypto_generichash_update(&state, slice.data, slice.size);
  crypto_generichash_final(&state, ret_hash, JL_CHAIN_SIZE);
}

static bool hash_matches(struct jl_bytes salt, struct jl_bytes slice, ProtobufCBinaryData expected) {
  uint8_t hash[JL_CHAIN_SIZE];
  if (expected.len == 0) return slice.size == 0;
  jl_personal_hash(salt, slice, hash);
  return expected.len == sizeof hash && memcmp(hash, expected.data, sizeof hash) == 0;
}

/* ---- applying ---- */
struct undo {
  struct jl_id id;
  struct jl_record *before; /* NULL: it was not there */
};
struct application {
  struct jl_replica *replica;
  struct jl_arena *arena;
  uint64_t revision;
  const Jalon__ChangePrivate *private_values;
  bool erases; /* also in records that are deleted, which stay so */
  struct undo *undo;
  size_t undo_count;
};

static bool forked(struct jl_error *err, const Jalon__RecordChange *change, uint32_t field, const char *message) {
  struct jl_id id = {{0}};
  bool known = jl_id_from_bytes(JL_PB(change->id), &id);
  jl_error_set(err, JL_E_HISTORY_FORKED, message, JL_MSG("take a snapshot of the space"), NULL, 0);
  return jl_error_at(err, change->type, known ? &id : NULL, field);
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the change"), NULL); }

static const Jalon__PrivateValue *private_value(const Jalon__ChangePrivate *values, size_t change, uint32_t field) {
  for (size_t i = 0; values != NULL && i < values->n_values; i++)
    if (values->values[i]->has_change && values->values[i]->change == change && values->values[i]->field == field) return values->values[i];
  return NULL;
}

/* What a field becomes. An erased personal value (hash but no value) is absent, and cannot be compared any more. */
static bool field_after(const struct application *app, const Jalon__RecordChange *change, size_t index, const Jalon__FieldResult *field,
                        struct jl_bytes now, struct jl_bytes *ret_after, struct jl_error *err) {
  if (!field->has_before_hash && !field->has_after_hash) {
    if (!jl_bytes_equal(now, JL_PB(field->before)))
      return forked(err, change, field->field, JL_MSG("a value is not the one that the server changed"));
    *ret_after = JL_PB(field->after);
    return true;
  }
  const Jalon__PrivateValue *value = private_value(app->private_values, index, field->field);
  if (value == NULL) {
    *ret_after = (struct jl_bytes){NULL, 0};
    return true;
  }
  struct jl_bytes salt = JL_PB(value->salt), before = JL_PB(value->before), after = JL_PB(value->after);
  if (!hash_matches(salt, before, field->before_hash) || !hash_matches(salt, after, field->after_hash))
    return forked(err, change, field->field, JL_MSG("a personal value does not match its hash"));
  if (!jl_bytes_equal(now, before)) return forked(err, change, field->field, JL_MSG("a value is not the one that the server changed"));
  *ret_after = after;
  return true;
}

static bool new_body(const struct application *app, const Jalon__RecordChange *change, size_t index, struct jl_bytes body,
                     struct jl_bytes *ret_body, struct jl_error *err) {
  for (size_t i = 0; i < change->n_fields; i++) {
    const Jalon__FieldResult *field = change->fields[i];
    struct jl_bytes after = {NULL, 0};
    if (!field_after(app, change, index, field, jl_record_slice(body, field->field), &after, err)) return false;
    body = jl_record_with(app->arena, body, field->field, after);
    if (body.data == NULL) return no_memory(err);
    if (body.size > JL_RECORD_MAX) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a record of the change is too large"), NULL);
  }
  if (change->n_fields > 0 && !jl_record_canonical(body))
    return jl_fail(err, JL_E_INVALID, JL_MSG("a record of the change is malformed"), NULL);
  *ret_body = body;
  return true;
}

static bool put(struct application *app, struct jl_record *record, const struct jl_record *before, struct jl_error *err) {
  struct undo *undo = &app->undo[app->undo_count];
  undo->id = record->id;
  undo->before = jl_record_share(before);
  if (!jl_replica_put(app->replica, record)) {
    jl_record_release(undo->before);
    return no_memory(err);
  }
  app->undo_count++;
  return true;
}

static bool apply_record(struct application *app, const Jalon__RecordChange *change, size_t index, struct jl_error *err) {
  struct jl_id id;
  if (!jl_id_from_bytes(JL_PB(change->id), &id) || change->type == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a change names no record"), NULL);
  const struct jl_record *before = jl_replica_record(app->replica, &id);
  if (before != NULL && before->revision >= app->revision) return true; /* it came with a snapshot, as it was after this or later */
  if ((before == NULL) != (change->verb == JALON__VERB__CREATE))
    return forked(err, change, 0, JL_MSG("a changed record is not here, or a new one is"));
  if (before != NULL && (before->type_number != change->type || before->revision != change->previous_revision))
    return forked(err, change, 0, JL_MSG("a record is not at the revision that the server changed"));
  bool deleted = before != NULL && before->deleted_revision != 0;
  if (deleted != (change->verb == JALON__VERB__RESTORE) && !(deleted && app->erases && change->verb == JALON__VERB__UPDATE))
    return forked(err, change, 0, JL_MSG("a record is deleted here but not on the server, or the other way round"));
  if (change->verb < JALON__VERB__CREATE || change->verb > JALON__VERB__RESTORE)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a change has no known verb"), NULL);
  struct jl_bytes body = before == NULL ? (struct jl_bytes){NULL, 0} : before->body;
  if (!new_body(app, change, index, body, &body, err)) return false;
  struct jl_record *after = jl_record_new(change->type, &id, body);
  if (after == NULL) return no_memory(err);
  after->number = before == NULL || change->has_number ? change->number : before->number;
  after->revision = app->revision;
  after->created_revision = before == NULL ? app->revision : before->created_revision;
  after->deleted_revision = change->verb == JALON__VERB__DELETE ? app->revision : 0;
  if (deleted && change->verb == JALON__VERB__UPDATE) after->deleted_revision = before->deleted_revision;
  return put(app, after, before, err);
}

static void take_back(struct application *app) {
  while (app->undo_count > 0) {
    struct undo *undo = &app->undo[--app->undo_count];
    if (undo->before == NULL)
      jl_replica_remove(app->replica, &undo->id);
    else
      jl_replica_put_back(app->replica, undo->before);
  }
}

static bool check_body(const struct jl_replica *r, const Jalon__ChangeBody *body, uint32_t last_section, struct jl_error *err) {
  uint64_t revision = jl_replica_where(r)->revision;
  if (body->revision != revision + 1)
    return jl_fail(err, JL_E_INVALID, JL_MSG("revision {1} does not follow {2}"), NULL, jl_arg_integer((int64_t)body->revision),
                   jl_arg_integer((int64_t)revision));
  if (body->section <= last_section || body->section >= JL_SECTIONS)
    return jl_fail(err, JL_E_INVALID, JL_MSG("section {1} of a change is not known or out of order"), NULL, jl_arg_integer(body->section));
  return true;
}

static bool apply_all(struct application *app, Jalon__ChangeBody *const *bodies, Jalon__ChangePrivate *const *privates, size_t n,
                      struct jl_error *err) {
  for (size_t i = 0; i < n; i++) {
    app->private_values = privates[i];
    app->erases = bodies[i]->has_erases;
    for (size_t k = 0; k < bodies[i]->n_changes; k++)
      if (!apply_record(app, bodies[i]->changes[k], k, err)) return false;
  }
  return true;
}

bool jl_replica_apply(struct jl_replica *r, const struct jl_change *changes, size_t n, struct jl_arena *scratch, struct jl_error *err) {
  Jalon__ChangeBody *bodies[JL_SECTIONS];
  Jalon__ChangePrivate *privates[JL_SECTIONS];
  if (n == 0 || n >= JL_SECTIONS)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a revision touches between 1 and {1} sections"), NULL, jl_arg_integer(JL_SECTIONS - 1));
  size_t records = 0;
  uint32_t section = 0;
  for (size_t i = 0; i < n; i++) {
    privates[i] = NULL;
    bodies[i] = (Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, changes[i].body, scratch, err);
    if (bodies[i] != NULL && changes[i].private_values.size > 0)
      privates[i] = (Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, changes[i].private_values, scratch, err);
    if (bodies[i] == NULL || (changes[i].private_values.size > 0 && privates[i] == NULL)) return false;
    if (!check_body(r, bodies[i], section, err)) return false;
    section = bodies[i]->section;
    records += bodies[i]->n_changes;
  }
  struct application app = {
      .replica = r, .arena = scratch, .revision = bodies[0]->revision, .undo = jl_arena_array(scratch, records + 1, sizeof(struct undo))};
  if (app.undo == NULL) return no_memory(err);
  jl_replica_hold(r);
  bool applied = apply_all(&app, bodies, privates, n, err);
  if (!applied) take_back(&app);
  jl_replica_let_go(r);
  if (!applied) return false;
  for (size_t i = 0; i < app.undo_count; i++) jl_record_release(app.undo[i].before);
  struct jl_position *position = jl_replica_position(r);
  position->revision = app.revision;
  for (size_t i = 0; i < n; i++) {
    struct jl_section_position *at = &position->sections[bodies[i]->section];
    at->revision = app.revision;
    jl_chain_next(at->chain, changes[i].body, at->chain);
  }
  return true;
}

/* ---- undoing ---- */
/* The change does not know its index: a personal value is found by the hashes that it has to match. */
static struct jl_bytes before_of(const Jalon__FieldResult *field, const Jalon__ChangePrivate *values) {
  if (!field->has_before_hash && !field->has_after_hash) return JL_PB(field->before);
  for (size_t i = 0; values != NULL && i < values->n_values; i++) {
    const Jalon__PrivateValue *v = values->values[i];
    struct jl_bytes salt = JL_PB(v->salt);
    if (v->field == field->field && hash_matches(salt, JL_PB(v->before), field->before_hash) &&
        hash_matches(salt, JL_PB(v->after), field->after_hash))
      return JL_PB(v->before);
  }
  return (struct jl_bytes){NULL, 0};
}

struct jl_bytes jl_change_undo(struct jl_arena *a, struct jl_bytes body, const Jalon__RecordChange *change,
                               const Jalon__ChangePrivate *private_values) {
  if (change->verb == JALON__VERB__CREATE) return (struct jl_bytes){NULL, 0};
  for (size_t i = 0; i < change->n_fields; i++) {
    body = jl_record_with(a, body, change->fields[i]->field, before_of(change->fields[i], private_values));
    if (body.data == NULL) break;
  }
  return body;
}
