/* What a database holds, in memory, and what a transaction does to it: as strict as PostgreSQL (fences, keys, a gap-free log,
 * every changed field named). No time, no loop: fake_store_functions.h and the simulation bring those. */
#ifndef JL_TEST_FAKE_DATABASE_H
#define JL_TEST_FAKE_DATABASE_H
#include "server/space/idmap.h"
#include "server/store/store.h"
#include <stdlib.h>
#include <string.h>

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
struct fake_again {
  struct jl_id account, group;
  struct jl_bytes verdict;
};
struct fake_space {
  struct jl_id id;
  enum jl_space_kind kind;
  struct jl_position position;
  uint64_t commits, lanes_revision, rights_epoch;
  int64_t time_us;
  struct jl_replica *records;
  struct jl_store_log *log;
  size_t log_count, log_capacity;
  struct fake_lane *lanes;
  size_t lane_count;
  struct fake_refusal *refusals;
  size_t refusal_count;
  struct fake_again *again;
  size_t again_count;
  uint64_t horizon;
  struct jl_id lease_node;
  int64_t lease_until_us, lease_since_us, lease_wanted_us; /* until 0: nobody has it */
};
struct fake_database {
  struct jl_idmap spaces;
  struct jl_id cluster;
};

static inline void *fake_grow(void *array, size_t count, size_t size) {
  void *more = realloc(array, count * size);
  if (more == NULL) abort();
  return more;
}

static inline struct jl_bytes fake_keep(struct jl_bytes b) {
  uint8_t *copy = malloc(b.size + 1);
  if (copy == NULL) abort();
  if (b.size > 0) memcpy(copy, b.data, b.size);
  return (struct jl_bytes){copy, b.size};
}

static inline void fake_drop(struct jl_bytes b) {
  void *p;
  memcpy(&p, &b.data, sizeof p);
  free(p);
}

/* ---- beginning and end ---- */
static inline struct fake_database *fake_database_new(void) {
  struct fake_database *db = calloc(1, sizeof *db);
  if (db == NULL) abort();
  jl_idmap_init(&db->spaces);
  db->cluster = jl_id_random();
  return db;
}

static inline void fake_space_free(struct fake_space *space) {
  for (size_t i = 0; i < space->log_count; i++) fake_drop(space->log[i].body), fake_drop(space->log[i].private_values);
  for (size_t i = 0; i < space->lane_count; i++) fake_drop(space->lanes[i].verdicts);
  for (size_t i = 0; i < space->refusal_count; i++) fake_drop(space->refusals[i].verdict);
  for (size_t i = 0; i < space->again_count; i++) fake_drop(space->again[i].verdict);
  free(space->log);
  free(space->lanes);
  free(space->refusals);
  free(space->again);
  jl_replica_free(space->records);
  free(space);
}

static inline void fake_database_free(struct fake_database *db) {
  struct fake_space *space;
  for (size_t at = 0; (space = jl_idmap_each(&db->spaces, &at)) != NULL;) fake_space_free(space);
  jl_idmap_release(&db->spaces);
  free(db);
}

static inline struct jl_record *fake_record_copy(const struct jl_record *r) {
  struct jl_record *copy = jl_record_new(r->type_number, &r->id, r->body);
  if (copy == NULL) abort();
  copy->number = r->number;
  copy->revision = r->revision;
  copy->created_revision = r->created_revision;
  copy->deleted_revision = r->deleted_revision;
  return copy;
}

/* ---- a transaction ---- */
static inline struct fake_space *fake_space(const struct fake_database *db, const struct jl_id *id) {
  return jl_idmap_find(&db->spaces, id);
}

static inline struct fake_lane *fake_lane(const struct fake_space *space, const struct jl_id *replica) {
  for (size_t i = 0; space != NULL && i < space->lane_count; i++)
    if (jl_id_equal(&space->lanes[i].replica, replica)) return &space->lanes[i];
  return NULL;
}

static inline const struct fake_again *fake_find_again(const struct fake_space *space, const struct jl_id *account, const struct jl_id *group) {
  for (size_t i = 0; space != NULL && i < space->again_count; i++)
    if (jl_id_equal(&space->again[i].group, group) && jl_id_equal(&space->again[i].account, account)) return &space->again[i];
  return NULL;
}

/* The head has not moved: refusals move no revision, but are a commit. */
static inline bool fake_fence_holds(const struct fake_database *db, const struct jl_store_batch *b) {
  const struct fake_space *space = fake_space(db, &b->space);
  if (b->creates_space) {
    const struct fake_space *organisation = fake_space(db, &b->organisation);
    return space == NULL && (organisation == NULL || organisation->position.acl_epoch == b->rights_epoch);
  }
  if (space == NULL || space->position.revision != b->old_revision || space->commits != b->old_commits ||
      space->position.epoch != b->epoch || space->position.acl_epoch != b->acl_epoch)
    return false;
  for (size_t i = 0; i < b->lane_count; i++) {
    const struct fake_lane *lane = fake_lane(space, &b->lanes[i].replica);
    JL_ASSERT(b->lanes[i].is_new == (lane == NULL) && (lane == NULL || lane->seq < b->lanes[i].seq)); /* it was fenced otherwise */
  }
  for (size_t i = 0; i < b->again_count; i++) JL_ASSERT(fake_find_again(space, &b->again[i].account, &b->again[i].group) == NULL);
  return true;
}

/* What an UPDATE of the named columns only would leave behind must be the record itself. */
static inline void fake_put_record(struct fake_space *space, const struct jl_store_record *r, uint64_t new_revision) {
  const struct jl_record *old = jl_replica_record(space->records, &r->record->id);
  JL_ASSERT(r->is_new == (old == NULL));
  JL_ASSERT(r->record->revision > 0 && r->record->revision <= new_revision && r->record->number > 0);
  uint32_t changed[256];
  size_t n = old == NULL ? 0 : jl_record_diff(old->body, r->record->body, changed, JL_COUNT(changed)), known = 0;
  for (size_t i = 0; i < n; i++) {
    while (known < r->field_count && r->fields[known] < changed[i]) known++;
    JL_ASSERT(known < r->field_count && r->fields[known] == changed[i]);
  }
  if (!jl_replica_put(space->records, fake_record_copy(r->record))) abort();
}

static inline void fake_put_lanes(struct fake_space *space, const struct jl_store_batch *b) {
  for (size_t i = 0; i < b->lane_count; i++) {
    struct fake_lane *lane = fake_lane(space, &b->lanes[i].replica);
    if (lane == NULL) {
      space->lanes = fake_grow(space->lanes, space->lane_count + 1, sizeof *space->lanes);
      lane = &space->lanes[space->lane_count++];
      *lane = (struct fake_lane){.replica = b->lanes[i].replica};
    }
    fake_drop(lane->verdicts);
    lane->account = b->lanes[i].account;
    lane->seq = b->lanes[i].seq;
    lane->verdicts = fake_keep(b->lanes[i].verdicts);
  }
  for (size_t i = 0; i < b->refusal_count; i++) {
    space->refusals = fake_grow(space->refusals, space->refusal_count + 1, sizeof *space->refusals);
    space->refusals[space->refusal_count++] =
        (struct fake_refusal){b->refusals[i].replica, b->refusals[i].seq, fake_keep(b->refusals[i].verdict)};
  }
  for (size_t i = 0; i < b->again_count; i++) {
    space->again = fake_grow(space->again, space->again_count + 1, sizeof *space->again);
    space->again[space->again_count++] = (struct fake_again){b->again[i].account, b->again[i].group, fake_keep(b->again[i].verdict)};
  }
}

static inline struct fake_space *fake_space_add(struct fake_database *db, const struct jl_id *id, enum jl_space_kind kind) {
  struct fake_space *space = calloc(1, sizeof *space);
  if (space == NULL) abort();
  space->id = *id;
  space->kind = kind;
  space->records = jl_replica_new(id, kind);
  if (space->records == NULL || !jl_idmap_add(&db->spaces, space)) abort();
  return space;
}

/* The fences hold. */
static inline void fake_apply(struct fake_database *db, const struct jl_store_batch *b) {
  struct fake_space *space = fake_space(db, &b->space);
  if (space == NULL) space = fake_space_add(db, &b->space, b->kind);
  uint64_t revision = b->old_revision;
  for (size_t i = 0; i < b->log_count; i++) {
    JL_ASSERT(b->log[i].revision == revision || b->log[i].revision == revision + 1);
    JL_ASSERT(space->log_count == 0 || b->log[i].time_us >= space->log[space->log_count - 1].time_us);
    revision = b->log[i].revision;
    if (space->log_count == space->log_capacity) {
      space->log_capacity = space->log_capacity * 2 + 64;
      space->log = fake_grow(space->log, space->log_capacity, sizeof *space->log);
    }
    struct jl_store_log *row = &space->log[space->log_count++];
    *row = b->log[i];
    row->body = fake_keep(b->log[i].body);
    row->private_values = fake_keep(b->log[i].private_values);
  }
  JL_ASSERT(revision == b->new_revision); /* the head's time may fall when another node refused something meanwhile; the log's does not */
  for (size_t i = 0; i < b->record_count; i++) fake_put_record(space, &b->records[i], b->new_revision);
  fake_put_lanes(space, b);
  space->position = (struct jl_position){.space = b->space, .epoch = b->epoch, .acl_epoch = b->acl_epoch, .revision = b->new_revision};
  memcpy(space->position.sections, b->sections, sizeof space->position.sections);
  space->time_us = b->time_us;
  space->commits = b->creates_space ? 1 : b->old_commits + 1;
  space->lanes_revision = b->lanes_revision;
  if (b->creates_space) space->rights_epoch = b->rights_epoch;
  if (b->rights == JL_RIGHTS_HERE) space->position.acl_epoch++;
  struct fake_space *other;
  for (size_t at = 0; b->rights == JL_RIGHTS_EVERYWHERE && (other = jl_idmap_each(&db->spaces, &at)) != NULL;)
    if (other == space || other->kind == JL_SPACE_PLAN) other->position.acl_epoch++, other->rights_epoch = b->acl_epoch + 1;
}

/* ---- reading; what is given is the caller's to free, its contents are borrowed ---- */
static inline struct jl_loaded_lane *fake_read_lanes(const struct fake_space *space) {
  struct jl_loaded_lane *lanes = calloc(space->lane_count + 1, sizeof *lanes);
  if (lanes == NULL) abort();
  for (size_t i = 0; i < space->lane_count; i++)
    lanes[i] = (struct jl_loaded_lane){space->lanes[i].replica, space->lanes[i].account, space->lanes[i].seq, space->lanes[i].verdicts};
  return lanes;
}

static inline struct jl_loaded_again *fake_read_again(const struct fake_space *space) {
  struct jl_loaded_again *again = calloc(space->again_count + 1, sizeof *again);
  if (again == NULL) abort();
  for (size_t i = 0; i < space->again_count; i++) again[i] = (struct jl_loaded_again){space->again[i].account, space->again[i].group};
  return again;
}

static inline struct jl_log_row *fake_read_log(const struct fake_space *space, uint64_t from, uint64_t to, size_t max_bytes, size_t *ret_n,
                                               bool *ret_more) {
  struct jl_log_row *rows = calloc(space->log_count + 1, sizeof *rows);
  size_t n = 0, bytes = 0;
  bool more = false;
  if (rows == NULL) abort();
  for (size_t i = 0; i < space->log_count && !more; i++) {
    const struct jl_store_log *l = &space->log[i];
    if (l->revision < from || l->revision > to) continue;
    more = n > 0 && bytes >= max_bytes && rows[n - 1].revision != l->revision;
    if (!more) rows[n++] = (struct jl_log_row){l->revision, l->section, {l->body, l->private_values}, l->outcome, {0}, NULL};
    bytes += l->body.size;
  }
  *ret_n = n;
  *ret_more = more;
  return rows;
}

/* Together with the lanes nothing may be missing. */
static inline struct jl_decided *fake_read_decided(const struct fake_space *space, struct jl_decided_list *ret_list) {
  struct jl_decided *groups = calloc(space->log_count + 1, sizeof *groups);
  size_t n = 0;
  if (groups == NULL) abort();
  for (size_t i = 0; i < space->log_count; i++) {
    const struct jl_store_log *l = &space->log[i];
    if (l->revision <= space->lanes_revision || jl_id_is_zero(&l->group)) continue;
    groups[n++] = (struct jl_decided){l->replica, l->group, l->seq, l->revision, l->outcome};
  }
  for (size_t i = 0; i < n; i++) {
    const struct fake_lane *lane = fake_lane(space, &groups[i].replica);
    uint64_t seq = lane == NULL ? 0 : lane->seq;
    for (size_t k = 0; k < i; k++)
      if (jl_id_equal(&groups[k].replica, &groups[i].replica) && groups[k].seq > seq) seq = groups[k].seq;
    JL_ASSERT(lane != NULL && groups[i].seq <= seq + 1);
  }
  *ret_list = (struct jl_decided_list){groups, n, space->lanes_revision};
  return groups;
}

/* Rows, lanes and groups are the caller's to free. false: no such space. */
static inline bool fake_read_news(const struct fake_space *space, uint64_t after, struct jl_caught_up *ret_news, struct jl_log_row **ret_rows,
                                  struct jl_loaded_lane **ret_lanes, struct jl_loaded_again **ret_again, struct jl_decided **ret_decided) {
  bool more;
  *ret_decided = NULL;
  *ret_rows = NULL;
  *ret_lanes = NULL;
  *ret_again = NULL;
  if (space == NULL) return false;
  *ret_news = (struct jl_caught_up){
      .position = space->position, .time_us = space->time_us, .horizon = space->horizon, .commits = space->commits,
      .rights_epoch = space->rights_epoch};
  *ret_rows = fake_read_log(space, after + 1, UINT64_MAX, SIZE_MAX, &ret_news->row_count, &more);
  *ret_lanes = fake_read_lanes(space);
  ret_news->rows = *ret_rows;
  ret_news->lanes = *ret_lanes;
  ret_news->lane_count = space->lane_count;
  ret_news->again = *ret_again = fake_read_again(space);
  ret_news->again_count = space->again_count;
  *ret_decided = fake_read_decided(space, &ret_news->decided);
  return true;
}

/* ---- upkeep ---- */
static inline uint64_t fake_advance_horizon(struct fake_space *space, uint64_t keep_bytes, int keep_days, int64_t now_us) {
  uint64_t bytes = 0;
  for (size_t i = space->log_count; i-- > 0;) {
    const struct jl_store_log *row = &space->log[i];
    bytes += row->body.size + row->private_values.size;
    if (bytes <= keep_bytes && row->time_us >= now_us - keep_days * INT64_C(86400000000)) continue;
    if (row->revision > space->horizon) space->horizon = row->revision;
    break;
  }
  return space->horizon;
}

static inline struct jl_lease fake_take_lease(struct fake_space *space, const struct jl_id *node, int64_t ms, int64_t now_us) {
  bool mine = jl_id_equal(&space->lease_node, node);
  if (mine && space->lease_wanted_us > now_us && space->lease_since_us < now_us - 250000) {
    space->lease_until_us = now_us;
    space->lease_wanted_us = 0;
  } else if (mine || space->lease_until_us <= now_us) {
    if (!mine) space->lease_since_us = now_us, space->lease_wanted_us = 0;
    space->lease_node = *node;
    space->lease_until_us = now_us + ms * 1000;
  } else {
    space->lease_wanted_us = now_us + 2000000;
  }
  return (struct jl_lease){space->lease_node, (space->lease_until_us - now_us + 999) / 1000};
}

static inline void fake_release_leases(struct fake_database *db, const struct jl_id *node) {
  struct fake_space *space;
  for (size_t at = 0; (space = jl_idmap_each(&db->spaces, &at)) != NULL;)
    if (jl_id_equal(&space->lease_node, node)) space->lease_until_us = 0;
}

static inline const struct fake_refusal *fake_find_refusal(const struct fake_space *space, const struct jl_id *replica, uint64_t seq) {
  for (size_t i = 0; space != NULL && i < space->refusal_count; i++)
    if (space->refusals[i].seq == seq && jl_id_equal(&space->refusals[i].replica, replica)) return &space->refusals[i];
  return NULL;
}

/* As decided.sql: what was sent again, else a verdict that is kept whole. data NULL: none. */
static inline struct jl_bytes fake_find_decided(const struct fake_space *space, const struct jl_id *account, const struct jl_id *group) {
  const struct fake_again *again = fake_find_again(space, account, group);
  if (again != NULL) return again->verdict;
  for (size_t i = 0; space != NULL && i < space->refusal_count; i++) {
    const struct fake_refusal *r = &space->refusals[i];
    const struct fake_lane *lane = fake_lane(space, &r->replica);
    if (lane != NULL && jl_id_equal(&lane->account, account) &&
        memmem(r->verdict.data, r->verdict.size < 64 ? r->verdict.size : 64, group->bytes, sizeof group->bytes) != NULL)
      return r->verdict;
  }
  return (struct jl_bytes){NULL, 0};
}
#endif
