/* What tells when an applied entry is lost, because an older copy of the server's data was put back: its number in our lane, for the
 * server's end of the lane is asked for; or our copy of the space, once it has come to the entry's revision in a history that has the entry, for
 * then the histories part below where it stands. The number goes with the replica id, and what another copy of the folder has sent never
 * had one; it goes too when the log, as our copy follows it, does not show the entry at its revision (engine_lost.c). The copy may be lost, or
 * be taken anew. What is left without either has to be looked for. */
#include "client/sync/outbox_parts.h"

bool jl_outbox_unvouched(struct jl_outbox *o, const struct jl_id *space, uint64_t from, uint64_t through, struct jl_arena *a,
                         struct jl_entry **ret_entries, size_t *ret_n, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE state = 5 AND space = ?1 AND seq = 0 AND flags & 16 = 0"
                           " AND revision BETWEEN ?2 AND ?3 ORDER BY id",
                           err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, from);
  jl_sql_put_number(q, 3, through > INT64_MAX ? INT64_MAX : through);
  return jl_outbox_rows(o, q, a, false, ret_entries, ret_n, err);
}

bool jl_outbox_numbered(struct jl_outbox *o, const struct jl_id *space, uint64_t after, struct jl_arena *a, struct jl_entry **ret_entries,
                        size_t *ret_n, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE state = 5 AND space = ?1 AND seq <> 0 AND revision > ?2 ORDER BY revision", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, after);
  return jl_outbox_rows(o, q, a, false, ret_entries, ret_n, err);
}

static bool unnumber_one(struct jl_outbox *o, const struct jl_entry *e, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET seq = 0, depends_on = 0 WHERE id = ?1 AND state = 5 AND revision = ?2", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, e->id);
  jl_sql_put_number(q, 2, e->revision);
  return jl_sql_do(&o->sql, q, err);
}

bool jl_outbox_unnumber_unvouched(struct jl_outbox *o, const struct jl_entry *entries, size_t n, struct jl_error *err) {
  bool inside, ok = true;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  for (size_t i = 0; ok && i < n; i++) ok = (entries[i].flags & JL_ENTRY_VOUCHED) != 0 || unnumber_one(o, &entries[i], err);
  return jl_outbox_end(o, inside, ok, err);
}

bool jl_outbox_vouch(struct jl_outbox *o, const struct jl_id *group_id, uint64_t revision, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET flags = flags | 16 WHERE group_id = ?1 AND revision = ?2 AND state = 5", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, group_id);
  jl_sql_put_number(q, 2, revision);
  return jl_sql_do(&o->sql, q, err);
}

bool jl_outbox_unvouch(struct jl_outbox *o, const struct jl_id *space, uint64_t after, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET flags = flags & ~16 WHERE state = 5 AND space = ?1 AND flags & 16 <> 0 AND revision > ?2", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, after);
  return jl_sql_do(&o->sql, q, err);
}

bool jl_outbox_contested(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, const struct jl_id *group_id) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT 1 FROM entry WHERE state = 5 AND space = ?1 AND seq = ?2 AND group_id <> ?3", &ignored);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, seq);
  jl_sql_put_id(q, 3, group_id);
  bool contested = jl_sql_step(&o->sql, q, &ignored) == 1;
  sqlite3_reset(q);
  return contested;
}

bool jl_outbox_unnumber(struct jl_outbox *o, const struct jl_id *space, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET seq = 0, depends_on = 0, flags = flags & ~16 WHERE state = 5 AND space = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  return jl_sql_do(&o->sql, q, err);
}
