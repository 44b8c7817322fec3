/* What counts in a month of the plan in another currency: months that lines plan, times of recurring ones, invoices. Which rate each of them has, or
 * that it has none, decides whether its month may be closed, and whether a rate may still change. Orders are not among them: what is open of one is
 * no fact of its month; what is planned for a whole period is in no month. */
#ifndef JL_BUDGET_FOREIGN_H
#define JL_BUDGET_FOREIGN_H
#include "common/model/replica.h"

#define JL_UNRATED INT32_MIN
struct jl_foreign {
  const struct jl_record *record; /* an invoice, or the line */
  char currency[4];
  int32_t day;   /* whose rate it has */
  int32_t rated; /* the day of that rate; JL_UNRATED: there is none */
  int32_t month; /* a day of the month in which it counts */
};
struct jl_foreigns {
  struct jl_foreign *all; /* by currency and day */
  size_t count, room;
};
/* Of all live records, in the arena. false: no memory. */
JL_MUST_CHECK bool jl_foreigns_read(const struct jl_replica *r, struct jl_arena *a, struct jl_foreigns *ret);
/* Those that a rate of this currency and day serves, or would serve: from that day to the one before the next rate's. *ret_n 0: none. */
const struct jl_foreign *jl_foreigns_served(const struct jl_foreigns *f, const char currency[4], int32_t day, size_t *ret_n);
#endif
