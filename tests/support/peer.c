#include "tests/support/peer.h"
#include "common/wire/tls.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void connect_now(struct peer *p);

static void retry_cb(uv_timer_t *timer) { connect_now(timer->data); }

static void send_on(struct jl_connection *c, uint8_t type, uint32_t stream, const ProtobufCMessage *message) {
  struct jl_arena *a = jl_arena_new(2 * JL_MESSAGE_MAX);
  struct jl_bytes packed = jl_pack(message, a, JL_MESSAGE_MAX);
  JL_ASSERT(packed.data || packed.size == 0);
  jl_connection_send(c, type, 0, stream, packed);
  jl_arena_free(a);
}

void peer_hello(struct jl_connection *c) {
  Jalon__Hello hello = JALON__HELLO__INIT;
  hello.has_protocol_minimum = hello.has_protocol_maximum = hello.has_model_version = true;
  hello.protocol_minimum = hello.protocol_maximum = 1;
  hello.model_version = jl_model_version;
  char name[] = "load test";
  hello.client = name;
  send_on(c, JALON__FRAME_TYPE__HELLO, 1, &hello.base);
}

static void on_open(void *context) {
  struct peer *p = context;
  peer_hello(p->connection);
  Jalon__Login login = JALON__LOGIN__INIT;
  char account[64], password[64];
  snprintf(account, sizeof account, "%s", p->account);
  snprintf(password, sizeof password, "%s", p->password);
  login.has_replica = true;
  login.replica = jl_to_pb((struct jl_bytes){p->replica.bytes, 16});
  if (p->token_size) {
    login.has_token = true;
    login.token = jl_to_pb((struct jl_bytes){p->token, p->token_size});
  } else {
    login.account = account;
    login.password = password;
  }
  send_on(p->connection, JALON__FRAME_TYPE__LOGIN, 2, &login.base);
  p->next_stream = 3;
}

static void logged_in(struct peer *p, struct jl_bytes payload) {
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_error err;
  Jalon__LoginReply *reply = (Jalon__LoginReply *)jl_unpack(&jalon__login_reply__descriptor, payload, a, &err);
  JL_ASSERT(reply);
  if (reply->has_token && reply->token.len <= sizeof p->token && reply->token.len > 0) {
    memcpy(p->token, reply->token.data, reply->token.len);
    p->token_size = reply->token.len;
  }
  (void)jl_id_from_bytes(JL_PB(reply->person), &p->person);
  jl_arena_free(a);
  p->ready = true;
  p->logins++;
  if (p->on_ready) p->on_ready(p);
}

static void heard_hello(struct peer *p, struct jl_bytes payload) {
  struct jl_arena *a = jl_arena_new(1 << 16);
  struct jl_error err;
  Jalon__HelloReply *reply = (Jalon__HelloReply *)jl_unpack(&jalon__hello_reply__descriptor, payload, a, &err);
  if (reply) (void)jl_id_from_bytes(JL_PB(reply->organisation), &p->organisation);
  jl_arena_free(a);
}

static void report_error(struct jl_bytes payload) {
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_error err;
  Jalon__Error *wire = (Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
  char text[512] = "?";
  if (wire) {
    jl_error_from_wire(wire, &err);
    jl_error_describe(&err, text, sizeof text);
  }
  fprintf(stderr, "error from server: %s\n", text);
  jl_arena_free(a);
}

static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  (void)flags;
  struct peer *p = context;
  if (!p->ready) {
    if (type == JALON__FRAME_TYPE__HELLO_REPLY) heard_hello(p, payload);
    else if (type == JALON__FRAME_TYPE__LOGIN_REPLY) logged_in(p, payload);
    else if (type == JALON__FRAME_TYPE__ERROR) {
      report_error(payload);
      jl_connection_close(p->connection, false);
    }
    return;
  }
  if (p->on_message) p->on_message(p, type, stream, payload);
}

static void on_close(void *context, const struct jl_error *reason) {
  (void)reason;
  struct peer *p = context;
  bool was_ready = p->ready;
  p->ready = false;
  jl_connection_free(p->connection);
  p->connection = NULL;
  p->lost++;
  if (was_ready && p->on_lost && !p->stopped) p->on_lost(p);
  if (p->stopped) uv_close((uv_handle_t *)&p->retry, NULL);
  else uv_timer_start(&p->retry, retry_cb, 20, 0);
}

static const struct jl_connection_handler handler = {.on_open = on_open, .on_message = on_message, .on_close = on_close};

static void connect_now(struct peer *p) {
  if (p->over != NULL)
    p->connection = jl_connection_connect_over(p->over, p->loop, &p->address, 5000, &handler, p);
  else
    p->connection = jl_connection_connect(p->loop, &p->address, 5000, &handler, p);
  JL_ASSERT(p->connection);
}

const struct jl_transport *peer_tls(void) {
  static struct jl_tls *tls;
  static char pem[65536];
  const char *path = getenv("AUTHORITY");
  if (tls != NULL || path == NULL) return tls != NULL ? jl_tls_transport(tls) : NULL;
  FILE *file = fopen(path, "re");
  JL_ASSERT(file);
  struct jl_tls_client_options options = {.authorities = {(const uint8_t *)pem, fread(pem, 1, sizeof pem, file)}};
  struct jl_error err;
  fclose(file);
  tls = jl_tls_client_new(&options, &err);
  JL_ASSERT(tls);
  return jl_tls_transport(tls);
}

void peer_start(struct peer *p) {
  uv_timer_init(p->loop, &p->retry);
  p->retry.data = p;
  connect_now(p);
}

void peer_stop(struct peer *p) {
  p->stopped = true;
  if (p->connection) jl_connection_close(p->connection, true);
  else uv_close((uv_handle_t *)&p->retry, NULL);
}

uint32_t peer_send(struct peer *p, uint8_t type, const ProtobufCMessage *message) {
  uint32_t stream = p->next_stream++;
  send_on(p->connection, type, stream, message);
  return stream;
}

void peer_send_bytes(struct peer *p, uint8_t type, uint32_t stream, struct jl_bytes payload) { jl_connection_send(p->connection, type, 0, stream, payload); }
