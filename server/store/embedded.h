/* A private PostgreSQL in the server's data folder, for installations without one: made on first start, reachable only by a
 * unix socket in a folder of its user, started again when it dies, stopped with the server. When the server itself died, the
 * one that still runs is taken over. Layout: DATA/postgres (cluster), DATA/postgres.log, DATA/run (socket). */
#ifndef JL_STORE_EMBEDDED_H
#define JL_STORE_EMBEDDED_H
#include "common/base/error.h"
#include <sys/types.h>
#include <uv.h>
struct jl_embedded;
/* Blocks until it answers (at most 60 s: recovery after a crash takes time). NULL: err. data_dir must be absolute and exist
 * or have a parent that its user can enter. Supervision runs on the loop. */
struct jl_embedded *jl_embedded_start(uv_loop_t *loop, const char *data_dir, struct jl_error *err);
const char *jl_embedded_connection(const struct jl_embedded *e); /* libpq string */
pid_t jl_embedded_pid(const struct jl_embedded *e);              /* 0: being started again */
bool jl_embedded_adopted(const struct jl_embedded *e);
unsigned jl_embedded_restarts(const struct jl_embedded *e);
/* Fast shutdown (open transactions end), waits for it, frees; stopped comes later on the loop. */
void jl_embedded_stop(struct jl_embedded *e, void (*stopped)(void *context), void *context);
/* Without a loop turning any more: leaves it running and frees; the next start takes it over. The loop must be turned once. */
void jl_embedded_leave(struct jl_embedded *e);
#endif
