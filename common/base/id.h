/* 16-byte identities (records, spaces, replicas, groups). Minted by clients from random bytes; natural keys derive
 * theirs by hash, so two people who make "the same" record offline make one. Text form: UUID. */
#ifndef JL_BASE_ID_H
#define JL_BASE_ID_H
#include "common/base/compiler.h"
#include <stdint.h>
struct jl_id { uint8_t bytes[16]; };
#define JL_ID_TEXT_SIZE 37
struct jl_bytes { const uint8_t *data; size_t size; }; /* borrowed bytes */

JL_API struct jl_id jl_id_random(void);                                     /* aborts if the system has no randomness */
struct jl_id jl_id_derive(const char *purpose, const struct jl_bytes *parts, size_t nparts); /* BLAKE2b over purpose and length-prefixed parts */
JL_API bool jl_id_is_zero(const struct jl_id *id);
JL_API bool jl_id_equal(const struct jl_id *a, const struct jl_id *b);
JL_API int jl_id_compare(const struct jl_id *a, const struct jl_id *b);
JL_API void jl_id_format(const struct jl_id *id, char out[JL_ID_TEXT_SIZE]);
JL_API bool jl_id_parse(const char *text, struct jl_id *ret_id);            /* UUID with or without hyphens */
bool jl_id_from_bytes(struct jl_bytes bytes, struct jl_id *ret_id);  /* false unless exactly 16 */
uint64_t jl_id_hash(const struct jl_id *id);
#endif
