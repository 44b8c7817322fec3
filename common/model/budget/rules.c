#include "common/model/rules.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/expense.h"
#include "common/model/budget/line_sums.h"
#include "common/record/schema.h"

static struct jl_arg money(const struct jl_rule_input *in, int64_t amount) {
  char currency[4];
  jl_plan_currency(in->after, currency);
  return jl_arg_money(amount, currency);
}

/* Of the touched expense. */
static struct jl_arg in_its_currency(const struct jl_rule_input *in, int64_t amount) {
  char currency[4];
  struct jl_rates rates;
  jl_rates_init(&rates, in->after, in->arena);
  jl_currency_of(&rates, in->touched->after, JL_EXPENSE_CURRENCY, currency);
  return jl_arg_money(amount, currency);
}

static bool too_big(const struct jl_rule_input *in, struct jl_error *err) {
  jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of {1} are too large to be added up"), JL_MSG("check the amount"),
          jl_arg_record(in->touched->after));
  return jl_rule_broken(in, 0, err);
}

static const struct jl_record *line_of(const struct jl_rule_input *in, const struct jl_record *record, uint32_t field) {
  struct jl_id id;
  return jl_record_id(record->type, record->body, field, &id) ? jl_replica_live(in->after, &id) : NULL;
}

static bool is_ordered(const struct jl_record *expense) {
  return jl_record_int(expense->type, expense->body, JL_EXPENSE_STATE, 0) == JL_ORDERED;
}
bool jl_expense_is_actual(const struct jl_record *record) {
  return jl_record_int(record->type, record->body, JL_EXPENSE_STATE, 0) == JL_INVOICED;
}

/* ---- lines and months ---- */
static bool line_subcategory(const struct jl_rule_input *in, struct jl_error *err) {
  int64_t category = jl_rule_int(in, JL_BUDGET_LINE_CATEGORY, 0), sub = jl_rule_int(in, JL_BUDGET_LINE_SUBCATEGORY, 0);
  if (sub == 0) return true;
  int64_t fits = sub >= JL_CRM_LICENCES && sub <= JL_ANALYTICS ? JL_CATEGORY_TOOLS
                 : sub >= JL_SALARIES && sub <= JL_AGENCIES    ? JL_CATEGORY_PEOPLE
                                                               : JL_CATEGORY_MEDIA;
  if (category == fits) return true;
  const struct jl_record_type *type = in->touched->after->type;
  const struct jl_enum_value *s = jl_enum_by_number(jl_field_by_number(type, JL_BUDGET_LINE_SUBCATEGORY)->enumeration, (int32_t)sub);
  const struct jl_enum_value *c = jl_enum_by_number(jl_field_by_number(type, JL_BUDGET_LINE_CATEGORY)->enumeration, (int32_t)fits);
  return jl_break(in, JL_BUDGET_LINE_SUBCATEGORY, err, JL_MSG("the sub-category {1} belongs to the category {2}"),
                  JL_MSG("set both in one edit"), jl_arg_label(s == NULL ? "" : s->label), jl_arg_label(c == NULL ? "" : c->label));
}

static bool line_planned_once(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *line = in->touched->after;
  size_t n;
  if (!jl_rule_has(in, JL_BUDGET_LINE_PLANNED) || !jl_rule_changed(in, JL_BUDGET_LINE_PLANNED) || line->deleted_revision != 0) return true;
  jl_replica_referring(in->after, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, in->arena, &n);
  if (n == 0) return true;
  return jl_break(in, JL_BUDGET_LINE_PLANNED, err, JL_MSG("{1} is planned by month"), JL_MSG("change its months, or delete them first"),
                  jl_arg_record(line));
}

static bool month_or_line(const struct jl_rule_input *in, struct jl_error *err) {
  if (!jl_rule_came(in) || !jl_rule_alive(in)) return true;
  const struct jl_record *line = line_of(in, in->touched->after, JL_BUDGET_MONTH_LINE);
  if (line == NULL || !jl_record_has(line->body, JL_BUDGET_LINE_PLANNED)) return true;
  return jl_break(in, JL_BUDGET_MONTH_LINE, err, JL_MSG("{1} is planned as a whole: {2}"),
                  JL_MSG("clear its planned amount in the same edit to plan it by month"), jl_arg_record(line),
                  money(in, jl_record_int(line->type, line->body, JL_BUDGET_LINE_PLANNED, 0)));
}

static bool month_in_period(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *plan = jl_plan_record(in->after);
  if (!jl_rule_came(in) || !jl_rule_alive(in)) return true;
  int32_t day = (int32_t)jl_rule_int(in, JL_BUDGET_MONTH_MONTH, 0);
  if (jl_date_from_day(day).day != 1)
    return jl_break(in, JL_BUDGET_MONTH_MONTH, err, JL_MSG("{1} is not the first day of a month"),
                    JL_MSG("a month is given by its first day"), jl_arg_date(day));
  if (plan == NULL) return true;
  int32_t start = (int32_t)jl_record_int(plan->type, plan->body, JL_PLAN_START, JL_DAY_MIN),
          end = (int32_t)jl_record_int(plan->type, plan->body, JL_PLAN_END, JL_DAY_MAX);
  struct jl_date first = jl_date_from_day(start);
  if (day >= jl_day_from_date(first.year, first.month, 1) && day <= end) return true;
  return jl_break(in, JL_BUDGET_MONTH_MONTH, err, JL_MSG("the month of {1} lies outside the plan, which runs from {2} to {3}"),
                  JL_MSG("choose a month of the plan, or change the plan's dates"), jl_arg_date(day), jl_arg_date(start), jl_arg_date(end));
}

/* ---- expenses ---- */
static bool expense_amount(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *expense = in->touched->after;
  bool net = jl_rule_has(in, JL_EXPENSE_NET), gross = jl_rule_has(in, JL_EXPENSE_GROSS);
  if (expense->deleted_revision != 0) return true;
  if (!net && !gross)
    return jl_break(in, JL_EXPENSE_NET, err, JL_MSG("{1} has no amount"), JL_MSG("give it excl. or incl. VAT"), jl_arg_record(expense));
  if (!net || !gross) return true;
  const struct jl_record *line = line_of(in, expense, JL_EXPENSE_LINE);
  int64_t rate = line == NULL ? -1 : jl_record_int(line->type, line->body, JL_BUDGET_LINE_VAT_RATE, -1), expected, off;
  rate = jl_rule_int(in, JL_EXPENSE_VAT_RATE, rate);
  int64_t given = jl_rule_int(in, JL_EXPENSE_GROSS, 0);
  if (rate < 0) return true;
  if (!jl_vat_gross(jl_rule_int(in, JL_EXPENSE_NET, 0), rate, &expected) || __builtin_sub_overflow(given, expected, &off))
    return too_big(in, err);
  if (off >= -1 && off <= 1) return true; /* of a document, or rounded in another order: the paper is right */
  return jl_break(in, JL_EXPENSE_GROSS, err, JL_MSG("{1} excl. VAT at {2} makes {3} incl. VAT, not {4}: {5} too much or too little"),
                  JL_MSG("correct one of the three, or give only one amount"), in_its_currency(in, jl_rule_int(in, JL_EXPENSE_NET, 0)),
                  jl_arg_share(rate), in_its_currency(in, expected), in_its_currency(in, given), in_its_currency(in, off));
}

static bool same_line(const struct jl_record *a, const struct jl_record *b) {
  struct jl_id x, y;
  return jl_record_id(a->type, a->body, JL_EXPENSE_LINE, &x) && jl_record_id(b->type, b->body, JL_EXPENSE_LINE, &y) && jl_id_equal(&x, &y);
}

static bool expense_settles(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *expense = in->touched->after;
  struct jl_id id;
  if (expense->deleted_revision != 0 || !jl_record_id(expense->type, expense->body, JL_EXPENSE_SETTLES, &id)) return true;
  if (!jl_rule_changed(in, JL_EXPENSE_SETTLES) && !jl_rule_changed(in, JL_EXPENSE_LINE) && !jl_rule_changed(in, JL_EXPENSE_STATE))
    return true;
  const struct jl_record *order = jl_replica_live(in->after, &id);
  if (is_ordered(expense))
    return jl_break(in, JL_EXPENSE_SETTLES, err, JL_MSG("only an invoice settles an order; {1} is an order itself"),
                    JL_MSG("record it as invoiced"), jl_arg_record(expense));
  if (order == expense)
    return jl_break(in, JL_EXPENSE_SETTLES, err, JL_MSG("{1} cannot settle itself"), JL_MSG("name the order that it settles"),
                    jl_arg_record(expense));
  if (order == NULL || order->type_number != JL_TYPE_EXPENSE) return true; /* deleted since: it counts for nothing */
  if (!is_ordered(order))
    return jl_break(in, JL_EXPENSE_SETTLES, err, JL_MSG("{1} is not an order, so nothing can settle it"),
                    JL_MSG("name the order that it settles"), jl_arg_record(order));
  if (same_line(expense, order)) return true;
  return jl_break(in, JL_EXPENSE_SETTLES, err, JL_MSG("{1} is an order of another budget line"),
                  JL_MSG("an invoice settles an order of its own line"), jl_arg_record(order));
}

/* The same seen from the order: what settles it must still fit. */
static bool expense_settled(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *order = in->touched->after;
  size_t n;
  if (order->deleted_revision != 0 || (!jl_rule_changed(in, JL_EXPENSE_STATE) && !jl_rule_changed(in, JL_EXPENSE_LINE))) return true;
  const struct jl_record **invoices = jl_replica_referring(in->after, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, in->arena, &n);
  if (n == SIZE_MAX) return too_big(in, err);
  for (size_t i = 0; i < n; i++)
    if (!is_ordered(order) || !same_line(order, invoices[i]))
      return jl_break(in, JL_EXPENSE_STATE, err, JL_MSG("{1} is settled by {2}: it must stay an order of the same budget line"),
                      JL_MSG("change the invoice first"), jl_arg_record(order), jl_arg_record(invoices[i]));
  return true;
}

/* The last of the line's other expenses: who probably took what is missing. */
static struct jl_arg last_taker(const struct jl_rule_input *in, const struct jl_record *line) {
  const struct jl_record *last = NULL;
  struct jl_id person;
  int64_t time_us;
  uint64_t revision;
  size_t n;
  const struct jl_record **all = jl_replica_referring(in->after, &line->id, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, in->arena, &n);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++)
    if (all[i] != in->touched->after && all[i]->revision <= jl_replica_where(in->after)->revision &&
        (last == NULL || all[i]->revision >= last->revision))
      last = all[i];
  const struct jl_evaluation *e = in->evaluation;
  if (last == NULL || e == NULL || e->who_changed == NULL || !e->who_changed(e->context, last, 0, &person, &time_us, &revision))
    return jl_arg_text("");
  return jl_arg_holder(jl_names_for(e), &person);
}

static enum jl_basis basis_of(const struct jl_record *line) {
  return jl_record_int(line->type, line->body, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS ? JL_BASIS_GROSS : JL_BASIS_NET;
}

/* What the touched order comes to, what of it is still open, and what it came to before; each in the line's VAT basis and the plan's currency. */
struct ordered {
  int64_t amount, open, old;
  bool counted; /* it was an order of this line before */
};

static bool order_of(const struct jl_rule_input *in, const struct jl_record *line, struct ordered *ret, struct jl_error *err) {
  const struct jl_record *order = in->touched->after, *before = in->touched->before;
  struct jl_money_reader reader;
  struct jl_sum whole, open, old = {0};
  jl_money_reader_init(&reader, in->after, in->arena);
  enum jl_sum_known known = jl_expense_alone(&reader, order, &whole);
  bool counted = !jl_rule_came(in) && is_ordered(before) && same_line(before, order);
  if (known == JL_NO_RATE)
    return jl_break(in, JL_EXPENSE_CURRENCY, err, JL_MSG("{1} is in a currency without a rate on its day, so nobody knows whether it fits what remains on {2}"),
                    JL_MSG("give the rate first: jalon exchange-rate add --currency ... --day ... --rate ..."), jl_arg_record(order), jl_arg_record(line));
  if (known != JL_KNOWN || jl_order_left(&reader, order, &open) == JL_NO_SUM) return too_big(in, err); /* where an invoice has no rate, what is reserved */
  if (counted) counted = jl_expense_alone(&reader, before, &old) == JL_KNOWN;
  enum jl_basis basis = basis_of(line);
  *ret = (struct ordered){jl_sum_in(&whole, basis), jl_sum_in(&open, basis), jl_sum_in(&old, basis), counted};
  return true;
}

/* It was deleted, and what it held was ordered otherwise since. */
static bool no_room_any_more(const struct jl_rule_input *in, const struct jl_record *line, int64_t amount, int64_t remaining, int64_t missing, struct jl_error *err) {
  return jl_break(in, JL_EXPENSE_NET, err,
                  basis_of(line) == JL_BASIS_GROSS ? JL_MSG("the order {1} of {2} incl. VAT does not come back: {4} incl. VAT remain on {3}, {5} less than it takes")
                                                   : JL_MSG("the order {1} of {2} excl. VAT does not come back: {4} excl. VAT remain on {3}, {5} less than it takes"),
                  JL_MSG("plan {5} more on {3}, or delete or lower another of its orders; then restore it again"), jl_arg_record(in->touched->after), money(in, amount),
                  jl_arg_record(line), money(in, remaining), money(in, missing));
}

/* A commitment that grows must fit into what remains, when the plan says so. Invoices are facts and always recorded. */
static bool commitment_fits(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *order = in->touched->after, *plan = jl_plan_record(in->after);
  struct jl_amounts amounts;
  struct ordered now = {0};
  int64_t remaining;
  if (plan == NULL || jl_record_int(plan->type, plan->body, JL_PLAN_CONTROL, JL_CONTROL_WARN) != JL_CONTROL_REFUSE || !is_ordered(order) ||
      !jl_rule_alive(in))
    return true;
  const struct jl_record *line = line_of(in, order, JL_EXPENSE_LINE);
  if (line == NULL) return true;
  if (!order_of(in, line, &now, err)) return false;
  if (!jl_line_sums_amounts(in->sums, in->after, line, in->arena, &amounts)) return too_big(in, err);
  if (amounts.remaining >= 0 || (now.counted && now.amount <= now.old)) return true;
  if (!jl_add(amounts.remaining, now.open, &remaining)) return too_big(in, err);
  if (in->touched->before != NULL && jl_rule_came(in)) return no_room_any_more(in, line, now.open, remaining, -amounts.remaining, err);
  struct jl_arg taker = last_taker(in, line);
  bool gross = basis_of(line) == JL_BASIS_GROSS;
  if (taker.text[0] != '\0')
    return jl_break(in, JL_EXPENSE_NET, err,
                    gross ? JL_MSG("the order {1} of {2} incl. VAT is above what remains on {3}: {4} incl. VAT; the last to commit was {5}")
                          : JL_MSG("the order {1} of {2} excl. VAT is above what remains on {3}: {4} excl. VAT; the last to commit was {5}"),
                    JL_MSG("order less, move budget to the line, or ask its owner"), jl_arg_record(order), money(in, now.amount),
                    jl_arg_record(line), money(in, remaining), taker);
  return jl_break(in, JL_EXPENSE_NET, err,
                  gross ? JL_MSG("the order {1} of {2} incl. VAT is above what remains on {3}: {4} incl. VAT")
                        : JL_MSG("the order {1} of {2} excl. VAT is above what remains on {3}: {4} excl. VAT"),
                  JL_MSG("order less, move budget to the line, or ask its owner"), jl_arg_record(order), money(in, now.amount),
                  jl_arg_record(line), money(in, remaining));
}

static const struct jl_rule rules[] = {
    {"line-subcategory", JL_TYPE_BUDGET_LINE, line_subcategory}, {"line-planned-once", JL_TYPE_BUDGET_LINE, line_planned_once},
    {"month-or-line", JL_TYPE_BUDGET_MONTH, month_or_line},      {"month-in-period", JL_TYPE_BUDGET_MONTH, month_in_period},
    {"expense-amount", JL_TYPE_EXPENSE, expense_amount},         {"expense-settles", JL_TYPE_EXPENSE, expense_settles},
    {"expense-settled", JL_TYPE_EXPENSE, expense_settled},       {"commitment-fits", JL_TYPE_EXPENSE, commitment_fits},
};
const struct jl_rules jl_budget_rules = {rules, JL_COUNT(rules)};
