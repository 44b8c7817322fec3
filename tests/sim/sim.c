/* sim [--from N] [--seeds N] [--twice] [--digests] [--verbose] [--expect-failure]: histories of the real server and clients in a world of
 * their own (world.h), each from its seed, each judged (checks.c). A seed that fails is printed, shrunk and printed again.
 *
 *   --verbose         one line per thing that happens
 *   --twice           each seed is run twice and must be the same, byte for byte
 *   --digests         one line per seed, with the digest of its history: what a change that should change nothing is compared by
 *   --expect-failure  ends well when one of the seeds fails: with a mutant (common/base/mutants.def) */
#include "tests/sim/disk.h"
#include "tests/sim/scenario.h"
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHRINK_TRIES 200

struct options {
  uint64_t from, seeds;
  bool verbose, twice, digests, expect_failure, shrink;
};
struct totals {
  struct history_counts history;
  struct database_counts database;
  struct net_counts net;
  struct laptop_counts laptops;
  uint64_t faults[FAULT_KINDS], runs, turns, seconds;
};

static void add(uint64_t *to, const uint64_t *from, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] += from[i];
}
static void count(struct totals *t, const struct outcome *o) {
  t->runs++;
  t->turns += o->turns;
  t->seconds += (uint64_t)o->lasted_us / 1000000;
  add((uint64_t *)&t->history, (const uint64_t *)&o->history, sizeof t->history / sizeof(uint64_t));
  add((uint64_t *)&t->database, (const uint64_t *)&o->database, sizeof t->database / sizeof(uint64_t));
  add((uint64_t *)&t->net, (const uint64_t *)&o->net, sizeof t->net / sizeof(uint64_t));
  add((uint64_t *)&t->laptops, (const uint64_t *)&o->laptops, sizeof t->laptops / sizeof(uint64_t));
  add(t->faults, o->faults, FAULT_KINDS);
}

static void report(const struct totals *t) {
#define U(n) ((unsigned long long)(n))
  printf("# %llu histories, %llu turns, %llu s of their time\n", U(t->runs), U(t->turns), U(t->seconds));
  printf("# groups: %llu made, %llu sent (%llu sent again), %llu applied (%llu merged, %llu without effect), %llu refused (%llu as "
         "conflicts)\n",
         U(t->history.groups), U(t->history.sent), U(t->history.sent - t->history.groups), U(t->history.applied), U(t->history.merged),
         U(t->history.nothing), U(t->history.refused), U(t->history.conflicts));
  printf("# answers: %llu, %llu of them repeated; %llu turned away for later, %llu unknown, %llu replicas forked\n", U(t->history.answers),
         U(t->history.repeated), U(t->history.retried), U(t->history.unknown), U(t->history.forks));
  printf("# feeds: %llu snapshots, %llu tails, %llu lags, %llu bookmarks, %llu states seen\n", U(t->history.snapshots), U(t->history.tails),
         U(t->history.lags), U(t->history.bookmarks), U(t->history.sightings));
  printf(
      "# database: %llu transactions, %llu fenced, %llu refused by constraints, %llu lost (%llu were in, %llu not), %llu of a tail lost, "
      "%llu groups lost with an older copy\n",
      U(t->database.transactions), U(t->database.fenced), U(t->database.refused), U(t->database.lost), U(t->database.unknown_in),
      U(t->database.unknown_out), U(t->database.tails), U(t->database.restored_groups));
  printf("# laptops: %llu sessions (%llu offline), %llu groups, %llu verdicts (%llu refusals), %llu resolved, %llu parked at the end, %llu "
         "offered again\n",
         U(t->laptops.sessions), U(t->laptops.offline), U(t->laptops.groups), U(t->laptops.settled), U(t->laptops.refused),
         U(t->laptops.resolved), U(t->laptops.parked), U(t->laptops.again));
  printf("# network: %llu connections, %llu refused, %llu reset, %llu bytes\n", U(t->net.connections), U(t->net.refused), U(t->net.resets),
         U(t->net.bytes));
  printf("# faults:");
  for (int i = 0; i < FAULT_KINDS; i++) printf("%s %s %llu", i == 0 ? "" : ",", fault_names[i], U(t->faults[i]));
  printf("\n");
}

/* A run that meets too little proves nothing. */
static bool is_void(const struct totals *t) {
  bool too_little = t->history.groups < 10 * t->runs || t->history.conflicts < t->runs / 2 || t->history.repeated < t->runs / 2 ||
                    t->history.forks == 0 || t->history.lags == 0 || t->database.fenced == 0 || t->database.unknown_in == 0 ||
                    t->database.unknown_out == 0 || t->database.tails == 0 || t->database.restored_groups == 0;
  for (int i = 0; i < FAULT_KINDS; i++) too_little = too_little || t->faults[i] < t->runs / 200;
  return too_little;
}

static void shrink(struct scenario *s, const struct outcome *o, bool small) {
  printf("not ok seed %llu: %s\n", (unsigned long long)s->seed, o->failure);
  fflush(stdout);
  if (!small) return;
  scenario_shrink(s, o->failure, SHRINK_TRIES);
  struct outcome smaller;
  scenario_run(s, true, &smaller);
  printf("# smallest found: %s\n", smaller.failure);
  scenario_print(s);
}

static int run(const struct options *options) {
  struct totals totals = {0};
  int failures = 0;
  for (uint64_t seed = options->from; seed < options->from + options->seeds; seed++) {
    struct scenario s;
    struct outcome o, again;
    scenario_of(seed, &s);
    scenario_run(&s, options->verbose, &o);
    count(&totals, &o);
    if (options->digests) printf("# seed %llu: %016llx\n", (unsigned long long)seed, (unsigned long long)o.digest);
    if (options->twice && !o.failed) {
      scenario_run(&s, options->verbose, &again);
      if (again.digest != o.digest) {
        printf("not ok seed %llu: two runs of it differ\n", (unsigned long long)seed);
        failures++;
      }
    }
    if (!o.failed) continue;
    failures++;
    if (options->expect_failure) {
      printf("ok caught by seed %llu: %s\n", (unsigned long long)seed, o.failure);
      return 0;
    }
    if (options->verbose) scenario_print(&s);
    shrink(&s, &o, options->shrink && !options->verbose);
    if (failures >= 5) break;
  }
  report(&totals);
  if (options->expect_failure) printf("not ok: %llu seeds and nothing is caught\n", (unsigned long long)options->seeds);
  if (options->expect_failure) return 1;
  if (failures == 0 && totals.runs >= 500 && is_void(&totals)) {
    printf("not ok: void: too little load or too few faults\n");
    return 1;
  }
  if (failures == 0) printf("ok %llu seeds from %llu\n", (unsigned long long)options->seeds, (unsigned long long)options->from);
  return failures == 0 ? 0 : 1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
  (void)st, (void)kind, (void)ftw;
  return remove(path);
}

int main(int argc, char **argv) {
  struct options options = {.from = 1, .seeds = 100, .shrink = true};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--from") == 0 && i + 1 < argc)
      options.from = strtoull(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc)
      options.seeds = strtoull(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--verbose") == 0)
      options.verbose = true;
    else if (strcmp(argv[i], "--twice") == 0)
      options.twice = true;
    else if (strcmp(argv[i], "--digests") == 0)
      options.digests = true;
    else if (strcmp(argv[i], "--no-shrink") == 0)
      options.shrink = false;
    else if (strcmp(argv[i], "--expect-failure") == 0)
      options.expect_failure = true;
    else {
      fprintf(stderr, "usage: sim [--from N] [--seeds N] [--twice] [--digests] [--verbose] [--no-shrink] [--expect-failure]\n");
      return 2;
    }
  }
  if (sodium_init() < 0) return 1;
  disk_set_up();
  char folder[] = "/dev/shm/jalon-sim.XXXXXX";
  if (mkdtemp(folder) == NULL) return 1;
  setenv("XDG_DATA_HOME", folder, 1);
  setenv("XDG_CONFIG_HOME", folder, 1);
  setvbuf(stdout, NULL, _IOLBF, 0);
  int status = run(&options);
  (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  return status;
}
