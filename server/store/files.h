/* Text files built into the program (embed.cmake): the statements of sql/ and the migrations, in name order. */
#ifndef JL_STORE_FILES_H
#define JL_STORE_FILES_H
#include <stddef.h>
struct jl_embedded_file { const char *name /* without .sql */, *text; size_t size; };
extern const struct jl_embedded_file jl_statement_files[], jl_migration_files[];
extern const size_t jl_statement_files_count, jl_migration_files_count;
const char *jl_statement_text(const char *name); /* NULL: none */
#endif
