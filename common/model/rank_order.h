/* The records of one type in the order of their places, kept up to date from the first time that somebody asks for it: so a move costs
 * a search and not a look at the whole list. What stands in it are the slots that hold the records, for those are replaced. */
#ifndef JL_MODEL_RANK_ORDER_H
#define JL_MODEL_RANK_ORDER_H
#include "common/model/rank.h"

struct jl_rank_order {
  struct jl_record *const **slots;
  size_t count, capacity;
  bool known;
};
/* Room for n slots, to be filled and then sorted. */
JL_MUST_CHECK bool jl_rank_order_start(struct jl_rank_order *order, size_t n);
JL_MUST_CHECK bool jl_rank_order_sort(struct jl_rank_order *order);
void jl_rank_order_forget(struct jl_rank_order *order); /* gives its memory back */
size_t jl_rank_order_place(const struct jl_rank_order *order, const struct jl_rank *rank, const struct jl_id *id); /* how many stand before it */
void jl_rank_order_add(struct jl_rank_order *order, struct jl_record *const *slot);
void jl_rank_order_drop(struct jl_rank_order *order, struct jl_record *const *slot); /* with the record that it was added with */
#endif
