/* The file: its form, opening it, its transactions, its identity. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include <string.h>

#define CACHE_KIB 4096
#define CHECKED_WHOLE_PAGES 128 /* a file of at most so many pages is looked through when it is opened */

/* One step per version: step n takes a file of version n to n + 1. */
static const char *const steps[] = {
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE lane (space BLOB PRIMARY KEY, next_seq INTEGER NOT NULL, last_own INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;"
    "CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT, space BLOB NOT NULL, group_id BLOB NOT NULL UNIQUE, state INTEGER NOT NULL,"
    " flags INTEGER NOT NULL, seq INTEGER NOT NULL DEFAULT 0, depends_on INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL DEFAULT 0,"
    " created_us INTEGER NOT NULL, decided_us INTEGER NOT NULL DEFAULT 0, behind INTEGER NOT NULL DEFAULT 0,"
    " body BLOB NOT NULL, verdict BLOB NOT NULL DEFAULT x'') STRICT;"
    "CREATE INDEX entry_by_state ON entry (state, space, seq);"
    "CREATE TABLE touch (record BLOB NOT NULL, entry INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE, how INTEGER NOT NULL,"
    " PRIMARY KEY (record, entry)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX touch_by_entry ON touch (entry);"
    "CREATE TABLE given (type INTEGER NOT NULL, number INTEGER NOT NULL, space BLOB NOT NULL, record BLOB NOT NULL UNIQUE,"
    " final INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (type, number)) STRICT, WITHOUT ROWID;",
    "ALTER TABLE entry ADD COLUMN conflict INTEGER NOT NULL DEFAULT 0;",
    "CREATE TABLE made (entry INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE, records BLOB NOT NULL) STRICT;"
    "DROP INDEX touch_by_entry; CREATE INDEX touch_by_entry ON touch (entry, how);",
};
_Static_assert(JL_COUNT(steps) == JL_OUTBOX_VERSION, "one step per version");
static const struct jl_sql_form form = {JL_OUTBOX_APPLICATION, JL_OUTBOX_VERSION, steps};

/* ---- opening ---- */
bool jl_outbox_damaged(struct jl_outbox *o, struct jl_error *err) {
  if (o->sql.trouble != JL_SQL_DAMAGED) return false;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the outbox {1} is damaged; it is left as it is, since it may hold changes that were not sent"),
                 JL_MSG("copy it to a safe place; sqlite3 FILE .recover may save what it holds; then move it away"), jl_arg_text(o->sql.path));
}

static bool looks_whole(struct jl_outbox *o, struct jl_error *err) {
  int64_t pages = 0;
  if (!jl_sql_number(&o->sql, "PRAGMA page_count", &pages, err)) return false;
  if (pages > CHECKED_WHOLE_PAGES) return true; /* what is damaged in it shows when it is read */
  sqlite3_stmt *q = jl_sql(&o->sql, "PRAGMA quick_check(1)", err);
  int step = q == NULL ? -1 : jl_sql_step(&o->sql, q, err);
  bool whole = step == 1 && strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0;
  if (step >= 0) sqlite3_reset(q);
  if (!whole && step == 1) o->sql.trouble = JL_SQL_DAMAGED;
  return whole;
}

static bool read_replica(struct jl_outbox *o, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT value FROM fact WHERE name = 'replica'", err);
  int step = q == NULL ? -1 : jl_sql_step(&o->sql, q, err);
  if (step == 1) o->replica = jl_sql_id(q, 0);
  if (q != NULL) sqlite3_reset(q);
  if (step < 0) return false;
  if (step == 1 && !jl_id_is_zero(&o->replica)) return true;
  o->sql.trouble = JL_SQL_DAMAGED;
  return false;
}

bool jl_outbox_write_replica(struct jl_outbox *o, const struct jl_id *replica, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT OR REPLACE INTO fact (name, value) VALUES ('replica', ?1)", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, replica);
  return jl_sql_do(&o->sql, q, err);
}

/* replica: NULL when the file has one. */
static bool bring_up(struct jl_outbox *o, int64_t version, const struct jl_id *replica, struct jl_error *err) {
  if (!jl_sql_begin(&o->sql, err)) return false;
  if (jl_sql_raise(&o->sql, &form, version, err) && (replica == NULL || jl_outbox_write_replica(o, replica, err))) return jl_sql_commit(&o->sql, err);
  jl_sql_rollback(&o->sql);
  return false;
}

static bool open_file(struct jl_outbox *o, const struct jl_id *replica, bool *ret_made, struct jl_error *err) {
  int64_t version;
  switch (jl_sql_look(&o->sql, &form, &version, err)) {
  case JL_SQL_CURRENT:
    return looks_whole(o, err) && read_replica(o, err);
  case JL_SQL_EMPTY:
    if (o->read_only) break;
    return (*ret_made = bring_up(o, 0, replica, err)) && read_replica(o, err);
  case JL_SQL_OLDER:
    if (o->read_only)
      return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("the outbox {1} has an older form, and cannot be brought up to date since it cannot be written"),
                     JL_MSG("check the folder's owner and rights, or set XDG_DATA_HOME"), jl_arg_text(o->sql.path));
    return looks_whole(o, err) && bring_up(o, version, NULL, err) && read_replica(o, err);
  case JL_SQL_NEWER:
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the outbox {1} was written by a newer version of jalon; it is left as it is"),
                   JL_MSG("install that version"), jl_arg_text(o->sql.path));
  case JL_SQL_FOREIGN:
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not an outbox of jalon; it is left as it is"), JL_MSG("move it away"),
                   jl_arg_text(o->sql.path));
  case JL_SQL_UNREADABLE:
    return false;
  }
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no outbox that can be read"), NULL);
}

static bool look_for_erased(struct jl_outbox *o, struct jl_error *err) {
  int64_t any;
  if (!jl_sql_number(&o->sql, "SELECT EXISTS (SELECT 1 FROM entry WHERE state = 2 AND flags & 32 <> 0)", &any, err)) return false;
  o->erased_under_way = any != 0;
  return true;
}

bool jl_outbox_open(struct jl_outbox *o, const char *path, const char *vfs, bool read_only, const struct jl_id *replica, bool *ret_made,
                    struct jl_error *err) {
  struct jl_sql_open how = {.path = path, .vfs = vfs, .read_only = read_only, .full = true, .cache_kib = CACHE_KIB};
  *o = (struct jl_outbox){.read_only = read_only};
  *ret_made = false;
  bool opened = jl_sql_open(&o->sql, &how, err) && jl_made_functions(&o->sql, err) &&
                (read_only || jl_sql_run(&o->sql, "PRAGMA secure_delete=ON", err)); /* what is taken out is not left in free pages */
  if (opened && open_file(o, replica, ret_made, err) && look_for_erased(o, err)) return true;
  (void)jl_outbox_damaged(o, err);
  jl_sql_close(&o->sql);
  return false;
}

void jl_outbox_close(struct jl_outbox *o) {
  jl_sql_rollback(&o->sql);
  jl_sql_close(&o->sql);
}

bool jl_outbox_begin(struct jl_outbox *o, bool *ret_inside, struct jl_error *err) {
  *ret_inside = !sqlite3_get_autocommit(o->sql.db);
  return *ret_inside || jl_sql_begin(&o->sql, err);
}

bool jl_outbox_end(struct jl_outbox *o, bool inside, bool ok, struct jl_error *err) {
  if (ok && o->erased_under_way) ok = jl_outbox_forget_decided(o, err);
  if (!inside && ok) ok = jl_sql_commit(&o->sql, err);
  if (!inside && !ok) jl_sql_rollback(&o->sql);
  if (!ok) (void)jl_outbox_damaged(o, err);
  return ok;
}

bool jl_outbox_cannot_write(const struct jl_outbox *o, struct jl_error *err) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("{1} cannot be written; nothing was changed"),
                 JL_MSG("check the folder's owner and rights, or set XDG_DATA_HOME"), jl_arg_text(o->sql.path));
}

bool jl_outbox_fork(struct jl_outbox *o, struct jl_error *err) {
  struct jl_id fresh = jl_id_random();
  if (o->read_only) return jl_outbox_cannot_write(o, err);
  bool inside;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  bool ok = jl_sql_run(&o->sql, "UPDATE entry SET state = 1, seq = 0, depends_on = 0 WHERE state = 2", err) &&
            jl_sql_run(&o->sql, "UPDATE entry SET flags = flags | 4 WHERE state IN (1, 3, 4)", err) &&
            jl_sql_run(&o->sql, "UPDATE entry SET seq = 0, depends_on = 0 WHERE state IN (3, 4, 5)", err) &&
            jl_sql_run(&o->sql, "UPDATE lane SET next_seq = 1, last_own = 0", err) && jl_outbox_write_replica(o, &fresh, err);
  if (!jl_outbox_end(o, inside, ok, err)) return false;
  o->replica = fresh;
  o->renamed++; /* nobody looked for those that were sent: their verdicts were to come */
  return true;
}

int64_t jl_outbox_number(struct jl_outbox *o, const char *name, int64_t otherwise) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT value FROM fact WHERE name = ?1", &ignored);
  if (q == NULL) return otherwise;
  sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
  int64_t value = jl_sql_step(&o->sql, q, &ignored) == 1 ? sqlite3_column_int64(q, 0) : otherwise;
  sqlite3_reset(q);
  return value;
}

bool jl_outbox_set_number(struct jl_outbox *o, const char *name, int64_t value, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT OR REPLACE INTO fact (name, value) VALUES (?1, ?2)", err);
  if (q == NULL) return false;
  sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(q, 2, value);
  return jl_sql_do(&o->sql, q, err);
}
