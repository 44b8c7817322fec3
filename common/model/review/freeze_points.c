/* What sales can treat, and what a week is besides about: blocked and late actions, KPIs off target. */
#include "common/base/money.h"
#include "common/model/budget/totals.h"
#include "common/model/review/freezing.h"
#include "common/model/review/review.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- what sales can treat ---- */
static int64_t periods_a_year(const struct jl_record *funnel) {
  int64_t period = jl_view_int(funnel, JL_FUNNEL_PERIOD, JL_FUNNEL_QUARTER);
  return period == JL_FUNNEL_MONTH ? 12 : period == JL_FUNNEL_YEAR ? 1 : 4;
}

/* Reps x what one can treat in a period of the funnel, in the days of the results that have come; of another stage than the qualified one in proportion to how many
 * of both there were. */
static bool freeze_stage(struct jl_freezing *z, const struct jl_record *funnel, const struct jl_record *stage) {
  const char *name = jl_view_text(z->b, jl_view_title(stage));
  int64_t reps = jl_view_int(funnel, JL_FUNNEL_REPS, 0), each = jl_view_int(stage, JL_FUNNEL_STAGE_CAPACITY, 0), capacity;
  struct jl_figure_sum here = {0}, qualified = {0};
  if (!jl_mul_div_half_even(reps * each, periods_a_year(funnel) * (z->as_of + 1 - z->since), 365, &capacity)) return jl_money_too_large(z->err);
  if (!jl_stage_names_agree(z->b, name, z->qualified)) {
    if (!jl_freezing_count(z, name, NULL, NULL, &here) || !jl_freezing_count(z, z->qualified, NULL, NULL, &qualified)) return false;
    if (!here.has_count || here.exact <= 0 || !qualified.has_count || !jl_mul_div_half_even(capacity, qualified.exact, here.exact, &capacity)) return jl_freezing_checked(z);
  }
  struct jl_making m = jl_freezing_fact(z, JL_SECTION_PIPELINE, JL_FACT_SALES, funnel);
  jl_making_int(&m, JL_REVIEW_FACT_CAPACITY, capacity);
  return jl_freezing_keep(z, &m);
}

bool jl_freeze_sales(struct jl_freezing *z) {
  size_t n = 0, m = 0;
  const struct jl_record **funnels = jl_view_all(&z->in, z->b, JL_TYPE_FUNNEL, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record **stages = jl_view_referring(&z->in, z->b, &funnels[i]->id, JL_TYPE_FUNNEL_STAGE, JL_FUNNEL_STAGE_FUNNEL, &m);
    if (jl_view_int(funnels[i], JL_FUNNEL_REPS, 0) == 0) continue;
    for (size_t s = 0; s < m; s++)
      if (jl_record_has(stages[s]->body, JL_FUNNEL_STAGE_CAPACITY)) return freeze_stage(z, funnels[i], stages[s]);
  }
  return jl_freezing_checked(z);
}

/* ---- of a week ---- */
static bool freeze_action(struct jl_freezing *z, const struct jl_record *action) {
  struct jl_making m = jl_freezing_fact(z, JL_SECTION_ACTIONS, JL_FACT_ACTION, action);
  jl_making_text(&m, JL_REVIEW_FACT_NAME, jl_view_title(action));
  jl_making_int(&m, JL_REVIEW_FACT_STATUS, jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO));
  if (jl_record_has(action->body, JL_ACTION_DUE)) jl_making_int(&m, JL_REVIEW_FACT_DUE, jl_view_int(action, JL_ACTION_DUE, 0));
  return jl_freezing_keep(z, &m);
}

/* The value in the section that it rests on, the name and the target in the strategy, whether it is off its target or not. */
static bool freeze_kpi(struct jl_freezing *z, const struct jl_record *kpi) {
  struct jl_kpi_state state = jl_freezing_kpi(z, kpi);
  int64_t section = jl_freezing_section_of(kpi);
  bool off = state.has_value && state.has_target && state.light != JL_LIGHT_NONE && state.light != JL_LIGHT_GOOD, apart = section != JL_SECTION_STRATEGY;
  if (section == 0 || (!apart && !off)) return jl_freezing_checked(z);
  struct jl_making strategy = jl_freezing_fact(z, JL_SECTION_STRATEGY, JL_FACT_KPI, kpi), own = jl_freezing_fact(z, section, JL_FACT_KPI, kpi), *m = apart ? &own : &strategy;
  const char *unit = jl_kpi_unit(z->b, kpi, &state);
  const struct jl_bytes text = {(const uint8_t *)unit, strlen(unit)};
  jl_making_text(&strategy, JL_REVIEW_FACT_NAME, jl_view_title(kpi));
  if (state.has_target) jl_making_int(&strategy, JL_REVIEW_FACT_TARGET, state.target);
  jl_making_text(&strategy, JL_REVIEW_FACT_UNIT, text);
  jl_making_int(&strategy, JL_REVIEW_FACT_COMPARATOR, jl_view_int(kpi, JL_KPI_COMPARATOR, JL_AT_LEAST));
  if (off) jl_making_int(m, JL_REVIEW_FACT_VALUE, state.value);
  if (apart) jl_making_text(&own, JL_REVIEW_FACT_UNIT, text);
  return jl_freezing_keep(z, &strategy) && (!apart || !off || jl_freezing_keep(z, &own));
}

bool jl_freeze_points(struct jl_freezing *z) {
  size_t n = 0;
  const struct jl_record **actions = jl_view_all(&z->in, z->b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n; i++)
    if ((jl_view_int(actions[i], JL_ACTION_STATUS, JL_TO_DO) == JL_BLOCKED || jl_action_late(actions[i], z->as_of)) && !freeze_action(z, actions[i])) return false;
  const struct jl_record **kpis = jl_view_all(&z->in, z->b, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++)
    if (!freeze_kpi(z, kpis[i])) return false;
  return jl_freezing_checked(z);
}
