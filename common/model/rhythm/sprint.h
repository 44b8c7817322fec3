/* Sprints: what an action is in one, and what happened in it day by day (product.md A6).
 *
 * The size of an action is its work (workload, else duration) for each who is responsible (R), added up: in millionths of a person-day. */
#ifndef JL_MODEL_RHYTHM_SPRINT_H
#define JL_MODEL_RHYTHM_SPRINT_H
#include "common/model/replica.h"

/* An action as a sprint has it. A dropped or deleted one is in none. */
struct jl_in_sprint {
  struct jl_id sprint; /* zero: in none */
  bool done;
  int64_t size; /* 0: not known */
};
struct jl_in_sprint jl_in_sprint(const struct jl_record *action, int64_t responsible /* how many have its R */);
int64_t jl_action_size(const struct jl_record *action, int64_t responsible);
int64_t jl_responsible_count(const struct jl_replica *plan, const struct jl_id *action);

bool jl_sprint_covers(const struct jl_record *sprint, int32_t day);
struct jl_id jl_sprint_team(const struct jl_record *sprint); /* zero: of nobody in particular */
/* Of these sprints the one of that team that begins first after a day and is not closed; NULL: none. */
const struct jl_record *jl_sprint_after(const struct jl_record *const *sprints, size_t n, const struct jl_id *team, int32_t day);

/* What the events of a sprint come to, from its first day to its last one, to the day it was closed or to the day asked for, whichever is
 * earliest. What came before the first day counts on it. No days when that lies before the first. */
struct jl_sprint_day {
  int32_t day;
  int64_t left, scope;       /* person-days in millionths: of what is open at the end of the day, of all that is in it */
  int64_t open, done, total; /* actions */
};
struct jl_sprint_course {
  struct jl_sprint_day *days;
  size_t day_count;
  int64_t committed, committed_count;                 /* at the end of the first day */
  int64_t done, done_count;                           /* on the last day */
  int64_t added, added_count, removed, removed_count; /* since the first day; what was carried over when it was closed is left, not removed */
};
JL_MUST_CHECK bool jl_sprint_course(const struct jl_replica *plan, const struct jl_record *sprint, int32_t until, struct jl_arena *a,
                                    struct jl_sprint_course *ret);

#endif
