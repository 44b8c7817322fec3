/* What becomes of a refused group: the user's choice makes another group of it, in its place. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"
#include <string.h>

#define RESOLVE_ARENA (JL_UNPACK_MAX + 8U * JL_MESSAGE_MAX)

struct resolving {
  struct jl_arena *a;
  const struct jl_resolution *resolution;
  Jalon__Group *group;
  const Jalon__Verdict *verdict;
  Jalon__Edit **edits; /* of the new group */
  size_t count, capacity;
  struct jl_error *err;
};

static bool same(ProtobufCBinaryData a, ProtobufCBinaryData b) { return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0); }

static const struct jl_field_choice *choice_of(const struct resolving *r, const Jalon__Conflict *c) {
  for (size_t i = 0; i < r->resolution->field_count; i++) {
    const struct jl_field_choice *choice = &r->resolution->fields[i];
    if (choice->field == c->field && c->record.len == sizeof choice->record.bytes &&
        memcmp(c->record.data, choice->record.bytes, sizeof choice->record.bytes) == 0)
      return choice;
  }
  return NULL;
}

/* What is to become of one conflict; VALUE with *ret_value. */
static bool choose(const struct resolving *r, const Jalon__Conflict *c, enum jl_choice *ret_choice, struct jl_bytes *ret_value) {
  *ret_choice = r->resolution->choice;
  if (r->resolution->choice != JL_CHOICE_FIELDS) return true;
  const struct jl_field_choice *choice = choice_of(r, c);
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  const struct jl_field *field = type == NULL ? NULL : jl_field_by_number(type, c->field);
  if (choice == NULL)
    return jl_fail(r->err, JL_E_USAGE, JL_MSG("{1} is in conflict and nothing was chosen for it"), JL_MSG("choose mine, theirs or a value for each"),
                   field == NULL ? jl_arg_integer(c->field) : jl_arg_label(field->label));
  *ret_choice = choice->choice;
  *ret_value = choice->value;
  if (choice->choice != JL_CHOICE_VALUE) return true;
  if (type == NULL || field == NULL) return jl_fail(r->err, JL_E_USAGE, JL_MSG("only a field can be given a value"), NULL);
  return choice->value.size == 0 || jl_slice_check(type, c->field, choice->value, r->err);
}

static const Jalon__Conflict *conflict_about(const struct resolving *r, const Jalon__Edit *edit, uint32_t field) {
  for (size_t i = 0; i < r->verdict->n_conflicts; i++) {
    const Jalon__Conflict *c = r->verdict->conflicts[i];
    if (same(c->record, edit->id) && c->field == field) return c;
  }
  return NULL;
}

static bool about(const struct resolving *r, const Jalon__Edit *edit) {
  for (size_t i = 0; i < r->verdict->n_conflicts; i++)
    if (same(r->verdict->conflicts[i]->record, edit->id)) return true;
  return false;
}

static bool add(struct resolving *r, Jalon__Edit *edit) {
  if (r->count < r->capacity) {
    r->edits[r->count++] = edit;
    return true;
  }
  return jl_fail(r->err, JL_E_TOO_LARGE, JL_MSG("the change has become too large"), JL_MSG("make it in several"));
}

static Jalon__Edit *new_edit(struct resolving *r, Jalon__Verb verb, const Jalon__Edit *like) {
  Jalon__Edit *edit = jl_arena_alloc(r->a, sizeof *edit);
  if (edit == NULL) {
    (void)jl_outbox_no_memory(r->err);
    return NULL;
  }
  jalon__edit__init(edit);
  edit->has_verb = edit->has_type = edit->has_id = true;
  edit->verb = verb;
  edit->type = like->type;
  edit->id = like->id;
  return edit;
}

/* ---- fields ---- */
/* The field as it goes on; *ret_keep false: theirs stays. What the conflict showed is the base now. */
static bool resolve_field(const struct resolving *r, const Jalon__Conflict *c, Jalon__FieldEdit *f, bool *ret_keep) {
  enum jl_choice choice;
  struct jl_bytes value = {NULL, 0};
  *ret_keep = true;
  if (!choose(r, c, &choice, &value)) return false;
  if (choice == JL_CHOICE_THEIRS) {
    *ret_keep = false;
    return true;
  }
  if (f->has_add || f->has_remove || f->has_add_number || f->has_after || f->has_before) {
    if (choice == JL_CHOICE_MINE) return true; /* says what to do, not what to be: tried again */
    f->has_add = f->has_remove = f->has_add_number = f->has_minimum = f->has_maximum = f->has_after = f->has_before = false;
  }
  f->has_seen = c->theirs.len > 0;
  f->seen = c->theirs;
  if (choice == JL_CHOICE_MINE) return true;
  f->has_next = value.size > 0;
  f->next = jl_to_pb(value);
  return true;
}

static bool resolve_update(struct resolving *r, Jalon__Edit *edit) {
  size_t kept = 0;
  for (size_t i = 0; i < edit->n_fields; i++) {
    const Jalon__Conflict *c = conflict_about(r, edit, edit->fields[i]->field);
    bool keep = true;
    if (c != NULL && !resolve_field(r, c, edit->fields[i], &keep)) return false;
    if (keep) edit->fields[kept++] = edit->fields[i];
  }
  edit->n_fields = kept;
  return kept == 0 || add(r, edit);
}

/* Somebody made the record of this natural key first: what is left is an update of it. */
static bool resolve_create(struct resolving *r, const Jalon__Edit *edit) {
  const struct jl_record_type *type = jl_record_type_by_number(edit->type);
  Jalon__Edit *update = new_edit(r, JALON__VERB__UPDATE, edit);
  if (update == NULL) return false;
  size_t most = type == NULL ? 0 : type->field_count;
  update->fields = jl_arena_array(r->a, most + 1, sizeof *update->fields);
  if (update->fields == NULL) return jl_outbox_no_memory(r->err);
  for (size_t i = 0; i < most; i++) {
    const struct jl_field *field = &type->fields[i];
    struct jl_bytes mine = jl_record_slice(JL_PB(edit->record), field->number);
    if (mine.size == 0 || field->natural_key || field->immutable || field->by_server) continue;
    Jalon__FieldEdit *f = jl_arena_alloc(r->a, sizeof *f);
    if (f == NULL) return jl_outbox_no_memory(r->err);
    jalon__field_edit__init(f);
    f->has_field = f->has_next = true;
    f->field = field->number;
    f->next = jl_to_pb(mine);
    const Jalon__Conflict *c = conflict_about(r, edit, field->number);
    bool keep = true;
    if (c != NULL && !resolve_field(r, c, f, &keep)) return false;
    if (keep) update->fields[update->n_fields++] = f;
  }
  return update->n_fields == 0 || add(r, update);
}

static bool field_conflicts(struct resolving *r) {
  for (size_t i = 0; i < r->group->n_edits; i++) {
    Jalon__Edit *edit = r->group->edits[i];
    bool ok = !about(r, edit)                          ? add(r, edit)
              : edit->verb == JALON__VERB__UPDATE      ? resolve_update(r, edit)
              : edit->verb == JALON__VERB__CREATE      ? resolve_create(r, edit)
                                                       : add(r, edit);
    if (!ok) return false;
  }
  return true;
}

/* ---- records that are gone, and deletions of changed ones ---- */
/* One choice for the record: FIELDS counts as mine when any of its fields is not theirs. */
static bool keeps_record(struct resolving *r, const Jalon__Edit *edit, bool *ret_keep) {
  *ret_keep = false;
  for (size_t i = 0; i < r->verdict->n_conflicts; i++) {
    const Jalon__Conflict *c = r->verdict->conflicts[i];
    enum jl_choice choice;
    struct jl_bytes value;
    if (!same(c->record, edit->id)) continue;
    if (!choose(r, c, &choice, &value)) return false;
    if (choice != JL_CHOICE_THEIRS) *ret_keep = true;
  }
  return true;
}

static bool restored_already(const struct resolving *r, const Jalon__Edit *edit) {
  for (size_t i = 0; i < r->count; i++)
    if (r->edits[i]->verb == JALON__VERB__RESTORE && same(r->edits[i]->id, edit->id)) return true;
  return false;
}

static bool restore_and_apply(struct resolving *r) {
  for (size_t i = 0; i < r->group->n_edits; i++) {
    Jalon__Edit *edit = r->group->edits[i];
    bool keep = true;
    if (about(r, edit) && !keeps_record(r, edit, &keep)) return false;
    if (!keep) continue;
    if (about(r, edit) && !restored_already(r, edit)) {
      Jalon__Edit *restore = new_edit(r, JALON__VERB__RESTORE, edit);
      if (restore == NULL || !add(r, restore)) return false;
    }
    if (!(about(r, edit) && edit->verb == JALON__VERB__UPDATE ? resolve_update(r, edit) : add(r, edit))) return false;
  }
  return true;
}

/* A deletion may be in conflict about itself or about what lies below it: all of that is seen now. */
static bool delete_all_the_same(struct resolving *r) {
  uint64_t seen = 0;
  bool mine = false;
  for (size_t i = 0; i < r->verdict->n_conflicts; i++) {
    const Jalon__Conflict *c = r->verdict->conflicts[i];
    enum jl_choice choice;
    struct jl_bytes value;
    if (!choose(r, c, &choice, &value)) return false;
    if (choice != JL_CHOICE_THEIRS) mine = true;
    if (c->revision > seen) seen = c->revision;
  }
  for (size_t i = 0; i < r->group->n_edits; i++) {
    Jalon__Edit *edit = r->group->edits[i];
    if (edit->verb == JALON__VERB__DELETE && !mine) continue;
    if (edit->verb == JALON__VERB__DELETE && edit->seen_revision < seen) {
      edit->has_seen_revision = true;
      edit->seen_revision = seen;
    }
    if (!add(r, edit)) return false;
  }
  return true;
}

static bool as_it_is(struct resolving *r) {
  if (r->resolution->choice == JL_CHOICE_THEIRS) return true;
  for (size_t i = 0; i < r->group->n_edits; i++)
    if (!add(r, r->group->edits[i])) return false;
  return true;
}

static bool build(struct resolving *r) {
  r->capacity = JL_GROUP_MAX_EDITS;
  r->edits = jl_arena_array(r->a, r->capacity, sizeof *r->edits);
  if (r->edits == NULL) return jl_outbox_no_memory(r->err);
  switch (r->verdict->error == NULL ? 0 : r->verdict->error->code) {
  case JL_E_FIELD_CONFLICT:
    return field_conflicts(r);
  case JL_E_RECORD_DELETED:
    return restore_and_apply(r);
  case JL_E_RECORD_CHANGED:
    return delete_all_the_same(r);
  case JL_E_GUARD_FAILED:
    r->group->n_guards = 0;
    return as_it_is(r);
  default:
    return as_it_is(r);
  }
}

/* ---- taking away ---- */
#define NEEDS                                                                                                                              \
  "WITH RECURSIVE d (id) AS (VALUES (?1) UNION SELECT t.entry FROM d JOIN touch f ON f.entry = d.id AND f.how = 1"                        \
  " JOIN touch t ON t.record = f.record AND t.entry > f.entry JOIN entry e ON e.id = t.entry WHERE e.state IN (1, 3, 4)"                  \
  " UNION SELECT e.id FROM d CROSS JOIN made f ON f.entry = d.id CROSS JOIN entry e ON e.state IN (1, 3, 4) AND e.id > d.id"              \
  " CROSS JOIN touch t ON t.entry = e.id AND made_has(f.records, t.record)"                                                               \
  " UNION SELECT e.id FROM d CROSS JOIN touch f ON f.entry = d.id AND f.how = 1 CROSS JOIN entry e ON e.state IN (1, 3, 4) AND e.id > d.id" \
  " CROSS JOIN made t ON t.entry = e.id AND made_has(t.records, f.record)"                                                                \
  " UNION SELECT e.id FROM d CROSS JOIN made f ON f.entry = d.id CROSS JOIN entry e ON e.state IN (1, 3, 4) AND e.id > d.id"              \
  " CROSS JOIN made t ON t.entry = e.id AND made_meet(t.records, f.records)) "

static bool remove_with(struct jl_outbox *o, uint64_t id, bool with_dependents, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, NEEDS "SELECT count(*) - 1 FROM d", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  int64_t needing = step == 1 ? sqlite3_column_int64(q, 0) : 0;
  sqlite3_reset(q);
  if (step != 1) return false;
  if (needing > 0 && !with_dependents)
    return jl_fail(err, JL_E_DEPENDS, JL_MSG("{1} other changes need what this one was to make"),
                   JL_MSG("take them away together with it, or keep it"), jl_arg_integer(needing));
  q = jl_sql(&o->sql, NEEDS "DELETE FROM entry WHERE id IN (SELECT id FROM d)", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  return jl_sql_do(&o->sql, q, err) && jl_outbox_unpark(o, id, err);
}

static bool finish(struct jl_outbox *o, bool ok, struct jl_error *err) {
  if (ok) return jl_sql_commit(&o->sql, err);
  jl_sql_rollback(&o->sql);
  return false;
}

bool jl_outbox_drop(struct jl_outbox *o, uint64_t id, bool with_dependents, struct jl_error *err) {
  struct jl_entry e;
  if (!jl_outbox_get(o, id, NULL, &e, err)) return false;
  if (e.state == JL_OUTBOX_DONE)
    return jl_fail(err, JL_E_INVALID, JL_MSG("change {1} was applied already"), JL_MSG("jalon undo takes the last one back"), jl_arg_integer((int64_t)id));
  if (e.state == JL_OUTBOX_SENT)
    return jl_fail(err, JL_E_UNKNOWN_OUTCOME, JL_MSG("change {1} was sent and has no answer yet"), JL_MSG("jalon sync asks for it"),
                   jl_arg_integer((int64_t)id));
  if (!jl_sql_begin(&o->sql, err)) return false;
  return finish(o, remove_with(o, id, with_dependents, err), err);
}

bool jl_outbox_resolve(struct jl_outbox *o, uint64_t id, const struct jl_resolution *resolution, uint64_t *ret_id, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(RESOLVE_ARENA);
  struct jl_entry e;
  *ret_id = 0;
  if (a == NULL) return jl_outbox_no_memory(err);
  if (!jl_outbox_get(o, id, a, &e, err)) return false;
  if (e.state != JL_OUTBOX_REFUSED)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("change {1} was not refused"), JL_MSG("jalon conflicts lists those that were"), jl_arg_integer((int64_t)id));
  struct resolving r = {.a = a, .resolution = resolution, .err = err};
  r.group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, e.group, a, err);
  r.verdict = r.group == NULL ? NULL : (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e.verdict, a, err);
  if (r.verdict == NULL || !build(&r)) return false;
  r.group->has_group_id = true; /* of the entry: it may have changed since the group was packed */
  r.group->group_id = jl_to_pb((struct jl_bytes){e.group_id.bytes, sizeof e.group_id.bytes});
  if (!jl_sql_begin(&o->sql, err)) return false;
  if (r.count == 0) return finish(o, remove_with(o, id, resolution->with_dependents, err), err);
  r.group->edits = r.edits;
  r.group->n_edits = r.count;
  r.group->model_version = jl_model_version;
  if (!finish(o, jl_outbox_replace(o, id, r.group, a, err) && jl_outbox_unpark(o, id, err), err)) return false;
  *ret_id = id;
  return true;
}
