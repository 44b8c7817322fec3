/* What a change does beside what it changes: the months of a budget line that move, are stretched or share another total, to the cent, worked
 * out by hand; then whatever the months: none is lost, and what is over stays. */
#include "common/base/calendar.h"
#include "common/model/actions/replan.h"
#include "plan_words.h"

static int32_t day(int month, int of_month) { return jl_day_from_date(2026, month, of_month); }

struct setting {
  struct fixture fx;
  struct jl_builder *b;
  struct jl_months m;
};

/* Months of 2026 with their cents, and today. The plan is that of 2026. */
static struct setting months_of(int32_t today, const int64_t (*months)[2], size_t n) {
  struct setting s = {.fx = fx_new()};
  fx_plan(&s.fx);
  s.fx.in.today = today;
  fx_begin(&s.fx, JL_TYPE_BUDGET_LINE);
  fx_text(&s.fx, JL_BUDGET_LINE_TITLE, "Ads");
  fx_int(&s.fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  struct jl_id line = fx_put(&s.fx);
  for (size_t i = 0; i < n; i++) {
    fx_begin(&s.fx, JL_TYPE_BUDGET_MONTH);
    fx_ref(&s.fx, JL_BUDGET_MONTH_LINE, line);
    fx_int(&s.fx, JL_BUDGET_MONTH_MONTH, day((int)months[i][0], 1));
    fx_int(&s.fx, JL_BUDGET_MONTH_PLANNED, months[i][1]);
    fx_put(&s.fx);
  }
  s.b = jl_builder_new(s.fx.arena, "replan", today, s.fx.plan);
  assert_true(jl_months_of(&s.fx.in, s.b, jl_replica_record(s.fx.plan, &line), &s.m));
  return s;
}

static void expect(const struct setting *s, const int64_t (*expected)[2], size_t n) {
  for (size_t i = 0, k = 0; i < s->m.count || k < n; i++) {
    if (i < s->m.count && s->m.list[i].is == 0) continue;
    if (i >= s->m.count || k >= n || s->m.list[i].first != day((int)expected[k][0], 1) || s->m.list[i].is != expected[k][1])
      fail_msg("month %zu: %s has %lld, expected %lld in month %lld", k, i < s->m.count ? "it" : "nothing", i < s->m.count ? (long long)s->m.list[i].is : 0,
               k < n ? (long long)expected[k][1] : 0, k < n ? (long long)expected[k][0] : 0);
    k++;
  }
}

static void moved(int32_t today, const int64_t (*months)[2], size_t n, struct jl_change_of_dates change, const int64_t (*expected)[2], size_t m) {
  struct setting s = months_of(today, months, n);
  struct jl_error err;
  assert_true(jl_months_move(s.b, &s.m, &change, &err));
  expect(&s, expected, m);
  fx_free(&s.fx);
}
#define MOVED(today, months, expected, ...)                                                                                                \
  moved(today, months, sizeof(months) / sizeof *(months), (struct jl_change_of_dates){NULL, __VA_ARGS__}, expected, sizeof(expected) / sizeof *(expected))

static void whole_months_move_as_they_are(void **state) {
  static const int64_t months[][2] = {{3, 12345}, {4, 20000}, {6, 777}};
  static const int64_t two_later[][2] = {{5, 12345}, {6, 20000}, {8, 777}}, one_earlier[][2] = {{2, 12345}, {3, 20000}, {5, 777}};
  (void)state;
  MOVED(day(1, 15), months, two_later, day(3, 2), day(4, 24), day(5, 4), day(6, 19));
  MOVED(day(1, 15), months, one_earlier, day(3, 2), day(4, 24), day(2, 2), day(3, 20));
  MOVED(day(1, 15), months, months, day(3, 2), day(4, 24), day(3, 9), day(4, 30)); /* within the same months */
}

/* In April what was planned for March stays; April and the rest move. The action began in March: what is left of it are April and May. */
static void what_is_over_stays(void **state) {
  static const int64_t months[][2] = {{3, 100}, {4, 200}, {5, 300}}, expected[][2] = {{3, 100}, {6, 200}, {7, 300}};
  (void)state;
  MOVED(day(4, 10), months, expected, day(3, 2), day(5, 24), day(6, 1), day(7, 19));
}

/* Moved by three months, November would be in February of the next year, which is not in the plan: it stands in December. */
static void nothing_leaves_the_plan(void **state) {
  static const int64_t months[][2] = {{9, 100}, {10, 200}, {11, 300}}, expected[][2] = {{12, 600}};
  (void)state;
  MOVED(day(4, 10), months, expected, day(9, 1), day(11, 20), day(12, 1), day(12, 20) + 62);
}

/* Two months become three: [0, 3) and [3, 6) on a scale of six, each new month takes two: the first all from March, the second one of March and
 * one of April, the third from April. 100.00 and 50.00: weights 200, 150, 100 of 450: 66.67, 50.00, 33.33 (thirds: the larger remainder gets
 * the cent). Three become two: March and half of April, half of April and May: 100.00 + 25.00, 25.00 + 30.01. */
static void months_are_stretched_with_the_action(void **state) {
  static const int64_t two[][2] = {{3, 10000}, {4, 5000}}, into_three[][2] = {{3, 6667}, {4, 5000}, {5, 3333}};
  static const int64_t three[][2] = {{3, 10000}, {4, 5000}, {5, 3001}}, into_two[][2] = {{3, 12500}, {4, 5501}};
  (void)state;
  static const int64_t behind[][2] = {{2, 100}, {3, 200}, {6, 700}}, with_its_end[][2] = {{2, 100}, {3, 133}, {4, 67}, {7, 700}};
  MOVED(day(1, 15), behind, with_its_end, day(3, 2), day(4, 24), day(3, 2), day(5, 29)); /* 2.00 as 2 to 1: 133.33 and 66.67 cents; behind it June moves as its end */
  MOVED(day(1, 15), two, into_three, day(3, 2), day(4, 24), day(3, 2), day(5, 29));
  MOVED(day(1, 15), three, into_two, day(3, 2), day(5, 24), day(3, 2), day(4, 29));
}

/* 100.00 over three months that have 1, 1 and 1: 33.34, 33.33, 33.33; what was planned in January is over and counts: 70.00 are left. */
static void another_total_is_shared_to_the_cent(void **state) {
  static const int64_t months[][2] = {{1, 3000}, {2, 500}, {3, 500}, {4, 500}}, expected[][2] = {{1, 3000}, {2, 2334}, {3, 2333}, {4, 2333}};
  struct setting s = months_of(day(2, 20), months, 4);
  struct jl_error err;
  (void)state;
  assert_true(jl_months_total(s.b, &s.m, 10000, &err));
  expect(&s, expected, 4);
  assert_false(jl_months_total(s.b, &s.m, 2999, &err));
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&s.fx);
  s = months_of(day(5, 1), months, 4);
  assert_false(jl_months_total(s.b, &s.m, 10000, &err)); /* all of them are over */
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&s.fx);
}

static void no_cent_is_lost(void **state) {
  uint64_t chance = 33;
  (void)state;
  for (int round = 0; round < 400; round++) {
    int64_t months[12][2], before = 0, after = 0;
    size_t n = 0;
    for (int month = 1; month <= 12; month++) {
      chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
      if ((chance >> 40) % 3 == 0) continue;
      months[n][0] = month;
      months[n++][1] = (int64_t)(chance >> 33) % 1000000;
    }
    int32_t at[5];
    for (int i = 0; i < 5; i++) {
      chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
      at[i] = day(1, 1) + (int32_t)((chance >> 33) % 364);
    }
    struct setting s = months_of(at[4], (const int64_t(*)[2])months, n);
    struct jl_error err;
    struct jl_change_of_dates change = {NULL, at[0], at[0] + at[1] % 200, at[2], at[2] + at[3] % 200};
    assert_true(jl_months_move(s.b, &s.m, &change, &err));
    for (size_t i = 0; i < s.m.count; i++) {
      before += s.m.list[i].was;
      after += s.m.list[i].is;
      assert_true(s.m.list[i].is >= 0 && (i == 0 || s.m.list[i - 1].first < s.m.list[i].first));
      if (s.m.list[i].first < s.m.now) assert_int_equal(s.m.list[i].is, s.m.list[i].was);
    }
    if (before != after) fail_msg("round %d: %lld became %lld", round, (long long)before, (long long)after);
    fx_free(&s.fx);
  }
}

/* ---- the view ---- */
/* 12,000 for two levers, a quarter and three quarters, becomes 16,000: 1,000 and 3,000 more. */
static void a_shared_line_tells_of_each_lever(void **state) {
  static const char *const expected[] = {"B1 Ads|1200000|1600000|400000", "L1 SEA|300000|400000|100000", "L2 SEO|900000|1200000|300000",
                                         "total|1200000|1600000|400000"};
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:sea name=SEA; lever:seo name=SEO; action:a title=Annonces lever=sea; action:r title=Article lever=seo; "
                  "budget-line:b title=Ads category=media planned=12000 lever=sea; budget-share line=b action=a share=25; budget-share line=b action=r share=75");
  const struct jl_view_parameter parameters[] = {{"record", "B1"}, {"planned", "1600000"}};
  struct jl_bytes packed = {NULL, 0};
  struct jl_error err = {0};
  fx.in.parameters = parameters;
  fx.in.parameter_count = 2;
  assert_true(jl_view_build(jl_view_by_name("replan"), &fx.in, fx.arena, &packed, &err));
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  const Jalon__Block *block = fx_block(d, "totals");
  assert_int_equal(block->n_rows, JL_COUNT(expected));
  for (size_t i = 0; i < JL_COUNT(expected); i++) {
    char row[400], cell[200];
    size_t used = 0;
    for (size_t c = 0; c < 4; c++) {
      fx_cell_text(block->rows[i]->cells[c], cell, sizeof cell);
      used += (size_t)snprintf(row + used, sizeof row - used, "%s%s", c == 0 ? "" : "|", cell);
    }
    assert_string_equal(row, expected[i]);
  }
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* ---- money without an exchange rate ---- */
static Jalon__Document *replanned(struct fixture *fx, const char *record, const char *name, const char *value) {
  const struct jl_view_parameter parameters[] = {{"record", record}, {name, value}};
  struct jl_bytes packed = {NULL, 0};
  struct jl_error err = {0};
  fx->in.parameters = parameters;
  fx->in.parameter_count = 2;
  assert_true(jl_view_build(jl_view_by_name("replan"), &fx->in, fx->arena, &packed, &err));
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  return d;
}
static void expect_view(struct fixture *fx, const char *record, const char *name, const char *value, const char *block, const char *const *expected, size_t n, bool remarked) {
  Jalon__Document *d = replanned(fx, record, name, value);
  if (n > 0)
    fx_expect_rows(fx_block(d, block), expected, n);
  else
    assert_null(fx_block(d, block));
  assert_int_equal(fx_noted(d, "amounts in {2} without an exchange rate: {1} ({3}); sums with one of them are undefined. The rate of that day or before: jalon exchange-rate "
                               "add --currency {2} --day {4} --rate ..."),
                   remarked);
  jalon__document__free_unpacked(d, NULL);
}
#define REPLANNED(fx, record, name, value, block, remarked, ...)                                                                            \
  expect_view(fx, record, name, value, block, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), remarked)

/* 12,000 for SEA, and 1,000 dollars for it too. Without a rate nobody knows what SEA has, nor what a customer costs; what the line in euros changes is known.
 * At two dollars for a euro: 500, so 12,500 for 10 customers, 1,250 each; 16,500 for 16,000 would bring 10 x 16,500 / 12,500 = 13.2. 15 % instead of 30 %
 * takes twice as many visitors: twice the budget, 2,500 each. */
static void money_without_a_rate(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:sea name=SEA; budget-line title=Ads category=media planned=12000 lever=sea; budget-line title=Semrush category=tools planned=1000 currency=USD lever=sea; "
                  "funnel:f name=F customers=10; funnel-stage:s name=SQL funnel=f; funnel-rate stage=s rate=0.5");
  REPLANNED(&fx, "B1", "planned", "1600000", "totals", true, "B1 Ads|1200000|1600000|400000|0|1600000", "L1 SEA|undefined|undefined|400000|0|undefined", "total|undefined|undefined|400000|0|undefined");
  REPLANNED(&fx, "B1", "planned", "1600000", "funnel", true, "FS1 SQL|20|undefined|undefined|undefined|undefined", "customers|10|undefined|undefined|undefined|undefined");
  REPLANNED(&fx, "B2", "planned", "200000", "totals", true, "B2 Semrush|undefined|undefined|undefined|0|undefined", "L1 SEA|undefined|undefined|undefined|0|undefined", "total|undefined|undefined|undefined|0|undefined");
  REPLANNED(&fx, "FR1", "rate", "250000", "money", true, "budget that keeps the target|undefined|undefined|undefined", "budget per customer|undefined|undefined|undefined");
  Jalon__Document *d = replanned(&fx, "B2", "planned", "200000");
  const Jalon__Row *change = fx_block(d, "change")->rows[0];
  assert_int_equal(change->cells[2]->number, 100000); /* in dollars, which it is planned in */
  assert_int_equal(change->cells[3]->number, 200000);
  assert_string_equal(change->cells[2]->text, "USD");
  jalon__document__free_unpacked(d, NULL);
  fx_begin(&fx, JL_TYPE_EXCHANGE_RATE);
  fx_text(&fx, JL_EXCHANGE_RATE_CURRENCY, "USD");
  fx_int(&fx, JL_EXCHANGE_RATE_DAY, 20454);
  fx_int(&fx, JL_EXCHANGE_RATE_RATE, 2000000);
  fx_int(&fx, JL_EXCHANGE_RATE_WORTH, 1000000);
  fx_put(&fx);
  REPLANNED(&fx, "B1", "planned", "1600000", "totals", false, "B1 Ads|1200000|1600000|400000|0|1600000", "L1 SEA|1250000|1650000|400000|0|1650000", "total|1250000|1650000|400000|0|1650000");
  REPLANNED(&fx, "B1", "planned", "1600000", "funnel", false, "FS1 SQL|20|62500|82500|26|6", "customers|10|125000|165000|13|3");
  REPLANNED(&fx, "B2", "planned", "200000", "totals", false, "B2 Semrush|50000|100000|50000|0|100000", "L1 SEA|1250000|1300000|50000|0|1300000", "total|1250000|1300000|50000|0|1300000");
  REPLANNED(&fx, "FR1", "rate", "250000", "money", false, "budget that keeps the target|1250000|2500000|1250000", "budget per customer|125000|250000|125000");
  fx_free(&fx);
}

/* An action of April is to go on in May: of 100 dollars and 200 euros half moves with it, 50 dollars and 100 euros; what of it was paid in dollars nobody knows. */
static void months_move_in_their_own_currency(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  char start[16], due[16];
  fx.in.today = day(1, 15);
  snprintf(start, sizeof start, "%d", day(4, 6));
  snprintf(due, sizeof due, "%d", day(4, 24));
  char *words = jl_arena_printf(fx.arena, "lever:sea name=SEA; action:a title=Salon lever=sea start=%s due=%s; budget-line:d title=Stand category=media currency=USD action=a; budget-month line=d month=%d planned=100; "
                                          "expense title=Acompte line=d net=50 date=%d currency=USD state=invoiced; budget-line:e title=Voyage category=media action=a; budget-month line=e month=%d planned=200",
                                start, due, day(4, 1), day(1, 10), day(4, 1));
  words_read(&fx, words);
  Jalon__Document *d = replanned(&fx, "A1", "due", "2026-05-22");
  const Jalon__Block *money = fx_block(d, "money");
  assert_non_null(money);
  for (size_t r = 0; r < money->n_rows; r++)
    for (size_t c = 2; c < 4; c++)
      if (money->rows[r]->cells[c]->has_kind) assert_string_equal(money->rows[r]->cells[c]->text, strstr(money->rows[r]->cells[0]->text, "Stand") != NULL ? "USD" : "EUR");
  size_t notes = 0;
  for (size_t i = 0; i < money->n_notes; i++) {
    if (strncmp(money->notes[i]->message, "planned in other months", 23) != 0) continue;
    assert_int_equal(money->notes[i]->arguments[0]->number, notes == 0 ? 5000 : 10000);
    assert_int_equal(money->notes[i]->arguments[1]->number, notes == 0 ? 10000 : 20000);
    assert_string_equal(money->notes[i]->arguments[0]->text, notes == 0 ? "USD" : "EUR");
    notes++;
  }
  assert_int_equal(notes, 2);
  assert_string_equal(money->rows[0]->cells[5]->text, "undefined");
  assert_true(fx_noted(d, "amounts in {2} without an exchange rate: {1} ({3}); sums with one of them are undefined. The rate of that day or before: jalon exchange-rate "
                          "add --currency {2} --day {4} --rate ..."));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(whole_months_move_as_they_are), cmocka_unit_test(what_is_over_stays),
                                     cmocka_unit_test(nothing_leaves_the_plan),       cmocka_unit_test(months_are_stretched_with_the_action),
                                     cmocka_unit_test(another_total_is_shared_to_the_cent), cmocka_unit_test(no_cent_is_lost),
                                     cmocka_unit_test(a_shared_line_tells_of_each_lever), cmocka_unit_test(money_without_a_rate),
                                     cmocka_unit_test(months_move_in_their_own_currency)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
