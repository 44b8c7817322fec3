/* Memory by lifetime: one arena per request, batch or command run, freed or reset as a whole. An arena has a maximum:
 * when it is reached allocation returns NULL (the caller reports JL_E_NO_MEMORY or TOO_LARGE). Memory is zeroed and
 * aligned to 16. Not thread-safe: one owner. */
#ifndef JL_BASE_ARENA_H
#define JL_BASE_ARENA_H
#include "common/base/id.h"
struct jl_arena;
struct jl_arena *jl_arena_new(size_t max_bytes);
void jl_arena_free(struct jl_arena *a);  /* NULL is fine */
void jl_arena_freep(struct jl_arena **a);
void jl_arena_reset(struct jl_arena *a); /* keeps the first chunk */
/* The same for an arena that is filled anew all the time: keeps its largest chunk of at most `keep` bytes instead. */
void jl_arena_recycle(struct jl_arena *a, size_t keep);
size_t jl_arena_used(const struct jl_arena *a);
bool jl_arena_full(const struct jl_arena *a);  /* since the last reset: something failed because of the maximum */
bool jl_arena_short(const struct jl_arena *a); /* because the system gave no memory */
void *jl_arena_alloc(struct jl_arena *a, size_t size);
void *jl_arena_array(struct jl_arena *a, size_t count, size_t item_size); /* checks the product */
char *jl_arena_strdup(struct jl_arena *a, const char *text);
char *jl_arena_strndup(struct jl_arena *a, const char *text, size_t size);
struct jl_bytes jl_arena_dup(struct jl_arena *a, struct jl_bytes bytes); /* data NULL with size > 0 on failure */
char *jl_arena_printf(struct jl_arena *a, const char *format, ...) JL_PRINTF(2, 3);
#endif
