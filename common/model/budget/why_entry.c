/* One entry of the budget: an expense, what is open of an order, or what is planned; in its currency, and the part of it that pays for one action. */
#include "common/base/money.h"
#include "common/model/budget/why_amount.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- expenses ---- */
static bool read_expense(struct jl_entry_why *e, const struct jl_record *expense, struct jl_amount_why *ret) {
  *ret = (struct jl_amount_why){.record = expense};
  return jl_expense_own(&e->reader, expense, &ret->sum);
}

static void why_expense(struct jl_entry_why *e, const struct jl_record *expense, enum jl_basis basis, int64_t amount) {
  struct jl_amount_why a;
  if (read_expense(e, expense, &a) && jl_sum_in(&a.sum, basis) == amount)
    jl_why_amount(e, &a, basis);
  else
    jl_why_named(e, amount, expense);
}

static bool same_currency(struct jl_entry_why *e, const struct jl_record *expense) {
  char its[4];
  jl_currency_of(&e->reader.rates, expense, JL_EXPENSE_CURRENCY, its);
  return strcmp(its, e->currency) == 0;
}

/* What invoices of its own currency leave of an order; they come first in the answer. NULL: some are in another one, or it does not fit. */
static const struct jl_record **open_order(struct jl_entry_why *e, const struct jl_record *order, enum jl_basis basis, int64_t *ret_open, size_t *ret_invoiced) {
  size_t n = 0, invoiced = 0;
  struct jl_amount_why whole, invoice;
  const struct jl_record **invoices = jl_view_referring(e->in, e->b, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, &n);
  bool fits = read_expense(e, order, &whole);
  int64_t open = fits ? jl_sum_in(&whole.sum, basis) : 0;
  for (size_t i = 0; i < n && fits; i++) {
    if (jl_view_int(invoices[i], JL_EXPENSE_STATE, 0) != JL_INVOICED) continue;
    fits = same_currency(e, invoices[i]) && read_expense(e, invoices[i], &invoice) && !__builtin_sub_overflow(open, jl_sum_in(&invoice.sum, basis), &open);
    invoices[invoiced++] = invoices[i];
  }
  *ret_open = open;
  *ret_invoiced = invoiced;
  return fits ? invoices : NULL;
}

static void why_order(struct jl_entry_why *e, const struct jl_record *order, enum jl_basis basis, int64_t amount) {
  size_t invoiced = 0;
  struct jl_amount_why whole, invoice;
  int64_t open;
  const struct jl_record **invoices = open_order(e, order, basis, &open, &invoiced);
  if (invoices == NULL || invoiced == 0 || open != amount || !read_expense(e, order, &whole)) {
    why_expense(e, order, basis, amount);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, jl_entry_money(e, amount), JL_MSG("ordered - invoiced of it"))) {
    jl_why_many(e->b, invoiced + 1);
    jl_why_amount(e, &whole, basis);
    for (size_t i = 0; i < invoiced; i++)
      if (read_expense(e, invoices[i], &invoice)) jl_why_amount(e, &invoice, basis);
  }
  jl_why_end(e->b);
}

/* Committed is what is open of an order; as of a day, an invoice that is dated later too. */
static bool is_order(const struct jl_money_entry *entry) {
  return entry->kind == JL_MONEY_COMMITTED && jl_view_int(entry->record, JL_EXPENSE_STATE, 0) != JL_INVOICED;
}

/* ---- in its own currency, whole ---- */
static void why_own(struct jl_entry_why *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  if (entry->kind == JL_MONEY_PLANNED)
    jl_why_planned(e, entry->record, basis, amount);
  else if (is_order(entry))
    why_order(e, entry->record, basis, amount);
  else
    why_expense(e, entry->record, basis, amount);
}

/* What it is in its own currency; false: not known here, as of an order that was invoiced in another one. */
static bool own_amount(struct jl_entry_why *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t *ret) {
  struct jl_amount_why a = {.record = e->line}, before = {0};
  bool known, planned = entry->kind == JL_MONEY_PLANNED;
  size_t invoiced;
  if (is_order(entry)) return open_order(e, entry->record, basis, ret, &invoiced) != NULL;
  if (!planned)
    known = read_expense(e, entry->record, &a);
  else if (entry->day == JL_WHOLE_PERIOD)
    known = jl_why_line_amount(e, jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), &a);
  else
    known = jl_why_steps(e, entry->record, &before, &a);
  *ret = known ? jl_sum_in(&a.sum, basis) - jl_sum_in(&before.sum, basis) : 0;
  return known;
}

static void why_converted(struct jl_entry_why *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  int64_t own, converted;
  char plan[4];
  memcpy(plan, e->currency, sizeof plan);
  bool line = entry->kind == JL_MONEY_PLANNED;
  jl_currency_of(&e->reader.rates, line ? e->line : entry->record, line ? JL_BUDGET_LINE_CURRENCY : JL_EXPENSE_CURRENCY, e->currency);
  if (!own_amount(e, entry, basis, &own) || !jl_rate_convert(&e->reader.rates, entry->rate, own, &converted) || converted != amount) {
    memcpy(e->currency, plan, sizeof plan);
    jl_why_named(e, amount, entry->record);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_PROPORTION, jl_arg_money(amount, plan), JL_MSG("amount x worth / rate, at the rate of its day"))) {
    why_own(e, entry, basis, own);
    jl_why_field(e->b, e->in, entry->rate, JL_EXCHANGE_RATE_WORTH);
    jl_why_field(e->b, e->in, entry->rate, JL_EXCHANGE_RATE_RATE);
  }
  jl_why_end(e->b);
  memcpy(e->currency, plan, sizeof plan);
}

static void why_whole(struct jl_entry_why *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  e->day = entry->day;
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

static void read_shares(const struct jl_entry_why *e, const struct jl_money_entry *entry, struct shares *ret) {
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

/* The whole of which it is a part: an order, an invoice, or what the line plans until then and before, in the order in which it is shared. */
struct wholes {
  struct jl_entry_why *e;
  struct jl_money_entries entries;
};

static bool keep_whole(void *context, const struct jl_money_entry *entry) {
  struct wholes *w = context;
  struct jl_money_entry *last = w->entries.count == 0 ? NULL : &w->entries.rows[w->entries.count - 1];
  if (entry->kind != JL_MONEY_PLANNED) return true;
  if (last == NULL || last->record != entry->record || last->day != entry->day) return jl_money_entries_add(&w->entries, w->e->b, entry);
  last->sum = (struct jl_sum){last->sum.net + entry->sum.net, last->sum.gross + entry->sum.gross, last->sum.cost + entry->sum.cost}; /* parts of what fits */
  return true;
}

static bool pass_over(void *context, const struct jl_money_entry *entry) {
  (void)context;
  (void)entry;
  return true;
}

/* What is planned without a rate is in no sum until then: each time is shared by itself (amounts.c). */
static bool unrated_whole(struct jl_entry_why *e, const struct jl_money_entry *entry, struct wholes *ret) {
  if (!jl_lines_entries(e->in->space, &e->line, 1, jl_builder_arena(e->b), pass_over, keep_whole, ret)) return false;
  for (size_t i = 0; i < ret->entries.count; i++) {
    if (ret->entries.rows[i].record != entry->record || ret->entries.rows[i].day != entry->day) continue;
    ret->entries.rows[0] = ret->entries.rows[i];
    ret->entries.count = 1;
    return true;
  }
  return false;
}

static bool wholes_of(struct jl_entry_why *e, const struct jl_money_entry *entry, struct wholes *ret) {
  const bool unrated = entry->currency[0] != '\0';
  struct jl_money_entry whole = *entry;
  *ret = (struct wholes){.e = e};
  if (entry->kind == JL_MONEY_PLANNED && unrated) return unrated_whole(e, entry, ret);
  if (entry->kind == JL_MONEY_PLANNED) {
    if (!jl_line_entries(e->in->space, e->line, jl_builder_arena(e->b), keep_whole, ret)) return false;
    for (size_t i = 0; i < ret->entries.count; i++)
      if (ret->entries.rows[i].record == entry->record && ret->entries.rows[i].day == entry->day) {
        ret->entries.count = i + 1;
        return true;
      }
    return false;
  }
  if ((is_order(entry) ? jl_order_left(&e->reader, entry->record, &whole.sum) : jl_expense_sum(&e->reader, entry->record, &whole.sum)) != (unrated ? JL_NO_RATE : JL_KNOWN)) return false;
  return jl_money_entries_add(&ret->entries, e->b, &whole);
}

static int64_t sum_of(const struct wholes *w, size_t n, enum jl_basis basis) {
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += jl_sum_in(&w->entries.rows[i].sum, basis); /* it was added up before */
  return sum;
}

/* Its part of the first n of them. */
static void why_portion(struct jl_entry_why *e, const struct wholes *w, size_t n, enum jl_basis basis, const struct shares *shares, int64_t amount) {
  if (jl_why_begin(e->b, JL_WHY_PORTION, jl_entry_money(e, amount), JL_MSG("the part that pays for this action, by the shares of the line"))) {
    jl_why_about(e->b, e->in, w->entries.rows[n - 1].record);
    if (n > 1) {
      (void)jl_why_begin(e->b, JL_WHY_SUM, jl_entry_money(e, sum_of(w, n, basis)), JL_MSG("what the line plans until then"));
      jl_why_many(e->b, n);
    }
    for (size_t i = 0; i < n; i++) why_whole(e, &w->entries.rows[i], basis, jl_sum_in(&w->entries.rows[i].sum, basis));
    if (n > 1) jl_why_end(e->b);
    for (size_t i = 0; i <= shares->n; i++) {
      if (i < shares->n)
        jl_why_field(e->b, e->in, shares->records[i], JL_BUDGET_SHARE_SHARE);
      else
        jl_why_constant(e->b, jl_arg_share(shares->weights[i]), JL_MSG("what is left of the line"));
      if (i == shares->mine) jl_why_taken(e->b);
    }
  }
  jl_why_end(e->b);
}

static void why_part(struct jl_entry_why *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  struct shares shares;
  struct wholes w;
  int64_t parts[JL_SHARES_MAX + 1], before[JL_SHARES_MAX + 1];
  read_shares(e, entry, &shares);
  bool fits = wholes_of(e, entry, &w);
  size_t n = w.entries.count;
  if (!fits || !jl_split(sum_of(&w, n, basis), shares.weights, shares.n + 1, parts) || !jl_split(sum_of(&w, n - 1, basis), shares.weights, shares.n + 1, before) ||
      parts[shares.mine] - before[shares.mine] != amount) {
    jl_why_named(e, amount, entry->record);
    return;
  }
  if (n == 1) {
    why_portion(e, &w, 1, basis, &shares, amount);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, jl_entry_money(e, amount), JL_MSG("its part of what the line plans until then, less that of what it plans before"))) {
    jl_why_about(e->b, e->in, entry->record);
    why_portion(e, &w, n, basis, &shares, parts[shares.mine]);
    why_portion(e, &w, n - 1, basis, &shares, before[shares.mine]);
  }
  jl_why_end(e->b);
}

void jl_why_entry(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_entry *entry, enum jl_basis basis) {
  if (!jl_why_is_shown(b)) return;
  struct jl_entry_why e = {.b = b, .in = in, .line = entry->line, .day = entry->day};
  int64_t amount = jl_sum_in(&entry->sum, basis);
  jl_money_reader_init(&e.reader, in->space, jl_builder_arena(b));
  jl_plan_currency(in->space, e.currency);
  if (entry->currency[0] != '\0') memcpy(e.currency, entry->currency, sizeof e.currency); /* it has no rate */
  if (entry->part == JL_SHARE_ONE)
    why_whole(&e, entry, basis, amount);
  else
    why_part(&e, entry, basis, amount);
}
