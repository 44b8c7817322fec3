/* One libpq connection in pipeline mode on the server's loop. Work comes in units: some commands and one sync, which is one
 * implicit transaction. A unit is finished exactly once, later: cleanly at its sync, or with the first failure. The
 * connection makes itself again for ever (0.1 .. 5 s); what was in flight fails as lost. One loop, one thread. */
#ifndef JL_STORE_CONNECTION_H
#define JL_STORE_CONNECTION_H
#include "common/base/buffer.h"
#include "common/base/error.h"
#include <libpq-fe.h>
#include <uv.h>

struct jl_pg;
struct jl_pg_param { const void *data; size_t size; bool text; }; /* data NULL: null; binary unless text (then terminated) */
#define JL_PG_NO_COMMAND SIZE_MAX
#define JL_PG_PARAMS_MAX 80
struct jl_pg_failure {
  bool lost;         /* the connection went away: whether a unit whose sync was sent took effect is not known */
  bool sent;         /* its sync was handed over; false: certainly nothing happened */
  bool warned;       /* every command worked, but a warning came with the commit: durability is not known */
  size_t command;    /* the one that failed, counted from 0; JL_PG_NO_COMMAND: at the sync (deferred constraint) */
  char sqlstate[6], table[64], column[64], constraint[64];
  struct jl_error error;
};
struct jl_pg_unit {
  /* A result of one command: borrowed, rows valid until it returns. May be NULL. */
  void (*result)(struct jl_pg_unit *unit, size_t command, const PGresult *result);
  void (*done)(struct jl_pg_unit *unit, const struct jl_pg_failure *failure); /* NULL: clean */
  void *context;
  bool row_by_row; /* results come one row at a time (and an empty one at the end): for what must not sit in memory whole */
  /* private */
  struct jl_pg_unit *next;
  size_t commands, seen, runs; /* on the wire, done, and done of those that the caller sent */
  bool closed, failed;
  struct jl_pg_failure failure;
};
struct jl_pg_settings {
  const char *conninfo;
  const char *options; /* "-c name=value ..." */
  const char *label;   /* for application_name, at most 15 bytes; the three strings are copied */
  void (*up)(void *context);                                /* usable from now */
  void (*down)(void *context, const struct jl_error *err);  /* could not connect, or lost; after the units failed */
  void *context;
};
struct jl_pg *jl_pg_new(uv_loop_t *loop, const struct jl_pg_settings *settings); /* NULL: no memory */
void jl_pg_close(struct jl_pg *c, void (*closed)(void *context), void *context); /* units in flight fail first */
bool jl_pg_up(const struct jl_pg *c);
const char *jl_pg_session(const struct jl_pg *c); /* application_name of this very session, unique for ever */

/* A unit: open, any number of sends, close. Memory of the unit belongs to the caller until done. Parameters are copied. */
void jl_pg_unit_open(struct jl_pg *c, struct jl_pg_unit *unit);
/* Runs the statement known by key, prepared on first use from text (which then must not be NULL). */
/* Now and then while answers are awaited: libpq puts off reading what it had no memory for, and nothing else wakes it. */
void jl_pg_look_again(struct jl_pg *c);
bool jl_pg_known(const struct jl_pg *c, const char *key);
void jl_pg_send(struct jl_pg *c, struct jl_pg_unit *unit, const char *key, const char *text, const struct jl_pg_param *params, size_t n);
void jl_pg_unit_abandon(struct jl_pg *c, struct jl_pg_unit *unit); /* instead of close: drops the connection, the unit fails unsent */
void jl_pg_unit_close(struct jl_pg *c, struct jl_pg_unit *unit);
#endif
