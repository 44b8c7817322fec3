/* Rules on who does what (seed 000 step 2a, formulas.md: RACI), and on what both teams have agreed (seed 000 step 2b, 4). */
#include "common/model/findings/looking.h"
#include "common/model/governance/definition.h"

#define MANY_RESPONSIBLE 3 /* more than so many do the work together: nobody does */
#define MANY_CONSULTED 5

/* ---- gaps ---- */
/* An action is told once, with the first of them. */
static void gaps(struct jl_looking *l, enum jl_gap gap) {
  size_t n = 0;
  const struct jl_gap_seen *seen = jl_looked_gaps(l, &n);
  const struct jl_record *last = NULL;
  struct jl_id holder;
  for (size_t i = 0; i < n; i++) {
    if (seen[i].gap != gap || seen[i].action == last || !jl_record_id(seen[i].raci->type, seen[i].raci->body, JL_RACI_HOLDER, &holder)) continue;
    last = seen[i].action;
    const struct jl_arg who = jl_arg_text(jl_view_holder_name(l->in, l->b, &holder));
    jl_found_detail(l, last, 1, JL_MSG("it is {1}"), &who, 1);
  }
}
static void away(struct jl_looking *l) { gaps(l, JL_GAP_AWAY); }
static void left(struct jl_looking *l) { gaps(l, JL_GAP_LEFT); }
static void nobody(struct jl_looking *l) { gaps(l, JL_GAP_NOBODY); }

/* ---- letters ---- */
static void without(struct jl_looking *l, int letter) {
  size_t n = 0;
  const struct jl_staffed *open = jl_looked_open(l, &n);
  for (size_t i = 0; i < n; i++)
    if (open[i].letters[letter] == 0) jl_found(l, open[i].action);
}
static void no_a(struct jl_looking *l) { without(l, JL_RACI_A); }
static void no_r(struct jl_looking *l) { without(l, JL_RACI_R); }

static void too_many(struct jl_looking *l, int letter, int64_t most) {
  size_t n = 0;
  const struct jl_staffed *open = jl_looked_open(l, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t count = open[i].letters[letter];
    const struct jl_arg how_many = jl_arg_integer(count);
    if (count > most) jl_found_detail(l, open[i].action, count, JL_MSG("there are {1}"), &how_many, 1);
  }
}
static void many_r(struct jl_looking *l) { too_many(l, JL_RACI_R, MANY_RESPONSIBLE); }
static void many_c(struct jl_looking *l) { too_many(l, JL_RACI_C, MANY_CONSULTED); }

static bool has_a(const struct jl_looking *l, const struct jl_record *plan) {
  const void *at = NULL;
  const struct jl_record *raci;
  while ((raci = jl_replica_next_referring(l->in->space, &plan->id, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL)
    if (jl_view_int(raci, JL_RACI_LETTER, 0) == JL_RACI_A) return true;
  return false;
}

static void tell_overload(void *context, const struct jl_record *person, int64_t actions, int64_t days) {
  const struct jl_arg args[] = {jl_arg_integer(actions), jl_arg_integer(days)};
  jl_found_detail(context, person, actions, JL_MSG("actions not done: {1}, days as R: {2}"), args, 2);
}
static void overloaded(struct jl_looking *l) { jl_overloads_tell(l->in, l->b, tell_overload, l); }

/* ---- the plan itself ---- */
static void plan_without_a(struct jl_looking *l) {
  const struct jl_record *plan = jl_view_plan(l->in);
  if (plan != NULL && jl_looked_count(l, JL_TYPE_ACTION) > 0 && !has_a(l, plan)) jl_found(l, NULL);
}

static void begun_unapproved(struct jl_looking *l) {
  const struct jl_record *plan = jl_view_plan(l->in);
  int32_t start, end;
  jl_plan_days(l, &start, &end);
  int64_t status = plan == NULL ? JL_PLAN_APPROVED : jl_view_int(plan, JL_PLAN_STATUS, JL_PLAN_DRAFT);
  if (start <= l->in->today && l->in->today <= end && (status == JL_PLAN_DRAFT || status == JL_PLAN_SUBMITTED) && jl_looked_count(l, JL_TYPE_OBJECTIVE) > 0)
    jl_found(l, NULL);
}

/* ---- definitions ---- */
static void undefined(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **definitions = jl_looked_at(l, JL_TYPE_DEFINITION, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(definitions[i], JL_DEFINITION_KIND, JL_LEAD_STATUS) == JL_LEAD_STATUS) return;
  if (jl_looked_count(l, JL_TYPE_LEVER) > 0) jl_found(l, NULL);
}

static bool is_shared(const struct jl_record *definition) { return jl_has(definition, JL_DEFINITION_TEAMS); }

static bool is_unsigned(struct jl_looking *l, const struct jl_record *definition) { return is_shared(definition) && !jl_definition_signed(l->in->space, definition); }
static void not_signed(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_DEFINITION, is_unsigned); }

static bool is_one_sided(struct jl_looking *l, const struct jl_record *definition) {
  struct jl_iterator teams = jl_record_each(definition->body, jl_field_by_number(definition->type, JL_DEFINITION_TEAMS));
  size_t n = 0;
  (void)l;
  for (struct jl_value team; jl_iterator_next(&teams, &team);) n++;
  return n < 2;
}
static void one_sided(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_DEFINITION, is_one_sided); }

#define ACTIONS JL_IN(ACTIONS)
#define STRATEGY JL_IN(STRATEGY)
static const struct jl_finding_rule rules[] = {
    {"GOV01", JL_SEVERITY_ERROR, "000 2a", ACTIONS, JL_MSG("actions without an accountable (A)"),
     JL_MSG("without somebody who approves and answers for it everything drags on and nothing is decided"), "jalon raci set REF A=\"...\"", no_a},
    {"GOV02", JL_SEVERITY_ERROR, "000 2a", ACTIONS, JL_MSG("actions without a responsible (R)"),
     JL_MSG("each action has somebody who really does the work"), "jalon raci set REF R=\"...\"", no_r},
    {"GOV03", JL_SEVERITY_WARNING, "000 2a", ACTIONS, JL_MSG("actions with a letter held by somebody who has left"),
     JL_MSG("who has left decides nothing and does nothing"), "jalon raci REF; jalon raci set REF R=\"...\"", left},
    {"GOV04", JL_SEVERITY_WARNING, "000 2a", ACTIONS, JL_MSG("actions with a letter held by a role or team without people"),
     JL_MSG("a team of nobody does nothing"), "jalon raci REF; jalon raci set REF R=\"...\"", nobody},
    {"GOV05", JL_SEVERITY_WARNING, "000 2a", ACTIONS, JL_MSG("actions whose accountable is away without a substitute"),
     JL_MSG("decisions drag on while whoever makes them is away"), "jalon leave set \"...\" --substitute \"...\"", away},
    {"GOV06", JL_SEVERITY_WARNING, "004", ACTIONS, JL_MSG("people who are overloaded"),
     JL_MSG("most marketing teams are three people or fewer: who has everything gets nothing done"), "jalon raci; jalon raci set \"...\" R=\"...\"", overloaded},
    {"GOV07", JL_SEVERITY_WARNING, "000 4", STRATEGY, JL_MSG("no definition of a lead status"),
     JL_MSG("are marketing and sales agreed on what a lead, an MQL and an SQL are?"), "jalon definition add MQL --text \"...\" --teams marketing,sales", undefined},
    {"GOV08", JL_SEVERITY_WARNING, "000 4", STRATEGY, JL_MSG("definitions that not all teams have signed"),
     JL_MSG("KPIs and statuses are shared and understood by both teams, or each counts its own"), "jalon definition sign REF", not_signed},
    {"GOV09", JL_SEVERITY_WARNING, "000 2a", ACTIONS, JL_MSG("nobody is accountable for the plan"),
     JL_MSG("a plan that nobody answers for is everybody's idea and nobody's work"), "jalon raci set \"...\" A=\"...\"", plan_without_a},
    {"GOV10", JL_SEVERITY_WARNING, "001 6", STRATEGY, JL_MSG("a plan that has begun and was never approved"),
     JL_MSG("the plan and its budget are approved inside, with figures, before the money goes"), "jalon submit", begun_unapproved},
    {"GOV11", JL_SEVERITY_ADVICE, "formulas", ACTIONS, JL_MSG("actions with many responsible (R)"),
     JL_MSG("where many do the work each waits for the others"), "jalon raci REF", many_r},
    {"GOV12", JL_SEVERITY_ADVICE, "formulas", ACTIONS, JL_MSG("actions with many consulted (C)"),
     JL_MSG("the consulted give advice and do not block; many of them do"), "jalon raci REF", many_c},
    {"GOV13", JL_SEVERITY_ADVICE, "000 4", STRATEGY, JL_MSG("definitions that fewer than two teams share"),
     JL_MSG("a definition is there so that marketing and sales mean the same"), "jalon definition set REF --teams marketing,sales", one_sided},
};
const struct jl_finding_rules jl_findings_on_governance = {rules, JL_COUNT(rules)};
