/* Inside libjalon: the client's state, shared by client.c (link and requests), requests.c (what is asked), reply.c (what is
 * answered), submit.c and client_local.c (groups). */
#ifndef JL_SYNC_CLIENT_H
#define JL_SYNC_CLIENT_H
#include "client/include/jalon.h"
#include "common/base/arena.h"
#include "common/model/replica.h"
#include "common/wire/connection.h"
#include "proto/wire.pb-c.h"

#define JL_CLIENT_ARENA (24u << 20) /* bytes for one decoded reply: JL_UNPACK_FACTOR x JL_MESSAGE_MAX and our own structs */

struct jl_engine;
struct jl_sync;
/* What a request waits for. */
enum jl_request_kind {
  JL_FOR_REPLY, /* of the server, to its payload */
  JL_FOR_GROUP, /* the verdict of a group of the outbox */
  JL_FOR_SYNC,
};
struct jl_request {
  struct jl_request *next;
  enum jl_request_kind kind;
  uint32_t stream;
  uint8_t type;
  struct jl_bytes payload; /* owned */
  jl_done *done;
  void *context;
  jl_on_event *event; /* subscription: open until ended */
  bool is_event_view;
  struct jl_id space;
  bool dry_run; /* submit */
  uint64_t entry;       /* FOR_GROUP */
  struct jl_sync *sync; /* FOR_SYNC */
  struct jl_position seen; /* subscription of records: where it stands, with its chains; revision 0: nothing whole yet */
  int64_t deadline_us;
  unsigned times_sent;
  bool waiting;   /* sent on the present connection */
  bool done_with; /* finished or cancelled: freed by the sweep */
};

struct jl_client {
  uv_loop_t loop;
  uv_timer_t tick, wait_timer;
  bool closing, wait_over;
  bool soon; /* another step was asked for, maybe from within one */
  struct jl_address address;
  struct jl_tls *tls; /* NULL: the address is not encrypted, or is never connected to */
  char program[64];
  struct jl_profile *profile;
  struct jl_local *local;
  struct jl_engine *engine; /* once the local copy is open and there is something to send or fetch */
  bool offline;
  bool spoke;                  /* the server has said something */
  struct jl_error absence;     /* offline: since it said nothing; code OK: as asked */
  int64_t asked_us;            /* when it was first connected to; 0: not yet */
  uint32_t patience_ms;        /* 0: until the timeout */
  char server[256];
  struct jl_id login_replica; /* that this connection logged in with */
  uint32_t timeout_ms;
  bool offer_token;
  struct jl_connection *connection;
  bool connection_dead; /* closed: freed by the next step, not inside its own callback */
  enum jl_link link;
  bool logged_in;
  uint32_t next_stream, hello_stream, login_stream;
  int64_t reconnect_us; /* when to try again; 0: not planned */
  unsigned attempts;
  struct jl_error session_error; /* what the server said on stream 0 before it closed */
  void (*on_link)(void *context, enum jl_link link, const struct jl_error *reason);
  void *on_link_context;
  struct jl_request *requests; /* oldest first */
};

void jl_client_step_soon(struct jl_client *c);
void jl_client_come_back(struct jl_client *c, const struct jl_error *why, bool at_once); /* gives the connection up; another one follows */
struct jl_request *jl_client_request(struct jl_client *c, enum jl_request_kind kind, jl_done *done, void *context); /* without payload */
/* With the outbox and the local copy (client_local.c). */
void jl_client_engine_up(struct jl_client *c); /* logged in, or the engine is new */
void jl_client_engine_free(struct jl_client *c);
uint64_t jl_client_put(struct jl_client *c, const struct jl_group *g, jl_done *done, void *context, struct jl_error *err);
/* A request that the server does not answer: false when there is no other way, else it is finished. */
bool jl_client_without_server(struct jl_client *c, struct jl_request *r, const struct jl_error *why);
bool jl_client_waits(const struct jl_client *c, const struct jl_request *r); /* FOR_GROUP, FOR_SYNC: for the next connection */
void jl_client_step(struct jl_client *c);                /* what is due in engine and syncs */
int64_t jl_client_due_us(const struct jl_client *c);
void jl_sync_free(struct jl_sync *s);

/* Queues a request; the payload is copied. NULL: no memory. */
struct jl_request *jl_client_ask(struct jl_client *c, uint8_t type, const ProtobufCMessage *message, jl_done *done, void *context);
void jl_request_finish(struct jl_client *c, struct jl_request *r, const struct jl_reply *reply); /* calls back, once */

/* Decodes a message into the arena. false: err says why (a server that does not keep the protocol). */
JL_MUST_CHECK bool jl_reply_decode(uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_reply *ret_reply,
                                   struct jl_error *err);
JL_MUST_CHECK bool jl_reply_convert(uint8_t type, const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret_reply,
                                    struct jl_error *err); /* a message that is unpacked already */
JL_MUST_CHECK bool jl_verdict_convert(struct jl_arena *a, const Jalon__Verdict *in, struct jl_verdict *out);
JL_MUST_CHECK bool jl_event_decode(uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_event *ret_event,
                                   struct jl_error *err);
/* Takes a subscription's position through an event, as the chains go. false: the message is malformed. */
JL_MUST_CHECK bool jl_event_follow(uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_position *seen);
Jalon__ViewRequest *jl_view_request(struct jl_arena *a, const struct jl_view_ask *ask);
struct jl_bytes jl_subscribe_again(struct jl_arena *a, const struct jl_request *r); /* payload that continues where it stood */
#endif
