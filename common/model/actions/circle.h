/* No action comes before itself: circles of dependencies (product.md A3).
 *
 * Looked for once per group, whatever it brings: one walk finds all that stand on a circle together, so that a group of thousands of
 * dependencies in a plan of hundreds of thousands costs what one of them costs. Only when there is one it is walked again, to be named. */
#ifndef JL_MODEL_ACTIONS_CIRCLE_H
#define JL_MODEL_ACTIONS_CIRCLE_H
#include "common/model/evaluate.h"

struct jl_circles_of {
  const struct jl_replica *after, *organisation;
  const struct jl_touched *touched; /* by the group: dependencies that came, actions that came back with theirs */
  size_t touched_count;
  struct jl_arena *arena;
  const struct jl_evaluation *evaluation;
  size_t *steps; /* NULL, or to be raised by what was looked at: actions, and dependencies of each */
};
/* RULE_VIOLATION at the first one that closes a circle. */
JL_MUST_CHECK bool jl_circles_hold(const struct jl_circles_of *of, struct jl_error *err);

/* circle_named.c: the shortest circle through `start`, as the refusal of what `in` touched. Without one: true. */
JL_MUST_CHECK bool jl_circle_refuse(const struct jl_rule_input *in, const struct jl_record *start, size_t *steps, struct jl_error *err);
#endif
