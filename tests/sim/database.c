#include "tests/sim/database.h"
#include "common/base/calendar.h"
#include "common/base/mutants.h"
#include "server/auth/token.h"
#include "tests/sim/uv_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LANES 2
#define PATIENCE_US INT64_C(5000000) /* of requests made while there is no connection */
#define RETRY_US 200000

struct transaction {
  struct transaction *next; /* on its way to the standby, in order */
  struct jl_store_batch batches[512];
  size_t count;
  bool exposed; /* seen by others before the standby has it */
  bool executed, dead;
  int references;
};
struct store_node { /* a node as the database knows it; the world's memory */
  struct store_node *next;
  struct process *process; /* NULL: dead */
  struct jl_store *store;
  struct sim_loop *loop;
  int64_t back_us;     /* no connection before */
  uint64_t connection; /* grows when it breaks */
};
enum kind { COMMIT, LOAD, CATCH_UP, SPACES, LOG, HISTORY, REFUSAL, DECIDED, HORIZON, LEASE, RELEASE, QUERY };
enum resolving { NOT_LOST, ENDING, BARRIER, LOOKING };
struct operation { /* the world's memory */
  struct operation *next;
  struct store_node *node;
  enum kind kind;
  void *done, *context;
  int64_t since_us;
  uint64_t connection; /* it was sent on */
  struct event *event;
  /* commit */
  int lane;
  struct transaction *transaction, *barrier;
  enum resolving resolving;
  enum jl_commit_result result;
  bool fenced[512];
  size_t failed_batch;
  bool applied, told;
  /* reading */
  struct jl_id space, record, group;
  uint64_t from, to;
  int64_t number;
  struct jl_lease lease;
  size_t max_bytes;
  char statement[32];
  struct jl_bytes parameters[2];
  struct fake_space *copy;
  bool unavailable;
  size_t row_count;
  struct jl_rows *rows;
};
struct jl_store { /* the node's memory */
  struct store_node *node;
  bool busy[LANES];
};
struct jl_rows {
  size_t count;
  char login[64];
  struct jl_id person;
  int64_t expires_us;
};
struct account {
  struct account *next;
  char login[64];
  struct jl_id person;
  uint8_t token_hash[JL_TOKEN_HASH_SIZE];
};
struct binding {
  struct binding *next;
  struct jl_id replica;
  char login[64];
};
static struct {
  struct rng random;
  struct fake_database *primary, *standby, *backup;
  struct transaction *pending, **pending_end;
  struct store_node *nodes;
  struct operation *operations;
  struct account *accounts;
  struct binding *bindings;
  int64_t up_us, slow_until_us, standby_slow_until_us, standby_free_us;
  struct database_counts counts;
} db;

struct database_counts database_counts(void) {
  return db.counts;
}
bool database_up(void) { return db.up_us <= world->now_us; }
const struct fake_database *database_copy(void) { return db.backup; }
struct fake_database *database_now(void) {
  return db.standby;
}

/* ---- copies ---- */
static const struct jl_store_log *copy_log(const struct jl_store_log *log, size_t n) {
  struct jl_store_log *copy = world_alloc(n * sizeof *copy + 1);
  for (size_t i = 0; i < n; i++) {
    copy[i] = log[i];
    copy[i].body = fake_keep(log[i].body);
    copy[i].private_values = fake_keep(log[i].private_values);
  }
  return copy;
}

static struct fake_space *copy_space(const struct fake_space *from) {
  struct fake_space *to = calloc(1, sizeof *to);
  if (to == NULL) abort();
  *to = *from;
  to->records = jl_replica_new(&from->id, from->kind);
  if (to->records == NULL) abort();
  for (const struct jl_record *r = jl_replica_next(from->records, NULL); r != NULL; r = jl_replica_next(from->records, &r->id))
    if (!jl_replica_put(to->records, fake_record_copy(r))) abort();
  to->log_capacity = from->log_count;
  to->log = fake_grow(NULL, from->log_count + 1, sizeof *to->log);
  for (size_t i = 0; i < from->log_count; i++) {
    to->log[i] = from->log[i];
    to->log[i].body = fake_keep(from->log[i].body);
    to->log[i].private_values = fake_keep(from->log[i].private_values);
  }
  to->lanes = fake_grow(NULL, from->lane_count + 1, sizeof *to->lanes);
  for (size_t i = 0; i < from->lane_count; i++) {
    to->lanes[i] = from->lanes[i];
    to->lanes[i].verdicts = fake_keep(from->lanes[i].verdicts);
  }
  to->refusals = fake_grow(NULL, from->refusal_count + 1, sizeof *to->refusals);
  for (size_t i = 0; i < from->refusal_count; i++) {
    to->refusals[i] = from->refusals[i];
    to->refusals[i].verdict = fake_keep(from->refusals[i].verdict);
  }
  to->again = fake_grow(NULL, from->again_count + 1, sizeof *to->again);
  for (size_t i = 0; i < from->again_count; i++) {
    to->again[i] = from->again[i];
    to->again[i].verdict = fake_keep(from->again[i].verdict);
  }
  (void)jl_replica_next(to->records, NULL); /* the order is made here, in this memory, not where it is read */
  return to;
}

static struct fake_database *copy_database(const struct fake_database *from) {
  struct fake_database *to = fake_database_new();
  const struct fake_space *space;
  to->cluster = from->cluster;
  for (size_t at = 0; (space = jl_idmap_each(&from->spaces, &at)) != NULL;)
    if (!jl_idmap_add(&to->spaces, copy_space(space))) abort();
  return to;
}

/* What the network carries: it arrives even when its sender is dead by then. */
static struct transaction *copy_transaction(const struct jl_store_batch *const *batches, size_t n) {
  struct transaction *t = world_alloc(sizeof *t);
  t->count = n;
  t->references = 1;
  for (size_t i = 0; i < n; i++) {
    struct jl_store_batch *b = &t->batches[i];
    *b = *batches[i];
    struct jl_section_position *sections = world_alloc(JL_SECTIONS * sizeof *sections);
    memcpy(sections, batches[i]->sections, JL_SECTIONS * sizeof *sections);
    b->sections = sections;
    b->log = copy_log(b->log, b->log_count);
    struct jl_store_record *records = world_alloc(b->record_count * sizeof *records + 1);
    for (size_t k = 0; k < b->record_count; k++) {
      uint32_t *fields = world_alloc(b->records[k].field_count * sizeof *fields + 1);
      if (b->records[k].field_count > 0) memcpy(fields, b->records[k].fields, b->records[k].field_count * sizeof *fields);
      records[k] =
          (struct jl_store_record){fake_record_copy(b->records[k].record), b->records[k].is_new, fields, b->records[k].field_count};
    }
    b->records = records;
    struct jl_store_lane *lanes = world_alloc(b->lane_count * sizeof *lanes + 1);
    for (size_t k = 0; k < b->lane_count; k++) {
      lanes[k] = b->lanes[k];
      lanes[k].verdicts = fake_keep(b->lanes[k].verdicts);
    }
    b->lanes = lanes;
    struct jl_store_refusal *refusals = world_alloc(b->refusal_count * sizeof *refusals + 1);
    for (size_t k = 0; k < b->refusal_count; k++) {
      refusals[k] = b->refusals[k];
      refusals[k].group = fake_keep(b->refusals[k].group);
      refusals[k].verdict = fake_keep(b->refusals[k].verdict);
    }
    b->refusals = refusals;
    struct jl_store_again *again = world_alloc(b->again_count * sizeof *again + 1);
    for (size_t k = 0; k < b->again_count; k++) {
      again[k] = b->again[k];
      again[k].verdict = fake_keep(b->again[k].verdict);
    }
    b->again = again;
  }
  return t;
}

static void drop_const(const void *p) {
  void *out;
  memcpy(&out, &p, sizeof out);
  world_free(out);
}

static void drop_transaction(struct transaction *t) {
  if (t == NULL || --t->references > 0) return;
  for (size_t i = 0; i < t->count; i++) {
    const struct jl_store_batch *b = &t->batches[i];
    for (size_t k = 0; k < b->log_count; k++) fake_drop(b->log[k].body), fake_drop(b->log[k].private_values);
    for (size_t k = 0; k < b->record_count; k++) {
      struct jl_record *record;
      memcpy(&record, &b->records[k].record, sizeof record);
      jl_record_release(record);
      drop_const(b->records[k].fields);
    }
    for (size_t k = 0; k < b->lane_count; k++) fake_drop(b->lanes[k].verdicts);
    for (size_t k = 0; k < b->refusal_count; k++) fake_drop(b->refusals[k].group), fake_drop(b->refusals[k].verdict);
    for (size_t k = 0; k < b->again_count; k++) fake_drop(b->again[k].verdict);
    drop_const(b->sections), drop_const(b->log), drop_const(b->records), drop_const(b->lanes), drop_const(b->refusals), drop_const(b->again);
  }
  world_free(t);
}

/* ---- the standby ---- */
static bool touches(const struct transaction *t, const struct jl_id *space) {
  for (size_t i = 0; i < t->count; i++)
    if (jl_id_equal(&t->batches[i].space, space)) return true;
  return false;
}

static const struct transaction *pending_of(const struct jl_id *space) {
  for (const struct transaction *t = db.pending; t != NULL; t = t->next)
    if (touches(t, space)) return t;
  return NULL;
}

/* What a reader sees of a space now. */
static const struct fake_space *visible(const struct jl_id *space) {
  const struct transaction *t = pending_of(space);
  return fake_space(t != NULL && t->exposed ? db.primary : db.standby, space);
}

static void say(const struct transaction *t, const char *what) {
  char text[200] = "";
  size_t used = 0;
  for (size_t i = 0; i < t->count && used < sizeof text - 60; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, " %02x:r%llu-r%llu", t->batches[i].space.bytes[0],
                             (unsigned long long)t->batches[i].old_revision, (unsigned long long)t->batches[i].new_revision);
  world_say("database: transaction%s %s", text, what);
}

static struct operation *operation_of(const struct transaction *t) {
  struct operation *o = db.operations;
  while (o != NULL && o->transaction != t) o = o->next;
  return o;
}

static void answer_at(struct operation *o, int64_t when_us);

static void drop_pending(struct transaction *t) {
  for (struct transaction **at = &db.pending; *at != NULL; at = &(*at)->next)
    if (*at == t) {
      *at = t->next;
      if (*at == NULL) db.pending_end = at;
      break;
    }
  drop_transaction(t);
}

static int64_t travel_us(void) {
  if (db.slow_until_us > world->now_us) return rng_between(&db.random, 20000, 1000000);
  return rng_chance(&db.random, 1, 40) ? rng_between(&db.random, 2000, 30000) : rng_between(&db.random, 60, 600);
}

static void replicated(void *context) {
  struct transaction *t = context;
  if (!t->dead) {
    say(t, "is durable");
    for (size_t i = 0; i < t->count; i++) fake_apply(db.standby, &t->batches[i]);
    struct operation *o = operation_of(t);
    if (o != NULL && o->resolving == NOT_LOST) {
      o->result = JL_COMMIT_DONE;
      answer_at(o, world->now_us + travel_us());
    }
    drop_pending(t);
  }
  drop_transaction(t);
}

static void replicate(struct transaction *t) {
  int64_t delay = db.standby_slow_until_us > world->now_us ? rng_between(&db.random, 10000, 600000) : rng_between(&db.random, 50, 900);
  int64_t when = world->now_us + delay;
  if (when < db.standby_free_us) when = db.standby_free_us;
  db.standby_free_us = when + 1;
  t->references += 2; /* the list's and the event's */
  *db.pending_end = t;
  db.pending_end = &t->next;
  event_at(when, replicated, t);
}

/* ---- answers ---- */
typedef void commit_done(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err);
typedef void load_done(void *context, struct jl_loaded_space *space, const struct jl_error *err);
typedef void spaces_done(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err);
typedef void log_done(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err);
typedef void history_done(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err);
typedef void refusal_done(void *context, struct jl_bytes verdict, const struct jl_error *err);
typedef void query_done(void *context, const struct jl_rows *rows, const struct jl_error *err);
typedef void catch_up_done(void *context, const struct jl_caught_up *news, const struct jl_error *err);
typedef void horizon_done(void *context, uint64_t horizon, const struct jl_error *err);
typedef void lease_done(void *context, const struct jl_lease *lease, const struct jl_error *err);
typedef void release_done(void *context);
#define CALL(o, type)                                                                                                                      \
  type *done;                                                                                                                              \
  memcpy(&done, &(o)->done, sizeof done)

static void drop_operation(struct operation *o) {
  for (struct operation **at = &db.operations; *at != NULL; at = &(*at)->next)
    if (*at == o) {
      *at = o->next;
      break;
    }
  event_cancel(o->event);
  drop_transaction(o->transaction);
  drop_transaction(o->barrier);
  if (o->copy != NULL) fake_space_free(o->copy);
  for (size_t i = 0; i < JL_COUNT(o->parameters); i++) fake_drop(o->parameters[i]);
  world_free(o->rows);
  world_free(o);
}

static void tell_commit(struct operation *o, const struct jl_error *err) {
  CALL(o, commit_done);
  o->node->store->busy[o->lane] = false;
  done(o->context, o->result, o->fenced, o->failed_batch, o->result == JL_COMMIT_DONE ? NULL : err);
}

static void tell_load(const struct operation *o, const struct jl_error *err) {
  CALL(o, load_done);
  if (o->copy == NULL) {
    done(o->context, NULL, err);
    return;
  }
  struct jl_loaded_lane *lanes = fake_read_lanes(o->copy);
  struct jl_replica *replica = jl_replica_new(&o->copy->id, o->copy->kind);
  if (replica == NULL) abort();
  for (const struct jl_record *r = jl_replica_next(o->copy->records, NULL); r != NULL; r = jl_replica_next(o->copy->records, &r->id))
    if (!jl_replica_put(replica, fake_record_copy(r))) abort();
  *jl_replica_position(replica) = o->copy->position;
  struct jl_loaded_again *again = fake_read_again(o->copy);
  struct jl_loaded_space loaded = {.replica = replica,
                                    .time_us = o->copy->time_us,
                                    .lanes = lanes,
                                    .lane_count = o->copy->lane_count,
                                    .horizon = o->copy->horizon,
                                    .commits = o->copy->commits,
                                    .rights_epoch = o->copy->rights_epoch,
                                    .again = again,
                                    .again_count = o->copy->again_count};
  struct jl_decided *decided = fake_read_decided(o->copy, &loaded.decided);
  done(o->context, &loaded, NULL);
  free(decided);
  free(lanes);
  free(again);
}

static void tell_catch_up(const struct operation *o, const struct jl_error *err) {
  CALL(o, catch_up_done);
  struct jl_caught_up news;
  struct jl_log_row *rows;
  struct jl_decided *decided;
  struct jl_loaded_lane *lanes;
  struct jl_loaded_again *again;
  struct jl_error much = {0};
  bool found = fake_read_news(o->copy, o->from, &news, &rows, &lanes, &again, &decided);
  (void)jl_fail(&much, JL_E_TOO_LARGE, "much was written", NULL);
  if (found && news.row_count > 100)
    done(o->context, NULL, &much);
  else
    done(o->context, found ? &news : NULL, found ? NULL : err);
  free(rows);
  free(decided);
  free(lanes);
  free(again);
}

static void tell_upkeep(const struct operation *o, const struct jl_error *err) {
  if (o->kind == HORIZON) {
    CALL(o, horizon_done);
    done(o->context, o->from, o->unavailable ? err : NULL);
  } else if (o->kind == LEASE) {
    CALL(o, lease_done);
    done(o->context, o->unavailable ? NULL : &o->lease, o->unavailable ? err : NULL);
  } else {
    CALL(o, release_done);
    done(o->context);
  }
}

static void tell_spaces(const struct operation *o, const struct jl_error *err) {
  CALL(o, spaces_done);
  struct jl_space_summary *list = calloc(db.standby->spaces.count + 1, sizeof *list);
  const struct fake_space *space;
  size_t n = 0;
  if (list == NULL) abort();
  for (size_t at = 0; !o->unavailable && (space = jl_idmap_each(&db.standby->spaces, &at)) != NULL; n++) {
    list[n] = (struct jl_space_summary){.id = space->id, .kind = space->kind};
    const struct jl_record *plan = jl_replica_record(space->records, &space->id);
    if (space->kind == JL_SPACE_PLAN && plan != NULL) list[n].plan = fake_record_copy(plan);
  }
  done(o->context, list, n, o->unavailable ? err : NULL);
  for (size_t i = 0; i < n; i++) jl_record_release(list[i].plan);
  free(list);
}

static void tell_log(const struct operation *o, const struct jl_error *err) {
  CALL(o, log_done);
  size_t n;
  bool more;
  if (o->copy == NULL) {
    done(o->context, NULL, 0, false, o->unavailable ? err : NULL);
    return;
  }
  struct jl_log_row *rows = fake_read_log(o->copy, o->from, o->to, o->max_bytes, &n, &more);
  done(o->context, rows, n, more, NULL);
  free(rows);
}

static void tell(void *context) {
  struct operation *o = context;
  struct jl_error err = {0};
  (void)jl_fail(&err, o->unavailable || o->kind == COMMIT ? JL_E_UNAVAILABLE : JL_E_NOT_FOUND, "the database cannot be reached", NULL);
  switch (o->kind) {
  case COMMIT:
    tell_commit(o, &err);
    break;
  case LOAD:
    tell_load(o, &err);
    break;
  case CATCH_UP:
    tell_catch_up(o, &err);
    break;
  case HORIZON:
  case LEASE:
  case RELEASE:
    tell_upkeep(o, &err);
    break;
  case SPACES:
    tell_spaces(o, &err);
    break;
  case LOG:
    tell_log(o, &err);
    break;
  case HISTORY: {
    CALL(o, history_done);
    done(o->context, NULL, 0, o->unavailable ? &err : NULL); /* texts of conflicts and old versions: not asked for here */
    break;
  }
  case REFUSAL: {
    CALL(o, refusal_done);
    const struct fake_refusal *found = o->copy == NULL ? NULL : fake_find_refusal(o->copy, &o->record, o->from);
    done(o->context, found == NULL ? (struct jl_bytes){NULL, 0} : found->verdict, found == NULL ? &err : NULL);
    break;
  }
  case DECIDED: {
    CALL(o, refusal_done);
    struct jl_bytes found = fake_find_decided(o->copy, &o->record, &o->group);
    done(o->context, found, found.data == NULL ? &err : NULL);
    break;
  }
  case QUERY: {
    CALL(o, query_done);
    done(o->context, o->unavailable ? NULL : o->rows, o->unavailable ? &err : NULL);
    break;
  }
  }
  struct process *before = process_enter(NULL);
  drop_operation(o);
  process_enter(before);
}

static void answer(void *context) {
  struct operation *o = context;
  o->event = NULL;
  o->told = true;
  if (o->node->process == NULL)
    drop_operation(o);
  else
    sim_task(o->node->loop, tell, o);
}

static void answer_at(struct operation *o, int64_t when_us) {
  event_cancel(o->event);
  o->event = event_at(when_us, answer, o);
}

/* ---- a commit ---- */
static void resolve(void *context);
static void wait_for_all(struct operation *o);

static bool lost(const struct operation *o) { return o->connection != o->node->connection; }

static void become_lost(struct operation *o) {
  if (o->resolving == LOOKING) event_cancel(o->event), o->event = NULL, o->resolving = NOT_LOST; /* the answer to the look is lost too */
  if (o->resolving != NOT_LOST) return;
  db.counts.lost++;
  o->resolving = ENDING;
  event_cancel(o->event);
  o->event =
      event_at((o->node->back_us > world->now_us ? o->node->back_us : world->now_us) + rng_between(&db.random, 100000, 400000), resolve, o);
}

static bool poisoned(const struct transaction *t, size_t *ret_batch) {
  for (size_t i = 0; i < t->count; i++)
    for (size_t k = 0; k < t->batches[i].record_count; k++) {
      struct jl_bytes body = t->batches[i].records[k].record->body;
      if (memmem(body.data, body.size < 64 ? body.size : 64, "poison", 6) == NULL) continue;
      *ret_batch = rng_chance(&db.random, 1, 2) ? i : SIZE_MAX;
      return true;
    }
  return false;
}

struct sent { /* a transaction on its way; independent of what becomes of its sender */
  struct transaction *transaction;
  uint64_t timeline;
};
/* Displayed time never falls. */
static void check_time(const struct transaction *t) {
  for (size_t i = 0; i < t->count; i++) {
    const struct jl_store_batch *b = &t->batches[i];
    const struct fake_space *space = fake_space(db.primary, &b->space);
    int64_t last = space == NULL || space->log_count == 0 ? INT64_MIN : space->log[space->log_count - 1].time_us;
    for (size_t k = 0; k < b->log_count; k++) {
      if (b->log[k].time_us < last)
        world_fail("r%llu has an earlier time than the revision before it", (unsigned long long)b->log[k].revision);
      last = b->log[k].time_us;
    }
  }
}

static uint64_t timeline; /* of the primary: a restart or failover loses what is on its way */

static void execute(void *context) {
  struct sent *sent = context;
  struct transaction *t = sent->transaction;
  struct operation *o = operation_of(t);
  bool any = false;
  if (t->dead || sent->timeline != timeline || !database_up()) {
    drop_transaction(t);
    world_free(sent);
    return;
  }
  for (size_t i = 0; i < t->count; i++)
    if (pending_of(&t->batches[i].space) != NULL) { /* its row is held */
      event_at(world->now_us + 300, execute, sent);
      return;
    }
  for (size_t i = 0; i < t->count; i++) {
    bool fenced = !fake_fence_holds(db.primary, &t->batches[i]);
    any = any || fenced;
    if (o != NULL) o->fenced[i] = fenced;
  }
  db.counts.transactions++;
  size_t guilty = SIZE_MAX;
  t->executed = true;
  if (any || poisoned(t, &guilty)) {
    say(t, any ? "is fenced" : "is refused");
    if (any)
      db.counts.fenced++;
    else
      db.counts.refused++;
    if (o != NULL && o->resolving == NOT_LOST) {
      o->result = any ? JL_COMMIT_FENCED : JL_COMMIT_REFUSED;
      o->failed_batch = guilty;
      answer_at(o, world->now_us + travel_us());
    }
  } else {
    say(t, "is executed");
    check_time(t);
    for (size_t i = 0; i < t->count && !world->failed; i++) fake_apply(db.primary, &t->batches[i]);
    if (!world->failed) replicate(t);
  }
  drop_transaction(t);
  world_free(sent);
}

static bool proven(const struct transaction *t) {
  for (size_t i = 0; i < t->count; i++) {
    const struct jl_store_batch *b = &t->batches[i];
    const struct fake_space *space = visible(&b->space);
    if (b->log_count > 0) {
      const struct jl_store_log *mine = &b->log[b->log_count - 1];
      for (size_t k = 0; space != NULL && k < space->log_count; k++)
        if (space->log[k].revision == mine->revision && space->log[k].section == mine->section)
          return space->log[k].body.size == mine->body.size && memcmp(space->log[k].body.data, mine->body.data, mine->body.size) == 0;
      return false;
    }
    if (b->lane_count > 0) {
      const struct fake_lane *lane = fake_lane(space, &b->lanes[0].replica);
      return lane != NULL && lane->seq == b->lanes[0].seq && lane->verdicts.size == b->lanes[0].verdicts.size &&
             memcmp(lane->verdicts.data, b->lanes[0].verdicts.data, lane->verdicts.size) == 0;
    }
  }
  return false;
}

/* As server/store/commit.c does it: end the old session, barrier, look. */
static void resolve(void *context) {
  struct operation *o = context;
  struct transaction *t = o->transaction;
  o->event = NULL;
  if (o->node->process == NULL) {
    drop_operation(o);
    return;
  }
  if (!database_up() || o->node->back_us > world->now_us) {
    o->resolving = ENDING;
    o->event = event_at(world->now_us + RETRY_US, resolve, o);
    return;
  }
  if (o->resolving == ENDING) {
    if (!t->executed) t->dead = true;
    t->exposed = true;
    say(t, t->dead ? "was lost on its way" : "was lost sight of");
    wait_for_all(o);
    o->resolving = BARRIER;
  }
  if (o->resolving == BARRIER && !jl_mutant(JL_MUTANT_NO_BARRIER)) {
    for (const struct transaction *p = db.pending; p != NULL; p = p->next)
      if (p == o->barrier) {
        o->event = event_at(world->now_us + 500, resolve, o);
        return;
      }
  }
  o->resolving = LOOKING;
  o->connection = o->node->connection;
  o->applied = proven(t);
  o->result = o->applied ? JL_COMMIT_DONE : JL_COMMIT_FAILED;
  say(t, o->applied ? "is found" : "is not found");
  if (o->applied)
    db.counts.unknown_in++;
  else
    db.counts.unknown_out++;
  answer_at(o, world->now_us + travel_us());
}

static struct operation *begin(struct jl_store *s, enum kind kind, void *done, void *context) {
  effect();
  struct operation *o = world_alloc(sizeof *o);
  *o = (struct operation){.next = db.operations,
                          .node = s->node,
                          .kind = kind,
                          .done = done,
                          .context = context,
                          .since_us = world->now_us,
                          .connection = s->node->connection,
                          .failed_batch = SIZE_MAX};
  db.operations = o;
  return o;
}
#define AS_DATA(f) (*(void **)&(f))

void jl_store_commit(struct jl_store *s, int lane, const struct jl_store_batch *const *batches, size_t n, commit_done *done,
                     void *context) {
  JL_ASSERT(!s->busy[lane] && n > 0 && n <= 512);
  struct operation *o = begin(s, COMMIT, AS_DATA(done), context);
  struct process *before = process_enter(NULL);
  s->busy[lane] = true;
  o->lane = lane;
  o->transaction = copy_transaction(batches, n);
  if (!jl_store_healthy(s)) {
    o->transaction->dead = true; /* never sent */
    become_lost(o);
  } else {
    struct sent *sent = world_alloc(sizeof *sent);
    *sent = (struct sent){o->transaction, timeline};
    o->transaction->references++;
    event_at(world->now_us + travel_us(), execute, sent);
  }
  process_enter(before);
}

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

/* A commit of its own: when that is durable, all that it saw is. */
static void wait_for_all(struct operation *o) {
  drop_transaction(o->barrier);
  o->barrier = NULL;
  for (struct transaction *p = db.pending; p != NULL; p = p->next)
    if (p->next == NULL) (o->barrier = p)->references++;
}

static void read_now(void *context);

static void wait_durable(void *context) {
  struct operation *o = context;
  o->event = NULL;
  bool waits = false;
  for (const struct transaction *p = db.pending; p != NULL && !jl_mutant(JL_MUTANT_NO_BARRIER); p = p->next)
    waits = waits || p == o->barrier;
  if (o->node->process == NULL) {
    drop_operation(o);
  } else if (lost(o)) {
    if (o->copy != NULL) fake_space_free(o->copy);
    o->copy = NULL;
    read_now(o);
  } else if (waits) {
    o->event = event_at(world->now_us + 500, wait_durable, o);
  } else {
    answer_at(o, world->now_us + travel_us());
  }
}

static void read_now(void *context) {
  struct operation *o = context;
  o->event = NULL;
  if (o->node->process == NULL) {
    drop_operation(o);
    return;
  }
  if (!database_up() || o->node->back_us > world->now_us || lost(o)) {
    o->connection = o->node->connection;
    o->unavailable = world->now_us - o->since_us > PATIENCE_US;
    if (o->unavailable)
      answer_at(o, world->now_us);
    else
      o->event = event_at(world->now_us + RETRY_US, read_now, o);
    return;
  }
  db.counts.reads++;
  if (o->kind == LOAD || o->kind == CATCH_UP)
    world_say("database: %s %s %02x", o->node->process->name, o->kind == LOAD ? "loads" : "catches up", o->space.bytes[0]);
  bool whole = o->kind == LOAD || o->kind == CATCH_UP || o->kind == LOG || o->kind == REFUSAL || o->kind == DECIDED;
  const struct fake_space *space = whole ? visible(&o->space) : NULL;
  if (o->kind == HORIZON || o->kind == LEASE || o->kind == RELEASE) keep_up(o);
  if (space != NULL) o->copy = copy_space(space);
  if (o->kind == QUERY) query(o);
  if (o->kind == LOAD || o->kind == CATCH_UP) {
    wait_for_all(o);
    wait_durable(o);
  } else
    answer_at(o, world->now_us + travel_us());
}

static struct operation *read_later(struct jl_store *s, enum kind kind, void *done, void *context) {
  struct operation *o = begin(s, kind, done, context);
  o->event = event_at(world->now_us + travel_us(), read_now, o);
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
                      size_t limit, history_done *done, void *context) {
  (void)record, (void)revision, (void)down_to, (void)limit;
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
  } else if (strcmp(o->statement, "auth_events") != 0 && strcmp(o->statement, "session_sources") != 0) { /* accounts do not change here */
    world_fail("the simulation does not know statement %s", o->statement);
  }
}

/* Nobody asks for past days here, and none are stored. */
void jl_store_moment(struct jl_store *s, const struct jl_id *space, uint64_t revision, int64_t before_us,
                     void (*done)(void *context, const struct jl_store_moment *moment, const struct jl_error *err), void *context) {
  (void)s, (void)space, (void)revision, (void)before_us, (void)done, (void)context;
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

/* ---- nodes ---- */
bool jl_store_healthy(const struct jl_store *s) { return database_up() && s->node->back_us <= world->now_us; }
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
    if (o->node->process == NULL) drop_operation(o); /* a transaction that was sent goes its way */
  }
}

static void break_connections(struct store_node *n, int64_t back_us) {
  n->connection++;
  if (back_us > n->back_us) n->back_us = back_us;
  for (struct operation *o = db.operations; o != NULL; o = o->next)
    if (o->node == n && o->kind == COMMIT && !o->told) become_lost(o);
}

void database_lose(const struct process *node) {
  for (struct store_node *n = db.nodes; n != NULL; n = n->next)
    if (n->process == node) break_connections(n, world->now_us + rng_between(&db.random, 1000, 800000));
}

static void go_down(int64_t down_us) {
  timeline++;
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
    drop_pending(db.pending);
  }
}

void database_failover(int64_t down_us) {
  db.counts.failovers++;
  drop_tail();
  fake_database_free(db.primary);
  db.primary = copy_database(db.standby);
  go_down(down_us);
}

void database_keep_copy(void) {
  if (db.backup != NULL) fake_database_free(db.backup);
  db.backup = copy_database(db.standby);
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
  db.primary = copy_database(db.backup);
  db.standby = copy_database(db.backup);
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
  db.primary = copy_database(db.standby);
  timeline = 0;
}

/* After world_end: no process lives. Events of transactions on their way are the world's. */
void database_end(void) {
  while (db.operations != NULL) drop_operation(db.operations);
  fake_database_free(db.primary);
  fake_database_free(db.standby);
  if (db.backup != NULL) fake_database_free(db.backup);
  for (struct store_node *n = db.nodes, *next; n != NULL; n = next) next = n->next, world_free(n);
  for (struct account *a = db.accounts, *next; a != NULL; a = next) next = a->next, world_free(a);
  for (struct binding *b = db.bindings, *next; b != NULL; b = next) next = b->next, world_free(b);
}
