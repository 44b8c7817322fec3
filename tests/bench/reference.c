/* Bare libuv servers to compare with: they speak our frames and do nothing else.
 * reference PATH REPLY_BYTES EVENT_BYTES [PEM]: listens on the unix socket PATH; with PEM (certificate and key) on a port of 127.0.0.1
 * over TLS, with "-" on one in clear; its address is the first line of its output. It answers HELLO and LOGIN as needed, VIEW with REPLY_BYTES bytes,
 * SUBSCRIBE by remembering the connection and its space, SUBMIT by sending one canned event with a change of EVENT_BYTES to every
 * subscriber of the space that it names and a verdict to the sender. A connection that waits holds its handle and nothing else. */
#include "tests/support/peer.h"
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SUBSCRIBERS 1024
#define READ_BYTES 262144
union socket { uv_handle_t handle; uv_stream_t stream; uv_pipe_t pipe; uv_tcp_t tcp; };
struct session { union socket socket; uint8_t *rest; uint32_t rest_size; bool prefaced, tcp; SSL *ssl; };
static struct subscriber { struct session *session; uint32_t stream; uint8_t space[16]; } subscribers[MAX_SUBSCRIBERS];
static size_t subscriber_count;
static uint8_t in[READ_BYTES + 131072]; /* what a session had left over, and what was read */
static uint8_t *view_reply, event[65536], verdict[256];
static size_t view_size, event_size, verdict_size;
static SSL_CTX *tls;
static bool by_port;

struct write { uv_write_t request; uint8_t header[12]; };
struct copied_write { uv_write_t request; char bytes[]; };

static void written(uv_write_t *request, int status) {
  (void)status;
  free(request);
}

/* Leaves at once; what the kernel does not take waits as a copy. */
static void send_now(struct session *s, char *bytes, long size) {
  uv_buf_t buffer = uv_buf_init(bytes, (unsigned)size);
  if (size <= 0) return;
  int sent = uv_try_write(&s->socket.stream, &buffer, 1);
  if (sent < 0) sent = 0;
  if (sent == size) return;
  struct copied_write *w = malloc(sizeof *w + (size_t)(size - sent));
  JL_ASSERT(w);
  memcpy(w->bytes, bytes + sent, (size_t)(size - sent));
  buffer = uv_buf_init(w->bytes, (unsigned)(size - sent));
  uv_write(&w->request, &s->socket.stream, &buffer, 1, written);
}

static void send_sealed(struct session *s) {
  char *bytes;
  long size = BIO_get_mem_data(SSL_get_wbio(s->ssl), &bytes);
  send_now(s, bytes, size);
  (void)BIO_reset(SSL_get_wbio(s->ssl));
}

static void put_by_port(struct session *s, uint8_t type, uint32_t stream, const uint8_t *data, size_t size) {
  static uint8_t frame[JL_FRAME_HEADER + JL_FRAME_PAYLOAD_MAX];
  JL_ASSERT(size <= JL_FRAME_PAYLOAD_MAX);
  jl_frame_encode(&(struct jl_frame){.length = (uint32_t)size, .type = type, .stream = stream}, frame);
  if (size > 0) memcpy(frame + JL_FRAME_HEADER, data, size);
  if (!s->ssl) {
    send_now(s, (char *)frame, (long)(JL_FRAME_HEADER + size));
    return;
  }
  (void)SSL_write(s->ssl, frame, (int)(JL_FRAME_HEADER + size));
  send_sealed(s);
}

static void put(struct session *s, uint8_t type, uint32_t stream, const uint8_t *data, size_t size) {
  if (s->tcp) {
    put_by_port(s, type, stream, data, size);
    return;
  }
  struct write *w = malloc(sizeof *w);
  JL_ASSERT(w);
  for (size_t at = 0; at < size || at == 0; at += 65536) { /* frames of at most 64 KiB */
    size_t part = size - at > 65536 ? 65536 : size - at;
    struct jl_frame frame = {.length = (uint32_t)part, .type = type, .flags = size - at > 65536 ? JL_FRAME_MORE : 0, .stream = stream};
    if (at) {
      w = malloc(sizeof *w);
      JL_ASSERT(w);
    }
    jl_frame_encode(&frame, w->header);
    uv_buf_t buffers[2] = {uv_buf_init((char *)w->header, 12), uv_buf_init((char *)(uintptr_t)(data + at), (unsigned)part)};
    uv_write(&w->request, &s->socket.stream, buffers, part ? 2 : 1, written);
    if (size == 0) break;
  }
}

static void broadcast(const uint8_t *payload, size_t size) {
  for (size_t i = 0; i < subscriber_count; i++)
    if (memmem(payload, size < 256 ? size : 256, subscribers[i].space, 16))
      put(subscribers[i].session, JALON__FRAME_TYPE__REVISIONS, subscribers[i].stream, event, event_size);
}

static void handle(struct session *s, const struct jl_frame *f, const uint8_t *payload) {
  static const uint8_t token[] = {0x0a, 1, 7}; /* LoginReply.token */
  switch (f->type) {
  case JALON__FRAME_TYPE__LOGIN: put(s, JALON__FRAME_TYPE__LOGIN_REPLY, f->stream, token, sizeof token); return;
  case JALON__FRAME_TYPE__VIEW: put(s, JALON__FRAME_TYPE__VIEW_REPLY, f->stream, view_reply, view_size); return;
  case JALON__FRAME_TYPE__SUBSCRIBE:
    JL_ASSERT(subscriber_count < MAX_SUBSCRIBERS && f->length >= 18);
    subscribers[subscriber_count] = (struct subscriber){.session = s, .stream = f->stream};
    memcpy(subscribers[subscriber_count++].space, payload + 2, 16); /* Subscribe.space is its first field */
    put(s, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, f->stream, NULL, 0);
    return;
  case JALON__FRAME_TYPE__SUBMIT:
    put(s, JALON__FRAME_TYPE__SUBMIT_REPLY, f->stream, verdict, verdict_size);
    broadcast(payload, f->length);
    return;
  default: return;
  }
}

static void room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  (void)suggested;
  struct session *s = handle->data;
  if (s->rest_size > 0) memcpy(in, s->rest, s->rest_size);
  *buffer = uv_buf_init((char *)in + s->rest_size, READ_BYTES);
}

static void gone(uv_handle_t *handle) {
  struct session *s = handle->data;
  SSL_free(s->ssl);
  free(s->rest);
  free(s);
}

static void keep_rest(struct session *s, const uint8_t *data, size_t size) {
  free(s->rest);
  s->rest = NULL;
  s->rest_size = (uint32_t)size;
  if (size == 0) return;
  s->rest = malloc(size);
  JL_ASSERT(s->rest && size <= sizeof in - READ_BYTES);
  memcpy(s->rest, data, size);
}

/* Frames from in: what was left over and what came. */
static void take(struct session *s, size_t n) {
  size_t filled = s->rest_size + n, at = 0;
  if (!s->prefaced && filled >= 8) {
    s->prefaced = true;
    at = 8;
  }
  struct jl_frame frame;
  struct jl_error err;
  while (s->prefaced && filled - at >= 12 && jl_frame_decode(in + at, &frame, &err) && filled - at >= 12 + frame.length) {
    handle(s, &frame, in + at + 12);
    at += 12 + frame.length;
  }
  keep_rest(s, in + at, filled - at);
}

static void unseal(struct session *s, const uint8_t *wire, size_t size) {
  BIO_write(SSL_get_rbio(s->ssl), wire, (int)size);
  for (int n; (n = SSL_read(s->ssl, in + s->rest_size, READ_BYTES)) > 0;) {
    take(s, (size_t)n);
    if (s->rest_size > 0) memcpy(in, s->rest, s->rest_size);
  }
  send_sealed(s); /* the handshake's answer */
}

static void got(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer) {
  (void)buffer;
  struct session *s = stream->data;
  if (n < 0) {
    for (size_t i = 0; i < subscriber_count; i++)
      if (subscribers[i].session == s) subscribers[i] = subscribers[--subscriber_count];
    uv_close((uv_handle_t *)stream, gone);
    return;
  }
  if (s->ssl) unseal(s, in + s->rest_size, (size_t)n);
  else take(s, (size_t)n);
}

static void arrived(uv_stream_t *listener, int status) {
  if (status < 0) return;
  struct session *s = calloc(1, sizeof *s);
  JL_ASSERT(s);
  s->tcp = by_port;
  if (by_port) uv_tcp_init(listener->loop, &s->socket.tcp);
  else uv_pipe_init(listener->loop, &s->socket.pipe, 0);
  if (tls) {
    s->ssl = SSL_new(tls);
    JL_ASSERT(s->ssl);
    SSL_set_bio(s->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(s->ssl);
  }
  s->socket.handle.data = s;
  if (uv_accept(listener, &s->socket.stream) != 0) return;
  if (by_port) uv_tcp_nodelay(&s->socket.tcp, 1);
  uv_read_start(&s->socket.stream, room, got);
}

static int choose(SSL *ssl, const unsigned char **name, unsigned char *size, const unsigned char *offered, unsigned offered_size, void *context) {
  (void)ssl;
  (void)context;
  return SSL_select_next_proto((unsigned char **)(uintptr_t)name, size, (const unsigned char *)"\x07jalon/1", 8, offered, offered_size) == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void listen_plain(uv_loop_t *loop, union socket *listener, const char *path) {
  uv_pipe_init(loop, &listener->pipe, 0);
  JL_ASSERT(uv_pipe_bind(&listener->pipe, path) == 0 && uv_listen(&listener->stream, 1024, arrived) == 0);
  printf("%s\n", path);
}

static void use_certificate(const char *pem) {
  tls = SSL_CTX_new(TLS_server_method());
  JL_ASSERT(tls && SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) && SSL_CTX_use_certificate_chain_file(tls, pem) == 1 && SSL_CTX_use_PrivateKey_file(tls, pem, SSL_FILETYPE_PEM) == 1);
  SSL_CTX_set_alpn_select_cb(tls, choose, NULL);
}

static void listen_by_port(uv_loop_t *loop, union socket *listener, const char *pem) {
  struct sockaddr_in at;
  int size = sizeof at;
  by_port = true;
  if (strcmp(pem, "-") != 0) use_certificate(pem);
  uv_tcp_init(loop, &listener->tcp);
  uv_ip4_addr("127.0.0.1", 0, &at);
  JL_ASSERT(uv_tcp_bind(&listener->tcp, (const struct sockaddr *)&at, 0) == 0 && uv_listen(&listener->stream, 1024, arrived) == 0 && uv_tcp_getsockname(&listener->tcp, (struct sockaddr *)&at, &size) == 0);
  printf("%s127.0.0.1:%u\n", tls ? "tls:" : "", (unsigned)ntohs(at.sin_port));
}

static void stop(uv_signal_t *handle, int number) {
  (void)handle;
  (void)number;
  exit(0);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  signal(SIGPIPE, SIG_IGN);
  view_size = strtoul(argv[2], NULL, 10);
  view_reply = calloc(1, view_size + 1);
  JL_ASSERT(view_reply);
  size_t body = strtoul(argv[3], NULL, 10); /* of the event's change */
  static uint8_t zeros[4096];
  Jalon__Change change = JALON__CHANGE__INIT, *changes[1] = {&change};
  change.has_body = true;
  change.body = (ProtobufCBinaryData){body < sizeof zeros ? body : sizeof zeros, zeros};
  Jalon__Revisions revisions = JALON__REVISIONS__INIT;
  revisions.changes = changes;
  revisions.n_changes = 1;
  event_size = jalon__revisions__pack(&revisions, event);
  Jalon__Verdict v = JALON__VERDICT__INIT;
  v.has_revision = true;
  v.revision = 1;
  verdict_size = jalon__verdict__pack(&v, verdict);
  uv_loop_t loop;
  union socket listener;
  uv_signal_t signals;
  uv_loop_init(&loop);
  if (argc > 4) listen_by_port(&loop, &listener, argv[4]);
  else listen_plain(&loop, &listener, argv[1]);
  fflush(stdout); /* who started this waits for the line */
  uv_signal_init(&loop, &signals);
  uv_signal_start(&signals, stop, SIGTERM);
  return uv_run(&loop, UV_RUN_DEFAULT);
}
