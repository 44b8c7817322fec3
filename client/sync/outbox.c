#include "client/sync/outbox.h"
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"
#include <stdio.h>
#include <string.h>

#define CACHE_KIB 4096
#define CHECKED_WHOLE_PAGES 1024 /* a file of at most so many pages is looked through when it is opened */

enum how { HOW_MAKES = 1, HOW_EDITS, HOW_NAMES };
#define FLAG_DELETES 256 /* beside enum jl_entry_flag */

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
    " final INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (type, number)) STRICT, WITHOUT ROWID;"
    "PRAGMA application_id=1246523234;" /* JL_OUTBOX_APPLICATION */
    "PRAGMA user_version=1;",
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* ---- opening ---- */
static bool damaged(struct jl_outbox *o, struct jl_error *err) {
  if (o->sql.trouble != JL_SQL_DAMAGED) return false;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the outbox {1} is damaged; it is left as it is, since it may hold changes that were not sent"),
                 JL_MSG("copy it to a safe place; sqlite3 FILE .recover may save what it holds; then move it away"), jl_arg_text(o->sql.path));
}

static bool migrate(struct jl_outbox *o, int64_t version, struct jl_error *err) {
  if (!jl_sql_begin(&o->sql, err)) return false;
  for (; version < JL_OUTBOX_VERSION; version++)
    if (!jl_sql_run(&o->sql, steps[version], err)) {
      jl_sql_rollback(&o->sql);
      return false;
    }
  return true;
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

static bool write_replica(struct jl_outbox *o, const struct jl_id *replica, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT OR REPLACE INTO fact (name, value) VALUES ('replica', ?1)", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, replica);
  return jl_sql_do(&o->sql, q, err);
}

static bool open_file(struct jl_outbox *o, const struct jl_id *replica, bool *ret_made, struct jl_error *err) {
  int64_t application = 0, version = 0, tables = 0;
  if (!jl_sql_number(&o->sql, "PRAGMA application_id", &application, err) || !jl_sql_number(&o->sql, "PRAGMA user_version", &version, err) ||
      !jl_sql_number(&o->sql, "SELECT count(*) FROM sqlite_schema", &tables, err))
    return false;
  bool empty = application == 0 && version == 0 && tables == 0;
  if (!empty && application != JL_OUTBOX_APPLICATION)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not an outbox of jalon; it is left as it is"), JL_MSG("move it away"),
                   jl_arg_text(o->sql.path));
  if (version > JL_OUTBOX_VERSION)
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the outbox {1} was written by a newer version of jalon; it is left as it is"),
                   JL_MSG("install that version"), jl_arg_text(o->sql.path));
  if (o->read_only && version < JL_OUTBOX_VERSION)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no outbox that can be read"), NULL);
  if (version < JL_OUTBOX_VERSION) {
    *ret_made = empty;
    if (!migrate(o, version, err)) return false;
    if ((empty && !write_replica(o, replica, err)) || !jl_sql_commit(&o->sql, err)) {
      jl_sql_rollback(&o->sql);
      return false;
    }
  } else if (!looks_whole(o, err)) {
    return false;
  }
  return read_replica(o, err);
}

bool jl_outbox_open(struct jl_outbox *o, const char *path, const char *vfs, bool read_only, const struct jl_id *replica, bool *ret_made,
                    struct jl_error *err) {
  struct jl_sql_open how = {.path = path, .vfs = vfs, .read_only = read_only, .full = true, .cache_kib = CACHE_KIB};
  *o = (struct jl_outbox){.read_only = read_only};
  *ret_made = false;
  if (jl_sql_open(&o->sql, &how, err) && open_file(o, replica, ret_made, err)) return true;
  (void)damaged(o, err);
  jl_sql_close(&o->sql);
  return false;
}

void jl_outbox_close(struct jl_outbox *o) {
  jl_sql_rollback(&o->sql);
  jl_sql_close(&o->sql);
}

/* Steps are transactions of their own, or parts of the caller's, who then ends it by what they return. */
static bool begin(struct jl_outbox *o, bool *ret_inside, struct jl_error *err) {
  *ret_inside = !sqlite3_get_autocommit(o->sql.db);
  return *ret_inside || jl_sql_begin(&o->sql, err);
}

static bool end(struct jl_outbox *o, bool inside, bool ok, struct jl_error *err) {
  if (!inside && ok) ok = jl_sql_commit(&o->sql, err);
  if (!inside && !ok) jl_sql_rollback(&o->sql);
  if (!ok) (void)damaged(o, err);
  return ok;
}

/* ---- reading ---- */
#define ENTRY_COLUMNS                                                                                                                      \
  "id, space, group_id, state, flags, seq, depends_on, revision, created_us, decided_us, behind, body, verdict"

static bool read_entry(sqlite3_stmt *q, struct jl_arena *a, struct jl_entry *e) {
  *e = (struct jl_entry){.id = jl_sql_u64(q, 0),
                         .space = jl_sql_id(q, 1),
                         .group_id = jl_sql_id(q, 2),
                         .state = (enum jl_outbox_state)sqlite3_column_int(q, 3),
                         .flags = (uint32_t)sqlite3_column_int64(q, 4),
                         .seq = jl_sql_u64(q, 5),
                         .depends_on = jl_sql_u64(q, 6),
                         .revision = jl_sql_u64(q, 7),
                         .created_us = sqlite3_column_int64(q, 8),
                         .decided_us = sqlite3_column_int64(q, 9),
                         .behind = jl_sql_u64(q, 10)};
  e->deletes = (e->flags & FLAG_DELETES) != 0;
  if (a == NULL) return true;
  struct jl_bytes group = jl_sql_bytes(q, 11), verdict = jl_sql_bytes(q, 12);
  e->group = jl_arena_dup(a, group);
  e->verdict = jl_arena_dup(a, verdict);
  return (group.size == 0 || e->group.data != NULL) && (verdict.size == 0 || e->verdict.data != NULL);
}

static bool not_there(uint64_t id, struct jl_error *err) {
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no change number {1} in the outbox"), JL_MSG("jalon conflicts and jalon status list them"),
                 jl_arg_integer((int64_t)id));
}

bool jl_outbox_get(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_entry *ret_entry, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " ENTRY_COLUMNS " FROM entry WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  bool ok = step == 1 ? read_entry(q, a, ret_entry) || no_memory(err) : step == 0 ? not_there(id, err) : false;
  sqlite3_reset(q);
  if (step < 0) (void)damaged(o, err);
  return ok;
}

/* All rows of a query over entries. */
static bool collect(struct jl_outbox *o, sqlite3_stmt *q, struct jl_arena *a, bool bytes, struct jl_entry **ret_entries, size_t *ret_n,
                    struct jl_error *err) {
  size_t n = 0, capacity = 0;
  struct jl_entry *list = NULL;
  int step;
  while ((step = jl_sql_step(&o->sql, q, err)) == 1) {
    if (n == capacity) {
      size_t wanted = capacity == 0 ? 16 : capacity * 2;
      struct jl_entry *larger = jl_arena_array(a, wanted, sizeof *larger);
      if (larger == NULL) break;
      if (n > 0) memcpy(larger, list, n * sizeof *list);
      list = larger;
      capacity = wanted;
    }
    if (!read_entry(q, bytes ? a : NULL, &list[n])) break;
    n++;
  }
  sqlite3_reset(q);
  *ret_entries = list;
  *ret_n = n;
  if (step == 1) return no_memory(err);
  if (step < 0) (void)damaged(o, err);
  return step == 0;
}

bool jl_outbox_list(struct jl_outbox *o, const struct jl_id *space, uint32_t states, struct jl_arena *a, struct jl_entry **ret_entries,
                    size_t *ret_n, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " ENTRY_COLUMNS " FROM entry WHERE (1 << state) & ?1 <> 0 AND (?2 IS NULL OR space = ?2) ORDER BY id", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, states);
  if (space != NULL) jl_sql_put_id(q, 2, space);
  return collect(o, q, a, true, ret_entries, ret_n, err);
}

bool jl_outbox_spaces(struct jl_outbox *o, uint32_t states, struct jl_arena *a, struct jl_id **ret_spaces, size_t *ret_n, struct jl_error *err) {
  struct jl_entry *entries;
  size_t n, count = 0;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT min(id), space, group_id, state, flags, seq, depends_on, revision, created_us, decided_us, behind"
                                    " FROM entry WHERE (1 << state) & ?1 <> 0 GROUP BY space ORDER BY min(id)", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, states);
  if (!collect(o, q, a, false, &entries, &n, err)) return false;
  struct jl_id *spaces = jl_arena_array(a, n + 1, sizeof *spaces);
  if (spaces == NULL) return no_memory(err);
  for (size_t i = 0; i < n; i++) spaces[count++] = entries[i].space;
  *ret_spaces = spaces;
  *ret_n = count;
  return true;
}

bool jl_outbox_depends(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_entry **ret_entries, size_t *ret_n,
                       struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT DISTINCT e.id, e.space, e.group_id, e.state, e.flags, e.seq, e.depends_on, e.revision, e.created_us, e.decided_us,"
                           " e.behind FROM touch t JOIN touch f ON f.record = t.record AND f.entry < t.entry"
                           " JOIN entry e ON e.id = f.entry WHERE t.entry = ?1 AND e.state IN (1, 2) AND ((t.how < 3 AND f.how < 3) OR f.how = 1)"
                           " ORDER BY e.id",
                           err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  return collect(o, q, a, false, ret_entries, ret_n, err);
}

bool jl_outbox_counts(struct jl_outbox *o, struct jl_outbox_counts *c, struct jl_error *err) {
  *c = (struct jl_outbox_counts){0};
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT state, count(*), sum(length(body)), min(created_us), sum(flags & 8 <> 0) FROM entry GROUP BY state", err);
  int step = q == NULL ? -1 : 1;
  while (step == 1 && (step = jl_sql_step(&o->sql, q, err)) == 1) {
    size_t n = (size_t)sqlite3_column_int64(q, 1);
    enum jl_outbox_state state = (enum jl_outbox_state)sqlite3_column_int(q, 0);
    if (state == JL_OUTBOX_QUEUED) c->queued = n;
    if (state == JL_OUTBOX_SENT) c->sent = n;
    if (state == JL_OUTBOX_REFUSED) c->refused = n, c->seen = (size_t)sqlite3_column_int64(q, 4);
    if (state == JL_OUTBOX_PARKED) c->parked = n;
    if (state == JL_OUTBOX_DONE) c->done = n;
    if (state != JL_OUTBOX_DONE) c->bytes += jl_sql_u64(q, 2);
    int64_t oldest = sqlite3_column_int64(q, 3);
    if ((state == JL_OUTBOX_QUEUED || state == JL_OUTBOX_SENT) && (c->oldest_us == 0 || oldest < c->oldest_us)) c->oldest_us = oldest;
  }
  if (step < 0) (void)damaged(o, err);
  return step == 0;
}

bool jl_outbox_knows(struct jl_outbox *o, const struct jl_id *group_id, struct jl_entry *ret_entry) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " ENTRY_COLUMNS " FROM entry WHERE group_id = ?1 AND state <> 5", &ignored);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, group_id);
  bool known = jl_sql_step(&o->sql, q, &ignored) == 1 && read_entry(q, NULL, ret_entry);
  sqlite3_reset(q);
  return known;
}

/* ---- what a group touches ---- */
static bool touch(struct jl_outbox *o, uint64_t entry, struct jl_bytes record, enum how how, struct jl_error *err) {
  struct jl_id id;
  if (!jl_id_from_bytes(record, &id) || jl_id_is_zero(&id)) return true;
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT INTO touch (record, entry, how) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET how = min(how, excluded.how)", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, &id);
  jl_sql_put_number(q, 2, entry);
  sqlite3_bind_int(q, 3, (int)how);
  return jl_sql_do(&o->sql, q, err);
}

static bool touch_references(struct jl_outbox *o, uint64_t entry, const struct jl_field *field, struct jl_bytes slice, struct jl_error *err) {
  if (field == NULL || field->kind != JL_KIND_REFERENCE) return true;
  struct jl_iterator it = jl_record_each(slice, field);
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (!touch(o, entry, (struct jl_bytes){value.id.bytes, sizeof value.id.bytes}, HOW_NAMES, err)) return false;
  return true;
}

static bool touch_edit(struct jl_outbox *o, uint64_t entry, const Jalon__Edit *edit, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(edit->type);
  if (!touch(o, entry, JL_PB(edit->id), edit->verb == JALON__VERB__CREATE ? HOW_MAKES : HOW_EDITS, err)) return false;
  for (size_t i = 0; type != NULL && edit->verb == JALON__VERB__CREATE && i < type->field_count; i++)
    if (!touch_references(o, entry, &type->fields[i], JL_PB(edit->record), err)) return false;
  for (size_t i = 0; type != NULL && i < edit->n_fields; i++) {
    const Jalon__FieldEdit *f = edit->fields[i];
    const struct jl_field *field = jl_field_by_number(type, f->field);
    if (!touch_references(o, entry, field, JL_PB(f->next), err) || !touch_references(o, entry, field, JL_PB(f->add), err) ||
        !touch(o, entry, JL_PB(f->after), HOW_NAMES, err) || !touch(o, entry, JL_PB(f->before), HOW_NAMES, err))
      return false;
  }
  return true;
}

/* The space itself is named too: nothing can be sent to a plan whose making was refused. */
static bool touch_all(struct jl_outbox *o, uint64_t entry, const Jalon__Group *group, struct jl_error *err) {
  if (!touch(o, entry, JL_PB(group->space), HOW_NAMES, err)) return false;
  for (size_t i = 0; i < group->n_guards; i++)
    if (!touch(o, entry, JL_PB(group->guards[i]->record), HOW_NAMES, err)) return false;
  for (size_t i = 0; i < group->n_edits; i++)
    if (!touch_edit(o, entry, group->edits[i], err)) return false;
  return true;
}

/* ---- putting ---- */
static bool has_room(struct jl_outbox *o, size_t size, struct jl_error *err) {
  struct jl_outbox_counts c;
  if (!jl_outbox_counts(o, &c, err)) return false;
  if (c.queued + c.sent + c.refused + c.parked < JL_OUTBOX_GROUPS && c.bytes + size <= JL_OUTBOX_BYTES) return true;
  return jl_fail(err, JL_E_OVERLOADED, JL_MSG("the outbox is full: {1} changes wait in it"), JL_MSG("send them with jalon sync, or drop some"),
                 jl_arg_integer((int64_t)(c.queued + c.sent + c.refused + c.parked)));
}

/* A record that it needs, and does not make itself, was to be made by a group that was refused: 0 none, else that group. */
static bool missing(struct jl_outbox *o, uint64_t id, uint64_t *ret_behind, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT CASE e.state WHEN 4 THEN e.behind ELSE e.id END FROM touch t JOIN touch f ON f.record = t.record AND f.entry < t.entry"
                           " JOIN entry e ON e.id = f.entry WHERE t.entry = ?1 AND t.how > 1 AND e.state IN (3, 4) AND f.how = 1 LIMIT 1",
                           err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_behind = step == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return step >= 0;
}

static bool set_state(struct jl_outbox *o, const struct jl_entry *e, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "UPDATE entry SET state = ?2, flags = ?3, seq = ?4, depends_on = ?5, revision = ?6, decided_us = ?7, behind = ?8, group_id = ?9"
                           " WHERE id = ?1",
                           err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, e->id);
  sqlite3_bind_int(q, 2, (int)e->state);
  sqlite3_bind_int64(q, 3, e->flags);
  jl_sql_put_number(q, 4, e->seq);
  jl_sql_put_number(q, 5, e->depends_on);
  jl_sql_put_number(q, 6, e->revision);
  sqlite3_bind_int64(q, 7, e->decided_us);
  jl_sql_put_number(q, 8, e->behind);
  jl_sql_put_id(q, 9, &e->group_id);
  return jl_sql_do(&o->sql, q, err);
}

static bool insert(struct jl_outbox *o, const struct jl_outbox_new *in, struct jl_arena *a, struct jl_entry *e, struct jl_error *err) {
  Jalon__Group plain = *in->group;
  plain.has_replica = plain.has_seq = plain.has_depends_on = plain.has_dry_run = false;
  struct jl_bytes body = jl_pack(&plain.base, a, JL_GROUP_MAX_BYTES);
  *e = (struct jl_entry){.state = JL_OUTBOX_QUEUED, .flags = in->flags, .created_us = in->now_us};
  if (body.data == NULL)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the change is too large: at most {1} edits and {2} at once"), JL_MSG("cut it into several"),
                   jl_arg_integer(JL_GROUP_MAX_EDITS), jl_arg_bytes(JL_GROUP_MAX_BYTES));
  if (!jl_id_from_bytes(JL_PB(plain.space), &e->space) || !jl_id_from_bytes(JL_PB(plain.group_id), &e->group_id))
    return jl_fail(err, JL_E_INVALID, JL_MSG("a group names no space or has no id"), NULL);
  if (!has_room(o, body.size, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT INTO entry (space, group_id, state, flags, created_us, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, &e->space);
  jl_sql_put_id(q, 2, &e->group_id);
  sqlite3_bind_int(q, 3, (int)e->state);
  sqlite3_bind_int64(q, 4, e->flags);
  sqlite3_bind_int64(q, 5, e->created_us);
  jl_sql_put_bytes(q, 6, body);
  if (!jl_sql_do(&o->sql, q, err)) return false;
  e->id = (uint64_t)sqlite3_last_insert_rowid(o->sql.db);
  for (size_t i = 0; i < in->group->n_edits; i++)
    if (in->group->edits[i]->verb == JALON__VERB__DELETE) e->flags |= FLAG_DELETES;
  if ((e->flags & FLAG_DELETES) != 0 && !set_state(o, e, err)) return false;
  if (!touch_all(o, e->id, in->group, err) || !missing(o, e->id, &e->behind, err)) return false;
  if (e->behind == 0) return true;
  e->state = JL_OUTBOX_PARKED;
  return set_state(o, e, err);
}

static bool cannot_write(const struct jl_outbox *o, struct jl_error *err) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("{1} cannot be written; nothing was changed"),
                 JL_MSG("check the folder's owner and rights, or set XDG_DATA_HOME"), jl_arg_text(o->sql.path));
}

bool jl_outbox_put(struct jl_outbox *o, const struct jl_outbox_new *in, struct jl_arena *a, struct jl_entry *ret_entry, struct jl_error *err) {
  bool inside;
  if (o->read_only) return cannot_write(o, err);
  if (!begin(o, &inside, err)) return false;
  bool ok = insert(o, in, a, ret_entry, err);
  if (ok && in->number && ret_entry->state == JL_OUTBOX_QUEUED && (ret_entry->flags & (FLAG_DELETES | JL_ENTRY_DOUBT)) == 0) {
    struct jl_entry next;
    ok = jl_outbox_take(o, &ret_entry->space, false, a, &next, err);
    if (ok && next.id == ret_entry->id) *ret_entry = next;
  }
  return end(o, inside, ok, err);
}

bool jl_outbox_replace(struct jl_outbox *o, uint64_t id, const Jalon__Group *group, struct jl_arena *a, struct jl_error *err) {
  struct jl_bytes body = jl_pack(&group->base, a, JL_GROUP_MAX_BYTES), parts[] = {JL_PB(group->group_id), body};
  struct jl_id group_id = jl_id_derive("group resolved", parts, JL_COUNT(parts)); /* the same choice in two copies of a folder is one group */
  o->renamed++;
  if (body.data == NULL) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the change has become too large"), JL_MSG("make it in several"));
  sqlite3_stmt *q = jl_sql(&o->sql, "DELETE FROM touch WHERE entry = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  if (!jl_sql_do(&o->sql, q, err)) return false;
  q = jl_sql(&o->sql, "UPDATE entry SET state = 1, flags = flags & 262, seq = 0, depends_on = 0, decided_us = 0, behind = 0, group_id = ?2, body = ?3,"
                      " verdict = x'' WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  jl_sql_put_id(q, 2, &group_id);
  jl_sql_put_bytes(q, 3, body);
  return jl_sql_do(&o->sql, q, err) && touch_all(o, id, group, err);
}

static bool set_next_seq(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, struct jl_error *err);
static bool set_last_own(struct jl_outbox *o, const struct jl_id *space, uint64_t revision, struct jl_error *err);

bool jl_outbox_adopt(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, uint64_t last_own, struct jl_error *err) {
  bool inside;
  if (!begin(o, &inside, err)) return false;
  return end(o, inside, set_next_seq(o, space, seq, err) && set_last_own(o, space, last_own, err), err);
}

static bool has_group(struct jl_outbox *o, struct jl_bytes group_id, bool *ret_has, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT 1 FROM entry WHERE group_id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_bytes(q, 1, group_id);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_has = step == 1;
  sqlite3_reset(q);
  return step >= 0;
}

bool jl_outbox_adopt_group(struct jl_outbox *o, const Jalon__Group *group, int64_t now_us, struct jl_arena *a, struct jl_error *err) {
  struct jl_entry e;
  struct jl_id replica;
  bool inside, known = false, same = jl_id_from_bytes(JL_PB(group->replica), &replica) && jl_id_equal(&replica, &o->replica);
  struct jl_outbox_new in = {.group = group, .now_us = now_us, .flags = same ? 0 : JL_ENTRY_DOUBT};
  if (!begin(o, &inside, err)) return false;
  bool ok = has_group(o, JL_PB(group->group_id), &known, err);
  if (ok && !known) {
    ok = insert(o, &in, a, &e, err);
    if (ok && same) {
      e.state = JL_OUTBOX_SENT;
      e.seq = group->seq;
      e.depends_on = group->depends_on;
      ok = set_state(o, &e, err);
    }
  }
  return end(o, inside, ok, err);
}

/* ---- sending ---- */
static bool next_seq(struct jl_outbox *o, const struct jl_id *space, uint64_t *ret_seq, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT next_seq FROM lane WHERE space = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_seq = step == 1 ? jl_sql_u64(q, 0) : 1;
  sqlite3_reset(q);
  return step >= 0;
}

static bool set_next_seq(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT INTO lane (space, next_seq) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET next_seq = excluded.next_seq", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, seq);
  return jl_sql_do(&o->sql, q, err);
}

/* Lanes are strictly in order of submitting, so that two copies of one folder number alike what both hold. */
static bool take(struct jl_outbox *o, struct jl_entry *e, bool caught_up, struct jl_arena *a, struct jl_error *err) {
  struct jl_entry *needs;
  size_t n;
  if (!jl_outbox_depends(o, e->id, a, &needs, &n, err)) return false;
  bool may = n == 0 || (n == 1 && needs[0].state == JL_OUTBOX_SENT && jl_id_equal(&needs[0].space, &e->space));
  if (!may || ((e->flags & JL_ENTRY_DOUBT) != 0 && !caught_up)) {
    e->id = 0;
    return true;
  }
  if (!next_seq(o, &e->space, &e->seq, err)) return false;
  if (!set_next_seq(o, &e->space, jl_mutant(JL_MUTANT_REUSE_SEQ) && e->seq % 3 == 0 ? e->seq : e->seq + 1, err)) return false;
  e->depends_on = n == 1 ? needs[0].seq : 0;
  e->state = JL_OUTBOX_SENT;
  return set_state(o, e, err);
}

static bool first_queued(struct jl_outbox *o, const struct jl_id *space, struct jl_arena *a, struct jl_entry *e, struct jl_error *err) {
  *e = (struct jl_entry){0};
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " ENTRY_COLUMNS " FROM entry WHERE state = 1 AND space = ?1 ORDER BY id LIMIT 1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  int step = jl_sql_step(&o->sql, q, err);
  bool ok = step == 0 || (step == 1 && (read_entry(q, a, e) || no_memory(err)));
  sqlite3_reset(q);
  return ok;
}

bool jl_outbox_peek(struct jl_outbox *o, const struct jl_id *space, struct jl_arena *a, struct jl_entry *ret_entry, struct jl_error *err) {
  return first_queued(o, space, a, ret_entry, err);
}

bool jl_outbox_rewrite(struct jl_outbox *o, uint64_t id, const Jalon__Group *group, struct jl_arena *a, struct jl_error *err) {
  struct jl_bytes body = jl_pack(&group->base, a, JL_MESSAGE_MAX);
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET body = ?2 WHERE id = ?1 AND state = 1", err);
  if (q == NULL) return false;
  if (body.data == NULL) return no_memory(err);
  jl_sql_put_number(q, 1, id);
  jl_sql_put_bytes(q, 2, body);
  return jl_sql_do(&o->sql, q, err);
}

uint64_t jl_outbox_own_revision(struct jl_outbox *o, const struct jl_id *record) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT max(e.revision) FROM touch t JOIN entry e ON e.id = t.entry WHERE t.record = ?1 AND t.how < 3 AND e.state = 5", &ignored);
  if (q == NULL) return 0;
  jl_sql_put_id(q, 1, record);
  uint64_t revision = jl_sql_step(&o->sql, q, &ignored) == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return revision;
}

bool jl_outbox_applied_here(struct jl_outbox *o, const struct jl_id *group_id) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT 1 FROM entry WHERE group_id = ?1 AND state = 5", &ignored);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, group_id);
  bool known = jl_sql_step(&o->sql, q, &ignored) == 1;
  sqlite3_reset(q);
  return known;
}

bool jl_outbox_take(struct jl_outbox *o, const struct jl_id *space, bool caught_up, struct jl_arena *a, struct jl_entry *e,
                    struct jl_error *err) {
  bool inside;
  *e = (struct jl_entry){0};
  if (o->read_only) return true;
  if (!begin(o, &inside, err)) return false;
  bool ok = first_queued(o, space, a, e, err);
  if (ok && e->id != 0) ok = take(o, e, caught_up, a, err);
  if (!inside && ok && e->id == 0) {
    jl_sql_rollback(&o->sql);
    return true;
  }
  return end(o, inside, ok, err);
}

bool jl_outbox_untake(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  struct jl_entry e;
  if (!jl_outbox_get(o, id, NULL, &e, err)) return false;
  if (e.state != JL_OUTBOX_SENT) return true;
  bool inside;
  if (!begin(o, &inside, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET state = 1, seq = 0, depends_on = 0 WHERE space = ?1 AND state = 2 AND seq >= ?2", err);
  bool ok = q != NULL;
  if (ok) {
    jl_sql_put_id(q, 1, &e.space);
    jl_sql_put_number(q, 2, e.seq);
    ok = jl_sql_do(&o->sql, q, err) && set_next_seq(o, &e.space, e.seq, err);
  }
  return end(o, inside, ok, err);
}

bool jl_outbox_free_numbers(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, struct jl_error *err) {
  bool inside;
  if (!begin(o, &inside, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET state = 1, seq = 0, depends_on = 0 WHERE space = ?1 AND state = 2 AND seq > ?2", err);
  bool ok = q != NULL;
  if (ok) {
    jl_sql_put_id(q, 1, space);
    jl_sql_put_number(q, 2, seq);
    ok = jl_sql_do(&o->sql, q, err) && set_next_seq(o, space, seq, err);
  }
  return end(o, inside, ok, err);
}

struct jl_bytes jl_outbox_pack(const struct jl_outbox *o, const struct jl_entry *e, struct jl_arena *a, struct jl_error *err) {
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, e->group, a, err);
  if (group == NULL) return (struct jl_bytes){NULL, 0};
  group->has_replica = group->has_seq = true;
  group->replica = jl_to_pb((struct jl_bytes){o->replica.bytes, sizeof o->replica.bytes});
  group->seq = e->seq;
  group->has_group_id = true;
  group->group_id = jl_to_pb((struct jl_bytes){e->group_id.bytes, sizeof e->group_id.bytes});
  group->has_depends_on = e->depends_on != 0;
  group->depends_on = e->depends_on;
  struct jl_bytes packed = jl_pack(&group->base, a, JL_MESSAGE_MAX);
  if (packed.data == NULL) (void)no_memory(err);
  return packed;
}

bool jl_outbox_confirmed(struct jl_outbox *o, const struct jl_id *space, uint64_t *ret_seq, struct jl_error *err) {
  uint64_t next;
  if (!next_seq(o, space, &next, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT min(seq) FROM entry WHERE space = ?1 AND state = 2", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_seq = (step == 1 && sqlite3_column_type(q, 0) != SQLITE_NULL ? jl_sql_u64(q, 0) : next) - 1;
  sqlite3_reset(q);
  return step == 1;
}

/* ---- settling ---- */
static bool set_given(struct jl_outbox *o, struct jl_bytes record, uint64_t number, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE given SET final = ?2 WHERE record = ?1 AND final = 0", err);
  if (q == NULL) return false;
  jl_sql_put_bytes(q, 1, record);
  jl_sql_put_number(q, 2, number);
  return jl_sql_do(&o->sql, q, err);
}

static bool set_last_own(struct jl_outbox *o, const struct jl_id *space, uint64_t revision, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE lane SET last_own = max(last_own, ?2) WHERE space = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, revision);
  return jl_sql_do(&o->sql, q, err);
}

static bool park(struct jl_outbox *o, uint64_t id, size_t *ret_parked, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "WITH RECURSIVE d (id) AS (VALUES (?1) UNION SELECT t.entry FROM d JOIN touch f ON f.entry = d.id"
                           " JOIN touch t ON t.record = f.record AND t.entry > f.entry JOIN entry e ON e.id = t.entry"
                           " WHERE e.state = 1 AND ((t.how < 3 AND f.how < 3) OR f.how = 1))"
                           " UPDATE entry SET state = 4, behind = ?1 WHERE state = 1 AND id IN (SELECT id FROM d)",
                           err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  if (!jl_sql_do(&o->sql, q, err)) return false;
  *ret_parked += (size_t)sqlite3_changes(o->sql.db);
  return true;
}

static bool put_verdict(struct jl_outbox *o, uint64_t id, struct jl_bytes verdict, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET verdict = ?2 WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  jl_sql_put_bytes(q, 2, verdict);
  return jl_sql_do(&o->sql, q, err);
}

static bool writes_field(const Jalon__Group *group, const Jalon__Conflict *c) {
  for (size_t i = 0; i < group->n_edits; i++) {
    const Jalon__Edit *edit = group->edits[i];
    if (edit->id.len != c->record.len || memcmp(edit->id.data, c->record.data, c->record.len) != 0) continue;
    if (edit->verb != JALON__VERB__UPDATE || c->field == 0) return true;
    for (size_t k = 0; k < edit->n_fields; k++)
      if (edit->fields[k]->field == c->field) return true;
  }
  return false;
}

/* Who met a conflict at once and wrote the fields again has resolved it. */
static bool supersede(struct jl_outbox *o, const struct jl_entry *applied, struct jl_arena *a, struct jl_error *err) {
  struct jl_entry *refused;
  size_t n;
  struct jl_error ignored;
  if (!jl_outbox_list(o, &applied->space, 1U << JL_OUTBOX_REFUSED, a, &refused, &n, err)) return false;
  const Jalon__Group *group = n == 0 ? NULL : (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, applied->group, a, &ignored);
  for (size_t i = 0; group != NULL && i < n; i++) {
    if ((refused[i].flags & JL_ENTRY_SEEN) == 0 || refused[i].id > applied->id) continue;
    const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, refused[i].verdict, a, &ignored);
    bool all = v != NULL && v->n_conflicts > 0;
    for (size_t k = 0; all && k < v->n_conflicts; k++) all = writes_field(group, v->conflicts[k]);
    if (all && (!jl_outbox_unpark(o, refused[i].id, err) || !jl_outbox_remove(o, refused[i].id, err))) return false;
  }
  return true;
}

static bool settle_applied(struct jl_outbox *o, struct jl_entry *e, const Jalon__Verdict *v, int64_t now_us, struct jl_arena *a,
                           struct jl_error *err) {
  e->state = JL_OUTBOX_DONE;
  e->revision = v->revision;
  e->decided_us = now_us;
  e->flags &= ~(uint32_t)(JL_ENTRY_DOUBT | JL_ENTRY_SEEN);
  if (v->merged) e->flags |= JL_ENTRY_MERGED;
  for (size_t i = 0; i < v->n_given; i++)
    if (!set_given(o, JL_PB(v->given[i]->record), v->given[i]->number, err)) return false;
  struct jl_bytes packed = v->n_given == 0 ? (struct jl_bytes){NULL, 0} : jl_pack(&v->base, a, JL_MESSAGE_MAX);
  return set_state(o, e, err) && put_verdict(o, e->id, packed, err) && set_last_own(o, &e->space, e->revision, err) && supersede(o, e, a, err);
}

/* The refused one that it lies behind: the one of that seq, or what that one is parked behind. */
static bool find_behind(struct jl_outbox *o, struct jl_entry *e, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT CASE state WHEN 4 THEN behind ELSE id END FROM entry WHERE space = ?1 AND seq = ?2 AND state IN (3, 4)", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, &e->space);
  jl_sql_put_number(q, 2, e->depends_on);
  int step = jl_sql_step(&o->sql, q, err);
  e->behind = step == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return step >= 0;
}

static bool release(struct jl_outbox *o, const struct jl_entry *e, struct jl_error *err);

bool jl_outbox_retry(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  static const uint8_t any = 0;
  struct jl_entry e;
  bool inside;
  if (!jl_outbox_get(o, id, NULL, &e, err)) return false;
  if (e.state != JL_OUTBOX_SENT) return true;
  e.verdict = (struct jl_bytes){&any, 1}; /* it had one */
  if (!begin(o, &inside, err)) return false;
  return end(o, inside, release(o, &e, err), err);
}

static bool settle_refused(struct jl_outbox *o, struct jl_entry *e, const Jalon__Verdict *v, int64_t now_us, struct jl_arena *a,
                           size_t *ret_parked, struct jl_error *err) {
  struct jl_bytes packed = jl_pack(&v->base, a, JL_MESSAGE_MAX);
  if (packed.data == NULL) return no_memory(err);
  e->decided_us = now_us;
  e->state = JL_OUTBOX_REFUSED;
  if (v->error->code == JL_E_DEPENDS) {
    if (!find_behind(o, e, err)) return false;
    if (e->behind == 0 && e->depends_on != 0) { /* what it was told to depend on was not refused: not that of this lane, or forgotten */
      e->verdict = packed;
      return release(o, e, err);
    }
    if (e->behind != 0) {
      e->state = JL_OUTBOX_PARKED;
      ++*ret_parked;
    }
  }
  size_t parked = 0;
  if (!set_state(o, e, err) || !put_verdict(o, e->id, packed, err)) return false;
  if (e->state == JL_OUTBOX_REFUSED && !park(o, e->id, &parked, err)) return false;
  *ret_parked += parked;
  return true;
}

static bool has_parked(struct jl_outbox *o, uint64_t id, bool *ret, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT 1 FROM entry WHERE behind = ?1 LIMIT 1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  *ret = step == 1;
  sqlite3_reset(q);
  return step >= 0;
}

bool jl_outbox_told(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX);
  struct jl_entry e;
  bool parked = false, inside;
  if (a == NULL) return no_memory(err);
  if (!jl_outbox_get(o, id, a, &e, err)) return false;
  if (e.state != JL_OUTBOX_REFUSED) return true;
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e.verdict, a, err);
  if (v == NULL || v->error == NULL || !has_parked(o, id, &parked, err) || !begin(o, &inside, err)) return false;
  e.flags |= JL_ENTRY_SEEN;
  bool over = !parked && v->n_conflicts == 0 && v->error->code != JL_E_UPGRADE_REQUIRED;
  return end(o, inside, over ? jl_outbox_remove(o, id, err) : set_state(o, &e, err), err);
}

bool jl_outbox_settle(struct jl_outbox *o, uint64_t id, const Jalon__Verdict *v, int64_t now_us, size_t *ret_parked, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX);
  struct jl_entry e;
  *ret_parked = 0;
  if (a == NULL) return no_memory(err);
  if (!jl_outbox_get(o, id, a, &e, err)) return false;
  if (e.state != JL_OUTBOX_SENT) return true; /* found in the log meanwhile */
  bool inside;
  if (!begin(o, &inside, err)) return false;
  bool refused = v->error != NULL && v->error->code != JL_E_OK;
  bool ok = refused ? settle_refused(o, &e, v, now_us, a, ret_parked, err) : settle_applied(o, &e, v, now_us, a, err);
  return end(o, inside, ok, err);
}

bool jl_outbox_found(struct jl_outbox *o, const struct jl_entry *entry, const Jalon__ChangeBody *body, int64_t now_us, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX);
  struct jl_entry e;
  Jalon__Verdict v = JALON__VERDICT__INIT;
  Jalon__Given *given = a == NULL ? NULL : jl_arena_array(a, body->n_changes + 1, sizeof *given);
  v.given = a == NULL ? NULL : jl_arena_array(a, body->n_changes + 1, sizeof *v.given);
  if (given == NULL || v.given == NULL) return no_memory(err);
  v.revision = body->revision;
  for (size_t i = 0; i < body->n_changes; i++) {
    if (body->changes[i]->verb != JALON__VERB__CREATE) continue;
    jalon__given__init(&given[v.n_given]);
    given[v.n_given].record = body->changes[i]->id;
    given[v.n_given].number = body->changes[i]->number;
    v.given[v.n_given] = &given[v.n_given];
    v.n_given++;
  }
  if (!jl_outbox_get(o, entry->id, a, &e, err)) return false;
  if (e.state == JL_OUTBOX_DONE) return true;
  bool inside;
  if (!begin(o, &inside, err)) return false;
  bool ok = (e.state != JL_OUTBOX_REFUSED || jl_outbox_unpark(o, e.id, err)) && settle_applied(o, &e, &v, now_us, a, err);
  return end(o, inside, ok, err);
}

/* ---- forks and losses ---- */
bool jl_outbox_fork(struct jl_outbox *o, struct jl_error *err) {
  struct jl_id fresh = jl_id_random();
  if (o->read_only) return cannot_write(o, err);
  bool inside;
  if (!begin(o, &inside, err)) return false;
  bool ok = jl_sql_run(&o->sql, "UPDATE entry SET state = 1, seq = 0, depends_on = 0 WHERE state = 2", err) &&
            jl_sql_run(&o->sql, "UPDATE entry SET flags = flags | 4 WHERE state IN (1, 4)", err) &&
            jl_sql_run(&o->sql, "UPDATE entry SET seq = 0, depends_on = 0 WHERE state IN (3, 4, 5)", err) &&
            jl_sql_run(&o->sql, "UPDATE lane SET next_seq = 1, last_own = 0", err) && write_replica(o, &fresh, err);
  if (!end(o, inside, ok, err)) return false;
  o->replica = fresh;
  return true;
}

bool jl_outbox_again(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  struct jl_entry e;
  if (!jl_outbox_get(o, id, NULL, &e, err)) return false;
  if (e.state != JL_OUTBOX_DONE) return true;
  e.state = JL_OUTBOX_QUEUED;
  e.flags |= JL_ENTRY_AGAIN;
  e.seq = e.depends_on = e.revision = 0;
  e.decided_us = 0;
  bool inside;
  if (!begin(o, &inside, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE given SET final = 0 WHERE record IN (SELECT record FROM touch WHERE entry = ?1 AND how = 1)", err);
  bool ok = q != NULL;
  if (ok) {
    jl_sql_put_number(q, 1, id);
    ok = jl_sql_do(&o->sql, q, err) && set_state(o, &e, err);
  }
  return end(o, inside, ok, err);
}

bool jl_outbox_trim(struct jl_outbox *o, int64_t now_us, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "DELETE FROM entry WHERE state = 5 AND decided_us < ?1", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, now_us - JL_OUTBOX_DONE_S * INT64_C(1000000));
  return jl_sql_do(&o->sql, q, err);
}

bool jl_outbox_remove(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "DELETE FROM entry WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  return jl_sql_do(&o->sql, q, err);
}

/* A group that the server refused once has that verdict for ever, so what was sent already goes on under another id: one that
 * follows from the first, so that two copies of one folder make the same of it. */
static bool release(struct jl_outbox *o, const struct jl_entry *e, struct jl_error *err) {
  struct jl_bytes part = {e->group_id.bytes, sizeof e->group_id.bytes};
  o->renamed += e->verdict.size > 0;
  struct jl_id id = e->verdict.size > 0 ? jl_id_derive("group once more", &part, 1) : e->group_id;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET behind = 0, state = 1, group_id = ?2, verdict = x'', seq = 0, depends_on = 0, decided_us = 0 WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, e->id);
  jl_sql_put_id(q, 2, &id);
  return jl_sql_do(&o->sql, q, err);
}

bool jl_outbox_unpark(struct jl_outbox *o, uint64_t behind, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  struct jl_entry *parked;
  size_t n;
  bool ok = a != NULL || no_memory(err);
  sqlite3_stmt *q = ok ? jl_sql(&o->sql, "SELECT " ENTRY_COLUMNS " FROM entry WHERE state = 4 AND (behind = ?1 OR behind NOT IN (SELECT id FROM entry))", err) : NULL;
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, behind);
  ok = collect(o, q, a, true, &parked, &n, err);
  for (size_t i = 0; ok && i < n; i++) ok = release(o, &parked[i], err);
  return ok;
}

/* ---- provisional numbers ---- */
static bool number_one(struct jl_outbox *o, const struct jl_id *space, struct jl_given *given, struct jl_error *err) {
  uint64_t known = jl_outbox_provisional(o, &given->record);
  given->number = known;
  if (known != 0 || o->read_only) return true;
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT INTO given (type, number, space, record) VALUES (?1, 1 + coalesce((SELECT max(number) FROM given WHERE type = ?1), 0),"
                                    " ?2, ?3) RETURNING number", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, given->type);
  jl_sql_put_id(q, 2, space);
  jl_sql_put_id(q, 3, &given->record);
  int step = jl_sql_step(&o->sql, q, err);
  if (step == 1) given->number = JL_NUMBER_PROVISIONAL + jl_sql_u64(q, 0);
  while (step == 1) step = jl_sql_step(&o->sql, q, err);
  return step == 0;
}

bool jl_outbox_numbers(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_given **ret_given, size_t *ret_n, struct jl_error *err) {
  struct jl_entry e;
  if (!jl_outbox_get(o, id, a, &e, err)) return false;
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, e.group, a, err);
  if (group == NULL) return false;
  struct jl_given *given = jl_arena_array(a, group->n_edits + 1, sizeof *given);
  size_t n = 0;
  if (given == NULL) return no_memory(err);
  for (size_t i = 0; i < group->n_edits; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(group->edits[i]->type);
    if (group->edits[i]->verb == JALON__VERB__CREATE && (type == NULL || !type->singleton) &&
        jl_id_from_bytes(JL_PB(group->edits[i]->id), &given[n].record))
      given[n++].type = group->edits[i]->type;
  }
  *ret_given = given;
  *ret_n = n;
  bool write = n > 0 && !o->read_only, ok = true, inside = false;
  if (write && !begin(o, &inside, err)) return false;
  for (size_t i = 0; ok && i < n; i++) ok = number_one(o, &e.space, &given[i], err);
  return write ? end(o, inside, ok, err) : ok;
}

uint64_t jl_outbox_provisional(struct jl_outbox *o, const struct jl_id *record) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT number, final FROM given WHERE record = ?1", &ignored);
  if (q == NULL) return 0;
  jl_sql_put_id(q, 1, record);
  uint64_t number = 0;
  if (jl_sql_step(&o->sql, q, &ignored) == 1)
    number = sqlite3_column_int64(q, 1) != 0 ? jl_sql_u64(q, 1) : JL_NUMBER_PROVISIONAL + jl_sql_u64(q, 0);
  sqlite3_reset(q);
  return number;
}

bool jl_outbox_given(struct jl_outbox *o, uint32_t type, uint64_t provisional, struct jl_id *ret_space, struct jl_id *ret_record,
                     uint64_t *ret_number) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT space, record, final FROM given WHERE type = ?1 AND number = ?2", &ignored);
  if (q == NULL || provisional <= JL_NUMBER_PROVISIONAL) return false;
  sqlite3_bind_int64(q, 1, type);
  jl_sql_put_number(q, 2, provisional - JL_NUMBER_PROVISIONAL);
  bool known = jl_sql_step(&o->sql, q, &ignored) == 1;
  if (known) {
    *ret_space = jl_sql_id(q, 0);
    *ret_record = jl_sql_id(q, 1);
    *ret_number = jl_sql_u64(q, 2);
  }
  sqlite3_reset(q);
  return known;
}

/* ---- facts ---- */
uint64_t jl_outbox_done_through(struct jl_outbox *o, const struct jl_id *space) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT max(seq) FROM entry WHERE state = 5 AND space = ?1", &ignored);
  if (q == NULL) return 0;
  jl_sql_put_id(q, 1, space);
  uint64_t seq = jl_sql_step(&o->sql, q, &ignored) == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return seq;
}

uint64_t jl_outbox_last_own(struct jl_outbox *o, const struct jl_id *space) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT last_own FROM lane WHERE space = ?1", &ignored);
  if (q == NULL) return 0;
  jl_sql_put_id(q, 1, space);
  uint64_t revision = jl_sql_step(&o->sql, q, &ignored) == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return revision;
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
