/* The audit beside earlier periods: the one before, and year by year. */
#include "common/model/measures/audit_parts.h"
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

void jl_block_audit_change(const struct jl_audited *a) {
  struct jl_builder *b = a->b;
  if (!a->has_before) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "change", JL_MSG("beside the period before"));
  jl_audit_column_place(a);
  jl_column(b, "spend_before", JL_MSG("spend then"), JL_ARG_MONEY, 4);
  jl_column(b, "spend_change", JL_MSG("spend, change"), JL_ARG_FRACTION, 0);
  jl_column(b, "leads_before", JL_MSG("leads then"), JL_ARG_INTEGER, 5);
  jl_column(b, "leads_change", JL_MSG("leads, change"), JL_ARG_FRACTION, 0);
  jl_column(b, "cost_per_lead_before", JL_MSG("cost per lead then"), JL_ARG_MONEY, 6);
  jl_column(b, "cost_per_lead_change", JL_MSG("cost per lead, change"), JL_ARG_FRACTION, 1);
  jl_column(b, "conversion_before", JL_MSG("conversion then"), JL_ARG_FRACTION, 8);
  jl_column(b, "conversion_change", JL_MSG("conversion, change"), JL_ARG_FRACTION, 7);
  jl_column(b, "signed_before", JL_MSG("signed then"), JL_ARG_MONEY, 3);
  jl_column(b, "signed_change", JL_MSG("signed, change"), JL_ARG_FRACTION, 0);
  jl_column(b, "roi_before", JL_MSG("ROI then"), JL_ARG_FRACTION, 2);
  for (size_t i = 0; i < a->now.count; i++)
    if (is_compared(a, i) && (jl_facts_any(&a->now.rows[i]) || jl_facts_any(&a->before.rows[i]))) change_row(a, i);
  const struct jl_arg days[] = {jl_arg_date(a->span_before.first), jl_arg_date(a->span_before.last)};
  jl_note(b, JL_TONE_MUTED, JL_MSG("the period before: {1} to {2}; change = (this period - the one before) / the one before"), days, 2);
}

/* ---- years ---- */
struct year {
  struct jl_facts facts;
  char name[JL_FISCAL_NAME];
};
struct years {
  const struct jl_audited *a;
  struct year *rows[YEARS_MOST];
  size_t n;
};

static bool read_years(struct years *y, struct jl_error *err) {
  const struct jl_fiscal fiscal = jl_span_fiscal(y->a->in);
  for (int32_t day = y->a->span.first; day <= y->a->span.last && y->n < YEARS_MOST;) {
    struct jl_fiscal_quarter at;
    jl_fiscal_at(&fiscal, day, &at);
    struct year *year = jl_view_alloc(y->a->b, 1, sizeof *year);
    if (year == NULL) return true;
    jl_fiscal_year_name(&at, year->name);
    int32_t last = at.year_end < y->a->span.last ? at.year_end : y->a->span.last;
    if (!jl_facts_read(y->a->in, y->a->b, day, last, JL_BASIS_COST, y->a->by, &year->facts, err)) return false;
    if (year->facts.count != y->a->now.count) return true; /* no memory */
    y->rows[y->n++] = year;
    day = last + 1;
  }
  return true;
}

enum { YEAR_CELLS = 9 };
static void year_row(const struct years *y, size_t year, size_t i) {
  const struct jl_facts *f = &y->rows[year]->facts;
  const struct jl_facts_row *row = &f->rows[i];
  struct jl_builder *b = y->a->b;
  jl_row_begin(b, record_of(row), 1, JL_ROW_NORMAL);
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)y->rows[year]->name, strlen(y->rows[year]->name)});
  jl_cell_fact_money(f, row, JL_FIGURE_ACTUAL);
  if (year > 0)
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
  jl_column(b, "cost_per_lead", JL_MSG("cost per lead"), JL_ARG_MONEY, 0);
  jl_column_fact(b, JL_FACT_CUSTOMERS, 3);
  jl_column(b, "conversion", JL_MSG("conversion"), JL_ARG_FRACTION, 5);
  jl_column_fact(b, JL_FACT_POTENTIAL, 6);
  jl_column_fact(b, JL_FACT_SIGNED, 1);
  jl_column(b, "roi", JL_MSG("ROI"), JL_ARG_FRACTION, 0);
  for (size_t i = 0; i < a->now.count && jl_builder_ok(b); i++)
    if (is_compared(a, i) && jl_facts_any(&a->now.rows[i])) rows_of(y, i);
  const struct jl_arg most = jl_arg_integer(YEARS_MOST);
  if (y->n == YEARS_MOST && y->rows[y->n - 1]->facts.filter.last < a->span.last) jl_note(b, JL_TONE_MUTED, JL_MSG("only the first {1} years are shown"), &most, 1);
  return true;
}
