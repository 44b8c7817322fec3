/* The spaces of this node: one writer per open space that turns queued groups into revisions, and the feed that tells
 * subscribers. One libuv loop, one thread. PostgreSQL is the only truth: what is visible here has been committed.
 *
 * A space has two replicas that share records: `committed` (what views, reads and subscribers see) and `ahead` (committed +
 * the batches in flight), on which the next batch is evaluated while a commit is under way. */
#ifndef JL_SPACE_H
#define JL_SPACE_H
#include "common/model/evaluate.h"
#include "server/store/store.h"

struct jl_spaces;
struct jl_space;
struct jl_spaces *
jl_spaces_new(uv_loop_t *loop, struct jl_store *store, void (*on_ready)(void *context, const struct jl_error *err),
              void *context); /* loads the organisation and the list of plans; creates the organisation space when there is none */
void jl_spaces_close(struct jl_spaces *s, void (*closed)(void *context),
                     void *context); /* drains commits, answers what is queued with DRAINING */
/* Told of what an operator should know and no client is told: event is a short name ("space.constraint"), err the details. */
void jl_spaces_on_trouble(struct jl_spaces *s,
                          void (*trouble)(void *context, const char *event, const struct jl_id *space, const struct jl_error *err),
                          void *context);
/* Texts are merged in the turn that wants them instead of by worker threads: for simulations, where nothing may come by itself. */
void jl_spaces_merge_at_once(struct jl_spaces *s);
bool jl_spaces_scarce(const struct jl_spaces *s); /* jl_reserve_scarce */
/* Once a second or so: notices that the database was away, and looks again for rights that could not be read. */
void jl_spaces_tick(struct jl_spaces *s);
/* How long groups wait for an unreachable database before they are answered UNAVAILABLE; JL_QUEUE_WAIT_MS at first. */
void jl_spaces_wait_at_most(struct jl_spaces *s, int64_t ms);
/* How much of the log copies may follow at least (JL_HORIZON_BYTES at first), and for how long (JL_HORIZON_DAYS). */
void jl_spaces_keep_tail(struct jl_spaces *s, uint64_t bytes, int days);
/* Groups of programs whose model is of an older generation are UPGRADE_REQUIRED, and use up nothing. 0 at first: all are taken. */
void jl_spaces_oldest_model(struct jl_spaces *s, uint32_t generation);
/* How long a node holds back what it has to write while another node has the space's lease; JL_LEASE_WAIT_MS at first. */
void jl_spaces_lease_wait(struct jl_spaces *s, int64_t ms);
const struct jl_id *jl_spaces_organisation(const struct jl_spaces *s);
struct jl_space *jl_spaces_organisation_space(const struct jl_spaces *s); /* held for as long as there are spaces */
const struct jl_replica *jl_spaces_directory(const struct jl_spaces *s); /* committed organisation replica */
const struct jl_replica *jl_spaces_plans(const struct jl_spaces *s);     /* every plan record of this database, kept up to date */

/* Opens (loads) a space, at once when already open; completion is always later. The space stays open while anything holds it.
 * NOT_FOUND when there is none: a group that creates it may still be submitted (create = true gives an empty space). */
void jl_space_open(struct jl_spaces *s, const struct jl_id *id, bool create,
                   void (*done)(void *context, struct jl_space *space, const struct jl_error *err), void *context);
struct jl_space *jl_space_if_open(struct jl_spaces *s, const struct jl_id *id); /* NULL: it must be loaded first, or is not there; not held */
/* Looks at the database: afterwards memory knows at least what every other node had written when this was called. Completion later,
 * or at once when the node is stopping. */
void jl_space_look(struct jl_space *space, void (*done)(void *context, const struct jl_error *err), void *context);
/* Rights in a space are as of this acl_epoch by now, on whichever node: it is read again when it is known as of an older one, opened for it
 * when it is not open, for the list of plans. Of all: what changed is not known. */
void jl_spaces_rights_moved(struct jl_spaces *s, const struct jl_id *id, uint64_t acl_epoch);
void jl_spaces_look(struct jl_spaces *s);
void jl_space_hold(struct jl_space *space);
void jl_space_release(struct jl_space *space); /* idle spaces beyond JL_SPACES_OPEN are closed, longest idle first */
const struct jl_replica *jl_space_committed(const struct jl_space *space);
/* The same with only the records of these sections (bit mask); until the loop turns. NULL: no memory. */
const struct jl_replica *jl_space_seen(struct jl_space *space, uint32_t sections);
/* What a guest who reads these sections knows of the organisation (common/model/governance/names.h), without himself; the same. */
const struct jl_replica *jl_space_names(struct jl_space *space, uint32_t sections);
int64_t jl_space_display_time(const struct jl_space *space);
uint64_t jl_space_horizon(const struct jl_space *space); /* a copy at a lower revision takes a snapshot */

/* Submitting: the group is queued on its client lane (round-robin over lanes), evaluated, committed; done gets the packed
 * Verdict (borrowed) when it is durable, refusals too. A retry of a decided seq gets the same verdict with `repeated`; the same
 * seq with another group id, or one that follows groups which this database has lost:
 * REPLICA_FORKED; at or below the high water but pruned: DECIDED; a gap in seq: LANE_GAP (naming the
 * expected seq). A dry run consumes nothing. The lane is bound to the account that used it first: another account gets DENIED.
 * err is set when there is no verdict, and then nothing was consumed: OVERLOADED, DRAINING, UNAVAILABLE (nothing was changed),
 * UNKNOWN_OUTCOME, UPGRADE_REQUIRED, BAD_FRAME, REPLICA_FORKED, DECIDED, DENIED, LANE_GAP, NOT_FOUND (the space does not exist). A group
 * refused in a space that does not exist yet gets its verdict, but leaves nothing behind: no seq is consumed, no space is made. */
typedef void jl_submit_done(void *context, struct jl_bytes verdict, const struct jl_error *err);
void jl_space_submit(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                     uint64_t confirmed, jl_submit_done *done, void *context);
uint64_t jl_space_lane_through(const struct jl_space *space, const struct jl_id *replica); /* the last seq that is taken: waits or is decided; 0: none */
/* The same of a group that may have been sent in another lane before; it is not in the log up to `searched` (revision 0: not known). When it
 * was decided there, it gets that verdict. */
void jl_space_submit_again(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                           uint64_t confirmed, const struct jl_position *searched, jl_submit_done *done, void *context);
/* Dry runs of groups that are parts (1, 2, 3 ...) of one import are judged one after the other, each with those before it; part 1 begins anew. Of a
 * replica whose connection is over nothing is kept. */
void jl_spaces_rehearsals_end(struct jl_spaces *s, const struct jl_id *replica);
void jl_space_verdicts(struct jl_space *space, const struct jl_id *replica, const struct jl_id *account, uint64_t from_seq, uint64_t to_seq,
                       void (*done)(void *context, struct jl_bytes packed_verdict_reply, const struct jl_error *err), void *context);
struct jl_id jl_account_id(const char *login); /* derived: lanes are bound to it */

/* The feed. A listener hears of every committed revision in order, as soon as memory has moved. Rows are borrowed. The last
 * rows stay in memory (ring of JL_FEED_RING_BYTES), older ones are read from the log. count 0: memory moved to `through` by
 * reading the space again (another node wrote much); the rows between are read with jl_space_rows.
 * broken: and whether it is the same history is not known (an older copy was restored, or too much was written meanwhile): only a
 * position with its chains can be followed further. */
struct jl_listener_rows {
  const struct jl_log_row *rows;
  size_t count;
  uint64_t through;
  bool broken;
};
struct jl_space_listener {
  struct jl_space_listener *next, *previous;
  void (*advanced)(void *context, const struct jl_listener_rows *rows);
  void *context;
};
void jl_space_listen(struct jl_space *space, struct jl_space_listener *listener);
void jl_space_unlisten(struct jl_space *space, struct jl_space_listener *listener); /* allowed inside advanced */
/* Rows from..to (whole revisions, near max_bytes): from the ring at once when there, else from the store. Completion later. */
void jl_space_rows(struct jl_space *space, uint64_t from, uint64_t to, size_t max_bytes,
                   void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err),
                   void *context);
#endif
