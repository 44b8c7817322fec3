#include "client/cli/input.h"
#include "client/faces/face.h"
#include "client/faces/format.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NUMBER_MAX 64 /* bytes of a number as typed */

static bool not_a_number(struct jl_error *err, const char *text) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is not a number"), JL_MSG("write it like 1500, 1 500,50 or 12k"), jl_arg_text(text));
}

/* A number taken apart: digits, and how many of them are decimals. */
struct parts {
  bool negative, percent, has_separator;
  int decimals, exponent;
  char digits[NUMBER_MAX];
  size_t count;
};

static size_t space_size(const char *p) {
  if (*p == ' ' || *p == '\'') return 1;
  if (strncmp(p, "\xc2\xa0", 2) == 0) return 2;                                           /* no-break space */
  if (strncmp(p, "\xe2\x80\xaf", 3) == 0 || strncmp(p, "\xe2\x80\x89", 3) == 0) return 3; /* narrow and thin space */
  if (strncmp(p, "\xe2\x80\x99", 3) == 0) return 3;                                       /* apostrophe */
  return 0;
}

/* What follows the digits: k, M, % . */
static bool read_suffix(const char *p, struct parts *out) {
  while (space_size(p) > 0) p += space_size(p);
  if (*p == 'k' || *p == 'K')
    out->exponent = 3, p++;
  else if (*p == 'M')
    out->exponent = 6, p++;
  while (space_size(p) > 0) p += space_size(p);
  if (*p == '%') out->percent = true, p++;
  while (space_size(p) > 0) p += space_size(p);
  return *p == '\0';
}

/* Rewrites the digits with ' ' for any grouping space and collects separators; returns the end. */
static const char *read_body(const char *p, char *body, size_t size) {
  size_t n = 0;
  for (;;) {
    size_t space = space_size(p);
    if ((*p >= '0' && *p <= '9') || ((*p == '.' || *p == ',') && n > 0))
      body[n++] = *p++;
    else if (space > 0 && p[space] >= '0' && p[space] <= '9' && n > 0) {
      body[n++] = ' ';
      p += space;
    } else
      break;
    if (n + 1 >= size) break;
  }
  body[n] = '\0';
  return p;
}

/* Every group but the first has three digits, the first one to three. */
static bool groups_ok(const char *body, size_t end, char separator) {
  size_t run = 0;
  bool first = true;
  for (size_t i = 0; i < end; i++) {
    if (body[i] != separator) {
      run++;
      continue;
    }
    if (first ? run < 1 || run > 3 : run != 3) return false;
    first = false;
    run = 0;
  }
  return first || run == 3;
}

static size_t count_of(const char *body, char c) {
  size_t n = 0;
  for (; *body != '\0'; body++) n += *body == c;
  return n;
}

static bool ambiguous(struct jl_error *err, const char *text, const char *body, size_t at) {
  char whole[NUMBER_MAX + 2], decimal[NUMBER_MAX + 2];
  snprintf(whole, sizeof whole, "%.*s%s", (int)at, body, body + at + 1);
  snprintf(decimal, sizeof decimal, "%.*s.%s", (int)at, body, body + at + 1);
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" can be read as {2} or as {3}"),
                 JL_MSG("write {2} without separator, or drop the zeros of the decimals"), jl_arg_text(text), jl_arg_text(whole),
                 jl_arg_text(decimal));
}

/* Finds the decimal separator of the body: SIZE_MAX none. false with err. */
static bool find_decimal(const char *text, const char *body, size_t *ret_at, struct jl_error *err) {
  size_t dots = count_of(body, '.'), commas = count_of(body, ','), spaces = count_of(body, ' '), size = strlen(body);
  const char *dot = strrchr(body, '.'), *comma = strrchr(body, ',');
  *ret_at = SIZE_MAX;
  if (dots > 0 && commas > 0) {
    const char *decimal = dot > comma ? dot : comma;
    char grouping = dot > comma ? ',' : '.';
    if ((dot > comma ? dots : commas) != 1 || spaces > 0 || !groups_ok(body, (size_t)(decimal - body), grouping))
      return not_a_number(err, text);
    *ret_at = (size_t)(decimal - body);
    return true;
  }
  size_t separators = dots + commas;
  char separator = dots > 0 ? '.' : ',';
  if (separators > 1) return spaces == 0 && groups_ok(body, size, separator) ? true : not_a_number(err, text);
  if (separators == 0) return spaces == 0 || groups_ok(body, size, ' ') ? true : not_a_number(err, text);
  size_t at = (size_t)((dots > 0 ? dot : comma) - body);
  if (spaces > 0 ? !groups_ok(body, at, ' ') : at + 1 == size) return not_a_number(err, text);
  if (spaces == 0 && size - at - 1 == 3 && at <= 3 && !(at == 1 && body[0] == '0')) return ambiguous(err, text, body, at);
  *ret_at = at;
  return true;
}

static bool take_apart(const char *text, struct parts *out, struct jl_error *err) {
  *out = (struct parts){0};
  char body[NUMBER_MAX];
  const char *p = text;
  while (space_size(p) > 0) p += space_size(p);
  if (*p == '+' || *p == '-')
    out->negative = *p++ == '-';
  else if (strncmp(p, "\xe2\x88\x92", 3) == 0)
    out->negative = true, p += 3; /* minus sign */
  while (space_size(p) > 0) p += space_size(p);
  p = read_body(p, body, sizeof body);
  size_t decimal;
  if (body[0] == '\0' || !read_suffix(p, out)) return not_a_number(err, text);
  if (!find_decimal(text, body, &decimal, err)) return false;
  for (size_t i = 0; body[i] != '\0'; i++) {
    if (body[i] < '0' || body[i] > '9') continue;
    out->digits[out->count++] = body[i];
    if (decimal != SIZE_MAX && i > decimal) out->decimals++;
  }
  return true;
}

/* digits x 10^(shift) exactly. */
static bool scale(const struct parts *in, int digits, const char *text, int64_t *ret_scaled, struct jl_error *err) {
  int shift = digits + in->exponent - in->decimals;
  if (shift < 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" has too many decimals: at most {2} here"), JL_MSG("round it"), jl_arg_text(text),
                   jl_arg_integer(digits < 0 ? 0 : digits));
  int64_t n = 0;
  bool fits = true;
  for (size_t i = 0; i < in->count && fits; i++)
    fits = !__builtin_mul_overflow(n, 10, &n) && !__builtin_add_overflow(n, in->digits[i] - '0', &n);
  for (; shift > 0 && fits; shift--) fits = !__builtin_mul_overflow(n, 10, &n);
  if (!fits) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is too large"), NULL, jl_arg_text(text));
  *ret_scaled = in->negative ? -n : n;
  return true;
}

bool jl_input_decimal(const char *text, int digits, int64_t *ret_scaled, struct jl_error *err) {
  struct parts parts;
  if (!take_apart(text, &parts, err)) return false;
  if (parts.percent) return not_a_number(err, text);
  return scale(&parts, digits, text, ret_scaled, err);
}

/* ---- money ---- */
static const struct { const char *symbol, *currency; } symbols[] = {{"€", "EUR"}, {"$", "USD"}, {"£", "GBP"}, {"¥", "JPY"}, {"CHF", "CHF"}};

/* Takes a currency's symbol or code off either end; *ret_code is "" when there is none. */
static void split_currency(const char *text, char *number, size_t size, char ret_code[4], const char *expected) {
  ret_code[0] = '\0';
  size_t n = strlen(text);
  const char *start = text;
  for (size_t i = 0; i < JL_COUNT(symbols) && ret_code[0] == '\0'; i++) {
    size_t m = strlen(symbols[i].symbol);
    bool head = n > m && strncmp(start, symbols[i].symbol, m) == 0, tail = n > m && strcmp(start + n - m, symbols[i].symbol) == 0;
    if (!head && !tail) continue;
    snprintf(ret_code, 4, "%s", symbols[i].currency);
    if (head) start += m;
    n -= m;
  }
  char last[4] = "";
  if (ret_code[0] == '\0' && n > 3) {
    snprintf(last, sizeof last, "%.3s", start + n - 3);
    if (jl_currency_digits(last) >= 0 || (expected != NULL && strcasecmp(last, expected) == 0)) {
      for (int i = 0; i < 3; i++) ret_code[i] = (char)(last[i] >= 'a' && last[i] <= 'z' ? last[i] - 32 : last[i]);
      ret_code[3] = '\0';
      n -= 3;
    }
  }
  snprintf(number, size, "%.*s", (int)(n < size ? n : size - 1), start);
}

bool jl_input_money(const char *text, const char *currency, int64_t *ret_minor, struct jl_error *err) {
  char number[NUMBER_MAX * 2], code[4];
  if (strlen(text) >= sizeof number) return not_a_number(err, text);
  split_currency(text, number, sizeof number, code, currency);
  if (code[0] != '\0' && currency != NULL && strcmp(code, currency) != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is in {2}, but the plan counts in {3}"), JL_MSG("convert it to {3}"),
                   jl_arg_text(text), jl_arg_text(code), jl_arg_text(currency));
  const char *used = currency != NULL ? currency : "EUR";
  int digits = jl_currency_digits(used);
  struct parts parts;
  if (!take_apart(number, &parts, err)) return false;
  if (parts.percent) return not_a_number(err, text);
  if (digits < 0) digits = 2;
  if (digits + parts.exponent < parts.decimals)
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" has more decimals than {2} has ({3})"), JL_MSG("round it"), jl_arg_text(text),
                   jl_arg_text(used), jl_arg_integer(digits));
  return scale(&parts, digits, text, ret_minor, err);
}

/* ---- fractions and shares ---- */
/* "EUR" as well as "EUR/day". */
static bool counts_in(const char *unit, const char *code) { return unit != NULL && strncmp(unit, code, 3) == 0 && (unit[3] == '\0' || unit[3] == '/'); }

bool jl_input_fraction(const char *text, const char *unit, int64_t *ret_millionths, struct jl_error *err) {
  struct parts parts;
  char number[NUMBER_MAX * 2], code[4];
  if (strlen(text) >= sizeof number) return not_a_number(err, text);
  char amount[NUMBER_MAX * 2]; /* "5 000 EUR/day", where it is for each of something */
  snprintf(amount, sizeof amount, "%.*s", (int)(unit != NULL && strchr(unit, '/') != NULL ? strcspn(text, "/") : strlen(text)), text);
  /* "100 k€" for a target whose unit is EUR */
  split_currency(amount, number, sizeof number, code, unit);
  if (code[0] != '\0' && !counts_in(unit, code))
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is in {2}, which is not the unit of this value"),
                   JL_MSG("leave the currency out, or set --unit {2}"), jl_arg_text(text), jl_arg_text(code));
  if (!take_apart(number, &parts, err)) return false;
  if (parts.percent && !jl_unit_is_percent(unit))
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is a percentage, but the unit of this value is not percent"),
                   JL_MSG("leave the % out, or set --unit percent"), jl_arg_text(text));
  return scale(&parts, jl_unit_is_percent(unit) ? 4 : 6, text, ret_millionths, err);
}

bool jl_input_share(const char *text, int64_t *ret_basis_points, struct jl_error *err) {
  struct parts parts;
  return take_apart(text, &parts, err) && scale(&parts, 2, text, ret_basis_points, err);
}

bool jl_input_bool(const char *text, bool *ret_value, struct jl_error *err) {
  static const char *const yes[] = {"yes", "oui", "true", "vrai", "on", "1", "y", "o"}, *const no[] = {"no",  "non", "false", "faux",
                                                                                                       "off", "0",   "n"};
  for (size_t i = 0; i < JL_COUNT(yes); i++)
    if (strcasecmp(text, yes[i]) == 0) return *ret_value = true;
  for (size_t i = 0; i < JL_COUNT(no); i++)
    if (strcasecmp(text, no[i]) == 0) {
      *ret_value = false;
      return true;
    }
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is neither yes nor no"), JL_MSG("write yes or no"), jl_arg_text(text));
}

/* ---- any field ---- */
static const struct jl_enum_value *enum_in(const char *language, const struct jl_field *field, const char *text) {
  const struct jl_enum_value *found = NULL;
  struct jl_arena *a = jl_arena_new(64u << 10);
  char *typed = a == NULL || strlen(text) > NUMBER_MAX ? NULL : jl_text_fold(a, text);
  for (char *c = typed; c != NULL && *c != '\0'; c++) *c = *c == '-' ? ' ' : *c;
  for (size_t i = 0; typed != NULL && i < field->enumeration->count && found == NULL; i++) {
    char *label = jl_text_fold(a, jl_tr_in(language, field->enumeration->values[i].label));
    for (char *c = label; c != NULL && *c != '\0'; c++) *c = *c == '-' ? ' ' : *c;
    if (label != NULL && strcmp(typed, label) == 0) found = &field->enumeration->values[i];
  }
  jl_arena_free(a);
  return found;
}

/* "En cours" as well as in-progress: what stands on the screen can be typed, and what stands in a file of the other language. */
static const struct jl_enum_value *enum_by_label(const struct jl_field *field, const char *text) {
  bool french = strcmp(jl_language(), "fr") == 0;
  const struct jl_enum_value *found = enum_in(french ? "fr" : "en", field, text);
  return found != NULL ? found : enum_in(french ? "en" : "fr", field, text);
}

static bool read_enum(const struct jl_field *field, const char *text, int64_t *ret_n, struct jl_error *err) {
  const struct jl_enum_value *value = jl_enum_by_text(field->enumeration, text);
  if (value == NULL) value = enum_by_label(field, text);
  if (value != NULL) {
    *ret_n = value->number;
    return true;
  }
  char choices[JL_ARG_TEXT_MAX * 2] = "";
  const char *near = "";
  int best = 3;
  for (size_t i = 0; i < field->enumeration->count; i++) {
    const char *word = field->enumeration->values[i].text;
    size_t used = strlen(choices);
    snprintf(choices + used, sizeof choices - used, "%s%s", i > 0 ? ", " : "", word);
    int distance = jl_text_distance(text, word);
    if (distance < best) best = distance, near = word;
  }
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is none of {2}"), near[0] != '\0' ? JL_MSG("did you mean {3}?") : NULL,
                 jl_arg_text(text), jl_arg_text(choices), jl_arg_text(near));
}

bool jl_input_value(const struct jl_input *in, const struct jl_field *field, const char *text, struct jl_value *ret_value,
                    struct jl_error *err) {
  *ret_value = (struct jl_value){0};
  bool flag = false;
  int32_t day = 0;
  switch (field->kind) {
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
    if (!jl_text_valid(text, strlen(text)))
      return jl_fail(err, JL_E_BAD_UTF8, JL_MSG("the text is not clean UTF-8"),
                     JL_MSG("check the terminal's character set; control characters are refused"));
    ret_value->text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
    return true;
  case JL_KIND_INTEGER:
    return jl_input_decimal(text, 0, &ret_value->number, err);
  case JL_KIND_MONEY:
    return jl_input_money(text, in->unit != NULL && jl_currency_digits(in->unit) >= 0 ? in->unit : in->currency, &ret_value->number, err);
  case JL_KIND_FRACTION:
    return jl_input_fraction(text, in->unit, &ret_value->number, err);
  case JL_KIND_SHARE:
    return jl_input_share(text, &ret_value->number, err);
  case JL_KIND_ENUM:
    return read_enum(field, text, &ret_value->number, err);
  case JL_KIND_BOOL:
    if (!jl_input_bool(text, &flag, err)) return false;
    ret_value->number = flag;
    return true;
  case JL_KIND_DATE:
    if (!jl_input_date(in, text, &day, err)) return false;
    ret_value->number = day;
    return true;
  case JL_KIND_TIME:
    if (jl_time_parse_iso(text, &ret_value->number)) return true;
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is not a time"), JL_MSG("write it like 2026-01-31T12:00:00Z"), jl_arg_text(text));
  case JL_KIND_RANK:
    return jl_fail(err, JL_E_INVALID, JL_MSG("a place in a list is not typed"), JL_MSG("use jalon TYPE move REF --after REF"));
  case JL_KIND_REFERENCE:
    break;
  }
  return jl_id_parse(text, &ret_value->id) || jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no reference"), NULL, jl_arg_text(text));
}
