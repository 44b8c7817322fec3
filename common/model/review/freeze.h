/* What the plan says when a review is started, as the records that stay: parameters into the review itself, facts beside it, and the proposals that
 * follow from them. For the evaluation of the group that starts it (follow.c). */
#ifndef JL_MODEL_REVIEW_FREEZE_H
#define JL_MODEL_REVIEW_FREEZE_H
#include "common/model/evaluation.h"
#include "common/model/view_support.h"

#define JL_REVIEW_FACTS_MAX 3000 /* facts of one review; more, of very many channels: TOO_LARGE */
JL_MUST_CHECK bool jl_review_freeze(struct jl_run *run, const struct jl_record *review, struct jl_error *err);
/* What a review can be of: the last quarter, or week, of the plan that is over, as --period and --week take it; where none is, the first one. */
#define JL_REVIEW_NAME 32
void jl_review_last_over(const struct jl_view_input *in, bool weekly, char ret_name[JL_REVIEW_NAME]);
/* A record being made in the evaluation: its fields one by one; data NULL after a failure. */
struct jl_making {
  struct jl_run *run;
  const struct jl_record_type *type;
  struct jl_bytes body;
  bool failed;
};
void jl_making_int(struct jl_making *m, uint32_t field, int64_t number);
void jl_making_id(struct jl_making *m, uint32_t field, const struct jl_id *id); /* zero: left out */
void jl_making_text(struct jl_making *m, uint32_t field, struct jl_bytes text);
JL_MUST_CHECK bool jl_making_put(struct jl_making *m, const struct jl_id *id /* NULL: by its natural key */, struct jl_error *err);
#endif
