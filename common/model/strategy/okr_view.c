/* Objectives with their key results, scored from 0.0 to 1.0 (product.md P7; formulas.md, OKR). */
#include "common/base/money.h"
#include "common/model/strategy/progress.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static void cells_score(struct jl_builder *b, bool known, bool undefined, int64_t score, const struct jl_record *source) {
  static const struct {
    const char *label, *text;
    enum jl_tone tone;
  } colours[] = {{JL_MSG("green"), "green", JL_TONE_GOOD}, {JL_MSG("yellow"), "yellow", JL_TONE_WARN}, {JL_MSG("red"), "red", JL_TONE_BAD}};
  if (!known) {
    jl_cell_empty(b);
    if (undefined)
      jl_cell_label(b, JL_MSG("undefined"), "undefined");
    else
      jl_cell_label(b, JL_MSG("not measured"), "none");
    jl_cell_tone(b, JL_TONE_MUTED);
    return;
  }
  enum jl_okr_colour colour = jl_okr_colour(score);
  jl_cell(b, jl_arg_fraction(jl_okr_score(score), JL_UNIT_TENTHS));
  jl_cell_source(b, source);
  jl_cell_label(b, colours[colour].label, colours[colour].text);
  jl_cell_tone(b, colours[colour].tone);
}

static void key_result_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *result) {
  static const uint32_t fields[] = {JL_KEY_RESULT_START, JL_KEY_RESULT_TARGET, JL_KEY_RESULT_CURRENT, JL_KEY_RESULT_WEIGHT};
  int64_t score = 0;
  bool known = jl_key_result_score(result, &score);
  jl_row_begin(b, result, 1, JL_ROW_NORMAL);
  jl_cell_title(b, in, result);
  for (size_t i = 0; i < JL_COUNT(fields); i++) jl_cell_by_number(b, in, result, fields[i]);
  cells_score(b, known, jl_key_result_undefined(result), score, result);
}

static bool objective_rows(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective) {
  size_t n = 0;
  int64_t score = 0;
  const struct jl_record **results = jl_view_referring(in, b, &objective->id, JL_TYPE_KEY_RESULT, JL_KEY_RESULT_OBJECTIVE, &n);
  if (n == 0 && jl_view_int(objective, JL_OBJECTIVE_FORM, 0) != JL_FORM_OKR) return false;
  bool known = jl_objective_progress(in, b, objective, &score);
  jl_row_begin(b, objective, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, objective);
  jl_cell_tone(b, JL_TONE_STRONG);
  jl_cells_empty(b, 3);
  jl_cell_by_number(b, in, objective, JL_OBJECTIVE_WEIGHT);
  cells_score(b, known, jl_objective_undefined(in, b, objective), score, objective);
  for (size_t i = 0; i < n; i++) key_result_row(in, b, results[i]);
  return true;
}

static bool any_undefined(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **results = jl_view_all(in, b, JL_TYPE_KEY_RESULT, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_key_result_undefined(results[i])) return true;
  return false;
}

bool jl_okr_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  size_t n = 0, shown = 0;
  (void)a;
  (void)err;
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_OBJECTIVE, &n);
  jl_builder_title(b, JL_MSG("objectives and key results"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TREE, "okr", NULL);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
  jl_column(b, "start", JL_MSG("start value"), JL_ARG_FRACTION, 3);
  jl_column(b, "target", JL_MSG("target"), JL_ARG_FRACTION, 2);
  jl_column(b, "current", JL_MSG("current value"), JL_ARG_FRACTION, 2);
  jl_column(b, "weight", JL_MSG("weight"), JL_ARG_INTEGER, 4);
  jl_column(b, "score", JL_MSG("score"), JL_ARG_FRACTION, 0);
  jl_column(b, "colour", JL_MSG("colour"), JL_ARG_LABEL, 0);
  for (size_t i = 0; i < n; i++) shown += objective_rows(in, b, objectives[i]);
  if (any_undefined(in, b))
    jl_note(b, JL_TONE_MUTED, JL_MSG("undefined: what starts at its target has no score and counts in no mean"), NULL, 0);
  if (shown == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no key result yet: jalon key-result add \"...\" --objective O1 --start 0 --target 100"), NULL, 0);
  else
    jl_note(b, JL_TONE_MUTED, JL_MSG("0.6 to 0.7 is what to aim at: who always reaches 1.0 aims too low; a key result that is not measured counts as 0"), NULL, 0);
  return true;
}
