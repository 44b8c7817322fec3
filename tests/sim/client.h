/* Clients that speak the protocol themselves: they keep an outbox on their disk, follow a space's feed in memory, and check
 * everything that comes. Simple on purpose: they are the ruler. */
#ifndef JL_SIM_CLIENT_H
#define JL_SIM_CLIENT_H
#include "tests/sim/world.h"

#define CLIENTS_MAX 8
struct client_plan {
  struct jl_id space;
  bool founder;     /* makes the space */
  unsigned groups;  /* that it will make */
  unsigned large;   /* of them, texts of 12 KiB, one after the other */
  uint32_t skip;    /* bit n: its n-th group is left out (shrinking) */
  int64_t think_us; /* between groups, on average */
};
void clients_begin(uint64_t seed);
void clients_end(void);
void client_start(int n, const struct client_plan *plan);
void client_kill(int n, int64_t back_us);
void client_kill_at(int n, int effects, int64_t back_us);
void client_offline(int n, int64_t until_us); /* its network is off; it goes on editing */
void client_burst(int n, unsigned large);     /* so many large texts at once */
struct process *client_process(int n);        /* NULL: it does not run */
void clients_write_once_more(int founders);   /* so that every server looks at the database */
void clients_hurry(void);                     /* nobody stays offline any more */
void clients_check(void);                     /* every base is the one of the database, byte for byte */
bool clients_settled(char *why, size_t size); /* every group decided, every base at the head of the database */
#endif
