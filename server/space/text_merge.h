/* Three people's long text is one: a three-way merge over words. Words are what stands between white space (so "1,500" or a
 * URL is one word and is never put together from two people's halves; a no-break space is part of its word); runs of white space are
 * words of their own, so that neighbours can be changed by different people. Texts are in Unicode normal form C, line
 * ends are LF, and a line feed at the very end is merged apart from the words. Overlapping changes are not merged. Runs for a while: not on
 * the loop's thread. */
#ifndef JL_SPACE_TEXT_MERGE_H
#define JL_SPACE_TEXT_MERGE_H
#include "common/base/buffer.h"
#include "common/base/limits.h"
#include "common/model/evaluate.h"

/* libgit2 keeps tables between init and the matching shutdown; thread-safe, counted. A merge does both itself: who holds one open makes
 * the rest cheap. */
void jl_text_merge_open(void);
void jl_text_merge_close(void);

/* JL_TEXT_MERGED with *ret_text (malloc, perhaps of size 0), JL_TEXT_OVERLAPS, or JL_TEXT_UNKNOWN when memory is short. */
enum jl_text_result jl_text_merge(struct jl_bytes base, struct jl_bytes theirs, struct jl_bytes mine, struct jl_buffer *ret_text);
#endif
