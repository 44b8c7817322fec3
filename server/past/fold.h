/* Inside of the past: one replica being made, from the nearest stored state and the log after it. What is stored on the way is so whether
 * somebody waits for it or not. */
#ifndef JL_PAST_FOLD_H
#define JL_PAST_FOLD_H
#include "server/store/store.h"

struct jl_fold_of {
  uv_loop_t *loop;
  struct jl_store *store;
  struct jl_id space;
  enum jl_space_kind kind;
  uint64_t epoch, revision, erasures; /* of what is to be made */
  uint64_t step;            /* revisions between two stored states; 0: none is stored */
  const bool *stopping;     /* ends it early, with DRAINING */
  void (*done)(void *context, struct jl_replica *replica, const struct jl_error *err); /* the callee takes the replica */
  void *context;
};
void jl_fold_begin(const struct jl_fold_of *of); /* done comes later, or at once when there is no memory */
#endif
