/* What became of an entry: applied, refused with what lies behind it, found in the log, lost by the server. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include <string.h>

/* ---- settling ---- */
/* Most records were never given a provisional number: nobody has looked at them before they were sent. */
static bool any_provisional(struct jl_outbox *o, bool *ret_any, struct jl_error *err) {
  int64_t any;
  if (!jl_sql_number(&o->sql, "SELECT EXISTS (SELECT 1 FROM given WHERE final = 0)", &any, err)) return false;
  *ret_any = any != 0;
  return true;
}

static bool set_given(struct jl_outbox *o, struct jl_bytes record, uint64_t number, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE given SET final = ?2 WHERE record = ?1 AND final = 0", err);
  if (q == NULL) return false;
  jl_sql_put_bytes(q, 1, record);
  jl_sql_put_number(q, 2, number);
  return jl_sql_do(&o->sql, q, err);
}

static bool park(struct jl_outbox *o, uint64_t id, size_t *ret_parked, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "WITH RECURSIVE d (id) AS (VALUES (?1) UNION SELECT t.entry FROM d JOIN touch f ON f.entry = d.id"
                           " JOIN touch t ON t.record = f.record AND t.entry > f.entry JOIN entry e ON e.id = t.entry"
                           " WHERE e.state = 1 AND ((t.how < 3 AND f.how < 3) OR f.how = 1)"
                           " UNION SELECT e.id FROM d CROSS JOIN made f ON f.entry = d.id CROSS JOIN entry e ON e.state = 1 AND e.id > d.id"
                           " CROSS JOIN touch t ON t.entry = e.id AND made_has(f.records, t.record)"
                           " UNION SELECT e.id FROM d CROSS JOIN touch f ON f.entry = d.id AND f.how < 3 CROSS JOIN entry e ON e.state = 1 AND e.id > d.id"
                           " CROSS JOIN made t ON t.entry = e.id AND made_has(t.records, f.record)"
                           " UNION SELECT e.id FROM d CROSS JOIN made f ON f.entry = d.id CROSS JOIN entry e ON e.state = 1 AND e.id > d.id"
                           " CROSS JOIN made t ON t.entry = e.id AND made_meet(t.records, f.records))"
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
  e->flags &= ~(uint32_t)(JL_ENTRY_DOUBT | JL_ENTRY_SEEN | JL_ENTRY_VOUCHED);
  if (v->merged) e->flags |= JL_ENTRY_MERGED;
  bool any;
  if (!any_provisional(o, &any, err)) return false;
  for (size_t i = 0; any && i < v->n_given; i++)
    if (!set_given(o, JL_PB(v->given[i]->record), v->given[i]->number, err)) return false;
  struct jl_bytes packed = v->n_given == 0 ? (struct jl_bytes){NULL, 0} : jl_pack(&v->base, a, JL_MESSAGE_MAX);
  return jl_outbox_set_state(o, e, err) && put_verdict(o, e->id, packed, err) && jl_outbox_set_last_own(o, &e->space, e->revision, err) && supersede(o, e, a, err);
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

bool jl_outbox_retry(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  static const uint8_t any = 0;
  struct jl_entry e;
  bool inside;
  if (!jl_outbox_get(o, id, NULL, &e, err)) return false;
  if (e.state != JL_OUTBOX_SENT) return true;
  e.verdict = (struct jl_bytes){&any, 1}; /* it had one */
  if (!jl_outbox_begin(o, &inside, err)) return false;
  return jl_outbox_end(o, inside, release(o, &e, err), err);
}

static bool settle_refused(struct jl_outbox *o, struct jl_entry *e, const Jalon__Verdict *v, int64_t now_us, struct jl_arena *a,
                           size_t *ret_parked, struct jl_error *err) {
  struct jl_bytes packed = jl_pack(&v->base, a, JL_MESSAGE_MAX);
  if (packed.data == NULL) return jl_outbox_no_memory(err);
  e->decided_us = now_us;
  e->state = JL_OUTBOX_REFUSED;
  if (v->error->code == JL_E_DEPENDS) {
    if (!find_behind(o, e, err)) return false;
    if (e->behind == 0) { /* what it was told to depend on was not refused: not that of this lane, or forgotten */
      e->verdict = packed;
      return release(o, e, err);
    }
    if (e->behind != 0) {
      e->state = JL_OUTBOX_PARKED;
      ++*ret_parked;
    }
  }
  size_t parked = 0;
  if (!jl_outbox_set_state(o, e, err) || !put_verdict(o, e->id, packed, err)) return false;
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
  if (a == NULL) return jl_outbox_no_memory(err);
  if (!jl_outbox_get(o, id, a, &e, err)) return false;
  if (e.state != JL_OUTBOX_REFUSED) return true;
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e.verdict, a, err);
  if (v == NULL || v->error == NULL || !has_parked(o, id, &parked, err) || !jl_outbox_begin(o, &inside, err)) return false;
  e.flags |= JL_ENTRY_SEEN;
  bool over = !parked && v->n_conflicts == 0 && v->error->code != JL_E_UPGRADE_REQUIRED;
  return jl_outbox_end(o, inside, over ? jl_outbox_remove(o, id, err) : jl_outbox_set_state(o, &e, err), err);
}

bool jl_outbox_settle(struct jl_outbox *o, uint64_t id, const Jalon__Verdict *v, int64_t now_us, size_t *ret_parked, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX);
  struct jl_entry e;
  *ret_parked = 0;
  if (a == NULL) return jl_outbox_no_memory(err);
  if (!jl_outbox_get(o, id, a, &e, err)) return false;
  if (e.state != JL_OUTBOX_SENT) return true; /* found in the log meanwhile */
  bool inside;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  bool refused = v->error != NULL && v->error->code != JL_E_OK;
  bool ok = refused ? settle_refused(o, &e, v, now_us, a, ret_parked, err) : settle_applied(o, &e, v, now_us, a, err);
  return jl_outbox_end(o, inside, ok, err);
}

/* What it made gets its numbers anew. */
static bool take_numbers_back(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE given SET final = 0 WHERE record IN (SELECT record FROM touch WHERE entry = ?1 AND how = 1)"
                                    " OR made_has((SELECT records FROM made WHERE entry = ?1), record)", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  return jl_sql_do(&o->sql, q, err);
}

bool jl_outbox_found(struct jl_outbox *o, const struct jl_entry *entry, const Jalon__ChangeBody *body, int64_t now_us, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX);
  struct jl_entry e;
  Jalon__Verdict v = JALON__VERDICT__INIT;
  Jalon__Given *given = a == NULL ? NULL : jl_arena_array(a, body->n_changes + 1, sizeof *given);
  v.given = a == NULL ? NULL : jl_arena_array(a, body->n_changes + 1, sizeof *v.given);
  if (given == NULL || v.given == NULL) return jl_outbox_no_memory(err);
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
  if (e.state == JL_OUTBOX_DONE && e.revision == body->revision) return true;
  bool inside;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  bool ok = (e.state != JL_OUTBOX_DONE || take_numbers_back(o, e.id, err)) && (e.state != JL_OUTBOX_REFUSED || jl_outbox_unpark(o, e.id, err)) &&
             settle_applied(o, &e, &v, now_us, a, err);
  return jl_outbox_end(o, inside, ok, err);
}

bool jl_outbox_again(struct jl_outbox *o, uint64_t id, struct jl_error *err) {
  struct jl_entry e;
  if (!jl_outbox_get(o, id, NULL, &e, err)) return false;
  if (e.state != JL_OUTBOX_DONE) return true;
  e.state = JL_OUTBOX_QUEUED;
  e.flags |= JL_ENTRY_AGAIN | JL_ENTRY_DOUBT; /* another copy of this folder may offer it too, and may have: */
  o->renamed++;                               /* nobody looked for it while it was applied */
  e.seq = e.depends_on = e.revision = 0;
  e.decided_us = 0;
  bool inside;
  if (!jl_outbox_begin(o, &inside, err)) return false;
  return jl_outbox_end(o, inside, take_numbers_back(o, id, err) && jl_outbox_set_state(o, &e, err), err);
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

bool jl_outbox_unpark(struct jl_outbox *o, uint64_t behind, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  struct jl_entry *parked;
  size_t n;
  bool ok = a != NULL || jl_outbox_no_memory(err);
  sqlite3_stmt *q = ok ? jl_sql(&o->sql, "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE state = 4 AND (behind = ?1 OR behind NOT IN (SELECT id FROM entry))", err) : NULL;
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, behind);
  ok = jl_outbox_rows(o, q, a, true, &parked, &n, err);
  for (size_t i = 0; ok && i < n; i++) ok = release(o, &parked[i], err);
  return ok;
}
