/* Money shared out, and money taken away. Pure; integers only; to the cent. */
#ifndef JL_MODEL_BUDGET_SHARE_OUT_H
#define JL_MODEL_BUDGET_SHARE_OUT_H
#include "common/base/compiler.h"
#include <stdint.h>

/* One part of what is shared: in proportion to its weight, but never below `least` nor above `most`. */
#define JL_WEIGHT_MAX 65535
struct jl_part {
  int64_t weight;      /* 0: it gets its least, and no more; at most JL_WEIGHT_MAX */
  int64_t least, most; /* 0 <= least <= most */
  int64_t given;       /* the answer */
};
/* Proportional between the bounds, cents by largest remainder (ties to the first). *ret_left: what nobody may have (> 0), or what all the least
 * together are above the total (< 0): then each has its least. false: it does not fit, or there is no memory. */
JL_MUST_CHECK bool jl_share_out(int64_t total, struct jl_part *parts, size_t n, int64_t *ret_left);

/* One part of what is cut. */
struct jl_cut {
  int64_t planned, least; /* it may fall to least; when that is above planned it stays */
  int64_t yield;          /* revenue for each euro, millionths */
  enum jl_cut_order {
    JL_CUT_UNKNOWN, /* brings nobody knows what: these go first */
    JL_CUT_YIELD,   /* then those of the lowest yield */
    JL_CUT_COMMON   /* what serves everything, last */
  } order;
  int64_t number; /* of two alike the higher number goes first */
  int64_t after;  /* the answer */
};
/* Takes `amount` away. *ret_left: what cannot be taken. false: no memory. */
JL_MUST_CHECK bool jl_cut_down(int64_t amount, struct jl_cut *cuts, size_t n, int64_t *ret_left);
#endif
