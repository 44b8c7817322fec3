#include "server/space/text_merge.h"
#include <git2.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* libgit2 merges lines. Each different word of the three texts gets a number, and a text becomes the lines of its words'
 * numbers: nothing in a text can look like anything else, and what comes back are words that somebody wrote. */
#define LINE 4 /* three digits of base 64 and the line feed: 262,144 different words, more than three texts can hold */
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
_Static_assert(3 * (JL_TEXT_MERGE_MAX + 1) <= 64 * 64 * 64, "three digits number the words of three texts");

enum { BASE, THEIRS, MINE, TEXTS };
struct text {
  uint8_t *bytes; /* normal form C, line ends are LF, without the last one */
  size_t size;
  bool ends_line;
  uint32_t *words; /* numbers */
  size_t count;
};
struct merging {
  struct text texts[TEXTS];
  struct jl_bytes *words; /* by number */
  size_t word_count;
  uint32_t *slots; /* open addressing: number + 1 */
  size_t slot_count;
  struct jl_id key; /* secret: texts are chosen by clients */
  char *lines[TEXTS];
};

void jl_text_merge_open(void) { git_libgit2_init(); }
void jl_text_merge_close(void) { git_libgit2_shutdown(); }

static bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n'; }

static bool normalise(struct jl_bytes in, struct text *t) {
  t->bytes = malloc(in.size + 1);
  if (t->bytes == NULL) return false;
  for (size_t i = 0; i < in.size; i++) {
    if (in.data[i] != '\r')
      t->bytes[t->size++] = in.data[i];
    else if (i + 1 == in.size || in.data[i + 1] != '\n')
      t->bytes[t->size++] = '\n';
  }
  utf8proc_uint8_t *composed = NULL;
  utf8proc_ssize_t size = utf8proc_map(t->bytes, (utf8proc_ssize_t)t->size, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  if (size >= 0) { /* otherwise it is no UTF-8: compared as it is */
    free(t->bytes);
    t->bytes = composed;
    t->size = (size_t)size;
  }
  t->ends_line = t->size > 0 && t->bytes[t->size - 1] == '\n';
  if (t->ends_line) t->size--;
  return true;
}

static uint32_t number_of(struct merging *m, struct jl_bytes word) {
  uint8_t hash[crypto_shorthash_BYTES];
  uint64_t h;
  crypto_shorthash(hash, word.data, word.size, m->key.bytes);
  memcpy(&h, hash, sizeof h);
  for (size_t at = (size_t)h & (m->slot_count - 1);; at = (at + 1) & (m->slot_count - 1)) {
    if (m->slots[at] == 0) {
      m->words[m->word_count] = word;
      m->slots[at] = (uint32_t)++m->word_count;
    }
    struct jl_bytes known = m->words[m->slots[at] - 1];
    if (known.size == word.size && memcmp(known.data, word.data, word.size) == 0) return m->slots[at] - 1;
  }
}

static void split(struct merging *m, struct text *t) {
  for (size_t from = 0, to = 0; from < t->size; from = to) {
    bool space = is_space(t->bytes[from]);
    while (to < t->size && is_space(t->bytes[to]) == space) to++;
    t->words[t->count++] = number_of(m, (struct jl_bytes){t->bytes + from, to - from});
  }
}

static bool prepare(struct merging *m, const struct jl_bytes in[TEXTS]) {
  size_t total = 0;
  static_assert(crypto_shorthash_KEYBYTES == sizeof m->key.bytes, "an id is a key");
  m->key = jl_id_random();
  for (int i = 0; i < TEXTS; i++) {
    if (!normalise(in[i], &m->texts[i])) return false;
    total += m->texts[i].size;
  }
  for (m->slot_count = 64; m->slot_count < 2 * total;) m->slot_count *= 2;
  m->words = malloc((total + 1) * sizeof *m->words);
  m->slots = calloc(m->slot_count, sizeof *m->slots);
  if (m->words == NULL || m->slots == NULL) return false;
  for (int i = 0; i < TEXTS; i++) {
    m->texts[i].words = malloc((m->texts[i].size + 1) * sizeof *m->texts[i].words);
    m->lines[i] = malloc(m->texts[i].size * LINE + 1);
    if (m->texts[i].words == NULL || m->lines[i] == NULL) return false;
    split(m, &m->texts[i]);
  }
  return true;
}

static void write_lines(const struct text *t, bool backwards, char *out) {
  for (size_t i = 0; i < t->count; i++) {
    uint32_t word = t->words[backwards ? t->count - 1 - i : i];
    char *line = out + i * LINE;
    line[0] = digits[word >> 12];
    line[1] = digits[word >> 6 & 63];
    line[2] = digits[word & 63];
    line[3] = '\n';
  }
}

/* -1: not a line of ours. */
static int64_t read_line(const struct merging *m, const char *line) {
  uint32_t word = 0;
  for (int i = 0; i < 3; i++) {
    const char *digit = memchr(digits, line[i], sizeof digits - 1);
    if (digit == NULL) return -1;
    word = word * 64 + (uint32_t)(digit - digits);
  }
  return line[3] == '\n' && word < m->word_count ? (int64_t)word : -1;
}

static bool read_lines(const struct merging *m, const git_merge_file_result *merged, bool backwards, struct jl_buffer *out) {
  size_t count = merged->len / LINE;
  if (merged->len % LINE != 0) return false;
  for (size_t i = 0; i < count; i++) {
    int64_t word = read_line(m, merged->ptr + (backwards ? count - 1 - i : i) * LINE);
    if (word < 0) return false;
    jl_buffer_append(out, m->words[word].data, m->words[word].size);
  }
  return true;
}

static enum jl_text_result merge_lines(struct merging *m, bool backwards, struct jl_buffer *out) {
  git_merge_file_input in[TEXTS];
  git_merge_file_result merged = {0};
  for (int i = 0; i < TEXTS; i++) {
    write_lines(&m->texts[i], backwards, m->lines[i]);
    if (git_merge_file_input_init(&in[i], GIT_MERGE_FILE_INPUT_VERSION) != 0) return JL_TEXT_UNKNOWN;
    in[i].ptr = m->lines[i];
    in[i].size = m->texts[i].count * LINE;
  }
  if (git_merge_file(&merged, &in[BASE], &in[THEIRS], &in[MINE], NULL) != 0) return JL_TEXT_UNKNOWN;
  enum jl_text_result result = merged.automergeable != 0 ? JL_TEXT_MERGED : JL_TEXT_OVERLAPS;
  if (result == JL_TEXT_MERGED && !read_lines(m, &merged, backwards, out)) result = JL_TEXT_OVERLAPS;
  git_merge_file_result_free(&merged);
  return result;
}

static bool last_line_end(const struct merging *m) {
  const struct text *t = m->texts;
  return t[MINE].ends_line == t[BASE].ends_line ? t[THEIRS].ends_line : t[MINE].ends_line;
}

enum jl_text_result jl_text_merge(struct jl_bytes base, struct jl_bytes theirs, struct jl_bytes mine, struct jl_buffer *ret_text) {
  struct merging m = {.word_count = 0};
  enum jl_text_result result = JL_TEXT_UNKNOWN;
  jl_buffer_init(ret_text, 3 * JL_TEXT_MERGE_MAX);
  if (base.size > JL_TEXT_MERGE_MAX || theirs.size > JL_TEXT_MERGE_MAX || mine.size > JL_TEXT_MERGE_MAX) return JL_TEXT_OVERLAPS;
  jl_text_merge_open();
  if (prepare(&m, (const struct jl_bytes[TEXTS]){base, theirs, mine})) {
    /* Where a word goes, the white space before it or behind it may go with it. libgit2 takes what stands behind, which touches a
     * change of the next word; read backwards it is what stands before. */
    result = merge_lines(&m, false, ret_text);
    if (result == JL_TEXT_OVERLAPS) {
      jl_buffer_clear(ret_text);
      result = merge_lines(&m, true, ret_text);
    }
    if (result == JL_TEXT_MERGED && ret_text->size > 0 && last_line_end(&m)) jl_buffer_byte(ret_text, '\n');
    if (result == JL_TEXT_MERGED && !jl_buffer_ok(ret_text)) result = JL_TEXT_UNKNOWN;
  }
  for (int i = 0; i < TEXTS; i++) {
    free(m.texts[i].bytes);
    free(m.texts[i].words);
    free(m.lines[i]);
  }
  free(m.words);
  free(m.slots);
  jl_text_merge_close();
  return result;
}
