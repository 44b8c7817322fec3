#include "common/model/budget/goal.h"
#include "common/base/money.h"
#include "common/model/measures/returns.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"

static bool given(const struct jl_record *record, uint32_t field, struct jl_known *ret) {
  *ret = (struct jl_known){.known = record != NULL && jl_record_has(record->body, field)};
  if (ret->known) ret->value = jl_view_int(record, field, 0);
  return ret->known;
}

/* ---- what one brings ---- */
/* Formulas.md, LTV/CLV: ARPU x lifetime = ARPU / churn; net form x gross margin. */
static void find_value(struct jl_goal *g) {
  struct jl_known arpu, lifetime, churn, margin;
  bool has_arpu = given(g->objective, JL_BUDGET_OBJECTIVE_MONTHLY_REVENUE, &arpu);
  g->is_net = given(g->objective, JL_BUDGET_OBJECTIVE_MARGIN, &margin);
  int64_t part = g->is_net ? margin.value * (JL_FRACTION_ONE / JL_SHARE_ONE) : JL_FRACTION_ONE;
  if (has_arpu && given(g->objective, JL_BUDGET_OBJECTIVE_LIFETIME, &lifetime))
    g->value.known = jl_lifetime_value_of(arpu.value, lifetime.value * JL_FRACTION_ONE, part, &g->value.value);
  else if (has_arpu && given(g->objective, JL_BUDGET_OBJECTIVE_CHURN, &churn))
    g->value.known = jl_lifetime_value(arpu.value, churn.value, part, &g->value.value);
  g->is_lifetime = g->value.known;
  if (g->is_lifetime || given(g->objective, JL_BUDGET_OBJECTIVE_DEAL, &g->value)) {
    if (!g->is_lifetime) g->is_net = false;
    return;
  }
  g->is_net = false;
  (void)given(g->funnel, JL_FUNNEL_DEAL, &g->value);
}

/* ---- customers and leads ---- */
static bool deal_of(const struct jl_goal *g, struct jl_known *ret) {
  return given(g->objective, JL_BUDGET_OBJECTIVE_DEAL, ret) || given(g->funnel, JL_FUNNEL_DEAL, ret);
}

/* Rates from the stage of leads on, multiplied. */
static void take_conversion(struct jl_builder *b, const struct jl_sheet *sheet, struct jl_goal *g) {
  int64_t rate = JL_FRACTION_ONE;
  size_t i = 0;
  while (i < sheet->plan.count && !jl_stage_names_agree(b, sheet->stages[i].name, "leads")) i++;
  if (i == sheet->plan.count) return;
  for (; i < sheet->plan.count; i++)
    if (!jl_mul_div_half_even(rate, sheet->steps[i].rate, JL_FRACTION_ONE, &rate)) return;
  if (rate <= 0) return;
  g->conversion = (struct jl_known){true, rate};
  g->conversion_from = JL_GOAL_FUNNEL;
}

/* A funnel that is not whole says nothing, and says so itself: jalon funnel. */
static bool ask_funnel(const struct jl_view_input *in, struct jl_builder *b, struct jl_goal *g) {
  struct jl_view_input plain = *in;
  struct jl_error ignored;
  struct jl_sheet *sheet = g->funnel == NULL ? NULL : jl_view_alloc(b, 1, sizeof *sheet);
  if (g->funnel == NULL) return true;
  if (sheet == NULL) return false;
  plain.parameters = NULL;
  plain.parameter_count = 0;
  if (!jl_sheet_make(&plain, b, g->funnel, sheet, &ignored)) return jl_builder_ok(b);
  if (!g->customers.known && sheet->plan.count > 0) {
    g->customers = (struct jl_known){true, sheet->whole.counts[sheet->plan.count]};
    g->customers_from = JL_GOAL_FUNNEL;
  }
  if (!g->conversion.known) take_conversion(b, sheet, g);
  return true;
}

static bool find_customers(const struct jl_view_input *in, struct jl_builder *b, struct jl_goal *g) {
  struct jl_known revenue, deal;
  if (given(g->objective, JL_BUDGET_OBJECTIVE_CUSTOMERS, &g->customers)) {
    g->customers_from = JL_GOAL_GIVEN;
  } else if (given(g->objective, JL_BUDGET_OBJECTIVE_REVENUE, &revenue) && deal_of(g, &deal)) {
    g->customers = (struct jl_known){true, revenue.value / deal.value + (revenue.value % deal.value != 0)}; /* half a customer brings nothing */
    g->customers_from = JL_GOAL_REVENUE;
  }
  if (given(g->objective, JL_BUDGET_OBJECTIVE_LEAD_CONVERSION, &g->conversion)) g->conversion_from = JL_GOAL_GIVEN;
  return ask_funnel(in, b, g);
}

/* ---- what one may cost ---- */
static bool find_cost(struct jl_goal *g) {
  struct jl_known arpu, margin;
  if (given(g->objective, JL_BUDGET_OBJECTIVE_ACQUISITION_COST, &g->cost)) {
    g->cost_from = JL_GOAL_GIVEN;
  } else if (g->objective != NULL && g->is_lifetime) { /* an LTV:CAC of 3 is healthy (formulas.md) */
    g->cost.known = jl_mul_div_half_even(g->value.value, 1, 3, &g->cost.value) && g->cost.value > 0;
    g->cost_from = g->cost.known ? JL_GOAL_CLV : JL_GOAL_NONE;
  }
  if (!g->cost.known) return true;
  if (g->value.known) g->ratio.known = jl_ltv_to_cac(g->value.value, g->cost.value, &g->ratio.value);
  if (given(g->objective, JL_BUDGET_OBJECTIVE_MONTHLY_REVENUE, &arpu)) {
    int64_t part = given(g->objective, JL_BUDGET_OBJECTIVE_MARGIN, &margin) ? margin.value * (JL_FRACTION_ONE / JL_SHARE_ONE) : JL_FRACTION_ONE;
    g->payback.known = jl_payback_months(g->cost.value, arpu.value, part, &g->payback.value);
  }
  g->budget.known = g->customers.known;
  return !g->budget.known || !__builtin_mul_overflow(g->customers.value, g->cost.value, &g->budget.value);
}

bool jl_goal_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, struct jl_goal *ret, struct jl_error *err) {
  struct jl_goal g = {.objective = objective, .funnel = objective == NULL ? NULL : jl_view_linked(in, objective, JL_BUDGET_OBJECTIVE_FUNNEL)};
  size_t n = 0;
  const struct jl_record **funnels = objective != NULL ? NULL : jl_view_all(in, b, JL_TYPE_FUNNEL, &n);
  if (n == 1) g.funnel = funnels[0];
  find_value(&g);
  if (!find_customers(in, b, &g)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (!find_cost(&g)) return jl_money_too_large(err);
  *ret = g;
  return true;
}

/* ---- what is expected of an amount ---- */
struct jl_line_rates jl_line_rates(const struct jl_record *line, const struct jl_lever_course *lever) {
  struct jl_line_rates rates = {0};
  bool enough = lever != NULL && lever->leads >= (int64_t)JL_ENOUGH_LEADS * JL_FRACTION_ONE, measured = enough && (lever->spent > 0 || lever->unrated);
  if (given(line, JL_BUDGET_LINE_COST_PER_LEAD, &rates.cost_per_lead)) {
    rates.from = JL_EXPECTED_LINE;
  } else if (measured && lever->unrated) { /* and no target takes the place of what was measured */
    rates.from = JL_EXPECTED_UNRATED;
  } else if (measured && jl_cost_per_part(lever->spent, lever->leads, &rates.cost_per_lead.value) && rates.cost_per_lead.value > 0) {
    rates.cost_per_lead.known = true;
    rates.from = JL_EXPECTED_MEASURED;
  }
  if (!given(line, JL_BUDGET_LINE_LEAD_CONVERSION, &rates.conversion) && measured && lever->customers >= 0)
    rates.conversion.known = jl_conversion(lever->leads, lever->customers, &rates.conversion.value);
  return rates;
}

static struct jl_known conversion_of(const struct jl_goal *g, const struct jl_line_rates *rates) {
  return rates->conversion.known ? rates->conversion : g->conversion;
}

struct jl_known jl_line_yield(const struct jl_goal *g, const struct jl_line_rates *rates) {
  struct jl_known conversion = conversion_of(g, rates), yield = {0};
  if (!rates->cost_per_lead.known || !conversion.known || !g->value.known) return yield;
  yield.known = jl_mul_div_half_even(g->value.value, conversion.value, rates->cost_per_lead.value, &yield.value);
  return yield;
}

static bool of_line(const struct jl_line_rates *rates, struct jl_known conversion, int64_t amount, struct jl_expected *e) {
  e->from = rates->from;
  e->leads.known = true;
  e->customers.known = conversion.known;
  return jl_mul_div_half_even(amount, JL_FRACTION_ONE, rates->cost_per_lead.value, &e->leads.value) &&
         (!conversion.known || jl_mul_div_half_even(amount, conversion.value, rates->cost_per_lead.value, &e->customers.value));
}

static bool of_target(const struct jl_goal *g, int64_t amount, struct jl_expected *e) {
  e->from = JL_EXPECTED_TARGET;
  e->customers.known = true;
  e->leads.known = g->conversion.known;
  return jl_mul_div_half_even(amount, JL_FRACTION_ONE, g->cost.value, &e->customers.value) &&
         (!g->conversion.known || jl_mul_div_half_even(e->customers.value, JL_FRACTION_ONE, g->conversion.value, &e->leads.value));
}

bool jl_expect(const struct jl_goal *g, const struct jl_line_rates *rates, int64_t amount, struct jl_expected *ret, struct jl_error *err) {
  struct jl_expected e = {0};
  bool fits = true;
  if (rates->from == JL_EXPECTED_UNRATED)
    e.from = JL_EXPECTED_UNRATED;
  else if (rates->cost_per_lead.known)
    fits = of_line(rates, conversion_of(g, rates), amount, &e);
  else if (g->cost.known)
    fits = of_target(g, amount, &e);
  if (fits && e.customers.known && g->value.known) {
    e.revenue.known = true;
    fits = jl_mul_div_half_even(e.customers.value, g->value.value, JL_FRACTION_ONE, &e.revenue.value);
    e.roi.known = fits && jl_return_on_investment(e.revenue.value, amount, &e.roi.value);
  }
  if (!fits) return jl_money_too_large(err);
  *ret = e;
  return true;
}
