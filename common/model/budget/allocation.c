#include "common/model/budget/allocation.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

int64_t jl_action_weight(const struct jl_record *action) {
  if (action == NULL) return JL_NORMAL * 5;
  return jl_view_int(action, JL_ACTION_PRIORITY, JL_NORMAL) * jl_view_int(action, JL_ACTION_IMPACT, 5);
}

static bool is_finished(const struct jl_record *action) {
  int64_t status = action == NULL ? 0 : jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO);
  return status == JL_DONE || status == JL_DROPPED;
}

static int by_line(const void *left, const void *right) {
  const struct jl_money_line *a = left, *b = right;
  if (a->line->number != b->line->number) return a->line->number < b->line->number ? -1 : 1;
  return jl_id_compare(&a->line->id, &b->line->id);
}

/* Parts of one line, each for an action, are one line here: it is what is planned. */
static bool add_part(struct jl_allocation *a, const struct jl_money_line *money, struct jl_error *err) {
  bool same = a->n > 0 && a->rows[a->n - 1].line == money->line;
  struct jl_allotment *row = &a->rows[same ? a->n - 1 : a->n];
  int64_t weight = is_finished(money->action) ? 0 : jl_action_weight(money->action);
  if (!same) {
    a->n++;
    *row = (struct jl_allotment){.line = money->line,
                                 .lever = money->lever,
                                 .action = money->action,
                                 .common = money->lever == NULL && money->action == NULL,
                                 .finished = true};
  } else {
    row->action = NULL;
    if (row->lever != money->lever) row->lever = NULL;
    row->common = row->common && money->lever == NULL && money->action == NULL;
  }
  row->unknown |= money->unknown;
  a->unknown |= money->unknown;
  row->finished = row->finished && is_finished(money->action);
  row->part.weight += weight;
  if (row->part.weight > JL_WEIGHT_MAX) row->part.weight = JL_WEIGHT_MAX;
  return jl_amounts_add(&row->amounts, &money->amounts, err) && jl_amounts_add(&a->total, &money->amounts, err);
}

static bool set_bounds(const struct jl_view_input *in, struct jl_builder *b, struct jl_allotment *row, struct jl_error *err) {
  int64_t minimum = jl_view_int(row->line, JL_BUDGET_LINE_MINIMUM, 0);
  bool known = false;
  if (!jl_fit_read(in, b, row->line, &row->fit, &known, err)) return false;
  row->as_is = !known || row->unknown != 0;
  row->plain = row->fit.plain;
  if (!jl_add(row->amounts.committed, row->amounts.actual, &row->spent)) return jl_money_too_large(err);
  if (row->spent < 0) row->spent = 0; /* credit notes */
  row->part.least = minimum > row->spent ? minimum : row->spent;
  if (known && row->fit.least > row->part.least) row->part.least = row->fit.least; /* closed months */
  row->part.most = jl_view_int(row->line, JL_BUDGET_LINE_MAXIMUM, INT64_MAX);
  if (row->part.most < row->part.least) row->part.most = row->part.least;
  if (row->as_is) row->part.least = row->part.most = row->amounts.planned; /* nobody can say how it would change */
  return true;
}

/* ---- what the levers did in the months that are over ---- */
struct lever_row {
  const struct jl_record *lever;
  struct jl_lever_course course;
};

struct jl_spend_ask jl_lever_measured(const struct jl_view_input *in, const struct jl_record *lever) {
  const struct jl_record *plan = jl_view_plan(in);
  struct jl_date today = jl_date_from_day(in->today);
  return (struct jl_spend_ask){.lever = lever,
                               .from = plan == NULL ? JL_DAY_MIN : (int32_t)jl_view_int(plan, JL_PLAN_START, JL_DAY_MIN),
                               .to = jl_day_from_date(today.year, today.month, 1)};
}

static int by_lever(const void *left, const void *right) {
  return jl_id_compare(&((const struct lever_row *)left)->lever->id, &((const struct lever_row *)right)->lever->id);
}

/* One row for each lever of a line. */
static size_t gather(struct lever_row *rows, const struct jl_allocation *a) {
  size_t n = 0, kept = 0;
  for (size_t i = 0; i < a->n; i++)
    if (a->rows[i].lever != NULL) rows[n++] = (struct lever_row){.lever = a->rows[i].lever};
  if (n > 0) qsort(rows, n, sizeof *rows, by_lever);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || rows[kept - 1].lever != rows[i].lever) rows[kept++] = rows[i];
  return kept;
}

/* Spend, leads and customers of the same days, where anybody has told of them. */
static bool measure(const struct jl_view_input *in, struct jl_builder *b, struct jl_figures *figures, struct lever_row *row) {
  const struct jl_spend_ask of = jl_lever_measured(in, row->lever);
  struct jl_figure_ask ask = {.stage = JL_STAGE_LEADS, .lever = row->lever, .from = of.from, .to = of.to};
  struct jl_spend_sum spent;
  struct jl_figure_sum sum;
  row->course.customers = -1;
  if (of.to <= of.from) return true;
  if (!jl_spend_of(jl_view_spend(in, b), &of, &spent)) return false;
  row->course.spent = spent.amount;
  row->course.unrated = spent.unknown;
  if (jl_figures_sum(figures, &ask, &sum) && sum.has_count) row->course.leads = sum.exact;
  ask.stage = JL_STAGE_CUSTOMERS;
  if (jl_figures_sum(figures, &ask, &sum) && sum.has_count) row->course.customers = sum.exact;
  return true;
}

static bool find_rates(const struct jl_view_input *in, struct jl_builder *b, struct jl_allocation *a, struct jl_error *err) {
  struct lever_row *levers = jl_view_alloc(b, a->n, sizeof *levers);
  struct jl_figures *figures = jl_figures_read(in, b);
  if (levers == NULL || figures == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  size_t n = gather(levers, a);
  for (size_t i = 0; i < n; i++)
    if (!measure(in, b, figures, &levers[i])) return jl_money_too_large(err);
  for (size_t i = 0; i < a->n; i++) {
    const struct lever_row key = {.lever = a->rows[i].lever},
                           *found = key.lever == NULL || n == 0 ? NULL : bsearch(&key, levers, n, sizeof *levers, by_lever);
    a->rows[i].rates = jl_line_rates(a->rows[i].line, found == NULL ? NULL : &found->course);
  }
  return true;
}

bool jl_allocation_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_allocation *ret, struct jl_error *err) {
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  struct jl_allocation a = {.remarks = {.in = in, .b = b, .basis = JL_BASIS_COST}};
  struct jl_money_line *money;
  struct jl_amounts ignored;
  size_t n = 0;
  if (!jl_money_lines_remarked(in, b, &costs, &money, &n, &ignored, &a.remarks, err)) return false;
  a.vat_costs = a.remarks.vat_costs;
  a.rows = jl_view_alloc(b, n, sizeof *a.rows);
  if (a.rows == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (n > 0) qsort(money, n, sizeof *money, by_line);
  for (size_t i = 0; i < n; i++)
    if (!add_part(&a, &money[i], err)) return false;
  for (size_t i = 0; i < a.n; i++)
    if (!set_bounds(in, b, &a.rows[i], err)) return false;
  if (!find_rates(in, b, &a, err)) return false;
  *ret = a;
  return true;
}

static void fix(struct jl_part *part, int64_t amount) { *part = (struct jl_part){.least = amount, .most = amount}; }

/* What is not shared by weight. A line by hand has what was said, even below what is spent: whoever says so sees it. */
static struct jl_part part_of(const struct jl_allotment *row) {
  struct jl_part part = row->part;
  if (row->fitted)
    fix(&part, row->nearest);
  else if (row->by_hand)
    fix(&part, row->hand);
  else if (row->common && !row->as_is)
    fix(&part, row->amounts.planned > row->part.least ? row->amounts.planned : row->part.least);
  else if (row->finished || row->as_is)
    fix(&part, row->part.least);
  return part;
}

enum jl_bound jl_bound_below(const struct jl_allotment *row) {
  if (row->part.least <= row->spent) return JL_BOUND_SPENT;
  return row->part.least == row->fit.least && !row->as_is ? JL_BOUND_CLOSED : JL_BOUND_MINIMUM;
}

static enum jl_bound bound_of(const struct jl_allotment *row, int64_t given) {
  if (row->by_hand) return JL_BOUND_HAND;
  if (row->as_is) return JL_BOUND_AS_IS;
  if (row->common) return JL_BOUND_COMMON;
  if (row->finished) return JL_BOUND_FINISHED;
  if (given == row->part.least && given > 0) return jl_bound_below(row);
  return given == row->part.most ? JL_BOUND_MAXIMUM : JL_BOUND_WEIGHT;
}

static bool share(struct jl_allocation *io, struct jl_part *parts, int64_t budget, struct jl_error *err) {
  for (size_t i = 0; i < io->n; i++) parts[i] = part_of(&io->rows[i]);
  if (!jl_share_out(budget, parts, io->n, &io->left)) return jl_money_too_large(err);
  for (size_t i = 0; i < io->n; i++) {
    if (!io->rows[i].fitted) io->rows[i].bound = bound_of(&io->rows[i], parts[i].given);
    io->rows[i].part.given = parts[i].given;
  }
  return true;
}

/* Rows that cannot have what they were given have the nearest from now on. *ret_any: some, so it is shared out once more. */
static bool fit_rows(const struct jl_view_input *in, struct jl_builder *b, struct jl_allocation *io, bool *ret_any, struct jl_error *err) {
  *ret_any = false;
  for (size_t i = 0; i < io->n; i++) {
    struct jl_allotment *row = &io->rows[i];
    if (row->fitted || row->as_is || row->part.given == row->amounts.planned || (row->plain && row->part.given >= row->fit.least)) continue;
    struct jl_fit fit = row->fit;
    if (!jl_fit(in, b, &fit, row->part.given, row->by_hand ? 0 : row->part.least, JL_FIT_AT_MOST, err)) return false;
    if (fit.cost == row->part.given) continue;
    row->fitted = *ret_any = true;
    row->nearest = fit.cost;
  }
  return true;
}

bool jl_allocate(const struct jl_view_input *in, struct jl_builder *b, const struct jl_goal *goal, int64_t budget, struct jl_allocation *io, struct jl_error *err) {
  struct jl_part *parts = jl_view_alloc(b, io->n + 1, sizeof *parts);
  if (parts == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (bool again = true; again;) /* each time one more is settled at least */
    if (!share(io, parts, budget, err) || !fit_rows(in, b, io, &again, err)) return false;
  for (size_t i = 0; i < io->n; i++) {
    struct jl_allotment *row = &io->rows[i]; /* common costs bring nothing by themselves */
    if (!row->common && !jl_expect(goal, &row->rates, row->part.given, &row->expected, err)) return false;
  }
  return true;
}
