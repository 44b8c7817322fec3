/* What people cost, and the budget with it: only for those who may read payroll, and in no total of others. */
#include "common/base/money.h"
#include "common/model/budget/totals.h"
#include "common/record/schema.h"

static bool amounts_of(const struct jl_record *line, struct jl_amounts *ret) {
  *ret =
      (struct jl_amounts){.planned = jl_view_int(line, JL_PAYROLL_LINE_PLANNED, 0), .actual = jl_view_int(line, JL_PAYROLL_LINE_ACTUAL, 0)};
  return !__builtin_sub_overflow(ret->planned, ret->actual, &ret->remaining);
}

static void cells(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *sum, const struct jl_record **lines,
                  size_t n) {
  char currency[4];
  const int64_t amounts[] = {sum->planned, sum->committed, sum->actual, sum->remaining};
  jl_plan_currency(in->space, currency);
  for (size_t i = 0; i < JL_COUNT(amounts); i++) {
    jl_cell(b, jl_arg_money(amounts[i], currency));
    for (size_t k = 0; k < n; k++) jl_cell_source(b, lines[k]);
  }
}

bool jl_block_payroll(const struct jl_view_input *in, struct jl_builder *b, const struct jl_amounts *budget, bool by_line,
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
    cells(b, in, &one, &lines[i], 1);
  }
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total of payroll"), "payroll");
  jl_cell_empty(b);
  cells(b, in, &total, lines, n);
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("budget with payroll"), "with-payroll");
  jl_cell_empty(b);
  cells(b, in, &whole, lines, n);
  return true;
}
