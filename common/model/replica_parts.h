/* What the files of the replica share: replica.c (putting, reading one record), replica_nodes.c (by id), replica_lists.c (by type),
 * replica_references.c (who names whom), replica_order.c (all of them by id, and their hash). */
#ifndef JL_MODEL_REPLICA_PARTS_H
#define JL_MODEL_REPLICA_PARTS_H
#include "common/model/replica_internal.h"

struct jl_replica_node;

/* One id that is known: a record, or only the target of references (then record is NULL). Edges are the references
 * themselves, each on the list of its target, so that a change of references costs what changed and nothing else. */
struct jl_replica_edge {
  struct jl_replica_node *from, *to;
  struct jl_replica_edge *previous, *next; /* on the target's list */
  uint32_t field;
  bool many; /* of a type of which one target has thousands: behind all others on the list, which are so found without passing them */
};
struct jl_replica_node {
  struct jl_id id;
  struct jl_record *record;
  struct jl_replica_node *hash_next;
  struct jl_replica_edge *in;  /* who names it; those of types with many records stand last */
  struct jl_replica_edge *out; /* array: whom it names, in order of field */
  uint32_t out_count;
  uint32_t type_index; /* position in its type's list */
  struct jl_replica_node *parent;
  struct jl_replica_node *next_loose; /* see jl_replica_hold */
  uint32_t hash;
  bool loose;
};
struct jl_replica_slab { /* nodes are taken from slabs, so that a large replica is not as many pieces of memory */
  struct jl_replica_slab *next;
  size_t used, size;
  struct jl_replica_node nodes[];
};
struct jl_replica_list {
  uint32_t type;
  bool sorted;
  struct jl_replica_node **nodes; /* tombstones too; ascending by number when sorted */
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
  struct jl_replica_node **buckets;
  size_t bucket_count, node_count;
  struct jl_replica_slab *slabs;       /* the newest first; only it has room */
  struct jl_replica_node *spare_nodes; /* given back, by hash_next */
  size_t count, memory;
  struct jl_replica_list *types;
  size_t type_count;
  struct jl_replica_node **by_id; /* NULL until somebody asks for the order; sorted, then the new ones as they came */
  size_t by_id_sorted, by_id_count, by_id_capacity;
  bool by_id_dirty; /* to be made anew */
  bool holding, restoring;
  struct jl_replica_node *loose; /* nobody needs them, kept while holding */
  struct jl_memos *memos;        /* see common/model/memo.h; NULL: none */
  struct jl_replica_edge *spare; /* arrays that puts replaced while holding; in the first edge: next array, length in field */
};

/* ---- what views keep (memo.h) ---- */
void jl_memos_free(struct jl_replica *r);
void jl_memos_forget(struct jl_replica *r, const struct jl_replica_node *n, uint32_t type); /* what hangs on the record as it is linked now */

/* ---- nodes: known ids ---- */
struct jl_replica_node *jl_replica_node_find(const struct jl_replica *r, const struct jl_id *id);
struct jl_replica_node *jl_replica_node_at(struct jl_replica *r, const struct jl_id *id); /* makes it known; NULL: no memory */
void jl_replica_node_drop(struct jl_replica *r, struct jl_replica_node *n);               /* if nothing needs it any more */
bool jl_replica_node_alive(const struct jl_replica_node *n); /* its record is not deleted, nor what it lies below */

/* ---- lists by type ---- */
struct jl_replica_list *jl_replica_list_of(const struct jl_replica *r, uint32_t type);
struct jl_replica_list *jl_replica_list_at(struct jl_replica *r, uint32_t type); /* makes it; NULL: no memory, or too many */
int jl_replica_compare_numbers(const struct jl_record *a, const struct jl_record *b);
bool jl_replica_list_reserve(struct jl_replica_list *list); /* room for one more */
void jl_replica_list_append(struct jl_replica_list *list, struct jl_replica_node *n);
void jl_replica_list_remove(struct jl_replica_list *list, struct jl_replica_node *n, uint64_t number);
void jl_replica_list_number(struct jl_replica_list *list, uint64_t number);
void jl_replica_list_rank(const struct jl_replica *r, struct jl_replica_list *list, const struct jl_record *record);

/* ---- references ---- */
uint32_t jl_replica_references(const struct jl_record *record);                                  /* how many */
bool jl_replica_has_references(const struct jl_replica_node *n, const struct jl_record *record); /* just these, and as many */
struct jl_replica_edge *jl_replica_edges_new(struct jl_replica *r, uint32_t count);
bool jl_replica_edges_fill(struct jl_replica *r, const struct jl_replica_node *n, const struct jl_record *record,
                           struct jl_replica_edge *edges, uint32_t count);
void jl_replica_edges_link(struct jl_replica *r, struct jl_replica_node *n, struct jl_replica_edge *out, uint32_t count,
                           const struct jl_field *parent);
void jl_replica_edges_unlink(struct jl_replica *r, struct jl_replica_node *n);

/* ---- order by id ---- */
void jl_replica_order_note(struct jl_replica *r, struct jl_replica_node *n); /* a new record */
#endif
