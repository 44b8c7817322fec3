/* What is written in an automation as a value of a field. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/automation/automation.h"
#include "common/model/budget/amounts.h"
#include "common/record/schema.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool unreadable(const struct jl_field *field, const char *text, const char *hint, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: an automation cannot read \"{2}\""), hint, jl_arg_label(field->label), jl_arg_text(text));
}

static bool read_integer(const char *text, int64_t *ret) {
  char *end;
  errno = 0;
  *ret = strtoll(text, &end, 10);
  return errno == 0 && end != text && *end == '\0';
}

/* "12", "-0.5", "12,75" in units of 10^-digits; "%" divides by a hundred. */
static bool read_decimal(const char *text, int digits, int64_t *ret) {
  bool minus = *text == '-', any = false, point = false;
  int64_t n = 0;
  int left = digits;
  size_t size = strlen(text);
  if (size > 0 && text[size - 1] == '%') {
    size--;
    left -= 2;
  }
  for (size_t i = minus; i < size; i++) {
    if ((text[i] == '.' || text[i] == ',') && !point) {
      point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9' || (point && left == 0) || n > INT64_MAX / 100) return false;
    n = n * 10 + (text[i] - '0');
    left -= point;
    any = true;
  }
  for (; left > 0; left--) {
    if (n > INT64_MAX / 10) return false;
    n *= 10;
  }
  *ret = minus ? -n : n;
  return any && left == 0;
}

bool jl_automation_days(struct jl_setting_of *of) {
  const struct jl_working_days_of days = {.plan = of->space, .organisation = of->organisation};
  if (of->days == NULL) of->days = jl_working_days_new(&days, of->a);
  return of->days != NULL;
}

static bool read_date(struct jl_setting_of *of, const char *text, int64_t *ret) {
  int64_t n;
  int32_t day;
  if (strcmp(text, "today") == 0) {
    *ret = of->today;
    return true;
  }
  if (text[0] == '+' || text[0] == '-') {
    if (!read_integer(text, &n) || n < -2600 || n > 2600 || !jl_automation_days(of)) return false;
    *ret = jl_working_day_add(of->days, of->today, n);
    return true;
  }
  if (!jl_day_parse_iso(text, &day)) return false;
  *ret = day;
  return true;
}

/* By reference: what it is called changes, its number does not. */
static bool read_reference(const struct jl_setting_of *of, const struct jl_field *field, const char *text, struct jl_id *ret) {
  const struct jl_record_type *type;
  uint64_t number;
  if (!jl_reference_parse(text, &type, &number) || jl_number_provisional(number) || !jl_field_refers_to(field, type->number)) return false;
  const struct jl_replica *space = type->space == JL_SPACE_ORGANISATION ? of->organisation : of->space;
  const struct jl_record *record = space == NULL ? NULL : jl_replica_numbered(space, type->number, number);
  if (record == NULL || (space == of->space && (of->hidden >> jl_replica_section(space, record) & 1) != 0)) return false;
  *ret = record->id;
  return true;
}

static int money_digits(const struct jl_setting_of *of) {
  char currency[4] = "EUR";
  jl_plan_currency(of->space, currency);
  int digits = jl_currency_digits(currency);
  return digits < 0 ? 2 : digits;
}

bool jl_automation_value(struct jl_setting_of *of, const struct jl_field *field, const char *text, struct jl_bytes *ret_slice, struct jl_error *err) {
  struct jl_value value = {.text = {(const uint8_t *)text, strlen(text)}};
  const struct jl_enum_value *one;
  const char *hint = NULL;
  bool fine = true;
  *ret_slice = (struct jl_bytes){NULL, 0};
  if (text[0] == '\0') return true;
  switch (field->kind) {
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_LINK:
  case JL_KIND_CURRENCY:
    break;
  case JL_KIND_INTEGER:
    fine = read_integer(text, &value.number);
    break;
  case JL_KIND_BOOL:
    value.number = strcmp(text, "yes") == 0;
    fine = value.number != 0 || strcmp(text, "no") == 0;
    hint = JL_MSG("write yes or no");
    break;
  case JL_KIND_ENUM:
    one = jl_enum_by_text(field->enumeration, text);
    fine = one != NULL;
    if (fine) value.number = one->number;
    hint = JL_MSG("write it as the command line does: in-progress, high");
    break;
  case JL_KIND_MONEY:
    fine = read_decimal(text, money_digits(of), &value.number);
    break;
  case JL_KIND_FRACTION:
    fine = read_decimal(text, 6, &value.number);
    hint = JL_MSG("write 50% or 0.5");
    break;
  case JL_KIND_SHARE:
    fine = read_decimal(text, 4, &value.number);
    hint = JL_MSG("write 20%");
    break;
  case JL_KIND_DATE:
    fine = read_date(of, text, &value.number);
    hint = JL_MSG("write 2027-03-01, today, or +5 for five working days from today");
    break;
  case JL_KIND_REFERENCE:
    fine = read_reference(of, field, text, &value.id);
    hint = JL_MSG("write its short reference, as L2 or P3");
    break;
  case JL_KIND_TIME:
  case JL_KIND_RANK:
    fine = false;
    break;
  }
  if (!fine) return unreadable(field, text, hint, err);
  *ret_slice = jl_value_encode(of->a, field, &value);
  return ret_slice->data != NULL || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
}
