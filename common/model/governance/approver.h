/* Who approves: the accountable (the A of RACI) of what is submitted; where it has none, that of the plan. */
#ifndef JL_MODEL_GOVERNANCE_APPROVER_H
#define JL_MODEL_GOVERNANCE_APPROVER_H
#include "common/model/evaluation.h"

/* The holder of the A that decides an approval: a person, a role or a team. false: nobody holds it. */
bool jl_approver_holder(const struct jl_replica *space, const struct jl_record *approval, struct jl_id *ret_holder);
/* The person holds that A on a day, in person, through a role or a team, or as the substitute of somebody away (raci.h). */
bool jl_approver_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *approval,
                    const struct jl_id *person, int32_t day);
/* The letter that decides on a target: its A, or, where it has none, the plan's; NULL: nobody has it. */
const struct jl_record *jl_approver_letter(const struct jl_replica *space, const struct jl_id *target);
/* Who gave that letter to its holder, as seen by a person. An A that one gave oneself stands in the table of RACI, but opens nothing to who
 * gave it (approvals.h). Letters of before it was kept who gives them are held to the same, until somebody else than the holder gives
 * them once more (raci set A12 A=paul, to who has it already). */
enum jl_giver { JL_GIVEN_BY_ANOTHER, JL_GIVEN_ONESELF, JL_GIVER_UNKNOWN };
enum jl_giver jl_approver_giver(const struct jl_replica *space, const struct jl_id *target, const struct jl_id *person);
/* What four eyes say (approvals.h): such an A does not approve what its giver submitted, nor what waited for somebody else's decision. */
enum jl_eyes { JL_EYES_FOUR, JL_EYES_OWN, JL_EYES_GIVEN };
enum jl_eyes jl_approver_eyes(const struct jl_replica *space, const struct jl_record *approval, const struct jl_author *author);
/* Every letter keeps who gave it to its present holder, whatever a client says; one of which that is not known, who gives it once more. */
JL_MUST_CHECK bool jl_raci_note_givers(struct jl_run *run, struct jl_error *err);
/* The person holds the A of this target, or, where it has none, of the plan. */
bool jl_accountable_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_id *target,
                       const struct jl_id *person, int32_t day);
#endif
