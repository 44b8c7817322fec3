#include "server/space/idmap.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(crypto_shorthash_KEYBYTES == sizeof(struct jl_id), "an id serves as key");

static size_t slot_of(const struct jl_idmap *m, const struct jl_id *id) {
  uint8_t out[crypto_shorthash_BYTES];
  uint64_t h;
  crypto_shorthash(out, id->bytes, sizeof id->bytes, m->key.bytes);
  memcpy(&h, out, sizeof h);
  return (size_t)h & (m->capacity - 1);
}

void jl_idmap_init(struct jl_idmap *m) { *m = (struct jl_idmap){.key = jl_id_random()}; }

void jl_idmap_release(struct jl_idmap *m) {
  free(m->slots);
  *m = (struct jl_idmap){.key = m->key};
}

void *jl_idmap_find(const struct jl_idmap *m, const struct jl_id *id) {
  if (m->capacity == 0) return NULL;
  for (size_t i = slot_of(m, id); m->slots[i] != NULL; i = (i + 1) & (m->capacity - 1))
    if (memcmp(m->slots[i], id, sizeof *id) == 0) return m->slots[i];
  return NULL;
}

static void place(struct jl_idmap *m, void *object) {
  struct jl_id id;
  memcpy(&id, object, sizeof id);
  size_t i = slot_of(m, &id);
  while (m->slots[i] != NULL) i = (i + 1) & (m->capacity - 1);
  m->slots[i] = object;
}

bool jl_idmap_add(struct jl_idmap *m, void *object) {
  if ((m->count + 1) * 4 > m->capacity * 3) {
    size_t old = m->capacity;
    void **before = m->slots, **slots = calloc(old == 0 ? 16 : old * 2, sizeof *slots);
    if (slots == NULL) return false;
    m->slots = slots;
    m->capacity = old == 0 ? 16 : old * 2;
    for (size_t i = 0; i < old; i++)
      if (before[i] != NULL) place(m, before[i]);
    free(before);
  }
  place(m, object);
  m->count++;
  return true;
}

void jl_idmap_remove(struct jl_idmap *m, const struct jl_id *id) {
  if (m->capacity == 0) return;
  size_t mask = m->capacity - 1, i = slot_of(m, id);
  while (m->slots[i] != NULL && memcmp(m->slots[i], id, sizeof *id) != 0) i = (i + 1) & mask;
  if (m->slots[i] == NULL) return;
  m->slots[i] = NULL;
  m->count--;
  /* Those behind it move up, so that no search stops too early. */
  for (size_t k = (i + 1) & mask; m->slots[k] != NULL; k = (k + 1) & mask) {
    void *object = m->slots[k];
    m->slots[k] = NULL;
    place(m, object);
  }
}

void *jl_idmap_each(const struct jl_idmap *m, size_t *at) {
  while (*at < m->capacity) {
    void *object = m->slots[(*at)++];
    if (object != NULL) return object;
  }
  return NULL;
}
