/* Another planned amount of a budget line: its months, what it does to the line, its lever, its bucket and the plan; until when the money lasts at
 * the pace that was planned, and what comes behind that day; what each stage of the funnels costs, and how many the same cost would bring. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/actions/replan.h"
#include "common/record/schema.h"

enum { ACTIONS_SHOWN = 40, FUNNELS_SHOWN = 12 };

struct budget {
  const struct jl_view_input *in, *then;
  struct jl_builder *b;
  const struct jl_record *line;
  struct jl_months months;
  char currency[4];
  int64_t was, is; /* planned, in the basis and the currency of the line; of a recurring one each time */
  struct jl_money_line *lines, *lines_then;
  const struct jl_money_line *own; /* the first part of the line */
  size_t count;
  struct jl_amounts total, total_then;
  unsigned unknown, unknown_then; /* kinds of which something has no exchange rate */
  struct jl_money_remarks remarks;
};

static bool asked(struct budget *r, struct jl_error *err) {
  const char *text = jl_view_value(r->in, "planned");
  uint64_t planned = 0;
  if (text == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("say what it would be: --planned for a budget line, --rate for a rate"), JL_MSG("jalon replan B3 --planned 8000"));
  if (!jl_view_number(text, &planned)) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no amount"), NULL, jl_arg_text(text));
  r->is = (int64_t)planned;
  if (r->months.count == 0) r->was = jl_view_int(r->line, JL_BUDGET_LINE_PLANNED, 0);
  for (size_t i = 0; i < r->months.count; i++)
    if (!jl_add(r->was, r->months.list[i].was, &r->was)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("amounts of this plan are too large to be added up"), NULL);
  return true;
}

/* ---- money ---- */
static bool is_own(const struct jl_money_line *one, const void *line) { return jl_id_equal(&one->line->id, &((const struct jl_record *)line)->id); }

/* Of a lever, or of the line when it is NULL, which may stand in several parts, one for each action that it pays. */
static bool sum_of(const struct budget *r, const struct jl_record *lever, bool then, struct jl_amounts *ret, struct jl_error *err) {
  *ret = (struct jl_amounts){0};
  for (size_t i = 0; i < r->count; i++)
    if ((lever == NULL ? is_own(&r->lines[i], r->line) : r->lines[i].lever == lever) && !jl_amounts_add(ret, then ? &r->lines_then[i].amounts : &r->lines[i].amounts, err)) return false;
  return true;
}

static bool is_of_lever(const struct jl_money_line *one, const void *lever) { return one->lever == lever; }

static unsigned unknown_of(const struct budget *r, const struct jl_record *lever, bool then) {
  return jl_money_unknown(then ? r->lines_then : r->lines, r->count, lever == NULL ? is_own : is_of_lever, lever == NULL ? r->line : lever);
}

/* What changes is the line, and that is known where it is itself, whatever others have no rate. */
static void total_row(struct budget *r, const struct jl_amounts *was, const struct jl_amounts *is, unsigned unknown, unsigned unknown_then) {
  struct jl_builder *b = r->b;
  const unsigned planned = JL_UNKNOWN(JL_MONEY_PLANNED), spent = JL_UNKNOWN(JL_MONEY_COMMITTED) | JL_UNKNOWN(JL_MONEY_ACTUAL);
  jl_cell_money_known(b, was->planned, r->currency, unknown & planned);
  jl_cell_money_known(b, is->planned, r->currency, unknown_then & planned);
  jl_cell_money_known(b, is->planned - was->planned, r->currency, (unknown_of(r, NULL, false) | unknown_of(r, NULL, true)) & planned);
  jl_cell_money_known(b, is->committed + is->actual, r->currency, unknown_then & spent);
  jl_cell_money_known(b, is->remaining, r->currency, unknown_then);
  if (is->remaining < 0 && unknown_then == 0) jl_cell_tone(b, JL_TONE_BAD);
}

static bool total_of(struct budget *r, const struct jl_record *lever, struct jl_error *err) {
  struct jl_amounts was, is;
  const struct jl_record *record = lever == NULL ? r->line : lever;
  if (!sum_of(r, lever, false, &was, err) || !sum_of(r, lever, true, &is, err)) return false;
  jl_row_begin(r->b, record, 0, JL_ROW_NORMAL);
  jl_cell_title(r->b, r->in, record);
  total_row(r, &was, &is, unknown_of(r, lever, false), unknown_of(r, lever, true));
  return true;
}

/* Of each lever that a part of the line is for, once. */
static bool totals_of_levers(struct budget *r, struct jl_error *err) {
  for (size_t i = 0; i < r->count; i++) {
    const struct jl_record *lever = r->lines[i].lever;
    bool told = lever == NULL || !is_own(&r->lines[i], r->line);
    for (size_t k = (size_t)(r->own - r->lines); k < i && !told; k++) told = is_own(&r->lines[k], r->line) && r->lines[k].lever == lever;
    if (!told && !total_of(r, lever, err)) return false;
  }
  return true;
}

static bool block_totals(struct budget *r, struct jl_error *err) {
  struct jl_builder *b = r->b;
  jl_block_begin(b, JL_BLOCK_TABLE, "totals", JL_MSG("totals"));
  jl_column(b, "what", JL_MSG("what"), JL_ARG_TEXT, 0);
  jl_column(b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(b, "new_planned", JL_MSG("would be planned"), JL_ARG_MONEY, 0);
  jl_column(b, "change", JL_MSG("change"), JL_ARG_MONEY, 1);
  jl_column(b, "spent", JL_MSG("committed and actual"), JL_ARG_MONEY, 2);
  jl_column(b, "remaining", JL_MSG("would remain"), JL_ARG_MONEY, 0);
  if (!total_of(r, NULL, err) || !totals_of_levers(r, err)) return false;
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total"), "total");
  total_row(r, &r->total, &r->total_then, r->unknown, r->unknown_then);
  jl_note_apart(&r->remarks, &r->total);
  return true;
}

/* ---- until when the money lasts ---- */
static int64_t part_of(int64_t days, int64_t money, int64_t of) { /* whole days, rounded down; of > 0 */
  return (int64_t)((__int128)days * money / of);
}

/* The last day that the new amount pays for, at the pace that was planned; JL_NO_DAY: all of it. */
static int32_t lasts_until(const struct budget *r) {
  int64_t left = r->is;
  const struct jl_record *plan = jl_plan_record(r->in->space), *action = jl_view_linked(r->in, r->line, JL_BUDGET_LINE_ACTION);
  for (size_t i = 0; i < r->months.count; i++) {
    const struct jl_month *m = &r->months.list[i];
    if (m->was > left) return m->first + (int32_t)part_of(jl_day_add_months(m->first, 1) - m->first, left, m->was) - 1;
    left -= m->was;
  }
  if (r->months.count > 0 || r->is >= r->was || plan == NULL) return JL_NO_DAY;
  bool dated = action != NULL && jl_record_has(action->body, JL_ACTION_START) && jl_record_has(action->body, JL_ACTION_DUE);
  int32_t start = (int32_t)(dated ? jl_view_int(action, JL_ACTION_START, 0) : jl_view_int(plan, JL_PLAN_START, 0)),
          end = (int32_t)(dated ? jl_view_int(action, JL_ACTION_DUE, 0) : jl_view_int(plan, JL_PLAN_END, 0));
  return end < start ? JL_NO_DAY : start + (int32_t)part_of(end - start + 1, r->is, r->was) - 1;
}

static bool dates_row(struct budget *r, const struct jl_record *action, int32_t until, bool begun) {
  struct jl_builder *b = r->b;
  int64_t due = jl_view_int(action, JL_ACTION_DUE, JL_NO_DAY);
  if (!jl_action_open(action) || due == JL_NO_DAY || due <= until) return begun;
  if (!begun) {
    jl_block_begin(b, JL_BLOCK_TABLE, "dates", JL_MSG("what goes on after the money"));
    jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
    jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 1);
    jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 0);
    jl_column(b, "until", JL_MSG("money until"), JL_ARG_DATE, 0);
    jl_column(b, "days", JL_MSG("days without money"), JL_ARG_INTEGER, 0);
  }
  int64_t start = jl_view_int(action, JL_ACTION_START, JL_NO_DAY), from = start != JL_NO_DAY && start > until ? start : until + 1;
  jl_row_begin(b, action, 0, JL_ROW_NORMAL);
  jl_cell_title(b, r->in, action);
  jl_cell_by_number(b, r->in, action, JL_ACTION_START);
  jl_cell(b, jl_arg_date(due));
  jl_cell(b, jl_arg_date(until));
  jl_cell(b, jl_arg_integer(due - from + 1));
  jl_cell_tone(b, JL_TONE_BAD);
  return true;
}

static void block_dates(struct budget *r) {
  size_t n = 0;
  bool begun = false;
  int32_t until = lasts_until(r);
  const struct jl_record *action = jl_view_linked(r->in, r->line, JL_BUDGET_LINE_ACTION), *lever = jl_view_linked(r->in, r->line, JL_BUDGET_LINE_LEVER);
  if (until == JL_NO_DAY || !jl_view_sees(r->in, JL_SECTION_ACTIONS)) return;
  const struct jl_record **actions = action != NULL || lever == NULL ? NULL : jl_view_referring(r->in, r->b, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &n);
  if (action != NULL) begun = dates_row(r, action, until, begun);
  for (size_t i = 0, shown = 0; i < n && shown < ACTIONS_SHOWN; i++) {
    bool late = jl_action_open(actions[i]) && jl_view_int(actions[i], JL_ACTION_DUE, JL_NO_DAY) > until;
    begun = dates_row(r, actions[i], until, begun);
    shown += late;
  }
  if (!begun) jl_block_begin(r->b, JL_BLOCK_NOTES, "dates", NULL);
  const struct jl_arg day = jl_arg_date(until);
  jl_note(r->b, JL_TONE_WARN, JL_MSG("at the pace that was planned the money would last until {1}"), &day, 1);
}

/* ---- funnels ---- */
static unsigned planned_unknown(const struct budget *r) { return (r->unknown | r->unknown_then) & JL_UNKNOWN(JL_MONEY_PLANNED); }

static void cell_each(struct budget *r, int64_t total, int64_t count) {
  int64_t each;
  if (planned_unknown(r) != 0)
    jl_cell_undefined(r->b);
  else if (count > 0 && jl_mul_div_half_even(total, 1, count, &each))
    jl_cell(r->b, jl_arg_money(each, r->currency));
  else
    jl_cell_empty(r->b);
}

static void funnel_rows(struct budget *r, const struct jl_sheet *sheet) {
  struct jl_builder *b = r->b;
  for (size_t i = 0; i <= sheet->plan.count; i++) {
    const struct jl_record *stage = i < sheet->plan.count ? sheet->stages[i].record : sheet->funnel;
    int64_t count = sheet->whole.counts[i];
    jl_row_begin(b, stage, 0, JL_ROW_NORMAL);
    if (i < sheet->plan.count)
      jl_cell_title(b, r->in, stage);
    else
      jl_cell_label(b, JL_MSG("customers"), "customers");
    jl_cell(b, jl_arg_integer(count));
    cell_each(r, r->total.planned, count);
    cell_each(r, r->total_then.planned, count);
    if (planned_unknown(r) != 0) {
      jl_cell_undefined(b);
      jl_cell_undefined(b);
      continue;
    }
    int64_t same = part_of(count, r->total_then.planned, r->total.planned);
    jl_cell(b, jl_arg_integer(same));
    jl_cell(b, jl_arg_integer(same - count));
    jl_cell_tone(b, same < count ? JL_TONE_WARN : JL_TONE_NONE);
  }
}

static void blocks_funnels(struct budget *r) {
  size_t n = 0;
  const struct jl_record **funnels = jl_view_all(r->in, r->b, JL_TYPE_FUNNEL, &n);
  struct jl_view_input plain = *r->in;
  struct jl_sheet *sheet = jl_view_alloc(r->b, 1, sizeof *sheet);
  plain.parameter_count = 0;
  if ((r->total.planned <= 0 && planned_unknown(r) == 0) || !jl_view_sees(r->in, JL_SECTION_STRATEGY)) return;
  for (size_t f = 0, shown = 0; f < n && sheet != NULL && shown < FUNNELS_SHOWN; f++) {
    struct jl_error ignored; /* a funnel that is not complete has no figures to change */
    if (!jl_sheet_make(&plain, r->b, funnels[f], sheet, &ignored)) continue;
    shown++;
    jl_block_begin(r->b, JL_BLOCK_TABLE, "funnel", JL_MSG("funnel"));
    jl_column(r->b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
    jl_column(r->b, "needed", JL_MSG("it takes"), JL_ARG_INTEGER, 0);
    jl_column(r->b, "each", JL_MSG("budget for each"), JL_ARG_MONEY, 1);
    jl_column(r->b, "new_each", JL_MSG("would be for each"), JL_ARG_MONEY, 1);
    jl_column(r->b, "same", JL_MSG("same cost"), JL_ARG_INTEGER, 0);
    jl_column(r->b, "more", JL_MSG("more or fewer"), JL_ARG_INTEGER, 0);
    funnel_rows(r, sheet);
  }
}

/* ---- all of it ---- */
static bool note_bucket(struct budget *r, struct jl_error *err) {
  struct jl_bucket_shares was, is;
  if (r->own->bucket == 0) return true;
  if (!jl_bucket_shares(r->in, r->lines, r->count, &was, err) || !jl_bucket_shares(r->then, r->lines_then, r->count, &is, err)) return false;
  for (int i = 0; i < JL_BUCKETS; i++) {
    if (planned_unknown(r) != 0 || was.rows[i].bucket != r->own->bucket || !was.has_planned || !is.has_planned) continue;
    const struct jl_enum_value *v = jl_enum_by_number(jl_field_by_number(r->line->type, JL_BUDGET_LINE_BUCKET)->enumeration, (int32_t)r->own->bucket);
    const struct jl_arg args[] = {jl_arg_label(v == NULL ? "" : v->label), jl_arg_share(was.rows[i].planned), jl_arg_share(is.rows[i].planned),
                                  jl_arg_share(is.rows[i].rule)};
    int64_t away = is.rows[i].planned > is.rows[i].rule ? is.rows[i].planned - is.rows[i].rule : is.rows[i].rule - is.rows[i].planned;
    jl_note(r->b, away > is.tolerance ? JL_TONE_WARN : JL_TONE_MUTED, JL_MSG("share of the bucket {1}: {2}, it would be {3}; the rule says {4}"), args, 4);
  }
  return true;
}

static bool blocks(struct budget *r, struct jl_error *err) {
  struct jl_builder *b = r->b;
  size_t n = 0;
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  r->remarks = (struct jl_money_remarks){.in = r->in, .b = b, .basis = costs.basis};
  if (!jl_money_lines_remarked(r->in, b, &costs, &r->lines, &r->count, &r->total, &r->remarks, err) || !jl_money_lines(r->then, b, &r->lines_then, &n, &r->total_then, err)) return false;
  for (size_t i = 0; r->own == NULL && i < r->count; i++)
    if (is_own(&r->lines[i], r->line)) r->own = &r->lines[i];
  if (n != r->count || r->own == NULL) return jl_fail(err, JL_E_INTERNAL, JL_MSG("this line is not among those of the budget"), NULL);
  r->unknown = jl_money_unknown(r->lines, r->count, NULL, NULL);
  r->unknown_then = jl_money_unknown(r->lines_then, r->count, NULL, NULL);
  jl_block_change(r->in, b, r->line, JL_BUDGET_LINE_PLANNED, jl_arg_money(r->was, r->months.currency), jl_arg_money(r->is, r->months.currency));
  if (r->months.count > 0) {
    jl_columns_months(b);
    if (!jl_rows_months(r->in, b, r->line, &r->months)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("amounts of this plan are too large to be added up"), NULL);
  }
  if (!block_totals(r, err)) return false;
  block_dates(r);
  blocks_funnels(r);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  struct jl_amounts then;
  if (!sum_of(r, NULL, true, &then, err)) return false;
  if (then.remaining < 0 && unknown_of(r, NULL, true) == 0) {
    const struct jl_arg missing = jl_arg_money(-then.remaining, r->currency);
    jl_note(b, JL_TONE_BAD, JL_MSG("{1} more is ordered and paid than would be planned"), &missing, 1);
  }
  if (!note_bucket(r, err)) return false;
  jl_note(b, JL_TONE_MUTED, JL_MSG("nothing is changed yet: --apply writes this amount in one group, and jalon undo takes it back"), NULL, 0);
  return true;
}

bool jl_replan_budget(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, struct jl_error *err) {
  struct budget r = {.in = in, .b = b, .line = line};
  struct jl_what_if w;
  jl_plan_currency(in->space, r.currency);
  if (!jl_months_of(in, b, line, &r.months)) return true; /* the builder knows */
  if (!asked(&r, err)) return false;
  if (r.months.count > 0 && !jl_months_total(b, &r.months, r.is, err)) return !jl_builder_ok(b);
  bool ok = jl_what_if_begin(in, &w, err);
  r.then = &w.in;
  if (r.months.count > 0)
    ok = ok && jl_what_if_months(&w, jl_builder_arena(b), line, &r.months, err);
  else
    ok = ok && jl_what_if_set(&w, jl_builder_arena(b), line, JL_BUDGET_LINE_PLANNED, r.is, err);
  ok = ok && blocks(&r, err);
  jl_what_if_end(&w);
  return ok;
}
