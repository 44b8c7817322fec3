/* What was spent keeps its lever, its action and its KPI: they are not deleted from above it, and in a closed month it moves to no other lever or action. */
#include "model_fixture.h"

enum { LEVER = 300, OTHER_LEVER, ACTION = 310, OTHER_ACTION, KPI = 320, OTHER_KPI, LINE = 330, OF_ACTION, SHARED, EXPENSE = 340 };
static int32_t day(int month, int day_of_month) { return jl_day_from_date(2026, month, day_of_month); }

static void named(struct fx *f, uint32_t type, uint32_t title, const char *words, unsigned id) {
  struct draft d = d_new(f, type);
  fx_create_ok(f, d_text(&d, title, words), fx_id(id));
}
static struct draft line(struct fx *f, const char *title) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  return *d_int(d_text(&d, JL_BUDGET_LINE_TITLE, title), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
}
static struct jl_id share(struct fx *f, unsigned of, unsigned action, int64_t part) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_SHARE);
  d_int(d_ref(d_ref(&d, JL_BUDGET_SHARE_LINE, fx_id(of)), JL_BUDGET_SHARE_ACTION, fx_id(action)), JL_BUDGET_SHARE_SHARE, part);
  struct jl_id id = fx_natural(f, &d);
  fx_begin(f);
  fx_create(f, &d, id);
  return id;
}
static struct draft expense(struct fx *f, unsigned of, int64_t state, int32_t date) {
  struct draft d = d_new(f, JL_TYPE_EXPENSE);
  d_int(d_text(d_ref(&d, JL_EXPENSE_LINE, fx_id(of)), JL_EXPENSE_TITLE, "Campaign"), JL_EXPENSE_STATE, state);
  d_int(d_int(&d, JL_EXPENSE_DATE, date), JL_EXPENSE_NET, 5000);
  return d;
}

/* L1 SEA: A1 of it, B1 by its lever, B2 by A1, B3 with a share of A1; L2 and A2 have nothing. */
static void plan(struct fx *f) {
  named(f, JL_TYPE_LEVER, JL_LEVER_NAME, "SEA", LEVER);
  named(f, JL_TYPE_LEVER, JL_LEVER_NAME, "SEO", OTHER_LEVER);
  named(f, JL_TYPE_KPI, JL_KPI_NAME, "CPL", KPI);
  named(f, JL_TYPE_KPI, JL_KPI_NAME, "ROI", OTHER_KPI);
  struct draft a = fx_action(f, "Landing page");
  fx_create_ok(f, d_ref(&a, JL_ACTION_LEVER, fx_id(LEVER)), fx_id(ACTION));
  a = fx_action(f, "Blog");
  fx_create_ok(f, &a, fx_id(OTHER_ACTION));
  struct draft d = line(f, "Ads");
  d_ref(d_int(&d, JL_BUDGET_LINE_PLANNED, 100000), JL_BUDGET_LINE_KPI, fx_id(KPI));
  fx_create_ok(f, d_ref(&d, JL_BUDGET_LINE_LEVER, fx_id(LEVER)), fx_id(LINE));
  d = line(f, "Design");
  fx_create_ok(f, d_ref(&d, JL_BUDGET_LINE_ACTION, fx_id(ACTION)), fx_id(OF_ACTION));
  d = line(f, "Agency");
  fx_create_ok(f, d_ref(&d, JL_BUDGET_LINE_LEVER, fx_id(OTHER_LEVER)), fx_id(SHARED));
  (void)share(f, SHARED, ACTION, 2500);
  fx_ok(f);
}
static void drop(struct fx *f, uint32_t type, unsigned id) {
  fx_begin(f);
  fx_delete(f, type, fx_id(id), jl_replica_where(f->space)->revision, true);
}
static void point(struct fx *f, uint32_t type, unsigned id, uint32_t field, unsigned to) {
  fx_update(f, type, fx_id(id), field, jl_arena_dup(f->a, jl_record_slice(fx_record(f, fx_id(id))->body, field)), to == 0 ? NONE : fx_ref(f, type, field, fx_id(to)));
}

/* An order is no fact yet; an invoice is, on whichever way it hangs. */
static void deleted_above_expenses(void **state) {
  static const struct { unsigned line, deleted; uint32_t type; const char *instead; } ways[] = {
      {LINE, LEVER, JL_TYPE_LEVER, "give B1 Ads another lever first: jalon budget-line set B1 --lever"},
      {LINE, KPI, JL_TYPE_KPI, "give B1 Ads another KPI first: jalon budget-line set B1 --kpi"},
      {OF_ACTION, LEVER, JL_TYPE_LEVER, "give A1 Landing page another lever first: jalon action set A1 --lever"},
      {OF_ACTION, ACTION, JL_TYPE_ACTION, "give B2 Design another action first: jalon budget-line set B2 --action"},
      {SHARED, ACTION, JL_TYPE_ACTION, "let its budget line pay for other actions first: jalon budget-share rm BH1"},
      {SHARED, LEVER, JL_TYPE_LEVER, "give A1 Landing page another lever first: jalon action set A1 --lever"},
  };
  struct fx *f = *state;
  plan(f);
  for (unsigned i = 0; i < JL_COUNT(ways); i++) {
    struct draft d = expense(f, ways[i].line, JL_ORDERED, day(2, 1));
    fx_create_ok(f, &d, fx_id(EXPENSE + i));
    const struct jl_record *order = fx_record(f, fx_id(EXPENSE + i));
    fx_update(f, JL_TYPE_EXPENSE, fx_id(EXPENSE + i), JL_EXPENSE_STATE, jl_arena_dup(f->a, jl_record_slice(order->body, JL_EXPENSE_STATE)),
              fx_int(f, JL_TYPE_EXPENSE, JL_EXPENSE_STATE, JL_INVOICED));
    fx_ok(f);
    drop(f, ways[i].type, ways[i].deleted);
    fx_refused(f, JL_E_RULE_VIOLATION, "cannot be deleted: the actual expense X");
    drop(f, ways[i].type, ways[i].deleted);
    fx_refused(f, JL_E_RULE_VIOLATION, ways[i].instead);
    drop(f, JL_TYPE_EXPENSE, EXPENSE + i);
    fx_ok(f);
  }
  drop(f, JL_TYPE_LEVER, OTHER_LEVER); /* nothing was spent below it */
  fx_ok(f);
  drop(f, JL_TYPE_ACTION, ACTION);
  fx_ok(f);
  drop(f, JL_TYPE_LEVER, LEVER);
  fx_ok(f);
}

/* The server looks at the whole plan; who may not read the budget hears of no expense, line or amount, and who may read it is named. */
static void whatever_one_may_read(void **state) {
  struct fx *f = *state;
  plan(f);
  struct draft d = expense(f, OF_ACTION, JL_INVOICED, day(2, 1));
  fx_create_ok(f, &d, fx_id(EXPENSE));
  f->rights = ALL_SECTIONS & ~(1U << JL_SECTION_BUDGET);
  for (int i = 0; i < 2; i++) {
    char words[800];
    drop(f, i == 0 ? JL_TYPE_LEVER : JL_TYPE_ACTION, i == 0 ? LEVER : ACTION);
    assert_false(fx_send(f));
    jl_error_describe(&f->err, words, sizeof words);
    assert_int_equal(f->err.code, JL_E_RULE_VIOLATION);
    assert_non_null(strstr(words, "stays: something lies below it in the section budget, which you may not read; ask who edits that section: Paul, Marie"));
    assert_null(strstr(words, "X1"));
    assert_null(strstr(words, "B2"));
    assert_null(strstr(words, "50"));
  }
  drop(f, JL_TYPE_ACTION, OTHER_ACTION);
  fx_ok(f);
}

/* All of it in one group is no loss: what was made together is taken back together. */
static void all_together(void **state) {
  struct fx *f = *state;
  plan(f);
  struct draft d = expense(f, LINE, JL_INVOICED, day(2, 1));
  fx_create_ok(f, &d, fx_id(EXPENSE));
  fx_begin(f);
  fx_delete(f, JL_TYPE_LEVER, fx_id(LEVER), jl_replica_where(f->space)->revision, true);
  fx_delete(f, JL_TYPE_EXPENSE, fx_id(EXPENSE), jl_replica_where(f->space)->revision, false);
  fx_ok(f);
}

/* The last rate that an invoice has; an earlier one may take its place. */
static void rates(void **state) {
  struct fx *f = *state;
  struct jl_id rate[2];
  plan(f);
  struct draft d = expense(f, LINE, JL_INVOICED, day(2, 10));
  d_text(&d, JL_EXPENSE_CURRENCY, "USD");
  fx_create_ok(f, &d, fx_id(EXPENSE));
  for (int i = 0; i < 2; i++) {
    struct draft r = d_new(f, JL_TYPE_EXCHANGE_RATE);
    d_int(d_text(&r, JL_EXCHANGE_RATE_CURRENCY, "USD"), JL_EXCHANGE_RATE_DAY, day(2, 1 + i));
    d_int(d_int(&r, JL_EXCHANGE_RATE_RATE, 1100000), JL_EXCHANGE_RATE_WORTH, 1000000);
    fx_create_ok(f, &r, rate[i] = fx_natural(f, &r));
  }
  for (int i = 0; i < 2; i++) {
    fx_begin(f);
    fx_delete(f, JL_TYPE_EXCHANGE_RATE, rate[1 - i], jl_replica_where(f->space)->revision, false);
    if (i == 0)
      fx_ok(f);
    else
      fx_refused(f, JL_E_RULE_VIOLATION, "cannot be deleted: the actual expense X1 Campaign has no other rate");
  }
}

/* January is closed: B1 and B3 have amounts in it, B2 has none. */
static void closed_months(void **state) {
  static const struct { uint32_t type; unsigned id; uint32_t field; unsigned to; const char *what; } moves[] = {
      {JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_LEVER, OTHER_LEVER, "B1 Ads has amounts in January 2026 (MC1), which is closed"},
      {JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_ACTION, ACTION, "B1 Ads has amounts in January 2026"},
      {JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_KPI, OTHER_KPI, NULL},
      {JL_TYPE_BUDGET_LINE, SHARED, JL_BUDGET_LINE_ACTION, OTHER_ACTION, "B3 Agency has amounts in January 2026"},
      {JL_TYPE_ACTION, ACTION, JL_ACTION_LEVER, OTHER_LEVER, "B3 Agency has amounts in January 2026"},
      {JL_TYPE_EXPENSE, EXPENSE, JL_EXPENSE_KPI, OTHER_KPI, NULL},
      {JL_TYPE_BUDGET_LINE, OF_ACTION, JL_BUDGET_LINE_LEVER, OTHER_LEVER, NULL},
  };
  struct fx *f = *state;
  plan(f);
  struct draft d = expense(f, LINE, JL_INVOICED, day(1, 10)), c = d_new(f, JL_TYPE_CLOSED_MONTH);
  fx_create_ok(f, &d, fx_id(EXPENSE));
  d = expense(f, SHARED, JL_INVOICED, day(1, 31));
  d_text(&d, JL_EXPENSE_SUPPLIER, "GOOGLE ADS");
  fx_create_ok(f, &d, fx_id(EXPENSE + 1));
  d = expense(f, OF_ACTION, JL_INVOICED, day(2, 1));
  fx_create_ok(f, &d, fx_id(EXPENSE + 2));
  d_int(d_int(&c, JL_CLOSED_MONTH_MONTH, day(1, 1)), JL_CLOSED_MONTH_STATE, JL_MONTH_CLOSED);
  fx_create_ok(f, &c, fx_natural(f, &c));
  for (unsigned i = 0; i < JL_COUNT(moves); i++) {
    point(f, moves[i].type, moves[i].id, moves[i].field, moves[i].to);
    if (moves[i].what == NULL)
      fx_ok(f);
    else
      fx_refused(f, JL_E_RULE_VIOLATION, moves[i].what);
  }
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(LINE), JL_BUDGET_LINE_CATEGORY, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA),
            fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER));
  fx_refused(f, JL_E_RULE_VIOLATION, "they stay with the lever, action and category that they have");
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(LINE), JL_BUDGET_LINE_BUCKET, NONE, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_BUCKET, JL_PROVEN));
  fx_ok(f); /* a promotion */
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(LINE), JL_BUDGET_LINE_CATEGORY, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA),
            fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS));
  fx_refused(f, JL_E_RULE_VIOLATION, "reopen the month: jalon closed-month set MC1 --state reopened --reason");
  (void)share(f, LINE, OTHER_ACTION, 5000);
  fx_refused(f, JL_E_RULE_VIOLATION, "goes into a new line: jalon budget-line add");
  struct draft s = d_new(f, JL_TYPE_BUDGET_SHARE);
  d_ref(d_ref(&s, JL_BUDGET_SHARE_LINE, fx_id(SHARED)), JL_BUDGET_SHARE_ACTION, fx_id(ACTION));
  struct jl_id share_id = fx_natural(f, &s);
  fx_update(f, JL_TYPE_BUDGET_SHARE, share_id, JL_BUDGET_SHARE_SHARE, fx_int(f, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_SHARE, 2500),
            fx_int(f, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_SHARE, 5000));
  fx_refused(f, JL_E_RULE_VIOLATION, "B3 Agency has amounts");
  fx_begin(f);
  fx_delete(f, JL_TYPE_BUDGET_SHARE, share_id, jl_replica_where(f->space)->revision, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "B3 Agency has amounts");
  (void)share(f, OF_ACTION, OTHER_ACTION, 5000); /* February is open */
  fx_ok(f);
  fx_update(f, JL_TYPE_EXPENSE, fx_id(EXPENSE + 1), JL_EXPENSE_SUPPLIER, fx_text(f, JL_TYPE_EXPENSE, JL_EXPENSE_SUPPLIER, "GOOGLE ADS"),
            fx_text(f, JL_TYPE_EXPENSE, JL_EXPENSE_SUPPLIER, "Google Ads")); /* a name */
  fx_ok(f);
  f->rights = ALL_SECTIONS & ~(1U << JL_SECTION_BUDGET);
  point(f, JL_TYPE_ACTION, ACTION, JL_ACTION_LEVER, OTHER_LEVER);
  fx_refused(f, JL_E_RULE_VIOLATION, "stays where it is: something lies below it in the section budget, which you may not read");
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(deleted_above_expenses), FX_TEST(whatever_one_may_read), FX_TEST(all_together), FX_TEST(rates), FX_TEST(closed_months)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
