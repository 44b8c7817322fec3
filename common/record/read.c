#include "common/record/scan.h"
#include <stdio.h>
#include <string.h>

/* Past fields before the one that is looked for, as long as they are short: tag and length of one byte each. Anything else is left to the scan, so
 * what it would stop at within these bytes it still does, but for the form of a number that nobody asked for. */
static void skip_short(struct jl_scan *scan, uint32_t number) {
  while (scan->end - scan->at >= 2 && *scan->at < 0x80 && (uint32_t)*scan->at >> 3 < number && *scan->at >> 3 != 0) {
    const uint8_t *at = scan->at + 1;
    if ((*scan->at & 7) == JL_WIRE_BYTES) {
      if (*at >= 0x80 || *at > scan->end - at - 1) return;
      at += *at + 1;
    } else {
      if ((*scan->at & 7) != JL_WIRE_VARINT) return;
      while (at != scan->end && *at >= 0x80) at++;
      if (at == scan->end || at - scan->at > 10) return;
      at++;
    }
    scan->at = at;
  }
}

/* Fields ascend, so a search may stop at the first higher number. */
static bool find(struct jl_bytes record, uint32_t number, struct jl_occurrence *ret) {
  struct jl_scan scan = jl_scan_start(record);
  skip_short(&scan, number);
  while (jl_scan_next(&scan, ret)) {
    if (ret->number == number) return true;
    if (ret->number > number) return false;
  }
  return false;
}

bool jl_record_has(struct jl_bytes record, uint32_t field_number) {
  struct jl_occurrence o;
  return find(record, field_number, &o);
}

bool jl_record_get(struct jl_bytes record, const struct jl_field *field, struct jl_value *ret_value) {
  struct jl_occurrence o;
  return find(record, field->number, &o) && jl_occurrence_value(&o, field, ret_value);
}

int64_t jl_record_number(struct jl_bytes record, const struct jl_field *field, int64_t otherwise) {
  struct jl_value value;
  bool number = field != NULL && jl_field_wire(field) == JL_WIRE_VARINT;
  return number && jl_record_get(record, field, &value) ? value.number : otherwise;
}

int64_t jl_record_int(const struct jl_record_type *type, struct jl_bytes record, uint32_t field_number, int64_t otherwise) {
  return jl_record_number(record, jl_field_by_number(type, field_number), otherwise);
}

bool jl_record_id(const struct jl_record_type *type, struct jl_bytes record, uint32_t field_number, struct jl_id *ret_id) {
  const struct jl_field *field = jl_field_by_number(type, field_number);
  struct jl_value value;
  if (field == NULL || field->kind != JL_KIND_REFERENCE || !jl_record_get(record, field, &value)) return false;
  *ret_id = value.id;
  return true;
}

struct jl_bytes jl_record_text(const struct jl_record_type *type, struct jl_bytes record, uint32_t field_number) {
  const struct jl_field *field = jl_field_by_number(type, field_number);
  struct jl_value value;
  if (field == NULL || !jl_record_get(record, field, &value)) return (struct jl_bytes){NULL, 0};
  return value.text;
}

struct jl_iterator jl_record_each(struct jl_bytes record, const struct jl_field *field) {
  return (struct jl_iterator){jl_record_slice(record, field->number), field};
}

bool jl_iterator_next(struct jl_iterator *it, struct jl_value *ret_value) {
  struct jl_scan scan = jl_scan_start(it->rest);
  struct jl_occurrence o;
  while (jl_scan_next(&scan, &o)) {
    it->rest = (struct jl_bytes){scan.at, (size_t)(scan.end - scan.at)};
    if (o.number == it->field->number && jl_occurrence_value(&o, it->field, ret_value)) return true;
  }
  it->rest.size = 0;
  return false;
}

struct jl_bytes jl_record_slice(struct jl_bytes record, uint32_t field_number) {
  struct jl_scan scan = jl_scan_start(record);
  struct jl_occurrence o;
  const uint8_t *start = NULL, *end = NULL;
  skip_short(&scan, field_number);
  while (jl_scan_next(&scan, &o) && o.number <= field_number) {
    if (o.number < field_number) continue;
    if (start == NULL) start = o.whole.data;
    end = scan.at;
  }
  return (struct jl_bytes){start, start == NULL ? 0 : (size_t)(end - start)};
}

/* All occurrences of the next field; number UINT32_MAX at the end. */
static struct jl_bytes next_slice(struct jl_scan *scan, uint32_t *ret_number) {
  struct jl_occurrence o;
  const uint8_t *start = scan->at;
  *ret_number = UINT32_MAX;
  struct jl_scan ahead = *scan;
  while (jl_scan_next(&ahead, &o) && (*ret_number == UINT32_MAX || o.number == *ret_number)) {
    *ret_number = o.number;
    scan->at = ahead.at;
  }
  return (struct jl_bytes){start, (size_t)(scan->at - start)};
}

size_t jl_record_diff(struct jl_bytes a, struct jl_bytes b, uint32_t *ret_numbers, size_t max) {
  struct jl_scan x = jl_scan_start(a), y = jl_scan_start(b);
  uint32_t nx, ny;
  struct jl_bytes sx = next_slice(&x, &nx), sy = next_slice(&y, &ny);
  size_t count = 0;
  while ((nx != UINT32_MAX || ny != UINT32_MAX) && count < max) {
    uint32_t number = nx < ny ? nx : ny;
    bool same = nx == ny && jl_element_compare(sx, sy) == 0;
    if (!same) ret_numbers[count++] = number;
    bool step_x = nx == number, step_y = ny == number;
    if (step_x) sx = next_slice(&x, &nx);
    if (step_y) sy = next_slice(&y, &ny);
  }
  return count;
}

/* ---- units ---- */
const char *jl_record_unit_implied(const struct jl_record_type *type, struct jl_bytes record) {
  for (size_t i = 0; type != NULL && i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    if (field->kind != JL_KIND_ENUM || field->repeated || field->enumeration->count == 0) continue;
    bool any = false; /* most kinds of values bring none */
    for (size_t v = 0; v < field->enumeration->count; v++) any = any || field->enumeration->values[v].unit[0] != '\0';
    const struct jl_enum_value *value = any ? jl_enum_by_number(field->enumeration, (int32_t)jl_record_int(type, record, field->number, 0)) : NULL;
    if (value != NULL && value->unit[0] != '\0') return value->unit;
  }
  return "";
}

struct jl_bytes jl_record_unit(const struct jl_record_type *type, struct jl_bytes record, uint32_t unit_field, const char *currency, char out[JL_UNIT_SIZE]) {
  const char *implied = jl_record_unit_implied(type, record);
  if (implied[0] == '\0') return unit_field == 0 ? (struct jl_bytes){NULL, 0} : jl_record_text(type, record, unit_field);
  if (strcmp(implied, "ratio") == 0) implied = "";
  if (strncmp(implied, "currency", 8) == 0) { /* behind it what it is for each of: "/day" */
    snprintf(out, JL_UNIT_SIZE, "%.3s%s", currency, currency[0] != '\0' ? implied + 8 : "");
    implied = out;
  }
  return (struct jl_bytes){(const uint8_t *)implied, strlen(implied)};
}
