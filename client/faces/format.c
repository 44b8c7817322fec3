#include "client/faces/format.h"
#include "client/faces/locale.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define NO_BREAK "\302\240" /* between an amount and its unit */

#define DIGITS_MAX 40

/* Digits of |value| without sign, padded so that at least scale + 1 stand, at the end of `out`. Returns their count. */
static size_t digits_of(int64_t value, int scale, char out[DIGITS_MAX]) {
  uint64_t magnitude = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
  size_t count = 0;
  for (; magnitude != 0 || count < (size_t)scale + 1; magnitude /= 10) out[DIGITS_MAX - ++count] = (char)('0' + magnitude % 10);
  return count;
}

static int shown_decimals(const char *digits, size_t count, int scale, int decimals) {
  if (decimals != JL_DECIMALS_SHORT) return decimals < scale ? decimals : scale;
  int shown = scale;
  while (shown > 0 && digits[count - (size_t)(scale - shown) - 1] == '0') shown--;
  return shown;
}

/* before: stands between sign and digits. */
static void put_number(int64_t value, int scale, int decimals, const char *before, const char *group, const char *point, struct jl_buffer *out) {
  char all[DIGITS_MAX];
  size_t count = digits_of(value, scale, all), whole = count - (size_t)scale;
  const char *digits = all + DIGITS_MAX - count;
  int shown = shown_decimals(digits, count, scale, decimals);
  if (value < 0) jl_buffer_byte(out, '-');
  if (*before) jl_buffer_text(out, before);
  for (size_t i = 0; i < whole;) { /* up to three at a time */
    size_t some = (whole - i - 1) % 3 + 1;
    if (i > 0) jl_buffer_text(out, group);
    jl_buffer_append(out, digits + i, some);
    i += some;
  }
  if (shown <= 0) return;
  jl_buffer_text(out, point);
  jl_buffer_append(out, digits + whole, (size_t)shown);
}

void jl_format_decimal(int64_t value, int scale, int decimals, struct jl_buffer *out) {
  const struct jl_locale *locale = jl_locale_current();
  put_number(value, scale, decimals, "", locale->group, locale->decimal, out);
}

void jl_plain_decimal(int64_t value, int scale, struct jl_buffer *out) { put_number(value, scale, JL_DECIMALS_SHORT, "", "", ".", out); }

static const char *currency_symbol(const char *code) {
  const struct jl_locale *locale = jl_locale_current();
  for (const struct jl_currency_symbol *c = locale->currencies; *c->code; c++)
    if (strcmp(c->code, code) == 0) return c->symbol;
  return code;
}

static bool symbol_leads(const char *symbol) { /* English writes a sign before the amount, a code after it */
  return strcmp(jl_language(), "en") == 0 && !(symbol[0] >= 'A' && symbol[0] <= 'Z' && symbol[1] >= 'A' && symbol[1] <= 'Z');
}

/* "1 200,50 €", "€1,200.50", "1,200.50 CHF" */
static void put_amount(int64_t value, int scale, int decimals, const char *symbol, struct jl_buffer *out) {
  if (*symbol && symbol_leads(symbol)) {
    const struct jl_locale *locale = jl_locale_current();
    put_number(value, scale, decimals, symbol, locale->group, locale->decimal, out);
    return;
  }
  jl_format_decimal(value, scale, decimals, out);
  if (*symbol) jl_buffer_printf(out, NO_BREAK "%s", symbol);
}

void jl_format_money(int64_t minor_units, const char *currency, int decimals, struct jl_buffer *out) {
  int scale = currency && *currency ? jl_currency_digits(currency) : 2;
  if (scale < 0) scale = 2;
  int64_t unit = 1;
  for (int i = 0; i < scale; i++) unit *= 10;
  if (decimals == JL_DECIMALS_SHORT) decimals = minor_units % unit == 0 ? 0 : scale; /* 1 000 or 1 000,50, never 1 000,5 */
  put_amount(minor_units, scale, decimals, currency && *currency ? currency_symbol(currency) : "", out);
}

bool jl_unit_is_percent(const char *unit) {
  return unit && (strcmp(unit, "%") == 0 || strcasecmp(unit, "percent") == 0 || strcasecmp(unit, "pourcent") == 0);
}

static void put_percent(int64_t value, int scale, struct jl_buffer *out) {
  jl_format_decimal(value, scale, JL_DECIMALS_SHORT, out);
  jl_buffer_text(out, strcmp(jl_language(), "fr") == 0 ? NO_BREAK "%" : "%");
}

void jl_format_fraction(int64_t millionths, const char *unit, struct jl_buffer *out) {
  if (jl_unit_is_percent(unit)) { /* a screen shows hundredths; files have it all */
    int64_t hundredths;
    if (jl_mul_div_half_even(millionths, 1, 100, &hundredths)) put_percent(hundredths, 2, out);
    return;
  }
  char currency[4] = ""; /* "EUR", or "EUR/day" */
  if (unit && strlen(unit) >= 3 && (unit[3] == '\0' || unit[3] == '/')) snprintf(currency, sizeof currency, "%.3s", unit);
  if (currency[0] != '\0' && jl_currency_digits(currency) >= 0) {
    put_amount(millionths, 6, millionths % JL_FRACTION_ONE == 0 ? 0 : 2, currency_symbol(currency), out);
    if (unit[3] == '/') jl_buffer_printf(out, "/%s", jl_tr(unit + 4));
    return;
  }
  bool tenths = unit && strcmp(unit, JL_UNIT_TENTHS) == 0;
  int64_t rounded;
  if (tenths && jl_mul_div_half_even(millionths, 1, JL_FRACTION_ONE / 10, &rounded)) {
    jl_format_decimal(rounded, 1, 1, out);
    return;
  }
  jl_format_decimal(millionths, 6, tenths ? 1 : JL_DECIMALS_SHORT, out);
  if (unit && *unit && !tenths) jl_buffer_printf(out, NO_BREAK "%s", jl_tr(unit));
}

/* Of a part of a date, with zeros before it up to `least` digits. A history has hundreds of times: printf took a tenth of showing it. */
static void put_digits(int number, int least, struct jl_buffer *out) {
  char digits[DIGITS_MAX];
  size_t count = digits_of(number, least - 1, digits);
  if (number < 0) jl_buffer_byte(out, '-');
  jl_buffer_append(out, digits + DIGITS_MAX - count, count);
}

static void put_date(int day, int month, int year, struct jl_buffer *out) {
  bool french = strcmp(jl_language(), "fr") == 0;
  put_digits(day, french ? 2 : 1, out);
  jl_buffer_byte(out, french ? '/' : ' ');
  if (french)
    put_digits(month, 2, out);
  else
    jl_buffer_text(out, jl_locale_current()->short_months[month - 1]);
  jl_buffer_byte(out, french ? '/' : ' ');
  put_digits(year, french ? 4 : 1, out);
}

void jl_format_date(int64_t day, struct jl_buffer *out) {
  if (day < JL_DAY_MIN || day > JL_DAY_MAX) {
    jl_buffer_text(out, "?");
    return;
  }
  struct jl_date d = jl_date_from_day((int32_t)day);
  put_date(d.day, d.month, d.year, out);
}

void jl_format_time(int64_t utc_us, struct jl_buffer *out) {
  time_t seconds = (time_t)(utc_us / 1000000);
  struct tm local;
  if (!localtime_r(&seconds, &local)) {
    jl_buffer_text(out, "?");
    return;
  }
  put_date(local.tm_mday, local.tm_mon + 1, local.tm_year + 1900, out);
  jl_buffer_byte(out, ' ');
  put_digits(local.tm_hour, 2, out);
  jl_buffer_byte(out, ':');
  put_digits(local.tm_min, 2, out);
}

static void format_bytes(int64_t size, struct jl_buffer *out) {
  static const char *const units[] = {JL_MSG("B"), JL_MSG("KiB"), JL_MSG("MiB"), JL_MSG("GiB")};
  int unit = 0;
  int64_t tenths = size * 10;
  while (tenths >= 10240 && unit < 3) {
    tenths /= 1024;
    unit++;
  }
  jl_format_decimal(tenths, 1, JL_DECIMALS_SHORT, out);
  jl_buffer_printf(out, NO_BREAK "%s", jl_tr(units[unit]));
}

void jl_format_labels(const char *ids, struct jl_buffer *out) {
  char id[256];
  for (const char *at = ids, *end; *at != '\0'; at = *end == '\0' ? end : end + 1) {
    end = at + strcspn(at, "\n");
    snprintf(id, sizeof id, "%.*s", (int)(end - at), at);
    if (at != ids) jl_buffer_text(out, ", ");
    jl_buffer_text(out, jl_tr(id));
  }
}

void jl_tame(struct jl_buffer *text, size_t from, const char *keep) {
  uint8_t *data = text->data;
  for (size_t i = from, size = text->size; i < size; i++) {
    uint8_t c = data[i];
    if (c >= ' ' && c != 0x7f && c != 0xC2) continue; /* most of it */
    if ((c < ' ' && (c == '\0' || strchr(keep, c) == NULL)) || c == 0x7f) data[i] = ' ';
    if (c == 0xC2 && i + 1 < size && data[i + 1] >= 0x80 && data[i + 1] < 0xA0) data[i] = data[i + 1] = ' ';
  }
}

static void put_tame(const void *text, size_t size, struct jl_buffer *out) {
  size_t from = out->size;
  jl_buffer_append(out, text, size);
  jl_tame(out, from, JL_TAME_LINES);
}

void jl_format_arg(const struct jl_arg *arg, struct jl_buffer *out) {
  switch (arg->kind) {
  case JL_ARG_NONE: return;
  case JL_ARG_TEXT: put_tame(arg->text, strlen(arg->text), out); return;
  case JL_ARG_INTEGER: jl_format_decimal(arg->number, 0, 0, out); return;
  case JL_ARG_MONEY: jl_format_money(arg->number, arg->text, JL_DECIMALS_SHORT, out); return;
  case JL_ARG_FRACTION: jl_format_fraction(arg->number, arg->text, out); return;
  case JL_ARG_DATE: jl_format_date(arg->number, out); return;
  case JL_ARG_TIME: jl_format_time(arg->number, out); return;
  case JL_ARG_LABEL: jl_format_labels(arg->text, out); return;
  case JL_ARG_BYTES: format_bytes(arg->number, out); return;
  case JL_ARG_SHARE: put_percent(arg->number, 2, out); return;
  case JL_ARG_BOOL: jl_buffer_text(out, jl_tr(arg->number ? JL_MSG("yes") : JL_MSG("no"))); return;
  case JL_ARG_REVISION: jl_plain_decimal(arg->number, 0, out); return;
  }
}

void jl_plain_arg(const struct jl_arg *arg, struct jl_buffer *out) {
  char text[32];
  switch (arg->kind) {
  case JL_ARG_NONE: return;
  case JL_ARG_TEXT:
  case JL_ARG_LABEL: jl_buffer_text(out, arg->text); return;
  case JL_ARG_INTEGER:
  case JL_ARG_REVISION:
  case JL_ARG_BYTES: jl_plain_decimal(arg->number, 0, out); return;
  case JL_ARG_MONEY: {
    int scale = *arg->text ? jl_currency_digits(arg->text) : 2;
    put_number(arg->number, scale < 0 ? 2 : scale, scale < 0 ? 2 : scale, "", "", ".", out);
    return;
  }
  case JL_ARG_FRACTION: jl_plain_decimal(arg->number, 6, out); return;
  case JL_ARG_SHARE: jl_plain_decimal(arg->number, 4, out); return;
  case JL_ARG_DATE:
    jl_day_format_iso((int32_t)arg->number, text);
    jl_buffer_text(out, text);
    return;
  case JL_ARG_TIME:
    jl_time_format_iso(arg->number, text);
    jl_buffer_text(out, text);
    return;
  case JL_ARG_BOOL: jl_buffer_text(out, arg->number ? "true" : "false"); return;
  }
}

void jl_format_words(const char *message, const struct jl_arg *args, int n, struct jl_buffer *out) {
  const char *text = jl_tr(message);
  size_t from = out->size;
  for (const char *p = text; *p; p++) {
    if (p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}') {
      int i = p[1] - '1';
      if (i < n) jl_format_arg(&args[i], out);
      p += 2;
    } else jl_buffer_byte(out, (uint8_t)*p);
  }
  jl_tame(out, from, JL_TAME_LINES);
}

bool jl_arg_from_cell(const Jalon__Cell *cell, struct jl_arg *ret_arg) {
  *ret_arg = jl_arg_text(cell->text ? cell->text : "");
  ret_arg->kind = cell->has_kind && cell->kind <= JL_ARG_REVISION ? (enum jl_arg_kind)cell->kind : JL_ARG_NONE;
  ret_arg->number = cell->has_number ? cell->number : 0;
  return ret_arg->kind != JL_ARG_NONE;
}

static void format_value(const struct jl_field *field, const struct jl_value *value, const char *currency, const char *unit, struct jl_buffer *out) {
  switch (field->kind) {
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK: put_tame(value->text.data, value->text.size, out); return;
  case JL_KIND_INTEGER:
    jl_format_decimal(value->number, 0, 0, out);
    if (*field->unit) jl_buffer_printf(out, NO_BREAK "%s", jl_tr(field->unit));
    return;
  case JL_KIND_BOOL: jl_buffer_text(out, jl_tr(value->number ? JL_MSG("yes") : JL_MSG("no"))); return;
  case JL_KIND_ENUM: {
    const struct jl_enum_value *known = jl_enum_by_number(field->enumeration, (int32_t)value->number);
    if (known) jl_buffer_text(out, jl_tr(known->label));
    else jl_format_decimal(value->number, 0, 0, out);
    return;
  }
  case JL_KIND_MONEY: jl_format_money(value->number, unit && jl_currency_digits(unit) >= 0 ? unit : currency, JL_DECIMALS_SHORT, out); return;
  case JL_KIND_FRACTION: jl_format_fraction(value->number, unit && *unit ? unit : field->unit, out); return;
  case JL_KIND_SHARE: put_percent(value->number, 2, out); return;
  case JL_KIND_DATE: jl_format_date(value->number, out); return;
  case JL_KIND_TIME: jl_format_time(value->number, out); return;
  case JL_KIND_RANK: jl_buffer_text(out, jl_tr(JL_MSG("moved"))); return;
  case JL_KIND_REFERENCE: {
    char id[JL_ID_TEXT_SIZE];
    jl_id_format(&value->id, id);
    jl_buffer_append(out, id, 8);
    return;
  }
  }
}

void jl_format_slice(const struct jl_field *field, struct jl_bytes slice, const char *currency, const char *unit, struct jl_buffer *out) {
  struct jl_iterator values = jl_record_each(slice, field);
  struct jl_value value;
  bool any = false;
  while (jl_iterator_next(&values, &value)) {
    if (any) jl_buffer_text(out, ", ");
    format_value(field, &value, currency, unit, out);
    any = true;
  }
  if (!any) jl_buffer_text(out, jl_tr(JL_MSG("(nothing)")));
}
