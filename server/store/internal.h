/* What the files of this folder share: the store's connections, the jobs that read, the lanes that commit. */
#ifndef JL_STORE_INTERNAL_H
#define JL_STORE_INTERNAL_H
#include "common/base/limits.h"
#include "common/base/reserve.h"
#include "server/store/arrays.h"
#include "server/store/connection.h"
#include "server/store/store.h"

#define JL_JOBS_MAX 8192      /* waiting for a connection; more: OVERLOADED */
#define JL_JOB_PATIENCE_MS (JL_QUEUE_WAIT_MS / 2) /* when the store is not told another */
#define JL_JOBS_RESERVED 4096 /* that begin although there is no memory */
#define JL_JOB_BYTES 4096     /* of each, without what it reads */
#define JL_ARRAY_MAX (256u << 20) /* bytes of one array parameter */

/* A job holds one seat (a connection) from start to jl_job_finish. start only sends; it may run again after a retry. */
struct jl_seat;
struct jl_job {
  void (*start)(struct jl_job *job, struct jl_pg *connection);
  void (*fail)(struct jl_job *job, const struct jl_error *err); /* ends the job; the seat is free already */
  /* private */
  struct jl_job *next;
  struct jl_seat *seat;
  uint64_t deadline_ms; /* 0: refused, the timer ends it */
  enum jl_code refused; /* OK: it is not */
};
struct jl_pool;
struct jl_seat { struct jl_pool *pool; struct jl_pg *connection; struct jl_job *job; };
struct jl_pool { struct jl_store *store; struct jl_seat *seats; size_t count, waiting; struct jl_job *first, *last; };

struct jl_lane; /* commit.c */
struct jl_store {
  uv_loop_t *loop;
  struct jl_reserve *reserve;
  struct jl_pool readers, statements; /* one position per transaction; reading and writing */
  struct jl_lane **lanes;
  int lane_count;
  uv_timer_t timer; /* jobs that waited too long */
  uint64_t prune_at_ms, patience_ms; /* of jobs without a connection */
  size_t open;      /* connections and handles not closed yet */
  bool ready, told, closing;
  uint64_t connections; /* made so far */
  struct jl_id cluster;
  struct jl_error last_error;
  void (*on_ready)(void *context, const struct jl_error *err);
  void *ready_context;
  void (*closed)(void *context);
  void *closed_context;
};
void jl_job_submit(struct jl_pool *pool, struct jl_job *job);
void jl_job_refuse(struct jl_pool *pool, struct jl_job *job, enum jl_code why); /* fails it, later: INVALID a parameter cannot be sent, NO_MEMORY */
void jl_job_finish(struct jl_job *job); /* gives the seat back; the job's memory is the caller's again */
/* What to do with a failed unit of a job that only reads: again when the connection was lost, else it fails. */
void jl_job_failed(struct jl_job *job, const struct jl_pg_failure *failure);
void jl_store_part_closed(void *context); /* counts down store->open */

struct jl_lane *jl_lane_new(struct jl_store *s, const char *conninfo, int number);
void jl_lane_close(struct jl_lane *lane);
void jl_lane_free(struct jl_lane *lane);
bool jl_lane_up(const struct jl_lane *lane);
void jl_lane_watch(struct jl_lane *lane, uint64_t now_ms); /* logs a commit whose outcome stays unknown */

/* Scalars as parameters; they point at what is given, which must stay until the send. */
struct jl_pg_param jl_param_id(const struct jl_id *id);
struct jl_pg_param jl_param_text(const char *text);
struct jl_number { uint8_t bytes[8]; };
struct jl_pg_param jl_param_bigint(int64_t number, struct jl_number *storage);
struct jl_pg_param jl_param_smallint(int64_t number, struct jl_number *storage);
/* A statement of sql/. */
void jl_send_named(struct jl_pg *c, struct jl_pg_unit *unit, const char *name, const struct jl_pg_param *params, size_t n);
#endif
