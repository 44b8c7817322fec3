#include "common/model/budget/remarks.h"
#include "common/model/budget/why.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ---- on the way ---- */
static bool keep_apart(struct jl_money_remarks *r, const struct jl_money_entry *entry) {
  struct jl_money_entry *last = r->apart_count == 0 ? NULL : &r->apart[r->apart_count - 1];
  if (last != NULL && last->record == entry->record && last->kind == entry->kind && last->day == entry->day) { /* another share of it */
    last->sum = (struct jl_sum){last->sum.net + entry->sum.net, last->sum.gross + entry->sum.gross, last->sum.cost + entry->sum.cost}; /* parts of what fits */
    last->part = JL_SHARE_ONE;
    return true;
  }
  if (r->apart == NULL || r->apart_count == r->apart_room) {
    size_t more = r->apart_room == 0 ? 8 : r->apart_room * 2;
    struct jl_money_entry *grown = jl_view_alloc(r->b, more, sizeof *grown);
    if (grown == NULL) return false;
    if (r->apart != NULL) memcpy(grown, r->apart, r->apart_count * sizeof *grown);
    r->apart = grown;
    r->apart_room = more;
  }
  r->apart[r->apart_count++] = *entry;
  return true;
}

static bool keep_rate(struct jl_money_remarks *r, const struct jl_record *rate) {
  if (r->rate_count > 0 && r->rates[r->rate_count - 1] == rate) return true;
  if (r->rates_seen == NULL) { /* no more than there are */
    size_t n = 0;
    (void)jl_view_all(r->in, r->b, JL_TYPE_EXCHANGE_RATE, &n);
    r->rates_seen = jl_seen_new(r->b, n + 1);
    r->rates = jl_view_alloc(r->b, n + 1, sizeof *r->rates);
    r->rate_room = n;
    if (r->rates_seen == NULL || r->rates == NULL) return false;
  }
  if (r->rate_count < r->rate_room && jl_seen_add(r->rates_seen, &rate->id)) r->rates[r->rate_count++] = rate;
  return true;
}

bool jl_is_late(const struct jl_record *expense) {
  if (!jl_record_has(expense->body, JL_EXPENSE_BOOKED)) return false; /* most are not */
  struct jl_date booked = jl_date_from_day((int32_t)jl_view_int(expense, JL_EXPENSE_BOOKED, 0)),
                 own = jl_date_from_day((int32_t)jl_view_int(expense, JL_EXPENSE_DATE, 0));
  return booked.year != own.year || booked.month != own.month;
}

bool jl_lacks_kpi(const struct jl_view_input *in, const struct jl_money_entry *entry) {
  return jl_view_linked(in, entry->record, JL_EXPENSE_KPI) == NULL && jl_view_linked(in, entry->line, JL_BUDGET_LINE_KPI) == NULL;
}

bool jl_remarked_add(struct jl_remarked *to, const struct jl_record *expense, int64_t amount) {
  if (to->last != expense) {
    if (to->count < JL_REMARKED_MAX) to->first[to->count] = expense;
    to->count++;
  }
  to->last = expense;
  return jl_add(to->sum, amount, &to->sum);
}

bool jl_remarked_join(struct jl_remarked *to, const struct jl_remarked *more, int64_t sum) {
  for (int64_t i = 0; i < more->count && i < JL_REMARKED_MAX && to->count + i < JL_REMARKED_MAX; i++) to->first[to->count + i] = more->first[i];
  to->count += more->count;
  to->last = NULL;
  return jl_add(to->sum, sum, &to->sum);
}

bool jl_remark(struct jl_money_remarks *r, const struct jl_money_entry *entry) {
  int64_t amount = jl_sum_in(&entry->sum, r->basis);
  if (entry->currency[0] != '\0') return keep_apart(r, entry);
  if (entry->rate != NULL && !keep_rate(r, entry->rate)) return false;
  r->vat_costs = r->vat_costs || entry->sum.cost != entry->sum.net;
  if (entry->record->type_number != JL_TYPE_EXPENSE) return true;
  if (jl_lacks_kpi(r->in, entry) && !jl_remarked_add(&r->without_kpi, entry->record, amount)) return false;
  return !jl_is_late(entry->record) || jl_remarked_add(&r->late, entry->record, amount);
}

/* ---- said ---- */
void jl_block_apart(const struct jl_money_remarks *r, const struct jl_amounts *known) {
  static const char *const kinds[][2] = {[JL_MONEY_PLANNED] = {JL_MSG("planned"), "planned"},
                                         [JL_MONEY_COMMITTED] = {JL_MSG("committed"), "committed"},
                                         [JL_MONEY_ACTUAL] = {JL_MSG("actual"), "actual"}};
  if (r->apart_count == 0) return;
  jl_block_begin(r->b, JL_BLOCK_TABLE, "apart", JL_MSG("in no total: no rate is known"));
  jl_column(r->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(r->b, "kind", JL_MSG("amount"), JL_ARG_LABEL, 0);
  jl_column(r->b, "day", JL_MSG("day"), JL_ARG_DATE, 1);
  jl_column(r->b, "net", JL_MSG("excl. VAT"), JL_ARG_MONEY, 0);
  jl_column(r->b, "gross", JL_MSG("incl. VAT"), JL_ARG_MONEY, 1);
  for (size_t i = 0; i < r->apart_count; i++) {
    const struct jl_money_entry *entry = &r->apart[i];
    jl_row_begin(r->b, entry->record, 0, JL_ROW_NORMAL);
    jl_cell_title(r->b, r->in, entry->record->type_number == JL_TYPE_EXPENSE ? entry->record : entry->line);
    jl_cell_label(r->b, kinds[entry->kind][0], kinds[entry->kind][1]);
    if (entry->day == JL_WHOLE_PERIOD)
      jl_cell_empty(r->b);
    else
      jl_cell(r->b, jl_arg_date(entry->day));
    jl_cell(r->b, jl_arg_money(entry->sum.net, entry->currency));
    jl_cell_source(r->b, entry->record);
    if (jl_explaining(r->b)) jl_why_entry(r->b, r->in, entry, JL_BASIS_NET);
    jl_cell(r->b, jl_arg_money(entry->sum.gross, entry->currency));
    jl_cell_source(r->b, entry->record);
    if (jl_explaining(r->b)) jl_why_entry(r->b, r->in, entry, JL_BASIS_GROSS);
  }
  jl_note_apart(r, known);
}

/* The day whose rate it takes (amounts.h). */
static int32_t rated_on(const struct jl_view_input *in, const struct jl_money_entry *entry) {
  const struct jl_record *plan = jl_view_plan(in);
  if (entry->record->type_number == JL_TYPE_EXPENSE) return (int32_t)jl_view_int(entry->record, JL_EXPENSE_DATE, 0);
  return entry->day != JL_WHOLE_PERIOD ? entry->day : plan == NULL ? 0 : (int32_t)jl_view_int(plan, JL_PLAN_START, 0);
}

/* Of the kinds; an invoice by which nobody knows what of an order is open once, where it is apart itself. */
static bool counts(const struct jl_money_remarks *r, unsigned kinds, size_t at) {
  const struct jl_money_entry *entry = &r->apart[at];
  if ((kinds & JL_UNKNOWN(entry->kind)) == 0) return false;
  for (size_t i = 0; entry->order != NULL && (kinds & JL_UNKNOWN(JL_MONEY_ACTUAL)) != 0 && i < r->apart_count; i++)
    if (r->apart[i].record == entry->record && r->apart[i].kind == JL_MONEY_ACTUAL) return false;
  return true;
}

/* All that is in the currency of the one at `first`, before which there is none of it. */
static void gather(const struct jl_money_remarks *r, unsigned kinds, size_t first, struct jl_apart_of *ret) {
  const struct jl_record *last = NULL;
  char reference[JL_REFERENCE_SIZE];
  int64_t named = 0;
  size_t used = 0;
  *ret = (struct jl_apart_of){.day = INT32_MAX};
  memcpy(ret->currency, r->apart[first].currency, sizeof ret->currency);
  for (size_t i = first; i < r->apart_count; i++) {
    const struct jl_money_entry *entry = &r->apart[i];
    const struct jl_record *record = entry->record->type_number == JL_TYPE_EXPENSE ? entry->record : entry->line;
    if (strcmp(entry->currency, ret->currency) != 0 || !counts(r, kinds, i)) continue;
    if (rated_on(r->in, entry) < ret->day) ret->day = rated_on(r->in, entry);
    if (ret->count++ == 0) ret->first = record;
    if (record == last || named > JL_REMARKED_MAX) continue; /* months of a line follow one another */
    last = record;
    jl_reference_format(record->type, record->number, reference);
    if (named++ == JL_REMARKED_MAX || used + 30 >= sizeof ret->records) {
      snprintf(ret->records + used, sizeof ret->records - used, " ...");
      named = JL_REMARKED_MAX + 1;
      continue;
    }
    used += (size_t)snprintf(ret->records + used, sizeof ret->records - used, "%s%s", used == 0 ? "" : ", ", reference);
  }
}

static bool is_first(const struct jl_money_remarks *r, unsigned kinds, size_t at) {
  if (!counts(r, kinds, at)) return false;
  for (size_t i = 0; i < at; i++)
    if (strcmp(r->apart[i].currency, r->apart[at].currency) == 0 && counts(r, kinds, i)) return false;
  return true;
}

bool jl_apart_next(const struct jl_money_remarks *r, unsigned kinds, size_t *io_at, struct jl_apart_of *ret) {
  while (*io_at < r->apart_count && !is_first(r, kinds, *io_at)) ++*io_at;
  if (*io_at >= r->apart_count) return false;
  gather(r, kinds, (*io_at)++, ret);
  return true;
}

bool jl_apart_refuse(const struct jl_money_remarks *r, const char *message, struct jl_error *err) {
  struct jl_apart_of apart;
  size_t at = 0;
  char day[11];
  if (!jl_apart_next(r, UINT_MAX, &at, &apart)) return true;
  jl_day_format_iso(apart.day, day);
  return jl_fail(err, JL_E_INVALID, message, JL_MSG("the rate of that day or before: jalon exchange-rate add --currency {2} --day {4} --rate ..."), jl_arg_integer(apart.count),
                 jl_arg_text(apart.currency), jl_arg_text(apart.records), jl_arg_text(day));
}

void jl_note_no_rate(const struct jl_money_remarks *r) {
  struct jl_apart_of apart;
  for (size_t at = 0; jl_apart_next(r, UINT_MAX, &at, &apart);) {
    char day[11];
    jl_day_format_iso(apart.day, day);
    const struct jl_arg said[] = {jl_arg_integer(apart.count), jl_arg_text(apart.currency), jl_arg_text(apart.records), jl_arg_text(day)};
    jl_note(r->b, JL_TONE_WARN,
            JL_MSG("amounts in {2} without an exchange rate: {1} ({3}); sums with one of them are undefined. The rate of that day or before: jalon exchange-rate add "
                   "--currency {2} --day {4} --rate ..."),
            said, 4);
  }
}

void jl_note_apart(const struct jl_money_remarks *r, const struct jl_amounts *known) {
  char currency[4];
  if (r->apart_count == 0) return;
  jl_note_no_rate(r);
  jl_plan_currency(r->in->space, currency);
  const struct jl_arg args[] = {jl_arg_money(known->planned, currency), jl_arg_money(known->committed, currency), jl_arg_money(known->actual, currency)};
  jl_note(r->b, JL_TONE_MUTED, JL_MSG("known without them: planned {1}, committed {2}, actual {3}"), args, 3);
}

void jl_block_rates(const struct jl_money_remarks *r) {
  static const struct {
    uint32_t field;
    const char *name, *label;
    enum jl_arg_kind kind;
    int priority;
  } columns[] = {{JL_EXCHANGE_RATE_CURRENCY, "currency", JL_MSG("currency"), JL_ARG_TEXT, 0},
                 {JL_EXCHANGE_RATE_DAY, "day", JL_MSG("from"), JL_ARG_DATE, 0},
                 {JL_EXCHANGE_RATE_RATE, "rate", JL_MSG("so much"), JL_ARG_FRACTION, 0}, /* with all its digits: it is no amount */
                 {JL_EXCHANGE_RATE_WORTH, "worth", JL_MSG("is worth"), JL_ARG_FRACTION, 0},
                 {JL_EXCHANGE_RATE_SOURCE, "source", JL_MSG("source"), JL_ARG_TEXT, 1}};
  if (r->rate_count == 0) return;
  jl_block_begin(r->b, JL_BLOCK_TABLE, "rates", JL_MSG("converted at these rates"));
  for (size_t c = 0; c < JL_COUNT(columns); c++) jl_column(r->b, columns[c].name, columns[c].label, columns[c].kind, columns[c].priority);
  for (size_t i = 0; i < r->rate_count; i++) {
    jl_row_begin(r->b, r->rates[i], 0, JL_ROW_NORMAL);
    for (size_t c = 0; c < JL_COUNT(columns); c++) {
      jl_cell_by_number(r->b, r->in, r->rates[i], columns[c].field);
      if (columns[c].kind != JL_ARG_FRACTION) continue;
      jl_cell_source(r->b, r->rates[i]);
      jl_why_field(r->b, r->in, r->rates[i], columns[c].field);
    }
  }
}

static void note_expenses(const struct jl_money_remarks *r, enum jl_tone tone, const char *message, const struct jl_record *const *first,
                          int64_t count, int64_t sum) {
  char list[JL_ARG_TEXT_MAX] = "", currency[4], reference[JL_REFERENCE_SIZE];
  size_t used = 0;
  if (count == 0) return;
  for (int64_t i = 0; i < count && i < JL_REMARKED_MAX && used + 30 < sizeof list; i++) {
    jl_reference_format(first[i]->type, first[i]->number, reference);
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : ", ", reference);
  }
  if (used + 30 >= sizeof list || count > JL_REMARKED_MAX) snprintf(list + used, sizeof list - used, " ...");
  jl_plan_currency(r->in->space, currency);
  const struct jl_arg args[] = {jl_arg_integer(count), jl_arg_money(sum, currency), jl_arg_text(list)};
  jl_note(r->b, tone, message, args, 3);
}

void jl_note_remarks(const struct jl_money_remarks *r) {
  note_expenses(r, JL_TONE_WARN, JL_MSG("expenses without a KPI: {1}, {2}: {3}"), r->without_kpi.first, r->without_kpi.count, r->without_kpi.sum);
  note_expenses(r, JL_TONE_MUTED, JL_MSG("expenses of closed months that count in a later one: {1}, {2}: {3}"), r->late.first, r->late.count,
                r->late.sum);
  jl_note_above(r->b, r->above);
}
