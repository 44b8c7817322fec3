#include "common/model/rank.h"
#include "common/record/scan.h"
#include <stdlib.h>
#include <string.h>

#define STEP 256u /* between neighbours at the ends, of a fraction's first four bytes */
#define FIRST_KEY 0x40000000u

static struct jl_rank of_prefix(uint32_t prefix) {
  struct jl_rank rank = {.size = 4, .bytes = {(uint8_t)(prefix >> 24), (uint8_t)(prefix >> 16), (uint8_t)(prefix >> 8), (uint8_t)prefix}};
  while (rank.size > 0 && rank.bytes[rank.size - 1] == 0) rank.size--;
  return rank;
}

static uint32_t prefix_of(const struct jl_rank *rank) {
  uint32_t prefix = 0;
  for (uint8_t i = 0; i < 4; i++) prefix = prefix << 8 | (i < rank->size ? rank->bytes[i] : 0);
  return prefix;
}

static uint32_t prefix_of_number(uint64_t number) {
  const uint64_t most = (UINT32_MAX - FIRST_KEY) / STEP / 2;
  return FIRST_KEY + STEP * (uint32_t)(number < most ? number : most);
}

bool jl_rank_of(const struct jl_record *record, struct jl_rank *ret_rank) {
  const struct jl_field *field = record->type == NULL ? NULL : jl_rank_field(record->type);
  struct jl_value value;
  if (field == NULL) return false;
  if (!jl_record_get(record->body, field, &value) || value.text.size == 0 || value.text.size > JL_RANK_MAX) {
    *ret_rank = of_prefix(prefix_of_number(record->number));
    return true;
  }
  ret_rank->size = (uint8_t)value.text.size;
  memcpy(ret_rank->bytes, value.text.data, value.text.size);
  return true;
}

int jl_rank_compare(const struct jl_rank *a, const struct jl_rank *b) {
  return jl_element_compare((struct jl_bytes){a->bytes, a->size}, (struct jl_bytes){b->bytes, b->size});
}

/* Digit of a lower bound, and of an upper one that may be the end. */
static unsigned low_digit(const struct jl_rank *rank, size_t i) { return i < rank->size ? rank->bytes[i] : 0; }

bool jl_rank_between(const struct jl_rank *low, const struct jl_rank *high, struct jl_rank *ret_rank) {
  bool open = high->size == 0; /* on the way down: every digit may be as large as it likes */
  if (!open && jl_rank_compare(low, high) >= 0) return false;
  for (size_t i = 0; i < JL_RANK_MAX; i++) {
    unsigned from = low_digit(low, i), to = open ? 256 : low_digit(high, i);
    ret_rank->size = (uint8_t)(i + 1);
    if (to >= from + 2) {
      ret_rank->bytes[i] = (uint8_t)((from + to) / 2);
      return true;
    }
    if (to == from + 1) {
      if (!open && i + 1 < high->size) { /* the upper bound goes on, so its beginning lies below it */
        ret_rank->bytes[i] = (uint8_t)to;
        return true;
      }
      open = true;
    }
    ret_rank->bytes[i] = (uint8_t)from;
  }
  return false;
}

bool jl_rank_behind(const struct jl_rank *last, struct jl_rank *ret_rank) {
  const struct jl_rank end = {.size = 0};
  uint32_t prefix = last->size == 0 ? FIRST_KEY : prefix_of(last);
  if (prefix > UINT32_MAX - STEP) return jl_rank_between(last, &end, ret_rank);
  *ret_rank = of_prefix(prefix + STEP);
  return true;
}

bool jl_rank_before(const struct jl_rank *first, struct jl_rank *ret_rank) {
  const struct jl_rank beginning = {.size = 0};
  uint32_t prefix = first->size == 0 ? FIRST_KEY : prefix_of(first);
  if (prefix <= STEP) return jl_rank_between(&beginning, first, ret_rank);
  *ret_rank = of_prefix(prefix - STEP);
  return true;
}

bool jl_rank_spread(const struct jl_rank *low, const struct jl_rank *high, struct jl_rank *ret_ranks, size_t n) {
  if (low->size == 0 && high->size == 0 && n < UINT32_MAX / STEP / 4) { /* the whole list */
    for (size_t i = 0; i < n; i++) ret_ranks[i] = of_prefix(FIRST_KEY + STEP * (uint32_t)(i + 1));
    return true;
  }
  /* The middle of each span first: then both halves, whose bounds are known. The stack holds one span a level. */
  struct span {
    size_t from, size;
  } spans[2 * 64] = {{0, n}};
  for (size_t count = 1; count > 0;) {
    const struct span span = spans[--count];
    size_t middle = span.from + span.size / 2, end = span.from + span.size;
    if (span.size == 0) continue;
    if (!jl_rank_between(span.from == 0 ? low : &ret_ranks[span.from - 1], end == n ? high : &ret_ranks[end], &ret_ranks[middle]))
      return false;
    spans[count++] = (struct span){span.from, middle - span.from};
    spans[count++] = (struct span){middle + 1, end - middle - 1};
  }
  return true;
}

struct item {
  struct jl_rank rank;
  const struct jl_record *record;
};
static int by_rank(const void *x, const void *y) {
  const struct item *a = x, *b = y;
  int order = jl_rank_compare(&a->rank, &b->rank);
  return order != 0 ? order : jl_id_compare(&a->record->id, &b->record->id);
}

bool jl_rank_sort(const struct jl_record **records, size_t n, struct jl_arena *a) {
  if (n < 2 || records[0]->type == NULL || jl_rank_field(records[0]->type) == NULL) return true;
  struct item *items = jl_arena_array(a, n, sizeof *items);
  if (items == NULL) return false;
  bool sorted = true;
  for (size_t i = 0; i < n; i++) {
    if (!jl_rank_of(records[i], &items[i].rank)) return true; /* of several types */
    items[i].record = records[i];
    sorted = sorted && (i == 0 || by_rank(&items[i - 1], &items[i]) < 0);
  }
  if (sorted) return true; /* nobody has moved anything */
  qsort(items, n, sizeof *items, by_rank);
  for (size_t i = 0; i < n; i++) records[i] = items[i].record;
  return true;
}
