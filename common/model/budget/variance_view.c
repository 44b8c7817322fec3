/* Where the budget stands and where it goes: by lever and line planned, theoretical to date, spent, their difference; earned value with its
 * indices, what it will have cost in the end, when the money is gone (product.md B3, B7). */
#include "common/base/money.h"
#include "common/model/budget/course_why.h"
#include "common/model/explain.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

static const struct {
  enum jl_estimate method;
  const char *text, *label, *formula;
} methods[] = {{JL_ESTIMATE_TYPICAL, "typical", JL_MSG("it goes on as it went"), "BAC/CPI"},
               {JL_ESTIMATE_ATYPICAL, "atypical", JL_MSG("the rest as planned"), "AC+BAC-EV"},
               {JL_ESTIMATE_BOTH, "both", JL_MSG("cost and delay go on"), "AC+(BAC-EV)/(CPI×SPI)"},
               {JL_ESTIMATE_BOTTOM_UP, "bottom-up", JL_MSG("the rest, line by line"), "AC+ETC"},
               {JL_ESTIMATE_PACE, "pace", JL_MSG("at the present pace"), "AC+AC'/m'×m"}};

struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_budget_course whole;
  size_t method; /* in the table above */
  char currency[4];
  struct jl_error *err;
};
/* A row of one line, of a lever with all of its lines, or of everything. */
enum level { OF_LINE, OF_LEVER, OF_ALL };
struct row {
  enum level level;
  size_t first, count; /* of the lines */
  const struct jl_course *course;
};

/* ---- cells ---- */
static void sources(const struct view *v, const struct row *row, bool actions) {
  for (size_t i = row->first; i < row->first + row->count; i++) {
    const struct jl_line_course *line = &v->whole.lines[i];
    jl_cell_source(v->b, line->money.line);
    if (actions && line->money.action != NULL) jl_cell_source(v->b, line->money.action);
  }
}

static void money_cell(const struct view *v, const struct row *row, int64_t amount) {
  jl_cell(v->b, jl_arg_money(amount, v->currency));
  sources(v, row, true);
}

static struct jl_course_why why_of(const struct view *v, const struct row *row) {
  struct jl_course_why w = {.in = v->in, .b = v->b, .whole = &v->whole, .lines = &v->whole.lines[row->first], .n = row->count, .course = row->course};
  jl_plan_currency(v->in->space, w.currency);
  return w;
}

/* The last cell as what two figures of its row come to. */
static void why(const struct view *v, const struct row *row, enum jl_operation operation, struct jl_arg value, const char *formula, enum jl_course_figure one,
                enum jl_course_figure two) {
  if (!jl_explaining(v->b)) return;
  const struct jl_course_why w = why_of(v, row);
  jl_why_course_two(&w, operation, value, formula, one, two);
}

static void why_money(const struct view *v, const struct row *row, enum jl_money_figure figure) {
  if (!jl_explaining(v->b)) return;
  const struct jl_course_why w = why_of(v, row);
  jl_why_course_money(&w, figure);
}

/* What a figure is made of: theoretical and earned are parts of what is planned. */
enum {
  OF_PLANNED = JL_UNKNOWN(JL_MONEY_PLANNED),
  OF_COMMITTED = JL_UNKNOWN(JL_MONEY_COMMITTED),
  OF_ACTUAL = JL_UNKNOWN(JL_MONEY_ACTUAL),
};

/* Of what its lines plan, order or were invoiced something has no rate: whatever depends on that is undefined. */
static unsigned unknown_of(const struct view *v, const struct row *row, unsigned terms) {
  unsigned unknown = 0;
  for (size_t i = row->first; i < row->first + row->count; i++) unknown |= v->whole.lines[i].money.unknown;
  return unknown & terms;
}

static void why_undefined(const struct view *v, const struct row *row, unsigned terms) {
  if (!jl_explaining(v->b)) return;
  const struct jl_course_why w = why_of(v, row);
  jl_why_course_no_rate(&w, unknown_of(v, row, terms));
}

/* false: nothing that it is made of lacks a rate, and there is no cell yet. */
static bool undefined_cell(const struct view *v, const struct row *row, unsigned terms) {
  if (unknown_of(v, row, terms) == 0) return false;
  jl_cell_undefined(v->b);
  sources(v, row, false);
  why_undefined(v, row, terms);
  return true;
}

static void known_money(const struct view *v, const struct row *row, struct jl_known amount) {
  if (amount.known)
    money_cell(v, row, amount.value);
  else
    jl_cell_undefined(v->b);
}

static void index_cell(const struct view *v, const struct row *row, struct jl_known index) {
  if (!index.known) {
    jl_cell_undefined(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_fraction(index.value, ""));
  jl_cell_tone(v->b, index.value < JL_FRACTION_ONE ? JL_TONE_WARN : JL_TONE_NONE);
  sources(v, row, true);
}

/* What it is of; NULL: no record. */
static const struct jl_record *record_of(const struct view *v, const struct row *row) {
  if (row->level == OF_ALL) return NULL;
  const struct jl_money_line *money = &v->whole.lines[row->first].money;
  return row->level == OF_LINE ? money->line : money->lever;
}

static void name_cell(const struct view *v, const struct row *row) {
  const struct jl_record *record = record_of(v, row);
  if (row->level == OF_LINE)
    jl_cell_money_line(v->b, v->in, &v->whole.lines[row->first].money);
  else if (record != NULL)
    jl_cell_title(v->b, v->in, record);
  else if (row->level == OF_ALL)
    jl_cell_label(v->b, JL_MSG("total"), "total");
  else
    jl_cell_label(v->b, JL_MSG("no lever"), "none");
}

/* ---- rows ---- */
static void amount_cell(const struct view *v, const struct row *row, int64_t amount, unsigned terms, enum jl_money_figure figure) {
  if (undefined_cell(v, row, terms)) return;
  money_cell(v, row, amount);
  why_money(v, row, figure);
}

static bool too_large(const struct view *v) {
  return jl_money_too_large(v->err);
}

static bool difference_cell(const struct view *v, const struct row *row) {
  const struct jl_course *c = row->course;
  int64_t difference;
  if (undefined_cell(v, row, OF_PLANNED | OF_ACTUAL)) return true;
  if (__builtin_sub_overflow(c->theoretical, c->amounts.actual, &difference)) return too_large(v);
  money_cell(v, row, difference);
  if (difference < 0) jl_cell_tone(v->b, JL_TONE_WARN);
  why(v, row, JL_WHY_DIFFERENCE, jl_arg_money(difference, v->currency), JL_MSG("difference = theoretical to date - actual"), JL_COURSE_THEORETICAL, JL_COURSE_ACTUAL);
  return true;
}

static bool burn_cell(const struct view *v, const struct row *row) {
  const struct jl_course *c = row->course;
  int64_t burn;
  if (undefined_cell(v, row, OF_PLANNED | OF_ACTUAL)) return true;
  if (c->amounts.planned == 0) {
    jl_cell_undefined(v->b);
    return true;
  }
  if (!jl_mul_div_half_even(c->amounts.actual, JL_FRACTION_ONE, c->amounts.planned, &burn)) return too_large(v);
  jl_cell(v->b, jl_arg_fraction(burn, "percent"));
  if (burn > JL_FRACTION_ONE) jl_cell_tone(v->b, JL_TONE_BAD);
  sources(v, row, false);
  why(v, row, JL_WHY_RATIO, jl_arg_fraction(burn, "percent"), JL_MSG("% spent = actual / planned"), JL_COURSE_ACTUAL, JL_COURSE_PLANNED);
  return true;
}

static bool course_cells(const struct view *v, const struct row *row) {
  const struct jl_course *c = row->course;
  const struct jl_course_why w = why_of(v, row);
  amount_cell(v, row, c->amounts.planned, OF_PLANNED, JL_FIGURE_PLANNED);
  if (!undefined_cell(v, row, OF_PLANNED)) {
    money_cell(v, row, c->theoretical);
    if (jl_explaining(v->b)) jl_why_course_theoretical(&w);
  }
  amount_cell(v, row, c->amounts.committed, OF_COMMITTED, JL_FIGURE_COMMITTED);
  amount_cell(v, row, c->amounts.actual, OF_ACTUAL, JL_FIGURE_ACTUAL);
  amount_cell(v, row, c->amounts.remaining, JL_UNKNOWN_ANY, JL_FIGURE_REMAINING);
  if (c->amounts.remaining < 0 && unknown_of(v, row, JL_UNKNOWN_ANY) == 0) jl_cell_tone(v->b, JL_TONE_BAD);
  return difference_cell(v, row) && burn_cell(v, row);
}

static void run_out_cell(const struct view *v, const struct row *row) {
  struct jl_known day = jl_course_run_out(&v->whole, row->course);
  if (undefined_cell(v, row, OF_PLANNED | OF_ACTUAL)) return;
  if (!day.known || row->course->amounts.planned <= 0) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_date(day.value));
  jl_cell_tone(v->b, day.value < v->whole.end ? JL_TONE_BAD : JL_TONE_NONE);
  sources(v, row, false);
}

/* *ret_end at the end by the method, *ret_difference to what is planned. */
static bool find_end(const struct view *v, const struct row *row, size_t method, struct jl_estimated *ret_end, struct jl_known *ret_difference) {
  struct jl_earned earned = jl_course_earned(row->course);
  if (!jl_course_end(&v->whole, row->course, methods[method].method, ret_end, v->err)) return false;
  if (!jl_variance_at_end(&earned, *ret_end, ret_difference)) return too_large(v);
  return true;
}

static unsigned end_terms(size_t method) {
  const bool of_planned = methods[method].method != JL_ESTIMATE_BOTTOM_UP && methods[method].method != JL_ESTIMATE_PACE;
  return of_planned ? OF_PLANNED | OF_ACTUAL : OF_ACTUAL;
}

/* What it will have cost, and what that leaves of what is planned. */
static bool end_cells(const struct view *v, const struct row *row, size_t method) {
  const struct jl_course_why w = why_of(v, row);
  struct jl_estimated end;
  struct jl_known difference;
  if (!find_end(v, row, method, &end, &difference)) return false;
  if (!undefined_cell(v, row, end_terms(method))) {
    known_money(v, row, (struct jl_known){end.known, end.value});
    if (end.known && jl_explaining(v->b)) jl_why_course_end(&w, methods[method].method, &end);
  }
  if (undefined_cell(v, row, OF_PLANNED | OF_ACTUAL)) return true;
  known_money(v, row, difference);
  if (difference.known && difference.value < 0) jl_cell_tone(v->b, JL_TONE_WARN);
  if (difference.known && jl_explaining(v->b)) jl_why_course_left(&w, methods[method].method, &end, difference.value);
  return true;
}

static void variance_cell(const struct view *v, const struct row *row, int64_t amount, unsigned terms, const char *formula, enum jl_course_figure less) {
  if (undefined_cell(v, row, terms)) return;
  money_cell(v, row, amount);
  why(v, row, JL_WHY_DIFFERENCE, jl_arg_money(amount, v->currency), formula, JL_COURSE_EARNED, less);
}

static void ratio_cell(const struct view *v, const struct row *row, struct jl_known index, unsigned terms, const char *formula, enum jl_course_figure by) {
  if (undefined_cell(v, row, terms)) return;
  index_cell(v, row, index);
  if (index.known) why(v, row, JL_WHY_RATIO, jl_arg_fraction(index.value, ""), formula, JL_COURSE_EARNED, by);
}

static bool forecast_cells(const struct view *v, const struct row *row) {
  struct jl_earned earned = jl_course_earned(row->course);
  struct jl_variances variances;
  if (!jl_earned_variances(&earned, &variances)) return too_large(v);
  if (!undefined_cell(v, row, OF_PLANNED)) {
    const struct jl_course_why w = why_of(v, row);
    money_cell(v, row, earned.earned);
    if (jl_explaining(v->b)) jl_why_course_earned(&w);
  }
  bool by_progress = row->level == OF_LINE && v->whole.lines[row->first].by_progress;
  if (row->level == OF_LINE)
    jl_cell_label(v->b, by_progress ? JL_MSG("progress") : JL_MSG("time (earned by)"), by_progress ? "progress" : "time");
  else
    jl_cell_empty(v->b);
  variance_cell(v, row, variances.cost, OF_PLANNED | OF_ACTUAL, JL_MSG("cost variance = earned - actual"), JL_COURSE_ACTUAL);
  variance_cell(v, row, variances.schedule, OF_PLANNED, JL_MSG("schedule variance = earned - theoretical to date"), JL_COURSE_THEORETICAL);
  ratio_cell(v, row, variances.cost_index, OF_PLANNED | OF_ACTUAL, JL_MSG("CPI = earned / actual"), JL_COURSE_ACTUAL);
  ratio_cell(v, row, variances.schedule_index, OF_PLANNED, JL_MSG("SPI = earned / theoretical to date"), JL_COURSE_THEORETICAL);
  if (!end_cells(v, row, v->method)) return false;
  run_out_cell(v, row);
  return true;
}

typedef bool cells(const struct view *v, const struct row *row);

static bool one_row(const struct view *v, const struct row *row, cells *put, enum jl_row_style style) {
  jl_row_begin(v->b, record_of(v, row), row->level == OF_LINE, style);
  name_cell(v, row);
  return put(v, row);
}

/* The lines of one lever stand together. *io_at: behind them. */
static bool lever_rows(const struct view *v, size_t *io_at, cells *put) {
  struct jl_course sum = {0};
  size_t first = *io_at;
  for (; *io_at < v->whole.n && v->whole.lines[*io_at].money.lever == v->whole.lines[first].money.lever; ++*io_at)
    if (!jl_course_add(&sum, &v->whole.lines[*io_at].course, v->err)) return false;
  if (!one_row(v, &(struct row){OF_LEVER, first, *io_at - first, &sum}, put, JL_ROW_HEADING)) return false;
  for (size_t i = first; i < *io_at; i++)
    if (!one_row(v, &(struct row){OF_LINE, i, 1, &v->whole.lines[i].course}, put, JL_ROW_NORMAL)) return false;
  return true;
}

static bool rows(const struct view *v, cells *put) {
  for (size_t at = 0; at < v->whole.n;)
    if (!lever_rows(v, &at, put)) return false;
  return one_row(v, &(struct row){OF_ALL, 0, v->whole.n, &v->whole.total}, put, JL_ROW_TOTAL);
}

/* ---- blocks ---- */
static bool block_variance(const struct view *v) {
  jl_block_begin(v->b, JL_BLOCK_TREE, "variance", NULL);
  jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(v->b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(v->b, "theoretical", JL_MSG("theoretical to date"), JL_ARG_MONEY, 0);
  jl_column(v->b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 4);
  jl_column(v->b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 0);
  jl_column(v->b, "remaining", JL_MSG("remaining"), JL_ARG_MONEY, 3);
  jl_column(v->b, "difference", JL_MSG("difference"), JL_ARG_MONEY, 1);
  jl_column(v->b, "burn", JL_MSG("% spent"), JL_ARG_FRACTION, 2);
  return rows(v, course_cells);
}

static bool block_forecast(const struct view *v) {
  jl_block_begin(v->b, JL_BLOCK_TREE, "forecast", JL_MSG("forecast"));
  jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(v->b, "earned", JL_MSG("earned"), JL_ARG_MONEY, 0);
  jl_column(v->b, "by", JL_MSG("earned by"), JL_ARG_LABEL, 6);
  jl_column(v->b, "cost_variance", JL_MSG("cost variance"), JL_ARG_MONEY, 5);
  jl_column(v->b, "schedule_variance", JL_MSG("schedule variance"), JL_ARG_MONEY, 5);
  jl_column(v->b, "cost_index", "CPI", JL_ARG_FRACTION, 2);
  jl_column(v->b, "schedule_index", "SPI", JL_ARG_FRACTION, 3);
  jl_column(v->b, "end", JL_MSG("estimate at end"), JL_ARG_MONEY, 0);
  jl_column(v->b, "end_difference", JL_MSG("difference at end"), JL_ARG_MONEY, 1);
  jl_column(v->b, "exhausted", JL_MSG("exhausted on"), JL_ARG_DATE, 0);
  return rows(v, forecast_cells);
}

static bool block_methods(const struct view *v) {
  const struct row total = {OF_ALL, 0, v->whole.n, &v->whole.total};
  const struct jl_course_why w = why_of(v, &total);
  struct jl_earned earned = jl_course_earned(&v->whole.total);
  jl_block_begin(v->b, JL_BLOCK_TABLE, "methods", JL_MSG("estimates of the total at the end"));
  jl_column(v->b, "method", JL_MSG("assumption"), JL_ARG_LABEL, 0);
  jl_column(v->b, "formula", JL_MSG("formula"), JL_ARG_TEXT, 1);
  jl_column(v->b, "end", JL_MSG("estimate at end"), JL_ARG_MONEY, 0);
  jl_column(v->b, "end_difference", JL_MSG("difference at end"), JL_ARG_MONEY, 0);
  jl_column(v->b, "to_complete", "TCPI", JL_ARG_FRACTION, 2);
  for (size_t i = 0; i < JL_COUNT(methods); i++) {
    struct jl_estimated end;
    struct jl_known difference, index;
    if (!find_end(v, &total, i, &end, &difference)) return false;
    if (!jl_to_complete_index(&earned, &end, &index)) return too_large(v);
    jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(v->b, methods[i].label, methods[i].text);
    if (i == v->method) jl_cell_tone(v->b, JL_TONE_STRONG);
    jl_cell_text(v->b, (struct jl_bytes){(const uint8_t *)methods[i].formula, strlen(methods[i].formula)});
    if (!end_cells(v, &total, i)) return false;
    if (undefined_cell(v, &total, OF_PLANNED | OF_ACTUAL)) continue;
    index_cell(v, &total, index);
    if (index.known && jl_explaining(v->b)) jl_why_course_index(&w, methods[i].method, &end, jl_arg_fraction(index.value, ""));
  }
  return true;
}

/* ---- notes ---- */
static void note_run_out(const struct view *v) {
  const struct jl_pace *pace = &v->whole.pace;
  struct jl_known day = jl_course_run_out(&v->whole, &v->whole.total);
  const struct jl_arg counted[] = {jl_arg_money(pace->spent, v->currency), jl_arg_date(pace->first), jl_arg_date(pace->last)},
                      left[] = {jl_arg_date(day.value), jl_arg_money(v->whole.total.amounts.planned - v->whole.total.amounts.actual, v->currency),
                                jl_arg_date(v->whole.end)};
  if (!v->whole.begun || v->whole.total.amounts.planned <= 0 ||
      unknown_of(v, &(struct row){OF_ALL, 0, v->whole.n, &v->whole.total}, OF_PLANNED | OF_ACTUAL) != 0)
    return;
  if (day.known && v->whole.total.amounts.actual >= v->whole.total.amounts.planned)
    jl_note(v->b, JL_TONE_BAD, JL_MSG("the budget is spent"), NULL, 0);
  else if (day.known && day.value < v->whole.end)
    jl_note(v->b, JL_TONE_BAD, JL_MSG("at the present pace the budget is exhausted on {1}, before the plan ends ({3}): {2} are left"), left, 3);
  else if (day.known)
    jl_note(v->b, JL_TONE_NONE, JL_MSG("at the present pace the budget lasts until {1}; the plan ends on {3}"), left, 3);
  else
    jl_note(v->b, JL_TONE_MUTED, JL_MSG("there is no pace yet, so no day on which the budget is exhausted"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("pace: invoices of {1} dated from {2} to {3}; what is ordered counts once it is invoiced"), counted, 3);
}

static void note_later(const struct view *v) {
  const struct jl_arg later[] = {jl_arg_date(v->in->today), jl_arg_money(v->whole.total.dated_later, v->currency)};
  if (v->whole.later_unknown)
    jl_note(v->b, JL_TONE_WARN, JL_MSG("invoices dated after {1} count as committed until their day"), later, 1);
  else if (v->whole.total.dated_later != 0)
    jl_note(v->b, JL_TONE_WARN, JL_MSG("invoices dated after {1}: {2}; they count as committed until their day"), later, 2);
}

static void notes(const struct view *v, bool vat_costs) {
  jl_block_begin(v->b, JL_BLOCK_NOTES, "notes", NULL);
  note_later(v);
  note_run_out(v);
  if (v->whole.n == 0 && jl_view_sees(v->in, JL_SECTION_BUDGET)) jl_note(v->b, JL_TONE_MUTED, JL_MSG("no budget line yet"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED, vat_costs ? JL_MSG("cost: excl. VAT, and the VAT that is not recovered") : JL_MSG("amounts excl. VAT"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED,
          JL_MSG("theoretical: by the months planned, else evenly over the dates of the action, else over the plan; difference: theoretical - actual"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("earned: planned x progress of the action; a line without an action is earned as time goes by"), NULL, 0);
  const struct jl_arg method = jl_arg_label(methods[v->method].label), text = jl_arg_text(methods[v->method].text),
                      formula = jl_arg_text(methods[v->method].formula), args[] = {method, formula, text};
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("estimate at end: {1} ({2}); that of a sum is worked out from the sum; other ones with --method"), args, 3);
}

/* ---- the question ---- */
static bool take_method(struct view *v) {
  const char *text = jl_view_value(v->in, "method");
  for (size_t i = 0; text != NULL && i < JL_COUNT(methods); i++)
    if (strcmp(text, methods[i].text) == 0) {
      v->method = i;
      return true;
    }
  return text == NULL || jl_fail(v->err, JL_E_INVALID, JL_MSG("there is no estimate {1}"), JL_MSG("typical, atypical, both, bottom-up or pace"), jl_arg_text(text));
}

static bool take_months(const struct view *v, int *ret) {
  const char *text = jl_view_value(v->in, "months");
  uint64_t months = JL_PACE_MONTHS;
  if (text != NULL && (!jl_view_number(text, &months) || months < 1 || months > 120))
    return jl_fail(v->err, JL_E_INVALID, JL_MSG("{1} is no number of months"), JL_MSG("1 to 120"), jl_arg_text(text));
  *ret = (int)months;
  return true;
}

bool jl_variance_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct view v = {.in = in, .b = b, .err = err};
  struct jl_money_remarks remarks = {.in = in, .b = b, .basis = JL_BASIS_COST};
  int months;
  (void)a;
  const struct jl_money_filter as_of = {.basis = JL_BASIS_COST, .as_of = true, .today = in->today};
  jl_why_asked(b, &as_of);
  if (!take_method(&v) || !take_months(&v, &months) || !jl_budget_course(in, b, months, &remarks, &v.whole, err)) return false;
  jl_plan_currency(in->space, v.currency);
  jl_builder_title(b, JL_MSG("budget variance and forecast"), NULL, 0);
  if (!block_variance(&v) || !block_forecast(&v) || !block_methods(&v)) return false;
  jl_block_apart(&remarks, &v.whole.total.amounts);
  jl_block_rates(&remarks);
  notes(&v, remarks.vat_costs);
  return true;
}
