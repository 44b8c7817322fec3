/* Inside of the wire folder: the state of a connection, shared by connection.c (input, output, end) and dial.c. */
#ifndef JL_WIRE_CONNECTION_STATE_H
#define JL_WIRE_CONNECTION_STATE_H
#include "common/wire/queue.h"
#include "common/wire/splitter.h"
#include "common/wire/transport.h"

/* START -> RESOLVING -> CONNECTING -> OPEN (accepted ones start here) -> FLUSHING -> CLOSING -> CLOSED; any state may go to
 * CLOSING. FLUSHING sends what is queued; an accepted connection then sends FIN and drops what still comes in until the
 * peer has closed too, because closing with unread input would reset the line and take our last words with it. */
enum state { START, RESOLVING, CONNECTING, OPEN, FLUSHING, CLOSING, CLOSED };

struct resolution {
  uv_getaddrinfo_t request;
  struct jl_connection *owner; /* NULL: closed meanwhile */
};

/* Finding and connecting: only those that we make, and only until they stand. */
struct jl_dial {
  struct jl_address address;
  uint32_t timeout_ms;
  uv_connect_t request;
  struct resolution *resolution;
  struct addrinfo *resolved, *next_resolved;
};
/* The kernel takes no more: what was handed to libuv meanwhile. */
struct jl_handed {
  uv_write_t request;
  size_t size;
};

/* Thousands of these are idle at once: what few need at a time is held apart, while it is needed. */
struct jl_connection {
  uv_loop_t *loop;
  const struct jl_transport *transport;
  const struct jl_filter *filter;
  void *filter_state;
  const struct jl_connection_handler *handler;
  void *context;
  enum state state;
  bool accepted, abandoned, socket_open, reading, paused, opened, finished, shut_down;
  int handles; /* not yet closed; at 0 the end is told */
  int full_reads;
  union jl_socket socket;
  uv_idle_t turn; /* active while something is to be done before the loop waits again: writes of this turn leave together */
  uv_timer_t *timer; /* of connecting and of flushing */
  struct jl_dial *dial;
  struct jl_handed *handed;
  uint64_t progress_ms;
  size_t drain_below;      /* the queue is too long; told when it is shorter than this; 0: it is not */
  size_t *total, counted;  /* the owner's sum over its connections, and what of it is ours */
  struct jl_queue queue, sealed; /* sealed: what the filter made of the queue */
  struct jl_splitter splitter;
  struct jl_buffer held; /* input that came before a pause */
  size_t held_done;
  struct jl_error *reason; /* NULL: we closed */
  char peer[64];
};

void jl_connection_connected(struct jl_connection *c);
void jl_connection_fail(struct jl_connection *c, const struct jl_error *err); /* closes; err is told later */
void jl_connection_finished(struct jl_connection *c);                         /* every handle is closed */
void jl_dial_start(struct jl_connection *c);
void jl_dial_cancel(struct jl_connection *c);
void jl_dial_free(struct jl_connection *c); /* connected, or closed */
#endif
