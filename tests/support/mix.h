/* What people do to a plan, at random: every record type whose rules two of them can break together, every kind of merge, deletes,
 * restores, guards, groups of several edits. */
#ifndef JL_TESTS_MIX_H
#define JL_TESTS_MIX_H
#include "tests/support/group_build.h"

#define MIX_PEOPLE 6
struct jl_id mix_person(uint64_t which); /* of the organisation, below MIX_PEOPLE: whoever uses the mix makes them */
/* A plan that refuses commitments above what remains, and a second R. */
void mix_plan(struct building *b, const struct jl_id *space, const char *name);
/* One random piece of work on what `seen` (a possibly stale replica of the space) holds. */
void mix_work(struct building *b, struct random *r, const struct jl_replica *seen);
/* New records, which nothing that is there can be in the way of. */
void mix_new(struct building *b, struct random *r);
#endif
