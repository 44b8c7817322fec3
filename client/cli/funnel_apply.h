/* One funnel apply under way (funnel_apply.c): its figures, and what is there of them already. */
#ifndef JL_CLI_FUNNEL_APPLY_H
#define JL_CLI_FUNNEL_APPLY_H
#include "client/cli/cli.h"

#define JL_FIGURES_MAX 16 /* stages, customers, revenue */

struct jl_figure_target { /* reached by the end of a period */
  int32_t due;
  int64_t target; /* millionths */
};
struct jl_figure {
  const char *name;          /* metric and, cut, unit */
  const char *rate;          /* how many go on, in words; "" the customers */
  struct jl_id whose;        /* stage or funnel */
  struct jl_id objective, kpi; /* zero: to be made */
  bool has_objective, has_kpi, is_revenue, is_stage;
  int64_t target; /* millionths */
  bool has_dates;
  int32_t from, until;
  size_t stage_lookup, objective_lookup, kpi_lookup;
  struct jl_figure_target *targets; /* by period, ascending; none when there is one period only */
  size_t target_count;
};
struct jl_applying {
  struct jl_cli *cli;
  struct jl_group *group;
  struct jl_input input;
  struct jl_lookups lookups;
  const char *funnel; /* "FN1 Plan 2027" */
  const char *rounding, *currency;
  struct jl_figure figures[JL_FIGURES_MAX]; /* the revenue first, then from the customers to the widest stage */
  size_t count, made, changed, targets; /* targets: by period, made or changed */
  size_t served; /* lookup of --serves */
};
/* funnel_periods.c: what each figure is to have reached by the end of each period, from the view's schedule; then as targets of its KPI, of which
 * those that are there are changed. */
JL_MUST_CHECK bool jl_figures_read_periods(struct jl_applying *a, const Jalon__Document *document, struct jl_error *err);
JL_MUST_CHECK bool jl_figure_put_targets(struct jl_applying *a, const struct jl_figure *f, struct jl_error *err);
#endif
