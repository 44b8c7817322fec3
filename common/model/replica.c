#include "common/model/replica.h"
#include "common/base/limits.h"
#include "common/model/replica_parts.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

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

/* ---- putting ---- */
static void replace_record(struct jl_replica *r, struct jl_replica_list *list, struct jl_replica_node *n, struct jl_record *record) {
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
    jl_replica_list_number(list, number);
  }
  jl_replica_list_rank(r, list, record);
  jl_record_release(old);
}

static bool put_new(struct jl_replica *r, struct jl_replica_node *n, struct jl_record *record) {
  struct jl_replica_list *list = jl_replica_list_at(r, record->type_number);
  if (list == NULL || r->count >= JL_SPACE_RECORDS || !jl_replica_list_reserve(list)) return false;
  n->record = record;
  jl_replica_list_append(list, n);
  jl_replica_list_rank(r, list, record);
  if (list->order.known) jl_rank_order_add(&list->order, &n->record);
  r->count++;
  jl_replica_order_note(r, n);
  r->memory += sizeof *record + record->body.size + 2 * sizeof(struct jl_replica_node *);
  return true;
}

bool jl_replica_put(struct jl_replica *r, struct jl_record *record) {
  struct jl_replica_node *n = jl_replica_node_at(r, &record->id);
  if (n == NULL || (n->record != NULL && n->record->type_number != record->type_number)) {
    jl_record_release(record);
    return false;
  }
  jl_memos_forget(r, n, record->type_number);
  uint32_t count = jl_replica_references(record);
  bool same = n->record != NULL && count == n->out_count && jl_replica_has_references(n, record);
  struct jl_replica_edge *edges = NULL;
  if (!same && count > 0) {
    edges = jl_replica_edges_new(r, count);
    if (edges == NULL || !jl_replica_edges_fill(r, n, record, edges, count)) goto failed;
  }
  if (n->record == NULL) {
    if (!put_new(r, n, record)) goto failed_linked;
  } else {
    replace_record(r, jl_replica_list_of(r, record->type_number), n, record);
  }
  if (!same) {
    struct jl_replica_edge *old = n->out;
    if (edges == NULL || old == NULL) {
      jl_replica_edges_unlink(r, n);
      jl_replica_edges_link(r, n, edges, count, record->type == NULL ? NULL : jl_parent_field(record->type));
      jl_memos_forget(r, n, record->type_number);
      return true;
    }
    /* New ones first: a target that stays must not be dropped in between. */
    struct jl_replica_node past = {.id = n->id, .record = n->record, .out = old, .out_count = n->out_count};
    n->parent = NULL;
    jl_replica_edges_link(r, n, edges, count, record->type == NULL ? NULL : jl_parent_field(record->type));
    jl_replica_edges_unlink(r, &past);
    jl_memos_forget(r, n, record->type_number);
  }
  return true;
failed_linked:
  for (uint32_t i = 0; i < count && edges != NULL; i++) edges[i].from = n;
  jl_replica_edges_link(r, n, edges, edges == NULL ? 0 : count, NULL);
  jl_replica_edges_unlink(r, n);
  edges = NULL;
failed:
  free(edges);
  jl_replica_node_drop(r, n);
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
  for (struct jl_replica_node *n = r->loose, *next; n != NULL; n = next) {
    next = n->next_loose;
    n->loose = false;
    jl_replica_node_drop(r, n);
  }
  r->loose = NULL;
  for (struct jl_replica_edge *edges = r->spare, *next; edges != NULL; edges = next) {
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
  struct jl_replica_node *n = jl_replica_node_find(r, id);
  if (n == NULL || n->record == NULL) return;
  struct jl_record *record = n->record;
  struct jl_replica_list *list = jl_replica_list_of(r, record->type_number);
  jl_memos_forget(r, n, record->type_number);
  jl_replica_edges_unlink(r, n);
  if (list->order.known) jl_rank_order_drop(&list->order, &n->record);
  jl_replica_list_remove(list, n, record->number);
  n->record = NULL;
  r->count--;
  r->by_id_dirty = true;
  r->memory -= sizeof *record + record->body.size + 2 * sizeof(struct jl_replica_node *);
  jl_record_release(record);
  jl_replica_node_drop(r, n);
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
  jl_memos_free(r);
  for (struct jl_replica_slab *slab = r->slabs, *next; slab != NULL; slab = next) {
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
  const struct jl_replica_node *n = jl_replica_node_find(r, id);
  return n == NULL ? NULL : n->record;
}

bool jl_leaves_answers(uint32_t type) { return type == JL_TYPE_COMMENT; }

/* A parent that is not here (a section that this replica does not hold) hides nothing, nor does a deleted one that leaves its answers. */
bool jl_replica_node_alive(const struct jl_replica_node *n) {
  for (int depth = 0; depth < JL_PARENT_DEPTH; depth++) {
    if (n == NULL || n->record == NULL) return depth > 0;
    if (n->record->deleted_revision != 0 && (depth == 0 || !jl_leaves_answers(n->record->type_number))) return false;
    n = n->parent;
  }
  return n == NULL;
}

bool jl_replica_rooted(const struct jl_replica *r, const struct jl_id *id) {
  const struct jl_replica_node *n = jl_replica_node_find(r, id);
  for (int depth = 0; n != NULL && depth < JL_PARENT_DEPTH; depth++) n = n->parent;
  return n == NULL;
}

const struct jl_record *jl_replica_live(const struct jl_replica *r, const struct jl_id *id) {
  const struct jl_replica_node *n = jl_replica_node_find(r, id);
  return n != NULL && n->record != NULL && jl_replica_node_alive(n) ? n->record : NULL;
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
