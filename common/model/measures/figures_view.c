/* Pipeline figures of a period: levers with their campaigns, or months, by stage; what goes on from a stage to the next one. */
#include "common/model/budget/amounts.h"
#include "common/model/calendar/span.h"
#include "common/model/explain.h"
#include "common/model/measures/figures.h"
#include "common/model/measures/figure_cells.h"
#include "common/model/measures/returns.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

enum { STAGES_MOST = 12, MONTHS_MOST = 120 };

struct sheet {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_figures *figures;
  const char *const *stages;
  size_t stage_count;
  struct jl_span span;
  const struct jl_record *lever, *action; /* that it is about; NULL: all */
  char currency[4];
  bool split;
};

static struct jl_figure_ask asks(const struct sheet *s, size_t stage) {
  return (struct jl_figure_ask){.stage = stage < s->stage_count ? s->stages[stage] : "", .lever = s->lever, .action = s->action, .from = s->span.first, .to = s->span.last + 1};
}

/* false: too large */
static bool sum(struct sheet *s, const struct jl_figure_ask *ask, struct jl_figure_sum *ret, struct jl_error *err) {
  if (!jl_figures_sum(s->figures, ask, ret)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the figures of this plan are too large to add up"), JL_MSG("correct the largest ones"));
  s->split = s->split || ret->split;
  return true;
}

static bool is_stage(const char *stage, const char *other) { return strcmp(stage, other) == 0; }

static void columns(struct sheet *s) {
  for (size_t i = 0; i < s->stage_count; i++) {
    jl_column_stage(s->b, s->stages[i]);
    if (is_stage(s->stages[i], JL_STAGE_OPPORTUNITIES)) jl_column(s->b, "pipeline", JL_MSG("pipeline"), JL_ARG_MONEY, 2);
    if (is_stage(s->stages[i], JL_STAGE_CUSTOMERS)) jl_column(s->b, "revenue", JL_MSG("signed revenue"), JL_ARG_MONEY, 0);
  }
}

static void why(struct sheet *s, const struct jl_figure_ask *ask, bool amount, const struct jl_figure_sum *of) {
  jl_why_figures(s->in, s->b, s->figures, ask, amount, amount ? jl_arg_money(of->amount, s->currency) : jl_arg_integer(of->count),
                 amount ? JL_MSG("amounts of the figures") : JL_MSG("counts of the figures"));
}

/* As a rate is of it. */
static void why_counted(struct sheet *s, const struct jl_figure_ask *ask, const struct jl_figure_sum *of) {
  jl_why_figures(s->in, s->b, s->figures, ask, false, jl_figure_counted(of), JL_MSG("counts of the figures"));
}

static void amount_cell(struct sheet *s, const struct jl_figure_ask *ask, const struct jl_figure_sum *of) {
  if (!of->has_amount) {
    jl_cell_empty(s->b);
    return;
  }
  jl_cell(s->b, jl_arg_money(of->amount, s->currency));
  jl_figures_sources(s->figures, ask);
  if (jl_explaining(s->b)) why(s, ask, true, of);
}

/* The figures of one row, asked as `of` says. */
static bool cells(struct sheet *s, const struct jl_figure_ask *of, struct jl_error *err) {
  for (size_t i = 0; i < s->stage_count; i++) {
    struct jl_figure_ask ask = *of;
    struct jl_figure_sum found;
    ask.stage = s->stages[i];
    if (!sum(s, &ask, &found, err)) return false;
    if (found.has_count) {
      jl_cell(s->b, jl_arg_integer(found.count));
      jl_figures_sources(s->figures, &ask);
      if (jl_explaining(s->b)) why(s, &ask, false, &found);
    } else
      jl_cell_empty(s->b);
    if (is_stage(s->stages[i], JL_STAGE_OPPORTUNITIES) || is_stage(s->stages[i], JL_STAGE_CUSTOMERS)) amount_cell(s, &ask, &found);
  }
  return true;
}

static bool any(struct sheet *s, const struct jl_figure_ask *of, bool *ret, struct jl_error *err) {
  *ret = false;
  for (size_t i = 0; i < s->stage_count && !*ret; i++) {
    struct jl_figure_ask ask = *of;
    struct jl_figure_sum found;
    ask.stage = s->stages[i];
    if (!sum(s, &ask, &found, err)) return false;
    *ret = found.records > 0;
  }
  return true;
}

static bool row(struct sheet *s, const struct jl_record *record, int level, const struct jl_figure_ask *of, struct jl_error *err) {
  bool told;
  if (!any(s, of, &told, err)) return false;
  if (!told) return true;
  jl_row_begin(s->b, record, level, level == 0 ? JL_ROW_HEADING : JL_ROW_NORMAL);
  if (record != NULL)
    jl_cell_title(s->b, s->in, record);
  else
    jl_cell_label(s->b, JL_MSG("no lever"), "none");
  return cells(s, of, err);
}

/* Its campaigns stand below a lever; what is left of it names none. */
static bool lever_rows(struct sheet *s, const struct jl_record *lever, struct jl_error *err) {
  struct jl_figure_ask of = asks(s, 0);
  size_t n = 0;
  of.lever = lever;
  of.no_lever = lever == NULL;
  if (!row(s, lever, 0, &of, err)) return false;
  const struct jl_record **actions = lever == NULL ? NULL : jl_view_referring(s->in, s->b, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &n);
  for (size_t i = 0; i < n; i++) {
    if (s->action != NULL && s->action != actions[i]) continue;
    of.action = actions[i];
    if (!row(s, actions[i], 1, &of, err)) return false;
  }
  return true;
}

static bool total_row(struct sheet *s, struct jl_error *err) {
  const struct jl_figure_ask of = asks(s, 0);
  jl_row_begin(s->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(s->b, JL_MSG("total"), "total");
  return cells(s, &of, err);
}

static bool block_levers(struct sheet *s, struct jl_error *err) {
  size_t n = 0;
  const struct jl_record **levers = jl_view_all(s->in, s->b, JL_TYPE_LEVER, &n);
  jl_block_begin(s->b, JL_BLOCK_TREE, "levers", JL_MSG("by lever and campaign"));
  jl_column(s->b, "lever", JL_MSG("lever"), JL_ARG_TEXT, 0);
  columns(s);
  for (size_t i = 0; i < n; i++)
    if ((s->lever == NULL || s->lever == levers[i]) && !lever_rows(s, levers[i], err)) return false;
  if (s->lever == NULL && s->action == NULL && !lever_rows(s, NULL, err)) return false;
  return total_row(s, err);
}

static bool block_months(struct sheet *s, struct jl_error *err) {
  jl_block_begin(s->b, JL_BLOCK_TABLE, "months", JL_MSG("by month"));
  jl_column(s->b, "month", JL_MSG("month"), JL_ARG_TEXT, 0);
  columns(s);
  const struct jl_fiscal fiscal = jl_span_fiscal(s->in);
  int32_t day = s->span.first;
  for (int i = 0; i < MONTHS_MOST; i++) {
    struct jl_span month = jl_span_at(&fiscal, JL_SPAN_MONTH, day);
    day = month.last + 1;
    struct jl_figure_ask of = asks(s, 0);
    bool told;
    if (month.first > s->span.last) break;
    if (month.first > of.from) of.from = month.first;
    if (month.last + 1 < of.to) of.to = month.last + 1;
    if (!any(s, &of, &told, err)) return false;
    if (!told) continue;
    jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_month(s->b, of.from);
    if (!cells(s, &of, err)) return false;
  }
  return total_row(s, err);
}

/* Who counted them. */
static bool block_platforms(struct sheet *s, const char *const *platforms, size_t n, struct jl_error *err) {
  jl_block_begin(s->b, JL_BLOCK_TABLE, "platforms", JL_MSG("by platform"));
  jl_column(s->b, "platform", JL_MSG("platform"), JL_ARG_TEXT, 0);
  columns(s);
  for (size_t i = 0; i < n; i++) {
    struct jl_figure_ask of = asks(s, 0);
    bool told;
    of.platform = platforms[i];
    if (!any(s, &of, &told, err)) return false;
    if (!told) continue;
    jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
    if (platforms[i][0] != '\0')
      jl_cell_text(s->b, (struct jl_bytes){(const uint8_t *)platforms[i], strlen(platforms[i])});
    else
      jl_cell_label(s->b, JL_MSG("no platform told"), "none");
    if (!cells(s, &of, err)) return false;
  }
  return total_row(s, err);
}

/* Of those who reached a stage, how many reached the next one that is told of, in the same period: no cohort. Stages that have no place in a funnel
 * stand behind it and are no next ones of it. */
static bool block_conversion(struct sheet *s, struct jl_error *err) {
  jl_block_begin(s->b, JL_BLOCK_TABLE, "conversion", JL_MSG("from stage to stage"));
  jl_column(s->b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
  jl_column(s->b, "count", JL_MSG("count"), JL_ARG_INTEGER, 1);
  jl_column(s->b, "next", JL_MSG("leads to"), JL_ARG_TEXT, 0);
  jl_column(s->b, "next_count", JL_MSG("count"), JL_ARG_INTEGER, 1);
  jl_column(s->b, "rate", JL_MSG("rate"), JL_ARG_FRACTION, 0);
  for (size_t i = 0; i + 1 < s->stage_count; i++) {
    const struct jl_figure_ask from = asks(s, i), to = asks(s, i + 1);
    struct jl_figure_sum of, next;
    int64_t rate = 0;
    if (!sum(s, &from, &of, err) || !sum(s, &to, &next, err)) return false;
    if (!of.has_count || !next.has_count || jl_stage_has_place(s->b, s->stages[i]) != jl_stage_has_place(s->b, s->stages[i + 1])) continue;
    jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_stage(s->b, s->stages[i]);
    jl_cell(s->b, jl_arg_integer(of.count));
    jl_figures_sources(s->figures, &from);
    if (jl_explaining(s->b)) why(s, &from, false, &of);
    jl_cell_stage(s->b, s->stages[i + 1]);
    jl_cell(s->b, jl_arg_integer(next.count));
    jl_figures_sources(s->figures, &to);
    if (jl_explaining(s->b)) why(s, &to, false, &next);
    if (jl_conversion(of.exact, next.exact, &rate))
      jl_cell(s->b, jl_arg_fraction(rate, "percent"));
    else
      jl_cell_undefined(s->b);
    jl_figures_sources(s->figures, &from);
    jl_figures_sources(s->figures, &to);
    if (!jl_explaining(s->b) || of.exact <= 0) continue;
    jl_why_begin(s->b, JL_WHY_RATIO, jl_arg_fraction(rate, "percent"), JL_MSG("rate = those who reached the next stage / those of this one"));
    why_counted(s, &to, &next);
    why_counted(s, &from, &of);
    jl_why_end(s->b);
  }
  return true;
}

static bool open(struct sheet *s, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_LEVER, JL_TYPE_ACTION};
  const struct jl_record *named = NULL;
  if (!jl_span_parse(s->in, jl_view_value(s->in, "period"), &s->span, err) || !jl_view_named(s->in, s->b, types, JL_COUNT(types), &named, err)) return false;
  if (named != NULL && named->type_number == JL_TYPE_LEVER) s->lever = named;
  if (named != NULL && named->type_number == JL_TYPE_ACTION) s->action = named;
  if (s->action != NULL) s->lever = jl_view_linked(s->in, s->action, JL_ACTION_LEVER);
  jl_plan_currency(s->in->space, s->currency);
  s->figures = jl_figures_read(s->in, s->b);
  s->stages = jl_figures_stages(s->figures, &s->stage_count);
  if (s->stage_count > STAGES_MOST) s->stage_count = STAGES_MOST;
  return true;
}

bool jl_figures_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  struct sheet s = {.in = in, .b = b};
  const char *by = jl_view_value(in, "by");
  bool months = by != NULL && strcmp(by, "month") == 0, platform = by != NULL && strcmp(by, "platform") == 0;
  size_t platforms = 0;
  if (by != NULL && !months && !platform && strcmp(by, "lever") != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the figures have no grouping {1}"), JL_MSG("by is lever, month or platform"), jl_arg_text(by));
  if (!open(&s, err)) return false;
  const struct jl_arg days[] = {jl_arg_date(s.span.first), jl_arg_date(s.span.last)};
  jl_builder_title(b, JL_MSG("pipeline figures, {1} to {2}"), days, 2);
  const char *const *names = jl_figures_platforms(s.figures, &platforms);
  bool named = platforms > 1 || (platforms == 1 && names[0][0] != '\0');
  if (!platform && !(months ? block_months(&s, err) : block_levers(&s, err))) return false;
  if ((platform || (named && !months)) && !block_platforms(&s, names, platforms, err)) return false;
  if (!block_conversion(&s, err)) return false;
  const struct jl_figure_ask all = asks(&s, 0);
  bool told = false;
  if (!any(&s, &all, &told, err)) return false;
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (s.stage_count > 0 && !told) jl_note(b, JL_TONE_MUTED, JL_MSG("no figure in this period"), NULL, 0);
  if (s.stage_count == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no figure yet: jalon figures set, jalon figures import"), NULL, 0);
  jl_note_overlaps(s.figures, s.span.first, s.span.last);
  if (s.split) jl_note(b, JL_TONE_MUTED, JL_MSG("figures of longer periods have a part in this one, by days"), NULL, 0);
  return true;
}
