/* The table of all rules of the check: a new one is a row and a function in the file of its domain. */
#include "common/model/findings/looking.h"
#include <ctype.h>
#include <string.h>

static const struct jl_finding_rules *const domains[] = {&jl_findings_on_objectives, &jl_findings_on_strategy, &jl_findings_on_levers,
                                                         &jl_findings_on_actions,    &jl_findings_on_governance, &jl_findings_on_budget,
                                                         &jl_findings_on_measures,   &jl_findings_on_funnels};

size_t jl_finding_rule_count(void) {
  size_t n = 0;
  for (size_t i = 0; i < JL_COUNT(domains); i++) n += domains[i]->count;
  return n;
}

const struct jl_finding_rule *jl_finding_rule_at(size_t index) {
  for (size_t i = 0; i < JL_COUNT(domains); i++) {
    if (index < domains[i]->count) return &domains[i]->rules[index];
    index -= domains[i]->count;
  }
  return NULL;
}

static bool same_code(const char *code, const char *typed) {
  while (*code != '\0' && *code == toupper((unsigned char)*typed)) code++, typed++;
  return *code == '\0' && *typed == '\0';
}

const struct jl_finding_rule *jl_finding_rule_by_code(const char *code) {
  for (size_t i = 0; code != NULL && i < jl_finding_rule_count(); i++)
    if (same_code(jl_finding_rule_at(i)->code, code)) return jl_finding_rule_at(i);
  return NULL;
}

enum jl_section jl_finding_rule_section(const struct jl_finding_rule *rule) {
  static const enum jl_section narrowest[] = {JL_SECTION_PAYROLL, JL_SECTION_BUDGET, JL_SECTION_ACTIONS};
  for (size_t i = 0; i < JL_COUNT(narrowest); i++)
    if ((rule->sections & 1U << narrowest[i]) != 0) return narrowest[i];
  return JL_SECTION_STRATEGY;
}
