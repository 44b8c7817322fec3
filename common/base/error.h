/* The one error type. An error names what, where and how to fix it: a code, the record and field concerned, a message
 * and a hint. Messages are English templates with {1}..{5} for typed arguments; a template is at the same time the
 * message id: it travels as it is and the client looks up its translation and formats the arguments. So no layer
 * below the faces ever words or formats anything. Mark templates with JL_MSG("...") for the message extractor.
 * A function that fails returns false and fills the error; it never logs as well. */
#ifndef JL_BASE_ERROR_H
#define JL_BASE_ERROR_H
#include "common/base/compiler.h"
#include "common/base/id.h"
#include <stdint.h>

enum jl_code {
#define JL_CODE(symbol, number, class, exit_status) JL_E_##symbol = (number),
#include "common/base/codes.def"
#undef JL_CODE
};
enum jl_class { JL_CLASS_NONE, JL_CLASS_CONFLICT, JL_CLASS_INVALID, JL_CLASS_AUTH, JL_CLASS_RESYNC, JL_CLASS_RETRY, JL_CLASS_UNKNOWN, JL_CLASS_INTERNAL };

JL_API const char *jl_code_symbol(enum jl_code code); /* "FIELD_CONFLICT"; "INTERNAL" for a number we do not know */
JL_API enum jl_class jl_code_class(enum jl_code code);
JL_API int jl_code_exit_status(enum jl_code code);

/* How an argument is to be formatted by a face. Numbers of the wire: stable. */
enum jl_arg_kind {
  JL_ARG_NONE = 0, JL_ARG_TEXT = 1, JL_ARG_INTEGER = 2, JL_ARG_MONEY = 3 /* minor units; text = currency */,
  JL_ARG_FRACTION = 4 /* millionths; text = unit */, JL_ARG_DATE = 5 /* day number */, JL_ARG_TIME = 6 /* us UTC */,
  JL_ARG_LABEL = 7 /* text is a message id itself (field label, record label, enum label), or several, one a line: translate them */,
  JL_ARG_BYTES = 8 /* size */, JL_ARG_SHARE = 9 /* basis points */, JL_ARG_BOOL = 10,
  JL_ARG_REVISION = 11 /* of a space: digits only, so that it can be pasted into --base */,
};
#define JL_ARG_TEXT_MAX 120 /* bytes; longer text is cut at a character boundary with an ellipsis */
struct jl_arg { enum jl_arg_kind kind; int64_t number; char text[JL_ARG_TEXT_MAX]; };
#define JL_ERROR_ARGS 5
#define JL_ERROR_MESSAGE_MAX 240 /* bytes of a template */

struct jl_error {
  enum jl_code code;
  uint32_t record_type;  /* 0: not about a record */
  struct jl_id record;   /* zero: not about one record */
  uint32_t field;        /* field number, 0: not about a field */
  char message[JL_ERROR_MESSAGE_MAX];
  char hint[JL_ERROR_MESSAGE_MAX]; /* what to do; may be empty; same arguments */
  struct jl_arg args[JL_ERROR_ARGS];
};

struct jl_arg jl_arg_text(const char *text);            /* NULL: empty */
struct jl_arg jl_arg_textn(const char *text, size_t size);
struct jl_arg jl_arg_label(const char *message_id);
struct jl_arg jl_arg_integer(int64_t n);
struct jl_arg jl_arg_money(int64_t minor_units, const char *currency);
struct jl_arg jl_arg_fraction(int64_t millionths, const char *unit);
struct jl_arg jl_arg_share(int64_t basis_points);
struct jl_arg jl_arg_date(int64_t day);
struct jl_arg jl_arg_time(int64_t utc_us);
struct jl_arg jl_arg_bytes(int64_t size);
struct jl_arg jl_arg_revision(uint64_t revision);

void jl_error_fill(struct jl_error *err, enum jl_code code, const char *message, const char *hint, const struct jl_arg *args, int nargs);
void jl_error_place(struct jl_error *err, uint32_t record_type, const struct jl_id *record, uint32_t field);
/* Always returns false, so a caller writes `return jl_fail(err, JL_E_INVALID, JL_MSG("..."), NULL or JL_MSG("..."), args...)`.
 * err may be NULL. Inline: so compilers and analysers see the false. */
static inline bool jl_error_set(struct jl_error *err, enum jl_code code, const char *message, const char *hint, const struct jl_arg *args,
                                int nargs) {
  jl_error_fill(err, code, message, hint, args, nargs);
  return false;
}
#define jl_fail(err, code, message, hint, ...)                                                              \
  jl_error_set((err), (code), (message), (hint), (const struct jl_arg[]){{JL_ARG_NONE, 0, ""}, ##__VA_ARGS__} + 1, \
               (int)(sizeof((const struct jl_arg[]){{JL_ARG_NONE, 0, ""}, ##__VA_ARGS__}) / sizeof(struct jl_arg)) - 1)
/* Says which record and field an already set error is about. Returns false. */
static inline bool jl_error_at(struct jl_error *err, uint32_t record_type, const struct jl_id *record, uint32_t field) {
  jl_error_place(err, record_type, record, field);
  return false;
}
#define JL_MSG(s) s /* marks a message id for xgettext; no translation happens here */

/* Words an error in English without locale, for logs and tests. out is always terminated. */
JL_API void jl_error_describe(const struct jl_error *err, char *out, size_t out_size);
#endif
