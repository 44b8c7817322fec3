#include "common/model/strategy/benchmarks.h"
#include "common/record/schema.h"
#include <string.h>

/* A benchmark is taken for three years: a market moves. From then on what uses it says that it is too old. */
#define DAY_2009 14245
#define DAY_2012 15340
#define DAY_2015 16436
#define DAY_2025 20089
#define DAY_2028 21184

/* The waterfall of a vendor's blog: 10 %, 80 %, 40 %, 10 %, and 2, 1 and 3 months between (../shared/formulas.md, test A; it does not say
 * between which stages: here behind inquiries, SAL and SQO). */
#define WATERFALL JL_MSG("Digital Body Language, a blog, 2009")
#define WATERFALL_RATE(stage, next, rate, lag, side) \
  {"waterfall-2009", stage, next, NULL, rate, 0, lag, side, JL_RATE_BENCHMARK, JL_TRUST_LOW, WATERFALL, DAY_2009, DAY_2012}

/* An article names a site's conversion and two channels, and no study (seed 004): they are read as of the year it was found in. */
#define ARTICLE JL_MSG("an article on B2B marketing plans in France that names no study")
#define EXAMPLE JL_MSG("an example: replace it by what you measure")

const struct jl_benchmark jl_benchmarks[] = {
    WATERFALL_RATE(JL_MSG("inquiries"), JL_MSG("MQL"), 100000, 2, JL_SIDE_MARKETING),
    WATERFALL_RATE(JL_MSG("MQL"), JL_MSG("SAL"), 800000, 0, JL_SIDE_MARKETING),
    WATERFALL_RATE(JL_MSG("SAL"), JL_MSG("SQO"), 400000, 1, JL_SIDE_SALES),
    WATERFALL_RATE(JL_MSG("SQO"), JL_MSG("customers"), 100000, 3, JL_SIDE_SALES),
    {"inbound-b2b", JL_MSG("visits"), JL_MSG("leads"), NULL, 20000, 0, 0, JL_SIDE_MARKETING, JL_RATE_BENCHMARK, JL_TRUST_LOW, ARTICLE, DAY_2025, DAY_2028},
    {"inbound-b2b", JL_MSG("leads"), JL_MSG("MQL"), NULL, 300000, 0, 0, JL_SIDE_MARKETING, JL_RATE_ASSUMED, JL_TRUST_LOW, EXAMPLE, DAY_2025, DAY_2028},
    {"inbound-b2b", JL_MSG("MQL"), JL_MSG("SQL"), NULL, 400000, 0, 0, JL_SIDE_MARKETING, JL_RATE_ASSUMED, JL_TRUST_LOW, EXAMPLE, DAY_2025, DAY_2028},
    {"inbound-b2b", JL_MSG("SQL"), JL_MSG("customers"), NULL, 250000, 0, 0, JL_SIDE_SALES, JL_RATE_ASSUMED, JL_TRUST_LOW, EXAMPLE, DAY_2025, DAY_2028},
    {"channels-b2b", JL_MSG("MQL"), JL_MSG("customers"), JL_MSG("SEO"), 458000, 5930, 0, JL_SIDE_MARKETING, JL_RATE_BENCHMARK, JL_TRUST_LOW, ARTICLE, DAY_2025, DAY_2028},
    {"channels-b2b", JL_MSG("MQL"), JL_MSG("customers"), JL_MSG("paid campaigns"), 186000, 2030, 0, JL_SIDE_MARKETING, JL_RATE_BENCHMARK, JL_TRUST_LOW, ARTICLE, DAY_2025, DAY_2028},
    /* No rate that a funnel takes, but a vendor's figure that goes round: how many times as many are converted. */
    {"speed-to-lead", JL_MSG("leads called within a minute"), JL_MSG("converted, of those called later"), JL_MSG("phone"), 3910000, 0, 0, JL_SIDE_SALES, JL_RATE_BENCHMARK, JL_TRUST_LOW,
     JL_MSG("Leads360, a vendor, on 3.5 million leads"), DAY_2012, DAY_2015},
};
const size_t jl_benchmark_count = JL_COUNT(jl_benchmarks);

const struct jl_benchmark *jl_benchmark_set(const char *name, size_t *ret_count) {
  const struct jl_benchmark *first = NULL;
  *ret_count = 0;
  for (size_t i = 0; i < jl_benchmark_count; i++) {
    const struct jl_benchmark *one = &jl_benchmarks[i];
    if (one->channel != NULL || strcmp(one->set, name) != 0) continue;
    if (first == NULL) first = one;
    (*ret_count)++;
  }
  return first;
}

bool jl_benchmark_is_shipped(const char *name) {
  for (size_t i = 0; i < jl_benchmark_count; i++)
    if (strcmp(jl_benchmarks[i].set, name) == 0) return true;
  return false;
}

bool jl_benchmark_set_missing(const char *name, struct jl_error *err) {
  if (jl_benchmark_is_shipped(name))
    return jl_fail(err, JL_E_USAGE, JL_MSG("the benchmark set {1} has rates of channels, and no stages that make a funnel"),
                   JL_MSG("take inbound-b2b or waterfall-2009; jalon benchmarks shows what each rate leads to, and jalon funnel-rate add --channel takes one"),
                   jl_arg_text(name));
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no benchmark set {1}"), JL_MSG("jalon benchmarks lists them"), jl_arg_text(name));
}
