/* An older copy of the database will be put back. Most laptops learn of it from the log that they follow; one must learn of it from its lane
 * alone: its own copy stands before the one that will be put back, and what it had acknowledged since is in neither. So it catches up
 * before that copy is taken, and until it was put back it only sends. */
#include "tests/torture/laptop/laptop.h"
#include <poll.h>

#define ARENA (1u << 20)

/* Every space of its copy stands at or before the database's copy. */
static bool is_behind(struct laptop *l, const uint64_t copied[SPACES]) {
  struct jl_arena *a = jl_arena_new(ARENA);
  const struct jl_local_space *spaces;
  size_t n = 0;
  struct jl_error err = {0};
  bool behind = jl_local_open(l->local, JL_LOCAL_WAIT_MS, &err) && jl_local_spaces(l->local, a, &spaces, &n, &err);
  for (size_t i = 0; behind && i < n; i++)
    for (int space = 0; space < SPACES; space++)
      if (jl_id_equal(&spaces[i].space, &l->progress->spaces[space]) && spaces[i].revision > copied[space]) behind = false;
  jl_arena_free(a);
  return behind;
}

static void risk(struct laptop *l) {
  uint64_t copied[SPACES];
  for (int space = 0; space < SPACES; space++) copied[space] = l->progress->copied[space];
  if (!l->made) laptop_make_new(l);
  l->made = true;
  if (!laptop_sync(l, false)) poll(NULL, 0, 20); /* the server is away */
  l->slot->risked = is_behind(l, copied) ? outbox_beyond(l, copied) : 0;
}

bool laptop_at_risk(struct laptop *l) {
  enum restore_stage stage = (enum restore_stage)l->progress->restore_stage;
  if ((uint32_t)l->index != l->progress->processes || (stage != RESTORE_NEAR && stage != RESTORE_COPIED)) return false;
  if (stage == RESTORE_NEAR && !l->slot->behind)
    l->slot->behind = laptop_sync(l, true);
  else if (stage == RESTORE_COPIED && l->slot->risked < RISKED_LEAST)
    risk(l);
  else
    poll(NULL, 0, 20); /* the others work meanwhile */
  return true;
}
