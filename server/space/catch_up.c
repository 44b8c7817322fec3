#include "server/space/internal.h"
#include <string.h>

/* Another node wrote: instead of reading the space again, its log is followed from where our memory stands, the same way that a
 * client follows it. Whatever does not fit (another history, a gap, too much of it) ends in reading the whole space. */

bool jl_space_can_catch_up(const struct jl_space *space) {
  return space->committed != NULL && space->exists && !space->damaged && jl_replica_where(space->committed)->revision > 0;
}

static bool apply(struct jl_space *space, const struct jl_caught_up *news) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_BATCH_ARENA_BYTES);
  struct jl_error err;
  if (a == NULL) return false;
  for (size_t i = 0, n; i < news->row_count; i += n) {
    struct jl_change changes[JL_SECTIONS];
    for (n = 0; i + n < news->row_count && n < JL_SECTIONS && news->rows[i + n].revision == news->rows[i].revision; n++)
      changes[n] = news->rows[i + n].change;
    jl_arena_reset(a);
    if (!jl_replica_apply(space->committed, changes, n, a, &err)) return false;
  }
  const struct jl_position *here = jl_replica_where(space->committed);
  return here->revision == news->position.revision && memcmp(here->sections, news->position.sections, sizeof here->sections) == 0;
}

/* The feed takes rows as they are written; of a row that was read it needs no more than this. */
static bool tell(struct jl_space *space, const struct jl_caught_up *news) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_BATCH_ARENA_BYTES);
  struct jl_store_log *log = a == NULL ? NULL : jl_arena_array(a, news->row_count, sizeof *log);
  if (log == NULL) return false;
  for (size_t i = 0; i < news->row_count; i++) {
    log[i] = (struct jl_store_log){.revision = news->rows[i].revision,
                                   .section = news->rows[i].section,
                                   .outcome = news->rows[i].outcome,
                                   .body = news->rows[i].change.body,
                                   .private_values = news->rows[i].change.private_values};
    memcpy(log[i].link, news->rows[i].link, sizeof log[i].link);
  }
  jl_feed_advance(space, log, news->row_count, news->position.revision);
  return true;
}

bool jl_space_catch_up(struct jl_space *space, const struct jl_caught_up *news) {
  const struct jl_position *here = jl_replica_where(space->committed);
  jl_rehearsals_overtaken(space); /* what is copied meanwhile would miss the news */
  if (here->epoch != news->position.epoch || news->position.revision < here->revision || !apply(space, news)) {
    space->damaged = true; /* it may stand in between */
    return false;
  }
  jl_replica_position(space->committed)->acl_epoch = news->position.acl_epoch;
  if (news->time_us > space->time_us) space->time_us = news->time_us;
  jl_horizon_told(space, news->horizon);
  space->commits = news->commits;
  space->readings++;
  if (!jl_space_restore_lanes(space, news->lanes, news->lane_count, &news->decided) ||
      !jl_again_restore(space, news->again, news->again_count) || !jl_plans_note_all(space))
    return false;
  jl_space_forget_seen(space);
  space->state = JL_SPACE_READY;
  if (news->row_count > 0 && !tell(space, news)) jl_feed_jumped(space);
  return true;
}
