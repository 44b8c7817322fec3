/* Another rate of a funnel: how many each stage would take, what as many as now at its beginning would bring, what it would cost to keep the
 * target, and when the target would be reached at today's pace. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/actions/replan.h"
#include "common/record/schema.h"

struct rate {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *record, *stage, *funnel;
  int64_t was, is; /* millionths; was < 0: none */
  struct jl_sheet *now, *then;
  struct jl_funnel_result brings; /* what as many at the widest stage as now would bring */
};

static bool asked(struct rate *r, struct jl_error *err) {
  const char *text = jl_view_value(r->in, "rate");
  uint64_t rate = 0;
  if (text == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("say what it would be: --planned for a budget line, --rate for a rate"), JL_MSG("jalon replan FR2 --rate 15%"));
  if (!jl_view_number(text, &rate) || rate == 0 || rate > JL_FRACTION_ONE)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a rate is more than 0 and at most 100 %"), NULL);
  r->is = (int64_t)rate;
  r->was = jl_view_int(r->record, JL_FUNNEL_RATE_RATE, -1);
  r->stage = jl_view_linked(r->in, r->record, JL_FUNNEL_RATE_STAGE);
  r->funnel = r->stage == NULL ? NULL : jl_view_linked(r->in, r->stage, JL_FUNNEL_STAGE_FUNNEL);
  return r->funnel != NULL || jl_fail(err, JL_E_NOT_FOUND, JL_MSG("the funnel of this rate is not there"), NULL);
}

/* Of so many at the widest stage, in proportion where channels have rates of their own. */
static void bring(struct rate *r) {
  struct jl_error ignored;
  int64_t top = r->now->whole.counts[0];
  const struct jl_sheet *then = r->then;
  if (then->channel_count == 0 && jl_funnel_forwards(&then->plan, 0, top, &r->brings, &ignored)) return;
  for (size_t i = 0; i <= then->plan.count; i++)
    r->brings.counts[i] = then->whole.counts[0] == 0 ? 0 : (int64_t)((__int128)then->whole.counts[i] * top / then->whole.counts[0]);
}

/* ---- funnel ---- */
static void block_funnel(struct rate *r) {
  struct jl_builder *b = r->b;
  const struct jl_sheet *now = r->now, *then = r->then;
  jl_block_begin(b, JL_BLOCK_TABLE, "funnel", JL_MSG("funnel"));
  jl_column(b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
  jl_column(b, "rate", JL_MSG("rate"), JL_ARG_FRACTION, 1);
  jl_column(b, "new_rate", JL_MSG("would be"), JL_ARG_FRACTION, 1);
  jl_column(b, "needed", JL_MSG("it takes"), JL_ARG_INTEGER, 0);
  jl_column(b, "new_needed", JL_MSG("it would take"), JL_ARG_INTEGER, 0);
  jl_column(b, "more", JL_MSG("more or fewer"), JL_ARG_INTEGER, 0);
  jl_column(b, "brings", JL_MSG("same start"), JL_ARG_INTEGER, 0);
  for (size_t i = 0; i <= now->plan.count; i++) {
    bool customers = i == now->plan.count;
    jl_row_begin(b, customers ? r->funnel : now->stages[i].record, 0, JL_ROW_NORMAL);
    if (customers)
      jl_cell_label(b, JL_MSG("customers"), "customers");
    else
      jl_cell_title(b, r->in, now->stages[i].record);
    if (customers) {
      jl_cells_empty(b, 2);
    } else {
      jl_cell(b, jl_arg_fraction(now->steps[i].rate, "percent"));
      jl_cell_source(b, now->stages[i].known.record);
      jl_cell(b, jl_arg_fraction(then->steps[i].rate, "percent"));
      if (now->steps[i].rate != then->steps[i].rate) jl_cell_tone(b, JL_TONE_WARN);
    }
    jl_cell(b, jl_arg_integer(now->whole.counts[i]));
    if (customers) jl_cell_source(b, r->funnel);
    jl_cell(b, jl_arg_integer(then->whole.counts[i]));
    jl_cell(b, jl_arg_integer(then->whole.counts[i] - now->whole.counts[i]));
    jl_cell(b, jl_arg_integer(r->brings.counts[i]));
    if (r->brings.counts[i] < now->whole.counts[i]) jl_cell_tone(b, JL_TONE_BAD);
  }
}

/* ---- money ---- */
static void money_row(struct rate *r, const char *message, const char *name, bool has, int64_t now, int64_t then, unsigned unknown) {
  struct jl_builder *b = r->b;
  if (!has) return;
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(b, message, name);
  const int64_t cells[] = {now, then, then - now};
  for (size_t i = 0; i < JL_COUNT(cells); i++) jl_cell_money_known(b, cells[i], r->now->currency, unknown);
  if (then > now && unknown == 0) jl_cell_tone(b, JL_TONE_WARN);
}

/* What is made of the budget; where a part of it has no exchange rate nobody knows what that is. */
static void rows_of_budget(struct rate *r, int64_t planned, unsigned unknown) {
  size_t last = r->now->plan.count;
  int64_t keep = 0, each = 0, each_then = 0;
  bool has = jl_mul_div_half_even(planned, r->then->whole.counts[0], r->now->whole.counts[0], &keep);
  money_row(r, JL_MSG("budget that keeps the target"), "keep", has, planned, keep, unknown);
  has = r->now->whole.counts[last] > 0 && r->brings.counts[last] > 0 && jl_mul_div_half_even(planned, 1, r->now->whole.counts[last], &each) &&
        jl_mul_div_half_even(planned, 1, r->brings.counts[last], &each_then);
  money_row(r, JL_MSG("budget per customer"), "each", has, each, each_then, unknown);
}

static bool block_money(struct rate *r, struct jl_error *err) {
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  struct jl_builder *b = r->b;
  struct jl_money_remarks remarks = {.in = r->in, .b = b, .basis = costs.basis};
  struct jl_money_line *lines;
  struct jl_amounts total;
  size_t n = 0, last = r->now->plan.count;
  if (!jl_view_sees(r->in, JL_SECTION_BUDGET)) return true;
  if (!jl_money_lines_remarked(r->in, b, &costs, &lines, &n, &total, &remarks, err)) return false;
  const unsigned unknown = jl_money_unknown(lines, n, NULL, NULL) & JL_UNKNOWN(JL_MONEY_PLANNED);
  if ((total.planned <= 0 && unknown == 0) || r->now->whole.counts[0] <= 0) return true;
  jl_block_begin(b, JL_BLOCK_TABLE, "money", JL_MSG("money, at the same cost of those at the beginning"));
  jl_column(b, "what", JL_MSG("what"), JL_ARG_TEXT, 0);
  jl_column(b, "now", JL_MSG("now"), JL_ARG_MONEY, 0);
  jl_column(b, "then", JL_MSG("then"), JL_ARG_MONEY, 0);
  jl_column(b, "change", JL_MSG("change"), JL_ARG_MONEY, 0);
  rows_of_budget(r, total.planned, unknown);
  int64_t revenue = r->now->whole.revenue, deal = r->now->plan.deal, missed;
  if (revenue > 0 && deal > 0 && !__builtin_mul_overflow(deal, r->brings.counts[last], &missed))
    money_row(r, JL_MSG("revenue"), "revenue", true, revenue, missed, 0);
  if (unknown != 0) jl_note_apart(&remarks, &total);
  return true;
}

/* ---- dates ---- */
/* A span of days as much longer as so many more are needed, rounded up: its last day. */
static int32_t reached(int32_t start, int32_t last, int64_t needed, int64_t new_needed) {
  __int128 days = ((__int128)(last - start + 1) * new_needed + needed - 1) / needed;
  return days > 100000 ? start + 100000 : start + (int32_t)days - 1;
}

static void date_row(struct rate *r, const struct jl_record *record, int32_t start, int32_t last, int64_t needed, int64_t new_needed) {
  struct jl_builder *b = r->b;
  if (needed <= 0 || last < start) return;
  int32_t then = reached(start, last, needed, new_needed);
  jl_row_begin(b, record, 0, JL_ROW_NORMAL);
  jl_cell_title(b, r->in, record);
  jl_cell(b, jl_arg_date(last));
  jl_cell(b, jl_arg_date(then));
  if (then > last) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell(b, jl_arg_integer(then - last));
}

static void block_dates(struct rate *r) {
  const struct jl_funnel_calendar *c = &r->now->calendar;
  size_t n = 0;
  int64_t top = r->now->whole.counts[0], top_then = r->then->whole.counts[0];
  if (!r->now->has_calendar || top <= 0) return;
  jl_block_begin(r->b, JL_BLOCK_TABLE, "dates", JL_MSG("reached, with as many a day at the beginning"));
  jl_column(r->b, "what", JL_MSG("target"), JL_ARG_TEXT, 0);
  jl_column(r->b, "now", JL_MSG("now"), JL_ARG_DATE, 0);
  jl_column(r->b, "then", JL_MSG("then"), JL_ARG_DATE, 0);
  jl_column(r->b, "days", JL_MSG("days later"), JL_ARG_INTEGER, 0);
  date_row(r, r->funnel, c->start, jl_day_add_months(c->start, c->months * c->periods) - 1, top, top_then);
  /* objectives of the stages behind the rate: they get as many fewer a day */
  for (size_t i = 0; i <= r->now->plan.count; i++) {
    const struct jl_record *of = i < r->now->plan.count ? r->now->stages[i].record : r->funnel;
    const struct jl_record **objectives = jl_view_referring(r->in, r->b, &of->id, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_FUNNEL_STAGE, &n);
    for (size_t o = 0; o < n && r->brings.counts[i] > 0; o++)
      date_row(r, objectives[o], c->start, (int32_t)jl_view_int(objectives[o], JL_OBJECTIVE_DUE, JL_NO_DAY), r->brings.counts[i], r->now->whole.counts[i]);
  }
}

/* Who works on this very rate: what could make up for it, and by when. */
static void block_actions(struct rate *r) {
  struct jl_builder *b = r->b;
  size_t n = 0;
  bool begun = false;
  const struct jl_record *kpi = jl_view_linked(r->in, r->record, JL_FUNNEL_RATE_KPI);
  const struct jl_record **actions = kpi == NULL ? NULL : jl_view_referring(r->in, b, &kpi->id, JL_TYPE_ACTION, JL_ACTION_KPIS, &n);
  for (size_t i = 0; i < n; i++) {
    if (!jl_action_open(actions[i]) || !jl_record_has(actions[i]->body, JL_ACTION_CONVERSION_TO)) continue;
    if (!begun) {
      jl_block_begin(b, JL_BLOCK_TABLE, "actions", JL_MSG("actions that are to change this rate"));
      jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
      jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 0);
      jl_column(b, "from", JL_MSG("conversion from"), JL_ARG_FRACTION, 0);
      jl_column(b, "to", JL_MSG("conversion to"), JL_ARG_FRACTION, 0);
    }
    begun = true;
    jl_row_begin(b, actions[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, r->in, actions[i]);
    jl_cell_by_number(b, r->in, actions[i], JL_ACTION_DUE);
    jl_cell_by_number(b, r->in, actions[i], JL_ACTION_CONVERSION_FROM);
    jl_cell_by_number(b, r->in, actions[i], JL_ACTION_CONVERSION_TO);
  }
}

/* The rate may not be the one that counts: a KPI measures it, or a better one of its stage is known. */
static void notes(struct rate *r) {
  struct jl_builder *b = r->b;
  bool same = r->is != r->was;
  for (size_t i = 0; i < r->now->plan.count; i++) same = same && r->now->steps[i].rate == r->then->steps[i].rate;
  for (size_t k = 0; k < r->now->channel_count; k++)
    for (size_t i = 0; i < r->now->plan.count; i++) same = same && r->now->channels[k].rates[i] == r->then->channels[k].rates[i];
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  const struct jl_arg kpi = jl_arg_text(jl_record_caption(b, r->in->space, jl_view_linked(r->in, r->record, JL_FUNNEL_RATE_KPI)));
  if (same && jl_view_linked(r->in, r->record, JL_FUNNEL_RATE_KPI) != NULL)
    jl_note(b, JL_TONE_WARN, JL_MSG("this rate is measured by {1}: what is typed does not count as long as there is a value"), &kpi, 1);
  else if (same)
    jl_note(b, JL_TONE_WARN, JL_MSG("another rate of this stage counts, as more is known of it: jalon funnel"), NULL, 0);
  jl_note(b, JL_TONE_MUTED, JL_MSG("nothing is changed yet: --apply writes this rate in one group, and jalon undo takes it back"), NULL, 0);
}

static bool blocks(struct rate *r, const struct jl_view_input *then, struct jl_error *err) {
  struct jl_view_input now = *r->in;
  now.parameter_count = 0; /* the funnel as it is, whatever this view was asked */
  if (!jl_sheet_make(&now, r->b, r->funnel, r->now, err) || !jl_sheet_make(then, r->b, r->funnel, r->then, err)) return false;
  bring(r);
  const struct jl_arg names[] = {jl_arg_text(jl_record_caption(r->b, r->in->space, r->record)), jl_arg_text(jl_record_caption(r->b, r->in->space, r->stage))};
  jl_builder_title(r->b, JL_MSG("if the rate {1} of {2} changes"), names, 2);
  jl_block_change(r->in, r->b, r->record, JL_FUNNEL_RATE_RATE, r->was < 0 ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_fraction(r->was, "percent"),
                  jl_arg_fraction(r->is, "percent"));
  block_funnel(r);
  if (!block_money(r, err)) return false;
  block_dates(r);
  block_actions(r);
  notes(r);
  return true;
}

bool jl_replan_rate(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *rate, struct jl_error *err) {
  struct rate r = {.in = in, .b = b, .record = rate, .now = jl_view_alloc(b, 1, sizeof *r.now), .then = jl_view_alloc(b, 1, sizeof *r.then)};
  struct jl_what_if w;
  if (r.now == NULL || r.then == NULL) return true; /* the builder knows */
  if (!asked(&r, err)) return false;
  bool ok = jl_what_if_begin(in, &w, err) && jl_what_if_set(&w, jl_builder_arena(b), rate, JL_FUNNEL_RATE_RATE, r.is, err);
  w.in.parameter_count = 0;
  ok = ok && blocks(&r, &w.in, err);
  jl_what_if_end(&w);
  return ok;
}
