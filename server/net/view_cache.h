/* View documents as they stand: built once per (view, parameters, sections, reader where it matters, day, positions) and
 * kept until the least recently used goes. So an unchanged view costs a lookup. */
#ifndef JL_NET_VIEW_CACHE_H
#define JL_NET_VIEW_CACHE_H
#include "common/wire/connection.h"

struct jl_view_cache;
struct jl_view_entry {
  struct jl_bytes key, document; /* packed Document */
  struct jl_message *reply;      /* the ViewReply, ready to be sent */
};
struct jl_view_cache *jl_view_cache_new(size_t max_bytes);
void jl_view_cache_free(struct jl_view_cache *cache);
const struct jl_view_entry *jl_view_cache_find(struct jl_view_cache *cache, struct jl_bytes key);
/* Copies key and document, takes over the reply. The entry stays valid until the next put. NULL: no memory (the reply is released). */
const struct jl_view_entry *jl_view_cache_put(struct jl_view_cache *cache, struct jl_bytes key, struct jl_bytes document,
                                              struct jl_message *reply);
#endif
