#include "tests/sim/scenario.h"
#include "common/record/schema.h"
#include "tests/sim/checks.h"
#include "tests/sim/disk.h"
#include "tests/sim/node.h"
#include <stdio.h>
#include <string.h>

#define SETTLE_US INT64_C(180000000) /* after the last fault everything must have come to rest within this time */
#define TURNS_MAX 2000000
#define LOSS_TRIES 200 /* looks for a commit that waits for the standby */

const char *const fault_names[FAULT_KINDS] = {
#define FAULT(symbol, name) name,
#include "tests/sim/faults.def"
#undef FAULT
};

/* ---- from a seed ---- */
static struct fault random_fault(struct rng *r, const struct scenario *s) {
  struct fault f = {.kind = (enum fault_kind)rng_below(r, FAULT_COPY)};
  if (f.kind == FAULT_RESTORE && !rng_chance(r, 1, 4)) f.kind = FAULT_FAILOVER; /* it excuses too much to be frequent */
  if (f.kind == FAULT_LAG && !rng_chance(r, 1, 3)) f.kind = FAULT_CUT;          /* takes long to compute */
  f.at_us = rng_between(r, 100000, 4000000);
  f.for_us = rng_chance(r, 1, 5) ? rng_between(r, 2000000, 40000000) : rng_between(r, 20000, 1500000);
  f.whom = (int)rng_below(r, f.kind <= FAULT_PARTITION || f.kind == FAULT_DATABASE_LOST || f.kind == FAULT_FAILOVER_AFTER_LOSS
                                 ? (uint64_t)s->nodes
                                 : (uint64_t)(s->clients + s->laptops));
  f.number = (int)rng_between(r, 1, 60);
  return f;
}

void scenario_of(uint64_t seed, struct scenario *ret_scenario) {
  struct rng r = rng_of(seed, FOR_SCENARIO, 0);
  struct scenario *s = ret_scenario;
  struct jl_id spaces[SPACES_MAX];
  *s = (struct scenario){.seed = seed};
  s->nodes = rng_chance(&r, 1, 2) ? 2 : 1;
  s->spaces = rng_chance(&r, 1, 3) ? 2 : 1;
  s->short_tails = rng_chance(&r, 1, 3);
  s->clients = (int)rng_between(&r, s->spaces + 1, 5);
  for (int i = 0; i < SPACES_MAX; i++) spaces[i] = rng_id(&r);
  for (int i = 0; i < s->clients; i++)
    s->plans[i] = (struct client_plan){.space = spaces[i % s->spaces],
                                       .founder = i < s->spaces,
                                       .groups = (unsigned)rng_between(&r, 6, 18),
                                       .think_us = rng_between(&r, 20000, 350000)};
  s->laptops = (int)rng_below(&r, LAPTOPS_MAX + 1);
  if (s->laptops > 0 && s->clients > s->spaces + 2) s->clients = s->spaces + 2;
  for (int i = 0; i < s->laptops; i++)
    s->laptop_plans[i] = (struct laptop_plan){
        .space = spaces[i % s->spaces], .groups = (unsigned)rng_between(&r, 4, 14), .think_us = rng_between(&r, 100000, 700000)};
  size_t faults = (size_t)rng_between(&r, 2, 10);
  for (size_t i = 0; i < faults; i++) s->faults[s->fault_count++] = random_fault(&r, s);
  struct rng copying = rng_of(seed, FOR_SCENARIO, 1); /* of its own: seeds without copies are what they were */
  for (int i = 0; i < LAPTOP_COPIES && s->laptops > 0 && rng_chance(&copying, 1, 3); i++)
    s->faults[s->fault_count++] = (struct fault){.kind = FAULT_COPY,
                                                 .at_us = rng_between(&copying, 300000, 4000000),
                                                 .for_us = rng_between(&copying, 0, 1500000),
                                                 .whom = s->clients + (int)rng_below(&copying, (uint64_t)s->laptops)};
}

void scenario_print(const struct scenario *s) {
  printf("# seed %llu: %d servers, %d spaces, %d clients%s\n", (unsigned long long)s->seed, s->nodes, s->spaces, s->clients,
         s->short_tails ? ", the log is compacted" : "");
  for (int i = 0; i < s->clients; i++)
    printf("#   client%d: %u groups in space %d%s%s\n", i + 1, s->plans[i].groups, i % s->spaces + 1,
           s->plans[i].founder ? ", makes it" : "", s->plans[i].skip != 0 ? ", some left out" : "");
  for (int i = 0; i < s->laptops; i++)
    printf("#   laptop%d: %u groups in space %d%s\n", i + 1, s->laptop_plans[i].groups, i % s->spaces + 1,
           s->laptop_plans[i].skip != 0 ? ", some left out" : "");
  for (size_t i = 0; i < s->fault_count; i++)
    printf("#   at %.3f s: %s (%d, %.3f s)\n", (double)s->faults[i].at_us / 1e6, fault_names[s->faults[i].kind], s->faults[i].whom + 1,
           (double)s->faults[i].for_us / 1e6);
}

/* ---- how it goes ---- */
static const struct scenario *running;
static uint64_t took_effect[FAULT_KINDS];
static struct rng chance;

struct timed {
  const struct fault *fault;
  int step;
};

static void befall(void *context);
static void again_at(struct timed *t, int64_t when_us) {
  struct timed *next = world_alloc(sizeof *next);
  *next = (struct timed){t->fault, t->step + 1};
  event_at(when_us, befall, next);
}

static bool befall_server(const struct fault *f) {
  struct process *p = node_process(f->whom);
  int64_t until = world->now_us + f->for_us;
  if (p == NULL) return false;
  switch (f->kind) {
  case FAULT_KILL_SERVER:
    node_kill(f->whom, until);
    return true;
  case FAULT_KILL_SERVER_AT:
    node_kill_at(f->whom, f->number, until);
    return true;
  case FAULT_STOP_SERVER:
    node_stop(f->whom, until);
    return true;
  case FAULT_PAUSE_SERVER:
    process_pause(p, until);
    return true;
  case FAULT_CLOCK:
    p->clock_us = rng_between(&chance, -86400000000, 86400000000);
    return true;
  case FAULT_POWER_OFF:
    net_power_off(p);
    node_kill(f->whom, until);
    return true;
  default:
    net_partition(p, until);
    return true;
  }
}

static bool befall_laptop(const struct fault *f, int n) {
  struct process *p = laptop_process(n);
  int64_t until = world->now_us + f->for_us;
  if (f->kind == FAULT_OFFLINE) {
    laptop_offline(n, until);
    return true;
  }
  if (p == NULL) return false;
  switch (f->kind) {
  case FAULT_KILL_CLIENT_AT:
    laptop_kill_at(n, f->number * 3, until);
    return true;
  case FAULT_PAUSE_CLIENT:
    process_pause(p, until);
    return true;
  case FAULT_DISK_FULL:
    laptop_full(n, until);
    return true;
  default:
    laptop_kill(n, until, f->kind == FAULT_CLIENT_POWER);
    return true;
  }
}

static bool befall_client(const struct fault *f) {
  if (f->whom >= running->clients && f->kind != FAULT_LAG) return befall_laptop(f, f->whom - running->clients);
  if (f->kind == FAULT_CLIENT_POWER || f->kind == FAULT_DISK_FULL)
    return running->laptops > 0 && befall_laptop(f, f->whom % running->laptops);
  int whom = f->whom % running->clients;
  struct process *p = client_process(whom);
  int64_t until = world->now_us + f->for_us;
  if (f->kind == FAULT_OFFLINE) {
    client_offline(whom, until);
    return true;
  }
  if (p == NULL) return false;
  switch (f->kind) {
  case FAULT_KILL_CLIENT:
    client_kill(whom, until);
    return true;
  case FAULT_KILL_CLIENT_AT:
    client_kill_at(whom, f->number, until);
    return true;
  case FAULT_LAG: /* it reads nothing while the others write a lot */
    process_pause(p, world->now_us + 4000000);
    for (int i = 0; i < running->clients; i++)
      if (i != whom && i % running->spaces == whom % running->spaces) {
        client_burst(i, 120);
        return true;
      }
    return true;
  default:
    process_pause(p, until);
    return true;
  }
}

static bool copy_has_spaces(void) {
  for (int i = 0; i < running->spaces; i++)
    if (database_copy() == NULL || fake_space(database_copy(), &running->plans[i].space) == NULL) return false;
  return true;
}

static bool befall_database(struct timed *t) {
  const struct fault *f = t->fault;
  int64_t until = world->now_us + f->for_us, down = f->for_us < 5000000 ? f->for_us : 5000000;
  const struct process *node = node_process(f->whom);
  switch (f->kind) {
  case FAULT_DATABASE_LOST:
    if (node != NULL) database_lose(node);
    return node != NULL;
  case FAULT_DATABASE_RESTART:
    database_restart(down);
    return true;
  case FAULT_FAILOVER:
    database_failover(down);
    return true;
  case FAULT_FAILOVER_AFTER_LOSS:
    if (node == NULL) return false;
    if (t->step == LOSS_TRIES) {
      database_failover(300000);
      return true;
    }
    if (t->step == 0) database_standby_stall(world->now_us + 3000000);
    if (database_waits(node)) {
      database_lose(node);
      t->step = LOSS_TRIES - 1;
    }
    again_at(t, world->now_us + (t->step == LOSS_TRIES - 1 ? rng_between(&chance, 400000, 1500000) : 5000));
    return false;
  case FAULT_RESTORE:
    if (t->step == 0) {
      database_keep_copy();
      again_at(t, world->now_us + rng_between(&chance, 300000, 3000000));
      return false;
    }
    if (!copy_has_spaces()) return false; /* who made a space would have to make it again */
    history.era++;
    net_cut_all(); /* no answer of the history that is gone comes after it, not one of a server that is dead by now either */
    for (int i = 0; i < running->nodes; i++)
      if (node_process(i) != NULL && rng_chance(&chance, 1, 2)) node_kill(i, world->now_us + down);
    return database_restore(down);
  case FAULT_SLOW_DATABASE:
    database_slow(until);
    return true;
  default:
    database_standby_slow(until);
    return true;
  }
}

static bool befall_connection(const struct fault *f) {
  if (f->kind == FAULT_CUT) return net_cut(NULL, &chance);
  if (f->kind == FAULT_STALL) return net_stall(NULL, &chance, world->now_us + f->for_us);
  return net_silence(NULL, &chance);
}

static bool befall_disk(const struct fault *f) {
  if (running->laptops == 0) return false;
  int whom = f->whom >= running->clients ? f->whom - running->clients : f->whom;
  return laptop_copy(whom % running->laptops, world->now_us + f->for_us);
}

static void befall(void *context) {
  struct timed *t = context;
  const struct fault *f = t->fault;
  bool done;
  world_say("fault: %s (%d)", fault_names[f->kind], f->whom + 1);
  if (f->kind == FAULT_COPY)
    done = befall_disk(f);
  else if (f->kind <= FAULT_PARTITION)
    done = befall_server(f);
  else if (f->kind <= FAULT_DISK_FULL || f->kind == FAULT_LAG)
    done = befall_client(f);
  else if (f->kind <= FAULT_SILENCE)
    done = befall_connection(f);
  else
    done = befall_database(t);
  took_effect[f->kind] += done;
  world_free(t);
}

static void go(const struct scenario *s, int64_t until_us, bool settle) {
  char why[400] = "";
  for (uint64_t turns = 0; !world->failed; turns++) {
    if (turns == TURNS_MAX) {
      world_fail("%d turns and no end: something spins", TURNS_MAX);
      return;
    }
    if (world->now_us > until_us || !world_step()) break;
    if (settle && turns % 16 == 0 && database_up() && nodes_all_up() && clients_settled(why, sizeof why) &&
        laptops_settled(why, sizeof why))
      return;
  }
  if (settle && !world->failed && !(clients_settled(why, sizeof why) && laptops_settled(why, sizeof why)))
    world_fail("it does not come to rest: %s", why);
  (void)s;
}

static void start_clients(void *context) {
  const struct scenario *s = context;
  for (int i = 0; i < s->clients; i++) client_start(i, &s->plans[i]);
  for (int i = 0; i < s->laptops; i++) laptop_start(i, &s->laptop_plans[i]);
}

static int64_t last_fault_us(const struct scenario *s) {
  int64_t last = 2000000;
  for (size_t i = 0; i < s->fault_count; i++) {
    const struct fault *f = &s->faults[i];
    int64_t end = f->at_us + f->for_us + (f->kind == FAULT_RESTORE ? 3000000 : f->kind == FAULT_FAILOVER_AFTER_LOSS ? 1500000 : 0);
    if (end > last) last = end;
  }
  return last;
}

void scenario_run(const struct scenario *s, bool verbose, struct outcome *ret_outcome) {
  struct jl_id spaces[SPACES_MAX];
  world_begin(s->seed, verbose);
  net_begin(s->seed);
  database_begin(s->seed);
  history_begin();
  clients_begin(s->seed);
  laptops_begin(s->seed);
  running = s;
  chance = rng_of(s->seed, FOR_FAULTS, 0);
  memset(took_effect, 0, sizeof took_effect);
  for (int i = 0; i < s->spaces; i++) spaces[i] = s->plans[i].space;
  nodes_begin(s->nodes, s->short_tails);
  struct scenario *kept = world_alloc(sizeof *kept);
  *kept = *s;
  event_at(50000, start_clients, kept);
  for (size_t i = 0; i < s->fault_count; i++) {
    struct timed *t = world_alloc(sizeof *t);
    *t = (struct timed){&s->faults[i], 0};
    event_at(s->faults[i].at_us, befall, t);
  }
  go(s, last_fault_us(s), false);
  clients_hurry();
  laptops_hurry();
  clients_write_once_more(s->spaces);
  if (!world->failed && s->nodes > 1) nodes_only_one();
  if (!world->failed) go(s, world->now_us + SETTLE_US, true);
  if (!world->failed) clients_check();
  if (!world->failed) laptops_check();
  if (!world->failed) check_history(spaces, (size_t)s->spaces);
  nodes_end();
  clients_end();
  laptops_end();
  *ret_outcome = (struct outcome){.failed = world->failed,
                                  .digest = world_digest(),
                                  .turns = world->turns,
                                  .lasted_us = world->now_us,
                                  .history = history.counts,
                                  .database = database_counts(),
                                  .net = net_counts(),
                                  .laptops = laptop_counts()};
  memcpy(ret_outcome->failure, world->failure, sizeof world->failure);
  memcpy(ret_outcome->faults, took_effect, sizeof took_effect);
  world_end();
  world_free(kept);
  net_end();
  database_end();
  disk_end();
  history_end();
  world_release();
}
