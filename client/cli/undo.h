/* Taking groups back: what one did is read from the log (undo_read.c), its inverse is made and what others changed since is set apart
 * (undo_group.c), and what is taken back already (undo_gone.c); undo.c says, asks and sends one, undo_many.c several. */
#ifndef JL_CLI_UNDO_H
#define JL_CLI_UNDO_H
#include "client/cli/cli.h"
#include "common/base/limits.h"
#include "common/model/inverse.h"

/* A revision, as far as this person may read it. */
struct jl_undo_entry {
  uint64_t revision, undoes, redoes;
  struct jl_id author;
  int64_t time_us;
  size_t changes;
  struct jl_id import; /* zero: of none */
  char import_name[JL_IMPORT_NAME_MAX + 1];
  uint32_t import_part;
  bool erases;
};
#define JL_UNDO_WINDOW 64
struct jl_undo_window {
  struct jl_cli *cli;
  struct jl_undo_entry entries[JL_UNDO_WINDOW]; /* ascending */
  size_t count;
  bool has_more;
  struct jl_error error;
};
struct jl_undo {
  struct jl_cli *cli;
  struct jl_undo_entry of;
  bool redo; /* it is an undoing that is taken back */
  bool many; /* one of several: what has something below it stays, instead of all */
  struct jl_logged *changes; /* in the arena of the run */
  size_t count;
  struct jl_inverse inverse;
  struct jl_error why; /* of the first refusal that made something stay; OK: none did */
  size_t apart; /* what others changed since, as the server tells: fields, and records that were to come or go */
};

/* undo_read.c */
/* The group of a revision. NOT_FOUND: there is none that this person may read; UNAVAILABLE: the copy of this machine does not go so far back. */
JL_MUST_CHECK bool jl_undo_read(struct jl_cli *cli, uint64_t revision, struct jl_undo *ret_undo, struct jl_error *err);
/* The person's last group that can be taken back, or (redo) the last undoing. NOT_FOUND: none. */
JL_MUST_CHECK bool jl_undo_last(struct jl_cli *cli, bool redo, uint64_t *ret_revision, struct jl_error *err);
/* The revisions from..to, at most JL_UNDO_WINDOW of them, that this person may read. */
JL_MUST_CHECK bool jl_undo_window(struct jl_cli *cli, uint64_t from, uint64_t to, struct jl_undo_window *ret_window, struct jl_error *err);
/* Those that the server finds by themselves, the oldest first; each once. */
typedef bool jl_undo_found(void *context, const struct jl_undo_entry *e, bool local, struct jl_error *err);
JL_MUST_CHECK bool jl_undo_find(struct jl_cli *cli, const struct jl_log_ask *ask, jl_undo_found *found, void *context, struct jl_error *err);
/* undo_gone.c: groups that take others back, or make them again, the newest first. */
struct jl_undo_taker {
  uint64_t revision, target;
  uint64_t root; /* what it is about in the end: its target, or what that one takes back, and so on; 0: none of those that are asked about */
  bool odd;      /* it takes that back; else it makes it again */
  bool waits;    /* it is here, and was not sent yet */
};
struct jl_undo_takers {
  struct jl_undo_taker *list;
  size_t count, capacity;
};
uint64_t jl_undo_head(struct jl_cli *cli); /* the plan's revision, as far as is known */
/* Of what is in the revisions from..to, or of what took that back, and so on. */
JL_MUST_CHECK bool jl_undo_takers(struct jl_cli *cli, uint64_t from, uint64_t to, struct jl_undo_takers *ret_takers, struct jl_error *err);
struct jl_undo_taker *jl_undo_taker_of(const struct jl_undo_takers *t, uint64_t revision); /* NULL: it is none */
typedef bool jl_undo_is_root(const void *context, uint64_t revision);
void jl_undo_find_roots(struct jl_undo_takers *t, jl_undo_is_root *is_root, const void *context);
/* Marks what those of this root have made of the inverse of u (which is of that root, `odd` as they are). *ret_by (may be NULL): the last that did. */
JL_MUST_CHECK bool jl_undo_mark_gone(struct jl_undo *u, const struct jl_undo_takers *t, uint64_t root, bool odd, uint64_t *ret_by,
                                     struct jl_error *err);
/* RULE_VIOLATION: nothing is left of it. */
JL_MUST_CHECK bool jl_undo_drop_gone(struct jl_undo *u, struct jl_error *err);
/* undo_group.c */
JL_MUST_CHECK bool jl_undo_invert(struct jl_undo *u, struct jl_error *err);
JL_MUST_CHECK bool jl_undo_sift(struct jl_undo *u, struct jl_error *err); /* sets apart what a trial shows to be in conflict */
JL_MUST_CHECK bool jl_undo_send(const struct jl_undo *u, bool apart, struct jl_outcome_of *ret_outcome, struct jl_error *err);
size_t jl_undo_edits(const struct jl_undo *u, bool apart); /* of what is set apart as a conflict, or of the rest */
size_t jl_undo_stay(const struct jl_undo *u);              /* that stay because of what belongs to them */
/* Of these, in one line. */
void jl_undo_words(const struct jl_undo *u, bool apart, struct jl_buffer *out);
/* undo.c */
bool jl_undo_asks(const struct jl_cli *cli); /* there is a terminal, and nothing was said against it */
JL_MUST_CHECK bool jl_undo_agreed(struct jl_cli *cli, struct jl_error *err);
/* undo_used.c: which of these records of the organisation a plan names; used: as many, false. */
JL_MUST_CHECK bool jl_undo_used(struct jl_cli *cli, const struct jl_id *ids, size_t n, bool *used, struct jl_error *err);
/* undo_many.c */
JL_MUST_CHECK bool jl_undo_range(struct jl_cli *cli, uint64_t from, uint64_t to, struct jl_error *err);
JL_MUST_CHECK bool jl_undo_import(struct jl_cli *cli, const char *name, struct jl_error *err); /* its newest run that is there; --all: all runs */
/* All of the run of an import that this group is of. *ret_several false: it is the only group of it, and nothing was done. */
JL_MUST_CHECK bool jl_undo_run(struct jl_cli *cli, const struct jl_undo_entry *of, bool *ret_several, struct jl_error *err);
#endif
