/* outbox.db: what we want of the server, and what became of it. Written with full durability and never thrown away. A group is
 * queued (no seq), gets its seq right before it is first sent, and is settled by its verdict. Groups are kept without replica, seq
 * and depends_on; these are columns, so that a lane can be numbered anew. */
#ifndef JL_SYNC_OUTBOX_H
#define JL_SYNC_OUTBOX_H
#include "client/include/jalon.h"
#include "client/sync/sql.h"
#include "common/base/arena.h"
#include "proto/wire.pb-c.h"

#define JL_OUTBOX_APPLICATION 0x4a4c6f62 /* "JLob" */
#define JL_OUTBOX_VERSION 3

enum jl_entry_flag {
  JL_ENTRY_MERGED = 1,
  JL_ENTRY_AGAIN = 2,  /* the server had lost it */
  JL_ENTRY_DOUBT = 4,  /* perhaps sent in another lane, by another copy of this folder: the log is searched first, and the server told */
  JL_ENTRY_SEEN = 8,   /* refused, and its submitter got the verdict */
  JL_ENTRY_ERASED = 32, /* under way when a record that it names was erased: looked through when it is decided */
  JL_ENTRY_VOUCHED = 16, /* applied: our copy stands at its revision or later, in a history that has it */
};
struct jl_entry {
  uint64_t id;
  struct jl_id space, group_id;
  enum jl_outbox_state state;
  uint32_t flags;
  uint64_t seq, depends_on; /* in its lane; 0: none */
  uint64_t revision;
  int64_t created_us, decided_us;
  uint64_t behind;          /* PARKED: the refused entry */
  bool deletes;             /* peek: it has deletions */
  struct jl_bytes group;    /* packed Group */
  struct jl_bytes verdict;  /* packed Verdict; REFUSED */
};

struct jl_outbox {
  struct jl_sql sql;
  bool read_only;
  struct jl_id replica;
  bool erased_under_way; /* perhaps there are JL_ENTRY_ERASED */
  uint64_t renamed; /* groups that got another id, or are to be looked for again, since it is open */
};
/* replica: taken for a new file. */
JL_MUST_CHECK bool jl_outbox_open(struct jl_outbox *o, const char *path, const char *vfs, bool read_only, const struct jl_id *replica,
                                  bool *ret_made, struct jl_error *err);
void jl_outbox_close(struct jl_outbox *o);

/* ---- reading; what entries point at lives in the arena ---- */
JL_MUST_CHECK bool jl_outbox_get(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_entry *ret_entry, struct jl_error *err); /* NOT_FOUND */
/* Entries with a state of the mask (1 << state), ascending by id; space NULL: all. */
JL_MUST_CHECK bool jl_outbox_list(struct jl_outbox *o, const struct jl_id *space, uint32_t states, struct jl_arena *a,
                                  struct jl_entry **ret_entries, size_t *ret_n, struct jl_error *err);
/* Of a plan what a copy of it at this revision does not hold yet: what waits, and what was applied later. */
JL_MUST_CHECK bool jl_outbox_beyond(struct jl_outbox *o, const struct jl_id *space, uint64_t revision, struct jl_arena *a,
                                    struct jl_entry **ret_entries, size_t *ret_n, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_spaces(struct jl_outbox *o, uint32_t states, struct jl_arena *a, struct jl_id **ret_spaces, size_t *ret_n,
                                    struct jl_error *err);
/* Undecided entries before this one that it depends on, ascending: touching a record that it touches, or making one it names. */
JL_MUST_CHECK bool jl_outbox_depends(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_entry **ret_entries, size_t *ret_n,
                                     struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_counts(struct jl_outbox *o, struct jl_outbox_counts *ret_counts, struct jl_error *err);
/* An entry for which it is news that its group stands at this revision; without bytes. */
bool jl_outbox_knows(struct jl_outbox *o, const struct jl_id *group_id, uint64_t revision, struct jl_entry *ret_entry);

/* ---- writing: each is one durable step ---- */
struct jl_outbox_new {
  const Jalon__Group *group; /* replica, seq and depends_on do not count */
  int64_t now_us;
  uint32_t flags;
  bool number;               /* give it its seq at once, if nothing of its lane waits: it is to be sent now */
};
/* *ret_entry: without bytes. It is PARKED when it needs a record that a refused or parked one was to make. */
JL_MUST_CHECK bool jl_outbox_put(struct jl_outbox *o, const struct jl_outbox_new *in, struct jl_arena *a, struct jl_entry *ret_entry,
                                 struct jl_error *err);
/* The next queued entry of a lane, if it may be sent now: numbers it. *ret_entry.id 0: none may. caught_up: the space's log was
 * seen up to the server's head. */
JL_MUST_CHECK bool jl_outbox_take(struct jl_outbox *o, const struct jl_id *space, bool caught_up, struct jl_arena *a,
                                  struct jl_entry *ret_entry, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_peek(struct jl_outbox *o, const struct jl_id *space, struct jl_arena *a, struct jl_entry *ret_entry, struct jl_error *err); /* that entry */
JL_MUST_CHECK bool jl_outbox_rewrite(struct jl_outbox *o, uint64_t id, const Jalon__Group *group, struct jl_arena *a, struct jl_error *err); /* never sent yet */
/* The last one of ours after `since` that changed the record, as far as kept; 0: none. */
struct jl_own_change {
  struct jl_id record;
  uint64_t since, revision /* found */;
};
JL_MUST_CHECK bool jl_outbox_own_changes(struct jl_outbox *o, struct jl_own_change *io, size_t n, struct jl_error *err); /* io: ascending by record */
bool jl_outbox_applied_here(struct jl_outbox *o, const struct jl_id *group_id);
/* It certainly was not taken in: queued again. Those numbered after it in its lane as well (they were not either). */
JL_MUST_CHECK bool jl_outbox_untake(struct jl_outbox *o, uint64_t id, struct jl_error *err);
/* The server did not use the number: those after it in its lane move down. */
JL_MUST_CHECK bool jl_outbox_free_numbers(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, struct jl_error *err);
/* Bytes to send. data NULL: no memory. */
struct jl_bytes jl_outbox_pack(const struct jl_outbox *o, const struct jl_entry *entry, struct jl_arena *a, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_confirmed(struct jl_outbox *o, const struct jl_id *space, uint64_t *ret_seq, struct jl_error *err); /* verdicts seen through */

/* The verdict of a sent entry. Refused ones park what depends on them. *ret_parked: how many were parked. */
JL_MUST_CHECK bool jl_outbox_settle(struct jl_outbox *o, uint64_t id, const Jalon__Verdict *verdict, int64_t now_us, size_t *ret_parked,
                                    struct jl_error *err);
/* Its submitter has got the verdict: a refused one is kept only when it has conflicts to resolve. Not before: whoever is killed in between
 * finds it. */
JL_MUST_CHECK bool jl_outbox_told(struct jl_outbox *o, uint64_t id, struct jl_error *err);
/* A sent entry whose refusal does not count: queued again, under another id. */
JL_MUST_CHECK bool jl_outbox_retry(struct jl_outbox *o, uint64_t id, struct jl_error *err);
/* Found in the log: applied, whatever else was said. One that was applied already was lost, and another copy of the folder offered it again. */
JL_MUST_CHECK bool jl_outbox_found(struct jl_outbox *o, const struct jl_entry *entry, const Jalon__ChangeBody *body, int64_t now_us,
                                   struct jl_error *err);
/* The server does not know this lane's numbers any more, or another copy of this folder used them: a new replica id; sent entries
 * are queued again. Only when every sent entry had its answer. */
JL_MUST_CHECK bool jl_outbox_fork(struct jl_outbox *o, struct jl_error *err);
/* An applied entry that the server has lost: queued again, marked. */
JL_MUST_CHECK bool jl_outbox_again(struct jl_outbox *o, uint64_t id, struct jl_error *err);

/* What tells when an applied entry is lost (outbox_vouch.c): its number in our lane, or our copy of the space. Unvouched ones have neither. */
JL_MUST_CHECK bool jl_outbox_unvouched(struct jl_outbox *o, const struct jl_id *space, uint64_t from, uint64_t through, struct jl_arena *a,
                                       struct jl_entry **ret_entries, size_t *ret_n, struct jl_error *err); /* by id; without bytes */
JL_MUST_CHECK bool jl_outbox_numbered(struct jl_outbox *o, const struct jl_id *space, uint64_t after, struct jl_arena *a,
                                      struct jl_entry **ret_entries, size_t *ret_n, struct jl_error *err); /* applied ones, by revision; without bytes */
JL_MUST_CHECK bool jl_outbox_unnumber_unvouched(struct jl_outbox *o, const struct jl_entry *entries, size_t n, struct jl_error *err); /* of these, as they are told */
JL_MUST_CHECK bool jl_outbox_vouch(struct jl_outbox *o, const struct jl_id *group_id, uint64_t revision, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_unvouch(struct jl_outbox *o, const struct jl_id *space, uint64_t after, struct jl_error *err); /* the copy stands there */
/* Our lane's number of an applied entry is another group's: a copy of this folder has gone on in our lane after a loss. */
bool jl_outbox_contested(struct jl_outbox *o, const struct jl_id *space, uint64_t seq, const struct jl_id *group_id);
JL_MUST_CHECK bool jl_outbox_unnumber(struct jl_outbox *o, const struct jl_id *space, struct jl_error *err); /* nor do numbers vouch for what was applied */

JL_MUST_CHECK bool jl_outbox_trim(struct jl_outbox *o, int64_t now_us, struct jl_error *err); /* applied ones past their time */

/* Resolving (outbox_resolve.c). */
JL_MUST_CHECK bool jl_outbox_resolve(struct jl_outbox *o, uint64_t id, const struct jl_resolution *resolution,
                                     uint64_t *ret_id, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_drop(struct jl_outbox *o, uint64_t id, bool with_dependents, struct jl_error *err);

/* The personal values of a record were erased: what was typed of them goes for good, the rest of the groups stays (outbox_forget.c). */
struct jl_outbox_erased {
  struct jl_id record;
  uint32_t type;
  uint64_t number;
  struct jl_bytes former; /* as it was known here; empty: it was not */
};
JL_MUST_CHECK bool jl_outbox_forget(struct jl_outbox *o, const struct jl_outbox_erased *of, struct jl_error *err);
/* What went so of groups that were not applied, and was not told yet. */
JL_MUST_CHECK bool jl_outbox_gone(struct jl_outbox *o, struct jl_arena *a, const struct jl_erased_edit **ret_gone, size_t *ret_n, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_gone_told(struct jl_outbox *o, struct jl_error *err);
/* Records that an entry makes or edits. */
JL_MUST_CHECK bool jl_outbox_edited(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_id **ret_records, size_t *ret_n, struct jl_error *err);

/* ---- provisional numbers ---- */
/* Of the records that an entry makes; gives them out when there are none yet (not in a read-only file: number 0 then). */
JL_MUST_CHECK bool jl_outbox_numbers(struct jl_outbox *o, uint64_t id, struct jl_arena *a, struct jl_given **ret_given, size_t *ret_n,
                                     struct jl_error *err);
uint64_t jl_outbox_provisional(struct jl_outbox *o, const struct jl_id *record); /* 0: it has none */
bool jl_outbox_given(struct jl_outbox *o, uint32_t type, uint64_t provisional, struct jl_id *ret_space, struct jl_id *ret_record,
                     uint64_t *ret_number);

/* The number by which people call a refused entry: counted by itself, never given twice. It gets one when it is first asked for. */
JL_MUST_CHECK bool jl_outbox_conflict(struct jl_outbox *o, uint64_t id, uint64_t *ret_number, struct jl_error *err);

uint64_t jl_outbox_done_through(struct jl_outbox *o, const struct jl_id *space); /* highest number of our lane that was applied, as far as kept; 0: none */
uint64_t jl_outbox_last_own(struct jl_outbox *o, const struct jl_id *space);
int64_t jl_outbox_number(struct jl_outbox *o, const char *name, int64_t otherwise);
JL_MUST_CHECK bool jl_outbox_set_number(struct jl_outbox *o, const char *name, int64_t value, struct jl_error *err);
#endif
