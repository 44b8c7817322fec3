#include "tests/component/support/daemon.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/wire/compress.h"
#include "server/store/blocking.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define DEADLINE_MS 300000

static pid_t spawn(const char *log, char *const *arguments) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(fd, STDERR_FILENO);
  dup2(fd, STDOUT_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

/* The port file is a pipe: reading it waits for the server. */
static void run_server(struct daemon *d, const char *const *options) {
  char program[] = BINARY_DIR "/server/jalond", data[128], log[128], port[128], port_option[160], listen[160];
  char stall[] = "--stall-ms=600000", *arguments[20] = {program, stall}; /* whoever does not read is closed by those tests that are about it */
  size_t n = 2;
  snprintf(data, sizeof data, "--data-directory=%s/data", d->folder);
  snprintf(log, sizeof log, "%s/log", d->folder);
  snprintf(listen, sizeof listen, "--listen=%s127.0.0.1:0,unix:%s", d->tls ? "tls:" : "", d->socket);
  snprintf(port, sizeof port, "%s/port", d->folder);
  snprintf(port_option, sizeof port_option, "--port-file=%s", port);
  arguments[n++] = data;
  arguments[n++] = listen;
  arguments[n++] = port_option;
  size_t first_option = n;
  for (size_t i = 0; options != NULL && options[i] != NULL; i++) assert_non_null(arguments[n++] = strdup(options[i]));
  unlink(port);
  assert_int_equal(mkfifo(port, 0644), 0);
  int fd = open(port, O_RDWR | O_CLOEXEC);
  assert_true(fd >= 0);
  d->pid = spawn(log, arguments);
  while (n > first_option) free(arguments[--n]);
  struct pollfd wait = {.fd = fd, .events = POLLIN};
  if (poll(&wait, 1, DEADLINE_MS) != 1) fail_msg("jalond did not start: see %s", log);
  char text[16] = "";
  assert_true(read(fd, text, sizeof text - 1) > 0);
  close(fd);
  d->port = (uint16_t)strtoul(text, NULL, 10);
}

void daemon_start(struct daemon *d) { daemon_start_with(d, NULL); }

static void start(struct daemon *d, bool tls, const char *const *options);
void daemon_start_with(struct daemon *d, const char *const *options) { start(d, false, options); }
void daemon_start_tls(struct daemon *d, const char *const *options) { start(d, true, options); }

static void start(struct daemon *d, bool tls, const char *const *options) {
  *d = (struct daemon){.folder = "/tmp/jalon-test-XXXXXX", .tls = tls};
  assert_non_null(mkdtemp(d->folder));
  assert_int_equal(chmod(d->folder, 0755), 0);
  char program[] = BINARY_DIR "/server/jalond", data[128], log[128], password[128], password_option[160];
  snprintf(data, sizeof data, "--data-directory=%s/data", d->folder);
  snprintf(log, sizeof log, "%s/log", d->folder);
  snprintf(password, sizeof password, "%s/password", d->folder);
  snprintf(password_option, sizeof password_option, "--password-file=%s", password);
  snprintf(d->socket, sizeof d->socket, "%s/data/s", d->folder);
  FILE *file = fopen(password, "w");
  assert_non_null(file);
  fputs(DAEMON_PASSWORD "\n", file);
  fclose(file);
  char command[] = "setup", administrator[] = "--administrator=admin";
  int status;
  pid_t pid = spawn(log, (char *[]){program, command, data, administrator, password_option, NULL});
  assert_int_equal(waitpid(pid, &status, 0), pid);
  if (status != 0) fail_msg("jalond setup failed: see %s", log);
  run_server(d, options);
}

PGresult *daemon_ask(PGconn *database, const char *sql) {
  struct jl_error err = {0};
  PGresult *result = jl_blocking_run(database, sql, NULL, 0, INT64_C(1000) * DEADLINE_MS, &err);
  if (result == NULL) fail_msg("%s\n%s %s", sql, err.message, err.args[0].text);
  return result;
}

PGconn *daemon_database(const struct daemon *d) {
  char text[256];
  snprintf(text, sizeof text, "host='%s/data/run' port=5432 user=jalon dbname=jalon", d->folder);
  struct jl_error err = {0};
  PGconn *database = jl_blocking_connect(text, INT64_C(1000) * DEADLINE_MS, &err);
  if (database == NULL) fail_msg("%s %s", err.message, err.args[0].text);
  return database;
}

long long daemon_number(const struct daemon *d, const char *sql) {
  PGconn *connection = daemon_database(d);
  PGresult *result = daemon_ask(connection, sql);
  assert_int_equal(PQntuples(result), 1);
  long long number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
  PQclear(result);
  PQfinish(connection);
  return number;
}

void daemon_until(const struct daemon *d, const char *sql) {
  PGconn *connection = daemon_database(d);
  bool so = false;
  int64_t until_us = jl_monotonic_us() + 1000 * DEADLINE_MS;
  while (!so) {
    PGresult *result = daemon_ask(connection, sql);
    so = PQntuples(result) == 1 && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    if (!so && jl_monotonic_us() > until_us) fail_msg("it does not become true: %s", sql);
    if (!so) poll(NULL, 0, 5); /* a database tells nobody */
  }
  PQfinish(connection);
}

void daemon_sql(const struct daemon *d, const char *sql) {
  PGconn *connection = daemon_database(d);
  PQclear(daemon_ask(connection, sql));
  PQfinish(connection);
}

void daemon_join(struct daemon *d, const struct daemon *first) {
  char database[256];
  *d = (struct daemon){.folder = "/tmp/jalon-test-XXXXXX"};
  assert_non_null(mkdtemp(d->folder));
  assert_int_equal(chmod(d->folder, 0755), 0);
  snprintf(d->socket, sizeof d->socket, "%s/data/s", d->folder);
  snprintf(database, sizeof database, "--database=host='%s/data/run' port=5432 user=jalon dbname=jalon", first->folder);
  run_server(d, (const char *[]){database, NULL});
}

void daemon_again(struct daemon *d, const char *const *options) { run_server(d, options); }

int daemon_terminate(struct daemon *d) {
  int status = 0;
  kill(d->pid, SIGTERM);
  waitpid(d->pid, &status, 0);
  d->pid = 0;
  return status;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
  (void)status, (void)type, (void)ftw;
  return remove(path);
}

int daemon_stop(struct daemon *d) {
  int status = 0;
  if (d->pid > 0) { /* 0: the test stopped it */
    kill(d->pid, SIGTERM);
    waitpid(d->pid, &status, 0);
  }
  nftw(d->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  return status;
}

size_t daemon_memory(const struct daemon *d) {
  char path[64];
  unsigned long total = 0, resident = 0;
  snprintf(path, sizeof path, "/proc/%d/statm", (int)d->pid);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%lu %lu", &total, &resident), 2);
  fclose(file);
  return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

void wire_open(struct wire *w, const struct daemon *d, bool by_socket) {
  *w = (struct wire){.arena = jl_arena_new(32U << 20)};
  w->fd = socket(by_socket ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(w->fd >= 0);
  struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_port = htons(d->port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  snprintf(local.sun_path, sizeof local.sun_path, "%s", d->socket);
  int result =
      by_socket ? connect(w->fd, (const struct sockaddr *)&local, sizeof local) : connect(w->fd, (const struct sockaddr *)&tcp, sizeof tcp);
  assert_int_equal(result, 0);
  int on = 1;
  if (!by_socket) setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* header and payload are written apart */
  (void)wire_write(w, JL_PREFACE, 8); /* a server that has closed already shows in what is read */
}

void wire_close(struct wire *w) {
  close(w->fd);
  free(w->data);
  jl_arena_free(w->arena);
  *w = (struct wire){.fd = -1};
}

bool wire_write(struct wire *w, const void *data, size_t size) {
  const uint8_t *next = data;
  while (size > 0) {
    ssize_t n = send(w->fd, next, size, MSG_NOSIGNAL);
    if (n <= 0) return false;
    next += n;
    size -= (size_t)n;
  }
  return true;
}

void wire_frame(struct wire *w, uint8_t type, uint32_t stream, const void *payload, size_t size) {
  const uint8_t *next = payload;
  do {
    uint8_t header[12];
    size_t part = size > JL_FRAME_PAYLOAD_MAX ? JL_FRAME_PAYLOAD_MAX : size;
    struct jl_frame frame = {.length = (uint32_t)part, .type = type, .flags = part < size ? JL_FRAME_MORE : 0, .stream = stream};
    jl_frame_encode(&frame, header);
    if (!wire_write(w, header, sizeof header) || !wire_write(w, next, part)) return;
    if (part > 0) next += part;
    size -= part;
  } while (size > 0);
}

uint32_t wire_send(struct wire *w, uint8_t type, const ProtobufCMessage *message) {
  size_t size = message != NULL ? protobuf_c_message_get_packed_size(message) : 0;
  uint8_t *packed = malloc(size + 1);
  assert_non_null(packed);
  if (size > 0) protobuf_c_message_pack(message, packed);
  wire_frame(w, type, ++w->last_stream, packed, size);
  free(packed);
  return w->last_stream;
}

static bool fill(struct wire *w, size_t wanted, int64_t until_us) {
  while (w->used < wanted) {
    if (w->capacity < wanted || w->capacity - w->used < 65536) {
      w->capacity = (wanted > w->used ? wanted : w->used) + 131072;
      w->data = realloc(w->data, w->capacity);
      assert_non_null(w->data);
    }
    struct pollfd wait = {.fd = w->fd, .events = POLLIN};
    int64_t left_ms = (until_us - jl_monotonic_us()) / 1000;
    if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) != 1) fail_msg("nothing came from the server in %d ms", DEADLINE_MS);
    ssize_t n = recv(w->fd, w->data + w->used, w->capacity - w->used, 0);
    if (n <= 0) return false;
    w->used += (size_t)n;
  }
  return true;
}

/* Streams are not interleaved inside a message here as long as one message is under way per stream: parts are joined per
 * message, so a test that gets large messages of two streams at once would fail loudly. */
struct received wire_next(struct wire *w) {
  static struct jl_buffer message;
  jl_buffer_release(&message);
  jl_buffer_init(&message, 16U << 20);
  int64_t until_us = jl_monotonic_us() + 1000 * DEADLINE_MS;
  struct jl_frame frame = {.flags = JL_FRAME_MORE};
  while ((frame.flags & JL_FRAME_MORE) != 0) {
    struct jl_error err = {0};
    if (!fill(w, 12, until_us)) return (struct received){.closed = true};
    assert_true(jl_frame_decode(w->data, &frame, &err));
    if (!fill(w, 12 + (size_t)frame.length, until_us)) return (struct received){.closed = true};
    jl_buffer_append(&message, w->data + 12, frame.length);
    w->used -= 12 + (size_t)frame.length;
    memmove(w->data, w->data + 12 + frame.length, w->used);
  }
  struct received got = {.type = frame.type, .flags = frame.flags, .stream = frame.stream, .size = message.size};
  if ((frame.flags & JL_FRAME_ZSTD) != 0) {
    struct jl_buffer plain;
    struct jl_error err = {0};
    if (!jl_decompress(jl_buffer_bytes(&message), JL_MESSAGE_MAX, &plain, &err)) fail_msg("%s", err.message);
    jl_buffer_release(&message);
    message = plain;
    got.compressed = true;
  }
  got.payload = jl_buffer_bytes(&message);
  return got;
}

static const void *unpack(struct wire *w, const ProtobufCMessageDescriptor *descriptor, struct jl_bytes payload) {
  struct jl_error err = {0};
  jl_arena_reset(w->arena);
  const void *message = jl_unpack(descriptor, payload, w->arena, &err);
  if (message == NULL) fail_msg("the server sent something that cannot be read: %s", err.message);
  return message;
}

const void *wire_expect(struct wire *w, uint32_t stream, uint8_t type, const ProtobufCMessageDescriptor *descriptor) {
  for (;;) {
    struct received got = wire_next(w);
    if (got.closed) fail_msg("the server closed the connection instead of sending type %d", type);
    bool of_all = got.stream == 0 && got.type == JALON__FRAME_TYPE__ERROR; /* of the whole connection, which ends */
    if (got.stream != stream && !of_all) continue;
    if (got.type == JALON__FRAME_TYPE__ERROR && type != got.type) {
      const Jalon__Error *error = unpack(w, &jalon__error__descriptor, got.payload);
      fail_msg("error %u instead of type %d: %s (%s)", error->code, type, error->message,
               error->n_arguments > 0 ? error->arguments[0]->text : "");
    }
    assert_int_equal(got.type, type);
    return unpack(w, descriptor, got.payload);
  }
}

uint32_t wire_expect_error(struct wire *w, uint32_t stream) {
  const Jalon__Error *error = wire_expect(w, stream, JALON__FRAME_TYPE__ERROR, &jalon__error__descriptor);
  assert_non_null(error->message);
  return error->code;
}

void wire_expect_closed(struct wire *w) {
  while (!wire_next(w).closed) {
  }
}

void wire_hello(struct wire *w) {
  Jalon__Hello hello = JALON__HELLO__INIT;
  hello.has_protocol_minimum = hello.has_protocol_maximum = true;
  hello.protocol_minimum = hello.protocol_maximum = 1;
  char *named[8] = {NULL};
  for (; w->features != NULL && w->features[hello.n_features] != NULL; hello.n_features++)
    assert_non_null(named[hello.n_features] = strdup(w->features[hello.n_features]));
  hello.features = named;
  wire_expect(w, wire_send(w, JALON__FRAME_TYPE__HELLO, &hello.base), JALON__FRAME_TYPE__HELLO_REPLY, &jalon__hello_reply__descriptor);
  while (hello.n_features > 0) free(named[--hello.n_features]);
}

void wire_login(struct wire *w, const char *account, const char *password, const struct jl_id *replica, uint8_t ret_token[32]) {
  wire_hello(w);
  Jalon__Login login = JALON__LOGIN__INIT;
  char *texts[2] = {strdup(account), strdup(password)};
  struct jl_id copy = replica != NULL ? *replica : (struct jl_id){{0}};
  login.account = texts[0];
  login.password = texts[1];
  login.has_replica = replica != NULL;
  login.replica = (ProtobufCBinaryData){sizeof copy.bytes, copy.bytes};
  const Jalon__LoginReply *reply =
      wire_expect(w, wire_send(w, JALON__FRAME_TYPE__LOGIN, &login.base), JALON__FRAME_TYPE__LOGIN_REPLY, &jalon__login_reply__descriptor);
  assert_int_equal(reply->token.len, 32);
  if (ret_token != NULL) memcpy(ret_token, reply->token.data, 32);
  free(texts[0]);
  free(texts[1]);
}

void wire_ping(struct wire *w) {
  wire_expect(w, wire_send(w, JALON__FRAME_TYPE__PING, NULL), JALON__FRAME_TYPE__PONG, &jalon__empty__descriptor);
}
