/* Who carries how much, and where RACI has holes (product.md G1): blocks of the RACI view and a note on the dashboard. Of the actions that
 * are not done and that the reader may see. */
#ifndef JL_MODEL_GOVERNANCE_LOAD_H
#define JL_MODEL_GOVERNANCE_LOAD_H
#include "common/model/view_support.h"

/* A person's load (days: the workload of the actions, or their duration): letters held in person or through a role; a team's stand in a row of the team, for nobody knows who of it will do the
 * work. Over the plan's limits (load_limit, load_days) it is an overload. */
void jl_block_load(const struct jl_view_input *in, struct jl_builder *b);
/* No A, no R, an A who is away today without a substitute, letters of people who have left or of a role or team without people. */
void jl_block_gaps(const struct jl_view_input *in, struct jl_builder *b);
void jl_note_governance(const struct jl_view_input *in, struct jl_builder *b); /* how many of both; nothing when there are none */
#endif
