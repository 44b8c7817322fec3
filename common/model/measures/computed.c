#include "common/model/measures/computed.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"
#include <string.h>

#define BACK 12 /* periods that are looked back for one that somebody has told of */
#define ONE JL_FRACTION_ONE

/* ---- what a view reads once ---- */
struct kept {
  bool has_figures, has_spend;
  struct jl_figures *figures;
  struct jl_spend *spend;
};

static struct kept *kept_of(struct jl_builder *b) {
  void **slot = jl_builder_kept(b);
  if (*slot == NULL) *slot = jl_view_alloc(b, 1, sizeof(struct kept));
  return *slot;
}

struct jl_figures *jl_view_figures(const struct jl_view_input *in, struct jl_builder *b) {
  struct kept *k = kept_of(b);
  if (k == NULL) return NULL;
  if (!k->has_figures) k->figures = jl_figures_read(in, b);
  k->has_figures = true;
  return k->figures;
}

struct jl_spend *jl_view_spend(const struct jl_view_input *in, struct jl_builder *b) {
  struct kept *k = kept_of(b);
  if (k == NULL) return NULL;
  if (!k->has_spend) k->spend = jl_spend_read(in, b);
  k->has_spend = true;
  return k->spend;
}

/* ---- operands ---- */
struct computing {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *kpi;
  struct jl_computed *c;
  bool told; /* somebody has said something of the period */
  bool invoiced;
};

static void add_operand(struct computing *x, struct jl_operand operand) {
  if (x->c->count < JL_OPERANDS) x->c->operands[x->c->count++] = operand;
}

/* false: the KPI has no value, and its state says why. */
static bool lacks(struct computing *x, enum jl_computed_state state) {
  if (x->c->state == JL_COMPUTED_VALUE || state == JL_COMPUTED_HIDDEN) x->c->state = state;
  return false;
}

static bool figure(struct computing *x, const char *stage, bool amount, const char *label, int64_t *ret) {
  const struct jl_figure_ask ask = {.stage = stage, .lever = x->c->lever, .action = x->c->action, .from = x->c->span.first, .to = x->c->to};
  struct jl_figure_sum sum;
  *ret = 0;
  if (!jl_view_sees(x->in, JL_SECTION_PIPELINE)) return lacks(x, JL_COMPUTED_HIDDEN);
  if (!jl_figures_sum(jl_view_figures(x->in, x->b), &ask, &sum)) return lacks(x, JL_COMPUTED_UNDEFINED);
  if (!(amount ? sum.has_amount : sum.has_count)) return lacks(x, JL_COMPUTED_UNTOLD);
  *ret = amount ? sum.amount : sum.exact;
  x->told = true;
  x->c->split = x->c->split || sum.split;
  add_operand(x, (struct jl_operand){.kind = amount ? JL_OPERAND_AMOUNT : JL_OPERAND_COUNT, .label = label, .stage = stage, .value = *ret, .sum = sum});
  return true;
}

/* What nobody invoiced is 0; whether anything was, the caller may ask: a lead that cost nothing is one whose invoices are missing. */
static bool spend(struct computing *x, bool people, int64_t *ret) {
  const struct jl_spend_ask ask = {.lever = x->c->lever, .action = x->c->action, .from = x->c->span.first, .to = x->c->to};
  struct jl_spend_sum sum, salaries = {0};
  bool whole = x->c->lever == NULL && x->c->action == NULL; /* salaries are of no lever */
  *ret = 0;
  if (!jl_view_sees(x->in, JL_SECTION_BUDGET) || (people && whole && !jl_view_sees(x->in, JL_SECTION_PAYROLL))) return lacks(x, JL_COMPUTED_HIDDEN);
  if (!jl_spend_of(jl_view_spend(x->in, x->b), &ask, &sum)) return lacks(x, JL_COMPUTED_UNDEFINED);
  x->told = x->told || sum.records > 0;
  if (sum.unknown) {
    x->invoiced = x->c->unrated = true;
    return lacks(x, JL_COMPUTED_UNDEFINED);
  }
  add_operand(x, (struct jl_operand){.kind = JL_OPERAND_SPEND, .label = JL_MSG("spend"), .value = sum.amount});
  if (people && whole && !jl_spend_on_people(x->in, x->b, ask.from, ask.to, &salaries)) return lacks(x, JL_COMPUTED_UNDEFINED);
  if (salaries.records > 0) add_operand(x, (struct jl_operand){.kind = JL_OPERAND_PEOPLE, .label = JL_MSG("people, by days"), .value = salaries.amount});
  x->invoiced = sum.records + salaries.records > 0;
  return jl_add(sum.amount, salaries.amount, ret) || lacks(x, JL_COMPUTED_UNDEFINED);
}

static bool field(struct computing *x, uint32_t number, int64_t otherwise, const char *label, int64_t *ret) {
  struct jl_value value;
  *ret = otherwise;
  if (jl_record_get(x->kpi->body, jl_field_by_number(x->kpi->type, number), &value)) *ret = value.number;
  else if (otherwise < 0) return lacks(x, JL_COMPUTED_UNTOLD);
  add_operand(x, (struct jl_operand){.kind = JL_OPERAND_FIELD, .label = label, .field = number, .value = *ret});
  return true;
}

static const char *stage_of(struct computing *x, uint32_t number, const char *otherwise) {
  struct jl_bytes text = jl_record_text(x->kpi->type, x->kpi->body, number);
  return text.size == 0 ? otherwise : jl_view_text(x->b, text);
}

/* Minor units as millionths of the currency. */
static bool money(struct computing *x, bool defined, int64_t minor) {
  static const int64_t scale[] = {1000000, 100000, 10000, 1000, 100};
  char currency[4];
  jl_plan_currency(x->in->space, currency);
  int digits = jl_currency_digits(currency);
  if (!defined || digits < 0 || (size_t)digits >= JL_COUNT(scale) || __builtin_mul_overflow(minor, scale[digits], &x->c->value)) return lacks(x, JL_COMPUTED_UNDEFINED);
  return true;
}
static bool ratio(struct computing *x, bool defined) { return defined || lacks(x, JL_COMPUTED_UNDEFINED); }

const char *jl_kpi_unit_of(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi) {
  char currency[4], out[JL_UNIT_SIZE];
  jl_plan_currency(in->space, currency);
  struct jl_bytes unit = jl_record_unit(kpi->type, kpi->body, JL_KPI_UNIT, currency, out);
  return unit.size == 1 && unit.data[0] == '%' ? "percent" : jl_view_text(b, unit);
}

/* ---- formulas ---- */
static bool of_count(struct computing *x) {
  int64_t n;
  const char *stage = stage_of(x, JL_KPI_STAGE, JL_STAGE_LEADS);
  x->c->unit = stage;
  if (!figure(x, stage, false, JL_MSG("count"), &n)) return false;
  x->c->value = x->c->operands[x->c->count - 1].sum.count * ONE; /* whole ones; the exact one is no larger and fits */
  return true;
}
static bool of_amount(struct computing *x) {
  int64_t amount;
  bool known = figure(x, stage_of(x, JL_KPI_STAGE, JL_STAGE_CUSTOMERS), true, JL_MSG("amount"), &amount);
  return money(x, true, amount) && known;
}
static bool of_spend(struct computing *x) {
  int64_t cost;
  bool known = spend(x, false, &cost);
  return money(x, true, cost) && known;
}
static bool of_cost_per(struct computing *x) {
  int64_t cost, n, value = 0;
  bool known = spend(x, false, &cost);
  known = figure(x, stage_of(x, JL_KPI_STAGE, JL_STAGE_MQL), false, JL_MSG("leads"), &n) && known;
  known = known && (x->invoiced || n == 0 || lacks(x, JL_COMPUTED_UNTOLD));
  bool defined = !known || jl_cost_per_part(cost, n, &value);
  return money(x, defined, value) && known;
}
static bool cac(struct computing *x, int64_t *ret, bool *ret_defined) {
  int64_t cost, n;
  bool known = spend(x, true, &cost);
  known = figure(x, stage_of(x, JL_KPI_STAGE, JL_STAGE_CUSTOMERS), false, JL_MSG("new customers"), &n) && known;
  known = known && (x->invoiced || n == 0 || lacks(x, JL_COMPUTED_UNTOLD));
  *ret = 0;
  *ret_defined = !known || jl_cost_per_part(cost, n, ret);
  return known;
}
static bool of_cac(struct computing *x) {
  int64_t value;
  bool defined, known = cac(x, &value, &defined);
  return money(x, defined, value) && known;
}
static bool clv(struct computing *x, int64_t *ret, bool *ret_defined) {
  int64_t arpu, churn, margin;
  bool known = field(x, JL_KPI_ARPU, -1, JL_MSG("ARPU"), &arpu) && field(x, JL_KPI_CHURN, -1, JL_MSG("churn"), &churn) && field(x, JL_KPI_MARGIN, ONE, JL_MSG("gross margin"), &margin);
  *ret = 0;
  *ret_defined = !known || jl_lifetime_value(arpu, churn, margin, ret);
  x->told = x->told || known;
  return known;
}
static bool of_clv(struct computing *x) {
  int64_t value;
  bool defined, known = clv(x, &value, &defined);
  return money(x, defined, value) && known;
}
static bool of_ltv_cac(struct computing *x) {
  int64_t ltv, cost;
  struct jl_computed *c = x->c, of_cost = *c;
  bool defined, cost_defined, known = clv(x, &ltv, &defined);
  struct computing y = *x;
  of_cost.count = 0; /* its operands come behind those of the lifetime value */
  y.c = &of_cost;
  known = cac(&y, &cost, &cost_defined) && known;
  x->told = y.told;
  for (size_t i = 0; i < of_cost.count; i++) add_operand(x, of_cost.operands[i]);
  c->unrated = of_cost.unrated;
  if (of_cost.state != JL_COMPUTED_VALUE) return lacks(x, of_cost.state);
  return ratio(x, !known || (defined && cost_defined && jl_ltv_to_cac(ltv, cost, &c->value))) && known;
}
static bool of_payback(struct computing *x) {
  int64_t cost, arpu, margin;
  bool defined, known = cac(x, &cost, &defined);
  known = field(x, JL_KPI_ARPU, -1, JL_MSG("ARPU"), &arpu) && field(x, JL_KPI_MARGIN, ONE, JL_MSG("gross margin"), &margin) && known;
  return ratio(x, !known || (defined && jl_payback_months(cost, arpu, margin, &x->c->value))) && known;
}
static bool of_roi(struct computing *x) {
  int64_t cost, revenue;
  bool known = figure(x, JL_STAGE_CUSTOMERS, true, JL_MSG("signed revenue"), &revenue);
  known = spend(x, true, &cost) && known;
  return ratio(x, !known || jl_return_on_investment(revenue, cost, &x->c->value)) && known;
}
static bool of_romi(struct computing *x) {
  int64_t cost, revenue, margin;
  bool known = figure(x, JL_STAGE_CUSTOMERS, true, JL_MSG("signed revenue"), &revenue) && field(x, JL_KPI_MARGIN, ONE, JL_MSG("gross margin"), &margin);
  known = spend(x, false, &cost) && known;
  return ratio(x, !known || jl_return_on_marketing(revenue, margin, cost, &x->c->value)) && known;
}
static bool of_conversion(struct computing *x) {
  int64_t from, to;
  bool known = figure(x, stage_of(x, JL_KPI_NEXT_STAGE, JL_STAGE_CUSTOMERS), false, JL_MSG("reached"), &to);
  known = figure(x, stage_of(x, JL_KPI_STAGE, JL_STAGE_LEADS), false, JL_MSG("of"), &from) && known;
  return ratio(x, !known || jl_conversion(from, to, &x->c->value)) && known;
}
/* The win rate is that of the period: customers of opportunities. value x customers / opportunities / days, rounded once. */
static bool of_velocity(struct computing *x) {
  int64_t value, won, all, days, minor = 0;
  bool known = figure(x, JL_STAGE_OPPORTUNITIES, true, JL_MSG("pipeline"), &value);
  known = figure(x, JL_STAGE_CUSTOMERS, false, JL_MSG("customers"), &won) && known;
  known = figure(x, JL_STAGE_OPPORTUNITIES, false, JL_MSG("opportunities"), &all) && known;
  known = field(x, JL_KPI_CYCLE, -1, JL_MSG("sales cycle"), &days) && known;
  bool defined = !known || (all > 0 && jl_divide_half_even((__int128)value * won, (__int128)all * days, &minor));
  return money(x, defined, minor) && known;
}

static const struct {
  int64_t formula;
  bool (*compute)(struct computing *x);
  const char *words;
} formulas[] = {{JL_COMPUTED_COUNT, of_count, JL_MSG("count of the stage in the period")},
                {JL_COMPUTED_AMOUNT, of_amount, JL_MSG("amount of the stage in the period")},
                {JL_COMPUTED_SPEND, of_spend, JL_MSG("invoices of the period")},
                {JL_COMPUTED_COST_PER, of_cost_per, JL_MSG("cost per lead = spend / leads")},
                {JL_COMPUTED_CAC, of_cac, JL_MSG("cost of acquisition = (spend + people) / new customers")},
                {JL_COMPUTED_CLV, of_clv, JL_MSG("lifetime value = ARPU / churn x margin")},
                {JL_COMPUTED_LTV_CAC, of_ltv_cac, JL_MSG("lifetime value / cost of acquisition")},
                {JL_COMPUTED_PAYBACK, of_payback, JL_MSG("months = cost of acquisition / (ARPU x margin)")},
                {JL_COMPUTED_ROI, of_roi, JL_MSG("ROI = (revenue - cost) / cost")},
                {JL_COMPUTED_ROMI, of_romi, JL_MSG("ROMI = (revenue x margin - spend) / spend")},
                {JL_COMPUTED_CONVERSION, of_conversion, JL_MSG("conversion = those who reached the second stage / those of the first")},
                {JL_COMPUTED_VELOCITY, of_velocity, JL_MSG("a day = pipeline x customers / opportunities / days of the cycle")}};

bool jl_kpi_is_computed(const struct jl_record *kpi) { return jl_record_has(kpi->body, JL_KPI_COMPUTED); }

enum jl_span_kind jl_kpi_span_kind(const struct jl_record *kpi) {
  int64_t frequency = jl_view_int(kpi, JL_KPI_FREQUENCY, JL_MONTHLY);
  return frequency == JL_QUARTERLY ? JL_SPAN_QUARTER : frequency == JL_YEARLY ? JL_SPAN_YEAR : JL_SPAN_MONTH;
}

bool jl_computed_in(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, const struct jl_span *span, struct jl_computed *ret) {
  struct jl_computed c = {.state = JL_COMPUTED_VALUE, .formula = jl_view_int(kpi, JL_KPI_COMPUTED, 0), .unit = "", .words = "", .span = *span, .to = span->last + 1};
  struct computing x = {.in = in, .b = b, .kpi = kpi, .c = &c};
  if (jl_builder_ok(b)) c.unit = jl_kpi_unit_of(b, in, kpi);
  c.action = jl_view_linked(in, kpi, JL_KPI_ACTION);
  c.lever = c.action == NULL ? jl_view_linked(in, kpi, JL_KPI_LEVER) : NULL;
  for (size_t i = 0; i < JL_COUNT(formulas); i++) {
    if (formulas[i].formula != c.formula) continue;
    c.words = formulas[i].words;
    bool has = formulas[i].compute(&x);
    if (has != (c.state == JL_COMPUTED_VALUE)) c.state = JL_COMPUTED_UNDEFINED;
  }
  if (c.words[0] == '\0' || (c.state == JL_COMPUTED_VALUE && !x.told)) c.state = JL_COMPUTED_UNTOLD;
  *ret = c;
  return jl_builder_ok(b);
}

/* ---- where it stands ---- */
static bool stands(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, struct jl_computed *c) {
  const struct jl_fiscal fiscal = jl_span_fiscal(in);
  struct jl_span span = jl_span_at(&fiscal, jl_kpi_span_kind(kpi), in->today);
  struct jl_computed present;
  if (!jl_computed_in(in, b, kpi, &span, &present)) return false;
  *c = present;
  for (int i = 0; i < BACK && c->state == JL_COMPUTED_UNTOLD; i++) {
    span = jl_span_before(&fiscal, &span);
    if (!jl_computed_in(in, b, kpi, &span, c)) return false;
  }
  if (c->state == JL_COMPUTED_UNTOLD) *c = present;
  return true;
}

struct jl_kpi_state jl_view_kpi_state(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi) {
  struct jl_kpi_state state = {.last = NULL, .light = JL_LIGHT_NONE};
  if (!jl_builder_ok(b)) return state;
  if (!jl_kpi_state(in->space, kpi, in->today, jl_builder_arena(b), &state)) jl_builder_fail(b, JL_E_NO_MEMORY);
  struct jl_computed *c = jl_kpi_is_computed(kpi) ? jl_view_alloc(b, 1, sizeof *c) : NULL;
  if (c == NULL || !stands(in, b, kpi, c)) return state;
  state.computed = c;
  state.has_value = c->state == JL_COMPUTED_VALUE;
  state.value = c->value;
  state.day = c->span.last > in->today && c->span.first <= in->today ? in->today : c->span.last;
  state.period = NULL;
  state.has_target = false;
  if (!jl_kpi_target_on(in->space, kpi, c->span.last, jl_builder_arena(b), &state)) jl_builder_fail(b, JL_E_NO_MEMORY);
  jl_kpi_judge(kpi, &state);
  return state;
}
