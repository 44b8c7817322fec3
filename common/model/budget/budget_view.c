/* The budget: lines by lever, by category and by bucket, each with totals that add up (product.md B1, B2, B4). */
#include "common/model/budget/groups.h"
#include "common/model/explain.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

struct money {
  struct jl_money_line *lines;
  size_t n;
  struct jl_amounts total;
};

static bool of_lever(const struct jl_money_line *line, const void *group) { return line->lever == group; }
static bool of_category(const struct jl_money_line *line, const void *group) { return line->category == *(const int64_t *)group; }

static bool group_total(const struct money *m, bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group,
                        struct jl_amounts *ret, size_t *ret_n, struct jl_error *err) {
  *ret = (struct jl_amounts){0};
  *ret_n = 0;
  for (size_t i = 0; i < m->n; i++) {
    if (!belongs(&m->lines[i], group)) continue;
    if (!jl_amounts_add(ret, &m->lines[i].amounts, err)) return false;
    ++*ret_n;
  }
  return true;
}

static void total_row(const struct jl_view_input *in, struct jl_builder *b, const struct money *m, int cells_between) {
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total"), "total");
  jl_cells_empty(b, cells_between);
  jl_cells_money(b, in, &m->total, m->lines, m->n, NULL, NULL);
}

static void line_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_money_line *line) {
  jl_row_begin(b, line->line, 1, JL_ROW_NORMAL);
  jl_cell_money_line(b, in, line);
  jl_cell_by_number(b, in, line->line, JL_BUDGET_LINE_CATEGORY);
  jl_cell_by_number(b, in, line->line, JL_BUDGET_LINE_BUCKET);
  jl_cell_by_number(b, in, line->line, JL_BUDGET_LINE_KPI);
  jl_cells_money(b, in, &line->amounts, line, 1, NULL, NULL);
  jl_cell_by_number(b, in, line->line, JL_BUDGET_LINE_VAT_BASIS);
}

static bool lever_rows(const struct jl_view_input *in, struct jl_builder *b, const struct money *m, const struct jl_record *lever,
                       struct jl_error *err) {
  struct jl_amounts total;
  size_t count = 0;
  if (!group_total(m, of_lever, lever, &total, &count, err)) return false;
  if (count == 0) return true;
  jl_row_begin(b, lever, 0, JL_ROW_HEADING);
  if (lever != NULL)
    jl_cell_title(b, in, lever);
  else
    jl_cell_label(b, JL_MSG("no lever"), "none");
  jl_cells_empty(b, 3);
  jl_cells_money(b, in, &total, m->lines, m->n, of_lever, lever);
  jl_cell_empty(b);
  for (size_t i = 0; i < m->n; i++)
    if (m->lines[i].lever == lever) line_row(in, b, &m->lines[i]);
  return true;
}

static bool block_levers(const struct jl_view_input *in, struct jl_builder *b, const struct money *m, struct jl_error *err) {
  jl_block_begin(b, JL_BLOCK_TREE, "levers", JL_MSG("by lever"));
  jl_column(b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(b, "category", JL_MSG("category"), JL_ARG_LABEL, 5);
  jl_column(b, "bucket", JL_MSG("bucket"), JL_ARG_LABEL, 4);
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 6);
  jl_columns_money(b);
  jl_column(b, "basis", JL_MSG("entered"), JL_ARG_LABEL, 8);
  size_t n = 0;
  const struct jl_record **levers = jl_view_all(in, b, JL_TYPE_LEVER, &n);
  for (size_t i = 0; i < n; i++)
    if (!lever_rows(in, b, m, levers[i], err)) return false;
  if (!lever_rows(in, b, m, NULL, err)) return false;
  total_row(in, b, m, 3);
  jl_cell_empty(b);
  return true;
}

static bool block_categories(const struct jl_view_input *in, struct jl_builder *b, const struct money *m, struct jl_error *err) {
  static const struct {
    int64_t category;
    const char *label, *text;
  } rows[] = {{JL_CATEGORY_TOOLS, JL_MSG("tools"), "tools"},
              {JL_CATEGORY_PEOPLE, JL_MSG("people (category)"), "people"},
              {JL_CATEGORY_MEDIA, JL_MSG("media"), "media"},
              {JL_CATEGORY_OTHER, JL_MSG("other"), "other"},
              {0, JL_MSG("no category"), "none"}};
  jl_block_begin(b, JL_BLOCK_TABLE, "categories", JL_MSG("by category"));
  jl_column(b, "category", JL_MSG("category"), JL_ARG_LABEL, 0);
  jl_columns_money(b);
  for (size_t i = 0; i < JL_COUNT(rows); i++) {
    struct jl_amounts total;
    size_t count = 0;
    if (!group_total(m, of_category, &rows[i].category, &total, &count, err)) return false;
    if (count == 0) continue;
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, rows[i].label, rows[i].text);
    jl_cells_money(b, in, &total, m->lines, m->n, of_category, &rows[i].category);
  }
  total_row(in, b, m, 0);
  return true;
}

/* "Every euro has a KPI": which lines have none, and how much that is. */
static bool note_without_kpi(const struct jl_view_input *in, struct jl_builder *b, const struct money *m, struct jl_error *err) {
  char list[JL_ARG_TEXT_MAX] = "", currency[4];
  struct jl_amounts total = {0};
  int64_t count = 0;
  size_t used = 0;
  unsigned unknown = 0;
  for (size_t i = 0; i < m->n; i++) {
    struct jl_id kpi;
    if (jl_record_id(m->lines[i].line->type, m->lines[i].line->body, JL_BUDGET_LINE_KPI, &kpi) && jl_replica_live(in->space, &kpi) != NULL)
      continue;
    if (!jl_amounts_add(&total, &m->lines[i].amounts, err)) return false;
    unknown |= m->lines[i].unknown;
    if (i > 0 && m->lines[i - 1].line == m->lines[i].line) continue; /* another part of it */
    count++;
    char reference[JL_REFERENCE_SIZE];
    jl_reference_format(m->lines[i].line->type, m->lines[i].line->number, reference);
    if (used + strlen(reference) + 8 > sizeof list) {
      if (list[used - 1] != '.') used += (size_t)snprintf(list + used, sizeof list - used, " ...");
      continue;
    }
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : ", ", reference);
  }
  if (count == 0) return true;
  jl_plan_currency(in->space, currency);
  const struct jl_arg args[] = {jl_arg_integer(count), jl_arg_money(total.planned, currency), jl_arg_text(list)};
  jl_note(b, JL_TONE_WARN, (unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) != 0 ? JL_MSG("budget lines without a KPI: {1}: {3}") : JL_MSG("budget lines without a KPI: {1}, planned {2}: {3}"), args, 3);
  return true;
}

/* Seed 000's hidden costs: which of them no line is for. Whoever may read payroll sees salaries there. */
static void note_forgotten(const struct jl_view_input *in, struct jl_builder *b, const struct money *m) {
  const struct jl_enum *all = jl_field_by_number(jl_record_type_by_number(JL_TYPE_BUDGET_LINE), JL_BUDGET_LINE_SUBCATEGORY)->enumeration;
  char labels[JL_ARG_TEXT_MAX] = "";
  size_t used = 0, payroll = 0;
  if (jl_view_sees(in, JL_SECTION_PAYROLL)) (void)jl_view_all(in, b, JL_TYPE_PAYROLL_LINE, &payroll);
  for (int32_t number = JL_CRM_LICENCES; number <= JL_RETARGETING; number++) {
    const struct jl_enum_value *value = jl_enum_by_number(all, number);
    bool found = number == JL_SALARIES && payroll > 0;
    for (size_t i = 0; i < m->n && !found; i++) found = jl_view_int(m->lines[i].line, JL_BUDGET_LINE_SUBCATEGORY, 0) == number;
    if (found || value == NULL || used + strlen(value->label) + 2 > sizeof labels) continue;
    used += (size_t)snprintf(labels + used, sizeof labels - used, "%s%s", used == 0 ? "" : "\n", value->label);
  }
  if (used == 0 || m->n == 0) return;
  const struct jl_arg args = jl_arg_label(labels);
  jl_note(b, JL_TONE_WARN, JL_MSG("hidden costs without a line: {1}"), &args, 1);
}

/* ---- what was asked for ---- */
static bool basis_of(const struct jl_view_input *in, enum jl_basis *ret, struct jl_error *err) {
  static const char *const names[] = {[JL_BASIS_COST] = "cost", [JL_BASIS_NET] = "net", [JL_BASIS_GROSS] = "gross"};
  const char *wanted = jl_view_value(in, "basis");
  *ret = JL_BASIS_COST;
  for (size_t i = 0; wanted != NULL && i < JL_COUNT(names); i++) {
    if (strcmp(names[i], wanted) != 0) continue;
    *ret = (enum jl_basis)i;
    return true;
  }
  return wanted == NULL || jl_fail(err, JL_E_INVALID, JL_MSG("amounts have no side {1}"),
                                   JL_MSG("basis is cost, net (excl. VAT) or gross (incl. VAT)"), jl_arg_text(wanted));
}

bool jl_money_filter_asked(const struct jl_view_input *in, struct jl_money_filter *ret, struct jl_error *err) {
  const char *period = jl_view_value(in, "period");
  const struct jl_fiscal fiscal = jl_fiscal_of(jl_view_plan(in), in->today);
  *ret = (struct jl_money_filter){.has_days = period != NULL};
  if (!basis_of(in, &ret->basis, err) || (period != NULL && !jl_fiscal_period(&fiscal, period, &ret->first, &ret->last, err))) return false;
  ret->whole = period != NULL && jl_money_whole_plan(in, ret->first, ret->last);
  return true;
}

static bool wants(const char *by, const char *block) { return by == NULL || strcmp(by, block) == 0; }

/* What is planned in no month is in none, and so in no period of months but one that holds the whole plan. */
static bool note_period(const struct jl_view_input *in, struct jl_builder *b, const struct jl_money_filter *filter, struct jl_error *err) {
  struct jl_money_filter all = *filter;
  struct jl_money_groups months;
  char currency[4];
  if (!filter->has_days) return true;
  const struct jl_arg days[] = {jl_arg_date(filter->first), jl_arg_date(filter->last)};
  jl_note(b, JL_TONE_MUTED, JL_MSG("only amounts of {1} to {2}"), days, 2);
  if (filter->whole) return true;
  all.has_days = false;
  if (!jl_money_groups(in, b, jl_grouping_by("month"), &all, &months, err)) return false;
  const struct jl_money_group *last = months.count == 0 ? NULL : months.rows[months.count - 1];
  if (last == NULL || !last->none || last->amounts.planned == 0 || (last->unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) != 0) return true;
  jl_plan_currency(in->space, currency);
  const struct jl_arg planned = jl_arg_money(last->amounts.planned, currency);
  jl_note(b, JL_TONE_WARN, JL_MSG("not in it: {1}, planned for the whole period and in no month"), &planned, 1);
  return true;
}

void jl_note_basis(struct jl_builder *b, const struct jl_money_filter *filter, bool vat_costs) {
  const char *message = JL_MSG("amounts excl. VAT");
  if (filter->basis == JL_BASIS_GROSS) message = JL_MSG("amounts incl. VAT");
  if (filter->basis == JL_BASIS_COST && vat_costs) message = JL_MSG("cost: excl. VAT, and the VAT that is not recovered");
  jl_note(b, JL_TONE_MUTED, message, NULL, 0);
}

bool jl_budget_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  const char *by = jl_view_value(in, "by");
  const struct jl_grouping *grouping = by == NULL ? NULL : jl_grouping_by(by);
  struct jl_money_filter filter;
  struct money m;
  struct jl_bucket_shares shares;
  if (by != NULL && grouping == NULL && strcmp(by, "lever") != 0 && strcmp(by, "category") != 0 && strcmp(by, "bucket") != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the budget has no grouping {1}"),
                   JL_MSG("by is lever, action, line, category, sub-category, bucket, supplier, month, quarter, year, kpi or person"),
                   jl_arg_text(by));
  if (!jl_money_filter_asked(in, &filter, err)) return false;
  jl_why_asked(b, &filter);
  struct jl_money_remarks remarks = {.in = in, .b = b, .basis = filter.basis};
  if (!jl_money_lines_remarked(in, b, &filter, &m.lines, &m.n, &m.total, &remarks, err) || !jl_bucket_shares(in, m.lines, m.n, &shares, err))
    return false;
  shares.part = filter.has_days && !filter.whole;
  const struct jl_arg days[] = {jl_arg_date(filter.first), jl_arg_date(filter.last)};
  jl_builder_title(b, filter.has_days ? JL_MSG("budget, {1} to {2}") : JL_MSG("budget"), days, filter.has_days ? 2 : 0);
  if (grouping != NULL && !jl_block_groups(in, b, grouping, &filter, err)) return false;
  if (wants(by, "lever") && !block_levers(in, b, &m, err)) return false;
  if (wants(by, "category") && !block_categories(in, b, &m, err)) return false;
  if (wants(by, "bucket")) jl_block_buckets(b, in, &shares, m.lines, m.n);
  if (by == NULL && !filter.has_days && jl_view_sees(in, JL_SECTION_BUDGET) && !jl_block_payroll(in, b, &m.total, jl_money_unknown(m.lines, m.n, NULL, NULL), true, err)) return false;
  jl_block_apart(&remarks, &m.total);
  jl_block_rates(&remarks);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (grouping == jl_grouping_by("sub-category")) note_forgotten(in, b, &m);
  if (!note_without_kpi(in, b, &m, err) || !note_period(in, b, &filter, err)) return false;
  jl_note_remarks(&remarks);
  jl_note_basis(b, &filter, remarks.vat_costs);
  if (grouping == jl_grouping_by("month") && (filter.basis == JL_BASIS_GROSS || (filter.basis == JL_BASIS_COST && remarks.vat_costs)))
    jl_note(b, JL_TONE_MUTED, JL_MSG("VAT of a month: of all until then, rounded, less that of those before it, so closed months stay to the cent"), NULL, 0);
  jl_note(b, JL_TONE_MUTED, JL_MSG("committed: ordered, not yet invoiced; remaining: planned - committed - actual"), NULL, 0);
  if (m.n == 0 && jl_view_sees(in, JL_SECTION_BUDGET)) jl_note(b, JL_TONE_MUTED, JL_MSG("no budget line yet"), NULL, 0);
  return true;
}
