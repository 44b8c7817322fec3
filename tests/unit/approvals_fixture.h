/* A small plan to be approved, and the edits with which it is: for the tests of approvals and of what has drifted since. */
#ifndef JL_TESTS_UNIT_APPROVALS_FIXTURE_H
#define JL_TESTS_UNIT_APPROVALS_FIXTURE_H
#include "tests/unit/model_fixture.h"

enum { ACTION = 20, LINE = 21, OTHER_LINE = 22, KPI = 23, PAYROLL = 24, GONE = 25, FIRST = 30, SECOND = 31, THIRD = 32 };

/* Named by somebody else than the holder. */
static struct jl_id raci_a(struct fx *f, struct jl_id target, struct jl_id holder) {
  struct draft d = fx_raci(f, target, JL_RACI_A, holder);
  struct jl_id id = fx_natural(f, &d), author = f->author;
  f->author = jl_id_equal(&holder, &f->marie) ? f->paul : f->marie;
  fx_create_ok(f, &d, id);
  f->author = author;
  return id;
}

static void set_int(struct fx *f, uint32_t type, unsigned id, uint32_t field, int64_t next) {
  const struct jl_record *r = fx_record(f, fx_id(id));
  fx_update(f, type, fx_id(id), field, jl_record_slice(r->body, field), fx_int(f, type, field, next));
}
static void line(struct fx *f, unsigned id, const char *title, int64_t planned, unsigned action) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, title), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  if (planned >= 0) d_int(&d, JL_BUDGET_LINE_PLANNED, planned);
  if (action != 0) d_ref(&d, JL_BUDGET_LINE_ACTION, fx_id(action));
  fx_create_ok(f, &d, fx_id(id));
}
JL_UNUSED static struct draft af_webinar(struct fx *f) {
  struct draft d = fx_action(f, "Webinar");
  d_int(d_int(&d, JL_ACTION_START, 20463), JL_ACTION_DUE, 20484);
  return d;
}
/* That action, from 10 to 31 January 2026, with 1 200,00 of its own, another line of 500,00, a KPI below 3, a salary of 42 000,00. */
JL_UNUSED static void af_plan(struct fx *f, struct draft *webinar) {
  fx_create_ok(f, webinar, fx_id(ACTION));
  line(f, LINE, "Webinar tool", 120000, ACTION);
  line(f, OTHER_LINE, "Ads", 50000, 0);
  struct draft d = d_new(f, JL_TYPE_KPI);
  d_int(d_int(d_text(&d, JL_KPI_NAME, "CPL"), JL_KPI_COMPARATOR, JL_LESS), JL_KPI_TARGET, 3000000);
  fx_create_ok(f, &d, fx_id(KPI));
  d = d_new(f, JL_TYPE_PAYROLL_LINE);
  d_int(d_text(&d, JL_PAYROLL_LINE_TITLE, "Salary"), JL_PAYROLL_LINE_PLANNED, 4200000);
  fx_create_ok(f, &d, fx_id(PAYROLL));
}

/* ---- submitting and deciding ---- */
static struct draft submission(struct fx *f, struct jl_id target, int64_t subject) {
  struct draft d = d_new(f, JL_TYPE_APPROVAL);
  d_int(d_ref(&d, JL_APPROVAL_TARGET, target), JL_APPROVAL_SECTION, subject);
  return d;
}
JL_UNUSED static void submit(struct fx *f, struct jl_id id, struct jl_id target, int64_t subject) {
  struct draft d = submission(f, target, subject);
  fx_create_ok(f, &d, id);
}
static struct jl_bytes state_slice(struct fx *f, int64_t state) { return fx_int(f, JL_TYPE_APPROVAL, JL_APPROVAL_STATE, state); }
static Jalon__Edit *decision(struct fx *f, struct jl_id id, int64_t state) {
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_APPROVAL, id);
  fx_set(f, e, JL_APPROVAL_STATE, state_slice(f, JL_APPROVAL_SUBMITTED), state_slice(f, state));
  return e;
}
static void approve(struct fx *f, struct jl_id id) {
  decision(f, id, JL_APPROVAL_APPROVED);
  fx_ok(f);
}
#endif
