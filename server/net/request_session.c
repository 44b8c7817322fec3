/* Hello, login, logout, ping, cancel. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "server/net/login.h"
#include "server/net/subscription.h"
#include <sodium.h>
#include <string.h>

#define PROTOCOL 1
#define QUEUE_RETRY_MS 2000
#define CLOCKS_S 60 /* that clocks of database and authority may differ */
static const char *const features[] = {"records", "views", "lag", "resume", "zstd", "presence", "names"};

void jl_handle_ping(struct jl_request *r, const ProtobufCMessage *message) {
  (void)message;
  Jalon__Empty reply = JALON__EMPTY__INIT;
  jl_request_reply(r, &reply.base);
}

static bool known_feature(const char *name) {
  for (size_t i = 0; i < JL_COUNT(features); i++)
    if (strcmp(features[i], name) == 0) return true;
  return false;
}

static bool check_hello(const Jalon__Hello *hello, struct jl_error *err) {
  uint32_t minimum = hello->has_protocol_minimum ? hello->protocol_minimum : 1;
  uint32_t maximum = hello->has_protocol_maximum ? hello->protocol_maximum : minimum;
  if (minimum > PROTOCOL)
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the program needs protocol {1}, this server speaks {2}"),
                   JL_MSG("update the server"), jl_arg_integer(minimum), jl_arg_integer(PROTOCOL));
  if (maximum < PROTOCOL)
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("this server speaks protocol {1}, the program only up to {2}"),
                   JL_MSG("update the program"), jl_arg_integer(PROTOCOL), jl_arg_integer(maximum));
  for (size_t i = 0; i < hello->n_required_features; i++)
    if (!known_feature(hello->required_features[i]))
      return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("this server lacks the feature {1}"), JL_MSG("update the server"),
                     jl_arg_text(hello->required_features[i]));
  return true;
}

void jl_handle_hello(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Hello *hello = (const Jalon__Hello *)message;
  struct jl_server *server = r->session->server;
  struct jl_error err = {0};
  if (!check_hello(hello, &err)) {
    jl_request_fail(r, &err);
    return;
  }
  r->session->state = JL_SESSION_GREETED;
  char *common[JL_COUNT(features)];
  size_t n = 0;
  for (size_t i = 0; i < JL_COUNT(features); i++)
    for (size_t k = 0; k < hello->n_features; k++)
      if (strcmp(features[i], hello->features[k]) == 0) {
        common[n++] = hello->features[k];
        if (strcmp(features[i], "zstd") == 0) r->session->compress = true;
        if (strcmp(features[i], "names") == 0) r->session->takes_names = true;
        break;
      }
  struct jl_id cluster = *jl_store_cluster(server->store), organisation = *jl_spaces_organisation(server->spaces);
  Jalon__HelloReply reply = JALON__HELLO_REPLY__INIT;
  reply.has_protocol = reply.has_server_id = reply.has_max_message = reply.has_max_group_edits = reply.has_inflight_groups = true;
  reply.has_subscriptions = reply.has_heartbeat_ms = reply.has_model_version = reply.has_organisation = true;
  reply.protocol = PROTOCOL;
  reply.n_features = n;
  reply.features = common;
  reply.server_id = (ProtobufCBinaryData){sizeof cluster.bytes, cluster.bytes};
  reply.max_message = JL_MESSAGE_MAX;
  reply.max_group_edits = JL_GROUP_MAX_EDITS;
  reply.inflight_groups = JL_INFLIGHT_GROUPS;
  reply.subscriptions = JL_SUBSCRIPTIONS;
  reply.heartbeat_ms = (uint32_t)server->settings->heartbeat_ms;
  reply.model_version = jl_model_version;
  reply.has_presence_ms = reply.has_oldest_model = true;
  reply.oldest_model = (uint32_t)server->settings->oldest_model << 16;
  reply.presence_ms = (uint32_t)server->settings->presence_ms;
  reply.organisation = (ProtobufCBinaryData){sizeof organisation.bytes, organisation.bytes};
  jl_request_reply(r, &reply.base);
}

/* ---- login: token -> find -> ready; password -> account -> check -> new token -> ready ---- */
void jl_login_attempt_ended(struct jl_request *r, enum jl_attempt_end how) {
  struct jl_login *login = r->state;
  if (login->counted) jl_attempts_end(r->session->server->attempts, &login->attempt, jl_monotonic_us(), how);
  login->counted = false;
}

static void end_login(struct jl_request *r) {
  struct jl_login *login = r->state;
  jl_login_attempt_ended(r, JL_ATTEMPT_UNDECIDED);
  if (login->password != NULL) sodium_memzero(login->password, strlen(login->password));
  sodium_memzero(login->token, sizeof login->token);
  sodium_memzero(login->password_hash, sizeof login->password_hash);
  sodium_memzero(login->renewed_hash, sizeof login->renewed_hash);
  r->session->login_pending = false;
}

void jl_login_refuse(struct jl_request *r, const struct jl_error *err) {
  struct jl_login *login = r->state;
  jl_log(JL_LOG_WARN, "login.refused", JL_F_NUMBER("session", r->session->number), JL_F_TEXT("login", login->login),
         JL_F_TEXT("peer", login->peer), JL_F_ERROR(err));
  end_login(r);
  jl_request_fail(r, err);
}

/* The same words whether the account is unknown, disabled or the password wrong. */
static void refuse_credentials(struct jl_request *r, bool token) {
  struct jl_error err = {0};
  if (token)
    jl_fail(&err, JL_E_UNAUTHENTICATED, JL_MSG("this login has ended"), JL_MSG("log in again: jalon login"));
  else
    jl_fail(&err, JL_E_UNAUTHENTICATED, JL_MSG("account or password is wrong"),
            JL_MSG("check both; an administrator can set a new password"));
  jl_login_refuse(r, &err);
}

static void find_token(struct jl_request *r);

/* What an administrator should know. */
static bool add_notice(struct jl_request *r, Jalon__LoginReply *reply, const struct jl_error *notice) {
  Jalon__Error *wire = jl_arena_alloc(r->arena, sizeof *wire);
  if (wire == NULL || reply->notices == NULL) return false;
  jalon__error__init(wire);
  jl_error_to_wire(notice, r->arena, wire);
  reply->notices[reply->n_notices++] = wire;
  return true;
}

static void add_notices(struct jl_request *r, Jalon__LoginReply *reply) {
  const struct jl_server *server = r->session->server;
  int64_t days = server->certificates != NULL ? jl_certificates_days_left(server->certificates) : INT64_MAX, first_us = 0;
  struct jl_error notice = {0};
  size_t announced = jl_retention_announced(server, &first_us);
  if (!r->session->administrator) return;
  reply->notices = jl_arena_array(r->arena, 2, sizeof *reply->notices);
  if (days <= JL_CERTIFICATE_WARN_DAYS) {
    jl_fail(&notice, JL_E_OK, days == 1 ? JL_MSG("the server's certificate ends in one day") : JL_MSG("the server's certificate ends in {1} days"),
            JL_MSG("renew it and send SIGHUP to jalond: after that nobody gets in any more"), jl_arg_integer(days));
    if (!add_notice(r, reply, &notice)) return;
  }
  if (announced == 0) return;
  jl_fail(&notice, JL_E_OK, JL_MSG("{1} closed accounts will be erased with their people, the first on {2}"),
          JL_MSG("jalon user list shows them; jalon user enable keeps one"), jl_arg_integer((int64_t)announced), jl_arg_time(first_us));
  (void)add_notice(r, reply, &notice);
}

static void add_limits(struct jl_request *r, Jalon__LoginReply *reply) {
  struct jl_token_limits *limits = r->session->limits;
  if (limits == NULL) return;
  reply->has_read_only = reply->read_only = limits->read_only;
  reply->spaces = jl_arena_array(r->arena, limits->space_count + 1, sizeof *reply->spaces);
  for (; reply->spaces != NULL && reply->n_spaces < limits->space_count; reply->n_spaces++)
    reply->spaces[reply->n_spaces] = (ProtobufCBinaryData){sizeof limits->spaces[0].bytes, limits->spaces[reply->n_spaces].bytes};
}

static void become_ready(struct jl_request *r);

static void organisation_looked(void *context, const struct jl_error *err) {
  struct jl_request *r = context;
  if (err != NULL)
    jl_login_refuse(r, err);
  else
    become_ready(r);
}

/* A person that we do not know yet, on this node: the directory is read again, once. Who is not in it then may do nothing. */
static bool looks_at_organisation(struct jl_request *r) {
  struct jl_login *login = r->state;
  struct jl_spaces *spaces = r->session->server->spaces;
  if (login->looked || jl_rights_knows(jl_spaces_directory(spaces), &r->session->person)) return false;
  login->looked = true;
  jl_space_look(jl_spaces_organisation_space(spaces), organisation_looked, r);
  return true;
}

/* data NULL: no memory. */
static struct jl_bytes make_reply(struct jl_request *r) {
  struct jl_login *login = r->state;
  struct jl_session *s = r->session;
  char server_version[] = JALON_VERSION;
  Jalon__LoginReply reply = JALON__LOGIN_REPLY__INIT;
  reply.has_token = !login->by_token;
  reply.token = (ProtobufCBinaryData){sizeof login->token, login->token};
  reply.has_person = reply.has_administrator = reply.has_token_expires_us = true;
  reply.person = (ProtobufCBinaryData){sizeof s->person.bytes, s->person.bytes};
  reply.account = s->login;
  reply.has_account_id = true;
  reply.account_id = (ProtobufCBinaryData){sizeof s->account.bytes, s->account.bytes};
  reply.administrator = s->administrator;
  reply.token_expires_us = s->expires_us;
  reply.has_must_change = reply.must_change = s->must_change;
  add_notices(r, &reply);
  add_limits(r, &reply);
  reply.server = server_version;
  return jl_pack(&reply.base, r->arena, JL_MESSAGE_MAX);
}

static void become_ready(struct jl_request *r) {
  struct jl_login *login = r->state;
  struct jl_session *s = r->session;
  if (s->server->detached) { /* the directory is gone already: what was asked of the database came after it */
    struct jl_error err = {0};
    jl_fail(&err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
    jl_login_refuse(r, &err);
    return;
  }
  if (looks_at_organisation(r)) return;
  if (jl_rights_has_left(jl_spaces_directory(s->server->spaces), &s->person)) {
    refuse_credentials(r, login->by_token);
    return;
  }
  if (login->ends != s->server->ends) { /* somebody was logged out or disabled since: perhaps this one */
    find_token(r);
    return;
  }
  struct jl_bytes reply = make_reply(r);
  end_login(r);
  if (s->connection == NULL || s->closing) {
    jl_request_drop(r);
    return;
  }
  if (reply.data == NULL || jl_arena_short(r->arena)) { /* nobody is in who cannot be told so */
    jl_request_out_of_memory(r);
    return;
  }
  s->state = JL_SESSION_READY;
  jl_entrance_leave(s);
  jl_attempts_got_in(s->server->attempts, s->login, jl_connection_peer(s->connection), jl_monotonic_us());
  s->replica = login->replica;
  s->account_usage = jl_usage_of_account(s->server->usages, &s->account);
  s->has_token = true;
  memcpy(s->token_hash, login->token_hash, sizeof s->token_hash);
  jl_connection_limit(s->connection, JL_MESSAGE_MAX);
  jl_log(JL_LOG_INFO, "login.done", JL_F_NUMBER("session", s->number), JL_F_TEXT("login", s->login),
         JL_F_TEXT("by", login->by_token ? "token" : login->by_certificate ? "certificate" : login->by_directory ? "directory" : "password"));
  jl_request_send(r, reply);
}

static void session_added(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  if (rows == NULL)
    jl_login_refuse(r, err);
  else if (jl_rows_count(rows) == 0)
    refuse_credentials(r, false); /* disabled, or given another password, a moment ago */
  else
    find_token(r);
}

static struct jl_param text_param(const char *text) {
  return (struct jl_param){.kind = JL_PARAM_TEXT, .bytes = {(const uint8_t *)text, strlen(text)}};
}
static struct jl_param bytes_param(const void *data, size_t size) {
  return (struct jl_param){.kind = JL_PARAM_BYTES, .bytes = {data, size}};
}
static struct jl_param integer_param(int64_t n) { return (struct jl_param){.kind = JL_PARAM_INTEGER, .number = n}; }
static struct jl_param id_param(const struct jl_id *id) {
  if (jl_id_is_zero(id)) return (struct jl_param){.kind = JL_PARAM_NULL};
  return (struct jl_param){.kind = JL_PARAM_ID, .bytes = {id->bytes, sizeof id->bytes}};
}

/* ---- the replica belongs to the account that used it first: its id is public, so it proves nothing ---- */
static void add_session(struct jl_request *r) {
  struct jl_login *login = r->state;
  const struct jl_settings *settings = r->session->server->settings;
  jl_token_new(login->token);
  jl_token_hash(login->token, login->token_hash);
  struct jl_param params[] = {bytes_param(login->token_hash, sizeof login->token_hash),
                              text_param(login->login),
                              text_param(login->device),
                              id_param(&login->replica),
                              integer_param(settings->token_days * 86400),
                              integer_param(settings->token_idle_days * 86400),
                              login->by_certificate || login->by_directory ? (struct jl_param){.kind = JL_PARAM_NULL} : text_param(login->password_hash),
                              text_param(login->peer)};
  jl_store_query(r->session->server->store, "session_add", params, JL_COUNT(params), session_added, r);
}

static void proceed(struct jl_request *r) {
  struct jl_login *login = r->state;
  if (login->found)
    become_ready(r);
  else
    add_session(r);
}

static void bind_replica(struct jl_request *r);

static void replica_bound(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_login *login = r->state;
  struct jl_error why = {0};
  if (rows == NULL) {
    jl_login_refuse(r, err);
    return;
  }
  struct jl_bytes owner = {NULL, 0};
  if (jl_rows_count(rows) > 0) owner = jl_rows_bytes(rows, 0, 0);
  if (owner.data != NULL && owner.size == strlen(login->login) && memcmp(owner.data, login->login, owner.size) == 0) {
    proceed(r);
  } else if (owner.size == 0 && !login->bound_again) {
    login->bound_again = true;
    bind_replica(r);
  } else {
    jl_fail(&why, JL_E_DENIED, JL_MSG("this profile belongs to another account"), JL_MSG("use another profile: --profile NAME"));
    jl_login_refuse(r, &why);
  }
}

static void bind_replica(struct jl_request *r) {
  struct jl_login *login = r->state;
  if (jl_id_is_zero(&login->replica)) {
    proceed(r);
    return;
  }
  struct jl_param params[] = {id_param(&login->replica), text_param(login->login)};
  jl_store_query(r->session->server->store, "session_replica", params, JL_COUNT(params), replica_bound, r);
}

void jl_login_wrong(struct jl_request *r) { refuse_credentials(r, false); }
void jl_login_proved(struct jl_request *r) {
  struct jl_login *login = r->state;
  login->found = false; /* the session's row decides */
  bind_replica(r);
}

static void password_renewed(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_login *login = r->state;
  if (rows == NULL) { /* it may have been stored or not */
    jl_login_refuse(r, err);
    return;
  }
  if (jl_rows_count(rows) == 1) memcpy(login->password_hash, login->renewed_hash, sizeof login->password_hash);
  bind_replica(r);
}

static void renew_password(struct jl_request *r, const char *hash) {
  struct jl_login *login = r->state;
  memcpy(login->renewed_hash, hash, strlen(hash) + 1);
  struct jl_param params[] = {text_param(login->login), text_param(login->renewed_hash), text_param(login->password_hash)};
  jl_store_query(r->session->server->store, "account_rehash", params, JL_COUNT(params), password_renewed, r);
}

static void password_checked(void *context, enum jl_password_result result, const char *renewed) {
  struct jl_request *r = context;
  struct jl_login *login = r->state;
  if (result == JL_PASSWORD_UNCHECKED) {
    struct jl_error err = {0};
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("the password could not be checked"), NULL);
    jl_login_refuse(r, &err);
    return;
  }
  bool allowed = result == JL_PASSWORD_RIGHT && login->known && !login->disabled;
  jl_login_attempt_ended(r, allowed ? JL_ATTEMPT_SUCCEEDED : JL_ATTEMPT_FAILED);
  if (!allowed) {
    refuse_credentials(r, false);
    return;
  }
  if (renewed != NULL)
    renew_password(r, renewed);
  else
    bind_replica(r);
}

static void account_found(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_login *login = r->state;
  struct jl_error why = {0};
  if (rows == NULL) {
    jl_login_refuse(r, err);
    return;
  }
  char *hash = login->password_hash;
  login->known = jl_rows_count(rows) == 1;
  if (login->known) {
    struct jl_bytes stored = jl_rows_bytes(rows, 0, 2);
    if (stored.size < sizeof login->password_hash) memcpy(hash, stored.data, stored.size);
    login->disabled = jl_rows_integer(rows, 0, 4) != 0 || jl_rows_integer(rows, 0, 7) != 0; /* or its one-time password is over */
  }
  static const char directory[] = "ldap";
  struct jl_bytes provider = {NULL, 0};
  if (login->known) provider = jl_rows_bytes(rows, 0, 8);
  bool theirs = provider.size == sizeof directory - 1 && memcmp(provider.data, directory, provider.size) == 0;
  if (r->session->server->directory != NULL && (theirs || !login->known)) {
    jl_login_by_directory(r);
    return;
  }
  if (!jl_passwords_verify(r->session->server->passwords, login->attempt.lane, login->password, login->known && !theirs ? hash : NULL,
                           password_checked, r, &why)) {
    r->retry_after_ms = QUEUE_RETRY_MS;
    jl_login_refuse(r, &why);
  }
}

static void token_found(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_login *login = r->state;
  if (rows == NULL) {
    jl_login_refuse(r, err);
    return;
  }
  enum jl_code taken = jl_session_take_account(r->session, rows);
  if (taken == JL_E_NO_MEMORY) {
    struct jl_error why = {0};
    jl_fail(&why, taken, JL_MSG("not enough memory"), NULL);
    jl_login_refuse(r, &why);
    return;
  }
  if (taken != JL_E_OK) {
    refuse_credentials(r, true);
    return;
  }
  memcpy(login->login, r->session->login, sizeof login->login);
  login->found = true;
  login->bound_again = false;
  bind_replica(r);
}

static void find_token(struct jl_request *r) {
  struct jl_login *login = r->state;
  struct jl_server *server = r->session->server;
  login->ends = server->ends;
  struct jl_param params[] = {bytes_param(login->token_hash, sizeof login->token_hash),
                              integer_param(server->settings->token_idle_days * 86400)};
  jl_store_query(server->store, "session_find", params, JL_COUNT(params), token_found, r);
}

static void login_by_password(struct jl_request *r, const Jalon__Login *message) {
  struct jl_login *login = r->state;
  struct jl_server *server = r->session->server;
  struct jl_error err = {0};
  size_t size = strlen(message->password);
  if (size == 0 || size > JL_PASSWORD_BYTES_MAX || !jl_login_normalise(message->account, login->login)) {
    refuse_credentials(r, false);
    return;
  }
  if (!jl_attempts_begin(server->attempts, login->login, login->peer, jl_monotonic_us(), &login->attempt, &r->retry_after_ms, &err)) {
    jl_login_refuse(r, &err);
    return;
  }
  login->counted = true;
  if (server->directory == NULL && !jl_passwords_room(server->passwords, login->attempt.lane, &err)) { /* whoever it is: before the account is looked up */
    r->retry_after_ms = QUEUE_RETRY_MS;
    jl_login_refuse(r, &err);
    return;
  }
  login->password = message->password;
  struct jl_param params[] = {text_param(login->login)};
  jl_store_query(server->store, "account_find", params, 1, account_found, r);
}

/* The certificate of the connection names the account. One that was made before the account had this name was for somebody else. */
static void certificate_account_found(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  const struct jl_login *login = r->state;
  struct jl_error why = {0};
  if (rows == NULL) {
    jl_login_refuse(r, err);
  } else if (jl_rows_count(rows) != 1 || jl_rows_integer(rows, 0, 4) != 0 || jl_rows_integer(rows, 0, 9) / 1000000 > login->certificate_made + CLOCKS_S) {
    jl_fail(&why, JL_E_UNAUTHENTICATED, JL_MSG("the certificate names no account that it was made for"),
            JL_MSG("an administrator makes one: jalond certificate --account=LOGIN"));
    jl_login_refuse(r, &why);
  } else {
    bind_replica(r);
  }
}

static void login_by_certificate(struct jl_request *r, const Jalon__Login *message) {
  struct jl_login *login = r->state;
  struct jl_error err = {0};
  char name[JL_LOGIN_MAX + 2], asked[JL_LOGIN_MAX + 1];
  login->by_certificate = true;
  bool ok = jl_tls_peer_name(r->session->connection, name, sizeof name, &login->certificate_made) && jl_login_normalise(name, login->login);
  if (ok && message->account != NULL) ok = jl_login_normalise(message->account, asked) && strcmp(asked, login->login) == 0;
  if (!ok) {
    jl_fail(&err, JL_E_UNAUTHENTICATED, JL_MSG("this connection has no client certificate for that account"),
            JL_MSG("jalon login --certificate FILE, over TLS"));
    jl_login_refuse(r, &err);
    return;
  }
  struct jl_param params[] = {text_param(login->login)};
  jl_store_query(r->session->server->store, "account_find", params, 1, certificate_account_found, r);
}

void jl_handle_login(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Login *in = (const Jalon__Login *)message;
  struct jl_error err = {0};
  struct jl_login *login = jl_arena_alloc(r->arena, sizeof *login);
  if (login == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  r->state = login;
  login->ends = r->session->server->ends;
  login->peer = jl_arena_strdup(r->arena, jl_connection_peer(r->session->connection));
  r->session->login_pending = true;
  jl_session_update_pause(r->session);
  if (in->has_replica && in->replica.len > 0 && !jl_id_from_bytes(JL_PB(in->replica), &login->replica)) {
    jl_fail(&err, JL_E_INVALID, JL_MSG("the replica id of a login has 16 bytes"), NULL);
    jl_login_refuse(r, &err);
    return;
  }
  if (in->device != NULL) memcpy(login->device, in->device, jl_text_cut(in->device, strlen(in->device), JL_DEVICE_MAX));
  if (in->has_token && in->token.len == JL_TOKEN_SIZE) {
    login->by_token = true;
    jl_token_hash(in->token.data, login->token_hash);
    find_token(r);
  } else if (in->has_token) {
    refuse_credentials(r, true);
  } else if (in->certificate) {
    login_by_certificate(r, in);
  } else if (in->account == NULL || in->password == NULL) {
    jl_fail(&err, JL_E_INVALID, JL_MSG("a login needs an account and a password, or a token"), NULL);
    jl_login_refuse(r, &err);
  } else {
    login_by_password(r, in);
  }
}

static void logged_out(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_session *s = r->session;
  if (rows == NULL) {
    jl_request_fail(r, err);
    return;
  }
  bool all = ((const Jalon__Logout *)r->state)->all_sessions;
  struct jl_error reason = {0};
  jl_fail(&reason, JL_E_UNAUTHENTICATED, JL_MSG("this login was ended"), JL_MSG("log in again: jalon login"));
  if (all)
    jl_server_end_sessions(s->server, s->login, s, &reason);
  else
    jl_server_end_token(s->server, s->token_hash, s, &reason);
  Jalon__Empty reply = JALON__EMPTY__INIT;
  s->references++;
  jl_request_reply(r, &reply.base);
  jl_session_close(s, &reason);
  jl_session_unreference(s);
}

void jl_handle_logout(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Logout *in = (const Jalon__Logout *)message;
  struct jl_session *s = r->session;
  struct jl_param all[] = {text_param(s->login)}, one[] = {bytes_param(s->token_hash, sizeof s->token_hash)};
  Jalon__Logout *kept = jl_arena_alloc(r->arena, sizeof *kept);
  if (kept == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  kept->all_sessions = in->all_sessions;
  r->state = kept;
  if (in->all_sessions)
    jl_store_query(s->server->store, "session_end_all", all, 1, logged_out, r);
  else
    jl_store_query(s->server->store, "session_end", one, 1, logged_out, r);
}

/* Best effort: a read or a subscription stops, an edit is decided by its verdict. CANCEL itself has no answer. */
void jl_handle_cancel(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Cancel *in = (const Jalon__Cancel *)message;
  uint32_t stream = in->has_stream ? in->stream : r->stream;
  struct jl_error err = {0};
  jl_fail(&err, JL_E_TIMEOUT, JL_MSG("the request was cancelled"), NULL);
  struct jl_subscription *sub = jl_subscription_by_stream(r->session, stream);
  if (sub != NULL) jl_subscription_end(sub, JALON__FRAME_TYPE__ENDED, &err);
  for (struct jl_request *other = r->session->requests; other != NULL; other = other->next) {
    if (other == r || other->stream != stream || other->cancelled) continue;
    if (other->type->type != JALON__FRAME_TYPE__READ && other->type->type != JALON__FRAME_TYPE__VIEW &&
        other->type->type != JALON__FRAME_TYPE__READ_LOG)
      continue;
    jl_session_send_error(r->session, JALON__FRAME_TYPE__ERROR, stream, &err, 0);
    other->cancelled = true;
  }
  jl_request_drop(r);
}
