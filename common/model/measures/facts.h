/* What each channel (lever) and each campaign (action) of a plan cost and brought in a period (product.md M6, M7): the facts that an audit and a
 * review judge by, for views. One calculation with budget, report and figures: money is the budget's (common/model/budget/totals.h), results are
 * the pipeline figures (figures.h), so that every total here is the plan's own, to the cent.
 *
 * Rows are the same ones for every period of one state of a plan, in the same order, so that two periods are held beside each other by index:
 * by channel each lever, below it its campaigns and, where it has some, what is its own apart from them; then what is of no lever; the total last.
 * By campaign each action that has money or figures, then what is of none, and the total. What the reader may not read is in none of them. */
#ifndef JL_MODEL_MEASURES_FACTS_H
#define JL_MODEL_MEASURES_FACTS_H
#include "common/model/budget/why.h"
#include "common/model/calendar/span.h"
#include "common/model/measures/figures.h"

enum jl_fact {
  JL_FACT_VISITS, JL_FACT_LEADS, JL_FACT_MQL, JL_FACT_SQL, JL_FACT_OPPORTUNITIES, JL_FACT_CUSTOMERS, /* counts */
  JL_FACT_POTENTIAL,                                                                                /* minor units: what the opportunities may bring */
  JL_FACT_SIGNED,                                                                                   /* minor units: revenue of the customers */
  JL_FACTS
};
struct jl_fact_value {
  bool told; /* false: nobody has said, which is not 0 */
  int64_t value;
  int64_t exact; /* of a count: millionths, what ratios are of; else the value */
  bool split;    /* a part of a count, by days */
  bool unknown;  /* it rests on an amount without an exchange rate: neither value is one */
};
enum jl_place_kind { JL_PLACE_LEVER, JL_PLACE_CAMPAIGN, JL_PLACE_APART /* of a lever, or of none, and of no campaign */, JL_PLACE_REST /* of no lever, or by campaign of no campaign */, JL_PLACE_TOTAL };
struct jl_fact_place {
  enum jl_place_kind kind;
  const struct jl_record *lever, *action; /* NULL: any, or none as the flags say */
  bool no_lever, no_action;
};
struct jl_facts_row {
  struct jl_fact_place place;
  struct jl_amounts money; /* in the side of VAT that was asked for */
  int64_t undated;         /* planned for the whole of the plan and in no month, so that nobody can tell how much of it is of this period: in no amount */
  bool undated_unknown;    /* something of that has no exchange rate */
  unsigned unknown;        /* JL_UNKNOWN of the kinds of which something has no exchange rate: what rests on them is undefined */
  bool budgeted;           /* lines of the budget pay for it, whenever */
  bool invoiced;           /* invoices of the period are in money.actual; otherwise that is 0 because nobody has entered one */
  struct jl_fact_value facts[JL_FACTS];
  int32_t days;            /* of the period, of which a figure tells something */
};
struct jl_facts {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_money_filter filter; /* the period, and the side of VAT; of a period that holds the whole plan also what is planned for that as a whole */
  enum jl_fact qualified;        /* which stage counts as a qualified lead: MQL where the plan has any figure of it, else leads */
  bool sees_money, sees_figures; /* the reader; where not, they are 0 and not told */
  bool split;                    /* figures of longer periods have a part in it, by days */
  char currency[4];
  struct jl_figures *figures;
  struct jl_money_remarks remarks; /* what of the period has no exchange rate */
  struct jl_money_line *lines;
  size_t line_count;
  struct jl_facts_row *rows;
  size_t count;                  /* 0: no memory, the builder has failed */
};
enum jl_facts_by { JL_FACTS_BY_CHANNEL, JL_FACTS_BY_CAMPAIGN };
/* Of the days from the first to the last. false: amounts or figures are too large to add up. */
JL_MUST_CHECK bool jl_facts_read(const struct jl_view_input *in, struct jl_builder *b, int32_t first, int32_t last, enum jl_basis basis, enum jl_facts_by by,
                                 struct jl_facts *ret, struct jl_error *err);
const struct jl_facts_row *jl_facts_total(const struct jl_facts *f);
bool jl_spend_unknown(const struct jl_facts_row *row); /* nobody knows what was spent */
bool jl_facts_any(const struct jl_facts_row *row); /* money or results in the period */
struct jl_figure_ask jl_fact_ask(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact); /* what the fact is the sum of */

/* Ratios of them (returns.h). Undefined: a denominator of zero, or a cost of which something has no exchange rate; untold: somebody has not said what it takes. */
enum jl_ratio {
  JL_RATIO_COST_PER_LEAD,     /* minor units: actual / qualified leads */
  JL_RATIO_COST_PER_CUSTOMER, /* minor units: actual / customers */
  JL_RATIO_CONVERSION,        /* millionths: customers / qualified leads */
  JL_RATIO_RETURN,            /* millionths: (signed - actual) / actual; people are in no channel's cost */
  JL_RATIOS
};
enum jl_ratio_state { JL_RATIO_VALUE, JL_RATIO_UNDEFINED, JL_RATIO_UNTOLD };
struct jl_ratio_of {
  enum jl_ratio_state state;
  int64_t value;
};
struct jl_ratio_of jl_facts_ratio(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio);
/* (now - before) / before, in millionths; untold where one of them is. */
struct jl_ratio_of jl_change_of(const struct jl_fact_value *now, const struct jl_fact_value *before);

bool jl_fact_place_has(const struct jl_money_line *line, const void *place); /* what a row's money is the sum of */

/* fact_cells.c: cells with their sources, each explained (common/model/explain.h). */
void jl_cell_fact_place(const struct jl_facts *f, const struct jl_facts_row *row); /* "L1 SEO", "(no lever)", "total" */
void jl_column_fact(struct jl_builder *b, enum jl_fact fact, int priority);
void jl_cell_fact(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact);
void jl_cell_fact_money(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_money_figure figure); /* empty where there is no line, for actual no invoice, for planned what is undated */
void jl_cell_ratio(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio);
void jl_cell_fact_change(const struct jl_facts *now, const struct jl_facts *before, size_t row, enum jl_fact fact);
void jl_cell_spend_change(const struct jl_facts *now, const struct jl_facts *before, size_t row);
void jl_cell_ratio_change(const struct jl_facts *now, const struct jl_facts *before, size_t row, enum jl_ratio ratio); /* not of a return: it misleads */
/* Operands of an explanation. */
void jl_why_fact(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact);
void jl_why_spend(const struct jl_facts *f, const struct jl_facts_row *row);
void jl_why_spend_unknown(const struct jl_facts *f, const struct jl_facts_row *row); /* why that is undefined */
void jl_sources_fact(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact);
void jl_sources_spend(const struct jl_facts *f, const struct jl_facts_row *row);
#endif
