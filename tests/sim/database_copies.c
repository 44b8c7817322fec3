/* Copies of what is in the database, and of what is on its way there. */
#include "tests/sim/database_parts.h"
#include <stdlib.h>
#include <string.h>

static const struct jl_store_log *copy_log(const struct jl_store_log *log, size_t n) {
  struct jl_store_log *copy = world_alloc(n * sizeof *copy + 1);
  for (size_t i = 0; i < n; i++) {
    copy[i] = log[i];
    copy[i].body = fake_keep(log[i].body);
    copy[i].private_values = fake_keep(log[i].private_values);
  }
  return copy;
}

struct fake_space *db_copy_space(const struct fake_space *from) {
  struct fake_space *to = calloc(1, sizeof *to);
  if (to == NULL) abort();
  *to = *from;
  to->records = jl_replica_new(&from->id, from->kind);
  if (to->records == NULL) abort();
  for (const struct jl_record *r = jl_replica_next(from->records, NULL); r != NULL; r = jl_replica_next(from->records, &r->id))
    if (!jl_replica_put(to->records, fake_record_copy(r))) abort();
  to->log_capacity = from->log_count;
  to->log = fake_grow(NULL, from->log_count + 1, sizeof *to->log);
  for (size_t i = 0; i < from->log_count; i++) {
    to->log[i] = from->log[i];
    to->log[i].body = fake_keep(from->log[i].body);
    to->log[i].private_values = fake_keep(from->log[i].private_values);
  }
  to->lanes = fake_grow(NULL, from->lane_count + 1, sizeof *to->lanes);
  for (size_t i = 0; i < from->lane_count; i++) {
    to->lanes[i] = from->lanes[i];
    to->lanes[i].verdicts = fake_keep(from->lanes[i].verdicts);
  }
  to->refusals = fake_grow(NULL, from->refusal_count + 1, sizeof *to->refusals);
  for (size_t i = 0; i < from->refusal_count; i++) {
    to->refusals[i] = from->refusals[i];
    to->refusals[i].verdict = fake_keep(from->refusals[i].verdict);
  }
  to->again = fake_grow(NULL, from->again_count + 1, sizeof *to->again);
  for (size_t i = 0; i < from->again_count; i++) {
    to->again[i] = from->again[i];
    to->again[i].verdict = fake_keep(from->again[i].verdict);
  }
  (void)jl_replica_next(to->records, NULL); /* the order is made here, in this memory, not where it is read */
  return to;
}

struct fake_database *db_copy_database(const struct fake_database *from) {
  struct fake_database *to = fake_database_new();
  const struct fake_space *space;
  to->cluster = from->cluster;
  for (size_t at = 0; (space = jl_idmap_each(&from->spaces, &at)) != NULL;)
    if (!jl_idmap_add(&to->spaces, db_copy_space(space))) abort();
  return to;
}

/* What the network carries: it arrives even when its sender is dead by then. */
struct transaction *db_copy_transaction(const struct jl_store_batch *const *batches, size_t n) {
  struct transaction *t = world_alloc(sizeof *t);
  t->count = n;
  t->references = 1;
  for (size_t i = 0; i < n; i++) {
    struct jl_store_batch *b = &t->batches[i];
    *b = *batches[i];
    struct jl_section_position *sections = world_alloc(JL_SECTIONS * sizeof *sections);
    memcpy(sections, batches[i]->sections, JL_SECTIONS * sizeof *sections);
    b->sections = sections;
    b->log = copy_log(b->log, b->log_count);
    struct jl_store_record *records = world_alloc(b->record_count * sizeof *records + 1);
    for (size_t k = 0; k < b->record_count; k++) {
      uint32_t *fields = world_alloc(b->records[k].field_count * sizeof *fields + 1);
      if (b->records[k].field_count > 0) memcpy(fields, b->records[k].fields, b->records[k].field_count * sizeof *fields);
      records[k] =
          (struct jl_store_record){fake_record_copy(b->records[k].record), b->records[k].is_new, fields, b->records[k].field_count};
    }
    b->records = records;
    struct jl_store_lane *lanes = world_alloc(b->lane_count * sizeof *lanes + 1);
    for (size_t k = 0; k < b->lane_count; k++) {
      lanes[k] = b->lanes[k];
      lanes[k].verdicts = fake_keep(b->lanes[k].verdicts);
    }
    b->lanes = lanes;
    struct jl_store_refusal *refusals = world_alloc(b->refusal_count * sizeof *refusals + 1);
    for (size_t k = 0; k < b->refusal_count; k++) {
      refusals[k] = b->refusals[k];
      refusals[k].group = fake_keep(b->refusals[k].group);
      refusals[k].verdict = fake_keep(b->refusals[k].verdict);
    }
    b->refusals = refusals;
    struct jl_store_again *again = world_alloc(b->again_count * sizeof *again + 1);
    for (size_t k = 0; k < b->again_count; k++) {
      again[k] = b->again[k];
      again[k].verdict = fake_keep(b->again[k].verdict);
    }
    b->again = again;
  }
  return t;
}

static void drop_const(const void *p) {
  void *out;
  memcpy(&out, &p, sizeof out);
  world_free(out);
}

void db_drop_transaction(struct transaction *t) {
  if (t == NULL || --t->references > 0) return;
  for (size_t i = 0; i < t->count; i++) {
    const struct jl_store_batch *b = &t->batches[i];
    for (size_t k = 0; k < b->log_count; k++) fake_drop(b->log[k].body), fake_drop(b->log[k].private_values);
    for (size_t k = 0; k < b->record_count; k++) {
      struct jl_record *record;
      memcpy(&record, &b->records[k].record, sizeof record);
      jl_record_release(record);
      drop_const(b->records[k].fields);
    }
    for (size_t k = 0; k < b->lane_count; k++) fake_drop(b->lanes[k].verdicts);
    for (size_t k = 0; k < b->refusal_count; k++) fake_drop(b->refusals[k].group), fake_drop(b->refusals[k].verdict);
    for (size_t k = 0; k < b->again_count; k++) fake_drop(b->again[k].verdict);
    drop_const(b->sections), drop_const(b->log), drop_const(b->records), drop_const(b->lanes), drop_const(b->refusals), drop_const(b->again);
  }
  world_free(t);
}
