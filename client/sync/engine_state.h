/* The engine's state, shared by engine.c (lanes and life), engine_follow.c (subscriptions), engine_apply.c (into the base), engine_lost.c. */
#ifndef JL_SYNC_ENGINE_STATE_H
#define JL_SYNC_ENGINE_STATE_H
#include "client/sync/engine.h"
#include "common/base/limits.h"

struct jl_under_way {
  uint64_t entry, seq;
  uint32_t stream;
  bool first; /* never sent before: an error for it tells that it is not there */
  bool answered;
};
struct jl_engine_lane {
  struct jl_engine_lane *next;
  struct jl_id space;
  struct jl_under_way under_way[JL_OUTBOX_WINDOW];
  size_t count;
  bool again;        /* sent entries of earlier connections are to be sent, */
  uint64_t sent_again, sent_again_entry; /* and are through this number */
  uint64_t failed;   /* this entry got an error instead of a verdict: all answers are awaited, then it is numbered anew */
  bool failed_first;
  struct jl_error failure;
  bool refuse;       /* the failure is final: it counts as refused */
  bool lost_known;   /* by this connection: the server has what it acknowledged, or that is offered again */
  uint32_t lost_stream;
  uint64_t lost_through; /* the highest number that it had acknowledged when it was asked */
  int64_t lost_us;   /* monotonic: not asked before */
  bool waits_for_log, forked /* a group of this lane has another one's number */;
  uint64_t searched; /* the log was looked through for groups of ours, when so many had been renamed; + 1 */
  uint64_t search_for; /* what `searched` will be when the search that is under way has ended */
  uint64_t search_next, search_end; /* revisions that the base does not keep are asked for; next 0: not begun */
  uint64_t search_to, search_at_most; /* a page of them; at most so many revisions, 0: all */
  uint32_t search_stream;
  int64_t pause_us;  /* monotonic: nothing is sent before */
  unsigned pauses;
};
struct jl_answer { /* a verdict that is settled with the next flush */
  struct jl_answer *next;
  struct jl_engine_lane *lane;
  uint64_t entry;
  struct jl_bytes payload; /* behind the struct */
};
enum jl_follow_state { JL_FOLLOW_IDLE, JL_FOLLOW_ASKED, JL_FOLLOW_AT_HEAD, JL_FOLLOW_GONE };
struct jl_follow {
  struct jl_follow *next;
  struct jl_base_space s; /* as the base has it */
  enum jl_follow_state state;
  uint32_t stream;
  uint32_t readable;        /* sections that the server tells of; JL_EVERY_SECTION: it does not say */
  uint32_t adding;          /* that came so far of a snapshot of sections; 0: none */
  bool once, fresh /* no use of the live position: a snapshot */, resumed /* a snapshot */, began, caught_up, swapped;
  bool live; /* the bookmark after the tail has come: what comes now comes as it happens, and bookmarks are signs of life */
  uint64_t tail_limit;
  struct jl_position told;  /* the server's position when it was asked; checked when it is reached */
  uint64_t gap_after;       /* revisions after this one did not come, */
  bool gap_asked;           /* and were asked for again */
  uint64_t broken_at;       /* what followed this position could not be applied; UINT64_MAX: never happened */
  uint64_t revisions, records;
  struct jl_replica *sparse; /* records touched lately */
  struct jl_replica *names;  /* a guest's, while they come */
  /* Applied groups of ours whose loss neither lane nor copy would show are looked for in the server's log. */
  bool vouched;    /* by this connection: there are none, or none any more */
  uint32_t looking;
  uint64_t look_from, look_to; /* revisions */
  uint64_t look_at_most;       /* revisions at a time; 0: as many as usual */
  int64_t look_us; /* monotonic: not asked before */
  /* Applied groups of ours that our copy had not come to when it asked, by revision: their numbers alone vouch for them, and may be
   * another's by now. VOUCHED in their flags: the log has shown them since. */
  struct jl_arena *numbered_in;
  struct jl_entry *numbered;
  size_t numbered_n, numbered_at; /* those before it are passed */
};
struct jl_engine {
  struct jl_base *base;
  uint64_t generation; /* of the base that follows and transaction are of */
  struct jl_outbox *outbox;
  struct jl_id organisation, person;
  struct jl_engine_calls calls;
  void *context;
  bool up, held, forking, failed, in_flush;
  struct jl_error failure; /* of one that has failed */
  unsigned forks_in_vain; /* since a verdict was settled */
  struct jl_engine_lane *lanes;
  struct jl_answer *answers, **answers_end;
  struct jl_follow *follows;
  uint32_t plans_stream;
  bool open; /* a transaction of the base */
  int64_t opened_us;
  size_t collected; /* bytes in it */
};

int64_t jl_engine_monotonic(const struct jl_engine *e);
void jl_engine_tell(struct jl_engine *e, const struct jl_engine_event *event);
struct jl_engine_lane *jl_engine_lane(struct jl_engine *e, const struct jl_id *space, bool again /* if it is new */); /* NULL: no memory */
/* engine_lost.c */
bool jl_lost_known(struct jl_engine *e, struct jl_engine_lane *lane); /* false: the server is being asked */
bool jl_lost_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload);
bool jl_lost_look(struct jl_engine *e, struct jl_follow *f); /* false: they are being looked for, or it has ended */
JL_MUST_CHECK bool jl_lost_begin(struct jl_engine *e, struct jl_follow *f, uint64_t after, struct jl_error *err); /* our copy stands there; 0: it is taken anew */
void jl_lost_shown(struct jl_follow *f, const struct jl_id *group_id, uint64_t revision); /* by the log */
JL_MUST_CHECK bool jl_lost_passed(struct jl_engine *e, struct jl_follow *f, uint64_t revision, struct jl_error *err); /* our copy is to stand there */
void jl_lost_end(struct jl_follow *f);
void jl_lost_looked(struct jl_engine *e, struct jl_follow *f, uint8_t type, struct jl_bytes payload, struct jl_arena *a);
/* engine_follow.c */
void jl_follow_start(struct jl_engine *e, struct jl_follow *f);
bool jl_follow_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload);
void jl_follow_end(struct jl_engine *e, struct jl_follow *f, const struct jl_error *err);
struct jl_follow *jl_follow_of(const struct jl_engine *e, const struct jl_id *space);
void jl_follow_reset(struct jl_engine *e); /* after a rollback: back to what the file says */
void jl_engine_look(struct jl_engine *e);  /* the same when the file was damaged and has been made anew, by who read it */
void jl_follow_sweep(struct jl_engine *e);
/* engine_apply.c */
JL_MUST_CHECK bool jl_engine_begin(struct jl_engine *e, struct jl_error *err);
JL_MUST_CHECK bool jl_engine_commit(struct jl_engine *e, struct jl_error *err);
struct jl_record *jl_follow_record(const Jalon__RecordState *in, struct jl_error *err); /* the caller's; NULL with err */
JL_MUST_CHECK bool jl_follow_records(struct jl_engine *e, struct jl_follow *f, const Jalon__Snapshot *in, struct jl_error *err);
/* One REVISIONS message. HISTORY_FORKED or INVALID: it does not fit what is here. */
JL_MUST_CHECK bool jl_follow_apply(struct jl_engine *e, struct jl_follow *f, const Jalon__Revisions *in, struct jl_arena *a, struct jl_error *err);
/* What a decided group says of a record of which this copy knows that it was erased is not kept, applied or refused. */
JL_MUST_CHECK bool jl_follow_decided(struct jl_engine *e, const struct jl_id *space, uint64_t entry, bool refused, struct jl_error *err);
JL_MUST_CHECK bool jl_follow_swap(struct jl_engine *e, struct jl_follow *f, struct jl_error *err);
/* Groups of ours in the log that the base keeps: settled. */
JL_MUST_CHECK bool jl_follow_search(struct jl_engine *e, const struct jl_base_space *s, struct jl_error *err);
JL_MUST_CHECK bool jl_follow_notice(struct jl_engine *e, const struct jl_id *space, const Jalon__ChangeBody *body, struct jl_error *err);
bool jl_prepare_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload);
uint32_t jl_engine_send(struct jl_engine *e, uint8_t type, const ProtobufCMessage *message);
/* engine_prepare.c: the next group of a lane made ready; *ret_wait: it waits for the space's log, *ret_hold: for verdicts. */
JL_MUST_CHECK bool jl_engine_prepare(struct jl_engine *e, struct jl_engine_lane *lane, bool *ret_wait, bool *ret_hold, struct jl_arena *a,
                                     struct jl_error *err);
/* How far the log was searched for groups in doubt; an empty position: not, or not known any more. */
JL_MUST_CHECK bool jl_prepare_searched(const struct jl_engine *e, const struct jl_engine_lane *lane, struct jl_arena *a, Jalon__Position *ret_position);
#endif
