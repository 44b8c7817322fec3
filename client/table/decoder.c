/* The second half of encoding.h: pieces of a file as UTF-8. */
#include "client/table/encoding.h"
#include "client/table/twice.h"
#include "common/base/text.h"
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 32768
#define REST 512 /* of a run of characters that goes on in the next piece */

struct jl_decoder {
  const struct jl_source *source;
  enum jl_encoding encoding;
  iconv_t convert; /* (iconv_t)-1: it is UTF-8 */
  uint64_t at;
  size_t line, kept;
  bool ended, after_cr;
  uint8_t in[PIECE + REST], out[(PIECE + REST) * 3];
};

static const char *iconv_name(enum jl_encoding e) {
  switch (e) {
  case JL_ENCODING_UTF16LE: return "UTF-16LE";
  case JL_ENCODING_UTF16BE: return "UTF-16BE";
  case JL_ENCODING_UTF32LE: return "UTF-32LE";
  case JL_ENCODING_UTF32BE: return "UTF-32BE";
  case JL_ENCODING_WINDOWS: return "CP1252";
  case JL_ENCODING_LATIN9: return "ISO-8859-15";
  case JL_ENCODING_MAC: return "MACINTOSH";
  case JL_ENCODING_NONE:
  case JL_ENCODING_UTF8:
  case JL_ENCODING_TWICE:
  case JL_ENCODING_TWICE_MAC: break;
  }
  return NULL;
}

static size_t mark_size(const struct jl_source *s, enum jl_encoding e, struct jl_error *err) {
  uint8_t head[4] = {0};
  size_t n = 0;
  if (!jl_source_read(s, 0, head, sizeof head, &n, err)) return SIZE_MAX;
  bool utf8 = e == JL_ENCODING_UTF8 || e == JL_ENCODING_TWICE || e == JL_ENCODING_TWICE_MAC;
  if (utf8 && n >= 3 && head[0] == 0xef && head[1] == 0xbb && head[2] == 0xbf) return 3;
  if (e == JL_ENCODING_UTF16LE && n >= 2 && head[0] == 0xff && head[1] == 0xfe) return 2;
  if (e == JL_ENCODING_UTF16BE && n >= 2 && head[0] == 0xfe && head[1] == 0xff) return 2;
  if (e == JL_ENCODING_UTF32LE && n >= 4 && memcmp(head, "\xff\xfe\0\0", 4) == 0) return 4;
  if (e == JL_ENCODING_UTF32BE && n >= 4 && memcmp(head, "\0\0\xfe\xff", 4) == 0) return 4;
  return 0;
}

struct jl_decoder *jl_decoder_new(const struct jl_source *s, enum jl_encoding e, struct jl_error *err) {
  const char *name = iconv_name(e);
  size_t mark = mark_size(s, e, err);
  if (mark == SIZE_MAX) return NULL;
  struct jl_decoder *d = calloc(1, sizeof *d);
  if (d == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return NULL;
  }
  d->source = s;
  d->encoding = e;
  d->line = 1;
  d->at = mark;
  d->convert = name == NULL ? (iconv_t)-1 : iconv_open("UTF-8", name);
  if (name != NULL && d->convert == (iconv_t)-1) {
    (void)jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("this machine cannot read {1}"), JL_MSG("save the file as UTF-8"), jl_arg_text(jl_encoding_name(e)));
    free(d);
    return NULL;
  }
  return d;
}

void jl_decoder_free(struct jl_decoder *d) {
  if (d != NULL && d->convert != (iconv_t)-1) (void)iconv_close(d->convert);
  free(d);
}

static bool no_character(const struct jl_decoder *d, uint8_t byte, struct jl_error *err) {
  static const char digits[] = "0123456789ABCDEF";
  char text[] = {'0', 'x', digits[byte >> 4], digits[byte & 15], '\0'};
  return jl_fail(err, JL_E_BAD_UTF8, JL_MSG("line {1}: the byte {2} is no character of {3}"), JL_MSG("say in which encoding it is with --encoding: {4}"),
                 jl_arg_integer((int64_t)d->line), jl_arg_text(text), jl_arg_text(jl_encoding_name(d->encoding)), jl_arg_text(jl_encoding_names()));
}

static void count_lines(struct jl_decoder *d, const uint8_t *text, size_t size) {
  for (size_t i = 0; i < size; i++) {
    d->line += text[i] == '\r' || (text[i] == '\n' && !d->after_cr);
    d->after_cr = text[i] == '\r';
  }
}

/* A text of the user has no NUL: it is no text then, or in another encoding. */
static bool is_text(struct jl_decoder *d, struct jl_bytes text, struct jl_error *err) {
  const uint8_t *nul = text.size == 0 ? NULL : memchr(text.data, '\0', text.size);
  count_lines(d, text.data, nul == NULL ? text.size : (size_t)(nul - text.data));
  return nul == NULL || jl_fail(err, JL_E_INVALID, JL_MSG("line {1}: there is a NUL, so this is no text"), JL_MSG("save it as CSV or as .xlsx; or say in which encoding it is with --encoding"),
                                jl_arg_integer((int64_t)d->line));
}

static bool by_iconv(struct jl_decoder *d, size_t size, struct jl_bytes *ret, struct jl_error *err) {
  char *in = (char *)d->in, *out = (char *)d->out;
  size_t left = size, room = sizeof d->out;
  size_t result = iconv(d->convert, &in, &left, &out, &room);
  *ret = (struct jl_bytes){d->out, sizeof d->out - room};
  bool incomplete = result == (size_t)-1 && errno == EINVAL && !d->ended;
  if (result == (size_t)-1 && !incomplete) {
    count_lines(d, ret->data, ret->size);
    return no_character(d, left > 0 ? (uint8_t)*in : 0, err);
  }
  d->kept = left;
  if (left > 0) memmove(d->in, in, left);
  return is_text(d, *ret, err);
}

/* Ends behind a character, and of text that was encoded twice behind a run of them. */
static bool as_it_is(struct jl_decoder *d, size_t size, struct jl_bytes *ret, struct jl_error *err) {
  size_t at = 0, good = 0;
  bool twice = d->encoding != JL_ENCODING_UTF8;
  while (at < size) {
    uint32_t c;
    size_t n = jl_text_decode(d->in + at, size - at, &c);
    if (n == 0 && !d->ended && size - at < 4) break;
    if (n == 0) {
      count_lines(d, d->in, at);
      return no_character(d, d->in[at], err);
    }
    at += n;
    if (!twice || n == 1 || at - good > REST / 2) good = at;
  }
  if (d->ended) good = at;
  size_t n = good;
  if (twice)
    n = jl_twice_undo(d->encoding, (struct jl_bytes){d->in, good}, d->out);
  else
    memcpy(d->out, d->in, good);
  *ret = (struct jl_bytes){d->out, n};
  d->kept = size - good;
  memmove(d->in, d->in + good, d->kept);
  return is_text(d, *ret, err);
}

bool jl_decoder_next(struct jl_decoder *d, struct jl_bytes *ret_text, struct jl_error *err) {
  *ret_text = (struct jl_bytes){NULL, 0};
  while (ret_text->size == 0 && !d->ended) {
    size_t n;
    if (!jl_source_read(d->source, d->at, d->in + d->kept, PIECE, &n, err)) return false;
    d->at += n;
    d->ended = n == 0;
    size_t size = d->kept + n;
    d->kept = 0;
    if (!(d->convert != (iconv_t)-1 ? by_iconv(d, size, ret_text, err) : as_it_is(d, size, ret_text, err))) return false;
  }
  return true;
}
