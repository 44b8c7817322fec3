/* Records by type: by number, by place. */
#include "common/model/replica_parts.h"
#include <stdlib.h>

#define TYPES_MAX 1024 /* different types in one replica, unknown ones included */

struct jl_replica_list *jl_replica_list_of(const struct jl_replica *r, uint32_t type) {
  for (size_t i = 0; i < r->type_count; i++)
    if (r->types[i].type == type) return &r->types[i];
  return NULL;
}

struct jl_replica_list *jl_replica_list_at(struct jl_replica *r, uint32_t type) {
  struct jl_replica_list *list = jl_replica_list_of(r, type);
  if (list != NULL) return list;
  if (r->type_count >= TYPES_MAX) return NULL;
  struct jl_replica_list *types = realloc(r->types, (r->type_count + 1) * sizeof *types);
  if (types == NULL) return NULL;
  r->types = types;
  types[r->type_count] = (struct jl_replica_list){.type = type, .sorted = true};
  return &types[r->type_count++];
}

/* Provisional numbers come after given ones, records without a number last. */
int jl_replica_compare_numbers(const struct jl_record *a, const struct jl_record *b) {
  if (a->number != b->number) return a->number - 1 < b->number - 1 ? -1 : 1;
  return jl_id_compare(&a->id, &b->id);
}

static int by_number(const void *x, const void *y) {
  const struct jl_replica_node *const *a = x, *const *b = y;
  return jl_replica_compare_numbers((*a)->record, (*b)->record);
}

/* Numbers are given one after the other, so most lists have a place for each: no comparing then. */
static bool place_by_number(struct jl_replica_list *list) {
  if (list->last_number > 2 * (uint64_t)list->count + 64) return false;
  struct jl_replica_node **places = calloc((size_t)list->last_number + 1, sizeof(struct jl_replica_node *));
  bool ok = places != NULL;
  for (size_t i = 0; ok && i < list->count; i++) {
    uint64_t number = list->nodes[i]->record->number;
    ok = number != 0 && number <= list->last_number && places[number] == NULL;
    if (ok) places[number] = list->nodes[i];
  }
  size_t n = 0;
  for (uint64_t i = 1; ok && i <= list->last_number; i++)
    if (places[i] != NULL) list->nodes[n++] = places[i];
  free(places);
  return ok;
}

static void sort_list(struct jl_replica_list *list) {
  if (list->sorted) return;
  if (!place_by_number(list)) qsort(list->nodes, list->count, sizeof *list->nodes, by_number);
  for (size_t i = 0; i < list->count; i++) list->nodes[i]->type_index = (uint32_t)i;
  list->sorted = true;
}

bool jl_replica_list_reserve(struct jl_replica_list *list) {
  if (list->count < list->capacity) return true;
  size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
  struct jl_replica_node **nodes = realloc(list->nodes, capacity * sizeof *nodes);
  if (nodes == NULL) return false;
  list->nodes = nodes;
  list->capacity = capacity;
  return true;
}

void jl_replica_list_number(struct jl_replica_list *list, uint64_t number) {
  if (number > list->last_number && !jl_number_provisional(number)) list->last_number = number;
}

void jl_replica_list_rank(const struct jl_replica *r, struct jl_replica_list *list, const struct jl_record *record) {
  struct jl_rank rank;
  if (!jl_rank_of(record, &rank) || jl_rank_compare(&rank, &list->last_rank) <= 0) return;
  if (r->holding && !list->rank_moved) {
    list->held_rank = list->last_rank;
    list->rank_moved = true;
  }
  list->last_rank = rank;
}

void jl_replica_list_append(struct jl_replica_list *list, struct jl_replica_node *n) {
  if (list->count > 0 && jl_replica_compare_numbers(list->nodes[list->count - 1]->record, n->record) > 0) list->sorted = false;
  n->type_index = (uint32_t)list->count;
  list->nodes[list->count++] = n;
  jl_replica_list_number(list, n->record->number);
}

/* Taking the last one away, which is what undoing does, keeps the order. */
void jl_replica_list_remove(struct jl_replica_list *list, struct jl_replica_node *n, uint64_t number) {
  size_t at = n->type_index;
  list->count--;
  if (at != list->count) {
    list->nodes[at] = list->nodes[list->count];
    list->nodes[at]->type_index = (uint32_t)at;
    list->sorted = false;
  }
  if (number == 0 || number != list->last_number) return;
  sort_list(list);
  size_t i = list->count;
  while (i > 0 && (list->nodes[i - 1]->record->number == 0 || jl_number_provisional(list->nodes[i - 1]->record->number))) i--;
  list->last_number = i > 0 ? list->nodes[i - 1]->record->number : 0;
}

/* ---- reading ---- */
const struct jl_record *jl_replica_numbered(const struct jl_replica *r, uint32_t type, uint64_t number) {
  struct jl_replica_list *list = jl_replica_list_of(r, type);
  if (list == NULL || number == 0) return NULL;
  sort_list(list);
  size_t low = 0, high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (list->nodes[middle]->record->number - 1 < number - 1)
      low = middle + 1;
    else
      high = middle;
  }
  return low < list->count && list->nodes[low]->record->number == number ? list->nodes[low]->record : NULL;
}

bool jl_replica_list(const struct jl_replica *r, uint32_t type, const struct jl_rank_order **ret_order) {
  static const struct jl_rank_order none;
  struct jl_replica_list *list = jl_replica_list_of(r, type);
  *ret_order = list == NULL ? &none : &list->order;
  if (list == NULL || list->order.known) return true;
  if (!jl_rank_order_start(&list->order, list->count)) return false;
  for (size_t i = 0; i < list->count; i++) list->order.slots[list->order.count++] = &list->nodes[i]->record;
  return jl_rank_order_sort(&list->order);
}

struct jl_rank jl_replica_last_rank(const struct jl_replica *r, uint32_t type) {
  const struct jl_replica_list *list = jl_replica_list_of(r, type);
  return list == NULL ? (struct jl_rank){.size = 0} : list->last_rank;
}

uint64_t jl_replica_last_number(const struct jl_replica *r, uint32_t type) {
  const struct jl_replica_list *list = jl_replica_list_of(r, type);
  return list == NULL ? 0 : list->last_number;
}

size_t jl_replica_type_count(const struct jl_replica *r) { return r->type_count; }
uint32_t jl_replica_type_at(const struct jl_replica *r, size_t index) { return r->types[index].type; }

size_t jl_replica_of_type(const struct jl_replica *r, uint32_t type) {
  struct jl_replica_list *list = jl_replica_list_of(r, type);
  if (list == NULL) return 0;
  sort_list(list);
  return list->count;
}

const struct jl_record *jl_replica_of_type_at(const struct jl_replica *r, uint32_t type, size_t index) {
  const struct jl_replica_list *list = jl_replica_list_of(r, type);
  return list != NULL && index < list->count ? list->nodes[index]->record : NULL;
}

uint64_t jl_replica_last_number_like(const struct jl_replica *r, uint32_t type, uint64_t remainder, uint64_t step) {
  struct jl_replica_list *list = jl_replica_list_of(r, type);
  if (list == NULL) return 0;
  sort_list(list);
  for (size_t i = list->count; i-- > 0;) {
    uint64_t number = list->nodes[i]->record->number;
    if (number != 0 && !jl_number_provisional(number) && number % step == remainder) return number;
  }
  return 0;
}

const struct jl_record **jl_replica_all(const struct jl_replica *r, uint32_t type, struct jl_arena *a, size_t *ret_n) {
  struct jl_replica_list *list = jl_replica_list_of(r, type);
  *ret_n = 0;
  if (list == NULL || list->count == 0) return NULL;
  sort_list(list);
  const struct jl_record **all = jl_arena_array(a, list->count, sizeof *all);
  if (all == NULL) {
    *ret_n = SIZE_MAX;
    return NULL;
  }
  for (size_t i = 0; i < list->count; i++)
    if (jl_replica_node_alive(list->nodes[i])) all[(*ret_n)++] = list->nodes[i]->record;
  return *ret_n == 0 ? NULL : all;
}
