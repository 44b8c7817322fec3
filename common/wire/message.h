/* Inside of the wire folder: an encoded message that several queues share. One loop, one thread: the count is plain. */
#ifndef JL_WIRE_MESSAGE_H
#define JL_WIRE_MESSAGE_H
#include "common/wire/connection.h"
struct jl_message {
  size_t references, size;
  uint8_t type, flags;
  uint8_t payload[];
};
#endif
