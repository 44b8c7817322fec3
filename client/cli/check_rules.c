/* The rules of the check as pages: one in the terminal (jalon help check LEV05), all of them in Markdown (jalon check --rules --page),
 * which is how common/model/findings/RULES.md and RULES.fr.md are made. */
#include "client/cli/cli.h"
#include "common/base/limits.h"
#include "common/model/findings/findings.h"
#include <string.h>

static const char *severity_of(const struct jl_finding_rule *rule) {
  static const char *const names[JL_SEVERITIES] = {"", JL_MSG("error"), JL_MSG("warning"), JL_MSG("advice")};
  return jl_tr(names[rule->severity]);
}

static const char *const sections[] = {JL_MSG("strategy"), JL_MSG("actions"), JL_MSG("budget"), JL_MSG("payroll")};

/* "strategy, actions" */
static void put_sections(const struct jl_finding_rule *rule, struct jl_buffer *out) {
  const char *before = "";
  for (size_t i = 0; i < JL_COUNT(sections); i++) {
    if ((rule->sections & 1U << (JL_SECTION_STRATEGY + i)) == 0) continue;
    jl_buffer_printf(out, "%s%s", before, jl_tr(sections[i]));
    before = ", ";
  }
}

static const char *source_of(const struct jl_finding_rule *rule) { return rule->source[0] == '\0' ? jl_tr(JL_MSG("our own")) : rule->source; }

static void put_label(struct jl_buffer *out, const char *message) { jl_buffer_printf(out, "\n  %s\n    ", jl_tr(message)); }

bool jl_help_rule(const char *code, struct jl_buffer *out) {
  const struct jl_finding_rule *rule = jl_finding_rule_by_code(code);
  if (rule == NULL) return false;
  jl_buffer_printf(out, "%s  %s  (%s)\n\n  %s\n", rule->code, jl_tr(rule->finding), severity_of(rule), jl_tr(rule->why));
  put_label(out, JL_MSG("source"));
  jl_buffer_text(out, source_of(rule));
  put_label(out, JL_MSG("reads"));
  put_sections(rule, out);
  put_label(out, JL_MSG("what to do"));
  jl_buffer_text(out, rule->fix);
  put_label(out, JL_MSG("to live with it"));
  jl_buffer_printf(out, "jalon check accept %s REF --reason \"...\"\n", rule->code);
  return true;
}

/* | stands between cells. */
static void put_cell(struct jl_buffer *out, const char *text) {
  for (; *text != '\0'; text++) {
    if (*text == '|') jl_buffer_byte(out, '\\');
    jl_buffer_byte(out, (uint8_t)*text);
  }
  jl_buffer_text(out, " | ");
}

static void put_rule(struct jl_buffer *out, const struct jl_finding_rule *rule) {
  jl_buffer_printf(out, "| %s | ", rule->code);
  put_cell(out, severity_of(rule));
  put_cell(out, jl_tr(rule->finding));
  put_cell(out, jl_tr(rule->why));
  put_cell(out, source_of(rule));
  put_sections(rule, out);
  jl_buffer_printf(out, " | `%s` |\n", rule->fix);
}

bool jl_cli_rules_page(struct jl_cli *cli, struct jl_error *err) {
  static const char *const about[] = {
      JL_MSG("This page is made from the table of the rules by jalon check --rules --page; a test says when it is not."),
      JL_MSG("Codes are stable. A source names a seed and its section, as in 000 2b; formulas.md has what no seed says. A rule that reads a section of the plan that you may not see is not asked."),
      JL_MSG("The exit status of jalon check is 10 when errors count, with --strict also for warnings, else 0."),
      JL_MSG("A finding that one lives with is accepted with a reason: jalon check accept CODE REF --reason \"...\" [--until DATE]; jalon check accepted lists them, jalon check withdraw CODE REF ends it. It counts again on its day, and when it has got worse than it was accepted: more channels, more money.")};
  static const char *const columns[] = {JL_MSG("rule"), JL_MSG("severity"), JL_MSG("finding"), JL_MSG("why"), JL_MSG("source"), JL_MSG("reads"), JL_MSG("what to do")};
  struct jl_buffer out;
  (void)err;
  jl_buffer_init(&out, JL_VIEW_MAX);
  jl_buffer_printf(&out, "# %s\n", jl_tr(JL_MSG("rules of the check")));
  for (size_t i = 0; i < JL_COUNT(about); i++) jl_buffer_printf(&out, "\n%s\n", jl_tr(about[i]));
  jl_buffer_text(&out, "\n|");
  for (size_t i = 0; i < JL_COUNT(columns); i++) jl_buffer_printf(&out, " %s |", jl_tr(columns[i]));
  jl_buffer_text(&out, "\n|");
  for (size_t i = 0; i < JL_COUNT(columns); i++) jl_buffer_text(&out, "---|");
  jl_buffer_byte(&out, '\n');
  for (size_t i = 0; i < jl_finding_rule_count(); i++) put_rule(&out, jl_finding_rule_at(i));
  jl_cli_print(cli, &out);
  return true;
}
