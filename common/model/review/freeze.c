#include "common/model/review/freeze.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/bucket.h"
#include "common/model/budget/closing.h"
#include "common/model/budget/excess.h"
#include "common/model/budget/totals.h"
#include "common/model/calendar/period.h"
#include "common/model/governance/load.h"
#include "common/model/governance/raci.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/review/review.h"
#include "common/model/strategy/benchmarks.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"
#include <string.h>

#define NAMED_CAMPAIGNS 500 /* the first ones, by number: actions come by thousands, facts do not */

struct freezing {
  struct jl_run *run;
  struct jl_view_input in;
  struct jl_builder *b;
  struct jl_id review;
  const char *qualified;
  int32_t since, last, until, as_of; /* as_of: KPIs and lateness as on this day, the end of the period or today */
  bool weekly;
  int64_t minimum_data;
  size_t count, named; /* facts; of them campaigns by name */
  struct jl_id *overloaded; /* people */
  size_t overloaded_count;
  struct jl_error *err;
};

static bool too_large(const struct freezing *z) {
  return jl_fail(z->err, JL_E_TOO_LARGE, JL_MSG("this plan has more channels and budget lines than one review holds: {1}"), JL_MSG("drop levers and lines that are not used any more"),
                 jl_arg_integer(JL_REVIEW_FACTS_MAX));
}

static bool checked(const struct freezing *z) {
  return jl_builder_ok(z->b) || jl_fail(z->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
}

/* ---- the parameters ---- */
/* Of its kind and closed, the one whose period lies before and ended last. */
static const struct jl_record *previous_of(const struct freezing *z, int64_t kind, int32_t first) {
  const struct jl_record *found = NULL;
  size_t n = 0;
  const struct jl_record **all = jl_view_all(&z->in, z->b, JL_TYPE_REVIEW, &n);
  while (n-- > 0)
    if (!jl_id_equal(&all[n]->id, &z->review) && jl_view_int(all[n], JL_REVIEW_STATE, 0) == JL_REVIEW_CLOSED && jl_view_int(all[n], JL_REVIEW_KIND, 0) == kind &&
        jl_view_int(all[n], JL_REVIEW_LAST, INT32_MAX) < first && (found == NULL || jl_view_int(all[n], JL_REVIEW_LAST, 0) > jl_view_int(found, JL_REVIEW_LAST, 0)))
      found = all[n];
  return found;
}

/* As it is called, however it was typed ("+1"). */
static const char *name_of(const struct freezing *z, const char *typed, const char *name) {
  return name[0] == '\0' ? typed : jl_view_text(z->b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
}

static bool span_of(const struct freezing *z, const char **io_period, bool weekly, struct jl_period *ret, bool *ret_quarter) {
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
static const char *qualified_stage(const struct freezing *z) {
  struct jl_figures *figures = jl_view_figures(&z->in, z->b);
  size_t n = 0;
  const char *const *stages = figures == NULL ? NULL : jl_figures_stages(figures, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_stage_names_agree(z->b, stages[i], JL_STAGE_MQL)) return JL_STAGE_MQL;
  return JL_STAGE_LEADS;
}

static bool put_terms(struct freezing *z, const struct jl_record *review) {
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
  if (period.last < jl_view_int(plan, JL_PLAN_START, INT32_MIN))
    return jl_fail(z->err, JL_E_RULE_VIOLATION, JL_MSG("{1} is before the plan, which begins on {2}: there is nothing to look back on"), JL_MSG("review a period of the plan"), jl_arg_text(name),
                   jl_arg_date((int32_t)jl_view_int(plan, JL_PLAN_START, 0))),
           jl_error_at(z->err, review->type_number, &review->id, JL_REVIEW_PERIOD);
  if (period.first > z->in.today)
    return jl_fail(z->err, JL_E_RULE_VIOLATION, JL_MSG("{1} has not begun: there is nothing to look back on"), JL_MSG("review a period that is under way or over"), jl_arg_text(name)),
           jl_error_at(z->err, review->type_number, &review->id, JL_REVIEW_PERIOD);
  z->last = period.last;
  z->as_of = period.last < z->in.today ? period.last : z->in.today;
  z->since = z->weekly ? period.last + 1 - 7 * JL_REVIEW_WEEKS : period.first;
  z->until = (int32_t)jl_view_int(review, JL_REVIEW_UNTIL, jl_view_int(plan, JL_PLAN_END, JL_DAY_MAX));
  z->qualified = stage.size > 0 ? jl_view_text(z->b, stage) : qualified_stage(z);
  z->minimum_data = jl_view_int(review, JL_REVIEW_MINIMUM_DATA, JL_ENOUGH_QUALIFIED);
  int64_t kind = z->weekly ? JL_REVIEW_WEEKLY : quarter ? JL_REVIEW_QUARTERLY : JL_REVIEW_OTHER;
  const struct jl_record *previous = previous_of(z, kind, period.first);
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
  return checked(z) && jl_making_put(&m, &id, z->err);
}

/* ---- one fact ---- */
static struct jl_making fact(const struct freezing *z, int64_t section, int64_t kind, const struct jl_record *subject) {
  struct jl_making m = {.run = z->run, .type = jl_record_type_by_number(JL_TYPE_REVIEW_FACT)};
  jl_making_id(&m, JL_REVIEW_FACT_REVIEW, &z->review);
  jl_making_int(&m, JL_REVIEW_FACT_SECTION, section);
  jl_making_int(&m, JL_REVIEW_FACT_KIND, kind);
  jl_making_id(&m, JL_REVIEW_FACT_SUBJECT, &subject->id);
  jl_making_int(&m, JL_REVIEW_FACT_SUBJECT_NUMBER, (int64_t)subject->number);
  return m;
}

static bool keep(struct freezing *z, struct jl_making *m) {
  if (++z->count > JL_REVIEW_FACTS_MAX) return too_large(z);
  return jl_making_put(m, NULL, z->err);
}

/* What a computed KPI rests on decides who may read it; what rests on two sections is told by the channels alone. */
static int64_t section_of(const struct jl_record *kpi) {
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

/* ---- channels and campaigns ---- */
static bool count_of(const struct freezing *z, const char *stage, const struct jl_record *lever, const struct jl_record *action, struct jl_figure_sum *ret) {
  const struct jl_figure_ask ask = {.stage = stage, .lever = lever, .action = action, .from = z->since, .to = z->last + 1};
  struct jl_figures *figures = jl_view_figures(&z->in, z->b);
  if (figures == NULL) return checked(z);
  return jl_figures_sum(figures, &ask, ret) || jl_money_too_large(z->err);
}

/* What the pipeline tells of it; *ret_any: anything. */
static bool add_results(struct freezing *z, struct jl_making *m, const struct jl_record *lever, const struct jl_record *action, bool *ret_any) {
  const struct {
    const char *stage;
    uint32_t count, amount;
  } asked[] = {{JL_STAGE_LEADS, JL_REVIEW_FACT_LEADS, 0},
               {z->qualified, JL_REVIEW_FACT_QUALIFIED, 0},
               {JL_STAGE_OPPORTUNITIES, JL_REVIEW_FACT_OPPORTUNITIES, JL_REVIEW_FACT_POTENTIAL},
               {JL_STAGE_CUSTOMERS, JL_REVIEW_FACT_CUSTOMERS, JL_REVIEW_FACT_SIGNED}};
  *ret_any = false;
  for (size_t i = 0; i < JL_COUNT(asked); i++) {
    struct jl_figure_sum sum = {0};
    if (!count_of(z, asked[i].stage, lever, action, &sum)) return false;
    if (sum.has_count) jl_making_int(m, asked[i].count, sum.count);
    if (sum.has_amount && asked[i].amount != 0) jl_making_int(m, asked[i].amount, sum.amount);
    *ret_any = *ret_any || sum.has_count || sum.has_amount;
  }
  return true;
}

static bool add_spend(struct freezing *z, struct jl_making *m, const struct jl_record *lever, const struct jl_record *action, bool *ret_any) {
  const struct jl_spend_ask ask = {.lever = lever, .action = action, .from = z->since, .to = z->last + 1};
  struct jl_spend *spend = jl_view_spend(&z->in, z->b);
  struct jl_spend_sum sum = {0};
  if (spend == NULL) return checked(z);
  if (!jl_spend_of(spend, &ask, &sum)) return jl_money_too_large(z->err);
  *ret_any = sum.records > 0;
  jl_making_int(m, JL_REVIEW_FACT_SPEND, sum.amount);
  return true;
}

/* Of leads that become qualified elsewhere, of this channel or of all: what people entered before what the program brings along; assumptions are none. */
static bool own_benchmark(struct freezing *z, struct jl_making *m, const char *channel) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(&z->in, z->b, JL_TYPE_BENCHMARK, &n);
  for (size_t i = 0; i < n; i++) {
    const char *of = jl_view_text(z->b, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_CHANNEL));
    bool fits = jl_stage_names_agree(z->b, jl_view_text(z->b, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_STAGE)), JL_STAGE_LEADS) &&
                jl_stage_names_agree(z->b, jl_view_text(z->b, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_NEXT)), z->qualified) &&
                jl_view_int(all[i], JL_BENCHMARK_EXPIRES, INT32_MAX) >= z->in.today;
    if (!fits || (of[0] != '\0' && strcmp(jl_view_folded(z->b, of), jl_view_folded(z->b, channel)) != 0)) continue;
    jl_making_int(m, JL_REVIEW_FACT_BENCHMARK, jl_view_int(all[i], JL_BENCHMARK_RATE, 0));
    jl_making_text(m, JL_REVIEW_FACT_BENCHMARK_SOURCE, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_SOURCE));
    return true;
  }
  return false;
}

static void add_benchmark(struct freezing *z, struct jl_making *m, const struct jl_record *lever) {
  const char *channel = jl_view_text(z->b, jl_record_text(lever->type, lever->body, JL_LEVER_CHANNEL));
  if (own_benchmark(z, m, channel)) return;
  for (size_t i = 0; i < jl_benchmark_count; i++) {
    const struct jl_benchmark *k = &jl_benchmarks[i];
    bool fits = k->origin == JL_RATE_BENCHMARK && jl_stage_names_agree(z->b, k->stage, JL_STAGE_LEADS) && jl_stage_names_agree(z->b, k->next, z->qualified) && k->expires >= z->in.today;
    if (!fits || (k->channel != NULL && strcmp(k->channel, channel) != 0)) continue;
    jl_making_int(m, JL_REVIEW_FACT_BENCHMARK, k->rate);
    jl_making_text(m, JL_REVIEW_FACT_BENCHMARK_SOURCE, (struct jl_bytes){(const uint8_t *)k->source, strlen(k->source)});
    return;
  }
}

static void note_overload(void *context, const struct jl_record *person, int64_t actions, int64_t days) {
  struct freezing *z = context;
  (void)actions;
  (void)days;
  z->overloaded[z->overloaded_count++] = person->id;
}

static bool find_overloads(struct freezing *z) {
  size_t people = 0;
  if (z->in.organisation == NULL) return true;
  (void)jl_view_directory(&z->in, z->b, JL_TYPE_PERSON, &people);
  z->overloaded = jl_view_alloc(z->b, people + 1, sizeof *z->overloaded);
  if (z->overloaded == NULL) return checked(z);
  jl_overloads_tell(&z->in, z->b, note_overload, z);
  return checked(z);
}

/* Of those who are overloaded, how many are responsible for an open action of the lever. */
static bool add_people(struct freezing *z, const struct jl_record *lever) {
  const struct jl_raci raci = {.plan = z->run->space, .organisation = z->in.organisation, .day = z->in.today};
  size_t n = 0;
  int64_t over = 0;
  const struct jl_record **actions = z->overloaded_count == 0 ? NULL : jl_view_referring(&z->in, z->b, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &n);
  for (size_t p = 0; p < z->overloaded_count; p++)
    for (size_t i = 0; i < n; i++) {
      struct jl_letters letters;
      if (!jl_action_open(actions[i])) continue;
      jl_letters_of(&raci, &actions[i]->id, &z->overloaded[p], &letters);
      if ((letters.held & JL_LETTER(JL_RACI_R)) == 0) continue;
      over++;
      break;
    }
  if (over == 0) return checked(z);
  struct jl_making m = fact(z, JL_SECTION_ACTIONS, JL_FACT_CHANNEL, lever);
  jl_making_int(&m, JL_REVIEW_FACT_OVERLOADED, over);
  return keep(z, &m);
}

static bool freeze_lever(struct freezing *z, const struct jl_record *lever) {
  struct jl_making strategy = fact(z, JL_SECTION_STRATEGY, JL_FACT_CHANNEL, lever), budget = fact(z, JL_SECTION_BUDGET, JL_FACT_CHANNEL, lever),
                   pipeline = fact(z, JL_SECTION_PIPELINE, JL_FACT_CHANNEL, lever);
  bool spent = false, any = false;
  jl_making_text(&strategy, JL_REVIEW_FACT_NAME, jl_view_title(lever));
  if (jl_view_int(lever, JL_LEVER_PAUSED, 0) != 0) jl_making_int(&strategy, JL_REVIEW_FACT_FINISHED, 1);
  add_benchmark(z, &strategy, lever);
  return keep(z, &strategy) && add_spend(z, &budget, lever, NULL, &spent) && keep(z, &budget) && add_results(z, &pipeline, lever, NULL, &any) && (!any || keep(z, &pipeline)) &&
         add_people(z, lever);
}

/* Its days say whether its name is kept, not what it cost or brought: that is for others to read. */
static bool touches_period(const struct freezing *z, const struct jl_record *action) {
  bool starts = jl_record_has(action->body, JL_ACTION_START), ends = jl_record_has(action->body, JL_ACTION_DUE);
  int64_t start = jl_view_int(action, starts ? JL_ACTION_START : JL_ACTION_DUE, 0), due = jl_view_int(action, ends ? JL_ACTION_DUE : JL_ACTION_START, 0);
  return (starts || ends) && start <= z->last && due >= z->since;
}

/* What an action cost and brought itself. */
static bool freeze_campaign(struct freezing *z, const struct jl_record *action) {
  const struct jl_record *lever = jl_view_linked(&z->in, action, JL_ACTION_LEVER);
  const struct jl_id none = {{0}};
  struct jl_making own = fact(z, JL_SECTION_ACTIONS, JL_FACT_CAMPAIGN, action), budget = fact(z, JL_SECTION_BUDGET, JL_FACT_CAMPAIGN, action),
                   pipeline = fact(z, JL_SECTION_PIPELINE, JL_FACT_CAMPAIGN, action);
  bool spent = false, any = false;
  jl_making_text(&own, JL_REVIEW_FACT_NAME, jl_view_title(action));
  jl_making_id(&own, JL_REVIEW_FACT_LEVER, lever == NULL ? &none : &lever->id);
  if (!add_spend(z, &budget, NULL, action, &spent) || !add_results(z, &pipeline, NULL, action, &any)) return false;
  bool named = touches_period(z, action) && z->named < NAMED_CAMPAIGNS;
  z->named += named;
  return (!named || keep(z, &own)) && (!spent || keep(z, &budget)) && (!any || keep(z, &pipeline));
}

/* ---- budget lines ---- */
struct open_months {
  bool by_month;
  int32_t first, last;
  int64_t left; /* of what they plan not ordered and not invoiced, month by month; in the line's basis */
};

/* A month that has spent or ordered all of its own gives nothing, whatever the others have left. */
static bool find_months(const struct freezing *z, const struct jl_record *line, struct open_months *ret) {
  struct jl_date today = jl_date_from_day(z->in.today);
  int32_t this_month = jl_day_from_date(today.year, today.month, 1);
  size_t n = 0;
  const struct jl_record **months = jl_view_referring(&z->in, z->b, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n);
  struct jl_excess_walk walk;
  *ret = (struct open_months){.by_month = n > 0};
  if (n > 0 && !jl_line_months(z->run->space, line, z->run->a, &walk)) return jl_money_too_large(z->err);
  for (size_t i = 0; i < n; i++) {
    int32_t month = (int32_t)jl_view_int(months[i], JL_BUDGET_MONTH_MONTH, 0);
    if (month < this_month || month > z->until || jl_month_closed(z->run->space, month)) continue;
    if (ret->first == 0 || month < ret->first) ret->first = month;
    if (ret->last == 0 || month > ret->last) ret->last = month;
    int64_t left = jl_view_int(months[i], JL_BUDGET_MONTH_PLANNED, 0) - jl_month_taken(&walk, month);
    if (left > 0 && !jl_add(ret->left, left, &ret->left)) return jl_money_too_large(z->err);
  }
  return true;
}

static bool movable_of(const struct freezing *z, const struct jl_record *line, const struct jl_amounts *amounts, const struct open_months *months, int64_t *ret) {
  int64_t minimum = jl_view_int(line, JL_BUDGET_LINE_MINIMUM, 0), open = months->left, most = amounts->remaining;
  if (jl_view_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS && !jl_vat_net(open, jl_view_int(line, JL_BUDGET_LINE_VAT_RATE, 0), &open)) return jl_money_too_large(z->err);
  if (amounts->planned - minimum < most) most = amounts->planned - minimum;
  if (months->by_month && open < most) most = open;
  *ret = most < 0 ? 0 : most;
  return true;
}

static bool is_finished(const struct jl_money_line *l) {
  int64_t status = l->action == NULL ? 0 : jl_view_int(l->action, JL_ACTION_STATUS, 0);
  return status == JL_DONE || status == JL_DROPPED;
}

static struct jl_kpi_state kpi_then(const struct freezing *z, const struct jl_record *kpi) {
  struct jl_view_input then = z->in;
  then.today = z->as_of;
  return jl_view_kpi_state(z->b, &then, kpi);
}

/* In each section the first KPI of it that tells of the line and is on target. */
static bool freeze_evidence(struct freezing *z, const struct jl_record *line, const struct jl_record **kpis, const bool *good, size_t n, struct jl_making *budget) {
  uint32_t told = 0;
  for (size_t i = 0; i < n; i++) {
    int64_t section = section_of(kpis[i]);
    if (!good[i] || section == 0 || (told >> section & 1) || !jl_bucket_kpi_tells(z->run->space, line, kpis[i])) continue;
    struct jl_making own = fact(z, section, JL_FACT_LINE, line), *m = section == JL_SECTION_BUDGET ? budget : &own;
    jl_making_id(m, JL_REVIEW_FACT_EVIDENCE, &kpis[i]->id);
    if (m == &own && !keep(z, m)) return false;
    told |= 1U << section;
  }
  return true;
}

/* What its action tells of it. */
static bool freeze_work(struct freezing *z, const struct jl_money_line *l) {
  struct jl_making m = fact(z, JL_SECTION_ACTIONS, JL_FACT_LINE, l->line);
  if (l->action == NULL) return true;
  if (l->lever != NULL && !jl_record_has(l->line->body, JL_BUDGET_LINE_LEVER)) jl_making_id(&m, JL_REVIEW_FACT_LEVER, &l->lever->id);
  if (is_finished(l)) jl_making_int(&m, JL_REVIEW_FACT_FINISHED, 1);
  return keep(z, &m);
}

static void add_amounts(struct jl_making *m, const struct jl_money_line *l) {
  jl_making_int(m, JL_REVIEW_FACT_PLANNED, l->amounts.planned);
  jl_making_int(m, JL_REVIEW_FACT_COMMITTED, l->amounts.committed);
  jl_making_int(m, JL_REVIEW_FACT_ACTUAL, l->amounts.actual);
}

static bool freeze_line(struct freezing *z, const struct jl_money_line *l, const struct jl_record **kpis, const bool *good, size_t n) {
  struct jl_making m = fact(z, JL_SECTION_BUDGET, JL_FACT_LINE, l->line);
  struct open_months months;
  int64_t movable = 0;
  if (!find_months(z, l->line, &months)) return false;
  bool fixed = jl_view_int(l->line, JL_BUDGET_LINE_EVERY, 0) != 0 || jl_record_has(l->line->body, JL_BUDGET_LINE_CURRENCY) || (months.by_month && months.first == 0);
  if (!movable_of(z, l->line, &l->amounts, &months, &movable)) return false;
  jl_making_text(&m, JL_REVIEW_FACT_NAME, jl_view_title(l->line));
  if (l->lever != NULL && jl_record_has(l->line->body, JL_BUDGET_LINE_LEVER)) jl_making_id(&m, JL_REVIEW_FACT_LEVER, &l->lever->id);
  add_amounts(&m, l);
  if (jl_record_has(l->line->body, JL_BUDGET_LINE_MINIMUM)) jl_making_int(&m, JL_REVIEW_FACT_MINIMUM, jl_view_int(l->line, JL_BUDGET_LINE_MINIMUM, 0));
  if (jl_record_has(l->line->body, JL_BUDGET_LINE_MAXIMUM)) jl_making_int(&m, JL_REVIEW_FACT_MAXIMUM, jl_view_int(l->line, JL_BUDGET_LINE_MAXIMUM, 0));
  jl_making_int(&m, JL_REVIEW_FACT_MOVABLE, fixed ? 0 : movable);
  if (months.by_month && months.first != 0) {
    jl_making_int(&m, JL_REVIEW_FACT_FIRST_MONTH, months.first);
    jl_making_int(&m, JL_REVIEW_FACT_LAST_MONTH, months.last);
  }
  if (l->bucket != 0) jl_making_int(&m, JL_REVIEW_FACT_BUCKET, l->bucket);
  if (fixed) jl_making_int(&m, JL_REVIEW_FACT_FIXED, 1);
  return freeze_evidence(z, l->line, kpis, good, n, &m) && freeze_work(z, l) && keep(z, &m);
}

static bool freeze_lines(struct freezing *z) {
  static const struct jl_money_filter net = {.basis = JL_BASIS_NET};
  struct jl_money_line *lines;
  struct jl_amounts total;
  size_t n = 0, kpi_count = 0;
  const struct jl_record **kpis = jl_view_all(&z->in, z->b, JL_TYPE_KPI, &kpi_count);
  bool *good = jl_view_alloc(z->b, kpi_count, sizeof *good);
  if (good == NULL) return checked(z);
  for (size_t i = 0; i < kpi_count; i++) good[i] = kpi_then(z, kpis[i]).light == JL_LIGHT_GOOD;
  if (!checked(z) || !jl_money_lines_of(&z->in, z->b, &net, &lines, &n, &total, z->err) || !jl_money_join(lines, &n, z->err)) return false;
  for (size_t i = 0; i < n; i++)
    if (!freeze_line(z, &lines[i], kpis, good, kpi_count)) return false;
  return checked(z);
}

/* ---- what sales can treat ---- */
static int64_t periods_a_year(const struct jl_record *funnel) {
  int64_t period = jl_view_int(funnel, JL_FUNNEL_PERIOD, JL_FUNNEL_QUARTER);
  return period == JL_FUNNEL_MONTH ? 12 : period == JL_FUNNEL_YEAR ? 1 : 4;
}

/* Reps x what one can treat in a period of the funnel, in the days of the results; of another stage than the qualified one in proportion to how many
 * of both there were. */
static bool freeze_stage(struct freezing *z, const struct jl_record *funnel, const struct jl_record *stage) {
  const char *name = jl_view_text(z->b, jl_view_title(stage));
  int64_t reps = jl_view_int(funnel, JL_FUNNEL_REPS, 0), each = jl_view_int(stage, JL_FUNNEL_STAGE_CAPACITY, 0), capacity;
  struct jl_figure_sum here = {0}, qualified = {0};
  if (!jl_mul_div_half_even(reps * each, periods_a_year(funnel) * (z->last + 1 - z->since), 365, &capacity)) return jl_money_too_large(z->err);
  if (!jl_stage_names_agree(z->b, name, z->qualified)) {
    if (!count_of(z, name, NULL, NULL, &here) || !count_of(z, z->qualified, NULL, NULL, &qualified)) return false;
    if (!here.has_count || here.count <= 0 || !qualified.has_count || !jl_mul_div_half_even(capacity, qualified.count, here.count, &capacity)) return checked(z);
  }
  struct jl_making m = fact(z, JL_SECTION_PIPELINE, JL_FACT_SALES, funnel);
  jl_making_int(&m, JL_REVIEW_FACT_CAPACITY, capacity);
  return keep(z, &m);
}

static bool freeze_sales(struct freezing *z) {
  size_t n = 0, m = 0;
  const struct jl_record **funnels = jl_view_all(&z->in, z->b, JL_TYPE_FUNNEL, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record **stages = jl_view_referring(&z->in, z->b, &funnels[i]->id, JL_TYPE_FUNNEL_STAGE, JL_FUNNEL_STAGE_FUNNEL, &m);
    if (jl_view_int(funnels[i], JL_FUNNEL_REPS, 0) == 0) continue;
    for (size_t s = 0; s < m; s++)
      if (jl_record_has(stages[s]->body, JL_FUNNEL_STAGE_CAPACITY)) return freeze_stage(z, funnels[i], stages[s]);
  }
  return checked(z);
}

/* ---- of a week ---- */
static bool freeze_action(struct freezing *z, const struct jl_record *action) {
  struct jl_making m = fact(z, JL_SECTION_ACTIONS, JL_FACT_ACTION, action);
  jl_making_text(&m, JL_REVIEW_FACT_NAME, jl_view_title(action));
  jl_making_int(&m, JL_REVIEW_FACT_STATUS, jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO));
  if (jl_record_has(action->body, JL_ACTION_DUE)) jl_making_int(&m, JL_REVIEW_FACT_DUE, jl_view_int(action, JL_ACTION_DUE, 0));
  return keep(z, &m);
}

/* The value in the section that it rests on, the name and the target in the strategy, whether it is off its target or not. */
static bool freeze_kpi(struct freezing *z, const struct jl_record *kpi) {
  struct jl_kpi_state state = kpi_then(z, kpi);
  int64_t section = section_of(kpi);
  bool off = state.has_value && state.has_target && state.light != JL_LIGHT_NONE && state.light != JL_LIGHT_GOOD, apart = section != JL_SECTION_STRATEGY;
  if (section == 0 || (!apart && !off)) return checked(z);
  struct jl_making strategy = fact(z, JL_SECTION_STRATEGY, JL_FACT_KPI, kpi), own = fact(z, section, JL_FACT_KPI, kpi), *m = apart ? &own : &strategy;
  const char *unit = jl_kpi_unit(z->b, kpi, &state);
  const struct jl_bytes text = {(const uint8_t *)unit, strlen(unit)};
  jl_making_text(&strategy, JL_REVIEW_FACT_NAME, jl_view_title(kpi));
  if (state.has_target) jl_making_int(&strategy, JL_REVIEW_FACT_TARGET, state.target);
  jl_making_text(&strategy, JL_REVIEW_FACT_UNIT, text);
  jl_making_int(&strategy, JL_REVIEW_FACT_COMPARATOR, jl_view_int(kpi, JL_KPI_COMPARATOR, JL_AT_LEAST));
  if (off) jl_making_int(m, JL_REVIEW_FACT_VALUE, state.value);
  if (apart) jl_making_text(&own, JL_REVIEW_FACT_UNIT, text);
  return keep(z, &strategy) && (!apart || !off || keep(z, &own));
}

static bool freeze_points(struct freezing *z) {
  size_t n = 0;
  const struct jl_record **actions = jl_view_all(&z->in, z->b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n; i++)
    if ((jl_view_int(actions[i], JL_ACTION_STATUS, JL_TO_DO) == JL_BLOCKED || jl_action_late(actions[i], z->as_of)) && !freeze_action(z, actions[i])) return false;
  const struct jl_record **kpis = jl_view_all(&z->in, z->b, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++)
    if (!freeze_kpi(z, kpis[i])) return false;
  return checked(z);
}

/* ---- proposals ---- */
static bool put_proposal(const struct freezing *z, const struct jl_review_proposal *p) {
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

static bool put_proposals(const struct freezing *z) {
  const struct jl_record *review = jl_replica_record(z->run->space, &z->review);
  struct jl_review_facts facts;
  struct jl_review_proposal *list;
  size_t n;
  if (!jl_review_read(z->run->space, review, UINT32_MAX, z->run->a, &facts) || !jl_review_propose(&facts, z->run->a, &list, &n)) return jl_no_memory(z->err);
  for (size_t i = 0; i < n; i++)
    if (!put_proposal(z, &list[i])) return false;
  return true;
}

static bool freeze_all(struct freezing *z) {
  size_t levers = 0, actions = 0;
  const struct jl_record **all = jl_view_all(&z->in, z->b, JL_TYPE_LEVER, &levers), **campaigns = jl_view_all(&z->in, z->b, JL_TYPE_ACTION, &actions);
  if (!find_overloads(z)) return false;
  for (size_t i = 0; i < levers; i++)
    if (!freeze_lever(z, all[i])) return false;
  for (size_t i = 0; i < actions; i++)
    if (!freeze_campaign(z, campaigns[i])) return false;
  return checked(z) && freeze_lines(z) && freeze_sales(z) && (!z->weekly || freeze_points(z));
}

bool jl_review_freeze(struct jl_run *run, const struct jl_record *review, struct jl_error *err) {
  struct freezing z = {.run = run,
                       .in = {.space = run->space, .organisation = run->in->organisation, .sections = UINT32_MAX, .today = run->in->today},
                       .b = jl_builder_new(run->a, "review", run->in->today, run->space),
                       .review = review->id,
                       .err = err};
  if (z.b == NULL) return jl_no_memory(err);
  return put_terms(&z, review) && freeze_all(&z) && put_proposals(&z);
}
