/* Levers by the verdict of the retrospective, with what it rests on: keep, stop, start (product.md P11, seed 001 step 3). */
#include "common/model/measures/kpi_cells.h"
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define CHANNELS_MOST 3 /* more than so many active ones are a dispersion (seed 000: two channels done well) */

bool jl_lever_active(const struct jl_record *lever) {
  return !jl_view_yes(lever, JL_LEVER_PAUSED) && jl_view_int(lever, JL_LEVER_VERDICT, 0) != JL_VERDICT_STOP;
}

/* Those that name the lever, and those that its actions name, each once. */
size_t jl_lever_kpis(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *lever) {
  size_t n = 0, action_count = 0, all = 0;
  const struct jl_record **kpis = jl_view_referring(in, b, &lever->id, JL_TYPE_KPI, JL_KPI_LEVER, &n);
  const struct jl_record **actions = jl_view_referring(in, b, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &action_count);
  (void)jl_view_all(in, b, JL_TYPE_KPI, &all);
  struct jl_seen *seen = jl_seen_new(b, all);
  for (size_t i = 0; i < n; i++) (void)jl_seen_add(seen, &kpis[i]->id);
  for (size_t a = 0; a < action_count && seen != NULL; a++) {
    size_t named = 0;
    const struct jl_record **of_action = jl_view_links(in, b, actions[a], JL_ACTION_KPIS, JL_TYPE_KPI, &named);
    for (size_t i = 0; i < named; i++) n += jl_seen_add(seen, &of_action[i]->id);
  }
  return n;
}

static void cell_kpis(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *lever) {
  size_t n = jl_lever_kpis(in, b, lever);
  jl_cell(b, jl_arg_integer((int64_t)n));
  if (n == 0 && jl_lever_active(lever)) jl_cell_tone(b, JL_TONE_WARN);
}

static void cell_tracking(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *lever) {
  int64_t tracking = jl_view_int(lever, JL_LEVER_TRACKING, 0);
  jl_cell_by_number(b, in, lever, JL_LEVER_TRACKING);
  if (tracking == JL_TRACKING_NONE && jl_lever_active(lever)) jl_cell_tone(b, JL_TONE_WARN);
}

static void lever_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *lever) {
  jl_row_begin(b, lever, 1, jl_view_yes(lever, JL_LEVER_PAUSED) ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_title(b, in, lever);
  jl_cell_by_number(b, in, lever, JL_LEVER_DIRECTION);
  jl_cell_by_number(b, in, lever, JL_LEVER_VERDICT_CAUSE);
  jl_cell_by_number(b, in, lever, JL_LEVER_VERDICT_REASON);
  jl_cell_by_number(b, in, lever, JL_LEVER_EVIDENCE);
  jl_cell_by_number(b, in, lever, JL_LEVER_VERDICT_DATE);
  jl_cell_by_number(b, in, lever, JL_LEVER_OBJECTIVES);
  jl_cell_by_number(b, in, lever, JL_LEVER_TARGET);
  cell_kpis(in, b, lever);
  cell_tracking(in, b, lever);
  jl_cell_by_number(b, in, lever, JL_LEVER_OWNER);
}

enum { LEVER_CELLS = 11 };
static void columns(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_TREE, "levers", NULL);
  jl_column(b, "lever", JL_MSG("lever"), JL_ARG_TEXT, 0);
  jl_column(b, "direction", JL_MSG("direction"), JL_ARG_LABEL, 6);
  jl_column(b, "cause", JL_MSG("lever or execution?"), JL_ARG_LABEL, 3);
  jl_column(b, "reason", JL_MSG("reason of the verdict"), JL_ARG_TEXT, 1);
  jl_column(b, "evidence", JL_MSG("evidence"), JL_ARG_TEXT, 3);
  jl_column(b, "date", JL_MSG("date of the verdict"), JL_ARG_DATE, 7);
  jl_column(b, "objectives", JL_MSG("objectives"), JL_ARG_TEXT, 6);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_FRACTION, 5);
  jl_column(b, "kpis", JL_MSG("KPIs"), JL_ARG_INTEGER, 2);
  jl_column(b, "tracking", JL_MSG("tracking"), JL_ARG_LABEL, 4);
  jl_column(b, "owner", JL_MSG("owner"), JL_ARG_TEXT, 5);
}

static int by_name(const void *left, const void *right) { return strcmp(*(const char *const *)left, *(const char *const *)right); }

size_t jl_active_channels(struct jl_builder *b, const struct jl_record **levers, size_t n) {
  const char **channels = jl_view_alloc(b, n, sizeof *channels);
  size_t named = 0, count = 0;
  for (size_t i = 0; i < n && channels != NULL; i++) {
    if (!jl_lever_active(levers[i])) continue;
    const char *text = jl_view_text(b, jl_record_text(levers[i]->type, levers[i]->body, JL_LEVER_CHANNEL));
    channels[named] = jl_view_folded(b, text);
    if (channels[named][0] == '\0')
      count++;
    else
      named++;
  }
  if (named > 0) qsort(channels, named, sizeof *channels, by_name);
  for (size_t i = 0; i < named; i++) count += i == 0 || strcmp(channels[i - 1], channels[i]) != 0;
  return count;
}

static void note_dispersion(struct jl_builder *b, const struct jl_record **levers, size_t n) {
  size_t channels = jl_active_channels(b, levers, n);
  const struct jl_arg args[] = {jl_arg_integer((int64_t)channels), jl_arg_integer(CHANNELS_MOST)};
  if (channels > CHANNELS_MOST)
    jl_note(b, JL_TONE_WARN, JL_MSG("dispersion: {1} active channels; {2} done well bring more than many done by half"), args, 2);
}

static void note_unfounded(struct jl_builder *b, const struct jl_record **levers, size_t n) {
  size_t unfounded = 0, unasked = 0, mendable = 0;
  for (size_t i = 0; i < n; i++) {
    int64_t verdict = jl_view_int(levers[i], JL_LEVER_VERDICT, 0);
    bool judged = verdict == JL_VERDICT_KEEP || verdict == JL_VERDICT_STOP;
    unfounded += judged && !jl_record_has(levers[i]->body, JL_LEVER_VERDICT_REASON) && !jl_record_has(levers[i]->body, JL_LEVER_EVIDENCE);
    unasked += verdict == JL_VERDICT_STOP && !jl_record_has(levers[i]->body, JL_LEVER_VERDICT_CAUSE);
    mendable += verdict == JL_VERDICT_STOP && jl_view_int(levers[i], JL_LEVER_VERDICT_CAUSE, 0) == JL_CAUSE_EXECUTION;
  }
  const struct jl_arg args[] = {jl_arg_integer((int64_t)unfounded), jl_arg_integer((int64_t)unasked), jl_arg_integer((int64_t)mendable)};
  if (unfounded > 0) jl_note(b, JL_TONE_WARN, JL_MSG("verdicts without a reason or evidence: {1}"), args, 1);
  if (unasked > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("levers to be stopped of which nobody has said whether lever or execution was wrong: {2}"), args, 2);
  if (mendable > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("levers to be stopped whose execution was wrong: {3}; before they are buried, would they work when it is mended?"), args, 3);
}

bool jl_levers_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const struct jl_box verdicts[] = {{JL_VERDICT_KEEP, JL_MSG("keep"), "keep"},
                                           {JL_VERDICT_STOP, JL_MSG("stop"), "stop"},
                                           {JL_VERDICT_START, JL_MSG("start (lever)"), "start"},
                                           {0, JL_MSG("no verdict"), "none"}};
  size_t n = 0;
  const struct jl_record **levers = jl_view_all(in, b, JL_TYPE_LEVER, &n);
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("levers"), NULL, 0);
  columns(b);
  for (size_t v = 0; v < JL_COUNT(verdicts); v++) {
    bool headed = false;
    for (size_t i = 0; i < n; i++) {
      if (jl_view_int(levers[i], JL_LEVER_VERDICT, 0) != verdicts[v].value) continue;
      if (!headed) {
        jl_row_begin(b, NULL, 0, JL_ROW_HEADING);
        jl_cell_label(b, verdicts[v].label, verdicts[v].text);
        jl_cells_empty(b, LEVER_CELLS - 1);
        headed = true;
      }
      lever_row(in, b, levers[i]);
    }
  }
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no lever yet: jalon lever add \"...\" --objectives O1"), NULL, 0);
  note_dispersion(b, levers, n);
  note_unfounded(b, levers, n);
  return true;
}
