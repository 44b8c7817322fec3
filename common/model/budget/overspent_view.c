/* What is above what there was for it, from the largest line to the least month; of one expense, what it did: above its order, its line, the month of
 * its line, that it counts in a later month than its own, and that it may be entered twice (excess.h, closing.h, doubles.h). */
#include "common/base/calendar.h"
#include "common/model/budget/doubles.h"
#include "common/model/budget/excess.h"
#include "common/model/budget/totals.h"
#include "common/model/rules.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_excess *rows;
  size_t count, room;
};

static bool keep(void *context, const struct jl_excess *excess) {
  struct view *v = context;
  if (v->count == v->room) {
    size_t more = v->room == 0 ? 16 : v->room * 2;
    struct jl_excess *grown = jl_view_alloc(v->b, more, sizeof *grown);
    if (grown == NULL) return false;
    if (v->count > 0) memcpy(grown, v->rows, v->count * sizeof *grown);
    v->rows = grown;
    v->room = more;
  }
  v->rows[v->count++] = *excess;
  return true;
}

/* ---- one expense ---- */
static void note_late(const struct view *v, const struct jl_record *expense) {
  struct jl_date month = jl_date_from_day((int32_t)jl_view_int(expense, JL_EXPENSE_BOOKED, 0));
  char year[12];
  snprintf(year, sizeof year, "%d", month.year);
  const struct jl_arg args[] = {jl_arg_record(expense), jl_arg_label(jl_month_name(month.month)), jl_arg_text(year), jl_arg_date(jl_view_int(expense, JL_EXPENSE_DATE, 0))};
  if (jl_is_late(expense)) jl_note(v->b, JL_TONE_WARN, JL_MSG("{1} counts in {2} {3}, its date stays {4}"), args, 4);
}

static void note_double(const struct view *v, const struct jl_record *expense) {
  size_t n = 0;
  const struct jl_double *doubles = jl_doubles(v->in, v->b, &n);
  for (size_t i = 0; i < n; i++) {
    if (doubles[i].first != expense && doubles[i].again != expense) continue;
    const struct jl_record *other = doubles[i].first == expense ? doubles[i].again : doubles[i].first;
    const struct jl_arg args[] = {jl_arg_record(expense), jl_arg_record(other), jl_entered_amount(v->in, expense), jl_entered_amount(v->in, other)};
    jl_note(v->b, JL_TONE_WARN, JL_MSG("{1} ({3}) has the supplier and the document number of {2} ({4}): it may be entered twice"), args, 4);
    return;
  }
}

/* The order is the expense itself, or the one that it settles. */
static bool is_about(const struct view *v, const struct jl_excess *excess, const struct jl_record *expense) {
  int32_t day = jl_expense_day(expense);
  switch (excess->kind) {
  case JL_ABOVE_ORDER:
    return excess->order == expense || excess->order == jl_view_linked(v->in, expense, JL_EXPENSE_SETTLES);
  case JL_ABOVE_MONTH:
    return day >= excess->first && day <= excess->last;
  case JL_ABOVE_LINE:
  case JL_ABOVE_KINDS:
    break;
  }
  return true;
}

/* A credit note is above nothing. */
static bool of_expense(struct view *v, const struct jl_record *expense) {
  const struct jl_record *line = jl_expense_line(v->in->space, expense);
  note_late(v, expense);
  note_double(v, expense);
  if (line == NULL || jl_view_int(expense, JL_EXPENSE_NET, 0) < 0 || jl_view_int(expense, JL_EXPENSE_GROSS, 0) < 0) return true;
  if (!jl_line_excesses(v->in->space, line, jl_builder_arena(v->b), keep, v)) return false;
  for (size_t i = 0; i < v->count; i++)
    if (is_about(v, &v->rows[i], expense)) jl_note_excess(v->b, &v->rows[i]);
  return true;
}

/* ---- all ---- */
static void month_cell(const struct view *v, const struct jl_excess *excess) {
  char day[11];
  struct jl_date date = jl_date_from_day(excess->first);
  if (excess->kind != JL_ABOVE_MONTH) {
    jl_cell_empty(v->b);
    return;
  }
  jl_day_format_iso(excess->first, day);
  day[7] = '\0';
  const struct jl_arg args[] = {jl_arg_label(jl_month_name(date.month)), jl_arg_textn(day, 4)};
  jl_cell_words(v->b, "{1} {2}", args, 2);
  jl_cell_alternative(v->b, day);
}

static void row(const struct view *v, const struct jl_excess *excess) {
  static const char *const kinds[][2] = {{JL_MSG("order"), "order"}, {JL_MSG("budget line"), "line"}, {JL_MSG("month"), "month"}};
  const struct jl_record *of = excess->order != NULL ? excess->order : excess->line;
  const int64_t amounts[] = {excess->was_for, excess->is, excess->over};
  jl_row_begin(v->b, of, 0, JL_ROW_NORMAL);
  jl_cell_title(v->b, v->in, of);
  jl_cell_label(v->b, kinds[excess->kind][0], kinds[excess->kind][1]);
  month_cell(v, excess);
  for (size_t i = 0; i < JL_COUNT(amounts); i++) {
    jl_cell(v->b, jl_arg_money(amounts[i], excess->currency));
    jl_cell_source(v->b, of);
  }
  jl_cell_tone(v->b, JL_TONE_BAD);
  jl_cell_label(v->b, jl_basis_label(excess->basis), excess->basis == JL_BASIS_GROSS ? "gross" : "net");
}

/* How many there are: after an import. */
static void summary(const struct view *v) {
  int64_t above[JL_ABOVE_KINDS] = {0};
  for (size_t i = 0; i < v->count; i++) above[v->rows[i].kind]++;
  jl_note_above(v->b, above);
  size_t n = 0;
  (void)jl_doubles(v->in, v->b, &n);
  const struct jl_arg count = jl_arg_integer((int64_t)n);
  if (n > 0) jl_note(v->b, JL_TONE_WARN, JL_MSG("invoices with the supplier and the document number of another: {1}; jalon check names them"), &count, 1);
}

static bool of_all(struct view *v) {
  size_t n = 0;
  const struct jl_record **lines = jl_view_all(v->in, v->b, JL_TYPE_BUDGET_LINE, &n);
  for (size_t i = 0; i < n; i++)
    if (!jl_line_excesses(v->in->space, lines[i], jl_builder_arena(v->b), keep, v)) return false;
  if (jl_view_value(v->in, "summary") != NULL) {
    summary(v);
    return true;
  }
  jl_block_begin(v->b, JL_BLOCK_TABLE, "overspent", NULL);
  jl_column(v->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(v->b, "kind", JL_MSG("above its"), JL_ARG_LABEL, 2);
  jl_column(v->b, "month", JL_MSG("month"), JL_ARG_TEXT, 1);
  jl_column(v->b, "for", JL_MSG("there was"), JL_ARG_MONEY, 1);
  jl_column(v->b, "is", JL_MSG("there is"), JL_ARG_MONEY, 1);
  jl_column(v->b, "over", JL_MSG("above it"), JL_ARG_MONEY, 0);
  jl_column(v->b, "basis", JL_MSG("entered"), JL_ARG_LABEL, 3);
  for (size_t i = 0; i < v->count; i++) row(v, &v->rows[i]);
  jl_block_begin(v->b, JL_BLOCK_NOTES, "notes", NULL);
  if (v->count == 0 && jl_view_sees(v->in, JL_SECTION_BUDGET)) jl_note(v->b, JL_TONE_GOOD, JL_MSG("nothing is above what there was for it"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("there was: ordered, or planned; there is: invoiced, of lines and months with what is ordered and open"), NULL, 0);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("a month: until the next one that the line plans something for; amounts as the line is kept, excl. or incl. VAT"), NULL, 0);
  return true;
}

bool jl_overspent_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_EXPENSE};
  struct view v = {.in = in, .b = b};
  const struct jl_record *expense = NULL;
  (void)a;
  jl_builder_title(b, JL_MSG("overspent"), NULL, 0);
  if (!jl_view_named(in, b, types, 1, &expense, err)) return false;
  return (expense != NULL ? of_expense(&v, expense) : of_all(&v)) || jl_money_too_large(err);
}
