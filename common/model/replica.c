#include "common/model/replica.h"
#include "common/base/limits.h"
#include "common/model/rank_order.h"
#include "common/model/replica_internal.h"
#include "common/record/scan.h"
#include "common/record/schema.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* One id that is known: a record, or only the target of references (then record is NULL). Edges are the references
 * themselves, each on the list of its target, so that a change of references costs what changed and nothing else. */
struct node;
struct edge {
  struct node *from, *to;
  struct edge *previous, *next; /* on the target's list */
  uint32_t field;
};
struct node {
  struct jl_id id;
  struct jl_record *record;
  struct node *hash_next;
  struct edge *in;  /* who names it */
  struct edge *out; /* array: whom it names, in order of field */
  uint32_t out_count;
  uint32_t type_index; /* position in its type's list */
  struct node *parent;
  struct node *next_loose; /* see jl_replica_hold */
  uint32_t hash;
  bool loose;
};
struct slab { /* nodes are taken from slabs, so that a large replica is not as many pieces of memory */
  struct slab *next;
  size_t used, size;
  struct node nodes[];
};
#define FIRST_SLAB 16
#define LARGEST_SLAB 1024
struct type_list {
  uint32_t type;
  bool sorted;
  struct node **nodes; /* tombstones too; ascending by number when sorted */
  size_t count, capacity;
  uint64_t last_number;
  struct jl_rank last_rank, held_rank; /* no place of the list is behind it; as it was at hold */
  bool rank_moved;                     /* since hold */
  struct jl_rank_order order;          /* tombstones too; known from the first move on */
};
struct jl_replica {
  struct jl_replica *self; /* writable: sorting late is no change that anybody can see */
  enum jl_space_kind kind;
  struct jl_position position;
  struct jl_id hash_key; /* secret: ids are chosen by clients */
  struct node **buckets;
  size_t bucket_count, node_count;
  struct slab *slabs;       /* the newest first; only it has room */
  struct node *spare_nodes; /* given back, by hash_next */
  size_t count, memory;
  struct type_list *types;
  size_t type_count;
  struct node **by_id; /* NULL until somebody asks for the order; sorted, then the new ones as they came */
  size_t by_id_sorted, by_id_count, by_id_capacity;
  bool by_id_dirty; /* to be made anew */
  bool holding, restoring;
  struct node *loose; /* nobody needs them, kept while holding */
  struct edge *spare; /* arrays that puts replaced while holding; in the first edge: next array, length in field */
};
#define TYPES_MAX 1024 /* different types in one replica, unknown ones included */

/* ---- records ---- */
struct jl_record *jl_record_new(uint32_t type_number, const struct jl_id *id, struct jl_bytes body) {
  struct jl_record *r = malloc(sizeof *r + body.size);
  if (r == NULL) return NULL;
  uint8_t *copy = (uint8_t *)(r + 1);
  if (body.size > 0) memcpy(copy, body.data, body.size);
  *r = (struct jl_record){.reference_count = 1,
                          .type_number = type_number,
                          .type = jl_record_type_by_number(type_number),
                          .id = *id,
                          .body = {copy, body.size}};
  return r;
}

struct jl_record *jl_record_share(const struct jl_record *r) {
  /* The count is the one part of an immutable record that moves. */
  struct jl_record *shared;
  memcpy(&shared, &r, sizeof shared);
  if (shared != NULL) shared->reference_count++;
  return shared;
}

void jl_record_release(struct jl_record *r) {
  if (r != NULL && --r->reference_count == 0) free(r);
}

bool jl_bytes_equal(struct jl_bytes a, struct jl_bytes b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* ---- nodes by id ---- */
static uint32_t hash_of(const struct jl_replica *r, const struct jl_id *id) {
  uint32_t hash;
  uint8_t out[crypto_shorthash_BYTES];
  crypto_shorthash(out, id->bytes, sizeof id->bytes, r->hash_key.bytes);
  memcpy(&hash, out, sizeof hash);
  return hash;
}

static struct node **bucket_of(const struct jl_replica *r, uint32_t hash) { return &r->buckets[hash & (r->bucket_count - 1)]; }

static struct node *find_hashed(const struct jl_replica *r, const struct jl_id *id, uint32_t hash) {
  if (r->bucket_count == 0) return NULL;
  struct node *n = *bucket_of(r, hash);
  while (n != NULL && (n->hash != hash || !jl_id_equal(&n->id, id))) n = n->hash_next;
  return n;
}

static struct node *find(const struct jl_replica *r, const struct jl_id *id) { return find_hashed(r, id, hash_of(r, id)); }

static bool grow_buckets(struct jl_replica *r) {
  size_t old = r->bucket_count, wanted = old == 0 ? 64 : old * 2;
  struct node **buckets = calloc(wanted, sizeof(struct node *)), **before = r->buckets;
  if (buckets == NULL) return false;
  r->buckets = buckets;
  r->bucket_count = wanted;
  for (size_t i = 0; i < old; i++)
    for (struct node *n = before[i], *next; n != NULL; n = next) {
      next = n->hash_next;
      struct node **bucket = bucket_of(r, n->hash);
      n->hash_next = *bucket;
      *bucket = n;
    }
  free(before);
  return true;
}

static struct node *new_node(struct jl_replica *r) {
  struct node *n = r->spare_nodes;
  if (n != NULL) {
    r->spare_nodes = n->hash_next;
    *n = (struct node){.record = NULL};
    return n;
  }
  if (r->slabs == NULL || r->slabs->used == r->slabs->size) {
    size_t size = r->slabs == NULL ? FIRST_SLAB : r->slabs->size < LARGEST_SLAB ? r->slabs->size * 2 : LARGEST_SLAB;
    struct slab *slab = calloc(1, sizeof *slab + size * sizeof *n);
    if (slab == NULL) return NULL;
    slab->size = size;
    slab->next = r->slabs;
    r->slabs = slab;
  }
  return &r->slabs->nodes[r->slabs->used++];
}

static struct node *find_or_add(struct jl_replica *r, const struct jl_id *id) {
  uint32_t hash = hash_of(r, id);
  struct node *n = find_hashed(r, id, hash);
  if (n != NULL) return n;
  if (r->node_count >= r->bucket_count && !grow_buckets(r)) return NULL;
  n = new_node(r);
  if (n == NULL) return NULL;
  n->id = *id;
  n->hash = hash;
  struct node **bucket = bucket_of(r, hash);
  n->hash_next = *bucket;
  *bucket = n;
  r->node_count++;
  r->memory += sizeof *n + sizeof(struct node *);
  return n;
}

static void drop_if_unused(struct jl_replica *r, struct node *n) {
  if (n->record != NULL || n->in != NULL) return;
  if (r->holding) {
    if (n->loose) return;
    n->loose = true;
    n->next_loose = r->loose;
    r->loose = n;
    return;
  }
  struct node **at = bucket_of(r, n->hash);
  while (*at != n) at = &(*at)->hash_next; /* NOLINT(clang-analyzer-core.NullDereference): a node is in its bucket until here */
  *at = n->hash_next;
  r->node_count--;
  r->memory -= sizeof *n + sizeof(struct node *);
  n->hash_next = r->spare_nodes;
  r->spare_nodes = n;
}

/* ---- lists by type ---- */
static struct type_list *list_of(const struct jl_replica *r, uint32_t type) {
  for (size_t i = 0; i < r->type_count; i++)
    if (r->types[i].type == type) return &r->types[i];
  return NULL;
}

static struct type_list *list_or_add(struct jl_replica *r, uint32_t type) {
  struct type_list *list = list_of(r, type);
  if (list != NULL) return list;
  if (r->type_count >= TYPES_MAX) return NULL;
  struct type_list *types = realloc(r->types, (r->type_count + 1) * sizeof *types);
  if (types == NULL) return NULL;
  r->types = types;
  types[r->type_count] = (struct type_list){.type = type, .sorted = true};
  return &types[r->type_count++];
}

/* Provisional numbers come after given ones, records without a number last. */
static int compare_numbers(const struct jl_record *a, const struct jl_record *b) {
  if (a->number != b->number) return a->number - 1 < b->number - 1 ? -1 : 1;
  return jl_id_compare(&a->id, &b->id);
}

static int by_number(const void *x, const void *y) {
  const struct node *const *a = x, *const *b = y;
  return compare_numbers((*a)->record, (*b)->record);
}

/* Numbers are given one after the other, so most lists have a place for each: no comparing then. */
static bool place_by_number(struct type_list *list) {
  if (list->last_number > 2 * (uint64_t)list->count + 64) return false;
  struct node **places = calloc((size_t)list->last_number + 1, sizeof(struct node *));
  bool ok = places != NULL;
  for (size_t i = 0; ok && i < list->count; i++) {
    uint64_t number = list->nodes[i]->record->number;
    ok = number != 0 && number <= list->last_number && places[number] == NULL;
    if (ok) places[number] = list->nodes[i];
  }
  size_t n = 0;
  for (uint64_t i = 1; ok && i <= list->last_number; i++)
    if (places[i] != NULL) list->nodes[n++] = places[i];
  free(places);
  return ok;
}

static void sort_list(struct type_list *list) {
  if (list->sorted) return;
  if (!place_by_number(list)) qsort(list->nodes, list->count, sizeof *list->nodes, by_number);
  for (size_t i = 0; i < list->count; i++) list->nodes[i]->type_index = (uint32_t)i;
  list->sorted = true;
}

static bool list_reserve(struct type_list *list) {
  if (list->count < list->capacity) return true;
  size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
  struct node **nodes = realloc(list->nodes, capacity * sizeof *nodes);
  if (nodes == NULL) return false;
  list->nodes = nodes;
  list->capacity = capacity;
  return true;
}

static void note_number(struct type_list *list, uint64_t number) {
  if (number > list->last_number && !jl_number_provisional(number)) list->last_number = number;
}

static void note_rank(const struct jl_replica *r, struct type_list *list, const struct jl_record *record) {
  struct jl_rank rank;
  if (!jl_rank_of(record, &rank) || jl_rank_compare(&rank, &list->last_rank) <= 0) return;
  if (r->holding && !list->rank_moved) {
    list->held_rank = list->last_rank;
    list->rank_moved = true;
  }
  list->last_rank = rank;
}

static void list_append(struct type_list *list, struct node *n) {
  if (list->count > 0 && compare_numbers(list->nodes[list->count - 1]->record, n->record) > 0) list->sorted = false;
  n->type_index = (uint32_t)list->count;
  list->nodes[list->count++] = n;
  note_number(list, n->record->number);
}

/* Taking the last one away, which is what undoing does, keeps the order. */
static void list_remove(struct type_list *list, struct node *n, uint64_t number) {
  size_t at = n->type_index;
  list->count--;
  if (at != list->count) {
    list->nodes[at] = list->nodes[list->count];
    list->nodes[at]->type_index = (uint32_t)at;
    list->sorted = false;
  }
  if (number == 0 || number != list->last_number) return;
  sort_list(list);
  size_t i = list->count;
  while (i > 0 && (list->nodes[i - 1]->record->number == 0 || jl_number_provisional(list->nodes[i - 1]->record->number))) i--;
  list->last_number = i > 0 ? list->nodes[i - 1]->record->number : 0;
}

/* ---- references ---- */
static void free_edges(struct jl_replica *r, struct edge *edges, uint32_t count) {
  if (!r->holding) {
    free(edges);
    return;
  }
  edges->next = r->spare;
  edges->field = count;
  r->spare = edges;
}

/* When a record is put back, the array that it had is among the spare ones. */
static struct edge *new_edges(struct jl_replica *r, uint32_t count) {
  struct edge **at = &r->spare;
  while (r->restoring && *at != NULL && (*at)->field != count) at = &(*at)->next;
  if (!r->restoring || *at == NULL) return calloc(count, sizeof(struct edge));
  struct edge *edges = *at;
  *at = edges->next;
  return edges;
}

static void unlink_edges(struct jl_replica *r, struct node *n) {
  struct edge *out = n->out;
  uint32_t count = n->out_count;
  n->parent = NULL;
  if (out == NULL) return;
  n->out = NULL;
  n->out_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    struct edge *e = &out[i];
    if (e->previous != NULL)
      e->previous->next = e->next;
    else
      e->to->in = e->next;
    if (e->next != NULL) e->next->previous = e->previous;
    if (e->to != n) drop_if_unused(r, e->to);
  }
  r->memory -= count * sizeof *out;
  free_edges(r, out, count);
}

static void link_edges(struct jl_replica *r, struct node *n, struct edge *out, uint32_t count, const struct jl_field *parent) {
  n->out = out;
  n->out_count = count;
  for (uint32_t i = 0; i < count; i++) {
    struct edge *e = &out[i];
    e->from = n;
    e->previous = NULL;
    e->next = e->to->in;
    if (e->next != NULL) e->next->previous = e;
    e->to->in = e;
    if (parent != NULL && e->field == parent->number && n->parent == NULL) n->parent = e->to;
  }
  r->memory += count * sizeof *out;
}

/* The references of a record, in one walk over its bytes: both they and the descriptions ascend. */
struct references {
  struct jl_scan scan;
  const struct jl_field *field, *end;
};

static struct references references_of(const struct jl_record *record) {
  const struct jl_record_type *type = record->type;
  if (type == NULL) return (struct references){.scan = jl_scan_start((struct jl_bytes){NULL, 0})};
  return (struct references){jl_scan_start(record->body), type->fields, type->fields + type->field_count};
}

static bool next_reference(struct references *at, struct jl_id *ret_id) {
  struct jl_occurrence o;
  while (jl_scan_next(&at->scan, &o)) {
    while (at->field != at->end && at->field->number < o.number) at->field++;
    if (at->field == at->end) return false;
    if (at->field->number == o.number && at->field->kind == JL_KIND_REFERENCE && o.wire == JL_WIRE_BYTES && jl_id_from_bytes(o.value, ret_id)) return true;
  }
  return false;
}

static uint32_t count_references(const struct jl_record *record) {
  uint32_t count = 0;
  struct jl_id id;
  for (struct references at = references_of(record); next_reference(&at, &id);) count++;
  return count;
}

static bool has_references(const struct node *n, const struct jl_record *record) {
  uint32_t i = 0;
  struct jl_id id;
  for (struct references at = references_of(record); next_reference(&at, &id); i++)
    if (n->out[i].field != at.field->number || !jl_id_equal(&n->out[i].to->id, &id)) return false;
  return true;
}

/* The targets that were added to no purpose go again. */
static void take_back(struct jl_replica *r, const struct node *n, const struct edge *edges, uint32_t used) {
  for (uint32_t k = 0; k < used; k++) {
    bool again = false;
    for (uint32_t j = k + 1; j < used; j++) again = again || edges[j].to == edges[k].to;
    if (!again && edges[k].to != n) drop_if_unused(r, edges[k].to);
  }
}

static bool fill_edges(struct jl_replica *r, const struct node *n, const struct jl_record *record, struct edge *edges, uint32_t count) {
  uint32_t used = 0;
  struct jl_id id;
  for (struct references at = references_of(record); used < count && next_reference(&at, &id); used++) {
    edges[used].field = at.field->number;
    edges[used].to = find_or_add(r, &id);
    if (edges[used].to != NULL) continue;
    take_back(r, n, edges, used);
    return false;
  }
  return used == count;
}

/* ---- putting ---- */
static void replace_record(struct jl_replica *r, struct type_list *list, struct node *n, struct jl_record *record) {
  struct jl_record *old = n->record;
  uint64_t number = record->number;
  struct jl_rank before, after;
  bool moved = list->order.known && jl_rank_of(old, &before) && jl_rank_of(record, &after) && jl_rank_compare(&before, &after) != 0;
  if (moved) jl_rank_order_drop(&list->order, &n->record);
  n->record = record;
  if (moved) jl_rank_order_add(&list->order, &n->record);
  r->memory += record->body.size;
  r->memory -= old->body.size;
  if (old->number != number) {
    list->sorted = list->sorted && list->count == 1;
    note_number(list, number);
  }
  note_rank(r, list, record);
  jl_record_release(old);
}

/* A snapshot asks for the order between puts: what is new is merged in, not everything sorted again. */
static void note_order(struct jl_replica *r, struct node *n) {
  if (r->by_id_dirty || r->by_id == NULL || r->by_id_count == r->by_id_capacity)
    r->by_id_dirty = true;
  else
    r->by_id[r->by_id_count++] = n;
}

static bool put_new(struct jl_replica *r, struct node *n, struct jl_record *record) {
  struct type_list *list = list_or_add(r, record->type_number);
  if (list == NULL || r->count >= JL_SPACE_RECORDS || !list_reserve(list)) return false;
  n->record = record;
  list_append(list, n);
  note_rank(r, list, record);
  if (list->order.known) jl_rank_order_add(&list->order, &n->record);
  r->count++;
  note_order(r, n);
  r->memory += sizeof *record + record->body.size + 2 * sizeof(struct node *);
  return true;
}

bool jl_replica_put(struct jl_replica *r, struct jl_record *record) {
  struct node *n = find_or_add(r, &record->id);
  if (n == NULL || (n->record != NULL && n->record->type_number != record->type_number)) {
    jl_record_release(record);
    return false;
  }
  uint32_t count = count_references(record);
  bool same = n->record != NULL && count == n->out_count && has_references(n, record);
  struct edge *edges = NULL;
  if (!same && count > 0) {
    edges = new_edges(r, count);
    if (edges == NULL || !fill_edges(r, n, record, edges, count)) goto failed;
  }
  if (n->record == NULL) {
    if (!put_new(r, n, record)) goto failed_linked;
  } else {
    replace_record(r, list_of(r, record->type_number), n, record);
  }
  if (!same) {
    struct edge *old = n->out;
    if (edges == NULL || old == NULL) {
      unlink_edges(r, n);
      link_edges(r, n, edges, count, record->type == NULL ? NULL : jl_parent_field(record->type));
      return true;
    }
    /* New ones first: a target that stays must not be dropped in between. */
    struct node past = {.id = n->id, .record = n->record, .out = old, .out_count = n->out_count};
    n->parent = NULL;
    link_edges(r, n, edges, count, record->type == NULL ? NULL : jl_parent_field(record->type));
    unlink_edges(r, &past);
  }
  return true;
failed_linked:
  for (uint32_t i = 0; i < count && edges != NULL; i++) edges[i].from = n;
  link_edges(r, n, edges, edges == NULL ? 0 : count, NULL);
  unlink_edges(r, n);
  edges = NULL;
failed:
  free(edges);
  drop_if_unused(r, n);
  jl_record_release(record);
  return false;
}

void jl_replica_hold(struct jl_replica *r) {
  r->holding = true;
  for (size_t i = 0; i < r->type_count; i++) r->types[i].rank_moved = false;
}

void jl_replica_ranks_back(struct jl_replica *r) {
  for (size_t i = 0; i < r->type_count; i++)
    if (r->types[i].rank_moved) r->types[i].last_rank = r->types[i].held_rank;
}

void jl_replica_let_go(struct jl_replica *r) {
  r->holding = false;
  for (struct node *n = r->loose, *next; n != NULL; n = next) {
    next = n->next_loose;
    n->loose = false;
    drop_if_unused(r, n);
  }
  r->loose = NULL;
  for (struct edge *edges = r->spare, *next; edges != NULL; edges = next) {
    next = edges->next;
    free(edges);
  }
  r->spare = NULL;
}

void jl_replica_put_back(struct jl_replica *r, struct jl_record *before) {
  JL_ASSERT(r->holding);
  r->restoring = true;
  bool restored = jl_replica_put(r, before);
  r->restoring = false;
  JL_ASSERT(restored);
}

void jl_replica_remove(struct jl_replica *r, const struct jl_id *id) {
  struct node *n = find(r, id);
  if (n == NULL || n->record == NULL) return;
  struct jl_record *record = n->record;
  struct type_list *list = list_of(r, record->type_number);
  unlink_edges(r, n);
  if (list->order.known) jl_rank_order_drop(&list->order, &n->record);
  list_remove(list, n, record->number);
  n->record = NULL;
  r->count--;
  r->by_id_dirty = true;
  r->memory -= sizeof *record + record->body.size + 2 * sizeof(struct node *);
  jl_record_release(record);
  drop_if_unused(r, n);
}

/* ---- life ---- */
struct jl_replica *jl_replica_new(const struct jl_id *space, enum jl_space_kind kind) {
  struct jl_replica *r = calloc(1, sizeof *r);
  if (r == NULL) return NULL;
  r->self = r;
  r->kind = kind;
  r->position.space = *space;
  r->hash_key = jl_id_random();
  r->memory = sizeof *r;
  return r;
}

struct jl_replica *jl_replica_copy(const struct jl_replica *r) {
  struct jl_replica *copy = jl_replica_new(&r->position.space, r->kind);
  if (copy == NULL) return NULL;
  copy->position = r->position;
  for (size_t i = 0; i < r->type_count; i++)
    for (size_t k = 0; k < r->types[i].count; k++)
      if (!jl_replica_put(copy, jl_record_share(r->types[i].nodes[k]->record))) {
        jl_replica_free(copy);
        return NULL;
      }
  return copy;
}

void jl_replica_free(struct jl_replica *r) {
  if (r == NULL) return;
  for (struct slab *slab = r->slabs, *next; slab != NULL; slab = next) {
    next = slab->next;
    for (size_t i = 0; i < slab->used; i++) { /* a spare one has neither */
      jl_record_release(slab->nodes[i].record);
      free(slab->nodes[i].out);
    }
    free(slab);
  }
  for (size_t i = 0; i < r->type_count; i++) {
    free(r->types[i].nodes);
    jl_rank_order_forget(&r->types[i].order);
  }
  free(r->types);
  free(r->buckets);
  free(r->by_id);
  free(r);
}

struct jl_replica *jl_replica_writable(const struct jl_replica *r) {
  return r->self;
}
enum jl_space_kind jl_replica_kind(const struct jl_replica *r) { return r->kind; }
struct jl_position *jl_replica_position(struct jl_replica *r) {
  return &r->position;
}
const struct jl_position *jl_replica_where(const struct jl_replica *r) { return &r->position; }
size_t jl_replica_count(const struct jl_replica *r) { return r->count; }
size_t jl_replica_memory(const struct jl_replica *r) { return r->memory; }

/* ---- reading ---- */
const struct jl_record *jl_replica_record(const struct jl_replica *r, const struct jl_id *id) {
  const struct node *n = find(r, id);
  return n == NULL ? NULL : n->record;
}

bool jl_leaves_answers(uint32_t type) { return type == JL_TYPE_COMMENT; }

/* A parent that is not here (a section that this replica does not hold) hides nothing, nor does a deleted one that leaves its answers. */
static bool alive(const struct node *n) {
  for (int depth = 0; depth < JL_PARENT_DEPTH; depth++) {
    if (n == NULL || n->record == NULL) return depth > 0;
    if (n->record->deleted_revision != 0 && (depth == 0 || !jl_leaves_answers(n->record->type_number))) return false;
    n = n->parent;
  }
  return n == NULL;
}

bool jl_replica_rooted(const struct jl_replica *r, const struct jl_id *id) {
  const struct node *n = find(r, id);
  for (int depth = 0; n != NULL && depth < JL_PARENT_DEPTH; depth++) n = n->parent;
  return n == NULL;
}

const struct jl_record *jl_replica_live(const struct jl_replica *r, const struct jl_id *id) {
  const struct node *n = find(r, id);
  return n != NULL && n->record != NULL && alive(n) ? n->record : NULL;
}

const struct jl_record *jl_replica_numbered(const struct jl_replica *r, uint32_t type, uint64_t number) {
  struct type_list *list = list_of(r, type);
  if (list == NULL || number == 0) return NULL;
  sort_list(list);
  size_t low = 0, high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (list->nodes[middle]->record->number - 1 < number - 1)
      low = middle + 1;
    else
      high = middle;
  }
  return low < list->count && list->nodes[low]->record->number == number ? list->nodes[low]->record : NULL;
}

bool jl_replica_list(const struct jl_replica *r, uint32_t type, const struct jl_rank_order **ret_order) {
  static const struct jl_rank_order none;
  struct type_list *list = list_of(r, type);
  *ret_order = list == NULL ? &none : &list->order;
  if (list == NULL || list->order.known) return true;
  if (!jl_rank_order_start(&list->order, list->count)) return false;
  for (size_t i = 0; i < list->count; i++) list->order.slots[list->order.count++] = &list->nodes[i]->record;
  return jl_rank_order_sort(&list->order);
}

struct jl_rank jl_replica_last_rank(const struct jl_replica *r, uint32_t type) {
  const struct type_list *list = list_of(r, type);
  return list == NULL ? (struct jl_rank){.size = 0} : list->last_rank;
}

uint64_t jl_replica_last_number(const struct jl_replica *r, uint32_t type) {
  const struct type_list *list = list_of(r, type);
  return list == NULL ? 0 : list->last_number;
}

size_t jl_replica_type_count(const struct jl_replica *r) { return r->type_count; }
uint32_t jl_replica_type_at(const struct jl_replica *r, size_t index) { return r->types[index].type; }

size_t jl_replica_of_type(const struct jl_replica *r, uint32_t type) {
  struct type_list *list = list_of(r, type);
  if (list == NULL) return 0;
  sort_list(list);
  return list->count;
}

const struct jl_record *jl_replica_of_type_at(const struct jl_replica *r, uint32_t type, size_t index) {
  const struct type_list *list = list_of(r, type);
  return list != NULL && index < list->count ? list->nodes[index]->record : NULL;
}

uint64_t jl_replica_last_number_like(const struct jl_replica *r, uint32_t type, uint64_t remainder, uint64_t step) {
  struct type_list *list = list_of(r, type);
  if (list == NULL) return 0;
  sort_list(list);
  for (size_t i = list->count; i-- > 0;) {
    uint64_t number = list->nodes[i]->record->number;
    if (number != 0 && !jl_number_provisional(number) && number % step == remainder) return number;
  }
  return 0;
}

const struct jl_record **jl_replica_all(const struct jl_replica *r, uint32_t type, struct jl_arena *a, size_t *ret_n) {
  struct type_list *list = list_of(r, type);
  *ret_n = 0;
  if (list == NULL || list->count == 0) return NULL;
  sort_list(list);
  const struct jl_record **all = jl_arena_array(a, list->count, sizeof *all);
  if (all == NULL) {
    *ret_n = SIZE_MAX;
    return NULL;
  }
  for (size_t i = 0; i < list->count; i++)
    if (alive(list->nodes[i])) all[(*ret_n)++] = list->nodes[i]->record;
  return *ret_n == 0 ? NULL : all;
}

static int by_record_number(const void *x, const void *y) {
  const struct jl_record *const *a = x, *const *b = y;
  return compare_numbers(*a, *b);
}

static bool edge_names(const struct edge *e, uint32_t type, uint32_t field) {
  return e->from->record != NULL && (type == 0 || e->from->record->type_number == type) && (field == 0 || e->field == field);
}

static bool edge_matches(const struct edge *e, uint32_t type, uint32_t field, bool parents) {
  if (!edge_names(e, type, field)) return false;
  if (parents && (e->from->parent != e->to || jl_parent_field(e->from->record->type)->number != e->field)) return false;
  return alive(e->from);
}

static const struct jl_record **collect(const struct node *target, uint32_t type, uint32_t field, bool parents, struct jl_arena *a,
                                        size_t *ret_n) {
  size_t count = 0, n = 0;
  *ret_n = 0;
  for (const struct edge *e = target == NULL ? NULL : target->in; e != NULL; e = e->next) count += edge_matches(e, type, field, parents);
  if (count == 0) return NULL;
  const struct jl_record **found = jl_arena_array(a, count, sizeof *found);
  if (found == NULL) {
    *ret_n = SIZE_MAX;
    return NULL;
  }
  for (const struct edge *e = target->in; e != NULL; e = e->next)
    if (edge_matches(e, type, field, parents)) found[n++] = e->from->record;
  qsort(found, n, sizeof *found, by_record_number);
  for (size_t i = 0; i < n; i++) /* one that names it twice is one */
    if (i == 0 || found[i] != found[i - 1]) found[(*ret_n)++] = found[i];
  return found;
}

const struct jl_record **jl_replica_referring(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field,
                                              struct jl_arena *a, size_t *ret_n) {
  return collect(find(r, target), type, field, false, a, ret_n);
}

static const struct edge *next_edge(const struct jl_replica *r, const struct jl_id *target, const void *at) {
  const struct node *to = at == NULL ? find(r, target) : NULL;
  return at == NULL ? (to == NULL ? NULL : to->in) : ((const struct edge *)at)->next;
}

const struct jl_record *jl_replica_next_referring(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field,
                                                  const void **io_at) {
  const struct edge *e = next_edge(r, target, *io_at);
  while (e != NULL && !edge_matches(e, type, field, false)) e = e->next;
  *io_at = e;
  return e == NULL ? NULL : e->from->record;
}

const struct jl_record *jl_replica_next_naming(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field,
                                               const void **io_at) {
  const struct edge *e = next_edge(r, target, *io_at);
  while (e != NULL && !edge_names(e, type, field)) e = e->next;
  *io_at = e;
  return e == NULL ? NULL : e->from->record;
}

const struct jl_record **jl_replica_children(const struct jl_replica *r, const struct jl_id *parent, struct jl_arena *a, size_t *ret_n) {
  return collect(find(r, parent), 0, 0, true, a, ret_n);
}

static int by_id(const void *x, const void *y) {
  const struct node *const *a = x, *const *b = y;
  return jl_id_compare(&(*a)->id, &(*b)->id);
}

/* The new ones, sorted, go from the end to their places among the others. */
static bool merge_new(struct jl_replica *r) {
  size_t fresh = r->by_id_count - r->by_id_sorted, left = r->by_id_sorted;
  struct node **nodes = malloc(fresh * sizeof *nodes);
  if (nodes == NULL) return false;
  memcpy(nodes, r->by_id + left, fresh * sizeof *nodes);
  qsort(nodes, fresh, sizeof *nodes, by_id);
  for (size_t to = r->by_id_count; fresh > 0; to--) {
    bool old = left > 0 && by_id(&r->by_id[left - 1], &nodes[fresh - 1]) > 0;
    r->by_id[to - 1] = old ? r->by_id[--left] : nodes[--fresh];
  }
  free(nodes);
  r->by_id_sorted = r->by_id_count;
  return true;
}

static bool order_by_id(struct jl_replica *r) {
  if (!r->by_id_dirty && r->by_id_count == r->count && (r->by_id_sorted == r->by_id_count || merge_new(r))) return true;
  if (r->by_id_capacity < r->count) {
    size_t capacity = r->count + r->count / 8 + 64;
    struct node **nodes = realloc(r->by_id, capacity * sizeof *nodes);
    if (nodes == NULL) return false;
    r->by_id = nodes;
    r->by_id_capacity = capacity;
  }
  r->by_id_count = 0;
  for (size_t i = 0; i < r->type_count; i++)
    for (size_t k = 0; k < r->types[i].count; k++) r->by_id[r->by_id_count++] = r->types[i].nodes[k];
  if (r->by_id_count > 0) qsort(r->by_id, r->by_id_count, sizeof *r->by_id, by_id);
  r->by_id_sorted = r->by_id_count;
  r->by_id_dirty = false;
  return true;
}

/* No memory for the order would look like an end: that must not pass for a snapshot. */
const struct jl_record *jl_replica_next(const struct jl_replica *r, const struct jl_id *after) {
  bool ordered = order_by_id(r->self);
  JL_ASSERT(ordered);
  size_t low = 0, high = r->by_id_count;
  while (after != NULL && low < high) {
    size_t middle = low + (high - low) / 2;
    if (jl_id_compare(&r->by_id[middle]->id, after) <= 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < r->by_id_count ? r->by_id[low]->record : NULL;
}

enum jl_section jl_replica_section(const struct jl_replica *r, const struct jl_record *record) {
  for (int depth = 0; record != NULL && record->type != NULL && depth < JL_PARENT_DEPTH; depth++) {
    if (record->type->section == JL_SECTION_BY_FIELD) return jl_record_named_section(record->type, record->body);
    if (record->type->section != JL_SECTION_OF_TARGET) return record->type->section;
    struct jl_value target;
    const struct jl_field *parent = jl_parent_field(record->type);
    if (parent == NULL || !jl_record_get(record->body, parent, &target)) break;
    record = jl_replica_record(r, &target.id);
  }
  return JL_SECTION_NONE;
}

static void hash_number(crypto_generichash_state *state, uint64_t n, size_t size) {
  uint8_t bytes[8];
  for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(n >> (8 * i));
  crypto_generichash_update(state, bytes, size);
}

static void hash_records(const struct jl_replica *r, bool deleted, uint8_t ret_hash[32]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, 32);
  for (const struct jl_record *record = jl_replica_next(r, NULL); record != NULL; record = jl_replica_next(r, &record->id)) {
    if (!deleted && jl_replica_live(r, &record->id) == NULL) continue;
    hash_number(&state, record->type_number, 4);
    crypto_generichash_update(&state, record->id.bytes, sizeof record->id.bytes);
    hash_number(&state, record->number, 8);
    hash_number(&state, record->deleted_revision != 0, 1);
    hash_number(&state, record->body.size, 8);
    crypto_generichash_update(&state, record->body.data, record->body.size);
  }
  crypto_generichash_final(&state, ret_hash, 32);
}

void jl_replica_state_hash(const struct jl_replica *r, uint8_t ret_hash[32]) { hash_records(r, true, ret_hash); }
void jl_replica_live_hash(const struct jl_replica *r, uint8_t ret_hash[32]) { hash_records(r, false, ret_hash); }
