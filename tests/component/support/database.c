#include "tests/component/support/database.h"
#include "server/store/blocking.h"
#include "server/store/embedded.h"
#include "server/store/migrate.h"
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static struct jl_embedded *server;
static uv_loop_t *server_loop;
static char folder[64], conninfo[4096];
static int databases;

static void fail(const char *what, const struct jl_error *err) {
  char text[600] = "";
  if (err != NULL) jl_error_describe(err, text, sizeof text);
  fprintf(stderr, "test database: %s: %s\n", what, text);
  abort();
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk) {
  (void)info, (void)type, (void)walk;
  return remove(path);
}

static void kill_at_exit(void) {
  if (server != NULL && jl_embedded_pid(server) != 0) kill(jl_embedded_pid(server), SIGQUIT);
}

void jl_database_start(uv_loop_t *loop) {
  struct jl_error err = {0};
  snprintf(folder, sizeof folder, "/tmp/jalon-test-XXXXXX");
  if (mkdtemp(folder) == NULL) fail("mkdtemp", NULL);
  server_loop = loop;
  server = jl_embedded_start(loop, folder, &err);
  if (server == NULL) fail("start", &err);
  atexit(kill_at_exit);
}

static void stopped(void *context) { *(bool *)context = true; }

void jl_database_stop(void) {
  bool done = false;
  jl_embedded_stop(server, stopped, &done);
  server = NULL;
  while (!done) uv_run(server_loop, UV_RUN_ONCE);
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *named(const char *name) {
  const char *base = jl_embedded_connection(server), *at = strstr(base, "dbname=");
  snprintf(conninfo, sizeof conninfo, "%.*sdbname=%s", (int)(at - base), base, name);
  return conninfo;
}

PGconn *jl_database_connect(const char *text) {
  struct jl_error err = {0};
  for (int i = 0; i < 600; i++) { /* a test may have killed the server: its supervision starts it again */
    PGconn *connection = jl_blocking_connect(text, 20000000, &err);
    if (connection != NULL) return connection;
    uv_run(server_loop, UV_RUN_NOWAIT);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
  }
  fail("connect", &err);
  return NULL;
}

void jl_database_do(const char *text, const char *sql) {
  struct jl_error err = {0};
  PGconn *connection = jl_database_connect(text);
  if (!jl_blocking_do(connection, sql, 60000000, &err)) fail(sql, &err);
  PQfinish(connection);
}

long long jl_database_number(const char *text, const char *sql) {
  struct jl_error err = {0};
  PGconn *connection = jl_database_connect(text);
  PGresult *result = jl_blocking_run(connection, sql, NULL, 0, 60000000, &err);
  if (result == NULL || PQntuples(result) != 1) fail(sql, &err);
  long long number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
  PQclear(result);
  PQfinish(connection);
  return number;
}

const char *jl_database_empty(void) {
  char sql[128], name[32];
  snprintf(name, sizeof name, "test_%d", ++databases);
  snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
  jl_database_do(jl_embedded_connection(server), sql);
  return named(name);
}

const char *jl_database_fresh(void) {
  struct jl_error err = {0};
  const char *text = jl_database_empty();
  if (!jl_migrate(text, &err)) fail("migrate", &err);
  return text;
}

pid_t jl_database_pid(void) { return jl_embedded_pid(server); }
unsigned jl_database_restarts(void) { return jl_embedded_restarts(server); }
