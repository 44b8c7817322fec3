/* One entry of the budget, from the fields of its record: its side of the VAT, what it costs, its currency, its part of a line that pays for several
 * actions. What is said is worked out here again and held against the entry: where it does not come to the same (an order that was invoiced in
 * several currencies) the record alone is named, never a formula that is not so. */
#include "common/base/money.h"
#include "common/model/budget/expense.h"
#include "common/model/budget/why.h"
#include "common/record/schema.h"
#include <string.h>

struct entry {
  struct jl_builder *b;
  const struct jl_view_input *in;
  const struct jl_record *line;
  int32_t day; /* on which it counts: of what recurs it tells which time */
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
  int64_t times; /* of a recurring line, together; 0: not of one */
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
  if (a->record != NULL || a->times == 1) {
    jl_why_field_or(e->b, e->in, a->record != NULL ? a->record : e->line, field, 0);
    return;
  }
  if (a->times > 0) {
    if (jl_why_begin(e->b, JL_WHY_PRODUCT, money(e, amount), JL_MSG("planned each time x the times until then"))) {
      jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_PLANNED, 0);
      jl_why_constant(e->b, jl_arg_integer(a->times), JL_MSG("times until then"));
    }
    jl_why_end(e->b);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_SUM, money(e, amount), JL_MSG("planned in the months until then"))) {
    jl_why_about(e->b, e->in, e->line);
    jl_why_many(e->b, a->month_count);
    for (size_t i = 0; i < a->month_count; i++) jl_why_field(e->b, e->in, a->months[i], JL_BUDGET_MONTH_PLANNED);
  }
  jl_why_end(e->b);
}

/* ---- a line of a document whose VAT is rounded on its total: the total with it, less the total of the lines before it ---- */
static const struct jl_record **document_of(const struct entry *e, const struct jl_record *expense, size_t *ret_n) {
  const struct jl_record *head = jl_view_linked(e->in, expense, JL_EXPENSE_PART_OF), **rest;
  size_t n = 0;
  if (head == NULL) head = expense;
  rest = jl_view_referring(e->in, e->b, &head->id, JL_TYPE_EXPENSE, JL_EXPENSE_PART_OF, &n);
  const struct jl_record **all = n == 0 ? NULL : jl_view_alloc(e->b, n + 1, sizeof *all);
  *ret_n = all == NULL ? 0 : n + 1;
  for (size_t i = 0; i < *ret_n; i++) all[i] = i == 0 ? head : rest[i - 1];
  return all;
}

/* Those of its lines, up to this one, that were entered on the same side at the same rate. */
static size_t alike(const struct entry *e, const struct amount *a, uint32_t field, const struct jl_record **io_all, size_t n, int64_t *ret_sum) {
  size_t kept = 0;
  *ret_sum = 0;
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *line = jl_view_linked(e->in, io_all[i], JL_EXPENSE_LINE), *one = io_all[i];
    int64_t rate = jl_view_int(one, JL_EXPENSE_VAT_RATE, line == NULL ? 0 : jl_view_int(line, JL_BUDGET_LINE_VAT_RATE, 0));
    bool both = jl_record_has(one->body, JL_EXPENSE_NET) && jl_record_has(one->body, JL_EXPENSE_GROSS);
    if (both || !jl_record_has(one->body, field) || rate != rate_of(e, a) || !jl_add(*ret_sum, jl_view_int(one, field, 0), ret_sum)) continue;
    io_all[kept++] = one;
    if (one == a->record) break;
  }
  return kept;
}

static void why_total(const struct entry *e, const struct amount *a, bool gross, int64_t amount, uint32_t field, const struct jl_record *const *lines, size_t n, int64_t sum) {
  begin_side(e, gross, amount);
  if (jl_why_begin(e->b, JL_WHY_SUM, money(e, sum), JL_MSG("lines of the document at this rate, until this one"))) {
    jl_why_many(e->b, n);
    for (size_t i = 0; i < n; i++) jl_why_field(e->b, e->in, lines[i], field);
  }
  jl_why_end(e->b);
  why_rate(e, a);
  jl_why_end(e->b);
}

static bool why_document(const struct entry *e, const struct amount *a, bool gross, int64_t amount) {
  const uint32_t field = gross ? JL_EXPENSE_NET : JL_EXPENSE_GROSS;
  int64_t sum, with, without, before;
  size_t n;
  const struct jl_record **all = a->record == NULL || a->record->type_number != JL_TYPE_EXPENSE ? NULL : document_of(e, a->record, &n);
  if (all == NULL) return false;
  n = alike(e, a, field, all, n, &sum);
  if (n < 2 || all[n - 1] != a->record || __builtin_sub_overflow(sum, jl_view_int(a->record, field, 0), &before)) return false;
  if (!with_rate(gross, sum, rate_of(e, a), &with) || !with_rate(gross, before, rate_of(e, a), &without) || with - without != amount) return false;
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, amount), JL_MSG("VAT is rounded on the total: the lines until this one, less those before it"))) {
    jl_why_about(e->b, e->in, a->record);
    why_total(e, a, gross, with, field, all, n, sum);
    why_total(e, a, gross, without, field, all, n - 1, before);
  }
  jl_why_end(e->b);
  return true;
}

static void why_side(const struct entry *e, const struct amount *a, bool gross) {
  int64_t amount = gross ? a->sum.gross : a->sum.net, other = gross ? a->sum.net : a->sum.gross, computed;
  uint32_t field = entered(e, a, gross), from = entered(e, a, !gross);
  if (field != 0) {
    why_entered(e, a, field, amount);
  } else if (from == 0 || !with_rate(gross, other, rate_of(e, a), &computed) || computed != amount) {
    if (from != 0 && why_document(e, a, gross, amount)) return;
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

/* What invoices of its own currency leave of an order; they come first in the answer. NULL: some are in another one, or it does not fit. */
static const struct jl_record **open_order(struct entry *e, const struct jl_record *order, enum jl_basis basis, int64_t *ret_open, size_t *ret_invoiced) {
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
  *ret_open = open;
  *ret_invoiced = invoiced;
  return fits ? invoices : NULL;
}

static void why_order(struct entry *e, const struct jl_record *order, enum jl_basis basis, int64_t amount) {
  size_t invoiced = 0;
  struct amount whole, invoice;
  int64_t open;
  const struct jl_record **invoices = open_order(e, order, basis, &open, &invoiced);
  if (invoices == NULL || invoiced == 0 || open != amount || !read_expense(e, order, &whole)) {
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

/* Which time of a recurring line it is, from 0 on; false: none. */
static bool time_of(const struct entry *e, int32_t day, int *ret) {
  const struct jl_record *plan = jl_plan_record(e->in->space);
  int64_t every = jl_view_int(e->line, JL_BUDGET_LINE_EVERY, 0);
  int32_t first = (int32_t)jl_view_int(e->line, JL_BUDGET_LINE_FIRST, plan == NULL ? day : jl_view_int(plan, JL_PLAN_START, day));
  for (*ret = 0; every != 0 && *ret < JL_RECURRENCES_MAX && jl_line_time(first, every, *ret) < day; ++*ret) {}
  return every != 0 && jl_line_time(first, every, *ret) == day;
}

/* What is planned before it, and with it: of a month the months, of what recurs the times. */
static bool steps_of(const struct entry *e, const struct jl_record *record, struct amount *ret_without, struct amount *ret_with) {
  int time;
  int64_t each = jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), before, with;
  if (record->type_number == JL_TYPE_BUDGET_MONTH) {
    int32_t day = (int32_t)jl_view_int(record, JL_BUDGET_MONTH_MONTH, 0);
    return months_before(e, day, ret_without) && months_before(e, day + 1, ret_with);
  }
  if (!time_of(e, e->day, &time)) return false;
  *ret_without = (struct amount){.times = time};
  *ret_with = (struct amount){.times = time + 1};
  return !__builtin_mul_overflow(each, (int64_t)time, &before) && !__builtin_mul_overflow(each, (int64_t)time + 1, &with) && line_amount(e, before, ret_without) &&
         line_amount(e, with, ret_with);
}

static void why_step(const struct entry *e, const struct jl_record *record, enum jl_basis basis, int64_t amount) {
  struct amount with, without;
  bool month = record->type_number == JL_TYPE_BUDGET_MONTH, gross = jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  const uint32_t field = month ? JL_BUDGET_MONTH_PLANNED : JL_BUDGET_LINE_PLANNED;
  if (!steps_of(e, record, &without, &with) || jl_sum_in(&with.sum, basis) - jl_sum_in(&without.sum, basis) != amount) {
    named(e, amount, record);
    return;
  }
  bool own = basis == JL_BASIS_GROSS ? gross : !gross && (basis == JL_BASIS_NET || with.sum.cost == with.sum.net);
  if (own && jl_view_int(record, field, 0) == amount) {
    jl_why_field_or(e->b, e->in, record, field, 0);
    return;
  }
  if (without.month_count == 0 && without.times == 0) {
    why_amount(e, &with, basis);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, amount), month ? JL_MSG("the months until then, less those before") : JL_MSG("the times until then, less those before"))) {
    jl_why_about(e->b, e->in, record);
    why_amount(e, &with, basis);
    why_amount(e, &without, basis);
  }
  jl_why_end(e->b);
}

static void why_planned(const struct entry *e, const struct jl_record *record, enum jl_basis basis, int64_t amount) {
  struct amount a = {.record = e->line};
  if (record->type_number == JL_TYPE_BUDGET_MONTH || e->day != JL_WHOLE_PERIOD)
    why_step(e, record, basis, amount);
  else if (line_amount(e, jl_view_int(e->line, JL_BUDGET_LINE_EVERY, 0) != 0 ? 0 : jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), &a) && jl_sum_in(&a.sum, basis) == amount &&
           jl_view_int(e->line, JL_BUDGET_LINE_EVERY, 0) == 0)
    why_amount(e, &a, basis);
  else if (amount == 0)
    jl_why_constant(e->b, money(e, 0), JL_MSG("it never comes back in this time"));
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

/* What it is in its own currency; false: not known here, as of an order that was invoiced in another one. */
static bool own_amount(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t *ret) {
  struct amount a = {.record = e->line}, before = {0};
  bool known, planned = entry->kind == JL_MONEY_PLANNED;
  size_t invoiced;
  if (entry->kind == JL_MONEY_COMMITTED) return open_order(e, entry->record, basis, ret, &invoiced) != NULL;
  if (!planned)
    known = read_expense(e, entry->record, &a);
  else if (entry->day == JL_WHOLE_PERIOD)
    known = line_amount(e, jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), &a);
  else
    known = steps_of(e, entry->record, &before, &a);
  *ret = known ? jl_sum_in(&a.sum, basis) - jl_sum_in(&before.sum, basis) : 0;
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
  memcpy(e->currency, plan, sizeof plan);
}

static void why_whole(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
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

/* The whole of which it is a part: an order, an invoice, or what the line plans until then and before, in the order in which it is shared. */
struct wholes {
  struct entry *e;
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

static bool wholes_of(struct entry *e, const struct jl_money_entry *entry, struct wholes *ret) {
  struct jl_money_entry whole = *entry;
  *ret = (struct wholes){.e = e};
  if (entry->kind == JL_MONEY_PLANNED) {
    if (!jl_line_entries(e->in->space, e->line, jl_builder_arena(e->b), keep_whole, ret)) return false;
    for (size_t i = 0; i < ret->entries.count; i++)
      if (ret->entries.rows[i].record == entry->record && ret->entries.rows[i].day == entry->day) {
        ret->entries.count = i + 1;
        return true;
      }
    return false;
  }
  if ((entry->kind == JL_MONEY_ACTUAL ? jl_expense_sum(&e->reader, entry->record, &whole.sum) : jl_order_left(&e->reader, entry->record, &whole.sum)) != JL_KNOWN) return false;
  return jl_money_entries_add(&ret->entries, e->b, &whole);
}

static int64_t sum_of(const struct wholes *w, size_t n, enum jl_basis basis) {
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += jl_sum_in(&w->entries.rows[i].sum, basis); /* it was added up before */
  return sum;
}

/* Its part of the first n of them. */
static void why_portion(struct entry *e, const struct wholes *w, size_t n, enum jl_basis basis, const struct shares *shares, int64_t amount) {
  if (jl_why_begin(e->b, JL_WHY_PORTION, money(e, amount), JL_MSG("the part that pays for this action, by the shares of the line"))) {
    jl_why_about(e->b, e->in, w->entries.rows[n - 1].record);
    if (n > 1) {
      (void)jl_why_begin(e->b, JL_WHY_SUM, money(e, sum_of(w, n, basis)), JL_MSG("what the line plans until then"));
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

static void why_part(struct entry *e, const struct jl_money_entry *entry, enum jl_basis basis, int64_t amount) {
  struct shares shares;
  struct wholes w;
  int64_t parts[JL_SHARES_MAX + 1], before[JL_SHARES_MAX + 1];
  read_shares(e, entry, &shares);
  bool fits = wholes_of(e, entry, &w);
  size_t n = w.entries.count;
  if (!fits || !jl_split(sum_of(&w, n, basis), shares.weights, shares.n + 1, parts) || !jl_split(sum_of(&w, n - 1, basis), shares.weights, shares.n + 1, before) ||
      parts[shares.mine] - before[shares.mine] != amount) {
    named(e, amount, entry->record);
    return;
  }
  if (n == 1) {
    why_portion(e, &w, 1, basis, &shares, amount);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, money(e, amount), JL_MSG("its part of what the line plans until then, less that of what it plans before"))) {
    jl_why_about(e->b, e->in, entry->record);
    why_portion(e, &w, n, basis, &shares, parts[shares.mine]);
    why_portion(e, &w, n - 1, basis, &shares, before[shares.mine]);
  }
  jl_why_end(e->b);
}

void jl_why_entry(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_entry *entry, enum jl_basis basis) {
  if (!jl_why_is_shown(b)) return;
  struct entry e = {.b = b, .in = in, .line = entry->line, .day = entry->day};
  int64_t amount = jl_sum_in(&entry->sum, basis);
  jl_money_reader_init(&e.reader, in->space, jl_builder_arena(b));
  jl_plan_currency(in->space, e.currency);
  if (entry->currency[0] != '\0') memcpy(e.currency, entry->currency, sizeof e.currency); /* it has no rate */
  if (entry->part == JL_SHARE_ONE)
    why_whole(&e, entry, basis, amount);
  else
    why_part(&e, entry, basis, amount);
}
