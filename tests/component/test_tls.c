/* TLS over real sockets: what is believed and what is not, short handshakes, a certificate changed under way, hostile and
 * slow peers. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/wire/tls_internal.h"
#include "common/wire/unpack.h"
#include "server/auth/authority.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct end {
  struct jl_connection *c;
  size_t messages, bytes, opens, closes;
  uint8_t last_type;
  bool echo, in_order, resumed, named;
  char name[64];
  struct jl_error reason, told;
};
struct world {
  char folder[64], ticket[128];
  uv_loop_t loop;
  uv_timer_t guard;
  struct jl_listener *listener;
  struct jl_address address;
  struct jl_tls *server_tls, *client_tls;
  struct end server, client;
  size_t accepted;
  bool timed_out;
  int64_t (*client_clock)(void); /* NULL: its own */
};

static void on_open(void *context) {
  struct end *e = context;
  e->opens++;
  e->resumed = jl_tls_resumed(e->c);
}

static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  struct end *e = context;
  int64_t made = 0;
  e->messages++;
  e->bytes += payload.size;
  e->last_type = type;
  if (payload.size > 0 && payload.data[0] != (uint8_t)stream) e->in_order = false;
  e->named = jl_tls_peer_name(e->c, e->name, sizeof e->name, &made);
  if (type == JALON__FRAME_TYPE__ERROR) {
    struct jl_arena *a = jl_arena_new(1 << 20);
    Jalon__Error *wire = (Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &e->told);
    assert_non_null(wire);
    jl_error_from_wire(wire, &e->told);
    jl_arena_free(a);
  }
  if (e->echo) jl_connection_send(e->c, type, flags, stream, payload);
}

static void on_close(void *context, const struct jl_error *reason) {
  struct end *e = context;
  e->closes++;
  e->reason = *reason;
  jl_connection_free(e->c);
  e->c = NULL;
}

static const struct jl_connection_handler handler = {on_open, on_message, NULL, on_close};

static bool on_connection(void *context, uv_stream_t *listener) {
  struct world *w = context;
  w->accepted++;
  if (w->server_tls != NULL)
    w->server.c = jl_connection_accept_over(jl_tls_transport(w->server_tls), listener, &handler, &w->server);
  else
    w->server.c = jl_connection_accept(listener, &handler, &w->server);
  assert_non_null(w->server.c);
  return true;
}

static void on_guard(uv_timer_t *timer) { ((struct world *)timer->data)->timed_out = true; }

#define RUN_UNTIL(w, condition)                                                                                                            \
  do {                                                                                                                                     \
    (w)->timed_out = false;                                                                                                                \
    uv_timer_start(&(w)->guard, on_guard, 120000, 0);                                                                                      \
    while (!(condition) && !(w)->timed_out) uv_run(&(w)->loop, UV_RUN_ONCE);                                                               \
    if (!(condition)) fail_msg("%s did not come true (line %d)", #condition, __LINE__);                                                    \
    uv_timer_stop(&(w)->guard);                                                                                                            \
  } while (0)

/* ---- files ---- */
static struct jl_bytes read_file(const char *folder, const char *name) {
  static char data[4][65536];
  static int next;
  char path[256];
  char *out = data[next++ % 4];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "re");
  if (file == NULL) fail_msg("%s: %s", path, strerror(errno));
  size_t size = fread(out, 1, sizeof data[0], file);
  fclose(file);
  return (struct jl_bytes){(const uint8_t *)out, size};
}

static void write_file(const char *folder, const char *name, struct jl_bytes data) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "we");
  assert_non_null(file);
  assert_int_equal(fwrite(data.data, 1, data.size, file), data.size);
  fclose(file);
}

static void make_authority(const char *folder, const char *name) {
  struct jl_authority_names names = {.count = 0};
  bool made_authority, made_certificate;
  struct jl_error err = {0};
  jl_authority_add_name(&names, name);
  jl_authority_add_name(&names, "127.0.0.1");
  jl_authority_add_name(&names, name);
  assert_int_equal(names.count, strcmp(name, "127.0.0.1") == 0 ? 1 : 2);
  if (!jl_authority_ensure(folder, &names, &made_authority, &made_certificate, &err)) fail_msg("%s %s", err.message, err.args[0].text);
}

static void use_folder(struct jl_tls *t, const char *folder) {
  char certificate[128], authority[128];
  struct jl_error err = {0};
  snprintf(certificate, sizeof certificate, "%s/server.pem", folder);
  snprintf(authority, sizeof authority, "%s/authority.pem", folder);
  if (!jl_tls_server_use(t, certificate, certificate, authority, &err)) fail_msg("%s: %s", err.args[0].text, err.args[1].text);
}

/* ---- the world ---- */
static void begin_with(struct world *w, bool server_speaks_tls, const char *name) {
  struct jl_error err = {0};
  *w = (struct world){.folder = "/tmp/jalon-tls-XXXXXX"};
  assert_non_null(mkdtemp(w->folder));
  snprintf(w->ticket, sizeof w->ticket, "%s/ticket", w->folder);
  w->server.in_order = w->client.in_order = true;
  make_authority(w->folder, name);
  if (server_speaks_tls) {
    w->server_tls = jl_tls_server_new(&err);
    use_folder(w->server_tls, w->folder);
  }
  assert_int_equal(uv_loop_init(&w->loop), 0);
  uv_timer_init(&w->loop, &w->guard);
  w->guard.data = w;
  assert_true(jl_address_parse("tls:127.0.0.1:0", &w->address, &err) && w->address.tls);
  w->listener = jl_listener_new(&w->loop, &w->address, on_connection, w, &err);
  assert_non_null(w->listener);
  w->address.port = jl_listener_port(w->listener);
}
static void begin(struct world *w) { begin_with(w, true, "localhost"); }

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
  (void)status, (void)type, (void)ftw;
  return remove(path);
}

static void end_world(struct world *w) {
  if (w->client.c != NULL) jl_connection_close(w->client.c, true);
  RUN_UNTIL(w, w->client.c == NULL);
  if (w->server.c != NULL) jl_connection_close(w->server.c, false);
  RUN_UNTIL(w, w->server.c == NULL);
  jl_listener_close(w->listener, NULL, NULL);
  uv_close((uv_handle_t *)&w->guard, NULL);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&w->loop), 0);
  jl_tls_free(w->server_tls);
  jl_tls_free(w->client_tls);
  nftw(w->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void dial_with(struct world *w, struct jl_bytes authorities, struct jl_bytes certificate) {
  struct jl_error err = {0};
  struct jl_tls_client_options options = {authorities, certificate, w->ticket};
  RUN_UNTIL(w, w->server.c == NULL);
  jl_tls_free(w->client_tls);
  w->client_tls = jl_tls_client_new(&options, &err);
  if (w->client_tls == NULL) fail_msg("%s", err.message);
  if (w->client_clock != NULL) w->client_tls->now_s = w->client_clock;
  w->client = w->server = (struct end){.in_order = true};
  w->client.c = jl_connection_connect_over(jl_tls_transport(w->client_tls), &w->loop, &w->address, 5000, &handler, &w->client);
  assert_non_null(w->client.c);
}
static void dial(struct world *w) { dial_with(w, read_file(w->folder, "authority.pem"), (struct jl_bytes){NULL, 0}); }

static void send_numbered(struct end *e, uint32_t first, uint32_t count, size_t size) {
  uint8_t *payload = calloc(1, size + 1);
  for (uint32_t i = first; i < first + count; i++) {
    payload[0] = (uint8_t)i;
    jl_connection_send(e->c, 5, 0, i, (struct jl_bytes){payload, size});
  }
  free(payload);
}

static void hang_up(struct world *w) {
  jl_connection_close(w->client.c, true);
  RUN_UNTIL(w, w->client.c == NULL && w->server.c == NULL);
}

/* ---- tests ---- */
static void test_exchange(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  dial(&w);
  send_numbered(&w.client, 1, 1000, 20); /* before the handshake */
  w.server.echo = true;
  RUN_UNTIL(&w, w.client.messages == 1000);
  assert_true(w.client.opens == 1 && w.client.in_order && w.server.in_order && w.client.bytes == 20000);
  assert_false(w.server.named); /* it showed no certificate */
  jl_connection_limit(w.server.c, JL_MESSAGE_MAX);
  send_numbered(&w.client, 1001, 5, 400000);
  RUN_UNTIL(&w, w.client.messages == 1005);
  assert_true(w.client.in_order && w.client.bytes == 20000 + 2000000);
  hang_up(&w);
  assert_int_equal(w.client.reason.code, JL_E_OK);
  assert_int_equal(w.server.reason.code, JL_E_UNAVAILABLE);
  end_world(&w);
}

static void one_exchange(struct world *w) {
  send_numbered(&w->client, 1, 1, 10);
  w->server.echo = true;
  RUN_UNTIL(w, w->client.messages == 1);
}

static void test_resumption(void **state) {
  (void)state;
  struct world w;
  struct stat info;
  begin(&w);
  dial(&w);
  one_exchange(&w);
  assert_false(w.client.resumed);
  hang_up(&w);
  assert_int_equal(stat(w.ticket, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);
  for (int i = 0; i < 2; i++) { /* by the ticket of the long handshake, then by that of a short one */
    dial(&w);
    one_exchange(&w);
    assert_true(w.client.resumed);
    hang_up(&w);
  }
  /* The certificate is not in it; until when it may be used is, and when that is over it is not offered. */
  struct jl_bytes ticket = read_file(w.folder, "ticket");
  assert_null(memmem(ticket.data, ticket.size, "Jalon", 5));
  uint8_t ended[4096];
  assert_true(ticket.size < sizeof ended);
  memcpy(ended, ticket.data, ticket.size);
  int64_t until = 0;
  memcpy(&until, ended + 32, sizeof until); /* little-endian, as the machine */
  assert_true(until < jl_tls_server_expires(w.server_tls) && until <= jl_now_utc_us() / 1000000 + JL_TLS_RESUME_S);
  until = jl_now_utc_us() / 1000000 - 1;
  memcpy(ended + 32, &until, sizeof until);
  write_file(w.folder, "ticket", (struct jl_bytes){ended, ticket.size});
  dial(&w);
  one_exchange(&w);
  assert_false(w.client.resumed);
  hang_up(&w);
  dial(&w);
  one_exchange(&w);
  assert_true(w.client.resumed);
  hang_up(&w);
  /* A ticket that others can read is not used; one for another host neither; garbage does no harm. */
  assert_int_equal(chmod(w.ticket, 0644), 0);
  dial(&w);
  one_exchange(&w);
  assert_false(w.client.resumed);
  hang_up(&w);
  snprintf(w.address.host, sizeof w.address.host, "localhost");
  dial(&w);
  one_exchange(&w);
  assert_false(w.client.resumed);
  hang_up(&w);
  write_file(w.folder, "ticket", (struct jl_bytes){(const uint8_t *)"garbage garbage garbage garbage garbage garbage", 47});
  dial(&w);
  one_exchange(&w);
  assert_false(w.client.resumed);
  hang_up(&w);
  end_world(&w);
}

static int64_t began_s, ahead_s; /* given, so that it does not matter how long a test takes */
static int64_t later(void) { return began_s + ahead_s; }

static bool resumes(struct world *w) {
  dial(w);
  one_exchange(w);
  bool resumed = w->client.resumed;
  hang_up(w);
  return resumed;
}

/* Every short handshake renews the ticket, none the age: twelve hours after the whole one there is another. */
static void end_by_age(struct world *w) {
  static const struct { int64_t ahead_s; bool resumes; } steps[] = {
      {0, false},
      {6 * 3600, true},
      {11 * 3600, true},                       /* by the ticket of the sixth hour */
      {JL_TLS_RESUME_S - 1, true},             /* by that of the eleventh */
      {JL_TLS_RESUME_S + 1, false},            /* by one that is two seconds old */
      {JL_TLS_RESUME_S + 6 * 3600, true},      /* counted from the second whole handshake */
      {2 * JL_TLS_RESUME_S, true},
      {2 * JL_TLS_RESUME_S + 1, false},
      {-3600, false},                          /* a clock that was put back says nothing of an age */
  };
  began_s = jl_now_utc_us() / 1000000;
  for (size_t i = 0; i < JL_COUNT(steps); i++) {
    ahead_s = steps[i].ahead_s;
    if (resumes(w) != steps[i].resumes) fail_msg("step %d", (int)i);
  }
}

static void test_resumption_ends_at_the_server(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  w.server_tls->now_s = later;
  end_by_age(&w);
  end_world(&w);
}

static void test_resumption_ends_at_the_client(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  w.client_clock = later;
  end_by_age(&w);
  end_world(&w);
}

/* The server's certificate changes while a client is there: it stays, and the next one sees the new one. */
static void test_reload(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  dial(&w);
  one_exchange(&w);
  make_authority(w.folder, "another.example.org"); /* a name that is missing: made anew */
  use_folder(w.server_tls, w.folder);
  struct jl_error err = {0};
  assert_false(jl_tls_server_use(w.server_tls, "/nonexistent.pem", "/nonexistent.pem", "", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  assert_string_equal(err.args[0].text, "/nonexistent.pem");
  send_numbered(&w.client, 2, 1, 10);
  RUN_UNTIL(&w, w.client.messages == 2);
  hang_up(&w);
  snprintf(w.address.host, sizeof w.address.host, "localhost"); /* no longer among its names */
  dial(&w);
  RUN_UNTIL(&w, w.client.c == NULL);
  assert_int_equal(w.client.reason.code, JL_E_DENIED);
  snprintf(w.address.host, sizeof w.address.host, "127.0.0.1");
  dial(&w);
  one_exchange(&w);
  assert_false(w.client.resumed); /* its ticket was of the old certificate's keys */
  end_world(&w);
}

static void expect_refusal(struct world *w, const char *words) {
  RUN_UNTIL(w, w->client.c == NULL);
  assert_int_equal(w->client.reason.code, JL_E_DENIED);
  if (strstr(w->client.reason.message, words) == NULL) fail_msg("%s", w->client.reason.message);
  assert_true(w->client.reason.hint[0] != '\0');
  assert_int_equal(w->client.opens, 0);
  RUN_UNTIL(w, w->server.c == NULL);
  assert_int_equal(w->server.messages, 0); /* nothing of the client's was seen */
}

static void test_wrong_peers(void **state) {
  (void)state;
  struct world w;
  char other[80];
  begin_with(&w, true, "plans.example.org");
  snprintf(other, sizeof other, "%s/other", w.folder);
  make_authority(other, "127.0.0.1");
  dial_with(&w, read_file(other, "authority.pem"), (struct jl_bytes){NULL, 0});
  send_numbered(&w.client, 1, 1, 10);
  expect_refusal(&w, "another authority");
  snprintf(w.address.host, sizeof w.address.host, "localhost");
  dial(&w);
  send_numbered(&w.client, 1, 1, 10);
  expect_refusal(&w, "is not for the name");
  /* A file of the authority without one is said at the handshake that needs it. */
  dial_with(&w, (struct jl_bytes){(const uint8_t *)"rubbish\n", 8}, (struct jl_bytes){NULL, 0});
  send_numbered(&w.client, 1, 1, 10);
  RUN_UNTIL(&w, w.client.c == NULL);
  assert_int_equal(w.client.reason.code, JL_E_INVALID);
  assert_true(strstr(w.client.reason.message, "holds no certificate") != NULL && w.server.messages == 0);
  /* The first meeting believes nobody, and says who signed. */
  dial_with(&w, (struct jl_bytes){NULL, 0}, (struct jl_bytes){NULL, 0});
  RUN_UNTIL(&w, w.client.opens == 1);
  struct jl_buffer pem;
  struct jl_error err = {0};
  char fingerprint[JL_FINGERPRINT_SIZE], expected[JL_FINGERPRINT_SIZE], name[256];
  jl_buffer_init(&pem, 65536);
  assert_true(jl_tls_seen(w.client_tls, &pem, fingerprint, name, &err));
  struct jl_bytes authority = read_file(w.folder, "authority.pem");
  assert_true(jl_tls_fingerprint(authority, expected, &err));
  assert_string_equal(fingerprint, expected);
  assert_true(strncmp(name, "Jalon", 5) == 0);
  assert_true(pem.size == authority.size && memcmp(pem.data, authority.data, pem.size) == 0);
  jl_buffer_release(&pem);
  hang_up(&w);
  end_world(&w);
}

static void test_fingerprints(void **state) {
  (void)state;
  static const char one[] = "SHA256:0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9:0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9";
  assert_true(jl_tls_same_fingerprint(one, one));
  assert_true(jl_tls_same_fingerprint(one, "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"));
  assert_false(jl_tls_same_fingerprint(one, "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f8"));
  assert_false(jl_tls_same_fingerprint("SHA256:0A", "SHA256:0A")); /* too short to prove anything */
  assert_false(jl_tls_same_fingerprint("", ""));
}

/* The fingerprint as openssl computes it: an independent source. */
static void ask_openssl(const struct world *w, char ret_line[256]) {
  char authority[128], said[128];
  int status = -1;
  snprintf(authority, sizeof authority, "%s/authority.pem", w->folder);
  snprintf(said, sizeof said, "%s/said", w->folder);
  int fd = open(said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  pid_t child = fork();
  if (child == 0) {
    dup2(fd, STDOUT_FILENO);
    execlp("openssl", "openssl", "x509", "-in", authority, "-noout", "-fingerprint", "-sha256", NULL);
    _exit(127);
  }
  close(fd);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  struct jl_bytes line = read_file(w->folder, "said");
  snprintf(ret_line, 256, "%.*s", (int)line.size, (const char *)line.data);
  ret_line[strcspn(ret_line, "\n")] = '\0';
}

static void test_fingerprint_of_openssl(void **state) {
  (void)state;
  struct world w;
  char line[256], ours[JL_FINGERPRINT_SIZE];
  struct jl_error err = {0};
  begin(&w);
  ask_openssl(&w, line);
  assert_true(jl_tls_fingerprint(read_file(w.folder, "authority.pem"), ours, &err));
  assert_string_equal(strchr(line, '=') + 1, ours + 7);
  end_world(&w);
}

static void test_client_certificate(void **state) {
  (void)state;
  struct world w;
  struct jl_error err = {0};
  struct jl_buffer pem;
  char other[80];
  begin(&w);
  snprintf(other, sizeof other, "%s/other", w.folder);
  make_authority(other, "127.0.0.1");
  jl_buffer_init(&pem, 65536);
  assert_true(jl_authority_sign_client(w.folder, "marie", 30, &pem, &err));
  for (int round = 0; round < 2; round++) { /* the second one by ticket */
    dial_with(&w, read_file(w.folder, "authority.pem"), jl_buffer_bytes(&pem));
    one_exchange(&w);
    assert_true(w.server.named);
    assert_string_equal(w.server.name, "marie");
    assert_int_equal(w.client.resumed, round == 1);
    hang_up(&w);
  }
  /* Without it, the ticket is not offered either. */
  dial(&w);
  one_exchange(&w);
  assert_false(w.server.named || w.client.resumed);
  hang_up(&w);
  jl_buffer_clear(&pem);
  assert_true(jl_authority_sign_client(other, "marie", 30, &pem, &err));
  dial_with(&w, read_file(w.folder, "authority.pem"), jl_buffer_bytes(&pem));
  send_numbered(&w.client, 1, 1, 10);
  RUN_UNTIL(&w, w.client.c == NULL && w.server.c == NULL);
  assert_int_equal(w.server.messages, 0);
  /* The server's own certificate is none for clients. */
  dial_with(&w, read_file(w.folder, "authority.pem"), read_file(w.folder, "server.pem"));
  send_numbered(&w.client, 1, 1, 10);
  RUN_UNTIL(&w, w.client.c == NULL && w.server.c == NULL);
  assert_int_equal(w.server.messages, 0);
  jl_buffer_release(&pem);
  end_world(&w);
}

/* A client without TLS is told so in its own frames; one with TLS that meets a server without ends with words, too. */
static void test_mixed(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  struct jl_address plain = w.address;
  plain.tls = false;
  w.client = (struct end){.in_order = true};
  w.client.c = jl_connection_connect(&w.loop, &plain, 5000, &handler, &w.client);
  RUN_UNTIL(&w, w.client.c == NULL);
  assert_int_equal(w.client.told.code, JL_E_UNSUPPORTED);
  assert_true(strstr(w.client.told.hint, "tls:host:port") != NULL);
  RUN_UNTIL(&w, w.server.c == NULL);
  end_world(&w);
  begin_with(&w, false, "localhost");
  dial(&w);
  RUN_UNTIL(&w, w.client.c == NULL);
  assert_int_equal(w.client.reason.code, JL_E_UNAVAILABLE);
  assert_true(strstr(w.client.reason.message, "TLS handshake") != NULL);
  end_world(&w);
}

static int raw_connect(const struct world *w) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(w->address.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
  return fd;
}

static void test_garbage(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  uint32_t random = 12345;
  static const size_t sizes[] = {1, 5, 64, 1000, 70000};
  for (size_t i = 0; i < 40; i++) {
    uint8_t data[70000];
    for (size_t k = 0; k < sizeof data; k++) data[k] = (uint8_t)((random = random * 1103515245 + 12345) >> 16);
    if (i % 2 == 0) data[0] = 22, data[1] = 3, data[2] = 1, data[3] = 0x02, data[4] = 0; /* looks like a handshake */
    int fd = raw_connect(&w);
    size_t before = w.accepted;
    ssize_t sent = send(fd, data, sizes[i % JL_COUNT(sizes)], MSG_NOSIGNAL | MSG_DONTWAIT);
    assert_true(sent > 0);
    shutdown(fd, SHUT_WR);
    w.server = (struct end){.in_order = true};
    RUN_UNTIL(&w, w.accepted == before + 1 && w.server.closes == 1);
    assert_int_equal(w.server.messages, 0);
    close(fd);
  }
  end_world(&w);
}

/* Handshake bytes without end are cut off: here the start of a record that never ends, again and again. */
static void test_endless_handshake(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  int fd = raw_connect(&w);
  RUN_UNTIL(&w, w.accepted == 1);
  /* A ClientHello that says it is 100,000 bytes long, in records of 16 KiB. */
  uint8_t record[5 + 16384] = {22, 3, 1, 0x40, 0, 1, 1, 0x86, 0xa0};
  for (int i = 0; i < 10 && w.server.c != NULL; i++) {
    (void)!send(fd, record, sizeof record, MSG_NOSIGNAL | MSG_DONTWAIT);
    record[5] = record[6] = record[7] = record[8] = 0;
    uv_run(&w.loop, UV_RUN_NOWAIT);
  }
  shutdown(fd, SHUT_WR);
  RUN_UNTIL(&w, w.server.c == NULL);
  assert_true(w.server.reason.code != JL_E_OK && w.server.messages == 0);
  close(fd);
  end_world(&w);
}

static SSL *raw_tls(int fd, SSL_CTX **ret_context, int version, bool with_alpn) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  SSL *ssl = SSL_new(context);
  SSL_set_min_proto_version(ssl, version);
  SSL_set_max_proto_version(ssl, version);
  if (with_alpn) SSL_set_alpn_protos(ssl, (const unsigned char *)"\x07jalon/1", 8);
  SSL_set_fd(ssl, fd);
  SSL_set_connect_state(ssl);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  *ret_context = context;
  return ssl;
}

/* Turns both ends until OpenSSL's client is through or refused. */
static int shake(struct world *w, SSL *ssl) {
  for (int i = 0; i < 120000; i++) {
    int result = SSL_do_handshake(ssl);
    if (result == 1) return 1;
    int why = SSL_get_error(ssl, result);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return 0;
    uv_run(&w->loop, UV_RUN_NOWAIT);
    poll(NULL, 0, 1);
  }
  return -1;
}

/* OpenSSL's own client: TLS 1.2 gets nowhere; a client that names no protocol gets the handshake and no more; key updates
 * are answered; other protocols are refused. */
static void test_foreign_clients(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  for (int round = 0; round < 3; round++) {
    SSL_CTX *context;
    int fd = raw_connect(&w);
    SSL *ssl = raw_tls(fd, &context, round == 0 ? TLS1_2_VERSION : TLS1_3_VERSION, round == 2);
    w.server = (struct end){.in_order = true};
    int through = shake(&w, ssl);
    assert_int_equal(through, round == 0 ? 0 : 1);
    if (round == 2) {
      uint8_t bytes[8 + 12 + 4];
      memcpy(bytes, JL_PREFACE, 8);
      jl_frame_encode(&(struct jl_frame){.length = 4, .type = 5, .stream = 7}, bytes + 8);
      memset(bytes + 20, 7, 4);
      for (size_t i = 0; i < sizeof bytes; i++) { /* a record and new keys for every byte */
        assert_int_equal(SSL_write(ssl, bytes + i, 1), 1);
        assert_int_equal(SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED), 1);
      }
      w.server.echo = true;
      RUN_UNTIL(&w, w.server.messages == 1);
      uint8_t back[64];
      int n = 0;
      for (int i = 0; i < 120000 && n <= 0; i++) {
        n = SSL_read(ssl, back, sizeof back);
        uv_run(&w.loop, UV_RUN_NOWAIT);
        poll(NULL, 0, 1);
      }
      assert_int_equal(n, 16);
      assert_string_equal(SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)), "TLS_AES_128_GCM_SHA256"); /* the server's choice, not the client's */
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
    RUN_UNTIL(&w, w.server.c == NULL);
    assert_int_equal(w.server.messages, round == 2 ? 1 : 0);
  }
  end_world(&w);
}

/* Broadcasts between answers, short ones that leave at once and long ones that wait: all arrive, in order, whatever the peer's pace. */
static void test_broadcasts(void **state) {
  (void)state;
  static const size_t sizes[] = {1, 100, 4096, 4097, 60000, 400000};
  struct world w;
  begin(&w);
  dial(&w);
  one_exchange(&w);
  jl_connection_limit(w.client.c, JL_MESSAGE_MAX);
  for (int paused = 0; paused < 2; paused++) {
    uint32_t number = 0;
    w.client.messages = 0;
    jl_connection_pause(w.client.c, paused == 1);
    for (int round = 0; round < (paused == 1 ? 30 : 8); round++)
      for (size_t i = 0; i < JL_COUNT(sizes); i++) {
        uint8_t *payload = calloc(1, sizes[i]);
        payload[0] = (uint8_t)++number;
        struct jl_message *m = jl_message_new(5, 0, (struct jl_bytes){payload, sizes[i]});
        assert_non_null(m);
        jl_connection_send_shared(w.server.c, number, m);
        jl_message_release(m);
        free(payload);
        if (i % 2 == 0) send_numbered(&w.server, ++number, 1, 10);
        if (round % 2 == 0) uv_run(&w.loop, UV_RUN_NOWAIT);
      }
    if (paused == 1) assert_true(jl_connection_queued(w.server.c) > 0);
    jl_connection_pause(w.client.c, false);
    RUN_UNTIL(&w, w.client.messages == number);
    assert_true(w.client.in_order);
    assert_int_equal(jl_connection_queued(w.server.c), 0);
  }
  end_world(&w);
}

/* What waits for a peer that does not read stays in our queue, where it is counted, and not inside OpenSSL. */
static void test_slow_peer(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  dial(&w);
  one_exchange(&w);
  jl_connection_pause(w.client.c, true);
  send_numbered(&w.server, 1, 200, 60000);
  for (int i = 0; i < 200; i++) uv_run(&w.loop, UV_RUN_NOWAIT);
  size_t left = jl_connection_queued(w.server.c);
  assert_true(left > JL_SESSION_QUEUE_SOFT && left < 12100000);
  w.client.messages = 0;
  jl_connection_pause(w.client.c, false);
  RUN_UNTIL(&w, w.client.messages == 200);
  assert_true(w.client.in_order);
  assert_int_equal(jl_connection_queued(w.server.c), 0);
  end_world(&w);
}

/* A server that takes the connection and says nothing. */
static void test_silent_server(void **state) {
  (void)state;
  struct world w;
  begin(&w);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  assert_true(bind(fd, (const struct sockaddr *)&at, size) == 0 && listen(fd, 1) == 0 && getsockname(fd, (struct sockaddr *)&at, &size) == 0);
  struct jl_error err = {0};
  struct jl_tls_client_options options = {.authorities = read_file(w.folder, "authority.pem")};
  w.client_tls = jl_tls_client_new(&options, &err);
  w.address.port = ntohs(at.sin_port);
  w.client.c = jl_connection_connect_over(jl_tls_transport(w.client_tls), &w.loop, &w.address, 200, &handler, &w.client);
  RUN_UNTIL(&w, w.client.c == NULL);
  assert_int_equal(w.client.reason.code, JL_E_UNAVAILABLE);
  assert_true(strstr(w.client.reason.message, "no answer") != NULL);
  close(fd);
  end_world(&w);
}

static void test_authority_files(void **state) {
  (void)state;
  struct world w;
  struct stat info;
  char path[128];
  begin(&w);
  static const struct {
    const char *name;
    unsigned mode;
  } files[] = {{"authority.pem", 0644}, {"authority.key", 0600}, {"server.pem", 0600}};
  for (size_t i = 0; i < JL_COUNT(files); i++) {
    snprintf(path, sizeof path, "%s/%s", w.folder, files[i].name);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, files[i].mode);
  }
  int64_t days = (jl_tls_server_expires(w.server_tls) - jl_now_utc_us() / 1000000) / 86400;
  assert_true(days == 89 || days == 90);
  /* Nothing is missing: nothing is made. */
  struct jl_authority_names names = {.count = 0};
  bool made_authority, made_certificate;
  struct jl_error err = {0};
  jl_authority_add_name(&names, "localhost");
  assert_true(jl_authority_ensure(w.folder, &names, &made_authority, &made_certificate, &err));
  assert_false(made_authority || made_certificate);
  snprintf(path, sizeof path, "%s/server.pem", w.folder);
  assert_int_equal(truncate(path, 100), 0); /* half a file is none */
  assert_true(jl_authority_ensure(w.folder, &names, &made_authority, &made_certificate, &err));
  assert_true(!made_authority && made_certificate);
  /* An authority without its key is not replaced behind its clients' backs. */
  snprintf(path, sizeof path, "%s/authority.key", w.folder);
  assert_int_equal(unlink(path), 0);
  assert_false(jl_authority_ensure(w.folder, &names, &made_authority, &made_certificate, &err));
  assert_int_equal(err.code, JL_E_INVALID);
  end_world(&w);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exchange),
      cmocka_unit_test(test_resumption),
      cmocka_unit_test(test_resumption_ends_at_the_server),
      cmocka_unit_test(test_resumption_ends_at_the_client),
      cmocka_unit_test(test_reload),
      cmocka_unit_test(test_wrong_peers),
      cmocka_unit_test(test_fingerprints),
      cmocka_unit_test(test_fingerprint_of_openssl),
      cmocka_unit_test(test_client_certificate),
      cmocka_unit_test(test_mixed),
      cmocka_unit_test(test_garbage),
      cmocka_unit_test(test_endless_handshake),
      cmocka_unit_test(test_foreign_clients),
      cmocka_unit_test(test_broadcasts),
      cmocka_unit_test(test_slow_peer),
      cmocka_unit_test(test_silent_server),
      cmocka_unit_test(test_authority_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
