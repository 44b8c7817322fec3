#include "server/store/failure.h"
#include <stdio.h>
#include <string.h>

static const struct state_row {
  const char *prefix;
  enum jl_code code;
  const char *message, *hint;
} states[] = {
    {"23505", JL_E_ALREADY_EXISTS, JL_MSG("the database has it already: {1} (column {2}, constraint {3})"), NULL},
    {"23", JL_E_INVALID, JL_MSG("the database refused a value: {1} (column {2}, constraint {3})"), NULL},
    {"22", JL_E_INVALID, JL_MSG("the database refused a value: {1}"), NULL},
    {"40", JL_E_UNAVAILABLE, JL_MSG("the database could not finish the transaction: {1}"), JL_MSG("try again")},
    {"08", JL_E_UNAVAILABLE, JL_MSG("connection to the database lost: {1}"), JL_MSG("try again; the server reconnects by itself")},
    {"55", JL_E_UNAVAILABLE, JL_MSG("the database waited too long for a lock: {1}"),
     JL_MSG("look for long transactions in pg_stat_activity")},
    {"57", JL_E_UNAVAILABLE, JL_MSG("the database is stopping or was interrupted: {1}"),
     JL_MSG("try again; the server reconnects by itself")},
    {"53", JL_E_UNAVAILABLE, JL_MSG("the database lacks resources: {1}"),
     JL_MSG("check disk space, memory and max_connections of PostgreSQL")},
    {"58", JL_E_UNAVAILABLE, JL_MSG("the database met a system error: {1}"), JL_MSG("check the disk and the log of PostgreSQL")},
    {"25006", JL_E_UNAVAILABLE, JL_MSG("the database is read-only: {1}"), JL_MSG("connect to the primary")},
    {"42501", JL_E_UNAVAILABLE, JL_MSG("the database role lacks a right: {1}"), JL_MSG("grant it to the role of the server")},
};

static void copy_field(char *out, size_t size, const PGresult *result, int field) {
  const char *text = PQresultErrorField(result, field);
  snprintf(out, size, "%s", text == NULL ? "" : text);
}

void jl_failure_from_result(const PGresult *result, struct jl_pg_failure *ret_failure) {
  struct jl_pg_failure *f = ret_failure;
  copy_field(f->sqlstate, sizeof f->sqlstate, result, PG_DIAG_SQLSTATE);
  copy_field(f->table, sizeof f->table, result, PG_DIAG_TABLE_NAME);
  copy_field(f->column, sizeof f->column, result, PG_DIAG_COLUMN_NAME);
  copy_field(f->constraint, sizeof f->constraint, result, PG_DIAG_CONSTRAINT_NAME);
  const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (text == NULL) text = PQresultErrorMessage(result);
  char column[140];
  snprintf(column, sizeof column, "%s%s%s", f->table, f->column[0] == '\0' ? "" : ".", f->column);
  for (size_t i = 0; i < JL_COUNT(states); i++)
    if (strncmp(f->sqlstate, states[i].prefix, strlen(states[i].prefix)) == 0) {
      jl_fail(&f->error, states[i].code, states[i].message, states[i].hint, jl_arg_text(text), jl_arg_text(column),
              jl_arg_text(f->constraint));
      return;
    }
  jl_fail(&f->error, JL_E_INTERNAL, JL_MSG("the database answered {1}: {2}"), NULL, jl_arg_text(f->sqlstate), jl_arg_text(text));
}

bool jl_failure_is_constraint(const struct jl_pg_failure *f) { return strncmp(f->sqlstate, "23", 2) == 0; }
bool jl_failure_is_transient(const struct jl_pg_failure *f) { return strncmp(f->sqlstate, "40", 2) == 0; }
