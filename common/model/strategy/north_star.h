/* The North Star: the objective that guides all others. It is marked wherever objectives stand side by side. */
#ifndef JL_MODEL_STRATEGY_NORTH_STAR_H
#define JL_MODEL_STRATEGY_NORTH_STAR_H
#include "common/model/view_support.h"

/* An objective's title, a star before that of the North Star; files have the title alone. */
void jl_cell_objective(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *objective);
/* What the star means; a warning when there are several: the star guides because there is one. */
void jl_note_north_star(const struct jl_view_input *in, struct jl_builder *b, bool warn);
#endif
