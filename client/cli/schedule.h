/* Dates of a view, written: schedule, replan, event. */
#ifndef JL_CLI_SCHEDULE_H
#define JL_CLI_SCHEDULE_H
#include "client/cli/cli.h"
struct jl_dates_of {
  const char *block, *start, *due, *change; /* names of the block and its columns; change: only rows where it says yes; NULL: all */
  const char *not_before;                      /* NULL: none */
};
JL_MUST_CHECK bool jl_cli_write_dates(struct jl_cli *cli, const Jalon__Document *document, const struct jl_dates_of *of, bool asks, struct jl_error *err);
/* The same into a group; *ret_count: how many actions have other dates. */
JL_MUST_CHECK bool jl_cli_put_dates(struct jl_cli *cli, const Jalon__Block *block, const struct jl_dates_of *of, struct jl_group *g, size_t *ret_count,
                                    struct jl_error *err);
/* The command's view: printed; with --apply its document as well, as it was shown. */
JL_MUST_CHECK bool jl_cli_schedule_view(struct jl_cli *cli, const char *view, const Jalon__Document **ret_document, bool *ret_applies,
                                        struct jl_error *err);
const Jalon__Cell *jl_cli_cell(const Jalon__Block *block, const Jalon__Row *row, const char *column); /* NULL: no such column */
#endif
