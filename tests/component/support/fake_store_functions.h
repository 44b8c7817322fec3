/* See fake_store.h. Included by exactly one file of a test program: in a library it could take the real store's place elsewhere. */
#ifndef JL_TEST_FAKE_STORE_FUNCTIONS_H
#define JL_TEST_FAKE_STORE_FUNCTIONS_H
#include "server/space/idmap.h"
#include "tests/component/support/fake_store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the database ---- */
struct fake_lane {
  struct jl_id replica, account;
  uint64_t seq;
  struct jl_bytes verdicts;
};
struct fake_refusal {
  struct jl_id replica;
  uint64_t seq;
  struct jl_bytes verdict;
};
struct fake_space {
  struct jl_id id;
  enum jl_space_kind kind;
  struct jl_position position;
  int64_t time_us;
  struct jl_replica *records;
  struct jl_store_log *log;
  size_t log_count, log_capacity;
  struct fake_lane *lanes;
  size_t lane_count;
  struct fake_refusal *refusals;
  size_t refusal_count;
};
struct fake_database {
  struct jl_idmap spaces;
  struct jl_id cluster;
  int nodes;
};

struct work {
  struct work *next;
  void (*run)(struct jl_store *s, struct work *w);
  void *done, *context;
  struct jl_id space, replica;
  uint64_t from, to;
  size_t max_bytes, count;
  const struct jl_store_batch **batches;
  int lane;
};
struct jl_store {
  uv_loop_t *loop;
  struct fake_database *db;
  uv_idle_t idle;
  struct work *first, **end, *held, **held_end;
  bool hold, healthy, poison_named;
  const char *poison;
  bool busy[2];
  void (*decide)(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d);
  void *decide_context;
  struct fake_counts counts;
};

static void *grow(void *array, size_t count, size_t size) {
  void *more = realloc(array, count * size);
  if (more == NULL) abort();
  return more;
}

static struct jl_bytes keep(struct jl_bytes b) {
  uint8_t *copy = malloc(b.size + 1);
  if (copy == NULL) abort();
  if (b.size > 0) memcpy(copy, b.data, b.size);
  return (struct jl_bytes){copy, b.size};
}

static void drop(struct jl_bytes b) {
  void *p;
  memcpy(&p, &b.data, sizeof p);
  free(p);
}

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
  s->db->nodes++;
  s->healthy = true;
  s->end = &s->first;
  s->held_end = &s->held;
  uv_idle_init(s->loop, &s->idle);
  s->idle.data = s;
  return s;
}

struct jl_store *fake_store_new(uv_loop_t *loop) {
  struct jl_store seed = {.loop = loop, .db = calloc(1, sizeof(struct fake_database))};
  if (seed.db == NULL) abort();
  jl_idmap_init(&seed.db->spaces);
  seed.db->cluster = jl_id_random();
  return fake_store_node(&seed);
}

static void free_space(struct fake_space *space) {
  for (size_t i = 0; i < space->log_count; i++) drop(space->log[i].body), drop(space->log[i].private_values);
  for (size_t i = 0; i < space->lane_count; i++) drop(space->lanes[i].verdicts);
  for (size_t i = 0; i < space->refusal_count; i++) drop(space->refusals[i].verdict);
  free(space->log);
  free(space->lanes);
  free(space->refusals);
  jl_replica_free(space->records);
  free(space);
}

static void closed(uv_handle_t *handle) { free(handle->data); }

void fake_store_free(struct jl_store *s) {
  struct fake_space *space;
  if (--s->db->nodes == 0) {
    for (size_t at = 0; (space = jl_idmap_each(&s->db->spaces, &at)) != NULL;) free_space(space);
    jl_idmap_release(&s->db->spaces);
    free(s->db);
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

void fake_store_hold(struct jl_store *s, bool hold) {
  s->hold = hold;
  if (hold || s->held == NULL) return;
  *s->end = s->held;
  s->end = s->held_end;
  s->held = NULL;
  s->held_end = &s->held;
  uv_idle_start(&s->idle, run_work);
}

bool jl_store_healthy(const struct jl_store *s) { return s->healthy; }
const struct jl_id *jl_store_cluster(const struct jl_store *s) { return &s->db->cluster; }
int jl_store_lane_count(const struct jl_store *s) { return (int)JL_COUNT(s->busy); }
bool jl_store_lane_busy(const struct jl_store *s, int lane) { return s->busy[lane]; }

/* ---- committing ---- */
static struct fake_space *find(const struct jl_store *s, const struct jl_id *id) { return jl_idmap_find(&s->db->spaces, id); }

static struct fake_lane *find_lane(const struct fake_space *space, const struct jl_id *replica) {
  for (size_t i = 0; space != NULL && i < space->lane_count; i++)
    if (jl_id_equal(&space->lanes[i].replica, replica)) return &space->lanes[i];
  return NULL;
}

static bool fence_holds(const struct jl_store *s, const struct jl_store_batch *b) {
  const struct fake_space *space = find(s, &b->space);
  if (b->creates_space) return space == NULL;
  return space != NULL && space->position.revision == b->old_revision && space->position.epoch == b->epoch &&
         space->position.acl_epoch == b->acl_epoch;
}

/* The same revision with another node's refusals is seen by the lane's own guard. */
static bool lanes_hold(const struct jl_store *s, const struct jl_store_batch *b) {
  for (size_t i = 0; i < b->lane_count; i++) {
    const struct fake_lane *lane = find_lane(find(s, &b->space), &b->lanes[i].replica);
    if (b->lanes[i].is_new != (lane == NULL) || (lane != NULL && lane->seq >= b->lanes[i].seq)) return false;
  }
  return true;
}

static bool poisoned(const struct jl_store *s, const struct jl_store_batch *b) {
  if (s->poison == NULL) return false;
  for (size_t i = 0; i < b->record_count; i++)
    if (memmem(b->records[i].record->body.data, b->records[i].record->body.size, s->poison, strlen(s->poison)) != NULL) return true;
  return false;
}

/* What an UPDATE of the named columns only would leave behind must be the record itself. */
static void put_record(struct fake_space *space, const struct jl_store_record *r, uint64_t new_revision) {
  const struct jl_record *old = jl_replica_record(space->records, &r->record->id);
  JL_ASSERT(r->is_new == (old == NULL));
  JL_ASSERT(r->record->revision > 0 && r->record->revision <= new_revision && r->record->number > 0);
  uint32_t changed[256];
  size_t n = old == NULL ? 0 : jl_record_diff(old->body, r->record->body, changed, JL_COUNT(changed)), known = 0;
  for (size_t i = 0; i < n; i++) {
    while (known < r->field_count && r->fields[known] < changed[i]) known++;
    JL_ASSERT(known < r->field_count && r->fields[known] == changed[i]);
  }
  struct jl_record *copy = jl_record_new(r->record->type_number, &r->record->id, r->record->body);
  if (copy == NULL) abort();
  copy->number = r->record->number;
  copy->revision = r->record->revision;
  copy->created_revision = r->record->created_revision;
  copy->deleted_revision = r->record->deleted_revision;
  if (!jl_replica_put(space->records, copy)) abort();
}

static void put_lanes(struct fake_space *space, const struct jl_store_batch *b) {
  for (size_t i = 0; i < b->lane_count; i++) {
    struct fake_lane *lane = find_lane(space, &b->lanes[i].replica);
    if (lane == NULL) {
      space->lanes = grow(space->lanes, space->lane_count + 1, sizeof *space->lanes);
      lane = &space->lanes[space->lane_count++];
      *lane = (struct fake_lane){.replica = b->lanes[i].replica};
    }
    drop(lane->verdicts);
    lane->account = b->lanes[i].account;
    lane->seq = b->lanes[i].seq;
    lane->verdicts = keep(b->lanes[i].verdicts);
  }
  for (size_t i = 0; i < b->refusal_count; i++) {
    space->refusals = grow(space->refusals, space->refusal_count + 1, sizeof *space->refusals);
    space->refusals[space->refusal_count++] =
        (struct fake_refusal){b->refusals[i].replica, b->refusals[i].seq, keep(b->refusals[i].verdict)};
  }
}

static void apply(struct jl_store *s, const struct jl_store_batch *b) {
  struct fake_space *space = find(s, &b->space);
  if (space == NULL) {
    space = calloc(1, sizeof *space);
    if (space == NULL) abort();
    space->id = b->space;
    space->kind = b->kind;
    space->records = jl_replica_new(&b->space, b->kind);
    if (space->records == NULL || !jl_idmap_add(&s->db->spaces, space)) abort();
  }
  uint64_t revision = b->old_revision;
  for (size_t i = 0; i < b->log_count; i++) {
    JL_ASSERT(b->log[i].revision == revision || b->log[i].revision == revision + 1);
    revision = b->log[i].revision;
    if (space->log_count == space->log_capacity) {
      space->log_capacity = space->log_capacity * 2 + 64;
      space->log = grow(space->log, space->log_capacity, sizeof *space->log);
    }
    struct jl_store_log *row = &space->log[space->log_count++];
    *row = b->log[i];
    row->body = keep(b->log[i].body);
    row->private_values = keep(b->log[i].private_values);
  }
  JL_ASSERT(revision == b->new_revision && b->time_us >= space->time_us);
  for (size_t i = 0; i < b->record_count; i++) put_record(space, &b->records[i], b->new_revision);
  put_lanes(space, b);
  space->position = (struct jl_position){.space = b->space, .epoch = b->epoch, .acl_epoch = b->acl_epoch, .revision = b->new_revision};
  memcpy(space->position.sections, b->sections, sizeof space->position.sections);
  space->time_us = b->time_us;
  s->counts.records += b->record_count;
  s->counts.groups += b->new_revision - b->old_revision + b->refusal_count;
  if (b->new_revision - b->old_revision > s->counts.largest_batch) s->counts.largest_batch = b->new_revision - b->old_revision;
}

typedef void commit_done(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err);

static void run_commit(struct jl_store *s, struct work *w) {
  if (s->hold) {
    struct work *again = calloc(1, sizeof *again);
    if (again == NULL) abort();
    *again = *w;
    again->next = NULL;
    *s->held_end = again;
    s->held_end = &again->next;
    return;
  }
  bool fenced[512] = {false}, any = false;
  struct fake_decision d = {JL_COMMIT_DONE, false, SIZE_MAX};
  struct jl_error err;
  if (s->decide != NULL) s->decide(s->decide_context, w->batches, w->count, &d);
  for (size_t i = 0; i < w->count; i++) {
    fenced[i] = !fence_holds(s, w->batches[i]) || !lanes_hold(s, w->batches[i]);
    any = any || fenced[i];
    if (d.result == JL_COMMIT_DONE && poisoned(s, w->batches[i]))
      d = (struct fake_decision){JL_COMMIT_REFUSED, false, s->poison_named ? i : SIZE_MAX};
  }
  if (d.result != JL_COMMIT_FAILED && any) d = (struct fake_decision){JL_COMMIT_FENCED, false, SIZE_MAX};
  for (size_t i = 0; i < w->count && (d.result == JL_COMMIT_DONE || (d.result == JL_COMMIT_UNKNOWN && d.applied)); i++)
    apply(s, w->batches[i]);
  s->counts.transactions++;
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
  const struct fake_space *space = find(s, id);
  struct jl_replica *r = space == NULL ? NULL : jl_replica_copy(space->records);
  if (r != NULL) *jl_replica_position(r) = space->position;
  return r;
}

typedef void load_done(void *context, struct jl_loaded_space *space, const struct jl_error *err);
static void run_load(struct jl_store *s, struct work *w) {
  const struct fake_space *space = find(s, &w->space);
  struct jl_error err;
  CALLBACK(w, load_done *, done);
  jl_fail(&err, space == NULL ? JL_E_NOT_FOUND : JL_E_UNAVAILABLE, "no such space", NULL);
  if (space == NULL || !s->healthy) {
    done(w->context, NULL, &err);
    return;
  }
  struct jl_loaded_lane *lanes = calloc(space->lane_count + 1, sizeof *lanes);
  if (lanes == NULL) abort();
  for (size_t i = 0; i < space->lane_count; i++)
    lanes[i] = (struct jl_loaded_lane){space->lanes[i].replica, space->lanes[i].account, space->lanes[i].seq, space->lanes[i].verdicts};
  struct jl_loaded_space loaded = {fake_store_replica(s, &w->space), space->time_us, lanes, space->lane_count};
  done(w->context, &loaded, NULL);
  free(lanes);
}
void jl_store_load(struct jl_store *s, const struct jl_id *space, load_done *done, void *context) {
  later(s, run_load, AS_DATA(done), context)->space = *space;
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
    if (space->kind == JL_SPACE_PLAN) list[n].plan = jl_record_share(jl_replica_record(space->records, &space->id));
  }
  done(w->context, list, n, NULL);
  for (size_t i = 0; i < n; i++) jl_record_release(list[i].plan);
  free(list);
}
void jl_store_spaces(struct jl_store *s, spaces_done *done, void *context) { later(s, run_spaces, AS_DATA(done), context); }

typedef void log_done(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err);
static void run_log(struct jl_store *s, struct work *w) {
  const struct fake_space *space = find(s, &w->space);
  struct jl_log_row *rows = calloc(space->log_count + 1, sizeof *rows);
  size_t n = 0, bytes = 0;
  bool more = false;
  CALLBACK(w, log_done *, done);
  if (rows == NULL) abort();
  for (size_t i = 0; i < space->log_count && !more; i++) {
    const struct jl_store_log *l = &space->log[i];
    if (l->revision < w->from || l->revision > w->to) continue;
    more = n > 0 && bytes >= w->max_bytes && rows[n - 1].revision != l->revision;
    if (!more) rows[n++] = (struct jl_log_row){l->revision, l->section, {l->body, l->private_values}};
    bytes += l->body.size;
  }
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
  const struct fake_space *space = find(s, &w->space);
  struct jl_error err;
  CALLBACK(w, refusal_done *, done);
  for (size_t i = 0; space != NULL && i < space->refusal_count; i++)
    if (space->refusals[i].seq == w->from && jl_id_equal(&space->refusals[i].replica, &w->replica)) {
      done(w->context, space->refusals[i].verdict, NULL);
      return;
    }
  jl_fail(&err, JL_E_NOT_FOUND, "none", NULL);
  done(w->context, (struct jl_bytes){NULL, 0}, &err);
}
void jl_store_refusal(struct jl_store *s, const struct jl_id *space, const struct jl_id *replica, uint64_t seq, refusal_done *done,
                      void *context) {
  struct work *w = later(s, run_refusal, AS_DATA(done), context);
  w->space = *space;
  w->replica = *replica;
  w->from = seq;
}

size_t fake_store_log_count(const struct jl_store *s, const struct jl_id *id) {
  const struct fake_space *space = find(s, id);
  return space == NULL ? 0 : space->log_count;
}
const struct jl_store_log *fake_store_log_row(const struct jl_store *s, const struct jl_id *id, size_t i) { return &find(s, id)->log[i]; }
#endif
