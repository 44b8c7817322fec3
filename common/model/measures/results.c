/* What came of a period beside the period before: spend, stages, amounts, and what they cost. */
#include "common/base/calendar.h"
#include "common/model/budget/totals.h"
#include "common/model/explain.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/figure_cells.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/measures/period_blocks.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"
#include <string.h>

#define STAGES_MOST 12

struct jl_reported jl_reported_of(const struct jl_view_input *in, const struct jl_span *span) {
  const struct jl_fiscal fiscal = jl_span_fiscal(in);
  struct jl_reported p = {.span = *span, .before = jl_span_before(&fiscal, span)};
  p.to_come = span->first > in->today;
  p.end = in->today < span->last && in->today >= span->first ? in->today : span->last;
  p.before_end = p.before.last;
  return p;
}

void jl_period_title(struct jl_builder *b, const char *message, const struct jl_reported *p) {
  const struct jl_arg days[] = {jl_arg_date(p->span.first), jl_arg_date(p->span.last)};
  jl_builder_title(b, message, days, 2);
}

/* One figure in both periods; what nobody has told has none. */
struct result {
  bool has[2], unknown[2]; /* unknown: an invoice of it has no exchange rate */
  int64_t value[2];
  struct jl_figure_sum sum[2]; /* of counts */
};
struct results {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_reported *p;
  char currency[4];
  bool split;
};

static void days_of(const struct results *r, int which, int32_t *ret_from, int32_t *ret_to) {
  *ret_from = which == 0 ? r->p->span.first : r->p->before.first;
  *ret_to = (which == 0 ? r->p->span.last : r->p->before.last) + 1; /* figures of the present month are what came of it so far: not cut at today */
}

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the figures of this plan are too large to add up"), JL_MSG("correct the largest ones"));
}

static bool read_stage(struct results *r, const char *stage, bool amount, struct result *ret, struct jl_error *err) {
  *ret = (struct result){.has = {false}};
  for (int i = 0; i < 2; i++) {
    struct jl_figure_ask ask = {.stage = stage};
    struct jl_figure_sum sum;
    days_of(r, i, &ask.from, &ask.to);
    if (!jl_figures_sum(jl_view_figures(r->in, r->b), &ask, &sum)) return too_large(err);
    ret->has[i] = amount ? sum.has_amount : sum.has_count;
    ret->value[i] = amount ? sum.amount : sum.count;
    if (!amount) ret->sum[i] = sum;
    r->split = r->split || sum.split;
  }
  return true;
}

static bool read_spend(struct results *r, struct result *ret, struct jl_error *err) {
  *ret = (struct result){.has = {false}};
  for (int i = 0; i < 2; i++) {
    struct jl_spend_ask ask = {.lever = NULL};
    struct jl_spend_sum sum;
    days_of(r, i, &ask.from, &ask.to);
    if (!jl_spend_of(jl_view_spend(r->in, r->b), &ask, &sum)) return too_large(err);
    ret->has[i] = sum.records > 0;
    ret->unknown[i] = sum.unknown;
    ret->value[i] = sum.amount;
  }
  return true;
}

/* ---- cells ---- */
enum unit { COUNT, MONEY, PERCENT };

static void cell(struct results *r, enum unit unit, bool has, int64_t value) {
  if (!has)
    jl_cell_empty(r->b);
  else
    jl_cell(r->b, unit == COUNT ? jl_arg_integer(value) : unit == MONEY ? jl_arg_money(value, r->currency) : jl_arg_fraction(value, "percent"));
}

/* What a change is of: counts as they are, not as they are shown. */
static int64_t exact(const struct result *of, int which) { return of->sum[which].has_count ? of->sum[which].exact : of->value[which]; }

/* less: less of it is better. */
static void cell_change(struct results *r, const struct result *of, bool less, bool judged) {
  int64_t change;
  if (!of->has[0] || !of->has[1]) {
    jl_cell_empty(r->b);
    return;
  }
  if (of->unknown[0] || of->unknown[1] || !jl_return_on_investment(exact(of, 0), exact(of, 1), &change)) {
    jl_cell_undefined(r->b);
    return;
  }
  jl_cell(r->b, jl_arg_fraction(change, "percent"));
  if (judged && change != 0) jl_cell_tone(r->b, (change > 0) != less ? JL_TONE_GOOD : JL_TONE_BAD);
}

static void stage_sources(struct results *r, const char *stage, int which) {
  struct jl_figure_ask ask = {.stage = stage};
  days_of(r, which, &ask.from, &ask.to);
  jl_figures_sources(jl_view_figures(r->in, r->b), &ask);
}

/* ---- where they come from ---- */
static void why_stage(struct results *r, const char *stage, bool amount, int which, struct jl_arg value) {
  struct jl_figure_ask ask = {.stage = stage};
  days_of(r, which, &ask.from, &ask.to);
  jl_why_figures(r->in, r->b, jl_view_figures(r->in, r->b), &ask, amount, value,
                 amount ? JL_MSG("amounts of the figures") : JL_MSG("counts of the figures"));
}

static void why_spend(struct results *r, int which, int64_t value) {
  struct jl_spend_ask ask = {.lever = NULL};
  struct jl_money_entries entries;
  days_of(r, which, &ask.from, &ask.to);
  if (jl_why_begin(r->b, JL_WHY_SUM, jl_arg_money(value, r->currency), JL_MSG("invoices of the period")) && jl_spend_entries(r->in, r->b, &ask, &entries)) {
    jl_why_many(r->b, entries.count);
    for (size_t i = 0; i < entries.count; i++) jl_why_entry(r->b, r->in, &entries.rows[i], JL_BASIS_COST);
  }
  jl_why_end(r->b);
}

/* A cell of what was spent in that period, or of a part of it, when nobody knows that. */
static void unrated_cell(struct results *r, int which) {
  struct jl_spend_ask ask = {.lever = NULL};
  jl_cell_undefined(r->b);
  days_of(r, which, &ask.from, &ask.to);
  if (jl_explaining(r->b)) jl_why_spend_unrated(r->b, r->in, &ask);
}

struct source { /* of a row: a stage, spend, or one by the other */
  const char *stage;
  bool amount, spend, roi;
  const struct result *figure, *costs, *of;
};

static void why_quotient(struct results *r, const struct source *s, int which) {
  struct jl_arg value = s->roi ? jl_arg_fraction(s->figure->value[which], "percent") : jl_arg_money(s->figure->value[which], r->currency);
  if (jl_why_begin(r->b, JL_WHY_RATIO, value, s->roi ? JL_MSG("ROI = (revenue - cost) / cost") : JL_MSG("spend / count"))) {
    if (s->roi) {
      (void)jl_why_begin(r->b, JL_WHY_DIFFERENCE, jl_arg_money(s->of->value[which] - s->costs->value[which], r->currency), JL_MSG("revenue - cost"));
      why_stage(r, s->stage, true, which, jl_arg_money(s->of->value[which], r->currency));
    }
    why_spend(r, which, s->costs->value[which]);
    if (s->roi) {
      jl_why_end(r->b);
      why_spend(r, which, s->costs->value[which]);
    } else {
      why_stage(r, s->stage, false, which, jl_figure_counted(&s->of->sum[which]));
    }
  }
  jl_why_end(r->b);
}

static void why_cell(struct results *r, const struct source *s, int which) {
  if (s->of != NULL)
    why_quotient(r, s, which);
  else if (s->spend)
    why_spend(r, which, s->figure->value[which]);
  else
    why_stage(r, s->stage, s->amount, which, s->amount ? jl_arg_money(s->figure->value[which], r->currency) : jl_arg_integer(s->figure->value[which]));
}

static void why_changed(struct results *r, const struct source *s, int which) {
  if (s->figure->sum[which].has_count)
    why_stage(r, s->stage, false, which, jl_figure_counted(&s->figure->sum[which]));
  else
    why_cell(r, s, which);
}

static void why_change(struct results *r, const struct source *s) {
  const struct result *f = s->figure;
  int64_t change, difference;
  if (!jl_explaining(r->b) || !f->has[0] || !f->has[1] || f->unknown[0] || f->unknown[1] || !jl_return_on_investment(exact(f, 0), exact(f, 1), &change) ||
      __builtin_sub_overflow(exact(f, 0), exact(f, 1), &difference))
    return;
  bool count = s->of == NULL && !s->spend && !s->amount;
  if (jl_why_begin(r->b, JL_WHY_RATIO, jl_arg_fraction(change, "percent"), JL_MSG("change = (this period - the one before) / the one before"))) {
    if (jl_why_begin(r->b, JL_WHY_DIFFERENCE, count ? jl_arg_fraction(difference, "") : jl_arg_money(difference, r->currency), JL_MSG("this period - the one before"))) {
      why_changed(r, s, 0);
      why_changed(r, s, 1);
    }
    jl_why_end(r->b);
    why_changed(r, s, 1);
  }
  jl_why_end(r->b);
}

static bool stage_row(struct results *r, const char *stage, const char *label, const char *text, bool amount, struct jl_error *err) {
  struct result of;
  if (!read_stage(r, stage, amount, &of, err)) return false;
  if (!of.has[0] && !of.has[1]) return true;
  jl_row_begin(r->b, NULL, 0, JL_ROW_NORMAL);
  if (label != NULL)
    jl_cell_label(r->b, label, text);
  else
    jl_cell_stage(r->b, stage);
  const struct source source = {.stage = stage, .amount = amount, .figure = &of};
  for (int i = 0; i < 2; i++) {
    cell(r, amount ? MONEY : COUNT, of.has[i], of.value[i]);
    if (of.has[i]) stage_sources(r, stage, i);
    if (of.has[i] && jl_explaining(r->b)) why_cell(r, &source, i);
  }
  cell_change(r, &of, false, true);
  why_change(r, &source);
  return true;
}

static bool spend_row(struct results *r, struct jl_error *err) {
  struct result of;
  if (!jl_view_sees(r->in, JL_SECTION_BUDGET)) return true;
  if (!read_spend(r, &of, err)) return false;
  if (!of.has[0] && !of.has[1]) return true;
  jl_row_begin(r->b, NULL, 0, JL_ROW_NORMAL);
  const struct source source = {.spend = true, .figure = &of};
  jl_cell_label(r->b, JL_MSG("spend"), "spend");
  for (int i = 0; i < 2; i++) {
    struct jl_spend_ask ask = {.lever = NULL};
    const struct jl_record *record;
    size_t at = 0, named = 0;
    days_of(r, i, &ask.from, &ask.to);
    if (of.unknown[i])
      unrated_cell(r, i);
    else
      cell(r, MONEY, of.has[i], of.value[i]);
    while (of.has[i] && named++ < JL_CELL_SOURCES && (record = jl_spend_next(jl_view_spend(r->in, r->b), &ask, &at)) != NULL) jl_cell_source(r->b, record);
    if (of.has[i] && !of.unknown[i] && jl_explaining(r->b)) why_cell(r, &source, i);
  }
  cell_change(r, &of, true, false);
  why_change(r, &source);
  return true;
}

/* Spend by what it brought: undefined where it brought none. */
static bool ratio_row(struct results *r, const char *label, const char *text, const char *stage, bool roi, struct jl_error *err) {
  struct result spend, of, quotient = {.has = {false}};
  bool undefined[2] = {false, false}, any = false;
  if (!jl_view_sees(r->in, JL_SECTION_BUDGET)) return true;
  if (!read_spend(r, &spend, err) || !read_stage(r, stage, roi, &of, err)) return false;
  for (int i = 0; i < 2; i++) {
    bool told = of.has[i] && (spend.has[i] || roi);
    quotient.unknown[i] = told && spend.unknown[i];
    quotient.has[i] = told && !quotient.unknown[i] && (roi ? jl_return_on_investment(of.value[i], spend.value[i], &quotient.value[i]) : jl_cost_per_part(spend.value[i], of.sum[i].exact, &quotient.value[i]));
    undefined[i] = told && !quotient.unknown[i] && !quotient.has[i];
    any = any || told;
  }
  if (!any) return true;
  const struct source source = {.stage = stage, .roi = roi, .figure = &quotient, .costs = &spend, .of = &of};
  jl_row_begin(r->b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(r->b, label, text);
  for (int i = 0; i < 2; i++) {
    if (quotient.unknown[i])
      unrated_cell(r, i);
    else if (undefined[i])
      jl_cell_undefined(r->b);
    else
      cell(r, roi ? PERCENT : MONEY, quotient.has[i], quotient.value[i]);
    if (quotient.has[i]) stage_sources(r, stage, i);
    if (quotient.has[i] && jl_explaining(r->b)) why_cell(r, &source, i);
  }
  if (roi)
    jl_cell_empty(r->b); /* of a ratio of gains a change in percent misleads */
  else
    cell_change(r, &quotient, true, true);
  if (!roi) why_change(r, &source);
  return true;
}

/* Where the fiscal year is not the civil one "2026-Q3" is not what others call so. */
static void note_fiscal(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p) {
  const struct jl_fiscal fiscal = jl_span_fiscal(in);
  struct jl_fiscal_quarter at;
  jl_fiscal_at(&fiscal, p->span.first, &at);
  const struct jl_date begins = jl_date_from_day(at.year_start);
  const struct jl_arg args[] = {jl_arg_text(p->span.name), jl_arg_date(at.year_start), jl_arg_date(at.year_end)};
  if (begins.month == 1 && begins.day == 1) return;
  jl_note(b, JL_TONE_NONE, p->span.kind == JL_SPAN_YEAR ? JL_MSG("{1} is the fiscal year from {2} to {3}") : JL_MSG("{1} is a quarter of the fiscal year from {2} to {3}"), args, 3);
}

bool jl_block_results(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, struct jl_error *err) {
  struct results r = {.in = in, .b = b, .p = p};
  size_t n = 0;
  const char *const *stages = jl_figures_stages(jl_view_figures(in, b), &n);
  jl_plan_currency(in->space, r.currency);
  jl_block_begin(b, JL_BLOCK_TABLE, "results", JL_MSG("results"));
  jl_column(b, "figure", JL_MSG("figure"), JL_ARG_LABEL, 0);
  jl_column(b, "now", JL_MSG("this period"), JL_ARG_FRACTION, 0);
  jl_column(b, "before", JL_MSG("the one before"), JL_ARG_FRACTION, 1);
  jl_column(b, "change", JL_MSG("change"), JL_ARG_FRACTION, 0);
  if (!spend_row(&r, err)) return false;
  for (size_t i = 0; i < n && i < STAGES_MOST; i++)
    if (!stage_row(&r, stages[i], NULL, NULL, false, err)) return false;
  if (!stage_row(&r, JL_STAGE_OPPORTUNITIES, JL_MSG("pipeline"), "pipeline", true, err) ||
      !stage_row(&r, JL_STAGE_CUSTOMERS, JL_MSG("signed revenue"), "revenue", true, err) ||
      !ratio_row(&r, JL_MSG("cost per lead"), "cost_per_lead", JL_STAGE_LEADS, false, err) || !ratio_row(&r, JL_MSG("cost per MQL"), "cost_per_mql", JL_STAGE_MQL, false, err) ||
      !ratio_row(&r, JL_MSG("cost per customer"), "cost_per_customer", JL_STAGE_CUSTOMERS, false, err) || !ratio_row(&r, JL_MSG("ROI"), "roi", JL_STAGE_CUSTOMERS, true, err))
    return false;
  if (p->end < p->span.last) {
    const struct jl_arg days[] = {jl_arg_integer((int64_t)p->end - p->span.first + 1), jl_arg_integer((int64_t)p->span.last - p->span.first + 1)};
    jl_note(b, JL_TONE_MUTED, JL_MSG("the period is not over: {1} of {2} days; the one before is whole"), days, 2);
  }
  if (p->span.kind == JL_SPAN_QUARTER || p->span.kind == JL_SPAN_YEAR) note_fiscal(in, b, p);
  jl_note_overlaps(jl_view_figures(in, b), p->before.first, p->span.last);
  if (r.split) jl_note(b, JL_TONE_MUTED, JL_MSG("figures of longer periods have a part in this one, by days"), NULL, 0);
  return true;
}

/* ---- in words ---- */
static bool say_money(struct results *r, struct jl_error *err) {
  struct jl_money_filter filter = {.basis = JL_BASIS_COST, .has_days = true, .first = r->p->span.first, .last = r->p->span.last};
  struct jl_money_line *lines;
  struct jl_amounts total;
  struct result spend, revenue;
  int64_t each;
  size_t n;
  if (!jl_view_sees(r->in, JL_SECTION_BUDGET)) return true;
  if (!jl_money_lines_of(r->in, r->b, &filter, &lines, &n, &total, err) || !read_spend(r, &spend, err) || !read_stage(r, JL_STAGE_CUSTOMERS, true, &revenue, err)) return false;
  const bool planned_unknown = (jl_money_unknown(lines, n, NULL, NULL) & JL_UNKNOWN(JL_MONEY_PLANNED)) != 0;
  if (spend.unknown[0] || planned_unknown) return true; /* nobody knows; the budget below says why */
  const struct jl_arg spent[] = {jl_arg_money(spend.value[0], r->currency), jl_arg_money(total.planned, r->currency)};
  if (total.planned != 0)
    jl_note(r->b, spend.value[0] > total.planned ? JL_TONE_BAD : JL_TONE_NONE, JL_MSG("spent: {1} of {2} planned for this period"), spent, 2);
  else if (spend.has[0])
    jl_note(r->b, JL_TONE_NONE, JL_MSG("spent: {1}; nothing is planned by month"), spent, 1);
  if (!revenue.has[0]) return true;
  bool defined = jl_conversion(spend.value[0], revenue.value[0], &each);
  const struct jl_arg returned[] = {jl_arg_money(revenue.value[0], r->currency), jl_arg_fraction(defined ? each : 0, r->currency)};
  jl_note(r->b, JL_TONE_NONE, defined ? JL_MSG("signed: {1}; each unit that was spent brought {2}") : JL_MSG("signed: {1}; nothing was spent"), returned, 2);
  return true;
}

bool jl_block_summary(const struct jl_view_input *in, struct jl_builder *b, const struct jl_reported *p, struct jl_error *err) {
  struct results r = {.in = in, .b = b, .p = p};
  struct jl_view_input then = *in;
  size_t n = 0;
  int64_t held = 0, good = 0;
  const struct jl_record **kpis = jl_view_all(in, b, JL_TYPE_KPI, &n);
  then.today = p->end;
  jl_plan_currency(in->space, r.currency);
  for (size_t i = 0; i < n; i++) {
    if (p->to_come) break;
    enum jl_light light = jl_view_kpi_state(b, &then, kpis[i]).light;
    held += light != JL_LIGHT_NONE;
    good += light == JL_LIGHT_GOOD;
  }
  jl_block_begin(b, JL_BLOCK_NOTES, "summary", NULL);
  const struct jl_arg counts[] = {jl_arg_integer(good), jl_arg_integer(held)};
  if (p->to_come) jl_note(b, JL_TONE_NONE, JL_MSG("this period has not begun: there are no results yet"), NULL, 0);
  if (held > 0) jl_note(b, good == held ? JL_TONE_GOOD : 2 * good < held ? JL_TONE_BAD : JL_TONE_WARN, JL_MSG("on target: {1} of {2} KPIs"), counts, 2);
  return say_money(&r, err);
}
