#include "common/model/budget/fit.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/closing.h"
#include "common/model/budget/rates.h"
#include "common/record/schema.h"
#include <string.h>

#define SCRATCH_MAX (1U << 20) /* of a try: some words for each of 1,200 times */
#define AMOUNT_MOST (INT64_C(1) << 52) /* of minor units; no budget comes near, and sums of it fit */

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL); }

static int32_t month_of(int32_t day) {
  struct jl_date date = jl_date_from_day(day);
  return jl_day_from_date(date.year, date.month, 1);
}

/* ---- reading ---- */
static void when(const struct jl_view_input *in, struct jl_fit_row *row) {
  row->closed = row->day != JL_WHOLE_PERIOD && jl_month_closed(in->space, row->day);
  row->over = row->day != JL_WHOLE_PERIOD && row->day < month_of(in->today);
}

static bool read_months(const struct jl_view_input *in, struct jl_builder *b, struct jl_fit *fit) {
  size_t n = 0;
  const struct jl_record **months = jl_view_referring(in, b, &fit->line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n);
  fit->rows = jl_view_alloc(b, n + 1, sizeof *fit->rows);
  if (fit->rows == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    int64_t planned = jl_view_int(months[i], JL_BUDGET_MONTH_PLANNED, 0);
    fit->rows[i] = (struct jl_fit_row){.record = months[i], .day = (int32_t)jl_view_int(months[i], JL_BUDGET_MONTH_MONTH, 0), .now = planned, .after = planned};
    when(in, &fit->rows[i]);
  }
  fit->n = n;
  return true;
}

/* All times until the plan ends, so that one that ends before may go on; `kept`: those until its last one now. */
static bool read_times(const struct jl_view_input *in, struct jl_builder *b, struct jl_fit *fit, int64_t every) {
  const struct jl_record *plan = jl_view_plan(in);
  int64_t planned = jl_view_int(fit->line, JL_BUDGET_LINE_PLANNED, 0);
  int32_t start = plan == NULL ? 0 : (int32_t)jl_view_int(plan, JL_PLAN_START, 0), end = plan == NULL ? -1 : (int32_t)jl_view_int(plan, JL_PLAN_END, 0);
  int32_t first = (int32_t)jl_view_int(fit->line, JL_BUDGET_LINE_FIRST, start);
  fit->last_now = (int32_t)jl_view_int(fit->line, JL_BUDGET_LINE_LAST, end);
  fit->recurs = true;
  size_t count = 0; /* as many as there are: a plan has many lines */
  for (int32_t day = first; count < JL_RECURRENCES_MAX && day >= first && day <= end; day = jl_line_time(first, every, (int)count)) count++;
  fit->rows = jl_view_alloc(b, count + 1, sizeof *fit->rows);
  if (fit->rows == NULL) return false;
  for (int32_t day = first; fit->n < count; day = jl_line_time(first, every, (int)fit->n)) {
    struct jl_fit_row *row = &fit->rows[fit->n++];
    *row = (struct jl_fit_row){.record = fit->line, .day = day, .now = planned, .after = planned};
    when(in, row);
    if (day <= fit->last_now) fit->kept = fit->n;
    fit->ends = fit->ends || ((row->over || row->closed) && day <= fit->last_now);
  }
  if (!fit->ends) fit->n = fit->kept;
  return true;
}

static bool read_rows(const struct jl_view_input *in, struct jl_builder *b, struct jl_fit *fit) {
  int64_t every = jl_view_int(fit->line, JL_BUDGET_LINE_EVERY, 0);
  if (!read_months(in, b, fit)) return false;
  if (fit->n == 0 && every != 0) return read_times(in, b, fit, every);
  if (fit->n > 0) return true;
  int64_t planned = jl_view_int(fit->line, JL_BUDGET_LINE_PLANNED, 0);
  fit->rows[fit->n++] = (struct jl_fit_row){.record = fit->line, .day = JL_WHOLE_PERIOD, .now = planned, .after = planned};
  return true;
}

/* ---- what it costs with so much of it: times of one that ends, minor units each time of one that recurs, of all months ---- */
static size_t times_over(const struct jl_fit *fit) {
  size_t n = 0;
  for (size_t i = 0; i < fit->kept; i++)
    if (fit->rows[i].over || fit->rows[i].closed) n = i + 1;
  return n;
}

/* Closed months stay; those that are over too where the rest suffices. */
static bool share_months(struct jl_arena *scratch, struct jl_fit *fit, int64_t total) {
  int64_t closed = 0, over = 0, ahead = 0, *weights = jl_arena_array(scratch, fit->n, sizeof *weights), *parts = jl_arena_array(scratch, fit->n, sizeof *parts);
  if (weights == NULL || parts == NULL) return false;
  for (size_t i = 0; i < fit->n; i++) {
    int64_t *to = fit->rows[i].closed ? &closed : fit->rows[i].over ? &over : &ahead;
    if (!jl_add(*to, fit->rows[i].now, to)) return false;
  }
  bool keeps = total - closed >= over && ahead > 0;
  int64_t rest = keeps ? total - closed - over : total - closed;
  bool open = false;
  for (size_t i = 0; i < fit->n; i++) {
    bool stays = fit->rows[i].closed || (keeps && fit->rows[i].over);
    weights[i] = stays ? 0 : over + ahead == 0 ? 1 : fit->rows[i].now;
    open = open || weights[i] > 0;
  }
  if (rest < 0 || (open && !jl_split(rest, weights, fit->n, parts))) return false;
  for (size_t i = 0; i < fit->n; i++)
    fit->rows[i].after = fit->rows[i].closed || (keeps && fit->rows[i].over) ? fit->rows[i].now : parts[i];
  return open || rest == 0;
}

static bool put(struct jl_arena *scratch, struct jl_fit *fit, int64_t x) {
  if (fit->ends) fit->kept = (size_t)x;
  else if (fit->recurs)
    for (size_t i = 0; i < fit->n; i++) fit->rows[i].after = x;
  else if (fit->rows[0].day == JL_WHOLE_PERIOD) fit->rows[0].after = x;
  else return share_months(scratch, fit, x);
  return true;
}

struct fitting {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_fit *fit;
  struct jl_money_reader reader;
  struct jl_arena *scratch; /* of one try */
  int64_t *planned;
  int32_t *days;
};

/* What does not fit into a sum is above all that is wanted. */
static int64_t cost_of(struct fitting *f, int64_t x) {
  int64_t cost;
  bool known;
  jl_arena_reset(f->scratch);
  if (!put(f->scratch, f->fit, x)) return INT64_MAX;
  size_t n = f->fit->ends ? f->fit->kept : f->fit->n;
  for (size_t i = 0; i < n; i++) {
    f->planned[i] = f->fit->rows[i].after;
    f->days[i] = f->fit->rows[i].day;
  }
  return jl_line_would_cost(&f->reader, f->fit->line, f->planned, f->days, n, f->scratch, &cost, &known) && known ? cost : INT64_MAX;
}

static int64_t lowest(const struct jl_fit *fit) {
  int64_t closed = 0;
  if (fit->ends) return (int64_t)times_over(fit);
  for (size_t i = 0; !fit->recurs && i < fit->n; i++)
    if (fit->rows[i].closed && !jl_add(closed, fit->rows[i].now, &closed)) return 0;
  return closed;
}

/* No month is open any more. */
static bool is_fixed(const struct jl_fit *fit) {
  bool open = fit->recurs;
  for (size_t i = 0; i < fit->n; i++) open = open || !fit->rows[i].closed;
  return !open || fit->n == 0;
}

/* The smallest x that costs `wanted` or more; the highest there is when none does. */
static int64_t find(struct fitting *f, int64_t low, int64_t high, int64_t wanted) {
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (cost_of(f, middle) >= wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

static bool begin(struct fitting *f, const struct jl_view_input *in, struct jl_builder *b, struct jl_fit *fit) {
  *f = (struct fitting){.in = in, .b = b, .fit = fit, .planned = jl_view_alloc(b, fit->n + 1, sizeof *f->planned), .days = jl_view_alloc(b, fit->n + 1, sizeof *f->days)};
  if (f->planned == NULL || f->days == NULL) return false;
  jl_money_reader_init(&f->reader, in->space, jl_builder_arena(b));
  f->scratch = jl_arena_new(SCRATCH_MAX);
  return f->scratch != NULL;
}

bool jl_fit_read(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, struct jl_fit *ret, bool *ret_known, struct jl_error *err) {
  struct jl_fit fit = {.line = line};
  struct jl_rates rates;
  struct fitting f;
  char own[4];
  jl_rates_init(&rates, in->space, jl_builder_arena(b));
  jl_currency_of(&rates, line, JL_BUDGET_LINE_CURRENCY, fit.currency);
  jl_plan_currency(in->space, own);
  if (!read_rows(in, b, &fit) || !begin(&f, in, b, &fit)) return no_memory(err);
  fit.last_after = fit.last_now;
  fit.plain = !fit.recurs && strcmp(own, fit.currency) == 0 && jl_view_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) != JL_GROSS &&
              (jl_view_int(line, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE) == JL_SHARE_ONE || jl_view_int(line, JL_BUDGET_LINE_VAT_RATE, 0) == 0);
  const size_t kept = fit.kept;
  fit.least = cost_of(&f, lowest(&fit));
  *ret_known = fit.least != INT64_MAX;
  jl_arena_free(f.scratch);
  fit.kept = kept;
  for (size_t i = 0; i < fit.n; i++) fit.rows[i].after = fit.rows[i].now;
  *ret = fit;
  return true;
}

bool jl_fit(const struct jl_view_input *in, struct jl_builder *b, struct jl_fit *fit, int64_t wanted, int64_t least, enum jl_fit_side side, struct jl_error *err) {
  struct fitting f;
  if (!begin(&f, in, b, fit)) return no_memory(err);
  int64_t low = lowest(fit), high = is_fixed(fit) ? low : fit->ends ? (int64_t)fit->n : low + 1;
  while (!fit->ends && high > low && high < AMOUNT_MOST && cost_of(&f, high) < wanted) high *= 2;
  int64_t x = find(&f, low, high, wanted), cost = cost_of(&f, x);
  if (cost > wanted && side == JL_FIT_AT_MOST && x > low && cost_of(&f, x - 1) >= least) x--;
  fit->cost = cost_of(&f, x);
  jl_arena_free(f.scratch);
  if (fit->cost == INT64_MAX) return jl_money_too_large(err);
  if (fit->ends && fit->kept > 0) fit->last_after = fit->rows[fit->kept - 1].day;
  return jl_builder_ok(b) || no_memory(err);
}
