#include "common/model/actions/network.h"
#include "common/model/calendar/working_days.h"
#include "common/record/schema.h"
#include <stdlib.h>

#define WINDOW_BEFORE 62 /* days of the tables before the first date and after the last one */
#define WINDOW_AFTER 1500

struct person {
  struct jl_id id;
  const struct jl_days *days;
};
struct making {
  const struct jl_network_of *of;
  struct jl_arena *a;
  struct jl_network *n;
  struct jl_work *works;
  struct person *people;
  size_t people_count;
  int32_t first, end, start; /* window; first day of the plan */
};

static int64_t number(const struct jl_record *r, uint32_t field, int64_t otherwise) {
  return jl_record_int(r->type, r->body, field, otherwise);
}
static int32_t date(const struct jl_record *r, uint32_t field) { return (int32_t)number(r, field, JL_NO_DAY); }

static bool is_open(const struct jl_record *action) {
  int64_t status = number(action, JL_ACTION_STATUS, JL_TO_DO);
  return status != JL_DONE && status != JL_DROPPED;
}

static int by_id(const void *left, const void *right) {
  return jl_id_compare(&((const struct jl_activity *)left)->action->id, &((const struct jl_activity *)right)->action->id);
}

size_t jl_network_find(const struct jl_network *n, const struct jl_id *action) {
  size_t low = 0, high = n->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = jl_id_compare(&n->activities[middle].action->id, action);
    if (order == 0) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return SIZE_MAX;
}

/* ---- whose days ---- */
/* The first person who is R, else the first team. */
static struct jl_id whose(const struct making *m, const struct jl_record *action) {
  struct jl_id holder, person = {{0}}, team = {{0}};
  const struct jl_record *raci;
  const void *at = NULL;
  while (m->of->organisation != NULL &&
         (raci = jl_replica_next_referring(m->of->plan, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL) {
    if (number(raci, JL_RACI_LETTER, 0) != JL_RACI_R || !jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &holder)) continue;
    const struct jl_record *known = jl_replica_live(m->of->organisation, &holder);
    uint32_t type = known == NULL ? 0 : known->type_number;
    struct jl_id *best = type == JL_TYPE_PERSON ? &person : type == JL_TYPE_TEAM ? &team : NULL;
    if (best != NULL && (jl_id_is_zero(best) || jl_id_compare(&holder, best) < 0)) *best = holder;
  }
  return jl_id_is_zero(&person) ? team : person;
}

static bool is_worked(const void *context, int32_t day) { return jl_works_on(context, day); }

static const struct jl_days *count_days(const struct making *m, const struct jl_id *id) {
  const struct jl_working_days_of of = {
      .plan = m->of->plan, .organisation = m->of->organisation, .whose = *id, .first = m->first, .last = m->end};
  const struct jl_working_days *w = jl_working_days_new(&of, m->a);
  return w == NULL ? NULL : jl_days_new(m->a, m->first, m->end, is_worked, w);
}

static const struct jl_days *days_of(struct making *m, const struct jl_id *id) {
  for (size_t i = 0; i < m->people_count; i++)
    if (jl_id_equal(&m->people[i].id, id)) return m->people[i].days;
  struct person *p = &m->people[m->people_count];
  *p = (struct person){*id, count_days(m, id)};
  if (p->days != NULL) m->people_count++;
  return p->days;
}

/* ---- one action ---- */
static int32_t duration_of(const struct jl_record *action, const struct jl_days *days, bool *ret_assumed) {
  int32_t start = date(action, JL_ACTION_START), due = date(action, JL_ACTION_DUE);
  int64_t typed = number(action, JL_ACTION_DURATION, -1);
  *ret_assumed = false;
  if (typed >= 0) return (int32_t)typed;
  if (start != JL_NO_DAY && due != JL_NO_DAY && due >= start) {
    int32_t between = jl_days_between(days, start, due + 1);
    return between > 0 ? between : 1;
  }
  *ret_assumed = true;
  return 1;
}

static void fixed(const struct jl_record *action, struct jl_work *w) {
  int32_t start = date(action, JL_ACTION_START), due = date(action, JL_ACTION_DUE), more = w->duration > 0 ? w->duration - 1 : 0;
  w->held = w->fixed = true;
  w->start = start != JL_NO_DAY ? start : jl_days_at(w->days, jl_days_before(w->days, due + 1) - 1 - more);
  w->end = due != JL_NO_DAY && due >= w->start ? due : jl_days_at(w->days, jl_days_before(w->days, w->start) + more);
  if (w->end < w->start) w->end = w->start;
  if (w->duration == 0) w->start = w->end;
}

/* It has begun: what is left of it goes on from today. */
static void under_way(const struct making *m, const struct jl_record *action, struct jl_work *w) {
  int64_t progress = number(action, JL_ACTION_PROGRESS, 0);
  int32_t today = m->of->today, start = date(action, JL_ACTION_START);
  w->held = true;
  w->start = start == JL_NO_DAY || start > today ? today : start;
  int32_t length = w->duration > 0 ? w->duration : 1, from = w->start;
  if (progress > 0) {
    length = (int32_t)(((int64_t)length * (1000000 - progress) + 999999) / 1000000);
    from = today;
  }
  w->end = length > 0 ? jl_days_at(w->days, jl_days_before(w->days, from) + length - 1) : today;
  if (w->end < today) w->end = today;
  if (w->duration == 0) w->start = w->end;
}

static void raise_floor(struct jl_work *w, struct jl_activity *x, int32_t day, enum jl_floor why) {
  if (day == JL_NO_DAY || (w->floor != JL_NO_DAY && day <= w->floor)) return;
  w->floor = day;
  x->floor = why;
}

static bool make_work(struct making *m, size_t i) {
  struct jl_activity *x = &m->n->activities[i];
  struct jl_work *w = &m->works[i];
  const struct jl_record *action = x->action;
  int64_t timing = number(action, JL_ACTION_TIMING, 0), status = number(action, JL_ACTION_STATUS, JL_TO_DO);
  int32_t start = date(action, JL_ACTION_START), due = date(action, JL_ACTION_DUE), no_later = date(action, JL_ACTION_NO_LATER);
  bool decided = timing != JL_EARLIEST && timing != JL_LATEST,
       begun = status == JL_IN_PROGRESS || number(action, JL_ACTION_PROGRESS, 0) > 0;
  x->whose = whose(m, action);
  *w = (struct jl_work){.days = days_of(m, &x->whose), .floor = JL_NO_DAY, .deadline = no_later, .late = timing == JL_LATEST};
  if (w->days == NULL) return false;
  w->duration = duration_of(action, w->days, &x->assumed);
  if (decided && timing != JL_FIXED && due != JL_NO_DAY && (no_later == JL_NO_DAY || due <= no_later)) {
    w->deadline = due;
    x->due_is_deadline = true;
  }
  if (timing == JL_FIXED && (start != JL_NO_DAY || due != JL_NO_DAY)) {
    fixed(action, w);
    return true;
  }
  if (begun) {
    under_way(m, action, w);
    return true;
  }
  raise_floor(w, x, m->of->today, JL_FLOOR_TODAY);
  if (!decided || start == JL_NO_DAY)
    raise_floor(w, x, m->start, JL_FLOOR_PLAN);
  else
    raise_floor(w, x, start, JL_FLOOR_START);
  raise_floor(w, x, date(action, JL_ACTION_NOT_BEFORE), JL_FLOOR_NOT_BEFORE);
  return true;
}

/* ---- links ---- */
static bool make_links(struct making *m, struct jl_dependence **ret_links, size_t *ret_count) {
  size_t n = 0;
  const struct jl_record **records = jl_replica_all(m->of->plan, JL_TYPE_DEPENDENCY, m->a, &n);
  struct jl_dependence *links = n == SIZE_MAX ? NULL : jl_arena_array(m->a, n + 1, sizeof *links);
  *ret_count = 0;
  if (links == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_id before, after;
    if (!jl_record_id(records[i]->type, records[i]->body, JL_DEPENDENCY_PREDECESSOR, &before) ||
        !jl_record_id(records[i]->type, records[i]->body, JL_DEPENDENCY_SUCCESSOR, &after))
      continue;
    size_t b = jl_network_find(m->n, &before), c = jl_network_find(m->n, &after);
    if (b == SIZE_MAX || c == SIZE_MAX) continue;
    links[(*ret_count)++] = (struct jl_dependence){.before = (uint32_t)b,
                                                   .after = (uint32_t)c,
                                                   .kind = (enum jl_link_kind)number(records[i], JL_DEPENDENCY_KIND, JL_FINISH_TO_START),
                                                   .lag = (int32_t)number(records[i], JL_DEPENDENCY_LAG, 0),
                                                   .what = records[i]};
  }
  *ret_links = links;
  return true;
}

/* What waits for something begins when it may, whatever start was typed. */
static void loosen(struct making *m, const struct jl_dependence *links, size_t count) {
  for (size_t k = 0; k < count; k++) {
    struct jl_work *w = &m->works[links[k].after];
    struct jl_activity *x = &m->n->activities[links[k].after];
    if (w->held || x->floor != JL_FLOOR_START) continue;
    w->floor = JL_NO_DAY;
    raise_floor(w, x, m->of->today, JL_FLOOR_TODAY);
    raise_floor(w, x, m->start, JL_FLOOR_PLAN);
  }
}

/* ---- all of them ---- */
static void widen(struct making *m, int32_t day) {
  if (day == JL_NO_DAY) return;
  if (day < m->first) m->first = day;
  if (day > m->end) m->end = day;
}

static void find_window(struct making *m) {
  static const uint32_t dates[] = {JL_ACTION_START, JL_ACTION_DUE, JL_ACTION_NOT_BEFORE, JL_ACTION_NO_LATER};
  const struct jl_record *plan = jl_replica_record(m->of->plan, &jl_replica_where(m->of->plan)->space);
  m->first = m->end = m->of->today;
  m->start = JL_NO_DAY;
  if (plan != NULL && plan->type_number == JL_TYPE_PLAN) m->start = date(plan, JL_PLAN_START);
  widen(m, m->start);
  for (size_t i = 0; i < m->n->count; i++)
    for (size_t k = 0; k < JL_COUNT(dates); k++) widen(m, date(m->n->activities[i].action, dates[k]));
  if (m->first < m->of->today - JL_DAYS_WINDOW / 2) m->first = m->of->today - JL_DAYS_WINDOW / 2;
  m->first -= WINDOW_BEFORE;
  m->end += WINDOW_AFTER;
  if (m->end > m->first + JL_DAYS_WINDOW) m->end = m->first + JL_DAYS_WINDOW; /* jl_days_new has no more */
}

bool jl_network_new(const struct jl_network_of *of, struct jl_arena *a, struct jl_network *ret, struct jl_error *err) {
  struct making m = {.of = of, .a = a, .n = ret};
  struct jl_dependence *links = NULL;
  size_t all = 0, link_count = 0;
  *ret = (struct jl_network){.count = 0};
  const struct jl_record **actions = jl_replica_all(of->plan, JL_TYPE_ACTION, a, &all);
  bool ok = all != SIZE_MAX;
  ret->activities = ok ? jl_arena_array(a, all + 1, sizeof *ret->activities) : NULL;
  m.works = ok ? jl_arena_array(a, all + 1, sizeof *m.works) : NULL;
  m.people = ok ? jl_arena_array(a, all + 2, sizeof *m.people) : NULL;
  ok = ret->activities != NULL && m.works != NULL && m.people != NULL;
  for (size_t i = 0; ok && i < all; i++)
    if (is_open(actions[i])) ret->activities[ret->count++].action = actions[i];
  if (ok && ret->count > 1) qsort(ret->activities, ret->count, sizeof *ret->activities, by_id);
  if (ok) find_window(&m);
  ret->days = ok ? days_of(&m, &(struct jl_id){{0}}) : NULL;
  ok = ok && ret->days != NULL;
  for (size_t i = 0; ok && i < ret->count; i++) ok = make_work(&m, i);
  ok = ok && make_links(&m, &links, &link_count);
  if (!ok) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this schedule"), NULL);
  if (of->loose) loosen(&m, links, link_count);
  return jl_schedule_new(a, m.works, ret->count, links, link_count, ret->days, of->today, &ret->schedule, err);
}
