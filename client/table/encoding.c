#include "client/table/encoding.h"
#include "client/table/twice.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
  enum jl_encoding encoding;
  const char *name, *others[4];
} table[] = {{JL_ENCODING_UTF8, "utf-8", {"utf8"}},
             {JL_ENCODING_UTF16LE, "utf-16le", {"utf-16", "utf16", "utf16le"}},
             {JL_ENCODING_UTF16BE, "utf-16be", {"utf16be"}},
             {JL_ENCODING_UTF32LE, "utf-32le", {"utf-32", "utf32", "utf32le"}},
             {JL_ENCODING_UTF32BE, "utf-32be", {"utf32be"}},
             {JL_ENCODING_WINDOWS, "windows-1252", {"cp1252", "latin1", "iso-8859-1", "ansi"}},
             {JL_ENCODING_LATIN9, "iso-8859-15", {"latin9", "latin-9"}},
             {JL_ENCODING_MAC, "mac-roman", {"macroman", "macintosh", "mac"}},
             {JL_ENCODING_TWICE, "utf-8-twice", {"double"}},
             {JL_ENCODING_TWICE_MAC, "utf-8-twice-mac", {NULL}}};

const char *jl_encoding_name(enum jl_encoding e) {
  for (size_t i = 0; i < JL_COUNT(table); i++)
    if (table[i].encoding == e) return table[i].name;
  return "";
}

bool jl_encoding_by_name(const char *name, enum jl_encoding *ret) {
  for (size_t i = 0; i < JL_COUNT(table); i++) {
    bool is = strcasecmp(table[i].name, name) == 0;
    for (size_t k = 0; k < JL_COUNT(table[i].others) && table[i].others[k] != NULL; k++) is = is || strcasecmp(table[i].others[k], name) == 0;
    if (!is) continue;
    *ret = table[i].encoding;
    return true;
  }
  return false;
}

const char *jl_encoding_names(void) { return "utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15, mac-roman, utf-8-twice, utf-8-twice-mac"; }

/* ---- what the bytes tell ---- */
struct seen {
  uint64_t bytes, counts[256], zeros[2], lf, cr_alone;
  uint64_t between[256]; /* a byte beyond ASCII between two letters of ASCII */
  size_t line, high_line; /* of the first byte beyond ASCII */
  uint64_t high_at;
  bool has_high, is_utf8;
  struct jl_twice twice;
};

static bool is_letter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static void take_byte(struct seen *s, uint8_t last[2], uint8_t byte) {
  s->zeros[s->bytes % 2] += byte == 0;
  s->counts[byte]++;
  if (last[1] == '\r' && byte != '\n') {
    s->cr_alone++;
    s->line++;
  }
  if (byte == '\n') {
    s->lf++;
    s->line++;
  }
  if (byte >= 0x80 && !s->has_high) {
    s->has_high = true;
    s->high_at = s->bytes;
    s->high_line = s->line;
  }
  if (last[1] >= 0x80 && is_letter(last[0]) && is_letter(byte)) s->between[last[1]]++;
  last[0] = last[1];
  last[1] = byte;
  s->bytes++;
}

/* Well-formed UTF-8 as far as it was read; what a piece ends in the middle of comes again with the next one. */
static size_t take_utf8(struct seen *s, const uint8_t *data, size_t size, bool last) {
  size_t at = 0;
  while (s->is_utf8 && at < size) {
    uint32_t c;
    size_t n = jl_text_decode(data + at, size - at, &c);
    if (n == 0 && !last && size - at < 4) return at;
    if (n == 0) s->is_utf8 = false;
    if (n > 0) jl_twice_take(&s->twice, c);
    at += n;
  }
  return size;
}

static bool look_through(const struct jl_source *source, struct seen *s, struct jl_error *err) {
  uint8_t part[32768 + 4], last[2] = {0, 0};
  size_t kept = 0, n;
  for (uint64_t at = 0;; at += n) {
    if (!jl_source_read(source, at, part + kept, sizeof part - 4, &n, err)) return false;
    for (size_t i = 0; i < n; i++) take_byte(s, last, part[kept + i]);
    size_t used = take_utf8(s, part, kept + n, n == 0);
    kept = kept + n - used;
    if (kept > 0) memmove(part, part + used, kept);
    if (n == 0) break;
  }
  jl_twice_end(&s->twice);
  return true;
}

/* Characters that texts of Western Europe have beyond ASCII; what reads as something else was probably written in another encoding. */
static bool is_expected(uint32_t c, bool between_letters) {
  if (c == 0xbc || c == 0xbd || c == 0xbe || c == 0xa4 || c == 0xa8 || c == 0xb4 || c == 0xb8 || c == 0xa6) return false; /* signs that Latin-9 has other characters for */
  if (between_letters && (c == 0xa9 || c == 0xaa || c == 0xab || c == 0xae || c == 0xba || c == 0xbb || c == 0x2026 || c == 0x2122)) return false;
  if (c == 0xa0 || c == 0xa3 || c == 0xa7 || c == 0xa9 || c == 0xab || c == 0xbb || c == 0xae || c == 0xb0 || c == 0xb2 || c == 0xb3 || c == 0xb5 || c == 0xb7 || c == 0xba || c == 0xaa ||
      c == 0xb1 || c == 0xa1 || c == 0xbf || c == 0xb9)
    return true;
  if (c == 0x20ac || (c >= 0x2013 && c <= 0x2014) || (c >= 0x2018 && c <= 0x201e) || c == 0x2026 || c == 0x2022 || c == 0x2122 || c == 0x152 || c == 0x153 || c == 0x178) return true;
  return c >= 0xc0 && c <= 0xff && c != 0xd0 && c != 0xde && c != 0xf0 && c != 0xfe && c != 0xd7 && c != 0xf7 && c != 0xdd && c != 0xfd;
}

/* How many bytes beyond ASCII read as something that is not expected; UINT64_MAX: one has no character at all. */
static uint64_t strange(const struct seen *s, enum jl_encoding e) {
  uint64_t n = 0;
  for (unsigned byte = 0x80; byte < 0x100; byte++) {
    if (s->counts[byte] == 0) continue;
    uint32_t c = jl_twice_character(e, (uint8_t)byte);
    if (c == 0) return UINT64_MAX;
    if (!is_expected(c, false))
      n += s->counts[byte];
    else if (!is_expected(c, true))
      n += s->between[byte];
  }
  return n;
}

static void one_byte(const struct seen *s, struct jl_encoding_found *ret) {
  uint64_t windows = strange(s, JL_ENCODING_WINDOWS), mac = strange(s, JL_ENCODING_MAC), latin9 = strange(s, JL_ENCODING_LATIN9);
  bool from_mac = s->cr_alone > s->lf; /* rows of old Mac files end with CR alone */
  for (unsigned byte = 0x80; byte < 0xa0; byte++)
    if (s->counts[byte] > 0) latin9 = UINT64_MAX; /* it has only control characters there */
  if (windows == 0 && !(from_mac && mac == 0)) {
    ret->encoding = JL_ENCODING_WINDOWS;
    return;
  }
  if (mac == 0 && from_mac && windows > 0) {
    ret->encoding = JL_ENCODING_MAC;
    return;
  }
  ret->undecided = true;
  const struct { enum jl_encoding encoding; uint64_t strange; } readings[] = {{JL_ENCODING_WINDOWS, windows}, {JL_ENCODING_MAC, mac}, {JL_ENCODING_LATIN9, latin9}};
  for (size_t i = 0; i < JL_COUNT(readings); i++)
    if (readings[i].strange != UINT64_MAX) ret->candidates[ret->candidate_count++] = readings[i].encoding;
  if (ret->candidate_count == 0) ret->candidates[ret->candidate_count++] = JL_ENCODING_WINDOWS;
  ret->encoding = ret->candidates[0];
}

/* A byte order mark; false: none. */
static bool marked(const uint8_t *head, size_t n, struct jl_encoding_found *ret) {
  static const struct { enum jl_encoding encoding; size_t size; uint8_t mark[4]; } marks[] = {
      {JL_ENCODING_UTF32LE, 4, {0xff, 0xfe, 0, 0}}, {JL_ENCODING_UTF32BE, 4, {0, 0, 0xfe, 0xff}}, {JL_ENCODING_UTF8, 3, {0xef, 0xbb, 0xbf}},
      {JL_ENCODING_UTF16LE, 2, {0xff, 0xfe}}, {JL_ENCODING_UTF16BE, 2, {0xfe, 0xff}}};
  for (size_t i = 0; i < JL_COUNT(marks) && !ret->has_mark; i++) {
    ret->has_mark = n >= marks[i].size && memcmp(head, marks[i].mark, marks[i].size) == 0;
    ret->encoding = marks[i].encoding;
  }
  return ret->has_mark;
}

static bool sample(const struct jl_source *source, uint64_t at, size_t line, struct jl_encoding_found *ret, struct jl_error *err) {
  uint64_t from = at > JL_ENCODING_SAMPLE / 2 ? at - JL_ENCODING_SAMPLE / 2 : 0;
  ret->line = line;
  if (!jl_source_read(source, from, ret->sample, sizeof ret->sample, &ret->sample_size, err)) return false;
  size_t start = (size_t)(at - from), end = start; /* the line that it stands in */
  while (start > 0 && ret->sample[start - 1] != '\n' && ret->sample[start - 1] != '\r') start--;
  while (end < ret->sample_size && ret->sample[end] != '\n' && ret->sample[end] != '\r') end++;
  ret->sample_size = end - start;
  memmove(ret->sample, ret->sample + start, ret->sample_size);
  return true;
}

bool jl_encoding_detect(const struct jl_source *s, struct jl_encoding_found *ret, struct jl_error *err) {
  uint8_t head[4];
  size_t n;
  *ret = (struct jl_encoding_found){0};
  if (!jl_source_read(s, 0, head, sizeof head, &n, err)) return false;
  if (marked(head, n, ret) && ret->encoding != JL_ENCODING_UTF8) return true;
  struct seen *seen = calloc(1, sizeof *seen);
  if (seen == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  seen->line = 1;
  seen->is_utf8 = true;
  bool ok = look_through(s, seen, err);
  ret->encoding = JL_ENCODING_UTF8;
  if (ok && !ret->has_mark && seen->zeros[1] > seen->bytes / 4 && seen->zeros[0] == 0)
    ret->encoding = JL_ENCODING_UTF16LE;
  else if (ok && !ret->has_mark && seen->zeros[0] > seen->bytes / 4 && seen->zeros[1] == 0)
    ret->encoding = JL_ENCODING_UTF16BE;
  else if (ok && seen->is_utf8 && (seen->twice.windows > 0 || seen->twice.mac > 0)) {
    enum jl_encoding twice = seen->twice.windows >= seen->twice.mac ? JL_ENCODING_TWICE : JL_ENCODING_TWICE_MAC;
    *ret = (struct jl_encoding_found){.encoding = twice, .undecided = true, .has_mark = ret->has_mark, .candidates = {twice, JL_ENCODING_UTF8}, .candidate_count = 2};
    ok = sample(s, seen->twice.first_at, seen->twice.first_line, ret, err);
  } else if (ok && !seen->is_utf8 && !ret->has_mark) {
    one_byte(seen, ret);
    if (ret->undecided) ok = sample(s, seen->high_at, seen->high_line, ret, err);
  }
  ret->cr_rows = ret->encoding != JL_ENCODING_UTF16LE && ret->encoding != JL_ENCODING_UTF16BE && seen->cr_alone > seen->lf;
  free(seen);
  return ok;
}
