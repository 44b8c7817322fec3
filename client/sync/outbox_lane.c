/* Lanes: which entry goes next, under which number, and where a lane stands. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "common/wire/unpack.h"

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
  return jl_outbox_set_state(o, e, err);
}

static bool first_queued(struct jl_outbox *o, const struct jl_id *space, struct jl_arena *a, struct jl_entry *e, struct jl_error *err) {
  *e = (struct jl_entry){0};
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE state = 1 AND space = ?1 ORDER BY id LIMIT 1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  int step = jl_sql_step(&o->sql, q, err);
  bool ok = step == 0 || (step == 1 && (jl_outbox_row(q, a, e) || jl_outbox_no_memory(err)));
  sqlite3_reset(q);
  return ok;
}

bool jl_outbox_peek(struct jl_outbox *o, const struct jl_id *space, struct jl_arena *a, struct jl_entry *ret_entry, struct jl_error *err) {
  return first_queued(o, space, a, ret_entry, err);
}

bool jl_outbox_take(struct jl_outbox *o, const struct jl_id *space, bool caught_up, struct jl_arena *a, struct jl_entry *e,
                    struct jl_error *err) {
  bool inside;
  *e = (struct jl_entry){0};
  if (o->read_only) return true;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  bool ok = first_queued(o, space, a, e, err);
  if (ok && e->id != 0) ok = take(o, e, caught_up, a, err);
  if (!inside && ok && e->id == 0) {
    jl_sql_rollback(&o->sql);
    return true;
  }
  return jl_outbox_end(o, inside, ok, err);
}

bool jl_outbox_untake(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  struct jl_entry e;
  if (!jl_outbox_get(o, id, NULL, &e, err)) return false;
  if (e.state != JL_OUTBOX_SENT) return true;
  bool inside;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET state = 1, seq = 0, depends_on = 0 WHERE space = ?1 AND state = 2 AND seq >= ?2", err);
  bool ok = q != NULL;
  if (ok) {
    jl_sql_put_id(q, 1, &e.space);
    jl_sql_put_number(q, 2, e.seq);
    ok = jl_sql_do(&o->sql, q, err) && set_next_seq(o, &e.space, e.seq, err);
  }
  return jl_outbox_end(o, inside, ok, err);
}

bool jl_outbox_free_numbers(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, struct jl_error *err) {
  bool inside;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET state = 1, seq = 0, depends_on = 0 WHERE space = ?1 AND state = 2 AND seq > ?2", err);
  bool ok = q != NULL;
  if (ok) {
    jl_sql_put_id(q, 1, space);
    jl_sql_put_number(q, 2, seq);
    ok = jl_sql_do(&o->sql, q, err) && set_next_seq(o, space, seq, err);
  }
  return jl_outbox_end(o, inside, ok, err);
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
  if (packed.data == NULL) (void)jl_outbox_no_memory(err);
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

bool jl_outbox_set_last_own(struct jl_outbox *o, const struct jl_id *space, uint64_t revision, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE lane SET last_own = max(last_own, ?2) WHERE space = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  jl_sql_put_number(q, 2, revision);
  return jl_sql_do(&o->sql, q, err);
}

uint64_t jl_outbox_done_through(struct jl_outbox *o, const struct jl_id *space) {
  return jl_sql_number_of(&o->sql, "SELECT max(seq) FROM entry WHERE state = 5 AND space = ?1", space);
}

uint64_t jl_outbox_last_own(struct jl_outbox *o, const struct jl_id *space) {
  return jl_sql_number_of(&o->sql, "SELECT last_own FROM lane WHERE space = ?1", space);
}
