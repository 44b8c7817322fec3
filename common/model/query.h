/* Answers READ, VIEW and READ_LOG from replicas: the server over what it has committed, the client over its local copy, with
 * the same results, errors and limits. Pure: no socket, no SQL, no clock. Where an answer needs the log (bases of edits, the
 * history view) it says which rows it wants; who asks fetches them, at once or later.
 *
 * All at once, with rows that can be had synchronously (the client):
 *
 *     const struct jl_asker query = {.space = plan, .organisation = directory, .sections = UINT32_MAX, .today = day, ...};
 *     const struct jl_log_source log = {rows_from_sqlite, database};
 *     Jalon__ReadReply reply;                              // in the arena, like all that it points at
 *     if (!jl_query_read(&query, request, &log, arena, &reply, err)) ...
 *     struct jl_bytes document;                            // packed Document
 *     if (!jl_query_view(&query, request, &log, arena, &document, err)) ...
 *
 * A step at a time, when rows come later (the server): jl_reading and jl_history below, each begin, then while wants is not
 * NULL fetch and give, then end. Replicas are looked at in begin only, so they may move on in between.
 *
 * A record's history: rows of RecordChange.previous_revision's chain. A copy that holds the log only from some revision on
 * gives what it has; the bases that would need older rows then count as never changed before, so a source that misses rows
 * of a chain between `revision` and `down_to` must fail with an error instead (NOT_FOUND, UNAVAILABLE ...): it becomes that
 * query's error. Pending edits that stand in the replica but in no log are given as rows of their own, with the replica's id
 * as their author's replica. */
#ifndef JL_MODEL_QUERY_H
#define JL_MODEL_QUERY_H
#include "common/base/calendar.h"
#include "common/model/document.h"

/* ---- what is asked ---- */
struct jl_asker {
  const struct jl_replica *space;        /* the plan, or the organisation; NULL: none chosen */
  const struct jl_replica *before;       /* the plan as it was, for a view that compares; else NULL */
  const struct jl_replica *organisation; /* never NULL */
  const struct jl_replica *plans;        /* every plan record there is; NULL: none at hand */
  uint32_t sections;                     /* bit mask the reader may see */
  struct jl_id person;                   /* the reader: the "mine" view */
  bool administrator;                    /* the reader is one: the "rights" view */
  struct jl_id replica;                  /* the reader's own: what it wrote itself counts as seen */
  int32_t today;                         /* views; the request may name another day */
  uint64_t since, until;                 /* history of a period: changes after and up to these revisions, as far as they are known; 0: not */
  bool nothing_until;                    /* the period was over before the plan began */
  void (*public_error)(void *context, struct jl_error *err); /* words internal errors of one query for outside; may be NULL */
  void *context;
};

/* ---- rows of the log ---- */
struct jl_log_row {
  uint64_t revision;
  enum jl_section section;
  struct jl_change change;
  uint32_t outcome;            /* of the group: flags of the server's lanes; 0 where they are not known */
  uint8_t link[JL_LINK_SIZE]; /* zeros where there is none */
  const Jalon__ChangeBody *unpacked; /* change.body, where it was looked into already: in the memory of the want; NULL: not */
};
struct jl_log_want {
  struct jl_id space;
  bool of_record;
  /* of_record: rows that touched `record`, newest first, following RecordChange.previous_revision from `revision` down to
   * (not including) `down_to`; at most `limit`. A revision that did not touch it has none. */
  struct jl_id record;
  uint64_t revision, down_to;
  size_t limit;
  struct jl_arena *memory; /* where bodies that must be looked into may stay; NULL: nowhere */
  /* otherwise: rows with from <= revision <= to, ascending, whole revisions, stopping near max_bytes (then has_more) */
  uint64_t from, to;
  size_t max_bytes;
  const char *import; /* of them only those of imports of this name; NULL: all. As the request has it */
  bool takers;        /* instead of them those that take one of them back or make it again, or one that does so, after `after` */
  uint64_t after;
  uint32_t sections; /* of these two: rows of others are as if they were not there, for nobody may learn of them that there are any */
};
static inline bool jl_log_wants_some(const struct jl_log_want *want) { return want->import != NULL || want->takers; }
struct jl_log_rows { const struct jl_log_row *rows; size_t count; bool has_more; };
struct jl_log_source {
  /* *ret_rows stay until the next call. */
  bool (*rows)(void *context, const struct jl_log_want *want, struct jl_log_rows *ret_rows, struct jl_error *err);
  void *context;
};

/* ---- READ ---- */
JL_MUST_CHECK bool jl_read_check(const Jalon__Read *request, struct jl_error *err); /* its size; before begin */
JL_MUST_CHECK bool jl_query_read(const struct jl_asker *query, const Jalon__Read *request, const struct jl_log_source *log, struct jl_arena *a,
                                 Jalon__ReadReply *ret_reply, struct jl_error *err);

struct jl_reading; /* in the arena */
/* query and request must stay until the end, query->space and the other replicas only until begin returns. A failed query is
 * part of the reply; false: no answer at all (TOO_LARGE), nothing to end. */
JL_MUST_CHECK bool jl_reading_begin(const struct jl_asker *query, const Jalon__Read *request, struct jl_arena *a, struct jl_reading **ret_reading,
                                    struct jl_error *err);
const struct jl_log_want *jl_reading_wants(const struct jl_reading *reading); /* NULL: the reply is complete */
/* What was wanted, or why it cannot be had (problem; NULL or OK: none). false: no answer at all. */
JL_MUST_CHECK bool jl_reading_give(struct jl_reading *reading, const struct jl_log_rows *rows, const struct jl_error *problem, struct jl_error *err);
const Jalon__ReadReply *jl_reading_reply(const struct jl_reading *reading);
void jl_reading_end(struct jl_reading *reading); /* always, also after a failed give */

/* ---- VIEW ---- */
#define JL_VIEW_ARENA (64U * 1024U * 1024U) /* bytes that one view may take while it is built */
#define JL_VIEW_PARAMETERS 32
/* The view is known, takes the parameters and has the space that it needs. */
JL_MUST_CHECK bool jl_view_request_check(const Jalon__ViewRequest *request, bool has_space, struct jl_error *err);
/* Checks, reads the log where the view needs it, builds. `a` needs room for JL_VIEW_ARENA at least. */
JL_MUST_CHECK bool jl_query_view(const struct jl_asker *query, const Jalon__ViewRequest *request, const struct jl_log_source *log, struct jl_arena *a,
                                 struct jl_bytes *ret_document, struct jl_error *err);

struct jl_view_log { /* newest first */
  const Jalon__ChangeBody **bodies;
  const Jalon__ChangePrivate **private_values;
  size_t count;
  uint64_t older; /* there are changes before this revision; 0: none */
};
bool jl_view_needs_log(const Jalon__ViewRequest *request);
/* The document of a checked request; log NULL: the view needs none. */
JL_MUST_CHECK bool jl_query_document(const struct jl_asker *query, const Jalon__ViewRequest *request, const struct jl_view_log *log,
                                     struct jl_arena *a, struct jl_bytes *ret_document, struct jl_error *err);
/* A ViewReply of it, packed: what travels. TOO_LARGE when no message can carry it. */
JL_MUST_CHECK bool jl_query_pack_view(const struct jl_asker *query, struct jl_bytes document, struct jl_arena *a, struct jl_bytes *ret_packed,
                                      struct jl_error *err);
bool jl_view_depends_on_reader(const char *view); /* others look the same to all who see the same sections */

/* The log for the history view, newest changes before older ones, as much as fits. Ended in any case, a failed begin too. err is
 * never NULL. */
struct jl_history;
JL_MUST_CHECK bool jl_history_begin(const struct jl_asker *query, const Jalon__ViewRequest *request, struct jl_history **ret_history,
                                    struct jl_error *err);
const struct jl_log_want *jl_history_wants(const struct jl_history *history); /* NULL: complete */
JL_MUST_CHECK bool jl_history_give(struct jl_history *history, const struct jl_log_rows *rows, struct jl_error *err);
const struct jl_view_log *jl_history_log(const struct jl_history *history); /* until end */
void jl_history_end(struct jl_history *history);                            /* NULL is fine */

/* ---- READ_LOG ---- */
JL_MUST_CHECK bool jl_query_read_log(const struct jl_asker *query, const Jalon__ReadLog *request, const struct jl_log_source *log,
                                     struct jl_arena *a, Jalon__ReadLogReply *ret_reply, struct jl_error *err);
/* The rows that it takes; false: none, the reply is empty. */
bool jl_read_log_wants(const struct jl_asker *query, const Jalon__ReadLog *request, struct jl_log_want *ret_want);
JL_MUST_CHECK bool jl_read_log_reply(const struct jl_asker *query, const Jalon__ReadLog *request, const struct jl_log_rows *rows, struct jl_arena *a,
                                     Jalon__ReadLogReply *ret_reply, struct jl_error *err);

/* ---- positions, records and days as replies carry them ---- */
JL_MUST_CHECK bool jl_position_to_wire(const struct jl_position *position, uint32_t sections, struct jl_arena *a, Jalon__Position *ret_wire);
bool jl_record_readable(const struct jl_replica *replica, const struct jl_record *record, uint32_t sections); /* sections UINT32_MAX: all */
/* Those records and no others, where the whole stands; they are shared. NULL: no memory. */
struct jl_replica *jl_replica_readable(const struct jl_replica *whole, uint32_t sections);
JL_MUST_CHECK bool jl_record_to_wire(const struct jl_record *record, struct jl_arena *a, Jalon__RecordState **ret_wire);
void jl_plan_time_zone(const struct jl_replica *plan, char ret_zone[JL_ZONE_MAX]); /* "UTC" without a plan or zone */
#endif
