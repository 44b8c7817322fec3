#include "common/model/actions/score.h"
#include "common/base/money.h"
#include "common/model/actions/matrix.h"
#include "common/record/schema.h"

static const struct jl_score_inputs inputs[JL_SCORE_METHODS] = {
    [JL_SCORE_ICE] = {{JL_ACTION_CONFIDENCE, JL_ACTION_IMPACT, JL_ACTION_EFFORT}, 3, 1}, /* the matrix has the other two without ICE */
    [JL_SCORE_RICE] = {{JL_ACTION_REACH, JL_ACTION_RICE_IMPACT, JL_ACTION_RICE_CONFIDENCE, JL_ACTION_PERSON_MONTHS}, 4, 4},
    [JL_SCORE_WSJF] = {{JL_ACTION_BUSINESS_VALUE, JL_ACTION_TIME_CRITICALITY, JL_ACTION_RISK_REDUCTION, JL_ACTION_JOB_SIZE}, 4, 4}};

const struct jl_score_inputs *jl_score_inputs(enum jl_score_method method) { return &inputs[method]; }

int64_t jl_ice_form(const struct jl_record *plan) {
  return plan == NULL ? JL_ICE_MEAN : jl_record_int(plan->type, plan->body, JL_PLAN_ICE_FORM, JL_ICE_MEAN);
}

static int64_t of(const struct jl_record *action, uint32_t field) { return jl_record_int(action->type, action->body, field, 0); }

static struct jl_score ice(const struct jl_record *action, int64_t form) {
  int64_t impact = of(action, JL_ACTION_IMPACT), confidence = of(action, JL_ACTION_CONFIDENCE), ease = JL_MATRIX_HIGH + 1 - of(action, JL_ACTION_EFFORT);
  if (form == JL_ICE_PRODUCT) return (struct jl_score){impact * confidence * ease, 1};
  return (struct jl_score){impact + confidence + ease, 3};
}

/* The impact is in quarters, the confidence in basis points, the effort in millionths of a month. */
static struct jl_score rice(const struct jl_record *action) {
  __int128 product = (__int128)of(action, JL_ACTION_REACH) * of(action, JL_ACTION_RICE_IMPACT) * of(action, JL_ACTION_RICE_CONFIDENCE);
  return (struct jl_score){product * JL_FRACTION_ONE, (__int128)4 * JL_SHARE_ONE * of(action, JL_ACTION_PERSON_MONTHS)};
}

static struct jl_score wsjf(const struct jl_record *action) {
  return (struct jl_score){of(action, JL_ACTION_BUSINESS_VALUE) + of(action, JL_ACTION_TIME_CRITICALITY) + of(action, JL_ACTION_RISK_REDUCTION),
                           of(action, JL_ACTION_JOB_SIZE)};
}

bool jl_score_of(enum jl_score_method method, const struct jl_record *action, int64_t ice_form, struct jl_score *ret_score) {
  for (size_t i = 0; i < inputs[method].count; i++)
    if (!jl_record_has(action->body, inputs[method].fields[i])) return false;
  *ret_score = method == JL_SCORE_ICE ? ice(action, ice_form) : method == JL_SCORE_RICE ? rice(action) : wsjf(action);
  return ret_score->denominator > 0; /* a record of a newer program may hold a value that is not known here */
}

int jl_score_compare(const struct jl_score *a, const struct jl_score *b) {
  __int128 left = a->numerator * b->denominator, right = b->numerator * a->denominator;
  return left < right ? -1 : left > right;
}

int64_t jl_score_hundredths(const struct jl_score *score) {
  __int128 scaled = score->numerator * 100, whole = scaled / score->denominator, rest = scaled % score->denominator;
  if (rest * 2 > score->denominator || (rest * 2 == score->denominator && whole % 2 != 0)) whole++;
  return (int64_t)(whole * (JL_FRACTION_ONE / 100));
}
