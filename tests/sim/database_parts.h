/* What the files of the simulated database share: database.c (nodes, what befalls it), database_copies.c, database_commit.c (transactions and
 * their way to the standby), database_reads.c (reads, upkeep, accounts), database_answers.c (what a node is told). */
#ifndef JL_SIM_DATABASE_PARTS_H
#define JL_SIM_DATABASE_PARTS_H
#include "server/auth/token.h"
#include "tests/sim/database.h"
#include "tests/sim/uv_internal.h"

#define LANES 2
#define PATIENCE_US INT64_C(5000000) /* of requests made while there is no connection */
#define RETRY_US 200000

struct transaction {
  struct transaction *next; /* on its way to the standby, in order */
  struct jl_store_batch batches[512];
  size_t count;
  bool exposed; /* seen by others before the standby has it */
  bool executed, dead;
  int references;
};
struct store_node { /* a node as the database knows it; the world's memory */
  struct store_node *next;
  struct process *process; /* NULL: dead */
  struct jl_store *store;
  struct sim_loop *loop;
  int64_t back_us;     /* no connection before */
  uint64_t connection; /* grows when it breaks */
};
enum kind { COMMIT, LOAD, CATCH_UP, SPACES, LOG, HISTORY, REFUSAL, DECIDED, HORIZON, LEASE, RELEASE, QUERY };
enum resolving { NOT_LOST, ENDING, BARRIER, LOOKING };
struct operation { /* the world's memory */
  struct operation *next;
  struct store_node *node;
  enum kind kind;
  void *done, *context;
  int64_t since_us;
  uint64_t connection; /* it was sent on */
  struct event *event;
  /* commit */
  int lane;
  struct transaction *transaction, *barrier;
  enum resolving resolving;
  enum jl_commit_result result;
  bool fenced[512];
  size_t failed_batch;
  bool applied, told;
  /* reading */
  struct jl_id space, record, group;
  uint64_t from, to;
  int64_t number;
  struct jl_lease lease;
  size_t max_bytes;
  char statement[32];
  struct jl_bytes parameters[2];
  struct fake_space *copy;
  bool unavailable;
  size_t row_count;
  struct jl_rows *rows;
};
struct jl_store { /* the node's memory */
  struct store_node *node;
  bool busy[LANES];
};
struct jl_rows {
  size_t count;
  char login[64];
  struct jl_id person;
  int64_t expires_us;
};
struct account {
  struct account *next;
  char login[64];
  struct jl_id person;
  uint8_t token_hash[JL_TOKEN_HASH_SIZE];
};
struct binding {
  struct binding *next;
  struct jl_id replica;
  char login[64];
};
struct database {
  struct rng random;
  struct fake_database *primary, *standby, *backup;
  struct transaction *pending, **pending_end;
  struct store_node *nodes;
  struct operation *operations;
  struct account *accounts;
  struct binding *bindings;
  int64_t up_us, slow_until_us, standby_slow_until_us, standby_free_us;
  uint64_t timeline; /* of the primary: a restart or failover loses what is on its way */
  struct database_counts counts;
};
extern struct database db;

typedef void commit_done(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err);
typedef void load_done(void *context, struct jl_loaded_space *space, const struct jl_error *err);
typedef void spaces_done(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err);
typedef void log_done(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err);
typedef void history_done(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err);
typedef void refusal_done(void *context, struct jl_bytes verdict, const struct jl_error *err);
typedef void query_done(void *context, const struct jl_rows *rows, const struct jl_error *err);
typedef void catch_up_done(void *context, const struct jl_caught_up *news, const struct jl_error *err);
typedef void horizon_done(void *context, uint64_t horizon, const struct jl_error *err);
typedef void lease_done(void *context, const struct jl_lease *lease, const struct jl_error *err);
typedef void release_done(void *context);
#define AS_DATA(f) (*(void **)&(f))

struct fake_space *db_copy_space(const struct fake_space *from);
struct fake_database *db_copy_database(const struct fake_database *from);
struct transaction *db_copy_transaction(const struct jl_store_batch *const *batches, size_t n);
void db_drop_transaction(struct transaction *t);

int64_t db_travel_us(void);
struct operation *db_begin(struct jl_store *s, enum kind kind, void *done, void *context);
void db_answer_at(struct operation *o, int64_t when_us);
void db_drop_operation(struct operation *o);
static inline bool db_lost(const struct operation *o) { return o->connection != o->node->connection; }

const struct fake_space *db_visible(const struct jl_id *space);
void db_wait_for_all(struct operation *o);
void db_become_lost(struct operation *o);
void db_drop_pending(struct transaction *t);
#endif
