/* How far an objective or a key result is: (value - start) / (target - start), clamped to 0..1, in millionths. */
#ifndef JL_MODEL_STRATEGY_PROGRESS_H
#define JL_MODEL_STRATEGY_PROGRESS_H
#include "common/model/view_support.h"

bool jl_progress(int64_t start, int64_t target, int64_t value, int64_t *ret_millionths); /* false: undefined */
bool jl_key_result_score(const struct jl_record *key_result, int64_t *ret_millionths);
bool jl_key_result_undefined(const struct jl_record *key_result); /* measured, and yet no score: it starts at its target */
bool jl_objective_undefined(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective);
/* Weighted mean of the key results when there are any, else from baseline, target and current value. */
bool jl_objective_progress(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective,
                           int64_t *ret_millionths);
/* An OKR score as it is told: one decimal, half even, in millionths. Its colour is that of the rounded score, so that the scale of its
 * source has no gaps: from 0.7 green, to 0.3 red, yellow between (formulas.md, OKR colours). */
enum jl_okr_colour { JL_OKR_GREEN, JL_OKR_YELLOW, JL_OKR_RED };
int64_t jl_okr_score(int64_t millionths);
enum jl_okr_colour jl_okr_colour(int64_t millionths);
/* The same as cells with their sources; an undefined score is an empty cell. */
void jl_cell_objective_progress(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *objective);
void jl_cell_key_result_score(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *key_result);
#endif
