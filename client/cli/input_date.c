#include "client/cli/input.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const weekdays[7][4] = {
    {"lundi", "monday", "lun", "mon"},    {"mardi", "tuesday", "mar", "tue"},   {"mercredi", "wednesday", "mer", "wed"},
    {"jeudi", "thursday", "jeu", "thu"},  {"vendredi", "friday", "ven", "fri"}, {"samedi", "saturday", "sam", "sat"},
    {"dimanche", "sunday", "dim", "sun"},
};
/* Folded: case and accents do not matter. */
static const char *const months[12][4] = {
    {"janvier", "january", "janv", "jan"}, {"fevrier", "february", "fevr", "feb"}, {"mars", "march", "mars", "mar"},
    {"avril", "april", "avr", "apr"},      {"mai", "may", "mai", "may"},           {"juin", "june", "juin", "jun"},
    {"juillet", "july", "juil", "jul"},    {"aout", "august", "aou", "aug"},       {"septembre", "september", "sept", "sep"},
    {"octobre", "october", "oct", "oct"},  {"novembre", "november", "nov", "nov"}, {"decembre", "december", "dec", "dec"},
};
static const struct {
  const char *word;
  int days;
} near_days[] = {
    {"aujourd'hui", 0}, {"aujourd’hui", 0},  {"aujourdhui", 0}, {"today", 0},      {"demain", 1},
    {"tomorrow", 1},    {"apres-demain", 2}, {"hier", -1},      {"yesterday", -1},
};

static bool not_a_date(struct jl_error *err, const char *text) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is not a date"), JL_MSG("write it like 2026-01-31, 31/01/2026, friday or +2w"),
                 jl_arg_text(text));
}

static int index_of(const char *word, const char *const table[][4], int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < 4; j++)
      if (strcmp(word, table[i][j]) == 0) return i;
  return -1;
}

/* Up to 9 digits; returns the end, NULL when there is none. */
static const char *read_int(const char *p, int *ret_n) {
  int n = 0;
  const char *start = p;
  while (isdigit((unsigned char)*p) && p - start < 9) n = n * 10 + (*p++ - '0');
  *ret_n = n;
  return p == start ? NULL : p;
}

static bool inside(const struct jl_input *in, int32_t day) { return in->has_period && day >= in->period_start && day <= in->period_end; }

/* The first such day at or after today; one inside the plan's period wins over one outside. */
static bool without_year(const struct jl_input *in, int month, int day_of_month, int32_t *ret_day) {
  int year = jl_date_from_day(in->today).year;
  bool found = false;
  int32_t first = 0;
  for (int y = year; y <= year + 8 && !found; y++) { /* 29 February may be up to eight years away */
    if (!jl_date_valid(y, month, day_of_month)) continue;
    first = jl_day_from_date(y, month, day_of_month);
    found = first >= in->today;
  }
  if (!found) return false;
  *ret_day = first;
  if (!in->has_period || inside(in, first)) return true;
  int last = jl_date_from_day(in->period_end).year;
  for (int y = jl_date_from_day(in->period_start).year; y <= last; y++) {
    int32_t day = jl_date_valid(y, month, day_of_month) ? jl_day_from_date(y, month, day_of_month) : INT32_MIN;
    if (inside(in, day)) *ret_day = day;
  }
  return true;
}

static bool day_from(const struct jl_input *in, int year, int month, int day, int32_t *ret_day) {
  if (year == 0) return month >= 1 && month <= 12 && day >= 1 && without_year(in, month, day, ret_day);
  if (year < 100) year += 2000;
  if (!jl_date_valid(year, month, day)) return false;
  *ret_day = jl_day_from_date(year, month, day);
  return true;
}

/* 31/01, 31/01/2026, 31.01.2026 */
static bool read_slashes(const struct jl_input *in, const char *text, int32_t *ret_day, struct jl_error *err) {
  int a = 0, b = 0, year = 0;
  const char *p = read_int(text, &a);
  if (p == NULL || (*p != '/' && *p != '.')) return not_a_date(err, text);
  char separator = *p;
  p = read_int(p + 1, &b);
  if (p != NULL && *p == separator) {
    p = read_int(p + 1, &year);
    if (year == 0) p = NULL;
  }
  int32_t day_first = 0, month_first = 0;
  if (p == NULL || *p != '\0') return not_a_date(err, text);
  bool one = day_from(in, year, b, a, &day_first);
  bool two = !in->day_first && separator == '/' && a != b && day_from(in, year, a, b, &month_first);
  if (one && two)
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" can be read as {2} or as {3}"), JL_MSG("write the date like 2026-01-31"),
                   jl_arg_text(text), jl_arg_date(day_first), jl_arg_date(month_first));
  if (!one && !two) return not_a_date(err, text);
  *ret_day = one ? day_first : month_first;
  return true;
}

/* +10d, -3j, +2w, +1m */
static bool read_offset(const struct jl_input *in, const char *text, int32_t *ret_day, struct jl_error *err) {
  int n = 0;
  const char *unit = read_int(text + 1, &n);
  if (unit == NULL || n > 40000) return not_a_date(err, text);
  if (text[0] == '-') n = -n;
  int64_t day = in->today;
  if (strcmp(unit, "d") == 0 || strcmp(unit, "j") == 0)
    day += n;
  else if (strcmp(unit, "w") == 0 || strcmp(unit, "s") == 0 || strcmp(unit, "sem") == 0)
    day += (int64_t)n * 7;
  else if ((strcmp(unit, "m") == 0 || strcmp(unit, "mois") == 0) && abs(n) <= 1200)
    day = jl_day_add_months(in->today, n);
  else if ((strcmp(unit, "y") == 0 || strcmp(unit, "a") == 0 || strcmp(unit, "an") == 0) && abs(n) <= 100)
    day = jl_day_add_months(in->today, n * 12);
  else
    return not_a_date(err, text);
  if (day < JL_DAY_MIN || day > JL_DAY_MAX) return not_a_date(err, text);
  *ret_day = (int32_t)day;
  return true;
}

/* "31 janvier 2026", "31 january", "1er mars" */
static bool read_long(const struct jl_input *in, const char *text, char *folded, int32_t *ret_day, struct jl_error *err) {
  int day = 0, year = 0;
  char month[24];
  const char *p = read_int(folded, &day);
  if (p == NULL) return not_a_date(err, text);
  if (strncmp(p, "er ", 3) == 0) p += 2;
  size_t n = 0;
  while (*p == ' ') p++;
  while (*p != '\0' && *p != ' ' && *p != '.' && n + 1 < sizeof month) month[n++] = *p++;
  month[n] = '\0';
  while (*p == ' ' || *p == '.') p++;
  if (*p != '\0' && ((p = read_int(p, &year)) == NULL || *p != '\0' || year < 1)) return not_a_date(err, text);
  int index = index_of(month, months, 12);
  return index >= 0 && day_from(in, year, index + 1, day, ret_day) ? true : not_a_date(err, text);
}

static bool read_weekday(const struct jl_input *in, const char *text, int weekday, int32_t *ret_day, struct jl_error *err) {
  int ahead = (weekday - jl_weekday(in->today) + 7) % 7;
  *ret_day = in->today + ahead;
  if (ahead != 0) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" can be read as {2} or as {3}"), JL_MSG("write today, +1w or the date"),
                 jl_arg_text(text), jl_arg_date(in->today), jl_arg_date(in->today + 7));
}

bool jl_input_date(const struct jl_input *in, const char *text, int32_t *ret_day, struct jl_error *err) {
  if (strlen(text) > 60 || !jl_text_valid(text, strlen(text))) return not_a_date(err, text);
  if (jl_day_parse_iso(text, ret_day)) return true;
  struct jl_arena *a = jl_arena_new(8192);
  char *folded = a == NULL ? NULL : jl_text_fold(a, text);
  bool ok;
  int weekday, year = 0, month = 0;
  const char *end;
  if (folded == NULL)
    ok = jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  else if (folded[0] == '+' || folded[0] == '-')
    ok = read_offset(in, folded, ret_day, err);
  else if (strlen(folded) == 7 && (end = read_int(folded, &year)) == folded + 4 && *end == '-' && read_int(end + 1, &month) == folded + 7 &&
           jl_date_valid(year, month, 1))
    ok = (*ret_day = jl_day_from_date(year, month, 1), true);
  else if (strpbrk(folded, "/") != NULL || (isdigit((unsigned char)folded[0]) && strspn(folded, "0123456789.") == strlen(folded)))
    ok = read_slashes(in, folded, ret_day, err);
  else if ((weekday = index_of(folded, weekdays, 7)) >= 0)
    ok = read_weekday(in, text, weekday + 1, ret_day, err);
  else {
    size_t i = 0;
    while (i < JL_COUNT(near_days) && strcmp(folded, near_days[i].word) != 0) i++;
    if (i < JL_COUNT(near_days))
      ok = (*ret_day = in->today + near_days[i].days, true);
    else
      ok = read_long(in, text, folded, ret_day, err);
  }
  jl_arena_free(a);
  return ok;
}
