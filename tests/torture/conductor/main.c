/* One fault run: many clients edit several plans at random while everything around them goes wrong at chosen counts of decided groups.
 * What clients asked and heard, what followers were told and what replicas ended with goes to files in FOLDER; check.py judges them
 * against the log in the database.
 *
 *   torture_conductor template FOLDER BUILD [embedded]      a database and a server's folder, set up once for many runs
 *   torture_conductor run FOLDER BUILD TEMPLATE OPTION...
 *     seed=N processes=N laptops=N clients=N (of each process) edits=N (of each client) laptop_edits=N rounds=N (of every fault) only=NAME,... mutant=NAME
 *     disk=0|1 embedded=0|1 asleep=0|1 (the lazy follower reads nothing while the load lasts)
 *     restore=0|1 (an older copy of the database is put back: a sixth of the load is lost) limit=SECONDS
 *     reload=0|1 (at the end the server starts once more: what it then gives out comes from the tables)
 *     rights=N (steps in which rights change; a second server works on the same database)
 *     away=0|1 (a process and a laptop are away until the server keeps no way back for them) */
#include "tests/torture/conductor/away.h"
#include "tests/torture/conductor/faults.h"
#include "tests/torture/conductor/restore.h"
#include "tests/torture/conductor/rights.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct options { uint64_t seed, processes, laptops, laptop_edits, clients, edits, rounds, disk, embedded, asleep, restore, away, rights, reload, limit; const char *only, *mutant; };

static void take_option(struct options *o, const char *word) {
  const struct { const char *name; uint64_t *number; const char **text; } all[] = {
      {"seed", &o->seed, NULL},     {"processes", &o->processes, NULL}, {"clients", &o->clients, NULL}, {"edits", &o->edits, NULL}, {"rounds", &o->rounds, NULL},
      {"laptops", &o->laptops, NULL}, {"laptop_edits", &o->laptop_edits, NULL},
      {"disk", &o->disk, NULL},     {"embedded", &o->embedded, NULL},   {"asleep", &o->asleep, NULL},     {"restore", &o->restore, NULL}, {"away", &o->away, NULL}, {"rights", &o->rights, NULL}, {"reload", &o->reload, NULL},  {"limit", &o->limit, NULL},         {"only", NULL, &o->only},       {"mutant", NULL, &o->mutant},
  };
  const char *value = strchr(word, '=');
  for (size_t i = 0; value && i < sizeof all / sizeof *all; i++) {
    if (strlen(all[i].name) != (size_t)(value - word) || strncmp(word, all[i].name, (size_t)(value - word)) != 0) continue;
    if (all[i].number) *all[i].number = strtoull(value + 1, NULL, 10);
    else *all[i].text = value + 1;
    return;
  }
  world_fail("unknown option %s", word);
}

static void too_long(int number) {
  static const char text[] = "not ok the run took longer than its limit, or was ended\n";
  (void)number;
  if (write(1, text, sizeof text - 1) < 0) _exit(3);
  world_clean(); /* it may hang in anything: the processes must go */
  _exit(3);
}

static void out(const char *name, const char *folder, FILE **ret_file) {
  char path[400];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  *ret_file = fopen(path, "we");
  if (!*ret_file) world_fail("%s cannot be written", path);
}

/* What the checker must know that no history says. */
static void write_facts(const struct world *w, bool away) {
  FILE *f;
  out("facts", w->folder, &f);
  for (int s = 0; s < SPACES; s++) {
    fprintf(f, "space %d ", s);
    for (int i = 0; i < 16; i++) fprintf(f, "%02x", w->progress->spaces[s].bytes[i]);
    fprintf(f, "\n");
  }
  fprintf(f, "database %s\n", world_database(w));
  fprintf(f, "checkpoint %llu\n", (unsigned long long)w->progress->checkpoint);
  fprintf(f, "asleep %d\n", w->progress->asleep);
  fprintf(f, "away %d\n", away);
  fclose(f);
}

static int judge(const struct world *w) {
  int status = 0, pid = fork();
  if (pid == 0) {
    execlp("python3", "python3", "tests/torture/checker/check.py", w->folder, (char *)NULL);
    _exit(127);
  }
  if (pid < 0 || waitpid(pid, &status, 0) != pid) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void report(const struct world *w, const struct plan *p) {
  uint64_t sent = 0, acknowledged = 0, conflicts = 0, unknown = 0, starts = 0, forked = 0, offered = 0, risked = 0, connections = w->database_link ? link_connections(w->database_link) : 0;
  for (uint32_t i = 0; i < world_processes(w); i++) {
    const struct process_slot *slot = &w->progress->slots[i];
    sent += slot->sent;
    acknowledged += slot->acknowledged;
    conflicts += slot->conflicts;
    unknown += slot->unknown;
    starts += slot->starts;
    forked += slot->forked;
    offered += slot->offered;
    risked += slot->risked;
    connections += link_connections(w->client_links[i]);
  }
  printf("# %llu groups sent, %llu acknowledged, %llu refused (conflicts and rules), %llu outcomes unknown for a while\n", (unsigned long long)sent,
         (unsigned long long)acknowledged, (unsigned long long)conflicts, (unsigned long long)unknown);
  plan_report(p, w);
  for (uint32_t i = w->progress->processes; i < world_processes(w); i++)
    if (w->progress->slots[i].snapshots) printf("# laptop %u took %llu snapshots for copies that were too old or of a lost history\n", i, (unsigned long long)w->progress->slots[i].snapshots);
  if (w->progress->restores)
    printf("# an older copy was put back: %llu clients saw it, %llu groups offered again; a laptop whose own copy was older still had %llu groups acknowledged meanwhile\n",
           (unsigned long long)forked, (unsigned long long)offered, (unsigned long long)risked);
  printf("# %llu connections, server started %llu times, PostgreSQL %llu, client processes %llu\n", (unsigned long long)connections,
         (unsigned long long)w->server_starts, (unsigned long long)w->cluster_starts, (unsigned long long)starts);
}

static int run(const char *folder, const char *build, const char *template_folder, const struct options *o) {
  static struct world world;
  static struct plan plan;
  struct restore restore = {0};
  struct away away = {0};
  struct rights *rights = NULL;
  struct world *w = &world;
  uint64_t laptop_edits = o->laptop_edits ? o->laptop_edits : o->edits / 5 + 20, total = o->processes * o->clients * o->edits + o->laptops * laptop_edits;
  if (o->processes < 2 || o->processes + o->laptops > PROCESSES_MAX || o->clients > CLIENTS_MAX) world_fail("2 to %d processes of at most %d clients", PROCESSES_MAX, CLIENTS_MAX);
  w->random.state = o->seed;
  w->progress = progress_map(folder, true);
  w->progress->seed = o->seed;
  w->progress->processes = (uint32_t)o->processes;
  w->progress->laptops = (uint32_t)o->laptops;
  w->progress->laptop_edits = laptop_edits;
  w->progress->clients = (uint32_t)o->clients;
  w->progress->edits_each = o->edits;
  w->progress->asleep = o->asleep != 0;
  w->progress->restores = o->restore != 0;
  w->progress->checkpoint = total / 200 + 50;
  const struct world_options options = {build, template_folder, o->embedded != 0, o->disk && geteuid() == 0, o->away ? away_before : NULL};
  world_make(w, folder, &options);
  world_people(w);
  if (o->mutant) world_mutate(w, o->mutant);
  plan_make(&plan, w, total, (unsigned)o->rounds, o->only);
  write_facts(w, o->away != 0);
  if (o->rights) {
    world_second(w, build, template_folder);
    rights = rights_begin(w, &plan, total, o->rights);
  }
  plan_look(&plan, w);
  if (o->restore) restore = (struct restore){.total = total, .copy_at = total / 5, .restore_at = total * 7 / 20, .wake_at = total * 13 / 20};
  if (o->away) away = (struct away){.total = total, .leave_at = total / 5, .pass_at = total * 2 / 5, .return_at = total * 11 / 20};
  restore_gate(&restore, w);
  away_gate(&away, w);
  rights_gate(rights);
  world_clients(w);
  while (world_decided(w) < total || world_open(w) > 0 || !plan_over(&plan) || !rights_over(rights)) {
    plan_look(&plan, w);
    restore_gate(&restore, w);
    away_gate(&away, w);
    rights_gate(rights);
    if (!plan_active(&plan)) restore_look(&restore, w);
    if (!plan_active(&plan)) away_look(&away, w);
    rights_look(rights);
    world_look(w);
  }
  w->progress->phase = PHASE_CALM;
  while (!world_calm(w) || !world_settled(w)) world_look(w);
  if (o->reload) world_reload(w);
  world_heads(w);
  w->progress->phase = PHASE_SETTLE;
  while (!world_finished(w)) world_look(w);
  report(w, &plan);
  rights_end(rights);
  fflush(stdout);
  int status = judge(w);
  world_end(w);
  return status;
}

int main(int argc, char **argv) {
  struct options o = {.seed = 1, .processes = 4, .clients = 5, .edits = 500, .rounds = 1, .disk = 1, .limit = 600};
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc >= 4 && strcmp(argv[1], "template") == 0) {
    world_template(argv[2], argv[3], argc > 4);
    return 0;
  }
  if (argc < 5 || strcmp(argv[1], "run") != 0) return 2;
  for (int i = 5; i < argc; i++) take_option(&o, argv[i]);
  signal(SIGALRM, too_long);
  signal(SIGTERM, too_long);
  signal(SIGINT, too_long);
  alarm((unsigned)o.limit);
  return run(argv[2], argv[3], argv[4], &o);
}
