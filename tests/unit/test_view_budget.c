/* The budget view: figures worked out by hand, totals that add up to the cent, 70/20/10, sources. */
#include "view_fixture.h"

static struct jl_id line(struct fixture *fx, const char *title, int64_t category, int64_t bucket, int64_t planned,
                         const struct jl_id *lever) {
  fx_begin(fx, JL_TYPE_BUDGET_LINE);
  fx_text(fx, JL_BUDGET_LINE_TITLE, title);
  fx_int(fx, JL_BUDGET_LINE_CATEGORY, category);
  if (bucket != 0) fx_int(fx, JL_BUDGET_LINE_BUCKET, bucket);
  if (planned >= 0) fx_int(fx, JL_BUDGET_LINE_PLANNED, planned);
  if (lever != NULL) fx_ref(fx, JL_BUDGET_LINE_LEVER, *lever);
  return fx_put(fx);
}

static struct jl_id expense(struct fixture *fx, struct jl_id of, int64_t state, uint32_t side, int64_t amount) {
  fx_begin(fx, JL_TYPE_EXPENSE);
  fx_ref(fx, JL_EXPENSE_LINE, of);
  fx_text(fx, JL_EXPENSE_TITLE, "expense");
  fx_int(fx, JL_EXPENSE_STATE, state);
  fx_int(fx, JL_EXPENSE_DATE, 20490);
  fx_int(fx, side, amount);
  fx_int(fx, JL_EXPENSE_VAT_RATE, 2000);
  return fx_put(fx);
}

/* Every money column: heading rows and the rows below them both sum to the total row. */
static void adds_up(const Jalon__Block *block, size_t first, size_t columns) {
  const Jalon__Row *total = block->rows[block->n_rows - 1];
  assert_int_equal(total->style, JL_ROW_TOTAL);
  for (size_t c = first; c < first + columns; c++) {
    int64_t top = 0, below = 0;
    for (size_t r = 0; r + 1 < block->n_rows; r++) *(block->rows[r]->level == 0 ? &top : &below) += block->rows[r]->cells[c]->number;
    assert_int_equal(top, total->cells[c]->number);
    if (below != 0) assert_int_equal(below, top);
  }
}

static void figures(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id seo = fx_named(&fx, JL_TYPE_LEVER, "SEO"), kpi = fx_named(&fx, JL_TYPE_KPI, "CPL");
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Audit");
  fx_ref(&fx, JL_ACTION_LEVER, seo);
  struct jl_id audit = fx_put(&fx);
  struct jl_id tools = line(&fx, "CRM", JL_CATEGORY_TOOLS, JL_PROVEN, 700000, &seo);
  /* by month: 100,000 + 100,000, whatever the line itself says; through its action it belongs to SEO */
  fx_begin(&fx, JL_TYPE_BUDGET_LINE);
  fx_text(&fx, JL_BUDGET_LINE_TITLE, "Freelance");
  fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_PEOPLE);
  fx_int(&fx, JL_BUDGET_LINE_BUCKET, JL_OPTIMISATION);
  fx_int(&fx, JL_BUDGET_LINE_PLANNED, 999);
  fx_ref(&fx, JL_BUDGET_LINE_ACTION, audit);
  fx_ref(&fx, JL_BUDGET_LINE_KPI, kpi);
  struct jl_id people = fx_put(&fx);
  for (int64_t month = 0; month < 2; month++) {
    fx_begin(&fx, JL_TYPE_BUDGET_MONTH);
    fx_ref(&fx, JL_BUDGET_MONTH_LINE, people);
    fx_int(&fx, JL_BUDGET_MONTH_MONTH, 20454 + 31 * month);
    fx_int(&fx, JL_BUDGET_MONTH_PLANNED, 100000);
    fx_put(&fx);
  }
  /* incl. VAT at 20 %: 120,000 is 100,000 net; its order 12,001 incl. VAT is 10,000.83, so 10,001 net */
  fx_begin(&fx, JL_TYPE_BUDGET_LINE);
  fx_text(&fx, JL_BUDGET_LINE_TITLE, "Ads");
  fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  fx_int(&fx, JL_BUDGET_LINE_BUCKET, JL_INNOVATION);
  fx_int(&fx, JL_BUDGET_LINE_PLANNED, 120000);
  fx_int(&fx, JL_BUDGET_LINE_VAT_BASIS, JL_GROSS);
  fx_int(&fx, JL_BUDGET_LINE_VAT_RATE, 2000);
  struct jl_id ads = fx_put(&fx);
  expense(&fx, tools, JL_INVOICED, JL_EXPENSE_NET, 300000);
  expense(&fx, tools, JL_ORDERED, JL_EXPENSE_NET, 50000);
  expense(&fx, ads, JL_ORDERED, JL_EXPENSE_GROSS, 12001);
  Jalon__Document *d = fx_view(&fx, "budget", NULL, NULL);
  assert_string_equal(d->currency, "EUR");
  const Jalon__Block *levers = fx_block(d, "levers");
  FX_ROWS(levers, "L1 SEO||||900000|50000|300000|550000|", "  B1 CRM|tools|proven||700000|50000|300000|350000|",
          "  B2 Freelance|people (category)|optimisation|K1 CPL|200000|0|0|200000|", "no lever||||100000|10001|0|89999|",
          "  B3 Ads|media|innovation||100000|10001|0|89999|incl. VAT", "total||||1000000|60001|300000|639999|");
  adds_up(levers, 4, 4);
  FX_ROWS(fx_block(d, "categories"), "tools|700000|50000|300000|350000", "people (category)|200000|0|0|200000",
          "media|100000|10001|0|89999", "total|1000000|60001|300000|639999");
  adds_up(fx_block(d, "categories"), 1, 4);
  const Jalon__Block *buckets = fx_block(d, "buckets");
  FX_ROWS(buckets, "proven|7000|7000|10000|700000|50000|300000|350000", "optimisation|2000|2000|0|200000|0|0|200000",
          "innovation|1000|1000|0|100000|10001|0|89999", "total||10000|10000|1000000|60001|300000|639999");
  adds_up(buckets, 4, 4);
  assert_int_equal(buckets->rows[0]->cells[2]->tone, JL_TONE_GOOD); /* 70 of 70 planned */
  assert_int_equal(buckets->rows[0]->cells[3]->tone, JL_TONE_BAD);  /* all that was spent is in one bucket */
  assert_int_equal(levers->rows[1]->cells[6]->n_sources, 2);        /* actual: the line and its invoice */
  assert_int_equal(levers->rows[2]->cells[4]->n_sources, 3);        /* planned: the line and its two months */
  assert_int_equal(levers->rows[5]->cells[4]->n_sources, 3);
  assert_true(fx_noted(d, "amounts excl. VAT"));
  const Jalon__Words *without = fx_block(d, "notes")->notes[0];
  assert_string_equal(without->message, "budget lines without a KPI: {1}, planned {2}: {3}");
  assert_int_equal(without->arguments[0]->number, 2);
  assert_int_equal(without->arguments[1]->number, 800000);
  assert_string_equal(without->arguments[2]->text, "B1, B3");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Shares of three equal lines cannot all be 33.33 %: the largest remainder makes them 100 % together; 33.34 is 13 points
 * over 20, and a line without bucket is part of the whole. */
static void shares(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  line(&fx, "one", JL_CATEGORY_TOOLS, JL_PROVEN, 100, NULL);
  line(&fx, "two", JL_CATEGORY_TOOLS, JL_OPTIMISATION, 100, NULL);
  line(&fx, "three", JL_CATEGORY_TOOLS, 0, 100, NULL);
  Jalon__Document *d = fx_view(&fx, "budget", "by", "bucket");
  const Jalon__Block *buckets = fx_block(d, "buckets");
  assert_null(fx_block(d, "levers"));
  FX_ROWS(buckets, "proven|7000|3334||100|0|0|100", "optimisation|2000|3333||100|0|0|100", "innovation|1000|0||0|0|0|0",
          "no bucket||3333||100|0|0|100", "total||10000||300|0|0|300");
  adds_up(buckets, 4, 4);
  assert_int_equal(buckets->rows[0]->cells[2]->tone, JL_TONE_BAD);
  assert_int_equal(buckets->rows[3]->cells[2]->tone, JL_TONE_WARN);
  jalon__document__free_unpacked(d, NULL);
  struct jl_error err;
  assert_null(fx_try(&fx, "budget", "by", "colour", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  assert_null(fx_try(&fx, "budget", "colour", "red", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&fx);
}

/* All of the spend is of what is proven: off the rule of the year, which says nothing of a quarter. */
static void part_of_the_year(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id one = line(&fx, "one", JL_CATEGORY_TOOLS, JL_PROVEN, 70000, NULL);
  line(&fx, "two", JL_CATEGORY_TOOLS, JL_OPTIMISATION, 20000, NULL);
  line(&fx, "three", JL_CATEGORY_TOOLS, JL_INNOVATION, 10000, NULL);
  expense(&fx, one, JL_INVOICED, JL_EXPENSE_NET, 100);
  for (int whole = 0; whole < 2; whole++) {
    Jalon__Document *d = fx_view(&fx, "budget", "period", whole ? "2026" : "2026-Q1");
    const Jalon__Block *buckets = fx_block(d, "buckets");
    assert_int_equal(buckets->rows[0]->cells[3]->number, 10000);
    assert_int_equal(buckets->rows[0]->cells[3]->tone, whole ? JL_TONE_BAD : JL_TONE_NONE);
    assert_int_equal(buckets->rows[0]->cells[4]->number, whole ? 70000 : 0);
    assert_true(fx_noted(d, "actual {1} / {2} / {3}, rule {4} / {5} / {6} (tolerance {7})") == (whole == 1));
    jalon__document__free_unpacked(d, NULL);
  }
  fx_free(&fx);
}

static void too_large(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_error err;
  fx_plan(&fx);
  for (int i = 0; i < 2; i++) line(&fx, "huge", JL_CATEGORY_TOOLS, JL_PROVEN, INT64_MAX, NULL);
  assert_null(fx_try(&fx, "budget", NULL, NULL, &err));
  assert_int_equal(err.code, JL_E_TOO_LARGE);
  fx_free(&fx);
}

static void tolerance_edge(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx); /* 75 / 15 / 10: five points away is within the tolerance of five */
  line(&fx, "one", JL_CATEGORY_TOOLS, JL_PROVEN, 7500, NULL);
  line(&fx, "two", JL_CATEGORY_TOOLS, JL_OPTIMISATION, 1499, NULL);
  line(&fx, "three", JL_CATEGORY_TOOLS, JL_INNOVATION, 1001, NULL);
  Jalon__Document *d = fx_view(&fx, "dashboard", NULL, NULL);
  const Jalon__Block *buckets = fx_block(d, "buckets");
  assert_int_equal(buckets->rows[0]->cells[2]->tone, JL_TONE_GOOD);
  assert_int_equal(buckets->rows[1]->cells[2]->tone, JL_TONE_BAD); /* 14.99 is more than five below 20 */
  assert_int_equal(buckets->rows[2]->cells[2]->tone, JL_TONE_GOOD);
  assert_false(buckets->rows[0]->cells[3]->has_kind); /* nothing spent: undefined, not 0 */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(figures), cmocka_unit_test(shares), cmocka_unit_test(part_of_the_year), cmocka_unit_test(too_large),
                                     cmocka_unit_test(tolerance_edge)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
