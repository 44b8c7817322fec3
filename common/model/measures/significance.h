/* Whether two shares differ by more than chance (product.md M8): the two-proportion z test with a pooled share, two-sided. Pure; integers
 * only, with twelve decimals of the difference and eighteen of its variance, half to even, so that every machine says the same.
 *
 *   z^2 = (p1 - p2)^2 / (p (1 - p) (1/n1 + 1/n2)),  p = (x1 + x2) / (n1 + n2)
 *
 * It is a normal approximation: it says nothing where fewer than five are expected in one of the four cells. */
#ifndef JL_MODEL_MEASURES_SIGNIFICANCE_H
#define JL_MODEL_MEASURES_SIGNIFICANCE_H
#include "common/base/compiler.h"
#include <stdint.h>

enum jl_significance {
  JL_TOO_FEW /* fewer than five expected somewhere */,
  JL_NOT_SIGNIFICANT /* may well be chance */,
  JL_SIGNIFICANT_90,
  JL_SIGNIFICANT_95,
  JL_SIGNIFICANT_99
};
struct jl_share_of { int64_t counted, shown; };
enum jl_significance jl_significance(struct jl_share_of one, struct jl_share_of other);
/* z^2 in millionths. false: undefined (nobody saw one of them, or all or none of all did it), or too few. */
JL_MUST_CHECK bool jl_z_squared(struct jl_share_of one, struct jl_share_of other, int64_t *ret_millionths);
/* How many must see each variant so that a share of `rate` that moves by `effect` (millionths both) is found with 95 % confidence (two-sided)
 * in four of five cases: (1.959964 + 0.841621)^2 x (p1 (1 - p1) + p2 (1 - p2)) / effect^2, rounded up. false: there is no such effect. */
JL_MUST_CHECK bool jl_sample_size(int64_t rate, int64_t effect, int64_t *ret_each);
/* Between which rates (millionths) the true one is with 95 % confidence, however few the cases are: Wilson's score interval,
 *   (x + z^2/2 -+ z sqrt(x (n - x) / n + z^2/4)) / (n + z^2),  z = 1.959964. false: of nobody, or more than all. */
JL_MUST_CHECK bool jl_rate_interval(struct jl_share_of of, int64_t *ret_low, int64_t *ret_high);
#endif
