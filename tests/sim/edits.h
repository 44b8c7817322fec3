/* Groups of edits as people make them, on what they see. */
#ifndef JL_SIM_EDITS_H
#define JL_SIM_EDITS_H
#include "common/model/replica.h"
#include "tests/sim/world.h"

struct edit_by {
  struct jl_arena *arena;
  struct rng *random;
  const struct jl_replica *seen; /* what its author sees; perhaps old */
  struct jl_id replica, space;
  uint64_t seq, depends_on;
  struct jl_id group;
};
struct jl_bytes edit_plan(const struct edit_by *by, const char *name); /* the group that makes the space */
struct jl_bytes edit_any(const struct edit_by *by);
struct jl_bytes edit_large(const struct edit_by *by); /* a new action with a long description */
#endif
