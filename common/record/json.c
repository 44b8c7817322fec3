/* Our own reader: libraries on Debian lose what json.h promises (positions, numbers as written, order of keys). It is one
 * loop with a fixed stack, so input cannot drive our stack. */
#include "common/record/json.h"
#include "common/base/text.h"
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32

struct reader {
  struct jl_arena *arena;
  const uint8_t *at, *end;
  /* Position already counted, so that each byte is looked at once. */
  const uint8_t *counted;
  uint32_t line, column;
  struct {
    struct jl_json *container, *last;
    size_t members;
  } stack[DEPTH_MAX];
  size_t depth;
  struct jl_json *root;
  struct jl_error *err;
};

static void count_position(struct reader *r) {
  for (; r->counted < r->at; r->counted++) {
    if (*r->counted == '\n') {
      r->line++;
      r->column = 1;
    } else if ((*r->counted & 0xc0) != 0x80)
      r->column++;
  }
}

static bool fail(struct reader *r, const char *message) {
  count_position(r);
  return jl_fail(r->err, JL_E_INVALID, message, NULL, jl_arg_integer(r->line), jl_arg_integer(r->column));
}

static bool too_large(struct reader *r) {
  return jl_fail(r->err, JL_E_TOO_LARGE, JL_MSG("the JSON text is too large"), JL_MSG("cut it into smaller parts"));
}

static bool is_digit(const struct reader *r) { return r->at < r->end && *r->at >= '0' && *r->at <= '9'; }

static void skip_space(struct reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) r->at++;
}

static bool take(struct reader *r, uint8_t byte) {
  if (r->at == r->end || *r->at != byte) return false;
  r->at++;
  return true;
}

static bool read_hex4(struct reader *r, uint32_t *ret_n) {
  uint32_t n = 0;
  if (r->end - r->at < 4) return false;
  for (int i = 0; i < 4; i++, r->at++) {
    uint8_t c = *r->at;
    if (c >= '0' && c <= '9')
      n = n * 16 + (c - '0');
    else if (c >= 'a' && c <= 'f')
      n = n * 16 + (c - 'a') + 10;
    else if (c >= 'A' && c <= 'F')
      n = n * 16 + (c - 'A') + 10;
    else
      return false;
  }
  *ret_n = n;
  return true;
}

/* After \u: one unit, or two that make a character above U+FFFF. A lone surrogate is no text. */
static bool read_unicode(struct reader *r, uint32_t *ret_character) {
  uint32_t high, low;
  if (!read_hex4(r, &high)) return false;
  if (high >= 0xd800 && high <= 0xdbff) {
    if (!take(r, '\\') || !take(r, 'u') || !read_hex4(r, &low) || low < 0xdc00 || low > 0xdfff) return false;
    high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  } else if (high >= 0xdc00 && high <= 0xdfff)
    return false;
  *ret_character = high;
  return true;
}

static bool read_escape(struct reader *r, uint32_t *ret_character) {
  static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  if (r->at == r->end) return false;
  uint8_t c = *r->at++;
  if (c == 'u') return read_unicode(r, ret_character);
  const char *found = c == '\0' ? NULL : strchr(names, c);
  if (found == NULL) return false;
  *ret_character = (uint32_t)meanings[found - names];
  return true;
}

/* After the opening quote. Decoded text is never longer than its source, which the first pass measures. */
static bool read_string(struct reader *r, const char **ret_text, size_t *ret_size) {
  const uint8_t *close = r->at;
  while (close < r->end && *close != '"') close += *close == '\\' && close + 1 < r->end ? 2 : 1;
  uint8_t *out = jl_arena_alloc(r->arena, (size_t)(close - r->at) + 1);
  if (out == NULL) return too_large(r);
  size_t used = 0;
  while (!take(r, '"')) {
    uint32_t c;
    size_t size = jl_text_decode(r->at, (size_t)(r->end - r->at), &c);
    if (size == 0)
      return fail(r, r->at == r->end ? JL_MSG("line {1}, column {2}: the text does not end") : JL_MSG("line {1}, column {2}: not UTF-8"));
    if (c < 0x20) return fail(r, JL_MSG("line {1}, column {2}: a control character must be escaped"));
    r->at += size;
    if (c == '\\' && !read_escape(r, &c)) return fail(r, JL_MSG("line {1}, column {2}: unknown escape"));
    used += jl_text_encode(c, out + used);
  }
  *ret_text = (const char *)out;
  *ret_size = used;
  return true;
}

static bool read_number(struct reader *r, struct jl_json *value) {
  const uint8_t *start = r->at;
  bool ok = (take(r, '-'), is_digit(r));
  if (ok && !take(r, '0'))
    while (is_digit(r)) r->at++;
  if (ok && take(r, '.')) {
    ok = is_digit(r);
    while (is_digit(r)) r->at++;
  }
  if (ok && (take(r, 'e') || take(r, 'E'))) {
    if (!take(r, '+')) take(r, '-');
    ok = is_digit(r);
    while (is_digit(r)) r->at++;
  }
  if (!ok) return fail(r, JL_MSG("line {1}, column {2}: not a number"));
  value->kind = JL_JSON_NUMBER;
  value->text_size = (size_t)(r->at - start);
  value->text = jl_arena_strndup(r->arena, (const char *)start, value->text_size);
  return value->text != NULL || too_large(r);
}

static bool read_word(struct reader *r, struct jl_json *value) {
  static const struct {
    const char *word;
    enum jl_json_kind kind;
    bool boolean;
  } words[] = {{"null", JL_JSON_NULL, false}, {"true", JL_JSON_BOOL, true}, {"false", JL_JSON_BOOL, false}};
  for (size_t i = 0; i < JL_COUNT(words); i++) {
    size_t size = strlen(words[i].word);
    if ((size_t)(r->end - r->at) < size || memcmp(r->at, words[i].word, size) != 0) continue;
    r->at += size;
    value->kind = words[i].kind;
    value->boolean = words[i].boolean;
    return true;
  }
  return fail(r, JL_MSG("line {1}, column {2}: a value is expected"));
}

static bool open_container(struct reader *r, struct jl_json *value) {
  if (r->depth == DEPTH_MAX) return fail(r, JL_MSG("line {1}, column {2}: nested too deeply"));
  value->kind = *r->at++ == '{' ? JL_JSON_OBJECT : JL_JSON_ARRAY;
  r->stack[r->depth].container = value;
  r->stack[r->depth].last = NULL;
  r->stack[r->depth++].members = 0;
  return true;
}

/* Object keys are C strings: an escaped NUL becomes U+FFFD, which no field's name holds. */
static bool read_key(struct reader *r, const char **ret_key) {
  const char *text;
  size_t size;
  skip_space(r);
  if (!take(r, '"')) return fail(r, JL_MSG("line {1}, column {2}: a key in double quotes is expected"));
  if (!read_string(r, &text, &size)) return false;
  if (memchr(text, '\0', size) != NULL) {
    char *key = jl_arena_alloc(r->arena, size * 3 + 1);
    if (key == NULL) return too_large(r);
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
      if (text[i] == '\0')
        used += jl_text_encode(0xfffd, (uint8_t *)key + used);
      else
        key[used++] = text[i];
    }
    text = key;
  }
  skip_space(r);
  if (!take(r, ':')) return fail(r, JL_MSG("line {1}, column {2}: a colon is expected"));
  *ret_key = text;
  return true;
}

/* Reads one value, or opens a container, and hangs it into the innermost open one. */
static bool read_value(struct reader *r) {
  const char *key = NULL;
  bool member = r->depth > 0 && r->stack[r->depth - 1].container->kind == JL_JSON_OBJECT;
  if (member && !read_key(r, &key)) return false;
  skip_space(r);
  count_position(r);
  struct jl_json *value = jl_arena_alloc(r->arena, sizeof *value);
  if (value == NULL) return too_large(r);
  value->key = key;
  value->line = r->line;
  value->column = r->column;
  if (r->depth == 0)
    r->root = value;
  else {
    struct jl_json *last = r->stack[r->depth - 1].last;
    if (last == NULL)
      r->stack[r->depth - 1].container->first = value;
    else
      last->next = value;
    r->stack[r->depth - 1].last = value;
    r->stack[r->depth - 1].members++;
  }
  uint8_t c = r->at < r->end ? *r->at : 0;
  if (c == '{' || c == '[') return open_container(r, value);
  if (c == '-' || (c >= '0' && c <= '9')) return read_number(r, value);
  if (c != '"') return read_word(r, value);
  r->at++;
  value->kind = JL_JSON_STRING;
  return read_string(r, &value->text, &value->text_size);
}

static int by_key(const void *a, const void *b) {
  const struct jl_json *const *x = a, *const *y = b;
  return strcmp((*x)->key, (*y)->key);
}

static bool check_keys(struct reader *r, const struct jl_json *object, size_t members) {
  if (members < 2) return true;
  const struct jl_json **sorted = jl_arena_array(r->arena, members, sizeof *sorted);
  if (sorted == NULL) return too_large(r);
  size_t n = 0;
  for (const struct jl_json *member = object->first; member != NULL; member = member->next) sorted[n++] = member;
  qsort(sorted, n, sizeof *sorted, by_key);
  for (size_t i = 1; i < n; i++) {
    if (by_key(&sorted[i - 1], &sorted[i]) != 0) continue;
    const struct jl_json *second =
        sorted[i]->line > sorted[i - 1]->line || sorted[i]->column > sorted[i - 1]->column ? sorted[i] : sorted[i - 1];
    return jl_fail(r->err, JL_E_INVALID, JL_MSG("line {1}, column {2}: the key \"{3}\" appears twice"), NULL, jl_arg_integer(second->line),
                   jl_arg_integer(second->column), jl_arg_text(second->key));
  }
  return true;
}

/* After a value: closes what ends here. ret_more: another value must follow. */
static bool close_containers(struct reader *r, bool opened, bool *ret_more) {
  for (; r->depth > 0; opened = false) {
    struct jl_json *container = r->stack[r->depth - 1].container;
    bool object = container->kind == JL_JSON_OBJECT;
    skip_space(r);
    if (take(r, object ? '}' : ']')) {
      if (object && !check_keys(r, container, r->stack[r->depth - 1].members)) return false;
      r->depth--;
      continue;
    }
    *ret_more = true;
    if (opened || take(r, ',')) return true; /* the first value of what was just opened needs no comma */
    return fail(r, object ? JL_MSG("line {1}, column {2}: a comma or } is expected")
                          : JL_MSG("line {1}, column {2}: a comma or ] is expected"));
  }
  *ret_more = false;
  return true;
}

bool jl_json_parse(struct jl_arena *a, struct jl_bytes text, const struct jl_json **ret_root, struct jl_error *err) {
  static const uint8_t nothing[1];
  const uint8_t *data = text.data == NULL ? nothing : text.data;
  size_t size = text.data == NULL ? 0 : text.size;
  struct reader r = {.arena = a, .at = data, .end = data + size, .counted = data, .line = 1, .column = 1, .err = err};
  for (bool more = true; more;) {
    size_t depth = r.depth;
    if (!read_value(&r) || !close_containers(&r, r.depth > depth, &more)) return false;
  }
  skip_space(&r);
  if (r.at != r.end) return fail(&r, JL_MSG("line {1}, column {2}: nothing may follow the value"));
  *ret_root = r.root;
  return true;
}

const struct jl_json *jl_json_member(const struct jl_json *object, const char *key) {
  if (object == NULL || object->kind != JL_JSON_OBJECT) return NULL;
  for (const struct jl_json *member = object->first; member != NULL; member = member->next)
    if (strcmp(member->key, key) == 0) return member;
  return NULL;
}

bool jl_json_integer(const struct jl_json *value, int64_t *ret_n) {
  if (value == NULL || value->kind != JL_JSON_NUMBER) return false;
  const char *p = value->text;
  bool negative = *p == '-';
  int64_t n = 0;
  for (p += negative; *p != '\0'; p++) {
    if (*p < '0' || *p > '9') return false;
    int digit = negative ? '0' - *p : *p - '0';
    if (__builtin_mul_overflow(n, (int64_t)10, &n) || __builtin_add_overflow(n, (int64_t)digit, &n)) return false;
  }
  *ret_n = n;
  return true;
}

static const char *short_escape(uint32_t c) {
  switch (c) {
  case '"':
    return "\\\"";
  case '\\':
    return "\\\\";
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    return NULL;
  }
}

void jl_json_write_string(struct jl_buffer *out, const char *text, size_t size) {
  jl_buffer_byte(out, '"');
  for (size_t i = 0; i < size;) {
    uint32_t c;
    size_t length = jl_text_decode(text + i, size - i, &c);
    if (length == 0)
      jl_buffer_text(out, "\xef\xbf\xbd"); /* U+FFFD for what is not UTF-8: output is always valid */
    else if (short_escape(c) != NULL)
      jl_buffer_text(out, short_escape(c));
    else if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
      jl_buffer_printf(out, "\\u%04x", (unsigned)c);
    else
      jl_buffer_append(out, text + i, length);
    i += length == 0 ? 1 : length;
  }
  jl_buffer_byte(out, '"');
}
