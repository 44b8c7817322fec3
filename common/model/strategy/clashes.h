/* Key messages that clash: two on one theme that a persona hears at the same stage and time (product.md P5). */
#ifndef JL_MODEL_STRATEGY_CLASHES_H
#define JL_MODEL_STRATEGY_CLASHES_H
#include "common/model/view_support.h"

struct jl_clash {
  const struct jl_record *one, *other;
  struct jl_bytes theme; /* as the first of them has it */
};
typedef void jl_clash_told(void *context, const struct jl_clash *clash);
/* Of these messages, retired ones left out; theme by theme. */
void jl_message_clashes(struct jl_builder *b, const struct jl_record **messages, size_t n, jl_clash_told *told, void *context);
#endif
