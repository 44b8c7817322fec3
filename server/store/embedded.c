#include "server/store/embedded.h"
#include "common/base/buffer.h"
#include "common/base/calendar.h"
#include "server/store/blocking.h"
#include "server/store/process.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define VERSION 15
#define START_US 60000000   /* for an answer */
#define RESTART_US 15000000 /* while it ends by itself again and again */
#define INIT_US 120000000
#define WATCH_MS 200
#define BACKOFF_MIN_MS 200
#define BACKOFF_MAX_MS 10000
#define STOP_FAST_MS 30000 /* then SIGQUIT: recovery at the next start */
#define PATH_BYTES 1024

struct jl_embedded {
  struct jl_user user;
  char data[PATH_BYTES], cluster[PATH_BYTES], log[PATH_BYTES], run[PATH_BYTES], bin[PATH_BYTES], connection[PATH_BYTES * 3];
  pid_t pid; /* 0: none */
  bool adopted, stopping;
  unsigned restarts;
  uv_timer_t timer;
  uint64_t backoff_ms, start_at_ms, started_ms, quit_at_ms;
  void (*stopped)(void *context);
  void *context;
};

const char *jl_embedded_connection(const struct jl_embedded *e) { return e->connection; }
pid_t jl_embedded_pid(const struct jl_embedded *e) { return e->pid; }
bool jl_embedded_adopted(const struct jl_embedded *e) { return e->adopted; }
unsigned jl_embedded_restarts(const struct jl_embedded *e) { return e->restarts; }

JL_PRINTF(3, 4) static bool join(char *out, struct jl_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(out, PATH_BYTES, format, args);
  va_end(args);
  if (n >= 0 && n < PATH_BYTES) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the path of the data folder is too long"), JL_MSG("choose a shorter one"));
}

/* ---- finding things ---- */

static bool read_line(const char *path, char *out, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t n = read(fd, out, size - 1);
  close(fd);
  if (n < 0) return false;
  out[n] = '\0';
  out[strcspn(out, "\n")] = '\0';
  return true;
}

static bool has_programs(const char *folder) {
  char path[PATH_BYTES];
  return join(path, NULL, "%s/postgres", folder) && access(path, X_OK) == 0 && join(path, NULL, "%s/initdb", folder) &&
         access(path, X_OK) == 0;
}

static bool find_programs(struct jl_embedded *e, struct jl_error *err) {
  char path[PATH_BYTES], line[32] = "";
  long version = VERSION;
  if (join(path, NULL, "%s/PG_VERSION", e->cluster) && read_line(path, line, sizeof line)) version = strtol(line, NULL, 10);
  if (!join(e->bin, err, "/usr/lib/postgresql/%ld/bin", version)) return false;
  if (has_programs(e->bin)) return true;
  const char *at = getenv("PATH");
  for (; at != NULL && *at != '\0'; at += strcspn(at, ":"), at += *at == ':') {
    int size = (int)strcspn(at, ":");
    if (size > 0 && join(e->bin, NULL, "%.*s", size, at) && has_programs(e->bin)) return true;
  }
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the programs of PostgreSQL {1} were not found"),
                 JL_MSG("install the package postgresql-{1}, or set a connection to a server that you have"), jl_arg_integer(version));
}

/* A socket's path has at most 107 bytes. A long data folder gets a folder in /tmp whose name it decides. */
static bool choose_run(struct jl_embedded *e, struct jl_error *err) {
  if (strlen(e->data) + sizeof "/run/.s.PGSQL.5432.lock" <= sizeof((struct sockaddr_un *)NULL)->sun_path)
    return join(e->run, err, "%s/run", e->data);
  struct jl_bytes part = {(const uint8_t *)e->data, strlen(e->data)};
  struct jl_id id = jl_id_derive("embedded-run", &part, 1);
  return join(e->run, err, "/tmp/jalon-%u-%016" PRIx64, (unsigned)e->user.uid, jl_id_hash(&id));
}

static bool build_connection(struct jl_embedded *e, struct jl_error *err) {
  char quoted[PATH_BYTES * 2];
  size_t n = 0;
  for (const char *p = e->run; *p != '\0' && n + 2 < sizeof quoted; p++) {
    if (*p == '\'' || *p == '\\') quoted[n++] = '\\';
    quoted[n++] = *p;
  }
  quoted[n] = '\0';
  int size = snprintf(e->connection, sizeof e->connection, "host='%s' port=5432 user=jalon dbname=jalon", quoted);
  if (size > 0 && (size_t)size < sizeof e->connection) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the path of the data folder is too long"), JL_MSG("choose a shorter one"));
}

/* ---- making the cluster ---- */

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk) {
  (void)info, (void)type, (void)walk;
  return remove(path);
}

/* Made beside and renamed, so that a cluster is whole or not there. */
static bool make_cluster(struct jl_embedded *e, struct jl_error *err) {
  char version[PATH_BYTES + 16], fresh[PATH_BYTES], initdb[PATH_BYTES];
  snprintf(version, sizeof version, "%s/PG_VERSION", e->cluster);
  if (access(version, F_OK) == 0) return true;
  if (!join(fresh, err, "%s/postgres.new", e->data) || !join(initdb, err, "%s/initdb", e->bin)) return false;
  nftw(fresh, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  if (!jl_process_folder(fresh, e->user, err)) return false;
  const char *const argv[] = {initdb, "-D", fresh, "-U", "jalon", "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums",
                              NULL};
  pid_t pid = jl_process_start(argv, "/", e->log, e->user, err);
  if (pid < 0) return false;
  struct jl_error cause;
  if (!jl_process_wait(pid, "initdb", INIT_US, &cause)) {
    char words[JL_ERROR_MESSAGE_MAX];
    jl_error_describe(&cause, words, sizeof words);
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("could not make the database: {1}"),
                   JL_MSG("see {2}; its user must be able to enter every folder above"), jl_arg_text(words), jl_arg_text(e->log));
  }
  if (rename(fresh, e->cluster) != 0)
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("could not rename {1}: {2}"), NULL, jl_arg_text(fresh),
                   jl_arg_text(strerrordesc_np(errno)));
  return true;
}

/* ---- running it ---- */

/* Does a process work in the folder of the cluster? Postmaster and backends all do. What may not be looked at is not ours. */
static bool in_cluster(const struct jl_embedded *e, const char *pid) {
  char link[64], folder[PATH_BYTES], real[PATH_MAX];
  snprintf(link, sizeof link, "/proc/%.20s/cwd", pid);
  ssize_t n = readlink(link, folder, sizeof folder - 1);
  if (n <= 0 || realpath(e->cluster, real) == NULL) return false;
  folder[n] = '\0';
  return strcmp(folder, real) == 0;
}

static bool anyone_in_cluster(const struct jl_embedded *e) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return true;
  bool found = false;
  for (const struct dirent *entry = readdir(processes); entry != NULL && !found; entry = readdir(processes)) // NOLINT(concurrency-mt-unsafe)
    found = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && in_cluster(e, entry->d_name);
  closedir(processes);
  return found;
}

/* The postmaster of this cluster that an earlier server left, by its pid file; 0 when there is none. */
static pid_t find_orphan(struct jl_embedded *e) {
  char path[PATH_BYTES], line[32];
  if (!join(path, NULL, "%s/postmaster.pid", e->cluster) || !read_line(path, line, sizeof line)) return 0;
  long pid = strtol(line, NULL, 10);
  snprintf(line, sizeof line, "%ld", pid);
  return pid > 1 && pid <= INT_MAX && kill((pid_t)pid, 0) == 0 && in_cluster(e, line) ? (pid_t)pid : 0;
}

/* Lock files whose pid belongs to another program by now, or to a killed postmaster that nobody has reaped yet, would keep
 * PostgreSQL from starting. They go only when no process is left in the cluster: a backend that outlives its postmaster for a
 * moment still writes. */
static void drop_stale_locks(const struct jl_embedded *e) {
  char path[PATH_BYTES];
  if (anyone_in_cluster(e)) return;
  if (join(path, NULL, "%s/postmaster.pid", e->cluster)) unlink(path);
  if (join(path, NULL, "%s/.s.PGSQL.5432.lock", e->run)) unlink(path);
}

static bool spawn(struct jl_embedded *e, struct jl_error *err) {
  char postgres[PATH_BYTES];
  if (!join(postgres, err, "%s/postgres", e->bin)) return false;
  const char *const argv[] = {postgres,
                              "-D",
                              e->cluster,
                              "-k",
                              e->run,
                              "-p",
                              "5432",
                              "-c",
                              "listen_addresses=",
                              "-c",
                              "unix_socket_permissions=0700",
                              "-c",
                              "max_connections=60",
                              "-c",
                              "synchronous_commit=on",
                              "-c",
                              "shared_buffers=128MB",
                              "-c",
                              "max_wal_size=2GB",
                              "-c",
                              "wal_compression=off",
                              "-c",
                              "commit_delay=0",
                              "-c",
                              "jit=off",
                              "-c",
                              "timezone=UTC",
                              "-c",
                              "log_timezone=UTC",
                              "-c",
                              "logging_collector=off",
                              "-c",
                              "log_line_prefix=%m [%p] %a ",
                              "-c",
                              "lc_messages=C",
                              NULL};
  drop_stale_locks(e);
  pid_t pid = jl_process_start(argv, e->cluster, e->log, e->user, err);
  if (pid < 0) return false;
  e->pid = pid;
  e->adopted = false;
  return true;
}

/* True when it is gone. A child of ours is reaped, also one that we left and took over again. */
static bool is_gone(struct jl_embedded *e) {
  if (e->pid == 0) return true;
  pid_t ended = waitpid(e->pid, NULL, WNOHANG);
  if (ended >= 0) return ended == e->pid;
  return kill(e->pid, 0) != 0 && errno == ESRCH;
}

static bool answers(struct jl_embedded *e, struct jl_error *err) {
  char conninfo[PATH_BYTES * 3];
  snprintf(conninfo, sizeof conninfo, "%s", e->connection);
  char *name = strstr(conninfo, "dbname=jalon");
  if (name != NULL) snprintf(name, sizeof conninfo - (size_t)(name - conninfo), "dbname=postgres");
  PGconn *connection = jl_blocking_connect(conninfo, 5000000, err);
  if (connection == NULL) return false;
  PGresult *found = jl_blocking_run(connection, "SELECT 1 FROM pg_database WHERE datname = 'jalon'", NULL, 0, 10000000, err);
  bool ok = found != NULL && (PQntuples(found) == 1 || jl_blocking_do(connection, "CREATE DATABASE jalon", 60000000, err));
  PQclear(found);
  PQfinish(connection);
  return ok;
}

static bool bring_up(struct jl_embedded *e, struct jl_error *err) {
  int64_t begin = jl_monotonic_us(), pause_ms = BACKOFF_MIN_MS;
  int starts = 0;
  for (;;) {
    bool gone = is_gone(e);
    if (gone && starts > 0) { /* it ended again: after a crash the last backends may need a moment to go */
      if (jl_monotonic_us() - begin > RESTART_US) break;
      nanosleep(&(struct timespec){.tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1000000}, NULL);
      pause_ms = pause_ms * 2 > 2000 ? 2000 : pause_ms * 2;
    }
    if (gone) {
      e->pid = find_orphan(e);
      e->adopted = e->pid != 0;
      if (e->pid == 0) {
        starts++;
        if (!spawn(e, err)) break;
      }
    }
    if (answers(e, err)) return true;
    if (jl_monotonic_us() - begin > START_US) break;
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
  }
  if (starts > 0 && !is_gone(e)) kill(e->pid, SIGINT);
  struct jl_error cause = *err;
  char words[JL_ERROR_MESSAGE_MAX];
  jl_error_describe(&cause, words, sizeof words);
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the private PostgreSQL does not start: {1}"), JL_MSG("see {2}"), jl_arg_text(words),
                 jl_arg_text(e->log));
}

/* ---- watching it ---- */

static void on_closed(uv_handle_t *handle) {
  struct jl_embedded *e = handle->data;
  if (e->stopped != NULL) e->stopped(e->context);
  free(e);
}

static void on_timer(uv_timer_t *timer) {
  struct jl_embedded *e = timer->data;
  uint64_t now = uv_now(timer->loop);
  if (!is_gone(e)) {
    if (e->stopping && now > e->quit_at_ms) kill(e->pid, SIGQUIT);
    return;
  }
  e->pid = 0;
  if (e->stopping) {
    uv_close((uv_handle_t *)&e->timer, on_closed);
    return;
  }
  if (e->start_at_ms == 0) { /* it has just ended; one that ran well starts again at once */
    if (now - e->started_ms > BACKOFF_MAX_MS) e->backoff_ms = BACKOFF_MIN_MS;
    e->start_at_ms = now + e->backoff_ms;
    e->backoff_ms = e->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : e->backoff_ms * 2;
  }
  if (now < e->start_at_ms) return;
  e->start_at_ms = 0;
  e->started_ms = now;
  e->restarts++;
  struct jl_error ignored; /* the store says that there is no connection; the log of PostgreSQL says why */
  if (!spawn(e, &ignored)) e->pid = 0;
}

struct jl_embedded *jl_embedded_start(uv_loop_t *loop, const char *data_dir, struct jl_error *err) {
  struct jl_embedded *e = calloc(1, sizeof *e);
  if (e == NULL) {
    jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    return NULL;
  }
  struct jl_error cause = {0};
  bool ok = data_dir[0] == '/' ||
            jl_fail(&cause, JL_E_INVALID, JL_MSG("the data folder must be an absolute path: {1}"), NULL, jl_arg_text(data_dir));
  ok = ok && jl_process_user(&e->user, &cause) && join(e->data, &cause, "%s", data_dir) &&
       join(e->cluster, &cause, "%s/postgres", data_dir) && join(e->log, &cause, "%s/postgres.log", data_dir) && choose_run(e, &cause) &&
       build_connection(e, &cause) && find_programs(e, &cause) && jl_process_folder(e->data, e->user, &cause) &&
       jl_process_folder(e->run, e->user, &cause) && make_cluster(e, &cause) && bring_up(e, &cause);
  if (!ok || uv_timer_init(loop, &e->timer) != 0) {
    if (err != NULL) *err = cause;
    free(e);
    return NULL;
  }
  e->timer.data = e;
  e->backoff_ms = BACKOFF_MIN_MS;
  uv_update_time(loop);
  e->started_ms = uv_now(loop);
  uv_timer_start(&e->timer, on_timer, WATCH_MS, WATCH_MS);
  uv_unref((uv_handle_t *)&e->timer); /* watching alone does not keep the program alive */
  return e;
}

void jl_embedded_stop(struct jl_embedded *e, void (*stopped)(void *context), void *context) {
  e->stopping = true;
  e->stopped = stopped;
  e->context = context;
  if (e->pid != 0) kill(e->pid, SIGINT);
  e->quit_at_ms = uv_now(e->timer.loop) + STOP_FAST_MS;
  uv_ref((uv_handle_t *)&e->timer);
  uv_timer_start(&e->timer, on_timer, 20, 20);
}

void jl_embedded_leave(struct jl_embedded *e) { uv_close((uv_handle_t *)&e->timer, on_closed); }
