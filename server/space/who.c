#include "server/space/internal.h"

/* Who changed a field last, for conflict texts: the record's chain of changes is followed back through what is in memory,
 * the batches on their way and the ring. Conflicts are rare, so nothing is kept for them. */
#define STEPS 64
#define UNSEEN_MAX 64 /* fields */

static struct jl_change batch_row(const struct jl_batch *b, uint64_t revision, size_t nth) {
  const struct jl_change none = {{NULL, 0}, {NULL, 0}};
  if (b == NULL || b->log_count == 0) return none;
  size_t low = 0, high = b->log_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (b->log[middle].revision < revision)
      low = middle + 1;
    else
      high = middle;
  }
  low += nth;
  if (low >= b->log_count || b->log[low].revision != revision) return none;
  return (struct jl_change){b->log[low].body, b->log[low].private_values};
}

static struct jl_change row_of(const struct jl_space *space, uint64_t revision, size_t nth) {
  struct jl_change row = batch_row(space->open, revision, nth);
  if (row.body.data == NULL) row = batch_row(space->flying, revision, nth);
  if (row.body.data != NULL) return row;
  size_t count = 0;
  bool more = false;
  const struct jl_log_row *rows = jl_ring_rows(&space->ring, revision, revision, JL_FEED_RING_BYTES, &count, &more);
  return rows == NULL || nth >= count ? (struct jl_change){{NULL, 0}, {NULL, 0}} : rows[nth].change;
}

static const Jalon__RecordChange *change_of(const struct jl_space *space, uint64_t revision, const struct jl_record *record,
                                            struct jl_arena *a, const Jalon__ChangeBody **ret_body, struct jl_bytes *ret_private) {
  struct jl_error err;
  for (size_t nth = 0; nth < JL_SECTIONS; nth++) {
    struct jl_change row = row_of(space, revision, nth);
    if (row.body.data == NULL) return NULL;
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row.body, a, &err);
    for (size_t i = 0; body != NULL && i < body->n_changes; i++) {
      struct jl_id id;
      if (!jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) || !jl_id_equal(&id, &record->id)) continue;
      *ret_body = body;
      if (ret_private != NULL) *ret_private = row.private_values;
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
    const Jalon__RecordChange *change = change_of(space, revision, record, a, &body, NULL);
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

/* The value that a personal field had stands beside the change. */
static struct jl_bytes before_of(const Jalon__FieldResult *field, const Jalon__RecordChange *change, const Jalon__ChangeBody *body,
                                 const Jalon__ChangePrivate *private_values) {
  if (!field->has_before_hash) return JL_PB(field->before);
  for (size_t i = 0; private_values != NULL && i < private_values->n_values; i++) {
    const Jalon__PrivateValue *value = private_values->values[i];
    if (value->field == field->field && value->change < body->n_changes && body->changes[value->change] == change)
      return JL_PB(value->before);
  }
  return (struct jl_bytes){NULL, 0};
}

static struct jl_unseen *unseen_of(struct jl_unseen *list, size_t *count, uint32_t field) {
  for (size_t i = 0; i < *count; i++)
    if (list[i].field == field) return &list[i];
  list[*count] = (struct jl_unseen){.field = field};
  return &list[(*count)++];
}

/* From the newest change back: a field's value is that before its oldest change, its author that of the newest. */
static bool note_change(const Jalon__RecordChange *change, const Jalon__ChangeBody *body, struct jl_bytes private_bytes,
                        struct jl_arena *scratch, struct jl_arena *a, struct jl_unseen *list, size_t *count) {
  struct jl_error err;
  const Jalon__ChangePrivate *private_values =
      private_bytes.size == 0 ? NULL
                              : (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, private_bytes, scratch, &err);
  for (size_t i = 0; i < change->n_fields; i++) {
    if (*count == UNSEEN_MAX) return false;
    struct jl_unseen *unseen = unseen_of(list, count, change->fields[i]->field);
    struct jl_bytes before = before_of(change->fields[i], change, body, private_values);
    unseen->before = jl_arena_dup(a, before);
    if (before.size > 0 && unseen->before.data == NULL) return false;
    if (unseen->revision != 0) continue;
    unseen->revision = body->revision;
    unseen->time_us = body->time_us;
    if (!jl_id_from_bytes(JL_PB(body->author), &unseen->person)) return false;
  }
  return true;
}

bool jl_space_changed_since(void *context, const struct jl_record *record, uint64_t since, struct jl_arena *a,
                            struct jl_unseen **ret_unseen, size_t *ret_count) {
  const struct jl_space *space = context;
  struct jl_arena *scratch JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_BATCH_ARENA_BYTES);
  uint64_t revision = record->revision;
  *ret_count = 0;
  *ret_unseen = scratch == NULL ? NULL : jl_arena_array(a, UNSEEN_MAX, sizeof **ret_unseen);
  if (*ret_unseen == NULL) return false;
  for (int step = 0; revision > since; step++) {
    const Jalon__ChangeBody *body = NULL;
    struct jl_bytes private_bytes = {NULL, 0};
    jl_arena_reset(scratch);
    const Jalon__RecordChange *change = step == STEPS ? NULL : change_of(space, revision, record, scratch, &body, &private_bytes);
    if (change == NULL || change->verb != JALON__VERB__UPDATE || change->previous_revision >= revision) return false;
    if (!note_change(change, body, private_bytes, scratch, a, *ret_unseen, ret_count)) return false;
    revision = change->previous_revision;
  }
  return true;
}
