#include "common/base/limits.h"
#include "common/wire/connection_state.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define READ_SIZE 65536
#define READ_BUFFERS_PER_TURN 4 /* then other connections get their turn */
#define WRITE_PER_TURN 1048576  /* bytes; the same */
#define WRITE_VECTORS 64
#define SEAL_BEHIND 4096 /* bytes of wire that wait: short ones (the end of a handshake) leave in one write with what follows */
#define SEAL_JOINED 16384 /* bytes: the most that a record holds */
#define SEAL_NOW 4096    /* bytes of a message that is sealed for a broadcast at once; longer ones take the queue, without a copy */
#define WRITE_WAITING 16384 /* bytes handed to libuv when the kernel takes no more; small, so that progress is seen early */
#define FLUSH_DEADLINE_MS 2000

/* What is read, what the filter made of it and what it made of what leaves, for all connections of a loop: each is used up before the
 * callback returns that made it. Made with the first of them and gone with the last; the loop carries it. */
struct reading {
  size_t connections;
  struct jl_buffer opened, sealed; /* sealed: the bytes of this moment, never kept while somebody else is called */
  char bytes[READ_SIZE];
};

static void on_turn(uv_idle_t *idle);
static void on_timer(uv_timer_t *timer);
static void flush(struct jl_connection *c);
static void account(struct jl_connection *c);

static bool is_live(const struct jl_connection *c) { return c->state == OPEN || c->state == FLUSHING; }
static struct jl_queue *wire_queue(struct jl_connection *c) { return c->filter == NULL ? &c->queue : &c->sealed; }

static void wake(struct jl_connection *c) {
  if (c->state < CLOSING) uv_idle_start(&c->turn, on_turn);
}

/* ---- the end ---- */

static void reading_release(uv_loop_t *loop) {
  struct reading *reading = loop->data;
  if (reading == NULL || --reading->connections > 0) return;
  loop->data = NULL;
  jl_buffer_release(&reading->opened);
  jl_buffer_release(&reading->sealed);
  free(reading);
}

static bool reading_hold(uv_loop_t *loop) {
  struct reading *reading = loop->data;
  if (reading == NULL) {
    reading = malloc(sizeof *reading);
    if (reading == NULL) return false;
    reading->connections = 0;
    jl_buffer_init(&reading->opened, 4 * READ_SIZE);
    jl_buffer_init(&reading->sealed, 4 * JL_FILTER_STEP);
    loop->data = reading;
  }
  reading->connections++;
  return true;
}

void jl_connection_finished(struct jl_connection *c) {
  reading_release(c->loop);
  jl_queue_release(&c->queue);
  jl_queue_release(&c->sealed);
  account(c);
  jl_splitter_release(&c->splitter);
  jl_buffer_release(&c->held);
  if (c->filter_state != NULL) c->filter->free(c->filter_state);
  jl_dial_free(c);
  c->state = CLOSED;
  struct jl_error reason = {0};
  if (c->reason != NULL) reason = *c->reason;
  free(c->reason);
  if (c->abandoned)
    free(c);
  else
    c->handler->on_close(c->context, &reason);
}

static void on_handle_closed(uv_handle_t *handle) {
  struct jl_connection *c = handle->data;
  if (--c->handles == 0) jl_connection_finished(c);
}

static void on_timer_closed(uv_handle_t *handle) {
  on_handle_closed(handle);
  free(handle);
}

/* false: no memory. */
static bool start_timer(struct jl_connection *c, uint64_t ms) {
  if (c->timer == NULL) {
    c->timer = malloc(sizeof *c->timer);
    if (c->timer == NULL) return false;
    uv_timer_init(c->loop, c->timer);
    c->timer->data = c;
    c->handles++;
  }
  uv_timer_start(c->timer, on_timer, ms, 0);
  return true;
}

static void drop_timer(struct jl_connection *c) {
  if (c->timer != NULL) uv_close((uv_handle_t *)c->timer, on_timer_closed);
  c->timer = NULL;
}

static void begin_close(struct jl_connection *c) {
  if (c->state >= CLOSING) return;
  c->state = CLOSING;
  jl_dial_cancel(c);
  uv_close((uv_handle_t *)&c->turn, on_handle_closed);
  drop_timer(c);
  if (c->socket_open && !uv_is_closing(&c->socket.handle)) uv_close(&c->socket.handle, on_handle_closed);
}

/* When there is no memory even for the reason, the connection ends as if we had closed it. */
static void set_reason(struct jl_connection *c, const struct jl_error *err) {
  if (c->reason == NULL) c->reason = malloc(sizeof *c->reason);
  if (c->reason != NULL) *c->reason = *err;
}

void jl_connection_fail(struct jl_connection *c, const struct jl_error *err) {
  if (c->state < FLUSHING) set_reason(c, err);
  begin_close(c);
}

static void lost(struct jl_connection *c, int status) {
  struct jl_error err;
  if (status == UV_EOF && c->filter != NULL && !c->opened)
    jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the other side ended the connection in the middle of the TLS handshake"),
            JL_MSG("check the address and its port: the other side may not speak TLS"));
  else if (status == UV_EOF)
    jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the other side closed the connection"), NULL);
  else
    jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the connection was lost: {1}"), NULL, jl_arg_text(uv_strerror(status)));
  jl_connection_fail(c, &err);
}

static void out_of_memory(struct jl_connection *c) {
  struct jl_error err;
  jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("no memory for the connection with {1}"), NULL, jl_arg_text(c->peer));
  jl_connection_fail(c, &err);
}

/* Empty, for what the filter makes now. */
static struct jl_buffer *sealing(const struct jl_connection *c) {
  struct reading *reading = c->loop->data;
  jl_buffer_clear(&reading->sealed);
  return &reading->sealed;
}

/* Bytes after the first `sent` wait. */
static bool queue_sealed(struct jl_connection *c, const struct jl_buffer *wire, size_t sent) {
  if (wire->size == sent && jl_buffer_ok(wire)) return true;
  bool ok = jl_buffer_ok(wire) && jl_queue_bytes(&c->sealed, (struct jl_bytes){wire->data + sent, wire->size - sent});
  if (!ok) out_of_memory(c);
  return ok;
}

static bool send_sealed(struct jl_connection *c, const struct jl_buffer *wire) {
  if (!queue_sealed(c, wire, 0)) return false;
  if (wire->size > 0) wake(c);
  return true;
}

static void on_shut_down(uv_shutdown_t *request, int status) {
  struct jl_connection *c = request->handle->data;
  free(request);
  if (status != 0) begin_close(c);
}

static void stop_reading(struct jl_connection *c) {
  if (c->reading) uv_read_stop(&c->socket.stream);
  c->reading = false;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer);
static void on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buffer);

static void start_reading(struct jl_connection *c) {
  if (c->reading) return;
  int status = uv_read_start(&c->socket.stream, on_alloc, on_read);
  c->reading = status == 0;
  if (status != 0) lost(c, status);
}

/* Everything is sent. */
static void finish_flush(struct jl_connection *c) {
  if (c->shut_down) return;
  if (c->filter != NULL && !c->finished) {
    struct jl_buffer *wire = sealing(c);
    c->finished = true;
    c->filter->finish(c->filter_state, wire);
    if (wire->size > 0 && send_sealed(c, wire)) return; /* and comes back when that is sent */
  }
  if (!c->accepted) {
    begin_close(c);
    return;
  }
  c->shut_down = true;
  uv_shutdown_t *request = malloc(sizeof *request);
  if (request != NULL && uv_shutdown(request, &c->socket.stream, on_shut_down) == 0) {
    start_reading(c);
    return;
  }
  free(request);
  begin_close(c);
}

static void start_flush(struct jl_connection *c) {
  c->state = FLUSHING;
  stop_reading(c);
  if (start_timer(c, FLUSH_DEADLINE_MS))
    wake(c);
  else
    begin_close(c);
}

/* The peer broke the protocol. An accepted one is told why, so that its user sees more than a closed line. */
static void refuse(struct jl_connection *c, const struct jl_error *err) {
  if (c->state != OPEN) return;
  bool tell = c->accepted && !c->splitter.expect_preface;
  struct jl_arena *a = tell ? jl_arena_new(16384) : NULL;
  if (a != NULL) {
    Jalon__Error wire = JALON__ERROR__INIT;
    jl_error_to_wire(err, a, &wire);
    struct jl_bytes packed = jl_pack(&wire.base, a, 8192);
    if (packed.data != NULL) jl_connection_send(c, JALON__FRAME_TYPE__ERROR, 0, 0, packed);
    jl_arena_free(a);
  }
  if (c->state != OPEN) return; /* no memory for the answer */
  set_reason(c, err);
  start_flush(c);
}

/* ---- input ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer) {
  struct reading *reading = handle->loop->data;
  (void)suggested;
  *ret_buffer = uv_buf_init(reading->bytes, READ_SIZE);
}

/* Hands out messages until the input is used up or somebody pauses or closes. Takes what it used from io_input. */
static void deliver(struct jl_connection *c, struct jl_bytes *io_input) {
  while (c->state == OPEN && !c->paused) {
    struct jl_arrival arrival;
    struct jl_error err;
    enum jl_split split = jl_splitter_next(&c->splitter, io_input, &arrival, &err);
    if (split == JL_SPLIT_WANTS_MORE) return;
    if (split == JL_SPLIT_BAD) {
      refuse(c, &err);
      return;
    }
    c->handler->on_message(c->context, arrival.type, arrival.flags, arrival.stream, arrival.payload);
  }
}

/* Reading has stopped with the pause, so at most one read's bytes are kept here. */
static void hold(struct jl_connection *c, struct jl_bytes input) {
  if (c->state != OPEN || input.size == 0) return;
  jl_buffer_append(&c->held, input.data, input.size);
  if (!jl_buffer_ok(&c->held)) out_of_memory(c);
}

static void report_open(struct jl_connection *c) {
  if (c->opened || c->state != OPEN || (c->filter != NULL && !c->filter->ready(c->filter_state))) return;
  c->opened = true;
  drop_timer(c);
  jl_dial_free(c);
  if (!c->accepted && c->handler->on_open != NULL) c->handler->on_open(c->context);
}

/* Its last words (an alert) leave first; what waited to be sealed never will. */
static void filter_failed(struct jl_connection *c, const struct jl_error *err) {
  if (c->state != OPEN) return;
  jl_queue_release(&c->queue);
  set_reason(c, err);
  c->finished = true;
  start_flush(c);
}

/* A peer that makes the filter answer without end, and reads nothing. */
static void too_much_sealed(struct jl_connection *c) {
  struct jl_error err;
  jl_fail(&err, JL_E_BAD_FRAME, JL_MSG("the other side asks for new keys without end"), NULL);
  jl_connection_fail(c, &err);
}

/* Through the filter: what comes out may be a handshake's answer, plain bytes, or both. */
static void filter_input(struct jl_connection *c, struct jl_bytes wire_bytes) {
  struct reading *reading = c->loop->data;
  struct jl_buffer *plain = &reading->opened, *wire = sealing(c);
  struct jl_error err;
  jl_buffer_clear(plain);
  bool ok = c->filter->open(c->filter_state, wire_bytes, plain, wire, &err);
  if (send_sealed(c, wire) && !ok) filter_failed(c, &err);
  if (ok && c->sealed.size > JL_SESSION_QUEUE_SOFT + 4 * JL_FILTER_STEP) too_much_sealed(c);
  if (ok && !jl_buffer_ok(plain)) out_of_memory(c);
  if (ok) report_open(c);
  if (jl_connection_queued(c) > 0) wake(c); /* what waited for the handshake */
  struct jl_bytes input = jl_buffer_bytes(plain);
  if (ok) deliver(c, &input);
  if (ok) hold(c, input);
}

static void on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buffer) {
  struct jl_connection *c = stream->data;
  if (nread == 0 || c->state >= CLOSING) return;
  if (nread < 0) {
    c->reading = false;
    lost(c, (int)nread);
    return;
  }
  bool full = (size_t)nread == buffer->len;
  c->full_reads = full ? c->full_reads + 1 : 0;
  if (c->full_reads >= READ_BUFFERS_PER_TURN) {
    stop_reading(c);
    wake(c);
  }
  if (c->state != OPEN) return; /* flushing: dropped */
  struct jl_bytes input = {(const uint8_t *)buffer->base, (size_t)nread};
  if (c->filter != NULL) {
    filter_input(c, input);
    return;
  }
  deliver(c, &input);
  hold(c, input);
}

static void resume_input(struct jl_connection *c) {
  if (c->state == FLUSHING && c->shut_down) start_reading(c);
  if (c->state != OPEN || c->paused) return;
  if (c->held.size > 0) {
    struct jl_bytes input = {c->held.data + c->held_done, c->held.size - c->held_done};
    deliver(c, &input);
    c->held_done = c->held.size - input.size;
    if (c->state != OPEN || c->paused) return;
    jl_buffer_release(&c->held);
    c->held_done = 0;
  }
  start_reading(c);
}

/* ---- output ---- */

/* Keeps the owner's sum of what waits in all its connections. */
static void account(struct jl_connection *c) {
  size_t now = c->queue.size + c->sealed.size;
  if (c->total != NULL) *c->total += now - c->counted;
  c->counted = now;
}

static void moved(struct jl_connection *c, size_t sent) {
  jl_queue_advance(wire_queue(c), sent);
  c->progress_ms = uv_now(c->loop);
}

static void on_written(uv_write_t *request, int status) {
  struct jl_connection *c = request->handle->data;
  size_t sent = c->handed->size;
  free(c->handed);
  c->handed = NULL;
  if (status == UV_ECANCELED || c->state >= CLOSING) return;
  if (status != 0) {
    lost(c, status);
    return;
  }
  moved(c, sent);
  flush(c);
}

/* The kernel's buffer is full: let libuv wait until it is not. */
static void write_later(struct jl_connection *c, uv_buf_t buffer) {
  if (buffer.len > WRITE_WAITING) buffer.len = WRITE_WAITING;
  c->handed = malloc(sizeof *c->handed);
  if (c->handed == NULL) {
    out_of_memory(c);
    return;
  }
  c->handed->size = buffer.len;
  int status = uv_write(&c->handed->request, &c->socket.stream, &buffer, 1, on_written);
  if (status == 0) return;
  free(c->handed);
  c->handed = NULL;
  lost(c, status);
}

/* Short pieces in front of the queue become one: a record costs more than the copy. Returns its size; 0: the first piece is long
 * enough, or the only one. */
static size_t join_short(const uv_buf_t *buffers, unsigned n, uint8_t room[SEAL_JOINED]) {
  size_t size = 0;
  unsigned joined = 0;
  for (; joined < n && buffers[joined].len <= SEAL_JOINED - size; joined++) {
    memcpy(room + size, buffers[joined].base, buffers[joined].len);
    size += buffers[joined].len;
  }
  return joined > 1 ? size : 0;
}

/* What was just sealed leaves from where it lies when nothing waits before it. Returns what the kernel took: the rest waits like anything
 * else, and a line that has ended is found by its next write or read. */
static size_t write_sealed(struct jl_connection *c, const struct jl_buffer *wire) {
  if (c->sealed.size > 0 || c->handed != NULL || !jl_buffer_ok(wire)) return 0;
  union {
    uint8_t *in;
    char *out;
  } bytes = {wire->data};
  uv_buf_t buffer = uv_buf_init(bytes.out, (unsigned)wire->size);
  int sent = uv_try_write(&c->socket.stream, &buffer, 1);
  if (sent <= 0) return 0;
  c->progress_ms = uv_now(c->loop);
  return (size_t)sent;
}

/* Makes a step's worth of wire bytes when there are few left; *ret_sent of them are gone already. false: the connection is closing. */
static bool seal_step(struct jl_connection *c, size_t *ret_sent) {
  *ret_sent = 0;
  if (c->sealed.size > SEAL_BEHIND || c->queue.size == 0 || !c->filter->ready(c->filter_state)) return true;
  uv_buf_t buffers[WRITE_VECTORS];
  struct jl_buffer *wire = sealing(c);
  struct jl_error err;
  size_t done = 0;
  unsigned n = jl_queue_gather(&c->queue, buffers, WRITE_VECTORS);
  uint8_t joined[SEAL_JOINED];
  size_t short_ones = join_short(buffers, n, joined);
  if (short_ones > 0) {
    buffers[0] = uv_buf_init((char *)joined, (unsigned)short_ones);
    n = 1;
  }
  for (unsigned i = 0; i < n && done < JL_FILTER_STEP; i++) {
    size_t size = buffers[i].len < JL_FILTER_STEP - done ? buffers[i].len : JL_FILTER_STEP - done;
    if (!c->filter->seal(c->filter_state, (struct jl_bytes){(const uint8_t *)buffers[i].base, size}, wire, &err)) {
      jl_connection_fail(c, &err);
      return false;
    }
    done += size;
  }
  jl_queue_advance(&c->queue, done);
  *ret_sent = write_sealed(c, wire);
  return queue_sealed(c, wire, *ret_sent);
}

static void write_out(struct jl_connection *c) {
  struct jl_queue *out = wire_queue(c);
  uv_buf_t buffers[WRITE_VECTORS];
  for (size_t done = 0; done < WRITE_PER_TURN;) {
    size_t gone = 0;
    if (c->filter != NULL && !seal_step(c, &gone)) return;
    done += gone;
    unsigned n = jl_queue_gather(out, buffers, WRITE_VECTORS);
    if (n == 0 && gone == 0) return;
    if (n == 0) continue; /* and seals what is left */
    int sent = uv_try_write(&c->socket.stream, buffers, n);
    if (sent == UV_EAGAIN) {
      write_later(c, buffers[0]);
      return;
    }
    if (sent < 0) {
      lost(c, sent);
      return;
    }
    moved(c, (size_t)sent);
    done += (size_t)sent;
  }
  wake(c);
}

static void flush(struct jl_connection *c) {
  if (!is_live(c) || c->handed != NULL) return;
  write_out(c);
  if (!is_live(c)) return;
  size_t left = jl_connection_queued(c);
  if (c->state == FLUSHING && left == 0) {
    finish_flush(c);
    return;
  }
  account(c);
  if (c->state != OPEN || left >= c->drain_below) return;
  c->drain_below = 0;
  if (c->handler->on_drain != NULL) c->handler->on_drain(c->context);
}

static void queued(struct jl_connection *c, bool ok, size_t before) {
  if (!ok) {
    out_of_memory(c);
    return;
  }
  if (before == 0) c->progress_ms = uv_now(c->loop);
  account(c);
  if (c->counted > JL_SESSION_QUEUE_SOFT && c->drain_below == 0) c->drain_below = JL_SESSION_QUEUE_SOFT / 2;
  if (c->handed == NULL) wake(c);
}

void jl_connection_send(struct jl_connection *c, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  if (c->state > OPEN) return;
  size_t before = jl_connection_queued(c);
  queued(c, jl_queue_send(&c->queue, type, flags, stream, payload), before);
}

/* A broadcast to a line on which nothing waits leaves at once, from where it lies: no copy, no turn. What the kernel does not
 * take is queued like anything else, and a line that has ended is found by its next write or read. */
static size_t write_now(struct jl_connection *c, uint32_t stream, const struct jl_message *m) {
  if (c->state != OPEN || c->filter != NULL || c->queue.size > 0 || m->size > JL_FRAME_PAYLOAD_MAX) return 0;
  uint8_t header[JL_FRAME_HEADER];
  jl_frame_encode(&(struct jl_frame){.length = (uint32_t)m->size, .type = m->type, .flags = m->flags, .stream = stream}, header);
  union {
    const uint8_t *in;
    char *out;
  } payload = {m->payload}; /* uv_buf_t has no const; writing does not change it */
  uv_buf_t buffers[2] = {uv_buf_init((char *)header, sizeof header), uv_buf_init(payload.out, (unsigned)m->size)};
  int sent = uv_try_write(&c->socket.stream, buffers, m->size > 0 ? 2 : 1);
  return sent < 0 ? 0 : (size_t)sent;
}

/* The same through a filter: header and message are one record. false: it takes the queue. */
static bool seal_now(struct jl_connection *c, uint32_t stream, const struct jl_message *m) {
  if (c->state != OPEN || c->filter == NULL || jl_connection_queued(c) > 0 || m->size > SEAL_NOW || !c->filter->ready(c->filter_state)) return false;
  uint8_t plain[JL_FRAME_HEADER + SEAL_NOW];
  struct jl_buffer *wire = sealing(c);
  struct jl_error err;
  jl_frame_encode(&(struct jl_frame){.length = (uint32_t)m->size, .type = m->type, .flags = m->flags, .stream = stream}, plain);
  if (m->size > 0) memcpy(plain + JL_FRAME_HEADER, m->payload, m->size);
  if (!c->filter->seal(c->filter_state, (struct jl_bytes){plain, JL_FRAME_HEADER + m->size}, wire, &err)) {
    jl_connection_fail(c, &err);
    return true;
  }
  size_t sent = write_sealed(c, wire);
  if (queue_sealed(c, wire, sent) && sent < wire->size) queued(c, true, 0);
  return true;
}

void jl_connection_send_shared(struct jl_connection *c, uint32_t stream, struct jl_message *m) {
  if (c->state > OPEN || seal_now(c, stream, m)) return;
  size_t before = jl_connection_queued(c), sent = write_now(c, stream, m);
  if (sent == JL_FRAME_HEADER + m->size) return;
  bool ok = jl_queue_share(&c->queue, stream, m);
  if (ok && sent > 0) jl_queue_advance(&c->queue, sent);
  queued(c, ok, before);
}

/* ---- the beginning ---- */

void jl_connection_connected(struct jl_connection *c) {
  c->state = OPEN;
  c->transport->tune(&c->socket);
  c->transport->peer(&c->socket, c->peer, sizeof c->peer);
  c->progress_ms = uv_now(c->loop);
  wake(c);
  if (c->filter != NULL && !c->accepted)
    filter_input(c, (struct jl_bytes){NULL, 0}); /* the client speaks first */
  else
    report_open(c);
  if (c->state == OPEN && !c->paused) start_reading(c);
}

static void on_turn(uv_idle_t *idle) {
  struct jl_connection *c = idle->data;
  uv_idle_stop(idle);
  c->full_reads = 0;
  if (c->state == START) jl_dial_start(c);
  if (is_live(c)) resume_input(c);
  flush(c);
}

static void on_timer(uv_timer_t *timer) {
  struct jl_connection *c = timer->data;
  struct jl_error err;
  if (c->state == FLUSHING) {
    begin_close(c);
    return;
  }
  jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("no answer from {1} within {2} ms"),
          JL_MSG("check that the server runs and that no firewall is in between"), jl_arg_text(c->dial->address.host),
          jl_arg_integer(c->dial->timeout_ms));
  jl_connection_fail(c, &err);
}

static struct jl_connection *new_connection(uv_loop_t *loop, const struct jl_transport *transport, const char *host,
                                            const struct jl_connection_handler *handler, void *context) {
  struct jl_connection *c = calloc(1, sizeof *c);
  if (c == NULL) return NULL;
  struct jl_error unused;
  c->filter = transport->filter;
  if (c->filter != NULL) c->filter_state = c->filter->new (transport->filter_context, host != NULL, host, &unused);
  if ((c->filter != NULL && c->filter_state == NULL) || !reading_hold(loop)) {
    if (c->filter_state != NULL) c->filter->free(c->filter_state);
    free(c);
    return NULL;
  }
  c->loop = loop;
  c->transport = transport;
  c->handler = handler;
  c->context = context;
  c->handles = 1;
  jl_buffer_init(&c->held, 8 * READ_SIZE);
  uv_idle_init(loop, &c->turn);
  c->turn.data = c;
  return c;
}

struct jl_connection *jl_connection_connect_over(const struct jl_transport *transport, uv_loop_t *loop, const struct jl_address *address,
                                                 uint32_t timeout_ms, const struct jl_connection_handler *handler, void *context) {
  struct jl_connection *c = new_connection(loop, transport, address->host, handler, context);
  if (c == NULL) return NULL;
  jl_splitter_init(&c->splitter, false, JL_MESSAGE_MAX);
  c->dial = calloc(1, sizeof *c->dial);
  if (c->dial == NULL || !start_timer(c, timeout_ms)) {
    c->abandoned = true;
    begin_close(c);
    return NULL;
  }
  c->dial->address = *address;
  c->dial->timeout_ms = timeout_ms;
  memcpy(c->peer, c->dial->address.host, sizeof c->peer - 1);
  wake(c);
  if (!jl_queue_bytes(&c->queue, (struct jl_bytes){(const uint8_t *)JL_PREFACE, sizeof JL_PREFACE - 1})) out_of_memory(c);
  return c;
}

struct jl_connection *jl_connection_accept_over(const struct jl_transport *transport, uv_stream_t *listener,
                                                const struct jl_connection_handler *handler, void *context) {
  struct jl_connection *c = new_connection(listener->loop, transport, NULL, handler, context);
  if (c == NULL) return NULL;
  c->accepted = true;
  jl_splitter_init(&c->splitter, true, JL_MESSAGE_MAX_BEFORE_LOGIN);
  int status = c->transport->init(c->loop, &c->socket);
  if (status == 0) {
    c->handles++;
    c->socket_open = true;
    c->socket.handle.data = c;
    status = uv_accept(listener, &c->socket.stream);
  }
  if (status != 0) {
    c->abandoned = true;
    begin_close(c);
    return NULL;
  }
  jl_connection_connected(c);
  return c;
}

/* ---- the rest of the contract ---- */

struct jl_connection *jl_connection_connect(uv_loop_t *loop, const struct jl_address *address, uint32_t timeout_ms,
                                            const struct jl_connection_handler *handler, void *context) {
  return jl_connection_connect_over(jl_transport_of(address), loop, address, timeout_ms, handler, context);
}

struct jl_connection *jl_connection_accept(uv_stream_t *listener, const struct jl_connection_handler *handler, void *context) {
  return jl_connection_accept_over(jl_transport_of_listener(listener), listener, handler, context);
}

void jl_connection_count_in(struct jl_connection *c, size_t *total) { c->total = total; }

void jl_connection_tell_drained(struct jl_connection *c, size_t below) {
  if (c->drain_below == 0 || c->drain_below > below) c->drain_below = below;
}

void jl_connection_set_context(struct jl_connection *c, void *context) { c->context = context; }
void jl_connection_limit(struct jl_connection *c, size_t max_message) { c->splitter.max_message = max_message; }
void jl_connection_accept_compressed(struct jl_connection *c) { c->splitter.compressed = true; }
size_t jl_connection_queued(const struct jl_connection *c) { return c->queue.size + c->sealed.size; }
const char *jl_connection_peer(const struct jl_connection *c) { return c->peer; }

int64_t jl_connection_stalled_ms(const struct jl_connection *c) {
  return jl_connection_queued(c) == 0 ? 0 : (int64_t)(uv_now(c->loop) - c->progress_ms);
}

void jl_connection_pause(struct jl_connection *c, bool paused) {
  if (c->paused == paused) return;
  c->paused = paused;
  if (c->state != OPEN) return;
  if (paused)
    stop_reading(c);
  else
    wake(c);
}

void jl_connection_close(struct jl_connection *c, bool flush_first) {
  if (c->state >= FLUSHING && (flush_first || c->state >= CLOSING)) return;
  if (flush_first && c->state == OPEN && c->opened) /* what waits for a handshake waits in vain */
    start_flush(c);
  else
    begin_close(c);
}

void jl_connection_free(struct jl_connection *c) {
  if (c == NULL) return;
  JL_ASSERT(c->state == CLOSED);
  free(c);
}
