/* How the budget stands while the moves of a review are worked out one after the other (judge.c, propose.c). */
#ifndef JL_MODEL_REVIEW_ROOM_H
#define JL_MODEL_REVIEW_ROOM_H
#include "common/model/review/review.h"

struct jl_review_state {
  const struct jl_review_facts *facts;
  int64_t *out, *in;          /* of each line: what left it, what reached it */
  int64_t bucket[4], total;   /* planned; all moves stay within the total */
  int64_t treated;            /* millionths of qualified leads that sales have to treat */
};
JL_MUST_CHECK bool jl_review_state(const struct jl_review_facts *f, struct jl_arena *a, struct jl_review_state *ret); /* false: no memory */
void jl_review_take(struct jl_review_state *s, size_t from, size_t to, int64_t amount);
/* How much may move between two lines (their numbers): most can leave it at all, amount is with every limit, held_by what made it so much. */
struct jl_review_room {
  int64_t most, amount, held_by;
};
struct jl_review_room jl_review_room_between(const struct jl_review_state *s, size_t from, size_t to);
/* What a bucket may plan at most and must plan at least, by the rule and its tolerance. */
int64_t jl_review_upper(const struct jl_review_state *s, int64_t bucket);
int64_t jl_review_lower(const struct jl_review_state *s, int64_t bucket);
#endif
