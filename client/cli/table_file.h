/* Tables that people bring in files: CSV of any kind, also as French Excel writes it (; between columns, Windows-1252), tabs. The separator is
 * the one of the first line that names the columns; a value in quotation marks may hold separators, doubled quotation marks and line ends. */
#ifndef JL_CLI_TABLE_FILE_H
#define JL_CLI_TABLE_FILE_H
#include "client/cli/cli.h"

#define JL_TABLE_COLUMNS 64
struct jl_table_file {
  struct jl_cli *cli;
  const char *path; /* "-": standard input */
  struct jl_bytes text; /* UTF-8 */
  size_t at, line;      /* line: of the row that was read last, from 1 */
  char separator;
  const char *names[JL_TABLE_COLUMNS]; /* of the columns, folded (common/base/text.h) */
  const char *heads[JL_TABLE_COLUMNS]; /* the same as they stand there */
  size_t columns;
};
/* Reads the file and the names of its columns. */
JL_MUST_CHECK bool jl_table_open(struct jl_table_file *t, struct jl_cli *cli, const char *path, struct jl_error *err);
/* The next row that is not empty; cells that it does not have are "". *ret_more false: there is none. */
JL_MUST_CHECK bool jl_table_next(struct jl_table_file *t, const char *cells[JL_TABLE_COLUMNS], bool *ret_more, struct jl_error *err);
/* The column with one of these folded names, NULL-ended; -1: none. */
int jl_table_column(const struct jl_table_file *t, const char *const *names);
#endif
