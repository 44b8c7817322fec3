/* What follows from a group's edits for reviews, within the same group.
 *
 *     open -> closed (everything is decided) | discarded
 *
 * - A review that is started gets its parameters, facts and proposals from the plan as it is then (freeze.h), whoever starts it: each in the section
 *   whose readers may read it. Nobody else writes facts, and nothing of a review is ever deleted but decisions, while it is open.
 * - Who proposes a move of his own has it held against the facts: no more leaves a line than can; where the plan's control refuses, neither maximum,
 *   70/20/10 nor what sales can treat is passed.
 * - A proposal has one decision: the second is refused, naming who made the first. A refusal has a reason. What waits for approval or was approved
 *   stays decided. */
#ifndef JL_MODEL_REVIEW_FOLLOW_H
#define JL_MODEL_REVIEW_FOLLOW_H
#include "common/model/evaluation.h"
#include "common/model/review/review.h"

JL_MUST_CHECK bool jl_reviews_follow(struct jl_run *run, struct jl_error *err);

/* What an approval of a review moves: its accepted proposals that are money or buckets, by key. Those that were asked with it, or, where none was yet,
 * that nobody asked for. false: no memory. */
JL_MUST_CHECK bool jl_review_accepted(const struct jl_replica *r, const struct jl_record *review, const struct jl_id *approval, struct jl_arena *a,
                                      struct jl_review_proposal **ret, size_t *ret_n);
/* What of a review was moved already, with other approvals than this one, by key. false: no memory. */
JL_MUST_CHECK bool jl_review_approved(const struct jl_replica *r, const struct jl_record *review, const struct jl_id *but, struct jl_arena *a,
                                      struct jl_review_proposal **ret, size_t *ret_n);
/* The live decision on a proposal; NULL: none. */
const struct jl_record *jl_review_decision(const struct jl_replica *r, const struct jl_id *proposal);
const char *jl_review_limit_label(int64_t bit); /* message id */
#endif
