/* What history heads, export and verify share: a log from the server or from a file, row by row, and what it is of. */
#ifndef JL_CLI_HISTORY_H
#define JL_CLI_HISTORY_H
#include "client/cli/cli.h"
#include "common/model/audit.h"

struct jl_logged_space {
  struct jl_heads at; /* where server and sections stood when it was read: the end of the log */
  uint32_t sections;  /* that are in it */
  bool whole;         /* which are all */
  bool personal;      /* with personal values */
};
struct jl_log_taker {
  bool (*begin)(void *context, const struct jl_logged_space *space,
                struct jl_error *err); /* before the rows; at.section is the end to come to, when it is known */
  bool (*row)(void *context, const struct jl_audit_row *row, struct jl_error *err);
  bool (*unsettled)(void *context); /* values are gone that no erasure so far took: while it was read somebody may have been erased, so it is read on */
  bool (*end)(void *context, const struct jl_logged_space *space, struct jl_error *err);
  void *context;
};
/* history_fetch.c: of the server, as it is now; with the progress on a terminal. */
JL_MUST_CHECK bool jl_history_where(struct jl_cli *cli, const struct jl_id *space, struct jl_heads *ret_heads, struct jl_error *err);
JL_MUST_CHECK bool jl_history_fetch(struct jl_cli *cli, const struct jl_id *space, uint64_t from, const struct jl_log_taker *taker,
                                    struct jl_error *err);
/* The organisation and every plan there is (all), or the plan of this run. */
JL_MUST_CHECK bool jl_history_spaces(struct jl_cli *cli, bool all, struct jl_id **ret_spaces, size_t *ret_n, struct jl_error *err);
void jl_history_progress(struct jl_cli *cli, uint64_t revision, uint64_t of); /* of 0: wipes it */
/* history_file.c: one JSON object a line; the form is told there. continued: what the file has already is not asked of the server again. */
struct jl_history_writer;
struct jl_history_of {
  struct jl_id space;
  const char *path;
  bool with_personal, continued;
};
JL_MUST_CHECK bool jl_history_write(struct jl_cli *cli, const struct jl_history_of *of, const struct jl_log_taker *beside,
                                    struct jl_error *err);
JL_MUST_CHECK bool jl_history_read(struct jl_cli *cli, const char *path, const struct jl_log_taker *taker, struct jl_error *err);
JL_MUST_CHECK bool jl_history_read_file(struct jl_cli *cli, const char *path, size_t max, struct jl_bytes *ret_text,
                                        struct jl_error *err); /* whole; - is the standard input */
#endif
