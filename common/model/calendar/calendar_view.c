/* The calendar: a month as a grid of its weeks, or a year as a line for each month; what happens on the days stands below. In the cells a day has
 * a sign for each kind of thing, so that it reads without colours and in a pipe. */
#include "common/base/calendar.h"
#include "common/model/calendar/holidays.h"
#include "common/model/calendar/marks.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

#define CELL 24
#define YEAR_LINE 38 /* a month that begins on a Sunday: six blanks and 31 days */

struct sheet {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_period period;
  const struct jl_record *calendar, *person;
  struct jl_working_days *days;
  struct jl_marks marks;
  int64_t zone;
};

static size_t on_day(const struct sheet *s, enum jl_mark_kind kind, int32_t day) {
  size_t n = 0;
  for (size_t i = 0; i < s->marks.count && s->marks.list[i].first <= day; i++)
    n += s->marks.list[i].kind == kind && s->marks.list[i].last >= day;
  return n;
}

/* ---- a month ---- */
static enum jl_tone tone_of(const struct sheet *s, int32_t day) {
  if (day == s->in->today) return JL_TONE_STRONG;
  switch (jl_day_off(s->days, day)) {
  case JL_DAY_HOLIDAY:
    return JL_TONE_GOOD;
  case JL_DAY_CLOSED:
  case JL_DAY_LEAVE:
    return JL_TONE_WARN;
  case JL_DAY_WEEKEND:
  case JL_DAY_NOT_THIS_DAY:
    return JL_TONE_MUTED;
  case JL_DAY_WORKED:
    break;
  }
  return JL_TONE_NONE;
}

/* "14*~", "15 <2": the day, its signs, how many actions start and are due. */
static void day_cell(const struct sheet *s, int32_t day) {
  static const enum jl_mark_kind signs[] = {JL_MARK_HOLIDAY, JL_MARK_CLOSURE, JL_MARK_SCHOOL, JL_MARK_KEY_DATE};
  char text[CELL];
  if (day < s->period.first || day > s->period.last) {
    jl_cell_empty(s->b);
    return;
  }
  int used = snprintf(text, sizeof text, "%d", jl_date_from_day(day).day);
  for (size_t i = 0; i < JL_COUNT(signs); i++)
    if (on_day(s, signs[i], day) > 0) text[used++] = jl_mark_sign(signs[i]);
  text[used] = '\0';
  size_t starts = on_day(s, JL_MARK_START, day), due = on_day(s, JL_MARK_DUE, day);
  if (starts > 0) used += snprintf(text + used, sizeof text - (size_t)used, " >%zu", starts < 100 ? starts : 99);
  if (due > 0) used += snprintf(text + used, sizeof text - (size_t)used, " <%zu", due < 100 ? due : 99);
  jl_cell(s->b, jl_arg_textn(text, (size_t)used));
  jl_cell_tone(s->b, tone_of(s, day));
}

static void month_block(const struct sheet *s) {
  static const struct {
    const char *name, *label;
  } weekdays[] = {{"mon", JL_MSG("Mon")}, {"tue", JL_MSG("Tue")}, {"wed", JL_MSG("Wed")}, {"thu", JL_MSG("Thu")},
                  {"fri", JL_MSG("Fri")}, {"sat", JL_MSG("Sat")}, {"sun", JL_MSG("Sun")}};
  jl_block_begin(s->b, JL_BLOCK_TABLE, "month", NULL);
  jl_column(s->b, "week", JL_MSG("week"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(weekdays); i++) jl_column(s->b, weekdays[i].name, weekdays[i].label, JL_ARG_TEXT, 0);
  for (int32_t monday = s->period.first - jl_weekday(s->period.first) + 1; monday <= s->period.last; monday += 7) {
    char week[JL_WEEK_NAME];
    jl_week_name(monday, week);
    jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(s->b, jl_arg_text(week));
    for (int32_t day = monday; day < monday + 7; day++) day_cell(s, day);
  }
}

/* ---- a year ---- */
static char year_sign(const struct sheet *s, int32_t day) {
  switch (jl_day_off(s->days, day)) {
  case JL_DAY_HOLIDAY:
    return jl_mark_sign(JL_MARK_HOLIDAY);
  case JL_DAY_CLOSED:
    return jl_mark_sign(JL_MARK_CLOSURE);
  case JL_DAY_LEAVE:
    return 'o';
  case JL_DAY_WEEKEND:
  case JL_DAY_NOT_THIS_DAY:
    return on_day(s, JL_MARK_KEY_DATE, day) > 0 ? jl_mark_sign(JL_MARK_KEY_DATE) : '-';
  case JL_DAY_WORKED:
    break;
  }
  if (on_day(s, JL_MARK_KEY_DATE, day) > 0) return jl_mark_sign(JL_MARK_KEY_DATE);
  return on_day(s, JL_MARK_SCHOOL, day) > 0 ? jl_mark_sign(JL_MARK_SCHOOL) : '.';
}

static size_t begin_in(const struct sheet *s, enum jl_mark_kind kind, int32_t first, int32_t last) {
  size_t n = 0;
  for (size_t i = 0; i < s->marks.count && s->marks.list[i].first <= last; i++)
    n += s->marks.list[i].kind == kind && s->marks.list[i].first >= first;
  return n;
}

static void count_cell(struct jl_builder *b, size_t n) {
  if (n > 0)
    jl_cell(b, jl_arg_integer((int64_t)n));
  else
    jl_cell_empty(b);
}

static void year_row(const struct sheet *s, const char *month, int32_t first, int32_t last) {
  char line[YEAR_LINE];
  size_t used = 0;
  jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(s->b, month, NULL);
  for (int i = 1; i < jl_weekday(first); i++) line[used++] = ' ';
  for (int32_t day = first; day <= last; day++) line[used++] = year_sign(s, day);
  jl_cell(s->b, jl_arg_textn(line, used));
  jl_cell(s->b, jl_arg_integer(jl_working_days_between(s->days, first, last)));
  count_cell(s->b, begin_in(s, JL_MARK_START, first, last));
  count_cell(s->b, begin_in(s, JL_MARK_DUE, first, last));
}

static void year_block(const struct sheet *s) {
  jl_block_begin(s->b, JL_BLOCK_TABLE, "year", NULL);
  jl_column(s->b, "month", JL_MSG("month"), JL_ARG_LABEL, 0);
  jl_column(s->b, "days", JL_MSG("MTWTFSSMTWTFSSMTWTFSSMTWTFSSMTWTFSSMT"), JL_ARG_TEXT, 0);
  jl_column(s->b, "worked", JL_MSG("worked"), JL_ARG_INTEGER, 0);
  jl_column(s->b, "starts", JL_MSG("starts"), JL_ARG_INTEGER, 1);
  jl_column(s->b, "due", JL_MSG("due"), JL_ARG_INTEGER, 1);
  int year = jl_date_from_day(s->period.first).year;
  for (int month = 1; month <= 12; month++) {
    int32_t first = jl_day_from_date(year, month, 1);
    year_row(s, jl_month_name(month), first, jl_day_add_months(first, 1) - 1);
  }
  jl_row_begin(s->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(s->b, JL_MSG("year"), NULL);
  jl_cell_empty(s->b);
  jl_cell(s->b, jl_arg_integer(jl_working_days_between(s->days, s->period.first, s->period.last)));
  count_cell(s->b, s->marks.counts[JL_MARK_START]);
  count_cell(s->b, s->marks.counts[JL_MARK_DUE]);
}

/* In a list of a year the single actions would hide what marks it. */
static void without_actions(struct jl_marks *marks) {
  size_t kept = 0;
  for (size_t i = 0; i < marks->count; i++)
    if (marks->list[i].kind != JL_MARK_START && marks->list[i].kind != JL_MARK_DUE) marks->list[kept++] = marks->list[i];
  marks->count = kept;
}

/* ---- words about it ---- */
static const char *zone_label(int64_t zone) {
  return zone == JL_SCHOOL_ZONE_A ? JL_MSG("zone A") : zone == JL_SCHOOL_ZONE_B ? JL_MSG("zone B") : JL_MSG("zone C");
}

static void notes(const struct sheet *s, bool year) {
  struct jl_builder *b = s->b;
  jl_block_begin(b, JL_BLOCK_NOTES, "legend", NULL);
  jl_note(b, JL_TONE_MUTED,
          year ? JL_MSG("* public holiday  x closed  o away  ! key date  ~ school holidays  - not worked")
               : JL_MSG("* public holiday  x closed  ! key date  ~ school holidays  >2 two actions start  <1 one is due"),
          NULL, 0);
  if (!year) {
    const struct jl_arg worked = jl_arg_integer(jl_working_days_between(s->days, s->period.first, s->period.last));
    jl_note(b, JL_TONE_MUTED, JL_MSG("worked days: {1}"), &worked, 1);
  }
  if (s->calendar != NULL) {
    const struct jl_arg name = jl_arg_text(jl_view_text(b, jl_view_title(s->calendar)));
    jl_note(b, JL_TONE_MUTED, JL_MSG("calendar: {1}"), &name, 1);
  } else {
    jl_note(b, JL_TONE_MUTED, JL_MSG("calendar: public holidays of metropolitan France (calendar add, plan set --calendar for another one)"), NULL, 0);
  }
  const struct jl_arg zone = jl_arg_label(zone_label(s->zone));
  if (s->zone != 0 && s->marks.counts[JL_MARK_SCHOOL] == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("school holidays, {1}: none is known in this period (school-holiday import FILE)"), &zone, 1);
  else if (s->zone != 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("school holidays: {1}"), &zone, 1);
}

static bool zone_of(const struct sheet *s, int64_t *ret_zone, struct jl_error *err) {
  const char *text = jl_view_value(s->in, "zone");
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_CALENDAR), JL_CALENDAR_ZONE);
  *ret_zone = s->calendar == NULL ? 0 : jl_view_int(s->calendar, JL_CALENDAR_ZONE, 0);
  if (text == NULL) return true;
  const struct jl_enum_value *value = jl_enum_by_text(field->enumeration, text);
  if (value == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("there is no school zone {1}"), JL_MSG("there are a, b and c"), jl_arg_text(text));
  *ret_zone = value->number;
  return true;
}

static void title(const struct sheet *s, bool year) {
  static const char *const months[] = {JL_MSG("January {1}"), JL_MSG("February {1}"), JL_MSG("March {1}"),     JL_MSG("April {1}"),
                                       JL_MSG("May {1}"),     JL_MSG("June {1}"),     JL_MSG("July {1}"),      JL_MSG("August {1}"),
                                       JL_MSG("September {1}"), JL_MSG("October {1}"), JL_MSG("November {1}"), JL_MSG("December {1}")};
  struct jl_date first = jl_date_from_day(s->period.first);
  char number[8];
  snprintf(number, sizeof number, "%d", first.year);
  const struct jl_arg of = jl_arg_text(number);
  jl_builder_title(s->b, year ? JL_MSG("year {1}") : months[first.month - 1], &of, 1);
}

bool jl_calendar_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct sheet s = {.in = in, .b = b};
  struct jl_action_filter filter;
  const char *month = jl_view_value(in, "month"), *of_year = jl_view_value(in, "year");
  bool year = of_year != NULL;
  if (month != NULL && year)
    return jl_fail(err, JL_E_INVALID, JL_MSG("either a month or a year is shown"), JL_MSG("leave one of the two out"));
  if (!(year ? jl_period_year(of_year[0] == '\0' ? NULL : of_year, in->today, &s.period, err) : jl_period_month(month, in->today, &s.period, err)) ||
      !jl_view_person(in, "person", a, &s.person, err) || !jl_action_filter_read(in, b, &filter, err))
    return false;
  filter.holders = NULL; /* whose calendar it is says it already */
  struct jl_working_days_of of = {.plan = in->space, .organisation = in->organisation, .first = s.period.first - 7, .last = s.period.last + 7};
  if (s.person != NULL) of.whose = s.person->id;
  s.days = jl_working_days_new(&of, a);
  if (s.days == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  s.calendar = jl_working_calendar(s.days);
  if (!zone_of(&s, &s.zone, err)) return false;
  const struct jl_marks_of marks = {.in = in, .days = s.days, .period = s.period, .zone = s.zone, .actions = &filter, .person = s.person};
  if (!jl_marks_find(&marks, b, &s.marks)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  title(&s, year);
  if (year)
    year_block(&s);
  else
    month_block(&s);
  notes(&s, year);
  if (year) without_actions(&s.marks);
  jl_marks_block(in, b, &s.marks);
  return true;
}
