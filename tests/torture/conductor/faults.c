#include "tests/torture/conductor/faults.h"
#include "common/base/compiler.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY_S 86400

/* ---- processes ---- */
static void kill_server(struct world *w, struct fault *f) {
  (void)f;
  if (w->server.pid > 0) server_kill(&w->server);
  w->server_up = w->server_ends = false;
}

static void end_server(struct world *w, struct fault *f) { /* it says goodbye to its clients and comes back */
  (void)f;
  if (w->server.pid <= 0 || !w->server_up) return;
  w->server_ends = true;
  kill(w->server.pid, SIGTERM);
}

static void stop_server(struct world *w, struct fault *f) {
  (void)f;
  if (w->server.pid > 0) kill(w->server.pid, SIGSTOP);
}
static void continue_server(struct world *w, struct fault *f) {
  (void)f;
  if (w->server.pid > 0) kill(w->server.pid, SIGCONT);
}

static void signal_postgres(struct world *w, int number) {
  if (w->embedded) server_signal_postgres(&w->server, number);
  else cluster_signal(&w->cluster, number);
}

static void kill_postgres(struct world *w, struct fault *f) {
  (void)f;
  if (w->embedded) server_kill_postgres(&w->server);
  else cluster_kill(&w->cluster);
}
static void end_postgres_at_once(struct world *w, struct fault *f) {
  (void)f;
  cluster_stop(&w->cluster, "immediate");
}
static void stop_postgres(struct world *w, struct fault *f) {
  (void)f;
  signal_postgres(w, SIGSTOP);
}
static void continue_postgres(struct world *w, struct fault *f) {
  (void)f;
  signal_postgres(w, SIGCONT);
}

/* PostgreSQL has stood still for a moment: a server that acknowledges before it commits goes on acknowledging then, and loses
 * what it promised. */
static void cut_power(struct world *w, struct fault *f) {
  signal_postgres(w, SIGKILL);
  kill_server(w, f);
}

/* Clients that have little of the processor hear of it later. */
static bool heard_something(const struct world *w, const struct fault *f) { return world_decided(w) > f->decided; }

static void kill_client(struct world *w, struct fault *f) {
  struct client_process *c = &w->clients[f->process];
  if (c->pid <= 0) return;
  kill(c->pid, SIGKILL);
  waitpid(c->pid, NULL, 0);
  c->pid = 0;
}
static void start_client(struct world *w, struct fault *f) {
  if (w->clients[f->process].pid == 0) world_start_client(w, f->process);
}
static void stop_client(struct world *w, struct fault *f) {
  if (w->clients[f->process].pid > 0) kill(w->clients[f->process].pid, SIGSTOP);
}
static void continue_client(struct world *w, struct fault *f) {
  if (w->clients[f->process].pid > 0) kill(w->clients[f->process].pid, SIGCONT);
}

/* ---- lines ---- */
static struct link *line(const struct world *w, const struct fault *f) { return w->client_links[f->process]; }

static void cut_client(struct world *w, struct fault *f) { link_cut(line(w, f)); }
static void refuse_client(struct world *w, struct fault *f) {
  link_refuse(line(w, f), true);
  link_cut(line(w, f));
}
static void hold_client(struct world *w, struct fault *f) {
  link_set(line(w, f), LINK_UP, LINK_HOLD, 0);
  link_set(line(w, f), LINK_DOWN, LINK_HOLD, 0);
}
static void deafen_client(struct world *w, struct fault *f) { link_set(line(w, f), LINK_DOWN, LINK_SWALLOW, 0); }
static void mute_client(struct world *w, struct fault *f) { link_set(line(w, f), LINK_UP, LINK_SWALLOW, 0); }
static void half_open_client(struct world *w, struct fault *f) {
  mute_client(w, f);
  deafen_client(w, f);
}
static void slow_client(struct world *w, struct fault *f) {
  link_set(line(w, f), LINK_UP, LINK_PASS, 16384);
  link_set(line(w, f), LINK_DOWN, LINK_PASS, 65536);
}
static void heal_client(struct world *w, struct fault *f) { link_heal(line(w, f)); }

static void cut_database(struct world *w, struct fault *f) {
  (void)f;
  link_cut(w->database_link);
}
static void hold_database(struct world *w, struct fault *f) {
  (void)f;
  link_set(w->database_link, LINK_UP, LINK_HOLD, 0);
  link_set(w->database_link, LINK_DOWN, LINK_HOLD, 0);
}
static void deafen_server(struct world *w, struct fault *f) { /* commits happen, nobody hears of them */
  (void)f;
  link_set(w->database_link, LINK_DOWN, LINK_SWALLOW, 0);
}
static void mute_server(struct world *w, struct fault *f) {
  (void)f;
  link_set(w->database_link, LINK_UP, LINK_SWALLOW, 0);
}
static void slow_database(struct world *w, struct fault *f) {
  (void)f;
  link_set(w->database_link, LINK_UP, LINK_PASS, 65536);
  link_set(w->database_link, LINK_DOWN, LINK_PASS, 65536);
}
static void heal_database(struct world *w, struct fault *f) {
  (void)f;
  link_heal(w->database_link);
}

/* With a PostgreSQL of its own the server has no line to it that could be hurt. */
static bool is_apart(const struct world *w, const char **ret_why_not) {
  *ret_why_not = NULL;
  return !w->embedded;
}

static bool has_laptop(const struct world *w, const char **ret_why_not) {
  *ret_why_not = NULL;
  return w->progress->laptops > 0;
}

/* ---- disk and clock ---- */
static bool has_disk(const struct world *w, const char **ret_why_not) {
  *ret_why_not = w->embedded ? NULL : "only root can give PostgreSQL a file system of its own";
  return w->mounted;
}
static void fill_disk(struct world *w, struct fault *f) {
  (void)f;
  world_fill_disk(w->cluster.folder);
}
static void free_disk(struct world *w, struct fault *f) {
  (void)f;
  world_free_disk(w->cluster.folder);
}

static bool has_laptop_disk(const struct world *w, const char **ret_why_not) { return has_laptop(w, ret_why_not) && has_disk(w, ret_why_not); }
static void fill_laptop(struct world *w, struct fault *f) {
  char path[300];
  world_home(w, f->process, path);
  world_fill_disk(path);
}
static void free_laptop(struct world *w, struct fault *f) {
  char path[300];
  world_home(w, f->process, path);
  world_free_disk(path);
}

static bool has_clock(const struct world *w, const char **ret_why_not) {
  *ret_why_not = w->embedded ? NULL : "libfaketime is not installed (package faketime)";
  return w->server.clock != NULL;
}
static void clock_forwards(struct world *w, struct fault *f) {
  (void)f;
  world_clock(w, DAY_S);
}
static void clock_backwards(struct world *w, struct fault *f) {
  (void)f;
  world_clock(w, -DAY_S);
}

const struct fault_kind fault_kinds[] = {
    {"kill-server", HURTS_SERVER, NULL, kill_server, NULL, 0, 0, NULL},
    {"end-server", HURTS_SERVER, NULL, end_server, NULL, 0, 0, NULL},
    {"stop-server", HURTS_SERVER, NULL, stop_server, continue_server, 100, 1500, NULL},
    {"kill-postgres", HURTS_DATABASE, NULL, kill_postgres, NULL, 0, 0, NULL},
    {"immediate-stop-postgres", HURTS_DATABASE, is_apart, end_postgres_at_once, NULL, 0, 0, NULL},
    {"stop-postgres", HURTS_DATABASE, NULL, stop_postgres, continue_postgres, 100, 1500, NULL},
    {"power-cut", HURTS_SERVER | HURTS_DATABASE, NULL, stop_postgres, cut_power, 50, 50, heard_something},
    {"kill-client", HURTS_CLIENTS, NULL, kill_client, start_client, 0, 500, NULL},
    {"stop-client", HURTS_CLIENTS, NULL, stop_client, continue_client, 100, 1500, NULL},
    {"cut-client-line", HURTS_CLIENTS, NULL, cut_client, NULL, 0, 0, NULL},
    {"refuse-client", HURTS_CLIENTS, NULL, refuse_client, heal_client, 50, 500, NULL},
    {"hold-client-line", HURTS_CLIENTS, NULL, hold_client, heal_client, 100, 1500, NULL},
    {"half-open-client-line", HURTS_CLIENTS, NULL, half_open_client, heal_client, 100, 1500, NULL},
    {"deaf-client-line", HURTS_CLIENTS, NULL, deafen_client, heal_client, 50, 800, NULL},
    {"mute-client-line", HURTS_CLIENTS, NULL, mute_client, heal_client, 50, 800, NULL},
    {"slow-client-line", HURTS_CLIENTS, NULL, slow_client, heal_client, 500, 3000, NULL},
    {"cut-database-line", HURTS_DATABASE_LINK, is_apart, cut_database, NULL, 0, 0, NULL},
    {"hold-database-line", HURTS_DATABASE_LINK, is_apart, hold_database, heal_database, 100, 1000, NULL},
    {"deaf-database-line", HURTS_DATABASE_LINK, is_apart, deafen_server, heal_database, 20, 300, NULL},
    {"mute-database-line", HURTS_DATABASE_LINK, is_apart, mute_server, heal_database, 20, 300, NULL},
    {"slow-database-line", HURTS_DATABASE_LINK, is_apart, slow_database, heal_database, 300, 1500, NULL},
    {"disk-full", HURTS_DATABASE, has_disk, fill_disk, free_disk, 200, 800, NULL},
    {"laptop-disk-full", HURTS_CLIENTS, has_laptop_disk, fill_laptop, free_laptop, 200, 1500, NULL},
    {"kill-laptop", HURTS_CLIENTS, has_laptop, kill_client, start_client, 0, 500, NULL},
    {"clock-forwards", 0, has_clock, clock_forwards, NULL, 0, 0, NULL},
    {"clock-backwards", 0, has_clock, clock_backwards, NULL, 0, 0, NULL},
};
const size_t fault_kind_count = JL_COUNT(fault_kinds);
