/* Markdown (CommonMark with the tables that GitHub, GitLab and most wikis read): minutes and reports to paste into mail, wiki or repository. What
 * people have typed is text there too: nothing in it makes a table, a link, a picture, a heading or HTML. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include <string.h>

#define LEVEL "\xe2\x80\x83" /* what stands below another row begins after a wide blank */

/* At the beginning of a line a sign, or a number with its point, would make a list, a heading or a line of it. */
static size_t begins_something(const char *text, size_t size) {
  size_t digits = 0;
  if (size > 0 && strchr("+-=", text[0]) != NULL) return 1;
  while (digits < size && text[digits] >= '0' && text[digits] <= '9') digits++;
  return digits > 0 && digits < size && (text[digits] == '.' || text[digits] == ')') ? digits + 1 : 0;
}

static void put_text(const char *text, size_t size, bool begins, struct jl_buffer *out) {
  size_t sign = begins ? begins_something(text, size) : 0;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < ' ' || c == 0x7f)
      jl_buffer_byte(out, ' '); /* a line feed would end the row */
    else if (c == '<')
      jl_buffer_text(out, "&lt;");
    else if (c == '>')
      jl_buffer_text(out, "&gt;");
    else if (c == '&')
      jl_buffer_text(out, "&amp;");
    else {
      if (strchr("\\`*_[]|~#!$", c) != NULL || i + 1 == sign) jl_buffer_byte(out, '\\');
      jl_buffer_byte(out, c);
    }
  }
}

static void put_buffer(struct jl_buffer *text, bool begins, struct jl_buffer *out) { put_text(jl_text_of(text), text->size, begins, out); }

static void put_heading(const char *marks, const Jalon__Words *words, const Jalon__Words *after, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_words(words, &text);
  jl_capital_words(words, &text);
  if (after != NULL && after->message != NULL) {
    jl_buffer_text(&text, " — ");
    jl_words(after, &text);
  }
  jl_buffer_printf(out, "%s ", marks);
  put_buffer(&text, true, out);
  jl_buffer_text(out, "\n\n");
  jl_buffer_release(&text);
}

static void put_cell(const Jalon__Block *block, const Jalon__Row *row, size_t column, const char *currency, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (column < row->n_cells) jl_cell_display(row->cells[column], currency, jl_column_decimals(block, column, currency), &text);
  if (column == 0)
    for (uint32_t level = 0; row->has_level && level < row->level && level < 8; level++) jl_buffer_text(out, LEVEL);
  bool total = row->has_style && row->style == JL_ROW_TOTAL && text.size > 0;
  jl_buffer_text(out, total ? "**" : "");
  put_buffer(&text, false, out);
  jl_buffer_text(out, total ? "**" : "");
  jl_buffer_release(&text);
}

static void put_fields(const Jalon__Block *block, const char *currency, struct jl_buffer *out) {
  for (size_t r = 0; r < block->n_rows; r++) {
    jl_buffer_text(out, "- **");
    put_cell(block, block->rows[r], 0, currency, out);
    jl_buffer_text(out, "**: ");
    put_cell(block, block->rows[r], 1, currency, out);
    jl_buffer_byte(out, '\n');
  }
  jl_buffer_byte(out, '\n');
}

static bool is_number(const Jalon__Column *column) {
  return column->kind == JL_ARG_INTEGER || column->kind == JL_ARG_MONEY || column->kind == JL_ARG_FRACTION || column->kind == JL_ARG_SHARE;
}

static void put_table(const Jalon__Block *block, const char *currency, struct jl_buffer *out) {
  for (size_t c = 0; c < block->n_columns; c++) {
    if (block->columns[c]->drawn) continue;
    const char *heading = jl_column_heading(block->columns[c]);
    jl_buffer_text(out, "| ");
    put_text(heading, strlen(heading), false, out);
    jl_buffer_byte(out, ' ');
  }
  jl_buffer_text(out, "|\n");
  for (size_t c = 0; c < block->n_columns; c++)
    if (!block->columns[c]->drawn) jl_buffer_text(out, is_number(block->columns[c]) ? "| ---: " : "| --- ");
  jl_buffer_text(out, "|\n");
  for (size_t r = 0; r < block->n_rows; r++) {
    for (size_t c = 0; c < block->n_columns; c++) {
      if (block->columns[c]->drawn) continue;
      jl_buffer_text(out, "| ");
      put_cell(block, block->rows[r], c, currency, out);
      jl_buffer_byte(out, ' ');
    }
    jl_buffer_text(out, "|\n");
  }
  jl_buffer_byte(out, '\n');
}

static void put_series(const Jalon__Series *series, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_words(series->title, &text);
  jl_buffer_text(out, "- **");
  put_buffer(&text, false, out);
  jl_buffer_text(out, "**: ");
  for (size_t i = 0; i < series->n_points; i++) {
    jl_buffer_clear(&text);
    jl_format_fraction(series->points[i]->value, series->unit, &text);
    jl_buffer_text(out, i > 0 ? "; " : "");
    put_buffer(&text, false, out);
  }
  jl_buffer_byte(out, '\n');
  jl_buffer_release(&text);
}

static void put_notes(const Jalon__Block *block, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  for (size_t i = 0; i < block->n_notes; i++) {
    jl_buffer_clear(&text);
    jl_words(block->notes[i], &text);
    jl_buffer_text(out, "- ");
    put_buffer(&text, true, out);
    jl_buffer_byte(out, '\n');
  }
  if (block->n_notes > 0) jl_buffer_byte(out, '\n');
  jl_buffer_release(&text);
}

bool jl_render_markdown(const Jalon__Document *document, struct jl_buffer *out) {
  struct jl_arg args[2] = {jl_arg_date(document->as_of), jl_arg_revision(document->revision)};
  put_heading("#", document->title, document->subtitle, out);
  if (document->has_as_of) {
    jl_format_words(document->revision ? JL_MSG("as of {1}, r{2}") : JL_MSG("as of {1}"), args, 2, out);
    jl_buffer_text(out, "\n\n");
  }
  for (size_t i = 0; i < document->n_blocks; i++) {
    const Jalon__Block *block = document->blocks[i];
    if (block->n_rows == 0 && block->n_series == 0 && block->n_notes == 0) continue;
    if (block->title != NULL && block->title->message != NULL) put_heading("##", block->title, NULL, out);
    if (block->kind == JL_BLOCK_FIELDS)
      put_fields(block, document->currency, out);
    else if (block->n_columns > 0 && block->n_rows > 0)
      put_table(block, document->currency, out);
    for (size_t s = 0; s < block->n_series; s++) put_series(block->series[s], out);
    if (block->n_series > 0) jl_buffer_byte(out, '\n');
    put_notes(block, out);
  }
  return jl_buffer_ok(out);
}
