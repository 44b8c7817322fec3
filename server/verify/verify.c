#include "server/verify/verify.h"
#include "common/base/calendar.h"
#include "common/model/governance/rights.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include "server/store/files.h"
#include "server/store/rows.h"
#include "server/verify/certificates.h"
#include "server/verify/compare.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH_BYTES (64U << 20) /* of one revision */
#define ROWS_BYTES (64U << 20)    /* the same, as it came */
#define PROGRESS_US 200000
#define COLUMN_LINK 4

struct space {
  struct jl_id id;
  bool has_head;
  enum jl_space_kind kind;
  uint64_t epoch, revision;
  struct jl_section_position sections[JL_SECTIONS];
};
struct run {
  const struct jl_verify_of *of;
  struct jl_reader *log, *rest; /* one snapshot */
  struct space *spaces;
  size_t space_count;
  int64_t told_us;
};
/* One space, while its log is folded. */
struct fold {
  struct run *run;
  const struct space *space;
  struct jl_verified *v;
  struct jl_audit *audit;
  struct jl_replica *replica;
  struct jl_arena *rows, *scratch;
  struct jl_certificates certificates; /* that there must be */
  uint64_t *states; /* revisions of stored states, ascending */
  size_t state_count, next_state;
  uint64_t revision; /* whose changes are gathered */
  struct jl_change changes[JL_SECTIONS];
  size_t count;
  bool ended; /* something is wrong with the log: what is after it cannot be judged */
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL); }

/* ---- what there is ---- */
static bool add_space(struct run *run, const PGresult *row, struct jl_error *err) {
  struct space *grown = realloc(run->spaces, (run->space_count + 1) * sizeof *grown);
  if (grown == NULL) return no_memory(err);
  run->spaces = grown;
  struct space *s = &grown[run->space_count++];
  *s = (struct space){.id = jl_cell_id(row, 0, 0), .has_head = !PQgetisnull(row, 0, 1)};
  if (!s->has_head) return true;
  s->kind = (enum jl_space_kind)jl_cell_number(row, 0, 1);
  s->epoch = (uint64_t)jl_cell_number(row, 0, 2);
  s->revision = (uint64_t)jl_cell_number(row, 0, 3);
  jl_cells_sections(row, 0, 4, 5, s->sections);
  return true;
}

static bool find_spaces(struct run *run, struct jl_error *err) {
  if (!jl_reader_ask(run->rest, jl_statement_text("verify_spaces"), NULL, NULL, err)) return false;
  for (const PGresult *row; (row = jl_reader_next(run->rest, err)) != NULL;)
    if (!add_space(run, row, err)) return false;
  return err->code == JL_E_OK;
}

static bool find_states(struct fold *f, struct jl_error *err) {
  if (!jl_reader_ask(f->run->rest, jl_statement_text("verify_states"), &f->space->id, NULL, err)) return false;
  for (const PGresult *row; (row = jl_reader_next(f->run->rest, err)) != NULL;) {
    uint64_t *grown = realloc(f->states, (f->state_count + 1) * sizeof *grown);
    if (grown == NULL) return no_memory(err);
    f->states = grown;
    f->states[f->state_count++] = (uint64_t)jl_cell_number(row, 0, 0);
  }
  return err->code == JL_E_OK;
}

/* ---- findings ---- */
static void stop_at(struct fold *f, const char *table, const struct jl_finding *finding) {
  jl_verify_found(f->v, table, finding);
  f->ended = true;
}

static void wrong_at(struct fold *f, const char *table, uint64_t revision, enum jl_section section, const struct jl_error *what) {
  struct jl_finding finding;
  (void)jl_finding_at(&finding, revision, section, what);
  uint64_t confirmed = f->audit == NULL ? finding.after : jl_audit_confirmed(f->audit);
  if (confirmed < finding.after) finding.after = confirmed;
  finding.what.code = JL_E_TAMPERED;
  stop_at(f, table, &finding);
}

static void progress(struct fold *f) {
  struct run *run = f->run;
  if (run->of->progress == NULL) return;
  int64_t now_us = jl_monotonic_us();
  if (now_us - run->told_us < PROGRESS_US) return;
  run->told_us = now_us;
  f->v->counts = *jl_audit_counts(f->audit);
  run->of->progress(run->of->context, f->v, f->revision);
}

/* ---- rows ---- */
/* The columns beside a body repeat what is in it, for questions that are asked in SQL. */
static bool columns_fit(struct fold *f, const PGresult *row, const struct jl_audit_row *of) {
  const Jalon__ChangeBody *body = jl_audit_body(f->audit);
  const char *import = body->import_name != NULL ? body->import_name : "";
  const struct {
    const char *name;
    int column;
    bool optional; /* some servers did not write it */
    struct jl_bytes bytes;
    int64_t number; /* when bytes.data is NULL */
  } copies[] = {
      {"author", 5, true, JL_PB(body->author), 0},
      {"replica", 6, false, JL_PB(body->replica), 0},
      {"seq", 7, false, {NULL, 0}, (int64_t)body->seq},
      {"group_id", 8, true, JL_PB(body->group_id), 0},
      {"at", 9, false, {NULL, 0}, body->time_us},
      {"import_name", 10, import[0] == '\0', {(const uint8_t *)import, strlen(import)}, 0},
      {"takes_back", 11, body->undoes == 0 && body->redoes == 0, {NULL, 0}, (int64_t)(body->undoes != 0 ? body->undoes : body->redoes)}};
  struct jl_error what = {0};
  for (size_t i = 0; i < JL_COUNT(copies); i++) {
    int column = copies[i].column;
    bool none = PQgetisnull(row, 0, column) != 0;
    if (none                           ? copies[i].optional
        : copies[i].bytes.data == NULL ? jl_cell_number(row, 0, column) == copies[i].number
                                       : jl_bytes_equal(jl_cell_bytes(row, 0, column), copies[i].bytes))
      continue;
    jl_fail(&what, JL_E_TAMPERED, JL_MSG("the column {2} of r{1} is not what its body says, which the chain covers"), NULL,
            jl_arg_revision(of->revision), jl_arg_text(copies[i].name));
    wrong_at(f, "", of->revision, of->section, &what);
    return false;
  }
  return true;
}

static bool compare_state_here(struct fold *f, struct jl_error *err) {
  uint64_t at = jl_replica_where(f->replica)->revision;
  while (f->next_state < f->state_count && f->states[f->next_state] < at) f->next_state++;
  if (f->next_state == f->state_count || f->states[f->next_state] != at) return true;
  return jl_verify_stored_state(f->run->rest, f->replica, f->audit, f->v, err);
}

/* The revision that was gathered is applied as every copy applies it. */
static bool apply(struct fold *f, struct jl_error *err) {
  struct jl_error what = {0};
  if (f->count == 0) return true;
  jl_arena_reset(f->scratch);
  bool applied = jl_replica_apply(f->replica, f->changes, f->count, f->scratch, &what);
  f->count = 0;
  if (!applied && what.code == JL_E_NO_MEMORY) {
    *err = what;
    return false;
  }
  if (!applied) {
    struct jl_finding gone;
    wrong_at(f, "", f->revision, JL_SECTION_NONE, &what);
    if (!jl_audit_gone(f->audit, &gone)) stop_at(f, "", &gone); /* which may be why it cannot be applied */
  }
  jl_arena_reset(f->rows);
  return applied ? compare_state_here(f, err) : true;
}

static bool gather(struct fold *f, const struct jl_audit_row *row, struct jl_error *err) {
  struct jl_change *change = &f->changes[f->count++];
  change->body = jl_arena_dup(f->rows, row->change.body);
  change->private_values = jl_arena_dup(f->rows, row->change.private_values);
  f->revision = row->revision;
  return (change->body.data != NULL && (change->private_values.data != NULL || change->private_values.size == 0)) || no_memory(err);
}

static bool take_row(struct fold *f, const PGresult *r, struct jl_error *err) {
  struct jl_finding finding;
  struct jl_audit_row row = {.revision = (uint64_t)jl_cell_number(r, 0, 0),
                             .section = (enum jl_section)jl_cell_number(r, 0, 1),
                             .change = {jl_cell_bytes(r, 0, 2), jl_cell_bytes(r, 0, 3)},
                             .link = jl_cell_bytes(r, 0, COLUMN_LINK)};
  if (row.revision != f->revision) {
    if (!apply(f, err)) return false;
    progress(f);
  }
  if (f->ended) return true;
  uint8_t before[JL_CHAIN_SIZE] = {0};
  if (row.section > JL_SECTION_NONE && row.section < JL_SECTIONS) memcpy(before, jl_audit_sections(f->audit)[row.section].chain, sizeof before);
  if (!jl_audit_row(f->audit, &row, &finding)) {
    if (finding.what.code == JL_E_NO_MEMORY) return no_memory(err);
    stop_at(f, "", &finding);
    return true;
  }
  if (!jl_certificates_row(&f->certificates, jl_audit_body(f->audit), before, jl_audit_sections(f->audit)[row.section].chain))
    return no_memory(err);
  return !columns_fit(f, r, &row) || gather(f, &row, err);
}

static bool fold_log(struct fold *f, struct jl_error *err) {
  struct jl_finding finding;
  if (!jl_reader_ask(f->run->log, jl_statement_text("verify_log"), &f->space->id, NULL, err)) return false;
  for (const PGresult *row; !f->ended && (row = jl_reader_next(f->run->log, err)) != NULL;)
    if (!take_row(f, row, err)) return false;
  if (err->code != JL_E_OK || (!f->ended && !apply(f, err))) return false;
  if (!f->ended && !jl_audit_end(f->audit, f->space->revision, &finding)) stop_at(f, "", &finding);
  return true;
}

/* ---- a space ---- */
/* States of revisions that there are not. */
static void later_states(struct fold *f) {
  for (size_t i = 0; i < f->state_count; i++) {
    struct jl_error what = {0};
    struct jl_finding finding;
    if (f->states[i] <= f->space->revision) continue;
    jl_fail(&what, JL_E_TAMPERED, JL_MSG("there is a stored state of r{1}, and the space is at r{2}"),
            JL_MSG("DELETE it: states are made again from the log"), jl_arg_revision(f->states[i]), jl_arg_revision(f->space->revision));
    (void)jl_finding_at(&finding, f->states[i], JL_SECTION_NONE, &what);
    jl_verify_found(f->v, "past_state", &finding);
  }
}

static void take_name(struct fold *f) {
  const struct jl_record *plan = jl_replica_live(f->replica, &f->space->id);
  if (plan == NULL || plan->type_number != JL_TYPE_PLAN) return;
  struct jl_bytes name = jl_record_text(plan->type, plan->body, JL_PLAN_NAME);
  struct jl_arg cut = jl_arg_textn((const char *)name.data, name.size);
  memcpy(f->v->name, cut.text, sizeof f->v->name);
}

static bool compare_rest(struct fold *f, struct jl_error *err) {
  struct jl_finding finding;
  take_name(f);
  later_states(f);
  if (f->ended) return true;
  f->v->whole = true;
  if (!jl_audit_state(f->audit, f->space->revision, f->space->sections, JL_MSG("the head row"), &finding))
    jl_verify_found(f->v, "space_head", &finding);
  return jl_verify_certificates(f->run->rest, &f->certificates, f->v, err) && jl_verify_tables(f->run->rest, f->replica, f->v, err);
}

static bool no_head(struct fold *f) {
  struct jl_error what = {0};
  jl_fail(&what, JL_E_TAMPERED, JL_MSG("the space has a log, or certificates of erasures, and no head row"),
          JL_MSG("put the row of space_head back from a copy of the database"));
  wrong_at(f, "space_head", 1, JL_SECTION_NONE, &what);
  return true;
}

static bool fold_space(struct fold *f, struct jl_error *err) {
  const struct jl_audit_of of = {.space = f->space->id,
                                 .sections = JL_EVERYTHING,
                                 .whole = true,
                                 .personal = true,
                                 .heads = f->run->of->heads,
                                 .head_count = f->run->of->head_count};
  if (!f->space->has_head) return no_head(f);
  f->audit = jl_audit_new(&of);
  f->replica = jl_replica_new(&f->space->id, f->space->kind);
  f->rows = jl_arena_new(ROWS_BYTES);
  f->scratch = jl_arena_new(SCRATCH_BYTES);
  if (f->audit == NULL || f->replica == NULL || f->rows == NULL || f->scratch == NULL) return no_memory(err);
  *jl_replica_position(f->replica) = (struct jl_position){.space = f->space->id, .epoch = f->space->epoch};
  bool ok = find_states(f, err) && fold_log(f, err) && compare_rest(f, err);
  f->v->counts = *jl_audit_counts(f->audit);
  return ok;
}

static bool verify_space(struct run *run, const struct space *space, struct jl_error *err) {
  struct jl_verified *v = calloc(1, sizeof *v);
  if (v == NULL) return no_memory(err);
  struct fold f = {.run = run, .space = space, .v = v};
  v->space = space->id;
  v->kind = space->kind;
  v->epoch = space->epoch;
  v->revision = space->revision;
  bool ok = fold_space(&f, err);
  if (ok) run->of->verified(run->of->context, v);
  jl_audit_free(f.audit);
  jl_replica_free(f.replica);
  jl_arena_free(f.rows);
  jl_arena_free(f.scratch);
  jl_certificates_release(&f.certificates);
  free(f.states);
  free(v);
  return ok;
}

static bool is_wanted(const struct run *run, const struct jl_id *space) {
  return jl_id_is_zero(&run->of->space) || jl_id_equal(&run->of->space, space);
}

/* A space that was taken away whole is in nothing but the heads. */
static void tell_gone(struct run *run) {
  for (size_t i = 0; i < run->of->head_count; i++) {
    const struct jl_heads *h = &run->of->heads[i];
    bool known = !is_wanted(run, &h->space);
    for (size_t s = 0; s < run->space_count && !known; s++) known = jl_id_equal(&run->spaces[s].id, &h->space);
    for (size_t k = 0; k < i && !known; k++) known = jl_id_equal(&run->of->heads[k].space, &h->space);
    struct jl_verified *v = known ? NULL : calloc(1, sizeof *v);
    if (v == NULL) continue;
    struct jl_error what = {0};
    struct jl_finding finding;
    v->space = h->space;
    memcpy(v->name, h->name, sizeof v->name);
    jl_fail(&what, JL_E_TAMPERED, JL_MSG("the space of these heads is not in this database; it was at r{1} on {2}"),
            JL_MSG("are they of another server?"), jl_arg_revision(h->revision), jl_arg_time(h->time_us));
    (void)jl_finding_at(&finding, 1, JL_SECTION_NONE, &what);
    jl_verify_found(v, "space_head", &finding);
    run->of->verified(run->of->context, v);
    free(v);
  }
}

bool jl_verify(const struct jl_verify_of *of, struct jl_error *err) {
  struct run run = {.of = of};
  bool any = false;
  run.log = jl_reader_open(of->connection, NULL, err);
  run.rest = run.log == NULL ? NULL : jl_reader_open(of->connection, jl_reader_snapshot(run.log), err);
  bool ok = run.rest != NULL && find_spaces(&run, err);
  for (size_t i = 0; ok && i < run.space_count; i++) {
    if (!is_wanted(&run, &run.spaces[i].id)) continue;
    any = true;
    ok = verify_space(&run, &run.spaces[i], err);
  }
  if (ok) tell_gone(&run);
  if (ok && !any && !jl_id_is_zero(&of->space)) ok = jl_fail(err, JL_E_NOT_FOUND, JL_MSG("no such space"), NULL);
  jl_reader_close(run.rest);
  jl_reader_close(run.log);
  free(run.spaces);
  return ok;
}
