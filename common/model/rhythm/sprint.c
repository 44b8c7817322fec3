#include "common/model/rhythm/sprint.h"
#include "common/model/calendar/capacity.h"
#include "common/record/schema.h"

static int64_t int_of(const struct jl_record *record, uint32_t field, int64_t otherwise) {
  return jl_record_int(record->type, record->body, field, otherwise);
}

int64_t jl_responsible_count(const struct jl_replica *plan, const struct jl_id *action) {
  const void *at = NULL;
  const struct jl_record *raci;
  int64_t n = 0;
  while ((raci = jl_replica_next_referring(plan, action, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL)
    n += int_of(raci, JL_RACI_LETTER, 0) == JL_RACI_R;
  return n;
}

int64_t jl_action_size(const struct jl_record *action, int64_t responsible) {
  return jl_action_work(action) * (responsible < 1 ? 1 : responsible);
}

struct jl_in_sprint jl_in_sprint(const struct jl_record *action, int64_t responsible) {
  struct jl_in_sprint in = {.size = jl_action_size(action, responsible)};
  int64_t status = int_of(action, JL_ACTION_STATUS, JL_TO_DO);
  if (action->deleted_revision != 0 || status == JL_DROPPED || !jl_record_id(action->type, action->body, JL_ACTION_SPRINT, &in.sprint))
    return (struct jl_in_sprint){0};
  in.done = status == JL_DONE;
  return in;
}

bool jl_sprint_covers(const struct jl_record *sprint, int32_t day) {
  return int_of(sprint, JL_SPRINT_START, INT32_MAX) <= day && day <= int_of(sprint, JL_SPRINT_END, INT32_MIN);
}

struct jl_id jl_sprint_team(const struct jl_record *sprint) {
  struct jl_id team = {{0}};
  (void)jl_record_id(sprint->type, sprint->body, JL_SPRINT_TEAM, &team);
  return team;
}

const struct jl_record *jl_sprint_after(const struct jl_record *const *sprints, size_t n, const struct jl_id *team, int32_t day) {
  const struct jl_record *next = NULL;
  for (size_t i = 0; i < n; i++) {
    struct jl_id of = jl_sprint_team(sprints[i]);
    int64_t start = int_of(sprints[i], JL_SPRINT_START, INT32_MIN);
    if (!jl_id_equal(&of, team) || start <= day || jl_record_has(sprints[i]->body, JL_SPRINT_CLOSED)) continue;
    if (next == NULL || start < int_of(next, JL_SPRINT_START, 0)) next = sprints[i];
  }
  return next;
}
