/* The servers: each a process with the real server/space and server/net. */
#ifndef JL_SIM_NODE_H
#define JL_SIM_NODE_H
#include "tests/sim/world.h"

#define NODES_MAX 3
void nodes_begin(int count, bool short_tails); /* short_tails: whoever was away must take a snapshot */
void nodes_only_one(void);                     /* all are killed, one comes back */
void nodes_end(void);
void node_start(int n);                 /* nothing when it runs */
void node_stop(int n, int64_t back_us); /* SIGTERM: drains; started again at that time */
void node_kill(int n, int64_t back_us);
void node_kill_at(int n, int effects, int64_t back_us); /* at its n-th effect from here */
struct process *node_process(int n);                    /* NULL: it does not run */
bool nodes_all_up(void);
#endif
