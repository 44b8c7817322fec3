#include "common/model/budget/amounts.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/expense.h"
#include "common/record/schema.h"
#include <stdlib.h>
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
  return number_of(line, JL_BUDGET_LINE_VAT_BASIS) == JL_GROSS ? JL_BASIS_GROSS : JL_BASIS_NET;
}

/* ---- a line, while it is walked over ---- */
struct walk {
  struct jl_money_reader reader;
  jl_money_entry_function *take, *apart;
  void *context;
  int32_t start, end; /* of the plan */
  /* the line */
  const struct jl_record *line;
  char currency[4];
  const struct jl_record *actions[JL_SHARES_MAX + 1]; /* the last: the line's own, which gets the rest */
  int64_t weights[JL_SHARES_MAX + 1];
  size_t count;
  struct jl_sum so_far, given[JL_SHARES_MAX + 1]; /* of what is planned */
};

static bool read_shares(struct walk *w) {
  const struct jl_replica *r = w->reader.r;
  struct jl_id id;
  size_t n;
  int64_t left = JL_SHARE_ONE;
  const struct jl_record **shares = jl_replica_referring(r, &w->line->id, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_LINE, w->reader.a, &n);
  if (n == SIZE_MAX) return false;
  w->count = 0;
  for (size_t i = 0; i < n && w->count < JL_SHARES_MAX; i++) {
    int64_t share = number_of(shares[i], JL_BUDGET_SHARE_SHARE);
    const struct jl_record *action =
        jl_record_id(shares[i]->type, shares[i]->body, JL_BUDGET_SHARE_ACTION, &id) ? jl_replica_live(r, &id) : NULL;
    if (action == NULL || share > left) continue; /* of a deleted action: the line's own again */
    w->actions[w->count] = action;
    w->weights[w->count++] = share;
    left -= share;
  }
  bool has = jl_record_id(w->line->type, w->line->body, JL_BUDGET_LINE_ACTION, &id);
  w->actions[w->count] = has ? jl_replica_live(r, &id) : NULL;
  w->weights[w->count++] = left;
  return true;
}

static bool begin_line(struct walk *w, const struct jl_record *line) {
  w->line = w->reader.line = line;
  w->reader.in_document = false;
  w->so_far = (struct jl_sum){0};
  memset(w->given, 0, sizeof w->given);
  jl_currency_of(&w->reader.rates, line, JL_BUDGET_LINE_CURRENCY, w->currency);
  return read_shares(w);
}

/* What each action has of an amount; of what is planned, what it has of all so far less what it had before. */
static bool split(const struct walk *w, int64_t amount, int64_t before, size_t side, const struct jl_sum *given, int64_t *ret) {
  int64_t all;
  if (!jl_add(amount, before, &all) || !jl_split(all, w->weights, w->count, ret)) return false;
  for (size_t i = 0; given != NULL && i < w->count; i++)
    ret[i] -= side == 0 ? given[i].net : side == 1 ? given[i].gross : given[i].cost; /* neither is above the whole */
  return true;
}

static bool enter_parts(struct walk *w, struct jl_money_entry *entry, const struct jl_sum *sum) {
  int64_t net[JL_SHARES_MAX + 1], gross[JL_SHARES_MAX + 1], cost[JL_SHARES_MAX + 1];
  const bool apart = entry->currency[0] != '\0', planned = entry->kind == JL_MONEY_PLANNED && !apart; /* what is apart is in no sum so far */
  const struct jl_sum before = planned ? w->so_far : (struct jl_sum){0}, *given = planned ? w->given : NULL;
  if (!split(w, sum->net, before.net, 0, given, net) || !split(w, sum->gross, before.gross, 1, given, gross) ||
      !split(w, sum->cost, before.cost, 2, given, cost))
    return false;
  for (size_t i = 0; i < w->count; i++) {
    if (planned) w->given[i] = (struct jl_sum){w->given[i].net + net[i], w->given[i].gross + gross[i], w->given[i].cost + cost[i]};
    if (w->weights[i] == 0) continue;
    entry->action = w->actions[i];
    entry->part = w->weights[i];
    entry->sum = (struct jl_sum){net[i], gross[i], cost[i]};
    if (!(apart ? w->apart : w->take)(w->context, entry)) return false;
    entry->reserved = (struct jl_sum){0};
  }
  if (planned) w->so_far = (struct jl_sum){before.net + sum->net, before.gross + sum->gross, before.cost + sum->cost};
  return true;
}

static bool enter(struct walk *w, enum jl_money_kind kind, const struct jl_record *record, int32_t day, const struct jl_sum *sum,
                  enum jl_sum_known known, const char *currency) {
  struct jl_money_entry entry = {.kind = kind, .record = record, .line = w->line, .part = JL_SHARE_ONE, .day = day, .rate = w->reader.rate,
                                 .in_document = w->reader.in_document, .sum = *sum};
  if (known == JL_NO_SUM) return false;
  entry.action = w->actions[w->count - 1];
  if (known == JL_NO_RATE) memcpy(entry.currency, currency, sizeof entry.currency);
  jl_money_entry_function *to = known == JL_NO_RATE ? w->apart : w->take;
  if (to == NULL) return true;
  return w->count > 1 ? enter_parts(w, &entry, sum) : to(w->context, &entry);
}

/* ---- what is planned ---- */
struct time {
  int32_t day;
  size_t index;
};

static int by_day(const void *left, const void *right) {
  const struct time *a = left, *b = right;
  if (a->day != b->day) return a->day < b->day ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

/* Each month has what the line comes to with it, less what it came to with those before it: together they are the line's whole, and one that is
 * closed stays what it is whatever later ones become. times: n, put in the order of the days. */
static bool share_out(const struct walk *w, const int64_t *planned, const int32_t *days, size_t n, struct jl_sum *ret, struct time *times) {
  int64_t so_far = 0, back = jl_record_int(w->line->type, w->line->body, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE);
  struct jl_sum before = {0}, now;
  for (size_t i = 0; i < n; i++) times[i] = (struct time){days[i], i};
  qsort(times, n, sizeof *times, by_day);
  for (size_t i = 0; i < n; i++) {
    if (!jl_add(so_far, planned[times[i].index], &so_far) ||
        !jl_with_vat(so_far, basis_of(w->line), number_of(w->line, JL_BUDGET_LINE_VAT_RATE), back, &now))
      return false;
    ret[times[i].index] = (struct jl_sum){now.net - before.net, now.gross - before.gross, now.cost - before.cost}; /* none falls */
    before = now;
  }
  return true;
}

static bool enter_amounts(struct walk *w, const struct jl_record *const *records, const int32_t *days, const int64_t *planned, size_t n) {
  struct jl_sum *sums = jl_arena_array(w->reader.a, n, sizeof *sums);
  struct time *times = jl_arena_array(w->reader.a, n, sizeof *times);
  if (sums == NULL || times == NULL || !share_out(w, planned, days, n, sums, times)) return false;
  for (size_t k = 0; k < n; k++) { /* by day too: what actions have of an earlier one does not depend on a later one's rate */
    const size_t i = times[k].index;
    enum jl_sum_known known = jl_sum_convert(&w->reader, w->currency, days[i] == JL_WHOLE_PERIOD ? w->start : days[i], &sums[i]);
    if (!enter(w, JL_MONEY_PLANNED, records[i], days[i], &sums[i], known, w->currency)) return false;
  }
  return true;
}

int32_t jl_line_time(int32_t first, int64_t every, int n) {
  return jl_day_add_months(first, n * (every == JL_EVERY_MONTH ? 1 : every == JL_EVERY_QUARTER ? 3 : 12)); /* the 31st is a shorter month's last day */
}

static bool enter_recurring(struct walk *w, int64_t every) {
  int32_t first = (int32_t)jl_record_int(w->line->type, w->line->body, JL_BUDGET_LINE_FIRST, w->start),
          last = (int32_t)jl_record_int(w->line->type, w->line->body, JL_BUDGET_LINE_LAST, w->end);
  size_t n = 0;
  for (int32_t day = first; n < JL_RECURRENCES_MAX && day >= first && day <= last; day = jl_line_time(first, every, (int)n)) n++;
  const struct jl_record **records = jl_arena_array(w->reader.a, n, sizeof *records); /* as many as there are: a plan has many lines */
  int32_t *days = jl_arena_array(w->reader.a, n, sizeof *days);
  int64_t *planned = jl_arena_array(w->reader.a, n, sizeof *planned);
  if (n > 0 && (records == NULL || days == NULL || planned == NULL)) return false;
  for (size_t i = 0; i < n; i++) {
    records[i] = w->line;
    days[i] = jl_line_time(first, every, (int)i);
    planned[i] = number_of(w->line, JL_BUDGET_LINE_PLANNED);
  }
  if (n > 0) return enter_amounts(w, records, days, planned, n);
  const int32_t whole = JL_WHOLE_PERIOD;
  const int64_t nothing = 0;
  return enter_amounts(w, &w->line, &whole, &nothing, 1);
}

static bool enter_planned(struct walk *w) {
  size_t n;
  const struct jl_record **months =
      jl_replica_referring(w->reader.r, &w->line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, w->reader.a, &n);
  if (n == SIZE_MAX) return false;
  if (n == 0) {
    int64_t every = number_of(w->line, JL_BUDGET_LINE_EVERY), planned = number_of(w->line, JL_BUDGET_LINE_PLANNED);
    int32_t whole = JL_WHOLE_PERIOD;
    return every != 0 ? enter_recurring(w, every) : enter_amounts(w, &w->line, &whole, &planned, 1);
  }
  int64_t *planned = jl_arena_array(w->reader.a, n, sizeof *planned);
  int32_t *days = jl_arena_array(w->reader.a, n, sizeof *days);
  if (planned == NULL || days == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    planned[i] = number_of(months[i], JL_BUDGET_MONTH_PLANNED);
    days[i] = (int32_t)number_of(months[i], JL_BUDGET_MONTH_MONTH);
  }
  return enter_amounts(w, months, days, planned, n);
}

/* ---- what is ordered and paid ---- */
/* What of it is open hangs on an invoice without a rate: that is what comes apart. */
static bool enter_open(struct walk *w, const struct jl_record *order, const struct jl_sum *reserved) {
  struct jl_money_entry entry = {.kind = JL_MONEY_COMMITTED, .record = w->reader.unrated, .order = order, .reserved = *reserved, .line = w->line, .part = JL_SHARE_ONE,
                                 .day = jl_expense_day(order)};
  if (w->apart == NULL) return true;
  entry.action = w->actions[w->count - 1];
  jl_currency_of(&w->reader.rates, entry.record, JL_EXPENSE_CURRENCY, entry.currency);
  if (!jl_expense_own(&w->reader, entry.record, &entry.sum)) return false;
  entry.in_document = w->reader.in_document;
  const struct jl_sum sum = entry.sum;
  return w->count > 1 ? enter_parts(w, &entry, &sum) : w->apart(w->context, &entry);
}

static bool enter_expenses(struct walk *w) {
  size_t n;
  const struct jl_record **expenses =
      jl_replica_referring(w->reader.r, &w->line->id, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, w->reader.a, &n);
  if (n == SIZE_MAX) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_sum sum = {0};
    char currency[4] = "";
    bool invoice = number_of(expenses[i], JL_EXPENSE_STATE) == JL_INVOICED;
    w->reader.in_document = false;
    enum jl_sum_known known = invoice ? jl_expense_sum(&w->reader, expenses[i], &sum) : jl_order_left(&w->reader, expenses[i], &sum);
    if (known == JL_NO_RATE && !invoice && w->reader.unrated != NULL) {
      if (!enter_open(w, expenses[i], &sum)) return false;
      continue;
    }
    if (known == JL_NO_RATE) jl_currency_of(&w->reader.rates, expenses[i], JL_EXPENSE_CURRENCY, currency);
    if (!enter(w, invoice ? JL_MONEY_ACTUAL : JL_MONEY_COMMITTED, expenses[i], jl_expense_day(expenses[i]), &sum, known, currency)) return false;
  }
  return true;
}

static struct walk walk_of(const struct jl_replica *r, struct jl_arena *a, jl_money_entry_function *take, jl_money_entry_function *apart,
                           void *context) {
  const struct jl_record *plan = jl_plan_record(r);
  struct walk w = {.take = take, .apart = apart, .context = context, .end = -1};
  jl_money_reader_init(&w.reader, r, a);
  if (plan != NULL) {
    w.start = (int32_t)number_of(plan, JL_PLAN_START);
    w.end = (int32_t)number_of(plan, JL_PLAN_END);
  }
  return w;
}

bool jl_lines_entries(const struct jl_replica *r, const struct jl_record *const *lines, size_t n, struct jl_arena *a,
                      jl_money_entry_function *take, jl_money_entry_function *apart, void *context) {
  struct walk w = walk_of(r, a, take, apart, context);
  for (size_t i = 0; i < n; i++)
    if (!begin_line(&w, lines[i]) || !enter_planned(&w) || !enter_expenses(&w)) return false;
  return true;
}

bool jl_line_entries(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, jl_money_entry_function *take, void *context) {
  return jl_lines_entries(r, &line, 1, a, take, NULL, context);
}

bool jl_line_would_cost(struct jl_money_reader *m, const struct jl_record *line, const int64_t *planned, const int32_t *days, size_t n,
                        struct jl_arena *scratch, int64_t *ret_cost, bool *ret_known) {
  const struct jl_record *plan = jl_plan_record(m->r);
  struct walk w = {.reader = *m, .line = line, .start = plan == NULL ? 0 : (int32_t)number_of(plan, JL_PLAN_START)};
  struct jl_sum *sums = jl_arena_array(scratch, n + 1, sizeof *sums);
  struct time *times = jl_arena_array(scratch, n + 1, sizeof *times);
  w.reader.a = scratch;
  jl_currency_of(&w.reader.rates, line, JL_BUDGET_LINE_CURRENCY, w.currency);
  *ret_cost = 0;
  *ret_known = true;
  if (sums == NULL || times == NULL || !share_out(&w, planned, days, n, sums, times)) return false;
  for (size_t i = 0; i < n; i++) {
    enum jl_sum_known known = jl_sum_convert(&w.reader, w.currency, days[i] == JL_WHOLE_PERIOD ? w.start : days[i], &sums[i]);
    *ret_known = *ret_known && known == JL_KNOWN;
    if (known == JL_NO_SUM || !jl_add(*ret_cost, sums[i].cost, ret_cost)) return false;
  }
  m->rates = w.reader.rates; /* read once */
  return true;
}

/* ---- sums of them ---- */
static bool less(int64_t *io, int64_t amount) { return !__builtin_sub_overflow(*io, amount, io); }

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
  struct walk w = walk_of(r, a, take, NULL, &sum);
  if (!begin_line(&w, line) || !enter_planned(&w)) return false;
  *ret_planned = sum.amounts.planned;
  return true;
}

static bool reserve(void *context, const struct jl_money_entry *entry) {
  struct in_basis *sum = context;
  return jl_amounts_take(&sum->amounts, entry->kind, jl_sum_in(&entry->reserved, sum->basis));
}

bool jl_line_amounts(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, struct jl_amounts *ret) {
  struct in_basis sum = {.basis = basis_of(line)};
  if (!jl_lines_entries(r, &line, 1, a, take, reserve, &sum)) return false;
  *ret = sum.amounts;
  return true;
}

static bool pass_over(void *context, const struct jl_money_entry *entry) {
  (void)context;
  (void)entry;
  return true;
}

static bool note_unknown(void *context, const struct jl_money_entry *entry) {
  *(unsigned *)context |= 1U << entry->kind;
  return true;
}

bool jl_line_unknown(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, unsigned *ret) {
  unsigned unknown = 0;
  if (!jl_lines_entries(r, &line, 1, a, pass_over, note_unknown, &unknown)) return false;
  *ret = unknown;
  return true;
}
