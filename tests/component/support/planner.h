/* A plan on a real server and one person who works on it, for tests of what others see of that. Every function fails the test
 * loudly; edits wait for their verdicts. */
#ifndef JL_TESTS_PLANNER_H
#define JL_TESTS_PLANNER_H
#include "common/model/replica.h"
#include "tests/component/support/daemon.h"

/* A group of one edit, or that erases somebody (edit NULL), packed in `a`. group_id NULL: a new one; version 0: this program's. */
struct one_edit {
  const struct jl_id *replica, *space, *group_id, *erases;
  uint64_t seq;
  uint32_t version;
};
struct jl_bytes planner_pack(const struct one_edit *of, Jalon__Edit *edit, struct jl_arena *a);
Jalon__Edit planner_creation(uint32_t type, const struct jl_id *id, struct jl_bytes record); /* borrows both */

struct planner {
  struct wire wire;
  struct jl_id space, replica;
  uint64_t seq, confirmed, head; /* head: of the last verdict */
  uint32_t model_version;        /* 0: this program's */
};
void planner_open(struct planner *p, const struct daemon *d); /* logs in as admin and creates a plan */
void planner_close(struct planner *p);
void planner_reconnect(struct planner *p, const struct daemon *d); /* the same replica on another connection, perhaps another node */

/* Slices and records of any type. */
struct jl_bytes planner_text(struct jl_arena *a, uint32_t type, uint32_t field, const char *text);
struct jl_bytes planner_with(struct jl_arena *a, struct jl_bytes record, uint32_t type, uint32_t field, const char *text);
uint64_t planner_create(struct planner *p, uint32_t type, struct jl_id id, struct jl_bytes record); /* gives the revision */
struct jl_id planner_action(struct planner *p, const char *title, const char *description);         /* description may be NULL */
uint64_t planner_retitle(struct planner *p, struct jl_id action, const char *from, const char *to);
uint64_t planner_change(struct planner *p, struct jl_id action, uint32_t field, const char *from, const char *to); /* a text field */
/* The packed group of such a change, with the next seq, not sent. */
struct jl_bytes planner_change_group(struct planner *p, struct jl_arena *a, struct jl_id action, uint32_t field, const char *from, const char *to);
uint32_t planner_submit(struct planner *p, struct jl_bytes group); /* gives the stream of the reply */
uint64_t planner_verdict(struct planner *p, uint32_t stream);      /* applied, at this revision */

/* The organisation, for the administrator. */
void planner_directory(struct planner *p, const struct daemon *d);
/* One field of any record: from what is seen to what it is to be; gives the revision. */
uint64_t planner_update(struct planner *p, uint32_t type, struct jl_id id, uint32_t field, struct jl_bytes seen, struct jl_bytes next);
uint64_t planner_delete(struct planner *p, uint32_t type, struct jl_id id, uint64_t seen); /* gives the revision */
/* Another person with an account; gives the person. */
struct jl_id planner_colleague(const struct daemon *d, const char *name, const char *login, const char *password);

/* Somebody who only looks. */
struct wire planner_reader(const struct daemon *d, const char *const *features);
uint32_t planner_subscribe(struct wire *w, struct jl_id space, const Jalon__Position *from, const struct jl_id *snapshot_after);

/* A position with memory of its own, as a client keeps it. */
struct kept_position {
  struct jl_id space;
  uint8_t chains[JL_SECTIONS][JL_CHAIN_SIZE];
  Jalon__SectionPosition sections[JL_SECTIONS], *pointers[JL_SECTIONS];
  Jalon__Position wire;
};
void planner_keep(struct kept_position *kept, const Jalon__Position *position);
void planner_position(struct planner *p, struct kept_position *kept); /* of the server now */

/* A copy of a space, made from what comes on a subscription and nothing else. */
struct copy {
  struct jl_replica *replica;
  struct kept_position origin; /* what the snapshot's first message carried */
  uint64_t total, whole_at; /* of the last message, or of the newest record */
  size_t messages, records, compressed, bytes; /* of the snapshot; bytes: on the line */
  struct jl_id last_id;
  bool last;
};
void copy_begin(struct copy *c, struct jl_id space);
void copy_end(struct copy *c);
bool copy_snapshot_message(struct copy *c, struct wire *w, uint32_t stream); /* takes one; true: it was the last */
void copy_tail(struct copy *c, struct wire *w, uint32_t stream, uint64_t until); /* takes and applies revisions until there */
void copy_equal(const struct copy *a, const struct copy *b);                      /* records with bookkeeping, position, chains */
#endif
