#include "common/model/governance/advice.h"
#include "common/record/schema.h"

#define ROWS_MAX 300 /* the rest is counted in a note */

const struct jl_record *jl_advice_answer(const struct jl_replica *space, const struct jl_record *advice) {
  struct jl_id asker = {{0}}, author;
  const void *at = NULL;
  const struct jl_record *answer;
  (void)jl_record_id(advice->type, advice->body, JL_ADVICE_AUTHOR, &asker);
  while ((answer = jl_replica_next_referring(space, &advice->id, JL_TYPE_COMMENT, JL_COMMENT_ANSWERS, &at)) != NULL)
    if (answer->deleted_revision == 0 && (!jl_record_id(answer->type, answer->body, JL_COMMENT_AUTHOR, &author) || !jl_id_equal(&author, &asker)))
      return answer;
  return NULL;
}

static void cell_answer(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *advice) {
  const struct jl_record *answer = jl_advice_answer(in->space, advice);
  if (answer != NULL) {
    jl_cell_by_number(b, in, answer, JL_COMMENT_AUTHOR);
    return;
  }
  jl_cell_label(b, JL_MSG("none yet"), "none");
  if (jl_view_int(advice, JL_ADVICE_DUE, INT32_MAX) < in->today) jl_cell_tone(b, JL_TONE_BAD);
}

void jl_block_advice(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *about) {
  static const struct {
    uint32_t field;
    int priority;
  } columns[] = {{JL_ADVICE_ASKED, 1}, {JL_ADVICE_AUTHOR, 3}, {JL_ADVICE_DUE, 2}};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ADVICE);
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(in, b, &about->id, JL_TYPE_ADVICE, JL_ADVICE_TARGET, &n);
  if (n == 0) return;
  jl_block_begin(b, JL_BLOCK_ITEMS, "advice", JL_MSG("requests for advice"));
  jl_column(b, "question", jl_field_by_number(type, JL_ADVICE_QUESTION)->label, JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(columns); i++) {
    const struct jl_field *field = jl_field_by_number(type, columns[i].field);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), columns[i].priority);
  }
  jl_column(b, "answer", JL_MSG("answered by"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
    jl_row_begin(b, all[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, all[i]);
    for (size_t k = 0; k < JL_COUNT(columns); k++) jl_cell_by_number(b, in, all[i], columns[k].field);
    cell_answer(in, b, all[i]);
  }
  const struct jl_arg more = jl_arg_integer((int64_t)(n - ROWS_MAX));
  if (n > ROWS_MAX) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more are not shown"), &more, 1);
}
