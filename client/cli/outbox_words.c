/* What waits in the outbox, in words: "B3 Plugin de chat: planned 1 000 EUR -> 1 200 EUR". */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIELDS_TOLD 4
#define EDITS_TOLD 2

void jl_group_number_text(const struct jl_outbox_group *g, char out[32]) {
  bool refused = g->state == JL_OUTBOX_REFUSED;
  snprintf(out, 32, "%c%" PRIu64, refused ? 'C' : 'W', refused ? g->conflict : g->id);
}

void jl_outbox_caption(uint32_t type, uint64_t number, const char *title, struct jl_buffer *out) {
  char reference[32];
  const struct jl_record_type *known = jl_record_type_by_number(type);
  jl_reference_text(type, number, reference);
  if (number == 0 && known != NULL) jl_buffer_text(out, jl_tr(known->label));
  else jl_buffer_text(out, reference);
  if (title != NULL && title[0] != '\0') jl_buffer_printf(out, " %s", title);
}

static const struct jl_field *field_of(const struct jl_outbox_edit *e, const struct jl_outbox_field *f) {
  const struct jl_record_type *type = jl_record_type_by_number(e->type);
  return type == NULL ? NULL : jl_field_by_number(type, f->field);
}

void jl_group_names(const struct jl_outbox_group *g, struct jl_names *names) {
  for (size_t e = 0; e < g->edit_count && e < EDITS_TOLD; e++)
    for (size_t f = 0; f < g->edits[e].field_count && f < FIELDS_TOLD; f++) {
      const struct jl_outbox_field *field = &g->edits[e].fields[f];
      const struct jl_field *of = field_of(&g->edits[e], field);
      jl_names_want(names, of, field->base);
      jl_names_want(names, of, field->next);
      jl_names_want(names, of, field->add);
      jl_names_want(names, of, field->remove);
    }
}

static void put_signed(const struct jl_names *names, const struct jl_field *field, struct jl_bytes slice, const char *sign,
                       struct jl_buffer *out) {
  if (slice.size == 0) return;
  jl_buffer_printf(out, " %s", sign);
  jl_names_put(names, field, slice, out);
}

static void put_field(const struct jl_names *names, const struct jl_outbox_edit *e, const struct jl_outbox_field *f, struct jl_buffer *out) {
  const struct jl_field *field = field_of(e, f);
  if (field == NULL) return;
  jl_buffer_text(out, jl_tr(field->label));
  if (f->counts) {
    jl_buffer_printf(out, " %+" PRId64, f->add_number);
    return;
  }
  if (f->add.size > 0 || f->remove.size > 0) {
    put_signed(names, field, f->add, "+", out);
    put_signed(names, field, f->remove, "-", out);
    return;
  }
  jl_buffer_byte(out, ' ');
  if (e->verb != JL_VERB_CREATE && field->kind != JL_KIND_LONG_TEXT && f->base.size > 0) {
    jl_names_put(names, field, f->base, out);
    jl_buffer_text(out, " -> ");
  }
  jl_names_put(names, field, f->next, out);
}

static void put_edit(const struct jl_names *names, const struct jl_outbox_edit *e, struct jl_buffer *out) {
  static const char *const verbs[] = {[JL_VERB_CREATE] = JL_MSG("new"),
                                      [JL_VERB_UPDATE] = "",
                                      [JL_VERB_DELETE] = JL_MSG("to be deleted"),
                                      [JL_VERB_RESTORE] = JL_MSG("to be brought back")};
  const struct jl_arg nothing = jl_arg_text("");
  bool titled = e->title != NULL && e->title[0] != '\0';
  jl_outbox_caption(e->type, e->number, e->title, out);
  jl_format_words(JL_MSG("{1}: "), &nothing, 1, out); /* the colon as the language has it */
  if (e->verb != JL_VERB_UPDATE && e->verb < JL_COUNT(verbs)) jl_buffer_text(out, jl_tr(verbs[e->verb]));
  if (e->verb == JL_VERB_DELETE || (e->verb == JL_VERB_CREATE && titled)) return;
  for (size_t f = 0; f < e->field_count && f < FIELDS_TOLD; f++) {
    if (f > 0 || e->verb != JL_VERB_UPDATE) jl_buffer_text(out, ", ");
    put_field(names, e, &e->fields[f], out);
  }
  if (e->field_count > FIELDS_TOLD) jl_buffer_text(out, ", ...");
}

void jl_group_words(const struct jl_outbox_group *g, const struct jl_names *names, struct jl_buffer *out) {
  for (size_t e = 0; e < g->edit_count && e < EDITS_TOLD; e++) {
    if (e > 0) jl_buffer_text(out, "; ");
    put_edit(names, &g->edits[e], out);
  }
  if (g->edit_count <= EDITS_TOLD) return;
  const struct jl_arg more = jl_arg_integer((int64_t)(g->edit_count - EDITS_TOLD));
  jl_buffer_byte(out, ' ');
  jl_format_words(JL_MSG("and {1} more"), &more, 1, out);
}
