/* The commands, a table for each domain (client/cli/commands/NAME.c), and the options that several of them take. The commands of record types and
 * views are made from their own tables (record_commands.c, view_commands.c). A new command is a row of its domain; a new domain is a file and a line here. */
#ifndef JL_CLI_COMMANDS_H
#define JL_CLI_COMMANDS_H
#include "client/cli/cli.h"

/* In the order of jalon help. */
#define JL_COMMAND_DOMAINS(D) \
  D(account) D(plan) D(history) D(check) D(schedule) D(budget) \
  D(measures) D(review) D(governance) D(rhythm) D(sync)
#define JL_COMMANDS_DECLARED(name) extern const struct jl_command jl_commands_##name[];
JL_COMMAND_DOMAINS(JL_COMMANDS_DECLARED)
struct jl_option *jl_field_options(struct jl_arena *a, const struct jl_record_type *type, bool adding); /* record_commands.c: a flag for each field */
/* view_commands.c: "why" and "view save" take the parameters of the view that they are about. */
const struct jl_command *jl_with_view_options(struct jl_arena *a, const struct jl_command *command, const char *const *words, size_t count);
/* A row: path, summary, arguments, least, most, flags, options, run, examples, type, view (the last two NULL). A table ends with this. */
#define JL_COMMANDS_END {NULL, NULL, NULL, 0, 0, 0, NULL, NULL, {NULL}, NULL, NULL}

/* What a table does not say by itself (client/table/reader.h). */
#define TABLE_ANSWERS                                                                                                                               \
  {"encoding", "NAME", JL_MSG("utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15, mac-roman; utf-8-twice for text that was encoded twice")},       \
      {"separator", ";|,|tab", JL_MSG("what stands between the columns")}, {"header-row", "LINE", JL_MSG("the line that names the columns; 0: there is none")}, \
      {"sheet", "NAME|N", JL_MSG("of a workbook")}, {"decimal", "comma|point", JL_MSG("the decimal mark of numbers that can be read in two ways")},   \
      {"date-order", "day|month|serial|serial-1904", JL_MSG("what stands first in dates; serial: numbers of days, as spreadsheets keep them")},      \
      {"totals", "keep", JL_MSG("rows that begin with Total are rows as others")},                                                                   \
      {"hidden", "keep|skip", JL_MSG("rows of a sheet that a filter or a hand hides: taken, or left out")},                                          \
      {"empty", "COLUMN=same|none", JL_MSG("cells of this column that are empty below a filled one: the same as above, or no value")}
/* Of every list of actions (common/model/actions/filter.h). */
#define ACTION_FILTERS                                                                                                       \
  {"lever", "REF,...", JL_MSG("only actions of these levers")},                                                              \
      {"person", "WHO|me,...", JL_MSG("only those where they hold R or A, by themselves, their roles or teams")},            \
      {"tag", "TEXT,...", JL_MSG("only those with one of these tags")},                                                      \
      {"status", "to-do|ready|...", JL_MSG("only those in one of these states, joined by commas; dropped: what will not be done, and why")}, \
      {"priority", "low|normal|high|urgent,...", JL_MSG("only those of one of these priorities")},                           \
      {"late", NULL, JL_MSG("only what is late")}, {"text", "TEXT", JL_MSG("only those that have these words, whatever their case and accents")}
/* What an import is told, whatever its source: how the file is read, and what is done with its rows. */
#define IMPORT_ANSWERS \
  {"preview", NULL, JL_MSG("only show how it is read, and with --as what it would become; alone it needs no plan and no server")}, \
  {"map", "COLUMN=FIELD", JL_MSG("which field a column is; COLUMN= passes it over")}, \
  {"set", "FIELD=VALUE", JL_MSG("a value for all rows")}, \
  {"value", "FIELD:NAME=REF", JL_MSG("the record that a name in the file means; FIELD:NAME= none")}, \
  {"name", "NAME", JL_MSG("name of this import, for jalon undo --import; otherwise the file's")}, \
  {"rejected", "FILE", JL_MSG("where rows that are not taken go; otherwise FILE.rejected.csv, here")}, \
  {"overwrite", NULL, JL_MSG("take what the file says where somebody changed it here since the last import")}, \
  {"restore", NULL, JL_MSG("bring back what was deleted here since")}, \
  {"all-or-nothing", NULL, JL_MSG("take nothing as long as a row would be rejected")}, \
  {"create", NULL, JL_MSG("make what the file names and the plan does not have, where its source knows how: levers, campaigns, roles ...")}, \
  TABLE_ANSWERS
#define BOARD_COLUMNS                                                        \
  {"by", "status|lever|person|priority", JL_MSG("what a board's columns are")}, \
      {"cards", "N|all", JL_MSG("cards of a column; 12 on a screen, all in files")}
#define ACTION_SORT {"sort", "place|due|priority|impact|effort|number", JL_MSG("their order; place: as people have put them")}
static const struct jl_option list_options[] = {{"deleted", NULL, JL_MSG("the deleted ones")}, {NULL, NULL, NULL}};
static const struct jl_option view_save_options[] = {{"shared", NULL, JL_MSG("for everybody who reads the plan")}, {NULL, NULL, NULL}};
static const struct jl_option why_options[] = {{"all", NULL, JL_MSG("every figure of the view, or of the row; with --json an object each")},
                                               {"table", "NAME", JL_MSG("the figure in this table of the view")},
                                               {"record", "REF", JL_MSG("record that the view is about")},
                                               {"depth", "N", JL_MSG("so many levels of the explanation (4 on a screen)")},
                                               {"operands", "N", JL_MSG("so many operands of a long list; the rest is counted")},
                                               {"operand", "N", JL_MSG("the first of them, counted from 0")},
                                               {NULL, NULL, NULL}};
#endif
