/* What the files that freeze a review share (freeze.h): what it is of, and how a fact of one thing and section is made and kept. */
#ifndef JL_MODEL_REVIEW_FREEZING_H
#define JL_MODEL_REVIEW_FREEZING_H
#include "common/model/budget/remarks.h"
#include "common/model/measures/figures.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/review/freeze.h"

struct jl_freezing {
  struct jl_run *run;
  struct jl_view_input in;
  struct jl_builder *b;
  struct jl_id review;
  const char *qualified;
  int32_t since, last, until, as_of; /* as_of: KPIs and lateness as on this day, the end of the period or today */
  bool weekly;
  size_t count; /* facts */
  struct jl_error *err;
};
bool jl_freezing_checked(const struct jl_freezing *z); /* the builder has not failed */
struct jl_making jl_freezing_fact(const struct jl_freezing *z, int64_t section, int64_t kind, const struct jl_record *subject);
JL_MUST_CHECK bool jl_freezing_keep(struct jl_freezing *z, struct jl_making *m); /* false: too many */
/* What a computed KPI rests on decides who may read it; what rests on two sections is told by the channels alone: 0. */
int64_t jl_freezing_section_of(const struct jl_record *kpi);
struct jl_kpi_state jl_freezing_kpi(const struct jl_freezing *z, const struct jl_record *kpi);
/* How many reached a stage in the days of the results. */
JL_MUST_CHECK bool jl_freezing_count(const struct jl_freezing *z, const char *stage, const struct jl_record *lever, const struct jl_record *action, struct jl_figure_sum *ret);

/* What of these has no exchange rate, of the kinds (JL_UNKNOWN): in one currency, the first one that there is. */
void jl_freezing_unrated(struct jl_making *m, const struct jl_money_remarks *apart, unsigned kinds);

JL_MUST_CHECK bool jl_freeze_channels(struct jl_freezing *z);  /* freeze_results.c */
JL_MUST_CHECK bool jl_freeze_campaigns(struct jl_freezing *z);
JL_MUST_CHECK bool jl_freeze_lines(struct jl_freezing *z);     /* freeze_lines.c */
JL_MUST_CHECK bool jl_freeze_sales(struct jl_freezing *z);     /* freeze_points.c */
JL_MUST_CHECK bool jl_freeze_points(struct jl_freezing *z);
#endif
