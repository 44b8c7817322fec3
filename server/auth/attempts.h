/* How often someone failed to log in, per account and per source address, in a window. One thread; bounded: when full, the
 * entry with the fewest failures makes room, never one whose password is being checked.
 *
 * An attempt is taken before its password is checked and ended afterwards, so that parallel guesses count, and parallel
 * logins with the right password are at worst asked to come again. Failures over the server's own socket and over the
 * network are counted apart: nobody outside can lock the people on the server's machine out. */
#ifndef JL_AUTH_ATTEMPTS_H
#define JL_AUTH_ATTEMPTS_H
#include "common/base/error.h"
struct jl_attempts;
enum jl_attempt_end { JL_ATTEMPT_UNDECIDED /* nothing was checked */, JL_ATTEMPT_FAILED, JL_ATTEMPT_SUCCEEDED };
struct jl_attempts *jl_attempts_new(void);
void jl_attempts_free(struct jl_attempts *a);
/* LOGIN_LIMITED after too many failures, OVERLOADED while too many are being checked. After true, end it exactly once. */
JL_MUST_CHECK bool jl_attempts_begin(struct jl_attempts *a, const char *login, const char *source, int64_t now_us,
                                     int64_t *ret_retry_after_ms, struct jl_error *err);
void jl_attempts_end(struct jl_attempts *a, const char *login, const char *source, int64_t now_us, enum jl_attempt_end how);
void jl_attempts_forgive(struct jl_attempts *a, const char *login); /* it has a new password */
#endif
