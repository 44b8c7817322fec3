/* Bare libuv servers to compare with: they speak our frames and do nothing else.
 * reference PATH REPLY_BYTES EVENT_BYTES: listens on a unix socket; answers HELLO and LOGIN as needed, VIEW with REPLY_BYTES bytes,
 * SUBSCRIBE by remembering the connection and its space, SUBMIT by sending one canned event with a change of EVENT_BYTES to every
 * subscriber of the space that it names and a verdict to the sender. A connection that waits holds its handle and nothing else. */
#include "tests/support/peer.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SUBSCRIBERS 1024
#define READ_BYTES 262144
struct session { uv_pipe_t pipe; uint8_t *rest; uint32_t rest_size; bool prefaced; };
static struct subscriber { struct session *session; uint32_t stream; uint8_t space[16]; } subscribers[MAX_SUBSCRIBERS];
static size_t subscriber_count;
static uint8_t in[READ_BYTES + 131072]; /* what a session had left over, and what was read */
static uint8_t *view_reply, event[65536], verdict[256];
static size_t view_size, event_size, verdict_size;

struct write { uv_write_t request; uint8_t header[12]; };

static void written(uv_write_t *request, int status) {
  (void)status;
  free(request);
}

static void put(struct session *s, uint8_t type, uint32_t stream, const uint8_t *data, size_t size) {
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
    uv_write(&w->request, (uv_stream_t *)&s->pipe, buffers, part ? 2 : 1, written);
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

static void got(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer) {
  (void)buffer;
  struct session *s = stream->data;
  if (n < 0) {
    for (size_t i = 0; i < subscriber_count; i++)
      if (subscribers[i].session == s) subscribers[i] = subscribers[--subscriber_count];
    uv_close((uv_handle_t *)stream, gone);
    return;
  }
  size_t filled = s->rest_size + (size_t)n, at = 0;
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

static void arrived(uv_stream_t *listener, int status) {
  if (status < 0) return;
  struct session *s = calloc(1, sizeof *s);
  JL_ASSERT(s);
  uv_pipe_init(listener->loop, &s->pipe, 0);
  s->pipe.data = s;
  if (uv_accept(listener, (uv_stream_t *)&s->pipe) == 0) uv_read_start((uv_stream_t *)&s->pipe, room, got);
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
  uv_pipe_t listener;
  uv_signal_t signals;
  uv_loop_init(&loop);
  uv_pipe_init(&loop, &listener, 0);
  if (uv_pipe_bind(&listener, argv[1]) != 0 || uv_listen((uv_stream_t *)&listener, 1024, arrived) != 0) return 1;
  uv_signal_init(&loop, &signals);
  uv_signal_start(&signals, stop, SIGTERM);
  return uv_run(&loop, UV_RUN_DEFAULT);
}
