/* A table of objects by the jl_id they begin with. Ids are chosen by clients, so the hash is keyed. Owned by one thread. */
#ifndef JL_SPACE_IDMAP_H
#define JL_SPACE_IDMAP_H
#include "common/base/id.h"
struct jl_idmap {
  void **slots;
  size_t count, capacity;
  struct jl_id key;
};
void jl_idmap_init(struct jl_idmap *m);
void jl_idmap_release(struct jl_idmap *m); /* the objects stay */
void *jl_idmap_find(const struct jl_idmap *m, const struct jl_id *id);
JL_MUST_CHECK bool jl_idmap_add(struct jl_idmap *m, void *object); /* must not be there yet; false: no memory */
void jl_idmap_remove(struct jl_idmap *m, const struct jl_id *id);
void *jl_idmap_each(const struct jl_idmap *m, size_t *at); /* start with *at 0; NULL at the end; no change meanwhile */
#endif
