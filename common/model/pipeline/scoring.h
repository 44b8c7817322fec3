/* Lead scoring (product.md S5; formulas.md, Lead scoring) and the conversion of a cohort (MQL to SQL). Pure; integers only. */
#ifndef JL_MODEL_PIPELINE_SCORING_H
#define JL_MODEL_PIPELINE_SCORING_H
#include "common/base/compiler.h"
#include <stddef.h>
#include <stdint.h>

/* What a lead did, and what that is worth: the example of crmcurator.pages.dev, to start from. */
struct jl_behaviour_points {
  const char *what; /* message id */
  int32_t points;
};
extern const struct jl_behaviour_points jl_behaviour_example[];
extern const size_t jl_behaviour_example_count;

/* Numbers of the wire and of the database. */
enum jl_score_decay {
  JL_DECAY_NONE = 1,
  JL_DECAY_WEEKLY = 2, /* 2 points less for each whole week since the last of them; what is above zero does not fall below it */
  JL_DECAY_HALVING = 3 /* of each what is left: half from 30 days on, a quarter from 60 on */
};
struct jl_behaviour {
  int32_t points; /* below zero: it speaks against the lead */
  int32_t days;   /* ago, 0 or more */
};
#define JL_SCORE_POINT 100 /* a score is in hundredths of a point, so that halves of halves are exact */
int64_t jl_behaviour_score(const struct jl_behaviour *all, size_t n, enum jl_score_decay decay); /* hundredths */

/* A lead is an MQL when both fit and behaviour reach their thresholds: neither makes up for the other. All in hundredths. */
struct jl_mql_rule {
  int64_t fit, behaviour;
};
#define JL_MQL_THRESHOLD_LOW 60 /* points; where sources put the threshold, so that the top 15 to 20 % of the leads pass */
#define JL_MQL_THRESHOLD_HIGH 75
bool jl_is_mql(const struct jl_mql_rule *rule, int64_t fit, int64_t behaviour);

/* MQL to SQL: of those that became MQL from `first` to `last` the part that sales accepted, whenever they did; never accepted ones of a period by
 * MQL of that period, which are others. Days. */
#define JL_NOT_ACCEPTED INT32_MAX
struct jl_cohort_lead {
  int32_t qualified, accepted; /* days; accepted: JL_NOT_ACCEPTED (so far) */
};
/* *ret_rate: millionths, half to even. false: nobody became one, so it is undefined. */
JL_MUST_CHECK bool jl_cohort_conversion(const struct jl_cohort_lead *leads, size_t n, int32_t first, int32_t last, int64_t *ret_rate);
#endif
