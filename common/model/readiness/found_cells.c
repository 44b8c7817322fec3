/* A criterion in the tables of several views. */
#include "common/model/readiness/criteria.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <string.h>

static const struct {
  const char *label, *text;
  enum jl_tone tone;
} verdicts[] = {[JL_FOUND_YES] = {JL_MSG("yes"), "yes", JL_TONE_GOOD},
                [JL_FOUND_PARTLY] = {JL_MSG("partly"), "partly", JL_TONE_WARN},
                [JL_FOUND_NO] = {JL_MSG("no"), "no", JL_TONE_BAD},
                [JL_FOUND_UNASKED] = {JL_MSG("needs an answer"), "needs-answer", JL_TONE_WARN},
                [JL_FOUND_NOTHING] = {JL_MSG("cannot be told"), "unknown", JL_TONE_MUTED},
                [JL_FOUND_HIDDEN] = {JL_MSG("not for you to see"), "hidden", JL_TONE_MUTED}};

void jl_cell_verdict(struct jl_builder *b, enum jl_found_verdict verdict) {
  jl_cell_label(b, verdicts[verdict].label, verdicts[verdict].text);
  jl_cell_tone(b, verdicts[verdict].tone);
}

void jl_columns_found(struct jl_builder *b) {
  jl_column(b, "answer", JL_MSG("answer"), JL_ARG_LABEL, 0);
  jl_column(b, "found", JL_MSG("found"), JL_ARG_TEXT, 1);
  jl_column(b, "evidence", JL_MSG("evidence"), JL_ARG_TEXT, 2);
  jl_column(b, "lacking", JL_MSG("lacking"), JL_ARG_TEXT, 2);
  jl_column(b, "fix", JL_MSG("what to do"), JL_ARG_TEXT, 1);
}

/* "L1, L2, L3, L4 ...": references; of the directory names. */
static void cell_records(struct jl_builder *b, const struct jl_record *const *records, bool more) {
  const char *text = "";
  size_t n = 0;
  for (; n < JL_FOUND_NAMED && records[n] != NULL && text != NULL && jl_builder_ok(b); n++) {
    char reference[JL_REFERENCE_SIZE];
    const char *name = reference;
    jl_reference_format(records[n]->type, records[n]->number, reference);
    if (records[n]->type->space == JL_SPACE_ORGANISATION) name = jl_view_text(b, jl_view_title(records[n]));
    text = jl_arena_printf(jl_builder_arena(b), "%s%s%s", text, n > 0 ? ", " : "", name);
  }
  if (text != NULL && more) text = jl_arena_printf(jl_builder_arena(b), "%s ...", text);
  if (text == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  if (n == 0 || text == NULL) {
    jl_cell_empty(b);
    return;
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
  for (size_t i = 0; i < n; i++) jl_cell_source(b, records[i]);
}

/* Who said so, and when. */
static void cell_assessment(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *assessment) {
  struct jl_id author;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(assessment->type, assessment->number, reference);
  const char *name = jl_record_id(assessment->type, assessment->body, JL_ASSESSMENT_AUTHOR, &author) ? jl_view_holder_name(in, b, &author) : "";
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_text(name), jl_arg_time(jl_view_int(assessment, JL_ASSESSMENT_SINCE, 0))};
  jl_cell_words(b, JL_MSG("{1}: {2}, {3}"), args, 3);
  jl_cell_alternative(b, reference);
  jl_cell_source(b, assessment);
}

/* "2 of 3"; for files "2/3". */
static void cell_share(struct jl_builder *b, const struct jl_found *found) {
  const struct jl_arg args[] = {jl_arg_integer(found->have), jl_arg_integer(found->of)};
  if (!jl_builder_ok(b)) return;
  const char *text = jl_arena_printf(jl_builder_arena(b), "%" PRId64 "/%" PRId64, found->have, found->of);
  if (text == NULL) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return;
  }
  jl_cell_words(b, JL_MSG("{1} of {2}"), args, 2);
  jl_cell_alternative(b, text);
}

void jl_cells_found(struct jl_builder *b, const struct jl_view_input *in, const struct jl_found *found) {
  jl_cell_verdict(b, found->verdict);
  if (found->assessment != NULL)
    jl_cell_text(b, jl_view_title(found->assessment));
  else if (found->of > 0)
    cell_share(b, found);
  else
    jl_cell_empty(b);
  if (found->assessment != NULL)
    cell_assessment(b, in, found->assessment);
  else
    cell_records(b, found->having, found->have > JL_FOUND_NAMED);
  cell_records(b, found->lacking, found->of - found->have > JL_FOUND_NAMED);
  if (found->fix[0] != '\0')
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)found->fix, strlen(found->fix)});
  else
    jl_cell_empty(b);
}
