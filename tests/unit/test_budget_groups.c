/* The budget in every grouping: figures worked out by hand, and sums that are the same whatever the grouping. */
#include "common/base/calendar.h"
#include "common/model/budget/fiscal.h"
#include "view_fixture.h"

static int32_t day(const char *iso) {
  int32_t ret = 0;
  assert_true(jl_day_parse_iso(iso, &ret));
  return ret;
}

static void is_quarter(const struct jl_fiscal *f, const char *of, int number, const char *from, const char *to, const char *year) {
  struct jl_fiscal_quarter at;
  char name[JL_FISCAL_NAME];
  jl_fiscal_at(f, day(of), &at);
  jl_fiscal_year_name(&at, name);
  assert_int_equal(at.number, number);
  assert_int_equal(at.start, day(from));
  assert_int_equal(at.end, day(to));
  assert_string_equal(name, year);
}

/* Code de commerce L123-12: any closing date, also in the middle of a month; a first year that is shorter or longer. */
static void fiscal_years(void **state) {
  (void)state;
  const struct jl_fiscal july = {day("2026-07-01"), day("2027-06-30")};
  is_quarter(&july, "2026-07-01", 1, "2026-07-01", "2026-09-30", "2026-2027");
  is_quarter(&july, "2026-12-31", 2, "2026-10-01", "2026-12-31", "2026-2027");
  is_quarter(&july, "2027-06-30", 4, "2027-04-01", "2027-06-30", "2026-2027");
  is_quarter(&july, "2027-07-01", 1, "2027-07-01", "2027-09-30", "2027-2028");
  is_quarter(&july, "2026-06-30", 4, "2026-04-01", "2026-06-30", "2025-2026");
  is_quarter(&july, "2020-02-29", 3, "2020-01-01", "2020-03-31", "2019-2020");
  const struct jl_fiscal civil = {day("2026-01-01"), day("2026-12-31")};
  is_quarter(&civil, "2028-02-29", 1, "2028-01-01", "2028-03-31", "2028");
  const struct jl_fiscal middle = {day("2026-09-15"), day("2027-09-14")};
  is_quarter(&middle, "2026-12-14", 1, "2026-09-15", "2026-12-14", "2026-2027");
  is_quarter(&middle, "2026-12-15", 2, "2026-12-15", "2027-03-14", "2026-2027");
  /* nine months and a half, then the years of July: its first quarter has the fortnight that is over */
  const struct jl_fiscal shorter = {day("2026-09-15"), day("2027-06-30")};
  is_quarter(&shorter, "2026-09-20", 1, "2026-09-15", "2026-09-30", "2026-2027");
  is_quarter(&shorter, "2026-10-01", 2, "2026-10-01", "2026-12-31", "2026-2027");
  is_quarter(&shorter, "2027-06-30", 4, "2027-04-01", "2027-06-30", "2026-2027");
  is_quarter(&shorter, "2027-07-01", 1, "2027-07-01", "2027-09-30", "2027-2028");
  const struct jl_fiscal longer = {day("2026-01-01"), day("2027-06-30")};
  is_quarter(&longer, "2027-06-30", 6, "2027-04-01", "2027-06-30", "2026-2027");
  is_quarter(&longer, "2027-07-01", 1, "2027-07-01", "2027-09-30", "2027-2028");
  struct jl_fiscal_quarter at; /* typing errors take no time and break nothing */
  jl_fiscal_at(&july, JL_DAY_MIN, &at);
  jl_fiscal_at(&july, JL_DAY_MAX, &at);
}

static void is_period(const struct jl_fiscal *f, const char *text, const char *from, const char *to) {
  struct jl_error err;
  int32_t first = 0, last = 0;
  bool known = jl_fiscal_period(f, text, &first, &last, &err);
  assert_int_equal(known, from != NULL);
  if (!known) return;
  assert_int_equal(first, day(from));
  assert_int_equal(last, day(to));
}

static void periods(void **state) {
  (void)state;
  const struct jl_fiscal july = {day("2026-07-01"), day("2027-06-30")};
  is_period(&july, "2026", "2026-07-01", "2027-06-30");
  is_period(&july, "2027", "2027-07-01", "2028-06-30");
  is_period(&july, "2026-Q1", "2026-07-01", "2026-09-30");
  static const char *const thirds[] = {"2026-Q3", "2026-T3", "T3 2026", "Q3 2026", "t3 2026", "2026 Q3", "2026Q3", "Q3-2026", "T3/2026", "3T 2026", "3T2026", "3e trimestre 2026", "3ème trimestre 2026", "3\u00a0e trimestre\u202f2026",
                                       "3EME TRIM. 2026", "trimestre 3 2026", "3rd quarter 2026", "Quarter 3, 2026" /* none */, "2026 3e trimestre"};
  for (size_t i = 0; i < JL_COUNT(thirds); i++) is_period(&july, thirds[i], strchr(thirds[i], ',') != NULL ? NULL : "2027-01-01", "2027-03-31");
  is_period(&july, "T1 2026..T2 2026", "2026-07-01", "2026-12-31");
  is_period(&july, "3e 2026", NULL, NULL);
  is_period(&july, "2026-t4", "2027-04-01", "2027-06-30");
  is_period(&july, "2026-Q5", NULL, NULL);
  is_period(&july, "2026-02", "2026-02-01", "2026-02-28");
  is_period(&july, "2026-11..2027-02", "2026-11-01", "2027-02-28");
  is_period(&july, "2026-Q1..2026-Q2", "2026-07-01", "2026-12-31");
  is_period(&july, "2026-07-14", "2026-07-14", "2026-07-14");
  is_period(&july, "2026-09..2026-07", NULL, NULL);
  is_period(&july, "2026-13", NULL, NULL);
  is_period(&july, "", NULL, NULL);
  is_period(&july, "..", NULL, NULL);
  is_period(&july, "0000", NULL, NULL);
  is_period(&july, "9999-Q4", NULL, NULL);
}

static struct jl_id line(struct fixture *fx, const char *title, int64_t planned, int64_t basis, int64_t rate) {
  fx_begin(fx, JL_TYPE_BUDGET_LINE);
  fx_text(fx, JL_BUDGET_LINE_TITLE, title);
  fx_int(fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  if (planned >= 0) fx_int(fx, JL_BUDGET_LINE_PLANNED, planned);
  fx_int(fx, JL_BUDGET_LINE_VAT_BASIS, basis);
  fx_int(fx, JL_BUDGET_LINE_VAT_RATE, rate);
  return fx_put(fx);
}

static void month(struct fixture *fx, struct jl_id of, const char *first, int64_t planned) {
  fx_begin(fx, JL_TYPE_BUDGET_MONTH);
  fx_ref(fx, JL_BUDGET_MONTH_LINE, of);
  fx_int(fx, JL_BUDGET_MONTH_MONTH, day(first));
  fx_int(fx, JL_BUDGET_MONTH_PLANNED, planned);
  fx_put(fx);
}

static struct jl_id expense(struct fixture *fx, struct jl_id of, int64_t state, const char *date, const char *supplier, int64_t net) {
  fx_begin(fx, JL_TYPE_EXPENSE);
  fx_ref(fx, JL_EXPENSE_LINE, of);
  fx_text(fx, JL_EXPENSE_TITLE, "expense");
  fx_int(fx, JL_EXPENSE_STATE, state);
  fx_int(fx, JL_EXPENSE_DATE, day(date));
  if (supplier != NULL) fx_text(fx, JL_EXPENSE_SUPPLIER, supplier);
  fx_int(fx, JL_EXPENSE_NET, net);
  return fx_put(fx);
}

/* A line incl. VAT of three months, 33.33 + 33.33 + 33.34 = 100.00 at 20 %: 83.33 excl. VAT (100 / 1.2 = 83.333), of which the months get
 * 27.7739, 27.7739 and 27.7822: one cent is left, for the first of the largest remainders. */
static void months_of_a_line(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_begin(&fx, JL_TYPE_PLAN);
  fx_text(&fx, JL_PLAN_NAME, "Plan");
  fx_int(&fx, JL_PLAN_START, day("2026-07-01"));
  fx_int(&fx, JL_PLAN_END, day("2027-06-30"));
  fx_text(&fx, JL_PLAN_CURRENCY, "EUR");
  fx_put_as(&fx, fx_id(1), 0);
  struct jl_id ads = line(&fx, "Ads", -1, JL_GROSS, 2000), crm = line(&fx, "CRM", 120000, JL_NET, 2000);
  month(&fx, ads, "2026-07-01", 3333);
  month(&fx, ads, "2026-09-01", 3333);
  month(&fx, ads, "2026-10-01", 3334);
  struct jl_id order = expense(&fx, crm, JL_ORDERED, "2026-08-15", "HubSpot", 50000);
  expense(&fx, crm, JL_INVOICED, "2026-09-30", "hubspot", 10001);
  expense(&fx, ads, JL_INVOICED, "2026-10-01", "Météo Média", 1000);
  fx_begin(&fx, JL_TYPE_EXPENSE);
  fx_ref(&fx, JL_EXPENSE_LINE, crm);
  fx_text(&fx, JL_EXPENSE_TITLE, "part");
  fx_int(&fx, JL_EXPENSE_STATE, JL_INVOICED);
  fx_int(&fx, JL_EXPENSE_DATE, day("2026-09-01"));
  fx_int(&fx, JL_EXPENSE_NET, 20000);
  fx_ref(&fx, JL_EXPENSE_SETTLES, order);
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "budget", "by", "month");
  FX_ROWS(fx_block(d, "months"), "2026-07|2778|0|0|2778", "2026-08|0|30000|0|-30000", "2026-09|2777|0|30001|-27224",
          "2026-10|2778|0|1000|1778", "for the whole period|120000|0|0|120000", "total|128333|30000|31001|67332");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "budget", "by", "quarter");
  FX_ROWS(fx_block(d, "quarters"), "2026-2027-Q1|5555|30000|30001|-54446", "2026-2027-Q2|2778|0|1000|1778",
          "for the whole period|120000|0|0|120000", "total|128333|30000|31001|67332");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "budget", "by", "supplier");
  FX_ROWS(fx_block(d, "suppliers"), "HubSpot|0|30000|10001|-40001", "Météo Média|0|0|1000|-1000", "no supplier|128333|0|20000|108333",
          "total|128333|30000|31001|67332");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "budget", "basis", "gross"); /* 100.00 + 1,440.00; 360.00; 120.01 + 12.00 + 240.00 */
  FX_ROWS(fx_block(d, "categories"), "media|154000|36000|37201|80799", "total|154000|36000|37201|80799");
  assert_true(fx_noted(d, "amounts incl. VAT"));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "budget", "period", "2026-Q1");
  FX_ROWS(fx_block(d, "categories"), "media|5555|30000|30001|-54446", "total|5555|30000|30001|-54446");
  assert_true(fx_noted(d, "not in it: {1}, planned for the whole period and in no month"));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "budget", "period", "2026"); /* July 2026 to June 2027 is all of the plan: so is what is planned for all of it */
  FX_ROWS(fx_block(d, "categories"), "media|128333|30000|31001|67332", "total|128333|30000|31001|67332");
  assert_false(fx_noted(d, "not in it: {1}, planned for the whole period and in no month"));
  jalon__document__free_unpacked(d, NULL);
  struct jl_error err;
  assert_null(fx_try(&fx, "budget", "period", "soon", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  assert_null(fx_try(&fx, "budget", "basis", "both", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&fx);
}

/* ---- the same total in every grouping ---- */
static uint64_t random_state;
static int64_t below(int64_t n) {
  random_state = random_state * 6364136223846793005U + 1442695040888963407U;
  return (int64_t)((random_state >> 33) % (uint64_t)n);
}

static void sums(const Jalon__Document *d, int64_t ret[4]) {
  const Jalon__Block *block = d->blocks[0];
  const Jalon__Row *total = block->rows[block->n_rows - 1];
  size_t first = total->n_cells;
  while (block->columns[first - 1]->kind != JL_ARG_MONEY) first--;
  for (size_t c = 0; c < 4; c++) {
    int64_t sum = 0;
    for (size_t r = 0; r + 1 < block->n_rows; r++)
      if (block->rows[r]->level == 0) sum += block->rows[r]->cells[first - 4 + c]->number;
    ret[c] = total->cells[first - 4 + c]->number;
    assert_int_equal(sum, ret[c]);
  }
  assert_int_equal(ret[0] - ret[1] - ret[2], ret[3]);
}

static void every_grouping(void **state) {
  static const char *const by[] = {"lever", "category", "bucket", "line", "action", "sub-category", "supplier", "month", "quarter", "year", "kpi", "person"};
  static const char *const suppliers[] = {NULL, "Google", "GOOGLE", "LinkedIn", "Été"};
  (void)state;
  for (uint64_t seed = 1; seed <= 10; seed++) {
    struct fixture fx = fx_new();
    struct jl_id lines[12];
    random_state = seed;
    print_message("# seed %d\n", (int)seed);
    fx_plan(&fx);
    for (size_t i = 0; i < 12; i++) {
      lines[i] = line(&fx, "line", i % 3 == 0 ? -1 : below(1000000), below(2) == 0 ? JL_NET : JL_GROSS, (int64_t[]){2000, 1000, 550, 210}[below(4)]);
      for (int m = 0; i % 3 == 0 && m < 4; m++) month(&fx, lines[i], (const char *[]){"2026-01-01", "2026-02-01", "2026-04-01", "2026-12-01"}[m], below(100000));
    }
    for (int i = 0; i < 60; i++) {
      size_t of = (size_t)below(12);
      bool order = below(3) == 0;
      char date[32];
      snprintf(date, sizeof date, "2026-%02d-%02d", (int)below(12) + 1, (int)below(28) + 1);
      expense(&fx, lines[of], order ? JL_ORDERED : JL_INVOICED, date, suppliers[below(5)], below(200000) - 20000);
    }
    for (size_t side = 0; side < 3; side++) {
      int64_t first[4] = {0}, now[4];
      for (size_t i = 0; i < JL_COUNT(by); i++) {
        const struct jl_view_parameter parameters[] = {{"by", by[i]}, {"basis", (const char *[]){"cost", "net", "gross"}[side]}};
        struct jl_bytes packed;
        struct jl_error err;
        fx.in.parameters = parameters;
        fx.in.parameter_count = 2;
        assert_true(jl_view_build(jl_view_by_name("budget"), &fx.in, fx.arena, &packed, &err));
        Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
        assert_non_null(d);
        sums(d, now);
        if (i == 0) memcpy(first, now, sizeof first);
        assert_memory_equal(first, now, sizeof first);
        jalon__document__free_unpacked(d, NULL);
      }
    }
    fx_free(&fx);
  }
}

/* ---- what is kept for the next view ---- */
static struct jl_bytes whole_budget(struct fixture *fx, const struct jl_replica *plan) {
  struct jl_view_input in = fx->in;
  struct jl_bytes packed;
  struct jl_error err;
  in.space = plan;
  in.parameter_count = 0;
  assert_true(jl_view_build(jl_view_by_name("budget"), &in, fx->arena, &packed, &err));
  return packed;
}

/* After whatever was put, deleted and moved the view is that of a replica that nobody asked before. */
static void kept_figures_are_the_figures(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    struct fixture fx = fx_new();
    struct jl_id lines[5], expenses[20], kpi, action, seo;
    random_state = seed * 77;
    print_message("# seed %d\n", (int)seed);
    fx_plan(&fx);
    kpi = fx_named(&fx, JL_TYPE_KPI, "CPL");
    seo = fx_named(&fx, JL_TYPE_LEVER, "SEO");
    action = fx_named(&fx, JL_TYPE_ACTION, "Audit");
    for (size_t i = 0; i < JL_COUNT(lines); i++) lines[i] = line(&fx, "line", below(100000), below(2) == 0 ? JL_NET : JL_GROSS, 2000);
    for (size_t i = 0; i < JL_COUNT(expenses); i++) expenses[i] = expense(&fx, lines[below(5)], below(3) == 0 ? JL_ORDERED : JL_INVOICED, "2026-03-01", "Google", below(9000));
    for (int step = 0; step < 60; step++) {
      struct jl_id which = expenses[below(20)], other = expenses[below(20)], of = lines[below(5)];
      switch (below(8)) {
      case 0: /* another line, amount, state; deleted; it settles an order, or is of another's document */
      case 1:
      case 2:
      case 3:
        fx_begin(&fx, JL_TYPE_EXPENSE);
        fx_ref(&fx, JL_EXPENSE_LINE, of);
        fx_text(&fx, JL_EXPENSE_TITLE, "expense");
        fx_int(&fx, JL_EXPENSE_STATE, below(3) == 0 ? JL_ORDERED : JL_INVOICED);
        fx_int(&fx, JL_EXPENSE_DATE, day("2026-04-01"));
        fx_int(&fx, JL_EXPENSE_NET, below(9000));
        if (below(3) == 0) fx_ref(&fx, JL_EXPENSE_SETTLES, other);
        if (below(4) == 0 && memcmp(&which, &other, sizeof which) != 0) fx_ref(&fx, JL_EXPENSE_PART_OF, other);
        if (below(3) == 0) fx_ref(&fx, JL_EXPENSE_KPI, kpi);
        fx_put_as(&fx, which, below(6) == 0 ? 2 : 0);
        break;
      case 4: /* the line */
        fx_begin(&fx, JL_TYPE_BUDGET_LINE);
        fx_text(&fx, JL_BUDGET_LINE_TITLE, "line");
        fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
        fx_int(&fx, JL_BUDGET_LINE_PLANNED, below(100000));
        fx_int(&fx, JL_BUDGET_LINE_VAT_RATE, below(3) * 1000);
        if (below(2) == 0) fx_ref(&fx, JL_BUDGET_LINE_ACTION, action);
        if (below(4) == 0) fx_text(&fx, JL_BUDGET_LINE_CURRENCY, "USD");
        fx_put_as(&fx, of, below(6) == 0 ? 2 : 0);
        break;
      case 5:
        month(&fx, of, "2026-05-01", below(5000));
        break;
      case 6: /* a share, the KPI, the action: there and gone */
        fx_begin(&fx, JL_TYPE_BUDGET_SHARE);
        fx_ref(&fx, JL_BUDGET_SHARE_LINE, of);
        fx_ref(&fx, JL_BUDGET_SHARE_ACTION, action);
        fx_int(&fx, JL_BUDGET_SHARE_SHARE, 3000);
        fx_put(&fx);
        break;
      default:
        fx_begin(&fx, below(2) == 0 ? JL_TYPE_KPI : JL_TYPE_ACTION);
        fx_text(&fx, jl_title_field(fx.type)->number, "again");
        if (fx.type->number == JL_TYPE_ACTION) fx_ref(&fx, JL_ACTION_LEVER, seo);
        fx_put_as(&fx, fx.type->number == JL_TYPE_KPI ? kpi : action, below(2) == 0 ? 2 : 0);
      }
      struct jl_replica *fresh = jl_replica_copy(fx.plan);
      assert_non_null(fresh);
      struct jl_bytes kept = whole_budget(&fx, fx.plan), anew = whole_budget(&fx, fresh);
      assert_int_equal(kept.size, anew.size);
      assert_memory_equal(kept.data, anew.data, kept.size);
      jl_replica_free(fresh);
      jl_arena_reset(fx.arena);
    }
    fx_free(&fx);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(fiscal_years), cmocka_unit_test(periods), cmocka_unit_test(months_of_a_line),
                                     cmocka_unit_test(every_grouping), cmocka_unit_test(kept_figures_are_the_figures)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
