#include "common/model/budget/line_sums.h"
#include <stdint.h>

#define PLACES_FIRST 16

static struct jl_summed_line *place_of(const struct jl_line_sums *sums, const struct jl_record *line) {
  size_t at = (size_t)((uintptr_t)line * 0x9E3779B97F4A7C15U >> 17) & (sums->places - 1);
  while (sums->lines[at].line != NULL && sums->lines[at].line != line) at = (at + 1) & (sums->places - 1);
  return &sums->lines[at];
}

static bool grow(struct jl_line_sums *sums, struct jl_arena *a) {
  const struct jl_line_sums old = *sums;
  if (sums->count * 2 < sums->places) return true;
  size_t places = sums->places == 0 ? PLACES_FIRST : sums->places * 2;
  struct jl_summed_line *lines = jl_arena_array(a, places, sizeof *lines);
  if (lines == NULL) return false;
  sums->lines = lines;
  sums->places = places;
  for (size_t i = 0; i < old.places; i++)
    if (old.lines[i].line != NULL) *place_of(sums, old.lines[i].line) = old.lines[i];
  return true;
}

bool jl_line_sums_amounts(struct jl_line_sums *sums, const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a,
                          struct jl_amounts *ret) {
  if (sums == NULL || !grow(sums, a)) return jl_line_amounts(r, line, a, ret);
  struct jl_summed_line *place = place_of(sums, line);
  if (place->line == NULL) {
    struct jl_amounts amounts;
    if (!jl_line_amounts(r, line, a, &amounts)) return false;
    *place = (struct jl_summed_line){line, amounts};
    sums->count++;
  }
  *ret = place->amounts;
  return true;
}

const struct jl_foreigns *jl_line_sums_foreigns(struct jl_line_sums *sums, const struct jl_replica *r, struct jl_arena *a) {
  struct jl_foreigns *found = sums == NULL ? jl_arena_alloc(a, sizeof *found) : &sums->foreigns;
  if (sums != NULL && sums->foreigns_known) return found;
  if (found == NULL || !jl_foreigns_read(r, a, found)) return NULL;
  if (sums != NULL) sums->foreigns_known = true;
  return found;
}
