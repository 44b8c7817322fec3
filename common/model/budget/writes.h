/* What the lines would plan, as the records that say so (fit.h): the line itself, or its months, in its own VAT basis and currency; of what recurs and
 * has begun, its last time. The blocks that the command line writes, in one group (client/cli/written.c): what was shown is what is written. */
#ifndef JL_MODEL_BUDGET_WRITES_H
#define JL_MODEL_BUDGET_WRITES_H
#include "common/model/budget/fit.h"

#define JL_BLOCK_WRITES "writes"
#define JL_BLOCK_ENDS "ends"
struct jl_writes {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_fit *ends; /* lines whose last time moves */
  size_t count, room;
};
void jl_writes_begin(struct jl_writes *w, const struct jl_view_input *in, struct jl_builder *b);
/* Of a line that would cost `after`, which jl_fit has found; nothing where that is what it is. */
JL_MUST_CHECK bool jl_writes_line(struct jl_writes *w, const struct jl_record *line, int64_t now, int64_t after, struct jl_error *err);
void jl_writes_end(const struct jl_writes *w);
#endif
