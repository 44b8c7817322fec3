/* A growable byte buffer that must be created with a maximum. Going over it is an error that sticks: later appends do
 * nothing and jl_buffer_ok is false, so a writer checks once at its end. */
#ifndef JL_BASE_BUFFER_H
#define JL_BASE_BUFFER_H
#include "common/base/id.h"
struct jl_buffer { uint8_t *data; size_t size, capacity, max; bool failed, starved /* failed because the system gave no memory */; };
JL_API void jl_buffer_init(struct jl_buffer *b, size_t max_bytes);
JL_API void jl_buffer_release(struct jl_buffer *b);
JL_API void jl_buffer_clear(struct jl_buffer *b); /* keeps the memory, clears failure */
JL_API bool jl_buffer_ok(const struct jl_buffer *b);
JL_API void jl_buffer_append(struct jl_buffer *b, const void *data, size_t size);
JL_API void jl_buffer_text(struct jl_buffer *b, const char *text);
JL_API void jl_buffer_byte(struct jl_buffer *b, uint8_t byte);
JL_API void jl_buffer_printf(struct jl_buffer *b, const char *format, ...) JL_PRINTF(2, 3);
void jl_buffer_number(struct jl_buffer *b, uint64_t n);  /* in digits */
void jl_buffer_varint(struct jl_buffer *b, uint64_t n);  /* minimal protobuf varint */
void jl_buffer_consume(struct jl_buffer *b, size_t size); /* drops the first bytes */
JL_API const char *jl_buffer_cstring(struct jl_buffer *b);      /* terminates; NULL when failed */
JL_API struct jl_bytes jl_buffer_bytes(const struct jl_buffer *b);
#endif
