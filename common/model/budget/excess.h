/* What is above what there was for it: the invoices of an order above what was ordered, a line above what it plans, or above what it plans for a
 * month. Nothing of it is refused, for a received invoice is a fact (design.md 9): so it is said, when it is recorded, beside the budget, by the
 * check, and in jalon overspent. In the VAT basis in which the line is planned, and the plan's currency; of an order in its own where all its
 * invoices are in that too.
 *
 * An amount that is planned for a month is for the time until the next month with one: a quarter that is planned by its first month is for three. */
#ifndef JL_MODEL_BUDGET_EXCESS_H
#define JL_MODEL_BUDGET_EXCESS_H
#include "common/model/budget/expense.h"
#include "common/model/view_support.h"

enum jl_above { JL_ABOVE_ORDER, JL_ABOVE_LINE, JL_ABOVE_MONTH, JL_ABOVE_KINDS };
struct jl_excess {
  enum jl_above kind;
  const struct jl_record *line, *order; /* order NULL: not of one */
  int32_t first, last;                  /* of a month: first and last day of the time that its amount is for */
  int64_t was_for, is, over;            /* is - was_for = over > 0; is: ordered and invoiced, of an order: invoiced */
  enum jl_basis basis;
  char currency[4];
};
/* false ends the walk, which then is false too. */
typedef bool jl_excess_function(void *context, const struct jl_excess *excess);

/* Fed with the entries of one line as jl_lines_entries tells them. */
struct jl_excess_walk {
  struct jl_money_reader reader;
  const struct jl_record *line;
  struct jl_amounts amounts;
  enum jl_basis basis;
  bool whole;    /* something is planned for the whole period */
  bool unrated;  /* something is planned without a rate: nobody knows what is above it */
  struct jl_excess_month {
    int32_t first;
    int64_t planned, taken;
  } *months; /* by their days once `sorted` */
  size_t count, room;
  bool sorted;
  const struct jl_record **orders; /* that some invoice settles */
  size_t order_count, order_room;
};
void jl_excess_begin(struct jl_excess_walk *w, const struct jl_replica *r, struct jl_arena *a);
void jl_excess_line(struct jl_excess_walk *w, const struct jl_record *line); /* from here on of this one */
JL_MUST_CHECK bool jl_excess_entry(struct jl_excess_walk *w, const struct jl_money_entry *entry); /* false: overflow, or no memory */
JL_MUST_CHECK bool jl_excess_end(struct jl_excess_walk *w, jl_excess_function *take, void *context);

/* Of one line alone. false: overflow, no memory, or `take` was. */
JL_MUST_CHECK bool jl_line_excesses(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, jl_excess_function *take,
                                    void *context);
/* Fed with all of one line, for what its months have left. false: overflow, or no memory. */
JL_MUST_CHECK bool jl_line_months(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, struct jl_excess_walk *ret);
/* Ordered and invoiced in the time of the month, in the VAT basis of the line; `month`: its first day. */
int64_t jl_month_taken(const struct jl_excess_walk *w, int32_t month);
const char *jl_basis_label(enum jl_basis basis); /* "excl. VAT", "incl. VAT"; a message id */
/* "B2 Ads is 300 EUR excl. VAT above what it plans for March 2026" */
void jl_note_above(struct jl_builder *b, const int64_t above[JL_ABOVE_KINDS]); /* how many, when there are any */
void jl_note_excess(struct jl_builder *b, const struct jl_excess *excess);
#endif
