/* The reader of tables that people bring: text with separators or a workbook, in whatever encoding and with whatever marks. It reads a file
 * once to find out how it is written, decides what the file decides (for a whole column, never for a cell), and asks where it does not:
 * a question names its candidates and the option that answers it. Then it gives rows of typed cells, each with its place in the file,
 * in constant memory, as often as wanted. What was passed over (titles, totals, footers) is listed with its reason. One owner. */
#ifndef JL_TABLE_READER_H
#define JL_TABLE_READER_H
#include "client/table/date.h"
#include "client/table/number.h"
#include "client/table/rows.h"
#include "client/table/vocabulary.h"

struct jl_table_found;
/* Answers, as typed; NULL: find out. */
struct jl_reader_options {
  const char *encoding, *separator /* ; , tab | */, *decimal /* comma, point */, *date_order /* day, month, serial, serial-1904 */, *header_row /* a line; 0: there is none */,
      *sheet /* its name or place */, *totals /* keep: totals are rows as others */,
      *hidden /* keep, skip: rows that a sheet hides */;
  const char *const *empty; /* "COLUMN=same", "COLUMN=none": what empty cells below a filled one say (below.h) */
  size_t empty_count;
  /* Called once, when the columns have their names and before their values are looked at: what a column's values should be is its field's
   * kind, or without a field its kind, and may be changed. NULL: it is left to the vocabulary. */
  void (*named)(void *context, struct jl_table_found *found);
  void *context;
};

#define JL_CURRENCIES 4 /* of one column, that are told */
struct jl_column {
  const char *title, *folded;
  enum jl_column_kind kind;
  const struct jl_table_field *field; /* NULL: unknown */
  bool undecided;
  char mark;                /* decimal; 0: none of its numbers has one */
  enum jl_date_order order; /* JL_ORDER_NONE: none of its dates needs one */
  const char *decided_by;   /* title of the column that decided mark or order for this one; NULL: it did itself */
  char currency[4];         /* of its title or its values; "" it does not say, or several */
  struct jl_currency_seen { char code[4]; size_t line; } currencies[JL_CURRENCIES]; /* that its values name, each with its first line, when they are several; ended by "" */
  uint64_t unnamed;         /* of its values then: those that name none */
  uint64_t values, missing, bad, bounds;
  size_t bad_line;          /* the first */
  bool hidden;              /* in its sheet */
  bool groups;              /* it says whose the rows are: lever, campaign ... */
  bool same_above;          /* its empty cells say what stands above them */
  uint64_t below;           /* cells that are empty below a filled one, where that may matter */
  size_t below_line;        /* the first */
};

enum jl_skip { JL_SKIP_BEFORE /* titles above the table */, JL_SKIP_HINT /* sep=; */, JL_SKIP_COMMENT, JL_SKIP_TOTAL, JL_SKIP_FOOTER, JL_SKIP_NO_DATA, JL_SKIP_LONG /* more values than columns */, JL_SKIP_OTHER /* another table */, JL_SKIP_HIDDEN /* in its sheet */, JL_SKIPS };
struct jl_skipped { size_t line; enum jl_skip reason; const char *text; };

struct jl_candidate { const char *value; /* for the option */ struct jl_arg reading; /* what that makes of the example */ };
#define JL_CANDIDATES 6
struct jl_question {
  const char *option;  /* "decimal" */
  const char *message; /* with args */
  struct jl_arg args[4];
  int arg_count;
  struct jl_candidate candidates[JL_CANDIDATES];
  size_t candidate_count;
  bool of_column; /* the answer names a column: others of this option may be asked too */
};
#define JL_QUESTIONS 32 /* at most; who answers them sees the others */

#define JL_SAMPLE_ROWS 5
struct jl_table_found {
  bool is_workbook;
  const char *sheet;          /* of a workbook */
  enum jl_encoding encoding;  /* of a text */
  bool has_mark, cr_rows;
  char separator;
  size_t header_line;         /* 0: it has none */
  const char *source;         /* whose export it is; "" nobody's that is known */
  bool own;                   /* it is one of jalon itself: its first column is called ref */
  struct jl_column *columns;
  size_t column_count;
  uint64_t row_count, blank_count, short_count /* rows with fewer values than columns */, hidden_count /* rows that the sheet hides, taken or not */, skip_counts[JL_SKIPS];
  struct jl_skipped *skipped; /* the first JL_TABLE_SKIPPED */
  size_t skipped_count;
  struct jl_question *questions;
  size_t question_count;
  const char **samples[JL_SAMPLE_ROWS]; /* texts of the first rows, a cell each */
  size_t sample_lines[JL_SAMPLE_ROWS], sample_count;
};

enum jl_cell_state { JL_CELL_NONE /* no value */, JL_CELL_VALUE, JL_CELL_BOUND /* "< 10%" */, JL_CELL_BAD /* not of its column's kind */ };
struct jl_table_cell {
  enum jl_cell_state state;
  const char *text; /* as it stands in the file, terminated */
  size_t size, line;
  struct jl_decimal number;     /* NUMBER MONEY PERCENT */
  struct jl_moment_seen moment; /* DATE */
  char currency[4];             /* that the value names */
};
struct jl_table_row {
  size_t line;
  const struct jl_table_cell *cells; /* one for each column */
};

struct jl_reader;
/* Looks through the file. The source must outlive the reader. NULL with an error: it is no table, or too large, or damaged. */
JL_MUST_CHECK struct jl_reader *jl_reader_open(const struct jl_source *s, const struct jl_reader_options *options, struct jl_error *err);
void jl_reader_free(struct jl_reader *r); /* NULL is fine */
const struct jl_table_found *jl_reader_found(const struct jl_reader *r);
/* From the first row. USAGE: a question is open. */
JL_MUST_CHECK bool jl_reader_begin(struct jl_reader *r, struct jl_error *err);
/* The next row, which stays until the next call; NULL: there is none. */
JL_MUST_CHECK bool jl_reader_next(struct jl_reader *r, const struct jl_table_row **ret_row, struct jl_error *err);
/* The column of a field; -1: none. */
int jl_reader_column(const struct jl_reader *r, const char *field);
/* What a cell that is BAD should have been: line, column, what and how to fix. Returns false. */
bool jl_reader_bad(const struct jl_reader *r, const struct jl_table_cell *cell, size_t column, struct jl_error *err);
#endif
