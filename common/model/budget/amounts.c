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

int64_t jl_sum_in(const struct jl_sum *sum, enum jl_basis basis) {
  return basis == JL_BASIS_NET ? sum->net : basis == JL_BASIS_GROSS ? sum->gross : sum->cost;
}

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static enum jl_basis basis_of(const struct jl_record *line) {
  return line != NULL && number_of(line, JL_BUDGET_LINE_VAT_BASIS) == JL_GROSS ? JL_BASIS_GROSS : JL_BASIS_NET;
}

/* Both sides of what is known on one. */
static bool with_vat(int64_t amount, enum jl_basis basis, int64_t rate, struct jl_sum *ret) {
  struct jl_sum sum = {amount, amount, 0};
  if (basis == JL_BASIS_GROSS ? !jl_vat_net(amount, rate, &sum.net) : !jl_vat_gross(amount, rate, &sum.gross)) return false;
  sum.cost = sum.net;
  *ret = sum;
  return true;
}

/* ---- expenses ---- */
static bool expense_value(const struct jl_record *expense, uint32_t field, int64_t *ret) {
  struct jl_value value;
  if (!jl_record_get(expense->body, jl_field_by_number(expense->type, field), &value)) return false;
  *ret = value.number;
  return true;
}

static bool expense_sum(const struct jl_record *expense, const struct jl_record *line, struct jl_sum *ret) {
  struct jl_sum sum = {0};
  int64_t rate = line == NULL ? 0 : number_of(line, JL_BUDGET_LINE_VAT_RATE);
  rate = jl_record_int(expense->type, expense->body, JL_EXPENSE_VAT_RATE, rate);
  bool net = expense_value(expense, JL_EXPENSE_NET, &sum.net), gross = expense_value(expense, JL_EXPENSE_GROSS, &sum.gross);
  if (net != gross && !with_vat(net ? sum.net : sum.gross, net ? JL_BASIS_NET : JL_BASIS_GROSS, rate, &sum)) return false;
  sum.cost = sum.net;
  *ret = sum;
  return true;
}

bool jl_expense_amount(const struct jl_record *expense, const struct jl_record *line, int64_t *ret_amount) {
  struct jl_sum sum;
  if (!expense_sum(expense, line, &sum)) return false;
  *ret_amount = jl_sum_in(&sum, basis_of(line));
  return true;
}

static bool is_invoice(const struct jl_record *expense) { return number_of(expense, JL_EXPENSE_STATE) == JL_INVOICED; }

static bool less(int64_t *io, int64_t amount) { return !__builtin_sub_overflow(*io, amount, io); }
static int64_t at_least_nothing(int64_t n) { return n > 0 ? n : 0; }

/* Settled in the line's basis is settled: what is left on the other side then is rounding. */
static bool order_open(const struct jl_replica *r, const struct jl_record *order, const struct jl_record *line, struct jl_arena *a,
                       struct jl_sum *ret) {
  struct jl_sum open, invoice;
  size_t n;
  *ret = (struct jl_sum){0};
  if (is_invoice(order)) return true;
  if (!expense_sum(order, line, &open)) return false;
  const struct jl_record **invoices = jl_replica_referring(r, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, a, &n);
  if (n == SIZE_MAX) return false;
  for (size_t i = 0; i < n; i++) {
    if (!is_invoice(invoices[i])) continue;
    if (!expense_sum(invoices[i], line, &invoice) || !less(&open.net, invoice.net) || !less(&open.gross, invoice.gross) ||
        !less(&open.cost, invoice.cost))
      return false;
  }
  if (jl_sum_in(&open, basis_of(line)) <= 0) return true;
  *ret = (struct jl_sum){at_least_nothing(open.net), at_least_nothing(open.gross), at_least_nothing(open.cost)};
  return true;
}

bool jl_order_open(const struct jl_replica *r, const struct jl_record *order, const struct jl_record *line, struct jl_arena *a,
                   int64_t *ret_open) {
  struct jl_sum open;
  if (!order_open(r, order, line, a, &open)) return false;
  *ret_open = jl_sum_in(&open, basis_of(line));
  return true;
}

/* ---- a line ---- */
struct walk {
  const struct jl_replica *r;
  const struct jl_record *line, *action;
  struct jl_arena *a;
  jl_money_entry_function *take;
  void *context;
};

static bool enter(const struct walk *w, enum jl_money_kind kind, const struct jl_record *record, int32_t day, struct jl_sum sum) {
  const struct jl_money_entry entry = {.kind = kind, .record = record, .line = w->line, .action = w->action, .day = day, .sum = sum};
  return w->take(w->context, &entry);
}

/* The line's whole on its other side, shared among months in proportion to what they plan. */
static bool share_out(const struct walk *w, const int64_t *planned, size_t n, struct jl_sum *ret) {
  enum jl_basis basis = basis_of(w->line);
  struct jl_sum whole;
  int64_t all = 0, *others = jl_arena_array(w->a, n, sizeof *others);
  if (others == NULL) return false;
  for (size_t i = 0; i < n; i++)
    if (!jl_add(all, planned[i], &all)) return false;
  if (!with_vat(all, basis, number_of(w->line, JL_BUDGET_LINE_VAT_RATE), &whole)) return false;
  if (all > 0 && !jl_split(basis == JL_BASIS_GROSS ? whole.net : whole.gross, planned, n, others)) return false;
  for (size_t i = 0; i < n; i++) {
    ret[i] = basis == JL_BASIS_GROSS ? (struct jl_sum){others[i], planned[i], 0} : (struct jl_sum){planned[i], others[i], 0};
    ret[i].cost = ret[i].net;
  }
  return true;
}

static bool enter_planned(const struct walk *w) {
  size_t n;
  const struct jl_record **months = jl_replica_referring(w->r, &w->line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, w->a, &n);
  if (n == SIZE_MAX) return false;
  size_t count = n > 0 ? n : 1;
  int64_t *planned = jl_arena_array(w->a, count, sizeof *planned);
  struct jl_sum *sums = jl_arena_array(w->a, count, sizeof *sums);
  if (planned == NULL || sums == NULL) return false;
  planned[0] = number_of(w->line, JL_BUDGET_LINE_PLANNED);
  for (size_t i = 0; i < n; i++) planned[i] = number_of(months[i], JL_BUDGET_MONTH_PLANNED);
  if (!share_out(w, planned, count, sums)) return false;
  if (n == 0) return enter(w, JL_MONEY_PLANNED, w->line, JL_WHOLE_PERIOD, sums[0]);
  for (size_t i = 0; i < n; i++)
    if (!enter(w, JL_MONEY_PLANNED, months[i], (int32_t)number_of(months[i], JL_BUDGET_MONTH_MONTH), sums[i])) return false;
  return true;
}

static bool enter_expenses(const struct walk *w) {
  size_t n;
  const struct jl_record **expenses = jl_replica_referring(w->r, &w->line->id, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, w->a, &n);
  if (n == SIZE_MAX) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_sum sum;
    bool invoice = is_invoice(expenses[i]);
    if (invoice ? !expense_sum(expenses[i], w->line, &sum) : !order_open(w->r, expenses[i], w->line, w->a, &sum)) return false;
    int32_t day = (int32_t)number_of(expenses[i], JL_EXPENSE_DATE);
    if (!enter(w, invoice ? JL_MONEY_ACTUAL : JL_MONEY_COMMITTED, expenses[i], day, sum)) return false;
  }
  return true;
}

static struct walk walk_of(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, jl_money_entry_function *take,
                           void *context) {
  struct jl_id id;
  bool has = jl_record_id(line->type, line->body, JL_BUDGET_LINE_ACTION, &id);
  return (struct walk){.r = r, .line = line, .action = has ? jl_replica_live(r, &id) : NULL, .a = a, .take = take, .context = context};
}

bool jl_line_entries(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, jl_money_entry_function *take, void *context) {
  const struct walk w = walk_of(r, line, a, take, context);
  return enter_planned(&w) && enter_expenses(&w);
}

/* ---- sums of them ---- */
bool jl_amounts_take(struct jl_amounts *io, enum jl_money_kind kind, int64_t amount) {
  struct jl_amounts sum = *io;
  int64_t *to = kind == JL_MONEY_PLANNED ? &sum.planned : kind == JL_MONEY_COMMITTED ? &sum.committed : &sum.actual;
  if (!jl_add(*to, amount, to)) return false;
  if (kind == JL_MONEY_PLANNED ? !jl_add(sum.remaining, amount, &sum.remaining) : !less(&sum.remaining, amount)) return false;
  *io = sum;
  return true;
}

struct in_basis {
  struct jl_amounts amounts;
  enum jl_basis basis;
};

static bool take(void *context, const struct jl_money_entry *entry) {
  struct in_basis *sum = context;
  return jl_amounts_take(&sum->amounts, entry->kind, jl_sum_in(&entry->sum, sum->basis));
}

bool jl_line_planned(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, int64_t *ret_planned) {
  struct in_basis sum = {.basis = basis_of(line)};
  const struct walk w = walk_of(r, line, a, take, &sum);
  if (!enter_planned(&w)) return false;
  *ret_planned = sum.amounts.planned;
  return true;
}

bool jl_line_amounts(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, struct jl_amounts *ret) {
  struct in_basis sum = {.basis = basis_of(line)};
  if (!jl_line_entries(r, line, a, take, &sum)) return false;
  *ret = sum.amounts;
  return true;
}
