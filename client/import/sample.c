/* What the first rows become, for a dry run and a preview: "date 5 Jan 2026; amount excl. VAT €325,137.57". Taken when it is known which rows are. What
 * is made with them (a campaign, the line of a month) is called by its title: it has no number yet. */
#include "client/import/parts.h"
#include "common/record/schema.h"
#include <string.h>

#define OF_OTHERS (JL_INGEST_SAMPLES / 2) /* at most of what rows need besides: the rows come too */

static const char *title_made(struct jl_ingest *in, const struct jl_id *id) {
  for (size_t i = 0; i < in->chunk.item_count; i++)
    if (jl_id_equal(&in->chunk.items[i].id, id)) return jl_title_text(in->cli, in->chunk.items[i].type, in->chunk.items[i].whole);
  for (size_t i = 0; i < in->titled_count; i++)
    if (jl_id_equal(&in->titled[i].id, id)) return in->titled[i].title;
  return NULL;
}

static void put_references(struct jl_ingest *in, const struct jl_names *names, const struct jl_field *f, struct jl_bytes slice, struct jl_buffer *text) {
  struct jl_iterator values = jl_record_each(slice, f);
  struct jl_value value;
  for (size_t i = 0; jl_iterator_next(&values, &value); i++) {
    const char *title = title_made(in, &value.id);
    if (i > 0) jl_buffer_text(text, ", ");
    if (title != NULL)
      jl_buffer_printf(text, "\"%s\"", title);
    else
      jl_names_put(names, f, jl_value_encode(in->cli->arena, f, &value), text);
  }
}

/* The currency of a line that is made in the same row is that of its months. */
static const char *unit_of(struct jl_ingest *in, const struct jl_ingest_item *item, const struct jl_field *f) {
  const struct jl_record_type *type = jl_record_type_by_number(item->type);
  struct jl_id id;
  bool of_parent = jl_unit_of_parent(type, f) && jl_record_id(type, item->whole, jl_parent_field(type)->number, &id);
  for (size_t i = 0; of_parent && i < in->chunk.item_count; i++)
    if (jl_id_equal(&in->chunk.items[i].id, &id)) return jl_unit_from_parent(in->cli, &(struct jl_record_state){.type = in->chunk.items[i].type, .body = in->chunk.items[i].whole});
  return jl_ingest_unit(in, type, item->whole, f);
}

static void put_fields(struct jl_ingest *in, const struct jl_ingest_item *item, struct jl_buffer *text) {
  const struct jl_record_type *type = jl_record_type_by_number(item->type);
  struct jl_names names = {.cli = in->cli};
  for (size_t i = 0; i < type->field_count; i++) jl_names_want(&names, &type->fields[i], jl_record_slice(item->whole, type->fields[i].number));
  jl_names_learn(&names, &in->cli->plan);
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *f = &type->fields[i];
    const struct jl_bytes slice = jl_record_slice(item->whole, f->number);
    if (slice.size == 0 || f->kind == JL_KIND_RANK || jl_names_the_plan(f)) continue;
    jl_buffer_printf(text, "%s%s ", text->size > 0 ? "; " : "", jl_tr(f->label));
    const char *unit = f->kind == JL_KIND_MONEY || f->kind == JL_KIND_FRACTION ? unit_of(in, item, f) : "";
    if (f->kind == JL_KIND_REFERENCE)
      put_references(in, &names, f, slice, text);
    else
      jl_format_slice(f, slice, f->kind == JL_KIND_MONEY && unit[0] != '\0' ? unit : in->input.currency, unit[0] != '\0' ? unit : NULL, text);
  }
}

static bool keep_title(struct jl_ingest *in, const struct jl_ingest_item *item, struct jl_error *err) {
  if (in->titled_count == JL_COUNT(in->titled)) return true;
  const char *title = jl_arena_strdup(in->cli->arena, jl_title_text(in->cli, item->type, item->whole));
  if (title == NULL) return jl_ingest_no_memory(err);
  in->titled[in->titled_count].id = item->id;
  in->titled[in->titled_count++].title = title;
  return true;
}

bool jl_ingest_sample(struct jl_ingest *in, bool of_others, struct jl_error *err) {
  if (!in->preview && !in->cli->dry_run) return true;
  for (size_t i = 0; i < in->chunk.item_count; i++) {
    const struct jl_ingest_item *item = &in->chunk.items[i];
    const struct jl_ingest_line *line = &in->chunk.lines[item->row];
    struct jl_buffer text;
    if (line->rejected) continue;
    if (of_others && !keep_title(in, item, err)) return false;
    if (in->sample_count >= (of_others ? OF_OTHERS : JL_INGEST_SAMPLES)) continue;
    jl_buffer_init(&text, 8192);
    put_fields(in, item, &text);
    const char *words = jl_arena_strndup(in->cli->arena, text.data != NULL ? (const char *)text.data : "", text.size);
    jl_buffer_release(&text);
    if (words == NULL) return jl_ingest_no_memory(err);
    in->samples[in->sample_count++] = (struct jl_ingest_sample){line->line, item->type, words};
  }
  return true;
}
