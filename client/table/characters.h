/* Characters that tables write in several ways. */
#ifndef JL_TABLE_CHARACTERS_H
#define JL_TABLE_CHARACTERS_H
#include <stdbool.h>
#include <stdint.h>
/* Blanks: also those that do not break (U+00A0, narrow U+202F), figure and thin spaces. */
static inline bool jl_is_blank(uint32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0x202f || (c >= 0x2000 && c <= 0x200a) || c == 0xfeff;
}
#endif
