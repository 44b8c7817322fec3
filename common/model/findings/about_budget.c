/* Rules on money (seed 000 step 2b, seed 001 step 6). Amounts excl. VAT. */
#include "common/base/calendar.h"
#include "common/model/budget/course.h"
#include "common/model/budget/doubles.h"
#include "common/model/findings/looking.h"
#include "common/model/rules.h"
#include "common/model/strategy/strategy_views.h"
#include <stdio.h>

#define RUN_OUT_GRACE 15 /* days before the end that are no surprise */

static struct jl_arg amount(const struct jl_looking *l, int64_t minor_units) {
  char currency[4] = "";
  jl_plan_currency(l->in->space, currency);
  return jl_arg_money(minor_units, currency);
}

/* ---- every euro has a KPI ---- */
static bool action_has_kpi(const struct jl_looking *l, const struct jl_record *line) {
  struct jl_id id;
  const struct jl_record *action = jl_record_id(line->type, line->body, JL_BUDGET_LINE_ACTION, &id) ? jl_replica_live(l->in->space, &id) : NULL;
  return action != NULL && jl_points(l, action, JL_ACTION_KPIS);
}

/* The parts of one line together; *io_i is its last one afterwards. *ret_unknown: kinds of which something has no rate, which is in no amount. */
static struct jl_amounts whole_line(const struct jl_money_seen *money, size_t *io_i, unsigned *ret_unknown) {
  struct jl_amounts sum = money->lines[*io_i].amounts;
  struct jl_error ignored;
  *ret_unknown = money->lines[*io_i].unknown;
  while (*io_i + 1 < money->count && money->lines[*io_i + 1].line == money->lines[*io_i].line) {
    *ret_unknown |= money->lines[*io_i + 1].unknown;
    if (!jl_amounts_add(&sum, &money->lines[++*io_i].amounts, &ignored)) break; /* not above the total */
  }
  return sum;
}

static void without_kpi(struct jl_looking *l) {
  const struct jl_money_seen *money = jl_looked_money(l);
  for (size_t i = 0; money != NULL && i < money->count; i++) {
    const struct jl_money_line *one = &money->lines[i];
    unsigned unknown;
    const struct jl_amounts sum = whole_line(money, &i, &unknown);
    if (jl_points(l, one->line, JL_BUDGET_LINE_KPI) || action_has_kpi(l, one->line)) continue;
    int64_t at_stake = sum.planned > sum.actual ? sum.planned : sum.actual;
    const struct jl_arg how_much = (unknown & (JL_UNKNOWN(JL_MONEY_PLANNED) | JL_UNKNOWN(JL_MONEY_ACTUAL))) != 0 ? jl_arg_label(JL_MSG("undefined")) : amount(l, at_stake);
    jl_found_detail(l, one->line, at_stake, JL_MSG("{1} excl. VAT"), &how_much, 1);
  }
}

/* ---- 70/20/10 ---- */
/* Something of these kinds has no rate: it is in no amount (common/model/budget/amounts.h). */
static bool lacks_rate(const struct jl_money_seen *money, unsigned kinds) {
  unsigned unknown = 0;
  for (size_t i = 0; i < money->count; i++) unknown |= money->lines[i].unknown;
  return (unknown & kinds) != 0;
}

static bool off_by(const struct jl_bucket_shares *shares, bool actual, struct jl_arg ret_args[3], int64_t *ret_off) {
  static const char *const names[] = {JL_MSG("proven"), JL_MSG("optimisation"), JL_MSG("innovation")};
  *ret_off = 0;
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    int64_t share = actual ? shares->rows[i].actual : shares->rows[i].planned, off = share > shares->rows[i].rule ? share - shares->rows[i].rule : shares->rows[i].rule - share;
    if (off <= *ret_off) continue;
    *ret_off = off;
    ret_args[0] = jl_arg_label(names[i]);
    ret_args[1] = jl_arg_share(share);
    ret_args[2] = jl_arg_share(shares->rows[i].rule);
  }
  return *ret_off > shares->tolerance;
}

static void buckets(struct jl_looking *l, bool actual) {
  const struct jl_money_seen *money = jl_looked_money(l);
  struct jl_bucket_shares shares;
  struct jl_error ignored;
  struct jl_arg args[3];
  int64_t off;
  if (money == NULL || !jl_bucket_shares(l->in, money->lines, money->count, &shares, &ignored)) return;
  if (lacks_rate(money, JL_UNKNOWN(actual ? JL_MONEY_ACTUAL : JL_MONEY_PLANNED))) return; /* shares of what nobody knows: BUD18 says so */
  if (actual && money->total.actual < money->total.planned / 4) return; /* the first invoices say nothing yet */
  if (!(actual ? shares.has_actual : shares.has_planned) || shares.rows[JL_BUCKETS - 1].lines == money->count) return; /* nobody works with it yet */
  if (off_by(&shares, actual, args, &off)) jl_found_detail(l, NULL, off, JL_MSG("{1}: {2} instead of {3}"), args, 3);
}
static void planned_buckets(struct jl_looking *l) { buckets(l, false); }
static void spent_buckets(struct jl_looking *l) { buckets(l, true); }

static bool has_no_bucket(struct jl_looking *l, const struct jl_record *line) {
  (void)l;
  return !jl_has(line, JL_BUDGET_LINE_BUCKET);
}
static void bucketless(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_BUDGET_LINE, has_no_bucket); }

/* ---- hidden costs: seed 000's list ---- */
static void hidden_cost(struct jl_looking *l, int64_t category, size_t others) {
  size_t n = 0;
  const struct jl_record **lines = jl_looked_at(l, JL_TYPE_BUDGET_LINE, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(lines[i], JL_BUDGET_LINE_CATEGORY, 0) == category) return;
  if (n > 0 && others == 0) jl_found(l, NULL);
}
static void no_tools(struct jl_looking *l) { hidden_cost(l, JL_CATEGORY_TOOLS, 0); }
static void no_people(struct jl_looking *l) { hidden_cost(l, JL_CATEGORY_PEOPLE, jl_looked_count(l, JL_TYPE_PAYROLL_LINE)); }
static void no_media(struct jl_looking *l) { hidden_cost(l, JL_CATEGORY_MEDIA, 0); }

/* The tools of the stack have a price; the budget should know it. */
static void tools_unbudgeted(struct jl_looking *l) {
  size_t n = 0, lines = 0;
  int64_t cost = 0;
  const struct jl_record **tools = jl_looked_at(l, JL_TYPE_TOOL, &n), **budget = jl_looked_at(l, JL_TYPE_BUDGET_LINE, &lines);
  for (size_t i = 0; i < n; i++) cost += jl_view_int(tools[i], JL_TOOL_RETIRED, 0) == 0 && jl_view_int(tools[i], JL_TOOL_COST, 0) > 0;
  for (size_t i = 0; i < lines; i++)
    if (jl_view_int(budget[i], JL_BUDGET_LINE_CATEGORY, 0) == JL_CATEGORY_TOOLS) return;
  const struct jl_arg how_many = jl_arg_integer(cost);
  if (lines > 0 && cost > 0) jl_found_detail(l, NULL, cost, JL_MSG("tools with a cost: {1}"), &how_many, 1);
}

/* ---- pace ---- */
/* Planned and spent until today of the lines of which both are known: of another one what is spent has nothing to be held against. */
static struct jl_amounts with_rates(const struct jl_budget_course *course, bool *ret_part) {
  struct jl_amounts sum = {0};
  struct jl_error ignored;
  *ret_part = false;
  for (size_t i = 0; i < course->n; i++) {
    const bool unknown = (course->lines[i].money.unknown & (JL_UNKNOWN(JL_MONEY_PLANNED) | JL_UNKNOWN(JL_MONEY_ACTUAL))) != 0;
    *ret_part = *ret_part || unknown;
    if (!unknown && !jl_amounts_add(&sum, &course->lines[i].course.amounts, &ignored)) break; /* not above the total */
  }
  return sum;
}

/* planned x elapsed / spent days after the start it is used up, at the pace so far. What is invoiced for a later day is not spent yet, as in the variance. */
static void running_out(struct jl_looking *l) {
  struct jl_budget_course course;
  struct jl_error ignored;
  int32_t start, end;
  bool part;
  jl_plan_days(l, &start, &end);
  const int64_t elapsed = (int64_t)l->in->today - start + 1;
  if (l->in->today <= start || l->in->today > end || jl_looked_money(l) == NULL || !jl_budget_course(l->in, l->b, JL_PACE_MONTHS, NULL, &course, &ignored)) return;
  const struct jl_amounts total = with_rates(&course, &part);
  if (total.actual <= 0 || total.planned <= 0) return;
  __int128 days = (__int128)total.planned * elapsed / total.actual;
  if (days >= (__int128)end - start + 1 - RUN_OUT_GRACE) return;
  const struct jl_arg args[] = {jl_arg_date(start + (int64_t)days), amount(l, total.actual), amount(l, total.planned)};
  jl_found_detail(l, NULL, (int64_t)end - start - (int64_t)days,
                  part ? JL_MSG("at this pace it is used up on {1}: {2} of {3} are spent, without the lines of which something has no exchange rate")
                       : JL_MSG("at this pace it is used up on {1}: {2} of {3} are spent"),
                  args, 3);
}

static void overspent(struct jl_looking *l) {
  const struct jl_money_seen *money = jl_looked_money(l);
  for (size_t i = 0; money != NULL && i < money->count; i++) {
    unsigned unknown;
    int64_t remaining = whole_line(money, &i, &unknown).remaining;
    const struct jl_arg over = amount(l, -remaining);
    if (remaining < 0 && unknown == 0) jl_found_detail(l, money->lines[i].line, -remaining, JL_MSG("{1} more than planned"), &over, 1);
  }
}

/* By currency; extent: how many amounts. */
static void without_rate(struct jl_looking *l) {
  const struct jl_money_seen *money = jl_looked_money(l);
  struct jl_apart_of apart;
  for (size_t at = 0; money != NULL && jl_apart_next(&money->remarks, JL_UNKNOWN_ANY, &at, &apart);) {
    const struct jl_arg args[] = {jl_arg_integer(apart.count), jl_arg_text(apart.currency), jl_arg_text(apart.records), jl_arg_date(apart.day)};
    jl_found_detail(l, apart.first, apart.count,
                    JL_MSG("amounts in {2}: {1} ({3}); the first one is of {4}. Sums with one of them are undefined, and neither shares nor what is overspent is judged"), args, 4);
  }
}

struct above {
  struct jl_looking *l;
  enum jl_above kind;
};

static bool found_above(void *context, const struct jl_excess *excess) {
  const struct above *of = context;
  struct jl_date month = jl_date_from_day(excess->first);
  char year[12];
  if (excess->kind != of->kind) return true;
  snprintf(year, sizeof year, "%d", month.year);
  const struct jl_arg args[] = {jl_arg_money(excess->over, excess->currency), jl_arg_label(jl_basis_label(excess->basis)), jl_arg_label(jl_month_name(month.month)),
                                jl_arg_text(year)};
  if (of->kind == JL_ABOVE_ORDER) jl_found_detail(of->l, excess->order, excess->over, JL_MSG("{1} {2} more than ordered"), args, 2);
  else jl_found_detail(of->l, excess->line, excess->over, JL_MSG("{3} {4}: {1} {2} more than planned"), args, 4);
  return true;
}

static void look_above(struct jl_looking *l, enum jl_above kind) {
  const struct jl_money_seen *money = jl_looked_money(l);
  struct above of = {l, kind};
  for (size_t i = 0; money != NULL && money->above[kind] > 0 && i < money->count; i++) {
    if (i > 0 && money->lines[i - 1].line == money->lines[i].line) continue; /* another part of it */
    if (!jl_line_excesses(l->in->space, money->lines[i].line, jl_builder_arena(l->b), found_above, &of)) return;
  }
}
static void above_orders(struct jl_looking *l) { look_above(l, JL_ABOVE_ORDER); }
static void above_months(struct jl_looking *l) { look_above(l, JL_ABOVE_MONTH); }

static void entered_twice(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_double *doubles = jl_doubles(l->in, l->b, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_arg args[] = {jl_entered_amount(l->in, doubles[i].again), jl_arg_record(doubles[i].first), jl_entered_amount(l->in, doubles[i].first)};
    jl_found_detail(l, doubles[i].again, args[0].number, JL_MSG("{1}; {2}: {3}"), args, 3);
  }
}

/* ---- where it goes ---- */
static bool goes_nowhere(struct jl_looking *l, const struct jl_record *line) { return !jl_points(l, line, JL_BUDGET_LINE_LEVER) && !jl_points(l, line, JL_BUDGET_LINE_ACTION); }
static void going_nowhere(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_BUDGET_LINE, goes_nowhere); }

static void for_stopped_levers(struct jl_looking *l) {
  const struct jl_money_seen *money = jl_looked_money(l);
  for (size_t i = 0; money != NULL && i < money->count; i++)
    if (money->lines[i].lever != NULL && jl_view_int(money->lines[i].lever, JL_LEVER_VERDICT, 0) == JL_VERDICT_STOP) jl_found(l, money->lines[i].line);
}

static void no_budget(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_ACTION) > 0 && jl_looked_count(l, JL_TYPE_BUDGET_LINE) == 0) jl_found(l, NULL);
}

static void nothing_booked(struct jl_looking *l) {
  int32_t start, end;
  jl_plan_days(l, &start, &end);
  int64_t quarter = ((int64_t)end - start) / 4;
  if (l->in->today > start + quarter && l->in->today <= end && jl_looked_count(l, JL_TYPE_BUDGET_LINE) > 0 && jl_looked_count(l, JL_TYPE_EXPENSE) == 0) jl_found(l, NULL);
}

#define BUDGET JL_IN(BUDGET)
#define WITH_STRATEGY (JL_IN(BUDGET) | JL_IN(STRATEGY))
#define WITH_ACTIONS (JL_IN(BUDGET) | JL_IN(STRATEGY) | JL_IN(ACTIONS))
#define ADD_LINE "jalon budget-line add \"...\" --planned 1000 --category "
static const struct jl_finding_rule rules[] = {
    {"BUD03", JL_SEVERITY_ERROR, "000 2b", WITH_ACTIONS, JL_MSG("money without a KPI"),
     JL_MSG("each expense is tied to a clear and measurable KPI: which euro brought what?"), "jalon budget-line set REF --kpi \"...\"", without_kpi},
    {"BUD01", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("a budget that is not split 70/20/10"),
     JL_MSG("70% on what works, 20% on making it better, 10% on what is new"), "jalon budget; jalon budget-line set \"...\" --bucket 20", planned_buckets},
    {"BUD02", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("spending that is not split 70/20/10"),
     JL_MSG("70% on what works, 20% on making it better, 10% on what is new"), "jalon budget; jalon budget-line set \"...\" --bucket 20", spent_buckets},
    {"BUD04", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("a budget without tools"),
     JL_MSG("hidden costs: licences of the CRM, marketing automation, analytics"), ADD_LINE "tools --subcategory crm", no_tools},
    {"BUD05", JL_SEVERITY_WARNING, "000 2b", BUDGET | JL_IN(PAYROLL), JL_MSG("a budget without people"),
     JL_MSG("hidden costs: salaries, freelancers, agencies"), ADD_LINE "people --subcategory freelancers", no_people},
    {"BUD06", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("a budget without media"),
     JL_MSG("hidden costs: ads, paid social, retargeting"), ADD_LINE "media --subcategory ads", no_media},
    {"BUD07", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("a budget that runs out before the end"),
     JL_MSG("teams that forget costs run short in the middle of the year and have to ask for more"), "jalon budget; jalon submit \"...\" --to \"...\" --amount 1000", running_out},
    {"BUD08", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("lines that are overspent"),
     JL_MSG("budgets shrink year after year: what one line takes is missing elsewhere, so it is decided, not drifted into"),
     "jalon submit \"...\" --to REF --amount 1000", overspent},
    {"BUD09", JL_SEVERITY_WARNING, "001 6", WITH_ACTIONS, JL_MSG("lines that belong to no lever and no action"),
     JL_MSG("the budget is split over levers by priority and importance of each action"), "jalon budget-line set REF --lever \"...\"", going_nowhere},
    {"BUD10", JL_SEVERITY_WARNING, "000 2b", WITH_ACTIONS, JL_MSG("money for levers that are to be stopped"),
     JL_MSG("with less money, first what brings results"), "jalon submit REF --to \"...\" --amount 1000", for_stopped_levers},
    {"BUD11", JL_SEVERITY_WARNING, "001 6", BUDGET | JL_IN(ACTIONS), JL_MSG("no budget"),
     JL_MSG("to do what the plan says takes a budget that was worked out beforehand"), ADD_LINE "media --action \"...\"", no_budget},
    {"BUD12", JL_SEVERITY_ADVICE, "000 2b", BUDGET, JL_MSG("lines without a bucket (70, 20 or 10)"),
     JL_MSG("without buckets nobody can tell what is proven, what is made better and what is new"), "jalon budget-line set REF --bucket 70", bucketless},
    {"BUD13", JL_SEVERITY_ADVICE, "000 2b", WITH_STRATEGY, JL_MSG("tools of the stack with a cost that the budget does not have"),
     JL_MSG("hidden costs: licences come back every month"), ADD_LINE "tools --subcategory crm", tools_unbudgeted},
    {"BUD14", JL_SEVERITY_ADVICE, "000 4b", BUDGET, JL_MSG("nothing has been spent after a quarter of the period"),
     JL_MSG("without the real expenses there is no return on each euro"), "jalon expense add \"...\" --line \"...\" --date today --net 100", nothing_booked},
    {"BUD15", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("orders with invoices above them"),
     JL_MSG("what a supplier charges beyond the order nobody has decided: it is checked, or taken back by a credit note"), "jalon overspent; jalon show REF", above_orders},
    {"BUD16", JL_SEVERITY_ADVICE, "000 2b", BUDGET, JL_MSG("months in which a line spends more than it plans for them"),
     JL_MSG("at that pace the line runs short before its end: its months are planned anew, or it slows down"), "jalon overspent; jalon budget-month list", above_months},
    {"BUD17", JL_SEVERITY_WARNING, "000 2b", BUDGET, JL_MSG("invoices that may be entered twice: the supplier and the document number of another"),
     JL_MSG("a supplier gives a number once: counted twice, an invoice makes its channel look dearer than it is"), "jalon show REF; jalon expense rm REF", entered_twice},
    {"BUD18", JL_SEVERITY_WARNING, "", BUDGET, JL_MSG("amounts in another currency without an exchange rate"),
     JL_MSG("nobody knows what they are worth, so nobody knows any sum that they belong to"), "jalon exchange-rate add --currency ... --day ... --rate ...", without_rate},
};
const struct jl_finding_rules jl_findings_on_budget = {rules, JL_COUNT(rules)};
