/* Accounts, logins and rights that change, by whomever and on whichever node: each change is a numbered row of the database, asked for
 * several times a second; connections of that account are looked at again and closed when their login has ended, spaces in which rights
 * have changed are read again. When the
 * database does not answer, the question stays open and is put again. */
#include "common/record/schema.h"
#include "server/store/migrate.h"
#include "server/net/subscription.h"
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 300
_Static_assert(3 * LOOK_MS < 1000, "ended is ended within a second: of three questions two may be lost");
#define EVENTS 1000 /* of one answer: as many may be more */
#define LOOKING 64  /* connections looked at at once */

bool jl_session_may_use(const struct jl_session *s, const struct jl_id *space, struct jl_error *err) {
  const struct jl_token_limits *limits = s->limits;
  if (limits == NULL || limits->space_count == 0 || jl_id_equal(space, jl_spaces_organisation(s->server->spaces))) return true;
  for (size_t i = 0; i < limits->space_count; i++)
    if (jl_id_equal(&limits->spaces[i], space)) return true;
  return jl_fail(err, JL_E_DENIED, JL_MSG("this token is not for that plan"), JL_MSG("jalon token list shows what it is for"));
}

static enum jl_code take_limits(struct jl_session *s, bool read_only, struct jl_bytes spaces) {
  struct jl_token_limits fresh = {.read_only = read_only};
  char text[JL_TOKEN_SPACES * JL_ID_TEXT_SIZE + 1], *next = text;
  if (spaces.size >= sizeof text) return JL_E_UNAUTHENTICATED;
  if (spaces.size > 0) memcpy(text, spaces.data, spaces.size);
  text[spaces.size] = '\0';
  for (const char *one; spaces.size > 0 && (one = strsep(&next, ",")) != NULL;)
    if (fresh.space_count == JL_TOKEN_SPACES || !jl_id_parse(one, &fresh.spaces[fresh.space_count++]))
      return JL_E_UNAUTHENTICATED;
  if (!read_only && fresh.space_count == 0) {
    free(s->limits);
    s->limits = NULL;
    return JL_E_OK;
  }
  if (s->limits == NULL) s->limits = malloc(sizeof fresh);
  if (s->limits == NULL) return JL_E_NO_MEMORY;
  *s->limits = fresh;
  return JL_E_OK;
}

enum jl_code jl_session_take_account(struct jl_session *s, const struct jl_rows *rows) {
  char born[JL_LOGIN_MAX + JL_ID_TEXT_SIZE + 1] = "";
  if (jl_rows_count(rows) != 1) return JL_E_UNAUTHENTICATED;
  struct jl_bytes login = jl_rows_bytes(rows, 0, 0), first = jl_rows_bytes(rows, 0, 4), spaces = {NULL, 0};
  if (login.size == 0 || login.size > JL_LOGIN_MAX || first.size >= sizeof born) return JL_E_UNAUTHENTICATED;
  if (!jl_rows_null(rows, 0, 7)) spaces = jl_rows_bytes(rows, 0, 7);
  enum jl_code limited = take_limits(s, jl_rows_integer(rows, 0, 6) != 0, spaces);
  if (limited != JL_E_OK) return limited;
  memcpy(s->login, login.data, login.size);
  s->login[login.size] = '\0';
  memcpy(born, first.data, first.size);
  s->account = jl_account_id(born);
  s->person = jl_rows_id(rows, 0, 1);
  s->administrator = jl_rows_integer(rows, 0, 2) != 0;
  s->expires_us = jl_rows_integer(rows, 0, 3);
  s->must_change = jl_rows_integer(rows, 0, 8) != 0;
  s->is_token = jl_rows_integer(rows, 0, 9) != 0;
  struct jl_bytes provider = jl_rows_bytes(rows, 0, 10);
  s->by_directory = provider.size == 4 && memcmp(provider.data, "ldap", 4) == 0;
  return JL_E_OK;
}

/* ---- one connection ---- */
static void looked_at(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_session *s = context;
  struct jl_server *server = s->server;
  struct jl_error reason = {0};
  (void)err;
  server->auth_questions--;
  s->looking = false;
  if (rows != NULL) {
    enum jl_code taken = jl_session_take_account(s, rows);
    s->look_again = taken == JL_E_NO_MEMORY; /* then it keeps what it had until the next look */
    if (taken != JL_E_OK && taken != JL_E_NO_MEMORY) {
      jl_fail(&reason, JL_E_UNAUTHENTICATED, JL_MSG("this login has ended"), JL_MSG("log in again: jalon login"));
      jl_log(JL_LOG_INFO, "session.revoked", JL_F_NUMBER("session", s->number), JL_F_TEXT("login", s->login));
      jl_session_close(s, &reason);
    }
    jl_subscriptions_look_at_rights(server); /* it may have been an administrator's */
  }
  jl_session_unreference(s);
}

static void look_at_flagged(struct jl_server *server) {
  for (struct jl_session *s = server->sessions; s != NULL && server->auth_questions < LOOKING; s = s->next) {
    if (!s->look_again || s->looking || s->closing || s->state != JL_SESSION_READY) continue;
    struct jl_param params[] = {{.kind = JL_PARAM_BYTES, .bytes = {s->token_hash, sizeof s->token_hash}},
                                {.kind = JL_PARAM_INTEGER, .number = server->settings->token_idle_days * 86400}};
    s->looking = true;
    s->references++;
    server->auth_questions++;
    jl_store_query(server->store, "session_find", params, JL_COUNT(params), looked_at, s);
  }
}

/* ---- what has changed ---- */
static void flag(struct jl_server *server, struct jl_bytes login) {
  for (struct jl_session *s = server->sessions; s != NULL; s = s->next)
    if (s->state == JL_SESSION_READY && (login.data == NULL || (strlen(s->login) == login.size && memcmp(s->login, login.data, login.size) == 0)))
      s->look_again = true;
}

/* By a newer server, which this one would only stand in the way of. */
static void outdated(struct jl_server *server) {
  if (server->outdated == NULL || server->draining) return;
  jl_log(JL_LOG_ERROR, "server.outdated", JL_F_TEXT("why", "a newer server has changed the database's tables"));
  server->outdated(server->outdated_context);
}

static void events_came(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_server *server = context;
  (void)err;
  server->auth_questions--;
  server->auth_asking = false;
  size_t n = rows != NULL ? jl_rows_count(rows) : 0;
  if (n == 0) return;
  int64_t now = jl_rows_integer(rows, 0, 2), known = server->auth_epoch;
  server->auth_epoch = now;
  if (jl_rows_integer(rows, 0, 5) > jl_generation()) outdated(server);
  if (known < 0 || now == known || server->detached) return;
  server->ends++; /* logins that are being checked look again */
  if (n == EVENTS || (int64_t)n != now - known || jl_rows_null(rows, 0, 0)) { /* some are no longer kept: look at everybody and everything */
    flag(server, (struct jl_bytes){NULL, 0});
    jl_spaces_look(server->spaces);
  }
  for (size_t i = 0; i < n && !jl_rows_null(rows, i, 0); i++) {
    struct jl_bytes login = jl_rows_bytes(rows, i, 1);
    if (jl_rows_null(rows, i, 3)) {
      flag(server, login.size > 0 ? login : (struct jl_bytes){NULL, 0}); /* without a name: of somebody who was erased */
    } else {
      struct jl_id space = jl_rows_id(rows, i, 3);
      jl_spaces_rights_moved(server->spaces, &space, (uint64_t)jl_rows_integer(rows, i, 4));
    }
  }
  look_at_flagged(server);
}

void jl_revocation_look(struct jl_server *server) {
  if (server->auth_asking || server->closing) return;
  look_at_flagged(server);
  struct jl_param epoch = {.kind = JL_PARAM_INTEGER, .number = server->auth_epoch};
  server->auth_asking = true;
  server->auth_questions++;
  jl_store_query(server->store, "auth_events", &epoch, 1, events_came, server);
}

static void on_timer(uv_timer_t *timer) {
  jl_revocation_look(timer->data);
  jl_directory_watch(timer->data);
  jl_retention_watch(timer->data);
  jl_erasures_watch(timer->data);
  jl_automations_watch(timer->data);
}

void jl_revocation_start(struct jl_server *server) {
  server->auth_epoch = -1;
  uv_timer_init(server->loop, &server->auth_timer);
  server->auth_timer.data = server;
  uv_timer_start(&server->auth_timer, on_timer, 0, LOOK_MS);
}
