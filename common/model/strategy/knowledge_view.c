/* The stack with what it costs a year and what it makes visible; lessons and playbooks, to be found when planning (product.md P12-P14). */
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/budget/amounts.h"
#include "common/model/strategy/canvas.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

/* What a tool costs in a year; a price paid once is no yearly cost. false: none is known, or it is beyond what money can be. */
static bool yearly(const struct jl_record *tool, int64_t *ret_cost) {
  int64_t cost = jl_view_int(tool, JL_TOOL_COST, 0), billing = jl_view_int(tool, JL_TOOL_BILLING, JL_BILLED_MONTHLY);
  if (!jl_record_has(tool->body, JL_TOOL_COST) || billing == JL_BILLED_ONCE) return false;
  return billing == JL_BILLED_YEARLY ? (*ret_cost = cost, true) : jl_mul_div_half_even(cost, 12, 1, ret_cost);
}

static void tool_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *tool, const char *currency) {
  bool retired = jl_view_yes(tool, JL_TOOL_RETIRED);
  int64_t cost = 0;
  jl_row_begin(b, tool, 0, retired ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_title(b, in, tool);
  jl_cell_by_number(b, in, tool, JL_TOOL_KIND);
  if (jl_record_has(tool->body, JL_TOOL_PURPOSE) || retired)
    jl_cell_by_number(b, in, tool, JL_TOOL_PURPOSE);
  else {
    jl_cell_label(b, JL_MSG("no purpose"), "none");
    jl_cell_tone(b, JL_TONE_WARN);
  }
  jl_cell_by_number(b, in, tool, JL_TOOL_KPIS);
  jl_cell_by_number(b, in, tool, JL_TOOL_OWNER);
  jl_cell_by_number(b, in, tool, JL_TOOL_RENEWAL);
  if (!yearly(tool, &cost)) {
    jl_cell_empty(b);
    return;
  }
  jl_cell(b, jl_arg_money(cost, currency));
  jl_cell_source(b, tool);
}

bool jl_stack_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  size_t n = 0, purposeless = 0, blind = 0;
  int64_t total = 0, cost = 0;
  char currency[4];
  const struct jl_record **tools = jl_view_all(in, b, JL_TYPE_TOOL, &n);
  (void)a;
  jl_plan_currency(in->space, currency);
  jl_builder_title(b, JL_MSG("stack"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "tools", NULL);
  jl_column(b, "tool", JL_MSG("tool"), JL_ARG_TEXT, 0);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 3);
  jl_column(b, "purpose", JL_MSG("purpose"), JL_ARG_TEXT, 1);
  jl_column(b, "kpis", JL_MSG("makes visible"), JL_ARG_TEXT, 2);
  jl_column(b, "owner", JL_MSG("owner"), JL_ARG_TEXT, 4);
  jl_column(b, "renewal", JL_MSG("renewal"), JL_ARG_DATE, 5);
  jl_column(b, "yearly", JL_MSG("cost per year"), JL_ARG_MONEY, 0);
  for (size_t i = 0; i < n; i++) {
    tool_row(in, b, tools[i], currency);
    if (jl_view_yes(tools[i], JL_TOOL_RETIRED)) continue;
    purposeless += !jl_record_has(tools[i]->body, JL_TOOL_PURPOSE);
    blind += !jl_record_has(tools[i]->body, JL_TOOL_KPIS);
    if (yearly(tools[i], &cost) && !jl_add(total, cost, &total))
      return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the costs of the stack are too large to be added up"), NULL);
  }
  if (n == 0) {
    jl_note(b, JL_TONE_MUTED, JL_MSG("no tool yet: jalon tool add \"...\" --purpose \"...\""), NULL, 0);
    return true;
  }
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total"), "total");
  jl_cells_empty(b, 5);
  jl_cell(b, jl_arg_money(total, currency));
  for (size_t i = 0; i < n; i++)
    if (!jl_view_yes(tools[i], JL_TOOL_RETIRED) && yearly(tools[i], &cost)) jl_cell_source(b, tools[i]);
  const struct jl_arg args[] = {jl_arg_integer((int64_t)purposeless), jl_arg_integer((int64_t)blind)};
  jl_note(b, JL_TONE_MUTED, JL_MSG("amounts excl. VAT"), NULL, 0);
  if (purposeless > 0) jl_note(b, JL_TONE_WARN, JL_MSG("tools without a purpose: {1}"), args, 1);
  if (blind > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("tools that make no KPI visible: {2}"), args, 2);
  return true;
}

/* ---- lessons and playbooks ---- */
/* Any text of the record, its tags too, has the words that are looked for; without case and accents. */
static bool mentions(struct jl_builder *b, const struct jl_record *record, const char *wanted) {
  for (size_t f = 0; f < record->type->field_count && jl_builder_ok(b); f++) {
    const struct jl_field *field = &record->type->fields[f];
    if (field->kind != JL_KIND_TEXT && field->kind != JL_KIND_LONG_TEXT) continue;
    struct jl_iterator it = jl_record_each(record->body, field);
    for (struct jl_value value; jl_iterator_next(&it, &value);)
      if (strstr(jl_view_folded(b, jl_view_text(b, value.text)), wanted) != NULL) return true;
  }
  return false;
}

static size_t items(const struct jl_view_input *in, struct jl_builder *b, uint32_t type_number, const char *name, const char *title,
                  const uint32_t *fields, size_t field_count, const char *wanted) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  size_t n = 0, shown = 0;
  const struct jl_record **records = jl_view_all(in, b, type_number, &n);
  jl_block_begin(b, JL_BLOCK_ITEMS, name, title);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
  for (size_t f = 0; f < field_count; f++) {
    const struct jl_field *field = jl_field_by_number(type, fields[f]);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), (int)f + 1);
  }
  for (size_t i = 0; i < n; i++) {
    if (wanted[0] != '\0' && !mentions(b, records[i], wanted)) continue;
    jl_row_begin(b, records[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, records[i]);
    for (size_t f = 0; f < field_count; f++) jl_cell_by_number(b, in, records[i], fields[f]);
    shown++;
  }
  return shown;
}

bool jl_lessons_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t lesson[] = {JL_LESSON_KIND, JL_LESSON_ADVICE, JL_LESSON_SOURCES, JL_LESSON_CAUSE, JL_LESSON_DATE, JL_LESSON_TAGS};
  static const uint32_t playbook[] = {JL_PLAYBOOK_CHANNEL, JL_PLAYBOOK_DESCRIPTION};
  const char *about = jl_view_value(in, "about");
  const char *wanted = about == NULL ? "" : jl_view_folded(b, about);
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("lessons and playbooks"), NULL, 0);
  size_t shown = items(in, b, JL_TYPE_LESSON, "lessons", JL_MSG("lessons"), lesson, JL_COUNT(lesson), wanted);
  shown += items(in, b, JL_TYPE_PLAYBOOK, "playbooks", JL_MSG("playbooks"), playbook, JL_COUNT(playbook), wanted);
  if (shown > 0) return true;
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  jl_note(b, JL_TONE_MUTED, JL_MSG("nothing found; jalon lesson add \"...\" --sources A1 keeps what was learned"), NULL, 0);
  return true;
}
