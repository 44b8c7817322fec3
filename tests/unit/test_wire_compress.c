/* Compressed messages from the sender's queue through the splitter: what comes out is what went in, and only what shrinks is
 * compressed. proto/vectors/frames.txt has the hostile ones. */
#include "common/base/limits.h"
#include "common/wire/queue.h"
#include "common/wire/splitter.h"
#include "proto/wire.pb-c.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the line carries for one message. */
static struct jl_buffer on_the_line(struct jl_message *m, uint32_t stream) {
  struct jl_queue q = {0};
  struct jl_buffer line;
  uv_buf_t buffers[16];
  jl_buffer_init(&line, 4U * JL_MESSAGE_MAX);
  assert_true(jl_queue_share(&q, stream, m));
  while (q.size > 0) {
    unsigned n = jl_queue_gather(&q, buffers, 16);
    for (unsigned i = 0; i < n; i++) {
      jl_buffer_append(&line, buffers[i].base, buffers[i].len);
      jl_queue_advance(&q, buffers[i].len);
    }
  }
  jl_queue_release(&q);
  assert_true(jl_buffer_ok(&line));
  return line;
}

static void expect_message(struct jl_bytes line, size_t step, uint8_t type, uint8_t flags, struct jl_bytes payload) {
  struct jl_splitter s;
  struct jl_error err;
  struct jl_arrival arrival;
  size_t seen = 0;
  jl_splitter_init(&s, false, JL_MESSAGE_MAX);
  s.compressed = true;
  for (size_t at = 0; at < line.size; at += step) {
    struct jl_bytes input = {line.data + at, line.size - at < step ? line.size - at : step};
    enum jl_split split;
    while ((split = jl_splitter_next(&s, &input, &arrival, &err)) == JL_SPLIT_MESSAGE) {
      seen++;
      assert_int_equal(arrival.type, type);
      assert_int_equal(arrival.flags, flags);
      assert_int_equal(arrival.stream, 7);
      assert_int_equal(arrival.payload.size, payload.size);
      assert_memory_equal(arrival.payload.data, payload.data, payload.size);
    }
    assert_int_equal(split, JL_SPLIT_WANTS_MORE);
  }
  assert_int_equal(seen, 1);
  jl_splitter_release(&s);
}

/* compressible: of one byte in a row, else of bytes that no compressor shrinks. */
static uint8_t *make_payload(size_t size, bool compressible) {
  uint8_t *out = malloc(size > 0 ? size : 1);
  uint64_t x = 88172645463325252u; /* xorshift */
  assert_non_null(out);
  for (size_t i = 0; i < size; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    out[i] = compressible ? (uint8_t)(i >> 12) : (uint8_t)x;
  }
  return out;
}

static void round_trips(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, JL_COMPRESS_FROM, JL_COMPRESS_FROM + 1, 49152, JL_FRAME_PAYLOAD_MAX, 300000, JL_MESSAGE_MAX};
  static const uint8_t types[] = {JALON__FRAME_TYPE__SNAPSHOT, JALON__FRAME_TYPE__REVISIONS, JALON__FRAME_TYPE__READ_LOG_REPLY};
  for (size_t i = 0; i < JL_COUNT(sizes); i++)
    for (int compressible = 0; compressible < 2; compressible++) {
      uint8_t *bytes = make_payload(sizes[i], compressible == 1), type = types[i % 3], flags = i % 2 == 0 ? JL_FRAME_END : 0;
      struct jl_bytes payload = {bytes, sizes[i]};
      struct jl_message *m = jl_message_new_compressed(type, flags, payload);
      assert_non_null(m);
      bool shrinks = compressible == 1 && sizes[i] > JL_COMPRESS_FROM;
      assert_int_equal((m->flags & JL_FRAME_ZSTD) != 0, shrinks);
      if (shrinks)
        assert_true(jl_message_size(m) < sizes[i] / 10);
      else
        assert_int_equal(jl_message_size(m), sizes[i]);
      struct jl_buffer line = on_the_line(m, 7);
      for (size_t step = 7; step < 2 * line.size; step *= 31) expect_message(jl_buffer_bytes(&line), step, type, flags, payload);
      expect_message(jl_buffer_bytes(&line), line.size, type, flags, payload);
      jl_buffer_release(&line);
      jl_message_release(m);
      free(bytes);
    }
}

/* Half of it shrinks and is still longer than a frame: every frame says that the message is compressed. */
static void in_several_frames(void **state) {
  (void)state;
  size_t size = 400000;
  uint8_t *bytes = make_payload(size, false);
  memset(bytes + size / 2, 0, size / 2);
  struct jl_message *m = jl_message_new_compressed(JALON__FRAME_TYPE__SNAPSHOT, 0, (struct jl_bytes){bytes, size});
  assert_non_null(m);
  assert_true((m->flags & JL_FRAME_ZSTD) != 0 && jl_message_size(m) > JL_FRAME_PAYLOAD_MAX && jl_message_size(m) < size * 6 / 10);
  struct jl_buffer line = on_the_line(m, 7);
  size_t frames = 0;
  for (size_t at = 0; at < line.size; frames++) {
    struct jl_frame frame;
    struct jl_error err;
    assert_true(jl_frame_decode(line.data + at, &frame, &err));
    at += JL_FRAME_HEADER + frame.length;
    assert_int_equal(frame.flags, JL_FRAME_ZSTD | (at < line.size ? JL_FRAME_MORE : 0));
  }
  assert_true(frames > 1);
  expect_message(jl_buffer_bytes(&line), 1000, JALON__FRAME_TYPE__SNAPSHOT, 0, (struct jl_bytes){bytes, size});
  jl_buffer_release(&line);
  jl_message_release(m);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(round_trips), cmocka_unit_test(in_several_frames)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
