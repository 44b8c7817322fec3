/* Rules on levers and channels (seed 000 step 3a, seed 001 step 3, seed 003). */
#include "common/model/findings/looking.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/strategy/canvas.h"

#define CHANNELS_MOST 3

static bool is_for_nothing(struct jl_looking *l, const struct jl_record *lever) { return jl_lever_active(lever) && !jl_points(l, lever, JL_LEVER_OBJECTIVES); }
static void for_nothing(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, is_for_nothing); }

/* A KPI of its own, or one of an action of its own. */
static bool has_kpi(const struct jl_looking *l, const struct jl_record *lever) {
  const void *at = NULL;
  const struct jl_record *action;
  if (jl_is_named(l, lever, JL_TYPE_KPI, JL_KPI_LEVER)) return true;
  while ((action = jl_replica_next_referring(l->in->space, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &at)) != NULL)
    if (jl_points(l, action, JL_ACTION_KPIS)) return true;
  return false;
}

static bool is_unmeasured(struct jl_looking *l, const struct jl_record *lever) { return jl_lever_active(lever) && !has_kpi(l, lever); }
static void unmeasured(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, is_unmeasured); }

static bool kpi_has_target(const struct jl_looking *l, const struct jl_record *lever) {
  const void *at = NULL;
  const struct jl_record *kpi;
  while ((kpi = jl_replica_next_referring(l->in->space, &lever->id, JL_TYPE_KPI, JL_KPI_LEVER, &at)) != NULL)
    if (jl_has(kpi, JL_KPI_TARGET)) return true;
  return false;
}

static bool has_no_target(struct jl_looking *l, const struct jl_record *lever) {
  return jl_lever_active(lever) && !jl_has(lever, JL_LEVER_TARGET) && !kpi_has_target(l, lever);
}
static void targetless(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, has_no_target); }

static void dispersed(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **levers = jl_looked_at(l, JL_TYPE_LEVER, &n);
  int64_t channels = (int64_t)jl_active_channels(l->b, levers, n);
  const struct jl_arg args[] = {jl_arg_integer(channels), jl_arg_integer(CHANNELS_MOST)};
  if (channels > CHANNELS_MOST) jl_found_detail(l, NULL, channels, JL_MSG("active channels: {1}; {2} at most are done well"), args, 2);
}

/* ---- measurement of the channel (NutriBoost) ---- */
static bool is_untracked(struct jl_looking *l, const struct jl_record *lever) {
  (void)l;
  return jl_lever_active(lever) && jl_view_int(lever, JL_LEVER_TRACKING, 0) == JL_TRACKING_NONE;
}
static void untracked(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, is_untracked); }

static bool is_silent_on_tracking(struct jl_looking *l, const struct jl_record *lever) {
  (void)l;
  return jl_lever_active(lever) && !jl_has(lever, JL_LEVER_TRACKING);
}
static void silent_on_tracking(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, is_silent_on_tracking); }

static bool is_to_everybody(struct jl_looking *l, const struct jl_record *lever) {
  return jl_lever_active(lever) && !jl_points(l, lever, JL_LEVER_SEGMENTS) && !jl_points(l, lever, JL_LEVER_PERSONAS);
}
static void to_everybody(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, is_to_everybody); }

static void one_sided(struct jl_looking *l) {
  size_t n = 0, inbound = 0, outbound = 0, active = 0;
  const struct jl_record **levers = jl_looked_at(l, JL_TYPE_LEVER, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t direction = jl_view_int(levers[i], JL_LEVER_DIRECTION, 0);
    if (!jl_lever_active(levers[i])) continue;
    active++;
    inbound += direction == JL_INBOUND;
    outbound += direction == JL_OUTBOUND;
  }
  if (active < 2 || inbound + outbound < active || (inbound > 0 && outbound > 0)) return;
  jl_found_detail(l, NULL, 1, inbound == 0 ? JL_MSG("outbound only: nothing lasts") : JL_MSG("inbound only: nothing brings pipeline quickly"), NULL, 0);
}

/* ---- the retrospective ---- */
static bool is_unfounded(struct jl_looking *l, const struct jl_record *lever) {
  int64_t verdict = jl_view_int(lever, JL_LEVER_VERDICT, 0);
  return (verdict == JL_VERDICT_KEEP || verdict == JL_VERDICT_STOP) && !jl_has(lever, JL_LEVER_VERDICT_REASON) && !jl_points(l, lever, JL_LEVER_EVIDENCE);
}
static void unfounded(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, is_unfounded); }

static bool is_stopped(const struct jl_record *lever) { return jl_view_int(lever, JL_LEVER_VERDICT, 0) == JL_VERDICT_STOP; }

static bool is_unasked(struct jl_looking *l, const struct jl_record *lever) {
  (void)l;
  return is_stopped(lever) && !jl_has(lever, JL_LEVER_VERDICT_CAUSE);
}
static void unasked(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, is_unasked); }

static bool goes_on(struct jl_looking *l, const struct jl_record *lever) {
  const void *at = NULL;
  const struct jl_record *action;
  if (!is_stopped(lever)) return false;
  while ((action = jl_replica_next_referring(l->in->space, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &at)) != NULL)
    if (jl_action_open(action)) return true;
  return false;
}
static void going_on(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, goes_on); }

static bool has_no_action(struct jl_looking *l, const struct jl_record *lever) {
  return jl_lever_active(lever) && !jl_is_named(l, lever, JL_TYPE_ACTION, JL_ACTION_LEVER);
}
static void actionless(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LEVER, has_no_action); }

static void no_lever(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_OBJECTIVE) > 0 && jl_looked_count(l, JL_TYPE_LEVER) == 0) jl_found(l, NULL);
}

#define STRATEGY JL_IN(STRATEGY)
#define BOTH (JL_IN(STRATEGY) | JL_IN(ACTIONS))
static const struct jl_finding_rule rules[] = {
    {"LEV01", JL_SEVERITY_ERROR, "001 3", STRATEGY, JL_MSG("levers that serve no objective"),
     JL_MSG("which levers answer which objective? A channel that serves none is fashion, not strategy"), "jalon lever set REF --objectives +\"...\"", for_nothing},
    {"LEV05", JL_SEVERITY_ERROR, "003", STRATEGY, JL_MSG("channels that nobody tracks"),
     JL_MSG("no link, no code, no form: the campaign makes noise and nobody can tell what it brought; what is not measured does not improve"),
     "jalon lever set REF --tracking link --tracking-detail \"utm_source=...\"", untracked},
    {"LEV02", JL_SEVERITY_WARNING, "003", BOTH, JL_MSG("levers without a KPI"),
     JL_MSG("each lever has indicators of its own: SEA cost per click and conversion, e-mail openings and clicks, and so on"),
     "jalon kpi add \"...\" --lever REF --comparator \">\" --target 100", unmeasured},
    {"LEV03", JL_SEVERITY_WARNING, "001 3", STRATEGY, JL_MSG("levers without a target in figures"),
     JL_MSG("each lever has a target: for SEO, 50% more organic traffic"), "jalon lever set REF --unit \"...\" --baseline 0 --target 100", targetless},
    {"LEV04", JL_SEVERITY_WARNING, "000 3", STRATEGY, JL_MSG("too many active channels"),
     JL_MSG("dispersion is enemy number one: two channels mastered are worth more than five done by half"), "jalon lever set \"...\" --paused yes", dispersed},
    {"LEV06", JL_SEVERITY_WARNING, "003", STRATEGY, JL_MSG("channels of which nobody has said how they are tracked"),
     JL_MSG("how are its results told from those of the others? Tracked link, promotion code, form of its own, source in the CRM"),
     "jalon lever set REF --tracking link --tracking-detail \"utm_source=...\"", silent_on_tracking},
    {"LEV07", JL_SEVERITY_WARNING, "003", STRATEGY, JL_MSG("channels that address everybody"),
     JL_MSG("a mass mailing without segments speaks to nobody; whom is it for?"), "jalon lever set REF --segments +\"...\"", to_everybody},
    {"LEV08", JL_SEVERITY_WARNING, "001 3", STRATEGY, JL_MSG("verdicts on levers without a reason or evidence"),
     JL_MSG("what worked and what flopped, with figures behind it"), "jalon lever set REF --verdict-reason \"...\"", unfounded},
    {"LEV09", JL_SEVERITY_WARNING, "001 3", STRATEGY, JL_MSG("levers to be stopped without the question: the lever or its execution?"),
     JL_MSG("before it is buried: was it used well? Perhaps the advertisement was wrong and not the channel"), "jalon lever set REF --verdict-cause execution", unasked},
    {"LEV10", JL_SEVERITY_WARNING, "001 3", BOTH, JL_MSG("levers to be stopped that still have open actions"),
     JL_MSG("to keep, to stop, to start: what is to be stopped is stopped"), "jalon action set \"...\" --status dropped --dropped-reason \"...\"", going_on},
    {"LEV11", JL_SEVERITY_WARNING, "001 4", BOTH, JL_MSG("levers without an action"),
     JL_MSG("objective, levers, key actions: a lever that nobody works at moves nothing"), "jalon action add \"...\" --lever REF", actionless},
    {"LEV12", JL_SEVERITY_WARNING, "001 3", STRATEGY, JL_MSG("no lever"),
     JL_MSG("for each objective the channels that can answer it"), "jalon lever add \"...\" --objectives \"...\" --direction inbound", no_lever},
    {"LEV13", JL_SEVERITY_ADVICE, "000 3a", STRATEGY, JL_MSG("levers of one kind only"),
     JL_MSG("inbound builds a lasting pipeline, outbound brings it quickly: an effective plan combines both"), "jalon lever add \"...\" --direction outbound --objectives \"...\"",
     one_sided},
};
const struct jl_finding_rules jl_findings_on_levers = {rules, JL_COUNT(rules)};
