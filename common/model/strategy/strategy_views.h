/* Parts that several views of the strategy show. */
#ifndef JL_MODEL_STRATEGY_STRATEGY_VIEWS_H
#define JL_MODEL_STRATEGY_STRATEGY_VIEWS_H
#include "common/model/view_support.h"

void jl_block_swot(const struct jl_view_input *in, struct jl_builder *b, const char *title);
/* Seed 002's table: criterion, our company, each competitor; below it the scores, where there are any. */
void jl_block_differentiation(const struct jl_view_input *in, struct jl_builder *b, const char *title);
/* A lever that the plan works with now: not paused, and not given up by its verdict. */
bool jl_lever_active(const struct jl_record *lever);
/* "SEO" and "seo " are one channel; a lever that names none is one by itself. */
size_t jl_active_channels(struct jl_builder *b, const struct jl_record **levers, size_t n);
/* The lever's KPIs, named by it or by an action of its own. */
size_t jl_lever_kpis(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *lever);
#endif
