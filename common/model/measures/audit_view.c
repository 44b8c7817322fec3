/* The audit of the past (product.md M6, seed 000 step 1b): what each channel and campaign cost and brought in a period, beside the one before and year
 * by year; what cost much and brought little, what nobody has told; and what to keep, improve, stop and start. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/measures/audit_parts.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/significance.h"
#include "common/model/measures/spend.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

bool jl_audited_is(const struct jl_audited *a, size_t row) {
  enum jl_place_kind kind = a->now.rows[row].place.kind;
  return kind == JL_PLACE_LEVER || kind == JL_PLACE_CAMPAIGN;
}

void jl_audit_column_place(const struct jl_audited *a) {
  jl_column(a->b, "channel", a->by == JL_FACTS_BY_CAMPAIGN ? JL_MSG("campaign") : JL_MSG("channel"), JL_ARG_TEXT, 0);
}

/* ---- what was asked for ---- */
/* "10" or "10 %": a whole number of percent, as basis points. */
static bool percent_of(const struct jl_view_input *in, const char *name, int64_t otherwise, int64_t *ret, struct jl_error *err) {
  const char *text = jl_view_value(in, name), *at = text;
  *ret = otherwise;
  if (text == NULL) return true;
  int64_t n = 0;
  for (; *at >= '0' && *at <= '9' && n <= 100; at++) n = n * 10 + (*at - '0');
  bool some = at != text;
  at += strspn(at, " ");
  if (*at == '%') at++;
  *ret = n * 100;
  return (some && *at == '\0' && n <= 100) || jl_fail(err, JL_E_INVALID, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("a share in whole percent, as in 10%"), jl_arg_text(name), jl_arg_text(text));
}

static bool count_of(const struct jl_view_input *in, const char *name, int64_t otherwise, int64_t *ret, struct jl_error *err) {
  const char *text = jl_view_value(in, name);
  uint64_t n = 0;
  *ret = otherwise;
  if (text == NULL) return true;
  if (!jl_view_number(text, &n) || n > 1000000) return jl_fail(err, JL_E_INVALID, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("a number up to 1,000,000"), jl_arg_text(name), jl_arg_text(text));
  *ret = (int64_t)n;
  return true;
}

static bool asked(struct jl_audited *a, struct jl_error *err) {
  const struct jl_fiscal fiscal = jl_span_fiscal(a->in);
  const char *by = jl_view_value(a->in, "by");
  bool campaign = by != NULL && strcmp(by, "campaign") == 0;
  if (by != NULL && !campaign && strcmp(by, "channel") != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the audit has no grouping {1}"), JL_MSG("by is channel or campaign"), jl_arg_text(by));
  if (!jl_span_parse(a->in, jl_view_value(a->in, "period"), &a->span, err)) return false;
  a->by = campaign ? JL_FACTS_BY_CAMPAIGN : JL_FACTS_BY_CHANNEL;
  a->span_before = jl_span_before(&fiscal, &a->span);
  const struct jl_record *plan = jl_view_plan(a->in);
  a->over = a->span.last < a->in->today;
  a->to_come = a->span.first > a->in->today;
  if (!a->over && a->in->today >= a->span.first && a->in->today - a->span.first < a->span_before.last - a->span_before.first)
    a->span_before.last = a->span_before.first + (a->in->today - a->span.first);
  a->judging.end = a->over ? a->span.last : a->in->today;
  a->judging.compares = a->over && plan != NULL && a->span.first >= jl_view_int(plan, JL_PLAN_START, INT32_MAX) && a->span.last <= jl_view_int(plan, JL_PLAN_END, INT32_MIN);
  return percent_of(a->in, "much", JL_MUCH, &a->judging.much, err) && percent_of(a->in, "little", JL_LITTLE, &a->judging.little, err) &&
         count_of(a->in, "enough", JL_ENOUGH, &a->judging.enough, err);
}

static bool read_facts(struct jl_audited *a, struct jl_error *err) {
  if (!jl_facts_read(a->in, a->b, a->span.first, a->span.last, JL_BASIS_COST, a->by, &a->now, err) ||
      !jl_facts_read(a->in, a->b, a->span_before.first, a->span_before.last, JL_BASIS_COST, a->by, &a->before, err))
    return false;
  a->judged = jl_view_alloc(a->b, a->now.count, sizeof *a->judged);
  if (a->now.count == 0 || a->before.count != a->now.count || a->judged == NULL) return true;
  a->has_before = !a->to_come && jl_facts_any(jl_facts_total(&a->before));
  for (size_t i = 0; i < a->now.count; i++)
    if (jl_audited_is(a, i)) a->judged[i] = jl_judge(&a->now, a->to_come ? NULL : &a->before, i, &a->judging);
  return true;
}

/* ---- the table ---- */
static void columns(const struct jl_audited *a) {
  struct jl_builder *b = a->b;
  jl_audit_column_place(a);
  jl_column(b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 8);
  jl_column(b, "spend", JL_MSG("spend"), JL_ARG_MONEY, 0);
  jl_column_fact(b, JL_FACT_VISITS, 9);
  jl_column_fact(b, JL_FACT_LEADS, a->now.qualified == JL_FACT_LEADS ? 1 : 6);
  jl_column_fact(b, JL_FACT_MQL, a->now.qualified == JL_FACT_MQL ? 1 : 9);
  jl_column_fact(b, JL_FACT_SQL, 9);
  jl_column(b, "cost_per_lead", a->now.qualified == JL_FACT_MQL ? JL_MSG("cost per MQL") : JL_MSG("cost per lead"), JL_ARG_MONEY, 0);
  jl_column_fact(b, JL_FACT_OPPORTUNITIES, 5);
  jl_column_fact(b, JL_FACT_POTENTIAL, 4);
  jl_column_fact(b, JL_FACT_CUSTOMERS, 2);
  jl_column(b, "conversion", JL_MSG("conversion"), JL_ARG_FRACTION, 3);
  jl_column(b, "between", JL_MSG("between"), JL_ARG_TEXT, 7);
  jl_column_fact(b, JL_FACT_SIGNED, 1);
  jl_column(b, "roi", JL_MSG("ROI"), JL_ARG_FRACTION, 0);
  jl_column(b, "days", JL_MSG("days told"), JL_ARG_TEXT, 9);
  jl_column(b, "cases", JL_MSG("cases"), JL_ARG_LABEL, 3);
}

static void between_cell(const struct jl_audited *a, const struct jl_facts_row *row) {
  const struct jl_fact_value *leads = &row->facts[a->now.qualified], *customers = &row->facts[JL_FACT_CUSTOMERS];
  int64_t low, high;
  if (!leads->told || !customers->told || !jl_rate_interval((struct jl_share_of){customers->value, leads->value}, &low, &high)) {
    jl_cell_empty(a->b);
    return;
  }
  const struct jl_arg rates[] = {jl_arg_fraction(low, "percent"), jl_arg_fraction(high, "percent")};
  char text[64];
  snprintf(text, sizeof text, "%lld.%06lld..%lld.%06lld", (long long)(low / JL_FRACTION_ONE), (long long)(low % JL_FRACTION_ONE), (long long)(high / JL_FRACTION_ONE), (long long)(high % JL_FRACTION_ONE));
  jl_cell_words(a->b, JL_MSG("{1} and {2}"), rates, 2);
  jl_cell_alternative(a->b, text);
  jl_sources_fact(&a->now, row, JL_FACT_CUSTOMERS);
  jl_sources_fact(&a->now, row, a->now.qualified);
}

static void days_cell(const struct jl_audited *a, const struct jl_facts_row *row) {
  if (row->days == 0) {
    jl_cell_empty(a->b);
    return;
  }
  const struct jl_arg days[] = {jl_arg_integer(row->days), jl_arg_integer((int64_t)a->span.last - a->span.first + 1)};
  char text[32];
  snprintf(text, sizeof text, "%d/%lld", row->days, (long long)days[1].number);
  jl_cell_words(a->b, JL_MSG("{1} of {2}"), days, 2);
  jl_cell_alternative(a->b, text);
  jl_sources_fact(&a->now, row, a->now.qualified);
}

static void cases_cell(const struct jl_audited *a, size_t row) {
  const struct jl_judged *j = &a->judged[row];
  if (!jl_audited_is(a, row) || !j->now->facts[a->now.qualified].told) {
    jl_cell_empty(a->b);
    return;
  }
  jl_cell_label(a->b, j->thin ? JL_MSG("too few") : JL_MSG("enough"), j->thin ? "too-few" : "enough");
  if (j->thin) jl_cell_tone(a->b, JL_TONE_WARN);
  jl_sources_fact(&a->now, j->now, a->now.qualified);
}

/* What is below a channel and was only before is in the total of that. */
static bool is_shown(const struct jl_audited *a, size_t row) {
  enum jl_place_kind kind = a->now.rows[row].place.kind;
  return kind == JL_PLACE_TOTAL || jl_facts_any(&a->now.rows[row]) || ((kind == JL_PLACE_LEVER || a->by == JL_FACTS_BY_CAMPAIGN) && jl_facts_any(&a->before.rows[row]));
}

static void result_row(const struct jl_audited *a, size_t i) {
  const struct jl_facts_row *row = &a->now.rows[i];
  const struct jl_facts *f = &a->now;
  enum jl_place_kind kind = row->place.kind;
  bool below = a->by == JL_FACTS_BY_CHANNEL && (kind == JL_PLACE_CAMPAIGN || kind == JL_PLACE_APART), total = kind == JL_PLACE_TOTAL;
  const struct jl_record *record = kind == JL_PLACE_APART ? NULL : row->place.action != NULL ? row->place.action : row->place.lever;
  jl_row_begin(a->b, record, below, total ? JL_ROW_TOTAL : below || a->by == JL_FACTS_BY_CAMPAIGN ? JL_ROW_NORMAL : JL_ROW_HEADING);
  jl_cell_fact_place(f, row);
  jl_cell_fact_money(f, row, JL_FIGURE_PLANNED);
  jl_cell_fact_money(f, row, JL_FIGURE_ACTUAL);
  for (int fact = JL_FACT_VISITS; fact <= JL_FACT_SQL; fact++) jl_cell_fact(f, row, (enum jl_fact)fact);
  jl_cell_ratio(f, row, JL_RATIO_COST_PER_LEAD);
  jl_cell_fact(f, row, JL_FACT_OPPORTUNITIES);
  jl_cell_fact(f, row, JL_FACT_POTENTIAL);
  jl_cell_fact(f, row, JL_FACT_CUSTOMERS);
  jl_cell_ratio(f, row, JL_RATIO_CONVERSION);
  between_cell(a, row);
  jl_cell_fact(f, row, JL_FACT_SIGNED);
  jl_cell_ratio(f, row, JL_RATIO_RETURN);
  days_cell(a, row);
  cases_cell(a, i);
}

static void block_results(const struct jl_audited *a) {
  jl_block_begin(a->b, JL_BLOCK_TREE, "results", a->by == JL_FACTS_BY_CAMPAIGN ? JL_MSG("by campaign") : JL_MSG("by channel and campaign"));
  columns(a);
  for (size_t i = 0; i < a->now.count; i++)
    if (is_shown(a, i)) result_row(a, i);
  if (a->now.qualified == JL_FACT_MQL)
    jl_note(a->b, JL_TONE_MUTED, JL_MSG("qualified leads: MQL; cost per MQL = spend / MQL, conversion = customers / MQL"), NULL, 0);
  else if (a->now.sees_figures)
    jl_note(a->b, JL_TONE_MUTED, JL_MSG("nobody has told of MQL: every lead counts as qualified; cost per lead = spend / leads, conversion = customers / leads"), NULL, 0);
  jl_note(a->b, JL_TONE_MUTED, JL_MSG("between: the true conversion is there with 95 % confidence; potential revenue: what the opportunities may bring; ROI = (signed revenue - spend) / spend"), NULL, 0);
}

/* ---- what is to be said beside it ---- */
static bool has_days(const struct jl_record *plan) { return plan != NULL && jl_record_has(plan->body, JL_PLAN_START) && jl_record_has(plan->body, JL_PLAN_END); }

/* What a plan of another period says of this one. */
static void note_outside(const struct jl_audited *a) {
  const struct jl_record *plan = jl_view_plan(a->in);
  if (!has_days(plan)) return;
  const struct jl_arg days[] = {jl_arg_date(jl_view_int(plan, JL_PLAN_START, 0)), jl_arg_date(jl_view_int(plan, JL_PLAN_END, 0))};
  if (a->span.last < days[0].number || a->span.first > days[1].number) jl_note(a->b, JL_TONE_WARN, JL_MSG("no day of it is in the plan, which goes from {1} to {2}: jalon audit without a period is of all of it"), days, 2);
}

/* Asked without a period it is of the plan's days, and the plan may hold invoices of others. */
static bool note_not_in(const struct jl_audited *a) {
  struct jl_spend *spend = jl_view_spend(a->in, a->b);
  struct jl_spend_sum before, after;
  int32_t first, last;
  int64_t amount;
  if (jl_view_value(a->in, "period") != NULL || !a->now.sees_money || !has_days(jl_view_plan(a->in)) || !jl_spend_days(spend, &first, &last)) return true;
  if (!jl_spend_of(spend, &(struct jl_spend_ask){.from = INT32_MIN, .to = a->span.first}, &before) ||
      !jl_spend_of(spend, &(struct jl_spend_ask){.from = a->span.last + 1, .to = INT32_MAX}, &after) || !jl_add(before.amount, after.amount, &amount))
    return false;
  if (before.records + after.records == 0) return true;
  struct jl_date from = jl_date_from_day(first < a->span.first ? first : a->span.first), to = jl_date_from_day(last > a->span.last ? last : a->span.last);
  char months[2 * JL_SPAN_NAME + 2];
  snprintf(months, sizeof months, "%04u-%02u..%04u-%02u", (unsigned)from.year % 10000U, (unsigned)from.month % 100U, (unsigned)to.year % 10000U, (unsigned)to.month % 100U);
  const struct jl_arg args[] = {before.unknown || after.unknown ? jl_arg_label(JL_MSG("undefined")) : jl_arg_money(amount, a->now.currency), jl_arg_text(months)};
  jl_note(a->b, JL_TONE_WARN, JL_MSG("not in it: {1}, dated before or after the plan: jalon audit {2}"), args, 2);
  return true;
}

static void note_planned(const struct jl_audited *a) {
  const struct jl_facts_row *all = a->now.count == 0 ? NULL : jl_facts_total(&a->now);
  if (all == NULL || !a->now.sees_money || (all->undated == 0 && !all->undated_unknown)) return;
  const struct jl_arg undated = all->undated_unknown ? jl_arg_label(JL_MSG("undefined")) : jl_arg_money(all->undated, a->now.currency);
  jl_note(a->b, JL_TONE_MUTED, JL_MSG("planned: empty where lines are planned for the whole of the plan and not by month ({1} in all): how much of that is of this period nobody has said"), &undated, 1);
}

/* One remark on what has no rate in this period or the one before; the known part is that of this one. */
static bool note_unrated(const struct jl_audited *a, const struct jl_facts_row *all, struct jl_error *err) {
  struct jl_money_filter both = a->now.filter;
  struct jl_money_remarks remarks = {.in = a->in, .b = a->b, .basis = both.basis};
  struct jl_money_line *lines;
  struct jl_amounts total;
  size_t n = 0;
  if (a->has_before && a->span_before.first < both.first) both.first = a->span_before.first;
  if (a->now.remarks.apart_count == 0 && (!a->has_before || a->before.remarks.apart_count == 0)) return true;
  if (!jl_money_lines_remarked(a->in, a->b, &both, &lines, &n, &total, &remarks, err)) return false;
  jl_note_apart(&remarks, &all->money);
  return true;
}

static bool notes(const struct jl_audited *a, struct jl_error *err) {
  struct jl_spend_sum people = {0};
  const struct jl_facts_row *all = a->now.count == 0 ? NULL : jl_facts_total(&a->now);
  if (jl_view_sees(a->in, JL_SECTION_PAYROLL) && !jl_spend_on_people(a->in, a->b, a->span.first, a->span.last + 1, &people)) return jl_money_too_large(err);
  jl_block_begin(a->b, JL_BLOCK_NOTES, "notes", NULL);
  if (a->to_come) jl_note(a->b, JL_TONE_WARN, JL_MSG("this period has not begun: there are no results yet"), NULL, 0);
  else if (all != NULL && a->now.sees_money && a->now.sees_figures && !jl_facts_any(all)) jl_note(a->b, JL_TONE_MUTED, JL_MSG("neither money nor figures in this period: jalon figures import, jalon expense add"), NULL, 0);
  note_outside(a);
  if (!note_not_in(a)) return jl_money_too_large(err);
  note_planned(a);
  if (all != NULL && !note_unrated(a, all, err)) return false;
  const struct jl_arg cost = jl_arg_money(people.amount, a->now.currency);
  if (people.records > 0) jl_note(a->b, JL_TONE_MUTED, JL_MSG("people: {1} by days, in no channel's spend"), &cost, 1);
  if (!a->over) {
    const struct jl_arg days[] = {jl_arg_integer((int64_t)a->judging.end - a->span.first + 1), jl_arg_integer((int64_t)a->span.last - a->span.first + 1)};
    if (a->in->today >= a->span.first) jl_note(a->b, JL_TONE_MUTED, JL_MSG("the period is not over: {1} of {2} days, of the one before as many are taken"), days, 2);
  }
  if (a->now.split || a->before.split) jl_note(a->b, JL_TONE_MUTED, JL_MSG("figures of longer periods have a part in this one, by days"), NULL, 0);
  jl_note_overlaps(a->now.figures, a->has_before ? a->span_before.first : a->span.first, a->span.last);
  return true;
}

bool jl_audit_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *arena, struct jl_error *err) {
  struct jl_audited *a = jl_view_alloc(b, 1, sizeof *a);
  (void)arena;
  if (a == NULL) return true;
  *a = (struct jl_audited){.in = in, .b = b};
  if (!asked(a, err)) return false;
  const struct jl_arg days[] = {jl_arg_date(a->span.first), jl_arg_date(a->span.last)};
  jl_builder_title(b, JL_MSG("audit, {1} to {2}"), days, 2);
  if (!read_facts(a, err)) return false;
  if (!jl_builder_ok(b) || a->judged == NULL) return true;
  block_results(a);
  jl_block_audit_change(a);
  if (!jl_block_audit_years(a, err)) return false;
  jl_block_audit_costly(a);
  jl_block_audit_gaps(a);
  jl_block_audit_proposals(a);
  return notes(a, err);
}
