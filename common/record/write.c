#include "common/record/scan.h"
#include <stdlib.h>
#include <string.h>

#define TAG_MAX 5
#define VARINT_MAX 10

/* A slice that means "no value", told from an arena failure by its data. */
static struct jl_bytes nothing(void) {
  static const uint8_t byte[1];
  return (struct jl_bytes){byte, 0};
}

static size_t put_varint(uint8_t *out, uint64_t n) {
  size_t size = 0;
  for (; n >= 0x80; n >>= 7) out[size++] = (uint8_t)(n | 0x80);
  out[size++] = (uint8_t)n;
  return size;
}

/* Content of a value: borrowed, or written to scratch. */
static struct jl_bytes content(const struct jl_field *field, const struct jl_value *value, uint8_t scratch[VARINT_MAX]) {
  if (field->kind == JL_KIND_REFERENCE) return (struct jl_bytes){value->id.bytes, sizeof value->id.bytes};
  if (jl_field_wire(field) == JL_WIRE_BYTES) return value->text;
  uint64_t n = (uint64_t)value->number;
  if (field->zigzag) n = n << 1 ^ (value->number < 0 ? UINT64_MAX : 0);
  return (struct jl_bytes){scratch, put_varint(scratch, n)};
}

static size_t put_element(uint8_t *out, const struct jl_field *field, struct jl_bytes element) {
  uint32_t wire = jl_field_wire(field);
  size_t used = put_varint(out, (uint64_t)field->number << 3 | wire);
  if (wire == JL_WIRE_BYTES) used += put_varint(out + used, element.size);
  if (element.size > 0) memcpy(out + used, element.data, element.size);
  return used + element.size;
}

static int by_bytes(const void *a, const void *b) {
  const struct jl_bytes *x = a, *y = b;
  return jl_element_compare(*x, *y);
}

/* Sorts and drops duplicates in place; returns how many stay. */
static size_t sort_unique(struct jl_bytes *elements, size_t n) {
  size_t kept = 0;
  if (n > 1) qsort(elements, n, sizeof *elements, by_bytes);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || jl_element_compare(elements[kept - 1], elements[i]) != 0) elements[kept++] = elements[i];
  return kept;
}

static struct jl_bytes put_elements(struct jl_arena *a, const struct jl_field *field, const struct jl_bytes *elements, size_t n) {
  size_t size = 0;
  if (n == 0) return nothing();
  for (size_t i = 0; i < n; i++)
    if (__builtin_add_overflow(size, elements[i].size + TAG_MAX + VARINT_MAX, &size)) return (struct jl_bytes){NULL, 0};
  uint8_t *out = jl_arena_alloc(a, size);
  if (out == NULL) return (struct jl_bytes){NULL, 0};
  size_t used = 0;
  for (size_t i = 0; i < n; i++) used += put_element(out + used, field, elements[i]);
  return (struct jl_bytes){out, used};
}

struct jl_bytes jl_value_encode(struct jl_arena *a, const struct jl_field *field, const struct jl_value *value) {
  uint8_t scratch[VARINT_MAX];
  struct jl_bytes element = content(field, value, scratch);
  return put_elements(a, field, &element, 1);
}

struct jl_bytes jl_values_encode(struct jl_arena *a, const struct jl_field *field, const struct jl_value *values, size_t n) {
  if (n == 0) return nothing();
  struct jl_bytes *elements = jl_arena_array(a, n, sizeof *elements);
  uint8_t(*scratch)[VARINT_MAX] = jl_arena_array(a, n, sizeof *scratch);
  if (elements == NULL || scratch == NULL) return (struct jl_bytes){NULL, 0};
  for (size_t i = 0; i < n; i++) elements[i] = content(field, &values[i], scratch[i]);
  return put_elements(a, field, elements, field->repeated ? sort_unique(elements, n) : n);
}

struct jl_bytes jl_record_with(struct jl_arena *a, struct jl_bytes record, uint32_t field_number, struct jl_bytes slice) {
  struct jl_scan scan = jl_scan_start(record);
  struct jl_occurrence o;
  size_t before = 0, after = 0; /* bytes up to the field, bytes up to its end */
  while (jl_scan_next(&scan, &o) && o.number <= field_number) {
    after += o.whole.size;
    if (o.number < field_number) before = after;
  }
  size_t tail = record.data == NULL ? 0 : record.size - after;
  if (before + slice.size + tail == 0) return nothing();
  uint8_t *out = jl_arena_alloc(a, before + slice.size + tail);
  if (out == NULL) return (struct jl_bytes){NULL, 0};
  if (before > 0) memcpy(out, record.data, before); /* NOLINT(clang-analyzer-core.NonNullParamChecker): no data has no fields before */
  if (slice.size > 0) memcpy(out + before, slice.data, slice.size);
  if (tail > 0) memcpy(out + before + slice.size, record.data + after, tail);
  return (struct jl_bytes){out, before + slice.size + tail};
}

/* Appends the elements of a slice; a slice of n bytes has at most n / 2 of them. */
static size_t collect(const struct jl_field *field, struct jl_bytes slice, struct jl_bytes *out) {
  struct jl_scan scan = jl_scan_start(slice);
  struct jl_occurrence o;
  size_t n = 0;
  while (jl_scan_next(&scan, &o))
    if (o.number == field->number && o.wire == jl_field_wire(field)) out[n++] = o.value;
  return n;
}

struct jl_bytes jl_set_apply(struct jl_arena *a, const struct jl_field *field, struct jl_bytes current, struct jl_bytes add,
                             struct jl_bytes remove) {
  struct jl_bytes *elements = jl_arena_array(a, current.size / 2 + add.size / 2 + 1, sizeof *elements);
  struct jl_bytes *removed = jl_arena_array(a, remove.size / 2 + 1, sizeof *removed);
  if (elements == NULL || removed == NULL) return (struct jl_bytes){NULL, 0};
  size_t n = collect(field, current, elements);
  n += collect(field, add, elements + n);
  n = sort_unique(elements, n);
  size_t removed_count = sort_unique(removed, collect(field, remove, removed));
  size_t kept = 0, r = 0;
  for (size_t i = 0; i < n; i++) {
    while (r < removed_count && jl_element_compare(removed[r], elements[i]) < 0) r++;
    if (r < removed_count && jl_element_compare(removed[r], elements[i]) == 0) continue;
    elements[kept++] = elements[i];
  }
  return put_elements(a, field, elements, kept);
}
