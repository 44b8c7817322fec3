/* The amounts of the budget, in minor units of the plan's currency: every one of them once, as one record says it. What is shown in whatever
 * grouping is a sum of these, so every grouping comes to the same total to the cent; rules and views share them, so both say the same.
 *
 *   planned     the months of a line when there are any, else the line's own
 *   committed   the open part of an order: what the invoices that settle it leave; where one of these has no rate nobody knows what that is
 *   actual      an invoice
 *
 * A line is planned in its VAT basis; the other side is computed from the line's whole, so that a line is what a calculator makes of it: each month
 * has what the months until then come to, less what they came to without it. This is no largest remainder, as other splits are (design.md 9), and
 * cannot be: a closed month must stay as it is whatever later ones become, so what a month has may hang on itself and those before it alone; and
 * a line that ends with any month must come to what a calculator makes of it. Both together leave nothing but this difference. A largest remainder
 * as of the closing would have to be stored for each line and month, and what is stored beside the amounts it follows from can contradict them.
 * A recurring line is planned as often as it comes back. Expenses: common/model/budget/expense.h.
 *
 * A line that pays for several actions is an entry for each of them, by largest remainder: of what is planned the whole is shared as exactly as can
 * be, and its months so that they add up to that; of each order and invoice by itself.
 *
 * Another currency is converted at the rate of its date (rates.h): a month's at that of its first day, the plan's start for a whole period.
 * What has no rate is in no sum: it comes apart, and views say so. A sum that it belongs to is undefined, and so is all that follows from that. */
#ifndef JL_MODEL_BUDGET_AMOUNTS_H
#define JL_MODEL_BUDGET_AMOUNTS_H
#include "common/model/replica.h"

enum jl_basis { JL_BASIS_COST /* what it costs: excl. VAT, and the VAT that does not come back */, JL_BASIS_NET, JL_BASIS_GROSS };
struct jl_sum { int64_t net, gross, cost; };
int64_t jl_sum_in(const struct jl_sum *sum, enum jl_basis basis);

enum jl_money_kind { JL_MONEY_PLANNED, JL_MONEY_COMMITTED, JL_MONEY_ACTUAL, JL_MONEY_KINDS };
#define JL_WHOLE_PERIOD INT32_MIN /* in no month */
struct jl_money_entry {
  enum jl_money_kind kind;
  const struct jl_record *record; /* what says it: the line, one of its months, an expense */
  const struct jl_record *line;
  const struct jl_record *action; /* whom it pays for; NULL: no action */
  int64_t part;                   /* basis points of it that this action gets */
  int32_t day;                    /* when it counts: a month's first day, an expense's date or the month it was booked in; JL_WHOLE_PERIOD */
  char currency[4];               /* "": the plan's; else it has no rate, and sum is in this one */
  const struct jl_record *rate;   /* it was converted at; NULL: it is in the plan's currency */
  const struct jl_record *order;  /* of a commitment that comes apart because of an invoice without a rate (record): the order; else NULL */
  struct jl_sum reserved;         /* of that: what would be open without the invoice, in the plan's currency; of a line's parts in the first one alone */
  bool in_document;               /* it, or what settles it, is a line of a document with several */
  struct jl_sum sum;
};
/* false ends the walk, which then is false too. */
typedef bool jl_money_entry_function(void *context, const struct jl_money_entry *entry);
/* The entries of live lines: of each its months, its orders, its invoices, ascending by number; apart (NULL: not told): those without a rate.
 * false: overflow, or no memory in the arena. */
JL_MUST_CHECK bool jl_lines_entries(const struct jl_replica *r, const struct jl_record *const *lines, size_t n, struct jl_arena *a,
                                    jl_money_entry_function *take, jl_money_entry_function *apart, void *context);
JL_MUST_CHECK bool jl_line_entries(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, jl_money_entry_function *take,
                                   void *context);
#define JL_RECURRENCES_MAX 1200
int32_t jl_line_time(int32_t first, int64_t every, int n); /* the day of a recurring line's time number n, from 0 on */
#define JL_SHARES_MAX 64 /* actions that one line pays for; more are not read */

struct jl_amounts {
  int64_t planned;
  int64_t committed;
  int64_t actual;
  int64_t remaining; /* planned - committed - actual */
};
JL_MUST_CHECK bool jl_amounts_take(struct jl_amounts *io, enum jl_money_kind kind, int64_t amount); /* false: overflow, io as it was */

/* These in the VAT basis of the line, in which it is planned and controlled, and the plan's currency. An order of which nobody knows what is open stays reserved
 * as far as it is not settled by what is known. false: overflow, or no memory. */
JL_MUST_CHECK bool jl_line_amounts(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, struct jl_amounts *ret);
/* *ret: JL_UNKNOWN bits of the kinds of which something has no rate, which these leave out. */
JL_MUST_CHECK bool jl_line_unknown(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, unsigned *ret);
JL_MUST_CHECK bool jl_line_planned(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, int64_t *ret_planned);
/* Currency of the plan as text, "" when it has none yet. */
void jl_plan_currency(const struct jl_replica *r, char out[4]);
/* The plan record of a plan space; NULL when there is none (yet). */
const struct jl_record *jl_plan_record(const struct jl_replica *r);
#endif
