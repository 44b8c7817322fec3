/* Who waits to have a password checked, in two lanes: a flood of strangers must not keep people waiting who come from where somebody
 * got in lately (attempts.h). Those are first; while both lanes wait, every JL_LOGIN_STRANGERS_TURN-th turn is a stranger's, so that
 * neither is starved by the other. Each lane has its own places. Not locked: under the mutex of who uses it. */
#ifndef JL_AUTH_TURNS_H
#define JL_AUTH_TURNS_H
#include <stdbool.h>
#include <stddef.h>

enum jl_login_lane { JL_LOGIN_KNOWN, JL_LOGIN_STRANGER, JL_LOGIN_LANES };
struct jl_waiting { /* first in what waits */
  struct jl_waiting *next;
};
struct jl_turns {
  struct { struct jl_waiting *first, **end; size_t count; } lanes[JL_LOGIN_LANES];
  size_t most;     /* that wait in one lane */
  unsigned passed; /* turns since a stranger's, while one waits */
};
void jl_turns_init(struct jl_turns *t, size_t most);
bool jl_turns_room(const struct jl_turns *t, enum jl_login_lane lane);
bool jl_turns_wait(struct jl_turns *t, enum jl_login_lane lane, struct jl_waiting *w); /* false: no place */
struct jl_waiting *jl_turns_next(struct jl_turns *t);                                  /* NULL: nobody waits */
bool jl_turns_empty(const struct jl_turns *t);
#endif
