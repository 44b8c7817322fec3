/* Who has how much to do in which week, and how much time for it (product.md A4): the work of the actions that are not done, spread over the
 * days that each of their R works between start and due date, beside the days that the person has: calendar, closures, part time, leave.
 *
 * Work of an action: its workload, else its duration, for each person who is R (in person or through a role); what is done of it (progress) is
 * taken off. A team's R is nobody's work: it is counted, and said. Without one of the two dates the other one stands the work's days away;
 * without both it is in no week, and said too. What is past its due date is to be done from today on. The days of an action's last week take what
 * rounding leaves, so the weeks of an action add up to its work. */
#ifndef JL_MODEL_CALENDAR_CAPACITY_H
#define JL_MODEL_CALENDAR_CAPACITY_H
#include "common/model/calendar/working_days.h"
#include "common/model/view_support.h"

#define JL_DAY_WORK 1000000 /* work is in millionths of a day */

struct jl_booking {
  const struct jl_record *action;
  size_t person;       /* index */
  int32_t first, last; /* when */
  int64_t work;        /* left */
  bool late;           /* its due date is past */
  bool no_day;         /* the person works on no day of it: it stands on the last one */
};
struct jl_worker {
  const struct jl_record *person;
  struct jl_working_days *days;
};
struct jl_capacity {
  struct jl_worker *people; /* active ones, by number; of a directory of more than a hundred only those with work */
  size_t people_count;
  struct jl_booking *bookings; /* by person, then as they end */
  size_t booking_count;
  size_t undated, of_teams; /* actions that are in no week; R of teams */
};
/* The work of an action: workload, else duration; 0: neither is known. */
int64_t jl_action_work(const struct jl_record *action);
/* first..last: the days that are asked about. false: no memory, or the directory is not at hand (then it is empty). */
bool jl_capacity_of(const struct jl_view_input *in, struct jl_builder *b, int32_t first, int32_t last, struct jl_capacity *ret);
int64_t jl_booked(const struct jl_capacity *c, const struct jl_booking *booking, int32_t first, int32_t last);   /* of it on these days */
int64_t jl_booked_person(const struct jl_capacity *c, size_t person, int32_t first, int32_t last);                /* of all of them */
int64_t jl_time_of(const struct jl_capacity *c, size_t person, int32_t first, int32_t last);                      /* that there is */
/* The bookings of a person: *ret_n of them. */
const struct jl_booking *jl_bookings_of(const struct jl_capacity *c, size_t person, size_t *ret_n);
#endif
