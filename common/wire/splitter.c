#include "common/wire/splitter.h"
#include "common/base/limits.h"
#include "common/wire/compress.h"
#include <stdlib.h>
#include <string.h>

#define PREFACE_SIZE (sizeof JL_PREFACE - 1)
#define IDLE_CAPACITY 512 /* an idle connection keeps at most this much */

void jl_splitter_init(struct jl_splitter *s, bool expect_preface, size_t max_message) {
  *s = (struct jl_splitter){.expect_preface = expect_preface, .max_message = max_message};
  jl_buffer_init(&s->rest, JL_FRAME_HEADER + JL_FRAME_PAYLOAD_MAX);
}

static void drop_partial(struct jl_partial *p) {
  jl_buffer_release(&p->payload);
  p->used = false;
}

void jl_splitter_release(struct jl_splitter *s) {
  jl_buffer_release(&s->rest);
  for (size_t i = 0; s->partial != NULL && i < JL_PARTIAL_STREAMS; i++) drop_partial(&s->partial[i]);
  free(s->partial);
  s->partial = NULL;
  drop_partial(&s->complete);
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("no memory for an incoming message"), NULL); }

/* Moves input to the rest until it holds want bytes. */
static bool top_up(struct jl_splitter *s, struct jl_bytes *io_input, size_t want, struct jl_error *err) {
  size_t n = s->rest.size >= want ? 0 : want - s->rest.size;
  if (n > io_input->size) n = io_input->size;
  jl_buffer_append(&s->rest, io_input->data, n);
  if (!jl_buffer_ok(&s->rest)) return no_memory(err);
  io_input->data += n;
  io_input->size -= n;
  return true;
}

static void clear_rest(struct jl_splitter *s) {
  s->rest_done = false;
  if (s->rest.capacity > IDLE_CAPACITY)
    jl_buffer_release(&s->rest);
  else
    jl_buffer_clear(&s->rest);
}

/* Enough is said to tell somebody who pointed a browser or a TLS client at this port what is wrong. */
static bool wrong_preface(const struct jl_bytes got, struct jl_error *err) {
  static const char *const methods[] = {"GET ", "POST", "HEAD", "PUT ", "OPTI", "PRI ", "CONN", "DELE", "PATC"};
  if (got.data[0] == 0x16 && got.data[1] == 0x03)
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the other side speaks TLS, but this port is plain"),
                   JL_MSG("connect without TLS, or to the TLS port"));
  for (size_t i = 0; i < JL_COUNT(methods); i++)
    if (memcmp(got.data, methods[i], 4) == 0)
      return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the other side speaks HTTP, but this port speaks jalon/1"),
                     JL_MSG("use the command jalon, or the port of the web page"));
  return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the other side does not speak jalon/1"), JL_MSG("check the address and the port"));
}

static enum jl_split take_preface(struct jl_splitter *s, struct jl_bytes *io_input, struct jl_error *err) {
  if (!top_up(s, io_input, PREFACE_SIZE, err)) return JL_SPLIT_BAD;
  if (s->rest.size >= 4 && memcmp(s->rest.data, JL_PREFACE, s->rest.size) != 0) {
    wrong_preface(jl_buffer_bytes(&s->rest), err);
    return JL_SPLIT_BAD;
  }
  if (s->rest.size < PREFACE_SIZE) return JL_SPLIT_WANTS_MORE;
  s->expect_preface = false;
  clear_rest(s);
  return JL_SPLIT_MESSAGE; /* go on */
}

static struct jl_partial *find_partial(struct jl_splitter *s, uint32_t stream) {
  for (size_t i = 0; s->partial_count > 0 && i < JL_PARTIAL_STREAMS; i++)
    if (s->partial[i].used && s->partial[i].stream == stream) return &s->partial[i];
  return NULL;
}

/* What a header alone tells, before its payload is waited for. */
static bool frame_allowed(struct jl_splitter *s, const struct jl_frame *frame, struct jl_error *err) {
  const struct jl_partial *p = find_partial(s, frame->stream);
  bool more = (frame->flags & JL_FRAME_MORE) != 0;
  if (p != NULL && p->type != frame->type)
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a message of type {1} on stream {2} is interrupted by type {3}"),
                   JL_MSG("finish a message before the next one on its stream"), jl_arg_integer(p->type), jl_arg_integer(frame->stream),
                   jl_arg_integer(frame->type));
  bool compressed = (frame->flags & JL_FRAME_ZSTD) != 0;
  if (compressed && !s->compressed) return jl_frame_not_compressed(frame, err);
  if (p != NULL && p->compressed != compressed)
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a message of type {1} is compressed in part"), JL_MSG("compress the whole message"),
                   jl_arg_integer(frame->type));
  if (p == NULL && more && s->partial_count == JL_PARTIAL_STREAMS)
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("more than {1} messages are unfinished at once"),
                   JL_MSG("finish some before starting another"), jl_arg_integer(JL_PARTIAL_STREAMS));
  size_t before = p == NULL ? 0 : p->payload.size;
  bool grows = p != NULL || more;
  if (before + frame->length > s->max_message || (grows && s->partial_bytes + frame->length > JL_PARTIAL_FACTOR * s->max_message))
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a message of type {1} is longer than {2}"),
                   JL_MSG("send less at once; before login only short messages are allowed"), jl_arg_integer(frame->type),
                   jl_arg_bytes((int64_t)s->max_message));
  return true;
}

/* NULL: no memory. */
static struct jl_partial *start_partial(struct jl_splitter *s, const struct jl_frame *frame) {
  if (s->partial == NULL) s->partial = calloc(JL_PARTIAL_STREAMS, sizeof *s->partial);
  if (s->partial == NULL) return NULL;
  JL_ASSERT(s->partial_count < JL_PARTIAL_STREAMS); /* frame_allowed has seen to it */
  for (size_t i = 0; i < JL_PARTIAL_STREAMS; i++) {
    struct jl_partial *p = &s->partial[i];
    if (p->used) continue;
    *p = (struct jl_partial){.used = true, .compressed = (frame->flags & JL_FRAME_ZSTD) != 0, .type = frame->type, .stream = frame->stream};
    jl_buffer_init(&p->payload, JL_PARTIAL_FACTOR *
                                    (s->max_message > JL_MESSAGE_MAX ? s->max_message : JL_MESSAGE_MAX)); /* the limit may rise meanwhile */
    s->partial_count++;
    return p;
  }
  return NULL;
}

/* JL_SPLIT_WANTS_MORE: the message goes on in another frame. */
static enum jl_split join(struct jl_splitter *s, const struct jl_frame *frame, struct jl_bytes payload, struct jl_arrival *ret_arrival,
                          struct jl_error *err) {
  bool more = (frame->flags & JL_FRAME_MORE) != 0;
  struct jl_partial *p = find_partial(s, frame->stream);
  *ret_arrival = (struct jl_arrival){frame->type, frame->flags, frame->stream, payload};
  if (p == NULL && !more) return JL_SPLIT_MESSAGE;
  if (p == NULL) p = start_partial(s, frame);
  if (p != NULL) jl_buffer_append(&p->payload, payload.data, payload.size);
  if (p == NULL || !jl_buffer_ok(&p->payload)) {
    no_memory(err);
    return JL_SPLIT_BAD;
  }
  s->partial_bytes += payload.size;
  if (more) return JL_SPLIT_WANTS_MORE;
  s->partial_bytes -= p->payload.size;
  s->partial_count--;
  s->complete = *p;
  *p = (struct jl_partial){0};
  if (s->partial_count == 0) {
    free(s->partial);
    s->partial = NULL;
  }
  ret_arrival->payload = jl_buffer_bytes(&s->complete.payload);
  return JL_SPLIT_MESSAGE;
}

/* One frame from the input; in place when it is whole there. JL_SPLIT_WANTS_MORE: input is used up. */
static enum jl_split take_frame(struct jl_splitter *s, struct jl_bytes *io_input, struct jl_frame *ret_frame, struct jl_bytes *ret_payload,
                                struct jl_error *err) {
  bool in_place = s->rest.size == 0 && io_input->size >= JL_FRAME_HEADER;
  if (!in_place && !top_up(s, io_input, JL_FRAME_HEADER, err)) return JL_SPLIT_BAD;
  if (!in_place && s->rest.size < JL_FRAME_HEADER) return JL_SPLIT_WANTS_MORE;
  const uint8_t *header = in_place ? io_input->data : s->rest.data;
  if (!jl_frame_decode(header, ret_frame, err) || !frame_allowed(s, ret_frame, err)) return JL_SPLIT_BAD;
  size_t size = JL_FRAME_HEADER + (size_t)ret_frame->length;
  if (in_place && io_input->size >= size) {
    *ret_payload = (struct jl_bytes){io_input->data + JL_FRAME_HEADER, ret_frame->length};
    io_input->data += size;
    io_input->size -= size;
    return JL_SPLIT_MESSAGE;
  }
  if (!top_up(s, io_input, size, err)) return JL_SPLIT_BAD;
  if (s->rest.size < size) return JL_SPLIT_WANTS_MORE;
  *ret_payload = (struct jl_bytes){s->rest.data + JL_FRAME_HEADER, ret_frame->length};
  s->rest_done = true;
  return JL_SPLIT_MESSAGE;
}

static bool decompress(struct jl_splitter *s, struct jl_arrival *io_arrival, struct jl_error *err) {
  struct jl_buffer plain;
  if (!jl_decompress(io_arrival->payload, s->max_message, &plain, err)) return false;
  drop_partial(&s->complete);
  s->complete = (struct jl_partial){.used = true, .type = io_arrival->type, .stream = io_arrival->stream, .payload = plain};
  io_arrival->flags &= (uint8_t)~JL_FRAME_ZSTD;
  io_arrival->payload = jl_buffer_bytes(&plain);
  return true;
}

enum jl_split jl_splitter_next(struct jl_splitter *s, struct jl_bytes *io_input, struct jl_arrival *ret_arrival, struct jl_error *err) {
  if (s->complete.used) drop_partial(&s->complete);
  for (;;) {
    if (s->rest_done) clear_rest(s);
    if (io_input->size == 0) return JL_SPLIT_WANTS_MORE;
    if (s->expect_preface) {
      enum jl_split preface = take_preface(s, io_input, err);
      if (preface != JL_SPLIT_MESSAGE) return preface;
      continue;
    }
    struct jl_frame frame;
    struct jl_bytes payload;
    enum jl_split taken = take_frame(s, io_input, &frame, &payload, err);
    if (taken != JL_SPLIT_MESSAGE) return taken;
    enum jl_split joined = join(s, &frame, payload, ret_arrival, err);
    if (joined == JL_SPLIT_MESSAGE && (ret_arrival->flags & JL_FRAME_ZSTD) != 0 && !decompress(s, ret_arrival, err)) return JL_SPLIT_BAD;
    if (joined != JL_SPLIT_WANTS_MORE) return joined;
  }
}
