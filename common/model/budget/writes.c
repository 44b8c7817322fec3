#include "common/model/budget/writes.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/record/schema.h"

void jl_block_writes_begin(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_TABLE, JL_BLOCK_WRITES, JL_MSG("what is written"));
  jl_column(b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(b, "month", JL_MSG("month"), JL_ARG_DATE, 0);
  jl_column(b, "now", JL_MSG("now"), JL_ARG_MONEY, 0);
  jl_column(b, "afterwards", JL_MSG("afterwards"), JL_ARG_MONEY, 0);
}

struct month_row {
  const struct jl_record *record; /* the line itself: it is planned as a whole */
  int64_t planned, after;
  bool over;
};

static void row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, const struct month_row *r) {
  char currency[4];
  if (r->planned == r->after) return;
  jl_plan_currency(in->space, currency);
  jl_row_begin(b, r->record, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, line);
  if (r->record == line)
    jl_cell_empty(b);
  else
    jl_cell(b, jl_arg_date(jl_view_int(r->record, JL_BUDGET_MONTH_MONTH, 0)));
  jl_cell(b, jl_arg_money(r->planned, currency));
  jl_cell_source(b, r->record);
  jl_cell(b, jl_arg_money(r->after, currency));
  jl_cell_source(b, r->record);
}

/* In the basis of the line. Where some VAT does not come back the amount is what costs as much in proportion, to a cent. */
static bool planned_for(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, int64_t now, int64_t cost, int64_t *ret) {
  int64_t planned;
  if (now != 0 && jl_view_int(line, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE) < JL_SHARE_ONE)
    return jl_line_planned(in->space, line, jl_builder_arena(b), &planned) && jl_mul_div_half_even(planned, cost, now, ret);
  *ret = cost;
  return jl_view_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) != JL_GROSS || jl_vat_gross(cost, jl_view_int(line, JL_BUDGET_LINE_VAT_RATE, 0), ret);
}

static bool share_months(struct jl_builder *b, struct month_row *rows, size_t n, int64_t after) {
  int64_t over = 0, *weights = jl_view_alloc(b, n, sizeof *weights), *parts = jl_view_alloc(b, n, sizeof *parts), ahead = 0, all = 0;
  if (weights == NULL || parts == NULL) return false;
  for (size_t i = 0; i < n; i++)
    if (!jl_add(rows[i].over ? over : ahead, rows[i].planned, rows[i].over ? &over : &ahead) || !jl_add(all, rows[i].planned, &all)) return false;
  bool keeps = over <= after && ahead > 0;
  for (size_t i = 0; i < n; i++) weights[i] = keeps && rows[i].over ? 0 : all == 0 ? 1 : rows[i].planned;
  if (!jl_split(keeps ? after - over : after, weights, n, parts)) return false;
  for (size_t i = 0; i < n; i++) rows[i].after = keeps && rows[i].over ? rows[i].planned : parts[i];
  return true;
}

bool jl_writes_line(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, int64_t now, int64_t after,
                    struct jl_error *err) {
  size_t n = 0;
  int64_t planned;
  struct jl_date today = jl_date_from_day(in->today);
  int32_t this_month = jl_day_from_date(today.year, today.month, 1);
  const struct jl_record **months = jl_view_referring(in, b, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n);
  if (now == after) return true;
  if (!planned_for(in, b, line, now, after, &planned)) return jl_money_too_large(err);
  if (n == 0) {
    row(in, b, line, &(struct month_row){.record = line, .planned = jl_view_int(line, JL_BUDGET_LINE_PLANNED, 0), .after = planned});
    return true;
  }
  struct month_row *rows = jl_view_alloc(b, n, sizeof *rows);
  if (rows == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++)
    rows[i] = (struct month_row){.record = months[i],
                                 .planned = jl_view_int(months[i], JL_BUDGET_MONTH_PLANNED, 0),
                                 .over = jl_view_int(months[i], JL_BUDGET_MONTH_MONTH, 0) < this_month};
  if (!share_months(b, rows, n, planned)) return jl_money_too_large(err);
  for (size_t i = 0; i < n; i++) row(in, b, line, &rows[i]);
  return true;
}
