#include "common/base/reserve.h"
#include "common/base/error.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct block {
  struct jl_reserve *of; /* NULL: of the heap */
  struct block *next;    /* free ones */
  max_align_t bytes[];
};
struct jl_reserve {
  struct block *free; /* given back */
  size_t bytes, units; /* of a block; units with its head */
  size_t blocks, fresh, used; /* fresh: the first that was never taken */
  max_align_t memory[];
};

struct jl_reserve *jl_reserve_new(size_t blocks, size_t bytes) {
  size_t units = (sizeof(struct block) + bytes + sizeof(max_align_t) - 1) / sizeof(max_align_t); /* of a block */
  struct jl_reserve *r = calloc(1, sizeof *r + blocks * units * sizeof(max_align_t));
  if (r == NULL) return NULL;
  r->bytes = bytes;
  r->units = units;
  r->blocks = blocks;
  return r;
}

void jl_reserve_free(struct jl_reserve *r) { free(r); }

bool jl_reserve_scarce(const struct jl_reserve *r) { return r->used > r->blocks / 2; }

static struct block *next_block(struct jl_reserve *r) {
  struct block *b = r->free;
  if (b != NULL) {
    r->free = b->next;
    return b;
  }
  JL_ASSERT(r->fresh < r->blocks);
  b = (struct block *)(void *)&r->memory[r->fresh++ * r->units];
  b->of = r;
  return b;
}

void *jl_reserve_take(struct jl_reserve *r, size_t size) {
  JL_ASSERT(size <= r->bytes);
  struct block *b = calloc(1, sizeof *b + size);
  if (b != NULL) return b->bytes;
  b = next_block(r);
  r->used++;
  memset(b->bytes, 0, size);
  return b->bytes;
}

void jl_reserve_give(void *memory) {
  struct block *b = memory == NULL ? NULL : (struct block *)(void *)((uint8_t *)memory - offsetof(struct block, bytes));
  if (b == NULL) return;
  struct jl_reserve *r = b->of;
  if (r == NULL) {
    free(b);
    return;
  }
  b->next = r->free;
  r->free = b;
  r->used--;
}
