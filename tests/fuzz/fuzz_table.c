/* The reader of tables: any bytes are a table or an error with words, in bounded memory; what it counts it gives, each row as wide as the table,
 * each cell with its place, and the second time the same as the first. The first byte chooses answers. */
#include "client/table/reader.h"
#include "tests/fuzz/fuzz.h"
#include <string.h>

#define ROWS 20000

static uint64_t read_rows(struct jl_reader *r, const struct jl_table_found *f) {
  struct jl_error err = {0};
  const struct jl_table_row *row = NULL;
  uint64_t rows = 0, sum = 0;
  if (!jl_reader_begin(r, &err)) {
    JL_ASSERT(err.code != JL_E_OK && err.message[0] != '\0');
    return 0;
  }
  while (rows < ROWS) {
    if (!jl_reader_next(r, &row, &err)) JL_ASSERT(false && "what was looked through is read again");
    if (row == NULL) break;
    rows++;
    for (size_t i = 0; i < f->column_count; i++) {
      const struct jl_table_cell *cell = &row->cells[i];
      JL_ASSERT(cell->text != NULL && strlen(cell->text) == cell->size);
      JL_ASSERT(cell->state == JL_CELL_NONE || (cell->line >= row->line && row->line > f->header_line));
      sum = sum * 31 + cell->size + (uint64_t)cell->state;
      if (cell->state == JL_CELL_BAD) JL_ASSERT(!jl_reader_bad(r, cell, i, &err) && err.message[0] != '\0');
    }
  }
  JL_ASSERT(rows == ROWS || rows == f->row_count);
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct jl_reader_options answers[] = {
      {0}, {.encoding = "utf-8-twice"}, {.encoding = "windows-1252", .decimal = "comma", .date_order = "day"}, {.decimal = "point", .date_order = "month", .totals = "keep"},
      {.separator = ";", .header_row = "0"}, {.encoding = "mac-roman", .date_order = "serial"}, {.sheet = "2"}, {.encoding = "utf-16le", .separator = "tab"}};
  struct jl_error err = {0};
  if (size == 0) return 0;
  struct jl_source *s = jl_source_memory((struct jl_bytes){data + 1, size - 1}, &err);
  JL_ASSERT(s != NULL);
  struct jl_reader *r = jl_reader_open(s, &answers[data[0] % JL_COUNT(answers)], &err);
  if (r == NULL) {
    JL_ASSERT(err.code != JL_E_OK && err.message[0] != '\0');
  } else {
    const struct jl_table_found *f = jl_reader_found(r);
    JL_ASSERT(f->column_count <= JL_TABLE_COLUMNS_MAX && f->skipped_count <= JL_TABLE_SKIPPED && f->question_count <= JL_QUESTIONS);
    for (size_t i = 0; i < f->question_count; i++) JL_ASSERT(f->questions[i].option != NULL && f->questions[i].message != NULL);
    uint64_t first = read_rows(r, f);
    JL_ASSERT(first == read_rows(r, f));
  }
  jl_reader_free(r);
  jl_source_free(s);
  return 0;
}
