/* The frame splitter: whatever comes in, in whatever pieces, gives the same messages and bounded memory. */
#include "common/base/limits.h"
#include "common/wire/splitter.h"
#include "tests/fuzz/fuzz.h"

struct seen {
  size_t messages, bytes;
  uint64_t mix;
  bool bad;
};

static struct seen split(const uint8_t *data, size_t size, size_t step, bool preface, bool compressed) {
  struct jl_splitter s;
  struct seen seen = {0};
  jl_splitter_init(&s, preface, JL_MESSAGE_MAX_BEFORE_LOGIN);
  s.compressed = compressed;
  for (size_t at = 0; at < size && !seen.bad; at += step) {
    struct jl_bytes input = {data + at, size - at < step ? size - at : step};
    enum jl_split result;
    struct jl_arrival arrival;
    struct jl_error err = {0};
    while ((result = jl_splitter_next(&s, &input, &arrival, &err)) == JL_SPLIT_MESSAGE) {
      seen.messages++;
      seen.bytes += arrival.payload.size;
      seen.mix = seen.mix * 31 + arrival.type + ((uint64_t)arrival.stream << 8) + arrival.flags;
      for (size_t i = 0; i < arrival.payload.size; i++) seen.mix = seen.mix * 31 + arrival.payload.data[i];
      JL_ASSERT(arrival.payload.size <= JL_MESSAGE_MAX_BEFORE_LOGIN && (arrival.flags & JL_FRAME_ZSTD) == 0);
    }
    seen.bad = result == JL_SPLIT_BAD;
    JL_ASSERT(!seen.bad || err.code != JL_E_OK);
    JL_ASSERT(seen.bad || input.size == 0);
    JL_ASSERT(s.partial_count <= JL_PARTIAL_STREAMS && s.partial_bytes <= JL_PARTIAL_FACTOR * JL_MESSAGE_MAX_BEFORE_LOGIN);
  }
  jl_splitter_release(&s);
  return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  for (int mode = 0; mode < 3; mode++) { /* a server's side, a client's, a client's that takes compressed messages */
    struct seen whole = split(data, size, size + 1, mode == 0, mode == 2);
    for (size_t step = 1; step <= 13; step += 4) {
      struct seen pieces = split(data, size, step, mode == 0, mode == 2);
      JL_ASSERT(whole.messages == pieces.messages && whole.bytes == pieces.bytes && whole.mix == pieces.mix && whole.bad == pieces.bad);
    }
  }
  return 0;
}
