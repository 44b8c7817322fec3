#include "common/base/limits.h"
#include "common/wire/compress.h"
#include "common/wire/connection.h"
#include "common/wire/message.h"
#include <stdlib.h>
#include <string.h>

static void put_u32(uint8_t *out, uint32_t n) {
  out[0] = (uint8_t)(n >> 24);
  out[1] = (uint8_t)(n >> 16);
  out[2] = (uint8_t)(n >> 8);
  out[3] = (uint8_t)n;
}

static uint32_t get_u32(const uint8_t *in) { return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3]; }

void jl_frame_encode(const struct jl_frame *frame, uint8_t out[12]) {
  put_u32(out, frame->length);
  out[4] = frame->type;
  out[5] = frame->flags;
  out[6] = out[7] = 0;
  put_u32(out + 8, frame->stream);
}

bool jl_frame_not_compressed(const struct jl_frame *frame, struct jl_error *err) {
  return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("a frame of type {1} is compressed, which was not agreed on"),
                 JL_MSG("send it without the ZSTD flag"), jl_arg_integer(frame->type));
}

bool jl_frame_decode(const uint8_t in[12], struct jl_frame *ret_frame, struct jl_error *err) {
  struct jl_frame frame = {get_u32(in), in[4], in[5], get_u32(in + 8)};
  if (frame.length > JL_FRAME_PAYLOAD_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a frame announces {1}; at most {2} are allowed"),
                   JL_MSG("cut longer messages into frames with the MORE flag"), jl_arg_bytes(frame.length),
                   jl_arg_bytes(JL_FRAME_PAYLOAD_MAX));
  if (in[6] != 0 || in[7] != 0 || (frame.flags & ~(JL_FRAME_ZSTD | JL_FRAME_MORE | JL_FRAME_END)) != 0)
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("reserved bits are set in a frame of type {1}"),
                   JL_MSG("the other side speaks another protocol or is newer: compare versions"), jl_arg_integer(frame.type));
  if ((frame.flags & JL_FRAME_ZSTD) != 0 && !jl_compressible(frame.type)) return jl_frame_not_compressed(&frame, err);
  if ((frame.flags & JL_FRAME_MORE) != 0 && ((frame.flags & JL_FRAME_END) != 0 || frame.length == 0))
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a frame of type {1} with MORE is empty or also has END"),
                   JL_MSG("END belongs on the last frame of a message only"), jl_arg_integer(frame.type));
  *ret_frame = frame;
  return true;
}

struct jl_message *jl_message_new(uint8_t type, uint8_t flags, struct jl_bytes payload) {
  struct jl_message *m = malloc(sizeof *m + payload.size);
  if (m == NULL) return NULL;
  *m = (struct jl_message){.references = 1, .size = payload.size, .type = type, .flags = flags};
  if (payload.size > 0) memcpy(m->payload, payload.data, payload.size);
  return m;
}

void jl_message_release(struct jl_message *m) {
  if (m != NULL && --m->references == 0) free(m);
}

size_t jl_message_size(const struct jl_message *m) { return m->size; }
