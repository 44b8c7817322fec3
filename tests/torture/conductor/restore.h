/* An older copy of PostgreSQL's data is put back while clients work, as an administrator does after a disaster: what was committed since
 * is gone, and everybody must be told. */
#ifndef JL_TORTURE_RESTORE_H
#define JL_TORTURE_RESTORE_H
#include "tests/torture/conductor/world.h"

struct restore {
  uint64_t copy_at, restore_at;
  uint64_t wake_at; /* a client process that sleeps from before until the new history is longer than the one it followed */
  uint64_t total;
  uint64_t heads[SPACES];
  bool copied, restored, awake;
};
/* The load waits for what is due at a count of decided groups, so that it does not depend on anyone's speed. */
void restore_gate(const struct restore *r, struct world *w);
void restore_look(struct restore *r, struct world *w);
#endif
