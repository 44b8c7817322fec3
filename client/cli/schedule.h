/* Dates of a view, written: schedule, replan, event. */
#ifndef JL_CLI_SCHEDULE_H
#define JL_CLI_SCHEDULE_H
#include "client/cli/cli.h"
struct jl_dates_of {
  const char *block, *start, *due, *change; /* names of the block and its columns; change: only rows where it says yes; NULL: all */
};
JL_MUST_CHECK bool jl_cli_write_dates(struct jl_cli *cli, const Jalon__Document *document, const struct jl_dates_of *of, bool asks, struct jl_error *err);
#endif
