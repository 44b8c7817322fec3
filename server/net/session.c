/* Sessions: their connection, their state and their limits. */
#include "server/net/session.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/governance/names.h"
#include "common/record/schema.h"
#include "server/net/presence.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* What the login allows at most; the writer keeps it to what the person may do in that space at that revision. */
struct jl_author jl_session_author(const struct jl_session *s) {
  bool read_only = s->limits != NULL && s->limits->read_only;
  return (struct jl_author){.person = s->person, .may_edit = read_only ? 0 : JL_EVERYTHING, .administrator = s->administrator && !read_only};
}

void jl_session_rights(const struct jl_session *s, const struct jl_space *space, struct jl_rights *ret) {
  const struct jl_replica *directory = jl_spaces_directory(s->server->spaces);
  const struct jl_who who = {s->person, s->administrator};
  *ret = (struct jl_rights){.readable = 0};
  if (s->state != JL_SESSION_READY) return;
  if (space != NULL)
    jl_space_rights(jl_space_committed(space), directory, &who, ret);
  else /* the organisation, and the plans that jl_session_plans lets through */
    ret->readable = JL_EVERYTHING | (!who.administrator && jl_rights_is_guest(directory, &who.person) ? JL_NAMES_ONLY : 0);
  if (s->limits != NULL && s->limits->read_only) ret->editable = 0;
}

uint32_t jl_session_readable(const struct jl_session *s, const struct jl_space *space) {
  struct jl_rights rights;
  jl_session_rights(s, space, &rights);
  return rights.readable;
}

/* ---- the list of plans ---- */
static uint32_t readable_plan(const struct jl_session *s, const struct jl_replica *plans, const struct jl_record *plan) {
  struct jl_rights rights;
  struct jl_error ignored;
  if (!jl_session_may_use(s, &plan->id, &ignored)) return 0; /* a token for some plans only */
  jl_rights_of(plans, &plan->id, jl_spaces_directory(s->server->spaces), &(struct jl_who){s->person, s->administrator}, &rights);
  return rights.readable;
}

/* ---- the organisation ---- */
const struct jl_replica *jl_session_names(const struct jl_session *s, struct jl_space *space, uint32_t sections) {
  return (sections & JL_NAMES_ONLY) == 0 ? jl_spaces_directory(s->server->spaces) : jl_space_names(space, sections);
}

const struct jl_replica *jl_session_directory(const struct jl_session *s, struct jl_space *space, uint32_t sections,
                                              struct jl_replica **ret_own) {
  const struct jl_replica *directory = jl_spaces_directory(s->server->spaces), *known = NULL;
  *ret_own = NULL;
  if ((sections & JL_NAMES_ONLY) == 0) return directory;
  if (space != NULL && (known = jl_space_names(space, sections)) == NULL) return NULL;
  *ret_own = known == NULL ? jl_names_new(NULL, directory, &s->person) : jl_names_with(known, directory, &s->person);
  return *ret_own;
}

struct jl_position jl_session_position(const struct jl_session *s, const struct jl_space *space, uint32_t sections) {
  if (space != NULL) return *jl_replica_where(jl_space_committed(space));
  const struct jl_replica *directory = jl_spaces_directory(s->server->spaces);
  return (sections & JL_NAMES_ONLY) != 0 ? jl_names_position(directory) : *jl_replica_where(directory);
}

bool jl_session_asks_nowhere(const struct jl_session *s, ProtobufCBinaryData space) {
  struct jl_id id;
  if (!jl_id_from_bytes(JL_PB(space), &id) || jl_id_is_zero(&id)) return true;
  return jl_id_equal(&id, jl_spaces_organisation(s->server->spaces)) && (jl_session_readable(s, NULL) & JL_NAMES_ONLY) != 0;
}

bool jl_session_sees_plan(const struct jl_session *s, const struct jl_id *plan) {
  const struct jl_replica *plans = jl_spaces_plans(s->server->spaces);
  const struct jl_record *record = jl_replica_live(plans, plan);
  return record != NULL && record->type_number == JL_TYPE_PLAN && readable_plan(s, plans, record) != 0;
}

const struct jl_replica *jl_session_plans(const struct jl_session *s, struct jl_replica **ret_own) {
  static const struct jl_id none = {{0}};
  const struct jl_replica *all = jl_spaces_plans(s->server->spaces);
  bool every = true;
  *ret_own = NULL;
  for (const struct jl_record *r = jl_replica_next(all, NULL); every && r != NULL; r = jl_replica_next(all, &r->id))
    every = r->type_number == JL_TYPE_PLAN && readable_plan(s, all, r) != 0;
  if (every) return all;
  *ret_own = jl_replica_new(&none, JL_SPACE_PLAN);
  for (const struct jl_record *r = jl_replica_next(all, NULL); *ret_own != NULL && r != NULL; r = jl_replica_next(all, &r->id)) {
    if (r->type_number != JL_TYPE_PLAN || readable_plan(s, all, r) == 0 || jl_replica_put(*ret_own, jl_record_share(r))) continue;
    jl_replica_free(*ret_own);
    *ret_own = NULL;
  }
  return *ret_own;
}

bool jl_server_scarce(const struct jl_server *server) { return jl_spaces_scarce(server->spaces) || jl_store_scarce(server->store); }
bool jl_server_pressed(const struct jl_server *server) { return server->queued_bytes > JL_SERVER_QUEUE_BYTES; }

bool jl_session_congested(const struct jl_session *s) {
  size_t queued = s->connection == NULL ? 0 : jl_connection_queued(s->connection);
  if (queued > JL_SESSION_QUEUE_SOFT) return true;
  if (queued <= JL_SESSION_QUEUE_SHARE || !jl_server_pressed(s->server)) return false;
  jl_connection_tell_drained(s->connection, JL_SESSION_QUEUE_SHARE / 2);
  return true;
}

void jl_session_let_go_of_space(struct jl_session *s) {
  if (s->space != NULL) jl_space_release(s->space);
  s->space = NULL;
}

void jl_session_unreference(struct jl_session *s) {
  if (--s->references > 0) return;
  jl_session_let_go_of_space(s);
  free(s->limits);
  sodium_memzero(s, sizeof *s);
  free(s);
}

static bool over_rate(const struct jl_session *s) {
  size_t most = (size_t)s->server->settings->account_requests;
  if (most == 0) return false;
  return (s->account_usage != NULL && s->account_usage->requests >= most) || (s->source_usage != NULL && s->source_usage->requests >= most);
}

/* Reading pauses while a login is checked, when an account or an address has asked enough for this second, while too much is under way, and while the client does not read its answers. */
void jl_session_update_pause(struct jl_session *s) {
  if (s->connection == NULL || s->closing) return;
  bool pause =
      s->login_pending || over_rate(s) || s->request_count >= JL_INFLIGHT_GROUPS || s->request_bytes > JL_SESSION_INFLIGHT_BYTES || jl_session_congested(s);
  if (pause == s->paused) return;
  s->paused = pause;
  jl_connection_pause(s->connection, pause);
}

static void hang_up(struct jl_session *s, bool flush) {
  s->closing = true;
  jl_subscriptions_end(s);
  jl_presence_end(s);
  jl_connection_close(s->connection, flush);
}

static void check_queue(struct jl_session *s) {
  if (s->closing || jl_connection_queued(s->connection) <= JL_SESSION_QUEUE_HARD) return;
  jl_log(JL_LOG_WARN, "session.queue_full", JL_F_NUMBER("session", s->number), JL_F_NUMBER("bytes", jl_connection_queued(s->connection)));
  hang_up(s, false);
}

void jl_session_send(struct jl_session *s, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  if (s->connection == NULL || s->closing) return;
  jl_connection_send(s->connection, type, flags, stream, payload);
  check_queue(s);
}

void jl_session_send_shared(struct jl_session *s, uint32_t stream, struct jl_message *m) {
  if (s->connection == NULL || s->closing) return;
  jl_connection_send_shared(s->connection, stream, m);
  check_queue(s);
}

/* What ends here must be told: without memory for that the connection ends, which tells it too. */
static void end_untold(struct jl_session *s) {
  if (s->connection != NULL && !s->closing) jl_connection_close(s->connection, false);
}

void jl_session_send_error(struct jl_session *s, uint8_t type, uint32_t stream, const struct jl_error *err, int64_t retry_after_ms) {
  struct jl_arena *a = jl_arena_new(65536);
  if (a == NULL) {
    end_untold(s);
    return;
  }
  Jalon__Error wire = JALON__ERROR__INIT;
  jl_error_to_wire(err, a, &wire);
  if (retry_after_ms > 0 && retry_after_ms < UINT32_MAX) {
    wire.has_retry_after_ms = true;
    wire.retry_after_ms = (uint32_t)retry_after_ms;
  }
  Jalon__Ended ended = JALON__ENDED__INIT; /* Resync has the same shape; each is packed by its own descriptor */
  Jalon__Resync resync = JALON__RESYNC__INIT;
  ended.error = resync.error = &wire;
  const ProtobufCMessage *message = type == JALON__FRAME_TYPE__ENDED    ? &ended.base
                                    : type == JALON__FRAME_TYPE__RESYNC ? &resync.base
                                                                        : &wire.base;
  struct jl_bytes packed = jl_pack(message, a, 65536);
  if (packed.data != NULL)
    jl_session_send(s, type, JL_FRAME_END, stream, packed);
  else
    end_untold(s);
  jl_arena_free(a);
}

/* After an error that ends the session; the queue is flushed first. */
void jl_session_close(struct jl_session *s, const struct jl_error *reason) {
  if (s->connection == NULL || s->closing) return;
  if (reason != NULL) jl_session_send_error(s, JALON__FRAME_TYPE__ERROR, 0, reason, 0);
  if (!s->closing) hang_up(s, reason != NULL); /* otherwise the error did not fit either */
}

static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  struct jl_session *s = context;
  (void)flags;
  if (s->closing) return;
  const struct jl_request_type *request = jl_request_type(type);
  if (request != NULL) {
    jl_request_begin(s, request, stream, payload);
    return;
  }
  struct jl_error err = {0};
  jl_fail(&err, JL_E_UNSUPPORTED, JL_MSG("this server does not know request {1}"),
          JL_MSG("the server is older than the program: update the server"), jl_arg_integer(type));
  jl_session_send_error(s, JALON__FRAME_TYPE__ERROR, stream, &err, 0);
  jl_session_update_pause(s);
}

static void on_drain(void *context) {
  struct jl_session *s = context;
  if (s->closing) return;
  jl_session_update_pause(s);
  jl_subscriptions_drained(s);
}

/* What its client was trying is over, unless another connection of the same replica goes on with it. */
static void end_rehearsals(struct jl_session *s) {
  const struct jl_session *other = s->server->sessions;
  if (jl_id_is_zero(&s->replica) || s->server->detached) return; /* detached: the spaces may be gone, with what was tried */
  while (other != NULL && (other == s || !jl_id_equal(&other->replica, &s->replica))) other = other->next;
  if (other == NULL) jl_spaces_rehearsals_end(s->server->spaces, &s->replica);
}

static void on_close(void *context, const struct jl_error *reason) {
  struct jl_session *s = context;
  struct jl_server *server = s->server;
  s->closing = true;
  jl_directory_left(s);
  jl_subscriptions_end(s);
  jl_presence_end(s);
  end_rehearsals(s);
  jl_session_let_go_of_space(s);
  jl_entrance_leave(s);
  jl_usage_release(server->usages, s->account_usage);
  jl_usage_release(server->usages, s->source_usage);
  s->account_usage = s->source_usage = NULL;
  struct jl_error none = {0};
  jl_log(JL_LOG_INFO, "session.close", JL_F_NUMBER("session", s->number), JL_F_TEXT("login", s->login),
         JL_F_ERROR(reason != NULL ? reason : &none));
  if (s->previous != NULL)
    s->previous->next = s->next;
  else
    server->sessions = s->next;
  if (s->next != NULL) s->next->previous = s->previous;
  server->session_count--;
  struct jl_connection *connection = s->connection;
  s->connection = NULL;
  jl_connection_free(connection);
  jl_session_unreference(s);
}

bool jl_session_accept(struct jl_server *server, uv_stream_t *listener, const struct jl_transport *transport) {
  static const struct jl_connection_handler handler = {.on_message = on_message, .on_drain = on_drain, .on_close = on_close};
  struct jl_session *s = calloc(1, sizeof *s);
  if (s == NULL) return false; /* the connection stays in the listener's queue until there is memory */
  s->connection = jl_connection_accept_over(transport, listener, &handler, s);
  if (s->connection == NULL) {
    free(s);
    return false;
  }
  s->server = server;
  jl_connection_count_in(s->connection, &server->queued_bytes);
  s->number = ++server->last_number;
  s->references = 1;
  s->opened_us = s->heartbeat_us = jl_monotonic_us();
  s->next = server->sessions;
  if (s->next != NULL) s->next->previous = s;
  server->sessions = s;
  server->session_count++;
  s->source_usage = jl_usage_of_source(server->usages, jl_connection_peer(s->connection));
  jl_log(JL_LOG_INFO, "session.open", JL_F_NUMBER("session", s->number), JL_F_TEXT("peer", jl_connection_peer(s->connection)));
  struct jl_error err = {0};
  bool admitted = jl_entrance_admit(s, jl_connection_peer(s->connection), s->opened_us, &err);
  if (server->draining)
    jl_fail(&err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
  else if ((int64_t)server->session_count > server->settings->sessions)
    jl_fail(&err, JL_E_OVERLOADED, JL_MSG("the server has too many connections"),
            JL_MSG("try again in a minute, or raise the setting sessions"));
  if (!admitted || err.code != JL_E_OK) jl_session_close(s, &err);
  return true;
}

void jl_session_tick(struct jl_session *s, int64_t now_us) {
  if (s->closing || s->connection == NULL) return;
  jl_session_update_pause(s); /* a new second for those who asked too much */
  struct jl_error err = {0};
  bool strange = s->state != JL_SESSION_READY && !s->login_pending; /* the wait for a check of the password is the server's own */
  if (strange && now_us - s->opened_us > INT64_C(1000) * JL_LOGIN_DEADLINE_MS) {
    jl_fail(&err, JL_E_TIMEOUT, JL_MSG("no login within {1} seconds"), JL_MSG("connect again"),
            jl_arg_integer(JL_LOGIN_DEADLINE_MS / 1000));
    jl_session_close(s, &err);
  } else if (jl_connection_stalled_ms(s->connection) > s->server->settings->stall_ms) {
    jl_log(JL_LOG_WARN, "session.stalled", JL_F_NUMBER("session", s->number), JL_F_NUMBER("bytes", jl_connection_queued(s->connection)));
    jl_session_close(s, NULL);
  } else if (s->has_token && s->expires_us != 0 && jl_now_utc_us() > s->expires_us) {
    jl_fail(&err, JL_E_UNAUTHENTICATED, JL_MSG("this login has ended after its longest lifetime"), JL_MSG("jalon login"));
    jl_session_close(s, &err);
  } else if (now_us - s->heartbeat_us > 1000 * s->server->settings->heartbeat_ms) {
    s->heartbeat_us = now_us;
    jl_subscriptions_heartbeat(s);
  }
}
