#include "server/space/internal.h"
#include <stdlib.h>

/* One turn per loop iteration, after sockets were read: answers that were known at once, evaluation, commits. While there
 * is work, an idle handle keeps the loop from sleeping. */
static void nothing(uv_idle_t *idle) { (void)idle; }

static void run_later(struct jl_spaces *s) {
  struct jl_later *list = s->later_first;
  s->later_first = NULL;
  s->later_end = &s->later_first;
  for (struct jl_later *l = list, *next; l != NULL; l = next) {
    next = l->next;
    l->run(l);
  }
}

static void evaluate_active(struct jl_spaces *s) {
  struct jl_space *list = s->active_first;
  s->active_first = s->active_last = NULL;
  for (struct jl_space *space = list, *next; space != NULL; space = next) {
    next = space->next_active;
    space->active = false;
    jl_space_hold(space); /* so that nobody closes it while it is looked at */
    jl_space_evaluate(space);
    jl_space_wake(space);
    jl_space_release(space);
  }
}

void jl_spaces_look_at_store(struct jl_spaces *s) {
  uint64_t connections = jl_store_connections(s->store);
  struct jl_space *space;
  if (connections == s->connections || s->draining) return;
  s->connections = connections;
  for (size_t at = 0; (space = jl_idmap_each(&s->spaces, &at)) != NULL;) {
    space->suspect = space->exists;
    if (space->exists && space->state == JL_SPACE_READY) space->state = JL_SPACE_STALE;
    jl_space_wake(space);
  }
}

void jl_spaces_tick(struct jl_spaces *s) {
  jl_rehearsals_tick(s);
  jl_spaces_look_at_store(s);
  if (s->look_due && jl_store_healthy(s->store)) jl_spaces_look(s);
}

static void turn(uv_check_t *check) {
  struct jl_spaces *s = check->data;
  uv_check_stop(&s->check);
  uv_idle_stop(&s->idle);
  jl_spaces_look_at_store(s);
  run_later(s);
  evaluate_active(s);
  if (s->draining) jl_spaces_drain(s);
  jl_lanes_commit(s);
  if (s->draining) jl_spaces_maybe_closed(s);
}

void jl_spaces_schedule(struct jl_spaces *s) {
  if (s->closing || uv_is_active((const uv_handle_t *)&s->check)) return;
  uv_idle_start(&s->idle, nothing);
  uv_check_start(&s->check, turn);
}

void jl_spaces_later(struct jl_spaces *s, struct jl_later *later) {
  later->next = NULL;
  *s->later_end = later;
  s->later_end = &later->next;
  jl_spaces_schedule(s);
}

void jl_space_wake(struct jl_space *space) {
  struct jl_spaces *s = space->owner;
  if (space->state == JL_SPACE_STALE && !space->loading && !space->in_transit && !s->draining) jl_space_reload(space);
  if (space->active || !jl_space_can_evaluate(space)) return;
  space->active = true;
  space->next_active = NULL;
  if (s->active_first == NULL)
    s->active_first = space;
  else
    s->active_last->next_active = space;
  s->active_last = space;
  jl_spaces_schedule(s);
}

/* ---- when the database is away ---- */
static bool waited_too_long(const struct jl_space *space, int64_t now_us) {
  const struct jl_edit_lane *lane;
  int64_t limit = space->owner->wait_ms * 1000;
  if (space->dry_first != NULL && now_us - space->dry_first->since_us > limit) return true;
  if (space->doubted_first != NULL && now_us - space->doubted_first->since_us > limit) return true;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) {
    const struct jl_submission *oldest =
        lane->waiting_count == 0 ? NULL : jl_edit_lane_waiting(lane, lane->queued + 1 - lane->waiting_count);
    if (oldest != NULL && now_us - oldest->since_us > limit) return true;
  }
  return false;
}

/* Looks at one space; true: it is held up still. */
static bool look_at(struct jl_space *space) {
  if (space->queued + space->dry_count + space->doubted == 0) return false;
  jl_space_doubts_look(space);
  jl_space_waits_over(space);
  if (!space->in_transit && (space->flying != NULL || space->state == JL_SPACE_STALE || !jl_store_healthy(space->owner->store)) &&
      waited_too_long(space, jl_monotonic_us())) {
    jl_space_fail_all(space, JL_E_UNAVAILABLE);
    return false;
  }
  if (space->flying != NULL || space->open != NULL) jl_space_ready(space);
  jl_space_wake(space);
  return true;
}

/* Spaces may close while others are failed: one round finds them by their ids again. */
static void look_again(uv_timer_t *timer) {
  struct jl_spaces *s = timer->data;
  bool held_up = false;
  s->watching = false;
  struct jl_space **list = s->spaces.count == 0 ? NULL : malloc(s->spaces.count * sizeof(struct jl_space *)), *space;
  size_t count = 0;
  if (list == NULL) held_up = s->spaces.count > 0;
  for (size_t at = 0; list != NULL && (space = jl_idmap_each(&s->spaces, &at)) != NULL;) {
    jl_space_hold(space);
    list[count++] = space;
  }
  for (size_t i = 0; i < count; i++) {
    held_up = look_at(list[i]) || held_up;
    jl_space_release(list[i]);
  }
  free(list);
  for (int i = 0; i < s->lane_count; i++) s->lanes[i].resting = false;
  jl_spaces_schedule(s);
  if (held_up) jl_spaces_watch(s);
}

void jl_spaces_watch_within(struct jl_spaces *s, uint64_t ms) {
  if (s->closing || (s->watching && uv_timer_get_due_in(&s->timer) <= ms)) return;
  s->watching = true;
  uv_timer_start(&s->timer, look_again, ms, 0);
}

void jl_spaces_watch(struct jl_spaces *s) { jl_spaces_watch_within(s, 100); }

/* ---- beginning and end ---- */
void jl_spaces_turn_start(struct jl_spaces *s) {
  uv_check_init(s->loop, &s->check);
  uv_idle_init(s->loop, &s->idle);
  uv_timer_init(s->loop, &s->timer);
  s->check.data = s->idle.data = s->timer.data = s;
  s->handles = 3;
}

void jl_spaces_operation_done(struct jl_spaces *s) {
  JL_ASSERT(s->operations > 0);
  s->operations--;
  if (s->draining) jl_spaces_schedule(s);
}
