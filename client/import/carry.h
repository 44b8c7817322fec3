/* Results that platforms count in parts (14.50 conversions of one day) are whole numbers here. What rounding leaves over of one row goes to the next
 * one of the same campaign and stage, so that their total is rounded once, however many days it was cut into. */
#ifndef JL_IMPORT_CARRY_H
#define JL_IMPORT_CARRY_H
#include "client/table/number.h"
#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/id.h"

struct jl_carried { struct jl_id key; int64_t left; /* in parts, at most half of one */ };
struct jl_carry {
  struct jl_carried *items; /* hash; an empty key is free */
  size_t count, capacity;
  struct { size_t at; int64_t left; } row[4]; /* what the present row leaves, until it is taken */
  size_t row_count;
};
void jl_carry_begin(struct jl_carry *c); /* of a pass: nothing is left over */
void jl_carry_row(struct jl_carry *c);   /* a row begins: what the one before it left is forgotten, unless it was kept */
void jl_carry_keep(struct jl_carry *c);  /* the row is taken */
/* Half to even, with what is left of the key. A number with more digits than fit is rounded by itself. */
JL_MUST_CHECK bool jl_carry_take(struct jl_carry *c, struct jl_arena *a, const struct jl_id *key, struct jl_decimal d, int64_t *ret, struct jl_error *err);
#endif
