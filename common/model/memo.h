/* What a view worked out for a record of a replica and may use again: kept beside the replica, gone with the next put of the record, of one
 * that names it, or of one that names such a one; and all of it with a put of the plan or of a KPI. Nobody can see it: like sorting late.
 * Records that a memo points at must be such, so that they cannot go before it. */
#ifndef JL_MODEL_MEMO_H
#define JL_MODEL_MEMO_H
#include "common/model/replica.h"

#define JL_MEMOS_MAX 8192 /* of a replica; for others nothing is kept */
bool jl_memo_room(const struct jl_replica *r); /* for one more */
/* NULL: none. */
void *jl_memo_of(const struct jl_replica *r, const struct jl_record *record);
/* Memory for one, which is the replica's; NULL: no memory, or too many. To be filled at once. */
void *jl_memo_new(const struct jl_replica *r, const struct jl_record *record, size_t size);
#endif
