/* What a line comes to on each side, and what is said beside it, kept with the replica (common/model/memo.h) for the next view. Only of lines whose
 * figures hang on themselves, their months and expenses alone: not on rates, shares, or documents that lie in several lines. */
#ifndef JL_MODEL_BUDGET_LINE_MEMO_H
#define JL_MODEL_BUDGET_LINE_MEMO_H
#include "common/model/budget/remarks.h"

#define JL_SIDES 3 /* cost, net, gross: enum jl_basis */
struct jl_line_memo {
  struct jl_amounts amounts[JL_SIDES];
  struct jl_remarked without_kpi, late; /* their sums are these: */
  int64_t without_kpi_sums[JL_SIDES], late_sums[JL_SIDES];
  int64_t above[JL_ABOVE_KINDS];
  bool vat_costs;
  size_t source_count[JL_MONEY_KINDS];
  const struct jl_record *sources[]; /* of one kind after the other */
};
struct jl_line_making; /* used again from line to line of one view; NULL at first */
/* Of all days. NULL with *ret_fits: it is no such line, or there is no room for more, or the reader sees it otherwise than most. */
struct jl_line_memo *jl_line_memo(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line,
                                  struct jl_line_making **io_making, bool *ret_fits);
#endif
