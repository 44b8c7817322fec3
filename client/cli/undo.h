/* Taking groups back: what one did is read from the log (undo_read.c), its inverse is made and what others changed since is set apart
 * (undo_group.c); undo.c says, asks and sends. */
#ifndef JL_CLI_UNDO_H
#define JL_CLI_UNDO_H
#include "client/cli/cli.h"
#include "common/model/inverse.h"

/* A revision, as far as this person may read it. */
struct jl_undo_entry {
  uint64_t revision, undoes, redoes;
  struct jl_id author;
  int64_t time_us;
  size_t changes;
};
struct jl_undo {
  struct jl_cli *cli;
  struct jl_undo_entry of;
  bool redo; /* it is an undoing that is taken back */
  struct jl_logged *changes; /* in the arena of the run */
  size_t count;
  struct jl_inverse inverse;
  size_t apart; /* what others changed since, as the server tells: fields, and records that were to come or go */
};

/* undo_read.c */
/* The group of a revision. NOT_FOUND: there is none that this person may read; UNAVAILABLE: the copy of this machine does not go so far back. */
JL_MUST_CHECK bool jl_undo_read(struct jl_cli *cli, uint64_t revision, struct jl_undo *ret_undo, struct jl_error *err);
/* The person's last group that can be taken back, or (redo) the last undoing. NOT_FOUND: none. */
JL_MUST_CHECK bool jl_undo_last(struct jl_cli *cli, bool redo, uint64_t *ret_revision, struct jl_error *err);
/* undo_group.c */
/* The inverse, without what a trial shows to be in conflict. */
JL_MUST_CHECK bool jl_undo_prepare(struct jl_undo *u, struct jl_error *err);
size_t jl_undo_edits(const struct jl_undo *u, bool apart); /* of what is set apart, or of the rest */
/* Of these, as a group. NULL: no memory. */
struct jl_group *jl_undo_build(const struct jl_undo *u, bool apart);
/* Of these, in one line. */
void jl_undo_words(const struct jl_undo *u, bool apart, struct jl_buffer *out);
#endif
