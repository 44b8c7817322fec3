/* A group under construction, and its packed form once replica and seq are known. */
#ifndef JL_SYNC_GROUP_H
#define JL_SYNC_GROUP_H
#include "client/include/jalon.h"
#include "common/base/arena.h"
/* Packs with the given lane position and a group id. data NULL with err. */
struct jl_bytes jl_group_pack(const struct jl_group *g, const struct jl_id *replica, uint64_t seq, const struct jl_id *group_id,
                              bool dry_run, struct jl_arena *a, struct jl_error *err);
const struct jl_id *jl_group_space(const struct jl_group *g);
#endif
