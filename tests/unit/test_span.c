/* Periods as views name them: months, fiscal quarters and years, ranges, and the one before each. */
#include "common/model/calendar/span.h"
#include "common/base/calendar.h"
#include "view_fixture.h"

static void is(const struct jl_span *span, const char *name, const char *first, const char *last) {
  char a[11], z[11];
  jl_day_format_iso(span->first, a);
  jl_day_format_iso(span->last, z);
  assert_string_equal(span->name, name);
  assert_string_equal(a, first);
  assert_string_equal(z, last);
}

static void named(void **state) {
  static const struct {
    const char *text, *name, *first, *last, *name_before, *first_before, *last_before;
  } cases[] = {
      {"2026-03", "2026-03", "2026-03-01", "2026-03-31", "2026-02", "2026-02-01", "2026-02-28"},
      {"2028-03", "2028-03", "2028-03-01", "2028-03-31", "2028-02", "2028-02-01", "2028-02-29"},
      {"2026-01", "2026-01", "2026-01-01", "2026-01-31", "2025-12", "2025-12-01", "2025-12-31"},
      {"2026-Q1", "2026-Q1", "2026-07-01", "2026-09-30", "2025-Q4", "2026-04-01", "2026-06-30"}, /* the fiscal year begins in July */
      {"2026-t4", "2026-Q4", "2027-04-01", "2027-06-30", "2026-Q3", "2027-01-01", "2027-03-31"},
      {"T4 2026", "2026-Q4", "2027-04-01", "2027-06-30", "2026-Q3", "2027-01-01", "2027-03-31"},
      {"1er trimestre 2026", "2026-Q1", "2026-07-01", "2026-09-30", "2025-Q4", "2026-04-01", "2026-06-30"},
      {"2026", "2026", "2026-07-01", "2027-06-30", "2025", "2025-07-01", "2026-06-30"},
      {"2026-07..2026-09", "", "2026-07-01", "2026-09-30", "", "2026-04-01", "2026-06-30"},
      {"2026-07-11..2026-07-20", "", "2026-07-11", "2026-07-20", "", "2026-07-01", "2026-07-10"},
      {"-1", "2026-01", "2026-01-01", "2026-01-31", "2025-12", "2025-12-01", "2025-12-31"}, /* today is 16 February 2026 */
  };
  (void)state;
  struct fixture fx = fx_new();
  fx_begin(&fx, JL_TYPE_PLAN);
  fx_text(&fx, JL_PLAN_NAME, "Plan");
  fx_int(&fx, JL_PLAN_START, 20454);
  fx_int(&fx, JL_PLAN_END, 20818);
  fx_text(&fx, JL_PLAN_CURRENCY, "EUR");
  fx_int(&fx, JL_PLAN_FISCAL_YEAR_START, jl_day_from_date(2024, 7, 1));
  fx_put_as(&fx, fx_id(1), 0);
  const struct jl_fiscal fiscal = jl_span_fiscal(&fx.in);
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct jl_span span, earlier;
    struct jl_error err = {0};
    assert_true(jl_span_parse(&fx.in, cases[i].text, &span, &err));
    earlier = jl_span_before(&fiscal, &span);
    is(&span, cases[i].name, cases[i].first, cases[i].last);
    is(&earlier, cases[i].name_before, cases[i].first_before, cases[i].last_before);
  }
  struct jl_span whole, earlier;
  struct jl_error err = {0};
  assert_true(jl_span_parse(&fx.in, NULL, &whole, &err));
  is(&whole, "", "2026-01-01", "2026-12-31");
  earlier = jl_span_before(&fiscal, &whole);
  is(&earlier, "", "2025-01-01", "2025-12-31");
  fx_free(&fx);
}

static void refused(void **state) {
  static const char *const wrong[] = {"", "2026-Q5", "2026-Q0", "26", "2026-13", "Q3", "2026-Q33", "T5 2026", "Q3 26", "Q 2026", "3 2026", "e3 trimestre 2026", "3e mois 2026", "T3 2026 Q1", "trimestre 2026", "T3 2026 !", "FY2026", "next", "+", "2026-07..2026-05"};
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  for (size_t i = 0; i < JL_COUNT(wrong); i++) {
    struct jl_span span;
    struct jl_error err = {0};
    assert_false(jl_span_parse(&fx.in, wrong[i], &span, &err));
    assert_int_equal(err.code, JL_E_INVALID);
  }
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(named), cmocka_unit_test(refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
