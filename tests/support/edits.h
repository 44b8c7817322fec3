/* Random groups of edits for load and fault tests, from a printed seed. */
#ifndef JL_TESTS_EDITS_H
#define JL_TESTS_EDITS_H
#include "common/base/limits.h"
#include "common/model/replica.h"
struct random { uint64_t state; };
uint64_t random_next(struct random *r);
uint64_t random_below(struct random *r, uint64_t n);
struct jl_id random_id(struct random *r);

/* Packed Group that makes the plan of a new space. */
struct jl_bytes edits_plan(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const char *name);
/* Packed Group with one random edit on what `seen` (a possibly stale replica of the space) holds: creates, updates of scalars and sets,
 * deletes, comments (personal text). Ids are random from r. */
struct jl_bytes edits_random(struct jl_arena *a, struct random *r, const struct jl_replica *seen, const struct jl_id *replica, const struct jl_id *space, uint64_t seq);
/* Packed Group that sets one line's planned amount from `before` (absent when -1) to `next`. */
struct jl_bytes edits_amount(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, int64_t before, int64_t next, struct random *r);
struct jl_bytes edits_line(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, const char *title, int64_t planned, struct random *r);
#endif
