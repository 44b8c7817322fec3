#include "common/model/governance/approver.h"
#include "common/model/governance/raci.h"
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

/* In person, through a role or team, or as the substitute of who is away that day. */
static bool holds_a(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_id *target,
                    const struct jl_id *person, int32_t day) {
  const struct jl_raci in = {space, organisation, day};
  struct jl_letters letters;
  bool own = jl_raci_named(space, target, JL_LETTER(JL_RACI_A));
  jl_letters_of(&in, own ? target : &jl_replica_where(space)->space, person, &letters);
  return (letters.held & JL_LETTER(JL_RACI_A)) != 0;
}

bool jl_accountable_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_id *target,
                       const struct jl_id *person, int32_t day) {
  return holds_a(space, organisation, target, person, day);
}

bool jl_approver_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *approval,
                    const struct jl_id *person, int32_t day) {
  struct jl_id target;
  return jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target) && holds_a(space, organisation, &target, person, day);
}
