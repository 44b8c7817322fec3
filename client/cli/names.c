/* Values as people read them, with the records that reference fields point at called by their names. All names of one
 * answer are asked for at once; without an answer the ids stand there. */
#include "client/cli/cli.h"
#include "common/record/schema.h"

#define NAMED_MAX 48

struct jl_arg jl_cli_called(struct jl_cli *cli, const struct jl_record_state *record) {
  const struct jl_record_type *type = jl_record_type_by_number(record->type);
  char reference[JL_REFERENCE_SIZE];
  const char *title = type == NULL || !(type->singleton || jl_type_is_directory(record->type)) ? "" : jl_title_text(cli, record->type, record->body);
  if (title[0] != '\0') return jl_arg_text(title);
  jl_reference_text(record->type, record->number, reference);
  return jl_arg_text(reference);
}

void jl_names_want(struct jl_names *n, const struct jl_field *field, struct jl_bytes slice) {
  if (field == NULL || field->kind != JL_KIND_REFERENCE) return;
  struct jl_iterator values = jl_record_each(slice, field);
  struct jl_value value;
  while (jl_iterator_next(&values, &value) && n->lookups.count < NAMED_MAX) {
    struct jl_lookup *one = jl_lookup_add(n->cli, &n->lookups, NULL);
    if (one == NULL) return;
    one->id = value.id;
    one->field = field;
    one->deleted = true;
  }
}

void jl_names_learn(struct jl_names *n, const struct jl_id *space) {
  struct jl_error ignored;
  n->lookups.space = *space;
  if (n->lookups.count > 0 && !jl_lookups_run(n->cli, &n->lookups, &ignored)) n->lookups.count = 0;
}

static void put_name(const struct jl_names *n, const struct jl_id *id, struct jl_buffer *out) {
  char text[JL_ID_TEXT_SIZE];
  for (size_t i = 0; i < n->lookups.count; i++) {
    const struct jl_record_state *record = &n->lookups.items[i].record;
    if (n->lookups.items[i].error.code != JL_E_OK || !jl_id_equal(&record->id, id)) continue;
    jl_reference_text(record->type, record->number, text);
    const char *title = jl_title_text(n->cli, record->type, record->body);
    bool by_title = title[0] != '\0' && jl_type_is_directory(record->type);
    jl_buffer_printf(out, "%s%s%s", by_title ? "" : text, by_title || title[0] == '\0' ? "" : " ", title);
    return;
  }
  jl_id_format(id, text);
  jl_buffer_append(out, text, 8);
}

void jl_names_put(const struct jl_names *n, const struct jl_field *field, struct jl_bytes slice, struct jl_buffer *out) {
  if (field->kind != JL_KIND_REFERENCE || slice.size == 0) {
    bool known = n->cli->currency[0] != '\0' && (jl_id_is_zero(&n->space) || jl_id_equal(&n->space, &n->cli->plan));
    jl_format_slice(field, slice, known ? n->cli->currency : NULL, NULL, out);
    return;
  }
  struct jl_iterator values = jl_record_each(slice, field);
  struct jl_value value;
  for (size_t i = 0; jl_iterator_next(&values, &value); i++) {
    if (i > 0) jl_buffer_text(out, ", ");
    put_name(n, &value.id, out);
  }
}
