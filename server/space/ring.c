#include "server/space/ring.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

/* One block per append: the bytes of its rows. */
struct jl_ring_block {
  struct jl_ring_block *next;
  size_t size, rows;
  uint8_t data[];
};

void jl_ring_release(struct jl_ring *r) {
  for (struct jl_ring_block *b = r->oldest, *next; b != NULL; b = next) {
    next = b->next;
    free(b);
  }
  free(r->rows);
  *r = (struct jl_ring){0};
}

static void drop_oldest(struct jl_ring *r) {
  struct jl_ring_block *b = r->oldest;
  r->oldest = b->next;
  if (r->oldest == NULL) r->newest = NULL;
  r->start += b->rows;
  r->count -= b->rows;
  r->bytes -= b->size + b->rows * sizeof *r->rows;
  free(b);
}

/* Old rows leave at the front; their places are won back when the end is reached and half is free. */
static bool reserve(struct jl_ring *r, size_t count) {
  if (r->start + r->count + count <= r->capacity) return true;
  if (r->count + count <= r->capacity / 2) {
    memmove(r->rows, r->rows + r->start, r->count * sizeof *r->rows);
    r->start = 0;
    return true;
  }
  size_t capacity = r->capacity == 0 ? 16 : r->capacity;
  while (capacity < (r->count + count) * 2) capacity *= 2;
  struct jl_log_row *rows = malloc(capacity * sizeof *rows);
  if (rows == NULL) return false;
  if (r->count > 0) memcpy(rows, r->rows + r->start, r->count * sizeof *rows);
  free(r->rows);
  r->rows = rows;
  r->start = 0;
  r->capacity = capacity;
  return true;
}

static struct jl_bytes keep(uint8_t **at, struct jl_bytes bytes) {
  uint8_t *copy = *at;
  if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
  *at += bytes.size;
  return (struct jl_bytes){copy, bytes.size};
}

bool jl_ring_append(struct jl_ring *r, const struct jl_store_log *log, size_t count, const struct jl_log_row **ret_rows) {
  size_t size = 0;
  for (size_t i = 0; i < count; i++) size += log[i].body.size + log[i].private_values.size;
  while (r->oldest != NULL && r->bytes + size + count * sizeof *r->rows > JL_FEED_RING_BYTES) drop_oldest(r);
  struct jl_ring_block *block = reserve(r, count) ? malloc(sizeof *block + size) : NULL;
  if (block == NULL) {
    jl_ring_release(r);
    return false;
  }
  *block = (struct jl_ring_block){.size = size, .rows = count};
  struct jl_log_row *rows = r->rows + r->start + r->count;
  uint8_t *at = block->data;
  for (size_t i = 0; i < count; i++) {
    struct jl_bytes body = keep(&at, log[i].body), private_values = keep(&at, log[i].private_values);
    rows[i] = (struct jl_log_row){.revision = log[i].revision, .section = log[i].section, .change = {body, private_values}, .outcome = log[i].outcome};
    memcpy(rows[i].link, log[i].link, sizeof rows[i].link);
  }
  if (r->newest == NULL)
    r->oldest = block;
  else
    r->newest->next = block;
  r->newest = block;
  r->count += count;
  r->bytes += size + count * sizeof *rows;
  *ret_rows = rows;
  return true;
}

const struct jl_log_row *jl_ring_rows(const struct jl_ring *r, uint64_t from, uint64_t to, size_t max_bytes, size_t *ret_count,
                                      bool *ret_more) {
  const struct jl_log_row *rows = r->rows + r->start;
  if (r->count == 0 || rows[0].revision > from || rows[r->count - 1].revision < from) return NULL;
  size_t low = 0, high = r->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (rows[middle].revision < from)
      low = middle + 1;
    else
      high = middle;
  }
  size_t n = 0, bytes = 0;
  *ret_more = false;
  while (low + n < r->count && rows[low + n].revision <= to) {
    const struct jl_log_row *row = &rows[low + n];
    if (n > 0 && bytes >= max_bytes && row->revision != row[-1].revision) {
      *ret_more = true;
      break;
    }
    bytes += row->change.body.size + row->change.private_values.size;
    n++;
  }
  *ret_count = n;
  return &rows[low];
}
