/* Key messages by persona and stage; those of one theme that reach a persona at the same time are held against each other (product.md P5). */
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/clashes.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

enum { CLASHES_MAX = 20 };

struct message {
  const struct jl_record *record;
  int64_t stage;
};

struct clashes {
  const struct jl_view_input *in;
  struct jl_builder *b;
  size_t found;
};

static void note_clash(void *context, const struct jl_clash *clash) {
  struct clashes *c = context;
  if (++c->found > CLASHES_MAX) return;
  const struct jl_arg args[] = {jl_arg_text(jl_record_caption(c->b, c->in->space, clash->one)), jl_arg_text(jl_record_caption(c->b, c->in->space, clash->other)),
                                jl_arg_textn((const char *)clash->theme.data, clash->theme.size)};
  jl_note(c->b, JL_TONE_WARN, JL_MSG("two messages on the same theme ({3}) reach the same persona at the same time: {1} / {2}"), args, 3);
}

static void note_clashes(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **messages, size_t n) {
  struct clashes clashes = {.in = in, .b = b};
  jl_message_clashes(b, messages, n, note_clash, &clashes);
  const struct jl_arg more = jl_arg_integer((int64_t)(clashes.found - CLASHES_MAX));
  if (clashes.found > CLASHES_MAX) jl_note(b, JL_TONE_WARN, JL_MSG("{1} more are not shown"), &more, 1);
}

static void message_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *message) {
  size_t actions = 0;
  (void)jl_view_referring(in, b, &message->id, JL_TYPE_ACTION, JL_ACTION_MESSAGES, &actions);
  jl_row_begin(b, message, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, message);
  if (jl_record_has(message->body, JL_KEY_MESSAGE_PERSONAS))
    jl_cell_by_number(b, in, message, JL_KEY_MESSAGE_PERSONAS);
  else
    jl_cell_label(b, JL_MSG("everybody"), "everybody");
  jl_cell_by_number(b, in, message, JL_KEY_MESSAGE_THEME);
  jl_cell_by_number(b, in, message, JL_KEY_MESSAGE_CALL);
  jl_cell_by_number(b, in, message, JL_KEY_MESSAGE_CHANNELS);
  jl_cell_by_number(b, in, message, JL_KEY_MESSAGE_START);
  jl_cell_by_number(b, in, message, JL_KEY_MESSAGE_END);
  jl_cell(b, jl_arg_integer((int64_t)actions));
}

static void stage_rows(const struct jl_view_input *in, struct jl_builder *b, const struct jl_box *stage, const struct message *messages,
                       size_t n) {
  bool headed = false;
  for (size_t i = 0; i < n; i++) {
    if (messages[i].stage != stage->value) continue;
    if (!headed) {
      jl_row_begin(b, NULL, 0, JL_ROW_HEADING);
      jl_cell_label(b, stage->label, stage->text);
      jl_cells_empty(b, 7);
      headed = true;
    }
    message_row(in, b, messages[i].record);
  }
}

bool jl_messages_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const struct jl_box stages[] = {{JL_STAGE_AWARENESS, JL_MSG("awareness"), "awareness"},
                                         {JL_STAGE_CONSIDERATION, JL_MSG("consideration"), "consideration"},
                                         {JL_STAGE_DECISION, JL_MSG("decision"), "decision"},
                                         {JL_STAGE_RETENTION, JL_MSG("retention"), "retention"},
                                         {JL_STAGE_ADVOCACY, JL_MSG("advocacy"), "advocacy"},
                                         {0, JL_MSG("no stage"), "none"}};
  size_t n = 0, kept = 0;
  const struct jl_record **records = jl_view_all(in, b, JL_TYPE_KEY_MESSAGE, &n);
  struct message *messages = jl_view_alloc(b, n, sizeof *messages);
  (void)a, (void)err;
  for (size_t i = 0; i < n && messages != NULL; i++)
    if (!jl_view_yes(records[i], JL_KEY_MESSAGE_RETIRED)) messages[kept++] = (struct message){records[i], jl_view_int(records[i], JL_KEY_MESSAGE_STAGE, 0)};
  jl_builder_title(b, JL_MSG("key messages"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "messages", NULL);
  jl_column(b, "message", JL_MSG("message"), JL_ARG_TEXT, 0);
  jl_column(b, "personas", JL_MSG("personas"), JL_ARG_TEXT, 1);
  jl_column(b, "theme", JL_MSG("theme"), JL_ARG_TEXT, 2);
  jl_column(b, "call", JL_MSG("call to action"), JL_ARG_TEXT, 5);
  jl_column(b, "channels", JL_MSG("channels"), JL_ARG_TEXT, 4);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 3);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 3);
  jl_column(b, "actions", JL_MSG("actions"), JL_ARG_INTEGER, 2);
  for (size_t s = 0; s < JL_COUNT(stages) && messages != NULL; s++) stage_rows(in, b, &stages[s], messages, kept);
  if (kept == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no message yet: jalon key-message add \"...\" --personas PS1 --stage decision"), NULL, 0);
  if (messages != NULL) note_clashes(in, b, records, n);
  return true;
}
