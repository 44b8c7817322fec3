/* The alignment score (product.md C2), after seed 002: Scale = Organisation x Commercial. Each of the two is the points that were gained of
 * those that could be judged; what needs an answer, what there is nothing to tell of and what the reader may not see is in neither, so that
 * nobody gains or loses by what is not known. An axis of which nothing can be judged is undefined, and so is the scale then.
 *
 *     points of a criterion = its points x how many have it / how many there are, to the tenth; an answer of people: all, half or none
 *     axis  = sum of points gained / sum of points judged
 *     scale = Organisation x Commercial */
#ifndef JL_MODEL_READINESS_ALIGNMENT_H
#define JL_MODEL_READINESS_ALIGNMENT_H
#include "common/model/readiness/criteria.h"

enum jl_axis { JL_AXIS_ORGANISATION, JL_AXIS_COMMERCIAL, JL_AXES };
struct jl_alignment {
  bool defined[JL_AXES];
  int64_t gained[JL_AXES], judged[JL_AXES], all[JL_AXES]; /* points in millionths */
  int64_t score[JL_AXES];                                 /* millionths, when it is defined */
  bool has_scale;
  int64_t scale;
};
struct jl_alignment_line {
  enum jl_axis axis;
  enum jl_ready criterion;
  int64_t points;
};
#define JL_ALIGNMENT_LINES 16
extern const struct jl_alignment_line jl_alignment_lines[JL_ALIGNMENT_LINES];
/* Points gained in millionths; false: the criterion is not judged. */
bool jl_alignment_points(const struct jl_alignment_line *line, const struct jl_found *found, int64_t *ret_points);
/* found: one for each line. */
void jl_alignment_of(const struct jl_found found[JL_ALIGNMENT_LINES], struct jl_alignment *ret);
#endif
