/* From a target to a budget (product.md B5, seed 001 step 6): customers x what one may cost, held against what one brings; and what is expected
 * of an amount spent on a line. Everything that is not known says so; nothing is divided by nothing. */
#ifndef JL_MODEL_BUDGET_GOAL_H
#define JL_MODEL_BUDGET_GOAL_H
#include "common/model/budget/earned.h"
#include "common/model/budget/totals.h"

enum jl_goal_origin { JL_GOAL_NONE, JL_GOAL_GIVEN, JL_GOAL_REVENUE /* target / mean deal */, JL_GOAL_FUNNEL, JL_GOAL_CLV /* a third of it */ };
struct jl_goal {
  const struct jl_record *objective, *funnel; /* NULL: none */
  enum jl_goal_origin customers_from, cost_from, conversion_from;
  struct jl_known customers;
  struct jl_known value;  /* what one brings: CLV = ARPU x lifetime = ARPU / churn, x margin when it is known; else the mean deal */
  bool is_lifetime;       /* it is a CLV */
  bool is_net;            /* of what is delivered */
  struct jl_known cost;   /* CAC that is aimed at */
  struct jl_known ratio;  /* LTV:CAC, millionths */
  struct jl_known payback; /* months, millionths */
  struct jl_known conversion; /* of leads into customers, millionths */
  struct jl_known budget; /* customers x CAC */
};
/* objective NULL: what is known without one (a funnel's mean deal). false: too large, or no memory. */
JL_MUST_CHECK bool jl_goal_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, struct jl_goal *ret,
                              struct jl_error *err);

/* What a lead costs and how many become customers, of one line: as it says itself, else as its lever did in the months of the plan that are over (what was
 * invoiced for it / the leads that pipeline figures tell of, when these are JL_ENOUGH_LEADS or more); else nothing is known of the line itself. */
#define JL_ENOUGH_LEADS 30
enum jl_expected_from { JL_EXPECTED_NOTHING, JL_EXPECTED_LINE, JL_EXPECTED_MEASURED, JL_EXPECTED_TARGET /* the target CAC */,
                        JL_EXPECTED_UNRATED /* nothing: it rests on an amount without an exchange rate */ };
struct jl_line_rates {
  enum jl_expected_from from;
  struct jl_known cost_per_lead, conversion;
};
struct jl_lever_course { /* of the lever in these months */
  bool unrated; /* an invoice of it has no exchange rate: nobody knows what was spent */
  int64_t spent, leads, customers; /* minor units; millionths; customers < 0: not told */
};
struct jl_line_rates jl_line_rates(const struct jl_record *line, const struct jl_lever_course *lever /* NULL: none */);

struct jl_expected {
  enum jl_expected_from from;
  struct jl_known leads, customers; /* millionths */
  struct jl_known revenue, roi;     /* minor units; millionths: (revenue - amount) / amount */
  bool return_unrated;              /* of a sum: the amount of the ROI is not known, or nothing is (JL_EXPECTED_UNRATED) */
};
/* What is expected of `amount` spent at these rates. false: too large. */
JL_MUST_CHECK bool jl_expect(const struct jl_goal *goal, const struct jl_line_rates *rates, int64_t amount, struct jl_expected *ret, struct jl_error *err);
/* Revenue for each euro, millionths, where something is known of the line itself: as it is in proportion, of the last euro as of the first. */
struct jl_known jl_line_yield(const struct jl_goal *goal, const struct jl_line_rates *rates);
#endif
