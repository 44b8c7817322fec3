/* Who names whom. */
#include "common/model/replica_parts.h"
#include "common/record/scan.h"
#include "common/record/schema.h"
#include <stdlib.h>

static void free_edges(struct jl_replica *r, struct jl_replica_edge *edges, uint32_t count) {
  if (!r->holding) {
    free(edges);
    return;
  }
  edges->next = r->spare;
  edges->field = count;
  r->spare = edges;
}

/* When a record is put back, the array that it had is among the spare ones. */
struct jl_replica_edge *jl_replica_edges_new(struct jl_replica *r, uint32_t count) {
  struct jl_replica_edge **at = &r->spare;
  while (r->restoring && *at != NULL && (*at)->field != count) at = &(*at)->next;
  if (!r->restoring || *at == NULL) return calloc(count, sizeof(struct jl_replica_edge));
  struct jl_replica_edge *edges = *at;
  *at = edges->next;
  return edges;
}

void jl_replica_edges_unlink(struct jl_replica *r, struct jl_replica_node *n) {
  struct jl_replica_edge *out = n->out;
  uint32_t count = n->out_count;
  n->parent = NULL;
  if (out == NULL) return;
  n->out = NULL;
  n->out_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    struct jl_replica_edge *e = &out[i];
    if (e->previous != NULL)
      e->previous->next = e->next;
    else
      e->to->in = e->next;
    if (e->next != NULL) e->next->previous = e->previous;
    if (e->to != n) jl_replica_node_drop(r, e->to);
  }
  r->memory -= count * sizeof *out;
  free_edges(r, out, count);
}

/* Of what people do not write one by one. */
static bool comes_in_thousands(uint32_t type) { return type == JL_TYPE_EXPENSE || type == JL_TYPE_MEASUREMENT; }

static void put_on_list(struct jl_replica_edge *e) {
  struct jl_replica_edge *next = e->to->in, *previous = NULL;
  for (; e->many && next != NULL && !next->many; next = next->next) previous = next;
  e->previous = previous;
  e->next = next;
  if (next != NULL) next->previous = e;
  if (previous != NULL)
    previous->next = e;
  else
    e->to->in = e;
}

void jl_replica_edges_link(struct jl_replica *r, struct jl_replica_node *n, struct jl_replica_edge *out, uint32_t count,
                           const struct jl_field *parent) {
  n->out = out;
  n->out_count = count;
  for (uint32_t i = 0; i < count; i++) {
    struct jl_replica_edge *e = &out[i];
    e->from = n;
    put_on_list(e);
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
    if (at->field->number == o.number && at->field->kind == JL_KIND_REFERENCE && o.wire == JL_WIRE_BYTES &&
        jl_id_from_bytes(o.value, ret_id))
      return true;
  }
  return false;
}

uint32_t jl_replica_references(const struct jl_record *record) {
  uint32_t count = 0;
  struct jl_id id;
  for (struct references at = references_of(record); next_reference(&at, &id);) count++;
  return count;
}

bool jl_replica_has_references(const struct jl_replica_node *n, const struct jl_record *record) {
  uint32_t i = 0;
  struct jl_id id;
  for (struct references at = references_of(record); next_reference(&at, &id); i++)
    if (n->out[i].field != at.field->number || !jl_id_equal(&n->out[i].to->id, &id)) return false;
  return true;
}

/* The targets that were added to no purpose go again. */
static void take_back(struct jl_replica *r, const struct jl_replica_node *n, const struct jl_replica_edge *edges, uint32_t used) {
  for (uint32_t k = 0; k < used; k++) {
    bool again = false;
    for (uint32_t j = k + 1; j < used; j++) again = again || edges[j].to == edges[k].to;
    if (!again && edges[k].to != n) jl_replica_node_drop(r, edges[k].to);
  }
}

bool jl_replica_edges_fill(struct jl_replica *r, const struct jl_replica_node *n, const struct jl_record *record,
                           struct jl_replica_edge *edges, uint32_t count) {
  uint32_t used = 0;
  struct jl_id id;
  for (struct references at = references_of(record); used < count && next_reference(&at, &id); used++) {
    edges[used].field = at.field->number;
    edges[used].many = comes_in_thousands(record->type_number);
    edges[used].to = jl_replica_node_at(r, &id);
    if (edges[used].to != NULL) continue;
    take_back(r, n, edges, used);
    return false;
  }
  return used == count;
}

/* ---- reading ---- */
static int by_record_number(const void *x, const void *y) {
  const struct jl_record *const *a = x, *const *b = y;
  return jl_replica_compare_numbers(*a, *b);
}

/* e, or NULL when no later one on its list can be of that type. */
static const struct jl_replica_edge *worth(const struct jl_replica_edge *e, uint32_t type) {
  return e != NULL && e->many && type != 0 && !comes_in_thousands(type) ? NULL : e;
}

static bool edge_names(const struct jl_replica_edge *e, uint32_t type, uint32_t field) {
  return e->from->record != NULL && (type == 0 || e->from->record->type_number == type) && (field == 0 || e->field == field);
}

static bool edge_matches(const struct jl_replica_edge *e, uint32_t type, uint32_t field, bool parents) {
  if (!edge_names(e, type, field)) return false;
  if (parents && (e->from->parent != e->to || jl_parent_field(e->from->record->type)->number != e->field)) return false;
  return jl_replica_node_alive(e->from);
}

static const struct jl_record **collect(const struct jl_replica_node *target, uint32_t type, uint32_t field, bool parents,
                                        struct jl_arena *a, size_t *ret_n) {
  size_t count = 0, n = 0;
  *ret_n = 0;
  for (const struct jl_replica_edge *e = target == NULL ? NULL : worth(target->in, type); e != NULL; e = worth(e->next, type))
    count += edge_matches(e, type, field, parents);
  if (count == 0) return NULL;
  const struct jl_record **found = jl_arena_array(a, count, sizeof *found);
  if (found == NULL) {
    *ret_n = SIZE_MAX;
    return NULL;
  }
  for (const struct jl_replica_edge *e = worth(target->in, type); e != NULL; e = worth(e->next, type))
    if (edge_matches(e, type, field, parents)) found[n++] = e->from->record;
  qsort(found, n, sizeof *found, by_record_number);
  for (size_t i = 0; i < n; i++) /* one that names it twice is one */
    if (i == 0 || found[i] != found[i - 1]) found[(*ret_n)++] = found[i];
  return found;
}

const struct jl_record **jl_replica_referring(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field,
                                              struct jl_arena *a, size_t *ret_n) {
  return collect(jl_replica_node_find(r, target), type, field, false, a, ret_n);
}

static const struct jl_replica_edge *next_edge(const struct jl_replica *r, const struct jl_id *target, uint32_t type, const void *at) {
  const struct jl_replica_node *to = at == NULL ? jl_replica_node_find(r, target) : NULL;
  return worth(at == NULL ? (to == NULL ? NULL : to->in) : ((const struct jl_replica_edge *)at)->next, type);
}

const struct jl_record *jl_replica_next_referring(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field,
                                                  const void **io_at) {
  const struct jl_replica_edge *e = next_edge(r, target, type, *io_at);
  while (e != NULL && !edge_matches(e, type, field, false)) e = worth(e->next, type);
  *io_at = e;
  return e == NULL ? NULL : e->from->record;
}

const struct jl_record *jl_replica_next_naming(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field,
                                               const void **io_at) {
  const struct jl_replica_edge *e = next_edge(r, target, type, *io_at);
  while (e != NULL && !edge_names(e, type, field)) e = worth(e->next, type);
  *io_at = e;
  return e == NULL ? NULL : e->from->record;
}

const struct jl_record **jl_replica_children(const struct jl_replica *r, const struct jl_id *parent, struct jl_arena *a, size_t *ret_n) {
  return collect(jl_replica_node_find(r, parent), 0, 0, true, a, ret_n);
}
