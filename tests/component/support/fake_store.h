/* PostgreSQL's place in tests of the writer: server/store/store.h in memory, as strict as the database (fences, keys,
 * gap-free log, every changed field named), with results as the test orders them. */
#ifndef JL_TEST_FAKE_STORE_H
#define JL_TEST_FAKE_STORE_H
#include "server/store/store.h"

struct fake_decision {
  enum jl_commit_result result; /* DONE at first: the fences may still make it FENCED */
  bool applied;                 /* UNKNOWN: it is in all the same */
  size_t failed_batch;          /* REFUSED */
};
struct jl_store *fake_store_new(uv_loop_t *loop);
struct jl_store *fake_store_node(struct jl_store *first); /* another node's connection to the same database */
void fake_store_free(struct jl_store *s);                 /* the last node frees the database */
void fake_store_decide(struct jl_store *s,
                       void (*decide)(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d),
                       void *context);
void fake_store_hold(struct jl_store *s, bool hold); /* commits wait until it is let go */
void fake_store_hold_loads(struct jl_store *s, bool hold); /* so do loads of spaces, and reads of the log */
void fake_store_healthy(struct jl_store *s, bool healthy);
/* Records with this text in them break a constraint (NULL: none). Which batch is told only when `names`. */
void fake_store_poison(struct jl_store *s, const char *text, bool names);
struct fake_counts {
  size_t transactions, fenced, groups, records, largest_batch, largest_transaction;
  size_t loads, catch_ups; /* of spaces, that were answered */
  size_t decided;          /* questions after the verdict of a group in whichever lane */
};
struct fake_counts fake_store_counts(const struct jl_store *s);
void fake_store_clock(struct jl_store *s, int64_t now_us); /* for leases and horizons; monotonic, 0 at first */
uint64_t fake_store_horizon(const struct jl_store *s, const struct jl_id *space);
struct jl_lease fake_store_lease(const struct jl_store *s, const struct jl_id *space);
size_t fake_store_log_count(const struct jl_store *s, const struct jl_id *space);
const struct jl_store_log *fake_store_log_row(const struct jl_store *s, const struct jl_id *space, size_t i);
struct jl_replica *fake_store_replica(const struct jl_store *s, const struct jl_id *space); /* from the records; NULL: no such space */
#endif
