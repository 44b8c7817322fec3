/* Numbers for people: provisional ones of records that wait, and what became of them; those of conflicts. */
#include "client/sync/outbox_parts.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"

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
  if (given == NULL) return jl_outbox_no_memory(err);
  for (size_t i = 0; i < group->n_edits; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(group->edits[i]->type);
    if (group->edits[i]->verb == JALON__VERB__CREATE && (type == NULL || !type->singleton) &&
        jl_id_from_bytes(JL_PB(group->edits[i]->id), &given[n].record))
      given[n++].type = group->edits[i]->type;
  }
  *ret_given = given;
  *ret_n = n;
  bool write = n > 0 && !o->read_only, ok = true, inside = false;
  if (write && !jl_outbox_begin(o, &inside, err)) return false;
  for (size_t i = 0; ok && i < n; i++) ok = number_one(o, &e.space, &given[i], err);
  return write ? jl_outbox_end(o, inside, ok, err) : ok;
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

/* ---- numbers of conflicts ---- */
static bool set_conflict(struct jl_outbox *o, uint64_t id, uint64_t number, struct jl_error *err) {
  bool inside;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET conflict = ?2 WHERE id = ?1", err);
  bool ok = q != NULL;
  if (ok) {
    jl_sql_put_number(q, 1, id);
    jl_sql_put_number(q, 2, number);
    ok = jl_sql_do(&o->sql, q, err) && jl_outbox_set_number(o, "conflicts", (int64_t)number, err);
  }
  return jl_outbox_end(o, inside, ok, err);
}

bool jl_outbox_conflict(struct jl_outbox *o, uint64_t id, uint64_t *ret_number, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT conflict, (SELECT count(*) FROM entry f WHERE f.state = 3 AND f.conflict = 0 AND f.id <= e.id) FROM entry e WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  uint64_t known = step == 1 ? jl_sql_u64(q, 0) : 0, among = step == 1 ? jl_sql_u64(q, 1) : 0; /* those that have none yet */
  sqlite3_reset(q);
  if (step < 0) return false;
  uint64_t last = (uint64_t)jl_outbox_number(o, "conflicts", 0);
  *ret_number = known != 0 ? known : o->read_only ? last + among : last + 1;
  return known != 0 || o->read_only || set_conflict(o, id, *ret_number, err);
}
