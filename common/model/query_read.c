/* Reading records: each query finds its record (and children) and, for edits, the bases: the value of each field as this
 * replica last saw it. */
#include "common/base/limits.h"
#include "common/model/evaluate.h"
#include "common/model/query.h"
#include "common/model/titles.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <string.h>

#define QUERIES_MAX 64
#define HISTORY_MAX 1000 /* changes of one record since it was shown; more: show it again */
#define BODIES_ARENA (4U * 1024U * 1024U)
#define PAGE_BYTES (JL_MESSAGE_MAX / 2) /* of the records of a page */

struct jl_reading {
  const struct jl_asker *query;
  const Jalon__Read *in;
  struct jl_arena *a;
  Jalon__ReadReply reply;
  Jalon__Position position;
  size_t next;                      /* query whose bases are looked for */
  const struct jl_record **records; /* found by each query; shared */
  struct jl_id space, organisation; /* zero: none chosen */
  struct jl_log_want want;
  bool wanting;
  struct jl_titles *titles[3];      /* while queries are looked up: of the plan, the organisation, the plans; NULL: not asked for */
};

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the answer is larger than {1}"), JL_MSG("ask for less at once"),
                 jl_arg_bytes(JL_MESSAGE_MAX));
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL); }

static bool only_type(const Jalon__Query *q, uint32_t type) { return q->n_types == 1 && q->types[0] == type; }

static bool all_of_organisation(const Jalon__Query *q) {
  for (size_t i = 0; i < q->n_types; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(q->types[i]);
    if (type == NULL || type->space != JL_SPACE_ORGANISATION) return false;
  }
  return q->n_types > 0;
}

static const struct jl_replica *replica_of(const struct jl_asker *query, const Jalon__Query *q, struct jl_error *err) {
  if (all_of_organisation(q)) return query->organisation;
  if (query->space != NULL) return query->space;
  if (only_type(q, JL_TYPE_PLAN) && query->plans != NULL) return query->plans;
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
    if (records == NULL) return no_memory(err);
    if (list->count > 0) memcpy(records, list->records, list->count * sizeof *records);
    list->records = records;
    list->capacity = capacity;
  }
  list->bytes += record->body.size + 64;
  if (list->bytes > JL_MESSAGE_MAX) return too_large(err);
  if (!jl_record_to_wire(record, a, &list->records[list->count])) return no_memory(err);
  list->count++;
  return true;
}

static bool find_all(const struct jl_reading *r, const struct jl_replica *replica, const Jalon__Query *q, struct found_list *list,
                     struct jl_error *err) {
  uint32_t sections = r->query->sections;
  if (q->deleted || q->n_types == 0) {
    const struct jl_record *record = jl_replica_next(replica, NULL);
    for (; record != NULL; record = jl_replica_next(replica, &record->id)) {
      if (!type_allowed(q, record->type_number) || !jl_record_readable(replica, record, sections)) continue;
      if (!q->deleted && jl_replica_live(replica, &record->id) == NULL) continue;
      if (!add_record(r->a, list, record, err)) return false;
    }
    return true;
  }
  for (size_t t = 0; t < q->n_types; t++) {
    size_t n;
    const struct jl_record **records = jl_replica_all(replica, q->types[t], r->a, &n);
    if (n == SIZE_MAX) return no_memory(err);
    for (size_t i = 0; i < n; i++)
      if (jl_record_readable(replica, records[i], sections) && !add_record(r->a, list, records[i], err)) return false;
  }
  return true;
}

/* So many as fit, and whether that was all. */
static bool find_page(const struct jl_reading *r, const struct jl_replica *replica, const Jalon__Query *q, Jalon__Found *found, struct found_list *list, struct jl_error *err) {
  struct jl_id after;
  bool begun = jl_id_from_bytes(JL_PB(q->after), &after);
  if (!begun && q->after.len > 0) return jl_fail(err, JL_E_INVALID, JL_MSG("there is no such record"), NULL);
  const struct jl_record *record = jl_replica_next(replica, begun ? &after : NULL);
  for (; record != NULL && list->bytes < PAGE_BYTES; record = jl_replica_next(replica, &record->id)) {
    if (!type_allowed(q, record->type_number) || !jl_record_readable(replica, record, r->query->sections)) continue;
    if (!q->deleted && jl_replica_live(replica, &record->id) == NULL) continue;
    if (!add_record(r->a, list, record, err)) return false;
  }
  found->has_has_more = found->has_more = record != NULL;
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

static bool add_children(const struct jl_reading *r, const struct jl_replica *replica, const Jalon__Query *q,
                         const struct jl_record *record, struct found_list *list, struct jl_error *err) {
  for (size_t c = 0; c < q->n_children; c++) {
    const struct jl_record_type *type = jl_record_type_by_number(q->children[c]);
    const struct jl_field *parent = type != NULL ? jl_parent_field(type) : NULL;
    if (parent == NULL) continue;
    size_t n;
    const struct jl_record **children = jl_replica_referring(replica, &record->id, type->number, parent->number, r->a, &n);
    if (n == SIZE_MAX) return no_memory(err);
    for (size_t i = 0; i < n; i++)
      if (jl_record_readable(replica, children[i], r->query->sections) && !add_record(r->a, list, children[i], err)) return false;
  }
  return true;
}

static struct jl_titles *titles_of(struct jl_reading *r, const struct jl_replica *replica) {
  for (size_t i = 0; i < JL_COUNT(r->titles); i++) {
    if (r->titles[i] == NULL) return r->titles[i] = jl_titles_new(replica);
    if (jl_titles_replica(r->titles[i]) == replica) return r->titles[i];
  }
  return NULL;
}

static const struct jl_record *find_by_text(struct jl_reading *r, const struct jl_replica *replica, const Jalon__Query *q, struct jl_error *err) {
  struct jl_titles *titles = titles_of(r, replica);
  const struct jl_record *record = NULL;
  if (titles == NULL) (void)no_memory(err);
  else if (jl_resolve_among(titles, q->text, q->types, q->n_types, q->deleted, r->a, &record, err)) return record;
  return NULL;
}

/* One query, without its bases. */
static bool find(struct jl_reading *r, const Jalon__Query *q, Jalon__Found *found, struct found_list *list, const struct jl_record **ret_record,
                 struct jl_error *err) {
  const struct jl_replica *replica = replica_of(r->query, q, err);
  if (replica == NULL) return false;
  if (q->all && q->has_after) return find_page(r, replica, q, found, list, err);
  if (q->all) return find_all(r, replica, q, list, err);
  const struct jl_record *record = NULL;
  if (q->has_id)
    record = find_by_id(replica, q, err);
  else if (q->text == NULL)
    jl_fail(err, JL_E_INVALID, JL_MSG("a query names a record or asks for all"), NULL);
  else
    record = find_by_text(r, replica, q, err);
  if (record == NULL) return false;
  if (!jl_record_readable(replica, record, r->query->sections))
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no such record"), NULL);
  *ret_record = record;
  return add_record(r->a, list, record, err) && add_children(r, replica, q, record, list, err);
}

static bool set_error(const struct jl_reading *r, Jalon__Found *found, struct jl_error *err) {
  if (r->query->public_error != NULL) r->query->public_error(r->query->context, err);
  found->error = jl_arena_alloc(r->a, sizeof *found->error);
  if (found->error == NULL) return false;
  jalon__error__init(found->error);
  jl_error_to_wire(err, r->a, found->error);
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
static bool walk_back(const struct jl_reading *r, const struct jl_record *record, const struct jl_log_row *rows, size_t n,
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
      struct jl_id writer;
      bool own = jl_id_from_bytes(JL_PB(change->replica), &writer) && jl_id_equal(&writer, &r->query->replica);
      never_shown = touched->verb == JALON__VERB__CREATE && !own;
      if (never_shown) break;
      for (size_t f = 0; own && f < touched->n_fields; f++)
        for (size_t k = 0; k < q->n_base_fields; k++) {
          if (bases->settled[k] || q->base_fields[k] != touched->fields[f]->field) continue;
          bases->values[k] = jl_arena_dup(r->a, jl_record_slice(body, q->base_fields[k]));
          bases->settled[k] = true;
        }
      jl_arena_reset(bodies[i % 2]);
      body = jl_change_undo(bodies[i % 2], body, touched, private_values);
      ok = body.data != NULL || body.size == 0;
    }
  }
  for (size_t k = 0; ok && k < q->n_base_fields; k++)
    if (!bases->settled[k]) bases->values[k] = jl_arena_dup(r->a, jl_record_slice(never_shown ? record->body : body, q->base_fields[k]));
  jl_arena_free(scratch);
  jl_arena_free(bodies[0]);
  jl_arena_free(bodies[1]);
  return ok || jl_fail(err, JL_E_INTERNAL, JL_MSG("the history of a record could not be read"), NULL);
}

static bool put_bases(const struct jl_reading *r, Jalon__Found *found, const struct base_fields *bases) {
  size_t n = bases->query->n_base_fields;
  found->bases = jl_arena_array(r->a, n, sizeof(Jalon__FieldResult *));
  for (size_t k = 0; found->bases != NULL && k < n; k++) {
    Jalon__FieldResult *field = jl_arena_alloc(r->a, sizeof *field);
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

/* What the log says about the bases of query `next`. false: no memory even for an error. */
static bool take_history(struct jl_reading *r, const struct jl_log_rows *rows, const struct jl_error *problem) {
  size_t i = r->next++;
  Jalon__Found *found = r->reply.found[i];
  struct base_fields bases = {.query = r->in->queries[i]};
  bases.values = jl_arena_array(r->a, bases.query->n_base_fields, sizeof *bases.values);
  bases.settled = jl_arena_array(r->a, bases.query->n_base_fields, sizeof *bases.settled);
  struct jl_error why = {0};
  bool ok = bases.values != NULL && bases.settled != NULL;
  if (!ok) no_memory(&why);
  if (ok && problem != NULL && problem->code != JL_E_OK) {
    why = *problem;
    ok = false;
  } else if (ok && rows->count >= HISTORY_MAX) {
    ok = jl_fail(&why, JL_E_RECORD_CHANGED, JL_MSG("the record changed more than {1} times since it was shown"),
                 JL_MSG("show it again, then repeat the edit"), jl_arg_integer(HISTORY_MAX));
  }
  if (ok) ok = walk_back(r, r->records[i], rows->rows, rows->count, &bases, &why) && put_bases(r, found, &bases);
  if (!ok && why.code == JL_E_OK) no_memory(&why);
  return ok || set_error(r, found, &why);
}

/* Bases one after the other, until rows are wanted or the reply is complete. */
static bool next_bases(struct jl_reading *r, struct jl_error *err) {
  r->wanting = false;
  for (; r->next < r->in->n_queries; r->next++) {
    const Jalon__Query *q = r->in->queries[r->next];
    const struct jl_record *record = r->records[r->next];
    if (record == NULL || q->n_base_fields == 0) continue;
    if (q->shown_revision == 0 || record->revision <= q->shown_revision) {
      struct base_fields bases = {.query = q, .values = jl_arena_array(r->a, q->n_base_fields, sizeof(struct jl_bytes))};
      for (size_t k = 0; bases.values != NULL && k < q->n_base_fields; k++)
        bases.values[k] = jl_arena_dup(r->a, jl_record_slice(record->body, q->base_fields[k]));
      if (bases.values == NULL || !put_bases(r, r->reply.found[r->next], &bases)) return too_large(err);
      continue;
    }
    r->want = (struct jl_log_want){.space = all_of_organisation(q)      ? r->organisation
                                            : !jl_id_is_zero(&r->space) ? r->space
                                                                        : record->id, /* a plan's space has the plan's id */
                                   .of_record = true,
                                   .record = record->id,
                                   .revision = record->revision,
                                   .down_to = q->shown_revision,
                                   .limit = HISTORY_MAX};
    r->wanting = true;
    break;
  }
  return true;
}

static bool find_queries(struct jl_reading *r, struct jl_error *err) {
  for (size_t i = 0; i < r->in->n_queries; i++) {
    Jalon__Found *found = jl_arena_alloc(r->a, sizeof *found);
    struct found_list list = {0};
    struct jl_error why = {0};
    const struct jl_record *record = NULL;
    if (found == NULL) return too_large(err);
    jalon__found__init(found);
    r->reply.found[r->reply.n_found++] = found;
    if (find(r, r->in->queries[i], found, &list, &record, &why)) {
      found->records = list.records;
      found->n_records = list.count;
      if (record != NULL) r->records[i] = jl_record_share(record); /* it may be replaced while the history is read */
    } else if (!set_error(r, found, &why)) {
      return too_large(err);
    }
  }
  return true;
}

bool jl_read_check(const Jalon__Read *request, struct jl_error *err) {
  return request->n_queries <= QUERIES_MAX ||
         jl_fail(err, JL_E_TOO_LARGE, JL_MSG("one request reads at most {1} records by name"), NULL, jl_arg_integer(QUERIES_MAX));
}

bool jl_reading_begin(const struct jl_asker *query, const Jalon__Read *request, struct jl_arena *a, struct jl_reading **ret_reading,
                      struct jl_error *err) {
  struct jl_reading *r = jl_arena_alloc(a, sizeof *r);
  const struct jl_replica *where = query->space != NULL ? query->space : query->organisation;
  if (r == NULL) return too_large(err);
  r->query = query;
  r->in = request;
  r->a = a;
  jalon__read_reply__init(&r->reply);
  r->reply.found = jl_arena_array(a, request->n_queries + 1, sizeof(Jalon__Found *));
  r->records = jl_arena_array(a, request->n_queries + 1, sizeof *r->records);
  if (r->reply.found == NULL || r->records == NULL || !jl_position_to_wire(jl_replica_where(where), query->sections, a, &r->position))
    return too_large(err);
  r->reply.position = &r->position;
  r->organisation = jl_replica_where(query->organisation)->space;
  if (query->space != NULL) r->space = jl_replica_where(query->space)->space;
  bool ok = find_queries(r, err);
  for (size_t i = 0; i < JL_COUNT(r->titles); i++) jl_titles_free(r->titles[i]);
  if (!ok || !next_bases(r, err)) {
    jl_reading_end(r);
    return false;
  }
  *ret_reading = r;
  return true;
}

const struct jl_log_want *jl_reading_wants(const struct jl_reading *reading) { return reading->wanting ? &reading->want : NULL; }

bool jl_reading_give(struct jl_reading *reading, const struct jl_log_rows *rows, const struct jl_error *problem, struct jl_error *err) {
  if (!take_history(reading, rows, problem)) return too_large(err);
  return next_bases(reading, err);
}

const Jalon__ReadReply *jl_reading_reply(const struct jl_reading *reading) { return &reading->reply; }

void jl_reading_end(struct jl_reading *reading) {
  for (size_t i = 0; i < reading->in->n_queries; i++) {
    jl_record_release((struct jl_record *)(uintptr_t)reading->records[i]);
    reading->records[i] = NULL;
  }
}

bool jl_query_read(const struct jl_asker *query, const Jalon__Read *request, const struct jl_log_source *log, struct jl_arena *a,
                   Jalon__ReadReply *ret_reply, struct jl_error *err) {
  struct jl_reading *reading;
  if (!jl_read_check(request, err) || !jl_reading_begin(query, request, a, &reading, err)) return false;
  bool ok = true;
  for (const struct jl_log_want *want; ok && (want = jl_reading_wants(reading)) != NULL;) {
    struct jl_log_rows rows = {0};
    struct jl_error problem = {0};
    bool had = log->rows(log->context, want, &rows, &problem);
    ok = jl_reading_give(reading, &rows, had ? NULL : &problem, err);
  }
  if (ok) *ret_reply = *jl_reading_reply(reading);
  jl_reading_end(reading);
  return ok;
}
