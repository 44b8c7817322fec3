#include "server/space/head.h"
#include "server/space/internal.h"
#include <stdlib.h>
#include <string.h>

#define DRY_RUNS_PER_TURN 64
#define DRY_BYTES_PER_TURN 65536 /* of several; others' edits go on in between */
#define DOUBT_INTERVAL_US 1000000

bool jl_writer_error(enum jl_code code, struct jl_error *err) {
  switch (code) {
  case JL_E_DRAINING:
    return jl_fail(err, code, JL_MSG("the server is shutting down; nothing was changed"), JL_MSG("try again in a moment"));
  case JL_E_NO_MEMORY:
    return jl_fail(err, JL_E_OVERLOADED, JL_MSG("the server is short of memory; nothing was changed"), JL_MSG("try again in a moment"));
  case JL_E_OVERLOADED:
    return jl_fail(err, code, JL_MSG("too many changes are waiting; nothing was changed"), JL_MSG("try again in a moment"));
  case JL_E_NOT_FOUND:
    return jl_fail(err, code, JL_MSG("there is no such plan"),
                   JL_MSG("see the list of plans; it may have been refused when it was created"));
  case JL_E_UNKNOWN_OUTCOME:
    return jl_fail(err, code, JL_MSG("the connection to the database was lost while saving: it is not known yet whether the change is in"),
                   JL_MSG("ask again for its outcome; sending it again is safe"));
  default:
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the database cannot be reached; nothing was changed"), JL_MSG("try again in a moment"));
  }
}

void jl_submission_free(struct jl_submission *s) {
  if (s == NULL) return;
  for (struct jl_waiter *w = s->first.next, *next; w != NULL; w = next) {
    next = w->next;
    free(w);
  }
  jl_merge_forget(s);
  jl_again_forget(s);
  free(s->forced);
  free(s);
}

/* Every list of answers goes out here, last of all: whoever is told may submit again at once. */
void jl_submissions_answer(struct jl_space *space, struct jl_submission *list, struct jl_bytes verdict, const struct jl_error *err) {
  jl_space_hold(space);
  for (struct jl_submission *s = list, *next; s != NULL; s = next) {
    next = s->next;
    for (struct jl_waiter *w = &s->first; w != NULL; w = w->next)
      if (w->done != NULL) w->done(w->context, verdict, err);
    if (s->part != 0) jl_rehearsal_answered(space, s);
    jl_submission_free(s);
  }
  jl_space_release(space);
}

/* ---- lanes in turn ---- */
static void take_turn(struct jl_space *space, struct jl_edit_lane *lane) {
  if (lane->in_turn || lane->ahead >= lane->queued) return;
  const struct jl_submission *next = jl_edit_lane_waiting(lane, lane->ahead + 1);
  if (next != NULL && (jl_merging(next) || next->search != NULL)) return;
  lane->in_turn = true;
  lane->next_turn = NULL;
  if (space->turn_first == NULL)
    space->turn_first = lane;
  else
    space->turn_last->next_turn = lane;
  space->turn_last = lane;
}

static struct jl_edit_lane *next_in_turn(struct jl_space *space) {
  struct jl_edit_lane *lane = space->turn_first;
  space->turn_first = lane->next_turn;
  lane->in_turn = false;
  return lane;
}

static void all_in_turn(struct jl_space *space) {
  space->turn_first = space->turn_last = NULL;
  struct jl_edit_lane *lane;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) lane->in_turn = false;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) take_turn(space, lane);
}

void jl_space_waits_over(struct jl_space *space) {
  if (!space->again_waits) return;
  space->again_waits = false;
  all_in_turn(space);
}

void jl_space_sealed(struct jl_space *space) {
  if (!space->bulk_waits) return;
  space->bulk_waits = false;
  all_in_turn(space);
}

void jl_space_give_up(struct jl_space *space) {
  space->give_up = true;
  if (space->in_transit) return;
  space->give_up = false;
  jl_batch_free(space->open);
  jl_batch_free(space->flying);
  space->open = space->flying = NULL;
  jl_replica_free(space->ahead);
  space->ahead = NULL;
  space->ahead_time_us = space->time_us;
  struct jl_edit_lane *lane;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) jl_edit_lane_give_up(lane);
  all_in_turn(space);
  jl_space_wake(space);
}

/* Takes every waiting group of a lane out of it, in order. The lane is as if they had never come. */
static struct jl_submission **take_out(struct jl_space *space, struct jl_edit_lane *lane, struct jl_submission **end) {
  for (struct jl_submission *s; (s = jl_edit_lane_shift(lane)) != NULL;) {
    space->queued--;
    space->queued_bytes -= s->size;
    s->next = NULL;
    *end = s;
    end = &s->next;
  }
  lane->queued = lane->seq;
  return end;
}

static void add_doubted(struct jl_space *space, struct jl_submission *s) {
  s->next = NULL;
  if (space->doubted_last == NULL)
    space->doubted_first = s;
  else
    space->doubted_last->next = s;
  space->doubted_last = s;
  space->doubted++;
  space->queued_bytes += s->size;
}

/* All groups that wait for the space to be read again. */
static struct jl_submission *take_doubted(struct jl_space *space) {
  struct jl_submission *list = space->doubted_first;
  for (const struct jl_submission *s = list; s != NULL; s = s->next) space->queued_bytes -= s->size;
  space->doubted_first = space->doubted_last = NULL;
  space->doubted = 0;
  return list;
}

void jl_space_fail_all(struct jl_space *space, enum jl_code code) {
  struct jl_error err;
  struct jl_submission *list = NULL, **end = &list;
  if (space->in_transit) return; /* decided first */
  jl_space_give_up(space);
  struct jl_edit_lane *lane;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) end = take_out(space, lane, end);
  *end = space->dry_first;
  space->dry_first = space->dry_last = NULL;
  space->dry_count = 0;
  while (*end != NULL) end = &(*end)->next;
  *end = take_doubted(space);
  space->singles = 0;
  all_in_turn(space);
  jl_writer_error(code, &err);
  jl_submissions_answer(space, list, (struct jl_bytes){NULL, 0}, &err);
}

/* ---- evaluating ---- */
/* A dry run is answered when what came before it in its lane has been evaluated, or taken away. */
static bool is_ripe(const struct jl_space *space, const struct jl_submission *s) {
  if (s->part != 0) return jl_rehearsal_ripe(space, s);
  return (s->lane->ahead >= s->after_seq || s->lane->queued < s->after_seq) && !jl_merging(s);
}

bool jl_space_can_evaluate(const struct jl_space *space) {
  if (space->state != JL_SPACE_READY || space->give_up) return false;
  const struct jl_submission *dry = space->dry_first;
  while (dry != NULL && (jl_merging(dry) || !is_ripe(space, dry))) dry = dry->next;
  if (dry != NULL) return true;
  if (space->turn_first == NULL) return false;
  const struct jl_batch *b = space->open;
  return b == NULL || (b->count < (space->singles > 0 ? 1 : JL_BATCH_GROUPS) && b->bytes < JL_BATCH_BYTES);
}

/* Memory is short for all: whoever waits is told to come again, and nothing is decided. */
static void come_again(struct jl_space *space) {
  if (!space->in_transit)
    jl_space_fail_all(space, JL_E_NO_MEMORY);
  else
    jl_space_give_up(space);
}

/* A group that cannot even be tried: with others before it, it is tried alone; alone, it is refused when it comes again. When that
 * fails too, memory is short for all. */
static void refuse_broken(struct jl_space *space, struct jl_submission *s) {
  if (space->open->count > 1) {
    space->singles = space->open->count;
    jl_space_give_up(space);
    return;
  }
  struct jl_error *forced = s->forced == NULL ? malloc(sizeof *forced) : NULL;
  if (forced == NULL) {
    come_again(space);
    return;
  }
  jl_fail(forced, JL_E_TOO_LARGE,
          JL_MSG("this change does not fit: the plan would hold more than {1} records, or the change needs too much memory"),
          JL_MSG("send it in several groups"), jl_arg_integer(JL_SPACE_RECORDS));
  s->forced = forced;
  jl_space_give_up(space);
}

/* Refused in a space that is not there: answered, nothing kept; what follows it in its lane has nowhere to go. No fence proves
 * that it is not there, and another node may have made it since this one looked: so nobody is told before it is looked at again. */
static void answer_nowhere(struct jl_space *space, struct jl_edit_lane *lane, struct jl_bytes verdict) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_MESSAGE_MAX);
  struct jl_bytes copy = a == NULL ? (struct jl_bytes){NULL, 0} : jl_arena_dup(a, verdict);
  struct jl_submission *list = NULL;
  struct jl_error err;
  take_out(space, lane, &list);
  if (list == NULL) return; /* never: it was the lane's first */
  if (!list->looked) {
    for (struct jl_submission *s = list, *next; s != NULL; s = next) {
      next = s->next;
      add_doubted(space, s);
    }
    jl_space_doubts_look(space);
    return;
  }
  struct jl_submission *rest = list->next;
  list->next = NULL;
  if (copy.data == NULL) jl_writer_error(JL_E_NO_MEMORY, &err);
  jl_submissions_answer(space, list, copy, copy.data == NULL ? &err : NULL);
  jl_writer_error(JL_E_NOT_FOUND, &err);
  jl_submissions_answer(space, rest, (struct jl_bytes){NULL, 0}, &err);
}

static bool evaluate_one(struct jl_space *space) {
  if (space->open == NULL && (space->open = jl_batch_new(space)) == NULL) {
    come_again(space);
    return false;
  }
  struct jl_edit_lane *lane = next_in_turn(space);
  struct jl_submission *s = jl_edit_lane_waiting(lane, lane->ahead + 1);
  struct jl_bytes verdict = {NULL, 0};
  JL_ASSERT(s != NULL);
  if (space->open->bulk && s->size >= JL_BULK_BYTES) { /* small ones of others may go with it still */
    space->bulk_waits = true;
    return true;
  }
  bool fits = space->open->count == 0 || space->open->bytes + s->size <= JL_BATCH_BYTES;
  enum jl_added added = fits ? jl_batch_add(space->open, s, &verdict) : JL_ADD_FULL;
  switch (added) {
  case JL_ADDED:
    space->open->bulk = space->open->bulk || s->size >= JL_BULK_BYTES;
    take_turn(space, lane);
    return true;
  case JL_ADD_WAITS:
    return true;
  case JL_ADD_FULL:
    space->open->bytes = JL_BATCH_BYTES;
    take_turn(space, lane);
    return false;
  case JL_ADD_BROKEN:
    refuse_broken(space, s);
    return false;
  case JL_ADD_SHORT:
    come_again(space);
    return false;
  case JL_ADD_NOTHING:
    answer_nowhere(space, lane, verdict);
    return true;
  }
  return false;
}

static void add_dry_run(struct jl_space *space, struct jl_submission *s) {
  if (space->dry_last == NULL)
    space->dry_first = s;
  else
    space->dry_last->next = s;
  space->dry_last = s;
  space->dry_count++;
  space->queued_bytes += s->size;
}

/* Those that come again stand before those that came meanwhile: the parts of an import stay in order. */
static void put_first(struct jl_space *space, struct jl_submission *list) {
  struct jl_submission *last = list;
  if (list == NULL) return;
  for (struct jl_submission *s = list; s != NULL; s = s->next) {
    space->dry_count++;
    space->queued_bytes += s->size;
    last = s;
  }
  last->next = space->dry_first;
  space->dry_first = list;
  if (space->dry_last == NULL) space->dry_last = last;
}

/* true: it comes again. */
static bool answer_dry_run(struct jl_space *space, struct jl_submission *s) {
  struct jl_error err = {0};
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_BATCH_ARENA_BYTES);
  struct jl_bytes verdict = {NULL, 0};
  bool later = false;
  if (a != NULL && space->ahead != NULL) verdict = s->part != 0 ? jl_rehearse(space, s, a, &later, &err) : jl_dry_run(space, s, a);
  if (verdict.data == NULL && (later || jl_merging(s))) return true;
  if (verdict.data == NULL && err.code == JL_E_OK) jl_writer_error(JL_E_NO_MEMORY, &err);
  jl_submissions_answer(space, s, verdict, verdict.data == NULL ? &err : NULL);
  return false;
}

static void answer_dry_runs(struct jl_space *space) {
  struct jl_submission *waiting = space->dry_first, *ripe = NULL, **ripe_end = &ripe, *later = NULL, **later_end = &later, *last = NULL,
                       *again = NULL, **again_end = &again;
  size_t bytes = 0;
  for (size_t n = 0; waiting != NULL;) {
    struct jl_submission *s = waiting;
    waiting = s->next;
    s->next = NULL;
    bool now = n < DRY_RUNS_PER_TURN && (n == 0 || bytes + s->size <= DRY_BYTES_PER_TURN) && is_ripe(space, s);
    if (now) {
      *ripe_end = s;
      ripe_end = &s->next;
      space->dry_count--;
      space->queued_bytes -= s->size;
      bytes += s->size;
      n++;
    } else {
      *later_end = last = s;
      later_end = &s->next;
    }
  }
  space->dry_first = later;
  space->dry_last = last;
  for (struct jl_submission *s = ripe, *next; s != NULL; s = next) {
    next = s->next;
    s->next = NULL;
    if (!answer_dry_run(space, s)) continue;
    *again_end = s;
    again_end = &s->next;
  }
  put_first(space, again);
}

void jl_space_merged(struct jl_space *space, struct jl_submission *s) {
  take_turn(space, s->lane);
  jl_space_wake(space);
}

void jl_space_evaluate(struct jl_space *space) {
  if (space->state != JL_SPACE_READY || space->give_up) return;
  jl_space_hold(space);
  if (space->ahead == NULL) {
    space->ahead = jl_replica_copy(space->committed);
    space->ahead_time_us = space->time_us;
  }
  if (space->ahead == NULL && !space->in_transit) jl_space_fail_all(space, JL_E_NO_MEMORY);
  for (size_t n = 0; space->ahead != NULL && n < JL_BATCH_GROUPS && space->turn_first != NULL && jl_space_can_evaluate(space) &&
                     space->turn_first != NULL;
       n++) {
    const struct jl_batch *b = space->open;
    if (b != NULL && (b->count >= (space->singles > 0 ? 1 : JL_BATCH_GROUPS) || b->bytes >= JL_BATCH_BYTES)) break;
    if (!evaluate_one(space)) break;
  }
  if (space->dry_first != NULL && space->ahead != NULL && !space->give_up) answer_dry_runs(space);
  if (jl_batch_worth(space->open)) jl_space_ready(space);
  jl_space_release(space);
}

/* ---- submitting ---- */
struct jl_edit_lane *jl_space_lane(struct jl_space *space, const struct jl_id *replica) {
  struct jl_edit_lane *lane = jl_idmap_find(&space->lanes, replica);
  if (lane != NULL) return lane;
  lane = jl_edit_lane_new(replica);
  if (lane != NULL && jl_idmap_add(&space->lanes, lane)) return lane;
  jl_edit_lane_free(lane);
  return NULL;
}

static size_t lanes_of(const struct jl_space *space, const struct jl_id *account) {
  const struct jl_edit_lane *lane;
  size_t n = 0;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) n += jl_id_equal(&lane->account, account);
  return n;
}

uint64_t jl_space_lane_through(const struct jl_space *space, const struct jl_id *replica) {
  const struct jl_edit_lane *lane = jl_idmap_find(&space->lanes, replica);
  return lane == NULL ? 0 : lane->queued;
}

/* A lane is kept for ever, and a group that is refused makes one too: so one account cannot take all that there may be. */
static struct jl_edit_lane *lane_for(struct jl_space *space, const struct jl_id *replica, const struct jl_id *account, struct jl_error *err) {
  struct jl_edit_lane *lane = jl_idmap_find(&space->lanes, replica);
  if (lane != NULL) return lane;
  bool room = space->lanes.count < JL_SPACE_LANES && lanes_of(space, account) < JL_ACCOUNT_LANES;
  lane = room ? jl_space_lane(space, replica) : NULL;
  if (lane == NULL && room) jl_writer_error(JL_E_OVERLOADED, err);
  if (!room)
    jl_fail(err, JL_E_OVERLOADED, JL_MSG("too many profiles have written to this plan: at most {1} of one account"),
            JL_MSG("use a profile that has written here before, instead of a new one each time"), jl_arg_integer(JL_ACCOUNT_LANES));
  return lane;
}

/* The client that has confirmed the lane's verdicts says so with everything that it sends: this is another one, with a copy of its folder. */
static bool is_copys(const struct jl_submission *s) {
  const struct jl_edit_lane *lane = s->lane;
  uint64_t confirmed = lane->confirmed;
  if (lane->note_count < JL_UNCONFIRMED_VERDICTS && lane->first_seq - 1 > confirmed) confirmed = lane->first_seq - 1;
  return s->confirmed < confirmed;
}

static bool history_lost(struct jl_space *space, const struct jl_submission *s, struct jl_error *err);

/* The lane's decided groups end before those that wait begin: an older copy of the database was restored. */
static void lose_lane(struct jl_space *space, struct jl_edit_lane *lane) {
  struct jl_submission *list = NULL;
  take_out(space, lane, &list);
  for (struct jl_submission *s = list, *next; s != NULL; s = next) {
    struct jl_error err;
    next = s->next;
    (void)history_lost(space, s, &err);
    for (struct jl_waiter *w = &s->first; w != NULL; w = w->next) jl_answer_later(space, *w, &err);
    jl_submission_free(s);
  }
}

void jl_space_lanes_again(struct jl_space *space) {
  struct jl_edit_lane *lane;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) {
    while (lane->waiting_count > 0 && lane->queued + 1 - lane->waiting_count <= lane->seq) {
      uint64_t seq = lane->queued + 1 - lane->waiting_count;
      struct jl_submission *s = jl_edit_lane_shift(lane);
      const struct jl_verdict_note *note = jl_edit_lane_note(lane, seq);
      struct jl_error err;
      space->queued--;
      space->queued_bytes -= s->size;
      bool forked = note != NULL && !jl_id_equal(&note->group, &s->group_id);
      if (forked)
        jl_fail(&err, JL_E_REPLICA_FORKED, JL_MSG("another group already stands at number {1} of this replica"),
                JL_MSG("this profile was copied from another one: it has a new identity now; run the command again"),
                jl_arg_integer((int64_t)seq));
      for (struct jl_waiter *w = &s->first; w != NULL; w = w->next) {
        if (forked)
          jl_answer_later(space, *w, &err);
        else
          jl_verdict_find(space, lane, seq, w->done, w->context);
      }
      jl_submission_free(s);
    }
    if (lane->waiting_count > 0 && lane->queued + 1 - lane->waiting_count > lane->seq + 1) lose_lane(space, lane);
    if (lane->waiting_count == 0) lane->queued = lane->seq;
  }
  all_in_turn(space);
}

static void answer_known(struct jl_space *space, struct jl_edit_lane *lane, const struct jl_submission *s, struct jl_submission *waiting) {
  const struct jl_verdict_note *note = jl_edit_lane_note(lane, s->seq);
  struct jl_error err;
  const struct jl_id *group = waiting != NULL ? &waiting->group_id : note != NULL ? &note->group : NULL;
  if (group != NULL && !jl_id_equal(group, &s->group_id)) {
    jl_fail(&err, JL_E_REPLICA_FORKED, JL_MSG("another group already stands at number {1} of this replica"),
            JL_MSG("this profile was copied from another one: it has a new identity now; run the command again"),
            jl_arg_integer((int64_t)s->seq));
    jl_answer_later(space, s->first, &err);
    return;
  }
  if (waiting == NULL) {
    jl_verdict_find(space, lane, s->seq, s->first.done, s->first.context);
    return;
  }
  struct jl_waiter *w = malloc(sizeof *w);
  if (w == NULL) {
    jl_writer_error(JL_E_OVERLOADED, &err);
    jl_answer_later(space, s->first, &err);
    return;
  }
  *w = (struct jl_waiter){waiting->first.next, s->first.done, s->first.context};
  waiting->first.next = w;
}

/* The client has verdicts that this memory knows nothing of, or has numbered from groups that never came. */
static bool knows_more(const struct jl_submission *s) {
  return s->seq > s->lane->queued + 1 && (s->confirmed > s->lane->seq || s->lane->queued == 0);
}

static bool history_lost(struct jl_space *space, const struct jl_submission *s, struct jl_error *err) {
  if (!space->exists) return jl_writer_error(JL_E_NOT_FOUND, err);
  (void)jl_fail(err, JL_E_REPLICA_FORKED,
                JL_MSG("this server has lost group {1} of this profile and what came after: an older copy of its data was restored"),
                JL_MSG("see with jalon history what is missing; the profile has a new identity now: run the command again"),
                jl_arg_integer((int64_t)s->lane->seq + 1));
  if (space->owner->trouble != NULL) space->owner->trouble(space->owner->trouble_context, "space.history_lost", &space->id, err);
  return false;
}

static bool gap(struct jl_space *space, struct jl_submission *s, struct jl_error *err) {
  const struct jl_edit_lane *lane = s->lane;
  if (!s->looked && knows_more(s)) {
    add_doubted(space, s);
    jl_space_doubts_look(space);
    return true;
  }
  if (space->state != JL_SPACE_READY) return jl_writer_error(JL_E_UNAVAILABLE, err);
  if (knows_more(s)) return history_lost(space, s, err);
  return jl_fail(err, JL_E_LANE_GAP, JL_MSG("group {1} is not the next one of this replica: {2} is expected"),
                 JL_MSG("send the groups in order, beginning with the expected one"), jl_arg_integer((int64_t)s->seq),
                 jl_arg_integer((int64_t)lane->queued + 1));
}

/* true: the submission has been taken over. */
static bool queue(struct jl_space *space, struct jl_submission *s, bool dry, struct jl_error *err) {
  struct jl_edit_lane *lane = s->lane;
  if (dry) {
    s->after_seq = lane->queued;
    add_dry_run(space, s);
    return true;
  }
  if (s->seq > lane->queued + 1) return gap(space, s, err);
  if (s->searched == NULL && is_copys(s) && (s->searched = calloc(1, sizeof *s->searched)) == NULL) return jl_writer_error(JL_E_OVERLOADED, err);
  if (s->searched != NULL && space->again.count >= JL_SPACE_AGAIN) return jl_writer_error(JL_E_OVERLOADED, err); /* not what is decided already */
  if (!jl_edit_lane_queue(lane, s)) return jl_writer_error(JL_E_OVERLOADED, err);
  space->queued++;
  space->queued_bytes += s->size;
  take_turn(space, lane);
  return true;
}

/* What an old program means with a field may not be what it means now. It keeps the group, and sends it again when it is new. */
static bool too_old(const struct jl_space *space, const struct jl_submission *s, struct jl_error *err) {
  uint32_t oldest = space->owner->oldest_model, theirs = JL_MODEL_GENERATION(s->model_version);
  if (theirs >= oldest) return false;
  (void)jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("this program writes plans as of version {1}; the server takes them from version {2} on"),
                JL_MSG("update the program: the changes that wait are kept and sent then"), jl_arg_integer(theirs), jl_arg_integer(oldest));
  return true;
}

/* Where it belongs in its lane. */
static bool place(struct jl_space *space, struct jl_submission *s, bool dry, bool *ret_taken, struct jl_error *err) {
  struct jl_edit_lane *lane = s->lane;
  if (space->owner->draining) return jl_writer_error(JL_E_DRAINING, err);
  if (jl_id_is_zero(&lane->account)) lane->account = s->account;
  if (!jl_id_equal(&lane->account, &s->account))
    return jl_fail(err, JL_E_DENIED, JL_MSG("this replica belongs to another account"), JL_MSG("use a profile of your own"));
  if (space->suspect && !dry && !s->looked && s->seq <= lane->seq) {
    add_doubted(space, s);
    jl_space_doubts_look(space);
    *ret_taken = true;
    return true;
  }
  jl_edit_lane_confirm(lane, s->confirmed);
  if (jl_mutant(JL_MUTANT_DEDUPE_OFF) && !dry && s->seq <= lane->seq) s->seq = lane->queued + 1;
  if (!dry && s->seq <= lane->queued) {
    answer_known(space, lane, s, s->seq <= lane->seq ? NULL : jl_edit_lane_waiting(lane, s->seq));
    return true;
  }
  if (too_old(space, s, err)) return false;
  *ret_taken = queue(space, s, dry, err);
  return *ret_taken;
}

static bool take_in(struct jl_space *space, struct jl_bytes group, struct jl_submission *s, bool *ret_taken, struct jl_error *err) {
  struct jl_group_head head;
  jl_spaces_look_at_store(space->owner);
  if (space->owner->draining) return jl_writer_error(JL_E_DRAINING, err);
  if (group.size > JL_MESSAGE_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the group is larger than {1}"), JL_MSG("send it in several groups"),
                   jl_arg_bytes(JL_GROUP_MAX_BYTES));
  if (!jl_group_head(group, &head, err)) return false;
  if (!jl_id_equal(&head.space, &space->id))
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the group is for another plan than the one it was sent to"), NULL);
  s->seq = head.seq;
  s->group_id = head.group;
  s->model_version = head.model_version;
  s->import = head.import;
  s->part = head.dry_run && !jl_id_is_zero(&head.import) ? head.import_part : 0;
  if (space->queued + space->dry_count + space->doubted >= JL_QUEUE_GROUPS || space->queued_bytes + group.size > JL_QUEUE_BYTES)
    return jl_writer_error(JL_E_OVERLOADED, err);
  s->lane = lane_for(space, &head.replica, &s->account, err);
  if (s->lane == NULL) return false;
  return place(space, s, head.dry_run, ret_taken, err);
}

/* ---- groups that follow others which are not known here ---- */
void jl_space_doubts_look(struct jl_space *space) {
  int64_t now_us = jl_monotonic_us();
  if (space->doubted == 0) return;
  if (space->state == JL_SPACE_READY && now_us - space->doubt_us >= DOUBT_INTERVAL_US) {
    space->doubt_us = now_us;
    space->state = JL_SPACE_STALE;
  }
  jl_spaces_watch(space->owner);
}

void jl_space_doubts_reading(struct jl_space *space) {
  for (struct jl_submission *s = space->doubted_first; s != NULL; s = s->next) s->looked = true;
}

void jl_space_doubts_settle(struct jl_space *space) {
  for (struct jl_submission *s = take_doubted(space), *next; s != NULL; s = next) {
    struct jl_error err;
    bool taken = false;
    next = s->next;
    s->next = NULL;
    if (!s->looked) { /* came while it was read: the next look is for it */
      add_doubted(space, s);
      continue;
    }
    if (!place(space, s, false, &taken, &err)) jl_answer_later(space, s->first, &err);
    if (!taken) jl_submission_free(s);
  }
  jl_space_doubts_look(space);
}

void jl_space_doubts_fail(struct jl_space *space, const struct jl_error *err) {
  jl_submissions_answer(space, take_doubted(space), (struct jl_bytes){NULL, 0}, err);
}

/* ---- submitting, from outside ---- */

static void submit(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                   uint64_t confirmed, const struct jl_position *searched, jl_submit_done *done, void *context) {
  size_t kept = group.size <= JL_GROUP_MAX_BYTES ? group.size : 0;
  struct jl_submission *s = calloc(1, sizeof *s + kept);
  struct jl_waiter waiter = {NULL, done, context};
  struct jl_position *position = s == NULL || searched == NULL ? NULL : malloc(sizeof *position);
  struct jl_error err;
  bool taken = false;
  if (s == NULL || (searched != NULL && position == NULL)) {
    free(s);
    jl_writer_error(JL_E_NO_MEMORY, &err);
    jl_answer_later(space, waiter, &err);
    return;
  }
  if (position != NULL) *position = *searched;
  s->searched = position;
  s->first = waiter;
  s->author = *author;
  s->account = *account;
  s->confirmed = confirmed;
  s->since_us = jl_monotonic_us();
  s->size = kept;
  if (kept > 0) memcpy(s->bytes, group.data, kept);
  if (!take_in(space, group, s, &taken, &err)) jl_answer_later(space, waiter, &err);
  if (!taken)
    jl_submission_free(s);
  else /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): taken means that a list of the space holds it now */
    jl_space_wake(space);
}

void jl_space_submit(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                     uint64_t confirmed, jl_submit_done *done, void *context) {
  submit(space, author, account, group, confirmed, NULL, done, context);
}

void jl_space_submit_again(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                           uint64_t confirmed, const struct jl_position *searched, jl_submit_done *done, void *context) {
  submit(space, author, account, group, confirmed, searched, done, context);
}

struct jl_id jl_account_id(const char *login) {
  struct jl_bytes part = {(const uint8_t *)login, strlen(login)};
  return jl_id_derive("account", &part, 1);
}
