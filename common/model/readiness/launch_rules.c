/* What holds a campaign up, and who may let it go all the same. */
#include "common/model/governance/approver.h"
#include "common/model/readiness/launch.h"
#include "common/model/rules.h"
#include "common/record/schema.h"

/* What its author may read; without an author (a log that is folded again) everything. */
static uint32_t readable(const struct jl_rule_input *in) {
  return in->evaluation == NULL ? UINT32_MAX : in->evaluation->author.may_edit | in->evaluation->author.may_read;
}

static bool missing_of_plan(const struct jl_rule_input *in, uint32_t *ret_missing, struct jl_error *err) {
  const struct jl_view_input view = {.space = in->after,
                                     .organisation = in->organisation,
                                     .sections = readable(in),
                                     .today = in->evaluation == NULL ? 0 : in->evaluation->today};
  struct jl_builder *b = jl_builder_new(in->arena, "gate", view.today, in->after);
  *ret_missing = b == NULL ? 0 : jl_launch_missing_plan(&view, b, in->touched->after);
  return (b != NULL && jl_builder_ok(b)) || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
}

static struct jl_arg reference_of(const struct jl_record *record) {
  char text[JL_REFERENCE_SIZE];
  jl_reference_format(record->type, record->number, text);
  return jl_arg_text(text);
}

static bool held_up(const struct jl_rule_input *in, uint32_t missing, struct jl_error *err) {
  const struct jl_record *action = in->touched->after;
  uint32_t own = missing & JL_LAUNCH_OWN, plan = missing & JL_LAUNCH_PLAN;
  return jl_break(in, JL_ACTION_STATUS, err,
                  plan == 0  ? JL_MSG("{1} cannot start: it lacks {2}")
                  : own == 0 ? JL_MSG("{1} cannot start: the plan lacks {3}")
                             : JL_MSG("{1} cannot start: it lacks {2}; the plan lacks {3}"),
                  JL_MSG("what fixes each: jalon gate {4}; its accountable (A) may override it: jalon gate override {4} REASON"),
                  jl_arg_record(action), jl_launch_arg(own), jl_launch_arg(plan), reference_of(action));
}

static bool starts_ready(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *action = in->touched->after;
  uint32_t missing;
  bool before = !jl_rule_came(in) && jl_has_started(in->touched->before);
  if (before || !jl_has_started(action) || !jl_is_campaign(action) || !jl_rule_alive(in)) return true;
  if ((JL_LAUNCH_READS & ~readable(in)) != 0) {
    jl_fail(err, JL_E_DENIED, JL_MSG("whoever starts {1} must be able to read strategy and actions: it is a campaign, held against both"),
            JL_MSG("ask its accountable (A) to start it"), jl_arg_record(action));
    return jl_rule_broken(in, JL_ACTION_STATUS, err);
  }
  if (!missing_of_plan(in, &missing, err)) return false;
  missing = (missing | jl_launch_missing_own(action)) & ~jl_launch_covered(in->after, &action->id);
  return missing == 0 || held_up(in, missing, err);
}

/* What it started with it keeps. */
static bool stays_traceable(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *action = in->touched->after, *was = in->touched->before;
  if (jl_rule_came(in) || action->deleted_revision != 0 || !jl_has_started(was) || !jl_has_started(action) || !jl_is_campaign(was) || !jl_is_campaign(action))
    return true;
  uint32_t lost = jl_launch_missing_own(action) & ~jl_launch_missing_own(was) & ~jl_launch_covered(in->after, &action->id);
  if (lost == 0) return true;
  struct jl_arg author = jl_arg_first_author(in->evaluation, action, JL_ACTION_STATUS);
  return jl_break(in, JL_ACTION_STATUS, err,
                  author.text[0] == '\0' ? JL_MSG("{1} has started and would be left without {2}")
                                         : JL_MSG("{1} has started and would be left without {2}; {4} has set its status"),
                  JL_MSG("give another in the same edit, or override it: jalon gate override {3} REASON"), jl_arg_record(action),
                  jl_launch_arg(lost), reference_of(action), author);
}

/* ---- who may ---- */
static bool denied(const struct jl_rule_input *in, const struct jl_record *action, enum jl_giver giver, uint32_t field, const char *message,
                   struct jl_error *err) {
  jl_fail(err, JL_E_DENIED, message,
          giver == JL_GIVEN_ONESELF
              ? JL_MSG("the A that you gave yourself does not count: ask the accountable of the plan, or an administrator")
          : giver == JL_GIVER_UNKNOWN ? JL_MSG("who gave you the A is not known any more: somebody else gives it to you once more (raci set), or ask an administrator")
                                      : JL_MSG("jalon raci {1} shows who that is"),
          reference_of(action), jl_arg_record(action));
  return jl_rule_broken(in, field, err);
}

/* As with approvals: the A of the action, else of the plan; one's own A does not count, but an administrator's. */
static bool by_accountable(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *override = in->touched->after;
  const struct jl_evaluation *e = in->evaluation;
  struct jl_id target;
  if (e == NULL || jl_id_is_zero(&e->author.person) || !jl_record_id(override->type, override->body, JL_LAUNCH_OVERRIDE_ACTION, &target)) return true;
  bool came = jl_rule_came(in) && override->deleted_revision == 0, withdrawn = !jl_rule_came(in) && override->deleted_revision != 0;
  const struct jl_record *action = jl_replica_record(in->after, &target);
  if ((!came && !withdrawn) || action == NULL || (withdrawn && jl_replica_live(in->after, &target) == NULL)) return true;
  if (withdrawn && e->author.administrator) return true;
  if ((JL_LAUNCH_READS & ~readable(in)) != 0) { /* a refusal below names the action */
    jl_fail(err, JL_E_DENIED, JL_MSG("whoever overrides the launch gate, or withdraws an override, must be able to read strategy and actions"), NULL);
    return jl_rule_broken(in, 0, err);
  }
  if (!jl_accountable_is(in->after, in->organisation, &target, &e->author.person, e->today))
    return denied(in, action, JL_GIVEN_BY_ANOTHER, 0, came ? JL_MSG("only the accountable (A) of {2} may let it start all the same")
                                                            : JL_MSG("only the accountable (A) of {2} may withdraw an override"), err);
  enum jl_giver giver = e->author.administrator ? JL_GIVEN_BY_ANOTHER : jl_approver_giver(in->after, &target, &e->author.person);
  return withdrawn || giver == JL_GIVEN_BY_ANOTHER ||
         denied(in, action, giver, 0, JL_MSG("only the accountable (A) of {2} may let it start all the same"), err);
}

static bool with_reason(const struct jl_rule_input *in, struct jl_error *err) {
  struct jl_bytes reason = jl_record_text(in->touched->after->type, in->touched->after->body, JL_LAUNCH_OVERRIDE_REASON);
  for (size_t i = 0; i < reason.size; i++)
    if (reason.data[i] > ' ') return true;
  return jl_break(in, JL_LAUNCH_OVERRIDE_REASON, err, JL_MSG("an override needs a reason"), JL_MSG("say why it starts all the same"));
}

static const struct jl_rule rules[] = {
    {"starts-ready", JL_TYPE_ACTION, starts_ready},
    {"stays-traceable", JL_TYPE_ACTION, stays_traceable},
    {"override-by-accountable", JL_TYPE_LAUNCH_OVERRIDE, by_accountable},
    {"override-with-reason", JL_TYPE_LAUNCH_OVERRIDE, with_reason},
};
const struct jl_rules jl_launch_rules = {rules, JL_COUNT(rules)};
