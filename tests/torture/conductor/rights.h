/* Rights that change while everybody works: an administrator gives and takes them, in the plans (grants) and in the organisation (whose
 * team somebody is in), at the server that faults happen to and at a second one. Two cases are forced again and again, for they come
 * about by chance too seldom: what is done right after a right has ended is still told to whom it ended for; and a group that was judged
 * by rights which end, elsewhere, before it is committed. */
#ifndef JL_TORTURE_RIGHTS_H
#define JL_TORTURE_RIGHTS_H
#include "tests/torture/conductor/faults.h"

struct rights;
/* `steps` within the load, every second one forced, in turn. */
struct rights *rights_begin(struct world *w, struct plan *p, uint64_t total, uint64_t steps);
void rights_gate(const struct rights *r);
void rights_look(struct rights *r);
bool rights_over(const struct rights *r);
void rights_end(struct rights *r); /* prints what was done, adds the facts, frees */
#endif
