/* The ids that the file has made so far, with the line that did: who stands in it twice. What is kept of a row in memory is this alone. */
#include "client/import/parts.h"
#include <stdlib.h>
#include <string.h>

#define INDEX_MAX (4u << 20) /* ids: 96 MiB of them with their free places */

static struct jl_ingest_seen *slot(const struct jl_ingest_index *x, const struct jl_id *id) {
  for (uint64_t i = jl_id_hash(id);; i++) {
    struct jl_ingest_seen *s = &x->items[i & (x->capacity - 1)];
    if (s->count == 0 || jl_id_equal(&s->id, id)) return s;
  }
}

static bool grow(struct jl_ingest_index *x, struct jl_error *err) {
  struct jl_ingest_index larger = {.capacity = x->capacity == 0 ? 4096 : x->capacity * 2, .count = x->count};
  if (x->count >= INDEX_MAX) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the file has more than {1} records"), JL_MSG("cut it into several"), jl_arg_integer(INDEX_MAX));
  larger.items = calloc(larger.capacity, sizeof *larger.items);
  if (larger.items == NULL) return jl_ingest_no_memory(err);
  for (size_t i = 0; i < x->capacity; i++)
    if (x->items[i].count != 0) *slot(&larger, &x->items[i].id) = x->items[i];
  free(x->items);
  *x = larger;
  return true;
}

bool jl_ingest_index_put(struct jl_ingest_index *x, const struct jl_id *id, size_t line, struct jl_ingest_seen **ret_seen, bool *ret_new, struct jl_error *err) {
  if (x->count * 4 >= x->capacity * 3 && !grow(x, err)) return false;
  struct jl_ingest_seen *s = slot(x, id);
  *ret_new = s->count == 0 || s->line == JL_INGEST_VOID;
  x->count += s->count == 0;
  if (*ret_new) *s = (struct jl_ingest_seen){*id, (uint32_t)line, 0};
  s->count++;
  *ret_seen = s;
  return true;
}

struct jl_ingest_seen *jl_ingest_index_find(const struct jl_ingest_index *x, const struct jl_id *id) {
  struct jl_ingest_seen *s = x->capacity == 0 ? NULL : slot(x, id);
  return s == NULL || s->count == 0 ? NULL : s;
}

void jl_ingest_index_free(struct jl_ingest_index *x) {
  free(x->items);
  *x = (struct jl_ingest_index){0};
}
