#include "common/base/calendar.h"
#include "common/model/actions/replan.h"
#include "common/model/view_support.h"
#include "common/record/schema.h"
#include <string.h>

/* What moves in one currency: a month stays in that of its line, whatever the rates of its days. */
struct moving {
  char currency[4];
  int64_t moved, total;
};
struct money {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct moving *moving;
  size_t count, room;
  struct jl_money_remarks remarks; /* of what was ordered and paid */
  bool begun;
};

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("amounts of this plan are too large to be added up"), NULL);
}

static struct moving *in_currency(struct money *m, const char currency[4]) {
  for (size_t i = 0; i < m->count; i++)
    if (strcmp(m->moving[i].currency, currency) == 0) return &m->moving[i];
  if (m->count == m->room) {
    struct moving *grown = jl_view_alloc(m->b, m->room * 2 + 4, sizeof *grown);
    if (grown == NULL) return NULL;
    if (m->count > 0) memcpy(grown, m->moving, m->count * sizeof *grown);
    m->moving = grown;
    m->room = m->room * 2 + 4;
  }
  m->moving[m->count] = (struct moving){.moved = 0};
  memcpy(m->moving[m->count].currency, currency, sizeof m->moving[m->count].currency);
  return &m->moving[m->count++];
}

static bool pass_over(void *context, const struct jl_money_entry *entry) {
  (void)context;
  (void)entry;
  return true;
}

static bool remark_spent(void *context, const struct jl_money_entry *entry) {
  return entry->kind == JL_MONEY_PLANNED || jl_remark(context, entry);
}

static bool line_rows(struct money *m, const struct jl_record *line, const struct jl_change_of_dates *change, struct jl_error *err) {
  struct jl_months months;
  bool differs = false;
  if (!jl_months_of(m->in, m->b, line, &months)) return true; /* the builder knows */
  if (!jl_months_move(m->b, &months, change, err)) return !jl_builder_ok(m->b);
  for (size_t i = 0; i < months.count; i++) differs = differs || months.list[i].was != months.list[i].is;
  if (!differs) return true;
  struct moving *to = in_currency(m, months.currency);
  if (to == NULL) return true;
  for (size_t i = 0; i < months.count; i++) {
    int64_t gone = months.list[i].was > months.list[i].is ? months.list[i].was - months.list[i].is : 0;
    if (months.list[i].first < months.now) continue;
    if (__builtin_add_overflow(to->moved, gone, &to->moved) || __builtin_add_overflow(to->total, months.list[i].is, &to->total)) return too_large(err);
  }
  if (!m->begun) jl_columns_months(m->b);
  m->begun = true;
  return (jl_rows_months(m->in, m->b, line, &months) && jl_lines_entries(m->in->space, &line, 1, jl_builder_arena(m->b), pass_over, remark_spent, &m->remarks)) || too_large(err);
}

bool jl_replan_money(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                     struct jl_error *err) {
  struct money m = {.in = in, .b = b, .remarks = {.in = in, .b = b, .basis = JL_BASIS_COST}};
  if (!jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  for (size_t c = 0; c < n; c++) {
    size_t lines = 0;
    const struct jl_record **line = jl_view_referring(in, b, &changes[c].action->id, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, &lines);
    for (size_t i = 0; i < lines; i++)
      if (!line_rows(&m, line[i], &changes[c], err)) return false;
  }
  if (!m.begun) return true;
  for (size_t i = 0; i < m.count; i++) {
    const struct jl_arg args[] = {jl_arg_money(m.moving[i].moved, m.moving[i].currency), jl_arg_money(m.moving[i].total, m.moving[i].currency)};
    jl_note(b, JL_TONE_MUTED, JL_MSG("planned in other months: {1}, the total stays {2}; what is committed or paid does not move by itself"), args, 2);
  }
  jl_note_no_rate(&m.remarks);
  return true;
}
