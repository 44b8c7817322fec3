/* torture_laptop FOLDER PROCESS: see laptop.h. */
#include "common/base/calendar.h"
#include "tests/support/server_process.h"
#include "tests/torture/laptop/laptop.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 10000

_Noreturn void laptop_fail(const char *what, const struct jl_error *err) {
  char text[600] = "";
  if (err) jl_error_describe(err, text, sizeof text);
  printf("not ok laptop: %s %s\n", what, text);
  fflush(stdout);
  _exit(1);
}

static void logged_in(void *context, const struct jl_reply *reply) { *(bool *)context = reply->error.code == JL_E_OK; }

static bool log_in(struct laptop *l) {
  bool done = false;
  struct jl_error err = {0};
  const struct jl_client_options options = {.server = l->slot->address, .program = "laptop", .profile = l->profile, .timeout_ms = PATIENCE_MS};
  struct jl_client *c = jl_client_new(&options, &err);
  if (!c) laptop_fail("a client", &err);
  jl_client_login(c, l->slot->login, ADMIN_PASSWORD, logged_in, &done);
  jl_client_wait(c, PATIENCE_MS);
  jl_client_free(c);
  return done;
}

/* A home of its own, and a profile that is logged in. */
static void settle_in(struct laptop *l, const char *folder) {
  char path[300];
  struct jl_error err = {0};
  snprintf(path, sizeof path, "%s/home.%d", folder, l->index);
  mkdir(path, 0700);
  setenv("HOME", path, 1);
  unsetenv("XDG_CONFIG_HOME");
  unsetenv("XDG_DATA_HOME");
  l->profile = jl_profile_open(NULL, &err);
  if (!l->profile || !jl_profile_lock(l->profile, PATIENCE_MS, &err)) laptop_fail("its profile", &err);
  struct jl_profile_identity *id = jl_profile_identity(l->profile);
  if (!id->has_token) {
    snprintf(id->server, sizeof id->server, "%s", l->slot->address);
    while (!log_in(l)) poll(NULL, 0, 50); /* the server is away: again */
    if (!jl_profile_save(l->profile, &err)) laptop_fail("its profile", &err);
  }
  jl_profile_unlock(l->profile);
  l->local = jl_local_new(l->profile, &err);
  if (!l->local) laptop_fail("its local copy", &err);
}

/* Only a loss or a copied folder makes it another: then none is part of this run, and it may go on for ever. */
static void look_at_identity(struct laptop *l) {
  struct jl_id now = jl_profile_identity(l->profile)->replica;
  if (jl_id_equal(&now, &l->replica)) return;
  l->replica = now;
  if (++l->identities > 3 && !l->progress->restores) laptop_fail("it became another replica again and again", NULL);
}

static void publish(struct laptop *l) {
  look_at_identity(l);
  l->slot->sent = l->slot->decided = l->kept;
  l->slot->open = outbox_waiting(l);
  l->slot->seen++;
}

static void close_lid(struct laptop *l) {
  struct jl_error err = {0};
  jl_local_free(l->local);
  l->local = jl_local_new(l->profile, &err);
  if (!l->local) laptop_fail("its local copy", &err);
}

/* Its share of the load goes with that of the others. */
static bool is_ahead(const struct laptop *l) {
  const struct progress *p = l->progress;
  uint64_t decided = 0, gate = p->gate, others = p->edits_each * p->clients * p->processes;
  for (uint32_t i = 0; i < p->processes; i++) decided += p->slots[i].decided;
  uint64_t far = decided * GATE_OPEN / (others + 1);
  if (gate < far) far = gate;
  return l->kept > p->laptop_edits * far / GATE_OPEN + 2;
}

int main(int argc, char **argv) {
  struct laptop laptop = {0}, *l = &laptop;
  if (argc != 3) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* the conductor is gone: nobody needs us */
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  l->progress = progress_map(argv[1], false);
  l->index = atoi(argv[2]);
  l->slot = &l->progress->slots[l->index];
  notes_open(l, argv[1]);
  l->random.state = l->progress->seed ^ (uint64_t)l->index << 40 ^ (uint64_t)l->slot->starts << 50 ^ l->kept;
  settle_in(l, argv[1]);
  char person[33];
  notes_id(&l->slot->person, person);
  notes_write(l, "person %s", person);
  outbox_after_kill(l);
  while (l->progress->phase == PHASE_LOAD) {
    if (laptop_at_risk(l)) {
      publish(l);
      continue;
    }
    uint64_t dice = random_below(&l->random, 8);
    bool full = l->kept >= l->progress->laptop_edits, ahead = is_ahead(l);
    if (!full && !ahead) laptop_session(l, dice < 4);
    if (dice == 5) outbox_settle(l, 2);
    if (dice == 6) close_lid(l);
    if (full || ahead || dice >= 4) laptop_sync(l, true);
    publish(l);
    if (full || ahead) poll(NULL, 0, 50); /* others work meanwhile */
  }
  while (!laptop_sync(l, true)) publish(l);
  publish(l);
  l->slot->calm = true;
  while (l->progress->phase != PHASE_SETTLE) poll(NULL, 0, 20);
  while (!laptop_sync(l, true)) publish(l);
  outbox_dump(l);
  jl_local_free(l->local);
  jl_profile_free(l->profile);
  close(l->notes);
  return 0;
}
