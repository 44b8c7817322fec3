#include "common/model/budget/excess.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static int32_t month_of(int32_t day) {
  struct jl_date date = jl_date_from_day(day);
  return jl_day_from_date(date.year, date.month, 1);
}

void jl_excess_begin(struct jl_excess_walk *w, const struct jl_replica *r, struct jl_arena *a) {
  *w = (struct jl_excess_walk){.line = NULL};
  jl_money_reader_init(&w->reader, r, a);
}

void jl_excess_line(struct jl_excess_walk *w, const struct jl_record *line) {
  w->line = line;
  w->amounts = (struct jl_amounts){0};
  w->basis = number_of(line, JL_BUDGET_LINE_VAT_BASIS) == JL_GROSS ? JL_BASIS_GROSS : JL_BASIS_NET;
  w->whole = w->unrated = w->sorted = false;
  w->count = w->order_count = 0;
}

/* ---- months ---- */
static int by_first(const void *left, const void *right) {
  const struct jl_excess_month *a = left, *b = right;
  return a->first < b->first ? -1 : a->first > b->first;
}

static bool plan_month(struct jl_excess_walk *w, int32_t first, int64_t amount) {
  if (w->count > 0 && w->months[w->count - 1].first == first) return jl_add(w->months[w->count - 1].planned, amount, &w->months[w->count - 1].planned);
  if (w->count == w->room) {
    size_t more = w->room == 0 ? 16 : w->room * 2;
    struct jl_excess_month *grown = jl_arena_array(w->reader.a, more, sizeof *grown);
    if (grown == NULL) return false;
    if (w->count > 0) memcpy(grown, w->months, w->count * sizeof *grown);
    w->months = grown;
    w->room = more;
  }
  w->months[w->count++] = (struct jl_excess_month){.first = first, .planned = amount};
  return true;
}

/* One for each month: shares of a line come one after the other. */
static bool sort_months(struct jl_excess_walk *w) {
  size_t kept = 0;
  w->sorted = true;
  if (w->count > 0) qsort(w->months, w->count, sizeof *w->months, by_first);
  for (size_t i = 0; i < w->count; i++) {
    if (kept == 0 || w->months[kept - 1].first != w->months[i].first) w->months[kept++] = w->months[i];
    else if (!jl_add(w->months[kept - 1].planned, w->months[i].planned, &w->months[kept - 1].planned)) return false;
  }
  w->count = kept;
  return true;
}

/* What comes before the first month is in that: it was planned for it. */
static bool take_month(struct jl_excess_walk *w, int32_t day, int64_t amount) {
  size_t at = 0;
  if (w->whole || w->count == 0) return true;
  while (at + 1 < w->count && w->months[at + 1].first <= day) at++;
  return jl_add(w->months[at].taken, amount, &w->months[at].taken);
}

/* ---- orders ---- */
static bool keep_order(struct jl_excess_walk *w, const struct jl_record *order) {
  const void *at = NULL;
  if (w->order_count > 0 && w->orders[w->order_count - 1] == order) return true; /* another share of it */
  if (jl_replica_next_referring(w->reader.r, &order->id, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, &at) == NULL) return true;
  if (w->order_count == w->order_room) {
    size_t more = w->order_room == 0 ? 16 : w->order_room * 2;
    const struct jl_record **grown = jl_arena_array(w->reader.a, more, sizeof *grown);
    if (grown == NULL) return false;
    for (size_t i = 0; i < w->order_count; i++) grown[i] = w->orders[i];
    w->orders = grown;
    w->order_room = more;
  }
  w->orders[w->order_count++] = order;
  return true;
}

bool jl_excess_entry(struct jl_excess_walk *w, const struct jl_money_entry *entry) {
  int64_t amount = jl_sum_in(&entry->sum, w->basis);
  if (entry->kind == JL_MONEY_COMMITTED && !keep_order(w, entry->record)) return false;
  w->unrated = w->unrated || (entry->currency[0] != '\0' && entry->kind == JL_MONEY_PLANNED);
  if (entry->currency[0] != '\0') return true; /* without a rate: in no sum */
  if (!jl_amounts_take(&w->amounts, entry->kind, amount)) return false;
  if (entry->kind != JL_MONEY_PLANNED) return (w->sorted || sort_months(w)) && take_month(w, entry->day, amount);
  w->whole = w->whole || entry->day == JL_WHOLE_PERIOD;
  return w->whole || plan_month(w, month_of(entry->day), amount);
}

/* ---- what is above ---- */
static bool end_order(struct jl_excess_walk *w, const struct jl_record *order, jl_excess_function *take, void *context) {
  struct jl_excess excess = {.kind = JL_ABOVE_ORDER, .line = w->line, .order = order, .basis = w->basis};
  struct jl_sum ordered, invoiced;
  enum jl_sum_known known = jl_order_invoiced(&w->reader, order, &ordered, &invoiced, excess.currency);
  if (known == JL_NO_SUM) return false;
  excess.was_for = jl_sum_in(&ordered, w->basis);
  excess.is = jl_sum_in(&invoiced, w->basis);
  if (known == JL_NO_RATE || excess.is <= excess.was_for) return true;
  return !__builtin_sub_overflow(excess.is, excess.was_for, &excess.over) && take(context, &excess);
}

static bool end_month(const struct jl_excess_walk *w, size_t i, struct jl_excess *excess, jl_excess_function *take, void *context) {
  const struct jl_excess_month *month = &w->months[i];
  if (month->taken <= month->planned) return true;
  excess->kind = JL_ABOVE_MONTH;
  excess->first = month->first;
  excess->last = (i + 1 < w->count ? w->months[i + 1].first : jl_day_add_months(month->first, 1)) - 1;
  excess->was_for = month->planned;
  excess->is = month->taken;
  return !__builtin_sub_overflow(month->taken, month->planned, &excess->over) && take(context, excess);
}

bool jl_excess_end(struct jl_excess_walk *w, jl_excess_function *take, void *context) {
  struct jl_excess excess = {.kind = JL_ABOVE_LINE, .line = w->line, .basis = w->basis};
  for (size_t i = 0; i < w->order_count; i++)
    if (!end_order(w, w->orders[i], take, context)) return false;
  if (w->unrated) return true;
  jl_plan_currency(w->reader.r, excess.currency);
  excess.was_for = w->amounts.planned;
  if (!jl_add(w->amounts.committed, w->amounts.actual, &excess.is) || __builtin_sub_overflow(excess.is, excess.was_for, &excess.over)) return false;
  if (excess.over > 0 && !take(context, &excess)) return false;
  for (size_t i = 0; i < w->count && !w->whole && w->sorted; i++)
    if (!end_month(w, i, &excess, take, context)) return false;
  return true;
}

static bool feed(void *context, const struct jl_money_entry *entry) { return jl_excess_entry(context, entry); }

bool jl_line_excesses(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, jl_excess_function *take, void *context) {
  struct jl_excess_walk w;
  jl_excess_begin(&w, r, a);
  jl_excess_line(&w, line);
  return jl_lines_entries(r, &line, 1, a, feed, feed, &w) && jl_excess_end(&w, take, context);
}

bool jl_line_months(const struct jl_replica *r, const struct jl_record *line, struct jl_arena *a, struct jl_excess_walk *ret) {
  jl_excess_begin(ret, r, a);
  jl_excess_line(ret, line);
  return jl_lines_entries(r, &line, 1, a, feed, feed, ret) && (ret->sorted || sort_months(ret));
}

int64_t jl_month_taken(const struct jl_excess_walk *w, int32_t month) {
  for (size_t i = 0; i < w->count; i++)
    if (w->months[i].first == month) return w->months[i].taken;
  return 0;
}

/* ---- said ---- */
const char *jl_basis_label(enum jl_basis basis) { return basis == JL_BASIS_GROSS ? JL_MSG("incl. VAT") : JL_MSG("excl. VAT"); }

static void note_month(struct jl_builder *b, const struct jl_excess *excess) {
  struct jl_date month = jl_date_from_day(excess->first);
  char year[12];
  snprintf(year, sizeof year, "%d", month.year);
  bool alone = excess->last == jl_day_add_months(excess->first, 1) - 1;
  const struct jl_arg args[] = {jl_arg_record(excess->line), jl_arg_money(excess->over, excess->currency), jl_arg_label(jl_basis_label(excess->basis)),
                                alone ? jl_arg_label(jl_month_name(month.month)) : jl_arg_date(excess->first), alone ? jl_arg_text(year) : jl_arg_date(excess->last)};
  jl_note(b, JL_TONE_WARN, alone ? JL_MSG("{1} is {2} {3} above what it plans for {4} {5}") : JL_MSG("{1} is {2} {3} above what it plans from {4} to {5}"), args, 5);
}

void jl_note_above(struct jl_builder *b, const int64_t above[JL_ABOVE_KINDS]) {
  const struct jl_arg args[] = {jl_arg_integer(above[JL_ABOVE_ORDER]), jl_arg_integer(above[JL_ABOVE_LINE]), jl_arg_integer(above[JL_ABOVE_MONTH])};
  if (above[JL_ABOVE_ORDER] + above[JL_ABOVE_LINE] + above[JL_ABOVE_MONTH] > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("above what there was for them: orders {1}, lines {2}, months of lines {3}: jalon overspent"), args, 3);
}

void jl_note_excess(struct jl_builder *b, const struct jl_excess *excess) {
  if (excess->kind == JL_ABOVE_MONTH) {
    note_month(b, excess);
    return;
  }
  bool order = excess->kind == JL_ABOVE_ORDER;
  const struct jl_arg args[] = {jl_arg_record(order ? excess->order : excess->line), jl_arg_money(excess->over, excess->currency),
                                jl_arg_label(jl_basis_label(excess->basis)), jl_arg_money(excess->was_for, excess->currency)};
  jl_note(b, JL_TONE_WARN,
          order ? JL_MSG("the invoices of the order {1} come to {2} {3} more than was ordered ({4})") : JL_MSG("{1} is {2} {3} above what it plans in all ({4})"), args, 4);
}
