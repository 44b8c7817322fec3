#include "client/sync/trust.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AUTHORITY_MAX 65536 /* bytes of the file */
#define SERVER_LINE "# server "

static void path_of(const struct jl_profile *p, const char *what, char out[4200]) {
  size_t size = strlen(p->path), suffix = strlen(".profile");
  snprintf(out, 4200, "%.*s.%s", (int)(size > suffix ? size - suffix : size), p->path, what);
}

static bool file_error(const char *path, struct jl_error *err) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("cannot use the profile file {1}: {2}"),
                 JL_MSG("check the folder's owner and rights, or set XDG_CONFIG_HOME"), jl_arg_text(path), jl_arg_text(strerror(errno)));
}

/* size 0: there is none. Somebody else's file is none of ours. */
static bool read_pin(const struct jl_profile *p, char *out, size_t max, size_t *ret_size, struct jl_error *err) {
  char path[4200];
  struct stat info;
  path_of(p, "authority", path);
  *ret_size = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno == ENOENT || file_error(path, err);
  ssize_t n = -1;
  errno = EPERM;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() && (info.st_mode & 022) == 0) n = read(fd, out, max);
  close(fd);
  if (n < 0) return file_error(path, err);
  *ret_size = (size_t)n;
  return true;
}

bool jl_profile_pin(struct jl_profile *p, const char *server, struct jl_bytes authority, struct jl_error *err) {
  char path[4200], fresh[4210], fingerprint[JL_FINGERPRINT_SIZE];
  if (!jl_tls_fingerprint(authority, fingerprint, err)) return false; /* a certificate it must be */
  path_of(p, "authority", path);
  snprintf(fresh, sizeof fresh, "%s.new", path);
  if (unlink(fresh) != 0 && errno != ENOENT) return file_error(fresh, err);
  int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return file_error(fresh, err);
  bool ok = dprintf(fd, SERVER_LINE "%s\n", server) > 0 && write(fd, authority.data, authority.size) == (ssize_t)authority.size && fsync(fd) == 0;
  ok = close(fd) == 0 && ok && rename(fresh, path) == 0;
  if (!ok) return file_error(path, err);
  path_of(p, "ticket", path);
  (void)unlink(path); /* it may be of another server */
  return true;
}

bool jl_profile_pinned(const struct jl_profile *p, char ret_server[256], char ret_fingerprint[104]) {
  char text[AUTHORITY_MAX];
  size_t size = 0, skip = strlen(SERVER_LINE);
  if (!read_pin(p, text, sizeof text - 1, &size, NULL) || size == 0) return false;
  text[size] = '\0';
  ret_server[0] = '\0';
  if (strncmp(text, SERVER_LINE, skip) == 0) snprintf(ret_server, 256, "%.*s", (int)strcspn(text + skip, "\n"), text + skip);
  return ret_fingerprint == NULL || jl_tls_fingerprint((struct jl_bytes){(const uint8_t *)text, size}, ret_fingerprint, NULL);
}

struct jl_tls *jl_trust_open(const struct jl_profile *p, struct jl_bytes certificate, struct jl_error *err) {
  char text[AUTHORITY_MAX], ticket[4200];
  size_t size = 0;
  if (!read_pin(p, text, sizeof text, &size, err)) return NULL;
  if (size == 0) { /* never without: that would be a first meeting at every command */
    (void)jl_fail(err, JL_E_UNAUTHENTICATED, JL_MSG("profile {1} does not know its server's authority yet"),
                  JL_MSG("jalon login ACCOUNT --server ADDRESS asks about it; in scripts: --fingerprint SHA256:... or --authority FILE"),
                  jl_arg_text(p->identity.name));
    return NULL;
  }
  path_of(p, "ticket", ticket);
  struct jl_tls_client_options options = {{(const uint8_t *)text, size}, certificate, ticket};
  return jl_tls_client_new(&options, err);
}

bool jl_loop_init(uv_loop_t *loop, struct jl_error *err) {
  int status = uv_loop_init(loop);
  if (status == UV_ENOMEM) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  return status == 0 || jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("no event loop can be made"), JL_MSG("check the limit of open files"));
}

/* ---- the first meeting: a handshake and nothing else ---- */
struct meeting {
  struct jl_connection *connection;
  struct jl_error error;
  bool open, closed;
};

static void on_open(void *context) {
  struct meeting *m = context;
  m->open = true;
  jl_connection_close(m->connection, false);
}
static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  (void)context, (void)type, (void)flags, (void)stream, (void)payload;
}
static void on_close(void *context, const struct jl_error *reason) {
  struct meeting *m = context;
  m->closed = true;
  m->error = *reason;
}

bool jl_meet(const char *server, uint32_t timeout_ms, struct jl_meeting *ret_meeting, struct jl_error *err) {
  static const struct jl_connection_handler handler = {.on_open = on_open, .on_message = on_message, .on_close = on_close};
  struct jl_address address;
  struct jl_tls_client_options nobody = {.ticket_file = NULL};
  struct meeting m = {.open = false};
  uv_loop_t loop;
  if (!jl_address_parse(server, &address, err)) return false;
  struct jl_tls *tls = jl_tls_client_new(&nobody, err);
  if (tls == NULL) return false;
  if (!jl_loop_init(&loop, err)) {
    jl_tls_free(tls);
    return false;
  }
  m.connection = jl_connection_connect_over(jl_tls_transport(tls), &loop, &address, timeout_ms, &handler, &m);
  while (m.connection != NULL && !m.closed) uv_run(&loop, UV_RUN_ONCE);
  jl_connection_free(m.connection);
  uv_run(&loop, UV_RUN_DEFAULT);
  (void)uv_loop_close(&loop);
  struct jl_buffer pem;
  jl_buffer_init(&pem, sizeof ret_meeting->authority - 1);
  bool ok = m.open && jl_tls_seen(tls, &pem, ret_meeting->fingerprint, ret_meeting->name, err);
  if (!m.open && err != NULL) *err = m.error;
  if (ok) memcpy(ret_meeting->authority, pem.data, pem.size);
  if (ok) ret_meeting->authority[pem.size] = '\0';
  jl_buffer_release(&pem);
  jl_tls_free(tls);
  return ok;
}

bool jl_address_encrypted(const char *server) {
  struct jl_address address;
  return jl_address_parse(server, &address, NULL) && address.tls;
}

bool jl_fingerprints_match(const char *a, const char *b) { return jl_tls_same_fingerprint(a, b); }
