#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/record/json.h"
#include "common/record/scan.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define FRACTION_DIGITS 6

/* ---- writing ---- */

static void write_fraction(struct jl_buffer *out, int64_t millionths) {
  uint64_t magnitude = millionths < 0 ? 0 - (uint64_t)millionths : (uint64_t)millionths;
  uint64_t rest = magnitude % JL_FRACTION_ONE;
  int digits = FRACTION_DIGITS;
  jl_buffer_printf(out, "\"%s%" PRIu64, millionths < 0 ? "-" : "", magnitude / JL_FRACTION_ONE);
  if (rest != 0) {
    for (; rest % 10 == 0; rest /= 10) digits--;
    jl_buffer_printf(out, ".%0*" PRIu64, digits, rest);
  }
  jl_buffer_byte(out, '"');
}

static void write_value(const struct jl_field *field, const struct jl_value *value, struct jl_buffer *out) {
  char text[JL_ID_TEXT_SIZE];
  const struct jl_enum_value *known;
  switch (field->kind) {
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
    jl_json_write_string(out, (const char *)value->text.data, value->text.size);
    return;
  case JL_KIND_BOOL:
    jl_buffer_text(out, value->number != 0 ? "true" : "false");
    return;
  case JL_KIND_FRACTION:
    write_fraction(out, value->number);
    return;
  case JL_KIND_ENUM:
    known = jl_enum_by_number(field->enumeration, (int32_t)value->number);
    if (known != NULL) {
      jl_json_write_string(out, known->text, strlen(known->text));
      return;
    }
    break; /* a newer program's value */
  case JL_KIND_DATE:
    if (value->number < JL_DAY_MIN || value->number > JL_DAY_MAX) break;
    jl_day_format_iso((int32_t)value->number, text);
    jl_buffer_printf(out, "\"%s\"", text);
    return;
  case JL_KIND_TIME:
    jl_time_format_iso(value->number, text);
    jl_buffer_printf(out, "\"%s\"", text);
    return;
  case JL_KIND_REFERENCE:
    jl_id_format(&value->id, text);
    jl_buffer_printf(out, "\"%s\"", text);
    return;
  case JL_KIND_RANK:
    jl_buffer_byte(out, '"');
    for (size_t i = 0; i < value->text.size; i++) jl_buffer_printf(out, "%02x", value->text.data[i]);
    jl_buffer_byte(out, '"');
    return;
  case JL_KIND_INTEGER:
  case JL_KIND_MONEY:
  case JL_KIND_SHARE:
    break;
  }
  jl_buffer_printf(out, "%" PRId64, value->number);
}

static void write_field(const struct jl_field *field, struct jl_bytes slice, struct jl_buffer *out) {
  struct jl_iterator it = jl_record_each(slice, field);
  struct jl_value value;
  jl_buffer_printf(out, "\"%s\":", field->name);
  if (!field->repeated) {
    if (jl_iterator_next(&it, &value))
      write_value(field, &value, out);
    else
      jl_buffer_text(out, "null");
    return;
  }
  jl_buffer_byte(out, '[');
  for (bool first = true; jl_iterator_next(&it, &value); first = false) {
    if (!first) jl_buffer_byte(out, ',');
    write_value(field, &value, out);
  }
  jl_buffer_byte(out, ']');
}

static void write_unknown(uint32_t number, struct jl_bytes slice, struct jl_buffer *out) {
  size_t size = sodium_base64_ENCODED_LEN(slice.size, sodium_base64_VARIANT_ORIGINAL);
  char *text = malloc(size);
  jl_buffer_printf(out, "\"#%" PRIu32 "\":", number);
  if (text != NULL) sodium_bin2base64(text, size, slice.data, slice.size, sodium_base64_VARIANT_ORIGINAL);
  jl_buffer_printf(out, "\"%s\"", text == NULL ? "" : text);
  if (text == NULL) out->failed = true;
  free(text);
}

void jl_record_to_json(const struct jl_record_type *type, struct jl_bytes record, struct jl_buffer *out) {
  struct jl_scan scan = jl_scan_start(record);
  struct jl_occurrence o;
  uint32_t last = 0;
  jl_buffer_byte(out, '{');
  while (jl_scan_next(&scan, &o)) {
    if (o.number <= last) continue;
    struct jl_bytes rest = {o.whole.data, (size_t)(scan.end - o.whole.data)};
    struct jl_bytes slice = jl_record_slice(rest, o.number);
    const struct jl_field *field = jl_field_by_number(type, o.number);
    if (last != 0) jl_buffer_byte(out, ',');
    if (field == NULL)
      write_unknown(o.number, slice, out);
    else
      write_field(field, slice, out);
    last = o.number;
  }
  jl_buffer_byte(out, '}');
}

/* ---- reading ---- */

struct input {
  const struct jl_record_type *type;
  struct jl_arena *arena;
  jl_resolve_reference *resolve;
  void *context;
  struct jl_error *err;
};

static bool no_memory(const struct input *in) {
  return jl_fail(in->err, JL_E_TOO_LARGE, JL_MSG("the JSON text is too large"), JL_MSG("cut it into smaller parts"));
}

static bool expected(const struct input *in, const struct jl_field *field, const struct jl_json *json, const char *what, const char *hint) {
  jl_fail(in->err, JL_E_INVALID, JL_MSG("line {1}, column {2}: {3} must be {4}"), hint, jl_arg_integer(json->line),
          jl_arg_integer(json->column), jl_arg_label(field->label), jl_arg_label(what));
  return jl_error_at(in->err, in->type->number, NULL, field->number);
}

/* "-12.5" to millionths: at most six decimals, no exponent. */
static bool parse_fraction(const char *text, int64_t *ret_millionths) {
  const char *p = text + (*text == '-');
  bool negative = *text == '-';
  int64_t n = 0;
  int decimals = -1;
  size_t digits = 0;
  for (; *p != '\0'; p++) {
    if (*p == '.' && decimals < 0 && digits > 0) {
      decimals = 0;
      continue;
    }
    if (*p < '0' || *p > '9' || (decimals >= 0 && ++decimals > FRACTION_DIGITS)) return false;
    int digit = negative ? '0' - *p : *p - '0';
    if (__builtin_mul_overflow(n, (int64_t)10, &n) || __builtin_add_overflow(n, (int64_t)digit, &n)) return false;
    digits++;
  }
  if (digits == 0 || decimals == 0) return false;
  for (int i = decimals < 0 ? 0 : decimals; i < FRACTION_DIGITS; i++)
    if (__builtin_mul_overflow(n, (int64_t)10, &n)) return false;
  *ret_millionths = n;
  return true;
}

static bool read_enum(const struct input *in, const struct jl_field *field, const struct jl_json *json, struct jl_value *value) {
  const struct jl_enum_value *found = json->kind == JL_JSON_STRING ? jl_enum_by_text(field->enumeration, json->text) : NULL;
  if (found != NULL) {
    value->number = found->number;
    return true;
  }
  if (jl_json_integer(json, &value->number) && value->number > 0 && value->number <= INT32_MAX)
    return true; /* as written by a newer program; checked later */
  struct jl_buffer known;
  jl_buffer_init(&known, JL_ARG_TEXT_MAX * 2);
  for (size_t i = 0; i < field->enumeration->count; i++)
    jl_buffer_printf(&known, "%s%s", i == 0 ? "" : ", ", field->enumeration->values[i].text);
  const char *list = jl_buffer_cstring(&known);
  jl_fail(in->err, JL_E_INVALID, JL_MSG("line {1}, column {2}: {3} must be one of {4}"), NULL, jl_arg_integer(json->line),
          jl_arg_integer(json->column), jl_arg_label(field->label), jl_arg_text(list == NULL ? "" : list));
  jl_buffer_release(&known);
  return jl_error_at(in->err, in->type->number, NULL, field->number);
}

static bool read_reference(const struct input *in, const struct jl_field *field, const struct jl_json *json, struct jl_value *value) {
  if (json->kind != JL_JSON_STRING) return expected(in, field, json, JL_MSG("a reference in double quotes"), NULL);
  if (in->resolve != NULL)
    return in->resolve(in->context, field, json->text, &value->id, in->err) || jl_error_at(in->err, in->type->number, NULL, field->number);
  return jl_id_parse(json->text, &value->id) ||
         expected(in, field, json, JL_MSG("an identifier"), JL_MSG("as in 6f1c2c5e-8f0b-4a4e-9d0a-0c1f5f2f9b11"));
}

static bool read_rank(const struct input *in, const struct jl_field *field, const struct jl_json *json, struct jl_value *value) {
  uint8_t *bytes = jl_arena_alloc(in->arena, JL_RANK_MAX);
  const char *end;
  if (bytes == NULL) return no_memory(in);
  bool hex = json->kind == JL_JSON_STRING &&
             sodium_hex2bin(bytes, JL_RANK_MAX, json->text, json->text_size, NULL, &value->text.size, &end) == 0 && *end == '\0' &&
             value->text.size > 0;
  value->text.data = bytes;
  return hex || expected(in, field, json, JL_MSG("hexadecimal digits in double quotes"), NULL);
}

static bool read_value(const struct input *in, const struct jl_field *field, const struct jl_json *json, struct jl_value *value) {
  int32_t day;
  bool text = json->kind == JL_JSON_STRING;
  switch (field->kind) {
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
    value->text = (struct jl_bytes){(const uint8_t *)json->text, json->text_size};
    return text || expected(in, field, json, JL_MSG("a text in double quotes"), NULL);
  case JL_KIND_INTEGER:
    return jl_json_integer(json, &value->number) || expected(in, field, json, JL_MSG("a whole number"), NULL);
  case JL_KIND_MONEY:
    return jl_json_integer(json, &value->number) ||
           expected(in, field, json, JL_MSG("a whole number of minor units"), JL_MSG("120000 is 1200.00 EUR"));
  case JL_KIND_SHARE:
    return jl_json_integer(json, &value->number) ||
           expected(in, field, json, JL_MSG("a whole number of basis points"), JL_MSG("2000 is 20 %"));
  case JL_KIND_FRACTION:
    if ((text || json->kind == JL_JSON_NUMBER) && parse_fraction(json->text, &value->number)) return true;
    return expected(in, field, json, JL_MSG("a decimal number with at most 6 decimals"), JL_MSG("0.05 is 5 %"));
  case JL_KIND_BOOL:
    value->number = json->boolean;
    return json->kind == JL_JSON_BOOL || expected(in, field, json, JL_MSG("true or false"), NULL);
  case JL_KIND_DATE:
    if (!text || !jl_day_parse_iso(json->text, &day)) return expected(in, field, json, JL_MSG("a date such as 2026-01-31"), NULL);
    value->number = day;
    return true;
  case JL_KIND_TIME:
    return (text && jl_time_parse_iso(json->text, &value->number)) ||
           expected(in, field, json, JL_MSG("a time such as 2026-01-31T12:00:00Z"), NULL);
  case JL_KIND_ENUM:
    return read_enum(in, field, json, value);
  case JL_KIND_REFERENCE:
    return read_reference(in, field, json, value);
  case JL_KIND_RANK:
    return read_rank(in, field, json, value);
  }
  return false;
}

/* A NUL escaped in a text would cut it where C strings are used. */
static bool hides_nul(const struct jl_json *json) {
  return json->kind == JL_JSON_STRING && memchr(json->text, '\0', json->text_size) != NULL;
}

static bool read_field(const struct input *in, const struct jl_field *field, const struct jl_json *json, struct jl_bytes *ret_slice) {
  const struct jl_json *item = json;
  size_t n = 1, i = 0;
  if (field->repeated) {
    if (json->kind != JL_JSON_ARRAY) return expected(in, field, json, JL_MSG("a list in square brackets"), NULL);
    item = json->first;
    n = 0;
    for (const struct jl_json *each = item; each != NULL; each = each->next) n++;
  }
  struct jl_value *values = jl_arena_array(in->arena, n + 1, sizeof *values);
  if (values == NULL) return no_memory(in);
  for (; i < n; i++, item = item->next) {
    if (hides_nul(item)) return expected(in, field, item, JL_MSG("clean text"), NULL);
    if (!read_value(in, field, item, &values[i])) return false;
  }
  *ret_slice = jl_values_encode(in->arena, field, values, n);
  return ret_slice->data != NULL || no_memory(in);
}

/* "#99": the slice of a field that this program does not know. */
static bool read_unknown(const struct input *in, const struct jl_json *json, uint32_t *ret_number, struct jl_bytes *ret_slice) {
  uint64_t number = 0;
  const char *p = json->key + 1;
  for (; *p >= '0' && *p <= '9' && number <= JL_FIELD_NUMBER_MAX; p++) number = number * 10 + (uint64_t)(*p - '0');
  bool ok = *p == '\0' && number > 0 && number <= JL_FIELD_NUMBER_MAX && json->kind == JL_JSON_STRING;
  ok = ok && jl_field_by_number(in->type, (uint32_t)number) == NULL;
  if (ok) {
    uint8_t *data = jl_arena_alloc(in->arena, json->text_size + 1);
    size_t size = 0;
    if (data == NULL) return no_memory(in);
    ok = sodium_base642bin(data, json->text_size, json->text, json->text_size, NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    *ret_slice = (struct jl_bytes){data, size};
  }
  if (!ok)
    return jl_fail(in->err, JL_E_UNKNOWN_FIELD, JL_MSG("line {1}, column {2}: \"{3}\" is not the bytes of an unknown field"), NULL,
                   jl_arg_integer(json->line), jl_arg_integer(json->column), jl_arg_text(json->key));
  *ret_number = (uint32_t)number;
  return true;
}

static bool unknown_key(const struct input *in, const struct jl_json *json) {
  const char *near = NULL;
  int best = 3; /* more differences are no spelling mistake */
  for (size_t i = 0; i < in->type->field_count; i++) {
    int distance = jl_text_distance(json->key, in->type->fields[i].name);
    if (distance >= best) continue;
    best = distance;
    near = in->type->fields[i].name;
  }
  jl_fail(in->err, JL_E_UNKNOWN_FIELD, JL_MSG("line {1}, column {2}: {3} has no field \"{4}\""),
          near == NULL ? NULL : JL_MSG("did you mean \"{5}\"?"), jl_arg_integer(json->line), jl_arg_integer(json->column),
          jl_arg_label(in->type->label), jl_arg_text(json->key), jl_arg_text(near));
  return jl_error_at(in->err, in->type->number, NULL, 0);
}

static bool read_member(const struct input *in, const struct jl_json *json, struct jl_bytes *record) {
  struct jl_bytes slice;
  uint32_t number = 0;
  if (json->key[0] == '#') {
    if (!read_unknown(in, json, &number, &slice)) return false;
  } else {
    const struct jl_field *field = jl_field_by_name(in->type, json->key);
    if (field == NULL) return unknown_key(in, json);
    if (json->kind == JL_JSON_NULL) return true;
    if (!read_field(in, field, json, &slice)) return false;
    number = field->number;
  }
  if (!jl_slice_check(in->type, number, slice, in->err)) return false;
  if (jl_record_has(*record, number)) /* by its name and its flag */
    return jl_fail(in->err, JL_E_INVALID, JL_MSG("line {1}, column {2}: the key \"{3}\" appears twice"), NULL, jl_arg_integer(json->line),
                   jl_arg_integer(json->column), jl_arg_text(json->key));
  *record = jl_record_with(in->arena, *record, number, slice);
  return record->data != NULL || no_memory(in);
}

bool jl_record_from_json(const struct jl_record_type *type, const struct jl_json *object, struct jl_arena *a, jl_resolve_reference *resolve,
                         void *context, struct jl_bytes *ret_record, struct jl_error *err) {
  static const uint8_t empty[1];
  const struct input in = {type, a, resolve, context, err};
  struct jl_bytes record = {empty, 0};
  if (object->kind != JL_JSON_OBJECT)
    return jl_fail(err, JL_E_INVALID, JL_MSG("line {1}, column {2}: {3} must be an object in curly brackets"), NULL,
                   jl_arg_integer(object->line), jl_arg_integer(object->column), jl_arg_label(type->label));
  for (const struct jl_json *member = object->first; member != NULL; member = member->next)
    if (!read_member(&in, member, &record)) return false;
  *ret_record = record;
  return true;
}
