#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/allocation_why.h"
#include "common/model/measures/computed.h"
#include "common/record/schema.h"

static struct jl_arg money(const struct jl_goal_why *w, int64_t amount) { return jl_arg_money(amount, w->currency); }

/* ---- what the lever did in the months that are over ---- */
static struct jl_figure_ask asks(const struct jl_goal_why *w, const struct jl_allotment *row, const char *stage) {
  const struct jl_spend_ask of = jl_lever_measured(w->in, row->lever);
  return (struct jl_figure_ask){.stage = stage, .lever = row->lever, .from = of.from, .to = of.to};
}

static void why_counted(const struct jl_goal_why *w, const struct jl_allotment *row, const char *stage, const char *words) {
  const struct jl_figure_ask ask = asks(w, row, stage);
  struct jl_figures *figures = jl_view_figures(w->in, w->b);
  struct jl_figure_sum sum;
  if (jl_figures_sum(figures, &ask, &sum)) jl_why_figures(w->in, w->b, figures, &ask, false, jl_figure_counted(&sum), words);
}

static void why_lever_spent(const struct jl_goal_why *w, const struct jl_allotment *row) {
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  const struct jl_spend_ask ask = jl_lever_measured(w->in, row->lever);
  struct jl_money_entries entries;
  struct jl_spend_sum sum;
  if (!jl_spend_of(jl_view_spend(w->in, w->b), &ask, &sum) || !jl_spend_entries(w->in, w->b, &ask, &entries)) return;
  const struct jl_amounts spent = {.actual = sum.amount};
  jl_why_entries(w->b, w->in, &costs, &entries, &spent, JL_FIGURE_ACTUAL, true);
}

static void why_cost_per_lead(const struct jl_goal_why *w, const struct jl_allotment *row) {
  if (row->rates.from == JL_EXPECTED_LINE) {
    jl_why_field(w->b, w->in, row->line, JL_BUDGET_LINE_COST_PER_LEAD);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_RATIO, money(w, row->rates.cost_per_lead.value), JL_MSG("cost per lead of the lever in the months that are over = invoices / leads"))) {
    why_lever_spent(w, row);
    why_counted(w, row, JL_STAGE_LEADS, JL_MSG("leads"));
  }
  jl_why_end(w->b);
}

static void why_line_conversion(const struct jl_goal_why *w, const struct jl_allotment *row) {
  if (!row->rates.conversion.known) {
    jl_why_goal(w, JL_GOAL_CONVERSION);
    return;
  }
  if (jl_record_has(row->line->body, JL_BUDGET_LINE_LEAD_CONVERSION)) {
    jl_why_field(w->b, w->in, row->line, JL_BUDGET_LINE_LEAD_CONVERSION);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_RATIO, jl_arg_fraction(row->rates.conversion.value, "percent"), JL_MSG("lead conversion of the lever in the months that are over = customers / leads"))) {
    why_counted(w, row, JL_STAGE_CUSTOMERS, JL_MSG("customers"));
    why_counted(w, row, JL_STAGE_LEADS, JL_MSG("leads"));
  }
  jl_why_end(w->b);
}

void jl_why_yield(const struct jl_goal_why *w, const struct jl_allotment *row, int64_t yield) {
  if (jl_why_begin(w->b, JL_WHY_PROPORTION, jl_arg_fraction(yield, ""), JL_MSG("return per euro = what one customer brings x lead conversion / cost per lead"))) {
    jl_why_goal(w, JL_GOAL_VALUE);
    why_line_conversion(w, row);
    why_cost_per_lead(w, row);
  }
  jl_why_end(w->b);
}

/* ---- what is expected ---- */
static void why_customers(const struct jl_expected_why *e) {
  const struct jl_arg value = jl_arg_fraction(e->expected->customers.value, JL_UNIT_TENTHS);
  bool of_target = e->expected->from == JL_EXPECTED_TARGET;
  if (jl_why_begin(e->w->b, of_target ? JL_WHY_RATIO : JL_WHY_PROPORTION, value, of_target ? JL_MSG("customers = amount / target CAC") : JL_MSG("customers = amount x lead conversion / cost per lead"))) {
    e->amount(e);
    if (of_target) {
      jl_why_goal(e->w, JL_GOAL_COST);
    } else {
      why_line_conversion(e->w, e->row);
      why_cost_per_lead(e->w, e->row);
    }
  }
  jl_why_end(e->w->b);
}

static void why_leads(const struct jl_expected_why *e) {
  const struct jl_arg value = jl_arg_fraction(e->expected->leads.value, JL_UNIT_TENTHS);
  bool of_target = e->expected->from == JL_EXPECTED_TARGET;
  if (jl_why_begin(e->w->b, JL_WHY_RATIO, value, of_target ? JL_MSG("leads = customers / lead conversion") : JL_MSG("leads = amount / cost per lead"))) {
    if (of_target) {
      why_customers(e);
      jl_why_goal(e->w, JL_GOAL_CONVERSION);
    } else {
      e->amount(e);
      why_cost_per_lead(e->w, e->row);
    }
  }
  jl_why_end(e->w->b);
}

static void why_revenue(const struct jl_expected_why *e) {
  if (jl_why_begin(e->w->b, JL_WHY_PRODUCT, money(e->w, e->expected->revenue.value), JL_MSG("revenue = customers x what one brings"))) {
    why_customers(e);
    jl_why_goal(e->w, JL_GOAL_VALUE);
  }
  jl_why_end(e->w->b);
}

static void why_roi(const struct jl_expected_why *e) {
  if (jl_why_begin(e->w->b, JL_WHY_RATIO, jl_arg_fraction(e->expected->roi.value, "percent"), JL_MSG("ROI = (revenue - amount) / amount"))) {
    if (jl_why_begin(e->w->b, JL_WHY_DIFFERENCE, money(e->w, e->expected->revenue.value - e->money), JL_MSG("revenue - amount"))) {
      why_revenue(e);
      e->amount(e);
    }
    jl_why_end(e->w->b);
    e->amount(e);
  }
  jl_why_end(e->w->b);
}

void jl_why_expected(const struct jl_expected_why *e, enum jl_expected_figure figure) {
  if (!jl_why_is_shown(e->w->b)) return;
  static void (*const of[])(const struct jl_expected_why *e) = {
      [JL_EXPECTED_LEADS] = why_leads, [JL_EXPECTED_CUSTOMERS] = why_customers, [JL_EXPECTED_REVENUE] = why_revenue, [JL_EXPECTED_ROI] = why_roi};
  of[figure](e);
}

/* ---- of several ---- */
static struct jl_known of(const struct jl_expected *e, enum jl_expected_figure figure) {
  return figure == JL_EXPECTED_LEADS ? e->leads : figure == JL_EXPECTED_CUSTOMERS ? e->customers : figure == JL_EXPECTED_REVENUE ? e->revenue : e->roi;
}

static void why_sum(const struct jl_goal_why *w, const struct jl_expected_why *all, size_t n, const struct jl_expected *sum, enum jl_expected_figure figure) {
  const struct jl_known whole = of(sum, figure);
  size_t known = 0;
  for (size_t i = 0; i < n; i++) known += of(all[i].expected, figure).known;
  if (jl_why_begin(w->b, JL_WHY_SUM, figure == JL_EXPECTED_REVENUE ? money(w, whole.value) : jl_arg_fraction(whole.value, JL_UNIT_TENTHS), JL_MSG("what is expected of each line"))) {
    jl_why_many(w->b, known);
    for (size_t i = 0; i < n; i++)
      if (of(all[i].expected, figure).known) jl_why_expected(&all[i], figure);
  }
  jl_why_end(w->b);
}

void jl_why_expected_sum(const struct jl_goal_why *w, const struct jl_expected_why *all, size_t n, const struct jl_expected *sum, int64_t amount,
                         void (*why_amount)(const struct jl_goal_why *w, const void *context), const void *context, enum jl_expected_figure figure) {
  if (figure != JL_EXPECTED_ROI) {
    why_sum(w, all, n, sum, figure);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_RATIO, jl_arg_fraction(sum->roi.value, "percent"), JL_MSG("ROI = (revenue - amount) / amount"))) {
    if (jl_why_begin(w->b, JL_WHY_DIFFERENCE, money(w, sum->revenue.value - amount), JL_MSG("revenue - amount"))) {
      why_sum(w, all, n, sum, JL_EXPECTED_REVENUE);
      why_amount(w, context);
    }
    jl_why_end(w->b);
    why_amount(w, context);
  }
  jl_why_end(w->b);
}
