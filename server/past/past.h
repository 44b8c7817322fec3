/* Spaces as they were: the replica of a space at any revision that its log has, for the views of past days. It is the nearest state stored
 * before it, and the log after that applied. That work is done by a worker thread on a replica that nobody else has; the loop only
 * hands rows over. What was made stays for a while, within JL_PAST_BYTES.
 *
 * States are stored as the log grows, and whenever a question had to go far through it, so that the next one has not to. */
#ifndef JL_PAST_H
#define JL_PAST_H
#include "common/model/moment.h"
#include "server/store/store.h"

struct jl_pasts;
struct jl_pasts *jl_pasts_new(uv_loop_t *loop, struct jl_store *store, uint64_t step /* revisions between two stored states; 0: none */);
/* What is under way ends soon, with DRAINING; jl_pasts_idle tells when. */
void jl_pasts_stop(struct jl_pasts *p);
bool jl_pasts_idle(const struct jl_pasts *p);
void jl_pasts_free(struct jl_pasts *p); /* idle; NULL is fine */
void jl_pasts_tick(struct jl_pasts *p); /* once a second or so: stores what is due */

/* A question may hold several past states, each a whole plan: so JL_PAST_QUESTIONS of them are under way at a time, from enter to leave. The
 * others wait, in their order, and hold none. */
struct jl_past_turn {
  void (*begin)(void *context, const struct jl_error *err); /* once, perhaps at once; with an error it is not under way */
  bool (*gone)(void *context);                              /* nobody waits for its answer any more: its turn is not used */
  void *context;
  struct jl_past_turn *next; /* inside */
};
void jl_past_enter(struct jl_pasts *p, struct jl_past_turn *turn); /* it stays until begin */
void jl_past_leave(struct jl_pasts *p);                            /* after it has released what it held */

struct jl_past; /* a space at a revision; asked for by questions that are under way */
struct jl_past_ask {
  struct jl_id space;
  struct jl_moment at;
  bool empty; /* before the space began it is one without records; otherwise that is INVALID, as what is still to come always is */
  void (*done)(void *context, struct jl_past *past, const struct jl_error *err); /* once, perhaps at once; the past is held for it */
  void *context;
};
void jl_past_open(struct jl_pasts *p, const struct jl_past_ask *ask);
void jl_past_release(struct jl_past *past); /* NULL is fine */
const struct jl_replica *jl_past_whole(const struct jl_past *past);
/* The same with only the records of these sections; for as long as it is held, or until other sections are asked for. NULL: no memory. */
const struct jl_replica *jl_past_seen(struct jl_past *past, uint32_t sections);
uint64_t jl_past_erasures(const struct jl_past *past); /* how often something was erased from its space's log before it was made */
int64_t jl_past_time(const struct jl_past *past); /* when its revision was made; 0: there is none */
#endif
