/* A funnel: what it takes at each stage, by when, with which rates and whose; by period, by channel, and what sales can treat
 * (product.md P9, P10). */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

#define PICTURE 20 /* blocks of the widest bar */

struct page {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_sheet *sheet;
};

static const char *text_of(const struct page *p, size_t stage) {
  return stage < p->sheet->plan.count ? p->sheet->stages[stage].name : JL_MSG("customers");
}

static bool is_message(const struct page *p, size_t stage) { return stage >= p->sheet->plan.count || p->sheet->stages[stage].is_message; }

static void cell_name(const struct page *p, const char *name, bool message) {
  if (message)
    jl_cell_label(p->b, name, name);
  else
    jl_cell_text(p->b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
}

static void cell_stage(const struct page *p, size_t stage) { cell_name(p, text_of(p, stage), is_message(p, stage)); }

static void column_of_stage(const struct page *p, size_t stage, int priority) {
  const char *name = text_of(p, stage);
  if (is_message(p, stage))
    jl_column(p->b, name, name, JL_ARG_INTEGER, priority);
  else
    jl_column_data(p->b, name, name, JL_ARG_INTEGER, priority);
}

static struct jl_arg arg_stage(const struct page *p, size_t stage) {
  return is_message(p, stage) ? jl_arg_label(text_of(p, stage)) : jl_arg_text(text_of(p, stage));
}

/* ---- the objectives made from it ---- */
/* Of a business objective that is the funnel's: one that counts, whose unit is what it counts, is that of the customers (so funnel apply
 * makes it where there is no revenue to be told), any other that of the revenue. */
static bool is_of_revenue(const struct page *p, const struct jl_record *o) {
  struct jl_bytes unit = jl_record_text(o->type, o->body, JL_OBJECTIVE_UNIT), metric = jl_record_text(o->type, o->body, JL_OBJECTIVE_METRIC);
  bool counts = unit.size > 0 && unit.size <= metric.size && memcmp(unit.data, metric.data, unit.size) == 0;
  return p->sheet->whole.revenue >= 0 && jl_view_int(o, JL_OBJECTIVE_KIND, 0) == JL_OBJECTIVE_BUSINESS && !counts;
}

/* Those of the funnel itself are two: that of the revenue and that of the customers. */
static const struct jl_record *objective_of(const struct page *p, const struct jl_record *whose, bool of_revenue) {
  size_t n = 0;
  const struct jl_record **all =
      whose == NULL ? NULL : jl_view_referring(p->in, p->b, &whose->id, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_FUNNEL_STAGE, &n);
  for (size_t i = 0; i < n; i++)
    if ((whose == p->sheet->funnel && is_of_revenue(p, all[i])) == of_revenue) return all[i];
  return NULL;
}

/* The objective and the KPI that measures it: `jalon funnel apply` finds both by these sources. */
static void sources_of_objective(const struct page *p, const struct jl_record *objective) {
  size_t n = 0;
  if (objective == NULL) return;
  const struct jl_record **kpis = jl_view_referring(p->in, p->b, &objective->id, JL_TYPE_KPI, JL_KPI_OBJECTIVE, &n);
  jl_cell_source(p->b, objective);
  if (n > 0) jl_cell_source(p->b, kpis[0]);
}

static void cell_objective(const struct page *p, const struct jl_record *whose) {
  const struct jl_record *objective = objective_of(p, whose, false);
  if (objective == NULL)
    jl_cell_empty(p->b);
  else
    jl_cell_title(p->b, p->in, objective);
  sources_of_objective(p, objective);
}

/* ---- target ---- */
static void field(struct jl_builder *b, const char *label, const char *name, struct jl_arg value) {
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(b, label, name);
  jl_cell(b, value);
}

static void block_target(const struct page *p) {
  const struct jl_sheet *s = p->sheet;
  jl_block_begin(p->b, JL_BLOCK_FIELDS, "target", NULL);
  jl_column(p->b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(p->b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  if (!s->forwards && s->plan.revenue >= 0)
    field(p->b, JL_MSG("revenue target"), "revenue", jl_arg_money(s->plan.revenue, s->currency));
  if (!s->forwards && s->plan.customers >= 0) field(p->b, JL_MSG("customers target"), "customers", jl_arg_integer(s->plan.customers));
  if (s->forwards) {
    jl_row_begin(p->b, NULL, 0, JL_ROW_NORMAL);
    cell_stage(p, s->from);
    jl_cell(p->b, jl_arg_integer(s->given));
  }
  if (s->plan.deal > 0) field(p->b, JL_MSG("mean deal"), "deal", jl_arg_money(s->plan.deal, s->currency));
  if (s->whole.revenue >= 0) field(p->b, JL_MSG("revenue of these customers"), "revenue_of_customers", jl_arg_money(s->whole.revenue, s->currency));
  if (s->whole.revenue >= 0) sources_of_objective(p, objective_of(p, s->funnel, true));
  jl_row_begin(p->b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(p->b, JL_MSG("rounding of the funnel"), "rounding");
  if (s->forwards)
    jl_cell_label(p->b, JL_MSG("down at each stage"), "down");
  else if (s->plan.rounding == JL_FUNNEL_EACH)
    jl_cell_label(p->b, JL_MSG("up at each stage"), "stage");
  else
    jl_cell_label(p->b, JL_MSG("up where it is shown, exact in between"), "shown");
  if (!s->forwards && s->plan.revenue >= 0 && s->plan.customers >= 0)
    jl_note(p->b, JL_TONE_WARN, JL_MSG("the customers target decides, and the revenue target changes nothing: take one of them away"), NULL, 0);
}

/* ---- stages ---- */
static int bits_of(int64_t count) {
  int bits = 0;
  for (; count > 0; count >>= 1) bits++;
  return bits;
}

/* A bar in the middle; a block more is a doubling, or several where the widest stage would not fit. */
static void cell_picture(const struct page *p, int64_t count) {
  static const char block[] = "█";
  int most = 1, bits = bits_of(count);
  for (size_t i = 0; i <= p->sheet->plan.count; i++)
    if (bits_of(p->sheet->whole.counts[i]) > most) most = bits_of(p->sheet->whole.counts[i]);
  int width = most > PICTURE ? (bits * PICTURE + most - 1) / most : bits, whole = most > PICTURE ? PICTURE : most;
  char text[PICTURE * sizeof block] = "";
  size_t size = (size_t)(whole - width) / 2;
  memset(text, ' ', size);
  for (int i = 0; i < width; i++, size += sizeof block - 1) memcpy(text + size, block, sizeof block - 1);
  jl_cell_text(p->b, (struct jl_bytes){(const uint8_t *)text, width == 0 ? 0 : size});
}

/* The days on which what is needed at this stage is due, so that its customers count within the target's period. */
static void cells_window(const struct page *p, size_t stage) {
  const struct jl_funnel_calendar *c = &p->sheet->calendar;
  if (p->sheet->forwards || p->sheet->schedule.count == 0) {
    jl_cells_empty(p->b, 2);
    return;
  }
  int lag = jl_funnel_lag(&p->sheet->plan, stage);
  jl_cell(p->b, jl_arg_date(jl_day_add_months(c->start, -lag)));
  jl_cell(p->b, jl_arg_date(jl_day_add_months(c->start, c->months * c->periods - lag) - 1));
}


static void cell_count(const struct page *p, size_t stage) {
  if (p->sheet->forwards && stage < p->sheet->from)
    jl_cell_empty(p->b);
  else
    jl_cell(p->b, jl_arg_integer(p->sheet->whole.counts[stage]));
  jl_cell_source(p->b, p->sheet->funnel);
  for (size_t i = stage; i < p->sheet->plan.count && p->sheet->funnel != NULL; i++) {
    jl_cell_source(p->b, p->sheet->stages[i].known.record);
    for (size_t c = 0; c < p->sheet->channel_count; c++)
      if (p->sheet->channel_known[c][i].of_channel) jl_cell_source(p->b, p->sheet->channel_known[c][i].record);
  }
}

static void block_stages(const struct page *p) {
  const struct jl_sheet *s = p->sheet;
  jl_block_begin(p->b, JL_BLOCK_TABLE, "stages", NULL);
  jl_column(p->b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
  jl_column_drawn(p->b, "picture", 5);
  jl_column(p->b, "count", s->forwards ? JL_MSG("expected") : JL_MSG("it takes"), JL_ARG_INTEGER, 0);
  jl_column(p->b, "rate", JL_MSG("rate"), JL_ARG_FRACTION, 0);
  jl_column(p->b, "lag", JL_MSG("months to the next"), JL_ARG_INTEGER, 3);
  jl_column(p->b, "from", JL_MSG("due from"), JL_ARG_DATE, 2);
  jl_column(p->b, "until", JL_MSG("until"), JL_ARG_DATE, 2);
  jl_column(p->b, "objective", JL_MSG("objective"), JL_ARG_TEXT, 6);
  for (size_t i = 0; i <= s->plan.count; i++) {
    bool last = i == s->plan.count;
    jl_row_begin(p->b, last ? s->funnel : s->stages[i].record, 0, last ? JL_ROW_TOTAL : JL_ROW_NORMAL);
    cell_stage(p, i);
    cell_picture(p, s->whole.counts[i]);
    cell_count(p, i);
    jl_cell(p->b, last ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_fraction(s->steps[i].rate, "percent"));
    if (!last) jl_cell_source(p->b, s->stages[i].known.record);
    if (!last) jl_cell_source(p->b, s->stages[i].known.measurement);
    jl_cell(p->b, last || s->steps[i].lag == 0 ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_integer(s->steps[i].lag));
    cells_window(p, i);
    cell_objective(p, last ? s->funnel : s->stages[i].record);
  }
  jl_note(p->b, JL_TONE_MUTED, JL_MSG("rate: how many of a stage go on to the next one; a longer bar by one block is twice as many, or more"), NULL, 0);
}

/* ---- where the rates come from ---- */
static void cell_date(struct jl_builder *b, int32_t day, bool old) {
  jl_cell(b, day == JL_NO_DAY ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_date(day));
  if (old) jl_cell_tone(b, JL_TONE_BAD);
}

static void cell_choice(struct jl_builder *b, const struct jl_record_type *type, uint32_t field_number, int32_t value) {
  const struct jl_enum_value *known = jl_enum_by_number(jl_field_by_number(type, field_number)->enumeration, value);
  if (known == NULL)
    jl_cell_empty(b);
  else
    jl_cell_label(b, known->label, known->text);
}

/* How many of the rates that are used are what. */
struct rates_seen {
  int64_t all, guessed, old, few, unknown;
  bool by_channel;
};

static void cell_cases(const struct page *p, const struct jl_rate_known *known) {
  if (known->origin == JL_RATE_MEASURED && known->cases < 0)
    jl_cell_label(p->b, JL_MSG("number unknown"), "unknown");
  else
    jl_cell(p->b, known->cases < 0 ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_integer(known->cases));
  if (jl_rate_is_thin(known, p->sheet->enough)) jl_cell_tone(p->b, JL_TONE_WARN);
}

/* channel NULL: of all of them. */
static void rate_row(const struct page *p, size_t stage, const struct jl_rate_known *known, const char *channel, struct rates_seen *seen) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_FUNNEL_RATE);
  jl_row_begin(p->b, known->record, 0, JL_ROW_NORMAL);
  cell_stage(p, stage);
  if (seen->by_channel) cell_name(p, channel == NULL ? "" : channel, false);
  jl_cell(p->b, jl_arg_fraction(known->rate, "percent"));
  cell_choice(p->b, type, JL_FUNNEL_RATE_ORIGIN, known->origin);
  if (known->origin != JL_RATE_MEASURED) jl_cell_tone(p->b, JL_TONE_WARN);
  cell_choice(p->b, type, JL_FUNNEL_RATE_TRUST, known->trust);
  if (known->trust == JL_TRUST_LOW) jl_cell_tone(p->b, JL_TONE_WARN);
  cell_cases(p, known);
  cell_date(p->b, known->date, false);
  cell_date(p->b, known->expires, known->expired);
  if (known->source == NULL)
    jl_cell_empty(p->b);
  else
    cell_name(p, known->source, known->source_is_message);
  bool thin = jl_rate_is_thin(known, p->sheet->enough);
  seen->all++;
  seen->guessed += known->origin != JL_RATE_MEASURED;
  seen->old += known->expired;
  seen->unknown += thin && known->cases < 0;
  seen->few += thin && known->cases >= 0;
}

static void rates_notes(const struct page *p, const struct rates_seen *seen) {
  const struct jl_arg args[] = {jl_arg_integer(seen->guessed), jl_arg_integer(seen->all), jl_arg_integer(seen->old), jl_arg_integer(seen->few),
                                jl_arg_integer(seen->unknown), jl_arg_integer(p->sheet->enough)};
  const int n = JL_COUNT(args);
  if (seen->guessed > 0)
    jl_note(p->b, JL_TONE_WARN, JL_MSG("benchmarks and assumptions: {1} of {2} rates; the figures are no better than they are"), args, n);
  if (seen->few > 0) jl_note(p->b, JL_TONE_WARN, JL_MSG("measured on fewer than {6} cases: {4} of {2} rates"), args, n);
  if (seen->unknown > 0) jl_note(p->b, JL_TONE_WARN, JL_MSG("measured, number of cases unknown: {5} of {2} rates (--cases tells it)"), args, n);
  if (seen->old > 0) jl_note(p->b, JL_TONE_BAD, JL_MSG("expired: {3} of {2} rates; measure them, or look for newer ones"), args, n);
}

static bool has_channel_rates(const struct jl_sheet *s) {
  for (size_t c = 0; c < s->channel_count; c++)
    for (size_t i = 0; i < s->plan.count; i++)
      if (s->channel_known[c][i].of_channel) return true;
  return false;
}

static void block_rates(const struct page *p) {
  const struct jl_sheet *s = p->sheet;
  struct rates_seen seen = {.by_channel = has_channel_rates(s)};
  jl_block_begin(p->b, JL_BLOCK_TABLE, "rates", JL_MSG("where the rates come from"));
  jl_column(p->b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
  if (seen.by_channel) jl_column(p->b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 0);
  jl_column(p->b, "rate", JL_MSG("rate"), JL_ARG_FRACTION, 1);
  jl_column(p->b, "origin", JL_MSG("origin"), JL_ARG_LABEL, 0);
  jl_column(p->b, "trust", JL_MSG("trust"), JL_ARG_LABEL, 1);
  jl_column(p->b, "cases", JL_MSG("cases"), JL_ARG_INTEGER, 3);
  jl_column(p->b, "date", JL_MSG("date"), JL_ARG_DATE, 1);
  jl_column(p->b, "expires", JL_MSG("expires"), JL_ARG_DATE, 2);
  jl_column(p->b, "source", JL_MSG("source"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < s->plan.count; i++) {
    rate_row(p, i, &s->stages[i].known, NULL, &seen);
    for (size_t c = 0; c < s->channel_count; c++)
      if (s->channel_known[c][i].of_channel) rate_row(p, i, &s->channel_known[c][i], s->channels[c].name, &seen);
  }
  rates_notes(p, &seen);
}

/* ---- by period ---- */
static int32_t end_of(const struct page *p, size_t period) {
  return jl_day_add_months(p->sheet->calendar.start, ((int)period - (int)p->sheet->schedule.before + 1) * p->sheet->calendar.months) - 1;
}

static void block_periods(const struct page *p) {
  const struct jl_sheet *s = p->sheet;
  int64_t missed = 0;
  size_t stages = s->plan.count;
  jl_block_begin(p->b, JL_BLOCK_TABLE, "periods", JL_MSG("schedule"));
  jl_column(p->b, "from", JL_MSG("start"), JL_ARG_DATE, 0);
  jl_column(p->b, "until", JL_MSG("end"), JL_ARG_DATE, 6);
  for (size_t i = 0; i <= stages; i++) column_of_stage(p, i, 1);
  for (size_t period = 0; period < s->schedule.count; period++) {
    bool over = end_of(p, period) < p->in->today;
    jl_row_begin(p->b, NULL, 0, over ? JL_ROW_MUTED : JL_ROW_NORMAL);
    cell_date(p->b, s->schedule.starts[period], false);
    cell_date(p->b, end_of(p, period), false);
    for (size_t i = 0; i <= stages; i++) {
      jl_cell(p->b, jl_arg_integer(s->schedule.due[period][i]));
      jl_cell_source(p->b, s->funnel);
    }
    if (over) missed += s->schedule.due[period][0];
  }
  jl_row_begin(p->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(p->b, JL_MSG("total"), "total");
  jl_cell_empty(p->b);
  for (size_t i = 0; i <= stages; i++) jl_cell(p->b, jl_arg_integer(s->whole.counts[i]));
  const struct jl_arg args[] = {jl_arg_integer(missed), arg_stage(p, 0), jl_arg_date(p->in->today)};
  if (missed > 0) jl_note(p->b, JL_TONE_BAD, JL_MSG("due before {3}: {1} {2}; what has not come by then is missing later"), args, 3);
  if (jl_funnel_lag(&s->plan, 0) > 0)
    jl_note(p->b, JL_TONE_MUTED, JL_MSG("a stage is due earlier than the customers by the months that lie between"), NULL, 0);
}

/* ---- sales capacity ---- */
static int64_t able_of(const struct page *p, size_t stage) {
  int64_t able = 0;
  return jl_funnel_capacity(p->sheet->reps, p->sheet->steps[stage].capacity, &able) ? able : INT64_MAX;
}

/* *io_waiting: what sales could not treat so far; what one period leaves is treated in the next ones, as far as there is room. */
static void capacity_row(const struct page *p, size_t stage, int32_t from, int64_t needed, bool dated, int64_t *io_waiting) {
  const struct jl_funnel_step *step = &p->sheet->steps[stage];
  int64_t able = able_of(p, stage);
  bool over = !jl_funnel_within_capacity(p->sheet->reps, step->capacity, needed);
  jl_row_begin(p->b, p->sheet->stages[stage].record, 0, JL_ROW_NORMAL);
  cell_stage(p, stage);
  cell_date(p->b, dated ? from : JL_NO_DAY, false);
  jl_cell(p->b, jl_arg_integer(needed));
  jl_cell(p->b, jl_arg_integer(able));
  jl_cell_source(p->b, p->sheet->funnel);
  jl_cell(p->b, jl_arg_integer((needed + step->capacity - 1) / step->capacity));
  if (over)
    jl_cell_label(p->b, JL_MSG("over capacity"), "too-many");
  else
    jl_cell_label(p->b, JL_MSG("within capacity"), "ok");
  jl_cell_tone(p->b, over ? JL_TONE_BAD : JL_TONE_GOOD);
  if (__builtin_add_overflow(*io_waiting, needed - able, io_waiting) || *io_waiting < 0) *io_waiting = 0;
  jl_cell(p->b, jl_arg_integer(*io_waiting));
  if (*io_waiting > 0) jl_cell_tone(p->b, JL_TONE_WARN);
}

static void note_capacity(const struct page *p, size_t stage) {
  const struct jl_sheet *s = p->sheet;
  struct jl_funnel_result most;
  struct jl_error ignored;
  if (!jl_funnel_forwards(&s->plan, stage, able_of(p, stage), &most, &ignored)) return;
  const struct jl_arg args[] = {jl_arg_integer(s->reps), jl_arg_integer(most.counts[stage]), arg_stage(p, stage),
                                jl_arg_integer(most.counts[s->plan.count]), jl_arg_money(most.revenue, s->currency)};
  jl_note(p->b, JL_TONE_NONE,
          most.revenue < 0 ? JL_MSG("sales reps: {1}; what they can treat in a period: {2} {3}, which makes {4} customers")
                           : JL_MSG("sales reps: {1}; what they can treat in a period: {2} {3}, which makes {4} customers, {5}"),
          args, 5);
}

static void note_waiting(const struct page *p, size_t stage, int64_t waiting) {
  const int64_t able = able_of(p, stage);
  const struct jl_arg args[] = {jl_arg_integer(waiting), arg_stage(p, stage), jl_arg_integer(able > 0 ? waiting / able + (waiting % able != 0) : 0)};
  jl_note(p->b, JL_TONE_WARN,
          able > 0 ? JL_MSG("still waiting at the end: {1} {2}; periods that they take with the same sales reps: {3}") : JL_MSG("still waiting at the end: {1} {2}"), args, 3);
}

static void capacity_of(const struct page *p, size_t stage) {
  const struct jl_funnel_schedule *schedule = &p->sheet->schedule;
  int64_t waiting = 0;
  if (p->sheet->forwards || schedule->count == 0)
    capacity_row(p, stage, 0, p->sheet->whole.counts[stage], false, &waiting);
  else
    for (size_t period = 0; period < schedule->count; period++)
      if (schedule->due[period][stage] > 0 || waiting > 0) capacity_row(p, stage, schedule->starts[period], schedule->due[period][stage], true, &waiting);
  note_capacity(p, stage);
  if (waiting > 0) note_waiting(p, stage, waiting);
}

static void block_capacity(const struct page *p) {
  size_t limited = 0;
  for (size_t i = 0; i < p->sheet->plan.count; i++) limited += p->sheet->steps[i].capacity > 0;
  if (limited == 0 || p->sheet->reps < 0) return;
  jl_block_begin(p->b, JL_BLOCK_TABLE, "capacity", JL_MSG("can sales follow?"));
  jl_column(p->b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
  jl_column(p->b, "from", JL_MSG("start"), JL_ARG_DATE, 0);
  jl_column(p->b, "needed", p->sheet->forwards ? JL_MSG("expected") : JL_MSG("it takes"), JL_ARG_INTEGER, 0);
  jl_column(p->b, "able", JL_MSG("possible"), JL_ARG_INTEGER, 1);
  jl_column(p->b, "reps", JL_MSG("reps needed"), JL_ARG_INTEGER, 1);
  jl_column(p->b, "verdict", JL_MSG("verdict"), JL_ARG_LABEL, 0);
  jl_column(p->b, "waiting", JL_MSG("waiting"), JL_ARG_INTEGER, 2);
  for (size_t i = 0; i < p->sheet->plan.count; i++)
    if (p->sheet->steps[i].capacity > 0) capacity_of(p, i);
}

/* ---- channels ---- */
static void block_channels(const struct page *p) {
  const struct jl_sheet *s = p->sheet;
  if (s->channel_count == 0 || s->forwards) return;
  jl_block_begin(p->b, JL_BLOCK_TABLE, "channels", JL_MSG("by channel"));
  jl_column(p->b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 0);
  jl_column(p->b, "share", JL_MSG("share"), JL_ARG_SHARE, 1);
  for (size_t i = 0; i <= s->plan.count; i++) column_of_stage(p, i, 2);
  for (size_t c = 0; c < s->channel_count; c++) {
    jl_row_begin(p->b, s->channel_records[c], 0, JL_ROW_NORMAL);
    if (s->channel_records[c] == NULL)
      jl_cell_label(p->b, JL_MSG("all others"), "others");
    else
      cell_name(p, s->channels[c].name, false);
    jl_cell(p->b, jl_arg_share(s->channels[c].share));
    for (size_t i = 0; i <= s->plan.count; i++) {
      jl_cell(p->b, jl_arg_integer(s->parts[c].counts[i]));
      jl_cell_source(p->b, s->channel_records[c]);
    }
  }
  jl_row_begin(p->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(p->b, JL_MSG("total"), "total");
  jl_cell(p->b, jl_arg_share(JL_SHARE_ONE));
  for (size_t i = 0; i <= s->plan.count; i++) jl_cell(p->b, jl_arg_integer(s->whole.counts[i]));
  const struct jl_arg stage = arg_stage(p, s->shared);
  jl_note(p->b, JL_TONE_MUTED, JL_MSG("shares are of {1}; from there on the rate of the whole is that of the channels' mix"), &stage, 1);
}

/* ---- which one ---- */
static void choose_one(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **funnels, size_t n) {
  static const uint32_t fields[] = {JL_FUNNEL_REVENUE, JL_FUNNEL_CUSTOMERS, JL_FUNNEL_DEAL};
  jl_block_begin(b, JL_BLOCK_TABLE, "funnels", NULL);
  jl_column(b, "funnel", JL_MSG("funnel"), JL_ARG_TEXT, 0);
  jl_column(b, "revenue", JL_MSG("revenue target"), JL_ARG_MONEY, 0);
  jl_column(b, "customers", JL_MSG("customers target"), JL_ARG_INTEGER, 1);
  jl_column(b, "deal", JL_MSG("mean deal"), JL_ARG_MONEY, 1);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, funnels[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, funnels[i]);
    for (size_t f = 0; f < JL_COUNT(fields); f++) jl_cell_by_number(b, in, funnels[i], fields[f]);
  }
  if (n == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no funnel yet: jalon funnel new \"...\" --benchmark inbound-b2b --revenue 1M --deal 10k"), NULL, 0);
  else
    jl_note(b, JL_TONE_MUTED, JL_MSG("say which one, as in jalon funnel FN1"), NULL, 0);
}

bool jl_funnel_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_FUNNEL};
  const struct jl_record *funnel = NULL;
  size_t n = 0;
  (void)a;
  jl_builder_title(b, JL_MSG("funnel"), NULL, 0);
  if (!jl_view_named(in, b, types, 1, &funnel, err)) return false;
  const struct jl_record **funnels = jl_view_all(in, b, JL_TYPE_FUNNEL, &n);
  if (funnel == NULL && !jl_sheet_asks(in)) {
    if (n == 1)
      funnel = funnels[0];
    else {
      const char *given = jl_sheet_wants_stages(in);
      if (given != NULL)
        return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} needs the stages of a funnel"),
                       n == 0 ? JL_MSG("add --benchmark inbound-b2b or --rates visits=2%,leads=30%,MQL=40%,SQL=25%") : JL_MSG("say which funnel, as in jalon funnel FN1, or add --benchmark or --rates"),
                       jl_arg_text(given));
      choose_one(in, b, funnels, n);
      return true;
    }
  }
  struct jl_sheet *sheet = jl_view_alloc(b, 1, sizeof *sheet);
  if (sheet == NULL) return true; /* the builder says why */
  if (!jl_sheet_make(in, b, funnel, sheet, err)) return !jl_builder_ok(b); /* what it missed without memory is no answer */
  const struct page p = {in, b, sheet};
  if (funnel != NULL) jl_builder_subtitle(b, jl_record_caption(b, in->space, funnel));
  jl_builder_currency(b, sheet->currency);
  block_target(&p);
  block_stages(&p);
  block_rates(&p);
  if (sheet->schedule.count > 0) block_periods(&p);
  block_capacity(&p);
  block_channels(&p);
  return true;
}
