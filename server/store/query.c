#include "common/base/calendar.h"
#include "server/store/files.h"
#include "server/store/internal.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct jl_rows {
  const PGresult *result;
};

struct query {
  struct jl_job job;
  struct jl_pg_unit unit;
  const char *statement, *text;
  struct jl_pg_param params[JL_PG_PARAMS_MAX];
  size_t count;
  struct jl_arena *arena; /* of the parameters */
  PGresult *result;       /* kept to the sync: only then it is true */
  void (*done)(void *context, const struct jl_rows *rows, const struct jl_error *err);
  void *context;
};

size_t jl_rows_count(const struct jl_rows *r) { return (size_t)PQntuples(r->result); }
bool jl_rows_null(const struct jl_rows *r, size_t row, int column) { return PQgetisnull(r->result, (int)row, column) != 0; }
struct jl_bytes jl_rows_bytes(const struct jl_rows *r, size_t row, int column) {
  return jl_cell_bytes(r->result, (int)row, column);
}
int64_t jl_rows_integer(const struct jl_rows *r, size_t row, int column) { return jl_cell_number(r->result, (int)row, column); }
struct jl_id jl_rows_id(const struct jl_rows *r, size_t row, int column) {
  return jl_cell_id(r->result, (int)row, column);
}

static void query_free(struct query *q) {
  PQclear(q->result);
  jl_arena_free(q->arena);
  jl_reserve_give(q);
}

static void query_result(struct jl_pg_unit *unit, size_t command, const PGresult *result) {
  struct query *q = unit->context;
  (void)command;
  PQclear(q->result);
  q->result = PQcopyResult(result, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
}

static void query_end(struct query *q, const struct jl_error *err) {
  struct jl_rows rows = {.result = q->result};
  q->done(q->context, err == NULL ? &rows : NULL, err);
  query_free(q);
}

static void query_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct query *q = unit->context;
  struct jl_error err = {0};
  if (failure != NULL && failure->lost && !failure->sent) {
    jl_job_failed(&q->job, failure); /* certainly not done: again */
    return;
  }
  jl_job_finish(&q->job);
  bool unknown = failure != NULL && (failure->lost || failure->warned);
  if (failure != NULL) err = failure->error;
  if (unknown)
    jl_fail(&err, JL_E_UNKNOWN_OUTCOME, JL_MSG("the connection to the database was lost before it answered"),
            JL_MSG("look whether it happened, then try again"));
  if (failure == NULL && q->result == NULL) /* done, and what it gave is not known */
    jl_fail(&err, JL_E_UNKNOWN_OUTCOME, JL_MSG("the server had no memory for the answer of the database"),
            JL_MSG("look whether it happened, then try again"));
  query_end(q, err.code == JL_E_OK ? NULL : &err);
}

static void query_start(struct jl_job *job, struct jl_pg *c) {
  struct query *q = (struct query *)job;
  q->unit = (struct jl_pg_unit){.result = query_result, .done = query_done, .context = q};
  jl_pg_unit_open(c, &q->unit);
  jl_pg_send(c, &q->unit, q->statement, q->text, q->params, q->count);
  jl_pg_unit_close(c, &q->unit);
}

static void query_fail(struct jl_job *job, const struct jl_error *err) { query_end((struct query *)job, err); }

static const char *text_param(struct jl_arena *a, const struct jl_param *p) {
  char text[JL_ID_TEXT_SIZE + 28];
  struct jl_id id;
  switch (p->kind) {
  case JL_PARAM_TEXT:
    return jl_arena_strndup(a, (const char *)p->bytes.data, p->bytes.size);
  case JL_PARAM_INTEGER:
    return jl_arena_printf(a, "%" PRId64, p->number);
  case JL_PARAM_BOOL:
    return p->number != 0 ? "t" : "f";
  case JL_PARAM_TIME:
    jl_time_format_iso(p->number, text);
    return jl_arena_strdup(a, text);
  case JL_PARAM_ID:
    if (!jl_id_from_bytes(p->bytes, &id)) return NULL;
    jl_id_format(&id, text);
    return jl_arena_strdup(a, text);
  default:
    return NULL;
  }
}

/* INVALID: a parameter that cannot be sent (a text with a NUL, which would be cut silently). */
static enum jl_code take_param(struct query *q, size_t i, const struct jl_param *p) {
  struct jl_pg_param *out = &q->params[i];
  struct jl_id id;
  if (p->kind == JL_PARAM_NULL) {
    *out = (struct jl_pg_param){.text = true};
    return JL_E_OK;
  }
  if (p->kind == JL_PARAM_BYTES) {
    struct jl_bytes copy = jl_arena_dup(q->arena, p->bytes);
    *out = (struct jl_pg_param){.data = copy.size == 0 ? (const void *)"" : copy.data, .size = copy.size};
    return out->data != NULL ? JL_E_OK : JL_E_NO_MEMORY;
  }
  if (p->kind == JL_PARAM_TEXT && p->bytes.size > 0 && memchr(p->bytes.data, 0, p->bytes.size) != NULL) return JL_E_INVALID;
  if (p->kind == JL_PARAM_ID && !jl_id_from_bytes(p->bytes, &id)) return JL_E_INVALID;
  const char *text = text_param(q->arena, p);
  if (text == NULL) return JL_E_NO_MEMORY;
  *out = jl_param_text(text);
  return JL_E_OK;
}

void jl_store_query(struct jl_store *s, const char *statement, const struct jl_param *params, size_t n,
                    void (*done)(void *context, const struct jl_rows *rows, const struct jl_error *err), void *context) {
  struct query *q = jl_reserve_take(s->reserve, sizeof *q);
  JL_ASSERT(n <= JL_PG_PARAMS_MAX);
  q->arena = jl_arena_new(4u << 20);
  q->job = (struct jl_job){.start = query_start, .fail = query_fail};
  q->statement = statement;
  q->text = jl_statement_text(statement);
  JL_ASSERT(q->text != NULL); /* names are ours */
  q->done = done;
  q->context = context;
  q->count = n;
  enum jl_code refused = q->arena == NULL ? JL_E_NO_MEMORY : JL_E_OK;
  for (size_t i = 0; i < n && refused == JL_E_OK; i++) refused = take_param(q, i, &params[i]);
  if (refused == JL_E_OK)
    jl_job_submit(&s->statements, &q->job);
  else
    jl_job_refuse(&s->statements, &q->job, refused);
}

/* ---- one refusal ---- */

struct refusal {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_id space, replica;
  uint64_t seq;
  struct jl_buffer verdict;
  bool found;
  void (*done)(void *context, struct jl_bytes verdict, const struct jl_error *err);
  void *context;
};

static void refusal_end(struct refusal *q, const struct jl_error *err) {
  q->done(q->context, err == NULL ? jl_buffer_bytes(&q->verdict) : (struct jl_bytes){NULL, 0}, err);
  jl_buffer_release(&q->verdict);
  jl_reserve_give(q);
}

static void refusal_result(struct jl_pg_unit *unit, size_t command, const PGresult *r) {
  struct refusal *q = unit->context;
  (void)command;
  if (PQntuples(r) != 1) return;
  struct jl_bytes cell = jl_cell_bytes(r, 0, 0);
  jl_buffer_append(&q->verdict, cell.data, cell.size);
  q->found = true;
}

static void refusal_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct refusal *q = unit->context;
  if (failure != NULL) {
    jl_job_failed(&q->job, failure);
    return;
  }
  struct jl_error err = {0};
  if (!q->found)
    jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("no such verdict, or older than {1} days"), NULL, jl_arg_integer(90));
  else if (!jl_buffer_ok(&q->verdict))
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the answer of the database"), NULL);
  jl_job_finish(&q->job);
  refusal_end(q, err.code == JL_E_OK ? NULL : &err);
}

static void refusal_start(struct jl_job *job, struct jl_pg *c) {
  struct refusal *q = (struct refusal *)job;
  struct jl_number seq;
  struct jl_pg_param params[] = {jl_param_id(&q->space), jl_param_id(&q->replica), jl_param_bigint((int64_t)q->seq, &seq)};
  q->found = false;
  jl_buffer_clear(&q->verdict);
  q->unit = (struct jl_pg_unit){.result = refusal_result, .done = refusal_done, .context = q};
  jl_pg_unit_open(c, &q->unit);
  jl_send_named(c, &q->unit, "refusal", params, 3);
  jl_pg_unit_close(c, &q->unit);
}

static void refusal_fail(struct jl_job *job, const struct jl_error *err) { refusal_end((struct refusal *)job, err); }

void jl_store_refusal(struct jl_store *s, const struct jl_id *space, const struct jl_id *replica, uint64_t seq,
                      void (*done)(void *context, struct jl_bytes verdict, const struct jl_error *err), void *context) {
  struct refusal *q = jl_reserve_take(s->reserve, sizeof *q);
  jl_buffer_init(&q->verdict, 16u << 20);
  q->job = (struct jl_job){.start = refusal_start, .fail = refusal_fail};
  q->space = *space;
  q->replica = *replica;
  q->seq = seq;
  q->done = done;
  q->context = context;
  jl_job_submit(&s->readers, &q->job);
}
