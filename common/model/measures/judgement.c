#include "common/model/measures/judgement.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/measures/returns.h"
#include "common/model/measures/significance.h"
#include "common/model/strategy/benchmarks.h"
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/model/strategy/strategy_views.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- parts of the whole ---- */
struct jl_shares jl_shares_of(const struct jl_facts *f, const struct jl_facts_row *row) {
  const struct jl_facts_row *all = jl_facts_total(f);
  const struct jl_fact_value *leads = &row->facts[f->qualified], *revenue = &row->facts[JL_FACT_SIGNED];
  struct jl_shares s = {0};
  s.unknown = row->invoiced && jl_spend_unknown(all); /* what a row lacks its total does */
  s.has_spend = row->invoiced && !s.unknown && jl_conversion(all->money.actual, row->money.actual, &s.spend);
  s.has_leads = leads->told && jl_conversion(all->facts[f->qualified].exact, leads->exact, &s.leads);
  s.has_signed = revenue->told && jl_conversion(all->facts[JL_FACT_SIGNED].value, revenue->value, &s.signed_);
  return s;
}

static bool is_little(const struct jl_judging *by, int64_t share, int64_t spend) { return (__int128)share * JL_SHARE_ONE < (__int128)by->little * spend; }

static bool costs_much(const struct jl_judging *by, const struct jl_shares *s) {
  bool told = s->has_leads || s->has_signed, much = s->has_spend && (__int128)s->spend * JL_SHARE_ONE >= (__int128)by->much * JL_FRACTION_ONE;
  return told && much && (!s->has_leads || is_little(by, s->leads, s->spend)) && (!s->has_signed || is_little(by, s->signed_, s->spend));
}

/* Few came; and few would have come for what it cost at the average cost, so that many for nothing are no small number. */
static void count_cases(const struct jl_facts *f, struct jl_judged *j, const struct jl_judging *by) {
  const struct jl_facts_row *all = jl_facts_total(f);
  j->leads = j->now->facts[f->qualified].value;
  j->has_expected = j->now->invoiced && !j->shares.unknown && all->facts[f->qualified].told && all->money.actual > 0 &&
                    jl_mul_div_half_even(j->now->money.actual, all->facts[f->qualified].value, all->money.actual, &j->expected);
  j->thin = j->leads < by->enough && (!j->has_expected || j->expected < by->enough);
}

/* ---- wrong lever or wrong execution? ---- */
static void count_action(const struct jl_record *action, const struct jl_judging *by, struct jl_execution *e) {
  e->actions++;
  e->late += jl_action_late(action, by->end);
  e->dropped += jl_view_int(action, JL_ACTION_STATUS, 0) == JL_DROPPED;
}

static void look_at_spend(const struct jl_facts_row *row, const struct jl_judging *by, struct jl_execution *e) {
  if (!by->compares || row->undated != 0 || row->undated_unknown || row->money.planned <= 0 || (row->unknown & (JL_UNKNOWN(JL_MONEY_PLANNED) | JL_UNKNOWN(JL_MONEY_ACTUAL))) != 0) return;
  e->underspent = (__int128)row->money.actual * JL_SHARE_ONE < (__int128)row->money.planned * JL_UNDERSPENT;
  e->overspent = (__int128)row->money.actual * JL_SHARE_ONE > (__int128)row->money.planned * JL_OVERSPENT;
}

/* By a link or a code of its own, or as its lever is. */
static void look_at_tracking(const struct jl_record *lever, bool own, struct jl_execution *e) {
  int64_t tracking = lever == NULL ? 0 : jl_view_int(lever, JL_LEVER_TRACKING, 0);
  e->tracked = own || (tracking != 0 && tracking != JL_TRACKING_NONE);
  e->untracked = !own && tracking == JL_TRACKING_NONE;
}

static struct jl_execution execution_of(const struct jl_facts *f, const struct jl_facts_row *row, const struct jl_judging *by) {
  const struct jl_record *lever = row->place.lever, *action = row->place.action;
  struct jl_execution e = {0};
  size_t n = 0, kpis = 0;
  look_at_spend(row, by, &e);
  if (action != NULL) {
    bool own = jl_record_has(action->body, JL_ACTION_TRACKED_LINK) || jl_record_has(action->body, JL_ACTION_PROMOTION_CODE);
    count_action(action, by, &e);
    (void)jl_view_links(f->in, f->b, action, JL_ACTION_KPIS, JL_TYPE_KPI, &e.kpis);
    (void)jl_view_referring(f->in, f->b, &action->id, JL_TYPE_KPI, JL_KPI_ACTION, &kpis);
    e.kpis += kpis;
    look_at_tracking(jl_view_linked(f->in, action, JL_ACTION_LEVER), own, &e);
  } else if (lever != NULL) {
    const struct jl_record **actions = jl_view_referring(f->in, f->b, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &n);
    for (size_t i = 0; i < n; i++) count_action(actions[i], by, &e);
    e.kpis = jl_lever_kpis(f->in, f->b, lever);
    look_at_tracking(lever, false, &e);
  }
  e.flawed = e.late > 0 || e.dropped > 0 || e.kpis == 0 || e.untracked || e.underspent || e.overspent;
  return e;
}

/* Benchmarks name kinds of channels, levers the channel itself: words by which one is known as the other's, without case and accents. */
static const struct {
  const char *kind, *words; /* between blanks */
} kinds[] = {{"paid campaigns", " paid sea ads adwords display retargeting sponsored payant payants payante payantes publicite pub annonces "},
             {"campagnes payantes", " paid sea ads adwords display retargeting sponsored payant payants payante payantes publicite pub annonces "},
             {"seo", " seo referencement "}};

static bool has_word(const char *folded, const char *words) {
  for (const char *at = folded; *at != '\0';) {
    size_t n = strcspn(at, " -_/,.()&+");
    for (const char *found = words; n > 0 && (found = strchr(found, ' ')) != NULL; found++)
      if (strncmp(found + 1, at, n) == 0 && found[1 + n] == ' ') return true;
    at += n + strspn(at + n, " -_/,.()&+");
  }
  return false;
}

static bool is_of_kind(struct jl_builder *b, const struct jl_record *lever, const char *wanted) {
  for (size_t i = 0; i < JL_COUNT(kinds); i++)
    if (strcmp(kinds[i].kind, wanted) == 0 && (has_word(jl_view_folded(b, jl_view_text(b, jl_view_title(lever))), kinds[i].words) ||
                                               has_word(jl_view_folded(b, jl_view_text(b, jl_record_text(lever->type, lever->body, JL_LEVER_CHANNEL))), kinds[i].words)))
      return true;
  return false;
}

bool jl_lever_is_of_channel(struct jl_builder *b, const struct jl_record *lever, const char *channel) {
  const char *wanted = jl_view_folded(b, channel);
  if (is_of_kind(b, lever, wanted)) return true;
  if (strcmp(jl_view_folded(b, jl_view_text(b, jl_view_title(lever))), wanted) == 0) return true;
  return strcmp(jl_view_folded(b, jl_view_text(b, jl_record_text(lever->type, lever->body, JL_LEVER_CHANNEL))), wanted) == 0;
}

static bool leads_to_customers(const struct jl_facts *f, const char *stage, const char *next) {
  return jl_stage_names_agree(f->b, stage, f->qualified == JL_FACT_MQL ? JL_STAGE_MQL : JL_STAGE_LEADS) && jl_stage_names_agree(f->b, next, JL_STAGE_CUSTOMERS);
}

/* The plan's own benchmarks come before those of the program, later ones before earlier ones. */
static struct jl_others others_of(const struct jl_facts *f, const struct jl_facts_row *row) {
  const struct jl_record *lever = row->place.lever != NULL || row->place.action == NULL ? row->place.lever : jl_view_linked(f->in, row->place.action, JL_ACTION_LEVER);
  struct jl_others others = {.known = false};
  int64_t latest = INT64_MIN;
  size_t n = 0;
  const struct jl_record **all = jl_view_all(f->in, f->b, JL_TYPE_BENCHMARK, &n);
  if (lever == NULL) return others;
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *one = all[i];
    struct jl_bytes channel = jl_record_text(one->type, one->body, JL_BENCHMARK_CHANNEL);
    int64_t date = jl_view_int(one, JL_BENCHMARK_DATE, 0);
    if (channel.size == 0 || date < latest || !jl_lever_is_of_channel(f->b, lever, jl_view_text(f->b, channel)) ||
        !leads_to_customers(f, jl_view_text(f->b, jl_view_title(one)), jl_view_text(f->b, jl_record_text(one->type, one->body, JL_BENCHMARK_NEXT))))
      continue;
    latest = date;
    others = (struct jl_others){true, jl_view_int(one, JL_BENCHMARK_RATE, 0), jl_view_text(f->b, jl_record_text(one->type, one->body, JL_BENCHMARK_SOURCE)), false, one};
  }
  for (size_t i = 0; !others.known && i < jl_benchmark_count; i++) {
    const struct jl_benchmark *one = &jl_benchmarks[i];
    if (one->channel != NULL && jl_lever_is_of_channel(f->b, lever, one->channel) && leads_to_customers(f, one->stage, one->next))
      others = (struct jl_others){true, one->rate, one->source, true, NULL};
  }
  return others;
}

/* Fewer of its leads become customers than of others', by more than chance: with the same channel others do better. */
static bool does_worse(const struct jl_facts *f, const struct jl_judged *j) {
  const struct jl_share_of rate = {j->now->facts[JL_FACT_CUSTOMERS].value, j->now->facts[f->qualified].value};
  int64_t low, high;
  return j->others.known && j->now->facts[JL_FACT_CUSTOMERS].told && jl_rate_interval(rate, &low, &high) && high < j->others.rate;
}
static bool does_as_well(const struct jl_facts *f, const struct jl_judged *j) {
  return j->others.known && j->now->facts[JL_FACT_CUSTOMERS].told && j->now->facts[f->qualified].told && !does_worse(f, j);
}

static int64_t cause_of(const struct jl_facts *f, const struct jl_judged *j) {
  if (j->execution.flawed || does_worse(f, j)) return JL_CAUSE_EXECUTION;
  return does_as_well(f, j) ? JL_CAUSE_LEVER : JL_CAUSE_UNKNOWN;
}

/* ---- proposals ---- */
/* Its results are at least its part of the spend, or what it signed has paid for it. */
static bool is_worth_it(const struct jl_facts *f, const struct jl_facts_row *row, const struct jl_shares *s) {
  const struct jl_ratio_of roi = jl_facts_ratio(f, row, JL_RATIO_RETURN);
  if (roi.state == JL_RATIO_VALUE && roi.value >= 0) return true;
  return s->has_spend && ((s->has_leads && s->leads >= s->spend) || (s->has_signed && s->signed_ >= s->spend));
}

static bool told_anything(const struct jl_facts_row *row) {
  bool any = false;
  for (int fact = 0; fact < JL_FACTS; fact++) any = any || row->facts[fact].told;
  return any;
}

static void propose(struct jl_judged *j, enum jl_proposal proposal, int64_t cause, const char *rule, const char *reason) {
  j->proposal = proposal;
  j->cause = cause;
  j->rule = rule;
  j->reason = reason;
}

/* What it cost, or what all cost together, is not known: neither its part of the spend is, nor whether it is worth it. */
static void propose_unknown(struct jl_judged *j, const struct jl_facts *unrated) {
  j->unrated = unrated;
  propose(j, JL_PROPOSE_UNKNOWN, 0, "no-rate", JL_MSG("not judged: amounts in {2} without an exchange rate: {1}"));
}

static void propose_costly(const struct jl_facts *f, struct jl_judged *j) {
  int64_t cause = cause_of(f, j);
  if (cause == JL_CAUSE_EXECUTION)
    propose(j, JL_PROPOSE_IMPROVE, cause, "costly-execution", JL_MSG("costs much, brought little; its execution was wrong"));
  else if (cause == JL_CAUSE_LEVER)
    propose(j, JL_PROPOSE_STOP, cause, "costly-lever", JL_MSG("costs much, brought little, done as well as others do it"));
  else
    propose(j, JL_PROPOSE_STOP, cause, "costly", JL_MSG("costs much, brought little; nothing is seen wrong in its execution"));
}

/* Nothing now: worth beginning again when it was worth its money before. */
static void propose_again(const struct jl_facts *before, struct jl_judged *j) {
  if (before == NULL || j->before == NULL || !j->before->invoiced) return;
  const struct jl_shares s = jl_shares_of(before, j->before);
  if (told_anything(j->before) && s.unknown)
    propose_unknown(j, before);
  else if (told_anything(j->before) && is_worth_it(before, j->before, &s)) propose(j, JL_PROPOSE_START, 0, "worth-it-before", JL_MSG("was worth its money before; nothing is spent on it now"));
}

static void decide(const struct jl_facts *now, const struct jl_facts *before, struct jl_judged *j) {
  if (!j->now->invoiced && !told_anything(j->now))
    propose_again(before, j);
  else if (j->gap == JL_GAP_NO_FIGURE)
    propose(j, JL_PROPOSE_IMPROVE, JL_CAUSE_UNKNOWN, "not-measured", JL_MSG("nobody has told what it brought: measure it first"));
  else if (j->shares.unknown)
    propose_unknown(j, now);
  else if (j->thin)
    propose(j, JL_PROPOSE_WAIT, 0, "few-cases", JL_MSG("too few cases to judge by"));
  else if (j->gap == JL_GAP_NO_SPEND)
    propose(j, JL_PROPOSE_KEEP, 0, "no-spend", JL_MSG("brings results; its cost is not entered"));
  else if (j->costly)
    propose_costly(now, j);
  else if (is_worth_it(now, j->now, &j->shares))
    propose(j, JL_PROPOSE_KEEP, 0, "worth-it", JL_MSG("brought its part of the results, or paid for itself"));
  else
    propose(j, JL_PROPOSE_IMPROVE, cause_of(now, j), "below-its-part", JL_MSG("brought less than its part of the results"));
}

struct jl_judged jl_judge(const struct jl_facts *now, const struct jl_facts *before, size_t row, const struct jl_judging *by) {
  struct jl_judged j = {.now = &now->rows[row], .before = before == NULL ? NULL : &before->rows[row]};
  j.shares = jl_shares_of(now, j.now);
  count_cases(now, &j, by);
  j.gap = (j.now->money.actual > 0 || jl_spend_unknown(j.now)) && !told_anything(j.now) ? JL_GAP_NO_FIGURE : !j.now->invoiced && told_anything(j.now) ? JL_GAP_NO_SPEND : JL_GAP_NONE;
  j.costly = costs_much(by, &j.shares);
  j.execution = execution_of(now, j.now, by);
  j.others = others_of(now, j.now);
  if (now->sees_money && now->sees_figures) decide(now, before, &j);
  return j;
}

static const struct {
  const char *label, *text;
} proposals[] = {[JL_PROPOSE_NOTHING] = {JL_MSG("nothing"), "none"},  [JL_PROPOSE_KEEP] = {JL_MSG("keep"), "keep"},
                 [JL_PROPOSE_IMPROVE] = {JL_MSG("improve"), "improve"}, [JL_PROPOSE_STOP] = {JL_MSG("stop"), "stop"},
                 [JL_PROPOSE_START] = {JL_MSG("start (lever)"), "start"}, [JL_PROPOSE_WAIT] = {JL_MSG("too early to tell"), "wait"},
                 [JL_PROPOSE_UNKNOWN] = {JL_MSG("not judged"), "not-judged"}};
const char *jl_proposal_label(enum jl_proposal proposal) { return proposals[proposal].label; }
const char *jl_proposal_text(enum jl_proposal proposal) { return proposals[proposal].text; }
