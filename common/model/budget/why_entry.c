/* One entry of the budget, from the fields of its record: its side of the VAT, what it costs, its currency, its part of a line that pays for several
 * actions. What is said is worked out here again and held against the entry: where it does not come to the same (the lines of a document whose VAT is
 * rounded on the total, months of a shared line) the record alone is named, never a formula that is not so. */
#include "common/base/money.h"
#include "common/model/budget/expense.h"
#include "common/model/budget/why.h"
#include "common/record/schema.h"
#include <string.h>

struct entry {
  struct jl_builder *b;
  const struct jl_view_input *in;
  const struct jl_record *line;
  char currency[4];
  struct jl_money_reader reader;
};

static struct jl_arg money(const struct entry *e, int64_t amount) { return jl_arg_money(amount, e->currency); }

static void named(const struct entry *e, int64_t amount, const struct jl_record *record) {
  if (jl_why_begin(e->b, JL_WHY_RESTS_ON, money(e, amount), NULL)) jl_why_about(e->b, e->in, record);
  jl_why_end(e->b);
}

static bool with_rate(bool gross, int64_t amount, int64_t rate, int64_t *ret) {
  return gross ? jl_vat_gross(amount, rate, ret) : jl_vat_net(amount, rate, ret);
}

static void begin_side(const struct entry *e, bool gross, int64_t amount) {
  (void)jl_why_begin(e->b, gross ? JL_WHY_GROSS : JL_WHY_NET, money(e, amount),
                     gross ? JL_MSG("incl. VAT = excl. VAT x (1 + rate)") : JL_MSG("excl. VAT = incl. VAT / (1 + rate)"));
}

/* ---- what has a net and a gross side: an expense, or what a line plans ---- */
struct amount {
  const struct jl_record *record; /* an expense, the line, or NULL: months of the line */
  const struct jl_record **months;
  size_t month_count;
  struct jl_sum sum; /* in its own currency */
};

static void why_rate(const struct entry *e, const struct amount *a) {
  if (a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE && jl_record_has(a->record->body, JL_EXPENSE_VAT_RATE))
    jl_why_field(e->b, e->in, a->record, JL_EXPENSE_VAT_RATE);
  else
    jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_VAT_RATE, 0);
}

static void why_recoverable(const struct entry *e, const struct amount *a) {
  if (a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE && jl_record_has(a->record->body, JL_EXPENSE_VAT_RECOVERABLE))
    jl_why_field(e->b, e->in, a->record, JL_EXPENSE_VAT_RECOVERABLE);
  else
    jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE);
}

static int64_t rate_of(const struct entry *e, const struct amount *a) {
  int64_t rate = jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0);
  return a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE ? jl_view_int(a->record, JL_EXPENSE_VAT_RATE, rate) : rate;
}

/* The field that holds a side as it was entered; 0: it was not. */
static uint32_t entered(const struct entry *e, const struct amount *a, bool gross) {
  if (a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE) {
    uint32_t field = gross ? JL_EXPENSE_GROSS : JL_EXPENSE_NET;
    return jl_record_has(a->record->body, field) ? field : 0;
  }
  bool in_gross = jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  return in_gross == gross ? JL_BUDGET_LINE_PLANNED : 0;
}

static void why_entered(const struct entry *e, const struct amount *a, uint32_t field, int64_t amount) {
  if (a->record != NULL) {
    jl_why_field_or(e->b, e->in, a->record, field, 0);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_SUM, money(e, amount), JL_MSG("planned in the months until then"))) {
    jl_why_about(e->b, e->in, e->line);
    jl_why_many(e->b, a->month_count);
    for (size_t i = 0; i < a->month_count; i++) jl_why_field(e->b, e->in, a->months[i], JL_BUDGET_MONTH_PLANNED);
  }
  jl_why_end(e->b);
}

static void why_side(const struct entry *e, const struct amount *a, bool gross) {
  int64_t amount = gross ? a->sum.gross : a->sum.net, other = gross ? a->sum.net : a->sum.gross, computed;
  uint32_t field = entered(e, a, gross), from = entered(e, a, !gross);
  if (field != 0) {
    why_entered(e, a, field, amount);
  } else if (from == 0 || !with_rate(gross, other, rate_of(e, a), &computed) || computed != amount) {
    named(e, amount, a->record != NULL ? a->record : e->line);
  } else {
    begin_side(e, gross, amount);
    if (a->record != NULL) jl_why_about(e->b, e->in, a->record);
    why_entered(e, a, from, other);
    why_rate(e, a);
    jl_why_end(e->b);
  }
}

/* What it costs: all of it, less the part of its VAT that comes back. */
static void why_cost(const struct entry *e, const struct amount *a) {
  if (a->sum.cost == a->sum.net || a->sum.cost == a->sum.gross) {
    why_side(e, a, a->sum.cost != a->sum.net);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, a->sum.cost), JL_MSG("cost = incl. VAT - the VAT that comes back"))) {
    jl_why_about(e->b, e->in, a->record);
    why_side(e, a, true);
    if (jl_why_begin(e->b, JL_WHY_VAT_SHARE, money(e, a->sum.gross - a->sum.cost), JL_MSG("VAT x the share that comes back"))) {
      if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, a->sum.gross - a->sum.net), JL_MSG("VAT = incl. VAT - excl. VAT"))) {
        why_side(e, a, true);
        why_side(e, a, false);
      }
      jl_why_end(e->b);
      why_recoverable(e, a);
    }
    jl_why_end(e->b);
  }
  jl_why_end(e->b);
}

static void why_amount(const struct entry *e, const struct amount *a, enum jl_basis basis) {
  if (basis == JL_BASIS_COST)
    why_cost(e, a);
  else
    why_side(e, a, basis == JL_BASIS_GROSS);
}

/* ---- expenses ---- */
static bool read_expense(struct entry *e, const struct jl_record *expense, struct amount *ret) {
  *ret = (struct amount){.record = expense};
  return jl_expense_own(&e->reader, expense, &ret->sum);
}

static void why_expense(struct entry *e, const struct jl_record *expense, enum jl_basis basis, int64_t amount) {
  struct amount a;
  if (read_expense(e, expense, &a) && jl_sum_in(&a.sum, basis) == amount)
    why_amount(e, &a, basis);
  else
    named(e, amount, expense);
}

static bool same_currency(struct entry *e, const struct jl_record *expense) {
  char its[4];
  jl_currency_of(&e->reader.rates, expense, JL_EXPENSE_CURRENCY, its);
  return strcmp(its, e->currency) == 0;
}

/* What invoices leave of an order. */
static void why_order(struct entry *e, const struct jl_record *order, enum jl_basis basis, int64_t amount) {
  size_t n = 0, invoiced = 0;
  struct amount whole, invoice;
  const struct jl_record **invoices = jl_view_referring(e->in, e->b, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, &n);
  bool fits = read_expense(e, order, &whole);
  int64_t open = fits ? jl_sum_in(&whole.sum, basis) : 0;
  for (size_t i = 0; i < n && fits; i++) {
    if (jl_view_int(invoices[i], JL_EXPENSE_STATE, 0) != JL_INVOICED) continue;
    fits = same_currency(e, invoices[i]) && read_expense(e, invoices[i], &invoice) && !__builtin_sub_overflow(open, jl_sum_in(&invoice.sum, basis), &open);
    invoices[invoiced++] = invoices[i];
  }
  if (invoiced == 0 || !fits || open != amount) {
    why_expense(e, order, basis, amount);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, amount), JL_MSG("ordered - invoiced of it"))) {
    jl_why_many(e->b, invoiced + 1);
    why_amount(e, &whole, basis);
    for (size_t i = 0; i < invoiced; i++)
      if (read_expense(e, invoices[i], &invoice)) why_amount(e, &invoice, basis);
  }
  jl_why_end(e->b);
}

/* ---- what is planned ---- */
static bool line_amount(const struct entry *e, int64_t planned, struct amount *io) {
  bool gross = jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  return jl_with_vat(planned, gross ? JL_BASIS_GROSS : JL_BASIS_NET, jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0),
                     jl_view_int(e->line, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE), &io->sum);
}

/* The months of the line before a day. */
static bool months_before(const struct entry *e, int32_t day, struct amount *ret) {
  size_t n = 0;
  int64_t all = 0;
  *ret = (struct amount){.months = jl_view_referring(e->in, e->b, &e->line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n)};
  for (size_t i = 0; i < n; i++) { /* the array is this call's own */
    if (jl_view_int(ret->months[i], JL_BUDGET_MONTH_MONTH, 0) >= day) continue;
    if (!jl_add(all, jl_view_int(ret->months[i], JL_BUDGET_MONTH_PLANNED, 0), &all)) return false;
    ret->months[ret->month_count++] = ret->months[i];
  }
  return line_amount(e, all, ret);
}

static void why_month(const struct entry *e, const struct jl_record *month, enum jl_basis basis, int64_t amount) {
  struct amount with, without;
  int32_t day = (int32_t)jl_view_int(month, JL_BUDGET_MONTH_MONTH, 0);
  bool gross = jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  if (!months_before(e, day, &without) || !months_before(e, day + 1, &with) || jl_sum_in(&with.sum, basis) - jl_sum_in(&without.sum, basis) != amount) {
    named(e, amount, month);
    return;
  }
  bool own = basis == JL_BASIS_GROSS ? gross : !gross && (basis == JL_BASIS_NET || with.sum.cost == with.sum.net);
  if (own && jl_view_int(month, JL_BUDGET_MONTH_PLANNED, 0) == amount) {
    jl_why_field_or(e->b, e->in, month, JL_BUDGET_MONTH_PLANNED, 0);
    return;
  }
  if (without.month_count == 0) {
    why_amount(e, &with, basis);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, amount), JL_MSG("the months until then, less those before"))) {
    jl_why_about(e->b, e->in, month);
    why_amount(e, &with, basis);
    why_amount(e, &without, basis);
  }
  jl_why_end(e->b);
}

static void why_planned(const struct entry *e, const struct jl_record *record, enum jl_basis basis, int64_t amount) {
  struct amount a = {.record = e->line};
  if (record->type_number == JL_TYPE_BUDGET_MONTH) {
    why_month(e, record, basis, amount);
    return;
  }
  if (line_amount(e, jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), &a) && jl_sum_in(&a.sum, basis) == amount)
    why_amount(e, &a, basis);
  else
    named(e, amount, e->line);
}

/* ---- in its own currency, whole ---- */
static void why_own(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  if (entry->kind == JL_MONEY_PLANNED)
    why_planned(e, entry->record, basis, amount);
  else if (entry->kind == JL_MONEY_COMMITTED)
    why_order(e, entry->record, basis, amount);
  else
    why_expense(e, entry->record, basis, amount);
}

/* What it is in its own currency; false: not known here, as of a month or an order that was partly invoiced. */
static bool own_amount(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t *ret) {
  struct amount a = {.record = e->line};
  bool known = entry->record->type_number == JL_TYPE_BUDGET_LINE ? line_amount(e, jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), &a)
                                                                 : entry->kind != JL_MONEY_PLANNED && read_expense(e, entry->record, &a);
  *ret = known ? jl_sum_in(&a.sum, basis) : 0;
  return known;
}

static void why_converted(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  int64_t own, converted;
  char plan[4];
  memcpy(plan, e->currency, sizeof plan);
  bool line = entry->kind == JL_MONEY_PLANNED;
  jl_currency_of(&e->reader.rates, line ? e->line : entry->record, line ? JL_BUDGET_LINE_CURRENCY : JL_EXPENSE_CURRENCY, e->currency);
  if (!own_amount(e, entry, basis, &own) || !jl_rate_convert(&e->reader.rates, entry->rate, own, &converted) || converted != amount) {
    memcpy(e->currency, plan, sizeof plan);
    named(e, amount, entry->record);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_PROPORTION, jl_arg_money(amount, plan), JL_MSG("amount x worth / rate, at the rate of its day"))) {
    why_own(e, entry, basis, own);
    jl_why_field(e->b, e->in, entry->rate, JL_EXCHANGE_RATE_WORTH);
    jl_why_field(e->b, e->in, entry->rate, JL_EXCHANGE_RATE_RATE);
  }
  jl_why_end(e->b);
}

static void why_whole(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  if (entry->rate != NULL)
    why_converted(e, entry, basis, amount);
  else
    why_own(e, entry, basis, amount);
}

/* ---- the part of it that pays for one action ---- */
struct shares {
  const struct jl_record *records[JL_SHARES_MAX];
  int64_t weights[JL_SHARES_MAX + 1]; /* the last: what is left stays with the line's own action */
  size_t n, mine;
};

static void read_shares(const struct entry *e, const struct jl_money_entry *entry, struct shares *ret) {
  size_t n = 0;
  int64_t left = JL_SHARE_ONE;
  const struct jl_record **shares = jl_view_referring(e->in, e->b, &e->line->id, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_LINE, &n);
  *ret = (struct shares){.mine = SIZE_MAX};
  for (size_t i = 0; i < n && ret->n < JL_SHARES_MAX; i++) {
    struct jl_id id;
    int64_t share = jl_view_int(shares[i], JL_BUDGET_SHARE_SHARE, 0);
    const struct jl_record *action = jl_record_id(shares[i]->type, shares[i]->body, JL_BUDGET_SHARE_ACTION, &id) ? jl_replica_live(e->in->space, &id) : NULL;
    if (action == NULL || share > left) continue;
    if (action == entry->action && share == entry->part) ret->mine = ret->n;
    ret->records[ret->n] = shares[i];
    ret->weights[ret->n++] = share;
    left -= share;
  }
  ret->weights[ret->n] = left;
  if (ret->mine == SIZE_MAX) ret->mine = ret->n;
}

/* The whole of which it is a part, in the plan's currency; false: of a month, which has its part so that the line's add up. */
static bool whole_of(struct entry *e, const struct jl_money_entry *entry, struct jl_sum *ret) {
  struct amount a = {.record = e->line};
  if (entry->kind != JL_MONEY_PLANNED)
    return (entry->kind == JL_MONEY_ACTUAL ? jl_expense_sum(&e->reader, entry->record, ret) : jl_order_left(&e->reader, entry->record, ret)) == JL_KNOWN;
  bool known = entry->record == e->line && entry->day == JL_WHOLE_PERIOD && line_amount(e, jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), &a);
  *ret = a.sum;
  return known && (entry->rate == NULL ||
                   (jl_rate_convert(&e->reader.rates, entry->rate, a.sum.net, &ret->net) && jl_rate_convert(&e->reader.rates, entry->rate, a.sum.gross, &ret->gross) &&
                    jl_rate_convert(&e->reader.rates, entry->rate, a.sum.cost, &ret->cost)));
}

static void why_part(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  struct shares shares;
  struct jl_sum whole;
  int64_t parts[JL_SHARES_MAX + 1];
  read_shares(e, entry, &shares);
  if (!whole_of(e, entry, &whole) || !jl_split(jl_sum_in(&whole, basis), shares.weights, shares.n + 1, parts) || parts[shares.mine] != amount) {
    named(e, amount, entry->record);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_PORTION, money(e, amount), JL_MSG("the part that pays for this action, by the shares of the line"))) {
    jl_why_about(e->b, e->in, entry->record);
    why_whole(e, entry, basis, jl_sum_in(&whole, basis));
    for (size_t i = 0; i <= shares.n; i++) {
      if (i < shares.n)
        jl_why_field(e->b, e->in, shares.records[i], JL_BUDGET_SHARE_SHARE);
      else
        jl_why_constant(e->b, jl_arg_share(shares.weights[i]), JL_MSG("what is left of the line"));
      if (i == shares.mine) jl_why_taken(e->b);
    }
  }
  jl_why_end(e->b);
}

void jl_why_entry(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_entry *entry, enum jl_basis basis) {
  struct entry e = {.b = b, .in = in, .line = entry->line};
  int64_t amount = jl_sum_in(&entry->sum, basis);
  jl_money_reader_init(&e.reader, in->space, jl_builder_arena(b));
  jl_plan_currency(in->space, e.currency);
  if (entry->currency[0] != '\0') memcpy(e.currency, entry->currency, sizeof e.currency); /* it has no rate */
  if (entry->part == JL_SHARE_ONE)
    why_whole(&e, entry, basis, amount);
  else
    why_part(&e, entry, basis, amount);
}
