/* What the lines would plan, as the records that say so: the line itself, or its months, in its own VAT basis. The block that the command line
 * writes, in one group (client/cli/written.c): what was shown is what is written. */
#ifndef JL_MODEL_BUDGET_WRITES_H
#define JL_MODEL_BUDGET_WRITES_H
#include "common/model/budget/totals.h"

#define JL_BLOCK_WRITES "writes"
void jl_block_writes_begin(struct jl_builder *b);
/* Of a line that would cost `after`; nothing where that is what it is. Months that are over keep what they plan as long as the rest suffices;
 * the others share the rest in proportion to what they plan (largest remainder). */
JL_MUST_CHECK bool jl_writes_line(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, int64_t now, int64_t after,
                                  struct jl_error *err);
#endif
