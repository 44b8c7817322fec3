/* What people cost, and the budget with it: only for those who may read payroll, and in no total of others. */
#include "common/base/money.h"
#include "common/model/budget/why.h"
#include "common/record/schema.h"

static bool amounts_of(const struct jl_record *line, struct jl_amounts *ret) {
  *ret =
      (struct jl_amounts){.planned = jl_view_int(line, JL_PAYROLL_LINE_PLANNED, 0), .actual = jl_view_int(line, JL_PAYROLL_LINE_ACTUAL, 0)};
  return !__builtin_sub_overflow(ret->planned, ret->actual, &ret->remaining);
}

/* ---- where they come from ---- */
static void why_kind(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record **lines, size_t n, uint32_t field, int64_t amount,
                     const char *formula) {
  char currency[4];
  jl_plan_currency(in->space, currency);
  if (n == 1) {
    jl_why_field_or(b, in, lines[0], field, 0);
    return;
  }
  if (jl_why_begin(b, JL_WHY_SUM, jl_arg_money(amount, currency), formula)) {
    jl_why_many(b, n);
    for (size_t i = 0; i < n; i++) jl_why_field_or(b, in, lines[i], field, 0);
  }
  jl_why_end(b);
}

static void why(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *sum, const struct jl_record **lines, size_t n,
                enum jl_money_figure figure) {
  char currency[4];
  jl_plan_currency(in->space, currency);
  bool remaining = figure == JL_FIGURE_REMAINING;
  if (figure == JL_FIGURE_COMMITTED) {
    jl_why_constant(b, jl_arg_money(0, currency), JL_MSG("nothing of payroll is ordered"));
    return;
  }
  if (remaining) (void)jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_money(sum->remaining, currency), JL_MSG("remaining = planned - paid"));
  if (remaining || figure == JL_FIGURE_PLANNED) why_kind(b, in, lines, n, JL_PAYROLL_LINE_PLANNED, sum->planned, JL_MSG("planned of payroll"));
  if (remaining || figure == JL_FIGURE_ACTUAL) why_kind(b, in, lines, n, JL_PAYROLL_LINE_ACTUAL, sum->actual, JL_MSG("paid so far"));
  if (remaining) jl_why_end(b);
}

static int64_t figure_of(const struct jl_amounts *sum, enum jl_money_figure figure) {
  const int64_t amounts[] = {sum->planned, sum->committed, sum->actual, sum->remaining};
  return amounts[figure];
}

/* The budget and payroll: lines of both. */
struct both {
  const struct jl_amounts *budget, *payroll;
  unsigned unknown; /* of the budget */
};

static unsigned unknown_in(const struct both *both, enum jl_money_figure figure) {
  if (both == NULL) return 0;
  return both->unknown & (figure == JL_FIGURE_REMAINING ? JL_UNKNOWN_ANY : JL_UNKNOWN(figure));
}

static void why_both(struct jl_builder *b, const struct jl_view_input *in, const struct both *both, const struct jl_record **lines, size_t n,
                     enum jl_money_figure figure) {
  struct jl_money_line *of_budget;
  struct jl_amounts total;
  size_t count = 0;
  char currency[4];
  jl_plan_currency(in->space, currency);
  if (!jl_money_lines(in, b, &of_budget, &count, &total, NULL)) return;
  if (unknown_in(both, figure) != 0) {
    jl_why_no_rate(b, in, of_budget, count, NULL, NULL, unknown_in(both, figure));
    return;
  }
  if (jl_why_begin(b, JL_WHY_SUM, jl_arg_money(figure_of(both->budget, figure) + figure_of(both->payroll, figure), currency), JL_MSG("budget + payroll"))) {
    jl_why_money(b, in, both->budget, of_budget, count, NULL, NULL, figure);
    why(b, in, both->payroll, lines, n, figure);
  }
  jl_why_end(b);
}

static void cells(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *sum, const struct both *both,
                  const struct jl_record **lines, size_t n) {
  char currency[4];
  jl_plan_currency(in->space, currency);
  for (size_t i = 0; i < JL_MONEY_CELLS; i++) {
    jl_cell_money_known(b, figure_of(sum, (enum jl_money_figure)i), currency, unknown_in(both, (enum jl_money_figure)i));
    for (size_t k = 0; k < n; k++) jl_cell_source(b, lines[k]);
    if (!jl_explaining(b)) continue;
    if (both != NULL)
      why_both(b, in, both, lines, n, (enum jl_money_figure)i);
    else
      why(b, in, sum, lines, n, (enum jl_money_figure)i);
  }
}

bool jl_block_payroll(const struct jl_view_input *in, struct jl_builder *b, const struct jl_amounts *budget, unsigned unknown, bool by_line,
                      struct jl_error *err) {
  size_t n = 0;
  struct jl_amounts total = {0}, one, whole = *budget;
  if (!jl_view_sees(in, JL_SECTION_PAYROLL)) return true;
  const struct jl_record **lines = jl_view_all(in, b, JL_TYPE_PAYROLL_LINE, &n);
  if (n == 0) return true;
  for (size_t i = 0; i < n; i++)
    if (!amounts_of(lines[i], &one) || !jl_amounts_add(&total, &one, err))
      return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"),
                     JL_MSG("correct the largest budget lines"));
  if (!jl_amounts_add(&whole, &total, err)) return false;
  jl_block_begin(b, JL_BLOCK_TABLE, "payroll", JL_MSG("payroll"));
  jl_column(b, "line", JL_MSG("payroll line"), JL_ARG_TEXT, 0);
  jl_column(b, "person", JL_MSG("person"), JL_ARG_TEXT, 2);
  jl_columns_money(b);
  for (size_t i = 0; by_line && i < n; i++) {
    if (!amounts_of(lines[i], &one)) return false;
    jl_row_begin(b, lines[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, lines[i]);
    jl_cell_by_number(b, in, lines[i], JL_PAYROLL_LINE_PERSON);
    cells(b, in, &one, NULL, &lines[i], 1);
  }
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total of payroll"), "payroll");
  jl_cell_empty(b);
  cells(b, in, &total, NULL, lines, n);
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("budget with payroll"), "with-payroll");
  jl_cell_empty(b);
  const struct both both = {budget, &total, unknown};
  cells(b, in, &whole, &both, lines, n);
  return true;
}
