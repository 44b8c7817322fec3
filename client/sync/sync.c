/* Bringing the local copy and the server together: send what waits, follow each space to the head, once more if that let
 * something go. */
#include "client/sync/sync.h"
#include "client/sync/local.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 8  /* spaces followed at the same time */
#define ROUNDS_MAX 4 /* sending, receiving, and again for what waited for the log */

struct target {
  struct jl_id space;
  enum { TARGET_WAITS, TARGET_RUNS, TARGET_DONE } state;
};
struct jl_sync {
  struct jl_sync_ask ask;
  void (*progress)(void *context, const struct jl_sync_progress *progress);
  struct jl_sync_summary summary;
  struct target *targets;
  size_t count, running;
  bool was_up, receiving, plans_asked;
  unsigned rounds;
  struct jl_error failed_early; /* told with the first step: callbacks do not run inside the call */
  struct jl_id person; /* whose own space need not be there yet, and is not counted among the plans */
  struct jl_id organisation; /* which is not there for guests */
  size_t to_send;     /* when it began, for the progress display */
  size_t sent_before; /* when the round began to receive */
};

void jl_sync_free(struct jl_sync *s) {
  if (s == NULL) return;
  free(s->targets);
  free(s);
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* ---- what is to be brought to the head ---- */
static bool add_target(struct jl_sync *s, const struct jl_id *space) {
  if (jl_id_is_zero(space)) return true;
  for (size_t i = 0; i < s->count; i++)
    if (jl_id_equal(&s->targets[i].space, space)) return true;
  struct target *larger = realloc(s->targets, (s->count + 1) * sizeof *larger);
  if (larger == NULL) return false;
  s->targets = larger;
  s->targets[s->count++] = (struct target){*space, TARGET_WAITS};
  return true;
}

static bool add_known(struct jl_client *c, struct jl_sync *s, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(16U << 20);
  const struct jl_local_space *spaces;
  size_t n;
  const struct jl_profile_identity *id = jl_profile_identity(c->profile);
  if (a == NULL) return no_memory(err);
  if (!jl_local_spaces(c->local, a, &spaces, &n, err)) return false;
  bool ok = add_target(s, &id->organisation) && add_target(s, &id->plan) && add_target(s, &id->person);
  for (size_t i = 0; ok && i < n; i++) ok = add_target(s, &spaces[i].space);
  return ok || no_memory(err);
}

static bool choose_targets(struct jl_client *c, struct jl_sync *s, struct jl_error *err) {
  if (s->ask.no_receive) return true;
  if (s->ask.space_count == 0) return add_known(c, s, err);
  for (size_t i = 0; i < s->ask.space_count; i++)
    if (!add_target(s, &s->ask.spaces[i])) return no_memory(err);
  return true;
}

/* ---- the end ---- */
static void finish(struct jl_client *c, struct jl_request *r, const struct jl_error *why) {
  struct jl_sync *s = r->sync;
  struct jl_outbox_counts counts = {0};
  struct jl_error ignored;
  struct jl_reply reply = {.sync = &s->summary};
  if (why != NULL) reply.error = *why;
  if (c->local != NULL && jl_local_mode(c->local) != JL_LOCAL_CLOSED && jl_local_counts(c->local, &counts, &ignored)) {
    s->summary.counts = &counts;
    s->summary.waiting = counts.queued + counts.sent;
  }
  for (size_t i = 0; c->engine != NULL && i < s->count; i++)
    if (s->targets[i].state == TARGET_RUNS) jl_engine_unfollow(c->engine, &s->targets[i].space);
  if (c->engine != NULL) jl_engine_hold(c->engine, false);
  jl_request_finish(c, r, &reply);
}

void jl_sync_fail(struct jl_client *c, struct jl_request *r, const struct jl_error *why) { finish(c, r, why); }
bool jl_sync_goes_on(const struct jl_request *r) { return r->sync->was_up; }

/* When the server was last heard, for those who work without it later. */
static void note_heard(struct jl_client *c) {
  struct jl_error ignored;
  struct jl_base *base = jl_local_base(c->local, &ignored);
  if (base == NULL || base->read_only || !jl_sql_begin(&base->sql, &ignored)) return;
  if (!jl_base_set_number(base, "heard_us", jl_now_utc_us(), &ignored) || !jl_sql_commit(&base->sql, &ignored)) jl_sql_rollback(&base->sql);
}

/* ---- one step ---- */
static void follow_more(struct jl_client *c, struct jl_request *r) {
  struct jl_sync *s = r->sync;
  struct jl_error err = {0};
  for (size_t i = 0; i < s->count && s->running < AT_ONCE; i++) {
    if (s->targets[i].state != TARGET_WAITS) continue;
    s->targets[i].state = TARGET_RUNS;
    s->running++;
    if (jl_engine_follow(c->engine, &s->targets[i].space, true, s->ask.tail_limit, &err)) continue;
    finish(c, r, &err);
    return;
  }
}

static size_t queued_now(struct jl_client *c) {
  struct jl_outbox_counts counts;
  struct jl_error ignored;
  return jl_outbox_counts(&c->local->outbox, &counts, &ignored) ? counts.queued + counts.sent : 0;
}

/* What the log brought may have let waiting groups go, and what was sent since moved the head. */
static bool another_round(struct jl_sync *s) {
  bool again = s->rounds < ROUNDS_MAX && s->summary.sent > s->sent_before;
  s->sent_before = s->summary.sent;
  if (!again) return false;
  s->rounds++;
  for (size_t i = 0; i < s->count; i++) s->targets[i].state = TARGET_WAITS;
  return true;
}

static void step(struct jl_client *c, struct jl_request *r) {
  struct jl_sync *s = r->sync;
  if (!c->logged_in) return;
  s->was_up = true;
  const struct jl_error *failure = jl_engine_failure(c->engine);
  if (failure != NULL) { /* before it was asked to */
    finish(c, r, failure);
    return;
  }
  if (s->ask.gives_way && jl_local_is_wanted(c->local)) {
    struct jl_error why;
    (void)jl_fail(&why, JL_E_UNAVAILABLE, JL_MSG("another jalon command waits for the local copy and goes first"), NULL);
    finish(c, r, &why);
    return;
  }
  if (!s->receiving) {
    if (!s->ask.no_send && jl_engine_sending(c->engine)) return;
    s->receiving = true;
    if (!s->ask.no_receive && !s->plans_asked) jl_engine_plans(c->engine);
    s->plans_asked = true;
    follow_more(c, r);
    s->sent_before = s->summary.sent;
    jl_client_step_soon(c); /* when there is nothing to receive no message comes to go on with */
    return;
  }
  follow_more(c, r);
  if (r->done_with || s->running > 0 || !jl_engine_idle(c->engine)) return;
  if (!s->ask.no_receive && another_round(s)) {
    s->receiving = false;
    jl_client_step_soon(c);
    return;
  }
  note_heard(c);
  finish(c, r, NULL);
}

void jl_sync_step(struct jl_client *c) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next)
    if (r->kind == JL_FOR_SYNC && !r->done_with) {
      if (r->sync->failed_early.code != JL_E_OK)
        finish(c, r, &r->sync->failed_early);
      else
        step(c, r);
    }
}

/* ---- events ---- */
static void count_verdict(struct jl_sync_summary *sum, const struct jl_engine_event *event) {
  bool refused = event->verdict->error != NULL && event->verdict->error->code != JL_E_OK;
  sum->sent++;
  sum->applied += !refused;
  sum->merged += !refused && event->verdict->merged;
  sum->parked += event->parked;
  sum->refused += refused && event->verdict->error->code != JL_E_DEPENDS;
}

static void target_over(struct jl_sync *s, const struct jl_engine_event *event) {
  for (size_t i = 0; i < s->count; i++) {
    if (s->targets[i].state != TARGET_RUNS || !jl_id_equal(&s->targets[i].space, &event->space)) continue;
    s->targets[i].state = TARGET_DONE;
    s->running--;
    if (jl_id_equal(&event->space, &s->person) && (event->kind == JL_ENGINE_AT_HEAD || event->error.code == JL_E_NOT_FOUND)) continue;
    bool not_for_guests = event->error.code == JL_E_NOT_FOUND || event->error.code == JL_E_RIGHTS_CHANGED;
    if (jl_id_equal(&event->space, &s->organisation) && event->kind == JL_ENGINE_ENDED && not_for_guests) continue;
    s->summary.revisions += event->revisions;
    s->summary.records += event->records;
    s->summary.snapshots += event->resynced;
    if (event->kind == JL_ENGINE_AT_HEAD) {
      if (s->rounds == 0) s->summary.spaces++;
    } else if (event->error.code == JL_E_OVERLOADED && s->ask.tail_limit != 0) {
      s->summary.left++;
    } else if (s->summary.space_error.code == JL_E_OK) {
      s->summary.space_error = event->error;
      s->summary.space = event->space;
    }
  }
}

static void tell_progress(const struct jl_request *r, const struct jl_engine_event *event) {
  const struct jl_sync *s = r->sync;
  struct jl_sync_progress progress = {.space = event->space, .done = event->done, .total = event->total};
  if (s->progress == NULL) return;
  if (event->kind == JL_ENGINE_PROGRESS)
    progress.stage = event->snapshot ? JL_SYNC_SNAPSHOT : JL_SYNC_CHANGES;
  else {
    progress.stage = JL_SYNC_SENDING;
    progress.done = s->summary.sent;
    progress.total = s->summary.sent > s->to_send ? s->summary.sent : s->to_send;
  }
  s->progress(r->context, &progress);
}

void jl_sync_event(struct jl_client *c, const struct jl_engine_event *event) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next) {
    if (r->kind != JL_FOR_SYNC || r->done_with) continue;
    struct jl_sync *s = r->sync;
    r->deadline_us = jl_monotonic_us() + (int64_t)c->timeout_ms * 1000; /* it is alive */
    if (event->kind == JL_ENGINE_VERDICT) count_verdict(&s->summary, event);
    if (event->kind == JL_ENGINE_FOUND) s->summary.sent++, s->summary.applied++;
    if (event->kind == JL_ENGINE_AGAIN) s->summary.again++;
    if (event->again && s->summary.again > 0) s->summary.again--;
    if (event->kind == JL_ENGINE_AT_HEAD || event->kind == JL_ENGINE_ENDED) target_over(s, event);
    if (event->kind == JL_ENGINE_PROGRESS || event->kind == JL_ENGINE_VERDICT) tell_progress(r, event);
    if (event->kind == JL_ENGINE_FAILED) finish(c, r, &event->error);
  }
}

/* ---- from outside ---- */
uint32_t jl_client_sync(struct jl_client *c, const struct jl_sync_ask *ask, jl_done *done, void *context) {
  struct jl_error err = {0};
  struct jl_request *r = jl_client_request(c, JL_FOR_SYNC, done, context);
  struct jl_sync *s = calloc(1, sizeof *s);
  if (r == NULL || s == NULL) {
    if (r != NULL) r->done_with = true;
    free(s);
    return 0;
  }
  r->sync = s;
  s->ask = *ask;
  s->person = jl_profile_identity(c->profile)->person;
  s->organisation = jl_profile_identity(c->profile)->organisation;
  s->progress = ask->progress;
  bool ok = jl_client_engine(c, !ask->no_receive, &err) && choose_targets(c, s, &err);
  s->ask.spaces = NULL; /* the caller's: not ours after this */
  if (!ok) {
    s->failed_early = err;
    return r->stream;
  }
  s->to_send = queued_now(c);
  jl_engine_hold(c->engine, ask->no_send);
  return r->stream;
}
