/* What serving and set-up have in common: the database (embedded or yours), brought to our schema, the store and the spaces
 * on one loop. */
#ifndef JL_OPS_NODE_H
#define JL_OPS_NODE_H
#include "server/ops/settings.h"
#include "server/space/space.h"

struct jl_embedded;
struct jl_node {
  uv_loop_t loop;
  struct jl_embedded *embedded; /* NULL: the database is not ours to stop */
  struct jl_store *store;
  struct jl_spaces *spaces;
  bool opened, ready; /* ready: the step under way has answered */
  bool leave;         /* another server of this data directory runs the embedded PostgreSQL */
  struct jl_error error;
};
/* Blocks until all is there. embedded_runs: another server of this data directory runs its PostgreSQL: only connect. */
JL_MUST_CHECK bool jl_node_open(struct jl_node *node, const struct jl_settings *s, bool embedded_runs, struct jl_error *err);
void jl_node_close(struct jl_node *node); /* what of it is there; runs the loop until all is closed */
#endif
