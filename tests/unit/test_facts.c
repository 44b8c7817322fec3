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
  const struct jl_fact_value now = {true, 45, 45000000, false, false}, before = {true, 30, 30000000, false, false}, none = {.told = true}, untold = {.told = false, false};
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

static uint64_t seed = 20261126;
static int64_t dice(int64_t sides) {
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (int64_t)(seed >> 33) % sides;
}

static void random_figure(struct fixture *fx, const struct jl_id *levers, const struct jl_id *actions) {
  int64_t start = 20400 + dice(400), lever = dice(4), action = dice(5);
  fx_begin(fx, JL_TYPE_FIGURE);
  fx_text(fx, JL_FIGURE_STAGE, dice(2) == 0 ? "leads" : "clients");
  fx_int(fx, JL_FIGURE_START, start);
  fx_int(fx, JL_FIGURE_END, start + dice(60));
  if (lever < 3) fx_ref(fx, JL_FIGURE_LEVER, levers[lever]);
  if (action < 3) fx_ref(fx, JL_FIGURE_ACTION, actions[action]);
  fx_int(fx, JL_FIGURE_COUNT, dice(1000));
  if (dice(2) == 0) fx_int(fx, JL_FIGURE_AMOUNT, dice(100000));
  fx_put(fx);
}

static void random_line(struct fixture *fx, const struct jl_id *levers, const struct jl_id *actions) {
  int64_t lever = dice(5), action = dice(5);
  fx_begin(fx, JL_TYPE_BUDGET_LINE);
  fx_text(fx, JL_BUDGET_LINE_TITLE, "line");
  fx_int(fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  fx_int(fx, JL_BUDGET_LINE_PLANNED, dice(1000000));
  if (lever < 3) fx_ref(fx, JL_BUDGET_LINE_LEVER, levers[lever]);
  if (action < 3) fx_ref(fx, JL_BUDGET_LINE_ACTION, actions[action]);
  const struct jl_id line = fx_put(fx);
  for (int64_t n = dice(3); n > 0; n--) {
    fx_begin(fx, JL_TYPE_EXPENSE);
    fx_ref(fx, JL_EXPENSE_LINE, line);
    fx_text(fx, JL_EXPENSE_TITLE, "invoice");
    fx_int(fx, JL_EXPENSE_STATE, JL_INVOICED);
    fx_int(fx, JL_EXPENSE_DATE, 20400 + dice(400));
    fx_int(fx, JL_EXPENSE_NET, dice(100000));
    fx_put(fx);
  }
  if (dice(3) > 0 || action == 2) return;
  fx_begin(fx, JL_TYPE_BUDGET_SHARE);
  fx_ref(fx, JL_BUDGET_SHARE_LINE, line);
  fx_ref(fx, JL_BUDGET_SHARE_ACTION, actions[2]);
  fx_int(fx, JL_BUDGET_SHARE_SHARE, 1 + dice(9999));
  fx_put(fx);
}

static void add(struct jl_facts_row *to, const struct jl_facts_row *row) {
  to->money.planned += row->money.planned;
  to->money.actual += row->money.actual;
  for (int fact = 0; fact < JL_FACTS; fact++) to->facts[fact].value += row->facts[fact].value;
}
static void same(const struct jl_facts_row *a, const struct jl_facts_row *b) {
  assert_int_equal(a->money.planned, b->money.planned);
  assert_int_equal(a->money.actual, b->money.actual);
  for (int fact = 0; fact < JL_FACTS; fact++) assert_int_equal(a->facts[fact].value, b->facts[fact].value);
}

/* Day by day: is there a figure that tells of it? */
static int32_t days_told(const struct jl_facts *f, const struct jl_facts_row *row) {
  int32_t days = 0;
  for (int32_t day = f->filter.first; day <= f->filter.last; day++) {
    bool any = false;
    for (int fact = 0; fact < JL_FACTS; fact++) {
      struct jl_figure_ask ask = jl_fact_ask(f, row, (enum jl_fact)fact);
      size_t at = 0;
      ask.from = day;
      ask.to = day + 1;
      any = any || jl_figures_next(f->figures, &ask, &at) != NULL;
    }
    days += any;
  }
  return days;
}

/* Whatever belongs to what: parts add up to their whole, both ways to group it to the same, which is the budget's and the figures' own. */
static void random_plans(void **state) {
  (void)state;
  for (int round = 0; round < 25; round++) {
    struct fixture fx = fx_new();
    struct jl_id levers[3], actions[3];
    fx_plan(&fx);
    for (int i = 0; i < 3; i++) levers[i] = fx_named(&fx, JL_TYPE_LEVER, "lever");
    for (int i = 0; i < 3; i++) {
      fx_begin(&fx, JL_TYPE_ACTION);
      fx_text(&fx, JL_ACTION_TITLE, "action");
      if (i < 2) fx_ref(&fx, JL_ACTION_LEVER, levers[i]);
      actions[i] = fx_put(&fx);
    }
    for (int i = 0; i < 25; i++) random_figure(&fx, levers, actions);
    for (int i = 0; i < 15; i++) random_line(&fx, levers, actions);
    int32_t first = 20400 + (int32_t)dice(200), last = first + (int32_t)dice(300);
    struct jl_facts f = read_facts(&fx, first, last, JL_FACTS_BY_CHANNEL), g = read_facts(&fx, first, last, JL_FACTS_BY_CAMPAIGN);
    struct jl_facts_row whole = {0}, campaigns = {0}, below = {0};
    for (size_t i = 0; i < f.count; i++) {
      enum jl_place_kind kind = f.rows[i].place.kind;
      bool head = kind == JL_PLACE_LEVER || kind == JL_PLACE_REST || kind == JL_PLACE_TOTAL;
      size_t parts = 0;
      for (size_t k = i + 1; head && k < f.count && (f.rows[k].place.kind == JL_PLACE_CAMPAIGN || f.rows[k].place.kind == JL_PLACE_APART); k++, parts++) add(&below, &f.rows[k]);
      if (head && kind != JL_PLACE_TOTAL) add(&whole, &f.rows[i]);
      if (parts > 1) same(&below, &f.rows[i]);
      below = (struct jl_facts_row){0};
      if (round < 3) assert_int_equal(f.rows[i].days, days_told(&f, &f.rows[i]));
    }
    for (size_t i = 0; i + 1 < g.count; i++) add(&campaigns, &g.rows[i]);
    same(&whole, jl_facts_total(&f));
    same(&campaigns, jl_facts_total(&g));
    same(jl_facts_total(&g), jl_facts_total(&f));
    struct jl_builder *b = jl_builder_new(fx.arena, "facts", fx.in.today, fx.plan);
    struct jl_error err = {.code = JL_E_OK};
    struct jl_money_line *lines;
    struct jl_amounts total;
    size_t n;
    assert_true(jl_money_lines_of(&fx.in, b, &f.filter, &lines, &n, &total, &err));
    assert_int_equal(total.actual, jl_facts_total(&f)->money.actual);
    assert_int_equal(total.planned, jl_facts_total(&f)->money.planned);
    fx_free(&fx);
  }
}

/* Half of November: 120 leads and 1 customer are 60 and a half of one: 1 / 120 = 0.8333 %, not 0 and not 1 of 60; 300 / 60 = 5 a lead, 600 a
 * customer. 20758 is 1 November. */
static void parts_of_a_month(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:sea name=SEA; budget_line:ads title=Annonces lever=sea category=media planned=600; "
                  "expense line=ads title=a date=20760 net=300 vat_rate=0 state=invoiced; figure stage=leads start=20758 end=20787 lever=sea count=120; "
                  "figure stage=customers start=20758 end=20787 lever=sea count=1");
  struct jl_facts f = read_facts(&fx, 20758, 20772, JL_FACTS_BY_CHANNEL);
  const struct jl_facts_row *all = jl_facts_total(&f);
  assert_int_equal(all->facts[JL_FACT_CUSTOMERS].exact, 500000);
  assert_int_equal(jl_facts_ratio(&f, all, JL_RATIO_CONVERSION).value, 8333);
  assert_int_equal(jl_facts_ratio(&f, all, JL_RATIO_COST_PER_LEAD).value, 500);
  assert_int_equal(jl_facts_ratio(&f, all, JL_RATIO_COST_PER_CUSTOMER).value, 60000);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_channel), cmocka_unit_test(of_a_month), cmocka_unit_test(by_campaign), cmocka_unit_test(ratios), cmocka_unit_test(parts_of_a_month), cmocka_unit_test(hidden), cmocka_unit_test(random_plans)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
