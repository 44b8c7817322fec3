#include "common/model/budget/totals.h"
#include "common/base/money.h"
#include "common/record/schema.h"

bool jl_money_too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"),
                 JL_MSG("correct the largest budget lines"));
}

bool jl_amounts_add(struct jl_amounts *total, const struct jl_amounts *more, struct jl_error *err) {
  struct jl_amounts sum;
  if (!jl_add(total->planned, more->planned, &sum.planned) || !jl_add(total->committed, more->committed, &sum.committed) ||
      !jl_add(total->actual, more->actual, &sum.actual) || !jl_add(total->remaining, more->remaining, &sum.remaining))
    return jl_money_too_large(err);
  *total = sum;
  return true;
}

bool jl_money_filter_has(const struct jl_money_filter *filter, const struct jl_money_entry *entry) {
  return !filter->has_days || (entry->day != JL_WHOLE_PERIOD && entry->day >= filter->first && entry->day <= filter->last);
}

/* ---- lines ---- */
struct reading {
  const struct jl_money_filter *filter;
  struct jl_builder *b;
  struct jl_money_line *line;
  size_t room[JL_MONEY_KINDS];
};

static bool keep_source(struct reading *r, const struct jl_money_entry *entry) {
  struct jl_money_line *line = r->line;
  size_t *n = &line->source_count[entry->kind], *room = &r->room[entry->kind];
  if (entry->record == line->line || *n == JL_CELL_SOURCES) return true;
  if (*n == *room) {
    size_t more = *room == 0 ? 4 : *room * 4;
    const struct jl_record **grown = jl_view_alloc(r->b, more, sizeof *grown);
    if (grown == NULL) return false;
    for (size_t i = 0; i < *n; i++) grown[i] = line->sources[entry->kind][i];
    line->sources[entry->kind] = grown;
    *room = more;
  }
  line->sources[entry->kind][(*n)++] = entry->record;
  return true;
}

static bool take(void *context, const struct jl_money_entry *entry) {
  struct reading *r = context;
  if (!jl_money_filter_has(r->filter, entry)) return true;
  return jl_amounts_take(&r->line->amounts, entry->kind, jl_sum_in(&entry->sum, r->filter->basis)) && keep_source(r, entry);
}

bool jl_money_lines_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_money_filter *filter,
                       struct jl_money_line **ret_lines, size_t *ret_n, struct jl_amounts *ret_total, struct jl_error *err) {
  size_t n = 0;
  struct jl_amounts total = {0};
  const struct jl_record **records = jl_view_all(in, b, JL_TYPE_BUDGET_LINE, &n);
  struct jl_money_line *lines = jl_view_alloc(b, n, sizeof *lines);
  if (lines == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++) {
    struct jl_money_line *line = &lines[i];
    struct reading reading = {.filter = filter, .b = b, .line = line};
    line->line = records[i];
    line->action = jl_view_linked(in, records[i], JL_BUDGET_LINE_ACTION);
    line->lever = jl_view_linked(in, records[i], JL_BUDGET_LINE_LEVER);
    if (line->lever == NULL) line->lever = jl_view_linked(in, line->action, JL_ACTION_LEVER);
    line->category = jl_view_int(records[i], JL_BUDGET_LINE_CATEGORY, 0);
    line->bucket = jl_view_int(records[i], JL_BUDGET_LINE_BUCKET, 0);
    if (!jl_line_entries(in->space, records[i], jl_builder_arena(b), take, &reading)) return jl_money_too_large(err);
    if (!jl_amounts_add(&total, &line->amounts, err)) return false;
  }
  *ret_lines = lines;
  *ret_n = n;
  *ret_total = total;
  return true;
}

bool jl_money_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_money_line **ret_lines, size_t *ret_n,
                    struct jl_amounts *ret_total, struct jl_error *err) {
  const struct jl_money_filter all = {.basis = JL_BASIS_COST};
  return jl_money_lines_of(in, b, &all, ret_lines, ret_n, ret_total, err);
}

/* ---- cells ---- */
void jl_columns_money(struct jl_builder *b) {
  jl_column(b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 2);
  jl_column(b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 1);
  jl_column(b, "remaining", JL_MSG("remaining"), JL_ARG_MONEY, 0);
}

/* What a line names as its sources: itself, and of a single one its months or expenses. */
static void line_sources(struct jl_builder *b, const struct jl_money_line *line, bool alone, unsigned kinds) {
  jl_cell_source(b, line->line);
  for (int kind = 0; alone && kind < JL_MONEY_KINDS; kind++)
    for (size_t i = 0; ((kinds >> kind) & 1U) != 0 && i < line->source_count[kind]; i++) jl_cell_source(b, line->sources[kind][i]);
}

void jl_cells_money(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *amounts, const struct jl_money_line *lines,
                    size_t n, bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group) {
  const struct {
    int64_t amount;
    unsigned kinds;
  } cells[] = {{amounts->planned, 1U << JL_MONEY_PLANNED},
               {amounts->committed, 1U << JL_MONEY_COMMITTED},
               {amounts->actual, 1U << JL_MONEY_ACTUAL},
               {amounts->remaining, (1U << JL_MONEY_COMMITTED) | (1U << JL_MONEY_ACTUAL)}};
  char currency[4];
  jl_plan_currency(in->space, currency);
  for (size_t c = 0; c < JL_COUNT(cells); c++) {
    jl_cell(b, jl_arg_money(cells[c].amount, currency));
    size_t named = 0;
    for (size_t i = 0; i < n && named < JL_CELL_SOURCES; i++) {
      if (belongs != NULL && !belongs(&lines[i], group)) continue;
      line_sources(b, &lines[i], n == 1 && belongs == NULL, cells[c].kinds);
      named++;
    }
  }
  if (amounts->remaining < 0) jl_cell_tone(b, JL_TONE_BAD);
}
