#include "common/model/budget/fiscal.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

#define FAR 2000 /* days */

struct jl_fiscal jl_fiscal_of(const struct jl_record *plan, int32_t day) {
  int32_t start = jl_day_from_date(jl_date_from_day(day).year, 1, 1);
  if (plan != NULL) start = (int32_t)jl_view_int(plan, JL_PLAN_FISCAL_YEAR_START, jl_view_int(plan, JL_PLAN_START, start));
  int32_t twelve = jl_day_add_months(start, 12) - 1;
  int32_t end = plan == NULL ? twelve : (int32_t)jl_view_int(plan, JL_PLAN_FISCAL_YEAR_END, twelve);
  return (struct jl_fiscal){start, end >= start && end <= jl_day_add_months(start, JL_FISCAL_MONTHS_MAX) - 1 ? end : twelve};
}

static int months_between(int32_t from, int32_t to) {
  struct jl_date a = jl_date_from_day(from), b = jl_date_from_day(to);
  return (b.year - a.year) * 12 + b.month - a.month;
}

static void find_year(const struct jl_fiscal *f, int32_t day, int32_t *ret_start, int32_t *ret_end) {
  *ret_start = f->start;
  *ret_end = f->end;
  if (day >= f->start && day <= f->end) return;
  bool after = day > f->end;
  int32_t from = after ? f->end + 1 : f->start;
  int years = months_between(from, day) / 12 - (after ? 0 : 2); /* never too far */
  while (jl_day_add_months(from, (years + 1) * 12) <= day) years++;
  *ret_start = jl_day_add_months(from, years * 12);
  *ret_end = jl_day_add_months(from, (years + 1) * 12) - 1;
}

void jl_fiscal_at(const struct jl_fiscal *fiscal, int32_t day, struct jl_fiscal_quarter *ret) {
  struct jl_fiscal_quarter at = {.number = 1};
  if (day < JL_DAY_MIN + FAR) day = JL_DAY_MIN + FAR; /* typing errors: there are no years around these */
  if (day > JL_DAY_MAX - FAR) day = JL_DAY_MAX - FAR;
  find_year(fiscal, day, &at.year_start, &at.year_end);
  int32_t next = at.year_end + 1, start = next;
  int back = 0, count = 0;
  for (count = 0; start > at.year_start; count++) {
    start = jl_day_add_months(next, -3 * (count + 1));
    if (day < start) back = count + 1;
  }
  at.number = count - back;
  start = jl_day_add_months(next, -3 * (back + 1));
  at.start = start > at.year_start ? start : at.year_start;
  at.end = jl_day_add_months(next, -3 * back) - 1;
  *ret = at;
}

void jl_fiscal_year_name(const struct jl_fiscal_quarter *at, char ret_name[JL_FISCAL_NAME]) {
  int from = jl_date_from_day(at->year_start).year, to = jl_date_from_day(at->year_end).year;
  if (from == to)
    snprintf(ret_name, JL_FISCAL_NAME, "%d", from);
  else
    snprintf(ret_name, JL_FISCAL_NAME, "%d-%d", from, to);
}

/* ---- as people name them ---- */
static bool digits(const char *text, size_t n, int *ret) {
  *ret = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *ret = *ret * 10 + (text[i] - '0');
  }
  return true;
}

/* The fiscal year that begins in a civil year; a second one that does (after a first year of some months) is not named by it. */
static bool year_of(const struct jl_fiscal *f, int year, struct jl_fiscal_quarter *ret) {
  struct jl_fiscal_quarter at;
  if (year < 2 || year > 9997) return false;
  int32_t first = jl_day_from_date(year, 1, 1);
  jl_fiscal_at(f, first, &at);
  if (at.year_start != first) jl_fiscal_at(f, at.year_end + 1, &at);
  *ret = at;
  return jl_date_from_day(at.year_start).year == year;
}

/* Words of letters and of digits; what stands between them does not matter, nor do case and accents. */
#define WORDS 5
#define WORD 12
struct words { char word[WORDS][WORD]; size_t count; };

static bool split(const char *text, size_t size, struct words *ret) {
  size_t n = 0;
  int kind = 0; /* of the word under way: 1 letters, 2 digits, 0 none */
  ret->count = 0;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c == 0xc3 && i + 1 < size && ((unsigned char)text[i + 1] & 0xdc) == 0x88) c = 'e', i++; /* e with any accent */
    int of = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 1 : c >= '0' && c <= '9' ? 2 : 0;
    if (of == 0 && strchr(" -/._\xc2\xa0\xe2\x80\xaf", c) == NULL) return false;
    if (of != 0 && of != kind && ret->count++ == WORDS) return false;
    if (of != 0 && of != kind) n = 0;
    kind = of;
    if (of == 0) continue;
    if (n + 1 == WORD) return false;
    ret->word[ret->count - 1][n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    ret->word[ret->count - 1][n] = '\0';
  }
  return true;
}

static bool is_one_of(const char *word, const char *const *words) {
  while (*words != NULL && strcmp(word, *words) != 0) words++;
  return *words != NULL;
}

/* "2026-Q3", "T3 2026", "2026 t3", "3e trimestre 2026", "1st quarter 2026", "3T 2026". */
static bool quarter_of(const char *text, size_t size, int *ret_year, int *ret_part) {
  static const char *const quarter[] = {"q", "t", "trim", "trimestre", "quarter", NULL}, *const ordinal[] = {"e", "er", "eme", "ere", "st", "nd", "rd", "th", NULL};
  struct words w;
  if (!split(text, size, &w) || w.count < 3) return false;
  size_t last = w.count - 1, year = strlen(w.word[0]) == 4 && digits(w.word[0], 4, ret_year) ? 0 : last, first = year == 0 ? 1 : 0, n = last;
  if (strlen(w.word[year]) != 4 || !digits(w.word[year], 4, ret_year)) return false;
  const char *a = w.word[first], *b = w.word[first + 1], *c = n == 3 ? w.word[first + 2] : "";
  const char *part = n == 2 && is_one_of(a, quarter) ? b : (n == 2 && is_one_of(b, quarter)) || (n == 3 && is_one_of(b, ordinal) && is_one_of(c, quarter)) ? a : "";
  return strlen(part) == 1 && digits(part, 1, ret_part);
}

bool jl_fiscal_names_quarter(const char *text) {
  int year, part;
  return quarter_of(text, strlen(text), &year, &part);
}

static bool one(const struct jl_fiscal *f, const char *text, size_t size, int32_t *ret_first, int32_t *ret_last) {
  struct jl_fiscal_quarter at;
  int year, part;
  char day[11] = "";
  if (size == 4 && digits(text, 4, &year) && year_of(f, year, &at)) {
    *ret_first = at.year_start;
    *ret_last = at.year_end;
    return true;
  }
  if (quarter_of(text, size, &year, &part) && year_of(f, year, &at)) {
    int32_t end = at.year_end;
    jl_fiscal_at(f, at.year_start, &at);
    while (at.number < part && at.end < end) jl_fiscal_at(f, at.end + 1, &at);
    *ret_first = at.start;
    *ret_last = at.end;
    return at.number == part;
  }
  if (size == 7 && digits(text, 4, &year) && text[4] == '-' && digits(text + 5, 2, &part) && jl_date_valid(year, part, 1)) {
    *ret_first = jl_day_from_date(year, part, 1);
    *ret_last = jl_day_add_months(*ret_first, 1) - 1;
    return true;
  }
  if (size != 10) return false;
  memcpy(day, text, size);
  if (!jl_day_parse_iso(day, ret_first)) return false;
  *ret_last = *ret_first;
  return true;
}

bool jl_fiscal_period(const struct jl_fiscal *fiscal, const char *text, int32_t *ret_first, int32_t *ret_last, struct jl_error *err) {
  const char *until = strstr(text, "..");
  size_t size = until == NULL ? strlen(text) : (size_t)(until - text);
  int32_t ignored;
  bool known = one(fiscal, text, size, ret_first, ret_last);
  if (known && until != NULL) known = one(fiscal, until + 2, strlen(until + 2), &ignored, ret_last) && *ret_last >= *ret_first;
  if (known) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no period"),
                 JL_MSG("write it like 2026-07, 2026-07..2026-09, 2026-Q1 or 2026: quarters and years are the plan's fiscal ones"),
                 jl_arg_text(text));
}
