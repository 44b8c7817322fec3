/* Blocking on purpose, with poll(2) and a deadline: see blocking.h for who may. */
#include "server/store/blocking.h"
#include "common/base/calendar.h"
#include "server/store/failure.h"
#include <errno.h>
#include <poll.h>
#include <string.h>

static bool wait_for(PGconn *connection, short events, int64_t until_us) {
  for (;;) {
    int64_t left = until_us - jl_monotonic_us();
    if (left <= 0) return false;
    struct pollfd fd = {.fd = PQsocket(connection), .events = events};
    if (fd.fd < 0) return false;
    int n = poll(&fd, 1, (int)(left / 1000 + 1));
    if (n > 0) return true;
    if (n < 0 && errno != EINTR) return false;
  }
}

static void fail_connection(PGconn *connection, struct jl_error *err) {
  const char *text = connection == NULL ? "out of memory" : PQerrorMessage(connection);
  jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("no connection to the database: {1}"),
          JL_MSG("check that PostgreSQL runs and that the connection setting is right"), jl_arg_textn(text, strcspn(text, "\n")));
}

static void ignore_notice(void *context, const PGresult *result) { (void)context, (void)result; }

PGconn *jl_blocking_connect(const char *conninfo, int64_t timeout_us, struct jl_error *err) {
  int64_t until = jl_monotonic_us() + timeout_us;
  const char *keys[] = {"dbname", "application_name", "client_encoding", NULL};
  const char *values[] = {conninfo, "jalond start", "UTF8", NULL};
  PGconn *connection = PQconnectStartParams(keys, values, 1);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (connection != NULL && PQstatus(connection) != CONNECTION_BAD && next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    if (!wait_for(connection, next == PGRES_POLLING_READING ? POLLIN : POLLOUT, until)) break;
    next = PQconnectPoll(connection);
  }
  if (next == PGRES_POLLING_OK) {
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    return connection;
  }
  fail_connection(connection, err);
  PQfinish(connection);
  return NULL;
}

static bool collect(PGconn *connection, int64_t until, PGresult **ret_last) {
  PGresult *last = NULL;
  for (;;) {
    while (PQflush(connection) == 1)
      if (!wait_for(connection, POLLIN | POLLOUT, until) || PQconsumeInput(connection) != 1) goto lost;
    while (PQisBusy(connection))
      if (!wait_for(connection, POLLIN, until) || PQconsumeInput(connection) != 1) goto lost;
    PGresult *result = PQgetResult(connection);
    if (result == NULL) break;
    if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR) {
      PQclear(result); /* the first failure tells most */
      continue;
    }
    PQclear(last);
    last = result;
  }
  *ret_last = last;
  return last != NULL;
lost:
  PQclear(last);
  return false;
}

PGresult *jl_blocking_run(PGconn *connection, const char *text, const char *const *params, int n, int64_t timeout_us,
                          struct jl_error *err) {
  PGresult *result = NULL;
  int sent = n == 0 ? PQsendQuery(connection, text) : PQsendQueryParams(connection, text, n, NULL, params, NULL, NULL, 0);
  if (sent != 1 || !collect(connection, jl_monotonic_us() + timeout_us, &result)) {
    fail_connection(connection, err);
    return NULL;
  }
  ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  struct jl_pg_failure failure = {0};
  jl_failure_from_result(result, &failure);
  if (err != NULL) *err = failure.error;
  PQclear(result);
  return NULL;
}

bool jl_blocking_do(PGconn *connection, const char *text, int64_t timeout_us, struct jl_error *err) {
  PGresult *result = jl_blocking_run(connection, text, NULL, 0, timeout_us, err);
  PQclear(result);
  return result != NULL;
}
