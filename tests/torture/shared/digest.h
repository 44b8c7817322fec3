/* Short proofs that the checker computes again by itself. */
#ifndef JL_TORTURE_DIGEST_H
#define JL_TORTURE_DIGEST_H
#include "common/model/replica.h"
uint32_t crc32_of(uint32_t crc, struct jl_bytes bytes); /* as zlib's; start with 0 */
/* Sum over all records of BLAKE2b-64(id, type, number, revision, deleted revision, body). */
uint64_t replica_digest(const struct jl_replica *r);
#endif
