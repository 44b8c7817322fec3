/* What the files of this folder share. The way of a group:
 *
 *   submit -> lane queue -> evaluated into the open batch -> sealed: flying -> commit lane -> decided -> answered
 *
 * A space has at most one flying batch and one open batch on top of it. The open batch grows until the flying one has been
 * decided, so batches grow with load and nobody waits without need. Work is done in one turn per loop iteration, right
 * after sockets were read, so that groups which arrived together are committed together.
 *
 * Giving up (fence, constraint, database away) throws evaluated batches away, never groups: they stay in their lanes until
 * they are decided and are evaluated again. */
#ifndef JL_SPACE_INTERNAL_H
#define JL_SPACE_INTERNAL_H
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "common/wire/unpack.h"
#include "server/space/idmap.h"
#include "server/space/lane.h"
#include "server/space/ring.h"
#include "server/space/space.h"

struct jl_waiter {
  struct jl_waiter *next;
  jl_submit_done *done;
  void *context;
};
struct jl_merge_job;
struct jl_again_search;
#define JL_AGAIN_SEARCHES 2 /* of a space at a time: each may read all of its log */
struct jl_submission {
  struct jl_submission *next; /* dry runs, and lists of answers to give */
  struct jl_edit_lane *lane;
  uint64_t seq, after_seq; /* dry runs: evaluated when the lane has come so far */
  struct jl_id group_id;
  struct jl_id import; /* dry runs: of the import that it is a part of; zero: it is tried alone */
  uint32_t part;
  struct jl_author author;
  struct jl_id account;
  uint64_t confirmed;      /* as its client said */
  uint32_t model_version;
  bool looked;             /* the space has been read again since it came: see jl_space_doubts_settle */
  int64_t since_us;        /* monotonic */
  struct jl_error *forced; /* refused by a constraint when it was tried alone */
  enum { JL_MERGE_IDLE, JL_MERGE_WAITING /* for a worker */, JL_MERGE_CALLED /* next for a worker */, JL_MERGE_RUNNING } merging;
  struct jl_submission *merge_next;
  struct jl_space *merge_space;
  struct jl_merge_job *merge_job, *merged; /* under way; done, newest first */
  unsigned merge_rounds;
  size_t merge_bytes;     /* of texts given to workers */
  struct jl_position *searched;          /* it may have been sent in another lane, and is not in the log up to here; NULL: it was not */
  struct jl_again_search *search;        /* for what became of it there, under way */
  uint64_t search_turn;                  /* it waits for one to begin, since that turn; 0: it does not */
  bool cleared;                          /* it has been looked for, and: */
  uint64_t clear_history, clear_through; /* of that history, it is not in the log up to here either, */
  uint64_t clear_reading;                /* nor among the verdicts that were kept when memory was read last, */
  uint64_t clear_unlogged;               /* and so many of its account were decided without the log by then */
  struct jl_bytes known;                 /* the verdict that it got there; none: it is not decided */
  uint64_t known_history;
  bool verdict_gone; /* a lane has it in its window, but its verdict is not kept any more */
  struct jl_waiter first; /* and later ones that sent the same again */
  size_t size;            /* 0: over JL_GROUP_MAX_BYTES, refused without being kept */
  uint8_t bytes[];
};

struct jl_batch_entry {
  struct jl_submission *submission;
  struct jl_edit_lane *lane;
  uint64_t seq;
  struct jl_bytes verdict;
};
struct jl_batch {
  struct jl_space *space;
  struct jl_arena *arena;
  struct jl_batch *next_spare;
  struct jl_batch_entry entries[JL_BATCH_GROUPS];
  size_t count, bytes;
  struct jl_edit_lane *lanes[JL_BATCH_GROUPS];
  size_t lane_count;
  struct jl_edit_lane **written; /* whose rows it writes: those of store.lanes */
  size_t written_count;
  struct jl_store_log *log;
  size_t log_count, log_capacity;
  struct jl_store_record *records; /* one reference each */
  size_t record_count, record_capacity;
  uint32_t *index; /* open addressing over records: position + 1 */
  size_t index_capacity;
  struct jl_store_refusal *refusals;
  size_t refusal_count, refusal_capacity;
  struct jl_store_again *again;
  size_t again_count, again_capacity;
  struct jl_position position; /* after it */
  int64_t time_us;
  uint64_t rights_epoch; /* acl_epoch of the organisation when its first group was judged */
  struct jl_store_batch store;
  enum jl_rights_change rights;
  bool alone; /* commits in a transaction of its own */
  bool bulk;   /* it has a large group */
  bool erases; /* its one group does: nothing stands beside it */
  struct jl_id erased; /* whom */
};

struct jl_open_waiter {
  struct jl_open_waiter *next;
  bool create;
  void (*done)(void *context, struct jl_space *space, const struct jl_error *err);
  void *context;
};
struct jl_look_waiter {
  struct jl_look_waiter *next;
  void (*done)(void *context, const struct jl_error *err);
  void *context;
};
enum jl_space_state { JL_SPACE_LOADING, JL_SPACE_READY, JL_SPACE_STALE /* to be read again before anything else */ };
struct jl_space {
  struct jl_id id; /* first: found by it */
  struct jl_spaces *owner;
  enum jl_space_state state;
  bool exists;  /* has its head row */
  bool loading; /* a load is under way */
  bool damaged; /* memory may be between two revisions: it cannot be caught up, only read again */
  uint64_t commits;                 /* of its head: what the next commit is fenced by */
  uint64_t lanes_revision;          /* rows of lanes know every group decided up to here */
  uint64_t told;                    /* the feed has been told of everything up to this revision */
  uint64_t horizon, tail_bytes;     /* tail_bytes: written since the horizon was looked at */
  int64_t horizon_look_us;          /* when to look again */
  int64_t lease_of_other_us;        /* until then another node writes here */
  int64_t lease_look_us;            /* when to ask for the lease (again) */
  int64_t lease_wait_us;            /* what is ready waits until then; 0: it does not */
  int64_t lease_yield_us;           /* it was given up: the other node has the space for itself until then */
  int64_t lease_contended_us;       /* two nodes have met here: until then the lease is looked at often */
  unsigned lease_tries;             /* to write without the lease, since it was last had */
  uint64_t rights_epoch;    /* the organisation's acl_epoch that its rights are to be judged by, or a later one */
  unsigned rights_looks;    /* at the organisation, in the reading that is under way */
  bool horizon_asked, lease_asked, lease_held, lease_releasing;
  unsigned holds;
  struct jl_space *idle_previous, *idle_next;
  bool idle;
  struct jl_open_waiter *opening, **opening_end;
  bool suspect;     /* the database may be another one than that which memory is of: nobody is told what was decided */
  uint64_t read_at; /* how many connections there were when it was read last */
  struct jl_look_waiter *looks, *looks_reading; /* for the next reading, for the one under way */
  struct jl_replica *committed, *ahead; /* ahead NULL: nothing evaluated since the last look */
  int64_t time_us, ahead_time_us;
  struct jl_zone_days days; /* of the plan's zone */
  struct jl_idmap lanes;
  struct jl_idmap again; /* groups that were sent again in another lane, durably: again.c */
  bool bulk_waits;       /* a lane waits for the next batch, since this one has a large group already */
  bool again_waits;      /* a lane waits for what is on its way, or to be asked again */
  unsigned searches;     /* for such groups, under way: */
  struct jl_again_search *searching[JL_AGAIN_SEARCHES];
  uint64_t search_turns; /* that were given out */
  struct { struct jl_id account; uint64_t turn; } searched[8]; /* whose began last, and in which turn */
  uint64_t histories;    /* how often memory turned out to be of another history, or not to be known to be of the same one */
  uint64_t readings;     /* how often it was read, whole or what another node had written */
  struct jl_edit_lane *turn_first, *turn_last; /* lanes with groups to evaluate, served in turn */
  struct jl_submission *dry_first, *dry_last;
  size_t queued, queued_bytes; /* waiting or evaluated, not decided */
  size_t dry_count;
  struct jl_submission *doubted_first, *doubted_last; /* groups that follow others which are not known here */
  size_t doubted;
  int64_t doubt_us; /* when the space was last read again because of them */
  struct jl_batch *open, *flying;
  bool in_transit; /* flying is with the store; otherwise it waits to be tried again */
  bool give_up;    /* when flying is decided, evaluate anew */
  size_t singles;  /* groups to commit one at a time, to find what a constraint refuses */
  struct jl_space *next_active, *next_ready;
  bool active, ready;
  struct {
    uint32_t sections;
    struct jl_replica *replica;
  } seen[JL_SEEN_REPLICAS]; /* what readers of some sections see; NULL: unused */
  size_t next_seen;
  struct {
    uint32_t sections;
    struct jl_position plan, directory; /* that they are of */
    struct jl_replica *replica;
  } names[JL_SEEN_REPLICAS]; /* whom guests who read some sections know */
  size_t next_names;
  struct jl_ring ring;
  struct jl_space_listener *listeners, *listening; /* listening: next one to be told */
};

struct jl_founding {
  struct jl_store_batch store;
  struct jl_section_position sections[JL_SECTIONS];
};
struct jl_later {
  struct jl_later *next;
  void (*run)(struct jl_later *later);
};
struct jl_commit_lane {
  struct jl_spaces *owner;
  int number;
  bool busy;
  bool resting; /* a transaction failed: the next one is tried when the spaces are looked at again, not at once */
  struct jl_batch *batches[JL_TRANSACTION_GROUPS];
  size_t count;
  struct jl_space *ready_first, *ready_last;
};
struct jl_spaces {
  uv_loop_t *loop;
  struct jl_store *store;
  struct jl_reserve *reserve;
  struct jl_idmap spaces;
  struct jl_space *organisation, *idle_first, *idle_last, *active_first, *active_last;
  struct jl_id organisation_id;
  struct jl_replica *plans;
  struct jl_commit_lane *lanes;
  int lane_count;
  struct jl_rehearsal *rehearsals;
  struct jl_batch *spare_batches;
  size_t spare_count;
  struct jl_later *later_first, **later_end;
  struct jl_submission *merge_first, *merge_last; /* wait for a worker */
  unsigned merges_running;
  bool merges_at_once, merger_kept;
  int64_t wait_ms;
  struct jl_id node; /* of this process: leases are its */
  bool has_leases;
  uint32_t oldest_model; /* generation */
  int64_t lease_wait_ms;
  uint64_t horizon_bytes;
  int horizon_days;
  uint64_t connections; /* of the store, when they were looked at */
  size_t operations; /* calls of the store that will still answer */
  uv_check_t check;
  uv_idle_t idle;
  uv_timer_t timer;
  int handles;
  bool watching, draining, closing;
  bool look_due; /* rights have changed somewhere, and not all of it could be read: jl_spaces_tick */
  void (*on_ready)(void *context, const struct jl_error *err);
  void *ready_context;
  void (*closed)(void *context);
  void *closed_context;
  void (*trouble)(void *context, const char *event, const struct jl_id *space, const struct jl_error *err);
  void *trouble_context;
  struct jl_founding *founding; /* of the organisation's head, at the first start */
};

/* registry.c */
void jl_space_reload(struct jl_space *space);
void jl_space_looked(struct jl_space *space, struct jl_look_waiter **list, const struct jl_error *err);
/* All, with what the log tells of them; false: no memory. */
bool jl_space_restore_lanes(struct jl_space *space, const struct jl_loaded_lane *loaded, size_t count, const struct jl_decided_list *decided);
void jl_space_idle(struct jl_space *space); /* puts it among the idle ones when nothing needs it */
/* In the list that names and rights are looked up in. false: no memory; it lacks something, so the space must be read again. */
bool jl_plans_note(struct jl_space *space, const struct jl_record *record);
bool jl_plans_note_all(struct jl_space *space); /* it was read again */

/* catch_up.c */
bool jl_space_can_catch_up(const struct jl_space *space);
bool jl_space_catch_up(struct jl_space *space, const struct jl_caught_up *news); /* false: it must be read again */

/* lease.c */
bool jl_lease_wait(struct jl_space *space);    /* another node writes: what is ready waits a little; looked at again by itself */
void jl_lease_written(struct jl_space *space); /* takes or keeps the lease when it is time */
void jl_lease_fenced(struct jl_space *space);
void jl_leases_release(struct jl_spaces *s);

/* horizon.c */
void jl_horizon_told(struct jl_space *space, uint64_t horizon);
void jl_horizon_look(struct jl_space *space); /* moves it when it is time */
void jl_horizon_written(struct jl_space *space, const struct jl_batch *b);

/* turn.c */
void jl_spaces_schedule(struct jl_spaces *s);
void jl_spaces_look_at_store(struct jl_spaces *s); /* has every space read again when the database may be another one */
void jl_spaces_later(struct jl_spaces *s, struct jl_later *later);
void jl_spaces_watch(struct jl_spaces *s); /* looks again every 100 ms until nothing is held up */
void jl_spaces_watch_within(struct jl_spaces *s, uint64_t ms);
void jl_spaces_turn_start(struct jl_spaces *s);
void jl_space_wake(struct jl_space *space);
void jl_spaces_operation_done(struct jl_spaces *s);
void jl_spaces_drain(struct jl_spaces *s); /* gives up what is not with the store */
void jl_spaces_maybe_closed(struct jl_spaces *s);

/* writer.c */
bool jl_space_can_evaluate(const struct jl_space *space);
void jl_space_evaluate(struct jl_space *space);
void jl_space_sealed(struct jl_space *space); /* the open batch is on its way: lanes that waited for the next one go on */
void jl_space_give_up(struct jl_space *space); /* back to what is durable; groups stay queued */
void jl_space_fail_all(struct jl_space *space, enum jl_code code);
void jl_space_lanes_again(struct jl_space *space); /* after a load: answers what has been decided meanwhile, queues the rest */
/* Groups that follow others which are not known here: another node decided those, or the database is an older copy that was
 * restored. Only a look at the database tells, at most one a second. */
void jl_space_doubts_look(struct jl_space *space);    /* has the space read again when it is time */
void jl_space_doubts_reading(struct jl_space *space); /* a load begins: it answers those that have come so far */
void jl_space_doubts_settle(struct jl_space *space);  /* it has ended */
void jl_space_doubts_fail(struct jl_space *space, const struct jl_error *err);
void jl_submissions_answer(struct jl_space *space, struct jl_submission *list, struct jl_bytes verdict, const struct jl_error *err);
void jl_submission_free(struct jl_submission *s);
bool jl_writer_error(enum jl_code code, struct jl_error *err);                           /* UNAVAILABLE, DRAINING ...: worded */
struct jl_edit_lane *jl_space_lane(struct jl_space *space, const struct jl_id *replica); /* adds it, however many there are; NULL: no memory */

/* batch.c */
enum jl_added {
  JL_ADDED,
  JL_ADD_FULL /* does not fit: next batch */,
  JL_ADD_WAITS /* for texts that are being merged: it comes again */,
  JL_ADD_BROKEN /* give the batch up */,
  JL_ADD_SHORT /* the same, and nothing is said of the group: the system is short of memory */,
  JL_ADD_NOTHING /* refused where nothing can be kept */
};
struct jl_rehearsal;
/* On a replica that runs ahead of the space's: its own, or a rehearsal's. Texts are merged as far as that goes at once; false and
 * jl_merging: it waits for the others. */
bool jl_evaluate_on(struct jl_space *space, struct jl_replica *on, const struct jl_rehearsal *rehearsal, struct jl_submission *s, struct jl_arena *a,
                    int64_t time_us, struct jl_outcome *outcome, struct jl_error *err);
struct jl_bytes jl_verdict_pack(struct jl_arena *a, const struct jl_space *space, const struct jl_submission *s, uint64_t revision,
                                struct jl_outcome *outcome, const struct jl_error *err);
void jl_outcome_release(struct jl_outcome *outcome, size_t taken); /* so many records after were taken over */
struct jl_batch *jl_batch_new(struct jl_space *space);
void jl_batch_free(struct jl_batch *b);
void jl_batches_release(struct jl_spaces *s); /* the kept ones */
enum jl_added jl_batch_add(struct jl_batch *b, struct jl_submission *s, struct jl_bytes *ret_verdict);
bool jl_batch_seal(struct jl_batch *b); /* false: no memory */
struct jl_bytes jl_dry_run(struct jl_space *space, struct jl_submission *s,
                           struct jl_arena *a); /* packed verdict; none and s merges: later */
bool jl_batch_worth(const struct jl_batch *b);

/* merging.c: long texts that two people changed are merged by workers, a few at a time. A group waits for its texts with what
 * follows it in its lane; other lanes go on. When the record has changed again meanwhile, the evaluation wants another merge;
 * after some rounds it is a conflict. */
bool jl_merging(const struct jl_submission *s); /* it cannot be evaluated now */
/* Has these merged. true: it waits; false: known already, evaluate again. */
bool jl_merge_start(struct jl_space *space, struct jl_submission *s, const struct jl_text_merge *texts, size_t count);
enum jl_text_result jl_merge_known(const struct jl_submission *s, const struct jl_text_merge *texts, struct jl_bytes *ret_text);
void jl_merge_forget(struct jl_submission *s);                         /* it is about to be freed */
void jl_space_merged(struct jl_space *space, struct jl_submission *s); /* writer.c: it may go on */

/* rehearsal.c: dry runs of the groups of one import, each after those before it. */
bool jl_rehearsal_ripe(const struct jl_space *space, const struct jl_submission *s);
/* Packed verdict; none and *ret_later: it comes again; none otherwise: *err says why it cannot be tried. */
struct jl_bytes jl_rehearse(struct jl_space *space, struct jl_submission *s, struct jl_arena *a, bool *ret_later, struct jl_error *err);
void jl_rehearsals_committed(struct jl_space *space, const struct jl_batch *b); /* memory moves by it */
void jl_rehearsals_drop(struct jl_spaces *s, const struct jl_space *space);     /* those of a space that is read again; NULL: all */
void jl_rehearsals_overtaken(struct jl_space *space);                           /* those being copied, when memory moves otherwise */
/* A part is about to be freed, judged or not: nothing waits for it any more. */
void jl_rehearsal_answered(struct jl_space *space, const struct jl_submission *s);
void jl_rehearsals_tick(struct jl_spaces *s);
uint64_t jl_rehearsal_base(const struct jl_rehearsal *r);                       /* later revisions are its own */
/* The organisation as the same import leaves it, where it was tried too; else `otherwise`. */
const struct jl_replica *jl_rehearsal_directory(const struct jl_space *space, const struct jl_rehearsal *r, const struct jl_replica *otherwise);

/* who.c */
bool jl_space_who_changed(void *context, const struct jl_record *record, uint32_t field, struct jl_id *ret_person, int64_t *ret_time_us,
                          uint64_t *ret_revision);

bool jl_space_changed_since(void *context, const struct jl_record *record, uint64_t since, struct jl_arena *a,
                            struct jl_unseen **ret_unseen, size_t *ret_count);

/* again.c: groups that come in two lanes, because the folder that they waited in was copied. */
enum jl_again { JL_AGAIN_NEW, JL_AGAIN_WAITS /* it comes again when its lane's turn does */, JL_AGAIN_KNOWN /* s->known */ };
enum jl_again jl_again_look(struct jl_space *space, struct jl_submission *s);
bool jl_again_recorded(const struct jl_space *space, const struct jl_submission *s); /* or about to be */
JL_MUST_CHECK bool jl_again_durable(struct jl_space *space, const struct jl_batch *b);
JL_MUST_CHECK bool jl_again_restore(struct jl_space *space, const struct jl_loaded_again *loaded, size_t count); /* all */
void jl_again_release(struct jl_space *space);
void jl_again_forget(struct jl_submission *s); /* it is about to be freed */
void jl_space_waits_over(struct jl_space *space); /* writer.c: lanes that waited for another one's group are looked at again */

/* seen.c */
void jl_space_seen_moved(struct jl_space *space, const struct jl_batch *b); /* memory has moved by a batch */
void jl_space_forget_seen(struct jl_space *space);

/* commit.c */
void jl_space_ready(struct jl_space *space); /* it has something to commit */
void jl_lanes_commit(struct jl_spaces *s);

/* feed.c */
void jl_feed_advance(struct jl_space *space, const struct jl_store_log *log, size_t count, uint64_t through);
void jl_feed_jumped(struct jl_space *space);
void jl_feed_broke(struct jl_space *space); /* whether it is the same history is not known */

/* answers.c */
typedef void jl_verdict_found(void *context, struct jl_bytes verdict, const struct jl_error *err);
/* The verdict of a decided seq, marked as repeated. Completion later. DECIDED when it is not kept any more. */
void jl_verdict_find(struct jl_space *space, const struct jl_edit_lane *lane, uint64_t seq, jl_verdict_found *done, void *context);
void jl_answer_later(struct jl_space *space, struct jl_waiter waiter, const struct jl_error *err);
/* The verdict of a group that stands in these rows of the log, as far as they tell it. data NULL: no memory, or not well-formed. */
struct jl_bytes jl_verdict_of_rows(struct jl_space *space, const struct jl_id *group, uint64_t revision, const struct jl_log_row *rows, size_t n,
                                   struct jl_arena *a);
#endif
