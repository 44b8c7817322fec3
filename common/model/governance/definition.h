/* Shared definitions (product.md G7): what exactly is signed, by whom, and whether it is.
 *
 * A team signs through its lead; a team without a lead through any of its members that are not guests. A signature names the digest of the
 * text that its signer saw, so it counts for that text and no other: a changed definition is unsigned without anything being undone, and
 * a text that comes back has its signatures again. Part of the text are title, kind and text of the definition, and of the KPI that it
 * defines the name, description, unit, direction and formula; not which teams share it. */
#ifndef JL_MODEL_GOVERNANCE_DEFINITION_H
#define JL_MODEL_GOVERNANCE_DEFINITION_H
#include "common/model/replica.h"

void jl_definition_digest(const struct jl_replica *space, const struct jl_record *definition, char ret_digest[JL_ID_TEXT_SIZE]);
/* The signature of a team under the present text; NULL: none. */
const struct jl_record *jl_definition_signature(const struct jl_replica *space, const struct jl_record *definition, const struct jl_id *team);
/* Every team that shares it has signed its present text. One that no team shares is signed by nobody. */
bool jl_definition_signed(const struct jl_replica *space, const struct jl_record *definition);
bool jl_may_sign_for(const struct jl_replica *organisation, const struct jl_id *person, const struct jl_id *team);
/* A definition of this KPI that is not signed; NULL: there is none. */
const struct jl_record *jl_definition_unsigned_of(const struct jl_replica *space, const struct jl_id *kpi);
#endif
