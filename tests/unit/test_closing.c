/* Closed months, late expenses, shares, currencies and documents as the rules see them. */
#include "common/base/calendar.h"
#include "common/model/budget/amounts.h"
#include "model_fixture.h"

static int32_t day(int month, int day_of_month) { return jl_day_from_date(2026, month, day_of_month); }

static void line(struct fx *f, unsigned n, int64_t planned) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Ads"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  d_int(&d, JL_BUDGET_LINE_VAT_RATE, 2000);
  if (planned >= 0) d_int(&d, JL_BUDGET_LINE_PLANNED, planned);
  fx_create_ok(f, &d, fx_id(n));
}

static struct draft expense(struct fx *f, unsigned of, int64_t state, int32_t date, int64_t net) {
  struct draft d = d_new(f, JL_TYPE_EXPENSE);
  d_int(d_text(d_ref(&d, JL_EXPENSE_LINE, fx_id(of)), JL_EXPENSE_TITLE, "Campaign"), JL_EXPENSE_STATE, state);
  d_int(d_int(&d, JL_EXPENSE_DATE, date), JL_EXPENSE_NET, net);
  return d;
}

static struct jl_id close_month(struct fx *f, int month) {
  struct draft d = d_new(f, JL_TYPE_CLOSED_MONTH);
  d_int(d_int(&d, JL_CLOSED_MONTH_MONTH, day(month, 1)), JL_CLOSED_MONTH_STATE, JL_MONTH_CLOSED);
  struct jl_id id = fx_natural(f, &d);
  fx_create_ok(f, &d, id);
  return id;
}

static int64_t booked(struct fx *f, unsigned n) {
  const struct jl_record *r = fx_record(f, fx_id(n));
  return jl_record_int(r->type, r->body, JL_EXPENSE_BOOKED, -1);
}

/* One amount changes, from what it is. */
static void change(struct fx *f, uint32_t type, unsigned n, uint32_t field, int64_t next) {
  const struct jl_record *r = fx_record(f, fx_id(n));
  fx_update(f, type, fx_id(n), field, jl_arena_dup(f->a, jl_record_slice(r->body, field)), fx_int(f, type, field, next));
}

static void move_plan(struct fx *f, uint32_t field, int64_t next) {
  const struct jl_record *r = fx_record(f, f->plan);
  fx_update(f, JL_TYPE_PLAN, f->plan, field, jl_arena_dup(f->a, jl_record_slice(r->body, field)), fx_int(f, JL_TYPE_PLAN, field, next));
}
static void change_plan(struct fx *f, uint32_t field, int64_t next) {
  move_plan(f, field, next);
  fx_ok(f);
}

static void closed_months_keep_their_amounts(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  line(f, 310, -1);
  struct draft m = d_new(f, JL_TYPE_BUDGET_MONTH);
  d_int(d_int(d_ref(&m, JL_BUDGET_MONTH_LINE, fx_id(310)), JL_BUDGET_MONTH_MONTH, day(1, 1)), JL_BUDGET_MONTH_PLANNED, 7000);
  struct jl_id january = fx_natural(f, &m);
  fx_create_ok(f, &m, january);
  struct draft d = expense(f, 300, JL_INVOICED, day(1, 31), 10000);
  fx_create_ok(f, &d, fx_id(301));
  d = expense(f, 300, JL_INVOICED, day(2, 1), 5000);
  fx_create_ok(f, &d, fx_id(302));
  (void)close_month(f, 1);
  change(f, JL_TYPE_EXPENSE, 301, JL_EXPENSE_NET, 10001);
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  change(f, JL_TYPE_EXPENSE, 301, JL_EXPENSE_DATE, day(2, 1)); /* out of it */
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  change(f, JL_TYPE_EXPENSE, 302, JL_EXPENSE_DATE, day(1, 1)); /* into it */
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  fx_begin(f);
  fx_delete(f, JL_TYPE_EXPENSE, fx_id(301), 99, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  fx_update(f, JL_TYPE_BUDGET_MONTH, january, JL_BUDGET_MONTH_PLANNED, fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 7000),
            fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 6999));
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  change(f, JL_TYPE_BUDGET_LINE, 300, JL_BUDGET_LINE_VAT_RATE, 1000); /* the invoice has the line's rate */
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  change(f, JL_TYPE_BUDGET_LINE, 300, JL_BUDGET_LINE_PLANNED, 90000); /* planned for the whole period */
  fx_ok(f);
  change(f, JL_TYPE_BUDGET_LINE, 300, JL_BUDGET_LINE_BUCKET, JL_PROVEN); /* a promotion */
  fx_ok(f);
  change(f, JL_TYPE_EXPENSE, 302, JL_EXPENSE_NET, 5001); /* an open month */
  fx_ok(f);
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_CURRENCY, fx_text(f, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR"), fx_text(f, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "USD"));
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
}

/* January and March are closed: a late one of January counts in February, one of March in April; its own date stays. */
static void late_expenses(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  (void)close_month(f, 1);
  (void)close_month(f, 3);
  struct draft d = expense(f, 300, JL_INVOICED, day(1, 15), 1000);
  fx_create_ok(f, &d, fx_id(301));
  d = expense(f, 300, JL_INVOICED, day(3, 31), 1000);
  fx_create_ok(f, &d, fx_id(302));
  d = expense(f, 300, JL_INVOICED, day(4, 2), 1000);
  fx_create_ok(f, &d, fx_id(303));
  assert_int_equal(booked(f, 301), day(2, 1));
  assert_int_equal(booked(f, 302), day(4, 1));
  assert_int_equal(booked(f, 303), -1);
  const struct jl_record *r = fx_record(f, fx_id(301));
  assert_int_equal(jl_record_int(r->type, r->body, JL_EXPENSE_DATE, 0), day(1, 15));
  d = expense(f, 300, JL_INVOICED, day(1, 15), 1000);
  d_int(&d, JL_EXPENSE_BOOKED, day(3, 1));
  fx_begin(f);
  fx_create(f, &d, fx_id(304));
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  d_int(&d, JL_EXPENSE_BOOKED, day(5, 2));
  fx_begin(f);
  fx_create(f, &d, fx_id(304));
  fx_refused(f, JL_E_RULE_VIOLATION, "cannot count");
  change(f, JL_TYPE_EXPENSE, 301, JL_EXPENSE_NET, 1100); /* it counts in an open month, so it may be corrected */
  fx_ok(f);
}

/* The plan is of 2026. */
static void of_the_plan(void **state) {
  struct fx *f = *state;
  static const struct { int year, month; } outside[] = {{2025, 12}, {2027, 1}};
  close_month(f, 1);
  close_month(f, 12);
  for (size_t i = 0; i < JL_COUNT(outside); i++) {
    struct draft d = d_new(f, JL_TYPE_CLOSED_MONTH);
    d_int(d_int(&d, JL_CLOSED_MONTH_MONTH, jl_day_from_date(outside[i].year, outside[i].month, 1)), JL_CLOSED_MONTH_STATE, JL_MONTH_CLOSED);
    fx_begin(f);
    fx_create(f, &d, fx_natural(f, &d));
    fx_refused(f, JL_E_RULE_VIOLATION, "is no month of the plan");
  }
}

static void reopening(void **state) {
  struct fx *f = *state;
  struct jl_id january = close_month(f, 1);
  struct jl_bytes closed = fx_int(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_STATE, JL_MONTH_CLOSED),
                  open = fx_int(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_STATE, JL_MONTH_REOPENED);
  fx_begin(f);
  fx_delete(f, JL_TYPE_CLOSED_MONTH, january, 99, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "not deleted");
  fx_update(f, JL_TYPE_CLOSED_MONTH, january, JL_CLOSED_MONTH_STATE, closed, open);
  fx_refused(f, JL_E_RULE_VIOLATION, "for a reason");
  for (int who = 0; who < 2; who++) { /* nobody in particular, then an administrator */
    f->administrator = who == 1;
    fx_begin(f);
    Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_CLOSED_MONTH, january);
    fx_set(f, e, JL_CLOSED_MONTH_STATE, closed, open);
    fx_set(f, e, JL_CLOSED_MONTH_REASON, NONE, fx_text(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_REASON, "credit note"));
    if (who == 0)
      fx_refused(f, JL_E_RULE_VIOLATION, "only who answers for the plan");
    else
      fx_ok(f);
  }
  f->administrator = false;
  line(f, 300, 100000);
  struct draft d = expense(f, 300, JL_INVOICED, day(1, 15), 1000); /* open again */
  fx_create_ok(f, &d, fx_id(301));
  assert_int_equal(booked(f, 301), -1);
  /* closed again, and the plan's accountable may; the same reason is none */
  fx_update(f, JL_TYPE_CLOSED_MONTH, january, JL_CLOSED_MONTH_STATE, open, closed);
  fx_ok(f);
  struct draft raci = fx_raci(f, f->plan, JL_RACI_A, f->paul);
  f->administrator = true;
  fx_create_ok(f, &raci, fx_natural(f, &raci));
  f->administrator = false;
  fx_update(f, JL_TYPE_CLOSED_MONTH, january, JL_CLOSED_MONTH_STATE, closed, open);
  fx_refused(f, JL_E_RULE_VIOLATION, "for a reason");
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_CLOSED_MONTH, january);
  fx_set(f, e, JL_CLOSED_MONTH_STATE, closed, open);
  fx_set(f, e, JL_CLOSED_MONTH_REASON, fx_text(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_REASON, "credit note"),
         fx_text(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_REASON, "another one"));
  fx_ok(f);
}

static void recurring_lines(void **state) {
  struct fx *f = *state;
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Licence"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  d_int(&d, JL_BUDGET_LINE_FIRST, day(2, 1));
  fx_begin(f);
  fx_create(f, &d, fx_id(300));
  fx_refused(f, JL_E_RULE_VIOLATION, "does not recur");
  d_int(d_int(&d, JL_BUDGET_LINE_EVERY, JL_EVERY_MONTH), JL_BUDGET_LINE_PLANNED, 10000);
  d_int(&d, JL_BUDGET_LINE_LAST, day(1, 31));
  fx_begin(f);
  fx_create(f, &d, fx_id(300));
  fx_refused(f, JL_E_RULE_VIOLATION, "before it starts");
  d_int(&d, JL_BUDGET_LINE_LAST, day(6, 30));
  fx_create_ok(f, &d, fx_id(300));
  (void)close_month(f, 2);
  change(f, JL_TYPE_BUDGET_LINE, 300, JL_BUDGET_LINE_PLANNED, 12000); /* February too */
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  change(f, JL_TYPE_BUDGET_LINE, 300, JL_BUDGET_LINE_LAST, day(3, 31)); /* a cheaper one from April on is another line */
  fx_ok(f);
  change(f, JL_TYPE_BUDGET_LINE, 300, JL_BUDGET_LINE_FIRST, day(3, 1));
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
}

/* A line that recurs from the plan's start to its end does so in other months when these move. */
static void plan_dates_of_recurring_lines(void **state) {
  struct fx *f = *state;
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Licence"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  d_int(d_int(&d, JL_BUDGET_LINE_EVERY, JL_EVERY_MONTH), JL_BUDGET_LINE_PLANNED, 10000);
  change_plan(f, JL_PLAN_START, day(1, 1));
  change_plan(f, JL_PLAN_END, day(12, 31));
  fx_create_ok(f, &d, fx_id(300));
  (void)close_month(f, 2);
  move_plan(f, JL_PLAN_START, day(3, 1)); /* nothing would be planned for February any more */
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  move_plan(f, JL_PLAN_END, day(1, 31));
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  move_plan(f, JL_PLAN_START, day(2, 1)); /* nor for January, of which February's VAT has what is left of a cent */
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");
  move_plan(f, JL_PLAN_END, day(6, 30));
  fx_ok(f);
}

static void shares_of_a_line(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  for (unsigned i = 0; i < 3; i++) {
    struct draft a = fx_action(f, "Webinar");
    fx_create_ok(f, &a, fx_id(400 + i));
    struct draft d = d_new(f, JL_TYPE_BUDGET_SHARE);
    d_int(d_ref(d_ref(&d, JL_BUDGET_SHARE_LINE, fx_id(300)), JL_BUDGET_SHARE_ACTION, fx_id(400 + i)), JL_BUDGET_SHARE_SHARE, 4000);
    fx_begin(f);
    fx_create(f, &d, fx_natural(f, &d));
    if (i < 2)
      fx_ok(f);
    else
      fx_refused(f, JL_E_RULE_VIOLATION, "more than the whole line");
  }
}

static void rates_and_documents(void **state) {
  struct fx *f = *state;
  struct draft r = d_new(f, JL_TYPE_EXCHANGE_RATE);
  d_int(d_text(&r, JL_EXCHANGE_RATE_CURRENCY, "EUR"), JL_EXCHANGE_RATE_DAY, day(1, 10));
  d_int(d_int(&r, JL_EXCHANGE_RATE_RATE, 1100000), JL_EXCHANGE_RATE_WORTH, 1000000);
  fx_begin(f);
  fx_create(f, &r, fx_natural(f, &r));
  fx_refused(f, JL_E_RULE_VIOLATION, "own currency");
  line(f, 300, 100000);
  struct draft d = expense(f, 300, JL_INVOICED, day(2, 1), 100);
  fx_create_ok(f, &d, fx_id(301));
  d_ref(&d, JL_EXPENSE_PART_OF, fx_id(301));
  fx_create_ok(f, &d, fx_id(302));
  d_ref(&d, JL_EXPENSE_PART_OF, fx_id(302));
  fx_begin(f);
  fx_create(f, &d, fx_id(303));
  fx_refused(f, JL_E_RULE_VIOLATION, "not the first line");
  d_ref(&d, JL_EXPENSE_PART_OF, fx_id(301));
  d_text(&d, JL_EXPENSE_CURRENCY, "USD");
  fx_begin(f);
  fx_create(f, &d, fx_id(303));
  fx_refused(f, JL_E_RULE_VIOLATION, "same document");
  change(f, JL_TYPE_EXPENSE, 301, JL_EXPENSE_STATE, JL_ORDERED);
  fx_refused(f, JL_E_RULE_VIOLATION, "same document");
  change(f, JL_TYPE_EXPENSE, 302, JL_EXPENSE_VAT_METHOD, JL_VAT_ON_TOTAL);
  fx_refused(f, JL_E_RULE_VIOLATION, "first line");
  d = expense(f, 300, JL_INVOICED, day(2, 1), 100);
  d_int(&d, JL_EXPENSE_FINAL, 1);
  fx_begin(f);
  fx_create(f, &d, fx_id(304));
  fx_refused(f, JL_E_RULE_VIOLATION, "settles no order");
  /* what nobody can convert is not committed where commitments are refused */
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_CONTROL, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_CONTROL, JL_CONTROL_REFUSE));
  fx_ok(f);
  d = expense(f, 300, JL_ORDERED, day(2, 1), 100);
  d_text(&d, JL_EXPENSE_CURRENCY, "USD");
  fx_begin(f);
  fx_create(f, &d, fx_id(305));
  fx_refused(f, JL_E_RULE_VIOLATION, "without a rate");
  d_text(&r, JL_EXCHANGE_RATE_CURRENCY, "USD");
  fx_create_ok(f, &r, fx_natural(f, &r));
  fx_create_ok(f, &d, fx_id(305));
}

/* VAT at 20 % on the total: of 0.02 + 0.02 + 0.02 the totals are 0.02, 0.05 and 0.07 incl. VAT, so the lines are 0.02, 0.03 and 0.02. With 0.03 first they
 * would be 0.04, 0.02 and 0.02: the second one is of January, which is closed. 0.07 first leaves it as it is: 0.08, 0.03 and 0.02. */
static void document_across_a_closed_month(void **state) {
  struct fx *f = *state;
  line(f, 300, 100000);
  struct draft d = expense(f, 300, JL_INVOICED, day(2, 1), 2);
  fx_create_ok(f, d_int(&d, JL_EXPENSE_VAT_METHOD, JL_VAT_ON_TOTAL), fx_id(301));
  for (unsigned n = 302; n <= 303; n++) {
    d = expense(f, 300, JL_INVOICED, day(n == 302 ? 1 : 2, 1), 2);
    fx_create_ok(f, d_ref(&d, JL_EXPENSE_PART_OF, fx_id(301)), fx_id(n));
  }
  (void)close_month(f, 1);
  change(f, JL_TYPE_EXPENSE, 301, JL_EXPENSE_NET, 3);
  fx_refused(f, JL_E_RULE_VIOLATION, "is a line of the same document");
  change(f, JL_TYPE_EXPENSE, 301, JL_EXPENSE_VAT_METHOD, JL_VAT_BY_LINE);
  fx_refused(f, JL_E_RULE_VIOLATION, "is a line of the same document"); /* 0.02 each */
  fx_begin(f);
  fx_delete(f, JL_TYPE_EXPENSE, fx_id(301), 99, false); /* each of the others would stand alone */
  fx_refused(f, JL_E_RULE_VIOLATION, "is a line of the same document");
  change(f, JL_TYPE_EXPENSE, 301, JL_EXPENSE_NET, 7);
  fx_ok(f);
  change(f, JL_TYPE_EXPENSE, 303, JL_EXPENSE_NET, 500); /* it comes after */
  fx_ok(f);
  d = expense(f, 300, JL_INVOICED, day(2, 1), 9);
  fx_create_ok(f, d_ref(&d, JL_EXPENSE_PART_OF, fx_id(301)), fx_id(304)); /* and so does a new one */
}

static struct draft dollars(struct fx *f, int32_t on, int64_t rate) {
  struct draft r = d_new(f, JL_TYPE_EXCHANGE_RATE);
  d_int(d_text(&r, JL_EXCHANGE_RATE_CURRENCY, "USD"), JL_EXCHANGE_RATE_DAY, on);
  d_int(d_int(&r, JL_EXCHANGE_RATE_RATE, rate), JL_EXCHANGE_RATE_WORTH, 1000000);
  return r;
}
static void draft_refused(struct fx *f, const struct draft *d, const char *part) {
  fx_begin(f);
  fx_create(f, d, fx_natural(f, d));
  fx_refused(f, JL_E_RULE_VIOLATION, part);
}

/* What nobody can convert is in no closed month: the rate comes first. After that only the rates that its amounts have stand still. */
static void rates_of_closed_months(void **state) {
  struct fx *f = *state;
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE), r, c = d_new(f, JL_TYPE_CLOSED_MONTH);
  line(f, 300, 100000);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Licence"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  d_text(d_int(d_int(&d, JL_BUDGET_LINE_PLANNED, 5000), JL_BUDGET_LINE_EVERY, JL_EVERY_MONTH), JL_BUDGET_LINE_CURRENCY, "USD");
  d_int(d_int(&d, JL_BUDGET_LINE_FIRST, day(1, 15)), JL_BUDGET_LINE_LAST, day(6, 30));
  fx_create_ok(f, &d, fx_id(301)); /* B2: 15 January, 15 February ... */
  struct draft x = expense(f, 300, JL_INVOICED, day(1, 20), 10000), o = expense(f, 300, JL_ORDERED, day(1, 5), 10000);
  d_text(&x, JL_EXPENSE_CURRENCY, "USD");
  d_text(&o, JL_EXPENSE_CURRENCY, "USD");
  fx_create_ok(f, &x, fx_id(310));
  fx_create_ok(f, &o, fx_id(311)); /* an order is no fact of its month */
  d_int(d_int(&c, JL_CLOSED_MONTH_MONTH, day(1, 1)), JL_CLOSED_MONTH_STATE, JL_MONTH_CLOSED);
  draft_refused(f, &c, "no rate of USD for 2026-01-15 yet, so nobody knows what this is: B2, X1");
  r = dollars(f, day(1, 18), 1100000);
  fx_create_ok(f, &r, fx_natural(f, &r));
  draft_refused(f, &c, "B2"); /* the invoice has one now, the licence has none yet */
  r = dollars(f, day(1, 10), 1000000);
  const struct jl_id tenth = fx_natural(f, &r);
  fx_create_ok(f, &r, tenth);
  const struct jl_id january = close_month(f, 1);

  r = dollars(f, day(1, 12), 900000); /* the licence would have it */
  draft_refused(f, &r, "a rate of USD on 2026-01-12 would change what B2 is in a month that is closed (MC1)");
  r = dollars(f, day(1, 19), 900000); /* the invoice would */
  draft_refused(f, &r, "change what X1 is");
  fx_update(f, JL_TYPE_EXCHANGE_RATE, tenth, JL_EXCHANGE_RATE_RATE, fx_int(f, JL_TYPE_EXCHANGE_RATE, JL_EXCHANGE_RATE_RATE, 1000000),
            fx_int(f, JL_TYPE_EXCHANGE_RATE, JL_EXCHANGE_RATE_RATE, 800000));
  fx_refused(f, JL_E_RULE_VIOLATION, "what B2 is in a month that is closed (MC1)");
  fx_begin(f);
  fx_delete(f, JL_TYPE_EXCHANGE_RATE, tenth, 99, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "MC1");
  r = dollars(f, day(1, 1), 900000); /* nothing that is closed has it: the order may */
  fx_create_ok(f, &r, fx_natural(f, &r));
  r = dollars(f, day(1, 25), 900000); /* from February on */
  fx_create_ok(f, &r, fx_natural(f, &r));

  d_int(d_text(&d, JL_BUDGET_LINE_CURRENCY, "CHF"), JL_BUDGET_LINE_PLANNED, 100); /* no rate, and a time in January */
  fx_begin(f);
  fx_create(f, &d, fx_id(302));
  fx_refused(f, JL_E_RULE_VIOLATION, "is closed");

  f->administrator = true; /* reopened, corrected, closed again */
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_CLOSED_MONTH, january);
  struct jl_bytes closed = fx_int(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_STATE, JL_MONTH_CLOSED), open = fx_int(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_STATE, JL_MONTH_REOPENED);
  fx_set(f, e, JL_CLOSED_MONTH_STATE, closed, open);
  fx_set(f, e, JL_CLOSED_MONTH_REASON, NONE, fx_text(f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_REASON, "rate"));
  fx_ok(f);
  r = dollars(f, day(1, 12), 900000);
  fx_create_ok(f, &r, fx_natural(f, &r));
  fx_create_ok(f, &d, fx_id(302));
  fx_update(f, JL_TYPE_CLOSED_MONTH, january, JL_CLOSED_MONTH_STATE, open, closed);
  fx_refused(f, JL_E_RULE_VIOLATION, "no rate of CHF for 2026-01-15");
  fx_begin(f);
  fx_delete(f, JL_TYPE_BUDGET_LINE, fx_id(302), 99, false);
  fx_ok(f);
  fx_update(f, JL_TYPE_CLOSED_MONTH, january, JL_CLOSED_MONTH_STATE, open, closed);
  fx_ok(f);
}

static void fiscal_years(void **state) {
  struct fx *f = *state;
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_FISCAL_YEAR_END, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_FISCAL_YEAR_END, jl_day_from_date(2028, 1, 1)));
  fx_refused(f, JL_E_RULE_VIOLATION, "fiscal year");
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_FISCAL_YEAR_END, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_FISCAL_YEAR_END, jl_day_from_date(2027, 6, 30)));
  fx_ok(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(closed_months_keep_their_amounts), FX_TEST(late_expenses),   FX_TEST(of_the_plan), FX_TEST(reopening),   FX_TEST(recurring_lines),
                                     FX_TEST(plan_dates_of_recurring_lines),
                                     FX_TEST(shares_of_a_line),                 FX_TEST(rates_and_documents), FX_TEST(document_across_a_closed_month), FX_TEST(rates_of_closed_months), FX_TEST(fiscal_years)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
