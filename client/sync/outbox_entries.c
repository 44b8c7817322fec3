/* Entries: reading them, and what changes in their rows. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include <string.h>

bool jl_outbox_row(sqlite3_stmt *q, struct jl_arena *a, struct jl_entry *e) {
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
  e->deletes = (e->flags & JL_ENTRY_DELETES) != 0;
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
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  bool ok = step == 1 ? jl_outbox_row(q, a, ret_entry) || jl_outbox_no_memory(err) : step == 0 ? not_there(id, err) : false;
  sqlite3_reset(q);
  if (step < 0) (void)jl_outbox_damaged(o, err);
  return ok;
}

/* All rows of a query over entries. */
bool jl_outbox_rows(struct jl_outbox *o, sqlite3_stmt *q, struct jl_arena *a, bool bytes, struct jl_entry **ret_entries, size_t *ret_n,
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
    if (!jl_outbox_row(q, bytes ? a : NULL, &list[n])) break;
    n++;
  }
  sqlite3_reset(q);
  *ret_entries = list;
  *ret_n = n;
  if (step == 1) return jl_outbox_no_memory(err);
  if (step < 0) (void)jl_outbox_damaged(o, err);
  return step == 0;
}

bool jl_outbox_list(struct jl_outbox *o, const struct jl_id *space, uint32_t states, struct jl_arena *a, struct jl_entry **ret_entries,
                    size_t *ret_n, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE (1 << state) & ?1 <> 0 AND (?2 IS NULL OR space = ?2) ORDER BY id", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, states);
  if (space != NULL) jl_sql_put_id(q, 2, space);
  return jl_outbox_rows(o, q, a, true, ret_entries, ret_n, err);
}

bool jl_outbox_beyond(struct jl_outbox *o, const struct jl_id *space, uint64_t revision, struct jl_arena *a, struct jl_entry **ret_entries,
                      size_t *ret_n, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE state IN (1, 2, 5) AND space = ?1 AND (state <> 5 OR revision > ?2) ORDER BY id", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, revision);
  return jl_outbox_rows(o, q, a, true, ret_entries, ret_n, err);
}

bool jl_outbox_spaces(struct jl_outbox *o, uint32_t states, struct jl_arena *a, struct jl_id **ret_spaces, size_t *ret_n, struct jl_error *err) {
  struct jl_entry *entries;
  size_t n, count = 0;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT min(id), space, group_id, state, flags, seq, depends_on, revision, created_us, decided_us, behind"
                                    " FROM entry WHERE (1 << state) & ?1 <> 0 GROUP BY space ORDER BY min(id)", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, states);
  if (!jl_outbox_rows(o, q, a, false, &entries, &n, err)) return false;
  struct jl_id *spaces = jl_arena_array(a, n + 1, sizeof *spaces);
  if (spaces == NULL) return jl_outbox_no_memory(err);
  for (size_t i = 0; i < n; i++) spaces[count++] = entries[i].space;
  *ret_spaces = spaces;
  *ret_n = count;
  return true;
}

/* What is edited or made by both, or made by one and named by the other. Of many that are done none is looked at. */
bool jl_outbox_depends(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_entry **ret_entries, size_t *ret_n,
                       struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(
      &o->sql,
      "WITH first (id) AS MATERIALIZED (SELECT min(id) FROM entry WHERE state IN (1, 2)), d (id) AS ("
      " SELECT f.entry FROM touch t CROSS JOIN touch f ON f.record = t.record AND f.entry < t.entry AND f.entry >= (SELECT id FROM first)"
      "  WHERE t.entry = ?1 AND ((t.how < 3 AND f.how < 3) OR f.how = 1)"
      " UNION ALL SELECT m.entry FROM made m CROSS JOIN touch t ON t.entry = ?1 AND made_has(m.records, t.record)"
      "  WHERE m.entry < ?1 AND m.entry >= (SELECT id FROM first)"
      " UNION ALL SELECT f.entry FROM made m CROSS JOIN entry e ON e.state IN (1, 2) AND e.id < ?1"
      "  CROSS JOIN touch f ON f.entry = e.id AND f.how < 3 AND made_has(m.records, f.record) WHERE m.entry = ?1"
      " UNION ALL SELECT f.entry FROM made m CROSS JOIN made f ON f.entry < ?1 AND f.entry >= (SELECT id FROM first) AND made_meet(f.records, m.records)"
      "  WHERE m.entry = ?1)"
      " SELECT e.id, e.space, e.group_id, e.state, e.flags, e.seq, e.depends_on, e.revision, e.created_us, e.decided_us, e.behind"
      " FROM entry e WHERE e.id IN (SELECT id FROM d) AND e.state IN (1, 2) ORDER BY e.id",
      err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  return jl_outbox_rows(o, q, a, false, ret_entries, ret_n, err);
}

static bool made_by(struct jl_outbox *o, uint64_t id, struct jl_id *list, size_t *io_n, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT records FROM made WHERE entry = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  struct jl_bytes records = step == 1 ? jl_sql_bytes(q, 0) : (struct jl_bytes){NULL, 0};
  for (size_t at = 0; at + sizeof *list <= records.size && *io_n < JL_GROUP_MAX_EDITS; at += sizeof *list)
    memcpy(list[(*io_n)++].bytes, records.data + at, sizeof *list);
  sqlite3_reset(q);
  return step >= 0;
}

bool jl_outbox_edited(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_id **ret_records, size_t *ret_n, struct jl_error *err) {
  size_t n = 0;
  int step;
  struct jl_id *list = jl_arena_array(a, JL_GROUP_MAX_EDITS, sizeof *list);
  if (list == NULL) return jl_outbox_no_memory(err);
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT record FROM touch WHERE entry = ?1 AND how < 3", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  while ((step = jl_sql_step(&o->sql, q, err)) == 1 && n < JL_GROUP_MAX_EDITS) list[n++] = jl_sql_id(q, 0);
  sqlite3_reset(q);
  if (step < 0 || !made_by(o, id, list, &n, err)) return false;
  *ret_records = list;
  *ret_n = n;
  return true;
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
  if (step < 0) (void)jl_outbox_damaged(o, err);
  return step == 0;
}

bool jl_outbox_knows(struct jl_outbox *o, const struct jl_id *group_id, uint64_t revision, struct jl_entry *ret_entry) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE group_id = ?1 AND (state <> 5 OR revision <> ?2)", &ignored);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, group_id);
  jl_sql_put_number(q, 2, revision);
  bool known = jl_sql_step(&o->sql, q, &ignored) == 1 && jl_outbox_row(q, NULL, ret_entry);
  sqlite3_reset(q);
  return known;
}

bool jl_outbox_set_state(struct jl_outbox *o, const struct jl_entry *e, struct jl_error *err) {
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

static bool own_touch(struct jl_outbox *o, struct jl_own_change *c, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT max(e.revision) FROM touch t CROSS JOIN entry e ON e.id = t.entry WHERE t.record = ?1 AND t.how < 3 AND e.state = 5 AND e.revision > ?2", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, &c->record);
  jl_sql_put_number(q, 2, c->since);
  int step = jl_sql_step(&o->sql, q, err);
  c->revision = step == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return step >= 0;
}

/* made: ids, ascending as the changes are. */
static void own_making(struct jl_own_change *io, size_t n, uint64_t revision, struct jl_bytes made) {
  for (size_t i = 0, at = 0; i < n && at + sizeof io->record.bytes <= made.size;) {
    int order = memcmp(io[i].record.bytes, made.data + at, sizeof io->record.bytes);
    if (order == 0 && revision > io[i].since && revision > io[i].revision) io[i].revision = revision;
    if (order <= 0)
      i++;
    else
      at += sizeof io->record.bytes;
  }
}

/* The groups that make many are read once for all changes, rather than for each: thousands of records may be deleted that a hundred groups made. */
bool jl_outbox_own_changes(struct jl_outbox *o, struct jl_own_change *io, size_t n, struct jl_error *err) {
  uint64_t since = UINT64_MAX;
  int step;
  for (size_t i = 0; i < n; i++) {
    if (!own_touch(o, &io[i], err)) return false;
    if (io[i].since < since) since = io[i].since;
  }
  if (since > INT64_MAX) return true;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT e.revision, m.records FROM entry e CROSS JOIN made m ON m.entry = e.id WHERE e.state = 5 AND e.revision > ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, since);
  while ((step = jl_sql_step(&o->sql, q, err)) == 1) own_making(io, n, jl_sql_u64(q, 0), jl_sql_bytes(q, 1));
  sqlite3_reset(q);
  return step == 0;
}

bool jl_outbox_applied_here(struct jl_outbox *o, const struct jl_id *group_id) {
  return jl_sql_number_of(&o->sql, "SELECT 1 FROM entry WHERE group_id = ?1 AND state = 5", group_id) == 1;
}
