/* Shared definitions: what was agreed, who has signed, who has still to (product.md G7). */
#include "common/model/governance/definition.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

/* Names of the teams that have signed the present text, or have not. */
static void cell_teams(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *definition, bool have_signed) {
  struct jl_iterator teams = jl_record_each(definition->body, jl_field_by_number(definition->type, JL_DEFINITION_TEAMS));
  const struct jl_record *sources[16];
  size_t n = 0;
  const char *names = "";
  for (struct jl_value team; jl_builder_ok(b) && jl_iterator_next(&teams, &team);) {
    const struct jl_record *signature = jl_definition_signature(in->space, definition, &team.id);
    struct jl_id signer;
    if ((signature != NULL) != have_signed) continue;
    const char *name = jl_view_holder_name(in, b, &team.id);
    const char *who = signature != NULL && jl_record_id(signature->type, signature->body, JL_SIGNATURE_SIGNER, &signer)
                          ? jl_view_holder_name(in, b, &signer)
                          : "";
    names = jl_arena_printf(jl_builder_arena(b), "%s%s%s%s%s%s", names, names[0] == '\0' ? "" : ", ", name, who[0] == '\0' ? "" : " (", who,
                            who[0] == '\0' ? "" : ")");
    if (names == NULL) {
      jl_builder_fail(b, JL_E_NO_MEMORY);
      return;
    }
    if (signature != NULL && n < JL_COUNT(sources)) sources[n++] = signature;
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)names, strlen(names)});
  for (size_t i = 0; i < n; i++) jl_cell_source(b, sources[i]);
  if (!have_signed && names[0] != '\0') jl_cell_tone(b, JL_TONE_WARN);
}

bool jl_definitions_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  size_t n = 0, unsigned_count = 0;
  char reference[JL_REFERENCE_SIZE];
  (void)a, (void)err;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_DEFINITION, &n);
  jl_builder_title(b, JL_MSG("definitions"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "definition", NULL); /* as a list of these records, with more */
  jl_column(b, "reference", JL_MSG("reference"), JL_ARG_TEXT, 0);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 3);
  jl_column(b, "text", JL_MSG("text"), JL_ARG_TEXT, 0);
  jl_column(b, "signed", JL_MSG("signed by"), JL_ARG_TEXT, 1);
  jl_column(b, "unsigned", JL_MSG("has still to sign"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < n && jl_builder_ok(b); i++) {
    jl_row_begin(b, all[i], 0, JL_ROW_NORMAL);
    jl_reference_format(all[i]->type, all[i]->number, reference);
    jl_cell(b, jl_arg_text(reference));
    jl_cell_text(b, jl_view_title(all[i]));
    jl_cell_by_number(b, in, all[i], JL_DEFINITION_KIND);
    jl_cell_by_number(b, in, all[i], JL_DEFINITION_TEXT);
    cell_teams(in, b, all[i], true);
    cell_teams(in, b, all[i], false);
    unsigned_count += !jl_definition_signed(in->space, all[i]);
  }
  const struct jl_arg count = jl_arg_integer((int64_t)unsigned_count);
  if (n == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no definition yet: what is a lead, an MQL, a qualified opportunity? jalon definition add \"MQL\" --text ..."), NULL, 0);
  else if (unsigned_count == 0)
    jl_note(b, JL_TONE_GOOD, JL_MSG("all are signed as they stand"), NULL, 0);
  else
    jl_note(b, JL_TONE_WARN, JL_MSG("not agreed yet: {1}; jalon definition sign REF"), &count, 1);
  return true;
}
