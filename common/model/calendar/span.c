#include "common/model/calendar/span.h"
#include "common/base/calendar.h"
#include "common/model/calendar/period.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

struct jl_fiscal jl_span_fiscal(const struct jl_view_input *in) { return jl_fiscal_of(jl_view_plan(in), in->today); }

static unsigned year_of(int32_t day) { return (unsigned)jl_date_from_day(day).year % 10000U; }

struct jl_span jl_span_at(const struct jl_fiscal *fiscal, enum jl_span_kind kind, int32_t day) {
  struct jl_span span = {.kind = kind};
  struct jl_fiscal_quarter at;
  if (kind != JL_SPAN_QUARTER && kind != JL_SPAN_YEAR) {
    struct jl_date d = jl_date_from_day(day);
    span.first = jl_day_from_date(d.year, d.month, 1);
    span.last = jl_day_add_months(span.first, 1) - 1;
    snprintf(span.name, sizeof span.name, "%04u-%02u", year_of(day), (unsigned)d.month % 100U);
    return span;
  }
  jl_fiscal_at(fiscal, day, &at);
  span.first = kind == JL_SPAN_YEAR ? at.year_start : at.start;
  span.last = kind == JL_SPAN_YEAR ? at.year_end : at.end;
  if (kind == JL_SPAN_YEAR)
    snprintf(span.name, sizeof span.name, "%04u", year_of(at.year_start));
  else
    snprintf(span.name, sizeof span.name, "%04u-Q%u", year_of(at.year_start), (unsigned)at.number % 10U);
  return span;
}

static struct jl_span whole(const struct jl_view_input *in, const struct jl_fiscal *fiscal) {
  const struct jl_record *plan = jl_view_plan(in);
  int64_t start = plan == NULL ? INT32_MAX : jl_view_int(plan, JL_PLAN_START, INT32_MAX), end = plan == NULL ? INT32_MIN : jl_view_int(plan, JL_PLAN_END, INT32_MIN);
  if (start > end) return jl_span_at(fiscal, JL_SPAN_MONTH, in->today);
  return (struct jl_span){.kind = JL_SPAN_OTHER, .first = (int32_t)start, .last = (int32_t)end};
}

bool jl_span_parse(const struct jl_view_input *in, const char *text, struct jl_span *ret, struct jl_error *err) {
  const struct jl_fiscal fiscal = jl_span_fiscal(in);
  struct jl_span span = {.kind = JL_SPAN_OTHER};
  struct jl_period month;
  if (text == NULL) {
    *ret = whole(in, &fiscal);
    return true;
  }
  size_t size = strlen(text);
  if (text[0] == '+' || text[0] == '-') {
    if (!jl_period_month(text, in->today, &month, err)) return false;
    *ret = jl_span_at(&fiscal, JL_SPAN_MONTH, month.first);
    return true;
  }
  if (!jl_fiscal_period(&fiscal, text, &span.first, &span.last, err)) return false;
  enum jl_span_kind kind = jl_fiscal_names_quarter(text) ? JL_SPAN_QUARTER : size == 4 ? JL_SPAN_YEAR : size == 7 ? JL_SPAN_MONTH : JL_SPAN_OTHER;
  *ret = kind == JL_SPAN_OTHER ? span : jl_span_at(&fiscal, kind, span.first);
  return true;
}

struct jl_span jl_span_before(const struct jl_fiscal *fiscal, const struct jl_span *span) {
  if (span->kind != JL_SPAN_OTHER) return jl_span_at(fiscal, span->kind, span->first - 1);
  struct jl_date a = jl_date_from_day(span->first), z = jl_date_from_day(span->last + 1);
  int months = (z.year - a.year) * 12 + z.month - a.month;
  bool of_months = months > 0 && jl_day_add_months(span->first, months) == span->last + 1;
  return (struct jl_span){.kind = JL_SPAN_OTHER, .first = of_months ? jl_day_add_months(span->first, -months) : span->first - (span->last - span->first + 1), .last = span->first - 1};
}
