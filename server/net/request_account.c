/* Accounts: who may log in. Only administrators add, disable, enable, rename, reset and list; everyone changes their own
 * password. Logins and tokens: request_logins.c. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "server/net/session.h"
#include <sodium.h>
#include <string.h>

struct account_job {
  const Jalon__AccountRequest *in;
  char login[JL_LOGIN_MAX + 1], renamed[JL_LOGIN_MAX + 1];
  struct jl_id person;
  struct jl_attempt attempt;
  bool counted; /* attempt has not ended */
};

static struct jl_param text_param(const char *text) {
  return (struct jl_param){.kind = JL_PARAM_TEXT, .bytes = {(const uint8_t *)text, strlen(text)}};
}

static void wipe(const struct account_job *job) {
  if (job->in->password != NULL) sodium_memzero(job->in->password, strlen(job->in->password));
  if (job->in->old_password != NULL) sodium_memzero(job->in->old_password, strlen(job->in->old_password));
}

static void end_attempt(struct jl_request *r, enum jl_attempt_end how) {
  struct account_job *job = r->state;
  if (job->counted) jl_attempts_end(r->session->server->attempts, &job->attempt, jl_monotonic_us(), how);
  job->counted = false;
}

static void fail(struct jl_request *r, const struct jl_error *err) {
  end_attempt(r, JL_ATTEMPT_UNDECIDED);
  wipe(r->state);
  jl_request_fail(r, err);
}

static void done(struct jl_request *r, const char *event) {
  struct account_job *job = r->state;
  jl_log(JL_LOG_INFO, event, JL_F_NUMBER("session", r->session->number), JL_F_TEXT("by", r->session->login),
         JL_F_TEXT("login", job->login));
  wipe(job);
  Jalon__AccountReply reply = JALON__ACCOUNT_REPLY__INIT;
  jl_request_reply(r, &reply.base);
}

static bool nobody(struct jl_request *r, const struct jl_rows *rows, const struct jl_error *err) {
  struct account_job *job = r->state;
  struct jl_error why = {0};
  if (rows != NULL && jl_rows_count(rows) > 0) return false;
  if (rows != NULL)
    jl_fail(&why, JL_E_NOT_FOUND, JL_MSG("there is no account {1}"), JL_MSG("jalon account list shows them all"), jl_arg_text(job->login));
  fail(r, rows == NULL ? err : &why);
  return true;
}

/* ---- list, who ---- */
static bool add_state(struct jl_request *r, Jalon__AccountReply *reply, struct jl_bytes login, const struct jl_id *person,
                      bool administrator, bool disabled, int64_t last_login_us, bool must_change, struct jl_bytes provider) {
  Jalon__AccountState *state = jl_arena_alloc(r->arena, sizeof *state);
  uint8_t *id = jl_arena_alloc(r->arena, sizeof person->bytes);
  if (state == NULL || id == NULL) return false;
  jalon__account_state__init(state);
  memcpy(id, person->bytes, sizeof person->bytes);
  state->account = jl_arena_strndup(r->arena, (const char *)login.data, login.size);
  state->has_person = state->has_administrator = state->has_disabled = true;
  state->person = (ProtobufCBinaryData){sizeof person->bytes, id};
  state->administrator = administrator;
  state->disabled = disabled;
  state->has_last_login_us = last_login_us != 0;
  state->last_login_us = last_login_us;
  state->has_must_change = state->must_change = must_change;
  if (provider.size > 0) state->provider = jl_arena_strndup(r->arena, (const char *)provider.data, provider.size);
  const struct jl_record *record = jl_replica_record(jl_spaces_directory(r->session->server->spaces), person);
  if (record != NULL && record->type != NULL && record->type_number == JL_TYPE_PERSON) {
    struct jl_bytes name = jl_record_text(record->type, record->body, JL_PERSON_NAME);
    if (name.size > 0) state->name = jl_arena_strndup(r->arena, (const char *)name.data, name.size);
  }
  reply->accounts[reply->n_accounts++] = state;
  return state->account != NULL;
}

static void listed(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  if (rows == NULL) {
    fail(r, err);
    return;
  }
  size_t n = jl_rows_count(rows);
  Jalon__AccountReply reply = JALON__ACCOUNT_REPLY__INIT;
  reply.accounts = jl_arena_array(r->arena, n + 1, sizeof(Jalon__AccountState *));
  bool ok = reply.accounts != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    struct jl_id person = jl_rows_id(rows, i, 1);
    ok = add_state(r, &reply, jl_rows_bytes(rows, i, 0), &person, jl_rows_integer(rows, i, 2) != 0, jl_rows_integer(rows, i, 3) != 0,
                   jl_rows_null(rows, i, 4) ? 0 : jl_rows_integer(rows, i, 4), jl_rows_integer(rows, i, 5) != 0, jl_rows_bytes(rows, i, 6));
  }
  if (ok)
    jl_request_reply(r, &reply.base);
  else
    jl_request_out_of_memory(r);
}

static void who(struct jl_request *r) {
  const struct jl_session *s = r->session;
  Jalon__AccountReply reply = JALON__ACCOUNT_REPLY__INIT;
  Jalon__AccountState *one[1];
  reply.accounts = one;
  if (add_state(r, &reply, (struct jl_bytes){(const uint8_t *)s->login, strlen(s->login)}, &s->person, s->administrator, false, 0,
                s->must_change, (struct jl_bytes){NULL, 0}))
    jl_request_reply(r, &reply.base);
  else
    jl_request_out_of_memory(r);
}

/* ---- disable, enable ---- */
/* The account's row is changed first: a login opened just before is only seen by a second statement. */
static void disabled_and_ended(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  struct jl_error reason = {0};
  jl_fail(&reason, JL_E_UNAUTHENTICATED, JL_MSG("this account was disabled"), JL_MSG("ask an administrator"));
  jl_server_end_sessions(r->session->server, job->login, r->session, &reason);
  if (rows == NULL)
    fail(r, err);
  else
    done(r, "account.disabled");
}

static void disabled(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  if (nobody(r, rows, err)) return;
  struct jl_param login = text_param(job->login);
  jl_store_query(r->session->server->store, "session_end_all", &login, 1, disabled_and_ended, r);
}

static void renamed(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  struct jl_error why = {0};
  if (rows == NULL) {
    fail(r, err);
  } else if (jl_rows_count(rows) == 0) {
    jl_fail(&why, JL_E_NOT_FOUND, JL_MSG("there is no account {1}, or there is one called {2} already"),
            JL_MSG("jalon account list shows them all"), jl_arg_text(job->login), jl_arg_text(job->renamed));
    fail(r, &why);
  } else {
    jl_revocation_look(r->session->server); /* live connections learn their new name */
    done(r, "account.renamed");
  }
}

static void enabled(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  if (!nobody(r, rows, err)) done(r, "account.enabled");
}

/* ---- password: [old one checked] -> hashed -> stored, other logins end ---- */
static struct jl_param kept_login(const struct jl_request *r) {
  const struct account_job *job = r->state;
  bool own = strcmp(job->login, r->session->login) == 0;
  return (struct jl_param){.kind = own ? JL_PARAM_BYTES : JL_PARAM_NULL,
                           .bytes = {r->session->token_hash, sizeof r->session->token_hash}};
}

static void password_stored_and_ended(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  struct jl_error reason = {0};
  jl_fail(&reason, JL_E_UNAUTHENTICATED, JL_MSG("the password of this account was changed"), JL_MSG("log in again: jalon login"));
  jl_server_end_sessions(r->session->server, job->login, r->session, &reason);
  jl_attempts_forgive(r->session->server->attempts, job->login);
  if (rows == NULL) {
    fail(r, err);
    return;
  }
  if (strcmp(job->login, r->session->login) == 0) r->session->must_change = false;
  done(r, job->in->verb == JALON__ACCOUNT_VERB__ACCOUNT_RESET ? "account.reset" : "account.password");
}

static void password_stored(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  if (nobody(r, rows, err)) return;
  struct jl_param params[] = {text_param(job->login), kept_login(r)};
  jl_store_query(r->session->server->store, "session_end_others", params, JL_COUNT(params), password_stored_and_ended, r);
}

static bool no_person(struct jl_error *err) {
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("an account belongs to a person of the organisation, and there is no such person"),
                 JL_MSG("add the person first"));
}

static bool has_person(const struct jl_request *r, const struct jl_id *id) {
  const struct jl_record *person = jl_replica_live(jl_spaces_directory(r->session->server->spaces), id);
  return person != NULL && person->type_number == JL_TYPE_PERSON && !jl_record_erased(person->type, person->body);
}

static void why_not_added(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  struct jl_error why = {0};
  if (rows == NULL) {
    fail(r, err);
    return;
  }
  if (jl_rows_count(rows) == 0) /* erased while the password was hashed */
    (void)no_person(&why);
  else
    jl_fail(&why, JL_E_ALREADY_EXISTS, JL_MSG("account {1} exists already, or this person has another one"),
            JL_MSG("choose another login name"), jl_arg_text(job->login));
  fail(r, &why);
}

static struct jl_param person_param(const struct account_job *job) {
  return (struct jl_param){.kind = JL_PARAM_ID, .bytes = {job->person.bytes, sizeof job->person.bytes}};
}

static void added(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  if (rows == NULL) {
    fail(r, err);
  } else if (jl_rows_count(rows) == 0) { /* what is in memory may not know yet that the person is not there any more */
    struct jl_param params[] = {text_param(job->login), person_param(job)};
    jl_store_query(r->session->server->store, "account_taken", params, JL_COUNT(params), why_not_added, r);
  } else {
    done(r, "account.added");
  }
}

static void password_hashed(void *context, enum jl_password_result result, const char *hash) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  struct jl_session *s = r->session;
  struct jl_error why = {0};
  if (result != JL_PASSWORD_RIGHT) {
    jl_fail(&why, JL_E_OVERLOADED, JL_MSG("the password could not be hashed now"), JL_MSG("try again in a moment"));
    fail(r, &why);
  } else if (job->in->verb == JALON__ACCOUNT_VERB__ACCOUNT_ADD) {
    struct jl_param params[] = {text_param(job->login),
                                person_param(job),
                                text_param(hash),
                                {.kind = JL_PARAM_BOOL, .number = job->in->administrator},
                                {.kind = JL_PARAM_NULL}};
    jl_store_query(s->server->store, "account_add", params, JL_COUNT(params), added, r);
  } else {
    bool once = job->in->verb == JALON__ACCOUNT_VERB__ACCOUNT_RESET;
    struct jl_param params[] = {text_param(job->login), text_param(hash), kept_login(r),
                                {.kind = once ? JL_PARAM_INTEGER : JL_PARAM_NULL, .number = JL_ONE_TIME_S}};
    jl_store_query(s->server->store, "account_password", params, JL_COUNT(params), password_stored, r);
  }
}

static void hash_password(struct jl_request *r) {
  struct account_job *job = r->state;
  struct jl_error why = {0};
  if (!jl_password_policy(job->in->password, job->login, &why) ||
      !jl_passwords_hash(r->session->server->passwords, job->in->password, password_hashed, r, &why))
    fail(r, &why);
}

static void old_checked(void *context, enum jl_password_result result, const char *unused) {
  struct jl_request *r = context;
  struct jl_error why = {0};
  (void)unused;
  if (result == JL_PASSWORD_RIGHT) {
    end_attempt(r, JL_ATTEMPT_SUCCEEDED);
    hash_password(r);
    return;
  }
  end_attempt(r, result == JL_PASSWORD_WRONG ? JL_ATTEMPT_FAILED : JL_ATTEMPT_UNDECIDED);
  if (result == JL_PASSWORD_WRONG)
    jl_fail(&why, JL_E_DENIED, JL_MSG("the old password is wrong"), NULL);
  else
    jl_fail(&why, JL_E_NO_MEMORY, JL_MSG("the password could not be checked"), NULL);
  fail(r, &why);
}

static void own_account_found(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct account_job *job = r->state;
  struct jl_error why = {0};
  if (nobody(r, rows, err)) return;
  struct jl_bytes provider = jl_rows_bytes(rows, 0, 8);
  if (provider.size == 4 && memcmp(provider.data, "ldap", 4) == 0) {
    jl_fail(&why, JL_E_INVALID, JL_MSG("the password of {1} is kept by the directory"), JL_MSG("change it there"), jl_arg_text(job->login));
    fail(r, &why);
    return;
  }
  char hash[JL_PASSWORD_HASH_SIZE] = "";
  struct jl_bytes stored = jl_rows_bytes(rows, 0, 2);
  if (stored.size < sizeof hash) memcpy(hash, stored.data, stored.size);
  if (!jl_passwords_verify(r->session->server->passwords, JL_LOGIN_KNOWN, job->in->old_password, hash, old_checked, r, &why)) fail(r, &why);
}

static void change_password(struct jl_request *r) {
  struct account_job *job = r->state;
  struct jl_session *s = r->session;
  struct jl_error why = {0};
  if (strcmp(job->login, s->login) != 0) { /* or a reset */
    hash_password(r); /* an administrator's doing */
  } else if (job->in->old_password == NULL) {
    jl_fail(&why, JL_E_DENIED, JL_MSG("your old password is needed to set a new one"), NULL);
    fail(r, &why);
  } else if (!jl_attempts_begin(s->server->attempts, job->login, jl_connection_peer(s->connection), jl_monotonic_us(), &job->attempt,
                                &r->retry_after_ms, &why)) {
    fail(r, &why);
  } else {
    job->counted = true;
    struct jl_param params[] = {text_param(job->login)};
    jl_store_query(s->server->store, "account_find", params, 1, own_account_found, r);
  }
}

static bool check(const struct jl_request *r, struct account_job *job, struct jl_error *err) {
  const Jalon__AccountRequest *in = job->in;
  const struct jl_session *s = r->session;
  bool needs_login = in->verb != JALON__ACCOUNT_VERB__ACCOUNT_LIST && in->verb != JALON__ACCOUNT_VERB__ACCOUNT_WHO;
  bool needs_password = in->verb == JALON__ACCOUNT_VERB__ACCOUNT_ADD || in->verb == JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD ||
                        in->verb == JALON__ACCOUNT_VERB__ACCOUNT_RESET;
  if (needs_login && in->verb == JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD && in->account == NULL)
    memcpy(job->login, s->login, sizeof job->login);
  else if (needs_login && (in->account == NULL || !jl_login_normalise(in->account, job->login)))
    return jl_fail(
        err, JL_E_INVALID,
        JL_MSG("a login name has 1 to {1} letters a to z, digits, dots, hyphens, underscores or @, and starts with a letter or digit"),
        NULL, jl_arg_integer(JL_LOGIN_MAX));
  bool own_password = in->verb == JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD && strcmp(job->login, s->login) == 0;
  if (!s->administrator && !own_password && in->verb != JALON__ACCOUNT_VERB__ACCOUNT_WHO)
    return jl_fail(err, JL_E_DENIED, JL_MSG("only an administrator manages accounts"), JL_MSG("ask an administrator"));
  if (s->must_change && !own_password && in->verb != JALON__ACCOUNT_VERB__ACCOUNT_WHO)
    return jl_fail(err, JL_E_DENIED, JL_MSG("this password was given for one login: set your own first"), JL_MSG("jalon passwd"));
  if (in->verb == JALON__ACCOUNT_VERB__ACCOUNT_RESET && strcmp(job->login, s->login) == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("nobody resets their own password"), JL_MSG("jalon passwd changes it"));
  if (in->verb == JALON__ACCOUNT_VERB__ACCOUNT_RENAME && (in->new_account == NULL || !jl_login_normalise(in->new_account, job->renamed)))
    return jl_fail(
        err, JL_E_INVALID,
        JL_MSG("a login name has 1 to {1} letters a to z, digits, dots, hyphens, underscores or @, and starts with a letter or digit"),
        NULL, jl_arg_integer(JL_LOGIN_MAX));
  if (needs_password && in->password == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("the password is missing"), NULL);
  if (in->old_password != NULL && strlen(in->old_password) > JL_PASSWORD_BYTES_MAX)
    return jl_fail(err, JL_E_DENIED, JL_MSG("the old password is wrong"), NULL);
  if (in->verb == JALON__ACCOUNT_VERB__ACCOUNT_DISABLE && strcmp(job->login, s->login) == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("nobody disables their own account"), JL_MSG("another administrator can"));
  if (in->verb != JALON__ACCOUNT_VERB__ACCOUNT_ADD) return true;
  if (!jl_id_from_bytes(JL_PB(in->person), &job->person) || !has_person(r, &job->person)) return no_person(err);
  return jl_password_policy(in->password, job->login, err);
}

void jl_handle_account(struct jl_request *r, const ProtobufCMessage *message) {
  struct jl_error err = {0};
  struct account_job *job = jl_arena_alloc(r->arena, sizeof *job);
  if (r->session->is_token && ((const Jalon__AccountRequest *)message)->verb != JALON__ACCOUNT_VERB__ACCOUNT_WHO) {
    jl_fail(&err, JL_E_DENIED, JL_MSG("a token for scripts does not manage accounts and logins"), JL_MSG("log in with your password: jalon login"));
    jl_request_fail(r, &err);
    return;
  }
  if (!r->session->must_change && jl_handle_erasures(r, (const Jalon__AccountRequest *)message)) return;
  if (!r->session->must_change && jl_handle_logins(r, (const Jalon__AccountRequest *)message)) return;
  if (job == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  job->in = (const Jalon__AccountRequest *)message;
  r->state = job;
  if (!check(r, job, &err)) {
    fail(r, &err);
    return;
  }
  struct jl_store *store = r->session->server->store;
  struct jl_param login = text_param(job->login);
  switch (job->in->verb) {
  case JALON__ACCOUNT_VERB__ACCOUNT_ADD:
  case JALON__ACCOUNT_VERB__ACCOUNT_RESET:
    hash_password(r);
    return;
  case JALON__ACCOUNT_VERB__ACCOUNT_RENAME: {
    struct jl_param params[] = {login, text_param(job->renamed)};
    jl_store_query(store, "account_rename", params, JL_COUNT(params), renamed, r);
    return;
  }
  case JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD:
    change_password(r);
    return;
  case JALON__ACCOUNT_VERB__ACCOUNT_DISABLE:
    jl_store_query(store, "account_disable", &login, 1, disabled, r);
    return;
  case JALON__ACCOUNT_VERB__ACCOUNT_ENABLE:
    jl_store_query(store, "account_enable", &login, 1, enabled, r);
    return;
  case JALON__ACCOUNT_VERB__ACCOUNT_LIST:
    jl_store_query(store, "account_list", NULL, 0, listed, r);
    return;
  case JALON__ACCOUNT_VERB__ACCOUNT_WHO:
    who(r);
    return;
  default:
    jl_fail(&err, JL_E_UNSUPPORTED, JL_MSG("this server does not know what to do with that account"), NULL);
    fail(r, &err);
  }
}
