/* The automations of a plan and what they did last; of one of them, also what it would do to a record now (product.md A9). */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/automation/firing.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRINGS_SHOWN 30

struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_arena *a;
};

static const char *typed(const struct view *v, const struct jl_record *record, uint32_t field) { /* several as people typed them */
  struct jl_iterator it = jl_record_each(record->body, jl_field_by_number(record->type, field));
  const char *all = "";
  for (struct jl_value value; all != NULL && jl_iterator_next(&it, &value);)
    all = jl_arena_printf(v->a, "%s%s%.*s", all, all[0] == '\0' ? "" : ", ", (int)value.text.size, (const char *)value.text.data);
  if (all == NULL) jl_builder_fail(v->b, JL_E_NO_MEMORY);
  return all == NULL ? "" : all;
}

static void cell_typed(const struct view *v, const struct jl_record *record, uint32_t field) {
  const char *text = typed(v, record, field);
  jl_cell_text(v->b, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
}

/* What a field becomes, as its choice is called. */
static struct jl_arg value_of(const struct jl_term *term) {
  const struct jl_enum_value *one = term->field != NULL && term->field->kind == JL_KIND_ENUM ? jl_enum_by_text(term->field->enumeration, term->value) : NULL;
  return one != NULL ? jl_arg_label(one->label) : jl_arg_text(term->value);
}

/* A value as screens show one of the field; days that count from today, names and texts as they were typed. */
static struct jl_arg shown(const struct view *v, const struct jl_record_type *of, const struct jl_term *term) {
  struct jl_setting_of reading = {.space = v->in->space, .organisation = v->in->organisation, .today = v->in->today, .a = v->a};
  const struct jl_setting setting = {v->b, v->in->space, v->in->organisation, NULL, of, term->field};
  struct jl_bytes slice;
  struct jl_error ignored;
  if (term->field == NULL) return jl_arg_text(term->value);
  bool counted = term->field->kind == JL_KIND_DATE && (term->value[0] < '0' || term->value[0] > '9');
  if (term->value[0] == '\0') return jl_arg_label(JL_MSG("none"));
  switch (term->field->kind) {
  case JL_KIND_MONEY:
  case JL_KIND_FRACTION:
  case JL_KIND_SHARE:
  case JL_KIND_INTEGER:
  case JL_KIND_BOOL:
  case JL_KIND_DATE:
    if (!counted && !term->field->repeated && jl_automation_value(&reading, term->field, term->value, &slice, &ignored) && slice.size > 0)
      return jl_arg_slice(&setting, slice, (struct jl_bytes){NULL, 0});
    return jl_arg_text(term->value);
  default:
    return value_of(term);
  }
}

/* "Priority = high, Impact ≥ 7"; more than a sentence has room for: as they were typed. */
static void cell_terms(const struct view *v, const struct jl_automation *automation, uint32_t field) {
  enum { MOST = 4, PIECE = 16 };
  static const char *const relations[] = {[JL_IS] = "=", [JL_IS_NOT] = "≠", [JL_IS_LESS] = "<", [JL_IS_MORE] = ">", [JL_IS_AT_MOST] = "≤", [JL_IS_AT_LEAST] = "≥"};
  bool sets = field == JL_AUTOMATION_SETS;
  const struct jl_term *terms = sets ? automation->sets : automation->conditions;
  size_t n = sets ? automation->set_count : automation->condition_count;
  struct jl_arg args[2 * MOST];
  char words[MOST * (PIECE + 8)] = "";
  size_t used = 0;
  bool known = n > 0 && n <= MOST;
  for (size_t i = 0; known && i < n; i++) {
    known = terms[i].field != NULL;
    if (!known) break;
    args[2 * i] = jl_arg_label(terms[i].field->label);
    args[2 * i + 1] = shown(v, automation->of, &terms[i]);
    used += (size_t)snprintf(words + used, sizeof words - used, "%s{%u} %s {%u}", i == 0 ? "" : ", ", (unsigned)(2 * i + 1), sets ? "=" : relations[terms[i].relation],
                             (unsigned)(2 * i + 2));
  }
  if (!known) {
    cell_typed(v, automation->record, field);
    return;
  }
  jl_cell_words(v->b, jl_view_text(v->b, (struct jl_bytes){(const uint8_t *)words, used}), args, (int)(2 * n));
  jl_cell_alternative(v->b, typed(v, automation->record, field));
}

static void cell_when(const struct view *v, const struct jl_record *record, const struct jl_automation *read) {
  if (read == NULL) {
    cell_typed(v, record, JL_AUTOMATION_WHEN);
    jl_cell_tone(v->b, JL_TONE_BAD);
    return;
  }
  const struct jl_automation automation = *read;
  const struct jl_field *field = automation.when.field;
  const struct jl_arg args[] = {jl_arg_label(automation.of->label), jl_arg_label(field == NULL ? "" : field->label),
                                automation.trigger == JL_TRIGGER_BECOMES ? shown(v, automation.of, &automation.when) : jl_arg_integer(abs(automation.offset))};
  const char *words = automation.trigger == JL_TRIGGER_CREATED   ? JL_MSG("{1} made")
                      : automation.trigger == JL_TRIGGER_CHANGED ? JL_MSG("{1}: {2} changes")
                      : automation.trigger == JL_TRIGGER_BECOMES ? JL_MSG("{1}: {2} becomes {3}")
                      : automation.offset == 0                   ? JL_MSG("{1}: on the day of {2}")
                      : automation.offset == -1                  ? JL_MSG("{1}: one working day before {2}")
                      : automation.offset == 1                   ? JL_MSG("{1}: one working day after {2}")
                      : automation.offset < 0                    ? JL_MSG("{1}: {3} working days before {2}")
                                                                 : JL_MSG("{1}: {3} working days after {2}");
  jl_cell_words(v->b, words, args, JL_COUNT(args));
  jl_cell_alternative(v->b, typed(v, record, JL_AUTOMATION_WHEN));
}

static void cell_state(const struct view *v, const struct jl_record *record) {
  int64_t state = jl_view_int(record, JL_AUTOMATION_STATE, JL_AUTOMATION_ON);
  const struct jl_enum_value *is = jl_enum_by_number(jl_field_by_number(record->type, JL_AUTOMATION_STATE)->enumeration, (int32_t)state);
  const struct jl_field *because = jl_field_by_number(record->type, JL_AUTOMATION_STOPPED_BECAUSE);
  const struct jl_enum_value *why = jl_enum_by_number(because->enumeration, (int32_t)jl_view_int(record, JL_AUTOMATION_STOPPED_BECAUSE, 0));
  if (state == JL_AUTOMATION_STOPPED && why != NULL) {
    const struct jl_arg label = jl_arg_label(why->label);
    jl_cell_words(v->b, JL_MSG("switched off by the server: {1}"), &label, 1);
    jl_cell_alternative(v->b, "stopped");
  } else {
    jl_cell_label(v->b, is == NULL ? "" : is->label, is == NULL ? NULL : is->text);
  }
  jl_cell_tone(v->b, state == JL_AUTOMATION_STOPPED ? JL_TONE_BAD : state == JL_AUTOMATION_OFF ? JL_TONE_MUTED : JL_TONE_GOOD);
}

static void automation_row(const struct view *v, const struct jl_record *record) {
  static const uint32_t fields[] = {JL_AUTOMATION_NOTIFY, JL_AUTOMATION_COMMENT, JL_AUTOMATION_CREATES};
  struct jl_automation automation;
  const struct jl_automation *read = jl_automation_read(record, v->a, &automation, NULL) ? &automation : NULL;
  jl_row_begin(v->b, record, 0, JL_ROW_NORMAL);
  jl_cell_title(v->b, v->in, record);
  cell_when(v, record, read);
  for (uint32_t field = JL_AUTOMATION_CONDITIONS; field <= JL_AUTOMATION_SETS; field++) {
    if (read == NULL)
      cell_typed(v, record, field);
    else
      cell_terms(v, read, field);
  }
  cell_typed(v, record, JL_AUTOMATION_TAGS);
  for (size_t i = 0; i < JL_COUNT(fields); i++)
    jl_cell_field(v->b, v->in->space, v->in->organisation, record, jl_field_by_number(record->type, fields[i]));
  cell_state(v, record);
  jl_cell_field(v->b, v->in->space, v->in->organisation, record, jl_field_by_number(record->type, JL_AUTOMATION_AUTHOR));
}

static void automations_block(const struct view *v, const struct jl_record *only) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(v->in, v->b, JL_TYPE_AUTOMATION, &n);
  jl_block_begin(v->b, JL_BLOCK_CARDS, "automations", NULL);
  jl_column(v->b, "automation", JL_MSG("automation"), JL_ARG_TEXT, 0);
  jl_column(v->b, "when", JL_MSG("when"), JL_ARG_TEXT, 0);
  jl_column(v->b, "if", JL_MSG("if"), JL_ARG_TEXT, 1);
  jl_column(v->b, "set", JL_MSG("sets"), JL_ARG_TEXT, 0);
  jl_column(v->b, "tags", JL_MSG("adds tags"), JL_ARG_TEXT, 1);
  jl_column(v->b, "notify", JL_MSG("tells"), JL_ARG_TEXT, 1);
  jl_column(v->b, "comment", JL_MSG("comments"), JL_ARG_TEXT, 2);
  jl_column(v->b, "create", JL_MSG("makes the action"), JL_ARG_TEXT, 1);
  jl_column(v->b, "state", JL_MSG("state"), JL_ARG_LABEL, 0);
  jl_column(v->b, "author", JL_MSG("with the rights of"), JL_ARG_TEXT, 2);
  for (size_t i = 0; i < n; i++)
    if (only == NULL || only == all[i]) automation_row(v, all[i]);
  if (n == 0)
    jl_note(v->b, JL_TONE_MUTED, JL_MSG("no automation yet: jalon automation add \"...\" --when priority=urgent --tags urgent"), NULL, 0);
}

/* ---- what they did ---- */
static int newest_first(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  int64_t time_a = jl_view_int(a, JL_AUTOMATION_FIRING_TIME, 0), time_b = jl_view_int(b, JL_AUTOMATION_FIRING_TIME, 0);
  if (time_a != time_b) return time_a > time_b ? -1 : 1;
  return a->number > b->number ? -1 : a->number < b->number;
}

static void cell_reason(const struct view *v, const struct jl_record *firing) {
  struct jl_arg args[JL_ERROR_ARGS];
  struct jl_bytes reason = jl_record_text(firing->type, firing->body, JL_AUTOMATION_FIRING_REASON);
  int n = jl_firing_arguments(jl_record_text(firing->type, firing->body, JL_AUTOMATION_FIRING_ARGUMENTS), args);
  if (reason.size == 0)
    jl_cell_empty(v->b);
  else
    jl_cell_words(v->b, jl_view_text(v->b, reason), args, n);
  if (reason.size > 0) jl_cell_alternative(v->b, jl_view_text(v->b, reason));
}

static void cell_outcome(const struct view *v, const struct jl_record *firing) {
  int64_t outcome = jl_view_int(firing, JL_AUTOMATION_FIRING_OUTCOME, 0);
  const struct jl_enum_value *is = jl_enum_by_number(jl_field_by_number(firing->type, JL_AUTOMATION_FIRING_OUTCOME)->enumeration, (int32_t)outcome);
  jl_cell_label(v->b, is == NULL ? "" : is->label, is == NULL ? NULL : is->text);
  jl_cell_tone(v->b, outcome == JL_FIRING_DONE ? JL_TONE_GOOD : outcome == JL_FIRING_DUE ? JL_TONE_MUTED : JL_TONE_BAD);
}

static void cell_linked(const struct view *v, const struct jl_record *record, uint32_t field) {
  const struct jl_record *linked = jl_view_linked(v->in, record, field);
  if (linked == NULL)
    jl_cell_empty(v->b);
  else
    jl_cell_title(v->b, v->in, linked);
}

static void firings_block(const struct view *v, const struct jl_record *only) {
  size_t n = 0, kept = 0;
  const struct jl_record **all =
      only == NULL ? jl_view_all(v->in, v->b, JL_TYPE_AUTOMATION_FIRING, &n) : jl_view_referring(v->in, v->b, &only->id, JL_TYPE_AUTOMATION_FIRING, JL_AUTOMATION_FIRING_AUTOMATION, &n);
  jl_block_begin(v->b, JL_BLOCK_TABLE, "firings", JL_MSG("what they did last"));
  jl_column(v->b, "time", JL_MSG("time"), JL_ARG_TIME, 2);
  jl_column(v->b, "automation", JL_MSG("automation"), JL_ARG_TEXT, only == NULL ? 0 : 6);
  jl_column(v->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(v->b, "outcome", JL_MSG("outcome"), JL_ARG_LABEL, 0);
  jl_column(v->b, "reason", JL_MSG("reason"), JL_ARG_TEXT, 1);
  jl_column(v->b, "made", JL_MSG("action made"), JL_ARG_TEXT, 3);
  if (n > 0) qsort(all, n, sizeof *all, newest_first);
  for (size_t i = 0; i < n && kept < FIRINGS_SHOWN; i++, kept++) {
    jl_row_begin(v->b, all[i], 0, JL_ROW_NORMAL);
    jl_cell(v->b, jl_arg_time(jl_view_int(all[i], JL_AUTOMATION_FIRING_TIME, 0)));
    cell_linked(v, all[i], JL_AUTOMATION_FIRING_AUTOMATION);
    cell_linked(v, all[i], JL_AUTOMATION_FIRING_RECORD);
    cell_outcome(v, all[i]);
    cell_reason(v, all[i]);
    cell_linked(v, all[i], JL_AUTOMATION_FIRING_MADE);
  }
  if (n == 0) jl_note(v->b, JL_TONE_MUTED, JL_MSG("nothing yet"), NULL, 0);
  const struct jl_arg more = jl_arg_integer((int64_t)(n - kept));
  if (n > kept) jl_note(v->b, JL_TONE_MUTED, JL_MSG("and {1} older ones: jalon automation-firing list"), &more, 1);
}

/* ---- what one would do ---- */
static void trial_rows(const struct view *v, const struct jl_touched *t) {
  const struct jl_record_type *type = t->after->type;
  bool firing = t->after->type_number == JL_TYPE_AUTOMATION_FIRING;
  if (firing && jl_view_int(t->after, JL_AUTOMATION_FIRING_OUTCOME, 0) == JL_FIRING_DONE) return;
  for (size_t i = 0; !firing && i < t->field_count; i++) {
    const struct jl_field *field = jl_field_by_number(type, t->fields[i]);
    if (field == NULL || field->kind == JL_KIND_RANK || field->by_server) continue;
    jl_row_begin(v->b, t->before, 0, JL_ROW_NORMAL);
    if (t->before != NULL) {
      jl_cell_title(v->b, v->in, t->before);
    } else {
      jl_cell_words(v->b, JL_MSG("new: {1}"), (const struct jl_arg[]){jl_arg_label(type->label)}, 1);
      jl_cell_alternative(v->b, type->name);
    }
    jl_cell_label(v->b, field->label, field->name);
    jl_cell_slice(v->b, v->in->space, v->in->organisation, t->before, type, field, t->before == NULL ? (struct jl_bytes){NULL, 0} : jl_record_slice(t->before->body, field->number));
    jl_cell_slice(v->b, v->in->space, v->in->organisation, t->after, type, field, jl_record_slice(t->after->body, field->number));
  }
  if (!firing) return;
  jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
  cell_linked(v, t->after, JL_AUTOMATION_FIRING_AUTOMATION);
  cell_outcome(v, t->after);
  jl_cell_empty(v->b);
  cell_reason(v, t->after);
}

/* Evaluated as the writer would, in the very records that the reader may see; nothing of it stays. */
static bool try_out(const struct view *v, const struct jl_trial *trial, struct jl_error *err) {
  const struct jl_id none = {{0}};
  Jalon__Group group = JALON__GROUP__INIT;
  struct jl_outcome outcome;
  struct jl_evaluation in = {.space = v->in->space,
                             .organisation = v->in->organisation,
                             .author = {.person = v->in->reader, .administrator = v->in->administrator, .may_edit = v->in->sections, .may_read = v->in->sections, .allowed = UINT32_MAX},
                             .time_us = (int64_t)v->in->today * 86400000000,
                             .today = v->in->today,
                             .trial = trial};
  group.has_space = group.has_group_id = group.has_replica = true;
  group.space = jl_pb_dup(v->a, (struct jl_bytes){jl_replica_where(v->in->space)->space.bytes, sizeof none.bytes});
  group.group_id = group.replica = jl_pb_dup(v->a, (struct jl_bytes){trial->record.bytes, sizeof none.bytes});
  if (group.space.data == NULL || group.group_id.data == NULL) return jl_no_memory(err);
  if (!jl_group_evaluate(&in, &group, v->a, &outcome, err)) return false;
  size_t changed = 0;
  for (size_t i = 0; i < outcome.touched_count; i++) {
    changed += outcome.touched[i].after->type_number != JL_TYPE_AUTOMATION_FIRING;
    trial_rows(v, &outcome.touched[i]);
  }
  for (size_t i = 0; i < outcome.touched_count; i++) {
    jl_record_release(outcome.touched[i].before);
    jl_record_release(outcome.touched[i].after);
  }
  if (changed == 0) jl_note(v->b, JL_TONE_MUTED, JL_MSG("nothing would change"), NULL, 0);
  return true;
}

/* What sets it off, apart: the trial says what follows when it does. */
static void say_when(const struct view *v, const struct jl_record *record, const struct jl_record *about) {
  struct jl_automation automation;
  struct jl_setting_of of = {v->in->space, v->in->organisation, NULL, v->in->today, v->a, 0};
  int32_t day;
  if (!jl_automation_read(record, v->a, &automation, NULL) || !jl_automation_days(&of)) return;
  if (!jl_automation_holds(&of, &automation, about)) jl_note(v->b, JL_TONE_WARN, JL_MSG("its conditions do not hold now: it would not fire"), NULL, 0);
  if (jl_view_int(record, JL_AUTOMATION_STATE, JL_AUTOMATION_ON) != JL_AUTOMATION_ON) jl_note(v->b, JL_TONE_WARN, JL_MSG("it is switched off: it does not fire"), NULL, 0);
  if (automation.trigger != JL_TRIGGER_DATE) return;
  if (!jl_automation_day(&of, &automation, about, &day)) {
    jl_note(v->b, JL_TONE_WARN, JL_MSG("no day fires it: the date is missing, or came before the automation"), NULL, 0);
    return;
  }
  struct jl_id id = jl_firing_id(&record->id, &about->id, day);
  const struct jl_arg date = jl_arg_date(day);
  jl_note(v->b, JL_TONE_NONE, jl_replica_record(v->in->space, &id) != NULL ? JL_MSG("it fired for {1} already") : JL_MSG("it fires on {1}"), &date, 1);
}

static bool trial_block(const struct view *v, const struct jl_record *record, const char *on, struct jl_error *err) {
  const uint32_t types[] = {(uint32_t)jl_view_int(record, JL_AUTOMATION_WATCHES, JL_OF_ACTION)};
  const struct jl_record *about = NULL;
  if (!jl_view_sees(v->in, JL_SECTION_ACTIONS)) return true;
  if (!jl_resolve(v->in->space, on, types, 1, false, v->a, &about, err)) return false;
  const struct jl_arg name = jl_arg_text(jl_record_caption(v->b, v->in->space, about));
  jl_builder_title(v->b, JL_MSG("what it would do to {1} now"), &name, 1);
  jl_block_begin(v->b, JL_BLOCK_TABLE, "trial", JL_MSG("it would change"));
  jl_column(v->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(v->b, "field", JL_MSG("what changed"), JL_ARG_LABEL, 0);
  jl_column(v->b, "before", JL_MSG("before"), JL_ARG_TEXT, 0);
  jl_column(v->b, "after", JL_MSG("after"), JL_ARG_TEXT, 0);
  const struct jl_trial trial = {record->id, about->id};
  if (!try_out(v, &trial, err)) return false;
  say_when(v, record, about);
  return true;
}

bool jl_automations_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_AUTOMATION};
  const struct view v = {in, b, a};
  const struct jl_record *only = NULL;
  const char *on = jl_view_value(in, "on");
  if (!jl_view_named(in, b, types, JL_COUNT(types), &only, err)) return false;
  jl_builder_title(b, JL_MSG("automations"), NULL, 0);
  if (on != NULL && only == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("name the automation that is to be tried"), JL_MSG("jalon automation test AU1 A12"));
  automations_block(&v, only);
  if (on != NULL) return trial_block(&v, only, on, err);
  firings_block(&v, only);
  return true;
}
