#include "client/table/number.h"
#include "client/table/characters.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include <string.h>

#define SYMBOLS 64 /* characters; a longer text is no number */

/* The text without blanks at its ends, as characters. */
struct body {
  uint32_t c[SYMBOLS];
  size_t count;
};

static bool take(const char *text, size_t size, struct body *b) {
  b->count = 0;
  for (size_t at = 0; at < size;) {
    uint32_t c;
    size_t n = jl_text_decode(text + at, size - at, &c);
    if (n == 0 || (b->count == SYMBOLS && !jl_is_blank(c))) return false;
    at += n;
    if (b->count == SYMBOLS || (b->count == 0 && jl_is_blank(c))) continue;
    b->c[b->count++] = c;
  }
  while (b->count > 0 && jl_is_blank(b->c[b->count - 1])) b->count--;
  return b->count > 0;
}

static void drop_first(struct body *b, size_t n) {
  b->count -= n;
  memmove(b->c, b->c + n, b->count * sizeof *b->c);
  while (b->count > 0 && jl_is_blank(b->c[0])) {
    b->count--;
    memmove(b->c, b->c + 1, b->count * sizeof *b->c);
  }
}
static void drop_last(struct body *b, size_t n) {
  b->count -= n;
  while (b->count > 0 && jl_is_blank(b->c[b->count - 1])) b->count--;
}

static bool sign_of(uint32_t c, char ret[4]) {
  static const struct { uint32_t sign; char code[4]; } signs[] = {{0x20ac, "EUR"}, {0xa3, "GBP"}, {'$', "$"}, {0xa5, "\xc2\xa5"}};
  for (size_t i = 0; i < JL_COUNT(signs); i++)
    if (signs[i].sign == c) {
      memcpy(ret, signs[i].code, 4);
      return true;
    }
  return false;
}

static bool code_of(const uint32_t *c, size_t n, char ret[4]) {
  char code[4] = {0};
  for (size_t i = 0; i < 3; i++) {
    if (n < 3 || c[i] < 'A' || c[i] > 'Z') return false;
    code[i] = (char)c[i];
  }
  if (jl_currency_digits(code) < 0) return false;
  memcpy(ret, code, sizeof code);
  return true;
}

bool jl_currency_written(const char *text, size_t size, char ret[4]) {
  struct body b;
  return take(text, size, &b) && ((b.count == 1 && sign_of(b.c[0], ret)) || (b.count == 3 && code_of(b.c, 3, ret)));
}

static const char *const dollars[] = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", NULL}, *const yens[] = {"JPY", "CNY", NULL};
static const char *const *sharing(const char *sign) { return strcmp(sign, "$") == 0 ? dollars : strcmp(sign, "\xc2\xa5") == 0 ? yens : NULL; }

bool jl_currency_is_shared(const char *written) { return sharing(written) != NULL; }

bool jl_currency_may_be(const char *written, const char *code) {
  if (strcmp(written, code) == 0) return true;
  for (const char *const *one = sharing(written); one != NULL && *one != NULL; one++)
    if (strcmp(*one, code) == 0) return true;
  return false;
}

/* What stands around the digits. */
struct around {
  bool minus, percent, money;
  char bound, currency[4];
};

static bool minus_of(uint32_t c) { return c == '-' || c == 0x2212; }

static bool unwrap(struct body *b, struct around *a) {
  for (size_t before = b->count + 1; b->count > 0 && b->count < before;) {
    before = b->count;
    uint32_t first = b->c[0], last = b->c[b->count - 1];
    char currency[4] = "";
    if (first == '(' && last == ')' && b->count > 2 && !a->minus) {
      a->minus = true;
      drop_last(b, 1);
      drop_first(b, 1);
    } else if ((first == '<' || first == '>') && a->bound == 0) {
      a->bound = (char)first;
      drop_first(b, 1);
    } else if (minus_of(first) && !a->minus) {
      a->minus = true;
      drop_first(b, 1);
    } else if (minus_of(last) && !a->minus && b->count > 1) {
      a->minus = true;
      drop_last(b, 1);
    } else if (first == '+' && !a->minus && b->count > 1 && b->c[1] != '+') {
      drop_first(b, 1);
    } else if (last == '%' && !a->percent && !a->money) {
      a->percent = true;
      drop_last(b, 1);
    } else if (!a->money && !a->percent && sign_of(first, currency)) {
      drop_first(b, 1);
      a->money = true;
    } else if (!a->money && !a->percent && sign_of(last, currency)) {
      drop_last(b, 1);
      a->money = true;
    } else if (!a->money && !a->percent && b->count > 3 && code_of(b->c, b->count, currency)) {
      drop_first(b, 3);
      a->money = true;
    } else if (!a->money && !a->percent && b->count > 3 && code_of(b->c + b->count - 3, 3, currency)) {
      drop_last(b, 3);
      a->money = true;
    }
    if (currency[0] != '\0') memcpy(a->currency, currency, 4);
  }
  return b->count > 0;
}

/* Thousands: a blank of some kind, an apostrophe, or whichever of comma and point is not the decimal mark. */
static uint32_t group_of(uint32_t c, char mark) {
  if (jl_is_blank(c) && c != '\t' && c != '\n' && c != '\r') return ' ';
  if (c == '\'' || c == 0x2019) return '\'';
  return (c == ',' || c == '.') && c != (uint32_t)mark ? c : 0;
}

static bool push(struct jl_decimal *d, unsigned digit, bool decimals, bool *full) {
  if (*full) return true; /* decimals beyond what fits */
  if (d->digits > (INT64_MAX - 9) / 10 || d->scale == 18) {
    if (!decimals) return false;
    *full = true;
    d->digits += digit >= 5 && d->digits < INT64_MAX;
    return true;
  }
  d->digits = d->digits * 10 + (int64_t)digit;
  d->scale += decimals;
  return true;
}

static bool exponent(const struct body *b, size_t at, struct jl_decimal *d) {
  bool minus = at < b->count && b->c[at] == '-';
  int n = 0;
  if (at < b->count && (b->c[at] == '-' || b->c[at] == '+')) at++;
  if (at == b->count || b->count - at > 3) return false;
  for (; at < b->count; at++) {
    if (b->c[at] < '0' || b->c[at] > '9') return false;
    n = n * 10 + (int)(b->c[at] - '0');
  }
  for (; !minus && n > 0 && d->scale > 0; n--) d->scale--;
  for (; !minus && n > 0 && d->digits != 0; n--) {
    if (d->digits > INT64_MAX / 10) return false;
    d->digits *= 10;
  }
  for (; minus && n > 0; n--) {
    if (d->scale < 18)
      d->scale++;
    else
      d->digits /= 10;
  }
  return true;
}

struct digits {
  struct jl_decimal d;
  uint32_t group;                    /* the mark between groups; 0: none yet */
  size_t in_group, groups, whole;    /* whole: digits before the decimal mark */
  bool decimals, any, full;
};

static bool take_digit(struct digits *n, unsigned digit) {
  if (!push(&n->d, digit, n->decimals, &n->full)) return false;
  n->any = true;
  if (n->decimals) return true;
  n->whole++;
  return ++n->in_group <= 3 || n->groups == 0;
}

static bool take_group(struct digits *n, uint32_t mark, bool after_zero) {
  if (n->in_group == 0 || n->in_group > 3 || (n->groups > 0 && n->in_group != 3) || (n->groups == 0 && n->in_group == 1 && after_zero)) return false;
  n->group = mark;
  n->groups++;
  n->in_group = 0;
  return true;
}

/* Digits with one kind of group mark, three digits a group, and at most one decimal mark. */
static bool digits(const struct body *b, char mark, struct jl_decimal *ret) {
  struct digits n = {.group = 0};
  for (size_t i = 0; i < b->count; i++) {
    uint32_t c = b->c[i], group = group_of(c, mark);
    if (c >= '0' && c <= '9') {
      if (!take_digit(&n, c - '0')) return false;
    } else if (c == (uint32_t)mark && !n.decimals) {
      if ((n.groups > 0 && n.in_group != 3) || i + 1 == b->count || n.whole == 0) return false;
      n.decimals = true;
    } else if (group != 0 && !n.decimals && (n.group == 0 || n.group == group)) {
      if (!take_group(&n, group, i > 0 && b->c[i - 1] == '0')) return false;
    } else {
      bool may = (c == 'E' || c == 'e') && n.any && (n.whole == 1 || n.decimals) && (n.groups == 0 || n.decimals);
      if (!may || !exponent(b, i + 1, &n.d)) return false;
      *ret = n.d;
      return true;
    }
  }
  if (!n.any || (n.groups > 0 && !n.decimals && n.in_group != 3)) return false;
  *ret = n.d;
  return true;
}

bool jl_number_read(const char *text, size_t size, char mark, struct jl_decimal *ret) {
  struct body b;
  struct around a = {0};
  if (!take(text, size, &b) || !unwrap(&b, &a) || a.bound != 0 || !digits(&b, mark, ret)) return false;
  if (a.minus) ret->digits = -ret->digits;
  return true;
}

static bool same(struct jl_decimal x, struct jl_decimal y) {
  for (; x.scale > 0 && x.digits % 10 == 0; x.scale--) x.digits /= 10;
  for (; y.scale > 0 && y.digits % 10 == 0; y.scale--) y.digits /= 10;
  return x.digits == y.digits && x.scale == y.scale;
}

bool jl_number_look(const char *text, size_t size, struct jl_number_seen *ret) {
  struct body b;
  struct around a = {0};
  struct jl_decimal comma = {0, 0}, point = {0, 0};
  *ret = (struct jl_number_seen){0};
  if (!take(text, size, &b) || !unwrap(&b, &a)) return false;
  ret->comma = digits(&b, ',', &comma);
  ret->point = digits(&b, '.', &point);
  ret->differs = ret->comma && ret->point && !same(comma, point);
  ret->percent = a.percent;
  ret->money = a.money;
  ret->bound = a.bound;
  ret->padded = b.count > 1 && b.c[0] == '0' && b.c[1] >= '0' && b.c[1] <= '9';
  memcpy(ret->currency, a.currency, sizeof ret->currency);
  return ret->comma || ret->point;
}

bool jl_decimal_scaled(struct jl_decimal d, int scale, int64_t *ret) {
  int64_t power = 1;
  int by = scale > d.scale ? scale - d.scale : d.scale - scale;
  if (by > 18) return false;
  for (int i = 0; i < by; i++) power *= 10;
  return scale >= d.scale ? jl_mul_div_half_even(d.digits, power, 1, ret) : jl_mul_div_half_even(d.digits, 1, power, ret);
}

bool jl_no_value(const char *text, size_t size) {
  static const char *const words[] = {"-", "--", "---", "n/c", "n.c.", "null", "na", "n/a", "#n/a", "nan"};
  struct body b;
  char folded[8];
  if (size == 0) return true;
  if (!take(text, size, &b)) {
    for (size_t at = 0, n; at < size; at += n) { /* blanks alone? */
      uint32_t c;
      n = jl_text_decode(text + at, size - at, &c);
      if (n == 0 || !jl_is_blank(c)) return false;
    }
    return true;
  }
  if (b.count >= sizeof folded) return false;
  for (size_t i = 0; i < b.count; i++) folded[i] = b.c[i] == 0x2013 || b.c[i] == 0x2014 ? '-' : b.c[i] < 0x80 ? (char)(b.c[i] >= 'A' && b.c[i] <= 'Z' ? b.c[i] + 32 : b.c[i]) : '?';
  folded[b.count] = '\0';
  for (size_t i = 0; i < JL_COUNT(words); i++)
    if (strcmp(folded, words[i]) == 0) return true;
  return false;
}
