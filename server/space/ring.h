/* The last rows of a space's log in memory. Rows are contiguous, so that a range is one array; their bytes stand in blocks
 * that go away oldest first when there is more than the ring may hold. */
#ifndef JL_SPACE_RING_H
#define JL_SPACE_RING_H
#include "server/store/store.h"
struct jl_ring_block;
struct jl_ring {
  struct jl_log_row *rows;
  size_t start, count, capacity;
  struct jl_ring_block *oldest, *newest;
  size_t bytes;
};
void jl_ring_release(struct jl_ring *r); /* and usable again, empty */
/* Appends copies of rows; what is older makes room first. false: no memory (then the ring is empty). */
bool jl_ring_append(struct jl_ring *r, const struct jl_store_log *log, size_t count, const struct jl_log_row **ret_rows);
/* Rows from..to, whole revisions, near max_bytes. NULL: `from` is not in the ring any more (or not yet). */
const struct jl_log_row *jl_ring_rows(const struct jl_ring *r, uint64_t from, uint64_t to, size_t max_bytes, size_t *ret_count,
                                      bool *ret_more);
#endif
