/* A plan's actions and dependencies as works and links (common/model/actions/schedule.h).
 *
 * What people typed is records; what is worked out from it is in views, until jalon schedule --apply writes it. What the dates of an action
 * mean hangs on its timing:
 *
 *     not set        its start is a floor, its due date and `no later` are deadlines: somebody decided them
 *     early, late    start and due are what was worked out last and hold nothing; `not before` and `no later` do
 *     fixed          both stand; what collides with them is told
 *
 * What has not begun cannot begin before today, nor, without a start of its own, before the plan. What is under way stands where it began:
 * a progress that was entered says how much of it is left, from today on; without one it ends as planned, and not before today. What is
 * done holds nothing back and is not among the works, nor is what will not be done.
 *
 * Days of work: `duration`; when not set, those from start to due; else one. They are days of whoever is R (the first person by id, else
 * the first team), or of the plan where nobody is; lags are days of the plan. */
#ifndef JL_MODEL_ACTIONS_NETWORK_H
#define JL_MODEL_ACTIONS_NETWORK_H
#include "common/model/actions/schedule.h"
#include "common/model/replica.h"

enum jl_floor { JL_FLOOR_TODAY, JL_FLOOR_PLAN, JL_FLOOR_START /* typed */, JL_FLOOR_NOT_BEFORE };
struct jl_activity {
  const struct jl_record *action;
  struct jl_id whose;      /* calendar: a person, a team; zero: the plan's */
  enum jl_floor floor;     /* what made the floor of its work */
  bool due_is_deadline;    /* else `no later` is, where there is a deadline */
  bool assumed;            /* its duration: nothing says it */
};
struct jl_network_of {
  const struct jl_replica *plan, *organisation; /* organisation NULL: nobody's days are known */
  int32_t today;
  bool loose; /* typed starts count only for what waits for nothing */
};
struct jl_network {
  struct jl_schedule schedule;
  struct jl_activity *activities; /* per work, ascending by the action's id */
  size_t count;
  const struct jl_days *days; /* the plan's */
};
JL_MUST_CHECK bool jl_network_new(const struct jl_network_of *of, struct jl_arena *a, struct jl_network *ret, struct jl_error *err);
size_t jl_network_find(const struct jl_network *n, const struct jl_id *action); /* SIZE_MAX: not among the works */
#endif
