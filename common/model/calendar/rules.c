#include "common/model/calendar/holidays.h"
#include "common/model/rules.h"
#include "common/record/schema.h"

#define LINE_SHOWN 60

/* ---- dates in their order ---- */
static bool in_order(const struct jl_rule_input *in, uint32_t start, uint32_t end, const char *message, struct jl_error *err) {
  int64_t first = jl_rule_int(in, start, 0), last = jl_rule_int(in, end, INT64_MAX);
  if (first <= last) return true;
  return jl_break(in, end, err, message, JL_MSG("change one of the two dates"), jl_arg_record(in->touched->after), jl_arg_date(last),
                  jl_arg_date(first));
}

static bool closure_dates(const struct jl_rule_input *in, struct jl_error *err) {
  return in_order(in, JL_CLOSURE_START, JL_CLOSURE_END, JL_MSG("{1} ends on {2}, before it starts on {3}"), err);
}
static bool school_dates(const struct jl_rule_input *in, struct jl_error *err) {
  return in_order(in, JL_SCHOOL_HOLIDAY_START, JL_SCHOOL_HOLIDAY_END, JL_MSG("{1} ends on {2}, before it starts on {3}"), err);
}
static bool key_dates(const struct jl_rule_input *in, struct jl_error *err) {
  return in_order(in, JL_KEY_DATE_START, JL_KEY_DATE_END, JL_MSG("{1} ends on {2}, before it starts on {3}"), err);
}

/* ---- days as they are written ---- */
#define DAYS_MOST 512 /* written in one calendar: each that moves looks at those before it */

static bool days_written(const struct jl_rule_input *in, uint32_t field, struct jl_error *err) {
  const struct jl_record *after = in->touched->after;
  struct jl_iterator it = jl_record_each(after->body, jl_field_by_number(after->type, field));
  size_t count = 0;
  for (struct jl_value value; jl_iterator_next(&it, &value);) {
    struct jl_day_rule rule;
    struct jl_bytes name;
    if (++count > DAYS_MOST)
      return jl_break(in, field, err, JL_MSG("a calendar has {1} days off at most"), JL_MSG("leave out the years that are past"), jl_arg_integer(DAYS_MOST));
    if (jl_day_rule_parse(value.text, &rule, &name)) continue;
    size_t shown = value.text.size < LINE_SHOWN ? value.text.size : LINE_SHOWN;
    return jl_break(in, field, err, JL_MSG("\"{1}\" is no day off"),
                    JL_MSG("write it like 12-25 Christmas, 2027-06-04, easter+1, mon>=05-01, or 12-25~ when it moves off a weekend"),
                    jl_arg_textn((const char *)value.text.data, shown));
  }
  return true;
}

static bool calendar_days(const struct jl_rule_input *in, struct jl_error *err) { return days_written(in, JL_CALENDAR_DAYS, err); }

/* Code du travail L3133-4: it is the one holiday that nobody works. */
static bool calendar_worked(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *after = in->touched->after;
  if (!days_written(in, JL_CALENDAR_WORKED, err)) return false;
  struct jl_iterator it = jl_record_each(after->body, jl_field_by_number(after->type, JL_CALENDAR_WORKED));
  for (struct jl_value value; jl_calendar_is_french(after) && jl_iterator_next(&it, &value);) {
    struct jl_day_rule rule;
    struct jl_bytes name;
    bool dated = jl_day_rule_parse(value.text, &rule, &name) && (rule.kind == JL_DAY_YEARLY || rule.kind == JL_DAY_ONCE);
    if (dated && rule.month == 5 && rule.day == 1)
      return jl_break(in, JL_CALENDAR_WORKED, err, JL_MSG("1 May cannot be worked in France"), JL_MSG("leave it out: the other holidays can be worked"));
  }
  return true;
}

static bool calendar_weekend(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *after = in->touched->after;
  unsigned days = 0;
  if (!jl_rule_has(in, JL_CALENDAR_WEEKEND)) return true;
  if (!jl_weekdays_parse(jl_record_text(after->type, after->body, JL_CALENDAR_WEEKEND), &days))
    return jl_break(in, JL_CALENDAR_WEEKEND, err, JL_MSG("the weekend is made of days of the week"), JL_MSG("write them like \"sat sun\""));
  if (days != JL_WHOLE_WEEK) return true;
  return jl_break(in, JL_CALENDAR_WEEKEND, err, JL_MSG("a week without a worked day is no calendar"), JL_MSG("leave a day out"));
}

static bool person_off_days(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *after = in->touched->after;
  unsigned days = 0;
  if (jl_weekdays_parse(jl_record_text(after->type, after->body, JL_PERSON_OFF_DAYS), &days)) return true;
  return jl_break(in, JL_PERSON_OFF_DAYS, err, JL_MSG("off days are days of the week"), JL_MSG("write them like \"wed\" or \"mon fri\""));
}

static const struct jl_rule rules[] = {
    {"closure-dates", JL_TYPE_CLOSURE, closure_dates},    {"school-holiday-dates", JL_TYPE_SCHOOL_HOLIDAY, school_dates},
    {"key-date-dates", JL_TYPE_KEY_DATE, key_dates},      {"calendar-days", JL_TYPE_CALENDAR, calendar_days},
    {"calendar-worked", JL_TYPE_CALENDAR, calendar_worked}, {"calendar-weekend", JL_TYPE_CALENDAR, calendar_weekend},
    {"person-off-days", JL_TYPE_PERSON, person_off_days},
};
const struct jl_rules jl_calendar_rules = {rules, JL_COUNT(rules)};
