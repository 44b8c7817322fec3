#include "common/model/strategy/serves.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"

bool jl_serves_business(const struct jl_view_input *in, const struct jl_record *objective) {
  for (int depth = 0; objective != NULL && depth < JL_PARENT_DEPTH; depth++) {
    if (jl_view_int(objective, JL_OBJECTIVE_KIND, 0) == JL_OBJECTIVE_BUSINESS) return true;
    objective = jl_view_linked(in, objective, JL_OBJECTIVE_PARENT);
  }
  return false;
}
