/* VAT, currencies, recurring lines and shares in the budget: figures worked out by hand (formulas.md, "Calendar and France"). */
#include "common/base/calendar.h"
#include "common/model/query.h"
#include "view_fixture.h"

static int32_t day(const char *iso) {
  int32_t ret = 0;
  assert_true(jl_day_parse_iso(iso, &ret));
  return ret;
}

static void begin_line(struct fixture *fx, const char *title, int64_t planned) {
  fx_begin(fx, JL_TYPE_BUDGET_LINE);
  fx_text(fx, JL_BUDGET_LINE_TITLE, title);
  fx_int(fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  if (planned >= 0) fx_int(fx, JL_BUDGET_LINE_PLANNED, planned);
  fx_int(fx, JL_BUDGET_LINE_VAT_BASIS, JL_NET);
  fx_int(fx, JL_BUDGET_LINE_VAT_RATE, 2000);
}

static void begin_expense(struct fixture *fx, struct jl_id of, int64_t state, const char *date, int64_t net) {
  fx_begin(fx, JL_TYPE_EXPENSE);
  fx_ref(fx, JL_EXPENSE_LINE, of);
  fx_text(fx, JL_EXPENSE_TITLE, "expense");
  fx_int(fx, JL_EXPENSE_STATE, state);
  fx_int(fx, JL_EXPENSE_DATE, day(date));
  fx_int(fx, JL_EXPENSE_NET, net);
}

static struct jl_id rate(struct fixture *fx, const char *currency, const char *from, int64_t so_much, int64_t worth) {
  fx_begin(fx, JL_TYPE_EXCHANGE_RATE);
  fx_text(fx, JL_EXCHANGE_RATE_CURRENCY, currency);
  fx_int(fx, JL_EXCHANGE_RATE_DAY, day(from));
  fx_int(fx, JL_EXCHANGE_RATE_RATE, so_much);
  fx_int(fx, JL_EXCHANGE_RATE_WORTH, worth);
  return fx_put(fx);
}

static Jalon__Document *budget(struct fixture *fx, const char *by, const char *basis) {
  const struct jl_view_parameter parameters[] = {{"by", by}, {"basis", basis}};
  struct jl_bytes packed;
  struct jl_error err;
  fx->in.parameters = parameters;
  fx->in.parameter_count = 2;
  assert_true(jl_view_build(jl_view_by_name("budget"), &fx->in, fx->arena, &packed, &err));
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  return d;
}
#define SHOWS(fx, by, basis, block, ...)                                                                                                   \
  do {                                                                                                                                     \
    Jalon__Document *shown_ = budget((fx), (by), (basis));                                                                                 \
    FX_ROWS(fx_block(shown_, (block)), __VA_ARGS__);                                                                                       \
    jalon__document__free_unpacked(shown_, NULL);                                                                                          \
  } while (0)

/* 1,000.00 at 20 % of which 80 % come back: 200.00 of VAT, 160.00 back, so 1,040.00. 33.33: 39.996, so 40.00 incl. VAT; of 6.67 of VAT 5.336,
 * so 5.34, come back: 34.66. None comes back (an expense says so itself): what it costs is what was paid. */
static void vat_that_is_a_cost(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  begin_line(&fx, "CRM", 100000);
  fx_int(&fx, JL_BUDGET_LINE_VAT_RECOVERABLE, 8000);
  struct jl_id crm = fx_put(&fx);
  begin_expense(&fx, crm, JL_INVOICED, "2026-02-01", 3333);
  fx_put(&fx);
  begin_expense(&fx, crm, JL_ORDERED, "2026-02-01", 10000);
  fx_int(&fx, JL_EXPENSE_VAT_RECOVERABLE, 0);
  fx_put(&fx);
  SHOWS(&fx, "line", "cost", "lines", "B1 CRM|104000|12000|3466|88534", "total|104000|12000|3466|88534");
  SHOWS(&fx, "line", "net", "lines", "B1 CRM|100000|10000|3333|86667", "total|100000|10000|3333|86667");
  SHOWS(&fx, "line", "gross", "lines", "B1 CRM|120000|12000|4000|104000", "total|120000|12000|4000|104000");
  Jalon__Document *d = budget(&fx, "line", "cost");
  assert_true(fx_noted(d, "cost: excl. VAT, and the VAT that is not recovered"));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Three lines of 1.03 at 20 %. Line by line: 1.236 each, so 3 x 1.24 = 3.72. On the total: 3.09 x 1.2 = 3.708, so 3.71. A fourth line at
 * 5.5 % is rounded with its own rate; one with both sides entered stays as it is. */
static void documents(void **state) {
  (void)state;
  for (int64_t method = JL_VAT_BY_LINE; method <= JL_VAT_ON_TOTAL; method++)
    for (int of_plan = 0; of_plan < 2; of_plan++) {
      struct fixture fx = fx_new();
      fx_begin(&fx, JL_TYPE_PLAN);
      fx_text(&fx, JL_PLAN_NAME, "Plan");
      fx_int(&fx, JL_PLAN_START, day("2026-01-01"));
      fx_int(&fx, JL_PLAN_END, day("2026-12-31"));
      fx_text(&fx, JL_PLAN_CURRENCY, "EUR");
      if (of_plan) fx_int(&fx, JL_PLAN_VAT_METHOD, method);
      fx_put_as(&fx, fx_id(1), 0);
      begin_line(&fx, "one", 0);
      struct jl_id one = fx_put(&fx);
      begin_line(&fx, "other", 0);
      struct jl_id other = fx_put(&fx);
      begin_expense(&fx, one, JL_INVOICED, "2026-02-01", 103);
      if (!of_plan) fx_int(&fx, JL_EXPENSE_VAT_METHOD, method);
      fx_text(&fx, JL_EXPENSE_SUPPLIER, "Imprimerie");
      struct jl_id head = fx_put(&fx);
      for (int i = 0; i < 2; i++) {
        begin_expense(&fx, other, JL_INVOICED, "2026-02-01", 103);
        fx_ref(&fx, JL_EXPENSE_PART_OF, head);
        fx_put(&fx);
      }
      if (method == JL_VAT_ON_TOTAL) /* 1.24, then 2.472 -> 2.47 less 1.24, then 3.708 -> 3.71 less 2.47 */
        SHOWS(&fx, "line", "gross", "lines", "B1 one|0|0|124|-124", "B2 other|0|0|247|-247", "total|0|0|371|-371");
      else
        SHOWS(&fx, "line", "gross", "lines", "B1 one|0|0|124|-124", "B2 other|0|0|248|-248", "total|0|0|372|-372");
      SHOWS(&fx, "supplier", "net", "suppliers", "Imprimerie|0|0|309|-309", "no supplier|0|0|0|0", "total|0|0|309|-309");
      begin_expense(&fx, one, JL_INVOICED, "2026-02-01", 1001); /* 10.56055 */
      fx_int(&fx, JL_EXPENSE_VAT_RATE, 550);
      fx_ref(&fx, JL_EXPENSE_PART_OF, head);
      fx_put(&fx);
      begin_expense(&fx, one, JL_INVOICED, "2026-02-01", 100); /* the paper says 1.21 */
      fx_int(&fx, JL_EXPENSE_GROSS, 121);
      fx_ref(&fx, JL_EXPENSE_PART_OF, head);
      fx_put(&fx);
      if (method == JL_VAT_ON_TOTAL)
        SHOWS(&fx, "line", "gross", "lines", "B1 one|0|0|1301|-1301", "B2 other|0|0|247|-247", "total|0|0|1548|-1548");
      else
        SHOWS(&fx, "line", "gross", "lines", "B1 one|0|0|1301|-1301", "B2 other|0|0|248|-248", "total|0|0|1549|-1549");
      fx_free(&fx);
    }
}

/* 1 EUR = 1.0843 USD: 1,000.00 USD are 922.2539 EUR. 163.06 JPY, which have no cents: 10,000 JPY are 61.327 EUR. 3.3542 TND, which have three
 * digits: 100.000 TND are 29.8133 EUR. Halves to even: at 1 CHF = 0.5 EUR 0.05 CHF are 0.02 EUR, 0.15 CHF 0.08 EUR. */
static void currencies(void **state) {
  static const struct {
    const char *currency;
    int64_t amount, expected;
  } cases[] = {{"USD", 100000, 92225}, {"JPY", 10000, 6133}, {"TND", 100000, 2981}, {"CHF", 5, 2}, {"CHF", 15, 8}, {"EUR", 777, 777}};
  (void)state;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct fixture fx = fx_new();
    char row[64];
    fx_plan(&fx);
    rate(&fx, "USD", "2026-01-01", 1084300, 1000000);
    rate(&fx, "JPY", "2026-01-01", 163060000, 1000000);
    rate(&fx, "TND", "2026-01-01", 3354200, 1000000);
    rate(&fx, "CHF", "2026-01-01", 1000000, 500000);
    begin_line(&fx, "line", 0);
    struct jl_id of = fx_put(&fx);
    begin_expense(&fx, of, JL_INVOICED, "2026-06-30", cases[i].amount);
    fx_text(&fx, JL_EXPENSE_CURRENCY, cases[i].currency);
    fx_put(&fx);
    snprintf(row, sizeof row, "|0|0|%d|%d", (int)cases[i].expected, -(int)cases[i].expected);
    char own[80], total[80];
    snprintf(own, sizeof own, "B1 line%s", row);
    snprintf(total, sizeof total, "total%s", row);
    SHOWS(&fx, "line", "net", "lines", own, total);
    fx_free(&fx);
  }
}

/* The last rate known on that day or before; what has none is in no total, and said; what an order of 110 USD leaves when 60 USD of it are invoiced
 * at another rate is 50 USD at the order's. */
static void dated_rates(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  begin_line(&fx, "ads", 50000);
  struct jl_id ads = fx_put(&fx);
  rate(&fx, "USD", "2026-03-01", 1200000, 1000000);
  rate(&fx, "USD", "2026-02-01", 1100000, 1000000);
  begin_expense(&fx, ads, JL_INVOICED, "2026-02-28", 11000);
  fx_text(&fx, JL_EXPENSE_CURRENCY, "USD");
  fx_put(&fx);
  begin_expense(&fx, ads, JL_INVOICED, "2026-03-01", 12000);
  fx_text(&fx, JL_EXPENSE_CURRENCY, "USD");
  fx_put(&fx);
  begin_expense(&fx, ads, JL_INVOICED, "2026-01-31", 500);
  fx_text(&fx, JL_EXPENSE_CURRENCY, "USD");
  fx_put(&fx);
  begin_expense(&fx, ads, JL_ORDERED, "2026-02-10", 11000);
  fx_text(&fx, JL_EXPENSE_CURRENCY, "USD");
  struct jl_id order = fx_put(&fx);
  begin_expense(&fx, ads, JL_INVOICED, "2026-03-10", 6000);
  fx_text(&fx, JL_EXPENSE_CURRENCY, "USD");
  fx_ref(&fx, JL_EXPENSE_SETTLES, order);
  fx_put(&fx);
  /* 100.00 + 100.00 + 50.00 paid; 50.00 / 1.1 = 45.45 open */
  Jalon__Document *d = budget(&fx, "line", "net");
  FX_ROWS(fx_block(d, "lines"), "B1 ads|50000|4545|undefined|undefined", "total|50000|4545|undefined|undefined");
  FX_ROWS(fx_block(d, "apart"), "X3 expense|actual|20484|500|600");
  assert_string_equal(fx_block(d, "apart")->rows[0]->cells[3]->text, "USD");
  FX_ROWS(fx_block(d, "rates"), "USD|20485|1100000|1000000|", "USD|20513|1200000|1000000|");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* 12,000.00 USD without a rate, of which 1,000.00 EUR are spent: nobody knows what that leaves, or whether it is above them. At 12.50 they are 960.00 EUR, and
 * 40.00 EUR are above them. */
static void unrated_plan(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  begin_line(&fx, "Semrush", 1200000);
  fx_text(&fx, JL_BUDGET_LINE_CURRENCY, "USD");
  struct jl_id tool = fx_put(&fx);
  begin_expense(&fx, tool, JL_INVOICED, "2026-02-28", 100000);
  fx_put(&fx);
  begin_line(&fx, "ads", 500000);
  struct jl_id ads = fx_put(&fx);
  begin_expense(&fx, ads, JL_INVOICED, "2026-02-28", 30000);
  fx_put(&fx);
  SHOWS(&fx, "line", "net", "lines", "B1 Semrush|undefined|0|100000|undefined", "B2 ads|500000|0|30000|470000", "total|undefined|0|130000|undefined");
  SHOWS(&fx, "category", "net", "categories", "tools|undefined|0|130000|undefined", "total|undefined|0|130000|undefined");
  Jalon__Document *d = fx_view(&fx, "overspent", NULL, NULL);
  assert_int_equal(fx_block(d, "overspent")->n_rows, 0);
  jalon__document__free_unpacked(d, NULL);
  rate(&fx, "USD", "2026-01-01", 12500000, 1000000);
  d = fx_view(&fx, "overspent", NULL, NULL);
  FX_ROWS(fx_block(d, "overspent"), "B1 Semrush|budget line||96000|100000|4000|excl. VAT");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* 99.99 each month of the year: 1,199.88, and 1,439.856 incl. VAT. From the 31st of January to the 31st of March: the 28th of February too. */
static void recurring(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx); /* 2026 */
  begin_line(&fx, "licence", 9999);
  fx_int(&fx, JL_BUDGET_LINE_EVERY, JL_EVERY_MONTH);
  fx_put(&fx);
  begin_line(&fx, "ads", 10000);
  fx_int(&fx, JL_BUDGET_LINE_EVERY, JL_EVERY_MONTH);
  fx_int(&fx, JL_BUDGET_LINE_FIRST, day("2026-01-31"));
  fx_int(&fx, JL_BUDGET_LINE_LAST, day("2026-03-31"));
  fx_put(&fx);
  begin_line(&fx, "audit", 5000);
  fx_int(&fx, JL_BUDGET_LINE_EVERY, JL_EVERY_QUARTER);
  fx_int(&fx, JL_BUDGET_LINE_FIRST, day("2026-03-15"));
  fx_put(&fx);
  begin_line(&fx, "domain", 1200);
  fx_int(&fx, JL_BUDGET_LINE_EVERY, JL_EVERY_YEAR);
  fx_put(&fx);
  SHOWS(&fx, "line", "net", "lines", "B1 licence|119988|0|0|119988", "B2 ads|30000|0|0|30000", "B3 audit|20000|0|0|20000",
        "B4 domain|1200|0|0|1200", "total|171188|0|0|171188");
  SHOWS(&fx, "quarter", "net", "quarters", "2026-Q1|66197|0|0|66197", "2026-Q2|34997|0|0|34997", "2026-Q3|34997|0|0|34997",
        "2026-Q4|34997|0|0|34997", "total|171188|0|0|171188");
  Jalon__Document *d = budget(&fx, "line", "gross");
  assert_int_equal(fx_block(d, "lines")->rows[0]->cells[1]->number, 143986);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* 1,000.01 in three months, half of it for A1, a quarter for A2, the rest for the line's own A3: 500.005, 250.0025 and 250.0025, so the odd cent
 * is A1's, whatever the months are. An invoice of 0.01 is A1's. */
/* 5,000 lines of 1.00 a month for a year in what one view may take: 60,000.00. */
static void many_recurring(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx); /* 2026 */
  for (int i = 0; i < 5000; i++) {
    begin_line(&fx, "licence", 100);
    fx_int(&fx, JL_BUDGET_LINE_EVERY, JL_EVERY_MONTH);
    fx_put_as(&fx, (struct jl_id){{7, (uint8_t)(i >> 8), (uint8_t)i}}, 0);
  }
  struct jl_arena *whole = fx.arena;
  fx.arena = jl_arena_new(JL_VIEW_ARENA);
  Jalon__Document *d = budget(&fx, "category", "net");
  FX_ROWS(fx_block(d, "categories"), "tools|6000000|0|0|6000000", "total|6000000|0|0|6000000");
  jalon__document__free_unpacked(d, NULL);
  jl_arena_free(fx.arena);
  fx.arena = whole;
  fx_free(&fx);
}

static void shares(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_id actions[3], seo, sea;
  fx_plan(&fx);
  seo = fx_named(&fx, JL_TYPE_LEVER, "SEO");
  sea = fx_named(&fx, JL_TYPE_LEVER, "SEA");
  for (int i = 0; i < 3; i++) {
    fx_begin(&fx, JL_TYPE_ACTION);
    fx_text(&fx, JL_ACTION_TITLE, "action");
    fx_ref(&fx, JL_ACTION_LEVER, i == 0 ? seo : sea);
    actions[i] = fx_put(&fx);
  }
  begin_line(&fx, "content", -1);
  fx_ref(&fx, JL_BUDGET_LINE_ACTION, actions[2]);
  struct jl_id content = fx_put(&fx);
  for (int i = 0; i < 3; i++) {
    fx_begin(&fx, JL_TYPE_BUDGET_MONTH);
    fx_ref(&fx, JL_BUDGET_MONTH_LINE, content);
    fx_int(&fx, JL_BUDGET_MONTH_MONTH, day((const char *[]){"2026-01-01", "2026-02-01", "2026-03-01"}[i]));
    fx_int(&fx, JL_BUDGET_MONTH_PLANNED, i == 0 ? 33333 : 33334);
    fx_put(&fx);
  }
  for (int i = 0; i < 2; i++) {
    fx_begin(&fx, JL_TYPE_BUDGET_SHARE);
    fx_ref(&fx, JL_BUDGET_SHARE_LINE, content);
    fx_ref(&fx, JL_BUDGET_SHARE_ACTION, actions[i]);
    fx_int(&fx, JL_BUDGET_SHARE_SHARE, i == 0 ? 5000 : 2500);
    fx_put(&fx);
  }
  begin_expense(&fx, content, JL_INVOICED, "2026-02-01", 1);
  fx_put(&fx);
  SHOWS(&fx, "action", "net", "actions", "A1 action|50001|0|1|50000", "A2 action|25000|0|0|25000", "A3 action|25000|0|0|25000",
        "total|100001|0|1|100000");
  SHOWS(&fx, "lever", "net", "levers", "L1 SEO||||50001|0|1|50000|", "  B1 content|tools|||50001|0|1|50000|excl. VAT", "L2 SEA||||50000|0|0|50000|",
        "  B1 content|tools|||25000|0|0|25000|excl. VAT", "  B1 content|tools|||25000|0|0|25000|excl. VAT", "total||||100001|0|1|100000|");
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(vat_that_is_a_cost), cmocka_unit_test(documents),  cmocka_unit_test(currencies),
                                     cmocka_unit_test(dated_rates), cmocka_unit_test(unrated_plan),        cmocka_unit_test(recurring), cmocka_unit_test(many_recurring), cmocka_unit_test(shares)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
