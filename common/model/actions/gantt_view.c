/* The plan on a line of time (product.md A7): bars where the schedule has its actions, below their levers; faces without pictures have its
 * days and slack. With an action: what it waits for and what waits for it. */
#include "common/model/actions/filter.h"
#include "common/model/actions/key_dates.h"
#include "common/model/actions/proposal.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

struct gantt {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_network n;
  const size_t *order;         /* works by their first day */
  const bool *before, *behind; /* NULL: everything */
  struct jl_action_filter filter;
  size_t critical, late;
  const struct jl_record **closed; /* done actions with dates */
  size_t closed_count;
};
enum { CELLS = 14 };

static void columns(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_GANTT, "gantt", NULL);
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "after", JL_MSG("waits for"), JL_ARG_TEXT, 1);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 0);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 0);
  jl_column(b, "days", JL_MSG("days of work"), JL_ARG_INTEGER, 2);
  jl_column(b, "slack", JL_MSG("slack"), JL_ARG_INTEGER, 1);
  jl_column(b, "free", JL_MSG("free slack"), JL_ARG_INTEGER, 5);
  jl_column(b, "latest", JL_MSG("ends at the latest"), JL_ARG_DATE, 4);
  jl_column(b, "critical", JL_MSG("critical"), JL_ARG_BOOL, 3);
  jl_column(b, "progress", JL_MSG("progress"), JL_ARG_FRACTION, 3);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 2);
  jl_column(b, "typed_start", JL_MSG("start (typed)"), JL_ARG_DATE, 6);
  jl_column(b, "typed_due", JL_MSG("due date (typed)"), JL_ARG_DATE, 6);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 4);
}

static bool shown(const struct gantt *g, size_t i) {
  return (g->before == NULL || g->before[i] || g->behind[i]) && jl_action_filter_keeps(&g->filter, g->n.activities[i].action);
}

static void open_row(struct gantt *g, size_t i) {
  const struct jl_view_input *in = g->in;
  struct jl_builder *b = g->b;
  const struct jl_work *w = &g->n.schedule.works[i];
  const struct jl_planned *d = &g->n.schedule.dates[i];
  const struct jl_record *action = g->n.activities[i].action;
  struct jl_proposal p = jl_propose(&g->n, i);
  bool critical = jl_planned_critical(d), late = p.overrun > 0 || jl_action_late(action, in->today);
  g->critical += critical;
  g->late += late;
  jl_row_begin(b, action, 1, JL_ROW_NORMAL);
  jl_cell_title(b, in, action);
  jl_cell_waits_for(in, b, &g->n, i);
  jl_cell(b, jl_arg_date(p.first));
  jl_cell(b, jl_arg_date(p.last));
  if (late) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell(b, jl_arg_integer(w->duration));
  jl_cell(b, jl_arg_integer(d->slack));
  if (d->slack < 0) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell(b, jl_arg_integer(d->free));
  jl_cell(b, jl_arg_date(jl_planned_last(w, &d->late)));
  jl_cell(b, (struct jl_arg){.kind = JL_ARG_BOOL, .number = critical});
  jl_cell_by_number(b, in, action, JL_ACTION_PROGRESS);
  jl_cell_action_status(b, in, action);
  jl_cell_day(b, p.typed_start);
  jl_cell_day(b, p.typed_due);
  jl_cell_whose(in, b, &g->n, i);
}

/* What is done stands where its dates say. */
static void closed_row(struct gantt *g, const struct jl_record *action) {
  struct jl_builder *b = g->b;
  int64_t due = jl_view_int(action, JL_ACTION_DUE, JL_NO_DAY), start = jl_view_int(action, JL_ACTION_START, due);
  jl_row_begin(b, action, 1, JL_ROW_MUTED);
  jl_cell_title(b, g->in, action);
  jl_cell_empty(b);
  jl_cell(b, jl_arg_date(start));
  jl_cell(b, jl_arg_date(due == JL_NO_DAY ? start : due));
  jl_cells_empty(b, 5);
  jl_cell_by_number(b, g->in, action, JL_ACTION_PROGRESS);
  jl_cell_action_status(b, g->in, action);
  jl_cell_by_number(b, g->in, action, JL_ACTION_START);
  jl_cell_by_number(b, g->in, action, JL_ACTION_DUE);
  jl_cell_empty(b);
}

/* lever NULL: of those that have none. */
static void below(struct gantt *g, const struct jl_record *lever) {
  bool headed = false;
  for (size_t i = 0; i < g->closed_count + g->n.count; i++) {
    bool closed = i < g->closed_count;
    size_t work = closed ? 0 : g->order[i - g->closed_count];
    const struct jl_record *action = closed ? g->closed[i] : g->n.activities[work].action;
    if (jl_view_linked(g->in, action, JL_ACTION_LEVER) != lever || (!closed && !shown(g, work))) continue;
    if (!headed) {
      jl_row_begin(g->b, lever, 0, JL_ROW_HEADING);
      if (lever != NULL)
        jl_cell_title(g->b, g->in, lever);
      else
        jl_cell_label(g->b, JL_MSG("(without a lever)"), "");
      jl_cells_empty(g->b, CELLS - 1);
      headed = true;
    }
    if (closed)
      closed_row(g, action);
    else
      open_row(g, work);
  }
}

static void find_closed(struct gantt *g) {
  size_t n = 0;
  const struct jl_record **actions = jl_view_all(g->in, g->b, JL_TYPE_ACTION, &n);
  g->closed = jl_view_alloc(g->b, n + 1, sizeof *g->closed);
  for (size_t i = 0; g->closed != NULL && i < n; i++)
    if (jl_view_int(actions[i], JL_ACTION_STATUS, 0) == JL_DONE && jl_action_filter_keeps(&g->filter, actions[i]) &&
        (jl_record_has(actions[i]->body, JL_ACTION_DUE) || jl_record_has(actions[i]->body, JL_ACTION_START)))
      g->closed[g->closed_count++] = actions[i];
}

/* The plan's key dates stand below, as what everything else is held against. */
static void key_dates(const struct gantt *g) {
  size_t n = 0;
  const struct jl_record **dates = jl_view_key_dates(g->in, g->b, &n);
  for (size_t i = 0; i < n; i++) {
    if (i == 0) {
      jl_row_begin(g->b, NULL, 0, JL_ROW_HEADING);
      jl_cell_label(g->b, JL_MSG("key dates"), "key-dates");
      jl_cells_empty(g->b, CELLS - 1);
    }
    jl_row_begin(g->b, dates[i], 1, JL_ROW_NORMAL);
    jl_cell_title(g->b, g->in, dates[i]);
    jl_cell_empty(g->b);
    jl_cell_by_number(g->b, g->in, dates[i], JL_KEY_DATE_START);
    jl_cell(g->b, jl_arg_date(jl_key_date_last(dates[i])));
    jl_cells_empty(g->b, CELLS - 4);
  }
}

static void notes(const struct gantt *g) {
  const struct jl_arg counts[] = {jl_arg_integer((int64_t)g->critical), jl_arg_integer((int64_t)g->late),
                                  jl_arg_integer((int64_t)g->n.schedule.ignored)};
  if (g->n.count + g->closed_count == 0) {
    jl_note(g->b, JL_TONE_MUTED, JL_MSG("no action yet: jalon action add \"...\" --lever L1 --due +1m"), NULL, 0);
    return;
  }
  if (g->late > 0)
    jl_note(g->b, JL_TONE_WARN, JL_MSG("late, or later than what is due: {2}; jalon schedule says why and what it pushes"), counts, 3);
  if (g->n.schedule.ignored > 0) jl_note(g->b, JL_TONE_WARN, JL_MSG("dependencies that close a circle and do not count: {3}"), counts, 3);
}

bool jl_gantt_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_ACTION};
  struct gantt g = {.in = in, .b = b};
  const struct jl_record *named = NULL;
  size_t levers = 0;
  (void)a;
  if (!jl_view_named(in, b, types, 1, &named, err) || !jl_action_filter_read(in, b, &g.filter, err) || !jl_view_network(in, b, &g.n, err)) return false;
  g.order = jl_network_by_day(b, &g.n);
  const struct jl_record **lever = jl_view_all(in, b, JL_TYPE_LEVER, &levers);
  if (named != NULL) {
    size_t of = jl_network_find(&g.n, &named->id);
    g.before = jl_network_upstream(b, &g.n, of);
    g.behind = jl_network_downstream(b, &g.n, of);
  } else
    find_closed(&g);
  if (!jl_builder_ok(b)) return true;
  jl_builder_title(b, JL_MSG("Gantt"), NULL, 0);
  if (named != NULL) jl_builder_subtitle(b, jl_record_caption(b, in->space, named));
  columns(b);
  for (size_t i = 0; i < levers; i++) below(&g, lever[i]);
  below(&g, NULL);
  if (named == NULL) key_dates(&g);
  notes(&g);
  return true;
}
