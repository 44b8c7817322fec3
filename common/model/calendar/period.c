#include "common/model/calendar/period.h"
#include "common/base/calendar.h"
#include "common/model/evaluate.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

#define STEPS_MOST 10000 /* weeks or months from today */

/* "+3", "-1" */
static bool steps(const char *text, int *ret_n) {
  int n = 0;
  if ((text[0] != '+' && text[0] != '-') || text[1] == '\0') return false;
  for (const char *p = text + 1; *p != '\0'; p++) {
    if (*p < '0' || *p > '9' || n > STEPS_MOST) return false;
    n = n * 10 + (*p - '0');
  }
  *ret_n = text[0] == '-' ? -n : n;
  return n <= STEPS_MOST;
}

static bool digits(const char *text, size_t n, int *ret) {
  *ret = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *ret = *ret * 10 + (text[i] - '0');
  }
  return true;
}

static struct jl_period month_of(int32_t day) {
  struct jl_date d = jl_date_from_day(day);
  int32_t first = jl_day_from_date(d.year, d.month, 1);
  return (struct jl_period){first, jl_day_add_months(first, 1) - 1};
}

bool jl_period_month(const char *text, int32_t today, struct jl_period *ret, struct jl_error *err) {
  int n = 0, year, month;
  *ret = month_of(today);
  if (text == NULL) return true;
  if (steps(text, &n)) {
    *ret = month_of(jl_day_add_months(ret->first, n));
    return true;
  }
  if (strlen(text) == 7 && digits(text, 4, &year) && text[4] == '-' && digits(text + 5, 2, &month) && jl_date_valid(year, month, 1)) {
    *ret = month_of(jl_day_from_date(year, month, 1));
    return true;
  }
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no month"), JL_MSG("write it like 2026-05, or +1 for the next one"), jl_arg_text(text));
}

bool jl_period_year(const char *text, int32_t today, struct jl_period *ret, struct jl_error *err) {
  int n = 0, year = jl_date_from_day(today).year;
  bool known = text == NULL || (steps(text, &n) && year + n >= 1 && year + n <= 9999);
  year += n;
  if (!known) known = strlen(text) == 4 && digits(text, 4, &year) && year >= 1;
  if (!known) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no year"), JL_MSG("write it like 2026, or +1 for the next one"), jl_arg_text(text));
  *ret = (struct jl_period){jl_day_from_date(year, 1, 1), jl_day_from_date(year, 12, 31)};
  return true;
}

static struct jl_period week_of(int32_t day) {
  int32_t monday = day - jl_weekday(day) + 1;
  return (struct jl_period){monday, monday + 6};
}

bool jl_period_week(const char *text, int32_t today, struct jl_period *ret, struct jl_error *err) {
  int n = 0, year, week, found_year, found_week;
  int32_t day;
  *ret = week_of(today);
  if (text == NULL) return true;
  if (steps(text, &n)) {
    *ret = week_of(today + 7 * n);
    return true;
  }
  if (jl_day_parse_iso(text, &day)) {
    *ret = week_of(day);
    return true;
  }
  if (strlen(text) == 8 && digits(text, 4, &year) && year >= 1 && text[4] == '-' && (text[5] == 'W' || text[5] == 'w' || text[5] == 'S' || text[5] == 's') &&
      digits(text + 6, 2, &week) && week >= 1) {
    *ret = week_of(jl_day_from_date(year, 1, 4) + 7 * (week - 1)); /* 4 January is in the first week */
    jl_iso_week(ret->first, &found_year, &found_week);
    if (found_year == year && found_week == week) return true;
    jl_iso_week(jl_day_from_date(year, 12, 28), &found_year, &found_week); /* in the last week of every year */
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no week {2}"), JL_MSG("the last one is {3}"), jl_arg_textn(text, 4), jl_arg_integer(week),
                   jl_arg_integer(found_week));
  }
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no week"), JL_MSG("write it like 2026-W53, as one of its days, or counted from this one: -1 the last, +1 the next"),
                 jl_arg_text(text));
}

void jl_week_name(int32_t day, char ret_name[JL_WEEK_NAME]) {
  int year, week;
  jl_iso_week(day, &year, &week);
  snprintf(ret_name, JL_WEEK_NAME, "%04u-W%02u", (unsigned)year % 10000U, (unsigned)week % 100U);
}

bool jl_view_person(const struct jl_view_input *in, const char *name, struct jl_arena *a, const struct jl_record **ret_person, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_PERSON};
  const char *text = jl_view_value(in, name);
  *ret_person = NULL;
  if (text == NULL) return true;
  if (in->organisation == NULL) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no person {1}"), NULL, jl_arg_text(text));
  return jl_resolve(in->organisation, text, types, JL_COUNT(types), false, a, ret_person, err);
}
