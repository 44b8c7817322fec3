/* A client process and a laptop are away so long that the server does not keep their way back: they must take snapshots (COMPACTED). Days
 * pass by the server's clock, which begins DAYS_AWAY behind; its horizon is one day. */
#ifndef JL_TORTURE_AWAY_H
#define JL_TORTURE_AWAY_H
#include "tests/torture/conductor/world.h"

struct away {
  uint64_t total, leave_at, pass_at, return_at;
  enum { AWAY_NOT, AWAY_GONE, AWAY_LONG, AWAY_BACK } stage;
};
void away_before(struct world *w); /* before the server starts */
void away_gate(const struct away *a, struct world *w);
void away_look(struct away *a, struct world *w);
#endif
