/* What the parts of the reader tell each other. */
#ifndef JL_TABLE_PARTS_H
#define JL_TABLE_PARTS_H
#include "client/table/reader.h"

struct jl_reading_of { /* the reader while it looks */
  const struct jl_source *source;
  const struct jl_reader_options *options;
  struct jl_arena *arena;
  struct jl_vocabulary *vocabulary;
  struct jl_table_found *found;
};
/* NULL: there are too many, or no memory. */
struct jl_question *jl_question_add(struct jl_reading_of *r, const char *option, const char *message, const struct jl_arg *args, int n);
void jl_question_candidate(struct jl_question *q, const char *value, struct jl_arg reading); /* q NULL is fine */
JL_MUST_CHECK bool jl_table_no_memory(struct jl_error *err);

/* layout.c: separator and header line of a text; header line of a sheet. rows_of opens the rows with a separator. */
struct jl_heads { /* the first rows */
  struct jl_head_row { size_t line, count; const char **cells; size_t *sizes; } *rows;
  size_t count;
};
JL_MUST_CHECK bool jl_heads_read(struct jl_reading_of *r, struct jl_rows *rows, struct jl_heads *ret, struct jl_error *err);
JL_MUST_CHECK bool jl_layout_of_text(struct jl_reading_of *r, struct jl_heads *ret_heads, const struct jl_head_row **ret_header, struct jl_error *err);
JL_MUST_CHECK bool jl_layout_of_rows(struct jl_reading_of *r, const struct jl_heads *heads, const struct jl_head_row **ret_header, struct jl_error *err);
/* mapping.c: columns from the header row (NULL: there is none, `width` of them) */
JL_MUST_CHECK bool jl_columns_name(struct jl_reading_of *r, const struct jl_head_row *header, size_t width, struct jl_error *err);
size_t jl_known_titles(struct jl_reading_of *r, const char *const *cells, const size_t *sizes, size_t count);

/* columns.c: what the values of the columns look like, and what follows. */
struct jl_column_seen;
struct jl_column_seen *jl_columns_begin(struct jl_arena *a, size_t count);
void jl_columns_take(struct jl_column_seen *seen, const struct jl_raw_row *row, size_t count);
JL_MUST_CHECK bool jl_columns_decide(struct jl_reading_of *r, struct jl_column_seen *seen, struct jl_error *err);
void jl_cell_read(const struct jl_table_found *f, const struct jl_column *c, const struct jl_raw_cell *raw, struct jl_table_cell *ret);

/* skips.c: which rows are none of the table. */
struct jl_skipping {
  size_t width, header_line;
  bool sheet, own, keep_totals, skip_hidden, any_row, after_blank, footer, ended;
};
enum jl_row_is { JL_ROW_IS_DATA, JL_ROW_IS_BLANK, JL_ROW_IS_HEADER, JL_ROW_IS_SKIPPED };
enum jl_row_is jl_skip_row(struct jl_skipping *s, struct jl_reading_of *r, const struct jl_raw_row *row, enum jl_skip *ret_reason);
#endif
