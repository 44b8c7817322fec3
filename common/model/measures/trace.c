#include "common/model/measures/trace.h"
#include "common/base/money.h"
#include "common/record/schema.h"

bool jl_trace_pays_for(const struct jl_money_line *line, const void *of) {
  const struct jl_record *record = of;
  return record != NULL && (record->type_number == JL_TYPE_ACTION ? line->action == record : line->lever == record);
}

struct jl_figure_ask jl_trace_ask(const struct jl_record *of, const char *stage) {
  struct jl_figure_ask ask = {.stage = stage, .from = INT32_MIN, .to = INT32_MAX};
  if (of != NULL && of->type_number == JL_TYPE_ACTION)
    ask.action = of;
  else
    ask.lever = of;
  return ask;
}

static bool has_figures(struct jl_trace *t, const struct jl_record *action) {
  size_t n = 0;
  const char *const *stages = jl_figures_stages(t->figures, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_figure_ask ask = jl_trace_ask(action, stages[i]);
    struct jl_figure_sum sum;
    if (jl_figures_sum(t->figures, &ask, &sum) && sum.records > 0) return true;
  }
  return false;
}

bool jl_trace_is_part(const struct jl_record *record, const struct jl_money_line *line) {
  switch (record->type_number) {
  case JL_TYPE_BUDGET_LINE:
    return line->line == record;
  case JL_TYPE_ACTION:
  case JL_TYPE_LEVER:
    return jl_trace_pays_for(line, record);
  default:
    return false;
  }
}

/* Parts that pay for the same are one. */
static struct jl_trace_part *part_for(struct jl_trace *t, const struct jl_money_line *line) {
  for (size_t i = 0; i < t->part_count; i++)
    if (t->parts[i].action == line->action && t->parts[i].lever == line->lever) return &t->parts[i];
  struct jl_trace_part *part = &t->parts[t->part_count++];
  *part = (struct jl_trace_part){.line = line, .action = line->action, .lever = line->lever};
  return part;
}

/* ---- an expense: its entries ---- */
static bool take(void *context, const struct jl_money_entry *entry) {
  struct jl_trace *t = context;
  if (entry->record != t->record) return true;
  for (size_t i = 0; i < t->line_count; i++)
    if (jl_money_line_has(&t->lines[i], entry))
      return jl_amounts_take(&part_for(t, &t->lines[i])->amounts, entry->kind, jl_sum_in(&entry->sum, JL_BASIS_COST));
  return true;
}

static bool apart(void *context, const struct jl_money_entry *entry) {
  struct jl_trace *t = context;
  const struct jl_record *of = entry->order != NULL ? entry->order : entry->record;
  for (size_t i = 0; of == t->record && i < t->line_count; i++)
    if (jl_money_line_has(&t->lines[i], entry)) part_for(t, &t->lines[i])->unknown |= JL_UNKNOWN(entry->kind);
  return true;
}

static bool parts_of_expense(struct jl_trace *t, struct jl_error *err) {
  const struct jl_record *line = jl_view_linked(t->in, t->record, JL_EXPENSE_LINE);
  return line == NULL || jl_lines_entries(t->in->space, &line, 1, jl_builder_arena(t->b), take, apart, t) || jl_money_too_large(err);
}

static bool parts_of_lines(struct jl_trace *t, struct jl_error *err) {
  for (size_t i = 0; i < t->line_count; i++) {
    if (!jl_trace_is_part(t->record, &t->lines[i])) continue;
    struct jl_trace_part *part = part_for(t, &t->lines[i]);
    part->unknown |= t->lines[i].unknown;
    if (!jl_amounts_add(&part->amounts, &t->lines[i].amounts, err)) return false;
  }
  return true;
}

static bool add_spend(struct jl_trace *t, struct jl_trace_part *part, struct jl_error *err) {
  bool lever = t->record->type_number == JL_TYPE_LEVER; /* it is asked for itself */
  part->of = !lever && part->action != NULL && has_figures(t, part->action) ? part->action : part->lever;
  for (size_t i = 0; i < t->line_count; i++)
    if (jl_trace_pays_for(&t->lines[i], part->of) && !jl_add(part->spend, t->lines[i].amounts.actual, &part->spend)) return jl_money_too_large(err);
  part->spend_unknown = (jl_money_unknown(t->lines, t->line_count, jl_trace_pays_for, part->of) & JL_UNKNOWN(JL_MONEY_ACTUAL)) != 0;
  return true;
}

/* What pays for one lever is one part of it, whatever the action. */
static bool whole_lever(struct jl_trace *t, struct jl_error *err) {
  if (t->record->type_number != JL_TYPE_LEVER || t->part_count == 0) return true;
  struct jl_trace_part *whole = &t->parts[0];
  for (size_t i = 1; i < t->part_count; i++) whole->unknown |= t->parts[i].unknown;
  for (size_t i = 1; i < t->part_count; i++)
    if (!jl_amounts_add(&whole->amounts, &t->parts[i].amounts, err)) return false;
  whole->action = NULL;
  whole->lever = t->record;
  t->part_count = 1;
  return true;
}

bool jl_trace_read(struct jl_trace *t, const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, struct jl_error *err) {
  struct jl_amounts total;
  *t = (struct jl_trace){.in = in, .b = b, .record = record, .figures = jl_figures_read(in, b)};
  if (!jl_money_lines(in, b, &t->lines, &t->line_count, &total, err)) return false;
  t->parts = jl_view_alloc(b, t->line_count + 1, sizeof *t->parts);
  if (!jl_builder_ok(b)) return true; /* said when it is packed */
  bool expense = record->type_number == JL_TYPE_EXPENSE;
  if (!(expense ? parts_of_expense(t, err) : parts_of_lines(t, err)) || !whole_lever(t, err)) return false;
  for (size_t i = 0; i < t->part_count; i++)
    if (!add_spend(t, &t->parts[i], err)) return false;
  return true;
}

bool jl_trace_credit(const struct jl_trace_part *part, int64_t whole, int64_t *ret) {
  return !part->spend_unknown && (part->unknown & JL_UNKNOWN(JL_MONEY_ACTUAL)) == 0 && part->spend > 0 && jl_mul_div_half_even(whole, part->amounts.actual, part->spend, ret);
}
