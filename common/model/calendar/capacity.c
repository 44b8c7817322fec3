#include "common/model/calendar/capacity.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define WHOLE 1000000  /* of a progress */
#define PEOPLE_ALL 100 /* of a larger directory only those who have work are looked at */

int64_t jl_action_work(const struct jl_record *action) {
  int64_t duration = jl_view_int(action, JL_ACTION_DURATION, 0);
  return jl_view_int(action, JL_ACTION_WORKLOAD, duration * JL_DAY_WORK);
}

/* ---- people ---- */
static bool has_role(const struct jl_record *person, const struct jl_seen *roles) {
  struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, JL_PERSON_ROLES));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_seen_has(roles, &value.id)) return true;
  return false;
}

/* Who is R of something that is not done, in person or as a role. */
static struct jl_seen *find_holders(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_RACI, &n);
  struct jl_seen *holders = jl_seen_new(b, n + 1);
  for (size_t i = 0; i < n; i++) {
    struct jl_id holder;
    const struct jl_record *action = jl_view_linked(in, all[i], JL_RACI_TARGET);
    bool open = action != NULL && action->type_number == JL_TYPE_ACTION && jl_action_open(action);
    if (open && jl_view_int(all[i], JL_RACI_LETTER, 0) == JL_RACI_R && jl_record_id(all[i]->type, all[i]->body, JL_RACI_HOLDER, &holder))
      (void)jl_seen_add(holders, &holder);
  }
  return holders;
}

static bool find_people(const struct jl_view_input *in, struct jl_builder *b, int32_t first, int32_t last, struct jl_capacity *c) {
  size_t n = 0;
  const struct jl_record **people = jl_view_directory(in, b, JL_TYPE_PERSON, &n);
  const struct jl_seen *holders = n > PEOPLE_ALL ? find_holders(in, b) : NULL;
  c->people = jl_view_alloc(b, n + 1, sizeof *c->people);
  if (c->people == NULL || (n > PEOPLE_ALL && holders == NULL)) return false;
  for (size_t i = 0; i < n; i++) {
    if (jl_view_int(people[i], JL_PERSON_INACTIVE, 0) != 0) continue;
    if (n > PEOPLE_ALL && !jl_seen_has(holders, &people[i]->id) && !has_role(people[i], holders)) continue;
    const struct jl_working_days_of of = {
        .plan = in->space, .organisation = in->organisation, .whose = people[i]->id, .first = first, .last = last};
    struct jl_worker *worker = &c->people[c->people_count++];
    *worker = (struct jl_worker){.person = people[i], .days = jl_working_days_new(&of, jl_builder_arena(b))};
    if (worker->days != NULL) continue;
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return false;
  }
  return true;
}

static bool is_of_role(const struct jl_record *person, const struct jl_id *role) {
  struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, JL_PERSON_ROLES));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_id_equal(&value.id, role)) return true;
  return false;
}

/* ---- when ---- */
static int64_t days_of(int64_t work) { return work <= JL_DAY_WORK ? 1 : (work + JL_DAY_WORK - 1) / JL_DAY_WORK; }

/* false: no date says when. */
static bool place(const struct jl_view_input *in, const struct jl_working_days *w, struct jl_booking *booking) {
  const struct jl_record *action = booking->action;
  bool has_start = jl_record_has(action->body, JL_ACTION_START), has_due = jl_record_has(action->body, JL_ACTION_DUE);
  if (!has_start && !has_due) return false;
  int64_t days = days_of(jl_action_work(action));
  int32_t start = (int32_t)jl_view_int(action, JL_ACTION_START, 0), due = (int32_t)jl_view_int(action, JL_ACTION_DUE, 0);
  if (!has_start) start = jl_working_day_add(w, jl_working_day_until(w, due), 1 - days);
  if (!has_due) due = jl_working_day_add(w, jl_working_day_from(w, start), days - 1);
  booking->late = due < in->today;
  booking->first = start > in->today ? start : in->today;
  booking->last = due;
  if (booking->late) booking->last = jl_working_day_add(w, jl_working_day_from(w, in->today), days_of(booking->work) - 1);
  booking->no_day = jl_working_days_between(w, booking->first, booking->last) == 0;
  return true;
}

/* ---- bookings ---- */
struct finding {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_capacity *c;
  size_t capacity;
};

static bool room(struct finding *f) {
  if (f->c->booking_count < f->capacity) return true;
  size_t more = f->capacity == 0 ? 256 : f->capacity * 2;
  struct jl_booking *list = jl_view_alloc(f->b, more, sizeof *list);
  if (list == NULL) return false;
  if (f->c->booking_count > 0) memcpy(list, f->c->bookings, f->c->booking_count * sizeof *list);
  f->c->bookings = list;
  f->capacity = more;
  return true;
}

static bool booked_already(const struct finding *f, const struct jl_record *action, size_t person) {
  for (size_t i = f->c->booking_count; i > 0 && f->c->bookings[i - 1].action == action; i--)
    if (f->c->bookings[i - 1].person == person) return true;
  return false;
}

static bool book(struct finding *f, const struct jl_record *action, size_t person, bool *io_undated) {
  int64_t progress = jl_view_int(action, JL_ACTION_PROGRESS, 0);
  struct jl_booking booking = {.action = action, .person = person};
  booking.work = jl_action_work(action) / WHOLE * (WHOLE - progress) + jl_action_work(action) % WHOLE * (WHOLE - progress) / WHOLE;
  if (booked_already(f, action, person)) return true;
  if (!place(f->in, f->c->people[person].days, &booking)) {
    *io_undated = true;
    return true;
  }
  if (!room(f)) return false;
  f->c->bookings[f->c->booking_count++] = booking;
  return true;
}

static bool book_action(struct finding *f, const struct jl_record *action) {
  size_t n = 0;
  bool undated = false;
  const struct jl_record **all = jl_view_referring(f->in, f->b, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_id holder;
    if (jl_view_int(all[i], JL_RACI_LETTER, 0) != JL_RACI_R || !jl_record_id(all[i]->type, all[i]->body, JL_RACI_HOLDER, &holder)) continue;
    const struct jl_record *record = jl_replica_live(f->in->organisation, &holder);
    if (record != NULL && record->type_number == JL_TYPE_TEAM) f->c->of_teams++;
    for (size_t p = 0; record != NULL && p < f->c->people_count; p++) {
      const struct jl_record *person = f->c->people[p].person;
      bool holds = person == record || (record->type_number == JL_TYPE_ROLE && is_of_role(person, &holder));
      if (holds && !book(f, action, p, &undated)) return false;
    }
  }
  f->c->undated += undated;
  return true;
}

static int by_person_and_end(const void *left, const void *right) {
  const struct jl_booking *a = left, *b = right;
  if (a->person != b->person) return a->person < b->person ? -1 : 1;
  if (a->last != b->last) return a->last < b->last ? -1 : 1;
  if (a->action->number != b->action->number) return a->action->number < b->action->number ? -1 : 1;
  return jl_id_compare(&a->action->id, &b->action->id);
}

/* Tables at hand for the weeks that are asked about, for what runs into them, and for today. */
static void widen(const struct jl_view_input *in, const struct jl_record **actions, size_t n, int32_t *io_first, int32_t *io_last) {
  if (in->today < *io_first) *io_first = in->today;
  if (in->today > *io_last) *io_last = in->today;
  for (size_t i = 0; i < n; i++) {
    int32_t start = (int32_t)jl_view_int(actions[i], JL_ACTION_START, *io_first), due = (int32_t)jl_view_int(actions[i], JL_ACTION_DUE, *io_last);
    if (start < *io_first && jl_action_open(actions[i])) *io_first = start;
    if (due > *io_last && jl_action_open(actions[i])) *io_last = due;
  }
  const int32_t years = 4 * 366; /* what lies further has no holidays */
  if (*io_first < in->today - years) *io_first = in->today - years;
  if (*io_last > in->today + years) *io_last = in->today + years;
}

bool jl_capacity_of(const struct jl_view_input *in, struct jl_builder *b, int32_t first, int32_t last, struct jl_capacity *ret) {
  struct finding f = {.in = in, .b = b, .c = ret};
  size_t n = 0;
  *ret = (struct jl_capacity){0};
  if (in->organisation == NULL) return false;
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  widen(in, actions, n, &first, &last);
  if (!find_people(in, b, first, last, ret)) return false;
  for (size_t i = 0; i < n; i++)
    if (jl_action_open(actions[i]) && !book_action(&f, actions[i])) return false;
  if (ret->booking_count > 0) qsort(ret->bookings, ret->booking_count, sizeof *ret->bookings, by_person_and_end);
  return jl_builder_ok(b);
}

/* ---- questions ---- */
/* Of `work` over `days` days what stands on the first `done` of them, without overflow. */
static int64_t part(int64_t work, int64_t done, int64_t days) { return work / days * done + work % days * done / days; }

int64_t jl_booked(const struct jl_capacity *c, const struct jl_booking *booking, int32_t first, int32_t last) {
  const struct jl_working_days *w = c->people[booking->person].days;
  if (last < booking->first || first > booking->last) return 0;
  if (booking->no_day) return booking->last >= first && booking->last <= last ? booking->work : 0;
  int64_t days = jl_working_days_between(w, booking->first, booking->last);
  int64_t before = jl_working_days_between(w, booking->first, first - 1);
  int64_t until = jl_working_days_between(w, booking->first, last < booking->last ? last : booking->last);
  return part(booking->work, until, days) - part(booking->work, before, days);
}

const struct jl_booking *jl_bookings_of(const struct jl_capacity *c, size_t person, size_t *ret_n) {
  size_t low = 0, high = c->booking_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (c->bookings[middle].person < person)
      low = middle + 1;
    else
      high = middle;
  }
  size_t end = low;
  while (end < c->booking_count && c->bookings[end].person == person) end++;
  *ret_n = end - low;
  return c->bookings + low;
}

int64_t jl_booked_person(const struct jl_capacity *c, size_t person, int32_t first, int32_t last) {
  size_t n = 0;
  int64_t sum = 0;
  const struct jl_booking *bookings = jl_bookings_of(c, person, &n);
  for (size_t i = 0; i < n; i++) sum += jl_booked(c, &bookings[i], first, last);
  return sum;
}

int64_t jl_time_of(const struct jl_capacity *c, size_t person, int32_t first, int32_t last) {
  return jl_working_time(c->people[person].days, first, last);
}
