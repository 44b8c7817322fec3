#include "server/space/internal.h"
#include <stdlib.h>

/* A space belongs to one commit lane. When the lane is free it takes what its spaces have ready, in one transaction. */
static struct jl_commit_lane *lane_of(const struct jl_space *space) {
  struct jl_spaces *s = space->owner;
  return &s->lanes[jl_id_hash(&space->id) % (uint64_t)s->lane_count];
}

void jl_space_ready(struct jl_space *space) {
  struct jl_commit_lane *lane = lane_of(space);
  if (space->ready) return;
  jl_space_hold(space);
  space->ready = true;
  space->next_ready = NULL;
  if (lane->ready_first == NULL)
    lane->ready_first = space;
  else
    lane->ready_last->next_ready = space;
  lane->ready_last = space;
  jl_spaces_schedule(space->owner);
}

/* ---- outcomes ---- */
/* Answers a batch that is durable. The lanes have moved already, so whoever submits again from a callback is right. */
static void answer(struct jl_space *space, struct jl_batch *b) {
  for (size_t i = 0; i < b->count; i++) {
    struct jl_submission *s = b->entries[i].submission;
    struct jl_bytes verdict = b->entries[jl_mutant(JL_MUTANT_VERDICT_OF_ANOTHER) ? (i + 1) % b->count : i].verdict;
    s->next = NULL;
    jl_submissions_answer(space, s, verdict, NULL);
  }
}

static bool move_memory(struct jl_space *space, const struct jl_batch *b) {
  for (size_t i = 0; i < b->record_count; i++) {
    if (!jl_replica_put(space->committed, jl_record_share(b->records[i].record))) return false;
    if (!jl_plans_note(space, b->records[i].record)) return false;
  }
  jl_rehearsals_committed(space, b);
  *jl_replica_position(space->committed) = b->position;
  space->time_us = b->time_us;
  jl_space_seen_moved(space, b);
  return true;
}

/* Which rows of lanes know everything now. */
static void lanes_written(struct jl_space *space, const struct jl_batch *b) {
  for (size_t i = 0; i < b->count; i++) b->entries[i].lane->behind = true;
  for (size_t i = 0; i < b->written_count; i++) {
    b->written[i]->behind = false;
    b->written[i]->stored = true;
  }
  space->lanes_revision = b->store.lanes_revision;
}

static void committed(struct jl_space *space) {
  struct jl_batch *b = space->flying;
  space->flying = NULL;
  space->in_transit = false;
  space->exists = true;
  space->commits++;
  for (size_t i = 0; i < b->count; i++) {
    struct jl_batch_entry *e = &b->entries[i];
    struct jl_submission *s = jl_edit_lane_shift(e->lane);
    JL_ASSERT(s == e->submission);
    space->queued--;
    space->queued_bytes -= s->size;
    const struct jl_verdict_note *note = jl_edit_lane_note(e->lane, e->seq);
    if (note != NULL && (note->revision == 0 || (note->flags & JL_VERDICT_KEPT) != 0)) e->lane->unlogged++;
    jl_edit_lane_decided(e->lane, e->seq);
  }
  lanes_written(space, b);
  space->singles -= space->singles < b->count ? space->singles : b->count;
  bool moved = move_memory(space, b) && jl_again_durable(space, b);
  jl_lease_written(space);
  if (moved) jl_horizon_written(space, b);
  if (moved && b->log_count > 0) jl_feed_advance(space, b->log, b->log_count, b->position.revision);
  if (!moved) { /* memory is short: what is durable is read again */
    space->state = JL_SPACE_STALE;
    space->damaged = true;
  }
  answer(space, b);
  jl_batch_free(b);
  jl_space_waits_over(space);
  if (space->give_up || !moved) jl_space_give_up(space);
}

/* A constraint refused a batch. One group: it is the guilty one. More: one at a time from here on, until it is found. */
static void refused(struct jl_space *space, const struct jl_error *err) {
  struct jl_spaces *s = space->owner;
  struct jl_batch *b = space->flying;
  if (s->trouble != NULL) s->trouble(s->trouble_context, "space.constraint", &space->id, err);
  if (!space->exists) space->state = JL_SPACE_STALE; /* somebody else may have made it */
  if (b->count > 1) {
    space->singles = b->count;
    jl_space_give_up(space);
    return;
  }
  struct jl_submission *guilty = b->entries[0].submission;
  struct jl_error *forced = guilty->forced == NULL ? malloc(sizeof *forced) : NULL;
  if (forced == NULL) { /* even its refusal cannot be written: nothing more can be done for this space now */
    jl_space_fail_all(space, JL_E_UNAVAILABLE);
    return;
  }
  jl_fail(forced, JL_E_INVALID, JL_MSG("the database's own checks refuse this change"),
          JL_MSG("tell the administrator: the server's log has the reason"));
  guilty->forced = forced;
  jl_space_give_up(space);
}

static void unknown(struct jl_space *space) {
  struct jl_batch *b = space->flying;
  struct jl_submission *list = NULL, **end = &list;
  struct jl_error err;
  for (size_t i = 0; i < b->count; i++) {
    struct jl_submission *s = jl_edit_lane_shift(b->entries[i].lane);
    space->queued--;
    space->queued_bytes -= s->size;
    s->next = NULL;
    *end = s;
    end = &s->next;
  }
  space->state = JL_SPACE_STALE;
  jl_space_fail_all(space, JL_E_UNAVAILABLE); /* what follows it in the lanes was not tried */
  jl_writer_error(JL_E_UNKNOWN_OUTCOME, &err);
  jl_submissions_answer(space, list, (struct jl_bytes){NULL, 0}, &err);
}

static void settle(struct jl_commit_lane *lane, struct jl_batch *b, enum jl_commit_result result, bool fenced, bool guilty,
                   const struct jl_error *err) {
  struct jl_space *space = b->space;
  space->in_transit = false;
  switch (result) {
  case JL_COMMIT_DONE:
    committed(space);
    break;
  case JL_COMMIT_FENCED:
    if (fenced) {
      space->state = JL_SPACE_STALE;
      if (!space->exists) space->rights_epoch = b->rights_epoch + 1; /* unless somebody else made it: people's rights have changed */
      jl_space_give_up(space);
      jl_lease_fenced(space);
    }
    break;
  case JL_COMMIT_REFUSED:
    if (guilty)
      refused(space, err);
    else
      b->alone = b->alone || lane->count > 1; /* perhaps it: tried alone next */
    break;
  case JL_COMMIT_FAILED:
    if (lane->owner->trouble != NULL) lane->owner->trouble(lane->owner->trouble_context, "space.commit_failed", &space->id, err);
    lane->resting = true;
    jl_spaces_watch(lane->owner);
    break;
  case JL_COMMIT_UNKNOWN:
    if (lane->owner->trouble != NULL) lane->owner->trouble(lane->owner->trouble_context, "space.commit_unknown", &space->id, err);
    unknown(space);
    break;
  }
  if (space->give_up && !space->in_transit) jl_space_give_up(space);
  if ((space->flying != NULL && result != JL_COMMIT_FAILED) || jl_batch_worth(space->open)) jl_space_ready(space);
  jl_space_wake(space);
}

static void commit_done(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err) {
  struct jl_commit_lane *lane = context;
  struct jl_spaces *s = lane->owner;
  bool one_known = failed_batch < lane->count || lane->count == 1;
  if (lane->count == 1) failed_batch = 0;
  for (size_t i = 0; i < lane->count; i++) {
    struct jl_space *space = lane->batches[i]->space;
    bool is_fenced = fenced != NULL ? fenced[i] : true;
    if (result == JL_COMMIT_REFUSED && one_known && i != failed_batch) { /* blameless */
      space->in_transit = false;
      if (space->give_up) jl_space_give_up(space);
      if (space->flying != NULL) jl_space_ready(space);
      jl_space_wake(space);
    } else {
      settle(lane, lane->batches[i], result, is_fenced, one_known, err);
    }
    jl_space_release(space);
  }
  lane->count = 0;
  lane->busy = false;
  jl_spaces_schedule(s);
  jl_spaces_operation_done(s);
}

/* ---- sending ---- */
static struct jl_batch *ready_batch(struct jl_space *space) {
  if (space->in_transit || space->give_up || space->state != JL_SPACE_READY) return NULL;
  if (space->flying != NULL) return space->flying;
  if (!jl_batch_worth(space->open) || jl_lease_wait(space)) return NULL;
  if (!jl_batch_seal(space->open)) {
    jl_space_fail_all(space, JL_E_UNAVAILABLE);
    return NULL;
  }
  space->flying = space->open;
  space->open = NULL;
  jl_space_sealed(space);
  return space->flying;
}

static void collect(struct jl_commit_lane *lane) {
  size_t groups = 0;
  while (lane->ready_first != NULL && lane->count < JL_COUNT(lane->batches)) {
    struct jl_space *space = lane->ready_first;
    struct jl_batch *b = ready_batch(space);
    if (b != NULL && lane->count > 0 && (b->alone || groups + b->count > JL_TRANSACTION_GROUPS)) break;
    lane->ready_first = space->next_ready;
    space->ready = false;
    if (b != NULL) {
      space->in_transit = true;
      lane->batches[lane->count++] = b; /* the hold of the ready list goes with it */
      groups += b->count;
    }
    jl_space_wake(space);
    if (b == NULL)
      jl_space_release(space);
    else if (b->alone)
      break;
  }
}

static void answer_early(struct jl_commit_lane *lane) {
  for (size_t i = 0; i < lane->count; i++)
    for (size_t k = 0; k < lane->batches[i]->count; k++) {
      struct jl_batch_entry *e = &lane->batches[i]->entries[k];
      for (struct jl_waiter *w = &e->submission->first; w != NULL; w = w->next) {
        if (w->done != NULL) w->done(w->context, e->verdict, NULL);
        w->done = NULL;
      }
    }
}

void jl_lanes_commit(struct jl_spaces *s) {
  for (int i = 0; i < s->lane_count; i++) {
    struct jl_commit_lane *lane = &s->lanes[i];
    const struct jl_store_batch *batches[JL_TRANSACTION_GROUPS];
    if (lane->busy || lane->ready_first == NULL) continue;
    if (lane->resting || !jl_store_healthy(s->store) || jl_store_lane_busy(s->store, lane->number)) {
      jl_spaces_watch(s);
      continue;
    }
    collect(lane);
    if (lane->count == 0) continue;
    for (size_t k = 0; k < lane->count; k++) batches[k] = &lane->batches[k]->store;
    lane->busy = true;
    s->operations++;
    jl_store_commit(s->store, lane->number, batches, lane->count, commit_done, lane);
    if (jl_mutant(JL_MUTANT_ACK_BEFORE_COMMIT)) answer_early(lane);
  }
}
