/* What a seed means: how many take part, what they do, what befalls them; and how it goes. */
#ifndef JL_SIM_SCENARIO_H
#define JL_SIM_SCENARIO_H
#include "tests/sim/client.h"
#include "tests/sim/database.h"
#include "tests/sim/history.h"
#include "tests/sim/laptop.h"
#include "tests/sim/net.h"

#define SPACES_MAX 2
#define FAULTS_MAX 24
enum fault_kind {
#define FAULT(symbol, name) FAULT_##symbol,
#include "tests/sim/faults.def"
#undef FAULT
  FAULT_KINDS
};
extern const char *const fault_names[FAULT_KINDS];
struct fault {
  enum fault_kind kind;
  int64_t at_us, for_us;
  int whom; /* node or client */
  int number;
};
struct scenario {
  uint64_t seed;
  int nodes, spaces, clients, laptops;
  bool short_tails;
  struct client_plan plans[CLIENTS_MAX];
  struct laptop_plan laptop_plans[LAPTOPS_MAX];
  struct fault faults[FAULTS_MAX];
  size_t fault_count;
};
struct outcome {
  bool failed;
  char failure[1024];
  uint64_t digest, turns;
  int64_t lasted_us;
  struct history_counts history;
  struct database_counts database;
  struct net_counts net;
  struct laptop_counts laptops;
  uint64_t faults[FAULT_KINDS]; /* that took effect */
};
void scenario_of(uint64_t seed, struct scenario *ret_scenario);
void scenario_run(const struct scenario *s, bool verbose, struct outcome *ret_outcome);
void scenario_print(const struct scenario *s);
/* The smallest scenario found that fails in the same way; `tries` runs at most. */
void scenario_shrink(struct scenario *s, const char *failure, int tries);
#endif
