#include "server/past/past.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/governance/rights.h"
#include "common/model/query.h"
#include "server/ops/log.h"
#include "server/past/fold.h"
#include <stdlib.h>
#include <string.h>

#define SEEN 3           /* of one past state: what readers of different sections see of it */
#define LOOK_US 10000000 /* between two looks for what is to be stored, when nothing was */
#define REST 9           /* storing rests so many times as long as it worked: edits come first */

struct waiter {
  struct waiter *next;
  struct jl_past_ask ask;
  struct jl_pasts *owner;
};
struct jl_past {
  struct jl_past *newer, *older;
  struct jl_pasts *owner;
  struct jl_id space;
  uint64_t revision, epoch, erasures, connections;
  enum jl_space_kind kind;
  int64_t time_us;
  struct jl_replica *replica; /* NULL: being made, or waits for that */
  struct {
    uint32_t sections;
    struct jl_replica *replica;
  } seen[SEEN];
  size_t next_seen, bytes;
  uint32_t holds;
  bool folding;
  struct waiter *waiters;
};
struct jl_pasts {
  uv_loop_t *loop;
  struct jl_store *store;
  uint64_t step;
  struct jl_past *newest, *oldest;
  size_t bytes, folds;
  struct jl_past_turn *first, **last; /* questions that wait for their turn */
  size_t waiting, under_way;          /* so many do, and so many have it */
  bool giving;
  size_t operations; /* calls that will still answer */
  bool stopping;
  /* storing what is due */
  bool upkeep;
  struct jl_id due_space, failed_space;
  uint64_t due_revision;
  int64_t look_us, began_us;
};

/* ---- the list, by use ---- */
static void unlink_past(struct jl_pasts *p, struct jl_past *past) {
  if (past->newer != NULL)
    past->newer->older = past->older;
  else
    p->newest = past->older;
  if (past->older != NULL)
    past->older->newer = past->newer;
  else
    p->oldest = past->newer;
}

static void link_newest(struct jl_pasts *p, struct jl_past *past) {
  past->newer = NULL;
  past->older = p->newest;
  if (p->newest != NULL)
    p->newest->newer = past;
  else
    p->oldest = past;
  p->newest = past;
}

/* ---- freeing a whole plan takes long: in a worker, where there is one ---- */
struct leaving {
  uv_work_t work;
  struct jl_replica *replica; /* nobody else has it or one of its records */
  struct jl_pasts *owner;
};

static void leave(uv_work_t *request) {
  const struct leaving *l = request->data;
  jl_replica_free(l->replica);
}

static void left(uv_work_t *request, int status) {
  struct leaving *l = request->data;
  (void)status; /* never cancelled */
  l->owner->operations--;
  free(l);
}

static void let_go(struct jl_pasts *p, struct jl_replica *replica) {
  struct leaving *l = replica == NULL || p->stopping ? NULL : calloc(1, sizeof *l);
  if (l == NULL) {
    jl_replica_free(replica);
    return;
  }
  *l = (struct leaving){.work = {.data = l}, .replica = replica, .owner = p};
  p->operations++;
  int queued = uv_queue_work(p->loop, &l->work, leave, left);
  JL_ASSERT(queued == 0); /* it fails without a function only */
}

static void drop(struct jl_pasts *p, struct jl_past *past) {
  unlink_past(p, past);
  p->bytes -= past->bytes;
  for (size_t i = 0; i < SEEN; i++) jl_replica_free(past->seen[i].replica); /* they share its records: before it */
  let_go(p, past->replica);
  free(past);
}

static bool needed(const struct jl_past *past) { return past->holds > 0 || past->waiters != NULL || past->folding; }

static void make_room(struct jl_pasts *p) {
  for (struct jl_past *past = p->oldest, *newer; past != NULL && p->bytes > JL_PAST_BYTES; past = newer) {
    newer = past->newer;
    if (!needed(past)) drop(p, past);
  }
}

static void weigh(struct jl_past *past) {
  size_t bytes = past->replica == NULL ? 0 : jl_replica_memory(past->replica);
  for (size_t i = 0; i < SEEN; i++)
    if (past->seen[i].replica != NULL) bytes += jl_replica_memory(past->seen[i].replica) / 2; /* the records are shared */
  past->owner->bytes += bytes - past->bytes;
  past->bytes = bytes;
}

void jl_past_release(struct jl_past *past) {
  if (past == NULL) return;
  past->holds--;
  make_room(past->owner);
}

const struct jl_replica *jl_past_whole(const struct jl_past *past) { return past->replica; }
uint64_t jl_past_erasures(const struct jl_past *past) { return past->erasures; }
int64_t jl_past_time(const struct jl_past *past) { return past->time_us; }

const struct jl_replica *jl_past_seen(struct jl_past *past, uint32_t sections) {
  sections &= JL_EVERYTHING;
  if (sections == JL_EVERYTHING || past->kind != JL_SPACE_PLAN) return past->replica;
  for (size_t i = 0; i < SEEN; i++)
    if (past->seen[i].replica != NULL && past->seen[i].sections == sections) return past->seen[i].replica;
  size_t at = past->next_seen++ % SEEN;
  jl_replica_free(past->seen[at].replica);
  past->seen[at].sections = sections;
  past->seen[at].replica = jl_replica_readable(past->replica, sections);
  weigh(past);
  return past->seen[at].replica;
}

/* ---- making them ---- */
static void fold_next(struct jl_pasts *p);

static void answer(struct jl_past *past, const struct jl_error *err) {
  struct waiter *list = past->waiters;
  past->waiters = NULL;
  past->holds++; /* for as long as they are told */
  for (struct waiter *w = list, *next; w != NULL; w = next) {
    next = w->next;
    if (err == NULL) past->holds++;
    w->ask.done(w->ask.context, err == NULL ? past : NULL, err);
    free(w);
  }
  past->holds--;
}

static void folded(void *context, struct jl_replica *replica, const struct jl_error *err) {
  struct jl_past *past = context;
  struct jl_pasts *p = past->owner;
  past->folding = false;
  past->replica = replica;
  weigh(past);
  p->folds--;
  p->operations--;
  answer(past, err);
  if (replica == NULL && !needed(past)) drop(p, past);
  make_room(p);
  fold_next(p);
}

static void begin_fold(struct jl_past *past) {
  struct jl_pasts *p = past->owner;
  past->folding = true;
  p->folds++;
  p->operations++;
  jl_fold_begin(&(struct jl_fold_of){.loop = p->loop,
                                     .store = p->store,
                                     .space = past->space,
                                     .kind = past->kind,
                                     .epoch = past->epoch,
                                     .erasures = past->erasures,
                                     .revision = past->revision,
                                     .step = p->step,
                                     .stopping = &p->stopping,
                                     .done = folded,
                                     .context = past});
}

/* The one that waits longest stands last. */
static void fold_next(struct jl_pasts *p) {
  if (p->folds >= JL_PAST_FOLDS) return;
  for (struct jl_past *past = p->oldest; past != NULL; past = past->newer)
    if (past->replica == NULL && !past->folding && past->waiters != NULL) {
      begin_fold(past);
      return;
    }
}

/* What was made while there were other connections may be of another history: an older copy was restored, a standby took over. */
static void forget_other_histories(struct jl_pasts *p) {
  uint64_t connections = jl_store_connections(p->store);
  for (struct jl_past *past = p->oldest, *newer; past != NULL; past = newer) {
    newer = past->newer;
    if (past->connections != connections && !needed(past)) drop(p, past);
  }
}

/* What was made before something was erased from the log of its space holds that still. */
static void forget_erased(struct jl_pasts *p, const struct jl_id *space, uint64_t erasures) {
  for (struct jl_past *past = p->oldest, *newer; past != NULL; past = newer) {
    newer = past->newer;
    if (past->erasures < erasures && !needed(past) && jl_id_equal(&past->space, space)) drop(p, past);
  }
}

static struct jl_past *find(const struct jl_pasts *p, const struct jl_id *space, const struct jl_store_moment *m) {
  uint64_t connections = jl_store_connections(p->store);
  for (struct jl_past *past = p->newest; past != NULL; past = past->older)
    if (past->connections == connections && past->revision == m->revision && past->epoch == m->epoch && past->erasures == m->erasures && jl_id_equal(&past->space, space))
      return past;
  return NULL;
}

static struct jl_past *find_or_add(struct jl_pasts *p, const struct jl_id *space, const struct jl_store_moment *m) {
  struct jl_past *past = find(p, space, m);
  if (past != NULL) {
    if (past->replica == NULL) return past; /* its place is its turn */
    unlink_past(p, past);
    link_newest(p, past);
    return past;
  }
  past = calloc(1, sizeof *past);
  if (past == NULL) return NULL;
  *past = (struct jl_past){.owner = p,
                           .space = *space,
                           .revision = m->revision,
                           .epoch = m->epoch,
                           .erasures = m->erasures,
                           .kind = m->kind,
                           .time_us = m->time_us,
                           .connections = jl_store_connections(p->store)};
  link_newest(p, past);
  return past;
}

static void stopping(struct jl_error *err) {
  jl_fail(err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
}

static void fail(struct waiter *w, const struct jl_error *err) {
  struct jl_past_ask ask = w->ask;
  free(w);
  ask.done(ask.context, NULL, err);
}

static bool check(const struct jl_past_ask *ask, const struct jl_store_moment *m, struct jl_error *err) {
  if (ask->at.revision > m->newest)
    return jl_fail(err, JL_E_INVALID, JL_MSG("r{1} is not there yet: the newest revision is r{2}"), NULL, jl_arg_revision(ask->at.revision),
                   jl_arg_revision(m->newest));
  if (m->revision == 0 && !ask->empty)
    return jl_fail(err, JL_E_INVALID, JL_MSG("there was nothing then: it begins on {1} with r1"), NULL, jl_arg_time(m->first_us));
  return true;
}

static void moment_found(void *context, const struct jl_store_moment *moment, const struct jl_error *err) {
  struct waiter *w = context;
  struct jl_pasts *p = w->owner;
  struct jl_error why = {0};
  p->operations--;
  if (err != NULL)
    why = *err;
  else if (p->stopping)
    stopping(&why);
  else
    (void)!check(&w->ask, moment, &why);
  if (why.code != JL_E_OK) {
    fail(w, &why);
    return;
  }
  forget_erased(p, &w->ask.space, moment->erasures);
  struct jl_past *past = find_or_add(p, &w->ask.space, moment);
  if (past == NULL) {
    jl_fail(&why, JL_E_NO_MEMORY, JL_MSG("not enough memory for a past state"), NULL);
    fail(w, &why);
    return;
  }
  w->next = past->waiters;
  past->waiters = w;
  if (past->replica != NULL)
    answer(past, NULL);
  else
    fold_next(p);
}

void jl_past_open(struct jl_pasts *p, const struct jl_past_ask *ask) {
  struct jl_error err = {0};
  forget_other_histories(p);
  struct waiter *w = p->stopping ? NULL : calloc(1, sizeof *w);
  if (w == NULL) {
    if (p->stopping)
      stopping(&err);
    else
      jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory for a past state"), NULL);
    ask->done(ask->context, NULL, &err);
    return;
  }
  *w = (struct waiter){.ask = *ask, .owner = p};
  p->operations++;
  jl_store_moment(p->store, &w->ask.space, ask->at.revision, ask->at.before_us, moment_found, w);
}

/* ---- whose turn it is ---- */
static struct jl_past_turn *take_first(struct jl_pasts *p) {
  struct jl_past_turn *turn = p->first;
  p->first = turn->next;
  if (p->first == NULL) p->last = &p->first;
  p->waiting--;
  return turn;
}

/* One after the other, also when some are over within their beginning. */
static void give_turns(struct jl_pasts *p) {
  struct jl_error gone = {0}, ends = {0};
  jl_fail(&gone, JL_E_TIMEOUT, JL_MSG("the request was cancelled"), NULL);
  stopping(&ends);
  if (p->giving) return;
  p->giving = true;
  while (p->first != NULL && (p->stopping || p->under_way < JL_PAST_QUESTIONS)) {
    struct jl_past_turn *turn = take_first(p);
    const struct jl_error *err = p->stopping ? &ends : turn->gone(turn->context) ? &gone : NULL;
    if (err == NULL) p->under_way++;
    turn->begin(turn->context, err);
  }
  p->giving = false;
}

void jl_past_enter(struct jl_pasts *p, struct jl_past_turn *turn) {
  struct jl_error err = {0};
  if (p->waiting >= JL_PAST_WAITING) {
    jl_fail(&err, JL_E_OVERLOADED, JL_MSG("too many questions about past days wait"), JL_MSG("try again in a moment"));
    turn->begin(turn->context, &err);
    return;
  }
  turn->next = NULL;
  *p->last = turn;
  p->last = &turn->next;
  p->waiting++;
  give_turns(p);
}

void jl_past_leave(struct jl_pasts *p) {
  p->under_way--;
  give_turns(p);
}

/* ---- storing what is due: one state after the other, and a long rest after each ---- */
static void upkeep_over(struct jl_pasts *p, bool did) {
  int64_t now_us = jl_monotonic_us();
  p->upkeep = false;
  p->operations--;
  p->look_us = now_us + (did ? REST * (now_us - p->began_us) : LOOK_US);
}

/* Of this space, whoever tries: what comes from the database or the memory of now may be over the next time. */
static bool is_of_space(const struct jl_error *err) {
  return err->code == JL_E_INTERNAL || err->code == JL_E_INVALID || err->code == JL_E_HISTORY_FORKED;
}

static void upkeep_folded(void *context, struct jl_replica *replica, const struct jl_error *err) {
  struct jl_pasts *p = context;
  let_go(p, replica);
  p->folds--;
  if (err != NULL && !p->stopping) { /* it must not keep the others from being stored */
    char id[JL_ID_TEXT_SIZE];
    jl_id_format(&p->due_space, id);
    jl_log(JL_LOG_WARN, "past.failed", JL_F_TEXT("space", id), JL_F_ERROR(err));
    if (is_of_space(err)) p->failed_space = p->due_space;
  }
  if (err == NULL) p->failed_space = (struct jl_id){{0}}; /* the others were not kept waiting: it may try again */
  upkeep_over(p, err == NULL);
  fold_next(p);
}

static void upkeep_moment(void *context, const struct jl_store_moment *moment, const struct jl_error *err) {
  struct jl_pasts *p = context;
  if (err != NULL || p->stopping || moment->revision != p->due_revision) {
    upkeep_over(p, false);
    return;
  }
  p->folds++;
  jl_fold_begin(&(struct jl_fold_of){.loop = p->loop,
                                     .store = p->store,
                                     .space = p->due_space,
                                     .kind = moment->kind,
                                     .epoch = moment->epoch,
                                     .erasures = moment->erasures,
                                     .revision = p->due_revision,
                                     .step = p->step,
                                     .stopping = &p->stopping,
                                     .done = upkeep_folded,
                                     .context = p});
}

static void upkeep_due(void *context, const struct jl_id *space, uint64_t revision, const struct jl_error *err) {
  struct jl_pasts *p = context;
  if (err == NULL && revision == 0) p->failed_space = (struct jl_id){{0}};
  if (err != NULL || revision == 0 || p->stopping) {
    upkeep_over(p, false);
    return;
  }
  p->due_space = *space;
  p->due_revision = revision;
  jl_store_moment(p->store, &p->due_space, revision, 0, upkeep_moment, p);
}

void jl_pasts_tick(struct jl_pasts *p) {
  int64_t now_us = jl_monotonic_us();
  if (p->step == 0 || p->upkeep || p->stopping || now_us < p->look_us || p->folds >= JL_PAST_FOLDS || !jl_store_healthy(p->store)) return;
  p->upkeep = true;
  p->operations++;
  p->began_us = now_us;
  jl_store_state_due(p->store, p->step, &p->failed_space, upkeep_due, p);
}

/* ---- beginning and end ---- */
struct jl_pasts *jl_pasts_new(uv_loop_t *loop, struct jl_store *store, uint64_t step) {
  struct jl_pasts *p = calloc(1, sizeof *p);
  if (p == NULL) return NULL;
  p->loop = loop;
  p->store = store;
  p->step = step;
  p->last = &p->first;
  return p;
}

void jl_pasts_stop(struct jl_pasts *p) {
  struct jl_error err = {0};
  p->stopping = true;
  stopping(&err);
  for (struct jl_past *past = p->newest; past != NULL; past = past->older)
    if (past->waiters != NULL && !past->folding) answer(past, &err);
  give_turns(p);
}
bool jl_pasts_idle(const struct jl_pasts *p) { return p->operations == 0; }

void jl_pasts_free(struct jl_pasts *p) {
  if (p == NULL) return;
  for (struct jl_past *past = p->oldest, *newer; past != NULL; past = newer) {
    newer = past->newer;
    drop(p, past);
  }
  free(p);
}
