#include "common/base/error.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct code_row {
  enum jl_code code;
  const char *symbol;
  enum jl_class class;
  int exit_status;
} codes[] = {
#define JL_CODE(symbol, number, class, exit_status) {JL_E_##symbol, #symbol, JL_CLASS_##class, exit_status},
#include "common/base/codes.def"
#undef JL_CODE
};

void jl_assert_failed(const char *condition, const char *file, int line) {
  fprintf(stderr, "contract broken: %s (%s:%d)\n", condition, file, line);
  abort();
}

/* A newer peer may send a code that we do not know: it is handled as an internal error. */
static const struct code_row *code_row(enum jl_code code) {
  const struct code_row *internal = codes;
  for (size_t i = 0; i < JL_COUNT(codes); i++) {
    if (codes[i].code == code) return &codes[i];
    if (codes[i].code == JL_E_INTERNAL) internal = &codes[i];
  }
  return internal;
}

const char *jl_code_symbol(enum jl_code code) { return code_row(code)->symbol; }
enum jl_class jl_code_class(enum jl_code code) { return code_row(code)->class; }
int jl_code_exit_status(enum jl_code code) { return code_row(code)->exit_status; }

/* Copies at most size - 1 bytes, cut at a character; ellipsis says that text is missing. Returns nothing: it cannot fail. */
static void copy_text(char *out, size_t out_size, const char *text, size_t size, const char *ellipsis) {
  size_t keep = size;
  size_t mark = strlen(ellipsis);
  if (size > out_size - 1) keep = jl_text_cut(text, size, out_size - 1 - mark);
  if (keep > 0) memcpy(out, text, keep);
  if (keep < size) {
    memcpy(out + keep, ellipsis, mark);
    keep += mark;
  }
  out[keep] = '\0';
}

/* Arguments reach terminals and logs: what is not clean text is shown byte by byte as question marks. */
struct jl_arg jl_arg_textn(const char *text, size_t size) {
  struct jl_arg arg = {.kind = JL_ARG_TEXT};
  if (text == NULL) return arg;
  if (jl_text_valid(text, size)) {
    copy_text(arg.text, sizeof arg.text, text, size, "…");
    return arg;
  }
  size_t n = size < sizeof arg.text - 1 ? size : sizeof arg.text - 1;
  for (size_t i = 0; i < n; i++) arg.text[i] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';
  return arg;
}

struct jl_arg jl_arg_text(const char *text) {
  return jl_arg_textn(text, text == NULL ? 0 : strlen(text));
}

static struct jl_arg arg_of(enum jl_arg_kind kind, int64_t number, const char *text) {
  struct jl_arg arg = jl_arg_text(text);
  arg.kind = kind;
  arg.number = number;
  return arg;
}

struct jl_arg jl_arg_label(const char *message_id) {
  return arg_of(JL_ARG_LABEL, 0, message_id);
}
struct jl_arg jl_arg_integer(int64_t n) {
  return arg_of(JL_ARG_INTEGER, n, NULL);
}
struct jl_arg jl_arg_money(int64_t minor_units, const char *currency) {
  return arg_of(JL_ARG_MONEY, minor_units, currency);
}
struct jl_arg jl_arg_fraction(int64_t millionths, const char *unit) {
  return arg_of(JL_ARG_FRACTION, millionths, unit);
}
struct jl_arg jl_arg_share(int64_t basis_points) {
  return arg_of(JL_ARG_SHARE, basis_points, NULL);
}
struct jl_arg jl_arg_date(int64_t day) {
  return arg_of(JL_ARG_DATE, day, NULL);
}
struct jl_arg jl_arg_time(int64_t utc_us) {
  return arg_of(JL_ARG_TIME, utc_us, NULL);
}
struct jl_arg jl_arg_bytes(int64_t size) {
  return arg_of(JL_ARG_BYTES, size, NULL);
}
struct jl_arg jl_arg_revision(uint64_t revision) {
  return arg_of(JL_ARG_REVISION, (int64_t)revision, NULL);
}

void jl_error_fill(struct jl_error *err, enum jl_code code, const char *message, const char *hint, const struct jl_arg *args, int nargs) {
  if (err == NULL) return;
  *err = (struct jl_error){.code = code};
  if (message != NULL) copy_text(err->message, sizeof err->message, message, strlen(message), "");
  if (hint != NULL) copy_text(err->hint, sizeof err->hint, hint, strlen(hint), "");
  for (int i = 0; i < nargs && i < JL_ERROR_ARGS; i++) err->args[i] = args[i];
}

void jl_error_place(struct jl_error *err, uint32_t record_type, const struct jl_id *record, uint32_t field) {
  if (err == NULL) return;
  err->record_type = record_type;
  if (record != NULL) err->record = *record;
  err->field = field;
}

/* n units of 10^-digits, without losing the sign of -0.05. */
static void format_scaled(int64_t n, int digits, bool trim, char out[32]) {
  char reversed[32];
  uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
  size_t size = 0, used = 0;
  for (int i = 0; i < digits; i++, rest /= 10)
    if (!trim || size > 0 || rest % 10 != 0) reversed[size++] = (char)('0' + rest % 10);
  if (size > 0) reversed[size++] = '.';
  do reversed[size++] = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (n < 0) out[used++] = '-';
  while (size > 0) out[used++] = reversed[--size];
  out[used] = '\0';
}

static void describe_quantity(const struct jl_arg *arg, char *out, size_t size) {
  char number[32];
  int digits = 0;
  switch (arg->kind) {
  case JL_ARG_MONEY:
    digits = jl_currency_digits(arg->text);
    format_scaled(arg->number, digits < 0 ? 2 : digits, false, number);
    snprintf(out, size, "%s%s%s", number, arg->text[0] != '\0' ? " " : "", arg->text);
    return;
  case JL_ARG_FRACTION:
    if (strcmp(arg->text, "percent") == 0) {
      format_scaled(arg->number, 4, true, number);
      snprintf(out, size, "%s %%", number);
      return;
    }
    format_scaled(arg->number, 6, true, number);
    snprintf(out, size, "%s%s%s", number, arg->text[0] != '\0' ? " " : "", arg->text);
    return;
  case JL_ARG_SHARE:
    format_scaled(arg->number, 2, true, number);
    snprintf(out, size, "%s %%", number);
    return;
  default:
    snprintf(out, size, "%" PRId64 "%s", arg->number, arg->kind == JL_ARG_BYTES ? " bytes" : "");
    return;
  }
}

static void describe_arg(const struct jl_arg *arg, char *out, size_t size) {
  char date[11], time[28];
  switch (arg->kind) {
  case JL_ARG_NONE:
    snprintf(out, size, "?");
    return;
  case JL_ARG_TEXT:
  case JL_ARG_LABEL:
    snprintf(out, size, "%s", arg->text);
    return;
  case JL_ARG_DATE:
    if (arg->number < JL_DAY_MIN || arg->number > JL_DAY_MAX) {
      snprintf(out, size, "day %" PRId64, arg->number);
      return;
    }
    jl_day_format_iso((int32_t)arg->number, date);
    snprintf(out, size, "%s", date);
    return;
  case JL_ARG_TIME:
    jl_time_format_iso(arg->number, time);
    snprintf(out, size, "%s", time);
    return;
  case JL_ARG_BOOL:
    snprintf(out, size, "%s", arg->number != 0 ? "yes" : "no");
    return;
  default:
    describe_quantity(arg, out, size);
    return;
  }
}

static size_t describe_template(const struct jl_error *err, const char *text, char *out, size_t used, size_t size) {
  for (const char *p = text; *p != '\0' && used + 1 < size;) {
    if (p[0] != '{' || p[1] < '1' || p[1] > '0' + JL_ERROR_ARGS || p[2] != '}') {
      out[used++] = *p++;
      continue;
    }
    char shown[JL_ARG_TEXT_MAX + 40];
    describe_arg(&err->args[p[1] - '1'], shown, sizeof shown);
    size_t length = strlen(shown);
    size_t keep = length < size - 1 - used ? length : size - 1 - used;
    memcpy(out + used, shown, keep);
    used += keep;
    p += 3;
  }
  out[used] = '\0';
  return used;
}

void jl_error_describe(const struct jl_error *err, char *out, size_t out_size) {
  if (out_size == 0) return;
  char prefix[64];
  snprintf(prefix, sizeof prefix, "%s: ", jl_code_symbol(err->code));
  size_t used = describe_template(err, prefix, out, 0, out_size);
  used = describe_template(err, err->message, out, used, out_size);
  if (err->hint[0] == '\0') return;
  used = describe_template(err, "; ", out, used, out_size);
  describe_template(err, err->hint, out, used, out_size);
}
