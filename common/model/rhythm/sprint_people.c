#include "common/model/rhythm/sprint_people.h"
#include "common/base/money.h"
#include "common/model/governance/raci.h"
#include "common/record/schema.h"
#include <stdlib.h>

struct jl_arg jl_arg_person_days(int64_t millionths) { return jl_arg_fraction(millionths, JL_MSG("days")); }
void jl_cell_person_days(struct jl_builder *b, int64_t millionths) { jl_cell(b, jl_arg_fraction(millionths, "")); }

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL); }

const struct jl_record **jl_sprint_actions(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint, size_t *ret_n) {
  return jl_view_referring(in, b, &sprint->id, JL_TYPE_ACTION, JL_ACTION_SPRINT, ret_n);
}

int64_t jl_view_action_size(const struct jl_view_input *in, const struct jl_record *action) {
  return jl_action_size(action, jl_responsible_count(in->space, &action->id));
}

/* ---- who ---- */
static struct jl_sprint_worker *worker_of(struct jl_sprint_people *w, const struct jl_record *holder) {
  for (size_t i = 0; i < w->count; i++)
    if (w->list[i].holder == holder) return &w->list[i];
  w->list[w->count] = (struct jl_sprint_worker){.holder = holder};
  return &w->list[w->count++];
}

static bool in_team(const struct jl_record *person, const struct jl_id *team) {
  struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, JL_PERSON_TEAMS));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_id_equal(&value.id, team)) return true;
  return false;
}

static void add_responsible_for(const struct jl_view_input *in, struct jl_sprint_people *w, const struct jl_id *action) {
  const void *at = NULL;
  const struct jl_record *raci;
  while ((raci = jl_replica_next_referring(in->space, action, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL) {
    struct jl_id holder;
    if (jl_view_int(raci, JL_RACI_LETTER, 0) != JL_RACI_R || !jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &holder)) continue;
    const struct jl_record *person = in->organisation == NULL ? NULL : jl_person_there(in->organisation, &holder);
    if (person != NULL) (void)worker_of(w, person);
  }
}

/* Once it has begun, an action beside it brings nobody into it: its capacity is what it was committed to. */
static void add_responsible(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint, struct jl_sprint_people *w) {
  const struct jl_record **actions, *event;
  const void *at = NULL;
  struct jl_id action;
  size_t n = 0;
  while ((event = jl_replica_next_referring(in->space, &sprint->id, JL_TYPE_SPRINT_EVENT, JL_SPRINT_EVENT_SPRINT, &at)) != NULL)
    if (jl_record_id(event->type, event->body, JL_SPRINT_EVENT_ACTION, &action)) add_responsible_for(in, w, &action);
  if (w->count > 0 && jl_view_int(sprint, JL_SPRINT_START, INT32_MAX) <= in->today) return;
  actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_action_open(actions[i])) add_responsible_for(in, w, &actions[i]->id);
}

/* One after the other, each for its own size; what nobody is named for is nobody's. */
static void assign(const struct jl_view_input *in, struct jl_sprint_people *w, const struct jl_record *action) {
  const void *at = NULL;
  const struct jl_record *raci;
  int64_t each = jl_action_size(action, 1);
  bool named = false;
  w->unsized += each == 0;
  while ((raci = jl_replica_next_referring(in->space, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL) {
    struct jl_id holder;
    if (jl_view_int(raci, JL_RACI_LETTER, 0) != JL_RACI_R || !jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &holder)) continue;
    const struct jl_record *record = in->organisation == NULL ? NULL : jl_replica_live(in->organisation, &holder);
    named = true;
    if (record == NULL)
      w->nobodys += each;
    else
      worker_of(w, record)->assigned += each;
  }
  if (!named) w->nobodys += each;
}

/* ---- how many days ---- */
struct jl_working_days *jl_sprint_days(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint, const struct jl_id *whose) {
  const struct jl_working_days_of of = {.plan = in->space,
                                        .organisation = in->organisation,
                                        .whose = *whose,
                                        .first = (int32_t)jl_view_int(sprint, JL_SPRINT_START, 0),
                                        .last = (int32_t)jl_view_int(sprint, JL_SPRINT_END, 0)};
  struct jl_working_days *days = jl_builder_ok(b) ? jl_working_days_new(&of, jl_builder_arena(b)) : NULL;
  if (days == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  return days;
}

static void count_days(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint, struct jl_sprint_worker *w) {
  int32_t first = (int32_t)jl_view_int(sprint, JL_SPRINT_START, 0), last = (int32_t)jl_view_int(sprint, JL_SPRINT_END, 0);
  const struct jl_working_days *days = jl_sprint_days(in, b, sprint, &w->holder->id);
  if (days == NULL) return;
  w->days = jl_working_time(days, first, last);
  for (int32_t day = first; day <= last; day++) w->away += jl_day_off(days, day) == JL_DAY_LEAVE ? JL_FRACTION_ONE : 0;
}

static int people_first(const void *left, const void *right) {
  const struct jl_sprint_worker *a = left, *b = right;
  bool person_a = a->holder->type_number == JL_TYPE_PERSON, person_b = b->holder->type_number == JL_TYPE_PERSON;
  if (person_a != person_b) return person_a ? -1 : 1;
  if (a->holder->number != b->holder->number) return a->holder->number < b->holder->number ? -1 : 1;
  return jl_id_compare(&a->holder->id, &b->holder->id);
}

bool jl_sprint_people_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint, const struct jl_record *const *actions,
                       size_t n, struct jl_sprint_people *ret, struct jl_error *err) {
  size_t people = 0, teams = 0, roles = 0;
  struct jl_id team = jl_sprint_team(sprint);
  const struct jl_record **all = jl_view_directory(in, b, JL_TYPE_PERSON, &people);
  (void)jl_view_directory(in, b, JL_TYPE_TEAM, &teams);
  (void)jl_view_directory(in, b, JL_TYPE_ROLE, &roles);
  *ret = (struct jl_sprint_people){.list = jl_view_alloc(b, people + teams + roles, sizeof *ret->list)};
  if (ret->list == NULL) return no_memory(err);
  for (size_t i = 0; !jl_id_is_zero(&team) && i < people; i++)
    if (in_team(all[i], &team) && jl_person_there(in->organisation, &all[i]->id) != NULL) (void)worker_of(ret, all[i]);
  if (jl_id_is_zero(&team)) add_responsible(in, b, sprint, ret);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(actions[i], JL_ACTION_STATUS, 0) != JL_DROPPED) assign(in, ret, actions[i]);
  if (ret->count > 0) qsort(ret->list, ret->count, sizeof *ret->list, people_first);
  for (size_t i = 0; i < ret->count; i++) {
    struct jl_sprint_worker *w = &ret->list[i];
    if (w->holder->type_number != JL_TYPE_PERSON) {
      ret->nobodys += w->assigned;
      continue;
    }
    count_days(in, b, sprint, w);
    ret->days += w->days;
    ret->assigned += w->assigned;
  }
  return true;
}

/* ---- which ---- */
static bool comes_before(const struct jl_record *a, const struct jl_record *b) {
  int64_t start_a = jl_view_int(a, JL_SPRINT_START, 0), start_b = jl_view_int(b, JL_SPRINT_START, 0);
  return start_a != start_b ? start_a < start_b : a->number < b->number;
}

/* Today's before the next one, that before the last one. */
static int rank_of(const struct jl_record *sprint, int32_t today) {
  if (jl_record_has(sprint->body, JL_SPRINT_CLOSED)) return 0;
  return jl_sprint_covers(sprint, today) ? 3 : jl_view_int(sprint, JL_SPRINT_START, 0) > today ? 2 : 1;
}

bool jl_view_sprint(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **ret, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_SPRINT};
  size_t n = 0;
  if (!jl_view_named(in, b, types, JL_COUNT(types), ret, err)) return false;
  if (*ret != NULL) return true;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_SPRINT, &n);
  for (size_t i = 0; i < n; i++) {
    int now = rank_of(all[i], in->today), best = *ret == NULL ? -1 : rank_of(*ret, in->today);
    bool better = now > best || (now == best && comes_before(all[i], *ret) == (now == 2));
    if (better) *ret = all[i];
  }
  return true;
}

/* ---- what came of the earlier ones ---- */
static bool is_over(const struct jl_record *sprint, int32_t today) {
  return jl_record_has(sprint->body, JL_SPRINT_CLOSED) || jl_view_int(sprint, JL_SPRINT_END, INT32_MAX) < today;
}

bool jl_past_sprints(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *team, struct jl_past_sprint **ret, size_t *ret_n,
                     struct jl_error *err) {
  size_t n = 0, kept = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_SPRINT, &n);
  struct jl_past_sprint *past = jl_view_alloc(b, n, sizeof *past);
  if (past == NULL) return no_memory(err);
  for (size_t i = 0; i < n; i++) {
    struct jl_id of = jl_sprint_team(all[i]);
    if (!is_over(all[i], in->today) || (team != NULL && !jl_id_equal(team, &of))) continue;
    size_t at = kept++;
    for (; at > 0 && comes_before(all[i], past[at - 1].sprint); at--) past[at] = past[at - 1];
    past[at].sprint = all[i];
  }
  for (size_t i = 0; i < kept; i++)
    if (!jl_sprint_course(in->space, past[i].sprint, INT32_MAX, jl_builder_arena(b), &past[i].course)) return no_memory(err);
  *ret = past;
  *ret_n = kept;
  return true;
}

bool jl_velocity(const struct jl_past_sprint *past, size_t n, int64_t *ret_days) {
  int64_t sum = 0, count = 0;
  for (size_t i = n > JL_VELOCITY_SPRINTS ? n - JL_VELOCITY_SPRINTS : 0; i < n; i++, count++) sum += past[i].course.done;
  return count > 0 && jl_mul_div_half_even(sum, 1, count, ret_days);
}
