/* For whom: segments, ideal customers, personas, and which of them nothing is meant for (product.md P4). */
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

/* Of the records that name a segment, those that are not retired, as "PS1 Dirigeant, PS2 ..."; a word in the tone of a warning when there
 * is none. */
static void cell_personas_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *segment) {
  size_t n = 0, shown = 0;
  const struct jl_record **personas = jl_view_referring(in, b, &segment->id, JL_TYPE_PERSONA, JL_PERSONA_SEGMENTS, &n);
  const char *names = "";
  for (size_t i = 0; i < n && names != NULL && jl_builder_ok(b); i++) {
    if (jl_view_yes(personas[i], JL_PERSONA_RETIRED)) continue;
    names = jl_arena_printf(jl_builder_arena(b), "%s%s%s", names, shown++ > 0 ? ", " : "", jl_record_caption(b, in->space, personas[i]));
    if (names == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  }
  if (shown > 0 && names != NULL)
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)names, strlen(names)});
  else if (jl_view_yes(segment, JL_SEGMENT_SET_ASIDE))
    jl_cell_empty(b);
  else {
    jl_cell_label(b, JL_MSG("no persona"), "none");
    jl_cell_tone(b, JL_TONE_WARN);
  }
}

static void block_segments(const struct jl_view_input *in, struct jl_builder *b) {
  static const uint32_t fields[] = {JL_SEGMENT_MARKET, JL_SEGMENT_SECTOR, JL_SEGMENT_SIZE, JL_SEGMENT_COUNT, JL_SEGMENT_POTENTIAL};
  size_t n = 0;
  const struct jl_record **segments = jl_view_all(in, b, JL_TYPE_SEGMENT, &n);
  jl_block_begin(b, JL_BLOCK_TABLE, "segments", JL_MSG("segments"));
  jl_column(b, "segment", JL_MSG("segment"), JL_ARG_TEXT, 0);
  jl_column(b, "market", JL_MSG("market"), JL_ARG_LABEL, 3);
  jl_column(b, "sector", JL_MSG("sector"), JL_ARG_TEXT, 4);
  jl_column(b, "size", JL_MSG("size"), JL_ARG_TEXT, 5);
  jl_column(b, "count", JL_MSG("how many there are"), JL_ARG_INTEGER, 6);
  jl_column(b, "potential", JL_MSG("potential"), JL_ARG_LABEL, 2);
  jl_column(b, "personas", JL_MSG("personas"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, segments[i], 0, jl_view_yes(segments[i], JL_SEGMENT_SET_ASIDE) ? JL_ROW_MUTED : JL_ROW_NORMAL);
    jl_cell_title(b, in, segments[i]);
    for (size_t f = 0; f < JL_COUNT(fields); f++) jl_cell_by_number(b, in, segments[i], fields[f]);
    cell_personas_of(in, b, segments[i]);
  }
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no segment yet: jalon segment add \"...\""), NULL, 0);
}

static void block_icps(const struct jl_view_input *in, struct jl_builder *b) {
  static const uint32_t fields[] = {JL_ICP_SEGMENT, JL_ICP_SECTOR, JL_ICP_SIZE, JL_ICP_CRITERIA, JL_ICP_SIGNALS, JL_ICP_EXCLUDED, JL_ICP_DEAL,
                                    JL_ICP_CYCLE};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ICP);
  size_t n = 0;
  const struct jl_record **icps = jl_view_all(in, b, JL_TYPE_ICP, &n);
  if (n == 0) return;
  jl_block_begin(b, JL_BLOCK_ITEMS, "icps", JL_MSG("ideal customer profiles"));
  jl_column(b, "icp", JL_MSG("ideal customer profile"), JL_ARG_TEXT, 0);
  for (size_t f = 0; f < JL_COUNT(fields); f++) {
    const struct jl_field *field = jl_field_by_number(type, fields[f]);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), (int)f / 2 + 1);
  }
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, icps[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, icps[i]);
    for (size_t f = 0; f < JL_COUNT(fields); f++) jl_cell_by_number(b, in, icps[i], fields[f]);
  }
}

static bool review_is_due(const struct jl_view_input *in, const struct jl_record *persona) {
  return jl_view_int(persona, JL_PERSONA_REVIEW, INT32_MAX) < in->today && !jl_view_yes(persona, JL_PERSONA_RETIRED);
}

static void cell_review(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *persona) {
  jl_cell_by_number(b, in, persona, JL_PERSONA_REVIEW);
  if (review_is_due(in, persona)) jl_cell_tone(b, JL_TONE_WARN);
}

static void block_personas(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, due = 0;
  const struct jl_record **personas = jl_view_all(in, b, JL_TYPE_PERSONA, &n);
  jl_block_begin(b, JL_BLOCK_TABLE, "personas", JL_MSG("personas"));
  jl_column(b, "persona", JL_MSG("persona"), JL_ARG_TEXT, 0);
  jl_column(b, "segments", JL_MSG("segments"), JL_ARG_TEXT, 4);
  jl_column(b, "role", JL_MSG("part in the purchase"), JL_ARG_LABEL, 2);
  jl_column(b, "version", JL_MSG("version"), JL_ARG_INTEGER, 3);
  jl_column(b, "review", JL_MSG("to be reviewed on"), JL_ARG_DATE, 1);
  jl_column(b, "actions", JL_MSG("actions"), JL_ARG_INTEGER, 1);
  for (size_t i = 0; i < n; i++) {
    size_t actions = 0;
    (void)jl_view_referring(in, b, &personas[i]->id, JL_TYPE_ACTION, JL_ACTION_PERSONAS, &actions);
    jl_row_begin(b, personas[i], 0, jl_view_yes(personas[i], JL_PERSONA_RETIRED) ? JL_ROW_MUTED : JL_ROW_NORMAL);
    jl_cell_title(b, in, personas[i]);
    jl_cell_by_number(b, in, personas[i], JL_PERSONA_SEGMENTS);
    jl_cell_by_number(b, in, personas[i], JL_PERSONA_BUYING_ROLE);
    jl_cell_by_number(b, in, personas[i], JL_PERSONA_VERSION);
    cell_review(in, b, personas[i]);
    jl_cell(b, jl_arg_integer((int64_t)actions));
    if (actions == 0 && !jl_view_yes(personas[i], JL_PERSONA_RETIRED)) jl_cell_tone(b, JL_TONE_WARN);
    due += review_is_due(in, personas[i]);
  }
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no persona yet: jalon persona add \"...\""), NULL, 0);
  const struct jl_arg count = jl_arg_integer((int64_t)due);
  if (due > 0) jl_note(b, JL_TONE_WARN, JL_MSG("personas whose review is due: {1}"), &count, 1);
}

bool jl_targets_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("targets"), NULL, 0);
  block_segments(in, b);
  block_icps(in, b);
  block_personas(in, b);
  return true;
}

/* ---- one persona, or all ---- */
static const struct jl_box boxes[] = {{JL_PERSONA_GOALS, JL_MSG("goals"), "goals"},
                                      {JL_PERSONA_STAKES, JL_MSG("stakes"), "stakes"},
                                      {JL_PERSONA_PROBLEMS, JL_MSG("problems"), "problems"},
                                      {JL_PERSONA_DAILY, JL_MSG("daily life"), "daily"},
                                      {JL_PERSONA_JOURNEY, JL_MSG("journey"), "journey"},
                                      {JL_PERSONA_FRICTION, JL_MSG("friction"), "friction"},
                                      {JL_PERSONA_OBJECTIONS, JL_MSG("objections"), "objections"},
                                      {JL_PERSONA_ANSWERS, JL_MSG("our answers"), "answers"},
                                      {JL_PERSONA_CHANNELS, JL_MSG("channels"), "channels"}};

static void message_rows(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *persona, int cells) {
  size_t n = 0, shown = 0;
  const struct jl_record **messages = jl_view_referring(in, b, &persona->id, JL_TYPE_KEY_MESSAGE, JL_KEY_MESSAGE_PERSONAS, &n);
  for (size_t i = 0; i <= n; i++) {
    if (i < n && jl_view_yes(messages[i], JL_KEY_MESSAGE_RETIRED)) continue;
    if (i == n && shown > 0) break;
    jl_row_begin(b, i < n ? messages[i] : NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, JL_MSG("key messages"), "messages");
    if (i < n)
      jl_cell_title(b, in, messages[i]);
    else
      jl_cell_empty(b);
    jl_cells_empty(b, cells);
    shown++;
  }
}

static void persona_canvas(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *persona) {
  jl_row_begin(b, persona, 0, JL_ROW_HEADING);
  jl_cell_title(b, in, persona);
  jl_cell_by_number(b, in, persona, JL_PERSONA_JOB_TITLE);
  jl_cell_by_number(b, in, persona, JL_PERSONA_BUYING_ROLE);
  for (size_t i = 0; i < JL_COUNT(boxes); i++) {
    jl_row_begin(b, persona, 0, JL_ROW_NORMAL);
    jl_cell_label(b, boxes[i].label, boxes[i].text);
    jl_cell_by_number(b, in, persona, (uint32_t)boxes[i].value);
    jl_cell_empty(b);
  }
  message_rows(in, b, persona, 1);
}

static void note_persona(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *persona) {
  const struct jl_arg args[] = {jl_arg_text(jl_record_caption(b, in->space, persona)), jl_arg_date(jl_view_int(persona, JL_PERSONA_REVIEW, 0)),
                                jl_arg_integer(jl_view_int(persona, JL_PERSONA_VERSION, 0))};
  if (jl_record_has(persona->body, JL_PERSONA_VERSION))
    jl_note(b, JL_TONE_MUTED, jl_record_has(persona->body, JL_PERSONA_REVIEW) ? JL_MSG("{1}: version {3}, to be reviewed on {2}") : JL_MSG("{1}: version {3}"),
            args, 3);
  if (review_is_due(in, persona)) jl_note(b, JL_TONE_WARN, JL_MSG("{1}: its review was due on {2}"), args, 2);
  if (!jl_record_has(persona->body, JL_PERSONA_REVIEW)) jl_note(b, JL_TONE_MUTED, JL_MSG("{1}: no day on which it is reviewed"), args, 2);
}

bool jl_persona_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_PERSONA};
  const struct jl_record *one = NULL;
  (void)a;
  if (!jl_view_named(in, b, types, 1, &one, err)) return false;
  size_t n = 1;
  const struct jl_record **personas = one != NULL ? &one : jl_view_all(in, b, JL_TYPE_PERSONA, &n);
  jl_builder_title(b, one != NULL ? JL_MSG("persona") : JL_MSG("personas"), NULL, 0);
  jl_canvas_begin(b, "personas", NULL);
  jl_column(b, "role", JL_MSG("part in the purchase"), JL_ARG_LABEL, 1);
  for (size_t i = 0; i < n; i++)
    if (one != NULL || !jl_view_yes(personas[i], JL_PERSONA_RETIRED)) persona_canvas(in, b, personas[i]);
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no persona yet: jalon persona add \"...\""), NULL, 0);
  for (size_t i = 0; i < n; i++)
    if (one != NULL || !jl_view_yes(personas[i], JL_PERSONA_RETIRED)) note_persona(in, b, personas[i]);
  return true;
}
