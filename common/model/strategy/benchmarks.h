/* The catalogue of rates that the program brings along (product.md P10): each with its source, its date and how far it is to be
 * trusted. Entries of one set that name no channel are a whole funnel, from the widest stage on. People add theirs as
 * records of the type benchmark, or for one stage of a funnel as a funnel rate of that origin; the view `benchmarks` shows them all, and
 * funnel_rates.c says which of them a funnel uses. */
#ifndef JL_MODEL_STRATEGY_BENCHMARKS_H
#define JL_MODEL_STRATEGY_BENCHMARKS_H
#include "common/base/error.h"
#include <stddef.h>
#include <stdint.h>

struct jl_benchmark {
  const char *set;     /* as people type it */
  const char *stage;   /* message id */
  const char *next;    /* message id: what the rate leads to */
  const char *channel; /* message id; NULL: all */
  int64_t rate;        /* millionths */
  int32_t share;       /* basis points of the stage that come by this channel; 0: not told */
  int32_t lag;         /* months */
  int32_t side, origin, trust; /* numbers of proto/funnel.proto */
  const char *source;  /* message id */
  int32_t date, expires;       /* days */
};
extern const struct jl_benchmark jl_benchmarks[];
extern const size_t jl_benchmark_count;
/* The first entry of a whole funnel, and how many it has; NULL: no such set. */
const struct jl_benchmark *jl_benchmark_set(const char *name, size_t *ret_count);
bool jl_benchmark_is_shipped(const char *name); /* any entry, of a channel too */
/* Why there is no such funnel: always false. */
bool jl_benchmark_set_missing(const char *name, struct jl_error *err);
#endif
