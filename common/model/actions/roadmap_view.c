/* The year by quarter (product.md A7): what is done when, below its lever; an action stands in the quarter in which it ends. */
#include "common/base/calendar.h"
#include "common/model/actions/filter.h"
#include "common/model/actions/key_dates.h"
#include "common/model/actions/proposal.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

struct entry {
  const struct jl_record *action, *lever;
  int32_t start, end;
  size_t work; /* SIZE_MAX: done, or a key date */
  bool key;    /* a key date */
};
struct roadmap {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_network n;
  struct jl_action_filter filter;
  struct entry *entries;
  size_t count, actions;
};
enum { CELLS = 6 };

static int32_t quarter_of(int32_t day) {
  struct jl_date d = jl_date_from_day(day);
  return d.year * 4 + (d.month - 1) / 3;
}

static void collect(struct roadmap *r) {
  const size_t *order = jl_network_by_day(r->b, &r->n);
  size_t n = 0, dated = 0;
  const struct jl_record **actions = jl_view_all(r->in, r->b, JL_TYPE_ACTION, &n), **dates = jl_view_key_dates(r->in, r->b, &dated);
  r->entries = jl_view_alloc(r->b, n + dated + r->n.count + 1, sizeof *r->entries);
  if (order == NULL || r->entries == NULL) return;
  for (size_t i = 0; i < n; i++) {
    int64_t due = jl_view_int(actions[i], JL_ACTION_DUE, JL_NO_DAY), start = jl_view_int(actions[i], JL_ACTION_START, due);
    if (jl_view_int(actions[i], JL_ACTION_STATUS, 0) != JL_DONE || due == JL_NO_DAY || !jl_action_filter_keeps(&r->filter, actions[i])) continue;
    r->entries[r->count++] =
        (struct entry){actions[i], jl_view_linked(r->in, actions[i], JL_ACTION_LEVER), (int32_t)start, (int32_t)due, SIZE_MAX, false};
  }
  for (size_t k = 0; k < r->n.count; k++) {
    const struct jl_record *action = r->n.activities[order[k]].action;
    struct jl_proposal p = jl_propose(&r->n, order[k]);
    if (!jl_action_filter_keeps(&r->filter, action)) continue;
    r->entries[r->count++] = (struct entry){action, jl_view_linked(r->in, action, JL_ACTION_LEVER), p.first, p.last, order[k], false};
  }
  r->actions = r->count;
  for (size_t i = 0; i < dated; i++)
    r->entries[r->count++] = (struct entry){dates[i], NULL, (int32_t)jl_view_int(dates[i], JL_KEY_DATE_START, 0), jl_key_date_last(dates[i]), SIZE_MAX, true};
}

static void heading(struct roadmap *r, int32_t quarter) {
  const struct jl_arg args[] = {jl_arg_integer(quarter % 4 + 1), jl_arg_text(jl_arena_printf(jl_builder_arena(r->b), "%d", quarter / 4))};
  jl_row_begin(r->b, NULL, 0, JL_ROW_HEADING);
  jl_cell_words(r->b, JL_MSG("Q{1} {2}"), args, 2);
  jl_cell_alternative(r->b, jl_arena_printf(jl_builder_arena(r->b), "%d-Q%d", quarter / 4, quarter % 4 + 1));
  jl_cells_empty(r->b, CELLS - 1);
}

static void entry_row(struct roadmap *r, const struct entry *e) {
  struct jl_builder *b = r->b;
  jl_row_begin(b, e->action, 2, e->work == SIZE_MAX && !e->key ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_title(b, r->in, e->action);
  jl_cell(b, jl_arg_date(e->start));
  jl_cell(b, jl_arg_date(e->end));
  if (e->work != SIZE_MAX && jl_propose(&r->n, e->work).overrun > 0) jl_cell_tone(b, JL_TONE_BAD);
  if (e->key)
    jl_cell_empty(b);
  else
    jl_cell_action_status(b, r->in, e->action);
  if (e->work == SIZE_MAX)
    jl_cells_empty(b, 2);
  else {
    jl_cell_whose(r->in, b, &r->n, e->work);
    jl_cell(b, jl_arg_integer(r->n.schedule.dates[e->work].slack));
  }
}

/* key: the key dates, instead of the actions of a lever. */
static void below(struct roadmap *r, int32_t quarter, const struct jl_record *lever, bool key, bool *headed) {
  bool named = false;
  for (size_t i = 0; i < r->count; i++) {
    const struct entry *e = &r->entries[i];
    if (quarter_of(e->end) != quarter || e->lever != lever || e->key != key) continue;
    if (!*headed) heading(r, quarter);
    *headed = true;
    if (!named) {
      jl_row_begin(r->b, lever, 1, JL_ROW_NORMAL);
      if (lever != NULL)
        jl_cell_title(r->b, r->in, lever);
      else
        jl_cell_label(r->b, key ? JL_MSG("key dates") : JL_MSG("(without a lever)"), key ? "key-dates" : "");
      jl_cells_empty(r->b, CELLS - 1);
      named = true;
    }
    entry_row(r, e);
  }
}

/* The next quarter in which anything ends: somebody may have typed the year 9999. */
static int32_t quarter_behind(const struct roadmap *r, int32_t quarter) {
  int32_t next = INT32_MAX;
  for (size_t i = 0; i < r->count; i++) {
    int32_t of = quarter_of(r->entries[i].end);
    if (of > quarter && of < next) next = of;
  }
  return next;
}

bool jl_roadmap_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct roadmap r = {.in = in, .b = b};
  size_t levers = 0;
  int32_t first = INT32_MAX, last = INT32_MIN;
  (void)a;
  if (!jl_action_filter_read(in, b, &r.filter, err) || !jl_view_network(in, b, &r.n, err)) return false;
  const struct jl_record **lever = jl_view_all(in, b, JL_TYPE_LEVER, &levers);
  collect(&r);
  if (!jl_builder_ok(b)) return true;
  jl_builder_title(b, JL_MSG("roadmap"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TREE, "roadmap", NULL);
  jl_column(b, "action", JL_MSG("quarter, lever, action"), JL_ARG_TEXT, 0);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 2);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 0);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 3);
  jl_column(b, "slack", JL_MSG("slack"), JL_ARG_INTEGER, 4);
  for (size_t i = 0; i < r.count; i++) {
    int32_t quarter = quarter_of(r.entries[i].end);
    if (quarter < first) first = quarter;
    if (quarter > last) last = quarter;
  }
  for (int32_t quarter = first; r.count > 0 && quarter <= last && jl_builder_ok(b); quarter = quarter_behind(&r, quarter)) {
    bool headed = false;
    for (size_t i = 0; i < levers; i++) below(&r, quarter, lever[i], false, &headed);
    below(&r, quarter, NULL, false, &headed);
    below(&r, quarter, NULL, true, &headed);
  }
  if (r.actions == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no action yet: jalon action add \"...\" --lever L1 --due +1m"), NULL, 0);
  return true;
}
