/* Names for the compiler's extensions that we use. */
#ifndef JL_BASE_COMPILER_H
#define JL_BASE_COMPILER_H
#include <stdbool.h>
#include <stddef.h>
#define JL_MUST_CHECK __attribute__((warn_unused_result))
#define JL_PRINTF(a, b) __attribute__((format(printf, a, b)))
#define JL_CLEANUP(fn) __attribute__((cleanup(fn)))
#define JL_UNUSED __attribute__((unused))
#define JL_NORETURN __attribute__((noreturn))
#define JL_API __attribute__((visibility("default"))) /* part of libjalon's interface */
#define JL_COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Contract of our own code: always compiled in; never for input from network, file or database. */
#define JL_ASSERT(condition) ((condition) ? (void)0 : jl_assert_failed(#condition, __FILE__, __LINE__))
JL_NORETURN void jl_assert_failed(const char *condition, const char *file, int line);
#endif
