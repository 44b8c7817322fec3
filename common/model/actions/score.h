/* Scores that put actions in an order (formulas.md "Prioritisation"), in whole numbers: ICE, RICE, WSJF. Ease of ICE is the other end of
 * the matrix's effort, 11 - effort, so that nobody gives one estimate twice. */
#ifndef JL_MODEL_ACTIONS_SCORE_H
#define JL_MODEL_ACTIONS_SCORE_H
#include "common/model/replica.h"

enum jl_score_method { JL_SCORE_ICE, JL_SCORE_RICE, JL_SCORE_WSJF, JL_SCORE_METHODS };
#define JL_SCORE_FIELDS 4
#define JL_MOONSHOT 5000 /* basis points: less confidence than that */

/* Of the action, by number; the first `own` of them say that somebody means to score by this method. */
struct jl_score_inputs {
  uint32_t fields[JL_SCORE_FIELDS];
  size_t count, own;
};
const struct jl_score_inputs *jl_score_inputs(enum jl_score_method method);

struct jl_score { __int128 numerator, denominator; }; /* exact */
int64_t jl_ice_form(const struct jl_record *plan /* may be NULL */); /* JL_ICE_MEAN or JL_ICE_PRODUCT: the plan's setting */
bool jl_score_of(enum jl_score_method method, const struct jl_record *action, int64_t ice_form, struct jl_score *ret_score); /* false: something is missing */
int jl_score_compare(const struct jl_score *a, const struct jl_score *b);
int64_t jl_score_hundredths(const struct jl_score *score); /* in millionths, half to even at two decimals: what is shown */
#endif
