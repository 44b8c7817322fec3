/* What channels and campaigns cost and brought, worked out by hand. */
#include "common/model/measures/facts.h"
#include "plan_words.h"

/* Days of 2026: 20454 is 1 January, 20485 1 February, 20513 1 March, 20544 1 April. */
#define JANUARY 20454, 20484
#define FEBRUARY 20485, 20512
#define YEAR 20454, 20818
#define PLAN \
  "lever:seo name=SEO; lever:sea name=SEA; lever:idle name=Salons; action:pro title='Campagne produit' lever=sea; action:ret title=Retargeting lever=sea; action:lost title=Affiches; " \
  "budget_line:bl title='Rédaction' lever=seo category=other planned=1200; budget_month line=bl month=20454 planned=100; budget_month line=bl month=20485 planned=300; " \
  "budget_line:ads title='Annonces' lever=sea category=media planned=600; budget_line:pr title='Produit' action=pro category=media planned=500; " \
  "budget_line:po title='Affichage' action=lost category=media planned=50; budget_line:crm title=CRM category=tools planned=80; " \
  "expense line=bl title=a date=20460 net=90 vat_rate=0 state=invoiced; expense line=bl title=b date=20490 net=200 vat_rate=0 state=invoiced; " \
  "expense line=ads title=c date=20470 net=300 vat_rate=0 state=invoiced; expense line=pr title=d date=20471 net=250 vat_rate=0 state=invoiced; " \
  "expense line=pr title=e date=20471 net=70 vat_rate=0 state=ordered; expense line=crm title=f date=20471 net=33 vat_rate=0 state=invoiced; " \
  "figure stage=leads start=20454 end=20484 lever=seo count=30; figure stage=leads start=20485 end=20512 lever=seo count=45; " \
  "figure stage=MQL start=20454 end=20484 lever=seo count=9; figure stage=leads start=20454 end=20484 action=pro count=50; " \
  "figure stage=MQL start=20454 end=20484 action=pro count=10; figure stage=MQL start=20454 end=20484 lever=sea count=0; " \
  "figure stage=leads start=20454 end=20484 count=4; figure stage=clients start=20454 end=20484 lever=seo count=3 amount=900; " \
  "figure stage=opportunités start=20454 end=20484 lever=seo count=5 amount=4000; figure stage=clients start=20470 end=20484 action=pro count=1 amount=100"

static struct jl_facts read_facts(struct fixture *fx, int32_t first, int32_t last, enum jl_facts_by by) {
  struct jl_builder *b = jl_builder_new(fx->arena, "facts", fx->in.today, fx->plan);
  struct jl_error err = {.code = JL_E_OK};
  struct jl_facts f;
  assert_non_null(b);
  assert_true(jl_facts_read(&fx->in, b, first, last, JL_BASIS_COST, by, &f, &err));
  assert_true(f.count > 0);
  return f;
}

/* "L1 30 9 - 3 40000 90000 | 10000 0 9000": leads, MQL, SQL, customers, potential, signed; planned, committed, actual in cents; - not told. */
static void expect(const struct jl_facts *f, size_t row, const char *expected) {
  static const enum jl_fact facts[] = {JL_FACT_LEADS, JL_FACT_MQL, JL_FACT_SQL, JL_FACT_CUSTOMERS, JL_FACT_POTENTIAL, JL_FACT_SIGNED};
  const struct jl_facts_row *r = &f->rows[row];
  const struct jl_record *of = r->place.action != NULL ? r->place.action : r->place.lever;
  static const char *const kinds[] = {"L", "A", "apart", "rest", "total"};
  char text[256];
  int size = snprintf(text, sizeof text, "%s%.0llu", kinds[r->place.kind], of == NULL || r->place.kind == JL_PLACE_APART ? 0ULL : (unsigned long long)of->number);
  for (size_t i = 0; i < JL_COUNT(facts); i++) {
    const struct jl_fact_value *v = &r->facts[facts[i]];
    size += v->told ? snprintf(text + size, sizeof text - (size_t)size, " %lld", (long long)v->value) : snprintf(text + size, sizeof text - (size_t)size, " -");
  }
  snprintf(text + size, sizeof text - (size_t)size, " | %lld %lld %lld%s", (long long)r->money.planned, (long long)r->money.committed, (long long)r->money.actual, r->invoiced ? "" : " -");
  assert_string_equal(text, expected);
}

static void by_channel(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, PLAN);
  struct jl_facts f = read_facts(&fx, YEAR, JL_FACTS_BY_CHANNEL);
  assert_int_equal(f.count, 9);
  assert_int_equal(f.qualified, JL_FACT_MQL);
  expect(&f, 0, "L1 75 9 - 3 400000 90000 | 40000 0 29000"); /* SEO: by month 100 + 300 */
  expect(&f, 1, "L2 50 10 - 1 - 10000 | 110000 7000 55000"); /* with its campaigns; MQL 0 + 10 */
  expect(&f, 2, "A1 50 10 - 1 - 10000 | 50000 7000 25000");
  expect(&f, 3, "apart - 0 - - - - | 60000 0 30000");
  expect(&f, 4, "L3 - - - - - - | 0 0 0 -");
  expect(&f, 5, "rest 4 - - - - - | 13000 0 3300");
  expect(&f, 6, "A3 - - - - - - | 5000 0 0 -");
  expect(&f, 7, "apart 4 - - - - - | 8000 0 3300");
  expect(&f, 8, "total 129 19 - 4 400000 100000 | 163000 7000 87300");
  fx_free(&fx);
}

/* Of a month; what is planned for the whole plan is in no month. The rows are the same ones. */
static void of_a_month(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, PLAN);
  struct jl_facts f = read_facts(&fx, JANUARY, JL_FACTS_BY_CHANNEL), next = read_facts(&fx, FEBRUARY, JL_FACTS_BY_CHANNEL);
  assert_int_equal(f.count, 9);
  assert_int_equal(next.count, 9);
  expect(&f, 0, "L1 30 9 - 3 400000 90000 | 10000 0 9000");
  expect(&next, 0, "L1 45 - - - - - | 30000 0 20000");
  expect(&f, 8, "total 84 19 - 4 400000 100000 | 10000 7000 67300");
  assert_int_equal(f.rows[0].days, 31);
  assert_int_equal(f.rows[1].days, 31);
  assert_int_equal(next.rows[0].days, 28);
  assert_int_equal(next.rows[1].days, 0);
  assert_false(f.split);
  assert_true(jl_facts_any(&next.rows[0]));
  assert_false(jl_facts_any(&next.rows[1]));
  fx_free(&fx);
}

static void by_campaign(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, PLAN);
  struct jl_facts f = read_facts(&fx, YEAR, JL_FACTS_BY_CAMPAIGN);
  assert_int_equal(f.count, 4); /* nobody has told or paid anything of A2 */
  expect(&f, 0, "A1 50 10 - 1 - 10000 | 50000 7000 25000");
  expect(&f, 1, "A3 - - - - - - | 5000 0 0 -");
  expect(&f, 2, "rest 79 9 - 3 400000 90000 | 108000 0 62300");
  expect(&f, 3, "total 129 19 - 4 400000 100000 | 163000 7000 87300");
  fx_free(&fx);
}

static void expect_ratio(const struct jl_facts *f, size_t row, enum jl_ratio ratio, enum jl_ratio_state state, int64_t value) {
  const struct jl_ratio_of of = jl_facts_ratio(f, &f->rows[row], ratio);
  assert_int_equal(of.state, state);
  assert_int_equal(of.value, value);
}

static void ratios(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, PLAN);
  struct jl_facts f = read_facts(&fx, YEAR, JL_FACTS_BY_CHANNEL);
  expect_ratio(&f, 0, JL_RATIO_COST_PER_LEAD, JL_RATIO_VALUE, 3222);    /* 290 / 9 = 32.222 */
  expect_ratio(&f, 0, JL_RATIO_COST_PER_CUSTOMER, JL_RATIO_VALUE, 9667); /* 290 / 3 = 96.666 */
  expect_ratio(&f, 0, JL_RATIO_CONVERSION, JL_RATIO_VALUE, 333333);
  expect_ratio(&f, 0, JL_RATIO_RETURN, JL_RATIO_VALUE, 2103448);         /* (900 - 290) / 290 = 2.1034482 */
  expect_ratio(&f, 1, JL_RATIO_RETURN, JL_RATIO_VALUE, -818182);         /* (100 - 550) / 550 */
  expect_ratio(&f, 3, JL_RATIO_COST_PER_LEAD, JL_RATIO_UNDEFINED, 0);    /* 300 / 0 MQL */
  expect_ratio(&f, 3, JL_RATIO_CONVERSION, JL_RATIO_UNTOLD, 0);
  expect_ratio(&f, 4, JL_RATIO_COST_PER_LEAD, JL_RATIO_UNTOLD, 0);
  expect_ratio(&f, 8, JL_RATIO_COST_PER_LEAD, JL_RATIO_VALUE, 4595);     /* 873 / 19 = 45.947 */
  const struct jl_fact_value now = {true, 45}, before = {true, 30}, none = {true, 0}, untold = {false, 0};
  assert_int_equal(jl_change_of(&now, &before).value, 500000);
  assert_int_equal(jl_change_of(&now, &none).state, JL_RATIO_UNDEFINED);
  assert_int_equal(jl_change_of(&now, &untold).state, JL_RATIO_UNTOLD);
  fx_free(&fx);
}

/* What one may not read is in no row, and is not 0 either. */
static void hidden(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, PLAN);
  fx.in.sections = EVERYTHING & ~(1u << JL_SECTION_PIPELINE);
  struct jl_facts f = read_facts(&fx, YEAR, JL_FACTS_BY_CHANNEL);
  assert_false(f.sees_figures);
  expect(&f, 0, "L1 - - - - - - | 40000 0 29000");
  fx.in.sections = EVERYTHING & ~(1u << JL_SECTION_BUDGET);
  f = read_facts(&fx, YEAR, JL_FACTS_BY_CHANNEL);
  assert_false(f.sees_money);
  expect(&f, 0, "L1 75 9 - 3 400000 90000 | 0 0 0 -");
  expect_ratio(&f, 0, JL_RATIO_RETURN, JL_RATIO_UNTOLD, 0);
  fx.in.sections = EVERYTHING & ~(1u << JL_SECTION_ACTIONS); /* campaigns are not known, so what they cost and brought is of no lever */
  f = read_facts(&fx, YEAR, JL_FACTS_BY_CHANNEL);
  expect(&f, 1, "L2 - 0 - - - - | 60000 0 30000");
  expect(jl_facts_total(&f) == &f.rows[f.count - 1] ? &f : NULL, f.count - 1, "total 129 19 - 4 400000 100000 | 163000 7000 87300");
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_channel), cmocka_unit_test(of_a_month), cmocka_unit_test(by_campaign), cmocka_unit_test(ratios), cmocka_unit_test(hidden)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
