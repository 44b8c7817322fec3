/* What an approval holds up: the start of an action that needs one, and the plan's own status. */
#include "common/model/governance/approver.h"
#include "common/model/rules.h"
#include "common/record/schema.h"

static bool started(const struct jl_record *action) {
  int64_t status = jl_record_int(action->type, action->body, JL_ACTION_STATUS, JL_TO_DO);
  return status == JL_IN_PROGRESS || status == JL_BLOCKED || status == JL_DONE;
}

static bool any_in_state(const struct jl_rule_input *in, int64_t subject, int64_t state) {
  const void *at = NULL;
  const struct jl_record *approval;
  while ((approval = jl_replica_next_referring(in->after, &in->touched->after->id, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, &at)) != NULL)
    if (jl_record_int(approval->type, approval->body, JL_APPROVAL_SECTION, 0) == subject &&
        jl_record_int(approval->type, approval->body, JL_APPROVAL_STATE, 0) == state)
      return true;
  return false;
}

/* Its status follows from a decision about the plan as a whole, so one stands in the same group. */
static bool decided_in_this_group(const struct jl_rule_input *in) {
  const void *at = NULL;
  const struct jl_record *approval;
  while ((approval = jl_replica_next_referring(in->after, &in->touched->after->id, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, &at)) != NULL)
    if (approval->revision == in->touched->after->revision &&
        jl_record_int(approval->type, approval->body, JL_APPROVAL_SECTION, 0) == JL_APPROVAL_OF_PLAN)
      return true;
  return false;
}

static bool starts_approved(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *action = in->touched->after;
  bool before = !jl_rule_came(in) && started(in->touched->before);
  if (before || !started(action) || !jl_rule_alive(in) || jl_rule_int(in, JL_ACTION_NEEDS_APPROVAL, 0) == 0) return true;
  if (any_in_state(in, JL_APPROVAL_OF_ACTION, JL_APPROVAL_APPROVED)) return true;
  if (any_in_state(in, JL_APPROVAL_OF_ACTION, JL_APPROVAL_SUBMITTED))
    return jl_break(in, JL_ACTION_STATUS, err, JL_MSG("{1} cannot start: it waits to be approved"),
                    JL_MSG("its accountable (A) decides: jalon approve {1}"), jl_arg_record(action));
  if (any_in_state(in, JL_APPROVAL_OF_ACTION, JL_APPROVAL_REOPENED))
    return jl_break(in, JL_ACTION_STATUS, err, JL_MSG("{1} cannot start: it has changed since it was approved"),
                    JL_MSG("jalon drift {1} shows what has moved; jalon submit {1} asks again"), jl_arg_record(action));
  return jl_break(in, JL_ACTION_STATUS, err, JL_MSG("{1} cannot start: it needs approval"), JL_MSG("ask for it: jalon submit {1}"),
                  jl_arg_record(action));
}

/* Else whoever may edit an action could start it without what holds it up, by way of deleting and restoring it too. */
static bool keeps(const struct jl_rule_input *in, uint32_t field, const char *message, const char *hint, struct jl_error *err) {
  const struct jl_record *action = in->touched->after, *before = in->touched->before;
  const struct jl_evaluation *e = in->evaluation;
  if (before == NULL || jl_record_int(before->type, before->body, field, 0) == 0 || jl_rule_int(in, field, 0) != 0)
    return true;
  if (e == NULL || e->author.administrator) return true;
  const struct jl_id *author = &e->author.person, *plan = &jl_replica_where(in->after)->space, *const deciders[] = {&action->id, plan};
  enum jl_giver giver = JL_GIVEN_BY_ANOTHER;
  for (size_t i = 0; i < JL_COUNT(deciders); i++) {
    if (!jl_accountable_is(in->after, in->organisation, deciders[i], author, e->today)) continue;
    giver = jl_approver_giver(in->after, deciders[i], author);
    if (giver == JL_GIVEN_BY_ANOTHER) return true;
  }
  jl_fail(err, JL_E_DENIED, message,
          giver == JL_GIVEN_ONESELF
              ? JL_MSG("the A that you gave yourself does not count: ask the accountable of the plan, or an administrator")
          : giver == JL_GIVER_UNKNOWN ? JL_MSG("who gave you the A is not known any more: somebody else gives it to you once more (raci set), or ask an administrator")
                                      : hint,
          jl_arg_record(action));
  return jl_rule_broken(in, field, err);
}

static bool keeps_needing(const struct jl_rule_input *in, struct jl_error *err) {
  return keeps(in, JL_ACTION_NEEDS_APPROVAL, JL_MSG("only the accountable of {1} may let it start without approval"),
               JL_MSG("submit it, or ask who holds its A"), err);
}

static bool stays_campaign(const struct jl_rule_input *in, struct jl_error *err) {
  return keeps(in, JL_ACTION_CAMPAIGN, JL_MSG("only the accountable of {1} may say that it is no campaign any more"),
               JL_MSG("ask who holds its A"), err);
}

static bool status_is_decided(const struct jl_rule_input *in, struct jl_error *err) {
  int64_t status = jl_rule_int(in, JL_PLAN_STATUS, JL_PLAN_DRAFT);
  if (!jl_rule_changed(in, JL_PLAN_STATUS)) return true;
  bool decided = decided_in_this_group(in);
  if (status == JL_PLAN_SUBMITTED && !(decided && any_in_state(in, JL_APPROVAL_OF_PLAN, JL_APPROVAL_SUBMITTED)))
    return jl_break(in, JL_PLAN_STATUS, err, JL_MSG("a plan becomes submitted by being submitted"), JL_MSG("jalon submit"));
  if (status == JL_PLAN_APPROVED && !(decided && any_in_state(in, JL_APPROVAL_OF_PLAN, JL_APPROVAL_APPROVED)))
    return jl_break(in, JL_PLAN_STATUS, err, JL_MSG("a plan becomes approved by its accountable"),
                    JL_MSG("jalon submit, then its accountable: jalon approve"));
  return true;
}

static const struct jl_rule rules[] = {
    {"starts-approved", JL_TYPE_ACTION, starts_approved},
    {"keeps-needing-approval", JL_TYPE_ACTION, keeps_needing},
    {"stays-campaign", JL_TYPE_ACTION, stays_campaign},
    {"plan-status-is-decided", JL_TYPE_PLAN, status_is_decided},
};
const struct jl_rules jl_approval_rules = {rules, JL_COUNT(rules)};
