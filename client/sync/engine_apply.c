/* What the server tells, into the base. Changes go through jl_replica_apply over a sparse replica that holds only the records
 * they touch, so a refresh costs the changes and not the plan.
 *
 * Many messages share a transaction, and who reads the copy meanwhile through the same connection sees what is in it already: views
 * of the local copy, forecasts, the next one to follow the space. So the position is written with the records, revision by revision, and not
 * when the transaction ends. */
#include "client/sync/engine_state.h"
#include "common/wire/unpack.h"
#include <string.h>

#define SPARSE_MAX 8192 /* records that the sparse replica keeps between messages */

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

bool jl_engine_begin(struct jl_engine *e, struct jl_error *err) {
  if (e->open) return true;
  if (e->base->read_only)
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the local copy cannot be written"), JL_MSG("check the folder's owner and rights, or set XDG_DATA_HOME"));
  if (!jl_sql_begin(&e->base->sql, err)) return false;
  e->open = true;
  e->opened_us = jl_engine_monotonic(e);
  e->collected = 0;
  return true;
}

bool jl_engine_commit(struct jl_engine *e, struct jl_error *err) {
  if (!e->open) return true;
  e->open = false;
  if (jl_sql_commit(&e->base->sql, err) && jl_base_sweep(e->base, err)) return true;
  jl_follow_reset(e);
  return false;
}

static struct jl_base_set *target(struct jl_follow *f) { return f->s.shadow.number != 0 ? &f->s.shadow : &f->s.live; }

/* ---- snapshots ---- */
struct jl_record *jl_follow_record(const Jalon__RecordState *in, struct jl_error *err) {
  struct jl_id id;
  if (!jl_id_from_bytes(JL_PB(in->id), &id) || in->type == 0) {
    jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a record of the snapshot has no id or type"), NULL);
    return NULL;
  }
  struct jl_record *record = jl_record_new(in->type, &id, JL_PB(in->body));
  if (record == NULL) {
    (void)no_memory(err);
    return NULL;
  }
  record->number = in->number;
  record->revision = in->revision;
  record->created_revision = in->created_revision;
  record->deleted_revision = in->deleted_revision;
  return record;
}

/* A record that is here without its personal values: who was erased is so everywhere. `set`: where it was as it was before; NULL: nowhere. */
static bool note_erased(struct jl_engine *e, const struct jl_record *record, const struct jl_base_set *set, struct jl_error *err) {
  struct jl_outbox_erased of = {.record = record->id, .type = record->type_number, .number = record->number};
  struct jl_record *former = NULL;
  if (record->type == NULL || !jl_record_erased(record->type, record->body)) return true;
  if (set != NULL && set->number != 0 && !jl_base_record(e->base, set, &record->id, &former, err)) return false;
  if (former != NULL) of.former = former->body;
  bool ok = jl_outbox_forget(e->outbox, &of, err);
  jl_record_release(former);
  return ok;
}

static bool note_erased_in(struct jl_engine *e, const struct jl_base_set *set, const struct jl_id *id, struct jl_error *err) {
  struct jl_record *record = NULL;
  if (set->number == 0) return true;
  bool ok = jl_base_record(e->base, set, id, &record, err) && (record == NULL || note_erased(e, record, NULL, err));
  jl_record_release(record);
  return ok;
}

bool jl_follow_decided(struct jl_engine *e, const struct jl_id *space, uint64_t entry, bool refused, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_MESSAGE_MAX);
  struct jl_base_space s;
  struct jl_id *records;
  size_t n;
  if (e->base == NULL && refused) {
    struct jl_engine_event event = {.kind = JL_ENGINE_NEEDS_LOG, .space = *space};
    jl_engine_tell(e, &event);
  }
  if (e->base == NULL) return true; /* what was applied is not of what was erased before it went out: see outbox_forget.c */
  if (a == NULL) return no_memory(err);
  if (!jl_base_find(e->base, space, &s, err) || !jl_outbox_edited(e->outbox, entry, a, &records, &n, err)) return false;
  for (size_t i = 0; i < n; i++)
    if (!note_erased_in(e, &s.live, &records[i], err) || !note_erased_in(e, &s.shadow, &records[i], err)) return false;
  return true;
}

static bool put_state(struct jl_engine *e, struct jl_follow *f, const Jalon__RecordState *in, struct jl_error *err) {
  struct jl_record *record = jl_follow_record(in, err);
  if (record == NULL) return false;
  struct jl_id id = record->id;
  bool ok = note_erased(e, record, &f->s.live, err) && jl_base_put(e->base, f->adding != 0 ? &f->s.live : &f->s.shadow, record, err);
  jl_record_release(record);
  if (f->adding == 0) f->s.shadow_cursor = id;
  return ok;
}

bool jl_follow_records(struct jl_engine *e, struct jl_follow *f, const Jalon__Snapshot *in, struct jl_error *err) {
  if (!jl_engine_begin(e, err)) return false;
  for (size_t i = 0; i < in->n_records; i++) {
    if (!put_state(e, f, in->records[i], err)) return false;
    e->collected += in->records[i]->body.len + 64;
  }
  f->records += in->n_records;
  if (f->adding == 0) f->s.shadow_count += in->n_records;
  if (f->adding == 0 && in->has_total) f->s.shadow_total = in->total;
  return jl_base_save(e->base, &f->s, err);
}

bool jl_follow_swap(struct jl_engine *e, struct jl_follow *f, struct jl_error *err) {
  if (!jl_engine_begin(e, err) || !jl_base_shadow_swap(e->base, &f->s, err)) return false;
  f->swapped = true;
  if (!jl_lost_passed(e, f, f->s.live.position.revision, err)) return false;
  for (struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next)
    if (jl_id_equal(&lane->space, &f->s.id)) lane->searched = lane->search_for = 0; /* the changes that the snapshot stands for were not looked at */
  return true;
}

/* ---- changes ---- */
/* A record that came with the snapshot may have some of the tail in it already: those changes are left out. */
static bool filter(const Jalon__ChangeBody *body, const Jalon__ChangePrivate *privates, const struct jl_replica *sparse, struct jl_arena *a,
                   struct jl_change *change, bool *ret_any, struct jl_error *err) {
  Jalon__ChangeBody rest = *body;
  Jalon__ChangePrivate private_rest = JALON__CHANGE_PRIVATE__INIT;
  rest.changes = jl_arena_array(a, body->n_changes + 1, sizeof *rest.changes);
  private_rest.values = jl_arena_array(a, (privates == NULL ? 0 : privates->n_values) + 1, sizeof *private_rest.values);
  if (rest.changes == NULL || private_rest.values == NULL) return no_memory(err);
  rest.n_changes = 0;
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id;
    const struct jl_record *record = jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) ? jl_replica_record(sparse, &id) : NULL;
    if (record != NULL && record->revision >= body->revision) continue;
    for (size_t k = 0; privates != NULL && k < privates->n_values; k++) {
      if (privates->values[k]->change != i) continue;
      Jalon__PrivateValue *value = jl_arena_alloc(a, sizeof *value);
      if (value == NULL) return no_memory(err);
      *value = *privates->values[k];
      value->change = (uint32_t)rest.n_changes;
      private_rest.values[private_rest.n_values++] = value;
    }
    rest.changes[rest.n_changes++] = body->changes[i];
  }
  *ret_any = rest.n_changes > 0;
  if (rest.n_changes == body->n_changes) return true;
  change->body = jl_pack(&rest.base, a, 2 * JL_MESSAGE_MAX);
  change->private_values = jl_pack(&private_rest.base, a, 2 * JL_MESSAGE_MAX);
  return (change->body.data != NULL && (change->private_values.data != NULL || private_rest.n_values == 0)) || no_memory(err);
}

static bool load_touched(struct jl_engine *e, struct jl_follow *f, const Jalon__ChangeBody *body, struct jl_error *err) {
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id;
    struct jl_record *record;
    if (!jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) || jl_replica_record(f->sparse, &id) != NULL) continue;
    if (!jl_base_record(e->base, target(f), &id, &record, err)) return false;
    if (record != NULL && !jl_replica_put(f->sparse, record)) return no_memory(err);
  }
  return true;
}

static bool save_touched(struct jl_engine *e, struct jl_follow *f, const Jalon__ChangeBody *body, struct jl_error *err) {
  if (body->has_erases && !jl_base_erased(e->base, &f->s, body->revision, err)) return false; /* the changes that are kept here hold it still */
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id;
    const struct jl_record *record = jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) ? jl_replica_record(f->sparse, &id) : NULL;
    if (record != NULL && (!note_erased(e, record, target(f), err) || !jl_base_put(e->base, target(f), record, err))) return false;
  }
  return true;
}

/* A group of ours in the log is applied, whatever became of its verdict. Settled before the base commits: were it the other way
 * round, a crash between could let a group in doubt be sent once more. */
bool jl_follow_notice(struct jl_engine *e, const struct jl_id *space, const Jalon__ChangeBody *body, struct jl_error *err) {
  struct jl_entry entry;
  struct jl_id group_id, replica;
  if (!jl_id_from_bytes(JL_PB(body->group_id), &group_id)) return true;
  bool ours = jl_id_from_bytes(JL_PB(body->replica), &replica) && jl_id_equal(&replica, &e->outbox->replica);
  struct jl_follow *f = jl_follow_of(e, space);
  if (f != NULL) jl_lost_shown(f, &group_id, body->revision);
  if (ours && !e->outbox->read_only && jl_outbox_contested(e->outbox, space, body->seq, &group_id)) {
    if (!jl_outbox_unnumber(e->outbox, space, err)) return false;
    if (f != NULL) f->vouched = false;
  }
  if (!jl_outbox_knows(e->outbox, &group_id, body->revision, &entry)) return true;
  bool as_sent = entry.state == JL_OUTBOX_SENT && entry.seq == body->seq && ours;
  if (as_sent) return true; /* its verdict comes, and says more; not so when another copy of this folder sent it */
  if (!jl_outbox_found(e->outbox, &entry, body, e->calls.now_us(e->context), err)) return false;
  struct jl_engine_event event = {
      .kind = JL_ENGINE_FOUND, .entry = entry.id, .space = entry.space, .again = (entry.flags & JL_ENTRY_AGAIN) != 0};
  if (entry.state != JL_OUTBOX_DONE) jl_engine_tell(e, &event);
  return true;
}

bool jl_follow_search(struct jl_engine *e, const struct jl_base_space *s, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(4 * JL_UNPACK_MAX);
  struct jl_base_row *rows;
  size_t n;
  bool more = true;
  if (a == NULL) return no_memory(err);
  for (uint64_t from = 1; more;) {
    jl_arena_reset(a);
    if (!jl_base_changes(e->base, s, from, s->live.position.revision, JL_MESSAGE_MAX / 2, a, &rows, &n, &more, err)) return false;
    for (size_t i = 0; i < n; i++) {
      const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, rows[i].change.body, a, err);
      if (body == NULL || !jl_follow_notice(e, &s->id, body, err)) return false;
      from = rows[i].revision + 1;
    }
  }
  return true;
}

struct revision {
  const Jalon__ChangeBody *bodies[JL_SECTIONS];
  struct jl_change changes[JL_SECTIONS], applied[JL_SECTIONS];
  size_t count, applied_count;
};

static bool unpack_revision(struct jl_engine *e, struct jl_follow *f, const Jalon__Revisions *in, size_t *at, struct jl_arena *a,
                            struct revision *r, struct jl_error *err) {
  *r = (struct revision){0};
  uint64_t revision = 0;
  for (; *at < in->n_changes; ++*at) {
    struct jl_change change = {JL_PB(in->changes[*at]->body), JL_PB(in->changes[*at]->private_values)};
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, change.body, a, err);
    if (body == NULL) return false;
    if (r->count > 0 && body->revision != revision) break;
    revision = body->revision;
    if (r->count + 1 >= JL_SECTIONS) return jl_fail(err, JL_E_INVALID, JL_MSG("a revision touches too many sections"), NULL);
    r->bodies[r->count] = body;
    r->changes[r->count++] = change;
    if (!load_touched(e, f, body, err)) return false;
  }
  return true;
}

static bool choose_applied(struct jl_follow *f, struct revision *r, struct jl_arena *a, struct jl_error *err) {
  bool lenient = f->s.shadow.number != 0 || f->s.live.position.revision < f->s.whole_at;
  for (size_t i = 0; i < r->count; i++) {
    struct jl_change change = r->changes[i];
    bool any = true;
    if (lenient) {
      const Jalon__ChangePrivate *privates = NULL;
      if (change.private_values.size > 0 &&
          (privates = (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, change.private_values, a, err)) == NULL)
        return false;
      if (!filter(r->bodies[i], privates, f->sparse, a, &change, &any, err)) return false;
    }
    if (any) r->applied[r->applied_count++] = change;
  }
  return true;
}

/* Revisions that touched only what we may not see are left out. So that none is lost, the server is asked once more from here: it
 * checks the chains, and tells the same gap again when it is none. */
static bool gap(struct jl_follow *f, uint64_t after, struct jl_error *err) {
  if (f->gap_after == after && f->gap_asked) return true;
  f->gap_after = after;
  f->gap_asked = false;
  return jl_fail(err, JL_E_HISTORY_FORKED, JL_MSG("revisions after {1} are missing"), NULL, jl_arg_integer((int64_t)after));
}

static bool apply_revision(struct jl_engine *e, struct jl_follow *f, struct revision *r, struct jl_arena *a, struct jl_error *err) {
  struct jl_base_set *set = target(f);
  struct jl_position next = set->position;
  uint64_t revision = r->bodies[0]->revision;
  if (revision <= next.revision) return true; /* said again */
  if (revision != next.revision + 1 && !gap(f, next.revision, err)) return false;
  *jl_replica_position(f->sparse) = next;
  jl_replica_position(f->sparse)->revision = revision - 1;
  if (!choose_applied(f, r, a, err)) return false;
  if (r->applied_count > 0 && !jl_replica_apply(f->sparse, r->applied, r->applied_count, a, err)) return false;
  next.revision = revision;
  for (size_t i = 0; i < r->count; i++) {
    uint32_t section = r->bodies[i]->section;
    if (section >= JL_SECTIONS) return jl_fail(err, JL_E_INVALID, JL_MSG("section {1} of a change is not known or out of order"), NULL, jl_arg_integer(section));
    jl_chain_next(next.sections[section].chain, r->changes[i].body, next.sections[section].chain);
    next.sections[section].revision = revision;
  }
  for (size_t i = 0; i < r->count; i++)
    if (!jl_follow_notice(e, &f->s.id, r->bodies[i], err)) return false;
  if (set == &f->s.live && !jl_lost_passed(e, f, revision, err)) return false;
  for (size_t i = 0; i < r->count; i++) {
    struct jl_base_row row = {revision, (enum jl_section)r->bodies[i]->section, r->changes[i]};
    if (!save_touched(e, f, r->bodies[i], err) || !jl_base_put_change(e->base, &f->s, &row, r->bodies[i]->time_us, err)) return false;
    e->collected += row.change.body.size + row.change.private_values.size;
  }
  set->position = next;
  f->revisions++;
  return jl_base_save(e->base, &f->s, err);
}

static bool renew_sparse(struct jl_follow *f, struct jl_error *err) {
  if (f->sparse != NULL && jl_replica_count(f->sparse) <= SPARSE_MAX) return true;
  jl_replica_free(f->sparse);
  f->sparse = jl_replica_new(&f->s.id, f->s.kind);
  return f->sparse != NULL || no_memory(err);
}

bool jl_follow_apply(struct jl_engine *e, struct jl_follow *f, const Jalon__Revisions *in, struct jl_arena *a, struct jl_error *err) {
  struct jl_arena *scratch JL_CLEANUP(jl_arena_freep) = jl_arena_new(4 * JL_UNPACK_MAX);
  (void)a;
  if (scratch == NULL) return no_memory(err);
  if (!jl_engine_begin(e, err) || !renew_sparse(f, err)) return false;
  for (size_t at = 0; at < in->n_changes;) {
    struct revision r;
    jl_arena_reset(scratch);
    if (!unpack_revision(e, f, in, &at, scratch, &r, err) || !apply_revision(e, f, &r, scratch, err)) return false;
  }
  struct jl_base_set *set = target(f);
  if (in->through <= set->position.revision) return true;
  if (!gap(f, set->position.revision, err) || (set == &f->s.live && !jl_lost_passed(e, f, in->through, err))) return false;
  set->position.revision = in->through;
  return jl_base_save(e->base, &f->s, err);
}
