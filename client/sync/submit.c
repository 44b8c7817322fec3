/* Groups go through the outbox; a dry run is only asked of the server, and takes no number of the lane. */
#include "client/sync/client.h"
#include "client/sync/group.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"

#define DRY_SEQ 1 /* any: the server evaluates it after what it has */

static uint64_t try_only(struct jl_client *c, const struct jl_group *g, jl_done *done, void *context, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(4 * JL_GROUP_MAX_BYTES);
  struct jl_id group_id = jl_id_random();
  Jalon__Submit submit = JALON__SUBMIT__INIT;
  if (a == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return 0;
  }
  struct jl_bytes packed = jl_group_pack(g, &jl_profile_identity(c->profile)->replica, DRY_SEQ, &group_id, true, a, err);
  if (packed.data == NULL) return 0;
  submit.has_group = true;
  submit.group = jl_to_pb(packed);
  struct jl_request *r = jl_client_ask(c, JALON__FRAME_TYPE__SUBMIT, &submit.base, done, context);
  if (r == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return 0;
  }
  r->space = *jl_group_space(g);
  r->dry_run = true;
  return DRY_SEQ;
}

uint64_t jl_client_submit(struct jl_client *c, const struct jl_group *g, bool dry_run, jl_done *done, void *context, struct jl_error *err) {
  return dry_run ? try_only(c, g, done, context, err) : jl_client_put(c, g, done, context, err);
}
