#include "common/model/rules.h"
#include "common/model/readiness/launch.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

struct jl_arg jl_arg_record(const struct jl_record *record) {
  char text[JL_ARG_TEXT_MAX * 2];
  int used = 0;
  if (record == NULL || record->type == NULL) return jl_arg_text("");
  jl_reference_format(record->type, record->number, text);
  used = (int)strlen(text);
  const struct jl_field *field = jl_title_field(record->type);
  struct jl_bytes title = field == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(record->type, record->body, field->number);
  if (title.size > JL_ARG_TEXT_MAX) title.size = JL_ARG_TEXT_MAX;
  while (title.size > 0 && field->kind == JL_KIND_LONG_TEXT && title.data[title.size - 1] >= 0x80) title.size--; /* a cut character */
  if (title.size > 0)
    used += snprintf(text + used, sizeof text - (size_t)used, "%s%.*s", used > 0 ? " " : "", (int)title.size, (const char *)title.data);
  if (used == 0) return jl_arg_label(record->type->label);
  return jl_arg_textn(text, (size_t)used);
}

struct jl_arg jl_arg_holder(const struct jl_replica *organisation, const struct jl_id *id) {
  const struct jl_record *holder = organisation == NULL ? NULL : jl_replica_record(organisation, id);
  if (holder == NULL || holder->type == NULL || jl_title_field(holder->type) == NULL) return jl_arg_text("");
  struct jl_bytes name = jl_record_text(holder->type, holder->body, jl_title_field(holder->type)->number);
  return jl_arg_textn((const char *)name.data, name.size);
}

const struct jl_replica *jl_names_for(const struct jl_evaluation *in) { return in->names != NULL ? in->names : in->organisation; }

struct jl_arg jl_arg_first_author(const struct jl_evaluation *in, const struct jl_record *record, uint32_t field) {
  struct jl_id person;
  int64_t time_us;
  uint64_t revision;
  if (in == NULL || in->who_changed == NULL || !in->who_changed(in->context, record, field, &person, &time_us, &revision) ||
      jl_id_equal(&person, &in->author.person))
    return jl_arg_text("");
  return jl_arg_holder(jl_names_for(in), &person);
}

bool jl_rule_alive(const struct jl_rule_input *in) { return jl_replica_live(in->after, &in->touched->after->id) != NULL; }
bool jl_rule_came(const struct jl_rule_input *in) { return in->touched->before == NULL || in->touched->before->deleted_revision != 0; }

bool jl_rule_changed(const struct jl_rule_input *in, uint32_t field) {
  if (jl_rule_came(in)) return true;
  for (size_t i = 0; i < in->touched->field_count; i++)
    if (in->touched->fields[i] == field) return true;
  return false;
}

int64_t jl_rule_int(const struct jl_rule_input *in, uint32_t field, int64_t otherwise) {
  const struct jl_record *after = in->touched->after;
  return jl_record_int(after->type, after->body, field, otherwise);
}

bool jl_rule_has(const struct jl_rule_input *in, uint32_t field) { return jl_record_has(in->touched->after->body, field); }

bool jl_rule_broken(const struct jl_rule_input *in, uint32_t field, struct jl_error *err) {
  return jl_error_at(err, in->touched->after->type_number, &in->touched->after->id, field);
}

bool jl_rule_same_key(const struct jl_evaluation *in, const struct jl_record *current, struct jl_bytes wanted, struct jl_error *err) {
  if (current->type_number == JL_TYPE_CLOSED_MONTH) return jl_closing_same_key(in, current, err);
  return current->type_number != JL_TYPE_RACI || jl_raci_same_key(in, current, wanted, err);
}

bool jl_rule_keeps_parents(const struct jl_record *record) {
  return record->type_number == JL_TYPE_EXPENSE && jl_expense_is_actual(record);
}

bool jl_rules_hold(const struct jl_rule_input *in, struct jl_error *err) {
  static const struct jl_rules *const domains[] = {
      &jl_strategy_rules,
      &jl_actions_rules,
      &jl_governance_rules,
      &jl_approval_rules,
      &jl_agreement_rules,
      &jl_budget_rules,
      &jl_money_rules,
      &jl_closing_rules,
      &jl_kept_rules,
      &jl_document_rules,
      &jl_currency_rules,
      &jl_bucket_rules,
      &jl_measures_rules,
      &jl_calendar_rules,
      &jl_launch_rules,
      &jl_rhythm_rules,
      &jl_automation_rules,
      &jl_saved_rules,
  };
  for (size_t i = 0; i < JL_COUNT(domains); i++)
    for (size_t k = 0; k < domains[i]->count; k++) {
      const struct jl_rule *rule = &domains[i]->rules[k];
      if ((rule->type == in->touched->after->type_number || rule->type == JL_RULE_ANY_TYPE) && !rule->holds(in, err)) return false;
    }
  return true;
}
