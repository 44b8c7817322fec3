#include "common/model/governance/approver.h"
#include "common/record/schema.h"

static bool holder_of(const struct jl_replica *space, const struct jl_id *target, struct jl_id *ret_holder) {
  const void *at = NULL;
  const struct jl_record *raci;
  while ((raci = jl_replica_next_referring(space, target, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL)
    if (jl_record_int(raci->type, raci->body, JL_RACI_LETTER, 0) == JL_RACI_A &&
        jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, ret_holder))
      return true;
  return false;
}

static bool holder_or_plans(const struct jl_replica *space, const struct jl_id *target, struct jl_id *ret_holder) {
  return holder_of(space, target, ret_holder) || holder_of(space, &jl_replica_where(space)->space, ret_holder);
}

bool jl_approver_holder(const struct jl_replica *space, const struct jl_record *approval, struct jl_id *ret_holder) {
  struct jl_id target;
  return jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target) && holder_or_plans(space, &target, ret_holder);
}

static bool belongs(const struct jl_record *person, uint32_t field, const struct jl_id *group) {
  struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, field));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_id_equal(&value.id, group)) return true;
  return false;
}

static bool is_holder(const struct jl_replica *organisation, const struct jl_id *holder, const struct jl_id *id, int32_t day) {
  const struct jl_record *person = organisation == NULL ? NULL : jl_replica_live(organisation, id);
  (void)day;
  if (person == NULL || person->type_number != JL_TYPE_PERSON) return organisation == NULL && jl_id_equal(holder, id);
  if (jl_record_int(person->type, person->body, JL_PERSON_INACTIVE, 0) != 0) return false;
  return jl_id_equal(holder, id) || belongs(person, JL_PERSON_TEAMS, holder) || belongs(person, JL_PERSON_ROLES, holder);
}

bool jl_accountable_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_id *target,
                       const struct jl_id *person, int32_t day) {
  struct jl_id holder;
  return holder_or_plans(space, target, &holder) && is_holder(organisation, &holder, person, day);
}

bool jl_approver_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *approval,
                    const struct jl_id *person, int32_t day) {
  struct jl_id holder;
  return jl_approver_holder(space, approval, &holder) && is_holder(organisation, &holder, person, day);
}
