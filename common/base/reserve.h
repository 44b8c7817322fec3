/* Memory for what must not fail to begin: of the heap, and when that gives none, of a few blocks that are kept for it. So a question that
 * cannot be asked for want of memory is still answered, later and once, like every other. A block that was never needed costs addresses,
 * not memory: there may be as many as can be wanted by what is under way already. What is new is refused when half of them are in use,
 * as whoever asks can be told so in other ways (jl_reserve_scarce). One thread. */
#ifndef JL_BASE_RESERVE_H
#define JL_BASE_RESERVE_H
#include <stdbool.h>
#include <stddef.h>

struct jl_reserve;
struct jl_reserve *jl_reserve_new(size_t blocks, size_t bytes); /* NULL: no memory */
void jl_reserve_free(struct jl_reserve *r);                     /* NULL is fine; everything has been given back */
/* Zeroed, of at most the bytes of a block, never NULL: with no memory and no block left the program ends, for nothing could go on. */
void *jl_reserve_take(struct jl_reserve *r, size_t size);
bool jl_reserve_scarce(const struct jl_reserve *r); /* begin nothing new */
void jl_reserve_give(void *memory); /* NULL is fine */
#endif
