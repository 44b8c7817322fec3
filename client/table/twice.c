#include "client/table/twice.h"
#include "common/base/text.h"
#include <string.h>

/* 0x80 to 0x9f of Windows-1252 (0: nothing), 0x80 to 0xff of Mac Roman. */
static const uint16_t windows[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                     0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
static const uint16_t mac[128] = {
    0x00c4, 0x00c5, 0x00c7, 0x00c9, 0x00d1, 0x00d6, 0x00dc, 0x00e1, 0x00e0, 0x00e2, 0x00e4, 0x00e3, 0x00e5, 0x00e7, 0x00e9, 0x00e8, 0x00ea, 0x00eb, 0x00ed, 0x00ec, 0x00ee, 0x00ef,
    0x00f1, 0x00f3, 0x00f2, 0x00f4, 0x00f6, 0x00f5, 0x00fa, 0x00f9, 0x00fb, 0x00fc, 0x2020, 0x00b0, 0x00a2, 0x00a3, 0x00a7, 0x2022, 0x00b6, 0x00df, 0x00ae, 0x00a9, 0x2122, 0x00b4,
    0x00a8, 0x2260, 0x00c6, 0x00d8, 0x221e, 0x00b1, 0x2264, 0x2265, 0x00a5, 0x00b5, 0x2202, 0x2211, 0x220f, 0x03c0, 0x222b, 0x00aa, 0x00ba, 0x03a9, 0x00e6, 0x00f8, 0x00bf, 0x00a1,
    0x00ac, 0x221a, 0x0192, 0x2248, 0x2206, 0x00ab, 0x00bb, 0x2026, 0x00a0, 0x00c0, 0x00c3, 0x00d5, 0x0152, 0x0153, 0x2013, 0x2014, 0x201c, 0x201d, 0x2018, 0x2019, 0x00f7, 0x25ca,
    0x00ff, 0x0178, 0x2044, 0x20ac, 0x2039, 0x203a, 0xfb01, 0xfb02, 0x2021, 0x00b7, 0x201a, 0x201e, 0x2030, 0x00c2, 0x00ca, 0x00c1, 0x00cb, 0x00c8, 0x00cd, 0x00ce, 0x00cf, 0x00cc,
    0x00d3, 0x00d4, 0xf8ff, 0x00d2, 0x00da, 0x00db, 0x00d9, 0x0131, 0x02c6, 0x02dc, 0x00af, 0x02d8, 0x02d9, 0x02da, 0x00b8, 0x02dd, 0x02db, 0x02c7};

uint32_t jl_twice_character(enum jl_encoding one_byte, uint8_t byte) {
  static const struct { uint8_t byte; uint16_t character; } latin9[] = {{0xa4, 0x20ac}, {0xa6, 0x160}, {0xa8, 0x161}, {0xb4, 0x17d}, {0xb8, 0x17e}, {0xbc, 0x152}, {0xbd, 0x153}, {0xbe, 0x178}};
  if (byte < 0x80) return byte;
  if (one_byte == JL_ENCODING_MAC) return mac[byte - 0x80];
  if (one_byte == JL_ENCODING_WINDOWS && byte < 0xa0) return windows[byte - 0x80];
  for (size_t i = 0; one_byte == JL_ENCODING_LATIN9 && i < JL_COUNT(latin9); i++)
    if (latin9[i].byte == byte) return latin9[i].character;
  return byte;
}

bool jl_twice_byte(enum jl_encoding one_byte, uint32_t character, uint8_t *ret) {
  for (unsigned byte = 0x80; byte < 0x100; byte++)
    if (jl_twice_character(one_byte, (uint8_t)byte) == character) {
      *ret = (uint8_t)byte;
      return true;
    }
  /* Where Windows-1252 has no character, programs wrote the control character of that number. */
  *ret = (uint8_t)character;
  return one_byte == JL_ENCODING_WINDOWS && character >= 0x80 && character < 0xa0;
}

/* The bytes that a run of characters was, when they are well-formed UTF-8. */
static bool undo_run(enum jl_encoding one_byte, const uint32_t *run, size_t count, uint8_t out[JL_TWICE_RUN]) {
  for (size_t i = 0; i < count; i++)
    if (!jl_twice_byte(one_byte, run[i], &out[i])) return false;
  for (size_t at = 0; at < count;) {
    uint32_t c;
    size_t n = jl_text_decode(out + at, count - at, &c);
    if (n == 0) return false;
    at += n;
  }
  return count > 1;
}

void jl_twice_end(struct jl_twice *t) {
  uint8_t bytes[JL_TWICE_RUN];
  bool by_windows = undo_run(JL_ENCODING_WINDOWS, t->run, t->count, bytes), by_mac = undo_run(JL_ENCODING_MAC, t->run, t->count, bytes);
  if ((by_windows || by_mac) && t->windows + t->mac == 0) {
    t->first_at = t->run_at;
    t->first_line = t->lines + 1;
  }
  t->windows += by_windows;
  t->mac += by_mac && !by_windows;
  t->count = 0;
}

void jl_twice_take(struct jl_twice *t, uint32_t character) {
  uint8_t encoded[4];
  if (character < 0x80 || t->count == JL_TWICE_RUN) jl_twice_end(t);
  if (character >= 0x80) {
    if (t->count == 0) t->run_at = t->at;
    t->run[t->count++] = character;
  }
  t->lines += character == '\r' || (character == '\n' && !t->after_cr);
  t->after_cr = character == '\r';
  t->at += jl_text_encode(character, encoded);
}

size_t jl_twice_undo(enum jl_encoding twice, struct jl_bytes text, uint8_t *out) {
  enum jl_encoding by = twice == JL_ENCODING_TWICE_MAC ? JL_ENCODING_MAC : JL_ENCODING_WINDOWS;
  size_t size = 0;
  for (size_t at = 0; at < text.size;) {
    uint32_t run[JL_TWICE_RUN], c = 0;
    uint8_t bytes[JL_TWICE_RUN];
    size_t count = 0, start = at, n = 0;
    while (at < text.size && count < JL_TWICE_RUN && (n = jl_text_decode(text.data + at, text.size - at, &c)) > 1) {
      run[count++] = c;
      at += n;
    }
    if (count > 0 && undo_run(by, run, count, bytes)) {
      memcpy(out + size, bytes, count);
      size += count;
    } else if (at > start) {
      memcpy(out + size, text.data + start, at - start);
      size += at - start;
    }
    if (at < text.size && count < JL_TWICE_RUN) out[size++] = text.data[at++];
  }
  return size;
}
