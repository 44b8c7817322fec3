#include "tests/support/cluster.h"
#include "common/base/calendar.h"
#include "tests/support/tree.h"
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS "/usr/lib/postgresql/15/bin"
#define PATIENCE_US 300000000

static void fail(const char *what, const struct jl_error *err) {
  char text[600] = "";
  if (err) jl_error_describe(err, text, sizeof text);
  printf("broken: PostgreSQL: %s %s\n", what, text);
  exit(1);
}

static void log_path(const struct cluster *c, char path[300]) { snprintf(path, 300, "%s/log", c->folder); }

static void run(const struct cluster *c, const char *const argv[]) {
  char path[300];
  struct jl_error err = {0};
  log_path(c, path);
  pid_t pid = jl_process_start(argv, "/", path, c->user, &err);
  if (pid < 0 || !jl_process_wait(pid, argv[0], PATIENCE_US, &err)) fail(argv[0], &err);
}

void cluster_copy(const char *from, const char *to) {
  struct jl_error err = {0};
  const char *const argv[] = {"/bin/cp", "-a", from, to, NULL};
  pid_t pid = jl_process_start(argv, "/", "/dev/null", (struct jl_user){geteuid(), getegid()}, &err);
  if (pid < 0 || !jl_process_wait(pid, argv[0], PATIENCE_US, &err)) fail("copying a folder", &err);
}

void cluster_open(struct cluster *c, const char *folder) {
  struct jl_error err = {0};
  char run_folder[300];
  *c = (struct cluster){0};
  snprintf(c->folder, sizeof c->folder, "%s", folder);
  snprintf(c->database, sizeof c->database, "host=%s/run port=5432 user=jalon dbname=jalon connect_timeout=20", folder);
  if (!jl_process_user(&c->user, &err)) fail("its user", &err);
  snprintf(run_folder, sizeof run_folder, "%s/run", folder);
  if (!jl_process_folder(run_folder, c->user, &err)) fail(run_folder, &err);
}

void cluster_make(struct cluster *c) {
  char data[300];
  snprintf(data, sizeof data, "%s/data", c->folder);
  const char *const argv[] = {PROGRAMS "/initdb", "-D", data, "-U", "jalon", "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums", NULL};
  struct jl_error err = {0};
  if (!jl_process_folder(data, c->user, &err)) fail(data, &err);
  run(c, argv);
}

void cluster_launch(struct cluster *c) {
  char data[300], socket[300], log[300];
  struct jl_error err = {0};
  snprintf(data, sizeof data, "%s/data", c->folder);
  snprintf(socket, sizeof socket, "%s/run", c->folder);
  log_path(c, log);
  const char *const argv[] = {PROGRAMS "/postgres", "-D", data, "-k", socket, "-p", "5432", "-c", "listen_addresses=", "-c", "max_wal_size=256MB",
                              "-c", "track_commit_timestamp=on", /* the order of commits in several spaces */
                              "-c", "jit=off", "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "logging_collector=off", "-c", "lc_messages=C", NULL};
  pid_t pid = jl_process_start(argv, data, log, c->user, &err);
  if (pid < 0) fail("start", &err);
  c->pid = pid;
}

bool cluster_running(struct cluster *c) {
  if (c->pid != 0 && waitpid(c->pid, NULL, WNOHANG) == c->pid) c->pid = 0;
  return c->pid != 0;
}

/* The database is made when it is missing; false: the server does not answer yet. */
static bool answers(const struct cluster *c) {
  char text[420];
  snprintf(text, sizeof text, "host=%s/run port=5432 user=jalon dbname=postgres connect_timeout=5", c->folder);
  PGconn *connection = PQconnectdb(text);
  bool ok = PQstatus(connection) == CONNECTION_OK;
  if (ok) {
    PGresult *found = PQexec(connection, "SELECT 1 FROM pg_database WHERE datname = 'jalon'");
    ok = PQresultStatus(found) == PGRES_TUPLES_OK;
    if (ok && PQntuples(found) == 0) PQclear(PQexec(connection, "CREATE DATABASE jalon"));
    PQclear(found);
  }
  PQfinish(connection);
  return ok;
}

void cluster_start(struct cluster *c) {
  int64_t begin = jl_monotonic_us();
  for (;;) {
    if (!cluster_running(c)) cluster_launch(c); /* the last backends of a killed one may need a moment to go */
    if (answers(c)) return;
    if (jl_monotonic_us() - begin > PATIENCE_US) fail("does not answer", NULL);
    poll(NULL, 0, 50);
  }
}

static void reap(struct cluster *c) {
  if (c->pid != 0) waitpid(c->pid, NULL, 0);
  c->pid = 0;
}

void cluster_kill(struct cluster *c) {
  if (c->pid == 0) return;
  kill(c->pid, SIGKILL);
  reap(c);
}

void cluster_signal(const struct cluster *c, int number) {
  if (c->pid != 0) tree_signal(c->pid, number);
}

void cluster_stop(struct cluster *c, const char *mode) {
  char data[300];
  if (!cluster_running(c)) return;
  snprintf(data, sizeof data, "%s/data", c->folder);
  const char *const argv[] = {PROGRAMS "/pg_ctl", "stop", "-D", data, "-m", mode, "-W", NULL};
  run(c, argv);
  reap(c);
}
