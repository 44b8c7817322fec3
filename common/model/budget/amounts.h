/* Money of one budget line, in minor units and in the line's VAT basis: what rules and views share, so that both show the
 * same cents. An order is a commitment until it is invoiced; its open part is what the invoices that settle it leave. */
#ifndef JL_MODEL_BUDGET_AMOUNTS_H
#define JL_MODEL_BUDGET_AMOUNTS_H
#include "common/model/replica.h"

struct jl_amounts {
  int64_t planned;   /* sum of the months when there are any, else the line's own */
  int64_t committed; /* open part of the orders */
  int64_t actual;    /* invoices */
  int64_t remaining; /* planned - committed - actual */
};
/* Live months and expenses of the line only. false: overflow, or no memory in the arena. */
JL_MUST_CHECK bool jl_line_amounts(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, struct jl_amounts *ret);
/* Sum of the live months when there are any, else the line's own; in the line's VAT basis. false: overflow, or no memory. */
JL_MUST_CHECK bool jl_line_planned(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, int64_t *ret_planned);
/* Amount of an expense in the VAT basis of its line (line NULL: net). The other side is computed when only one is
 * recorded. false: overflow. */
JL_MUST_CHECK bool jl_expense_amount(const struct jl_record *expense, const struct jl_record *line, int64_t *ret_amount);
/* Open part of an order, >= 0, in the line's basis; 0 for an invoice. false: overflow, or no memory. */
JL_MUST_CHECK bool jl_order_open(const struct jl_replica *r, const struct jl_record *order, const struct jl_record *line,
                                 struct jl_arena *a, int64_t *ret_open);
/* Currency of the plan as text, "" when it has none yet. */
void jl_plan_currency(const struct jl_replica *r, char out[4]);
/* The plan record of a plan space; NULL when there is none (yet). */
const struct jl_record *jl_plan_record(const struct jl_replica *r);
#endif
