/* Closed months: what counts in them stays as it is. An expense that comes late counts in the next open month, and keeps its own date. A month closes
 * once every amount in it has a rate, and then a rate that one of them has stays too, until the month is reopened: so none is closed that nobody knows. */
#ifndef JL_MODEL_BUDGET_CLOSING_H
#define JL_MODEL_BUDGET_CLOSING_H
#include "common/model/evaluation.h"

bool jl_month_closed(const struct jl_replica *r, int32_t day); /* the month that it is in */
/* The last day of the last closed month; INT32_MIN: none is. */
int32_t jl_closed_until(const struct jl_replica *r, struct jl_arena *a);
/* Books new expenses of closed months in the next open one, within the group that brings them. */
JL_MUST_CHECK bool jl_closing_follow(struct jl_run *run, struct jl_error *err);
#endif
