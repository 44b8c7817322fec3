/* Tables that people bring to a command, as the one reader of tables reads them (client/table/reader.h): rows of texts that jl_input_* can read
 * in one way only. A date is written 2026-01-31, a number that could be read in two ways as the reader decided. */
#ifndef JL_CLI_TABLE_FILE_H
#define JL_CLI_TABLE_FILE_H
#include "client/cli/cli.h"
#include "client/table/reader.h"

#define JL_TABLE_COLUMNS 64
struct jl_table_file {
  struct jl_cli *cli;
  const char *path; /* "-": standard input */
  struct jl_source *source;
  struct jl_reader *reader;
  size_t line;                         /* of the row that was read last, from 1 */
  const char *names[JL_TABLE_COLUMNS]; /* of the columns, folded (vocabulary.h) */
  const char *heads[JL_TABLE_COLUMNS]; /* the same as they stand there */
  size_t columns;
};
/* How the options of a command answer the reader's questions. */
struct jl_reader_options jl_table_options(const struct jl_cli *cli);
/* Reads the file through. USAGE with the question when it asks one that no option answers. */
JL_MUST_CHECK bool jl_table_open(struct jl_table_file *t, struct jl_cli *cli, const char *path, struct jl_error *err);
/* The same of one that was opened before; it is the table's then, whatever comes of it. */
JL_MUST_CHECK bool jl_table_open_source(struct jl_table_file *t, struct jl_cli *cli, const char *path, struct jl_source *source, struct jl_error *err);
void jl_table_close(struct jl_table_file *t); /* of zeros is fine */
/* The next row; cells that it does not have are "". *ret_more false: there is none. They live as long as the run. */
JL_MUST_CHECK bool jl_table_next(struct jl_table_file *t, const char *cells[JL_TABLE_COLUMNS], bool *ret_more, struct jl_error *err);
/* "EUR (line 2), $ (line 5)" of a column that is in several currencies; else "". NULL: no memory. */
const char *jl_table_currencies(struct jl_arena *a, const struct jl_column *c);
/* table_preview.c: what was passed over, as a block of a document, and what is to be said of it; below: without what stands above the table */
uint64_t jl_table_skipped_below(const struct jl_table_found *f);
void jl_table_skipped(struct jl_builder *b, const struct jl_table_found *f, bool only_below);
void jl_table_skipped_notes(struct jl_builder *b, const struct jl_table_found *f);
/* The column with one of these folded names, NULL-ended; -1: none. */
int jl_table_column(const struct jl_table_file *t, const char *const *names);
#endif
