/* One request from its frame to its answer. */
#include "common/base/calendar.h"
#include "server/net/session.h"
#include <stdlib.h>

#define RETRY_MS 1000
#define SLOW_US 1000000 /* longer requests are logged */

void jl_error_public(const struct jl_session *s, struct jl_error *err, const char *during) {
  if (err->code == JL_E_NO_MEMORY) {
    jl_log(JL_LOG_ERROR, "request.no_memory", JL_F_NUMBER("session", s->number), JL_F_TEXT("request", during), JL_F_ERROR(err));
    jl_fail(err, JL_E_OVERLOADED, JL_MSG("the server is short of memory"), JL_MSG("try again in a moment"));
  }
  if (jl_code_class(err->code) != JL_CLASS_INTERNAL) return;
  jl_log(JL_LOG_ERROR, "request.internal", JL_F_NUMBER("session", s->number), JL_F_TEXT("request", during), JL_F_ERROR(err));
  jl_fail(err, err->code, JL_MSG("the server could not do this because of an internal error"),
          JL_MSG("tell your administrator: the server's log has the details under session {1}"), jl_arg_integer((int64_t)s->number));
}

/* Most requests are small and short: a few arenas are kept with their first piece of memory. */
static struct jl_arena *take_arena(struct jl_server *server) {
  if (server->spare_arena_count == 0) return jl_arena_new(JL_REQUEST_ARENA);
  return server->spare_arenas[--server->spare_arena_count];
}

static void give_arena(struct jl_server *server, struct jl_arena *arena) {
  if (server->spare_arena_count == JL_COUNT(server->spare_arenas)) {
    jl_arena_free(arena);
    return;
  }
  jl_arena_reset(arena);
  server->spare_arenas[server->spare_arena_count++] = arena;
}

static void finish(struct jl_request *r) {
  struct jl_session *s = r->session;
  int64_t took_us = jl_monotonic_us() - r->started_us;
  if (took_us > SLOW_US)
    jl_log(JL_LOG_INFO, "request.slow", JL_F_NUMBER("session", s->number), JL_F_TEXT("request", r->type->name),
           JL_F_NUMBER("took_ms", took_us / 1000));
  if (r->previous != NULL)
    r->previous->next = r->next;
  else
    s->requests = r->next;
  if (r->next != NULL) r->next->previous = r->previous;
  s->request_count--;
  s->request_bytes -= r->bytes;
  s->server->request_count--;
  s->server->request_bytes -= r->bytes;
  if (r->space != NULL) jl_space_release(r->space);
  give_arena(s->server, r->arena);
  free(r);
  jl_session_update_pause(s);
  jl_session_unreference(s);
}

/* An answer that was made while memory was short may lack something: it is none. */
void jl_request_send(struct jl_request *r, struct jl_bytes payload) {
  if (jl_arena_short(r->arena)) {
    jl_request_out_of_memory(r);
    return;
  }
  if (!r->cancelled) jl_session_send(r->session, r->type->reply, JL_FRAME_END, r->stream, payload);
  finish(r);
}

void jl_request_send_shared(struct jl_request *r, struct jl_message *m) {
  if (!r->cancelled) jl_session_send_shared(r->session, r->stream, m);
  finish(r);
}

void jl_request_drop(struct jl_request *r) { finish(r); }

void jl_request_fail(struct jl_request *r, const struct jl_error *err) {
  struct jl_error shown = *err;
  bool may_be_wrong = jl_code_class(err->code) == JL_CLASS_INVALID || jl_code_class(err->code) == JL_CLASS_CONFLICT;
  if (may_be_wrong && jl_arena_short(r->arena)) jl_fail(&shown, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  jl_error_public(r->session, &shown, r->type->name);
  if (shown.code == JL_E_OVERLOADED && r->retry_after_ms == 0) r->retry_after_ms = RETRY_MS;
  if (!r->cancelled) jl_session_send_error(r->session, JALON__FRAME_TYPE__ERROR, r->stream, &shown, r->retry_after_ms);
  finish(r);
}

void jl_request_out_of_memory(struct jl_request *r) {
  struct jl_error err = {0};
  if (jl_arena_short(r->arena) && r->type->type == JALON__FRAME_TYPE__ACCOUNT)
    jl_fail(&err, JL_E_UNKNOWN_OUTCOME, JL_MSG("the server was short of memory for its answer"), JL_MSG("look whether it happened, then try again"));
  else if (jl_arena_short(r->arena))
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  else
    jl_fail(&err, JL_E_TOO_LARGE, JL_MSG("the answer is larger than {1}"), JL_MSG("ask for less at once"), jl_arg_bytes(JL_MESSAGE_MAX));
  jl_request_fail(r, &err);
}

static bool no_such_plan(struct jl_error *err) {
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no such plan"), JL_MSG("jalon plan list shows the plans there are"));
}

void jl_request_no_space(struct jl_request *r) {
  struct jl_error err = {0};
  (void)no_such_plan(&err);
  jl_request_fail(r, &err);
}

void jl_request_reply(struct jl_request *r, const ProtobufCMessage *message) {
  struct jl_bytes packed = jl_pack(message, r->arena, JL_MESSAGE_MAX);
  if (packed.data == NULL && protobuf_c_message_get_packed_size(message) > 0)
    jl_request_out_of_memory(r);
  else
    jl_request_send(r, packed);
}

/* A space that someone is about to create is open but empty: for readers there is none. Nor is there for whom nothing of it is
 * readable: who says that he has a copy of a plan is told that it is to go, but nobody ever had one of another person's own space. A login
 * that writes what the directory says of a person opens the organisation before anybody is logged in. */
static bool exists(const struct jl_request *r, const struct jl_space *space, struct jl_error *err) {
  const struct jl_replica *replica = jl_space_committed(space);
  bool there = jl_replica_where(replica)->revision > 0 || jl_replica_kind(replica) == JL_SPACE_ORGANISATION;
  bool had_copy = r->has_copy && jl_replica_kind(replica) != JL_SPACE_PERSONAL;
  bool looks_itself = r->create || had_copy || !r->type->needs_login;
  if (looks_itself ? r->create || there : there && jl_session_readable(r->session, space) != 0) return true;
  return no_such_plan(err);
}

static void space_opened(void *context, struct jl_space *space, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_session *s = r->session;
  struct jl_error why = {0};
  s->opening--;
  if (space == NULL) {
    if (err->code == JL_E_NOT_FOUND) (void)no_such_plan(&why); /* the words that a hidden one has */
    r->then(r, err->code == JL_E_NOT_FOUND ? &why : err);
    return;
  }
  jl_space_hold(space);
  r->space = space;
  if (s->connection != NULL && !s->server->detached && s->space != space) {
    jl_session_let_go_of_space(s);
    jl_space_hold(space);
    s->space = space;
    s->space_id = jl_replica_where(jl_space_committed(space))->space;
  }
  struct jl_error none = {0};
  r->then(r, exists(r, space, &none) ? NULL : &none);
}

/* ---- a plan that its person may see nothing of ---- */
/* It answers as one that is not there: with the same words, and after the same questions to the database, which find nothing. */
static void open_it(struct jl_request *r);

static bool is_hidden(const struct jl_request *r) {
  const struct jl_record *plan = jl_replica_record(jl_spaces_plans(r->session->server->spaces), &r->space_id);
  return !r->create && !r->has_copy && r->type->needs_login && plan != NULL && !jl_session_sees_plan(r->session, &r->space_id);
}

static void nowhere_looked(void *context, struct jl_loaded_space *loaded, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_session *s = r->session;
  struct jl_error why = {0};
  s->opening--;
  if (loaded != NULL) jl_replica_free(loaded->replica);
  if (err != NULL && err->code != JL_E_NOT_FOUND) {
    r->then(r, err);
  } else if (s->server->detached || is_hidden(r)) {
    (void)no_such_plan(&why);
    r->then(r, &why);
  } else { /* it has been opened to him meanwhile */
    open_it(r);
  }
}

static void look_nowhere(struct jl_request *r) {
  struct jl_session *s = r->session;
  struct jl_bytes part = {r->space_id.bytes, sizeof r->space_id.bytes};
  struct jl_id nowhere = jl_id_derive("nowhere", &part, 1);
  s->opening++;
  jl_store_load(s->server->store, &nowhere, nowhere_looked, r);
}

static struct jl_space *already_open(const struct jl_session *s, const struct jl_id *id) {
  return s->space != NULL && jl_id_equal(&s->space_id, id) ? s->space : jl_space_if_open(s->server->spaces, id);
}

void jl_request_open_space(struct jl_request *r, ProtobufCBinaryData id, bool create,
                           void (*then)(struct jl_request *r, const struct jl_error *err)) {
  struct jl_session *s = r->session;
  struct jl_error err = {0};
  r->then = then;
  r->create = create;
  if (s->server->detached) {
    jl_fail(&err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
    then(r, &err);
  } else if (!jl_id_from_bytes(JL_PB(id), &r->space_id) || jl_id_is_zero(&r->space_id)) {
    jl_fail(&err, JL_E_INVALID, JL_MSG("the request names no space"), NULL);
    then(r, &err);
  } else if (!jl_session_may_use(s, &r->space_id, &err)) {
    then(r, &err);
  } else if (is_hidden(r)) {
    look_nowhere(r);
  } else {
    open_it(r);
  }
}

static void open_it(struct jl_request *r) {
  struct jl_session *s = r->session;
  struct jl_space *open = s->opening == 0 ? already_open(s, &r->space_id) : NULL;
  struct jl_error err = {0};
  if (open != NULL) { /* only when nothing waits for an opening: requests of one session keep their order */
    jl_space_hold(open);
    r->space = open;
    r->then(r, exists(r, open, &err) ? NULL : &err);
  } else {
    s->opening++;
    jl_space_open(s->server->spaces, &r->space_id, r->create, space_opened, r);
  }
}

static bool allowed(const struct jl_session *s, const struct jl_request_type *type, struct jl_error *err) {
  if (type->type == JALON__FRAME_TYPE__HELLO)
    return s->state == JL_SESSION_NEW || jl_fail(err, JL_E_INVALID, JL_MSG("hello was already said on this connection"), NULL);
  if (s->state == JL_SESSION_NEW)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the first request of a connection is hello, not {1}"), NULL, jl_arg_text(type->name));
  if (type->type == JALON__FRAME_TYPE__LOGIN && s->state == JL_SESSION_READY)
    return jl_fail(err, JL_E_INVALID, JL_MSG("this connection is logged in already"), JL_MSG("open a new connection for another account"));
  if (type->needs_login && s->state != JL_SESSION_READY)
    return jl_fail(err, JL_E_UNAUTHENTICATED, JL_MSG("log in first"), JL_MSG("jalon login"));
  if (type->needs_login && s->must_change && type->type != JALON__FRAME_TYPE__ACCOUNT && type->type != JALON__FRAME_TYPE__LOGOUT)
    return jl_fail(err, JL_E_DENIED, JL_MSG("this password was given for one login: set your own first"), JL_MSG("jalon passwd"));
  if (s->limits != NULL && s->limits->read_only && type->type == JALON__FRAME_TYPE__SUBMIT)
    return jl_fail(err, JL_E_DENIED, JL_MSG("this token may only read"), JL_MSG("make one with --edit: jalon token add NAME --edit"));
  if (s->server->request_bytes > JL_SERVER_INFLIGHT_BYTES)
    return jl_fail(err, JL_E_OVERLOADED, JL_MSG("the server is busy"), JL_MSG("try again in a few seconds"));
  if (jl_server_scarce(s->server)) return jl_fail(err, JL_E_OVERLOADED, JL_MSG("the server is short of memory"), JL_MSG("try again in a moment"));
  return true;
}

static struct jl_request *new_request(struct jl_session *s, const struct jl_request_type *type, uint32_t stream, size_t bytes) {
  struct jl_request *r = calloc(1, sizeof *r);
  if (r == NULL) return NULL;
  r->arena = take_arena(s->server);
  if (r->arena == NULL) {
    free(r);
    return NULL;
  }
  r->session = s;
  r->type = type;
  r->stream = stream;
  r->bytes = bytes;
  r->started_us = jl_monotonic_us();
  r->next = s->requests;
  if (r->next != NULL) r->next->previous = r;
  s->requests = r;
  s->references++;
  s->request_count++;
  s->request_bytes += bytes;
  s->server->request_count++;
  s->server->request_bytes += bytes;
  return r;
}

void jl_request_begin(struct jl_session *s, const struct jl_request_type *type, uint32_t stream, struct jl_bytes payload) {
  struct jl_error err = {0};
  if (!allowed(s, type, &err)) {
    jl_session_send_error(s, JALON__FRAME_TYPE__ERROR, stream, &err, err.code == JL_E_OVERLOADED ? RETRY_MS : 0);
    return;
  }
  struct jl_request *r = new_request(s, type, stream, payload.size);
  if (r == NULL) {
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    jl_error_public(s, &err, type->name);
    jl_session_send_error(s, JALON__FRAME_TYPE__ERROR, stream, &err, RETRY_MS);
    return;
  }
  ProtobufCMessage *message = jl_unpack(type->descriptor, payload, r->arena, &err);
  if (message == NULL) {
    jl_request_fail(r, &err);
    return;
  }
  s->references++; /* the handler may finish the request, and with it the session's last reference */
  if (s->account_usage != NULL) s->account_usage->requests++;
  if (s->source_usage != NULL) s->source_usage->requests++;
  type->handle(r, message);
  jl_session_update_pause(s);
  jl_session_unreference(s);
}
