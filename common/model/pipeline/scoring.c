#include "common/model/pipeline/scoring.h"
#include "common/base/error.h"
#include "common/model/measures/returns.h"

const struct jl_behaviour_points jl_behaviour_example[] = {{JL_MSG("opened a mail"), 1},         {JL_MSG("clicked a link"), 5},
                                                           {JL_MSG("saw the prices"), 15},       {JL_MSG("asked for a demonstration"), 25},
                                                           {JL_MSG("unsubscribed"), -50},        {JL_MSG("has a free mail address"), -20}};
const size_t jl_behaviour_example_count = JL_COUNT(jl_behaviour_example);

#define WEEK 7
#define WEEKLY_POINTS 2

static int64_t left_of(const struct jl_behaviour *one, enum jl_score_decay decay) {
  int64_t points = (int64_t)one->points * JL_SCORE_POINT;
  if (decay != JL_DECAY_HALVING) return points;
  return one->days >= 60 ? points / 4 : one->days >= 30 ? points / 2 : points; /* of a hundred both are whole */
}

int64_t jl_behaviour_score(const struct jl_behaviour *all, size_t n, enum jl_score_decay decay) {
  int64_t sum = 0;
  int32_t latest = INT32_MAX;
  for (size_t i = 0; i < n; i++) {
    sum += left_of(&all[i], decay);
    if (all[i].days < latest) latest = all[i].days;
  }
  if (decay != JL_DECAY_WEEKLY || sum <= 0) return sum;
  int64_t lost = (int64_t)(latest / WEEK) * WEEKLY_POINTS * JL_SCORE_POINT;
  return lost < sum ? sum - lost : 0;
}

bool jl_is_mql(const struct jl_mql_rule *rule, int64_t fit, int64_t behaviour) { return fit >= rule->fit && behaviour >= rule->behaviour; }

bool jl_cohort_conversion(const struct jl_cohort_lead *leads, size_t n, int32_t first, int32_t last, int64_t *ret_rate) {
  int64_t all = 0, accepted = 0;
  for (size_t i = 0; i < n; i++) {
    if (leads[i].qualified < first || leads[i].qualified > last) continue;
    all++;
    accepted += leads[i].accepted != JL_NOT_ACCEPTED;
  }
  return jl_conversion(all, accepted, ret_rate);
}
