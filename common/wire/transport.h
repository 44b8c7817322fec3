/* What carries the bytes of a connection. Two things make a transport:
 *
 *   - the socket: how to make one, connect it, tune it and name its other end (this table; TCP and unix sockets), and
 *   - the filter: what stands between the socket's bytes and the frames (NULL: nothing). TLS (tls.h) is a filter over the
 *     TCP socket, with no change to framing, queues or sessions.
 *
 * A filter never touches a socket: the connection hands it every byte that arrived and every byte that is to leave, and
 * sends whatever it puts in ret_wire (handshake, records, alerts). While ready() is false outgoing bytes stay in the
 * connection's own queue, which is accounted and bounded; a filter is given at most JL_FILTER_STEP bytes to seal and only
 * when nearly all that it made before has been taken by the kernel, because OpenSSL itself would accept any amount. When open() says
 * no, what it put in ret_wire (an alert) is still sent before the connection closes. */
#ifndef JL_WIRE_TRANSPORT_H
#define JL_WIRE_TRANSPORT_H
#include "common/wire/connection.h"

#define JL_FILTER_STEP 65536 /* bytes */

struct jl_filter {
  const char *name;
  void *(*new)(void *context, bool client, const char *host, struct jl_error *err); /* the transport's context; host: to verify, for clients */
  /* Bytes from the socket; what they decode to is appended to ret_plain. false closes the connection with err. */
  bool (*open)(void *filter, struct jl_bytes wire, struct jl_buffer *ret_plain, struct jl_buffer *ret_wire, struct jl_error *err);
  bool (*seal)(void *filter, struct jl_bytes plain, struct jl_buffer *ret_wire, struct jl_error *err);
  bool (*ready)(const void *filter);                        /* the handshake is done */
  void (*finish)(void *filter, struct jl_buffer *ret_wire); /* close_notify */
  void (*free)(void *filter);
};

union jl_socket {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
};

struct jl_transport {
  const char *name;
  int (*init)(uv_loop_t *loop, union jl_socket *s);
  int (*connect)(uv_connect_t *request, union jl_socket *s, const struct jl_address *address, const struct sockaddr *resolved,
                 uv_connect_cb done);
  void (*tune)(union jl_socket *s);                               /* once connected */
  void (*peer)(const union jl_socket *s, char *out, size_t size); /* never empty */
  const struct jl_filter *filter;                                 /* NULL: bytes travel as they are */
  void *filter_context;
};
extern const struct jl_transport jl_transport_tcp, jl_transport_unix;
/* Like jl_connection_connect and jl_connection_accept, with a transport of the caller's choice. */
struct jl_connection *jl_connection_connect_over(const struct jl_transport *transport, uv_loop_t *loop, const struct jl_address *address,
                                                 uint32_t timeout_ms, const struct jl_connection_handler *handler, void *context);
struct jl_connection *jl_connection_accept_over(const struct jl_transport *transport, uv_stream_t *listener,
                                                const struct jl_connection_handler *handler, void *context);
const struct jl_transport *jl_transport_of(const struct jl_address *address);
const struct jl_transport *jl_transport_of_listener(const uv_stream_t *listener);
/* "[::1]:7400" and the like. */
void jl_sockaddr_format(const struct sockaddr *address, char *out, size_t size);
/* A numeric host without asking anybody; false: it is a name. */
JL_MUST_CHECK bool jl_address_numeric(const struct jl_address *address, struct sockaddr_storage *ret_resolved);
#endif
