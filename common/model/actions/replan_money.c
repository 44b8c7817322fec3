#include "common/base/calendar.h"
#include "common/model/actions/replan.h"
#include "common/model/view_support.h"
#include "common/record/schema.h"

struct money {
  const struct jl_view_input *in;
  struct jl_builder *b;
  int64_t moved, total;
  bool begun;
};

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("amounts of this plan are too large to be added up"), NULL);
}

static bool line_rows(struct money *m, const struct jl_record *line, const struct jl_change_of_dates *change, struct jl_error *err) {
  struct jl_months months;
  bool differs = false;
  if (!jl_months_of(m->in, m->b, line, &months)) return true; /* the builder knows */
  if (!jl_months_move(m->b, &months, change, err)) return !jl_builder_ok(m->b);
  for (size_t i = 0; i < months.count; i++) differs = differs || months.list[i].was != months.list[i].is;
  if (!differs) return true;
  for (size_t i = 0; i < months.count; i++) {
    int64_t gone = months.list[i].was > months.list[i].is ? months.list[i].was - months.list[i].is : 0;
    if (months.list[i].first < months.now) continue;
    if (__builtin_add_overflow(m->moved, gone, &m->moved) || __builtin_add_overflow(m->total, months.list[i].is, &m->total)) return too_large(err);
  }
  if (!m->begun) jl_columns_months(m->b);
  m->begun = true;
  return jl_rows_months(m->in, m->b, line, &months) || too_large(err);
}

bool jl_replan_money(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                     struct jl_error *err) {
  struct money m = {.in = in, .b = b};
  char currency[4];
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  jl_plan_currency(in->space, currency);
  for (size_t c = 0; c < n; c++) {
    size_t lines = 0;
    const struct jl_record **line = jl_view_referring(in, b, &changes[c].action->id, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, &lines);
    for (size_t i = 0; i < lines; i++)
      if (!line_rows(&m, line[i], &changes[c], err)) return false;
  }
  if (!m.begun) return true;
  const struct jl_arg args[] = {jl_arg_money(m.moved, currency), jl_arg_money(m.total, currency)};
  jl_note(b, JL_TONE_MUTED, JL_MSG("planned in other months: {1}, the total stays {2}; what is committed or paid does not move by itself"), args, 2);
  return true;
}
