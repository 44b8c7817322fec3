/* Faces: every view document, error and value, rendered for people (terminal, Markdown) or programs (JSON, CSV), in the user's
 * language. The only place where text is worded and formatted. One thread. */
#ifndef JL_FACES_FACE_H
#define JL_FACES_FACE_H
#include "common/model/document.h"

enum jl_face { JL_FACE_TERMINAL, JL_FACE_JSON, JL_FACE_CSV, JL_FACE_MARKDOWN };
struct jl_face_options {
  enum jl_face face;
  int width;  /* columns; 0: not a terminal, no limit */
  bool colour;
  int height; /* rows; 0: no limit */
};
JL_MUST_CHECK bool jl_face_render(const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out, struct jl_error *err);
void jl_face_error(const struct jl_error *err, const struct jl_face_options *options, struct jl_buffer *out); /* text with its hint, or a JSON object */

void jl_format_labels(const char *ids, struct jl_buffer *out); /* message ids, one a line: "status, due date" */
void jl_format_arg(const struct jl_arg *arg, struct jl_buffer *out);
void jl_format_words(const char *message, const struct jl_arg *args, int n, struct jl_buffer *out); /* translated template with {1}.. filled in */
void jl_format_slice(const struct jl_field *field, struct jl_bytes slice, const char *currency, const char *unit, struct jl_buffer *out);

void jl_face_prepare(void); /* reads the files that words and times need, which the first of them would do otherwise */
void jl_language_init(const char *lang); /* from --lang; NULL: LC_ALL, LC_MESSAGES, LANG */
const char *jl_language(void);           /* "fr" or "en" */
const char *jl_tr(const char *message_id);
/* The same in another language, "fr" or "en". Costs a look into the catalogue: for titles and words of files, not for what is printed. */
const char *jl_tr_in(const char *in, const char *message_id);
/* Nothing that people, files or servers say may steer a terminal: what stands in text from `from` on has its control characters (of ASCII, and of
 * Latin-1 in UTF-8) replaced by blanks, but those in `keep`. */
void jl_tame(struct jl_buffer *text, size_t from, const char *keep);
#define JL_TAME_LINES "\n\t"
void jl_face_wrap(const char *text, int indent, int width, struct jl_buffer *out); /* with its line feed, at blanks; width 0: as it is */
#endif
