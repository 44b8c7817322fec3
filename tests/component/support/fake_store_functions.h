/* See fake_store.h. Included by exactly one file of a test program: in a library it could take the real store's place elsewhere. */
#ifndef JL_TEST_FAKE_STORE_FUNCTIONS_H
#define JL_TEST_FAKE_STORE_FUNCTIONS_H
#include "common/model/governance/rights.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include "tests/component/support/fake_database.h"
#include "tests/component/support/fake_store.h"

struct work {
  struct work *next;
  void (*run)(struct jl_store *s, struct work *w);
  void *done, *context;
  struct jl_id space, replica, group;
  uint64_t from, to;
  size_t max_bytes, count;
  int64_t number;
  const struct jl_store_batch **batches;
  int lane;
};
struct jl_store {
  uv_loop_t *loop;
  struct fake_database *db;
  int *nodes; /* stores on that database */
  uv_idle_t idle;
  struct work *first, **end, *held, **held_end;
  bool hold, hold_loads, healthy, poison_named;
  const char *poison;
  bool busy[2];
  void (*decide)(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d);
  void *decide_context;
  struct fake_counts counts;
  int64_t *now_us; /* of the database */
};

/* ---- work that is done later ---- */
static void run_work(uv_idle_t *idle) {
  struct jl_store *s = idle->data;
  struct work *list = s->first;
  s->first = NULL;
  s->end = &s->first;
  uv_idle_stop(idle);
  for (struct work *w = list, *next; w != NULL; w = next) {
    next = w->next;
    w->run(s, w);
    free(w);
  }
}

static struct work *later(struct jl_store *s, void (*run)(struct jl_store *s, struct work *w), void *done, void *context) {
  struct work *w = calloc(1, sizeof *w);
  if (w == NULL) abort();
  *w = (struct work){.run = run, .done = done, .context = context};
  *s->end = w;
  s->end = &w->next;
  uv_idle_start(&s->idle, run_work);
  return w;
}

/* Function pointers travel as data pointers here; POSIX allows it. */
#define AS_DATA(f) (*(void **)&(f))
#define CALLBACK(w, type, name)                                                                                                            \
  type name;                                                                                                                               \
  memcpy(&name, &(w)->done, sizeof name)

struct jl_store *fake_store_node(struct jl_store *first) {
  struct jl_store *s = calloc(1, sizeof *s);
  if (s == NULL) abort();
  s->loop = first->loop;
  s->db = first->db;
  s->nodes = first->nodes;
  s->now_us = first->now_us;
  ++*s->nodes;
  s->healthy = true;
  s->end = &s->first;
  s->held_end = &s->held;
  uv_idle_init(s->loop, &s->idle);
  s->idle.data = s;
  return s;
}

struct jl_store *fake_store_new(uv_loop_t *loop) {
  struct jl_store seed = {.loop = loop, .db = fake_database_new(), .nodes = calloc(1, sizeof(int)), .now_us = calloc(1, sizeof(int64_t))};
  if (seed.nodes == NULL || seed.now_us == NULL) abort();
  return fake_store_node(&seed);
}

static void closed(uv_handle_t *handle) { free(handle->data); }

void fake_store_free(struct jl_store *s) {
  if (--*s->nodes == 0) {
    fake_database_free(s->db);
    free(s->nodes);
    free(s->now_us);
  }
  uv_close((uv_handle_t *)&s->idle, closed);
}

void fake_store_decide(struct jl_store *s,
                       void (*decide)(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d),
                       void *context) {
  s->decide = decide;
  s->decide_context = context;
}
void fake_store_healthy(struct jl_store *s, bool healthy) { s->healthy = healthy; }
void fake_store_poison(struct jl_store *s, const char *text, bool names) { s->poison = text, s->poison_named = names; }
struct fake_counts fake_store_counts(const struct jl_store *s) {
  return s->counts;
}

/* Kept until something is let go. */
static void hold_one(struct jl_store *s, const struct work *w) {
  struct work *again = calloc(1, sizeof *again);
  if (again == NULL) abort();
  *again = *w;
  again->next = NULL;
  *s->held_end = again;
  s->held_end = &again->next;
}
static void let_go(struct jl_store *s) {
  if (s->held == NULL) return;
  *s->end = s->held;
  s->end = s->held_end;
  s->held = NULL;
  s->held_end = &s->held;
  uv_idle_start(&s->idle, run_work);
}
void fake_store_hold(struct jl_store *s, bool hold) {
  s->hold = hold;
  if (!hold) let_go(s);
}
void fake_store_hold_loads(struct jl_store *s, bool hold) {
  s->hold_loads = hold;
  if (!hold) let_go(s);
}

bool jl_store_healthy(const struct jl_store *s) { return s->healthy; }
uint64_t jl_store_connections(const struct jl_store *s) { return (void)s, 1; }
const struct jl_id *jl_store_cluster(const struct jl_store *s) { return &s->db->cluster; }
int jl_store_lane_count(const struct jl_store *s) { return (int)JL_COUNT(s->busy); }
bool jl_store_lane_busy(const struct jl_store *s, int lane) { return s->busy[lane]; }

/* ---- committing ---- */
static bool poisoned(const struct jl_store *s, const struct jl_store_batch *b) {
  if (s->poison == NULL) return false;
  for (size_t i = 0; i < b->record_count; i++)
    if (memmem(b->records[i].record->body.data, b->records[i].record->body.size, s->poison, strlen(s->poison)) != NULL) return true;
  return false;
}

static void apply(struct jl_store *s, const struct jl_store_batch *b) {
  fake_apply(s->db, b);
  s->counts.records += b->record_count;
  s->counts.groups += b->new_revision - b->old_revision + b->refusal_count;
  if (b->new_revision - b->old_revision > s->counts.largest_batch) s->counts.largest_batch = b->new_revision - b->old_revision;
}

typedef void commit_done(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err);

static void run_commit(struct jl_store *s, struct work *w) {
  if (s->hold) {
    hold_one(s, w);
    return;
  }
  bool fenced[512] = {false}, any = false;
  struct fake_decision d = {JL_COMMIT_DONE, false, SIZE_MAX};
  struct jl_error err;
  if (s->decide != NULL) s->decide(s->decide_context, w->batches, w->count, &d);
  for (size_t i = 0; i < w->count; i++) {
    fenced[i] = !fake_fence_holds(s->db, w->batches[i]);
    any = any || fenced[i];
    if (d.result == JL_COMMIT_DONE && poisoned(s, w->batches[i]))
      d = (struct fake_decision){JL_COMMIT_REFUSED, false, s->poison_named ? i : SIZE_MAX};
  }
  if (d.result != JL_COMMIT_FAILED && any) d = (struct fake_decision){JL_COMMIT_FENCED, false, SIZE_MAX};
  for (size_t i = 0; i < w->count && (d.result == JL_COMMIT_DONE || (d.result == JL_COMMIT_UNKNOWN && d.applied)); i++)
    apply(s, w->batches[i]);
  s->counts.transactions++;
  s->counts.fenced += d.result == JL_COMMIT_FENCED;
  if (w->count > s->counts.largest_transaction) s->counts.largest_transaction = w->count;
  jl_fail(&err, JL_E_UNAVAILABLE, "SELECT secret FROM somewhere", NULL);
  s->busy[w->lane] = false;
  free(w->batches);
  CALLBACK(w, commit_done *, done);
  done(w->context, d.result, fenced, d.failed_batch, d.result == JL_COMMIT_DONE ? NULL : &err);
}

void jl_store_commit(struct jl_store *s, int lane, const struct jl_store_batch *const *batches, size_t n,
                     void (*done)(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch,
                                  const struct jl_error *err),
                     void *context) {
  JL_ASSERT(!s->busy[lane] && n > 0 && n <= 512);
  s->busy[lane] = true;
  struct work *w = later(s, run_commit, AS_DATA(done), context);
  w->lane = lane;
  w->count = n;
  w->batches = calloc(n, sizeof *w->batches);
  if (w->batches == NULL) abort();
  for (size_t i = 0; i < n; i++) w->batches[i] = batches[i];
}

/* ---- reading ---- */
struct jl_replica *fake_store_replica(const struct jl_store *s, const struct jl_id *id) {
  const struct fake_space *space = fake_space(s->db, id);
  struct jl_replica *r = space == NULL ? NULL : jl_replica_copy(space->records);
  if (r != NULL) *jl_replica_position(r) = space->position;
  return r;
}

typedef void load_done(void *context, struct jl_loaded_space *space, const struct jl_error *err);
static void run_load(struct jl_store *s, struct work *w) {
  if (s->hold_loads) {
    hold_one(s, w);
    return;
  }
  const struct fake_space *space = fake_space(s->db, &w->space);
  struct jl_error err;
  CALLBACK(w, load_done *, done);
  jl_fail(&err, space == NULL ? JL_E_NOT_FOUND : JL_E_UNAVAILABLE, "no such space", NULL);
  if (space == NULL || !s->healthy) {
    done(w->context, NULL, &err);
    return;
  }
  struct jl_loaded_lane *lanes = fake_read_lanes(space);
  struct jl_loaded_again *again = fake_read_again(space);
  struct jl_loaded_space loaded = {.replica = fake_store_replica(s, &w->space),
                                    .time_us = space->time_us,
                                    .lanes = lanes,
                                    .lane_count = space->lane_count,
                                    .horizon = space->horizon,
                                    .commits = space->commits,
                                    .rights_epoch = space->rights_epoch,
                                    .again = again,
                                    .again_count = space->again_count};
  struct jl_decided *decided = fake_read_decided(space, &loaded.decided);
  s->counts.loads++;
  done(w->context, &loaded, NULL);
  free(decided);
  free(lanes);
  free(again);
}
void jl_store_load(struct jl_store *s, const struct jl_id *space, load_done *done, void *context) {
  later(s, run_load, AS_DATA(done), context)->space = *space;
}

typedef void catch_up_done(void *context, const struct jl_caught_up *news, const struct jl_error *err);
static void run_catch_up(struct jl_store *s, struct work *w) {
  const struct fake_space *space = fake_space(s->db, &w->space);
  struct jl_error err;
  struct jl_caught_up news;
  struct jl_log_row *rows;
  struct jl_decided *decided;
  struct jl_loaded_lane *lanes;
  struct jl_loaded_again *again;
  CALLBACK(w, catch_up_done *, done);
  bool found = fake_read_news(space, w->from, &news, &rows, &lanes, &again, &decided);
  jl_fail(&err, !found ? JL_E_NOT_FOUND : JL_E_UNAVAILABLE, "no news", NULL);
  if (found && s->healthy) s->counts.catch_ups++;
  done(w->context, found && s->healthy ? &news : NULL, found && s->healthy ? NULL : &err);
  free(rows);
  free(decided);
  free(lanes);
  free(again);
}
void jl_store_catch_up(struct jl_store *s, const struct jl_id *space, uint64_t after, catch_up_done *done, void *context) {
  struct work *w = later(s, run_catch_up, AS_DATA(done), context);
  w->space = *space;
  w->from = after;
}

/* ---- upkeep ---- */
void fake_store_clock(struct jl_store *s, int64_t now_us) { *s->now_us = now_us; }
uint64_t fake_store_horizon(const struct jl_store *s, const struct jl_id *space) { return fake_space(s->db, space)->horizon; }
struct jl_lease fake_store_lease(const struct jl_store *s, const struct jl_id *id) {
  const struct fake_space *space = fake_space(s->db, id);
  return (struct jl_lease){space->lease_node, space->lease_until_us > *s->now_us ? (space->lease_until_us - *s->now_us) / 1000 : 0};
}

static void away(struct jl_error *err) { jl_fail(err, JL_E_UNAVAILABLE, "the database is away", NULL); }

typedef void horizon_done(void *context, uint64_t horizon, const struct jl_error *err);
static void run_horizon(struct jl_store *s, struct work *w) {
  struct fake_space *space = fake_space(s->db, &w->space);
  struct jl_error err;
  CALLBACK(w, horizon_done *, done);
  away(&err);
  if (space != NULL && s->healthy)
    done(w->context, fake_advance_horizon(space, w->max_bytes, (int)w->number, space->time_us), NULL);
  else
    done(w->context, 0, &err);
}
void jl_store_horizon(struct jl_store *s, const struct jl_id *space, uint64_t keep_bytes, int keep_days, horizon_done *done, void *context) {
  struct work *w = later(s, run_horizon, AS_DATA(done), context);
  w->space = *space;
  w->max_bytes = keep_bytes;
  w->number = keep_days;
}

typedef void lease_done(void *context, const struct jl_lease *lease, const struct jl_error *err);
static void run_lease(struct jl_store *s, struct work *w) {
  struct fake_space *space = fake_space(s->db, &w->space);
  struct jl_error err;
  CALLBACK(w, lease_done *, done);
  away(&err);
  struct jl_lease lease = {.left_ms = 0};
  if (space != NULL && s->healthy) lease = fake_take_lease(space, &w->replica, w->number, *s->now_us);
  done(w->context, space != NULL && s->healthy ? &lease : NULL, space != NULL && s->healthy ? NULL : &err);
}
void jl_store_lease(struct jl_store *s, const struct jl_id *space, const struct jl_id *node, int64_t ms, lease_done *done, void *context) {
  struct work *w = later(s, run_lease, AS_DATA(done), context);
  w->space = *space;
  w->replica = *node;
  w->number = ms;
}

typedef void release_done(void *context);
static void run_release(struct jl_store *s, struct work *w) {
  CALLBACK(w, release_done *, done);
  if (s->healthy) fake_release_leases(s->db, &w->replica);
  done(w->context);
}
void jl_store_lease_release(struct jl_store *s, const struct jl_id *node, release_done *done, void *context) {
  later(s, run_release, AS_DATA(done), context)->replica = *node;
}

/* Those that say who may do what, and those that said it. */
static void list_rights(const struct jl_replica *records, struct jl_space_summary *ret) {
  static const uint32_t types[] = {JL_TYPE_GRANT, JL_TYPE_RACI};
  size_t n = 0;
  ret->rights = calloc(jl_replica_count(records) + 1, sizeof(struct jl_record *));
  if (ret->rights == NULL) abort();
  for (size_t t = 0; t < JL_COUNT(types); t++)
    for (size_t i = 0; i < jl_replica_of_type(records, types[t]); i++) {
      const struct jl_record *record = jl_replica_of_type_at(records, types[t], i);
      if (jl_rights_touched(&ret->id, NULL, record)) ret->rights[n++] = jl_record_share(record);
    }
  ret->right_count = n;
}

typedef void spaces_done(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err);
static void run_spaces(struct jl_store *s, struct work *w) {
  struct jl_space_summary *list = calloc(s->db->spaces.count + 1, sizeof *list);
  const struct fake_space *space;
  size_t n = 0;
  CALLBACK(w, spaces_done *, done);
  if (list == NULL) abort();
  for (size_t at = 0; (space = jl_idmap_each(&s->db->spaces, &at)) != NULL; n++) {
    list[n] = (struct jl_space_summary){.id = space->id, .kind = space->kind};
    if (space->kind != JL_SPACE_PLAN) continue;
    list[n].plan = jl_record_share(jl_replica_record(space->records, &space->id));
    list_rights(space->records, &list[n]);
  }
  done(w->context, list, n, NULL);
  for (size_t i = 0; i < n; i++) {
    jl_record_release(list[i].plan);
    for (size_t k = 0; k < list[i].right_count; k++) jl_record_release(list[i].rights[k]);
    free(list[i].rights);
  }
  free(list);
}
void jl_store_spaces(struct jl_store *s, spaces_done *done, void *context) { later(s, run_spaces, AS_DATA(done), context); }

typedef void log_done(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err);
static void run_log(struct jl_store *s, struct work *w) {
  if (s->hold_loads) {
    hold_one(s, w);
    return;
  }
  const struct fake_space *space = fake_space(s->db, &w->space);
  size_t n;
  bool more;
  struct jl_log_row *rows = fake_read_log(space, w->from, w->to, w->max_bytes, &n, &more);
  CALLBACK(w, log_done *, done);
  done(w->context, rows, n, more, NULL);
  free(rows);
}
void jl_store_log(struct jl_store *s, const struct jl_id *space, uint64_t from, uint64_t to, size_t max_bytes, log_done *done,
                  void *context) {
  struct work *w = later(s, run_log, AS_DATA(done), context);
  w->space = *space;
  w->from = from;
  w->to = to;
  w->max_bytes = max_bytes;
}

typedef void refusal_done(void *context, struct jl_bytes verdict, const struct jl_error *err);
static void run_refusal(struct jl_store *s, struct work *w) {
  const struct fake_refusal *found = fake_find_refusal(fake_space(s->db, &w->space), &w->replica, w->from);
  struct jl_error err;
  CALLBACK(w, refusal_done *, done);
  jl_fail(&err, JL_E_NOT_FOUND, "none", NULL);
  done(w->context, found == NULL ? (struct jl_bytes){NULL, 0} : found->verdict, found == NULL ? &err : NULL);
}
void jl_store_refusal(struct jl_store *s, const struct jl_id *space, const struct jl_id *replica, uint64_t seq, refusal_done *done,
                      void *context) {
  struct work *w = later(s, run_refusal, AS_DATA(done), context);
  w->space = *space;
  w->replica = *replica;
  w->from = seq;
}

static void run_decided(struct jl_store *s, struct work *w) {
  struct jl_bytes verdict = fake_find_decided(fake_space(s->db, &w->space), &w->replica, &w->group);
  struct jl_error err;
  CALLBACK(w, refusal_done *, done);
  jl_fail(&err, s->healthy ? JL_E_NOT_FOUND : JL_E_UNAVAILABLE, "none", NULL);
  s->counts.decided++;
  done(w->context, s->healthy ? verdict : (struct jl_bytes){NULL, 0}, verdict.data == NULL || !s->healthy ? &err : NULL);
}
void jl_store_decided(struct jl_store *s, const struct jl_id *space, const struct jl_id *account, const struct jl_id *group, refusal_done *done,
                      void *context) {
  struct work *w = later(s, run_decided, AS_DATA(done), context);
  w->space = *space;
  w->replica = *account;
  w->group = *group;
}

size_t fake_store_log_count(const struct jl_store *s, const struct jl_id *id) {
  const struct fake_space *space = fake_space(s->db, id);
  return space == NULL ? 0 : space->log_count;
}
const struct jl_store_log *fake_store_log_row(const struct jl_store *s, const struct jl_id *id, size_t i) { return &fake_space(s->db, id)->log[i]; }
#endif
