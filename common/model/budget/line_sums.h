/* What budget lines come to, and what counts in months in other currencies, kept while the records of one group are checked: a group of many orders
 * works each of their lines out once, one of many rates or closings looks once at what they are for. */
#ifndef JL_BUDGET_LINE_SUMS_H
#define JL_BUDGET_LINE_SUMS_H
#include "common/model/budget/amounts.h"
#include "common/model/budget/foreign.h"

struct jl_summed_line {
  const struct jl_record *line; /* NULL: a free place */
  struct jl_amounts amounts;
};
struct jl_line_sums {
  struct jl_summed_line *lines; /* by address; at most half of the places are taken */
  size_t count, places;
  struct jl_foreigns foreigns;
  bool foreigns_known;
};
/* As jl_line_amounts, of a replica that stays as it is while `sums` is used. sums NULL: nothing is kept. */
JL_MUST_CHECK bool jl_line_sums_amounts(struct jl_line_sums *sums, const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a,
                                        struct jl_amounts *ret);
/* As jl_foreigns_read. NULL: no memory. */
const struct jl_foreigns *jl_line_sums_foreigns(struct jl_line_sums *sums, const struct jl_replica *r, struct jl_arena *a);
#endif
