/* What the model's own files share about replicas, and whoever walks over a whole one. */
#ifndef JL_MODEL_REPLICA_INTERNAL_H
#define JL_MODEL_REPLICA_INTERNAL_H
#include "common/model/rank_order.h"
#include "common/model/replica.h"
#include "common/wire/unpack.h"

#define JL_PARENT_DEPTH 64 /* links from a record to its root; a longer or circular chain counts as deleted */

/* The same replica, to be changed by code that restores it before anybody can look (evaluation of a group). */
struct jl_replica *jl_replica_writable(const struct jl_replica *r);
/* Between hold and let_go nothing that a put replaces is given back: so putting former records back needs no memory and cannot
 * fail. Every record that came new is removed, every other one put back once, as it was at hold. */
void jl_replica_hold(struct jl_replica *r);
void jl_replica_let_go(struct jl_replica *r);
void jl_replica_put_back(struct jl_replica *r, struct jl_record *before);
/* What held records did to the ends of lists is undone with them: before let_go. */
void jl_replica_ranks_back(struct jl_replica *r);
/* All records of a type by place, tombstones too; valid until the next put. false: no memory. */
JL_MUST_CHECK bool jl_replica_list(const struct jl_replica *r, uint32_t type, const struct jl_rank_order **ret_order);
/* No place in the list of a type, tombstones' too, is behind it; size 0: there are none. */
struct jl_rank jl_replica_last_rank(const struct jl_replica *r, uint32_t type);
/* Takes a record out again: only to undo a put that brought a new id. */
void jl_replica_remove(struct jl_replica *r, const struct jl_id *id);
/* The parents of a record end at a root within JL_PARENT_DEPTH. */
bool jl_replica_rooted(const struct jl_replica *r, const struct jl_id *id);
/* Live records that name `parent` in their parent field, ascending by number. */
const struct jl_record **jl_replica_children(const struct jl_replica *r, const struct jl_id *parent, struct jl_arena *a, size_t *ret_n);
/* All records of a type, tombstones too, ascending by number; borrowed until the next put. type 0: walks types by `index`. */
size_t jl_replica_type_count(const struct jl_replica *r);
uint32_t jl_replica_type_at(const struct jl_replica *r, size_t index);
size_t jl_replica_of_type(const struct jl_replica *r, uint32_t type);
const struct jl_record *jl_replica_of_type_at(const struct jl_replica *r, uint32_t type, size_t index);

#endif
