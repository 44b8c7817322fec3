/* Small statements about a space beside its commits: its horizon, its lease. */
#include "server/store/internal.h"
#include <stdlib.h>

static struct jl_param id_param(const struct jl_id *id) {
  return (struct jl_param){.kind = JL_PARAM_ID, .bytes = {id->bytes, sizeof id->bytes}};
}
static struct jl_param number_param(int64_t n) { return (struct jl_param){.kind = JL_PARAM_INTEGER, .number = n}; }

/* ---- the horizon ---- */
struct horizon {
  void (*done)(void *context, uint64_t horizon, const struct jl_error *err);
  void *context;
};

static void horizon_done(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct horizon *h = context;
  bool known = err == NULL && jl_rows_count(rows) == 1;
  h->done(h->context, known ? (uint64_t)jl_rows_integer(rows, 0, 0) : 0, err);
  jl_reserve_give(h);
}

void jl_store_horizon(struct jl_store *s, const struct jl_id *space, uint64_t keep_bytes, int keep_days,
                      void (*done)(void *context, uint64_t horizon, const struct jl_error *err), void *context) {
  struct horizon *h = jl_reserve_take(s->reserve, sizeof *h);
  *h = (struct horizon){done, context};
  const struct jl_param params[] = {id_param(space), number_param(keep_bytes > INT64_MAX ? INT64_MAX : (int64_t)keep_bytes),
                                    number_param(keep_days)};
  jl_store_query(s, "horizon_advance", params, JL_COUNT(params), horizon_done, h);
}

/* ---- the lease ---- */
struct lease {
  void (*done)(void *context, const struct jl_lease *lease, const struct jl_error *err);
  void *context;
};

static void lease_done(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct lease *l = context;
  struct jl_lease found = {.left_ms = 0}; /* nobody's, as far as can be seen */
  if (err == NULL && jl_rows_count(rows) == 1) found = (struct jl_lease){jl_rows_id(rows, 0, 0), jl_rows_integer(rows, 0, 1)};
  l->done(l->context, err == NULL ? &found : NULL, err);
  jl_reserve_give(l);
}

void jl_store_lease(struct jl_store *s, const struct jl_id *space, const struct jl_id *node, int64_t ms,
                    void (*done)(void *context, const struct jl_lease *lease, const struct jl_error *err), void *context) {
  struct lease *l = jl_reserve_take(s->reserve, sizeof *l);
  *l = (struct lease){done, context};
  const struct jl_param params[] = {id_param(space), id_param(node), number_param(ms)};
  jl_store_query(s, "lease_take", params, JL_COUNT(params), lease_done, l);
}

struct release {
  void (*done)(void *context);
  void *context;
};

static void release_done(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct release *r = context;
  (void)rows, (void)err; /* it ends by itself */
  r->done(r->context);
  jl_reserve_give(r);
}

void jl_store_lease_release(struct jl_store *s, const struct jl_id *node, void (*done)(void *context), void *context) {
  struct release *r = jl_reserve_take(s->reserve, sizeof *r);
  *r = (struct release){done, context};
  const struct jl_param params[] = {id_param(node)};
  jl_store_query(s, "lease_release", params, JL_COUNT(params), release_done, r);
}
