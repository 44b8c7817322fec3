/* Rules of the domains, and the arithmetic that rules and views share; the figures are worked out by hand beside the test. */
#include "common/model/measures/light.h"
#include "model_fixture.h"

static struct jl_id raci_ok(struct fx *f, unsigned target, int64_t letter, struct jl_id holder) {
  struct draft d = fx_raci(f, fx_id(target), letter, holder);
  struct jl_id id = fx_natural(f, &d);
  fx_create_ok(f, &d, id);
  return id;
}
static struct jl_bytes status(struct fx *f, int64_t n) { return fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, n); }
static void action(struct fx *f, unsigned n) {
  struct draft d = fx_action(f, "Webinar");
  fx_create_ok(f, &d, fx_id(n));
}

static void second_accountable_meets_the_first(void **state) {
  struct fx *f = *state;
  action(f, 100);
  struct jl_id a = raci_ok(f, 100, JL_RACI_A, f->paul);
  f->author = f->marie;
  struct draft second = fx_raci(f, fx_id(100), JL_RACI_A, f->marie);
  fx_begin(f);
  fx_create(f, &second, fx_natural(f, &second));
  fx_refused(f, JL_E_RULE_VIOLATION, "A1 Webinar already has an accountable: Paul");
  struct draft same = fx_raci(f, fx_id(100), JL_RACI_A, f->paul); /* both said the same */
  fx_create_ok(f, &same, a);
  assert_int_equal(f->out.change_count, 0);
  assert_true(f->out.merged);
  assert_int_equal(f->out.given[0].number, 2); /* the first of the actions' (section 2): sections number theirs apart */
  fx_update(f, JL_TYPE_RACI, a, JL_RACI_HOLDER, fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, f->paul),
            fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, f->marie));
  fx_ok(f); /* replacing keeps the id */
  fx_update(f, JL_TYPE_RACI, a, JL_RACI_LETTER, fx_int(f, JL_TYPE_RACI, JL_RACI_LETTER, JL_RACI_A),
            fx_int(f, JL_TYPE_RACI, JL_RACI_LETTER, JL_RACI_R));
  fx_refused(f, JL_E_INVALID, "cannot change");
  fx_begin(f);
  fx_create(f, &second, fx_id(999));
  fx_refused(f, JL_E_INVALID, "key");
}

static void tombstone_of_a_natural_key_comes_back(void **state) {
  struct fx *f = *state;
  action(f, 100);
  struct jl_id c = raci_ok(f, 100, JL_RACI_C, f->sales);
  fx_begin(f);
  fx_delete(f, JL_TYPE_RACI, c, 3, false);
  fx_ok(f);
  struct draft d = fx_raci(f, fx_id(100), JL_RACI_C, f->sales);
  d_text(&d, JL_RACI_TASK, "advice");
  fx_create_ok(f, &d, c);
  const struct jl_record *r = fx_record(f, c);
  assert_true(r->deleted_revision == 0 && r->number == 2 && r->created_revision == 3 && r->revision == 5);
  assert_true(jl_record_has(r->body, JL_RACI_TASK));
  d = fx_raci(f, fx_id(100), JL_RACI_C, f->sales); /* says nothing about the task: nothing lost */
  fx_create_ok(f, &d, c);
  assert_int_equal(f->out.change_count, 0);
  d_text(&d, JL_RACI_TASK, "other");
  fx_begin(f);
  fx_create(f, &d, c);
  fx_refused(f, JL_E_FIELD_CONFLICT, "task");
}

static void started_actions_keep_their_owners(void **state) {
  struct fx *f = *state;
  action(f, 100);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_STATUS, NONE, status(f, JL_IN_PROGRESS));
  fx_refused(f, JL_E_RULE_VIOLATION, "letter A");
  struct jl_id a = raci_ok(f, 100, JL_RACI_A, f->paul);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_STATUS, NONE, status(f, JL_IN_PROGRESS));
  fx_refused(f, JL_E_RULE_VIOLATION, "letter R");
  struct jl_id r = raci_ok(f, 100, JL_RACI_R, f->sales);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_STATUS, NONE, status(f, JL_IN_PROGRESS));
  fx_ok(f);
  fx_begin(f);
  fx_delete(f, JL_TYPE_RACI, a, 99, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "letter A");
  fx_begin(f); /* replaced in one group: fine */
  fx_delete(f, JL_TYPE_RACI, r, 99, false);
  struct draft d = fx_raci(f, fx_id(100), JL_RACI_R, f->marie);
  fx_create(f, &d, fx_natural(f, &d));
  fx_ok(f);
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100));
  fx_set(f, e, JL_ACTION_STATUS, status(f, JL_IN_PROGRESS), status(f, JL_DROPPED));
  fx_refused(f, JL_E_RULE_VIOLATION, "without a reason");
  fx_begin(f);
  e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100));
  fx_set(f, e, JL_ACTION_STATUS, status(f, JL_IN_PROGRESS), status(f, JL_DROPPED));
  fx_set(f, e, JL_ACTION_DROPPED_REASON, NONE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_DROPPED_REASON, "no time"));
  fx_ok(f);
  fx_begin(f);
  fx_delete(f, JL_TYPE_RACI, a, 99, false);
  fx_ok(f);
}

static void one_responsible_when_the_plan_says_so(void **state) {
  struct fx *f = *state;
  action(f, 100);
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_SINGLE_RESPONSIBLE, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_SINGLE_RESPONSIBLE, 1));
  fx_ok(f);
  raci_ok(f, 100, JL_RACI_R, f->paul);
  struct draft d = fx_raci(f, fx_id(100), JL_RACI_R, f->sales);
  fx_begin(f);
  fx_create(f, &d, fx_natural(f, &d));
  fx_refused(f, JL_E_RULE_VIOLATION, "Paul");
}

static void objectives_form_a_tree(void **state) {
  struct fx *f = *state;
  for (unsigned i = 0; i < 3; i++) {
    struct draft d = d_new(f, JL_TYPE_OBJECTIVE);
    d_text(&d, JL_OBJECTIVE_TITLE, "Grow");
    if (i > 0) d_ref(&d, JL_OBJECTIVE_PARENT, fx_id(200 + i - 1));
    fx_create_ok(f, &d, fx_id(200 + i));
  }
  fx_update(f, JL_TYPE_OBJECTIVE, fx_id(200), JL_OBJECTIVE_PARENT, NONE, fx_ref(f, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_PARENT, fx_id(202)));
  fx_refused(f, JL_E_RULE_VIOLATION, "serve itself");
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_OBJECTIVE, fx_id(200));
  fx_set(f, e, JL_OBJECTIVE_START, NONE, fx_int(f, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_START, 20000));
  fx_set(f, e, JL_OBJECTIVE_DUE, NONE, fx_int(f, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_DUE, 19999));
  fx_refused(f, JL_E_RULE_VIOLATION, "before it starts");
}

/* ---- budget ---- */
static void line(struct fx *f, unsigned n, int64_t planned) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Ads"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  d_int(&d, JL_BUDGET_LINE_VAT_RATE, 2000);
  if (planned > 0) d_int(&d, JL_BUDGET_LINE_PLANNED, planned);
  fx_create_ok(f, &d, fx_id(n));
}
static struct draft expense(struct fx *f, unsigned of, int64_t state, int64_t net) {
  struct draft d = d_new(f, JL_TYPE_EXPENSE);
  d_int(d_text(d_ref(&d, JL_EXPENSE_LINE, fx_id(of)), JL_EXPENSE_TITLE, "Campaign"), JL_EXPENSE_STATE, state);
  d_int(d_int(&d, JL_EXPENSE_DATE, jl_day_from_date(2026, 3, 1)), JL_EXPENSE_NET, net);
  return d;
}
static struct jl_amounts amounts(struct fx *f, unsigned n) {
  struct jl_amounts sum;
  assert_true(jl_line_amounts(f->space, fx_record(f, fx_id(n)), f->a, &sum));
  return sum;
}

static void amounts_by_hand(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);                                /* planned 1000.00 */
  struct draft d = expense(f, 300, JL_ORDERED, 40000); /* order 400.00 */
  fx_create_ok(f, &d, fx_id(301));
  d = expense(f, 300, JL_INVOICED, 15000); /* 150.00 of it invoiced */
  d_ref(&d, JL_EXPENSE_SETTLES, fx_id(301));
  fx_create_ok(f, &d, fx_id(302));
  d = d_new(f, JL_TYPE_EXPENSE); /* 119.99 incl. VAT at 20 %: 99.99 excl. (99.9917) */
  d_int(d_text(d_ref(&d, JL_EXPENSE_LINE, fx_id(300)), JL_EXPENSE_TITLE, "Shop"), JL_EXPENSE_STATE, JL_INVOICED);
  d_int(d_int(&d, JL_EXPENSE_DATE, 20500), JL_EXPENSE_GROSS, 11999);
  fx_create_ok(f, &d, fx_id(303));
  struct jl_amounts sum = amounts(f, 300);
  assert_int_equal(sum.planned, 100000);
  assert_int_equal(sum.committed, 25000);
  assert_int_equal(sum.actual, 24999);
  assert_int_equal(sum.remaining, 50001);
  d = expense(f, 300, JL_INVOICED, 30000); /* more invoiced than ordered: the order is worth 0, not less */
  d_ref(&d, JL_EXPENSE_SETTLES, fx_id(301));
  fx_create_ok(f, &d, fx_id(304));
  sum = amounts(f, 300);
  assert_int_equal(sum.committed, 0);
  assert_int_equal(sum.remaining, 100000 - 24999 - 30000);
  fx_begin(f);
  fx_delete(f, JL_TYPE_BUDGET_LINE, fx_id(300), 99, true);
  fx_refused(f, JL_E_RULE_VIOLATION, "actual expense");
}

static void expenses_are_checked(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  line(f, 310, 100000);
  struct draft d = expense(f, 300, JL_INVOICED, 10000);
  d_int(&d, JL_EXPENSE_GROSS, 12002);
  fx_begin(f);
  fx_create(f, &d, fx_id(301));
  fx_refused(f, JL_E_RULE_VIOLATION, "120.00 EUR");
  d_int(&d, JL_EXPENSE_GROSS, 12001); /* one cent: another way of rounding */
  fx_create_ok(f, &d, fx_id(301));
  d = expense(f, 300, JL_INVOICED, 10000);
  d_ref(&d, JL_EXPENSE_SETTLES, fx_id(301));
  fx_begin(f);
  fx_create(f, &d, fx_id(302));
  fx_refused(f, JL_E_RULE_VIOLATION, "not an order");
  struct draft order = expense(f, 310, JL_ORDERED, 5000);
  fx_create_ok(f, &order, fx_id(303));
  d_ref(&d, JL_EXPENSE_SETTLES, fx_id(303));
  fx_begin(f);
  fx_create(f, &d, fx_id(302));
  fx_refused(f, JL_E_RULE_VIOLATION, "another budget line");
  d.body = jl_record_with(f->a, d.body, JL_EXPENSE_NET, NONE);
  d.body = jl_record_with(f->a, d.body, JL_EXPENSE_SETTLES, NONE);
  fx_begin(f);
  fx_create(f, &d, fx_id(302));
  fx_refused(f, JL_E_RULE_VIOLATION, "no amount");
}

static void months_or_whole(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  struct draft m = d_new(f, JL_TYPE_BUDGET_MONTH);
  d_int(d_int(d_ref(&m, JL_BUDGET_MONTH_LINE, fx_id(300)), JL_BUDGET_MONTH_MONTH, jl_day_from_date(2026, 2, 1)), JL_BUDGET_MONTH_PLANNED,
        7000);
  fx_begin(f);
  fx_create(f, &m, fx_natural(f, &m));
  fx_refused(f, JL_E_RULE_VIOLATION, "1000.00 EUR");
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(300), JL_BUDGET_LINE_PLANNED, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 100000),
            NONE);
  fx_create(f, &m, fx_natural(f, &m));
  fx_ok(f);
  assert_int_equal(amounts(f, 300).planned, 7000);
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(300), JL_BUDGET_LINE_PLANNED, NONE, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 5));
  fx_refused(f, JL_E_RULE_VIOLATION, "planned by month");
  d_int(&m, JL_BUDGET_MONTH_MONTH, jl_day_from_date(2026, 2, 2));
  fx_begin(f);
  fx_create(f, &m, fx_natural(f, &m));
  fx_refused(f, JL_E_RULE_VIOLATION, "first day");
  d_int(&m, JL_BUDGET_MONTH_MONTH, jl_day_from_date(2027, 1, 1));
  fx_begin(f);
  fx_create(f, &m, fx_natural(f, &m));
  fx_refused(f, JL_E_RULE_VIOLATION, "outside the plan");
}

static void commitments_are_refused_only_on_request(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  struct draft d = expense(f, 300, JL_ORDERED, 80000);
  fx_create_ok(f, &d, fx_id(301));
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_CONTROL, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_CONTROL, JL_CONTROL_REFUSE));
  fx_ok(f);
  f->author = f->marie;
  d = expense(f, 300, JL_ORDERED, 20001);
  fx_begin(f);
  fx_create(f, &d, fx_id(302));
  fx_refused(f, JL_E_RULE_VIOLATION, "200.00 EUR excl. VAT; the last to commit was Paul");
  d = expense(f, 300, JL_ORDERED, 20000); /* to the cent */
  fx_create_ok(f, &d, fx_id(302));
  d = expense(f, 300, JL_INVOICED, 50000); /* a fact */
  fx_create_ok(f, &d, fx_id(303));
  assert_int_equal(amounts(f, 300).remaining, -50000);
  fx_update(f, JL_TYPE_EXPENSE, fx_id(302), JL_EXPENSE_NET, fx_int(f, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 20000),
            fx_int(f, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 10000));
  fx_ok(f); /* less is fine */
  fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(300), JL_BUDGET_LINE_SUBCATEGORY, NONE,
            fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_SUBCATEGORY, JL_SALARIES));
  fx_refused(f, JL_E_RULE_VIOLATION, "people");
}

/* Of an order of 600.00 an invoice of 100.00 USD without a rate settles nobody knows how much: all of it stays reserved, for others and for itself; what
 * is settled in euros is not. With the rate, two dollars for a euro, 50.00 more are free. */
static void what_dollars_settle_stays_reserved(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_CONTROL, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_CONTROL, JL_CONTROL_REFUSE));
  fx_ok(f);
  struct draft d = expense(f, 300, JL_ORDERED, 60000);
  fx_create_ok(f, &d, fx_id(301));
  d = expense(f, 300, JL_INVOICED, 10000);
  fx_create_ok(f, d_text(d_ref(&d, JL_EXPENSE_SETTLES, fx_id(301)), JL_EXPENSE_CURRENCY, "USD"), fx_id(302));
  assert_int_equal(amounts(f, 300).committed, 60000);
  assert_int_equal(amounts(f, 300).remaining, 40000);
  d = expense(f, 300, JL_ORDERED, 40001);
  fx_begin(f);
  fx_create(f, &d, fx_id(303));
  fx_refused(f, JL_E_RULE_VIOLATION, "above what remains");
  fx_update(f, JL_TYPE_EXPENSE, fx_id(301), JL_EXPENSE_NET, fx_int(f, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 60000), fx_int(f, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 100001));
  fx_refused(f, JL_E_RULE_VIOLATION, "above what remains");
  d = expense(f, 300, JL_INVOICED, 20000); /* in euros: 400.00 of the order are reserved still, and 200.00 spent */
  fx_create_ok(f, d_ref(&d, JL_EXPENSE_SETTLES, fx_id(301)), fx_id(304));
  assert_int_equal(amounts(f, 300).committed, 40000);
  assert_int_equal(amounts(f, 300).remaining, 40000);
  d = expense(f, 300, JL_ORDERED, 40000);
  fx_create_ok(f, &d, fx_id(303));
  struct draft r = d_new(f, JL_TYPE_EXCHANGE_RATE);
  d_int(d_text(&r, JL_EXCHANGE_RATE_CURRENCY, "USD"), JL_EXCHANGE_RATE_DAY, jl_day_from_date(2026, 1, 1));
  fx_create_ok(f, d_int(d_int(&r, JL_EXCHANGE_RATE_RATE, 2000000), JL_EXCHANGE_RATE_WORTH, 1000000), fx_natural(f, &r));
  assert_int_equal(amounts(f, 300).committed, 75000); /* 600 - 200 - 50 + 400 */
  assert_int_equal(amounts(f, 300).actual, 25000);
}

/* 800 of 1,000 ordered, deleted, 500 ordered since: 500 remain, 300 less than the first one takes. With 300 more it comes back, to the cent. */
static void an_order_comes_back_where_there_is_room(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_CONTROL, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_CONTROL, JL_CONTROL_REFUSE));
  fx_ok(f);
  struct draft d = expense(f, 300, JL_ORDERED, 80000);
  fx_create_ok(f, &d, fx_id(301));
  fx_begin(f);
  fx_delete(f, JL_TYPE_EXPENSE, fx_id(301), jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  d = expense(f, 300, JL_ORDERED, 50000);
  fx_create_ok(f, &d, fx_id(302));
  for (int64_t planned = 129999; planned <= 130000; planned++) {
    fx_begin(f);
    (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_EXPENSE, fx_id(301));
    if (planned == 129999) fx_refused(f, JL_E_RULE_VIOLATION, "of 800.00 EUR excl. VAT does not come back: 500.00 EUR excl. VAT remain on B1");
    fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(300), JL_BUDGET_LINE_PLANNED, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, planned == 129999 ? 100000 : 129999),
              fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, planned));
    fx_ok(f);
    fx_begin(f);
    (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_EXPENSE, fx_id(301));
    if (planned == 129999) fx_refused(f, JL_E_RULE_VIOLATION, "0.01 EUR less than it takes; plan 0.01 EUR more on B1");
  }
  fx_ok(f);
  assert_int_equal(amounts(f, 300).remaining, 0);
}

/* What evaluating a group of orders of one line takes of the arena. */
static size_t taken_by_orders(struct fx *f, unsigned of, unsigned first, unsigned n) {
  size_t before = jl_arena_used(f->a);
  fx_begin(f);
  for (unsigned i = 0; i < n; i++) {
    struct draft d = expense(f, of, JL_ORDERED, 100);
    fx_create(f, &d, fx_id(first + i));
  }
  fx_ok(f);
  return jl_arena_used(f->a) - before;
}

/* An import of 500 orders looks at what remains for each of them, and works each line out once: twice the orders take twice as much, not four times. */
static void many_orders_in_a_group(void **state) {
  struct fx *f = *state;
  line(f, 300, 50000);
  line(f, 301, 50000);
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_CONTROL, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_CONTROL, JL_CONTROL_REFUSE));
  fx_ok(f);
  size_t half = taken_by_orders(f, 300, 1000, 250), all = taken_by_orders(f, 301, 2000, 500);
  if (all > half * 9 / 4) fail_msg("250 orders take %zu bytes, 500 take %zu", half, all);
  assert_int_equal(amounts(f, 301).remaining, 0);
  fx_begin(f); /* of 251 more the last one does not fit: none is made */
  for (unsigned i = 0; i < 251; i++) {
    struct draft d = expense(f, 300, JL_ORDERED, 100);
    fx_create(f, &d, fx_id(3000 + i));
  }
  fx_refused(f, JL_E_RULE_VIOLATION, "above what remains");
  assert_int_equal(amounts(f, 300).remaining, 25000);
}

static void kpis_and_their_light(void **state) {
  struct fx *f = *state;
  struct draft k = d_new(f, JL_TYPE_KPI);
  d_int(d_text(&k, JL_KPI_NAME, "Leads"), JL_KPI_TARGET, 300000000);
  fx_begin(f);
  fx_create(f, &k, fx_id(400));
  fx_refused(f, JL_E_RULE_VIOLATION, "comparator");
  d_int(d_int(&k, JL_KPI_COMPARATOR, JL_AT_LEAST), JL_KPI_DIRECTION, JL_LOWER_IS_BETTER);
  fx_begin(f);
  fx_create(f, &k, fx_id(400));
  fx_refused(f, JL_E_RULE_VIOLATION, "lower is better");
  d_int(&k, JL_KPI_DIRECTION, JL_HIGHER_IS_BETTER);
  fx_create_ok(f, &k, fx_id(400));
  for (unsigned i = 0; i < 2; i++) { /* 258 of 300 = 86 % (formulas.md); then a later day */
    struct draft m = d_new(f, JL_TYPE_MEASUREMENT);
    d_int(d_int(d_ref(&m, JL_MEASUREMENT_KPI, fx_id(400)), JL_MEASUREMENT_DATE, 20001 - (int)i), JL_MEASUREMENT_VALUE,
          i == 0 ? 258000000 : 400000000);
    fx_create_ok(f, &m, fx_id(401 + i));
  }
  struct jl_kpi_state s;
  assert_true(jl_kpi_state(f->space, fx_record(f, fx_id(400)), INT32_MAX, f->a, &s));
  assert_true(s.has_reached && s.reached == 860000 && s.light == JL_LIGHT_BAD);
  assert_true(jl_kpi_state(f->space, fx_record(f, fx_id(400)), 20000, f->a, &s));
  assert_true(s.value == 400000000 && s.light == JL_LIGHT_GOOD);
  assert_true(jl_kpi_state(f->space, fx_record(f, fx_id(400)), 19999, f->a, &s) && s.last == NULL && s.light == JL_LIGHT_NONE);
  assert_int_equal(jl_light_of(JL_AT_LEAST, 90, 100, 1000), JL_LIGHT_WARN);
  assert_int_equal(jl_light_of(JL_AT_LEAST, 89, 100, 1000), JL_LIGHT_BAD);
  assert_int_equal(jl_light_of(JL_AT_MOST, 110, 100, 1000), JL_LIGHT_WARN);
  assert_int_equal(jl_light_of(JL_LESS, INT64_MAX, INT64_MIN, 10000), JL_LIGHT_BAD);
  int64_t reached;
  assert_false(jl_reached(JL_AT_LEAST, 5, 0, &reached));
  assert_false(jl_reached(JL_AT_MOST, 0, 5, &reached));
  assert_true(jl_reached(JL_AT_MOST, 40, 30, &reached) && reached == 750000);
}

static void people_are_never_removed(void **state) {
  struct fx *f = *state;
  struct jl_replica *space = f->space, *mirror = f->mirror;
  f->plan = fx_id(8000);
  f->space = f->org;
  f->mirror = jl_replica_copy(f->org);
  struct draft d = d_new(f, JL_TYPE_PERSON);
  d_text(d_text(&d, JL_PERSON_NAME, "Anna"), JL_PERSON_EMAIL, "anna@example.org");
  fx_create_ok(f, &d, fx_id(8100));
  assert_null(memmem(f->out.changes[0].body.data, f->out.changes[0].body.size, "Anna", 4));
  assert_int_equal(f->out.sections[0], JL_SECTION_DIRECTORY);
  fx_begin(f);
  fx_delete(f, JL_TYPE_PERSON, fx_id(8100), 1, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "keep their history");
  fx_update(f, JL_TYPE_PERSON, fx_id(8100), JL_PERSON_INACTIVE, NONE, fx_int(f, JL_TYPE_PERSON, JL_PERSON_INACTIVE, 1));
  fx_ok(f);
  /* A team that somebody is in stays: what plans grant to it counts. */
  struct draft team = d_new(f, JL_TYPE_TEAM), ben = d_new(f, JL_TYPE_PERSON);
  d_text(&team, JL_TEAM_NAME, "Field");
  fx_create_ok(f, &team, fx_id(8200));
  d_ref(d_text(&ben, JL_PERSON_NAME, "Ben"), JL_PERSON_TEAMS, fx_id(8200));
  fx_create_ok(f, &ben, fx_id(8201));
  uint64_t seen = jl_replica_where(f->space)->revision;
  fx_begin(f);
  fx_delete(f, JL_TYPE_TEAM, fx_id(8200), seen, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "is in this team");
  Jalon__FieldEdit *leaves = fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_PERSON, fx_id(8201)), JL_PERSON_TEAMS, NONE, NONE);
  leaves->has_seen = leaves->has_next = false;
  leaves->has_remove = true;
  leaves->remove = fx_pb(f, fx_ref(f, JL_TYPE_PERSON, JL_PERSON_TEAMS, fx_id(8200)));
  fx_delete(f, JL_TYPE_TEAM, fx_id(8200), seen, false);
  fx_ok(f);
  struct draft a = fx_action(f, "Webinar"); /* belongs into a plan */
  fx_begin(f);
  fx_create(f, &a, fx_id(8101));
  fx_refused(f, JL_E_INVALID, "does not belong");
  jl_replica_free(f->mirror);
  f->space = space;
  f->mirror = mirror;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(second_accountable_meets_the_first),
      FX_TEST(tombstone_of_a_natural_key_comes_back),
      FX_TEST(started_actions_keep_their_owners),
      FX_TEST(one_responsible_when_the_plan_says_so),
      FX_TEST(objectives_form_a_tree),
      FX_TEST(amounts_by_hand),
      FX_TEST(expenses_are_checked),
      FX_TEST(months_or_whole),
      FX_TEST(commitments_are_refused_only_on_request), FX_TEST(what_dollars_settle_stays_reserved), FX_TEST(an_order_comes_back_where_there_is_room),
      FX_TEST(many_orders_in_a_group),
      FX_TEST(kpis_and_their_light),
      FX_TEST(people_are_never_removed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
