/* Pipeline figures: what is added up for a stage, a lever, a campaign and a period, worked out by hand. */
#include "common/model/measures/figures.h"
#include "common/base/calendar.h"
#include "plan_words.h"

/* Days of 2026: 20454 is 1 January, 20485 1 February, 20513 1 March, 20544 1 April. */
#define YEAR 20454, 20819
#define LEVERS "lever:seo name=SEO; lever:sea name=SEA; action:pro title='Campagne produit' lever=sea; action:ret title=Retargeting lever=sea; "

static struct jl_figures *read_figures(struct fixture *fx) {
  struct jl_builder *b = jl_builder_new(fx->arena, "figures", fx->in.today, fx->plan);
  assert_non_null(b);
  return jl_figures_read(&fx->in, b);
}

static const struct jl_record *record(struct fixture *fx, uint32_t type, uint64_t number) {
  const struct jl_record *found = jl_replica_numbered(fx->plan, type, number);
  assert_non_null(found);
  return found;
}

static struct jl_figure_sum sum(struct jl_figures *f, struct jl_figure_ask ask) {
  struct jl_figure_sum ret = {.count = -1};
  assert_true(jl_figures_sum(f, &ask, &ret));
  return ret;
}

static void adds_up(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, LEVERS
             "figure stage=leads start=20454 end=20484 lever=seo count=100; figure stage=leads start=20485 end=20512 lever=seo count=80; "
             "figure stage=leads start=20454 end=20484 lever=sea count=7; figure stage=leads start=20454 end=20484 action=pro count=40; "
             "figure stage=Leads start=20454 end=20484 lever=sea action=ret count=3; figure stage=leads start=20454 end=20484 count=11; "
             "figure stage=clients start=20454 end=20484 lever=seo count=2 amount=5000; figure stage=opportunités start=20454 end=20484 lever=seo amount=12000");
  struct jl_figures *f = read_figures(&fx);
  const struct jl_record *seo = record(&fx, JL_TYPE_LEVER, 1), *sea = record(&fx, JL_TYPE_LEVER, 2), *pro = record(&fx, JL_TYPE_ACTION, 1);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, YEAR, NULL}).count, 241);
  assert_int_equal(sum(f, (struct jl_figure_ask){"LEAD", NULL, NULL, false, false, YEAR, NULL}).count, 241);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, seo, NULL, false, false, YEAR, NULL}).count, 180);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, sea, NULL, false, false, YEAR, NULL}).count, 50); /* with its campaigns: 7 + 40 + 3 */
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, pro, false, false, YEAR, NULL}).count, 40);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, sea, pro, false, false, YEAR, NULL}).count, 40);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, seo, pro, false, false, YEAR, NULL}).count, 0);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, true, false, YEAR, NULL}).count, 11);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, seo, NULL, false, false, 20485, 20513, NULL}).count, 80);
  struct jl_figure_sum customers = sum(f, (struct jl_figure_ask){JL_STAGE_CUSTOMERS, seo, NULL, false, false, YEAR, NULL});
  assert_int_equal(customers.count, 2);
  assert_int_equal(customers.amount, 500000);
  struct jl_figure_sum pipeline = sum(f, (struct jl_figure_ask){JL_STAGE_OPPORTUNITIES, seo, NULL, false, false, YEAR, NULL});
  assert_true(pipeline.has_amount);
  assert_false(pipeline.has_count); /* nobody has told how many */
  assert_int_equal(pipeline.amount, 1200000);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_MQL, seo, NULL, false, false, YEAR, NULL}).records, 0);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, seo, NULL, false, false, 20513, 20544, NULL}).records, 0);
  fx_free(&fx);
}

/* Two platforms of one campaign and days are two figures: 40 + 25, and 5 of which it is not told who counted them. */
static void platforms_add_up(void **state) {
  (void)state;
#define TOLD LEVERS "figure stage=leads start=20454 end=20484 action=pro platform=google-ads count=40; figure stage=leads start=20454 end=20484 action=pro platform='meta:alpes' count=25; " \
                    "figure stage=leads start=20485 end=20512 action=pro platform='meta:alpes' count=3"
  for (int with = 0; with < 2; with++) {
    struct fixture fx = fx_new();
    struct jl_figure_overlap found[4];
    size_t n = 0;
    words_read(&fx, with == 1 ? TOLD "; figure stage=leads start=20454 end=20484 action=pro count=5" : TOLD);
    struct jl_figures *f = read_figures(&fx);
    const struct jl_record *pro = record(&fx, JL_TYPE_ACTION, 1);
    assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, pro, false, false, 20454, 20485, NULL}).count, with == 1 ? 70 : 65);
    assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, pro, false, false, 20454, 20485, "google-ads"}).count, 40);
    assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, pro, false, false, YEAR, "meta:alpes"}).count, 28);
    assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, pro, false, false, YEAR, ""}).count, with == 1 ? 5 : 0);
    const char *const *platforms = jl_figures_platforms(f, &n);
    assert_int_equal(n, 2 + with);
    assert_string_equal(platforms[0], "google-ads");
    assert_string_equal(platforms[1], "meta:alpes");
    assert_int_equal(jl_figures_overlaps(f, found, 4), with); /* that of none may be one of them; they are none of each other */
    fx_free(&fx);
  }
}

/* A quarter's figure of 90 days: 100 leads, a third of its days are 31 + 28 + 31. 100 x 31 / 90 = 34.4, x 59 / 90 = 65.6: 34, 32, 34. */
static void parts_of_a_period(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  int64_t total = 0;
  words_read(&fx, "figure stage=leads start=20454 end=20543 count=100 amount=0");
  struct jl_figures *f = read_figures(&fx);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, 20454, 20485, NULL}).count, 34);
  assert_true(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, 20454, 20485, NULL}).split);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, 20485, 20513, NULL}).count, 32);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, 20513, 20544, NULL}).count, 34);
  assert_false(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, 20454, 20544, NULL}).split);
  for (int32_t day = 20440; day < 20560; day++) total += sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, day, day + 1, NULL}).count;
  assert_int_equal(total, 100);
  fx_free(&fx);
}

/* 26 of November's 30 days: 3 x 26 / 30 = 2.6 and 120 x 26 / 30 = 104, of which 2.5 % and not 3 / 104 = 2.88 %. 20758 is 1 November. */
static void ratios_are_of_what_is_exact(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:sea name=SEA; figure stage=leads start=20758 end=20787 lever=sea count=120; figure stage=customers start=20758 end=20787 lever=sea count=3");
  struct jl_figures *f = read_figures(&fx);
  struct jl_figure_sum leads = sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, 20758, 20784, NULL});
  struct jl_figure_sum customers = sum(f, (struct jl_figure_ask){JL_STAGE_CUSTOMERS, NULL, NULL, false, false, 20758, 20784, NULL});
  assert_int_equal(leads.exact, 104000000);
  assert_int_equal(customers.count, 3); /* as it is shown */
  assert_int_equal(customers.exact, 2600000);
  assert_int_equal(jl_figure_counted(&customers).number, 2600000);
  assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_CUSTOMERS, NULL, NULL, false, false, 20758, 20788, NULL}).exact, 3000000);
  fx_free(&fx);
}

/* Whatever they are and however time is cut, the parts are the whole. */
static void random_figures(void **state) {
  uint64_t seed = 20261126;
  (void)state;
  for (int round = 0; round < 20; round++) {
    struct fixture fx = fx_new();
    int64_t counts[3] = {0}, whole = 0;
    words_read(&fx, "lever name=A; lever name=B");
    for (int i = 0; i < 40; i++) {
      uint64_t r = seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      int64_t start = 20454 + (int64_t)(r >> 33 & 0xff), count = (int64_t)(r >> 41 & 0xfff);
      size_t lever = r >> 20 & 3;
      fx_begin(&fx, JL_TYPE_FIGURE);
      fx_text(&fx, JL_FIGURE_STAGE, (r >> 5 & 1) != 0 ? "leads" : "LEAD");
      fx_int(&fx, JL_FIGURE_START, start);
      fx_int(&fx, JL_FIGURE_END, start + (int64_t)(r >> 53 & 0x7f));
      if (lever < 2) fx_ref(&fx, JL_FIGURE_LEVER, record(&fx, JL_TYPE_LEVER, lever + 1)->id);
      fx_int(&fx, JL_FIGURE_COUNT, count);
      fx_put(&fx);
      counts[lever < 2 ? lever : 2] += count;
      whole += count;
    }
    struct jl_figures *f = read_figures(&fx);
    const struct jl_record *levers[] = {record(&fx, JL_TYPE_LEVER, 1), record(&fx, JL_TYPE_LEVER, 2), NULL};
    for (int k = 0; k < 3; k++) {
      int64_t parts = 0;
      for (int32_t day = 20400; day < 20900; day += 17) parts += sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, levers[k], NULL, k == 2, false, day, day + 17, NULL}).count;
      assert_int_equal(parts, counts[k]);
    }
    assert_int_equal(sum(f, (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, 20400, 20900, NULL}).count, whole);
    fx_free(&fx);
  }
}

static void too_large(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_figure_sum ret;
  for (int i = 0; i < 2; i++) {
    fx_begin(&fx, JL_TYPE_FIGURE);
    fx_text(&fx, JL_FIGURE_STAGE, "clients");
    fx_int(&fx, JL_FIGURE_START, 20454);
    fx_int(&fx, JL_FIGURE_END, 20484 + i);
    fx_int(&fx, JL_FIGURE_AMOUNT, INT64_MAX - 1);
    fx_put(&fx);
  }
  struct jl_figures *f = read_figures(&fx);
  assert_false(jl_figures_sum(f, &(struct jl_figure_ask){JL_STAGE_CUSTOMERS, NULL, NULL, false, false, YEAR, NULL}, &ret));
  assert_true(jl_figures_sum(f, &(struct jl_figure_ask){JL_STAGE_CUSTOMERS, NULL, NULL, false, false, 20485, 20486, NULL}, &ret)); /* its last day alone */
  fx_free(&fx);
}

/* Who may not read the pipeline gets nothing of it. */
static void not_readable(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "figure stage=leads start=20454 end=20484 count=100");
  fx.in.sections &= ~(1u << JL_SECTION_PIPELINE);
  assert_int_equal(sum(read_figures(&fx), (struct jl_figure_ask){JL_STAGE_LEADS, NULL, NULL, false, false, YEAR, NULL}).records, 0);
  fx_free(&fx);
}

static void shown(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, LEVERS
             "figure stage=visites start=20454 end=20484 lever=seo count=5000; figure stage=leads start=20454 end=20484 lever=seo count=100; "
             "figure stage=leads start=20454 end=20484 action=pro count=40; figure stage=leads start=20485 end=20512 lever=sea count=10; "
             "figure stage=clients start=20454 end=20484 count=3 amount=900; figure stage=démos start=20454 end=20484 lever=seo count=0");
  Jalon__Document *d = fx_view(&fx, "figures", NULL, NULL);
  /* visits, leads, customers with their revenue, then what is none of ours */
  FX_ROWS(fx_block(d, "levers"), "L1 SEO|5000|100|||0", "L2 SEA||50|||", "  A1 Campagne produit||40|||", "no lever|||3|90000|", "total|5000|150|3|90000|0");
  FX_ROWS(fx_block(d, "conversion"), "visits|5000|leads|150|30000 percent", "leads|150|customers|3|20000 percent"); /* nobody is shown a demonstration of being a customer */
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "figures", "period", "2026-02");
  FX_ROWS(fx_block(d, "levers"), "L2 SEA||10|||", "total||10|||");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "figures", "by", "month");
  FX_ROWS(fx_block(d, "months"), "2026-01|5000|140|3|90000|0", "2026-02||10|||", "total|5000|150|3|90000|0");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "figures", "record", "L2");
  FX_ROWS(fx_block(d, "levers"), "L2 SEA||50|||", "  A1 Campagne produit||40|||", "total||50|||");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Leads of nobody: what comes of them is undefined. */
static void undefined_rate(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "figure stage=leads start=20454 end=20484 count=0; figure stage=MQL start=20454 end=20484 count=0");
  Jalon__Document *d = fx_view(&fx, "figures", NULL, NULL);
  FX_ROWS(fx_block(d, "conversion"), "leads|0|MQL|0|undefined");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(adds_up), cmocka_unit_test(platforms_add_up), cmocka_unit_test(parts_of_a_period), cmocka_unit_test(ratios_are_of_what_is_exact), cmocka_unit_test(random_figures), cmocka_unit_test(too_large),
      cmocka_unit_test(not_readable), cmocka_unit_test(shown), cmocka_unit_test(undefined_rate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
