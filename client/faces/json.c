/* JSON: stable English keys, locale-free values; titles and notes in the user's language beside them. */
#include "client/faces/cell.h"
#include "common/base/calendar.h"
#include "common/record/json.h"
#include <stdio.h>
#include <string.h>

static void put_string(const char *text, struct jl_buffer *out) { jl_json_write_string(out, text ? text : "", text ? strlen(text) : 0); }

static void put_words(const Jalon__Words *words, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 16384);
  jl_words(words, &text);
  put_string(text.size ? jl_buffer_cstring(&text) : "", out);
  jl_buffer_release(&text);
}

static void put_id(const ProtobufCBinaryData *bytes, struct jl_buffer *out) {
  struct jl_id id;
  char text[JL_ID_TEXT_SIZE];
  if (!jl_id_from_bytes((struct jl_bytes){bytes->data, bytes->len}, &id)) {
    jl_buffer_text(out, "null");
    return;
  }
  jl_id_format(&id, text);
  put_string(text, out);
}

static void put_value(const Jalon__Cell *cell, const char *currency, struct jl_buffer *out) {
  struct jl_arg arg;
  if (!jl_arg_from_cell(cell, &arg)) {
    jl_buffer_text(out, "null");
    return;
  }
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_cell_plain(cell, currency, &text);
  const char *plain = text.size ? jl_buffer_cstring(&text) : "";
  bool bare = arg.kind != JL_ARG_TEXT && arg.kind != JL_ARG_LABEL && arg.kind != JL_ARG_DATE && arg.kind != JL_ARG_TIME && !(cell->alternative && *cell->alternative);
  if (bare) jl_buffer_text(out, plain);
  else put_string(plain, out);
  jl_buffer_release(&text);
}

static void put_record(const Jalon__RecordRef *ref, struct jl_buffer *out) {
  const struct jl_record_type *type = jl_record_type_by_number(ref->type);
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(type, ref->has_number ? ref->number : 0, reference);
  if (reference[0]) jl_buffer_printf(out, "\"ref\": \"%s\", ", reference);
  jl_buffer_printf(out, "\"type\": \"%s\", \"id\": ", type ? type->name : "unknown");
  put_id(&ref->id, out);
}

static void put_sources(const Jalon__Row *row, const Jalon__Block *block, struct jl_buffer *out) {
  bool any = false;
  for (size_t c = 0; c < row->n_cells && c < block->n_columns; c++) {
    const Jalon__Cell *cell = row->cells[c];
    if (cell->n_sources == 0) continue;
    jl_buffer_text(out, any ? ", " : ", \"sources\": {");
    any = true;
    put_string(block->columns[c]->name, out);
    jl_buffer_text(out, ": [");
    for (size_t i = 0; i < cell->n_sources; i++) {
      if (i) jl_buffer_text(out, ", ");
      put_id(&cell->sources[i], out);
    }
    jl_buffer_byte(out, ']');
  }
  if (any) jl_buffer_byte(out, '}');
}

static void put_row(const Jalon__Block *block, const Jalon__Row *row, const char *currency, struct jl_buffer *out) {
  static const char *const styles[] = {"normal", "total", "heading", "muted"};
  jl_buffer_text(out, "      {");
  bool any = false;
  if (row->record) {
    put_record(row->record, out);
    any = true;
  }
  if (row->has_level && row->level) jl_buffer_printf(out, "%s\"level\": %u", any ? ", " : "", row->level), any = true;
  if (row->has_style && row->style > 0 && row->style < JL_COUNT(styles)) jl_buffer_printf(out, "%s\"style\": \"%s\"", any ? ", " : "", styles[row->style]), any = true;
  jl_buffer_printf(out, "%s\"cells\": {", any ? ", " : "");
  bool first = true;
  for (size_t c = 0; c < row->n_cells && c < block->n_columns; c++) {
    const Jalon__Column *column = block->columns[c];
    if (column->drawn) continue;
    if (!first) jl_buffer_text(out, ", ");
    first = false;
    put_string(column->has_label_is_text && column->label_is_text && column->label && *column->label ? column->label : column->name, out);
    jl_buffer_text(out, ": ");
    put_value(row->cells[c], currency, out);
  }
  jl_buffer_byte(out, '}');
  put_sources(row, block, out);
  jl_buffer_byte(out, '}');
}

static void put_series(const Jalon__Series *series, struct jl_buffer *out) {
  jl_buffer_text(out, "{\"title\": ");
  put_words(series->title, out);
  jl_buffer_text(out, ", \"unit\": ");
  put_string(series->unit, out);
  jl_buffer_text(out, ", \"points\": [");
  for (size_t i = 0; i < series->n_points; i++) {
    char day[11];
    jl_day_format_iso(series->points[i]->day, day);
    jl_buffer_printf(out, "%s[\"%s\", ", i ? ", " : "", day);
    jl_plain_decimal(series->points[i]->value, 6, out);
    jl_buffer_byte(out, ']');
  }
  jl_buffer_text(out, "]}");
}

static void put_block(const Jalon__Block *block, const char *currency, struct jl_buffer *out) {
  jl_buffer_text(out, "    {\"name\": ");
  put_string(block->name, out);
  jl_buffer_text(out, ", \"title\": ");
  put_words(block->title, out);
  jl_buffer_text(out, ", \"rows\": [");
  for (size_t r = 0; r < block->n_rows; r++) {
    jl_buffer_text(out, r ? ",\n" : "\n");
    put_row(block, block->rows[r], currency, out);
  }
  jl_buffer_text(out, "]");
  if (block->n_series) jl_buffer_text(out, ", \"series\": [");
  for (size_t s = 0; s < block->n_series; s++) {
    if (s) jl_buffer_text(out, ", ");
    put_series(block->series[s], out);
  }
  if (block->n_series) jl_buffer_byte(out, ']');
  if (block->n_notes) jl_buffer_text(out, ", \"notes\": [");
  for (size_t n = 0; n < block->n_notes; n++) {
    if (n) jl_buffer_text(out, ", ");
    put_words(block->notes[n], out);
  }
  if (block->n_notes) jl_buffer_byte(out, ']');
  jl_buffer_byte(out, '}');
}

bool jl_render_json(const Jalon__Document *document, struct jl_buffer *out) {
  char day[11] = "";
  if (document->has_as_of) jl_day_format_iso(document->as_of, day);
  jl_buffer_text(out, "{\"view\": ");
  put_string(document->view, out);
  jl_buffer_text(out, ", \"title\": ");
  put_words(document->title, out);
  if (document->subtitle) {
    jl_buffer_text(out, ", \"subtitle\": ");
    put_words(document->subtitle, out);
  }
  jl_buffer_printf(out, ", \"as_of\": \"%s\", \"revision\": %llu, \"currency\": ", day, (unsigned long long)document->revision);
  put_string(document->currency, out);
  jl_buffer_text(out, ",\n  \"blocks\": [\n");
  for (size_t i = 0; i < document->n_blocks; i++) {
    if (i) jl_buffer_text(out, ",\n");
    put_block(document->blocks[i], document->currency, out);
  }
  jl_buffer_text(out, "]}\n");
  return jl_buffer_ok(out);
}
