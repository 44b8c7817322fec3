/* CSV (RFC 4180, UTF-8): locale-free values; blocks follow one another after an empty line, each with its header, which begins with "ref".
 *
 * Whoever opens it in a spreadsheet must not run what somebody typed: a text that begins like a formula has an apostrophe before it
 * (jl_text_runs), and stands between quotation marks. Numbers, amounts and dates have none and stay what they are. The reader of tables takes
 * the apostrophe away again in tables whose first column is called "ref" (client/table/columns.c).
 *
 * A list of records ends with their ids: a reference is of one plan, and another plan has the same ones. jalon import knows its own rows by them. */
#include "client/faces/cell.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

static void put_field(const char *text, size_t size, bool is_text, struct jl_buffer *out) {
  bool guard = is_text && jl_text_runs(text, size);
  bool quote = guard;
  for (size_t i = 0; i < size && !quote; i++) quote = strchr(",\"\n\r;", text[i]) != NULL;
  if (quote) jl_buffer_byte(out, '"');
  if (guard) jl_buffer_byte(out, '\'');
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '"') jl_buffer_byte(out, '"');
    jl_buffer_byte(out, (uint8_t)text[i]);
  }
  if (quote) jl_buffer_byte(out, '"');
}

/* Every plan is the first one of its space: its name tells it from the others. */
static const char *plan_name(const Jalon__Row *row) {
  const Jalon__Cell *cell = row->record && row->record->type == JL_TYPE_PLAN && row->n_cells > 0 ? row->cells[0] : NULL;
  return cell && cell->has_kind && cell->kind == JL_ARG_TEXT ? cell->text : NULL;
}

static void put_reference(const Jalon__Row *row, struct jl_buffer *out) {
  const char *name = plan_name(row);
  if (name) {
    put_field(name, strlen(name), true, out);
    return;
  }
  if (!row->record || !row->record->has_number || row->record->number == 0) return;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(jl_record_type_by_number(row->record->type), row->record->number, reference);
  jl_buffer_text(out, reference);
}

static bool is_list(const Jalon__Block *block) {
  return block->n_columns > 0 && block->columns[0]->name != NULL && strcmp(block->columns[0]->name, "reference") == 0;
}

static void put_id(const Jalon__Row *row, struct jl_buffer *out) {
  struct jl_id id;
  char text[JL_ID_TEXT_SIZE];
  if (!row->record || row->record->id.len != sizeof id.bytes) return;
  memcpy(id.bytes, row->record->id.data, sizeof id.bytes);
  jl_id_format(&id, text);
  jl_buffer_text(out, text);
}

/* What somebody may have typed: words and other texts for a value are too. */
static bool is_text(const Jalon__Cell *cell) {
  return cell->words != NULL || (cell->alternative != NULL && *cell->alternative != '\0') || (cell->has_kind && (cell->kind == JL_ARG_TEXT || cell->kind == JL_ARG_LABEL));
}

static void put_row(const Jalon__Block *block, const Jalon__Row *row, const char *currency, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  put_reference(row, out);
  for (size_t c = 0; c < block->n_columns; c++) {
    if (block->columns[c]->drawn) continue;
    jl_buffer_byte(out, ',');
    if (c >= row->n_cells) continue;
    jl_buffer_clear(&text);
    const Jalon__Cell *cell = row->cells[c];
    jl_cell_plain(cell, currency, &text);
    put_field(text.size ? jl_buffer_cstring(&text) : "", text.size, is_text(cell), out);
  }
  if (is_list(block)) {
    jl_buffer_byte(out, ',');
    put_id(row, out);
  }
  jl_buffer_text(out, "\r\n");
  jl_buffer_release(&text);
}

bool jl_render_csv(const Jalon__Document *document, struct jl_buffer *out) {
  bool first = true;
  for (size_t i = 0; i < document->n_blocks; i++) {
    const Jalon__Block *block = document->blocks[i];
    if (block->n_columns == 0) continue;
    if (!first) jl_buffer_text(out, "\r\n");
    first = false;
    jl_buffer_text(out, "ref");
    for (size_t c = 0; c < block->n_columns; c++) {
      if (block->columns[c]->drawn) continue;
      const char *name = block->columns[c]->name && *block->columns[c]->name ? block->columns[c]->name : jl_column_heading(block->columns[c]);
      if (block->columns[c]->has_label_is_text && block->columns[c]->label_is_text && *jl_column_heading(block->columns[c])) name = jl_column_heading(block->columns[c]);
      jl_buffer_byte(out, ',');
      put_field(name, strlen(name), true, out);
    }
    jl_buffer_text(out, is_list(block) ? ",id\r\n" : "\r\n");
    for (size_t r = 0; r < block->n_rows; r++) put_row(block, block->rows[r], document->currency, out);
  }
  return jl_buffer_ok(out);
}
