/* Rules on where we are, for whom, with what promise, with which tools (seeds 000, 001, 002). */
#include "common/model/findings/looking.h"
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/clashes.h"
#include <string.h>

static bool has_means(struct jl_looking *l) { return jl_looked_count(l, JL_TYPE_LEVER) > 0; }
static bool has_objectives(struct jl_looking *l) { return jl_looked_count(l, JL_TYPE_OBJECTIVE) > 0; }

static size_t count_kinds(struct jl_looking *l, int64_t first, int64_t last, uint32_t *ret_seen) {
  size_t n = 0, count = 0;
  const struct jl_record **notes = jl_looked_at(l, JL_TYPE_DIAGNOSTIC, &n);
  *ret_seen = 0;
  for (size_t i = 0; i < n; i++) {
    int64_t kind = jl_view_int(notes[i], JL_DIAGNOSTIC_KIND, 0);
    if (kind < first || kind > last) continue;
    *ret_seen |= 1U << kind;
    count++;
  }
  return count;
}

/* ---- diagnostic ---- */
static void no_diagnostic(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_DIAGNOSTIC) == 0) jl_found(l, NULL);
}

static void half_swot(struct jl_looking *l) {
  static const char *const lists[] = {JL_MSG("strengths"), JL_MSG("weaknesses"), JL_MSG("opportunities"), JL_MSG("threats")};
  uint32_t seen;
  int64_t missing = 0;
  struct jl_arg first = jl_arg_label("");
  if (count_kinds(l, JL_STRENGTH, JL_THREAT, &seen) == 0 && jl_looked_count(l, JL_TYPE_DIAGNOSTIC) == 0) return;
  for (size_t i = JL_COUNT(lists); i-- > 0;)
    if ((seen & 1U << (JL_STRENGTH + i)) == 0) first = jl_arg_label(lists[i]), missing++;
  const struct jl_arg args[] = {jl_arg_integer(missing), first};
  if (missing > 0) jl_found_detail(l, NULL, missing, JL_MSG("empty lists: {1}, first of all {2}"), args, 2);
}

static void no_competitors(struct jl_looking *l) {
  if (has_objectives(l) && (jl_looked_count(l, JL_TYPE_COMPETITOR) == 0 || jl_looked_count(l, JL_TYPE_CRITERION) == 0)) jl_found(l, NULL);
}

static void no_expectations(struct jl_looking *l) {
  uint32_t seen;
  if (jl_looked_count(l, JL_TYPE_DIAGNOSTIC) > 0 && count_kinds(l, JL_EXPECTATION, JL_EXPECTATION, &seen) == 0) jl_found(l, NULL);
}

static bool is_unanswered(struct jl_looking *l, const struct jl_record *note) {
  int64_t kind = jl_view_int(note, JL_DIAGNOSTIC_KIND, 0);
  return (kind == JL_WEAKNESS || kind == JL_THREAT) && !jl_points(l, note, JL_DIAGNOSTIC_ANSWERS);
}
static void unanswered(struct jl_looking *l) {
  if (has_means(l)) jl_find_faults(l, JL_TYPE_DIAGNOSTIC, is_unanswered);
}

/* Neither a lesson, nor a verdict on a lever, nor a baseline of a KPI. */
static void no_audit(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **levers = jl_looked_at(l, JL_TYPE_LEVER, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t verdict = jl_view_int(levers[i], JL_LEVER_VERDICT, 0);
    if (verdict == JL_VERDICT_KEEP || verdict == JL_VERDICT_STOP) return;
  }
  if (n > 0 && jl_looked_count(l, JL_TYPE_LESSON) == 0) jl_found(l, NULL);
}

/* ---- targets ---- */
static bool is_used(const struct jl_record *persona) { return !jl_view_yes(persona, JL_PERSONA_RETIRED); }

static void no_persona(struct jl_looking *l) {
  size_t n = 0, used = 0;
  const struct jl_record **personas = jl_looked_at(l, JL_TYPE_PERSONA, &n);
  for (size_t i = 0; i < n; i++) used += is_used(personas[i]);
  if (used == 0 && has_objectives(l)) jl_found(l, NULL);
}

static bool is_shallow(struct jl_looking *l, const struct jl_record *persona) {
  (void)l;
  return is_used(persona) && (!jl_has(persona, JL_PERSONA_GOALS) || !jl_has(persona, JL_PERSONA_PROBLEMS));
}
static void shallow(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_PERSONA, is_shallow); }

static bool is_past_review(struct jl_looking *l, const struct jl_record *persona) {
  return is_used(persona) && jl_view_int(persona, JL_PERSONA_REVIEW, INT32_MAX) < l->in->today;
}
static void past_review(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_PERSONA, is_past_review); }

static bool is_never_reviewed(struct jl_looking *l, const struct jl_record *persona) {
  (void)l;
  return is_used(persona) && !jl_has(persona, JL_PERSONA_REVIEW);
}
static void never_reviewed(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_PERSONA, is_never_reviewed); }

static bool is_unserved(struct jl_looking *l, const struct jl_record *persona) {
  return is_used(persona) && !jl_is_named(l, persona, JL_TYPE_ACTION, JL_ACTION_PERSONAS) && !jl_is_named(l, persona, JL_TYPE_LEVER, JL_LEVER_PERSONAS);
}
static void unserved(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_ACTION) > 0) jl_find_faults(l, JL_TYPE_PERSONA, is_unserved);
}

static void no_segment(struct jl_looking *l) {
  if (has_means(l) && jl_looked_count(l, JL_TYPE_SEGMENT) == 0) jl_found(l, NULL);
}

/* ---- promise, positioning, messages, mix ---- */
static bool any_in_use(struct jl_looking *l, uint32_t type, uint32_t retired) {
  size_t n = 0;
  const struct jl_record **records = jl_looked_at(l, type, &n);
  for (size_t i = 0; i < n; i++)
    if (!jl_view_yes(records[i], retired)) return true;
  return false;
}

static void no_promise(struct jl_looking *l) {
  if (has_objectives(l) && !any_in_use(l, JL_TYPE_PROMISE, JL_PROMISE_RETIRED)) jl_found(l, NULL);
}

static void no_positioning(struct jl_looking *l) {
  if (has_objectives(l) && jl_looked_count(l, JL_TYPE_POSITIONING) == 0) jl_found(l, NULL);
}

static bool is_unproven(struct jl_looking *l, const struct jl_record *promise) {
  (void)l;
  return !jl_view_yes(promise, JL_PROMISE_RETIRED) && (!jl_has(promise, JL_PROMISE_PROOFS) || !jl_has(promise, JL_PROMISE_DIFFERENCE));
}
static void unproven(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_PROMISE, is_unproven); }

static void told_clash(void *context, const struct jl_clash *clash) {
  struct jl_looking *l = context;
  const struct jl_arg args[] = {jl_arg_text(jl_record_caption(l->b, l->in->space, clash->other)), jl_arg_textn((const char *)clash->theme.data, clash->theme.size)};
  jl_found_detail(l, clash->one, 1, JL_MSG("the same persona hears {1} on the same theme ({2}) at the same time"), args, 2);
}
static void clashing(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **messages = jl_looked_at(l, JL_TYPE_KEY_MESSAGE, &n);
  jl_message_clashes(l->b, messages, n, told_clash, l);
}

static void thin_mix(struct jl_looking *l) {
  static const char *const names[] = {JL_MSG("product"), JL_MSG("price"), JL_MSG("place"), JL_MSG("promotion")};
  size_t n = 0;
  const struct jl_record **items = jl_looked_at(l, JL_TYPE_MIX_ITEM, &n);
  uint32_t seen = 0;
  int64_t missing = 0;
  struct jl_arg first = jl_arg_label("");
  for (size_t i = 0; i < n; i++) seen |= 1U << jl_view_int(items[i], JL_MIX_ITEM_ELEMENT, 0);
  for (size_t i = JL_COUNT(names); i-- > 0;)
    if ((seen & 1U << (JL_MIX_PRODUCT + i)) == 0) first = jl_arg_label(names[i]), missing++;
  const struct jl_arg args[] = {jl_arg_integer(missing), first};
  if (has_means(l) && missing > 0) jl_found_detail(l, NULL, missing, JL_MSG("of the four P without a word: {1}, first of all {2}"), args, 2);
}

/* ---- stack, lessons ---- */
static bool is_kept(const struct jl_record *tool) { return !jl_view_yes(tool, JL_TOOL_RETIRED); }

static bool has_no_purpose(struct jl_looking *l, const struct jl_record *tool) {
  (void)l;
  return is_kept(tool) && !jl_has(tool, JL_TOOL_PURPOSE);
}
static void purposeless(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_TOOL, has_no_purpose); }

static bool shows_nothing(struct jl_looking *l, const struct jl_record *tool) { return is_kept(tool) && !jl_points(l, tool, JL_TOOL_KPIS); }
static void showing_nothing(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_KPI) > 0) jl_find_faults(l, JL_TYPE_TOOL, shows_nothing);
}

static void no_crm(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **tools = jl_looked_at(l, JL_TYPE_TOOL, &n);
  uint32_t seen = 0;
  for (size_t i = 0; i < n; i++)
    if (is_kept(tools[i])) seen |= 1U << jl_view_int(tools[i], JL_TOOL_KIND, 0);
  if (has_means(l) && ((seen & 1U << JL_TOOL_CRM) == 0 || (seen & 1U << JL_TOOL_ANALYTICS) == 0)) jl_found(l, NULL);
}

static bool is_unexplained(struct jl_looking *l, const struct jl_record *lesson) {
  (void)l;
  return jl_view_int(lesson, JL_LESSON_KIND, 0) == JL_LESSON_FAILURE && (!jl_has(lesson, JL_LESSON_CAUSE) || !jl_has(lesson, JL_LESSON_ADVICE));
}
static void unexplained(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_LESSON, is_unexplained); }

#define STRATEGY JL_IN(STRATEGY)
static const struct jl_finding_rule rules[] = {
    {"PLN02", JL_SEVERITY_WARNING, "002 1", STRATEGY, JL_MSG("no diagnostic"),
     JL_MSG("who does not know where they stand does not know where to go: strengths, weaknesses, opportunities, threats first"),
     "jalon diagnostic add \"...\" --kind strength", no_diagnostic},
    {"PLN03", JL_SEVERITY_ADVICE, "002", STRATEGY, JL_MSG("a SWOT with empty lists"),
     JL_MSG("inside and outside: what is good and what is not, so that decisions are not made by intuition"), "jalon diagnostic add \"...\" --kind threat", half_swot},
    {"PLN04", JL_SEVERITY_ADVICE, "002", STRATEGY, JL_MSG("weaknesses and threats that nothing deals with"),
     JL_MSG("a diagnostic sheds light on choices: each weakness has an objective or a lever, or a reason to live with it"),
     "jalon diagnostic set REF --answers \"...\"", unanswered},
    {"PLN05", JL_SEVERITY_ADVICE, "002 1", STRATEGY, JL_MSG("no differentiation table"),
     JL_MSG("positioning is a place against the competition: criterion by criterion, our company and the others"),
     "jalon competitor add \"...\"; jalon criterion add \"...\" --ours \"...\"", no_competitors},
    {"PLN06", JL_SEVERITY_ADVICE, "002 1", STRATEGY, JL_MSG("no expectation of clients or employees"),
     JL_MSG("what clients and employees expect is part of the diagnostic, as the data and the benchmark are"),
     "jalon diagnostic add \"...\" --kind expectation --voice clients", no_expectations},
    {"PLN07", JL_SEVERITY_WARNING, "000 1b", STRATEGY, JL_MSG("no lesson and no verdict on a lever from the period before"),
     JL_MSG("look honestly at what worked and what did not, with figures, so as not to make last year's mistakes again"),
     "jalon lesson add \"...\" --kind failure --cause \"...\" --advice \"...\"", no_audit},
    {"TGT01", JL_SEVERITY_WARNING, "001 2", STRATEGY, JL_MSG("no persona"),
     JL_MSG("personas are the compass of every action: goals, stakes and problems of those whom it is for"),
     "jalon persona add \"...\" --goals \"...\" --problems \"...\" --review +6m", no_persona},
    {"TGT02", JL_SEVERITY_WARNING, "001 2", STRATEGY, JL_MSG("personas past the day of their review"),
     JL_MSG("personas are not immutable: problems change, so they are looked at again regularly"), "jalon persona set REF --review +6m", past_review},
    {"TGT03", JL_SEVERITY_WARNING, "001 2", STRATEGY | JL_IN(ACTIONS), JL_MSG("personas that no action and no lever serves"),
     JL_MSG("all actions face the right targets: a persona without any is one for show"), "jalon action set \"...\" --personas +REF", unserved},
    {"TGT04", JL_SEVERITY_ADVICE, "001 2", STRATEGY, JL_MSG("personas without goals or problems"),
     JL_MSG("a trade and a turnover are no persona: what does this person want, and what stands in the way?"),
     "jalon persona set REF --goals \"...\" --problems \"...\"", shallow},
    {"TGT05", JL_SEVERITY_ADVICE, "001 2", STRATEGY, JL_MSG("personas without a day of review"),
     JL_MSG("what has no date is never looked at again"), "jalon persona set REF --review +6m", never_reviewed},
    {"TGT06", JL_SEVERITY_ADVICE, "002", STRATEGY, JL_MSG("no segment"),
     JL_MSG("segmenting keeps the message from being diluted: market, size, sector, how they buy"), "jalon segment add \"...\" --behaviour \"...\"", no_segment},
    {"BRD01", JL_SEVERITY_WARNING, "002", STRATEGY, JL_MSG("no promise"),
     JL_MSG("is the brand's promise clear and different? It is what the positioning and every message come from"),
     "jalon promise add \"...\" --difference quality --proofs \"...\"", no_promise},
    {"BRD02", JL_SEVERITY_WARNING, "002", STRATEGY, JL_MSG("no positioning"),
     JL_MSG("a blurred positioning weakens the brand and makes each customer dearer"), "jalon positioning add \"...\" --category \"...\" --difference \"...\"",
     no_positioning},
    {"BRD03", JL_SEVERITY_WARNING, "002", STRATEGY, JL_MSG("messages that clash"),
     JL_MSG("contradicting messages wear down credibility: one persona hears one thing on a theme at a time"), "jalon key-message set REF --end today", clashing},
    {"BRD04", JL_SEVERITY_ADVICE, "002", STRATEGY, JL_MSG("promises without a proof or a difference"),
     JL_MSG("a promise that sets apart: by price, quality, innovation, experience, closeness; and why it is to be believed"),
     "jalon promise set REF --difference quality --proofs \"...\"", unproven},
    {"BRD05", JL_SEVERITY_ADVICE, "002", STRATEGY, JL_MSG("a marketing mix with gaps"),
     JL_MSG("product, price, place, promotion: the mix keeps every point of contact coherent"), "jalon mix-item add \"...\" --element price", thin_mix},
    {"STK01", JL_SEVERITY_WARNING, "000 3b", STRATEGY, JL_MSG("tools without a purpose"),
     JL_MSG("do not collect tools for show: the stack serves the plan, not the other way round"), "jalon tool set REF --purpose \"...\"", purposeless},
    {"STK02", JL_SEVERITY_ADVICE, "000 3b", STRATEGY, JL_MSG("tools that make no KPI visible"),
     JL_MSG("choose tools that show results and make deciding easier"), "jalon tool set REF --kpis +\"...\"", showing_nothing},
    {"STK03", JL_SEVERITY_ADVICE, "000 3b", STRATEGY, JL_MSG("no CRM or no analytics in the stack"),
     JL_MSG("each euro has to lead to a revenue: a CRM follows the leads, analytics the cost and return of each channel"),
     "jalon tool add \"...\" --kind crm --purpose \"...\"", no_crm},
    {"LES01", JL_SEVERITY_ADVICE, "001 7", STRATEGY, JL_MSG("failures without a cause or an advice"),
     JL_MSG("analyse the reasons of successes and failures, or the next plan repeats them"), "jalon lesson set REF --cause \"...\" --advice \"...\"", unexplained},
};
const struct jl_finding_rules jl_findings_on_strategy = {rules, JL_COUNT(rules)};
