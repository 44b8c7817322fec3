/* From money up to what it brought (product.md M9): the parts of an expense, a line, an action or a lever, each with the campaign or lever that it
 * pays for, and its share of what was invoiced for that. The same share of the pipeline figures is credited to it.
 *
 * A campaign that has figures of its own is what counts; else its lever, with all that was invoiced for the lever. Only invoices count: what is
 * ordered has brought nothing yet. Figures and invoices of all days, so that the one is held against the other. */
#ifndef JL_MODEL_MEASURES_TRACE_H
#define JL_MODEL_MEASURES_TRACE_H
#include "common/model/budget/totals.h"
#include "common/model/measures/figures.h"

struct jl_trace_part {
  const struct jl_money_line *line;             /* the first of those that it is made of; NULL: no money */
  const struct jl_record *action, *lever;       /* that it pays for; NULL: none */
  const struct jl_record *of;                   /* whose figures they are: the action or the lever; NULL: neither */
  struct jl_amounts amounts;                    /* of the record, in this part */
  unsigned unknown;                             /* as of jl_money_line */
  int64_t spend;                                /* invoiced for `of` in all */
  bool spend_unknown;                           /* something of that has no exchange rate */
};
struct jl_trace {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *record;
  struct jl_figures *figures;
  struct jl_money_line *lines;
  size_t line_count;
  struct jl_trace_part *parts;
  size_t part_count;
};
/* record: an expense, a budget line, an action or a lever; of others there are no parts. */
JL_MUST_CHECK bool jl_trace_read(struct jl_trace *t, const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record,
                                 struct jl_error *err);
bool jl_trace_is_part(const struct jl_record *record, const struct jl_money_line *line); /* the money of a line, an action or a lever */
bool jl_trace_pays_for(const struct jl_money_line *line, const void *of); /* a campaign or a lever */
struct jl_figure_ask jl_trace_ask(const struct jl_record *of, const char *stage);
/* Minor units or a count x its part of the spend, half to even; false: undefined, nothing was spent or nobody knows what. */
JL_MUST_CHECK bool jl_trace_credit(const struct jl_trace_part *part, int64_t whole, int64_t *ret);
/* trace_why.c: what the part cost, and what was invoiced for the same; a figure that is shared. */
void jl_why_trace_share(const struct jl_trace *t, const struct jl_trace_part *part);
void jl_why_trace_figures(const struct jl_trace *t, const struct jl_figure_ask *ask, uint32_t field, struct jl_arg whole);
#endif
