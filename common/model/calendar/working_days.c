#include "common/model/calendar/working_days.h"
#include "common/model/calendar/holidays.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define DAY 1000000 /* millionths */

struct span {
  int32_t first, last;
  const char *name; /* of a closure; NULL: leave */
  struct jl_id id;
};
struct jl_working_days {
  const struct jl_record *calendar;
  unsigned week, calendar_week; /* days of the week that are worked, as bits; those of the calendar */
  int64_t share;                /* of a worked day, in millionths */
  int32_t first;
  size_t days, total;
  int32_t *before; /* worked days from `first` to before first + i; days + 1 of them */
  int32_t *nth;    /* the day that so many worked ones are before */
  struct jl_holiday *holidays;
  size_t holiday_count;
  struct span *spans; /* closures, then leaves; both by id */
  size_t span_count;
};

/* ---- the week alone: what counts outside of the table ---- */
static int worked_in_week(unsigned week) { return __builtin_popcount(week); }

/* Worked days of the week from Monday 5 January 1970 to before a day; below zero before it. */
static int64_t week_before(unsigned week, int32_t day) {
  int64_t since = (int64_t)day - 4, weeks = since / 7 - (since % 7 < 0);
  int rest = (int)(since - weeks * 7);
  int64_t n = weeks * worked_in_week(week);
  for (int i = 1; i <= rest; i++) n += week >> i & 1;
  return n;
}

/* The worked day that so many are before. */
static int32_t week_nth(unsigned week, int64_t n) {
  int64_t worked = worked_in_week(week), weeks = n / worked - (n % worked < 0);
  int rest = (int)(n - weeks * worked), i = 1;
  for (; rest > 0 || (week >> i & 1) == 0; i++) rest -= (int)(week >> i & 1);
  int64_t day = weeks * 7 + 4 + i - 1;
  return day < JL_DAY_MIN ? JL_DAY_MIN : day > JL_DAY_MAX ? JL_DAY_MAX : (int32_t)day;
}

/* ---- the table ---- */
static int32_t end_of(const struct jl_working_days *w) { return w->first + (int32_t)w->days; }

/* Worked days before a day, counted from `first`. */
static int64_t rank_of(const struct jl_working_days *w, int32_t day) {
  if (day < w->first) return week_before(w->week, day) - week_before(w->week, w->first);
  if (day >= end_of(w)) return (int64_t)w->total + week_before(w->week, day) - week_before(w->week, end_of(w));
  return w->before[day - w->first];
}

static int32_t of_rank(const struct jl_working_days *w, int64_t rank) {
  if (rank < 0) return week_nth(w->week, rank + week_before(w->week, w->first));
  if (rank >= (int64_t)w->total) return week_nth(w->week, rank - (int64_t)w->total + week_before(w->week, end_of(w)));
  return w->nth[rank];
}

static bool in_week(const struct jl_working_days *w, int32_t day) { return (w->week >> jl_weekday(day) & 1) != 0; }

bool jl_works_on(const struct jl_working_days *w, int32_t day) {
  if (day < w->first || day >= end_of(w)) return in_week(w, day);
  size_t i = (size_t)(day - w->first);
  return w->before[i + 1] > w->before[i];
}

int32_t jl_working_day_from(const struct jl_working_days *w, int32_t day) { return of_rank(w, rank_of(w, day)); }

int32_t jl_working_day_until(const struct jl_working_days *w, int32_t day) {
  return jl_works_on(w, day) ? day : of_rank(w, rank_of(w, day) - 1);
}

int32_t jl_working_day_add(const struct jl_working_days *w, int32_t day, int64_t n) {
  if (n > INT32_MAX) n = INT32_MAX; /* whatever lies beyond is past the last day there is */
  if (n < INT32_MIN) n = INT32_MIN;
  return of_rank(w, rank_of(w, day) + (n > 0 && !jl_works_on(w, day) ? n - 1 : n));
}

int64_t jl_working_days_between(const struct jl_working_days *w, int32_t first, int32_t last) {
  return last < first ? 0 : rank_of(w, last) + jl_works_on(w, last) - rank_of(w, first);
}

int64_t jl_working_time(const struct jl_working_days *w, int32_t first, int32_t last) { return jl_working_days_between(w, first, last) * w->share; }

const struct jl_record *jl_working_calendar(const struct jl_working_days *w) { return w->calendar; }

/* ---- why not ---- */
static const struct jl_holiday *holiday_on(const struct jl_working_days *w, int32_t day) {
  size_t low = 0, high = w->holiday_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (w->holidays[middle].day < day)
      low = middle + 1;
    else
      high = middle;
  }
  return low < w->holiday_count && w->holidays[low].day == day ? &w->holidays[low] : NULL;
}

static const struct span *span_on(const struct jl_working_days *w, int32_t day) {
  for (size_t i = 0; i < w->span_count; i++)
    if (w->spans[i].first <= day && day <= w->spans[i].last) return &w->spans[i];
  return NULL;
}

enum jl_day_off jl_day_off(const struct jl_working_days *w, int32_t day) {
  if (jl_works_on(w, day)) return JL_DAY_WORKED;
  bool at_hand = day >= w->first && day < end_of(w);
  if (at_hand && holiday_on(w, day) != NULL) return JL_DAY_HOLIDAY;
  if ((w->calendar_week >> jl_weekday(day) & 1) == 0) return JL_DAY_WEEKEND;
  const struct span *span = at_hand ? span_on(w, day) : NULL;
  if (span != NULL) return span->name != NULL ? JL_DAY_CLOSED : JL_DAY_LEAVE;
  return JL_DAY_NOT_THIS_DAY;
}

const char *jl_day_off_name(const struct jl_working_days *w, int32_t day) {
  const struct jl_holiday *holiday;
  const struct span *span;
  switch (jl_day_off(w, day)) {
  case JL_DAY_HOLIDAY:
    holiday = holiday_on(w, day);
    return holiday == NULL ? "" : holiday->name;
  case JL_DAY_CLOSED:
    span = span_on(w, day);
    return span == NULL ? "" : span->name;
  default:
    return "";
  }
}

/* ---- whose ---- */
static const struct jl_record *calendar_named(const struct jl_replica *organisation, const struct jl_record *by, uint32_t field) {
  struct jl_id id;
  if (organisation == NULL || by == NULL || by->type == NULL || !jl_record_id(by->type, by->body, field, &id)) return NULL;
  const struct jl_record *calendar = jl_replica_live(organisation, &id);
  return calendar != NULL && calendar->type_number == JL_TYPE_CALENDAR ? calendar : NULL;
}

/* Sets are in the order of their ids, so the first one is the same everywhere. */
static const struct jl_record *calendar_of_teams(const struct jl_replica *organisation, const struct jl_record *person) {
  const struct jl_record *found = NULL;
  struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, JL_PERSON_TEAMS));
  for (struct jl_value value; found == NULL && jl_iterator_next(&it, &value);) {
    const struct jl_record *team = jl_replica_live(organisation, &value.id);
    if (team != NULL && team->type_number == JL_TYPE_TEAM) found = calendar_named(organisation, team, JL_TEAM_CALENDAR);
  }
  return found;
}

static const struct jl_record *plan_record(const struct jl_replica *plan) {
  return plan == NULL ? NULL : jl_replica_record(plan, &jl_replica_where(plan)->space);
}

static const struct jl_record *calendar_of(const struct jl_working_days_of *of, const struct jl_record *whose) {
  const struct jl_record *found = of->calendar;
  bool person = whose != NULL && whose->type_number == JL_TYPE_PERSON;
  if (found == NULL && person) found = calendar_named(of->organisation, whose, JL_PERSON_CALENDAR);
  if (found == NULL && person) found = calendar_of_teams(of->organisation, whose);
  if (found == NULL && whose != NULL && whose->type_number == JL_TYPE_TEAM) found = calendar_named(of->organisation, whose, JL_TEAM_CALENDAR);
  return found != NULL ? found : calendar_named(of->organisation, plan_record(of->plan), JL_PLAN_CALENDAR);
}

static void take_week(struct jl_working_days *w, const struct jl_record *person) {
  unsigned off = 0;
  w->calendar_week = JL_WHOLE_WEEK & ~jl_calendar_weekend(w->calendar);
  w->week = w->calendar_week;
  w->share = DAY;
  if (person == NULL) return;
  if (jl_weekdays_parse(jl_record_text(person->type, person->body, JL_PERSON_OFF_DAYS), &off) && (w->week & ~off) != 0)
    w->week &= ~off;
  else if (off != 0)
    w->share = 0;
  int64_t days = jl_record_int(person->type, person->body, JL_PERSON_DAYS_PER_WEEK, INT64_C(7) * DAY);
  int64_t share = days / worked_in_week(w->week);
  if (share < w->share) w->share = share;
}

/* ---- building ---- */
static void take_range(struct jl_working_days *w, const struct jl_working_days_of *of) {
  int32_t first = of->first, last = of->last;
  const struct jl_record *plan = plan_record(of->plan);
  if (first == 0 && last == 0) {
    first = jl_day_from_date(2000, 1, 1);
    last = jl_day_from_date(2099, 12, 31);
  }
  if (of->first == 0 && of->last == 0 && plan != NULL && plan->type_number == JL_TYPE_PLAN) {
    first = (int32_t)jl_record_int(plan->type, plan->body, JL_PLAN_START, 0) - 366;
    last = (int32_t)jl_record_int(plan->type, plan->body, JL_PLAN_END, 0) + 2 * 366;
  }
  if (first < JL_DAY_MIN) first = JL_DAY_MIN;
  if (last > JL_DAY_MAX) last = JL_DAY_MAX;
  if (last < first) last = first;
  if (last - first >= JL_WORKING_DAYS_MOST) last = first + JL_WORKING_DAYS_MOST - 1;
  w->first = first;
  w->days = (size_t)(last - first) + 1;
}

static int by_kind_and_id(const void *left, const void *right) {
  const struct span *a = left, *b = right;
  if ((a->name == NULL) != (b->name == NULL)) return a->name == NULL ? 1 : -1;
  return jl_id_compare(&a->id, &b->id);
}

static void add_span(struct jl_working_days *w, const struct jl_record *record, uint32_t start, uint32_t end, const char *name) {
  struct span *span = &w->spans[w->span_count];
  *span = (struct span){.name = name, .id = record->id};
  span->first = (int32_t)jl_record_int(record->type, record->body, start, INT32_MAX);
  span->last = (int32_t)jl_record_int(record->type, record->body, end, INT32_MIN);
  w->span_count += span->first <= span->last;
}

bool jl_closure_holds(const struct jl_working_days *w, const struct jl_record *closure) {
  struct jl_id id;
  if (!jl_record_id(closure->type, closure->body, JL_CLOSURE_CALENDAR, &id)) return true;
  return w->calendar != NULL && jl_id_equal(&id, &w->calendar->id);
}

static bool find_spans(struct jl_working_days *w, const struct jl_replica *organisation, const struct jl_record *person, struct jl_arena *a) {
  size_t closed = 0, away = 0;
  if (organisation == NULL) return true;
  const struct jl_record **closures = jl_replica_all(organisation, JL_TYPE_CLOSURE, a, &closed);
  const struct jl_record **leaves =
      person == NULL ? NULL : jl_replica_referring(organisation, &person->id, JL_TYPE_LEAVE, JL_LEAVE_PERSON, a, &away);
  if (closed == SIZE_MAX || away == SIZE_MAX) return false;
  w->spans = jl_arena_array(a, closed + away + 1, sizeof *w->spans);
  if (w->spans == NULL) return false;
  for (size_t i = 0; i < closed; i++) {
    struct jl_bytes name = jl_record_text(closures[i]->type, closures[i]->body, JL_CLOSURE_NAME);
    char *copy = jl_closure_holds(w, closures[i]) ? jl_arena_strndup(a, (const char *)name.data, name.size) : NULL;
    if (copy == NULL && jl_closure_holds(w, closures[i])) return false;
    if (copy != NULL) add_span(w, closures[i], JL_CLOSURE_START, JL_CLOSURE_END, copy);
  }
  for (size_t i = 0; i < away; i++) add_span(w, leaves[i], JL_LEAVE_START, JL_LEAVE_END, NULL);
  qsort(w->spans, w->span_count, sizeof *w->spans, by_kind_and_id);
  return true;
}

static void mark(const struct jl_working_days *w, uint8_t *off, int32_t first, int32_t last) {
  if (first < w->first) first = w->first;
  if (last >= end_of(w)) last = end_of(w) - 1;
  for (int32_t day = first; day <= last; day++) off[day - w->first] = 1;
}

static void fill(struct jl_working_days *w, uint8_t *off) {
  for (size_t i = 0; i < w->holiday_count; i++) mark(w, off, w->holidays[i].day, w->holidays[i].day);
  for (size_t i = 0; i < w->span_count; i++) mark(w, off, w->spans[i].first, w->spans[i].last);
  for (size_t i = 0; i < w->days; i++) {
    int32_t day = w->first + (int32_t)i;
    w->before[i] = (int32_t)w->total;
    if (off[i] == 0 && in_week(w, day)) w->nth[w->total++] = day;
  }
  w->before[w->days] = (int32_t)w->total;
}

struct jl_working_days *jl_working_days_new(const struct jl_working_days_of *of, struct jl_arena *a) {
  struct jl_working_days *w = jl_arena_alloc(a, sizeof *w);
  if (w == NULL) return NULL;
  const struct jl_record *whose =
      of->organisation == NULL || jl_id_is_zero(&of->whose) ? NULL : jl_replica_live(of->organisation, &of->whose);
  const struct jl_record *person = whose != NULL && whose->type_number == JL_TYPE_PERSON ? whose : NULL;
  w->calendar = calendar_of(of, whose);
  take_week(w, person);
  take_range(w, of);
  w->holidays = jl_holidays(w->calendar, jl_date_from_day(w->first).year, jl_date_from_day(end_of(w) - 1).year, a, &w->holiday_count);
  w->before = jl_arena_array(a, w->days + 1, sizeof *w->before);
  w->nth = jl_arena_array(a, w->days, sizeof *w->nth);
  uint8_t *off = jl_arena_alloc(a, w->days);
  if (w->holidays == NULL || w->before == NULL || w->nth == NULL || off == NULL || !find_spans(w, of->organisation, person, a)) return NULL;
  fill(w, off);
  return w;
}
