/* One process of a fault run's clients: several submitters below the client library, and followers that hold a replica of every space
 * and record what they were told. The submitters work on what the followers hold, which may be behind. */
#ifndef JL_TORTURE_CLIENT_H
#define JL_TORTURE_CLIENT_H
#include "tests/support/peer.h"
#include "tests/support/random.h"
#include "tests/torture/shared/history.h"
#include "tests/torture/shared/progress.h"
#include <stdio.h>

#define WINDOW 8
#define REMEMBERED 48 /* decided groups of a lane that may be sent again: fewer than the server keeps unconfirmed verdicts of */

struct asked { struct jl_bytes group; uint64_t seq; uint32_t stream; bool waiting /* sent, no answer yet */; };
struct lane {
  uint64_t last_seq;
  struct asked pending[WINDOW];
  size_t pending_count;
  struct asked decided[REMEMBERED];
  size_t next_decided;
  bool doubted, forked, water_known; /* the server's history may be, and is, an older one; how far it knows this lane */
  uint64_t water;
  uint64_t told; /* the server was told that verdicts through this one will not be asked for again */
};
struct offer { int space; uint64_t seq; struct jl_bytes group; }; /* a group that the server has lost */
struct submitter {
  struct process *process;
  struct peer peer;
  struct random random;
  int index;
  unsigned generation; /* of its replica id: a fork mints another */
  uint64_t sent, decided, acknowledged, conflicts, unknown, heard_ms;
  struct offer *offers;
  size_t offer_count, offers_sent;
  struct lane lanes[SPACES];
  size_t in_window;
  uint32_t query_streams[SPACES];
};
struct follower {
  struct process *process;
  struct peer peer;
  char name[24];
  int space;
  struct jl_replica *replica;
  bool loading;  /* a snapshot is on its way */
  uint32_t sections, readable; /* that the replica holds, and that its person may read: bits */
  bool gone;          /* nothing of the plan may be read: what its person sends is refused */
  bool adding;        /* a snapshot of those that have become readable is on its way */
  bool lazy;     /* lets itself fall far behind, again and again */
  bool resumable;     /* the snapshot has told its position and some records: it can go on after `last` */
  struct jl_id last;
  uint64_t whole_at;  /* from this revision on the replica is of one moment */
  uint32_t stream;
  bool sleeping;
};
struct process {
  uv_loop_t loop;
  struct progress *progress;
  struct process_slot *slot;
  struct history *history;
  FILE *stream;
  struct jl_address address;
  int index;
  struct submitter submitters[CLIENTS_MAX];
  struct follower followers[SPACES], fresh[SPACES], lazy;
  uv_timer_t tick;
  bool settling, ending;
};

/* submitter.c */
void submitter_prepare(struct submitter *s, struct process *p, int index);
void submitter_start(struct submitter *s);
void submitter_work(struct submitter *s); /* fills its window, sends again what has no answer */
void submitter_tick(struct submitter *s);
void submitter_doubt(struct submitter *s, int space); /* a follower was told that the history is another */
bool submitter_done(const struct submitter *s);
extern const struct history_reader submitter_memory; /* context: the process */

/* fork.c */
bool submitter_forking(const struct submitter *s);
void submitter_fork(struct submitter *s, int space, int code);
void submitter_heard_water(struct submitter *s, int space, uint64_t water);
void submitter_fork_tick(struct submitter *s);
bool submitter_offer(struct submitter *s); /* sends the next lost group again; false: none is left */

/* what fork.c needs of submitter.c */
struct jl_id submitter_replica(const struct submitter *s);
void submitter_ask_verdicts(struct submitter *s, int space, uint64_t from);
void submitter_send(struct submitter *s, int space, struct jl_bytes group, uint64_t offers_again);
void submitter_empty_lane(struct submitter *s, int space);

/* follower.c */
void follower_start(struct follower *f, struct process *p, const char *kind, int space, bool lazy);
void follower_tick(struct follower *f);
bool follower_reached(const struct follower *f, uint64_t head);
uint64_t follower_at(const struct follower *f); /* 0 while it loads */
void follower_dump(const struct follower *f, FILE *out);

void process_peer(struct process *p, struct peer *peer, const struct jl_id *replica); /* address, account and token */
void process_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
#endif
