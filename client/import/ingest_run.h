/* jalon import FILE --as TYPE|SOURCE, for the commands that are it. */
#ifndef JL_IMPORT_INGEST_RUN_H
#define JL_IMPORT_INGEST_RUN_H
#include "client/cli/cli.h"
struct jl_ingest_source;
/* as: a record type or a source; NULL: whose export the file is. When that is nobody's that is known: USAGE, with what its columns fit. */
JL_MUST_CHECK bool jl_ingest_file(struct jl_cli *cli, const char *path, const char *as, struct jl_error *err);
#endif
