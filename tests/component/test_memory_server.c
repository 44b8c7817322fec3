/* The n-th allocation of a server fails, for every n of a login, a submit, a read and a view, whether it is ours or that of libpq,
 * libuv or protobuf-c: the request ends in an answer, an error with a code or a closed connection; the next one is served, and what
 * was submitted is applied exactly once. A crash or a leak shows in the server's end. The server is preloaded with fail_alloc.c. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/replica.h"
#include "common/record/record.h"
#include "common/record/schema.h"
#include "tests/component/support/faulty.h"
#include "tests/component/support/planner.h"
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HEARTBEATS_MAX 100 /* that come instead of an answer; a busy machine needs some */
#define PATIENCE_US INT64_C(300000000)
static struct daemon server;
static struct wire bystander;
static SSL_CTX *tls;
static struct fail_alloc *faults;
static struct jl_id plan, replica, another; /* another: of who logs in with the password, as that ends the former login of its replica */
static uint64_t seq, allocation;
static uint8_t token[32];

struct end {
  bool closed;
  enum jl_code code; /* of an error or a refusal; OK: answered */
};

/* ---- requests ---- */
static struct end end_of(struct wire *w, uint32_t stream) {
  struct end end = {.code = JL_E_OK};
  struct jl_error err;
  for (int heartbeats = 0;;) {
    struct received got = wire_next(w);
    if (got.closed) return (struct end){.closed = true};
    if (got.type == JALON__FRAME_TYPE__PING && ++heartbeats == HEARTBEATS_MAX) fail_msg("allocation %u: no answer ever comes", (unsigned)allocation);
    if (got.stream != stream && got.stream != 0) continue;
    if (got.type == JALON__FRAME_TYPE__ERROR) {
      const Jalon__Error *error = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, got.payload, w->arena, &err);
      end.code = error == NULL ? JL_E_BAD_FRAME : (enum jl_code)error->code;
      return end;
    }
    if (got.stream == 0) continue;
    if (got.type != JALON__FRAME_TYPE__SUBMIT_REPLY) return end;
    const Jalon__Verdict *verdict = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, got.payload, w->arena, &err);
    end.code = verdict == NULL ? JL_E_BAD_FRAME : verdict->error != NULL ? (enum jl_code)verdict->error->code : JL_E_OK;
    return end;
  }
}

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct end log_in(struct wire *w, bool by_token) {
  char account[] = "admin", password[] = DAEMON_PASSWORD;
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = by_token ? NULL : account;
  login.password = by_token ? NULL : password;
  login.has_token = by_token;
  login.token = (ProtobufCBinaryData){sizeof token, token};
  login.has_replica = true;
  login.replica = id_bytes(by_token ? &replica : &another);
  uint32_t hello = wire_send(w, JALON__FRAME_TYPE__HELLO, NULL), stream = wire_send(w, JALON__FRAME_TYPE__LOGIN, &login.base);
  struct end end = end_of(w, hello);
  return end.closed || end.code != JL_E_OK ? end : end_of(w, stream);
}

static struct end password_login(struct wire *w) { return log_in(w, false); }
static struct end token_login(struct wire *w) { return log_in(w, true); }

static struct jl_bytes field(struct jl_arena *a, struct jl_bytes record, uint32_t type, uint32_t number, const char *text, int64_t n) {
  struct jl_value value = {.number = n};
  if (text != NULL) value.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_record_with(a, record, number, jl_value_encode(a, jl_field_by_number(jl_record_type_by_number(type), number), &value));
}

/* The same bytes each time for one number of the lane. */
static struct end submit_record(struct wire *w, uint32_t type, struct jl_id id, struct jl_bytes record) {
  struct jl_id group_id = jl_id_derive("memory test", &(struct jl_bytes){(const uint8_t *)&seq, sizeof seq}, 1);
  Jalon__Edit edit = planner_creation(type, &id, record);
  const struct one_edit group = {.replica = &replica, .space = &plan, .group_id = &group_id, .seq = seq};
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = message.has_confirmed = true;
  message.group = jl_to_pb(planner_pack(&group, &edit, w->arena));
  message.confirmed = seq - 1;
  return end_of(w, wire_send(w, JALON__FRAME_TYPE__SUBMIT, &message.base));
}

static struct end submit(struct wire *w) {
  struct jl_id id = jl_id_derive("memory test action", &(struct jl_bytes){(const uint8_t *)&seq, sizeof seq}, 1);
  char title[40];
  snprintf(title, sizeof title, "action %u", (unsigned)seq);
  return submit_record(w, JL_TYPE_ACTION, id, field(w->arena, (struct jl_bytes){NULL, 0}, JL_TYPE_ACTION, JL_ACTION_TITLE, title, 0));
}

static struct end read_by_name(struct wire *w) {
  char exact[] = "action 2", misspelt[] = "octian 2";
  Jalon__Query a = JALON__QUERY__INIT, b = JALON__QUERY__INIT, *queries[] = {&a, &b};
  Jalon__Read message = JALON__READ__INIT;
  a.text = exact;
  b.text = misspelt;
  message.has_space = true;
  message.space = id_bytes(&plan);
  message.n_queries = 2;
  message.queries = queries;
  return end_of(w, wire_send(w, JALON__FRAME_TYPE__READ, &message.base));
}

static struct end view(struct wire *w) {
  char list[] = "dashboard";
  Jalon__ViewRequest message = JALON__VIEW_REQUEST__INIT;
  message.has_space = true;
  message.space = id_bytes(&plan);
  message.view = list;
  message.has_today = true;
  message.today = 20500 + (int32_t)(seq++ % 1000); /* one that no cache has */
  return end_of(w, wire_send(w, JALON__FRAME_TYPE__VIEW, &message.base));
}

/* ---- a handshake and a hello over TLS: what a person meets who comes from elsewhere ---- */
static bool exchange(SSL *ssl) {
  uint8_t out[8 + JL_FRAME_HEADER], in[JL_FRAME_HEADER];
  const struct jl_frame hello = {.type = JALON__FRAME_TYPE__HELLO, .stream = 1};
  memcpy(out, JL_PREFACE, 8);
  jl_frame_encode(&hello, out + 8);
  if (SSL_connect(ssl) != 1 || SSL_write(ssl, out, sizeof out) != (int)sizeof out) return false;
  return SSL_read(ssl, in, sizeof in) == (int)sizeof in;
}

static struct end tls_hello(struct wire *w) {
  static const unsigned char protocol[] = "\x07jalon/1";
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const struct timeval patience = {.tv_sec = 60};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  SSL *ssl = SSL_new(tls);
  (void)w;
  assert_true(fd >= 0 && ssl != NULL && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
  assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
  assert_true(SSL_set_fd(ssl, fd) == 1 && SSL_set_alpn_protos(ssl, protocol, sizeof protocol - 1) == 0);
  errno = 0;
  bool answered = exchange(ssl);
  if (!answered && errno == EAGAIN) fail_msg("allocation %u: no answer ever comes", (unsigned)allocation);
  SSL_free(ssl);
  close(fd);
  return (struct end){.closed = !answered};
}

/* ---- the server ---- */
static int start(void **state) {
  (void)state;
  faults = faulty_daemon(&server, true, (const char *[]){"--heartbeat-ms=1000", NULL});
  tls = SSL_CTX_new(TLS_client_method());
  assert_non_null(tls);
  wire_open(&bystander, &server, true);
  replica = jl_id_random();
  another = jl_id_random();
  wire_login(&bystander, "admin", DAEMON_PASSWORD, &replica, token);
  plan = jl_id_random();
  seq = 1;
  struct jl_bytes record = field(bystander.arena, (struct jl_bytes){NULL, 0}, JL_TYPE_PLAN, JL_PLAN_NAME, "2026", 0);
  record = field(bystander.arena, record, JL_TYPE_PLAN, JL_PLAN_START, NULL, 20454);
  record = field(bystander.arena, record, JL_TYPE_PLAN, JL_PLAN_END, NULL, 20818);
  record = field(bystander.arena, record, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR", 0);
  daemon_sql(&server, "UPDATE session SET last_used_at = now() + interval '1 hour'"); /* of a hundred logins the oldest ends: not this one */
  struct end end = submit_record(&bystander, JL_TYPE_PLAN, plan, record);
  assert_true(!end.closed && end.code == JL_E_OK);
  seq++;
  struct wire many[24]; /* what only grows with connections has grown */
  for (size_t i = 0; i < JL_COUNT(many); i++) wire_open(&many[i], &server, true);
  for (size_t i = 0; i < JL_COUNT(many); i++) wire_close(&many[i]);
  return 0;
}

/* No leak and no complaint of a sanitizer. */
static int stop(void **state) {
  (void)state;
  char log[128], line[1000];
  wire_close(&bystander);
  SSL_CTX_free(tls);
  int status = daemon_terminate(&server);
  snprintf(log, sizeof log, "%s/log", server.folder);
  FILE *file = status == 0 ? NULL : fopen(log, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (line[0] != '2') fputs(line, stderr); /* not a line of the log itself */
  if (file != NULL) fclose(file);
  (void)daemon_stop(&server);
  return status;
}

/* ---- every n ---- */
typedef struct end request(struct wire *w);
struct work {
  const char *name;
  request *request;
  enum { TLS, CONNECT, LOGIN, REQUEST } from; /* where it begins */
  bool numbered; /* what is sent again is the same group, and the next one another */
};

static bool fails_well(struct end end) {
  return end.closed || end.code == JL_E_OK || end.code == JL_E_NO_MEMORY || end.code == JL_E_TOO_LARGE || end.code == JL_E_OVERLOADED ||
         end.code == JL_E_UNAVAILABLE || jl_code_class(end.code) == JL_CLASS_RETRY || jl_code_class(end.code) == JL_CLASS_UNKNOWN;
}

/* Who was told of an error is not in; INVALID: not even greeted. */
static void check_outside(struct wire *w, uint64_t n) {
  struct end end = read_by_name(w);
  if (!end.closed && end.code != JL_E_UNAUTHENTICATED && end.code != JL_E_INVALID) fail_msg("allocation %u: in after an error: %s", (unsigned)n, jl_code_symbol(end.code));
}

static struct end once(const struct work *work, uint64_t n, uint64_t *ret_count, bool *ret_failed) {
  struct wire w;
  struct end end;
  if (work->from <= CONNECT) fail_alloc_arm(faults, n);
  if (work->from == TLS) {
    end = work->request(NULL);
    *ret_failed = fail_alloc_disarm(faults) != 0;
    *ret_count = atomic_load(&faults->count);
    return end;
  }
  wire_open(&w, &server, true);
  if (work->from != REQUEST) {
    if (work->from == LOGIN) {
      wire_ping(&bystander); /* the connection was accepted */
      fail_alloc_arm(faults, n);
    }
    end = work->request(&w);
  } else {
    end = token_login(&w);
    if (!end.closed && end.code == JL_E_OK) {
      fail_alloc_arm(faults, n);
      end = work->request(&w);
    }
  }
  *ret_failed = fail_alloc_disarm(faults) != 0;
  *ret_count = atomic_load(&faults->count);
  if (work->from != REQUEST && !end.closed && end.code != JL_E_OK) check_outside(&w, n);
  wire_close(&w);
  return end;
}

static void every_allocation(const struct work *work) {
  uint64_t count = 0, refusals = 0;
  bool failed = true;
  for (uint64_t n = 1; failed; n++) {
    allocation = n;
    struct end end = once(work, n, &count, &failed);
    if (!fails_well(end)) fail_msg("%s, allocation %u: %s", work->name, (unsigned)n, jl_code_symbol(end.code));
    refusals += end.closed || end.code != JL_E_OK;
    if (kill(server.pid, 0) != 0) fail_msg("%s, allocation %u: the server is gone", work->name, (unsigned)n);
    wire_ping(&bystander);
    bool had = true;
    int64_t until_us = jl_monotonic_us() + PATIENCE_US; /* a connection to the database may have to come back */
    const struct work again = {work->name, work->request == password_login ? token_login : work->request, work->from, work->numbered};
    for (end.code = JL_E_UNAVAILABLE; end.closed || end.code != JL_E_OK;) { /* checks of passwords take their time */
      uint64_t ignored;
      end = once(&again, 0, &ignored, &had);
      if (end.code != JL_E_OK && !fails_well(end)) fail_msg("%s, after allocation %u: %s", work->name, (unsigned)n, jl_code_symbol(end.code));
      if (jl_monotonic_us() > until_us) fail_msg("%s, after allocation %u: %s for ever", work->name, (unsigned)n, jl_code_symbol(end.code));
    }
    if (work->numbered) seq++;
  }
  print_message("%s: %u allocations, %u refused\n", work->name, (unsigned)count, (unsigned)refusals);
  assert_true(refusals > 0);
}

static void logins_by_password(void **state) { (void)state, every_allocation(&(struct work){"login by password", password_login, LOGIN, false}); }
static void logins_by_token(void **state) { (void)state, every_allocation(&(struct work){"login by token", token_login, LOGIN, false}); }
static void handshakes(void **state) { (void)state, every_allocation(&(struct work){"handshake", tls_hello, TLS, false}); }
static void connections(void **state) { (void)state, every_allocation(&(struct work){"connection and login", token_login, CONNECT, false}); }
static void submits(void **state) {
  (void)state;
  uint64_t first = seq;
  every_allocation(&(struct work){"submit", submit, REQUEST, true});
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM action"), seq - first); /* each exactly once */
}
static void reads(void **state) { (void)state, every_allocation(&(struct work){"read", read_by_name, REQUEST, false}); }
static void views(void **state) { (void)state, every_allocation(&(struct work){"view", view, REQUEST, false}); }

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {cmocka_unit_test(handshakes), cmocka_unit_test(connections), cmocka_unit_test(logins_by_token), cmocka_unit_test(logins_by_password), cmocka_unit_test(submits),
                                     cmocka_unit_test(reads), cmocka_unit_test(views)};
  return cmocka_run_group_tests(tests, start, stop);
}
