/* PostgreSQL with a synchronous standby, behind server/store/store.h. A transaction is executed, then it waits for the standby
 * while it holds its rows; only then it is seen by others, durable and answered. What makes this hard is kept:
 *   - a connection that is lost leaves the outcome unknown; ending the session of the lost commit shows it to everybody although
 *     the standby does not have it yet (that is what the durability barrier is for);
 *   - a primary that restarts shows what its standby does not have; a failover drops it;
 *   - an older copy that is restored drops what was durable and acknowledged. */
#ifndef JL_SIM_DATABASE_H
#define JL_SIM_DATABASE_H
#include "server/store/store.h"
#include "tests/component/support/fake_database.h"
#include "tests/sim/world.h"

struct database_counts {
  uint64_t transactions, fenced, refused, lost, unknown_in, unknown_out, failovers, tails, restarts, restores, restored_groups, slow, reads;
};
void database_begin(uint64_t seed);
void database_end(void);
struct database_counts database_counts(void);
struct jl_store *database_connect(struct process *node, uv_loop_t *loop); /* in the node's memory */
void database_node_died(const struct process *node);
void database_account(const char *login, const struct jl_id *person, const uint8_t token[32]);
struct fake_database *database_now(void);        /* what is durable */
const struct fake_database *database_copy(void); /* the backup; NULL: none */
bool database_up(void);

/* faults */
void database_lose(const struct process *node);  /* its connections break now */
void database_restart(int64_t down_us);          /* the primary crashes and comes back */
void database_failover(int64_t down_us);         /* the standby takes over: what it did not have is gone */
void database_keep_copy(void);                   /* a backup */
bool database_restore(int64_t down_us);          /* back to it; false: there is none */
void database_slow(int64_t until_us);            /* every answer takes up to a second */
void database_standby_slow(int64_t until_us);    /* so does every commit's way to the standby */
void database_standby_stall(int64_t until_us);   /* nothing reaches the standby before */
bool database_waits(const struct process *node); /* a commit of the node is executed and waits for the standby */
#endif
