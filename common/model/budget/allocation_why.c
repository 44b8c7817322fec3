#include "common/base/money.h"
#include "common/model/budget/allocation_why.h"
#include "common/record/schema.h"
#include <stdlib.h>

static struct jl_arg money(const struct jl_goal_why *w, int64_t amount) { return jl_arg_money(amount, w->currency); }

/* All the parts of these lines. */
static void amounts(const struct jl_goal_why *w, const struct jl_allotment *rows, size_t n, const struct jl_amounts *sum, enum jl_money_figure figure) {
  struct jl_money_line *lines = jl_view_alloc(w->b, n, sizeof *lines);
  for (size_t i = 0; lines != NULL && i < n; i++) lines[i] = (struct jl_money_line){.line = rows[i].line, .amounts = rows[i].amounts};
  if (lines != NULL) jl_why_money(w->b, w->in, sum, lines, n, NULL, NULL, figure);
}

void jl_why_planned_now(const struct jl_goal_why *w, const struct jl_allotment *row) {
  if (row != NULL)
    amounts(w, row, 1, &row->amounts, JL_FIGURE_PLANNED);
  else
    amounts(w, w->a->rows, w->a->n, &w->a->total, JL_FIGURE_PLANNED);
}

void jl_why_planned_unknown(const struct jl_goal_why *w, const struct jl_allotment *row, unsigned kinds) {
  const struct jl_allotment *rows = row != NULL ? row : w->a->rows;
  const size_t n = row != NULL ? 1 : w->a->n;
  struct jl_money_line *lines = jl_view_alloc(w->b, n, sizeof *lines);
  for (size_t i = 0; lines != NULL && i < n; i++) lines[i] = (struct jl_money_line){.line = rows[i].line};
  if (lines != NULL) jl_why_no_rate(w->b, w->in, lines, n, NULL, NULL, kinds);
}

/* ---- weight ---- */
struct whom {
  const struct jl_goal_why *w;
  const struct jl_record *actions[JL_SHARES_MAX + 1];
  int64_t parts[JL_SHARES_MAX + 1];
  size_t n;
};

static bool keep_whom(void *context, const struct jl_money_entry *entry) {
  struct whom *m = context;
  for (size_t i = 0; i < m->n; i++)
    if (m->actions[i] == entry->action && m->parts[i] == entry->part) return true;
  if (m->n <= JL_SHARES_MAX) {
    m->actions[m->n] = entry->action;
    m->parts[m->n++] = entry->part;
  }
  return true;
}

static bool is_over(const struct jl_record *action) {
  int64_t status = action == NULL ? 0 : jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO);
  return status == JL_DONE || status == JL_DROPPED;
}

static void why_action_weight(const struct jl_goal_why *w, const struct jl_record *action) {
  const struct jl_record *known = action != NULL && jl_view_readable(w->in, action) ? action : NULL;
  if (is_over(known)) {
    jl_why_constant(w->b, jl_arg_integer(0), JL_MSG("its action is over"));
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_PRODUCT, jl_arg_integer(jl_action_weight(known)), JL_MSG("weight = priority x impact"))) {
    if (known != NULL) jl_why_about(w->b, w->in, known);
    jl_why_constant(w->b, jl_arg_integer(known == NULL ? JL_NORMAL : jl_view_int(known, JL_ACTION_PRIORITY, JL_NORMAL)), JL_MSG("priority: 1 low, 2 normal or not set, 3 high, 4 urgent"));
    if (known != NULL)
      jl_why_field_or(w->b, w->in, known, JL_ACTION_IMPACT, 5);
    else
      jl_why_constant(w->b, jl_arg_integer(5), JL_MSG("impact, where no action has one"));
  }
  jl_why_end(w->b);
}

void jl_why_weight(const struct jl_goal_why *w, const struct jl_allotment *row) {
  if (!jl_why_is_shown(w->b)) return;
  struct whom m = {.w = w};
  if (!jl_line_entries(w->in->space, row->line, jl_builder_arena(w->b), keep_whom, &m)) return;
  int64_t sum = 0;
  for (size_t i = 0; i < m.n; i++) {
    const struct jl_record *known = m.actions[i] != NULL && jl_view_readable(w->in, m.actions[i]) ? m.actions[i] : NULL;
    sum += is_over(known) ? 0 : jl_action_weight(known);
  }
  if (m.n == 1 && sum == row->part.weight) {
    why_action_weight(w, m.actions[0]);
    return;
  }
  if (sum > row->part.weight) {
    (void)jl_why_begin(w->b, JL_WHY_MINIMUM, jl_arg_integer(row->part.weight), JL_MSG("not more than this"));
    jl_why_constant(w->b, jl_arg_integer(JL_WEIGHT_MAX), JL_MSG("the highest weight"));
  }
  if (jl_why_begin(w->b, JL_WHY_SUM, jl_arg_integer(sum), JL_MSG("weights of the actions that it pays for"))) {
    jl_why_about(w->b, w->in, row->line);
    for (size_t i = 0; i < m.n; i++) why_action_weight(w, m.actions[i]);
  }
  jl_why_end(w->b);
  if (sum > row->part.weight) jl_why_end(w->b);
}

/* ---- what it has in any case ---- */
static int64_t own_least(const struct jl_allotment *row) {
  int64_t minimum = jl_view_int(row->line, JL_BUDGET_LINE_MINIMUM, 0);
  int64_t least = minimum > row->spent ? minimum : row->spent;
  return !row->as_is && row->fit.least > least ? row->fit.least : least;
}

static void why_own_least(const struct jl_goal_why *w, const struct jl_allotment *row) {
  if (jl_why_begin(w->b, JL_WHY_MAXIMUM, money(w, own_least(row)), JL_MSG("what is ordered and spent, or the minimum of the line"))) {
    jl_why_about(w->b, w->in, row->line);
    jl_why_constant(w->b, money(w, 0), JL_MSG("the least"));
    int64_t spent = row->amounts.committed + row->amounts.actual; /* it was added up before */
    if (jl_why_begin(w->b, JL_WHY_SUM, money(w, spent), JL_MSG("ordered and spent"))) {
      amounts(w, row, 1, &row->amounts, JL_FIGURE_COMMITTED);
      amounts(w, row, 1, &row->amounts, JL_FIGURE_ACTUAL);
    }
    jl_why_end(w->b);
    if (jl_record_has(row->line->body, JL_BUDGET_LINE_MINIMUM)) jl_why_field(w->b, w->in, row->line, JL_BUDGET_LINE_MINIMUM);
    if (!row->as_is && row->fit.least > 0) jl_why_constant(w->b, money(w, row->fit.least), JL_MSG("closed months, and times that are over"));
  }
  jl_why_end(w->b);
}

static void why_as_it_is(const struct jl_goal_why *w, const struct jl_allotment *row, int64_t amount) {
  if (jl_why_begin(w->b, JL_WHY_MAXIMUM, money(w, amount), JL_MSG("as it is planned, and never below what it must have"))) {
    jl_why_planned_now(w, row);
    why_own_least(w, row);
  }
  jl_why_end(w->b);
}

void jl_why_least(const struct jl_goal_why *w, const struct jl_allotment *row) {
  if (!jl_why_is_shown(w->b)) return;
  if (row->as_is)
    jl_why_planned_now(w, row);
  else
    why_own_least(w, row);
}

/* ---- what it is given ---- */
static bool is_open(const struct jl_allotment *row) { return !row->fitted && row->bound == JL_BOUND_WEIGHT && row->part.weight > 0 && row->part.given > 0; }

static void why_fixed(const struct jl_goal_why *w, const struct jl_allotment *row) {
  if (row->fitted) {
    jl_why_constant(w->b, money(w, row->part.given), JL_MSG("the nearest to its share that what recurs, or is in another currency, can have"));
  } else if (row->bound == JL_BOUND_HAND) {
    jl_why_constant(w->b, money(w, row->part.given), JL_MSG("said by hand"));
  } else if (row->bound == JL_BOUND_COMMON) {
    why_as_it_is(w, row, row->part.given);
  } else if (row->bound == JL_BOUND_MAXIMUM) {
    if (jl_why_begin(w->b, JL_WHY_MAXIMUM, money(w, row->part.given), JL_MSG("the maximum of the line, and never below what it must have"))) {
      jl_why_field(w->b, w->in, row->line, JL_BUDGET_LINE_MAXIMUM);
      why_own_least(w, row);
    }
    jl_why_end(w->b);
  } else {
    jl_why_least(w, row);
  }
}

/* What the open lines share: the budget less what the others have. */
static int64_t shared(const struct jl_goal_why *w) {
  int64_t left = w->goal->budget.value;
  for (size_t i = 0; i < w->a->n; i++)
    if (!is_open(&w->a->rows[i])) left -= w->a->rows[i].part.given; /* it was added up before */
  return left;
}

static void why_shared(const struct jl_goal_why *w) {
  size_t fixed = 0;
  for (size_t i = 0; i < w->a->n; i++) fixed += !is_open(&w->a->rows[i]);
  if (jl_why_begin(w->b, JL_WHY_DIFFERENCE, money(w, shared(w)), JL_MSG("the global budget, less what lines have by bounds, by hand or in common"))) {
    jl_why_many(w->b, fixed + 1);
    jl_why_goal(w, JL_GOAL_BUDGET);
    for (size_t i = 0; i < w->a->n; i++)
      if (!is_open(&w->a->rows[i])) why_fixed(w, &w->a->rows[i]);
  }
  jl_why_end(w->b);
}

static void why_by_weight(const struct jl_goal_why *w, const struct jl_allotment *row, int64_t part) {
  if (jl_why_begin(w->b, JL_WHY_PORTION, money(w, part), JL_MSG("its part by weight of what is left for those that no bound holds"))) {
    why_shared(w);
    for (size_t i = 0; i < w->a->n; i++) {
      if (!is_open(&w->a->rows[i])) continue;
      jl_why_weight(w, &w->a->rows[i]);
      if (&w->a->rows[i] == row) jl_why_taken(w->b);
    }
  }
  jl_why_end(w->b);
}

static bool part_of(const struct jl_goal_why *w, const struct jl_allotment *row, int64_t *ret) {
  int64_t *weights = jl_view_alloc(w->b, w->a->n, sizeof *weights), *parts = jl_view_alloc(w->b, w->a->n, sizeof *parts);
  if (weights == NULL || parts == NULL) return false;
  for (size_t i = 0; i < w->a->n; i++) weights[i] = is_open(&w->a->rows[i]) ? w->a->rows[i].part.weight : 0;
  if (!jl_split(shared(w), weights, w->a->n, parts)) return false;
  *ret = parts[row - w->a->rows];
  return true;
}

static void why_one_given(const struct jl_goal_why *w, const struct jl_allotment *row) {
  int64_t part;
  if (!jl_why_is_shown(w->b)) return;
  if (!is_open(row)) {
    why_fixed(w, row);
    return;
  }
  if (!part_of(w, row, &part)) return;
  if (part == row->part.given) {
    why_by_weight(w, row, part);
    return;
  }
  /* a line whose part rounds to its bound leaves a cent to another one */
  if (jl_why_begin(w->b, JL_WHY_SUM, money(w, row->part.given), JL_MSG("its part by weight, and cents that others' bounds leave"))) {
    why_by_weight(w, row, part);
    jl_why_constant(w->b, money(w, row->part.given - part), JL_MSG("cents that others' bounds leave"));
  }
  jl_why_end(w->b);
}

void jl_why_given(const struct jl_goal_why *w, const struct jl_allotment *row, int64_t given) {
  if (row != NULL) {
    why_one_given(w, row);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_SUM, money(w, given), JL_MSG("what each line has"))) {
    jl_why_many(w->b, w->a->n);
    for (size_t i = 0; i < w->a->n; i++) why_one_given(w, &w->a->rows[i]);
  }
  jl_why_end(w->b);
}
