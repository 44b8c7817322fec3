/* Inside of server/net: the snapshot of a record subscription. Records go out in id order, a message at a time; what changes
 * behind the cursor comes with the tail. So nothing is held up or copied for it, and any node can go on where another was cut
 * off. All snapshots of a server share the time that a turn of the loop has for them, so that nobody else waits. */
#ifndef JL_NET_SNAPSHOT_H
#define JL_NET_SNAPSHOT_H
#include "server/net/subscription.h"

struct jl_snapshot {
  struct jl_position origin; /* the tail begins after it */
  struct jl_id cursor;       /* the last record sent */
  bool started, told;        /* cursor holds; the first message has gone out */
};
/* Prepares it; the state SNAPSHOT comes when the position is known to be true. after: goes on behind that record; NULL: all of it. false: no memory. */
JL_MUST_CHECK bool jl_snapshot_start(struct jl_subscription *sub, const struct jl_position *origin, const struct jl_id *after);
void jl_snapshot_continue(struct jl_subscription *sub); /* sends in later turns, until it is done or the line is congested */
void jl_snapshots_turn(uv_timer_t *timer);
void jl_snapshots_forget(struct jl_server *server); /* at the end */
#endif
