/* Brings a database to this program's schema: the numbered files of migrations/, forward only, each in its own transaction,
 * under an advisory lock, remembered with its checksum in the table `migration`. Blocking: for start-up, before the loop. */
#ifndef JL_STORE_MIGRATE_H
#define JL_STORE_MIGRATE_H
#include "common/base/error.h"
#include <stdint.h>
struct jl_embedded_file;
/* A database with a changed migration is refused. One with migrations that we do not know is refused too, unless all of them
 * have "-- compatible" as their first line (they only add what older programs may ignore): then the schema check decides. */
/* How many of our migrations are such that older programs cannot go on beside them. Each of them writes its number into the heads of all
 * spaces, where it is part of the fence: a server that runs since before can commit nothing any more, and stops. */
int64_t jl_generation(void);
JL_MUST_CHECK bool jl_migrate(const char *conninfo, struct jl_error *err);
JL_MUST_CHECK bool jl_migrated(const char *conninfo, struct jl_error *err); /* only looks: it is at this program's schema */
JL_MUST_CHECK bool jl_migrate_files(const char *conninfo, const struct jl_embedded_file *files, size_t n, struct jl_error *err);
#endif
