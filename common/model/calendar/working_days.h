/* Working days of a plan, a team or a person: computed holidays, closures, and of a person the own leaves and days off. From the replicas alone,
 * so the writer, views and a client's copy count alike. Pure; everything lives in the arena.
 *
 * Whose calendar: the person's own, else that of the first of the person's teams that has one (by id), else the plan's, else France's.
 *
 * Every question is O(1) but those for a name: a table by day of how many days before it are worked, and one by number of which day that is. They
 * reach from `first` to `last`; outside of them only the days of the week count, without holidays. A week always has a worked day: of a person
 * without any those of the calendar stand, and all their time is none.
 *
 *     const struct jl_working_days_of of = {.plan = plan, .organisation = directory};
 *     struct jl_working_days *w = jl_working_days_new(&of, arena);
 *     end = jl_working_day_add(w, jl_working_day_from(w, start), duration - 1); */
#ifndef JL_MODEL_CALENDAR_WORKING_DAYS_H
#define JL_MODEL_CALENDAR_WORKING_DAYS_H
#include "common/model/replica.h"

struct jl_working_days;
struct jl_working_days_of {
  const struct jl_replica *plan;         /* its calendar is the default; NULL: France */
  const struct jl_replica *organisation; /* NULL: France, without closures */
  const struct jl_record *calendar;      /* this one instead of that of whom it is; NULL: not */
  struct jl_id whose;                    /* a person, a team; zero: the plan's */
  int32_t first, last;                   /* days to have at hand; both 0: from a year before the plan's start to two years after its end; without a plan this century */
};
#define JL_WORKING_DAYS_MOST 73200 /* at hand, some 200 years; `last` comes nearer when it is further */

struct jl_working_days *jl_working_days_new(const struct jl_working_days_of *of, struct jl_arena *a); /* NULL: no memory */
bool jl_works_on(const struct jl_working_days *w, int32_t day);
int32_t jl_working_day_from(const struct jl_working_days *w, int32_t day);  /* day itself when it is worked, else the next one that is */
int32_t jl_working_day_until(const struct jl_working_days *w, int32_t day); /* day itself when it is worked, else the last one before */
/* n > 0: the n-th worked day after `day`; n < 0: the n-th before; 0: jl_working_day_from. A task of n days that starts on the worked day s ends
 * on add(s, n - 1), one that ends on e starts on add(e, 1 - n); add(add(d, n), -n) == d for every worked d. */
int32_t jl_working_day_add(const struct jl_working_days *w, int32_t day, int64_t n);
int64_t jl_working_days_between(const struct jl_working_days *w, int32_t first, int32_t last); /* worked days of first..last, both counted; 0 when last < first */
int64_t jl_working_time(const struct jl_working_days *w, int32_t first, int32_t last);         /* the same in millionths of a day: that of part time is less */

/* Why a day is not worked. Of several reasons the first of this order. */
enum jl_day_off { JL_DAY_WORKED, JL_DAY_HOLIDAY, JL_DAY_CLOSED, JL_DAY_LEAVE, JL_DAY_WEEKEND, JL_DAY_NOT_THIS_DAY /* of the week, for this person */ };
enum jl_day_off jl_day_off(const struct jl_working_days *w, int32_t day);
const char *jl_day_off_name(const struct jl_working_days *w, int32_t day); /* of a holiday or closure: message id, or as it was typed; "" for the others */
bool jl_closure_holds(const struct jl_working_days *w, const struct jl_record *closure); /* it is everybody's, or of this calendar */
const struct jl_record *jl_working_calendar(const struct jl_working_days *w); /* NULL: France's, and no record */
#endif
