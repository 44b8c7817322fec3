#include "common/model/budget/course.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

/* ---- a line's entries ---- */
struct planned { /* in a month */
  int32_t month;
  int64_t amount;
};
struct walk {
  const struct jl_money_line *money;
  const struct jl_pace *pace; /* NULL: none yet */
  int32_t today;
  struct jl_arena *a;
  struct planned *months;
  size_t n, room;
  int64_t spent, dated_later;
  unsigned unknown; /* as of the line, what is dated later being committed */
  bool later_unknown;
};

static bool add_month(struct walk *w, const struct jl_money_entry *entry) {
  if (w->n == w->room) {
    size_t room = w->room == 0 ? 12 : 2 * w->room;
    struct planned *more = jl_arena_array(w->a, room, sizeof *more);
    if (more == NULL) return false;
    if (w->n > 0) memcpy(more, w->months, w->n * sizeof *more);
    w->months = more;
    w->room = room;
  }
  w->months[w->n++] = (struct planned){entry->day, entry->sum.cost};
  return true;
}

static bool take(void *context, const struct jl_money_entry *entry) {
  struct walk *w = context;
  if (entry->action != w->money->whom) return true; /* of another part of the line */
  if (entry->kind == JL_MONEY_PLANNED) return entry->day == JL_WHOLE_PERIOD || add_month(w, entry);
  if (jl_money_to_come(entry, w->today)) return jl_add(w->dated_later, entry->sum.cost, &w->dated_later);
  if (entry->kind != JL_MONEY_ACTUAL || w->pace == NULL || entry->day < w->pace->first || entry->day > w->pace->last) return true;
  return jl_add(w->spent, entry->sum.cost, &w->spent);
}

static bool apart(void *context, const struct jl_money_entry *entry) {
  struct walk *w = context;
  if (entry->action != w->money->whom) return true;
  const bool later = jl_money_to_come(entry, w->today);
  w->unknown |= JL_UNKNOWN(later ? JL_MONEY_COMMITTED : entry->kind);
  w->later_unknown = w->later_unknown || later;
  return true;
}

/* ---- theoretical to date ---- */
static int by_month(const void *left, const void *right) {
  const struct planned *a = left, *b = right;
  return a->month < b->month ? -1 : a->month > b->month;
}

/* Several months, each some quarters after the first: as a reallocation sees them (common/model/governance/transfer.c). */
static bool by_quarter(const struct planned *months, size_t n) {
  for (size_t i = 1; i < n; i++) {
    struct jl_date first = jl_date_from_day(months[0].month), other = jl_date_from_day(months[i].month);
    if (((other.year - first.year) * 12 + other.month - first.month) % 3 != 0) return false;
  }
  return n > 1;
}

/* Of an amount what was to be spent by today, as shown, and in parts. */
static bool add_theoretical(struct jl_course *io, int64_t amount, int32_t first, int32_t last, int32_t today) {
  int64_t parts, shown;
  return !__builtin_mul_overflow(amount, io->parts, &parts) && jl_theoretical(amount, first, last, today, &shown) && jl_theoretical(parts, first, last, today, &parts) &&
         jl_add(io->theoretical, shown, &io->theoretical) && jl_add(io->theoretical_parts, parts, &io->theoretical_parts);
}

static bool of_months(struct planned *months, size_t n, int32_t today, struct jl_course *io) {
  qsort(months, n, sizeof *months, by_month);
  int length = by_quarter(months, n) ? 3 : 1;
  for (size_t i = 0; i < n; i++)
    if (!add_theoretical(io, months[i].amount, months[i].month, jl_day_add_months(months[i].month, length) - 1, today)) return false;
  return true;
}

static bool has_date(const struct jl_record *action, uint32_t field) { return action != NULL && jl_record_has(action->body, field); }

static bool find_theoretical(const struct jl_view_input *in, const struct jl_budget_course *whole, struct walk *w, struct jl_line_course *line) {
  if (w->n > 0) return of_months(w->months, w->n, in->today, &line->course);
  bool dated = has_date(line->money.action, JL_ACTION_START) && has_date(line->money.action, JL_ACTION_DUE);
  int32_t first = dated ? (int32_t)jl_view_int(line->money.action, JL_ACTION_START, 0) : whole->start,
          last = dated ? (int32_t)jl_view_int(line->money.action, JL_ACTION_DUE, 0) : whole->end;
  return add_theoretical(&line->course, line->money.amounts.planned, first, last, in->today);
}

/* ---- earned ---- */
bool jl_action_done(const struct jl_record *action, struct jl_done *ret) {
  int64_t target = action == NULL ? 0 : jl_view_int(action, JL_ACTION_QUANTITY_TARGET, 0);
  struct jl_done part = {JL_FRACTION_ONE, JL_FRACTION_ONE, false};
  if (action == NULL) return false;
  if (jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO) != JL_DONE) part.done = jl_view_int(action, JL_ACTION_PROGRESS, 0);
  if (jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO) != JL_DONE && !jl_record_has(action->body, JL_ACTION_PROGRESS) && target > 0)
    part = (struct jl_done){jl_view_int(action, JL_ACTION_QUANTITY_DONE, 0), target, true};
  if (part.done > part.of) part.done = part.of;
  *ret = part;
  return true;
}

static bool find_earned(struct jl_line_course *line) {
  struct jl_course *course = &line->course;
  struct jl_done part;
  int64_t planned = line->money.amounts.planned, parts;
  line->by_progress = jl_action_done(line->money.action, &part);
  course->earned = course->theoretical;
  course->earned_parts = course->theoretical_parts;
  if (!line->by_progress) return true;
  return !__builtin_mul_overflow(planned, course->parts, &parts) && jl_mul_div_half_even(planned, part.done, part.of, &course->earned) &&
         jl_mul_div_half_even(parts, part.done, part.of, &course->earned_parts);
}

/* What is dated later was read as actual. false: it does not fit. */
static bool set_later(struct jl_line_course *line, int64_t dated_later) {
  struct jl_amounts *amounts = &line->course.amounts;
  line->course.dated_later = dated_later;
  if (__builtin_sub_overflow(amounts->actual, dated_later, &amounts->actual) || !jl_add(amounts->committed, dated_later, &amounts->committed)) return false;
  line->money.amounts = *amounts;
  return true;
}

bool jl_course_add(struct jl_course *total, const struct jl_course *more, struct jl_error *err) {
  if (!jl_amounts_add(&total->amounts, &more->amounts, err)) return false;
  if (!jl_add(total->theoretical, more->theoretical, &total->theoretical) || !jl_add(total->earned, more->earned, &total->earned) ||
      !jl_add(total->spent, more->spent, &total->spent) || !jl_add(total->dated_later, more->dated_later, &total->dated_later) || !jl_add(total->theoretical_parts, more->theoretical_parts, &total->theoretical_parts) ||
      !jl_add(total->earned_parts, more->earned_parts, &total->earned_parts))
    return jl_money_too_large(err);
  total->parts = more->parts;
  total->to_come.known = more->to_come.known && (total->lines == 0 || total->to_come.known);
  if (!jl_add(total->to_come.value, more->to_come.value, &total->to_come.value)) return jl_money_too_large(err);
  total->lines += more->lines;
  return true;
}

static int by_lever(const void *left, const void *right) {
  const struct jl_money_line *a = &((const struct jl_line_course *)left)->money, *b = &((const struct jl_line_course *)right)->money;
  if (a->lever != b->lever) {
    if (a->lever == NULL || b->lever == NULL) return a->lever == NULL ? 1 : -1;
    if (a->lever->number != b->lever->number) return a->lever->number < b->lever->number ? -1 : 1;
    return jl_id_compare(&a->lever->id, &b->lever->id);
  }
  return a->line->number == b->line->number ? jl_id_compare(&a->line->id, &b->line->id) : a->line->number < b->line->number ? -1 : 1;
}

/* Of a line that pays for several actions, whose parts follow one another, nobody knows whose it is. */
static struct jl_known to_come_of(const struct jl_money_line *money, size_t i, size_t n) {
  const struct jl_record *line = money[i].line;
  bool split = (i > 0 && money[i - 1].line == line) || (i + 1 < n && money[i + 1].line == line);
  struct jl_known to_come = {.known = !split && jl_record_has(line->body, JL_BUDGET_LINE_TO_COME)};
  if (to_come.known) to_come.value = jl_view_int(line, JL_BUDGET_LINE_TO_COME, 0);
  return to_come;
}

static int64_t parts_of(const struct jl_view_input *in) {
  char currency[4];
  int64_t parts = JL_FRACTION_ONE;
  jl_plan_currency(in->space, currency);
  int digits = jl_currency_digits(currency);
  for (digits = digits < 0 ? 2 : digits; digits > 0; digits--) parts /= 10;
  return parts;
}

bool jl_budget_course(const struct jl_view_input *in, struct jl_builder *b, int months, struct jl_money_remarks *remarks, struct jl_budget_course *ret,
                      struct jl_error *err) {
  struct jl_budget_course whole = {.start = JL_DAY_MIN, .end = JL_DAY_MAX};
  const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  struct jl_money_line *money = NULL;
  struct jl_amounts ignored;
  const struct jl_record *plan = jl_view_plan(in);
  const int64_t parts = parts_of(in);
  if (plan != NULL) {
    whole.start = (int32_t)jl_view_int(plan, JL_PLAN_START, JL_DAY_MIN);
    whole.end = (int32_t)jl_view_int(plan, JL_PLAN_END, JL_DAY_MAX);
  }
  whole.begun = jl_pace_window(whole.start, in->today, months, &whole.pace);
  if (!jl_money_lines_remarked(in, b, &costs, &money, &whole.n, &ignored, remarks, err)) return false;
  whole.lines = jl_view_alloc(b, whole.n, sizeof *whole.lines);
  if (whole.lines == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < whole.n; i++) {
    struct jl_line_course *line = &whole.lines[i];
    struct walk w = {.money = &money[i], .pace = whole.begun ? &whole.pace : NULL, .today = in->today, .a = jl_builder_arena(b)};
    *line = (struct jl_line_course){.money = money[i], .course = {.amounts = money[i].amounts, .lines = 1, .parts = parts}};
    if (!jl_lines_entries(in->space, &money[i].line, 1, w.a, take, apart, &w) || !set_later(line, w.dated_later) || !find_theoretical(in, &whole, &w, line) || !find_earned(line))
      return jl_money_too_large(err);
    line->course.spent = w.spent;
    line->money.unknown = w.unknown;
    whole.later_unknown = whole.later_unknown || w.later_unknown;
    line->course.to_come = to_come_of(money, i, whole.n);
    if (!jl_course_add(&whole.total, &line->course, err)) return false;
  }
  if (whole.n > 0) qsort(whole.lines, whole.n, sizeof *whole.lines, by_lever);
  whole.pace.spent = whole.total.spent;
  *ret = whole;
  return true;
}

/* ---- what follows from it ---- */
struct jl_earned jl_course_earned(const struct jl_course *course) {
  return (struct jl_earned){.budget = course->amounts.planned, .planned = course->theoretical, .earned = course->earned, .actual = course->amounts.actual,
                            .parts = course->parts, .planned_parts = course->theoretical_parts, .earned_parts = course->earned_parts};
}

static struct jl_pace pace_of(const struct jl_budget_course *whole, const struct jl_course *course) {
  struct jl_pace pace = whole->pace;
  pace.spent = course->spent;
  return pace;
}

static bool at_pace(const struct jl_budget_course *whole, const struct jl_course *course, struct jl_estimated *ret) {
  struct jl_pace pace = pace_of(whole, course), exact = pace;
  *ret = (struct jl_estimated){.known = whole->begun};
  return !whole->begun || (!__builtin_mul_overflow(pace.spent, course->parts, &exact.spent) && jl_pace_until(&pace, whole->end, &ret->value) &&
                           jl_pace_until(&exact, whole->end, &ret->rest));
}

bool jl_course_end(const struct jl_budget_course *whole, const struct jl_course *course, enum jl_estimate method, struct jl_estimated *ret,
                   struct jl_error *err) {
  struct jl_earned earned = jl_course_earned(course);
  struct jl_estimated to_come = {0};
  bool fits = true;
  if (method == JL_ESTIMATE_PACE) fits = at_pace(whole, course, &to_come);
  if (method == JL_ESTIMATE_BOTTOM_UP) {
    to_come = (struct jl_estimated){.known = course->to_come.known, .value = course->to_come.value};
    fits = !to_come.known || !__builtin_mul_overflow(to_come.value, course->parts, &to_come.rest);
  }
  return (fits && jl_estimate_at_end(method, &earned, to_come, ret)) || jl_money_too_large(err);
}

struct jl_known jl_course_run_out(const struct jl_budget_course *whole, const struct jl_course *course) {
  struct jl_pace pace = pace_of(whole, course);
  int64_t left;
  if (!whole->begun || __builtin_sub_overflow(course->amounts.planned, course->amounts.actual, &left)) return (struct jl_known){0};
  return jl_run_out(&pace, left);
}
