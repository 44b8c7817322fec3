/* Shared definitions: what was agreed, who has signed, who has still to (product.md G7). */
#include "common/model/governance/definition.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define TEAMS_MAX 64

/* In the order in which they came to be. */
static size_t teams_of(const struct jl_view_input *in, const struct jl_record *definition, struct jl_id ret[TEAMS_MAX]) {
  struct jl_iterator teams = jl_record_each(definition->body, jl_field_by_number(definition->type, JL_DEFINITION_TEAMS));
  uint64_t numbers[TEAMS_MAX];
  size_t n = 0;
  for (struct jl_value team; n < TEAMS_MAX && jl_iterator_next(&teams, &team); n++) {
    const struct jl_record *known = in->organisation == NULL ? NULL : jl_replica_record(in->organisation, &team.id);
    uint64_t number = known == NULL ? UINT64_MAX : known->number;
    size_t at = n;
    for (; at > 0 && numbers[at - 1] > number; at--) {
      numbers[at] = numbers[at - 1];
      ret[at] = ret[at - 1];
    }
    numbers[at] = number;
    ret[at] = team.id;
  }
  return n;
}

/* Names of the teams that have signed the present text, or have not. */
static void cell_teams(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *definition, bool have_signed) {
  struct jl_id teams[TEAMS_MAX];
  const struct jl_record *sources[16];
  size_t count = teams_of(in, definition, teams), n = 0;
  const char *names = "";
  for (size_t t = 0; jl_builder_ok(b) && t < count; t++) {
    const struct jl_record *signature = jl_definition_signature(in->space, definition, &teams[t]);
    struct jl_id signer;
    if ((signature != NULL) != have_signed) continue;
    const char *name = jl_view_holder_name(in, b, &teams[t]);
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

static int by_kind(const void *left, const void *right) {
  const struct jl_record *const *a = left, *const *b = right;
  int64_t kind_a = jl_view_int(*a, JL_DEFINITION_KIND, JL_LEAD_STATUS), kind_b = jl_view_int(*b, JL_DEFINITION_KIND, JL_LEAD_STATUS);
  if (kind_a != kind_b) return kind_a < kind_b ? -1 : 1;
  if ((*a)->number != (*b)->number) return (*a)->number < (*b)->number ? -1 : 1;
  return jl_id_compare(&(*a)->id, &(*b)->id);
}

static bool is_signed(const struct jl_view_input *in, const struct jl_record *definition) { return jl_definition_signed(in->space, definition); }

static void definition_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *definition) {
  char reference[JL_REFERENCE_SIZE];
  bool agreed = is_signed(in, definition);
  jl_row_begin(b, definition, 0, JL_ROW_NORMAL);
  jl_reference_format(definition->type, definition->number, reference);
  jl_cell(b, jl_arg_text(reference));
  jl_cell_text(b, jl_view_title(definition));
  jl_cell_label(b, agreed ? JL_MSG("agreed") : JL_MSG("not agreed yet"), agreed ? "agreed" : "open");
  jl_cell_tone(b, agreed ? JL_TONE_GOOD : JL_TONE_WARN);
  jl_cell_by_number(b, in, definition, JL_DEFINITION_KIND);
  jl_cell_by_number(b, in, definition, JL_DEFINITION_TEXT);
  cell_teams(in, b, definition, true);
  cell_teams(in, b, definition, false);
}

/* Team by team, with who signed the present text, and when. */
static void signature_rows(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *definition) {
  struct jl_id teams[TEAMS_MAX];
  size_t n = teams_of(in, definition, teams);
  for (size_t t = 0; jl_builder_ok(b) && t < n; t++) {
    const struct jl_record *signature = jl_definition_signature(in->space, definition, &teams[t]);
    const char *name = jl_view_holder_name(in, b, &teams[t]);
    jl_row_begin(b, signature, 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, definition);
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
    if (signature == NULL) {
      jl_cell_label(b, JL_MSG("has still to sign"), "open");
      jl_cell_tone(b, JL_TONE_WARN);
      jl_cell_empty(b);
      continue;
    }
    jl_cell_by_number(b, in, signature, JL_SIGNATURE_SIGNER);
    jl_cell_by_number(b, in, signature, JL_SIGNATURE_SINCE);
  }
}

static void block_signatures(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *const *all, size_t n) {
  jl_block_begin(b, JL_BLOCK_TABLE, "signatures", JL_MSG("signatures"));
  jl_column(b, "definition", JL_MSG("definition"), JL_ARG_TEXT, 0);
  jl_column(b, "team", JL_MSG("team"), JL_ARG_TEXT, 0);
  jl_column(b, "signer", JL_MSG("signed by"), JL_ARG_TEXT, 0);
  jl_column(b, "since", JL_MSG("signed on"), JL_ARG_TIME, 1);
  for (size_t i = 0; i < n; i++) signature_rows(in, b, all[i]);
}

bool jl_definitions_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  size_t n = 0, unsigned_count = 0;
  (void)a, (void)err;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_DEFINITION, &n);
  if (n > 1) qsort(all, n, sizeof *all, by_kind);
  jl_builder_title(b, JL_MSG("definitions"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_ITEMS, "definition", NULL); /* as a list of these records, with more */
  jl_column(b, "reference", JL_MSG("reference"), JL_ARG_TEXT, 0);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
  jl_column(b, "state", JL_MSG("state"), JL_ARG_LABEL, 0);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 3);
  jl_column(b, "text", JL_MSG("text"), JL_ARG_TEXT, 1);
  jl_column(b, "signed", JL_MSG("signed by"), JL_ARG_TEXT, 1);
  jl_column(b, "unsigned", JL_MSG("has still to sign"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < n && jl_builder_ok(b); i++) {
    definition_row(in, b, all[i]);
    unsigned_count += !is_signed(in, all[i]);
  }
  if (n > 0) block_signatures(in, b, all, n);
  const struct jl_arg count = jl_arg_integer((int64_t)unsigned_count);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (n == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no definition yet: what is a lead, an MQL, a qualified opportunity? jalon definition add \"MQL\" --text ..."), NULL, 0);
  else if (unsigned_count == 0)
    jl_note(b, JL_TONE_GOOD, JL_MSG("all are signed as they stand"), NULL, 0);
  else
    jl_note(b, JL_TONE_WARN, JL_MSG("not agreed yet: {1}; jalon definition sign REF"), &count, 1);
  return true;
}
