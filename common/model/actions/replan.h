/* What a change does beside what it changes: blocks of the view `replan` (product.md A10), by what is changed: dates of an action
 * (replan_view.c), the planned amount of a budget line (replan_budget.c), a rate of a funnel (replan_rate.c). */
#ifndef JL_MODEL_ACTIONS_REPLAN_H
#define JL_MODEL_ACTIONS_REPLAN_H
#include "common/model/budget/totals.h"
#include "common/model/strategy/funnel_sheet.h"

struct jl_change_of_dates {
  const struct jl_record *action;
  int32_t first, last, new_first, new_last;
};
/* Months of budget lines of actions that are in other months: moved with it, to the cent. What was ordered or paid does not move. */
JL_MUST_CHECK bool jl_replan_money(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                                   struct jl_error *err);
/* Objectives that are due before what serves them is done, and what a better rate that comes later leaves out. */
JL_MUST_CHECK bool jl_replan_funnel(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                                    struct jl_arena *a, struct jl_error *err);
JL_MUST_CHECK bool jl_replan_budget(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, struct jl_error *err);
JL_MUST_CHECK bool jl_replan_rate(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *rate, struct jl_error *err);

/* ---- replan_months.c: the months of one budget line, as they are planned and as they would be ---- */
struct jl_month {
  int32_t first; /* its first day */
  int64_t was, is;
  bool exists;
};
struct jl_months {
  struct jl_month *list; /* ascending */
  size_t count;
  int32_t now, end; /* first days: of this month, before which nothing moves; of the plan's last one */
  char currency[4]; /* of the line, which they are planned in */
};
/* false: no memory. */
JL_MUST_CHECK bool jl_months_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, struct jl_months *ret);
/* With the action that they are for: those within it are stretched or shortened as it is (largest remainder), those before it move as its
 * beginning, those behind it as its end. What is over stays, and what would leave the plan stands in its last month. */
JL_MUST_CHECK bool jl_months_move(struct jl_builder *b, struct jl_months *m, const struct jl_change_of_dates *change, struct jl_error *err);
/* To another total: the months that are not over share what is left of it as they do now (largest remainder). */
JL_MUST_CHECK bool jl_months_total(struct jl_builder *b, struct jl_months *m, int64_t total, struct jl_error *err);
void jl_columns_months(struct jl_builder *b); /* begins the block "money": what jalon replan --apply writes */
/* Months are in the line's currency; what was ordered and paid is in the plan's, undefined where something of it has no exchange rate. */
JL_MUST_CHECK bool jl_rows_months(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, const struct jl_months *m);

/* ---- replan_what_if.c: the plan as it would be; a copy that shares its records ---- */
struct jl_what_if {
  struct jl_view_input in; /* looks at the copy */
  struct jl_replica *space;
};
JL_MUST_CHECK bool jl_what_if_begin(const struct jl_view_input *in, struct jl_what_if *w, struct jl_error *err);
JL_MUST_CHECK bool jl_what_if_set(struct jl_what_if *w, struct jl_arena *a, const struct jl_record *record, uint32_t field, int64_t number,
                                  struct jl_error *err);
JL_MUST_CHECK bool jl_what_if_months(struct jl_what_if *w, struct jl_arena *a, const struct jl_record *line, const struct jl_months *m,
                                     struct jl_error *err);
void jl_what_if_end(struct jl_what_if *w);

/* The block "change": what is asked for, beside what it is now. */
void jl_block_change(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, uint32_t field, struct jl_arg was,
                     struct jl_arg is);
#endif
