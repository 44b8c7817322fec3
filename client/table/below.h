/* Cells that are empty below a filled one. Where a table was typed with merged cells, or to be looked at, they say the same as above; elsewhere they say
 * nothing. Who brings the file knows: a column that groups rows (reader.h) asks, unless it repeats a value somewhere before it has another, as nobody does who
 * leaves out what is the same, or a group begins in the same row; then it is only told. --empty COLUMN=same|none says it of any column. */
#ifndef JL_TABLE_BELOW_H
#define JL_TABLE_BELOW_H
#include "client/table/parts.h"

struct jl_below { /* of one column */
  bool looked, starts /* with a value */, repeats, open /* a cell over this row and the one above would be of one group */;
  uint64_t last /* hash of the value */, empty, within /* of them, where they may say the same */;
  size_t line;             /* the first that is empty below a value */
  struct jl_buffer value; /* the one above it; of rows as they are read, the last one */
  enum jl_cell_form form;
};
struct jl_below *jl_below_begin(struct jl_arena *a, size_t columns); /* NULL: no memory */
void jl_below_release(struct jl_below *b, size_t columns);           /* NULL is fine */
void jl_below_take(struct jl_below *b, const struct jl_table_found *f, const struct jl_raw_row *row);
JL_MUST_CHECK bool jl_below_decide(struct jl_reading_of *r, const struct jl_below *b, struct jl_error *err);

/* Rows as they are read then: what stands above takes the place of what is empty. */
void jl_below_rewind(struct jl_below *b, size_t columns);
void jl_below_keep(struct jl_below *b, const struct jl_table_found *f, const struct jl_raw_row *row);
struct jl_raw_cell jl_below_cell(const struct jl_below *b, const struct jl_column *c, size_t column, const struct jl_raw_row *row);
#endif
