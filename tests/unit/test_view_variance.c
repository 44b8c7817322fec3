/* Variance and forecast: a small budget worked out by hand. */
#include "common/base/calendar.h"
#include "view_fixture.h"

static int32_t day(int month, int number) { return jl_day_from_date(2026, month, number); }

static struct jl_id action(struct fixture *fx, const char *title, struct jl_id lever, int64_t status, int64_t progress) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  fx_ref(fx, JL_ACTION_LEVER, lever);
  fx_int(fx, JL_ACTION_STATUS, status);
  if (progress >= 0) fx_int(fx, JL_ACTION_PROGRESS, progress);
  return fx_put(fx);
}

static struct jl_id line(struct fixture *fx, const char *title, int64_t planned, const struct jl_id *lever, const struct jl_id *of) {
  fx_begin(fx, JL_TYPE_BUDGET_LINE);
  fx_text(fx, JL_BUDGET_LINE_TITLE, title);
  fx_int(fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  if (planned >= 0) fx_int(fx, JL_BUDGET_LINE_PLANNED, planned);
  if (lever != NULL) fx_ref(fx, JL_BUDGET_LINE_LEVER, *lever);
  if (of != NULL) fx_ref(fx, JL_BUDGET_LINE_ACTION, *of);
  return fx_put(fx);
}

static void spend(struct fixture *fx, struct jl_id of, int32_t date, int64_t state, int64_t net) {
  fx_begin(fx, JL_TYPE_EXPENSE);
  fx_ref(fx, JL_EXPENSE_LINE, of);
  fx_text(fx, JL_EXPENSE_TITLE, "expense");
  fx_int(fx, JL_EXPENSE_STATE, state);
  fx_int(fx, JL_EXPENSE_DATE, date);
  fx_int(fx, JL_EXPENSE_NET, net);
  fx_put(fx);
}

static void month(struct fixture *fx, struct jl_id of, int number, int64_t planned) {
  fx_begin(fx, JL_TYPE_BUDGET_MONTH);
  fx_ref(fx, JL_BUDGET_MONTH_LINE, of);
  fx_int(fx, JL_BUDGET_MONTH_MONTH, day(number, 1));
  fx_int(fx, JL_BUDGET_MONTH_PLANNED, planned);
  fx_put(fx);
}

/* Plan of 2026 (fx_plan), on 31 March: 3 of 12 months are over. */
static struct fixture plan(void) {
  struct fixture fx = fx_new();
  fx_plan(&fx);
  fx.in.today = day(3, 31);
  return fx;
}

static void figures(void **state) {
  (void)state;
  struct fixture fx = plan();
  struct jl_id ads = fx_named(&fx, JL_TYPE_LEVER, "Ads"), salon = fx_named(&fx, JL_TYPE_LEVER, "Salon");
  struct jl_id campaign = action(&fx, "Campaign", ads, JL_IN_PROGRESS, 200000);
  struct jl_id stand = action(&fx, "Stand", salon, JL_DONE, -1);
  struct jl_id tools = line(&fx, "CRM", 120000, NULL, NULL);               /* by time: 30,000 of 120,000 */
  struct jl_id media = line(&fx, "Media", -1, NULL, &campaign);            /* by quarter: 40,000 and 60,000; the first is over */
  struct jl_id booth = line(&fx, "Booth", 50000, &salon, &stand);
  month(&fx, media, 1, 40000);
  month(&fx, media, 4, 60000);
  spend(&fx, tools, day(1, 15), JL_INVOICED, 30000);
  spend(&fx, media, day(2, 10), JL_INVOICED, 25000);
  spend(&fx, media, day(2, 10), JL_ORDERED, 9000);
  spend(&fx, booth, day(3, 1), JL_INVOICED, 45000);
  spend(&fx, booth, day(4, 1), JL_INVOICED, 1000); /* dated after today: committed until then */
  Jalon__Document *d = fx_view(&fx, "variance", NULL, NULL);
  /* planned, theoretical, committed, actual, remaining, theoretical - actual, % */
  FX_ROWS(fx_block(d, "variance"), "L1 Ads|100000|40000|9000|25000|66000|15000|250000 percent", "  B2 Media|100000|40000|9000|25000|66000|15000|250000 percent",
          "L2 Salon|50000|12500|1000|45000|4000|-32500|900000 percent", "  B3 Booth|50000|12500|1000|45000|4000|-32500|900000 percent",
          "no lever|120000|30000|0|30000|90000|0|250000 percent", "  B1 CRM|120000|30000|0|30000|90000|0|250000 percent",
          "total|270000|82500|10000|100000|160000|-17500|370370 percent");
  /* Media: 20 % of 100,000 earned, CPI 20/25, SPI 20/40, EAC 100,000 / 0.8 = 125,000; 75,000 left at 25,000 in three months last nine.
   * Booth: all of it earned; CPI 50/45; EAC 45,000; 5,000 left at 15,000 a month: 10 days of 30. CRM: EAC 120,000; 90,000 left at 10,000 a month.
   * Total: 100,000 earned, CPI 100/100, SPI 100/82.5, EAC 270,000; 170,000 left at 100,000 in three months: 5.1 months, so the third day of the sixth, 3 September */
  FX_ROWS(fx_block(d, "forecast"), "L1 Ads|20000||-5000|-20000|800000|500000|125000|-25000|20818",
          "  B2 Media|20000|progress|-5000|-20000|800000|500000|125000|-25000|20818", "L2 Salon|50000||5000|37500|1111111|4000000|45000|5000|20553",
          "  B3 Booth|50000|progress|5000|37500|1111111|4000000|45000|5000|20553", "no lever|30000||0|0|1000000|1000000|120000|0|20818",
          "  B1 CRM|30000|time (earned by)|0|0|1000000|1000000|120000|0|20818", "total|100000||0|17500|1000000|1212121|270000|0|20699");
  assert_int_equal(day(12, 31), 20818);
  assert_int_equal(day(4, 10), 20553);
  assert_int_equal(day(9, 3), 20699);
  /* both: 100,000 + 170,000 x 100,000 x 82,500 / 100,000^2 = 100,000 + 140,250; TCPI 170,000 / 140,250 */
  FX_ROWS(fx_block(d, "methods"), "it goes on as it went|BAC/CPI|270000|0|1000000", "the rest as planned|AC+BAC-EV|270000|0|1000000",
          "cost and delay go on|AC+(BAC-EV)/(CPI×SPI)|240250|29750|1212121",
          "the rest, line by line|AC+ETC|undefined|undefined|undefined",
          "at the present pace|AC+AC'/m'×m|400000|-130000|566667"); /* 100,000 + 100,000 x 9 / 3 */
  assert_true(fx_noted(d, "at the present pace the budget is exhausted on {1}, before the plan ends ({3}): {2} are left"));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "variance", "method", "atypical");
  char row[400];
  fx_row(fx_block(d, "forecast"), 1, row, sizeof row);
  assert_string_equal(row, "  B2 Media|20000|progress|-5000|-20000|800000|500000|105000|-5000|20818");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "variance", "months", "1"); /* March: 45,000; 170,000 left: 3.78 months; 0.7778 x 31 = 24.1 */
  fx_row(fx_block(d, "forecast"), 6, row, sizeof row);
  assert_string_equal(row, "total|100000||0|17500|1000000|1212121|270000|0|20659");
  assert_int_equal(day(7, 25), 20659);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* One of three is done, and a third of the time gone: 33.33 of 100.00 on the screen, a third where it is divided. 40.00 spent: CPI 33.333.../40, and
 * 120.00 at the end, where 33.33 would make 120.01; both: 40 + 66.666... x 40 x 33.333... / 33.333...^2 = 120.00. Of the pace count February to April:
 * 60.00 left at 40.00 in three months last until 15 September. Of two such lines 66.66 is earned, which is what both show, and of 80.00 again
 * 83.3333 % (66.66 would make 83.325). */
static void thirds(void **state) {
  (void)state;
  struct fixture fx = plan();
  struct jl_id ads = fx_named(&fx, JL_TYPE_LEVER, "Ads");
  fx.in.today = day(4, 30);
  for (int i = 0; i < 2; i++) {
    fx_begin(&fx, JL_TYPE_ACTION);
    fx_text(&fx, JL_ACTION_TITLE, "Webinars");
    fx_ref(&fx, JL_ACTION_LEVER, ads);
    fx_int(&fx, JL_ACTION_QUANTITY_TARGET, 3);
    fx_int(&fx, JL_ACTION_QUANTITY_DONE, 1);
    struct jl_id webinars = fx_put(&fx), of = line(&fx, "Webinars", 10000, NULL, &webinars);
    spend(&fx, of, day(2, 1), JL_INVOICED, 4000);
  }
  Jalon__Document *d = fx_view(&fx, "variance", "method", "both");
  FX_ROWS(fx_block(d, "forecast"), "L1 Ads|6666||-1334|0|833333|1000000|24000|-4000|20711", "  B1 Webinars|3333|progress|-667|0|833333|1000000|12000|-2000|20711",
          "  B2 Webinars|3333|progress|-667|0|833333|1000000|12000|-2000|20711", "total|6666||-1334|0|833333|1000000|24000|-4000|20711");
  FX_ROWS(fx_block(d, "methods"), "it goes on as it went|BAC/CPI|24000|-4000|833333", "the rest as planned|AC+BAC-EV|21334|-1334|1000000",
          "cost and delay go on|AC+(BAC-EV)/(CPI×SPI)|24000|-4000|833333", "the rest, line by line|AC+ETC|undefined|undefined|undefined",
          "at the present pace|AC+AC'/m'×m|29333|-9333|625000"); /* 80.00 in the three months of the pace: 213.33 in eight; 133.333333 / 213.333333 */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Nothing is divided by nothing. */
static void undefined(void **state) {
  (void)state;
  struct fixture fx = plan();
  struct jl_error err;
  line(&fx, "free", 0, NULL, NULL);
  fx.in.today = day(1, 1) - 10;
  Jalon__Document *d = fx_view(&fx, "variance", NULL, NULL);
  FX_ROWS(fx_block(d, "variance"), "no lever|0|0|0|0|0|0|undefined", "  B1 free|0|0|0|0|0|0|undefined", "total|0|0|0|0|0|0|undefined");
  char row[400];
  fx_row(fx_block(d, "forecast"), 2, row, sizeof row);
  assert_string_equal(row, "total|0||0|0|undefined|undefined|undefined|undefined|");
  jalon__document__free_unpacked(d, NULL);
  assert_null(fx_try(&fx, "variance", "method", "guess", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  assert_null(fx_try(&fx, "variance", "months", "0", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&fx);
}

static void in_dollars(struct fixture *fx, struct jl_id line, int32_t date, int64_t net) {
  fx_begin(fx, JL_TYPE_EXPENSE);
  fx_text(fx, JL_EXPENSE_TITLE, "USD");
  fx_ref(fx, JL_EXPENSE_LINE, line);
  fx_int(fx, JL_EXPENSE_STATE, JL_INVOICED);
  fx_int(fx, JL_EXPENSE_DATE, date);
  fx_int(fx, JL_EXPENSE_NET, net);
  fx_text(fx, JL_EXPENSE_CURRENCY, "USD");
  fx_put(fx);
}

/* 1,000.00 USD without a rate, 100.00 EUR of them spent; of 1,200.00 EUR 300.00 should be spent by the end of March, and 200.00 are. Of dollars nobody knows
 * what they come to, so of a sum with them neither; what is in euros alone stays known: CPI 300 / 200, estimate 1,200 / 1.5. */
static void unrated(void **state) {
  (void)state;
  struct fixture fx = plan();
  fx_begin(&fx, JL_TYPE_BUDGET_LINE);
  fx_text(&fx, JL_BUDGET_LINE_TITLE, "Semrush");
  fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  fx_int(&fx, JL_BUDGET_LINE_PLANNED, 100000);
  fx_text(&fx, JL_BUDGET_LINE_CURRENCY, "USD");
  struct jl_id tool = fx_put(&fx), ads = line(&fx, "Ads", 120000, NULL, NULL);
  spend(&fx, tool, day(2, 28), JL_INVOICED, 10000);
  spend(&fx, ads, day(2, 28), JL_INVOICED, 20000);
  Jalon__Document *d = fx_view(&fx, "variance", NULL, NULL);
  FX_ROWS(fx_block(d, "variance"), "no lever|undefined|undefined|0|30000|undefined|undefined|undefined", "  B1 Semrush|undefined|undefined|0|10000|undefined|undefined|undefined",
          "  B2 Ads|120000|30000|0|20000|100000|10000|166667 percent", "total|undefined|undefined|0|30000|undefined|undefined|undefined");
  char row[400];
  fx_row(fx_block(d, "forecast"), 3, row, sizeof row);
  assert_string_equal(row, "total|undefined||undefined|undefined|undefined|undefined|undefined|undefined|undefined");
  fx_row(fx_block(d, "forecast"), 1, row, sizeof row);
  assert_string_equal(row, "  B1 Semrush|undefined|time (earned by)|undefined|undefined|undefined|undefined|undefined|undefined|undefined");
  jalon__document__free_unpacked(d, NULL);
  in_dollars(&fx, ads, day(4, 10), 5000); /* still to come: what is committed is unknown, what was spent is not */
  d = fx_view(&fx, "variance", NULL, NULL);
  fx_row(fx_block(d, "variance"), 2, row, sizeof row);
  assert_string_equal(row, "  B2 Ads|120000|30000|undefined|20000|undefined|10000|166667 percent");
  fx_row(fx_block(d, "forecast"), 2, row, sizeof row);
  assert_string_equal(row, "  B2 Ads|30000|time (earned by)|10000|0|1500000|1000000|80000|40000|20999"); /* 1,000.00 left at 66.67 a month: 15 months, until 30 June 2027 */
  assert_true(fx_noted(d, "invoices dated after {1} count as committed until their day"));
  jalon__document__free_unpacked(d, NULL);
  in_dollars(&fx, ads, day(3, 10), 5000);
  d = fx_view(&fx, "variance", NULL, NULL);
  fx_row(fx_block(d, "variance"), 2, row, sizeof row);
  assert_string_equal(row, "  B2 Ads|120000|30000|undefined|undefined|undefined|undefined|undefined");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* What one may not read shows in no figure: without the budget nothing, without the actions lines are earned by time. */
static void rights(void **state) {
  (void)state;
  struct fixture fx = plan();
  struct jl_id ads = fx_named(&fx, JL_TYPE_LEVER, "Ads"), campaign = action(&fx, "Campaign", ads, JL_IN_PROGRESS, 200000);
  line(&fx, "Media", 120000, NULL, &campaign);
  fx.in.sections = EVERYTHING & ~(1u << JL_SECTION_BUDGET);
  Jalon__Document *d = fx_view(&fx, "variance", NULL, NULL);
  FX_ROWS(fx_block(d, "variance"), "total|not yours|not yours|not yours|not yours|not yours|not yours|not yours");
  jalon__document__free_unpacked(d, NULL);
  fx.in.sections = EVERYTHING & ~(1u << JL_SECTION_ACTIONS);
  d = fx_view(&fx, "variance", NULL, NULL);
  char row[400];
  fx_row(fx_block(d, "forecast"), 1, row, sizeof row);
  assert_string_equal(row, "  B1 Media|30000|time (earned by)|30000|0|undefined|1000000|undefined|undefined|");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* 1,000.00 EUR are ordered, and an invoice of 500.00 USD settles a part of that: what is still committed nobody knows, nor what remains. With the rate, two
 * dollars for a euro, it is 750.00; and after an invoice of 1,000.00 EUR nothing is open whatever the dollars are. */
static void an_order_that_dollars_settle(void **state) {
  (void)state;
  struct fixture fx = plan();
  struct jl_id ads = line(&fx, "Ads", 500000, NULL, NULL), order[2];
  for (int i = 0; i < 2; i++) {
    fx_begin(&fx, JL_TYPE_EXPENSE);
    fx_text(&fx, JL_EXPENSE_TITLE, i == 0 ? "order" : "dollars");
    fx_ref(&fx, JL_EXPENSE_LINE, ads);
    fx_int(&fx, JL_EXPENSE_STATE, i == 0 ? JL_ORDERED : JL_INVOICED);
    fx_int(&fx, JL_EXPENSE_DATE, day(2, 1 + i));
    fx_int(&fx, JL_EXPENSE_NET, i == 0 ? 100000 : 50000);
    if (i == 1) fx_ref(&fx, JL_EXPENSE_SETTLES, order[0]);
    if (i == 1) fx_text(&fx, JL_EXPENSE_CURRENCY, "USD");
    order[i] = fx_put(&fx);
  }
  Jalon__Document *d = fx_view(&fx, "budget", "by", "line");
  FX_ROWS(fx_block(d, "lines"), "B1 Ads|500000|undefined|undefined|undefined", "total|500000|undefined|undefined|undefined");
  FX_ROWS(fx_block(d, "apart"), "X2 dollars|committed|20485|50000|50000", "X2 dollars|actual|20486|50000|50000");
  const Jalon__Block *apart = fx_block(d, "apart");
  assert_int_equal(apart->notes[0]->arguments[0]->number, 1); /* one invoice is missing its rate */
  assert_string_equal(apart->notes[0]->arguments[1]->text, "USD");
  assert_string_equal(apart->notes[0]->arguments[2]->text, "X2");
  assert_string_equal(apart->notes[0]->arguments[3]->text, "2026-02-02");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "variance", NULL, NULL);
  FX_ROWS(fx_block(d, "variance"), "no lever|500000|125000|undefined|undefined|undefined|undefined|undefined", "  B1 Ads|500000|125000|undefined|undefined|undefined|undefined|undefined",
          "total|500000|125000|undefined|undefined|undefined|undefined|undefined");
  jalon__document__free_unpacked(d, NULL);
  fx_begin(&fx, JL_TYPE_EXPENSE);
  fx_text(&fx, JL_EXPENSE_TITLE, "euros");
  fx_ref(&fx, JL_EXPENSE_LINE, ads);
  fx_ref(&fx, JL_EXPENSE_SETTLES, order[0]);
  fx_int(&fx, JL_EXPENSE_STATE, JL_INVOICED);
  fx_int(&fx, JL_EXPENSE_DATE, day(2, 3));
  fx_int(&fx, JL_EXPENSE_NET, 100000);
  struct jl_id euros = fx_put(&fx);
  d = fx_view(&fx, "budget", "by", "line");
  FX_ROWS(fx_block(d, "lines"), "B1 Ads|500000|0|undefined|undefined", "total|500000|0|undefined|undefined");
  jalon__document__free_unpacked(d, NULL);
  fx_begin(&fx, JL_TYPE_EXPENSE); /* of 200.00 only */
  fx_text(&fx, JL_EXPENSE_TITLE, "euros");
  fx_ref(&fx, JL_EXPENSE_LINE, ads);
  fx_ref(&fx, JL_EXPENSE_SETTLES, order[0]);
  fx_int(&fx, JL_EXPENSE_STATE, JL_INVOICED);
  fx_int(&fx, JL_EXPENSE_DATE, day(2, 3));
  fx_int(&fx, JL_EXPENSE_NET, 20000);
  (void)fx_put_as(&fx, euros, 0);
  fx_begin(&fx, JL_TYPE_EXCHANGE_RATE);
  fx_text(&fx, JL_EXCHANGE_RATE_CURRENCY, "USD");
  fx_int(&fx, JL_EXCHANGE_RATE_DAY, day(2, 2));
  fx_int(&fx, JL_EXCHANGE_RATE_RATE, 2000000);
  fx_int(&fx, JL_EXCHANGE_RATE_WORTH, 1000000);
  fx_put(&fx);
  d = fx_view(&fx, "budget", "by", "line"); /* 1,000 - 250 - 200 */
  FX_ROWS(fx_block(d, "lines"), "B1 Ads|500000|55000|45000|400000", "total|500000|55000|45000|400000");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(figures), cmocka_unit_test(thirds), cmocka_unit_test(undefined), cmocka_unit_test(unrated), cmocka_unit_test(an_order_that_dollars_settle), cmocka_unit_test(rights)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
