#include "common/model/memo.h"
#include "common/model/replica_parts.h"
#include "common/record/schema.h"
#include <stddef.h>
#include <stdlib.h>

#define BUCKETS 1024

struct jl_memo {
  struct jl_memo *next;
  struct jl_id id;
  max_align_t value[];
};
struct jl_memos {
  size_t count;
  struct jl_memo *buckets[BUCKETS];
};

static struct jl_memo **place_of(struct jl_memos *m, const struct jl_id *id) {
  struct jl_memo **at = &m->buckets[(size_t)jl_id_hash(id) % BUCKETS];
  while (*at != NULL && !jl_id_equal(&(*at)->id, id)) at = &(*at)->next;
  return at;
}

bool jl_memo_room(const struct jl_replica *r) { return r->memos == NULL || r->memos->count < JL_MEMOS_MAX; }

void *jl_memo_of(const struct jl_replica *r, const struct jl_record *record) {
  struct jl_memo *found = r->memos == NULL ? NULL : *place_of(r->memos, &record->id);
  return found == NULL ? NULL : found->value;
}

void *jl_memo_new(const struct jl_replica *r, const struct jl_record *record, size_t size) {
  struct jl_replica *writable = jl_replica_writable(r);
  if (writable->memos == NULL) writable->memos = calloc(1, sizeof *writable->memos);
  if (writable->memos == NULL || writable->memos->count >= JL_MEMOS_MAX || jl_memo_of(r, record) != NULL) return NULL;
  struct jl_memo *memo = calloc(1, sizeof *memo + size), **at = place_of(writable->memos, &record->id);
  if (memo == NULL) return NULL;
  memo->id = record->id;
  memo->next = *at;
  *at = memo;
  writable->memos->count++;
  return memo->value;
}

static void forget(struct jl_memos *m, const struct jl_id *id) {
  struct jl_memo **at = place_of(m, id), *gone = *at;
  if (gone == NULL) return;
  *at = gone->next;
  free(gone);
  m->count--;
}

void jl_memos_free(struct jl_replica *r) {
  for (size_t i = 0; r->memos != NULL && i < BUCKETS; i++)
    for (struct jl_memo *m = r->memos->buckets[i], *next; m != NULL; m = next) {
      next = m->next;
      free(m);
    }
  free(r->memos);
  r->memos = NULL;
}

/* Of what it names. */
static void forget_named(struct jl_replica *r, const struct jl_replica_node *n) {
  for (uint32_t i = 0; i < n->out_count; i++) forget(r->memos, &n->out[i].to->id);
}

void jl_memos_forget(struct jl_replica *r, const struct jl_replica_node *n, uint32_t type) {
  if (r->memos == NULL || r->memos->count == 0) return;
  if (type == JL_TYPE_PLAN || type == JL_TYPE_KPI) {
    jl_memos_free(r);
    return;
  }
  if (type != JL_TYPE_BUDGET_LINE && type != JL_TYPE_BUDGET_MONTH && type != JL_TYPE_BUDGET_SHARE && type != JL_TYPE_EXPENSE) return;
  forget(r->memos, &n->id);
  forget_named(r, n);
  for (uint32_t i = 0; i < n->out_count; i++) forget_named(r, n->out[i].to); /* an expense names the order or the document of another line */
}
