/* A person was erased (RGPD), and the copy learns it: what was typed about the records concerned goes from the outbox, and from its file,
 * whether it was applied, waits or was refused; what was sent and has no answer yet is refused by the server, which keeps nothing of it. */
#include "client/sync/outbox_parts.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include <string.h>

#define ARENA_BYTES (4u * JL_UNPACK_MAX)

/* ---- groups that make or edit the record, with what needs them ---- */
static bool next_of(struct jl_outbox *o, const struct jl_id *record, struct jl_entry *e, bool *ret_any, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&o->sql,
                           "SELECT e.id, e.state FROM touch t JOIN entry e ON e.id = t.entry WHERE t.record = ?1 AND t.how < 3 AND e.state <> 2"
                           " ORDER BY e.id LIMIT 1",
                           err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, record);
  int step = jl_sql_step(&o->sql, q, err);
  *ret_any = step == 1;
  if (step == 1) *e = (struct jl_entry){.id = jl_sql_u64(q, 0), .state = (enum jl_outbox_state)sqlite3_column_int(q, 1)};
  sqlite3_reset(q);
  return step >= 0;
}

static bool forget_groups(struct jl_outbox *o, const struct jl_id *record, bool *io_any, struct jl_error *err) {
  for (;;) {
    struct jl_entry e;
    bool any;
    if (!next_of(o, record, &e, &any, err)) return false;
    if (!any) return true;
    *io_any = true;
    if (!jl_outbox_remove(o, e.id, err) || (e.state != JL_OUTBOX_DONE && !jl_outbox_unpark(o, e.id, err))) return false;
  }
}

/* ---- conflicts that name the person: as author, in words too ---- */
static bool forget_words(Jalon__Verdict *v, const struct jl_id *person) {
  bool any = false;
  for (size_t i = 0; i < v->n_conflicts; i++) {
    Jalon__Conflict *c = v->conflicts[i];
    struct jl_id author;
    if (c->author_name == NULL || !jl_id_from_bytes(JL_PB(c->author), &author) || !jl_id_equal(&author, person)) continue;
    for (size_t k = 0; v->error != NULL && k < v->error->n_arguments; k++) {
      Jalon__Argument *argument = v->error->arguments[k];
      if (argument->text != NULL && strstr(argument->text, c->author_name) != NULL) argument->text = NULL;
    }
    c->author_name = NULL;
    any = true;
  }
  return any;
}

static bool forget_name(struct jl_outbox *o, const struct jl_id *person, bool *io_any, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(ARENA_BYTES);
  struct jl_entry *entries;
  size_t n;
  sqlite3_stmt *q = jl_sql(&o->sql, "SELECT " JL_ENTRY_COLUMNS " FROM entry WHERE instr(verdict, ?1) > 0", err);
  if (a == NULL) return jl_outbox_no_memory(err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, person);
  if (!jl_outbox_rows(o, q, a, true, &entries, &n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_error ignored;
    Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, entries[i].verdict, a, &ignored);
    if (v == NULL || !forget_words(v, person)) continue;
    struct jl_bytes verdict = jl_pack(&v->base, a, JL_MESSAGE_MAX);
    q = verdict.data == NULL ? NULL : jl_sql(&o->sql, "UPDATE entry SET verdict = ?2 WHERE id = ?1", err);
    if (q == NULL) return verdict.data == NULL ? jl_outbox_no_memory(err) : false;
    jl_sql_put_number(q, 1, entries[i].id);
    jl_sql_put_bytes(q, 2, verdict);
    if (!jl_sql_do(&o->sql, q, err)) return false;
    *io_any = true;
  }
  return true;
}

bool jl_outbox_forget(struct jl_outbox *o, const struct jl_id *record, struct jl_error *err) {
  bool inside, any = false;
  if (o->read_only) return true; /* whoever can write does it */
  if (!jl_outbox_begin(o, &inside, err)) return false;
  bool ok = forget_groups(o, record, &any, err) && forget_name(o, record, &any, err);
  if (!jl_outbox_end(o, inside, ok, err)) return false;
  return !any || inside || jl_sql_run(&o->sql, "VACUUM", err); /* pages that an older program freed hold it still */
}
