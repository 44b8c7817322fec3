/* Where the figures of the variance come from (common/model/explain.h): of a line, of a lever's lines, of all of them. */
#ifndef JL_MODEL_BUDGET_COURSE_WHY_H
#define JL_MODEL_BUDGET_COURSE_WHY_H
#include "common/model/budget/course.h"
#include "common/model/budget/why.h"

struct jl_course_why {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_budget_course *whole;
  const struct jl_line_course *lines; /* of this row */
  size_t n;
  const struct jl_course *course; /* their sum */
  char currency[4];
  bool exact; /* amounts as they were before they were rounded, in millionths of the currency: of such ones ratios and estimates are */
};
void jl_why_course_money(const struct jl_course_why *w, enum jl_money_figure figure);
void jl_why_course_no_rate(const struct jl_course_why *w, unsigned kinds); /* why it is undefined: what of these kinds (JL_UNKNOWN) has no rate */
void jl_why_course_theoretical(const struct jl_course_why *w);
void jl_why_course_earned(const struct jl_course_why *w);
void jl_why_course_end(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end); /* EAC */
/* Two of them, as a difference, or as a ratio in millionths. */
enum jl_course_figure { JL_COURSE_PLANNED, JL_COURSE_THEORETICAL, JL_COURSE_EARNED, JL_COURSE_ACTUAL };
void jl_why_course_two(const struct jl_course_why *w, enum jl_operation operation, struct jl_arg value, const char *formula, enum jl_course_figure one, enum jl_course_figure two);
void jl_why_course_left(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end, int64_t left);          /* VAC */
void jl_why_course_index(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end, struct jl_arg index); /* TCPI against that estimate */
#endif
