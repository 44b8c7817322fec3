/* A replica as bytes and back: messages like those that a copy is made from, each compressed. On whichever thread. */
#ifndef JL_PAST_STATE_H
#define JL_PAST_STATE_H
#include "server/store/store.h"

/* Of a whole replica. Memory of its own; jl_state_release also after a failure, and of a zeroed one. */
JL_MUST_CHECK bool jl_state_pack(const struct jl_replica *replica, struct jl_stored_state *ret, struct jl_error *err);
/* Fills an empty replica and moves it to the state's position. */
JL_MUST_CHECK bool jl_state_unpack(const struct jl_stored_state *state, struct jl_replica *replica, struct jl_error *err);
JL_MUST_CHECK bool jl_state_copy(const struct jl_stored_state *state, struct jl_stored_state *ret); /* false: no memory */
void jl_state_release(struct jl_stored_state *state);
#endif
