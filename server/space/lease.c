#include "server/space/internal.h"

/* Which node writes to a space at present. Only a hint: who has no lease waits a little with what it has, so that the other
 * node's batches and its own grow instead of fencing each other out; then it commits all the same, and the fence decides. A
 * node that nobody disturbs commits at once: it asks for the lease beside its commits and keeps it while it writes. */

static int64_t now(void) { return jl_monotonic_us(); }

static void answered(void *context, const struct jl_lease *lease, const struct jl_error *err) {
  struct jl_space *space = context;
  struct jl_spaces *s = space->owner;
  space->lease_asked = false;
  if (err != NULL || lease->left_ms <= 0) { /* not known: as if there were none */
    space->lease_of_other_us = 0;
    space->lease_look_us = now() + 1000 * JL_LEASE_MS / 2;
  } else if (jl_id_equal(&lease->node, &s->node)) {
    s->has_leases = true;
    space->lease_of_other_us = 0;
    space->lease_look_us = now() + 1000 * lease->left_ms / 2;
  } else {
    space->lease_of_other_us = space->lease_look_us = now() + 1000 * lease->left_ms;
  }
  jl_space_wake(space);
  jl_space_release(space);
  jl_spaces_operation_done(s);
}

void jl_lease_written(struct jl_space *space) {
  if (space->lease_asked || now() < space->lease_look_us || space->owner->draining) return;
  space->lease_asked = true;
  space->owner->operations++;
  jl_space_hold(space);
  jl_store_lease(space->owner->store, &space->id, &space->owner->node, JL_LEASE_MS, answered, space);
}

/* A node that was fenced has to know by whom. */
void jl_lease_fenced(struct jl_space *space) {
  space->lease_look_us = 0;
  jl_lease_written(space);
}

bool jl_lease_wait(struct jl_space *space) {
  int64_t at = now();
  if (space->lease_of_other_us <= at) {
    space->lease_wait_us = 0;
    return false;
  }
  int64_t wait_us = 1000 * space->owner->lease_wait_ms;
  if (space->lease_wait_us == 0 || space->lease_wait_us > at + wait_us) space->lease_wait_us = at + wait_us;
  if (at >= space->lease_wait_us) {
    space->lease_wait_us = 0;
    return false;
  }
  jl_spaces_watch_within(space->owner, wait_us < 100000 ? (uint64_t)wait_us / 1000 : 100);
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
