/* Rules on KPIs (seed 000 step 4b, seed 001 step 7, seed 003, seed 004; formulas.md: "Where the seeds disagree").
 *
 * A metric is vanity for an objective of acquisition or revenue, not by its name: reach is what a visibility objective wants. An objective
 * is of acquisition or revenue when it is one of the business or of sales, when a funnel gives it its figure, when its unit is money, or
 * when its metric counts what the funnel counts. */
#include "common/base/text.h"
#include "common/model/findings/looking.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/rules.h"
#include "common/model/strategy/serves.h"
#include <string.h>

static bool any_kpi(struct jl_looking *l) { return jl_looked_count(l, JL_TYPE_KPI) > 0; }

static void no_kpi(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_OBJECTIVE) > 0 && jl_looked_count(l, JL_TYPE_LEVER) > 0 && !any_kpi(l)) jl_found(l, NULL);
}

static size_t count_with(struct jl_looking *l, uint32_t field, int64_t value) {
  size_t n = 0, count = 0;
  const struct jl_record **kpis = jl_looked_at(l, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++) count += jl_view_int(kpis[i], field, 0) == value;
  return count;
}
static void no_leading(struct jl_looking *l) {
  if (any_kpi(l) && count_with(l, JL_KPI_TIMING, JL_LEADING) == 0) jl_found(l, NULL);
}
static void no_lagging(struct jl_looking *l) {
  if (any_kpi(l) && count_with(l, JL_KPI_TIMING, JL_LAGGING) == 0) jl_found(l, NULL);
}

/* ---- vanity ---- */
static bool is_vanity(const struct jl_record *kpi) { return jl_view_int(kpi, JL_KPI_NATURE, 0) == JL_VANITY_METRIC; }

static bool counts_the_funnel(struct jl_looking *l, const struct jl_record *objective, uint32_t field) {
  static const char *const words[] = {"lead",   "leads",    "mql",     "sql",   "client",  "clients", "customer", "customers",    "prospect", "prospects",   "opportunite", "opportunites",
                                      "opportunity", "opportunities", "vente", "ventes", "sale", "sales", "revenue", "ca", "contrats", "contrat", "deals", "deal", "eur", "usd", "gbp", "chf"};
  const char *text = jl_view_folded(l->b, jl_view_text(l->b, jl_record_text(objective->type, objective->body, field)));
  for (const char *at = text; *at != '\0';) {
    size_t size = strcspn(at, " ,;/()'-");
    for (size_t i = 0; i < JL_COUNT(words); i++)
      if (strlen(words[i]) == size && strncmp(words[i], at, size) == 0) return true;
    at += size;
    at += strspn(at, " ,;/()'-");
  }
  return strstr(text, "chiffre d") != NULL;
}

static bool is_of_acquisition(struct jl_looking *l, const struct jl_record *objective) {
  int64_t kind = jl_view_int(objective, JL_OBJECTIVE_KIND, JL_OBJECTIVE_MARKETING);
  return kind == JL_OBJECTIVE_BUSINESS || kind == JL_OBJECTIVE_SALES || jl_has(objective, JL_OBJECTIVE_FUNNEL_STAGE) ||
         counts_the_funnel(l, objective, JL_OBJECTIVE_METRIC) || counts_the_funnel(l, objective, JL_OBJECTIVE_UNIT);
}

/* Its KPIs, and those of its levers: *ret_all how many, *ret_vanity of them. */
static void count_kpis(const struct jl_looking *l, const struct jl_record *objective, size_t *ret_all, size_t *ret_vanity) {
  const void *at = NULL, *of_lever;
  const struct jl_record *kpi, *lever;
  *ret_all = *ret_vanity = 0;
  while ((kpi = jl_replica_next_referring(l->in->space, &objective->id, JL_TYPE_KPI, JL_KPI_OBJECTIVE, &at)) != NULL) ++*ret_all, *ret_vanity += is_vanity(kpi);
  at = NULL;
  while ((lever = jl_replica_next_referring(l->in->space, &objective->id, JL_TYPE_LEVER, JL_LEVER_OBJECTIVES, &at)) != NULL) {
    of_lever = NULL;
    while ((kpi = jl_replica_next_referring(l->in->space, &lever->id, JL_TYPE_KPI, JL_KPI_LEVER, &of_lever)) != NULL) ++*ret_all, *ret_vanity += is_vanity(kpi);
  }
}

static bool is_flattered(struct jl_looking *l, const struct jl_record *objective) {
  size_t all, vanity;
  count_kpis(l, objective, &all, &vanity);
  return all > 0 && vanity == all && is_of_acquisition(l, objective);
}
static void flattered(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_OBJECTIVE, is_flattered); }

/* Visibility is fine, as long as it serves something. */
static bool is_visibility_alone(struct jl_looking *l, const struct jl_record *objective) {
  size_t all, vanity;
  count_kpis(l, objective, &all, &vanity);
  return vanity > 0 && !is_of_acquisition(l, objective) && !jl_serves_business(l->in, objective);
}
static void visibility_alone(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_OBJECTIVE, is_visibility_alone); }

static void all_vanity(struct jl_looking *l) {
  if (any_kpi(l) && count_with(l, JL_KPI_NATURE, JL_VANITY_METRIC) == jl_looked_count(l, JL_TYPE_KPI)) jl_found(l, NULL);
}

/* ---- one by one ---- */
static bool has_no_target(struct jl_looking *l, const struct jl_record *kpi) {
  (void)l;
  return !jl_has(kpi, JL_KPI_TARGET);
}
static void targetless(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_KPI, has_no_target); }

static bool contradicts_itself(struct jl_looking *l, const struct jl_record *kpi) {
  int64_t direction = jl_view_int(kpi, JL_KPI_DIRECTION, 0), comparator = jl_view_int(kpi, JL_KPI_COMPARATOR, 0);
  (void)l;
  return (direction == JL_LOWER_IS_BETTER && (comparator == JL_GREATER || comparator == JL_AT_LEAST)) ||
         (direction == JL_HIGHER_IS_BETTER && (comparator == JL_LESS || comparator == JL_AT_MOST));
}
static void contradicting(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_KPI, contradicts_itself); }

static int32_t days_of(const struct jl_record *kpi) {
  static const int32_t days[] = {31, 1, 7, 31, 92, 366}; /* by frequency; monthly when not told */
  int64_t frequency = jl_view_int(kpi, JL_KPI_FREQUENCY, 0);
  return frequency > 0 && frequency < (int64_t)JL_COUNT(days) ? days[frequency] : days[0];
}

static const struct jl_record *last_of(const struct jl_looking *l, const struct jl_record *kpi) {
  const void *at = NULL;
  const struct jl_record *one, *last = NULL;
  while ((one = jl_replica_next_referring(l->in->space, &kpi->id, JL_TYPE_MEASUREMENT, JL_MEASUREMENT_KPI, &at)) != NULL)
    if (last == NULL || jl_view_int(one, JL_MEASUREMENT_DATE, 0) > jl_view_int(last, JL_MEASUREMENT_DATE, 0)) last = one;
  return last;
}

/* Since the plan began two of its periods have passed. */
static bool is_never_measured(struct jl_looking *l, const struct jl_record *kpi) {
  int32_t start, end;
  jl_plan_days(l, &start, &end);
  return start <= end && l->in->today > start + 2 * days_of(kpi) && !jl_has(kpi, JL_KPI_COMPUTED) && last_of(l, kpi) == NULL;
}
static void never_measured(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_KPI, is_never_measured); }

static void stale(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **kpis = jl_looked_at(l, JL_TYPE_KPI, &n);
  int32_t start, end;
  jl_plan_days(l, &start, &end);
  int32_t today = start <= end && l->in->today > end ? end : l->in->today; /* after the plan nobody measures */
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *last = jl_has(kpis[i], JL_KPI_COMPUTED) ? NULL : last_of(l, kpis[i]);
    int64_t day = last == NULL ? INT32_MAX : jl_view_int(last, JL_MEASUREMENT_DATE, INT32_MAX);
    const struct jl_arg when = jl_arg_date(day);
    if (day < today - 2 * (int64_t)days_of(kpis[i])) jl_found_detail(l, kpis[i], today - day, JL_MSG("last measured on {1}"), &when, 1);
  }
}

static bool is_off_and_left_alone(struct jl_looking *l, const struct jl_record *kpi) {
  const void *at = NULL;
  const struct jl_record *action;
  if (!jl_has(kpi, JL_KPI_TARGET) || jl_view_kpi_state(l->b, l->in, kpi).light != JL_LIGHT_BAD) return false;
  while ((action = jl_replica_next_referring(l->in->space, &kpi->id, JL_TYPE_ACTION, JL_ACTION_KPIS, &at)) != NULL)
    if (jl_action_open(action)) return false;
  return true;
}
static void left_alone(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_KPI, is_off_and_left_alone); }

static bool is_of_nothing(struct jl_looking *l, const struct jl_record *kpi) {
  return !jl_points(l, kpi, JL_KPI_OBJECTIVE) && !jl_points(l, kpi, JL_KPI_LEVER) && !jl_is_named(l, kpi, JL_TYPE_ACTION, JL_ACTION_KPIS);
}
static void of_nothing(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_KPI, is_of_nothing); }

static bool has_no_owner(struct jl_looking *l, const struct jl_record *kpi) {
  (void)l;
  return !jl_has(kpi, JL_KPI_OWNER);
}
static void ownerless(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_KPI, has_no_owner); }

static bool is_unclassified(struct jl_looking *l, const struct jl_record *kpi) {
  (void)l;
  return !jl_has(kpi, JL_KPI_TIMING) || !jl_has(kpi, JL_KPI_NATURE);
}
static void unclassified(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_KPI, is_unclassified); }

static void counted_twice(struct jl_looking *l) {
  enum { MOST = 1000 };
  struct jl_figure_overlap *found = jl_view_alloc(l->b, MOST, sizeof *found);
  size_t n = found == NULL ? 0 : jl_figures_overlaps(jl_view_figures(l->in, l->b), found, MOST);
  for (size_t i = 0; i < n && i < MOST; i++) {
    const struct jl_arg args[] = {jl_arg_record(found[i].one), jl_arg_date(found[i].first), jl_arg_date(found[i].last)};
    jl_found_detail(l, found[i].other, (int64_t)found[i].last - found[i].first + 1, JL_MSG("{2} to {3} are in {1} too"), args, 3);
  }
}

#define STRATEGY JL_IN(STRATEGY)
#define BOTH (JL_IN(STRATEGY) | JL_IN(ACTIONS))
static const struct jl_finding_rule rules[] = {
    {"MES01", JL_SEVERITY_ERROR, "003", STRATEGY, JL_MSG("no KPI"),
     JL_MSG("without KPIs a plan is steered blind: it makes noise and nobody can judge it"), "jalon kpi add \"...\" --lever \"...\" --comparator \">\" --target 100", no_kpi},
    {"MES02", JL_SEVERITY_WARNING, "004", STRATEGY, JL_MSG("no leading indicator"),
     JL_MSG("do not only measure revenue: measure what leads to it, MQL, cost per lead, MQL to SQL, speed"), "jalon kpi set \"...\" --timing leading", no_leading},
    {"MES03", JL_SEVERITY_WARNING, "000 4b", STRATEGY, JL_MSG("no lagging indicator"),
     JL_MSG("what counts in the end: the pipeline, revenue, what a customer brings over the years"), "jalon kpi set \"...\" --timing lagging", no_lagging},
    {"MES04", JL_SEVERITY_WARNING, "000 4b", STRATEGY, JL_MSG("objectives of acquisition or revenue that only vanity metrics measure"),
     JL_MSG("likes, views and shares do not pay the bills: cost per lead, pipeline, lifetime value do"), "jalon kpi add CPL --objective REF --unit EUR --direction down --comparator \"<\" --target 40",
     flattered},
    {"MES05", JL_SEVERITY_WARNING, "004", STRATEGY, JL_MSG("nothing but vanity metrics"),
     JL_MSG("flattering figures that say nothing about the business: noise, no signal"), "jalon kpi add CPL --nature business --timing leading", all_vanity},
    {"MES06", JL_SEVERITY_WARNING, "formulas", STRATEGY, JL_MSG("visibility that nothing links to the business"),
     JL_MSG("reach is a fair measure of visibility; somebody has to say which business objective the visibility serves"), "jalon objective set REF --parent \"...\"",
     visibility_alone},
    {"MES07", JL_SEVERITY_WARNING, "003", STRATEGY, JL_MSG("KPIs without a target"),
     JL_MSG("more than 25%, less than 3 euros, 1000: a figure to be held against says whether it is good"), "jalon kpi set REF --comparator \"...\" --target 100", targetless},
    {"MES08", JL_SEVERITY_WARNING, "003", STRATEGY, JL_MSG("KPIs that were never measured"),
     JL_MSG("what is not measured does not improve"), "jalon measurement add --kpi REF --date today --value 0", never_measured},
    {"MES09", JL_SEVERITY_WARNING, "003", STRATEGY, JL_MSG("KPIs whose last value is older than their frequency allows"),
     JL_MSG("a plan that KPIs steer is alive: each week decisions follow from real figures"), "jalon measurement add --kpi REF --date today --value 0", stale},
    {"MES10", JL_SEVERITY_WARNING, "003", BOTH, JL_MSG("KPIs far off target that no open action works on"),
     JL_MSG("a KPI is there to act on: what is off target gets an action, or another target with a reason"), "jalon action add \"...\" --kpis REF --due +2w", left_alone},
    {"MES11", JL_SEVERITY_WARNING, "", STRATEGY, JL_MSG("KPIs whose target runs against their direction"),
     JL_MSG("lower is better and the target says more than: one of the two is a slip"), "jalon kpi set REF --direction up", contradicting},
    {"MES12", JL_SEVERITY_ADVICE, "003", BOTH, JL_MSG("KPIs that belong to no objective, lever or action"),
     JL_MSG("KPIs are not universal: they depend on objective and lever"), "jalon kpi set REF --lever \"...\"", of_nothing},
    {"MES13", JL_SEVERITY_ADVICE, "003", STRATEGY, JL_MSG("KPIs that nobody answers for"),
     JL_MSG("each figure has somebody who follows it"), "jalon kpi set REF --owner \"...\"", ownerless},
    {"MES14", JL_SEVERITY_ADVICE, "004", STRATEGY, JL_MSG("KPIs of which nobody has said whether they lead or lag, or are vanity"),
     JL_MSG("tell signal from noise: does it move before the result, and does it count for the business?"), "jalon kpi set REF --timing leading --nature business", unclassified},
    {"MES15", JL_SEVERITY_WARNING, "", JL_IN(PIPELINE), JL_MSG("figures that count the same days twice"),
     JL_MSG("a week inside a month of the same stage, lever and campaign: sums, rates and costs are wrong by it"), "jalon figure rm REF", counted_twice},
};
const struct jl_finding_rules jl_findings_on_measures = {rules, JL_COUNT(rules)};
