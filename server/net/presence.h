/* Who is on a space, looking at or editing what. It is told by clients, holds for a while, and lives in this process only: never
 * in the log, never in the database. One place per connection, one line per person.
 *
 * A room is a space with somebody in it or somebody watching it. Changes are collected and told at most every
 * JL_PRESENCE_INTERVAL_MS, later the more are watching; who does not read gets the last state when the line has drained. */
#ifndef JL_NET_PRESENCE_H
#define JL_NET_PRESENCE_H
#include "server/net/subscription.h"

void jl_presence_init(struct jl_server *server);
void jl_presence_end(struct jl_session *s); /* the connection is over, or the person has left */
/* A subscription with the presence flag. false: no memory. */
JL_MUST_CHECK bool jl_presence_watch(struct jl_subscription *sub);
void jl_presence_begin(struct jl_subscription *sub); /* tells it who is there */
void jl_presence_unwatch(struct jl_subscription *sub);
void jl_presence_drained(struct jl_subscription *sub);
void jl_presence_tick(struct jl_server *server);   /* once a second: those who were not told again */
void jl_presence_told(uv_timer_t *timer);          /* tells the rooms that have changed */
void jl_presence_forget(struct jl_server *server); /* before the spaces close */
#endif
