/* From one bucket to the next (product.md B2, M8): 10 new -> 20 improve -> 70 proven, a step at a time. "Proven" needs attribution data, not habit
 * (formulas.md): a KPI of the line, of its lever or of its action that is measured and on target. Down it goes with a reason alone. */
#ifndef JL_MODEL_BUDGET_BUCKET_H
#define JL_MODEL_BUDGET_BUCKET_H
#include "common/model/replica.h"

int64_t jl_bucket_above(int64_t bucket); /* 0: there is none, or it is in none */
int64_t jl_bucket_below(int64_t bucket);
bool jl_bucket_is_up(int64_t before, int64_t after);
/* The KPI tells of what the line pays for. */
bool jl_bucket_kpi_tells(const struct jl_replica *r, const struct jl_record *line, const struct jl_record *kpi);
#endif
