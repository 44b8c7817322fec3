/* No action comes before itself: circles of dependencies (product.md A3). */
#ifndef JL_MODEL_ACTIONS_CIRCLE_H
#define JL_MODEL_ACTIONS_CIRCLE_H
#include "common/model/evaluate.h"
bool jl_dependency_circle(const struct jl_rule_input *in, struct jl_error *err); /* of a dependency that came */
bool jl_action_circle(const struct jl_rule_input *in, struct jl_error *err);     /* of an action that came back with its dependencies */
#endif
