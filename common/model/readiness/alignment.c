#include "common/model/readiness/alignment.h"
#include "common/base/money.h"

#define ONE 1000000
#define TENTH (ONE / 10) /* points are counted in tenths, so that those that are shown add up */

/* Organisation: what seed 002 says alignment goes by (communication, shared objectives, each team's part, a view from outside), and what it
 * says of coordination (roles, training, definitions). Commercial: from the promise to what is measured. 100 points each; how many for what
 * is ours. */
const struct jl_alignment_line jl_alignment_lines[JL_ALIGNMENT_LINES] = {
    {JL_AXIS_ORGANISATION, JL_READY_COMMUNICATION, 15}, {JL_AXIS_ORGANISATION, JL_READY_SHARED, 20}, {JL_AXIS_ORGANISATION, JL_READY_TEAMS, 20},
    {JL_AXIS_ORGANISATION, JL_READY_OUTSIDE, 5},        {JL_AXIS_ORGANISATION, JL_READY_OWNERS, 15}, {JL_AXIS_ORGANISATION, JL_READY_DEFINITIONS, 15},
    {JL_AXIS_ORGANISATION, JL_READY_TRAINED, 10},       {JL_AXIS_COMMERCIAL, JL_READY_PROMISE, 10},  {JL_AXIS_COMMERCIAL, JL_READY_DIFFERENTIATION, 10},
    {JL_AXIS_COMMERCIAL, JL_READY_SEGMENTS, 10},        {JL_AXIS_COMMERCIAL, JL_READY_PERSONAS, 10}, {JL_AXIS_COMMERCIAL, JL_READY_ACTIONS_SERVE, 20},
    {JL_AXIS_COMMERCIAL, JL_READY_MEASURABLE, 10},      {JL_AXIS_COMMERCIAL, JL_READY_KPIS, 15},     {JL_AXIS_COMMERCIAL, JL_READY_TRACKED, 10},
    {JL_AXIS_COMMERCIAL, JL_READY_EUROS, 5},
};

bool jl_alignment_points(const struct jl_alignment_line *line, const struct jl_found *found, int64_t *ret_points) {
  int64_t whole = line->points * ONE;
  switch (found->verdict) {
  case JL_FOUND_YES:
    *ret_points = whole;
    return true;
  case JL_FOUND_NO:
    *ret_points = 0;
    return true;
  case JL_FOUND_PARTLY: /* of people: half */
    if (found->assessment != NULL || found->of <= 0) {
      *ret_points = whole / 2;
      return true;
    }
    if (!jl_mul_div_half_even(line->points * 10, found->have, found->of, ret_points)) return false;
    *ret_points *= TENTH;
    return true;
  default:
    return false;
  }
}

void jl_alignment_of(const struct jl_found found[JL_ALIGNMENT_LINES], struct jl_alignment *ret) {
  *ret = (struct jl_alignment){.has_scale = true};
  for (size_t i = 0; i < JL_ALIGNMENT_LINES; i++) {
    const struct jl_alignment_line *line = &jl_alignment_lines[i];
    int64_t points;
    ret->all[line->axis] += line->points * ONE;
    if (!jl_alignment_points(line, &found[i], &points)) continue;
    ret->gained[line->axis] += points;
    ret->judged[line->axis] += line->points * ONE;
  }
  for (size_t axis = 0; axis < JL_AXES; axis++) {
    ret->defined[axis] = ret->judged[axis] > 0 && jl_mul_div_half_even(ret->gained[axis], ONE, ret->judged[axis], &ret->score[axis]);
    ret->has_scale = ret->has_scale && ret->defined[axis];
  }
  ret->has_scale =
      ret->has_scale && jl_mul_div_half_even(ret->score[JL_AXIS_ORGANISATION], ret->score[JL_AXIS_COMMERCIAL], ONE, &ret->scale);
}
