/* A person was erased (RGPD), and the copy learns it: what was typed of the personal values of the records concerned goes from the outbox,
 * and from its file; what else the groups hold stays, and does what it would have done. A group that waits goes on without it; one that was
 * refused for nothing else is offered once more; one of which nothing is left ends as refused, and says why. Applied ones are kept without
 * it too, to be offered again should the server lose them. What is under way keeps its bytes until it is decided: the same bytes must go
 * out again, and the server keeps nothing of a refused one. What went of groups that were not applied is noted until it is told. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (JL_UNPACK_MAX + 8U * JL_MESSAGE_MAX)
#define WORD_LEAST 4 /* bytes that are looked for inside of other words */

struct forgetting {
  struct jl_outbox *o;
  struct jl_outbox_erased of;
  struct jl_arena *a; /* of one entry */
  bool any;
  struct jl_error *err;
};

static bool is_of(const struct forgetting *x, ProtobufCBinaryData id) {
  return id.len == sizeof x->of.record.bytes && memcmp(id.data, x->of.record.bytes, sizeof x->of.record.bytes) == 0;
}

static bool is_personal(const struct forgetting *x, uint32_t number) {
  const struct jl_record_type *type = jl_record_type_by_number(x->of.type);
  const struct jl_field *field = type == NULL ? NULL : jl_field_by_number(type, number);
  return field != NULL && field->personal;
}

/* ---- what went, until it is told ---- */
#define GONE "gone " /* then type, number and field; as a fact its count */

static bool note(struct forgetting *x, uint32_t field) {
  char name[80];
  snprintf(name, sizeof name, GONE "%" PRIu32 " %" PRIu64 " %" PRIu32, x->of.type, x->of.number, field);
  return jl_outbox_set_number(x->o, name, jl_outbox_number(x->o, name, 0) + 1, x->err);
}

bool jl_outbox_gone(struct jl_outbox *o, struct jl_arena *a, const struct jl_erased_edit **ret_gone, size_t *ret_n, struct jl_error *err) {
  size_t n = 0, capacity = 0;
  struct jl_erased_edit *list = NULL;
  int step;
  *ret_gone = NULL;
  *ret_n = 0;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT substr(name, 6), value FROM fact WHERE name GLOB 'gone *' ORDER BY name", err);
  if (q == NULL) return false;
  while ((step = jl_sql_step(&o->sql, q, err)) == 1) {
    struct jl_erased_edit one = {.count = jl_sql_u64(q, 1)};
    char *rest;
    one.type = (uint32_t)strtoul((const char *)sqlite3_column_text(q, 0), &rest, 10);
    one.number = strtoull(rest, &rest, 10);
    one.field = (uint32_t)strtoul(rest, &rest, 10);
    if (n == capacity) {
      capacity = capacity == 0 ? 16 : capacity * 2;
      struct jl_erased_edit *larger = jl_arena_array(a, capacity, sizeof *larger);
      if (larger == NULL) break;
      if (n > 0) memcpy(larger, list, n * sizeof *list);
      list = larger;
    }
    list[n++] = one;
  }
  sqlite3_reset(q);
  if (step == 1) return jl_outbox_no_memory(err);
  *ret_gone = list;
  *ret_n = n;
  return step == 0;
}

bool jl_outbox_gone_told(struct jl_outbox *o, struct jl_error *err) { return jl_sql_run(&o->sql, "DELETE FROM fact WHERE name GLOB 'gone *'", err); }

/* ---- one group ---- */
/* The record's making goes whole: it is there, and without these values it cannot be made. */
static bool take_from_edit(struct forgetting *x, Jalon__Edit *edit, bool tell, bool *ret_keep) {
  size_t kept = 0, before = edit->n_fields;
  *ret_keep = true;
  if (!is_of(x, edit->id)) return true;
  if (edit->verb == JALON__VERB__CREATE) {
    *ret_keep = false;
    return !tell || note(x, 0);
  }
  if (edit->verb != JALON__VERB__UPDATE) return true;
  for (size_t i = 0; i < edit->n_fields; i++) {
    if (!is_personal(x, edit->fields[i]->field))
      edit->fields[kept++] = edit->fields[i];
    else if (tell && !note(x, edit->fields[i]->field))
      return false;
  }
  edit->n_fields = kept;
  *ret_keep = kept > 0 || before == 0;
  return true;
}

static size_t field_edits(const Jalon__Group *group) {
  size_t n = group->n_edits + group->n_guards;
  for (size_t i = 0; i < group->n_edits; i++) n += group->edits[i]->n_fields;
  return n;
}

static bool take_out(struct forgetting *x, Jalon__Group *group, bool tell, bool *ret_changed) {
  size_t before = field_edits(group), edits = 0, guards = 0;
  for (size_t i = 0; i < group->n_edits; i++) {
    bool keep;
    if (!take_from_edit(x, group->edits[i], tell, &keep)) return false;
    if (keep) group->edits[edits++] = group->edits[i];
  }
  group->n_edits = edits;
  for (size_t i = 0; i < group->n_guards; i++)
    if (!is_of(x, group->guards[i]->record) || !is_personal(x, group->guards[i]->field)) group->guards[guards++] = group->guards[i];
  group->n_guards = guards;
  *ret_changed = field_edits(group) != before;
  return true;
}

/* ---- its entry ---- */
static bool put_body(struct forgetting *x, const struct jl_entry *e, const Jalon__Group *group) {
  struct jl_bytes body = jl_pack(&group->base, x->a, JL_MESSAGE_MAX);
  if (body.data == NULL && body.size > 0) return jl_outbox_no_memory(x->err);
  if (!jl_outbox_untouch(x->o, e->id, x->err)) return false;
  sqlite3_stmt *q = jl_sql(&x->o->sql, "UPDATE entry SET body = ?2 WHERE id = ?1", x->err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, e->id);
  jl_sql_put_bytes(q, 2, body);
  return jl_sql_do(&x->o->sql, q, x->err) && jl_outbox_touch(x->o, e->id, group, x->err);
}

static bool put_verdict(struct forgetting *x, uint64_t id, const Jalon__Verdict *v) {
  struct jl_bytes verdict = jl_pack(&v->base, x->a, JL_MESSAGE_MAX);
  if (verdict.data == NULL) return jl_outbox_no_memory(x->err);
  sqlite3_stmt *q = jl_sql(&x->o->sql, "UPDATE entry SET verdict = ?2 WHERE id = ?1", x->err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  jl_sql_put_bytes(q, 2, verdict);
  return jl_sql_do(&x->o->sql, q, x->err);
}

/* Nothing is left of it: refused, for its author to see. */
static bool end(struct forgetting *x, struct jl_entry *e) {
  Jalon__Verdict verdict = JALON__VERDICT__INIT;
  Jalon__Error wire = JALON__ERROR__INIT;
  char reference[JL_REFERENCE_SIZE];
  struct jl_error why;
  jl_reference_format(jl_record_type_by_number(x->of.type), x->of.number, reference);
  (void)jl_fail(&why, JL_E_RULE_VIOLATION, JL_MSG("the personal values of {1} were erased, and with them what you had typed"), NULL, jl_arg_text(reference));
  (void)jl_error_at(&why, x->of.type, &x->of.record, 0);
  jl_error_to_wire(&why, x->a, &wire);
  verdict.error = &wire;
  verdict.has_space = verdict.has_seq = verdict.has_group_id = true;
  verdict.space = jl_to_pb((struct jl_bytes){e->space.bytes, sizeof e->space.bytes});
  verdict.seq = e->seq;
  verdict.group_id = jl_to_pb((struct jl_bytes){e->group_id.bytes, sizeof e->group_id.bytes});
  e->state = JL_OUTBOX_REFUSED;
  e->behind = 0;
  return jl_outbox_set_state(x->o, e, x->err) && put_verdict(x, e->id, &verdict) && jl_outbox_unpark(x->o, e->id, x->err);
}

/* A refused one: was there another reason than what is gone? */
static bool look_at_verdict(struct forgetting *x, struct jl_entry *e, Jalon__Group *group) {
  Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e->verdict, x->a, x->err);
  size_t kept = 0;
  if (v == NULL) return false;
  for (size_t i = 0; i < v->n_conflicts; i++)
    if (!is_of(x, v->conflicts[i]->record) || !is_personal(x, v->conflicts[i]->field)) v->conflicts[kept++] = v->conflicts[i];
  bool about = v->error != NULL && is_of(x, v->error->record), over = kept == 0 && (v->n_conflicts > 0 || about);
  v->n_conflicts = kept;
  if (!over) {
    for (size_t i = 0; about && i < v->error->n_arguments; i++) v->error->arguments[i]->text = NULL;
    return put_verdict(x, e->id, v);
  }
  group->has_group_id = true;
  group->group_id = jl_to_pb((struct jl_bytes){e->group_id.bytes, sizeof e->group_id.bytes});
  return jl_outbox_replace(x->o, e->id, group, x->a, x->err) && jl_outbox_unpark(x->o, e->id, x->err);
}

static bool forget_entry(struct forgetting *x, struct jl_entry *e) {
  bool changed, applied = e->state == JL_OUTBOX_DONE;
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, e->group, x->a, x->err);
  if (group == NULL || !take_out(x, group, !applied, &changed)) return false;
  if (!changed) return true;
  x->any = true;
  if (group->n_edits == 0 && applied) return jl_outbox_remove(x->o, e->id, x->err);
  if (!put_body(x, e, group)) return false;
  if (group->n_edits == 0) return end(x, e);
  return e->state != JL_OUTBOX_REFUSED || look_at_verdict(x, e, group);
}

/* Entries after `after` that name the record; *ret_id 0: there is none. */
static bool next_of(struct forgetting *x, uint64_t after, uint64_t *ret_id) {
  sqlite3_stmt *q = jl_sql(&x->o->sql, "SELECT min(id) FROM (SELECT e.id FROM touch t JOIN entry e ON e.id = t.entry WHERE t.record = ?1 AND e.id > ?2 AND e.state <> 2"
                                           " UNION ALL SELECT e.id FROM made m JOIN entry e ON e.id = m.entry WHERE m.entry > ?2 AND e.state <> 2 AND made_has(m.records, ?1))", x->err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, &x->of.record);
  jl_sql_put_number(q, 2, after);
  int step = jl_sql_step(&x->o->sql, q, x->err);
  *ret_id = step == 1 ? jl_sql_u64(q, 0) : 0;
  sqlite3_reset(q);
  return step >= 0;
}

static bool forget_groups(struct forgetting *x) {
  for (uint64_t id = 0;;) {
    struct jl_entry e;
    if (!next_of(x, id, &id)) return false;
    if (id == 0) return true;
    jl_arena_reset(x->a);
    if (!jl_outbox_get(x->o, id, x->a, &e, x->err) || !forget_entry(x, &e)) return false;
  }
}

/* ---- what is under way: when it is decided, whatever that is, even if this copy of the space has gone meanwhile ---- */
#define UNDER_WAY "erased " /* then the record's id in hexadecimal; as a fact its number */

static bool wait_for(struct forgetting *x) {
  char name[sizeof UNDER_WAY + 2 * sizeof x->of.record.bytes] = UNDER_WAY;
  sqlite3_stmt *q = jl_sql(&x->o->sql, "UPDATE entry SET flags = flags | 32 WHERE state = 2 AND (id IN (SELECT entry FROM touch WHERE record = ?1)"
                                           " OR made_has((SELECT records FROM made WHERE entry = id), ?1))", x->err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, &x->of.record);
  if (!jl_sql_do(&x->o->sql, q, x->err)) return false;
  if (sqlite3_changes(x->o->sql.db) == 0) return true;
  for (size_t i = 0; i < sizeof x->of.record.bytes; i++) snprintf(name + sizeof UNDER_WAY - 1 + 2 * i, 3, "%02X", x->of.record.bytes[i]);
  x->o->erased_under_way = true;
  return jl_outbox_set_number(x->o, name, (int64_t)(x->of.number << 16 | (x->of.type & 0xffff)), x->err);
}

/* The next record to be taken out of a decided entry. */
static bool next_decided(struct jl_outbox *o, uint64_t entry, const struct jl_id *after, struct jl_outbox_erased *ret_of, bool *ret_any, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT t.record, f.value FROM touch t JOIN fact f ON f.name = 'erased ' || hex(t.record) WHERE t.entry = ?1 AND t.record > ?2"
                           " UNION ALL SELECT made_record(f.name), f.value FROM fact f CROSS JOIN made m ON m.entry = ?1"
                           " WHERE f.name LIKE 'erased %' AND made_has(m.records, made_record(f.name)) AND made_record(f.name) > ?2"
                           " ORDER BY 1 LIMIT 1",
                           err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, entry);
  jl_sql_put_id(q, 2, after);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_any = step == 1;
  if (step == 1) *ret_of = (struct jl_outbox_erased){.record = jl_sql_id(q, 0), .type = (uint32_t)(jl_sql_u64(q, 1) & 0xffff), .number = jl_sql_u64(q, 1) >> 16};
  sqlite3_reset(q);
  return step >= 0;
}

static bool forget_decided_one(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_error *err) {
  struct forgetting x = {.o = o, .a = a, .err = err};
  for (struct jl_id after = {{0}};; after = x.of.record) {
    struct jl_entry e;
    bool any;
    if (!next_decided(o, id, &after, &x.of, &any, err)) return false;
    if (!any) break;
    jl_arena_reset(a);
    if (!jl_outbox_get(o, id, a, &e, err) || !forget_entry(&x, &e)) return false;
  }
  sqlite3_stmt *q = jl_sql(&o->sql, "UPDATE entry SET flags = flags & ~32 WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_number(q, 1, id);
  return jl_sql_do(&o->sql, q, err);
}

bool jl_outbox_forget_decided(struct jl_outbox *o, struct jl_error *err) {
  struct jl_arena *a = NULL;
  bool ok = true;
  while (ok) {
    sqlite3_stmt *q = jl_sql(&o->sql, "SELECT id FROM entry WHERE state IN (1, 3, 4, 5) AND flags & 32 <> 0 LIMIT 1", err);
    int step = q == NULL ? -1 : jl_sql_step(&o->sql, q, err);
    uint64_t id = step == 1 ? jl_sql_u64(q, 0) : 0;
    if (q != NULL) sqlite3_reset(q);
    ok = step >= 0;
    if (!ok || id == 0) break;
    if (a == NULL) a = jl_arena_new(ARENA_BYTES);
    ok = a != NULL ? forget_decided_one(o, id, a, err) : jl_outbox_no_memory(err);
  }
  jl_arena_free(a);
  return ok;
}

/* ---- verdicts that name the person: as author, and in words ---- */
struct words {
  struct jl_bytes list[8];
  size_t count;
};

/* What was personal in the record, as this copy had it. */
static void words_of(const struct forgetting *x, struct words *w) {
  const struct jl_record_type *type = jl_record_type_by_number(x->of.type);
  for (size_t i = 0; type != NULL && i < type->field_count && w->count < JL_COUNT(w->list); i++) {
    const struct jl_field *field = &type->fields[i];
    struct jl_value value;
    if (!field->personal || field->kind != JL_KIND_TEXT || field->repeated || !jl_record_get(x->of.former, field, &value) || value.text.size == 0) continue;
    w->list[w->count++] = value.text;
  }
}

static bool tells(const struct words *w, const char *text) {
  size_t size = text == NULL ? 0 : strlen(text);
  for (size_t i = 0; i < w->count; i++)
    if (w->list[i].size < WORD_LEAST ? size == w->list[i].size && memcmp(text, w->list[i].data, size) == 0
                                     : size > 0 && memmem(text, size, w->list[i].data, w->list[i].size) != NULL)
      return true;
  return false;
}

static bool forget_words(const struct forgetting *x, struct words *w, Jalon__Verdict *v) {
  bool any = false;
  for (size_t i = 0; i < v->n_conflicts; i++) {
    Jalon__Conflict *c = v->conflicts[i];
    bool hers = c->author_name != NULL && is_of(x, c->author);
    if (hers && w->count < JL_COUNT(w->list)) w->list[w->count++] = (struct jl_bytes){(const uint8_t *)c->author_name, strlen(c->author_name)};
    if (!hers && !tells(w, c->author_name) && !(is_of(x, c->record) && c->title != NULL)) continue;
    if (hers || tells(w, c->author_name)) c->author_name = NULL;
    if (is_of(x, c->record)) c->title = NULL;
    any = true;
  }
  for (size_t i = 0; v->error != NULL && i < v->error->n_arguments; i++) {
    Jalon__Argument *argument = v->error->arguments[i];
    if (!tells(w, argument->text)) continue;
    argument->text = NULL;
    any = true;
  }
  return any;
}

static bool forget_names(struct forgetting *x) {
  struct words former = {.count = 0};
  words_of(x, &former);
  for (uint64_t id = 0;;) {
    sqlite3_stmt *q = jl_sql(&x->o->sql, "SELECT min(id) FROM entry WHERE id > ?1 AND state IN (3, 4) AND length(verdict) > 0", x->err);
    struct jl_entry e;
    if (q == NULL) return false;
    jl_sql_put_number(q, 1, id);
    int step = jl_sql_step(&x->o->sql, q, x->err);
    id = step == 1 ? jl_sql_u64(q, 0) : 0;
    sqlite3_reset(q);
    if (step < 0) return false;
    if (id == 0) return true;
    struct words w = former;
    jl_arena_reset(x->a);
    if (!jl_outbox_get(x->o, id, x->a, &e, x->err)) return false;
    Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e.verdict, x->a, x->err);
    if (v == NULL) return false;
    if (!forget_words(x, &w, v)) continue;
    if (!put_verdict(x, id, v)) return false;
    x->any = true;
  }
}

bool jl_outbox_forget(struct jl_outbox *o, const struct jl_outbox_erased *of, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(ARENA_BYTES);
  struct forgetting x = {.o = o, .of = *of, .a = a, .err = err};
  bool inside;
  if (o->read_only) return true; /* whoever can write does it */
  if (a == NULL) return jl_outbox_no_memory(err);
  if (!jl_outbox_begin(o, &inside, err)) return false;
  bool ok = forget_groups(&x) && wait_for(&x) && forget_names(&x);
  if (!jl_outbox_end(o, inside, ok, err)) return false;
  return !x.any || inside || jl_sql_run(&o->sql, "VACUUM", err); /* pages that an older program freed hold it still */
}
