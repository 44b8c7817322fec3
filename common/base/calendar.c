#include "common/base/calendar.h"
#include "common/base/error.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define US_PER_SECOND 1000000
#define US_PER_DAY (INT64_C(86400) * US_PER_SECOND)

static bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static int month_length(int year, int month) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

bool jl_date_valid(int year, int month, int day) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= month_length(year, month);
}

/* Years are counted from March, so that the leap day is the last of its year; 719468 is the day of 0000-03-01. */
int32_t jl_day_from_date(int year, int month, int day) {
  int y = month <= 2 ? year - 1 : year;
  int era = (y >= 0 ? y : y - 399) / 400;
  int year_of_era = y - era * 400;
  int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

struct jl_date jl_date_from_day(int32_t day) {
  int64_t z = (int64_t)day + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int day_of_era = (int)(z - era * 146097);
  int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int shifted = (5 * day_of_year + 2) / 153;
  int month = shifted < 10 ? shifted + 3 : shifted - 9;
  int year = (int)(era * 400) + year_of_era + (month <= 2);
  return (struct jl_date){year, month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

int jl_weekday(int32_t day) {
  int64_t n = ((int64_t)day + 3) % 7; /* 1970-01-01 was a Thursday */
  return (int)(n < 0 ? n + 7 : n) + 1;
}

/* A week belongs to the year of its Thursday. */
void jl_iso_week(int32_t day, int *ret_iso_year, int *ret_week) {
  int32_t thursday = day - jl_weekday(day) + 4;
  int year = jl_date_from_day(thursday).year;
  *ret_iso_year = year;
  *ret_week = (thursday - jl_day_from_date(year, 1, 1)) / 7 + 1;
}

const char *jl_month_name(int month) {
  static const char *const names[] = {JL_MSG("January"), JL_MSG("February"), JL_MSG("March"),     JL_MSG("April"),   JL_MSG("May"),      JL_MSG("June"),
                                      JL_MSG("July"),    JL_MSG("August"),   JL_MSG("September"), JL_MSG("October"), JL_MSG("November"), JL_MSG("December")};
  return names[month - 1];
}

int32_t jl_day_add_months(int32_t day, int months) {
  struct jl_date date = jl_date_from_day(day);
  int64_t count = (int64_t)date.year * 12 + date.month - 1 + months;
  if (count < 12) return JL_DAY_MIN;
  if (count >= INT64_C(10000) * 12) return JL_DAY_MAX;
  int year = (int)(count / 12), month = (int)(count % 12) + 1;
  int length = month_length(year, month);
  return jl_day_from_date(year, month, date.day < length ? date.day : length);
}

static bool parse_digits(const char *text, int count, int *ret_n) {
  int n = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    n = n * 10 + (text[i] - '0');
  }
  *ret_n = n;
  return true;
}

static bool parse_date(const char *text, int32_t *ret_day) {
  int year, month, day;
  if (!parse_digits(text, 4, &year) || text[4] != '-' || !parse_digits(text + 5, 2, &month) || text[7] != '-' ||
      !parse_digits(text + 8, 2, &day))
    return false;
  if (!jl_date_valid(year, month, day)) return false;
  *ret_day = jl_day_from_date(year, month, day);
  return true;
}

bool jl_day_parse_iso(const char *text, int32_t *ret_day) { return strnlen(text, 11) == 10 && parse_date(text, ret_day); }

void jl_day_format_iso(int32_t day, char out[11]) {
  if (day < JL_DAY_MIN) day = JL_DAY_MIN;
  if (day > JL_DAY_MAX) day = JL_DAY_MAX;
  struct jl_date date = jl_date_from_day(day);
  snprintf(out, 11, "%04u-%02u-%02u", (unsigned)date.year % 10000u, (unsigned)date.month % 100u, (unsigned)date.day % 100u);
}

void jl_time_format_iso(int64_t utc_us, char out[28]) {
  int64_t day = utc_us / US_PER_DAY - (utc_us % US_PER_DAY < 0);
  if (day < JL_DAY_MIN) utc_us = (day = JL_DAY_MIN) * US_PER_DAY;
  if (day > JL_DAY_MAX) utc_us = ((day = JL_DAY_MAX) + 1) * US_PER_DAY - 1;
  unsigned us = (unsigned)((utc_us - day * US_PER_DAY) % US_PER_SECOND);
  unsigned second = (unsigned)((utc_us - day * US_PER_DAY) / US_PER_SECOND);
  char date[11];
  jl_day_format_iso((int32_t)day, date);
  snprintf(out, 28, "%sT%02u:%02u:%02u.%06uZ", date, second / 3600 % 24, second / 60 % 60, second % 60, us % 1000000u);
}

/* Z, or an offset such as +02:00 that is taken off. */
static bool parse_offset(const char *text, int *ret_seconds) {
  int hours, minutes;
  if (strcmp(text, "Z") == 0) {
    *ret_seconds = 0;
    return true;
  }
  if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 || text[3] != ':') return false;
  if (!parse_digits(text + 1, 2, &hours) || !parse_digits(text + 4, 2, &minutes) || hours > 23 || minutes > 59) return false;
  *ret_seconds = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
  return true;
}

bool jl_time_parse_iso(const char *text, int64_t *ret_utc_us) {
  int32_t day;
  int hour, minute, second, offset;
  int64_t us = 0;
  if (strnlen(text, 20) < 20 || !parse_date(text, &day) || text[10] != 'T') return false;
  if (!parse_digits(text + 11, 2, &hour) || text[13] != ':' || !parse_digits(text + 14, 2, &minute) || text[16] != ':') return false;
  if (!parse_digits(text + 17, 2, &second) || hour > 23 || minute > 59 || second > 59) return false;
  const char *p = text + 19;
  if (*p == '.') {
    int64_t unit = US_PER_SECOND / 10;
    for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10) us += (*p - '0') * unit;
    if (p == text + 20) return false;
  }
  if (!parse_offset(p, &offset)) return false;
  int64_t result = day * US_PER_DAY + (INT64_C(3600) * hour + 60 * minute + second - offset) * US_PER_SECOND + us;
  if (result < JL_DAY_MIN * US_PER_DAY || result >= (INT64_C(1) + JL_DAY_MAX) * US_PER_DAY) return false;
  *ret_utc_us = result;
  return true;
}

static int64_t clock_us(clockid_t id) {
  struct timespec now;
  int status = clock_gettime(id, &now);
  JL_ASSERT(status == 0);
  return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

int64_t jl_now_utc_us(void) { return clock_us(CLOCK_REALTIME); }
int64_t jl_monotonic_us(void) { return clock_us(CLOCK_MONOTONIC); }
