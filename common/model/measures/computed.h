/* KPIs that are computed from pipeline figures and budget (product.md M3), and where any KPI stands in a view.
 *
 * A computed KPI has one value for each month, quarter or year (its frequency; more often than a month: the month). It stands where the
 * present one stands so far (figures of the present month are what came of it until they were written down, so they are not cut at today); when nobody has told anything of it yet, where the latest before it does that somebody has told of. A denominator of zero
 * makes it undefined, never 0; what rests on a section that the reader may not read is not shown. */
#ifndef JL_MODEL_MEASURES_COMPUTED_H
#define JL_MODEL_MEASURES_COMPUTED_H
#include "common/model/calendar/span.h"
#include "common/model/measures/figures.h"
#include "common/model/measures/light.h"
#include "common/model/measures/spend.h"

enum jl_computed_state { JL_COMPUTED_VALUE, JL_COMPUTED_UNDEFINED, JL_COMPUTED_UNTOLD, JL_COMPUTED_HIDDEN };
#define JL_OPERANDS 6
enum jl_operand_kind { JL_OPERAND_COUNT, JL_OPERAND_AMOUNT, JL_OPERAND_SPEND, JL_OPERAND_PEOPLE, JL_OPERAND_FIELD };
struct jl_operand {
  enum jl_operand_kind kind;
  const char *label; /* message id */
  const char *stage; /* of figures */
  uint32_t field;    /* of the KPI */
  int64_t value;     /* of a count millionths, minor units, or as the field has it */
  struct jl_figure_sum sum; /* of figures */
};
struct jl_computed {
  enum jl_computed_state state;
  int64_t formula;  /* KpiComputed */
  int64_t value;    /* millionths of the unit */
  const char *unit; /* jl_kpi_unit_of; of a count its stage */
  const char *words; /* message id of the formula: "cost per lead = spend / leads" */
  struct jl_span span;
  int32_t to;       /* the day after the span */
  const struct jl_record *lever, *action;
  struct jl_operand operands[JL_OPERANDS];
  size_t count;
  bool split;   /* figures of longer periods have a part in it */
  bool unrated; /* an invoice has no exchange rate, so it is undefined */
};
/* Of one period. false: the builder has failed. */
JL_MUST_CHECK bool jl_computed_in(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, const struct jl_span *span,
                                  struct jl_computed *ret);
bool jl_kpi_is_computed(const struct jl_record *kpi);
/* "percent", a currency, "EUR/day", "months", "" ...: what its computation brings along, else what it says itself. */
const char *jl_kpi_unit_of(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi);
enum jl_span_kind jl_kpi_span_kind(const struct jl_record *kpi);
/* What a view has read once: figures and spend, kept in its builder. NULL: it has failed. */
struct jl_figures *jl_view_figures(const struct jl_view_input *in, struct jl_builder *b);
struct jl_spend *jl_view_spend(const struct jl_view_input *in, struct jl_builder *b);
/* computed_why.c */
void jl_why_computed(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_computed *c);
void jl_sources_computed(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_computed *c); /* of the last cell */
#endif
