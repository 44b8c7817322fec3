#include "common/model/budget/foreign.h"
#include "common/model/budget/amounts.h"
#include "common/model/budget/expense.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct reading {
  const struct jl_replica *r;
  struct jl_arena *a;
  struct jl_rates rates;
  struct jl_foreigns found;
};

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static bool is_foreign(const struct reading *w, const struct jl_record *record, uint32_t field, char ret_currency[4]) {
  jl_currency_of(&w->rates, record, field, ret_currency);
  return strcmp(ret_currency, w->rates.own) != 0;
}

static bool make_room(struct reading *w) {
  struct jl_foreigns *f = &w->found;
  if (f->count < f->room) return true;
  size_t room = f->room == 0 ? 64 : 2 * f->room;
  struct jl_foreign *more = jl_arena_array(w->a, room, sizeof *more);
  if (more == NULL) return false;
  if (f->count > 0) memcpy(more, f->all, f->count * sizeof *more);
  f->all = more;
  f->room = room;
  return true;
}

static bool add(struct reading *w, const struct jl_record *record, const char currency[4], int32_t day, int32_t month) {
  const struct jl_record *rate;
  if (!make_room(w) || !jl_rate_at(&w->rates, currency, day, &rate)) return false;
  struct jl_foreign *one = &w->found.all[w->found.count++];
  *one = (struct jl_foreign){record, "", day, rate == NULL ? JL_UNRATED : (int32_t)number_of(rate, JL_EXCHANGE_RATE_DAY), month};
  memcpy(one->currency, currency, sizeof one->currency);
  return true;
}

static bool add_months(struct reading *w) {
  size_t n;
  const struct jl_record **months = jl_replica_all(w->r, JL_TYPE_BUDGET_MONTH, w->a, &n);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++) {
    struct jl_id id;
    char currency[4];
    int32_t month = (int32_t)number_of(months[i], JL_BUDGET_MONTH_MONTH);
    const struct jl_record *line = jl_record_id(months[i]->type, months[i]->body, JL_BUDGET_MONTH_LINE, &id) ? jl_replica_live(w->r, &id) : NULL;
    if (line != NULL && is_foreign(w, line, JL_BUDGET_LINE_CURRENCY, currency) && !add(w, line, currency, month, month)) return false;
  }
  return n != SIZE_MAX;
}

static bool add_times(struct reading *w) {
  size_t n;
  const struct jl_record **lines = jl_replica_all(w->r, JL_TYPE_BUDGET_LINE, w->a, &n), *plan = jl_plan_record(w->r);
  for (size_t i = 0; n != SIZE_MAX && plan != NULL && i < n; i++) {
    char currency[4];
    int64_t every = number_of(lines[i], JL_BUDGET_LINE_EVERY);
    if (every == 0 || !is_foreign(w, lines[i], JL_BUDGET_LINE_CURRENCY, currency)) continue;
    int32_t first = (int32_t)jl_record_int(lines[i]->type, lines[i]->body, JL_BUDGET_LINE_FIRST, number_of(plan, JL_PLAN_START)),
            last = (int32_t)jl_record_int(lines[i]->type, lines[i]->body, JL_BUDGET_LINE_LAST, number_of(plan, JL_PLAN_END)), day = first;
    for (int time = 0; time < JL_RECURRENCES_MAX && day >= first && day <= last; day = jl_line_time(first, every, ++time))
      if (!add(w, lines[i], currency, day, day)) return false;
  }
  return n != SIZE_MAX;
}

static bool add_invoices(struct reading *w) {
  size_t n;
  const struct jl_record **expenses = jl_replica_all(w->r, JL_TYPE_EXPENSE, w->a, &n);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++) {
    char currency[4];
    if (number_of(expenses[i], JL_EXPENSE_STATE) != JL_INVOICED || !is_foreign(w, expenses[i], JL_EXPENSE_CURRENCY, currency)) continue;
    if (!add(w, expenses[i], currency, (int32_t)number_of(expenses[i], JL_EXPENSE_DATE), jl_expense_day(expenses[i]))) return false;
  }
  return n != SIZE_MAX;
}

static int by_day(const void *left, const void *right) {
  const struct jl_foreign *a = left, *b = right;
  int order = strcmp(a->currency, b->currency);
  if (order != 0) return order;
  if (a->day != b->day) return a->day < b->day ? -1 : 1;
  if (a->record->type_number != b->record->type_number) return a->record->type_number < b->record->type_number ? -1 : 1;
  return a->record->number < b->record->number ? -1 : a->record->number > b->record->number;
}

bool jl_foreigns_read(const struct jl_replica *r, struct jl_arena *a, struct jl_foreigns *ret) {
  struct reading w = {.r = r, .a = a};
  jl_rates_init(&w.rates, r, a);
  if (!add_months(&w) || !add_times(&w) || !add_invoices(&w)) return false;
  if (w.found.count > 0) qsort(w.found.all, w.found.count, sizeof *w.found.all, by_day);
  *ret = w.found;
  return true;
}

const struct jl_foreign *jl_foreigns_served(const struct jl_foreigns *f, const char currency[4], int32_t day, size_t *ret_n) {
  size_t low = 0, high = f->count;
  while (low < high) { /* the first one of that day or later */
    size_t middle = low + (high - low) / 2;
    int order = strcmp(f->all[middle].currency, currency);
    if (order < 0 || (order == 0 && f->all[middle].day < day))
      low = middle + 1;
    else
      high = middle;
  }
  for (high = low; high < f->count && strcmp(f->all[high].currency, currency) == 0 && f->all[high].rated <= day;) high++;
  *ret_n = high - low;
  return f->all + low;
}
