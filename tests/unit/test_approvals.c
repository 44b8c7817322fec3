/* Submit, approve, send back: what is approved is what was submitted, by who holds the A; what an approval holds up; the snapshot's text
 * against texts written by hand. */
#include "common/base/limits.h"
#include "common/model/governance/snapshot.h"
#include "common/wire/unpack.h"
#include "tests/unit/approvals_fixture.h"

static int64_t state_of(const struct fx *f, struct jl_id id) {
  const struct jl_record *r = fx_record(f, id);
  return jl_record_int(r->type, r->body, JL_APPROVAL_STATE, 0);
}
static int64_t plan_status(const struct fx *f) {
  const struct jl_record *r = fx_record(f, f->plan);
  return jl_record_int(r->type, r->body, JL_PLAN_STATUS, 0);
}
/* The fixture's plan: its action needs approval, Paul holds the plan's A. */
static void world(struct fx *f) {
  struct draft d = af_webinar(f);
  d_int(&d, JL_ACTION_NEEDS_APPROVAL, 1);
  af_plan(f, &d);
  raci_a(f, f->plan, f->paul);
}

static const char *text_of(struct fx *f, struct jl_id approval, enum jl_section section) {
  struct jl_bytes text;
  assert_true(jl_snapshot_stored(f->space, fx_record(f, approval), section, f->a, &text, &f->err));
  char *copy = jl_arena_strndup(f->a, text.size == 0 ? "" : (const char *)text.data, text.size);
  char *digest = strstr(copy, "= ");
  while (digest != NULL && digest > copy && digest[-1] != '\n') digest = strstr(digest + 1, "= ");
  if (digest != NULL) {
    assert_string_equal(digest + 2 + 64, section == JL_SECTION_ACTIONS ? "\n+ dependencies\n" : "\n");
    *digest = '\0';
  }
  return copy;
}

static void a_submission_keeps_the_figures_section_by_section(void **state) {
  struct fx *f = *state;
  world(f);
  f->author = f->marie;
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  /* 2026-01-01 is day 20454, 2026-12-31 day 20818; comparator 3 is "<", targets in millionths, money in cents */
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_STRATEGY), "PL1 3=20454 4=20818\nK1 11=3 12=3000000\n");
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_ACTIONS), "A1 9=20463 10=20484\n");
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_BUDGET), "B1 0=120000\nB2 0=50000\n");
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_PAYROLL), "PY1 5=4200000\n");
  assert_int_equal(state_of(f, fx_id(FIRST)), JL_APPROVAL_SUBMITTED);
  assert_int_equal(plan_status(f), JL_PLAN_SUBMITTED);
  const struct jl_record *r = fx_record(f, fx_id(FIRST));
  struct jl_id by;
  assert_true(jl_record_id(r->type, r->body, JL_APPROVAL_SUBMITTED_BY, &by) && jl_id_equal(&by, &f->marie));
  assert_false(jl_record_has(r->body, JL_APPROVAL_DECIDED_BY) || jl_record_has(r->body, JL_APPROVAL_DECIDED_AT));
  for (int s = 1; s < JL_SECTIONS; s++) { /* each piece stands in its own section */
    const struct jl_record *b = jl_replica_numbered(f->space, JL_TYPE_BASELINE, (uint64_t)s);
    if (b != NULL) assert_int_equal(jl_replica_section(f->space, b), s);
  }
  /* the accountable alone */
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_DENIED, "only the accountable");
  decision(f, fx_id(FIRST), JL_APPROVAL_SENT_BACK);
  fx_refused(f, JL_E_DENIED, "only the accountable");
  f->author = f->paul;
  approve(f, fx_id(FIRST));
  assert_int_equal(plan_status(f), JL_PLAN_APPROVED);
  r = fx_record(f, fx_id(FIRST));
  assert_true(jl_record_id(r->type, r->body, JL_APPROVAL_DECIDED_BY, &by) && jl_id_equal(&by, &f->paul));
  assert_int_equal(jl_record_int(r->type, r->body, JL_APPROVAL_DECIDED_AT, 0), (int64_t)f->seq * 1000000);
  /* decided once */
  decision(f, fx_id(FIRST), JL_APPROVAL_SENT_BACK);
  fx_refused(f, JL_E_FIELD_CONFLICT, NULL);
  /* a later edit leaves the baseline of a plan */
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_DUE, 20490);
  fx_ok(f);
  assert_int_equal(state_of(f, fx_id(FIRST)), JL_APPROVAL_APPROVED);
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_ACTIONS), "A1 9=20463 10=20484\n");
}

static void what_changed_meanwhile_is_not_approved(void **state) {
  struct fx *f = *state;
  world(f);
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  f->author = f->marie;
  set_int(f, JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_PLANNED, 130000);
  fx_ok(f);
  f->author = f->paul;
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_GUARD_FAILED, "B1 Webinar tool has changed since it was submitted, by Marie");
  /* progress is no change of what was submitted; back to the amount, it is what was submitted again */
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_PROGRESS, 100000);
  fx_ok(f);
  set_int(f, JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_PLANNED, 120000);
  fx_ok(f);
  /* a title counts, and a record more, and one less */
  const struct jl_record *r = fx_record(f, fx_id(ACTION));
  struct jl_bytes title = jl_arena_dup(f->a, jl_record_slice(r->body, JL_ACTION_TITLE)),
                  other = fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Salon");
  fx_update(f, JL_TYPE_ACTION, fx_id(ACTION), JL_ACTION_TITLE, title, other);
  fx_ok(f);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_GUARD_FAILED, "as it was submitted");
  fx_update(f, JL_TYPE_ACTION, fx_id(ACTION), JL_ACTION_TITLE, other, title);
  fx_ok(f);
  fx_begin(f);
  fx_delete(f, JL_TYPE_PAYROLL_LINE, fx_id(PAYROLL), jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_GUARD_FAILED, "PY1 Salary has changed since");
  /* submitted again: the first is withdrawn, and is not what anybody approves any more */
  f->author = f->marie;
  submit(f, fx_id(SECOND), f->plan, JL_APPROVAL_OF_PLAN);
  assert_int_equal(state_of(f, fx_id(FIRST)), JL_APPROVAL_WITHDRAWN);
  f->author = f->paul;
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_FIELD_CONFLICT, NULL);
  approve(f, fx_id(SECOND));
  /* an edit and the approval in one group: what results is what counts */
  submit(f, fx_id(THIRD), f->plan, JL_APPROVAL_OF_PLAN);
  decision(f, fx_id(THIRD), JL_APPROVAL_APPROVED);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_BUDGET_LINE, fx_id(LINE)), JL_BUDGET_LINE_PLANNED,
         fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 120000), fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 1));
  fx_refused(f, JL_E_GUARD_FAILED, "B1 Webinar tool");
}

static void sent_back_with_a_reason(void **state) {
  struct fx *f = *state;
  world(f);
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  decision(f, fx_id(FIRST), JL_APPROVAL_SENT_BACK);
  fx_refused(f, JL_E_RULE_VIOLATION, "without a reason");
  Jalon__Edit *e = decision(f, fx_id(FIRST), JL_APPROVAL_SENT_BACK);
  fx_set(f, e, JL_APPROVAL_REASON, NONE, fx_text(f, JL_TYPE_APPROVAL, JL_APPROVAL_REASON, "too many ads"));
  fx_ok(f);
  assert_int_equal(plan_status(f), JL_PLAN_DRAFT);
  e = decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_FIELD_CONFLICT, NULL);
  /* with an approved version behind it the plan stays approved */
  submit(f, fx_id(SECOND), f->plan, JL_APPROVAL_OF_PLAN);
  approve(f, fx_id(SECOND));
  f->author = f->marie;
  submit(f, fx_id(THIRD), f->plan, JL_APPROVAL_OF_PLAN);
  assert_int_equal(plan_status(f), JL_PLAN_SUBMITTED);
  decision(f, fx_id(THIRD), JL_APPROVAL_WITHDRAWN); /* by who submitted */
  fx_ok(f);
  assert_int_equal(plan_status(f), JL_PLAN_APPROVED);
  /* the plan's status is nobody's to write */
  set_int(f, JL_TYPE_PLAN, 1, JL_PLAN_STATUS, JL_PLAN_SUBMITTED);
  fx_refused(f, JL_E_RULE_VIOLATION, "by being submitted");
  set_int(f, JL_TYPE_PLAN, 1, JL_PLAN_STATUS, JL_PLAN_DRAFT);
  fx_ok(f);
  set_int(f, JL_TYPE_PLAN, 1, JL_PLAN_STATUS, JL_PLAN_APPROVED); /* although a version of it was approved once */
  fx_refused(f, JL_E_RULE_VIOLATION, "by its accountable");
  set_int(f, JL_TYPE_PLAN, 1, JL_PLAN_STATUS, JL_PLAN_ARCHIVED);
  fx_ok(f);
}

static void start(struct fx *f) {
  const struct jl_record *r = fx_record(f, fx_id(ACTION));
  fx_update(f, JL_TYPE_ACTION, fx_id(ACTION), JL_ACTION_STATUS, jl_record_slice(r->body, JL_ACTION_STATUS),
            fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, JL_IN_PROGRESS));
}
static void staff(struct fx *f) {
  raci_a(f, fx_id(ACTION), f->paul);
  struct draft d = fx_raci(f, fx_id(ACTION), JL_RACI_R, f->marie);
  fx_create_ok(f, &d, fx_natural(f, &d));
}

static void an_action_that_needs_approval_does_not_start_without(void **state) {
  struct fx *f = *state;
  world(f);
  staff(f);
  f->author = f->marie;
  start(f);
  fx_refused(f, JL_E_RULE_VIOLATION, "it needs approval");
  submit(f, fx_id(FIRST), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_ACTIONS), "A1 9=20463 10=20484\n");
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_BUDGET), "B1 0=120000\n"); /* of the action, not the other line */
  start(f);
  fx_refused(f, JL_E_RULE_VIOLATION, "waits to be approved");
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 0); /* nor around it */
  fx_refused(f, JL_E_DENIED, "only the accountable of A1 Webinar");
  f->author = f->paul;
  approve(f, fx_id(FIRST));
  f->author = f->marie;
  /* progress, priority, another line: still approved */
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_PROGRESS, 100000);
  fx_ok(f);
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_PRIORITY, JL_HIGH);
  fx_ok(f);
  set_int(f, JL_TYPE_BUDGET_LINE, OTHER_LINE, JL_BUDGET_LINE_PLANNED, 1);
  fx_ok(f);
  assert_int_equal(state_of(f, fx_id(FIRST)), JL_APPROVAL_APPROVED);
  start(f);
  fx_ok(f);
  assert_int_equal(state_of(f, fx_id(FIRST)), JL_APPROVAL_APPROVED); /* starting is progress */
}

static void what_counts_reopens_an_actions_approval(void **state) {
  struct fx *f = *state;
  world(f);
  staff(f);
  unsigned id = 100;
  for (int how = 0; how < 5; how++) {
    struct jl_id approval = fx_id(id++);
    submit(f, approval, fx_id(ACTION), JL_APPROVAL_OF_ACTION);
    approve(f, approval);
    struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
    const struct jl_record *r = fx_record(f, fx_id(ACTION));
    switch (how) {
    case 0: /* a date */
      set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_DUE, 20491);
      break;
    case 1: /* the title */
      fx_update(f, JL_TYPE_ACTION, fx_id(ACTION), JL_ACTION_TITLE, jl_record_slice(r->body, JL_ACTION_TITLE),
                fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Salon"));
      break;
    case 2: /* its money */
      set_int(f, JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_PLANNED, 120001);
      break;
    case 3: /* money more */
      d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "more"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
      d_int(d_ref(&d, JL_BUDGET_LINE_ACTION, fx_id(ACTION)), JL_BUDGET_LINE_PLANNED, 5);
      fx_begin(f);
      fx_create(f, &d, fx_id(90));
      break;
    default: /* money that goes to another action */
      fx_update(f, JL_TYPE_BUDGET_LINE, fx_id(LINE), JL_BUDGET_LINE_ACTION,
                fx_ref(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, fx_id(ACTION)), NONE);
      break;
    }
    fx_ok(f);
    assert_int_equal(state_of(f, approval), JL_APPROVAL_REOPENED);
    start(f);
    fx_refused(f, JL_E_RULE_VIOLATION, "has changed since it was approved");
  }
  /* a later submission that is sent back ends an approval too */
  submit(f, fx_id(id), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  approve(f, fx_id(id));
  submit(f, fx_id(id + 1), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  assert_int_equal(state_of(f, fx_id(id)), JL_APPROVAL_APPROVED);
  Jalon__Edit *e = decision(f, fx_id(id + 1), JL_APPROVAL_SENT_BACK);
  fx_set(f, e, JL_APPROVAL_REASON, NONE, fx_text(f, JL_TYPE_APPROVAL, JL_APPROVAL_REASON, "not now"));
  fx_ok(f);
  assert_int_equal(state_of(f, fx_id(id)), JL_APPROVAL_REOPENED);
}

static void months_count_as_the_money_of_their_action(void **state) {
  struct fx *f = *state;
  world(f);
  staff(f);
  line(f, 40, "by month", -1, ACTION);
  struct draft d = d_new(f, JL_TYPE_BUDGET_MONTH);
  d_int(d_int(d_ref(&d, JL_BUDGET_MONTH_LINE, fx_id(40)), JL_BUDGET_MONTH_MONTH, 20454), JL_BUDGET_MONTH_PLANNED, 3000);
  struct jl_id month = fx_natural(f, &d);
  fx_create_ok(f, &d, month);
  submit(f, fx_id(FIRST), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_BUDGET), "B1 0=120000\nB3 0=3000\nBM1 2=20454 3=3000\n");
  approve(f, fx_id(FIRST));
  fx_update(f, JL_TYPE_BUDGET_MONTH, month, JL_BUDGET_MONTH_PLANNED, fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 3000),
            fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 2999));
  fx_ok(f);
  assert_int_equal(state_of(f, fx_id(FIRST)), JL_APPROVAL_REOPENED);
}

static void a_reallocation_moves_what_was_submitted(void **state) {
  struct fx *f = *state;
  world(f);
  struct draft d = submission(f, fx_id(LINE), JL_APPROVAL_OF_BUDGET);
  d_int(d_ref(&d, JL_APPROVAL_TO, fx_id(OTHER_LINE)), JL_APPROVAL_AMOUNT, 120001);
  fx_begin(f);
  fx_create(f, &d, fx_id(FIRST));
  fx_refused(f, JL_E_RULE_VIOLATION, "B1 Webinar tool plans");
  d_int(&d, JL_APPROVAL_AMOUNT, 20000);
  fx_create_ok(f, &d, fx_id(FIRST));
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_BUDGET), "B1 0=100000\nB2 0=70000\n"); /* 1 200 - 200 and 500 + 200 */
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_PAYROLL), "");
  set_int(f, JL_TYPE_BUDGET_LINE, OTHER_LINE, JL_BUDGET_LINE_PLANNED, 50001);
  fx_ok(f);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_GUARD_FAILED, "B2 Ads has changed");
  set_int(f, JL_TYPE_BUDGET_LINE, OTHER_LINE, JL_BUDGET_LINE_PLANNED, 50000);
  fx_ok(f);
  approve(f, fx_id(FIRST));
  const struct jl_record *from = fx_record(f, fx_id(LINE)), *to = fx_record(f, fx_id(OTHER_LINE));
  assert_int_equal(jl_record_int(from->type, from->body, JL_BUDGET_LINE_PLANNED, 0), 100000);
  assert_int_equal(jl_record_int(to->type, to->body, JL_BUDGET_LINE_PLANNED, 0), 70000);
}

/* ---- reallocations between lines by month, and with different VAT: every figure worked out by hand ---- */
static void vat_line(struct fx *f, unsigned id, const char *title, int64_t planned, int64_t basis, int64_t rate) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, title), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  d_int(d_int(&d, JL_BUDGET_LINE_VAT_BASIS, basis), JL_BUDGET_LINE_VAT_RATE, rate);
  if (planned >= 0) d_int(&d, JL_BUDGET_LINE_PLANNED, planned);
  fx_create_ok(f, &d, fx_id(id));
}
static void month(struct fx *f, unsigned line_id, int of_year, int64_t planned) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_MONTH);
  d_int(d_int(d_ref(&d, JL_BUDGET_MONTH_LINE, fx_id(line_id)), JL_BUDGET_MONTH_MONTH, jl_day_from_date(2026, of_year, 1)), JL_BUDGET_MONTH_PLANNED,
        planned);
  fx_create_ok(f, &d, fx_natural(f, &d));
}
/* "1=333 2=40": months with what they plan; a line that is planned as a whole: "=1200". */
static const char *plans(struct fx *f, unsigned line_id) {
  char text[400] = "";
  size_t n = 0, used = 0;
  const struct jl_id id = fx_id(line_id);
  const struct jl_record *line = fx_record(f, id), **months = jl_replica_referring(f->space, &id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, f->a, &n);
  if (n == 0) return jl_arena_printf(f->a, "=%lld", (long long)jl_record_int(line->type, line->body, JL_BUDGET_LINE_PLANNED, 0));
  for (int m = 1; m <= 12; m++)
    for (size_t i = 0; i < n; i++)
      if (jl_record_int(months[i]->type, months[i]->body, JL_BUDGET_MONTH_MONTH, 0) == jl_day_from_date(2026, m, 1))
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%d=%lld", used == 0 ? "" : " ", m,
                                 (long long)jl_record_int(months[i]->type, months[i]->body, JL_BUDGET_MONTH_PLANNED, 0));
  return jl_arena_printf(f->a, "%s", text);
}
/* Every total is of amounts excl. VAT, each line's rounded once (formulas.md). */
static int64_t total_net(struct fx *f, unsigned first, unsigned last) {
  int64_t total = 0, planned = 0;
  for (unsigned id = first; id <= last; id++) {
    const struct jl_id line_id = fx_id(id);
    const struct jl_record *r = jl_replica_live(f->space, &line_id);
    if (r == NULL) continue;
    assert_true(jl_line_planned(f->space, r, f->a, &planned));
    int64_t rate = jl_record_int(r->type, r->body, JL_BUDGET_LINE_VAT_RATE, 0);
    bool gross = jl_record_int(r->type, r->body, JL_BUDGET_LINE_VAT_BASIS, 0) == JL_GROSS;
    /* half away from zero, by hand: (2 x 10000 x gross + whole) / (2 x whole) */
    total += gross ? (2 * 10000 * planned + 10000 + rate) / (2 * (10000 + rate)) : planned;
  }
  return total;
}
struct move {
  unsigned from, to;
  int64_t amount, basis;
  int first, last, to_first, to_last; /* months; 0: not said */
  const char *from_after, *to_after, *refused;
};
static struct draft reallocation(struct fx *f, const struct move *m) {
  struct draft d = submission(f, fx_id(m->from), JL_APPROVAL_OF_BUDGET);
  const struct {
    uint32_t field;
    int month;
  } said[] = {{JL_APPROVAL_FIRST_MONTH, m->first}, {JL_APPROVAL_LAST_MONTH, m->last}, {JL_APPROVAL_TO_FIRST_MONTH, m->to_first},
              {JL_APPROVAL_TO_LAST_MONTH, m->to_last}};
  d_int(d_ref(&d, JL_APPROVAL_TO, fx_id(m->to)), JL_APPROVAL_AMOUNT, m->amount);
  if (m->basis != 0) d_int(&d, JL_APPROVAL_BASIS, m->basis);
  for (size_t i = 0; i < JL_COUNT(said); i++)
    if (said[i].month != 0) d_int(&d, said[i].field, jl_day_from_date(2026, said[i].month, 1));
  return d;
}
enum { NET20 = 200, GROSS20, GROSS55, NET_MONTHS, GROSS_MONTHS, QUARTERS, EMPTY, GROSS20_TOO };
static void lines_of_all_kinds(struct fx *f) {
  raci_a(f, f->plan, f->paul);
  vat_line(f, NET20, "net", 100000, JL_NET, 2000);
  vat_line(f, GROSS20, "gross 20", 120000, JL_GROSS, 2000);  /* 1 000,00 net */
  vat_line(f, GROSS55, "gross 5,5", 50000, JL_GROSS, 550);   /* 473,93 net */
  vat_line(f, NET_MONTHS, "net by month", -1, JL_NET, 2000); /* 1 000,00 */
  month(f, NET_MONTHS, 1, 33333);
  month(f, NET_MONTHS, 2, 33333);
  month(f, NET_MONTHS, 3, 33334);
  vat_line(f, GROSS_MONTHS, "gross by month", -1, JL_GROSS, 550); /* 300,00: 284,36 net */
  month(f, GROSS_MONTHS, 1, 10000);
  month(f, GROSS_MONTHS, 2, 10000);
  month(f, GROSS_MONTHS, 3, 10000);
  vat_line(f, QUARTERS, "by quarter", -1, JL_NET, 2000);
  month(f, QUARTERS, 1, 60000);
  month(f, QUARTERS, 4, 60000);
  month(f, QUARTERS, 7, 0);
  vat_line(f, EMPTY, "nothing yet", -1, JL_NET, 2000);
  vat_line(f, GROSS20_TOO, "gross 20 too", 50000, JL_GROSS, 2000); /* 416,67 net */
}

static void money_moves_to_the_cent_whatever_vat_and_months(void **state) {
  struct fx *f = *state;
  static const struct move moves[] = {
      /* excl. VAT, to a line incl. 5,5 %: 473,93 + 100,01 = 573,94; 100,01 x 1,055 = 105,51055; 500,00 + 105,51 = 605,51, / 1,055 = 573,943 */
      {NET20, GROSS55, 10001, JL_EXCL_VAT, 0, 0, 0, 0, "=89999", "=60551", NULL},
      /* incl. VAT from incl. 20 %: 1 200,00 - 100,00 = 1 100,00, net 916,67, so 83,33 left; 473,93 + 83,33 = 557,26; 83,33 x 1,055 = 87,91315;
       * 587,91 / 1,055 = 557,2607 */
      {GROSS20, GROSS55, 10000, JL_INCL_VAT, 0, 0, 0, 0, "=110000", "=58791", NULL},
      /* incl. VAT from a line excl. VAT: 120,00 / 1,2 = 100,00 */
      {NET20, EMPTY, 12000, JL_INCL_VAT, 0, 0, 0, 0, "=90000", "=10000", NULL},
      /* both incl. 20 %, as typed: 0,01 leaves 1 200,00, and 1 199,99 / 1,2 = 999,99, so 0,01 net; 416,67 + 0,01 = 416,68; 500,01 / 1,2 = 416,675 = 416,68 */
      {GROSS20, GROSS20_TOO, 1, 0, 0, 0, 0, 0, "=119999", "=50001", NULL},
      {GROSS20, GROSS20_TOO, 5000, JL_EXCL_VAT, 0, 0, 0, 0, "=114000", "=56000", NULL}, /* 50,00 net = 60,00 */
      /* by month, three months: 100,01 x 33333/100000 = 33,336333 twice, x 33334/100000 = 33,337333: 33,33 each, the two cents left to March and January */
      {NET_MONTHS, NET20, 10001, 0, 1, 3, 0, 0, "1=29999 2=30000 3=30000", "=110001", NULL},
      {NET_MONTHS, NET20, 33333, 0, 2, 0, 0, 0, "1=33333 2=0 3=33334", "=133333", NULL},
      /* stays in its months, net to incl. 5,5 %: 284,36 + 150,00 = 434,36; 150,00 x 1,055 = 158,25; 458,25 / 1,055 = 434,3602. In proportion to
       * 75,00 of February and 75,00 of March: 158,25 = 79,125 each, the cent to February */
      {NET_MONTHS, GROSS_MONTHS, 15000, JL_EXCL_VAT, 2, 3, 0, 0, "1=33333 2=25833 3=25834", "1=10000 2=17913 3=17912", NULL},
      /* whole to months that are named, equally as they plan the same */
      {NET20, GROSS_MONTHS, 10000, JL_EXCL_VAT, 0, 0, 1, 2, "=90000", "1=15275 2=15275 3=10000", NULL}, /* 100,00 x 1,055 = 105,50; 405,50 / 1,055 = 384,36 */
      /* months into quarters: February and March are in the one that begins in January */
      {NET_MONTHS, QUARTERS, 20000, 0, 2, 3, 0, 0, "1=33333 2=23333 3=23334", "1=80000 4=60000 7=0", NULL},
      /* a quarter to its months, in proportion to 333,33, 333,33, 333,34: 9,9999 twice and 10,0002, the two cents left to January and February */
      {QUARTERS, NET_MONTHS, 3000, 0, 1, 0, 0, 0, "1=57000 4=60000 7=0", "1=34333 2=34333 3=34334", NULL},
      /* into months that plan nothing yet: equally, largest remainder from the first */
      {NET20, QUARTERS, 101, 0, 0, 0, 7, 0, "=99899", "1=60000 4=60000 7=101", NULL},
      {NET20, QUARTERS, 101, 0, 0, 0, 4, 9, "=99899", "1=60000 4=60101 7=0", NULL}, /* July plans nothing beside April */
      /* all of it */
      {GROSS20, NET20, 100000, JL_EXCL_VAT, 0, 0, 0, 0, "=0", "=200000", NULL},
      {GROSS_MONTHS, EMPTY, 30000, JL_INCL_VAT, 1, 3, 0, 0, "1=0 2=0 3=0", "=28436", NULL},
      /* asked for */
      {GROSS20, NET20, 100, 0, 0, 0, 0, 0, NULL, NULL, "meant excl. or incl. VAT"},
      {GROSS20, GROSS55, 100, 0, 0, 0, 0, 0, NULL, NULL, "meant excl. or incl. VAT"},
      {NET_MONTHS, NET20, 100, 0, 0, 0, 0, 0, NULL, NULL, "which months give"},
      {NET20, NET_MONTHS, 100, 0, 0, 0, 0, 0, NULL, NULL, "which months get"},
      {NET_MONTHS, QUARTERS, 100, 0, 1, 0, 10, 12, NULL, NULL, "has none of the months"},
      {QUARTERS, NET_MONTHS, 100, 0, 4, 0, 0, 0, NULL, NULL, "has no month for the money"},
      /* too much, or not at all */
      {NET_MONTHS, NET20, 33334, 0, 2, 0, 0, 0, NULL, NULL, "in these months"},
      {NET_MONTHS, NET20, 100001, 0, 1, 3, 0, 0, NULL, NULL, "less than"},
      {GROSS20, NET20, 100001, JL_EXCL_VAT, 0, 0, 0, 0, NULL, NULL, "less than"},
      {NET20, EMPTY, 100, 0, 1, 2, 0, 0, NULL, NULL, "not planned by month"},
      {NET20, EMPTY, 100, 0, 0, 0, 1, 2, NULL, NULL, "not planned by month"},
  };
  for (size_t i = 0; i < JL_COUNT(moves); i++) {
    const struct move *m = &moves[i];
    (void)fx_teardown(state);
    (void)fx_setup(state);
    f = *state;
    lines_of_all_kinds(f);
    int64_t total = total_net(f, NET20, GROSS20_TOO);
    struct draft d = reallocation(f, m);
    if (m->refused != NULL) {
      fx_begin(f);
      fx_create(f, &d, fx_id(FIRST));
      fx_refused(f, JL_E_RULE_VIOLATION, m->refused);
      continue;
    }
    f->author = f->marie;
    fx_create_ok(f, &d, fx_id(FIRST));
    f->author = f->paul;
    approve(f, fx_id(FIRST));
    if (strcmp(plans(f, m->from), m->from_after) != 0 || strcmp(plans(f, m->to), m->to_after) != 0)
      fail_msg("row %zu: %s -> %s, expected %s -> %s", i, plans(f, m->from), plans(f, m->to), m->from_after, m->to_after);
    assert_int_equal(total_net(f, NET20, GROSS20_TOO), total);
  }
}

/* Any amounts, rates and months: the total excl. VAT stays, nothing falls below zero, what left is what was typed, and back again it is as it was. */
static void no_total_changes_by_any_reallocation(void **state) {
  struct fx *f = *state;
  static const int64_t rates[] = {0, 90, 210, 550, 1000, 2000, 10000};
  uint64_t seed = 20261126;
  raci_a(f, f->plan, f->paul);
  for (unsigned round = 0; round < 300; round++) {
    unsigned from = 1000 + 2 * round, to = from + 1;
    for (unsigned k = 0; k < 2; k++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      bool months = (seed >> 40 & 1) != 0;
      vat_line(f, from + k, "a line", months ? -1 : (int64_t)(seed >> 44 & 0xffff) + 2, (seed >> 41 & 1) != 0 ? JL_GROSS : JL_NET,
               rates[(seed >> 50) % JL_COUNT(rates)]);
      for (int m = 1; months && m <= 3; m++) month(f, from + k, m, (int64_t)(seed >> (20 + m) & 0x3fff) + 1);
    }
    bool gives_months = plans(f, from)[0] != '=', gets_months = plans(f, to)[0] != '=';
    int64_t before = total_net(f, from, to), was = total_net(f, from, from), own = 0;
    assert_true(jl_line_planned(f->space, fx_record(f, fx_id(from)), f->a, &own));
    struct move m = {from, to, (int64_t)(seed >> 33) % was + 1, (seed >> 42 & 1) != 0 ? JL_INCL_VAT : JL_EXCL_VAT, 0, 0, 0, 0, NULL, NULL, NULL};
    if (gives_months) m.first = 1, m.last = 3;
    if (gets_months && !gives_months) m.to_first = 1, m.to_last = 3;
    struct draft d = reallocation(f, &m);
    fx_begin(f);
    fx_create(f, &d, fx_id(5000 + round));
    if (!fx_send(f)) { /* incl. VAT more than it plans, or a cent that is none excl. VAT */
      assert_int_equal(f->err.code, JL_E_RULE_VIOLATION);
      assert_true(m.basis == JL_INCL_VAT);
      continue;
    }
    approve(f, fx_id(5000 + round));
    assert_int_equal(total_net(f, from, to), before);
    int64_t left = 0, gross = 0;
    assert_true(jl_line_planned(f->space, fx_record(f, fx_id(from)), f->a, &left) && left >= 0);
    const struct jl_record *r = fx_record(f, fx_id(from));
    gross = jl_record_int(r->type, r->body, JL_BUDGET_LINE_VAT_BASIS, 0) == JL_GROSS;
    if (m.basis == JL_EXCL_VAT) assert_int_equal(was - total_net(f, from, from), m.amount);
    if (m.basis == JL_INCL_VAT && gross) assert_int_equal(own - left, m.amount);
  }
}

/* What somebody approves is the months and the VAT that were submitted; what moved is no drift, in no month. */
static void months_that_changed_meanwhile_are_not_moved(void **state) {
  struct fx *f = *state;
  lines_of_all_kinds(f);
  submit(f, fx_id(SECOND), f->plan, JL_APPROVAL_OF_BUDGET);
  approve(f, fx_id(SECOND));
  const struct move m = {NET_MONTHS, GROSS_MONTHS, 15000, JL_EXCL_VAT, 2, 3, 0, 0, NULL, NULL, NULL};
  struct draft d = reallocation(f, &m), own = d_new(f, JL_TYPE_BUDGET_MONTH);
  fx_create_ok(f, &d, fx_id(FIRST));
  /* B4 by month from 1 000,00 to 850,00, B5 to 434,36 net; months 2 (20485) and 3 (20513) as above */
  assert_string_equal(text_of(f, fx_id(FIRST), JL_SECTION_BUDGET),
                      "B4 0=85000\nB5 0=43436\nBM1 2=20454 3=33333\nBM2 2=20485 3=25833\nBM3 2=20513 3=25834\n"
                      "BM4 2=20454 3=10000\nBM5 2=20485 3=17913\nBM6 2=20513 3=17912\n");
  d_int(d_ref(&own, JL_BUDGET_MONTH_LINE, fx_id(GROSS_MONTHS)), JL_BUDGET_MONTH_MONTH, 20513);
  struct jl_id march = fx_natural(f, &own);
  const struct jl_bytes planned = fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 10000),
                        other = fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 10001);
  fx_update(f, JL_TYPE_BUDGET_MONTH, march, JL_BUDGET_MONTH_PLANNED, planned, other);
  fx_ok(f);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_GUARD_FAILED, "has changed");
  fx_update(f, JL_TYPE_BUDGET_MONTH, march, JL_BUDGET_MONTH_PLANNED, other, planned);
  fx_ok(f);
  set_int(f, JL_TYPE_BUDGET_LINE, GROSS_MONTHS, JL_BUDGET_LINE_VAT_RATE, 2000);
  fx_ok(f);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_GUARD_FAILED, "has changed");
  set_int(f, JL_TYPE_BUDGET_LINE, GROSS_MONTHS, JL_BUDGET_LINE_VAT_RATE, 550);
  fx_ok(f);
  approve(f, fx_id(FIRST));
  assert_string_equal(plans(f, GROSS_MONTHS), "1=10000 2=17913 3=17912");
}

static void who_decides_reads_all_of_it(void **state) {
  struct fx *f = *state;
  world(f);
  raci_a(f, fx_id(ACTION), f->marie);
  submit(f, fx_id(FIRST), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  f->author = f->marie;
  f->rights = 0;
  f->allowed = 0; /* a token that reads */
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_NOT_FOUND, NULL);
  f->reads = ALL_SECTIONS;
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_DENIED, "actions");
  f->allowed = ALL_SECTIONS;
  f->reads = 1u << JL_SECTION_ACTIONS | 1u << JL_SECTION_DIRECTORY;
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_DENIED, "may not read the section budget");
  f->reads |= 1u << JL_SECTION_BUDGET; /* reading is enough: the A decides, not a right to edit */
  approve(f, fx_id(FIRST));
  f->rights = 1u << JL_SECTION_ACTIONS;
  struct draft d = submission(f, f->plan, JL_APPROVAL_OF_PLAN);
  fx_begin(f);
  fx_create(f, &d, fx_id(SECOND));
  fx_refused(f, JL_E_DENIED, "strategy"); /* a plan is submitted by who edits it */
  d = submission(f, f->plan, JL_APPROVAL_OF_BUDGET);
  fx_begin(f);
  fx_create(f, &d, fx_id(SECOND));
  fx_refused(f, JL_E_DENIED, "budget");
}

static void nobody_forges_one(void **state) {
  struct fx *f = *state;
  world(f);
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  const struct jl_record *piece = jl_replica_numbered(f->space, JL_TYPE_BASELINE, 1);
  struct draft d = {f, JL_TYPE_BASELINE, piece->body};
  fx_begin(f);
  fx_create(f, &d, piece->id);
  fx_refused(f, JL_E_DENIED, "kept by the server");
  fx_begin(f);
  fx_delete(f, JL_TYPE_APPROVAL, fx_id(FIRST), jl_replica_where(f->space)->revision, true);
  fx_refused(f, JL_E_RULE_VIOLATION, "stays in the history");
  fx_update(f, JL_TYPE_APPROVAL, fx_id(FIRST), JL_APPROVAL_DECIDED_BY, NONE, fx_ref(f, JL_TYPE_APPROVAL, JL_APPROVAL_DECIDED_BY, f->paul));
  fx_refused(f, JL_E_INVALID, NULL);
  decision(f, fx_id(FIRST), JL_APPROVAL_REOPENED);
  fx_refused(f, JL_E_RULE_VIOLATION, "not waiting");
  /* made as approved, it is submitted all the same */
  d = submission(f, fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  d_int(&d, JL_APPROVAL_STATE, JL_APPROVAL_APPROVED);
  fx_create_ok(f, &d, fx_id(SECOND));
  assert_int_equal(state_of(f, fx_id(SECOND)), JL_APPROVAL_SUBMITTED);
}

static void without_an_accountable_nothing_is_submitted(void **state) {
  struct fx *f = *state;
  struct draft d = submission(f, f->plan, JL_APPROVAL_OF_PLAN);
  fx_begin(f);
  fx_create(f, &d, fx_id(FIRST));
  fx_refused(f, JL_E_RULE_VIOLATION, "nobody could approve");
  raci_a(f, f->plan, f->sales); /* a team decides through whoever is in it: nobody yet */
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_DENIED, "ask Sales");
}

/* A plan of 10,000 records: what a submission takes is measured, and fits into one revision. */
static void a_large_plan_fits(void **state) {
  struct fx *f = *state;
  raci_a(f, f->plan, f->paul);
  for (unsigned i = 0; i < 10000; i++) {
    bool action = i % 2 == 0;
    struct draft d = d_new(f, action ? JL_TYPE_ACTION : JL_TYPE_BUDGET_LINE);
    if (action)
      d_int(d_int(d_text(&d, JL_ACTION_TITLE, "an action"), JL_ACTION_START, 20463), JL_ACTION_DUE, 20484);
    else
      d_int(d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "a line"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA), JL_BUDGET_LINE_PLANNED,
            12345678);
    struct jl_record *r = jl_record_new(d.type, &(struct jl_id){{7, 7, [14] = (uint8_t)(i >> 8), (uint8_t)i}}, d.body);
    assert_non_null(r);
    r->number = i / 2 + 1;
    r->revision = r->created_revision = 1;
    assert_true(jl_replica_put(f->space, jl_record_share(r)) && jl_replica_put(f->mirror, r));
  }
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  size_t bytes = 0, pieces = 0;
  for (uint64_t n = 1; n <= jl_replica_last_number(f->space, JL_TYPE_BASELINE); n++) {
    const struct jl_record *piece = jl_replica_numbered(f->space, JL_TYPE_BASELINE, n); /* each section has numbers of its own */
    if (piece == NULL) continue;
    bytes += piece->body.size;
    pieces++;
  }
  printf("# 10,000 records: %zu pieces, %zu bytes\n", pieces, bytes);
  assert_true(pieces >= 5 && bytes < 300000);
  approve(f, fx_id(FIRST));
}

/* Paul, the A, is away and Marie stands in: she decides, that day only, and the log says in whose place; RACI enforced or not. */
static void a_substitute_decides_while_the_leave_lasts(void **state) {
  struct fx *f = *state;
  world(f);
  struct draft leave = d_new(f, JL_TYPE_LEAVE);
  d_int(d_int(d_ref(&leave, JL_LEAVE_PERSON, f->paul), JL_LEAVE_START, 100), JL_LEAVE_END, 110);
  d_ref(&leave, JL_LEAVE_SUBSTITUTE, f->marie);
  struct jl_id id = fx_id(8050);
  struct jl_record *r = jl_record_new(JL_TYPE_LEAVE, &id, leave.body);
  assert_true(r != NULL && jl_replica_put(f->org, r));
  for (int enforced = 0; enforced < 2; enforced++) {
    f->author = f->paul;
    fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_RACI_ENFORCED,
              jl_arena_dup(f->a, jl_record_slice(fx_record(f, f->plan)->body, JL_PLAN_RACI_ENFORCED)),
              fx_int(f, JL_TYPE_PLAN, JL_PLAN_RACI_ENFORCED, enforced));
    fx_ok(f);
    struct jl_id approval = fx_id(FIRST + (unsigned)enforced);
    submit(f, approval, f->plan, JL_APPROVAL_OF_PLAN);
    f->author = f->marie;
    f->today = 111;
    decision(f, approval, JL_APPROVAL_APPROVED);
    fx_refused(f, JL_E_DENIED, "only the accountable");
    f->today = 110;
    approve(f, approval);
    bool for_paul = false;
    for (size_t i = 0; i < f->out.change_count; i++) {
      struct jl_error err;
      const Jalon__ChangeBody *body =
          (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, f->out.changes[i].body, f->a, &err);
      assert_non_null(body);
      for (size_t k = 0; k < body->n_changes; k++) {
        struct jl_id person;
        if (body->changes[k]->type != JL_TYPE_APPROVAL || !body->changes[k]->has_instead_of) continue;
        assert_true(jl_id_from_bytes(JL_PB(body->changes[k]->instead_of), &person) && jl_id_equal(&person, &f->paul));
        for_paul = true;
      }
    }
    assert_true(for_paul);
  }
}

/* ---- four eyes: who named whom (N), who held the A when it was submitted (T), who submitted (S), who approves (P) ---- */
static bool has_it(const struct jl_record *raci, struct jl_id holder) {
  struct jl_id now;
  return jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &now) && jl_id_equal(&now, &holder);
}

static void name_a(struct fx *f, struct jl_id by, struct jl_id holder) {
  struct jl_id author = f->author, id;
  struct draft d = fx_raci(f, f->plan, JL_RACI_A, holder);
  f->author = by;
  id = fx_natural(f, &d);
  const struct jl_record *now = jl_replica_live(f->space, &id);
  if (now == NULL)
    fx_create_ok(f, &d, id);
  else if (!has_it(now, holder)) {
    fx_update(f, JL_TYPE_RACI, id, JL_RACI_HOLDER, jl_arena_dup(f->a, jl_record_slice(now->body, JL_RACI_HOLDER)),
              jl_record_slice(d.body, JL_RACI_HOLDER));
    fx_ok(f);
  } else {
    d_text(&d, JL_RACI_TASK, "all of it"); /* the letter changes, who has it does not */
    fx_update(f, JL_TYPE_RACI, id, JL_RACI_TASK, NONE, jl_record_slice(d.body, JL_RACI_TASK));
    fx_ok(f);
  }
  f->author = author;
}

static void an_a_that_one_gave_oneself_approves_what_others_submitted_to_it(void **state) {
  struct fx *f = *state;
  enum { PAUL, MARIE };
  static const struct {
    const char *says; /* NULL: approved */
    int first_by, first, submitter, then_by /* -1: the A stays */, then, approver;
    bool administrator;
  } rows[] = {
      {NULL, MARIE, PAUL, PAUL, -1, 0, PAUL, false}, /* named by another: trusted, also with what one submitted */
      {NULL, MARIE, PAUL, MARIE, -1, 0, PAUL, false},
      {"you submitted", PAUL, PAUL, PAUL, -1, 0, PAUL, false},
      {NULL, PAUL, PAUL, PAUL, -1, 0, PAUL, true}, /* alone with the server */
      {NULL, PAUL, PAUL, MARIE, -1, 0, PAUL, false}, /* she submitted it to him, who was that already */
      {"was submitted to Marie", PAUL, MARIE, MARIE, PAUL, PAUL, PAUL, false}, /* taken from her meanwhile */
      {"you submitted", PAUL, MARIE, PAUL, PAUL, PAUL, PAUL, false},
      {NULL, PAUL, MARIE, MARIE, MARIE, PAUL, PAUL, false}, /* given by her */
      {"you submitted", PAUL, PAUL, PAUL, PAUL, PAUL, PAUL, false} /* given once more: as it was given first */};
  for (size_t i = 0; i < JL_COUNT(rows); i++) {
    const struct jl_id who[] = {f->paul, f->marie};
    f->administrator = false;
    if (i == 0) world(f);
    struct jl_id a_id;
    struct draft d = fx_raci(f, f->plan, JL_RACI_A, f->paul);
    a_id = fx_natural(f, &d);
    fx_begin(f); /* each row begins without an A */
    fx_delete(f, JL_TYPE_RACI, a_id, jl_replica_where(f->space)->revision, false);
    fx_ok(f);
    name_a(f, who[rows[i].first_by], who[rows[i].first]);
    f->author = who[rows[i].submitter];
    submit(f, fx_id(60 + (unsigned)i), f->plan, JL_APPROVAL_OF_PLAN);
    if (rows[i].then_by >= 0) name_a(f, who[rows[i].then_by], who[rows[i].then]);
    f->author = who[rows[i].approver];
    f->administrator = rows[i].administrator;
    decision(f, fx_id(60 + (unsigned)i), JL_APPROVAL_APPROVED);
    if (rows[i].says == NULL)
      fx_ok(f);
    else
      fx_refused(f, JL_E_DENIED, rows[i].says);
  }
}

/* The switch itself: by an A that another gave, by the plan's, by an administrator. */
static void who_gave_oneself_the_a_lets_nothing_start_without_approval(void **state) {
  struct fx *f = *state;
  world(f); /* the plan's A is Paul's, named by Marie */
  struct draft d = fx_raci(f, fx_id(ACTION), JL_RACI_A, f->marie);
  struct jl_id id = fx_natural(f, &d);
  f->author = f->marie;
  fx_create_ok(f, &d, id); /* Marie names herself */
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 0);
  fx_refused(f, JL_E_DENIED, "does not count");
  f->administrator = true;
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 0);
  fx_ok(f);
  f->administrator = false;
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 1);
  fx_ok(f);
  f->author = f->paul; /* the plan's, though the action has its own; who approved hears that it is not as it was then, twice approved or once */
  for (unsigned i = 0; i < 2; i++) {
    submit(f, fx_id(FIRST + i), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
    f->author = f->marie;
    approve(f, fx_id(FIRST + i));
    f->author = f->paul;
  }
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 0);
  fx_ok(f);
  assert_int_equal(state_of(f, fx_id(FIRST)), JL_APPROVAL_REOPENED);
  assert_int_equal(state_of(f, fx_id(SECOND)), JL_APPROVAL_REOPENED);
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 1);
  fx_ok(f);
  /* and with the A in the same group, it is one's own giving */
  fx_begin(f);
  fx_delete(f, JL_TYPE_RACI, id, jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  f->author = f->marie;
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 0);
  fx_create(f, &d, id);
  fx_refused(f, JL_E_DENIED, NULL);
}

/* ---- letters and submissions as they were before it was kept who gave them, and to whom ---- */
static void put_old(struct fx *f, uint32_t type, struct jl_id id, struct jl_bytes body, uint64_t number, uint64_t revision) {
  struct jl_record *r = jl_record_new(type, &id, body);
  assert_non_null(r);
  r->number = number;
  r->revision = r->created_revision = revision;
  assert_true(jl_replica_put(f->space, jl_record_share(r)) && jl_replica_put(f->mirror, r));
}

static void give_once_more(struct fx *f, struct jl_id by, struct jl_id letter) {
  struct jl_id author = f->author;
  struct jl_bytes holder = jl_arena_dup(f->a, jl_record_slice(fx_record(f, letter)->body, JL_RACI_HOLDER));
  f->author = by;
  fx_update(f, JL_TYPE_RACI, letter, JL_RACI_HOLDER, holder, holder);
  fx_ok(f);
  f->author = author;
}

static void a_letter_whose_giver_is_not_known_is_held_to_four_eyes(void **state) {
  struct fx *f = *state;
  struct draft action = fx_action(f, "Webinar"), letter = fx_raci(f, fx_id(ACTION), JL_RACI_A, f->paul), old;
  d_int(&action, JL_ACTION_NEEDS_APPROVAL, 1);
  fx_create_ok(f, &action, fx_id(ACTION));
  struct jl_id id = fx_natural(f, &letter);
  put_old(f, JL_TYPE_RACI, id, letter.body, 1, 2);
  /* what Paul submits himself; what Marie does */
  submit(f, fx_id(FIRST), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_DENIED, "who gave you its A is not known any more");
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 0);
  fx_refused(f, JL_E_DENIED, "who gave you the A is not known any more");
  f->author = f->marie;
  submit(f, fx_id(SECOND), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  f->author = f->paul;
  approve(f, fx_id(SECOND));
  /* a submission of then: to a letter that is older, and to one that was changed after it */
  old = submission(f, fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  d_ref(d_int(&old, JL_APPROVAL_STATE, JL_APPROVAL_SUBMITTED), JL_APPROVAL_SUBMITTED_BY, f->marie);
  put_old(f, JL_TYPE_APPROVAL, fx_id(THIRD), old.body, 1002, 1);
  decision(f, fx_id(THIRD), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_DENIED, "was submitted to somebody else");
  put_old(f, JL_TYPE_APPROVAL, fx_id(THIRD + 1), old.body, 1010, 3);
  approve(f, fx_id(THIRD + 1));
  /* neither the holder nor an edit of something else says who gave it */
  give_once_more(f, f->paul, id);
  f->author = f->marie;
  fx_update(f, JL_TYPE_RACI, id, JL_RACI_TASK, NONE, fx_text(f, JL_TYPE_RACI, JL_RACI_TASK, "all of it"));
  fx_ok(f);
  assert_false(jl_record_has(fx_record(f, id)->body, JL_RACI_NAMED_BY));
  f->author = f->paul;
  submit(f, fx_id(FIRST + 10), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  decision(f, fx_id(FIRST + 10), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_DENIED, "not known any more");
  f->administrator = true;
  decision(f, fx_id(FIRST + 10), JL_APPROVAL_APPROVED);
  fx_ok(f);
  f->administrator = false;
  submit(f, fx_id(FIRST + 11), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  give_once_more(f, f->marie, id);
  struct jl_id by;
  assert_true(jl_record_id(fx_record(f, id)->type, fx_record(f, id)->body, JL_RACI_NAMED_BY, &by) && jl_id_equal(&by, &f->marie));
  approve(f, fx_id(FIRST + 11));
  set_int(f, JL_TYPE_ACTION, ACTION, JL_ACTION_NEEDS_APPROVAL, 0);
  fx_ok(f);
  /* once it is known, giving it once more changes nothing */
  give_once_more(f, f->paul, id);
  assert_true(jl_record_id(fx_record(f, id)->type, fx_record(f, id)->body, JL_RACI_NAMED_BY, &by) && jl_id_equal(&by, &f->marie));
}

/* Whoever takes the id that a baseline will have keeps the approval out, and nothing else. */
static void an_id_that_a_baseline_needs_can_be_taken(void **state) {
  struct fx *f = *state;
  world(f);
  for (int earlier = 0; earlier < 2; earlier++) {
    struct draft piece = d_new(f, JL_TYPE_BASELINE), d = fx_action(f, "in the way");
    d_int(d_int(d_ref(&piece, JL_BASELINE_APPROVAL, fx_id(FIRST)), JL_BASELINE_SECTION, JL_SECTION_BUDGET), JL_BASELINE_PIECE, 1);
    fx_begin(f);
    fx_create(f, &d, fx_natural(f, &piece));
    if (earlier != 0) {
      fx_ok(f);
      fx_begin(f);
    }
    d = submission(f, f->plan, JL_APPROVAL_OF_PLAN);
    fx_create(f, &d, fx_id(FIRST));
    fx_refused(f, JL_E_ALREADY_EXISTS, "another record has this id already");
  }
  submit(f, fx_id(SECOND), f->plan, JL_APPROVAL_OF_PLAN);
}

/* Looking at the action once for each line took more memory than a batch has. */
static void an_action_of_many_lines_is_looked_at_once(void **state) {
  enum { LINES = 1500 };
  struct fx *f = *state;
  world(f);
  staff(f);
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "a line"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  d_ref(d_int(&d, JL_BUDGET_LINE_PLANNED, 12345678), JL_BUDGET_LINE_ACTION, fx_id(ACTION));
  for (unsigned i = 0; i < LINES; i++) {
    struct jl_record *r = jl_record_new(d.type, &(struct jl_id){{7, 7, [14] = (uint8_t)(i >> 8), (uint8_t)i}}, d.body);
    assert_non_null(r);
    r->number = i + 10;
    r->revision = r->created_revision = 1;
    assert_true(jl_replica_put(f->space, jl_record_share(r)) && jl_replica_put(f->mirror, r));
  }
  submit(f, fx_id(FIRST), fx_id(ACTION), JL_APPROVAL_OF_ACTION);
  approve(f, fx_id(FIRST));
  for (int counts = 0; counts < 2; counts++) { /* notes do not, a title does */
    uint32_t field = counts ? JL_BUDGET_LINE_TITLE : JL_BUDGET_LINE_NOTES;
    struct jl_bytes seen = counts ? fx_text(f, d.type, field, "a line") : NONE, next = fx_text(f, d.type, field, "another");
    fx_begin(f);
    for (unsigned i = 0; i < LINES; i++)
      fx_set(f, fx_edit(f, JALON__VERB__UPDATE, d.type, (struct jl_id){{7, 7, [14] = (uint8_t)(i >> 8), (uint8_t)i}}), field, seen, next);
    size_t before = jl_arena_used(f->a);
    fx_ok(f);
    assert_true(jl_arena_used(f->a) - before < JL_BATCH_ARENA_BYTES / 4);
    assert_int_equal(state_of(f, fx_id(FIRST)), counts ? JL_APPROVAL_REOPENED : JL_APPROVAL_APPROVED);
  }
}

static void a_group_submits_a_thing_once(void **state) {
  struct fx *f = *state;
  world(f);
  struct draft plan = submission(f, f->plan, JL_APPROVAL_OF_PLAN), budget = submission(f, f->plan, JL_APPROVAL_OF_BUDGET),
               action = submission(f, fx_id(ACTION), JL_APPROVAL_OF_ACTION), money = submission(f, fx_id(LINE), JL_APPROVAL_OF_BUDGET);
  d_int(d_ref(&money, JL_APPROVAL_TO, fx_id(OTHER_LINE)), JL_APPROVAL_AMOUNT, 100);
  const struct draft *all[] = {&plan, &budget, &action, &money, &money};
  fx_begin(f);
  for (unsigned i = 0; i < JL_COUNT(all); i++) fx_create(f, all[i], fx_id(100 + i));
  fx_create(f, &budget, fx_id(110));
  fx_refused(f, JL_E_INVALID, "submits the same thing once");
  fx_begin(f);
  for (unsigned i = 0; i < JL_COUNT(all); i++) fx_create(f, all[i], fx_id(100 + i));
  fx_ok(f);
  for (unsigned i = 0; i < JL_COUNT(all); i++) assert_int_equal(state_of(f, fx_id(100 + i)), JL_APPROVAL_SUBMITTED);
}

/* In the same words, number for number. */
static void what_may_not_be_read_is_not_there_to_be_submitted(void **state) {
  struct fx *f = *state;
  world(f);
  f->rights = 1u << JL_SECTION_BUDGET | 1u << JL_SECTION_DIRECTORY;
  char words[2][800];
  const struct jl_id targets[] = {fx_id(ACTION), fx_id(777)};
  for (int to = 0; to < 2; to++) { /* with money for it, and without */
    for (int i = 0; i < 2; i++) {
      struct draft d = submission(f, targets[i], JL_APPROVAL_OF_BUDGET);
      if (to != 0) d_int(d_ref(&d, JL_APPROVAL_TO, fx_id(LINE)), JL_APPROVAL_AMOUNT, 100);
      fx_begin(f);
      fx_create(f, &d, fx_id(FIRST));
      fx_refused(f, JL_E_INVALID, "names a record that does not exist");
      jl_error_describe(&f->err, words[i], sizeof words[i]);
    }
    assert_string_equal(words[0], words[1]);
  }
}

/* A guest submits the budget; whoever holds the A of the plan stands in a letter that he may not read. */
static void who_decides_need_not_be_known_to_who_submits(void **state) {
  struct fx *f = *state;
  world(f);
  struct jl_replica *names = jl_replica_new(&jl_replica_where(f->org)->space, JL_SPACE_ORGANISATION);
  assert_true(names != NULL && jl_replica_put(names, jl_record_share(jl_replica_record(f->org, &f->marie))));
  f->names = names;
  f->author = f->marie;
  f->rights = 1u << JL_SECTION_BUDGET | 1u << JL_SECTION_DIRECTORY;
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_BUDGET);
  struct jl_id decides;
  const struct jl_record *r = fx_record(f, fx_id(FIRST));
  assert_true(jl_record_id(r->type, r->body, JL_APPROVAL_DECIDES, &decides) && jl_id_equal(&decides, &f->paul));
  f->rights = UINT32_MAX;
  struct draft d = fx_raci(f, fx_id(ACTION), JL_RACI_A, f->paul); /* whom he names himself he must know */
  fx_begin(f);
  fx_create(f, &d, fx_natural(f, &d));
  fx_refused(f, JL_E_INVALID, "names a record that does not exist");
  f->names = NULL;
  jl_replica_free(names);
}

static void only_a_decision_about_the_plan_makes_it_approved(void **state) {
  struct fx *f = *state;
  world(f);
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  approve(f, fx_id(FIRST));
  const struct jl_bytes draft = fx_int(f, JL_TYPE_PLAN, JL_PLAN_STATUS, JL_PLAN_DRAFT),
                        approved = fx_int(f, JL_TYPE_PLAN, JL_PLAN_STATUS, JL_PLAN_APPROVED);
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_STATUS, approved, draft);
  fx_ok(f);
  f->author = f->marie;
  struct draft d = submission(f, f->plan, JL_APPROVAL_OF_BUDGET); /* of its budget */
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_STATUS, jl_record_slice(fx_record(f, f->plan)->body, JL_PLAN_STATUS), approved);
  fx_create(f, &d, fx_id(SECOND));
  fx_refused(f, JL_E_RULE_VIOLATION, "by its accountable");
  /* taken back and forth within the group */
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_STATUS, jl_record_slice(fx_record(f, f->plan)->body, JL_PLAN_STATUS), approved);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_APPROVAL, fx_id(FIRST)), JL_APPROVAL_STATE, state_slice(f, JL_APPROVAL_APPROVED),
         state_slice(f, JL_APPROVAL_WITHDRAWN));
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_APPROVAL, fx_id(FIRST)), JL_APPROVAL_STATE, state_slice(f, JL_APPROVAL_WITHDRAWN),
         state_slice(f, JL_APPROVAL_APPROVED));
  fx_refused(f, JL_E_INVALID, "decides on AP");
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(a_submission_keeps_the_figures_section_by_section),
                                     FX_TEST(what_changed_meanwhile_is_not_approved),
                                     FX_TEST(sent_back_with_a_reason),
                                     FX_TEST(an_action_that_needs_approval_does_not_start_without),
                                     FX_TEST(what_counts_reopens_an_actions_approval),
                                     FX_TEST(months_count_as_the_money_of_their_action),
                                     FX_TEST(a_reallocation_moves_what_was_submitted),
                                     FX_TEST(money_moves_to_the_cent_whatever_vat_and_months),
                                     FX_TEST(no_total_changes_by_any_reallocation),
                                     FX_TEST(months_that_changed_meanwhile_are_not_moved),
                                     FX_TEST(who_decides_reads_all_of_it),
                                     FX_TEST(nobody_forges_one),
                                     FX_TEST(without_an_accountable_nothing_is_submitted),
                                     FX_TEST(an_a_that_one_gave_oneself_approves_what_others_submitted_to_it),
                                     FX_TEST(who_gave_oneself_the_a_lets_nothing_start_without_approval),
                                     FX_TEST(a_letter_whose_giver_is_not_known_is_held_to_four_eyes),
                                     FX_TEST(a_substitute_decides_while_the_leave_lasts),
                                     FX_TEST(an_id_that_a_baseline_needs_can_be_taken),
                                     FX_TEST(an_action_of_many_lines_is_looked_at_once),
                                     FX_TEST(a_group_submits_a_thing_once),
                                     FX_TEST(what_may_not_be_read_is_not_there_to_be_submitted),
                                     FX_TEST(who_decides_need_not_be_known_to_who_submits),
                                     FX_TEST(only_a_decision_about_the_plan_makes_it_approved),
                                     FX_TEST(a_large_plan_fits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
