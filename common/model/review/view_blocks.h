/* The blocks of a review (review_view.c): everything in them comes from its own records, as they were frozen and decided, never from the plan. */
#ifndef JL_MODEL_REVIEW_VIEW_BLOCKS_H
#define JL_MODEL_REVIEW_VIEW_BLOCKS_H
#include "common/model/review/follow.h"
#include "common/model/view_support.h"

struct jl_review_view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *review;
  struct jl_review_facts facts;
  struct jl_review_proposal *list; /* those that the reader may read */
  size_t n;
  bool budget, pipeline, all; /* the reader may read; all: that judging takes */
  bool every;                 /* every section that a proposal of it may be of */
  bool asked;                 /* the list is what one approval moves, not all that is proposed */
  const char *currency, *qualified;
};
const char *jl_review_caption(const struct jl_review_view *v, const char *letter, uint64_t number, struct jl_bytes name); /* "L2 SEO" */
const char *jl_review_channel_caption(const struct jl_review_view *v, const struct jl_review_channel *c);
const char *jl_review_line_caption(const struct jl_review_view *v, const struct jl_id *line);
void jl_review_cell_text(const struct jl_review_view *v, const char *text);
void jl_review_cell_fact(const struct jl_review_view *v, const struct jl_record *fact, uint32_t field, bool money); /* empty where nobody has told */
/* Undefined, as the fact says why. */
void jl_review_cell_unrated(const struct jl_review_view *v, const struct jl_record *fact);
void jl_review_cell_fraction(const struct jl_review_view *v, struct jl_known value, const char *unit); /* "0.0": one decimal */
int64_t jl_review_verdict(const struct jl_review_view *v, const struct jl_review_proposal *p); /* 0: not decided */

/* review_facts_view.c */
void jl_review_block_head(const struct jl_review_view *v);
void jl_review_block_channels(const struct jl_review_view *v);
void jl_review_block_campaigns(const struct jl_review_view *v);
JL_MUST_CHECK bool jl_review_block_lines(const struct jl_review_view *v, struct jl_error *err);
void jl_review_block_thin(const struct jl_review_view *v);
/* review_buckets_view.c */
JL_MUST_CHECK bool jl_review_block_buckets(const struct jl_review_view *v, struct jl_error *err);
/* Of an approval of a review: what it moves as it was proposed, with its arithmetic, its limits and its reasons, and whether the lines are still as
 * they were; nothing of any other approval (review_view.c). */
JL_MUST_CHECK bool jl_review_blocks_of_approval(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *approval, struct jl_error *err);
/* review_proposals_view.c */
void jl_review_block_proposals(const struct jl_review_view *v);
void jl_review_block_reasons(const struct jl_review_view *v);
JL_MUST_CHECK bool jl_review_block_replay(const struct jl_review_view *v, struct jl_error *err);
/* review_before_view.c */
JL_MUST_CHECK bool jl_review_block_before(const struct jl_review_view *v, struct jl_error *err); /* what the review before decided, and what came of it */
#endif
