/* A small client of the protocol for load and fault tests: one connection that says hello, logs in and reconnects by
 * itself. Works below the client library on purpose: it must be able to resend and to be cut off at any point. */
#ifndef JL_TESTS_PEER_H
#define JL_TESTS_PEER_H
#include "common/base/limits.h"
#include "common/model/replica.h"
#include "common/wire/transport.h"
#include "common/wire/unpack.h"
#include "tests/support/server_process.h"

struct peer {
  uv_loop_t *loop;
  struct jl_address address;
  const struct jl_transport *over;    /* NULL: the address's own */
  struct jl_id replica;
  const char *account, *password;     /* for the first login; then the token */
  uint8_t token[64];
  size_t token_size;
  struct jl_id organisation;           /* as the server's hello said */
  struct jl_id person;                 /* whose account it is, as the login said */
  uint32_t next_stream;
  bool ready, stopped;
  struct jl_connection *connection;
  uv_timer_t retry;
  void *context;
  void (*on_ready)(struct peer *p);    /* logged in: again after every reconnect */
  void (*on_lost)(struct peer *p);
  void (*on_message)(struct peer *p, uint8_t type, uint32_t stream, struct jl_bytes payload);
  uint64_t logins, lost;
};
/* What the file named by AUTHORITY (PEM) signed for is believed over TLS; NULL without it. For the life of the program. */
const struct jl_transport *peer_tls(void);
void peer_start(struct peer *p);       /* fields above connection set by the caller */
void peer_stop(struct peer *p);        /* then run the loop until it ends */
void peer_hello(struct jl_connection *c); /* what comes first on each, on stream 1 */
uint32_t peer_send(struct peer *p, uint8_t type, const ProtobufCMessage *message); /* on a new stream */
void peer_send_bytes(struct peer *p, uint8_t type, uint32_t stream, struct jl_bytes payload);
#endif
