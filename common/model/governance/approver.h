/* Who approves: the accountable (the A of RACI) of what is submitted; where it has none, that of the plan. */
#ifndef JL_MODEL_GOVERNANCE_APPROVER_H
#define JL_MODEL_GOVERNANCE_APPROVER_H
#include "common/model/replica.h"

/* The holder of the A that decides an approval: a person, a role or a team. false: nobody holds it. */
bool jl_approver_holder(const struct jl_replica *space, const struct jl_record *approval, struct jl_id *ret_holder);
/* The person holds that A on a day, in person, through a role or a team, or as the substitute of somebody away (raci.h). */
bool jl_approver_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *approval,
                    const struct jl_id *person, int32_t day);
/* The person holds the A of this target, or, where it has none, of the plan. */
bool jl_accountable_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_id *target,
                       const struct jl_id *person, int32_t day);
#endif
