/* PostgreSQL behind the writer: asynchronous, on the server's one libuv loop. This folder is the only one that knows libpq
 * and SQL. Every callback runs later, never inside the call, exactly once. Errors are translated here (UNAVAILABLE,
 * UNKNOWN_OUTCOME ...). Statements live in sql/NAME.sql, one per file; those that write records are made from the record
 * tables (statements.c) and prepared on first use. */
#ifndef JL_STORE_H
#define JL_STORE_H
#include "common/model/query.h"
#include <uv.h>

struct jl_store;
struct jl_store_settings { const char *connection; /* libpq string */ int commit_lanes; /* 2 */ int readers; /* 4 */ uint64_t wait_ms; /* 0: 5 s */ };
/* Opens the lanes and readers, checks the schema against the record tables. on_ready comes when usable (or cannot ever be:
 * schema differs). Afterwards the store reconnects by itself for ever (0.1 .. 5 s); requests made meanwhile wait up to
 * wait_ms, then UNAVAILABLE. */
struct jl_store *jl_store_open(uv_loop_t *loop, const struct jl_store_settings *settings, void (*on_ready)(void *context, const struct jl_error *err), void *context);
void jl_store_close(struct jl_store *s, void (*closed)(void *context), void *context);
bool jl_store_healthy(const struct jl_store *s);
/* How many connections were made so far. When it has grown, the database may be another one than before: a standby that took over, an
 * older copy that was restored. */
uint64_t jl_store_connections(const struct jl_store *s);
bool jl_store_scarce(const struct jl_store *s); /* jl_reserve_scarce */
const struct jl_id *jl_store_cluster(const struct jl_store *s); /* stable id of this database, made by the first migration */

/* ---- committing: what one space does in one transaction ---- */
struct jl_store_log {
  uint64_t revision; enum jl_section section; struct jl_id author /* only the body is stored with it */, replica; uint64_t seq;
  struct jl_id group; uint32_t outcome; /* what its lane would say: group id and flags. Lanes behind are completed from here */
  int64_t time_us; struct jl_bytes body, private_values;
  struct jl_bytes import_name; uint64_t takes_back; /* by which it is found: empty, 0: by none */
  uint8_t link[JL_LINK_SIZE]; /* zeros: none */
};
struct jl_store_record {               /* final state after the batch */
  const struct jl_record *record;      /* body, number, revision, created and deleted revisions */
  bool is_new;
  const uint32_t *fields; size_t field_count; /* changed ones, when not new; bookkeeping columns are always written */
};
struct jl_store_lane { struct jl_id replica; struct jl_id account; uint64_t seq; struct jl_bytes verdicts; /* packed recent verdicts, see lane.h of the writer */ bool is_new; };
struct jl_store_refusal { struct jl_id replica; uint64_t seq; struct jl_bytes group, verdict; int64_t time_us; }; /* kept 90 days */
struct jl_store_again { struct jl_id account, group; struct jl_bytes verdict; int64_t time_us; }; /* sent again in another lane; kept 400 days */
enum jl_rights_change {
  JL_RIGHTS_KEPT,
  JL_RIGHTS_HERE,      /* grants: the head's acl_epoch grows by one */
  JL_RIGHTS_EVERYWHERE /* people's teams: so do those of all plans, in the same transaction; who judged by the older teams is fenced */
};
struct jl_store_batch {
  struct jl_id space; enum jl_space_kind kind; bool creates_space;
  uint64_t epoch, acl_epoch, old_revision, new_revision;
  uint64_t old_commits;    /* of the head, as it was read or as our last commit left it */
  uint64_t lanes_revision; /* afterwards lanes know every group decided up to this revision */
  enum jl_rights_change rights;
  struct jl_id organisation; /* by whose rights it was made, as of rights_epoch: of a plan that is new. Zero: it is the organisation */
  uint64_t rights_epoch;
  const struct jl_section_position *sections; /* JL_SECTIONS of them, new */
  int64_t time_us;                            /* display time of the last group */
  const struct jl_store_log *log; size_t log_count;
  const struct jl_store_record *records; size_t record_count;
  const struct jl_store_lane *lanes; size_t lane_count;
  const struct jl_store_refusal *refusals; size_t refusal_count;
  const struct jl_store_again *again; size_t again_count;
  const struct jl_section_position *erases; /* its one group erases personal values, from the log before it too: the sections before it; NULL: it does not */
  struct jl_id erased; /* whose */
};
enum jl_commit_result {
  JL_COMMIT_DONE,
  JL_COMMIT_FENCED,      /* the heads of batches with fenced[i] moved (another writer): nothing of the transaction happened */
  JL_COMMIT_REFUSED,     /* a constraint of batch failed_batch (SIZE_MAX: not known which) failed: nothing happened; err says which */
  JL_COMMIT_FAILED,      /* nothing happened, and it is certain: err UNAVAILABLE (connection lost before the sync was sent, or the barrier showed the old heads) */
  JL_COMMIT_UNKNOWN,     /* still unknown after the store's own reconnect, barrier and look at heads kept failing until shutdown */
};
/* Commits batches (distinct spaces, any number) in ONE pipelined implicit transaction on the commit lane: fences that raise, lanes, refusals, log
 * rows, set-based record writes, all before one sync; DONE only at the clean sync. A lane runs one transaction at a time; the caller keeps
 * to that (jl_store_lane_busy). On a lost connection or a warning the store itself reconnects, runs the durability barrier, reads the heads
 * and reports DONE or FAILED accordingly: a head that stands at new_revision with our chain is ours. Memory of batches must stay until the callback. */
int jl_store_lane_count(const struct jl_store *s);
bool jl_store_lane_busy(const struct jl_store *s, int lane);
void jl_store_commit(struct jl_store *s, int lane, const struct jl_store_batch *const *batches, size_t n,
                     void (*done)(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err), void *context);

/* ---- loading ---- */
/* Of groups that were applied after lanes_revision the lanes may say nothing: these do, in order, several times a group perhaps. */
struct jl_decided { struct jl_id replica, group; uint64_t seq, revision; uint32_t outcome; };
struct jl_decided_list { const struct jl_decided *groups; size_t count; uint64_t lanes_revision; };
struct jl_loaded_lane { struct jl_id replica, account; uint64_t seq; struct jl_bytes verdicts; };
struct jl_loaded_again { struct jl_id account, group; };
struct jl_loaded_space { struct jl_replica *replica; /* the callee takes it */ int64_t time_us; const struct jl_loaded_lane *lanes; size_t lane_count; struct jl_decided_list decided; uint64_t horizon, commits, rights_epoch; const struct jl_loaded_again *again; size_t again_count; };
/* Reads one space whole at one position (REPEATABLE READ). err NOT_FOUND when there is none. */
void jl_store_load(struct jl_store *s, const struct jl_id *space, void (*done)(void *context, struct jl_loaded_space *space, const struct jl_error *err), void *context);
/* What another writer did after a revision: head, log and lanes of one moment, borrowed. TOO_LARGE when that is much: then the space is
 * better loaded again. NOT_FOUND when the space is gone. */
struct jl_caught_up { struct jl_position position; int64_t time_us; uint64_t horizon, commits, rights_epoch; const struct jl_log_row *rows; size_t row_count; const struct jl_loaded_lane *lanes; size_t lane_count; struct jl_decided_list decided; const struct jl_loaded_again *again; size_t again_count; };
void jl_store_catch_up(struct jl_store *s, const struct jl_id *space, uint64_t after,
                       void (*done)(void *context, const struct jl_caught_up *news, const struct jl_error *err), void *context);
/* Every space there is, with its plan record (body empty for others), for the portfolio, and what says who may see it: its grants and its
 * accountable. */
struct jl_space_summary { struct jl_id id; enum jl_space_kind kind; struct jl_record *plan; /* may be NULL; shared */ struct jl_record **rights; size_t right_count; };
void jl_store_spaces(struct jl_store *s, void (*done)(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err), void *context);

/* ---- the log ---- */
/* Rows with from <= revision <= to, ascending, whole revisions, stopping near max_bytes (has_more). */
void jl_store_log(struct jl_store *s, const struct jl_id *space, uint64_t from, uint64_t to, size_t max_bytes,
                  void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err), void *context);
/* The same of the rows that want->import or want->takers names, which are found by an index. */
void jl_store_log_some(struct jl_store *s, const struct jl_log_want *want,
                       void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err), void *context);
/* Rows that touched a record, newest first, following RecordChange.previous_revision from `revision` down to (not including) `down_to`; at most limit.
 * memory: where unpacked bodies of theirs go, as far as there is room; until done at least. NULL: nowhere. */
void jl_store_history(struct jl_store *s, const struct jl_id *space, const struct jl_id *record, uint64_t revision, uint64_t down_to, size_t limit,
                      struct jl_arena *memory, void (*done)(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err), void *context);
/* ---- spaces as they were ---- */
/* A revision (or, when it is 0, the last one before an instant) and when it was made, 0 when there is none before; and of the space. NOT_FOUND:
 * no such space. A revision that is not there yet gives the newest. */
struct jl_store_moment { uint64_t revision; int64_t time_us; uint64_t newest, epoch, erasures; int64_t first_us; enum jl_space_kind kind; };
void jl_store_moment(struct jl_store *s, const struct jl_id *space, uint64_t revision, int64_t before_us,
                     void (*done)(void *context, const struct jl_store_moment *moment, const struct jl_error *err), void *context);
/* The newest stored state that is not after a revision; revision 0 without parts: none. Parts are borrowed. */
struct jl_stored_state { uint64_t revision, epoch, erasures; uint64_t records; struct jl_section_position sections[JL_SECTIONS]; const struct jl_bytes *parts; size_t part_count; enum jl_section last_section; struct jl_bytes last_body; /* only to add it: the last change that it was made from; borrowed */ };
void jl_store_state_find(struct jl_store *s, const struct jl_id *space, uint64_t revision,
                         void (*done)(void *context, const struct jl_stored_state *state, const struct jl_error *err), void *context);
/* All of it or nothing; parts must stay until done. Fails when there is one of this revision; nothing when the log lacks its last change. */
void jl_store_state_add(struct jl_store *s, const struct jl_id *space, const struct jl_stored_state *state,
                        void (*done)(void *context, const struct jl_error *err), void *context);
void jl_store_state_remove(struct jl_store *s, const struct jl_id *space, uint64_t revision, /* and those after it */
                           void (*done)(void *context, const struct jl_error *err), void *context);
/* A space whose log is at least so many revisions behind its newest stored state, and of which revision the next one is to be; 0: none.
 * One of them is left out. */
void jl_store_state_due(struct jl_store *s, uint64_t step, const struct jl_id *except,
                        void (*done)(void *context, const struct jl_id *space, uint64_t revision, const struct jl_error *err), void *context);

/* A stored refusal's verdict (packed Verdict); NOT_FOUND when none or older than 90 days. */
void jl_store_refusal(struct jl_store *s, const struct jl_id *space, const struct jl_id *replica, uint64_t seq,
                      void (*done)(void *context, struct jl_bytes verdict, const struct jl_error *err), void *context);

/* What an account's group got in whichever lane (packed Verdict): one that was sent again, or one whose verdict is kept whole. NOT_FOUND when
 * there is none. */
void jl_store_decided(struct jl_store *s, const struct jl_id *space, const struct jl_id *account, const struct jl_id *group,
                      void (*done)(void *context, struct jl_bytes verdict, const struct jl_error *err), void *context);

/* Moves the horizon of a space behind what is older than keep_days, or further from the head than keep_bytes of the log. Never back. */
void jl_store_horizon(struct jl_store *s, const struct jl_id *space, uint64_t keep_bytes, int keep_days,
                      void (*done)(void *context, uint64_t horizon, const struct jl_error *err), void *context);

/* ---- leases: a hint which node writes to a space, so that nodes do not fence each other out all the time ---- */
/* Whose it is now. left 0: nobody's; of the asking node: given up, because another one waits. Asking while another has it leaves a wish. */
struct jl_lease { struct jl_id node; int64_t left_ms; };
void jl_store_lease(struct jl_store *s, const struct jl_id *space, const struct jl_id *node, int64_t ms,
                    void (*done)(void *context, const struct jl_lease *lease, const struct jl_error *err), void *context);
void jl_store_lease_release(struct jl_store *s, const struct jl_id *node, void (*done)(void *context), void *context); /* all of a node's */

/* ---- server-only tables (accounts, sessions): a named statement of sql/ with parameters and text results ---- */
struct jl_param { enum { JL_PARAM_NULL, JL_PARAM_TEXT, JL_PARAM_BYTES, JL_PARAM_INTEGER, JL_PARAM_BOOL, JL_PARAM_ID, JL_PARAM_TIME } kind; struct jl_bytes bytes; int64_t number; };
struct jl_rows; /* borrowed during the callback */
size_t jl_rows_count(const struct jl_rows *r);
bool jl_rows_null(const struct jl_rows *r, size_t row, int column);
struct jl_bytes jl_rows_bytes(const struct jl_rows *r, size_t row, int column); /* text, or decoded bytea */
int64_t jl_rows_integer(const struct jl_rows *r, size_t row, int column);     /* integers, booleans (1), times as us UTC */
struct jl_id jl_rows_id(const struct jl_rows *r, size_t row, int column);
void jl_store_query(struct jl_store *s, const char *statement /* file name without .sql */, const struct jl_param *params, size_t n,
                    void (*done)(void *context, const struct jl_rows *rows, const struct jl_error *err), void *context);
#endif
