/* All records by id: for snapshots, and the hash of a state. */
#include "common/model/replica_parts.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* A snapshot asks for the order between puts: what is new is merged in, not everything sorted again. */
void jl_replica_order_note(struct jl_replica *r, struct jl_replica_node *n) {
  if (r->by_id_dirty || r->by_id == NULL || r->by_id_count == r->by_id_capacity)
    r->by_id_dirty = true;
  else
    r->by_id[r->by_id_count++] = n;
}

static int by_id(const void *x, const void *y) {
  const struct jl_replica_node *const *a = x, *const *b = y;
  return jl_id_compare(&(*a)->id, &(*b)->id);
}

/* The new ones, sorted, go from the end to their places among the others. */
static bool merge_new(struct jl_replica *r) {
  size_t fresh = r->by_id_count - r->by_id_sorted, left = r->by_id_sorted;
  struct jl_replica_node **nodes = malloc(fresh * sizeof *nodes);
  if (nodes == NULL) return false;
  memcpy(nodes, r->by_id + left, fresh * sizeof *nodes);
  qsort(nodes, fresh, sizeof *nodes, by_id);
  for (size_t to = r->by_id_count; fresh > 0; to--) {
    bool old = left > 0 && by_id(&r->by_id[left - 1], &nodes[fresh - 1]) > 0;
    r->by_id[to - 1] = old ? r->by_id[--left] : nodes[--fresh];
  }
  free(nodes);
  r->by_id_sorted = r->by_id_count;
  return true;
}

static bool order_by_id(struct jl_replica *r) {
  if (!r->by_id_dirty && r->by_id_count == r->count && (r->by_id_sorted == r->by_id_count || merge_new(r))) return true;
  if (r->by_id_capacity < r->count) {
    size_t capacity = r->count + r->count / 8 + 64;
    struct jl_replica_node **nodes = realloc(r->by_id, capacity * sizeof *nodes);
    if (nodes == NULL) return false;
    r->by_id = nodes;
    r->by_id_capacity = capacity;
  }
  r->by_id_count = 0;
  for (size_t i = 0; i < r->type_count; i++)
    for (size_t k = 0; k < r->types[i].count; k++) r->by_id[r->by_id_count++] = r->types[i].nodes[k];
  if (r->by_id_count > 0) qsort(r->by_id, r->by_id_count, sizeof *r->by_id, by_id);
  r->by_id_sorted = r->by_id_count;
  r->by_id_dirty = false;
  return true;
}

/* No memory for the order would look like an end: that must not pass for a snapshot. */
const struct jl_record *jl_replica_next(const struct jl_replica *r, const struct jl_id *after) {
  bool ordered = order_by_id(r->self);
  JL_ASSERT(ordered);
  size_t low = 0, high = r->by_id_count;
  while (after != NULL && low < high) {
    size_t middle = low + (high - low) / 2;
    if (jl_id_compare(&r->by_id[middle]->id, after) <= 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < r->by_id_count ? r->by_id[low]->record : NULL;
}

static void hash_number(crypto_generichash_state *state, uint64_t n, size_t size) {
  uint8_t bytes[8];
  for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(n >> (8 * i));
  crypto_generichash_update(state, bytes, size);
}

static void hash_records(const struct jl_replica *r, bool deleted, uint8_t ret_hash[32]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, 32);
  for (const struct jl_record *record = jl_replica_next(r, NULL); record != NULL; record = jl_replica_next(r, &record->id)) {
    if (!deleted && jl_replica_live(r, &record->id) == NULL) continue;
    hash_number(&state, record->type_number, 4);
    crypto_generichash_update(&state, record->id.bytes, sizeof record->id.bytes);
    hash_number(&state, record->number, 8);
    hash_number(&state, record->deleted_revision != 0, 1);
    hash_number(&state, record->body.size, 8);
    crypto_generichash_update(&state, record->body.data, record->body.size);
  }
  crypto_generichash_final(&state, ret_hash, 32);
}

void jl_replica_state_hash(const struct jl_replica *r, uint8_t ret_hash[32]) { hash_records(r, true, ret_hash); }
void jl_replica_live_hash(const struct jl_replica *r, uint8_t ret_hash[32]) { hash_records(r, false, ret_hash); }
