#include "server/verify/reader.h"
#include "server/store/blocking.h"
#include "server/store/failure.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_US 10000000
#define BEGIN_US 60000000

struct jl_reader {
  PGconn *connection;
  PGresult *row;
  bool asking;
  char snapshot[64];
};

static bool take_snapshot(struct jl_reader *r, struct jl_error *err) {
  PGresult *result = jl_blocking_run(r->connection, "SELECT pg_export_snapshot()", NULL, 0, BEGIN_US, err);
  if (result == NULL) return false;
  snprintf(r->snapshot, sizeof r->snapshot, "%s", PQgetvalue(result, 0, 0));
  PQclear(result);
  return true;
}

static bool use_snapshot(struct jl_reader *r, const char *snapshot, struct jl_error *err) {
  char text[128];
  snprintf(text, sizeof text, "SET TRANSACTION SNAPSHOT '%.60s'", snapshot);
  snprintf(r->snapshot, sizeof r->snapshot, "%s", snapshot);
  return jl_blocking_do(r->connection, text, BEGIN_US, err);
}

struct jl_reader *jl_reader_open(const char *connection, const char *snapshot, struct jl_error *err) {
  struct jl_reader *r = calloc(1, sizeof *r);
  if (r == NULL) {
    jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    return NULL;
  }
  r->connection = jl_blocking_connect(connection, CONNECT_US, err);
  /* Times as integers, whatever the database is set to; what people look at meanwhile must not be cut off. */
  bool ok = r->connection != NULL &&
            jl_blocking_do(r->connection, "SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0", BEGIN_US, err) &&
            jl_blocking_do(r->connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", BEGIN_US, err) &&
            (snapshot == NULL ? take_snapshot(r, err) : use_snapshot(r, snapshot, err));
  if (ok) return r;
  jl_reader_close(r);
  return NULL;
}

void jl_reader_close(struct jl_reader *r) {
  if (r == NULL) return;
  PQclear(r->row);
  PQfinish(r->connection); /* whatever is under way ends with it */
  free(r);
}

const char *jl_reader_snapshot(const struct jl_reader *r) { return r->snapshot; }

static void fail_connection(const struct jl_reader *r, struct jl_error *err) {
  const char *text = PQerrorMessage(r->connection);
  jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("no connection to the database: {1}"),
          JL_MSG("check that PostgreSQL runs and that the connection setting is right"), jl_arg_textn(text, strcspn(text, "\n")));
}

static void pass_over(struct jl_reader *r) {
  PQclear(r->row);
  r->row = NULL;
  for (PGresult *left; r->asking && (left = PQgetResult(r->connection)) != NULL;) PQclear(left);
  r->asking = false;
}

bool jl_reader_ask(struct jl_reader *r, const char *sql, const struct jl_id *id, const uint64_t *number, struct jl_error *err) {
  uint8_t big[8];
  const char *values[2];
  int sizes[2], formats[2] = {1, 1}, n = 0;
  pass_over(r);
  if (id != NULL) {
    values[n] = (const char *)id->bytes;
    sizes[n++] = sizeof id->bytes;
  }
  if (number != NULL) {
    for (int i = 0; i < 8; i++) big[i] = (uint8_t)(*number >> (56 - 8 * i));
    values[n] = (const char *)big;
    sizes[n++] = sizeof big;
  }
  r->asking = PQsendQueryParams(r->connection, sql, n, NULL, values, sizes, formats, 1) == 1 && PQsetSingleRowMode(r->connection) == 1;
  if (!r->asking) fail_connection(r, err);
  return r->asking;
}

const PGresult *jl_reader_next(struct jl_reader *r, struct jl_error *err) {
  PQclear(r->row);
  r->row = r->asking ? PQgetResult(r->connection) : NULL;
  if (r->row == NULL) {
    r->asking = false;
    return NULL;
  }
  ExecStatusType status = PQresultStatus(r->row);
  if (status == PGRES_SINGLE_TUPLE) return r->row;
  if (status != PGRES_TUPLES_OK) {
    struct jl_pg_failure failure = {0};
    jl_failure_from_result(r->row, &failure);
    *err = failure.error;
  }
  pass_over(r);
  return NULL;
}
