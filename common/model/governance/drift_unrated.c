/* Budget lines of which something has no exchange rate, now or when it was approved (drift.h). */
#include "common/model/budget/rates.h"
#include "common/model/governance/drift.h"
#include "common/record/schema.h"
#include <string.h>

static bool stood(const struct jl_record *record, uint64_t revision) {
  return record->created_revision <= revision && (record->deleted_revision == 0 || record->deleted_revision > revision);
}

/* ---- then ---- */
/* The first day from which on there was a rate; INT32_MAX: none. */
static int32_t rated_from(const struct jl_replica *r, const char *currency, uint64_t revision) {
  int32_t first = INT32_MAX;
  uint64_t last = jl_replica_last_number(r, JL_TYPE_EXCHANGE_RATE);
  for (uint64_t n = 1; n <= last; n++) {
    const struct jl_record *rate = jl_replica_numbered(r, JL_TYPE_EXCHANGE_RATE, n);
    if (rate == NULL || !stood(rate, revision)) continue;
    struct jl_bytes of = jl_record_text(rate->type, rate->body, JL_EXCHANGE_RATE_CURRENCY);
    int32_t day = (int32_t)jl_view_int(rate, JL_EXCHANGE_RATE_DAY, 0);
    if (of.size == 3 && memcmp(of.data, currency, 3) == 0 && day < first) first = day;
  }
  return first;
}

/* The first day on which something of it was planned, or whose rate it takes (amounts.h). */
static int32_t planned_from(const struct jl_view_input *in, const struct jl_record *line, uint64_t revision) {
  const struct jl_record *plan = jl_view_plan(in), *month;
  const void *at = NULL;
  int32_t first = INT32_MAX, start = plan == NULL ? 0 : (int32_t)jl_view_int(plan, JL_PLAN_START, 0);
  while ((month = jl_replica_next_naming(in->space, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &at)) != NULL)
    if (stood(month, revision) && jl_view_int(month, JL_BUDGET_MONTH_MONTH, 0) < first) first = (int32_t)jl_view_int(month, JL_BUDGET_MONTH_MONTH, 0);
  if (first != INT32_MAX) return first;
  return jl_view_int(line, JL_BUDGET_LINE_EVERY, 0) != 0 ? (int32_t)jl_view_int(line, JL_BUDGET_LINE_FIRST, start) : start;
}

static bool was_unknown(const struct jl_view_input *in, const struct jl_rates *rates, const struct jl_moved *row, const struct jl_record *base) {
  char currency[4];
  int64_t then = 0;
  if (!row->has_then || row->record == NULL || base == NULL) return false;
  jl_currency_of(rates, row->record, JL_BUDGET_LINE_CURRENCY, currency);
  if (strcmp(currency, rates->own) == 0) return false;
  int32_t from = rated_from(in->space, currency, base->created_revision);
  if (from == INT32_MAX && jl_figure_of(&row->then, JL_FIGURE_PLANNED, &then) && then != 0) return false; /* it was in another currency */
  return planned_from(in, row->record, base->created_revision) < from;
}

/* ---- now ---- */
struct walk {
  struct jl_moved **rows; /* of the lines that are there now, in their order */
  size_t at;
  struct jl_money_remarks *remarks;
};

static bool pass_over(void *context, const struct jl_money_entry *entry) {
  (void)context;
  (void)entry;
  return true;
}

static bool note_planned(void *context, const struct jl_money_entry *entry) {
  struct walk *w = context;
  if (entry->kind != JL_MONEY_PLANNED) return true;
  while (w->rows[w->at]->record != entry->line) w->at++;
  w->rows[w->at]->now_unknown = true;
  return jl_remark(w->remarks, entry);
}

bool jl_drift_unrated(const struct jl_view_input *in, struct jl_builder *b, struct jl_drift *d, struct jl_money_remarks *remarks, struct jl_error *err) {
  struct walk w = {.rows = jl_view_alloc(b, d->count + 1, sizeof *w.rows), .remarks = remarks};
  const struct jl_record **lines = jl_view_alloc(b, d->count + 1, sizeof *lines);
  struct jl_rates rates;
  size_t n = 0;
  if (w.rows == NULL || lines == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  jl_rates_init(&rates, in->space, jl_builder_arena(b));
  for (size_t i = 0; i < d->count; i++) {
    struct jl_moved *row = &d->rows[i];
    if (row->type->number != JL_TYPE_BUDGET_LINE) continue;
    row->then_unknown = was_unknown(in, &rates, row, row->reallocated != NULL ? row->reallocated : d->bases[JL_SECTION_BUDGET]);
    if (!row->has_now || row->record == NULL) continue;
    w.rows[n] = row;
    lines[n++] = row->record;
  }
  return jl_lines_entries(in->space, lines, n, jl_builder_arena(b), pass_over, note_planned, &w) || jl_money_too_large(err);
}
