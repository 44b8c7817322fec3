/* How a day off is written (holidays.h), and which day that is in a year. */
#include "common/model/calendar/holidays.h"
#include <string.h>

/* Meeus, Jones, Butcher: Astronomical Algorithms, chapter 8. */
int32_t jl_easter(int year) {
  int a = year % 19, b = year / 100, c = year % 100;
  int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  int h = (19 * a + b - d - g + 15) % 30;
  int i = c / 4, k = c % 4;
  int l = (32 + 2 * e + 2 * i - h - k) % 7;
  int m = (a + 11 * h + 22 * l) / 451;
  int n = h + l - 7 * m + 114;
  return jl_day_from_date(year, n / 31, n % 31 + 1);
}

/* ---- days of the week ---- */
static char lower(uint8_t c) { return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

/* 1 Monday .. 7 Sunday by its first three letters; 0: none. */
static int weekday_of(const uint8_t *word, size_t size) {
  static const char names[][2][4] = {{"mon", "lun"}, {"tue", "mar"}, {"wed", "mer"}, {"thu", "jeu"}, {"fri", "ven"}, {"sat", "sam"}, {"sun", "dim"}};
  char head[4] = "";
  if (size < 3) return 0;
  for (size_t i = 0; i < 3; i++) head[i] = lower(word[i]);
  for (size_t d = 0; d < JL_COUNT(names); d++)
    if (strcmp(head, names[d][0]) == 0 || strcmp(head, names[d][1]) == 0) return (int)d + 1;
  return 0;
}

static bool between_words(uint8_t c) { return c == ' ' || c == ',' || c == ';'; }

bool jl_weekdays_parse(struct jl_bytes text, unsigned *ret_days) {
  unsigned days = 0;
  for (size_t i = 0; i < text.size;) {
    size_t start = i;
    while (i < text.size && !between_words(text.data[i])) i++;
    int weekday = weekday_of(text.data + start, i - start);
    if (i > start && weekday == 0) return false;
    if (weekday != 0) days |= 1U << weekday;
    i += i == start;
  }
  *ret_days = days;
  return true;
}

/* ---- rules ---- */
static bool read_digits(const char **io_p, const char *end, int count, int *ret_n) {
  int n = 0;
  if (end - *io_p < count) return false;
  for (int i = 0; i < count; i++) {
    char c = (*io_p)[i];
    if (c < '0' || c > '9') return false;
    n = n * 10 + (c - '0');
  }
  *io_p += count;
  *ret_n = n;
  return true;
}

static bool take(const char **io_p, const char *end, const char *word) {
  size_t size = strlen(word);
  if ((size_t)(end - *io_p) < size || memcmp(*io_p, word, size) != 0) return false;
  *io_p += size;
  return true;
}

static bool read_month_day(const char **io_p, const char *end, struct jl_day_rule *r) {
  return read_digits(io_p, end, 2, &r->month) && take(io_p, end, "-") && read_digits(io_p, end, 2, &r->day) &&
         jl_date_valid(2024, r->month, r->day); /* a leap year: 02-29 is some day */
}

static bool read_easter(const char *p, const char *end, struct jl_day_rule *r) {
  int sign = p < end && *p == '-' ? -1 : 1, n = 0;
  r->kind = JL_DAY_EASTER;
  if (p == end) return true;
  if (*p != '+' && *p != '-') return false;
  p++;
  if (end - p < 1 || end - p > 3 || !read_digits(&p, end, (int)(end - p), &n)) return false;
  r->offset = sign * n;
  return n <= 200;
}

static bool read_weekday(const char *p, const char *end, struct jl_day_rule *r) {
  r->weekday = weekday_of((const uint8_t *)p, (size_t)(end - p));
  if (r->weekday == 0) return false;
  p += 3;
  if (take(&p, end, ">="))
    r->kind = JL_DAY_WEEKDAY_FROM;
  else if (take(&p, end, "<="))
    r->kind = JL_DAY_WEEKDAY_UNTIL;
  else
    return false;
  return read_month_day(&p, end, r) && p == end;
}

static bool read_date(const char *p, const char *end, struct jl_day_rule *r) {
  r->kind = JL_DAY_YEARLY;
  if (end - p == 5) return read_month_day(&p, end, r);
  r->kind = JL_DAY_ONCE;
  return end - p == 10 && read_digits(&p, end, 4, &r->year) && take(&p, end, "-") && read_month_day(&p, end, r) &&
         jl_date_valid(r->year, r->month, r->day);
}

bool jl_day_rule_parse(struct jl_bytes text, struct jl_day_rule *ret_rule, struct jl_bytes *ret_name) {
  struct jl_day_rule r = {.kind = JL_DAY_YEARLY};
  size_t size = 0;
  while (size < text.size && text.data[size] != ' ') size++;
  const char *p = (const char *)text.data, *end = p + size;
  if (size == 0) return false;
  if (end[-1] == '~') {
    r.moves = true;
    end--;
  }
  bool ok = take(&p, end, "easter") ? read_easter(p, end, &r)
            : p < end && *p >= '0' && *p <= '9' ? read_date(p, end, &r)
                                                : read_weekday(p, end, &r);
  if (!ok) return false;
  while (size < text.size && text.data[size] == ' ') size++;
  *ret_rule = r;
  *ret_name = (struct jl_bytes){text.data + size, text.size - size};
  return true;
}

bool jl_day_rule_in(const struct jl_day_rule *rule, int year, int32_t *ret_day) {
  if (year < 1 || year > 9999) return false;
  if (rule->kind == JL_DAY_EASTER) {
    *ret_day = jl_easter(year) + rule->offset;
    return true;
  }
  if (rule->kind == JL_DAY_ONCE && rule->year != year) return false;
  if (!jl_date_valid(year, rule->month, rule->day)) return false;
  int32_t day = jl_day_from_date(year, rule->month, rule->day);
  if (rule->kind == JL_DAY_WEEKDAY_FROM) day += (rule->weekday - jl_weekday(day) + 7) % 7;
  if (rule->kind == JL_DAY_WEEKDAY_UNTIL) day -= (jl_weekday(day) - rule->weekday + 7) % 7;
  *ret_day = day;
  return true;
}
