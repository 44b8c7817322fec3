/* How a KPI has gone: its points in time, its trend over the last of them, and where it ends at this pace. Integers only. */
#ifndef JL_MODEL_MEASURES_COURSE_H
#define JL_MODEL_MEASURES_COURSE_H
#include "common/model/measures/computed.h"

struct jl_kpi_point {
  int32_t day;
  int64_t value;                /* millionths */
  const struct jl_record *from; /* measurement; NULL: computed */
};
#define JL_TREND_POINTS 6 /* the last ones: what a trend is over, at most */
struct jl_kpi_course {
  struct jl_kpi_point *points; /* oldest first, one a day */
  size_t count;
  size_t used;   /* of them for trend and pace; < 2: there is none */
  int64_t slope; /* a point, in millionths: least squares over the used ones, half to even */
  bool has_projection;
  int64_t projection; /* at this pace, on that day */
  int32_t until;
};
/* Measured: each day's last measurement until today, at most 400. Computed: the last six periods in which it has a value. */
bool jl_kpi_course(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state, struct jl_kpi_course *ret);

/* Pure. Least squares over y[0..n-1] at x = 0, 1, 2 ...; n >= 2. false: too large. */
JL_MUST_CHECK bool jl_trend_slope(const int64_t *y, size_t n, int64_t *ret_slope);
/* From the first point to the last one, and on at that pace. false: both on one day, or too large. */
JL_MUST_CHECK bool jl_at_this_pace(int32_t first_day, int64_t first, int32_t last_day, int64_t last, int32_t until, int64_t *ret);
/* What adds up day by day: so much in the days that have passed, so much in all of them. */
JL_MUST_CHECK bool jl_run_rate(int64_t so_far, int64_t days_passed, int64_t days, int64_t *ret);
#endif
