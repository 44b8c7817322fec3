#include "common/model/budget/share_out.h"
#include "common/base/money.h"
#include <stdlib.h>

/* Fractions of a minor unit are kept in 32 bits while the level is looked for. */
#define FRACTION_BITS 32
typedef unsigned __int128 wide;

static wide bounded(const struct jl_part *part, wide level) {
  wide amount = level * (uint64_t)part->weight, least = (wide)(uint64_t)part->least << FRACTION_BITS, most = (wide)(uint64_t)part->most << FRACTION_BITS;
  return amount < least ? least : amount > most ? most : amount;
}

static wide sum_at(const struct jl_part *parts, size_t n, wide level) {
  wide sum = 0;
  for (size_t i = 0; i < n; i++) sum += bounded(&parts[i], level);
  return sum;
}

/* The highest level for each unit of weight at which all together are not above the total. */
static wide find_level(const struct jl_part *parts, size_t n, int64_t total) {
  wide wanted = (wide)(uint64_t)total << FRACTION_BITS, low = 0, high = wanted;
  while (low < high) {
    wide middle = low + (high - low + 1) / 2;
    if (sum_at(parts, n, middle) <= wanted)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

/* Those at a bound have that; the others share the rest in proportion, to the cent: it leaves each of them between its bounds. */
static bool settle(struct jl_part *parts, size_t n, wide level, int64_t total, int64_t *ret_left) {
  int64_t *weights = calloc(n + 1, sizeof *weights), *shares = calloc(n + 1, sizeof *shares), left = total, open = 0;
  bool ok = weights != NULL && shares != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    wide amount = level * (uint64_t)parts[i].weight;
    bool between = amount > (wide)(uint64_t)parts[i].least << FRACTION_BITS && amount < (wide)(uint64_t)parts[i].most << FRACTION_BITS;
    weights[i] = between ? parts[i].weight : 0;
    open += weights[i];
    parts[i].given = between ? 0 : (int64_t)(bounded(&parts[i], level) >> FRACTION_BITS);
    left -= parts[i].given;
  }
  if (ok && open > 0) {
    ok = jl_split(left, weights, n, shares);
    left = 0;
    for (size_t i = 0; ok && i < n; i++) { /* the level is a little below the true one: a cent may be too much */
      parts[i].given += shares[i];
      if (parts[i].given <= parts[i].most) continue;
      left += parts[i].given - parts[i].most;
      parts[i].given = parts[i].most;
    }
    for (size_t i = 0; ok && i < n && left > 0; i++)
      if (weights[i] > 0 && parts[i].given < parts[i].most) {
        parts[i].given++;
        left--;
      }
  }
  free(weights);
  free(shares);
  if (ok) *ret_left = left;
  return ok;
}

bool jl_share_out(int64_t total, struct jl_part *parts, size_t n, int64_t *ret_left) {
  int64_t least = 0;
  for (size_t i = 0; i < n; i++) {
    const struct jl_part *part = &parts[i];
    if (part->weight < 0 || part->weight > JL_WEIGHT_MAX || part->least < 0 || part->most < part->least || !jl_add(least, part->least, &least)) return false;
  }
  if (least < total) return settle(parts, n, find_level(parts, n, total), total, ret_left);
  if (__builtin_sub_overflow(total, least, ret_left)) return false;
  for (size_t i = 0; i < n; i++) parts[i].given = parts[i].least;
  return true;
}

static int by_order(const void *a, const void *b) {
  const struct jl_cut *x = *(const struct jl_cut *const *)a, *y = *(const struct jl_cut *const *)b;
  if (x->order != y->order) return x->order < y->order ? -1 : 1;
  if (x->order == JL_CUT_YIELD && x->yield != y->yield) return x->yield < y->yield ? -1 : 1;
  return x->number > y->number ? -1 : x->number < y->number;
}

bool jl_cut_down(int64_t amount, struct jl_cut *cuts, size_t n, int64_t *ret_left) {
  struct jl_cut **order = calloc(n + 1, sizeof *order);
  if (order == NULL) return false;
  for (size_t i = 0; i < n; i++) order[i] = &cuts[i];
  qsort(order, n, sizeof *order, by_order);
  for (size_t i = 0; i < n; i++) {
    struct jl_cut *cut = order[i];
    int64_t can = cut->planned > cut->least ? cut->planned - (cut->least > 0 ? cut->least : 0) : 0, takes = can < amount ? can : amount;
    cut->after = cut->planned - takes;
    amount -= takes;
  }
  free(order);
  *ret_left = amount;
  return true;
}
