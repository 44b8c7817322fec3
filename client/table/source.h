/* The bytes of a file that somebody brings, from any place as often as they are wanted: a table is read twice, once to find out how it is
 * written and once for its rows, and a workbook is read from its end. Standard input is kept in a file without a name. One owner. */
#ifndef JL_TABLE_SOURCE_H
#define JL_TABLE_SOURCE_H
#include "common/base/error.h"

struct jl_source;
JL_MUST_CHECK struct jl_source *jl_source_open(const char *path, struct jl_error *err); /* "-": standard input. NULL with an error */
JL_MUST_CHECK struct jl_source *jl_source_memory(struct jl_bytes bytes, struct jl_error *err); /* borrowed */
void jl_source_free(struct jl_source *s); /* NULL is fine */
uint64_t jl_source_size(const struct jl_source *s);
const char *jl_source_name(const struct jl_source *s); /* for messages */
/* As much as there is from `at` on, at most `size`; 0 at the end. */
JL_MUST_CHECK bool jl_source_read(const struct jl_source *s, uint64_t at, void *to, size_t size, size_t *ret_read, struct jl_error *err);
#endif
