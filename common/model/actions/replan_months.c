#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/actions/replan.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define SPAN_MOST 1200 /* months that an action or a plan is stretched over: a hundred years */

/* ---- months as numbers ---- */
static int32_t index_of(int32_t day) {
  struct jl_date d = jl_date_from_day(day);
  return d.year * 12 + d.month - 1;
}
static int32_t first_of(int32_t index) { return jl_day_from_date(index / 12, index % 12 + 1, 1); }

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("amounts of this plan are too large to be added up"), NULL);
}

static int by_month(const void *left, const void *right) {
  const struct jl_month *a = left, *b = right;
  return a->first < b->first ? -1 : a->first > b->first;
}

bool jl_months_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, struct jl_months *ret) {
  size_t n = 0;
  const struct jl_record *plan = jl_plan_record(in->space);
  const struct jl_record **months = jl_view_referring(in, b, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n);
  *ret = (struct jl_months){.list = jl_view_alloc(b, n + 1, sizeof *ret->list), .now = first_of(index_of(in->today))};
  ret->end = plan == NULL ? JL_DAY_MAX : first_of(index_of((int32_t)jl_view_int(plan, JL_PLAN_END, JL_DAY_MAX)));
  if (plan != NULL && jl_view_int(plan, JL_PLAN_START, 0) > ret->now) ret->now = first_of(index_of((int32_t)jl_view_int(plan, JL_PLAN_START, 0)));
  jl_line_currency(in, line, ret->currency);
  if (ret->list == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    int64_t planned = jl_view_int(months[i], JL_BUDGET_MONTH_PLANNED, 0);
    ret->list[ret->count++] = (struct jl_month){(int32_t)jl_view_int(months[i], JL_BUDGET_MONTH_MONTH, 0), planned, planned, true};
  }
  if (n > 1) qsort(ret->list, n, sizeof *ret->list, by_month);
  return true;
}

/* ---- moving ---- */
struct span {
  int32_t first, last; /* months */
};

/* So much lands in this month, or in the nearest one of the plan that is not over. */
static void land(struct jl_month *moved, size_t *io_count, const struct jl_months *m, int32_t index, int64_t amount) {
  int32_t first = first_of(index);
  if (first < m->now) first = m->now;
  if (first > m->end) first = m->end;
  moved[(*io_count)++] = (struct jl_month){.first = first, .is = amount};
}

/* What stands within the action's months, over as many as it would then have: each month keeps its part of the way. */
static bool stretch(struct jl_builder *b, const struct jl_months *m, struct span old, struct span new, struct jl_month *moved, size_t *io_count,
                    struct jl_error *err) {
  int64_t were = old.last - old.first + 1, are = new.last - new.first + 1, total = 0;
  int64_t *weights = jl_view_alloc(b, (size_t)are, sizeof *weights), *parts = jl_view_alloc(b, (size_t)are, sizeof *parts);
  if (weights == NULL || parts == NULL) return false;
  for (size_t i = 0; i < m->count; i++) {
    int64_t at = index_of(m->list[i].first) - old.first, from = at * are, to = (at + 1) * are;
    if (m->list[i].first < m->now || at < 0 || at >= were) continue;
    if (!jl_add(total, m->list[i].was, &total)) return too_large(err);
    for (int64_t j = from / were; j < are && j * were < to; j++) {
      int64_t begin = j * were > from ? j * were : from, end = (j + 1) * were < to ? (j + 1) * were : to, part;
      if (__builtin_mul_overflow(m->list[i].was, end - begin, &part) || !jl_add(weights[j], part, &weights[j])) return too_large(err);
    }
  }
  if (total == 0) return true;
  if (!jl_split(total, weights, (size_t)are, parts)) return too_large(err);
  for (int64_t j = 0; j < are; j++)
    if (parts[j] != 0) land(moved, io_count, m, new.first + (int32_t)j, parts[j]);
  return true;
}

/* Those that are there and those that came, of one month together. */
static bool merge(struct jl_builder *b, struct jl_months *m, struct jl_month *moved, size_t count, struct jl_error *err) {
  struct jl_month *all = jl_view_alloc(b, m->count + count + 1, sizeof *all);
  size_t n = 0;
  if (all == NULL) return false;
  for (size_t i = 0; i < m->count; i++) {
    all[i] = m->list[i];
    if (all[i].first >= m->now) all[i].is = 0; /* it has moved */
  }
  memcpy(all + m->count, moved, count * sizeof *moved);
  qsort(all, m->count + count, sizeof *all, by_month);
  for (size_t i = 0; i < m->count + count; i++) {
    if (n == 0 || all[n - 1].first != all[i].first) {
      all[n++] = all[i];
      continue;
    }
    if (!jl_add(all[n - 1].is, all[i].is, &all[n - 1].is)) return too_large(err);
    all[n - 1].was += all[i].was; /* one of the two has none */
    all[n - 1].exists = all[n - 1].exists || all[i].exists;
  }
  m->list = all;
  m->count = n;
  return true;
}

static int32_t later(int32_t a, int32_t b) { return a > b ? a : b; }

bool jl_months_move(struct jl_builder *b, struct jl_months *m, const struct jl_change_of_dates *change, struct jl_error *err) {
  int32_t now = index_of(m->now);
  struct span old = {later(index_of(change->first), now), later(index_of(change->last), now)},
              new = {later(index_of(change->new_first), now), later(index_of(change->new_last), now)};
  if (old.first == new.first && old.last == new.last) return true;
  if (old.last - old.first >= SPAN_MOST) old.last = old.first + SPAN_MOST - 1;
  if (new.last - new.first >= SPAN_MOST) new.last = new.first + SPAN_MOST - 1;
  bool stretched = old.last - old.first != new.last - new.first;
  struct jl_month *moved = jl_view_alloc(b, m->count + SPAN_MOST + 1, sizeof *moved);
  size_t count = 0;
  if (moved == NULL) return false;
  for (size_t i = 0; i < m->count; i++) {
    int32_t at = index_of(m->list[i].first);
    bool within = at >= old.first && at <= old.last;
    if (at < now || m->list[i].was == 0 || (within && stretched)) continue;
    land(moved, &count, m, at > old.last ? at + new.last - old.last : at + new.first - old.first, m->list[i].was);
  }
  return (!stretched || stretch(b, m, old, new, moved, &count, err)) && merge(b, m, moved, count, err);
}

/* ---- another total ---- */
bool jl_months_total(struct jl_builder *b, struct jl_months *m, int64_t total, struct jl_error *err) {
  int64_t over = 0, ahead = 0, *weights = jl_view_alloc(b, m->count + 1, sizeof *weights), *parts = jl_view_alloc(b, m->count + 1, sizeof *parts);
  size_t n = 0;
  if (weights == NULL || parts == NULL) return false;
  for (size_t i = 0; i < m->count; i++) {
    bool past = m->list[i].first < m->now;
    if (!jl_add(past ? over : ahead, m->list[i].was, past ? &over : &ahead)) return too_large(err);
    if (!past) weights[n++] = m->list[i].was;
  }
  if (total == over + ahead) return true;
  if (total < over)
    return jl_fail(err, JL_E_INVALID, JL_MSG("more than that was planned in months that are over"),
                   JL_MSG("what is over cannot be planned anew: choose a larger amount"));
  if (n == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("all its months are over: there is none to plan this amount in"),
                   JL_MSG("add a month that is still to come: jalon budget-month add"));
  if (ahead == 0)
    for (size_t i = 0; i < n; i++) weights[i] = 1;
  if (!jl_split(total - over, weights, n, parts)) return too_large(err);
  for (size_t i = 0, k = 0; i < m->count; i++)
    if (m->list[i].first >= m->now) m->list[i].is = parts[k++];
  return true;
}

/* ---- rows ---- */
void jl_columns_months(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_TABLE, "money", JL_MSG("money"));
  jl_column(b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(b, "month", JL_MSG("month"), JL_ARG_DATE, 0);
  jl_column(b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(b, "new_planned", JL_MSG("would be planned"), JL_ARG_MONEY, 0);
  jl_column(b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 1);
  jl_column(b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 2);
}

/* It stands in the first row: it stays where it is. */
static void cells_spent(const struct jl_view_input *in, struct jl_builder *b, const struct jl_amounts *amounts, unsigned unknown) {
  char currency[4];
  jl_plan_currency(in->space, currency);
  jl_cell_money_known(b, amounts->committed, currency, unknown & JL_UNKNOWN(JL_MONEY_COMMITTED));
  if (amounts->committed > 0) jl_cell_tone(b, JL_TONE_WARN);
  jl_cell_money_known(b, amounts->actual, currency, unknown & JL_UNKNOWN(JL_MONEY_ACTUAL));
}

bool jl_rows_months(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, const struct jl_months *m) {
  struct jl_amounts amounts;
  unsigned unknown;
  bool first = true;
  if (!jl_line_amounts(in->space, line, jl_builder_arena(b), &amounts) || !jl_line_unknown(in->space, line, jl_builder_arena(b), &unknown)) return false;
  for (size_t i = 0; i < m->count; i++) {
    const struct jl_month *month = &m->list[i];
    if (month->first < m->now) continue;
    jl_row_begin(b, line, 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, line);
    jl_cell(b, jl_arg_date(month->first));
    jl_cell(b, month->exists ? jl_arg_money(month->was, m->currency) : (struct jl_arg){.kind = JL_ARG_NONE});
    jl_cell(b, jl_arg_money(month->is, m->currency));
    if (month->is != month->was) jl_cell_tone(b, JL_TONE_WARN);
    if (first)
      cells_spent(in, b, &amounts, unknown);
    else
      jl_cells_empty(b, 2);
    first = false;
  }
  return true;
}
