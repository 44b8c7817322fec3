/* Transactions: executed, on their way to the standby, durable; lost sight of, and looked for. */
#include "tests/sim/database_parts.h"
#include "common/base/mutants.h"
#include <stdio.h>
#include <string.h>

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
const struct fake_space *db_visible(const struct jl_id *space) {
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

void db_drop_pending(struct transaction *t) {
  for (struct transaction **at = &db.pending; *at != NULL; at = &(*at)->next)
    if (*at == t) {
      *at = t->next;
      if (*at == NULL) db.pending_end = at;
      break;
    }
  db_drop_transaction(t);
}

int64_t db_travel_us(void) {
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
      db_answer_at(o, world->now_us + db_travel_us());
    }
    db_drop_pending(t);
  }
  db_drop_transaction(t);
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

/* ---- a commit ---- */
static void resolve(void *context);

void db_become_lost(struct operation *o) {
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

static void execute(void *context) {
  struct sent *sent = context;
  struct transaction *t = sent->transaction;
  struct operation *o = operation_of(t);
  bool any = false;
  if (t->dead || sent->timeline != db.timeline || !database_up()) {
    db_drop_transaction(t);
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
      db_answer_at(o, world->now_us + db_travel_us());
    }
  } else {
    say(t, "is executed");
    check_time(t);
    for (size_t i = 0; i < t->count && !world->failed; i++) fake_apply(db.primary, &t->batches[i]);
    if (!world->failed) replicate(t);
  }
  db_drop_transaction(t);
  world_free(sent);
}

static bool proven(const struct transaction *t) {
  for (size_t i = 0; i < t->count; i++) {
    const struct jl_store_batch *b = &t->batches[i];
    const struct fake_space *space = db_visible(&b->space);
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

/* A commit of its own: when that is durable, all that it saw is. */
void db_wait_for_all(struct operation *o) {
  db_drop_transaction(o->barrier);
  o->barrier = NULL;
  for (struct transaction *p = db.pending; p != NULL; p = p->next)
    if (p->next == NULL) (o->barrier = p)->references++;
}

/* As server/store/commit.c does it: end the old session, barrier, look. */
static void resolve(void *context) {
  struct operation *o = context;
  struct transaction *t = o->transaction;
  o->event = NULL;
  if (o->node->process == NULL) {
    db_drop_operation(o);
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
    db_wait_for_all(o);
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
  db_answer_at(o, world->now_us + db_travel_us());
}

struct operation *db_begin(struct jl_store *s, enum kind kind, void *done, void *context) {
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

void jl_store_commit(struct jl_store *s, int lane, const struct jl_store_batch *const *batches, size_t n, commit_done *done,
                     void *context) {
  JL_ASSERT(!s->busy[lane] && n > 0 && n <= 512);
  struct operation *o = db_begin(s, COMMIT, AS_DATA(done), context);
  struct process *before = process_enter(NULL);
  s->busy[lane] = true;
  o->lane = lane;
  o->transaction = db_copy_transaction(batches, n);
  if (!jl_store_healthy(s)) {
    o->transaction->dead = true; /* never sent */
    db_become_lost(o);
  } else {
    struct sent *sent = world_alloc(sizeof *sent);
    *sent = (struct sent){o->transaction, db.timeline};
    o->transaction->references++;
    event_at(world->now_us + db_travel_us(), execute, sent);
  }
  process_enter(before);
}
