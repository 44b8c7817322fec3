/* Files of days, line by line: what calendar import and school-holiday import share. */
#ifndef JL_CLI_CALENDAR_FILE_H
#define JL_CLI_CALENDAR_FILE_H
#include "client/cli/cli.h"
#include "client/cli/history.h"

/* The next line, without blanks around it and without its end; *io_at 0 at first. false: there is no more. */
bool jl_calendar_line(struct jl_bytes text, size_t *io_at, struct jl_bytes *ret_line);
/* The n-th column of a line of a table (; , or tab between them), without quotation marks. false: it has not so many. */
bool jl_calendar_column(struct jl_bytes line, size_t n, struct jl_bytes *ret_column);
/* Its first column and its last one. false: it has only one. */
bool jl_calendar_columns(struct jl_bytes line, struct jl_bytes *ret_first, struct jl_bytes *ret_last);
bool jl_cmd_calendar_import(struct jl_cli *cli, struct jl_error *err), jl_cmd_school_import(struct jl_cli *cli, struct jl_error *err);
#endif
