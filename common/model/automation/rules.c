#include "common/model/rules.h"
#include "common/base/limits.h"
#include "common/model/automation/automation.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include <string.h>

/* What an automation may set: what people set with the command line, one value. */
static bool may_be_set(const struct jl_rule_input *in, const struct jl_term *term, struct jl_error *err) {
  const struct jl_field *field = term->field;
  if (!field->by_server && !field->immutable && !field->natural_key && !field->repeated && !field->parent) return true;
  return jl_break(in, JL_AUTOMATION_SETS, err, JL_MSG("{1} is not for an automation to set"), JL_MSG("tags are added with --tags"), jl_arg_label(field->label));
}

static bool compares(const struct jl_field *field) {
  return field->kind == JL_KIND_INTEGER || field->kind == JL_KIND_MONEY || field->kind == JL_KIND_FRACTION || field->kind == JL_KIND_SHARE ||
         field->kind == JL_KIND_DATE;
}

static bool terms_can_be_read(const struct jl_rule_input *in, struct jl_setting_of *of, const struct jl_term *terms, size_t n, uint32_t at, struct jl_error *err) {
  for (size_t i = 0; i < n; i++) {
    const struct jl_term *term = &terms[i];
    struct jl_bytes ignored;
    if (at == JL_AUTOMATION_SETS && !may_be_set(in, term, err)) return false;
    if (term->relation != JL_IS && term->relation != JL_IS_NOT && (!compares(term->field) || term->value[0] == '\0'))
      return jl_break(in, at, err, JL_MSG("{1} is not more or less than something"), JL_MSG("compare it with = or !="), jl_arg_label(term->field->label));
    if (!jl_automation_value(of, term->field, term->value, &ignored, err)) return err != NULL && err->code == JL_E_NO_MEMORY ? false : jl_rule_broken(in, at, err);
  }
  return true;
}

static bool says_something(const struct jl_rule_input *in) {
  static const uint32_t effects[] = {JL_AUTOMATION_SETS, JL_AUTOMATION_TAGS, JL_AUTOMATION_COMMENT, JL_AUTOMATION_NOTIFY, JL_AUTOMATION_CREATES};
  for (size_t i = 0; i < JL_COUNT(effects); i++)
    if (jl_rule_has(in, effects[i])) return true;
  return false;
}

static bool can_be_read(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t of_action[] = {JL_AUTOMATION_DURATION, JL_AUTOMATION_LEVER, JL_AUTOMATION_RESPONSIBLE, JL_AUTOMATION_ACCOUNTABLE, JL_AUTOMATION_CONSULTED, JL_AUTOMATION_INFORMED};
  const struct jl_record *after = in->touched->after;
  struct jl_automation automation;
  const struct jl_replica *people = in->evaluation == NULL ? NULL : jl_names_for(in->evaluation);
  struct jl_setting_of of = {in->after, people, NULL, in->evaluation == NULL ? 0 : in->evaluation->today, in->arena,
                              in->evaluation == NULL ? 0 : ~(in->evaluation->author.may_edit | in->evaluation->author.may_read)};
  bool foresees = in->evaluation != NULL && in->evaluation->foresees;
  /* where it came from it could be read; what it names may be gone since, or be known to the server alone */
  if (!jl_rule_alive(in) || (in->evaluation != NULL && in->evaluation->author.by_system)) return true;
  if (!jl_automation_read(after, in->arena, &automation, err)) return err != NULL && err->code == JL_E_NO_MEMORY ? false : jl_rule_broken(in, JL_AUTOMATION_WHEN, err);
  bool changed = jl_rule_changed(in, JL_AUTOMATION_WHEN) || jl_rule_changed(in, JL_AUTOMATION_CONDITIONS) || jl_rule_changed(in, JL_AUTOMATION_SETS);
  if (changed && !foresees &&
      (!terms_can_be_read(in, &of, &automation.when, automation.trigger == JL_TRIGGER_BECOMES, JL_AUTOMATION_WHEN, err) ||
       !terms_can_be_read(in, &of, automation.conditions, automation.condition_count, JL_AUTOMATION_CONDITIONS, err) ||
       !terms_can_be_read(in, &of, automation.sets, automation.set_count, JL_AUTOMATION_SETS, err)))
    return false;
  if (!says_something(in))
    return jl_break(in, JL_AUTOMATION_SETS, err, JL_MSG("{1} would do nothing"), JL_MSG("say what: --set, --tags, --comment, --notify or --create"), jl_arg_record(after));
  if (jl_rule_has(in, JL_AUTOMATION_TAGS) && automation.of->number != JL_TYPE_ACTION)
    return jl_break(in, JL_AUTOMATION_TAGS, err, JL_MSG("a {1} has no tags"), NULL, jl_arg_label(automation.of->label));
  for (size_t i = 0; i < JL_COUNT(of_action) && !jl_rule_has(in, JL_AUTOMATION_CREATES); i++)
    if (jl_rule_has(in, of_action[i]))
      return jl_break(in, of_action[i], err, JL_MSG("{1} makes no action"), JL_MSG("say which: --create TITLE"), jl_arg_record(after));
  return true;
}

/* Every edit of an action is held against all of them. */
static bool not_too_many(const struct jl_rule_input *in, struct jl_error *err) {
  size_t n = 0;
  if (!jl_rule_came(in) || !jl_rule_alive(in)) return true;
  for (size_t i = 0, all = jl_replica_of_type(in->after, JL_TYPE_AUTOMATION); i < all; i++)
    n += jl_replica_of_type_at(in->after, JL_TYPE_AUTOMATION, i)->deleted_revision == 0;
  if (n <= JL_AUTOMATIONS) return true;
  return jl_break(in, 0, err, JL_MSG("a plan has at most {1} automations"), JL_MSG("delete one that is not needed: automation rm"), jl_arg_integer(JL_AUTOMATIONS));
}

static const struct jl_rule rules[] = {
    {"automation-reads", JL_TYPE_AUTOMATION, can_be_read},
    {"automation-count", JL_TYPE_AUTOMATION, not_too_many},
};
const struct jl_rules jl_automation_rules = {rules, JL_COUNT(rules)};
