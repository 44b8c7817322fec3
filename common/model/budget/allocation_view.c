/* The budget that an objective takes, and how it is split over the lines: what each would have, why, and what is expected of it (product.md B5,
 * seed 001 step 6). */
#include "common/base/money.h"
#include "common/model/budget/allocation_why.h"
#include "common/model/budget/writes.h"
#include "common/model/measures/returns.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_goal goal;
  struct jl_allocation a;
  bool is_split; /* false: something has no exchange rate, so nobody knows what is left for the others */
  char currency[4];
  struct jl_error *err;
};

/* ---- the goal ---- */
static struct jl_goal_why why_of(const struct view *v) { return jl_goal_why(v->in, v->b, &v->goal, &v->a); }

static void field(const struct view *v, enum jl_goal_figure figure, const char *label, const char *name, struct jl_known known, struct jl_arg value) {
  if (!known.known) return;
  jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(v->b, label, name);
  jl_cell(v->b, value);
  if (v->goal.objective != NULL) jl_cell_source(v->b, v->goal.objective);
  if (v->goal.funnel != NULL) jl_cell_source(v->b, v->goal.funnel);
  if (!jl_explaining(v->b)) return;
  const struct jl_goal_why w = why_of(v);
  jl_why_goal(&w, figure);
}

static void block_goal(const struct view *v) {
  const struct jl_goal *g = &v->goal;
  jl_block_begin(v->b, JL_BLOCK_FIELDS, "goal", NULL);
  jl_column(v->b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(v->b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  field(v, JL_GOAL_CUSTOMERS, JL_MSG("customers target"), "customers", g->customers, jl_arg_integer(g->customers.value));
  field(v, JL_GOAL_VALUE, !g->is_lifetime ? JL_MSG("mean deal") : g->is_net ? JL_MSG("CLV, net of delivery") : JL_MSG("CLV"), "value", g->value,
        jl_arg_money(g->value.value, v->currency));
  field(v, JL_GOAL_COST, JL_MSG("target CAC"), "cac", g->cost, jl_arg_money(g->cost.value, v->currency));
  field(v, JL_GOAL_RATIO, JL_MSG("LTV:CAC"), "ratio", g->ratio, jl_arg_fraction(g->ratio.value, ""));
  field(v, JL_GOAL_PAYBACK, JL_MSG("months to pay back"), "payback", g->payback, jl_arg_fraction(g->payback.value, ""));
  field(v, JL_GOAL_CONVERSION, JL_MSG("lead conversion"), "conversion", g->conversion, jl_arg_fraction(g->conversion.value, "percent"));
  field(v, JL_GOAL_BUDGET, JL_MSG("global budget"), "budget", g->budget, jl_arg_money(g->budget.value, v->currency));
}

static void note_goal(const struct view *v) {
  const struct jl_goal *g = &v->goal;
  const struct jl_arg numbers[] = {jl_arg_integer(g->customers.value), jl_arg_money(g->cost.value, v->currency), jl_arg_money(g->budget.value, v->currency)};
  if (g->budget.known) jl_note(v->b, JL_TONE_MUTED, JL_MSG("global budget: {1} customers x {2} = {3}"), numbers, 3);
  if (g->customers_from == JL_GOAL_REVENUE) jl_note(v->b, JL_TONE_MUTED, JL_MSG("customers: revenue target / mean deal, rounded up"), NULL, 0);
  if (g->customers_from == JL_GOAL_FUNNEL) jl_note(v->b, JL_TONE_MUTED, JL_MSG("customers: those of the funnel"), NULL, 0);
  if (g->cost_from == JL_GOAL_CLV) jl_note(v->b, JL_TONE_MUTED, JL_MSG("no target CAC is set: a third of the CLV"), NULL, 0);
  if (g->is_lifetime)
    jl_note(v->b, JL_TONE_MUTED, g->is_net ? JL_MSG("CLV: revenue per month x lifetime (or / churn) x gross margin") : JL_MSG("CLV: revenue per month x lifetime, or / churn"), NULL, 0);
  if (!g->ratio.known) return;
  switch (jl_ltv_verdict(g->ratio.value)) {
  case JL_LTV_DESTROYS:
    jl_note(v->b, JL_TONE_BAD, JL_MSG("LTV:CAC below 1: each customer costs more than it brings"), NULL, 0);
    break;
  case JL_LTV_WEAK:
    jl_note(v->b, JL_TONE_WARN, JL_MSG("LTV:CAC below 3: customers cost much for what they bring"), NULL, 0);
    break;
  case JL_LTV_HEALTHY:
    jl_note(v->b, JL_TONE_GOOD, JL_MSG("LTV:CAC of 3 or more: healthy"), NULL, 0);
    break;
  case JL_LTV_CAUTIOUS:
    jl_note(v->b, JL_TONE_WARN, JL_MSG("LTV:CAC above 5: perhaps too little is invested"), NULL, 0);
    break;
  }
}

/* ---- the split ---- */
static const char *const bounds[] = {[JL_BOUND_WEIGHT] = JL_MSG("by weight"),       [JL_BOUND_HAND] = JL_MSG("by hand"),
                                     [JL_BOUND_COMMON] = JL_MSG("common cost"),     [JL_BOUND_FINISHED] = JL_MSG("action is over"),
                                     [JL_BOUND_SPENT] = JL_MSG("ordered or spent"), [JL_BOUND_MINIMUM] = JL_MSG("minimum"),
                                     [JL_BOUND_MAXIMUM] = JL_MSG("maximum"),       [JL_BOUND_CLOSED] = JL_MSG("over or closed"),       [JL_BOUND_AS_IS] = JL_MSG("as it is")};
static const char *const bound_texts[] = {"weight", "hand", "common", "over", "spent", "minimum", "maximum", "closed", "as-it-is"};

static void sources(const struct view *v, const struct jl_allotment *row) {
  if (row == NULL) return;
  jl_cell_source(v->b, row->line);
  if (row->action != NULL) jl_cell_source(v->b, row->action);
  if (v->goal.objective != NULL) jl_cell_source(v->b, v->goal.objective);
}

/* ---- where they come from ---- */
static void why_given(const struct jl_expected_why *e) { jl_why_given(e->w, e->row, e->row->part.given); }
static void why_all_given(const struct jl_goal_why *w, const void *given) { jl_why_given(w, NULL, *(const int64_t *)given); }

/* row NULL: of all of them, which are given `given` together. */
static void why_expected(const struct view *v, const struct jl_allotment *row, const struct jl_expected *of, int64_t given, enum jl_expected_figure figure) {
  const struct jl_goal_why w = why_of(v);
  struct jl_expected_why *all = jl_view_alloc(v->b, v->a.n, sizeof *all);
  if (all == NULL) return;
  for (size_t i = 0; i < v->a.n; i++)
    all[i] = (struct jl_expected_why){.w = &w, .row = &v->a.rows[i], .expected = &v->a.rows[i].expected, .money = v->a.rows[i].part.given, .amount = why_given};
  if (row != NULL)
    jl_why_expected(&all[row - v->a.rows], figure);
  else
    jl_why_expected_sum(&w, all, v->a.n, of, given, why_all_given, &given, figure);
}

static void why_money(const struct view *v, const struct jl_allotment *row, int64_t given, int64_t difference, int column) {
  if (!jl_explaining(v->b)) return;
  const struct jl_goal_why w = why_of(v);
  if (column == 0) jl_why_planned_now(&w, row);
  if (column == 1) jl_why_given(&w, row, given);
  if (column < 2) return;
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(difference, v->currency), JL_MSG("difference = afterwards - now"))) {
    jl_why_given(&w, row, given);
    jl_why_planned_now(&w, row);
  }
  jl_why_end(v->b);
}

/* false: it rests on what has no rate (row NULL: of all lines). */
static bool is_known(const struct view *v, const struct jl_allotment *row, int column) {
  return column == 0 ? ((row == NULL ? v->a.unknown : row->unknown) & JL_UNKNOWN(JL_MONEY_PLANNED)) == 0 : v->is_split;
}

static void undefined(const struct view *v, const struct jl_allotment *row, unsigned kinds) {
  const struct jl_goal_why w = why_of(v);
  jl_cell_undefined(v->b);
  sources(v, row);
  if (jl_explaining(v->b)) jl_why_planned_unknown(&w, row, kinds);
}

static void expected_cells(const struct view *v, const struct jl_allotment *row, const struct jl_expected *e, int64_t given) {
  const struct {
    struct jl_known known;
    struct jl_arg value;
  } cells[] = {[JL_EXPECTED_LEADS] = {e->leads, jl_arg_fraction(e->leads.value, JL_UNIT_TENTHS)},
               [JL_EXPECTED_CUSTOMERS] = {e->customers, jl_arg_fraction(e->customers.value, JL_UNIT_TENTHS)},
               [JL_EXPECTED_REVENUE] = {e->revenue, jl_arg_money(e->revenue.value, v->currency)},
               [JL_EXPECTED_ROI] = {e->roi, jl_arg_fraction(e->roi.value, "percent")}};
  for (size_t i = 0; i < JL_COUNT(cells); i++) {
    if (e->from == JL_EXPECTED_UNRATED) {
      undefined(v, NULL, JL_UNKNOWN_ANY);
      continue;
    }
    if (!cells[i].known.known) {
      jl_cell_empty(v->b);
      continue;
    }
    jl_cell(v->b, cells[i].value);
    sources(v, row);
    if (jl_explaining(v->b)) why_expected(v, row, e, given, (enum jl_expected_figure)i);
  }
  if (e->roi.known && e->roi.value < 0) jl_cell_tone(v->b, JL_TONE_BAD);
}

static void money(const struct view *v, const struct jl_allotment *row, const int64_t columns[3]) {
  for (int i = 0; i < 3; i++) {
    if (!is_known(v, row, i)) {
      undefined(v, i == 0 ? row : NULL, i == 0 ? JL_UNKNOWN(JL_MONEY_PLANNED) : JL_UNKNOWN_ANY);
      continue;
    }
    jl_cell(v->b, jl_arg_money(columns[i], v->currency));
    sources(v, row);
    why_money(v, row, columns[1], columns[2], i);
  }
}

static bool line_row(const struct view *v, const struct jl_allotment *row) {
  int64_t difference;
  if (__builtin_sub_overflow(row->part.given, row->amounts.planned, &difference)) return jl_money_too_large(v->err);
  jl_row_begin(v->b, row->line, 0, JL_ROW_NORMAL);
  jl_cell_title(v->b, v->in, row->line);
  if (row->action != NULL)
    jl_cell_title(v->b, v->in, row->action);
  else
    jl_cell_empty(v->b);
  if (row->bound == JL_BOUND_COMMON || row->bound == JL_BOUND_FINISHED || row->bound == JL_BOUND_AS_IS)
    jl_cell_empty(v->b);
  else
    jl_cell(v->b, jl_arg_integer(row->part.weight));
  if (jl_explaining(v->b) && row->bound != JL_BOUND_COMMON && row->bound != JL_BOUND_FINISHED && row->bound != JL_BOUND_AS_IS) {
    const struct jl_goal_why w = why_of(v);
    jl_why_weight(&w, row);
  }
  money(v, row, (const int64_t[]){row->amounts.planned, row->part.given, difference});
  if (v->is_split || row->as_is)
    jl_cell_label(v->b, bounds[row->bound], bound_texts[row->bound]);
  else
    jl_cell_empty(v->b);
  expected_cells(v, row, &row->expected, row->part.given);
  return true;
}

static bool add_known(struct jl_known *total, struct jl_known more) { return !more.known || (total->known = true, jl_add(total->value, more.value, &total->value)); }

static bool total_row(const struct view *v) {
  struct jl_expected total = {0};
  int64_t given = 0, difference;
  for (size_t i = 0; i < v->a.n; i++) {
    const struct jl_expected *e = &v->a.rows[i].expected;
    if (e->from == JL_EXPECTED_UNRATED) total.from = JL_EXPECTED_UNRATED;
    if (!jl_add(given, v->a.rows[i].part.given, &given) || !add_known(&total.leads, e->leads) || !add_known(&total.customers, e->customers) ||
        !add_known(&total.revenue, e->revenue))
      return jl_money_too_large(v->err);
  }
  total.roi.known = total.revenue.known && jl_return_on_investment(total.revenue.value, given, &total.roi.value);
  if (__builtin_sub_overflow(given, v->a.total.planned, &difference)) return jl_money_too_large(v->err);
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  jl_cells_empty(v->b, 2);
  money(v, NULL, (const int64_t[]){v->a.total.planned, given, difference});
  jl_cell_empty(v->b);
  expected_cells(v, NULL, &total, given);
  return true;
}

static bool block_split(const struct view *v) {
  jl_block_begin(v->b, JL_BLOCK_TABLE, "allocation", JL_MSG("split by priority and importance"));
  jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(v->b, "action", JL_MSG("action"), JL_ARG_TEXT, 9);
  jl_column(v->b, "weight", JL_MSG("weight"), JL_ARG_INTEGER, 4);
  jl_column(v->b, "planned", JL_MSG("now"), JL_ARG_MONEY, 3);
  jl_column(v->b, "given", JL_MSG("afterwards"), JL_ARG_MONEY, 0);
  jl_column(v->b, "difference", JL_MSG("difference"), JL_ARG_MONEY, 6);
  jl_column(v->b, "why", JL_MSG("why"), JL_ARG_LABEL, 2);
  jl_column(v->b, "leads", JL_MSG("leads"), JL_ARG_FRACTION, 1);
  jl_column(v->b, "customers", JL_MSG("customers"), JL_ARG_FRACTION, 1);
  jl_column(v->b, "revenue", JL_MSG("expected revenue"), JL_ARG_MONEY, 5);
  jl_column(v->b, "roi", JL_MSG("expected ROI"), JL_ARG_FRACTION, 0);
  for (size_t i = 0; i < v->a.n; i++)
    if (!line_row(v, &v->a.rows[i])) return false;
  return total_row(v);
}

static void note_split(const struct view *v) {
  bool of_target = false, measured = false;
  const struct jl_arg left[] = {jl_arg_money(v->a.left < 0 ? -v->a.left : v->a.left, v->currency)};
  for (size_t i = 0; i < v->a.n; i++) {
    of_target = of_target || v->a.rows[i].expected.from == JL_EXPECTED_TARGET;
    measured = measured || v->a.rows[i].expected.from == JL_EXPECTED_MEASURED;
  }
  bool fitted = false;
  for (size_t i = 0; i < v->a.n; i++) fitted = fitted || v->a.rows[i].fitted;
  if (fitted)
    jl_note(v->b, JL_TONE_MUTED, JL_MSG("what recurs gets another amount each time, or another last time once it has begun; another currency its own cents: the nearest, and what that leaves goes to the others"), NULL, 0);
  if (v->a.left > 0) jl_note(v->b, JL_TONE_WARN, JL_MSG("{1} are not given to any line: no line may have more"), left, 1);
  if (v->a.left < 0) jl_note(v->b, JL_TONE_BAD, JL_MSG("the budget is {1} below what is ordered, spent, common cost or a minimum"), left, 1);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("weight: priority (1 low to 4 urgent) x impact; never below what is ordered and spent or the minimum, never above the maximum"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("expected: amount / cost per lead x lead conversion x what one customer brings; ROI: (revenue - amount) / amount"), NULL, 0);
  if (measured) jl_note(v->b, JL_TONE_MUTED, JL_MSG("a line without a cost per lead of its own has that of its lever: invoices / leads of the pipeline figures, both of the months that are over"), NULL, 0);
  if (of_target) jl_note(v->b, JL_TONE_MUTED, JL_MSG("a line without any cost per lead is expected to reach the target CAC"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED,
          v->a.vat_costs ? JL_MSG("cost: excl. VAT, and the VAT that is not recovered; what people cost is apart") : JL_MSG("amounts excl. VAT; what people cost is apart"), NULL, 0);
}

/* What a line takes that nobody knows is missing to all others: nobody's part can be said. */
static void mark_unsplit(struct view *v) {
  for (size_t i = 0; i < v->a.n; i++) {
    v->a.rows[i].bound = v->a.rows[i].as_is ? JL_BOUND_AS_IS : JL_BOUND_WEIGHT;
    v->a.rows[i].expected.from = JL_EXPECTED_UNRATED;
  }
}

static bool block_writes(const struct view *v) {
  if (jl_view_value(v->in, "writes") == NULL) return true;
  if (!v->is_split) return jl_apart_refuse(&v->a.remarks, JL_MSG("the budget is not split: amounts in {2} without an exchange rate: {1} ({3})"), v->err);
  struct jl_writes w;
  jl_writes_begin(&w, v->in, v->b);
  for (size_t i = 0; i < v->a.n; i++)
    if (!jl_writes_line(&w, v->a.rows[i].line, v->a.rows[i].amounts.planned, v->a.rows[i].part.given, v->err)) return false;
  jl_writes_end(&w);
  return true;
}

/* ---- the question ---- */
/* "B3=500000,B4=0": minor units. */
static bool take_hand(struct view *v) {
  const char *at = jl_view_value(v->in, "set");
  while (at != NULL && *at != '\0') {
    char *end = NULL;
    uint64_t number = (*at == 'B' || *at == 'b') ? strtoull(at + 1, &end, 10) : 0;
    int64_t amount = end != NULL && *end == '=' && end[1] >= '0' && end[1] <= '9' ? strtoll(end + 1, &end, 10) : -1;
    size_t i = 0;
    while (i < v->a.n && v->a.rows[i].line->number != number) i++;
    if (i < v->a.n && v->a.rows[i].as_is)
      return jl_fail(v->err, JL_E_INVALID, JL_MSG("B{1} is in a currency without a rate: nobody knows what it costs"), NULL, jl_arg_integer((int64_t)number));
    if (amount < 0 || amount == INT64_MAX || (*end != ',' && *end != '\0') || i == v->a.n)
      return jl_fail(v->err, JL_E_INVALID, JL_MSG("\"{1}\" names no budget line with its amount"), JL_MSG("as in --set B3=5000,B4=1200"), jl_arg_text(at));
    v->a.rows[i].by_hand = true;
    v->a.rows[i].hand = amount;
    at = *end == ',' ? end + 1 : end;
  }
  return true;
}

static bool find_objective(const struct view *v, const struct jl_record **ret) {
  static const uint32_t types[] = {JL_TYPE_BUDGET_OBJECTIVE};
  size_t n = 0;
  if (!jl_view_named(v->in, v->b, types, 1, ret, v->err)) return false;
  const struct jl_record **all = *ret != NULL ? NULL : jl_view_all(v->in, v->b, JL_TYPE_BUDGET_OBJECTIVE, &n);
  if (n == 1) *ret = all[0];
  return n < 2 || jl_fail(v->err, JL_E_INVALID, JL_MSG("there are several budget objectives: say which"), JL_MSG("as in jalon allocation BO1"));
}

bool jl_allocation_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct view v = {.in = in, .b = b, .err = err};
  const struct jl_record *objective = NULL;
  (void)a;
  jl_plan_currency(in->space, v.currency);
  jl_builder_title(b, JL_MSG("budget from an objective"), NULL, 0);
  if (!find_objective(&v, &objective) || !jl_goal_of(in, b, objective, &v.goal, err) || !jl_allocation_lines(in, b, &v.a, err) || !take_hand(&v))
    return false;
  if (!v.goal.budget.known) {
    block_goal(&v);
    jl_note(b, JL_TONE_WARN,
            objective == NULL ? JL_MSG("no budget objective yet: jalon budget-objective add \"30 customers\" --customers 30 --acquisition-cost 2000")
            : v.goal.customers.known ? JL_MSG("it says not what a customer may cost: --acquisition-cost, or --monthly-revenue with --lifetime or --churn")
                                     : JL_MSG("it says not how many customers: --customers, --revenue with --deal, or --funnel"),
            NULL, 0);
    return true;
  }
  v.is_split = v.a.unknown == 0;
  if (!v.is_split)
    mark_unsplit(&v);
  else if (!jl_allocate(in, b, &v.goal, v.goal.budget.value, &v.a, err))
    return false;
  block_goal(&v);
  note_goal(&v);
  if (!block_split(&v)) return false;
  if (v.is_split)
    note_split(&v);
  else
    jl_note_apart(&v.a.remarks, &v.a.total);
  return block_writes(&v);
}
