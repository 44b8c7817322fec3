#include "common/base/text.h"
#include "common/base/buffer.h"
#include <string.h>

size_t jl_text_decode(const void *data, size_t size, uint32_t *ret_character) {
  const uint8_t *p = data;
  if (size == 0) return 0;
  if (p[0] < 0x80) {
    *ret_character = p[0];
    return 1;
  }
  size_t length = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
  if (p[0] < 0xc2 || p[0] > 0xf4 || length > size) return 0;
  uint32_t c = p[0] & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((p[i] & 0xc0) != 0x80) return 0;
    c = c << 6 | (p[i] & 0x3fu);
  }
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
  *ret_character = c;
  return length;
}

/* C1 controls too: U+009B starts an escape sequence on some terminals. */
static bool is_control(uint32_t c) { return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c <= 0x9f); }

#define EACH_BYTE(n) (UINT64_C(0x0101010101010101) * (n))

/* Eight characters of plain ASCII at once: no high bit, none below a blank, none a DEL. */
static bool plain_eight(const uint8_t *p) {
  uint64_t word;
  memcpy(&word, p, sizeof word);
  uint64_t not_del = word ^ EACH_BYTE(0x7f);
  return ((word | (word - EACH_BYTE(0x20)) | (not_del - EACH_BYTE(1))) & EACH_BYTE(0x80)) == 0;
}

bool jl_text_valid(const void *data, size_t size) {
  const uint8_t *p = data;
  for (size_t i = 0; i < size;) {
    if (size - i >= 8 && plain_eight(p + i)) {
      i += 8;
      continue;
    }
    uint32_t c;
    size_t length = jl_text_decode(p + i, size - i, &c);
    if (length == 0 || is_control(c)) return false;
    i += length;
  }
  return true;
}

size_t jl_text_cut(const char *text, size_t size, size_t max_bytes) {
  if (size <= max_bytes) return size;
  size_t cut = max_bytes;
  while (cut > 0 && ((uint8_t)text[cut] & 0xc0) == 0x80) cut--;
  return cut;
}

/* U+00C0 to U+017F without case and accents; "" means that the character stands for itself. */
static const char folded[][3] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c",  "e", "e", "e", "e", "i", "i", "i",  "i", "d", "n",  "o",  "o",  "o", "o", "o", "",
    "o", "u", "u",  "u",  "u", "y", "th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e",  "e",  "e",  "i", "i", "i", "i",
    "d", "n", "o",  "o",  "o", "o", "o",  "",   "o", "u", "u", "u", "u", "y", "th", "y", "a", "a",  "a",  "a",  "a", "a", "c", "c",
    "c", "c", "c",  "c",  "c", "c", "d",  "d",  "d", "d", "e", "e", "e", "e", "e",  "e", "e", "e",  "e",  "e",  "g", "g", "g", "g",
    "g", "g", "g",  "g",  "h", "h", "h",  "h",  "i", "i", "i", "i", "i", "i", "i",  "i", "i", "i",  "ij", "ij", "j", "j", "k", "k",
    "k", "l", "l",  "l",  "l", "l", "l",  "l",  "l", "l", "l", "n", "n", "n", "n",  "n", "n", "'n", "n",  "n",  "o", "o", "o", "o",
    "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r", "r", "s", "s", "s", "s", "s",  "s", "s", "s",  "t",  "t",  "t", "t", "t", "t",
    "u", "u", "u",  "u",  "u", "u", "u",  "u",  "u", "u", "u", "u", "w", "w", "y",  "y", "y", "z",  "z",  "z",  "z", "z", "z", "s",
};

static bool is_space(uint32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
         c == 0x3000;
}

static uint32_t lower(uint32_t c) {
  if (c >= 0x391 && c <= 0x3a9) return c + 32; /* Greek */
  if (c >= 0x410 && c <= 0x42f) return c + 32; /* Cyrillic */
  if (c >= 0x400 && c <= 0x40f) return c + 80;
  if (c >= 0x1e00 && c <= 0x1eff && (c < 0x1e96 || c > 0x1e9f)) return c | 1; /* pairs: upper, lower */
  return c;
}

size_t jl_text_encode(uint32_t c, uint8_t out[4]) {
  if (c < 0x80) {
    out[0] = (uint8_t)c;
    return 1;
  }
  size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--, c >>= 6) out[i] = (uint8_t)(0x80 | (c & 0x3f));
  out[0] = (uint8_t)((0xf00u >> length) | c);
  return length;
}

static void append_character(struct jl_buffer *b, uint32_t c) {
  uint8_t bytes[4];
  size_t size = jl_text_encode(c, bytes);
  jl_buffer_append(b, bytes, size);
}

static void fold_character(struct jl_buffer *b, uint32_t c) {
  if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  if (c >= 0x300 && c <= 0x36f) return;     /* combining accents */
  if (c == 0x2019 || c == 0x2018) c = '\''; /* typographic apostrophes */
  if (c >= 0xc0 && c <= 0x17f && folded[c - 0xc0][0] != '\0')
    jl_buffer_text(b, folded[c - 0xc0]);
  else
    append_character(b, lower(c));
}

char *jl_text_fold(struct jl_arena *a, const char *text) {
  size_t size = strlen(text);
  struct jl_buffer out;
  jl_buffer_init(&out, size * 2 + 1); /* U+0149 is the worst: as many bytes; the rest shrinks or stays */
  bool space = false;
  for (size_t i = 0; i < size;) {
    uint32_t c;
    size_t length = jl_text_decode((const uint8_t *)text + i, size - i, &c);
    if (length == 0) { /* not text: kept as it is, so that two different titles stay different */
      jl_buffer_byte(&out, (uint8_t)text[i++]);
      continue;
    }
    i += length;
    if (is_space(c)) {
      space = out.size > 0;
      continue;
    }
    if (space) jl_buffer_byte(&out, ' ');
    space = false;
    fold_character(&out, c);
  }
  char *result = jl_buffer_ok(&out) ? jl_arena_strndup(a, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return result;
}

size_t jl_text_letters(const char *text, uint32_t out[JL_DISTANCE_MAX]) {
  size_t size = strlen(text), n = 0;
  for (size_t i = 0; i < size && n < JL_DISTANCE_MAX; n++) {
    size_t length = jl_text_decode((const uint8_t *)text + i, size - i, &out[n]);
    if (length == 0) out[n] = 0x110000u + (uint8_t)text[i];
    i += length == 0 ? 1 : length;
  }
  return n;
}

/* Row by row, of each only the places at most `most` from the diagonal: what lies outside is farther away than that. */
int jl_text_distance_within(const uint32_t *x, size_t nx, const uint32_t *y, size_t ny, int most, uint64_t *steps) {
  int row[JL_DISTANCE_MAX + 2], far = most + 1;
  size_t band = most > JL_DISTANCE_MAX ? JL_DISTANCE_MAX : (size_t)most;
  if ((nx > ny ? nx - ny : ny - nx) > band) return far;
  for (size_t j = 0; j <= ny; j++) row[j] = j <= band ? (int)j : far;
  row[ny + 1] = far;
  for (size_t i = 1; i <= nx; i++) {
    size_t first = i > band ? i - band : 1, last = i + band < ny ? i + band : ny;
    int diagonal = row[first - 1], nearest = far;
    row[first - 1] = first == 1 && i <= band ? (int)i : far;
    if (row[first - 1] < nearest) nearest = row[first - 1];
    for (size_t j = first; j <= last; j++) {
      int above = j == i + band ? far : row[j];
      int best = diagonal + (x[i - 1] != y[j - 1]);
      if (above + 1 < best) best = above + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      diagonal = row[j];
      row[j] = best;
      if (best < nearest) nearest = best;
    }
    *steps += last + 1 - first;
    if (nearest > most) return far;
  }
  return row[ny] > most ? far : row[ny];
}

int jl_text_distance(const char *a, const char *b) {
  uint32_t x[JL_DISTANCE_MAX], y[JL_DISTANCE_MAX];
  uint64_t steps = 0;
  size_t nx = jl_text_letters(a, x), ny = jl_text_letters(b, y);
  return jl_text_distance_within(x, nx, y, ny, JL_DISTANCE_MAX, &steps);
}

bool jl_text_runs(const char *text, size_t size) {
  uint32_t c = 0;
  size_t at = 0;
  while (at < size && text[at] == '\'') at++;
  if (jl_text_decode(text + at, size - at, &c) == 0) return false;
  return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r' || c == '\n' || c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20;
}

bool jl_text_armed(const char *text, size_t size) { return size > 1 && text[0] == '\'' && jl_text_runs(text, size); }
