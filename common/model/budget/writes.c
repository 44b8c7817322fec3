#include "common/model/budget/writes.h"
#include "common/model/budget/fit.h"
#include "common/record/schema.h"

void jl_writes_begin(struct jl_writes *w, const struct jl_view_input *in, struct jl_builder *b) {
  *w = (struct jl_writes){.in = in, .b = b};
  jl_block_begin(b, JL_BLOCK_TABLE, JL_BLOCK_WRITES, JL_MSG("what is written"));
  jl_column(b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(b, "month", JL_MSG("month"), JL_ARG_DATE, 0);
  jl_column(b, "now", JL_MSG("now"), JL_ARG_MONEY, 0);
  jl_column(b, "afterwards", JL_MSG("afterwards"), JL_ARG_MONEY, 0);
}

static void row(const struct jl_writes *w, const struct jl_fit *fit, const struct jl_fit_row *r) {
  if (r->now == r->after) return;
  jl_row_begin(w->b, r->record, 0, JL_ROW_NORMAL);
  jl_cell_title(w->b, w->in, fit->line);
  if (r->record == fit->line) jl_cell_empty(w->b);
  else jl_cell(w->b, jl_arg_date(r->day));
  jl_cell(w->b, jl_arg_money(r->now, fit->currency));
  jl_cell_source(w->b, r->record);
  jl_cell(w->b, jl_arg_money(r->after, fit->currency));
  jl_cell_source(w->b, r->record);
}

/* Kept until the amounts are told: they are a table of their own. */
static bool keep_end(struct jl_writes *w, const struct jl_fit *fit) {
  if (w->count == w->room) {
    size_t more = w->room == 0 ? 8 : w->room * 2;
    struct jl_fit *grown = jl_view_alloc(w->b, more, sizeof *grown);
    if (grown == NULL) return false;
    for (size_t i = 0; i < w->count; i++) grown[i] = w->ends[i];
    w->ends = grown;
    w->room = more;
  }
  w->ends[w->count++] = *fit;
  return true;
}

bool jl_writes_line(struct jl_writes *w, const struct jl_record *line, int64_t now, int64_t after, struct jl_error *err) {
  struct jl_fit fit;
  bool known;
  if (now == after) return true;
  if (!jl_fit_read(w->in, w->b, line, &fit, &known, err) || !jl_fit(w->in, w->b, &fit, after, 0, JL_FIT_AT_LEAST, err)) return false;
  if (fit.ends) return keep_end(w, &fit) || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < (fit.recurs && fit.n > 0 ? 1 : fit.n); i++) row(w, &fit, &fit.rows[i]);
  return true;
}

void jl_writes_end(const struct jl_writes *w) {
  if (w->count == 0) return;
  jl_block_begin(w->b, JL_BLOCK_TABLE, JL_BLOCK_ENDS, JL_MSG("when what recurs ends"));
  jl_column(w->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(w->b, "now", JL_MSG("now"), JL_ARG_DATE, 0);
  jl_column(w->b, "afterwards", JL_MSG("afterwards"), JL_ARG_DATE, 0);
  for (size_t i = 0; i < w->count; i++) {
    const struct jl_fit *fit = &w->ends[i];
    jl_row_begin(w->b, fit->line, 0, JL_ROW_NORMAL);
    jl_cell_title(w->b, w->in, fit->line);
    jl_cell(w->b, jl_arg_date(fit->last_now));
    jl_cell_source(w->b, fit->line);
    jl_cell(w->b, jl_arg_date(fit->last_after));
    jl_cell_source(w->b, fit->line);
  }
}
