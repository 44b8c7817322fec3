#include "server/space/internal.h"

/* Who changed a field last, for conflict texts: the record's chain of changes is followed back through what is in memory,
 * the batches on their way and the ring. Conflicts are rare, so nothing is kept for them. */
#define STEPS 64

static struct jl_bytes batch_row(const struct jl_batch *b, uint64_t revision, size_t nth) {
  if (b == NULL || b->log_count == 0) return (struct jl_bytes){NULL, 0};
  size_t low = 0, high = b->log_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (b->log[middle].revision < revision)
      low = middle + 1;
    else
      high = middle;
  }
  low += nth;
  if (low >= b->log_count || b->log[low].revision != revision) return (struct jl_bytes){NULL, 0};
  return b->log[low].body;
}

static struct jl_bytes row_of(const struct jl_space *space, uint64_t revision, size_t nth) {
  struct jl_bytes body = batch_row(space->open, revision, nth);
  if (body.data == NULL) body = batch_row(space->flying, revision, nth);
  if (body.data != NULL) return body;
  size_t count = 0;
  bool more = false;
  const struct jl_log_row *rows = jl_ring_rows(&space->ring, revision, revision, JL_FEED_RING_BYTES, &count, &more);
  return rows == NULL || nth >= count ? (struct jl_bytes){NULL, 0} : rows[nth].change.body;
}

static const Jalon__RecordChange *change_of(const struct jl_space *space, uint64_t revision, const struct jl_record *record,
                                            struct jl_arena *a, const Jalon__ChangeBody **ret_body) {
  struct jl_error err;
  for (size_t nth = 0; nth < JL_SECTIONS; nth++) {
    struct jl_bytes bytes = row_of(space, revision, nth);
    if (bytes.data == NULL) return NULL;
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, bytes, a, &err);
    for (size_t i = 0; body != NULL && i < body->n_changes; i++) {
      struct jl_id id;
      if (!jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) || !jl_id_equal(&id, &record->id)) continue;
      *ret_body = body;
      return body->changes[i];
    }
  }
  return NULL;
}

static bool touches(const Jalon__RecordChange *change, uint32_t field) {
  for (size_t i = 0; i < change->n_fields; i++)
    if (change->fields[i]->field == field) return true;
  return field == 0;
}

bool jl_space_who_changed(void *context, const struct jl_record *record, uint32_t field, struct jl_id *ret_person, int64_t *ret_time_us,
                          uint64_t *ret_revision) {
  const struct jl_space *space = context;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_BATCH_ARENA_BYTES);
  bool found = false;
  uint64_t revision = record->revision;
  for (int step = 0; a != NULL && step < STEPS && revision != 0; step++) {
    const Jalon__ChangeBody *body = NULL;
    const Jalon__RecordChange *change = change_of(space, revision, record, a, &body);
    if (change == NULL) break;
    bool this_one = touches(change, field);
    if (!found || this_one) { /* the record's last author stands in until the field's is found */
      if (!jl_id_from_bytes(JL_PB(body->author), ret_person)) break;
      *ret_time_us = body->time_us;
      *ret_revision = revision;
      found = true;
    }
    if (this_one) break;
    revision = change->previous_revision < revision ? change->previous_revision : 0;
    jl_arena_reset(a);
  }
  return found;
}
