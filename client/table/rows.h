/* Rows of cells as they stand in a file, one after the other: of a text with separators (csv.c) or of a sheet (xlsx.c). Nothing is read
 * into them yet. */
#ifndef JL_TABLE_ROWS_H
#define JL_TABLE_ROWS_H
#include "client/table/encoding.h"
#include "common/base/buffer.h"
#include "common/base/limits.h"

enum jl_cell_form { JL_FORM_TEXT /* anything, as typed */, JL_FORM_NUMBER /* of a sheet: digits with a point */, JL_FORM_DATE /* ISO */, JL_FORM_BOOLEAN, JL_FORM_ERROR /* "#VALUE!" */ };
struct jl_raw_cell {
  const char *text; /* terminated */
  size_t size, line;
  enum jl_cell_form form;
};
struct jl_raw_row {
  size_t line, count; /* line: where it begins, from 1; a blank line has no cells */
  bool hidden;        /* in its sheet: by a filter, or by hand */
  struct jl_raw_cell cells[JL_TABLE_COLUMNS_MAX];
};

/* The state of a row that is being put together. Texts lie in `bytes`, `offsets` are where. */
struct jl_row_maker {
  struct jl_buffer bytes;
  size_t offsets[JL_TABLE_COLUMNS_MAX];
  struct jl_raw_row row;
};
void jl_row_maker_init(struct jl_row_maker *m);
void jl_row_maker_release(struct jl_row_maker *m);
void jl_row_maker_begin(struct jl_row_maker *m, size_t line);
/* TOO_LARGE: a cell, the row or the number of its columns. */
JL_MUST_CHECK bool jl_row_maker_cell(struct jl_row_maker *m, const void *text, size_t size, size_t line, enum jl_cell_form form, struct jl_error *err);
JL_MUST_CHECK bool jl_row_maker_end(struct jl_row_maker *m, struct jl_error *err); /* its texts can be read now */

/* Whatever gives rows. A row stays until the next call; NULL at the end. */
struct jl_rows {
  bool (*next)(void *self, const struct jl_raw_row **ret_row, struct jl_error *err);
  void (*free)(void *self);
  void *self;
};
void jl_rows_free(struct jl_rows *rows);

/* csv.c: of a text (libcsv). */
struct jl_csv_form { enum jl_encoding encoding; bool cr_rows /* encoding.h */; char separator; };
JL_MUST_CHECK bool jl_csv_open(const struct jl_source *s, const struct jl_csv_form *form, struct jl_rows *ret, struct jl_error *err);
#endif
