/* Trying a whole import: its groups are sent as dry runs, part after part, and each is judged as if those before it had been committed. They are
 * put into a copy of the space that nobody else sees, and nothing of it is ever written. The copy shares its records with the space; it is
 * made in turns between which the others' edits go on, and stands still from then on. It goes with the connection and when anybody's rights move,
 * and is bounded in number (one of an account) and in bytes. */
#include "common/model/replica_internal.h"
#include "server/space/internal.h"
#include <stdlib.h>

#define COPIED_PER_TURN 4000 /* records: a few ms */

struct jl_rehearsal {
  struct jl_rehearsal *next;
  struct jl_space *space; /* held */
  struct jl_id replica, account, import;
  uint64_t rights; /* see rights_of */
  uint32_t part; /* the last one that was judged */
  bool copied, broken, waits /* its next part, for texts to be merged */;
  size_t type, index; /* where copying has come to */
  uint64_t base;
  int64_t used_us;
  struct jl_replica *state;
};

uint64_t jl_rehearsal_base(const struct jl_rehearsal *r) { return r->base; }

static struct jl_rehearsal *find(const struct jl_space *space, const struct jl_id *replica, const struct jl_id *import) {
  struct jl_rehearsal *r = space->owner->rehearsals;
  while (r != NULL && (r->space != space || !jl_id_equal(&r->replica, replica) || !jl_id_equal(&r->import, import))) r = r->next;
  return r;
}

static uint64_t rights_at(const struct jl_space *space) { return space == NULL || space->committed == NULL ? 0 : jl_replica_where(space->committed)->acl_epoch; }

/* Another number whenever rights have moved: a copy judges by those that it holds, so what it says is not for who has lost some since. */
static uint64_t rights_of(const struct jl_space *space) {
  const struct jl_space *organisation = space->owner->organisation;
  return rights_at(space) + (organisation == space ? 0 : rights_at(organisation));
}

const struct jl_replica *jl_rehearsal_directory(const struct jl_space *space, const struct jl_rehearsal *r, const struct jl_replica *otherwise) {
  const struct jl_rehearsal *of_it = space == NULL ? NULL : find(space, &r->replica, &r->import);
  return of_it != NULL && of_it->copied && !of_it->broken && of_it->rights == rights_of(space) ? of_it->state : otherwise;
}

static void drop(struct jl_spaces *s, struct jl_rehearsal *gone) {
  struct jl_rehearsal **at = &s->rehearsals;
  while (*at != NULL && *at != gone) at = &(*at)->next;
  if (*at != NULL) *at = gone->next;
  jl_replica_free(gone->state);
  jl_space_release(gone->space);
  free(gone);
}

void jl_rehearsals_drop(struct jl_spaces *s, const struct jl_space *space) {
  for (struct jl_rehearsal *r = s->rehearsals, *next; r != NULL; r = next) {
    next = r->next;
    if (space == NULL || r->space == space) drop(s, r);
  }
}

void jl_rehearsals_overtaken(struct jl_space *space) {
  for (struct jl_rehearsal *r = space->owner->rehearsals, *next; r != NULL; r = next) {
    next = r->next;
    if (r->space == space && !r->copied) drop(space->owner, r);
  }
}

void jl_rehearsal_answered(struct jl_space *space, const struct jl_submission *s) {
  struct jl_rehearsal *r = find(space, &s->lane->replica, &s->import);
  if (r == NULL || s->part != r->part + 1) return;
  r->waits = false;
  if (!r->copied) drop(space->owner, r);
}

void jl_spaces_rehearsals_end(struct jl_spaces *s, const struct jl_id *replica) {
  for (struct jl_rehearsal *r = s->rehearsals, *next; r != NULL; r = next) {
    next = r->next;
    if (jl_id_equal(&r->replica, replica)) drop(s, r);
  }
}

void jl_rehearsals_tick(struct jl_spaces *s) {
  int64_t now_us = jl_monotonic_us();
  for (struct jl_rehearsal *r = s->rehearsals, *next; r != NULL; r = next) {
    next = r->next;
    if (now_us - r->used_us > JL_REHEARSAL_IDLE_S * INT64_C(1000000)) drop(s, r);
  }
}

void jl_rehearsals_committed(struct jl_space *space, const struct jl_batch *b) {
  for (struct jl_rehearsal *r = space->owner->rehearsals; r != NULL; r = r->next) {
    if (r->space != space || r->copied) continue;
    for (size_t i = 0; i < b->record_count && !r->broken; i++) r->broken = !jl_replica_put(r->state, jl_record_share(b->records[i].record));
  }
}

/* ---- beginning ---- */
static bool too_many(struct jl_error *err) {
  return jl_fail(err, JL_E_OVERLOADED, JL_MSG("the server has no room to try another import now"), JL_MSG("try again in a moment, or import without trying it first"));
}

/* Those of other imports of the same account are over. */
static struct jl_rehearsal *begin(struct jl_space *space, const struct jl_submission *s, struct jl_error *err) {
  struct jl_spaces *all = space->owner;
  size_t count = 0, bytes = jl_replica_memory(space->committed);
  for (struct jl_rehearsal *r = all->rehearsals, *next; r != NULL; r = next) {
    next = r->next;
    bool same = jl_id_equal(&r->replica, &s->lane->replica) && jl_id_equal(&r->import, &s->import) && r->space != space;
    if (!same && (jl_id_equal(&r->replica, &s->lane->replica) || jl_id_equal(&r->account, &s->account))) {
      drop(all, r);
      continue;
    }
    count++;
    bytes += jl_replica_memory(r->state);
  }
  if (count >= JL_REHEARSALS || bytes > JL_REHEARSAL_BYTES) {
    (void)too_many(err);
    return NULL;
  }
  struct jl_rehearsal *r = calloc(1, sizeof *r);
  if (r != NULL) r->state = jl_replica_new(&space->id, jl_replica_kind(space->committed));
  if (r == NULL || r->state == NULL) {
    free(r);
    (void)jl_writer_error(JL_E_NO_MEMORY, err);
    return NULL;
  }
  r->space = space;
  jl_space_hold(space);
  r->replica = s->lane->replica;
  r->account = s->account;
  r->import = s->import;
  r->rights = rights_of(space);
  r->used_us = jl_monotonic_us();
  r->next = all->rehearsals;
  return all->rehearsals = r;
}

/* New records stand behind all others of their type, and what is changed meanwhile is put in as well: so none is missed. */
static void copy_some(struct jl_rehearsal *r) {
  const struct jl_replica *from = r->space->committed;
  size_t left = COPIED_PER_TURN;
  while (left > 0 && !r->broken && r->type < jl_replica_type_count(from)) {
    uint32_t type = jl_replica_type_at(from, r->type);
    size_t n = jl_replica_of_type(from, type);
    for (; left > 0 && r->index < n && !r->broken; r->index++, left--)
      r->broken = !jl_replica_put(r->state, jl_record_share(jl_replica_of_type_at(from, type, r->index)));
    if (r->index < n) return;
    r->type++;
    r->index = 0;
  }
  r->copied = r->type >= jl_replica_type_count(from);
  if (!r->copied) return;
  *jl_replica_position(r->state) = *jl_replica_where(from);
  r->base = jl_replica_where(from)->revision;
}

/* ---- parts ---- */
/* Behind one that waits for the copy, or for texts: it waits too. */
static bool is_behind(const struct jl_rehearsal *r, const struct jl_submission *s) {
  return r != NULL && s->part > r->part + 1 && (r->waits || !r->copied);
}

bool jl_rehearsal_ripe(const struct jl_space *space, const struct jl_submission *s) {
  const struct jl_rehearsal *r = find(space, &s->lane->replica, &s->import);
  if (jl_merging(s) || (s->lane->seq < s->after_seq && s->lane->queued >= s->after_seq)) return false; /* what was sent before is not decided */
  return !is_behind(r, s);
}

static bool in_order(const struct jl_rehearsal *r, const struct jl_submission *s, struct jl_error *err) {
  if (r == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the parts of this import before part {1} are not held by the server any more"),
                   JL_MSG("try it again from its first part"), jl_arg_integer(s->part));
  return s->part == r->part + 1 || jl_fail(err, JL_E_INVALID, JL_MSG("part {1} of an import is not the next one to be tried: {2} is"),
                                           JL_MSG("try it again from its first part"), jl_arg_integer(s->part), jl_arg_integer((int64_t)r->part + 1));
}

static void apply(struct jl_rehearsal *r, const struct jl_outcome *outcome) {
  struct jl_position *at = jl_replica_position(r->state);
  if (outcome->change_count > 0) at->revision++;
  for (size_t i = 0; i < outcome->change_count; i++)
    if (outcome->sections[i] < JL_SECTIONS) at->sections[outcome->sections[i]].revision = at->revision;
  for (size_t i = 0; i < outcome->touched_count && !r->broken; i++) r->broken = !jl_replica_put(r->state, jl_record_share(outcome->touched[i].after));
}

static bool fits(const struct jl_spaces *s) {
  size_t bytes = 0;
  for (const struct jl_rehearsal *r = s->rehearsals; r != NULL; r = r->next) bytes += jl_replica_memory(r->state);
  return bytes <= JL_REHEARSAL_BYTES;
}

struct jl_bytes jl_rehearse(struct jl_space *space, struct jl_submission *s, struct jl_arena *a, bool *ret_later, struct jl_error *err) {
  const struct jl_bytes none = {NULL, 0};
  struct jl_rehearsal *r = find(space, &s->lane->replica, &s->import);
  struct jl_outcome outcome = {0};
  struct jl_error why = {0};
  if (r != NULL && r->rights != rights_of(space)) {
    drop(space->owner, r);
    r = NULL;
  }
  *ret_later = is_behind(r, s);
  if (*ret_later) return none;
  if (s->part == 1 && (r == NULL || r->part > 0) && (r = begin(space, s, err)) == NULL) return none;
  if (!in_order(r, s, err)) return none;
  if (!r->copied) {
    copy_some(r);
    *ret_later = !r->broken;
  }
  if (*ret_later) return none;
  bool fine = !r->broken && jl_evaluate_on(space, r->state, r, s, a, jl_space_display_time(space), &outcome, &why);
  r->waits = !r->broken && !fine && jl_merging(s);
  if (r->waits) {
    *ret_later = true;
    return none;
  }
  struct jl_bytes verdict = none;
  if (!r->broken) {
    uint64_t revision = jl_replica_where(r->state)->revision + (outcome.change_count > 0);
    verdict = jl_verdict_pack(a, space, s, fine ? revision : 0, &outcome, fine ? NULL : &why);
    if (fine) apply(r, &outcome);
    jl_outcome_release(&outcome, 0);
  }
  r->part = s->part;
  r->used_us = jl_monotonic_us();
  if (!r->broken && fits(space->owner)) return jl_arena_short(a) ? none : verdict; /* a rule without memory judges nothing */
  (void)(r->broken ? jl_writer_error(JL_E_NO_MEMORY, err) : too_many(err));
  drop(space->owner, r);
  return none;
}
