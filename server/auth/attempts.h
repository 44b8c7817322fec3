/* How often someone failed to log in, per account and per source address, in a window; and from where somebody got in lately. One
 * thread; bounded: when full, the entry with the fewest failures makes room, never one whose password is being checked.
 *
 * An attempt is taken before its password is checked and ended afterwards, so that parallel guesses count, and parallel
 * logins with the right password are at worst asked to come again. Failures are counted apart over the server's own socket, from an
 * address where the account itself got in lately, and from everywhere else: nobody elsewhere can lock its owner out.
 *
 * A source is an address, of IPv6 a network of 64 bits (jl_address_source). Whoever comes from where nobody got in lately is a
 * stranger: few at a time, and in a lane of their own (turns.h). */
#ifndef JL_AUTH_ATTEMPTS_H
#define JL_AUTH_ATTEMPTS_H
#include "common/base/error.h"
#include "common/base/id.h"
#include "server/auth/turns.h"
struct jl_attempts;
enum jl_attempt_end { JL_ATTEMPT_UNDECIDED /* nothing was checked */, JL_ATTEMPT_FAILED, JL_ATTEMPT_SUCCEEDED };
struct jl_attempt { /* one that has begun */
  struct jl_id account, source;
  bool has_source;
  enum jl_login_lane lane;
};
struct jl_attempts *jl_attempts_new(void);
void jl_attempts_free(struct jl_attempts *a);
enum jl_login_lane jl_attempts_lane(const struct jl_attempts *a, const char *source, int64_t now_us);
/* LOGIN_LIMITED after too many failures, OVERLOADED while too many are being checked. After true, end it exactly once. */
JL_MUST_CHECK bool jl_attempts_begin(struct jl_attempts *a, const char *login, const char *source, int64_t now_us,
                                     struct jl_attempt *ret_attempt, int64_t *ret_retry_after_ms, struct jl_error *err);
void jl_attempts_end(struct jl_attempts *a, const struct jl_attempt *attempt, int64_t now_us, enum jl_attempt_end how);
void jl_attempts_got_in(struct jl_attempts *a, const char *login, const char *source, int64_t now_us); /* by whatever means */
void jl_attempts_forgive(struct jl_attempts *a, const char *login); /* it has a new password */
#endif
