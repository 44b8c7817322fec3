/* Figures of the pipeline as teams keep them: month (or period, week, date, start with end); lever; campaign; then visits, leads, MQL ..., pipeline,
 * revenue in columns, or stage with count and amount. Titles are French or English, stages also as the plan's funnels name them. Rows of one period,
 * lever, campaign and stage are added up. */
#include "client/cli/figures.h"
#include "client/import/about.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <string.h>

struct figures {
  struct jl_told_figures told; /* stages and periods of the plan */
  bool ready;
  const char **stages; /* of the columns that are one; NULL: it is none */
  bool *amounts;       /* they are what is worth there */
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static bool no_stage(const char *name, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no stage"), JL_MSG("visits, leads, MQL, SQL, opportunities, pipeline, customers, revenue, or a stage of a funnel of the plan"), jl_arg_text(name));
}

/* ---- columns ---- */
static bool find_stages(struct jl_ingest *in, struct figures *f, struct jl_error *err) {
  const struct jl_table_found *t = jl_ingest_table(in);
  bool any = false;
  f->stages = jl_arena_array(jl_ingest_cli(in)->arena, t->column_count + 1, sizeof *f->stages);
  f->amounts = jl_arena_array(jl_ingest_cli(in)->arena, t->column_count + 1, sizeof *f->amounts);
  if (f->stages == NULL || f->amounts == NULL) return no_memory(err);
  for (size_t i = 0; i < t->column_count; i++) {
    if (jl_ingest_fills(in, i) || jl_ingest_passed_over(in, i)) continue;
    f->stages[i] = jl_told_stage(&f->told, t->columns[i].title, &f->amounts[i]);
    any = any || f->stages[i] != NULL;
    if (f->stages[i] == NULL) jl_talk(jl_ingest_cli(in), JL_MSG("the column \"{1}\" is not read: it is no stage of the pipeline"), jl_arg_text(t->columns[i].title));
  }
  return any || jl_ingest_has(in, "stage") || jl_fail(err, JL_E_INVALID, JL_MSG("there are no figures"), JL_MSG("columns such as leads, MQL, customers, revenue; or stage, count and amount"));
}

static bool begin(struct jl_ingest *in, struct jl_error *err) {
  struct figures *f = jl_ingest_state(in, sizeof *f);
  if (f == NULL) return no_memory(err);
  if (f->ready) return true;
  if (!jl_ingest_has(in, "date") && !jl_ingest_has(in, "period") && !jl_ingest_has(in, "start"))
    return jl_fail(err, JL_E_INVALID, JL_MSG("the file does not say when"), JL_MSG("a column month, period, week or date, or two: start and end; or --set period=2026-03"));
  if (!jl_told_begin(&f->told, jl_ingest_cli(in), JL_FROM_FILE, err) || !find_stages(in, f, err)) return false;
  f->ready = true;
  return true;
}

/* ---- one row ---- */
static bool is_titled(struct jl_ingest *in, const char *one, const char *other) {
  int column = jl_ingest_column(in, "date");
  const char *title = column < 0 ? "" : jl_ingest_table(in)->columns[column].folded;
  return strcmp(title, one) == 0 || strcmp(title, other) == 0;
}

static void whole_month(struct jl_about *about) {
  const struct jl_date d = jl_date_from_day(about->start);
  about->start = jl_day_from_date(d.year, d.month, 1);
  about->end = jl_day_add_months(about->start, 1) - 1;
}

/* "janv. 2026" is no period that commands take, but in tables one. */
static bool period_of(struct figures *f, const char *text, struct jl_about *about, struct jl_error *err) {
  struct jl_date_seen seen;
  bool month = jl_date_look(text, strlen(text), &seen) && seen.only_month;
  if (!month) return jl_told_period(&f->told, text, &about->start, &about->end, err);
  about->start = seen.by_day.day;
  whole_month(about);
  return true;
}

/* A column of dates with a quarter in it, or one of quarters that is called month. */
static bool names_period(const struct jl_ingest *in, const struct jl_table_cell *cell) {
  int column = jl_ingest_column(in, "date");
  bool day = column < 0 || (cell->state == JL_CELL_VALUE && jl_ingest_table(in)->columns[column].kind == JL_COLUMN_DATE);
  return !day && cell->state != JL_CELL_NONE && jl_fiscal_names_quarter(cell->text);
}

static bool when(struct jl_ingest *in, struct figures *f, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err) {
  const char *period = jl_ingest_words(in, row, "period");
  const struct jl_table_cell *cell = jl_ingest_cell(in, row, "date");
  struct jl_date_seen seen;
  bool day = false, start = false, end = false;
  if (period == NULL) return no_memory(err);
  if (period[0] == '\0' && names_period(in, cell)) period = jl_ingest_words(in, row, "date");
  if (period == NULL) return no_memory(err);
  if (period[0] != '\0') return period_of(f, period, about, err);
  if (!jl_ingest_day(in, row, "date", &day, &about->start, err)) return false;
  about->end = about->start;
  if (day) {
    if (is_titled(in, "week", "semaine")) about->end += 6;
    if (is_titled(in, "month", "mois") || (jl_date_look(cell->text, cell->size, &seen) && seen.only_month)) whole_month(about);
    return true;
  }
  if (!jl_ingest_day(in, row, "start", &start, &about->start, err) || !jl_ingest_day(in, row, "end", &end, &about->end, err)) return false;
  if (!start) return jl_fail(err, JL_E_INVALID, JL_MSG("it does not say of which days it is"), NULL);
  if (!end) about->end = about->start;
  return about->end >= about->start || jl_fail(err, JL_E_INVALID, JL_MSG("it ends before it starts"), NULL);
}

/* The campaign's lever goes with it, so that who may not read actions has it too. */
static bool whose(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err) {
  const char *lever = jl_ingest_words(in, row, "lever"), *channel = jl_ingest_words(in, row, "channel"), *campaign = jl_ingest_words(in, row, "campaign");
  const struct jl_record_state *found = NULL;
  if (lever == NULL || channel == NULL || campaign == NULL) return no_memory(err);
  if (!jl_about_lever(in, lever[0] != '\0' ? lever : channel, about, err)) return false;
  if (!jl_ingest_find(in, "campaign", jl_field_by_number(jl_record_type_by_number(JL_TYPE_FIGURE), JL_FIGURE_ACTION), campaign, &found, err)) return false;
  about->has_action = found != NULL;
  if (found == NULL) return true;
  about->action = found->id;
  if (!about->has_lever) about->has_lever = jl_record_id(jl_record_type_by_number(JL_TYPE_ACTION), found->body, JL_ACTION_LEVER, &about->lever);
  return true;
}

static bool take_cell(struct jl_ingest *in, const struct jl_about *about, const char *stage, bool is_amount, const struct jl_table_cell *cell, size_t column, struct jl_error *err) {
  bool has = false;
  int64_t n = 0;
  if (!(is_amount ? jl_ingest_cell_money(in, cell, column, &has, &n, err) : jl_ingest_cell_number(in, cell, column, 0, &has, &n, err))) return false;
  if (has && n < 0) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is below 0"), NULL, jl_arg_textn(cell->text, cell->size));
  return !has || jl_about_figure(in, about, stage, is_amount ? NULL : &n, is_amount ? &n : NULL, err);
}

static bool take_long(struct jl_ingest *in, struct figures *f, const struct jl_ingest_row *row, const struct jl_about *about, struct jl_error *err) {
  const char *name = jl_ingest_words(in, row, "stage");
  const int count = jl_ingest_column(in, "count"), amount = jl_ingest_column(in, "amount");
  bool is_amount = false;
  if (name == NULL) return no_memory(err);
  if (name[0] == '\0') return true;
  const char *stage = jl_told_stage(&f->told, name, &is_amount);
  if (stage == NULL) return no_stage(name, err);
  if (count >= 0 && !take_cell(in, about, stage, is_amount, &row->cells[count], (size_t)count, err)) return false;
  return amount < 0 || take_cell(in, about, stage, true, &row->cells[amount], (size_t)amount, err);
}

static bool row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  struct figures *f = jl_ingest_state(in, sizeof *f);
  struct jl_about about = {.name = ""};
  if (f == NULL) return no_memory(err);
  if (!whose(in, row, &about, err) || !when(in, f, row, &about, err) || !jl_about_platform(in, row, &about, err) || !take_long(in, f, row, &about, err)) return false;
  for (size_t i = 0; i < jl_ingest_table(in)->column_count; i++)
    if (f->stages[i] != NULL && !take_cell(in, &about, f->stages[i], f->amounts[i], &row->cells[i], i, err)) return false;
  return true;
}

static const char *const reads[] = {"date", "period", "start", "end", "lever", "channel", "campaign", "stage", "count", "amount", "platform", "account", "overlap", NULL};
const struct jl_ingest_source jl_source_figures = {.name = "figures", .label = JL_MSG("figures of the pipeline, by period"), .reads = reads, .every_column = true, .begin = begin, .row = row};
