/* Inside libjalon: whom a profile believes to be its server. Beside the profile's file lie NAME.authority (the server's
 * address and the pinned certificates, PEM) and NAME.ticket (of the last handshake), both 0600. */
#ifndef JL_SYNC_TRUST_H
#define JL_SYNC_TRUST_H
#include "client/sync/profile.h"
#include "common/wire/tls.h"
#include <uv.h>

/* What an encrypted connection of this profile needs; UNAUTHENTICATED when nothing is pinned. certificate: PEM of ours and its
 * key, may be empty. */
struct jl_tls *jl_trust_open(const struct jl_profile *p, struct jl_bytes certificate, struct jl_error *err);
JL_MUST_CHECK bool jl_loop_init(uv_loop_t *loop, struct jl_error *err); /* why it cannot be made, in our words */
#endif
