/* What goes in, which records it touches, and that it must wait where it needs what was refused. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define TOUCHES_ARENA (16U << 20) /* of a group of JL_GROUP_MAX_BYTES in which all bytes are ids, and what it grew from */

enum how { HOW_MAKES = 1, HOW_EDITS, HOW_NAMES };

/* ---- what a group touches ---- */
/* Collected first: in the order of their ids the rows go where those before them went, and a line that a thousand invoices name is one row. */
struct touched {
  struct jl_id record;
  enum how how;
  bool always; /* a guard: what it says of the record can be forgotten with it */
};
struct touches {
  struct jl_arena *a;
  struct touched *list;
  size_t count, capacity;
};

static bool touch(struct touches *t, struct jl_bytes record, enum how how) {
  struct jl_id id;
  if (!jl_id_from_bytes(record, &id) || jl_id_is_zero(&id)) return true;
  if (t->count > 0 && how == HOW_NAMES && t->list[t->count - 1].how == HOW_NAMES && jl_id_equal(&t->list[t->count - 1].record, &id)) return true;
  if (t->count == t->capacity) {
    size_t wanted = t->capacity == 0 ? 64 : t->capacity * 2;
    struct touched *larger = jl_arena_array(t->a, wanted, sizeof *larger);
    if (larger == NULL) return false;
    if (t->count > 0) memcpy(larger, t->list, t->count * sizeof *larger);
    t->list = larger;
    t->capacity = wanted;
  }
  t->list[t->count++] = (struct touched){.record = id, .how = how};
  return true;
}

static bool touch_references(struct touches *t, const struct jl_field *field, struct jl_bytes slice) {
  if (field == NULL || field->kind != JL_KIND_REFERENCE || slice.size == 0) return true;
  struct jl_iterator it = jl_record_each(slice, field);
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (!touch(t, (struct jl_bytes){value.id.bytes, sizeof value.id.bytes}, HOW_NAMES)) return false;
  return true;
}

static bool touch_edit(struct touches *t, const Jalon__Edit *edit) {
  const struct jl_record_type *type = jl_record_type_by_number(edit->type);
  if (!touch(t, JL_PB(edit->id), edit->verb == JALON__VERB__CREATE ? HOW_MAKES : HOW_EDITS)) return false;
  for (size_t i = 0; type != NULL && edit->verb == JALON__VERB__CREATE && i < type->field_count; i++)
    if (!touch_references(t, &type->fields[i], JL_PB(edit->record))) return false;
  for (size_t i = 0; type != NULL && i < edit->n_fields; i++) {
    const Jalon__FieldEdit *f = edit->fields[i];
    const struct jl_field *field = jl_field_by_number(type, f->field);
    if (!touch_references(t, field, JL_PB(f->next)) || !touch_references(t, field, JL_PB(f->add)) || !touch(t, JL_PB(f->after), HOW_NAMES) ||
        !touch(t, JL_PB(f->before), HOW_NAMES))
      return false;
  }
  return true;
}

/* The space itself is named too: nothing can be sent to a plan whose making was refused. */
static bool collect(struct touches *t, const Jalon__Group *group) {
  if (!touch(t, JL_PB(group->space), HOW_NAMES)) return false;
  for (size_t i = 0; i < group->n_guards; i++) {
    if (!touch(t, JL_PB(group->guards[i]->record), HOW_NAMES)) return false;
    if (t->count > 0) t->list[t->count - 1].always = true;
  }
  for (size_t i = 0; i < group->n_edits; i++)
    if (!touch_edit(t, group->edits[i])) return false;
  return true;
}

static int by_record(const void *left, const void *right) {
  const struct touched *a = left, *b = right;
  int order = jl_id_compare(&a->record, &b->record);
  return order != 0 ? order : (int)a->how - (int)b->how;
}

static bool write_touch(struct jl_outbox *o, uint64_t entry, const struct touched *t, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT INTO touch (record, entry, how) VALUES (?1, ?2, ?3)", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, &t->record);
  jl_sql_put_number(q, 2, entry);
  sqlite3_bind_int(q, 3, (int)t->how);
  return jl_sql_do(&o->sql, q, err);
}

/* ---- groups that make many ---- */
static bool write_made(struct jl_outbox *o, uint64_t entry, const struct touches *t, size_t makes, struct jl_error *err) {
  uint8_t *records = jl_arena_array(t->a, makes, sizeof(struct jl_id));
  size_t size = 0;
  if (records == NULL) return jl_outbox_no_memory(err);
  for (size_t i = 0; i < t->count; i++) {
    if (t->list[i].how != HOW_MAKES) continue;
    memcpy(records + size, t->list[i].record.bytes, sizeof(struct jl_id));
    size += sizeof(struct jl_id);
  }
  sqlite3_stmt *q = jl_sql(&o->sql, "INSERT INTO made (entry, records) VALUES (?1, ?2)", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, entry);
  jl_sql_put_bytes(q, 2, (struct jl_bytes){records, size});
  return jl_sql_do(&o->sql, q, err);
}

/* One that waits, or was refused, makes it: then it matters who names it. Else it is on the server. */
static bool made_by_waiting(struct jl_outbox *o, uint64_t entry, const struct jl_id *record, bool *ret_made, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT 1 FROM touch f JOIN entry e ON e.id = f.entry WHERE f.record = ?1 AND f.how = 1 AND f.entry < ?2 AND e.state <> 5 LIMIT 1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, record);
  jl_sql_put_number(q, 2, entry);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_made = step == 1;
  sqlite3_reset(q);
  return step >= 0;
}

/* Leaves out what is named and needs nobody of this outbox. The space itself stays: of it everything can be said later. */
static bool keep_names(struct jl_outbox *o, uint64_t entry, const struct jl_id *space, struct touches *t, struct jl_error *err) {
  uint8_t *kept = jl_arena_array(t->a, t->count, 1);
  int step;
  if (kept == NULL) return jl_outbox_no_memory(err);
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT m.records FROM made m JOIN entry e ON e.id = m.entry WHERE m.entry < ?1 AND e.state <> 5", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, entry);
  while ((step = jl_sql_step(&o->sql, q, err)) == 1) {
    struct jl_bytes records = jl_sql_bytes(q, 0);
    for (size_t i = 0; i < t->count; i++)
      if (t->list[i].how == HOW_NAMES && kept[i] == 0) kept[i] = jl_made_has(records, &t->list[i].record);
  }
  sqlite3_reset(q);
  size_t n = 0;
  for (size_t i = 0; step == 0 && i < t->count; i++) {
    bool keep = t->list[i].how != HOW_NAMES || kept[i] != 0 || t->list[i].always || jl_id_equal(&t->list[i].record, space);
    if (!keep && !made_by_waiting(o, entry, &t->list[i].record, &keep, err)) return false;
    if (keep) t->list[n++] = t->list[i];
  }
  t->count = n;
  return step == 0;
}

bool jl_outbox_touch(struct jl_outbox *o, uint64_t entry, const Jalon__Group *group, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(TOUCHES_ARENA);
  struct touches t = {.a = a};
  struct jl_id space = {{0}};
  size_t n = 0, makes = 0;
  if (a == NULL || !collect(&t, group)) return jl_outbox_no_memory(err);
  (void)jl_id_from_bytes(JL_PB(group->space), &space);
  if (t.count > 0) qsort(t.list, t.count, sizeof *t.list, by_record);
  for (size_t i = 0; i < t.count; i++) {
    if (n > 0 && jl_id_equal(&t.list[i].record, &t.list[n - 1].record)) { /* what is done to it most directly counts */
      t.list[n - 1].always = t.list[n - 1].always || t.list[i].always;
      continue;
    }
    makes += t.list[i].how == HOW_MAKES;
    t.list[n++] = t.list[i];
  }
  t.count = n;
  bool many = makes >= JL_MADE_FROM;
  if (many && (!write_made(o, entry, &t, makes, err) || !keep_names(o, entry, &space, &t, err))) return false;
  for (size_t i = 0; i < t.count; i++)
    if ((!many || t.list[i].how != HOW_MAKES) && !write_touch(o, entry, &t.list[i], err)) return false;
  return true;
}

bool jl_outbox_untouch(struct jl_outbox *o, uint64_t entry, struct jl_error *err) {
  static const char *const texts[] = {"DELETE FROM touch WHERE entry = ?1", "DELETE FROM made WHERE entry = ?1"};
  for (size_t i = 0; i < JL_COUNT(texts); i++) {
    sqlite3_stmt *q = jl_sql(&o->sql, texts[i], err);
    if (q == NULL) return false;
    jl_sql_put_number(q, 1, entry);
    if (!jl_sql_do(&o->sql, q, err)) return false;
  }
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
                           "WITH first (id) AS MATERIALIZED (SELECT min(id) FROM entry WHERE state IN (3, 4))"
                           " SELECT CASE e.state WHEN 4 THEN e.behind ELSE e.id END FROM touch t"
                           " CROSS JOIN touch f ON f.record = t.record AND f.entry < t.entry AND f.entry >= (SELECT id FROM first) JOIN entry e ON e.id = f.entry"
                           " WHERE t.entry = ?1 AND t.how > 1 AND e.state IN (3, 4) AND f.how = 1"
                           " UNION ALL SELECT CASE e.state WHEN 4 THEN e.behind ELSE e.id END FROM made f CROSS JOIN entry e ON e.id = f.entry AND e.state IN (3, 4)"
                           " CROSS JOIN touch t ON t.entry = ?1 AND t.how > 1 AND made_has(f.records, t.record)"
                           " WHERE f.entry < ?1 AND f.entry >= (SELECT id FROM first) LIMIT 1",
                           err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_behind = step == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return step >= 0;
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
    if (in->group->edits[i]->verb == JALON__VERB__DELETE) e->flags |= JL_ENTRY_DELETES;
  if ((e->flags & JL_ENTRY_DELETES) != 0 && !jl_outbox_set_state(o, e, err)) return false;
  if (!jl_outbox_touch(o, e->id, in->group, err) || !missing(o, e->id, &e->behind, err)) return false;
  if (e->behind == 0) return true;
  e->state = JL_OUTBOX_PARKED;
  return jl_outbox_set_state(o, e, err);
}

bool jl_outbox_put(struct jl_outbox *o, const struct jl_outbox_new *in, struct jl_arena *a, struct jl_entry *ret_entry, struct jl_error *err) {
  bool inside;
  if (o->read_only) return jl_outbox_cannot_write(o, err);
  if (!jl_outbox_begin(o, &inside, err)) return false;
  bool ok = insert(o, in, a, ret_entry, err);
  if (ok && in->number && ret_entry->state == JL_OUTBOX_QUEUED && (ret_entry->flags & (JL_ENTRY_DELETES | JL_ENTRY_DOUBT)) == 0) {
    struct jl_entry next; /* another that waits goes first, and whoever sends takes both */
    ok = jl_outbox_peek(o, &ret_entry->space, a, &next, err);
    if (ok && next.id == ret_entry->id) ok = jl_outbox_take(o, &ret_entry->space, false, a, &next, err);
    if (ok && next.id == ret_entry->id) *ret_entry = next;
  }
  return jl_outbox_end(o, inside, ok, err);
}

bool jl_outbox_replace(struct jl_outbox *o, uint64_t id, const Jalon__Group *group, struct jl_arena *a, struct jl_error *err) {
  struct jl_bytes body = jl_pack(&group->base, a, JL_GROUP_MAX_BYTES), parts[] = {JL_PB(group->group_id), body};
  struct jl_id group_id = jl_id_derive("group resolved", parts, JL_COUNT(parts)); /* the same choice in two copies of a folder is one group */
  o->renamed++;
  if (body.data == NULL) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the change has become too large"), JL_MSG("make it in several"));
  if (!jl_outbox_untouch(o, id, err)) return false;
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET state = 1, flags = flags & 262, seq = 0, depends_on = 0, decided_us = 0, behind = 0, group_id = ?2, body = ?3,"
                      " verdict = x'' WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  jl_sql_put_id(q, 2, &group_id);
  jl_sql_put_bytes(q, 3, body);
  return jl_sql_do(&o->sql, q, err) && jl_outbox_touch(o, id, group, err);
}

bool jl_outbox_rewrite(struct jl_outbox *o, uint64_t id, const Jalon__Group *group, struct jl_arena *a, struct jl_error *err) {
  struct jl_bytes body = jl_pack(&group->base, a, JL_MESSAGE_MAX);
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET body = ?2 WHERE id = ?1 AND state = 1", err);
  if (q == NULL) return false;
  if (body.data == NULL) return jl_outbox_no_memory(err);
  jl_sql_put_number(q, 1, id);
  jl_sql_put_bytes(q, 2, body);
  return jl_sql_do(&o->sql, q, err);
}
