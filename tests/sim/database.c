#include "tests/sim/database_parts.h"
#include <stdlib.h>
#include <string.h>

struct database db;

struct database_counts database_counts(void) {
  return db.counts;
}
bool database_up(void) { return db.up_us <= world->now_us; }
const struct fake_database *database_copy(void) { return db.backup; }
struct fake_database *database_now(void) {
  return db.standby;
}

/* ---- nodes ---- */
bool jl_store_healthy(const struct jl_store *s) { return database_up() && s->node->back_us <= world->now_us; }
bool jl_store_scarce(const struct jl_store *s) { return (void)s, false; }
uint64_t jl_store_connections(const struct jl_store *s) { return 2 * s->node->connection + jl_store_healthy(s); }
const struct jl_id *jl_store_cluster(const struct jl_store *s) { return (void)s, &db.standby->cluster; }
int jl_store_lane_count(const struct jl_store *s) { return (void)s, LANES; }
bool jl_store_lane_busy(const struct jl_store *s, int lane) { return s->busy[lane]; }

struct jl_store *database_connect(struct process *node, uv_loop_t *loop) {
  struct jl_store *s = calloc(1, sizeof *s);
  struct store_node *n = world_alloc(sizeof *n);
  if (s == NULL) abort();
  *n = (struct store_node){.next = db.nodes, .process = node, .store = s, .loop = sim_loop_of(loop)};
  db.nodes = n;
  s->node = n;
  return s;
}

void database_node_died(const struct process *node) {
  for (struct store_node *n = db.nodes; n != NULL; n = n->next)
    if (n->process == node) {
      n->process = NULL;
      n->store = NULL;
      n->loop = NULL;
      n->connection++;
    }
  for (struct operation *o = db.operations, *next; o != NULL; o = next) {
    next = o->next;
    if (o->node->process == NULL) db_drop_operation(o); /* a transaction that was sent goes its way */
  }
}

static void break_connections(struct store_node *n, int64_t back_us) {
  n->connection++;
  if (back_us > n->back_us) n->back_us = back_us;
  for (struct operation *o = db.operations; o != NULL; o = o->next)
    if (o->node == n && o->kind == COMMIT && !o->told) db_become_lost(o);
}

void database_lose(const struct process *node) {
  for (struct store_node *n = db.nodes; n != NULL; n = n->next)
    if (n->process == node) break_connections(n, world->now_us + rng_between(&db.random, 1000, 800000));
}

static void go_down(int64_t down_us) {
  db.timeline++;
  db.up_us = world->now_us + down_us;
  for (struct store_node *n = db.nodes; n != NULL; n = n->next)
    if (n->process != NULL) break_connections(n, db.up_us + rng_between(&db.random, 0, 300000));
}

void database_restart(int64_t down_us) {
  db.counts.restarts++;
  for (struct transaction *t = db.pending; t != NULL; t = t->next) t->exposed = true;
  go_down(down_us);
}

static void drop_tail(void) {
  while (db.pending != NULL) {
    db.pending->dead = true;
    db.counts.tails += db.pending->count;
    db_drop_pending(db.pending);
  }
}

void database_failover(int64_t down_us) {
  db.counts.failovers++;
  drop_tail();
  fake_database_free(db.primary);
  db.primary = db_copy_database(db.standby);
  go_down(down_us);
}

void database_keep_copy(void) {
  if (db.backup != NULL) fake_database_free(db.backup);
  db.backup = db_copy_database(db.standby);
}

static size_t log_rows(const struct fake_database *d) {
  size_t n = 0;
  const struct fake_space *space;
  for (size_t at = 0; (space = jl_idmap_each(&d->spaces, &at)) != NULL;) n += space->log_count;
  return n;
}

bool database_restore(int64_t down_us) {
  if (db.backup == NULL) return false;
  db.counts.restores++;
  drop_tail();
  db.counts.restored_groups += log_rows(db.standby) - log_rows(db.backup);
  fake_database_free(db.primary);
  fake_database_free(db.standby);
  db.primary = db_copy_database(db.backup);
  db.standby = db_copy_database(db.backup);
  go_down(down_us);
  return true;
}

void database_slow(int64_t until_us) {
  db.counts.slow++;
  db.slow_until_us = until_us;
}
void database_standby_stall(int64_t until_us) {
  db.counts.slow++;
  if (until_us > db.standby_free_us) db.standby_free_us = until_us;
}
bool database_waits(const struct process *node) {
  for (const struct operation *o = db.operations; o != NULL; o = o->next)
    if (o->node->process == node && o->kind == COMMIT && o->resolving == NOT_LOST && o->transaction->executed && !o->told &&
        o->event == NULL)
      return true;
  return false;
}
void database_standby_slow(int64_t until_us) {
  db.counts.slow++;
  db.standby_slow_until_us = until_us;
}

/* ---- beginning and end ---- */
void database_begin(uint64_t seed) {
  memset(&db, 0, sizeof db);
  db.random = rng_of(seed, FOR_DATABASE, 0);
  db.pending_end = &db.pending;
  db.standby = fake_database_new();
  db.primary = db_copy_database(db.standby);
}

/* After world_end: no process lives. Events of transactions on their way are the world's. */
void database_end(void) {
  while (db.operations != NULL) db_drop_operation(db.operations);
  fake_database_free(db.primary);
  fake_database_free(db.standby);
  if (db.backup != NULL) fake_database_free(db.backup);
  for (struct store_node *n = db.nodes, *next; n != NULL; n = next) next = n->next, world_free(n);
  for (struct account *a = db.accounts, *next; a != NULL; a = next) next = a->next, world_free(a);
  for (struct binding *b = db.bindings, *next; b != NULL; b = next) next = b->next, world_free(b);
}
