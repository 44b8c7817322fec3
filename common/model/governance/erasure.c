#include "common/model/governance/erasure.h"
#include "common/base/limits.h"
#include "common/record/schema.h"

static bool without_personal(struct jl_run *run, const struct jl_record *record, struct jl_bytes *body, struct jl_error *err) {
  const struct jl_bytes none = {NULL, 0};
  *body = record->body;
  for (size_t i = 0; i < record->type->field_count; i++) {
    const struct jl_field *field = &record->type->fields[i];
    if (!field->personal) continue;
    *body = jl_record_with(run->a, *body, field->number, none);
    if (body->data == NULL) return jl_no_memory(err);
  }
  return true;
}

static bool put(struct jl_run *run, const struct jl_record *record, struct jl_bytes body, struct jl_error *err) {
  struct jl_id id = record->id; /* the record may be released by it */
  return jl_run_put(run, record->type, &id, record, body, record->deleted_revision != 0, err);
}

/* ---- the person ---- */
static bool erase_person(struct jl_run *run, const struct jl_id *id, struct jl_error *err) {
  static const uint32_t left[] = {JL_PERSON_TEAMS, JL_PERSON_ROLES, JL_PERSON_CALENDAR};
  const struct jl_record *person = jl_replica_record(run->space, id);
  const struct jl_value yes = {.number = 1};
  struct jl_bytes body;
  if (person == NULL || person->type_number != JL_TYPE_PERSON)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no such person"), JL_MSG("jalon person list shows them all"));
  if (!without_personal(run, person, &body, err)) return false;
  for (size_t i = 0; i < JL_COUNT(left); i++) {
    body = jl_record_with(run->a, body, left[i], (struct jl_bytes){NULL, 0});
    if (body.data == NULL) return jl_no_memory(err);
  }
  struct jl_bytes inactive = jl_value_encode(run->a, jl_field_by_number(person->type, JL_PERSON_INACTIVE), &yes);
  if (inactive.data == NULL) return jl_no_memory(err);
  body = jl_record_with(run->a, body, JL_PERSON_INACTIVE, inactive);
  return body.data == NULL ? jl_no_memory(err) : put(run, person, body, err);
}

/* ---- what the person wrote ---- */
/* The field that says who: the server's own, or what the record is known by, as a stand-up note by its person and day. */
static const struct jl_field *author_of(const struct jl_record_type *type) {
  bool personal = false;
  const struct jl_field *author = NULL;
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    personal = personal || field->personal;
    bool to_person = field->kind == JL_KIND_REFERENCE && jl_field_refers_to(field, JL_TYPE_PERSON);
    if (to_person && field->immutable && (field->by_server || field->natural_key)) author = field;
  }
  return personal ? author : NULL;
}

/* Something of it is still there to be erased. */
static bool wrote(const struct jl_record *record, const struct jl_field *author, const struct jl_id *person) {
  struct jl_id id;
  if (!jl_record_id(record->type, record->body, author->number, &id) || !jl_id_equal(&id, person)) return false;
  for (size_t i = 0; i < record->type->field_count; i++)
    if (record->type->fields[i].personal && jl_record_has(record->body, record->type->fields[i].number)) return true;
  return false;
}

static bool erase_texts(struct jl_run *run, const struct jl_id *person, const struct jl_record_type *type, struct jl_error *err) {
  const struct jl_field *author = author_of(type);
  if (author == NULL || type->space != jl_replica_kind(run->space)) return true;
  size_t n = jl_replica_of_type(run->space, type->number);
  for (size_t i = 0; i < n; i++) { /* putting one in its own place moves none */
    const struct jl_record *record = jl_replica_of_type_at(run->space, type->number, i);
    struct jl_bytes body;
    if (!wrote(record, author, person)) continue;
    if (run->touch_count == JL_GROUP_MAX_EDITS) {
      run->merged = true;
      return true;
    }
    if (!without_personal(run, record, &body, err) || !put(run, record, body, err)) return false;
  }
  return true;
}

bool jl_erase(struct jl_run *run, struct jl_error *err) {
  const struct jl_author *author = &run->in->author;
  struct jl_id person;
  if (!author->administrator)
    return jl_fail(err, JL_E_DENIED, JL_MSG("only an administrator erases a person"), JL_MSG("ask an administrator"));
  if (!jl_id_from_bytes(JL_PB(run->group->erases), &person)) return jl_fail(err, JL_E_INVALID, JL_MSG("there is no such person"), NULL);
  if (jl_id_equal(&person, &author->person)) /* so that one is always left */
    return jl_fail(err, JL_E_DENIED, JL_MSG("nobody erases themselves"), JL_MSG("another administrator can"));
  if (jl_replica_kind(run->space) == JL_SPACE_ORGANISATION) return erase_person(run, &person, err);
  for (size_t i = 0; i < jl_record_type_count; i++)
    if (!erase_texts(run, &person, jl_record_types[i], err)) return false;
  return true;
}
