/* What an expense is excl. and incl. VAT, and what it costs: excl. VAT, and the VAT that the company does not get back. As entered where both
 * sides are; else computed, to the cent, half up. Of a document with several lines (part_of) whose VAT is rounded on the total, the
 * lines computed at one rate are together what the paper says: each gets what its total makes of the lines before it and of itself. */
#ifndef JL_MODEL_BUDGET_EXPENSE_H
#define JL_MODEL_BUDGET_EXPENSE_H
#include "common/model/budget/amounts.h"
#include "common/model/budget/rates.h"

enum jl_sum_known { JL_KNOWN, JL_NO_RATE /* its currency has none on that day */, JL_NO_SUM /* overflow, or no memory */ };

/* Reads the expenses of a plan as it stands; in the arena. */
struct jl_money_reader {
  const struct jl_replica *r;
  struct jl_arena *a;
  struct jl_rates rates;
  bool on_total; /* the plan's way of rounding */
  const struct jl_record *line; /* stands for the line with its id, which may have been another; NULL: none does */
  const struct jl_record *unrated; /* of the last jl_order_left without a rate: the invoice that has none; NULL: the order itself has none */
  const struct jl_record *rate; /* that the last sum was converted at; NULL: it was in the plan's currency */
  bool in_document; /* one that was read since this was cleared is a line of a document with several, or was */
  /* Lines of documents that were worked out. */
  const struct jl_record **done;
  struct jl_sum *sums;
  size_t count, room;
};
void jl_money_reader_init(struct jl_money_reader *m, const struct jl_replica *r, struct jl_arena *a);
const struct jl_record *jl_expense_line(const struct jl_replica *r, const struct jl_record *expense); /* NULL: it is not there any more */

/* Both sides of an amount that is known on one. share: basis points of the VAT that come back. */
JL_MUST_CHECK bool jl_with_vat(int64_t amount, enum jl_basis basis, int64_t rate, int64_t share, struct jl_sum *ret);
JL_MUST_CHECK bool jl_sum_cost(struct jl_sum *io, int64_t share);
/* In its own currency. false: overflow, or no memory. */
JL_MUST_CHECK bool jl_expense_own(struct jl_money_reader *m, const struct jl_record *expense, struct jl_sum *ret);
/* The same of all lines of a document, given as records: the first one first, the others by number. ret: as many. */
JL_MUST_CHECK bool jl_document_own(const struct jl_money_reader *m, const struct jl_record *const *lines, size_t n, struct jl_sum *ret);
/* What one with these fields would be if it stood alone, in the plan's currency: for one that is not there any more. */
enum jl_sum_known jl_expense_alone(struct jl_money_reader *m, const struct jl_record *expense, struct jl_sum *ret);
/* In the plan's currency. An order's is its open part. */
enum jl_sum_known jl_expense_sum(struct jl_money_reader *m, const struct jl_record *expense, struct jl_sum *ret);
/* JL_NO_RATE by an invoice (m->unrated): *ret is what would be open without that, in the plan's currency: nobody knows how much less it is. */
enum jl_sum_known jl_order_left(struct jl_money_reader *m, const struct jl_record *order, struct jl_sum *ret);
/* What was ordered and what was invoiced for it: in the order's currency when all of its invoices are in that, else in the plan's. */
enum jl_sum_known jl_order_invoiced(struct jl_money_reader *m, const struct jl_record *order, struct jl_sum *ret_ordered, struct jl_sum *ret_invoiced,
                                char ret_currency[4]);
/* From a currency into the plan's, by the rate of that day. */
enum jl_sum_known jl_sum_convert(struct jl_money_reader *m, const char *currency, int32_t day, struct jl_sum *io);
/* What a line would cost, in the plan's currency, if it planned these amounts, in its own currency and VAT basis, on these days (JL_WHOLE_PERIOD:
 * none). *ret_known false: a day has no rate. false: overflow, or no memory. */
JL_MUST_CHECK bool jl_line_would_cost(struct jl_money_reader *m, const struct jl_record *line, const int64_t *planned, const int32_t *days, size_t n,
                                      struct jl_arena *scratch, int64_t *ret_cost, bool *ret_known);
int32_t jl_expense_day(const struct jl_record *expense); /* when it counts: the month it was booked in, else its date */
#endif
