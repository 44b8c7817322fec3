/* Erasure of a person (RGPD): the group that takes the personal values of somebody's records away, in one space. The records stay, for what
 * names them; that a value is not there which every such record has (jl_record_erased) says that it was erased, in every replica alike. */
#ifndef JL_MODEL_GOVERNANCE_ERASURE_H
#define JL_MODEL_GOVERNANCE_ERASURE_H
#include "common/model/evaluation.h"

/* In the organisation the person's own record, which becomes inactive and leaves its teams and roles; in a plan what the person wrote
 * (types with personal values and an author), deleted ones too, so many at a time as a group may hold: then `merged` says that there is more. */
JL_MUST_CHECK bool jl_erase(struct jl_run *run, struct jl_error *err);
#endif
