/* jalon import FILE --as TYPE|SOURCE, for the commands that are it. */
#ifndef JL_IMPORT_INGEST_RUN_H
#define JL_IMPORT_INGEST_RUN_H
#include "client/cli/cli.h"
struct jl_ingest_source;
struct jl_table_found;
/* as: a record type or a source; NULL: whose export the file is. When that is nobody's that is known: USAGE, with what its columns fit. */
JL_MUST_CHECK bool jl_ingest_file(struct jl_cli *cli, const char *path, const char *as, struct jl_error *err);
/* What a file may be, when nobody says. */
struct jl_ingest_guess {
  bool known;                         /* it is an export that has a source of its own: it needs no --as */
  const char *as, *words;             /* the best type or source; all of the best; as NULL: none fits */
  const char *later, *needs, *lacks;  /* a label, when such tables cannot be imported yet: the fields that it will take, and those that this one has not; else NULL */
};
JL_MUST_CHECK bool jl_ingest_guess(struct jl_cli *cli, const struct jl_table_found *found, struct jl_ingest_guess *ret, struct jl_error *err);
/* " --as spend --set currency=EUR --dry-run": what the import will ask besides, with an answer for each; *ret_answers: some of these are for who imports to say.
 * NULL: no memory. answers.c */
const char *jl_ingest_answers(struct jl_cli *cli, const struct jl_table_found *found, const struct jl_ingest_guess *guess, bool *ret_answers);
bool jl_ingest_is_later(const char *as); /* --as lead: what cannot be imported yet */
/* "jalon import budget.csv --as budget --dry-run": this run's command with the options from that one on but --preview and --dry-run, and more behind it.
 * NULL: no memory. */
const char *jl_ingest_again(struct jl_cli *cli, size_t from, const char *more);
#endif
