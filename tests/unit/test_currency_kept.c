/* Amounts keep the currency they were given in: whatever changes it gives them anew, in the same group, or is refused. */
#include "model_fixture.h"

enum { LINE = 300, BARE, MONTHLY, PINNED, EXPENSE = 310, PAY = 320, KPI = 330, KPI_TARGET, FUNNEL = 340, ACTION = 350 };
static int32_t day(int month) { return jl_day_from_date(2026, month, 1); }
static struct jl_bytes money(struct fx *f, uint32_t type, uint32_t field, int64_t cents) { return fx_int(f, type, field, cents); }
static struct jl_bytes currency(struct fx *f, uint32_t type, uint32_t field, const char *code) { return code == NULL ? NONE : fx_text(f, type, field, code); }
static struct jl_bytes now(struct fx *f, struct jl_id id, uint32_t field) { return jl_arena_dup(f->a, jl_record_slice(fx_record(f, id)->body, field)); }

static void line(struct fx *f, const char *title, int64_t planned, const char *code, unsigned id) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, title), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  if (planned != 0) d_int(&d, JL_BUDGET_LINE_PLANNED, planned);
  if (code != NULL) d_text(&d, JL_BUDGET_LINE_CURRENCY, code);
  fx_create_ok(f, &d, fx_id(id));
}
static void expense(struct fx *f, unsigned of, int64_t net, const char *code, unsigned id) {
  struct draft d = d_new(f, JL_TYPE_EXPENSE);
  d_int(d_text(d_ref(&d, JL_EXPENSE_LINE, fx_id(of)), JL_EXPENSE_TITLE, "Facture"), JL_EXPENSE_STATE, JL_INVOICED);
  d_int(d_int(&d, JL_EXPENSE_DATE, day(2)), JL_EXPENSE_NET, net);
  if (code != NULL) d_text(&d, JL_EXPENSE_CURRENCY, code);
  fx_create_ok(f, &d, fx_id(id));
}
static struct jl_id month(struct fx *f, unsigned of, int in, int64_t planned) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_MONTH);
  d_int(d_int(d_ref(&d, JL_BUDGET_MONTH_LINE, fx_id(of)), JL_BUDGET_MONTH_MONTH, day(in)), JL_BUDGET_MONTH_PLANNED, planned);
  struct jl_id id = fx_natural(f, &d);
  fx_create_ok(f, &d, id);
  return id;
}
static Jalon__Edit *edit(struct fx *f, uint32_t type, struct jl_id id) { return fx_edit(f, JALON__VERB__UPDATE, type, id); }
static void amount(struct fx *f, Jalon__Edit *e, uint32_t type, struct jl_id id, uint32_t field, int64_t cents) {
  fx_set(f, e, field, now(f, id, field), cents == 0 ? NONE : money(f, type, field, cents));
}
enum { AS_IT_IS = -1 };
static void line_in(struct fx *f, unsigned id, int64_t planned, const char *code) {
  fx_begin(f);
  Jalon__Edit *e = edit(f, JL_TYPE_BUDGET_LINE, fx_id(id));
  if (planned != AS_IT_IS) amount(f, e, JL_TYPE_BUDGET_LINE, fx_id(id), JL_BUDGET_LINE_PLANNED, planned);
  fx_set(f, e, JL_BUDGET_LINE_CURRENCY, now(f, fx_id(id), JL_BUDGET_LINE_CURRENCY), currency(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CURRENCY, code));
}
static Jalon__Edit *plan_in(struct fx *f, const char *code) {
  fx_begin(f);
  Jalon__Edit *e = edit(f, JL_TYPE_PLAN, f->plan);
  fx_set(f, e, JL_PLAN_CURRENCY, now(f, f->plan, JL_PLAN_CURRENCY), currency(f, JL_TYPE_PLAN, JL_PLAN_CURRENCY, code));
  return e;
}
static void plan_in_refused(struct fx *f, const char *code, const char *part) {
  (void)plan_in(f, code);
  fx_refused(f, JL_E_RULE_VIOLATION, part);
}
static void drop(struct fx *f, uint32_t type, struct jl_id id) {
  fx_begin(f);
  fx_delete(f, type, id, jl_replica_where(f->space)->revision, true);
  fx_ok(f);
}
static void back(struct fx *f, uint32_t type, struct jl_id id) {
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, type, id);
}
static void takes_back(struct fx *f, uint64_t revision) {
  f->group.has_undoes = true;
  f->group.undoes = revision;
}

/* 150 EUR never become 150 USD by the way; said anew they may, the same number too; a line without amounts is free. */
static void of_a_line(void **state) {
  struct fx *f = *state;
  line(f, "Ads", 15000, NULL, LINE);
  line(f, "Rien", 0, NULL, BARE);
  line_in(f, LINE, AS_IT_IS, "USD");
  fx_refused(f, JL_E_RULE_VIOLATION, "B1 Ads stays in EUR: it has 150.00 EUR, which nobody converts into USD");
  line_in(f, LINE, AS_IT_IS, "USD");
  fx_refused(f, JL_E_RULE_VIOLATION, "give the amount anew in the same command: --planned ... --currency USD; or plan in USD on another line");
  line_in(f, LINE, AS_IT_IS, "EUR"); /* what it is already */
  fx_ok(f);
  line_in(f, LINE, 15000, "USD");
  fx_ok(f);
  line_in(f, LINE, AS_IT_IS, NULL); /* the plan's again */
  fx_refused(f, JL_E_RULE_VIOLATION, "B1 Ads stays in USD: it has 150.00 USD, which nobody converts into EUR");
  line_in(f, LINE, 14000, "CHF");
  fx_ok(f);
  line_in(f, LINE, 0, "GBP"); /* or cleared */
  fx_ok(f);
  line_in(f, BARE, AS_IT_IS, "USD");
  fx_ok(f);
}

static void of_months(void **state) {
  struct fx *f = *state;
  line(f, "Par mois", 0, NULL, MONTHLY);
  struct jl_id march = month(f, MONTHLY, 3, 10000), april = month(f, MONTHLY, 4, 0);
  line_in(f, MONTHLY, AS_IT_IS, "USD");
  fx_refused(f, JL_E_RULE_VIOLATION, "B1 Par mois stays in EUR: BM1 has 100.00 EUR, which nobody converts into USD");
  line_in(f, MONTHLY, AS_IT_IS, "USD");
  fx_refused(f, JL_E_RULE_VIOLATION, "plan in USD on another line: jalon budget-line add ... --currency USD");
  line_in(f, MONTHLY, AS_IT_IS, "USD"); /* all of them anew; nothing is nothing in any currency */
  amount(f, edit(f, JL_TYPE_BUDGET_MONTH, march), JL_TYPE_BUDGET_MONTH, march, JL_BUDGET_MONTH_PLANNED, 11000);
  fx_ok(f);
  amount(f, (fx_begin(f), edit(f, JL_TYPE_BUDGET_MONTH, april)), JL_TYPE_BUDGET_MONTH, april, JL_BUDGET_MONTH_PLANNED, 5000);
  fx_ok(f);
  line_in(f, MONTHLY, AS_IT_IS, "EUR");
  amount(f, edit(f, JL_TYPE_BUDGET_MONTH, march), JL_TYPE_BUDGET_MONTH, march, JL_BUDGET_MONTH_PLANNED, 10000);
  fx_refused(f, JL_E_RULE_VIOLATION, "BM2 has 50.00 USD");
}

static void of_an_expense(void **state) {
  struct fx *f = *state;
  line(f, "Ads", 15000, "USD", LINE);
  expense(f, LINE, 8000, NULL, EXPENSE); /* in the plan's, whatever its line's is */
  fx_begin(f);
  fx_set(f, edit(f, JL_TYPE_EXPENSE, fx_id(EXPENSE)), JL_EXPENSE_CURRENCY, NONE, fx_text(f, JL_TYPE_EXPENSE, JL_EXPENSE_CURRENCY, "USD"));
  fx_refused(f, JL_E_RULE_VIOLATION, "X1 Facture stays in EUR: it has 80.00 EUR, which nobody converts into USD; give the amount anew in the same command: --net ... --currency USD");
  fx_begin(f);
  Jalon__Edit *e = edit(f, JL_TYPE_EXPENSE, fx_id(EXPENSE));
  amount(f, e, JL_TYPE_EXPENSE, fx_id(EXPENSE), JL_EXPENSE_NET, 8000);
  fx_set(f, e, JL_EXPENSE_CURRENCY, NONE, fx_text(f, JL_TYPE_EXPENSE, JL_EXPENSE_CURRENCY, "USD"));
  fx_ok(f);
}

/* What counts in the plan's currency, kind by kind; what names its own does not. */
static void of_the_plan(void **state) {
  struct fx *f = *state;
  (void)plan_in(f, "USD"); /* there is nothing yet */
  fx_ok(f);
  (void)plan_in(f, "EUR");
  fx_ok(f);
  line(f, "Ads", 15000, NULL, LINE);
  line(f, "Own", 15000, "EUR", PINNED);
  expense(f, PINNED, 8000, "CHF", EXPENSE);
  plan_in_refused(f, "USD", "stays in EUR: B1 Ads has 150.00 EUR, which nobody converts into USD; a line may stay in EUR by itself: jalon budget-line set ... --currency EUR; or begin another plan in USD");
  line_in(f, LINE, AS_IT_IS, "EUR");
  fx_ok(f);
  expense(f, LINE, 100, NULL, EXPENSE + 1);
  plan_in_refused(f, "USD", "X2 Facture has 1.00 EUR");
  drop(f, JL_TYPE_EXPENSE, fx_id(EXPENSE + 1));
  (void)plan_in(f, "USD");
  fx_ok(f);
  struct draft d = d_new(f, JL_TYPE_PAYROLL_LINE);
  fx_create_ok(f, d_int(d_text(&d, JL_PAYROLL_LINE_TITLE, "Ana"), JL_PAYROLL_LINE_PLANNED, 4000000), fx_id(PAY));
  plan_in_refused(f, "EUR", "PY1 Ana has 40000.00 USD, which nobody converts into EUR; delete or clear it first");
  drop(f, JL_TYPE_PAYROLL_LINE, fx_id(PAY));
  d = d_new(f, JL_TYPE_KPI); /* a computed one has the plan's currency, another the unit that was typed */
  d_text(d_int(d_text(&d, JL_KPI_NAME, "CPL"), JL_KPI_COMPUTED, JL_COMPUTED_COST_PER), JL_KPI_STAGE, "MQL");
  fx_create_ok(f, &d, fx_id(KPI));
  d = d_new(f, JL_TYPE_KPI_TARGET);
  d_int(d_int(d_ref(&d, JL_KPI_TARGET_KPI, fx_id(KPI)), JL_KPI_TARGET_DUE, day(3)), JL_KPI_TARGET_TARGET, 20000000);
  struct jl_id target = fx_natural(f, &d);
  fx_create_ok(f, &d, target);
  plan_in_refused(f, "EUR", "KT1 has 20 USD, which nobody converts into EUR");
  drop(f, JL_TYPE_KPI_TARGET, target);
  d = d_new(f, JL_TYPE_EXCHANGE_RATE);
  d_int(d_text(&d, JL_EXCHANGE_RATE_CURRENCY, "GBP"), JL_EXCHANGE_RATE_DAY, day(1));
  d_int(d_int(&d, JL_EXCHANGE_RATE_RATE, 900000), JL_EXCHANGE_RATE_WORTH, 1000000);
  struct jl_id rate = fx_natural(f, &d);
  fx_create_ok(f, &d, rate);
  plan_in_refused(f, "EUR", "stays in USD: the rate XR1 (0.9) is one of USD, not of EUR");
  drop(f, JL_TYPE_EXCHANGE_RATE, rate);
  f->administrator = true; /* only who answers for the plan, or one of these */
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_ARBITRATION, NONE, money(f, JL_TYPE_PLAN, JL_PLAN_ARBITRATION, 50000));
  fx_ok(f);
  plan_in_refused(f, "EUR", "it has 500.00 USD, which nobody converts into EUR; give the amount anew in the same command: --arbitration ... --currency EUR");
  amount(f, plan_in(f, "EUR"), JL_TYPE_PLAN, f->plan, JL_PLAN_ARBITRATION, 45000);
  fx_ok(f);
}

/* With the plan's currency its lines may stay in theirs, in one group: no amount changes. */
static void pinned_together(void **state) {
  struct fx *f = *state;
  line(f, "Ads", 15000, NULL, LINE);
  (void)plan_in(f, "USD");
  fx_set(f, edit(f, JL_TYPE_BUDGET_LINE, fx_id(LINE)), JL_BUDGET_LINE_CURRENCY, NONE, fx_text(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CURRENCY, "EUR"));
  fx_ok(f);
}

/* The same number in another currency is taken back, as long as nobody gave one since; and what was made since is not taken along. */
static void undone(void **state) {
  struct fx *f = *state;
  line(f, "Ads", 15000, NULL, LINE);
  line_in(f, LINE, 15000, "USD");
  fx_ok(f);
  uint64_t revision = jl_replica_where(f->space)->revision;
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(LINE), JL_BUDGET_LINE_TITLE, now(f, fx_id(LINE), JL_BUDGET_LINE_TITLE), fx_text(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "Annonces"));
  fx_ok(f);
  line_in(f, LINE, AS_IT_IS, NULL);
  takes_back(f, revision - 1); /* says so, and is not */
  fx_refused(f, JL_E_RULE_VIOLATION, "stays in USD");
  line_in(f, LINE, AS_IT_IS, NULL);
  takes_back(f, revision);
  fx_ok(f);
  uint64_t undoing = jl_replica_where(f->space)->revision;
  line_in(f, LINE, AS_IT_IS, "USD");
  f->group.has_redoes = true;
  f->group.redoes = undoing;
  fx_ok(f);
  line(f, "Rien", 0, NULL, BARE);
  line_in(f, BARE, AS_IT_IS, "USD");
  fx_ok(f);
  revision = jl_replica_where(f->space)->revision;
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(BARE), JL_BUDGET_LINE_PLANNED, NONE, money(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 7000));
  fx_ok(f);
  line_in(f, BARE, AS_IT_IS, NULL);
  takes_back(f, revision);
  fx_refused(f, JL_E_RULE_VIOLATION, "B2 Rien stays in USD: it has 70.00 USD, which nobody converts into EUR");
}

/* What comes back is held against the currency that it went in. */
static void restored(void **state) {
  struct fx *f = *state;
  line(f, "Ads", 15000, NULL, LINE);
  line(f, "Own", 15000, "EUR", PINNED);
  expense(f, PINNED, 8000, NULL, EXPENSE);
  fx_begin(f);
  fx_delete(f, JL_TYPE_EXPENSE, fx_id(EXPENSE), jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  drop(f, JL_TYPE_BUDGET_LINE, fx_id(LINE));
  (void)plan_in(f, "USD");
  fx_ok(f);
  back(f, JL_TYPE_BUDGET_LINE, fx_id(LINE));
  fx_refused(f, JL_E_RULE_VIOLATION, "B1 Ads does not come back: it has 150.00 EUR, which nobody converts into USD; add it anew, with its amounts in USD");
  back(f, JL_TYPE_EXPENSE, fx_id(EXPENSE));
  fx_refused(f, JL_E_RULE_VIOLATION, "X1 Facture does not come back: it has 80.00 EUR");
  drop(f, JL_TYPE_BUDGET_LINE, fx_id(PINNED)); /* in its own currency it may come and go */
  back(f, JL_TYPE_BUDGET_LINE, fx_id(PINNED));
  fx_ok(f);
  (void)plan_in(f, "EUR"); /* and the plan is in euros again */
  fx_ok(f);
  back(f, JL_TYPE_BUDGET_LINE, fx_id(LINE));
  fx_ok(f);
}

/* What lies below comes back with it. */
static void restored_with_what_is_below(void **state) {
  struct fx *f = *state;
  line(f, "Rien", 0, "EUR", BARE);
  struct draft d = d_new(f, JL_TYPE_EXPENSE);
  d_int(d_text(d_ref(&d, JL_EXPENSE_LINE, fx_id(BARE)), JL_EXPENSE_TITLE, "Commande"), JL_EXPENSE_STATE, JL_ORDERED);
  fx_create_ok(f, d_int(d_int(&d, JL_EXPENSE_DATE, day(2)), JL_EXPENSE_NET, 8000), fx_id(EXPENSE));
  drop(f, JL_TYPE_BUDGET_LINE, fx_id(BARE));
  (void)plan_in(f, "USD");
  fx_ok(f);
  back(f, JL_TYPE_BUDGET_LINE, fx_id(BARE));
  fx_refused(f, JL_E_RULE_VIOLATION, "B1 Rien does not come back: X1 Commande has 80.00 EUR");
}

/* Who edits the plan and may not read the budget hears that something is in the way, and of what section. */
static void unseen(void **state) {
  struct fx *f = *state;
  char words[800];
  line(f, "Ads", 15000, NULL, LINE);
  f->rights = ALL_SECTIONS & ~(1U << JL_SECTION_BUDGET | 1U << JL_SECTION_PAYROLL);
  (void)plan_in(f, "USD");
  assert_false(fx_send(f));
  jl_error_describe(&f->err, words, sizeof words);
  assert_int_equal(f->err.code, JL_E_RULE_VIOLATION);
  assert_non_null(strstr(words, "stays as it is: amounts in the section budget, which you may not read, would be in another currency; ask who edits that section: Paul, Marie"));
  assert_null(strstr(words, "B1"));
  assert_null(strstr(words, "150"));
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(of_a_line), FX_TEST(of_months), FX_TEST(of_an_expense), FX_TEST(of_the_plan), FX_TEST(pinned_together),
                                     FX_TEST(undone),    FX_TEST(restored),  FX_TEST(restored_with_what_is_below), FX_TEST(unseen)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
