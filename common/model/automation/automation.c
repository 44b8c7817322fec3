#include "common/model/automation/automation.h"
#include "common/base/limits.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define OFFSET_MAX 400 /* working days before or after a date */

/* ---- what is written in it ---- */
static const char *text_of(struct jl_arena *a, struct jl_bytes text) {
  return text.size == 0 ? "" : jl_arena_strndup(a, (const char *)text.data, text.size);
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL); }

static bool unknown_field(const struct jl_automation *automation, const char *name, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no field {2} that an automation can use"),
                 JL_MSG("write it as the command line does: status, due, blocked-reason; jalon help automation add"), jl_arg_label(automation->of->label), jl_arg_text(name));
}

/* Places in lists are nobody's to set, and times the server's. */
static const struct jl_field *field_named(const struct jl_automation *automation, const char *name) {
  const struct jl_field *field = jl_field_by_name(automation->of, name);
  return field == NULL || field->kind == JL_KIND_RANK || field->kind == JL_KIND_TIME ? NULL : field;
}

/* "FIELD=VALUE" with one of the relations that are allowed. */
static bool read_term(const struct jl_automation *automation, const char *text, bool only_is, struct jl_arena *a, struct jl_term *ret, struct jl_error *err) {
  static const struct {
    const char *sign;
    enum jl_relation relation;
  } signs[] = {{"!=", JL_IS_NOT}, {">=", JL_IS_AT_LEAST}, {"<=", JL_IS_AT_MOST}, {"=", JL_IS}, {">", JL_IS_MORE}, {"<", JL_IS_LESS}};
  size_t size = strcspn(text, "!<>=");
  char *name = jl_arena_strndup(a, text, size);
  if (name == NULL) return no_memory(err);
  ret->field = field_named(automation, name);
  if (text[size] != '\0' && ret->field == NULL) return unknown_field(automation, name, err);
  for (size_t i = 0; i < JL_COUNT(signs); i++) {
    size_t length = strlen(signs[i].sign);
    if (strncmp(text + size, signs[i].sign, length) != 0 || (only_is && signs[i].relation != JL_IS)) continue;
    ret->relation = signs[i].relation;
    ret->value = text + size + length;
    return true;
  }
  return jl_fail(err, JL_E_INVALID, only_is ? JL_MSG("{1} is not written as FIELD=VALUE") : JL_MSG("{1} is not written as FIELD=VALUE, FIELD!=VALUE, FIELD<VALUE or FIELD>VALUE"),
                 JL_MSG("for example progress=100%"), jl_arg_text(text));
}

/* "due-3", "due+0": *ret_size what comes before the sign. */
static bool read_offset(const char *text, size_t *ret_size, int32_t *ret_offset) {
  size_t size = strlen(text), digits = size;
  while (digits > 0 && text[digits - 1] >= '0' && text[digits - 1] <= '9') digits--;
  if (digits == size || digits == 0 || (text[digits - 1] != '+' && text[digits - 1] != '-') || size - digits > 3) return false;
  *ret_size = digits - 1;
  *ret_offset = (int32_t)strtol(text + digits, NULL, 10) * (text[digits - 1] == '-' ? -1 : 1);
  return abs(*ret_offset) <= OFFSET_MAX;
}

static bool read_when(struct jl_automation *automation, const char *text, struct jl_arena *a, struct jl_error *err) {
  size_t size = 0;
  if (strcmp(text, "created") == 0) {
    automation->trigger = JL_TRIGGER_CREATED;
    return true;
  }
  if (strpbrk(text, "!<>=") != NULL) {
    automation->trigger = JL_TRIGGER_BECOMES;
    return read_term(automation, text, true, a, &automation->when, err);
  }
  automation->trigger = JL_TRIGGER_CHANGED;
  automation->when.field = field_named(automation, text);
  if (automation->when.field != NULL) return true;
  if (!read_offset(text, &size, &automation->offset)) return unknown_field(automation, text, err);
  char *name = jl_arena_strndup(a, text, size);
  if (name == NULL) return no_memory(err);
  automation->trigger = JL_TRIGGER_DATE;
  automation->when.field = field_named(automation, name);
  if (automation->when.field == NULL) return unknown_field(automation, name, err);
  if (automation->when.field->kind == JL_KIND_DATE) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no date"), JL_MSG("days before or after need one: due-3, start+0"), jl_arg_label(automation->when.field->label));
}

static bool read_terms(const struct jl_automation *automation, uint32_t field, struct jl_arena *a, struct jl_term *terms, size_t *ret_n, struct jl_error *err) {
  const struct jl_record *record = automation->record;
  struct jl_iterator it = jl_record_each(record->body, jl_field_by_number(record->type, field));
  *ret_n = 0;
  for (struct jl_value value; jl_iterator_next(&it, &value);) {
    if (*ret_n == JL_AUTOMATION_TERMS)
      return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("an automation has at most {1} conditions, and sets as many fields"), NULL, jl_arg_integer(JL_AUTOMATION_TERMS));
    const char *text = text_of(a, value.text);
    if (text == NULL) return no_memory(err);
    if (!read_term(automation, text, field == JL_AUTOMATION_SETS, a, &terms[(*ret_n)++], err)) return false;
  }
  return true;
}

bool jl_automation_read(const struct jl_record *record, struct jl_arena *a, struct jl_automation *ret, struct jl_error *err) {
  *ret = (struct jl_automation){.record = record, .when = {.value = ""}};
  ret->of = jl_record_type_by_number((uint32_t)jl_record_int(record->type, record->body, JL_AUTOMATION_WATCHES, JL_OF_ACTION));
  const char *when = text_of(a, jl_record_text(record->type, record->body, JL_AUTOMATION_WHEN));
  if (when == NULL) return no_memory(err);
  if (ret->of == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("an automation cannot look at such records"), NULL);
  return read_when(ret, when, a, err) && read_terms(ret, JL_AUTOMATION_CONDITIONS, a, ret->conditions, &ret->condition_count, err) &&
         read_terms(ret, JL_AUTOMATION_SETS, a, ret->sets, &ret->set_count, err);
}

size_t jl_automations_on(const struct jl_replica *space, struct jl_arena *a, struct jl_automation *ret) {
  size_t n = 0;
  for (size_t i = 0, all = jl_replica_of_type(space, JL_TYPE_AUTOMATION); i < all && n < JL_AUTOMATIONS; i++) {
    const struct jl_record *record = jl_replica_of_type_at(space, JL_TYPE_AUTOMATION, i);
    if (record->deleted_revision != 0 || jl_record_int(record->type, record->body, JL_AUTOMATION_STATE, JL_AUTOMATION_ON) != JL_AUTOMATION_ON) continue;
    if (jl_automation_read(record, a, &ret[n], NULL)) n++;
  }
  return n;
}

/* ---- when it fires ---- */
static struct jl_bytes slice_of(const struct jl_record *record, const struct jl_field *field) { return jl_record_slice(record->body, field->number); }

static bool has_element(struct jl_bytes slice, const struct jl_field *field, struct jl_bytes one) {
  struct jl_iterator it = {slice, field};
  struct jl_value wanted;
  if (!jl_record_get(one, field, &wanted)) return false;
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (field->kind == JL_KIND_REFERENCE ? jl_id_equal(&value.id, &wanted.id) : jl_bytes_equal(value.text, wanted.text) && value.number == wanted.number) return true;
  return false;
}

/* The value that the field has; one that was never given counts as what it is when nothing is said. */
static bool is_value(struct jl_setting_of *of, struct jl_bytes slice, const struct jl_field *field, const char *text) {
  struct jl_bytes wanted, otherwise = {NULL, 0};
  if (!jl_automation_value(of, field, text, &wanted, NULL)) return false;
  if (slice.size == 0 && field->default_text[0] != '\0' && jl_automation_value(of, field, field->default_text, &otherwise, NULL)) slice = otherwise;
  if (slice.size == 0 && field->kind == JL_KIND_BOOL) return jl_record_number(wanted, field, 0) == 0;
  if (!field->repeated || wanted.size == 0) return jl_bytes_equal(slice, wanted);
  return has_element(slice, field, wanted);
}

static bool term_holds(struct jl_setting_of *of, const struct jl_term *term, const struct jl_record *record) {
  struct jl_bytes slice = slice_of(record, term->field), wanted;
  if (term->relation == JL_IS) return is_value(of, slice, term->field, term->value);
  if (term->relation == JL_IS_NOT) return !is_value(of, slice, term->field, term->value);
  struct jl_value is, than;
  if (!jl_automation_value(of, term->field, term->value, &wanted, NULL) || !jl_record_get(slice, term->field, &is) || !jl_record_get(wanted, term->field, &than)) return false;
  switch (term->relation) {
  case JL_IS_LESS:
    return is.number < than.number;
  case JL_IS_MORE:
    return is.number > than.number;
  case JL_IS_AT_MOST:
    return is.number <= than.number;
  case JL_IS_AT_LEAST:
    return is.number >= than.number;
  case JL_IS:
  case JL_IS_NOT:
    break;
  }
  return false;
}

bool jl_automation_holds(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *record) {
  for (size_t i = 0; i < automation->condition_count; i++)
    if (!term_holds(of, &automation->conditions[i], record)) return false;
  return true;
}

bool jl_automation_triggered(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *before, const struct jl_record *after) {
  bool came = before == NULL;
  if (after->type != automation->of || after->deleted_revision != 0 || (!came && before->deleted_revision != 0)) return false;
  if (automation->trigger == JL_TRIGGER_CREATED) return came;
  if (automation->trigger == JL_TRIGGER_DATE) return false;
  struct jl_bytes was = came ? (struct jl_bytes){NULL, 0} : slice_of(before, automation->when.field), is = slice_of(after, automation->when.field);
  if (jl_bytes_equal(was, is)) return false;
  if (automation->trigger == JL_TRIGGER_CHANGED) return !came;
  return is_value(of, is, automation->when.field, automation->when.value) && (came || !is_value(of, was, automation->when.field, automation->when.value));
}

bool jl_automation_day(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *record, int32_t *ret_day) {
  struct jl_value date;
  if (record->type != automation->of || !jl_record_get(slice_of(record, automation->when.field), automation->when.field, &date)) return false;
  *ret_day = (int32_t)date.number;
  if (automation->offset != 0) *ret_day = jl_working_day_add(of->days, *ret_day, automation->offset);
  return *ret_day >= jl_record_int(automation->record->type, automation->record->body, JL_AUTOMATION_SINCE, INT32_MAX);
}

/* ---- ids ---- */
struct jl_id jl_firing_id(const struct jl_id *automation, const struct jl_id *record, int32_t day) {
  uint8_t of_day[4] = {(uint8_t)((uint32_t)day >> 24), (uint8_t)((uint32_t)day >> 16), (uint8_t)((uint32_t)day >> 8), (uint8_t)day};
  const struct jl_bytes parts[] = {{automation->bytes, sizeof automation->bytes}, {record->bytes, sizeof record->bytes}, {of_day, sizeof of_day}};
  return jl_id_derive("automation firing by a day", parts, JL_COUNT(parts));
}

struct jl_id jl_firing_place(const struct jl_id *automation, uint8_t place) {
  const struct jl_bytes parts[] = {{automation->bytes, sizeof automation->bytes}, {&place, 1}};
  return jl_id_derive("automation firing", parts, JL_COUNT(parts));
}

static const uint8_t made_mark[4] = {0xff, 0xff, 'a', 'u'}; /* rights have one of their own: JL_GRANT_ID */

struct jl_id jl_automation_makes(const char *what, const struct jl_id *firing) {
  const struct jl_bytes part = {firing->bytes, sizeof firing->bytes};
  struct jl_id id = jl_id_derive(what, &part, 1);
  memcpy(id.bytes, made_mark, sizeof made_mark);
  return id;
}

bool jl_automation_made(const struct jl_id *id) { return memcmp(id->bytes, made_mark, sizeof made_mark) == 0; }
