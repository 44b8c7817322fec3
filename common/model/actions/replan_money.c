#include "common/base/calendar.h"
#include "common/model/actions/replan.h"
#include "common/model/budget/amounts.h"
#include "common/model/view_support.h"
#include "common/record/schema.h"

static int months_between(int32_t from, int32_t to) {
  struct jl_date a = jl_date_from_day(from), b = jl_date_from_day(to);
  return (b.year - a.year) * 12 + b.month - a.month;
}

struct money {
  const struct jl_view_input *in;
  struct jl_builder *b;
  int64_t moved;
  bool begun, overflow;
};

static void begin(struct money *m) {
  if (m->begun) return;
  m->begun = true;
  jl_block_begin(m->b, JL_BLOCK_TABLE, "money", JL_MSG("money"));
  jl_column(m->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(m->b, "month", JL_MSG("month"), JL_ARG_DATE, 0);
  jl_column(m->b, "new_month", JL_MSG("would be in"), JL_ARG_DATE, 0);
  jl_column(m->b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(m->b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 1);
  jl_column(m->b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 2);
}

/* Amounts of the line stand in its first row: what was ordered or paid stays where it is. */
static bool line_rows(struct money *m, const struct jl_record *line, int shift) {
  size_t n = 0;
  struct jl_amounts amounts;
  bool first = true;
  char currency[4];
  const struct jl_record **months = jl_view_referring(m->in, m->b, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n);
  jl_plan_currency(m->in->space, currency);
  if (!jl_line_amounts(m->in->space, line, jl_builder_arena(m->b), &amounts)) return false;
  for (size_t i = 0; i < n; i++) {
    int32_t month = (int32_t)jl_view_int(months[i], JL_BUDGET_MONTH_MONTH, 0);
    int64_t planned = jl_view_int(months[i], JL_BUDGET_MONTH_PLANNED, 0);
    if (planned == 0 || months_between(m->in->today, month) < 0) continue; /* what is over is over */
    begin(m);
    jl_row_begin(m->b, months[i], 0, JL_ROW_NORMAL);
    jl_cell_title(m->b, m->in, line);
    jl_cell(m->b, jl_arg_date(month));
    jl_cell(m->b, jl_arg_date(jl_day_add_months(month, shift)));
    jl_cell(m->b, jl_arg_money(planned, currency));
    jl_cell_source(m->b, months[i]);
    jl_cell(m->b, first ? jl_arg_money(amounts.committed, currency) : (struct jl_arg){.kind = JL_ARG_NONE});
    if (first && amounts.committed > 0) jl_cell_tone(m->b, JL_TONE_WARN);
    jl_cell(m->b, first ? jl_arg_money(amounts.actual, currency) : (struct jl_arg){.kind = JL_ARG_NONE});
    first = false;
    if (__builtin_add_overflow(m->moved, planned, &m->moved)) return false;
  }
  return true;
}

bool jl_replan_money(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                     struct jl_error *err) {
  struct money m = {.in = in, .b = b};
  char currency[4];
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  jl_plan_currency(in->space, currency);
  for (size_t c = 0; c < n; c++) {
    size_t lines = 0;
    int shift = months_between(changes[c].first, changes[c].new_first);
    const struct jl_record **line =
        shift == 0 ? NULL : jl_view_referring(in, b, &changes[c].action->id, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, &lines);
    for (size_t i = 0; i < lines; i++)
      if (!line_rows(&m, line[i], shift))
        return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("amounts of this plan are too large to be added up"), NULL);
  }
  if (!m.begun) return true;
  const struct jl_arg total = jl_arg_money(m.moved, currency);
  jl_note(b, JL_TONE_MUTED, JL_MSG("planned in other months: {1}; what is committed or paid does not move by itself"), &total, 1);
  return true;
}
