/* Where a computed KPI comes from (common/model/explain.h): its formula over its operands, these over figures and invoices. */
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/model/explain.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"

static struct jl_figure_ask figures_of(const struct jl_computed *c, const struct jl_operand *o) {
  return (struct jl_figure_ask){.stage = o->stage, .lever = c->lever, .action = c->action, .from = c->span.first, .to = c->to};
}
static struct jl_spend_ask spend_of(const struct jl_computed *c) { return (struct jl_spend_ask){.lever = c->lever, .action = c->action, .from = c->span.first, .to = c->to}; }

void jl_sources_computed(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_computed *c) {
  const struct jl_spend_ask spend = spend_of(c);
  const struct jl_record *record;
  jl_cell_source(b, kpi);
  for (size_t at = 0, named = 0; c->unrated && named++ < JL_CELL_SOURCES && (record = jl_spend_next(jl_view_spend(in, b), &spend, &at)) != NULL;) jl_cell_source(b, record);
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

/* ---- what people cost: by the days of each payroll line that are in the time asked for ---- */
static int64_t until(int64_t cost, int64_t start, int64_t end, int64_t day) {
  int64_t part = 0;
  if (day <= start) return 0;
  return day > end ? cost : jl_mul_div_half_even(cost, day - start, end - start + 1, &part) ? part : 0;
}

static void why_until(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *line, struct jl_arg value, int64_t days, int64_t all) {
  if (days >= all) {
    jl_why_field_or(b, in, line, JL_PAYROLL_LINE_PLANNED, 0);
    return;
  }
  if (jl_why_begin(b, JL_WHY_PROPORTION, value, JL_MSG("planned x days / all its days"))) {
    jl_why_field_or(b, in, line, JL_PAYROLL_LINE_PLANNED, 0);
    jl_why_constant(b, jl_arg_integer(days), JL_MSG("days"));
    jl_why_constant(b, jl_arg_integer(all), JL_MSG("all its days"));
  }
  jl_why_end(b);
}

static void people(struct jl_builder *b, const struct jl_view_input *in, const struct jl_computed *c, const struct jl_operand *o, const char *currency) {
  size_t n = 0;
  const struct jl_record *plan = jl_view_plan(in), **lines = jl_view_all(in, b, JL_TYPE_PAYROLL_LINE, &n);
  if (jl_why_begin(b, JL_WHY_SUM, jl_arg_money(o->value, currency), o->label))
    for (size_t i = 0; i < n; i++) {
      int64_t start = jl_view_int(lines[i], JL_PAYROLL_LINE_START, plan == NULL ? c->span.first : jl_view_int(plan, JL_PLAN_START, c->span.first)),
              end = jl_view_int(lines[i], JL_PAYROLL_LINE_END, plan == NULL ? c->to - 1 : jl_view_int(plan, JL_PLAN_END, c->to - 1));
      int64_t cost = jl_view_int(lines[i], JL_PAYROLL_LINE_PLANNED, 0);
      if (end < start || start >= c->to || end < c->span.first) continue;
      int64_t with = until(cost, start, end, c->to), without = until(cost, start, end, c->span.first);
      bool both = c->span.first > start;
      if (both) {
        (void)jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_money(with - without, currency), JL_MSG("until its end, less what lies before its beginning"));
        jl_why_about(b, in, lines[i]);
      }
      why_until(b, in, lines[i], jl_arg_money(with, currency), c->to - start, end - start + 1);
      if (both) why_until(b, in, lines[i], jl_arg_money(without, currency), c->span.first - start, end - start + 1);
      if (both) jl_why_end(b);
    }
  jl_why_end(b);
}

struct telling {
  struct jl_builder *b;
  const struct jl_view_input *in;
  const struct jl_record *kpi;
  const struct jl_computed *c;
  char currency[4];
  int64_t scale; /* of minor units in millionths */
};

static void operand(const struct telling *t, const struct jl_operand *o) {
  const struct jl_figure_ask ask = figures_of(t->c, o);
  struct jl_arg counted = t->c->formula == JL_COMPUTED_COUNT ? jl_arg_integer(o->sum.count) : jl_figure_counted(&o->sum);
  struct jl_arg value = o->kind == JL_OPERAND_COUNT ? counted : jl_arg_money(o->value, t->currency);
  switch (o->kind) {
  case JL_OPERAND_COUNT:
  case JL_OPERAND_AMOUNT:
    jl_why_figures(t->in, t->b, jl_view_figures(t->in, t->b), &ask, o->kind == JL_OPERAND_AMOUNT, value, o->label);
    break;
  case JL_OPERAND_SPEND:
    spend(t->b, t->in, t->c, o, value);
    break;
  case JL_OPERAND_PEOPLE:
    people(t->b, t->in, t->c, o, t->currency);
    break;
  case JL_OPERAND_FIELD:
    jl_why_field_or(t->b, t->in, t->kpi, o->field, o->value);
    break;
  }
}

static const struct jl_operand *of_kind(const struct telling *t, enum jl_operand_kind kind, uint32_t field, size_t skip) {
  for (size_t i = 0; i < t->c->count; i++)
    if (t->c->operands[i].kind == kind && (kind != JL_OPERAND_FIELD || t->c->operands[i].field == field) && skip-- == 0) return &t->c->operands[i];
  return NULL;
}
static void tell(const struct telling *t, enum jl_operand_kind kind, uint32_t field, bool times) {
  const struct jl_operand *o = of_kind(t, kind, field, 0);
  if (o != NULL) operand(t, o);
  if (o != NULL && times) jl_why_taken(t->b);
}
static int64_t value_of(const struct telling *t, enum jl_operand_kind kind, uint32_t field) {
  const struct jl_operand *o = of_kind(t, kind, field, 0);
  return o == NULL ? 0 : o->value;
}

/* Spend, and what people cost where that counts. */
static int64_t cost(const struct telling *t) { return value_of(t, JL_OPERAND_SPEND, 0) + value_of(t, JL_OPERAND_PEOPLE, 0); /* it was added up before */ }
static void tell_cost(const struct telling *t) {
  const struct jl_operand *with = of_kind(t, JL_OPERAND_PEOPLE, 0, 0);
  if (with != NULL) (void)jl_why_begin(t->b, JL_WHY_SUM, jl_arg_money(cost(t), t->currency), JL_MSG("spend and people"));
  tell(t, JL_OPERAND_SPEND, 0, false);
  if (with != NULL) operand(t, with);
  if (with != NULL) jl_why_end(t->b);
}

/* A value in money is rounded to the minor unit. */
static void begin_money(const struct telling *t, enum jl_operation operation) {
  (void)jl_why_begin(t->b, JL_WHY_SUM, jl_arg_fraction(t->c->value, t->c->unit), t->c->words);
  (void)jl_why_begin(t->b, operation, jl_arg_money(t->c->value / t->scale, t->currency), JL_MSG("rounded to the cent"));
}
static void end_money(const struct telling *t) {
  jl_why_end(t->b);
  jl_why_end(t->b);
}

static void tell_cac(const struct telling *t) {
  int64_t value = 0;
  if (!jl_cost_per_part(cost(t), value_of(t, JL_OPERAND_COUNT, 0), &value)) return;
  if (jl_why_begin(t->b, JL_WHY_RATIO, jl_arg_money(value, t->currency), JL_MSG("cost of acquisition = (spend + people) / new customers"))) {
    tell_cost(t);
    tell(t, JL_OPERAND_COUNT, 0, false);
  }
  jl_why_end(t->b);
}
static void clv_operands(const struct telling *t) {
  tell(t, JL_OPERAND_FIELD, JL_KPI_ARPU, false);
  tell(t, JL_OPERAND_FIELD, JL_KPI_CHURN, false);
  tell(t, JL_OPERAND_FIELD, JL_KPI_MARGIN, true);
}

/* One after the other; of a conversion the one through the other. */
static void why_all(const struct telling *t) {
  if (jl_why_begin(t->b, t->c->formula == JL_COMPUTED_CONVERSION ? JL_WHY_RATIO : JL_WHY_SUM, jl_arg_fraction(t->c->value, t->c->unit), t->c->words))
    for (size_t i = 0; i < t->c->count; i++) operand(t, &t->c->operands[i]);
  jl_why_end(t->b);
}
static void why_cost_per(const struct telling *t) {
  begin_money(t, JL_WHY_RATIO);
  tell_cost(t);
  tell(t, JL_OPERAND_COUNT, 0, false);
  end_money(t);
}
static void why_clv(const struct telling *t) {
  begin_money(t, JL_WHY_SCALED);
  clv_operands(t);
  end_money(t);
}
static void why_velocity(const struct telling *t) {
  begin_money(t, JL_WHY_SCALED);
  tell(t, JL_OPERAND_AMOUNT, 0, false);
  tell(t, JL_OPERAND_COUNT, 0, true);
  operand(t, of_kind(t, JL_OPERAND_COUNT, 0, 1));
  tell(t, JL_OPERAND_FIELD, JL_KPI_CYCLE, false);
  end_money(t);
}
static void why_ltv_cac(const struct telling *t) {
  int64_t value = 0;
  if (!jl_lifetime_value(value_of(t, JL_OPERAND_FIELD, JL_KPI_ARPU), value_of(t, JL_OPERAND_FIELD, JL_KPI_CHURN), value_of(t, JL_OPERAND_FIELD, JL_KPI_MARGIN), &value)) return;
  if (jl_why_begin(t->b, JL_WHY_RATIO, jl_arg_fraction(t->c->value, t->c->unit), t->c->words)) {
    if (jl_why_begin(t->b, JL_WHY_SCALED, jl_arg_money(value, t->currency), JL_MSG("lifetime value = ARPU / churn x margin"))) clv_operands(t);
    jl_why_end(t->b);
    tell_cac(t);
  }
  jl_why_end(t->b);
}
static void why_payback(const struct telling *t) {
  if (jl_why_begin(t->b, JL_WHY_SCALED, jl_arg_fraction(t->c->value, t->c->unit), t->c->words)) {
    tell_cac(t);
    tell(t, JL_OPERAND_FIELD, JL_KPI_ARPU, false);
    tell(t, JL_OPERAND_FIELD, JL_KPI_MARGIN, false);
  }
  jl_why_end(t->b);
}
static void why_roi(const struct telling *t) {
  if (jl_why_begin(t->b, JL_WHY_RATIO, jl_arg_fraction(t->c->value, t->c->unit), t->c->words)) {
    if (jl_why_begin(t->b, JL_WHY_DIFFERENCE, jl_arg_money(value_of(t, JL_OPERAND_AMOUNT, 0) - cost(t), t->currency), JL_MSG("revenue - cost"))) {
      tell(t, JL_OPERAND_AMOUNT, 0, false);
      tell_cost(t);
    }
    jl_why_end(t->b);
    tell_cost(t);
  }
  jl_why_end(t->b);
}
static void why_romi(const struct telling *t) {
  if (jl_why_begin(t->b, JL_WHY_DIFFERENCE, jl_arg_fraction(t->c->value, t->c->unit), t->c->words)) {
    if (jl_why_begin(t->b, JL_WHY_SCALED, jl_arg_fraction(t->c->value + JL_FRACTION_ONE, t->c->unit), JL_MSG("revenue x margin / spend"))) {
      tell(t, JL_OPERAND_AMOUNT, 0, false);
      tell(t, JL_OPERAND_FIELD, JL_KPI_MARGIN, true);
      tell(t, JL_OPERAND_SPEND, 0, false);
    }
    jl_why_end(t->b);
    jl_why_constant(t->b, jl_arg_fraction(JL_FRACTION_ONE, t->c->unit), JL_MSG("the spend itself"));
  }
  jl_why_end(t->b);
}

void jl_why_computed(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_computed *c) {
  static void (*const formulas[])(const struct telling *t) = {
      [JL_COMPUTED_COUNT] = why_all,    [JL_COMPUTED_AMOUNT] = why_all, [JL_COMPUTED_SPEND] = why_all,      [JL_COMPUTED_COST_PER] = why_cost_per,
      [JL_COMPUTED_CAC] = why_cost_per, [JL_COMPUTED_CLV] = why_clv,    [JL_COMPUTED_LTV_CAC] = why_ltv_cac, [JL_COMPUTED_PAYBACK] = why_payback,
      [JL_COMPUTED_ROI] = why_roi,      [JL_COMPUTED_ROMI] = why_romi,  [JL_COMPUTED_CONVERSION] = why_all, [JL_COMPUTED_VELOCITY] = why_velocity};
  static const int64_t scales[] = {1000000, 100000, 10000, 1000, 100};
  struct telling t = {.b = b, .in = in, .kpi = kpi, .c = c, .scale = 1};
  jl_plan_currency(in->space, t.currency);
  const int digits = jl_currency_digits(t.currency);
  if (digits >= 0 && (size_t)digits < JL_COUNT(scales)) t.scale = scales[digits];
  if (c->state == JL_COMPUTED_VALUE && c->formula > 0 && c->formula < (int64_t)JL_COUNT(formulas) && formulas[c->formula] != NULL) {
    formulas[c->formula](&t);
    return;
  }
  if (c->unrated) {
    const struct jl_spend_ask ask = spend_of(c);
    jl_why_spend_unrated(b, in, &ask);
    return;
  }
  if (jl_why_begin(b, JL_WHY_UNDEFINED, jl_arg_label(JL_MSG("undefined")), c->words))
    for (size_t i = 0; i < c->count; i++) operand(&t, &c->operands[i]);
  jl_why_end(b);
}
