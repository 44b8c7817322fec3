#include "common/model/governance/rights.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include <string.h>

#define NAMED_MAX 3    /* of who can */
#define LOOKED_MAX 256 /* people that are looked at for it: a refusal must stay cheap */

const char *jl_section_label(enum jl_section section) {
  static const char *const labels[JL_SECTIONS] = {
      "", JL_MSG("strategy"), JL_MSG("actions"), JL_MSG("budget"), JL_MSG("payroll"), JL_MSG("pipeline"), JL_MSG("directory")};
  return section < JL_SECTIONS ? labels[section] : "";
}

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static bool is_one_of(const struct jl_record *person, uint32_t field, const struct jl_id *group) {
  if (person == NULL || person->type == NULL) return false;
  struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, field));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_id_equal(&value.id, group)) return true;
  return false;
}

static const struct jl_record *person_of(const struct jl_replica *organisation, const struct jl_id *id) {
  const struct jl_record *record = organisation == NULL || jl_id_is_zero(id) ? NULL : jl_replica_record(organisation, id);
  return record != NULL && record->type_number == JL_TYPE_PERSON ? record : NULL;
}

static bool has_left(const struct jl_record *person) {
  return person != NULL && (person->deleted_revision != 0 || number_of(person, JL_PERSON_INACTIVE) != 0);
}

bool jl_rights_has_left(const struct jl_replica *organisation, const struct jl_id *person) { return has_left(person_of(organisation, person)); }
bool jl_rights_knows(const struct jl_replica *organisation, const struct jl_id *person) { return person_of(organisation, person) != NULL; }

static bool is_guest(const struct jl_record *person) { return person != NULL && number_of(person, JL_PERSON_GUEST) != 0; }

bool jl_rights_is_guest(const struct jl_replica *organisation, const struct jl_id *id) { return is_guest(person_of(organisation, id)); }

bool jl_person_belongs(const struct jl_record *person, const struct jl_id *id, const struct jl_id *holder) {
  return jl_id_equal(id, holder) || is_one_of(person, JL_PERSON_TEAMS, holder) || is_one_of(person, JL_PERSON_ROLES, holder);
}

/* ---- whole plans ---- */
static bool is_accountable(const struct jl_replica *r, const struct jl_id *plan, const struct jl_record *person, const struct jl_id *id,
                           struct jl_id *ret_through) {
  const void *at = NULL;
  const struct jl_record *raci;
  while ((raci = jl_replica_next_referring(r, plan, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL)
    if (number_of(raci, JL_RACI_LETTER) == JL_RACI_A && jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, ret_through) &&
        jl_person_belongs(person, id, ret_through))
      return true;
  return false;
}

bool jl_rights_is_accountables(const struct jl_id *plan, const struct jl_id *id) {
  uint8_t key[2 + sizeof plan->bytes + 2] = {JL_RACI_TARGET << 3 | 2, sizeof plan->bytes}; /* target and letter, as in its record */
  struct jl_id accountable;
  memcpy(key + 2, plan->bytes, sizeof plan->bytes);
  key[2 + sizeof plan->bytes] = JL_RACI_LETTER << 3;
  key[3 + sizeof plan->bytes] = JL_RACI_A;
  return jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), plan, (struct jl_bytes){key, sizeof key}, &accountable) &&
         jl_id_equal(&accountable, id);
}

static bool any_grant(const struct jl_replica *r, const struct jl_id *plan) {
  const void *at = NULL;
  return jl_replica_next_referring(r, plan, JL_TYPE_GRANT, JL_GRANT_PLAN, &at) != NULL;
}

static void everywhere(struct jl_rights *rights, int64_t level, enum jl_right_from from, const struct jl_id *through) {
  for (uint32_t s = JL_SECTION_STRATEGY; s <= JL_SECTION_PIPELINE; s++)
    rights->sections[s] = (struct jl_right){.level = level, .from = from, .through = through == NULL ? (struct jl_id){{0}} : *through};
}

/* ---- one grant after the other: a closer one replaces what is there, an equally close one when it gives more ---- */
static int closeness(enum jl_right_from from) {
  return from == JL_RIGHT_PERSON ? 3 : from == JL_RIGHT_TEAM ? 2 : from == JL_RIGHT_EVERYBODY ? 1 : 0;
}

static void take_grant(struct jl_rights *rights, const struct jl_record *grant, const struct jl_id *plan, const struct jl_record *person,
                       const struct jl_id *id, bool guest) {
  struct jl_id holder;
  int64_t section = number_of(grant, JL_GRANT_SECTION), level = number_of(grant, JL_GRANT_LEVEL);
  if (section <= JL_SECTION_NONE || section > JL_SECTION_PIPELINE || !jl_record_id(grant->type, grant->body, JL_GRANT_HOLDER, &holder))
    return;
  struct jl_right given = {.level = level, .grant = grant, .through = holder};
  if (jl_id_equal(&holder, plan)) {
    if (guest) return;
    given.from = JL_RIGHT_EVERYBODY;
  } else if (jl_id_equal(&holder, id)) {
    given.from = JL_RIGHT_PERSON;
  } else if (is_one_of(person, JL_PERSON_TEAMS, &holder)) {
    given.from = JL_RIGHT_TEAM;
  } else {
    return;
  }
  struct jl_right *right = &rights->sections[section];
  int nearer = closeness(given.from) - closeness(right->from);
  if (nearer > 0 || (nearer == 0 && given.level > right->level)) *right = given;
}

static void add_up(struct jl_rights *rights, bool names_only) {
  for (uint32_t s = JL_SECTION_STRATEGY; s <= JL_SECTION_PIPELINE; s++) {
    if (rights->sections[s].level >= JL_RIGHT_READ) rights->readable |= 1U << s;
    if (rights->sections[s].level >= JL_RIGHT_EDIT) rights->editable |= 1U << s;
  }
  if (rights->readable != 0) rights->readable |= 1U << JL_SECTION_DIRECTORY | (names_only ? JL_NAMES_ONLY : 0);
}

void jl_rights_of(const struct jl_replica *r, const struct jl_id *plan, const struct jl_replica *organisation, const struct jl_who *who,
                  struct jl_rights *ret) {
  const struct jl_record *person = person_of(organisation, &who->person);
  struct jl_id through;
  *ret = (struct jl_rights){.any_grant = any_grant(r, plan)};
  bool everything = true;
  if (has_left(person)) {
    everywhere(ret, JL_RIGHT_NONE, JL_RIGHT_INACTIVE, NULL);
    everything = false;
  } else if (who->administrator) {
    everywhere(ret, JL_RIGHT_EDIT, JL_RIGHT_ADMINISTRATOR, NULL);
  } else if (person == NULL && organisation != NULL) {
    everywhere(ret, JL_RIGHT_NONE, JL_RIGHT_UNKNOWN, NULL);
    everything = false;
  } else if (is_accountable(r, plan, person, &who->person, &through)) {
    everywhere(ret, JL_RIGHT_EDIT, JL_RIGHT_ACCOUNTABLE, &through);
  } else if (jl_replica_record(r, plan) == NULL) { /* not there yet: its maker's */
    everywhere(ret, JL_RIGHT_EDIT, JL_RIGHT_DEFAULT, NULL);
  } else {
    bool guest = is_guest(person);
    const void *at = NULL;
    const struct jl_record *grant;
    everywhere(ret, guest ? JL_RIGHT_NONE : JL_RIGHT_EDIT, guest ? JL_RIGHT_GUEST : JL_RIGHT_DEFAULT, NULL);
    while ((grant = jl_replica_next_referring(r, plan, JL_TYPE_GRANT, JL_GRANT_PLAN, &at)) != NULL)
      take_grant(ret, grant, plan, person, &who->person, guest);
    everything = false;
  }
  add_up(ret, is_guest(person) && !who->administrator);
  if (everything) ret->editable |= 1U << JL_SECTION_DIRECTORY;
}

struct jl_right jl_right_of_holder(const struct jl_replica *r, const struct jl_id *plan, const struct jl_id *holder,
                                   enum jl_section section) {
  const void *at = NULL;
  const struct jl_record *grant;
  struct jl_id of;
  while ((grant = jl_replica_next_referring(r, plan, JL_TYPE_GRANT, JL_GRANT_PLAN, &at)) != NULL)
    if (number_of(grant, JL_GRANT_SECTION) == (int64_t)section && jl_record_id(grant->type, grant->body, JL_GRANT_HOLDER, &of) &&
        jl_id_equal(&of, holder))
      return (struct jl_right){.level = number_of(grant, JL_GRANT_LEVEL), .from = JL_RIGHT_TEAM, .grant = grant, .through = *holder};
  return (struct jl_right){.level = 0};
}

void jl_space_rights(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_who *who,
                     struct jl_rights *ret) {
  const struct jl_id *id = &jl_replica_where(space)->space;
  if (jl_replica_kind(space) == JL_SPACE_PERSONAL) { /* administrators read it as little as everybody else */
    uint32_t own = !jl_id_is_zero(&who->person) && jl_id_equal(&who->person, id) ? 1U << JL_SECTION_DIRECTORY : 0;
    *ret = (struct jl_rights){.readable = own, .editable = own};
    return;
  }
  if (jl_replica_kind(space) != JL_SPACE_ORGANISATION) {
    jl_rights_of(space, id, organisation, who, ret);
    return;
  }
  const struct jl_record *person = person_of(organisation, &who->person);
  *ret = (struct jl_rights){.readable = 0};
  if (has_left(person) || (person == NULL && organisation != NULL && !who->administrator)) return;
  if (is_guest(person) && !who->administrator) return;
  ret->readable = 1U << JL_SECTION_DIRECTORY;
  if (who->administrator) ret->editable = ret->readable;
}

/* ---- records ---- */
static bool is_plans_accountable(const struct jl_record *record) {
  return record->type_number == JL_TYPE_RACI && number_of(record, JL_RACI_LETTER) == JL_RACI_A;
}

enum jl_section jl_edited_as(const struct jl_replica *r, const struct jl_record *record) {
  const struct jl_record *first = record;
  for (int depth = 0; record != NULL && record->type != NULL && depth < JL_PARENT_DEPTH; depth++) {
    if (record->type->section == JL_SECTION_BY_FIELD) {
      enum jl_section named = jl_record_named_section(record->type, record->body);
      return named == JL_SECTION_DIRECTORY ? JL_SECTION_STRATEGY : named; /* of the plan as a whole: as the plan itself */
    }
    if (record->type->section != JL_SECTION_OF_TARGET) {
      bool grants = first != record && is_plans_accountable(first) && record->type_number == JL_TYPE_PLAN && any_grant(r, &record->id);
      return grants ? JL_SECTION_DIRECTORY : record->type->edited_as;
    }
    struct jl_value target;
    const struct jl_field *parent = jl_parent_field(record->type);
    if (parent == NULL || !jl_record_get(record->body, parent, &target)) break;
    record = jl_replica_record(r, &target.id);
  }
  return JL_SECTION_NONE;
}

static bool differs(const struct jl_record *a, const struct jl_record *b, uint32_t field) {
  return !jl_bytes_equal(jl_record_slice(a->body, field), jl_record_slice(b->body, field));
}

/* Without a substitute nobody holds anything for anybody. */
static bool lends(const struct jl_record *leave) { return leave != NULL && jl_record_has(leave->body, JL_LEAVE_SUBSTITUTE); }

bool jl_rights_touched(const struct jl_id *space, const struct jl_record *before, const struct jl_record *after) {
  struct jl_id target;
  if (after->type_number == JL_TYPE_GRANT) return true;
  if (after->type_number == JL_TYPE_LEAVE) return lends(before) || lends(after);
  if (is_plans_accountable(after)) return jl_record_id(after->type, after->body, JL_RACI_TARGET, &target) && jl_id_equal(&target, space);
  if (before == NULL) return false;
  if (after->type_number == JL_TYPE_TEAM) /* who signs for it */
    return differs(before, after, JL_TEAM_LEAD) || (before->deleted_revision == 0) != (after->deleted_revision == 0);
  if (after->type_number != JL_TYPE_PERSON) return false;
  return (before->deleted_revision == 0) != (after->deleted_revision == 0) || differs(before, after, JL_PERSON_TEAMS) || differs(before, after, JL_PERSON_ROLES) || differs(before, after, JL_PERSON_GUEST) ||
         differs(before, after, JL_PERSON_INACTIVE);
}

const char *jl_rights_who_can(const struct jl_replica *r, const struct jl_id *plan, const struct jl_replica *organisation,
                              enum jl_section section, struct jl_arena *a) {
  const char *names = "";
  size_t n = organisation == NULL ? 0 : jl_replica_of_type(organisation, JL_TYPE_PERSON), named = 0;
  for (size_t i = 0; i < n && i < LOOKED_MAX && named <= NAMED_MAX; i++) {
    const struct jl_record *person = jl_replica_of_type_at(organisation, JL_TYPE_PERSON, i);
    struct jl_rights rights;
    if (person->deleted_revision != 0 || person->type == NULL) continue;
    jl_rights_of(r, plan, organisation, &(struct jl_who){.person = person->id}, &rights);
    if ((rights.editable >> section & 1) == 0) continue;
    struct jl_bytes name = jl_record_text(person->type, person->body, JL_PERSON_NAME);
    const char *more = named == NAMED_MAX
                           ? jl_arena_printf(a, "%s ...", names)
                           : jl_arena_printf(a, "%s%s%.*s", names, named == 0 ? "" : ", ", (int)name.size, (const char *)name.data);
    if (more == NULL) break;
    names = more;
    named++;
  }
  return names;
}
