/* The alignment score, explained line by line, and where the plan stands between the two (product.md C2, seed 002). */
#include "common/model/readiness/alignment.h"
#include "common/model/strategy/canvas.h"
#include "common/model/view_table.h"

#define HALF 500000

static const struct {
  const char *label, *text;
} axes[JL_AXES] = {{JL_MSG("Organisation"), "organisation"}, {JL_MSG("Commercial"), "commercial"}};

static void cell_percent(struct jl_builder *b, bool defined, int64_t value) {
  if (defined) {
    jl_cell(b, jl_arg_fraction(value, "percent"));
    return;
  }
  jl_cell_label(b, JL_MSG("cannot be told"), "unknown");
  jl_cell_tone(b, JL_TONE_MUTED);
}

static void cell_points(struct jl_builder *b, bool judged, int64_t points) {
  if (judged)
    jl_cell(b, jl_arg_fraction(points, ""));
  else
    jl_cell_empty(b);
}

static void block_score(struct jl_builder *b, const struct jl_alignment *score) {
  jl_block_begin(b, JL_BLOCK_TABLE, "score", NULL);
  jl_column(b, "axis", JL_MSG("axis"), JL_ARG_LABEL, 0);
  jl_column(b, "score", JL_MSG("score"), JL_ARG_FRACTION, 0);
  jl_column(b, "points", JL_MSG("points"), JL_ARG_FRACTION, 1);
  jl_column(b, "judged", JL_MSG("judged (points)"), JL_ARG_FRACTION, 1);
  jl_column(b, "all", JL_MSG("out of"), JL_ARG_FRACTION, 2);
  for (size_t i = 0; i < JL_AXES; i++) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, axes[i].label, axes[i].text);
    cell_percent(b, score->defined[i], score->score[i]);
    cell_points(b, score->defined[i], score->gained[i]);
    cell_points(b, true, score->judged[i]);
    cell_points(b, true, score->all[i]);
  }
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("Scale = Organisation × Commercial"), "scale");
  cell_percent(b, score->has_scale, score->scale);
  jl_cells_empty(b, 3);
}

/* Organisation to the right, Commercial upwards; the boxes are read from the top left on. */
static void block_position(struct jl_builder *b, const struct jl_alignment *score) {
  static const struct {
    const char *label, *text, *meaning, *meaning_text;
    bool organised, commercial;
  } boxes[] = {{JL_MSG("Commercial without Organisation"), "commercial", JL_MSG("a clear offer that the teams do not carry together"), "offer-alone", false, true},
               {JL_MSG("both strong"), "both", JL_MSG("growth can scale"), "scale", true, true},
               {JL_MSG("both weak"), "neither", JL_MSG("actions without coherence: dispersion"), "dispersion", false, false},
               {JL_MSG("Organisation without Commercial"), "organisation", JL_MSG("aligned teams without a course"), "no-course", true, false}};
  jl_canvas_begin(b, "position", JL_MSG("Organisation →, Commercial ↑"));
  for (size_t i = 0; i < JL_COUNT(boxes); i++) {
    bool here = score->has_scale && boxes[i].organised == (score->score[JL_AXIS_ORGANISATION] >= HALF) &&
                boxes[i].commercial == (score->score[JL_AXIS_COMMERCIAL] >= HALF);
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, boxes[i].label, boxes[i].text);
    jl_cell_label(b, boxes[i].meaning, boxes[i].meaning_text);
    if (!here) continue;
    const struct jl_arg args[] = {jl_arg_fraction(score->score[JL_AXIS_ORGANISATION], "percent"),
                                  jl_arg_fraction(score->score[JL_AXIS_COMMERCIAL], "percent")};
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, boxes[i].label, boxes[i].text);
    jl_cell_words(b, JL_MSG("● the plan: Organisation {1}, Commercial {2}"), args, 2);
    jl_cell_alternative(b, "plan");
  }
}

static void block_lines(const struct jl_view_input *in, struct jl_builder *b, enum jl_axis axis, const struct jl_found *found) {
  jl_block_begin(b, JL_BLOCK_ITEMS, axes[axis].text, axes[axis].label);
  jl_column(b, "criterion", JL_MSG("criterion"), JL_ARG_TEXT, 0);
  jl_column(b, "gained", JL_MSG("points"), JL_ARG_FRACTION, 1);
  jl_column(b, "points", JL_MSG("out of"), JL_ARG_INTEGER, 1);
  jl_columns_found(b);
  for (size_t i = 0; i < JL_ALIGNMENT_LINES; i++) {
    const struct jl_alignment_line *line = &jl_alignment_lines[i];
    int64_t points = 0;
    if (line->axis != axis) continue;
    bool judged = jl_alignment_points(line, &found[i], &points);
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, jl_ready_label(line->criterion), jl_ready_code(line->criterion));
    cell_points(b, judged, points);
    jl_cell(b, jl_arg_integer(line->points));
    jl_cells_found(b, in, &found[i]);
  }
}

static void note_unasked(struct jl_builder *b, const struct jl_found *found) {
  int64_t unasked = 0;
  for (size_t i = 0; i < JL_ALIGNMENT_LINES; i++) unasked += found[i].verdict == JL_FOUND_UNASKED;
  const struct jl_arg args[] = {jl_arg_integer(unasked)};
  if (unasked > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("{1} lines wait for an answer of people, which no record can tell; they count in neither sum"), args, 1);
}

bool jl_alignment_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct jl_scope scope;
  struct jl_found found[JL_ALIGNMENT_LINES];
  struct jl_alignment score;
  (void)a, (void)err;
  jl_scope_of(in, b, NULL, &scope);
  for (size_t i = 0; i < JL_ALIGNMENT_LINES; i++) jl_ready_find(&scope, jl_alignment_lines[i].criterion, &found[i]);
  jl_alignment_of(found, &score);
  jl_builder_title(b, JL_MSG("alignment: Organisation × Commercial"), NULL, 0);
  block_score(b, &score);
  block_position(b, &score);
  for (enum jl_axis axis = 0; axis < JL_AXES; axis++) block_lines(in, b, axis, found);
  note_unasked(b, found);
  return true;
}
