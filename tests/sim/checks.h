/* After a history: do the promises of design.md section 8 hold? Each check says the first thing that is wrong (world_fail). */
#ifndef JL_SIM_CHECKS_H
#define JL_SIM_CHECKS_H
#include "tests/sim/history.h"
void check_history(const struct jl_id *spaces, size_t n);
bool log_has(const struct jl_id *space, const struct jl_id *group); /* the database's, now */
#endif
