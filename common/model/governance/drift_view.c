/* Drift from what was approved (product.md G3): dates in days, money line by line with totals that add up, targets, and what is new or
 * gone. Nothing of a section that the reader may not read is compared, so no total holds any of it. */
#include "common/base/money.h"
#include "common/model/governance/approval_cells.h"
#include "common/model/governance/drift.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>

struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_drift d;
  struct jl_money_remarks remarks;
  size_t shown;
  struct jl_error *err;
};

/* "DP3 A1 -> A4": a dependency has no title. */
static void cell_dependency(const struct view *v, const struct jl_record *record) {
  char text[3][JL_REFERENCE_SIZE] = {"", "", ""};
  static const uint32_t ends[] = {JL_DEPENDENCY_PREDECESSOR, JL_DEPENDENCY_SUCCESSOR};
  jl_reference_format(record->type, record->number, text[2]);
  for (size_t i = 0; i < JL_COUNT(ends); i++) {
    struct jl_id id;
    const struct jl_record *end = jl_record_id(record->type, record->body, ends[i], &id) ? jl_replica_record(v->in->space, &id) : NULL;
    if (end != NULL) jl_reference_format(end->type, end->number, text[i]);
  }
  const char *line = jl_arena_printf(jl_builder_arena(v->b), "%s %s -> %s", text[2], text[0], text[1]);
  if (line == NULL) jl_builder_fail(v->b, JL_E_NO_MEMORY);
  jl_cell(v->b, jl_arg_text(line == NULL ? "" : line));
}

static void cell_what(const struct view *v, const struct jl_moved *row) {
  char reference[JL_REFERENCE_SIZE];
  if (row->record != NULL && row->type->number == JL_TYPE_DEPENDENCY) {
    cell_dependency(v, row->record);
    return;
  }
  if (row->record != NULL) {
    jl_cell_title(v->b, v->in, row->record);
    return;
  }
  jl_reference_format(row->type, row->number, reference);
  jl_cell(v->b, jl_arg_text(reference));
}

static const struct jl_record *live(const struct jl_moved *row) { return row->record; }

static bool differs(const struct jl_moved *row, uint32_t field) {
  int64_t then = 0, now = 0;
  bool has_then = row->has_then && jl_figure_of(&row->then, field, &then), has_now = row->has_now && jl_figure_of(&row->now, field, &now);
  return has_then != has_now || (has_then && then != now);
}

static void cell_value(const struct view *v, const struct jl_moved *row, const struct jl_field *field, bool has, int64_t value) {
  if (!has) {
    jl_cell_empty(v->b);
    return;
  }
  struct jl_bytes slice = jl_value_encode(jl_builder_arena(v->b), field, &(struct jl_value){.number = value});
  jl_cell_slice(v->b, v->in->space, v->in->organisation, live(row), row->type, field, slice);
}

static void cell_state(const struct view *v, const struct jl_moved *row) {
  if (!row->has_then)
    jl_cell_label(v->b, JL_MSG("added"), "added");
  else if (!row->has_now)
    jl_cell_label(v->b, JL_MSG("deleted"), "deleted");
  else
    jl_cell_label(v->b, JL_MSG("changed"), "changed");
  jl_cell_tone(v->b, row->has_then && !row->has_now ? JL_TONE_BAD : JL_TONE_WARN);
}

/* ---- dates and targets: one row for each figure that has moved ---- */
static void moved_row(struct view *v, const struct jl_moved *row, const struct jl_field *field) {
  int64_t then = 0, now = 0;
  bool date = field->kind == JL_KIND_DATE;
  bool has_then = jl_figure_of(&row->then, field->number, &then), has_now = jl_figure_of(&row->now, field->number, &now);
  jl_row_begin(v->b, live(row), 0, JL_ROW_NORMAL);
  cell_what(v, row);
  jl_cell_label(v->b, field->label, field->name);
  cell_value(v, row, field, has_then, then);
  cell_value(v, row, field, has_now, now);
  if (!has_then || !has_now || (!date && field->kind == JL_KIND_ENUM))
    jl_cell_empty(v->b);
  else if (date)
    jl_cell(v->b, jl_arg_integer(now - then));
  else
    cell_value(v, row, field, true, now - then);
  if (date && has_then && has_now && now > then) jl_cell_tone(v->b, JL_TONE_WARN);
  v->shown++;
}

static void begin_figures(struct view *v, bool dates) {
  enum jl_arg_kind kind = dates ? JL_ARG_DATE : JL_ARG_FRACTION;
  jl_block_begin(v->b, JL_BLOCK_TABLE, dates ? "dates" : "targets", dates ? JL_MSG("dates that moved") : JL_MSG("targets that moved"));
  jl_column(v->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(v->b, "field", JL_MSG("field"), JL_ARG_LABEL, 1);
  jl_column(v->b, "approved", JL_MSG("approved"), kind, 0);
  jl_column(v->b, "now", JL_MSG("now"), kind, 0);
  if (dates)
    jl_column(v->b, "days", JL_MSG("days"), JL_ARG_INTEGER, 0);
  else
    jl_column(v->b, "difference", JL_MSG("difference"), kind, 0);
}

static void block_figures(struct view *v, bool dates) {
  bool begun = false;
  for (size_t i = 0; i < v->d.count; i++) {
    const struct jl_moved *row = &v->d.rows[i];
    if (!row->has_then || !row->has_now || row->type->number == JL_TYPE_BUDGET_MONTH) continue;
    for (size_t k = 0; k < row->type->field_count; k++) {
      const struct jl_field *field = &row->type->fields[k];
      if ((field->kind == JL_KIND_DATE) != dates || field->kind == JL_KIND_MONEY || !differs(row, field->number)) continue;
      if (!begun) begin_figures(v, dates);
      begun = true;
      moved_row(v, row, field);
    }
  }
}

/* ---- money ---- */
/* Of an amount, or of several; without an exchange rate for a part of it nobody knows what it is. */
struct sums {
  int64_t then, now;
  bool then_unknown, now_unknown;
};

static bool add_up(struct view *v, struct sums *sums, const struct sums *more) {
  sums->then_unknown = sums->then_unknown || more->then_unknown;
  sums->now_unknown = sums->now_unknown || more->now_unknown;
  return (jl_add(sums->then, more->then, &sums->then) && jl_add(sums->now, more->now, &sums->now)) ||
         jl_fail(v->err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"),
                 JL_MSG("correct the largest budget lines"));
}

static const char *own_currency(const struct view *v) {
  const char *currency = jl_builder_document(v->b)->currency;
  return currency == NULL ? "" : currency;
}

static void cells_sums(struct view *v, const struct sums *sums, const char *currency, const struct jl_record *source) {
  const int64_t amounts[] = {sums->then, sums->now, sums->now - sums->then};
  const unsigned unknown[] = {sums->then_unknown, sums->now_unknown, sums->then_unknown || sums->now_unknown};
  for (size_t i = 0; i < JL_COUNT(amounts); i++) {
    jl_cell_money_known(v->b, amounts[i], currency, unknown[i]);
    if (source != NULL) jl_cell_source(v->b, source);
  }
}

static void sum_row(struct view *v, const char *message, const char *text, enum jl_row_style style, const struct sums *sums) {
  jl_row_begin(v->b, NULL, 0, style);
  jl_cell_label(v->b, message, text);
  cells_sums(v, sums, own_currency(v), NULL);
  jl_cell_empty(v->b);
}

/* Where a rate is missing nobody knows whether it has changed. */
static void line_row(struct view *v, const struct jl_moved *row, const struct sums *of) {
  jl_row_begin(v->b, live(row), 0, JL_ROW_NORMAL);
  cell_what(v, row);
  cells_sums(v, of, own_currency(v), live(row));
  if (row->has_then && row->has_now && (of->then_unknown || of->now_unknown))
    jl_cell_undefined(v->b);
  else
    cell_state(v, row);
  v->shown++;
}

static bool money_rows(struct view *v, uint32_t type, uint32_t figure, struct sums *ret_total) {
  struct sums rest = {0};
  size_t same = 0;
  *ret_total = (struct sums){0};
  for (size_t i = 0; i < v->d.count; i++) {
    const struct jl_moved *row = &v->d.rows[i];
    struct sums of = {.then_unknown = row->then_unknown, .now_unknown = row->now_unknown};
    if (row->type->number != type) continue;
    if (row->has_then) (void)jl_figure_of(&row->then, figure, &of.then);
    if (row->has_now) (void)jl_figure_of(&row->now, figure, &of.now);
    if (!add_up(v, ret_total, &of)) return false;
    if (row->has_then && row->has_now && of.then == of.now && !of.then_unknown && !of.now_unknown) {
      same++;
      if (!add_up(v, &rest, &of)) return false;
      continue;
    }
    line_row(v, row, &of);
  }
  if (same > 0) {
    jl_row_begin(v->b, NULL, 0, JL_ROW_MUTED);
    jl_cell_label(v->b, type == JL_TYPE_PAYROLL_LINE ? JL_MSG("payroll lines as approved") : JL_MSG("budget lines as approved"),
                  "unchanged");
    cells_sums(v, &rest, own_currency(v), NULL);
    jl_cell(v->b, jl_arg_integer((int64_t)same));
  }
  return true;
}

static bool any_money(const struct view *v) {
  for (size_t i = 0; i < v->d.count; i++)
    if (v->d.rows[i].type->number == JL_TYPE_BUDGET_LINE || v->d.rows[i].type->number == JL_TYPE_PAYROLL_LINE) return true;
  return false;
}

/* What has no rate now, and what had none when it was submitted: a baseline is not worked out anew. */
static void notes_unrated(struct view *v, const struct sums *known) {
  char records[JL_ARG_TEXT_MAX] = "", reference[JL_REFERENCE_SIZE];
  size_t used = 0;
  bool fits = true;
  jl_note_no_rate(&v->remarks);
  for (size_t i = 0; i < v->d.count && fits; i++) {
    if (!v->d.rows[i].then_unknown) continue;
    jl_reference_format(v->d.rows[i].type, v->d.rows[i].number, reference);
    fits = used + JL_REFERENCE_SIZE + sizeof ", ..." < sizeof records;
    used += (size_t)snprintf(records + used, sizeof records - used, "%s%s", used == 0 ? "" : ", ", fits ? reference : "...");
  }
  const struct jl_arg args[] = {jl_arg_text(records), jl_arg_money(known->then, own_currency(v)), jl_arg_money(known->now, own_currency(v))};
  if (used > 0) jl_note(v->b, JL_TONE_WARN, JL_MSG("without an exchange rate when it was submitted: {1}; what was approved of it stays undefined until it is submitted again"), args, 3);
  if (known->then_unknown || known->now_unknown) jl_note(v->b, JL_TONE_MUTED, JL_MSG("known without them: approved {2}, now {3}"), args, 3);
}

/* An action without money has no table of it. */
static bool block_money(struct view *v) {
  struct sums budget, payroll, both;
  bool has_budget = v->d.bases[JL_SECTION_BUDGET] != NULL, has_payroll = v->d.bases[JL_SECTION_PAYROLL] != NULL;
  if ((!has_budget && !has_payroll) || (v->d.target->type_number != JL_TYPE_PLAN && !any_money(v))) return true;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "money", JL_MSG("planned money"));
  jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(v->b, "approved", JL_MSG("approved"), JL_ARG_MONEY, 0);
  jl_column(v->b, "now", JL_MSG("now"), JL_ARG_MONEY, 0);
  jl_column(v->b, "difference", JL_MSG("difference"), JL_ARG_MONEY, 0);
  jl_column(v->b, "state", JL_MSG("state"), JL_ARG_LABEL, 1);
  if (has_budget) {
    if (!money_rows(v, JL_TYPE_BUDGET_LINE, JL_FIGURE_PLANNED, &budget)) return false;
    sum_row(v, has_payroll ? JL_MSG("budget") : JL_MSG("total"), has_payroll ? "budget" : "total", JL_ROW_TOTAL, &budget);
    notes_unrated(v, &budget);
  }
  if (has_payroll) {
    if (!money_rows(v, JL_TYPE_PAYROLL_LINE, JL_PAYROLL_LINE_PLANNED, &payroll)) return false;
    sum_row(v, JL_MSG("payroll"), "payroll", JL_ROW_TOTAL, &payroll);
  }
  if (has_budget && has_payroll) {
    both = budget;
    if (!add_up(v, &both, &payroll)) return false;
    sum_row(v, JL_MSG("budget with payroll"), "total", JL_ROW_TOTAL, &both);
  }
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("amounts excl. VAT"), NULL, 0);
  return true;
}

static const struct jl_record *line_of(const struct view *v, const struct jl_moved *row) {
  struct jl_id id;
  if (row->record == NULL || !jl_record_id(row->record->type, row->record->body, JL_BUDGET_MONTH_LINE, &id)) return NULL;
  return jl_replica_record(v->in->space, &id);
}

/* Money that only moved within its line's year, in the line's currency; the lines' totals are above. */
static void block_months(struct view *v) {
  bool begun = false;
  for (size_t i = 0; i < v->d.count; i++) {
    const struct jl_moved *row = &v->d.rows[i];
    struct sums of = {0};
    int64_t month = 0;
    char currency[4];
    if (row->type->number != JL_TYPE_BUDGET_MONTH) continue;
    if (row->has_then) (void)jl_figure_of(&row->then, JL_BUDGET_MONTH_PLANNED, &of.then);
    if (row->has_now) (void)jl_figure_of(&row->now, JL_BUDGET_MONTH_PLANNED, &of.now);
    if (row->has_then && row->has_now && of.then == of.now) continue;
    (void)jl_figure_of(row->has_now ? &row->now : &row->then, JL_BUDGET_MONTH_MONTH, &month);
    if (!begun) {
      jl_block_begin(v->b, JL_BLOCK_TABLE, "months", JL_MSG("months that moved"));
      jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
      jl_column(v->b, "month", JL_MSG("month"), JL_ARG_DATE, 0);
      jl_column(v->b, "approved", JL_MSG("approved"), JL_ARG_MONEY, 0);
      jl_column(v->b, "now", JL_MSG("now"), JL_ARG_MONEY, 0);
      jl_column(v->b, "difference", JL_MSG("difference"), JL_ARG_MONEY, 0);
      begun = true;
    }
    const struct jl_record *line = line_of(v, row);
    jl_row_begin(v->b, live(row), 0, JL_ROW_NORMAL);
    if (line != NULL)
      jl_cell_title(v->b, v->in, line);
    else
      cell_what(v, row);
    jl_cell(v->b, jl_arg_date(month));
    if (line != NULL)
      jl_line_currency(v->in, line, currency);
    else
      jl_plan_currency(v->in->space, currency);
    cells_sums(v, &of, currency, live(row));
    v->shown++;
  }
}

/* ---- what is new and what is gone; money says it in its own table ---- */
static void block_existence(struct view *v) {
  bool begun = false;
  for (size_t i = 0; i < v->d.count; i++) {
    const struct jl_moved *row = &v->d.rows[i];
    if (row->has_then == row->has_now) continue;
    if (row->type->number == JL_TYPE_BUDGET_LINE || row->type->number == JL_TYPE_BUDGET_MONTH || row->type->number == JL_TYPE_PAYROLL_LINE)
      continue;
    if (!begun) {
      jl_block_begin(v->b, JL_BLOCK_TABLE, "records", JL_MSG("added and deleted"));
      jl_column(v->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
      jl_column(v->b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 1);
      jl_column(v->b, "state", JL_MSG("state"), JL_ARG_LABEL, 0);
      begun = true;
    }
    jl_row_begin(v->b, live(row), 0, JL_ROW_NORMAL);
    cell_what(v, row);
    jl_cell_label(v->b, row->type->label, row->type->command);
    cell_state(v, row);
    v->shown++;
  }
}

/* ---- with what it was compared ---- */
static void note_base(struct view *v, const struct jl_record *base) {
  char reference[JL_REFERENCE_SIZE];
  struct jl_id by;
  const char *name = jl_record_id(base->type, base->body, JL_APPROVAL_DECIDED_BY, &by) ? jl_view_holder_name(v->in, v->b, &by) : "";
  int64_t at = jl_view_int(base, JL_APPROVAL_DECIDED_AT, 0), state = jl_view_int(base, JL_APPROVAL_STATE, 0);
  bool approved = state == JL_APPROVAL_APPROVED || state == JL_APPROVAL_REOPENED;
  jl_reference_format(base->type, base->number, reference);
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_text(name), jl_arg_time(at)};
  if (approved)
    jl_note(v->b, JL_TONE_NONE, JL_MSG("compared with {1}, approved by {2} on {3}"), args, 3);
  else
    jl_note(v->b, JL_TONE_WARN, JL_MSG("compared with {1}, which was submitted and is not approved"), args, 1);
}

static void block_notes(struct view *v) {
  static const struct {
    enum jl_section section;
    const char *label;
  } names[] = {{JL_SECTION_STRATEGY, JL_MSG("strategy")},
               {JL_SECTION_ACTIONS, JL_MSG("actions")},
               {JL_SECTION_BUDGET, JL_MSG("budget")},
               {JL_SECTION_PAYROLL, JL_MSG("payroll")}};
  const struct jl_record *told[JL_COUNT(names)];
  size_t n = 0;
  bool rest = false;
  jl_block_begin(v->b, JL_BLOCK_NOTES, "notes", NULL);
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    const struct jl_record *base = v->d.bases[names[i].section];
    bool again = base == NULL;
    for (size_t k = 0; k < n; k++) again = again || told[k] == base;
    if (!again) note_base(v, told[n++] = base);
  }
  if (v->d.moved_only) jl_note(v->b, JL_TONE_MUTED, JL_MSG("nothing else of the budget has been approved: only the lines that were moved are compared"), NULL, 0);
  for (size_t i = 0; i < v->d.count; i++) {
    if (v->d.rows[i].reallocated == NULL || v->d.rows[i].type->number != JL_TYPE_BUDGET_LINE) continue;
    const struct jl_arg args[] = {jl_arg_text(jl_record_caption(v->b, v->in->space, v->d.rows[i].record)),
                                  jl_arg_text(jl_record_caption(v->b, v->in->space, v->d.rows[i].reallocated))};
    jl_note(v->b, JL_TONE_NONE, JL_MSG("{1}: as approved with the reallocation {2}"), args, 2);
  }
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    const struct jl_arg label = jl_arg_label(names[i].label);
    if (!v->d.rest_changed[names[i].section]) continue;
    rest = true;
    jl_note(v->b, JL_TONE_WARN, JL_MSG("in the section {1} something else has changed since: titles, levers, units or the like"), &label,
            1);
  }
  if (n == 0)
    jl_note(v->b, JL_TONE_MUTED, JL_MSG("nothing that you may read has been approved yet"), NULL, 0);
  else if (v->shown == 0 && !rest)
    jl_note(v->b, JL_TONE_GOOD, JL_MSG("nothing has moved"), NULL, 0);
}

bool jl_drift_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct view v = {.in = in, .b = b, .remarks = {.in = in, .b = b, .basis = JL_BASIS_NET}, .err = err};
  (void)a;
  if (!jl_drift_of(in, b, &v.d, err) || !jl_drift_unrated(in, b, &v.d, &v.remarks, err)) return false;
  const struct jl_arg what = jl_arg_text(jl_record_caption(b, in->space, v.d.target));
  if (v.d.target->type_number == JL_TYPE_PLAN)
    jl_builder_title(b, v.d.budget_only ? JL_MSG("drift of the budget") : JL_MSG("drift"), NULL, 0);
  else
    jl_builder_title(b, JL_MSG("drift of {1}"), &what, 1);
  block_figures(&v, true);
  if (!block_money(&v)) return false;
  block_months(&v);
  block_figures(&v, false);
  block_existence(&v);
  block_notes(&v);
  jl_block_approvals(in, b, v.d.approvals, v.d.approval_count);
  return true;
}
