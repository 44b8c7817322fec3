/* Which touches of a journey a result is credited to (product.md S7; formulas.md, Attribution). Pure; integers only.
 *
 *   first, last    all to one touch
 *   linear         1 / n each
 *   position       U: 40 % first, 40 % the touch that made it a lead, 20 % between (HubSpot); elsewhere 40 % first, 40 % last, 20 % between.
 *                  Two models, each under its own name
 *   W              30 % first, 30 % lead, 30 % opportunity, 10 % between
 *   full path      22.5 % first, lead, opportunity, close, 10 % between
 *   time decay     2^(-days / half-life), normalised; half-lives: 7 days, 30 for long B2B
 *
 * Edge rules (ours): a part that no touch is there to take (none between; no touch is known to have made the opportunity) is shared by the
 * others pro rata; one touch gets all; a touch in two roles gets both parts. Amounts are shared by largest remainder, so they add up.
 *
 * Exactness: all models but time decay are exact fractions until they are rounded once. A weight of time decay is the true one times 2^48,
 * off by less than 2, the latest touch exactly 2^48: of n touches a share is off by less than (n + 1) / 2^47, 8e-12 for a thousand. A touch
 * more than 48 half-lives before the last one counts nothing. */
#ifndef JL_MODEL_PIPELINE_ATTRIBUTION_H
#define JL_MODEL_PIPELINE_ATTRIBUTION_H
#include "common/base/compiler.h"
#include <stddef.h>
#include <stdint.h>

/* Numbers of the wire and of the database: stored with a result. */
enum jl_attribution {
  JL_ATTRIBUTION_FIRST = 1,
  JL_ATTRIBUTION_LAST = 2,
  JL_ATTRIBUTION_LINEAR = 3,
  JL_ATTRIBUTION_POSITION_LEAD = 4, /* first and lead creation */
  JL_ATTRIBUTION_POSITION_LAST = 5, /* first and last */
  JL_ATTRIBUTION_W = 6,
  JL_ATTRIBUTION_FULL_PATH = 7,
  JL_ATTRIBUTION_TIME_DECAY = 8
};
#define JL_TOUCHES_MAX 1000 /* of one journey */
#define JL_NO_TOUCH SIZE_MAX
#define JL_HALF_LIFE 7       /* days */
#define JL_HALF_LIFE_LONG 30 /* of long B2B sales */
#define JL_HALF_LIFE_MAX 3650
struct jl_journey {
  size_t touches;                  /* in the order of time, from 0 */
  size_t lead, opportunity, close; /* the touches at which it became one; JL_NO_TOUCH: none is known */
  const int32_t *days;             /* of each, before the result, 0 or more; time decay alone reads them */
  int32_t half_life;               /* days, 1 to JL_HALF_LIFE_MAX; the same */
};
/* Weights whose ratio is that of the shares. false: no touch, too many, a role that is none of them, days or half-life out of range. */
JL_MUST_CHECK bool jl_attribution_weights(enum jl_attribution model, const struct jl_journey *journey, int64_t *ret_weights);
/* An amount (minor units; or JL_FRACTION_ONE, for shares in millionths) in parts that add up to it. false: the same, or no memory. */
JL_MUST_CHECK bool jl_attribute(enum jl_attribution model, const struct jl_journey *journey, int64_t amount, int64_t *ret_parts);
#endif
