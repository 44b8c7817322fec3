/* Inside of the wire folder: messages compressed as a whole, one zstd frame each, which says how long it is when unpacked.
 * Only what is long and holds no secrets is ever compressed: snapshots and log tails. */
#ifndef JL_WIRE_COMPRESS_H
#define JL_WIRE_COMPRESS_H
#include "common/base/buffer.h"
#include "common/base/error.h"
struct jl_frame;
bool jl_frame_not_compressed(const struct jl_frame *frame, struct jl_error *err); /* UNSUPPORTED */
bool jl_compressible(uint8_t type); /* messages of this type may be compressed */
/* ret_plain: initialised here, of at most max bytes, which is checked before anything is taken. BAD_FRAME, TOO_LARGE or NO_MEMORY. */
JL_MUST_CHECK bool jl_decompress(struct jl_bytes compressed, size_t max, struct jl_buffer *ret_plain, struct jl_error *err);
#endif
