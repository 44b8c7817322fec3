#include "common/wire/compress.h"
#include "common/base/limits.h"
#include "common/wire/message.h"
#include "proto/wire.pb-c.h"
#include <stdlib.h>
#include <zstd.h>

#define LEVEL 1 /* twice as fast as 3, for a tenth more bytes */

bool jl_compressible(uint8_t type) {
  return type == JALON__FRAME_TYPE__SNAPSHOT || type == JALON__FRAME_TYPE__REVISIONS || type == JALON__FRAME_TYPE__READ_LOG_REPLY;
}

static bool broken(struct jl_error *err) {
  return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a compressed message is broken"),
                 JL_MSG("connect again; if it happens again, compare versions"));
}

bool jl_decompress(struct jl_bytes compressed, size_t max, struct jl_buffer *ret_plain, struct jl_error *err) {
  unsigned long long size = ZSTD_getFrameContentSize(compressed.data, compressed.size);
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size == 0)
    return broken(err); /* 0: also a frame to be skipped */
  if (size > max)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a compressed message announces {1}; at most {2} are allowed"), NULL,
                   jl_arg_bytes(size > INT64_MAX ? INT64_MAX : (int64_t)size), jl_arg_bytes((int64_t)max));
  if (ZSTD_findFrameCompressedSize(compressed.data, compressed.size) != compressed.size) return broken(err); /* and errors are larger */
  uint8_t *plain = malloc((size_t)size);
  if (plain == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("no memory for an incoming message"), NULL);
  if (ZSTD_decompress(plain, (size_t)size, compressed.data, compressed.size) != size) {
    free(plain);
    return broken(err);
  }
  jl_buffer_init(ret_plain, (size_t)size);
  ret_plain->data = plain;
  ret_plain->size = ret_plain->capacity = (size_t)size;
  return true;
}

struct jl_message *jl_message_new_compressed(uint8_t type, uint8_t flags, struct jl_bytes payload) {
  JL_ASSERT(jl_compressible(type));
  if (payload.size <= JL_COMPRESS_FROM) return jl_message_new(type, flags, payload);
  /* Room for less than there is: what does not shrink stays as it is. */
  struct jl_message *m = malloc(sizeof *m + payload.size - 1), *smaller;
  if (m == NULL) return NULL;
  size_t size = ZSTD_compress(m->payload, payload.size - 1, payload.data, payload.size, LEVEL);
  if (ZSTD_isError(size)) {
    free(m);
    return jl_message_new(type, flags, payload);
  }
  *m = (struct jl_message){.references = 1, .size = size, .type = type, .flags = (uint8_t)(flags | JL_FRAME_ZSTD)};
  smaller = realloc(m, sizeof *m + size);
  return smaller == NULL ? m : smaller;
}
