/* The hard shell around protobuf-c: capped arena, UTF-8 and NUL checks on every string, enum range checks, size limits.
 * No message of the schema contains itself, so depth is bounded by the schema. */
#ifndef JL_WIRE_UNPACK_H
#define JL_WIRE_UNPACK_H
#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "proto/wire.pb-c.h"
/* The message lives in the arena: never call free_unpacked on it. At most JL_UNPACK_FACTOR x size + JL_UNPACK_SLACK bytes are
 * taken. NULL with BAD_FRAME, BAD_UTF8 or TOO_LARGE. Unknown fields are kept (counted against the cap). */
ProtobufCMessage *jl_unpack(const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes, struct jl_arena *a, struct jl_error *err);
/* The same with a cap of its own, for documents of views: an empty cell is two bytes, and takes a hundred in memory. */
ProtobufCMessage *jl_unpack_within(const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes, size_t cap, struct jl_arena *a,
                                   struct jl_error *err);
/* Packs into the arena; data NULL when it does not fit max bytes. */
struct jl_bytes jl_pack(const ProtobufCMessage *message, struct jl_arena *a, size_t max);
/* Between the error type and its message. */
void jl_error_to_wire(const struct jl_error *err, struct jl_arena *a, Jalon__Error *ret_wire);
void jl_error_from_wire(const Jalon__Error *wire, struct jl_error *ret_err);
#define JL_PB(bytes) ((struct jl_bytes){(bytes).data, (bytes).len}) /* ProtobufCBinaryData -> jl_bytes */
ProtobufCBinaryData jl_to_pb(struct jl_bytes bytes);
#endif
