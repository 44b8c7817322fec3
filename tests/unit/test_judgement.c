/* What an audit makes of facts, worked out by hand; the interval of a rate against R and another program. */
#include "common/model/measures/judgement.h"
#include "common/model/measures/significance.h"
#include "plan_words.h"

/* Days of 2026: 20454 is 1 January, 20818 31 December; of 2025: 20089 and 20453. */
#define YEAR 20454, 20818
#define LAST_YEAR 20089, 20453
#define BETWEEN "start=20454 end=20818 "

struct judged {
  struct fixture fx;
  struct jl_facts now, before;
  struct jl_judging by;
};

static struct judged *read_plan(const char *words) {
  struct judged *j = calloc(1, sizeof *j);
  struct jl_error err = {.code = JL_E_OK};
  assert_non_null(j);
  j->fx = fx_new();
  j->fx.in.today = 20900;
  words_read(&j->fx, words);
  j->by = (struct jl_judging){JL_MUCH, JL_LITTLE, JL_ENOUGH, 20818, true};
  struct jl_builder *b = jl_builder_new(j->fx.arena, "audit", j->fx.in.today, j->fx.plan);
  assert_non_null(b);
  assert_true(jl_facts_read(&j->fx.in, b, YEAR, JL_BASIS_COST, JL_FACTS_BY_CHANNEL, &j->now, &err));
  assert_true(jl_facts_read(&j->fx.in, b, LAST_YEAR, JL_BASIS_COST, JL_FACTS_BY_CHANNEL, &j->before, &err));
  return j;
}
static void free_plan(struct judged *j) {
  fx_free(&j->fx);
  free(j);
}

/* Of lever number n. */
static struct jl_judged of(struct judged *j, uint64_t n) {
  for (size_t i = 0; i < j->now.count; i++)
    if (j->now.rows[i].place.kind == JL_PLACE_LEVER && j->now.rows[i].place.lever->number == n) return jl_judge(&j->now, &j->before, i, &j->by);
  fail_msg("no lever %llu", (unsigned long long)n);
  return (struct jl_judged){0};
}
static void expect(struct judged *j, uint64_t lever, enum jl_proposal proposal, int64_t cause) {
  const struct jl_judged got = of(j, lever);
  assert_int_equal(got.proposal, proposal);
  assert_int_equal(got.cause, cause);
}

#define LEVER(name) "lever:" name " name=" name "; kpi name=k" name " lever=" name "; "
#define SPEND(name, planned, net) \
  "budget_line:b" name " title=" name " lever=" name " category=media planned=" planned "; expense line=b" name " title=x date=20500 net=" net " vat_rate=0 state=invoiced; "
#define CAME(name, leads, customers, revenue) \
  "figure stage=leads " BETWEEN "lever=" name " count=" leads "; figure stage=clients " BETWEEN "lever=" name " count=" customers " amount=" revenue "; "

/* Good: 1,000 of 10,000 spent, 600 of 1,000 leads. Dear: 5,000, 100 leads, 500 of 10,000 signed: shares 50 %, 10 %, 5 %. */
#define GOOD LEVER("good") SPEND("good", "1000", "1000") CAME("good", "600", "60", "9500")
#define DEAR(extra) "lever:dear name=dear " extra "; kpi name=kdear lever=dear; " SPEND("dear", "5000", "5000") CAME("dear", "100", "10", "500")
#define REST LEVER("other") SPEND("other", "4000", "4000") CAME("other", "300", "30", "0")

static void much_for_little(void **state) {
  (void)state;
  struct judged *j = read_plan(GOOD DEAR("") REST);
  const struct jl_judged good = of(j, 1), dear = of(j, 2), other = of(j, 3);
  assert_int_equal(good.shares.spend, 100000);
  assert_int_equal(good.shares.leads, 600000);
  assert_int_equal(good.shares.signed_, 950000);
  assert_int_equal(dear.shares.spend, 500000);
  assert_int_equal(dear.shares.leads, 100000);
  assert_int_equal(dear.shares.signed_, 50000);
  assert_false(good.costly);
  assert_true(dear.costly);
  assert_false(other.costly); /* 40 % of the spend, 30 % of the leads: more than half of its share, although nothing was signed */
  expect(j, 1, JL_PROPOSE_KEEP, 0);
  expect(j, 2, JL_PROPOSE_STOP, JL_CAUSE_UNKNOWN); /* nothing is wrong with its execution, and nobody has a benchmark */
  expect(j, 3, JL_PROPOSE_IMPROVE, JL_CAUSE_UNKNOWN);
  /* the rules' ends: exactly as much is much, exactly as little is not little */
  j->by.much = 5000;
  assert_true(of(j, 2).costly);
  j->by.much = 5001;
  assert_false(of(j, 2).costly);
  j->by = (struct jl_judging){JL_MUCH, 2000, JL_ENOUGH, 20818, true}; /* 10 % of the leads are 20 % of a share of 50 % */
  assert_false(of(j, 2).costly);
  j->by.little = 2001;
  assert_true(of(j, 2).costly);
  free_plan(j);
}

/* Wrong lever or wrong execution? Seed 001: before it is buried, was it done as well as it can be? */
static void causes(void **state) {
  static const struct {
    const char *extra, *more;
    enum jl_proposal proposal;
    int64_t cause;
  } cases[] = {
      {"", "action title=late lever=dear due=20600", JL_PROPOSE_IMPROVE, JL_CAUSE_EXECUTION},
      {"", "action title=gone lever=dear status=dropped", JL_PROPOSE_IMPROVE, JL_CAUSE_EXECUTION},
      {"", "action title=done lever=dear due=20600 status=done", JL_PROPOSE_STOP, JL_CAUSE_UNKNOWN},
      {"", "action title=later lever=dear due=20819", JL_PROPOSE_STOP, JL_CAUSE_UNKNOWN}, /* not late when the period ended */
      {"tracking=none", "", JL_PROPOSE_IMPROVE, JL_CAUSE_EXECUTION},
      /* it converts 10 of 100: between 5.5 and 17.4 %; others 30 %, 15 %, 5 % with the same channel */
      {"", "benchmark stage=leads next=clients rate=0.3 source=a date=20000 channel=Dear", JL_PROPOSE_IMPROVE, JL_CAUSE_EXECUTION},
      {"", "benchmark stage=leads next=clients rate=0.15 source=a date=20000 channel=dear", JL_PROPOSE_STOP, JL_CAUSE_LEVER},
      {"channel=Kiosk", "benchmark stage=leads next=clients rate=0.05 source=a date=20000 channel=kiosk", JL_PROPOSE_STOP, JL_CAUSE_LEVER},
      {"", "benchmark stage=leads next=clients rate=0.05 source=a date=20000 channel=other", JL_PROPOSE_STOP, JL_CAUSE_UNKNOWN},
      {"", "benchmark stage=MQL next=clients rate=0.05 source=a date=20000 channel=dear", JL_PROPOSE_STOP, JL_CAUSE_UNKNOWN},
      /* paid campaigns are those of SEA and ads, whatever the language; "Gads" is a word of its own */
      {"channel='Google Ads'", "benchmark stage=leads next=clients rate=0.3 source=a date=20000 channel='Campagnes payantes'", JL_PROPOSE_IMPROVE, JL_CAUSE_EXECUTION},
      {"channel=SEA", "benchmark stage=leads next=clients rate=0.15 source=a date=20000 channel='Paid campaigns'", JL_PROPOSE_STOP, JL_CAUSE_LEVER},
      {"channel=Gads", "benchmark stage=leads next=clients rate=0.3 source=a date=20000 channel='Paid campaigns'", JL_PROPOSE_STOP, JL_CAUSE_UNKNOWN},
      /* of two the later one */
      {"", "benchmark stage=leads next=clients rate=0.3 source=a date=20000 channel=dear; benchmark stage=leads next=clients rate=0.1 source=b date=20001 channel=dear", JL_PROPOSE_STOP, JL_CAUSE_LEVER},
  };
  (void)state;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    char words[2000];
    snprintf(words, sizeof words, "lever:dear name=dear %s; kpi name=kdear lever=dear; " SPEND("dear", "5000", "5000") CAME("dear", "100", "10", "500") GOOD REST "%s", cases[i].extra, cases[i].more);
    struct judged *j = read_plan(words);
    expect(j, 1, cases[i].proposal, cases[i].cause);
    free_plan(j);
  }
}

/* Spend against plan: less than half of it or more than six fifths, in a period of the plan that is over. */
static void spend_against_plan(void **state) {
  static const struct {
    const char *planned;
    bool under, over;
  } cases[] = {{"10000", false, false}, {"10001", true, false}, {"4167", false, false}, {"4166", false, true}, {"0", false, false}};
  (void)state;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    char words[2000];
    snprintf(words, sizeof words, "lever:dear name=dear; kpi name=kdear lever=dear; budget_line:bdear title=dear lever=dear category=media planned=%s; "
             "expense line=bdear title=x date=20500 net=5000 vat_rate=0 state=invoiced; " CAME("dear", "100", "10", "500") GOOD REST, cases[i].planned);
    struct judged *j = read_plan(words);
    struct jl_judged got = of(j, 1);
    assert_int_equal(got.execution.underspent, cases[i].under);
    assert_int_equal(got.execution.overspent, cases[i].over);
    j->by.compares = false;
    got = of(j, 1);
    assert_false(got.execution.underspent || got.execution.overspent);
    free_plan(j);
  }
}

/* 29 leads are few, unless the money would have brought 30 at the average cost; many leads that did not come are no few cases. */
static void few_cases(void **state) {
  (void)state;
  /* 359 leads for 3,590 in all, 10 each: 290 would have brought 29, 300 would have brought 30 */
  struct judged *j = read_plan(LEVER("base") SPEND("base", "3000", "3000") CAME("base", "300", "30", "9000") LEVER("few") SPEND("few", "290", "290") CAME("few", "29", "0", "0")
                                   LEVER("none") SPEND("none", "300", "300") "figure stage=leads " BETWEEN "lever=none count=0; " LEVER("some") "figure stage=leads " BETWEEN "lever=some count=30");
  assert_true(of(j, 2).thin);
  assert_true(of(j, 3).has_expected);
  assert_int_equal(of(j, 3).expected, 30);
  assert_false(of(j, 3).thin);
  assert_false(of(j, 4).thin);
  expect(j, 1, JL_PROPOSE_KEEP, 0);
  expect(j, 2, JL_PROPOSE_WAIT, 0);
  expect(j, 3, JL_PROPOSE_IMPROVE, JL_CAUSE_UNKNOWN); /* 8 % of the spend is not much */
  j->by.enough = 31;
  assert_true(of(j, 3).thin);
  j->by.enough = 29;
  assert_false(of(j, 2).thin);
  free_plan(j);
}

static void gaps(void **state) {
  (void)state;
  struct judged *j = read_plan(GOOD LEVER("blind") SPEND("blind", "100", "100") LEVER("free") CAME("free", "40", "4", "100") LEVER("idle")
                               "lever:again name=again; kpi name=kagain lever=again; budget_line:bagain title=again lever=again category=media planned=0; "
                               "expense line=bagain title=x date=20200 net=500 vat_rate=0 state=invoiced; figure stage=leads start=20089 end=20453 lever=again count=50; "
                               "figure stage=clients start=20089 end=20453 lever=again count=5 amount=600; "
                               "lever:bad name=bad; kpi name=kbad lever=bad; budget_line:bbad title=bad lever=bad category=media planned=0; "
                               "expense line=bbad title=x date=20200 net=5000 vat_rate=0 state=invoiced; figure stage=leads start=20089 end=20453 lever=bad count=50");
  assert_int_equal(of(j, 2).gap, JL_GAP_NO_FIGURE);
  assert_int_equal(of(j, 3).gap, JL_GAP_NO_SPEND);
  assert_int_equal(of(j, 4).gap, JL_GAP_NONE);
  expect(j, 2, JL_PROPOSE_IMPROVE, JL_CAUSE_UNKNOWN);
  expect(j, 3, JL_PROPOSE_KEEP, 0);
  expect(j, 4, JL_PROPOSE_NOTHING, 0);
  expect(j, 5, JL_PROPOSE_START, 0);   /* paid for itself last year: 600 of 500 */
  expect(j, 6, JL_PROPOSE_NOTHING, 0); /* 5,000 of 5,500, half of the leads, nothing signed: not worth beginning again */
  free_plan(j);
}

/* Who may not read both money and results gets no proposal. */
static void hidden(void **state) {
  (void)state;
  static const enum jl_section sections[] = {JL_SECTION_BUDGET, JL_SECTION_PIPELINE};
  for (size_t s = 0; s < JL_COUNT(sections); s++) {
    struct judged *j = read_plan(GOOD DEAR("") REST);
    struct jl_error err = {.code = JL_E_OK};
    j->fx.in.sections &= ~(1u << sections[s]);
    struct jl_builder *b = jl_builder_new(j->fx.arena, "audit", j->fx.in.today, j->fx.plan);
    assert_true(jl_facts_read(&j->fx.in, b, YEAR, JL_BASIS_COST, JL_FACTS_BY_CHANNEL, &j->now, &err));
    for (uint64_t n = 1; n <= 3; n++) expect(j, n, JL_PROPOSE_NOTHING, 0);
    free_plan(j);
  }
}

static void interval(void **state) {
  /* R: prop.test(10, 100, correct = FALSE)$conf.int is 0.05522914 0.17436566; the others by floating point in Python, to the millionth */
  static const struct {
    int64_t x, n, low, high;
  } cases[] = {{10, 100, 55229, 174366}, {0, 20, 0, 161125}, {3, 9, 120584, 645798}, {20, 20, 838875, 1000000}, {4, 60, 26229, 159254},
               {48, 120, 316764, 489440}, {1, 1, 206549, 1000000}, {500000000, 1000000000, 499969, 500031}, {0, 1, 0, 793451}};
  int64_t low, high;
  (void)state;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    assert_true(jl_rate_interval((struct jl_share_of){cases[i].x, cases[i].n}, &low, &high));
    assert_in_range(low + 1 - cases[i].low, 0, 2); /* within a millionth */
    assert_in_range(high + 1 - cases[i].high, 0, 2);
  }
  assert_false(jl_rate_interval((struct jl_share_of){0, 0}, &low, &high));
  assert_false(jl_rate_interval((struct jl_share_of){2, 1}, &low, &high));
  /* the rate is in it, and it narrows */
  int64_t wide = 1000001;
  for (int64_t n = 1; n <= 100000000; n *= 10) {
    assert_true(jl_rate_interval((struct jl_share_of){n / 5, n}, &low, &high));
    assert_true(low * n <= n / 5 * 1000000 && high * n >= n / 5 * 1000000);
    assert_true(high - low < wide);
    wide = high - low;
  }
}

/* 500 dollars of the good one without a rate: nobody knows what was spent in all, so nobody's part of it; whom no invoice is of, or who told nothing, is
 * judged as before. With the rate (2 are a euro) it spent 1,250 of 10,250. */
#define DOLLARS "expense line=bgood title=y date=20500 net=500 currency=USD vat_rate=0 state=invoiced; "
static void without_a_rate(void **state) {
  (void)state;
  struct judged *j = read_plan(GOOD DEAR("") REST LEVER("silent") SPEND("silent", "10", "10") LEVER("free") CAME("free", "40", "4", "0") DOLLARS);
  for (uint64_t lever = 1; lever <= 3; lever++) {
    const struct jl_judged one = of(j, lever);
    assert_true(one.shares.unknown);
    assert_false(one.shares.has_spend || one.costly || one.has_expected);
    assert_int_equal(one.shares.has_leads, true);
    assert_int_equal(one.proposal, JL_PROPOSE_UNKNOWN);
    assert_ptr_equal(one.unrated, &j->now);
  }
  expect(j, 4, JL_PROPOSE_IMPROVE, JL_CAUSE_UNKNOWN); /* nobody has told what it brought: measure it first */
  expect(j, 5, JL_PROPOSE_KEEP, 0);                   /* nothing was spent on it */
  const struct jl_facts_row *good = of(j, 1).now, *dear = of(j, 2).now;
  assert_int_equal(jl_facts_ratio(&j->now, good, JL_RATIO_COST_PER_LEAD).state, JL_RATIO_UNDEFINED);
  assert_int_equal(jl_facts_ratio(&j->now, good, JL_RATIO_RETURN).state, JL_RATIO_UNDEFINED);
  assert_int_equal(jl_facts_ratio(&j->now, good, JL_RATIO_CONVERSION).value, 100000); /* 60 of 600 */
  assert_int_equal(jl_facts_ratio(&j->now, dear, JL_RATIO_COST_PER_LEAD).value, 5000); /* its own is known: 5,000 / 100 */
  assert_int_equal(jl_facts_ratio(&j->now, jl_facts_total(&j->now), JL_RATIO_RETURN).state, JL_RATIO_UNDEFINED);
  assert_int_equal(j->now.remarks.apart_count, 1);
  free_plan(j);
  j = read_plan(GOOD DEAR("") REST DOLLARS "exchange_rate currency=USD day=20454 rate=2 worth=1; ");
  assert_int_equal(of(j, 1).shares.spend, 121951); /* 1,250 / 10,250 */
  expect(j, 1, JL_PROPOSE_KEEP, 0);
  expect(j, 2, JL_PROPOSE_STOP, JL_CAUSE_UNKNOWN);
  expect(j, 3, JL_PROPOSE_IMPROVE, JL_CAUSE_UNKNOWN);
  assert_int_equal(jl_facts_ratio(&j->now, of(j, 1).now, JL_RATIO_COST_PER_LEAD).value, 208); /* 1,250 / 600 = 2.083 */
  free_plan(j);
}

/* What it was worth before nobody knows either when an invoice of then has no rate. */
static void not_begun_again_without_a_rate(void **state) {
  (void)state;
  static const char *const plan = LEVER("again") "budget_line:b title=b lever=again category=media planned=10; expense line=b title=x date=20100 net=100 vat_rate=0 state=invoiced; "
                                                "figure stage=leads start=20089 end=20453 lever=again count=50; figure stage=clients start=20089 end=20453 lever=again count=5 amount=900; ";
  struct judged *j = read_plan(plan);
  expect(j, 1, JL_PROPOSE_START, 0);
  free_plan(j);
  char words[1000];
  snprintf(words, sizeof words, "%s expense line=b title=y date=20101 net=1 currency=USD vat_rate=0 state=invoiced", plan);
  j = read_plan(words);
  assert_int_equal(of(j, 1).proposal, JL_PROPOSE_UNKNOWN);
  assert_ptr_equal(of(j, 1).unrated, &j->before);
  free_plan(j);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(much_for_little), cmocka_unit_test(causes), cmocka_unit_test(spend_against_plan), cmocka_unit_test(few_cases),
                                     cmocka_unit_test(gaps), cmocka_unit_test(without_a_rate), cmocka_unit_test(not_begun_again_without_a_rate), cmocka_unit_test(hidden), cmocka_unit_test(interval)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
