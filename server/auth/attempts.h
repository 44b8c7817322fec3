/* How often someone tried to log in, per account and per source address, in a window. Bounded: when full, the entry whose
 * window ends first makes room. One thread. */
#ifndef JL_AUTH_ATTEMPTS_H
#define JL_AUTH_ATTEMPTS_H
#include "common/base/error.h"
struct jl_attempts;
struct jl_attempts *jl_attempts_new(void);
void jl_attempts_free(struct jl_attempts *a);
/* Counts an attempt before it is checked (so that parallel ones count too); LOGIN_LIMITED when there were too many. A
 * success takes the account's count back. */
JL_MUST_CHECK bool jl_attempts_begin(struct jl_attempts *a, const char *login, const char *source, int64_t now_us,
                                     int64_t *ret_retry_after_ms, struct jl_error *err);
void jl_attempts_succeeded(struct jl_attempts *a, const char *login, const char *source);
#endif
