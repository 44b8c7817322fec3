#include "common/model/budget/allocation.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <stdlib.h>

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
  row->finished = row->finished && is_finished(money->action);
  row->part.weight += weight;
  if (row->part.weight > JL_WEIGHT_MAX) row->part.weight = JL_WEIGHT_MAX;
  return jl_amounts_add(&row->amounts, &money->amounts, err) && jl_amounts_add(&a->total, &money->amounts, err);
}

static bool set_bounds(struct jl_allotment *row, struct jl_error *err) {
  int64_t minimum = jl_view_int(row->line, JL_BUDGET_LINE_MINIMUM, 0);
  if (!jl_add(row->amounts.committed, row->amounts.actual, &row->spent)) return jl_money_too_large(err);
  if (row->spent < 0) row->spent = 0; /* credit notes */
  row->part.least = minimum > row->spent ? minimum : row->spent;
  row->part.most = jl_view_int(row->line, JL_BUDGET_LINE_MAXIMUM, INT64_MAX);
  if (row->part.most < row->part.least) row->part.most = row->part.least;
  return true;
}

bool jl_allocation_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_allocation *ret, struct jl_error *err) {
  struct jl_allocation a = {0};
  struct jl_money_line *money;
  struct jl_amounts ignored;
  size_t n = 0;
  if (!jl_money_lines(in, b, &money, &n, &ignored, err)) return false;
  a.rows = jl_view_alloc(b, n, sizeof *a.rows);
  if (a.rows == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (n > 0) qsort(money, n, sizeof *money, by_line);
  for (size_t i = 0; i < n; i++)
    if (!add_part(&a, &money[i], err)) return false;
  for (size_t i = 0; i < a.n; i++)
    if (!set_bounds(&a.rows[i], err)) return false;
  *ret = a;
  return true;
}

static void fix(struct jl_part *part, int64_t amount) { *part = (struct jl_part){.least = amount, .most = amount}; }

/* What is not shared by weight. A line by hand has what was said, even below what is spent: whoever says so sees it. */
static struct jl_part part_of(const struct jl_allotment *row) {
  struct jl_part part = row->part;
  if (row->by_hand)
    fix(&part, row->hand);
  else if (row->common)
    fix(&part, row->amounts.planned > row->part.least ? row->amounts.planned : row->part.least);
  else if (row->finished)
    fix(&part, row->part.least);
  return part;
}

static enum jl_bound bound_of(const struct jl_allotment *row, int64_t given) {
  if (row->by_hand) return JL_BOUND_HAND;
  if (row->common) return JL_BOUND_COMMON;
  if (row->finished) return JL_BOUND_FINISHED;
  if (given == row->part.least && given > 0) return row->part.least > row->spent ? JL_BOUND_MINIMUM : JL_BOUND_SPENT;
  return given == row->part.most ? JL_BOUND_MAXIMUM : JL_BOUND_WEIGHT;
}

bool jl_allocate(const struct jl_goal *goal, int64_t budget, struct jl_allocation *io, struct jl_error *err) {
  struct jl_part *parts = calloc(io->n + 1, sizeof *parts);
  if (parts == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < io->n; i++) parts[i] = part_of(&io->rows[i]);
  bool ok = jl_share_out(budget, parts, io->n, &io->left) || jl_money_too_large(err);
  for (size_t i = 0; ok && i < io->n; i++) {
    struct jl_allotment *row = &io->rows[i];
    row->part.given = parts[i].given;
    row->bound = bound_of(row, parts[i].given);
    ok = row->common || jl_expect(goal, row->line, row->part.given, &row->expected, err); /* common costs bring nothing by themselves */
  }
  free(parts);
  return ok;
}
