#include "common/model/budget/course_why.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <stdlib.h>

static struct jl_arg money(const struct jl_course_why *w, int64_t amount) { return jl_arg_money(amount, w->currency); }
/* As it is shown, or as it was before: a number without its currency, which would be shown to the cent. */
static struct jl_arg amount(const struct jl_course_why *w, int64_t shown, int64_t parts) { return w->exact ? jl_arg_fraction(parts, "") : money(w, shown); }

static struct jl_course_why before_rounding(const struct jl_course_why *w) {
  struct jl_course_why exact = *w;
  exact.exact = true;
  return exact;
}

static struct jl_course_why one_line(const struct jl_course_why *w, size_t i) {
  struct jl_course_why one = *w;
  one.lines = &w->lines[i];
  one.n = 1;
  one.course = &w->lines[i].course;
  return one;
}

/* ---- what is planned, ordered, invoiced ---- */
static struct jl_money_line *lines_of(const struct jl_course_why *w) {
  struct jl_money_line *lines = jl_why_is_shown(w->b) ? jl_view_alloc(w->b, w->n, sizeof *lines) : NULL;
  for (size_t i = 0; lines != NULL && i < w->n; i++) lines[i] = w->lines[i].money;
  return lines;
}

void jl_why_course_no_rate(const struct jl_course_why *w, unsigned kinds) {
  struct jl_money_line *lines = lines_of(w);
  if (lines != NULL) jl_why_no_rate(w->b, w->in, lines, w->n, NULL, NULL, kinds);
}

void jl_why_course_money(const struct jl_course_why *w, enum jl_money_figure figure) {
  struct jl_money_line *lines = lines_of(w);
  if (lines != NULL) jl_why_money(w->b, w->in, &w->course->amounts, lines, w->n, NULL, NULL, figure);
}

/* ---- theoretical to date ---- */
/* The part of an amount that falls to the time gone, in parts of months (forecast.h). */
struct time { int32_t first, last, today; };

static void why_time(const struct jl_course_why *w, const struct time *t) {
  int64_t whole = jl_months_between(t->first, t->last), gone = jl_months_between(t->first, t->today < t->last ? t->today : t->last);
  jl_why_constant(w->b, jl_arg_integer(gone), JL_MSG("time gone, a month being 377,580 parts"));
  jl_why_constant(w->b, jl_arg_integer(whole), JL_MSG("its whole time, in the same parts"));
}

struct months {
  const struct jl_course_why *w;
  struct jl_money_entries entries;
};

static bool keep_month(void *context, const struct jl_money_entry *entry) {
  struct months *m = context;
  bool mine = entry->kind == JL_MONEY_PLANNED && entry->action == m->w->lines[0].money.whom && entry->day != JL_WHOLE_PERIOD;
  return !mine || jl_money_entries_add(&m->entries, m->w->b, entry);
}

static int by_day(const void *left, const void *right) {
  const struct jl_money_entry *a = left, *b = right;
  return a->day < b->day ? -1 : a->day > b->day;
}

/* As course.c has it: several months each some quarters after the first. */
static int length_of(const struct jl_money_entries *entries) {
  for (size_t i = 1; i < entries->count; i++) {
    struct jl_date first = jl_date_from_day(entries->rows[0].day), other = jl_date_from_day(entries->rows[i].day);
    if (((other.year - first.year) * 12 + other.month - first.month) % 3 != 0) return 1;
  }
  return entries->count > 1 ? 3 : 1;
}

static void why_month(const struct jl_course_why *w, const struct jl_money_entry *entry, int length) {
  struct time t = {entry->day, jl_day_add_months(entry->day, length) - 1, w->in->today};
  int64_t part = 0, parts;
  if (__builtin_mul_overflow(entry->sum.cost, w->course->parts, &parts) || !jl_theoretical(entry->sum.cost, t.first, t.last, t.today, &part) ||
      !jl_theoretical(parts, t.first, t.last, t.today, &parts))
    return;
  if (t.today >= t.last) {
    jl_why_entry(w->b, w->in, entry, JL_BASIS_COST);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_PROPORTION, amount(w, part, parts), JL_MSG("planned x time gone / its time"))) {
    jl_why_about(w->b, w->in, entry->record);
    jl_why_entry(w->b, w->in, entry, JL_BASIS_COST);
    why_time(w, &t);
  }
  jl_why_end(w->b);
}

static void why_line_theoretical(const struct jl_course_why *w) {
  if (!jl_why_is_shown(w->b)) return;
  const struct jl_line_course *line = &w->lines[0];
  const struct jl_record *action = line->money.action;
  struct months m = {.w = w};
  if (!jl_line_entries(w->in->space, line->money.line, jl_builder_arena(w->b), keep_month, &m)) return;
  if (m.entries.count > 0) {
    qsort(m.entries.rows, m.entries.count, sizeof *m.entries.rows, by_day);
    int length = length_of(&m.entries);
    if (jl_why_begin(w->b, JL_WHY_SUM, amount(w, line->course.theoretical, line->course.theoretical_parts), JL_MSG("theoretical to date: of each month its part that is gone"))) {
      jl_why_about(w->b, w->in, line->money.line);
      size_t begun = 0;
      while (begun < m.entries.count && m.entries.rows[begun].day <= w->in->today) begun++;
      jl_why_many(w->b, begun);
      for (size_t i = 0; i < begun; i++) why_month(w, &m.entries.rows[i], length);
    }
    jl_why_end(w->b);
    return;
  }
  bool dated = action != NULL && jl_record_has(action->body, JL_ACTION_START) && jl_record_has(action->body, JL_ACTION_DUE);
  struct time t = {dated ? (int32_t)jl_view_int(action, JL_ACTION_START, 0) : w->whole->start, dated ? (int32_t)jl_view_int(action, JL_ACTION_DUE, 0) : w->whole->end,
                   w->in->today};
  if (jl_months_between(t.first, t.last) == 0) { /* no time at all: due at once, or not yet */
    if (line->course.theoretical != 0 || line->course.amounts.planned == 0)
      jl_why_course_money(w, JL_FIGURE_PLANNED);
    else
      jl_why_constant(w->b, money(w, 0), JL_MSG("its time has not begun"));
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_PROPORTION, amount(w, line->course.theoretical, line->course.theoretical_parts),
                   dated ? JL_MSG("theoretical to date: planned x time gone / time of the action") : JL_MSG("theoretical to date: planned x time gone / time of the plan"))) {
    jl_why_about(w->b, w->in, line->money.line);
    jl_why_course_money(w, JL_FIGURE_PLANNED);
    why_time(w, &t);
  }
  jl_why_end(w->b);
}

static void each_line(const struct jl_course_why *w, struct jl_arg sum, const char *formula, void (*why)(const struct jl_course_why *line)) {
  if (!jl_why_is_shown(w->b)) return;
  if (w->n == 1) {
    why(w);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_SUM, sum, formula)) {
    jl_why_many(w->b, w->n);
    for (size_t i = 0; i < w->n; i++) {
      struct jl_course_why one = one_line(w, i);
      why(&one);
    }
  }
  jl_why_end(w->b);
}

void jl_why_course_theoretical(const struct jl_course_why *w) {
  each_line(w, amount(w, w->course->theoretical, w->course->theoretical_parts), JL_MSG("theoretical to date, of each line"), why_line_theoretical);
}

/* ---- earned ---- */
static void why_counted(const struct jl_course_why *w, const struct jl_record *action) {
  jl_why_field_or(w->b, w->in, action, JL_ACTION_QUANTITY_DONE, 0);
  jl_why_field(w->b, w->in, action, JL_ACTION_QUANTITY_TARGET);
}

/* What more than was to be done comes to all of it. */
static void why_all(const struct jl_course_why *w, const struct jl_record *action) {
  int64_t part = 0;
  (void)jl_why_begin(w->b, JL_WHY_MINIMUM, jl_arg_fraction(JL_FRACTION_ONE, "percent"), JL_MSG("not more than all of it"));
  jl_why_constant(w->b, jl_arg_fraction(JL_FRACTION_ONE, "percent"), JL_MSG("the whole"));
  if (jl_mul_div_half_even(jl_view_int(action, JL_ACTION_QUANTITY_DONE, 0), JL_FRACTION_ONE, jl_view_int(action, JL_ACTION_QUANTITY_TARGET, 0), &part) &&
      jl_why_begin(w->b, JL_WHY_RATIO, jl_arg_fraction(part, "percent"), JL_MSG("counted / how many there are to be")))
    why_counted(w, action);
  jl_why_end(w->b);
  jl_why_end(w->b);
}

static void why_line_earned(const struct jl_course_why *w) {
  if (!jl_why_is_shown(w->b)) return;
  const struct jl_line_course *line = &w->lines[0];
  const struct jl_record *action = line->money.action;
  const struct jl_arg earned = amount(w, line->course.earned, line->course.earned_parts);
  struct jl_done part;
  if (!line->by_progress || !jl_action_done(action, &part)) {
    why_line_theoretical(w);
    return;
  }
  bool proportion = part.counted && part.done < part.of;
  if (jl_why_begin(w->b, proportion ? JL_WHY_PROPORTION : JL_WHY_PRODUCT, earned,
                   proportion ? JL_MSG("earned = planned x counted / how many there are to be") : JL_MSG("earned = planned x progress of the action"))) {
    jl_why_about(w->b, w->in, line->money.line);
    jl_why_course_money(w, JL_FIGURE_PLANNED);
    if (proportion)
      why_counted(w, action);
    else if (part.counted)
      why_all(w, action);
    else if (jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO) == JL_DONE)
      jl_why_constant(w->b, jl_arg_fraction(JL_FRACTION_ONE, "percent"), JL_MSG("the action is done: all of it"));
    else
      jl_why_field_or(w->b, w->in, action, JL_ACTION_PROGRESS, 0);
  }
  jl_why_end(w->b);
}

void jl_why_course_earned(const struct jl_course_why *w) { each_line(w, amount(w, w->course->earned, w->course->earned_parts), JL_MSG("earned, of each line"), why_line_earned); }

/* ---- what follows ---- */
static bool is_rounded(const struct jl_course_why *w, enum jl_course_figure figure) {
  const struct jl_course *c = w->course;
  return figure == JL_COURSE_THEORETICAL ? c->theoretical_parts != c->theoretical * c->parts : figure == JL_COURSE_EARNED && c->earned_parts != c->earned * c->parts;
}

static void why_figure(const struct jl_course_why *w, enum jl_course_figure figure) {
  struct jl_course_why as = *w;
  as.exact = w->exact && is_rounded(w, figure); /* the same is shown as it is on screens */
  if (figure == JL_COURSE_THEORETICAL)
    jl_why_course_theoretical(&as);
  else if (figure == JL_COURSE_EARNED)
    jl_why_course_earned(&as);
  else
    jl_why_course_money(&as, figure == JL_COURSE_PLANNED ? JL_FIGURE_PLANNED : JL_FIGURE_ACTUAL);
}

void jl_why_course_two(const struct jl_course_why *w, enum jl_operation operation, struct jl_arg value, const char *formula, enum jl_course_figure one, enum jl_course_figure two) {
  struct jl_course_why as = *w;
  as.exact = w->exact || operation == JL_WHY_RATIO;
  if (jl_why_begin(w->b, operation, value, formula)) {
    why_figure(&as, one);
    why_figure(&as, two);
  }
  jl_why_end(w->b);
}

static void why_work_left(const struct jl_course_why *w) {
  const struct jl_course *c = w->course;
  struct jl_course_why as = *w;
  as.exact = w->exact && is_rounded(w, JL_COURSE_EARNED);
  jl_why_course_two(&as, JL_WHY_DIFFERENCE, amount(&as, c->amounts.planned - c->earned, c->amounts.planned * c->parts - c->earned_parts), JL_MSG("what is not earned yet"),
                    JL_COURSE_PLANNED, JL_COURSE_EARNED);
}

/* What was invoiced in the days of the pace. */
struct paced {
  const struct jl_course_why *w;
  const struct jl_line_course *line;
  struct jl_money_entries entries;
};

static bool keep_paced(void *context, const struct jl_money_entry *entry) {
  struct paced *p = context;
  const struct jl_pace *pace = &p->w->whole->pace;
  bool counts = entry->kind == JL_MONEY_ACTUAL && entry->action == p->line->money.whom && entry->day >= pace->first && entry->day <= pace->last;
  return !counts || jl_money_entries_add(&p->entries, p->w->b, entry);
}

static void why_spent_lately(const struct jl_course_why *w) {
  if (!jl_why_is_shown(w->b)) return;
  struct paced p = {.w = w};
  for (size_t i = 0; i < w->n; i++) {
    p.line = &w->lines[i];
    if (!jl_line_entries(w->in->space, p.line->money.line, jl_builder_arena(w->b), keep_paced, &p)) return;
  }
  if (jl_why_begin(w->b, JL_WHY_SUM, money(w, w->course->spent), JL_MSG("invoices of the days that make the pace"))) {
    jl_why_many(w->b, p.entries.count);
    for (size_t i = 0; i < p.entries.count; i++) jl_why_entry(w->b, w->in, &p.entries.rows[i], JL_BASIS_COST);
  }
  jl_why_end(w->b);
}

static void why_to_come(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end) {
  const struct jl_pace *pace = &w->whole->pace;
  const struct jl_arg rest = amount(w, end->value - w->course->amounts.actual, end->rest);
  if (method == JL_ESTIMATE_BOTTOM_UP) {
    if (jl_why_begin(w->b, JL_WHY_SUM, rest, JL_MSG("what is still to come, as it was estimated anew")))
      for (size_t i = 0; i < w->n; i++) jl_why_field(w->b, w->in, w->lines[i].money.line, JL_BUDGET_LINE_TO_COME);
    jl_why_end(w->b);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_PROPORTION, rest, JL_MSG("what the rest of the time costs at this pace"))) {
    why_spent_lately(w);
    jl_why_constant(w->b, jl_arg_integer(jl_months_between(pace->last + 1, w->whole->end)), JL_MSG("time to come, a month being 377,580 parts"));
    jl_why_constant(w->b, jl_arg_integer(jl_months_between(pace->first, pace->last)), JL_MSG("time of the pace, in the same parts"));
  }
  jl_why_end(w->b);
}

static void why_rest(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end) {
  const struct jl_course_why exact = before_rounding(w);
  if (method == JL_ESTIMATE_ATYPICAL) {
    why_work_left(w);
    return;
  }
  if (method != JL_ESTIMATE_BOTH) {
    why_to_come(w, method, end);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_SCALED, amount(w, end->value - w->course->amounts.actual, end->rest),
                   JL_MSG("(planned - earned) / (CPI x SPI), CPI = earned / actual, SPI = earned / theoretical to date"))) {
    why_work_left(&exact);
    why_figure(&exact, JL_COURSE_ACTUAL);
    jl_why_taken(w->b);
    why_figure(&exact, JL_COURSE_THEORETICAL);
    jl_why_taken(w->b);
    why_figure(&exact, JL_COURSE_EARNED);
    why_figure(&exact, JL_COURSE_EARNED);
  }
  jl_why_end(w->b);
}

void jl_why_course_end(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end) {
  const struct jl_arg value = amount(w, end->value, end->rest + w->course->amounts.actual * w->course->parts);
  const struct jl_course_why exact = before_rounding(w);
  if (method == JL_ESTIMATE_TYPICAL) {
    if (jl_why_begin(w->b, JL_WHY_PROPORTION, value, JL_MSG("estimate at end = planned / CPI, CPI = earned / actual"))) {
      why_figure(&exact, JL_COURSE_PLANNED);
      why_figure(&exact, JL_COURSE_ACTUAL);
      why_figure(&exact, JL_COURSE_EARNED);
    }
    jl_why_end(w->b);
    return;
  }
  if (jl_why_begin(w->b, JL_WHY_SUM, value, JL_MSG("estimate at end = actual + what is still to come"))) {
    why_figure(w, JL_COURSE_ACTUAL);
    why_rest(w, method, end);
  }
  jl_why_end(w->b);
}

void jl_why_course_left(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end, int64_t left) {
  if (jl_why_begin(w->b, JL_WHY_DIFFERENCE, money(w, left), JL_MSG("difference at end = planned - estimate at end"))) {
    why_figure(w, JL_COURSE_PLANNED);
    jl_why_course_end(w, method, end);
  }
  jl_why_end(w->b);
}

void jl_why_course_index(const struct jl_course_why *w, enum jl_estimate method, const struct jl_estimated *end, struct jl_arg index) {
  const struct jl_course *c = w->course;
  struct jl_course_why as = *w, exact = before_rounding(w);
  as.exact = end->rest != (end->value - c->amounts.actual) * c->parts;
  if (jl_why_begin(w->b, JL_WHY_RATIO, index, JL_MSG("TCPI = (planned - earned) / (estimate at end - actual)"))) {
    why_work_left(&exact);
    if (jl_why_begin(w->b, JL_WHY_DIFFERENCE, amount(&as, end->value - c->amounts.actual, end->rest), JL_MSG("what may still be spent"))) {
      jl_why_course_end(&as, method, end);
      why_figure(w, JL_COURSE_ACTUAL);
    }
    jl_why_end(w->b);
  }
  jl_why_end(w->b);
}
