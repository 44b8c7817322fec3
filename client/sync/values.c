/* Records by names, for programs that have no record tables: thin over common/record. */
#include "client/include/jalon_record.h"
#include "common/base/limits.h"
#include "common/record/json.h"
#include "common/record/record.h"
#include <string.h>

#define JSON_ARENA (64u * JL_RECORD_MAX) /* of one object and its record */

static const struct jl_field *field_of(uint32_t type, uint32_t field) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  return t == NULL ? NULL : jl_field_by_number(t, field);
}

uint32_t jl_type_named(const char *name) {
  const struct jl_record_type *t = jl_record_type_by_name(name);
  return t == NULL ? 0 : t->number;
}
const char *jl_type_name(uint32_t type) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  return t == NULL ? NULL : t->name;
}
const char *jl_type_letter(uint32_t type) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  return t == NULL ? NULL : t->letter;
}
uint32_t jl_field_named(uint32_t type, const char *name) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  const struct jl_field *f = t == NULL ? NULL : jl_field_by_name(t, name);
  return f == NULL ? 0 : f->number;
}
const char *jl_field_name(uint32_t type, uint32_t field) {
  const struct jl_field *f = field_of(type, field);
  return f == NULL ? NULL : f->name;
}

static bool is_text(const struct jl_field *f) {
  return f->kind == JL_KIND_TEXT || f->kind == JL_KIND_LONG_TEXT || f->kind == JL_KIND_CURRENCY || f->kind == JL_KIND_LINK;
}

bool jl_read_integer(uint32_t type, uint32_t field, struct jl_bytes from, int64_t *ret_number) {
  const struct jl_field *f = field_of(type, field);
  struct jl_value value;
  if (f == NULL || is_text(f) || f->kind == JL_KIND_REFERENCE || !jl_record_get(from, f, &value)) return false;
  *ret_number = value.number;
  return true;
}
bool jl_read_id(uint32_t type, uint32_t field, struct jl_bytes from, struct jl_id *ret_id) {
  const struct jl_field *f = field_of(type, field);
  struct jl_value value;
  if (f == NULL || f->kind != JL_KIND_REFERENCE || !jl_record_get(from, f, &value)) return false;
  *ret_id = value.id;
  return true;
}
bool jl_read_text(uint32_t type, uint32_t field, struct jl_bytes from, struct jl_bytes *ret_text) {
  const struct jl_field *f = field_of(type, field);
  struct jl_value value;
  if (f == NULL || !is_text(f) || !jl_record_get(from, f, &value)) return false;
  *ret_text = value.text;
  return true;
}

static bool no_such_type(uint32_t type, struct jl_error *err) {
  return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("there is no record type number {1} here"), NULL, jl_arg_integer(type));
}

void jl_record_write_json(uint32_t type, struct jl_bytes record, struct jl_buffer *out) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  if (t != NULL)
    jl_record_to_json(t, record, out);
  else
    jl_buffer_text(out, "{}");
}

bool jl_record_read_json(uint32_t type, const char *json, size_t size, struct jl_buffer *out, struct jl_error *err) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  if (t == NULL) return no_such_type(type, err);
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JSON_ARENA);
  const struct jl_json *root;
  struct jl_bytes record;
  if (a == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!jl_json_parse(a, (struct jl_bytes){(const uint8_t *)json, size}, &root, err) ||
      !jl_record_from_json(t, root, a, NULL, NULL, &record, err) || !jl_record_check(t, record, err))
    return false;
  jl_buffer_append(out, record.data, record.size);
  return jl_buffer_ok(out) || jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the record is larger than its buffer"), NULL);
}

static bool write_value(uint32_t type, uint32_t field, bool wanted(const struct jl_field *f), const struct jl_value *value,
                        struct jl_buffer *out, struct jl_error *err) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  const struct jl_field *f = field_of(type, field);
  if (t == NULL) return no_such_type(type, err);
  if (f == NULL || !wanted(f))
    return jl_fail(err, JL_E_UNKNOWN_FIELD, JL_MSG("{1} has no field number {2} here"), NULL, jl_arg_label(t->label),
                   jl_arg_integer(field));
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(4 * JL_RECORD_MAX);
  struct jl_bytes slice = a == NULL ? (struct jl_bytes){NULL, 0} : jl_value_encode(a, f, value);
  if (slice.data == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!jl_slice_check(t, field, slice, err)) return false;
  jl_buffer_append(out, slice.data, slice.size);
  return jl_buffer_ok(out) || jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the record is larger than its buffer"), NULL);
}

static bool is_reference(const struct jl_field *f) { return f->kind == JL_KIND_REFERENCE; }
static bool is_integer(const struct jl_field *f) { return !is_text(f) && !is_reference(f); }

bool jl_write_integer(uint32_t type, uint32_t field, int64_t number, struct jl_buffer *out, struct jl_error *err) {
  return write_value(type, field, is_integer, &(struct jl_value){.number = number}, out, err);
}
bool jl_write_text(uint32_t type, uint32_t field, const char *text, struct jl_buffer *out, struct jl_error *err) {
  return write_value(type, field, is_text, &(struct jl_value){.text = {(const uint8_t *)text, strlen(text)}}, out, err);
}
bool jl_write_id(uint32_t type, uint32_t field, const struct jl_id *id, struct jl_buffer *out, struct jl_error *err) {
  return write_value(type, field, is_reference, &(struct jl_value){.id = *id}, out, err);
}
