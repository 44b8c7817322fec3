/* A transaction as commands: which statements, in which order, with which parameters. */
#ifndef JL_STORE_COMMIT_SEND_H
#define JL_STORE_COMMIT_SEND_H
#include "server/store/internal.h"

enum jl_commit_step {
  JL_STEP_FENCE,
  JL_STEP_CREATE,
  JL_STEP_LANES_NEW,
  JL_STEP_LANES,
  JL_STEP_REFUSALS,
  JL_STEP_AGAIN,
  JL_STEP_LOG,
  JL_STEP_RECORDS,
  JL_STEPS
};
struct jl_sender {
  struct jl_array arrays[JL_PG_PARAMS_MAX]; /* memory kept between transactions */
  struct jl_buffer scratch, text, single;
  struct jl_arena *arena;
  enum jl_commit_step steps[JL_STEPS]; /* of the first commands; later ones are all records */
  size_t step_count;
};
bool jl_sender_init(struct jl_sender *s);
void jl_sender_release(struct jl_sender *s);
/* Opens, fills and closes the unit; what fails then fails through it. False: not even opened (a record without a known
 * type, no memory). */
bool jl_sender_send(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches, size_t n,
                    struct jl_error *err);
enum jl_commit_step jl_sender_step(const struct jl_sender *s, size_t command);
#endif
