#include "server/ops/log.h"
#include "server/store/files.h"
#include "server/store/internal.h"
#include "server/store/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATEMENT_CONNECTIONS 2
#define TIMER_MS 100
#define PRUNE_EVERY_MS 86400000
#define PRUNE_AGAIN_MS 3600000 /* after it failed */

/* ---- parameters ---- */

struct jl_pg_param jl_param_id(const struct jl_id *id) {
  return (struct jl_pg_param){.data = id->bytes, .size = sizeof id->bytes};
}
struct jl_pg_param jl_param_text(const char *text) {
  return (struct jl_pg_param){.data = text, .size = strlen(text), .text = true};
}
static struct jl_pg_param number_param(int64_t number, size_t size, struct jl_number *storage) {
  for (size_t i = size; i-- > 0; number >>= 8) storage->bytes[i] = (uint8_t)number;
  return (struct jl_pg_param){.data = storage->bytes, .size = size};
}
struct jl_pg_param jl_param_bigint(int64_t number, struct jl_number *storage) {
  return number_param(number, 8, storage);
}
struct jl_pg_param jl_param_smallint(int64_t number, struct jl_number *storage) {
  return number_param(number, 2, storage);
}

const char *jl_statement_text(const char *name) {
  for (size_t i = 0; i < jl_statement_files_count; i++)
    if (strcmp(jl_statement_files[i].name, name) == 0) return jl_statement_files[i].text;
  return NULL;
}

void jl_send_named(struct jl_pg *c, struct jl_pg_unit *unit, const char *name, const struct jl_pg_param *params, size_t n) {
  jl_pg_send(c, unit, name, jl_pg_known(c, name) ? NULL : jl_statement_text(name), params, n);
}

/* ---- jobs and seats ---- */

static void dispatch(struct jl_pool *pool) {
  for (size_t i = 0; i < pool->count && pool->first != NULL && !pool->store->closing; i++) {
    struct jl_seat *seat = &pool->seats[i];
    if (seat->job != NULL || !jl_pg_up(seat->connection)) continue;
    struct jl_job **at = &pool->first, *before = NULL;
    for (; *at != NULL && (*at)->deadline_ms == 0; at = &(*at)->next) before = *at; /* refused: the timer ends it */
    struct jl_job *job = *at;
    if (job == NULL) return;
    *at = job->next;
    if (job->next == NULL) pool->last = before;
    pool->waiting--;
    job->seat = seat;
    seat->job = job;
    job->start(job, seat->connection);
  }
}

static void queue_job(struct jl_pool *pool, struct jl_job *job, bool in_front) {
  job->seat = NULL;
  job->next = in_front ? pool->first : NULL;
  if (in_front || pool->last == NULL)
    pool->first = job;
  else
    pool->last->next = job;
  if (job->next == NULL) pool->last = job;
  pool->waiting++;
}

/* Too many waiting, or closing: the timer fails it, so that no callback runs inside the call. */
void jl_job_refuse(struct jl_pool *pool, struct jl_job *job, enum jl_code why) {
  job->deadline_ms = 0;
  job->refused = why;
  queue_job(pool, job, true);
}

void jl_job_submit(struct jl_pool *pool, struct jl_job *job) {
  bool refuse = pool->waiting >= JL_JOBS_MAX || pool->store->closing;
  job->deadline_ms = refuse ? 0 : uv_now(pool->store->loop) + pool->store->patience_ms;
  queue_job(pool, job, refuse);
  if (!refuse) dispatch(pool);
}

static struct jl_pool *leave_seat(struct jl_job *job) {
  struct jl_seat *seat = job->seat;
  seat->job = NULL;
  job->seat = NULL;
  return seat->pool;
}

void jl_job_finish(struct jl_job *job) { dispatch(leave_seat(job)); }

void jl_job_failed(struct jl_job *job, const struct jl_pg_failure *failure) {
  struct jl_pool *pool = leave_seat(job);
  struct jl_error err = failure->error;
  bool again = failure->lost || strncmp(failure->sqlstate, "57", 2) == 0 || strncmp(failure->sqlstate, "40", 2) == 0;
  if (again && !pool->store->closing && uv_now(pool->store->loop) < job->deadline_ms)
    queue_job(pool, job, true);
  else
    job->fail(job, &err);
  dispatch(pool);
}

static void expire(struct jl_pool *pool, uint64_t now) {
  struct jl_job **at = &pool->first, *last = NULL, *failed = NULL;
  while (*at != NULL) {
    struct jl_job *job = *at;
    if (job->deadline_ms > now && !pool->store->closing) {
      last = job;
      at = &job->next;
      continue;
    }
    *at = job->next;
    pool->waiting--;
    job->next = failed;
    failed = job;
  }
  pool->last = last;
  while (failed != NULL) {
    struct jl_job *next = failed->next;
    struct jl_error err = pool->store->last_error;
    if (pool->store->closing)
      jl_fail(&err, JL_E_DRAINING, JL_MSG("the server is stopping"), NULL);
    else if (failed->refused == JL_E_NO_MEMORY)
      jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    else if (failed->refused != JL_E_OK)
      jl_fail(&err, JL_E_INVALID, JL_MSG("a parameter cannot be stored: it is too long or holds a NUL"), NULL);
    else if (failed->deadline_ms == 0 || err.code == JL_E_OK)
      jl_fail(&err, JL_E_OVERLOADED, JL_MSG("too many requests wait for the database"), JL_MSG("try again"));
    failed->fail(failed, &err);
    failed = next;
  }
}

/* ---- getting ready ---- */

struct ready_job {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_store *store;
  struct jl_error error;
  bool known;
};

static void tell(struct jl_store *s, const struct jl_error *err) {
  s->told = true;
  s->ready = err == NULL;
  s->on_ready(s->ready_context, err);
}

static void ready_result(struct jl_pg_unit *unit, size_t command, const PGresult *result) {
  struct ready_job *r = unit->context;
  if (command == 0)
    r->known = !jl_schema_check(result, false, &r->error);
  else if (PQntuples(result) == 1)
    r->store->cluster = jl_cell_id(result, 0, 0);
}

static void ready_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct ready_job *r = unit->context;
  struct jl_store *s = r->store;
  if (failure != NULL && !r->known) { /* a schema that differs is the better answer */
    jl_job_failed(&r->job, failure);
    return;
  }
  jl_job_finish(&r->job);
  struct jl_error err = r->error;
  bool differs = r->known;
  free(r);
  tell(s, differs ? &err : NULL);
}

static void ready_start(struct jl_job *job, struct jl_pg *connection) {
  struct ready_job *r = (struct ready_job *)job;
  r->known = false;
  r->unit = (struct jl_pg_unit){.result = ready_result, .done = ready_done, .context = r};
  jl_pg_unit_open(connection, &r->unit);
  jl_send_named(connection, &r->unit, "schema_columns", NULL, 0);
  jl_send_named(connection, &r->unit, "cluster", NULL, 0);
  jl_pg_unit_close(connection, &r->unit);
}

/* No connection yet is no reason to give up: the next connection asks again. */
static void ready_fail(struct jl_job *job, const struct jl_error *err) {
  struct ready_job *r = (struct ready_job *)job;
  struct jl_store *s = r->store;
  if (!s->closing && jl_code_class(err->code) == JL_CLASS_RETRY) {
    jl_job_submit(&s->statements, job);
    return;
  }
  struct jl_error copy = *err;
  free(r);
  tell(s, &copy);
}

/* ---- life ---- */

static void on_up(void *context) {
  struct jl_seat *seat = context;
  seat->pool->store->connections++;
  dispatch(seat->pool);
}

static void on_down(void *context, const struct jl_error *err) {
  struct jl_seat *seat = context;
  seat->pool->store->last_error = *err;
}

/* Verdicts that are too old to be asked for. */
static void pruned(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_store *s = context;
  (void)rows;
  if (err == NULL || s->closing) return;
  jl_log(JL_LOG_WARN, "store.prune_failed", JL_F_ERROR(err));
  s->prune_at_ms = uv_now(s->loop) + PRUNE_AGAIN_MS;
}

static void prune(struct jl_store *s, uint64_t now) {
  if (!s->ready || s->closing || now < s->prune_at_ms) return;
  s->prune_at_ms = now + PRUNE_EVERY_MS;
  jl_store_query(s, "refusal_prune", NULL, 0, pruned, s);
  jl_store_query(s, "again_prune", NULL, 0, pruned, s);
}

static void look_again(struct jl_pool *pool) {
  for (size_t i = 0; i < pool->count; i++) jl_pg_look_again(pool->seats[i].connection);
}

static void on_timer(uv_timer_t *timer) {
  struct jl_store *s = timer->data;
  uint64_t now = uv_now(s->loop);
  prune(s, now);
  for (int i = 0; i < s->lane_count; i++) jl_lane_watch(s->lanes[i], now);
  look_again(&s->readers);
  look_again(&s->statements);
  expire(&s->readers, now);
  expire(&s->statements, now);
}

static bool open_pool(struct jl_store *s, struct jl_pool *pool, const char *conninfo, size_t n, const char *label, const char *options) {
  pool->store = s;
  pool->seats = calloc(n, sizeof *pool->seats);
  if (pool->seats == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_seat *seat = &pool->seats[i];
    struct jl_pg_settings settings = {
        .conninfo = conninfo, .options = options, .label = label, .up = on_up, .down = on_down, .context = seat};
    seat->pool = pool;
    seat->connection = jl_pg_new(s->loop, &settings);
    if (seat->connection == NULL) return false;
    pool->count++;
    s->open++;
  }
  return true;
}

struct jl_store *jl_store_open(uv_loop_t *loop, const struct jl_store_settings *settings,
                               void (*on_ready)(void *context, const struct jl_error *err), void *context) {
  struct jl_store *s = calloc(1, sizeof *s);
  struct ready_job *r = calloc(1, sizeof *r);
  size_t readers = settings->readers > 0 ? (size_t)settings->readers : 1;
  int lanes = settings->commit_lanes > 0 ? settings->commit_lanes : 1;
  JL_ASSERT(s != NULL && r != NULL); /* nothing runs yet */
  s->loop = loop;
  s->on_ready = on_ready;
  s->ready_context = context;
  s->patience_ms = settings->wait_ms > 0 ? settings->wait_ms : JL_JOB_PATIENCE_MS;
  uv_timer_init(loop, &s->timer);
  s->timer.data = s;
  s->open = 1;
  uv_timer_start(&s->timer, on_timer, TIMER_MS, TIMER_MS);
  s->reserve = jl_reserve_new(JL_JOBS_RESERVED, JL_JOB_BYTES);
  s->lanes = calloc((size_t)lanes, sizeof(struct jl_lane *));
  /* A segment of a reader is one transaction, and so sees one position of the space. */
  bool ok =
      s->lanes != NULL && s->reserve != NULL &&
      open_pool(s, &s->readers, settings->connection, readers, "reader",
                "-c default_transaction_isolation=repeatable\\ read -c default_transaction_read_only=on -c jit=off -c timezone=UTC") &&
      open_pool(s, &s->statements, settings->connection, STATEMENT_CONNECTIONS, "statement",
                "-c jit=off -c timezone=UTC -c statement_timeout=30000");
  for (int i = 0; ok && i < lanes; i++) {
    s->lanes[i] = jl_lane_new(s, settings->connection, i);
    ok = s->lanes[i] != NULL;
    if (ok) s->lane_count++;
  }
  JL_ASSERT(ok);
  r->store = s;
  r->job = (struct jl_job){.start = ready_start, .fail = ready_fail};
  jl_job_submit(&s->statements, &r->job);
  return s;
}

static void free_store(struct jl_store *s) {
  for (int i = 0; i < s->lane_count; i++) jl_lane_free(s->lanes[i]);
  free(s->lanes);
  jl_reserve_free(s->reserve);
  free(s->readers.seats);
  free(s->statements.seats);
  void (*closed)(void *) = s->closed;
  void *context = s->closed_context;
  free(s);
  if (closed != NULL) closed(context);
}

void jl_store_part_closed(void *context) {
  struct jl_store *s = context;
  if (--s->open == 0) free_store(s);
}

static void on_timer_closed(uv_handle_t *handle) {
  struct jl_store *s = handle->data;
  expire(&s->readers, 0);
  expire(&s->statements, 0);
  jl_store_part_closed(s);
}

/* Nothing may be asked of the store from here on. */
void jl_store_close(struct jl_store *s, void (*closed)(void *context), void *context) {
  JL_ASSERT(!s->closing);
  s->closing = true;
  s->closed = closed;
  s->closed_context = context;
  for (size_t i = 0; i < s->readers.count; i++) jl_pg_close(s->readers.seats[i].connection, jl_store_part_closed, s);
  for (size_t i = 0; i < s->statements.count; i++) jl_pg_close(s->statements.seats[i].connection, jl_store_part_closed, s);
  for (int i = 0; i < s->lane_count; i++) jl_lane_close(s->lanes[i]);
  uv_close((uv_handle_t *)&s->timer, on_timer_closed);
}

bool jl_store_scarce(const struct jl_store *s) { return jl_reserve_scarce(s->reserve); }
uint64_t jl_store_connections(const struct jl_store *s) { return s->connections; }

bool jl_store_healthy(const struct jl_store *s) {
  if (!s->ready || s->closing) return false;
  for (int i = 0; i < s->lane_count; i++)
    if (!jl_lane_up(s->lanes[i])) return false;
  for (size_t i = 0; i < s->readers.count; i++)
    if (jl_pg_up(s->readers.seats[i].connection)) return true;
  return false;
}
const struct jl_id *jl_store_cluster(const struct jl_store *s) { return &s->cluster; }
