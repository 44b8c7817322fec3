#include "tests/torture/conductor/restore.h"
#include <inttypes.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SLEEPER 1

static void paths(const struct world *w, char data[300], char copy[300]) {
  snprintf(data, 300, "%s/data", w->cluster.folder);
  snprintf(copy, 300, "%s/copy", w->folder);
}

/* Nobody commits any more, and what was acknowledged is known. */
static void quiet(struct world *w) {
  w->server_held = w->cluster_held = true;
  if (w->server.pid > 0) server_kill(&w->server);
  w->server_up = w->server_ends = false;
}

static void awake(struct world *w) {
  cluster_start(&w->cluster);
  w->cluster_starts++;
  w->server_held = w->cluster_held = false;
}

static void take_copy(struct restore *r, struct world *w) {
  char data[300], copy[300];
  paths(w, data, copy);
  quiet(w);
  world_heads(w);
  for (int s = 0; s < SPACES; s++) w->progress->copied[s] = r->heads[s] = w->progress->heads[s];
  cluster_stop(&w->cluster, "fast");
  cluster_copy(data, copy);
  awake(w);
  r->copied = true;
}

/* What the restored history will not have, for the checker: followers were told it. */
static void write_lost(const struct restore *r, const struct world *w) {
  PGconn *connection = PQconnectdb(world_database(w));
  for (int s = 0; s < SPACES; s++) {
    char path[400], head[24], id[33];
    snprintf(path, sizeof path, "%s/lost.%d", w->folder, s);
    snprintf(head, sizeof head, "%" PRIu64, r->heads[s]);
    for (int i = 0; i < 16; i++) snprintf(id + 2 * i, 3, "%02x", w->progress->spaces[s].bytes[i]);
    const char *const values[] = {id, head};
    FILE *f = fopen(path, "we");
    PGresult *rows = PQexecParams(connection,
                                  "SELECT revision, section, encode(uuid_send(author), 'hex'), encode(body, 'hex'), coalesce(encode(private_values, 'hex'), '') "
                                  "FROM log WHERE space_id = $1::uuid AND revision > $2::bigint ORDER BY revision, section",
                                  2, NULL, values, NULL, NULL, 0);
    if (!f || PQresultStatus(rows) != PGRES_TUPLES_OK) world_fail("the lost log cannot be kept: %s", PQerrorMessage(connection));
    for (int row = 0; row < PQntuples(rows); row++)
      fprintf(f, "%s\t%s\t%s\t%s\t%s\n", PQgetvalue(rows, row, 0), PQgetvalue(rows, row, 1), PQgetvalue(rows, row, 2), PQgetvalue(rows, row, 3), PQgetvalue(rows, row, 4));
    PQclear(rows);
    fclose(f);
  }
  PQfinish(connection);
}

static void write_facts(const struct restore *r, const struct world *w) {
  char path[400];
  struct timespec now;
  snprintf(path, sizeof path, "%s/facts", w->folder);
  FILE *f = fopen(path, "ae");
  if (!f) world_fail("%s cannot be written", path);
  clock_gettime(CLOCK_MONOTONIC, &now);
  for (int s = 0; s < SPACES; s++) fprintf(f, "restored %d %" PRIu64 " %lld%09ld\n", s, r->heads[s], (long long)now.tv_sec, now.tv_nsec);
  fclose(f);
}

static void put_back(struct restore *r, struct world *w) {
  char data[300], copy[300], old[300];
  paths(w, data, copy);
  snprintf(old, sizeof old, "%s/old", w->cluster.folder);
  quiet(w);
  write_lost(r, w);
  cluster_stop(&w->cluster, "immediate");
  if (rename(data, old) != 0) world_fail("%s cannot be moved", data);
  cluster_copy(copy, data);
  write_facts(r, w);
  awake(w);
  r->restored = true;
}

void restore_gate(const struct restore *r, struct world *w) {
  uint64_t next = r->copied ? r->restore_at : r->copy_at;
  if (r->restored || next == 0) return;
  uint64_t gate = next * GATE_OPEN / r->total + GATE_OPEN / 50;
  if (gate < w->progress->gate) w->progress->gate = gate;
}

/* The laptop that must notice the loss by its lane alone is ready for the next step. */
static bool laptop_ready(const struct world *w, bool copied) {
  const struct process_slot *slot = &w->progress->slots[w->progress->processes];
  return w->progress->laptops == 0 || (copied ? slot->risked >= RISKED_LEAST : slot->behind);
}

/* Not while another fault lasts. */
void restore_look(struct restore *r, struct world *w) {
  uint64_t decided = world_decided(w);
  if (r->copy_at && !r->copied && decided >= r->copy_at) {
    if (w->progress->restore_stage == RESTORE_FAR) w->progress->restore_stage = RESTORE_NEAR;
    if (laptop_ready(w, false) && world_settled(w)) {
      take_copy(r, w);
      w->progress->restore_stage = RESTORE_COPIED;
    }
  }
  if (r->copied && !r->restored && decided >= r->restore_at && laptop_ready(w, true) && world_settled(w)) {
    kill(w->clients[SLEEPER].pid, SIGSTOP);
    put_back(r, w);
    w->progress->restore_stage = RESTORE_DONE;
  }
  if (r->restored && !r->awake && decided >= r->wake_at) {
    kill(w->clients[SLEEPER].pid, SIGCONT);
    r->awake = true;
  }
}
