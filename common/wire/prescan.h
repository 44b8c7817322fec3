/* Inside of the wire folder: reads the bytes of a message by its descriptor before protobuf-c does, because protobuf-c
 * checks too little (text, enum ranges, repeated sub-messages) and allocates too much. Loops over an explicit stack. */
#ifndef JL_WIRE_PRESCAN_H
#define JL_WIRE_PRESCAN_H
#include "common/base/error.h"
#include <protobuf-c/protobuf-c.h>
#define JL_PRESCAN_DEPTH 12  /* levels of messages in the schema; a test checks it against the descriptors */
#define JL_PRESCAN_FIELDS 64 /* fields of one message; the same */
/* ret_need: an upper bound of what protobuf-c will take from an arena. BAD_FRAME, BAD_UTF8 or UNSUPPORTED otherwise. */
JL_MUST_CHECK bool jl_prescan(const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes, size_t *ret_need, struct jl_error *err);
#endif
