#include "tests/torture/conductor/world.h"
#include "common/base/calendar.h"
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <unistd.h>

#define SANITIZER_STATUS 99
#define RELAUNCH_US 150000
#define STALL_US 90000000
#define DISK_OPTIONS "size=3g,mode=0755"
#define HOME_OPTIONS "size=256m,mode=0700"

static struct world *current; /* what world_clean cleans */

static _Noreturn void end(const char *how, const char *format, va_list args) {
  printf("%s ", how);
  vprintf(format, args); // NOLINT(clang-diagnostic-format-nonliteral)
  printf("\n");
  exit(1);
}

_Noreturn void world_fail(const char *format, ...) {
  va_list args;
  va_start(args, format);
  end("broken:", format, args);
}

_Noreturn void world_wrong(const char *format, ...) {
  va_list args;
  va_start(args, format);
  end("not ok", format, args);
}

uint32_t world_processes(const struct world *w) { return w->progress->processes + w->progress->laptops; }

void world_clean(void) {
  struct world *w = current;
  current = NULL;
  if (!w) return;
  for (uint32_t i = 0; i < PROCESSES_MAX; i++)
    if (w->clients[i].pid > 0) {
      kill(w->clients[i].pid, SIGKILL);
      waitpid(w->clients[i].pid, NULL, 0);
    }
  if (w->server.pid > 0) {
    kill(w->server.pid, SIGKILL);
    waitpid(w->server.pid, NULL, 0);
  }
  if (w->second.pid > 0) {
    kill(w->second.pid, SIGKILL);
    waitpid(w->second.pid, NULL, 0);
  }
  if (w->embedded && w->server.folder[0]) server_kill_left(&w->server);
  if (cluster_running(&w->cluster)) {
    cluster_signal(&w->cluster, SIGKILL);
    waitpid(w->cluster.pid, NULL, 0);
  }
  if (!w->mounted) return;
  (void)umount2(w->cluster.folder, MNT_DETACH); /* nothing more can be done about it */
  for (uint32_t i = w->progress->processes; i < world_processes(w); i++) {
    char path[300];
    world_home(w, (int)i, path);
    (void)umount2(path, MNT_DETACH);
  }
}

/* ---- making ---- */
static uint16_t free_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (int tries = 0; tries < 200; tries++) { /* below the ports that connections get by themselves */
    uint16_t port = (uint16_t)(15000 + (getpid() * 131 + tries * 17) % 15000);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_port = htons(port);
    bool free = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    if (free) return port;
  }
  world_fail("no free port");
}

static void server_options(void) {
  char asan[300];
  const char *given = getenv("ASAN_OPTIONS");
  snprintf(asan, sizeof asan, "%s%sexitcode=%d", given ? given : "", given && *given ? ":" : "", SANITIZER_STATUS);
  setenv("ASAN_OPTIONS", asan, 1);
}

void world_template(const char *folder, const char *build, bool embedded) {
  static struct world world;
  char path[300];
  struct world *w = current = &world;
  snprintf(w->folder, sizeof w->folder, "%s", folder);
  mkdir(folder, 0755);
  if (embedded) {
    snprintf(path, sizeof path, "%s/server", folder);
    server_set_up(&w->server, path, build);
    return;
  }
  snprintf(path, sizeof path, "%s/cluster", folder);
  mkdir(path, 0755);
  cluster_open(&w->cluster, path);
  cluster_make(&w->cluster);
  cluster_start(&w->cluster);
  snprintf(path, sizeof path, "%s/server", folder);
  server_open(&w->server, path, build);
  w->server.database = w->cluster.database;
  server_make(&w->server);
  cluster_stop(&w->cluster, "fast");
}

static void make_cluster(struct world *w, const char *template_folder, bool with_disk) {
  char path[256], from[300], to[300];
  snprintf(path, sizeof path, "%s/cluster", w->folder);
  mkdir(path, 0755);
  if (with_disk) {
    if (mount("tmpfs", path, "tmpfs", 0, DISK_OPTIONS) != 0) world_fail("a file system for PostgreSQL: %s", strerror(errno));
    w->mounted = true;
  }
  cluster_open(&w->cluster, path);
  snprintf(from, sizeof from, "%s/cluster/data", template_folder);
  snprintf(to, sizeof to, "%s/data", path);
  cluster_copy(from, to);
}

void world_home(const struct world *w, int index, char path[300]) { snprintf(path, 300, "%s/home.%d", w->folder, index); }

static void make_homes(const struct world *w) {
  char path[300];
  for (uint32_t i = w->progress->processes; w->mounted && i < world_processes(w); i++) {
    world_home(w, (int)i, path);
    mkdir(path, 0700);
    if (mount("tmpfs", path, "tmpfs", 0, HOME_OPTIONS) != 0) world_fail("a file system for a laptop: %s", strerror(errno));
  }
}

static void make_links(struct world *w) {
  char listen[240], target[300];
  w->proxy = proxy_new();
  snprintf(listen, sizeof listen, "%s/link", w->folder);
  mkdir(listen, 0755);
  if (!w->embedded) {
    snprintf(w->server_database, sizeof w->server_database, "host=%s port=5432 user=jalon dbname=jalon", listen);
    snprintf(listen, sizeof listen, "%s/link/.s.PGSQL.5432", w->folder);
    snprintf(target, sizeof target, "%s/run/.s.PGSQL.5432", w->cluster.folder);
    w->database_link = proxy_link_unix(w->proxy, listen, target);
    w->server.database = w->server_database;
  }
  for (uint32_t i = 0; i < world_processes(w); i++) { /* unix sockets and TCP in turn */
    char *address = w->progress->slots[i].address;
    if (i % 2) {
      w->client_links[i] = proxy_link_tcp(w->proxy, w->server.port);
      snprintf(address, sizeof w->progress->slots[i].address, "127.0.0.1:%d", link_port(w->client_links[i]));
    } else {
      snprintf(listen, sizeof listen, "%s/link/%u", w->folder, i);
      w->client_links[i] = proxy_link_unix(w->proxy, listen, w->server.address + 5);
      snprintf(address, sizeof w->progress->slots[i].address, "unix:%s", listen);
    }
  }
  proxy_start(w->proxy);
}

void world_make(struct world *w, const char *folder, const struct world_options *o) {
  char path[300], from[300];
  current = w;
  atexit(world_clean);
  server_options();
  snprintf(w->folder, sizeof w->folder, "%s", folder);
  snprintf(w->programs, sizeof w->programs, "%s/tests/torture", o->build);
  w->embedded = o->embedded;
  if (!w->embedded) make_cluster(w, o->template_folder, o->with_disk);
  snprintf(path, sizeof path, "%s/server", folder);
  server_open(&w->server, path, o->build);
  snprintf(from, sizeof from, "%s/server/data", o->template_folder);
  snprintf(path, sizeof path, "%s/server/data", folder);
  cluster_copy(from, path);
  w->server.port = free_port();
  snprintf(w->clock_file, sizeof w->clock_file, "%s/clock", folder);
  if (!w->embedded && access(SERVER_FAKETIME, R_OK) == 0) {
    world_clock(w, 0);
    w->server.clock = w->clock_file;
  }
  if (o->before) o->before(w);
  make_homes(w);
  make_links(w);
  if (!w->embedded) cluster_start(&w->cluster);
  server_start(&w->server);
  w->server_up = true;
  w->cluster_starts = w->server_starts = 1;
}

void world_second(struct world *w, const char *build, const char *template_folder) {
  char path[300], from[300];
  snprintf(path, sizeof path, "%s/second", w->folder);
  server_open(&w->second, path, build);
  snprintf(from, sizeof from, "%s/server/data", template_folder);
  snprintf(path, sizeof path, "%s/second/data", w->folder);
  cluster_copy(from, path);
  w->second.database = w->cluster.database;
  w->second.mutant = w->server.mutant;
  server_start(&w->second);
}

void world_mutate(struct world *w, const char *mutant) {
  server_stop(&w->server);
  w->server.mutant = mutant;
  server_start(&w->server);
}

void world_start_client(struct world *w, int index) {
  char number[12], path[400], program[600];
  snprintf(number, sizeof number, "%d", index);
  snprintf(path, sizeof path, "%s/client.%d", w->folder, index);
  snprintf(program, sizeof program, "%s/%s", w->programs, (uint32_t)index < w->progress->processes ? "torture_client" : "torture_laptop");
  w->progress->slots[index].starts++;
  int pid = fork();
  if (pid < 0) world_fail("fork: %s", strerror(errno));
  if (pid == 0) {
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (w->server.mutant) setenv("JALON_MUTANT", w->server.mutant, 1); /* some are in the library */
    if (log < 0 || dup2(log, 2) < 0) _exit(127); /* standard output stays ours: a client that finds a fault says so */
    execl(program, program, w->folder, number, (char *)NULL);
    _exit(127);
  }
  w->clients[index].pid = pid;
}

void world_clients(struct world *w) {
  for (uint32_t i = 0; i < world_processes(w); i++) world_start_client(w, (int)i);
}

/* ---- keeping it running ---- */
static bool ended(int pid, int *ret_status) { return pid > 0 && waitpid(pid, ret_status, WNOHANG) == pid; }

static void look_at_server(struct world *w, int64_t now) {
  int status = 0;
  if (ended(w->server.pid, &status)) {
    bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0, broken = WIFSIGNALED(status) || WEXITSTATUS(status) == SANITIZER_STATUS;
    w->server.pid = 0;
    if (broken || (w->server_ends && !well) || (w->server_up && !w->server_ends)) world_wrong("the server ended by itself with status %d: see %s/log", status, w->server.folder);
    w->server_up = w->server_ends = false;
  }
  if (w->server.pid == 0 && !w->server_held && now - w->server_launched_us > RELAUNCH_US) { /* without its database it does not start */
    server_launch(&w->server);
    w->server_starts++;
    w->server_up = false;
    w->server_launched_us = now;
  }
  if (w->server.pid > 0 && !w->server_up) w->server_up = server_answers(&w->server);
  if (ended(w->second.pid, &status)) {
    w->second.pid = 0;
    world_wrong("the second server ended by itself with status %d: see %s/log", status, w->second.folder);
  }
}

static void look_at_cluster(struct world *w, int64_t now) {
  if (w->embedded || cluster_running(&w->cluster) || w->cluster_held || now - w->cluster_launched_us < RELAUNCH_US) return;
  cluster_launch(&w->cluster);
  w->cluster_starts++;
  w->cluster_launched_us = now;
}

static void look_at_clients(struct world *w) {
  for (uint32_t i = 0; i < world_processes(w); i++) {
    int status = 0;
    if (!ended(w->clients[i].pid, &status)) continue;
    w->clients[i].pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || w->progress->phase != PHASE_SETTLE)
      world_wrong("client process %u ended by itself with status %d: see %s/client.%u", i, status, w->folder, i);
    w->clients[i].finished = true;
  }
}

uint64_t world_decided(const struct world *w) {
  uint64_t n = 0;
  for (uint32_t i = 0; i < world_processes(w); i++) n += w->progress->slots[i].decided;
  return n;
}

uint64_t world_open(const struct world *w) {
  uint64_t n = 0;
  for (uint32_t i = 0; i < world_processes(w); i++) n += w->progress->slots[i].open;
  return n;
}

bool world_calm(const struct world *w) {
  for (uint32_t i = w->progress->processes; i < world_processes(w); i++)
    if (!w->progress->slots[i].calm) return false;
  return true;
}

static void look_at_progress(struct world *w, int64_t now) {
  uint64_t moved = world_decided(w);
  for (uint32_t i = 0; i < world_processes(w); i++) moved += w->progress->slots[i].seen + w->clients[i].finished;
  if (moved != w->moved || w->moved_us == 0) w->moved_us = now;
  w->moved = moved;
  if (now - w->moved_us > STALL_US) world_wrong("stalled at %llu decided groups", (unsigned long long)world_decided(w));
}

void world_look(struct world *w) {
  int64_t now = jl_monotonic_us();
  look_at_cluster(w, now);
  look_at_server(w, now);
  look_at_clients(w);
  look_at_progress(w, now);
  poll(NULL, 0, 2); /* other processes leave no other sign */
}

bool world_finished(const struct world *w) {
  for (uint32_t i = 0; i < world_processes(w); i++)
    if (!w->clients[i].finished) return false;
  return true;
}

/* An embedded one has its socket below the data folder: the folders of tests are short enough. */
const char *world_database(const struct world *w) {
  static char text[400];
  if (!w->embedded) return w->cluster.database;
  snprintf(text, sizeof text, "host=%s/data/run port=5432 user=jalon dbname=jalon", w->server.folder);
  return text;
}

bool world_settled(struct world *w) {
  PGconn *connection = w->server_up && (w->embedded || cluster_running(&w->cluster)) ? PQconnectdb(world_database(w)) : NULL;
  bool up = connection && PQstatus(connection) == CONNECTION_OK;
  PQfinish(connection);
  return up;
}

void world_heads(struct world *w) {
  PGconn *connection = PQconnectdb(world_database(w));
  PGresult *rows = PQexec(connection, "SELECT encode(uuid_send(space_id), 'hex'), revision FROM space_head");
  if (PQresultStatus(rows) != PGRES_TUPLES_OK) world_fail("the heads cannot be read: %s", PQerrorMessage(connection));
  for (int row = 0; row < PQntuples(rows); row++)
    for (int s = 0; s < SPACES; s++) {
      char id[33];
      for (int i = 0; i < 16; i++) snprintf(id + 2 * i, 3, "%02x", w->progress->spaces[s].bytes[i]);
      if (strcmp(PQgetvalue(rows, row, 0), id) == 0) w->progress->heads[s] = strtoull(PQgetvalue(rows, row, 1), NULL, 10);
    }
  PQclear(rows);
  PQfinish(connection);
}

void world_reload(struct world *w) {
  w->server_ends = true;
  kill(w->server.pid, SIGTERM);
  while (w->server_ends || !world_settled(w)) world_look(w);
}

void world_end(struct world *w) {
  server_stop(&w->server);
  if (w->second.pid > 0) server_stop(&w->second);
  proxy_stop(w->proxy);
}

/* ---- what faults need ---- */
void world_fill_disk(const char *folder) {
  static const uint8_t block[1 << 16];
  char path[320];
  snprintf(path, sizeof path, "%s/ballast", folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 && errno != ENOSPC) world_fail("%s: %s", path, strerror(errno));
  while (fd >= 0 && write(fd, block, sizeof block) > 0) continue;
  if (fd >= 0) close(fd);
}

void world_free_disk(const char *folder) {
  char path[320];
  snprintf(path, sizeof path, "%s/ballast", folder);
  unlink(path);
}

void world_clock(struct world *w, long offset_s) {
  char fresh[320];
  snprintf(fresh, sizeof fresh, "%s.new", w->clock_file);
  FILE *f = fopen(fresh, "we");
  if (!f || fprintf(f, "%+ld\n", offset_s) < 0 || fclose(f) != 0 || rename(fresh, w->clock_file) != 0) world_fail("%s: %s", fresh, strerror(errno));
}
