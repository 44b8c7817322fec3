/* The network between the processes: what a fault may do to it. */
#ifndef JL_SIM_NET_H
#define JL_SIM_NET_H
#include "tests/sim/world.h"

#define NET_BALANCER_PORT 7400 /* connecting to it reaches a listening node, any of them */
struct net_counts {
  uint64_t connections, refused, bytes, cuts, resets, stalls, silences, full;
};
struct net_counts net_counts(void);
void net_begin(uint64_t seed);
void net_end(void);

/* A random connection of the process (NULL: of anybody). false: there is none. */
bool net_cut(struct process *of, struct rng *r); /* both ends hear of it, each in its time; what was under way is lost */
bool net_stall(struct process *of, struct rng *r, int64_t until_us); /* nothing arrives until then */
bool net_silence(struct process *of, struct rng *r);                 /* half-open: nothing arrives ever again, until the ends give up */
void net_partition(struct process *of, int64_t until_us);            /* all its connections stall, and new ones get no answer */
void net_cut_all(void);                                               /* at once; what was under way is lost */
void net_power_off(struct process *of);                              /* it is about to be killed, and its machine with it: nobody is told */
#endif
