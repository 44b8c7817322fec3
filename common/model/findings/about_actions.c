/* Rules on key actions (seed 001 steps 4 and 5, seed 003, seed 004). Of those that are not done and not dropped, unless it says otherwise. */
#include "common/model/findings/looking.h"

#define HIGH 6 /* of 10, from where on impact and effort are high (formulas.md) */

static int64_t status_of(const struct jl_record *action) { return jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO); }

static bool has_no_lever(struct jl_looking *l, const struct jl_record *action) { return !jl_points(l, action, JL_ACTION_LEVER); }
static void leverless(struct jl_looking *l) { jl_find_open(l, has_no_lever); }

static bool has_no_kpi(struct jl_looking *l, const struct jl_record *action) { return !jl_points(l, action, JL_ACTION_KPIS); }
static void without_kpi(struct jl_looking *l) { jl_find_open(l, has_no_kpi); }

static bool has_no_persona(struct jl_looking *l, const struct jl_record *action) { return !jl_points(l, action, JL_ACTION_PERSONAS); }
static void without_persona(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_PERSONA) > 0) jl_find_open(l, has_no_persona);
}

static bool has_no_due(struct jl_looking *l, const struct jl_record *action) {
  (void)l;
  return !jl_has(action, JL_ACTION_DUE);
}
static void without_due(struct jl_looking *l) { jl_find_open(l, has_no_due); }

static bool is_late(struct jl_looking *l, const struct jl_record *action) { return jl_view_int(action, JL_ACTION_DUE, INT32_MAX) < l->in->today; }
static void late(struct jl_looking *l) { jl_find_open(l, is_late); }

static bool is_not_begun(struct jl_looking *l, const struct jl_record *action) {
  int64_t status = status_of(action);
  return (status == JL_TO_DO || status == JL_READY) && jl_view_int(action, JL_ACTION_START, INT32_MAX) < l->in->today && !jl_action_late(action, l->in->today);
}
static void not_begun(struct jl_looking *l) { jl_find_open(l, is_not_begun); }

static bool is_blocked_somehow(struct jl_looking *l, const struct jl_record *action) {
  (void)l;
  return status_of(action) == JL_BLOCKED && !jl_has(action, JL_ACTION_BLOCKED_REASON);
}
static void blocked_somehow(struct jl_looking *l) { jl_find_open(l, is_blocked_somehow); }

static bool is_unweighed(struct jl_looking *l, const struct jl_record *action) {
  (void)l;
  return (!jl_has(action, JL_ACTION_IMPACT) || !jl_has(action, JL_ACTION_EFFORT));
}
static void unweighed(struct jl_looking *l) { jl_find_open(l, is_unweighed); }

static bool is_time_sink(struct jl_looking *l, const struct jl_record *action) {
  (void)l;
  return jl_view_int(action, JL_ACTION_IMPACT, HIGH) < HIGH && jl_view_int(action, JL_ACTION_EFFORT, 0) >= HIGH;
}
static void time_sinks(struct jl_looking *l) { jl_find_open(l, is_time_sink); }

/* To be launched at once; a month is not at once. */
static bool is_quick_win_that_waits(struct jl_looking *l, const struct jl_record *action) {
  int64_t when = jl_view_int(action, JL_ACTION_START, jl_view_int(action, JL_ACTION_DUE, INT32_MAX));
  return (status_of(action) == JL_TO_DO || status_of(action) == JL_BLOCKED) && jl_view_int(action, JL_ACTION_IMPACT, 0) >= HIGH &&
         jl_view_int(action, JL_ACTION_EFFORT, HIGH) < HIGH && when > l->in->today + 31;
}
static void waiting_wins(struct jl_looking *l) {
  int32_t start, end;
  jl_plan_days(l, &start, &end);
  if (l->in->today >= start) jl_find_open(l, is_quick_win_that_waits);
}

static bool has_no_duration(struct jl_looking *l, const struct jl_record *action) {
  (void)l;
  return !jl_has(action, JL_ACTION_DURATION) && !(jl_has(action, JL_ACTION_START) && jl_has(action, JL_ACTION_DUE));
}
static void without_duration(struct jl_looking *l) { jl_find_open(l, has_no_duration); }

static bool is_dropped_silently(struct jl_looking *l, const struct jl_record *action) {
  (void)l;
  return status_of(action) == JL_DROPPED && !jl_has(action, JL_ACTION_DROPPED_REASON);
}
static void dropped_silently(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_ACTION, is_dropped_silently); }

/* Done, and none of its KPIs has been measured since it began, or ever when that is not known. */
static bool is_unjudged(struct jl_looking *l, const struct jl_record *action) {
  int64_t since = jl_view_int(action, JL_ACTION_START, INT32_MIN);
  struct jl_iterator it = jl_record_each(action->body, jl_field_by_number(action->type, JL_ACTION_KPIS));
  bool any = false;
  if (status_of(action) != JL_DONE) return false;
  for (struct jl_value value; jl_iterator_next(&it, &value); any = true) {
    const void *at = NULL;
    const struct jl_record *measured;
    while ((measured = jl_replica_next_referring(l->in->space, &value.id, JL_TYPE_MEASUREMENT, JL_MEASUREMENT_KPI, &at)) != NULL)
      if (jl_view_int(measured, JL_MEASUREMENT_DATE, INT32_MIN) >= since) return false;
  }
  return any;
}
static void unjudged(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_ACTION, is_unjudged); }

static void all_urgent(struct jl_looking *l) {
  size_t open = 0, high = 0;
  const struct jl_staffed *actions = jl_looked_open(l, &open);
  for (size_t i = 0; i < open; i++) high += jl_view_int(actions[i].action, JL_ACTION_PRIORITY, JL_NORMAL) >= JL_HIGH;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)high), jl_arg_integer((int64_t)open)};
  if (open >= 5 && 2 * high > open) jl_found_detail(l, NULL, (int64_t)high, JL_MSG("of high priority: {1} of {2}"), args, 2);
}

static bool is_outside(struct jl_looking *l, const struct jl_record *action) {
  int32_t start, end;
  jl_plan_days(l, &start, &end);
  int64_t due = jl_view_int(action, JL_ACTION_DUE, start);
  return start <= end && (due < start || due > end);
}
static void outside(struct jl_looking *l) { jl_find_open(l, is_outside); }

#define ACTIONS JL_IN(ACTIONS)
#define BOTH (JL_IN(ACTIONS) | JL_IN(STRATEGY))
static const struct jl_finding_rule rules[] = {
    {"ACT01", JL_SEVERITY_ERROR, "001 4", BOTH, JL_MSG("actions that belong to no lever"),
     JL_MSG("objective, levers, key actions: that is each action's reason to be, and what brings everybody together"), "jalon action set REF --lever \"...\"", leverless},
    {"ACT02", JL_SEVERITY_WARNING, "003", BOTH, JL_MSG("actions without a KPI"),
     JL_MSG("each action is tied to one or more indicators: what is not measured does not improve"), "jalon action set REF --kpis +\"...\"", without_kpi},
    {"ACT03", JL_SEVERITY_WARNING, "001 2", BOTH, JL_MSG("actions without a persona"),
     JL_MSG("all actions face the right targets: an article for a persona brings more than a post a day at random"), "jalon action set REF --personas +\"...\"", without_persona},
    {"ACT04", JL_SEVERITY_WARNING, "001 5", ACTIONS, JL_MSG("actions without a due date"),
     JL_MSG("who, what, when: an action without a date is an idea"), "jalon action set REF --due +1m", without_due},
    {"ACT05", JL_SEVERITY_WARNING, "004", ACTIONS, JL_MSG("actions that are overdue"),
     JL_MSG("is it late, why, and what does it take to free it? Facts, not opinions"), "jalon action set REF --due +2w", late},
    {"ACT06", JL_SEVERITY_WARNING, "004", ACTIONS, JL_MSG("blocked actions without a reason"),
     JL_MSG("the meeting asks what stands in the way; whoever says \"blocked\" says by what"), "jalon action set REF --blocked-reason \"...\"", blocked_somehow},
    {"ACT07", JL_SEVERITY_WARNING, "004", ACTIONS, JL_MSG("time sinks: little impact, much effort"),
     JL_MSG("to be dropped without pity: false good ideas that drain the team"), "jalon action set REF --status dropped --dropped-reason \"...\"", time_sinks},
    {"ACT08", JL_SEVERITY_WARNING, "001 7", BOTH, JL_MSG("actions that are done and whose KPIs nobody measured"),
     JL_MSG("measure the results, say why they came, and use it for the next ones"), "jalon measurement add --kpi \"...\" --date today --value 0", unjudged},
    {"ACT09", JL_SEVERITY_ADVICE, "004", ACTIONS, JL_MSG("actions that should have begun"),
     JL_MSG("a few weeks later nothing moves: the start date is over and the action still waits"), "jalon action set REF --status in-progress", not_begun},
    {"ACT10", JL_SEVERITY_ADVICE, "004", ACTIONS, JL_MSG("actions without impact or effort"),
     JL_MSG("what now? Impact and effort, from 1 to 10, put a method in the place of intuition"), "jalon action set REF --impact 5 --effort 5", unweighed},
    {"ACT11", JL_SEVERITY_ADVICE, "004", ACTIONS, JL_MSG("quick wins that wait"),
     JL_MSG("much impact, little effort: top priority, to be launched at once"), "jalon action set REF --status ready --start today", waiting_wins},
    {"ACT12", JL_SEVERITY_ADVICE, "001 5", ACTIONS, JL_MSG("actions of which nobody knows how long they take"),
     JL_MSG("to plan actions in time their duration has to be known"), "jalon action set REF --duration 5", without_duration},
    {"ACT13", JL_SEVERITY_ADVICE, "004", ACTIONS, JL_MSG("dropped actions without a reason"),
     JL_MSG("a manager decides what will not be done; the reason keeps it from coming back"), "jalon action set REF --dropped-reason \"...\"", dropped_silently},
    {"ACT14", JL_SEVERITY_ADVICE, "001 5", ACTIONS, JL_MSG("priorities that are nearly all high"),
     JL_MSG("not all actions have the same weight: when all are urgent none is"), "jalon action set \"...\" --priority normal", all_urgent},
    {"ACT15", JL_SEVERITY_ADVICE, "", ACTIONS, JL_MSG("actions due outside the plan's period"),
     JL_MSG("what is due outside the period belongs to another plan, or has a wrong date"), "jalon action set REF --due \"...\"", outside},
};
const struct jl_finding_rules jl_findings_on_actions = {rules, JL_COUNT(rules)};
