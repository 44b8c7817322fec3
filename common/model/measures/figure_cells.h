/* Pipeline figures in the tables of several views. */
#ifndef JL_MODEL_MEASURES_FIGURE_CELLS_H
#define JL_MODEL_MEASURES_FIGURE_CELLS_H
#include "common/model/view_support.h"

void jl_column_stage(struct jl_builder *b, const char *stage); /* counts below the stage's name */
void jl_cell_stage(struct jl_builder *b, const char *stage);
#endif
