/* Connections over real sockets: loopback, unix, hostile peers, slow peers, and a filter in between. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/wire/transport.h"
#include "common/wire/unpack.h"
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* One end of a connection, and what it has seen. */
struct end {
  struct jl_connection *c;
  struct world *world;
  size_t messages, bytes, drains, opens, closes, close_at, pause_at, echo_limit;
  uint32_t last_stream;
  uint8_t last_type, last_flags, last_payload[64];
  bool in_call, echo, in_order;
  struct jl_error reason;
};
struct world {
  uv_loop_t loop;
  uv_timer_t guard;
  struct jl_listener *listener;
  const struct jl_transport *over; /* NULL: the address's own */
  struct jl_address address;
  struct end server, client, second;
  size_t accepted;
  bool timed_out, listener_closed;
};

static void on_open(void *context) {
  struct end *e = context;
  assert_false(e->in_call);
  e->opens++;
}

static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  struct end *e = context;
  assert_false(e->in_call);
  e->in_call = true;
  e->messages++;
  e->bytes += payload.size;
  if (payload.size > 0 && payload.data[0] != (uint8_t)stream) e->in_order = false;
  if (stream != e->last_stream + 1) e->in_order = false;
  e->last_stream = stream;
  e->last_type = type;
  e->last_flags = flags;
  memcpy(e->last_payload, payload.data, payload.size < sizeof e->last_payload ? payload.size : sizeof e->last_payload);
  if (e->echo) jl_connection_send(e->c, type, flags, stream, payload);
  if (e->messages == e->pause_at) jl_connection_pause(e->c, true);
  if (e->messages == e->close_at) jl_connection_close(e->c, false);
  e->in_call = false;
}

static void on_drain(void *context) {
  struct end *e = context;
  assert_false(e->in_call);
  e->drains++;
}

static void on_close(void *context, const struct jl_error *reason) {
  struct end *e = context;
  assert_false(e->in_call);
  e->closes++;
  e->reason = *reason;
  jl_connection_free(e->c);
  e->c = NULL;
}

static const struct jl_connection_handler handler = {on_open, on_message, on_drain, on_close};

static bool on_connection(void *context, uv_stream_t *listener) {
  struct world *w = context;
  struct end *e = w->accepted++ == 0 ? &w->server : &w->second;
  e->c = w->over != NULL ? jl_connection_accept_over(w->over, listener, &handler, e) : jl_connection_accept(listener, &handler, e);
  assert_non_null(e->c);
  return true;
}

static void on_guard(uv_timer_t *timer) {
  struct world *w = timer->data;
  w->timed_out = true;
}

/* Runs the loop until the condition holds. */
#define RUN_UNTIL(w, condition)                                                                                                            \
  do {                                                                                                                                     \
    (w)->timed_out = false;                                                                                                                \
    uv_timer_start(&(w)->guard, on_guard, 120000, 0);                                                                                      \
    while (!(condition) && !(w)->timed_out) uv_run(&(w)->loop, UV_RUN_ONCE);                                                               \
    if (!(condition)) fail_msg("%s did not come true (line %d)", #condition, __LINE__);                                                    \
    uv_timer_stop(&(w)->guard);                                                                                                            \
  } while (0)

static void run_ms(struct world *w, uint64_t ms) {
  w->timed_out = false;
  uv_timer_start(&w->guard, on_guard, ms, 0);
  while (!w->timed_out) uv_run(&w->loop, UV_RUN_ONCE);
}

static void begin(struct world *w, const char *address) {
  struct jl_error err;
  memset(w, 0, sizeof *w);
  w->server.world = w->client.world = w->second.world = w;
  w->server.in_order = w->client.in_order = w->second.in_order = true;
  assert_int_equal(uv_loop_init(&w->loop), 0);
  uv_timer_init(&w->loop, &w->guard);
  w->guard.data = w;
  assert_true(jl_address_parse(address, &w->address, &err));
  w->listener = jl_listener_new(&w->loop, &w->address, on_connection, w, &err);
  if (w->listener == NULL) fail_msg("%s %s", err.message, err.args[1].text);
  if (w->address.kind == JL_ADDRESS_TCP) w->address.port = jl_listener_port(w->listener);
}

static void dial(struct world *w, struct end *e) {
  if (w->over != NULL)
    e->c = jl_connection_connect_over(w->over, &w->loop, &w->address, 120000, &handler, e);
  else
    e->c = jl_connection_connect(&w->loop, &w->address, 120000, &handler, e);
  assert_non_null(e->c);
  assert_int_equal(e->opens, 0);
}

static void on_listener_closed(void *context) { ((struct world *)context)->listener_closed = true; }

static void end_world(struct world *w) {
  struct end *ends[] = {&w->client, &w->server, &w->second};
  for (size_t i = 0; i < 3; i++)
    if (ends[i]->c != NULL) {
      jl_connection_close(ends[i]->c, false);
      jl_connection_close(ends[i]->c, false);
    }
  if (w->listener != NULL) jl_listener_close(w->listener, on_listener_closed, w);
  uv_close((uv_handle_t *)&w->guard, NULL);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&w->loop), 0);
  for (size_t i = 0; i < 3; i++) assert_null(ends[i]->c);
}

static struct jl_bytes text_bytes(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

static void send_numbered(struct end *e, uint32_t from, uint32_t n, size_t size) {
  uint8_t *payload = calloc(1, size + 1);
  for (uint32_t i = 0; i < n; i++) {
    payload[0] = (uint8_t)(from + i);
    jl_connection_send(e->c, 5, 0, from + i, (struct jl_bytes){payload, size});
  }
  free(payload);
}

static void exchange(const char *address, const struct jl_transport *over) {
  struct world w;
  begin(&w, address);
  w.over = over;
  dial(&w, &w.client);
  send_numbered(&w.client, 1, 1000, 20); /* queued before the connection is up */
  w.server.echo = true;
  RUN_UNTIL(&w, w.client.messages == 1000);
  assert_true(w.client.opens == 1 && w.server.in_order && w.client.in_order);
  assert_int_equal(w.client.bytes, 20000);
  assert_true(w.server.opens == 0);
  jl_connection_limit(w.server.c, JL_MESSAGE_MAX);
  send_numbered(&w.client, 1001, 3, 300000);
  RUN_UNTIL(&w, w.client.messages == 1003);
  assert_true(w.client.in_order && w.client.bytes == 20000 + 900000);
  jl_connection_send(w.client.c, 9, JL_FRAME_END, 1004, (struct jl_bytes){NULL, 0});
  RUN_UNTIL(&w, w.client.messages == 1004);
  assert_int_equal(w.client.last_flags, JL_FRAME_END);
  assert_int_equal(w.client.last_type, 9);
  jl_connection_close(w.client.c, false);
  RUN_UNTIL(&w, w.client.closes == 1 && w.server.closes == 1);
  assert_int_equal(w.client.reason.code, JL_E_OK);
  assert_int_equal(w.server.reason.code, JL_E_UNAVAILABLE);
  end_world(&w);
}

static void test_tcp(void **state) {
  (void)state;
  exchange("127.0.0.1:0", NULL);
  exchange("localhost:0", NULL);
}

static void temporary_socket(char out[128]) {
  char folder[] = "/tmp/jalon-wire-XXXXXX";
  assert_non_null(mkdtemp(folder));
  snprintf(out, 128, "unix:%s/s", folder);
}

static void remove_socket(const char *address) {
  char folder[128];
  snprintf(folder, sizeof folder, "%s", address + 5);
  unlink(folder);
  *strrchr(folder, '/') = '\0';
  rmdir(folder);
}

static void test_unix(void **state) {
  (void)state;
  char address[128];
  struct stat info;
  temporary_socket(address);
  exchange(address, NULL);
  struct world w;
  begin(&w, address);
  assert_int_equal(stat(address + 5, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);
  struct jl_error err;
  assert_null(jl_listener_new(&w.loop, &w.address, on_connection, &w, &err)); /* somebody answers there */
  assert_int_equal(err.code, JL_E_UNAVAILABLE);
  end_world(&w);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0); /* left over from a killed server */
  struct sockaddr stale = {.sa_family = AF_UNIX};
  char storage[128] = {0};
  memcpy(storage, &stale, sizeof stale.sa_family);
  memcpy(storage + sizeof stale.sa_family, address + 5, strlen(address + 5));
  assert_int_equal(bind(fd, (const struct sockaddr *)storage, (socklen_t)(sizeof stale.sa_family + strlen(address + 5) + 1)), 0);
  close(fd);
  exchange(address, NULL);
  FILE *file = fopen(address + 5, "w"); /* not a socket: not ours to remove */
  assert_non_null(file);
  fclose(file);
  uv_loop_t loop;
  struct jl_address parsed;
  uv_loop_init(&loop);
  assert_true(jl_address_parse(address, &parsed, &err));
  assert_null(jl_listener_new(&loop, &parsed, on_connection, NULL, &err));
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&loop), 0);
  assert_int_equal(access(address + 5, F_OK), 0);
  remove_socket(address);
}

/* ---- hostile peers: a plain blocking socket ---- */

static int raw(struct world *w) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(w->address.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
  return fd;
}

/* What the server answers and why it closed; the answer's size. */
static size_t attack(const void *bytes, size_t size, struct jl_error *ret_reason, uint8_t answer[512]) {
  struct world w;
  begin(&w, "127.0.0.1:0");
  int fd = raw(&w);
  assert_int_equal(write(fd, bytes, size), (ssize_t)size);
  RUN_UNTIL(&w, w.accepted == 1);
  shutdown(fd, SHUT_WR);
  size_t got = 0;
  for (;;) { /* until the other end has said all, or cut the line */
    ssize_t n = recv(fd, answer + got, 512 - got, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) run_ms(&w, 10);
    else if (n > 0) got += (size_t)n;
    else break;
  }
  close(fd);
  RUN_UNTIL(&w, w.server.closes == 1);
  *ret_reason = w.server.reason;
  assert_int_equal(w.server.messages, 0);
  end_world(&w);
  return got;
}

static void test_wrong_preface(void **state) {
  (void)state;
  struct jl_error reason;
  uint8_t answer[512];
  assert_int_equal(attack("GET / HTTP/1.1\r\n\r\n", 18, &reason, answer), 0);
  assert_int_equal(reason.code, JL_E_BAD_FRAME);
  assert_non_null(strstr(reason.message, "HTTP"));
  attack("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9, &reason, answer);
  assert_non_null(strstr(reason.message, "TLS"));
  attack("JALON/2\n\0\0\0\0", 12, &reason, answer);
  assert_int_equal(reason.code, JL_E_BAD_FRAME);
  attack("JAL", 3, &reason, answer); /* and then nothing: ended by the peer or by the login deadline */
  assert_int_equal(reason.code, JL_E_UNAVAILABLE);
}

static void test_bad_frames(void **state) {
  (void)state;
  static const struct {
    const char *name;
    uint8_t frame[12];
    enum jl_code code;
  } cases[] = {
      {"longer than a frame", {0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 1}, JL_E_TOO_LARGE},
      {"longer than allowed before login", {0, 0, 0x10, 0x01, 1, 0, 0, 0, 0, 0, 0, 1}, JL_E_TOO_LARGE},
      {"reserved bytes", {0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1}, JL_E_BAD_FRAME},
      {"reserved flag", {0, 0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 1}, JL_E_BAD_FRAME},
      {"compressed", {0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1}, JL_E_UNSUPPORTED},
      {"empty part", {0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 1}, JL_E_BAD_FRAME},
  };
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    uint8_t bytes[20] = JL_PREFACE, answer[512];
    struct jl_error reason, told;
    struct jl_frame frame;
    memcpy(bytes + 8, cases[i].frame, 12);
    size_t got = attack(bytes, sizeof bytes, &reason, answer);
    if (reason.code != cases[i].code) fail_msg("%s: %s", cases[i].name, jl_code_symbol(reason.code));
    assert_true(got > 12 && jl_frame_decode(answer, &frame, &told));
    assert_int_equal(frame.type, JALON__FRAME_TYPE__ERROR);
    struct jl_arena *a = jl_arena_new(65536);
    const Jalon__Error *wire =
        (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, (struct jl_bytes){answer + 12, frame.length}, a, &told);
    assert_non_null(wire);
    jl_error_from_wire(wire, &told);
    assert_int_equal(told.code, cases[i].code);
    assert_string_equal(told.message, reason.message);
    jl_arena_free(a);
  }
}

static void test_many_partial_messages(void **state) {
  (void)state;
  uint8_t bytes[8 + 20 * 13] = JL_PREFACE, answer[512];
  struct jl_error reason;
  for (uint32_t i = 0; i < 20; i++) jl_frame_encode(&(struct jl_frame){1, 1, JL_FRAME_MORE, i + 1}, bytes + 8 + 13 * i);
  attack(bytes, sizeof bytes, &reason, answer);
  assert_int_equal(reason.code, JL_E_BAD_FRAME);
  uint8_t mixed[8 + 13 + 12] = JL_PREFACE;
  jl_frame_encode(&(struct jl_frame){1, 1, JL_FRAME_MORE, 1}, mixed + 8);
  jl_frame_encode(&(struct jl_frame){0, 2, 0, 1}, mixed + 8 + 13);
  attack(mixed, sizeof mixed, &reason, answer);
  assert_int_equal(reason.code, JL_E_BAD_FRAME);
}

/* ---- flow ---- */

static void test_pause(void **state) {
  (void)state;
  struct world w;
  begin(&w, "127.0.0.1:0");
  dial(&w, &w.client);
  w.server.pause_at = 10;
  send_numbered(&w.client, 1, 5000, 100);
  RUN_UNTIL(&w, w.server.messages == 10);
  run_ms(&w, 50);
  assert_int_equal(w.server.messages, 10);
  w.server.pause_at = 500;
  jl_connection_pause(w.server.c, false);
  assert_int_equal(w.server.messages, 10);
  RUN_UNTIL(&w, w.server.messages == 500);
  run_ms(&w, 20);
  assert_int_equal(w.server.messages, 500);
  jl_connection_pause(w.server.c, false);
  RUN_UNTIL(&w, w.server.messages == 5000);
  assert_true(w.server.in_order);
  end_world(&w);
}

static void test_slow_peer(void **state) {
  (void)state;
  struct world w;
  begin(&w, "127.0.0.1:0");
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.accepted == 1 && w.client.opens == 1);
  jl_connection_pause(w.client.c, true);
  assert_int_equal(jl_connection_stalled_ms(w.server.c), 0);
  send_numbered(&w.server, 1, 200, 60000);
  assert_true(jl_connection_queued(w.server.c) >= 12000000); /* nothing leaves inside the call */
  while (jl_connection_queued(w.server.c) >= 12000000 || jl_connection_stalled_ms(w.server.c) < 80) run_ms(&w, 20);
  assert_true(jl_connection_queued(w.server.c) > JL_SESSION_QUEUE_SOFT);
  assert_int_equal(w.server.drains, 0);
  jl_connection_pause(w.client.c, false);
  RUN_UNTIL(&w, w.client.messages == 200);
  assert_true(w.client.in_order);
  assert_int_equal(w.server.drains, 1);
  assert_int_equal(jl_connection_queued(w.server.c), 0);
  assert_int_equal(jl_connection_stalled_ms(w.server.c), 0);
  end_world(&w);
}

static void share_numbered(struct end *e, uint32_t number, size_t size) {
  uint8_t *payload = calloc(1, size);
  payload[0] = (uint8_t)number;
  struct jl_message *m = jl_message_new(5, 0, (struct jl_bytes){payload, size});
  assert_non_null(m);
  jl_connection_send_shared(e->c, number, m);
  jl_message_release(m);
  free(payload);
}

/* A peer that has stopped reading: broadcasts that leave at once, in part or not at all, and answers between them keep their
 * order; the owner's sum says what waits, and the end of a jam is told at the mark that the owner set, below the usual one. */
static void test_jam(void **state) {
  (void)state;
  char address[128];
  struct world w;
  size_t total = 0;
  temporary_socket(address);
  begin(&w, address);
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.accepted == 1 && w.client.opens == 1);
  jl_connection_count_in(w.server.c, &total);
  share_numbered(&w.server, 1, 3000);
  assert_int_equal(jl_connection_queued(w.server.c), 0); /* it has left inside the call */
  RUN_UNTIL(&w, w.client.messages == 1);
  jl_connection_pause(w.client.c, true);
  for (uint32_t i = 2; i <= 60; i += 2) {
    share_numbered(&w.server, i, 20000);
    send_numbered(&w.server, i + 1, 1, 3000);
    assert_int_equal(total, jl_connection_queued(w.server.c));
  }
  run_ms(&w, 20);
  assert_true(total > 65536 && total < JL_SESSION_QUEUE_SOFT && total == jl_connection_queued(w.server.c));
  jl_connection_tell_drained(w.server.c, 32768);
  run_ms(&w, 20);
  assert_int_equal(w.server.drains, 0);
  jl_connection_pause(w.client.c, false);
  RUN_UNTIL(&w, w.client.messages == 61);
  assert_true(w.client.in_order);
  assert_int_equal(w.server.drains, 1);
  assert_int_equal(total, 0);
  jl_connection_pause(w.client.c, true);
  for (uint32_t i = 62; i <= 100; i++) share_numbered(&w.server, i, 20000);
  assert_true(total > 0);
  jl_connection_close(w.server.c, false); /* what waited with it waits no more */
  RUN_UNTIL(&w, w.server.closes == 1);
  assert_int_equal(total, 0);
  end_world(&w);
  remove_socket(address);
}

static void test_close_with_flush(void **state) {
  (void)state;
  struct world w;
  begin(&w, "127.0.0.1:0");
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.accepted == 1 && w.client.opens == 1);
  send_numbered(&w.client, 1, 10, 4000); /* unread by the server when it closes */
  send_numbered(&w.server, 1, 20, 60000);
  jl_connection_close(w.server.c, true);
  jl_connection_send(w.server.c, 5, 0, 21, text_bytes("x")); /* nothing is sent after close */
  RUN_UNTIL(&w, w.client.closes == 1 && w.server.closes == 1);
  assert_int_equal(w.client.messages, 20);
  assert_int_equal(w.server.reason.code, JL_E_OK);
  assert_int_equal(w.client.reason.code, JL_E_UNAVAILABLE);
  end_world(&w);
}

static void test_flush_deadline(void **state) {
  (void)state;
  struct world w;
  begin(&w, "127.0.0.1:0");
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.accepted == 1 && w.client.opens == 1);
  jl_connection_pause(w.client.c, true);
  send_numbered(&w.server, 1, 300, 60000);
  int64_t start = jl_monotonic_us();
  jl_connection_close(w.server.c, true);
  RUN_UNTIL(&w, w.server.closes == 1);
  int64_t took = jl_monotonic_us() - start;
  assert_true(took > 1500000); /* not before its time; that it ends at all is what RUN_UNTIL waits for */
  end_world(&w);
}

static void test_close_inside_callback(void **state) {
  (void)state;
  struct world w;
  begin(&w, "127.0.0.1:0");
  dial(&w, &w.client);
  w.server.close_at = 3;
  send_numbered(&w.client, 1, 100, 100);
  RUN_UNTIL(&w, w.server.closes == 1 && w.client.closes == 1);
  assert_int_equal(w.server.messages, 3);
  end_world(&w);
}

static void test_broadcast(void **state) {
  (void)state;
  struct world w;
  begin(&w, "127.0.0.1:0");
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.accepted == 1 && w.client.opens == 1);
  struct end other = {.world = &w, .in_order = true};
  dial(&w, &other);
  RUN_UNTIL(&w, w.accepted == 2 && other.opens == 1);
  static const size_t sizes[] = {0, 10, 1023, 1024, 65536, 65537, 200000};
  for (uint32_t i = 0; i < JL_COUNT(sizes); i++) {
    uint8_t *payload = calloc(1, sizes[i] + 1);
    payload[0] = (uint8_t)(i + 1);
    struct jl_message *m = jl_message_new(100, JL_FRAME_END, (struct jl_bytes){payload, sizes[i]});
    free(payload);
    assert_int_equal(jl_message_size(m), sizes[i]);
    jl_connection_send_shared(w.server.c, i + 1, m);
    jl_connection_send_shared(w.second.c, i + 1, m);
    jl_message_release(m);
  }
  RUN_UNTIL(&w, w.client.messages == JL_COUNT(sizes) && other.messages == JL_COUNT(sizes));
  assert_true(w.client.in_order && other.in_order && w.client.bytes == other.bytes);
  assert_int_equal(w.client.last_flags, JL_FRAME_END);
  jl_connection_close(other.c, false);
  RUN_UNTIL(&w, other.c == NULL);
  end_world(&w);
}

static void test_connect_fails(void **state) {
  (void)state;
  struct world w;
  begin(&w, "127.0.0.1:0");
  jl_listener_close(w.listener, on_listener_closed, &w);
  RUN_UNTIL(&w, w.listener_closed);
  w.listener = NULL;
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.client.closes == 1);
  assert_int_equal(w.client.reason.code, JL_E_UNAVAILABLE);
  assert_int_equal(w.client.opens, 0);
  snprintf(w.address.host, sizeof w.address.host, "localhost"); /* every address of the name is tried */
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.client.closes == 2);
  snprintf(w.address.host, sizeof w.address.host, "no-such-host.invalid");
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.client.closes == 3);
  dial(&w, &w.client);
  uv_run(&w.loop, UV_RUN_NOWAIT);
  bool looking = w.client.closes == 3; /* the answer may have come already */
  if (looking) jl_connection_close(w.client.c, true);
  RUN_UNTIL(&w, w.client.closes == 4);
  if (looking) assert_int_equal(w.client.reason.code, JL_E_OK);
  assert_true(jl_address_parse("unix:/nonexistent/socket", &w.address, NULL));
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.client.closes == 5);
  assert_int_equal(w.client.reason.code, JL_E_UNAVAILABLE);
  end_world(&w);
}

/* ---- a filter: the bytes are changed, and a handshake of one byte each way comes first ---- */

struct toy {
  bool client, hello_sent, ready;
};

static void *toy_new(void *context, bool client, const char *host, struct jl_error *err) {
  (void)context;
  (void)err;
  assert_true(client == (host != NULL));
  struct toy *t = calloc(1, sizeof *t);
  t->client = client;
  return t;
}

static void toy_mix(struct jl_bytes in, struct jl_buffer *out) {
  for (size_t i = 0; i < in.size; i++) jl_buffer_byte(out, in.data[i] ^ 0x5a);
}

static bool toy_open(void *filter, struct jl_bytes wire, struct jl_buffer *ret_plain, struct jl_buffer *ret_wire, struct jl_error *err) {
  struct toy *t = filter;
  (void)err;
  if (t->client && !t->hello_sent) jl_buffer_byte(ret_wire, 'H');
  t->hello_sent = true;
  if (!t->ready && wire.size > 0) {
    assert_int_equal(wire.data[0], 'H');
    if (!t->client) jl_buffer_byte(ret_wire, 'H');
    t->ready = true;
    wire.data++;
    wire.size--;
  }
  toy_mix(wire, ret_plain);
  return true;
}

static bool toy_seal(void *filter, struct jl_bytes plain, struct jl_buffer *ret_wire, struct jl_error *err) {
  (void)filter;
  (void)err;
  toy_mix(plain, ret_wire);
  return true;
}

static bool toy_ready(const void *filter) { return ((const struct toy *)filter)->ready; }
static void toy_finish(void *filter, struct jl_buffer *ret_wire) {
  (void)filter;
  (void)ret_wire;
}
static const struct jl_filter toy = {"toy", toy_new, toy_open, toy_seal, toy_ready, toy_finish, free};

static void test_filter(void **state) {
  (void)state;
  struct jl_transport over = jl_transport_tcp;
  over.name = "toy";
  over.filter = &toy;
  exchange("127.0.0.1:0", &over);
}

/* Not a promise, but a fall below a tenth of the target is a defect. */
static void test_throughput(void **state) {
  (void)state;
  enum { MESSAGES = 400000 };
  struct world w;
  begin(&w, "127.0.0.1:0");
  dial(&w, &w.client);
  RUN_UNTIL(&w, w.accepted == 1 && w.client.opens == 1);
  clock_t start = clock(); /* our own work: others' does not count */
  uint8_t payload[48] = {0};
  for (uint32_t sent = 0; sent < MESSAGES;) {
    for (int i = 0; i < 1000; i++, sent++) jl_connection_send(w.client.c, 5, 0, sent, (struct jl_bytes){payload, sizeof payload});
    uv_run(&w.loop, UV_RUN_NOWAIT);
  }
  RUN_UNTIL(&w, w.server.messages == MESSAGES);
  double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  print_message("%.0f messages of 48 bytes a second, both ends on one core\n", MESSAGES / seconds);
  assert_true(MESSAGES / seconds > 25000);
  end_world(&w);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tcp),
      cmocka_unit_test(test_unix),
      cmocka_unit_test(test_wrong_preface),
      cmocka_unit_test(test_bad_frames),
      cmocka_unit_test(test_many_partial_messages),
      cmocka_unit_test(test_pause),
      cmocka_unit_test(test_slow_peer),
      cmocka_unit_test(test_jam),
      cmocka_unit_test(test_close_with_flush),
      cmocka_unit_test(test_flush_deadline),
      cmocka_unit_test(test_close_inside_callback),
      cmocka_unit_test(test_broadcast),
      cmocka_unit_test(test_connect_fails),
      cmocka_unit_test(test_filter),
      cmocka_unit_test(test_throughput),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
