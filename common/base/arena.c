#include "common/base/arena.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_ALIGN 16
#define FIRST_CHUNK 4096
#define LARGEST_CHUNK 1048576 /* growth stops doubling here; a larger item gets a chunk of its own size */

struct chunk {
  struct chunk *next; /* older */
  size_t size, used;
  alignas(ARENA_ALIGN) uint8_t data[];
};
struct jl_arena {
  struct chunk *current, *first;
  size_t max_bytes, used;
  bool full, starved;
};

struct jl_arena *jl_arena_new(size_t max_bytes) {
  struct jl_arena *a = calloc(1, sizeof *a);
  if (a != NULL) a->max_bytes = max_bytes;
  return a;
}

static void free_chunks(struct chunk *chunk, const struct chunk *until) {
  while (chunk != until) {
    struct chunk *next = chunk->next;
    free(chunk);
    chunk = next;
  }
}

void jl_arena_free(struct jl_arena *a) {
  if (a == NULL) return;
  free_chunks(a->current, NULL);
  free(a);
}

void jl_arena_freep(struct jl_arena **a) {
  jl_arena_free(*a);
  *a = NULL;
}

void jl_arena_reset(struct jl_arena *a) {
  free_chunks(a->current, a->first);
  a->current = a->first;
  if (a->first != NULL) a->first->used = 0;
  a->used = 0;
  a->full = a->starved = false;
}

void jl_arena_recycle(struct jl_arena *a, size_t keep) {
  struct chunk *kept = NULL;
  for (struct chunk *chunk = a->current, *next; chunk != NULL; chunk = next) {
    next = chunk->next;
    struct chunk *drop = chunk;
    if (chunk->size <= keep && (kept == NULL || chunk->size > kept->size)) {
      drop = kept;
      kept = chunk;
    }
    free(drop);
  }
  a->current = a->first = kept;
  a->used = 0;
  a->full = a->starved = false;
  if (kept == NULL) return;
  kept->next = NULL;
  kept->used = 0;
}

size_t jl_arena_used(const struct jl_arena *a) { return a->used; }
bool jl_arena_full(const struct jl_arena *a) { return a->full; }
bool jl_arena_short(const struct jl_arena *a) { return a->starved; }

static bool add_chunk(struct jl_arena *a, size_t need) {
  size_t size = a->current == NULL ? FIRST_CHUNK : a->current->size * 2;
  if (size > LARGEST_CHUNK) size = LARGEST_CHUNK;
  if (size > a->max_bytes - a->used) size = a->max_bytes - a->used;
  if (size < need) size = need;
  struct chunk *chunk = malloc(sizeof *chunk + size);
  a->starved = a->starved || chunk == NULL;
  if (chunk == NULL) return false;
  chunk->next = a->current;
  chunk->size = size;
  chunk->used = 0;
  if (a->first == NULL) a->first = chunk;
  a->current = chunk;
  return true;
}

void *jl_arena_alloc(struct jl_arena *a, size_t size) {
  size_t need = size > SIZE_MAX / 2 ? SIZE_MAX : (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
  if (need == 0) need = ARENA_ALIGN;
  if (size > a->max_bytes || need > a->max_bytes - a->used) {
    a->full = true;
    return NULL;
  }
  if ((a->current == NULL || a->current->size - a->current->used < need) && !add_chunk(a, need)) return NULL;
  uint8_t *memory = a->current->data + a->current->used;
  a->current->used += need;
  a->used += need;
  return memset(memory, 0, need);
}

void *jl_arena_array(struct jl_arena *a, size_t count, size_t item_size) {
  size_t size;
  if (__builtin_mul_overflow(count, item_size, &size)) return NULL;
  return jl_arena_alloc(a, size);
}

char *jl_arena_strndup(struct jl_arena *a, const char *text, size_t size) {
  if (size == SIZE_MAX) return NULL;
  char *copy = jl_arena_alloc(a, size + 1);
  if (copy != NULL && size > 0) memcpy(copy, text, size);
  return copy;
}

char *jl_arena_strdup(struct jl_arena *a, const char *text) { return jl_arena_strndup(a, text, strlen(text)); }

struct jl_bytes jl_arena_dup(struct jl_arena *a, struct jl_bytes bytes) {
  if (bytes.data == NULL && bytes.size > 0) return bytes; /* it could not be made: nor can a copy */
  uint8_t *copy = jl_arena_alloc(a, bytes.size);
  if (copy == NULL) return (struct jl_bytes){NULL, bytes.size > 0 ? bytes.size : 1};
  if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
  return (struct jl_bytes){copy, bytes.size};
}

char *jl_arena_printf(struct jl_arena *a, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int size = vsnprintf(NULL, 0, format, args);
  char *text = size < 0 ? NULL : jl_arena_alloc(a, (size_t)size + 1);
  if (text != NULL) vsnprintf(text, (size_t)size + 1, format, again);
  va_end(again);
  va_end(args);
  return text;
}
