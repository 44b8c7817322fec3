/* A bounded JSON reader and the few writers that JSON output needs. Strict RFC 8259: depth at most 32, no duplicate
 * keys, valid UTF-8, integers only where our data has integers (a fraction or exponent is kept as its text).
 * Built on a well-kept library or our own small reader: decided in json.c, with the JSON test suite as its test. */
#ifndef JL_RECORD_JSON_H
#define JL_RECORD_JSON_H
#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
enum jl_json_kind { JL_JSON_NULL, JL_JSON_BOOL, JL_JSON_NUMBER, JL_JSON_STRING, JL_JSON_ARRAY, JL_JSON_OBJECT };
struct jl_json {
  enum jl_json_kind kind;
  bool boolean;
  const char *text; size_t text_size;        /* STRING (decoded, terminated), NUMBER (as written, terminated) */
  const char *key;                           /* in an object */
  const struct jl_json *first, *next;        /* children in order; sibling */
  uint32_t line, column;                     /* 1-based, for errors */
};
JL_MUST_CHECK bool jl_json_parse(struct jl_arena *a, struct jl_bytes text, const struct jl_json **ret_root, struct jl_error *err);
const struct jl_json *jl_json_member(const struct jl_json *object, const char *key); /* NULL: absent or not an object */
bool jl_json_integer(const struct jl_json *value, int64_t *ret_n);                   /* false unless an integer in range */
void jl_json_write_string(struct jl_buffer *out, const char *text, size_t size);    /* quoted and escaped */
#endif
