/* One entry of the budget, from the fields of its record. What is said is worked out here again and held against the entry: where it does not come to
 * the same the record alone is named, never a formula that is not so. */
#include "common/base/money.h"
#include "common/model/budget/why.h"
#include "common/record/schema.h"

struct entry {
  struct jl_builder *b;
  const struct jl_view_input *in;
  const struct jl_record *line;
  bool gross; /* wanted; else excl. VAT */
};

static struct jl_arg money(const struct entry *e, int64_t amount) {
  char currency[4];
  jl_plan_currency(e->in->space, currency);
  return jl_arg_money(amount, currency);
}

static bool field_of(const struct jl_record *record, uint32_t field, int64_t *ret) {
  struct jl_value value;
  if (!jl_record_get(record->body, jl_field_by_number(record->type, field), &value)) return false;
  *ret = value.number;
  return true;
}

static bool with_rate(bool gross, int64_t amount, int64_t rate, int64_t *ret) {
  return gross ? jl_vat_gross(amount, rate, ret) : jl_vat_net(amount, rate, ret);
}

static void named(const struct entry *e, int64_t amount, const struct jl_record *record) {
  if (jl_why_begin(e->b, JL_WHY_RESTS_ON, money(e, amount), NULL)) jl_why_about(e->b, e->in, record);
  jl_why_end(e->b);
}

static void begin_side(const struct entry *e, int64_t amount) {
  (void)jl_why_begin(e->b, e->gross ? JL_WHY_GROSS : JL_WHY_NET, money(e, amount),
                     e->gross ? JL_MSG("incl. VAT = excl. VAT x (1 + rate)") : JL_MSG("excl. VAT = incl. VAT / (1 + rate)"));
}

/* ---- expenses ---- */
static void why_expense(const struct entry *e, const struct jl_record *expense, int64_t amount) {
  uint32_t wanted = e->gross ? JL_EXPENSE_GROSS : JL_EXPENSE_NET, other = e->gross ? JL_EXPENSE_NET : JL_EXPENSE_GROSS;
  int64_t entered, computed, rate = jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0);
  bool own_rate = field_of(expense, JL_EXPENSE_VAT_RATE, &rate);
  if (field_of(expense, wanted, &entered) && entered == amount) {
    jl_why_field(e->b, e->in, expense, wanted);
    return;
  }
  if (!field_of(expense, other, &entered) || !with_rate(e->gross, entered, rate, &computed) || computed != amount) {
    named(e, amount, expense);
    return;
  }
  begin_side(e, amount);
  jl_why_about(e->b, e->in, expense);
  jl_why_field(e->b, e->in, expense, other);
  if (own_rate)
    jl_why_field(e->b, e->in, expense, JL_EXPENSE_VAT_RATE);
  else
    jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_VAT_RATE, 0);
  jl_why_end(e->b);
}

static bool amount_of(const struct entry *e, const struct jl_record *expense, int64_t *ret) {
  int64_t rate = jl_view_int(expense, JL_EXPENSE_VAT_RATE, jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0)), other;
  if (field_of(expense, e->gross ? JL_EXPENSE_GROSS : JL_EXPENSE_NET, ret)) return true;
  return field_of(expense, e->gross ? JL_EXPENSE_NET : JL_EXPENSE_GROSS, &other) && with_rate(e->gross, other, rate, ret);
}

/* What invoices leave of an order. */
static void why_order(const struct entry *e, const struct jl_record *order, int64_t amount) {
  size_t n = 0, invoiced = 0;
  int64_t open = 0, invoice = 0, first = 0;
  const struct jl_record **invoices = jl_view_referring(e->in, e->b, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, &n);
  bool fits = amount_of(e, order, &first);
  open = first;
  for (size_t i = 0; i < n && fits; i++) {
    if (jl_view_int(invoices[i], JL_EXPENSE_STATE, 0) != JL_INVOICED) continue;
    fits = amount_of(e, invoices[i], &invoice) && !__builtin_sub_overflow(open, invoice, &open);
    invoices[invoiced++] = invoices[i];
  }
  if (invoiced == 0 || !fits || open != amount) {
    why_expense(e, order, amount);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, amount), JL_MSG("ordered - invoiced of it"))) {
    jl_why_many(e->b, invoiced + 1);
    why_expense(e, order, first);
    for (size_t i = 0; i < invoiced; i++)
      if (amount_of(e, invoices[i], &invoice)) why_expense(e, invoices[i], invoice);
  }
  jl_why_end(e->b);
}

/* ---- what is planned ---- */
static void why_months(const struct entry *e, const struct jl_record *month, const struct jl_record **months, size_t n, int64_t amount) {
  int64_t all = 0, whole = 0, rate = jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0);
  bool fits = true;
  for (size_t i = 0; i < n && fits; i++) fits = jl_add(all, jl_view_int(months[i], JL_BUDGET_MONTH_PLANNED, 0), &all);
  if (!fits || !with_rate(e->gross, all, rate, &whole)) {
    named(e, amount, month);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_PORTION, money(e, amount), JL_MSG("the month's part of the line, by what the months plan"))) {
    jl_why_about(e->b, e->in, month);
    begin_side(e, whole);
    if (jl_why_begin(e->b, JL_WHY_SUM, money(e, all), JL_MSG("planned in all months"))) {
      jl_why_about(e->b, e->in, e->line);
      jl_why_many(e->b, n);
      for (size_t i = 0; i < n; i++) jl_why_field(e->b, e->in, months[i], JL_BUDGET_MONTH_PLANNED);
    }
    jl_why_end(e->b);
    jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_VAT_RATE, 0);
    jl_why_end(e->b);
    for (size_t i = 0; i < n; i++) {
      jl_why_field(e->b, e->in, months[i], JL_BUDGET_MONTH_PLANNED);
      if (months[i] == month) jl_why_taken(e->b);
    }
  }
  jl_why_end(e->b);
}

static void why_planned(const struct entry *e, const struct jl_record *record, int64_t amount) {
  bool month = record->type_number == JL_TYPE_BUDGET_MONTH;
  uint32_t field = month ? JL_BUDGET_MONTH_PLANNED : JL_BUDGET_LINE_PLANNED;
  int64_t own = jl_view_int(record, field, 0), computed;
  bool side = (jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS) == e->gross;
  if (side && own == amount) {
    jl_why_field_or(e->b, e->in, record, field, 0);
    return;
  }
  if (month && !side) {
    size_t n = 0;
    const struct jl_record **months = jl_view_referring(e->in, e->b, &e->line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n);
    why_months(e, record, months, n, amount);
    return;
  }
  if (side || !with_rate(e->gross, own, jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0), &computed) || computed != amount) {
    named(e, amount, record);
    return;
  }
  begin_side(e, amount);
  jl_why_about(e->b, e->in, record);
  jl_why_field_or(e->b, e->in, record, field, 0);
  jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_VAT_RATE, 0);
  jl_why_end(e->b);
}

void jl_why_entry(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_entry *entry, enum jl_basis basis) {
  const struct entry e = {b, in, entry->line, basis == JL_BASIS_GROSS};
  int64_t amount = jl_sum_in(&entry->sum, basis);
  if (entry->kind == JL_MONEY_PLANNED)
    why_planned(&e, entry->record, amount);
  else if (entry->kind == JL_MONEY_COMMITTED)
    why_order(&e, entry->record, amount);
  else
    why_expense(&e, entry->record, amount);
}
