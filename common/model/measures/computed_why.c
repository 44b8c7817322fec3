/* Where a computed KPI comes from (common/model/explain.h): its formula over its operands, these over figures and invoices. */
#include "common/model/budget/amounts.h"
#include "common/model/explain.h"
#include "common/model/measures/computed.h"
#include "common/record/schema.h"

static struct jl_figure_ask figures_of(const struct jl_computed *c, const struct jl_operand *o) {
  return (struct jl_figure_ask){.stage = o->stage, .lever = c->lever, .action = c->action, .from = c->span.first, .to = c->to};
}
static struct jl_spend_ask spend_of(const struct jl_computed *c) { return (struct jl_spend_ask){.lever = c->lever, .action = c->action, .from = c->span.first, .to = c->to}; }

void jl_sources_computed(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_computed *c) {
  const struct jl_spend_ask spend = spend_of(c);
  const struct jl_record *record;
  jl_cell_source(b, kpi);
  for (size_t i = 0; i < c->count; i++) {
    const struct jl_figure_ask ask = figures_of(c, &c->operands[i]);
    size_t at = 0, named = 0;
    if (c->operands[i].stage != NULL) jl_figures_sources(jl_view_figures(in, b), &ask);
    while (c->operands[i].kind == JL_OPERAND_SPEND && named++ < JL_CELL_SOURCES && (record = jl_spend_next(jl_view_spend(in, b), &spend, &at)) != NULL) jl_cell_source(b, record);
  }
}

static void spend(struct jl_builder *b, const struct jl_view_input *in, const struct jl_computed *c, const struct jl_operand *o, struct jl_arg value) {
  const struct jl_spend_ask ask = spend_of(c);
  struct jl_money_entries entries;
  if (jl_why_begin(b, JL_WHY_SUM, value, o->label) && jl_spend_entries(in, b, &ask, &entries)) {
    jl_why_many(b, entries.count);
    for (size_t i = 0; i < entries.count; i++) jl_why_entry(b, in, &entries.rows[i], JL_BASIS_COST);
  }
  jl_why_end(b);
}

static void operand(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_computed *c, const struct jl_operand *o) {
  char currency[4];
  jl_plan_currency(in->space, currency);
  const struct jl_figure_ask ask = figures_of(c, o);
  struct jl_arg value = o->kind == JL_OPERAND_COUNT ? jl_arg_integer(o->value) : jl_arg_money(o->value, currency);
  switch (o->kind) {
  case JL_OPERAND_COUNT:
  case JL_OPERAND_AMOUNT:
    jl_why_figures(in, b, jl_view_figures(in, b), &ask, o->kind == JL_OPERAND_AMOUNT, value, o->label);
    break;
  case JL_OPERAND_SPEND:
    spend(b, in, c, o, value);
    break;
  case JL_OPERAND_PEOPLE:
    jl_why_begin(b, JL_WHY_RESTS_ON, value, o->label);
    jl_why_end(b);
    break;
  case JL_OPERAND_FIELD:
    jl_why_field_or(b, in, kpi, o->field, o->value);
    break;
  }
}

/* A formula of two operands is a ratio of them; others say in words what is made of theirs. */
static bool is_ratio(const struct jl_computed *c) { return c->formula == JL_COMPUTED_COST_PER || c->formula == JL_COMPUTED_CONVERSION || (c->formula == JL_COMPUTED_CAC && c->count == 2); }
static bool is_sum(const struct jl_computed *c) { return c->formula == JL_COMPUTED_COUNT || c->formula == JL_COMPUTED_AMOUNT || c->formula == JL_COMPUTED_SPEND; }

void jl_why_computed(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_computed *c) {
  bool has = c->state == JL_COMPUTED_VALUE;
  struct jl_arg value = has ? jl_arg_fraction(c->value, c->unit) : jl_arg_label(JL_MSG("undefined"));
  enum jl_operation operation = !has ? JL_WHY_UNDEFINED : is_ratio(c) ? JL_WHY_RATIO : is_sum(c) ? JL_WHY_SUM : JL_WHY_RESTS_ON;
  if (jl_why_begin(b, operation, value, c->words))
    for (size_t i = 0; i < c->count; i++) operand(b, in, kpi, c, &c->operands[i]);
  jl_why_end(b);
}
