/* jalond scrub: after an erasure. PostgreSQL leaves the bytes of rows that were changed or deleted in its files, until something else is
 * written over them, VACUUM or not; so the tables that people stand in are written anew, with their indexes, and the samples of values that
 * the planner keeps. Whoever edits meanwhile waits for the table: it is for a quiet hour. A table that somebody reads is not waited for long,
 * for everybody who comes after would wait behind: it is tried again. The write-ahead log and backups age out by themselves. */
#include "common/record/record.h"
#include "server/ops/process.h"
#include "server/ops/serve.h"
#include "server/store/blocking.h"
#include "server/store/embedded.h"
#include "server/store/migrate.h"
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

#define CONNECT_US 30000000
#define TABLE_US INT64_C(86400000000)
#define LOCK "SET lock_timeout = '2s'"
#define TRIES 30
#define PAUSE_S 2 /* what waited behind it goes on meanwhile */

/* Beside those of the records that have personal fields. */
static const char *const tables[] = {"log",     "refusal", "sent_again", "past_state", "past_state_part", "account",
                                     "session", "replica", "auth_event", "inbox_mark", "lane",            "space_head"};

static bool table(PGconn *connection, const char *name, struct jl_error *err) {
  char text[160];
  snprintf(text, sizeof text, "VACUUM (FULL, ANALYZE) %s", name);
  printf("%s\n", name);
  for (int i = 1; i <= TRIES; i++) {
    fflush(stdout);
    *err = (struct jl_error){0};
    if (jl_blocking_do(connection, text, TABLE_US, err)) return true;
    if (err->code != JL_E_UNAVAILABLE || PQstatus(connection) != CONNECTION_OK) return false;
    printf("%s is in use: trying again (%d of %d)\n", name, i, TRIES);
    fflush(stdout);
    (void)sleep(PAUSE_S);
  }
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("table {1} was in use all the time: it, and those that come after it, still hold remains"),
                 JL_MSG("end what reads it (a dump or a long report: see pg_stat_activity) and run jalond scrub again"), jl_arg_text(name));
}

static bool holds_people(const struct jl_record_type *type) {
  for (size_t i = 0; i < type->field_count; i++)
    if (type->fields[i].personal) return true;
  return false;
}

static bool scrub(const char *conninfo, struct jl_error *err) {
  struct jl_error ignored = {0};
  PGconn *connection = jl_blocking_connect(conninfo, CONNECT_US, err);
  bool ok = connection != NULL && jl_migrated(conninfo, err) && jl_blocking_do(connection, LOCK, CONNECT_US, err);
  for (size_t i = 0; ok && i < jl_record_type_count; i++)
    if (holds_people(jl_record_types[i])) ok = table(connection, jl_record_types[i]->name, err);
  for (size_t i = 0; ok && i < JL_COUNT(tables); i++) ok = table(connection, tables[i], err);
  ok = ok && table(connection, "pg_catalog.pg_statistic", err); /* who owns the database may */
  if (ok && !jl_blocking_do(connection, "CHECKPOINT", TABLE_US, &ignored)) /* only then the former files are gone */
    printf("not allowed to run CHECKPOINT: the former files go with the next one that PostgreSQL makes by itself\n");
  PQfinish(connection);
  return ok;
}

static void stopped(void *context) { uv_stop(context); }

/* Beside a running server or alone. */
static bool on_embedded(const struct jl_settings *s, bool running, struct jl_error *err) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  struct jl_embedded *embedded = jl_embedded_start(&loop, s->data_directory, err);
  bool ok = embedded != NULL && scrub(jl_embedded_connection(embedded), err);
  if (embedded != NULL && running) {
    jl_embedded_leave(embedded);
  } else if (embedded != NULL) {
    jl_embedded_stop(embedded, stopped, &loop);
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  uv_run(&loop, UV_RUN_DEFAULT);
  (void)uv_loop_close(&loop);
  return ok;
}

int jl_scrub(const struct jl_settings *s) {
  struct jl_error err = {0}, locked = {0};
  bool running = false;
  if (s->database[0] != '\0') return scrub(s->database, &err) ? 0 : jl_report(&err);
  if (!jl_process_prepare(s, &err)) return jl_report(&err);
  if (!jl_process_lock(s, &running, &locked) && !running) return jl_report(&locked);
  return on_embedded(s, running, &err) ? 0 : jl_report(&err);
}
