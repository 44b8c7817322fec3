/* Groups that were sent again in another lane than before: which they are, and what a group got in whichever lane. */
#include "server/store/rows.h"
#include <stdlib.h>

bool jl_kept_again_add(struct jl_kept_again *l, const PGresult *r, int row) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
    struct jl_loaded_again *groups = realloc(l->groups, capacity * sizeof *groups);
    if (groups == NULL) return false;
    l->groups = groups;
    l->capacity = capacity;
  }
  l->groups[l->count++] = (struct jl_loaded_again){jl_cell_id(r, row, 0), jl_cell_id(r, row, 1)};
  return true;
}

struct decided {
  void (*done)(void *context, struct jl_bytes verdict, const struct jl_error *err);
  void *context;
};

static void found(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct decided *d = context;
  struct jl_error none;
  bool any = err == NULL && jl_rows_count(rows) > 0;
  if (err == NULL && !any) {
    jl_fail(&none, JL_E_NOT_FOUND, JL_MSG("no such verdict, or older than {1} days"), NULL, jl_arg_integer(90));
    err = &none;
  }
  d->done(d->context, any ? jl_rows_bytes(rows, 0, 0) : (struct jl_bytes){NULL, 0}, err);
  jl_reserve_give(d);
}

static struct jl_param id_param(const struct jl_id *id, int kind) {
  return (struct jl_param){.kind = kind, .bytes = {id->bytes, sizeof id->bytes}};
}

void jl_store_decided(struct jl_store *s, const struct jl_id *space, const struct jl_id *account, const struct jl_id *group,
                      void (*done)(void *context, struct jl_bytes verdict, const struct jl_error *err), void *context) {
  struct decided *d = jl_reserve_take(s->reserve, sizeof *d);
  *d = (struct decided){done, context};
  const struct jl_param params[] = {id_param(space, JL_PARAM_ID), id_param(account, JL_PARAM_ID), id_param(group, JL_PARAM_ID),
                                    id_param(group, JL_PARAM_BYTES)};
  jl_store_query(s, "decided", params, JL_COUNT(params), found, d);
}
