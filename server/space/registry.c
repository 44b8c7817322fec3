#include "common/base/reserve.h"
#include "common/model/governance/rights.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include "server/space/internal.h"
#include "server/space/text_merge.h"
#include <stdlib.h>
#include <string.h>

#define RIGHTS_LOOKS_MAX 8 /* at the organisation, for one reading of a space */
#define RESERVED 8192 /* answers that begin although there is no memory */
#define RESERVED_BYTES 2048

/* ---- idle spaces, longest idle first ---- */
static void leave_idle(struct jl_space *space) {
  struct jl_spaces *s = space->owner;
  if (!space->idle) return;
  if (space->idle_previous != NULL)
    space->idle_previous->idle_next = space->idle_next;
  else
    s->idle_first = space->idle_next;
  if (space->idle_next != NULL)
    space->idle_next->idle_previous = space->idle_previous;
  else
    s->idle_last = space->idle_previous;
  space->idle = false;
}

static bool closable(const struct jl_space *space) {
  return space->holds == 0 && space->listeners == NULL && space->queued + space->dry_count + space->doubted == 0 && !space->loading &&
         space->opening == NULL && !space->active && !space->ready;
}

void jl_space_idle(struct jl_space *space) {
  struct jl_spaces *s = space->owner;
  leave_idle(space);
  if (space->holds > 0 || space->listeners != NULL) return;
  jl_space_forget_seen(space);
  space->idle = true;
  space->idle_next = NULL;
  space->idle_previous = s->idle_last;
  if (s->idle_last == NULL)
    s->idle_first = space;
  else
    s->idle_last->idle_next = space;
  s->idle_last = space;
}

void jl_space_hold(struct jl_space *space) {
  if (space->holds++ == 0) leave_idle(space);
}

void jl_space_release(struct jl_space *space) {
  JL_ASSERT(space->holds > 0);
  if (--space->holds == 0) jl_space_idle(space);
}

static void free_space(struct jl_space *space) {
  struct jl_edit_lane *lane;
  leave_idle(space);
  jl_idmap_remove(&space->owner->spaces, &space->id);
  jl_batch_free(space->open);
  jl_batch_free(space->flying);
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) jl_edit_lane_free(lane);
  jl_idmap_release(&space->lanes);
  jl_again_release(space);
  jl_idmap_release(&space->again);
  jl_ring_release(&space->ring);
  jl_space_forget_seen(space);
  jl_replica_free(space->ahead);
  jl_replica_free(space->committed);
  free(space);
}

static struct jl_space *add_space(struct jl_spaces *s, const struct jl_id *id) {
  for (struct jl_space *old = s->idle_first, *next; old != NULL && s->spaces.count >= JL_SPACES_OPEN; old = next) {
    next = old->idle_next;
    if (closable(old)) free_space(old);
  }
  struct jl_space *space = s->spaces.count < JL_SPACES_OPEN ? calloc(1, sizeof *space) : NULL;
  if (space == NULL) return NULL;
  space->id = *id;
  space->owner = s;
  space->opening_end = &space->opening;
  jl_idmap_init(&space->lanes);
  jl_idmap_init(&space->again);
  if (!jl_idmap_add(&s->spaces, space)) {
    free(space);
    return NULL;
  }
  jl_space_idle(space);
  return space;
}

/* ---- loading ---- */
static bool list_record(struct jl_spaces *s, const struct jl_record *record) { return jl_replica_put(s->plans, jl_record_share(record)); }

bool jl_plans_note(struct jl_space *space, const struct jl_record *record) {
  if (jl_replica_kind(space->committed) != JL_SPACE_PLAN) return true;
  if (record->type_number != JL_TYPE_PLAN && !jl_rights_touched(&space->id, NULL, record)) return true;
  return list_record(space->owner, record);
}

bool jl_plans_note_all(struct jl_space *space) {
  static const uint32_t types[] = {JL_TYPE_PLAN, JL_TYPE_GRANT, JL_TYPE_RACI};
  for (size_t t = 0; t < JL_COUNT(types); t++)
    for (size_t i = 0; i < jl_replica_of_type(space->committed, types[t]); i++)
      if (!jl_plans_note(space, jl_replica_of_type_at(space->committed, types[t], i))) return false;
  return true;
}

static void answer_opening(struct jl_space *space, const struct jl_error *failure) {
  struct jl_open_waiter *list = space->opening;
  struct jl_error missing;
  space->opening = NULL;
  space->opening_end = &space->opening;
  jl_writer_error(JL_E_NOT_FOUND, &missing);
  for (struct jl_open_waiter *w = list, *next; w != NULL; w = next) {
    next = w->next;
    const struct jl_error *err = failure != NULL ? failure : !space->exists && !w->create ? &missing : NULL;
    w->done(w->context, err == NULL ? space : NULL, err);
    jl_reserve_give(w);
  }
}

static bool restore_lane(struct jl_space *space, const struct jl_loaded_lane *loaded) {
  struct jl_edit_lane *lane = jl_space_lane(space, &loaded->replica);
  if (lane == NULL) return false;
  if (!jl_edit_lane_restore(lane, &loaded->account, loaded->seq, loaded->verdicts) && space->owner->trouble != NULL) {
    struct jl_error err;
    jl_fail(&err, JL_E_INTERNAL, JL_MSG("the stored verdicts of a replica cannot be read; they count as confirmed"), NULL);
    space->owner->trouble(space->owner->trouble_context, "space.lane_unreadable", &space->id, &err);
  }
  return true;
}

bool jl_space_restore_lanes(struct jl_space *space, const struct jl_loaded_lane *loaded, size_t count,
                            const struct jl_decided_list *decided) {
  struct jl_edit_lane *lane;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) lane->missing = lane->stored;
  for (size_t i = 0; i < count; i++)
    if (!restore_lane(space, &loaded[i])) return false;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;)
    if (lane->missing) jl_edit_lane_lost(lane);
  for (size_t i = 0; i < decided->count; i++) {
    const struct jl_decided *d = &decided->groups[i];
    lane = jl_space_lane(space, &d->replica);
    if (lane == NULL || !jl_edit_lane_follow(lane, d->seq, &(struct jl_verdict_note){d->group, d->revision, d->outcome})) return false;
  }
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;)
    if (lane->confirmed > lane->seq) lane->confirmed = lane->seq; /* not before: rows of lanes may be behind */
  space->lanes_revision = decided->lanes_revision;
  return true;
}

static bool same_place(const struct jl_position *a, const struct jl_position *b) {
  return a->epoch == b->epoch && a->revision == b->revision && memcmp(a->sections, b->sections, sizeof a->sections) == 0;
}

static bool adopt(struct jl_space *space, struct jl_loaded_space *loaded) {
  bool again = space->committed != NULL;
  bool same = again && !space->damaged && same_place(jl_replica_where(space->committed), jl_replica_where(loaded->replica));
  jl_rehearsals_drop(space->owner, space);
  jl_replica_free(space->committed);
  space->committed = loaded->replica;
  if (loaded->time_us > space->time_us) space->time_us = loaded->time_us;
  space->exists = true;
  space->damaged = false;
  jl_horizon_told(space, loaded->horizon);
  space->commits = loaded->commits;
  if (again && !same) space->histories++;
  space->readings++;
  if (!jl_space_restore_lanes(space, loaded->lanes, loaded->lane_count, &loaded->decided) ||
      !jl_again_restore(space, loaded->again, loaded->again_count) || !jl_plans_note_all(space))
    return false;
  space->state = JL_SPACE_READY;
  jl_space_forget_seen(space);
  if (again && !same)
    jl_feed_broke(space);
  else
    space->told = jl_replica_where(space->committed)->revision;
  return true;
}

/* A space with the id of a person is that person's own; every other one that is not there yet can become a plan. */
static enum jl_space_kind kind_to_be(const struct jl_space *space) {
  const struct jl_space *organisation = space->owner->organisation;
  const struct jl_record *person =
      organisation == NULL || organisation->committed == NULL ? NULL : jl_replica_record(organisation->committed, &space->id);
  return person != NULL && person->type_number == JL_TYPE_PERSON ? JL_SPACE_PERSONAL : JL_SPACE_PLAN;
}

/* Of a person who was not known here when it was opened first. */
static bool is_of_another_kind(const struct jl_space *space) {
  return space->committed != NULL && !space->exists && space->flying == NULL && space->open == NULL && !space->in_transit &&
         jl_replica_kind(space->committed) != kind_to_be(space);
}

static bool begin_empty(struct jl_space *space) {
  if (space->exists) return false; /* it was there: a database that lost it is not to be written to */
  if (is_of_another_kind(space)) {
    jl_replica_free(space->ahead);
    jl_replica_free(space->committed);
    space->ahead = space->committed = NULL;
  }
  if (space->committed == NULL) space->committed = jl_replica_new(&space->id, kind_to_be(space));
  if (space->committed == NULL) return false;
  struct jl_position *at = jl_replica_position(space->committed);
  at->epoch = at->acl_epoch = 1;
  space->state = JL_SPACE_READY;
  return true;
}

void jl_space_looked(struct jl_space *space, struct jl_look_waiter **list, const struct jl_error *err) {
  struct jl_look_waiter *waiting = *list;
  *list = NULL;
  for (struct jl_look_waiter *w = waiting, *next; w != NULL; w = next) {
    next = w->next;
    w->done(w->context, err);
    free(w);
    jl_space_release(space);
  }
}

void jl_space_look(struct jl_space *space, void (*done)(void *context, const struct jl_error *err), void *context) {
  struct jl_look_waiter *w = malloc(sizeof *w);
  struct jl_error err;
  if (w == NULL || space->owner->draining) {
    free(w);
    jl_writer_error(w == NULL ? JL_E_OVERLOADED : JL_E_DRAINING, &err);
    done(context, &err);
    return;
  }
  *w = (struct jl_look_waiter){space->looks, done, context};
  space->looks = w;
  jl_space_hold(space);
  if (space->state == JL_SPACE_READY) space->state = JL_SPACE_STALE;
  jl_space_wake(space);
}

/* A load or a catch-up has ended. err NULL: with what is new. */
static void read_again(struct jl_space *space, const struct jl_error *err) {
  struct jl_spaces *s = space->owner;
  space->loading = false;
  jl_space_hold(space);
  jl_space_looked(space, &space->looks_reading, err);
  bool again = space->looks != NULL || space->read_at != jl_store_connections(s->store); /* asked, or away, meanwhile */
  if (err == NULL) space->suspect = again && space->suspect;
  if (err == NULL && again) space->state = JL_SPACE_STALE;
  jl_space_release(space);
  if (err == NULL) {
    answer_opening(space, NULL);
    jl_space_give_up(space); /* what was evaluated on older memory is evaluated again */
    jl_space_lanes_again(space);
    jl_space_doubts_settle(space);
    jl_space_wake(space);
  } else {
    if (space->committed != NULL) space->state = JL_SPACE_STALE;
    answer_opening(space, err);
    jl_space_doubts_fail(space, err);
    if (space->queued + space->dry_count > 0) jl_spaces_watch(s);
    jl_space_looked(space, &space->looks, err);
  }
  jl_space_release(space);
  if (space->committed == NULL && closable(space)) free_space(space);
  jl_spaces_operation_done(s);
}

static void load(struct jl_space *space);
static bool looks_at_organisation(struct jl_space *space, uint64_t rights_epoch);

static void loaded_space(void *context, struct jl_loaded_space *loaded, const struct jl_error *err) {
  struct jl_space *space = context;
  struct jl_error failure;
  if (err == NULL && looks_at_organisation(space, loaded->rights_epoch)) {
    jl_replica_free(loaded->replica);
    return;
  }
  if (err != NULL && err->code == JL_E_NOT_FOUND && looks_at_organisation(space, space->rights_epoch)) return;
  bool fine = err == NULL ? adopt(space, loaded) : err->code == JL_E_NOT_FOUND && begin_empty(space);
  if (fine && err == NULL) jl_horizon_look(space);
  if (!fine && err == NULL) space->damaged = true;
  if (!fine && (err == NULL || err->code == JL_E_NOT_FOUND)) {
    jl_writer_error(err == NULL ? JL_E_NO_MEMORY : JL_E_UNAVAILABLE, &failure);
    err = &failure;
  }
  read_again(space, fine ? NULL : err);
}

static void caught_up(void *context, const struct jl_caught_up *news, const struct jl_error *err);

static void load(struct jl_space *space) {
  if (jl_space_can_catch_up(space))
    jl_store_catch_up(space->owner->store, &space->id, jl_replica_where(space->committed)->revision, caught_up, space);
  else
    jl_store_load(space->owner->store, &space->id, loaded_space, space);
}

static void organisation_looked(void *context, const struct jl_error *err) {
  struct jl_space *space = context;
  if (err == NULL)
    load(space);
  else
    read_again(space, err);
}

/* Rights in it have changed with somebody's teams since our organisation was read, or that may be of another database: it is read before
 * anything is judged or told by it, and the space once more. Either may change again meanwhile; a database in which the organisation is
 * behind is none to judge by. */
static bool looks_at_organisation(struct jl_space *space, uint64_t rights_epoch) {
  struct jl_space *organisation = space->owner->organisation;
  struct jl_error err;
  space->rights_epoch = rights_epoch;
  if (organisation == NULL || organisation == space) return false;
  if (!organisation->suspect && jl_replica_where(organisation->committed)->acl_epoch >= rights_epoch) return false;
  if (space->rights_looks++ < RIGHTS_LOOKS_MAX) {
    jl_space_look(organisation, organisation_looked, space);
  } else {
    jl_writer_error(JL_E_UNAVAILABLE, &err);
    organisation_looked(space, &err);
  }
  return true;
}

static void caught_up(void *context, const struct jl_caught_up *news, const struct jl_error *err) {
  struct jl_space *space = context;
  if (err == NULL && looks_at_organisation(space, news->rights_epoch)) return;
  if (err == NULL && jl_space_catch_up(space, news))
    read_again(space, NULL);
  else if (err != NULL && jl_code_class(err->code) == JL_CLASS_RETRY)
    read_again(space, err);
  else
    jl_store_load(space->owner->store, &space->id, loaded_space, space);
}

/* Nothing is evaluated or sent meanwhile: what is read may be of before or after it. */
void jl_space_reload(struct jl_space *space) {
  space->loading = true;
  space->rights_looks = 0;
  if (space->state == JL_SPACE_READY) space->state = JL_SPACE_STALE;
  space->read_at = jl_store_connections(space->owner->store);
  space->looks_reading = space->looks;
  space->looks = NULL;
  jl_space_doubts_reading(space);
  space->owner->operations++;
  jl_space_hold(space);
  load(space);
}

/* ---- opening ---- */
struct opening {
  struct jl_later later;
  struct jl_space *space;
  struct jl_error err;
  struct jl_open_waiter waiter;
};

static void open_now(struct jl_later *later) {
  struct opening *o = (struct opening *)later;
  if (o->space != NULL) {
    if (o->space->exists || o->waiter.create)
      o->waiter.done(o->waiter.context, o->space, NULL);
    else {
      jl_writer_error(JL_E_NOT_FOUND, &o->err);
      o->waiter.done(o->waiter.context, NULL, &o->err);
    }
    jl_space_release(o->space);
  } else {
    o->waiter.done(o->waiter.context, NULL, &o->err);
  }
  jl_reserve_give(o);
}

struct jl_space *jl_space_if_open(struct jl_spaces *s, const struct jl_id *id) {
  struct jl_space *space = s->draining ? NULL : jl_idmap_find(&s->spaces, id);
  return space != NULL && space->committed != NULL && space->exists ? space : NULL;
}

void jl_space_open(struct jl_spaces *s, const struct jl_id *id, bool create,
                   void (*done)(void *context, struct jl_space *space, const struct jl_error *err), void *context) {
  struct opening *o = jl_reserve_take(s->reserve, sizeof *o);
  struct jl_open_waiter *w = jl_reserve_take(s->reserve, sizeof *w);
  o->waiter = *w = (struct jl_open_waiter){NULL, create, done, context};
  o->later.run = open_now;
  struct jl_space *space = s->draining ? NULL : jl_idmap_find(&s->spaces, id);
  if (space == NULL && !s->draining) space = add_space(s, id);
  /* Waits for the load, with others. One that was not there may have been made by another node since. */
  bool absent = space != NULL && space->committed != NULL && !space->exists && !create && space->flying == NULL && space->open == NULL;
  if (space != NULL && (space->committed == NULL || absent || is_of_another_kind(space))) {
    jl_reserve_give(o);
    *space->opening_end = w;
    space->opening_end = &w->next;
    if (!space->loading) jl_space_reload(space);
    return;
  }
  jl_reserve_give(w);
  o->space = space;
  if (space != NULL)
    jl_space_hold(space);
  else
    jl_writer_error(s->draining ? JL_E_DRAINING : JL_E_OVERLOADED, &o->err);
  jl_spaces_later(s, &o->later);
}

const struct jl_replica *jl_space_committed(const struct jl_space *space) { return space->committed; }
int64_t jl_space_display_time(const struct jl_space *space) { return space->time_us; }

/* ---- beginning: the list of spaces, the organisation (made when there is none) ---- */
static void look_for_spaces(struct jl_spaces *s);

static void started(struct jl_spaces *s, const struct jl_error *err) {
  void (*ready)(void *, const struct jl_error *) = s->on_ready;
  s->on_ready = NULL;
  if (ready != NULL) ready(s->ready_context, err);
}

static void organisation_open(void *context, struct jl_space *space, const struct jl_error *err) {
  struct jl_spaces *s = context;
  if (err == NULL) {
    s->organisation = space;
    jl_space_hold(space); /* for as long as there are spaces */
  }
  started(s, err);
}

static void founded(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err) {
  struct jl_spaces *s = context;
  (void)fenced, (void)failed_batch;
  free(s->founding);
  s->founding = NULL;
  /* Fenced or refused: another node founded it at the same moment. */
  if (result == JL_COMMIT_DONE || result == JL_COMMIT_FENCED || result == JL_COMMIT_REFUSED)
    jl_space_open(s, &s->organisation_id, false, organisation_open, s);
  else
    started(s, err);
  jl_spaces_operation_done(s);
}

/* Its id derives from the database's, so two nodes that start together make one. */
static void found_organisation(struct jl_spaces *s) {
  const struct jl_id *cluster = jl_store_cluster(s->store);
  struct jl_bytes part = {cluster->bytes, sizeof cluster->bytes};
  struct jl_error err;
  s->organisation_id = jl_id_derive("organisation", &part, 1);
  s->founding = calloc(1, sizeof *s->founding);
  if (s->founding == NULL) {
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory to start"), NULL);
    started(s, &err);
    return;
  }
  s->founding->store = (struct jl_store_batch){.space = s->organisation_id,
                                               .kind = JL_SPACE_ORGANISATION,
                                               .creates_space = true,
                                               .epoch = 1,
                                               .acl_epoch = 1,
                                               .sections = s->founding->sections,
                                               .time_us = jl_now_utc_us()};
  const struct jl_store_batch *batches[] = {&s->founding->store};
  s->operations++;
  jl_store_commit(s->store, 0, batches, 1, founded, s);
}

static void spaces_listed(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err) {
  struct jl_spaces *s = context;
  struct jl_error failure;
  bool found = false;
  for (size_t i = 0; err == NULL && i < n; i++) {
    if (spaces[i].kind == JL_SPACE_ORGANISATION && !found) {
      s->organisation_id = spaces[i].id;
      found = true;
    }
    if (spaces[i].plan != NULL && !jl_replica_put(s->plans, jl_record_share(spaces[i].plan))) continue; /* noted when it is opened */
    for (size_t k = 0; k < spaces[i].right_count; k++)
      if (!jl_replica_put(s->plans, jl_record_share(spaces[i].rights[k]))) {
        jl_fail(&failure, JL_E_NO_MEMORY, JL_MSG("not enough memory to start"), NULL); /* nobody is to see more for want of memory */
        err = &failure;
      }
  }
  if (err != NULL)
    started(s, err);
  else if (found)
    jl_space_open(s, &s->organisation_id, false, organisation_open, s);
  else
    found_organisation(s);
  jl_spaces_operation_done(s);
}

static void look_for_spaces(struct jl_spaces *s) {
  s->operations++;
  jl_store_spaces(s->store, spaces_listed, s);
}

/* ---- rights that changed on another node ---- */
/* What could not be read is not told again: then everything is looked at. */
static void rights_looked(void *context, const struct jl_error *err) {
  struct jl_spaces *s = context;
  if (err != NULL && err->code != JL_E_NOT_FOUND) s->look_due = true;
}
static void rights_opened(void *context, struct jl_space *space, const struct jl_error *err) {
  (void)space;
  rights_looked(context, err);
}

void jl_spaces_rights_moved(struct jl_spaces *s, const struct jl_id *id, uint64_t acl_epoch) {
  struct jl_space *space = jl_space_if_open(s, id);
  if (s->draining) return;
  if (space == NULL)
    jl_space_open(s, id, false, rights_opened, s);
  else if (jl_replica_where(space->committed)->acl_epoch < acl_epoch)
    jl_space_look(space, rights_looked, s);
}

/* The list of plans is all that is known of those that are not open. */
static void listed_again(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err) {
  struct jl_spaces *s = context;
  if (err != NULL) s->look_due = true;
  for (size_t i = 0; err == NULL && i < n; i++) {
    struct jl_space *space = jl_space_if_open(s, &spaces[i].id);
    if (space != NULL || s->draining) continue;
    bool listed = spaces[i].plan == NULL || list_record(s, spaces[i].plan);
    for (size_t k = 0; listed && k < spaces[i].right_count; k++) listed = list_record(s, spaces[i].rights[k]);
    if (!listed) s->look_due = true; /* short of memory */
  }
  jl_spaces_operation_done(s);
}

void jl_spaces_look(struct jl_spaces *s) {
  struct jl_space *space;
  if (s->draining) return;
  s->look_due = false;
  for (size_t at = 0; (space = jl_idmap_each(&s->spaces, &at)) != NULL;) {
    if (space->exists && space->state == JL_SPACE_READY) space->state = JL_SPACE_STALE;
    jl_space_wake(space);
  }
  s->operations++;
  jl_store_spaces(s->store, listed_again, s);
}

struct jl_spaces *jl_spaces_new(uv_loop_t *loop, struct jl_store *store, void (*on_ready)(void *context, const struct jl_error *err),
                                void *context) {
  struct jl_spaces *s = calloc(1, sizeof *s);
  if (s == NULL) return NULL;
  s->loop = loop;
  s->store = store;
  s->on_ready = on_ready;
  s->ready_context = context;
  s->later_end = &s->later_first;
  s->wait_ms = JL_QUEUE_WAIT_MS;
  s->node = jl_id_random();
  s->lease_wait_ms = JL_LEASE_WAIT_MS;
  jl_spaces_keep_tail(s, JL_HORIZON_BYTES, JL_HORIZON_DAYS);
  s->lane_count = jl_store_lane_count(store);
  if (s->lane_count < 1) s->lane_count = 1;
  s->lanes = calloc((size_t)s->lane_count, sizeof *s->lanes);
  s->plans = jl_replica_new(&(struct jl_id){{0}}, JL_SPACE_PLAN);
  s->reserve = jl_reserve_new(RESERVED, RESERVED_BYTES);
  if (s->lanes == NULL || s->plans == NULL || s->reserve == NULL) {
    jl_reserve_free(s->reserve);
    free(s->lanes);
    jl_replica_free(s->plans);
    free(s);
    return NULL;
  }
  for (int i = 0; i < s->lane_count; i++) s->lanes[i] = (struct jl_commit_lane){.owner = s, .number = i};
  jl_idmap_init(&s->spaces);
  s->connections = jl_store_connections(store);
  jl_spaces_turn_start(s);
  look_for_spaces(s);
  return s;
}

void jl_spaces_on_trouble(struct jl_spaces *s,
                          void (*trouble)(void *context, const char *event, const struct jl_id *space, const struct jl_error *err),
                          void *context) {
  s->trouble = trouble;
  s->trouble_context = context;
}

bool jl_spaces_scarce(const struct jl_spaces *s) { return jl_reserve_scarce(s->reserve); }
void jl_spaces_oldest_model(struct jl_spaces *s, uint32_t generation) { s->oldest_model = generation; }
void jl_spaces_wait_at_most(struct jl_spaces *s, int64_t ms) { s->wait_ms = ms; }

const struct jl_id *jl_spaces_organisation(const struct jl_spaces *s) { return &s->organisation_id; }
struct jl_space *jl_spaces_organisation_space(const struct jl_spaces *s) { return s->organisation; }
const struct jl_replica *jl_spaces_directory(const struct jl_spaces *s) {
  return s->organisation == NULL ? NULL : s->organisation->committed;
}
const struct jl_replica *jl_spaces_plans(const struct jl_spaces *s) { return s->plans; }

/* ---- end ---- */
void jl_spaces_close(struct jl_spaces *s, void (*closed)(void *context), void *context) {
  s->draining = true;
  jl_rehearsals_drop(s, NULL);
  s->closed = closed;
  s->closed_context = context;
  jl_spaces_schedule(s);
}

void jl_spaces_drain(struct jl_spaces *s) {
  size_t count = 0;
  struct jl_space *space, **list = s->spaces.count == 0 ? NULL : malloc(s->spaces.count * sizeof(struct jl_space *));
  if (list == NULL) return;
  for (size_t at = 0; (space = jl_idmap_each(&s->spaces, &at)) != NULL; list[count++] = space) jl_space_hold(space);
  for (size_t i = 0; i < count; i++) {
    struct jl_error err;
    jl_writer_error(JL_E_DRAINING, &err);
    if (!list[i]->loading) jl_space_looked(list[i], &list[i]->looks, &err);
    if (list[i]->in_transit)
      list[i]->give_up = true; /* what is on top of it is not sent any more */
    else if (list[i]->queued + list[i]->dry_count + list[i]->doubted > 0)
      jl_space_fail_all(list[i], JL_E_DRAINING);
    jl_space_release(list[i]);
  }
  free(list);
}

static void handle_closed(uv_handle_t *handle) {
  struct jl_spaces *s = handle->data;
  if (--s->handles > 0) return;
  void (*closed)(void *) = s->closed;
  void *context = s->closed_context;
  free(s);
  if (closed != NULL) closed(context);
}

void jl_spaces_maybe_closed(struct jl_spaces *s) {
  struct jl_space *space;
  jl_leases_release(s); /* what is still to be written is in transit */
  if (s->operations > 0 || s->later_first != NULL || s->closing) return;
  for (size_t at = 0; (space = jl_idmap_each(&s->spaces, &at)) != NULL;)
    if (space->in_transit || space->queued + space->dry_count + space->doubted > 0) {
      jl_spaces_schedule(s);
      return;
    }
  s->closing = true;
  jl_rehearsals_drop(s, NULL); /* one may have begun while the rest was drained */
  if (s->merger_kept) jl_text_merge_close();
  for (size_t at = 0; (space = jl_idmap_each(&s->spaces, &at)) != NULL; at = 0) free_space(space);
  jl_idmap_release(&s->spaces);
  jl_replica_free(s->plans);
  jl_batches_release(s);
  free(s->lanes);
  jl_reserve_free(s->reserve);
  uv_close((uv_handle_t *)&s->check, handle_closed);
  uv_close((uv_handle_t *)&s->idle, handle_closed);
  uv_close((uv_handle_t *)&s->timer, handle_closed);
}
