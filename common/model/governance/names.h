/* What a guest knows of the organisation (product.md G4): himself whole, with his leaves; of other people, of teams and roles the bare name,
 * and only of those that something names which he may read (letters, rights, comments, mentions, questions, approvals ...); the calendar that
 * the plan names, whole, with its closures. No number, as those would count the others, and no revision, so that no history is looked up for
 * them.
 *
 * A guest has no copy of the organisation's stream: its chain covers whole rows. His copy of a plan comes with these names instead; they are
 * computed from the part of the plan that he may read, so that they come and go with it. */
#ifndef JL_MODEL_GOVERNANCE_NAMES_H
#define JL_MODEL_GOVERNANCE_NAMES_H
#include "common/model/governance/rights.h"

/* seen: only what the reader may read of a plan; NULL: none. reader: NULL: only the others. NULL: no memory. */
struct jl_replica *jl_names_new(const struct jl_replica *seen, const struct jl_replica *organisation, const struct jl_id *reader);
/* Where they stand: without the organisation's revision and chains, which tell whether and how often it has changed. */
struct jl_position jl_names_position(const struct jl_replica *organisation);
/* The same plus the reader; known: made without one. */
struct jl_replica *jl_names_with(const struct jl_replica *known, const struct jl_replica *organisation, const struct jl_id *reader);
#endif
