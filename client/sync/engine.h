/* The sync engine: what is to be said to the server and what its answers change in base and outbox. No socket, no clock, no
 * file of its own: messages go in and out, base and outbox are the caller's, and so is the time. It lives through connections:
 * up (logged in with the outbox's replica), then messages and flushes, down.
 *
 * Sending: lane by lane in order, a window of groups under way. What an earlier connection sent without an answer goes first,
 * with the same bytes. Receiving: followed spaces are subscribed to from where the base stands; a snapshot fills a shadow that
 * is swapped in when it is whole. Changes are collected in one transaction, which a flush commits when it is time.
 *
 * Several copies of one folder: REPLICA_FORKED for one group stops new groups; when every group that was sent has its
 * answer, a new replica id is taken and NEW_REPLICA asks for a new login. Groups that were numbered anew are in doubt: they go out
 * only after the space's log was followed to the head without them turning up in it. */
#ifndef JL_SYNC_ENGINE_H
#define JL_SYNC_ENGINE_H
#include "client/sync/base.h"
#include "client/sync/outbox.h"

enum jl_engine_event_kind {
  JL_ENGINE_VERDICT,     /* entry, verdict; it is settled */
  JL_ENGINE_UNDECIDED,   /* entry, error: no verdict for it now; it stays in the outbox */
  JL_ENGINE_FOUND,       /* entry: turned up in the log; it is settled */
  JL_ENGINE_NEW_REPLICA, /* log in again */
  JL_ENGINE_PROGRESS,    /* space, done, total: records of a snapshot (snapshot true) or revisions */
  JL_ENGINE_AT_HEAD,     /* space: base and server are alike, durably */
  JL_ENGINE_ENDED,       /* space, error: is not followed any more */
  JL_ENGINE_AGAIN,       /* entry: the server has lost it, as far as can be seen; it is queued again */
  JL_ENGINE_COME_BACK,   /* error: give up this connection and come back later */
  JL_ENGINE_NEEDS_LOG,   /* space: something can be sent only when its log was followed, and there is no base */
  JL_ENGINE_FAILED,      /* error: the outbox cannot be written, or the server makes no sense: nothing is sent any more */
};
struct jl_engine_event {
  enum jl_engine_event_kind kind;
  uint64_t entry;
  const Jalon__Verdict *verdict;
  size_t parked; /* VERDICT: how many groups it parked */
  bool again;    /* VERDICT, FOUND: it was taken for lost, but the server has had it all the time */
  struct jl_id space;
  bool snapshot;
  uint64_t done, total;
  uint64_t revisions, records; /* AT_HEAD, ENDED: received since it is followed */
  bool resynced;               /* AT_HEAD: by a snapshot */
  struct jl_error error;
};
struct jl_engine_calls {
  uint32_t (*send)(void *context, uint8_t type, struct jl_bytes payload); /* on a stream of its own, which it returns */
  void (*event)(void *context, const struct jl_engine_event *event);      /* may call everything but jl_engine_free */
  bool (*waited)(void *context, uint64_t entry); /* somebody gets this entry's verdict from the event */
  int64_t (*now_us)(void *context);       /* wall clock, for display */
  int64_t (*monotonic_us)(void *context);
};
struct jl_engine;
/* base NULL: only sends. Both are borrowed. NULL: no memory. */
struct jl_engine *jl_engine_new(struct jl_base *base, struct jl_outbox *outbox, const struct jl_id *organisation,
                                const struct jl_engine_calls *calls, void *context);
void jl_engine_of_person(struct jl_engine *e, const struct jl_id *person); /* whose own space has that id */
void jl_engine_free(struct jl_engine *e); /* what is collected and not flushed is lost: it comes again */
void jl_engine_set_base(struct jl_engine *e, struct jl_base *base);
void jl_engine_hold(struct jl_engine *e, bool hold); /* hold: the outbox is left alone, but for what was sent already */

void jl_engine_up(struct jl_engine *e);
void jl_engine_down(struct jl_engine *e);
/* Puts a group into the outbox and, when it may go at once, sends it. */
JL_MUST_CHECK bool jl_engine_put(struct jl_engine *e, struct jl_outbox_new *in, struct jl_entry *ret_entry, struct jl_error *err);
/* true: the stream was the engine's. */
bool jl_engine_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload);
/* Settles what came, commits what is due (all of it: when `all`), sends what may be sent. Call it after each turn of messages, after a
 * put into the outbox, and when jl_engine_due_us has come. */
void jl_engine_flush(struct jl_engine *e, bool all);
int64_t jl_engine_due_us(const struct jl_engine *e); /* monotonic; INT64_MAX: nothing is due */

/* Brings a space to the head; once: and leaves it there, else follows it on. tail_limit: ENDED with OVERLOADED when it is more than so
 * many revisions behind or needs a snapshot; 0: none. Follows again what is followed already. */
JL_MUST_CHECK bool jl_engine_follow(struct jl_engine *e, const struct jl_id *space, bool once, uint64_t tail_limit, struct jl_error *err);
void jl_engine_unfollow(struct jl_engine *e, const struct jl_id *space);
void jl_engine_plans(struct jl_engine *e); /* refreshes the list of plans */
const struct jl_error *jl_engine_failure(const struct jl_engine *e); /* it has failed, and sends nothing before it is up again; else NULL */
bool jl_engine_idle(const struct jl_engine *e);    /* nothing is under way or collected, and nothing more may be sent now */
bool jl_engine_sending(const struct jl_engine *e); /* groups are under way or would be, were it not for a pause */
#endif
