/* The heap: every block belongs to the process that asked for it, so that a dead one's can be freed, all of them at once.
 *
 * Small blocks, nearly all, are cut from slabs of their process, one size in each: the slab of a block is found by its address, and says
 * whose it is. Large ones, and all of them in a build with a sanitizer, which must see each, are the C library's, with a table of owners. */
#include "tests/sim/world.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
void __wrap_free(void *p);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);

/* ---- sizes: by 16 bytes, then four to each doubling ---- */
#define FINE_MAX 512
#define SMALL_MAX 16384
#define SIZES (FINE_MAX / 16 + 20)
static size_t size_number(size_t size) {
  if (size <= FINE_MAX) return size == 0 ? 0 : (size - 1) / 16;
  unsigned doubling = 63 - (unsigned)__builtin_clzl(size - 1); /* 9: 513 to 1024 */
  return FINE_MAX / 16 + (doubling - 9) * 4 + ((size - 1) >> (doubling - 2) & 3);
}
static size_t size_of(size_t number) {
  if (number < FINE_MAX / 16) return (number + 1) * 16;
  size_t coarse = number - FINE_MAX / 16;
  return (size_t)(coarse % 4 + 5) << (coarse / 4 + 7);
}

/* ---- slabs ---- */
#define SLAB ((size_t)128 * 1024)
#define AREA ((size_t)4 << 30) /* of addresses */
struct slab {
  struct slab *next; /* of the heap; of those that nobody has */
  struct heap *heap;
  size_t number; /* of the size */
};
#define SLAB_START 64 /* bytes in front of its blocks */
_Static_assert(sizeof(struct slab) <= SLAB_START, "the first block is behind it");
struct spare_block {
  struct spare_block *next;
};
struct heap {
  struct process *owner;
  struct slab *slabs;
  struct large *large;
  struct spare_block *spare[SIZES];
  uint8_t *fresh[SIZES], *fresh_end[SIZES]; /* of the newest slab: never given out */
};
static uint8_t *area, *area_fresh;
static struct slab *spare_slabs;

static struct heap *heap_of(struct process *p) {
  if (p->heap != NULL) return p->heap;
  p->heap = world_alloc(sizeof *p->heap);
  p->heap->owner = p;
  return p->heap;
}

static struct slab *slab_of(const void *p) {
  size_t at = (size_t)((uintptr_t)p - (uintptr_t)area);
  return area == NULL || at >= AREA ? NULL : (struct slab *)(void *)(area + at / SLAB * SLAB);
}

static struct slab *slab_new(void) {
  struct slab *slab = spare_slabs;
  if (slab != NULL) {
    spare_slabs = slab->next;
    return slab;
  }
  if (area == NULL) {
    uint8_t *got = mmap(NULL, AREA + SLAB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got == MAP_FAILED) abort();
    area = area_fresh = got + (SLAB - (uintptr_t)got % SLAB) % SLAB;
  }
  if (area_fresh == area + AREA) abort();
  slab = (struct slab *)(void *)area_fresh;
  area_fresh += SLAB;
  return slab;
}

static void *small_new(struct heap *h, size_t number) {
  struct spare_block *block = h->spare[number];
  size_t size = size_of(number);
  if (block != NULL) {
    h->spare[number] = block->next;
    return block;
  }
  if ((size_t)(h->fresh_end[number] - h->fresh[number]) < size) {
    struct slab *slab = slab_new();
    *slab = (struct slab){h->slabs, h, number};
    h->slabs = slab;
    h->fresh[number] = (uint8_t *)slab + SLAB_START;
    h->fresh_end[number] = (uint8_t *)slab + SLAB;
  }
  void *fresh = h->fresh[number];
  h->fresh[number] += size;
  return fresh;
}

static void small_free(const struct slab *slab, void *p) {
  struct spare_block *block = p;
  block->next = slab->heap->spare[slab->number];
  slab->heap->spare[slab->number] = block;
}

static bool is_small(size_t size) {
#ifdef __SANITIZE_ADDRESS__
  return (void)size, false;
#else
  return size <= SMALL_MAX;
#endif
}

/* ---- the others ---- */
struct large {
  struct large *next, *previous; /* of the heap */
  struct heap *heap;
  void *memory;
  struct large *chain; /* in the table */
};
#define TABLE_SIZE 65536
static struct large *table[TABLE_SIZE], *spare;

static struct large **bucket(const void *p) { return &table[((uintptr_t)p * 0x9e3779b97f4a7c15u) >> 48 & (TABLE_SIZE - 1)]; }

static void *note(struct process *p, void *memory) {
  if (p == NULL || memory == NULL) return memory;
  struct large *b = spare;
  struct heap *h = heap_of(p);
  if (b != NULL)
    spare = b->next;
  else if ((b = __real_malloc(sizeof *b)) == NULL)
    abort();
  *b = (struct large){.next = h->large, .heap = h, .memory = memory, .chain = *bucket(memory)};
  if (h->large != NULL) h->large->previous = b;
  h->large = b;
  *bucket(memory) = b;
  return memory;
}

/* Takes a block out of the books; false: nobody's. */
static bool forget(const void *memory, struct process **ret_owner) {
  for (struct large **at = bucket(memory); *at != NULL; at = &(*at)->chain) {
    struct large *b = *at;
    if (b->memory != memory) continue;
    *at = b->chain;
    if (b->previous != NULL)
      b->previous->next = b->next;
    else
      b->heap->large = b->next;
    if (b->next != NULL) b->next->previous = b->previous;
    *ret_owner = b->heap->owner;
    b->next = spare;
    spare = b;
    return true;
  }
  return false;
}

/* ---- what the code calls ---- */
void *__wrap_malloc(size_t size) {
  struct process *p = process_current();
  if (p != NULL && is_small(size)) return small_new(heap_of(p), size_number(size));
  return note(p, __real_malloc(size));
}
void *__wrap_calloc(size_t count, size_t size) {
  struct process *p = process_current();
  size_t all;
  if (p == NULL || __builtin_mul_overflow(count, size, &all) || !is_small(all)) return note(p, __real_calloc(count, size));
  return memset(small_new(heap_of(p), size_number(all)), 0, all);
}

/* A block stays with its process, whoever makes it grow. */
static void *move_small(const struct slab *slab, void *p, size_t size) {
  size_t had = size_of(slab->number);
  if (is_small(size) && size_number(size) == slab->number) return p;
  void *to = is_small(size) ? small_new(slab->heap, size_number(size)) : note(slab->heap->owner, __real_malloc(size));
  if (to == NULL) return NULL;
  memcpy(to, p, had < size ? had : size);
  small_free(slab, p);
  return to;
}
void *__wrap_realloc(void *p, size_t size) {
  struct process *owner;
  if (p == NULL) return __wrap_malloc(size);
  const struct slab *slab = slab_of(p);
  if (slab != NULL) return move_small(slab, p, size);
  return forget(p, &owner) ? note(owner, __real_realloc(p, size)) : __real_realloc(p, size);
}
void __wrap_free(void *p) {
  struct process *owner;
  if (p == NULL) return;
  const struct slab *slab = slab_of(p);
  if (slab != NULL) {
    small_free(slab, p);
    return;
  }
  (void)forget(p, &owner);
  __real_free(p);
}
char *__wrap_strndup(const char *text, size_t size) {
  size_t length = strnlen(text, size);
  char *copy = __wrap_malloc(length + 1);
  if (copy == NULL) return NULL;
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}
char *__wrap_strdup(const char *text) { return __wrap_strndup(text, strlen(text)); }

void heap_free(struct process *p) {
  struct heap *h = p->heap;
  if (h == NULL) return;
  while (h->large != NULL) {
    struct process *owner;
    void *memory = h->large->memory;
    (void)forget(memory, &owner);
    __real_free(memory);
  }
  for (struct slab *slab = h->slabs, *next; slab != NULL; slab = next) {
    next = slab->next;
    slab->next = spare_slabs;
    spare_slabs = slab;
  }
  p->heap = NULL;
  world_free(h);
}
void heap_release(void) {
  for (struct large *b = spare, *next; b != NULL; b = next) {
    next = b->next;
    __real_free(b);
  }
  spare = NULL;
}

/* ---- the world's ---- */
void *world_alloc(size_t size) {
  void *p = __real_calloc(1, size);
  if (p == NULL) abort();
  return p;
}
void *world_resize(void *p, size_t size) {
  p = __real_realloc(p, size);
  if (p == NULL) abort();
  return p;
}
void world_free(void *p) { __real_free(p); }
