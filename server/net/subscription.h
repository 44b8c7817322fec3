/* Subscriptions of a session: records (snapshot, tail, live) and views (state now and whenever it changes).
 *
 *   opening -> checking (position given) -> (the rest of a snapshot ->) tail -> live
 *   opening -> snapshot -> tail -> live
 *   tail, live -> lagging (the client does not read) -> tail
 *
 * Nothing is skipped silently: `sent` is the revision through which everything was sent; a client that reads slowly gets
 * LAGGING and later the rest from the log, never a gap. */
#ifndef JL_NET_SUBSCRIPTION_H
#define JL_NET_SUBSCRIPTION_H
#include "server/net/session.h"

enum jl_feed_state { JL_FEED_CHECKING, JL_FEED_SNAPSHOT, JL_FEED_TAIL, JL_FEED_LIVE, JL_FEED_LAGGING };
struct jl_view_watch;
struct jl_snapshot;
struct jl_presence_room;
struct jl_subscription {
  struct jl_subscription *next, *previous;
  struct jl_session *session; /* NULL once ended */
  struct jl_server *server;
  uint32_t stream;
  struct jl_space *space; /* held; NULL for a view over all plans */
  struct jl_space_listener listener;
  uint32_t references; /* being in its session's list, and each thing under way */
  bool listening, reading;
  enum jl_feed_state state;
  uint64_t sent;
  uint32_t rights;           /* sections that its person could read when it began, */
  uint32_t late;             /* a mutant's: so often it was not ended yet */
  uint32_t sections, adding; /* those that it tells of now, those that it has still to bring: then the copy has them from a snapshot */
  struct jl_position origin;     /* the position being checked */
  struct jl_snapshot *snapshot; /* while there is one to send */
  struct jl_subscription *next_snapshot;
  bool in_snapshots;
  struct jl_presence_room *room; /* whose presence it is told of; NULL: none */
  struct jl_subscription *next_watcher, *previous_watcher;
  bool presence_missed;
  bool names_told;
  uint8_t names[32]; /* hash of those */
  struct jl_view_watch *watch; /* a view; NULL: records */
  struct jl_subscription *next_dirty;
  bool dirty;
};

void jl_subscriptions_end(struct jl_session *s);
void jl_subscriptions_drained(struct jl_session *s);
void jl_subscriptions_heartbeat(struct jl_session *s);
/* Ends one; sends event (RESYNC or ENDED) with the reason when given. */
void jl_subscription_end(struct jl_subscription *sub, uint8_t event, const struct jl_error *reason);
void jl_subscription_unreference(struct jl_subscription *sub);
/* Its rights are what they were. Otherwise: of records, it has ended with RIGHTS_CHANGED, the client begins again with what it may
 * read now; of a view, it goes on with those (nothing left: NOT_FOUND). */
bool jl_subscription_still_may(struct jl_subscription *sub);
void jl_subscriptions_look_at_rights(struct jl_server *server); /* somebody's teams have changed */
size_t jl_sections_list(uint32_t sections, uint32_t ret_list[JL_SECTIONS]);
struct jl_subscription *jl_subscription_by_stream(struct jl_session *s, uint32_t stream);
void jl_subscription_bookmark(struct jl_subscription *sub);
/* snapshot_after: the rest of a snapshot that began at `from` comes first. */
void jl_feed_start(struct jl_subscription *sub, const Jalon__Position *from, const struct jl_id *snapshot_after);
void jl_feed_drained(struct jl_subscription *sub);
void jl_feed_continue(struct jl_subscription *sub);
void jl_feed_advanced(void *context, const struct jl_listener_rows *rows);
void jl_broadcast_clear(struct jl_broadcast *b);

/* ---- view_watch.c ---- */
JL_MUST_CHECK bool jl_view_watch_start(struct jl_subscription *sub, const Jalon__ViewRequest *view, struct jl_error *err);
void jl_view_watch_free(struct jl_subscription *sub);
void jl_view_watch_advanced(struct jl_subscription *sub, const struct jl_listener_rows *rows);
void jl_view_watch_rights(struct jl_subscription *sub); /* have changed: what was noted of changes is forgotten */
void jl_view_watch_mark(struct jl_subscription *sub); /* look again soon */
void jl_view_watch_forget(struct jl_server *server);  /* at the end: nobody looks any more */
void jl_view_watch_tick(struct jl_server *server);    /* once a second: midnight, other spaces */
#endif
