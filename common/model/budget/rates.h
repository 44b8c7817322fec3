/* What amounts in another currency are in the plan's: by the rate of their date, which is the last known one of that day or before; exact
 * ratios, rounded once, half to even. Without a rate there is no amount: never 1:1. */
#ifndef JL_MODEL_BUDGET_RATES_H
#define JL_MODEL_BUDGET_RATES_H
#include "common/model/replica.h"

struct jl_rate_day {
  char currency[4];
  int32_t day;
  const struct jl_record *rate;
};
struct jl_rates {
  const struct jl_replica *r;
  struct jl_arena *a;
  char own[4]; /* the plan's currency */
  struct jl_rate_day *days; /* by currency and day; read when the first one is asked for */
  size_t count;
  bool known;
};
void jl_rates_init(struct jl_rates *rates, const struct jl_replica *r, struct jl_arena *a);
/* The currency of a record: its own, else the plan's. */
void jl_currency_of(const struct jl_rates *rates, const struct jl_record *record, uint32_t field, char ret[4]);
/* *ret_rate NULL: none is known. false: no memory. */
JL_MUST_CHECK bool jl_rate_at(struct jl_rates *rates, const char *currency, int32_t day, const struct jl_record **ret_rate);
/* false: overflow. */
JL_MUST_CHECK bool jl_rate_convert(const struct jl_rates *rates, const struct jl_record *rate, int64_t amount, int64_t *ret);
#endif
