/* A lane: what one client replica has sent to one space. seq grows by one; the high-water mark is kept for ever, the
 * verdicts of the last groups in a window until the client confirms them. Beside it stand the groups that wait for theirs.
 *
 *     decided        evaluated            queued
 *   ..............|...................|..............|
 *              lane->seq        lane->ahead     lane->queued
 *
 * Everything up to `seq` is durable. Groups in (seq, ahead] are in a batch that is on its way; giving such a batch up
 * takes `ahead` back to `seq`.
 *
 * The stored row is written when a group leaves no row in the log (it was refused, or changed nothing) and else now and then, for all
 * lanes of the space at once: space_head.lanes_revision. Until then it is behind, and the log tells the rest. Stored form of the
 * window (jl_store_lane.verdicts):
 *   version 2, varint first seq, varint count, then per group: 16 bytes id, varint revision (0: refused), varint flags;
 *   then varint floor, varint count and the refused seqs between floor and first seq, each as the distance from the one before.
 *   Version 1 ends after the groups. */
#ifndef JL_SPACE_LANE_H
#define JL_SPACE_LANE_H
#include "common/base/arena.h"
#include "common/base/error.h"

enum { JL_VERDICT_MERGED = 1, JL_VERDICT_GAVE_NUMBERS = 2, JL_VERDICT_KEPT = 4 /* stored whole, beside the refusals */, JL_VERDICT_ERASED = 8 /* personal values, from what stands before it too */ };
struct jl_verdict_note {
  struct jl_id group;
  uint64_t revision;
  uint32_t flags;
}; /* revision 0: refused */

/* What is known of a decided group: of one that is not in the window only whether it was refused, and that of the last ones. */
enum jl_lane_verdict { JL_LANE_APPLIED, JL_LANE_REFUSED, JL_LANE_FORGOTTEN };

struct jl_submission;
struct jl_edit_lane {
  struct jl_id replica; /* first: the lane is found by it */
  struct jl_id account; /* zero until its first group */
  uint64_t seq, ahead, queued;
  uint64_t confirmed;
  bool stored;  /* has its row */
  bool behind;  /* the row lacks groups that the log tells of */
  bool row_due; /* the open batch holds a group of it that leaves nothing in the log */
  bool missing; /* while a space is read again: its row has not come */
  bool in_turn; /* on the space's ring of lanes that have groups to evaluate */
  struct jl_edit_lane *next_turn;
  struct jl_verdict_note *notes; /* of first_seq ..; ring of capacity (power of two) */
  uint64_t first_seq;
  size_t note_start, note_count, note_capacity;
  uint64_t floor;    /* whether those up to here were refused is forgotten */
  uint64_t *refused; /* seqs in (floor, first_seq) that were refused, ascending; NULL: none */
  size_t refused_count;
  uint64_t unlogged; /* refused, or without effect: durable since the lane is in memory, and not in the log */
  struct jl_submission **waiting; /* seq + 1 .. queued; ring of capacity (power of two) */
  size_t waiting_start, waiting_count, waiting_capacity;
  bool in_open_batch;
};
struct jl_edit_lane *jl_edit_lane_new(const struct jl_id *replica);
void jl_edit_lane_free(struct jl_edit_lane *lane);

/* Reads the stored window; false: not in a form that we know (then all of it counts as pruned). */
bool jl_edit_lane_restore(struct jl_edit_lane *lane, const struct jl_id *account, uint64_t seq, struct jl_bytes verdicts);
/* Then what the log tells of groups that were applied since, in order; those that the row knows already are passed over. */
JL_MUST_CHECK bool jl_edit_lane_follow(struct jl_edit_lane *lane, uint64_t seq, const struct jl_verdict_note *note);
struct jl_bytes jl_edit_lane_pack(const struct jl_edit_lane *lane, uint64_t through, struct jl_arena *a); /* data NULL: no memory */

void jl_edit_lane_lost(struct jl_edit_lane *lane); /* the database has no row of it any more: an older copy was restored */

const struct jl_verdict_note *jl_edit_lane_note(const struct jl_edit_lane *lane, uint64_t seq);           /* NULL: not in the window */
uint64_t jl_edit_lane_find(const struct jl_edit_lane *lane, const struct jl_id *group); /* its seq, if it is in the window; 0: it is not */
enum jl_lane_verdict jl_edit_lane_verdict(const struct jl_edit_lane *lane, uint64_t seq);                 /* of seq <= ahead */
JL_MUST_CHECK bool jl_edit_lane_evaluated(struct jl_edit_lane *lane, const struct jl_verdict_note *note); /* of ahead + 1 */
void jl_edit_lane_give_up(struct jl_edit_lane *lane);                                                     /* back to what is durable */
void jl_edit_lane_decided(struct jl_edit_lane *lane, uint64_t seq);     /* durable through seq; prunes what no one can ask for */
void jl_edit_lane_confirm(struct jl_edit_lane *lane, uint64_t through); /* the client has seen these */

JL_MUST_CHECK bool jl_edit_lane_queue(struct jl_edit_lane *lane, struct jl_submission *s); /* seq queued + 1 */
struct jl_submission *jl_edit_lane_waiting(const struct jl_edit_lane *lane, uint64_t seq); /* NULL: none */
struct jl_submission *jl_edit_lane_shift(struct jl_edit_lane *lane);                       /* takes the oldest away; NULL: none */
#endif
