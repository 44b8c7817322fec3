/* What follows from a group's edits for the rhythm of a team, within the same group.
 *
 * - An action that enters a sprint, leaves it, is done, open again or of another size there: a sprint event on the plan's day, whoever did
 *   it and by whatever command. Nobody else writes sprint events.
 * - A meeting that begins or is closed gets the time, a point that is taken up or closed too, with who closed it. */
#ifndef JL_MODEL_RHYTHM_FOLLOW_H
#define JL_MODEL_RHYTHM_FOLLOW_H
#include "common/model/evaluation.h"

JL_MUST_CHECK bool jl_rhythm_follow(struct jl_run *run, struct jl_error *err);
/* Its parts. */
JL_MUST_CHECK bool jl_sprints_follow(struct jl_run *run, struct jl_error *err);
JL_MUST_CHECK bool jl_meetings_follow(struct jl_run *run, struct jl_error *err);
#endif
