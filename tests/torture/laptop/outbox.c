#include "tests/torture/laptop/laptop.h"
#include <inttypes.h>
#include <poll.h>

#define ARENA (64u << 20)
#define ALL_STATES UINT32_MAX
#define PATIENCE 200 /* tries, 50 ms apart */

static size_t list(struct laptop *l, uint64_t id, uint32_t states, struct jl_arena *a, const struct jl_outbox_group **ret) {
  struct jl_error err = {0};
  size_t n = 0;
  const struct jl_outbox_ask ask = {.id = id, .states = states};
  for (int tries = 0; tries < PATIENCE; tries++) { /* a full disk is a fault of the run, and ends */
    if (jl_local_open(l->local, JL_LOCAL_WAIT_MS, &err) && jl_local_outbox(l->local, &ask, a, ret, &n, &err)) return n;
    poll(NULL, 0, 50);
  }
  laptop_fail("the outbox", &err);
}

bool outbox_group_id(struct laptop *l, uint64_t id, struct jl_id *ret_group_id) {
  struct jl_arena *a = jl_arena_new(ARENA);
  const struct jl_outbox_group *groups;
  size_t n = list(l, id, ALL_STATES, a, &groups);
  if (n == 1) *ret_group_id = groups[0].group_id;
  jl_arena_free(a);
  return n == 1;
}

void outbox_after_kill(struct laptop *l) {
  struct jl_arena *a = jl_arena_new(ARENA);
  const struct jl_outbox_group *groups;
  size_t n = list(l, 0, ALL_STATES, a, &groups);
  uint64_t last = l->last_id;
  for (size_t i = 0; i < n; i++) {
    char name[33];
    if (groups[i].id <= last) continue;
    notes_id(&groups[i].group_id, name);
    notes_write(l, "found %" PRIu64 " %s", groups[i].id, name);
    l->last_id = groups[i].id;
  }
  jl_arena_free(a);
}

static void resolve(struct laptop *l, uint64_t id, enum jl_choice choice) {
  const struct jl_resolution resolution = {.choice = choice};
  struct jl_error err = {0};
  struct jl_id group_id = {{0}};
  uint64_t next = 0;
  char name[33];
  notes_write(l, "resolving %" PRIu64, id); /* a kill between the two may leave either */
  if (!jl_local_resolve(l->local, id, &resolution, &next, &err)) return;
  if (next != 0) (void)outbox_group_id(l, next, &group_id);
  notes_id(&group_id, name);
  notes_write(l, "resolve %" PRIu64 " %d %" PRIu64 " %s", id, (int)choice, next, name);
}

static void drop(struct laptop *l, uint64_t id) {
  struct jl_error err = {0};
  notes_write(l, "dropping %" PRIu64, id);
  if (jl_local_drop(l->local, id, false, &err)) notes_write(l, "drop %" PRIu64, id);
}

void outbox_settle(struct laptop *l, unsigned one_in) {
  struct jl_arena *a = jl_arena_new(ARENA);
  const struct jl_outbox_group *groups;
  size_t n = list(l, 0, 1u << JL_OUTBOX_REFUSED, a, &groups);
  for (size_t i = 0; i < n; i++) {
    if (random_below(&l->random, one_in)) continue;
    uint64_t dice = random_below(&l->random, 3);
    if (dice == 0) drop(l, groups[i].id);
    else resolve(l, groups[i].id, dice == 1 ? JL_CHOICE_MINE : JL_CHOICE_THEIRS);
  }
  jl_arena_free(a);
}

uint64_t outbox_waiting(struct laptop *l) {
  struct jl_outbox_counts counts = {0};
  struct jl_error err = {0};
  for (int tries = 0; tries < PATIENCE; tries++) {
    if (jl_local_open(l->local, JL_LOCAL_WAIT_MS, &err) && jl_local_counts(l->local, &counts, &err)) return counts.queued + counts.sent;
    poll(NULL, 0, 50);
  }
  laptop_fail("the outbox", &err);
}

uint64_t outbox_beyond(struct laptop *l, const uint64_t revisions[SPACES]) {
  struct jl_arena *a = jl_arena_new(ARENA);
  const struct jl_outbox_group *groups;
  size_t n = list(l, 0, 1u << JL_OUTBOX_DONE, a, &groups);
  uint64_t beyond = 0;
  for (size_t i = 0; i < n; i++)
    for (int space = 0; space < SPACES; space++) beyond += jl_id_equal(&groups[i].space, &l->progress->spaces[space]) && groups[i].revision > revisions[space];
  jl_arena_free(a);
  return beyond;
}

void outbox_dump(struct laptop *l) {
  struct jl_arena *a = jl_arena_new(ARENA);
  const struct jl_outbox_group *groups;
  size_t n = list(l, 0, ALL_STATES, a, &groups);
  for (size_t i = 0; i < n; i++) {
    const struct jl_outbox_group *g = &groups[i];
    char name[33];
    int space = 0;
    while (space < SPACES && !jl_id_equal(&g->space, &l->progress->spaces[space])) space++;
    notes_id(&g->group_id, name);
    notes_write(l, "entry %" PRIu64 " %d %s %d %" PRIu64 " %" PRIu64 " %d %d", g->id, (int)g->state, name, space, g->seq, g->revision, g->merged, g->again);
  }
  jl_arena_free(a);
}
