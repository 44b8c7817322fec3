/* The link and the requests on it. A request is a payload that waits for its reply; it is sent when the connection opens
 * and, when the connection breaks, once more on the next one. A step (the tick timer) does everything that is due:
 * deadlines, reconnecting, freeing. It is armed for the nearest of these, so an idle client sleeps. */
#include "client/sync/client.h"
#include "client/sync/silence.h"
#include "client/sync/answer.h"
#include "client/sync/engine.h"
#include "client/sync/local.h"
#include "client/sync/trust.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define RECONNECT_MIN_MS 100
#define RECONNECT_MAX_MS 30000
#define READ_TRIES 2 /* a read is sent once more when the connection broke under it */

static void start_connecting(struct jl_client *c);

static void set_link(struct jl_client *c, enum jl_link link, const struct jl_error *reason) {
  if (c->link == link) return;
  c->link = link;
  if (c->on_link != NULL) c->on_link(c->on_link_context, link, reason);
}

/* ---- requests ---- */
static void request_free(struct jl_request *r) {
  if (r->payload.size > 0) explicit_bzero((void *)(uintptr_t)r->payload.data, r->payload.size); /* may hold a password */
  free((void *)(uintptr_t)r->payload.data);
  jl_sync_free(r->sync);
  free(r);
}

static void sweep(struct jl_client *c) {
  for (struct jl_request **at = &c->requests; *at != NULL;) {
    struct jl_request *r = *at;
    if (!r->done_with) {
      at = &r->next;
      continue;
    }
    *at = r->next;
    request_free(r);
  }
}

static bool is_open(const struct jl_client *c, bool subscriptions) {
  for (const struct jl_request *r = c->requests; r != NULL; r = r->next)
    if (!r->done_with && (subscriptions || r->event == NULL)) return true;
  return false;
}

void jl_request_finish(struct jl_client *c, struct jl_request *r, const struct jl_reply *reply) {
  if (r->done_with) return;
  r->done_with = true;
  if (r->done != NULL) r->done(r->context, reply);
  jl_client_step_soon(c);
}

static void finish_with(struct jl_client *c, struct jl_request *r, const struct jl_error *err) {
  if (r->event != NULL) {
    struct jl_event event = {.kind = JL_EVENT_ENDED, .error = *err};
    r->done_with = true;
    r->event(r->context, &event);
    jl_client_step_soon(c);
    return;
  }
  struct jl_reply reply = {.error = *err};
  jl_request_finish(c, r, &reply);
}

/* The connection is given up, for whatever reason. */
static void give_up(struct jl_client *c, struct jl_request *r, const struct jl_error *err) {
  if (!jl_client_without_server(c, r, err)) finish_with(c, r, err);
}

static void fail_all(struct jl_client *c, const struct jl_error *err) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next)
    if (!r->done_with) give_up(c, r, err);
}

struct jl_request *jl_client_request(struct jl_client *c, enum jl_request_kind kind, jl_done *done, void *context) {
  struct jl_request *r = calloc(1, sizeof *r);
  if (r == NULL) return NULL;
  r->kind = kind;
  r->stream = c->next_stream++;
  r->done = done;
  r->context = context;
  r->deadline_us = jl_monotonic_us() + (int64_t)c->timeout_ms * 1000;
  struct jl_request **last = &c->requests;
  while (*last != NULL) last = &(*last)->next;
  *last = r;
  jl_client_step_soon(c);
  return r;
}

struct jl_request *jl_client_ask(struct jl_client *c, uint8_t type, const ProtobufCMessage *message, jl_done *done, void *context) {
  size_t size = protobuf_c_message_get_packed_size(message);
  uint8_t *payload = malloc(size > 0 ? size : 1);
  struct jl_request *r = payload == NULL ? NULL : jl_client_request(c, JL_FOR_REPLY, done, context);
  if (r == NULL) {
    free(payload);
    return NULL;
  }
  protobuf_c_message_pack(message, payload);
  r->payload = (struct jl_bytes){payload, size};
  r->type = type;
  return r;
}

/* ---- sending ---- */
static void send_message(struct jl_client *c, uint8_t type, uint32_t stream, const ProtobufCMessage *message) {
  uint8_t payload[JL_MESSAGE_MAX_BEFORE_LOGIN];
  size_t size = protobuf_c_message_get_packed_size(message);
  if (size > sizeof payload) return;
  protobuf_c_message_pack(message, payload);
  jl_connection_send(c->connection, type, 0, stream, (struct jl_bytes){payload, size});
  explicit_bzero(payload, size);
}

static void send_hello(struct jl_client *c) {
  Jalon__Hello hello = JALON__HELLO__INIT;
  hello.has_protocol_minimum = hello.has_protocol_maximum = true;
  hello.protocol_minimum = hello.protocol_maximum = 1;
  hello.client = c->program;
  char zstd[] = "zstd", names[] = "names", *features[] = {zstd, names};
  hello.n_features = JL_COUNT(features);
  hello.features = features;
  hello.has_model_version = true;
  hello.model_version = jl_model_version;
  hello.has_max_message = true;
  hello.max_message = JL_MESSAGE_MAX;
  c->hello_stream = c->next_stream++;
  send_message(c, JALON__FRAME_TYPE__HELLO, c->hello_stream, &hello.base);
}

static void send_token(struct jl_client *c) {
  struct jl_profile_identity *id = jl_profile_identity(c->profile);
  c->login_replica = id->replica;
  Jalon__Login login = JALON__LOGIN__INIT;
  login.has_token = login.has_replica = true;
  login.token = (ProtobufCBinaryData){sizeof id->token, id->token};
  login.replica = (ProtobufCBinaryData){sizeof id->replica.bytes, id->replica.bytes};
  login.device = c->program;
  c->login_stream = c->next_stream++;
  send_message(c, JALON__FRAME_TYPE__LOGIN, c->login_stream, &login.base);
}

/* The connection broke inside a snapshot: the next one begins anew, so what came of it must be dropped. */
static bool begins_anew(struct jl_request *r) {
  if (r->event == NULL || r->times_sent == 0 || r->is_event_view || r->seen.revision != 0) return true;
  struct jl_event event = {.kind = JL_EVENT_RESYNC, .position.space = r->space};
  (void)jl_fail(&event.error, JL_E_UNAVAILABLE, JL_MSG("the connection was closed"), NULL);
  r->event(r->context, &event);
  return !r->done_with;
}

static void send_request(struct jl_client *c, struct jl_request *r) {
  struct jl_arena *a = NULL;
  if (!begins_anew(r)) return;
  struct jl_bytes payload = r->payload;
  if (r->event != NULL && r->times_sent > 0 && !r->is_event_view && (a = jl_arena_new(1 << 16)) != NULL) payload = jl_subscribe_again(a, r);
  jl_connection_send(c->connection, r->type, 0, r->stream, payload);
  jl_arena_free(a);
  r->waiting = true;
  r->times_sent++;
}

/* Before login the server takes short messages only: a longer one, and all behind it, wait for the login's reply. */
static void send_what_may(struct jl_client *c) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next) {
    if (r->done_with || r->waiting || r->kind != JL_FOR_REPLY) continue;
    if (!c->logged_in && r->payload.size > JL_MESSAGE_MAX_BEFORE_LOGIN) return;
    send_request(c, r);
  }
}

/* ---- what the connection says ---- */
static void take_login(struct jl_client *c, const Jalon__LoginReply *reply) {
  struct jl_profile_identity *id = jl_profile_identity(c->profile);
  if (reply->has_token && reply->token.len == sizeof id->token) {
    memcpy(id->token, reply->token.data, sizeof id->token);
    id->has_token = true;
  }
  if (reply->has_person) (void)jl_id_from_bytes(JL_PB(reply->person), &id->person);
  /* A renamed account is called what it is called now: what is on this machine lies under its id. */
  if (reply->has_account_id) (void)jl_id_from_bytes(JL_PB(reply->account_id), &id->account_id);
  bool follows = !jl_id_is_zero(&id->account_id) || !c->offer_token || id->account[0] == '\0';
  if (reply->account != NULL && follows) snprintf(id->account, sizeof id->account, "%s", reply->account);
  if (reply->n_spaces == 1 && jl_id_is_zero(&id->plan)) (void)jl_id_from_bytes(JL_PB(reply->spaces[0]), &id->plan); /* a token for one plan */
  id->administrator = reply->has_administrator && reply->administrator;
  c->logged_in = true;
  jl_client_engine_up(c);
}

static const struct jl_error *notices_of(const Jalon__LoginReply *login, struct jl_arena *a, size_t *ret_count) {
  struct jl_error *notices = jl_arena_array(a, login->n_notices + 1, sizeof *notices);
  *ret_count = notices != NULL ? login->n_notices : 0;
  for (size_t i = 0; i < *ret_count; i++) jl_error_from_wire(login->notices[i], &notices[i]);
  return notices;
}

static bool take_hello(struct jl_client *c, const Jalon__HelloReply *reply, struct jl_error *err) {
  struct jl_profile_identity *id = jl_profile_identity(c->profile);
  struct jl_id server_id, organisation;
  if (reply->protocol != 1)
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the server speaks another version of the protocol"),
                   JL_MSG("install the jalon that belongs to the server"));
  for (size_t i = 0; i < reply->n_features; i++)
    if (strcmp(reply->features[i], "zstd") == 0) jl_connection_accept_compressed(c->connection);
  if (reply->has_organisation && jl_id_from_bytes(JL_PB(reply->organisation), &organisation)) id->organisation = organisation;
  if (!reply->has_server_id || !jl_id_from_bytes(JL_PB(reply->server_id), &server_id)) return true;
  if (c->offer_token && !jl_id_is_zero(&id->server_id) && !jl_id_equal(&id->server_id, &server_id))
    return jl_fail(err, JL_E_DENIED, JL_MSG("this server is not the one that profile {1} belongs to"),
                   JL_MSG("check the address, or log in again"), jl_arg_text(id->name));
  id->server_id = server_id;
  return true;
}

static void protocol_broken(struct jl_client *c, const struct jl_error *err) {
  fail_all(c, err);
  if (c->connection != NULL && !c->connection_dead) jl_connection_close(c->connection, false);
}

/* Hello, and the login by token that we sent on our own account. */
static void take_session_message(struct jl_client *c, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err = {0};
  if (type == JALON__FRAME_TYPE__HELLO_REPLY) {
    Jalon__HelloReply *hello = (Jalon__HelloReply *)jl_unpack(&jalon__hello_reply__descriptor, payload, a, &err);
    if (hello == NULL || !take_hello(c, hello, &err)) protocol_broken(c, &err);
  } else if (type == JALON__FRAME_TYPE__LOGIN_REPLY) {
    Jalon__LoginReply *login = (Jalon__LoginReply *)jl_unpack(&jalon__login_reply__descriptor, payload, a, &err);
    if (login == NULL)
      protocol_broken(c, &err);
    else {
      take_login(c, login);
      c->attempts = 0;
      send_what_may(c);
    }
  } else if (type == JALON__FRAME_TYPE__ERROR) {
    Jalon__Error *wire = (Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
    if (wire != NULL) jl_error_from_wire(wire, &err);
    if (jl_code_class(err.code) == JL_CLASS_RETRY)
      c->session_error = err; /* the server closes; we come back */
    else
      protocol_broken(c, &err);
  }
}

void jl_client_come_back(struct jl_client *c, const struct jl_error *why, bool at_once) {
  if (why != NULL) c->session_error = *why;
  if (at_once) c->attempts = 0;
  if (c->connection != NULL && !c->connection_dead) jl_connection_close(c->connection, false);
}

/* A server that stops or is overloaded ends our subscriptions, but what was asked for still holds: the link is given up, so
 * that they come back with the next one. */
static void come_back_later(struct jl_client *c, const struct jl_error *why) {
  c->session_error = *why;
  if (c->connection != NULL && !c->connection_dead) jl_connection_close(c->connection, false);
}

static void take_event(struct jl_client *c, struct jl_request *r, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_event event = {0};
  struct jl_error err = {0};
  if (type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY) {
    c->attempts = 0;
    return;
  }
  if (type == JALON__FRAME_TYPE__ERROR) {
    Jalon__Error *wire = (Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
    if (wire != NULL) jl_error_from_wire(wire, &err);
    if (jl_code_class(err.code) == JL_CLASS_RETRY)
      come_back_later(c, &err);
    else
      finish_with(c, r, &err);
    return;
  }
  if (type == JALON__FRAME_TYPE__NAMES) return; /* for copies; who only listens asks for the names that he wants */
  if (!jl_event_decode(type, payload, a, &event, &err)) {
    protocol_broken(c, &err);
    return;
  }
  event.position.space = r->space;
  if (!r->is_event_view && !jl_event_follow(type, payload, a, &r->seen)) r->seen = (struct jl_position){0};
  if (event.kind == JL_EVENT_ENDED && jl_code_class(event.error.code) == JL_CLASS_RETRY) {
    come_back_later(c, &event.error);
    return;
  }
  if (event.kind == JL_EVENT_ENDED) r->done_with = true;
  if (event.kind == JL_EVENT_RESYNC) { /* over on the server: asked for again, from a snapshot */
    r->waiting = false;
    r->times_sent = 0;
  }
  r->event(r->context, &event);
}

static bool is_its_verdict(const struct jl_request *r, const struct jl_verdict *v, struct jl_error *err) {
  if (v == NULL || jl_id_equal(&v->space, &r->space)) return true;
  return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the server answered with a message of type {1}, which was not asked for"),
                 JL_MSG("check that client and server are of the same version"), jl_arg_integer(JALON__FRAME_TYPE__SUBMIT_REPLY));
}

static void take_reply(struct jl_client *c, struct jl_request *r, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_reply reply = {0};
  struct jl_error err = {0};
  if (type == JALON__FRAME_TYPE__LOGIN_REPLY && r->type == JALON__FRAME_TYPE__LOGIN) {
    Jalon__LoginReply *login = (Jalon__LoginReply *)jl_unpack(&jalon__login_reply__descriptor, payload, a, &err);
    if (login == NULL)
      protocol_broken(c, &err);
    else {
      take_login(c, login);
      reply.must_change = login->must_change;
      reply.notices = notices_of(login, a, &reply.notice_count);
      jl_request_finish(c, r, &reply);
      send_what_may(c);
    }
    return;
  }
  if (type != JALON__FRAME_TYPE__ERROR && type != r->type + 64)
    (void)jl_fail(&err, JL_E_BAD_FRAME, JL_MSG("the server answered with a message of type {1}, which was not asked for"),
                  JL_MSG("check that client and server are of the same version"), jl_arg_integer(type));
  if (err.code != JL_E_OK || !jl_reply_decode(type, payload, a, &reply, &err) || !is_its_verdict(r, reply.verdict, &err)) {
    protocol_broken(c, &err);
    return;
  }
  jl_request_finish(c, r, &reply);
}

static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  struct jl_client *c = context;
  (void)flags;
  if (c->local != NULL) jl_local_sign(c->local);
  if (!c->spoke && c->local != NULL) jl_silence_over(c->local);
  c->spoke = true;
  struct jl_arena *a = jl_arena_new(JL_CLIENT_ARENA);
  if (a == NULL) { /* what it says is lost, and may be awaited */
    struct jl_error err;
    (void)jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    protocol_broken(c, &err);
    return;
  }
  if (stream == 0 || stream == c->hello_stream || stream == c->login_stream)
    take_session_message(c, type, payload, a);
  else if (c->engine != NULL && jl_engine_message(c->engine, type, stream, payload))
    ; /* settled and answered in the step */
  else {
    struct jl_request *r = c->requests;
    while (r != NULL && (r->stream != stream || r->done_with)) r = r->next;
    /* Nobody waits any more: cancelled, or past its deadline. */
    if (r != NULL && r->event != NULL)
      take_event(c, r, type, payload, a);
    else if (r != NULL)
      take_reply(c, r, type, payload, a);
  }
  jl_arena_free(a);
  jl_client_step_soon(c);
}

static void on_open(void *context) {
  struct jl_client *c = context;
  c->session_error = (struct jl_error){0};
  set_link(c, JL_LINK_UP, NULL);
  send_hello(c);
  c->login_stream = 0;
  if (c->offer_token && jl_profile_identity(c->profile)->has_token) send_token(c);
  send_what_may(c);
}

uint32_t jl_client_pause_ms(unsigned attempts) {
  uint32_t random = 0;
  if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random) random = (uint32_t)jl_monotonic_us();
  int64_t top = RECONNECT_MAX_MS;
  if (attempts < 8) top = (int64_t)RECONNECT_MIN_MS * 2 << attempts;
  if (top > RECONNECT_MAX_MS) top = RECONNECT_MAX_MS;
  return RECONNECT_MIN_MS + random % (uint32_t)(top - RECONNECT_MIN_MS + 1);
}

/* Subscriptions and groups in flight wait for the next connection; a read that was already under way gets one more try;
 * anything else fails now, so that nobody waits for a server that is not there. */
static bool waits_for_next(const struct jl_client *c, const struct jl_request *r) {
  if (c->closing) return false;
  if (r->event != NULL) return r->times_sent > 0;
  if (r->kind != JL_FOR_REPLY) return jl_client_waits(c, r);
  if (jl_monotonic_us() >= r->deadline_us || r->type == JALON__FRAME_TYPE__LOGIN) return false;
  if (r->type == JALON__FRAME_TYPE__ACCOUNT) return false;
  return r->waiting && r->times_sent < READ_TRIES;
}

static void on_close(void *context, const struct jl_error *reason) {
  struct jl_client *c = context;
  c->connection_dead = true;
  c->logged_in = false;
  if (c->engine != NULL) jl_engine_down(c->engine);
  struct jl_error why = c->session_error.code != JL_E_OK ? c->session_error : *reason;
  if (why.code == JL_E_OK) (void)jl_fail(&why, JL_E_UNAVAILABLE, JL_MSG("the connection was closed"), NULL);
  for (struct jl_request *r = c->requests; r != NULL; r = r->next) {
    if (r->done_with) continue;
    bool keep = waits_for_next(c, r);
    r->waiting = false;
    if (!keep) give_up(c, r, &why);
  }
  if (!c->closing && is_open(c, true)) c->reconnect_us = jl_monotonic_us() + (int64_t)jl_client_pause_ms(c->attempts++) * 1000;
  set_link(c, JL_LINK_DOWN, &why);
  jl_client_step_soon(c);
}

static const struct jl_connection_handler handler = {.on_open = on_open, .on_message = on_message, .on_close = on_close};

static void start_connecting(struct jl_client *c) {
  c->reconnect_us = 0;
  if (c->asked_us == 0) c->asked_us = jl_monotonic_us();
  c->connection_dead = false;
  set_link(c, JL_LINK_CONNECTING, NULL);
  uint32_t timeout_ms = c->timeout_ms < 10000 ? c->timeout_ms : 10000;
  if (c->tls != NULL)
    c->connection = jl_connection_connect_over(jl_tls_transport(c->tls), &c->loop, &c->address, timeout_ms, &handler, c);
  else
    c->connection = jl_connection_connect(&c->loop, &c->address, timeout_ms, &handler, c);
  if (c->connection != NULL) {
    jl_connection_limit(c->connection, JL_MESSAGE_MAX + JL_FRAME_PAYLOAD_MAX);
    return;
  }
  struct jl_error err;
  (void)jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  fail_all(c, &err);
  set_link(c, JL_LINK_DOWN, &err);
}

/* ---- the step ---- */
static void pass_deadlines(struct jl_client *c, int64_t now_us) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next) {
    if (r->done_with || r->event != NULL || now_us < r->deadline_us) continue;
    struct jl_error err;
    if (r->kind != JL_FOR_REPLY) {
      (void)jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the server did not answer within {1} s"), JL_MSG("try again later"),
                    jl_arg_integer(c->timeout_ms / 1000));
      (void)jl_client_without_server(c, r, &err);
      continue;
    }
    bool unknown = r->type == JALON__FRAME_TYPE__ACCOUNT && r->times_sent > 0;
    (void)jl_fail(&err, unknown ? JL_E_TIMEOUT : JL_E_UNAVAILABLE, JL_MSG("the server did not answer within {1} s"),
                  unknown ? JL_MSG("it is not known whether the change was made; the next command asks") : JL_MSG("try again later"),
                  jl_arg_integer(c->timeout_ms / 1000));
    if (r->waiting && c->connection != NULL && !c->connection_dead && c->link == JL_LINK_UP) {
      Jalon__Cancel cancel = JALON__CANCEL__INIT;
      cancel.has_stream = true;
      cancel.stream = r->stream;
      send_message(c, JALON__FRAME_TYPE__CANCEL, c->next_stream++, &cancel.base);
    }
    if (unknown || !jl_client_without_server(c, r, &err)) finish_with(c, r, &err);
  }
}

/* Nothing is connected to: what the local copy cannot answer fails. */
static void stay_offline(struct jl_client *c) {
  struct jl_error err = c->absence;
  if (err.code == JL_E_OK) (void)jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("this needs the server, and work is offline"), NULL);
  fail_all(c, &err);
}

static int64_t patience_ends_us(const struct jl_client *c) {
  return c->patience_ms == 0 || c->spoke || c->offline || c->asked_us == 0 ? INT64_MAX : c->asked_us + (int64_t)c->patience_ms * 1000;
}

/* Not a word, not even to hello: the rest of this run goes on without it. */
static void lose_patience(struct jl_client *c) {
  (void)jl_fail(&c->absence, JL_E_UNAVAILABLE, JL_MSG("the server did not answer within {1} s"), JL_MSG("try again later"),
                jl_arg_integer(c->patience_ms / 1000));
  c->offline = true;
  jl_silence_note(c->local, c->server);
  if (c->connection != NULL && !c->connection_dead) jl_connection_close(c->connection, false);
}

static void take_patience(struct jl_client *c, const struct jl_client_options *options) {
  snprintf(c->server, sizeof c->server, "%s", options->server);
  c->patience_ms = c->local != NULL && !c->offline ? options->patience_ms : 0;
  if (c->patience_ms == 0 || !jl_silence_noted(c->local, c->server)) return;
  (void)jl_fail(&c->absence, JL_E_UNAVAILABLE, JL_MSG("the server did not answer a moment ago, so it was not asked again"),
                JL_MSG("jalon sync asks it at once"));
  c->offline = true;
}

static void on_tick(uv_timer_t *timer) {
  struct jl_client *c = timer->data;
  int64_t now_us = jl_monotonic_us();
  c->soon = false;
  if (c->connection_dead && c->connection != NULL) {
    jl_connection_free(c->connection);
    c->connection = NULL;
  }
  pass_deadlines(c, now_us);
  if (now_us >= patience_ends_us(c)) lose_patience(c);
  if (c->offline) stay_offline(c);
  jl_client_step(c);
  sweep(c);
  if (!is_open(c, false)) uv_stop(&c->loop); /* who waits must not wait for events first */
  if (c->closing) return;
  if (c->connection == NULL && !c->offline && is_open(c, true) && now_us >= c->reconnect_us)
    start_connecting(c);
  else if (c->link == JL_LINK_UP && !c->connection_dead)
    send_what_may(c);
  if (c->soon) return; /* the timer is armed for it */
  int64_t next_us = c->connection == NULL && c->reconnect_us != 0 ? c->reconnect_us : INT64_MAX;
  for (const struct jl_request *r = c->requests; r != NULL; r = r->next)
    if (r->event == NULL && r->deadline_us < next_us) next_us = r->deadline_us;
  if (jl_client_due_us(c) < next_us) next_us = jl_client_due_us(c);
  if (patience_ends_us(c) < next_us) next_us = patience_ends_us(c);
  if (next_us == INT64_MAX) return;
  uv_update_time(&c->loop);
  uv_timer_start(&c->tick, on_tick, next_us > now_us ? (uint64_t)((next_us - now_us) / 1000 + 1) : 1, 0);
}

void jl_client_step_soon(struct jl_client *c) {
  if (uv_is_closing((uv_handle_t *)&c->tick)) return;
  c->soon = true;
  uv_update_time(&c->loop);
  uv_timer_start(&c->tick, on_tick, 0, 0);
}

/* ---- life ---- */
struct jl_client *jl_client_new(const struct jl_client_options *options, struct jl_error *err) {
  struct jl_client *c = calloc(1, sizeof *c);
  if (c == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return NULL;
  }
  c->profile = options->profile;
  c->local = options->local;
  c->offline = options->offline;
  c->timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : 10000;
  c->offer_token = options->offer_token;
  c->next_stream = 1;
  take_patience(c, options);
  snprintf(c->program, sizeof c->program, "%s", options->program != NULL ? options->program : "libjalon");
  bool ok = jl_address_parse(options->server, &c->address, err);
  if (ok && c->address.tls && !c->offline) ok = (c->tls = jl_trust_open(c->profile, options->certificate, err)) != NULL;
  if (!ok) {
    free(c);
    return NULL;
  }
  signal(SIGPIPE, SIG_IGN); /* libuv's writes would kill the program when the server goes */
  if (!jl_loop_init(&c->loop, err)) {
    jl_tls_free(c->tls);
    free(c);
    return NULL;
  }
  uv_timer_init(&c->loop, &c->tick);
  uv_timer_init(&c->loop, &c->wait_timer);
  c->tick.data = c->wait_timer.data = c;
  return c;
}

void jl_client_close(struct jl_client *c) {
  c->closing = true;
  if (c->connection != NULL && !c->connection_dead) jl_connection_close(c->connection, true);
}

void jl_client_free(struct jl_client *c) {
  if (c == NULL) return;
  c->on_link = NULL;
  for (struct jl_request *r = c->requests; r != NULL; r = r->next) r->done_with = true;
  jl_client_close(c);
  while (c->connection != NULL && !c->connection_dead) uv_run(&c->loop, UV_RUN_ONCE);
  if (c->connection != NULL) jl_connection_free(c->connection);
  jl_client_engine_free(c);
  uv_close((uv_handle_t *)&c->tick, NULL);
  uv_close((uv_handle_t *)&c->wait_timer, NULL);
  uv_run(&c->loop, UV_RUN_DEFAULT);
  sweep(c);
  (void)uv_loop_close(&c->loop);
  jl_tls_free(c->tls);
  free(c);
}

int jl_client_fd(const struct jl_client *c) { return uv_backend_fd(&c->loop); }
void jl_client_patience(struct jl_client *c, uint32_t timeout_ms) {
  if (timeout_ms > c->timeout_ms) c->timeout_ms = timeout_ms;
}

int jl_client_timeout_ms(const struct jl_client *c) { return uv_backend_timeout(&c->loop); }
enum jl_link jl_client_link(const struct jl_client *c) { return c->link; }

void jl_client_on_link(struct jl_client *c, void (*changed)(void *context, enum jl_link link, const struct jl_error *reason),
                       void *context) {
  c->on_link = changed;
  c->on_link_context = context;
}

bool jl_client_turn(struct jl_client *c) {
  uv_run(&c->loop, UV_RUN_NOWAIT);
  return is_open(c, true);
}

static void wait_is_over(uv_timer_t *timer) { ((struct jl_client *)timer->data)->wait_over = true; }

bool jl_client_wait(struct jl_client *c, uint32_t timeout_ms) {
  c->wait_over = false;
  uv_update_time(&c->loop);
  if (timeout_ms != 0) uv_timer_start(&c->wait_timer, wait_is_over, timeout_ms, 0);
  while (is_open(c, false) && !c->wait_over) uv_run(&c->loop, UV_RUN_ONCE);
  uv_timer_stop(&c->wait_timer);
  return !is_open(c, false);
}

void jl_client_unsubscribe(struct jl_client *c, uint32_t stream) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next) {
    if (r->stream != stream || r->done_with) continue;
    r->done_with = true;
    if (!r->waiting || c->link != JL_LINK_UP) break;
    Jalon__Cancel cancel = JALON__CANCEL__INIT;
    cancel.has_stream = true;
    cancel.stream = stream;
    send_message(c, r->event != NULL ? JALON__FRAME_TYPE__UNSUBSCRIBE : JALON__FRAME_TYPE__CANCEL, c->next_stream++, &cancel.base);
    break;
  }
  jl_client_step_soon(c);
}
