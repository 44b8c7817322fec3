#include "common/model/rules.h"
#include "common/base/money.h"
#include "common/model/actions/score.h"
#include "common/record/schema.h"

static bool action_dates(const struct jl_rule_input *in, struct jl_error *err) {
  if (!jl_rule_has(in, JL_ACTION_START) || !jl_rule_has(in, JL_ACTION_DUE)) return true;
  int64_t start = jl_rule_int(in, JL_ACTION_START, 0), due = jl_rule_int(in, JL_ACTION_DUE, 0);
  if (start <= due) return true;
  return jl_break(in, JL_ACTION_DUE, err, JL_MSG("{1} is due on {2}, before it starts on {3}"), JL_MSG("change one of the two dates"),
                  jl_arg_record(in->touched->after), jl_arg_date(due), jl_arg_date(start));
}

static bool action_limits(const struct jl_rule_input *in, struct jl_error *err) {
  if (!jl_rule_has(in, JL_ACTION_NOT_BEFORE) || !jl_rule_has(in, JL_ACTION_NO_LATER)) return true;
  int64_t first = jl_rule_int(in, JL_ACTION_NOT_BEFORE, 0), last = jl_rule_int(in, JL_ACTION_NO_LATER, 0);
  if (first <= last) return true;
  return jl_break(in, JL_ACTION_NO_LATER, err, JL_MSG("{1} is not to begin before {2}, and to be done by {3}"), JL_MSG("change one of the two dates"),
                  jl_arg_record(in->touched->after), jl_arg_date(first), jl_arg_date(last));
}

static bool has_words(const struct jl_rule_input *in, uint32_t field) {
  const struct jl_record *after = in->touched->after;
  struct jl_bytes text = jl_record_text(after->type, after->body, field);
  for (size_t i = 0; i < text.size; i++)
    if (text.data[i] > ' ') return true;
  return false;
}

static bool action_reason(const struct jl_rule_input *in, struct jl_error *err) {
  int64_t status = jl_rule_int(in, JL_ACTION_STATUS, JL_TO_DO);
  if (status == JL_BLOCKED && !has_words(in, JL_ACTION_BLOCKED_REASON))
    return jl_break(in, JL_ACTION_BLOCKED_REASON, err, JL_MSG("{1} cannot be blocked without a reason"),
                    JL_MSG("say what blocks it in the same edit"), jl_arg_record(in->touched->after));
  if (status == JL_DROPPED && !has_words(in, JL_ACTION_DROPPED_REASON))
    return jl_break(in, JL_ACTION_DROPPED_REASON, err, JL_MSG("{1} cannot be dropped without a reason"),
                    JL_MSG("say why it will not be done in the same edit"), jl_arg_record(in->touched->after));
  return true;
}

static bool action_carried(const struct jl_rule_input *in, struct jl_error *err) {
  struct jl_id from;
  const struct jl_record *after = in->touched->after;
  if (!jl_record_id(after->type, after->body, JL_ACTION_CARRIED_FROM, &from) || !jl_id_equal(&from, &after->id)) return true;
  return jl_break(in, JL_ACTION_CARRIED_FROM, err, JL_MSG("{1} cannot be carried over from itself"), JL_MSG("name the earlier action"),
                  jl_arg_record(after));
}

/* The scale of RICE; below it any figure says how little is known. */
static bool rice_confidence(const struct jl_rule_input *in, struct jl_error *err) {
  int64_t confidence = jl_rule_int(in, JL_ACTION_RICE_CONFIDENCE, 0);
  if (!jl_rule_changed(in, JL_ACTION_RICE_CONFIDENCE) || confidence <= JL_MOONSHOT || confidence == 8000 || confidence == JL_SHARE_ONE)
    return true;
  return jl_break(in, JL_ACTION_RICE_CONFIDENCE, err, JL_MSG("the RICE confidence of {1} is 100, 80 or 50 %, or less than 50 % for a moonshot, not {2}"),
                  JL_MSG("finer figures would say more than anybody knows"), jl_arg_record(in->touched->after), jl_arg_share(confidence));
}

static const struct jl_rule rules[] = {
    {"action-dates", JL_TYPE_ACTION, action_dates},
    {"action-reason", JL_TYPE_ACTION, action_reason},
    {"action-carried", JL_TYPE_ACTION, action_carried},
    {"action-limits", JL_TYPE_ACTION, action_limits},
    {"rice-confidence", JL_TYPE_ACTION, rice_confidence},
};
const struct jl_rules jl_actions_rules = {rules, JL_COUNT(rules)};
