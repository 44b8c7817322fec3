/* What is accepted of a review becomes one approval (Approval.review): submitted to who answers for the plan, moved as a whole or not at all. A weekly
 * arbitration moves up to so much by itself as the plan lets it (Plan.arbitration). Called by governance/approvals.c. */
#ifndef JL_MODEL_REVIEW_APPLY_H
#define JL_MODEL_REVIEW_APPLY_H
#include "common/model/evaluation.h"

/* Of an approval of no review all of these do nothing and are true.
 * Something is accepted, nothing of it waits already, it keeps the plan's limits, and the lines are still as they were when the review was started, so
 * far as that counts: what is planned, and that what is to leave is not ordered or spent by now. The refusal says which figures moved and by how much. */
JL_MUST_CHECK bool jl_review_may_apply(struct jl_run *run, const struct jl_record *approval, bool submits, struct jl_error *err);
/* The lines alone, for whoever is about to approve it; false: err says what has moved, in the words of the refusal. */
JL_MUST_CHECK bool jl_review_still_holds(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, struct jl_error *err);
JL_MUST_CHECK bool jl_review_ask(struct jl_run *run, const struct jl_record *approval, struct jl_error *err); /* its proposals are asked with it */
JL_MUST_CHECK bool jl_review_change_buckets(struct jl_run *run, const struct jl_record *approval, struct jl_error *err);
/* It needs nobody's approval. */
JL_MUST_CHECK bool jl_review_arbitrates(struct jl_run *run, const struct jl_record *approval, bool *ret, struct jl_error *err);
#endif
