#include "common/model/rules.h"
#include "common/base/money.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"

static bool starts_before_end(const struct jl_rule_input *in, uint32_t start_field, uint32_t end_field, struct jl_error *err) {
  if (!jl_rule_alive(in) || !jl_rule_has(in, start_field) || !jl_rule_has(in, end_field)) return true;
  int64_t start = jl_rule_int(in, start_field, 0), end = jl_rule_int(in, end_field, 0);
  if (start <= end) return true;
  return jl_break(in, end_field, err, JL_MSG("{1} ends on {2}, before it starts on {3}"), JL_MSG("change one of the two dates"),
                  jl_arg_record(in->touched->after), jl_arg_date(end), jl_arg_date(start));
}

static bool plan_dates(const struct jl_rule_input *in, struct jl_error *err) {
  return starts_before_end(in, JL_PLAN_START, JL_PLAN_END, err);
}
static bool objective_dates(const struct jl_rule_input *in, struct jl_error *err) {
  return starts_before_end(in, JL_OBJECTIVE_START, JL_OBJECTIVE_DUE, err);
}
static bool message_dates(const struct jl_rule_input *in, struct jl_error *err) {
  return starts_before_end(in, JL_KEY_MESSAGE_START, JL_KEY_MESSAGE_END, err);
}

static bool plan_shares(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_PLAN_SHARE_PROVEN, JL_PLAN_SHARE_OPTIMISATION, JL_PLAN_SHARE_INNOVATION};
  int64_t sum = 0;
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    if (!jl_rule_has(in, fields[i])) return true;
    sum += jl_rule_int(in, fields[i], 0);
  }
  if (sum == JL_SHARE_ONE) return true;
  return jl_break(in, JL_PLAN_SHARE_PROVEN, err, JL_MSG("the shares of proven, optimisation and innovation add up to {1}, not to 100 %"),
                  JL_MSG("set all three in one edit"), jl_arg_share(sum));
}

/* Walks up; an objective of a chain longer than the bound counts as a cycle too. */
static bool objective_tree(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *at = in->touched->after, *chosen = NULL, *latest = NULL;
  struct jl_id parent;
  if (!jl_rule_changed(in, JL_OBJECTIVE_PARENT) || at->deleted_revision != 0) return true;
  for (int depth = 0; depth < JL_PARENT_DEPTH; depth++) {
    if (!jl_record_id(at->type, at->body, JL_OBJECTIVE_PARENT, &parent)) return true;
    at = jl_replica_record(in->after, &parent);
    if (at == NULL || at->type_number != JL_TYPE_OBJECTIVE) return true;
    if (chosen == NULL) chosen = at;
    if (at == in->touched->after) break;
    if (latest == NULL || at->revision > latest->revision) latest = at;
  }
  struct jl_arg author = latest == NULL ? jl_arg_text("") : jl_arg_first_author(in->evaluation, latest, JL_OBJECTIVE_PARENT);
  if (author.text[0] != '\0')
    return jl_break(in, JL_OBJECTIVE_PARENT, err,
                    JL_MSG("{1} would serve itself: {2} already stands below it, put there by {3}, or the objectives are too deep"),
                    JL_MSG("choose another parent objective"), jl_arg_record(in->touched->after), jl_arg_record(chosen), author);
  return jl_break(in, JL_OBJECTIVE_PARENT, err,
                  JL_MSG("{1} would serve itself: {2} already stands below it, or the objectives are too deep"),
                  JL_MSG("choose another parent objective"), jl_arg_record(in->touched->after), jl_arg_record(chosen));
}

static const struct jl_rule rules[] = {
    {"plan-dates", JL_TYPE_PLAN, plan_dates},
    {"plan-shares", JL_TYPE_PLAN, plan_shares},
    {"objective-dates", JL_TYPE_OBJECTIVE, objective_dates},
    {"objective-tree", JL_TYPE_OBJECTIVE, objective_tree},
    {"message-dates", JL_TYPE_KEY_MESSAGE, message_dates},
};
const struct jl_rules jl_strategy_rules = {rules, JL_COUNT(rules)};
