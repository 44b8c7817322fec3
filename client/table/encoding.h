/* In which encoding a text is, found out from its bytes, and its text in UTF-8, piece by piece (iconv). What bytes cannot tell is undecided:
 * the candidates are named, and whoever brings the file says which it is. */
#ifndef JL_TABLE_ENCODING_H
#define JL_TABLE_ENCODING_H
#include "client/table/source.h"

enum jl_encoding {
  JL_ENCODING_NONE, JL_ENCODING_UTF8, JL_ENCODING_UTF16LE, JL_ENCODING_UTF16BE, JL_ENCODING_UTF32LE, JL_ENCODING_UTF32BE,
  JL_ENCODING_WINDOWS, JL_ENCODING_LATIN9, JL_ENCODING_MAC,
  JL_ENCODING_TWICE,    /* UTF-8 that was taken for Windows-1252 and encoded once more */
  JL_ENCODING_TWICE_MAC /* the same, taken for Mac Roman */
};
const char *jl_encoding_name(enum jl_encoding e);               /* as --encoding takes it */
bool jl_encoding_by_name(const char *name, enum jl_encoding *ret); /* also as others name it: latin1, cp1252, macintosh */
const char *jl_encoding_names(void);                            /* all, for messages */

#define JL_ENCODING_CANDIDATES 3
#define JL_ENCODING_SAMPLE 80 /* bytes around the first place that is read differently */
struct jl_encoding_found {
  enum jl_encoding encoding; /* the first candidate when it is undecided */
  bool undecided, has_mark;  /* a byte order mark */
  bool cr_rows;              /* rows end with CR, as on old Macs, so a line feed is part of a value; known of encodings of one byte and UTF-8 */
  enum jl_encoding candidates[JL_ENCODING_CANDIDATES];
  size_t candidate_count;
  size_t line;                         /* of the sample, from 1; 0: none */
  uint8_t sample[JL_ENCODING_SAMPLE];  /* as it stands in the file */
  size_t sample_size;
};
/* Reads the whole file once, in constant memory. */
JL_MUST_CHECK bool jl_encoding_detect(const struct jl_source *s, struct jl_encoding_found *ret, struct jl_error *err);

struct jl_decoder;
/* Without its mark, if it has one. */
JL_MUST_CHECK struct jl_decoder *jl_decoder_new(const struct jl_source *s, enum jl_encoding e, struct jl_error *err);
void jl_decoder_free(struct jl_decoder *d); /* NULL is fine */
/* The next piece of well-formed UTF-8, whole characters; size 0 at the end. It stays until the next call. INVALID names the line. */
JL_MUST_CHECK bool jl_decoder_next(struct jl_decoder *d, struct jl_bytes *ret_text, struct jl_error *err);
#endif
