/* Heads of chains as text: what somebody keeps outside of the server (on paper, at the notary's), so that the history can be held against
 * it later. Whoever changes the log of a space gets other chains, and these heads do not follow.
 *
 * A file has any number of blocks, so exports can be appended to it. Lines that begin with # and empty ones mean nothing. A block:
 *
 *   jalon-heads 1                          the form
 *   server 11111111-2222-3333-...          identity of the database
 *   space 44444444-5555-6666-...           the plan, or the organisation
 *   name Plan 2027                         for people; may lack
 *   time 2026-11-26T05:11:55.000000Z       of the export
 *   epoch 1
 *   revision 812                           the newest of the space then
 *   section strategy 810                   the newest revision that touched the section; for each section, with
 *   chain 01234567 89abcdef ...            its chain behind it: 32 bytes
 *   check 89abcdef                         of the lines of this block before it: the first 4 bytes of BLAKE2b-256 over them, each with its
 *                                          blanks as one space and a line feed behind it. It finds slips of the pen, nothing else
 *
 * Words that are not known are passed over. A block that ends before its check, at another block or at the end of the file, was not written
 * whole (a full disk, a crash) and counts for nothing. chain(n) = BLAKE2b-256(chain(n-1) || body of the n-th change), from 32 zero bytes. */
#ifndef JL_MODEL_HEADS_H
#define JL_MODEL_HEADS_H
#include "common/model/replica.h"

struct jl_heads {
  struct jl_id server, space;
  char name[JL_ARG_TEXT_MAX];
  int64_t time_us;
  uint64_t epoch, revision;
  uint32_t sections; /* bit mask of those that were told */
  struct jl_section_position section[JL_SECTIONS];
};
void jl_heads_explain(struct jl_buffer *out); /* the comment for the beginning of a file */
void jl_heads_put(const struct jl_heads *heads, struct jl_buffer *out);
/* Every block of a file, in the arena. torn: how many were not written whole and are left out; may be NULL. err names the line. */
JL_MUST_CHECK bool jl_heads_parse(struct jl_bytes text, struct jl_arena *a, struct jl_heads **ret_heads, size_t *ret_n, size_t *ret_torn,
                                  struct jl_error *err);
#endif
