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
/* The same one by one, for who words them himself (common/model/findings). */
enum jl_gap { JL_GAP_NO_A, JL_GAP_NO_R, JL_GAP_AWAY /* A, without a substitute */, JL_GAP_LEFT /* holder has left */, JL_GAP_NOBODY /* role or team without people */, JL_GAPS };
typedef void jl_gap_told(void *context, enum jl_gap gap, const struct jl_record *action, const struct jl_record *raci /* NULL: there is none */);
void jl_gaps_tell(const struct jl_view_input *in, struct jl_builder *b, jl_gap_told *told, void *context);
typedef void jl_overload_told(void *context, const struct jl_record *person, int64_t actions, int64_t days);
void jl_overloads_tell(const struct jl_view_input *in, struct jl_builder *b, jl_overload_told *told, void *context);
void jl_note_governance(const struct jl_view_input *in, struct jl_builder *b); /* how many of both; nothing when there are none */
#endif
