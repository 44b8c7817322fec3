#include "common/record/scan.h"
#include <string.h>

struct jl_scan jl_scan_start(struct jl_bytes record) {
  static const uint8_t nothing[1];
  const uint8_t *data = record.data == NULL ? nothing : record.data;
  return (struct jl_scan){data, data + (record.data == NULL ? 0 : record.size), false};
}

/* Minimal: at most ten bytes, the last not zero unless alone, no bits above 64. */
static inline bool read_varint(struct jl_scan *s, uint64_t *ret_n) {
  if (s->at != s->end && *s->at < 0x80) { /* most are */
    *ret_n = *s->at++;
    return true;
  }
  uint64_t n = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (s->at == s->end) return false;
    uint8_t byte = *s->at++;
    if (shift == 63 && byte > 1) return false;
    n |= (uint64_t)(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    if (byte == 0 && shift > 0) return false;
    *ret_n = n;
    return true;
  }
  return false;
}

static bool read_value(struct jl_scan *s, struct jl_occurrence *o) {
  uint64_t size = 0;
  const uint8_t *start = s->at;
  switch (o->wire) {
  case JL_WIRE_VARINT:
    if (!read_varint(s, &o->varint)) return false;
    o->value = (struct jl_bytes){start, (size_t)(s->at - start)};
    return true;
  case JL_WIRE_64:
    size = 8;
    break;
  case JL_WIRE_32:
    size = 4;
    break;
  case JL_WIRE_BYTES:
    if (!read_varint(s, &size)) return false;
    break;
  default:
    return false;
  }
  if (size > (uint64_t)(s->end - s->at)) return false;
  o->value = (struct jl_bytes){s->at, (size_t)size};
  s->at += size;
  return true;
}

bool jl_scan_next(struct jl_scan *scan, struct jl_occurrence *ret) {
  if (scan->malformed || scan->at == scan->end) return false;
  const uint8_t *start = scan->at;
  uint64_t tag;
  bool ok = read_varint(scan, &tag) && tag >> 3 != 0 && tag >> 3 <= JL_FIELD_NUMBER_MAX;
  if (ok) {
    ret->number = (uint32_t)(tag >> 3);
    ret->wire = (uint32_t)(tag & 7);
    ret->varint = 0;
    ok = read_value(scan, ret);
  }
  if (!ok) {
    scan->malformed = true;
    scan->at = start;
    return false;
  }
  ret->whole = (struct jl_bytes){start, (size_t)(scan->at - start)};
  return true;
}

uint32_t jl_field_wire(const struct jl_field *field) {
  switch (field->kind) {
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
  case JL_KIND_REFERENCE:
  case JL_KIND_RANK:
    return JL_WIRE_BYTES;
  default:
    return JL_WIRE_VARINT;
  }
}

bool jl_occurrence_value(const struct jl_occurrence *o, const struct jl_field *field, struct jl_value *ret_value) {
  struct jl_value value = {0};
  if (o->wire != jl_field_wire(field)) return false;
  if (o->wire == JL_WIRE_VARINT) {
    value.number = field->zigzag ? (int64_t)(o->varint >> 1 ^ (0 - (o->varint & 1))) : (int64_t)o->varint;
    /* 32-bit types: sint32 by zigzag, enums plain (a negative one would sign-extend to ten bytes). */
    bool narrow = field->narrow || field->kind == JL_KIND_ENUM;
    if (narrow && (value.number < INT32_MIN || value.number > INT32_MAX)) return false;
  } else if (field->kind == JL_KIND_REFERENCE) {
    if (!jl_id_from_bytes(o->value, &value.id)) return false;
  } else
    value.text = o->value;
  *ret_value = value;
  return true;
}

int jl_element_compare(struct jl_bytes a, struct jl_bytes b) {
  size_t common = a.size < b.size ? a.size : b.size;
  int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
  if (order != 0) return order;
  return a.size < b.size ? -1 : a.size > b.size;
}
