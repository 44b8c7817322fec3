/* Reads, which may have to wait for the standby; small statements beside the commits; accounts. */
#include "tests/sim/database_parts.h"
#include "common/base/calendar.h"
#include "common/base/mutants.h"
#include <stdio.h>
#include <string.h>

/* ---- reads, and upkeep ---- */
static void query(struct operation *o);

/* Written at once, here and on the standby: nothing depends on their order with commits. */
static void keep_up(struct operation *o) {
  struct fake_space *here = fake_space(db.primary, &o->space), *there = fake_space(db.standby, &o->space);
  if (o->kind == RELEASE) {
    fake_release_leases(db.primary, &o->record);
  } else if (here != NULL && there != NULL && o->kind == HORIZON) {
    o->from = here->horizon = fake_advance_horizon(there, o->max_bytes, (int)o->number, jl_now_utc_us());
  } else if (here != NULL && o->kind == LEASE) {
    o->lease = fake_take_lease(here, &o->record, o->number, jl_now_utc_us());
  }
}

static void read_now(void *context);

static void wait_durable(void *context) {
  struct operation *o = context;
  o->event = NULL;
  bool waits = false;
  for (const struct transaction *p = db.pending; p != NULL && !jl_mutant(JL_MUTANT_NO_BARRIER); p = p->next)
    waits = waits || p == o->barrier;
  if (o->node->process == NULL) {
    db_drop_operation(o);
  } else if (db_lost(o)) {
    if (o->copy != NULL) fake_space_free(o->copy);
    o->copy = NULL;
    read_now(o);
  } else if (waits) {
    o->event = event_at(world->now_us + 500, wait_durable, o);
  } else {
    db_answer_at(o, world->now_us + db_travel_us());
  }
}

static void read_now(void *context) {
  struct operation *o = context;
  o->event = NULL;
  if (o->node->process == NULL) {
    db_drop_operation(o);
    return;
  }
  if (!database_up() || o->node->back_us > world->now_us || db_lost(o)) {
    o->connection = o->node->connection;
    o->unavailable = world->now_us - o->since_us > PATIENCE_US;
    if (o->unavailable)
      db_answer_at(o, world->now_us);
    else
      o->event = event_at(world->now_us + RETRY_US, read_now, o);
    return;
  }
  db.counts.reads++;
  if (o->kind == LOAD || o->kind == CATCH_UP)
    world_say("database: %s %s %02x", o->node->process->name, o->kind == LOAD ? "loads" : "catches up", o->space.bytes[0]);
  bool whole = o->kind == LOAD || o->kind == CATCH_UP || o->kind == LOG || o->kind == REFUSAL || o->kind == DECIDED;
  const struct fake_space *space = whole ? db_visible(&o->space) : NULL;
  if (o->kind == HORIZON || o->kind == LEASE || o->kind == RELEASE) keep_up(o);
  if (space != NULL) o->copy = db_copy_space(space);
  if (o->kind == QUERY) query(o);
  if (o->kind == LOAD || o->kind == CATCH_UP) {
    db_wait_for_all(o);
    wait_durable(o);
  } else
    db_answer_at(o, world->now_us + db_travel_us());
}

static struct operation *read_later(struct jl_store *s, enum kind kind, void *done, void *context) {
  struct operation *o = db_begin(s, kind, done, context);
  o->event = event_at(world->now_us + db_travel_us(), read_now, o);
  return o;
}

void jl_store_load(struct jl_store *s, const struct jl_id *space, load_done *done, void *context) {
  read_later(s, LOAD, AS_DATA(done), context)->space = *space;
}
void jl_store_catch_up(struct jl_store *s, const struct jl_id *space, uint64_t after, catch_up_done *done, void *context) {
  struct operation *o = read_later(s, CATCH_UP, AS_DATA(done), context);
  o->space = *space;
  o->from = after;
}
void jl_store_horizon(struct jl_store *s, const struct jl_id *space, uint64_t keep_bytes, int keep_days, horizon_done *done,
                      void *context) {
  struct operation *o = read_later(s, HORIZON, AS_DATA(done), context);
  o->space = *space;
  o->max_bytes = keep_bytes;
  o->number = keep_days;
}
void jl_store_lease(struct jl_store *s, const struct jl_id *space, const struct jl_id *node, int64_t ms, lease_done *done, void *context) {
  struct operation *o = read_later(s, LEASE, AS_DATA(done), context);
  o->space = *space;
  o->record = *node;
  o->number = ms;
}
void jl_store_lease_release(struct jl_store *s, const struct jl_id *node, release_done *done, void *context) {
  read_later(s, RELEASE, AS_DATA(done), context)->record = *node;
}
void jl_store_spaces(struct jl_store *s, spaces_done *done, void *context) { (void)read_later(s, SPACES, AS_DATA(done), context); }
void jl_store_log(struct jl_store *s, const struct jl_id *space, uint64_t from, uint64_t to, size_t max_bytes, log_done *done,
                  void *context) {
  struct operation *o = read_later(s, LOG, AS_DATA(done), context);
  o->space = *space;
  o->from = from;
  o->to = to;
  o->max_bytes = max_bytes;
}
void jl_store_history(struct jl_store *s, const struct jl_id *space, const struct jl_id *record, uint64_t revision, uint64_t down_to,
                      size_t limit, struct jl_arena *memory, history_done *done, void *context) {
  (void)record, (void)revision, (void)down_to, (void)limit, (void)memory;
  read_later(s, HISTORY, AS_DATA(done), context)->space = *space;
}
void jl_store_refusal(struct jl_store *s, const struct jl_id *space, const struct jl_id *replica, uint64_t seq, refusal_done *done,
                      void *context) {
  struct operation *o = read_later(s, REFUSAL, AS_DATA(done), context);
  o->space = *space;
  o->record = *replica;
  o->from = seq;
}
void jl_store_decided(struct jl_store *s, const struct jl_id *space, const struct jl_id *account, const struct jl_id *group, refusal_done *done,
                      void *context) {
  struct operation *o = read_later(s, DECIDED, AS_DATA(done), context);
  o->space = *space;
  o->record = *account;
  o->group = *group;
}

/* ---- accounts ---- */
void database_account(const char *login, const struct jl_id *person, const uint8_t token[32]) {
  struct account *a = world_alloc(sizeof *a);
  *a = (struct account){.next = db.accounts, .person = *person};
  snprintf(a->login, sizeof a->login, "%s", login);
  jl_token_hash(token, a->token_hash);
  db.accounts = a;
}

static void query(struct operation *o) {
  o->rows = world_alloc(sizeof *o->rows);
  if (strcmp(o->statement, "session_find") == 0) {
    for (const struct account *a = db.accounts; a != NULL; a = a->next)
      if (o->parameters[0].size == sizeof a->token_hash && memcmp(o->parameters[0].data, a->token_hash, sizeof a->token_hash) == 0) {
        *o->rows = (struct jl_rows){.count = 1, .person = a->person, .expires_us = jl_now_utc_us() + INT64_C(86400000000) * 180};
        memcpy(o->rows->login, a->login, sizeof a->login);
      }
  } else if (strcmp(o->statement, "session_replica") == 0) {
    struct binding *b = db.bindings;
    while (b != NULL && memcmp(o->parameters[0].data, b->replica.bytes, sizeof b->replica.bytes) != 0) b = b->next;
    if (b == NULL) {
      b = world_alloc(sizeof *b);
      *b = (struct binding){.next = db.bindings};
      memcpy(b->replica.bytes, o->parameters[0].data, sizeof b->replica.bytes);
      snprintf(b->login, sizeof b->login, "%.*s", (int)o->parameters[1].size, (const char *)o->parameters[1].data);
      db.bindings = b;
    }
    o->rows->count = 1;
    memcpy(o->rows->login, b->login, sizeof b->login);
  } else if (strcmp(o->statement, "automation_plans") == 0) {
    const struct fake_space *space;
    for (size_t at = 0; (space = jl_idmap_each(&db.primary->spaces, &at)) != NULL;) /* of one of them: it may have none */
      if (space->kind == JL_SPACE_PLAN) {
        o->rows->count = 1;
        o->rows->person = space->id;
      }
  } else if (strcmp(o->statement, "auth_events") != 0 && strcmp(o->statement, "session_sources") != 0 &&
             strcmp(o->statement, "erasures_unfinished") != 0) { /* accounts do not change here, and nobody is erased */
    world_fail("the simulation does not know statement %s", o->statement);
  }
}

/* Nobody asks for past days here, and none are stored. */
void jl_store_moment(struct jl_store *s, const struct jl_id *space, uint64_t revision, int64_t before_us,
                     void (*done)(void *context, const struct jl_store_moment *moment, const struct jl_error *err), void *context) {
  (void)s, (void)space, (void)revision, (void)before_us, (void)done, (void)context;
  JL_ASSERT(false);
}
void jl_store_log_some(struct jl_store *s, const struct jl_log_want *want, log_done *done, void *context) {
  (void)s, (void)want, (void)done, (void)context;
  JL_ASSERT(false);
}
void jl_store_state_find(struct jl_store *s, const struct jl_id *space, uint64_t revision,
                         void (*done)(void *context, const struct jl_stored_state *state, const struct jl_error *err), void *context) {
  (void)s, (void)space, (void)revision, (void)done, (void)context;
  JL_ASSERT(false);
}
void jl_store_state_add(struct jl_store *s, const struct jl_id *space, const struct jl_stored_state *state,
                        void (*done)(void *context, const struct jl_error *err), void *context) {
  (void)s, (void)space, (void)state, (void)done, (void)context;
  JL_ASSERT(false);
}
void jl_store_state_remove(struct jl_store *s, const struct jl_id *space, uint64_t revision,
                           void (*done)(void *context, const struct jl_error *err), void *context) {
  (void)s, (void)space, (void)revision, (void)done, (void)context;
  JL_ASSERT(false);
}
void jl_store_state_due(struct jl_store *s, uint64_t step, const struct jl_id *except,
                        void (*done)(void *context, const struct jl_id *space, uint64_t revision, const struct jl_error *err), void *context) {
  (void)s, (void)step, (void)except, (void)done, (void)context;
  JL_ASSERT(false);
}

void jl_store_query(struct jl_store *s, const char *statement, const struct jl_param *params, size_t n, query_done *done, void *context) {
  struct operation *o = read_later(s, QUERY, AS_DATA(done), context);
  struct process *before = process_enter(NULL);
  snprintf(o->statement, sizeof o->statement, "%s", statement);
  for (size_t i = 0; i < n && i < JL_COUNT(o->parameters); i++) o->parameters[i] = fake_keep(params[i].bytes);
  process_enter(before);
}
size_t jl_rows_count(const struct jl_rows *r) { return r->count; }
/* Columns of session_find and session_replica: everybody is an administrator without limits. */
bool jl_rows_null(const struct jl_rows *r, size_t row, int column) { return (void)r, (void)row, column >= 5; }
struct jl_bytes jl_rows_bytes(const struct jl_rows *r, size_t row, int column) {
  (void)row;
  if (column > 4) return (struct jl_bytes){NULL, 0};
  return (struct jl_bytes){(const uint8_t *)r->login, strlen(r->login)};
}
int64_t jl_rows_integer(const struct jl_rows *r, size_t row, int column) {
  (void)row;
  return column == 3 ? r->expires_us : column == 2;
}
struct jl_id jl_rows_id(const struct jl_rows *r, size_t row, int column) {
  (void)row, (void)column;
  return r->person;
}
