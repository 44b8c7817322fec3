#include "common/model/actions/level.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct movable {
  size_t work;
  int32_t start, slack;
  uint64_t number;
};
struct levelling {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_levelling *l;
  int64_t *load;       /* per person and week */
  size_t *first, *own; /* bookings of a work: own[first[i]] .. own[first[i + 1]] */
};

/* ---- the plan with the dates of a network ---- */
static bool dated(const struct jl_view_input *in, struct jl_arena *a, const struct jl_network *n, struct jl_what_if *w, struct jl_error *err) {
  if (!jl_what_if_begin(in, w, err)) return false;
  for (size_t i = 0; i < n->count; i++) {
    const struct jl_id *id = &n->activities[i].action->id;
    const struct jl_work *work = &n->schedule.works[i];
    const struct jl_span *span = &n->schedule.dates[i].planned;
    if (!jl_what_if_set(w, a, jl_replica_record(w->space, id), JL_ACTION_START, jl_planned_first(work, span), err) ||
        !jl_what_if_set(w, a, jl_replica_record(w->space, id), JL_ACTION_DUE, jl_planned_last(work, span), err))
      return false;
  }
  return true;
}

static bool count_capacity(struct jl_builder *b, const struct jl_levelling *l, const struct jl_what_if *w, struct jl_capacity *ret) {
  return jl_capacity_of(&w->in, b, l->monday, l->monday + 7 * l->weeks + 7 * 26, ret) || jl_builder_ok(b);
}

/* ---- load ---- */
static int32_t week_first(const struct jl_view_input *in, const struct jl_levelling *l, int week) {
  int32_t day = l->monday + 7 * week;
  return day < in->today ? in->today : day;
}

int64_t jl_level_over(const struct jl_view_input *in, const struct jl_levelling *l, const struct jl_capacity *c, size_t person, int week) {
  int32_t first = week_first(in, l, week), last = l->monday + 7 * week + 6;
  int64_t over = jl_booked_person(c, person, first, last) - jl_time_of(c, person, first, last);
  return over > 0 ? over : 0;
}

static int week_of(const struct levelling *v, int32_t day) {
  int week = (day - v->l->monday) / 7;
  return day < v->l->monday ? 0 : week >= v->l->weeks ? v->l->weeks - 1 : week;
}

/* With `put` it is booked there; without, what it would make too much. */
static int64_t book(struct levelling *v, size_t work, int32_t first, int32_t last, bool put) {
  const struct jl_capacity *c = &v->l->was;
  int64_t over = 0;
  for (size_t k = v->first[work]; k < v->first[work + 1]; k++) {
    struct jl_booking booking = c->bookings[v->own[k]];
    booking.first = first < v->in->today ? v->in->today : first;
    booking.last = last < booking.first ? booking.first : last;
    booking.no_day = jl_working_days_between(c->people[booking.person].days, booking.first, booking.last) == 0;
    for (int week = week_of(v, booking.first); week <= week_of(v, booking.last); week++) {
      int32_t from = week_first(v->in, v->l, week), to = v->l->monday + 7 * week + 6;
      int64_t *load = &v->load[booking.person * (size_t)v->l->weeks + (size_t)week];
      int64_t more = jl_booked(c, &booking, from, to), time = jl_time_of(c, booking.person, from, to);
      int64_t was = *load > time ? *load - time : 0, is = *load + more > time ? *load + more - time : 0;
      over += is - was;
      if (put) *load += more;
    }
  }
  return over;
}

static void book_planned(struct levelling *v, size_t i) {
  const struct jl_work *w = &v->l->n->schedule.works[i];
  const struct jl_span *span = &v->l->n->schedule.dates[i].planned;
  (void)book(v, i, jl_planned_first(w, span), jl_planned_last(w, span), true);
}

/* The bookings of each work, by counting. */
static bool index_bookings(struct levelling *v) {
  const struct jl_capacity *c = &v->l->was;
  const struct jl_network *n = v->l->n;
  v->first = jl_view_alloc(v->b, n->count + 2, sizeof *v->first);
  v->own = jl_view_alloc(v->b, c->booking_count + 1, sizeof *v->own);
  size_t *of = jl_view_alloc(v->b, c->booking_count + 1, sizeof *of), *at = jl_view_alloc(v->b, n->count + 1, sizeof *at);
  if (v->first == NULL || v->own == NULL || of == NULL || at == NULL) return false;
  for (size_t k = 0; k < c->booking_count; k++) {
    of[k] = jl_network_find(n, &c->bookings[k].action->id);
    if (of[k] != SIZE_MAX) v->first[of[k] + 1]++;
  }
  for (size_t i = 0; i < n->count; i++) v->first[i + 1] += v->first[i];
  for (size_t i = 0; i < n->count; i++) at[i] = v->first[i];
  for (size_t k = 0; k < c->booking_count; k++)
    if (of[k] != SIZE_MAX) v->own[at[of[k]]++] = k;
  return true;
}

/* ---- moving ---- */
static int sooner(const void *left, const void *right) {
  const struct movable *a = left, *b = right;
  if (a->start != b->start) return a->start < b->start ? -1 : 1;
  if (a->slack != b->slack) return a->slack < b->slack ? -1 : 1;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return a->work < b->work ? -1 : a->work > b->work;
}

static bool may_move(const struct levelling *v, size_t i) {
  const struct jl_work *w = &v->l->n->schedule.works[i];
  return !w->held && !w->late && w->duration > 0 && v->l->n->schedule.dates[i].slack > 0 && v->first[i] < v->first[i + 1];
}

/* The first day of the best place within its slack. */
static int32_t best_start(struct levelling *v, size_t i) {
  const struct jl_work *w = &v->l->n->schedule.works[i];
  const struct jl_planned *d = &v->l->n->schedule.dates[i];
  int32_t from = jl_days_before(w->days, d->early.start), best = d->early.start;
  int64_t least = INT64_MAX;
  for (int32_t k = 0; k <= d->slack && k <= JL_LEVEL_SHIFT; k++) {
    int32_t start = jl_days_at(w->days, from + k), last = jl_days_at(w->days, from + k + w->duration - 1);
    int64_t over = book(v, i, start, last, false);
    if (over >= least) continue;
    least = over;
    best = start;
    if (over == 0) break;
  }
  return best;
}

static bool move(struct levelling *v) {
  struct jl_network *n = v->l->n;
  struct movable *list = jl_view_alloc(v->b, n->count + 1, sizeof *list);
  size_t count = 0, moved = 0;
  v->load = jl_view_alloc(v->b, v->l->was.people_count * (size_t)v->l->weeks + 1, sizeof *v->load);
  if (list == NULL || v->load == NULL || !index_bookings(v)) return false;
  for (size_t i = 0; i < n->count; i++) {
    const struct jl_planned *d = &n->schedule.dates[i];
    if (may_move(v, i))
      list[count++] = (struct movable){i, d->early.start, d->slack, n->activities[i].action->number};
    else
      book_planned(v, i);
  }
  if (count > 1) qsort(list, count, sizeof *list, sooner);
  for (size_t k = 0; k < count; k++) {
    size_t i = list[k].work;
    int32_t start = may_move(v, i) && moved < JL_LEVEL_MOVES ? best_start(v, i) : n->schedule.dates[i].early.start;
    v->l->more = v->l->more || moved >= JL_LEVEL_MOVES;
    if (start > n->schedule.dates[i].early.start) {
      struct jl_work now = n->schedule.works[i];
      now.floor = start;
      jl_schedule_change(&n->schedule, i, &now);
      moved++;
    }
    book_planned(v, i);
  }
  return true;
}

/* ---- all of it ---- */
static int weeks_of(const struct jl_network *n, int32_t monday) {
  int weeks = (n->schedule.finish - monday) / 7 + 1;
  return weeks < 1 ? 1 : weeks > JL_LEVEL_WEEKS ? JL_LEVEL_WEEKS : weeks;
}

bool jl_level(const struct jl_view_input *in, struct jl_builder *b, struct jl_network *n, struct jl_levelling *ret, struct jl_error *err) {
  struct levelling v = {.in = in, .b = b, .l = ret};
  struct jl_planned *before = jl_view_alloc(b, n->count + 1, sizeof *before);
  *ret = (struct jl_levelling){.n = n, .before = before, .monday = in->today - (jl_weekday(in->today) - 1)};
  ret->weeks = weeks_of(n, ret->monday);
  if (before == NULL) return true; /* the builder knows */
  if (n->count > 0) memcpy(before, n->schedule.dates, n->count * sizeof *before);
  if (!dated(in, jl_builder_arena(b), n, &ret->planned, err)) return false;
  if (!count_capacity(b, ret, &ret->planned, &ret->was) || !move(&v)) return true;
  return dated(in, jl_builder_arena(b), n, &ret->levelled, err) && (count_capacity(b, ret, &ret->levelled, &ret->is) || true);
}

void jl_level_end(struct jl_levelling *l) {
  jl_what_if_end(&l->planned);
  jl_what_if_end(&l->levelled);
}
