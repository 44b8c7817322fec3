#include "common/model/rank_order.h"
#include <stdlib.h>
#include <string.h>

struct item {
  struct jl_rank rank;
  struct jl_record *const *slot;
};
static int by_place(const void *x, const void *y) {
  const struct item *a = x, *b = y;
  int order = jl_rank_compare(&a->rank, &b->rank);
  return order != 0 ? order : jl_id_compare(&(*a->slot)->id, &(*b->slot)->id);
}

void jl_rank_order_forget(struct jl_rank_order *order) {
  free(order->slots);
  *order = (struct jl_rank_order){.slots = NULL};
}

bool jl_rank_order_start(struct jl_rank_order *order, size_t n) {
  jl_rank_order_forget(order);
  order->slots = malloc((n + 16) * sizeof *order->slots);
  if (order->slots != NULL) order->capacity = n + 16;
  return order->slots != NULL;
}

bool jl_rank_order_sort(struct jl_rank_order *order) {
  struct item *items = malloc((order->count + 1) * sizeof *items);
  if (items == NULL) {
    jl_rank_order_forget(order);
    return false;
  }
  for (size_t i = 0; i < order->count; i++) {
    items[i].slot = order->slots[i];
    (void)jl_rank_of(*items[i].slot, &items[i].rank);
  }
  if (order->count > 1) qsort(items, order->count, sizeof *items, by_place);
  for (size_t i = 0; i < order->count; i++) order->slots[i] = items[i].slot;
  free(items);
  order->known = true;
  return true;
}

size_t jl_rank_order_place(const struct jl_rank_order *order, const struct jl_rank *rank, const struct jl_id *id) {
  size_t low = 0, high = order->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct jl_record *record = *order->slots[middle];
    struct jl_rank other;
    (void)jl_rank_of(record, &other);
    int compared = jl_rank_compare(&other, rank);
    if (compared < 0 || (compared == 0 && jl_id_compare(&record->id, id) < 0))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static size_t place_of(const struct jl_rank_order *order, const struct jl_record *record) {
  struct jl_rank rank;
  (void)jl_rank_of(record, &rank);
  return jl_rank_order_place(order, &rank, &record->id);
}

/* Without memory the order is forgotten, and made anew when it is asked for. */
void jl_rank_order_add(struct jl_rank_order *order, struct jl_record *const *slot) {
  if (order->count == order->capacity) {
    size_t capacity = order->capacity * 2 + 16;
    struct jl_record *const **slots = realloc(order->slots, capacity * sizeof *slots);
    if (slots == NULL) {
      jl_rank_order_forget(order);
      return;
    }
    order->slots = slots;
    order->capacity = capacity;
  }
  size_t at = place_of(order, *slot);
  memmove(order->slots + at + 1, order->slots + at, (order->count - at) * sizeof *order->slots);
  order->slots[at] = slot;
  order->count++;
}

void jl_rank_order_drop(struct jl_rank_order *order, struct jl_record *const *slot) {
  size_t at = place_of(order, *slot);
  JL_ASSERT(at < order->count && order->slots[at] == slot);
  order->count--;
  memmove(order->slots + at, order->slots + at + 1, (order->count - at) * sizeof *order->slots);
}
