#include "server/space/internal.h"

/* The sync horizon: a copy that stands before it takes a snapshot instead of following the log, because that is less work for
 * both sides. The log itself is kept, so whoever is following it already goes on. It lies in the space's head, so that all
 * nodes agree; it moves when the log behind it has grown large against the space, or old. */

static uint64_t keep_bytes(const struct jl_space *space) {
  uint64_t bytes = (uint64_t)JL_HORIZON_FACTOR * jl_replica_memory(space->committed), least = space->owner->horizon_bytes;
  return bytes > least ? bytes : least;
}

void jl_horizon_told(struct jl_space *space, uint64_t horizon) {
  if (horizon > space->horizon) space->horizon = horizon;
}

static void answered(void *context, uint64_t horizon, const struct jl_error *err) {
  struct jl_space *space = context;
  struct jl_spaces *s = space->owner;
  space->horizon_asked = false;
  if (err == NULL) jl_horizon_told(space, horizon);
  jl_space_release(space);
  jl_spaces_operation_done(s);
}

void jl_horizon_look(struct jl_space *space) {
  if (space->horizon_asked || space->owner->draining) return;
  space->horizon_asked = true;
  space->horizon_look_us = jl_monotonic_us() + 1000000 * (int64_t)JL_HORIZON_LOOK_S;
  space->tail_bytes = 0;
  space->owner->operations++;
  jl_space_hold(space);
  jl_store_horizon(space->owner->store, &space->id, keep_bytes(space), space->owner->horizon_days, answered, space);
}

void jl_horizon_written(struct jl_space *space, const struct jl_batch *b) {
  for (size_t i = 0; i < b->log_count; i++) space->tail_bytes += b->log[i].body.size + b->log[i].private_values.size;
  if (space->tail_bytes >= keep_bytes(space) / 4 || jl_monotonic_us() >= space->horizon_look_us) jl_horizon_look(space);
}

uint64_t jl_space_horizon(const struct jl_space *space) { return space->horizon; }

void jl_spaces_keep_tail(struct jl_spaces *s, uint64_t bytes, int days) {
  s->horizon_bytes = bytes;
  s->horizon_days = days;
}
