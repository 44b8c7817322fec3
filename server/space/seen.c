/* What readers of some sections see of a space: a replica that holds those records and no others. What answers them works on it, so that
 * nothing of the rest can show, whatever the answer is made of. Whoever may read everything sees the space itself. */
#include "common/model/governance/names.h"
#include "common/model/query.h"
#include "server/space/internal.h"
#include <string.h>

const struct jl_replica *jl_space_seen(struct jl_space *space, uint32_t sections) {
  sections &= JL_EVERYTHING;
  if (sections == JL_EVERYTHING || jl_replica_kind(space->committed) != JL_SPACE_PLAN) return space->committed;
  for (size_t i = 0; i < JL_SEEN_REPLICAS; i++)
    if (space->seen[i].replica != NULL && space->seen[i].sections == sections) return space->seen[i].replica;
  size_t at = space->next_seen++ % JL_SEEN_REPLICAS;
  jl_replica_free(space->seen[at].replica);
  space->seen[at].sections = sections;
  space->seen[at].replica = jl_replica_readable(space->committed, sections);
  return space->seen[at].replica;
}

static bool move(const struct jl_space *space, struct jl_replica *part, uint32_t sections, const struct jl_batch *b) {
  for (size_t i = 0; i < b->record_count; i++) {
    const struct jl_record *record = b->records[i].record;
    if (jl_record_readable(space->committed, record, sections) && !jl_replica_put(part, jl_record_share(record))) return false;
  }
  *jl_replica_position(part) = *jl_replica_where(space->committed);
  return true;
}

void jl_space_seen_moved(struct jl_space *space, const struct jl_batch *b) {
  for (size_t i = 0; i < JL_SEEN_REPLICAS; i++) {
    if (space->seen[i].replica == NULL || move(space, space->seen[i].replica, space->seen[i].sections, b)) continue;
    jl_replica_free(space->seen[i].replica);
    space->seen[i].replica = NULL;
  }
}

void jl_space_forget_seen(struct jl_space *space) {
  for (size_t i = 0; i < JL_SEEN_REPLICAS; i++) {
    jl_replica_free(space->seen[i].replica);
    space->seen[i].replica = NULL;
  }
  for (size_t i = 0; i < JL_SEEN_REPLICAS; i++) {
    jl_replica_free(space->names[i].replica);
    space->names[i].replica = NULL;
  }
}

/* ---- guests ---- */
static bool at_same_position(const struct jl_position *a, const struct jl_position *b) {
  return a->epoch == b->epoch && a->revision == b->revision && memcmp(a->sections, b->sections, sizeof a->sections) == 0;
}

const struct jl_replica *jl_space_names(struct jl_space *space, uint32_t sections) {
  const struct jl_replica *directory = jl_spaces_directory(space->owner), *seen = jl_space_seen(space, sections);
  if (seen == NULL) return NULL;
  const struct jl_position *plan = jl_replica_where(seen), *of = jl_replica_where(directory);
  sections &= JL_EVERYTHING;
  size_t at = 0;
  while (at < JL_SEEN_REPLICAS && (space->names[at].replica == NULL || space->names[at].sections != sections)) at++;
  if (at < JL_SEEN_REPLICAS && at_same_position(&space->names[at].plan, plan) && at_same_position(&space->names[at].directory, of))
    return space->names[at].replica;
  if (at == JL_SEEN_REPLICAS) at = space->next_names++ % JL_SEEN_REPLICAS;
  jl_replica_free(space->names[at].replica);
  space->names[at].sections = sections;
  space->names[at].plan = *plan;
  space->names[at].directory = *of;
  space->names[at].replica = jl_names_new(seen, directory, NULL);
  return space->names[at].replica;
}
