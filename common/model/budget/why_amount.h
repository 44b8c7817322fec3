/* What an entry of the budget is, from the fields of its record: its side of the VAT, what it costs, what a line plans until then. Shared by the
 * files that explain entries (why_entry.c), and by nobody else. What is said is worked out here again and held against the entry: where it does not
 * come to the same (an order that was invoiced in several currencies) the record alone is named, never a formula that is not so. */
#ifndef JL_BUDGET_WHY_AMOUNT_H
#define JL_BUDGET_WHY_AMOUNT_H
#include "common/model/budget/expense.h"
#include "common/model/budget/why.h"

struct jl_entry_why {
  struct jl_builder *b;
  const struct jl_view_input *in;
  const struct jl_record *line;
  int32_t day; /* on which it counts: of what recurs it tells which time */
  char currency[4];
  struct jl_money_reader reader;
};
/* What has a net and a gross side: an expense, or what a line plans. */
struct jl_amount_why {
  const struct jl_record *record; /* an expense, the line, or NULL: months of the line */
  const struct jl_record **months;
  size_t month_count;
  int64_t times;     /* of a recurring line, together; 0: not of one */
  struct jl_sum sum; /* in its own currency */
};
struct jl_arg jl_entry_money(const struct jl_entry_why *e, int64_t amount);
void jl_why_named(const struct jl_entry_why *e, int64_t amount, const struct jl_record *record);
void jl_why_amount(const struct jl_entry_why *e, const struct jl_amount_why *a, enum jl_basis basis);

/* why_planned.c. What a line comes to that plans so much; what is planned before a month or a time of the line, and with it. false: it does not fit, or
 * it is none of the line's. */
bool jl_why_line_amount(const struct jl_entry_why *e, int64_t planned, struct jl_amount_why *io);
bool jl_why_steps(const struct jl_entry_why *e, const struct jl_record *record, struct jl_amount_why *ret_without, struct jl_amount_why *ret_with);
void jl_why_planned(const struct jl_entry_why *e, const struct jl_record *record, enum jl_basis basis, int64_t amount);
#endif
