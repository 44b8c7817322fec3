/* `jalon check`: what the rules have found, a line a rule; of one record, one rule or with `all` a line a finding (product.md C1).
 *
 * Parameters: record; severity (error, warning, advice: that and worse); rule (a code, or how several begin); all; accepted (what was
 * accepted, and nothing else); rules (the table of the rules itself, which needs no plan). Without any of them advice is counted and not
 * shown, so that a young plan gets a short list. The note of the block "summary" has as its arguments how many errors, warnings and pieces
 * of advice count, and how many are accepted: of what was asked for. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/findings/looking.h"
#include "common/model/view_table.h"
#include <inttypes.h>
#include <string.h>

#define NAMED_MOST 8 /* records that a line names */

static const struct {
  const char *label, *text;
  enum jl_tone tone;
} severities[JL_SEVERITIES] = {{"", "", JL_TONE_NONE},
                               {JL_MSG("error"), "error", JL_TONE_BAD},
                               {JL_MSG("warning"), "warning", JL_TONE_WARN},
                               {JL_MSG("advice"), "advice", JL_TONE_MUTED}};

struct page {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *record; /* NULL: of all */
  int asked, shown;               /* severities up to these: of which is asked, which have a line */
  bool accepted;
  struct jl_findings found;
  size_t counts[JL_SEVERITIES], left_out; /* of what is shown; accepted ones */
};

static void cell_severity(struct jl_builder *b, const struct jl_finding_rule *rule) {
  jl_cell_label(b, severities[rule->severity].label, severities[rule->severity].text);
  jl_cell_tone(b, severities[rule->severity].tone);
}

static void cell_string(struct jl_builder *b, const char *text) { jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, strlen(text)}); }

/* "000 1a" is step 1a of seed 000. */
static void cell_source(struct jl_builder *b, const struct jl_finding_rule *rule) {
  if (rule->source[0] == '\0')
    jl_cell_label(b, JL_MSG("our own"), "");
  else
    cell_string(b, rule->source);
}

static void cell_fix(struct jl_builder *b, const struct jl_finding_rule *rule, const struct jl_record *record) {
  char reference[JL_REFERENCE_SIZE] = "REF";
  const char *made = "";
  if (record != NULL && record->type->space == JL_SPACE_PLAN) jl_reference_format(record->type, record->number, reference);
  for (const char *at = rule->fix, *next; at != NULL && made != NULL && jl_builder_ok(b); at = next == NULL ? NULL : next + 3) {
    next = strstr(at, "REF");
    made = jl_arena_printf(jl_builder_arena(b), "%s%.*s%s", made, next == NULL ? (int)strlen(at) : (int)(next - at), at, next == NULL ? "" : reference);
  }
  if (made == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  if (made != NULL) cell_string(b, made);
}

static bool is_asked(const struct page *p, const struct jl_finding *finding) {
  bool here = p->record == NULL || (finding->record != NULL && jl_id_equal(&finding->record->id, &p->record->id)) ||
              (finding->record == NULL && p->record->type_number == JL_TYPE_PLAN);
  return here && (int)finding->rule->severity <= p->asked && (!p->accepted || !finding->counts);
}

static bool is_shown(const struct page *p, const struct jl_finding *finding) { return is_asked(p, finding) && (int)finding->rule->severity <= p->shown; }

/* ---- a line a rule ---- */
static void cell_where(const struct page *p, const struct jl_finding *first, size_t count) {
  const char *made = "";
  size_t named = 0;
  char reference[JL_REFERENCE_SIZE];
  for (const struct jl_finding *f = first; f < p->found.list + p->found.count && f->rule == first->rule && named < NAMED_MOST && made != NULL; f++) {
    if (!is_shown(p, f) || !f->counts || f->record == NULL || !jl_builder_ok(p->b)) continue;
    jl_reference_format(f->record->type, f->record->number, reference);
    made = jl_arena_printf(jl_builder_arena(p->b), "%s%s%s", made, named == 0 ? "" : ", ", f->record->type->space == JL_SPACE_PLAN ? reference : jl_view_text(p->b, jl_view_title(f->record)));
    named++;
  }
  if (made != NULL && count > named && named > 0 && jl_builder_ok(p->b)) made = jl_arena_printf(jl_builder_arena(p->b), "%s, ...", made);
  if (made == NULL) jl_builder_fail(p->b, JL_E_NO_MEMORY);
  if (named == 0 || made == NULL)
    jl_cell_label(p->b, JL_MSG("the plan"), "plan");
  else
    cell_string(p->b, made);
  for (const struct jl_finding *f = first; f < p->found.list + p->found.count && f->rule == first->rule; f++)
    if (is_shown(p, f) && f->counts && f->record != NULL) jl_cell_source(p->b, f->record);
}

/* A value as files of every language have it. */
static const char *bare(struct jl_builder *b, const struct jl_arg *arg) {
  char day[11];
  int digits = arg->kind == JL_ARG_MONEY ? jl_currency_digits(arg->text) : arg->kind == JL_ARG_SHARE ? 4 : arg->kind == JL_ARG_FRACTION ? 6 : 0;
  int64_t whole = 1;
  switch (arg->kind) {
  case JL_ARG_TEXT:
  case JL_ARG_LABEL: return arg->text;
  case JL_ARG_DATE: jl_day_format_iso((int32_t)arg->number, day); return jl_arena_strdup(jl_builder_arena(b), day);
  default: break;
  }
  for (int i = 0; i < digits; i++) whole *= 10;
  if (digits <= 0) return jl_arena_printf(jl_builder_arena(b), "%" PRId64, arg->number);
  int64_t size = arg->number < 0 ? -arg->number : arg->number;
  return jl_arena_printf(jl_builder_arena(b), "%s%" PRId64 ".%0*" PRId64, arg->number < 0 ? "-" : "", size / whole, digits, size % whole);
}

/* In files the values alone; the words, in English, when there are none. */
static void cell_detail(struct jl_builder *b, const struct jl_finding *finding) {
  const char *values = finding->arg_count == 0 ? finding->detail : "";
  if (finding->detail == NULL) {
    jl_cell_empty(b);
    return;
  }
  for (int i = 0; i < (int)finding->arg_count && values != NULL && jl_builder_ok(b); i++) {
    const char *one = bare(b, &finding->args[i]);
    values = one == NULL ? NULL : jl_arena_printf(jl_builder_arena(b), "%s%s%s", values, i == 0 ? "" : "; ", one);
  }
  jl_cell_words(b, finding->detail, finding->args, finding->arg_count);
  if (values == NULL)
    jl_builder_fail(b, JL_E_NO_MEMORY);
  else
    jl_cell_alternative(b, values);
}

static size_t counting(const struct page *p, size_t from, size_t *ret_first) {
  size_t n = 0;
  for (size_t i = from; i < p->found.count && p->found.list[i].rule == p->found.list[from].rule; i++) {
    if (!is_shown(p, &p->found.list[i]) || !p->found.list[i].counts) continue;
    if (n++ == 0) *ret_first = i;
  }
  return n;
}

static size_t behind_rule(const struct page *p, size_t from) {
  size_t i = from;
  while (i < p->found.count && p->found.list[i].rule == p->found.list[from].rule) i++;
  return i;
}

static void lines(const struct page *p) {
  jl_block_begin(p->b, JL_BLOCK_ITEMS, "findings", NULL);
  jl_column(p->b, "severity", JL_MSG("severity"), JL_ARG_LABEL, 0);
  jl_column(p->b, "code", JL_MSG("rule"), JL_ARG_TEXT, 0);
  jl_column(p->b, "finding", JL_MSG("finding"), JL_ARG_LABEL, 0);
  jl_column(p->b, "where", JL_MSG("where"), JL_ARG_TEXT, 1);
  jl_column(p->b, "count", JL_MSG("count"), JL_ARG_INTEGER, 1);
  jl_column(p->b, "detail", JL_MSG("detail"), JL_ARG_TEXT, 1);
  jl_column(p->b, "why", JL_MSG("why"), JL_ARG_LABEL, 2);
  jl_column(p->b, "source", JL_MSG("source"), JL_ARG_TEXT, 3);
  jl_column(p->b, "fix", JL_MSG("what to do"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < p->found.count; i = behind_rule(p, i)) {
    size_t first = 0, count = counting(p, i, &first);
    if (count == 0) continue;
    const struct jl_finding *f = &p->found.list[first];
    jl_row_begin(p->b, NULL, 0, JL_ROW_NORMAL);
    cell_severity(p->b, f->rule);
    cell_string(p->b, f->rule->code);
    jl_cell_label(p->b, f->rule->finding, NULL);
    cell_where(p, f, count);
    if (f->record == NULL)
      jl_cell_empty(p->b);
    else
      jl_cell(p->b, jl_arg_integer((int64_t)count));
    if (count == 1)
      cell_detail(p->b, f);
    else
      jl_cell_empty(p->b);
    jl_cell_label(p->b, f->rule->why, NULL);
    cell_source(p->b, f->rule);
    cell_fix(p->b, f->rule, f->record);
  }
}

/* ---- a line a finding ---- */
static void cell_state(const struct page *p, const struct jl_finding *f) {
  if (f->accepted == NULL)
    jl_cell_empty(p->b);
  else if (f->counts)
    jl_cell_label(p->b, JL_MSG("was accepted, and is back"), "back");
  else
    jl_cell_label(p->b, JL_MSG("accepted"), "accepted");
}

static void details(const struct page *p) {
  jl_block_begin(p->b, JL_BLOCK_ITEMS, "findings", NULL);
  jl_column(p->b, "severity", JL_MSG("severity"), JL_ARG_LABEL, 0);
  jl_column(p->b, "code", JL_MSG("rule"), JL_ARG_TEXT, 0);
  jl_column(p->b, "where", JL_MSG("where"), JL_ARG_TEXT, 0);
  jl_column(p->b, "finding", JL_MSG("finding"), JL_ARG_LABEL, 1);
  jl_column(p->b, "detail", JL_MSG("detail"), JL_ARG_TEXT, 1);
  jl_column(p->b, "extent", JL_MSG("extent"), JL_ARG_INTEGER, 9);
  jl_column(p->b, "state", JL_MSG("state"), JL_ARG_LABEL, 1);
  jl_column(p->b, "reason", JL_MSG("reason"), JL_ARG_TEXT, 1);
  jl_column(p->b, "by", JL_MSG("accepted by"), JL_ARG_TEXT, 4);
  jl_column(p->b, "until", JL_MSG("until"), JL_ARG_DATE, 4);
  if (p->record != NULL) jl_column(p->b, "why", JL_MSG("why"), JL_ARG_LABEL, 2);
  jl_column(p->b, "source", JL_MSG("source"), JL_ARG_TEXT, 3);
  jl_column(p->b, "fix", JL_MSG("what to do"), JL_ARG_TEXT, 1);
  const struct jl_finding_rule *last = NULL;
  bool several = false;
  for (size_t i = 0; i < p->found.count && jl_builder_ok(p->b); i++) {
    const struct jl_finding *f = &p->found.list[i];
    if (!is_shown(p, f)) continue;
    jl_row_begin(p->b, f->record, 0, f->counts ? JL_ROW_NORMAL : JL_ROW_MUTED);
    cell_severity(p->b, f->rule);
    cell_string(p->b, f->rule->code);
    if (f->record == NULL)
      jl_cell_label(p->b, JL_MSG("the plan"), "plan");
    else
      jl_cell_title(p->b, p->in, f->record);
    jl_cell_label(p->b, f->rule->finding, NULL);
    cell_detail(p->b, f);
    jl_cell(p->b, jl_arg_integer(f->extent));
    cell_state(p, f);
    if (f->accepted == NULL) {
      jl_cells_empty(p->b, 3);
    } else {
      jl_cell_by_number(p->b, p->in, f->accepted, JL_ACCEPTED_FINDING_REASON);
      jl_cell_by_number(p->b, p->in, f->accepted, JL_ACCEPTED_FINDING_ACCEPTED_BY);
      jl_cell_by_number(p->b, p->in, f->accepted, JL_ACCEPTED_FINDING_UNTIL);
    }
    if (p->record != NULL) jl_cell_label(p->b, f->rule->why, NULL);
    cell_source(p->b, f->rule);
    cell_fix(p->b, f->rule, f->record);
    several = several || (last != NULL && last != f->rule);
    last = f->rule;
  }
  const struct jl_arg code = jl_arg_text(several || last == NULL ? "CODE" : last->code);
  if (p->record == NULL && last != NULL) jl_note(p->b, JL_TONE_MUTED, JL_MSG("why a rule asks for it: jalon help check {1}"), &code, 1);
}

/* ---- around it ---- */
static void summary(const struct page *p) {
  const struct jl_arg args[] = {jl_arg_integer((int64_t)p->counts[JL_SEVERITY_ERROR]), jl_arg_integer((int64_t)p->counts[JL_SEVERITY_WARNING]),
                                jl_arg_integer((int64_t)p->counts[JL_SEVERITY_ADVICE]), jl_arg_integer((int64_t)p->left_out)};
  const struct jl_arg hidden = jl_arg_integer((int64_t)p->found.unasked);
  enum jl_tone tone = p->counts[JL_SEVERITY_ERROR] > 0 ? JL_TONE_BAD : p->counts[JL_SEVERITY_WARNING] > 0 ? JL_TONE_WARN : JL_TONE_GOOD;
  jl_block_begin(p->b, JL_BLOCK_NOTES, "summary", NULL);
  jl_note(p->b, tone, JL_MSG("errors: {1}, warnings: {2}, advice: {3}; accepted: {4}"), args, 4);
  if (p->shown < p->asked && p->counts[JL_SEVERITY_ADVICE] > 0) jl_note(p->b, JL_TONE_MUTED, JL_MSG("advice is shown by jalon check --severity advice"), NULL, 0);
  if (p->found.unasked > 0) jl_note(p->b, JL_TONE_WARN, JL_MSG("rules that were not asked, as they read what you may not: {1}"), &hidden, 1);
}

static void table_of_rules(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_ITEMS, "rules", NULL);
  jl_column(b, "severity", JL_MSG("severity"), JL_ARG_LABEL, 0);
  jl_column(b, "code", JL_MSG("rule"), JL_ARG_TEXT, 0);
  jl_column(b, "finding", JL_MSG("finding"), JL_ARG_LABEL, 0);
  jl_column(b, "why", JL_MSG("why"), JL_ARG_LABEL, 1);
  jl_column(b, "source", JL_MSG("source"), JL_ARG_TEXT, 1);
  jl_column(b, "fix", JL_MSG("what to do"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < jl_finding_rule_count(); i++) {
    const struct jl_finding_rule *rule = jl_finding_rule_at(i);
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    cell_severity(b, rule);
    cell_string(b, rule->code);
    jl_cell_label(b, rule->finding, NULL);
    jl_cell_label(b, rule->why, NULL);
    cell_source(b, rule);
    cell_fix(b, rule, NULL);
  }
}

static bool severity_of(const char *text, int *ret_worst, struct jl_error *err) {
  for (int i = JL_SEVERITY_ERROR; text != NULL && i < JL_SEVERITIES; i++)
    if (strcmp(text, severities[i].text) == 0) {
      *ret_worst = i;
      return true;
    }
  return text == NULL || jl_fail(err, JL_E_USAGE, JL_MSG("there is no severity {1}"), JL_MSG("error, warning or advice"), jl_arg_text(text));
}

/* A code, or how several begin. */
static bool known_rule(const char *text, struct jl_error *err) {
  size_t size = text == NULL ? 0 : strlen(text);
  for (size_t i = 0; size > 0 && i < jl_finding_rule_count(); i++)
    if (strncasecmp(jl_finding_rule_at(i)->code, text, size) == 0) return true;
  return text == NULL || jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no rule {1}"), JL_MSG("jalon check --rules lists them"), jl_arg_text(text));
}

static bool asked(const struct jl_view_input *in, const char *name) {
  const char *value = jl_view_value(in, name);
  return value != NULL && strcmp(value, "no") != 0;
}

bool jl_check_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct page p = {.in = in, .b = b, .asked = JL_SEVERITY_ADVICE, .shown = JL_SEVERITY_ADVICE, .accepted = asked(in, "accepted")};
  const char *rule = jl_view_value(in, "rule"), *codes[] = {rule, NULL};
  (void)a;
  if (asked(in, "rules")) {
    jl_builder_title(b, JL_MSG("rules of the check"), NULL, 0);
    table_of_rules(b);
    return true;
  }
  jl_builder_title(b, JL_MSG("check"), NULL, 0);
  if (!severity_of(jl_view_value(in, "severity"), &p.asked, err) || !known_rule(rule, err) || !jl_view_named(in, b, NULL, 0, &p.record, err)) return false;
  if (!jl_findings_of(in, b, rule == NULL ? NULL : codes, &p.found)) return true; /* the builder says why */
  for (size_t i = 0; i < p.found.count; i++) {
    const struct jl_finding *f = &p.found.list[i];
    if (!is_asked(&p, f)) continue;
    p.counts[f->rule->severity] += f->counts;
    p.left_out += !f->counts;
  }
  if (p.record != NULL || rule != NULL || p.accepted || asked(in, "all")) {
    details(&p);
  } else {
    if (jl_view_value(in, "severity") == NULL) p.shown = JL_SEVERITY_WARNING;
    lines(&p);
  }
  summary(&p);
  return true;
}
