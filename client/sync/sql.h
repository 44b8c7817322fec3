/* A thin layer over one SQLite file: statements are prepared once and kept, errors become struct jl_error that say what a
 * user can do (a full disk is no damaged file). One thread, one connection per file. */
#ifndef JL_SYNC_SQL_H
#define JL_SYNC_SQL_H
#include "common/base/error.h"
#include <sqlite3.h>

#define JL_SQL_STATEMENTS 96

enum jl_sql_trouble { JL_SQL_FINE, JL_SQL_FULL, JL_SQL_READ_ONLY, JL_SQL_DAMAGED, JL_SQL_FAILED };
struct jl_sql {
  sqlite3 *db; /* NULL: closed */
  char path[4096];
  struct {
    const char *text; /* the literal itself is the key */
    sqlite3_stmt *statement;
  } kept[JL_SQL_STATEMENTS];
  size_t kept_count;
  enum jl_sql_trouble trouble; /* of the last failure */
  bool starved; /* something found no memory: a search that then found nothing may be what the next change goes by, so that is refused */
};
struct jl_sql_open {
  const char *path;      /* ":memory:" for tests and simulation */
  const char *vfs;       /* NULL: the default one */
  bool read_only, full;  /* full: synchronous=FULL, journal_mode=DELETE; else NORMAL and TRUNCATE */
  int cache_kib;
};
/* What marks a file as ours, and how one becomes of today's form: step n takes version n to n + 1 (NULL: nothing to do). */
struct jl_sql_form {
  int64_t application, version;
  const char *const *steps;
};
enum jl_sql_found { JL_SQL_CURRENT, JL_SQL_EMPTY, JL_SQL_OLDER, JL_SQL_NEWER, JL_SQL_FOREIGN, JL_SQL_UNREADABLE };
/* Opens (and makes, private to the owner, when not read_only); sets what every connection needs. */
JL_MUST_CHECK bool jl_sql_open(struct jl_sql *s, const struct jl_sql_open *how, struct jl_error *err);
void jl_sql_close(struct jl_sql *s);
/* What the file is, and its version. UNREADABLE: with err. Touches nothing. */
enum jl_sql_found jl_sql_look(struct jl_sql *s, const struct jl_sql_form *form, int64_t *ret_version, struct jl_error *err);
/* Inside a transaction: the steps from that version on, and the marks. */
JL_MUST_CHECK bool jl_sql_raise(struct jl_sql *s, const struct jl_sql_form *form, int64_t version, struct jl_error *err);
JL_MUST_CHECK bool jl_sql_run(struct jl_sql *s, const char *text, struct jl_error *err); /* statements without parameters or rows */
/* A kept statement, reset and without values. The text must be a literal. NULL with err. */
sqlite3_stmt *jl_sql(struct jl_sql *s, const char *text, struct jl_error *err);
/* Takes one step. 1: a row, 0: done (the statement is reset), -1: failed with err (it is reset too). */
int jl_sql_step(struct jl_sql *s, sqlite3_stmt *statement, struct jl_error *err);
JL_MUST_CHECK bool jl_sql_do(struct jl_sql *s, sqlite3_stmt *statement, struct jl_error *err); /* steps to the end; no rows wanted */
JL_MUST_CHECK bool jl_sql_begin(struct jl_sql *s, struct jl_error *err);                       /* IMMEDIATE */
JL_MUST_CHECK bool jl_sql_commit(struct jl_sql *s, struct jl_error *err);                      /* rolled back when it fails */
void jl_sql_rollback(struct jl_sql *s);                                                        /* nothing open is fine */
bool jl_sql_failed(struct jl_sql *s, struct jl_error *err); /* fills err from the connection's last error; false */
/* One number; false with err when the statement fails or gives no row. */
JL_MUST_CHECK bool jl_sql_number(struct jl_sql *s, const char *text, int64_t *ret_n, struct jl_error *err);
/* One number for the id ?1; 0 when there is none or the statement fails. */
uint64_t jl_sql_number_of(struct jl_sql *s, const char *text, const struct jl_id *id);

void jl_sql_put_id(sqlite3_stmt *statement, int at, const struct jl_id *id);          /* the value must stay until the step */
void jl_sql_put_bytes(sqlite3_stmt *statement, int at, struct jl_bytes bytes);        /* the same; empty is an empty blob */
void jl_sql_put_number(sqlite3_stmt *statement, int at, uint64_t n);
struct jl_id jl_sql_id(sqlite3_stmt *statement, int column); /* zero for anything that is no id */
struct jl_bytes jl_sql_bytes(sqlite3_stmt *statement, int column); /* until the next step */
uint64_t jl_sql_u64(sqlite3_stmt *statement, int column);
#endif
