/* What a view proposes for the budget, written: the block "writes" (common/model/budget/writes.h) as edits of lines and months, and the budget
 * submitted as it will be, in the same group. allocation.c, scenario.c. */
#ifndef JL_CLI_WRITTEN_H
#define JL_CLI_WRITTEN_H
#include "client/cli/cli.h"

const Jalon__Cell *jl_written_cell(const Jalon__Block *block, const Jalon__Row *row, const char *column); /* NULL: there is none */
/* Edits for what the block says. What somebody changed since it was shown is refused here, or by the server: nothing is written over.
 * *ret_count: records. */
JL_MUST_CHECK bool jl_written_put(struct jl_cli *cli, const Jalon__Document *document, struct jl_group *g, size_t *ret_count, struct jl_error *err);
/* The budget of the plan is submitted with this note (NULL: none). A dry run that nobody could approve says so and goes on without:
 * *ret_submits false. */
JL_MUST_CHECK bool jl_written_submit(struct jl_cli *cli, struct jl_group *g, const char *note, bool *ret_submits, struct jl_error *err);
/* Where the command asks before it writes: what would be refused is refused before anybody is asked. */
JL_MUST_CHECK bool jl_written_agreed(struct jl_cli *cli, const struct jl_group *g, struct jl_error *err);
/* "AP3" of what came of it; "": none. */
struct jl_arg jl_written_approval(const struct jl_outcome_of *outcome);
/* A value of a record that is being made. */
JL_MUST_CHECK bool jl_written_int(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, int64_t value,
                                  struct jl_error *err);
#endif
