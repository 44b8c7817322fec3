/* Tokens of logins: 32 random bytes, shown once; only their hash is stored. */
#ifndef JL_AUTH_TOKEN_H
#define JL_AUTH_TOKEN_H
#include "common/base/id.h"
#define JL_TOKEN_SIZE 32
#define JL_TOKEN_HASH_SIZE 32
void jl_token_new(uint8_t ret_token[JL_TOKEN_SIZE]);
void jl_token_hash(const uint8_t token[JL_TOKEN_SIZE], uint8_t ret_hash[JL_TOKEN_HASH_SIZE]); /* BLAKE2b-256 */
/* Login names: lower case letters, digits and ._@- (an upper case letter is taken as lower); false when it is none. */
#define JL_LOGIN_MAX 64
bool jl_login_normalise(const char *text, char ret_login[JL_LOGIN_MAX + 1]);
#endif
