/* The budget in any grouping: each entry (common/model/budget/amounts.h) goes to one group, so the groups add up to the same total to the cent,
 * whichever they are. One pass over the entries. */
#ifndef JL_MODEL_BUDGET_GROUPS_H
#define JL_MODEL_BUDGET_GROUPS_H
#include "common/model/budget/fiscal.h"
#include "common/model/budget/totals.h"

struct jl_grouping;
const struct jl_grouping *jl_grouping_by(const char *by); /* NULL: there is no such grouping */
struct jl_money_group {
  const struct jl_record *record;  /* an action, a KPI ...; NULL: something else, or none */
  int64_t number;                  /* a month's or quarter's first day, a value of an enum; orders the groups */
  const char *text, *folded;       /* a supplier's or person's name, and without case and accents */
  bool none;                       /* what belongs to none of them; the last */
  struct jl_amounts amounts;
  unsigned unknown; /* as of jl_money_line */
  const struct jl_record **sources[JL_MONEY_KINDS]; /* the first ones, as many as a cell names */
  size_t source_count[JL_MONEY_KINDS], source_room[JL_MONEY_KINDS];
};
struct jl_money_groups {
  struct jl_money_group **rows; /* in order */
  size_t count;
  struct jl_money_group total;
};
JL_MUST_CHECK bool jl_money_groups(const struct jl_view_input *in, struct jl_builder *b, const struct jl_grouping *by,
                                   const struct jl_money_filter *filter, struct jl_money_groups *ret, struct jl_error *err);
/* The table of them, with its total. */
JL_MUST_CHECK bool jl_block_groups(const struct jl_view_input *in, struct jl_builder *b, const struct jl_grouping *by,
                                   const struct jl_money_filter *filter, struct jl_error *err);
#endif
