/* Text that was encoded twice: UTF-8 whose bytes somebody took for characters of Windows-1252 or Mac Roman and encoded once more, so that
 * "é" stands there as "Ã©". Such characters come in runs; a run whose bytes are well-formed UTF-8 again is one. */
#ifndef JL_TABLE_TWICE_H
#define JL_TABLE_TWICE_H
#include "client/table/encoding.h"

uint32_t jl_twice_character(enum jl_encoding one_byte, uint8_t byte);            /* 0: none */
bool jl_twice_byte(enum jl_encoding one_byte, uint32_t character, uint8_t *ret); /* the byte that stands for it */

#define JL_TWICE_RUN 64 /* characters */
struct jl_twice {
  uint32_t run[JL_TWICE_RUN];
  size_t count;
  uint64_t windows, mac; /* runs that were encoded twice by way of each */
  uint64_t at, run_at, first_at; /* bytes of UTF-8 */
  size_t lines, first_line;
  bool after_cr;
};
void jl_twice_take(struct jl_twice *t, uint32_t character);
void jl_twice_end(struct jl_twice *t);
/* The text with its runs encoded once; those that are no such runs stay. `out` has room for as much as `text`. Returns the size. */
size_t jl_twice_undo(enum jl_encoding twice, struct jl_bytes text, uint8_t *out);
#endif
