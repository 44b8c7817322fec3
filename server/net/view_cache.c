#include "server/net/view_cache.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024

struct entry {
  struct jl_view_entry view; /* first: handed out */
  struct entry *next_in_bucket, *newer, *older;
  uint64_t hash;
  size_t bytes;
  uint8_t data[];
};
struct jl_view_cache {
  size_t bytes, max;
  struct entry *buckets[BUCKETS], *newest, *oldest;
};

struct jl_view_cache *jl_view_cache_new(size_t max_bytes) {
  struct jl_view_cache *cache = calloc(1, sizeof *cache);
  if (cache != NULL) cache->max = max_bytes;
  return cache;
}

static uint64_t hash_of(struct jl_bytes key) { /* FNV-1a: keys hold client's text, but a bucket only costs its own users time */
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < key.size; i++) hash = (hash ^ key.data[i]) * UINT64_C(1099511628211);
  return hash;
}

static void unlink_entry(struct jl_view_cache *cache, struct entry *entry) {
  if (entry->newer != NULL)
    entry->newer->older = entry->older;
  else
    cache->newest = entry->older;
  if (entry->older != NULL)
    entry->older->newer = entry->newer;
  else
    cache->oldest = entry->newer;
}

static void link_newest(struct jl_view_cache *cache, struct entry *entry) {
  entry->newer = NULL;
  entry->older = cache->newest;
  if (cache->newest != NULL) cache->newest->newer = entry;
  cache->newest = entry;
  if (cache->oldest == NULL) cache->oldest = entry;
}

static void drop(struct jl_view_cache *cache, struct entry *entry) {
  struct entry **place = &cache->buckets[entry->hash % BUCKETS];
  while (*place != entry) place = &(*place)->next_in_bucket;
  *place = entry->next_in_bucket;
  unlink_entry(cache, entry);
  cache->bytes -= entry->bytes;
  jl_message_release(entry->view.reply);
  free(entry);
}

void jl_view_cache_free(struct jl_view_cache *cache) {
  if (cache == NULL) return;
  while (cache->oldest != NULL) drop(cache, cache->oldest);
  free(cache);
}

const struct jl_view_entry *jl_view_cache_find(struct jl_view_cache *cache, struct jl_bytes key) {
  uint64_t hash = hash_of(key);
  struct entry *entry = cache->buckets[hash % BUCKETS];
  while (entry != NULL &&
         (entry->hash != hash || entry->view.key.size != key.size || memcmp(entry->view.key.data, key.data, key.size) != 0))
    entry = entry->next_in_bucket;
  if (entry == NULL) return NULL;
  unlink_entry(cache, entry);
  link_newest(cache, entry);
  return &entry->view;
}

const struct jl_view_entry *jl_view_cache_put(struct jl_view_cache *cache, struct jl_bytes key, struct jl_bytes document,
                                              struct jl_message *reply) {
  struct entry *entry = reply != NULL ? calloc(1, sizeof *entry + key.size + document.size) : NULL;
  if (entry == NULL) {
    if (reply != NULL) jl_message_release(reply);
    return NULL;
  }
  memcpy(entry->data, key.data, key.size);
  memcpy(entry->data + key.size, document.data, document.size);
  entry->view = (struct jl_view_entry){{entry->data, key.size}, {entry->data + key.size, document.size}, reply};
  entry->hash = hash_of(key);
  entry->bytes = sizeof *entry + key.size + document.size + jl_message_size(reply);
  entry->next_in_bucket = cache->buckets[entry->hash % BUCKETS];
  cache->buckets[entry->hash % BUCKETS] = entry;
  link_newest(cache, entry);
  cache->bytes += entry->bytes;
  for (struct entry *old = cache->oldest, *newer; cache->bytes > cache->max && old != entry; old = newer) {
    newer = old->newer;
    drop(cache, old);
  }
  return &entry->view;
}
