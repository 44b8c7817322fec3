#include "common/model/budget/amounts.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <string.h>

const struct jl_record *jl_plan_record(const struct jl_replica *r) {
  const struct jl_record *plan = jl_replica_record(r, &jl_replica_where(r)->space);
  return plan != NULL && plan->type_number == JL_TYPE_PLAN ? plan : NULL;
}

void jl_plan_currency(const struct jl_replica *r, char out[4]) {
  const struct jl_record *plan = jl_plan_record(r);
  struct jl_bytes currency = plan == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(plan->type, plan->body, JL_PLAN_CURRENCY);
  memset(out, 0, 4);
  if (currency.size == 3) memcpy(out, currency.data, 3);
}

static bool expense_value(const struct jl_record *expense, uint32_t field, int64_t *ret) {
  struct jl_value value;
  if (!jl_record_get(expense->body, jl_field_by_number(expense->type, field), &value)) return false;
  *ret = value.number;
  return true;
}

bool jl_expense_amount(const struct jl_record *expense, const struct jl_record *line, int64_t *ret_amount) {
  bool wants_gross = line != NULL && jl_record_int(line->type, line->body, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  int64_t rate = line == NULL ? 0 : jl_record_int(line->type, line->body, JL_BUDGET_LINE_VAT_RATE, 0), other;
  rate = jl_record_int(expense->type, expense->body, JL_EXPENSE_VAT_RATE, rate);
  if (expense_value(expense, wants_gross ? JL_EXPENSE_GROSS : JL_EXPENSE_NET, ret_amount)) return true;
  if (expense_value(expense, wants_gross ? JL_EXPENSE_NET : JL_EXPENSE_GROSS, &other))
    return wants_gross ? jl_vat_gross(other, rate, ret_amount) : jl_vat_net(other, rate, ret_amount);
  *ret_amount = 0;
  return true;
}

static bool is_invoice(const struct jl_record *expense) {
  return jl_record_int(expense->type, expense->body, JL_EXPENSE_STATE, 0) == JL_INVOICED;
}

bool jl_order_open(const struct jl_replica *r, const struct jl_record *order, const struct jl_record *line, struct jl_arena *a,
                   int64_t *ret_open) {
  int64_t open, amount;
  size_t n;
  *ret_open = 0;
  if (is_invoice(order)) return true;
  if (!jl_expense_amount(order, line, &open)) return false;
  const struct jl_record **invoices = jl_replica_referring(r, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, a, &n);
  if (n == SIZE_MAX) return false;
  for (size_t i = 0; i < n; i++) {
    if (!is_invoice(invoices[i])) continue;
    if (!jl_expense_amount(invoices[i], line, &amount) || __builtin_sub_overflow(open, amount, &open)) return false;
  }
  *ret_open = open > 0 ? open : 0;
  return true;
}

bool jl_line_planned(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, int64_t *ret_planned) {
  size_t n;
  const struct jl_record **months = jl_replica_referring(r, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, a, &n);
  if (n == SIZE_MAX) return false;
  *ret_planned = n > 0 ? 0 : jl_record_int(line->type, line->body, JL_BUDGET_LINE_PLANNED, 0);
  for (size_t i = 0; i < n; i++)
    if (!jl_add(*ret_planned, jl_record_int(months[i]->type, months[i]->body, JL_BUDGET_MONTH_PLANNED, 0), ret_planned)) return false;
  return true;
}

bool jl_line_amounts(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, struct jl_amounts *ret) {
  struct jl_amounts sum = {0};
  size_t n;
  if (!jl_line_planned(r, line, a, &sum.planned)) return false;
  const struct jl_record **expenses = jl_replica_referring(r, &line->id, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, a, &n);
  if (n == SIZE_MAX) return false;
  for (size_t i = 0; i < n; i++) {
    int64_t amount;
    if (is_invoice(expenses[i])) {
      if (!jl_expense_amount(expenses[i], line, &amount) || !jl_add(sum.actual, amount, &sum.actual)) return false;
    } else if (!jl_order_open(r, expenses[i], line, a, &amount) || !jl_add(sum.committed, amount, &sum.committed)) {
      return false;
    }
  }
  if (__builtin_sub_overflow(sum.planned, sum.committed, &sum.remaining) ||
      __builtin_sub_overflow(sum.remaining, sum.actual, &sum.remaining))
    return false;
  *ret = sum;
  return true;
}
