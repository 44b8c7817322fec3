#include "common/model/governance/names.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"

static bool is_named(const struct jl_replica *seen, const struct jl_id *id) {
  const void *at = NULL;
  return seen != NULL && jl_replica_next_naming(seen, id, 0, 0, &at) != NULL;
}

static bool put_name(struct jl_replica *names, const struct jl_record *record) {
  const struct jl_field *title = record->type == NULL ? NULL : jl_title_field(record->type);
  struct jl_bytes name = title == NULL ? (struct jl_bytes){NULL, 0} : jl_record_slice(record->body, title->number);
  if (jl_replica_record(names, &record->id) != NULL) return true;
  struct jl_record *only = jl_record_new(record->type_number, &record->id, name);
  if (only == NULL) return false;
  only->deleted_revision = record->deleted_revision == 0 ? 0 : 1; /* that it is gone, not when */
  return jl_replica_put(names, only);
}

static bool put_name_of(struct jl_replica *names, const struct jl_replica *organisation, const struct jl_id *id) {
  const struct jl_record *record = jl_replica_record(organisation, id);
  return record == NULL || put_name(names, record);
}

/* Which days the plan works: its calendar with the closures that hold for it, or for everybody; whole, so that a guest counts the same days. */
static bool put_whole(struct jl_replica *names, const struct jl_record *record) {
  struct jl_record *copy = jl_record_new(record->type_number, &record->id, record->body);
  if (copy == NULL) return false;
  copy->deleted_revision = record->deleted_revision == 0 ? 0 : 1;
  return jl_replica_put(names, copy);
}

static bool put_days(struct jl_replica *names, const struct jl_replica *seen, const struct jl_replica *organisation) {
  size_t closures = jl_replica_of_type(organisation, JL_TYPE_CLOSURE), calendars = jl_replica_of_type(organisation, JL_TYPE_CALENDAR);
  bool ok = true;
  for (size_t i = 0; ok && i < calendars; i++) {
    const struct jl_record *calendar = jl_replica_of_type_at(organisation, JL_TYPE_CALENDAR, i);
    ok = !is_named(seen, &calendar->id) || put_whole(names, calendar);
  }
  for (size_t i = 0; ok && i < closures; i++) {
    const struct jl_record *closure = jl_replica_of_type_at(organisation, JL_TYPE_CLOSURE, i);
    struct jl_id of;
    bool holds = !jl_record_id(closure->type, closure->body, JL_CLOSURE_CALENDAR, &of) || is_named(seen, &of);
    ok = !holds || put_whole(names, closure);
  }
  return ok;
}

/* Teams and roles, or whoever else a field names. */
static bool put_names_in(struct jl_replica *names, const struct jl_replica *organisation, const struct jl_record *record, uint32_t field) {
  struct jl_iterator it = jl_record_each(record->body, jl_field_by_number(record->type, field));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (!put_name_of(names, organisation, &value.id)) return false;
  return true;
}

static bool put_reader(struct jl_replica *names, const struct jl_replica *organisation, const struct jl_id *id) {
  const struct jl_record *reader = jl_replica_record(organisation, id), *leave;
  const void *at = NULL;
  if (reader == NULL || reader->type_number != JL_TYPE_PERSON) return true;
  bool ok = jl_replica_put(names, jl_record_share(reader)) && put_names_in(names, organisation, reader, JL_PERSON_TEAMS) &&
            put_names_in(names, organisation, reader, JL_PERSON_ROLES);
  while (ok && (leave = jl_replica_next_naming(organisation, id, JL_TYPE_LEAVE, JL_LEAVE_PERSON, &at)) != NULL)
    ok = jl_replica_put(names, jl_record_share(leave)) && put_names_in(names, organisation, leave, JL_LEAVE_SUBSTITUTE);
  return ok;
}

struct jl_position jl_names_position(const struct jl_replica *organisation) {
  const struct jl_position *where = jl_replica_where(organisation);
  return (struct jl_position){.space = where->space, .epoch = where->epoch};
}

static struct jl_replica *empty(const struct jl_replica *organisation) {
  const struct jl_position where = jl_names_position(organisation);
  struct jl_replica *names = jl_replica_new(&where.space, JL_SPACE_ORGANISATION);
  if (names != NULL) jl_replica_position(names)->epoch = where.epoch;
  return names;
}

static struct jl_replica *whole_or_none(struct jl_replica *names, bool ok) {
  if (ok) return names;
  jl_replica_free(names);
  return NULL;
}

struct jl_replica *jl_names_new(const struct jl_replica *seen, const struct jl_replica *organisation, const struct jl_id *reader) {
  static const uint32_t types[] = {JL_TYPE_PERSON, JL_TYPE_TEAM, JL_TYPE_ROLE};
  struct jl_replica *names = empty(organisation);
  bool ok = names != NULL;
  for (size_t t = 0; seen != NULL && t < JL_COUNT(types); t++) {
    size_t n = jl_replica_of_type(organisation, types[t]);
    for (size_t i = 0; ok && i < n; i++) {
      const struct jl_record *record = jl_replica_of_type_at(organisation, types[t], i);
      ok = !is_named(seen, &record->id) || put_name(names, record);
    }
  }
  ok = ok && (seen == NULL || put_days(names, seen, organisation));
  return whole_or_none(names, ok && (reader == NULL || put_reader(names, organisation, reader)));
}

struct jl_replica *jl_names_with(const struct jl_replica *known, const struct jl_replica *organisation, const struct jl_id *reader) {
  struct jl_replica *names = jl_replica_copy(known);
  return whole_or_none(names, names != NULL && put_reader(names, organisation, reader));
}
