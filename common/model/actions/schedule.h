/* When what can be done (product.md A3, A4): works and the links between them, forward from their first possible days and backward from
 * what they are due. Integers only; the same result for the same works and links in whatever order they came, so that replicas agree.
 *
 *     early    nothing can be earlier: after what it waits for, and not before its floor
 *     late     nothing can be later without delaying a deadline, or the end of everything
 *     planned  where it stands: early, or as late as possible without moving what comes after it
 *     slack    days of its own work between early and late; none, or less than none: it is critical
 *     free     days that it can be later without moving anything else
 *
 * A link's source is the end (FS, FF) or the beginning (SS, SF) of the work before; lags are days of work of the plan's calendar. Each work
 * is done on the days of its own calendar. A work of no days (a milestone) stands at a boundary: in the evening of the day that brought it
 * about, or in the morning of its first possible day.
 *
 * What is held stands where it is: it started already, or its dates are fixed. What comes before it and is not done by then collides with
 * it, and so does a deadline with what cannot be done until then; schedule_why.h tells of both. */
#ifndef JL_MODEL_ACTIONS_SCHEDULE_H
#define JL_MODEL_ACTIONS_SCHEDULE_H
#include "common/base/error.h"
#include "common/model/actions/days.h"

enum jl_link_kind { JL_LINK_FS = 1, JL_LINK_SS, JL_LINK_FF, JL_LINK_SF }; /* as the records have them */
struct jl_work {
  const struct jl_days *days;
  int32_t duration; /* days of work; 0: a milestone */
  int32_t floor;    /* first possible day; JL_NO_DAY: as early as the others let it */
  int32_t deadline; /* last possible day; JL_NO_DAY: none */
  bool late;        /* as late as possible */
  bool held, fixed; /* stands from `start` to `end`; fixed: its end cannot move either */
  int32_t start, end;
};
struct jl_dependence { uint32_t before, after; enum jl_link_kind kind; int32_t lag; const void *what; /* its owner's */ };

#define JL_NO_LINK UINT32_MAX
struct jl_span { int32_t start, finish; /* boundaries */ };
struct jl_planned {
  struct jl_span early, late, planned;
  int32_t slack, free; /* days of its own work */
  uint32_t driver;     /* the link that decides its early days, or would have it later than it is held; JL_NO_LINK: its floor, or it is held */
};
struct jl_schedule {
  struct jl_work *works;
  struct jl_planned *dates;           /* per work */
  size_t count;
  const struct jl_dependence *links;  /* ascending by before, after, kind */
  size_t link_count, ignored;         /* links that closed a circle and do not count */
  int32_t finish;                     /* boundary at which everything is done */
  /* private */
  const struct jl_days *days;         /* of lags */
  int32_t origin;                     /* floor of a work that has none */
  uint32_t *order, *place;            /* works in an order in which links lead forward; where each stands in it */
  uint32_t *in, *in_first, *out, *out_first; /* links into and out of work i: in[in_first[i]] .. in[in_first[i + 1]] */
  bool *dropped;                      /* per link */
  uint8_t *marks;                     /* per place: to be looked at again */
};
/* Sorts the links. The works and links are the schedule's from then on, in the arena. TOO_LARGE is never; NO_MEMORY. */
JL_MUST_CHECK bool jl_schedule_new(struct jl_arena *a, struct jl_work *works, size_t count, struct jl_dependence *links, size_t link_count,
                                   const struct jl_days *days, int32_t origin, struct jl_schedule *ret, struct jl_error *err);
/* A work becomes another one: only what hangs on it is worked out again. The result is that of a new schedule. */
void jl_schedule_change(struct jl_schedule *s, size_t work, const struct jl_work *now);
/* The days to show: first and last. A milestone has one. */
int32_t jl_planned_first(const struct jl_work *w, const struct jl_span *span);
int32_t jl_planned_last(const struct jl_work *w, const struct jl_span *span);
static inline bool jl_planned_critical(const struct jl_planned *d) { return d->slack <= 0; }
#endif
