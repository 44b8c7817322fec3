#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/record/scan.h"
#include <string.h>

#define US_PER_DAY (INT64_C(86400) * 1000000)

/* What is being checked, for messages. */
struct subject {
  const struct jl_record_type *type;
  const struct jl_field *field;
  struct jl_error *err;
};

/* Every template's {1} is the label of the field. */
#define REFUSE(s, code, message, hint, ...)                                                                                                \
  (jl_fail((s)->err, (code), (message), (hint), jl_arg_label((s)->field->label), ##__VA_ARGS__),                                           \
   jl_error_at((s)->err, (s)->type->number, NULL, (s)->field->number))

static bool malformed(const struct subject *s) {
  return REFUSE(s, JL_E_INVALID, JL_MSG("the value of {1} is malformed"), JL_MSG("the program that sent it is faulty or older"));
}

static bool starts_with(struct jl_bytes text, const char *prefix) {
  size_t size = strlen(prefix);
  return text.size > size && memcmp(text.data, prefix, size) == 0;
}

static bool check_currency(const struct subject *s, struct jl_bytes text) {
  char code[4] = "";
  if (text.size == 3) memcpy(code, text.data, 3);
  if (jl_currency_digits(code) >= 0) return true;
  return REFUSE(s, JL_E_INVALID, JL_MSG("{1}: there is no currency {2}"), JL_MSG("write its three-letter code, such as EUR"),
                jl_arg_textn((const char *)text.data, text.size));
}

static bool check_link(const struct subject *s, struct jl_bytes text) {
  if (starts_with(text, "http://") || starts_with(text, "https://") || starts_with(text, "mailto:")) return true;
  return REFUSE(s, JL_E_INVALID, JL_MSG("{1} must be a web or mail address"), JL_MSG("begin it with https://, http:// or mailto:"));
}

static bool check_text(const struct subject *s, struct jl_bytes text) {
  if (text.size > s->field->max_bytes)
    return REFUSE(s, JL_E_TOO_LARGE, JL_MSG("{1} is too long: {2}, at most {3}"), JL_MSG("shorten it"), jl_arg_bytes((int64_t)text.size),
                  jl_arg_bytes(s->field->max_bytes));
  if (!jl_text_valid(text.data, text.size))
    return REFUSE(s, JL_E_BAD_UTF8, JL_MSG("{1} is not clean text"), JL_MSG("it must be UTF-8 without control characters"));
  if (text.size == 0 && (s->field->required || s->field->repeated)) return REFUSE(s, JL_E_INVALID, JL_MSG("{1} must not be empty"), NULL);
  if (s->field->kind != JL_KIND_LONG_TEXT && text.size > 0 && memchr(text.data, '\n', text.size) != NULL)
    return REFUSE(s, JL_E_INVALID, JL_MSG("{1} must be a single line"), NULL);
  if (s->field->kind == JL_KIND_CURRENCY) return check_currency(s, text);
  if (s->field->kind == JL_KIND_LINK) return check_link(s, text);
  return true;
}

static struct jl_arg arg_of(const struct jl_field *field, int64_t n) {
  switch (field->kind) {
  case JL_KIND_MONEY:
    return jl_arg_money(n, "");
  case JL_KIND_FRACTION:
    return jl_arg_fraction(n, field->unit);
  case JL_KIND_SHARE:
    return jl_arg_share(n);
  case JL_KIND_DATE:
    return jl_arg_date(n);
  case JL_KIND_TIME:
    return jl_arg_time(n);
  default:
    return jl_arg_integer(n);
  }
}

static bool check_between(const struct subject *s, int64_t n, int64_t least, int64_t most) {
  if (n >= least && n <= most) return true;
  const struct jl_field *f = s->field;
  if (least == INT64_MIN) return REFUSE(s, JL_E_INVALID, JL_MSG("{1} must be at most {2}"), NULL, arg_of(f, most));
  if (most == INT64_MAX) return REFUSE(s, JL_E_INVALID, JL_MSG("{1} must be at least {2}"), NULL, arg_of(f, least));
  return REFUSE(s, JL_E_INVALID, JL_MSG("{1} must be between {2} and {3}"), NULL, arg_of(f, least), arg_of(f, most));
}

static bool check_number(const struct subject *s, int64_t n) {
  const struct jl_field *f = s->field;
  switch (f->kind) {
  case JL_KIND_BOOL:
    return n == 0 || n == 1 || malformed(s);
  case JL_KIND_ENUM:
    if (jl_enum_by_number(f->enumeration, (int32_t)n) != NULL) return true;
    return REFUSE(s, JL_E_INVALID, JL_MSG("{1} has no value number {2}"),
                  n == 0 ? JL_MSG("clear the field instead") : JL_MSG("update this program: a newer one may know it"), jl_arg_integer(n));
  case JL_KIND_DATE:
    if (!check_between(s, n, JL_DAY_MIN, JL_DAY_MAX)) return false;
    break;
  case JL_KIND_TIME:
    if (!check_between(s, n, JL_DAY_MIN * US_PER_DAY, (INT64_C(1) + JL_DAY_MAX) * US_PER_DAY - 1)) return false;
    break;
  default:
    break;
  }
  return check_between(s, n, f->has_minimum ? f->minimum : INT64_MIN, f->has_maximum ? f->maximum : INT64_MAX);
}

static bool check_value(const struct subject *s, const struct jl_occurrence *o) {
  struct jl_value value;
  if (!jl_occurrence_value(o, s->field, &value)) return malformed(s);
  if (s->field->kind == JL_KIND_REFERENCE) return !jl_id_is_zero(&value.id) || malformed(s);
  if (s->field->kind == JL_KIND_RANK)
    return (value.text.size > 0 && value.text.size <= JL_RANK_MAX && value.text.data[value.text.size - 1] != 0) || malformed(s);
  return o->wire == JL_WIRE_BYTES ? check_text(s, value.text) : check_number(s, value.number);
}

static bool unknown_malformed(const struct jl_record_type *type, uint32_t field_number, struct jl_error *err) {
  jl_fail(err, JL_E_INVALID, JL_MSG("the bytes of field {1} are malformed"), JL_MSG("the program that sent it is faulty or older"),
          jl_arg_integer(field_number));
  return jl_error_at(err, type->number, NULL, field_number);
}

bool jl_slice_check(const struct jl_record_type *type, uint32_t field_number, struct jl_bytes slice, struct jl_error *err) {
  const struct subject s = {type, jl_field_by_number(type, field_number), err};
  struct jl_scan scan = jl_scan_start(slice);
  struct jl_occurrence o, last = {0};
  uint32_t count = 0;
  if (slice.size > JL_RECORD_MAX) {
    jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the value of field {1} is too large: at most {2}"), NULL, jl_arg_integer(field_number),
            jl_arg_bytes(JL_RECORD_MAX));
    return jl_error_at(err, type->number, NULL, field_number);
  }
  for (; jl_scan_next(&scan, &o); last = o, count++) {
    if (o.number != field_number) return unknown_malformed(type, field_number, err);
    if (s.field == NULL) continue;
    if (!check_value(&s, &o)) return false;
    if (count == 0) continue;
    if (!s.field->repeated) return REFUSE(&s, JL_E_INVALID, JL_MSG("{1} has more than one value"), NULL);
    if (jl_element_compare(last.value, o.value) >= 0) return malformed(&s);
    if (count >= s.field->max_items)
      return REFUSE(&s, JL_E_TOO_LARGE, JL_MSG("{1} has too many values: at most {2}"), NULL, jl_arg_integer(s.field->max_items));
  }
  return !scan.malformed || unknown_malformed(type, field_number, err);
}

static bool check_required(const struct jl_record_type *type, struct jl_bytes record, bool erased, struct jl_error *err) {
  for (size_t i = 0; i < type->field_count; i++) {
    const struct subject s = {type, &type->fields[i], err};
    if (erased && s.field->personal && jl_record_has(record, s.field->number))
      return REFUSE(&s, JL_E_INVALID, JL_MSG("the personal values of this {1} were erased, and are not given again"), NULL, jl_arg_label(type->label));
    if (s.field->required && !(erased && s.field->personal) && !jl_record_has(record, s.field->number)) return REFUSE(&s, JL_E_INVALID, JL_MSG("{1} is required"), NULL);
  }
  return true;
}

static bool check_record(const struct jl_record_type *type, struct jl_bytes record, bool erased, struct jl_error *err) {
  if (record.size > JL_RECORD_MAX) {
    jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1}: {2}, at most {3}"), JL_MSG("shorten its texts"), jl_arg_label(type->label),
            jl_arg_bytes((int64_t)record.size), jl_arg_bytes(JL_RECORD_MAX));
    return jl_error_at(err, type->number, NULL, 0);
  }
  if (!jl_record_canonical(record)) {
    jl_fail(err, JL_E_INVALID, JL_MSG("the bytes of this {1} are malformed"), JL_MSG("the program that sent it is faulty or older"),
            jl_arg_label(type->label));
    return jl_error_at(err, type->number, NULL, 0);
  }
  struct jl_scan scan = jl_scan_start(record);
  struct jl_occurrence o;
  uint32_t last = 0;
  while (jl_scan_next(&scan, &o)) {
    if (o.number == last) continue;
    last = o.number;
    /* The field's occurrences follow each other, so its slice is found from here. */
    struct jl_bytes rest = {o.whole.data, (size_t)(scan.end - o.whole.data)};
    if (!jl_slice_check(type, o.number, jl_record_slice(rest, o.number), err)) return false;
  }
  return check_required(type, record, erased, err);
}

bool jl_record_check(const struct jl_record_type *type, struct jl_bytes record, struct jl_error *err) {
  return check_record(type, record, false, err);
}
bool jl_record_check_erased(const struct jl_record_type *type, struct jl_bytes record, struct jl_error *err) {
  return check_record(type, record, true, err);
}

bool jl_record_canonical(struct jl_bytes record) {
  struct jl_scan scan = jl_scan_start(record);
  struct jl_occurrence o;
  for (uint32_t last = 0; jl_scan_next(&scan, &o); last = o.number)
    if (o.number < last) return false;
  return !scan.malformed;
}
