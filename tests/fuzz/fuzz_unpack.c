/* Unpacking: the bytes as every message of the protocol. What is accepted stays within its cap and, packed again, is
 * accepted again with the same size. */
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/wire_messages.h"

static void unpack(const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes) {
  struct jl_arena *a = jl_arena_new(JL_UNPACK_MAX);
  struct jl_error err = {0};
  if (a == NULL) return;
  const ProtobufCMessage *message = jl_unpack(descriptor, bytes, a, &err);
  JL_ASSERT(message != NULL || err.code == JL_E_BAD_FRAME || err.code == JL_E_BAD_UTF8 || err.code == JL_E_TOO_LARGE ||
            err.code == JL_E_UNSUPPORTED);
  if (message != NULL) {
    JL_ASSERT(jl_arena_used(a) <= JL_UNPACK_FACTOR * bytes.size + JL_UNPACK_SLACK);
    struct jl_bytes packed = jl_pack(message, a, JL_MESSAGE_MAX);
    const ProtobufCMessage *again = packed.data == NULL ? NULL : jl_unpack(descriptor, packed, a, &err);
    JL_ASSERT(again == NULL || protobuf_c_message_get_packed_size(again) == packed.size);
    JL_ASSERT(again != NULL || packed.data == NULL || err.code == JL_E_TOO_LARGE);
  }
  if (message != NULL && descriptor == &jalon__error__descriptor) jl_error_from_wire((const Jalon__Error *)message, &err);
  jl_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  for (size_t i = 0; i < JL_COUNT(wire_messages); i++) unpack(wire_messages[i], (struct jl_bytes){data, size});
  return 0;
}
