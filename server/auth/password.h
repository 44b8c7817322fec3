/* Argon2id in threads of its own (each check takes 20 ms and 19 MiB), with a bounded queue. libuv's pool is not used: it
 * also resolves names. Called from the loop's thread; results come back on it.
 *
 * However many try to log in, edits go on: the threads give way to others, and over time they take at most JL_LOGIN_SHARE_PERCENT of
 * all processors. A burst of JL_LOGIN_BURST_MS is checked at full speed. */
#ifndef JL_AUTH_PASSWORD_H
#define JL_AUTH_PASSWORD_H
#include "common/base/error.h"
#include "server/auth/turns.h"
#include <uv.h>

#define JL_PASSWORD_HASH_SIZE 128 /* crypto_pwhash_STRBYTES */
#define JL_PASSWORD_BYTES_MAX 512 /* JL_PASSWORD_MAX characters in UTF-8 */
struct jl_passwords;
enum jl_password_result { JL_PASSWORD_WRONG, JL_PASSWORD_RIGHT /* or the hash is made */, JL_PASSWORD_UNCHECKED /* no memory, or the server stops */ };
/* hash: the one that was asked for; after a comparison a new one for the right password, when the stored one was made with other parameters
 * than are used today, else NULL. */
typedef void jl_password_done(void *context, enum jl_password_result result, const char *hash);
struct jl_passwords *jl_passwords_new(uv_loop_t *loop, int threads, struct jl_error *err);
void jl_passwords_close(struct jl_passwords *p, void (*closed)(void *context),
                        void *context); /* waits for running checks; pending ones end unchecked */
/* OVERLOADED when the lane is full: asked before anything else is done for a login, so that refusing costs next to nothing. */
JL_MUST_CHECK bool jl_passwords_room(struct jl_passwords *p, enum jl_login_lane lane, struct jl_error *err);
/* Compares with a hash; NULL (no such account) takes the same time and is wrong. OVERLOADED when the lane is full. */
JL_MUST_CHECK bool jl_passwords_verify(struct jl_passwords *p, enum jl_login_lane lane, const char *password, const char *hash,
                                       jl_password_done *done, void *context, struct jl_error *err);
JL_MUST_CHECK bool jl_passwords_hash(struct jl_passwords *p, const char *password, jl_password_done *done, void *context,
                                     struct jl_error *err);
/* Length in characters, and none of the passwords that everybody tries (common_passwords.c), nor the login; no rules on composition. */
JL_MUST_CHECK bool jl_password_policy(const char *password, const char *login, struct jl_error *err);
bool jl_password_is_common(const char *password);
JL_MUST_CHECK bool jl_password_hash_now(const char *password, char ret_hash[JL_PASSWORD_HASH_SIZE]); /* blocking: for set-up */
#endif
