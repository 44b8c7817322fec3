/* Clients with the real library: local copy, outbox, engine. Each is a person who opens a session now and then, edits what the
 * local copy shows (with what waits in the outbox on top), syncs, and resolves conflicts. */
#ifndef JL_SIM_LAPTOP_H
#define JL_SIM_LAPTOP_H
#include "tests/sim/world.h"

#define LAPTOPS_MAX 3
#define LAPTOP_COPIES 2 /* of their disks */
struct laptop_plan {
  struct jl_id space;
  unsigned groups;
  uint32_t skip; /* bit n: its n-th group is left out (shrinking) */
  int64_t think_us;
};
struct laptop_counts {
  uint64_t sessions, groups, offline, parked, resolved, given_up, found, again, copies, power, settled, refused;
};
void laptops_begin(uint64_t seed);
void laptops_end(void);
struct laptop_counts laptop_counts(void);
void laptop_start(int n, const struct laptop_plan *plan);
void laptop_kill(int n, int64_t back_us, bool power); /* power: its machine's, with what was not synced */
void laptop_kill_at(int n, int effects, int64_t back_us);
void laptop_offline(int n, int64_t until_us);
bool laptop_copy(int n, int64_t start_us); /* its disk goes into another machine, which starts then; false: there is none, or it holds nothing */
void laptop_full(int n, int64_t until_us); /* its disk */
struct process *laptop_process(int n);     /* NULL: it does not run */
void laptops_hurry(void);
bool laptops_settled(char *why, size_t size);
void laptops_check(void);
#endif
