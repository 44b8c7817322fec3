/* The audit beside earlier periods: the one before, and year by year. */
#include "common/model/measures/audit_parts.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/spend.h"
#include "common/record/schema.h"
#include <string.h>

enum { YEARS_MOST = 20 };

/* By channel only these: campaigns rarely outlive a period. */
static bool is_compared(const struct jl_audited *a, size_t row) {
  enum jl_place_kind kind = a->now.rows[row].place.kind;
  return a->by == JL_FACTS_BY_CAMPAIGN || kind == JL_PLACE_LEVER || kind == JL_PLACE_REST || kind == JL_PLACE_TOTAL;
}

static const struct jl_record *record_of(const struct jl_facts_row *row) { return row->place.action != NULL ? row->place.action : row->place.lever; }

static void change_row(const struct jl_audited *a, size_t i) {
  const struct jl_facts *now = &a->now, *before = &a->before;
  const struct jl_facts_row *then = &before->rows[i];
  bool total = then->place.kind == JL_PLACE_TOTAL;
  jl_row_begin(a->b, record_of(then), 0, total ? JL_ROW_TOTAL : JL_ROW_NORMAL);
  jl_cell_fact_place(now, &now->rows[i]);
  jl_cell_fact_money(before, then, JL_FIGURE_ACTUAL);
  jl_cell_spend_change(now, before, i);
  jl_cell_fact(before, then, now->qualified);
  jl_cell_fact_change(now, before, i, now->qualified);
  jl_cell_ratio(before, then, JL_RATIO_COST_PER_LEAD);
  jl_cell_ratio_change(now, before, i, JL_RATIO_COST_PER_LEAD);
  jl_cell_ratio(before, then, JL_RATIO_CONVERSION);
  jl_cell_ratio_change(now, before, i, JL_RATIO_CONVERSION);
  jl_cell_fact(before, then, JL_FACT_SIGNED);
  jl_cell_fact_change(now, before, i, JL_FACT_SIGNED);
  jl_cell_ratio(before, then, JL_RATIO_RETURN);
}

/* Two periods, or what is told of them, that nobody can compare: more in the longer one is not more. A month may have three days less than another. */
enum { ALIKE_DAYS = 3, ALIKE_PART = 10 };
static bool differ(int64_t a, int64_t b, int64_t least) {
  int64_t away = a > b ? a - b : b - a;
  return away > least && away * ALIKE_PART > (a > b ? a : b);
}

static void note_lengths(const struct jl_audited *a) {
  const struct jl_facts_row *now = jl_facts_total(&a->now), *before = jl_facts_total(&a->before);
  int64_t days = (int64_t)a->judging.end - a->span.first + 1, days_before = (int64_t)a->span_before.last - a->span_before.first + 1;
  const struct jl_arg lengths[] = {jl_arg_integer(days), jl_arg_integer(days_before)}, told[] = {jl_arg_integer(now->days), jl_arg_integer(before->days)};
  if (differ(days, days_before, ALIKE_DAYS)) jl_note(a->b, JL_TONE_WARN, JL_MSG("the two are not of the same length: {1} days, and {2} before"), lengths, 2);
  if (now->days > 0 && before->days > 0 && differ(now->days, before->days, ALIKE_DAYS))
    jl_note(a->b, JL_TONE_WARN, JL_MSG("figures do not tell of as many days: {1} in this period, {2} in the one before"), told, 2);
}

void jl_block_audit_change(const struct jl_audited *a) {
  struct jl_builder *b = a->b;
  if (!a->has_before) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "change", JL_MSG("beside the period before"));
  jl_audit_column_place(a);
  jl_column(b, "spend_before", JL_MSG("spend then"), JL_ARG_MONEY, 4);
  jl_column(b, "spend_change", JL_MSG("spend, change"), JL_ARG_FRACTION, 0);
  jl_column(b, "leads_before", JL_MSG("leads then"), JL_ARG_INTEGER, 5);
  jl_column(b, "leads_change", JL_MSG("leads, change"), JL_ARG_FRACTION, 0);
  jl_column(b, "cost_per_lead_before", a->now.qualified == JL_FACT_MQL ? JL_MSG("cost per MQL then") : JL_MSG("cost per lead then"), JL_ARG_MONEY, 6);
  jl_column(b, "cost_per_lead_change", a->now.qualified == JL_FACT_MQL ? JL_MSG("cost per MQL, change") : JL_MSG("cost per lead, change"), JL_ARG_FRACTION, 1);
  jl_column(b, "conversion_before", JL_MSG("conversion then"), JL_ARG_FRACTION, 8);
  jl_column(b, "conversion_change", JL_MSG("conversion, change"), JL_ARG_FRACTION, 7);
  jl_column(b, "signed_before", JL_MSG("signed then"), JL_ARG_MONEY, 3);
  jl_column(b, "signed_change", JL_MSG("signed, change"), JL_ARG_FRACTION, 0);
  jl_column(b, "roi_before", JL_MSG("ROI then"), JL_ARG_FRACTION, 2);
  for (size_t i = 0; i < a->now.count; i++)
    if (is_compared(a, i) && (jl_facts_any(&a->now.rows[i]) || jl_facts_any(&a->before.rows[i]))) change_row(a, i);
  const struct jl_arg days[] = {jl_arg_date(a->span_before.first), jl_arg_date(a->span_before.last)};
  jl_note(b, JL_TONE_MUTED, JL_MSG("the period before: {1} to {2}; change = (this period - the one before) / the one before"), days, 2);
  note_lengths(a);
}

/* ---- years ---- */
struct year {
  struct jl_facts facts;
  char name[JL_FISCAL_NAME];
  int32_t days, of; /* that are known of, and that the year has */
};
struct years {
  const struct jl_audited *a;
  struct year *rows[YEARS_MOST];
  size_t n;
};

/* Of these days: until today, and no earlier than the first invoice of all, no later than the last one, where that is months away: what was not
 * entered yet, or not any more, is not less spent. */
enum { SILENT_DAYS = 60 };
static int32_t days_known(const struct jl_audited *a, int32_t first, int32_t last) {
  int32_t from = first, to = last < a->judging.end ? last : a->judging.end, invoiced, invoiced_last;
  if (a->now.sees_money && jl_spend_days(jl_view_spend(a->in, a->b), &invoiced, &invoiced_last)) {
    if (invoiced > from + SILENT_DAYS) from = invoiced;
    if (invoiced_last < to - SILENT_DAYS) to = invoiced_last;
  }
  return to < from ? 0 : to - from + 1;
}

static bool read_years(struct years *y, struct jl_error *err) {
  const struct jl_fiscal fiscal = jl_span_fiscal(y->a->in);
  for (int32_t day = y->a->span.first; day <= y->a->span.last && y->n < YEARS_MOST;) {
    struct jl_fiscal_quarter at;
    jl_fiscal_at(&fiscal, day, &at);
    struct year *year = jl_view_alloc(y->a->b, 1, sizeof *year);
    if (year == NULL) return true;
    jl_fiscal_year_name(&at, year->name);
    int32_t last = at.year_end < y->a->span.last ? at.year_end : y->a->span.last;
    year->days = days_known(y->a, day, last);
    year->of = at.year_end - at.year_start + 1;
    if (!jl_facts_read(y->a->in, y->a->b, day, last, JL_BASIS_COST, y->a->by, &year->facts, err)) return false;
    if (year->facts.count != y->a->now.count) return true; /* no memory */
    y->rows[y->n++] = year;
    day = last + 1;
  }
  return true;
}

/* As many days, and figures that tell of as many. */
static bool alike(const struct year *a, const struct year *b) {
  int32_t told = jl_facts_total(&a->facts)->days, told_after = jl_facts_total(&b->facts)->days;
  return !differ(a->days, b->days, ALIKE_DAYS) && (told == 0 || told_after == 0 || !differ(told, told_after, ALIKE_DAYS));
}

/* "2026", and of a year of which only a part is looked at how much. */
static void cell_year(const struct years *y, size_t i) {
  const struct year *year = y->rows[i];
  const struct jl_arg args[] = {jl_arg_text(year->name), jl_arg_integer(year->days), jl_arg_integer(year->of)};
  if (year->days == year->of) {
    jl_cell_text(y->a->b, (struct jl_bytes){(const uint8_t *)year->name, strlen(year->name)});
    return;
  }
  jl_cell_words(y->a->b, JL_MSG("{1}: {2} of {3} days"), args, 3);
  jl_cell_alternative(y->a->b, year->name);
}

static void note_unlike(const struct years *y) {
  for (size_t i = 1; i < y->n; i++) {
    const struct year *before = y->rows[i - 1], *year = y->rows[i];
    const struct jl_arg args[] = {jl_arg_text(before->name), jl_arg_text(year->name), jl_arg_integer(before->days), jl_arg_integer(year->days),
                                  jl_arg_integer(jl_facts_total(&before->facts)->days), jl_arg_integer(jl_facts_total(&year->facts)->days)};
    if (alike(before, year)) continue;
    jl_note(y->a->b, JL_TONE_WARN, differ(before->days, year->days, ALIKE_DAYS) ? JL_MSG("{1} and {2} are not compared: {3} and {4} days of them are known of")
                                                                                 : JL_MSG("{1} and {2} are not compared: figures tell of {5} and {6} days of them"), args, 6);
  }
}

enum { YEAR_CELLS = 9 };
static void year_row(const struct years *y, size_t year, size_t i) {
  const struct jl_facts *f = &y->rows[year]->facts;
  const struct jl_facts_row *row = &f->rows[i];
  struct jl_builder *b = y->a->b;
  jl_row_begin(b, record_of(row), 1, JL_ROW_NORMAL);
  cell_year(y, year);
  jl_cell_fact_money(f, row, JL_FIGURE_ACTUAL);
  if (year > 0 && alike(y->rows[year - 1], y->rows[year]))
    jl_cell_spend_change(f, &y->rows[year - 1]->facts, i);
  else
    jl_cell_empty(b);
  jl_cell_fact(f, row, y->a->now.qualified);
  jl_cell_ratio(f, row, JL_RATIO_COST_PER_LEAD);
  jl_cell_fact(f, row, JL_FACT_CUSTOMERS);
  jl_cell_ratio(f, row, JL_RATIO_CONVERSION);
  jl_cell_fact(f, row, JL_FACT_POTENTIAL);
  jl_cell_fact(f, row, JL_FACT_SIGNED);
  jl_cell_ratio(f, row, JL_RATIO_RETURN);
}

static void rows_of(const struct years *y, size_t i) {
  jl_row_begin(y->a->b, record_of(&y->a->now.rows[i]), 0, JL_ROW_HEADING);
  jl_cell_fact_place(&y->a->now, &y->a->now.rows[i]);
  jl_cells_empty(y->a->b, YEAR_CELLS);
  for (size_t year = 0; year < y->n; year++)
    if (jl_facts_any(&y->rows[year]->facts.rows[i])) year_row(y, year, i);
}

bool jl_block_audit_years(const struct jl_audited *a, struct jl_error *err) {
  struct jl_builder *b = a->b;
  struct years *y = jl_view_alloc(b, 1, sizeof *y);
  if (y == NULL) return true;
  *y = (struct years){.a = a};
  const struct jl_fiscal fiscal = jl_span_fiscal(a->in);
  struct jl_fiscal_quarter at;
  jl_fiscal_at(&fiscal, a->span.first, &at);
  if (at.year_end >= a->span.last) return true; /* one year is all there is */
  if (!read_years(y, err)) return false;
  jl_block_begin(b, JL_BLOCK_TREE, "years", JL_MSG("year by year"));
  jl_column(b, "year", JL_MSG("year"), JL_ARG_TEXT, 0);
  jl_column(b, "spend", JL_MSG("spend"), JL_ARG_MONEY, 0);
  jl_column(b, "spend_change", JL_MSG("spend, change"), JL_ARG_FRACTION, 4);
  jl_column_fact(b, a->now.qualified, 1);
  jl_column(b, "cost_per_lead", a->now.qualified == JL_FACT_MQL ? JL_MSG("cost per MQL") : JL_MSG("cost per lead"), JL_ARG_MONEY, 0);
  jl_column_fact(b, JL_FACT_CUSTOMERS, 3);
  jl_column(b, "conversion", JL_MSG("conversion"), JL_ARG_FRACTION, 5);
  jl_column_fact(b, JL_FACT_POTENTIAL, 6);
  jl_column_fact(b, JL_FACT_SIGNED, 1);
  jl_column(b, "roi", JL_MSG("ROI"), JL_ARG_FRACTION, 0);
  for (size_t i = 0; i < a->now.count && jl_builder_ok(b); i++)
    if (is_compared(a, i) && jl_facts_any(&a->now.rows[i])) rows_of(y, i);
  note_unlike(y);
  const struct jl_arg most = jl_arg_integer(YEARS_MOST);
  if (y->n == YEARS_MOST && y->rows[y->n - 1]->facts.filter.last < a->span.last) jl_note(b, JL_TONE_MUTED, JL_MSG("only the first {1} years are shown"), &most, 1);
  return true;
}
