/* Closed months: what counts in them stays as it is. An expense that comes late counts in the next open month, and keeps its own date. A month closes
 * once every amount in it has a rate, and then a rate that one of them has stays too, until the month is reopened: so none is closed that nobody knows. */
#ifndef JL_MODEL_BUDGET_CLOSING_H
#define JL_MODEL_BUDGET_CLOSING_H
#include "common/model/evaluation.h"

/* What it counts in stays too: lever, action, category (kept.c). Not what is judged today over all of the past: the bucket, which a promotion changes,
 * the KPI, which a euro without one gets late, who answers for it; nor the fiscal quarter and year, which are names of months, nor the supplier's
 * name, which may be spelt anew. */
bool jl_month_closed(const struct jl_replica *r, int32_t day); /* the month that it is in */
/* The last day of the last closed month; INT32_MIN: none is. */
int32_t jl_closed_until(const struct jl_replica *r, struct jl_arena *a);
/* A closing as people call it: its month, its year, its reference. */
struct jl_closing_name { struct jl_arg month, year, reference; };
bool jl_closing_named(const struct jl_replica *r, int32_t day, struct jl_closing_name *ret); /* false: the month is not closed */
/* A day of a closed month that the line, as it is now, has an amount in; false: there is none. */
bool jl_closing_of_line(const struct jl_rule_input *in, const struct jl_record *line, int32_t *ret_day);
/* Books new expenses of closed months in the next open one, within the group that brings them. */
JL_MUST_CHECK bool jl_closing_follow(struct jl_run *run, struct jl_error *err);
#endif
