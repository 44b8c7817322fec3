/* Reading records: each query finds its record (and children) and, for edits, the bases: the value of each field as this
 * replica last saw it. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "server/net/session.h"
#include <string.h>

#define QUERIES_MAX 64
#define HISTORY_MAX 1000 /* changes of one record since it was shown; more: show it again */
#define BODIES_ARENA (4U * 1024U * 1024U)

struct reading {
  const Jalon__Read *in;
  Jalon__ReadReply reply;
  Jalon__Position position;
  size_t next;                      /* query whose bases are looked for */
  const struct jl_record **records; /* found by each query; shared */
};

static bool only_type(const Jalon__Query *q, uint32_t type) { return q->n_types == 1 && q->types[0] == type; }

static bool all_of_organisation(const Jalon__Query *q) {
  for (size_t i = 0; i < q->n_types; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(q->types[i]);
    if (type == NULL || type->space != JL_SPACE_ORGANISATION) return false;
  }
  return q->n_types > 0;
}

static const struct jl_replica *replica_of(const struct jl_request *r, const Jalon__Query *q, struct jl_error *err) {
  const struct jl_spaces *spaces = r->session->server->spaces;
  if (all_of_organisation(q)) return jl_spaces_directory(spaces);
  if (r->space != NULL) return jl_space_committed(r->space);
  if (only_type(q, JL_TYPE_PLAN)) return jl_spaces_plans(spaces);
  jl_fail(err, JL_E_INVALID, JL_MSG("choose a plan first"), JL_MSG("jalon plan use NAME, or --plan NAME"));
  return NULL;
}

static bool type_allowed(const Jalon__Query *q, uint32_t type) {
  if (q->n_types == 0) return true;
  for (size_t i = 0; i < q->n_types; i++)
    if (q->types[i] == type) return true;
  return false;
}

struct found_list {
  Jalon__RecordState **records;
  size_t count, capacity, bytes;
};

static bool add_record(struct jl_arena *a, struct found_list *list, const struct jl_record *record, struct jl_error *err) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
    Jalon__RecordState **records = jl_arena_array(a, capacity, sizeof(Jalon__RecordState *));
    if (records == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    if (list->count > 0) memcpy(records, list->records, list->count * sizeof *records);
    list->records = records;
    list->capacity = capacity;
  }
  list->bytes += record->body.size + 64;
  if (list->bytes > JL_MESSAGE_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the answer is larger than {1}"), JL_MSG("ask for less at once"),
                   jl_arg_bytes(JL_MESSAGE_MAX));
  if (!jl_record_to_wire(record, a, &list->records[list->count])) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  list->count++;
  return true;
}

static bool find_all(struct jl_request *r, const struct jl_replica *replica, const Jalon__Query *q, struct found_list *list,
                     struct jl_error *err) {
  uint32_t sections = jl_session_readable(r->session);
  if (q->deleted || q->n_types == 0) {
    const struct jl_record *record = jl_replica_next(replica, NULL);
    for (; record != NULL; record = jl_replica_next(replica, &record->id)) {
      if (!type_allowed(q, record->type_number) || !jl_record_readable(replica, record, sections)) continue;
      if (!q->deleted && jl_replica_live(replica, &record->id) == NULL) continue;
      if (!add_record(r->arena, list, record, err)) return false;
    }
    return true;
  }
  for (size_t t = 0; t < q->n_types; t++) {
    size_t n;
    const struct jl_record **records = jl_replica_all(replica, q->types[t], r->arena, &n);
    if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    for (size_t i = 0; i < n; i++)
      if (jl_record_readable(replica, records[i], sections) && !add_record(r->arena, list, records[i], err)) return false;
  }
  return true;
}

static const struct jl_record *find_by_id(const struct jl_replica *replica, const Jalon__Query *q, struct jl_error *err) {
  struct jl_id id;
  const struct jl_record *record = NULL;
  if (jl_id_from_bytes(JL_PB(q->id), &id)) record = q->deleted ? jl_replica_record(replica, &id) : jl_replica_live(replica, &id);
  if (record == NULL || !type_allowed(q, record->type_number))
    jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no such record"), NULL);
  else
    return record;
  return NULL;
}

static bool add_children(struct jl_request *r, const struct jl_replica *replica, const Jalon__Query *q, const struct jl_record *record,
                         struct found_list *list, struct jl_error *err) {
  for (size_t c = 0; c < q->n_children; c++) {
    const struct jl_record_type *type = jl_record_type_by_number(q->children[c]);
    const struct jl_field *parent = type != NULL ? jl_parent_field(type) : NULL;
    if (parent == NULL) continue;
    size_t n;
    const struct jl_record **children = jl_replica_referring(replica, &record->id, type->number, parent->number, r->arena, &n);
    if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    for (size_t i = 0; i < n; i++)
      if (jl_record_readable(replica, children[i], jl_session_readable(r->session)) && !add_record(r->arena, list, children[i], err))
        return false;
  }
  return true;
}

/* One query, without its bases. */
static bool find(struct jl_request *r, const Jalon__Query *q, struct found_list *list, const struct jl_record **ret_record,
                 struct jl_error *err) {
  const struct jl_replica *replica = replica_of(r, q, err);
  if (replica == NULL) return false;
  if (q->all) return find_all(r, replica, q, list, err);
  const struct jl_record *record = NULL;
  if (q->has_id)
    record = find_by_id(replica, q, err);
  else if (q->text == NULL)
    jl_fail(err, JL_E_INVALID, JL_MSG("a query names a record or asks for all"), NULL);
  else if (!jl_resolve(replica, q->text, q->types, q->n_types, q->deleted, r->arena, &record, err))
    record = NULL;
  if (record == NULL) return false;
  if (!jl_record_readable(replica, record, jl_session_readable(r->session)))
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no such record"), NULL);
  *ret_record = record;
  return add_record(r->arena, list, record, err) && add_children(r, replica, q, record, list, err);
}

static bool set_error(struct jl_request *r, Jalon__Found *found, struct jl_error *err) {
  jl_error_public(r->session, err, "read");
  found->error = jl_arena_alloc(r->arena, sizeof *found->error);
  if (found->error == NULL) return false;
  jalon__error__init(found->error);
  jl_error_to_wire(err, r->arena, found->error);
  found->n_records = found->n_bases = 0;
  return true;
}

/* ---- bases ---- */
struct base_fields {
  const Jalon__Query *query;
  struct jl_bytes *values;
  bool *settled;
};

/* Walks back from the newest change. A field's base is its value right after the last change that this replica made or that
 * is not newer than what was shown; other replicas' newer changes are undone. When the record itself was made by another
 * replica after that, it was never shown as such: what it holds now counts. */
static bool walk_back(struct jl_request *r, const struct jl_record *record, const struct jl_log_row *rows, size_t n,
                      struct base_fields *bases, struct jl_error *err) {
  struct jl_arena *scratch = jl_arena_new(JL_REQUEST_ARENA), *bodies[2] = {jl_arena_new(BODIES_ARENA), jl_arena_new(BODIES_ARENA)};
  bool ok = scratch != NULL && bodies[0] != NULL && bodies[1] != NULL;
  struct jl_bytes body = record->body;
  const Jalon__Query *q = bases->query;
  bool never_shown = false;
  for (size_t i = 0; ok && i < n && !never_shown; i++) {
    jl_arena_reset(scratch);
    const Jalon__ChangeBody *change =
        (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, rows[i].change.body, scratch, err);
    const Jalon__ChangePrivate *private_values =
        (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, rows[i].change.private_values, scratch, err);
    ok = change != NULL && private_values != NULL;
    for (size_t c = 0; ok && c < change->n_changes; c++) {
      const Jalon__RecordChange *touched = change->changes[c];
      if (touched->id.len != sizeof record->id.bytes || memcmp(touched->id.data, record->id.bytes, sizeof record->id.bytes) != 0) continue;
      bool own = change->replica.len == sizeof r->session->replica.bytes &&
                 memcmp(change->replica.data, r->session->replica.bytes, change->replica.len) == 0;
      never_shown = touched->verb == JALON__VERB__CREATE && !own;
      if (never_shown) break;
      for (size_t f = 0; own && f < touched->n_fields; f++)
        for (size_t k = 0; k < q->n_base_fields; k++) {
          if (bases->settled[k] || q->base_fields[k] != touched->fields[f]->field) continue;
          bases->values[k] = jl_arena_dup(r->arena, jl_record_slice(body, q->base_fields[k]));
          bases->settled[k] = true;
        }
      jl_arena_reset(bodies[i % 2]);
      body = jl_change_undo(bodies[i % 2], body, touched, private_values);
      ok = body.data != NULL || body.size == 0;
    }
  }
  for (size_t k = 0; ok && k < q->n_base_fields; k++)
    if (!bases->settled[k])
      bases->values[k] = jl_arena_dup(r->arena, jl_record_slice(never_shown ? record->body : body, q->base_fields[k]));
  jl_arena_free(scratch);
  jl_arena_free(bodies[0]);
  jl_arena_free(bodies[1]);
  return ok || jl_fail(err, JL_E_INTERNAL, JL_MSG("the history of a record could not be read"), NULL);
}

static bool put_bases(struct jl_request *r, Jalon__Found *found, const struct base_fields *bases) {
  size_t n = bases->query->n_base_fields;
  found->bases = jl_arena_array(r->arena, n, sizeof(Jalon__FieldResult *));
  for (size_t k = 0; found->bases != NULL && k < n; k++) {
    Jalon__FieldResult *field = jl_arena_alloc(r->arena, sizeof *field);
    if (field == NULL) return false;
    jalon__field_result__init(field);
    field->has_field = true;
    field->field = bases->query->base_fields[k];
    field->has_before = bases->values[k].size > 0;
    field->before = jl_to_pb(bases->values[k]);
    found->bases[found->n_bases++] = field;
  }
  return found->bases != NULL;
}

static void next_bases(struct jl_request *r);
static void history_found(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err) {
  struct jl_request *r = context;
  struct reading *reading = r->state;
  size_t i = reading->next++;
  Jalon__Found *found = reading->reply.found[i];
  struct base_fields bases = {.query = reading->in->queries[i]};
  bases.values = jl_arena_array(r->arena, bases.query->n_base_fields, sizeof *bases.values);
  bases.settled = jl_arena_array(r->arena, bases.query->n_base_fields, sizeof *bases.settled);
  struct jl_error why = {0};
  bool ok = bases.values != NULL && bases.settled != NULL;
  if (!ok) jl_fail(&why, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  if (ok && err != NULL && err->code != JL_E_OK) {
    why = *err;
    ok = false;
  } else if (ok && n >= HISTORY_MAX) {
    ok = jl_fail(&why, JL_E_RECORD_CHANGED, JL_MSG("the record changed more than {1} times since it was shown"),
                 JL_MSG("show it again, then repeat the edit"), jl_arg_integer(HISTORY_MAX));
  }
  if (ok) ok = walk_back(r, reading->records[i], rows, n, &bases, &why) && put_bases(r, found, &bases);
  if (!ok && why.code == JL_E_OK) jl_fail(&why, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  if (!ok && !set_error(r, found, &why))
    jl_request_out_of_memory(r);
  else
    next_bases(r);
}

static void release_records(struct reading *reading) {
  for (size_t i = 0; i < reading->in->n_queries; i++)
    if (reading->records[i] != NULL) jl_record_release((struct jl_record *)(uintptr_t)reading->records[i]);
}

/* Bases one after the other; then the answer. */
static void next_bases(struct jl_request *r) {
  struct reading *reading = r->state;
  for (; reading->next < reading->in->n_queries; reading->next++) {
    const Jalon__Query *q = reading->in->queries[reading->next];
    const struct jl_record *record = reading->records[reading->next];
    if (record == NULL || q->n_base_fields == 0) continue;
    if (q->shown_revision == 0 || record->revision <= q->shown_revision) {
      struct base_fields bases = {.query = q, .values = jl_arena_array(r->arena, q->n_base_fields, sizeof(struct jl_bytes))};
      for (size_t k = 0; bases.values != NULL && k < q->n_base_fields; k++)
        bases.values[k] = jl_arena_dup(r->arena, jl_record_slice(record->body, q->base_fields[k]));
      if (bases.values == NULL || !put_bases(r, reading->reply.found[reading->next], &bases)) break;
      continue;
    }
    struct jl_id space = all_of_organisation(q) ? *jl_spaces_organisation(r->session->server->spaces)
                         : r->space != NULL     ? jl_replica_where(jl_space_committed(r->space))->space
                                                : record->id; /* a plan's space has the plan's id */
    jl_store_history(r->session->server->store, &space, &record->id, record->revision, q->shown_revision, HISTORY_MAX, history_found, r);
    return;
  }
  release_records(reading);
  if (reading->next < reading->in->n_queries)
    jl_request_out_of_memory(r);
  else
    jl_request_reply(r, &reading->reply.base);
}

static void read_now(struct jl_request *r, const struct jl_error *err) {
  struct reading *reading = r->state;
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  size_t n = reading->in->n_queries;
  const struct jl_replica *replica = r->space != NULL ? jl_space_committed(r->space) : jl_spaces_directory(r->session->server->spaces);
  reading->reply.found = jl_arena_array(r->arena, n + 1, sizeof(Jalon__Found *));
  reading->records = jl_arena_array(r->arena, n + 1, sizeof *reading->records);
  if (reading->reply.found == NULL || reading->records == NULL ||
      !jl_position_to_wire(jl_replica_where(replica), jl_session_readable(r->session), r->arena, &reading->position)) {
    jl_request_out_of_memory(r);
    return;
  }
  reading->reply.position = &reading->position;
  bool ok = true;
  for (size_t i = 0; ok && i < n; i++) {
    Jalon__Found *found = jl_arena_alloc(r->arena, sizeof *found);
    struct found_list list = {0};
    struct jl_error why = {0};
    const struct jl_record *record = NULL;
    ok = found != NULL;
    if (!ok) break;
    jalon__found__init(found);
    reading->reply.found[reading->reply.n_found++] = found;
    if (find(r, reading->in->queries[i], &list, &record, &why)) {
      found->records = list.records;
      found->n_records = list.count;
      if (record != NULL) reading->records[i] = jl_record_share(record); /* it may be replaced while the history is read */
    } else
      ok = set_error(r, found, &why);
  }
  if (ok) {
    next_bases(r);
    return;
  }
  release_records(reading);
  jl_request_out_of_memory(r);
}

void jl_handle_read(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Read *in = (const Jalon__Read *)message;
  struct jl_error err = {0};
  struct reading *reading = jl_arena_alloc(r->arena, sizeof *reading);
  if (reading == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  if (in->n_queries > QUERIES_MAX) {
    jl_fail(&err, JL_E_TOO_LARGE, JL_MSG("one request reads at most {1} records by name"), NULL, jl_arg_integer(QUERIES_MAX));
    jl_request_fail(r, &err);
    return;
  }
  reading->in = in;
  jalon__read_reply__init(&reading->reply);
  r->state = reading;
  struct jl_id space;
  bool has_space = in->has_space && jl_id_from_bytes(JL_PB(in->space), &space) && !jl_id_is_zero(&space);
  if (has_space)
    jl_request_open_space(r, in->space, false, read_now);
  else
    read_now(r, NULL);
}
