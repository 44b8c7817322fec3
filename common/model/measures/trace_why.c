/* Where what a trace says comes from (common/model/explain.h). */
#include "common/model/budget/why.h"
#include "common/model/measures/trace.h"
#include "common/record/schema.h"

static bool same_part(const struct jl_trace *t, const struct jl_trace_part *part, const struct jl_money_line *line) {
  return t->record->type_number == JL_TYPE_LEVER || (line->action == part->action && line->lever == part->lever);
}

/* ---- of an expense its own entries, of the others their lines ---- */
struct which {
  const struct jl_trace *trace;
  const struct jl_trace_part *part;
  struct jl_money_entries entries;
};

static bool is_part(const struct jl_money_line *line, const void *group) {
  const struct which *which = group;
  return jl_trace_is_part(which->trace->record, line) && same_part(which->trace, which->part, line);
}

static bool take(void *context, const struct jl_money_entry *entry) {
  struct which *w = context;
  if (entry->record != w->trace->record) return true;
  for (size_t i = 0; i < w->trace->line_count; i++)
    if (jl_money_line_has(&w->trace->lines[i], entry))
      return !same_part(w->trace, w->part, &w->trace->lines[i]) || jl_money_entries_add(&w->entries, w->trace->b, entry);
  return true;
}

static void why_own(const struct jl_trace *t, const struct jl_trace_part *part) {
  static const struct jl_money_filter all = {.basis = JL_BASIS_COST};
  struct which which = {.trace = t, .part = part};
  if (t->record->type_number != JL_TYPE_EXPENSE) {
    jl_why_money(t->b, t->in, &part->amounts, t->lines, t->line_count, is_part, &which, JL_FIGURE_ACTUAL);
    return;
  }
  if (!jl_line_entries(t->in->space, part->line->line, jl_builder_arena(t->b), take, &which)) jl_builder_fail(t->b, JL_E_NO_MEMORY);
  jl_why_entries(t->b, t->in, &all, &which.entries, &part->amounts, JL_FIGURE_ACTUAL, false);
}

void jl_why_trace_share(const struct jl_trace *t, const struct jl_trace_part *part) {
  const struct jl_amounts spent = {.actual = part->spend};
  why_own(t, part);
  jl_why_money(t->b, t->in, &spent, t->lines, t->line_count, jl_trace_pays_for, part->of, JL_FIGURE_ACTUAL);
}

void jl_why_trace_figures(const struct jl_trace *t, const struct jl_figure_ask *ask, uint32_t field, struct jl_arg whole) {
  const struct jl_record *record;
  size_t n = 0, at = 0;
  while (jl_figures_next(t->figures, ask, &at) != NULL) n++;
  at = 0;
  if (jl_why_begin(t->b, JL_WHY_SUM, whole, JL_MSG("pipeline figures"))) {
    jl_why_many(t->b, n);
    while ((record = jl_figures_next(t->figures, ask, &at)) != NULL)
      if (jl_record_has(record->body, field)) jl_why_field(t->b, t->in, record, field);
  }
  jl_why_end(t->b);
}
