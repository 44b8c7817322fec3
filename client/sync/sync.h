/* jl_client_sync, for client_local.c. */
#ifndef JL_SYNC_SYNC_H
#define JL_SYNC_SYNC_H
#include "client/sync/client.h"
#include "client/sync/engine.h"

/* The engine over the opened local copy; base: to receive as well. */
JL_MUST_CHECK bool jl_client_engine(struct jl_client *c, bool base, struct jl_error *err);
void jl_sync_event(struct jl_client *c, const struct jl_engine_event *event); /* tells every sync that runs */
void jl_sync_step(struct jl_client *c);
void jl_sync_fail(struct jl_client *c, struct jl_request *r, const struct jl_error *why);
bool jl_sync_goes_on(const struct jl_request *r); /* over a broken connection */
#endif
