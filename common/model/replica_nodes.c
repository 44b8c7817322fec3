/* Known ids: records, and the targets of references that are not here. */
#include "common/model/replica_parts.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLAB 16
#define LARGEST_SLAB 1024

static uint32_t hash_of(const struct jl_replica *r, const struct jl_id *id) {
  uint32_t hash;
  uint8_t out[crypto_shorthash_BYTES];
  crypto_shorthash(out, id->bytes, sizeof id->bytes, r->hash_key.bytes);
  memcpy(&hash, out, sizeof hash);
  return hash;
}

static struct jl_replica_node **bucket_of(const struct jl_replica *r, uint32_t hash) { return &r->buckets[hash & (r->bucket_count - 1)]; }

static struct jl_replica_node *find_hashed(const struct jl_replica *r, const struct jl_id *id, uint32_t hash) {
  if (r->bucket_count == 0) return NULL;
  struct jl_replica_node *n = *bucket_of(r, hash);
  while (n != NULL && (n->hash != hash || !jl_id_equal(&n->id, id))) n = n->hash_next;
  return n;
}

struct jl_replica_node *jl_replica_node_find(const struct jl_replica *r, const struct jl_id *id) {
  return find_hashed(r, id, hash_of(r, id));
}

static bool grow_buckets(struct jl_replica *r) {
  size_t old = r->bucket_count, wanted = old == 0 ? 64 : old * 2;
  struct jl_replica_node **buckets = calloc(wanted, sizeof(struct jl_replica_node *)), **before = r->buckets;
  if (buckets == NULL) return false;
  r->buckets = buckets;
  r->bucket_count = wanted;
  for (size_t i = 0; i < old; i++)
    for (struct jl_replica_node *n = before[i], *next; n != NULL; n = next) {
      next = n->hash_next;
      struct jl_replica_node **bucket = bucket_of(r, n->hash);
      n->hash_next = *bucket;
      *bucket = n;
    }
  free(before);
  return true;
}

static struct jl_replica_node *new_node(struct jl_replica *r) {
  struct jl_replica_node *n = r->spare_nodes;
  if (n != NULL) {
    r->spare_nodes = n->hash_next;
    *n = (struct jl_replica_node){.record = NULL};
    return n;
  }
  if (r->slabs == NULL || r->slabs->used == r->slabs->size) {
    size_t size = r->slabs == NULL ? FIRST_SLAB : r->slabs->size < LARGEST_SLAB ? r->slabs->size * 2 : LARGEST_SLAB;
    struct jl_replica_slab *slab = calloc(1, sizeof *slab + size * sizeof *n);
    if (slab == NULL) return NULL;
    slab->size = size;
    slab->next = r->slabs;
    r->slabs = slab;
  }
  return &r->slabs->nodes[r->slabs->used++];
}

struct jl_replica_node *jl_replica_node_at(struct jl_replica *r, const struct jl_id *id) {
  uint32_t hash = hash_of(r, id);
  struct jl_replica_node *n = find_hashed(r, id, hash);
  if (n != NULL) return n;
  if (r->node_count >= r->bucket_count && !grow_buckets(r)) return NULL;
  n = new_node(r);
  if (n == NULL) return NULL;
  n->id = *id;
  n->hash = hash;
  struct jl_replica_node **bucket = bucket_of(r, hash);
  n->hash_next = *bucket;
  *bucket = n;
  r->node_count++;
  r->memory += sizeof *n + sizeof(struct jl_replica_node *);
  return n;
}

void jl_replica_node_drop(struct jl_replica *r, struct jl_replica_node *n) {
  if (n->record != NULL || n->in != NULL) return;
  if (r->holding) {
    if (n->loose) return;
    n->loose = true;
    n->next_loose = r->loose;
    r->loose = n;
    return;
  }
  struct jl_replica_node **at = bucket_of(r, n->hash);
  while (*at != n) at = &(*at)->hash_next; /* NOLINT(clang-analyzer-core.NullDereference): a node is in its bucket until here */
  *at = n->hash_next;
  r->node_count--;
  r->memory -= sizeof *n + sizeof(struct jl_replica_node *);
  n->hash_next = r->spare_nodes;
  r->spare_nodes = n;
}
