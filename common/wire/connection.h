/* One connection that carries messages: frames in and out over a transport, on one libuv loop, one thread. Used by server
 * and client alike. Messages longer than a frame are cut and reassembled (MORE flag); streams interleave by frame, so a
 * snapshot never holds up a reply for long.
 *
 * Callbacks never run inside the call that caused them. After on_close nothing is called any more; the owner then calls
 * jl_connection_free. Closing from within any callback is allowed. While a loop has connections, its `data` is theirs. */
#ifndef JL_WIRE_CONNECTION_H
#define JL_WIRE_CONNECTION_H
#include "common/base/buffer.h"
#include "common/base/error.h"
#include <uv.h>

#define JL_PREFACE "JALON/1\n" /* 8 bytes, client to server, so that HTTP or TLS on this port fails with one clear line */
enum jl_frame_flag { JL_FRAME_ZSTD = 1, JL_FRAME_MORE = 2, JL_FRAME_END = 4 /* last message of its stream */ };
struct jl_frame { uint32_t length; uint8_t type, flags; uint32_t stream; };
void jl_frame_encode(const struct jl_frame *frame, uint8_t out[12]);
JL_MUST_CHECK bool jl_frame_decode(const uint8_t in[12], struct jl_frame *ret_frame, struct jl_error *err); /* reserved bits, length */

/* An encoded message shared by many connections (a broadcast is encoded once). */
struct jl_message;
struct jl_message *jl_message_new(uint8_t type, uint8_t flags, struct jl_bytes payload); /* copies; reference count 1; cut into frames at send */
void jl_message_release(struct jl_message *m);
size_t jl_message_size(const struct jl_message *m);
/* For peers that agreed on the feature "zstd": SNAPSHOT, REVISIONS and READ_LOG_REPLY only, compressed when that makes them smaller. */
struct jl_message *jl_message_new_compressed(uint8_t type, uint8_t flags, struct jl_bytes payload);

/* Where to: parsed "unix:/path", "127.0.0.1:7400", "[::1]:7400", "host:7400", "tls:host:7400". What is not of this machine is
 * always tls; of this machine only with "tls:". */
struct jl_address { enum { JL_ADDRESS_UNIX, JL_ADDRESS_TCP } kind; char host[256]; uint16_t port; bool tls; };
JL_MUST_CHECK bool jl_address_parse(const char *text, struct jl_address *ret_address, struct jl_error *err);
/* Whom limits count for a peer (jl_connection_peer): its address without the port, of IPv6 the network of 64 bits, in which one
 * machine may have any number of addresses. false: this machine, whose people share one address, or no address at all. */
#define JL_SOURCE_SIZE 64
bool jl_address_source(const char *peer, char ret_source[JL_SOURCE_SIZE]);
bool jl_address_is_local(const struct jl_address *address); /* loopback or unix: the only ones allowed without TLS */

struct jl_connection;
struct jl_connection_handler {
  void (*on_open)(void *context);                                     /* clients: connected and preface sent */
  void (*on_message)(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload); /* payload valid during the call */
  void (*on_drain)(void *context);                                    /* the queue fell below half of JL_SESSION_QUEUE_SOFT after having been above it, or as jl_connection_tell_drained wants it */
  void (*on_close)(void *context, const struct jl_error *reason);     /* once; code OK when we closed */
};
struct jl_connection *jl_connection_connect(uv_loop_t *loop, const struct jl_address *address, uint32_t timeout_ms, const struct jl_connection_handler *handler, void *context);
struct jl_connection *jl_connection_accept(uv_stream_t *listener, const struct jl_connection_handler *handler, void *context); /* checks the preface */
void jl_connection_set_context(struct jl_connection *c, void *context);
void jl_connection_limit(struct jl_connection *c, size_t max_message); /* of incoming messages; JL_MESSAGE_MAX_BEFORE_LOGIN at first on accepted ones */
void jl_connection_accept_compressed(struct jl_connection *c);           /* the feature "zstd" is agreed on; on_message sees plain messages */
/* Never blocks, never refuses: watch jl_connection_queued. Nothing is sent after close. Small messages sent in one loop turn
 * leave in one write. */
void jl_connection_send(struct jl_connection *c, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload);
void jl_connection_send_shared(struct jl_connection *c, uint32_t stream, struct jl_message *m); /* shares; stream is put in the headers */
size_t jl_connection_queued(const struct jl_connection *c);           /* bytes not yet taken by the kernel */
void jl_connection_count_in(struct jl_connection *c, size_t *total);  /* keeps the sum over connections in *total, from now to the end */
void jl_connection_tell_drained(struct jl_connection *c, size_t below); /* on_drain when less waits than this */
int64_t jl_connection_stalled_ms(const struct jl_connection *c);      /* since the queue last moved; 0 when empty */
void jl_connection_pause(struct jl_connection *c, bool paused);       /* reading; frames already buffered wait too */
void jl_connection_close(struct jl_connection *c, bool flush);        /* flush: send what is queued first (at most 2 s) */
void jl_connection_free(struct jl_connection *c);                     /* after on_close */
const char *jl_connection_peer(const struct jl_connection *c);        /* "127.0.0.1:51234", "unix" */

/* Listening. What is accepted gets its transport from the owner: jl_connection_accept, or jl_connection_accept_over (transport.h). */
struct jl_listener;
struct jl_listener *jl_listener_new(uv_loop_t *loop, const struct jl_address *address, bool (*on_connection)(void *context, uv_stream_t *listener), void *context, struct jl_error *err);
uint16_t jl_listener_port(const struct jl_listener *l);               /* the one the kernel chose for port 0 */
void jl_listener_close(struct jl_listener *l, void (*closed)(void *context), void *context);
#endif
