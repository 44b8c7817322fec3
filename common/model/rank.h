/* Places in lists. A record's key is a fraction between 0 and 1 in base 256: bytes compared from the first on, never ending in
 * a zero byte, so that there is always room before and behind. Records of one type are one list (views show those of a parent in its
 * order); equal keys stand by id. A record without a key (made before lists had an order) has the one that follows from its
 * number. Only the evaluation gives keys: replicas and clients take them as they come. */
#ifndef JL_MODEL_RANK_H
#define JL_MODEL_RANK_H
#include "common/model/replica.h"

struct jl_rank {
  uint8_t size; /* 0: none; as a bound: the beginning, or the end */
  uint8_t bytes[JL_RANK_MAX];
};
bool jl_rank_of(const struct jl_record *record, struct jl_rank *ret_rank); /* false: records of its type have no place */
int jl_rank_compare(const struct jl_rank *a, const struct jl_rank *b);
/* The shortest key between two (size 0: nothing on that side), in the middle of the shortest ones; false: they are equal or in the
 * wrong order, or it would be longer than JL_RANK_MAX. */
JL_MUST_CHECK bool jl_rank_between(const struct jl_rank *low, const struct jl_rank *high, struct jl_rank *ret_rank);
/* A key behind all / before all, a step away, so that keys stay short however many are put there. */
JL_MUST_CHECK bool jl_rank_behind(const struct jl_rank *last, struct jl_rank *ret_rank);
JL_MUST_CHECK bool jl_rank_before(const struct jl_rank *first, struct jl_rank *ret_rank);
/* n keys between two, about evenly. */
JL_MUST_CHECK bool jl_rank_spread(const struct jl_rank *low, const struct jl_rank *high, struct jl_rank *ret_ranks, size_t n);
/* Sorts records of one type by place, in place. false: no memory. Types without places stay as they are. */
JL_MUST_CHECK bool jl_rank_sort(const struct jl_record **records, size_t n, struct jl_arena *a);
#endif
