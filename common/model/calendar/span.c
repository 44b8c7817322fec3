#include "common/model/calendar/span.h"
#include "common/base/calendar.h"
#include "common/model/calendar/period.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

static int months_of(enum jl_span_kind kind) { return kind == JL_SPAN_MONTH ? 1 : kind == JL_SPAN_QUARTER ? 3 : 12; }

static bool number(const char *text, size_t n, int *ret) {
  *ret = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *ret = *ret * 10 + (text[i] - '0');
  }
  return true;
}

/* From its first day on; named where it is one of the civil calendar. */
static struct jl_span from(enum jl_span_kind kind, int32_t first) {
  struct jl_span span = {.kind = kind, .first = first, .last = jl_day_add_months(first, months_of(kind)) - 1};
  struct jl_date d = jl_date_from_day(first);
  unsigned year = (unsigned)d.year % 10000U, month = (unsigned)d.month % 100U;
  if (d.day != 1 || (d.month - 1) % months_of(kind) != 0) return span;
  if (kind == JL_SPAN_MONTH)
    snprintf(span.name, sizeof span.name, "%04u-%02u", year, month);
  else if (kind == JL_SPAN_QUARTER)
    snprintf(span.name, sizeof span.name, "%04u-Q%u", year, (month - 1) / 3 % 4 + 1);
  else
    snprintf(span.name, sizeof span.name, "%04u", year);
  return span;
}

struct jl_span jl_span_of(enum jl_span_kind kind, int32_t day, int n) {
  struct jl_date d = jl_date_from_day(day);
  int months = months_of(kind);
  return from(kind, jl_day_add_months(jl_day_from_date(d.year, d.month - (d.month - 1) % months, 1), n * months));
}

/* "2026", "2026-Q3", of whichever calendar; *ret_quarter 0: the year. */
static bool year_and_quarter(const char *text, int *ret_year, int *ret_quarter) {
  size_t size = strlen(text);
  *ret_quarter = 0;
  if (size < 4 || !number(text, 4, ret_year) || *ret_year < 1) return false;
  if (size == 4) return true;
  return size == 7 && text[4] == '-' && strchr("QqTt", text[5]) != NULL && number(text + 6, 1, ret_quarter) && *ret_quarter >= 1 && *ret_quarter <= 4;
}

/* The fiscal year that begins in that year, on the day and in the month on which the plan's does. */
static bool fiscal(const struct jl_view_input *in, int year, int quarter, struct jl_span *ret, struct jl_error *err) {
  const struct jl_record *plan = jl_view_plan(in);
  int64_t known = plan == NULL ? INT32_MIN : jl_view_int(plan, JL_PLAN_FISCAL_YEAR_START, INT32_MIN);
  if (known == INT32_MIN)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the plan has no fiscal year"), JL_MSG("set the day on which it begins: jalon plan set --fiscal-year-start 2026-07-01"));
  struct jl_date d = jl_date_from_day((int32_t)known);
  int32_t begin = jl_day_add_months((int32_t)known, 12 * (year - d.year));
  *ret = from(quarter == 0 ? JL_SPAN_YEAR : JL_SPAN_QUARTER, jl_day_add_months(begin, quarter == 0 ? 0 : 3 * (quarter - 1)));
  ret->last = jl_day_add_months(begin, quarter == 0 ? 12 : 3 * quarter) - 1;
  if (quarter == 0)
    snprintf(ret->name, sizeof ret->name, "FY%04u", (unsigned)year % 10000U);
  else
    snprintf(ret->name, sizeof ret->name, "FY%04u-Q%u", (unsigned)year % 10000U, (unsigned)quarter % 10U);
  return true;
}

static struct jl_span whole(const struct jl_view_input *in) {
  const struct jl_record *plan = jl_view_plan(in);
  int64_t start = plan == NULL ? INT32_MAX : jl_view_int(plan, JL_PLAN_START, INT32_MAX), end = plan == NULL ? INT32_MIN : jl_view_int(plan, JL_PLAN_END, INT32_MIN);
  if (start > end) return jl_span_of(JL_SPAN_MONTH, in->today, 0);
  return (struct jl_span){.kind = JL_SPAN_PLAN, .first = (int32_t)start, .last = (int32_t)end};
}

bool jl_span_parse(const struct jl_view_input *in, const char *text, struct jl_span *ret, struct jl_error *err) {
  struct jl_period month;
  int year, quarter;
  bool is_fiscal = text != NULL && strlen(text) > 2 && strchr("FfEe", text[0]) != NULL && strchr("YyXx", text[1]) != NULL;
  if (text == NULL) {
    *ret = whole(in);
    return true;
  }
  if (year_and_quarter(is_fiscal ? text + 2 : text, &year, &quarter)) {
    if (is_fiscal) return fiscal(in, year, quarter, ret, err);
    *ret = from(quarter == 0 ? JL_SPAN_YEAR : JL_SPAN_QUARTER, jl_day_from_date(year, quarter == 0 ? 1 : 3 * quarter - 2, 1));
    return true;
  }
  if (jl_period_month(text, in->today, &month, err)) {
    *ret = from(JL_SPAN_MONTH, month.first);
    return true;
  }
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no period"), JL_MSG("write it like 2026-03, 2026-Q3 or 2026; FY2026 or FY2026-Q1 for the plan's fiscal year"), jl_arg_text(text));
}

struct jl_span jl_span_before(const struct jl_span *span) {
  struct jl_span is = *span;
  bool year = span->kind == JL_SPAN_PLAN && jl_day_add_months(span->first, 12) - 1 == span->last;
  if (span->kind != JL_SPAN_PLAN) is = from(span->kind, jl_day_add_months(span->first, -months_of(span->kind)));
  if (span->kind == JL_SPAN_PLAN) is.first = year ? jl_day_add_months(span->first, -12) : span->first - (span->last - span->first + 1);
  is.last = span->first - 1;
  return is;
}
