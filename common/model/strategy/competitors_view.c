/* The differentiation table: what clients compare, where we stand, where the competitors do (product.md P3, seed 002). */
#include "common/base/money.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>

enum { COMPETITORS_MAX = 24 /* columns; what does not fit is counted */ };

struct grid {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record **criteria, **competitors;
  size_t criterion_count, competitor_count, left_out;
  const struct jl_record **ratings; /* criterion by criterion; NULL: none */
};

static const struct jl_record **rating_at(const struct grid *g, size_t criterion, size_t competitor) {
  return &g->ratings[criterion * g->competitor_count + competitor];
}

static bool read_grid(struct grid *g) {
  size_t n = 0;
  g->criteria = jl_view_all(g->in, g->b, JL_TYPE_CRITERION, &g->criterion_count);
  g->competitors = jl_view_all(g->in, g->b, JL_TYPE_COMPETITOR, &g->competitor_count);
  g->left_out = g->competitor_count > COMPETITORS_MAX ? g->competitor_count - COMPETITORS_MAX : 0;
  g->competitor_count -= g->left_out;
  g->ratings = jl_view_alloc(g->b, g->criterion_count * g->competitor_count, sizeof(const struct jl_record *));
  if (g->ratings == NULL) return false;
  for (size_t c = 0; c < g->criterion_count; c++) {
    const struct jl_record **ratings =
        jl_view_referring(g->in, g->b, &g->criteria[c]->id, JL_TYPE_RATING, JL_RATING_CRITERION, &n);
    for (size_t r = 0; r < n; r++)
      for (size_t k = 0; k < g->competitor_count; k++)
        if (jl_view_linked(g->in, ratings[r], JL_RATING_COMPETITOR) == g->competitors[k]) *rating_at(g, c, k) = ratings[r];
  }
  return jl_builder_ok(g->b);
}

static bool rated(const struct grid *g, size_t competitor) {
  for (size_t c = 0; c < g->criterion_count; c++)
    if (*rating_at(g, c, competitor) != NULL) return true;
  return false;
}

/* A column with nothing in it is not drawn, unless it is one that always is: a competitor whom nobody has rated yet is to be seen. */
static void competitor_columns(const struct grid *g) {
  for (size_t k = 0; k < g->competitor_count; k++) {
    char name[32];
    snprintf(name, sizeof name, "competitor_%zu", k + 1);
    jl_column_text(g->b, name, jl_view_text(g->b, jl_view_title(g->competitors[k])), rated(g, k) ? 1 : 0);
  }
}

static void words_row(const struct grid *g, size_t c) {
  jl_row_begin(g->b, g->criteria[c], 0, JL_ROW_NORMAL);
  jl_cell_text(g->b, jl_view_title(g->criteria[c]));
  jl_cell_by_number(g->b, g->in, g->criteria[c], JL_CRITERION_OURS);
  for (size_t k = 0; k < g->competitor_count; k++) {
    const struct jl_record *rating = *rating_at(g, c, k);
    if (rating == NULL) {
      jl_cell_empty(g->b);
      continue;
    }
    jl_cell_by_number(g->b, g->in, rating, JL_RATING_VALUE);
    jl_cell_source(g->b, rating);
  }
}

static bool any_score(const struct grid *g) {
  for (size_t c = 0; c < g->criterion_count; c++) {
    if (jl_record_has(g->criteria[c]->body, JL_CRITERION_SCORE)) return true;
    for (size_t k = 0; k < g->competitor_count; k++) {
      const struct jl_record *rating = *rating_at(g, c, k);
      if (rating != NULL && jl_record_has(rating->body, JL_RATING_SCORE)) return true;
    }
  }
  return false;
}

/* Of us for competitor SIZE_MAX; 0: not scored. */
static int64_t score_of(const struct grid *g, size_t c, size_t competitor) {
  if (competitor == SIZE_MAX) return jl_view_int(g->criteria[c], JL_CRITERION_SCORE, 0);
  const struct jl_record *rating = *rating_at(g, c, competitor);
  return rating == NULL ? 0 : jl_view_int(rating, JL_RATING_SCORE, 0);
}

static void cell_score(const struct grid *g, size_t c, size_t competitor) {
  int64_t score = score_of(g, c, competitor), ours = score_of(g, c, SIZE_MAX);
  if (score == 0) {
    jl_cell_empty(g->b);
    return;
  }
  jl_cell(g->b, jl_arg_fraction(score * JL_FRACTION_ONE, ""));
  jl_cell_source(g->b, competitor == SIZE_MAX ? g->criteria[c] : *rating_at(g, c, competitor));
  if (competitor != SIZE_MAX && ours > 0 && score > ours) jl_cell_tone(g->b, JL_TONE_WARN);
}

/* Mean of the criteria that have a score, by their weights: the row below says of how many. */
static void cell_mean(const struct grid *g, size_t competitor) {
  int64_t sum = 0, weights = 0, mean = 0;
  for (size_t c = 0; c < g->criterion_count; c++) {
    int64_t score = score_of(g, c, competitor), weight = jl_view_int(g->criteria[c], JL_CRITERION_WEIGHT, 1);
    if (score == 0) continue;
    sum += score * weight;
    weights += weight;
  }
  if (weights == 0 || !jl_mul_div_half_even(sum, 10, weights, &mean)) {
    jl_cell_empty(g->b);
    return;
  }
  jl_cell(g->b, jl_arg_fraction(mean * (JL_FRACTION_ONE / 10), JL_UNIT_TENTHS)); /* scores are rough */
  for (size_t c = 0; c < g->criterion_count; c++)
    if (score_of(g, c, competitor) > 0) jl_cell_source(g->b, competitor == SIZE_MAX ? g->criteria[c] : *rating_at(g, c, competitor));
}

static int64_t scored(const struct grid *g, size_t competitor) {
  int64_t n = 0;
  for (size_t c = 0; c < g->criterion_count; c++) n += score_of(g, c, competitor) > 0;
  return n;
}

/* Means over different criteria are no comparison: a warning where they are. */
static void row_scored(const struct grid *g) {
  int64_t ours = scored(g, SIZE_MAX);
  jl_row_begin(g->b, NULL, 0, JL_ROW_MUTED);
  jl_cell_label(g->b, JL_MSG("criteria scored"), "scored");
  jl_cell_empty(g->b);
  jl_cell(g->b, jl_arg_integer(ours));
  for (size_t k = 0; k < g->competitor_count; k++) {
    int64_t n = scored(g, k);
    jl_cell(g->b, jl_arg_integer(n));
    if (n > 0 && n != ours) jl_cell_tone(g->b, JL_TONE_WARN);
  }
}

static void block_scores(const struct grid *g) {
  jl_block_begin(g->b, JL_BLOCK_TABLE, "scores", JL_MSG("scores, as clients see it"));
  jl_column(g->b, "criterion", JL_MSG("criterion"), JL_ARG_TEXT, 0);
  jl_column(g->b, "weight", JL_MSG("weight"), JL_ARG_INTEGER, 3);
  jl_column(g->b, "ours", JL_MSG("our company"), JL_ARG_FRACTION, 0);
  competitor_columns(g);
  for (size_t c = 0; c < g->criterion_count; c++) {
    jl_row_begin(g->b, g->criteria[c], 0, JL_ROW_NORMAL);
    jl_cell_text(g->b, jl_view_title(g->criteria[c]));
    jl_cell(g->b, jl_arg_integer(jl_view_int(g->criteria[c], JL_CRITERION_WEIGHT, 1)));
    cell_score(g, c, SIZE_MAX);
    for (size_t k = 0; k < g->competitor_count; k++) cell_score(g, c, k);
  }
  jl_row_begin(g->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(g->b, JL_MSG("weighted mean"), "mean");
  jl_cell_empty(g->b);
  cell_mean(g, SIZE_MAX);
  for (size_t k = 0; k < g->competitor_count; k++) cell_mean(g, k);
  row_scored(g);
}

void jl_block_differentiation(const struct jl_view_input *in, struct jl_builder *b, const char *title) {
  struct grid g = {.in = in, .b = b};
  if (!read_grid(&g)) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "differentiation", title);
  jl_column(b, "criterion", JL_MSG("criterion"), JL_ARG_TEXT, 0);
  jl_column(b, "ours", JL_MSG("our company"), JL_ARG_TEXT, 0);
  competitor_columns(&g);
  for (size_t c = 0; c < g.criterion_count; c++) words_row(&g, c);
  if (g.criterion_count == 0) {
    jl_note(b, JL_TONE_MUTED, JL_MSG("no criterion yet: jalon criterion add \"...\" --ours \"...\""), NULL, 0);
    return;
  }
  if (g.competitor_count == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no competitor yet: jalon competitor add \"...\""), NULL, 0);
  const struct jl_arg more = jl_arg_integer((int64_t)g.left_out);
  if (g.left_out > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more are not shown"), &more, 1);
  if (any_score(&g)) block_scores(&g);
}

/* What they promise, where they are strong and weak: not only how they compare. Of those of whom something was said, and who are
 * not compared yet. */
static void block_competitors(const struct jl_view_input *in, struct jl_builder *b) {
  static const uint32_t fields[] = {JL_COMPETITOR_PROMISE, JL_COMPETITOR_STRENGTHS, JL_COMPETITOR_WEAKNESSES, JL_COMPETITOR_SEGMENTS,
                                    JL_COMPETITOR_CHANNELS};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_COMPETITOR);
  size_t n = 0;
  const struct jl_record **competitors = jl_view_all(in, b, JL_TYPE_COMPETITOR, &n);
  size_t told = 0;
  for (size_t i = 0; i < n; i++) {
    size_t ratings = 0;
    (void)jl_view_referring(in, b, &competitors[i]->id, JL_TYPE_RATING, JL_RATING_COMPETITOR, &ratings);
    bool any = ratings == 0; /* in no row of the table */
    for (size_t f = 0; f < JL_COUNT(fields); f++) any = any || jl_record_has(competitors[i]->body, fields[f]);
    if (any) competitors[told++] = competitors[i];
  }
  if (told == 0) return;
  jl_block_begin(b, JL_BLOCK_ITEMS, "competitors", JL_MSG("competitors"));
  jl_column(b, "competitor", JL_MSG("competitor"), JL_ARG_TEXT, 0);
  for (size_t f = 0; f < JL_COUNT(fields); f++) {
    const struct jl_field *field = jl_field_by_number(type, fields[f]);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), (int)f + 1);
  }
  for (size_t i = 0; i < told; i++) {
    jl_row_begin(b, competitors[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, competitors[i]);
    for (size_t f = 0; f < JL_COUNT(fields); f++) jl_cell_by_number(b, in, competitors[i], fields[f]);
  }
}

bool jl_competitors_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("differentiation table"), NULL, 0);
  jl_block_differentiation(in, b, NULL);
  block_competitors(in, b);
  return true;
}
