#include "common/model/actions/schedule.h"
#include "common/base/calendar.h"
#include <stdlib.h>
#include <string.h>

enum { FORWARD = 1, BACKWARD = 2, PLACED = 4, SLACK = 8 }; /* marks */

/* ---- one work ---- */
/* From the first boundary `from` on, and not finished before `until` (JL_NO_DAY: whenever). */
static struct jl_span earliest(const struct jl_work *w, int32_t from, int32_t until) {
  if (w->duration == 0) {
    int32_t at = until != JL_NO_DAY && until > from ? until : from;
    return (struct jl_span){at, at};
  }
  int32_t first = jl_days_before(w->days, from);
  if (until != JL_NO_DAY) { /* its last day is the first worked one that ends there or later */
    int32_t by_end = jl_days_before(w->days, until - 1) - w->duration + 1;
    if (by_end > first) first = by_end;
  }
  return (struct jl_span){jl_days_at(w->days, first), jl_days_at(w->days, first + w->duration - 1) + 1};
}

/* Finished at `until` at the latest, and begun at `from` at the latest (JL_NO_DAY: whenever). */
static struct jl_span latest(const struct jl_work *w, int32_t from, int32_t until) {
  if (w->duration == 0) {
    int32_t at = from != JL_NO_DAY && from < until ? from : until;
    return (struct jl_span){at, at};
  }
  int32_t first = jl_days_before(w->days, until) - w->duration;
  if (from != JL_NO_DAY && jl_days_before(w->days, from + 1) - 1 < first) first = jl_days_before(w->days, from + 1) - 1;
  return (struct jl_span){jl_days_at(w->days, first), jl_days_at(w->days, first + w->duration - 1) + 1};
}

/* A milestone is reached in the evening of its day. */
static struct jl_span held_span(const struct jl_work *w) { return (struct jl_span){w->duration == 0 ? w->end + 1 : w->start, w->end + 1}; }

/* ---- forward ---- */
/* What a link asks of the work behind it. */
static int32_t asked(const struct jl_schedule *s, const struct jl_dependence *l, struct jl_span before) {
  int32_t source = l->kind == JL_LINK_FS || l->kind == JL_LINK_FF ? before.finish : before.start;
  if (l->kind == JL_LINK_SF && l->lag == 0)
    return jl_days_evening(s->works[l->after].days, source); /* who has ended the evening before has ended */
  return jl_days_lag(s->days, source, l->lag);
}

static bool same_span(struct jl_span a, struct jl_span b) { return a.start == b.start && a.finish == b.finish; }

/* Where the links and its floor let it be; of a held one too. A link decides before the floor, the first of several before the others. */
static struct jl_span wanted(const struct jl_schedule *s, uint32_t i, uint32_t *ret_driver) {
  const struct jl_work *w = &s->works[i];
  struct jl_span best = earliest(w, w->floor, JL_NO_DAY);
  *ret_driver = JL_NO_LINK;
  for (uint32_t k = s->in_first[i]; k < s->in_first[i + 1]; k++) {
    const struct jl_dependence *l = &s->links[s->in[k]];
    if (s->dropped[s->in[k]]) continue;
    int32_t at = asked(s, l, s->dates[l->before].early);
    struct jl_span span = l->kind == JL_LINK_FS || l->kind == JL_LINK_SS ? earliest(w, at, JL_NO_DAY) : earliest(w, JL_DAY_MIN, at);
    if (span.start > best.start || (span.start == best.start && *ret_driver == JL_NO_LINK)) {
      best = span;
      *ret_driver = s->in[k];
    }
  }
  return best;
}

static bool forward(struct jl_schedule *s, uint32_t i) {
  const struct jl_work *w = &s->works[i];
  struct jl_planned *d = &s->dates[i];
  struct jl_span was = d->early;
  d->early = wanted(s, i, &d->driver);
  if (w->held) { /* what would have it later, if anything, is told all the same */
    if (d->early.start <= held_span(w).start) d->driver = JL_NO_LINK;
    d->early = held_span(w);
  }
  return !same_span(was, d->early);
}

/* ---- backward ---- */
enum which { LATE, EARLY, PLANNED };
static struct jl_span span_of(const struct jl_planned *d, enum which which) {
  return which == LATE ? d->late : which == EARLY ? d->early : d->planned;
}

/* The latest place that leaves what comes behind it where it is by `which`. */
static struct jl_span limit(const struct jl_schedule *s, uint32_t i, enum which which, bool with_deadline) {
  const struct jl_work *w = &s->works[i];
  int32_t from = JL_NO_DAY, until = s->finish;
  if (with_deadline && w->deadline != JL_NO_DAY && w->deadline + 1 < until) until = w->deadline + 1;
  for (uint32_t k = s->out_first[i]; k < s->out_first[i + 1]; k++) {
    const struct jl_dependence *l = &s->links[s->out[k]];
    if (s->dropped[s->out[k]]) continue;
    struct jl_span behind = span_of(&s->dates[l->after], which);
    bool of_start = l->kind == JL_LINK_FS || l->kind == JL_LINK_SS, from_end = l->kind == JL_LINK_FS || l->kind == JL_LINK_FF;
    int32_t at = jl_days_lag_back(s->days, of_start ? behind.start : behind.finish, l->lag);
    if (!of_start && !from_end && l->lag == 0) at = jl_days_from(s->works[l->after].days, at); /* the converse of the evening before */
    if (from_end && at < until) until = at;
    if (!from_end && (from == JL_NO_DAY || at < from)) from = at;
  }
  return latest(w, from, until);
}

static bool backward(struct jl_schedule *s, uint32_t i) {
  struct jl_planned *d = &s->dates[i];
  struct jl_span was = d->late;
  d->late = s->works[i].held ? held_span(&s->works[i]) : limit(s, i, LATE, true);
  return !same_span(was, d->late);
}

static bool placed(struct jl_schedule *s, uint32_t i) {
  struct jl_planned *d = &s->dates[i];
  struct jl_span was = d->planned;
  d->planned = d->early;
  if (s->works[i].late && !s->works[i].held) {
    struct jl_span last = limit(s, i, PLANNED, true);
    if (last.start > d->planned.start) d->planned = last;
  }
  return !same_span(was, d->planned);
}

/* What is held at its beginning has room at its end. */
static int32_t room(const struct jl_work *w, struct jl_span from, struct jl_span to) {
  return w->held ? jl_days_between(w->days, from.finish, to.finish) : jl_days_between(w->days, from.start, to.start);
}

/* What is fixed has none; what comes before it, or its deadline, may want it elsewhere. */
static int32_t room_of_fixed(const struct jl_schedule *s, uint32_t i) {
  const struct jl_work *w = &s->works[i];
  uint32_t driver;
  struct jl_span now = s->dates[i].early;
  int32_t before = jl_days_between(w->days, wanted(s, i, &driver).start, now.start), after = 0;
  if (w->deadline != JL_NO_DAY) after = jl_days_between(w->days, now.finish, w->deadline + 1);
  if (after < before) before = after;
  return before < 0 ? before : 0;
}

static void slacks(struct jl_schedule *s, uint32_t i) {
  const struct jl_work *w = &s->works[i];
  struct jl_planned *d = &s->dates[i];
  d->slack = w->held && w->fixed ? room_of_fixed(s, i) : room(w, d->early, w->held ? limit(s, i, LATE, true) : d->late);
  d->free = room(w, d->early, limit(s, i, EARLY, false));
}

/* ---- all of it ---- */
static void find_finish(struct jl_schedule *s) {
  s->finish = s->origin;
  bool any = false;
  for (size_t i = 0; i < s->count; i++) {
    if (any && s->dates[i].early.finish <= s->finish) continue;
    s->finish = s->dates[i].early.finish;
    any = true;
  }
}

static void mark_around(struct jl_schedule *s, uint32_t i, bool behind, uint8_t mark) {
  const uint32_t *first = behind ? s->out_first : s->in_first, *list = behind ? s->out : s->in;
  for (uint32_t k = first[i]; k < first[i + 1]; k++) {
    const struct jl_dependence *l = &s->links[list[k]];
    if (!s->dropped[list[k]]) s->marks[s->place[behind ? l->after : l->before]] |= mark;
  }
}

/* Everything that is marked, and what changes because of it. */
static void work_out(struct jl_schedule *s) {
  int32_t finish = s->finish;
  for (size_t p = 0; p < s->count; p++) {
    uint32_t i = s->order[p];
    if ((s->marks[p] & FORWARD) == 0 || !forward(s, i)) continue;
    s->marks[p] |= PLACED | SLACK;
    mark_around(s, i, true, FORWARD | SLACK);
    mark_around(s, i, false, SLACK);
  }
  find_finish(s);
  if (s->finish != finish)
    for (size_t p = 0; p < s->count; p++) s->marks[p] |= BACKWARD | PLACED | SLACK;
  for (size_t p = s->count; p-- > 0;) {
    uint32_t i = s->order[p];
    if ((s->marks[p] & BACKWARD) != 0 && backward(s, i)) {
      s->marks[p] |= SLACK;
      mark_around(s, i, false, BACKWARD | SLACK);
    }
    if ((s->marks[p] & PLACED) != 0 && placed(s, i)) mark_around(s, i, false, PLACED);
    if ((s->marks[p] & SLACK) != 0) slacks(s, i);
    s->marks[p] = 0;
  }
}

static int by_ends(const void *left, const void *right) {
  const struct jl_dependence *a = left, *b = right;
  if (a->before != b->before) return a->before < b->before ? -1 : 1;
  if (a->after != b->after) return a->after < b->after ? -1 : 1;
  return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/* The links of each work by counting. */
static void list_links(struct jl_schedule *s, bool into) {
  uint32_t *first = into ? s->in_first : s->out_first, *list = into ? s->in : s->out;
  for (size_t k = 0; k < s->link_count; k++) first[(into ? s->links[k].after : s->links[k].before) + 1]++;
  for (size_t i = 0; i < s->count; i++) first[i + 1] += first[i];
  for (size_t k = s->link_count; k-- > 0;) { /* downwards: the lists ascend */
    uint32_t i = into ? s->links[k].after : s->links[k].before;
    list[--first[i + 1]] = (uint32_t)k;
  }
  for (size_t i = 0; i < s->count; i++) first[i] = first[i + 1]; /* now each stands at its own beginning, one too far on */
  first[s->count] = (uint32_t)s->link_count;
}

/* Where only circles are left, their first work goes on without waiting. */
static void find_order(struct jl_schedule *s, uint32_t *waits) {
  size_t taken = 0, ready = 0, stuck = 0;
  for (size_t k = 0; k < s->link_count; k++) waits[s->links[k].after]++;
  for (uint32_t i = 0; i < s->count; i++) {
    s->place[i] = UINT32_MAX;
    if (waits[i] == 0) s->order[ready++] = i;
  }
  while (taken < s->count) {
    if (taken == ready) {
      while (waits[stuck] == 0) stuck++;
      uint32_t i = (uint32_t)stuck;
      for (uint32_t k = s->in_first[i]; k < s->in_first[i + 1]; k++)
        if (s->place[s->links[s->in[k]].before] == UINT32_MAX) s->dropped[s->in[k]] = true, s->ignored++;
      waits[i] = 0;
      s->order[ready++] = i;
    }
    uint32_t i = s->order[taken];
    s->place[i] = (uint32_t)taken++;
    for (uint32_t k = s->out_first[i]; k < s->out_first[i + 1]; k++) {
      uint32_t after = s->links[s->out[k]].after;
      if (!s->dropped[s->out[k]] && --waits[after] == 0) s->order[ready++] = after;
    }
  }
}

/* What is held is where it is, whatever else could not be there. */
static void fill_floor(const struct jl_schedule *s, struct jl_work *w) {
  if (w->floor == JL_NO_DAY) w->floor = w->held ? w->start : s->origin;
}

bool jl_schedule_new(struct jl_arena *a, struct jl_work *works, size_t count, struct jl_dependence *links, size_t link_count,
                     const struct jl_days *days, int32_t origin, struct jl_schedule *ret, struct jl_error *err) {
  struct jl_schedule s = {.works = works, .count = count, .links = links, .link_count = link_count, .days = days, .origin = origin};
  if (link_count > 1) qsort(links, link_count, sizeof *links, by_ends);
  s.dates = jl_arena_array(a, count + 1, sizeof *s.dates);
  s.order = jl_arena_array(a, count + 1, sizeof *s.order);
  s.place = jl_arena_array(a, count + 1, sizeof *s.place);
  s.in = jl_arena_array(a, link_count + 1, sizeof *s.in);
  s.out = jl_arena_array(a, link_count + 1, sizeof *s.out);
  s.in_first = jl_arena_array(a, count + 2, sizeof *s.in_first);
  s.out_first = jl_arena_array(a, count + 2, sizeof *s.out_first);
  s.dropped = jl_arena_array(a, link_count + 1, sizeof *s.dropped);
  s.marks = jl_arena_array(a, count + 1, sizeof *s.marks);
  uint32_t *waits = jl_arena_array(a, count + 1, sizeof *waits);
  if (s.dates == NULL || s.order == NULL || s.place == NULL || s.in == NULL || s.out == NULL || s.in_first == NULL || s.out_first == NULL ||
      s.dropped == NULL || s.marks == NULL || waits == NULL)
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this schedule"), NULL);
  list_links(&s, true);
  list_links(&s, false);
  find_order(&s, waits);
  for (size_t i = 0; i < count; i++) fill_floor(&s, &works[i]);
  memset(s.marks, FORWARD | BACKWARD | PLACED | SLACK, count);
  work_out(&s);
  *ret = s;
  return true;
}

void jl_schedule_change(struct jl_schedule *s, size_t work, const struct jl_work *now) {
  s->works[work] = *now;
  fill_floor(s, &s->works[work]);
  s->marks[s->place[work]] |= FORWARD | BACKWARD | PLACED | SLACK;
  mark_around(s, (uint32_t)work, true, FORWARD); /* its days may mean something else to them */
  mark_around(s, (uint32_t)work, false, BACKWARD | PLACED | SLACK);
  work_out(s);
}

/* ---- days to show ---- */
int32_t jl_planned_first(const struct jl_work *w, const struct jl_span *span) {
  if (w->duration > 0) return span->start;
  if (w->held) return span->finish - 1;
  return span->start <= w->floor ? jl_days_from(w->days, span->start) : jl_days_until(w->days, span->start);
}

int32_t jl_planned_last(const struct jl_work *w, const struct jl_span *span) {
  return w->duration > 0 ? span->finish - 1 : jl_planned_first(w, span);
}
