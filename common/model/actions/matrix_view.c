/* What to do now, and what not (product.md A2): open actions by impact and effort, as a picture with its legend. */
#include "common/model/actions/filter.h"
#include "common/model/actions/matrix.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct placed {
  const struct jl_record *action;
  int64_t impact, effort;
  enum jl_quadrant quadrant;
};

/* By part of the picture; in each what brings most first, of these what costs least. */
static int better(const void *left, const void *right) {
  const struct placed *a = left, *b = right;
  if (a->quadrant != b->quadrant) return a->quadrant < b->quadrant ? -1 : 1;
  if (a->impact != b->impact) return a->impact > b->impact ? -1 : 1;
  if (a->effort != b->effort) return a->effort < b->effort ? -1 : 1;
  if (a->action->number != b->action->number) return a->action->number < b->action->number ? -1 : 1;
  return jl_id_compare(&a->action->id, &b->action->id);
}

static void columns(struct jl_builder *b, int64_t midpoint) {
  jl_block_begin(b, JL_BLOCK_MATRIX, "matrix", NULL);
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "impact", JL_MSG("impact"), JL_ARG_INTEGER, 1);
  jl_column_axis(b, JL_MATRIX_LOW, midpoint, JL_MATRIX_HIGH);
  jl_column(b, "effort", JL_MSG("effort"), JL_ARG_INTEGER, 1);
  jl_column_axis(b, JL_MATRIX_LOW, midpoint, JL_MATRIX_HIGH);
  jl_column(b, "quadrant", JL_MSG("quadrant"), JL_ARG_LABEL, JL_COLUMN_FILES);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 2);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 4);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 3);
}

static void heading(struct jl_builder *b, enum jl_quadrant quadrant) {
  static const enum jl_tone tones[JL_QUADRANTS] = {[JL_QUADRANT_NONE] = JL_TONE_MUTED, [JL_QUICK_WIN] = JL_TONE_GOOD,
                                                   [JL_BIG_PROJECT] = JL_TONE_STRONG, [JL_FILLER] = JL_TONE_STRONG, [JL_TIME_SINK] = JL_TONE_BAD};
  jl_row_begin(b, NULL, 0, JL_ROW_HEADING);
  jl_cell_label(b, jl_quadrant_label(quadrant), jl_quadrant_text(quadrant));
  jl_cell_tone(b, tones[quadrant]);
  jl_cells_empty(b, 6);
}

static void row(const struct jl_view_input *in, struct jl_builder *b, const struct placed *p) {
  const char *who = jl_view_holders(in, b, &p->action->id);
  jl_row_begin(b, p->action, 0, p->quadrant == JL_QUADRANT_NONE ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_title(b, in, p->action);
  jl_cell_by_number(b, in, p->action, JL_ACTION_IMPACT);
  jl_cell_by_number(b, in, p->action, JL_ACTION_EFFORT);
  jl_cell_label(b, jl_quadrant_label(p->quadrant), jl_quadrant_text(p->quadrant));
  jl_cell_action_status(b, in, p->action);
  jl_cell_action_due(b, in, p->action);
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)who, strlen(who)});
}

static void rows(const struct jl_view_input *in, struct jl_builder *b, const struct placed *placed, size_t n, enum jl_quadrant quadrant) {
  for (size_t i = 0; i < n && jl_builder_ok(b); i++)
    if (placed[i].quadrant == quadrant) row(in, b, &placed[i]);
}

static void notes(struct jl_builder *b, const struct placed *placed, size_t n, int64_t midpoint) {
  size_t unknown = 0, undecided = 0;
  for (size_t i = 0; i < n; i++) {
    unknown += placed[i].quadrant == JL_QUADRANT_NONE;
    undecided += placed[i].quadrant == JL_TIME_SINK ||
                 (placed[i].quadrant == JL_QUICK_WIN && jl_view_int(placed[i].action, JL_ACTION_STATUS, JL_TO_DO) == JL_TO_DO);
  }
  const struct jl_arg high = jl_arg_integer(midpoint);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (n == 0) {
    jl_note(b, JL_TONE_MUTED, JL_MSG("no open actions"), NULL, 0);
    return;
  }
  jl_note(b, JL_TONE_MUTED, JL_MSG("high is {1} and above; quick wins first, big projects planned, fillers when there is time, time sinks stopped"), &high, 1);
  if (unknown > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("what is not assessed is not in the picture: jalon action set REF --impact 1-10 --effort 1-10"), NULL, 0);
  if (undecided > 0)
    jl_note(b, JL_TONE_NONE, JL_MSG("to decide: jalon matrix apply --dry-run shows what it makes ready and what it stops"), NULL, 0);
}

bool jl_matrix_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  struct jl_action_filter filter;
  size_t n = 0, open = 0, counts[JL_QUADRANTS] = {0};
  if (!jl_action_filter_read(in, b, &filter, err)) return false;
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  struct placed *placed = jl_view_alloc(b, n, sizeof *placed);
  int64_t midpoint = jl_matrix_midpoint(jl_view_plan(in));
  if (placed == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++) {
    struct placed one = {.action = actions[i], .impact = jl_view_int(actions[i], JL_ACTION_IMPACT, 0), .effort = jl_view_int(actions[i], JL_ACTION_EFFORT, 0)};
    one.quadrant = jl_quadrant_of(one.impact, one.effort, midpoint);
    if (!jl_action_open(actions[i]) || !jl_action_filter_keeps(&filter, actions[i])) continue;
    counts[one.quadrant]++;
    placed[open++] = one;
  }
  if (open > 0) qsort(placed, open, sizeof *placed, better);
  jl_builder_title(b, JL_MSG("impact / effort matrix"), NULL, 0);
  columns(b, midpoint);
  for (enum jl_quadrant q = JL_QUICK_WIN; q < JL_QUADRANTS; q++) {
    heading(b, q); /* also of an empty part: the picture has its name */
    rows(in, b, placed, open, q);
  }
  if (counts[JL_QUADRANT_NONE] > 0) {
    heading(b, JL_QUADRANT_NONE);
    rows(in, b, placed, open, JL_QUADRANT_NONE);
  }
  notes(b, placed, open, midpoint);
  return true;
}
