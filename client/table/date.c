#include "client/table/date.h"
#include "client/faces/locale.h"
#include "client/table/characters.h"
#include "client/table/number.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include <string.h>

#define TEXT_MOST 64
#define WORDS 12

/* Numbers, words of letters and the signs between them. */
struct token {
  enum { NUMBER, WORD, SIGN } kind;
  int value, digits; /* NUMBER */
  char text[16];     /* WORD: lower case without accents; SIGN: one character */
};
struct tokens {
  struct token list[WORDS * 2];
  size_t count;
};

/* Letters of Latin-1 without their accents: months need no others. */
static char plain(uint32_t c) {
  if (c < 0x80) return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (c >= 0xc8 && c <= 0xcb) return 'e';
  if (c >= 0xe8 && c <= 0xeb) return 'e';
  return c == 0xfb || c == 0xdb || c == 0xf9 || c == 0xd9 ? 'u' : '?';
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

static size_t flatten(const char *text, size_t size, char out[TEXT_MOST]) {
  size_t n = 0;
  for (size_t at = 0; at < size;) {
    uint32_t c;
    size_t length = jl_text_decode(text + at, size - at, &c);
    if (length == 0 || n == TEXT_MOST - 1) return 0;
    at += length;
    bool blank = jl_is_blank(c);
    if (blank && (n == 0 || out[n - 1] == ' ')) continue;
    out[n++] = blank ? ' ' : plain(c);
  }
  while (n > 0 && out[n - 1] == ' ') n--;
  out[n] = '\0';
  return n;
}

static bool split(const char *text, size_t size, struct tokens *t) {
  t->count = 0;
  for (size_t at = 0; at < size;) {
    if (t->count == JL_COUNT(t->list)) return false;
    struct token *one = &t->list[t->count++];
    *one = (struct token){.kind = SIGN};
    size_t n = 0;
    if (is_digit(text[at])) {
      one->kind = NUMBER;
      for (; is_digit(text[at]); at++, one->digits++) {
        if (one->digits == 8) return false;
        one->value = one->value * 10 + (text[at] - '0');
      }
    } else if (is_letter(text[at])) {
      one->kind = WORD;
      for (; is_letter(text[at]); at++) {
        if (n == sizeof one->text - 1) return false;
        one->text[n++] = text[at];
      }
    } else
      one->text[0] = text[at++];
  }
  return true;
}

static bool same_name(const char *name, const char *word) {
  char folded[TEXT_MOST];
  size_t n = flatten(name, strlen(name), folded);
  if (n > 0 && folded[n - 1] == '.') folded[n - 1] = '\0';
  return strcmp(folded, word) == 0;
}

/* 1 to 12; 0: no month. As CLDR has them in every language of the program, and two that people write all the same. */
static int month_of(const char *word) {
  if (strcmp(word, "sept") == 0) return 9;
  if (strcmp(word, "fev") == 0) return 2;
  for (size_t l = 0; l < jl_locale_count; l++)
    for (int m = 0; m < 12; m++)
      if (same_name(jl_locales[l].months[m], word) || same_name(jl_locales[l].short_months[m], word)) return m + 1;
  return 0;
}

static bool is_weekday(const char *word) {
  for (size_t l = 0; l < jl_locale_count; l++)
    for (int d = 0; d < 7; d++)
      if (same_name(jl_locales[l].weekdays[d], word)) return true;
  return false;
}

static bool is_sign(const struct tokens *t, size_t at, const char *signs) {
  return at < t->count && t->list[at].kind == SIGN && t->list[at].text[0] != '\0' && strchr(signs, t->list[at].text[0]) != NULL;
}
static bool is_number(const struct tokens *t, size_t at, int most_digits) {
  return at < t->count && t->list[at].kind == NUMBER && t->list[at].digits <= most_digits;
}
static size_t pass(const struct tokens *t, size_t at, const char *signs) {
  while (is_sign(t, at, signs)) at++;
  return at;
}

static int year_of(const struct token *one) { return one->digits == 4 ? one->value : one->digits == 2 ? 2000 + one->value : -1; }

static void put(bool *ret_can, struct jl_moment_seen *ret, int year, int month, int day) {
  *ret_can = year > 0 && jl_date_valid(year, month, day);
  if (*ret_can) *ret = (struct jl_moment_seen){jl_day_from_date(year, month, day), -1};
}

/* 14:05, 14:05:30.5, 2:05 PM, with Z or +02:00 behind it, which the value keeps as it was written. */
static bool time_of(const struct tokens *t, size_t at, int32_t *ret_seconds) {
  int part[3] = {0, 0, 0}, n = 0;
  for (; n < 3 && is_number(t, at, 2); n++) {
    part[n] = t->list[at++].value;
    if (n < 2 && is_sign(t, at, ":") && is_number(t, at + 1, 2)) {
      at++;
      continue;
    }
    n++;
    break;
  }
  if (n < 2 || part[0] > 23 || part[1] > 59 || part[2] > 60) return false;
  if (is_sign(t, at, ".") && is_number(t, at + 1, 8)) at += 2;
  at = pass(t, at, " ");
  if (at < t->count && t->list[at].kind == WORD && (strcmp(t->list[at].text, "am") == 0 || strcmp(t->list[at].text, "pm") == 0)) {
    if (part[0] < 1 || part[0] > 12) return false;
    part[0] = part[0] % 12 + (t->list[at].text[0] == 'p' ? 12 : 0);
    at = pass(t, at + 1, " ");
  }
  if (at < t->count && t->list[at].kind == WORD && (strcmp(t->list[at].text, "z") == 0 || strcmp(t->list[at].text, "utc") == 0 || strcmp(t->list[at].text, "gmt") == 0)) {
    at = at + 1;
  } else if (is_sign(t, at, "+-") && is_number(t, at + 1, 4)) {
    at += 2;
    if (is_sign(t, at, ":") && is_number(t, at + 1, 2)) at += 2;
  }
  *ret_seconds = part[0] * 3600 + part[1] * 60 + part[2];
  return at == t->count;
}

/* Three numbers with the same sign between them, of a year in four or two digits. */
static bool is_numeric(const struct tokens *t, size_t at) {
  if (!is_number(t, at, 4) || !is_sign(t, at + 1, "/-.") || !is_number(t, at + 2, 2) || !is_sign(t, at + 3, "/-.") || !is_number(t, at + 4, 4) ||
      t->list[at + 1].text[0] != t->list[at + 3].text[0])
    return false;
  const int first = t->list[at].digits, last = t->list[at + 4].digits;
  return (first == 4 && last <= 2) || (first <= 2 && (last == 4 || last == 2));
}

/* Returns the place behind, 0: they are not. */
static size_t numeric(const struct tokens *t, size_t at, struct jl_date_seen *ret) {
  if (!is_numeric(t, at)) return 0;
  const struct token *a = &t->list[at], *b = &t->list[at + 2], *c = &t->list[at + 4];
  if (a->digits == 4) {
    put(&ret->day_first, &ret->by_day, a->value, b->value, c->value);
    put(&ret->month_first, &ret->by_month, a->value, b->value, c->value);
  } else {
    put(&ret->day_first, &ret->by_day, year_of(c), b->value, a->value);
    put(&ret->month_first, &ret->by_month, year_of(c), a->value, b->value);
  }
  return ret->day_first || ret->month_first ? at + 5 : 0;
}

/* 2026-01, 01/2026: a month, and nothing behind it. */
static size_t only_month(const struct tokens *t, size_t at, struct jl_date_seen *ret) {
  if (t->count != at + 3 || !is_number(t, at, 4) || !is_sign(t, at + 1, "-/") || !is_number(t, at + 2, 4)) return 0;
  const struct token *a = &t->list[at], *b = &t->list[at + 2];
  bool year_first = a->digits == 4 && b->digits <= 2;
  if (!year_first && (a->digits > 2 || b->digits != 4)) return 0;
  put(&ret->day_first, &ret->by_day, year_first ? a->value : b->value, year_first ? b->value : a->value, 1);
  ret->month_first = ret->day_first;
  ret->by_month = ret->by_day;
  ret->only_month = true;
  return ret->day_first ? at + 3 : 0;
}

/* 31 janvier 2026, 1er mars 26, 15-janv-26; January 31, 2026; janv. 2026, Jan-26. */
static size_t by_name(const struct tokens *t, size_t at, struct jl_date_seen *ret) {
  int day = 0, month = 0;
  if (is_number(t, at, 2)) {
    day = t->list[at++].value;
    if (at < t->count && t->list[at].kind == WORD && strchr("esnrt", t->list[at].text[0]) != NULL && strlen(t->list[at].text) == 2) at++; /* er, st, nd, rd, th */
    at = pass(t, at, " -.");
  }
  if (at >= t->count || t->list[at].kind != WORD || (month = month_of(t->list[at].text)) == 0) return 0;
  at = pass(t, at + 1, " -.,/");
  if (day == 0 && is_number(t, at, 2) && is_number(t, pass(t, at + 1, " ,"), 4) && pass(t, at + 1, " ,") > at + 1 && !is_sign(t, at + 1, ":")) {
    day = t->list[at].value;
    at = pass(t, at + 1, " ,");
  }
  if (!is_number(t, at, 4)) return 0;
  ret->only_month = day == 0;
  put(&ret->day_first, &ret->by_day, year_of(&t->list[at]), month, day == 0 ? 1 : day);
  ret->month_first = ret->day_first;
  ret->by_month = ret->by_day;
  return ret->day_first ? at + 1 : 0;
}

static size_t compact(const struct tokens *t, size_t at, struct jl_date_seen *ret) {
  if (!is_number(t, at, 8) || t->list[at].digits != 8) return 0;
  int n = t->list[at].value;
  if (n / 10000 < 1900 || n / 10000 > 2199) return 0;
  put(&ret->day_first, &ret->by_day, n / 10000, n / 100 % 100, n % 100);
  ret->month_first = ret->day_first;
  ret->by_month = ret->by_day;
  ret->compact = true;
  return ret->day_first ? at + 1 : 0;
}

bool jl_date_look(const char *text, size_t size, struct jl_date_seen *ret) {
  char flat[TEXT_MOST];
  struct tokens t;
  size_t at = 0, end;
  *ret = (struct jl_date_seen){0};
  size_t n = size > 4 * TEXT_MOST ? 0 : flatten(text, size, flat);
  if (n < 6 || !split(flat, n, &t)) return false;
  if (t.list[0].kind == WORD && is_weekday(t.list[0].text)) at = pass(&t, 1, " ,.");
  if ((end = numeric(&t, at, ret)) == 0 && (end = by_name(&t, at, ret)) == 0 && (end = only_month(&t, at, ret)) == 0 && (end = compact(&t, at, ret)) == 0) return false;
  int32_t seconds = -1;
  if (end < t.count) {
    size_t from = pass(&t, end, " ,");
    if (from == end && t.list[end].kind == WORD && strcmp(t.list[end].text, "t") == 0) from = end + 1;
    if (from == end || !time_of(&t, from, &seconds)) return false;
  }
  ret->by_day.seconds = ret->by_month.seconds = seconds;
  ret->differs = ret->day_first && ret->month_first && ret->by_day.day != ret->by_month.day;
  return true;
}

bool jl_date_no_such_day(const char *text, size_t size) {
  char flat[TEXT_MOST];
  struct jl_date_seen seen;
  struct tokens t;
  size_t n = size > 4 * TEXT_MOST ? 0 : flatten(text, size, flat);
  if (n < 6 || jl_date_look(text, size, &seen) || !split(flat, n, &t)) return false;
  if (is_numeric(&t, 0)) return true;
  size_t at = is_number(&t, 0, 2) ? pass(&t, 1, " -.") : t.count; /* 31 février 2026 */
  return at < t.count && t.list[at].kind == WORD && month_of(t.list[at].text) != 0 && is_number(&t, pass(&t, at + 1, " -.,/"), 4);
}

bool jl_date_serial(int64_t digits, int scale, bool from_1904, struct jl_moment_seen *ret) {
  int64_t power = 1, whole, rest, seconds = 0;
  for (int i = 0; i < scale; i++) power *= 10;
  whole = digits / power;
  rest = digits % power;
  int64_t day = from_1904 ? whole + jl_day_from_date(1904, 1, 1) : whole + jl_day_from_date(1899, 12, whole < 60 ? 31 : 30);
  if (digits < 0 || whole > JL_DAY_MAX - JL_DAY_MIN || day > JL_DAY_MAX || (!from_1904 && (whole < 1 || whole == 60)) || !jl_mul_div_half_even(rest, 86400, power, &seconds)) return false;
  *ret = (struct jl_moment_seen){(int32_t)(day + (seconds == 86400)), rest == 0 ? -1 : (int32_t)(seconds % 86400)};
  return true;
}

bool jl_date_read(const char *text, size_t size, enum jl_date_order order, struct jl_moment_seen *ret) {
  struct jl_date_seen seen;
  struct jl_decimal number;
  if ((order == JL_ORDER_SERIAL || order == JL_ORDER_SERIAL_1904) && (jl_number_read(text, size, '.', &number) || jl_number_read(text, size, ',', &number)))
    return jl_date_serial(number.digits, number.scale, order == JL_ORDER_SERIAL_1904, ret);
  if (!jl_date_look(text, size, &seen) || (seen.differs && order != JL_ORDER_DAY && order != JL_ORDER_MONTH)) return false;
  if ((order == JL_ORDER_MONTH && !seen.month_first) || (order == JL_ORDER_DAY && !seen.day_first)) return false;
  *ret = order != JL_ORDER_MONTH && seen.day_first ? seen.by_day : seen.by_month;
  return true;
}
