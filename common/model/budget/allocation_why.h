/* Where the figures of allocation, cut and scenarios come from (common/model/explain.h). */
#ifndef JL_MODEL_BUDGET_ALLOCATION_WHY_H
#define JL_MODEL_BUDGET_ALLOCATION_WHY_H
#include "common/model/budget/allocation.h"
#include "common/model/budget/why.h"

struct jl_goal_why {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_goal *goal;
  const struct jl_allocation *a; /* NULL: the goal alone is told of */
  char currency[4];
};
struct jl_goal_why jl_goal_why(const struct jl_view_input *in, struct jl_builder *b, const struct jl_goal *goal, const struct jl_allocation *a);
/* goal_why.c: what an objective asks for. */
enum jl_goal_figure { JL_GOAL_CUSTOMERS, JL_GOAL_VALUE, JL_GOAL_COST, JL_GOAL_RATIO, JL_GOAL_PAYBACK, JL_GOAL_CONVERSION, JL_GOAL_BUDGET };
void jl_why_goal(const struct jl_goal_why *w, enum jl_goal_figure figure);

/* allocation_why.c: of a line, or (row NULL) of all of them. */
void jl_why_planned_now(const struct jl_goal_why *w, const struct jl_allotment *row);
void jl_why_planned_unknown(const struct jl_goal_why *w, const struct jl_allotment *row, unsigned kinds); /* why that, or what rests on these kinds, is undefined */
void jl_why_weight(const struct jl_goal_why *w, const struct jl_allotment *row);
void jl_why_given(const struct jl_goal_why *w, const struct jl_allotment *row, int64_t given);
void jl_why_least(const struct jl_goal_why *w, const struct jl_allotment *row); /* ordered and spent, or the minimum */
void jl_why_yield(const struct jl_goal_why *w, const struct jl_allotment *row, int64_t yield);

/* expected_why.c: what is expected of an amount; `amount` explains it. */
struct jl_expected_why {
  const struct jl_goal_why *w;
  const struct jl_allotment *row;
  const struct jl_expected *expected;
  int64_t money;
  void (*amount)(const struct jl_expected_why *e);
  const void *context; /* of amount */
};
enum jl_expected_figure { JL_EXPECTED_LEADS, JL_EXPECTED_CUSTOMERS, JL_EXPECTED_REVENUE, JL_EXPECTED_ROI, JL_EXPECTED_FIGURES };
void jl_why_expected(const struct jl_expected_why *e, enum jl_expected_figure figure);
/* The sum of several of them; the ROI of their revenue for `money`, which `amount` explains. */
void jl_why_expected_sum(const struct jl_goal_why *w, const struct jl_expected_why *all, size_t n, const struct jl_expected *sum, int64_t money,
                         void (*amount)(const struct jl_goal_why *w, const void *context), const void *context, enum jl_expected_figure figure);
#endif
