#include "common/model/budget/expense.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }
static bool is_invoice(const struct jl_record *expense) { return number_of(expense, JL_EXPENSE_STATE) == JL_INVOICED; }

void jl_money_reader_init(struct jl_money_reader *m, const struct jl_replica *r, struct jl_arena *a) {
  const struct jl_record *plan = jl_plan_record(r);
  *m = (struct jl_money_reader){.r = r, .a = a, .on_total = plan != NULL && number_of(plan, JL_PLAN_VAT_METHOD) == JL_VAT_ON_TOTAL};
  jl_rates_init(&m->rates, r, a);
}

const struct jl_record *jl_expense_line(const struct jl_replica *r, const struct jl_record *expense) {
  struct jl_id id;
  return jl_record_id(expense->type, expense->body, JL_EXPENSE_LINE, &id) ? jl_replica_live(r, &id) : NULL;
}

int32_t jl_expense_day(const struct jl_record *expense) {
  return (int32_t)jl_record_int(expense->type, expense->body, JL_EXPENSE_BOOKED, number_of(expense, JL_EXPENSE_DATE));
}

/* ---- VAT ---- */
bool jl_sum_cost(struct jl_sum *io, int64_t share) {
  int64_t vat, back, cost;
  if (__builtin_sub_overflow(io->gross, io->net, &vat) || !jl_mul_div_half_up(vat, share, JL_SHARE_ONE, &back) ||
      __builtin_sub_overflow(io->gross, back, &cost))
    return false;
  io->cost = cost;
  return true;
}

bool jl_with_vat(int64_t amount, enum jl_basis basis, int64_t rate, int64_t share, struct jl_sum *ret) {
  struct jl_sum sum = {amount, amount, 0};
  if (basis == JL_BASIS_GROSS ? !jl_vat_net(amount, rate, &sum.net) : !jl_vat_gross(amount, rate, &sum.gross)) return false;
  if (!jl_sum_cost(&sum, share)) return false;
  *ret = sum;
  return true;
}

/* ---- one line of a document ---- */
struct part {
  const struct jl_record *expense;
  size_t place; /* in the document */
  int64_t rate, share;
  bool net, gross; /* entered */
  struct jl_sum sum;
};

static bool value_of(const struct jl_record *expense, uint32_t field, int64_t *ret) {
  struct jl_value value;
  if (!jl_record_get(expense->body, jl_field_by_number(expense->type, field), &value)) return false;
  *ret = value.number;
  return true;
}

static bool is_of(const struct jl_record *expense, const struct jl_record *line) {
  struct jl_id id;
  return line != NULL && jl_record_id(expense->type, expense->body, JL_EXPENSE_LINE, &id) && jl_id_equal(&id, &line->id);
}

static struct part part_of(const struct jl_money_reader *m, const struct jl_record *expense) {
  struct part part = {.expense = expense, .share = JL_SHARE_ONE};
  bool rate = value_of(expense, JL_EXPENSE_VAT_RATE, &part.rate), share = value_of(expense, JL_EXPENSE_VAT_RECOVERABLE, &part.share);
  const struct jl_record *line = rate && share ? NULL : is_of(expense, m->line) ? m->line : jl_expense_line(m->r, expense);
  if (line != NULL && !rate) part.rate = number_of(line, JL_BUDGET_LINE_VAT_RATE);
  if (line != NULL && !share) part.share = jl_record_int(line->type, line->body, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE);
  part.net = value_of(expense, JL_EXPENSE_NET, &part.sum.net);
  part.gross = value_of(expense, JL_EXPENSE_GROSS, &part.sum.gross);
  return part;
}

static bool alone(struct part *part) {
  if (part->net == part->gross) return jl_sum_cost(&part->sum, part->share);
  return jl_with_vat(part->net ? part->sum.net : part->sum.gross, part->net ? JL_BASIS_NET : JL_BASIS_GROSS, part->rate, part->share,
                     &part->sum);
}

/* ---- documents with several lines ---- */
static size_t slot_of(const struct jl_money_reader *m, const struct jl_record *expense) {
  size_t at = (size_t)((uintptr_t)expense * 0x9E3779B97F4A7C15U >> 17) & (m->room - 1);
  while (m->done[at] != NULL && m->done[at] != expense) at = (at + 1) & (m->room - 1);
  return at;
}

static bool make_room(struct jl_money_reader *m, size_t more) {
  const struct jl_money_reader old = *m;
  size_t room = m->room == 0 ? 64 : m->room;
  while (room < (m->count + more) * 2) room *= 2;
  if (room == m->room) return true;
  m->done = jl_arena_array(m->a, room, sizeof *m->done);
  m->sums = jl_arena_array(m->a, room, sizeof *m->sums);
  m->room = room;
  if (m->done == NULL || m->sums == NULL) return false;
  for (size_t i = 0; i < old.room; i++) {
    if (old.done[i] == NULL) continue;
    size_t at = slot_of(m, old.done[i]);
    m->done[at] = old.done[i];
    m->sums[at] = old.sums[i];
  }
  return true;
}

static int by_rate(const void *left, const void *right) {
  const struct part *a = left, *b = right;
  if (a->rate != b->rate) return a->rate < b->rate ? -1 : 1;
  return a->place < b->place ? -1 : a->place > b->place;
}

/* Lines at one rate of which one side was entered: what the total is on the other side, less what it was without this line. */
static bool on_total(struct part *parts, size_t n) {
  int64_t sum_net = 0, sum_gross = 0, of_net = 0, of_gross = 0;
  for (size_t i = 0; i < n; i++) {
    struct part *p = &parts[i];
    if (i > 0 && p->rate != parts[i - 1].rate) sum_net = sum_gross = of_net = of_gross = 0;
    bool net = p->net && !p->gross, gross = p->gross && !p->net;
    if (!net && !gross) {
      if (!jl_sum_cost(&p->sum, p->share)) return false;
      continue;
    }
    int64_t *sum = net ? &sum_net : &sum_gross, *other = net ? &of_net : &of_gross, now;
    if (!jl_add(*sum, net ? p->sum.net : p->sum.gross, sum) ||
        (net ? !jl_vat_gross(*sum, p->rate, &now) : !jl_vat_net(*sum, p->rate, &now)) ||
        __builtin_sub_overflow(now, *other, net ? &p->sum.gross : &p->sum.net) || !jl_sum_cost(&p->sum, p->share))
      return false;
    *other = now;
  }
  return true;
}

static bool read_parts(const struct jl_money_reader *m, struct part *parts, const struct jl_record *const *lines, size_t n) {
  int64_t method = number_of(lines[0], JL_EXPENSE_VAT_METHOD);
  for (size_t i = 0; i < n; i++) {
    parts[i] = part_of(m, lines[i]);
    parts[i].place = i;
  }
  if (method == JL_VAT_ON_TOTAL || (method == 0 && m->on_total)) {
    qsort(parts, n, sizeof *parts, by_rate);
    return on_total(parts, n);
  }
  for (size_t i = 0; i < n; i++)
    if (!alone(&parts[i])) return false;
  return true;
}

bool jl_document_own(const struct jl_money_reader *m, const struct jl_record *const *lines, size_t n, struct jl_sum *ret) {
  struct part *parts = jl_arena_array(m->a, n + 1, sizeof *parts);
  if (parts == NULL || (n > 0 && !read_parts(m, parts, lines, n))) return false;
  for (size_t i = 0; i < n; i++) ret[parts[i].place] = parts[i].sum;
  return true;
}

static bool read_document(struct jl_money_reader *m, const struct jl_record *head) {
  size_t n;
  const struct jl_record **rest = jl_replica_referring(m->r, &head->id, JL_TYPE_EXPENSE, JL_EXPENSE_PART_OF, m->a, &n);
  const struct jl_record **lines = n == SIZE_MAX ? NULL : jl_arena_array(m->a, n + 1, sizeof *lines);
  struct jl_sum *sums = lines == NULL ? NULL : jl_arena_array(m->a, n + 1, sizeof *sums);
  if (sums == NULL || !make_room(m, n + 1)) return false;
  lines[0] = head;
  if (n > 0) memcpy(lines + 1, rest, n * sizeof *lines);
  if (!jl_document_own(m, lines, n + 1, sums)) return false;
  for (size_t i = 0; i <= n; i++) {
    size_t at = slot_of(m, lines[i]);
    if (m->done[at] == NULL) m->count++;
    m->done[at] = lines[i];
    m->sums[at] = sums[i];
  }
  return true;
}

/* The first line of its document: itself, unless it names one. A line that is named names none (a rule). */
static const struct jl_record *head_of(const struct jl_money_reader *m, const struct jl_record *expense) {
  struct jl_id id;
  const struct jl_record *head = jl_record_id(expense->type, expense->body, JL_EXPENSE_PART_OF, &id) ? jl_replica_live(m->r, &id) : NULL;
  return head != NULL && head->type_number == JL_TYPE_EXPENSE && !jl_record_has(head->body, JL_EXPENSE_PART_OF) ? head : expense;
}

bool jl_expense_own(struct jl_money_reader *m, const struct jl_record *expense, struct jl_sum *ret) {
  const struct jl_record *head = head_of(m, expense);
  const void *at = NULL;
  bool several = head != expense || jl_replica_next_referring(m->r, &head->id, JL_TYPE_EXPENSE, JL_EXPENSE_PART_OF, &at) != NULL;
  m->in_document = m->in_document || several || jl_record_has(expense->body, JL_EXPENSE_PART_OF);
  if (!several) {
    struct part part = part_of(m, expense);
    if (!alone(&part)) return false;
    *ret = part.sum;
    return true;
  }
  size_t slot = m->room == 0 ? 0 : slot_of(m, expense);
  if (m->room == 0 || m->done[slot] == NULL) {
    if (!read_document(m, head)) return false;
    slot = slot_of(m, expense);
  }
  *ret = m->sums[slot];
  return m->done[slot] == expense;
}

/* ---- in the plan's currency ---- */
enum jl_sum_known jl_sum_convert(struct jl_money_reader *m, const char *currency, int32_t day, struct jl_sum *io) {
  const struct jl_record *rate;
  m->rate = NULL;
  if (strcmp(currency, m->rates.own) == 0) return JL_KNOWN;
  if (!jl_rate_at(&m->rates, currency, day, &rate)) return JL_NO_SUM;
  if (rate == NULL) return JL_NO_RATE;
  struct jl_sum sum;
  if (!jl_rate_convert(&m->rates, rate, io->net, &sum.net) || !jl_rate_convert(&m->rates, rate, io->gross, &sum.gross) ||
      !jl_rate_convert(&m->rates, rate, io->cost, &sum.cost))
    return JL_NO_SUM;
  *io = sum;
  m->rate = rate;
  return JL_KNOWN;
}

static enum jl_sum_known convert(struct jl_money_reader *m, const struct jl_record *expense, struct jl_sum *io) {
  char currency[4];
  jl_currency_of(&m->rates, expense, JL_EXPENSE_CURRENCY, currency);
  return jl_sum_convert(m, currency, (int32_t)number_of(expense, JL_EXPENSE_DATE), io);
}

enum jl_sum_known jl_expense_alone(struct jl_money_reader *m, const struct jl_record *expense, struct jl_sum *ret) {
  struct part part = part_of(m, expense);
  if (!alone(&part)) return JL_NO_SUM;
  *ret = part.sum;
  return convert(m, expense, ret);
}

enum jl_sum_known jl_expense_sum(struct jl_money_reader *m, const struct jl_record *expense, struct jl_sum *ret) {
  return jl_expense_own(m, expense, ret) ? convert(m, expense, ret) : JL_NO_SUM;
}

static bool less(int64_t *io, int64_t amount) { return !__builtin_sub_overflow(*io, amount, io); }
static bool less_sum(struct jl_sum *io, const struct jl_sum *sum) {
  return less(&io->net, sum->net) && less(&io->gross, sum->gross) && less(&io->cost, sum->cost);
}
static int64_t at_least_nothing(int64_t n) { return n > 0 ? n : 0; }

/* Invoices in the currency of their order settle it in that currency, whatever the rates were; others in the plan's. Settled in the line's
 * VAT basis is settled: what is left on the other side then is rounding. */
enum jl_sum_known jl_order_left(struct jl_money_reader *m, const struct jl_record *order, struct jl_sum *ret) {
  struct jl_sum open, others = {0}, invoice;
  const struct jl_record *line = jl_expense_line(m->r, order);
  enum jl_basis basis = line != NULL && number_of(line, JL_BUDGET_LINE_VAT_BASIS) == JL_GROSS ? JL_BASIS_GROSS : JL_BASIS_NET;
  char currency[4], its[4];
  size_t n;
  *ret = (struct jl_sum){0};
  m->rate = NULL;
  m->unrated = NULL;
  const struct jl_record *unrated = NULL;
  bool credit = false; /* one that has no rate, by which more may be open */
  if (is_invoice(order)) return JL_KNOWN;
  const struct jl_record **invoices = jl_replica_referring(m->r, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, m->a, &n);
  if (n == SIZE_MAX || !jl_expense_own(m, order, &open)) return JL_NO_SUM;
  jl_currency_of(&m->rates, order, JL_EXPENSE_CURRENCY, currency);
  for (size_t i = 0; i < n; i++) {
    if (!is_invoice(invoices[i])) continue;
    if (number_of(invoices[i], JL_EXPENSE_FINAL) != 0) return JL_KNOWN;
    jl_currency_of(&m->rates, invoices[i], JL_EXPENSE_CURRENCY, its);
    bool same = strcmp(currency, its) == 0;
    if (!jl_expense_own(m, invoices[i], &invoice)) return JL_NO_SUM;
    enum jl_sum_known known = same ? JL_KNOWN : convert(m, invoices[i], &invoice);
    if (known == JL_NO_RATE) {
      if (unrated == NULL) unrated = invoices[i];
      credit = credit || jl_sum_in(&invoice, basis) < 0;
      continue;
    }
    if (known != JL_KNOWN) return known;
    if (same ? !less_sum(&open, &invoice) : !less_sum(&others, &invoice)) return JL_NO_SUM;
  }
  if (jl_sum_in(&open, basis) <= 0 && !credit) return JL_KNOWN;
  enum jl_sum_known known = convert(m, order, &open);
  if (known != JL_KNOWN) {
    *ret = open;
    return known;
  }
  if (!jl_add(open.net, others.net, &open.net) || !jl_add(open.gross, others.gross, &open.gross) || !jl_add(open.cost, others.cost, &open.cost))
    return JL_NO_SUM; /* others are below nothing */
  if (jl_sum_in(&open, basis) <= 0 && !credit) return JL_KNOWN;
  m->unrated = unrated;
  *ret = (struct jl_sum){at_least_nothing(open.net), at_least_nothing(open.gross), at_least_nothing(open.cost)};
  return unrated == NULL ? JL_KNOWN : JL_NO_RATE;
}

static bool more_sum(struct jl_sum *io, const struct jl_sum *sum) {
  return jl_add(io->net, sum->net, &io->net) && jl_add(io->gross, sum->gross, &io->gross) && jl_add(io->cost, sum->cost, &io->cost);
}

static bool all_in(struct jl_money_reader *m, const struct jl_record *const *invoices, size_t n, const char *currency) {
  char its[4];
  for (size_t i = 0; i < n; i++) {
    jl_currency_of(&m->rates, invoices[i], JL_EXPENSE_CURRENCY, its);
    if (is_invoice(invoices[i]) && strcmp(its, currency) != 0) return false;
  }
  return true;
}

enum jl_sum_known jl_order_invoiced(struct jl_money_reader *m, const struct jl_record *order, struct jl_sum *ret_ordered, struct jl_sum *ret_invoiced,
                                char ret_currency[4]) {
  struct jl_sum all = {0}, one;
  size_t n;
  const struct jl_record **invoices = jl_replica_referring(m->r, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, m->a, &n);
  if (n == SIZE_MAX) return JL_NO_SUM;
  jl_currency_of(&m->rates, order, JL_EXPENSE_CURRENCY, ret_currency);
  bool own = all_in(m, invoices, n, ret_currency);
  if (!own) memcpy(ret_currency, m->rates.own, 4);
  if (!jl_expense_own(m, order, ret_ordered)) return JL_NO_SUM;
  enum jl_sum_known known = own ? JL_KNOWN : convert(m, order, ret_ordered);
  for (size_t i = 0; i < n && known == JL_KNOWN; i++) {
    if (!is_invoice(invoices[i])) continue;
    if (!jl_expense_own(m, invoices[i], &one)) return JL_NO_SUM;
    if (!own) known = convert(m, invoices[i], &one);
    if (known == JL_KNOWN && !more_sum(&all, &one)) return JL_NO_SUM;
  }
  *ret_invoiced = all;
  return known;
}
