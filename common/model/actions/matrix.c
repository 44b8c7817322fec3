#include "common/model/actions/matrix.h"
#include "common/record/schema.h"

int64_t jl_matrix_midpoint(const struct jl_record *plan) {
  return plan == NULL ? JL_MATRIX_MIDPOINT : jl_record_int(plan->type, plan->body, JL_PLAN_MATRIX_MIDPOINT, JL_MATRIX_MIDPOINT);
}

enum jl_quadrant jl_quadrant_of(int64_t impact, int64_t effort, int64_t midpoint) {
  if (impact == 0 || effort == 0) return JL_QUADRANT_NONE;
  if (impact >= midpoint) return effort >= midpoint ? JL_BIG_PROJECT : JL_QUICK_WIN;
  return effort >= midpoint ? JL_TIME_SINK : JL_FILLER;
}

static const struct {
  const char *label, *text;
} names[JL_QUADRANTS] = {[JL_QUADRANT_NONE] = {JL_MSG("not assessed"), "not-assessed"},
                         [JL_QUICK_WIN] = {JL_MSG("quick wins"), "quick-wins"},
                         [JL_BIG_PROJECT] = {JL_MSG("big projects"), "big-projects"},
                         [JL_FILLER] = {JL_MSG("fillers"), "fillers"},
                         [JL_TIME_SINK] = {JL_MSG("time sinks"), "time-sinks"}};

const char *jl_quadrant_label(enum jl_quadrant quadrant) { return names[quadrant].label; }
const char *jl_quadrant_text(enum jl_quadrant quadrant) { return names[quadrant].text; }
