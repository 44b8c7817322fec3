#include "common/base/money.h"
#include "common/model/budget/allocation_why.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"

struct jl_goal_why jl_goal_why(const struct jl_view_input *in, struct jl_builder *b, const struct jl_goal *goal, const struct jl_allocation *a) {
  struct jl_goal_why w = {.in = in, .b = b, .goal = goal, .a = a};
  jl_plan_currency(in->space, w.currency);
  return w;
}

static struct jl_arg money(const struct jl_goal_why *w, int64_t amount) { return jl_arg_money(amount, w->currency); }
static bool has(const struct jl_record *record, uint32_t field) { return record != NULL && jl_record_has(record->body, field); }
static void field(const struct jl_goal_why *w, uint32_t number) { jl_why_field(w->b, w->in, w->goal->objective, number); }

static void why_deal(const struct jl_goal_why *w) {
  if (has(w->goal->objective, JL_BUDGET_OBJECTIVE_DEAL))
    field(w, JL_BUDGET_OBJECTIVE_DEAL);
  else
    jl_why_field(w->b, w->in, w->goal->funnel, JL_FUNNEL_DEAL);
}

static void why_customers(const struct jl_goal_why *w) {
  const struct jl_goal *g = w->goal;
  if (g->customers_from == JL_GOAL_GIVEN) {
    field(w, JL_BUDGET_OBJECTIVE_CUSTOMERS);
  } else if (g->customers_from == JL_GOAL_FUNNEL) {
    jl_why_constant(w->b, jl_arg_integer(g->customers.value), JL_MSG("customers of the funnel: jalon funnel"));
  } else {
    if (jl_why_begin(w->b, JL_WHY_ROUNDED_UP, jl_arg_integer(g->customers.value), JL_MSG("customers = revenue target / mean deal, rounded up"))) {
      field(w, JL_BUDGET_OBJECTIVE_REVENUE);
      why_deal(w);
    }
    jl_why_end(w->b);
  }
}

static void why_value(const struct jl_goal_why *w) {
  const struct jl_goal *g = w->goal;
  bool lifetime = has(g->objective, JL_BUDGET_OBJECTIVE_LIFETIME);
  if (!g->is_lifetime) {
    why_deal(w);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_SCALED, money(w, g->value.value),
                   lifetime ? JL_MSG("CLV = revenue per month x lifetime, x gross margin when it is known") : JL_MSG("CLV = revenue per month / churn, x gross margin when it is known"))) {
    field(w, JL_BUDGET_OBJECTIVE_MONTHLY_REVENUE);
    field(w, lifetime ? JL_BUDGET_OBJECTIVE_LIFETIME : JL_BUDGET_OBJECTIVE_CHURN);
    if (lifetime) jl_why_taken(w->b);
    if (g->is_net) {
      field(w, JL_BUDGET_OBJECTIVE_MARGIN);
      jl_why_taken(w->b);
    }
  }
  jl_why_end(w->b);
}

static void why_cost(const struct jl_goal_why *w) {
  if (w->goal->cost_from == JL_GOAL_GIVEN) {
    field(w, JL_BUDGET_OBJECTIVE_ACQUISITION_COST);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_RATIO, money(w, w->goal->cost.value), JL_MSG("no target CAC is set: a third of the CLV"))) {
    why_value(w);
    jl_why_constant(w->b, jl_arg_integer(3), JL_MSG("an LTV:CAC of 3 is healthy"));
  }
  jl_why_end(w->b);
}

static void why_payback(const struct jl_goal_why *w) {
  if (jl_why_begin(w->b, JL_WHY_SCALED, jl_arg_fraction(w->goal->payback.value, ""), JL_MSG("months = CAC / (revenue per month x gross margin)"))) {
    why_cost(w);
    field(w, JL_BUDGET_OBJECTIVE_MONTHLY_REVENUE);
    if (has(w->goal->objective, JL_BUDGET_OBJECTIVE_MARGIN)) field(w, JL_BUDGET_OBJECTIVE_MARGIN);
  }
  jl_why_end(w->b);
}

/* Rates of the funnel from the stage of leads on, each product rounded as it is made. */
static void why_funnel_rates(const struct jl_goal_why *w) {
  struct jl_view_input plain = *w->in;
  struct jl_error ignored;
  struct jl_sheet *sheet = jl_view_alloc(w->b, 1, sizeof *sheet);
  int64_t products[JL_FUNNEL_STAGES + 1];
  size_t first = 0, last;
  plain.parameters = NULL;
  plain.parameter_count = 0;
  if (sheet == NULL || !jl_sheet_make(&plain, w->b, w->goal->funnel, sheet, &ignored) || sheet->plan.count == 0) return;
  while (first < sheet->plan.count && !jl_stage_names_agree(w->b, sheet->stages[first].name, "leads")) first++;
  if (first == sheet->plan.count) return;
  last = sheet->plan.count - 1;
  products[first] = sheet->steps[first].rate;
  for (size_t i = first + 1; i <= last; i++)
    if (!jl_mul_div_half_even(products[i - 1], sheet->steps[i].rate, JL_FRACTION_ONE, &products[i])) return;
  for (size_t i = last; i > first; i--) (void)jl_why_begin(w->b, JL_WHY_PRODUCT, jl_arg_fraction(products[i], "percent"), JL_MSG("rates of the funnel, one after the other"));
  for (size_t i = first; i <= last; i++) {
    const struct jl_arg name = jl_arg_text(sheet->stages[i].name);
    (void)jl_why_begin_words(w->b, JL_WHY_CONSTANT, jl_arg_fraction(sheet->steps[i].rate, "percent"), JL_MSG("rate of {1} in the funnel"), &name, 1);
    jl_why_end(w->b);
    if (i > first) jl_why_end(w->b);
  }
}

static void why_conversion(const struct jl_goal_why *w) {
  if (w->goal->conversion_from == JL_GOAL_GIVEN)
    field(w, JL_BUDGET_OBJECTIVE_LEAD_CONVERSION);
  else
    why_funnel_rates(w);
}

static void two(const struct jl_goal_why *w, enum jl_operation operation, struct jl_arg value, const char *formula, enum jl_goal_figure one, enum jl_goal_figure other) {
  if (jl_why_begin(w->b, operation, value, formula)) {
    if (one == JL_GOAL_VALUE)
      why_value(w);
    else
      why_customers(w);
    if (other == JL_GOAL_COST) why_cost(w);
  }
  jl_why_end(w->b);
}

void jl_why_goal(const struct jl_goal_why *w, enum jl_goal_figure figure) {
  if (!jl_why_is_shown(w->b)) return;
  switch (figure) {
  case JL_GOAL_CUSTOMERS:
    why_customers(w);
    break;
  case JL_GOAL_VALUE:
    why_value(w);
    break;
  case JL_GOAL_COST:
    why_cost(w);
    break;
  case JL_GOAL_RATIO:
    two(w, JL_WHY_RATIO, jl_arg_fraction(w->goal->ratio.value, ""), JL_MSG("LTV:CAC = CLV / CAC"), JL_GOAL_VALUE, JL_GOAL_COST);
    break;
  case JL_GOAL_PAYBACK:
    why_payback(w);
    break;
  case JL_GOAL_CONVERSION:
    why_conversion(w);
    break;
  case JL_GOAL_BUDGET:
    two(w, JL_WHY_PRODUCT, money(w, w->goal->budget.value), JL_MSG("global budget = customers x CAC"), JL_GOAL_CUSTOMERS, JL_GOAL_COST);
    break;
  }
}
