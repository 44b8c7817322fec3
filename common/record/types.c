#include "common/record/record.h"
#include <string.h>
#include <strings.h>

const struct jl_record_type *jl_record_type_by_number(uint32_t number) {
  size_t low = 0, high = jl_record_type_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct jl_record_type *type = jl_record_types[middle];
    if (type->number == number) return type;
    if (type->number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const struct jl_record_type *jl_record_type_by_name(const char *name) {
  for (size_t i = 0; i < jl_record_type_count; i++)
    if (strcmp(jl_record_types[i]->name, name) == 0 || strcmp(jl_record_types[i]->command, name) == 0) return jl_record_types[i];
  return NULL;
}

const struct jl_record_type *jl_record_type_by_letter(const char *letter, size_t size) {
  for (size_t i = 0; i < jl_record_type_count; i++)
    if (strlen(jl_record_types[i]->letter) == size && strncasecmp(jl_record_types[i]->letter, letter, size) == 0) return jl_record_types[i];
  return NULL;
}

const struct jl_field *jl_field_by_number(const struct jl_record_type *type, uint32_t number) {
  size_t low = 0, high = type->field_count;
  /* Most types number their fields without gaps. */
  if (number >= 1 && number <= high && type->fields[number - 1].number == number) return &type->fields[number - 1];
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct jl_field *field = &type->fields[middle];
    if (field->number == number) return field;
    if (field->number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const struct jl_field *jl_field_by_name(const struct jl_record_type *type, const char *name) {
  for (size_t i = 0; i < type->field_count; i++)
    if (strcmp(type->fields[i].name, name) == 0 || strcmp(type->fields[i].flag, name) == 0) return &type->fields[i];
  return NULL;
}

const struct jl_field *jl_title_field(const struct jl_record_type *type) {
  for (size_t i = 0; i < type->field_count; i++)
    if (type->fields[i].title) return &type->fields[i];
  return NULL;
}

bool jl_record_erased(const struct jl_record_type *type, struct jl_bytes record) {
  for (size_t i = 0; i < type->field_count; i++)
    if (type->fields[i].personal && type->fields[i].required && !jl_record_has(record, type->fields[i].number)) return true;
  return false;
}

const struct jl_field *jl_parent_field(const struct jl_record_type *type) {
  for (size_t i = 0; i < type->field_count; i++)
    if (type->fields[i].parent) return &type->fields[i];
  return NULL;
}

enum jl_section jl_record_named_section(const struct jl_record_type *type, struct jl_bytes record) {
  for (size_t i = 0; i < type->field_count; i++) {
    if (type->fields[i].kind != JL_KIND_ENUM || strcmp(type->fields[i].name, "section") != 0) continue;
    int64_t section = jl_record_number(record, &type->fields[i], JL_SECTION_NONE);
    return section > JL_SECTION_NONE && section < JL_SECTIONS ? (enum jl_section)section : JL_SECTION_NONE;
  }
  return JL_SECTION_NONE;
}

/* Asked for at each put, and among the last fields where there is one. */
const struct jl_field *jl_rank_field(const struct jl_record_type *type) {
  for (size_t i = type->field_count; i-- > 0;)
    if (type->fields[i].kind == JL_KIND_RANK) return &type->fields[i];
  return NULL;
}

const struct jl_enum_value *jl_enum_by_number(const struct jl_enum *e, int32_t number) {
  for (size_t i = 0; i < e->count; i++)
    if (e->values[i].number == number) return &e->values[i];
  return NULL;
}

const struct jl_enum_value *jl_enum_by_text(const struct jl_enum *e, const char *text) {
  for (size_t i = 0; i < e->count; i++)
    if (strcasecmp(e->values[i].text, text) == 0 || strcasecmp(e->values[i].name, text) == 0) return &e->values[i];
  return NULL;
}

bool jl_field_refers_to(const struct jl_field *field, uint32_t type_number) {
  for (size_t i = 0; i < field->reference_count; i++)
    if (field->references[i] == type_number || field->references[i] == 0) return true;
  return false;
}
