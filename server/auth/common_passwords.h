/* The list of john-data: lines, the most common first; those that begin with #! are comments. Made at build time. */
#ifndef JL_AUTH_COMMON_PASSWORDS_H
#define JL_AUTH_COMMON_PASSWORDS_H
#include <stddef.h>
extern const unsigned char jl_common_passwords[];
extern const size_t jl_common_passwords_size;
#endif
