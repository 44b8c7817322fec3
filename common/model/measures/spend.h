/* What was spent (invoiced, in what it costs) on a lever, a campaign or the whole plan in a period: the entries of the budget
 * (common/model/budget/amounts.h), read once for a view. */
#ifndef JL_MODEL_MEASURES_SPEND_H
#define JL_MODEL_MEASURES_SPEND_H
#include "common/model/budget/why.h"
#include "common/model/view_support.h"

struct jl_spend;
struct jl_spend_ask {
  const struct jl_record *lever, *action; /* NULL: all of them */
  int32_t from, to;                       /* days: from the first until before the last */
};
struct jl_spend_sum {
  size_t records; /* invoices behind it */
  int64_t amount; /* minor units */
  bool unknown;   /* one of them has no exchange rate: nobody knows what they come to */
};
struct jl_spend *jl_spend_read(const struct jl_view_input *in, struct jl_builder *b); /* NULL: no memory or too large, the builder has failed */
JL_MUST_CHECK bool jl_spend_of(struct jl_spend *s, const struct jl_spend_ask *ask, struct jl_spend_sum *ret); /* false: too large */
bool jl_spend_days(const struct jl_spend *s, int32_t *ret_first, int32_t *ret_last); /* of the first and the last invoice of all; false: there is none */
/* The invoices behind it, one by one; *io_at 0 at first. NULL: no more. */
const struct jl_record *jl_spend_next(const struct jl_spend *s, const struct jl_spend_ask *ask, size_t *io_at);
/* The same as entries of the budget, to explain a sum by, those without a rate in their own currency; false: no memory or too large, the builder has failed. */
JL_MUST_CHECK bool jl_spend_entries(const struct jl_view_input *in, struct jl_builder *b, const struct jl_spend_ask *ask, struct jl_money_entries *ret);
void jl_why_spend_unrated(struct jl_builder *b, const struct jl_view_input *in, const struct jl_spend_ask *ask); /* why it is unknown */
/* What people cost in that time: the planned cost of the payroll lines that the reader may read, by their days; those without dates
 * by the plan's. */
JL_MUST_CHECK bool jl_spend_on_people(const struct jl_view_input *in, struct jl_builder *b, int32_t from, int32_t to, struct jl_spend_sum *ret);
#endif
