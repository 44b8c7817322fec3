/* One person with a laptop, as a user of libjalon: works with and without the server, closes the lid, comes back, settles what was
 * refused. The process may be killed at any moment and started again; its notes say what it was told is kept.
 *
 *   person  PERSON
 *   keep    ID GROUP_ID SPACE GROUP    submit returned ID: durable; GROUP: packed without replica and number, in hex
 *   found   ID GROUP_ID                in the outbox after a kill, before its note was written
 *   heard   ID REVISION CODE           a verdict that the callback brought; REVISION 0: refused
 *   full    CODE                       submit kept nothing, and said so
 *   resolve ID CHOICE NEW GROUP_ID     NEW 0: nothing was left
 *   drop    ID
 *   entry   ID STATE GROUP_ID SPACE SEQ REVISION MERGED AGAIN    at the end: every group that the outbox knows */
#ifndef JL_TORTURE_LAPTOP_H
#define JL_TORTURE_LAPTOP_H
#include "client/include/jalon.h"
#include "common/model/replica.h"
#include "tests/support/group_build.h"
#include "tests/torture/shared/progress.h"
#include <stdio.h>

struct laptop {
  struct progress *progress;
  struct process_slot *slot;
  int index;
  struct random random;
  struct jl_profile *profile;
  struct jl_local *local;
  int notes; /* file */
  uint64_t kept, last_id, acknowledged, conflicts;
  struct jl_id replica; /* who it was last */
  unsigned identities;
  bool made; /* what the restored copy is to lose */
};
/* notes.c */
void notes_open(struct laptop *l, const char *folder); /* reads what it kept before */
void notes_write(struct laptop *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void notes_keep(struct laptop *l, uint64_t id, const struct jl_id *group_id, int space, struct jl_bytes group);
void notes_id(const struct jl_id *id, char out[33]);

/* work.c */
struct jl_replica *laptop_view(struct laptop *l, int space); /* what this person sees: the local copy with the outbox on top */
void laptop_session(struct laptop *l, bool offline);
void laptop_make_new(struct laptop *l); /* new records, which nobody can refuse, kept for later */
bool laptop_sync(struct laptop *l, bool receive); /* true: nothing waits any more; without receiving its copy follows nothing */

/* outbox.c */
bool outbox_group_id(struct laptop *l, uint64_t id, struct jl_id *ret_group_id);
void outbox_after_kill(struct laptop *l);
void outbox_settle(struct laptop *l, unsigned one_in); /* resolves or drops refused groups, at random */
void outbox_dump(struct laptop *l);
uint64_t outbox_waiting(struct laptop *l);
uint64_t outbox_beyond(struct laptop *l, const uint64_t revisions[SPACES]); /* groups applied after these revisions of the spaces */

/* risk.c: the part of the one laptop that must learn from its lane that the server lost something. false: nothing of that is asked of it now. */
bool laptop_at_risk(struct laptop *l);

_Noreturn void laptop_fail(const char *what, const struct jl_error *err);
#endif
