#include "server/net/server.h"
#include "common/base/calendar.h"
#include "server/auth/directory.h"
#include "server/net/names.h"
#include "server/net/presence.h"
#include "server/net/session.h"
#include "server/net/snapshot.h"
#include "server/net/subscription.h"
#include "server/net/view_cache.h"
#include "server/past/past.h"
#include <stdlib.h>
#include <string.h>

#define TICK_MS 1000

static void on_tick(uv_timer_t *timer) {
  struct jl_server *server = timer->data;
  int64_t now_us = jl_monotonic_us();
  jl_usages_second(server->usages, now_us);
  for (struct jl_session *s = server->sessions, *next; s != NULL; s = next) {
    next = s->next; /* closing completes later, so next stays */
    jl_session_tick(s, now_us);
  }
  if (server->detached) return;
  jl_spaces_tick(server->spaces);
  jl_pasts_tick(server->pasts);
  jl_presence_tick(server);
  jl_view_watch_tick(server);
}

static void nothing_more(void *context) { (void)context; }

static void directory_advanced(void *context, const struct jl_listener_rows *rows) {
  struct jl_server *server = context;
  const struct jl_replica *directory = jl_spaces_directory(server->spaces);
  struct jl_error reason = {0};
  (void)rows;
  jl_fail(&reason, JL_E_UNAUTHENTICATED, JL_MSG("this login has ended"), JL_MSG("log in again: jalon login"));
  for (struct jl_session *s = server->sessions, *next; s != NULL; s = next) {
    next = s->next; /* closing completes later, so next stays */
    if (s->state == JL_SESSION_READY && !s->closing && jl_rights_has_left(directory, &s->person)) {
      jl_log(JL_LOG_INFO, "session.revoked", JL_F_NUMBER("session", s->number), JL_F_TEXT("login", s->login));
      jl_session_close(s, &reason);
    }
  }
  jl_subscriptions_look_at_rights(server);
  jl_names_look(server);
}

struct jl_server *jl_server_new(uv_loop_t *loop, struct jl_store *store, struct jl_spaces *spaces, const struct jl_settings *settings,
                                struct jl_error *err) {
  struct jl_server *server = calloc(1, sizeof *server);
  if (server != NULL) {
    server->attempts = jl_attempts_new();
    server->usages = jl_usages_new();
    server->views = jl_view_cache_new(JL_VIEW_CACHE_BYTES);
    server->pasts = jl_pasts_new(loop, store, (uint64_t)settings->past_step);
  }
  if (server == NULL || server->attempts == NULL || server->usages == NULL || server->views == NULL || server->pasts == NULL) {
    jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory to start"), NULL);
  } else {
    struct jl_error none = {0};
    server->directory = jl_directory_new(loop, settings, &none);
    if (none.code == JL_E_OK)
      server->passwords = jl_passwords_new(loop, (int)settings->login_threads, err);
    else if (err != NULL)
      *err = none;
  }
  if (server == NULL || server->passwords == NULL) {
    if (server != NULL) {
      jl_attempts_free(server->attempts);
      jl_usages_free(server->usages);
      jl_view_cache_free(server->views);
      jl_pasts_free(server->pasts);
      if (server->directory != NULL) jl_directory_close(server->directory, nothing_more, NULL);
    }
    free(server);
    return NULL;
  }
  server->loop = loop;
  server->store = store;
  server->spaces = spaces;
  server->settings = settings;
  uv_timer_init(loop, &server->tick);
  uv_timer_init(loop, &server->view_timer);
  uv_timer_init(loop, &server->snapshot_timer);
  uv_timer_init(loop, &server->presence_timer);
  server->presence_timer.data = server;
  jl_presence_init(server);
  server->tick.data = server->view_timer.data = server->snapshot_timer.data = server;
  uv_timer_start(&server->tick, on_tick, TICK_MS, TICK_MS);
  jl_revocation_start(server);
  jl_sources_learn(server);
  server->directory_listener = (struct jl_space_listener){.advanced = directory_advanced, .context = server};
  jl_space_listen(jl_spaces_organisation_space(spaces), &server->directory_listener);
  server->directory_listening = true;
  return server;
}

static bool on_connection(void *context, uv_stream_t *listener) {
  return jl_session_accept(context, listener, jl_transport_of_listener(listener));
}
static bool on_tls_connection(void *context, uv_stream_t *listener) {
  struct jl_server *server = context;
  return jl_session_accept(server, listener, jl_tls_transport(server->certificates->tls));
}

void jl_server_on_outdated(struct jl_server *server, void (*outdated)(void *context), void *context) {
  server->outdated = outdated;
  server->outdated_context = context;
}

void jl_server_use_certificates(struct jl_server *server, const struct jl_certificates *c) { server->certificates = c; }

bool jl_server_listen(struct jl_server *server, const struct jl_address *address, struct jl_error *err) {
  if (server->listener_count == JL_LISTENERS_MAX)
    return jl_fail(err, JL_E_USAGE, JL_MSG("the server listens on at most {1} addresses"), NULL, jl_arg_integer(JL_LISTENERS_MAX));
  JL_ASSERT(!address->tls || (server->certificates != NULL && server->certificates->tls != NULL));
  struct jl_listener *listener = jl_listener_new(server->loop, address, address->tls ? on_tls_connection : on_connection, server, err);
  if (listener == NULL) return false;
  server->listeners[server->listener_count++] = listener;
  server->listeners_open++;
  if (address->kind == JL_ADDRESS_TCP && server->port == 0) server->port = jl_listener_port(listener);
  return true;
}

uint16_t jl_server_port(const struct jl_server *server) { return server->port; }
size_t jl_server_session_count(const struct jl_server *server) { return server->session_count; }
size_t jl_server_requests(const struct jl_server *server) { return server->request_count; }

static void finish_close(struct jl_server *server);
static void listener_closed(void *context) {
  struct jl_server *server = context;
  server->listeners_open--;
  finish_close(server);
}

void jl_server_drain(struct jl_server *server) {
  if (server->draining) return;
  server->draining = true;
  for (size_t i = 0; i < server->listener_count; i++) jl_listener_close(server->listeners[i], listener_closed, server);
  for (struct jl_session *s = server->sessions, *next; s != NULL; s = next) {
    next = s->next;
    jl_session_send(s, JALON__FRAME_TYPE__DRAIN, 0, 0, (struct jl_bytes){NULL, 0});
  }
}

void jl_server_detach(struct jl_server *server) {
  server->detached = true;
  jl_pasts_stop(server->pasts);
  struct jl_error err = {0};
  jl_fail(&err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
  for (struct jl_session *s = server->sessions; s != NULL; s = s->next) {
    while (s->subscriptions != NULL) jl_subscription_end(s->subscriptions, JALON__FRAME_TYPE__ENDED, &err);
    jl_session_let_go_of_space(s);
  }
  if (server->directory_listening) jl_space_unlisten(jl_spaces_organisation_space(server->spaces), &server->directory_listener);
  server->directory_listening = false;
  jl_view_watch_forget(server);
  jl_snapshots_forget(server);
  jl_presence_forget(server);
  jl_broadcast_clear(&server->broadcast);
}

static void handle_closed(uv_handle_t *handle) {
  struct jl_server *server = handle->data;
  server->handles_open--;
  finish_close(server);
}
static void passwords_closed(void *context) {
  struct jl_server *server = context;
  server->handles_open--;
  finish_close(server);
}

/* The tick looks whether the last session and request are gone; then the handles close and the rest is freed. */
static void check_closed(uv_timer_t *timer) {
  struct jl_server *server = timer->data;
  if (server->session_count > 0 || server->request_count > 0 || server->auth_questions > 0 || !jl_pasts_idle(server->pasts))
    return;
  uv_timer_stop(&server->tick);
  server->handles_open = 6;
  uv_close((uv_handle_t *)&server->tick, handle_closed);
  uv_close((uv_handle_t *)&server->view_timer, handle_closed);
  uv_close((uv_handle_t *)&server->auth_timer, handle_closed);
  uv_close((uv_handle_t *)&server->snapshot_timer, handle_closed);
  uv_close((uv_handle_t *)&server->presence_timer, handle_closed);
  if (server->directory != NULL) {
    server->handles_open++;
    jl_directory_close(server->directory, passwords_closed, server);
  }
  jl_passwords_close(server->passwords, passwords_closed, server);
  server->passwords = NULL;
}

static void finish_close(struct jl_server *server) {
  if (!server->closing || server->passwords != NULL || server->handles_open > 0 || server->listeners_open > 0) return;
  void (*closed)(void *context) = server->closed;
  void *context = server->closed_context;
  jl_attempts_free(server->attempts);
  jl_usages_free(server->usages);
  jl_view_cache_free(server->views);
  jl_pasts_free(server->pasts);
  while (server->spare_arena_count > 0) jl_arena_free(server->spare_arenas[--server->spare_arena_count]);
  free(server);
  if (closed != NULL) closed(context);
}

void jl_server_close(struct jl_server *server, void (*closed)(void *context), void *context) {
  jl_server_drain(server);
  jl_server_detach(server);
  server->closing = true;
  server->closed = closed;
  server->closed_context = context;
  struct jl_error err = {0};
  jl_fail(&err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
  for (struct jl_session *s = server->sessions, *next; s != NULL; s = next) {
    next = s->next;
    jl_session_close(s, &err);
  }
  uv_timer_start(&server->tick, check_closed, 0, 20);
}

void jl_server_end_sessions(struct jl_server *server, const char *login, const struct jl_session *except, const struct jl_error *reason) {
  server->ends++; /* logins under way look again */
  for (struct jl_session *s = server->sessions, *next; s != NULL; s = next) {
    next = s->next;
    if (s != except && s->state == JL_SESSION_READY && strcmp(s->login, login) == 0) jl_session_close(s, reason);
  }
}

void jl_server_end_token(struct jl_server *server, const uint8_t token_hash[JL_TOKEN_HASH_SIZE], const struct jl_session *except,
                         const struct jl_error *reason) {
  server->ends++;
  for (struct jl_session *s = server->sessions, *next; s != NULL; s = next) {
    next = s->next;
    bool same = s->has_token && memcmp(s->token_hash, token_hash, JL_TOKEN_HASH_SIZE) == 0;
    if (s != except && same) jl_session_close(s, reason);
  }
}
