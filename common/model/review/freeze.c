#include "common/model/review/freezing.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/calendar/period.h"
#include "common/model/calendar/span.h"
#include "common/model/measures/computed.h"
#include "common/model/review/follow.h"
#include "common/model/review/review.h"
#include "common/model/rules.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

bool jl_freezing_checked(const struct jl_freezing *z) {
  return jl_builder_ok(z->b) || jl_fail(z->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
}

/* ---- the parameters ---- */
#define ALIKE_DAYS 3 /* quarters have 90 to 92: what came in a longer time is not more because of what was decided */

/* Of its kind, of about as many days, and closed: the one whose period lies before and ended last. */
static const struct jl_record *previous_of(const struct jl_freezing *z, int64_t kind, const struct jl_period *period) {
  const struct jl_record *found = NULL;
  size_t n = 0;
  const struct jl_record **all = jl_view_all(&z->in, z->b, JL_TYPE_REVIEW, &n);
  while (n-- > 0) {
    int64_t first = jl_view_int(all[n], JL_REVIEW_FIRST, INT32_MAX), last = jl_view_int(all[n], JL_REVIEW_LAST, INT32_MAX), more = (last - first) - (period->last - period->first);
    if (!jl_id_equal(&all[n]->id, &z->review) && jl_view_int(all[n], JL_REVIEW_STATE, 0) == JL_REVIEW_CLOSED && jl_view_int(all[n], JL_REVIEW_KIND, 0) == kind && last < period->first &&
        more <= ALIKE_DAYS && more >= -ALIKE_DAYS && (found == NULL || last > jl_view_int(found, JL_REVIEW_LAST, 0)))
      found = all[n];
  }
  return found;
}

/* It is closed, or its money has moved, even if it was discarded since. */
static bool has_decided(const struct jl_freezing *z, const struct jl_record *review, bool *ret) {
  struct jl_review_proposal *moved;
  size_t n = 0;
  if (!jl_review_approved(z->run->space, review, &(struct jl_id){{0}}, z->run->a, &moved, &n)) return jl_no_memory(z->err);
  *ret = n > 0 || jl_view_int(review, JL_REVIEW_STATE, 0) == JL_REVIEW_CLOSED;
  return true;
}

/* Two of the same days, by whatever name, would propose the same money twice: more than a step of it, and what was refused. */
static bool is_only_one(const struct jl_freezing *z, const struct jl_period *period) {
  char reference[JL_REFERENCE_SIZE];
  size_t n = 0;
  const struct jl_record **all = jl_view_all(&z->in, z->b, JL_TYPE_REVIEW, &n);
  while (n-- > 0) {
    bool decided = false, open = jl_view_int(all[n], JL_REVIEW_STATE, 0) == JL_REVIEW_OPEN;
    if (jl_id_equal(&all[n]->id, &z->review) || jl_view_int(all[n], JL_REVIEW_FIRST, INT32_MAX) != period->first || jl_view_int(all[n], JL_REVIEW_LAST, INT32_MAX) != period->last) continue;
    if (!has_decided(z, all[n], &decided)) return false;
    if (!open && !decided) continue;
    jl_reference_format(all[n]->type, all[n]->number, reference);
    if (!open)
      return jl_fail(z->err, JL_E_RULE_VIOLATION, JL_MSG("{1} has decided on the same period: another review would move its money again and ask anew what was refused"),
                     JL_MSG("what it moved and refused, and why: jalon review {2}; a budget line by itself: jalon submit REF --to REF --amount N; the next period has its own review"),
                     jl_arg_record(all[n]), jl_arg_text(reference));
    return jl_fail(z->err, JL_E_RULE_VIOLATION, JL_MSG("{1} is of the same period, and still open"),
                   JL_MSG("go on with it: jalon review {2}; or end it first: jalon review close {2}, jalon review discard {2}"), jl_arg_record(all[n]), jl_arg_text(reference));
  }
  return true;
}

/* As it is called, however it was typed ("+1"). */
static const char *name_of(const struct jl_freezing *z, const char *typed, const char *name) {
  return name[0] == '\0' ? typed : jl_view_text(z->b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
}

static bool span_of(const struct jl_freezing *z, const char **io_period, bool weekly, struct jl_period *ret, bool *ret_quarter) {
  struct jl_span span;
  char week[JL_WEEK_NAME];
  *ret_quarter = false;
  if (weekly) {
    if (!jl_period_week(*io_period, z->in.today, ret, z->err)) return false;
    jl_week_name(ret->first, week);
    *io_period = name_of(z, *io_period, week);
    return true;
  }
  if (!jl_span_parse(&z->in, *io_period, &span, z->err)) return false;
  *ret = (struct jl_period){span.first, span.last};
  *ret_quarter = span.kind == JL_SPAN_QUARTER;
  *io_period = name_of(z, *io_period, span.name);
  return true;
}

/* MQL where anybody tells of them, else leads, as in the audit (measures/facts.h). */
static const char *qualified_stage(const struct jl_freezing *z) {
  struct jl_figures *figures = jl_view_figures(&z->in, z->b);
  size_t n = 0;
  const char *const *stages = figures == NULL ? NULL : jl_figures_stages(figures, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_stage_names_agree(z->b, stages[i], JL_STAGE_MQL)) return JL_STAGE_MQL;
  return JL_STAGE_LEADS;
}

void jl_review_last_over(const struct jl_view_input *in, bool weekly, char ret_name[JL_REVIEW_NAME]) {
  const struct jl_record *plan = jl_view_plan(in);
  const struct jl_fiscal fiscal = jl_span_fiscal(in);
  int32_t start = plan == NULL ? JL_DAY_MIN : (int32_t)jl_view_int(plan, JL_PLAN_START, JL_DAY_MIN), end = plan == NULL ? JL_DAY_MAX : (int32_t)jl_view_int(plan, JL_PLAN_END, JL_DAY_MAX);
  int32_t until = in->today <= end ? in->today : end + 1; /* it ended before this day */
  struct jl_span quarter = jl_span_at(&fiscal, JL_SPAN_QUARTER, until);
  char week[JL_WEEK_NAME];
  if (until > start && quarter.first > start) quarter = jl_span_before(&fiscal, &quarter);
  jl_week_name(until - 7 >= start ? until - 7 : start, week);
  snprintf(ret_name, JL_REVIEW_NAME, "%s", weekly ? week : quarter.name);
}

static bool is_of_the_plan(const struct jl_freezing *z, const struct jl_record *plan, const char *name, const struct jl_period *period) {
  int32_t start = (int32_t)jl_view_int(plan, JL_PLAN_START, JL_DAY_MIN), end = (int32_t)jl_view_int(plan, JL_PLAN_END, JL_DAY_MAX);
  char over[JL_REVIEW_NAME], typed[JL_REVIEW_NAME + 16];
  const char *message = NULL, *hint = JL_MSG("review a period of the plan, as in jalon review start {3}");
  if (start > z->in.today)
    message = JL_MSG("the plan begins on {2}: there is nothing to look back on yet"), hint = JL_MSG("what came before it: jalon audit {1}");
  else if (period->last < start)
    message = JL_MSG("{1} is before the plan, which begins on {2}: there is nothing to look back on");
  else if (period->first > end)
    message = JL_MSG("{1} is after the plan, which ends on {4}: there is nothing to look back on");
  else if (period->first > z->in.today)
    message = JL_MSG("{1} has not begun: there is nothing to look back on"), hint = JL_MSG("review a period that is under way or over, as in jalon review start {3}");
  if (message == NULL) return true;
  jl_review_last_over(&z->in, z->weekly, over);
  snprintf(typed, sizeof typed, "%s %s", z->weekly ? "--week" : "--period", over);
  return jl_fail(z->err, JL_E_RULE_VIOLATION, message, hint, jl_arg_text(name), jl_arg_date(start), jl_arg_text(typed), jl_arg_date(end));
}

static bool put_terms(struct jl_freezing *z, const struct jl_record *review) {
  static const struct {
    uint32_t from, to;
    int64_t otherwise;
  } copied[] = {{JL_PLAN_SHARE_PROVEN, JL_REVIEW_SHARE_PROVEN, 7000},
                {JL_PLAN_SHARE_OPTIMISATION, JL_REVIEW_SHARE_OPTIMISATION, 2000},
                {JL_PLAN_SHARE_INNOVATION, JL_REVIEW_SHARE_INNOVATION, 1000},
                {JL_PLAN_SHARE_TOLERANCE, JL_REVIEW_SHARE_TOLERANCE, 500},
                {JL_PLAN_ARBITRATION, JL_REVIEW_ARBITRATION, 0}};
  static const struct {
    uint32_t field;
    int64_t otherwise;
  } given[] = {{JL_REVIEW_MINIMUM_DATA, JL_ENOUGH_QUALIFIED}, {JL_REVIEW_STEP, JL_STEP_DEFAULT}, {JL_REVIEW_GAP, JL_GAP_DEFAULT}};
  const struct jl_record *plan = jl_plan_record(z->run->space);
  struct jl_making m = {.run = z->run, .type = review->type, .body = review->body};
  const struct jl_id id = review->id;
  char currency[4];
  struct jl_period period;
  bool quarter;
  const char *name = jl_view_text(z->b, jl_record_text(review->type, review->body, JL_REVIEW_PERIOD));
  struct jl_bytes stage = jl_record_text(review->type, review->body, JL_REVIEW_QUALIFIED);
  if (plan == NULL) return jl_fail(z->err, JL_E_NOT_FOUND, JL_MSG("there is no plan here"), NULL);
  z->weekly = jl_view_int(review, JL_REVIEW_KIND, 0) == JL_REVIEW_WEEKLY;
  if (!span_of(z, &name, z->weekly, &period, &quarter)) return jl_error_at(z->err, review->type_number, &review->id, JL_REVIEW_PERIOD);
  if (!is_of_the_plan(z, plan, name, &period)) return jl_error_at(z->err, review->type_number, &review->id, JL_REVIEW_PERIOD);
  z->last = period.last;
  z->as_of = period.last < z->in.today ? period.last : z->in.today;
  z->since = z->weekly ? period.last + 1 - 7 * JL_REVIEW_WEEKS : period.first;
  z->until = (int32_t)jl_view_int(review, JL_REVIEW_UNTIL, jl_view_int(plan, JL_PLAN_END, JL_DAY_MAX));
  z->qualified = stage.size > 0 ? jl_view_text(z->b, stage) : qualified_stage(z);
  int64_t kind = z->weekly ? JL_REVIEW_WEEKLY : quarter ? JL_REVIEW_QUARTERLY : JL_REVIEW_OTHER;
  if (!is_only_one(z, &period)) return jl_error_at(z->err, review->type_number, &review->id, JL_REVIEW_PERIOD);
  const struct jl_record *previous = previous_of(z, kind, &period);
  jl_making_int(&m, JL_REVIEW_KIND, kind);
  jl_making_text(&m, JL_REVIEW_PERIOD, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
  jl_making_int(&m, JL_REVIEW_STATE, JL_REVIEW_OPEN);
  jl_making_int(&m, JL_REVIEW_FIRST, period.first);
  jl_making_int(&m, JL_REVIEW_LAST, period.last);
  jl_making_int(&m, JL_REVIEW_SINCE, z->since);
  jl_making_int(&m, JL_REVIEW_FROZEN_ON, z->in.today);
  jl_making_int(&m, JL_REVIEW_FROZEN_REVISION, (int64_t)jl_replica_where(z->run->space)->revision);
  jl_making_int(&m, JL_REVIEW_ALGORITHM, JL_ARITHMETIC_VERSION);
  jl_making_text(&m, JL_REVIEW_PLAN_NAME, jl_view_title(plan));
  jl_plan_currency(z->run->space, currency);
  jl_making_text(&m, JL_REVIEW_CURRENCY, (struct jl_bytes){(const uint8_t *)currency, strlen(currency)});
  for (size_t i = 0; i < JL_COUNT(copied); i++) jl_making_int(&m, copied[i].to, jl_view_int(plan, copied[i].from, copied[i].otherwise));
  jl_making_int(&m, JL_REVIEW_REFUSES, jl_view_int(plan, JL_PLAN_CONTROL, JL_CONTROL_WARN) == JL_CONTROL_REFUSE);
  jl_making_text(&m, JL_REVIEW_QUALIFIED, (struct jl_bytes){(const uint8_t *)z->qualified, strlen(z->qualified)});
  for (size_t i = 0; i < JL_COUNT(given); i++) jl_making_int(&m, given[i].field, jl_view_int(review, given[i].field, given[i].otherwise));
  jl_making_int(&m, JL_REVIEW_UNTIL, z->until);
  if (previous != NULL) jl_making_id(&m, JL_REVIEW_PREVIOUS, &previous->id);
  return jl_freezing_checked(z) && jl_making_put(&m, &id, z->err);
}

/* ---- one fact ---- */
struct jl_making jl_freezing_fact(const struct jl_freezing *z, int64_t section, int64_t kind, const struct jl_record *subject) {
  struct jl_making m = {.run = z->run, .type = jl_record_type_by_number(JL_TYPE_REVIEW_FACT)};
  jl_making_id(&m, JL_REVIEW_FACT_REVIEW, &z->review);
  jl_making_int(&m, JL_REVIEW_FACT_SECTION, section);
  jl_making_int(&m, JL_REVIEW_FACT_KIND, kind);
  jl_making_id(&m, JL_REVIEW_FACT_SUBJECT, &subject->id);
  jl_making_int(&m, JL_REVIEW_FACT_SUBJECT_NUMBER, (int64_t)subject->number);
  return m;
}

bool jl_freezing_keep(struct jl_freezing *z, struct jl_making *m) {
  if (++z->count > JL_REVIEW_FACTS_MAX)
    return jl_fail(z->err, JL_E_TOO_LARGE, JL_MSG("this plan has more channels than one review holds"), JL_MSG("drop levers that are not used any more: jalon lever rm REF"));
  return jl_making_put(m, NULL, z->err);
}

int64_t jl_freezing_section_of(const struct jl_record *kpi) {
  switch (jl_view_int(kpi, JL_KPI_COMPUTED, 0)) {
  case 0:
    return JL_SECTION_STRATEGY;
  case JL_COMPUTED_SPEND:
    return JL_SECTION_BUDGET;
  case JL_COMPUTED_COUNT:
  case JL_COMPUTED_AMOUNT:
  case JL_COMPUTED_CONVERSION:
  case JL_COMPUTED_VELOCITY:
    return JL_SECTION_PIPELINE;
  default:
    return 0;
  }
}
bool jl_freezing_count(const struct jl_freezing *z, const char *stage, const struct jl_record *lever, const struct jl_record *action, struct jl_figure_sum *ret) {
  const struct jl_figure_ask ask = {.stage = stage, .lever = lever, .action = action, .from = z->since, .to = z->last + 1};
  struct jl_figures *figures = jl_view_figures(&z->in, z->b);
  if (figures == NULL) return jl_freezing_checked(z);
  return jl_figures_sum(figures, &ask, ret) || jl_money_too_large(z->err);
}
struct jl_kpi_state jl_freezing_kpi(const struct jl_freezing *z, const struct jl_record *kpi) {
  struct jl_view_input then = z->in;
  then.today = z->as_of;
  return jl_view_kpi_state(z->b, &then, kpi);
}

void jl_freezing_unrated(struct jl_making *m, const struct jl_money_remarks *apart, unsigned kinds) {
  struct jl_apart_of of;
  size_t at = 0;
  if (!jl_apart_next(apart, kinds, &at, &of)) return;
  jl_making_int(m, JL_REVIEW_FACT_UNRATED, of.count);
  jl_making_text(m, JL_REVIEW_FACT_UNRATED_IN, (struct jl_bytes){(const uint8_t *)of.currency, strlen(of.currency)});
  jl_making_int(m, JL_REVIEW_FACT_UNRATED_SINCE, of.day);
}

/* ---- proposals ---- */
static bool put_proposal(const struct jl_freezing *z, const struct jl_review_proposal *p) {
  struct jl_making m = {.run = z->run, .type = jl_record_type_by_number(JL_TYPE_REVIEW_PROPOSAL)};
  jl_making_id(&m, JL_REVIEW_PROPOSAL_REVIEW, &z->review);
  jl_making_int(&m, JL_REVIEW_PROPOSAL_KEY, p->key);
  jl_making_int(&m, JL_REVIEW_PROPOSAL_SECTION, p->section);
  jl_making_int(&m, JL_REVIEW_PROPOSAL_KIND, p->kind);
  jl_making_id(&m, JL_REVIEW_PROPOSAL_SOURCE, &p->source);
  jl_making_id(&m, JL_REVIEW_PROPOSAL_DESTINATION, &p->destination);
  if (p->amount > 0) jl_making_int(&m, JL_REVIEW_PROPOSAL_AMOUNT, p->amount);
  if (p->held_by != 0) jl_making_int(&m, JL_REVIEW_PROPOSAL_HELD_BY, p->held_by);
  if (p->before != 0) jl_making_int(&m, JL_REVIEW_PROPOSAL_BEFORE, p->before);
  if (p->after != 0) jl_making_int(&m, JL_REVIEW_PROPOSAL_AFTER, p->after);
  return jl_making_put(&m, NULL, z->err);
}

static bool put_proposals(const struct jl_freezing *z) {
  const struct jl_record *review = jl_replica_record(z->run->space, &z->review);
  struct jl_review_facts facts;
  struct jl_review_proposal *list;
  size_t n;
  if (!jl_review_read(z->run->space, review, UINT32_MAX, z->run->a, &facts) || !jl_review_propose(&facts, z->run->a, &list, &n)) return jl_no_memory(z->err);
  for (size_t i = 0; i < n; i++)
    if (!put_proposal(z, &list[i])) return false;
  return true;
}

/* Campaigns last: they take the room that is left. */
static bool freeze_all(struct jl_freezing *z) {
  return jl_freeze_channels(z) && jl_freeze_lines(z) && jl_freeze_sales(z) && (!z->weekly || jl_freeze_points(z)) && jl_freeze_campaigns(z);
}

bool jl_review_freeze(struct jl_run *run, const struct jl_record *review, struct jl_error *err) {
  struct jl_freezing z = {.run = run,
                       .in = {.space = run->space, .organisation = run->in->organisation, .sections = UINT32_MAX, .today = run->in->today},
                       .b = jl_builder_new(run->a, "review", run->in->today, run->space),
                       .review = review->id,
                       .err = err};
  if (z.b == NULL) return jl_no_memory(err);
  return put_terms(&z, review) && freeze_all(&z) && put_proposals(&z);
}
