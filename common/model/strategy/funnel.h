/* Funnel arithmetic (product.md P9): how many it takes at each stage, backwards from revenue or customers, forwards from a
 * count at a stage. Integers and exact fractions only; pure.
 *
 * Stages stand from the widest to the narrowest; behind the last one stand the customers, so a result has one count more
 * than there are stages. The rate of a stage says how many of it go on to the next one, in millionths. */
#ifndef JL_MODEL_STRATEGY_FUNNEL_H
#define JL_MODEL_STRATEGY_FUNNEL_H
#include "common/base/error.h"

#define JL_FUNNEL_STAGES 12
#define JL_FUNNEL_CHANNELS 24
#define JL_SPREAD_PERIODS 60    /* that a target is spread over */
#define JL_FUNNEL_LAG_MAX 60    /* months of one stage */
/* Periods of a schedule: those of the target and those before them in which something is due. */
#define JL_FUNNEL_SCHEDULE (JL_SPREAD_PERIODS + JL_FUNNEL_STAGES * JL_FUNNEL_LAG_MAX)

/* Where sources disagree (formulas.md, Back-calculation) the rounding is a setting that is kept with the funnel. */
enum jl_funnel_rounding {
  JL_FUNNEL_EACH = 1, /* n_prev = ceil(n_next / rate), stage by stage */
  JL_FUNNEL_SHOWN = 2 /* exact fractions in between; each count is rounded up by itself */
};
struct jl_funnel_step {
  const char *name; /* for errors */
  int64_t rate;     /* millionths, into the next stage */
  int32_t lag;      /* months until the next stage */
  int64_t capacity; /* how many one rep can treat in a period; 0: not told */
};
struct jl_funnel_plan {
  const struct jl_funnel_step *steps;
  size_t count;
  enum jl_funnel_rounding rounding;
  int64_t revenue, deal; /* minor units; revenue < 0: not given; deal 0: not given */
  int64_t customers;     /* < 0: from the revenue */
};
struct jl_funnel_result {
  int64_t counts[JL_FUNNEL_STAGES + 1]; /* [count] are the customers */
  int64_t revenue;                      /* that these customers bring: customers x deal; -1: no deal */
};
/* INVALID with the reason when something is undefined (a rate of 0, no deal) or too large. */
JL_MUST_CHECK bool jl_funnel_backwards(const struct jl_funnel_plan *plan, struct jl_funnel_result *ret, struct jl_error *err);
/* From `count` at stage `from` on: what comes of it, rounded down at each stage. It is the other side of going backwards with
 * rounding at each stage: the most customers for which no more than `count` are needed there. Stages before `from` are 0. */
JL_MUST_CHECK bool jl_funnel_forwards(const struct jl_funnel_plan *plan, size_t from, int64_t count, struct jl_funnel_result *ret,
                                      struct jl_error *err);

/* What sales can treat in a period: reps x what one of them can. false: too large. */
JL_MUST_CHECK bool jl_funnel_capacity(int64_t reps, int64_t each, int64_t *ret);
bool jl_funnel_within_capacity(int64_t reps, int64_t each, int64_t needed);

/* ---- by period ---- */
struct jl_funnel_calendar {
  int32_t start;          /* first day on which the revenue counts */
  int32_t months, periods; /* of one period; how many the target is spread over */
};
struct jl_funnel_schedule {
  size_t count, before; /* periods; those of them that lie before the first one of the target */
  int32_t starts[JL_FUNNEL_SCHEDULE];
  int64_t due[JL_FUNNEL_SCHEDULE][JL_FUNNEL_STAGES + 1];
};
/* Each count spread evenly over the months of the target (largest remainder, so that the parts add up to it), and moved back by
 * the lags of the stages behind it: a quarter's customers need their leads as many months before. */
JL_MUST_CHECK bool jl_funnel_spread(const struct jl_funnel_plan *plan, const struct jl_funnel_result *result,
                                    const struct jl_funnel_calendar *calendar, struct jl_funnel_schedule *ret, struct jl_error *err);
int32_t jl_funnel_lag(const struct jl_funnel_plan *plan, size_t stage); /* months from this stage to the customer */

/* ---- by channel ---- */
struct jl_funnel_channel {
  const char *name;
  int64_t share;                         /* basis points of the stage that the channels share */
  int64_t rates[JL_FUNNEL_STAGES];       /* its own, else those of the funnel */
};
/* The rate of every stage from the shared one on as it comes out of the channels' mix: sum of share x the channel's whole rate to
 * the customer. *ret_rate in millionths, half-even: what the channels make of the shared stage. Shares must add up to a whole. */
JL_MUST_CHECK bool jl_funnel_mix(const struct jl_funnel_plan *plan, const struct jl_funnel_channel *channels, size_t n, size_t shared,
                                 int64_t ret_rates[JL_FUNNEL_STAGES], struct jl_error *err);
/* What each channel has to bring: the shared stage split by share, the stages before it by going backwards with the channel's own
 * rates, those behind it split by what the channel's rates let through. Counts of the whole before the shared stage are the sums. */
JL_MUST_CHECK bool jl_funnel_split(const struct jl_funnel_plan *plan, const struct jl_funnel_channel *channels, size_t n, size_t shared,
                                   struct jl_funnel_result *io_whole, struct jl_funnel_result *ret_parts, struct jl_error *err);
#endif
