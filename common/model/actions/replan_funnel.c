#include "common/base/calendar.h"
#include "common/model/actions/replan.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"

struct effect {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_arena *a;
  const struct jl_change_of_dates *change;
  bool begun;
};

/* ---- objectives ---- */
static void objective_rows(struct effect *e, const struct jl_record *lever) {
  size_t n = 0;
  const struct jl_record **objectives = jl_view_links(e->in, e->b, lever, JL_LEVER_OBJECTIVES, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t due = jl_view_int(objectives[i], JL_OBJECTIVE_DUE, INT32_MAX);
    if (e->change->new_last <= due || e->change->last > due) continue;
    if (!e->begun) {
      jl_block_begin(e->b, JL_BLOCK_TABLE, "objectives", JL_MSG("objectives that are due before it"));
      jl_column(e->b, "objective", JL_MSG("objective"), JL_ARG_TEXT, 0);
      jl_column(e->b, "due", JL_MSG("due date"), JL_ARG_DATE, 0);
      jl_column(e->b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
      jl_column(e->b, "end", JL_MSG("new end"), JL_ARG_DATE, 1);
      e->begun = true;
    }
    jl_row_begin(e->b, objectives[i], 0, JL_ROW_NORMAL);
    jl_cell_title(e->b, e->in, objectives[i]);
    jl_cell(e->b, jl_arg_date(due));
    jl_cell_title(e->b, e->in, e->change->action);
    jl_cell(e->b, jl_arg_date(e->change->new_last));
    jl_cell_tone(e->b, JL_TONE_BAD);
  }
}

/* ---- funnels ---- */
/* The rate of this stage is measured by a KPI that the action is for. */
static bool concerns(const struct effect *e, const struct jl_record *stage) {
  size_t rates = 0, kpis = 0;
  const struct jl_record **rate = jl_view_referring(e->in, e->b, &stage->id, JL_TYPE_FUNNEL_RATE, JL_FUNNEL_RATE_STAGE, &rates);
  const struct jl_record **kpi = jl_view_links(e->in, e->b, e->change->action, JL_ACTION_KPIS, JL_TYPE_KPI, &kpis);
  for (size_t i = 0; i < rates; i++) {
    const struct jl_record *measured = jl_view_linked(e->in, rate[i], JL_FUNNEL_RATE_KPI);
    for (size_t k = 0; k < kpis && measured != NULL; k++)
      if (kpi[k] == measured) return true;
  }
  return false;
}

/* Of so many a day at the stage, gain (millionths) more would have gone on on each of the days that it comes later. */
static void funnel_row(struct effect *e, struct jl_sheet *sheet, size_t stage, int64_t gain) {
  const struct jl_funnel_calendar *c = &sheet->calendar;
  int32_t days = jl_day_add_months(c->start, c->months * c->periods) - c->start;
  __int128 missed = (__int128)sheet->whole.counts[stage] * (e->change->new_last - e->change->last) * gain;
  struct jl_funnel_result behind = {{0}, -1};
  struct jl_error ignored;
  if (days <= 0) return;
  int64_t count = (int64_t)(missed / ((__int128)days * 1000000));
  if (count == 0) return;
  if (stage + 1 < sheet->plan.count && !jl_funnel_forwards(&sheet->plan, stage + 1, count < 0 ? -count : count, &behind, &ignored)) return;
  int64_t customers = stage + 1 < sheet->plan.count ? behind.counts[sheet->plan.count] : count < 0 ? -count : count;
  if (!e->begun) {
    jl_block_begin(e->b, JL_BLOCK_TABLE, "funnel", JL_MSG("funnel"));
    jl_column(e->b, "funnel", JL_MSG("funnel"), JL_ARG_TEXT, 0);
    jl_column(e->b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
    jl_column(e->b, "action", JL_MSG("action"), JL_ARG_TEXT, 1);
    jl_column(e->b, "days", JL_MSG("days later"), JL_ARG_INTEGER, 2);
    jl_column(e->b, "from", JL_MSG("conversion from"), JL_ARG_FRACTION, 3);
    jl_column(e->b, "to", JL_MSG("conversion to"), JL_ARG_FRACTION, 3);
    jl_column(e->b, "missed", JL_MSG("of the next stage, fewer"), JL_ARG_INTEGER, 0);
    jl_column(e->b, "customers", JL_MSG("customers, fewer"), JL_ARG_INTEGER, 0);
    e->begun = true;
  }
  jl_row_begin(e->b, sheet->stages[stage].record, 0, JL_ROW_NORMAL);
  jl_cell_title(e->b, e->in, sheet->funnel);
  jl_cell_title(e->b, e->in, sheet->stages[stage].record);
  jl_cell_title(e->b, e->in, e->change->action);
  jl_cell(e->b, jl_arg_integer(e->change->new_last - e->change->last));
  jl_cell_by_number(e->b, e->in, e->change->action, JL_ACTION_CONVERSION_FROM);
  jl_cell_by_number(e->b, e->in, e->change->action, JL_ACTION_CONVERSION_TO);
  jl_cell(e->b, jl_arg_integer(count));
  jl_cell(e->b, jl_arg_integer(count < 0 ? -customers : customers));
}

static void funnel_rows(struct effect *e) {
  size_t n = 0;
  const struct jl_record *action = e->change->action;
  int64_t gain = jl_view_int(action, JL_ACTION_CONVERSION_TO, 0) - jl_view_int(action, JL_ACTION_CONVERSION_FROM, 0);
  struct jl_view_input plain = *e->in; /* the funnel as it is, whatever this view was asked */
  if (gain == 0 || e->change->new_last == e->change->last || !jl_record_has(action->body, JL_ACTION_CONVERSION_TO)) return;
  plain.parameter_count = 0;
  const struct jl_record **funnels = jl_view_all(e->in, e->b, JL_TYPE_FUNNEL, &n);
  struct jl_sheet *sheet = jl_view_alloc(e->b, 1, sizeof *sheet);
  for (size_t f = 0; f < n && sheet != NULL; f++) {
    struct jl_error ignored; /* a funnel that is not complete has no figures to change */
    if (!jl_sheet_make(&plain, e->b, funnels[f], sheet, &ignored) || !sheet->has_calendar) continue;
    for (size_t s = 0; s < sheet->plan.count; s++)
      if (sheet->stages[s].record != NULL && concerns(e, sheet->stages[s].record)) funnel_row(e, sheet, s, gain);
  }
}

bool jl_replan_funnel(const struct jl_view_input *in, struct jl_builder *b, const struct jl_change_of_dates *changes, size_t n,
                      struct jl_arena *a, struct jl_error *err) {
  struct effect e = {.in = in, .b = b, .a = a};
  (void)err;
  if (!jl_view_sees(in, JL_SECTION_STRATEGY)) return true;
  for (size_t c = 0; c < n; c++) {
    const struct jl_record *lever = jl_view_linked(in, changes[c].action, JL_ACTION_LEVER);
    e.change = &changes[c];
    if (lever != NULL) objective_rows(&e, lever);
  }
  e.begun = false;
  for (size_t c = 0; c < n; c++) {
    e.change = &changes[c];
    funnel_rows(&e);
  }
  return true;
}
