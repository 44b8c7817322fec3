/* Any field of any record as a cell, from its description alone. */
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/model/budget/amounts.h"
#include "common/model/explain.h"
#include "common/model/view_support.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

#define JOINED_MAX 64 /* values of a set that are written out; a set holds no more by default */

static bool may_name(const struct jl_builder *b, const struct jl_replica *space, const struct jl_record *record) {
  union {
    const struct jl_builder *in;
    struct jl_builder *out;
  } u = {.in = b};
  const Jalon__Document *document = jl_builder_document(u.out);
  enum jl_section section = record->type == NULL ? JL_SECTION_NONE : record->type->section;
  if (!document->has_sections || section == JL_SECTION_DIRECTORY) return true;
  if (section == JL_SECTION_BY_FIELD || section == JL_SECTION_OF_TARGET)
    section = space == NULL ? JL_SECTION_NONE : jl_replica_section(space, record);
  if (section == JL_SECTION_DIRECTORY) return true;
  return section != JL_SECTION_NONE && ((document->sections >> section) & 1u) != 0;
}

static const char *unnamed(struct jl_builder *b, const struct jl_id *id) {
  char text[JL_ID_TEXT_SIZE];
  jl_id_format(id, text);
  const char *caption = jl_arena_printf(jl_builder_arena(b), "#%.8s", text);
  if (caption == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  return caption == NULL ? "" : caption;
}

static struct jl_bytes title_of(const struct jl_record *record) {
  const struct jl_field *field = record->type == NULL ? NULL : jl_title_field(record->type);
  return field == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(record->type, record->body, field->number);
}

const char *jl_record_caption(struct jl_builder *b, const struct jl_replica *space, const struct jl_record *record) {
  if (record == NULL || !jl_builder_ok(b)) return "";
  if (!may_name(b, space, record)) return unnamed(b, &record->id);
  struct jl_bytes title = title_of(record);
  bool by_name =
      record->type != NULL && record->type->space == JL_SPACE_ORGANISATION && jl_title_field(record->type) != NULL; /* people, teams */
  bool erased = record->type != NULL && jl_record_erased(record->type, record->body); /* then its number is all that it is called */
  bool numbered = record->number != 0 && record->type != NULL && (!by_name || erased) && !record->type->singleton;
  if (title.size == 0 && !numbered) return unnamed(b, &record->id);
  char prefix[JL_REFERENCE_SIZE + 1] = "";
  if (numbered) jl_reference_format(record->type, record->number, prefix);
  size_t prefix_size = strlen(prefix);
  if (prefix_size > 0 && title.size > 0) prefix[prefix_size++] = ' ';
  char *caption = jl_arena_alloc(jl_builder_arena(b), prefix_size + title.size + 1);
  if (caption == NULL) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return "";
  }
  memcpy(caption, prefix, prefix_size); /* NOLINT(bugprone-not-null-terminated-result): arena memory is zeroed */
  /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): arena memory is zeroed */
  if (title.size > 0) memcpy(caption + prefix_size, title.data, title.size);
  return caption;
}

static struct jl_bytes bytes_of(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

void jl_cell_record(struct jl_builder *b, const struct jl_replica *space, const struct jl_record *record) {
  if (record != NULL && record->type != NULL && record->number == 0 && jl_record_erased(record->type, record->body)) { /* a guest's name of it */
    jl_cell_label(b, JL_MSG("(erased)"), "(erased)");
    jl_cell_tone(b, JL_TONE_MUTED);
    return;
  }
  jl_cell_text(b, bytes_of(jl_record_caption(b, space, record)));
  if (record != NULL && record->deleted_revision != 0) jl_cell_tone(b, JL_TONE_MUTED);
  if (record != NULL && record->type != NULL) jl_explanation_field(b, space, NULL, record, jl_title_field(record->type));
}

static const struct jl_record *find(const struct jl_setting *s, const struct jl_id *id) {
  const struct jl_record *found = s->space == NULL ? NULL : jl_replica_record(s->space, id);
  if (found == NULL && s->organisation != NULL) found = jl_replica_record(s->organisation, id);
  return found;
}

static struct jl_arg fraction(int64_t millionths, struct jl_bytes unit) {
  if (unit.size == 1 && unit.data[0] == '%') return jl_arg_fraction(millionths, "percent");
  struct jl_arg arg = jl_arg_textn((const char *)unit.data, unit.size);
  arg.kind = JL_ARG_FRACTION;
  arg.number = millionths;
  return arg;
}

/* The unit stands in the description, in a field beside the value, or (measurements) in the record that it belongs to. */
static struct jl_bytes unit_of(const struct jl_setting *s, char out[JL_UNIT_SIZE]) {
  const struct jl_field *field = s->field;
  char currency[4] = "";
  if (s->space != NULL) jl_plan_currency(s->space, currency);
  if (field->unit[0] != '\0') return bytes_of(field->unit);
  if (s->record == NULL) return (struct jl_bytes){NULL, 0};
  if (field->unit_field != 0) return jl_record_unit(s->type, s->record->body, field->unit_field, currency, out);
  const struct jl_field *up = jl_parent_field(s->type);
  struct jl_id id;
  if (up == NULL || !jl_record_id(s->type, s->record->body, up->number, &id)) return (struct jl_bytes){NULL, 0};
  const struct jl_record *owner = find(s, &id);
  const struct jl_field *unit = owner == NULL || owner->type == NULL ? NULL : jl_field_by_name(owner->type, "unit");
  return unit == NULL ? (struct jl_bytes){NULL, 0} : jl_record_unit(owner->type, owner->body, unit->number, currency, out);
}

/* Of an amount: its record's, else that of the record it belongs to (months of a line), else the plan's. */
static void currency_of(const struct jl_setting *s, char ret[4]) {
  struct jl_bytes text = {NULL, 0};
  struct jl_id id;
  const struct jl_field *up = s->record == NULL || s->field->unit_field != 0 ? NULL : jl_parent_field(s->type);
  const struct jl_record *owner = up != NULL && jl_record_id(s->type, s->record->body, up->number, &id) ? find(s, &id) : NULL;
  const struct jl_field *its = owner == NULL || owner->type == NULL ? NULL : jl_field_by_name(owner->type, "currency");
  if (s->record != NULL && s->field->unit_field != 0) text = jl_record_text(s->type, s->record->body, s->field->unit_field);
  if (its != NULL && its->kind == JL_KIND_CURRENCY) text = jl_record_text(owner->type, owner->body, its->number);
  if (text.size == 3) {
    memcpy(ret, text.data, 3);
    ret[3] = '\0';
  } else if (s->space != NULL) {
    jl_plan_currency(s->space, ret);
  }
}

struct jl_arg jl_arg_number(const struct jl_setting *s, int64_t number) {
  char currency[4] = "", unit[JL_UNIT_SIZE];
  struct jl_arg arg;
  switch (s->field->kind) {
  case JL_KIND_MONEY:
    currency_of(s, currency);
    return jl_arg_money(number, currency);
  case JL_KIND_FRACTION:
    return fraction(number, unit_of(s, unit));
  case JL_KIND_SHARE:
    return jl_arg_share(number);
  case JL_KIND_DATE:
    return jl_arg_date(number);
  case JL_KIND_TIME:
    return jl_arg_time(number);
  case JL_KIND_BOOL:
    arg = jl_arg_integer(number != 0);
    arg.kind = JL_ARG_BOOL;
    return arg;
  case JL_KIND_INTEGER:
  case JL_KIND_ENUM:
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_REFERENCE:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
  case JL_KIND_RANK:
    break;
  }
  return jl_arg_integer(number);
}

static void cell_enum(const struct jl_setting *s, int64_t number) {
  const struct jl_enum_value *value =
      number < INT32_MIN || number > INT32_MAX ? NULL : jl_enum_by_number(s->field->enumeration, (int32_t)number);
  if (value == NULL)
    jl_cell(s->b, jl_arg_integer(number)); /* of a newer model */
  else
    jl_cell_label(s->b, value->label, value->text);
}

static bool worded(enum jl_kind kind) {
  return kind == JL_KIND_TEXT || kind == JL_KIND_LONG_TEXT || kind == JL_KIND_REFERENCE || kind == JL_KIND_CURRENCY || kind == JL_KIND_LINK;
}

static struct jl_bytes wording(const struct jl_setting *s, const struct jl_value *value) {
  if (s->field->kind != JL_KIND_REFERENCE) return value->text;
  const struct jl_record *target = find(s, &value->id);
  return bytes_of(target == NULL ? unnamed(s->b, &value->id) : jl_record_caption(s->b, s->space, target));
}

static bool among(const struct jl_setting *s, struct jl_bytes slice, const struct jl_value *value) {
  struct jl_iterator it = jl_record_each(slice, s->field);
  for (struct jl_value other; jl_iterator_next(&it, &other);) {
    bool same = s->field->kind == JL_KIND_REFERENCE
                    ? jl_id_equal(&other.id, &value->id)
                    : other.text.size == value->text.size && other.number == value->number &&
                          (other.text.size == 0 || memcmp(other.text.data, value->text.data, other.text.size) == 0);
    if (same) return true;
  }
  return false;
}

/* References stand in a record by their ids, which are chance; people look for them by number. What is not here comes last. */
static bool shown_before(const struct jl_setting *s, const struct jl_value *x, const struct jl_value *y) {
  const struct jl_record *a = find(s, &x->id), *b = find(s, &y->id);
  if (a == NULL || b == NULL) return a != NULL;
  if (a->type_number != b->type_number) return a->type_number < b->type_number;
  return a->number < b->number;
}

/* The values of a set in the order in which they are shown, at most JOINED_MAX, without those of another set. */
static size_t values_of(const struct jl_setting *s, struct jl_bytes slice, struct jl_bytes without, struct jl_value ret[JOINED_MAX]) {
  struct jl_iterator it = jl_record_each(slice, s->field);
  struct jl_value value;
  size_t n = 0;
  while (n < JOINED_MAX && jl_iterator_next(&it, &value)) {
    if (without.size > 0 && among(s, without, &value)) continue;
    size_t at = n++;
    for (; at > 0 && s->field->kind == JL_KIND_REFERENCE && shown_before(s, &value, &ret[at - 1]); at--) ret[at] = ret[at - 1];
    ret[at] = value;
  }
  return n;
}

/* Several values of a set in one text: texts and references joined by commas, without those of another set. */
static struct jl_bytes joined(const struct jl_setting *s, struct jl_bytes slice, struct jl_bytes without) {
  struct jl_bytes parts[JOINED_MAX];
  struct jl_value values[JOINED_MAX];
  size_t n = values_of(s, slice, without, values), size = 0;
  for (size_t i = 0; i < n; i++) {
    parts[i] = wording(s, &values[i]);
    size += parts[i].size + 2;
  }
  char *text = jl_arena_alloc(jl_builder_arena(s->b), size + 1);
  if (text == NULL) {
    jl_builder_fail(s->b, JL_E_NO_MEMORY);
    return (struct jl_bytes){NULL, 0};
  }
  size_t used = 0;
  for (size_t i = 0; i < n; i++) {
    if (i > 0) {
      memcpy(text + used, ", ", 2); /* NOLINT(bugprone-not-null-terminated-result): a span, not a C string */
      used += 2;
    }
    if (parts[i].size > 0) memcpy(text + used, parts[i].data, parts[i].size);
    used += parts[i].size;
  }
  return (struct jl_bytes){(const uint8_t *)text, used};
}

struct jl_arg jl_arg_slice(const struct jl_setting *s, struct jl_bytes slice, struct jl_bytes without) {
  struct jl_value value;
  struct jl_bytes text;
  if (!jl_builder_ok(s->b) || !jl_record_get(slice, s->field, &value)) return (struct jl_arg){.kind = JL_ARG_NONE};
  if (worded(s->field->kind)) {
    text = s->field->repeated ? joined(s, slice, without) : wording(s, &value);
    return text.size == 0 ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_textn((const char *)text.data, text.size);
  }
  const struct jl_enum_value *known = s->field->kind == JL_KIND_ENUM && value.number >= INT32_MIN && value.number <= INT32_MAX
                                          ? jl_enum_by_number(s->field->enumeration, (int32_t)value.number)
                                          : NULL;
  return known != NULL ? jl_arg_label(known->label) : jl_arg_number(s, value.number);
}

/* The month of a closing is given by its first day, and called by its name; in files it stays that day. */
static bool is_month(const struct jl_record_type *type, const struct jl_field *field) {
  return type != NULL && type->number == JL_TYPE_CLOSED_MONTH && field->number == JL_CLOSED_MONTH_MONTH;
}

static void cell_month(struct jl_builder *b, int32_t day) {
  char iso[11];
  jl_day_format_iso(day, iso);
  jl_cell_month(b, day);
  jl_cell_alternative(b, iso);
}

void jl_cell_slice(struct jl_builder *b, const struct jl_replica *space, const struct jl_replica *organisation,
                   const struct jl_record *record, const struct jl_record_type *type, const struct jl_field *field, struct jl_bytes slice) {
  if (!jl_builder_ok(b)) return;
  const struct jl_setting s = {b, space, organisation, record, type, field};
  struct jl_value value;
  if (!jl_record_get(slice, field, &value)) {
    jl_cell(b, (struct jl_arg){.kind = JL_ARG_NONE});
    return;
  }
  if (worded(field->kind)) {
    if (field->repeated)
      jl_cell_text(b, joined(&s, slice, (struct jl_bytes){NULL, 0}));
    else
      jl_cell_text(b, wording(&s, &value));
  } else if (field->kind == JL_KIND_ENUM) {
    cell_enum(&s, value.number);
  } else if (is_month(type, field)) {
    cell_month(b, (int32_t)value.number);
  } else {
    jl_cell(b, jl_arg_number(&s, value.number));
  }
}

void jl_cell_field(struct jl_builder *b, const struct jl_replica *space, const struct jl_replica *organisation,
                   const struct jl_record *record, const struct jl_field *field) {
  if (!jl_builder_ok(b)) return;
  if (field->personal && field->required && !jl_record_has(record->body, field->number)) {
    jl_cell_label(b, JL_MSG("(erased)"), "(erased)");
    jl_cell_tone(b, JL_TONE_MUTED);
    return;
  }
  jl_cell_slice(b, space, organisation, record, record->type, field, record->body);
  jl_explanation_field(b, space, organisation, record, field);
}

enum jl_arg_kind jl_view_argument_kind(const struct jl_field *field) {
  switch (field->kind) {
  case JL_KIND_INTEGER:
    return JL_ARG_INTEGER;
  case JL_KIND_BOOL:
    return JL_ARG_BOOL;
  case JL_KIND_ENUM:
    return JL_ARG_LABEL;
  case JL_KIND_MONEY:
    return JL_ARG_MONEY;
  case JL_KIND_FRACTION:
    return JL_ARG_FRACTION;
  case JL_KIND_SHARE:
    return JL_ARG_SHARE;
  case JL_KIND_DATE:
    return JL_ARG_DATE;
  case JL_KIND_TIME:
    return JL_ARG_TIME;
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_REFERENCE:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
  case JL_KIND_RANK:
    break;
  }
  return JL_ARG_TEXT;
}
