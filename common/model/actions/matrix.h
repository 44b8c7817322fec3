/* The Impact/Effort matrix (seed 004): where an action stands in it, from its own two figures and the plan's midpoint. */
#ifndef JL_MODEL_ACTIONS_MATRIX_H
#define JL_MODEL_ACTIONS_MATRIX_H
#include "common/model/replica.h"

#define JL_MATRIX_LOW 1
#define JL_MATRIX_HIGH 10
#define JL_MATRIX_MIDPOINT 6 /* the seed sets none: 6 and above is high */

enum jl_quadrant { JL_QUADRANT_NONE /* not assessed */, JL_QUICK_WIN, JL_BIG_PROJECT, JL_FILLER, JL_TIME_SINK, JL_QUADRANTS };

int64_t jl_matrix_midpoint(const struct jl_record *plan /* may be NULL */);
enum jl_quadrant jl_quadrant_of(int64_t impact, int64_t effort, int64_t midpoint); /* 0: not assessed */
const char *jl_quadrant_label(enum jl_quadrant quadrant); /* message id: "quick wins" */
const char *jl_quadrant_text(enum jl_quadrant quadrant);  /* for files: "quick-wins" */
#endif
