/* The budget calculated a second time, from the records as they are written and the words of common/model/budget/amounts.h and formulas.md alone:
 * plain fractions of 128 bits, every list gone through again for each question. Slow, and nothing of it is the product's arithmetic. */
#ifndef JL_TESTS_UNIT_BUDGET_ORACLE_H
#define JL_TESTS_UNIT_BUDGET_ORACLE_H
#include "common/base/calendar.h"
#include "common/model/budget/amounts.h"
#include "common/record/schema.h"
#include <string.h>

typedef __int128 wide;
struct o_sum {
  int64_t in[3]; /* by enum jl_basis */
};
struct o_entry {
  enum jl_money_kind kind;
  const struct jl_record *record, *line, *action;
  int32_t day;
  char apart[4]; /* "": it counts */
  struct o_sum sum;
};
#define O_ENTRIES 4000
#define O_RECORDS 200
struct oracle {
  const struct jl_replica *r;
  struct jl_arena *a;
  struct o_entry whole[O_ENTRIES], shared[O_ENTRIES]; /* as records say them; each action's part of a line's plan and of each expense */
  size_t whole_count, shared_count;
};

static int64_t o_int(const struct jl_record *r, uint32_t field, int64_t otherwise) { return jl_record_int(r->type, r->body, field, otherwise); }
static const struct jl_record *o_named(const struct oracle *o, const struct jl_record *r, uint32_t field) {
  struct jl_id id;
  return jl_record_id(r->type, r->body, field, &id) ? jl_replica_live(o->r, &id) : NULL;
}
static void o_currency(const struct jl_record *r, uint32_t field, char ret[4]) {
  struct jl_bytes text = jl_record_text(r->type, r->body, field);
  memcpy(ret, "EUR", 4);
  if (text.size == 3) memcpy(ret, text.data, 3);
}

/* n / d, d > 0: the nearest; halves away from nothing, or to even. */
static int64_t o_round(wide n, wide d, bool even) {
  wide size = n < 0 ? -n : n, down = size / d, rest = size - down * d;
  if (rest + rest > d || (rest + rest == d && (!even || down % 2 == 1))) down++;
  return (int64_t)(n < 0 ? -down : down);
}
static int64_t o_gross(int64_t net, int64_t rate) { return o_round((wide)net * (10000 + rate), 10000, false); }
static int64_t o_net(int64_t gross, int64_t rate) { return o_round((wide)gross * 10000, 10000 + rate, false); }
static struct o_sum o_sides(int64_t net, int64_t gross, int64_t back) {
  struct o_sum ret;
  ret.in[JL_BASIS_NET] = net;
  ret.in[JL_BASIS_GROSS] = gross;
  ret.in[JL_BASIS_COST] = gross - o_round((wide)(gross - net) * back, 10000, false);
  return ret;
}

/* Largest remainder: everybody the whole units, then one each to whoever lacks most, the first of equals. */
static void o_split(int64_t total, const int64_t *weights, size_t n, int64_t *ret) {
  wide all = 0, size = total < 0 ? -(wide)total : total, left = size;
  bool given[O_RECORDS] = {false};
  for (size_t i = 0; i < n; i++) all += weights[i];
  for (size_t i = 0; i < n; i++) left -= (ret[i] = all == 0 ? 0 : (int64_t)(size * weights[i] / all));
  for (; all > 0 && left > 0; left--) {
    size_t best = n;
    for (size_t i = 0; i < n; i++)
      if (!given[i] && (best == n || size * weights[i] % all > size * weights[best] % all)) best = i;
    given[best] = true;
    ret[best]++;
  }
  for (size_t i = 0; i < n && total < 0; i++) ret[i] = -ret[i];
}

/* ---- currencies ---- */
static bool o_convert(const struct oracle *o, const char *currency, int32_t day, struct o_sum *io) {
  size_t n;
  const struct jl_record **rates = jl_replica_all(o->r, JL_TYPE_EXCHANGE_RATE, o->a, &n), *best = NULL;
  if (strcmp(currency, "EUR") == 0) return true;
  for (size_t i = 0; i < n; i++) {
    char of[4];
    o_currency(rates[i], JL_EXCHANGE_RATE_CURRENCY, of);
    int64_t from = o_int(rates[i], JL_EXCHANGE_RATE_DAY, 0);
    if (strcmp(of, currency) == 0 && from <= day && (best == NULL || from > o_int(best, JL_EXCHANGE_RATE_DAY, 0))) best = rates[i];
  }
  if (best == NULL) return false;
  wide units = strcmp(currency, "JPY") == 0 ? 1 : strcmp(currency, "TND") == 0 ? 1000 : 100;
  for (int side = 0; side < 3; side++)
    io->in[side] = o_round((wide)io->in[side] * o_int(best, JL_EXCHANGE_RATE_WORTH, 0) * 100, units * o_int(best, JL_EXCHANGE_RATE_RATE, 0), true);
  return true;
}

/* ---- expenses ---- */
static bool o_has(const struct jl_record *r, uint32_t field) { return jl_record_has(r->body, field); }
static int64_t o_of_line(const struct oracle *o, const struct jl_record *x, uint32_t own, uint32_t lines, int64_t otherwise) {
  const struct jl_record *line = o_named(o, x, JL_EXPENSE_LINE);
  return o_int(x, own, o_int(line, lines, otherwise));
}
static int64_t o_rate(const struct oracle *o, const struct jl_record *x) { return o_of_line(o, x, JL_EXPENSE_VAT_RATE, JL_BUDGET_LINE_VAT_RATE, 0); }
static const struct jl_record *o_head(const struct oracle *o, const struct jl_record *x) {
  const struct jl_record *head = o_named(o, x, JL_EXPENSE_PART_OF);
  return head == NULL ? x : head;
}
/* In its own currency. On the total: what the lines up to this one come to at its rate, less what those before it do. */
static struct o_sum o_own(const struct oracle *o, const struct jl_record *x) {
  size_t n;
  const struct jl_record **all = jl_replica_all(o->r, JL_TYPE_EXPENSE, o->a, &n), *head = o_head(o, x), *plan = jl_replica_live(o->r, &jl_replica_where(o->r)->space);
  int64_t rate = o_rate(o, x), before = 0, net = o_int(x, JL_EXPENSE_NET, 0), gross = o_int(x, JL_EXPENSE_GROSS, 0);
  bool by_net = !o_has(x, JL_EXPENSE_GROSS), by_gross = !o_has(x, JL_EXPENSE_NET);
  uint32_t side = by_net ? JL_EXPENSE_NET : JL_EXPENSE_GROSS, other = by_net ? JL_EXPENSE_GROSS : JL_EXPENSE_NET;
  bool on_total = o_int(head, JL_EXPENSE_VAT_METHOD, o_int(plan, JL_PLAN_VAT_METHOD, JL_VAT_BY_LINE)) == JL_VAT_ON_TOTAL;
  for (size_t i = 0; i < n && on_total && x != head && (by_net || by_gross); i++) /* the first line is the first, the others by number */
    if (all[i] != x && o_head(o, all[i]) == head && (all[i] == head || all[i]->number < x->number) && o_rate(o, all[i]) == rate &&
        o_has(all[i], side) && !o_has(all[i], other))
      before += o_int(all[i], side, 0);
  if (by_net) gross = o_gross(before + net, rate) - o_gross(before, rate);
  if (by_gross) net = o_net(before + gross, rate) - o_net(before, rate);
  return o_sides(net, gross, o_of_line(o, x, JL_EXPENSE_VAT_RECOVERABLE, JL_BUDGET_LINE_VAT_RECOVERABLE, 10000));
}
static bool o_invoice(const struct jl_record *x) { return o_int(x, JL_EXPENSE_STATE, 0) == JL_INVOICED; }
static int32_t o_date(const struct jl_record *x) { return (int32_t)o_int(x, JL_EXPENSE_DATE, 0); }

/* What an order leaves: invoices in its currency are taken off in it, others in the plan's; nothing is left where the line's side is settled. Where one of
 * them has no rate nobody knows (*ret_by, the first such), unless it is settled without it. */
static bool o_left(const struct oracle *o, const struct jl_record *order, struct o_sum *ret, const struct jl_record **ret_by) {
  size_t n;
  const struct jl_record **all = jl_replica_all(o->r, JL_TYPE_EXPENSE, o->a, &n);
  int side = o_int(o_named(o, order, JL_EXPENSE_LINE), JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS ? JL_BASIS_GROSS : JL_BASIS_NET;
  struct o_sum left = o_own(o, order), others = {{0}};
  char currency[4], its[4];
  bool final = false, credit = false;
  *ret_by = NULL;
  o_currency(order, JL_EXPENSE_CURRENCY, currency);
  for (size_t i = 0; i < n; i++) {
    if (!o_invoice(all[i]) || o_named(o, all[i], JL_EXPENSE_SETTLES) != order) continue;
    struct o_sum paid = o_own(o, all[i]);
    o_currency(all[i], JL_EXPENSE_CURRENCY, its);
    bool same = strcmp(its, currency) == 0;
    final = final || o_int(all[i], JL_EXPENSE_FINAL, 0) != 0;
    if (!same && !o_convert(o, its, o_date(all[i]), &paid)) {
      if (*ret_by == NULL) *ret_by = all[i];
      credit = credit || paid.in[side] < 0;
      continue;
    }
    for (int k = 0; k < 3; k++) *(same ? &left.in[k] : &others.in[k]) -= same ? paid.in[k] : -paid.in[k];
  }
  *ret = (struct o_sum){{0}};
  const struct jl_record *by = final ? NULL : *ret_by;
  *ret_by = NULL;
  if (final || (left.in[side] <= 0 && !credit)) return true;
  if (!o_convert(o, currency, o_date(order), &left)) {
    *ret = left;
    return false;
  }
  for (int k = 0; k < 3 && left.in[side] - others.in[side] > 0; k++) ret->in[k] = left.in[k] > others.in[k] ? left.in[k] - others.in[k] : 0;
  if (by == NULL || (left.in[side] - others.in[side] <= 0 && !credit)) return true;
  *ret_by = by;
  return false;
}

/* ---- lines ---- */
struct o_shares {
  const struct jl_record *actions[O_RECORDS];
  int64_t weights[O_RECORDS];
  size_t n;
};
static struct o_shares o_shares(const struct oracle *o, const struct jl_record *line) {
  struct o_shares ret = {.n = 0};
  size_t n;
  int64_t rest = 10000;
  const struct jl_record **all = jl_replica_all(o->r, JL_TYPE_BUDGET_SHARE, o->a, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *action = o_named(o, all[i], JL_BUDGET_SHARE_ACTION);
    if (action == NULL || o_named(o, all[i], JL_BUDGET_SHARE_LINE) != line) continue;
    ret.actions[ret.n] = action;
    rest -= ret.weights[ret.n++] = o_int(all[i], JL_BUDGET_SHARE_SHARE, 0);
  }
  ret.actions[ret.n] = o_named(o, line, JL_BUDGET_LINE_ACTION);
  ret.weights[ret.n++] = rest;
  return ret;
}

static void o_share(struct oracle *o, const struct o_shares *shares, struct o_entry entry) {
  int64_t parts[3][O_RECORDS];
  for (int side = 0; side < 3; side++) o_split(entry.sum.in[side], shares->weights, shares->n, parts[side]);
  for (size_t i = 0; i < shares->n; i++) {
    if (shares->weights[i] == 0) continue;
    entry.action = shares->actions[i];
    entry.sum = (struct o_sum){{parts[0][i], parts[1][i], parts[2][i]}};
    o->shared[o->shared_count++] = entry;
  }
}

static int32_t o_later(int32_t day, int months) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  struct jl_date d = jl_date_from_day(day);
  int month = d.month - 1 + months, year = d.year + month / 12;
  int last = lengths[month % 12] + (month % 12 == 1 && year % 4 == 0 ? 1 : 0); /* no plan of a test is of 2100 */
  return jl_day_from_date(year, month % 12 + 1, d.day < last ? d.day : last);
}

/* When a line plans, and how much each time. */
static size_t o_times(const struct oracle *o, const struct jl_record *line, int32_t *days, int64_t *planned, const struct jl_record **records) {
  size_t n, count = 0;
  const struct jl_record **all = jl_replica_all(o->r, JL_TYPE_BUDGET_MONTH, o->a, &n), *plan = jl_replica_live(o->r, &jl_replica_where(o->r)->space);
  for (size_t i = 0; i < n; i++) {
    if (o_named(o, all[i], JL_BUDGET_MONTH_LINE) != line) continue;
    int32_t day = (int32_t)o_int(all[i], JL_BUDGET_MONTH_MONTH, 0);
    size_t at = count++;
    for (; at > 0 && days[at - 1] > day; at--) { /* by day */
      days[at] = days[at - 1];
      records[at] = records[at - 1];
      planned[at] = planned[at - 1];
    }
    days[at] = day;
    records[at] = all[i];
    planned[at] = o_int(all[i], JL_BUDGET_MONTH_PLANNED, 0);
  }
  if (count > 0) return count;
  int64_t every = o_int(line, JL_BUDGET_LINE_EVERY, 0), last = o_int(line, JL_BUDGET_LINE_LAST, o_int(plan, JL_PLAN_END, 0));
  int32_t first = (int32_t)o_int(line, JL_BUDGET_LINE_FIRST, o_int(plan, JL_PLAN_START, 0));
  int step = every == JL_EVERY_MONTH ? 1 : every == JL_EVERY_QUARTER ? 3 : 12;
  for (int i = 0; every != 0 && o_later(first, i * step) <= last; i++) days[count++] = o_later(first, i * step);
  for (size_t i = 0; i <= count; i++) {
    records[i] = line;
    planned[i] = every != 0 && count == 0 ? 0 : o_int(line, JL_BUDGET_LINE_PLANNED, 0);
  }
  if (count == 0) days[count++] = JL_WHOLE_PERIOD;
  return count;
}

static void o_planned(struct oracle *o, const struct jl_record *line, const struct o_shares *shares) {
  const struct jl_record *records[O_RECORDS], *plan = jl_replica_live(o->r, &jl_replica_where(o->r)->space);
  int64_t planned[O_RECORDS], rate = o_int(line, JL_BUDGET_LINE_VAT_RATE, 0);
  int32_t days[O_RECORDS];
  struct o_entry total = {.kind = JL_MONEY_PLANNED, .line = line};
  char currency[4];
  size_t n = o_times(o, line, days, planned, records);
  bool gross = o_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  o_currency(line, JL_BUDGET_LINE_CURRENCY, currency);
  for (size_t i = 0; i < n; i++) {
    struct o_entry entry = {.kind = JL_MONEY_PLANNED, .record = records[i], .line = line, .day = days[i]};
    struct o_sum until[2]; /* what the times until this one come to, without it and with it */
    for (int with = 0; with < 2; with++) {
      int64_t all = 0;
      for (size_t k = 0; k < n; k++) all += days[k] < days[i] || (with == 1 && k == i) ? planned[k] : 0;
      until[with] = o_sides(gross ? o_net(all, rate) : all, gross ? all : o_gross(all, rate), o_int(line, JL_BUDGET_LINE_VAT_RECOVERABLE, 10000));
    }
    for (int side = 0; side < 3; side++) entry.sum.in[side] = until[1].in[side] - until[0].in[side];
    if (!o_convert(o, currency, days[i] == JL_WHOLE_PERIOD ? (int32_t)o_int(plan, JL_PLAN_START, 0) : days[i], &entry.sum)) memcpy(entry.apart, currency, 4);
    for (int side = 0; side < 3 && entry.apart[0] == '\0'; side++) total.sum.in[side] += entry.sum.in[side];
    o->whole[o->whole_count++] = entry;
    if (entry.apart[0] != '\0') o_share(o, shares, entry);
  }
  o_share(o, shares, total);
}

static void oracle_read(struct oracle *o, const struct jl_replica *r, struct jl_arena *a) {
  size_t n, count;
  *o = (struct oracle){.r = r, .a = a};
  const struct jl_record **lines = jl_replica_all(r, JL_TYPE_BUDGET_LINE, a, &n), **expenses = jl_replica_all(r, JL_TYPE_EXPENSE, a, &count);
  for (size_t i = 0; i < n; i++) {
    struct o_shares shares = o_shares(o, lines[i]);
    o_planned(o, lines[i], &shares);
    for (size_t k = 0; k < count; k++) {
      struct o_entry entry = {.kind = o_invoice(expenses[k]) ? JL_MONEY_ACTUAL : JL_MONEY_COMMITTED, .record = expenses[k], .line = lines[i]};
      char currency[4];
      if (o_named(o, expenses[k], JL_EXPENSE_LINE) != lines[i]) continue;
      entry.day = (int32_t)o_int(expenses[k], JL_EXPENSE_BOOKED, o_date(expenses[k]));
      o_currency(expenses[k], JL_EXPENSE_CURRENCY, currency);
      if (o_invoice(expenses[k])) entry.sum = o_own(o, expenses[k]);
      const struct jl_record *by = NULL;
      bool counts = o_invoice(expenses[k]) ? o_convert(o, currency, o_date(expenses[k]), &entry.sum) : o_left(o, expenses[k], &entry.sum, &by);
      if (by != NULL) { /* the invoice is what is apart */
        entry.record = by;
        entry.sum = o_own(o, by);
        o_currency(by, JL_EXPENSE_CURRENCY, currency);
      }
      if (!counts) memcpy(entry.apart, currency, 4);
      o->whole[o->whole_count++] = entry;
      o_share(o, &shares, entry);
    }
  }
}
#endif
