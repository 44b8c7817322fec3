/* What a cut takes and why, a scenario against the budget as it is now, scenarios side by side (product.md B7). */
#include "common/base/money.h"
#include "common/model/budget/allocation_why.h"
#include "common/model/budget/scenario.h"
#include "common/model/budget/writes.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

#define SIDE_BY_SIDE 6

struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_goal goal;
  struct jl_allocation lines;
  char currency[4];
  struct jl_error *err;
};

/* Something that is planned, by these lines (row NULL: by any), has no exchange rate. */
static void undefined(const struct view *v, const struct jl_allotment *row, unsigned kinds, const struct jl_record *one) {
  const struct jl_goal_why w = jl_goal_why(v->in, v->b, &v->goal, &v->lines);
  jl_cell_undefined(v->b);
  if (one != NULL) jl_cell_source(v->b, one);
  if (jl_explaining(v->b)) jl_why_planned_unknown(&w, row, kinds);
}
enum { OF_PLANNED = JL_UNKNOWN(JL_MONEY_PLANNED) };

static void money(const struct view *v, int64_t amount, const struct jl_record *one, const struct jl_record *two) {
  jl_cell(v->b, jl_arg_money(amount, v->currency));
  if (one != NULL) jl_cell_source(v->b, one);
  if (two != NULL) jl_cell_source(v->b, two);
}

static bool difference(const struct view *v, int64_t before, int64_t after, const struct jl_record *one, const struct jl_record *two) {
  int64_t less;
  if (__builtin_sub_overflow(after, before, &less)) return jl_money_too_large(v->err);
  money(v, less, one, two);
  if (less < 0) jl_cell_tone(v->b, JL_TONE_WARN);
  return true;
}

static void yield_cell(const struct view *v, struct jl_known yield, const struct jl_record *line) {
  if (!yield.known) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_fraction(yield.value, ""));
  jl_cell_source(v->b, line);
}

static void columns(struct jl_builder *b) {
  jl_column(b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(b, "now", JL_MSG("now"), JL_ARG_MONEY, 0);
  jl_column(b, "afterwards", JL_MSG("afterwards"), JL_ARG_MONEY, 0);
  jl_column(b, "difference", JL_MSG("difference"), JL_ARG_MONEY, 4);
  jl_column(b, "yield", JL_MSG("return per euro"), JL_ARG_FRACTION, 1);
}

/* ---- where it comes from ---- */
static struct jl_goal_why why_of(const struct view *v) { return jl_goal_why(v->in, v->b, &v->goal, &v->lines); }

static const struct jl_allotment *allotment_of(const struct view *v, const struct jl_record *line) {
  for (size_t i = 0; line != NULL && i < v->lines.n; i++)
    if (v->lines.rows[i].line == line) return &v->lines.rows[i];
  return NULL;
}

static void why_now(const struct view *v, const struct jl_allotment *row) { /* NULL: all */
  const struct jl_goal_why w = why_of(v);
  jl_why_planned_now(&w, row);
}

/* What a line may lose at most: down to what it must have. */
static void why_can(const struct view *v, const struct jl_cut_line *row, int64_t can) {
  const struct jl_goal_why w = why_of(v);
  if (row->stays) {
    jl_why_constant(v->b, jl_arg_money(can, v->currency), JL_MSG("it stays as it is: something has no exchange rate"));
    return;
  }
  if (jl_why_begin(v->b, JL_WHY_MAXIMUM, jl_arg_money(can, v->currency), JL_MSG("what it may lose: planned - what it must have, and not below nothing"))) {
    jl_why_constant(v->b, jl_arg_money(0, v->currency), JL_MSG("nothing"));
    if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(row->cut.planned - row->cut.least, v->currency), JL_MSG("planned - what it must have"))) {
      jl_why_planned_now(&w, row->allotment);
      if (row->fitted)
        jl_why_constant(v->b, jl_arg_money(row->cut.least, v->currency), JL_MSG("the nearest that what recurs, or is in another currency, can have"));
      else
        jl_why_least(&w, row->allotment);
    }
    jl_why_end(v->b);
  }
  jl_why_end(v->b);
}

static int64_t can_of(const struct jl_cut_line *row) { return row->cut.planned > row->cut.least ? row->cut.planned - row->cut.least : 0; }

/* What is still to be cut when its turn comes. */
static void why_still(const struct view *v, const struct jl_cut_proposal *p, size_t turn, int64_t still) {
  int64_t before = 0;
  for (size_t i = 0; i < turn; i++)
    if (!jl_add(before, can_of(&p->rows[i]), &before)) return;
  const int64_t gone = before < p->amount ? before : p->amount;
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(still, v->currency), JL_MSG("what is still to be cut when its turn comes"))) {
    jl_why_constant(v->b, jl_arg_money(p->amount, v->currency), JL_MSG("what is to be cut"));
    if (jl_why_begin(v->b, JL_WHY_MINIMUM, jl_arg_money(gone, v->currency), JL_MSG("what those before it lose"))) {
      jl_why_constant(v->b, jl_arg_money(p->amount, v->currency), JL_MSG("what is to be cut"));
      if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(before, v->currency), JL_MSG("what those before it may lose"))) {
        jl_why_many(v->b, turn);
        for (size_t i = 0; i < turn; i++) why_can(v, &p->rows[i], can_of(&p->rows[i]));
      }
      jl_why_end(v->b);
    }
    jl_why_end(v->b);
  }
  jl_why_end(v->b);
}

static void why_lost(const struct view *v, const struct jl_cut_proposal *p, size_t turn) {
  const struct jl_cut_line *row = &p->rows[turn];
  int64_t still = p->amount;
  for (size_t i = 0; i < turn; i++) still -= p->rows[i].cut.planned - p->rows[i].cut.after;
  if (jl_why_begin(v->b, JL_WHY_MINIMUM, jl_arg_money(row->cut.planned - row->cut.after, v->currency), JL_MSG("what it loses: what is still to be cut, and not more than it may lose"))) {
    why_still(v, p, turn, still);
    why_can(v, row, can_of(row));
  }
  jl_why_end(v->b);
}

static void why_cut_after(const struct view *v, const struct jl_cut_proposal *p, size_t turn) {
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(p->rows[turn].cut.after, v->currency), JL_MSG("afterwards = planned - what it loses"))) {
    why_now(v, p->rows[turn].allotment);
    why_lost(v, p, turn);
  }
  jl_why_end(v->b);
}

/* Of all lines together. */
static void why_cut_total(const struct view *v, const struct jl_cut_proposal *p, int64_t after) {
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(after, v->currency), JL_MSG("afterwards = planned - what is to be cut, as far as it can be"))) {
    why_now(v, NULL);
    int64_t can = 0;
    for (size_t i = 0; i < p->n; i++) can += can_of(&p->rows[i]); /* not above what is planned */
    if (jl_why_begin(v->b, JL_WHY_MINIMUM, jl_arg_money(p->amount - p->left, v->currency), JL_MSG("what is to be cut, and not more than lines may lose"))) {
      jl_why_constant(v->b, jl_arg_money(p->amount, v->currency), JL_MSG("what is to be cut"));
      if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(can, v->currency), JL_MSG("what each line may lose"))) {
        jl_why_many(v->b, p->n);
        for (size_t i = 0; i < p->n; i++) why_can(v, &p->rows[i], can_of(&p->rows[i]));
      }
      jl_why_end(v->b);
    }
    jl_why_end(v->b);
  }
  jl_why_end(v->b);
}

/* ---- a cut ---- */
static const char *kept_label(const struct jl_cut_line *row, const char **ret_text) {
  const struct jl_allotment *a = row->allotment;
  *ret_text = "";
  if (a->as_is || row->fitted) {
    *ret_text = a->as_is ? "as-it-is" : "nearest";
    return a->as_is ? JL_MSG("as it is") : JL_MSG("nearest amount");
  }
  if (row->stays) {
    *ret_text = "as-it-is";
    return JL_MSG("as it is");
  }
  if (row->cut.after != row->cut.least || row->cut.after == 0) return NULL;
  enum jl_bound bound = jl_bound_below(a);
  *ret_text = bound == JL_BOUND_SPENT ? "spent" : bound == JL_BOUND_CLOSED ? "closed" : "minimum";
  return bound == JL_BOUND_SPENT ? JL_MSG("ordered or spent") : bound == JL_BOUND_CLOSED ? JL_MSG("over or closed") : JL_MSG("minimum");
}

static void begin_difference(const struct view *v, int64_t before, int64_t after) {
  (void)jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(after - before, v->currency), JL_MSG("difference = afterwards - now"));
}

static void cells_unknown(const struct view *v, const struct jl_cut_line *row) {
  for (int i = 0; i < 3; i++) undefined(v, row->allotment, OF_PLANNED, row->allotment->line);
}

static bool cells_cut(const struct view *v, const struct jl_cut_proposal *p, size_t turn) {
  const struct jl_cut_line *row = &p->rows[turn];
  const struct jl_record *line = row->allotment->line;
  money(v, row->cut.planned, line, NULL);
  if (jl_explaining(v->b)) why_now(v, row->allotment);
  money(v, row->cut.after, line, NULL);
  if (jl_explaining(v->b)) why_cut_after(v, p, turn);
  if (!difference(v, row->cut.planned, row->cut.after, line, NULL)) return false;
  if (!jl_explaining(v->b)) return true;
  begin_difference(v, row->cut.planned, row->cut.after);
  why_cut_after(v, p, turn);
  why_now(v, row->allotment);
  jl_why_end(v->b);
  return true;
}

/* What a lead of it costs rests on what has no rate. */
static void cell_yield_of(const struct view *v, const struct jl_cut_line *row) {
  const bool unrated = row->allotment->rates.from == JL_EXPECTED_UNRATED && !row->allotment->common;
  if (unrated) {
    undefined(v, NULL, JL_UNKNOWN(JL_MONEY_ACTUAL), row->allotment->line);
    return;
  }
  yield_cell(v, row->yield, row->allotment->line);
  if (!row->yield.known || !jl_explaining(v->b)) return;
  const struct jl_goal_why w = why_of(v);
  jl_why_yield(&w, row->allotment, row->yield.value);
}

static bool cut_row(const struct view *v, const struct jl_cut_proposal *p, size_t turn) {
  const struct jl_cut_line *row = &p->rows[turn];
  const struct jl_record *line = row->allotment->line;
  const char *text, *label = jl_cut_label(row->cut.order, &text), *kept_text, *kept = kept_label(row, &kept_text);
  jl_row_begin(v->b, line, 0, row->cut.after == row->cut.planned ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_title(v->b, v->in, line);
  if ((row->allotment->unknown & OF_PLANNED) != 0)
    cells_unknown(v, row);
  else if (!cells_cut(v, p, turn))
    return false;
  cell_yield_of(v, row);
  if (row->stays)
    jl_cell_empty(v->b);
  else
    jl_cell_label(v->b, label, text);
  if (kept != NULL)
    jl_cell_label(v->b, kept, kept_text);
  else
    jl_cell_empty(v->b);
  return true;
}

typedef void why_after(const struct view *v, const void *of, int64_t after);

static bool total_row(const struct view *v, int64_t now, int64_t after, int cells_behind, why_after *why, const void *of) {
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  if ((v->lines.unknown & OF_PLANNED) != 0) {
    for (int i = 0; i < 3; i++) undefined(v, NULL, OF_PLANNED, NULL);
    jl_cells_empty(v->b, cells_behind);
    return true;
  }
  money(v, now, NULL, NULL);
  if (jl_explaining(v->b)) why_now(v, NULL);
  money(v, after, NULL, NULL);
  if (jl_explaining(v->b)) why(v, of, after);
  if (!difference(v, now, after, NULL, NULL)) return false;
  if (jl_explaining(v->b)) {
    begin_difference(v, now, after);
    why(v, of, after);
    why_now(v, NULL);
    jl_why_end(v->b);
  }
  jl_cells_empty(v->b, cells_behind);
  return true;
}

static void why_total_cut(const struct view *v, const void *of, int64_t after) { why_cut_total(v, of, after); }

static void notes_of_cut(const struct view *v, const struct jl_cut_proposal *p) {
  const struct jl_arg left[] = {jl_arg_money(p->left, v->currency)}, value[] = {jl_arg_money(p->goal.value.value, v->currency)};
  bool stays = false, fitted = false;
  for (size_t i = 0; i < p->n; i++) {
    stays = stays || p->rows[i].stays;
    fitted = fitted || p->rows[i].fitted;
  }
  jl_note_apart(&v->lines.remarks, &v->lines.total);
  if (stays) jl_note(v->b, JL_TONE_WARN, JL_MSG("nothing is cut where something has no exchange rate, or where the return rests on that: nobody knows whether it goes first"), NULL, 0);
  if (fitted)
    jl_note(v->b, JL_TONE_MUTED, JL_MSG("what recurs gets another amount each time, or another last time once it has begun; another currency its own cents: the nearest, and the next line is cut by what that leaves"), NULL, 0);
  if (p->left > 0) jl_note(v->b, JL_TONE_BAD, JL_MSG("{1} cannot be cut: they are ordered, spent, closed or a minimum, or come in amounts that are larger"), left, 1);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("first goes what has no known return, then the lowest return for each euro, last what serves no lever and no action"), NULL, 0);
  if (p->goal.value.known)
    jl_note(v->b, JL_TONE_MUTED, JL_MSG("return per euro: lead conversion x {1} (what one customer brings) / cost per lead; of the last euro as of the first"), value, 1);
  else
    jl_note(v->b, JL_TONE_WARN, JL_MSG("what a customer brings is not known, so no return is: jalon budget-objective add"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED,
          p->lines.vat_costs ? JL_MSG("cost: excl. VAT, and the VAT that is not recovered; what people cost is apart") : JL_MSG("amounts excl. VAT; what people cost is apart"), NULL, 0);
}

bool jl_cut_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct view v = {.in = in, .b = b, .err = err};
  struct jl_cut_proposal p;
  const char *cut = jl_view_value(in, "cut");
  (void)a;
  jl_plan_currency(in->space, v.currency);
  jl_builder_title(b, JL_MSG("what a cut would take"), NULL, 0);
  if (!jl_cut_propose(in, b, cut == NULL ? "0" : cut, &p, err)) return false;
  v.goal = p.goal;
  v.lines = p.lines;
  jl_block_begin(b, JL_BLOCK_TABLE, "cut", NULL);
  columns(b);
  jl_column(b, "why", JL_MSG("goes because"), JL_ARG_LABEL, 0);
  jl_column(b, "kept", JL_MSG("kept"), JL_ARG_LABEL, 2);
  for (size_t i = 0; i < p.n; i++)
    if (!cut_row(&v, &p, i)) return false;
  if (!total_row(&v, p.lines.total.planned, p.lines.total.planned - (p.amount - p.left), 3, why_total_cut, &p)) return false;
  notes_of_cut(&v, &p);
  return true;
}

/* ---- one that is kept ---- */
static void why_then(const struct view *v, const struct jl_record *line) { jl_why_field(v->b, v->in, line, JL_SCENARIO_LINE_AFTER); }

/* What the whole budget would be. */
static void why_scenario_total(const struct view *v, const void *of, int64_t after) {
  const struct jl_scenario *s = of;
  if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(after, v->currency), JL_MSG("the whole budget now, and what the scenario changes"))) {
    why_now(v, NULL);
    for (size_t i = 0; i < s->n; i++) {
      if (s->lines[i].line == NULL) continue;
      begin_difference(v, s->lines[i].now, s->lines[i].after);
      why_then(v, s->lines[i].record);
      why_now(v, allotment_of(v, s->lines[i].line));
      jl_why_end(v->b);
    }
  }
  jl_why_end(v->b);
}

static void why_line_now(const struct view *v, const struct jl_scenario_line *line) {
  const struct jl_allotment *row = allotment_of(v, line->line);
  if (row != NULL)
    why_now(v, row);
  else
    jl_why_constant(v->b, jl_arg_money(0, v->currency), JL_MSG("the line is not there any more"));
}

static bool cell_change(const struct view *v, const struct jl_scenario_line *line) {
  if (line->unknown) {
    undefined(v, allotment_of(v, line->line), OF_PLANNED, line->line);
    return true;
  }
  if (!difference(v, line->now, line->after, line->line, line->record)) return false;
  if (!jl_explaining(v->b)) return true;
  begin_difference(v, line->now, line->after);
  why_then(v, line->record);
  why_line_now(v, line);
  jl_why_end(v->b);
  return true;
}

static bool scenario_row(const struct view *v, const struct jl_scenario_line *line) {
  struct jl_known yield = {.known = jl_record_has(line->record->body, JL_SCENARIO_LINE_EXPECTED_RETURN),
                           .value = jl_view_int(line->record, JL_SCENARIO_LINE_EXPECTED_RETURN, 0)};
  jl_row_begin(v->b, line->record, 0, JL_ROW_NORMAL);
  if (line->line != NULL)
    jl_cell_title(v->b, v->in, line->line);
  else
    jl_cell_by_number(v->b, v->in, line->record, JL_SCENARIO_LINE_LINE);
  if (line->unknown)
    undefined(v, allotment_of(v, line->line), OF_PLANNED, line->line);
  else
    money(v, line->now, line->line, NULL);
  if (line->moved) jl_cell_tone(v->b, JL_TONE_WARN);
  if (jl_explaining(v->b) && !line->unknown) why_line_now(v, line);
  money(v, line->after, line->record, NULL);
  if (jl_explaining(v->b)) why_then(v, line->record);
  if (!cell_change(v, line)) return false;
  yield_cell(v, yield, line->record);
  if (yield.known && jl_explaining(v->b)) jl_why_field(v->b, v->in, line->record, JL_SCENARIO_LINE_EXPECTED_RETURN);
  jl_cell_by_number(v->b, v->in, line->record, JL_SCENARIO_LINE_REASON);
  if (line->then.known) {
    money(v, line->then.value, line->record, NULL);
    if (jl_explaining(v->b)) jl_why_field(v->b, v->in, line->record, JL_SCENARIO_LINE_BEFORE);
  } else
    jl_cell_empty(v->b);
  if (line->moved) jl_cell_tone(v->b, JL_TONE_WARN);
  return true;
}

static void note_stale(const struct view *v, const struct jl_scenario *s) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(s->record->type, s->record->number, reference);
  const struct jl_arg args[] = {jl_arg_integer((int64_t)s->moved), jl_arg_text(reference), jl_arg_money(jl_view_int(s->record, JL_SCENARIO_BASE, 0), v->currency),
                                s->unknown ? jl_arg_label(JL_MSG("undefined")) : jl_arg_money(s->now, v->currency)};
  if (!jl_scenario_stale(s)) return;
  jl_note(v->b, JL_TONE_WARN,
          s->moved > 0 ? JL_MSG("{2}: the budget has moved since it was worked out (lines that are not as they were: {1}): jalon scenario refresh {2}")
                       : JL_MSG("{2}: the budget has moved since it was worked out (from {3} to {4} in all): jalon scenario refresh {2}"),
          args, 4);
}

static bool note_expected(const struct view *v, const struct jl_scenario *s) {
  struct jl_expected now, after;
  if (!jl_scenario_expect(&v->goal, &v->lines, NULL, &now, v->err) || !jl_scenario_expect(&v->goal, &v->lines, s, &after, v->err)) return false;
  if (!now.customers.known || !now.revenue.known) return true;
  const struct jl_arg args[] = {jl_arg_fraction(now.customers.value, JL_UNIT_TENTHS), jl_arg_fraction(after.customers.value, JL_UNIT_TENTHS),
                                jl_arg_money(now.revenue.value, v->currency), jl_arg_money(after.revenue.value, v->currency)};
  jl_note(v->b, JL_TONE_NONE, JL_MSG("expected: {2} customers instead of {1}, {4} of revenue instead of {3}"), args, 4);
  return true;
}

static bool block_writes(const struct view *v, const struct jl_scenario *s) {
  if (jl_view_value(v->in, "writes") == NULL) return true;
  struct jl_writes w;
  jl_writes_begin(&w, v->in, v->b);
  for (size_t i = 0; i < s->n; i++)
    if (s->lines[i].line != NULL && !s->lines[i].unknown && !jl_writes_line(&w, s->lines[i].line, s->lines[i].now, s->lines[i].after, v->err)) return false;
  jl_writes_end(&w);
  return true;
}

static bool one_scenario(const struct view *v, const struct jl_record *record) {
  struct jl_scenario s;
  if (!jl_scenario_read(v->in, v->b, record, &v->lines, &s, v->err)) return false;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "scenario", NULL);
  columns(v->b);
  jl_column(v->b, "why", JL_MSG("goes because"), JL_ARG_LABEL, 0);
  jl_column(v->b, "then", JL_MSG("planned then"), JL_ARG_MONEY, 5);
  for (size_t i = 0; i < s.n; i++)
    if (!scenario_row(v, &s.lines[i])) return false;
  if (!total_row(v, s.now, s.after, 3, why_scenario_total, &s) || !note_expected(v, &s)) return false;
  note_stale(v, &s);
  jl_note_apart(&v->lines.remarks, &v->lines.total);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("the total is that of the whole budget; lines that are not listed stay as they are"), NULL, 0);
  return block_writes(v, &s);
}

/* ---- side by side ---- */
static bool is_shown(const struct jl_record *record) { return jl_view_int(record, JL_SCENARIO_STATE, JL_SCENARIO_DRAFT) != JL_SCENARIO_DISCARDED; }

static void planned_cell(const struct view *v, const struct jl_allotment *row) { /* NULL: of all lines */
  const struct jl_record *line = row == NULL ? NULL : row->line;
  if (((row == NULL ? v->lines.unknown : row->unknown) & OF_PLANNED) != 0) {
    undefined(v, row, OF_PLANNED, line);
    return;
  }
  money(v, row == NULL ? v->lines.total.planned : row->amounts.planned, line, NULL);
  if (jl_explaining(v->b)) why_now(v, row);
}

/* Lines that any of them changes, in the order of their numbers; of each scenario what it would plan for them. */
static bool compare_rows(const struct view *v, const struct jl_scenario *all, size_t n) {
  size_t at[SIDE_BY_SIDE] = {0};
  for (size_t i = 0; i < v->lines.n; i++) {
    const struct jl_allotment *row = &v->lines.rows[i];
    bool any = false;
    for (size_t s = 0; s < n; s++) {
      while (at[s] < all[s].n && all[s].lines[at[s]].line != NULL && all[s].lines[at[s]].line->number < row->line->number) at[s]++;
      any = any || (at[s] < all[s].n && all[s].lines[at[s]].line == row->line);
    }
    if (!any) continue;
    jl_row_begin(v->b, row->line, 0, JL_ROW_NORMAL);
    jl_cell_title(v->b, v->in, row->line);
    const bool unknown = (row->unknown & OF_PLANNED) != 0;
    planned_cell(v, row);
    for (size_t s = 0; s < n; s++) {
      bool changes = at[s] < all[s].n && all[s].lines[at[s]].line == row->line;
      if (!changes && unknown) {
        planned_cell(v, row);
        continue;
      }
      money(v, changes ? all[s].lines[at[s]].after : row->amounts.planned, row->line, changes ? all[s].lines[at[s]].record : NULL);
      if (jl_explaining(v->b) && changes) why_then(v, all[s].lines[at[s]].record);
      if (jl_explaining(v->b) && !changes) why_now(v, row);
      if (changes) jl_cell_tone(v->b, JL_TONE_WARN);
    }
  }
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  planned_cell(v, NULL);
  for (size_t s = 0; s < n; s++) {
    if (all[s].unknown) {
      planned_cell(v, NULL);
      continue;
    }
    money(v, all[s].after, NULL, NULL);
    if (jl_explaining(v->b)) why_scenario_total(v, &all[s], all[s].after);
  }
  return true;
}

struct figure_row {
  const char *label, *name;
  struct jl_known (*of)(const struct jl_expected *e);
  enum jl_arg_kind kind;
  const char *unit;
};
static struct jl_known leads_of(const struct jl_expected *e) { return e->leads; }
static struct jl_known customers_of(const struct jl_expected *e) { return e->customers; }
static struct jl_known revenue_of(const struct jl_expected *e) { return e->revenue; }
static struct jl_known roi_of(const struct jl_expected *e) { return e->roi; }

/* What is expected of one line with a scenario (NULL: as it is now). */
static const struct jl_scenario_line *changed(const struct jl_scenario *s, const struct jl_record *line) {
  for (size_t i = 0; s != NULL && i < s->n; i++)
    if (s->lines[i].line == line) return &s->lines[i];
  return NULL;
}

struct whole { /* what explains the budget of all lines */
  const struct view *v;
  const struct jl_scenario *s;
};
static void why_whole(const struct jl_goal_why *w, const void *context) {
  const struct whole *whole = context;
  (void)w;
  if (whole->s == NULL)
    why_now(whole->v, NULL);
  else
    why_scenario_total(whole->v, whole->s, whole->s->after);
}
static void why_line_amount(const struct jl_expected_why *e) {
  const struct whole *whole = e->context;
  const struct jl_scenario_line *line = changed(whole->s, e->row->line);
  if (line != NULL)
    why_then(whole->v, line->record);
  else
    why_now(whole->v, e->row);
}

static void why_expected(const struct view *v, const struct jl_scenario *s, const struct jl_expected *sum, enum jl_expected_figure figure) {
  const struct jl_goal_why w = why_of(v);
  const struct whole whole = {v, s};
  struct jl_expected_why *all = jl_view_alloc(v->b, v->lines.n, sizeof *all);
  struct jl_expected *each = jl_view_alloc(v->b, v->lines.n, sizeof *each);
  struct jl_error ignored;
  size_t n = 0;
  for (size_t i = 0; all != NULL && each != NULL && i < v->lines.n; i++) {
    const struct jl_allotment *row = &v->lines.rows[i];
    const struct jl_scenario_line *line = changed(s, row->line);
    const int64_t amount = line != NULL ? line->after : row->amounts.planned;
    if (row->common || !jl_expect(&v->goal, &row->rates, amount, &each[n], &ignored)) continue;
    all[n] = (struct jl_expected_why){.w = &w, .row = row, .expected = &each[n], .money = amount, .amount = why_line_amount, .context = &whole};
    n++;
  }
  if (all != NULL && each != NULL) jl_why_expected_sum(&w, all, n, sum, s == NULL ? v->lines.total.planned : s->after, why_whole, &whole, figure);
}

/* It rests on what has no exchange rate. */
static bool is_unrated(const struct jl_expected *e, size_t figure) { return figure == JL_EXPECTED_ROI ? e->return_unrated : e->from == JL_EXPECTED_UNRATED; }

static bool expected_rows(const struct view *v, const struct jl_scenario *all, size_t n) {
  static const struct figure_row rows[] = {{JL_MSG("leads"), "leads", leads_of, JL_ARG_FRACTION, JL_UNIT_TENTHS},
                                           {JL_MSG("customers"), "customers", customers_of, JL_ARG_FRACTION, JL_UNIT_TENTHS},
                                           {JL_MSG("expected revenue"), "revenue", revenue_of, JL_ARG_MONEY, ""},
                                           {JL_MSG("expected ROI"), "roi", roi_of, JL_ARG_FRACTION, "percent"}};
  struct jl_expected expected[SIDE_BY_SIDE + 1];
  if (!jl_scenario_expect(&v->goal, &v->lines, NULL, &expected[0], v->err)) return false;
  for (size_t s = 0; s < n; s++)
    if (!jl_scenario_expect(&v->goal, &v->lines, &all[s], &expected[s + 1], v->err)) return false;
  for (size_t r = 0; r < JL_COUNT(rows); r++) {
    if (!rows[r].of(&expected[0]).known && !is_unrated(&expected[0], r)) continue;
    jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(v->b, rows[r].label, rows[r].name);
    for (size_t s = 0; s <= n; s++) {
      struct jl_known figure = rows[r].of(&expected[s]);
      if (is_unrated(&expected[s], r)) {
        undefined(v, NULL, JL_UNKNOWN_ANY, NULL);
        continue;
      }
      if (figure.known)
        jl_cell(v->b, rows[r].kind == JL_ARG_MONEY ? jl_arg_money(figure.value, v->currency) : jl_arg_fraction(figure.value, rows[r].unit));
      else
        jl_cell_empty(v->b);
      if (figure.known && jl_explaining(v->b)) why_expected(v, s == 0 ? NULL : &all[s - 1], &expected[s], (enum jl_expected_figure)r);
    }
  }
  return true;
}

static void side_columns(const struct view *v, const char *first, const struct jl_scenario *all, size_t n, enum jl_arg_kind kind) {
  jl_column(v->b, "row", first, JL_ARG_TEXT, 0);
  jl_column(v->b, "now", JL_MSG("now"), kind, 0);
  for (size_t s = 0; s < n; s++) {
    char name[JL_REFERENCE_SIZE];
    jl_reference_format(all[s].record->type, all[s].record->number, name);
    const char *kept = jl_view_text(v->b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
    jl_column_data(v->b, kept, jl_record_caption(v->b, v->in->space, all[s].record), kind, (int)s);
  }
}

static bool compare(const struct view *v, const struct jl_record **records, size_t n) {
  struct jl_scenario all[SIDE_BY_SIDE];
  size_t shown = 0, first = n;
  for (size_t kept = 0; first > 0 && kept < SIDE_BY_SIDE; first--) kept += is_shown(records[first - 1]); /* the newest */
  for (size_t i = first; i < n; i++)
    if (is_shown(records[i]) && !jl_scenario_read(v->in, v->b, records[i], &v->lines, &all[shown++], v->err)) return false;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "lines", NULL);
  side_columns(v, JL_MSG("budget line"), all, shown, JL_ARG_MONEY);
  if (!compare_rows(v, all, shown)) return false;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "expected", JL_MSG("expected"));
  side_columns(v, JL_MSG("of the whole budget"), all, shown, JL_ARG_FRACTION);
  if (!expected_rows(v, all, shown)) return false;
  jl_block_begin(v->b, JL_BLOCK_NOTES, "notes", NULL);
  jl_note_apart(&v->lines.remarks, &v->lines.total);
  for (size_t s = 0; s < shown; s++) {
    const struct jl_arg args[] = {jl_arg_text(jl_record_caption(v->b, v->in->space, all[s].record))};
    if (jl_view_int(all[s].record, JL_SCENARIO_STATE, JL_SCENARIO_DRAFT) == JL_SCENARIO_ACCEPTED) jl_note(v->b, JL_TONE_GOOD, JL_MSG("{1} is accepted"), args, 1);
    note_stale(v, &all[s]);
  }
  if (shown == 0 && jl_view_sees(v->in, JL_SECTION_BUDGET)) jl_note(v->b, JL_TONE_MUTED, JL_MSG("no scenario yet: jalon scenario new \"-20 %\" --cut 20%"), NULL, 0);
  if (shown > 0)
    jl_note(v->b, JL_TONE_MUTED,
            v->lines.vat_costs ? JL_MSG("lines that no scenario changes are left out; totals are those of the whole budget, excl. VAT, and the VAT that is not recovered")
                               : JL_MSG("lines that no scenario changes are left out; totals are those of the whole budget, excl. VAT"),
            NULL, 0);
  return true;
}

bool jl_scenario_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_SCENARIO};
  struct view v = {.in = in, .b = b, .err = err};
  const struct jl_record *record = NULL;
  size_t n = 0;
  (void)a;
  jl_plan_currency(in->space, v.currency);
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_BUDGET_OBJECTIVE, &n);
  if (!jl_view_named(in, b, types, 1, &record, err) || !jl_goal_of(in, b, n > 0 ? objectives[0] : NULL, &v.goal, err) ||
      !jl_allocation_lines(in, b, &v.lines, err))
    return false;
  if (record != NULL) {
    const struct jl_arg title = jl_arg_textn((const char *)jl_view_title(record).data, jl_view_title(record).size);
    jl_builder_title(b, JL_MSG("scenario {1}"), &title, 1);
    return one_scenario(&v, record);
  }
  jl_builder_title(b, JL_MSG("scenarios"), NULL, 0);
  const struct jl_record **records = jl_view_all(in, b, JL_TYPE_SCENARIO, &n);
  return compare(&v, records, n);
}
