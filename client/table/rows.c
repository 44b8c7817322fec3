#include "client/table/rows.h"

void jl_row_maker_init(struct jl_row_maker *m) { jl_buffer_init(&m->bytes, JL_TABLE_ROW_MAX); }
void jl_row_maker_release(struct jl_row_maker *m) { jl_buffer_release(&m->bytes); }

void jl_row_maker_begin(struct jl_row_maker *m, size_t line) {
  jl_buffer_clear(&m->bytes);
  m->row.line = line;
  m->row.count = 0;
  m->row.hidden = false;
}

bool jl_row_maker_cell(struct jl_row_maker *m, const void *text, size_t size, size_t line, enum jl_cell_form form, struct jl_error *err) {
  size_t column = m->row.count;
  if (column == JL_TABLE_COLUMNS_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("line {1} has more than {2} columns"), JL_MSG("look whether the separator is the right one (--separator)"), jl_arg_integer((int64_t)line),
                   jl_arg_integer(JL_TABLE_COLUMNS_MAX));
  if (size > JL_TABLE_CELL_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("line {1}, column {2}: a value of more than {3}"), JL_MSG("look whether a quotation mark is missing there, or shorten it"),
                   jl_arg_integer((int64_t)line), jl_arg_integer((int64_t)column + 1), jl_arg_bytes(JL_TABLE_CELL_MAX));
  m->offsets[column] = m->bytes.size;
  if (size > 0) jl_buffer_append(&m->bytes, text, size);
  jl_buffer_byte(&m->bytes, '\0');
  m->row.cells[column] = (struct jl_raw_cell){.size = size, .line = line, .form = form};
  m->row.count++;
  return true;
}

bool jl_row_maker_end(struct jl_row_maker *m, struct jl_error *err) {
  if (m->bytes.starved) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!jl_buffer_ok(&m->bytes))
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("line {1}: a row of more than {2}"), JL_MSG("look whether a quotation mark is missing there, or leave columns out"), jl_arg_integer((int64_t)m->row.line),
                   jl_arg_bytes(JL_TABLE_ROW_MAX));
  for (size_t i = 0; i < m->row.count; i++) m->row.cells[i].text = (const char *)m->bytes.data + m->offsets[i];
  return true;
}

void jl_rows_free(struct jl_rows *rows) {
  if (rows->free != NULL) rows->free(rows->self);
  *rows = (struct jl_rows){NULL, NULL, NULL};
}
