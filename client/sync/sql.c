#include "client/sync/sql.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *file_name(const struct jl_sql *s) {
  const char *slash = strrchr(s->path, '/');
  return slash == NULL ? s->path : slash + 1;
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static bool explain(struct jl_sql *s, int code, struct jl_error *err) {
  if (code == SQLITE_IOERR_NOMEM) code = SQLITE_NOMEM;
  switch (code & 0xff) {
  case SQLITE_FULL:
    s->trouble = JL_SQL_FULL;
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the disk is full: {1} could not be written; nothing was changed"),
                   JL_MSG("free some space, then repeat"), jl_arg_text(s->path));
  case SQLITE_READONLY:
  case SQLITE_PERM:
    s->trouble = JL_SQL_READ_ONLY;
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("{1} cannot be written; nothing was changed"),
                   JL_MSG("check the folder's owner and rights, or set XDG_DATA_HOME"), jl_arg_text(s->path));
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    s->trouble = JL_SQL_DAMAGED;
    return jl_fail(err, JL_E_INVALID, JL_MSG("the file {1} is damaged"), NULL, jl_arg_text(s->path));
  case SQLITE_NOMEM:
    s->trouble = JL_SQL_FAILED;
    s->starved = true;
    return no_memory(err);
  default:
    s->trouble = JL_SQL_FAILED;
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the file {1} cannot be used: {2}"), JL_MSG("check the disk, and the folder's owner and rights"),
                   jl_arg_text(s->path), jl_arg_text(sqlite3_errstr(code)));
  }
}

bool jl_sql_failed(struct jl_sql *s, struct jl_error *err) { return explain(s, sqlite3_extended_errcode(s->db), err); }

/* SQLite gives its journal the rights of the file, so those of the file are all that is to be set. */
static bool make_private(const char *path, struct jl_sql *s, struct jl_error *err) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat st;
  if (fd < 0) {
    if (errno == ENOSPC || errno == EDQUOT) return explain(s, SQLITE_FULL, err);
    if (errno == EROFS || errno == EACCES) return explain(s, SQLITE_READONLY, err);
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the file {1} cannot be used: {2}"), JL_MSG("check the disk, and the folder's owner and rights"),
                   jl_arg_text(path), jl_arg_text(strerror(errno)));
  }
  bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 077) == 0;
  close(fd);
  return good || jl_fail(err, JL_E_INVALID, JL_MSG("{1} must be a plain file that only you can read"), JL_MSG("chmod 600 it, and check its owner"),
                         jl_arg_text(path));
}

bool jl_sql_open(struct jl_sql *s, const struct jl_sql_open *how, struct jl_error *err) {
  bool memory = strcmp(how->path, ":memory:") == 0;
  *s = (struct jl_sql){0};
  snprintf(s->path, sizeof s->path, "%s", how->path);
  if (!memory && !how->read_only && !make_private(how->path, s, err)) return false;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW |
              (how->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  int code = sqlite3_open_v2(how->path, &s->db, flags, how->vfs);
  if (code != SQLITE_OK) {
    (void)explain(s, s->db != NULL ? sqlite3_extended_errcode(s->db) : code, err);
    sqlite3_close_v2(s->db);
    s->db = NULL;
    return false;
  }
  char cache[64];
  snprintf(cache, sizeof cache, "PRAGMA cache_size=-%d", how->cache_kib);
  sqlite3_busy_timeout(s->db, 2000); /* the lock file keeps others out; backup tools may look in */
  sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  bool ok = jl_sql_run(s, "PRAGMA foreign_keys=ON", err) && jl_sql_run(s, "PRAGMA temp_store=MEMORY", err) &&
            jl_sql_run(s, "PRAGMA mmap_size=0", err) && jl_sql_run(s, cache, err);
  if (ok && !how->read_only)
    ok = how->full ? jl_sql_run(s, "PRAGMA synchronous=FULL", err) && jl_sql_run(s, "PRAGMA journal_mode=DELETE", err)
                   : jl_sql_run(s, "PRAGMA synchronous=NORMAL", err) && jl_sql_run(s, "PRAGMA journal_mode=TRUNCATE", err);
  if (!ok) jl_sql_close(s);
  return ok;
}

void jl_sql_close(struct jl_sql *s) {
  for (size_t i = 0; i < s->kept_count; i++) sqlite3_finalize(s->kept[i].statement);
  s->kept_count = 0;
  if (s->db != NULL) (void)sqlite3_close_v2(s->db);
  s->db = NULL;
}

static int ignore_row(void *context, int n, char **values, char **names) {
  (void)context, (void)n, (void)values, (void)names;
  return 0;
}

bool jl_sql_run(struct jl_sql *s, const char *text, struct jl_error *err) {
  return sqlite3_exec(s->db, text, ignore_row, NULL, NULL) == SQLITE_OK || jl_sql_failed(s, err);
}

enum jl_sql_found jl_sql_look(struct jl_sql *s, const struct jl_sql_form *form, int64_t *ret_version, struct jl_error *err) {
  int64_t application = 0, version = 0, tables = 0;
  if (!jl_sql_number(s, "PRAGMA application_id", &application, err) || !jl_sql_number(s, "PRAGMA user_version", &version, err) ||
      !jl_sql_number(s, "SELECT count(*) FROM sqlite_schema", &tables, err))
    return JL_SQL_UNREADABLE;
  *ret_version = version;
  if (application == 0 && version == 0 && tables == 0) return JL_SQL_EMPTY;
  if (application != form->application) return JL_SQL_FOREIGN;
  return version == form->version ? JL_SQL_CURRENT : version > form->version ? JL_SQL_NEWER : JL_SQL_OLDER;
}

bool jl_sql_raise(struct jl_sql *s, const struct jl_sql_form *form, int64_t version, struct jl_error *err) {
  char marks[128];
  for (; version < form->version; version++)
    if (form->steps[version] != NULL && !jl_sql_run(s, form->steps[version], err)) return false;
  snprintf(marks, sizeof marks, "PRAGMA application_id=%" PRId64 "; PRAGMA user_version=%" PRId64, form->application, form->version);
  return jl_sql_run(s, marks, err);
}

sqlite3_stmt *jl_sql(struct jl_sql *s, const char *text, struct jl_error *err) {
  for (size_t i = 0; i < s->kept_count; i++)
    if (s->kept[i].text == text) {
      sqlite3_reset(s->kept[i].statement);
      sqlite3_clear_bindings(s->kept[i].statement);
      return s->kept[i].statement;
    }
  JL_ASSERT(s->kept_count < JL_SQL_STATEMENTS);
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
    (void)jl_sql_failed(s, err);
    sqlite3_finalize(statement);
    return NULL;
  }
  s->kept[s->kept_count].text = text;
  s->kept[s->kept_count++].statement = statement;
  return statement;
}

int jl_sql_step(struct jl_sql *s, sqlite3_stmt *statement, struct jl_error *err) {
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) return 1;
  if (code != SQLITE_DONE) (void)jl_sql_failed(s, err);
  sqlite3_reset(statement);
  return code == SQLITE_DONE ? 0 : -1;
}

bool jl_sql_do(struct jl_sql *s, sqlite3_stmt *statement, struct jl_error *err) {
  int step = statement == NULL ? -1 : jl_sql_step(s, statement, err);
  while (step == 1) step = jl_sql_step(s, statement, err);
  return step == 0;
}

/* Once told it is over: the next change may be made. */
static bool was_starved(struct jl_sql *s, struct jl_error *err) {
  bool starved = s->starved;
  s->starved = false;
  return starved && !no_memory(err);
}

bool jl_sql_begin(struct jl_sql *s, struct jl_error *err) {
  return !was_starved(s, err) && jl_sql_do(s, jl_sql(s, "BEGIN IMMEDIATE", err), err);
}

bool jl_sql_commit(struct jl_sql *s, struct jl_error *err) {
  if (!was_starved(s, err) && jl_sql_do(s, jl_sql(s, "COMMIT", err), err)) return true;
  jl_sql_rollback(s);
  return false;
}

void jl_sql_rollback(struct jl_sql *s) {
  if (s->db == NULL || sqlite3_get_autocommit(s->db)) return; /* some failures have rolled back already */
  for (size_t i = 0; i < s->kept_count; i++) sqlite3_reset(s->kept[i].statement);
  (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

bool jl_sql_number(struct jl_sql *s, const char *text, int64_t *ret_n, struct jl_error *err) {
  sqlite3_stmt *statement = jl_sql(s, text, err);
  int step = statement == NULL ? -1 : jl_sql_step(s, statement, err);
  if (step == 0) return jl_fail(err, JL_E_INTERNAL, JL_MSG("the file {1} does not answer"), NULL, jl_arg_text(file_name(s)));
  if (step < 0) return false;
  *ret_n = sqlite3_column_int64(statement, 0);
  sqlite3_reset(statement);
  return true;
}

uint64_t jl_sql_number_of(struct jl_sql *s, const char *text, const struct jl_id *id) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(s, text, &ignored);
  if (q == NULL) return 0;
  jl_sql_put_id(q, 1, id);
  uint64_t n = jl_sql_step(s, q, &ignored) == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return n;
}

void jl_sql_put_id(sqlite3_stmt *statement, int at, const struct jl_id *id) {
  sqlite3_bind_blob(statement, at, id->bytes, sizeof id->bytes, SQLITE_STATIC);
}
void jl_sql_put_bytes(sqlite3_stmt *statement, int at, struct jl_bytes bytes) {
  if (bytes.size == 0)
    sqlite3_bind_zeroblob(statement, at, 0);
  else
    sqlite3_bind_blob64(statement, at, bytes.data, bytes.size, SQLITE_STATIC);
}
void jl_sql_put_number(sqlite3_stmt *statement, int at, uint64_t n) { sqlite3_bind_int64(statement, at, (sqlite3_int64)n); }

struct jl_id jl_sql_id(sqlite3_stmt *statement, int column) {
  struct jl_id id;
  return jl_id_from_bytes(jl_sql_bytes(statement, column), &id) ? id : (struct jl_id){{0}};
}
struct jl_bytes jl_sql_bytes(sqlite3_stmt *statement, int column) {
  const void *data = sqlite3_column_blob(statement, column);
  return (struct jl_bytes){data, (size_t)sqlite3_column_bytes(statement, column)};
}
uint64_t jl_sql_u64(sqlite3_stmt *statement, int column) { return (uint64_t)sqlite3_column_int64(statement, column); }
