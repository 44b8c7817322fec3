/* Logins and tokens for scripts: listed, ended, added. Everyone's own; anybody's for administrators. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "server/net/session.h"
#include <sodium.h>
#include <string.h>

#define NAME_MAX_BYTES 100

struct logins_job {
  const Jalon__AccountRequest *in;
  char login[JL_LOGIN_MAX + 1]; /* "": everybody's */
  uint8_t token[JL_TOKEN_SIZE];
};

static struct jl_param text_param(const char *text) {
  if (text[0] == '\0') return (struct jl_param){.kind = JL_PARAM_NULL};
  return (struct jl_param){.kind = JL_PARAM_TEXT, .bytes = {(const uint8_t *)text, strlen(text)}};
}

/* ---- lists ---- */
static char *text_of(struct jl_request *r, const struct jl_rows *rows, size_t row, int column) {
  struct jl_bytes text = jl_rows_bytes(rows, row, column);
  return text.size > 0 ? jl_arena_strndup(r->arena, (const char *)text.data, text.size) : NULL;
}

static bool add_spaces(struct jl_request *r, Jalon__SessionState *state, char *text) {
  if (text == NULL) return true;
  state->spaces = jl_arena_array(r->arena, JL_TOKEN_SPACES, sizeof *state->spaces);
  if (state->spaces == NULL) return false;
  for (const char *one; state->n_spaces < JL_TOKEN_SPACES && (one = strsep(&text, ",")) != NULL;) {
    struct jl_id *id = jl_arena_alloc(r->arena, sizeof *id);
    if (id == NULL || !jl_id_parse(one, id)) return false;
    state->spaces[state->n_spaces++] = (ProtobufCBinaryData){sizeof id->bytes, id->bytes};
  }
  return true;
}

static Jalon__SessionState *state_of(struct jl_request *r, const struct jl_rows *rows, size_t i) {
  Jalon__SessionState *state = jl_arena_alloc(r->arena, sizeof *state);
  struct jl_id *id = jl_arena_alloc(r->arena, sizeof *id);
  if (state == NULL || id == NULL) return NULL;
  jalon__session_state__init(state);
  *id = jl_rows_id(rows, i, 0);
  struct jl_bytes hash = jl_rows_bytes(rows, i, 10);
  state->has_id = state->has_created_us = state->has_last_used_us = state->has_expires_us = state->has_current = true;
  state->id = (ProtobufCBinaryData){sizeof id->bytes, id->bytes};
  state->account = text_of(r, rows, i, 1);
  state->device = text_of(r, rows, i, 2);
  state->source = text_of(r, rows, i, 3);
  state->created_us = jl_rows_integer(rows, i, 4);
  state->last_used_us = jl_rows_integer(rows, i, 5);
  state->expires_us = jl_rows_integer(rows, i, 6);
  state->token_name = text_of(r, rows, i, 7);
  state->has_read_only = state->read_only = jl_rows_integer(rows, i, 8) != 0;
  state->current = hash.size == JL_TOKEN_HASH_SIZE && memcmp(hash.data, r->session->token_hash, JL_TOKEN_HASH_SIZE) == 0;
  return state->account != NULL && add_spaces(r, state, text_of(r, rows, i, 9)) ? state : NULL;
}

static void listed(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  if (rows == NULL) {
    jl_request_fail(r, err);
    return;
  }
  size_t n = jl_rows_count(rows);
  Jalon__AccountReply reply = JALON__ACCOUNT_REPLY__INIT;
  reply.sessions = jl_arena_array(r->arena, n + 1, sizeof(Jalon__SessionState *));
  for (size_t i = 0; reply.sessions != NULL && i < n; i++) {
    Jalon__SessionState *state = state_of(r, rows, i);
    if (state == NULL) break;
    reply.sessions[reply.n_sessions++] = state;
  }
  if (reply.n_sessions == n)
    jl_request_reply(r, &reply.base);
  else
    jl_request_out_of_memory(r);
}

static void list(struct jl_request *r, bool tokens) {
  const struct logins_job *job = r->state;
  struct jl_param params[] = {text_param(job->login),
                              {.kind = JL_PARAM_BOOL, .number = tokens},
                              {.kind = JL_PARAM_INTEGER, .number = r->session->server->settings->token_idle_days * 86400}};
  jl_store_query(r->session->server->store, "session_list", params, JL_COUNT(params), listed, r);
}

/* ---- ending one ---- */
static void ended(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  const struct logins_job *job = r->state;
  struct jl_error why = {0};
  if (rows == NULL) {
    jl_request_fail(r, err);
    return;
  }
  if (jl_rows_count(rows) == 0) {
    jl_fail(&why, JL_E_NOT_FOUND, JL_MSG("no login or token is called {1}, or more than one begins so"),
            JL_MSG("jalon session list and jalon token list show them"), jl_arg_text(job->in->session));
    jl_request_fail(r, &why);
    return;
  }
  jl_log(JL_LOG_INFO, "session.ended", JL_F_NUMBER("session", r->session->number), JL_F_TEXT("by", r->session->login),
         JL_F_TEXT("which", job->in->session));
  Jalon__AccountReply reply = JALON__ACCOUNT_REPLY__INIT;
  struct jl_server *server = r->session->server;
  jl_request_reply(r, &reply.base);
  jl_revocation_look(server);
}

/* ---- a token ---- */
static void added(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct logins_job *job = r->state;
  struct jl_error why = {0};
  if (rows == NULL || jl_rows_count(rows) == 0) {
    sodium_memzero(job->token, sizeof job->token);
    jl_fail(&why, JL_E_ALREADY_EXISTS, JL_MSG("there is a token called {1} already, or the account has a hundred of them, or is closed"),
            JL_MSG("jalon token list shows them, jalon token rm ends one"), jl_arg_text(job->in->token_name));
    jl_request_fail(r, rows == NULL ? err : &why);
    return;
  }
  jl_log(JL_LOG_INFO, "token.added", JL_F_NUMBER("session", r->session->number), JL_F_TEXT("by", r->session->login),
         JL_F_TEXT("name", job->in->token_name));
  Jalon__AccountReply reply = JALON__ACCOUNT_REPLY__INIT;
  reply.has_token = true;
  reply.token = (ProtobufCBinaryData){sizeof job->token, job->token};
  jl_request_reply(r, &reply.base); /* the arena, and with it the token, is wiped by its next use */
}

static bool check_token(const struct jl_request *r, struct jl_error *err) {
  const struct logins_job *job = r->state;
  const Jalon__AccountRequest *in = job->in;
  if (in->token_name == NULL || in->token_name[0] == '\0' || strlen(in->token_name) > NAME_MAX_BYTES)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a token needs a name of 1 to {1} characters"), NULL, jl_arg_integer(NAME_MAX_BYTES));
  if (!in->has_days || in->days < 1 || in->days > JL_TOKEN_DAYS)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a token is good for 1 to {1} days"), NULL, jl_arg_integer(JL_TOKEN_DAYS));
  if (in->n_spaces > JL_TOKEN_SPACES)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a token is for at most {1} plans, or for all"), NULL, jl_arg_integer(JL_TOKEN_SPACES));
  for (size_t i = 0; i < in->n_spaces; i++) {
    struct jl_id id;
    if (!jl_id_from_bytes(JL_PB(in->spaces[i]), &id) || !jl_session_sees_plan(r->session, &id))
      return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no such plan"), JL_MSG("jalon plan list shows the plans there are"));
  }
  return true;
}

static void add_token(struct jl_request *r) {
  struct logins_job *job = r->state;
  struct jl_error err = {0};
  uint8_t hash[JL_TOKEN_HASH_SIZE];
  struct jl_buffer spaces;
  if (!check_token(r, &err)) {
    jl_request_fail(r, &err);
    return;
  }
  jl_buffer_init(&spaces, JL_TOKEN_SPACES * JL_ID_TEXT_SIZE);
  for (size_t i = 0; i < job->in->n_spaces; i++) {
    char text[JL_ID_TEXT_SIZE];
    struct jl_id id;
    (void)!jl_id_from_bytes(JL_PB(job->in->spaces[i]), &id); /* was checked */
    jl_id_format(&id, text);
    jl_buffer_printf(&spaces, "%s%s", i > 0 ? "," : "", text);
  }
  jl_token_new(job->token);
  jl_token_hash(job->token, hash);
  const char *list_of_spaces = jl_buffer_cstring(&spaces);
  struct jl_param params[] = {{.kind = JL_PARAM_BYTES, .bytes = {hash, sizeof hash}},
                              text_param(job->login),
                              text_param(job->in->token_name),
                              {.kind = JL_PARAM_BOOL, .number = job->in->read_only},
                              text_param(list_of_spaces != NULL ? list_of_spaces : ""),
                              {.kind = JL_PARAM_INTEGER, .number = (int64_t)job->in->days * 86400}};
  if (list_of_spaces == NULL)
    jl_request_out_of_memory(r);
  else
    jl_store_query(r->session->server->store, "token_add", params, JL_COUNT(params), added, r);
  jl_buffer_release(&spaces);
}

/* ---- which, and whose ---- */
static bool whose(struct jl_request *r, struct logins_job *job, struct jl_error *err) {
  const struct jl_session *s = r->session;
  bool all = job->in->everybody && job->in->verb != JALON__ACCOUNT_VERB__TOKEN_ADD;
  if (job->in->account == NULL && !all)
    memcpy(job->login, s->login, sizeof job->login);
  else if (job->in->account != NULL && !jl_login_normalise(job->in->account, job->login))
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no account {1}"), JL_MSG("jalon account list shows them all"),
                   jl_arg_text(job->in->account));
  if (s->administrator || (!all && strcmp(job->login, s->login) == 0)) return true;
  return jl_fail(err, JL_E_DENIED, JL_MSG("only an administrator manages the logins of others"), JL_MSG("ask an administrator"));
}

bool jl_handle_logins(struct jl_request *r, const Jalon__AccountRequest *in) {
  struct jl_error err = {0};
  if (in->verb < JALON__ACCOUNT_VERB__SESSION_LIST || in->verb > JALON__ACCOUNT_VERB__TOKEN_LIST) return false;
  struct logins_job *job = jl_arena_alloc(r->arena, sizeof *job);
  if (job == NULL) {
    jl_request_out_of_memory(r);
    return true;
  }
  job->in = in;
  r->state = job;
  if (!whose(r, job, &err)) {
    jl_request_fail(r, &err);
    return true;
  }
  switch (in->verb) {
  case JALON__ACCOUNT_VERB__SESSION_LIST:
  case JALON__ACCOUNT_VERB__TOKEN_LIST:
    list(r, in->verb == JALON__ACCOUNT_VERB__TOKEN_LIST);
    return true;
  case JALON__ACCOUNT_VERB__TOKEN_ADD:
    add_token(r);
    return true;
  default: {
    struct jl_param params[] = {text_param(job->login), text_param(in->session != NULL ? in->session : "")};
    jl_store_query(r->session->server->store, "session_end_listed", params, JL_COUNT(params), ended, r);
    return true;
  }
  }
}
