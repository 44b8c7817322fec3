/* Where we are: SWOT, PESTEL, what people expect, what was learned of the market (product.md P3). */
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static const struct jl_box swot[] = {{JL_STRENGTH, JL_MSG("strengths"), "strengths"},
                                     {JL_WEAKNESS, JL_MSG("weaknesses"), "weaknesses"},
                                     {JL_OPPORTUNITY, JL_MSG("opportunities"), "opportunities"},
                                     {JL_THREAT, JL_MSG("threats"), "threats"}};
static const struct jl_box pestel[] = {{JL_POLITICAL, JL_MSG("political"), "political"},
                                       {JL_ECONOMIC, JL_MSG("economic"), "economic"},
                                       {JL_SOCIAL, JL_MSG("social"), "social"},
                                       {JL_TECHNOLOGICAL, JL_MSG("technological"), "technological"},
                                       {JL_ENVIRONMENTAL, JL_MSG("environmental"), "environmental"},
                                       {JL_LEGAL, JL_MSG("legal"), "legal"}};

enum { IMPORTANCE_MAX = 10 };

/* What matters most comes first; what people have put into an order stays so. */
static const struct jl_record **by_importance(const struct jl_view_input *in, struct jl_builder *b, size_t *ret_n) {
  size_t n = 0, kept = 0;
  const struct jl_record **notes = jl_view_all(in, b, JL_TYPE_DIAGNOSTIC, &n);
  const struct jl_record **sorted = jl_view_alloc(b, n, sizeof(const struct jl_record *));
  for (int64_t importance = IMPORTANCE_MAX; importance >= 0 && sorted != NULL; importance--)
    for (size_t i = 0; i < n; i++)
      if (jl_view_int(notes[i], JL_DIAGNOSTIC_IMPORTANCE, 0) == importance) sorted[kept++] = notes[i];
  *ret_n = kept;
  return sorted;
}

enum { NOTE_CELLS = 7 };
static void note_columns(struct jl_builder *b) {
  jl_column(b, "importance", JL_MSG("importance"), JL_ARG_INTEGER, 8);
  jl_column(b, "effect", JL_MSG("effect"), JL_ARG_LABEL, 1);
  jl_column(b, "evidence", JL_MSG("evidence"), JL_ARG_TEXT, 8);
  jl_column(b, "source", JL_MSG("source"), JL_ARG_TEXT, 8);
  jl_column(b, "date", JL_MSG("date"), JL_ARG_DATE, 8);
  jl_column(b, "answers", JL_MSG("dealt with by"), JL_ARG_TEXT, 1);
}

static void note_cells(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *note) {
  static const uint32_t fields[] = {JL_DIAGNOSTIC_IMPORTANCE, JL_DIAGNOSTIC_EFFECT, JL_DIAGNOSTIC_EVIDENCE,
                                    JL_DIAGNOSTIC_SOURCE,     JL_DIAGNOSTIC_DATE,   JL_DIAGNOSTIC_ANSWERS};
  jl_cell_title(b, in, note);
  for (size_t i = 0; i < JL_COUNT(fields); i++) jl_cell_by_number(b, in, note, fields[i]);
}

static size_t canvas(const struct jl_view_input *in, struct jl_builder *b, const char *name, const char *title, const struct jl_box *boxes,
                     size_t n) {
  size_t note_count = 0, shown = 0;
  const struct jl_record **notes = by_importance(in, b, &note_count);
  jl_canvas_begin(b, name, title);
  note_columns(b);
  for (size_t i = 0; i < n; i++)
    shown += jl_canvas_records(b, in, &boxes[i], notes, note_count, JL_DIAGNOSTIC_KIND, note_cells, NOTE_CELLS);
  return shown;
}

static void note_nothing(struct jl_builder *b, size_t shown, const char *kind) {
  const struct jl_arg example = jl_arg_text(kind);
  if (shown == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("nothing noted yet: jalon diagnostic add \"...\" --kind {1}"), &example, 1);
}

/* A weakness or a threat that no objective and no lever answers is known, and nothing is done about it. */
static void note_unanswered(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, open = 0;
  const struct jl_record **notes = jl_view_all(in, b, JL_TYPE_DIAGNOSTIC, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t kind = jl_view_int(notes[i], JL_DIAGNOSTIC_KIND, 0);
    open += (kind == JL_WEAKNESS || kind == JL_THREAT) && !jl_record_has(notes[i]->body, JL_DIAGNOSTIC_ANSWERS);
  }
  const struct jl_arg count = jl_arg_integer((int64_t)open);
  if (open > 0) jl_note(b, JL_TONE_WARN, JL_MSG("weaknesses and threats that no objective or lever answers: {1}"), &count, 1);
}

void jl_block_swot(const struct jl_view_input *in, struct jl_builder *b, const char *title) {
  size_t shown = canvas(in, b, "swot", title, swot, JL_COUNT(swot));
  note_nothing(b, shown, "strength");
  note_unanswered(in, b);
}

bool jl_swot_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("SWOT"), NULL, 0);
  jl_block_swot(in, b, NULL);
  return true;
}

bool jl_pestel_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("PESTEL"), NULL, 0);
  note_nothing(b, canvas(in, b, "pestel", NULL, pestel, JL_COUNT(pestel)), "political");
  return true;
}

static void notes_of(const struct jl_view_input *in, struct jl_builder *b, int64_t kind, const char *name, const char *title,
                     const uint32_t *fields, size_t field_count) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_DIAGNOSTIC);
  size_t n = 0;
  const struct jl_record **notes = by_importance(in, b, &n);
  jl_block_begin(b, JL_BLOCK_ITEMS, name, title);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
  for (size_t f = 0; f < field_count; f++) {
    const struct jl_field *field = jl_field_by_number(type, fields[f]);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), (int)f + 1);
  }
  for (size_t i = 0; i < n; i++) {
    if (jl_view_int(notes[i], JL_DIAGNOSTIC_KIND, 0) != kind) continue;
    jl_row_begin(b, notes[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, notes[i]);
    for (size_t f = 0; f < field_count; f++) jl_cell_by_number(b, in, notes[i], fields[f]);
  }
}

bool jl_diagnostic_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t expectation[] = {JL_DIAGNOSTIC_VOICE, JL_DIAGNOSTIC_ANSWERS, JL_DIAGNOSTIC_EVIDENCE, JL_DIAGNOSTIC_SOURCE};
  static const uint32_t insight[] = {JL_DIAGNOSTIC_SEGMENTS, JL_DIAGNOSTIC_COUNTRY, JL_DIAGNOSTIC_DATE, JL_DIAGNOSTIC_SOURCE,
                                     JL_DIAGNOSTIC_EVIDENCE};
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("diagnostic"), NULL, 0);
  jl_block_swot(in, b, JL_MSG("SWOT"));
  (void)canvas(in, b, "pestel", JL_MSG("PESTEL"), pestel, JL_COUNT(pestel));
  notes_of(in, b, JL_EXPECTATION, "expectations", JL_MSG("expectations"), expectation, JL_COUNT(expectation));
  notes_of(in, b, JL_INSIGHT, "insights", JL_MSG("insights"), insight, JL_COUNT(insight));
  jl_block_differentiation(in, b, JL_MSG("competitors"));
  return true;
}
