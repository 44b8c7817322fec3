#include "server/verify/compare.h"
#include "common/base/limits.h"
#include "common/record/scan.h"
#include "server/past/state.h"
#include "server/store/columns.h"
#include "server/store/files.h"
#include "server/store/rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_BYTES (4u << 20) /* one record while it is put together */
#define STATE_BYTES (512u << 20)
#define PARTS_FIRST 16

void jl_verify_found(struct jl_verified *v, const char *table, const struct jl_finding *finding) {
  if (v->finding_count == JL_VERIFY_FINDINGS) {
    v->more++;
    return;
  }
  size_t at = v->finding_count++; /* ascending; those of one revision as they came */
  for (; at > 0 && v->findings[at - 1].finding.revision > finding->revision; at--) v->findings[at] = v->findings[at - 1];
  v->findings[at].finding = *finding;
  snprintf(v->findings[at].table, sizeof v->findings[at].table, "%s", table);
}

/* ---- one record ---- */
struct stands {
  uint64_t number, revision, created_revision, deleted_revision;
  struct jl_bytes body;
};

static struct stands of_record(const struct jl_record *r) {
  return (struct stands){r->number, r->revision, r->created_revision, r->deleted_revision, r->body};
}

/* The first field of which the bytes differ; 0: none, or not a whole field. */
static uint32_t first_difference(struct jl_bytes a, struct jl_bytes b) {
  struct jl_scan x = jl_scan_start(a), y = jl_scan_start(b);
  struct jl_occurrence p, q;
  for (;;) {
    bool more = jl_scan_next(&x, &p), other = jl_scan_next(&y, &q);
    if (!more && !other) return 0;
    if (!more || (other && q.number < p.number)) return q.number;
    if (!other || p.number < q.number || !jl_bytes_equal(p.whole, q.whole)) return p.number;
  }
}

static void tell(struct jl_verified *v, const char *table, const struct jl_record *record, uint64_t revision, uint32_t field,
                 const char *message, const char *hint, struct jl_arg one, struct jl_arg other) {
  struct jl_error what = {0};
  struct jl_finding finding;
  jl_fail(&what, JL_E_TAMPERED, message, hint, one, other);
  jl_error_at(&what, record->type_number, &record->id, field);
  (void)jl_finding_at(&finding, revision, JL_SECTION_NONE, &what);
  jl_verify_found(v, table, &finding);
}

#define FROM_LOG                                                                                                                           \
  JL_MSG("the log is right, each of its rows fits: put back what it says, from a copy of the database or by changing the record anew")
#define AGAIN JL_MSG("DELETE the rows of past_state of this space: they are made again from the log")

static void compare(struct jl_verified *v, const char *table, uint64_t at, const struct jl_record *made, const struct stands *found,
                    const char *hint) {
  static const char *const differs[] = {JL_MSG("the number is {2} and should be {1}"), JL_MSG("the revision is {2} and should be {1}"),
                                        JL_MSG("the creating revision is {2} and should be {1}"),
                                        JL_MSG("the deleting revision is {2} and should be {1}")};
  const uint64_t expected[] = {made->number, made->revision, made->created_revision, made->deleted_revision};
  const uint64_t stands[] = {found->number, found->revision, found->created_revision, found->deleted_revision};
  uint64_t revision = at != 0 ? at : made->revision;
  for (size_t i = 0; i < JL_COUNT(expected); i++)
    if (expected[i] != stands[i]) {
      tell(v, table, made, revision, 0, differs[i], hint, jl_arg_integer((int64_t)expected[i]), jl_arg_integer((int64_t)stands[i]));
      return;
    }
  if (!jl_bytes_equal(made->body, found->body))
    tell(v, table, made, revision, first_difference(made->body, found->body), JL_MSG("a field has not the value that the log gave it"),
         hint, jl_arg_integer(0), jl_arg_integer(0));
}

/* ---- the tables ---- */
static int by_type_and_id(const void *x, const void *y) {
  const struct jl_record *const *a = x, *const *b = y;
  if ((*a)->type_number != (*b)->type_number) return (*a)->type_number < (*b)->type_number ? -1 : 1;
  return jl_id_compare(&(*a)->id, &(*b)->id);
}

static const struct jl_record **all_records(const struct jl_replica *made, size_t *ret_n) {
  const struct jl_record **all = calloc(jl_replica_count(made) + 1, sizeof *all);
  size_t n = 0;
  if (all == NULL) return NULL;
  for (const struct jl_record *r = jl_replica_next(made, NULL); r != NULL && n < jl_replica_count(made); r = jl_replica_next(made, &r->id))
    all[n++] = r;
  if (n > 0) qsort(all, n, sizeof *all, by_type_and_id);
  *ret_n = n;
  return all;
}

static void missing(struct jl_verified *v, const struct jl_record *made) {
  tell(v, made->type != NULL ? made->type->name : "", made, made->revision, 0, JL_MSG("the log has the record and the table has not"),
       FROM_LOG, jl_arg_integer(0), jl_arg_integer(0));
}

static void too_many(struct jl_verified *v, const struct jl_record_type *type, const struct jl_id *id, uint64_t revision) {
  const struct jl_record record = {.type_number = type->number, .id = *id};
  tell(v, type->name, &record, revision, 0, JL_MSG("the table has a record that the log knows nothing of"), FROM_LOG, jl_arg_integer(0),
       jl_arg_integer(0));
}

/* Both in order of ids. */
static bool compare_table(struct jl_reader *reader, const struct jl_record_type *type, const struct jl_record *const *made, size_t n,
                          struct jl_arena *a, struct jl_verified *v, struct jl_error *err) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_statement_select(type, false, &text);
  jl_buffer_text(&text, " ORDER BY id");
  const char *sql = jl_buffer_cstring(&text);
  bool ok =
      sql != NULL ? jl_reader_ask(reader, sql, &v->space, NULL, err) : jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  jl_buffer_release(&text);
  if (!ok) return false;
  size_t i = 0;
  for (const PGresult *row; (row = jl_reader_next(reader, err)) != NULL;) {
    struct jl_id id = jl_cell_id(row, 0, 0);
    jl_arena_reset(a);
    for (; i < n && jl_id_compare(&made[i]->id, &id) < 0; i++) missing(v, made[i]);
    struct stands found = {(uint64_t)jl_cell_number(row, 0, 1), (uint64_t)jl_cell_number(row, 0, 2), (uint64_t)jl_cell_number(row, 0, 3),
                           (uint64_t)jl_cell_number(row, 0, 4), jl_row_body(a, type, row, 0)};
    if (found.body.data == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    v->records++;
    if (i < n && jl_id_equal(&made[i]->id, &id))
      compare(v, type->name, 0, made[i++], &found, FROM_LOG);
    else
      too_many(v, type, &id, found.revision);
  }
  for (; i < n; i++) missing(v, made[i]);
  return err->code == JL_E_OK;
}

bool jl_verify_tables(struct jl_reader *reader, const struct jl_replica *made, struct jl_verified *v, struct jl_error *err) {
  size_t n = 0, at = 0;
  const struct jl_record **all = all_records(made, &n);
  struct jl_arena *a = jl_arena_new(ROW_BYTES);
  bool ok = all != NULL && a != NULL;
  if (!ok) jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  for (size_t t = 0; ok && t < jl_record_type_count; t++) {
    while (at < n && all[at]->type_number < jl_record_types[t]->number) missing(v, all[at++]);
    size_t first = at;
    while (at < n && all[at]->type_number == jl_record_types[t]->number) at++;
    ok = compare_table(reader, jl_record_types[t], all + first, at - first, a, v, err);
  }
  while (ok && at < n) missing(v, all[at++]);
  jl_arena_free(a);
  free(all);
  return ok;
}

/* ---- stored states ---- */
struct parts {
  struct jl_stored_state state;
  struct jl_bytes *parts;
  size_t capacity;
  bool broken;
};

static bool add_part(struct parts *p, struct jl_bytes part) {
  if (p->state.part_count == p->capacity) {
    size_t capacity = p->capacity == 0 ? PARTS_FIRST : p->capacity * 2;
    struct jl_bytes *grown = realloc(p->parts, capacity * sizeof *grown);
    if (grown == NULL) return false;
    p->parts = grown;
    p->capacity = capacity;
  }
  p->parts[p->state.part_count++] = part;
  return true;
}

static bool read_parts(struct jl_reader *reader, const struct jl_id *space, uint64_t revision, struct jl_arena *a, struct parts *p,
                       struct jl_error *err) {
  if (!jl_reader_ask(reader, jl_statement_text("state_find"), space, &revision, err)) return false;
  for (const PGresult *row; (row = jl_reader_next(reader, err)) != NULL;) {
    p->state.revision = (uint64_t)jl_cell_number(row, 0, 0);
    p->state.records = (uint64_t)jl_cell_number(row, 0, 1);
    jl_cells_sections(row, 0, 2, 3, p->state.sections);
    p->broken = p->broken || (size_t)jl_cell_number(row, 0, 4) != p->state.part_count;
    struct jl_bytes part = jl_arena_dup(a, jl_cell_bytes(row, 0, 5));
    if (part.data == NULL || !add_part(p, part))
      return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory to read a past state"), NULL);
  }
  p->state.parts = p->parts;
  return err->code == JL_E_OK;
}

static void state_wrong(struct jl_verified *v, uint64_t revision, const struct jl_error *why) {
  struct jl_finding finding;
  struct jl_error what = *why;
  what.code = JL_E_TAMPERED;
  if (what.hint[0] == '\0') snprintf(what.hint, sizeof what.hint, "%s", AGAIN);
  (void)jl_finding_at(&finding, revision, JL_SECTION_NONE, &what);
  jl_verify_found(v, "past_state", &finding);
}

static void compare_state(const struct jl_replica *made, const struct jl_replica *stored, struct jl_verified *v) {
  uint64_t at = jl_replica_where(made)->revision;
  for (const struct jl_record *r = jl_replica_next(made, NULL); r != NULL; r = jl_replica_next(made, &r->id)) {
    const struct jl_record *other = jl_replica_record(stored, &r->id);
    if (other == NULL || other->type_number != r->type_number) {
      tell(v, "past_state", r, at, 0, JL_MSG("the log has the record and the stored state has not"), AGAIN, jl_arg_integer(0),
           jl_arg_integer(0));
      continue;
    }
    struct stands found = of_record(other);
    compare(v, "past_state", at, r, &found, AGAIN);
  }
  for (const struct jl_record *r = jl_replica_next(stored, NULL); r != NULL; r = jl_replica_next(stored, &r->id))
    if (jl_replica_record(made, &r->id) == NULL)
      tell(v, "past_state", r, at, 0, JL_MSG("the stored state has a record that the log knows nothing of"), AGAIN, jl_arg_integer(0),
           jl_arg_integer(0));
}

static bool judge_state(const struct parts *p, const struct jl_replica *made, struct jl_audit *audit, struct jl_verified *v,
                        struct jl_error *err) {
  uint64_t at = jl_replica_where(made)->revision;
  struct jl_error why = {0};
  struct jl_finding finding;
  if (p->state.revision != at || p->broken) {
    jl_fail(&why, JL_E_TAMPERED, JL_MSG("parts of the stored state of r{1} are missing"), AGAIN, jl_arg_revision(at));
    state_wrong(v, at, &why);
    return true;
  }
  if (!jl_audit_state(audit, at, p->state.sections, JL_MSG("the stored state"), &finding)) {
    jl_verify_found(v, "past_state", &finding);
    return true;
  }
  struct jl_replica *stored = jl_replica_new(&v->space, v->kind);
  if (stored == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  if (jl_state_unpack(&p->state, stored, &why))
    compare_state(made, stored, v);
  else if (why.code == JL_E_NO_MEMORY)
    *err = why;
  else
    state_wrong(v, at, &why);
  jl_replica_free(stored);
  v->states++;
  return err->code == JL_E_OK;
}

bool jl_verify_stored_state(struct jl_reader *reader, const struct jl_replica *made, struct jl_audit *audit, struct jl_verified *v,
                            struct jl_error *err) {
  struct parts p = {.capacity = 0};
  struct jl_arena *a = jl_arena_new(STATE_BYTES);
  bool ok = a != NULL || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  ok = ok && read_parts(reader, &v->space, jl_replica_where(made)->revision, a, &p, err) && judge_state(&p, made, audit, v, err);
  free(p.parts);
  jl_arena_free(a);
  return ok;
}
