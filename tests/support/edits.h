/* Groups of one edit that load programs send again and again. */
#ifndef JL_TESTS_EDITS_H
#define JL_TESTS_EDITS_H
#include "tests/support/group_build.h"

/* Packed Group that makes the plan of a new space. */
struct jl_bytes edits_plan(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const char *name);
/* Packed Group that sets one line's planned amount from `before` (absent when -1) to `next`. */
struct jl_bytes edits_amount(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, int64_t before, int64_t next, struct random *r);
struct jl_bytes edits_line(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, const char *title, int64_t planned, struct random *r);
#endif
