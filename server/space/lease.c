#include "server/space/internal.h"

/* Which node writes to a space at present. Only a hint: who has no lease waits a little with what it has, so that the other
 * node's batches and its own grow instead of fencing each other out; then it tries all the same, and the fence decides. A node
 * that nobody disturbs commits at once: it asks for the lease beside its commits and keeps it while it writes.
 *
 * A node that writes without a pause would fence everybody else out for ever. So who waits leaves a wish with the lease, and the
 * one that has it hands it over when it comes to keep it: seldom at first, several times a second once two have met there. */

#define CONTENDED_US 60000000 /* since two nodes have met: they look often for so long */
#define LOOK_US 100000        /* between two looks then */
#define SLICE_US 250000       /* who gave a lease up waits so long for the other; who has it keeps it so long (lease_take.sql) */
#define PATIENCE_MAX 5        /* the wait doubles with each try without the lease, so often */
#define RELEASE_MS 0

static int64_t now(void) { return jl_monotonic_us(); }

static void have(struct jl_space *space, int64_t at, int64_t left_ms) {
  space->owner->has_leases = true;
  space->lease_of_other_us = space->lease_wait_us = 0;
  space->lease_tries = 0;
  space->lease_held = true;
  space->lease_look_us = at < space->lease_contended_us ? at + LOOK_US : at + 1000 * left_ms / 2;
}

static void lack(struct jl_space *space, int64_t at, int64_t until_us) {
  space->lease_contended_us = at + CONTENDED_US;
  space->lease_held = false;
  space->lease_of_other_us = until_us;
  space->lease_look_us = at + LOOK_US;
}

static void answered(void *context, const struct jl_lease *lease, const struct jl_error *err) {
  struct jl_space *space = context;
  struct jl_spaces *s = space->owner;
  int64_t at = now();
  bool mine = err == NULL && jl_id_equal(&lease->node, &s->node);
  space->lease_asked = false;
  bool released = space->lease_releasing;
  space->lease_releasing = false;
  if (mine && lease->left_ms > 0) {
    have(space, at, lease->left_ms);
  } else if (mine && !released) { /* given up, because another node waits */
    lack(space, at, at + SLICE_US);
    space->lease_look_us = space->lease_yield_us = at + SLICE_US;
  } else if (err == NULL && lease->left_ms > 0) {
    lack(space, at, at + 1000 * lease->left_ms);
  } else { /* nobody's, or not known */
    space->lease_of_other_us = 0;
    space->lease_held = false;
    space->lease_look_us = at + LOOK_US;
  }
  if (jl_batch_worth(space->open)) jl_space_ready(space);
  jl_space_wake(space);
  jl_space_release(space);
  jl_spaces_operation_done(s);
}

static void ask(struct jl_space *space, int64_t ms) {
  if (space->lease_asked || space->owner->draining) return;
  space->lease_asked = true;
  space->lease_releasing = ms == RELEASE_MS;
  space->owner->operations++;
  jl_space_hold(space);
  jl_store_lease(space->owner->store, &space->id, &space->owner->node, ms, answered, space);
}

static void look(struct jl_space *space) {
  if (now() >= space->lease_look_us) ask(space, JL_LEASE_MS);
}

/* Where two have met, who has written all it had does not keep the other waiting. */
void jl_lease_written(struct jl_space *space) {
  if (space->lease_held && space->queued == 0 && now() < space->lease_contended_us)
    ask(space, RELEASE_MS);
  else
    look(space);
}

/* A node that was fenced has to know by whom. One that has the lease goes on: it came too late for what it was evaluated on. */
void jl_lease_fenced(struct jl_space *space) {
  if (space->lease_held) return;
  if (space->lease_of_other_us == 0) space->lease_look_us = 0;
  look(space);
}

bool jl_lease_wait(struct jl_space *space) {
  int64_t at = now();
  if (space->lease_of_other_us <= at) {
    space->lease_wait_us = 0;
    return false;
  }
  look(space);
  if (at < space->lease_yield_us) { /* the fence would not save the other from trying for ever */
    jl_spaces_watch_within(space->owner, (uint64_t)(space->lease_yield_us - at) / 1000 + 1);
    return true;
  }
  int64_t wait_us = 1000 * (space->owner->lease_wait_ms << space->lease_tries);
  if (space->lease_wait_us == 0 || space->lease_wait_us > at + wait_us) space->lease_wait_us = at + wait_us;
  if (at >= space->lease_wait_us) {
    space->lease_wait_us = 0;
    if (space->lease_tries < PATIENCE_MAX) space->lease_tries++;
    return false;
  }
  int64_t left_us = space->lease_wait_us - at;
  jl_spaces_watch_within(space->owner, left_us < LOOK_US ? (uint64_t)left_us / 1000 + 1 : LOOK_US / 1000);
  return true;
}

void jl_spaces_lease_wait(struct jl_spaces *s, int64_t ms) { s->lease_wait_ms = ms; }

static void released(void *context) { jl_spaces_operation_done(context); }

void jl_leases_release(struct jl_spaces *s) {
  if (!s->has_leases || !jl_store_healthy(s->store)) return;
  s->has_leases = false;
  s->operations++;
  jl_store_lease_release(s->store, &s->node, released, s);
}
