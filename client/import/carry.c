#include "client/import/carry.h"
#include "common/base/limits.h"
#include <string.h>

#define PARTS_DIGITS 8
#define PARTS 100000000

void jl_carry_begin(struct jl_carry *c) {
  if (c->items != NULL) memset(c->items, 0, c->capacity * sizeof *c->items);
  c->count = c->row_count = 0;
}

void jl_carry_row(struct jl_carry *c) { c->row_count = 0; }

void jl_carry_keep(struct jl_carry *c) {
  for (size_t i = 0; i < c->row_count; i++) c->items[c->row[i].at].left = c->row[i].left;
  c->row_count = 0;
}

/* The place that has the key, or is free for it. */
static size_t place(const struct jl_carry *c, const struct jl_id *key) {
  size_t at = jl_id_hash(key) & (c->capacity - 1);
  while (!jl_id_is_zero(&c->items[at].key) && !jl_id_equal(&c->items[at].key, key)) at = (at + 1) & (c->capacity - 1);
  return at;
}

static bool grow(struct jl_carry *c, struct jl_arena *a, struct jl_error *err) {
  struct jl_carry larger = {.capacity = c->capacity == 0 ? 256 : c->capacity * 2};
  if (c->count * 2 < c->capacity) return true;
  larger.items = jl_arena_array(a, larger.capacity, sizeof *larger.items);
  if (larger.items == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  for (size_t i = 0; i < c->capacity; i++)
    if (!jl_id_is_zero(&c->items[i].key)) larger.items[place(&larger, &c->items[i].key)] = c->items[i];
  for (size_t i = 0; i < c->row_count; i++) c->row[i].at = place(&larger, &c->items[c->row[i].at].key);
  c->items = larger.items;
  c->capacity = larger.capacity;
  return true;
}

bool jl_carry_take(struct jl_carry *c, struct jl_arena *a, const struct jl_id *key, struct jl_decimal d, int64_t *ret, struct jl_error *err) {
  int64_t exact = 0;
  if (!jl_decimal_scaled(d, 0, ret)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a number is too large"), NULL);
  if (!grow(c, a, err)) return false;
  size_t at = place(c, key);
  c->count += jl_id_is_zero(&c->items[at].key);
  c->items[at].key = *key;
  if (c->row_count == JL_COUNT(c->row) || !jl_decimal_scaled(d, PARTS_DIGITS, &exact) || __builtin_add_overflow(exact, c->items[at].left, &exact)) return true;
  if (!jl_decimal_scaled((struct jl_decimal){exact, PARTS_DIGITS}, 0, ret)) return true;
  c->row[c->row_count].at = at;
  c->row[c->row_count++].left = exact - *ret * PARTS;
  return true;
}
