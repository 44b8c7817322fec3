/* The SMART check of one objective, of all, or of words (product.md P8). */
#include "common/model/strategy/smart.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

static const struct {
  const char *label, *text;
  enum jl_tone tone;
} verdicts[] = {{JL_MSG("yes"), "yes", JL_TONE_GOOD}, {JL_MSG("partly"), "partly", JL_TONE_WARN}, {JL_MSG("no"), "no", JL_TONE_BAD}, {JL_MSG("cannot be told"), "unknown", JL_TONE_MUTED}};
static const char *const letters[JL_SMART_LETTERS] = {"S", "M", "A", "R", "T"};

static void cell_verdict(struct jl_builder *b, enum jl_smart_verdict verdict) {
  jl_cell_label(b, verdicts[verdict].label, verdicts[verdict].text);
  jl_cell_tone(b, verdicts[verdict].tone);
}

static void summary_columns(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_TABLE, "objectives", NULL);
  jl_column(b, "objective", JL_MSG("objective"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_SMART_LETTERS; i++) jl_column_data(b, letters[i], letters[i], JL_ARG_LABEL, 1);
}

static void cell_objective(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, const char *text) {
  if (objective != NULL)
    jl_cell_title(b, in, objective);
  else
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
}

static void summary_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, const char *text,
                        const struct jl_smart *smart) {
  jl_row_begin(b, objective, 0, JL_ROW_NORMAL);
  cell_objective(in, b, objective, text);
  for (size_t i = 0; i < JL_SMART_LETTERS; i++) {
    cell_verdict(b, smart->letters[i].verdict);
    jl_cell_source(b, objective);
  }
}

static void detail_columns(struct jl_builder *b, const char *title) {
  jl_block_begin(b, JL_BLOCK_ITEMS, "letters", title);
  jl_column(b, "objective", JL_MSG("objective"), JL_ARG_TEXT, 0);
  jl_column(b, "letter", JL_MSG("letter"), JL_ARG_LABEL, 0);
  jl_column(b, "verdict", JL_MSG("verdict"), JL_ARG_LABEL, 1);
  jl_column(b, "reason", JL_MSG("reason"), JL_ARG_LABEL, 1);
  jl_column(b, "found", JL_MSG("found"), JL_ARG_TEXT, 1);
  jl_column(b, "fix", JL_MSG("what to do"), JL_ARG_TEXT, 1);
}

/* Of words that are no objective yet: the command that makes one. */
static const char *adding(struct jl_builder *b, const char *text, const char *fix) {
  bool other_words = strncmp(fix, "--title", 7) == 0 || strpbrk(text, "\"\\`$!") != NULL;
  if (fix[0] != '-') return fix;
  return jl_arena_printf(jl_builder_arena(b), "jalon objective add \"%s\"%s%s", other_words ? "..." : text, strncmp(fix, "--title", 7) == 0 ? "" : " ",
                         strncmp(fix, "--title", 7) == 0 ? "" : fix);
}

/* The command, with the reference in place of REF. */
static void cell_fix(struct jl_builder *b, const struct jl_record *objective, const char *text, const char *fix) {
  char reference[JL_REFERENCE_SIZE] = "REF";
  const char *made = fix;
  if (objective != NULL) jl_reference_format(objective->type, objective->number, reference);
  if (!jl_builder_ok(b)) return;
  if (objective == NULL) made = adding(b, text, fix);
  if (objective != NULL && fix[0] == '-') made = jl_arena_printf(jl_builder_arena(b), "jalon objective set %s %s", reference, fix);
  const char *at = fix[0] == 'j' ? strstr(fix, "REF") : NULL;
  if (at != NULL) made = jl_arena_printf(jl_builder_arena(b), "%.*s%s%s", (int)(at - fix), fix, reference, at + 3);
  if (made == NULL)
    jl_builder_fail(b, JL_E_NO_MEMORY);
  else
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)made, strlen(made)});
}

static void detail_rows(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, const char *text,
                        const struct jl_smart *smart, bool all) {
  for (size_t i = 0; i < JL_SMART_LETTERS; i++) {
    const struct jl_smart_letter *l = &smart->letters[i];
    if (!all && (l->verdict == JL_SMART_YES || l->verdict == JL_SMART_UNKNOWN)) continue;
    jl_row_begin(b, objective, 0, JL_ROW_NORMAL);
    cell_objective(in, b, objective, text);
    jl_cell_label(b, jl_smart_names[i], letters[i]);
    cell_verdict(b, l->verdict);
    jl_cell_label(b, l->reason, l->code);
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)l->found, strlen(l->found)});
    cell_fix(b, objective, text, l->fix);
  }
}

static void one(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, const char *text, const struct jl_smart *smart) {
  summary_columns(b);
  summary_row(in, b, objective, text, smart);
  detail_columns(b, JL_MSG("letter by letter"));
  detail_rows(in, b, objective, text, smart, true);
}

static void note_passed(struct jl_builder *b, const struct jl_smart *all, size_t n) {
  int64_t passed = 0, partly = 0;
  for (size_t i = 0; i < n; i++) {
    bool missing = false, half = false;
    for (size_t l = 0; l < JL_SMART_LETTERS; l++) {
      missing = missing || all[i].letters[l].verdict == JL_SMART_NO;
      half = half || all[i].letters[l].verdict == JL_SMART_PARTLY;
    }
    passed += !missing;
    partly += !missing && half;
  }
  const struct jl_arg args[] = {jl_arg_integer(passed), jl_arg_integer((int64_t)n), jl_arg_integer(partly)};
  if (n == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no objective yet"), NULL, 0);
  else
    jl_note(b, passed == (int64_t)n ? JL_TONE_GOOD : JL_TONE_WARN, JL_MSG("objectives without a letter that fails: {1} of {2}; with reservations: {3}"), args, 3);
}

bool jl_smart_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_OBJECTIVE};
  const struct jl_record *objective = NULL;
  const char *text = jl_view_value(in, "text");
  struct jl_smart alone;
  size_t n = 0;
  jl_builder_title(b, JL_MSG("SMART check"), NULL, 0);
  if (!jl_view_named(in, b, types, 1, &objective, err)) return false;
  if (text != NULL && text[strspn(text, " \t\r\n")] == '\0') return jl_fail(err, JL_E_USAGE, JL_MSG("there are no words to check"), JL_MSG("jalon smart --text \"...\""));
  if (text != NULL && objective == NULL) {
    if (!jl_smart_of_words(a, text, &alone)) jl_builder_fail(b, JL_E_NO_MEMORY);
    if (jl_builder_ok(b)) one(in, b, NULL, text, &alone);
    return true;
  }
  if (objective != NULL) {
    if (jl_smart_of_objective(in, b, objective, &alone)) one(in, b, objective, "", &alone);
    return true;
  }
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_OBJECTIVE, &n);
  struct jl_smart *all = jl_view_alloc(b, n, sizeof *all);
  summary_columns(b);
  for (size_t i = 0; i < n && jl_smart_of_objective(in, b, objectives[i], &all[i]); i++) summary_row(in, b, objectives[i], "", &all[i]);
  if (jl_builder_ok(b)) note_passed(b, all, n);
  detail_columns(b, JL_MSG("what to look at"));
  for (size_t i = 0; i < n && jl_builder_ok(b); i++) detail_rows(in, b, objectives[i], "", &all[i], false);
  return true;
}
