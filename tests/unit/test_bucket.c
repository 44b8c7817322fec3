/* What lets a budget line go up a bucket: a KPI that is computed from the pipeline and the budget is judged as it is shown. Cost per lead by hand:
 * 1,000 euros on the lever in January, 100 leads: 10 euros each. */
#include "common/base/calendar.h"
#include "model_fixture.h"

static int32_t day(int month, int of_month) { return jl_day_from_date(2026, month, of_month); }

/* Lever 100, line 200 of it in the bucket of innovation, what was spent and how many leads came. */
static void plan(struct fx *f) {
  struct draft lever = d_new(f, JL_TYPE_LEVER), line = d_new(f, JL_TYPE_BUDGET_LINE), spent = d_new(f, JL_TYPE_EXPENSE), leads = d_new(f, JL_TYPE_FIGURE);
  f->today = day(2, 10);
  fx_create_ok(f, d_text(&lever, JL_LEVER_NAME, "SEA"), fx_id(100));
  d_int(d_text(&line, JL_BUDGET_LINE_TITLE, "Ads"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  d_int(d_int(d_ref(&line, JL_BUDGET_LINE_LEVER, fx_id(100)), JL_BUDGET_LINE_PLANNED, 900000), JL_BUDGET_LINE_BUCKET, JL_INNOVATION);
  fx_create_ok(f, &line, fx_id(200));
  d_int(d_text(d_ref(&spent, JL_EXPENSE_LINE, fx_id(200)), JL_EXPENSE_TITLE, "Google"), JL_EXPENSE_STATE, JL_INVOICED);
  fx_create_ok(f, d_int(d_int(&spent, JL_EXPENSE_DATE, day(1, 15)), JL_EXPENSE_NET, 100000), fx_id(201));
  d_int(d_int(d_text(&leads, JL_FIGURE_STAGE, "leads"), JL_FIGURE_START, day(1, 1)), JL_FIGURE_END, day(1, 31));
  d_int(d_ref(&leads, JL_FIGURE_LEVER, fx_id(100)), JL_FIGURE_COUNT, 100);
  fx_begin(f);
  fx_create(f, &leads, fx_natural(f, &leads));
  fx_ok(f);
}

/* Cost per lead of the lever, less than so many euros. */
static void cost_per_lead(struct fx *f, unsigned id, int64_t target) {
  struct draft kpi = d_new(f, JL_TYPE_KPI);
  d_ref(d_text(d_text(&kpi, JL_KPI_NAME, "CPL"), JL_KPI_UNIT, "EUR"), JL_KPI_LEVER, fx_id(100));
  d_text(d_int(&kpi, JL_KPI_COMPUTED, JL_COMPUTED_COST_PER), JL_KPI_STAGE, "leads");
  d_int(d_int(d_int(&kpi, JL_KPI_DIRECTION, JL_LOWER_IS_BETTER), JL_KPI_COMPARATOR, JL_LESS), JL_KPI_TARGET, target * 1000000);
  fx_create_ok(f, &kpi, fx_id(id));
}

static void promote(struct fx *f, unsigned kpi) {
  struct draft change = d_new(f, JL_TYPE_BUCKET_CHANGE);
  d_int(d_int(d_ref(&change, JL_BUCKET_CHANGE_LINE, fx_id(200)), JL_BUCKET_CHANGE_BEFORE, JL_INNOVATION), JL_BUCKET_CHANGE_AFTER, JL_OPTIMISATION);
  d_ref(d_text(&change, JL_BUCKET_CHANGE_REASON, "it pays"), JL_BUCKET_CHANGE_EVIDENCE, fx_id(kpi));
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(200), JL_BUDGET_LINE_BUCKET, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_BUCKET, JL_INNOVATION),
            fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_BUCKET, JL_OPTIMISATION));
  fx_create(f, &change, fx_id(500 + kpi));
}

static void on_target_proves(void **state) {
  struct fx *f = *state;
  plan(f);
  cost_per_lead(f, 300, 20);
  promote(f, 300);
  fx_ok(f);
}

/* Not what was noted by hand before it was computed. */
static void off_target_does_not(void **state) {
  struct fx *f = *state;
  struct draft noted = d_new(f, JL_TYPE_MEASUREMENT);
  plan(f);
  cost_per_lead(f, 300, 5);
  d_int(d_int(d_ref(&noted, JL_MEASUREMENT_KPI, fx_id(300)), JL_MEASUREMENT_DATE, day(1, 20)), JL_MEASUREMENT_VALUE, 3000000);
  fx_begin(f);
  fx_create(f, &noted, fx_id(301));
  (void)fx_send(f); /* it may be refused for a computed KPI: then there is nothing to be taken in by */
  promote(f, 300);
  fx_refused(f, JL_E_RULE_VIOLATION, "proves nothing");
}

/* Nobody learns how far the pipeline is by trying. */
static void what_may_not_be_read_does_not(void **state) {
  struct fx *f = *state;
  plan(f);
  cost_per_lead(f, 300, 20);
  f->rights = ALL_SECTIONS & ~(1u << JL_SECTION_PIPELINE);
  promote(f, 300);
  fx_refused(f, JL_E_RULE_VIOLATION, "proves nothing");
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(on_target_proves), FX_TEST(off_target_does_not), FX_TEST(what_may_not_be_read_does_not)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
