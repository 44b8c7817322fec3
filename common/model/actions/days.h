/* Days of work as arithmetic: a calendar's worked days counted once, so that "ten days of work from here" is two look-ups.
 *
 * Time stands in boundaries between days: boundary b is the beginning of day b, and the end of the day before. What takes the days
 * from S to E begins at boundary S and is finished at boundary E + 1. The evening of a Friday and the morning of the Monday after it are
 * different boundaries with no work between them.
 *
 * A table covers the days of a window; before and after it every day from Monday to Friday counts as worked, so that every question has an
 * answer, however far a chain reaches. Pure: integers in an arena. */
#ifndef JL_MODEL_ACTIONS_DAYS_H
#define JL_MODEL_ACTIONS_DAYS_H
#include "common/base/arena.h"
#include <stdint.h>

#define JL_NO_DAY INT32_MIN
#define JL_DAYS_WINDOW 8192 /* days that a table has at most: 22 years */

typedef bool jl_is_worked(const void *context, int32_t day);
struct jl_days {
  int32_t first, end;    /* the window: days first .. end - 1 */
  int32_t worked;        /* of them */
  const int32_t *before; /* per day of the window: worked days of it before that day */
  const int32_t *day;    /* the worked days, ascending */
  const int32_t *off;    /* per day of the window: days of it from Monday to Friday before that day that are not worked */
};
/* NULL: no memory. is_worked NULL: Monday to Friday, without a table. */
const struct jl_days *jl_days_new(struct jl_arena *a, int32_t first, int32_t end, jl_is_worked *is_worked, const void *context);

int32_t jl_days_before(const struct jl_days *d, int32_t boundary); /* worked days before it, from some day on; they grow with it */
int32_t jl_days_off(const struct jl_days *d, int32_t from, int32_t to); /* from Monday to Friday, and not worked; to >= from */
int32_t jl_days_at(const struct jl_days *d, int32_t index);        /* the worked day that so many others are before */
static inline int32_t jl_days_between(const struct jl_days *d, int32_t from, int32_t to) { return jl_days_before(d, to) - jl_days_before(d, from); }
static inline int32_t jl_days_from(const struct jl_days *d, int32_t boundary) { return jl_days_at(d, jl_days_before(d, boundary)); } /* first worked day from there on */
static inline int32_t jl_days_until(const struct jl_days *d, int32_t boundary) { return jl_days_at(d, jl_days_before(d, boundary) - 1); } /* last one before it */
static inline int32_t jl_days_evening(const struct jl_days *d, int32_t boundary) { return jl_days_until(d, boundary) + 1; } /* earliest boundary with no work until this one */

/* A lag of so many days of work. The earliest boundary for which lag days of work lie behind `from` (negative: so many before it), and the
 * latest one from which `to` can be reached with it: each the other's converse. A lag of 0 moves nothing. */
int32_t jl_days_lag(const struct jl_days *d, int32_t from, int32_t lag);
int32_t jl_days_lag_back(const struct jl_days *d, int32_t to, int32_t lag);
#endif
