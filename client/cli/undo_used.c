/* What an import made in the organisation, a role say, may be somebody else's by now: a plan that names it keeps it. The server does not look into other
 * plans, so whoever takes it back does, into those that he sees. */
#include "client/cli/undo.h"
#include "common/base/limits.h"
#include <string.h>

#define PLAN_ARENA (512u << 20)

/* The bytes of an id are nothing else by chance. */
static bool names(const struct jl_record_state *records, size_t n, const struct jl_id *id) {
  for (size_t i = 0; i < n; i++)
    if (records[i].deleted_revision == 0 && memmem(records[i].body.data, records[i].body.size, id->bytes, sizeof id->bytes) != NULL) return true;
  return false;
}

static bool look(struct jl_cli *cli, const struct jl_id *plan, const struct jl_id *ids, size_t n, bool *used, struct jl_error *err) {
  struct jl_arena *run = cli->arena, *own = jl_arena_new(PLAN_ARENA);
  const struct jl_record_state *records = NULL;
  size_t count = 0;
  if (own == NULL) return jl_cli_no_link(err);
  cli->arena = own;
  bool ok = jl_cli_read_space(cli, plan, &records, &count, err);
  for (size_t i = 0; ok && i < n; i++) used[i] = used[i] || names(records, count, &ids[i]);
  cli->arena = run;
  jl_arena_free(own);
  return ok;
}

bool jl_undo_used(struct jl_cli *cli, const struct jl_id *ids, size_t n, bool *used, struct jl_error *err) {
  struct jl_plan_named *plans = NULL;
  size_t count = 0;
  if (!jl_cli_plans(cli, &plans, &count, err)) return false;
  for (size_t i = 0; i < count; i++)
    if (!look(cli, &plans[i].id, ids, n, used, err)) return false;
  return true;
}
