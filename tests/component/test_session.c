/* Sessions from outside: hello, login, tokens, accounts, rights to requests, stopping. */
#include "common/base/buffer.h"
#include "common/base/limits.h"
#include "common/model/replica.h"
#include "common/record/schema.h"
#include "tests/component/support/daemon.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct daemon server;

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  return 0;
}
static int stop(void **state) {
  (void)state;
  return daemon_stop(&server);
}

static struct wire admin(void) {
  struct wire w;
  wire_open(&w, &server, false);
  wire_login(&w, "admin", DAEMON_PASSWORD, NULL, NULL);
  return w;
}

static void the_order_of_requests(void **state) {
  (void)state;
  struct wire w;
  wire_open(&w, &server, true);
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__PING, NULL)), JL_E_INVALID); /* no hello yet */
  Jalon__Hello hello = JALON__HELLO__INIT;
  hello.has_protocol_minimum = true;
  hello.protocol_minimum = 99;
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__HELLO, &hello.base)), JL_E_UPGRADE_REQUIRED);
  char feature[] = "of the future", *features[] = {feature};
  hello = (Jalon__Hello)JALON__HELLO__INIT;
  hello.required_features = features;
  hello.n_required_features = 1;
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__HELLO, &hello.base)), JL_E_UNSUPPORTED);
  wire_hello(&w);
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__HELLO, NULL)), JL_E_INVALID);
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__READ, NULL)), JL_E_UNAUTHENTICATED);
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__ACCOUNT, NULL)), JL_E_UNAUTHENTICATED);
  wire_ping(&w);
  wire_close(&w);
}

/* Hello, login and a view in one write: what follows the login waits for it. */
static void everything_in_one_write(void **state) {
  (void)state;
  struct wire w;
  char account[] = "admin", password[] = DAEMON_PASSWORD, plans[] = "plans";
  wire_open(&w, &server, false);
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = account;
  login.password = password;
  Jalon__ViewRequest view = JALON__VIEW_REQUEST__INIT;
  view.view = plans;
  wire_send(&w, JALON__FRAME_TYPE__HELLO, NULL);
  wire_send(&w, JALON__FRAME_TYPE__LOGIN, &login.base);
  uint32_t stream = wire_send(&w, JALON__FRAME_TYPE__VIEW, &view.base);
  const Jalon__ViewReply *reply = wire_expect(&w, stream, JALON__FRAME_TYPE__VIEW_REPLY, &jalon__view_reply__descriptor);
  assert_true(reply->document.len > 0);
  wire_close(&w);
}

static void refused(const char *account, const char *password, char *ret_message, size_t size) {
  struct wire w;
  wire_open(&w, &server, false);
  wire_hello(&w);
  char *texts[2] = {strdup(account), strdup(password)};
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = texts[0];
  login.password = texts[1];
  const Jalon__Error *error =
      wire_expect(&w, wire_send(&w, JALON__FRAME_TYPE__LOGIN, &login.base), JALON__FRAME_TYPE__ERROR, &jalon__error__descriptor);
  assert_int_equal(error->code, JL_E_UNAUTHENTICATED);
  snprintf(ret_message, size, "%s|%s", error->message, error->hint != NULL ? error->hint : "");
  free(texts[0]);
  free(texts[1]);
  wire_close(&w);
}

static void refusals_tell_nothing(void **state) {
  (void)state;
  char known[600], unknown[600], odd[600];
  refused("admin", "wrong password", known, sizeof known);
  refused("nobody", "wrong password", unknown, sizeof unknown);
  refused("No Body!", "wrong password", odd, sizeof odd);
  assert_string_equal(known, unknown);
  assert_string_equal(known, odd);
}

static uint32_t login_with_token(struct wire *w, uint8_t token[32]) {
  wire_open(w, &server, false);
  wire_hello(w);
  Jalon__Login login = JALON__LOGIN__INIT;
  login.has_token = true;
  login.token = (ProtobufCBinaryData){32, token};
  return wire_send(w, JALON__FRAME_TYPE__LOGIN, &login.base);
}

static void tokens_live_until_logout(void **state) {
  (void)state;
  uint8_t token[32];
  struct wire first, second, third;
  wire_open(&first, &server, false);
  wire_login(&first, "Admin", DAEMON_PASSWORD, NULL, token); /* the login name's case does not matter */
  const Jalon__LoginReply *reply =
      wire_expect(&second, login_with_token(&second, token), JALON__FRAME_TYPE__LOGIN_REPLY, &jalon__login_reply__descriptor);
  assert_string_equal(reply->account, "admin");
  assert_false(reply->has_token);
  wire_expect(&first, wire_send(&first, JALON__FRAME_TYPE__LOGOUT, NULL), JALON__FRAME_TYPE__LOGOUT_REPLY, &jalon__empty__descriptor);
  wire_expect_closed(&first);
  wire_expect_closed(&second); /* a watch in another terminal ends with its login */
  assert_int_equal(wire_expect_error(&third, login_with_token(&third, token)), JL_E_UNAUTHENTICATED);
  wire_close(&first);
  wire_close(&second);
  wire_close(&third);
}

/* A person made by a group in the organisation, as the command line does it. */
static struct jl_id add_person(const char *name) {
  struct jl_id replica = jl_id_random(), group_id = jl_id_random(), person = jl_id_random();
  struct wire w;
  wire_open(&w, &server, false);
  wire_login(&w, "admin", DAEMON_PASSWORD, &replica, NULL);
  Jalon__Read read = JALON__READ__INIT;
  const Jalon__ReadReply *reply =
      wire_expect(&w, wire_send(&w, JALON__FRAME_TYPE__READ, &read.base), JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  struct jl_id organisation;
  assert_true(jl_id_from_bytes(JL_PB(reply->position->space), &organisation));
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_value value = {.text = {(const uint8_t *)name, strlen(name)}};
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_PERSON), JL_PERSON_NAME);
  struct jl_bytes record = jl_record_with(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_PERSON_NAME, jl_value_encode(a, field, &value));
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  edit.type = JL_TYPE_PERSON;
  edit.id = (ProtobufCBinaryData){16, person.bytes};
  edit.record = jl_to_pb(record);
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.model_version = jl_model_version;
  group.replica = (ProtobufCBinaryData){16, replica.bytes};
  group.space = (ProtobufCBinaryData){16, organisation.bytes};
  group.seq = 1;
  group.group_id = (ProtobufCBinaryData){16, group_id.bytes};
  group.n_edits = 1;
  group.edits = edits;
  Jalon__Submit submit = JALON__SUBMIT__INIT;
  submit.has_group = true;
  submit.group = jl_to_pb(jl_pack(&group.base, a, JL_GROUP_MAX_BYTES));
  const Jalon__Verdict *verdict =
      wire_expect(&w, wire_send(&w, JALON__FRAME_TYPE__SUBMIT, &submit.base), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  assert_null(verdict->error);
  jl_arena_free(a);
  wire_close(&w);
  return person;
}

static uint32_t account(struct wire *w, Jalon__AccountVerb verb, const char *login, const char *password, const char *old,
                        struct jl_id *person) {
  char *texts[3] = {login != NULL ? strdup(login) : NULL, password != NULL ? strdup(password) : NULL, old != NULL ? strdup(old) : NULL};
  Jalon__AccountRequest request = JALON__ACCOUNT_REQUEST__INIT;
  request.has_verb = true;
  request.verb = verb;
  request.account = texts[0];
  request.password = texts[1];
  request.old_password = texts[2];
  request.has_person = person != NULL;
  if (person != NULL) request.person = (ProtobufCBinaryData){16, person->bytes};
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__ACCOUNT, &request.base);
  for (size_t i = 0; i < 3; i++) free(texts[i]);
  return stream;
}
static const Jalon__AccountReply *done(struct wire *w, uint32_t stream) {
  return wire_expect(w, stream, JALON__FRAME_TYPE__ACCOUNT_REPLY, &jalon__account_reply__descriptor);
}

static void accounts_are_managed_by_administrators(void **state) {
  (void)state;
  struct wire boss = admin(), anna, other;
  struct jl_id person = add_person("Anna"), nobody = jl_id_random();
  assert_int_equal(wire_expect_error(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_ADD, "anna", "short", NULL, &person)),
                   JL_E_INVALID);
  assert_int_equal(wire_expect_error(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_ADD, "anna", "long enough", NULL, &nobody)),
                   JL_E_NOT_FOUND);
  done(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_ADD, "anna", "long enough", NULL, &person));
  assert_int_equal(wire_expect_error(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_ADD, "anna", "long enough", NULL, &person)),
                   JL_E_ALREADY_EXISTS);
  assert_int_equal(done(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_LIST, NULL, NULL, NULL, NULL))->n_accounts, 2);

  wire_open(&anna, &server, false);
  wire_login(&anna, "anna", "long enough", NULL, NULL);
  assert_int_equal(wire_expect_error(&anna, account(&anna, JALON__ACCOUNT_VERB__ACCOUNT_LIST, NULL, NULL, NULL, NULL)), JL_E_DENIED);
  assert_int_equal(wire_expect_error(&anna, account(&anna, JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD, "admin", "taken over", NULL, NULL)),
                   JL_E_DENIED);
  const Jalon__AccountReply *who = done(&anna, account(&anna, JALON__ACCOUNT_VERB__ACCOUNT_WHO, NULL, NULL, NULL, NULL));
  assert_string_equal(who->accounts[0]->name, "Anna");

  /* A new password ends the other logins, not this one. */
  wire_open(&other, &server, false);
  wire_login(&other, "anna", "long enough", NULL, NULL);
  assert_int_equal(wire_expect_error(&anna, account(&anna, JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD, NULL, "another one", "not it", NULL)),
                   JL_E_DENIED);
  done(&anna, account(&anna, JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD, NULL, "another one", "long enough", NULL));
  wire_expect_closed(&other);
  wire_close(&other);
  wire_ping(&anna);

  /* Disabling works at once, on live sessions and for new ones. */
  assert_int_equal(wire_expect_error(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_DISABLE, "admin", NULL, NULL, NULL)), JL_E_INVALID);
  assert_int_equal(wire_expect_error(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_DISABLE, "nobody", NULL, NULL, NULL)),
                   JL_E_NOT_FOUND);
  done(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_DISABLE, "anna", NULL, NULL, NULL));
  wire_expect_closed(&anna);
  wire_close(&anna);
  char message[600];
  refused("anna", "another one", message, sizeof message);
  done(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_ENABLE, "anna", NULL, NULL, NULL));
  wire_open(&anna, &server, false);
  wire_login(&anna, "anna", "another one", NULL, NULL);
  wire_close(&anna);
  wire_close(&boss);
}

static void only_the_own_replica_submits(void **state) {
  (void)state;
  struct wire w = admin(); /* without a replica */
  static const uint8_t query[] = {0x12, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  wire_frame(&w, JALON__FRAME_TYPE__VERDICT_QUERY, 100, query, sizeof query);
  assert_int_equal(wire_expect_error(&w, 100), JL_E_DENIED);
  wire_frame(&w, JALON__FRAME_TYPE__SUBMIT, 101, NULL, 0);
  assert_int_equal(wire_expect_error(&w, 101), JL_E_BAD_FRAME);
  wire_close(&w);
}

/* ---- groups of a bad shape ---- */
static struct jl_bytes with(struct jl_arena *a, struct jl_bytes record, uint32_t field, const char *text, int64_t n) {
  struct jl_value value = {.number = n};
  if (text != NULL) value.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_record_with(a, record, field, jl_value_encode(a, jl_field_by_number(jl_record_type_by_number(JL_TYPE_PLAN), field), &value));
}

/* Sends a group that makes a plan (edits 1), does nothing (0), or that with unreadable bytes behind it. */
static const Jalon__Verdict *send_group(struct wire *w, const struct jl_id *replica, struct jl_id *space, uint64_t seq, size_t edits,
                                        struct jl_bytes behind) {
  struct jl_arena *a = jl_arena_new(4U << 20);
  struct jl_id group_id = jl_id_random(), author = *replica;
  Jalon__Edit edit = JALON__EDIT__INIT, *list[] = {&edit};
  Jalon__Group group = JALON__GROUP__INIT;
  struct jl_bytes record = with(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_PLAN_NAME, "Plan", 0);
  record = with(a, with(a, record, JL_PLAN_START, NULL, 20454), JL_PLAN_END, NULL, 20818);
  record = with(a, record, JL_PLAN_CURRENCY, "EUR", 0);
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  edit.type = JL_TYPE_PLAN;
  edit.id = (ProtobufCBinaryData){sizeof space->bytes, space->bytes};
  edit.record = jl_to_pb(record);
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = (ProtobufCBinaryData){sizeof author.bytes, author.bytes};
  group.space = (ProtobufCBinaryData){sizeof space->bytes, space->bytes};
  group.group_id = (ProtobufCBinaryData){sizeof group_id.bytes, group_id.bytes};
  group.seq = seq;
  group.model_version = jl_model_version;
  group.n_edits = edits;
  group.edits = list;
  struct jl_buffer packed;
  jl_buffer_init(&packed, JL_MESSAGE_MAX);
  struct jl_bytes head = jl_pack(&group.base, a, JL_MESSAGE_MAX);
  jl_buffer_append(&packed, head.data, head.size);
  jl_buffer_append(&packed, behind.data, behind.size);
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = true;
  message.group = jl_to_pb(jl_buffer_bytes(&packed));
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__SUBMIT, &message.base);
  jl_buffer_release(&packed);
  jl_arena_free(a);
  return wire_expect(w, stream, JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
}

/* Each is refused with a verdict that takes its number, so the lane goes on behind it. */
static void bad_groups_take_their_number(void **state) {
  (void)state;
  struct jl_id replica = jl_id_random(), space = jl_id_random();
  struct wire w;
  wire_open(&w, &server, false);
  wire_login(&w, "admin", DAEMON_PASSWORD, &replica, NULL);
  static const uint8_t no_edit[] = {8 << 3 | 2, 2, 0xff, 0xff};
  static uint8_t long_tail[JL_GROUP_MAX_BYTES + 16] = {0xa2, 1, 0x88, 0x80, 0x20}; /* field 20, 0x80008 bytes */
  const struct jl_bytes nothing = {(const uint8_t *)"", 0};
  assert_int_equal(send_group(&w, &replica, &space, 1, 1, nothing)->revision, 1);
  const Jalon__Verdict *v = send_group(&w, &replica, &space, 2, 0, nothing);
  assert_non_null(v->error);
  assert_int_equal(v->seq, 2);
  v = send_group(&w, &replica, &space, 3, 0, (struct jl_bytes){no_edit, sizeof no_edit});
  assert_non_null(v->error);
  assert_int_equal(v->error->code, JL_E_BAD_FRAME);
  v = send_group(&w, &replica, &space, 4, 0, (struct jl_bytes){long_tail, 5 + 0x80008});
  assert_non_null(v->error);
  assert_int_equal(v->error->code, JL_E_TOO_LARGE);
  v = send_group(&w, &replica, &space, 5, 0, nothing);
  assert_int_equal(v->seq, 5);
  wire_close(&w);
}

static uint32_t login_with_replica(struct wire *w, const char *account, const char *password, struct jl_id replica) {
  char *texts[2] = {strdup(account), strdup(password)};
  wire_open(w, &server, false);
  wire_hello(w);
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = texts[0];
  login.password = texts[1];
  login.has_replica = true;
  login.replica = (ProtobufCBinaryData){sizeof replica.bytes, replica.bytes};
  uint32_t stream = wire_send(w, JALON__FRAME_TYPE__LOGIN, &login.base);
  free(texts[0]);
  free(texts[1]);
  return stream;
}

/* Everybody who reads a plan sees the replica ids of its authors. */
static void a_replica_belongs_to_its_first_account(void **state) {
  (void)state;
  struct jl_id person = add_person("Bruno"), replica = jl_id_random(), own = jl_id_random();
  uint8_t token[32];
  struct wire boss = admin(), w;
  done(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_ADD, "bruno", "long enough", NULL, &person));
  wire_open(&w, &server, false);
  wire_login(&w, "admin", DAEMON_PASSWORD, &replica, NULL);
  wire_close(&w);
  uint32_t stream = login_with_replica(&w, "bruno", "long enough", replica);
  const Jalon__Error *error = wire_expect(&w, stream, JALON__FRAME_TYPE__ERROR, &jalon__error__descriptor);
  assert_int_equal(error->code, JL_E_DENIED);
  assert_string_equal(error->message, "this profile belongs to another account");
  assert_non_null(error->hint);
  wire_close(&w);
  for (int i = 0; i < 3; i++) { /* without a replica, with one of his own, with it again */
    wire_open(&w, &server, false);
    wire_login(&w, "bruno", "long enough", i > 0 ? &own : NULL, token);
    wire_close(&w);
  }
  wire_open(&w, &server, false); /* a token proves the account, not the replica */
  wire_hello(&w);
  Jalon__Login login = JALON__LOGIN__INIT;
  login.has_token = login.has_replica = true;
  login.token = (ProtobufCBinaryData){sizeof token, token};
  login.replica = (ProtobufCBinaryData){sizeof replica.bytes, replica.bytes};
  assert_int_equal(wire_expect_error(&w, wire_send(&w, JALON__FRAME_TYPE__LOGIN, &login.base)), JL_E_DENIED);
  wire_close(&w);
  wire_open(&w, &server, false); /* the owner still may */
  wire_login(&w, "admin", DAEMON_PASSWORD, &replica, NULL);
  wire_close(&w);
  wire_close(&boss);
}

/* False: the login was refused or the connection closed. */
static bool token_of(struct wire *w, uint32_t stream, uint8_t ret_token[32]) {
  struct received got = wire_next(w);
  while (!got.closed && got.stream != stream) got = wire_next(w);
  if (got.closed || got.type != JALON__FRAME_TYPE__LOGIN_REPLY) return false;
  struct jl_arena *a = jl_arena_new(1U << 16);
  struct jl_error err = {0};
  const Jalon__LoginReply *reply = (const Jalon__LoginReply *)jl_unpack(&jalon__login_reply__descriptor, got.payload, a, &err);
  assert_non_null(reply);
  assert_int_equal(reply->token.len, 32);
  memcpy(ret_token, reply->token.data, 32);
  jl_arena_free(a);
  return true;
}

/* Logins that are checked with the old password while it is changed: none is alive once the change is answered. */
static void a_login_does_not_survive_a_password_change(void **state) {
  (void)state;
  enum { LOGINS = 6 };
  struct wire boss = admin(), logins[LOGINS];
  struct jl_id person = add_person("Chloe");
  uint32_t streams[LOGINS], change = 0;
  uint8_t token[32];
  done(&boss, account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_ADD, "chloe", "the old one", NULL, &person));
  for (size_t i = 0; i < LOGINS; i++) {
    if (i == LOGINS / 2) change = account(&boss, JALON__ACCOUNT_VERB__ACCOUNT_PASSWORD, "chloe", "the new one", NULL, NULL);
    streams[i] = login_with_replica(&logins[i], "chloe", "the old one", jl_id_random());
  }
  done(&boss, change);
  for (size_t i = 0; i < LOGINS; i++) {
    bool opened = token_of(&logins[i], streams[i], token);
    wire_close(&logins[i]);
    if (!opened) continue;
    assert_int_equal(wire_expect_error(&logins[i], login_with_token(&logins[i], token)), JL_E_UNAUTHENTICATED);
    wire_close(&logins[i]);
  }
  wire_close(&boss);
}

static void stopping_tells_clients_and_ends_cleanly(void **state) {
  (void)state;
  struct wire w = admin();
  bool told = false;
  int status = -1;
  kill(server.pid, SIGTERM);
  for (;;) {
    struct received got = wire_next(&w);
    if (got.closed) break;
    told = told || got.type == JALON__FRAME_TYPE__DRAIN;
  }
  assert_true(told);
  assert_int_equal(waitpid(server.pid, &status, 0), server.pid);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  wire_close(&w);
  server.pid = 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_order_of_requests),
      cmocka_unit_test(everything_in_one_write),
      cmocka_unit_test(refusals_tell_nothing),
      cmocka_unit_test(tokens_live_until_logout),
      cmocka_unit_test(accounts_are_managed_by_administrators),
      cmocka_unit_test(only_the_own_replica_submits),
      cmocka_unit_test(bad_groups_take_their_number),
      cmocka_unit_test(a_replica_belongs_to_its_first_account),
      cmocka_unit_test(a_login_does_not_survive_a_password_change),
      cmocka_unit_test(stopping_tells_clients_and_ends_cleanly),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
