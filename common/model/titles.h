/* The titles of a replica, looked at once for the many questions of one request: what a title begins with, folded, is compared
 * before anything else, and how much may be done to find the nearest one is bounded. Only while the replica stays as it is. */
#ifndef JL_MODEL_TITLES_H
#define JL_MODEL_TITLES_H
#include "common/model/replica.h"

#define JL_TITLE_HEAD 16          /* bytes of a folded title that are compared at once */
#define JL_TITLE_BYTES 400        /* of what is asked for, and of a title */
#define JL_NEAREST_TITLES 2000    /* looked at for one "did you mean" */
#define JL_NEAREST_STEPS 1000000  /* of all comparisons for "did you mean" in a request; after that there is no such hint */

struct jl_titles;
struct jl_titles *jl_titles_new(const struct jl_replica *r); /* nothing is looked at before the first question. NULL: no memory */
void jl_titles_free(struct jl_titles *t);                    /* NULL is fine */
const struct jl_replica *jl_titles_replica(const struct jl_titles *t);

/* Calls back for each record of an allowed type (count 0: any) whose folded title begins with `folded`; whole: it is that. false:
 * no memory. */
JL_MUST_CHECK bool jl_titles_beginning(struct jl_titles *t, const char *folded, const uint32_t *types, size_t type_count,
                                       void (*found)(void *context, const struct jl_record *record, bool whole), void *context);
/* The record whose title is nearest to `folded`, the first of several, at most `most` edits away, among those that `wanted` lets
 * pass; NULL: none, or the steps are used up. */
const struct jl_record *jl_titles_nearest(struct jl_titles *t, const char *folded, int most, const uint32_t *types, size_t type_count,
                                          bool (*wanted)(void *context, const struct jl_record *record), void *context);
uint64_t jl_titles_steps(const struct jl_titles *t); /* of those comparisons, so far */
#endif
