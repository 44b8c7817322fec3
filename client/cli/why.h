/* Parts of the command why (why.c): cells by the names that a screen shows, and what is printed. */
#ifndef JL_CLI_WHY_H
#define JL_CLI_WHY_H
#include "client/cli/cli.h"

#define JL_WHY_PARAMETERS 24 /* of the view */

struct jl_why_cell {
  const Jalon__Cell *cell;
  size_t block, column;
  bool total;
  uint64_t row; /* among those of its block that are totals, or are none */
};
void jl_why_cell_name(const struct jl_why_cell *cell, char out[64]); /* as the parameter "explain" has it */
#define JL_WHY_PARTS 65 /* rows of one record in one table: a budget line, for each action that has a share of it, and for none */
struct jl_why_cells {
  struct jl_why_cell all[JL_WHY_PARTS];
  const Jalon__Row *rows[JL_WHY_PARTS];
  size_t count;
};
/* why_names.c. By reference, title, label or name; whole, else a part of it. Several rows of one record in a table are its parts: all of them.
 * Not found, or several with different values: an error, and what could be meant as notes. */
JL_MUST_CHECK bool jl_why_find(struct jl_cli *cli, const struct jl_view *view, const Jalon__Document *document, const char *row, const char *column,
                               struct jl_why_cells *ret_cells, struct jl_error *err);
/* why_list.c: the rows and columns that can be asked; of a row its columns with their values. */
JL_MUST_CHECK bool jl_why_list(struct jl_cli *cli, const struct jl_view *view, const Jalon__Document *document, const char *row, struct jl_error *err);
bool jl_why_row_matches(struct jl_cli *cli, const Jalon__Document *document, const Jalon__Row *row, const char *folded, bool whole);
bool jl_why_table_matches(struct jl_cli *cli, const Jalon__Block *block);           /* --table, when it is given */
bool jl_why_can_ask(const Jalon__Block *block, const Jalon__Row *row, size_t column); /* there is something in that cell */
const char *jl_why_row_text(struct jl_cli *cli, const Jalon__Document *document, const Jalon__Row *row);
const char *jl_why_table_text(struct jl_cli *cli, const Jalon__Block *block);
/* why_who.c: two columns more. What the history does not say stays empty. */
JL_MUST_CHECK bool jl_why_who(struct jl_cli *cli, Jalon__Block *block, struct jl_error *err);
/* why_print.c: with who said what and when, as deep as a screen has room for. */
JL_MUST_CHECK bool jl_why_print(struct jl_cli *cli, const Jalon__Document *why, struct jl_error *err);
#endif
