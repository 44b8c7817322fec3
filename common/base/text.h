/* Text as people write it, made safe: UTF-8 without NUL. No locale, no collation. */
#ifndef JL_BASE_TEXT_H
#define JL_BASE_TEXT_H
#include "common/base/arena.h"
bool jl_text_valid(const void *data, size_t size);  /* well-formed UTF-8 (no surrogates, no overlong), no NUL, no control characters but tab and line feed */
/* One well-formed character: its size in bytes; 0 when there is none or it is malformed. */
size_t jl_text_decode(const void *data, size_t size, uint32_t *ret_character);
size_t jl_text_encode(uint32_t character, uint8_t out[4]); /* bytes written */
size_t jl_text_cut(const char *text, size_t size, size_t max_bytes); /* largest prefix <= max_bytes ending on a character */
/* Caseless and accentless form for looking titles up ("Été" matches "ete"): lower case, Latin accents and ligatures
 * removed, runs of white space as one space, trimmed. NULL on arena failure. */
char *jl_text_fold(struct jl_arena *a, const char *text);
/* Accents that stand behind their letter as characters of their own, made one with it (compose.c). The text itself when it has none; NULL: no memory. */
const char *jl_text_composed(struct jl_arena *a, const char *text, size_t size, size_t *ret_size);
/* A spreadsheet that opens it as CSV would run it as a formula: = + - @, a tab or an end of line at its start, the wide forms of these signs too;
 * apostrophes before them do not count. Exports write one apostrophe before such a text, which imports of them take away again: so every text
 * comes back as it was, also one that had an apostrophe there. */
bool jl_text_runs(const char *text, size_t size);
bool jl_text_armed(const char *text, size_t size); /* it has the apostrophe of an export before it */
/* Edit distance, for "did you mean"; of the first 64 characters. */
#define JL_DISTANCE_MAX 64
int jl_text_distance(const char *a, const char *b);
size_t jl_text_letters(const char *text, uint32_t out[JL_DISTANCE_MAX]); /* what is compared */
/* The same of letters, when it is at most `most`; otherwise something above. *steps grows by what was compared. */
int jl_text_distance_within(const uint32_t *x, size_t nx, const uint32_t *y, size_t ny, int most, uint64_t *steps);
#endif
